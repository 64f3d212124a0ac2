//! The place compiled from a scenario: storeys, spaces, openings, stairs, lifts, equipment; walkable plates and
//! the zone network; the checks of geometry. Knows `scenario` only.

mod check;
mod compile;
mod expand;
mod find;
mod model;
pub mod polygon;
mod report;
#[cfg(test)]
mod tests;
mod ways;

pub use check::check;
pub use compile::{compile, compile_without};
pub use model::*;
pub use polygon::{contains, distance as distance_to_segment};
pub use ways::{Field, Goal, Ways, line_of_sight};
