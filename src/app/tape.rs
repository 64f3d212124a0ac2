//! What was done in a drill, and moments of it: enough to show it again from any moment on.

use crate::drill::{Command, Simulation};
use crate::place::PlateId;
use crate::scenario::Point;

/// Moments kept at most; beyond that every second one is let go. A moment of a tower of 33 storeys is some MB.
const MOST_MOMENTS: usize = 16;
/// Ticks between moments at first (10 s).
const FIRST_EVERY: u64 = 200;
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
    moments: Vec<Simulation>,
    every: u64,
    commands: Vec<(u64, Vec<Command>)>,
    trails: Vec<Vec<Footprint>>,
    ticks: u64,
}

impl Tape {
    /// Of a drill that begins with this state.
    pub fn new(first: &Simulation) -> Self {
        Self {
            moments: vec![first.clone()],
            every: FIRST_EVERY,
            commands: Vec::new(),
            trails: vec![Vec::new(); first.view().trainees.len()],
            ticks: first.tick(),
        }
    }

    /// Ticks taken up.
    pub fn ticks(&self) -> u64 {
        self.ticks
    }

    /// The state that it began with.
    pub fn first(&self) -> Option<&Simulation> {
        self.moments.first()
    }

    /// What was done in a tick.
    pub fn commands_at(&self, tick: u64) -> &[Command] {
        match self.commands.binary_search_by_key(&tick, |(t, _)| *t) {
            Ok(i) => &self.commands[i].1,
            Err(_) => &[],
        }
    }

    /// Where a trainee was, every [`TRAIL_EVERY`] ticks.
    pub fn trail(&self, trainee: usize) -> &[Footprint] {
        self.trails.get(trainee).map_or(&[], Vec::as_slice)
    }

    /// The latest moment kept that is not after a tick.
    pub fn moment_before(&self, tick: u64) -> Option<&Simulation> {
        let after = self.moments.partition_point(|m| m.tick() <= tick);
        self.moments.get(after.checked_sub(1)?)
    }

    /// Takes up a tick that is about to be done. Ticks must come in order.
    pub fn take_up(&mut self, before: &Simulation, commands: &[Command]) {
        let tick = before.tick();
        if tick.is_multiple_of(self.every) && self.moments.last().is_none_or(|m| m.tick() < tick) {
            self.moments.push(before.clone());
            if self.moments.len() > MOST_MOMENTS {
                self.every *= 2;
                let every = self.every;
                let first = self.moments.first().map_or(0, Simulation::tick);
                self.moments
                    .retain(|m| m.tick() == first || m.tick().is_multiple_of(every));
            }
        }
        if tick.is_multiple_of(TRAIL_EVERY) {
            let view = before.view();
            for (trail, trainee) in self.trails.iter_mut().zip(&view.trainees) {
                let person = view.crowd.person(trainee.person);
                trail.push(Footprint {
                    plate: person.plate,
                    at: person.at,
                    z: person.z,
                });
            }
        }
        if !commands.is_empty() {
            self.commands.push((tick, commands.to_vec()));
        }
        self.ticks = tick + 1;
    }
}
