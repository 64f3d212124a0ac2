//! `firedrill play` and `firedrill` alone: the window.

use super::failure::Failure;
use super::{Answer, Desk, args};
use firedrill::locale::Lang;

/// Opens the window: its menu, or the drill named. `lang`: the language asked for, before what the user set.
#[cfg(feature = "app")]
pub(crate) fn play(desk: &Desk, wanted: &args::Play, lang: Option<Lang>) -> Result<Answer, Failure> {
    use super::files;
    use firedrill::app::{Order, RECORDINGS, Start};
    use firedrill::storage::Files;
    use std::sync::Arc;

    let order = match &wanted.scenario {
        None => None,
        Some(path) => {
            let found = files::scenario(desk, path)?;
            Some(Order {
                path: found.name,
                bytes: Arc::new(found.bytes),
                set: files::knobs(desk, &wanted.set)?,
                seed: wanted.seed.unwrap_or(1),
                trainee: wanted.trainee.clone(),
            })
        }
    };
    let start = Start {
        lang: desk.texts.lang(),
        lang_fixed: lang.is_some(),
        library: desk.library.clone(),
        storage: Arc::new(Files),
        config: folders::config(),
        recordings: wanted.out.clone().or_else(|| Some(folders::data()?.join(RECORDINGS))),
        drills: files::scenarios(desk)?,
        order,
    };
    match firedrill::app::run(start) {
        Ok(()) => Ok(Answer::Done),
        Err(e) => Err(no_window(desk, &e)),
    }
}

#[cfg(feature = "app")]
fn no_window(desk: &Desk, error: &firedrill::app::NoWindow) -> Failure {
    Failure::new(desk.texts.lang().of(&error.text()).to_owned(), String::new())
}

/// This build has no window.
#[cfg(not(feature = "app"))]
pub(crate) fn play(desk: &Desk, _: &args::Play, _: Option<Lang>) -> Result<Answer, Failure> {
    Err(desk.fail("error-no-window", "error-no-window-hint", &[]))
}

/// The user's own folders, as the system lays them out.
#[cfg(feature = "app")]
mod folders {
    use std::path::PathBuf;

    const NAME: &str = "firedrill";

    fn of(variable: &str) -> Option<PathBuf> {
        let path = PathBuf::from(std::env::var_os(variable)?);
        path.is_absolute().then_some(path)
    }

    /// For settings.
    pub(super) fn config() -> Option<PathBuf> {
        let base = if cfg!(windows) {
            of("APPDATA")
        } else if cfg!(target_os = "macos") {
            of("HOME").map(|h| h.join("Library/Application Support"))
        } else {
            of("XDG_CONFIG_HOME").or_else(|| Some(of("HOME")?.join(".config")))
        };
        Some(base?.join(NAME))
    }

    /// For recordings.
    pub(super) fn data() -> Option<PathBuf> {
        let base = if cfg!(windows) {
            of("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            of("HOME").map(|h| h.join("Library/Application Support"))
        } else {
            of("XDG_DATA_HOME").or_else(|| Some(of("HOME")?.join(".local/share")))
        };
        Some(base?.join(NAME))
    }
}
