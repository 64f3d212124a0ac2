//! The life of a session without a window: menu, loading, briefing, drill, debrief, and what is kept of it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

use bevy::prelude::*;
use bevy::state::app::StatesPlugin;
use bevy::time::TimeUpdateStrategy;
use firedrill::app::{
    Ask, Desk, Drill, DrillPlugin, Failed, Judged, Notice, Order, Pace, Phase, Prepared, Recordings, Screen, Second,
    SessionPlugin, Settings, WhatIfs, Wish, Words,
};
use firedrill::drill::recording::{Recording, rebuild, verify};
use firedrill::drill::{Action, CallItem};
use firedrill::locale::Lang;
use firedrill::scenario::Library;
use firedrill::storage::{Memory, Storage};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const RECORDINGS: &str = "data/recordings";

/// A room with a fire in it and a trainee, for so many seconds; judged by the rules of the library.
fn room(seconds: f64) -> String {
    format!(
        r#"Scenario(format: 1, kind: HighRise, title: (zh: "一间房", en: "A room"), briefing: (zh: "走", en: "Go"),
        guidance: "cn-2025-11",
        place: (storeys: [(name: "1F", height: 3.0, plan: "p")], plans: {{"p": (
            spaces: [(name: "room", outline: [(0.0, 0.0), (8.0, 0.0), (8.0, 6.0), (0.0, 6.0)])],
            openings: [Door(name: "d1", between: ("room", "street"), at: (1.0, 0.0))],
        )}}),
        things: [(name: "box", in: "1F/room", at: (2.0, 4.0), burns: (heat: Steady(80.0)))],
        ignitions: [(thing: "box", at_s: 0.0)],
        trainees: [(id: "you", in: "1F/room", at: (6.0, 4.0)), (id: "other", in: "1F/room", at: (4.0, 3.0), policy: "run_down")],
        ends: (after_s: {seconds:.1}))"#
    )
}

/// A home with a fire in its kitchen, for a minute.
fn home() -> String {
    include_str!("window/scenarios/high_rise/short_drill.ron").replace("after_s: 10.0", "after_s: 60.0")
}

fn order(text: &str) -> Order {
    Order {
        path: "room.ron".to_owned(),
        bytes: Arc::new(text.as_bytes().to_vec()),
        set: BTreeMap::new(),
        seed: 7,
        trainee: None,
    }
}

fn app(memory: &Memory) -> App {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, StatesPlugin, DrillPlugin, SessionPlugin));
    app.insert_resource(Words::new(Lang::Zh));
    app.insert_resource(Desk {
        library: Arc::new(Library::embedded()),
        storage: Arc::new(memory.clone()),
        config: Some(PathBuf::from("config")),
        recordings: Some(PathBuf::from(RECORDINGS)),
        lang: Lang::Zh,
    });
    app.insert_resource(TimeUpdateStrategy::FixedTimesteps(1));
    app.finish();
    app.cleanup();
    app.update();
    app
}

fn wish(app: &mut App, wish: Wish) {
    app.world_mut().write_message(wish);
    for _ in 0..3 {
        app.update();
    }
}

fn screen(app: &App) -> Screen {
    *app.world().resource::<State<Screen>>().get()
}

fn phase(app: &App) -> Phase {
    *app.world().resource::<State<Phase>>().get()
}

fn tick(app: &App) -> u64 {
    app.world().resource::<Drill>().simulation().tick()
}

