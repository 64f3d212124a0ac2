//! Hazards as twins: the same night in the same building with one hazard put right.

use crate::drill::{EventKind, Simulation};
use crate::place::{Equipment, HomeId, Place, SpaceKind, Thing};
use crate::scenario::{Alarm, Closer, EquipmentKind, Loaded, State, Text, Use};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Optical density at which the alarm of a home sounds, 1/m (0.14: UL 217 and EN 14604 class of sensitivity; GB 20517
/// states the same order; 待核实).
const ALARM_OD: f64 = 0.14;
/// The alarm hangs this far below the ceiling, m.
const BELOW_CEILING_M: f64 = 0.05;
/// Name of the alarm that is hung up.
const ALARM_PATH: &str = "what-if/smoke_alarm";
/// Items of the library whose names begin so are e-bikes.
const EBIKE: &str = "ebike";

/// A hazard that a twin puts right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hazard {
    /// Fire doors that stood open are shut and shut themselves.
    FireDoorsOpen,
    /// A stand-alone smoke alarm hangs in each room of the trainee's home; who sleeps there wakes when it sounds.
    NoSmokeAlarm,
    /// The e-bikes stand and charge outside.
    EbikesInside,
}

impl Hazard {
    /// All of them, in the order in which they are looked into.
    pub const ALL: [Self; 3] = [Self::FireDoorsOpen, Self::EbikesInside, Self::NoSmokeAlarm];

    /// The twin, in a few words.
    pub fn title(self) -> Text {
        let (zh, en) = match self {
            Self::FireDoorsOpen => ("同一个夜晚，防火门都关着", "the same night with the fire doors shut"),
            Self::NoSmokeAlarm => (
                "同一个夜晚，家里装了烟感报警器",
                "the same night with a smoke alarm in the flat",
            ),
            Self::EbikesInside => (
                "同一个夜晚，电动自行车停在楼外",
                "the same night with the e-bikes outside",
            ),
        };
        Text {
            zh: zh.to_owned(),
            en: en.to_owned(),
        }
    }

    /// A condition, to begin a sentence with.
    pub fn condition(self) -> Text {
        let (zh, en) = match self {
            Self::FireDoorsOpen => ("如果防火门都关着", "With the fire doors shut"),
            Self::NoSmokeAlarm => ("如果家里装了烟感报警器", "With a smoke alarm in the flat"),
            Self::EbikesInside => ("如果电动自行车停在楼外", "With the e-bikes outside"),
        };
        Text {
            zh: zh.to_owned(),
            en: en.to_owned(),
        }
    }

    /// The place without the hazard; `None` if it isn't there.
    fn removed(self, place: &Place, loaded: &Loaded, home: Option<HomeId>) -> Option<Place> {
        let mut twin = place.clone();
        let mut changed = false;
        match self {
            Self::FireDoorsOpen => {
                for o in &mut twin.openings {
                    let stands_open = o.initial.open > 0.0 || o.initial.wedged;
                    if o.kind.is_door() && o.fire_rating_min > 0.0 && o.schedule.is_empty() && stands_open {
                        o.initial.open = 0.0;
                        o.initial.wedged = false;
                        o.closer = Closer::Working;
                        changed = true;
                    }
                }
            }
            Self::NoSmokeAlarm => {
                let rooms = home.map(|h| place.homes[h.index()].spaces.clone())?;
                let has_one = place.equipment.iter().any(|e| {
                    let detects = matches!(
                        e.kind,
                        EquipmentKind::SmokeDetector(..) | EquipmentKind::HeatDetector(..)
                    );
                    detects && e.works && rooms.contains(&e.space)
                });
                if has_one {
                    return None;
                }
                for space in rooms {
                    let s = &place.spaces[space.index()];
                    // Not where steam and cooking would set it off.
                    if s.kind != SpaceKind::Room || matches!(s.r#use, Use::Kitchen | Use::Bathroom | Use::Balcony) {
                        continue;
                    }
                    twin.equipment.push(Equipment {
                        path: ALARM_PATH.to_owned(),
                        kind: EquipmentKind::SmokeDetector(ALARM_OD, Alarm::StandAlone),
                        space,
                        at: place.a_point_in(space),
                        z: s.z + s.height - BELOW_CEILING_M,
                        works: true,
                    });
                    changed = true;
                }
            }
            Self::EbikesInside => {
                let ebikes: Vec<_> = (loaded.items.iter())
                    .filter(|(name, _)| name.starts_with(EBIKE))
                    .map(|(_, burns)| burns)
                    .collect();
                let inside = |t: &Thing| place.spaces[t.space.index()].kind != SpaceKind::Outdoors;
                for t in twin.things.iter_mut().filter(|t| inside(t)) {
                    if ebikes.iter().any(|b| **b == *t.burns) {
                        // Gone: it neither burns nor can be lit.
                        let mut burns = (*t.burns).clone();
                        burns.critical_flux = 0.0;
                        t.burns = Arc::new(burns);
                        t.ignites_s = None;
                        changed = true;
                    }
                }
            }
        }
        changed.then_some(twin)
    }

