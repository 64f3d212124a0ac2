//! How a trainee is played in an arm of a what-if: as they did, or as the role's policy with one thing done otherwise.

use crate::assess::act::Act;
use crate::assess::guidance::Row;
use crate::assess::judge::{Decision, Verdict};
use crate::assess::policies::{Policy, policy};
use crate::assess::situation::is_home;
use crate::drill::{Action, History, Known, Note, Notebook, Noted, Simulation, TraineeView, Whereabouts};
use crate::place::{LiftId, StoreyId};
use crate::scenario::Text;

/// Refusals after which a policy no longer asks for an action.
const REFUSED: usize = 2;
/// Policies are asked at least this often, ticks.
const ASKED_TICKS: u64 = 10;
/// Name of the policy that does what the rule table calls right, for every role.
pub(super) const RIGHT: &str = "best";
/// Name of the policy that runs down whatever the smoke.
const RUNS: &str = "run_down";
/// Name of the policy that stays whatever happens.
const STAYS: &str = "always_stay";

/// One thing done otherwise than the role's policy would.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deviation {
    /// Done first, one after the other.
    pub first: Vec<Deed>,
    /// Never done.
    pub never: Vec<Omission>,
    /// Another policy for good.
    pub policy: Option<&'static str>,
    /// Nothing is done for so long, s.
    pub waits_s: f64,
}

/// A deed that does not depend on the place's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Opens the home's door wide.
    OpenHomeDoor,
    /// Collects belongings.
    CollectBelongings,
    /// Calls the lift.
    CallLift,
    /// Rides it to the lowest storey that it serves.
    RideLift,
}

/// What is left undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Omission {
    /// Shutting the home's door.
    ShutHomeDoor,
    /// Sealing doors.
    Seal,
    /// Waking and taking along.
    Kin,
}

impl Omission {
    /// The actions that are never done.
    fn actions(self, known: &Known) -> Vec<Action> {
        let home = known.home_doors.iter();
        match self {
            Self::ShutHomeDoor => home.map(|d| Action::ShutDoor(*d)).collect(),
            Self::Seal => {
                let rooms = known.rooms.iter().flat_map(|r| &r.doors);
                home.chain(rooms).map(|d| Action::SealDoor(*d)).collect()
            }
            Self::Kin => (known.kin.iter())
                .flat_map(|p| [Action::Wake(*p), Action::Lead(*p)])
                .collect(),
        }
    }
}

/// How a trainee is played.
#[derive(Clone, Debug, PartialEq)]
pub enum Conduct {
    /// As they did in the drill: by the policy that played, or else by the commands that a person gave.
    Own,
    /// By the policy of the role, with this done otherwise.
    Role(Deviation),
}

/// What is different when this act is done (or, of a right act, left undone); `None` for acts whose consequences lie
/// outside what is computed, such as what a call to 119 brings.
pub fn deviation(act: Act, window_s: f64) -> Option<Deviation> {
    let none = Deviation::default();
    Some(match act {
        Act::Waited => Deviation {
            waits_s: window_s,
            ..none
        },
        Act::FlungOpen | Act::LookedBeforeOpening => Deviation {
            first: vec![Deed::OpenHomeDoor],
            ..none
        },
        Act::KeptShut => Deviation {
            first: vec![Deed::OpenHomeDoor],
            never: vec![Omission::ShutHomeDoor, Omission::Seal],
            ..none
        },
        Act::LeftOpen | Act::ShutBehind => Deviation {
            never: vec![Omission::ShutHomeDoor],
            ..none
        },
        Act::Sealed => Deviation {
            never: vec![Omission::Seal],
            ..none
        },
        Act::KinLeft | Act::KinWoken | Act::KinTaken => Deviation {
            never: vec![Omission::Kin],
            ..none
        },
        Act::StayedIn | Act::LeftHome => Deviation {
            policy: Some(STAYS),
            ..none
        },
        Act::IntoSmoke
        | Act::IntoDense
        | Act::DownSmoke
        | Act::DownDense
        | Act::ByClearStair
        | Act::KeptOut
        | Act::TurnedBack => Deviation {
            policy: Some(RUNS),
            ..none
        },
        Act::CalledLift => Deviation {
            first: vec![Deed::CallLift],
            ..none
        },
        Act::RodeLift | Act::NoLift => Deviation {
            first: vec![Deed::CallLift, Deed::RideLift],
            ..none
        },
        Act::TookBelongings => Deviation {
            first: vec![Deed::CollectBelongings],
            ..none
        },
        _ => return None,
    })
}

