//! Speed on stairs.

use super::figures::{self, stair_factor};
use crate::place::{Place, PlateId, PlateKind, Slope};
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
pub fn slope_at(place: &Place, plate: PlateId, at: Point) -> Option<&Slope> {
    place.shapes[place.plates[plate.index()].shape]
        .slopes
        .iter()
        .find(|s| inside(&s.outline, at))
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
pub fn factor(place: &Place, plate: PlateId, slope: &Slope, direction: Point, mobility: Mobility) -> f64 {
    if slope.slope == 0.0 {
        return 1.0;
    }
    let (up, down) = stair_factor(mobility);
    let along = if direction.dot(slope.up) >= 0.0 { up } else { down };
    let (steps, pitch) = match place.plates[plate.index()].kind {
        PlateKind::Flights(s) => {
            let s = &place.stairs[s.index()];
            (step_factor(s.riser, s.tread), s.riser / s.tread.max(0.02))
        }
        PlateKind::Floor | PlateKind::Car(_) => (1.0, slope.slope),
    };
    along * steps / libm::sqrt(1.0 + pitch * pitch)
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
