//! What a run leaves behind: `run.json`, tables, events and the recording, as the command line promises.
//!
//! Numbers have six significant digits at least (times nine), without trailing zeros; a value that does not exist is an
//! empty field. All files are written beside and get their names at the end, `run.json` last: where it stands, the
//! folder is whole. The recording alone grows as the drill runs.

mod contract;
mod number;
mod probes;
mod result;
mod text;

pub use contract::{
    EGRESS, EVENTS_FILE, FIRES, OPENINGS, OUTPUT_CONTRACT, PEOPLE, PEOPLE_STATIC, PROBES, RECORDING_FILE, RUN_FILE,
    SPACES, TABLES, Table, Versions, units,
};
pub use result::{
    Exposure, FireResult, INJURED_DOSE, Outcome, RunFacts, RunFile, RunResult, Tally, TraineeOutcome, TraineeResult,
};

use super::recording::{End, Header, Recorder, RecorderError};
use super::{Command, Event, EventKind, Simulation, TICK_S, View};
use crate::crowd::{PersonId, PersonState, PersonView};
use crate::fire::{FlowState, LayerState, ThingState, ZoneState};
use crate::place::{OpeningId, Place, Plate, PlateId, PlateKind, SpaceId, ThingId};
use crate::scenario::Text;
use crate::storage::{Storage, StorageError};
use number::{DIGITS, TIME_DIGITS, tidy};
use probes::Probes;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;
use text::{Lines, Rows, field, figure, figure_or_none, word};

/// The files of a run could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// A folder or file cannot be written.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The recording cannot be continued.
    #[error(transparent)]
    Recorder(#[from] RecorderError),
    /// The time between samples, s.
    #[error("samples every {0} s are not possible; choose a multiple of 0.05 s, such as 0.5")]
    Interval(f64),
    /// What the caller passed in cannot be written as JSON.
    #[error("the result cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl OutputError {
    /// The message in both languages.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Storage(e) => return e.text(),
            Self::Recorder(e) => return e.text(),
            Self::Interval(s) => format!("无法每 {s} 秒记录一次。请改用 0.05 秒的整数倍，例如 0.5"),
            Self::Json(e) => format!("结果无法写成 JSON：{e}"),
        };
        Text {
            zh,
            en: self.to_string(),
        }
    }
}

/// Ticks between samples.
///
/// # Errors
/// The time is not a multiple of a tick.
pub fn sample_ticks(seconds: f64) -> Result<u64, OutputError> {
    let ticks = (seconds / TICK_S).round();
    // Ten years of ticks are enough, and fit.
    if (1.0..6.4e9).contains(&ticks) && (ticks * TICK_S - seconds).abs() < 1e-6 {
        Ok(ticks as u64)
    } else {
        Err(OutputError::Interval(seconds))
    }
}

/// All files of a run: tables, events, result and recording.
#[derive(Debug)]
pub struct RunOutput {
    files: RunFiles,
    recorder: Recorder,
}

impl RunOutput {
    /// Begins to write a run into a folder, which is made if need be. `every_s`: time between samples, s; by default the
    /// scenario's. What an earlier run left in the folder is removed, so that no folder shows two runs at once; its
    /// recording alone is kept, as `drill.1.rec` and so on.
    ///
    /// # Errors
    /// The folder cannot be written to, or the time between samples is not a multiple of a tick.
    pub fn create(
        storage: &dyn Storage,
        folder: &Path,
        simulation: &Simulation,
        header: &Header,
        every_s: Option<f64>,
    ) -> Result<Self, OutputError> {
        keep_recording(storage, folder)?;
        let mut files = RunFiles::create(storage, folder, &simulation.view(), every_s)?;
        // What happened before the drill began.
        files.events(simulation.events())?;
        let mut recorder = Recorder::create(storage, &folder.join(RECORDING_FILE), header)?;
        recorder.stands(simulation)?;
        Ok(Self { files, recorder })
    }

