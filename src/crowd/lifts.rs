//! Lifts that may be used in a fire: going to the lobby, waiting, riding, stepping out. The cars themselves are run by
//! `drill`; people call them as they would by the button.

use super::body::{Aim, Body, Fact, Leg, Why};
use super::routing::{JUDGED_M_S, Routes, Target};
use super::{CrowdEvent, PersonId, PersonState, Surroundings, decision, figures, spot};
use crate::place::{LiftId, Place, PlateId, PlateKind};
use crate::scenario::Point;
use serde::{Deserialize, Serialize};

/// A way by lift.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ride {
    lift: LiftId,
    /// Indices into the lift's storeys.
    from: u16,
    to: u16,
    /// Tick at which the stage began.
    since: u64,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Stage {
    Goes,
    Waits,
    Rides,
}

/// Where one waits before a lift on a storey (index into the lift's storeys), with the plate.
fn lobby(place: &Place, lift: LiftId, storey: usize) -> Option<(PlateId, Point)> {
    let l = &place.lifts[lift.index()];
    let plate = place.storeys[l.storeys.get(storey)?.index()].plate;
    let door = &place.openings[l.doors.get(storey)?.index()];
    let n = door.along.left();
    [n, n * -1.0]
        .into_iter()
        .map(|n| door.centre + n * figures::LOBBY_M)
        .find(|p| {
            place
                .space_at(plate, *p)
                .is_some_and(|s| !l.wells.contains(&s) && place.plates[plate.index()].spaces.contains(&s))
        })
        .map(|p| (plate, p))
}

/// The quickest way by a lift that may be used, with its time as judged, s, and the spot to wait at.
pub fn consider(b: &Body, routes: &mut Routes, world: &Surroundings<'_>) -> Option<(Ride, Point, f64)> {
    let place = world.place;
    if b.no_lift || !matches!(place.plates[b.plate.index()].kind, PlateKind::Floor) {
        return None;
    }
    let mut best: Option<(Ride, Point, f64)> = None;
    for (k, l) in place.lifts.iter().enumerate().filter(|(_, l)| l.evacuation) {
        let lift = LiftId(k as u32);
        let at = |s: &crate::place::StoreyId| place.storeys[s.index()].plate == b.plate;
        let Some(from) = l.storeys.iter().position(at) else {
            continue;
        };
        let Some((plate, p)) = lobby(place, lift, from) else {
            continue;
        };
        let locked = b.locked();
        let Some(walk) = routes.distance(place, plate, b.at, Leg::Point(p), b.wheels, &locked) else {
            continue;
        };
        for to in (0..l.storeys.len()).filter(|t| *t != from) {
            let Some((below, q)) = lobby(place, lift, to) else {
                continue;
            };
            let on = routes.choices(place, below, q, Target::Street, b.wheels, &locked);
            let Some(on) = on.iter().map(|c| c.1 + c.2).min_by(f64::total_cmp) else {
                continue;
            };
            let z = |s: usize| place.storeys[l.storeys[s].index()].z;
            let time = walk / JUDGED_M_S + figures::LIFT_WAIT_S + (z(from) - z(to)).abs() / l.speed + on;
            if best.is_none_or(|b| time < b.2) {
                let ride = Ride {
                    lift,
                    from: from as u16,
                    to: to as u16,
                    since: world.tick,
                    stage: Stage::Goes,
                };
                best = Some((ride, p, time));
            }
        }
    }
    best
}

/// Whoever stands in a car is as high as the car, and in the air of the well there.
pub fn carry(bodies: &mut [Body], world: &Surroundings<'_>) {
    for view in world.lifts {
        let lift = &world.place.lifts[view.lift.index()];
        let height = |s: &crate::place::StoreyId| (world.place.storeys[s.index()].z - view.z).abs();
        let here =
            (0..lift.storeys.len()).min_by(|x, y| height(&lift.storeys[*x]).total_cmp(&height(&lift.storeys[*y])));
        let well = here.and_then(|k| lift.wells.get(k)).copied();
        for b in bodies.iter_mut().filter(|b| b.plate == lift.car && b.present()) {
            b.z = view.z;
            b.space = well.or(b.space);
        }
    }
}

