//! From the notebook to decisions and a score. Each rule arises when what the trainee perceived meets its condition;
//! from then on the notes show what they did about it, and when. Luck plays no part.

mod deeds;

use super::act::Act;
use super::guidance::{Profile, Right, Row, Weight, Wrong};
use super::rubric::{Dimension, Rubric};
use super::situation::{CueKnown, DoorState, SeenBy, Situation, is_home, older};
use crate::crowd::{PersonId, PersonState};
use crate::drill::{Did, DoorRole, FireSize, KinState, Known, Note, Notebook, Noted, Smoke, Whereabouts};
use crate::scenario::{Document, Role, Text};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is judged.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What the trainee perceived and did.
    pub notebook: &'a Notebook,
    /// What they knew before it began.
    pub known: &'a Known,
    /// Chooses the rows that apply.
    pub role: Role,
    /// When the drill ended, s.
    pub end_s: f64,
    /// It came to the end that the scenario sets; false where somebody broke it off.
    pub whole: bool,
    /// The rules.
    pub profile: &'a Profile,
    /// Weights and times.
    pub rubric: &'a Rubric,
}

/// How good a decision was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A serious wrong action, or nothing right.
    Wrong,
    /// Partly right, or late.
    Partly,
    /// Right, and in time.
    Right,
}

/// A decision that arose, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Rule, `"D-05"`.
    pub id: String,
    /// The question, in a few words.
    pub title: Text,
    /// When the question arose, s.
    pub time_s: f64,
    /// Where the trainee was.
    pub place: Whereabouts,
    /// What they had perceived by then.
    pub known: Text,
    /// What they did.
    pub choice: Text,
    /// How good it was.
    pub right: Verdict,
    /// A critical error: caps the total.
    pub critical: bool,
    /// Points earned.
    pub points: f64,
    /// Points that could be earned.
    pub max_points: f64,
    /// Why it was judged so.
    pub reason: Text,
    /// The document that the rule rests on.
    pub basis: Document,
    /// Points and most possible points by dimension.
    pub by_dimension: BTreeMap<Dimension, (f64, f64)>,
    /// The same, act by act.
    #[serde(default)]
    pub acts: Acts,
}

/// What a decision consisted of, in the acts of its rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Acts {
    /// Right ones that earned points.
    pub done: Vec<Act>,
    /// Right ones that were missed, late or half done.
    pub missed: Vec<Act>,
    /// Wrong ones.
    pub wrong: Vec<Act>,
}

/// What became of a right action.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Credit {
    /// The question does not arise (nobody to wake).
    Moot,
    /// Could still have been done in time when the drill ended or events overtook it.
    Open,
    Missed,
    Earned(f64),
}

/// When something was done, and how well (0 to 1).
#[derive(Clone, Debug, PartialEq)]
enum Done {
    Moot,
    Never,
    /// It can no longer be done rightly.
    Failed,
    /// At this time; the clock started at this time.
    At {
        from_s: f64,
        at_s: f64,
        quality: f64,
    },
    /// For one after another of several people: after how many seconds which share of them was cared for.
    Shares(Vec<(f64, f64)>),
}

/// A stretch of notes in which a rule is at stake: from note `first` on, notes before `stop`.
#[derive(Clone, Copy)]
struct Stretch {
    first: usize,
    stop: usize,
    from_s: f64,
    /// When it was overtaken or the drill ended.
    to_s: f64,
    overtaken: bool,
}

/// The notes with what was known after each.
struct Track<'a> {
    case: &'a Case<'a>,
    notes: &'a [Note],
    states: Vec<Situation>,
}

/// Judges a notebook: the decisions in the order in which they arose.
pub fn judge(case: &Case<'_>) -> Vec<Decision> {
    judge_all(case).0
}

/// The decisions, and whether the trainee was past deciding: in the street, or no longer able to act, and nothing that
/// was asked of them could still have been done in time.
fn judge_all(case: &Case<'_>) -> (Vec<Decision>, bool) {
    let mut states = Vec::with_capacity(case.notebook.notes.len());
    let mut state = Situation::default();
    for note in &case.notebook.notes {
        state.take(note);
        states.push(state.clone());
    }
    let track = Track {
        case,
        notes: &case.notebook.notes,
        states,
    };

    let mut raised: Vec<(Stretch, &Row)> = Vec::new();
    for row in case.profile.rows.iter().filter(|r| case.profile.in_force(r, case.role)) {
        let mut from = 0;
        while let Some(stretch) = track.next(row, from) {
            if track.says_something(row, &stretch) {
                raised.push((stretch, row));
                break;
            }
            from = stretch.stop;
        }
    }
    // Stable: rules that arise with the same note stay in the order of the table.
    raised.sort_by_key(|(stretch, _)| stretch.first);

    let open = raised.iter().any(|(stretch, row)| track.still_open(row, stretch));
    let safe = |s: &Situation| s.place == Whereabouts::Street || s.collapsed();
    let past = !open && track.states.last().is_some_and(safe);

    let mut settled = BTreeSet::new();
    let mut counted = BTreeSet::new();
    let decisions = raised
        .iter()
        .filter_map(|(stretch, row)| track.decide(row, stretch, &mut settled, &mut counted))
        .collect();
    (decisions, past)
}