    /// Before every step, with its commands.
    ///
    /// # Errors
    /// The disk is full.
    pub fn before_step(&mut self, tick: u64, commands: &[Command]) -> Result<(), OutputError> {
        Ok(self.recorder.commands(tick, commands)?)
    }

    /// After every step.
    ///
    /// # Errors
    /// The disk is full.
    pub fn after_step(&mut self, simulation: &Simulation) -> Result<(), OutputError> {
        self.files.tick(&simulation.view(), simulation.events())?;
        Ok(self.recorder.stands(simulation)?)
    }

    /// Keeps something with the recording, such as a score sheet.
    ///
    /// # Errors
    /// The disk is full, or it cannot be written as JSON.
    pub fn note(&mut self, name: &str, value: &impl Serialize) -> Result<(), OutputError> {
        Ok(self.recorder.note(name, value)?)
    }

    /// After the last step: gives all files their names.
    ///
    /// # Errors
    /// The disk is full.
    pub fn finish(self, simulation: &Simulation, facts: &RunFacts) -> Result<RunResult, OutputError> {
        let hash = simulation.state_hash();
        let result = self.files.result(&simulation.view(), hash, facts);
        self.recorder.end(&End {
            tick: simulation.tick(),
            hash,
            summary: result.hash(),
        })?;
        self.files.finish(&simulation.view(), result, facts)
    }
}

/// Gives the recording of an earlier run a name that is free: a recording is never lost.
fn keep_recording(storage: &dyn Storage, folder: &Path) -> Result<(), StorageError> {
    storage.create_dir_all(folder)?;
    let there: BTreeSet<_> = storage.list(folder)?.into_iter().map(|e| e.path).collect();
    let recording = folder.join(RECORDING_FILE);
    if !there.contains(&recording) {
        return Ok(());
    }
    let free = (1_u32..)
        .map(|n| folder.join(format!("drill.{n}.rec")))
        .find(|p| !there.contains(p));
    free.map_or(Ok(()), |free| storage.rename(&recording, &free))
}

/// Everything but the recording.
#[derive(Debug)]
pub struct RunFiles {
    people: Lines,
    people_static: Lines,
    spaces: Lines,
    openings: Lines,
    fires: Lines,
    probe_rows: Lines,
    egress: Lines,
    events: Lines,
    run: Lines,
    tally: Tally,
    probes: Probes,
    warnings: Vec<String>,
    /// Ticks between samples.
    every: u64,
    sampled: Option<u64>,
    names: Names,
    rows: Cached,
}

/// Names as fields of a table.
#[derive(Debug, Default)]
struct Names {
    /// As facts give them, or numbered where they give none or one twice.
    people: Vec<String>,
    taken: BTreeSet<String>,
    plates: Vec<String>,
    spaces: Vec<String>,
    openings: Vec<String>,
    things: Vec<String>,
}

#[derive(Debug, Default)]
struct Cached {
    people: Rows<PersonView>,
    spaces: Rows<ZoneState>,
    openings: Rows<(f64, u64, FlowState)>,
    fires: Rows<ThingState>,
}

/// A line of `events.jsonl`.
#[derive(Serialize)]
struct EventLine<'a> {
    time_s: f64,
    tick: u64,
    kind: EventKind,
    subject: &'a str,
    object: &'a str,
    space: &'a str,
    x_m: f64,
    y_m: f64,
    z_m: f64,
    value: f64,
}

