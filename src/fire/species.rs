//! What a layer of gas carries, and what a fuel turns into.

use crate::scenario::Burns;
use serde::{Deserialize, Serialize};

/// Ratio of specific heats of air.
pub const GAMMA: f64 = 1.4;
/// Gas constant of air, J/kg·K.
pub const R_AIR: f64 = 287.05;
/// Specific heats of air, J/kg·K: constant, so that energy is U = P·V/(γ − 1).
pub const CP: f64 = R_AIR * GAMMA / (GAMMA - 1.0);
pub const CV: f64 = CP / GAMMA;
/// m/s².
pub const G: f64 = 9.81;
/// 0 °C, K.
pub const ZERO_C: f64 = 273.15;
/// Stefan-Boltzmann constant, W/m²·K⁴.
pub const SIGMA: f64 = 5.670_374e-8;
/// Specific extinction of soot, m²/kg (Mulholland and Croarkin 2000).
pub const EXTINCTION_M2_PER_KG: f64 = 8700.0;
/// Heat per kilogram of oxygen, J/kg (Huggett 1980), where a fuel has no formula.
const HEAT_PER_O2: f64 = 13.1e6;

/// Carried quantities: kg each, but `HEAT`, the heat of combustion of the unburnt fuel, J.
pub const O2: usize = 0;
pub const CO2: usize = 1;
pub const CO: usize = 2;
pub const HCN: usize = 3;
pub const H2O: usize = 4;
pub const SOOT: usize = 5;
pub const FUEL: usize = 6;
pub const HEAT: usize = 7;
/// How many quantities are carried.
pub const CARRIED: usize = 8;

/// Molar masses of O2, CO2, CO, HCN, H2O, g/mol.
const MOLAR: [f64; 5] = [31.998, 44.010, 28.010, 27.026, 18.015];
/// Of nitrogen with its argon, so that air has 28.96 g/mol.
const MOLAR_REST: f64 = 28.15;
/// Of unburnt gas (assumption, 待核实).
const MOLAR_FUEL: f64 = 30.0;

/// Water in a kilogram of air at a temperature (K), pressure (Pa) and relative humidity (%), kg; saturation after
/// Alduchov and Eskridge 1996.
pub fn vapour(t: f64, p: f64, humidity_percent: f64) -> f64 {
    let c = (t - 273.15).clamp(-40.0, 50.0);
    let pressure = humidity_percent.clamp(0.0, 100.0) / 100.0 * 610.94 * libm::exp(17.625 * c / (c + 243.04));
    0.622 * pressure / (p - 0.378 * pressure)
}

/// Mass, energy and species of a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// kg.
    pub m: f64,
    /// Internal energy, J.
    pub u: f64,
    /// Carried quantities, see the indices above.
    pub s: [f64; CARRIED],
}

impl Layer {
    /// Clean air (dry: 20.9 % O2, 0.04 % CO2) of a mass and temperature; `vapour`: kg of water in a kg of it.
    pub fn air(m: f64, t: f64, vapour: f64) -> Self {
        let mut air = Self::mixture(m, t, 20.9, 0.04, 0.0, 0.0, 0.0);
        for s in &mut air.s {
            *s *= 1.0 - vapour;
        }
        air.s[H2O] = m * vapour;
        air
    }
    /// Air of given volume fractions (percent, percent, ppm, ppm) and soot, kg/kg.
    pub fn mixture(m: f64, t: f64, o2: f64, co2: f64, co_ppm: f64, hcn_ppm: f64, soot: f64) -> Self {
        let x = [o2 / 100.0, co2 / 100.0, co_ppm / 1e6, hcn_ppm / 1e6];
        let rest = (1.0 - x.iter().sum::<f64>()).max(0.0);
        let mean = rest * MOLAR_REST + x.iter().zip(MOLAR).map(|(x, w)| x * w).sum::<f64>();
        let mut s = [0.0; CARRIED];
        for i in 0..4 {
            s[i] = m * x[i] * MOLAR[i] / mean;
        }
        s[SOOT] = m * soot;
        Self { m, u: m * CV * t, s }
    }
    /// Temperature, K.
    pub fn t(&self) -> f64 {
        self.u / (CV * self.m)
    }
    /// Adds another amount of gas.
    pub fn add(&mut self, o: &Self) {
        self.m += o.m;
        self.u += o.u;
        for i in 0..CARRIED {
            self.s[i] += o.s[i];
        }
    }
    /// Takes a part (0 to 1) of everything out.
    pub fn take(&mut self, part: f64) -> Self {
        let mut out = *self;
        out.scale(part);
        self.scale(1.0 - part);
        out
    }
    fn scale(&mut self, by: f64) {
        self.m *= by;
        self.u *= by;
        for s in &mut self.s {
            *s *= by;
        }
    }
    /// Volume fractions of O2, CO2, CO, HCN, 0 to 1.
    pub fn volume_fractions(&self) -> [f64; 4] {
        // Soot counts as nitrogen: a few parts in ten thousand.
        let known: f64 = self.s[..SOOT].iter().sum::<f64>() + self.s[FUEL];
        let mut moles = (self.m - known).max(0.0) / MOLAR_REST + self.s[FUEL] / MOLAR_FUEL;
        for (mass, molar) in self.s.iter().zip(MOLAR) {
            moles += mass / molar;
        }
        let mut x = [0.0; 4];
        if moles > 0.0 {
            for i in 0..4 {
                x[i] = self.s[i] / MOLAR[i] / moles;
            }
        }
        x
    }
}

