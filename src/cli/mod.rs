//! The command line is a contract: exit code 0 done, 1 the answer is no, 2 it could not be done (standard error says
//! why in one paragraph). Output to a pipe is plain text; fields of the JSON are only ever added.

mod args;
mod check;
mod failure;
mod files;
mod items;
mod list;
mod play;
mod progress;
mod replay;
mod report;
mod run;
mod verify;
mod whatif;

use args::Action;
use failure::Failure;
use firedrill::locale::{Lang, Texts, Value};
use firedrill::scenario::Library;
use std::io::Write;
use std::process::ExitCode;

/// What came of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// Done.
    Done,
    /// The answer is no: a check or a verification failed.
    No,
}

/// What every command needs.
struct Desk {
    texts: Texts,
    library: Library,
}

impl Desk {
    /// A text of the program.
    fn say(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        self.texts.get(key, values)
    }

    /// A failure from two texts with the same values: what is wrong, and what to do.
    fn fail(&self, what: &str, to_do: &str, values: &[(&str, Value<'_>)]) -> Failure {
        Failure::new(self.say(what, values), self.say(to_do, values))
    }

    /// Writes to standard output. A reader that has gone away, as `head` does, is no failure.
    fn print(&self, text: &str) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(self.fail("error-output", "error-output-hint", &[("reason", e.to_string().into())]))
            }
            _ => Ok(()),
        }
    }

    /// Writes a value as JSON to standard output.
    fn print_json(&self, value: &impl serde::Serialize) -> Result<(), Failure> {
        match serde_json::to_string_pretty(value) {
            Ok(json) => self.print(&format!("{json}\n")),
            Err(e) => Err(self.fail("error-output", "error-output-hint", &[("reason", e.to_string().into())])),
        }
    }

    /// A line on standard error, for people.
    fn note(&self, text: &str) {
        // Nobody may be listening; there is no one left to tell.
        writeln!(std::io::stderr().lock(), "{text}").ok();
    }
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    let given: Vec<_> = std::env::args_os().collect();
    let lang = args::wanted_lang(&given).unwrap_or_else(|| Lang::from_system(sys_locale::get_locale().as_deref()));
    let texts = Texts::new(lang);
    let parsed = match args::parse(&given, &texts) {
        Ok(parsed) => parsed,
        Err(stop) => return stop.show(),
    };
    let desk = match files::library(&texts) {
        Ok(library) => Desk { texts, library },
        Err(failure) => return failure.show(&texts),
    };
    let answer = match &parsed {
        Action::Play(wanted) => play::play(&desk, wanted, args::wanted_lang(&given)),
        Action::Run(wanted) => run::run(&desk, wanted),
        Action::Check(wanted) => check::check(&desk, wanted),
        Action::List(wanted) => list::list(&desk, wanted),
        Action::Items(args::Items {}) => items::items(&desk),
        Action::Replay(wanted) => replay::replay(&desk, wanted),
        Action::Verify(wanted) => verify::verify(&desk, wanted),
        Action::Whatif(wanted) => whatif::whatif(&desk, wanted),
    };
    match answer {
        Ok(Answer::Done) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(failure) => failure.show(&desk.texts),
    }
}
