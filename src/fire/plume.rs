//! Fire plume, flame height, ceiling jet and the plume that rises from an opening.

use super::species::{CP, G, ZERO_C};

/// Ambient state that the correlations ask for.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// K.
    pub t: f64,
    /// kg/m³.
    pub rho: f64,
}

/// A source of buoyancy.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// Heat release rate, W.
    pub q: f64,
    /// Its convective part, W.
    pub qc: f64,
    /// Diameter, m.
    pub d: f64,
    /// Walls mirror the fire: it is one of so many that together make one large plume ([`images`]).
    pub images: f64,
}

impl Source {
    /// The whole fire of which walls leave a part.
    fn whole(&self) -> Self {
        Self {
            q: self.q * self.images,
            qc: self.qc * self.images,
            d: self.d * self.images.sqrt(),
            images: 1.0,
        }
    }
}

/// Images of a fire beside no wall, one, or in a corner (Zukoski, Kubota and Cetegen 1981): far above the fire it
/// entrains 0.63 and 0.40 of what it would in the open.
pub fn images(walls_near: u8) -> f64 {
    match walls_near {
        0 => 1.0,
        1 => 2.0,
        _ => 4.0,
    }
}

/// A current of air across a plume.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Draught {
    /// m/s.
    pub speed: f64,
    /// From and to, m above the fuel.
    pub low: f64,
    pub high: f64,
}

fn q_star(s: &Source, a: Around) -> f64 {
    s.q / (a.rho * CP * a.t * (G * s.d).sqrt() * s.d * s.d)
}

/// Height of the flame, m (Heskestad 1983: 0.235 Q^2/5 − 1.02 D in kW at 20 °C).
pub fn flame_height(s: &Source, a: Around) -> f64 {
    if s.q <= 0.0 {
        return 0.0;
    }
    let s = &s.whole();
    (s.d * (3.88 * libm::pow(q_star(s, a), 0.4) - 1.02)).max(0.0)
}

/// Heskestad 1983: 0.083 Q^2/5 − 1.02 D in kW at 20 °C.
fn virtual_origin(s: &Source, a: Around) -> f64 {
    s.d * (1.372 * libm::pow(q_star(s, a), 0.4) - 1.02)
}

/// Mass entrained up to a height above the fuel, kg/s (Heskestad 1984; below the flame's tip in proportion to
/// height).
pub fn entrained(s: &Source, a: Around, z: f64) -> f64 {
    if s.qc <= 0.0 || z <= 0.0 {
        return 0.0;
    }
    let tip = flame_height(s, a);
    let images = s.images;
    let s = &s.whole();
    let z0 = virtual_origin(s, a);
    let far = |z: f64| {
        let x = libm::pow((z - z0).max(0.0), 5.0 / 3.0);
        let thick = 2.9 * libm::pow(s.qc / (G.sqrt() * CP * a.rho * a.t), 2.0 / 3.0);
        0.196 * libm::cbrt(G * a.rho * a.rho / (CP * a.t) * s.qc) * (x + thick)
    };
    (if z < tip { far(tip) * z / tip } else { far(z) }) / images
}

/// Part of a current across a plume that it takes in through each square metre of its side, and the power by which
/// this adds to what it takes in still air (Devenish, Rooney, Webster and Thomson 2010, their β and m, checked by
/// them against simulations and a large fire; values from memory, 待核实).
const SIDEWAYS: f64 = 0.5;
const ADDS: f64 = 1.5;
/// Steps of the integration along a plume.
const RISES: u32 = 32;