impl Track<'_> {
    /// At stake with note `i`, and still at the end of its tick: what is seen in one glance is known together.
    fn holds(&self, row: &Row, i: usize) -> bool {
        let case = self.case;
        let at_stake = |i: usize| {
            let s = &self.states[i];
            // Who lies unconscious decides nothing more.
            !s.collapsed() && case.profile.at_stake(row, s, case.known, case.role) && !row.unless.holds(s, case.known)
        };
        let glance = |j: &usize| self.notes[*j].tick == self.notes[i].tick;
        at_stake(i) && (i..self.states.len()).take_while(glance).last().is_none_or(at_stake)
    }

    /// The next stretch from note `from` on in which the rule is at stake.
    fn next(&self, row: &Row, from: usize) -> Option<Stretch> {
        let known = self.case.known;
        let first = (from..self.states.len()).find(|i| self.holds(row, *i))?;
        let stop = (first + 1..self.states.len()).find(|i| row.unless.holds(&self.states[*i], known));
        Some(Stretch {
            first,
            stop: stop.unwrap_or(self.states.len()),
            from_s: self.notes[first].time_s,
            to_s: stop.map_or_else(|| self.end_s(), |i| self.notes[i].time_s),
            overtaken: stop.is_some(),
        })
    }

    fn end_s(&self) -> f64 {
        self.notes
            .last()
            .map_or(self.case.end_s, |n| n.time_s.max(self.case.end_s))
    }

    /// Something that the rule asks for could still have been done in time when the drill ended.
    fn still_open(&self, row: &Row, stretch: &Stretch) -> bool {
        !stretch.overtaken && row.right.iter().any(|r| self.credit(row, r, stretch) == Credit::Open)
    }

    /// Anything was decided in this stretch.
    fn says_something(&self, row: &Row, stretch: &Stretch) -> bool {
        !stretch.overtaken
            || row
                .right
                .iter()
                .any(|r| matches!(self.credit(row, r, stretch), Credit::Earned(_) | Credit::Missed))
            || row.wrong.iter().any(|w| self.hit(row, w, stretch))
    }

    fn decide(
        &self,
        row: &Row,
        stretch: &Stretch,
        settled: &mut BTreeSet<Act>,
        counted: &mut BTreeSet<Act>,
    ) -> Option<Decision> {
        let mut by: BTreeMap<Dimension, (f64, f64)> = BTreeMap::new();
        let mut did = Vec::new();
        let mut missed = Vec::new();
        let mut acts = Acts::default();
        for right in &row.right {
            let credit = self.credit(row, right, stretch);
            // A call is one deed however many rules ask for it.
            let once = matches!(right.act, Act::Called | Act::CallSays | Act::ShutBehind | Act::KinTaken);
            if matches!(credit, Credit::Moot | Credit::Open) || (once && settled.contains(&right.act)) {
                continue;
            }
            if once {
                settled.insert(right.act);
            }
            let share = if let Credit::Earned(share) = credit { share } else { 0.0 };
            let (points, most) = by.entry(right.dimension).or_default();
            *points += right.points * share;
            *most += right.points;
            if share > 0.0 {
                did.push(right.act);
            }
            if share < 1.0 {
                // A call that was never made left nothing out.
                if right.act != Act::CallSays || self.states[stretch.stop - 1].called_s.is_some() {
                    missed.push(&right.missed);
                }
                acts.missed.push(right.act);
            }
        }
        let hits: Vec<&Wrong> = row.wrong.iter().filter(|w| self.hit(row, w, stretch)).collect();
        // Going on in the same smoke is one mistake, not one for every rule that it offends.
        let walked = |w: &&Wrong| matches!(w.act, Act::IntoDense | Act::DownDense | Act::DownSmoke);
        if hits.iter().any(|w| walked(w) && counted.contains(&w.act)) {
            return None;
        }
        if by.is_empty() && hits.is_empty() {
            return None;
        }
        for wrong in &hits {
            if let Some((points, _)) = by.get_mut(&wrong.dimension) {
                *points = (*points - wrong.takes).max(0.0);
            }
            if walked(wrong) {
                counted.extend([Act::IntoDense, Act::DownDense, Act::DownSmoke]);
            }
        }
        let (points, max_points) = by.values().fold((0.0, 0.0), |(p, m), (q, n)| (p + q, m + n));
        let serious = hits.iter().any(|w| w.severity == Weight::Serious || w.critical);
        let right = if serious || (max_points > 0.0 && points <= 0.0) {
            Verdict::Wrong
        } else if hits.is_empty() && points >= max_points - 1e-9 {
            Verdict::Right
        } else {
            Verdict::Partly
        };
        Some(Decision {
            id: row.id.clone(),
            title: row.title.clone(),
            time_s: stretch.from_s,
            place: self.states[stretch.first].place,
            known: known_sentence(&self.states[stretch.first]),
            choice: choice_sentence(&did, &hits),
            right,
            critical: hits.iter().any(|w| w.critical),
            points,
            max_points,
            reason: reason(row, right, &hits, &missed),
            basis: row.sources.first().cloned().unwrap_or_default(),
            by_dimension: by,
            acts: Acts {
                wrong: hits.iter().map(|w| w.act).collect(),
                done: did,
                ..acts
            },
        })
    }

    // ------------------------------------------------------------------------------------------ right actions

    fn credit(&self, row: &Row, right: &Right, stretch: &Stretch) -> Credit {
        let times = &self.case.rubric.times;
        let given = match right.act {
            Act::Called | Act::CallSays => times.call,
            Act::KeptShut => times.shut_again,
            Act::ShutBehind => times.shut_behind,
            _ => (row.window_s, 2.0 * row.window_s),
        };
        let full = if right.within_s > 0.0 { right.within_s } else { given.0 };
        let half = match (right.half_s > 0.0, right.within_s > 0.0) {
            (true, _) => right.half_s,
            (false, true) => 2.0 * full,
            (false, false) => given.1,
        };
        if right.act == Act::WellUsed && !self.case.rubric.dexterity {
            return Credit::Moot;
        }
        match self.done(row, right, stretch) {
            Done::Moot => Credit::Moot,
            Done::Failed => Credit::Missed,
            Done::At { from_s, at_s, quality } => {
                let taken = at_s - from_s;
                if taken <= full {
                    Credit::Earned(quality)
                } else if taken <= half && quality > 0.0 {
                    Credit::Earned(0.5 * quality)
                } else {
                    Credit::Missed
                }
            }
            // Whoever came in time counts in full, whoever came late by half: one more is never worth less than one fewer.
            Done::Shares(by) => {
                let share = |within_s: f64| by.iter().rev().find(|(s, _)| *s <= within_s).map_or(0.0, |(_, n)| *n);
                let earned = 0.5 * (share(full) + share(half.max(full)));
                if earned > 0.0 {
                    Credit::Earned(earned)
                } else {
                    Credit::Missed
                }
            }
            Done::Never => {
                let from_s = self.clock(row, right.act, stretch);
                let collapsed = self.states[..stretch.stop].last().is_some_and(Situation::collapsed);
                // What could still have come in time when the drill ended is left out.
                match from_s {
                    _ if collapsed => Credit::Missed,
                    Some(from_s) if stretch.to_s - from_s >= full => Credit::Missed,
                    _ => Credit::Open,
                }
            }
        }
    }

    /// When the clock of an act starts, s.
    fn clock(&self, row: &Row, act: Act, stretch: &Stretch) -> Option<f64> {
        match act {
            Act::Called | Act::CallSays => {
                // Who is to leave calls from outside: out, door shut, at the first place without smoke. Who never left
                // had the window to do so.
                let leaves = row.right.iter().any(|r| r.act == Act::LeftHome);
                let safe = |i: &usize| self.states[*i].safe_to_call() && !(leaves && is_home(self.states[*i].place));
                let first = self.comes_before_a_call(row, stretch).unwrap_or(stretch.first);
                let found = (first..stretch.stop).find(safe).map(|i| self.notes[i].time_s);
                found.or_else(|| leaves.then_some(stretch.from_s + row.window_s))
            }
            // Somebody who never left had the whole window to leave and then to shut the door.
            Act::ShutBehind => Some(
                self.left(stretch)
                    .map_or(stretch.from_s + row.window_s, |i| self.notes[i].time_s),
            ),
            _ => Some(stretch.from_s),
        }
    }

    /// The note with which the deed was done that lives depend on and that comes before the call: whoever shelters
    /// seals the door first, whoever answers for guests clears the rooms first. Only if it was done in its own time.
    fn comes_before_a_call(&self, row: &Row, stretch: &Stretch) -> Option<usize> {
        let before = row.right.iter().find(|r| matches!(r.act, Act::Sealed | Act::Swept))?;
        let within_s = if before.within_s > 0.0 {
            before.within_s
        } else {
            row.window_s
        };
        let done = |d: &Did| match before.act {
            Act::Sealed => matches!(d, Did::Sealed(DoorRole::Home(_))),
            _ => *d == Did::Swept,
        };
        self.first_did(stretch.first, stretch.stop, done)
            .filter(|i| self.notes[*i].time_s - stretch.from_s <= within_s)
    }

    fn done(&self, row: &Row, right: &Right, stretch: &Stretch) -> Done {
        let (first, stop) = (stretch.first, stretch.stop);
        let at = |i: usize, quality: f64| Done::At {
            from_s: stretch.from_s,
            at_s: self.notes[i].time_s.max(stretch.from_s),
            quality,
        };
        match right.act {
            Act::LookedBeforeOpening => self.looked_before_opening(stretch),
            Act::KeptShut => self.kept_shut(stretch),
            Act::Sealed => self
                .first_did(0, stop, |d| matches!(d, Did::Sealed(DoorRole::Home(_))))
                .map_or(Done::Never, |i| at(i, 1.0)),
            Act::Signalled => self
                .first_did(0, stop, |d| matches!(d, Did::Signalled(_)))
                .map_or(Done::Never, |i| at(i, 1.0)),
            Act::Called | Act::CallSays => self.called(row, right, stretch),
            Act::KinWoken => {
                let awake = |s: &Situation, p: &PersonId| {
                    s.woke.contains(p) || s.cared_for(*p) || s.kin.get(p) == Some(&KinState::Awake)
                };
                self.kin_share(stretch, awake)
            }
            Act::KinTaken => self.kin_taken(stretch),
            Act::LeftHome => self.left_first(stretch).map_or(Done::Never, |i| at(i, 1.0)),
            Act::ShutBehind => {
                let Some(left) = self.left(stretch) else {
                    return Done::Never;
                };
                let from_s = self.notes[left].time_s;
                let shut = |i: &usize| self.states[*i].door == DoorState::Shut && !is_home(self.states[*i].place);
                (left..stop).find(shut).map_or(Done::Never, |i| Done::At {
                    from_s,
                    at_s: self.notes[i].time_s,
                    quality: 1.0,
                })
            }
            Act::ByClearStair => {
                let entered = (first..stop).find(|i| matches!(self.states[*i].place, Whereabouts::Stair(..)));
                match entered {
                    None => {
                        // By a way without a stair: a home on the ground.
                        let out = (first..stop).find(|i| self.states[*i].place == Whereabouts::Street);
                        out.map_or(Done::Never, |i| at(i, 1.0))
                    }
                    Some(i) if self.smoke_in_stair(i) == Smoke::None => at(i, 1.0),
                    Some(i) if self.smoke_in_stair(i) == Smoke::Thin => at(i, 0.5),
                    Some(_) => Done::Failed,
                }
            }
            Act::KeptOut => {
                if self.went_down(stretch, Smoke::Thin).is_some() {
                    return Done::Failed;
                }
                let kept = |i: &usize| match self.states[*i].place {
                    Whereabouts::Home(_) => true,
                    Whereabouts::Stair(stair, _) => self.states[*i].stairs.get(&stair) == Some(&Smoke::None),
                    _ => false,
                };
                (first + 1..stop).find(kept).map_or(Done::Never, |i| at(i, 1.0))
            }
            Act::TurnedBack => {
                let start = self.states[first].place;
                let back = |i: &usize| match (start, self.states[*i].place) {
                    (Whereabouts::Stair(_, was), Whereabouts::Stair(_, is)) => is < was,
                    (_, Whereabouts::Stair(..) | Whereabouts::Street | Whereabouts::Hall) => false,
                    _ => true,
                };
                if self.went_down(stretch, Smoke::Dense).is_some() {
                    return Done::Failed;
                }
                (first + 1..stop).find(back).map_or(Done::Never, |i| at(i, 1.0))
            }
            Act::NoLift => {
                let rode = (first..stop).any(|i| self.states[i].rode_lift.is_some());
                if rode { Done::Failed } else { at(first, 1.0) }
            }
            // Never credited.
            Act::Waited | Act::FlungOpen | Act::StayedIn | Act::LeftOpen => Done::Never,
            Act::KinLeft | Act::KinDeserted => Done::Never,
            Act::IntoSmoke | Act::IntoDense | Act::DownSmoke | Act::DownDense => Done::Never,
            Act::CalledLift | Act::RodeLift | Act::TookBelongings => Done::Never,
            plain => self.deed_done(row, plain, stretch),
        }
    }

    fn first_did(&self, from: usize, stop: usize, is: impl Fn(&Did) -> bool) -> Option<usize> {
        (from..stop).find(|i| matches!(&self.notes[*i].what, Noted::Did(did) if is(did)))
    }

    /// The first note from `first` on that shows the home's door wide open by the trainee's own hand.
    fn opened_wide(&self, stretch: &Stretch) -> Option<usize> {
        self.first_did(stretch.first, stretch.stop, |d| {
            matches!(d, Did::Opened(DoorRole::Home(_)))
                || matches!(d, Did::Passed { door: DoorRole::Home(_), from, .. } if is_home(*from))
        })
    }

    fn looked_before_opening(&self, stretch: &Stretch) -> Done {
        let opened = self.opened_wide(stretch);
        let upto = opened.unwrap_or(stretch.stop);
        let quality = |s: &Situation| {
            let c = s.checks;
            if c.gap || (c.felt && (c.cracked || s.handle_hot == Some(true))) {
                1.0
            } else if c.felt || c.cracked || !s.sealed.is_empty() {
                0.5
            } else {
                0.0
            }
        };
        let best = |least: f64| {
            (0..upto)
                .find(|i| quality(&self.states[*i]) >= least)
                .map(|i| (i, least))
        };
        match best(1.0).or_else(|| best(0.5)) {
            Some((i, quality)) => Done::At {
                from_s: stretch.from_s,
                at_s: self.notes[i].time_s.max(stretch.from_s),
                quality,
            },
            None if opened.is_some() => Done::Failed,
            None => Done::Never,
        }
    }

    /// The longest time for which the trainee was not behind the shut door. Whom the smoke met outside is given the way
    /// back: its clock starts at their door.
    fn kept_shut(&self, stretch: &Stretch) -> Done {
        let times = &self.case.rubric.times;
        // Start of the time away from the shut door, and how much of it is the way back.
        let mut since: Option<(f64, f64)> = None;
        let mut longest = 0.0_f64;
        for i in stretch.first..stretch.stop {
            let (s, now_s) = (&self.states[i], self.notes[i].time_s);
            if is_home(s.place) && s.door == DoorState::Shut {
                if let Some((from_s, back_s)) = since.take() {
                    longest = longest.max(now_s - from_s - back_s);
                }
                continue;
            }
            let (from_s, back_s) = since.get_or_insert((now_s, 0.0));
            if !is_home(s.place) {
                let until_s = self.notes.get(i + 1).map_or(stretch.to_s, |n| n.time_s);
                *back_s = (until_s - *from_s).min(times.shut_behind.0);
            }
        }
        if let Some((from_s, back_s)) = since {
            let collapsed = self.states[..stretch.stop].last().is_some_and(Situation::collapsed);
            let still = !collapsed && stretch.to_s - from_s - back_s < times.shut_again.0;
            return if still { Done::Never } else { Done::Failed };
        }
        Done::At {
            from_s: 0.0,
            at_s: longest,
            quality: 1.0,
        }
    }

    fn called(&self, row: &Row, right: &Right, stretch: &Stretch) -> Done {
        let clock = self.clock(row, right.act, stretch).unwrap_or(stretch.from_s);
        let own = (0..stretch.stop).find_map(|i| self.states[i].called_s);
        let others = (0..stretch.stop).find(|i| self.states[*i].others_called);
        if right.act == Act::Called {
            let first = match (own, others.map(|i| self.notes[i].time_s)) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            return first.map_or(Done::Never, |at_s| Done::At {
                from_s: clock,
                at_s: at_s.max(clock),
                quality: 1.0,
            });
        }
        match own {
            None if others.is_some() => Done::Moot,
            None => Done::Never,
            Some(at_s) => {
                // All that was said in the end counts, however late the operator had to ask for it.
                let said = &self.states[stretch.stop - 1].said;
                let must = right.must.iter().all(|item| said.contains(item));
                let also = right.also.iter().filter(|item| said.contains(*item)).count();
                let quality = match must {
                    false => 0.0,
                    true if also == right.also.len() => 1.0,
                    true if 2 * also >= right.also.len() => 0.5,
                    true => 0.25,
                };
                if quality > 0.0 {
                    Done::At {
                        from_s: at_s,
                        at_s,
                        quality,
                    }
                } else {
                    Done::Failed
                }
            }
        }
    }

    /// Each new best share of kin for whom something holds, and when it first did.
    fn kin_share(&self, stretch: &Stretch, holds: impl Fn(&Situation, &PersonId) -> bool) -> Done {
        let kin = &self.case.known.kin;
        if kin.is_empty() {
            return Done::Moot;
        }
        let share = |s: &Situation| kin.iter().filter(|p| holds(s, p)).count();
        let mut best = 0;
        let mut by = Vec::new();
        for i in 0..stretch.stop {
            let n = share(&self.states[i]);
            if n > best {
                best = n;
                let after_s = (self.notes[i].time_s - stretch.from_s).max(0.0);
                by.push((after_s, n as f64 / kin.len() as f64));
            }
        }
        if by.is_empty() { Done::Never } else { Done::Shares(by) }
    }

    fn kin_taken(&self, stretch: &Stretch) -> Done {
        let kin = &self.case.known.kin;
        if kin.is_empty() {
            return Done::Moot;
        }
        let Some(left) = self.left(stretch) else {
            return Done::Never;
        };
        let last = &self.states[stretch.stop - 1];
        let taken = kin
            .iter()
            .filter(|p| self.states[left].cared_for(**p) || last.cared_for(**p));
        let stayed = taken
            .filter(|p| last.kin.get(*p) != Some(&KinState::LeftBehind))
            .count();
        if stayed == 0 {
            return Done::Failed;
        }
        Done::At {
            from_s: stretch.from_s,
            at_s: self.notes[left].time_s.max(stretch.from_s),
            quality: stayed as f64 / kin.len() as f64,
        }
    }

    /// The note with which the trainee left the home for the last time.
    fn left(&self, stretch: &Stretch) -> Option<usize> {
        let outside = |i: &usize| !is_home(self.states[*i].place);
        let last = (0..stretch.stop).rev().find(outside)?;
        (0..=last).rev().take_while(outside).last()
    }

    /// The note with which they left it first while the rule was at stake. Who is back in it at the end never left,
    /// unless events drove them back.
    fn left_first(&self, stretch: &Stretch) -> Option<usize> {
        let outside = |i: &usize| !is_home(self.states[*i].place);
        if !stretch.overtaken && !outside(&(stretch.stop - 1)) {
            return None;
        }
        let first = (stretch.first..stretch.stop).find(outside)?;
        (0..=first).rev().take_while(outside).last()
    }

    // ------------------------------------------------------------------------------------------ wrong actions

    fn hit(&self, row: &Row, wrong: &Wrong, stretch: &Stretch) -> bool {
        let (first, stop) = (stretch.first, stretch.stop);
        let collapsed = self.states[..stop].last().is_some_and(Situation::collapsed);
        let passed = |s: f64| stretch.to_s - stretch.from_s >= s || collapsed;
        match wrong.act {
            Act::FlungOpen => self.opened_wide(stretch).is_some_and(|i| {
                let checks = self.states[i.saturating_sub(1)].checks;
                !(checks.felt || checks.gap || checks.cracked)
            }),
            Act::Waited => {
                let until_s = stretch.from_s + row.window_s;
                let deed = |n: &Note| match &n.what {
                    Noted::Did(did) => !matches!(did, Did::StoodStill | Did::LookedAround | Did::Entered(_)),
                    _ => false,
                };
                let deeds = self.notes[first + 1..stop]
                    .iter()
                    .any(|n| deed(n) && n.time_s <= until_s);
                // A door that nobody touched stays shut by itself; what was done before it arose is done.
                let done =
                    |r: &Right| r.act != Act::KeptShut && matches!(self.credit(row, r, stretch), Credit::Earned(_));
                passed(row.window_s) && !deeds && !row.right.iter().any(done)
            }
            Act::KinLeft => self.without_kin(stretch) && !(self.could_take_kin(stretch) && deserting(row)),
            Act::KinDeserted => self.without_kin(stretch) && self.could_take_kin(stretch),
            Act::StayedIn => {
                let half = row
                    .right
                    .iter()
                    .find(|r| r.act == Act::LeftHome)
                    .map_or(0.0, |r| r.half_s);
                let limit_s = stretch.from_s + if half > 0.0 { half } else { 2.0 * row.window_s };
                let outside = |i: usize| !is_home(self.states[i].place);
                let went = (first..stop).any(|i| outside(i) && self.notes[i].time_s <= limit_s);
                !went && passed(limit_s - stretch.from_s)
            }
            Act::LeftOpen => self
                .went_far(stretch)
                .is_some_and(|i| self.states[i].door != DoorState::Shut),
            Act::IntoSmoke => self.went_out(stretch, Smoke::Thin),
            Act::IntoDense => self.went_out(stretch, Smoke::Dense),
            Act::DownSmoke => {
                self.went_down(stretch, Smoke::Thin).is_some() && self.went_down(stretch, Smoke::Dense).is_none()
            }
            Act::DownDense => self.went_down(stretch, Smoke::Dense).is_some(),
            Act::CalledLift => {
                let s = &self.states[stop - 1];
                s.called_lift && s.rode_lift.is_none()
            }
            Act::RodeLift => (first..stop).any(|i| self.states[i].rode_lift.is_some()),
            Act::TookBelongings => self
                .first_did(first, stop, |d| matches!(d, Did::CollectedBelongings))
                .is_some(),
            plain => self.deed_hit(plain, stretch),
        }
    }

    /// The note with which the trainee was well away: two storeys from the own, in the hall, a lift or the street.
    fn went_far(&self, stretch: &Stretch) -> Option<usize> {
        (stretch.first..stretch.stop).find(|i| match self.states[*i].place {
            Whereabouts::Stair(_, n) => n.abs() >= 2,
            Whereabouts::Street | Whereabouts::Hall | Whereabouts::Lift(_) => true,
            _ => false,
        })
    }

    /// Was well away, and somebody they answer for was neither with them nor safe.
    fn without_kin(&self, stretch: &Stretch) -> bool {
        let kin = &self.case.known.kin;
        self.went_far(stretch)
            .is_some_and(|i| kin.iter().any(|p| !self.states[i].cared_for(*p)))
    }

    /// When the question arose, or when they were last at home before it, one could go about in there, and not all of those
    /// who were left had fallen. Nobody is asked to go back through dense smoke, and of older people nobody asks more than
    /// that they leave.
    fn could_take_kin(&self, stretch: &Stretch) -> bool {
        let at_home = (0..=stretch.first).rev().find(|i| is_home(self.states[*i].place));
        let fell = |p: &PersonId| self.states[stretch.stop - 1].kin.get(p) == Some(&KinState::Fallen);
        let left = |i: usize, p: &PersonId| !self.states[i].cared_for(*p) && !fell(p);
        at_home.is_some_and(|i| self.states[i].home_passable())
            && !older(self.case.known)
            && self
                .went_far(stretch)
                .is_some_and(|i| self.case.known.kin.iter().any(|p| left(i, p)))
    }

    /// Went out although smoke at least this dense was known and did not turn round at once; or went on where it met
    /// them outside, instead of back.
    fn went_out(&self, stretch: &Stretch, least: Smoke) -> bool {
        let patience_s = self.case.rubric.times.shut_again.0;
        let way_back_s = self.case.rubric.times.shut_behind.1;
        let mut in_smoke_since = None;
        for i in stretch.first..stretch.stop {
            let s = &self.states[i];
            let before = &self.states[i.saturating_sub(1)];
            let passes = match &self.notes[i].what {
                Noted::Did(Did::Passed {
                    door: DoorRole::Home(_),
                    from,
                    ..
                }) => is_home(*from),
                _ => false,
            };
            if i > stretch.first
                && passes
                && before.smoke_at_door() >= least
                && !self.back_within(i, stretch, patience_s)
            {
                return true;
            }
            // Seen from a door dense smoke has no height; whoever is out there knows whether it is at the head.
            let met = match least {
                Smoke::Dense => s.dense_at_head(),
                _ => s.smoke_at_door().max(s.here) >= least,
            };
            let in_smoke = s.place == Whereabouts::Corridor && met;
            match (in_smoke, in_smoke_since) {
                (true, None) => in_smoke_since = Some(self.notes[i].time_s),
                (true, Some(from_s)) if self.notes[i].time_s - from_s > way_back_s => return true,
                // Back, or it cleared where they are.
                (false, Some(_)) if is_home(s.place) || s.place == Whereabouts::Corridor => in_smoke_since = None,
                // From one smoke into another place: not back home.
                (false, Some(_)) => return true,
                _ => {}
            }
        }
        in_smoke_since
            .is_some_and(|from_s| stretch.to_s - from_s > patience_s || self.states[stretch.stop - 1].collapsed())
    }

    fn back_within(&self, from: usize, stretch: &Stretch, limit_s: f64) -> bool {
        (from + 1..stretch.stop)
            .take_while(|i| self.notes[*i].time_s - self.notes[from].time_s <= limit_s)
            .any(|i| is_home(self.states[i].place))
    }

    /// Smoke in the stair in which the trainee is with note `i`, as known before and now.
    fn smoke_in_stair(&self, i: usize) -> Smoke {
        let Whereabouts::Stair(stair, _) = self.states[i].place else {
            return Smoke::None;
        };
        let before = self.states[i.saturating_sub(1)].stairs.get(&stair).copied();
        let now = self.states[i].stairs.get(&stair).copied();
        before.or(now).unwrap_or(self.states[i].here)
    }

    /// The note with which the trainee went further down a stair that they knew to hold smoke at least this dense, or
    /// stayed in it for more than ten seconds.
    fn went_down(&self, stretch: &Stretch, least: Smoke) -> Option<usize> {
        let patience_s = self.case.rubric.times.shut_again.0;
        let mut since: Option<f64> = None;
        for i in stretch.first..stretch.stop {
            let Whereabouts::Stair(stair, depth) = self.states[i].place else {
                since = None;
                continue;
            };
            let deeper = i > stretch.first
                && match self.states[i - 1].place {
                    Whereabouts::Stair(_, was) => depth > was,
                    _ => depth > 0,
                };
            let known = self.states[i.saturating_sub(1)]
                .stairs
                .get(&stair)
                .copied()
                .unwrap_or_default();
            if deeper && known >= least {
                return Some(i);
            }
            let here = self.states[i].stairs.get(&stair).copied().unwrap_or_default();
            if here < least {
                since = None;
                continue;
            }
            let from_s = *since.get_or_insert(self.notes[i].time_s);
            let risen = matches!(self.states[stretch.first].place, Whereabouts::Stair(_, was) if depth < was);
            let until_s = self.notes.get(i + 1).map_or(stretch.to_s, |n| n.time_s);
            if !risen && until_s - from_s > patience_s {
                return Some(i);
            }
            if self.states[i].collapsed() {
                return Some(i);
            }
        }
        None
    }
}

