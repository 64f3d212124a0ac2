//! One drill, one hash: the same in debug and release builds, with and without the window, with a tick shared by several
//! threads, alone and with another drill of the same place in a second thread. The hash stands in
//! `tests/reference/state_hash.txt`; every build compares with it. After a change of the physics that was meant, set
//! FIREDRILL_REWRITE=1 once: the file is rewritten and the test fails on purpose.

#![expect(clippy::expect_used, reason = "a test says what it expects")]

use firedrill::assess::{Players, policy};
use firedrill::drill::Simulation;
use firedrill::place::{self, Place};
use firedrill::scenario::{self, Library, Loaded};
use std::path::Path;
use std::sync::Arc;

/// The drill, ready to be played.
fn first_drill() -> (Arc<Place>, Arc<Loaded>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = "scenarios/high_rise/night_smoke.ron";
    let text = std::fs::read(root.join(path)).expect("the scenario is in the tree");
    let set = [("cause".to_owned(), "hall_ebike".to_owned())].into();
    let loaded = Arc::new(scenario::load(path, &text, &Library::embedded(), &set, 1).expect("loads"));
    let place = Arc::new(place::compile(&loaded).0.expect("compiles"));
    (place, loaded)
}

/// The hash that a drill ends with.
fn played(place: Arc<Place>, loaded: Arc<Loaded>) -> String {
    let mut simulation = Simulation::new(place, loaded, 1);
    let mut players = Players::new(vec![policy("best")]);
    while !simulation.finished() {
        let commands = players.commands(&simulation);
        simulation.step(&commands);
    }
    blake3::Hash::from_bytes(simulation.state_hash()).to_hex().to_string()
}

#[test]
fn the_first_drill_has_the_hash_of_every_other_build() {
    let (place, loaded) = first_drill();
    let hash = played(place, loaded);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/state_hash.txt");
    if std::env::var_os("FIREDRILL_REWRITE").is_some() {
        std::fs::write(&file, format!("{hash}\n")).expect("written");
        panic!("rewrote {}", file.display());
    }
    let expected = std::fs::read_to_string(&file).expect("the reference is in the tree");
    assert_eq!(hash, expected.trim());
}

/// A hall full of people who all leave at once by two doors.
fn full_hall() -> (Arc<Place>, Arc<Loaded>) {
    let text = "Scenario(format: 1, title: (zh: \"大厅\", en: \"hall\"), kind: Verification,
        place: (storeys: [(name: \"1F\", height: 6.0, plan: \"p\")], plans: {\"p\": (
            spaces: [(name: \"hall\", use: Hall, outline: [(0, 0), (50, 0), (50, 40), (0, 40)])],
            openings: [Door(name: \"a\", between: (\"hall\", \"street\"), at: (0, 20), width: 3.0, open: 1.0, wedged: true),
                Door(name: \"b\", between: (\"hall\", \"street\"), at: (50, 20), width: 2.0, open: 1.0, wedged: true)])}),
        people: [Group(name: \"g\", count: 3000, in: \"1F/hall\", starts: Fixed(0))],
        briefing: (zh: \"大厅\", en: \"hall\"), ends: (after_s: 60))";
    let loaded = scenario::load(
        "hall.ron",
        text.as_bytes(),
        &Library::embedded(),
        &Default::default(),
        1,
    );
    let loaded = Arc::new(loaded.expect("loads"));
    let place = Arc::new(place::compile(&loaded).0.expect("compiles"));
    (place, loaded)
}

#[test]
fn a_tick_shared_by_two_or_three_threads_ends_as_that_of_one() {
    let (place, loaded) = full_hall();
    let after = |threads: usize| {
        let mut simulation = Simulation::new(Arc::clone(&place), Arc::clone(&loaded), 1);
        simulation.share(threads);
        for _ in 0..100 {
            simulation.step(&[]);
        }
        simulation.state_hash()
    };
    let alone = after(1);
    assert_eq!([after(2), after(3)], [alone; 2]);
}

#[test]
fn two_drills_in_two_threads_have_the_hash_of_one_alone() {
    let (place, loaded) = first_drill();
    let alone = played(Arc::clone(&place), Arc::clone(&loaded));
    let both = std::thread::scope(|scope| {
        let play = || played(Arc::clone(&place), Arc::clone(&loaded));
        let other = scope.spawn(play);
        [play(), other.join().expect("the other drill ends")]
    });
    assert_eq!(both, [alone.clone(), alone]);
}