/// How many times what it entrains in still air a plume entrains up to a height in a draught.
///
/// The air that comes in by a door blows the plume over and through, so that it entrains two and three times as
/// much (Quintiere, Rinkinen and Jones 1981, who explain it as here by a plume in a cross-wind). The entrainment of
/// [`entrained`] is joined by a part of the draught, through the side of the plume that the momentum equations give
/// (uniform across, burning in proportion to height up to the flame's tip). What it takes in drives it along with the
/// draught, so that it leans, runs along its axis faster than it rises, and is the thinner.
pub fn blown(s: &Source, a: Around, z: f64, draught: Draught) -> f64 {
    let still = entrained(s, a, z);
    if still <= 0.0 || draught.speed <= 0.0 || draught.high <= 0.0 || draught.low >= z {
        return 1.0;
    }
    let (whole, tip) = (s.whole(), flame_height(s, a));
    let dz = z / f64::from(RISES);
    // Whole plume: mass (kg/s) and square of the upward momentum (kg·m/s²)².
    let (mut m, mut momentum2, mut below) = (0.0, 0.0, 0.0);
    // Momentum along the draught, kg·m/s².
    let mut along = 0.0;
    for i in 0..RISES {
        let at = (f64::from(i) + 0.5) * dz;
        let free = s.images * entrained(s, a, at + dz / 2.0);
        let taken = free - below;
        below = free;
        let half = m + taken / 2.0;
        let heat = whole.qc * if tip > at { at / tip } else { 1.0 };
        let excess = heat / (CP * half) / a.t;
        // d(M²)/dz = 2 g m² ΔT/T.
        momentum2 += 2.0 * G * half * half * excess * dz;
        let overlap = ((at + dz / 2.0).min(draught.high) - (at - dz / 2.0).max(draught.low)).max(0.0);
        let moves = draught.speed * overlap / dz;
        let (rises, drifts) = (momentum2.sqrt() / half, (along + taken / 2.0 * moves) / half);
        let speed = (rises * rises + drifts * drifts).sqrt();
        let radius = (half * (1.0 + excess) / (std::f64::consts::PI * a.rho * speed)).sqrt();
        let across = 2.0 * std::f64::consts::PI * radius * a.rho * SIDEWAYS * moves * dz;
        let taken = libm::pow(libm::pow(taken, ADDS) + libm::pow(across, ADDS), 1.0 / ADDS);
        m += taken;
        along += taken * moves;
    }
    m / (s.images * still)
}

/// Length of a jet's core in widths of the opening, and its standard deviation across by distance.
const CORE: f64 = 5.2;
const SPREAD: f64 = 0.109;

/// Width of a current of air so far ahead of an opening of a width, m: what is left of its core, and on both sides as
/// far as it has half its speed. Before a wall it comes to rest over about this length.
pub fn jet_width(width: f64, ahead: f64) -> f64 {
    const HALF: f64 = 1.177;
    (width - ahead / CORE).max(0.0) + 2.0 * HALF * SPREAD * ahead
}

/// Speed of a current of air at a place, relative to where it comes out of an opening of a width: full in the core,
/// then falling with the root of the distance; normal across (plane jet: Albertson, Dai, Jensen and Rouse 1950).
pub fn jet_decay(width: f64, ahead: f64, aside: f64) -> f64 {
    if ahead <= 0.0 || width <= 0.0 {
        return 0.0;
    }
    let core = (1.0 - ahead / (CORE * width)).max(0.0);
    let off = (aside.abs() - core * width / 2.0).max(0.0) / (SPREAD * ahead);
    (CORE * width / ahead).min(1.0).sqrt() * libm::exp(-off * off / 2.0)
}

/// Excess temperature on the centre line, K, at most 900 (Heskestad 1984; the limit as in CFAST).
pub fn centre_line_k(s: &Source, a: Around, z: f64) -> f64 {
    if s.qc <= 0.0 {
        return 0.0;
    }
    let s = &s.whole();
    centre_line(s.qc, a, z - virtual_origin(s, a)).0
}

/// Excess temperature (K, at most 900) and velocity (m/s) on the centre line of a plume of a convective power (W), so
/// far above its virtual origin (Heskestad 1984).
pub fn centre_line(qc: f64, a: Around, rise: f64) -> (f64, f64) {
    if qc <= 0.0 {
        return (0.0, 0.0);
    }
    let rise = rise.max(0.1);
    let k = 9.1 * libm::cbrt(a.t / (G * CP * CP * a.rho * a.rho)) * libm::pow(qc, 2.0 / 3.0);
    let v = 3.4 * libm::cbrt(G / (CP * a.rho * a.t) * qc / rise);
    ((k * libm::pow(rise, -5.0 / 3.0)).min(900.0), v)
}

/// Gas under a flat ceiling at a height and radius from a fire: excess temperature (K) and velocity (m/s). Where the
/// plume turns it is the plume's own, further out the ceiling jet's.
pub fn under_ceiling(s: &Source, a: Around, h: f64, r: f64) -> (f64, f64) {
    if r <= TURNS * h {
        let s = &s.whole();
        centre_line(s.qc, a, h - virtual_origin(s, a))
    } else {
        ceiling_jet(s.q * s.images, h, r)
    }
}

/// The plume turns within this part of the height (Alpert 1972).
pub const TURNS: f64 = 0.18;

/// Ceiling jet at a radius under a flat ceiling at a height above the fuel: excess temperature (K) and velocity
/// (m/s) after Alpert 1972 (total heat release in kW).
pub fn ceiling_jet(q_w: f64, h: f64, r: f64) -> (f64, f64) {
    let (q, h) = (q_w / 1000.0, h.max(0.1));
    if q <= 0.0 {
        return (0.0, 0.0);
    }
    let dt = if r <= TURNS * h {
        16.9 * libm::pow(q, 2.0 / 3.0) / libm::pow(h, 5.0 / 3.0)
    } else {
        5.38 * libm::pow(q / r, 2.0 / 3.0) / h
    };
    let v = if r <= 0.15 * h {
        0.96 * libm::cbrt(q / h)
    } else {
        0.195 * libm::cbrt(q) * h.sqrt() / libm::pow(r, 5.0 / 6.0)
    };
    (dt.min(900.0), v)
}

