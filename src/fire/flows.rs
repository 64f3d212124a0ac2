//! Flows through openings, leaks and holes: slabs, neutral planes, exchange, and where the gas goes.

use super::plume::{Around, spill};
use super::species::{CARRIED, CP, FUEL, G, Layer, O2, SOOT};
use super::zones::{Kind, Network, Now, Vent};
use crate::place::OpeningState;

/// Below this pressure difference the square root is replaced by a cubic of the same value and slope, Pa.
const LINEAR_BELOW_PA: f64 = 0.01;
/// A layer with less than this part of its room's mass hands over to the other as donor.
const HAND_OVER: f64 = 0.004;
/// Temperature difference over which inflow goes from one layer to the other where there is but one, K.
const DEPOSIT_K: f64 = 2.0;
/// Unburnt gas hotter than this burns where it meets air, K (CFAST's gaseous ignition temperature).
pub const GAS_IGNITES_K: f64 = 493.0;

/// A band of an opening with one donor layer on each side and a pressure difference linear in height.
#[derive(Clone, Copy, Debug)]
pub struct Slab {
    pub vent: usize,
    pub a: usize,
    pub b: usize,
    /// m absolute.
    pub low: f64,
    pub high: f64,
    /// Pressure difference at its edges beyond that of the floor pressures, Pa.
    pub low_pa: f64,
    pub high_pa: f64,
    /// One over their difference, 1/Pa.
    pub per_span: f64,
    /// Mass flow for a difference of 1 Pa, kg/s: from `a`, from `b`.
    pub k: [f64; 2],
    /// Temperature of the donor on each side, K.
    pub t: [f64; 2],
    /// Part that the upper layer gives on each side.
    pub upper: [f64; 2],
}

/// Signed square root with a linear middle: value and slope for x ≥ 0.
fn root(x: f64) -> (f64, f64) {
    const E: f64 = LINEAR_BELOW_PA;
    if x >= E {
        let r = x.sqrt();
        (r, 0.5 / r)
    } else {
        let r = E.sqrt();
        let q = x / E;
        (q * r * (1.25 - 0.25 * q * q), (1.25 - 0.75 * q * q) / r)
    }
}

/// Integral of [`root`] from 0 to x ≥ 0, and its value at x.
fn root_integral(x: f64) -> (f64, f64) {
    const E: f64 = LINEAR_BELOW_PA;
    let e = E * E.sqrt();
    if x >= E {
        let r = x.sqrt();
        (2.0 / 3.0 * x * r + e * (0.625 - 0.0625 - 2.0 / 3.0), r)
    } else {
        let q = x * (1.0 / E);
        let q2 = q * q;
        (e * q2 * (0.625 - 0.0625 * q2), E.sqrt() * q * (1.25 - 0.25 * q2))
    }
}

/// Means over a band, where the difference goes linearly from `p` to `q`: of the root of its positive part and of
/// its negative part, and their slopes for a rise of both ends. `per`: 1/(q − p) where they differ.
fn mean_roots(p: f64, q: f64, per: f64) -> [f64; 4] {
    if (q - p).abs() <= 1e-3 * p.abs().max(q.abs()) + 1e-12 {
        let m = (p + q) / 2.0;
        let (v, d) = root(m.abs());
        return if m >= 0.0 { [v, 0.0, d, 0.0] } else { [0.0, v, 0.0, -d] };
    }
    let ((ip, rp), (iq, rq)) = (root_integral(p.abs()), root_integral(q.abs()));
    match (p >= 0.0, q >= 0.0) {
        (true, true) => [(iq - ip) * per, 0.0, (rq - rp) * per, 0.0],
        (false, false) => [0.0, (ip - iq) * per, 0.0, (rq - rp) * per],
        (false, true) => [iq * per, ip * per, rq * per, -rp * per],
        (true, false) => [-ip * per, -iq * per, -rp * per, rq * per],
    }
}

