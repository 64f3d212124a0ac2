//! Hazards that are put right on the spot: what stands in the way is moved off, wedges are taken out, exits unlocked.

use super::Simulation;
use crate::drill::deeds::Hazard;
use crate::drill::notebook::Noted;
use crate::drill::openings::Request;
use crate::drill::perception::stands_in_the_way;
use crate::drill::{Action, HazardStep};
use crate::place::{self, Beyond, OpeningId, SpaceId, ThingId};
use crate::scenario::{Lock, Text};
use std::sync::Arc;

impl Simulation {
    /// Puts a hazard right where the trainee is. False, and noted as refused, if what stands in the way burns.
    pub(super) fn puts_right(&mut self, i: usize, hazard: Hazard) -> bool {
        let person = self.state.crowd.person(self.state.trainees[i].person);
        let touches = |o: &place::Opening, s: SpaceId| o.from == s || o.to == Beyond::Space(s);
        match hazard {
            Hazard::EbikeIndoors | Hazard::Clutter | Hazard::BlockedLane => {
                let here = |id: ThingId| {
                    let t = &self.place.things[id.index()];
                    // A car in the lane is moved by its owner or with a jack, wherever one stands oneself.
                    let reached = hazard == Hazard::BlockedLane || person.space == Some(t.space);
                    let there = self.state.moved_off.binary_search(&id).is_err();
                    there && reached && stands_in_the_way(&self.place, id) == Some(hazard)
                };
                let things = (0..self.place.things.len() as u32).map(ThingId);
                let far = |id: &ThingId| self.place.things[id.index()].at.distance(person.at);
                let nearest = things
                    .filter(|id| here(*id))
                    .min_by(|a, b| far(a).total_cmp(&far(b)).then(a.cmp(b)));
                let Some(thing) = nearest else { return true };
                if self.state.fire.thing(thing).burning {
                    let why = Text {
                        zh: "已经烧着，不能搬。".into(),
                        en: "It burns: it cannot be moved.".into(),
                    };
                    let step = HazardStep::Fixed;
                    let tick = self.state.tick;
                    self.state.trainees[i].note(tick, Noted::Refused(Action::Hazard { hazard, step }, why));
                    return false;
                }
                self.move_off(thing);
            }
            Hazard::WedgedFireDoor => {
                let wedged = |o: &OpeningId| {
                    let at = &self.place.openings[o.index()];
                    let state = &self.state.openings.states()[o.index()];
                    at.kind.is_door() && state.wedged && person.space.is_some_and(|s| touches(at, s))
                };
                let doors: Vec<OpeningId> = self.openings().filter(wedged).collect();
                for opening in doors {
                    self.state
                        .requests
                        .push((None, Request::Wedge { opening, wedged: false }));
                }
            }
            Hazard::LockedExit => {
                let locked = |o: &OpeningId| {
                    let at = &self.place.openings[o.index()];
                    let state = &self.state.openings.states()[o.index()];
                    let exit = at.kind.is_door() && matches!(at.to, Beyond::Street);
                    exit && state.lock != Lock::Unlocked && person.space == Some(at.from)
                };
                let doors: Vec<OpeningId> = self.openings().filter(locked).collect();
                for opening in doors {
                    self.state.requests.push((None, Request::Unlock { opening }));
                }
            }
            Hazard::SpentExtinguisher | Hazard::Wiring | Hazard::HotWork | Hazard::BarredWindow => {}
        }
        true
    }

    /// What still stands in the fire lane.
    pub(super) fn blocks_the_lane(&self) -> Option<ThingId> {
        (0..self.place.things.len() as u32).map(ThingId).find(|id| {
            self.state.moved_off.binary_search(id).is_err()
                && stands_in_the_way(&self.place, *id) == Some(Hazard::BlockedLane)
        })
    }

    fn openings(&self) -> impl Iterator<Item = OpeningId> {
        (0..self.place.openings.len() as u32).map(OpeningId)
    }

    /// Takes a thing out of the way and out of reach of flames; people walk where it stood.
    fn move_off(&mut self, thing: ThingId) {
        if let Err(at) = self.state.moved_off.binary_search(&thing) {
            self.state.moved_off.insert(at, thing);
            self.state.fire.shield(thing, true);
            self.lay_out();
        }
    }

    /// The place without what was moved off.
    pub(super) fn lay_out(&mut self) {
        if self.state.moved_off.is_empty() {
            return;
        }
        // It compiled before, and nothing but things that stand in the way was taken from it.
        if let (Some(place), _) = place::compile_without(&self.loaded, &self.state.moved_off) {
            self.place = Arc::new(place);
            self.state.fire.attach(&self.place);
            self.state.crowd.ground_changed();
        }
    }
}
