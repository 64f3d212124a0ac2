//! One drill, one hash: the same in debug and release builds, with and without the window, alone and with another drill of
//! the same place in a second thread. The hash stands in
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