    /// Whether a drill has it; `first`: the drill at its beginning.
    pub fn is_there(self, first: &Simulation, trainee: usize) -> bool {
        self.removed(first.place(), first.loaded(), home(first, trainee))
            .is_some()
    }

    /// The beginning of the same night without the hazard; `None` if it isn't there. `first`: the night at tick 0.
    pub fn twin(self, first: &Simulation, seed: u64, trainee: usize) -> Option<Simulation> {
        let (place, loaded) = (first.place(), first.loaded());
        let twin = self.removed(place, loaded, home(first, trainee))?;
        if self != Self::NoSmokeAlarm {
            return Some(Simulation::new(Arc::new(twin), Arc::clone(loaded), seed));
        }
        let asleep = loaded.scenario.trainees[trainee].state;
        let simulation = Simulation::new(Arc::new(twin.clone()), Arc::clone(loaded), seed);
        if !matches!(asleep, State::Asleep | State::JustWoken) {
            return Some(simulation);
        }
        // Whom the alarm wakes before they woke by themselves: their night begins that much earlier.
        let sounded = (simulation.events().iter())
            .filter(|e| e.kind == EventKind::Activated && e.subject == ALARM_PATH)
            .map(|e| e.time_s)
            .fold(0.0, f64::min);
        if sounded >= 0.0 {
            return Some(simulation);
        }
        let (place, mut loaded) = later(twin, loaded, -sounded);
        loaded.scenario.trainees[trainee].wakes_s = 0.0;
        Some(Simulation::new(Arc::new(place), Arc::new(loaded), seed))
    }
}

/// The home of a trainee.
fn home(first: &Simulation, trainee: usize) -> Option<HomeId> {
    let room = first.trainee(trainee).known.rooms.first().map(|r| r.space)?;
    first.place().spaces[room.index()].home
}

/// The same night told from a beginning that lies `by_s` earlier: everything in it comes so much later.
fn later(mut place: Place, loaded: &Loaded, by_s: f64) -> (Place, Loaded) {
    let mut loaded = loaded.clone();
    for t in &mut place.things {
        if let Some(ignites_s) = &mut t.ignites_s {
            *ignites_s += by_s;
        }
    }
    for o in &mut place.openings {
        for (at_s, _) in &mut o.schedule {
            *at_s += by_s;
        }
    }
    for fan in &mut place.fans {
        if let Some((from_s, to_s)) = &mut fan.runs {
            *from_s += by_s;
            *to_s += by_s;
        }
    }
    for happening in &mut loaded.scenario.timeline {
        happening.at_s += by_s;
    }
    loaded.scenario.ends.after_s += by_s;
    (place, loaded)
}
