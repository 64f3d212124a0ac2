//! Those who answer for others: they go to them, make them ready, and lead, push or carry them out.

use super::body::{Aim, Body, Fact, Leg, Why};
use super::routing::{Routes, Target};
use super::{CrowdEvent, PersonId, PersonState, Posture, Surroundings, decision, figures};
use crate::scenario::Mobility;
use serde::{Deserialize, Serialize};

/// What a carer is about.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Care {
    ward: PersonId,
    /// Ready at this tick, once they are there.
    ready: Option<u64>,
}

/// How a trainee moves somebody who does not walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Burden {
    /// On the back, or pushed in their chair.
    Back,
    /// Bedridden, on a rescue sheet along the floor.
    Sheet,
    /// Down, dragged by the clothes.
    Dragged,
}

impl Burden {
    /// Speed of whoever moves them, m/s, of their own speed unburdened.
    pub fn speed(self, own: f64) -> f64 {
        let burdened = own * figures::BURDENED;
        match self {
            Self::Back => burdened,
            Self::Sheet => burdened.min(figures::SHEET_M_S),
            Self::Dragged => burdened.min(figures::DRAGGED_M_S),
        }
    }
}

/// Speed at which somebody is carried with the usual device, m/s, on the level and on stairs alike.
pub fn carried_m_s(mobility: Mobility) -> f64 {
    if mobility == Mobility::Bedridden {
        figures::SHEET_M_S
    } else {
        figures::EVAC_CHAIR_M_S
    }
}

/// Looks after the next of those a person answers for. True while that is what they do.
pub fn look_after(
    bodies: &mut [Body],
    facts: &[Fact],
    id: usize,
    routes: &mut Routes,
    world: &Surroundings<'_>,
) -> bool {
    let (f, me) = (&facts[id], PersonId(id as u32));
    if f.controlled || f.wards.is_empty() || !bodies[id].set_out || bodies[id].led_by.is_some() {
        return false;
    }
    if let Some(care) = bodies[id].care {
        let w = bodies[care.ward.index()];
        if !waits(&w) {
            bodies[id].care = None;
            leave(&mut bodies[id]);
            return false;
        }
        let b = &mut bodies[id];
        match care.ready {
            None => {
                if b.plate == w.plate && b.at.distance(w.at) < figures::BESIDE_M {
                    let (ready_s, asleep) = (preparation_s(&facts[care.ward.index()]), w.state == PersonState::Asleep);
                    let dressing = if asleep { figures::WAKE_KIN_S } else { 0.0 };
                    let ready = world.tick + ((ready_s + dressing) / world.dt) as u64;
                    b.care = Some(Care {
                        ready: Some(ready),
                        ..care
                    });
                    decision::stand(b);
                    b.why = Why::Assists;
                    decision::wake(&mut bodies[care.ward.index()]);
                } else if b.state != PersonState::Moving || !matches!(b.aim, Aim::Spot { .. }) {
                    go_to(b, &w);
                }
                true
            }
            Some(ready) if world.tick < ready => true,
            Some(_) => {
                b.care = None;
                take_along(bodies, facts, id, care.ward, routes, world);
                bodies[id].replan = true;
                leave(&mut bodies[id]);
                false
            }
        }
    } else {
        if bodies[id].carries.is_some() {
            return false;
        }
        let next = f
            .wards
            .iter()
            .copied()
            .find(|w| waits(&bodies[w.index()]) && bodies[w.index()].led_by.is_none());
        let Some(ward) = next.filter(|w| *w != me) else {
            return false;
        };
        let w = bodies[ward.index()];
        bodies[id].care = Some(Care { ward, ready: None });
        go_to(&mut bodies[id], &w);
        true
    }
}

/// Whether somebody is still there to be fetched.
fn waits(w: &Body) -> bool {
    w.present() && w.state != PersonState::Incapacitated && w.carried_by.is_none() && !w.set_out
}

fn go_to(b: &mut Body, w: &Body) {
    b.state = PersonState::Moving;
    b.set_aim(Aim::Spot {
        plate: w.plate,
        at: w.at,
    });
    b.why = Why::Fetches;
}

fn leave(b: &mut Body) {
    b.state = PersonState::Moving;
    b.why = Why::ToExit;
    b.set_aim(Aim::Out);
}

/// Time to get somebody ready, s.
fn preparation_s(f: &Fact) -> f64 {
    match f.mobility {
        Mobility::Able | Mobility::Stick | Mobility::Frame => figures::READY_WALKING_S,
        Mobility::Wheelchair | Mobility::Bedridden => figures::READY_CARRIED_S,
    }
}

/// Leads who can walk, pushes who sits where there is a way on wheels, carries the others.
fn take_along(
    bodies: &mut [Body],
    facts: &[Fact],
    id: usize,
    ward: PersonId,
    routes: &mut Routes,
    world: &Surroundings<'_>,
) {
    let w = bodies[ward.index()];
    let on_own_legs = match facts[ward.index()].mobility {
        Mobility::Able | Mobility::Stick | Mobility::Frame => true,
        Mobility::Wheelchair => !routes
            .choices(world.place, w.plate, w.at, Target::Street, true, &[])
            .is_empty(),
        Mobility::Bedridden => false,
    };
    if on_own_legs {
        bodies[ward.index()].set_out = true;
        decision::lead(
            &mut bodies[ward.index()],
            &facts[ward.index()],
            Some(PersonId(id as u32)),
        );
    } else if bodies[id].carries.is_none() {
        let w = &mut bodies[ward.index()];
        w.carried_by = Some(PersonId(id as u32));
        w.state = PersonState::Waiting;
        w.why = Why::Carried;
        w.set_out = true;
        bodies[id].carries = Some(ward);
    }
}

/// The carried come along; who can carry no more leaves them where they are.
pub fn bring(bodies: &mut [Body], events: &mut Vec<CrowdEvent>) {
    for id in 0..bodies.len() {
        let Some(ward) = bodies[id].carries else { continue };
        let b = bodies[id];
        let w = &mut bodies[ward.index()];
        if b.state == PersonState::Out {
            let by = events.iter().rev().find_map(|e| match e {
                CrowdEvent::Out { person, opening } if person.index() == id => Some(*opening),
                _ => None,
            });
            (w.state, w.why, w.space, w.speed, w.carried_by) = (PersonState::Out, Why::Out, None, 0.0, None);
            if let Some(opening) = by {
                events.push(CrowdEvent::Out { person: ward, opening });
            }
            bodies[id].carries = None;
            continue;
        }
        if !b.able() || !w.present() || w.state == PersonState::Incapacitated {
            w.carried_by = None;
            if w.present() && w.state != PersonState::Incapacitated {
                w.why = Why::CannotMove;
                w.set_out = false;
                w.set_leg(Leg::None);
            }
            bodies[id].carries = None;
            continue;
        }
        (w.plate, w.space, w.at, w.z, w.heading, w.speed) = (b.plate, b.space, b.at, b.z, b.heading, b.speed);
        w.posture = Posture::Stooped;
    }
}
