//! The Simulation: one clock, commands in, events out; openings, alarms, lifts, trainees; recording and replay.
//! Knows every room below it; hands crowd a read-only view of the air and fire the state of the openings.

mod command;
mod event;
mod notebook;
mod simulation;

pub use command::{Action, CallItem, Command};
pub use event::{Event, EventKind};
pub use notebook::*;
pub use simulation::{Simulation, View};

/// Length of a tick, s.
pub const TICK_S: f64 = 0.05;
