//! `firedrill run`: a drill without a window, as fast as it goes.

use super::args::{self, Format};
use super::failure::Failure;
use super::files::Found;
use super::pending::assess::{self, Policy};
use super::pending::drill::output::Output;
use super::pending::{place, scenario};
use super::progress::Progress;
use super::{Answer, Desk, files, report};
use firedrill::drill::{Simulation, TICK_S};
use firedrill::locale::Value;
use firedrill::scenario::{Loaded, Severity, Trainee};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Runs a scenario with one seed or several.
pub(crate) fn run(desk: &Desk, wanted: &args::Run) -> Result<Answer, Failure> {
    let found = files::scenario(desk, &wanted.scenario)?;
    let mut runs = Vec::new();
    for seed in wanted.all_seeds() {
        let (title, run) = run_seed(desk, wanted, &found, seed)?;
        if wanted.format == Format::Text {
            desk.print(&report::text(desk, &title, &run))?;
        }
        runs.push(run);
    }
    if wanted.format == Format::Json {
        match (wanted.seeds, runs.as_slice()) {
            (None, [only]) => desk.print_json(only)?,
            _ => desk.print_json(&report::Runs { runs })?,
        }
    } else if let Some(dir) = &wanted.out {
        desk.print(&format!(
            "{}\n",
            desk.say("run-files", &[("dir", dir.display().to_string().into())])
        ))?;
    }
    Ok(Answer::Done)
}

/// One run, and the title of its scenario.
fn run_seed(desk: &Desk, wanted: &args::Run, found: &Found, seed: u64) -> Result<(String, report::Run), Failure> {
    let set = wanted.knobs().map_err(|knob| {
        desk.fail(
            "error-set-twice",
            "error-set-twice-hint",
            &[("knob", Value::from(knob.to_owned()))],
        )
    })?;
    let source = || String::from_utf8(found.bytes.clone()).ok();
    let loaded = scenario::load(&found.name, &found.bytes, &desk.library, &set, seed)
        .map_err(|issues| Failure::of_issues(&desk.texts, &issues, source()))?;
    let (compiled, issues) = place::compile(&loaded);
    let Some(compiled) = compiled.filter(|_| issues.iter().all(|i| i.severity != Severity::Error)) else {
        return Err(Failure::of_issues(&desk.texts, &issues, source()));
    };
    let (place, loaded) = (Arc::new(compiled), Arc::new(loaded));
    let mut policies = choose_policies(desk, wanted, &loaded)?;
    let mut simulation = Simulation::new(Arc::clone(&place), &loaded, seed);
    let mut output = match &wanted.out {
        None => None,
        Some(dir) => {
            let dir = if wanted.seeds.is_some() {
                dir.join(format!("seed_{seed}"))
            } else {
                dir.clone()
            };
            let every_s = wanted.every.unwrap_or(loaded.scenario.steps.output_s);
            Some(Output::create(&dir, &simulation, &loaded, seed, every_s).map_err(|e| cannot_write(desk, &e))?)
        }
    };

    let end_s = wanted
        .seconds
        .unwrap_or(f64::INFINITY)
        .min(loaded.scenario.ends.after_s);
    let title = desk.texts.lang().of(&loaded.scenario.title).to_owned();
    let progress = Progress::new(end_s, title.clone());
    let clock = Clock::start();
    let mut watch = report::Watch::default();
    while !simulation.finished() && seconds(&simulation) < end_s {
        let mut commands = Vec::new();
        for (_, policy) in policies.iter_mut().flatten() {
            policy.decide(&simulation, &mut commands);
        }
        simulation.step(&commands);
        watch.look(&simulation);
        if let Some(output) = &mut output {
            output
                .tick(&simulation, &commands)
                .map_err(|e| cannot_write(desk, &e))?;
        }
        progress.at(seconds(&simulation));
    }
    let (wall_s, cpu_s) = clock.read();
    drop(progress);

    let trainees = loaded
        .scenario
        .trainees
        .iter()
        .enumerate()
        .filter_map(|(index, trainee)| {
            let policy = policies[index].as_ref().map(|(name, _)| name.as_str());
            let score = assess::score(&simulation, &loaded, index);
            report::trainee(&simulation, &loaded, trainee, policy, score)
        });
    let run = report::Run {
        scenario: found.name.clone(),
        seed,
        knobs: loaded.scenario.chosen.clone(),
        ticks: simulation.tick(),
        simulated_s: seconds(&simulation),
        wall_s,
        cpu_s,
        state_hash: hex(&simulation.state_hash()),
        trainees: trainees.collect(),
        outcome: watch.outcome(simulation.view().crowd()),
        fire: watch.fire(&simulation),
    };
    if let Some(output) = output {
        output
            .finish(&simulation, &loaded, &run)
            .map_err(|e| cannot_write(desk, &e))?;
    }
    Ok((title, run))
}

