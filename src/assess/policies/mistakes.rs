//! Scripted trainees who do what [`super::best`] does but for one thing, or for several: the mistakes of the rule table.
//! Each says which rules it must lose, and which may follow from it.

use super::best::Best;
use super::{Policy, Reader, TRIES};
use crate::assess::situation::{DoorState, Situation, is_home, refusals};
use crate::crowd::Gait;
use crate::drill::{
    Action, Burning, CallItem, Did, Known, Means, Notebook, Noted, Now, Smoke, Technique, Treatment, Whereabouts,
};
use crate::place::{EquipmentId, StoreyId};
use crate::scenario::Agent;

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    /// Fetches a wet towel and runs through the smoke.
    Towel,
    /// Takes the lift.
    Lift,
    /// Runs out into the smoke to see what can be done.
    Hero,
    /// Does nothing.
    Freezer,
    /// Films before anything else.
    Filmer,
    /// Runs where others run, alone.
    Herd,
    /// Leaves the home's door open.
    DoorOpen,
    /// Throws water on burning oil.
    WaterOnOil,
    /// Fights a battery with an extinguisher, and stays.
    PowderOnLithium,
    /// Goes back for belongings.
    BackForBelongings,
    /// Calls two and a half minutes late.
    LateCall,
    /// Says only what burns.
    IncompleteCall,
    /// Leaves before those one answers for.
    LeavesFirst,
    /// Jumps from the window.
    Jumps,
}

/// By name, with the rules that a mistake loses where they arise, and those that may follow from it.
pub(super) const MISTAKES: [(&str, Mistake, &[&str], &[&str]); 14] = [
    ("towel", Mistake::Towel, &["D-08", "D-15"], &["D-07", "D-13"]),
    ("lift", Mistake::Lift, &["D-11"], &["D-06"]),
    ("hero", Mistake::Hero, &["D-08", "D-15"], &["D-07", "D-10"]),
    (
        "freezer",
        Mistake::Freezer,
        &["D-03", "D-05", "D-08", "D-15", "D-17", "D-26", "D-27"],
        &["D-29", "D-32"],
    ),
    (
        "filmer",
        Mistake::Filmer,
        &["D-03", "D-05", "D-08", "D-17", "D-26", "D-27"],
        &["D-04", "D-06"],
    ),
    ("herd", Mistake::Herd, &["D-08", "D-15"], &["D-05", "D-07"]),
    (
        "door_open",
        Mistake::DoorOpen,
        &["D-03", "D-06", "D-14", "D-26", "D-27", "D-34"],
        &["D-07", "D-08"],
    ),
    ("water_on_oil", Mistake::WaterOnOil, &["D-17"], &["D-03", "D-32"]),
    (
        "powder_on_lithium",
        Mistake::PowderOnLithium,
        &["D-14"],
        &["D-03", "D-04"],
    ),
    (
        "back_for_belongings",
        Mistake::BackForBelongings,
        &["D-12"],
        &["D-03", "D-27"],
    ),
    (
        "late_call",
        Mistake::LateCall,
        &["D-03", "D-06", "D-08", "D-15", "D-26", "D-27"],
        &["D-34"],
    ),
    (
        "incomplete_call",
        Mistake::IncompleteCall,
        &["D-03", "D-06", "D-08", "D-15", "D-27"],
        &["D-34"],
    ),
    (
        "leaves_first",
        Mistake::LeavesFirst,
        &["D-03", "D-06", "D-25", "D-26", "D-27"],
        &["D-08", "D-29"],
    ),
    ("jumps", Mistake::Jumps, &["D-22"], &["D-04", "D-35"]),
];

/// Times a filmer films.
const FILMS: usize = 3;
/// Somebody who finds no way tries again after this, s.
const AGAIN_S: f64 = 3.0;
/// How late the late call is, s.
const LATE_S: f64 = 150.0;

/// Somebody with one mistake or several.
#[derive(Clone, Debug)]
pub(super) struct Mistaken {
    name: String,
    mistakes: Vec<Mistake>,
    best: Best,
    reader: Reader,
    next_s: f64,
    /// When the call was first thought of, s.
    call_s: Option<f64>,
}

