//! What `firedrill run` answers as text, and several seeds as one object.

use super::Desk;
use firedrill::assess::{Language, Sheet, is_resident};
use firedrill::crowd::PersonState;
use firedrill::drill::output::{Outcome, RunResult};
use firedrill::locale::Lang;
use firedrill::scenario::KnobValue;
use std::fmt::Write;

/// Several seeds.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Runs {
    pub(crate) runs: Vec<RunResult>,
}

/// The run as text.
pub(crate) fn text(desk: &Desk, title: &str, run: &RunResult, sheets: &[Sheet]) -> String {
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
    } = run.outcome.clone();
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
        line(
            "run-trainee-outcome",
            &[
                ("gas", number(trainee.outcome.fed_gas, 2).into()),
                ("heat", number(trainee.outcome.fed_heat, 2).into()),
                ("state", desk.say(state_key(trainee.outcome.state), &[]).into()),
            ],
        );
    }
    for exposure in run.trainees.iter().flat_map(|t| &t.exposure_by_storey) {
        let values = [
            ("storey", exposure.storey.as_str().into()),
            ("seconds", number(exposure.seconds, 0).into()),
            ("gas", number(exposure.fed_gas, 3).into()),
            ("heat", number(exposure.fed_heat, 3).into()),
        ];
        line("run-exposure", &values);
    }
    line("run-hash", &[("hash", run.state_hash.as_str().into())]);
    for sheet in sheets {
        let resident = is_resident(sheet.trainee.role);
        writeln!(out, "\n{}", sheet.text(language(desk), resident)).ok();
    }
    out
}

/// The reader's language, for what the assessment says.
pub(crate) fn language(desk: &Desk) -> Language {
    match desk.texts.lang() {
        Lang::Zh => Language::Zh,
        Lang::En => Language::En,
    }
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