/// The row tells leaving those who could have been taken from leaving those who could not.
fn deserting(row: &Row) -> bool {
    row.wrong.iter().any(|w| w.act == Act::KinDeserted)
}

// ---------------------------------------------------------------------------------------------- sentences

fn known_sentence(s: &Situation) -> Text {
    let mut said: Vec<(&str, &str)> = Vec::new();
    let mut say = |zh: &'static str, en: &'static str| said.push((zh, en));
    for cue in &s.cues {
        match cue {
            CueKnown::Smell => say("闻到烟味", "smelled smoke"),
            CueKnown::Alarm => say("听到警报", "heard an alarm"),
            CueKnown::Shout => say("听到有人喊", "heard somebody shout"),
            CueKnown::Knock => say("听到敲门", "heard a knock"),
            CueKnown::FireSeen if s.home_fire.is_none() => say("看到火", "saw a fire"),
            CueKnown::SmokeSeen | CueKnown::FireSeen => {}
        }
    }
    match s.home_fire {
        Some(f) if f.in_way => say("自己家着火，火挡在门口", "own home on fire, the fire in the way"),
        Some(f) if f.size == FireSize::Small => say("自己家着火，火还小", "own home on fire, still small"),
        Some(_) => say("自己家着火", "own home on fire"),
        None => {}
    }
    match s.handle_hot {
        Some(true) => say("门把手烫", "the handle was hot"),
        Some(false) => say("门把手不烫", "the handle was cool"),
        None => {}
    }
    match s.corridor {
        Some((Smoke::None, SeenBy::Gap)) => say("门缝没有烟", "no smoke at the gap"),
        Some((_, SeenBy::Gap)) => say("门缝进烟", "smoke at the gap"),
        Some((Smoke::None, _)) => say("楼道没有烟", "the corridor was clear"),
        Some((Smoke::Thin, _)) => say("楼道有薄烟", "a haze in the corridor"),
        Some((Smoke::Dense, _)) => say("楼道有浓烟", "dense smoke in the corridor"),
        None => {}
    }
    match (s.clear_stair().is_some(), s.stairs.values().max()) {
        (true, _) => say("看到一部楼梯没有烟", "a stair was clear"),
        (false, Some(Smoke::Dense)) => say("楼梯里有浓烟", "dense smoke in the stair"),
        (false, Some(_)) => say("楼梯里有烟", "smoke in the stair"),
        (false, None) => {}
    }
    if s.kin.values().any(|k| *k == KinState::Asleep) {
        say("家人还在睡", "the family was asleep");
    }
    if said.is_empty() {
        said.push(("发现有烟", "saw smoke"));
    }
    let (zh, en): (Vec<&str>, Vec<&str>) = said.into_iter().unzip();
    Text {
        zh: format!("{}。", zh.join("，")),
        en: format!("{}.", capital(&en.join(", "))),
    }
}

