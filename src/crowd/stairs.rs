//! Speed on stairs.

use super::body::{Body, Fact};
use super::figures::{self, nimble, stair_factor};
use crate::place::{Place, PlateId, PlateKind, PortalId, Slope};
use crate::scenario::{Mobility, Point};

/// Whether a point lies in an outline.
pub fn inside(outline: &[Point], p: Point) -> bool {
    let mut odd = false;
    for (k, a) in outline.iter().enumerate() {
        let b = outline[(k + 1) % outline.len()];
        if (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x) {
            odd = !odd;
        }
    }
    odd
}

/// The flight at a point of a plate.
#[inline]
pub fn slope_at(place: &Place, plate: PlateId, at: Point) -> Option<&Slope> {
    let mut slopes = place.shapes[place.plates[plate.index()].shape].slopes.iter();
    slopes.find(|s| inside(&s.outline, at))
}

/// Steps relative to Fruin's stair: SFPE's k = 0.866 √(tread/riser) m/s, reproduces its table within 2 %, over its
/// value at 178/286 mm.
fn step_factor(riser: f64, tread: f64) -> f64 {
    if riser > 0.0 && tread > 0.0 {
        (libm::sqrt(tread / riser) / libm::sqrt(0.286 / 0.178)).clamp(0.6, 1.3)
    } else {
        1.0
    }
}

/// Horizontal speed on a flight as a part of the level speed: speed along the slope times its cosine. The slope is that
/// of the steps, riser to tread: a flight of n risers has n − 1 treads, so that the line from floor to floor is steeper.
/// On a landing people walk as on any floor.
pub fn factor(place: &Place, plate: PlateId, slope: &Slope, direction: Point, f: &Fact) -> f64 {
    if slope.slope == 0.0 {
        return 1.0;
    }
    let (up, down) = stair_factor(f.mobility);
    let along = if direction.dot(slope.up) >= 0.0 { up } else { down };
    let (steps, pitch) = match place.plates[plate.index()].kind {
        PlateKind::Flights(s) => {
            let s = &place.stairs[s.index()];
            (step_factor(s.riser, s.tread), s.riser / s.tread.max(0.02))
        }
        PlateKind::Floor | PlateKind::Car(_) => (1.0, slope.slope),
    };
    along * nimble(f.age) * steps / libm::sqrt(1.0 + pitch * pitch)
}

/// Speed down the stair of Fruin's measurements, along its slope, m/s.
pub fn speed_down(f: &Fact) -> f64 {
    f.free_speed * stair_factor(f.mobility).1 * nimble(f.age)
}

/// Who walks with an aid holds on to the handrail.
pub const fn holds_on(mobility: Mobility) -> bool {
    matches!(mobility, Mobility::Stick | Mobility::Frame)
}

/// Flights of a plate of stairs.
fn flights(place: &Place, plate: PlateId) -> impl Iterator<Item = &Slope> {
    let on = &place.plates[plate.index()];
    let stair = matches!(on.kind, PlateKind::Flights(_));
    let slopes = place.shapes[on.shape].slopes.iter();
    slopes.filter(move |s| stair && s.slope > 0.0)
}

/// From where to where a flight reaches in a direction, m.
fn span(slope: &Slope, d: Point) -> (f64, f64) {
    let along = slope.outline.iter().map(|p| p.dot(d));
    along.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        (low.min(x), high.max(x))
    })
}

/// The way along a flight by its handrail, for who means to go in a `direction`; elsewhere that direction. The rail is
/// taken to be on the side of the well, where a stair has one even if it has no second (GB 50352-2019 6.8.7 as recalled,
/// 待核实); on a straight stair on the right.
pub fn along_the_rail(place: &Place, plate: PlateId, slope: &Slope, at: Point, direction: Point) -> Point {
    let mut flights = flights(place, plate);
    let ahead = slope.up * if direction.dot(slope.up) < 0.0 { -1.0 } else { 1.0 };
    if direction.dot(ahead) < 0.5 || !flights.any(|s| std::ptr::eq(s, slope)) {
        return direction;
    }
    let right = ahead.left() * -1.0;
    let middle = |s: &Slope| span(s, right).0 + span(s, right).1;
    let other = self::flights(place, plate).find(|s| s.up.dot(slope.up) < 0.0);
    let left = other.is_some_and(|other| middle(other) < middle(slope));
    let rail = right * if left { -1.0 } else { 1.0 };
    let off = span(slope, rail).1 - at.dot(rail) - figures::WALL_M;
    (ahead + rail * (off / figures::TO_THE_RAIL_M).clamp(0.0, 1.0)).normalised()
}