impl RunFiles {
    /// As [`RunOutput::create`].
    ///
    /// # Errors
    /// As [`RunOutput::create`].
    pub fn create(
        storage: &dyn Storage,
        folder: &Path,
        view: &View<'_>,
        every_s: Option<f64>,
    ) -> Result<Self, OutputError> {
        let every = sample_ticks(every_s.unwrap_or(view.loaded.scenario.steps.output_s))?;
        storage.create_dir_all(folder)?;
        let (probes, warnings) = Probes::new(view);
        let table = |t: Table| Lines::table(storage, folder, t);
        let mut files = Self {
            people: table(PEOPLE)?,
            people_static: table(PEOPLE_STATIC)?,
            spaces: table(SPACES)?,
            openings: table(OPENINGS)?,
            fires: table(FIRES)?,
            probe_rows: table(PROBES)?,
            egress: table(EGRESS)?,
            events: Lines::begin(storage, &folder.join(EVENTS_FILE))?,
            run: Lines::begin(storage, &folder.join(RUN_FILE))?,
            tally: Tally::new(view),
            probes,
            warnings,
            every,
            sampled: None,
            names: Names::new(view.place),
            rows: Cached::default(),
        };
        // The result first: a folder without it is not whole.
        let tables = TABLES.iter().map(|t| t.file);
        for name in [RUN_FILE, RECORDING_FILE, EVENTS_FILE].into_iter().chain(tables) {
            storage.remove(&folder.join(name))?;
        }
        // Lines count from where people stand at the start.
        files.probes.tick(view, &[], "", &mut String::new());
        files.sample(view)?;
        Ok(files)
    }

    /// Writes events.
    ///
    /// # Errors
    /// The disk is full.
    pub fn events(&mut self, events: &[Event]) -> Result<(), OutputError> {
        for event in events {
            let line = EventLine {
                time_s: tidy(event.time_s, TIME_DIGITS),
                tick: event.tick,
                kind: event.kind,
                subject: &event.subject,
                object: &event.object,
                space: &event.space,
                x_m: tidy(event.x_m, DIGITS),
                y_m: tidy(event.y_m, DIGITS),
                z_m: tidy(event.z_m, DIGITS),
                value: tidy(event.value, DIGITS),
            };
            self.events.pending.push_str(&serde_json::to_string(&line)?);
            self.events.pending.push('\n');
        }
        if !events.is_empty() {
            self.events.flush()?;
        }
        Ok(())
    }

    /// After every tick.
    ///
    /// # Errors
    /// The disk is full.
    pub fn tick(&mut self, view: &View<'_>, events: &[Event]) -> Result<(), OutputError> {
        self.tally.tick(view, events);
        self.events(events)?;
        self.probes
            .tick(view, events, &time(view), &mut self.probe_rows.pending);
        if view.tick.is_multiple_of(self.every) {
            self.sample(view)?;
        }
        Ok(())
    }

    /// What the run came to, with the hash of the last state.
    pub fn result(&self, view: &View<'_>, state_hash: [u8; 32], facts: &RunFacts) -> RunResult {
        self.tally.result(view, state_hash, facts)
    }

    /// After the last tick: gives all files their names, the result last.
    ///
    /// # Errors
    /// The disk is full.
    pub fn finish(mut self, view: &View<'_>, result: RunResult, facts: &RunFacts) -> Result<RunResult, OutputError> {
        if self.sampled != Some(view.tick) {
            self.sample(view)?;
        }
        self.write_static(view);
        let warnings: Vec<_> = self.warnings.iter().cloned().chain(self.tally.warnings()).collect();
        let file = RunFile::new(result, view, self.every as f64 * TICK_S, facts, &warnings);
        self.run.pending.push_str(&serde_json::to_string_pretty(&file)?);
        self.run.pending.push('\n');
        let Self {
            people,
            people_static,
            spaces,
            openings,
            fires,
            probe_rows,
            egress,
            events,
            run,
            ..
        } = self;
        for lines in [
            people,
            people_static,
            spaces,
            openings,
            fires,
            probe_rows,
            egress,
            events,
            run,
        ] {
            lines.commit()?;
        }
        Ok(file.result)
    }

    fn sample(&mut self, view: &View<'_>) -> Result<(), OutputError> {
        let time = time(view);
        self.sampled = Some(view.tick);
        self.names.meet(view);
        self.sample_people(view, &time);
        self.sample_spaces(view, &time);
        self.sample_openings(view, &time);
        self.sample_fires(view, &time);
        self.sample_egress(view, &time);
        self.probes.sample(view, &time, &mut self.probe_rows.pending);
        for lines in [
            &mut self.people,
            &mut self.spaces,
            &mut self.openings,
            &mut self.fires,
            &mut self.probe_rows,
            &mut self.egress,
        ] {
            lines.flush()?;
        }
        Ok(())
    }

