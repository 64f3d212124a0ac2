//! Burning things: heat release curves, fuel, ignition of neighbours.

use super::species::Stoichiometry;
use super::suppress::Fight;
use crate::place::Thing;
use crate::scenario::{Battery, Brands, Burns, Bursts, HeatRelease, Nature, Surface};
use serde::{Deserialize, Serialize};

/// What is constant about a thing that may burn.
#[derive(Clone, Debug)]
pub struct Fuel {
    curve: HeatRelease,
    /// Largest heat release of the curve, W.
    pub peak: f64,
    /// When a surface burns hardest, s.
    peak_at: f64,
    /// When a t² curve begins to decay, s from ignition.
    decays: f64,
    /// When the curve has ended for good, s from ignition.
    pub ends: f64,
    /// kg; infinite where neither the mass nor the curve has an end.
    pub mass: f64,
    pub stoichiometry: Stoichiometry,
    /// What smouldering gives off, and its heat release rate, W.
    smoulder: (Stoichiometry, f64),
    /// Lithium cells in it.
    pub battery: Option<Battery>,
    /// Vessel of gas.
    pub bursts: Option<Bursts>,
    /// What flies off with the wind.
    pub brands: Option<Brands>,
    /// Radiative fraction.
    pub radiative: f64,
    /// m².
    pub area: f64,
    /// Extent on plan, m².
    pub footprint: f64,
    /// How its fire is fed and goes out.
    pub nature: Nature,
    /// On the mains.
    pub live: bool,
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
            peak_at: 0.0,
            decays: f64::INFINITY,
            ends: f64::INFINITY,
            mass: f64::INFINITY,
            stoichiometry,
            smoulder: smoulder(b),
            battery: b.battery.filter(|c| c.kwh > 0.0 && c.jets > 0 && c.every_s > 0.0),
            bursts: b.bursts.filter(|c| c.gas_kg > 0.0 && c.dose > 0.0),
            brands: b.brands.filter(|c| c.per_mj > 0.0 && c.thick_mm > 0.0),
            radiative: finite(b.radiative_fraction).min(1.0),
            area: finite(b.area).max(0.001),
            footprint: finite(b.size.0) * finite(b.size.1),
            nature: b.nature,
            live: b.live,
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
            HeatRelease::Surface(_) => {}
        }
        if let HeatRelease::Surface(s) = &b.heat {
            energy = finite(s.width) * finite(s.height) * finite(s.kw_m2) * 1e3 * finite(s.burns);
            let (most, at) = most_of(s);
            fuel.peak = most * finite(s.kw_m2) * 1e3;
            fuel.peak_at = at;
            fuel.area = most.max(0.001);
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
            return self.smoulder.1.min(self.peak);
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
            HeatRelease::Surface(s) => finite(s.kw_m2) * 1e3 * reached_m2(s, age),
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
    /// Smoulders at an age: no flames yet.
    pub fn smoulders(&self, age: f64) -> bool {
        age < self.smoulders_s()
    }
    /// What burning a kilogram at an age takes and gives.
    pub fn chemistry(&self, age: f64) -> &Stoichiometry {
        if self.smoulders(age) {
            &self.smoulder.0
        } else {
            &self.stoichiometry
        }
    }
    /// Height of the flames on a wall above the lower edge of what burns, m, at an age: 0.067 Q'^2/3, Q' in kW for each
    /// metre of width (Tu and Quintiere 1991); `None` for what is no surface.
    pub fn wall_flame_m(&self, q: f64, age: f64) -> Option<f64> {
        let HeatRelease::Surface(s) = &self.curve else {
            return None;
        };
        let wide = (finite(s.patch) + 2.0 * finite(s.side) * age)
            .min(finite(s.width))
            .max(0.05);
        let flame = 0.067 * libm::pow(q / 1e3 / wide, 2.0 / 3.0);
        Some(if q > 0.0 { flame } else { 0.0 })
    }
    /// Flames run over a surface.
    pub fn spreads(&self) -> bool {
        matches!(self.curve, HeatRelease::Surface(_))
    }
    /// Heat release rate that nobody and nothing holds back, W, at an age and with so much fuel left, kg. Of a surface
    /// as much has burnt out as its fuel is used up: each piece burns its time on the mean.
    pub fn free_w(&self, age: f64, left: f64) -> f64 {
        let HeatRelease::Surface(s) = &self.curve else {
            return self.curve_w(age).min(1e12);
        };
        let burnt = (1.0 - left / self.mass.max(1e-9)).clamp(0.0, 1.0) * finite(s.width) * finite(s.height);
        (reached_m2(s, age) - burnt).max(0.0) * finite(s.kw_m2) * 1e3
    }
    /// Nothing worth the name is left of a surface's fuel.
    pub fn spent(&self, left: f64) -> bool {
        self.spreads() && left <= 0.02 * self.mass
    }
    /// When it burns hardest if it begins by itself, s.
    pub fn hardest_s(&self) -> f64 {
        if self.spreads() {
            return self.peak_at;
        }
        let at = |i: u32| f64::from(i) * 0.5;
        (0..100_000)
            .map(at)
            .find(|&t| self.curve_w(t) >= 0.95 * self.peak)
            .unwrap_or(0.0)
    }
    /// Smouldering before flames, s.
    pub fn smoulders_s(&self) -> f64 {
        match &self.curve {
            HeatRelease::TSquared(t) => finite(t.delay),
            HeatRelease::Steady(_) | HeatRelease::Table(_) | HeatRelease::Surface(_) => 0.0,
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

/// What smouldering gives off, and its heat release rate, W.
fn smoulder(b: &Burns) -> (Stoichiometry, f64) {
    let Some(s) = b.smoulder else {
        return (Stoichiometry::of(b), 0.0);
    };
    let gives = Stoichiometry::of(&Burns {
        soot_yield: s.soot_yield,
        co_yield: s.co_yield,
        ..b.clone()
    });
    (gives, finite(s.kw) * 1e3)
}

/// Time until flames have run over a whole surface, s.
fn runs_over_s(s: &Surface) -> f64 {
    let up = (finite(s.height) - finite(s.patch)).max(0.0) / finite(s.up).max(1e-6);
    let side = (finite(s.width) - finite(s.patch)).max(0.0) / 2.0 / finite(s.side).max(1e-6);
    up.max(side).min(1e6)
}

/// Area of a surface that flames have reached, m²: a front that runs up and to both sides.
fn reached_m2(s: &Surface, age: f64) -> f64 {
    if age < 0.0 {
        return 0.0;
    }
    let high = (finite(s.patch) + finite(s.up) * age).min(finite(s.height));
    let wide = (finite(s.patch) + 2.0 * finite(s.side) * age).min(finite(s.width));
    high * wide
}

/// Largest burning area of a surface that nothing hurries, m², and when, s.
fn most_of(s: &Surface) -> (f64, f64) {
    const STEPS: u32 = 1000;
    let dt = (runs_over_s(s) + finite(s.burns)) / f64::from(STEPS);
    let (mut most, mut at, mut burnt) = (0.0, 0.0, 0.0);
    for i in 0..STEPS {
        let age = f64::from(i) * dt;
        let area = (reached_m2(s, age) - burnt).max(0.0);
        if area > most {
            (most, at) = (area, age);
        }
        burnt += area * dt / finite(s.burns).max(dt);
    }
    (most, at)
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
    /// Brands that were to be expected to light it so far; it lights when they come to what chance has set for it.
    pub brands: f64,
    /// How it is being fought.
    pub fight: Fight,
    /// How much faster flames run over it for the heat that falls on it, at least 1.
    pub hurry: f64,
    /// Heat that the shell of a vessel of gas has taken beyond what it bears, (kW/m²)·s.
    pub shell: f64,
    /// It burst.
    pub burst: bool,
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
            brands: 0.0,
            q: 0.0,
            qc: 0.0,
            rate: 0.0,
            flame: 0.0,
            fight: Fight::new(fuel),
            hurry: 1.0,
            shell: 0.0,
            burst: false,
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
            extent: Point::default(),
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
    fn flames_that_run_over_a_surface_burn_all_of_it_once() {
        let s = Surface {
            width: 4.0,
            height: 2.5,
            patch: 0.3,
            up: 0.15,
            side: 0.02,
            kw_m2: 250.0,
            burns: 60.0,
        };
        let f = fuel(HeatRelease::Surface(s));
        // Twice as fast over it: it burns harder and shorter, and gives the same heat.
        for hurry in [1.0, 2.0] {
            let (dt, mut age, mut left, mut sum, mut most) = (0.05, 0.0, f.mass, 0.0, 0.0f64);
            for _ in 0..20_000 {
                let w = f.free_w(age, left);
                sum += w * dt;
                most = most.max(w);
                left -= w / f.stoichiometry.heat * dt;
                age += hurry * dt;
            }
            assert!((sum / (4.0 * 2.5 * 250e3 * 60.0) - 1.0).abs() < 5e-3, "{sum}");
            assert!(f.spent(left));
            assert_eq!(most > 1.05 * f.peak, hurry > 1.0, "{most} {}", f.peak);
        }
        // 10 s on it is 1.8 m high and 0.7 m wide.
        assert!((f.free_w(10.0, f.mass) - 1.8 * 0.7 * 250e3).abs() < 1.0);
    }

    #[test]
    fn what_smoulders_smokes_and_makes_carbon_monoxide_before_it_flames() {
        let f = Fuel::new(&Thing {
            path: String::new(),
            burns: Arc::new(Burns {
                heat: HeatRelease::TSquared(TSquared {
                    alpha: 0.01,
                    peak: 500.0,
                    total: 100.0,
                    delay: 300.0,
                    ..TSquared::default()
                }),
                smoulder: Some(crate::scenario::Smoulder {
                    kw: 2.0,
                    soot_yield: 0.1,
                    co_yield: 0.2,
                }),
                ..Burns::default()
            }),
            space: crate::place::SpaceId(0),
            at: Point::default(),
            extent: Point::default(),
            z: 0.0,
            ignites_s: None,
            walls_near: 0,
        });
        assert!((f.curve_w(100.0) - 2e3).abs() < 1e-9);
        assert!(f.curve_w(400.0) > 50e3);
        let co = crate::fire::species::CO;
        assert!(f.chemistry(100.0).gives[co] > 5.0 * f.chemistry(400.0).gives[co]);
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
