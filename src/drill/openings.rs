//! Every door, window, shutter and gap: who wants it how, and how it moves. Only this file changes an
//! [`OpeningState`]; people, trainees, fire and the timeline request.

use crate::place::{Opening, OpeningId, OpeningState, Place};
use crate::scenario::{Closer, Lock};
use serde::{Deserialize, Serialize};

/// Time to swing a leaf open by hand, s (assumption).
const OPENS_IN_S: f64 = 1.0;
/// A roller shutter runs down at this speed, m/s (2 to 7.5 m/min; assumption, 待核实).
const SHUTTER_M_S: f64 = 0.08;
/// Time in which a closer or a hand shuts a leaf, s (assumption; closers are set to 3 to 7 s).
const CLOSER_SHUTS_IN_S: f64 = 4.0;
const HAND_SHUTS_IN_S: f64 = 1.2;
/// A closer waits this long after the last hand left the leaf, s (assumption).
const CLOSER_WAITS_S: f64 = 1.0;
/// A leaf opened a hand's breadth.
pub const CRACK: f64 = 0.1;

/// A wish for an opening, decided once a tick in the order given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Open to this fraction; `key`: whoever asks stands on the side that needs no key, or has one.
    Move {
        /// Which opening.
        opening: OpeningId,
        /// Open fraction wanted, 0 to 1.
        open: f64,
        /// No key is needed, or one is at hand.
        key: bool,
    },
    /// Seal this part of the gaps.
    Seal {
        /// Which opening.
        opening: OpeningId,
        /// Of its leakage, 0 to 1.
        part: f64,
    },
    /// Wedge it as it stands open, or take the wedge away.
    Wedge {
        /// Which opening.
        opening: OpeningId,
        /// With a wedge.
        wedged: bool,
    },
    /// Release its lock.
    Unlock {
        /// Which opening.
        opening: OpeningId,
    },
    /// The alarm moves it by its motor, spring or weight.
    Release {
        /// Which opening.
        opening: OpeningId,
        /// Open fraction, 0 to 1.
        open: f64,
    },
    /// Heat broke this part of it.
    Fail {
        /// Which opening.
        opening: OpeningId,
        /// Of its area, 0 to 1.
        broken: f64,
    },
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It begins to move, or is sealed or broken as asked.
    Granted,
    /// It moves that way already, or stands so.
    AsItIs,
    /// Locked, and without a key on this side.
    Locked,
    /// Not for people: scheduled, or a lift's door.
    NotByHand,
}

/// The one owner of all openings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Openings {
    states: Vec<OpeningState>,
    /// Where each is going.
    targets: Vec<f64>,
    /// Open fraction a second.
    rates: Vec<f64>,
    /// Time since the last hand left it, s.
    idle_s: Vec<f64>,
    /// Openings that may be moving: everything else costs nothing.
    active: Vec<u32>,
    scheduled: Vec<u32>,
}

impl Openings {
    /// As the scenario says.
    pub fn new(place: &Place) -> Self {
        let states: Vec<_> = place.openings.iter().map(|o| o.initial).collect();
        let n = states.len();
        let mut it = Self {
            targets: states.iter().map(|s| s.open).collect(),
            rates: vec![1.0 / HAND_SHUTS_IN_S; n],
            idle_s: vec![0.0; n],
            active: Vec::new(),
            scheduled: (0..n as u32)
                .filter(|&i| !place.openings[i as usize].schedule.is_empty())
                .collect(),
            states,
        };
        for i in 0..n {
            if it.closes_itself(&place.openings[i], i) && it.states[i].open > 0.0 {
                it.activate(i as u32);
            }
        }
        it.follow_schedules(place, 0.0);
        it
    }

    /// All states, by opening.
    pub fn states(&self) -> &[OpeningState] {
        &self.states
    }

    fn closes_itself(&self, o: &Opening, i: usize) -> bool {
        o.closer == Closer::Working && !self.states[i].wedged && o.schedule.is_empty()
    }

    fn activate(&mut self, i: u32) {
        if let Err(at) = self.active.binary_search(&i) {
            self.active.insert(at, i);
        }
    }

