//! The Simulation: one clock, commands in, events out; openings, alarms, lifts, trainees; recording and replay; verification.
//! Knows every room below it; hands crowd a read-only view of the air and fire the state of the openings.

mod command;
mod deeds;
mod equipment;
mod event;
mod hands;
mod history;
mod journal;
mod lifts;
mod notebook;
mod openings;
pub mod output;
mod perception;
pub mod picture;
mod possible;
pub mod recording;
mod simulation;
mod sound;
mod trainee;
pub mod verification;

pub use command::{ALL_ITEMS, Action, CallItem, Command};
pub use deeds::*;
pub use event::{Event, EventKind};
pub use history::History;
pub use notebook::*;
pub use openings::{Answer, Openings, Request};
pub use simulation::{RestoreError, Simulation, TICK_S, TraineeView, View};
pub use trainee::{Exposure, Trainee};

/// Constants of the models, for `run.json`.
pub fn constants() -> serde_json::Value {
    serde_json::json!({ "tick_s": TICK_S })
}