impl Slab {
    /// Mass flows (kg/s) out of `a` and out of `b`, net enthalpy flow from `a` to `b` (W) and its slope (W/Pa).
    pub fn flow(&self, dp: f64) -> (f64, f64, f64, f64) {
        let [pos, neg, dpos, dneg] = mean_roots(self.low_pa + dp, self.high_pa + dp, self.per_span);
        let (out, back) = (self.k[0] * pos, self.k[1] * neg);
        let slope = self.k[0] * dpos * self.t[0] - self.k[1] * dneg * self.t[1];
        (out, back, CP * (out * self.t[0] - back * self.t[1]), CP * slope)
    }
}

/// Full area through which gas passes, m², of a vent whose opening stands so.
pub fn free_area(v: &Vent, state: Option<&OpeningState>) -> f64 {
    let Some(state) = state else { return v.leakage };
    let free = state.free().clamp(0.0, 1.0);
    free * v.area + (1.0 - free) * v.leakage * (1.0 - state.sealed.clamp(0.0, 1.0))
}

/// Donor on one side of a vent at a height: temperature and the part that the upper layer gives.
fn donor(now: &Now, kind: Kind, z: f64) -> (f64, f64) {
    if kind != Kind::Two {
        return (now.t[0], 1.0);
    }
    let upper = if z >= now.interface {
        (now.upper / HAND_OVER).min(1.0)
    } else {
        1.0 - ((1.0 - now.upper) / HAND_OVER).min(1.0)
    };
    (upper * now.t[0] + (1.0 - upper) * now.t[1], upper)
}

/// Cuts all vents into slabs. `p0` is the pressure of the open air, `rho0` its density.
pub fn slabs(
    net: &Network,
    now: &[Now],
    openings: &[OpeningState],
    p: &[f64],
    p0: f64,
    rho0: f64,
    out: &mut Vec<Slab>,
) {
    out.clear();
    for (index, v) in net.vents.iter().enumerate() {
        if v.a == v.b {
            continue;
        }
        let area = free_area(v, v.opening.and_then(|o| openings.get(o)));
        if area <= 1e-12 {
            continue;
        }
        let (za, zb) = (&net.zones[v.a], &net.zones[v.b]);
        let (na, nb) = (&now[v.a], &now[v.b]);
        let top = match v.opening.and_then(|o| openings.get(o)) {
            Some(state) if v.rolls && state.free() > 0.0 => {
                v.bottom + state.free().clamp(0.02, 1.0) * (v.top - v.bottom)
            }
            _ => v.top,
        };
        let mut band = |low: f64, high: f64, part: f64| {
            let mid = (low + high) / 2.0;
            let side = |z: f64| na.hydrostatic(za, rho0, z) - nb.hydrostatic(zb, rho0, z) - v.wind - v.relief;
            // A hole in a slab draws from the layer that touches it.
            let (ha, hb) = if v.horizontal {
                if za.z <= zb.z || zb.height > 500.0 {
                    (1e9, -1e9)
                } else {
                    (-1e9, 1e9)
                }
            } else {
                (mid, mid)
            };
            let (ta, ua) = donor(na, za.kind, ha);
            let (tb, ub) = donor(nb, zb.kind, hb);
            let k = |t: f64, p: f64| {
                v.discharge * area * part * (2.0 * (p0 + p).max(1.0) / (super::species::R_AIR * t)).sqrt()
            };
            let (low_pa, high_pa) = (side(low), side(high));
            out.push(Slab {
                vent: index,
                a: v.a,
                b: v.b,
                low,
                high,
                low_pa,
                high_pa,
                per_span: 1.0 / (high_pa - low_pa),
                k: [k(ta, p[v.a]), if v.relief > 0.0 { 0.0 } else { k(tb, p[v.b]) }],
                t: [ta, tb],
                upper: [ua, ub],
            });
        };
        if v.horizontal {
            band(v.bottom, v.bottom, 1.0);
            continue;
        }
        let mut cuts = [v.bottom, top, top, top];
        let mut n = 1;
        let (first, second) = (na.interface.min(nb.interface), na.interface.max(nb.interface));
        for z in [first, second] {
            if z > cuts[n - 1] + 1e-6 && z < top - 1e-6 {
                cuts[n] = z;
                n += 1;
            }
        }
        cuts[n] = top;
        for i in 0..n {
            band(cuts[i], cuts[i + 1], (cuts[i + 1] - cuts[i]) / (top - v.bottom));
        }
    }
}