fn choice_sentence(did: &[Act], hits: &[&Wrong]) -> Text {
    let mut acts: Vec<Act> = did.to_vec();
    for hit in hits {
        if !acts.contains(&hit.act) {
            acts.push(hit.act);
        }
    }
    if acts.is_empty() {
        return Text {
            zh: "没有采取应做的行动。".to_owned(),
            en: "Did none of what was called for.".to_owned(),
        };
    }
    let texts: Vec<Text> = acts.iter().map(|a| a.text()).collect();
    let zh: Vec<&str> = texts.iter().map(|t| t.zh.as_str()).collect();
    let en: Vec<&str> = texts.iter().map(|t| t.en.as_str()).collect();
    Text {
        zh: format!("{}。", zh.join("，")),
        en: format!("{}.", capital(&en.join(", "))),
    }
}

fn reason(row: &Row, verdict: Verdict, hits: &[&Wrong], missed: &[&Text]) -> Text {
    if verdict == Verdict::Right {
        return row.feedback.clone();
    }
    let all: Vec<&Text> = hits.iter().map(|w| &w.why).chain(missed.iter().copied()).collect();
    let zh: Vec<&str> = all.iter().map(|t| t.zh.as_str()).filter(|t| !t.is_empty()).collect();
    let en: Vec<&str> = all.iter().map(|t| t.en.as_str()).filter(|t| !t.is_empty()).collect();
    Text {
        zh: format!("{}。{}", zh.join("；"), row.feedback.zh),
        en: format!("{}. {}", capital(&en.join("; ")), row.feedback.en),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

// ---------------------------------------------------------------------------------------------- outcome and score

/// What became of somebody the trainee answered for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct KinOutcome {
    /// What the sheet calls them: (zh: "母亲", en: "mother"); empty: "家人".
    pub called: Text,
    /// Their state at the end.
    pub state: PersonState,
    /// At the end they are in a refuge.
    pub in_refuge: bool,
    /// Gas dose, 1 = cannot go on.
    pub fed_gas: f64,
    /// Heat dose, 1 = cannot go on.
    pub fed_heat: f64,
}

/// What became of the neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Neighbours {
    /// How many there were.
    pub people: u32,
    /// How many came to harm.
    pub harmed: u32,
    /// How many more of them came to harm than if the trainee had decided rightly, the mean over paired seeds; `None`
    /// until a what-if has computed it. Harm that the trainee did not cause is never scored.
    pub owed: Option<f64>,
}