    /// Those who have not come in yet have no row.
    fn sample_people(&mut self, view: &View<'_>, time: &str) {
        for (i, name) in self.names.people.iter().enumerate() {
            let person = view.crowd.person(PersonId(i as u32));
            if person.state == PersonState::Absent {
                continue;
            }
            self.rows
                .people
                .push(&mut self.people.pending, time, i, person, |line, p| {
                    word(line, name);
                    word(line, self.names.plates.get(p.plate.index()).map_or("", String::as_str));
                    let figures = [
                        p.at.x,
                        p.at.y,
                        p.z,
                        p.speed_m_s,
                        p.density_per_m2,
                        p.extinction,
                        p.fed_gas,
                        p.fed_heat,
                    ];
                    for x in figures {
                        figure(line, x);
                    }
                    word(line, state_word(p.state));
                    word(line, &field(p.reason));
                });
        }
    }

    fn sample_spaces(&mut self, view: &View<'_>, time: &str) {
        for (i, name) in self.names.spaces.iter().enumerate() {
            let zone = view.fire.zone(view.place, SpaceId(i as u32));
            self.rows
                .spaces
                .push(&mut self.spaces.pending, time, i, zone, |line, z| {
                    word(line, name);
                    for x in [z.layer_height_m, z.pressure_pa, z.wall_c, z.ceiling_c, z.floor_c] {
                        figure(line, x);
                    }
                    for x in layer_figures(&z.upper).into_iter().chain(layer_figures(&z.lower)) {
                        figure(line, x);
                    }
                });
        }
    }

    fn sample_openings(&mut self, view: &View<'_>, time: &str) {
        for (i, name) in self.names.openings.iter().enumerate() {
            let open = view.openings.get(i).map_or(0.0, |o| o.free());
            let passed = view.passed.get(i).copied().unwrap_or(0);
            let now = (open, passed, view.fire.flow(OpeningId(i as u32)));
            self.rows.openings.push(
                &mut self.openings.pending,
                time,
                i,
                now,
                |line, (open, passed, flow)| {
                    word(line, name);
                    figure(line, *open);
                    word(line, &passed.to_string());
                    figure(line, flow.mass_out_kg_s);
                    figure(line, flow.mass_in_kg_s);
                    figure_or_none(line, flow.neutral_plane_m);
                },
            );
        }
    }

    fn sample_fires(&mut self, view: &View<'_>, time: &str) {
        for (i, thing) in view.place.things.iter().enumerate() {
            let id = ThingId(i as u32);
            if thing.ignites_s.is_none() && !self.tally.lit().contains(&id) {
                continue;
            }
            let now = view.fire.thing(id);
            self.rows.fires.push(&mut self.fires.pending, time, i, now, |line, t| {
                word(line, &self.names.things[i]);
                for x in [t.hrr_kw, t.convective_kw, t.burning_kg_s, t.mass_left_kg, t.flame_m] {
                    figure(line, x);
                }
            });
        }
    }

    /// Of queues of equal length the first in the order of the spaces counts. Without people there are no rows.
    fn sample_egress(&mut self, view: &View<'_>, time: &str) {
        if view.crowd.is_empty() {
            return;
        }
        let (mut out, mut moving) = (0_u32, 0_u32);
        let mut queues = vec![0_u32; self.names.spaces.len()];
        for i in 0..view.crowd.len() as u32 {
            let p = view.crowd.person(PersonId(i));
            out += u32::from(p.state == PersonState::Out);
            moving += u32::from(p.state == PersonState::Moving);
            if let Some(queue) = p.space.and_then(|s| queues.get_mut(s.index())) {
                *queue += u32::from(p.in_queue());
            }
        }
        let longest = (0..queues.len())
            .filter(|s| queues[*s] > 0)
            .min_by_key(|s| std::cmp::Reverse(queues[*s]));
        let line = &mut self.egress.pending;
        line.push_str(time);
        let queueing = queues.iter().sum::<u32>();
        for n in [out, moving, queueing] {
            word(line, &n.to_string());
        }
        word(line, longest.map_or("", |s| &self.names.spaces[s]));
        word(line, &longest.map_or(0, |s| queues[s]).to_string());
        line.push('\n');
    }