/// A right act, left undone, in words; `None` for wrong acts.
pub(super) fn undone(act: Act) -> Option<Text> {
    let (zh, en) = match act {
        Act::LookedBeforeOpening => ("没查看就把门大开", "the door opened wide without a check"),
        Act::KeptShut => ("把户门大开不关", "the flat door left wide open"),
        Act::Sealed => ("没有封堵门缝", "the gaps not sealed"),
        Act::KinWoken => ("没有叫醒家人", "the family not woken"),
        Act::KinTaken => ("没有带上家人", "the family not taken along"),
        Act::LeftHome => ("留在家里不走", "staying in the home"),
        Act::ShutBehind => ("没有关上户门", "the flat door not shut"),
        Act::ByClearStair | Act::KeptOut | Act::TurnedBack => ("穿烟下楼", "down through the smoke"),
        Act::NoLift => ("去乘电梯", "taking the lift"),
        _ => return None,
    };
    Some(Text {
        zh: zh.to_owned(),
        en: en.to_owned(),
    })
}

/// The two ways that a decision could have gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Fork {
    /// The act in question.
    pub act: Act,
    /// The trainee did it (a wrong one), or left it undone (a right one): then the other way is the right one.
    pub erred: bool,
    /// What is different on the wrong side.
    pub deviation: Deviation,
}

/// The alternative to a decision: to what was wrong, the right way; to what was right, the gravest wrong way that its
/// rule knows. `None`: nothing of it is computed.
pub fn fork(decision: &Decision, row: &Row) -> Option<Fork> {
    let made = |act: Act, erred: bool| deviation(act, row.window_s).map(|deviation| Fork { act, erred, deviation });
    let acts = &decision.acts;
    if decision.right != Verdict::Right {
        let wrong = acts.wrong.iter().chain(&acts.missed);
        if let Some(fork) = wrong.filter_map(|act| made(*act, true)).next() {
            return Some(fork);
        }
    }
    // Grave ones first; in the order of the row among equals.
    let mut wrong: Vec<_> = row.wrong.iter().collect();
    wrong.sort_by_key(|w| (!w.critical, std::cmp::Reverse(w.severity)));
    // Nobody can walk into smoke where there was none to keep out of.
    let smoky = acts
        .done
        .iter()
        .any(|a| matches!(a, Act::KeptShut | Act::KeptOut | Act::TurnedBack));
    let walks = |a: Act| matches!(a, Act::IntoSmoke | Act::IntoDense | Act::DownSmoke | Act::DownDense);
    let wrong = wrong.iter().map(|w| w.act).filter(|a| smoky || !walks(*a));
    let known = wrong.chain(acts.done.iter().copied());
    known.filter_map(|act| made(act, false)).next()
}

/// Somebody who plays a trainee in an arm.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    trainee: usize,
    by: By,
}

#[derive(Clone, Debug)]
enum By {
    Nobody,
    /// As recorded.
    Commands,
    Policy {
        policy: Box<dyn Policy>,
        deviation: Deviation,
        /// Deeds done so far.
        done: usize,
        /// Not before this tick.
        from: u64,
        /// The notebook as the policy is given it.
        shown: Shown,
        /// The home's door was opened wide on leaving, to be left so.
        opened: bool,
    },
}

/// A notebook that begins with refusals of whatever is left undone: a policy asks no more for what was refused, and
/// goes on with the rest. Empty if nothing is left undone: then the trainee's own is shown.
#[derive(Clone, Debug, Default)]
struct Shown {
    notebook: Notebook,
    refusals: usize,
}

impl Shown {
    fn new(never: &[Omission], known: &Known, own: &Notebook) -> Self {
        let place = own.notes.first().map_or_else(Whereabouts::default, |n| n.place);
        let refused = never.iter().flat_map(|o| o.actions(known)).flat_map(|action| {
            let note = Note {
                tick: 0,
                time_s: 0.0,
                place,
                what: Noted::Refused(action, Text::default()),
            };
            std::iter::repeat_n(note, REFUSED)
        });
        let notes: Vec<Note> = refused.collect();
        Self {
            refusals: notes.len(),
            notebook: Notebook { notes },
        }
    }