/// How it ended for the trainee and those around.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outcome {
    /// The trainee's state at the end.
    pub state: PersonState,
    /// Gas dose, 1 = cannot go on.
    pub fed_gas: f64,
    /// Heat dose, 1 = cannot go on.
    pub fed_heat: f64,
    /// At the end the trainee is in a refuge.
    pub in_refuge: bool,
    /// Name of the storey where the trainee ended, empty outdoors.
    pub storey: String,
    /// By name in the scenario.
    pub answered_for: BTreeMap<String, KinOutcome>,
    /// `None` if there were none to look at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neighbours: Option<Neighbours>,
}

impl Outcome {
    /// Points out of 100 under a rubric.
    pub fn points(&self, rubric: &Rubric) -> f64 {
        let rule = &rubric.outcome;
        let dose = |state: PersonState, gas: f64, heat: f64| {
            let worst = if gas.is_finite() && heat.is_finite() {
                gas.max(heat)
            } else {
                f64::INFINITY
            };
            if state == PersonState::Incapacitated || worst >= rule.hurt_from {
                0.0
            } else if worst >= rule.unhurt_below {
                0.5
            } else {
                1.0
            }
        };
        let mut sum = rule.own * dose(self.state, self.fed_gas, self.fed_heat);
        let mut weight = rule.own;
        if !self.answered_for.is_empty() {
            let all: f64 = self
                .answered_for
                .values()
                .map(|k| dose(k.state, k.fed_gas, k.fed_heat))
                .sum();
            sum += rule.kin * all / self.answered_for.len() as f64;
            weight += rule.kin;
        }
        if let Some(owed) = self.neighbours.and_then(|n| n.owed) {
            sum += rule.neighbours * (1.0 - owed).clamp(0.0, 1.0);
            weight += rule.neighbours;
        }
        if weight > 0.0 { 100.0 * sum / weight } else { 0.0 }
    }
}