impl Mistaken {
    /// From names joined by `+`; `None` if one is unknown.
    pub(super) fn named(name: &str) -> Option<Self> {
        let one = |n: &str| MISTAKES.iter().find(|(m, ..)| *m == n).map(|(_, m, ..)| *m);
        let mistakes = name.split('+').map(one).collect::<Option<Vec<_>>>()?;
        Some(Self {
            best: Best::leaving_doors(mistakes.contains(&Mistake::DoorOpen)),
            mistakes,
            name: name.to_owned(),
            reader: Reader::default(),
            next_s: 0.0,
            call_s: None,
        })
    }

    fn has(&self, mistake: Mistake) -> bool {
        self.mistakes.contains(&mistake)
    }

    /// What the mistakes make of the moment; `None`: go on as the best would.
    fn takes_over(&mut self, s: &Situation, known: &Known, notebook: &Notebook, now: &Now) -> Option<Vec<Action>> {
        let did = |is: &dyn Fn(&Did) -> bool| {
            notebook
                .notes
                .iter()
                .filter(|n| matches!(&n.what, Noted::Did(d) if is(d)))
                .count()
        };
        s.cue.as_ref()?;
        if self.has(Mistake::Freezer) {
            return Some(Vec::new());
        }
        let idle = !now.busy && !now.walking;
        if self.has(Mistake::Filmer) && did(&|d| *d == Did::Filmed) < FILMS {
            return Some(if idle { vec![Action::Film] } else { Vec::new() });
        }
        let shelters = s.home_fire.is_none()
            && (s.smoke_at_door() > Smoke::None || s.stairs_smoky() || s.stair_burns())
            && (is_home(now.place) || s.left_home);
        let runs = self.has(Mistake::Hero) || self.has(Mistake::Towel);
        if runs && shelters && now.place != Whereabouts::Street {
            if self.has(Mistake::Towel) && did(&|d| *d == Did::FetchedTowel) == 0 {
                return Some(if idle { vec![Action::FetchTowel] } else { Vec::new() });
            }
            return Some(self.run_out(now));
        }
        let others_run = s.cues.contains(&crate::assess::situation::CueKnown::Shout);
        if self.has(Mistake::Herd) && others_run && now.place != Whereabouts::Street {
            return Some(self.run_out(now));
        }
        // Whoever takes the lift makes this one mistake: the home is left and shut as it should be.
        let left = s.door == DoorState::Shut || known.home_doors.is_empty() || self.has(Mistake::DoorOpen);
        if self.has(Mistake::Lift)
            && idle
            && left
            && now.place == Whereabouts::Corridor
            && let Some(lift) = known.lifts.first()
        {
            return Some(if s.called_lift {
                self.next_s = now.time_s + 2.0;
                vec![Action::RideLift(*lift, StoreyId(0))]
            } else {
                vec![Action::CallLift(*lift)]
            });
        }
        if self.has(Mistake::WaterOnOil) && s.burns(Burning::OilPan) && is_home(now.place) {
            return if did(&|d| {
                matches!(
                    d,
                    Did::Treated {
                        how: Treatment::WaterThrown,
                        ..
                    } | Did::Used { .. }
                )
            }) > 0
            {
                None
            } else {
                self.throw_water(s, now, idle)
            };
        }
        if self.has(Mistake::PowderOnLithium)
            && let Some(thing) = s.things.get(&Burning::Battery)
            && is_home(now.place)
        {
            let bottle = s.pieces.iter().find(|(m, _)| matches!(m, Means::Extinguisher(_)));
            if let Some((_, piece)) = bottle {
                return Some(match (idle, now.holds == Some(*piece)) {
                    (false, _) => Vec::new(),
                    (true, false) => vec![Action::Take(*piece)],
                    (true, true) if !s.used_up => vec![Action::Use {
                        thing: *thing,
                        how: Technique::default(),
                    }],
                    _ => Vec::new(),
                });
            }
        }
        let left = matches!(now.place, Whereabouts::Corridor | Whereabouts::Stair(..)) && s.left_home;
        if self.has(Mistake::BackForBelongings) && !s.belongings && (left || did(&|d| matches!(d, Did::SetOut)) > 0) {
            if left
                && s.home_fire.is_some()
                && let Some(room) = known.rooms.first()
            {
                let walk = Action::WalkTo {
                    space: room.space,
                    at: None,
                    gait: Gait::Walk,
                };
                let going = now.walking && now.time_s < self.next_s;
                if !going {
                    self.next_s = now.time_s + 20.0;
                }
                return Some(if going { Vec::new() } else { vec![walk] });
            }
            if is_home(now.place) && s.left_home && s.home_fire.is_some() {
                return Some(if idle {
                    vec![Action::CollectBelongings]
                } else {
                    Vec::new()
                });
            }
        }
        if self.has(Mistake::Jumps) && is_home(now.place) && s.home_fire.is_some_and(|f| f.in_way) {
            let window = known.rooms.iter().find_map(|r| r.windows.first());
            if let (true, Some(window)) = (idle, window) {
                return Some(vec![Action::Jump(*window)]);
            }
        }
        None
    }

