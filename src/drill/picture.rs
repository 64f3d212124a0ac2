//! What a recording shows without being computed again: a plan of the place, and each second what changed in it. A
//! program that no longer computes the same drill still shows it as it was.
//!
//! The plan is written as JSON, in which later versions may add. A sample is laid out in numbers of fixed meaning
//! (see [`Sample`]); should they ever change, the frame gets another kind and this one stays readable.

use super::View;
use crate::crowd::{PersonId, PersonState};
use crate::place::{Beyond, SpaceId, ThingId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A sample is taken every so many ticks (1 s).
pub const SAMPLE_EVERY: u64 = 20;

/// The place as it is drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// Names, lowest first, and heights of the floors, m.
    pub storeys: Vec<(String, f64)>,
    /// By number of the space.
    pub spaces: Vec<PlanSpace>,
    /// By number of the opening.
    pub openings: Vec<PlanOpening>,
    /// Names, by number of the person.
    pub people: Vec<String>,
    /// Trainees: name in the scenario, number of the person.
    pub trainees: Vec<(String, u32)>,
    /// By number of the thing: path, storey, east and north, m.
    pub things: Vec<(String, u32, f64, f64)>,
}

/// A room as it is drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanSpace {
    /// Path in the place.
    pub path: String,
    /// Index of its storey.
    pub storey: u32,
    /// Floor to ceiling, m.
    pub height: f64,
    /// Corners, m.
    pub outline: Vec<(f64, f64)>,
}

/// A door or window as it is drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanOpening {
    /// Path in the place.
    pub path: String,
    /// Index of its storey.
    pub storey: u32,
    /// Its ends, m.
    pub ends: [(f64, f64); 2],
    /// A hole in a slab, not drawn on a plan.
    pub horizontal: bool,
    /// Leads outdoors.
    pub outside: bool,
}

impl Plan {
    /// The plan of a place.
    pub fn new(view: &View<'_>) -> Self {
        let place = view.place;
        let storey_of = |s: SpaceId| place.spaces[s.index()].storey.0;
        let spaces = place.spaces.iter().map(|s| PlanSpace {
            path: s.path.clone(),
            storey: s.storey.0,
            height: centi(s.height),
            outline: s.outline.iter().map(|p| (centi(p.x), centi(p.y))).collect(),
        });
        let openings = place.openings.iter().map(|o| {
            let half = o.along * (o.width / 2.0);
            let (a, b) = (o.centre - half, o.centre + half);
            PlanOpening {
                path: o.path.clone(),
                storey: storey_of(o.from),
                ends: [(centi(a.x), centi(a.y)), (centi(b.x), centi(b.y))],
                horizontal: o.kind.is_horizontal(),
                outside: !matches!(o.to, Beyond::Space(_)),
            }
        });
        let things = place
            .things
            .iter()
            .map(|t| (t.path.clone(), storey_of(t.space), centi(t.at.x), centi(t.at.y)));
        Self {
            storeys: place.storeys.iter().map(|s| (s.name.clone(), centi(s.z))).collect(),
            spaces: spaces.collect(),
            openings: openings.collect(),
            people: (0..view.crowd.len() as u32)
                .map(|p| view.crowd.facts(PersonId(p)).name)
                .collect(),
            trainees: view.trainees.iter().map(|t| (t.id.to_owned(), t.person.0)).collect(),
            things: things.collect(),
        }
    }
}

/// To a hundredth.
fn centi(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

/// What changed since the sample before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Number of the person, then as in [`Seen`].
    people: Vec<(u32, Seen)>,
    /// Number of the space; layer height, cm; extinction coefficient of the upper layer and of the lower, 1/km;
    /// temperature of the upper layer, °C.
    spaces: Vec<(u32, (u16, u32, u32, i16))>,
    /// Number of the opening; free part, %.
    openings: Vec<(u32, u8)>,
    /// Number of the thing; heat release rate, kW.
    things: Vec<(u32, u32)>,
}

/// A person: east, north and height, cm; state (see [`state`]).
type Seen = (i32, i32, i32, u8);

/// States by the number that a sample holds.
const STATES: [PersonState; 8] = [
    PersonState::Asleep,
    PersonState::Preparing,
    PersonState::Moving,
    PersonState::Waiting,
    PersonState::Sheltering,
    PersonState::Incapacitated,
    PersonState::Out,
    PersonState::Absent,
];

/// The state of a number; of one that this version does not know: absent.
fn state(number: u8) -> PersonState {
    STATES.get(usize::from(number)).copied().unwrap_or(PersonState::Absent)
}

/// A person as a picture shows one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PersonSeen {
    /// East, m.
    pub x: f64,
    /// North, m.
    pub y: f64,
    /// Height, m absolute.
    pub z: f64,
    /// What they were doing.
    pub state: PersonState,
}

/// The air of a room as a picture shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AirSeen {
    /// Lower edge of the smoke layer above the floor, m.
    pub layer_m: f64,
    /// Extinction coefficient of the upper layer, 1/m.
    pub upper_per_m: f64,
    /// Extinction coefficient of the lower layer, 1/m.
    pub lower_per_m: f64,
    /// Temperature of the upper layer, °C.
    pub upper_c: f64,
}

/// Everything that is shown of a moment; by number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// The tick it was taken after.
    pub tick: u64,
    /// By number of the person.
    pub people: BTreeMap<u32, PersonSeen>,
    /// By number of the space.
    pub spaces: BTreeMap<u32, AirSeen>,
    /// Free part, 0 to 1, by number of the opening; openings that are shut throughout are not there.
    pub openings: BTreeMap<u32, f64>,
    /// Heat release rate, kW, by number of the thing.
    pub things: BTreeMap<u32, f64>,
}