/// The score, as the command line prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Out of 100: process and outcome.
    pub total: f64,
    /// Out of 100, from decisions alone.
    pub process: f64,
    /// Out of 100; `None` if no outcome was given.
    pub outcome_points: Option<f64>,
    /// From process and critical errors alone; false where there is no verdict.
    pub passed: bool,
    /// The drill was broken off with decisions still to come: neither passed nor failed (不作判定).
    #[serde(default)]
    pub no_verdict: bool,
    /// Percent of the points of each dimension in which something arose.
    pub dimensions: BTreeMap<Dimension, f64>,
    /// Weights of those dimensions, renormalised to 100.
    pub weights: BTreeMap<Dimension, f64>,
    /// 本次未考核.
    pub not_assessed: Vec<Dimension>,
    /// Rules with a critical error.
    pub critical: Vec<String>,
    /// In the order in which the questions arose.
    pub decisions: Vec<Decision>,
}

impl Score {
    /// Passed, to be practised again, or neither.
    pub fn verdict(&self) -> Text {
        let (zh, en) = match (self.passed, self.no_verdict) {
            (true, _) => ("合格", "passed"),
            (false, true) => ("练习提前结束，不作判定", "broken off early: no verdict"),
            (false, false) => ("需再练", "practise again"),
        };
        Text {
            zh: zh.to_owned(),
            en: en.to_owned(),
        }
    }
}