    /// At the end, when it is known when people set out.
    fn write_static(&mut self, view: &View<'_>) {
        self.names.meet(view);
        for (i, name) in self.names.people.iter().enumerate() {
            let facts = view.crowd.facts(PersonId(i as u32));
            let line = &mut self.people_static.pending;
            line.push_str(name);
            figure(line, facts.age);
            figure(line, facts.radius_m);
            figure(line, facts.free_speed_m_s);
            figure_or_none(line, facts.start_s);
            word(line, &field(&facts.route));
            figure(line, facts.susceptibility);
            line.push('\n');
        }
    }
}

impl Names {
    fn new(place: &Place) -> Self {
        let plates = (0..place.plates.len()).map(|i| field(&plate_name(place, i))).collect();
        Self {
            plates,
            spaces: place.spaces.iter().map(|s| field(&s.path)).collect(),
            openings: place.openings.iter().map(|o| field(&o.path)).collect(),
            things: place.things.iter().map(|t| field(&t.path)).collect(),
            ..Self::default()
        }
    }

    /// Names of people who are new.
    fn meet(&mut self, view: &View<'_>) {
        for i in self.people.len()..view.crowd.len() {
            let name = view.crowd.facts(PersonId(i as u32)).name;
            self.people.push(field(&unique(&mut self.taken, &name, i)));
        }
    }
}

/// The name, or the name with a number if it is empty or somebody bears it.
fn unique(taken: &mut BTreeSet<String>, name: &str, index: usize) -> String {
    let mut unique = name.to_owned();
    while unique.is_empty() || taken.contains(&unique) {
        // Ends: a name only grows longer.
        unique = if unique.is_empty() {
            format!("#{index}")
        } else {
            format!("{unique}#{index}")
        };
    }
    taken.insert(unique.clone());
    unique
}

/// What a plate is called: `17F`, `17F/stair_a` (the flights from there up), or the name of a lift.
fn plate_name(place: &Place, index: usize) -> String {
    let Plate { kind, storey, .. } = &place.plates[index];
    let storey = place.storeys.get(storey.index());
    let storey_name = storey.map_or("", |s| s.name.as_str());
    match kind {
        PlateKind::Floor if storey.is_some_and(|s| s.plate == PlateId(index as u32)) => storey_name.to_owned(),
        PlateKind::Floor => format!("{storey_name}#{index}"),
        PlateKind::Flights(stair) => {
            let stair = place.stairs.get(stair.index()).map_or("", |s| s.name.as_str());
            format!("{storey_name}/{stair}")
        }
        PlateKind::Car(lift) => place
            .lifts
            .get(lift.index())
            .map_or_else(String::new, |l| l.name.clone()),
    }
}

/// In the order of the columns.
fn layer_figures(layer: &LayerState) -> [f64; 9] {
    [
        layer.temperature_c,
        layer.mass_kg,
        layer.extinction_per_m,
        layer.o2_percent,
        layer.co2_percent,
        layer.co_ppm,
        layer.hcn_ppm,
        layer.soot_g_m3,
        layer.unburnt_g_m3,
    ]
}

/// The word of `people.csv`, the same as in JSON.
fn state_word(state: PersonState) -> &'static str {
    match state {
        PersonState::Asleep => "asleep",
        PersonState::Preparing => "preparing",
        PersonState::Moving => "moving",
        PersonState::Waiting => "waiting",
        PersonState::Sheltering => "sheltering",
        PersonState::Incapacitated => "incapacitated",
        PersonState::Out => "out",
        PersonState::Absent => "absent",
    }
}

fn time(view: &View<'_>) -> String {
    let mut time = String::new();
    number::push(&mut time, view.time_s, TIME_DIGITS);
    time
}

#[cfg(test)]
mod tests;
