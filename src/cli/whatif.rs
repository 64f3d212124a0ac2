//! `firedrill whatif`: what each decision of a recorded drill was worth, on all cores.

use super::args::{self, Format};
use super::failure::Failure;
use super::progress::Progress;
use super::{Answer, Desk, files};
use firedrill::assess::whatif::{Finding, LEVEL, NotComputed, PAIRS, WhatIf, most_consequential};
use firedrill::assess::{Outcome, Profile, Sheet, judged, outcome, rescored, sheet_note};
use firedrill::drill::recording::{Header, Recording};
use firedrill::drill::{History, Simulation, TICK_S};
use firedrill::locale::{Lang, Value};
use firedrill::scenario::Library;
use serde::Serialize;
use std::fmt::Write as _;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Version of the JSON that is printed.
const CONTRACT: u32 = 1;
/// Where the method of the intervals is published.
const METHOD: &str = "paired runs with common random numbers (Kahn and Marshall 1953); interval of the mean difference by \
                      Student's t for paired observations (Student 1908; ISO 3301:1975, GB/T 3361-1982)";

/// The object that `--format json` prints.
#[derive(Serialize)]
struct Report {
    version: u32,
    file: String,
    scenario: String,
    seed: u64,
    method: &'static str,
    level: f64,
    threads: usize,
    first_answer_s: Option<f64>,
    wall_s: f64,
    trainees: Vec<TraineeReport>,
}

/// A trainee's part of it.
#[derive(Serialize)]
struct TraineeReport {
    id: String,
    policy: Option<String>,
    /// What the drill itself came to.
    own_line: Option<Outcome>,
    /// The score with the outcome as the mean over the paired seeds of the same decisions; `null`: nothing judges it.
    score: serde_json::Value,
    /// Seeds in that mean.
    outcome_seeds: usize,
    findings: Vec<Finding>,
    not_computed: Vec<NotComputed>,
}

/// Answers what-if questions about a recording.
pub(crate) fn whatif(desk: &Desk, wanted: &args::Whatif) -> Result<Answer, Failure> {
    let clock = start();
    let name = wanted.file.display().to_string();
    let bytes = files::recording(desk, &wanted.file)?;
    let lang = desk.texts.lang();
    let failed = |reason: &str| {
        let values = [
            ("file", Value::from(name.clone())),
            ("reason", reason.to_owned().into()),
        ];
        desk.fail("error-whatif", "error-whatif-hint", &values)
    };
    let recording = Recording::open(&bytes).map_err(|e| failed(lang.of(&e.text())))?;
    let differs = |tick: u64| {
        let time = format!("{:.2}", tick as f64 * TICK_S);
        failed(&desk.say("whatif-differs", &[("time", time.into())]))
    };
    let mut simulation = recording.rebuild().map_err(|e| failed(lang.of(&e.text())))?;
    let mut history = History::foreseen(&simulation, recording.commands.clone(), recording.ticks);
    // The sheets in the recording tell how far it must be played before the first question; the rest comes after.
    let kept = kept_sheets(&recording);
    let enough = kept
        .as_ref()
        .map_or(recording.ticks, |sheets| first_question(sheets).min(recording.ticks));
    replay(desk, &recording, &mut simulation, &mut history, enough).map_err(differs)?;
    let past = Arc::new(history.clone());
    let library = recording.header.library();
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut report = Report {
        version: CONTRACT,
        file: name.clone(),
        scenario: recording.header.scenario.clone(),
        seed: recording.header.seed,
        method: METHOD,
        level: LEVEL,
        threads,
        first_answer_s: None,
        wall_s: 0.0,
        trainees: Vec::new(),
    };
    let mut answers = Vec::new();
    for trainee in 0..simulation.view().trainees.len() {
        let asked = ask(
            &recording.header,
            &library,
            &past,
            &simulation,
            trainee,
            kept.as_deref(),
        );
        let Some(asked) = asked.map_err(|e| failed(&e))? else {
            continue;
        };
        let (whatif, first_s) = compute(desk, wanted.format, asked, threads, clock)?;
        report.first_answer_s = report.first_answer_s.or(first_s);
        answers.push((trainee, whatif));
    }
    replay(desk, &recording, &mut simulation, &mut history, recording.ticks).map_err(differs)?;
    for (trainee, whatif) in &answers {
        let policy = recording.header.trainees.get(*trainee).and_then(|t| t.policy.clone());
        let told = trainee_report(&simulation, &library, *trainee, policy, whatif);
        report.trainees.push(told.map_err(|e| failed(&e))?);
    }
    report.wall_s = clock.elapsed().as_secs_f64();
    match wanted.format {
        Format::Json => desk.print_json(&report)?,
        Format::Text => desk.print(&text(desk, &report))?,
    }
    Ok(Answer::Done)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the command line reports how long the answers took"
)]
fn start() -> Instant {
    Instant::now()
}

