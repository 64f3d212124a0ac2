//! Stand-in for the simulation: the signatures that the window and the command line are written against.
//! It counts ticks and steps nothing; the real one takes its place.

use super::{Command, Event, TICK_S};
use crate::crowd::Crowd;
use crate::fire::Fire;
use crate::place::{OpeningState, Place};
use crate::scenario::Loaded;
use std::sync::Arc;

/// One drill: a clock, the state of everything, commands in, events out.
#[derive(Clone, Debug)]
pub struct Simulation {
    place: Arc<Place>,
    loaded: Arc<Loaded>,
    seed: u64,
    tick: u64,
    commands: u64,
    openings: Vec<OpeningState>,
    crowd: Crowd,
    fire: Fire,
}

impl Simulation {
    /// The drill at its first moment.
    pub fn new(place: Arc<Place>, loaded: &Arc<Loaded>, seed: u64) -> Self {
        let openings = place.openings.iter().map(|o| o.initial).collect();
        let crowd = Crowd::new(&place, loaded, seed);
        let fire = Fire::new(&place, loaded);
        Self {
            place,
            loaded: Arc::clone(loaded),
            seed,
            tick: 0,
            commands: 0,
            openings,
            crowd,
            fire,
        }
    }
    /// One tick of [`TICK_S`].
    pub fn step(&mut self, commands: &[Command]) {
        self.commands = self.commands.wrapping_add(commands.len() as u64);
        self.tick += 1;
    }
    /// Ticks done.
    pub fn tick(&self) -> u64 {
        self.tick
    }
    /// Hash of the whole state.
    pub fn state_hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(&self.tick.to_le_bytes());
        hasher.update(&self.commands.to_le_bytes());
        self.crowd.hash_into(&mut hasher);
        self.fire.hash_into(&mut hasher);
        *hasher.finalize().as_bytes()
    }
    /// What anyone may read.
    pub fn view(&self) -> View<'_> {
        View { simulation: self }
    }
    /// Events of the last tick.
    pub fn events(&self) -> &[Event] {
        &[]
    }
    /// The drill is over.
    pub fn finished(&self) -> bool {
        self.tick as f64 * TICK_S >= self.loaded.scenario.ends.after_s
    }
}

/// Read-only view of a simulation.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    simulation: &'a Simulation,
}

impl<'a> View<'a> {
    /// The place.
    pub fn place(&self) -> &'a Place {
        &self.simulation.place
    }
    /// Everybody.
    pub fn crowd(&self) -> &'a Crowd {
        &self.simulation.crowd
    }
    /// The fire and the air.
    pub fn fire(&self) -> &'a Fire {
        &self.simulation.fire
    }
    /// How every opening stands, by id.
    pub fn openings(&self) -> &'a [OpeningState] {
        &self.simulation.openings
    }
}
