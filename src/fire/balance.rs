//! What came in and went out, against what is there: how well mass, energy and species are kept.

use super::Fire;
use super::flows::Change;
use super::species::{CO, CO2, FUEL, H2O, HCN, Layer, O2, SOOT};
use super::walls::{NODES, SURFACES};
use super::zones::Kind;
use serde::{Deserialize, Serialize};

/// What came into the zones since the start, less what went out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Came {
    /// Gas from outside, and what burning made and used.
    gas: Layer,
    /// Heat that is not in `gas`: radiated by flames, less what left by walls and openings, J.
    pub heat: f64,
}

/// Errors of the balances so far, each as a part of what the place holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Balance {
    /// Of the mass of all gas.
    pub mass: f64,
    /// Heat of gas and walls, of the gas's energy.
    pub energy: f64,
    /// Oxygen; this and the following of what is and was there of it.
    pub o2: f64,
    /// Carbon dioxide.
    pub co2: f64,
    /// Carbon monoxide.
    pub co: f64,
    /// Hydrogen cyanide.
    pub hcn: f64,
    /// Steam.
    pub h2o: f64,
    /// Soot.
    pub soot: f64,
    /// Unburnt fuel.
    pub unburnt: f64,
}

impl Came {
    /// Counts what a zone gains (`sign` 1) or a boundary gains (−1) in `dt` s.
    pub fn take(&mut self, c: &Change, sign: f64, dt: f64) {
        for k in 0..2 {
            self.gas.m += sign * c.m[k] * dt;
            self.gas.u += sign * c.q[k] * dt;
            for (sum, s) in self.gas.s.iter_mut().zip(&c.s[k]) {
                *sum += sign * s * dt;
            }
        }
    }

    pub fn add(&mut self, other: &Self) {
        self.gas.add(&other.gas);
        self.heat += other.heat;
    }
}

impl Fire {
    /// All that is there: gas, and heat of the walls with what they owe to sleeping rooms, J.
    pub(super) fn holds(&self) -> (Layer, f64) {
        let (mut gas, mut heat) = (Layer::default(), 0.0);
        let Some(net) = &self.net else { return (gas, heat) };
        for (i, zone) in net.zones.iter().enumerate() {
            if zone.kind == Kind::Fixed {
                continue;
            }
            self.layers[i].iter().for_each(|l| gas.add(l));
            heat += self.naps[i].heat.iter().sum::<f64>();
            let part = self.reach[i];
            let areas = [
                zone.area,
                zone.wall_area * part,
                zone.wall_area * (1.0 - part),
                zone.area,
            ];
            for (k, grid) in [zone.ceiling, zone.walls, zone.walls, zone.floor]
                .into_iter()
                .enumerate()
            {
                let first = (i * SURFACES + k) * NODES;
                if let Some(grid) = grid.and_then(|g| net.grids.get(g)) {
                    heat += areas[k] * grid.holds(&self.walls[first..first + NODES]);
                }
            }
        }
        (gas, heat)
    }

    /// How well the balances are kept since the start.
    pub fn balance(&self) -> Balance {
        let (gas, heat) = self.holds();
        let (start, came) = (&self.start, &self.came);
        let species = |i: usize| {
            let error = gas.s[i] - start.0.s[i] - came.gas.s[i];
            error.abs() / (gas.s[i].abs() + start.0.s[i].abs() + came.gas.s[i].abs()).max(1e-12)
        };
        let energy = (gas.u - start.0.u - came.gas.u) + (heat - start.1 - came.heat);
        Balance {
            mass: (gas.m - start.0.m - came.gas.m).abs() / gas.m.max(1e-12),
            energy: energy.abs() / gas.u.max(1e-12),
            o2: species(O2),
            co2: species(CO2),
            co: species(CO),
            hcn: species(HCN),
            h2o: species(H2O),
            soot: species(SOOT),
            unburnt: species(FUEL),
        }
    }
}
