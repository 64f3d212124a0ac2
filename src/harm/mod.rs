//! What air and heat do to a body: the air as people meet it, visibility, walking speed in smoke, doses.
//! Knows `scenario` and `place` only.

mod dose;
mod smoke;

pub use dose::Dose;
pub use smoke::{SignKind, SmokeSpeed, visibility_m};

use crate::place::SpaceId;
use crate::scenario::Point;
use serde::{Deserialize, Serialize};

/// The air at a point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AirSample {
    /// °C.
    pub temperature_c: f64,
    /// Extinction coefficient K, 1/m.
    pub extinction: f64,
    /// Volume percent.
    pub o2_percent: f64,
    /// Volume percent.
    pub co2_percent: f64,
    /// Volume parts per million.
    pub co_ppm: f64,
    /// Volume parts per million.
    pub hcn_ppm: f64,
    /// Radiant flux on a body beyond the room's own temperature, kW/m².
    pub radiant_kw_m2: f64,
}

impl AirSample {
    /// Clean air at a temperature, °C.
    pub const fn clean(temperature_c: f64) -> Self {
        Self {
            temperature_c,
            extinction: 0.0,
            o2_percent: 20.9,
            co2_percent: 0.04,
            co_ppm: 0.0,
            hcn_ppm: 0.0,
            radiant_kw_m2: 0.0,
        }
    }
}

/// Read-only view of the air, handed by `drill` to whoever breathes it.
pub trait Air {
    /// Air in a space at a point on plan and a height above the space's floor, m.
    fn sample(&self, space: SpaceId, at: Point, height: f64) -> AirSample;
    /// Height of the smoke layer's lower edge above the floor, m (the ceiling height if there is none).
    fn layer_height(&self, space: SpaceId) -> f64;
    /// Extinction coefficients of lower and upper layer, 1/m.
    fn extinction(&self, space: SpaceId) -> (f64, f64);
}
