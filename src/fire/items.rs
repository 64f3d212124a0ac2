//! Burning things: heat release curves, fuel, ignition of neighbours.

use super::species::Stoichiometry;
use crate::place::Thing;
use crate::scenario::HeatRelease;
use serde::{Deserialize, Serialize};

/// What is constant about a thing that may burn.
#[derive(Clone, Debug)]
pub struct Fuel {
    curve: HeatRelease,
    /// Largest heat release of the curve, W.
    pub peak: f64,
    /// When a t² curve begins to decay, s from ignition.
    decays: f64,
    /// When the curve has ended for good, s from ignition.
    pub ends: f64,
    /// kg; infinite where neither the mass nor the curve has an end.
    pub mass: f64,
    pub stoichiometry: Stoichiometry,
    /// Radiative fraction.
    pub radiative: f64,
    /// m².
    area: f64,
    /// Height of the fuel surface, m absolute.
    pub z: f64,
    /// Images in the walls beside it.
    pub images: f64,
    /// kW/m² and (kW/m²)·s.
    pub critical_flux: f64,
    pub ignition_dose: f64,
}

fn finite(x: f64) -> f64 {
    if x.is_finite() { x.max(0.0) } else { 0.0 }
}

impl Fuel {
    /// Compiles a thing.
    pub fn new(thing: &Thing) -> Self {
        let b = &thing.burns;
        let stoichiometry = Stoichiometry::of(b);
        let mut fuel = Self {
            curve: b.heat.clone(),
            peak: 0.0,
            decays: f64::INFINITY,
            ends: f64::INFINITY,
            mass: f64::INFINITY,
            stoichiometry,
            radiative: finite(b.radiative_fraction).min(1.0),
            area: finite(b.area).max(0.001),
            z: thing.z + finite(b.height),
            images: super::plume::images(thing.walls_near),
            critical_flux: b.critical_flux,
            ignition_dose: b.ignition_dose,
        };
        let mut energy = f64::INFINITY;
        match &b.heat {
            HeatRelease::Steady(kw) => fuel.peak = finite(*kw) * 1e3,
            HeatRelease::Table(rows) => {
                fuel.peak = rows.iter().map(|r| finite(r.1) * 1e3).fold(0.0, f64::max);
                if let Some(&(t, kw)) = rows.last()
                    && kw <= 0.0
                {
                    fuel.ends = t;
                    energy = rows[0].0.max(0.0) * finite(rows[0].1) * 1e3;
                    energy += rows
                        .windows(2)
                        .map(|w| (w[1].0 - w[0].0) * (w[0].1 + w[1].1) * 500.0)
                        .sum::<f64>();
                }
            }
            HeatRelease::TSquared(t) => {
                let end = if t.total > 0.0 { t.total * 1e6 } else { f64::INFINITY };
                fuel.peak = if t.peak > 0.0 { finite(t.peak) * 1e3 } else { f64::MAX };
                if end.is_finite() {
                    // The moment from which a straight decay uses up just the rest: found by halving.
                    let rest = |x: f64| fuel.growth_energy(x) + fuel.growth(x) * finite(t.decay) / 2.0;
                    let (mut low, mut high) = (0.0, 1.0);
                    while rest(high) < end && high < 1e7 {
                        high *= 2.0;
                    }
                    for _ in 0..60 {
                        let mid = (low + high) / 2.0;
                        if rest(mid) < end { low = mid } else { high = mid }
                    }
                    fuel.decays = finite(t.delay) + high;
                    fuel.ends = fuel.decays + finite(t.decay);
                    energy = end;
                }
                if t.peak <= 0.0 {
                    let longest = if fuel.decays.is_finite() {
                        fuel.decays - finite(t.delay)
                    } else {
                        3600.0
                    };
                    fuel.peak = fuel.growth(longest);
                }
            }
        }
        fuel.mass = if b.mass > 0.0 {
            b.mass
        } else {
            energy / stoichiometry.heat
        };
        fuel
    }
    /// It has something to burn.
    pub fn can_burn(&self) -> bool {
        self.peak > 0.0 && self.mass > 0.0
    }
    /// Growth of a t² curve, `x` s after its delay, W.
    fn growth(&self, x: f64) -> f64 {
        let HeatRelease::TSquared(t) = &self.curve else {
            return 0.0;
        };
        if x < 0.0 {
            return 0.0;
        }
        ((finite(t.step) + finite(t.alpha) * x * x) * 1e3).min(self.peak)
    }
    /// Heat released in the first `x` s of growth, J.
    fn growth_energy(&self, x: f64) -> f64 {
        let HeatRelease::TSquared(t) = &self.curve else {
            return 0.0;
        };
        let (step, alpha) = (finite(t.step) * 1e3, finite(t.alpha) * 1e3);
        let peak_at = if alpha > 0.0 {
            ((self.peak - step).max(0.0) / alpha).sqrt()
        } else if step >= self.peak {
            0.0
        } else {
            f64::INFINITY
        };
        let g = x.min(peak_at);
        step.min(self.peak) * g + alpha * g * g * g / 3.0 + self.peak.min(1e30) * (x - g)
    }
    /// Heat release rate that the curve asks for, `age` s after ignition, W.
    pub fn curve_w(&self, age: f64) -> f64 {
        match &self.curve {
            HeatRelease::Steady(kw) => finite(*kw) * 1e3,
            HeatRelease::Table(rows) => {
                let next = rows.partition_point(|r| r.0 <= age);
                let kw = match (next.checked_sub(1).and_then(|i| rows.get(i)), rows.get(next)) {
                    (Some(a), Some(b)) => a.1 + (b.1 - a.1) * (age - a.0) / (b.0 - a.0),
                    (Some(a), None) => a.1,
                    (None, Some(b)) => b.1,
                    (None, None) => 0.0,
                };
                finite(kw) * 1e3
            }
            HeatRelease::TSquared(t) => {
                let x = age - finite(t.delay);
                if age < self.decays {
                    return self.growth(x);
                }
                let from = self.growth(self.decays - finite(t.delay));
                if self.ends > self.decays {
                    from * ((self.ends - age) / (self.ends - self.decays)).max(0.0)
                } else {
                    0.0
                }
            }
        }
    }
    /// Smouldering before flames, s.
    pub fn smoulders_s(&self) -> f64 {
        match &self.curve {
            HeatRelease::TSquared(t) => finite(t.delay),
            HeatRelease::Steady(_) | HeatRelease::Table(_) => 0.0,
        }
    }
    /// Diameter of what burns now, m: the burning area grows with the heat release (assumption).
    pub fn diameter(&self, q: f64) -> f64 {
        let part = if self.peak > 0.0 {
            (q / self.peak).clamp(0.02, 1.0)
        } else {
            1.0
        };
        (4.0 * self.area * part / std::f64::consts::PI).sqrt()
    }
}