/// What a step moves into and out of the layers of a zone, per second.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    /// kg/s, upper and lower.
    pub m: [f64; 2],
    /// Enthalpy and heat, W.
    pub q: [f64; 2],
    pub s: [[f64; CARRIED]; 2],
    /// Mass that leaves, kg/s.
    pub leaves: [f64; 2],
    /// Lower air that plumes carry into the upper layer, kg/s.
    pub rises: f64,
    /// Smoke that cold inflow takes along as it falls out of the upper layer, kg/s.
    pub sinks: f64,
    /// Hot unburnt gas that met air on its way in, kg/s.
    pub jet: f64,
    /// Heat above the lower air that gas brings in under the ceiling, W.
    pub stream: f64,
}

/// Part of an inflow that goes to the upper layer.
fn deposit(now: &Now, kind: Kind, t: f64, from_upper: bool) -> f64 {
    if kind == Kind::One {
        return 1.0;
    }
    if now.upper >= 1.0 - 1e-9 {
        // Nothing but smoke from floor to ceiling: only colder air makes a lower layer.
        return 1.0 - ((now.t[0] - t) / DEPOSIT_K).clamp(0.0, 1.0);
    }
    let above = t - now.t[1];
    if from_upper {
        (above / DEPOSIT_K).clamp(0.0, 1.0)
    } else {
        // Between the two, in proportion (CFAST).
        (above / (now.t[0] - now.t[1]).max(DEPOSIT_K)).clamp(0.0, 1.0)
    }
}

/// One flow of `m` kg/s from one zone's layers to another's.
pub struct Transfer {
    pub from: usize,
    pub to: usize,
    pub m: f64,
    pub t: f64,
    /// Part from the upper layer.
    pub upper: f64,
    /// Height of its middle, m absolute, and width, m.
    pub z: f64,
    pub width: f64,
}

/// Books a transfer with its species and its spill plume.
pub fn book(net: &Network, now: &[Now], layers: &[[Layer; 2]], rho0: f64, x: &Transfer, change: &mut [Change]) {
    if x.m <= 0.0 {
        return;
    }
    let mut s = [0.0; CARRIED];
    let giver = &layers[x.from];
    for (k, part) in [x.upper, 1.0 - x.upper].into_iter().enumerate() {
        if part <= 0.0 {
            continue;
        }
        let layer = if giver[k].m > 0.0 { &giver[k] } else { &giver[1 - k] };
        let out = &mut change[x.from];
        let m = x.m * part;
        out.m[k] -= m;
        out.leaves[k] += m;
        out.q[k] -= CP * m * layer.t();
        let per = m / layer.m;
        for ((held, lost), moved) in layer.s.iter().zip(&mut out.s[k]).zip(&mut s) {
            let amount = held * per;
            *lost -= amount;
            *moved += amount;
        }
    }
    let (zone, there) = (&net.zones[x.to], &now[x.to]);
    let up = deposit(there, zone.kind, x.t, x.upper > 0.5);
    let into = &mut change[x.to];
    for (k, part) in [up, 1.0 - up].into_iter().enumerate() {
        into.m[k] += x.m * part;
        into.q[k] += CP * x.m * x.t * part;
        for (gained, moved) in into.s[k].iter_mut().zip(&s) {
            *gained += moved * part;
        }
    }
    if zone.kind == Kind::Two && up > 0.0 {
        into.stream += (CP * x.m * (x.t - there.t[1]) * up).max(0.0);
    }
    if zone.kind == Kind::Two && up > 0.0 && x.width > 0.0 {
        let excess = CP * x.m * (x.t - there.t[1]) * up;
        let mixed = spill(
            excess,
            x.width,
            there.interface - x.z,
            Around {
                t: there.t[1],
                rho: rho0,
            },
        );
        into.rises += mixed;
        if x.t > GAS_IGNITES_K && s[FUEL] > 0.0 && layers[x.to][1].m > 0.0 {
            let air = mixed * layers[x.to][1].s[O2] / layers[x.to][1].m;
            into.jet += s[FUEL].min(air / net.gas.oxygen.max(1e-3));
        }
    }
    if zone.kind == Kind::Two && up < 1.0 && x.width > 0.0 && there.upper > 0.0 {
        // The same plume upside down, for what comes in above the interface and is colder than the smoke there.
        into.sinks += spill(
            CP * x.m * (there.t[0] - x.t) * (1.0 - up),
            x.width,
            x.z - there.interface,
            Around {
                t: there.t[0],
                rho: there.rho[0],
            },
        );
    }
    if zone.kind == Kind::One && x.t > GAS_IGNITES_K {
        into.jet += s[FUEL];
    }
}

