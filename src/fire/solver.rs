//! The pressures of all zones at the end of a step: backward Euler, Newton with a line search.
//!
//! For each zone V/((γ − 1)·dt)·(p′ − p) = sum of heat and enthalpy that come in. Every flow depends on the
//! difference of two pressures and rises with it, so the sum is the slope of a convex function: its matrix is
//! symmetric and positive definite, and a step along Newton's direction that lowers that function always exists.

use super::flows::Slab;
use super::pressure::Factor;
use super::species::GAMMA;
use super::zones::Network;

/// Residual that is good enough, relative to all heat that goes in and out of a zone (with 1 W more).
const GOOD: f64 = 1e-6;
const MOST_ITERATIONS: u32 = 60;
const MOST_HALVINGS: u32 = 12;

/// Working space.
#[derive(Default)]
pub struct Work {
    factor: Factor,
    residual: Vec<f64>,
    scale: Vec<f64>,
    diagonal: Vec<f64>,
    off: Vec<f64>,
    direction: Vec<f64>,
    trial: Vec<f64>,
}

/// How it went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    pub iterations: u32,
    pub residual: f64,
}

/// Residual, its scale and the matrix at pressures `p`. Returns the largest relative residual.
fn evaluate(net: &Network, slabs: &[Slab], old: &[f64], p: &[f64], heat: &[f64], dt: f64, w: &mut Work) -> f64 {
    w.off.clear();
    w.off.resize(net.edges, 0.0);
    for v in [&mut w.residual, &mut w.scale, &mut w.diagonal] {
        v.clear();
        v.resize(net.unknowns, 0.0);
    }
    for (i, z) in net.zones.iter().enumerate() {
        let Some(u) = z.unknown else { continue };
        let store = z.volume / ((GAMMA - 1.0) * dt);
        let stored = store * (p[i] - old[i]);
        w.residual[u] = stored - heat[u];
        w.scale[u] = 1.0 + stored.abs() + heat[u].abs();
        w.diagonal[u] = store;
    }
    for s in slabs {
        let (out, back, h, slope) = s.flow(p[s.a] - p[s.b]);
        let size = 1000.0 * (out * s.t[0] + back * s.t[1]);
        if let Some(a) = net.zones[s.a].unknown {
            w.residual[a] += h;
            w.scale[a] += size;
            w.diagonal[a] += slope;
        }
        if let Some(b) = net.zones[s.b].unknown {
            w.residual[b] -= h;
            w.scale[b] += size;
            w.diagonal[b] += slope;
        }
        if let Some(e) = net.vents[s.vent].edge {
            w.off[e] -= slope;
        }
    }
    let mut worst = 0.0f64;
    for (r, s) in w.residual.iter().zip(&w.scale) {
        let x = r.abs() / s;
        // NaN must not hide.
        worst = if x.is_nan() { f64::INFINITY } else { worst.max(x) };
    }
    worst
}

/// Finds the pressures `p` (floor gauge, Pa; first guess in, result out) after `dt`. `heat` W a zone, vents apart.
pub fn solve(
    net: &Network,
    slabs: &[Slab],
    old: &[f64],
    p: &mut [f64],
    heat: &[f64],
    dt: f64,
    w: &mut Work,
) -> Outcome {
    let mut residual = evaluate(net, slabs, old, p, heat, dt, w);
    let mut iterations = 0;
    while residual > GOOD && iterations < MOST_ITERATIONS && residual.is_finite() {
        iterations += 1;
        w.direction.clear();
        w.direction.extend(w.residual.iter().map(|r| -r));
        let Work {
            factor,
            diagonal,
            off,
            direction,
            ..
        } = w;
        if !net.pattern.solve(factor, diagonal, off, direction) {
            break;
        }
        let direction = std::mem::take(&mut w.direction);
        let slope0: f64 = w.residual.iter().zip(&direction).map(|(r, d)| r * d).sum();
        let mut step = 1.0;
        let mut trial = std::mem::take(&mut w.trial);
        for _ in 0..MOST_HALVINGS {
            trial.clear();
            trial.extend_from_slice(p);
            for (i, z) in net.zones.iter().enumerate() {
                if let Some(u) = z.unknown {
                    trial[i] += step * direction[u];
                }
            }
            residual = evaluate(net, slabs, old, &trial, heat, dt, w);
            let slope: f64 = w.residual.iter().zip(&direction).map(|(r, d)| r * d).sum();
            // Past the lowest point along the line the slope turns: go back by the secant if far past.
            if slope.is_finite() && slope <= -0.4 * slope0 {
                break;
            }
            step *= if slope.is_finite() {
                (slope0 / (slope0 - slope)).clamp(0.1, 0.8)
            } else {
                0.1
            };
        }
        p.copy_from_slice(&trial);
        w.trial = trial;
        w.direction = direction;
    }
    Outcome { iterations, residual }
}
