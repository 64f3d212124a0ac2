//! What a run came to: kept up while it runs, printed by `run --format json` and written to `run.json`.

use super::super::{Event, EventKind, TICK_S, View};
use super::contract::{Versions, units};
use super::number::{DIGITS, TIME_DIGITS, tidy};
use crate::crowd::{PersonId, PersonState};
use crate::place::{StoreyId, ThingId};
use crate::scenario::{KnobValue, People, Role};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Dose from which somebody counts as injured: FED or heat dose 0.3, at which sensitive people are affected
/// (ISO 13571:2012, 5.2; 待核实).
pub const INJURED_DOSE: f64 = 0.3;

/// The object that `run --format json` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunResult {
    /// Path of the scenario.
    pub scenario: String,
    /// Seed of all chance.
    pub seed: u64,
    /// Knobs, as set or drawn.
    pub knobs: BTreeMap<String, KnobValue>,
    /// Length, ticks.
    pub ticks: u64,
    /// Length, s.
    pub simulated_s: f64,
    /// Time it took by the clock on the wall, s.
    pub wall_s: f64,
    /// Processor time it took, s.
    pub cpu_s: f64,
    /// Hexadecimal.
    pub state_hash: String,
    /// In the order of the scenario.
    pub trainees: Vec<TraineeResult>,
    /// What became of them.
    pub outcome: Outcome,
    /// What became of the fire.
    pub fire: FireResult,
}

/// A trainee's result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TraineeResult {
    /// As the scenario names them.
    pub id: String,
    /// Role, by which they are judged.
    pub role: Role,
    /// `null`: played by a person.
    pub policy: Option<String>,
    /// The score sheet; `null` if nothing judges the drill.
    pub score: Value,
    /// What became of them.
    pub outcome: TraineeOutcome,
    /// Lowest storey first; only storeys they were on.
    pub exposure_by_storey: Vec<Exposure>,
}

/// What became of a trainee.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TraineeOutcome {
    /// State at the end.
    pub state: PersonState,
    /// Fractional effective dose of gases.
    pub fed_gas: f64,
    /// Fractional effective dose of heat.
    pub fed_heat: f64,
    /// Name of the storey.
    pub storey: String,
    /// State of each person they answer for, by name.
    pub answered_for: BTreeMap<String, PersonState>,
}

/// What a trainee breathed and felt on a storey.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exposure {
    /// Name of the storey.
    pub storey: String,
    /// Time spent there, s.
    pub seconds: f64,
    /// Fractional effective dose of gases.
    pub fed_gas: f64,
    /// Fractional effective dose of heat.
    pub fed_heat: f64,
}

/// What became of everybody, trainees included.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Outcome {
    /// All who were there at some time.
    pub people: u64,
    /// Reached the street.
    pub out: u64,
    /// Shelter inside.
    pub sheltered: u64,
    /// [`INJURED_DOSE`] or more, but able to go on.
    pub injured: u64,
    /// Cannot go on.
    pub incapacitated: u64,
    /// When the last of those who got out did; `null` if nobody did.
    pub last_out_s: Option<f64>,
}

/// What became of the fire.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FireResult {
    /// Largest heat release rate of all things together.
    pub peak_kw: f64,
    /// Nothing burns.
    pub out: bool,
    /// In the order in which they caught fire.
    pub burned_items: Vec<String>,
}

/// What the caller knows and the simulation does not.
#[derive(Clone, Debug, Default)]
pub struct RunFacts {
    /// Seed of all chance.
    pub seed: u64,
    /// By the clock on the wall, s.
    pub wall_s: f64,
    /// Spent by this process, s.
    pub cpu_s: f64,
    /// Policy and score of each trainee, in the scenario's order.
    pub trainees: Vec<(Option<String>, Value)>,
    /// Constants of the models, as the rooms give them.
    pub constants: Value,
    /// Warnings from elsewhere, such as the scenario's checks.
    pub warnings: Vec<String>,
}

