//! What was done in a drill, and where its trainees were: enough to show it again from any moment on.

use crate::drill::{Command, History, Simulation};
use crate::place::PlateId;
use crate::scenario::Point;

/// Ticks between points of a trail (0.5 s).
pub const TRAIL_EVERY: u64 = 10;

/// Where a trainee was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Footprint {
    /// What they stood on.
    pub plate: PlateId,
    /// On plan, m.
    pub at: Point,
    /// Of their feet, m absolute.
    pub z: f64,
}

/// The past of a drill.
#[derive(Clone, Debug)]
pub struct Tape {
    history: History,
    trails: Vec<Vec<Footprint>>,
}

impl Tape {
    /// Of a drill that begins with this state.
    pub fn new(first: &Simulation) -> Self {
        Self {
            history: History::new(first),
            trails: vec![Vec::new(); first.view().trainees.len()],
        }
    }

    /// Every state and command.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Ticks that can be shown.
    pub fn ticks(&self) -> u64 {
        self.history.end()
    }

    /// Where a trainee was, every [`TRAIL_EVERY`] ticks.
    pub fn trail(&self, trainee: usize) -> &[Footprint] {
        self.trails.get(trainee).map_or(&[], Vec::as_slice)
    }

    /// Steps the drill and remembers it. The drill must be the one that the tape was begun with.
    pub fn step(&mut self, simulation: &mut Simulation, commands: &[Command]) {
        if simulation.tick().is_multiple_of(TRAIL_EVERY) {
            let view = simulation.view();
            for (trail, trainee) in self.trails.iter_mut().zip(&view.trainees) {
                let person = view.crowd.person(trainee.person);
                trail.push(Footprint {
                    plate: person.plate,
                    at: person.at,
                    z: person.z,
                });
            }
        }
        self.history.step(simulation, commands);
    }
}
