//! Making way: who stands about where others want to pass steps aside, to a free place beside their way and off doors and
//! stairs, and stays there.

use super::body::{Body, Fact, Why};
use super::contact::{Cells, Circle, Meeting};
use super::terrain::{self, Near};
use super::{PersonState, Posture, Surroundings, figures, locomotion, routing::Routes, stairs};
use crate::scenario::Point;

/// Who wants to pass: from where, whither, and the radius of their body, m.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    pub at: Point,
    pub ahead: Point,
    pub radius: f64,
}

/// Whether somebody steps aside now.
pub fn steps(b: &Body, tick: u64) -> bool {
    b.state != PersonState::Moving && b.aside.is_some_and(|(until, _)| tick < until) && free(b)
}

/// Whether somebody stands where they need not, and can step aside if asked.
pub fn can_be_asked(b: &Body, f: &Fact) -> bool {
    !f.controlled && f.free_speed > 0.0 && free(b)
}

fn free(b: &Body) -> bool {
    let stands = matches!(
        b.state,
        PersonState::Waiting | PersonState::Preparing | PersonState::Sheltering
    );
    let busy = matches!(
        b.why,
        Why::Assists | Why::WaitsForLift | Why::InLift | Why::CannotMove | Why::Carried
    );
    stands && !busy && b.posture != Posture::Lying && b.carried_by.is_none() && b.care.is_none()
}

/// The direction in which somebody steps aside, and how far, m: to the nearest place in the same room that is off the way
/// of who asks and of doors and portals, and free; the best there is if none is all that. Nowhere if they stand there.
pub fn whither(
    id: usize,
    asker: &Asker,
    bodies: &[Body],
    facts: &[Fact],
    cells: &Cells,
    met: &mut Meeting,
    routes: &Routes,
    world: &Surroundings<'_>,
) -> Option<(Point, f64)> {
    let b = &bodies[id];
    let (radius, berth) = (b.girth(&facts[id]), b.berth(&facts[id]));
    let (place, terrain) = (world.place, routes.terrain.as_ref()?);
    met.clear();
    cells.around(b.plate, b.at, &Circle(figures::ASIDE_M.1 as f32 + 1.0), met);
    let others = || met.found().iter().filter(|m| cells.member(m).id != id as u32);
    // How much a place lacks of being out of everybody's way, m.
    let lacks = |p: Point| {
        let along = (p - asker.at).dot(asker.ahead).max(0.0);
        let off_way = (p - asker.at - asker.ahead * along).length() - asker.radius - radius - figures::ASKED_M;
        let from = |s: &crate::place::Segment| terrain::nearest(s, p).distance(p) - figures::ASIDE_CLEAR_M;
        let gates = terrain.near(place, b.plate, p).filter_map(|n| match n {
            Near::Gate(_, s) => Some(from(s)),
            Near::Wall(_) => None,
        });
        let portals = place.plates[b.plate.index()].portals.iter();
        let portals = portals.map(|p| from(&place.portals[p.index()].segment));
        let off_doors = gates.chain(portals).fold(f64::INFINITY, f64::min);
        let room = others().map(|m| {
            let o = cells.member(m);
            let way = Point::new(m.way.0.into(), m.way.1.into());
            (b.at + way).distance(p) - radius - f64::from(o.radius)
        });
        let room = room.fold(f64::INFINITY, f64::min);
        -off_way.min(0.0) - off_doors.min(0.0) - room.min(0.0)
    };
    let stands = |p: Point| {
        place.space_at(b.plate, p) == b.space
            && stairs::slope_at(place, b.plate, p).is_none_or(|s| s.slope == 0.0)
            && terrain
                .solid(place, world.openings, b.plate, p, berth)
                .all(|w| w.distance >= berth)
            && locomotion::clear_way(routes, world, b.plate, b.at, p, berth)
    };
    let mut best = (figures::ASIDE_WORTH * lacks(b.at), None);
    let mut by = figures::ASIDE_M.0;
    while by <= figures::ASIDE_M.1 + 1e-9 {
        for k in 0..DIRECTIONS {
            let a = std::f64::consts::TAU * f64::from(k) / f64::from(DIRECTIONS);
            let e = Point::new(libm::cos(a), libm::sin(a));
            let p = b.at + e * by;
            let cost = by + figures::ASIDE_WORTH * lacks(p);
            if cost < best.0 && stands(p) {
                best = (cost, Some((e, by)));
            }
        }
        by += figures::ASIDE_M.0;
    }
    best.1
}

/// So many directions are looked at.
const DIRECTIONS: u32 = 16;