impl Picture {
    /// Takes in the next sample.
    pub fn take(&mut self, tick: u64, sample: &Sample) {
        self.tick = tick;
        for &(id, (x, y, z, number)) in &sample.people {
            let metres = |cm: i32| f64::from(cm) / 100.0;
            let seen = PersonSeen {
                x: metres(x),
                y: metres(y),
                z: metres(z),
                state: state(number),
            };
            self.people.insert(id, seen);
        }
        for &(id, (layer, upper, lower, celsius)) in &sample.spaces {
            let air = AirSeen {
                layer_m: f64::from(layer) / 100.0,
                upper_per_m: f64::from(upper) / 1000.0,
                lower_per_m: f64::from(lower) / 1000.0,
                upper_c: f64::from(celsius),
            };
            self.spaces.insert(id, air);
        }
        let open = sample.openings.iter();
        self.openings
            .extend(open.map(|&(id, percent)| (id, f64::from(percent) / 100.0)));
        let burning = sample.things.iter();
        self.things.extend(burning.map(|&(id, kw)| (id, f64::from(kw))));
    }

    /// How many people are in this state.
    pub fn count(&self, state: PersonState) -> usize {
        self.people.values().filter(|p| p.state == state).count()
    }
}

/// Takes samples: keeps what the last one said.
#[derive(Debug, Default)]
pub(super) struct Sampler {
    people: Vec<Option<Seen>>,
    spaces: Vec<Option<(u16, u32, u32, i16)>>,
    openings: Vec<u8>,
    things: Vec<u32>,
}

impl Sampler {
    /// What changed since the last time.
    pub(super) fn sample(&mut self, view: &View<'_>) -> Sample {
        let mut sample = Sample::default();
        self.people.resize(view.crowd.len(), None);
        for (id, last) in (0u32..).zip(&mut self.people) {
            let v = view.crowd.person(PersonId(id));
            let number = STATES.iter().position(|s| *s == v.state).unwrap_or(STATES.len() - 1);
            let cm = |m: f64| (m * 100.0).round() as i32;
            let now = (cm(v.at.x), cm(v.at.y), cm(v.z), number as u8);
            if last.replace(now) != Some(now) {
                sample.people.push((id, now));
            }
        }
        self.spaces.resize(view.place.spaces.len(), None);
        for (id, last) in (0u32..).zip(&mut self.spaces) {
            let zone = view.fire.zone(view.place, SpaceId(id));
            // To a hundredth or to three in a hundred: smaller changes cannot be seen.
            let k = |per_m: f64| visible((per_m * 1000.0).round().max(0.0) as u32);
            let now = (
                ((zone.layer_height_m * 20.0).round() * 5.0).max(0.0) as u16,
                k(zone.upper.extinction_per_m),
                k(zone.lower.extinction_per_m),
                ((zone.upper.temperature_c / 2.0).round() * 2.0) as i16,
            );
            if last.replace(now) != Some(now) {
                sample.spaces.push((id, now));
            }
        }
        self.openings.resize(view.openings.len(), 0);
        for ((id, last), o) in (0u32..).zip(&mut self.openings).zip(view.openings) {
            let now = (o.free() * 100.0).round() as u8;
            if std::mem::replace(last, now) != now {
                sample.openings.push((id, now));
            }
        }
        self.things.resize(view.place.things.len(), 0);
        for (id, last) in (0u32..).zip(&mut self.things) {
            let now = view.fire.thing(ThingId(id)).hrr_kw.round().max(0.0) as u32;
            if std::mem::replace(last, now) != now {
                sample.things.push((id, now));
            }
        }
        sample
    }
}

/// Rounds to five binary digits: three in a hundred.
fn visible(x: u32) -> u32 {
    let drop = (32 - x.leading_zeros()).saturating_sub(5);
    x >> drop << drop
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_the_sum_of_its_samples() {
        let first = Sample {
            people: vec![(0, (100, -250, 0, 0)), (1, (5, 5, 290, 2))],
            spaces: vec![(3, (220, 1500, 10, 85))],
            openings: vec![(7, 100)],
            things: vec![(0, 300)],
        };
        let second = Sample {
            people: vec![(1, (15, 5, 0, 6))],
            openings: vec![(7, 0)],
            ..Sample::default()
        };
        let mut picture = Picture::default();
        picture.take(20, &first);
        picture.take(40, &second);
        assert_eq!(picture.tick, 40);
        assert_eq!(picture.people[&0].y, -2.5);
        assert_eq!(picture.people[&1].state, PersonState::Out);
        assert_eq!(picture.count(PersonState::Asleep), 1);
        assert_eq!(picture.spaces[&3].upper_per_m, 1.5);
        assert_eq!((picture.openings[&7], picture.things[&0]), (0.0, 300.0));
    }

    #[test]
    fn the_bytes_of_a_sample_keep_their_meaning() {
        let sample = Sample {
            people: vec![(1, (-1, 2, 300, 6))],
            spaces: vec![(2, (220, 1500, 10, -5))],
            openings: vec![(3, 100)],
            things: vec![(4, 300)],
        };
        let bytes = postcard::to_stdvec(&sample).unwrap();
        // Old recordings hold these bytes: a change of the layout needs another kind of frame.
        let written = [
            1, 1, 1, 4, 216, 4, 6, 1, 2, 220, 1, 220, 11, 10, 9, 1, 3, 100, 1, 4, 172, 2,
        ];
        assert_eq!(bytes, written);
        assert_eq!(state(200), PersonState::Absent);
    }

    #[test]
    fn small_changes_of_smoke_are_not_seen() {
        assert_eq!([0, 1, 31, 32, 33, 1000].map(visible), [0, 1, 31, 32, 32, 992]);
    }
}