/// What a kilogram of fuel burnt takes and gives, kg; index by species (`O2` negative).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stoichiometry {
    /// Heat of combustion, J/kg.
    pub heat: f64,
    /// Oxygen taken, kg/kg.
    pub oxygen: f64,
    /// Given off, kg/kg.
    pub gives: [f64; CARRIED],
}

impl Stoichiometry {
    /// Balance of atoms of C, H, O, N, Cl with the yields of soot (as carbon), CO and HCN; nitrogen beyond HCN
    /// leaves as N2, chlorine as HCl. Yields that ask for more carbon than there is are scaled down.
    pub fn of(b: &Burns) -> Self {
        const C: f64 = 12.011;
        let (c, h, o, n, cl) = b.formula;
        let molar = c * C + h * 1.008 + o * 15.999 + n * 14.007 + cl * 35.45;
        let heat = (b.heat_of_combustion * 1e6).max(1e5);
        if molar <= 0.0 || !molar.is_finite() || c < 0.0 || h < 0.0 {
            return Self {
                heat,
                oxygen: heat / HEAT_PER_O2,
                gives: [0.0; CARRIED],
            };
        }
        // Moles per kilogram of fuel, in thousands.
        let carbon = c / molar;
        let wanted = b.soot_yield / C + b.co_yield / MOLAR[CO] + b.hcn_yield / MOLAR[HCN];
        let less = if wanted > carbon { carbon / wanted } else { 1.0 };
        let (soot, co, hcn) = (b.soot_yield * less, b.co_yield * less, b.hcn_yield * less);
        let hcn_moles = (hcn / MOLAR[HCN]).min(n / molar);
        let co2_moles = (carbon - soot / C - co / MOLAR[CO] - hcn_moles).max(0.0);
        let h2o_moles = ((h - cl) / molar - hcn_moles).max(0.0) / 2.0;
        let oxygen = (co2_moles + (co / MOLAR[CO] + h2o_moles - o / molar) / 2.0).max(0.0) * MOLAR[O2];
        let mut gives = [0.0; CARRIED];
        gives[CO2] = co2_moles * MOLAR[CO2];
        gives[CO] = co;
        gives[HCN] = hcn_moles * MOLAR[HCN];
        gives[H2O] = h2o_moles * MOLAR[H2O];
        gives[SOOT] = soot;
        Self { heat, oxygen, gives }
    }
    /// Mean of several fuels.
    pub fn mean(of: &[Self]) -> Self {
        let mut mean = Self::default();
        let part = 1.0 / of.len().max(1) as f64;
        for f in of {
            mean.heat += f.heat * part;
            mean.oxygen += f.oxygen * part;
            for i in 0..CARRIED {
                mean.gives[i] += f.gives[i] * part;
            }
        }
        mean
    }
}

/// Part of the burning that oxygen of this mass fraction allows (CFAST's smoothed lower oxygen limit at 15 %).
pub fn oxygen_limit(y: f64) -> f64 {
    (libm::tanh(800.0 * (y - 0.15) - 4.0) + 1.0) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn humid_air_holds_its_water_and_less_oxygen() {
        // Saturated air at 20 °C and 1 atm holds 14.5 g of water in a kilogram.
        let w = vapour(293.15, 101_325.0, 100.0);
        assert!((w - 0.0145).abs() < 2e-4, "{w}");
        assert_eq!(vapour(293.15, 101_325.0, 0.0), 0.0);
        let [dry, humid] = [0.0, w].map(|w| Layer::air(1.0, 293.15, w).volume_fractions()[0]);
        assert!((dry - 0.209).abs() < 1e-6, "{dry}");
        assert!((humid / dry - (1.0 - 0.0231)).abs() < 1e-3, "{humid}");
    }
}