/// Unstable exchange through a hole in a slab (Cooper 1989): volume flow each way, m³/s, for a pressure
/// difference (Pa) and the densities below and above.
pub fn exchange(area: f64, round: bool, dp: f64, below: f64, above: f64) -> f64 {
    let excess = above - below;
    if excess <= 0.0 {
        return 0.0;
    }
    let mean = (above + below) / 2.0;
    let d = (4.0 * area / std::f64::consts::PI).sqrt();
    let c = if round { 0.754 } else { 0.942 };
    let flood = c * c * G * excess * libm::pow(d, 5.0) / (2.0 * area * area);
    let part = 1.0 - dp.abs() / flood.max(1e-12);
    if part <= 0.0 {
        return 0.0;
    }
    0.10 * (G * excess / mean * libm::pow(area, 2.5)).sqrt() * part
}

/// Extinction coefficient of a layer in a volume, 1/m.
pub fn extinction(layer: &Layer, volume: f64) -> f64 {
    if volume > 0.0 {
        super::species::EXTINCTION_M2_PER_KG * layer.s[SOOT].max(0.0) / volume
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_and_its_integral_join_smoothly() {
        let e = LINEAR_BELOW_PA;
        for x in [0.2 * e, 0.999_999 * e, e, 1.000_001 * e, 3.0 * e] {
            let h = 1e-9;
            let slope = (root(x + h).0 - root(x - h).0) / (2.0 * h);
            assert!((slope / root(x).1 - 1.0).abs() < 1e-3, "{x}");
            let value = (root_integral(x + h).0 - root_integral(x - h).0) / (2.0 * h);
            assert!((value / root(x).0 - 1.0).abs() < 1e-3, "{x}");
            assert!((root_integral(x).1 / root(x).0 - 1.0).abs() < 1e-12, "{x}");
        }
    }

    #[test]
    fn band_means_agree_with_summation_and_with_their_slopes() {
        for (p, q) in [
            (-1.0, 2.0),
            (0.5, 3.0),
            (-4.0, -0.2),
            (1.0, 1.0005),
            (0.003, -0.002),
            (2.0, -1.0),
        ] {
            let n = 20_000;
            let (mut pos, mut neg) = (0.0, 0.0);
            for i in 0..n {
                let x: f64 = p + (q - p) * (f64::from(i) + 0.5) / f64::from(n);
                if x > 0.0 { pos += root(x).0 } else { neg += root(-x).0 }
            }
            let mean_roots = |p: f64, q: f64| mean_roots(p, q, 1.0 / (q - p));
            let m = mean_roots(p, q);
            assert!(
                (m[0] - pos / f64::from(n)).abs() < 1e-4 && (m[1] - neg / f64::from(n)).abs() < 1e-4,
                "{p} {q}"
            );
            let (h, a, b) = (1e-7, mean_roots(p - 1e-7, q - 1e-7), mean_roots(p + 1e-7, q + 1e-7));
            assert!(
                ((b[0] - a[0]) / (2.0 * h) - m[2]).abs() < 1e-3 * (1.0 + m[2].abs()),
                "{p} {q}"
            );
            assert!(
                ((b[1] - a[1]) / (2.0 * h) - m[3]).abs() < 1e-3 * (1.0 + m[3].abs()),
                "{p} {q}"
            );
        }
    }
}
