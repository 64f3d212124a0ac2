//! The Simulation: one clock, commands in, events out; openings, alarms, lifts, trainees; recording and replay.
//! Knows every room below it; hands crowd a read-only view of the air and fire the state of the openings.

mod command;
mod event;
mod journal;
mod lifts;
mod notebook;
mod openings;
pub mod output;
mod perception;
mod possible;
pub mod recording;
mod simulation;
mod sound;
mod trainee;

pub use command::{ALL_ITEMS, Action, CallItem, Command};
pub use event::{Event, EventKind};
pub use notebook::*;
pub use openings::{Answer, Openings, Request};
pub use simulation::{RestoreError, Simulation, TICK_S, TraineeView, View};
pub use trainee::{Exposure, Trainee};

/// Constants of the models, for `run.json`.
pub fn constants() -> serde_json::Value {
    serde_json::json!({ "tick_s": TICK_S })
}
