//! Scripted trainees. A policy reads what a trainee perceives and answers with actions; it knows no place and no fire.

mod best;
mod care;
mod mistakes;
mod simple;

use super::situation::Situation;
use crate::drill::{Action, Known, Notebook, Now};

/// How often an action may be refused before it is given up.
const TRIES: usize = 2;

/// Somebody who plays a trainee.
pub trait Policy: Send + Sync {
    /// Name, as `--trainee` takes it.
    fn name(&self) -> &str;
    /// What to do now; no action goes on with what is under way. Asked while nothing is under way, and at least every
    /// 0.5 s.
    fn act(&mut self, known: &Known, notebook: &Notebook, now: &Now) -> Vec<Action>;
    /// A copy, for what-ifs.
    fn box_clone(&self) -> Box<dyn Policy>;
}

impl Clone for Box<dyn Policy> {
    fn clone(&self) -> Self {
        self.box_clone()
    }
}

impl std::fmt::Debug for dyn Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The policy of this name; mistakes may be joined by `+`.
pub fn policy(name: &str) -> Option<Box<dyn Policy>> {
    Some(match name {
        "best" => Box::new(best::Best::default()),
        "run_down" => Box::new(simple::RunDown::default()),
        "always_stay" => Box::new(simple::AlwaysStay::default()),
        "always_go" => Box::new(simple::AlwaysGo::default()),
        "random" => Box::new(simple::Random::default()),
        "wait" => Box::new(simple::Wait),
        other => Box::new(mistakes::Mistaken::named(other)?),
    })
}

/// All names.
pub const fn policy_names() -> &'static [&'static str] {
    &[
        "best",
        "run_down",
        "always_stay",
        "always_go",
        "random",
        "wait",
        "towel",
        "lift",
        "hero",
        "freezer",
        "filmer",
        "herd",
        "door_open",
        "water_on_oil",
        "powder_on_lithium",
        "back_for_belongings",
        "late_call",
        "incomplete_call",
        "leaves_first",
        "jumps",
    ]
}

/// The rules that a mistake loses where they arise, and those that may follow from it.
pub fn loses(mistake: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    mistakes::MISTAKES
        .iter()
        .find(|(name, ..)| *name == mistake)
        .map(|(_, _, rows, follow)| (*rows, *follow))
}

/// What has been read of a notebook so far; reads on where it stopped.
#[derive(Clone, Debug, Default)]
struct Reader {
    read: usize,
    known: Situation,
}

impl Reader {
    fn read(&mut self, notebook: &Notebook) -> &Situation {
        if notebook.notes.len() < self.read {
            *self = Self::default();
        }
        for note in &notebook.notes[self.read..] {
            self.known.take(note);
        }
        self.read = notebook.notes.len();
        &self.known
    }
}

#[cfg(test)]
mod tests;