    /// Decides a request.
    pub fn decide(&mut self, place: &Place, request: Request) -> Answer {
        match request {
            Request::Fail { opening, broken } => {
                let s = &mut self.states[opening.index()];
                if broken <= s.broken {
                    return Answer::AsItIs;
                }
                s.broken = broken.min(1.0);
                Answer::Granted
            }
            Request::Wedge { opening, wedged } => {
                let i = opening.index();
                let s = &mut self.states[i];
                if !place.openings[i].kind.is_door() || (wedged && s.open <= 0.0) {
                    return Answer::NotByHand;
                }
                if s.wedged == wedged {
                    return Answer::AsItIs;
                }
                s.wedged = wedged;
                if self.closes_itself(&place.openings[i], i) && self.states[i].open > 0.0 {
                    self.activate(i as u32);
                }
                Answer::Granted
            }
            Request::Unlock { opening } => {
                let s = &mut self.states[opening.index()];
                if s.lock == Lock::Unlocked {
                    return Answer::AsItIs;
                }
                s.lock = Lock::Unlocked;
                Answer::Granted
            }
            Request::Seal { opening, part } => {
                let s = &mut self.states[opening.index()];
                if s.free() > 0.0 || (s.sealed - part).abs() < 1e-9 {
                    return Answer::AsItIs;
                }
                s.sealed = part.clamp(0.0, 1.0);
                Answer::Granted
            }
            Request::Release { opening, open } => {
                let i = opening.index();
                let o = &place.openings[i];
                if !o.schedule.is_empty() || self.states[i].wedged {
                    return Answer::NotByHand;
                }
                if (self.targets[i] - open).abs() < 1e-9 {
                    return Answer::AsItIs;
                }
                self.targets[i] = open.clamp(0.0, 1.0);
                self.rates[i] = if o.kind == crate::place::OpeningKind::Shutter {
                    SHUTTER_M_S / (o.top - o.bottom).max(0.1)
                } else {
                    1.0 / CLOSER_SHUTS_IN_S
                };
                self.activate(i as u32);
                Answer::Granted
            }
            Request::Move { opening, open, key } => {
                let i = opening.index();
                let o = &place.openings[i];
                let by_hand = o.kind.is_door() || (o.kind == crate::place::OpeningKind::Window && o.openable);
                if !o.schedule.is_empty() || !by_hand {
                    return Answer::NotByHand;
                }
                let s = &mut self.states[i];
                let opens = open > s.open;
                if opens && s.open <= 0.0 && (s.lock == Lock::Locked || (s.lock == Lock::Latch && !key)) {
                    return Answer::Locked;
                }
                self.idle_s[i] = 0.0;
                if (self.targets[i] - open).abs() < 1e-9 {
                    self.activate(i as u32);
                    return Answer::AsItIs;
                }
                s.sealed = 0.0;
                if !opens {
                    s.wedged = false;
                }
                self.targets[i] = open.clamp(0.0, 1.0);
                self.rates[i] = 1.0 / if opens { OPENS_IN_S } else { HAND_SHUTS_IN_S };
                self.activate(i as u32);
                Answer::Granted
            }
        }
    }

    /// Holds a lift's door at a fraction.
    pub(super) fn set_lift_door(&mut self, opening: OpeningId, open: f64) {
        self.states[opening.index()].open = open;
        self.targets[opening.index()] = open;
    }

    fn follow_schedules(&mut self, place: &Place, time_s: f64) {
        for &i in &self.scheduled {
            let open = table(&place.openings[i as usize].schedule, time_s);
            self.states[i as usize].open = open;
            self.targets[i as usize] = open;
        }
    }

    /// Moves leaves for one tick. `in_doorway` says whether somebody stands in an opening: a leaf never shuts on them.
    /// Returns the openings that came to rest, with their open fraction.
    pub fn step(
        &mut self,
        place: &Place,
        time_s: f64,
        dt: f64,
        in_doorway: impl Fn(OpeningId) -> bool,
    ) -> Vec<(OpeningId, f64)> {
        self.follow_schedules(place, time_s);
        let mut rested = Vec::new();
        let active = std::mem::take(&mut self.active);
        for i in active {
            let k = i as usize;
            let id = OpeningId(i);
            let o = &place.openings[k];
            let own_closer = self.closes_itself(o, k);
            if own_closer && self.targets[k] > 0.0 && (self.states[k].open - self.targets[k]).abs() < 1e-9 {
                self.idle_s[k] += dt;
                if in_doorway(id) {
                    self.idle_s[k] = 0.0;
                } else if self.idle_s[k] >= CLOSER_WAITS_S {
                    self.targets[k] = 0.0;
                    self.rates[k] = 1.0 / CLOSER_SHUTS_IN_S;
                }
            }
            let open = self.states[k].open;
            let target = self.targets[k];
            if (open - target).abs() > 1e-9 {
                let step = self.rates[k] * dt;
                if target > open {
                    self.states[k].open = (open + step).min(target);
                } else if !in_doorway(id) {
                    self.states[k].open = (open - step).max(target);
                }
                if (self.states[k].open - target).abs() <= 1e-9 {
                    self.states[k].open = target;
                    rested.push((id, target));
                }
            }
            if (self.states[k].open - self.targets[k]).abs() > 1e-9 || (own_closer && self.states[k].open > 0.0) {
                self.active.push(i);
            }
        }
        rested
    }

    /// Feeds the state to a hasher.
    pub fn hash_into(&self, hasher: &mut blake3::Hasher) {
        for (s, t) in self.states.iter().zip(&self.targets) {
            for v in [s.open, s.sealed, s.broken, *t] {
                hasher.update(&v.to_bits().to_le_bytes());
            }
            hasher.update(&[s.lock as u8, u8::from(s.wedged)]);
        }
    }
}

