//! What `firedrill run` answers: the object of `--format json`, and the same as text.

use super::Desk;
use super::list::role_word;
use firedrill::crowd::{Crowd, PersonId, PersonState};
use firedrill::drill::{EventKind, Simulation};
use firedrill::place::ThingId;
use firedrill::scenario::{KnobValue, Loaded, Trainee};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Dose from which a person counts as injured (0.3: a tenth of people are hurt; assumption).
const INJURED_DOSE: f64 = 0.3;
/// The fire is looked at this often, ticks: the fire engine's own step.
const FIRE_TICKS: u64 = 4;

/// One run.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Run {
    pub(crate) scenario: String,
    pub(crate) seed: u64,
    pub(crate) knobs: BTreeMap<String, KnobValue>,
    pub(crate) ticks: u64,
    pub(crate) simulated_s: f64,
    pub(crate) wall_s: f64,
    /// Of this thread; null where the system does not tell.
    pub(crate) cpu_s: Option<f64>,
    pub(crate) state_hash: String,
    pub(crate) trainees: Vec<TraineeReport>,
    pub(crate) outcome: Outcome,
    pub(crate) fire: FireReport,
}

/// Several seeds.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Runs {
    pub(crate) runs: Vec<Run>,
}

#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct TraineeReport {
    pub(crate) id: String,
    pub(crate) role: &'static str,
    pub(crate) policy: Option<String>,
    /// Null where no rubric applies.
    pub(crate) score: Option<Score>,
    pub(crate) outcome: TraineeOutcome,
}

#[derive(Clone, Debug, Default, serde::Serialize)]
pub(crate) struct Score {
    pub(crate) total: f64,
    pub(crate) process: f64,
    pub(crate) passed: bool,
    pub(crate) dimensions: BTreeMap<String, f64>,
    pub(crate) critical: Vec<String>,
    pub(crate) decisions: Vec<Decision>,
}

#[derive(Clone, Debug, Default, serde::Serialize)]
pub(crate) struct Decision {
    pub(crate) id: String,
    pub(crate) time_s: f64,
    pub(crate) choice: String,
    pub(crate) right: bool,
    pub(crate) points: f64,
    pub(crate) basis: String,
}

#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct TraineeOutcome {
    pub(crate) state: PersonState,
    pub(crate) fed_gas: f64,
    pub(crate) fed_heat: f64,
    /// Where they are at the end; null once out.
    pub(crate) storey: Option<String>,
    /// State of each person they answer for.
    pub(crate) answered_for: BTreeMap<String, PersonState>,
}

#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub(crate) struct Outcome {
    pub(crate) people: usize,
    pub(crate) out: usize,
    pub(crate) sheltered: usize,
    /// Able to go on, with a dose of at least 0.3.
    pub(crate) injured: usize,
    pub(crate) incapacitated: usize,
    pub(crate) last_out_s: Option<f64>,
}

#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub(crate) struct FireReport {
    pub(crate) peak_kw: f64,
    /// Something burnt and nothing burns any more.
    pub(crate) out: bool,
    pub(crate) burned_items: Vec<String>,
}

/// Watches a run for what is only seen on the way.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    last_out_s: Option<f64>,
    peak_kw: f64,
    burned: BTreeSet<ThingId>,
}

impl Watch {
    /// After every tick.
    pub(crate) fn look(&mut self, simulation: &Simulation) {
        for event in simulation.events().iter().filter(|e| e.kind == EventKind::Out) {
            self.last_out_s = Some(event.time_s);
        }
        if !simulation.tick().is_multiple_of(FIRE_TICKS) {
            return;
        }
        let mut kw = 0.0;
        for thing in things(simulation) {
            let state = simulation.view().fire().thing(thing);
            kw += state.hrr_kw;
            if state.burning {
                self.burned.insert(thing);
            }
        }
        self.peak_kw = self.peak_kw.max(kw);
    }

    /// What became of the fire.
    pub(crate) fn fire(&self, simulation: &Simulation) -> FireReport {
        let view = simulation.view();
        let burns = things(simulation).any(|t| view.fire().thing(t).burning);
        FireReport {
            peak_kw: self.peak_kw,
            out: !self.burned.is_empty() && !burns,
            burned_items: self
                .burned
                .iter()
                .map(|t| view.place().things[t.index()].path.clone())
                .collect(),
        }
    }

    /// What became of the people.
    pub(crate) fn outcome(&self, crowd: &Crowd) -> Outcome {
        let mut outcome = Outcome {
            people: crowd.len(),
            last_out_s: self.last_out_s,
            ..Outcome::default()
        };
        for id in 0..crowd.len() as u32 {
            let person = crowd.person(PersonId(id));
            match person.state {
                PersonState::Out => outcome.out += 1,
                PersonState::Sheltering => outcome.sheltered += 1,
                PersonState::Incapacitated => outcome.incapacitated += 1,
                _ => {}
            }
            let hurt = person.fed_gas.max(person.fed_heat) >= INJURED_DOSE;
            if hurt && person.state != PersonState::Incapacitated {
                outcome.injured += 1;
            }
        }
        outcome
    }
}

fn things(simulation: &Simulation) -> impl Iterator<Item = ThingId> {
    (0..simulation.view().place().things.len() as u32).map(ThingId)
}

