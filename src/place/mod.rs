//! The place compiled from a scenario: storeys, spaces, openings, stairs, lifts, equipment; walkable plates and
//! the zone network; the checks of geometry. Knows `scenario` only.

mod check;
mod compile;
mod expand;
mod find;
mod model;
mod polygon;
mod report;
#[cfg(test)]
mod tests;
mod ways;

pub use check::check_loaded;
pub use compile::compile;
pub use model::*;
pub use ways::{Field, Goal, Ways, line_of_sight};
