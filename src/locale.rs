//! The program's own text: Fluent files under `assets/locale/`, Chinese first, English complete.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use include_dir::{Dir, include_dir};
use unic_langid::LanguageIdentifier;

/// A value put into a text: from a string or a number.
pub use fluent_bundle::FluentValue as Value;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/locale");

/// A language of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Every language, the reference first.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// `zh` or `en`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// Name of its folder under `assets/locale/`.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language for a locale of the system such as `zh-Hans-CN` or `en_GB.UTF-8`: Chinese for Chinese and where
    /// nothing is known (`C` and `POSIX` say nothing), English for every other language.
    pub fn from_system(locale: Option<&str>) -> Self {
        let language = locale
            .unwrap_or_default()
            .split(['-', '_', '.', '@'])
            .next()
            .unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "" | "c" | "posix" | "und" | "zh" | "yue" | "wuu" | "cmn" => Self::Zh,
            _ => Self::En,
        }
    }

    /// This language's half of a text of the content.
    pub fn of(self, text: &crate::scenario::Text) -> &str {
        let (first, second) = match self {
            Self::Zh => (&text.zh, &text.en),
            Self::En => (&text.en, &text.zh),
        };
        if first.is_empty() { second } else { first }
    }
}

/// All texts of one language.
pub struct Texts {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts")
            .field("lang", &self.lang)
            .finish_non_exhaustive()
    }
}

impl Texts {
    /// The texts of a language.
    pub fn new(lang: Lang) -> Self {
        let id: LanguageIdentifier = lang.folder().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The marks that isolate left-to-right from right-to-left text show as boxes on many terminals.
        bundle.set_use_isolating(false);
        for (_, text) in files(lang) {
            // What can be read is used; a test reads every file strictly and finds doubled keys.
            let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(readable, _)| readable);
            bundle.add_resource_overriding(resource);
        }
        Self { lang, bundle }
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The text of a key with its values put in; the key itself if there is none (a test finds that first).
    pub fn get(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|m| m.value()) else {
            return key.to_owned();
        };
        let args: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, value.clone())).collect();
        // A missing value shows by its name in the text.
        let mut missing = Vec::new();
        self.bundle
            .format_pattern(pattern, Some(&args), &mut missing)
            .into_owned()
    }
}

/// The Fluent files of a language: name and text.
pub fn files(lang: Lang) -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES
        .get_dir(lang.folder())
        .into_iter()
        .flat_map(|dir| dir.files())
        .filter_map(|f| Some((f.path().file_name()?.to_str()?, f.contents_utf8()?)))
        .filter(|(name, _)| name.ends_with(".ftl"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_locales_choose_a_language_and_unknown_ones_chinese() {
        for (locale, lang) in [
            (Some("zh-CN"), Lang::Zh),
            (Some("zh_TW.UTF-8"), Lang::Zh),
            (Some("en-GB"), Lang::En),
            (Some("fr_FR"), Lang::En),
            (Some("C"), Lang::Zh),
            (Some("C.UTF-8"), Lang::Zh),
            (Some(""), Lang::Zh),
            (None, Lang::Zh),
        ] {
            assert_eq!(Lang::from_system(locale), lang, "{locale:?}");
        }
    }

    #[test]
    fn values_are_put_in_without_invisible_marks() {
        let texts = Texts::new(Lang::En);
        let said = texts.get("error-missing-file", &[("file", "a.ron".into())]);
        assert!(
            said.contains("a.ron") && !said.contains(['\u{2068}', '\u{2069}']),
            "{said}"
        );
    }

    #[test]
    fn a_key_that_is_not_there_shows_as_itself() {
        assert_eq!(Texts::new(Lang::Zh).get("no-such-key", &[]), "no-such-key");
    }

    #[test]
    fn content_falls_back_to_the_other_language() {
        let text = crate::scenario::Text {
            zh: "门".into(),
            en: String::new(),
        };
        assert_eq!(Lang::En.of(&text), "门");
    }
}
