//! The Simulation.

use super::{Command, Event};
use crate::crowd::{Crowd, PersonId};
use crate::fire::Fire;
use crate::place::{OpeningState, Place, StoreyId};
use crate::scenario::{Loaded, Role};
use std::sync::Arc;

/// What a trainee breathed and felt on a storey.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StoreyExposure {
    pub storey: StoreyId,
    /// Time spent there, s.
    pub seconds: f64,
    pub fed_gas: f64,
    pub fed_heat: f64,
}

/// A trainee as everyone may see them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TraineeView {
    pub id: String,
    pub role: Role,
    pub person: PersonId,
    /// Lowest storey first; only storeys they were on.
    pub exposure_by_storey: Vec<StoreyExposure>,
}

/// Everything that may be read of a simulation.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub place: &'a Place,
    pub loaded: &'a Loaded,
    pub tick: u64,
    pub time_s: f64,
    pub crowd: &'a Crowd,
    pub fire: &'a Fire,
    pub openings: &'a [OpeningState],
    /// People who passed each opening.
    pub passed: &'a [u64],
    pub trainees: &'a [TraineeView],
}

/// One clock.
#[derive(Clone, Debug)]
pub struct Simulation {
    place: Arc<Place>,
    loaded: Arc<Loaded>,
    crowd: Crowd,
    fire: Fire,
    openings: Vec<OpeningState>,
    passed: Vec<u64>,
    tick: u64,
}

impl Simulation {
    pub fn new(place: Arc<Place>, loaded: Arc<Loaded>, seed: u64) -> Self {
        let crowd = Crowd::new(&place, &loaded, seed);
        let fire = Fire::new(&place, &loaded);
        let openings: Vec<_> = place.openings.iter().map(|o| o.initial).collect();
        let passed = vec![0; openings.len()];
        Self {
            place,
            loaded,
            crowd,
            fire,
            openings,
            passed,
            tick: 0,
        }
    }
    pub fn step(&mut self, _commands: &[Command]) {
        self.tick += 1;
    }
    pub fn tick(&self) -> u64 {
        self.tick
    }
    pub fn time_s(&self) -> f64 {
        self.tick as f64 * super::TICK_S
    }
    pub fn events(&self) -> &[Event] {
        &[]
    }
    pub fn state_hash(&self) -> [u8; 32] {
        *blake3::hash(&self.tick.to_le_bytes()).as_bytes()
    }
    pub fn finished(&self) -> bool {
        false
    }
    pub fn view(&self) -> View<'_> {
        View {
            place: &self.place,
            loaded: &self.loaded,
            tick: self.tick,
            time_s: self.time_s(),
            crowd: &self.crowd,
            fire: &self.fire,
            openings: &self.openings,
            passed: &self.passed,
            trainees: &[],
        }
    }
}