/// Who plays each trainee: as asked for by id, else as asked for all, else as the scenario says, else nobody.
fn choose_policies(desk: &Desk, wanted: &args::Run, loaded: &Loaded) -> Result<Vec<Option<(String, Policy)>>, Failure> {
    let trainees = &loaded.scenario.trainees;
    let ids = || trainees.iter().map(|t| t.id.as_str()).collect::<Vec<_>>().join(", ");
    for (id, _) in &wanted.trainee {
        let values = [
            ("id", Value::from(id.clone().unwrap_or_default())),
            ("ids", ids().into()),
        ];
        if trainees.is_empty() {
            return Err(desk.fail("error-no-trainee", "error-no-trainee-hint", &values));
        }
        if id.as_ref().is_some_and(|id| trainees.iter().all(|t| t.id != *id)) {
            return Err(desk.fail("error-unknown-trainee", "error-unknown-trainee-hint", &values));
        }
    }
    let named = |wanted_id: Option<&str>| {
        wanted
            .trainee
            .iter()
            .rev()
            .find(|(id, _)| id.as_deref() == wanted_id)
            .map(|(_, policy)| policy.clone())
    };
    let choose = |(index, trainee): (usize, &Trainee)| {
        let Some(name) = named(Some(&trainee.id))
            .or_else(|| named(None))
            .or_else(|| trainee.policy.clone())
        else {
            return Ok(None);
        };
        let Some(policy) = Policy::new(&name, loaded, index) else {
            let known = assess::policies().join(", ");
            let values = [("policy", Value::from(name)), ("policies", known.into())];
            return Err(desk.fail("error-unknown-policy", "error-unknown-policy-hint", &values));
        };
        Ok(Some((name, policy)))
    };
    trainees.iter().enumerate().map(choose).collect()
}

fn seconds(simulation: &Simulation) -> f64 {
    simulation.tick() as f64 * TICK_S
}

fn cannot_write(desk: &Desk, reason: &dyn std::fmt::Display) -> Failure {
    desk.fail(
        "error-write",
        "error-write-hint",
        &[("reason", reason.to_string().into())],
    )
}

/// A hash in lower-case hexadecimal.
pub(crate) fn hex(hash: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*hash).to_hex().to_string()
}

/// Measures the time that a run takes; nothing of it reaches the simulation.
struct Clock {
    wall: Instant,
    cpu: Option<Duration>,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the command line reports how long a run took")]
    fn start() -> Self {
        Self {
            wall: Instant::now(),
            cpu: thread_cpu_time(),
        }
    }

    /// Wall clock and processor time since the start, s.
    fn read(&self) -> (f64, Option<f64>) {
        let cpu = thread_cpu_time()
            .zip(self.cpu)
            .map(|(now, then)| now.saturating_sub(then).as_secs_f64());
        (self.wall.elapsed().as_secs_f64(), cpu)
    }
}

/// Processor time of this thread, where the system tells it (Linux: first field of `schedstat`, ns).
fn thread_cpu_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
