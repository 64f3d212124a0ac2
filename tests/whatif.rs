//! What-if on a small tower: the first drill's storeys, fewer of them. `FIREDRILL_TRIALS` repeats the trials more often
//! than the suite does (40 for the whole).

#![expect(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

use firedrill::assess::whatif::{FIRST_S, Finding, Measure, PAIRS, Subject, WhatIf};
use firedrill::assess::{
    Language, Players, Profile, Record, Sheet, html, judged, judged_by, play_on, policy, rescored, side_by_side,
};
use firedrill::drill::recording::{Header, Played, Recorder, Recording, verify};
use firedrill::drill::{History, Simulation, TICK_S};
use firedrill::place;
use firedrill::scenario::{self, Library, Loaded};
use firedrill::storage::{Memory, Storage};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The first drill in a tower of five storeys, the trainee on the second, for two and a half minutes.
fn small_tower() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/high_rise/night_smoke.ron");
    let text = std::fs::read_to_string(path).expect("the scenario is in the tree");
    let kept: Vec<&str> = text.lines().filter(|l| !l.contains("\"2F..16F\"")).collect();
    let small = kept
        .join("\n")
        .replace("18F..33F", "3F..5F")
        .replace("1F..33F", "1F..5F")
        .replace("17F", "2F")
        .replace("after_s: 280.0", "after_s: 150.0");
    assert!(small.contains("\"3F..5F\"") && !small.contains("33F"));
    small
}

fn loaded(cause: &str, seed: u64) -> Arc<Loaded> {
    let set: BTreeMap<String, String> = [
        ("cause".into(), cause.into()),
        ("hall_fire_doors".into(), "wedged".into()),
    ]
    .into();
    match scenario::load(
        "small_tower.ron",
        small_tower().as_bytes(),
        &Library::embedded(),
        &set,
        seed,
    ) {
        Ok(l) => Arc::new(l),
        Err(issues) => panic!("{issues:#?}"),
    }
}

fn begun(loaded: &Arc<Loaded>, seed: u64) -> Simulation {
    let place = place::compile(loaded).0.expect("compiles");
    Simulation::new(Arc::new(place), Arc::clone(loaded), seed)
}

/// A drill played by a policy, with its past and its sheet.
struct Drill {
    simulation: Simulation,
    history: History,
    sheet: Sheet,
    seed: u64,
    by: String,
}

fn play(cause: &str, seed: u64, by: &str) -> Drill {
    let loaded = loaded(cause, seed);
    let mut simulation = begun(&loaded, seed);
    let mut history = History::new(&simulation);
    let mut players = Players::new(vec![policy(by)]);
    while !simulation.finished() {
        let commands = players.commands(&simulation);
        history.step(&mut simulation, &commands);
    }
    let sheet = judged(&simulation, &Library::embedded(), 0, Some(by))
        .expect("rules")
        .expect("judged");
    Drill {
        simulation,
        history,
        sheet,
        seed,
        by: by.to_owned(),
    }
}

impl Drill {
    fn silent(&self) -> WhatIf {
        let played = [Some(self.by.clone())];
        WhatIf::silent(Arc::new(self.history.clone()), self.seed, &played, 0)
    }

    fn whatif(&self) -> WhatIf {
        WhatIf::new(
            Arc::new(self.history.clone()),
            self.seed,
            &[Some(self.by.clone())],
            0,
            &self.sheet.trainee.score.decisions,
            &profile(),
        )
    }
}

fn profile() -> Profile {
    Profile::load(&Library::embedded(), "cn-2025-11").expect("rules")
}