/// Plays the recording again up to a tick and keeps its past; the tick from which on it differs, if this program no
/// longer computes the same.
fn replay(
    desk: &Desk,
    recording: &Recording,
    simulation: &mut Simulation,
    history: &mut History,
    to: u64,
) -> Result<(), u64> {
    let progress = Progress::new(to as f64 * TICK_S, desk.say("whatif-replaying", &[]));
    loop {
        let tick = simulation.tick();
        if recording.hashes_at(tick).any(|h| h != simulation.state_hash()) {
            return Err(tick);
        }
        if tick >= to {
            return Ok(());
        }
        history.step(simulation, recording.commands_at(tick));
        progress.at(tick as f64 * TICK_S);
    }
}

/// The sheets that the recording holds, in the order of its trainees; `None` if one is missing.
fn kept_sheets(recording: &Recording) -> Option<Vec<Sheet>> {
    let trainees = recording.header.trainees.iter();
    let sheet = |id: &str| serde_json::from_value(recording.note(&sheet_note(id))?.clone()).ok();
    trainees.map(|t| sheet(&t.id)).collect()
}

/// The tick of the decision that is asked about first.
fn first_question(sheets: &[Sheet]) -> u64 {
    let firsts = sheets
        .iter()
        .filter_map(|s| most_consequential(&s.trainee.score.decisions).first().copied());
    let ticks = firsts.map(|d| (d.time_s / TICK_S).round() as u64);
    ticks.max().unwrap_or(0)
}

/// The questions that a trainee's drill raises; `None` if nothing judges the drill. `kept`: the sheets in the recording,
/// without which the drill must have been played to its end.
fn ask(
    header: &Header,
    library: &Library,
    past: &Arc<History>,
    simulation: &Simulation,
    trainee: usize,
    kept: Option<&[Sheet]>,
) -> Result<Option<WhatIf>, String> {
    let Some(guidance) = &simulation.loaded().scenario.guidance else {
        return Ok(None);
    };
    let profile = Profile::load(library, guidance).map_err(|e| e.to_string())?;
    let played: Vec<Option<String>> = (0..simulation.view().trainees.len())
        .map(|i| header.trainees.get(i).and_then(|t| t.policy.clone()))
        .collect();
    let judged_now;
    let sheet = match kept.and_then(|sheets| sheets.get(trainee)) {
        Some(sheet) => Some(sheet),
        None => {
            judged_now = judged(simulation, library, trainee, None).map_err(|e| e.to_string())?;
            judged_now.as_ref()
        }
    };
    Ok(sheet.map(|sheet| {
        let decisions = &sheet.trainee.score.decisions;
        WhatIf::new(Arc::clone(past), header.seed, &played, trainee, decisions, &profile)
    }))
}

