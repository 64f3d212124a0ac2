//! What the menu offers: drills to play and recordings to look at.

use super::session::{Desk, Order, number_of};
use crate::drill::TICK_S;
use crate::drill::recording::Recording;
use crate::scenario::{self, Issue, Knob, KnobTitle, Library, PlaceKind, Role, Text};
use bevy::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Recordings that are listed at most, the newest first.
const MOST_RECORDINGS: usize = 60;

/// A drill that can be played.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Path of the scenario.
    pub path: String,
    /// Its text.
    pub bytes: Arc<Vec<u8>>,
    /// Its title.
    pub title: Text,
    /// Where it plays.
    pub kind: PlaceKind,
    /// In which role the first trainee is judged.
    pub role: Role,
    /// Length of a turn, minutes.
    pub minutes: f64,
    /// 1 to 5.
    pub difficulty: u8,
    /// Facts that a trainer may set.
    pub knobs: BTreeMap<String, Knob>,
    /// What they are called, by their names.
    pub knob_titles: BTreeMap<String, KnobTitle>,
}

impl Listed {
    /// To be played with these settings.
    pub fn order(&self, set: BTreeMap<String, String>, seed: u64) -> Order {
        Order {
            path: self.path.clone(),
            bytes: Arc::clone(&self.bytes),
            set,
            seed,
            trainee: None,
        }
    }
}

/// All drills, and the scenarios that cannot be used.
#[derive(Resource, Clone, Debug, Default)]
pub struct Catalogue {
    /// Those that can be played, in the order of their paths.
    pub drills: Vec<Listed>,
    /// Paths of those that cannot, with what the checker says.
    pub broken: Vec<(String, Vec<Issue>)>,
}

impl Catalogue {
    /// Reads the titles of scenarios, by path. Verification cases, prefabs and scenarios without a trainee are left out.
    pub fn read(texts: BTreeMap<String, Vec<u8>>, library: &Library) -> Self {
        let mut all = Self::default();
        for (path, bytes) in texts {
            let plain = path.replace('\\', "/");
            if plain.contains("scenarios/prefabs/") || plain.contains("scenarios/verification/") {
                continue;
            }
            match scenario::load(&path, &bytes, library, &BTreeMap::new(), 1) {
                Ok(loaded) => {
                    let s = loaded.scenario;
                    let Some(first) = s.trainees.first() else { continue };
                    if s.kind != PlaceKind::Verification {
                        all.drills.push(Listed {
                            path,
                            bytes: Arc::new(bytes),
                            title: s.title,
                            kind: s.kind,
                            role: first.role,
                            minutes: s.minutes,
                            difficulty: s.difficulty,
                            knobs: s.knobs,
                            knob_titles: s.knob_titles,
                        });
                    }
                }
                Err(issues) => all.broken.push((path, issues)),
            }
        }
        all
    }

    /// The title of the drill of this path.
    pub fn title(&self, path: &str) -> Option<&Text> {
        self.drills.iter().find(|d| d.path == path).map(|d| &d.title)
    }
}

/// A drill that was played.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// Its recording.
    pub path: PathBuf,
    /// The number its name begins with.
    pub number: u32,
    /// Path of the scenario, as it was given; empty if the recording cannot be read.
    pub scenario: String,
    /// How long it lasted, s.
    pub seconds: f64,
    /// Why it cannot be shown, or that it breaks off.
    pub trouble: Option<Text>,
    /// It can be shown.
    pub readable: bool,
}

/// The recordings in the user's folder, the newest first.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Recordings(pub Vec<Past>);

impl Recordings {
    /// Reads the folder.
    pub fn read(desk: &Desk) -> Self {
        let Some(folder) = &desk.recordings else {
            return Self::default();
        };
        // A folder that is not there yet holds no recordings.
        let entries = desk.storage.list(folder).unwrap_or_default();
        let mut found: Vec<(u32, PathBuf)> = entries
            .into_iter()
            .filter(|e| !e.is_folder)
            .filter_map(|e| Some((number_of(&e.path)?, e.path)))
            .collect();
        found.sort_by(|a, b| b.cmp(a));
        found.truncate(MOST_RECORDINGS);
        Self(
            found
                .into_iter()
                .map(|(number, path)| past(desk, number, path))
                .collect(),
        )
    }
}

fn past(desk: &Desk, number: u32, path: PathBuf) -> Past {
    let read = desk
        .storage
        .read(&path)
        .map_err(|e| e.text())
        .and_then(|bytes| Recording::open(&bytes).map_err(|e| e.text()));
    match read {
        Ok(recording) => Past {
            path,
            number,
            scenario: recording.header.scenario,
            seconds: recording.ticks as f64 * TICK_S,
            trouble: recording.truncated.map(|t| t.text()),
            readable: true,
        },
        Err(why) => Past {
            path,
            number,
            scenario: String::new(),
            seconds: 0.0,
            trouble: Some(why),
            readable: false,
        },
    }
}