/// Answers everything that was asked, on two threads.
fn answered(whatif: WhatIf, pairs: usize) -> WhatIf {
    let shared = std::sync::Mutex::new(whatif);
    let work = || {
        loop {
            let Some(job) = shared.lock().expect("whole").next_job(pairs) else {
                return;
            };
            let done = job.run();
            shared.lock().expect("whole").absorb(done);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    shared.into_inner().expect("whole")
}

fn trials(in_suite: usize) -> usize {
    let asked = std::env::var("FIREDRILL_TRIALS").ok().and_then(|t| t.parse().ok());
    asked.unwrap_or(in_suite)
}

#[test]
fn a_door_on_an_untouched_storey_makes_no_difference_and_the_flat_door_does() {
    let n = trials(3);
    let (mut idle, mut flat) = (0, 0);
    for seed in 1..=n as u64 {
        let drill = play("own_kitchen", seed, "best");
        let mut decisions = drill.sheet.trainee.score.decisions.iter();
        let own = decisions.find(|d| d.id == "D-03").expect("the own home burns");
        let mut whatif = drill.silent();
        whatif.ask_decision(own, &profile());
        let tick = (own.time_s / TICK_S).round() as u64;
        whatif
            .ask_opening("5F/03/door", 1.0, tick)
            .expect("there is such a door");
        assert_eq!(whatif.questions(), 2);
        let findings = answered(whatif, PAIRS).findings();
        let of = |subject: &Subject| findings.iter().find(|f| f.subject == *subject).cloned();
        let door = of(&Subject::Opening("5F/03/door".to_owned())).expect("asked");
        let zero = [
            Measure::FamilyHurt,
            Measure::OthersHurt,
            Measure::OwnDose,
            Measure::SumOfDoses,
        ];
        let held = zero.iter().all(|m| {
            let interval = door.effect(*m).and_then(|e| e.interval);
            interval.is_some_and(|i| i.holds_zero())
        });
        idle += usize::from(held && door.headline.is_none());
        let own = of(&Subject::Decision("D-03".to_owned())).expect("the own home burns");
        println!("seed {seed}: {} | {}", door.sentence.zh, own.sentence.zh);
        flat += usize::from(own.headline.is_some());
    }
    assert!(idle * 10 >= n * 8, "no difference in {idle} of {n}");
    assert!(flat * 10 >= n * 8, "a difference in {flat} of {n}");
}

#[test]
fn findings_do_not_depend_on_the_order_of_the_runs() {
    let drill = play("hall_ebike", 1, "run_down");
    let forwards = {
        let mut whatif = drill.whatif();
        while let Some(job) = whatif.next_job(2) {
            let done = job.run();
            whatif.absorb(done);
        }
        whatif
    };
    let mut whatif = drill.whatif();
    // A first look of every question, then on to the end, backwards each time.
    let mut rounds = 0;
    loop {
        let jobs: Vec<_> = std::iter::from_fn(|| whatif.next_job(2)).collect();
        if jobs.is_empty() {
            break;
        }
        for job in jobs.iter().rev() {
            let done = job.run();
            whatif.absorb(done);
        }
        if rounds == 0 {
            let looks = whatif.findings();
            assert!(looks.iter().all(|f| f.within_s == Some(FIRST_S)) && !whatif.complete(2));
        }
        rounds += 1;
    }
    assert!(rounds == 2 && whatif.complete(2));
    let (a, b): (Vec<Finding>, Vec<Finding>) = (forwards.findings(), whatif.findings());
    assert_eq!(a, b);
    assert_eq!(a.len(), forwards.questions());
    assert!(whatif.next_job(2).is_none());
    // Whoever ran down was overcome; the rules would have spared them, and that comes first.
    assert!(
        a[0].headline
            .is_some_and(|h| h.measure == Measure::FamilyHurt && h.difference < 0.0),
        "{:?}",
        a[0]
    );
    assert!(a.iter().any(|f| matches!(f.subject, Subject::Hazard(_))));
    // The score's outcome is the mean over the same seeds.
    let outcomes = whatif.own_outcomes();
    assert_eq!(outcomes.len(), 2);
    let score = rescored(&drill.simulation, &Library::embedded(), 0, &outcomes)
        .expect("rules")
        .expect("judged");
    assert_eq!(score.process, drill.sheet.trainee.score.process);
    assert!(score.outcome_points.is_some());
}

/// What the paired interval of so many pairs says of the mean difference, as the mean over many runs knows it. The whole
/// takes minutes: `FIREDRILL_RUNS=1000 FIREDRILL_TRIALS=40 cargo test --release --no-default-features --test whatif --
/// --nocapture intervals`.
#[test]
fn intervals_cover_the_mean_of_many_runs() {
    let runs = std::env::var("FIREDRILL_RUNS")
        .ok()
        .and_then(|r| r.parse().ok())
        .unwrap_or(64);
    let drill = play("own_kitchen", 1, "best");
    let mut decisions = drill.sheet.trainee.score.decisions.iter();
    let own = decisions.find(|d| d.id == "D-03").expect("the own home burns").clone();
    // Trials of PAIRS each, independent of one another; the mean of all as the truth. When one is out depends on chance
    // more than anything else that is measured.
    let all = (runs / PAIRS).max(1);
    let n = trials(all).min(all);
    let trial = |seed: usize| {
        let played = [Some(drill.by.clone())];
        let mut whatif = WhatIf::silent(Arc::new(drill.history.clone()), seed as u64, &played, 0);
        whatif.ask_decision(&own, &profile());
        let finding = answered(whatif, PAIRS).findings().remove(0);
        *finding.effect(Measure::OwnOutS).expect("measured")
    };
    let effects: Vec<_> = (0..all).map(trial).collect();
    let mean = effects.iter().map(|e| e.difference).sum::<f64>() / all as f64;
    let intervals = effects.iter().take(n).filter_map(|e| e.interval);
    assert!(intervals.clone().all(|i| i.high - i.low > 0.1), "chance plays a part");
    let covered = intervals.filter(|i| (i.low..=i.high).contains(&mean)).count();
    println!(
        "{covered} of {n} intervals cover {mean:.3} s, the mean of {} pairs",
        all * PAIRS
    );
    assert!(covered * 10 >= n * 8, "{covered} of {n}");
}

#[test]
fn a_line_played_again_from_a_decision_is_kept_beside_the_first() {
    let drill = play("hall_ebike", 2, "run_down");
    let decision = drill
        .sheet
        .trainee
        .score
        .decisions
        .iter()
        .find(|d| d.id == "D-08")
        .expect("smoke at the door");
    let (mut simulation, mut history) = play_on(&drill.history, decision).expect("within the drill");
    assert!((simulation.time_s() - decision.time_s).abs() < 0.05);
    let before = simulation.state_hash();
    assert_eq!(drill.history.at(simulation.tick()).expect("there").state_hash(), before);
    // The same past is recorded, then another future.
    let (memory, file) = (Memory::new(), Path::new("again.rec"));
    let played = vec![Played {
        id: "you".to_owned(),
        policy: None,
    }];
    let loaded = drill.simulation.loaded();
    let header = Header::new(loaded, drill.seed, judged_by(&Library::embedded(), loaded), played);
    let mut recorder = Recorder::create(&memory, file, &header).expect("begun");
    let mut relived = history.at(history.start()).expect("there");
    recorder.stands(&relived).expect("kept");
    while relived.tick() < simulation.tick() {
        let commands = history.commands_at(relived.tick());
        recorder.commands(relived.tick(), commands).expect("kept");
        relived.step(commands);
        recorder.stands(&relived).expect("kept");
    }
    assert_eq!(relived.state_hash(), before);
    let mut players = Players::new(vec![policy("best")]);
    while !simulation.finished() {
        let commands = players.commands(&simulation);
        recorder.commands(simulation.tick(), &commands).expect("kept");
        history.step(&mut simulation, &commands);
        recorder.stands(&simulation).expect("kept");
    }
    let again = judged(&simulation, &Library::embedded(), 0, None)
        .expect("rules")
        .expect("judged");
    let sides = side_by_side(&drill.sheet, &again);
    let row = sides.decisions.iter().find(|c| c.id == "D-08").expect("in both");
    assert!(row.lines[0].is_some());
    assert_ne!(sides.happened[0], sides.happened[1]);
    let mut record = Record::new(decision, drill.simulation.trainee(0).notebook);
    record.add_redo(&again, simulation.trainee(0).notebook);
    assert!(record.redo.is_some() && record.first.seconds.is_some());
    recorder.note(firedrill::assess::REDO_NOTE, &record).expect("kept");
    let end = firedrill::drill::recording::End {
        tick: simulation.tick(),
        hash: simulation.state_hash(),
        summary: [0; 32],
    };
    recorder.end(&end).expect("kept");
    let recording = Recording::open(&memory.read(file).expect("there")).expect("a recording");
    assert!(
        verify(&recording, |_| recording.rebuild(), |_| ())
            .expect("rebuilt")
            .intact()
    );
    let kept: Record = serde_json::from_value(recording.note("redo").expect("kept").clone()).expect("a record");
    assert_eq!(kept, record);
    // What it looked like is in it, and the page draws it.
    let picture = recording.picture(recording.ticks).expect("sampled");
    assert_eq!(picture.people.len(), simulation.view().crowd.len());
    for resident in [true, false] {
        let page = html(&again, &recording, 0, Language::Zh, resident);
        assert!(page.contains("<svg") && page.contains("<polygon") && page.contains("每一个决定"));
        let (_, body) = page.split_once("<body>").expect("a page");
        assert_eq!(body.contains("FED") || body.contains('%'), !resident, "{body}");
    }
}
