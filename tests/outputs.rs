//! A whole run through the disk: every file that the command line promises, and a recording that proves it.

use firedrill::drill::output::{OutputError, RunFacts, RunOutput, TABLES};
use firedrill::drill::recording::{Header, Played, Recording, verify};
use firedrill::drill::{Action, Command, Simulation};
use firedrill::place::Place;
use firedrill::scenario::Loaded;
use firedrill::storage::{Files, Storage};
use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

const SEED: u64 = 11;

fn simulation(seed: u64) -> Simulation {
    Simulation::new(Arc::new(Place::default()), Arc::new(Loaded::default()), seed)
}

/// Runs so many ticks of a place without anything in it; says a trainee that there is not should stop.
fn run(folder: &Path, ticks: u64) -> Result<(), OutputError> {
    let header = Header::new(&Loaded::default(), SEED, Vec::new(), vec![Played::default()]);
    let mut simulation = simulation(SEED);
    let mut output = RunOutput::create(&Files, folder, &simulation, &header, None)?;
    for tick in 0..ticks {
        let command = Command {
            tick,
            trainee: 0,
            sequence: 0,
            action: Action::Stop,
        };
        let commands = if tick == 33 { vec![command] } else { Vec::new() };
        output.before_step(tick, &commands)?;
        simulation.step(&commands);
        output.after_step(&simulation)?;
    }
    output.finish(
        &simulation,
        &RunFacts {
            seed: SEED,
            ..RunFacts::default()
        },
    )?;
    Ok(())
}

#[test]
fn a_run_leaves_every_file_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("new/out");
    run(&out, 0).unwrap();
    let entries = Files.list(&out).unwrap();
    let found: Vec<_> = entries
        .iter()
        .map(|e| e.path.file_name().unwrap().to_str().unwrap())
        .collect();
    let mut promised: Vec<_> = TABLES.iter().map(|t| t.file).collect();
    promised.extend(["run.json", "events.jsonl", "drill.rec"]);
    promised.sort_unstable();
    assert_eq!(found, promised);
}

#[test]
fn the_recording_beside_the_files_replays_to_the_same_end() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), 250).unwrap();
    let recording = Recording::open(&Files.read(&folder.path().join("drill.rec")).unwrap()).unwrap();
    assert_eq!((recording.ticks, recording.truncated), (250, None));
    let report = verify(&recording, |h| Ok::<_, Infallible>(simulation(h.seed)), |_| ()).unwrap();
    assert_eq!((report.ticks, report.hashes_checked), (250, 4));
    assert!(report.intact(), "{report:?}");
    let end = blake3::Hash::from_bytes(recording.end.unwrap().hash)
        .to_hex()
        .to_string();
    let json = Files.read(&folder.path().join("run.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["state_hash"], end);
    assert_eq!(json["ticks"], 250);
}

#[test]
fn a_second_run_replaces_the_first_but_keeps_its_recording() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), 30).unwrap();
    let first = Files.read(&folder.path().join("run.json")).unwrap();
    let recorded = Files.read(&folder.path().join("drill.rec")).unwrap();
    run(folder.path(), 40).unwrap();
    assert_ne!(Files.read(&folder.path().join("run.json")).unwrap(), first);
    // The tables, result, events and both recordings.
    assert_eq!(Files.list(folder.path()).unwrap().len(), TABLES.len() + 4);
    assert_eq!(Files.read(&folder.path().join("drill.1.rec")).unwrap(), recorded);
    run(folder.path(), 50).unwrap();
    assert_eq!(Files.read(&folder.path().join("drill.1.rec")).unwrap(), recorded);
    assert!(Files.read(&folder.path().join("drill.2.rec")).is_ok());
}
