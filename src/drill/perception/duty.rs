//! What those who answer for others see beside the fire: guests, exits, who is behind a fire door; and hazards.

use super::{Senses, burning_of};
use crate::crowd::{PersonId, PersonState};
use crate::drill::deeds::{Burning, Hazard};
use crate::drill::notebook::{DoorRole, Percept};
use crate::drill::trainee::Trainee;
use crate::place::{Beyond, OpeningId, Place, SpaceId, StoreyId, ThingId};
use crate::scenario::{EquipmentKind, Lock, Use};

/// Fire doors hold from this rating on, minutes.
const RATED_MIN: f64 = 15.0;
/// A fire door that stands open further than this holds nothing.
const HOLDS_OPEN: f64 = 0.1;
/// People within this of a door press towards it, m, and so many are a crowd.
const PRESS_M: f64 = 2.0;
const CROWD: usize = 10;
/// Exits are seen from as far as this, m.
const EXIT_M: f64 = 15.0;
/// What is at least so wide outdoors takes an engine's way, m (a car; lanes are 4 m wide: GB 55037-2022, recalled,
/// 待核实).
const CAR_M: f64 = 1.5;
/// A hazard is noticed from as near as this, m.
const HAZARD_M: f64 = 8.0;

impl Senses<'_> {
    /// Spaces that share the air of something that burns: fire doors that are shut hold.
    pub(in crate::drill) fn burning_compartments(&self) -> Vec<bool> {
        let mut reached = vec![false; self.place.spaces.len()];
        let mut open: Vec<SpaceId> = Vec::new();
        for (i, thing) in self.place.things.iter().enumerate() {
            if self.fire.thing(ThingId(i as u32)).burning && !reached[thing.space.index()] {
                reached[thing.space.index()] = true;
                open.push(thing.space);
            }
        }
        let storeys: Vec<StoreyId> = open.iter().map(|s| self.place.spaces[s.index()].storey).collect();
        while let Some(space) = open.pop() {
            for (i, o) in self.place.openings.iter().enumerate() {
                let Beyond::Space(to) = o.to else { continue };
                let other = match (o.from == space, to == space) {
                    (true, _) => to,
                    (_, true) => o.from,
                    _ => continue,
                };
                let rated = o.kind.is_door() && o.fire_rating_min >= RATED_MIN;
                let holds = rated && self.openings[i].free() < HOLDS_OPEN;
                let level = storeys.contains(&self.place.spaces[other.index()].storey);
                if level && !holds && !reached[other.index()] {
                    reached[other.index()] = true;
                    open.push(other);
                }
            }
        }
        reached
    }

    /// Twice a second, for those who work here: how many are still inside, how the exits stand.
    pub(super) fn duty(&self, t: &mut Trainee) {
        if t.known.rooms_at_work.is_empty() {
            return;
        }
        let me = self.crowd.person(t.person);
        let Some(space) = me.space else { return };
        let storey = self.place.spaces[space.index()].storey;
        let guests = self.guests(t, storey);
        // Nobody counts a crowd to the last head.
        let about = if guests > 10 { guests / 10 * 10 } else { guests };
        self.changed(t, Percept::GuestsInside { people: about }, |p| {
            matches!(p, Percept::GuestsInside { .. })
        });
        for (i, o) in self.place.openings.iter().enumerate() {
            let on_storey = self.place.spaces[o.from.index()].storey == storey;
            if !o.kind.is_door() || !on_storey || o.centre.distance(me.at) > EXIT_M {
                continue;
            }
            let id = OpeningId(i as u32);
            let door = t.role(self.place, id);
            let exit = matches!(o.to, Beyond::Street) || matches!(door, DoorRole::Stair(..));
            if !exit {
                continue;
            }
            let pressing = (0..self.crowd.len() as u32)
                .map(|p| self.crowd.person(PersonId(p)))
                .filter(|v| v.plate == me.plate && v.at.distance(o.centre) < PRESS_M)
                .count();
            let p = Percept::ExitSeen {
                door,
                crowded: pressing >= CROWD,
                shut: self.openings[i].lock == Lock::Locked,
            };
            self.changed(
                t,
                p,
                |p| matches!(p, Percept::ExitSeen { door: d, .. } if d.opening() == id),
            );
        }
    }

    fn guests(&self, t: &Trainee, storey: StoreyId) -> u32 {
        let inside = |p: PersonId| {
            let v = self.crowd.person(p);
            let here = v.space.is_some_and(|s| self.place.spaces[s.index()].storey == storey);
            let mine = t.known.kin.contains(&p) || p.index() < t.of_trainees as usize;
            here && !mine && !matches!(v.state, PersonState::Out | PersonState::Absent)
        };
        (0..self.crowd.len() as u32)
            .map(PersonId)
            .filter(|p| inside(*p))
            .count() as u32
    }

    /// Looking round without a fire: what is not as it should be.
    pub(super) fn hazards(&self, t: &mut Trainee, space: SpaceId) {
        let at = self.crowd.person(t.person).at;
        let mut found = Vec::new();
        for (i, o) in self.place.openings.iter().enumerate() {
            let touches = o.from == space || o.to == Beyond::Space(space);
            if !touches || o.centre.distance(at) > HAZARD_M {
                continue;
            }
            let state = &self.openings[i];
            if o.kind.is_door() && o.fire_rating_min >= RATED_MIN && state.wedged && state.open > 0.0 {
                found.push(Hazard::WedgedFireDoor);
            }
            if o.kind.is_door() && matches!(o.to, Beyond::Street) && state.lock == Lock::Locked {
                found.push(Hazard::LockedExit);
            }
            if o.bars && !o.hatch {
                found.push(Hazard::BarredWindow);
            }
        }
        for e in &self.place.equipment {
            if e.space == space && matches!(e.kind, EquipmentKind::Extinguisher(..)) && !e.works {
                found.push(Hazard::SpentExtinguisher);
            }
        }
        let things = (0..self.place.things.len() as u32).map(ThingId);
        for thing in things.filter(|t| self.place.things[t.index()].space == space) {
            found.extend(stands_in_the_way(self.place, thing));
        }
        for hazard in found {
            if hazard == Hazard::BlockedLane {
                self.changed(t, Percept::LaneBlocked, |p| *p == Percept::LaneBlocked);
                continue;
            }
            self.changed(t, Percept::HazardSeen(hazard), |p| *p == Percept::HazardSeen(hazard));
        }
    }

    /// The room that one sealed, or took for a refuge, no longer holds.
    pub(super) fn refuge(&self, t: &mut Trainee, space: SpaceId, hot: bool) {
        let trusted = t
            .noted
            .iter()
            .any(|p| matches!(p, Percept::Refuge { space: s, good: true } if *s == space));
        if trusted && (hot || t.smoke == crate::drill::notebook::Smoke::Dense) {
            self.changed(t, Percept::RefugeFails, |p| *p == Percept::RefugeFails);
        }
    }
}

/// As which hazard a thing stands where people or engines pass; `None` if it stands in nobody's way. An e-bike is one
/// anywhere indoors, other things in corridors, halls and landings, a car in a lane.
pub(in crate::drill) fn stands_in_the_way(place: &Place, thing: ThingId) -> Option<Hazard> {
    let x = &place.things[thing.index()];
    let (width, depth) = (x.burns.size.0, x.burns.size.1);
    match place.spaces[x.space.index()].r#use {
        Use::Outdoors => (x.burns.blocks && width.min(depth) >= CAR_M).then_some(Hazard::BlockedLane),
        _ if burning_of(x) == Burning::Battery => Some(Hazard::EbikeIndoors),
        Use::Corridor | Use::LiftLobby | Use::EntranceHall | Use::StairLanding => {
            x.burns.blocks.then_some(Hazard::Clutter)
        }
        _ => None,
    }
}