/// Waits for another thread; fails after half a minute.
fn until(app: &mut App, what: &str, done: impl Fn(&App) -> bool) {
    for _ in 0..3000 {
        if done(app) {
            return;
        }
        app.update();
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("waited in vain for {what}");
}

fn begun(memory: &Memory, seconds: f64) -> App {
    begun_with(memory, &room(seconds))
}

fn begun_with(memory: &Memory, text: &str) -> App {
    let mut app = app(memory);
    wish(&mut app, Wish::Play(order(text)));
    until(&mut app, "the briefing", |a| screen(a) == Screen::Briefing);
    wish(&mut app, Wish::Begin);
    assert_eq!((screen(&app), phase(&app)), (Screen::Drill, Phase::Running));
    app
}

fn ask(app: &mut App, action: Action) {
    app.world_mut().write_message(Ask { trainee: 0, action });
}

fn recorded(memory: &Memory) -> Vec<PathBuf> {
    let entries = memory.list(Path::new(RECORDINGS)).unwrap_or_default();
    entries.into_iter().map(|e| e.path).collect()
}

fn intact(memory: &Memory, path: &Path) -> Recording {
    let recording = Recording::open(&memory.read(path).unwrap()).unwrap();
    let report = verify(&recording, rebuild, |_| ()).unwrap();
    assert!(report.intact(), "{report:?}");
    recording
}

#[test]
fn a_session_goes_from_the_menu_to_the_debrief_and_back() {
    let memory = Memory::new();
    let mut app = app(&memory);
    assert_eq!(screen(&app), Screen::Menu);
    wish(&mut app, Wish::Play(order(&room(6.0))));
    until(&mut app, "the briefing", |a| screen(a) == Screen::Briefing);
    assert_eq!(app.world().resource::<Prepared>().loaded().scenario.trainees.len(), 2);
    wish(&mut app, Wish::Begin);
    assert_eq!((screen(&app), phase(&app)), (Screen::Drill, Phase::Running));
    until(&mut app, "the end", |a| phase(a) == Phase::Finished);
    assert_eq!(screen(&app), Screen::Drill);
    wish(&mut app, Wish::Debrief);
    assert_eq!(screen(&app), Screen::Debrief);
    let judged = app.world().resource::<Judged>();
    assert!(judged.sheet.as_ref().unwrap().is_some());
    assert_eq!(
        judged.recording.as_deref(),
        Some(Path::new("data/recordings/00001-room.rec"))
    );
    wish(&mut app, Wish::Leave);
    assert_eq!(screen(&app), Screen::Menu);
    assert!(app.world().get_resource::<Drill>().is_none());
}

#[test]
fn a_drill_played_in_the_window_leaves_a_recording_that_verifies() {
    let memory = Memory::new();
    let mut app = begun(&memory, 6.0);
    ask(&mut app, Action::Shout);
    for _ in 0..50 {
        app.update();
    }
    ask(&mut app, Action::Call(vec![CallItem::Address]));
    until(&mut app, "the end", |a| phase(a) == Phase::Finished);
    app.update();
    let files = recorded(&memory);
    assert_eq!(files, [PathBuf::from("data/recordings/00001-room.rec")]);
    let recording = intact(&memory, &files[0]);
    assert_eq!(recording.ticks, 120);
    let done: Vec<_> = recording
        .commands
        .iter()
        .flat_map(|(_, c)| c)
        .filter(|c| c.trainee == 0)
        .collect();
    assert!(done.iter().any(|c| c.action == Action::Shout));
    let others = recording
        .commands
        .iter()
        .flat_map(|(_, c)| c)
        .filter(|c| c.trainee == 1)
        .count();
    assert!(others > 0, "the policy of the other trainee is recorded too");
    assert_eq!(recording.header.trainees[0].policy, None);
    assert_eq!(recording.header.trainees[1].policy.as_deref(), Some("run_down"));
}

#[test]
fn a_drill_broken_off_is_recorded_up_to_there_and_the_next_has_another_number() {
    let memory = Memory::new();
    let mut app = begun(&memory, 60.0);
    for _ in 0..30 {
        app.update();
    }
    wish(&mut app, Wish::Restart);
    assert_eq!((screen(&app), phase(&app)), (Screen::Drill, Phase::Running));
    assert!(tick(&app) < 5);
    for _ in 0..10 {
        app.update();
    }
    wish(&mut app, Wish::Leave);
    assert_eq!(screen(&app), Screen::Menu);
    let files = recorded(&memory);
    assert_eq!(files.len(), 2);
    for file in &files {
        let recording = intact(&memory, file);
        assert_eq!(recording.truncated, None);
        assert!(recording.ticks > 5 && recording.ticks < 60);
    }
    let desk = app.world().resource::<Desk>().clone();
    let listed = Recordings::read(&desk);
    assert_eq!(listed.0.iter().map(|p| p.number).collect::<Vec<_>>(), [2, 1]);
    wish(&mut app, Wish::Delete(files[0].clone()));
    assert_eq!(recorded(&memory).len(), 1);
}

#[test]
fn the_same_drill_begins_anew_from_wherever_it_stands() {
    let memory = Memory::new();
    let mut app = begun(&memory, 6.0);
    wish(&mut app, Wish::Pause);
    assert_eq!(phase(&app), Phase::Paused);
    wish(&mut app, Wish::Restart);
    assert_eq!((screen(&app), phase(&app)), (Screen::Drill, Phase::Running));
    until(&mut app, "the end", |a| phase(a) == Phase::Finished);
    wish(&mut app, Wish::Debrief);
    wish(&mut app, Wish::Restart);
    assert_eq!((screen(&app), phase(&app)), (Screen::Drill, Phase::Running));
    assert!(tick(&app) < 5);
}

#[test]
fn the_clock_stands_while_paused_and_waiting_can_go_faster() {
    let memory = Memory::new();
    let mut app = begun(&memory, 60.0);
    wish(&mut app, Wish::Pause);
    let stands = tick(&app);
    for _ in 0..10 {
        app.update();
    }
    assert_eq!((tick(&app), phase(&app)), (stands, Phase::Paused));
    wish(&mut app, Wish::Resume);
    assert!(tick(&app) > stands);
    // Until the first impressions are over.
    for _ in 0..60 {
        app.update();
    }
    wish(&mut app, Wish::Pace(4.0));
    assert_eq!(app.world().resource::<Time<Virtual>>().relative_speed(), 4.0);
    // Whatever is perceived or refused ends it.
    ask(&mut app, Action::LetGo(firedrill::crowd::PersonId(1)));
    for _ in 0..3 {
        app.update();
    }
    assert_eq!(app.world().resource::<Pace>().0, 1.0);
}

#[test]
fn the_replay_shows_every_moment_as_it_was_and_nobody_can_change_it() {
    let memory = Memory::new();
    let mut app = begun(&memory, 40.0);
    let mut states = BTreeMap::new();
    while phase(&app) != Phase::Finished {
        let at = tick(&app);
        if at == 100 {
            ask(&mut app, Action::Shout);
        }
        if at.is_multiple_of(100) {
            states.insert(at, app.world().resource::<Drill>().simulation().state_hash());
        }
        app.update();
    }
    wish(&mut app, Wish::Debrief);
    for (at, hash) in states.iter().rev().chain(states.iter()) {
        wish(&mut app, Wish::TurnTo(*at));
        until(&mut app, "the moment", |a| !a.world().resource::<Drill>().is_turning());
        assert_eq!(tick(&app), *at);
        assert_eq!(&app.world().resource::<Drill>().simulation().state_hash(), hash, "{at}");
    }
    wish(&mut app, Wish::TurnTo(0));
    ask(&mut app, Action::Shout);
    wish(&mut app, Wish::Resume);
    until(&mut app, "the end", |a| phase(a) == Phase::Finished);
    assert_eq!(tick(&app), 800);
    let files = recorded(&memory);
    let end = intact(&memory, &files[0]).end.unwrap();
    assert_eq!(app.world().resource::<Drill>().simulation().state_hash(), end.hash);
}

#[test]
fn a_drill_can_be_run_out_at_once() {
    let memory = Memory::new();
    let mut app = begun(&memory, 60.0);
    wish(&mut app, Wish::RunOut);
    let mut frames = 0;
    while phase(&app) != Phase::Finished {
        app.update();
        frames += 1;
        assert!(frames < 40, "1200 ticks take a few frames");
    }
    app.update();
    assert_eq!(intact(&memory, &recorded(&memory)[0]).ticks, 1200);
}

#[test]
fn a_recording_is_shown_again_with_its_own_sheet() {
    let memory = Memory::new();
    let mut app = begun(&memory, 6.0);
    ask(&mut app, Action::Shout);
    until(&mut app, "the end", |a| phase(a) == Phase::Finished);
    wish(&mut app, Wish::Debrief);
    let first = app.world().resource::<Judged>().clone();
    wish(&mut app, Wish::Leave);
    let path = recorded(&memory)[0].clone();
    wish(&mut app, Wish::Watch(path.clone()));
    until(&mut app, "the debrief", |a| screen(a) == Screen::Debrief);
    app.update();
    let judged = app.world().resource::<Judged>();
    assert_eq!(judged.sheet, first.sheet);
    assert_eq!(judged.recording, Some(path));
    assert!(app.world().resource::<Drill>().is_replay());
    assert!(
        app.world().get_resource::<Prepared>().is_none(),
        "what is only watched is not played again"
    );
    assert_eq!(phase(&app), Phase::Paused);
}

#[test]
fn from_a_decision_one_plays_on_and_both_lines_are_kept_and_shown() {
    let memory = Memory::new();
    let mut app = begun_with(&memory, &home());
    wish(&mut app, Wish::RunOut);
    until(&mut app, "the end", |a| phase(a) == Phase::Finished);
    wish(&mut app, Wish::Debrief);
    let first = app.world().resource::<Judged>().sheet.clone().unwrap().unwrap();
    let decisions = &first.trainee.score.decisions;
    let (index, decision) = decisions.iter().enumerate().next().unwrap();
    wish(&mut app, Wish::PlayOn(index));
    until(&mut app, "the moment", |a| screen(a) == Screen::Drill);
    assert_eq!(phase(&app), Phase::Paused, "one is asked before the clock goes on");
    assert_eq!(tick(&app), (decision.time_s / 0.05).round() as u64);
    wish(&mut app, Wish::Resume);
    ask(&mut app, Action::Call(vec![CallItem::Address, CallItem::WhatBurns]));
    for _ in 0..20 {
        app.update();
    }
    wish(&mut app, Wish::RunOut);
    until(&mut app, "the end", |a| phase(a) == Phase::Finished);
    wish(&mut app, Wish::Debrief);
    let beside = app.world().resource::<Judged>().beside.clone().unwrap();
    assert!(
        beside
            .lines
            .decisions
            .iter()
            .any(|c| c.id == decision.id && c.lines[0].is_some())
    );
    let files = recorded(&memory);
    assert_eq!(files.len(), 2);
    assert_eq!(intact(&memory, &files[0]).note("redo"), None);
    let again = intact(&memory, &files[1]);
    assert_eq!(again.ticks, 1200);
    let record = again.note("redo").unwrap();
    assert_eq!(record["id"], decision.id);
    assert!(record["first"]["choice"].is_object());
    assert_eq!(beside.kind, Second::Redo);
    // Broken off while it is prepared, nothing is left of it and the debrief is there again.
    app.world_mut().write_message(Wish::PlayOn(index));
    wish(&mut app, Wish::Cancel);
    assert_eq!(screen(&app), Screen::Debrief);
    assert!(app.world().get_resource::<Judged>().is_some());
}

#[test]
fn the_debrief_computes_what_decisions_were_worth_and_then_the_score() {
    let memory = Memory::new();
    let mut app = begun_with(&memory, &home());
    wish(&mut app, Wish::RunOut);
    until(&mut app, "the end", |a| phase(a) == Phase::Finished);
    wish(&mut app, Wish::Debrief);
    until(&mut app, "all answers", |a| {
        a.world().get_resource::<WhatIfs>().is_some_and(|w| !w.computing())
    });
    let whatifs = app.world().resource::<WhatIfs>();
    assert_eq!(whatifs.trouble, None);
    assert!(whatifs.findings.len() > 1, "{:?}", whatifs.findings);
    for finding in &whatifs.findings {
        assert!(finding.pairs >= 8 && !finding.sentence.zh.is_empty(), "{finding:?}");
    }
    wish(&mut app, Wish::Leave);
    assert!(
        app.world().get_resource::<WhatIfs>().is_none(),
        "nothing goes on computing"
    );
}

#[test]
fn what_cannot_be_loaded_says_why_and_leads_back() {
    let memory = Memory::new();
    let mut app = app(&memory);
    let broken = room(6.0).replace("(0.0, 6.0)])]", "(0.0, 6.0)]");
    wish(&mut app, Wish::Play(order(&broken)));
    until(&mut app, "the list", |a| a.world().get_resource::<Failed>().is_some());
    let Failed::Issues(issues) = app.world().resource::<Failed>() else {
        panic!("no list of the checker");
    };
    assert!(issues.iter().any(|i| i.file == "room.ron" && i.line > 0));
    wish(&mut app, Wish::Cancel);
    assert_eq!(screen(&app), Screen::Menu);
    let mut wrong = order(&room(6.0));
    wrong.trainee = Some("nobody".into());
    wish(&mut app, Wish::Play(wrong));
    until(&mut app, "the reason", |a| a.world().get_resource::<Failed>().is_some());
    assert!(matches!(app.world().resource::<Failed>(), Failed::Because(why) if why.zh.contains("nobody")));
    wish(&mut app, Wish::Watch(PathBuf::from("data/recordings/00009-no.rec")));
    until(&mut app, "the reason", |a| a.world().get_resource::<Failed>().is_some());
    assert_eq!(screen(&app), Screen::Loading);
}

#[test]
fn loading_can_be_broken_off() {
    let memory = Memory::new();
    let mut app = app(&memory);
    app.world_mut().write_message(Wish::Play(order(&room(6.0))));
    app.world_mut().write_message(Wish::Cancel);
    for _ in 0..20 {
        app.update();
    }
    assert_eq!(screen(&app), Screen::Menu);
    assert!(app.world().get_resource::<Prepared>().is_none());
}

#[test]
fn where_no_recording_can_be_kept_the_drill_is_played_and_the_user_told() {
    let memory = Memory::new();
    memory.create_dir_all(Path::new("data")).expect("a folder");
    memory.make_read_only(Path::new("data"));
    let mut app = begun(&memory, 6.0);
    let told = app.world().resource::<Notice>().0.clone().unwrap();
    assert!(told.zh.contains("data"), "{told:?}");
    wish(&mut app, Wish::Understood);
    assert_eq!(*app.world().resource::<Notice>(), Notice(None));
    until(&mut app, "the end", |a| phase(a) == Phase::Finished);
}

#[test]
fn a_setting_is_kept_and_holds_at_once() {
    let memory = Memory::new();
    let mut first = app(&memory);
    let set = Settings {
        language: "en".into(),
        plan_only: true,
        ..Settings::default()
    };
    wish(&mut first, Wish::Set(set.clone()));
    assert_eq!(first.world().resource::<Words>().lang(), Lang::En);
    assert!(first.world().resource::<firedrill::app::Graphics>().plan_only);
    let second = app(&memory);
    assert_eq!(*second.world().resource::<Settings>(), set);
}

#[test]
fn without_a_display_the_window_says_so_in_one_paragraph() {
    let mut program = assert_cmd::Command::new(env!("CARGO_BIN_EXE_firedrill"));
    program
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .args(["--lang", "en"]);
    let said = program.output().unwrap();
    let err = String::from_utf8(said.stderr).unwrap();
    assert_eq!((said.status.code(), said.stdout.len()), (Some(2), 0), "{err}");
    assert!(err.contains("display") && err.contains("firedrill run"), "{err}");
    assert_eq!(err.trim_end().lines().count(), 1, "{err}");
}

/// A home where either the heater in the kitchen burns or nothing does: twins.
fn twins() -> String {
    let fire = r#"(thing: "heater", at_s: -90.0)"#;
    let home = home();
    assert!(home.contains(fire));
    let home = home.replace(fire, &format!(r#"If("cause", "heater", {fire})"#));
    let knob = r#"knobs: {"cause": OneOf(["heater", "nothing"])},
    knob_titles: {"cause": (title: (zh: "起因", en: "Cause"), twins: true, values: {
        "heater": (zh: "取暖器", en: "a heater"), "nothing": (zh: "没有", en: "nothing")})},
    "#;
    home.replacen("place:", &format!("{knob}place:"), 1)
}

#[test]
fn after_a_drill_its_twin_is_played_and_both_are_shown_and_kept() {
    let memory = Memory::new();
    let mut app = app(&memory);
    let mut order = order(&twins());
    order.set.insert("cause".to_owned(), "heater".to_owned());
    wish(&mut app, Wish::Play(order));
    until(&mut app, "the briefing", |a| screen(a) == Screen::Briefing);
    wish(&mut app, Wish::Begin);
    wish(&mut app, Wish::RunOut);
    until(&mut app, "the end", |a| phase(a) == Phase::Finished);
    wish(&mut app, Wish::Debrief);
    let first = app.world().resource::<Judged>().sheet.clone().unwrap().unwrap();
    assert!(!first.trainee.score.decisions.is_empty());
    wish(&mut app, Wish::Twin);
    until(&mut app, "the twin's briefing", |a| screen(a) == Screen::Briefing);
    assert!(
        app.world().get_resource::<Drill>().is_none(),
        "the first drill is put away"
    );
    wish(&mut app, Wish::Begin);
    let chosen = |app: &App| {
        let simulation = app.world().resource::<Drill>().simulation();
        format!("{:?}", simulation.view().loaded.scenario.chosen.get("cause"))
    };
    assert!(chosen(&app).contains("nothing"));
    wish(&mut app, Wish::RunOut);
    until(&mut app, "the end", |a| phase(a) == Phase::Finished);
    wish(&mut app, Wish::Debrief);
    let judged = app.world().resource::<Judged>();
    assert_eq!(judged.beside.as_ref().unwrap().kind, Second::Twin);
    assert_eq!(judged.record.as_ref().unwrap().id, first.trainee.score.decisions[0].id);
    let files = recorded(&memory);
    assert_eq!(files.len(), 2);
    assert!(intact(&memory, &files[1]).note("redo").unwrap()["first"]["choice"].is_object());
    // Two words: after the twin comes the first again.
    wish(&mut app, Wish::Twin);
    until(&mut app, "the briefing", |a| screen(a) == Screen::Briefing);
    wish(&mut app, Wish::Begin);
    assert!(chosen(&app).contains("heater"));
}
