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
    /// 1, 0.63 at a wall, 0.40 in a corner (mass entrained; CFAST).
    pub factor: f64,
}

/// Factor of entrainment beside no wall, one, or in a corner.
pub fn wall_factor(walls_near: u8) -> f64 {
    match walls_near {
        0 => 1.0,
        1 => 0.63,
        _ => 0.40,
    }
}

fn q_star(s: &Source, a: Around) -> f64 {
    s.q / (a.rho * CP * a.t * (G * s.d).sqrt() * s.d * s.d)
}

/// Height of the flame, m (Heskestad 1983: 0.235 Q^2/5 − 1.02 D in kW at 20 °C).
pub fn flame_height(s: &Source, a: Around) -> f64 {
    if s.q <= 0.0 {
        return 0.0;
    }
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
    let z0 = virtual_origin(s, a);
    let far = |z: f64| {
        let x = libm::pow((z - z0).max(0.0), 5.0 / 3.0);
        let thick = 2.9 * libm::pow(s.qc / (G.sqrt() * CP * a.rho * a.t), 2.0 / 3.0);
        0.196 * libm::cbrt(G * a.rho * a.rho / (CP * a.t) * s.qc) * (x + thick)
    };
    s.factor * if z < tip { far(tip) * z / tip } else { far(z) }
}

/// Excess temperature on the centre line, K, at most 900 (Heskestad 1984; the limit as in CFAST).
pub fn centre_line_k(s: &Source, a: Around, z: f64) -> f64 {
    if s.qc <= 0.0 {
        return 0.0;
    }
    let rise = (z - virtual_origin(s, a)).max(1e-3);
    // A wall or corner acts as 2 or 4 mirrored fires do: less entrainment, hotter plume.
    let k = 9.1 * libm::cbrt(a.t / (G * CP * CP * a.rho * a.rho)) * libm::pow(s.qc, 2.0 / 3.0);
    (k / libm::pow(s.factor, 2.0 / 3.0) * libm::pow(rise, -5.0 / 3.0)).min(900.0)
}

/// Ceiling jet at a radius under a flat ceiling at a height above the fuel: excess temperature (K) and velocity
/// (m/s) after Alpert 1972 (total heat release in kW).
pub fn ceiling_jet(q_w: f64, h: f64, r: f64) -> (f64, f64) {
    let (q, h) = (q_w / 1000.0, h.max(0.1));
    if q <= 0.0 {
        return (0.0, 0.0);
    }
    let dt = if r <= 0.18 * h {
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

/// Strength (W) and distance below the ceiling (m) of the source in the upper layer's air that replaces a fire
/// below it (Evans 1984); `q` convective. `z1` fuel to interface, `h` fuel to ceiling.
pub fn in_layer(q: f64, z1: f64, h: f64, t_upper: f64, t_lower: f64, rho: f64) -> (f64, f64) {
    const C_T: f64 = 9.115;
    const BETA2: f64 = 0.913;
    let xi = t_upper / t_lower;
    if z1 <= 0.05 || xi < 1.01 || q <= 0.0 {
        return (q, h);
    }
    let q1 = q / (rho * CP * t_lower * G.sqrt() * libm::pow(z1, 2.5));
    let k = (1.0 + C_T * libm::pow(q1, 2.0 / 3.0)) / (xi * C_T) - 1.0 / C_T;
    if k <= 0.0 {
        return (0.0, h);
    }
    let q2 = libm::pow(k, 1.5);
    let below = libm::cbrt(q2) * ((xi - 1.0) * (BETA2 + 1.0) + xi * C_T * libm::pow(q2, 2.0 / 3.0));
    let z2 = z1 * libm::pow(xi * q1 * C_T / below, 0.4);
    let strength = q2 * (rho * t_lower) * CP * G.sqrt() * libm::pow(z2, 2.5);
    (strength, (h - z1 + z2).max(0.1))
}

/// Mass entrained by hot gas that leaves an opening of width `w` (m) and rises `rise` m, kg/s; `excess` is its
/// enthalpy flow above the air that it rises in, W (Poreh and others 1998, C_m = 0.44).
pub fn spill(excess: f64, w: f64, rise: f64, a: Around) -> f64 {
    if excess <= 0.0 || rise <= 0.0 {
        return 0.0;
    }
    0.44 * a.rho * libm::cbrt(G * excess * w * w / (a.rho * CP * a.t)) * rise
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
                factor: 1.0,
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
            factor: 1.0,
        };
        let m = entrained(&s, AROUND, 4.0);
        assert!((m / 7.61 - 1.0).abs() < 0.25, "{m}");
        let corner = Source {
            factor: wall_factor(2),
            ..s
        };
        assert!((entrained(&corner, AROUND, 4.0) / m - 0.4).abs() < 1e-12);
    }
}