impl RunResult {
    /// Hash of what does not depend on the machine: everything but the times it took.
    pub fn hash(&self) -> [u8; 32] {
        let timeless = Self {
            wall_s: 0.0,
            cpu_s: 0.0,
            ..self.clone()
        };
        // A result has string keys only and cannot fail to be written.
        let bytes = serde_json::to_vec(&timeless).unwrap_or_default();
        *blake3::hash(&bytes).as_bytes()
    }
}

/// `run.json`: the result with all that is needed to understand the files beside it.
#[derive(Debug, Serialize)]
pub struct RunFile {
    /// The object that `run --format json` prints.
    #[serde(flatten)]
    pub result: RunResult,
    /// Versions, for all files of the folder.
    pub version: Versions,
    /// Every default, resolved.
    pub defaults: Value,
    /// By file and column.
    pub units: BTreeMap<&'static str, BTreeMap<&'static str, &'static str>>,
    /// Doubts about the result.
    pub warnings: Vec<String>,
}

impl RunFile {
    /// `sample_s`: time between samples, s.
    pub fn new(result: RunResult, view: &View<'_>, sample_s: f64, facts: &RunFacts, more: &[String]) -> Self {
        let scenario = &view.loaded.scenario;
        let (median, most, residual) = view.fire.convergence();
        let defaults = json!({
            "tick_s": TICK_S,
            "output_s": tidy(sample_s, TIME_DIGITS),
            "steps": scenario.steps,
            "ends": scenario.ends,
            "weather": scenario.weather,
            "inside": scenario.inside,
            "envelope_leakage": scenario.place.envelope_leakage,
            "partition_leakage": scenario.place.partition_leakage,
            "injured_dose": INJURED_DOSE,
            "constants": facts.constants,
            "pressure_solver": {
                "median_iterations": median,
                "most_iterations": most,
                "largest_residual": residual,
            },
            "balance_error": view.fire.balance(),
        });
        let loaded = view
            .loaded
            .warnings
            .iter()
            .map(|w| format!("{}:{}: {}", w.file, w.line, w.message.en));
        let warnings: Vec<_> = loaded
            .chain(more.iter().cloned())
            .chain(view.fire.warnings())
            .chain(facts.warnings.iter().cloned())
            .collect();
        Self {
            result,
            version: Versions::default(),
            defaults,
            units: units(),
            warnings,
        }
    }
}

/// Keeps up what cannot be read from the last state.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    last_out_s: Option<f64>,
    peak_kw: f64,
    lit: Vec<ThingId>,
    not_converged: u64,
}

impl Tally {
    /// At the start; what burns already is seen.
    pub fn new(view: &View<'_>) -> Self {
        let mut tally = Self::default();
        tally.look_for_flames(view);
        tally.add_up(view);
        tally
    }

    /// After every tick.
    pub fn tick(&mut self, view: &View<'_>, events: &[Event]) {
        for event in events {
            match event.kind {
                EventKind::Out => self.last_out_s = Some(tidy(event.time_s, TIME_DIGITS)),
                EventKind::Ignited => self.look_for_flames(view),
                EventKind::NotConverged => self.not_converged += 1,
                _ => {}
            }
        }
        self.add_up(view);
    }

    /// Things that burned so far, in the order in which they caught fire.
    pub fn lit(&self) -> &[ThingId] {
        &self.lit
    }

    fn look_for_flames(&mut self, view: &View<'_>) {
        for i in 0..view.place.things.len() as u32 {
            let thing = ThingId(i);
            if !self.lit.contains(&thing) && view.fire.thing(thing).burning {
                self.lit.push(thing);
            }
        }
    }

    fn add_up(&mut self, view: &View<'_>) {
        let kw: f64 = self.lit.iter().map(|t| view.fire.thing(*t).hrr_kw).sum();
        self.peak_kw = self.peak_kw.max(kw);
    }

    /// Warnings from the run itself.
    pub fn warnings(&self) -> Vec<String> {
        match self.not_converged {
            0 => Vec::new(),
            n => vec![format!(
                "{n} fire steps did not converge; see kind not_converged in events.jsonl"
            )],
        }
    }

