//! Playing on from a decision: the same night from that moment, with another choice. Both lines are kept and shown side
//! by side; the record keeps what was chosen first, again and in the twin, and how long each choice took.

use super::judge::{Decision, Verdict};
use super::sheet::Sheet;
use crate::drill::{Did, History, Notebook, Noted, Simulation, TICK_S};
use crate::scenario::Text;
use serde::{Deserialize, Serialize};

/// Name under which a recording keeps a [`Record`].
pub const REDO_NOTE: &str = "redo";

/// The drill as it stood when a decision arose, and its past up to then: what the new line begins with. `None` if the
/// history does not reach so far.
pub fn play_on(history: &History, decision: &Decision) -> Option<(Simulation, History)> {
    let tick = (decision.time_s / TICK_S).round() as u64;
    Some((history.at(tick)?, history.until(tick)))
}

/// One choice under a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// What was done.
    pub choice: Text,
    /// How good it was.
    pub right: Verdict,
    /// From when the question arose to the first deed, s; `None` if nothing was done.
    pub seconds: Option<f64>,
}

impl Chosen {
    /// The choice of a decision, with the notebook that it was judged from.
    pub fn new(decision: &Decision, notebook: &Notebook) -> Self {
        Self {
            choice: decision.choice.clone(),
            right: decision.right,
            seconds: seconds_to_decide(decision, notebook),
        }
    }
}

/// How long a trainee took from the moment at which a decision arose to their first deed, s.
pub fn seconds_to_decide(decision: &Decision, notebook: &Notebook) -> Option<f64> {
    let deed = notebook.notes.iter().find(|n| {
        let deed = matches!(&n.what, Noted::Did(did) if !matches!(did, Did::StoodStill | Did::Entered(_)));
        deed && n.time_s >= decision.time_s
    })?;
    Some(deed.time_s - decision.time_s)
}

/// What a trainee chose under a rule: in the drill, played again from there, and in the twin of the drill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The rule.
    pub id: String,
    /// When it arose in the drill, s.
    pub time_s: f64,
    /// In the drill.
    pub first: Chosen,
    /// Played again.
    pub redo: Option<Chosen>,
    /// In the same scenario with another cause.
    pub twin: Option<Chosen>,
}

impl Record {
    /// Of a decision in the drill; the rest comes later.
    pub fn new(decision: &Decision, notebook: &Notebook) -> Self {
        Self {
            id: decision.id.clone(),
            time_s: decision.time_s,
            first: Chosen::new(decision, notebook),
            redo: None,
            twin: None,
        }
    }

    /// Takes in the line that was played again: the same rule on its sheet, where it arose at the same moment or later.
    pub fn add_redo(&mut self, again: &Sheet, notebook: &Notebook) {
        let decisions = &again.trainee.score.decisions;
        let same = decisions
            .iter()
            .find(|d| d.id == self.id && d.time_s >= self.time_s - TICK_S);
        self.redo = same.map(|d| Chosen::new(d, notebook));
    }

    /// Takes in the twin: the same rule if it arose there, else the first decision of the twin.
    pub fn add_twin(&mut self, twin: &Sheet, notebook: &Notebook) {
        let decisions = &twin.trainee.score.decisions;
        let same = decisions.iter().find(|d| d.id == self.id).or_else(|| decisions.first());
        self.twin = same.map(|d| Chosen::new(d, notebook));
    }
}

/// Two lines of the same drill, side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SideBySide {
    /// Rules that arose in either line, in the order of the first; what became of each.
    pub decisions: Vec<Compared>,
    /// What happened in the first line and in the second.
    pub happened: [Vec<Text>; 2],
    /// Whether each line passes.
    pub passed: [bool; 2],
    /// The same in words, where one was broken off too.
    pub verdicts: [Text; 2],
}

/// A rule in both lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// The rule.
    pub id: String,
    /// The question.
    pub title: Text,
    /// Choice and verdict in the first line and in the second; `None` where it did not arise.
    pub lines: [Option<(Text, Verdict)>; 2],
}

/// Compares two sheets of the same trainee.
pub fn side_by_side(first: &Sheet, again: &Sheet) -> SideBySide {
    let sheets = [first, again];
    let found = |sheet: &Sheet, id: &str| {
        let decision = sheet.trainee.score.decisions.iter().find(|d| d.id == id)?;
        Some((decision.choice.clone(), decision.right))
    };
    let mut decisions: Vec<Compared> = Vec::new();
    for d in sheets.iter().flat_map(|s| &s.trainee.score.decisions) {
        if decisions.iter().all(|c| c.id != d.id) {
            decisions.push(Compared {
                id: d.id.clone(),
                title: d.title.clone(),
                lines: sheets.map(|s| found(s, &d.id)),
            });
        }
    }
    SideBySide {
        decisions,
        happened: sheets.map(|s| s.happened.clone()),
        passed: sheets.map(|s| s.trainee.score.passed),
        verdicts: sheets.map(|s| s.trainee.score.verdict()),
    }
}
