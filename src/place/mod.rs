//! The place compiled from a scenario: storeys, spaces, openings, stairs, lifts, equipment; walkable plates and
//! the zone network; the checks of geometry. Knows `scenario` only.

mod model;
mod ways;

pub use model::*;
pub use ways::*;