    /// The result, with the hash of the last state.
    pub fn result(&self, view: &View<'_>, state_hash: [u8; 32], facts: &RunFacts) -> RunResult {
        let place = view.place;
        RunResult {
            scenario: view.loaded.sources.first().map(|s| s.path.clone()).unwrap_or_default(),
            seed: facts.seed,
            knobs: view.loaded.scenario.chosen.clone(),
            ticks: view.tick,
            simulated_s: tidy(view.time_s, TIME_DIGITS),
            wall_s: tidy(facts.wall_s, DIGITS),
            cpu_s: tidy(facts.cpu_s, DIGITS),
            state_hash: blake3::Hash::from_bytes(state_hash).to_hex().to_string(),
            trainees: (0..view.trainees.len()).map(|i| trainee(view, facts, i)).collect(),
            outcome: self.outcome(view),
            fire: FireResult {
                peak_kw: tidy(self.peak_kw, DIGITS),
                out: !self.lit.iter().any(|t| view.fire.thing(*t).burning),
                burned_items: self.lit.iter().map(|t| place.things[t.index()].path.clone()).collect(),
            },
        }
    }

    fn outcome(&self, view: &View<'_>) -> Outcome {
        let mut outcome = Outcome {
            last_out_s: self.last_out_s,
            ..Outcome::default()
        };
        for i in 0..view.crowd.len() as u32 {
            let person = view.crowd.person(PersonId(i));
            outcome.add(person.state, person.fed_gas.max(person.fed_heat));
        }
        outcome
    }
}

impl Outcome {
    /// Counts a person; `dose`: the larger of gas and heat.
    pub(super) fn add(&mut self, state: PersonState, dose: f64) {
        if state == PersonState::Absent {
            return;
        }
        self.people += 1;
        match state {
            PersonState::Out => self.out += 1,
            PersonState::Sheltering => self.sheltered += 1,
            PersonState::Incapacitated => self.incapacitated += 1,
            _ => {}
        }
        if dose >= INJURED_DOSE && state != PersonState::Incapacitated {
            self.injured += 1;
        }
    }
}

fn trainee(view: &View<'_>, facts: &RunFacts, index: usize) -> TraineeResult {
    let trainee = &view.trainees[index];
    let person = view.crowd.person(trainee.person);
    let storey_name = |s: StoreyId| {
        view.place
            .storeys
            .get(s.index())
            .map(|s| s.name.clone())
            .unwrap_or_default()
    };
    let storey = view
        .place
        .plates
        .get(person.plate.index())
        .map(|p| storey_name(p.storey))
        .unwrap_or_default();
    let (policy, score) = facts.trainees.get(index).cloned().unwrap_or_default();
    let mut exposures = trainee.exposures.to_vec();
    exposures.sort_by_key(|e| e.storey);
    let exposure_by_storey = exposures.iter().map(|e| Exposure {
        storey: storey_name(e.storey),
        seconds: tidy(e.seconds, TIME_DIGITS),
        fed_gas: tidy(e.fed_gas, DIGITS),
        fed_heat: tidy(e.fed_heat, DIGITS),
    });
    TraineeResult {
        id: trainee.id.to_owned(),
        role: trainee.role,
        policy,
        score,
        outcome: TraineeOutcome {
            state: person.state,
            fed_gas: tidy(person.fed_gas, DIGITS),
            fed_heat: tidy(person.fed_heat, DIGITS),
            storey,
            answered_for: answered_for(view, trainee.id),
        },
        exposure_by_storey: exposure_by_storey.collect(),
    }
}

/// Persons whom the scenario makes kin of a trainee.
fn answered_for(view: &View<'_>, trainee: &str) -> BTreeMap<String, PersonState> {
    let persons = view.loaded.scenario.people.iter().filter_map(|p| match p {
        People::Person(p) if p.kin_of.as_deref() == Some(trainee) => Some(p.name.as_str()),
        _ => None,
    });
    persons
        .filter_map(|name| Some((name.to_owned(), view.crowd.person(view.crowd.by_name(name)?).state)))
        .collect()
}