    fn throw_water(&mut self, s: &Situation, now: &Now, idle: bool) -> Option<Vec<Action>> {
        let thing = *s.things.get(&Burning::OilPan)?;
        let water = [
            Means::Bucket,
            Means::Extinguisher(Agent::WaterAdditive),
            Means::Extinguisher(Agent::Water),
        ];
        let (means, piece): (Means, EquipmentId) = water.into_iter().find_map(|m| s.pieces.get(&m).map(|p| (m, *p)))?;
        if !idle {
            return Some(Vec::new());
        }
        Some(vec![if now.holds != Some(piece) {
            Action::Take(piece)
        } else if means == Means::Bucket {
            Action::Treat {
                thing,
                how: Treatment::WaterThrown,
            }
        } else {
            Action::Use {
                thing,
                how: Technique::default(),
            }
        }])
    }

    fn run_out(&mut self, now: &Now) -> Vec<Action> {
        if now.busy || now.walking || now.time_s < self.next_s {
            return Vec::new();
        }
        self.next_s = now.time_s + 2.0;
        vec![Action::WalkOut { gait: Gait::Run }]
    }

    /// What the mistakes make of what the best would do.
    fn altered(&mut self, action: Action, now: &Now, known: &Known) -> Option<Action> {
        let out = Action::WalkOut { gait: Gait::Walk };
        let out = (now.time_s >= self.next_s).then_some(out);
        let altered = match action {
            Action::Call(_) if self.has(Mistake::LateCall) => {
                let since = *self.call_s.get_or_insert(now.time_s);
                if now.time_s - since >= LATE_S {
                    Some(action)
                } else if matches!(now.place, Whereabouts::Stair(..)) {
                    out
                } else {
                    None
                }
            }
            Action::Call(_) if self.has(Mistake::IncompleteCall) => Some(Action::Call(vec![CallItem::WhatBurns])),
            Action::ShutDoor(door) if self.has(Mistake::DoorOpen) && known.home_doors.contains(&door) => {
                out.filter(|_| !is_home(now.place))
            }
            other => Some(other),
        };
        if matches!(altered, Some(Action::WalkOut { .. })) {
            self.next_s = now.time_s + AGAIN_S;
        }
        altered
    }
}

impl Policy for Mistaken {
    fn name(&self) -> &str {
        &self.name
    }
    fn act(&mut self, known: &Known, notebook: &Notebook, now: &Now) -> Vec<Action> {
        if now.asleep || !now.able {
            return Vec::new();
        }
        let s = self.reader.read(notebook).clone();
        if let Some(actions) = self.takes_over(&s, known, notebook, now)
            && actions.iter().all(|a| refusals(&notebook.notes, a) < TRIES)
        {
            return actions;
        }
        let wanted = if self.has(Mistake::LeavesFirst) {
            // As somebody would who answers for nobody.
            let mut alone = known.clone();
            alone.kin.clear();
            alone.wards.clear();
            self.best.act(&alone, notebook, now)
        } else {
            self.best.act(known, notebook, now)
        };
        wanted.into_iter().filter_map(|a| self.altered(a, now, known)).collect()
    }
    fn box_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