/// One tick of all who go by lift.
pub fn ride(bodies: &mut [Body], facts: &[Fact], world: &Surroundings<'_>, events: &mut Vec<CrowdEvent>) {
    let place = world.place;
    for id in 0..bodies.len() {
        let Some(mut ride) = bodies[id].ride else { continue };
        let person = PersonId(id as u32);
        if !bodies[id].able() || bodies[id].aim != Aim::Out {
            bodies[id].ride = None;
            continue;
        }
        let lift = &place.lifts[ride.lift.index()];
        let view = world.lifts.iter().find(|v| v.lift == ride.lift).copied();
        let Some(view) = view else {
            bodies[id].ride = None;
            continue;
        };
        let mut calls = |storey: u16| {
            if (world.tick + id as u64).is_multiple_of(20) {
                events.push(CrowdEvent::CallsLift {
                    person,
                    lift: ride.lift,
                    storey: usize::from(storey),
                });
            }
        };
        match ride.stage {
            Stage::Goes => {
                let near = lobby(place, ride.lift, usize::from(ride.from))
                    .is_some_and(|(p, at)| p == bodies[id].plate && at.distance(bodies[id].at) < figures::LOBBY_NEAR_M);
                if near {
                    ride.stage = Stage::Waits;
                    ride.since = world.tick;
                    let b = &mut bodies[id];
                    b.state = PersonState::Waiting;
                    b.why = Why::WaitsForLift;
                    b.speed = 0.0;
                    b.set_leg(Leg::None);
                    b.ride = Some(ride);
                }
            }
            Stage::Waits => {
                calls(ride.from);
                let aboard = bodies.iter().filter(|o| o.plate == lift.car && o.present()).count();
                if view.open_at == Some(usize::from(ride.from)) && aboard < lift.capacity as usize {
                    let middle = middle(place, lift.car);
                    if let Some(at) = spot(bodies, facts, place, person, lift.car, middle) {
                        ride.stage = Stage::Rides;
                        ride.since = world.tick;
                        let b = &mut bodies[id];
                        (b.plate, b.at, b.why) = (lift.car, at, Why::InLift);
                        b.ride = Some(ride);
                    }
                } else if (world.tick - ride.since) as f64 * world.dt > figures::LIFT_PATIENCE_S {
                    let b = &mut bodies[id];
                    b.ride = None;
                    b.no_lift = true;
                    b.state = PersonState::Moving;
                    b.set_aim(Aim::Out);
                }
            }
            Stage::Rides => {
                calls(ride.to);
                if view.open_at == Some(usize::from(ride.to))
                    && let Some((plate, at)) = lobby(place, ride.lift, usize::from(ride.to))
                    && let Some(at) = spot(bodies, facts, place, person, plate, at)
                {
                    let b = &mut bodies[id];
                    (b.plate, b.at, b.z) = (plate, at, place.z_at(plate, at));
                    b.space = place.space_at(plate, at).or(b.space);
                    b.ride = None;
                    b.state = PersonState::Moving;
                    b.why = Why::ToExit;
                    b.came_by = None;
                    b.set_aim(Aim::Out);
                }
            }
        }
    }
}

/// Takes to a lift.
pub fn take(b: &mut Body, ride: Ride, at: Point) {
    b.ride = Some(ride);
    b.set_leg(Leg::Point(at));
}

/// Middle of a plate's walls.
fn middle(place: &Place, plate: PlateId) -> Point {
    let walls = &place.shape(plate).walls;
    walls.iter().fold(Point::default(), |m, w| m + (w.a + w.b) * 0.5) * (1.0 / walls.len().max(1) as f64)
}

/// Whether somebody walks to a lift now: their leg is not chosen anew.
pub const fn under_way(b: &Body) -> bool {
    b.ride.is_some()
}

/// Reached the lobby by the ordinary rule of points: the lift's own rule goes on.
pub fn arrived(b: &mut Body) {
    decision::stand(b);
    b.aim = Aim::Out;
    b.why = Why::WaitsForLift;
}