/// Depth of a ceiling jet at a radius under a flat ceiling at a height above the fuel, m (Motevalli and Marks 1991, as
/// CFAST has it).
pub fn jet_depth(h: f64, r: f64) -> f64 {
    0.112 * h.max(0.1) * (1.0 - libm::exp(-2.24 * (r / h.max(0.1)).max(0.26)))
}

/// Ceiling jet in a corridor, `x` m along it from the fire: excess temperature (K) and velocity (m/s), where it is
/// `hot` K hotter than the air above the fire, `h` m up (Delichatsios 1981, as CFAST has it).
pub fn corridor_jet(hot: f64, h: f64, width: f64, x: f64) -> (f64, f64) {
    let (h, slender) = (h.max(0.1), h.max(0.1) / width);
    let dt = hot * 0.37 * libm::cbrt(slender) * libm::exp(-0.16 * x / h / libm::cbrt(slender));
    (dt, 0.114 * (h * dt).sqrt() * libm::pow(slender, 1.0 / 6.0))
}

/// Strength (W) and distance below the ceiling (m) of the source in the upper layer's air that replaces a fire
/// below it (Evans 1984); `q` convective. `z1` fuel to interface, `h` fuel to ceiling.
/// `None` where there is no clear air below, or no difference.
pub fn in_layer(q: f64, z1: f64, h: f64, t_upper: f64, t_lower: f64, rho: f64) -> Option<(f64, f64)> {
    const C_T: f64 = 9.115;
    const BETA2: f64 = 0.913;
    let xi = t_upper / t_lower;
    if z1 <= 0.05 || xi < 1.01 || q <= 0.0 {
        return None;
    }
    let q1 = q / (rho * CP * t_lower * G.sqrt() * libm::pow(z1, 2.5));
    let k = (1.0 + C_T * libm::pow(q1, 2.0 / 3.0)) / (xi * C_T) - 1.0 / C_T;
    if k <= 0.0 {
        return Some((0.0, h));
    }
    let q2 = libm::pow(k, 1.5);
    let below = libm::cbrt(q2) * ((xi - 1.0) * (BETA2 + 1.0) + xi * C_T * libm::pow(q2, 2.0 / 3.0));
    let z2 = z1 * libm::pow(xi * q1 * C_T / below, 0.4);
    let strength = q2 * (rho * t_lower) * CP * G.sqrt() * libm::pow(z2, 2.5);
    Some((strength, (h - z1 + z2).max(0.1)))
}

/// Mass entrained by hot gas that leaves an opening of width `w` (m) and rises `rise` m, kg/s; `excess` is its
/// enthalpy flow above the air that it rises in, W (Poreh and others 1998, C_m = 0.44).
pub fn spill(excess: f64, w: f64, rise: f64, a: Around) -> f64 {
    if excess <= 0.0 || rise <= 0.0 {
        return 0.0;
    }
    0.44 * a.rho * libm::cbrt(G * excess * w * w / (a.rho * CP * a.t)) * rise
}

/// Heat flux from flames of a power (W) and height (m) to the wall that they stand against, kW/m², at a height above
/// the fuel (Back, Beyler, DiNenno and Tatem 1994, as in the SFPE Handbook; from memory, 待核实).
pub fn against_wall(q_w: f64, flame: f64, z: f64) -> f64 {
    const TIP: f64 = 20.0;
    if q_w <= 0.0 || flame <= 0.0 {
        return 0.0;
    }
    let most = (200.0 * (1.0 - libm::exp(-0.09 * libm::cbrt(q_w / 1e3)))).max(TIP);
    let x = z.max(0.0) / flame;
    if x <= 0.4 {
        most
    } else if x <= 1.0 {
        most - (x - 0.4) / 0.6 * (most - TIP)
    } else {
        TIP * libm::pow(x, -5.0 / 3.0)
    }
}

/// °C as K.
pub const fn kelvin(c: f64) -> f64 {
    c + ZERO_C
}

#[cfg(test)]
mod tests {
    use super::*;

    const AROUND: Around = Around { t: 293.15, rho: 1.204 };

    #[test]
    fn flame_heights_are_heskestads() {
        for (kw, d, l) in [
            (100.0, 0.3, 1.18),
            (500.0, 0.6, 2.21),
            (1000.0, 1.0, 2.70),
            (62.9, 0.34, 0.885),
        ] {
            let s = Source {
                q: kw * 1e3,
                qc: kw * 700.0,
                d,
                images: 1.0,
            };
            assert!(
                (flame_height(&s, AROUND) / l - 1.0).abs() < 0.015,
                "{kw}: {}",
                flame_height(&s, AROUND)
            );
        }
    }