/// The way of whoever walks through a stair to a portal, given the shortest one: on along the flight, and round the newel on a
/// landing, drawing in no more than one goes on. All shortest ways meet at the newel: two files that come down abreast
/// would cross there, where people walk arcs (Hoskins and Milke 2012 measure the way on landings along
/// them, as recalled, 待核实).
pub fn in_file(place: &Place, b: &Body, portal: PortalId, shortest: Point) -> Option<Point> {
    let portal = &place.portals[portal.index()];
    if let Some(slope) = flights(place, b.plate).find(|s| inside(&s.outline, b.at)) {
        let (along, across) = (shortest.dot(slope.up), slope.up.left());
        let draws_in = (shortest.dot(across) / along.abs().max(1e-6)).clamp(-1.0, 1.0);
        return (along != 0.0).then(|| (slope.up * along.signum() + across * draws_in).normalised());
    }
    let of_stair = |p: PlateId| matches!(place.plates[p.index()].kind, PlateKind::Flights(_)).then_some(p);
    let pair = match (of_stair(b.plate), place.plates[portal.to.index()].kind) {
        (Some(here), _) => here,
        (None, PlateKind::Flights(s)) if b.space.is_some_and(|at| place.stairs[s.index()].spaces.contains(&at)) => {
            portal.to
        }
        _ => return None,
    };
    let turn = Turn::at(place, pair, b.at)?;
    let from = b.at - turn.newel;
    let r = from.length();
    if r < 1e-3 {
        return None;
    }
    let out = from * (1.0 / r);
    // From one flight to the other by the landing, wherever on it one is.
    let goal = (portal.segment.a + portal.segment.b) * 0.5 - turn.newel;
    let round = out.left() * if turn.landing.left().dot(goal) < 0.0 { -1.0 } else { 1.0 };
    let draws_in = if r < turn.inner {
        0.0
    } else {
        let shortest = (-shortest.dot(out) / shortest.dot(round).max(1e-6)).max(0.0);
        shortest.max((r - turn.outer) / figures::INTO_FILE_M).min(1.0)
    };
    Some((round - out * draws_in).normalised())
}

/// Where the two flights of a stair meet on a landing.
struct Turn {
    /// Middle of the line between them.
    newel: Point,
    /// From there to the landing, unit vector.
    landing: Point,
    /// How near to it, and how far from it, one walks round, m.
    inner: f64,
    outer: f64,
}

impl Turn {
    /// Of a pair of flights, on the landing that a point lies on; none on a straight stair.
    fn at(place: &Place, plate: PlateId, at: Point) -> Option<Self> {
        let mut flights = flights(place, plate);
        let (a, b) = (flights.next()?, flights.next()?);
        let across = a.up.left();
        let ((a_low, a_high), (b_low, b_high)) = (span(a, across), span(b, across));
        let (left, right) = (a_low.max(b_low), a_high.min(b_high));
        let (low, high) = span(a, a.up);
        let above = at.dot(a.up) > 0.5 * (low + high);
        let half_gap = 0.5 * (left - right).max(0.0);
        Some(Self {
            newel: across * (0.5 * (left + right)) + a.up * if above { high } else { low },
            landing: a.up * if above { 1.0 } else { -1.0 },
            inner: half_gap + figures::WALL_M,
            outer: half_gap + (a_high - a_low) - figures::WALL_M,
        })
    }
}

/// Part of the speed on stairs that is left after so many metres of height.
pub fn freshness(height: f64, up: bool) -> f64 {
    let (from, to) = figures::TIRED_M;
    let tired = ((height - from) / (to - from)).clamp(0.0, 1.0);
    1.0 - tired * if up { figures::TIRED.0 } else { figures::TIRED.1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_stairs_tire_more_upwards() {
        assert_eq!(freshness(29.0, true), 1.0);
        assert!((freshness(65.0, true) - 0.875).abs() < 1e-12);
        assert!(freshness(200.0, true) < freshness(200.0, false));
    }

    #[test]
    fn steps_follow_the_tables() {
        assert!((step_factor(0.178, 0.286) - 1.0).abs() < 1e-12);
        // SFPE: 7.5/10 in 1.00, 6.5/13 in 1.23 m/s.
        let k = |r: f64, t: f64| 0.866 * (t / r).sqrt();
        assert!((k(7.5, 10.0) - 1.0).abs() < 0.02);
        assert!((k(6.5, 13.0) - 1.23).abs() < 0.02);
        assert_eq!(step_factor(0.0, 0.0), 1.0);
    }
}
