//! A drill that is killed at any moment loses at most five seconds of itself, and never an earlier recording.

#![expect(clippy::expect_used, reason = "a test says what it expects")]

use assert_cmd::cargo::CommandCargoExt;
use firedrill::drill::TICK_S;
use firedrill::drill::recording::{Recording, verify};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Kills in the test; the first of them come while the program still reads the scenario.
const KILLS: u64 = 20;
/// What may be lost, s of the drill.
const MAY_BE_LOST_S: f64 = 5.0;
const SCENARIO: &str = "scenarios/verification/room_burner.ron";

fn run(folder: &Path, seed: u64) -> Command {
    let mut command = Command::cargo_bin("firedrill").expect("built");
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["run", SCENARIO, "--every", "0.05", "--seed", &seed.to_string(), "--out"])
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn opened(path: &Path) -> Recording {
    Recording::open(&std::fs::read(path).expect("there")).expect("a recording")
}

/// How far a killed drill had come, by the last line of the people's table that was being written beside its name.
fn reached_s(folder: &Path) -> f64 {
    let files = std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok);
    let texts = files.filter_map(|f| std::fs::read_to_string(f.path()).ok());
    let people = texts.filter(|t| t.starts_with("time_s,id,plate"));
    let times = people.filter_map(|t| t.lines().last()?.split(',').next()?.parse().ok());
    times.fold(0.0, f64::max)
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how long a run takes says when to kill the next"
)]
fn a_kill_at_any_moment_loses_five_seconds_at_most_and_no_earlier_recording() {
    let folder = tempfile::tempdir().expect("a folder");
    let began = Instant::now();
    assert!(run(folder.path(), 1).status().expect("runs").success());
    let takes = began.elapsed();
    let recording = folder.path().join("drill.rec");
    assert!(opened(&recording).truncated.is_none());
    let mut cut = 0;
    for kill in 1..=KILLS {
        let before: Vec<_> = earlier(folder.path());
        let mut child = run(folder.path(), kill).spawn().expect("runs");
        // Spread over the whole run, at moments that no two builds share.
        std::thread::sleep(Duration::from_secs_f64(
            takes.as_secs_f64() * (kill as f64 * 0.618).fract(),
        ));
        // On Unix: SIGKILL.
        child.kill().expect("killed");
        child.wait().expect("gone");
        let after = earlier(folder.path());
        assert!(after.len() >= before.len(), "kill {kill}: {before:?} {after:?}");
        for (name, bytes) in &before {
            let kept = after.iter().any(|(_, b)| b == bytes);
            assert!(kept, "kill {kill}: {name} is lost");
        }
        if !recording.exists() {
            continue;
        }
        let Ok(left) = Recording::open(&std::fs::read(&recording).expect("there")) else {
            // Killed before the inputs were written: nothing of the drill had happened.
            assert!(reached_s(folder.path()) <= 0.0, "kill {kill}");
            continue;
        };
        if left.truncated.is_some() {
            cut += 1;
            let lost = reached_s(folder.path()) - left.ticks as f64 * TICK_S;
            assert!(lost <= MAY_BE_LOST_S, "kill {kill}: {lost} s lost");
            let report = verify(&left, |_| left.rebuild(), |_| ()).expect("rebuilt");
            assert_eq!(report.first_difference, None, "kill {kill}");
        }
        // What the killed run left beside.
        for entry in std::fs::read_dir(folder.path())
            .expect("a folder")
            .filter_map(Result::ok)
        {
            if entry.path().extension().is_none_or(|e| e != "rec") {
                std::fs::remove_file(entry.path()).ok();
            }
        }
    }
    println!("{cut} of {KILLS} kills within a drill of {takes:?}");
    assert!(cut >= 5, "only {cut} kills came within the drill");
}

/// Recordings in a folder, with what they hold.
fn earlier(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok);
    let recordings = files.filter(|f| f.path().extension().is_some_and(|e| e == "rec"));
    recordings
        .map(|f| {
            let name = f.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(f.path()).expect("there"))
        })
        .collect()
}
