//! Keeps the recording of a drill while it is played.

use crate::drill::output::{RunFacts, Tally};
use crate::drill::recording::{End, Header, Recorder, RecorderError};
use crate::drill::{Command, Simulation};
use crate::storage::Storage;
use std::path::{Path, PathBuf};

/// A recording that grows with the drill.
#[derive(Debug)]
pub struct Keeper {
    recorder: Recorder,
    tally: Tally,
    seed: u64,
    path: PathBuf,
}

impl Keeper {
    /// Begins the recording of a drill that stands at its beginning.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn begin(
        storage: &dyn Storage,
        path: &Path,
        header: &Header,
        simulation: &Simulation,
    ) -> Result<Self, RecorderError> {
        let mut recorder = Recorder::create(storage, path, header)?;
        recorder.stands(simulation)?;
        Ok(Self {
            recorder,
            tally: Tally::new(&simulation.view()),
            seed: header.seed,
            path: path.to_owned(),
        })
    }

    /// Where it is kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Before every tick, what is done in it.
    ///
    /// # Errors
    /// The disk is full.
    pub fn before(&mut self, tick: u64, commands: &[Command]) -> Result<(), RecorderError> {
        self.recorder.commands(tick, commands)
    }

    /// After every tick.
    ///
    /// # Errors
    /// The disk is full.
    pub fn after(&mut self, simulation: &Simulation) -> Result<(), RecorderError> {
        self.tally.tick(&simulation.view(), simulation.events());
        self.recorder.stands(simulation)
    }

    /// At the end, reached or broken off. `trainees`: policy and score of each; `notes`: what is kept with it, by name.
    ///
    /// # Errors
    /// The disk is full.
    pub fn end(
        mut self,
        simulation: &Simulation,
        trainees: Vec<(Option<String>, serde_json::Value)>,
        notes: &[(String, serde_json::Value)],
    ) -> Result<(), RecorderError> {
        for (name, value) in notes {
            self.recorder.note(name, value)?;
        }
        let facts = RunFacts {
            seed: self.seed,
            trainees,
            ..RunFacts::default()
        };
        let hash = simulation.state_hash();
        let result = self.tally.result(&simulation.view(), hash, &facts);
        self.recorder.end(&End {
            tick: simulation.tick(),
            hash,
            summary: result.hash(),
        })
    }
}
