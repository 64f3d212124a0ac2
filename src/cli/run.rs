//! `firedrill run`: a drill without a window, as fast as it goes.

use super::args::{self, Format};
use super::failure::Failure;
use super::files::Found;
use super::progress::Progress;
use super::report::language;
use super::{Answer, Desk, files, report};
use firedrill::assess::{
    Players, Policy, Sheet, html, is_resident, judged, judged_by, policy, policy_names, sheet_note,
};
use firedrill::drill::output::{OutputError, RECORDING_FILE, RunFacts, RunOutput, RunResult, Tally};
use firedrill::drill::recording::{Header, Played, Recording};
use firedrill::drill::{Simulation, TICK_S};
use firedrill::locale::Value;
use firedrill::place;
use firedrill::scenario::{self, Issue, Loaded, Severity, Trainee};
use firedrill::storage::{Files, Storage, StorageError};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Runs a scenario with one seed or several.
pub(crate) fn run(desk: &Desk, wanted: &args::Run) -> Result<Answer, Failure> {
    let found = files::scenario(desk, &wanted.scenario)?;
    let mut runs = Vec::new();
    for seed in wanted.all_seeds() {
        let finished = run_seed(desk, wanted, &found, seed)?;
        if wanted.format == Format::Text {
            desk.print(&report::text(desk, &finished.title, &finished.result, &finished.sheets))?;
        }
        runs.push(finished.result);
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

/// One seed: its result, and the score sheets of its trainees.
fn run_seed(desk: &Desk, wanted: &args::Run, found: &Found, seed: u64) -> Result<Finished, Failure> {
    let set = files::knobs(desk, &wanted.set)?;
    let source = || String::from_utf8(found.bytes.clone()).ok();
    let of_issues = |issues: &[Issue]| Failure::of_issues(&desk.texts, issues, source());
    let mut loaded = scenario::load(&found.name, &found.bytes, &desk.library, &set, seed).map_err(|i| of_issues(&i))?;
    let (compiled, issues) = place::compile(&loaded);
    let broken = issues.iter().any(|i| i.severity == Severity::Error);
    let Some(compiled) = compiled.filter(|_| !broken) else {
        return Err(of_issues(&issues));
    };
    loaded.warnings.extend(issues);
    let (place, loaded) = (Arc::new(compiled), Arc::new(loaded));
    let policies = choose_policies(desk, wanted, &loaded)?;
    let names: Vec<Option<String>> = policies
        .iter()
        .map(|p| p.as_ref().map(|p| p.name().to_owned()))
        .collect();
    let mut players = Players::new(policies);
    let clock = Clock::start();
    let mut simulation = Simulation::new(place, Arc::clone(&loaded), seed);
    simulation.share(std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let out_error = |e: &OutputError| cannot_write(desk, desk.texts.lang().of(&e.text()));
    let folder = wanted.out.as_ref().map(|dir| {
        if wanted.seeds.is_some() {
            dir.join(format!("seed_{seed}"))
        } else {
            dir.clone()
        }
    });
    let mut output = match &folder {
        None => None,
        Some(dir) => {
            let header = Header::new(
                &loaded,
                seed,
                judged_by(&desk.library, &loaded),
                played(&loaded, &names),
            );
            let made = RunOutput::create(&Files, dir, &simulation, &header, wanted.every);
            Some(made.map_err(|e| out_error(&e))?)
        }
    };

    let end_s = wanted
        .seconds
        .unwrap_or(f64::INFINITY)
        .min(loaded.scenario.ends.after_s);
    let title = match desk.texts.lang().of(&loaded.scenario.title) {
        "" => found.name.clone(),
        title => title.to_owned(),
    };
    let progress = Progress::new(end_s, title.clone());
    let mut tally = Tally::new(&simulation.view());
    while !simulation.finished() && simulation.time_s() < end_s - TICK_S / 2.0 {
        let commands = players.commands(&simulation);
        if let Some(output) = &mut output {
            let tick = simulation.tick();
            output.before_step(tick, &commands).map_err(|e| out_error(&e))?;
        }
        simulation.step(&commands);
        match &mut output {
            Some(output) => output.after_step(&simulation).map_err(|e| out_error(&e))?,
            None => tally.tick(&simulation.view(), simulation.events()),
        }
        progress.at(simulation.time_s());
    }
    let (wall_s, cpu_s) = clock.read();
    drop(progress);

    let mut sheets = Vec::new();
    let mut trainees = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let sheet = judged(&simulation, &desk.library, i, name.as_deref()).map_err(|e| {
            let values = [("reason", Value::from(e.to_string()))];
            desk.fail("error-judgement", "error-judgement-hint", &values)
        })?;
        let score = sheet.as_ref().and_then(|s| serde_json::to_value(&s.trainee.score).ok());
        trainees.push((name.clone(), score.unwrap_or_default()));
        sheets.extend(sheet);
    }
    let facts = RunFacts {
        seed,
        wall_s,
        cpu_s: cpu_s.unwrap_or(wall_s),
        trainees,
        constants: firedrill::drill::constants(),
        warnings: loaded
            .warnings
            .iter()
            .map(|i| desk.texts.lang().of(&i.message).to_owned())
            .collect(),
    };
    let result = match output {
        Some(mut output) => {
            for sheet in &sheets {
                output
                    .note(&sheet_note(&sheet.trainee.id), sheet)
                    .map_err(|e| out_error(&e))?;
            }
            let result = output.finish(&simulation, &facts).map_err(|e| out_error(&e))?;
            if let Some(dir) = &folder {
                write_sheets(desk, dir, &sheets)?;
            }
            result
        }
        None => tally.result(&simulation.view(), simulation.state_hash(), &facts),
    };
    Ok(Finished { title, result, sheets })
}

/// The score sheets as pages and as JSON beside the recording.
fn write_sheets(desk: &Desk, folder: &Path, sheets: &[Sheet]) -> Result<(), Failure> {
    let failed = |e: &StorageError| cannot_write(desk, desk.texts.lang().of(&e.text()));
    if sheets.is_empty() {
        return Ok(());
    }
    let bytes = Files.read(&folder.join(RECORDING_FILE)).map_err(|e| failed(&e))?;
    let recording = Recording::open(&bytes).map_err(|e| cannot_write(desk, desk.texts.lang().of(&e.text())))?;
    for sheet in sheets {
        let trainee = &sheet.trainee;
        let index = recording.header.trainees.iter().position(|t| t.id == trainee.id);
        let lang = language(desk);
        let page = html(
            sheet,
            &recording,
            index.unwrap_or_default(),
            lang,
            is_resident(trainee.role),
        );
        let name = sheet_file(&trainee.id);
        Files
            .write_atomic(&folder.join(format!("{name}.html")), page.as_bytes())
            .map_err(|e| failed(&e))?;
        let json = serde_json::to_vec_pretty(sheet).unwrap_or_default();
        Files
            .write_atomic(&folder.join(format!("{name}.json")), &json)
            .map_err(|e| failed(&e))?;
    }
    Ok(())
}

/// Name of a trainee's sheet without its ending; letters that a file's name may not hold are left out.
fn sheet_file(id: &str) -> String {
    let safe: String = id
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
        .collect();
    format!("sheet_{safe}")
}

/// What came of a run.
struct Finished {
    title: String,
    result: RunResult,
    sheets: Vec<Sheet>,
}

/// Who plays, for the recording.
fn played(loaded: &Loaded, names: &[Option<String>]) -> Vec<Played> {
    let pairs = loaded.scenario.trainees.iter().zip(names);
    pairs
        .map(|(t, policy)| Played {
            id: t.id.clone(),
            policy: policy.clone(),
        })
        .collect()
}

/// Who plays each trainee: as asked for by id, else as asked for all, else as the scenario says, else nobody.
fn choose_policies(desk: &Desk, wanted: &args::Run, loaded: &Loaded) -> Result<Vec<Option<Box<dyn Policy>>>, Failure> {
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
    let choose = |trainee: &Trainee| {
        let Some(name) = named(Some(&trainee.id))
            .or_else(|| named(None))
            .or_else(|| trainee.policy.clone())
        else {
            return Ok(None);
        };
        let Some(policy) = policy(&name) else {
            let known = policy_names().join(", ");
            let values = [("policy", Value::from(name)), ("policies", known.into())];
            return Err(desk.fail("error-unknown-policy", "error-unknown-policy-hint", &values));
        };
        Ok(Some(policy))
    };
    trainees.iter().map(choose).collect()
}

fn cannot_write(desk: &Desk, reason: &str) -> Failure {
    desk.fail(
        "error-write",
        "error-write-hint",
        &[("reason", reason.to_owned().into())],
    )
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