    /// What the policy sees now.
    fn of<'a>(&'a mut self, own: &'a Notebook) -> &'a Notebook {
        if self.refusals == 0 {
            return own;
        }
        let copied = self.notebook.notes.len() - self.refusals;
        self.notebook.notes.extend(own.notes.iter().skip(copied).cloned());
        &self.notebook
    }
}

impl Actor {
    /// Plays a trainee from a tick on. `played`: name of the policy that played in the drill, `None` for a person.
    pub(super) fn new(trainee: usize, conduct: &Conduct, played: Option<&str>, tick: u64) -> Self {
        let by = match conduct {
            Conduct::Own => match played {
                None => By::Commands,
                Some(name) => policy(name).map_or(By::Commands, |p| By::policy(p, Deviation::default(), tick)),
            },
            Conduct::Role(deviation) => {
                policy(deviation.policy.unwrap_or(RIGHT)).map_or(By::Nobody, |p| By::policy(p, deviation.clone(), tick))
            }
        };
        Self { trainee, by }
    }

    /// What the trainee does in the coming tick.
    pub(super) fn actions(&mut self, simulation: &Simulation, history: &History) -> Vec<Action> {
        let tick = simulation.tick();
        let trainee = self.trainee;
        match &mut self.by {
            By::Nobody => Vec::new(),
            By::Commands => {
                let given = history.commands_at(tick).iter();
                let own = given.filter(|c| usize::from(c.trainee) == trainee);
                own.map(|c| c.action.clone()).collect()
            }
            By::Policy {
                policy,
                deviation,
                done,
                from,
                shown,
                opened,
            } => {
                let TraineeView {
                    known, notebook, now, ..
                } = simulation.trainee(trainee);
                let idle = !now.busy && !now.walking;
                if now.asleep || !now.able || tick < *from || !(idle || tick.is_multiple_of(ASKED_TICKS)) {
                    return Vec::new();
                }
                while let Some(deed) = deviation.first.get(*done) {
                    // A deed that is under way is let finish; one that cannot be done is passed over.
                    if *done > 0 && now.busy {
                        return Vec::new();
                    }
                    *done += 1;
                    if let Some(action) = deed.action(simulation, known) {
                        return vec![action];
                    }
                }
                if !deviation.first.is_empty() && now.busy {
                    return Vec::new();
                }
                if shown.refusals == 0 && !deviation.never.is_empty() {
                    *shown = Shown::new(&deviation.never, known, notebook);
                }
                let actions = policy.act(known, shown.of(notebook), &now);
                // Who walks through a door shuts it behind unless they opened it wide before.
                let leaves = is_home(now.place)
                    && actions.iter().any(|a| match a {
                        Action::WalkOut { .. } => true,
                        Action::WalkTo { space, .. } => known.rooms.iter().all(|r| r.space != *space),
                        _ => false,
                    });
                if leaves && !*opened && deviation.never.contains(&Omission::ShutHomeDoor) {
                    *opened = true;
                    return Deed::OpenHomeDoor.action(simulation, known).into_iter().collect();
                }
                actions
            }
        }
    }
}

impl By {
    fn policy(policy: Box<dyn Policy>, deviation: Deviation, tick: u64) -> Self {
        Self::Policy {
            from: tick + (deviation.waits_s / crate::drill::TICK_S) as u64,
            policy,
            deviation,
            done: 0,
            shown: Shown::default(),
            opened: false,
        }
    }
}

impl Deed {
    fn action(self, simulation: &Simulation, known: &Known) -> Option<Action> {
        let lift = || -> Option<(LiftId, StoreyId)> {
            let lift = *known.lifts.first()?;
            Some((lift, *simulation.place().lifts.get(lift.index())?.storeys.first()?))
        };
        match self {
            Self::OpenHomeDoor => known.home_doors.first().map(|d| Action::OpenDoor(*d)),
            Self::CollectBelongings => Some(Action::CollectBelongings),
            Self::CallLift => lift().map(|(l, _)| Action::CallLift(l)),
            Self::RideLift => lift().map(|(l, to)| Action::RideLift(l, to)),
        }
    }
}