/// Runs all jobs on so many threads. The first answer is told as soon as it is there.
fn compute(
    desk: &Desk,
    format: Format,
    whatif: WhatIf,
    threads: usize,
    clock: Instant,
) -> Result<(WhatIf, Option<f64>), Failure> {
    let shared = Mutex::new((whatif, None::<f64>));
    let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    let told: Vec<Result<(), Failure>> = std::thread::scope(|scope| {
        let work = || -> Result<(), Failure> {
            loop {
                let Some(job) = lock().0.next_job(PAIRS) else {
                    return Ok(());
                };
                let done = job.run();
                let mut guard = lock();
                guard.0.absorb(done);
                if guard.1.is_some() {
                    continue;
                }
                let first = guard.0.findings().into_iter().find(|f| f.pairs >= 2);
                if let Some(first) = first {
                    guard.1 = Some(clock.elapsed().as_secs_f64());
                    drop(guard);
                    if format == Format::Text {
                        desk.print(&first_text(desk, &first))?;
                    }
                }
            }
        };
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mine = work();
        let theirs = workers.into_iter().filter_map(|w| w.join().ok());
        std::iter::once(mine).chain(theirs).collect()
    });
    told.into_iter().collect::<Result<(), Failure>>()?;
    Ok(shared.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn trainee_report(
    simulation: &Simulation,
    library: &Library,
    trainee: usize,
    policy: Option<String>,
    whatif: &WhatIf,
) -> Result<TraineeReport, String> {
    let outcomes = whatif.own_outcomes();
    let score = rescored(simulation, library, trainee, &outcomes).map_err(|e| e.to_string())?;
    let view = simulation.view();
    Ok(TraineeReport {
        id: view.trainees.get(trainee).map(|t| t.id.to_owned()).unwrap_or_default(),
        policy,
        own_line: Some(outcome(&view, trainee)),
        score: serde_json::to_value(&score).unwrap_or_default(),
        outcome_seeds: outcomes.len(),
        findings: whatif.findings(),
        not_computed: whatif.not_computed().to_vec(),
    })
}

fn first_text(desk: &Desk, finding: &Finding) -> String {
    let lang = desk.texts.lang();
    let values = [
        ("title", Value::from(lang.of(&finding.title).to_owned())),
        ("sentence", lang.of(&finding.sentence).to_owned().into()),
        ("pairs", finding.pairs.into()),
    ];
    format!("{}\n\n", desk.say("whatif-first", &values))
}

fn text(desk: &Desk, report: &Report) -> String {
    let lang = desk.texts.lang();
    let mut out = String::new();
    // Writing to a string cannot fail.
    let mut line = |words: String| writeln!(out, "{words}").unwrap_or_default();
    for trainee in &report.trainees {
        line(desk.say("whatif-trainee", &[("id", trainee.id.as_str().into())]));
        if let Some(own) = &trainee.own_line {
            for words in firedrill::assess::happened(own) {
                line(format!("  {}", lang.of(&words)));
            }
        }
        for finding in &trainee.findings {
            line(String::new());
            for words in finding_text(desk, lang, finding) {
                line(words);
            }
        }
        if !trainee.not_computed.is_empty() {
            line(String::new());
            for left_out in &trainee.not_computed {
                let values = [
                    ("id", Value::from(left_out.id.as_str())),
                    ("why", lang.of(&left_out.why).into()),
                ];
                line(desk.say("whatif-not-computed", &values));
            }
        }
        line(String::new());
    }
    let values = [
        ("pairs", Value::from(PAIRS)),
        ("threads", report.threads.into()),
        (
            "first",
            format!("{:.1}", report.first_answer_s.unwrap_or_default()).into(),
        ),
        ("wall", format!("{:.1}", report.wall_s).into()),
    ];
    line(desk.say("whatif-method", &values));
    out
}

fn finding_text(desk: &Desk, lang: Lang, finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    let time = finding
        .time_s
        .map(|s| firedrill::assess::clock(s) + " ")
        .unwrap_or_default();
    lines.push(format!("{time}{}", lang.of(&finding.title)));
    lines.push(format!("  {}", lang.of(&finding.sentence)));
    for effect in finding.differing() {
        let [taken, other, difference] = effect.figures();
        let values = [
            ("measure", Value::from(lang.of(&effect.measure.title()).to_owned())),
            ("taken", taken.into()),
            ("other", other.into()),
            ("difference", difference.into()),
            ("unit", effect.measure.unit().into()),
        ];
        lines.push(format!("    {}", desk.say("whatif-effect", &values).trim_end()));
    }
    lines
}