/// Linear between rows, constant outside them; 0 for no rows.
fn table(rows: &[(f64, f64)], x: f64) -> f64 {
    let after = rows.partition_point(|r| r.0 <= x);
    match (after.checked_sub(1).map(|i| rows[i]), rows.get(after)) {
        (None, Some(r)) => r.1,
        (Some(r), None) => r.1,
        (Some(a), Some(b)) => a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0).max(1e-9),
        (None, None) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{Beyond, OpeningKind, SpaceId};
    use crate::scenario::{Point, Side};

    fn place_with(f: impl Fn(&mut Opening)) -> Place {
        let mut o = Opening {
            path: "d".into(),
            kind: OpeningKind::Door,
            from: SpaceId(0),
            to: Beyond::Space(SpaceId(1)),
            centre: Point::default(),
            along: Point::new(1.0, 0.0),
            width: 0.9,
            bottom: 0.0,
            top: 2.0,
            leakage: 0.01,
            discharge: 0.7,
            schedule: Vec::new(),
            initial: OpeningState::default(),
            fire_rating_min: 0.0,
            on_alarm: None,
            fails_min: 10.0,
            opens_into: None,
            hinge: Side::Left,
            closer: Closer::None,
            breaks_c: None,
            openable: true,
            bars: false,
            hatch: false,
        };
        f(&mut o);
        Place {
            openings: vec![o],
            ..Place::default()
        }
    }
    const D: OpeningId = OpeningId(0);

    fn run(o: &mut Openings, p: &Place, ticks: usize, occupied: bool) {
        for t in 0..ticks {
            o.step(p, t as f64 * 0.05, 0.05, |_| occupied);
        }
    }

    #[test]
    fn a_closer_shuts_the_door_unless_it_is_wedged() {
        for (wedged, left_open) in [(false, 0.0), (true, 1.0)] {
            let p = place_with(|o| {
                o.closer = Closer::Working;
                o.initial.wedged = wedged;
            });
            let mut o = Openings::new(&p);
            assert_eq!(
                o.decide(
                    &p,
                    Request::Move {
                        opening: D,
                        open: 1.0,
                        key: true
                    }
                ),
                Answer::Granted
            );
            run(&mut o, &p, 25, false);
            assert!(o.states()[0].open > 0.9, "opens in a second");
            run(&mut o, &p, 140, false);
            assert_eq!(o.states()[0].open, left_open);
        }
    }

    #[test]
    fn a_leaf_never_shuts_on_somebody() {
        let p = place_with(|o| o.initial.open = 1.0);
        let mut o = Openings::new(&p);
        o.decide(
            &p,
            Request::Move {
                opening: D,
                open: 0.0,
                key: true,
            },
        );
        run(&mut o, &p, 100, true);
        assert_eq!(o.states()[0].open, 1.0);
        run(&mut o, &p, 100, false);
        assert_eq!(o.states()[0].open, 0.0);
    }

    #[test]
    fn a_latch_opens_from_inside_only_and_a_lock_not_at_all() {
        let p = place_with(|o| o.initial.lock = Lock::Latch);
        let mut o = Openings::new(&p);
        assert_eq!(
            o.decide(
                &p,
                Request::Move {
                    opening: D,
                    open: 1.0,
                    key: false
                }
            ),
            Answer::Locked
        );
        assert_eq!(
            o.decide(
                &p,
                Request::Move {
                    opening: D,
                    open: 1.0,
                    key: true
                }
            ),
            Answer::Granted
        );
        let p = place_with(|o| o.initial.lock = Lock::Locked);
        let mut o = Openings::new(&p);
        assert_eq!(
            o.decide(
                &p,
                Request::Move {
                    opening: D,
                    open: 1.0,
                    key: true
                }
            ),
            Answer::Locked
        );
    }

    #[test]
    fn opening_a_sealed_door_breaks_the_seal() {
        let p = place_with(|_| ());
        let mut o = Openings::new(&p);
        assert_eq!(o.decide(&p, Request::Seal { opening: D, part: 0.8 }), Answer::Granted);
        o.decide(
            &p,
            Request::Move {
                opening: D,
                open: CRACK,
                key: true,
            },
        );
        assert_eq!(o.states()[0].sealed, 0.0);
    }

    #[test]
    fn a_scheduled_opening_follows_its_table_and_nobody_else() {
        let p = place_with(|o| o.schedule = vec![(0.0, 0.0), (1.0, 1.0)]);
        let mut o = Openings::new(&p);
        assert_eq!(
            o.decide(
                &p,
                Request::Move {
                    opening: D,
                    open: 1.0,
                    key: true
                }
            ),
            Answer::NotByHand
        );
        o.step(&p, 0.5, 0.05, |_| false);
        assert!((o.states()[0].open - 0.5).abs() < 1e-12);
    }
}