/// What became of a trainee and of those they answer for.
pub(crate) fn trainee(
    simulation: &Simulation,
    loaded: &Loaded,
    trainee: &Trainee,
    policy: Option<&str>,
    score: Option<Score>,
) -> Option<TraineeReport> {
    let view = simulation.view();
    let person = view.crowd().person(view.crowd().by_name(&trainee.id)?);
    let storey = person.space.map(|s| view.place().spaces[s.index()].storey);
    let answered_for = loaded.scenario.people.iter().filter_map(|p| match p {
        firedrill::scenario::People::Person(p) if p.kin_of.as_deref() == Some(trainee.id.as_str()) => Some((
            p.name.clone(),
            view.crowd().person(view.crowd().by_name(&p.name)?).state,
        )),
        _ => None,
    });
    Some(TraineeReport {
        id: trainee.id.clone(),
        role: role_word(trainee.role),
        policy: policy.map(str::to_owned),
        score,
        outcome: TraineeOutcome {
            state: person.state,
            fed_gas: person.fed_gas,
            fed_heat: person.fed_heat,
            storey: storey.map(|s| view.place().storeys[s.index()].name.clone()),
            answered_for: answered_for.collect(),
        },
    })
}

/// The run as text.
pub(crate) fn text(desk: &Desk, title: &str, run: &Run) -> String {
    let mut out = String::new();
    let mut line = |key: &str, values: &[(&str, firedrill::locale::Value<'_>)]| {
        // Writing to a string cannot fail.
        writeln!(out, "{}", desk.say(key, values)).ok();
    };
    let number = |x: f64, digits: usize| format!("{x:.digits$}");
    line(
        "run-title",
        &[("title", title.into()), ("seed", run.seed.to_string().into())],
    );
    for (knob, value) in &run.knobs {
        let value = match value {
            KnobValue::Number(n) => n.to_string(),
            KnobValue::Word(w) => w.clone(),
        };
        line("run-knob", &[("knob", knob.as_str().into()), ("value", value.into())]);
    }
    let factor = if run.wall_s > 0.0 {
        run.simulated_s / run.wall_s
    } else {
        0.0
    };
    line(
        "run-time",
        &[
            ("simulated", number(run.simulated_s, 1).into()),
            ("wall", number(run.wall_s, 2).into()),
            ("factor", number(factor, 0).into()),
        ],
    );
    let Outcome {
        people,
        out: left,
        sheltered,
        injured,
        incapacitated,
        last_out_s,
    } = run.outcome;
    line(
        "run-people",
        &[
            ("people", people.into()),
            ("out", left.into()),
            ("sheltered", sheltered.into()),
            ("injured", injured.into()),
            ("incapacitated", incapacitated.into()),
        ],
    );
    if let Some(last) = last_out_s {
        line("run-last-out", &[("time", number(last, 1).into())]);
    }
    line(
        "run-fire",
        &[
            ("peak", number(run.fire.peak_kw, 0).into()),
            ("items", run.fire.burned_items.len().into()),
        ],
    );
    for trainee in &run.trainees {
        let policy = trainee.policy.as_deref().unwrap_or("–");
        line(
            "run-trainee",
            &[("id", trainee.id.as_str().into()), ("policy", policy.into())],
        );
        if let Some(score) = &trainee.score {
            let key = if score.passed {
                "run-score-passed"
            } else {
                "run-score-failed"
            };
            line(key, &[("total", number(score.total, 0).into())]);
            for (dimension, points) in &score.dimensions {
                line(
                    "run-dimension",
                    &[
                        ("name", dimension.as_str().into()),
                        ("points", number(*points, 0).into()),
                    ],
                );
            }
            for error in &score.critical {
                line("run-critical", &[("name", error.as_str().into())]);
            }
            for Decision {
                id: _,
                time_s,
                choice,
                right,
                points,
                basis,
            } in &score.decisions
            {
                let key = if *right {
                    "run-decision-right"
                } else {
                    "run-decision-wrong"
                };
                line(
                    key,
                    &[
                        ("time", number(*time_s, 0).into()),
                        ("choice", choice.as_str().into()),
                        ("points", number(*points, 0).into()),
                        ("basis", basis.as_str().into()),
                    ],
                );
            }
        }
        line(
            "run-trainee-outcome",
            &[
                ("gas", number(trainee.outcome.fed_gas, 2).into()),
                ("heat", number(trainee.outcome.fed_heat, 2).into()),
                ("state", desk.say(state_key(trainee.outcome.state), &[]).into()),
            ],
        );
    }
    line("run-hash", &[("hash", run.state_hash.as_str().into())]);
    out
}

fn state_key(state: PersonState) -> &'static str {
    match state {
        PersonState::Asleep => "state-asleep",
        PersonState::Preparing => "state-preparing",
        PersonState::Moving => "state-moving",
        PersonState::Waiting => "state-waiting",
        PersonState::Sheltering => "state-sheltering",
        PersonState::Incapacitated => "state-incapacitated",
        PersonState::Out => "state-out",
        PersonState::Absent => "state-absent",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_at_all_is_an_outcome_of_zeros() {
        assert_eq!(Watch::default().outcome(&Crowd::default()), Outcome::default());
    }
}