/// State of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub lit: bool,
    /// Somebody set it alight; it lights at the next step.
    pub told: bool,
    pub out: bool,
    /// s since ignition.
    pub age: f64,
    /// Fuel left, kg.
    pub left: f64,
    /// Dose above the critical flux, (kW/m²)·s.
    pub dose: f64,
    /// Heat released where it stands, W, and its convective part.
    pub q: f64,
    pub qc: f64,
    /// Fuel lost, kg/s.
    pub rate: f64,
    /// m.
    pub flame: f64,
}

impl Item {
    /// Whole and cold.
    pub fn new(fuel: &Fuel) -> Self {
        Self {
            lit: false,
            told: false,
            out: false,
            age: 0.0,
            left: fuel.mass,
            dose: 0.0,
            q: 0.0,
            qc: 0.0,
            rate: 0.0,
            flame: 0.0,
        }
    }
    /// Alight now.
    pub fn burning(&self) -> bool {
        self.lit && !self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Burns, Point, TSquared};
    use std::sync::Arc;

    fn fuel(heat: HeatRelease) -> Fuel {
        Fuel::new(&Thing {
            path: String::new(),
            burns: Arc::new(Burns {
                heat,
                ..Burns::default()
            }),
            space: crate::place::SpaceId(0),
            at: Point::default(),
            z: 0.0,
            ignites_s: None,
            walls_near: 0,
        })
    }

    #[test]
    fn t_squared_curves_use_up_their_total_whatever_their_shape() {
        for (alpha, peak, total, delay, decay, step) in [
            (0.0469, 1000.0, 450.0, 90.0, 120.0, 0.0),
            (0.1876, 1500.0, 600.0, 20.0, 200.0, 300.0),
            (0.0469, 5000.0, 20.0, 0.0, 60.0, 0.0),
            (0.0, 100.0, 5.0, 0.0, 10.0, 100.0),
            (0.01, 0.0, 50.0, 0.0, 0.0, 0.0),
        ] {
            let f = fuel(HeatRelease::TSquared(TSquared {
                alpha,
                peak,
                total,
                delay,
                decay,
                step,
            }));
            let dt = 0.05;
            let n = (f.ends / dt) as usize + 2;
            let sum: f64 = (0..n).map(|i| f.curve_w((i as f64 + 0.5) * dt) * dt).sum();
            assert!((sum / (total * 1e6) - 1.0).abs() < 2e-3, "{alpha} {peak}: {sum}");
            assert_eq!(f.curve_w(f.ends + 1.0), 0.0);
            assert!((f.mass - total / 25.0).abs() < 1e-6);
        }
    }

    #[test]
    fn t_squared_growth_reaches_its_standard_times() {
        for (alpha, t) in [(0.00293, 600.0), (0.01172, 300.0), (0.0469, 150.0), (0.1876, 75.0)] {
            let f = fuel(HeatRelease::TSquared(TSquared {
                alpha,
                peak: 1e5,
                ..TSquared::default()
            }));
            assert!((f.curve_w(t) / 1.055e6 - 1.0).abs() < 1e-3);
        }
    }

    #[test]
    fn tables_hold_their_ends_and_empty_ones_give_nothing() {
        let f = fuel(HeatRelease::Table(vec![(10.0, 100.0), (20.0, 200.0)]));
        assert_eq!(
            (f.curve_w(0.0), f.curve_w(15.0), f.curve_w(99.0)),
            (100e3, 150e3, 200e3)
        );
        assert!(!fuel(HeatRelease::Table(Vec::new())).can_burn());
    }
}