    #[test]
    fn ceiling_jets_are_alperts() {
        for (kw, h, r, dt, v) in [
            (100.0, 2.4, 2.0, 30.4, 0.79),
            (500.0, 2.8, 2.0, 76.3, 1.45),
            (1000.0, 3.0, 3.0, 86.2, 1.35),
        ] {
            let (t, u) = ceiling_jet(kw * 1e3, h, r);
            assert!(
                (t / dt - 1.0).abs() < 0.01 && (u / v - 1.0).abs() < 0.01,
                "{kw}: {t} {u}"
            );
        }
    }

    #[test]
    fn entrainment_has_the_size_of_the_standard_plume() {
        let s = Source {
            q: 1.4286e6,
            qc: 1e6,
            d: 1.0,
            images: 1.0,
        };
        let m = entrained(&s, AROUND, 4.0);
        assert!((m / 7.61 - 1.0).abs() < 0.25, "{m}");
        // Far above, walls leave 2^-2/3 and 4^-2/3 of it.
        let far = entrained(&s, AROUND, 400.0);
        for (walls, part) in [(0, 1.0), (1, 0.63), (2, 0.40)] {
            let near = Source {
                images: images(walls),
                ..s
            };
            let got = entrained(&near, AROUND, 400.0) / far;
            assert!((got / part - 1.0).abs() < 0.01, "{walls} {got}");
            assert!(flame_height(&near, AROUND) >= flame_height(&s, AROUND));
        }
    }

    #[test]
    fn a_draught_makes_a_plume_entrain_two_to_three_times_as_much() {
        // Steckler's test 14: 0.55 kg/s come in below 1.03 m by a door of 0.74 m, and leave above 0.78 m.
        let s = Source {
            q: 62.9e3,
            qc: 50.3e3,
            d: 0.34,
            images: 1.0,
        };
        let draught = |speed: f64| Draught {
            speed,
            low: 0.0,
            high: 1.03,
        };
        let speed = 0.55 / (1.17 * 0.74 * 1.03);
        assert_eq!(blown(&s, AROUND, 0.76, Draught::default()), 1.0);
        let ratio = blown(&s, AROUND, 0.76, draught(speed));
        assert!((2.0..3.0).contains(&ratio), "{ratio}");
        let light = blown(&s, AROUND, 0.76, draught(1e-6));
        assert!((light - 1.0).abs() < 1e-4, "{light}");
        assert!(blown(&s, AROUND, 0.76, draught(speed / 2.0)) < ratio);
        // Far above, the draught no longer tells.
        assert!(blown(&s, AROUND, 10.0, draught(speed)) < 1.0 + (ratio - 1.0) / 2.0);
    }

    #[test]
    fn flames_against_a_wall_heat_it_most_below_and_twenty_at_their_tip() {
        let near = |z: f64| against_wall(100e3, 1.5, z);
        assert!(
            (near(0.0) - 68.3).abs() < 0.5 && near(0.5) == near(0.0),
            "{}",
            near(0.0)
        );
        assert!((near(1.5) - 20.0).abs() < 1e-9 && near(1.0) > 20.0 && near(3.0) < 7.0);
        assert_eq!(against_wall(0.0, 0.0, 0.0), 0.0);
    }

    #[test]
    fn a_jet_keeps_its_speed_in_the_core_and_spreads_behind() {
        assert_eq!(jet_decay(0.5, 1.0, 0.0), 1.0);
        assert!((jet_decay(0.5, 10.4, 0.0) - 0.5).abs() < 1e-12);
        assert!(jet_decay(0.5, 2.0, 1.0) < 0.01);
        // Momentum of a plane jet is kept: half of it lies where the speed squared says.
        let flux = |x: f64| {
            (0..4000)
                .map(|i| jet_decay(0.5, x, f64::from(i) * 0.005 - 10.0))
                .map(|u| u * u * 0.005)
                .sum::<f64>()
        };
        assert!((flux(20.0) / flux(10.0) - 1.0).abs() < 0.02 && (flux(20.0) / 0.5 - 1.0).abs() < 0.03);
        assert_eq!(jet_decay(0.5, -1.0, 0.0), 0.0);
        assert!((jet_width(0.5, 0.0) - 0.5).abs() < 1e-12);
        let w = jet_width(0.5, 10.0);
        assert!((jet_decay(0.5, 10.0, w / 2.0) / jet_decay(0.5, 10.0, 0.0) - 0.5).abs() < 1e-3);
    }
}