/// Judges and scores. `outcomes`: one, or one for each of the what-if's paired seeds, of which the mean counts.
pub fn score(case: &Case<'_>, outcomes: &[Outcome]) -> Score {
    let (decisions, past_deciding) = judge_all(case);
    let rubric = case.rubric;
    let mut by: BTreeMap<Dimension, (f64, f64)> = BTreeMap::new();
    for decision in &decisions {
        for (dimension, (points, most)) in &decision.by_dimension {
            let sum = by.entry(*dimension).or_default();
            sum.0 += points;
            sum.1 += most;
        }
    }
    by.retain(|dimension, (_, most)| *most > 0.0 && rubric.weight(*dimension) > 0.0);
    let weight: f64 = by.keys().map(|d| rubric.weight(*d)).sum();
    let dimensions: BTreeMap<Dimension, f64> = by.iter().map(|(d, (p, m))| (*d, tidy(100.0 * p / m))).collect();
    let weights: BTreeMap<Dimension, f64> = by
        .keys()
        .map(|d| (*d, tidy(100.0 * rubric.weight(*d) / weight)))
        .collect();
    let process = by
        .iter()
        .map(|(d, (p, m))| rubric.weight(*d) / weight * 100.0 * p / m)
        .sum::<f64>();
    let critical: Vec<String> = decisions.iter().filter(|d| d.critical).map(|d| d.id.clone()).collect();
    let outcome_points =
        (!outcomes.is_empty()).then(|| outcomes.iter().map(|o| o.points(rubric)).sum::<f64>() / outcomes.len() as f64);
    let mut total = outcome_points.map_or(process, |o| {
        rubric.process_share * process + (1.0 - rubric.process_share) * o
    });
    if !critical.is_empty() {
        total = total.min(rubric.critical_cap);
    }
    let process = tidy(process);
    let not_assessed = Dimension::ALL
        .into_iter()
        .filter(|d| rubric.weight(*d) > 0.0 && !by.contains_key(d))
        .collect();
    // A critical error stands, however early the drill was broken off.
    let no_verdict = critical.is_empty() && !(case.whole || past_deciding);
    Score {
        total: tidy(total),
        process,
        outcome_points: outcome_points.map(tidy),
        // Nothing that arose is nothing that was passed.
        passed: !by.is_empty() && critical.is_empty() && process >= rubric.pass_mark && !no_verdict,
        no_verdict,
        dimensions,
        weights,
        not_assessed,
        critical,
        decisions,
    }
}

/// To a tenth of a point.
fn tidy(points: f64) -> f64 {
    // An empty sum is -0.0, which nobody wants to read.
    (points * 10.0).round() / 10.0 + 0.0
}

#[cfg(test)]
mod scenes;
#[cfg(test)]
pub(super) mod tests;
