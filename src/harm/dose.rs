//! Fractional effective doses of asphyxiant gases and of heat.

use super::AirSample;
use serde::{Deserialize, Serialize};

/// Accumulated doses; at 1 the median person can no longer help themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dose {
    /// Asphyxiant gases and lack of oxygen (Purser; Guide to FDS+Evac 2.6, eq. 12 to 19).
    pub gas: f64,
    /// Convected and radiant heat.
    pub heat: f64,
}

/// Below this a body loses its heat by itself, °C (assumption, 待核实: blood temperature).
const CONVECTION_FROM_C: f64 = 37.0;
/// Flux that bare skin bears for long, kW/m² (ISO 13571: 2.5).
const RADIANT_THRESHOLD_KW_M2: f64 = 2.5;
/// Radiant dose (kW/m²)^1.33·min that disables (assumption, 待核实: Purser's "severe"; pain is 1.33).
const RADIANT_SEVERE: f64 = 10.0;

impl Dose {
    /// Adds `dt_s` seconds in this air. `susceptibility` multiplies the gas dose: 1 for the median person, 2 for
    /// one who falls at half the dose; never used for heat, of which no spread is known.
    pub fn add(&mut self, air: &AirSample, dt_s: f64, susceptibility: f64) {
        let minutes = dt_s / 60.0;
        self.gas += gas_per_min(air) * minutes * susceptibility;
        self.heat += heat_per_min(air) * minutes;
    }
}

/// Gas dose per minute: (CO + HCN) × hyperventilation by CO2, plus lack of oxygen at every concentration.
fn gas_per_min(air: &AirSample) -> f64 {
    let co = 2.764e-5 * libm::pow(air.co_ppm.max(0.0), 1.036);
    // Written so that clean air gives nothing (the printed constant 0.0045 stands for 1/220). Beyond 1000 ppm the
    // answer is instant either way; the bound keeps it a number.
    let hcn = (libm::exp(air.hcn_ppm.clamp(0.0, 1000.0) / 43.0) - 1.0) / 220.0;
    let breathing = libm::exp(0.1903 * air.co2_percent.clamp(0.0, 20.0) + 2.0004) / 7.1;
    let oxygen = 1.0 / libm::exp(8.13 - 0.54 * (20.9 - air.o2_percent).max(0.0));
    (co + hcn) * breathing + oxygen
}

/// Heat dose per minute: convection 1/(5e7·T^-3.4) for light clothing (SFPE Handbook, 63.44) plus radiation
/// q^1.33/10 above 2.5 kW/m².
fn heat_per_min(air: &AirSample) -> f64 {
    let convected = if air.temperature_c > CONVECTION_FROM_C {
        libm::pow(air.temperature_c, 3.4) / 5e7
    } else {
        0.0
    };
    let radiant = if air.radiant_kw_m2 > RADIANT_THRESHOLD_KW_M2 {
        libm::pow(air.radiant_kw_m2, 1.33) / RADIANT_SEVERE
    } else {
        0.0
    };
    convected + radiant
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time_to_one(air: AirSample, of: impl Fn(&Dose) -> f64) -> f64 {
        let (mut dose, mut ticks) = (Dose::default(), 0);
        while of(&dose) < 1.0 && ticks < 100_000 {
            dose.add(&air, 0.2, 1.0);
            ticks += 1;
        }
        f64::from(ticks) * 0.2
    }
    fn gas(co2: f64, co_ppm: f64, o2: f64) -> f64 {
        let air = AirSample {
            co2_percent: co2,
            co_ppm,
            o2_percent: o2,
            ..AirSample::clean(20.0)
        };
        time_to_one(air, |d| d.gas)
    }

    #[test]
    fn gas_sets_of_iso_20414_table_22_and_nist_2_6_reach_one_in_time() {
        for (co2, co, o2, expected) in [
            (2.0, 1000.0, 15.0, 981.7),
            (0.0, 0.0, 12.0, 1666.3),
            (0.0, 1000.0, 21.0, 1613.1),
            (3.43, 1000.0, 21.0, 843.0),
            (5.0, 1000.0, 12.0, 456.0),
            (2.0, 5000.0, 18.0, 208.7),
        ] {
            let t = gas(co2, co, o2);
            assert!(
                (t - expected).abs() <= 0.25,
                "{co2} {co} {o2}: {t} instead of {expected}"
            );
        }
    }

    #[test]
    fn heat_reaches_one_in_the_closed_forms_time() {
        for (c, expected) in [(100.0, 475.5), (150.0, 119.8), (200.0, 45.0)] {
            let t = time_to_one(AirSample::clean(c), |d| d.heat);
            assert!((t - expected).abs() <= 0.25, "{c} °C: {t} instead of {expected}");
        }
    }

    #[test]
    fn radiation_counts_above_its_threshold_only_and_clean_air_hardly_harms() {
        let mut dose = Dose::default();
        dose.add(
            &AirSample {
                radiant_kw_m2: 2.4,
                ..AirSample::clean(20.0)
            },
            600.0,
            1.0,
        );
        assert_eq!(dose.heat, 0.0);
        assert!(dose.gas < 0.005);
        dose.add(
            &AirSample {
                radiant_kw_m2: 10.0,
                ..AirSample::clean(20.0)
            },
            28.1,
            1.0,
        );
        assert!((dose.heat - 1.0).abs() < 0.01, "{}", dose.heat);
    }

    #[test]
    fn absurd_air_gives_numbers() {
        let mut dose = Dose::default();
        let air = AirSample {
            temperature_c: 3000.0,
            extinction: 1e6,
            o2_percent: 0.0,
            co2_percent: 100.0,
            co_ppm: 1e6,
            hcn_ppm: 1e6,
            radiant_kw_m2: 1e4,
        };
        dose.add(&air, 0.05, 3.0);
        assert!(dose.gas.is_finite() && dose.heat.is_finite());
    }
}
