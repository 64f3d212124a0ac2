//! The crowd engine alone: still air, no fire network, no files written. Prints one JSON object.
//!
//! `cargo run --release --no-default-features --example crowd_alone -- SCENARIO.ron SECONDS [THREADS]`

use firedrill::crowd::{Crowd, CrowdEvent, Surroundings};
use firedrill::drill::TICK_S;
use firedrill::harm::{Air, AirSample};
use firedrill::place::{self, SpaceId};
use firedrill::scenario::{self, Library, Point};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::time::Instant;

/// Clean air everywhere.
struct Still;

impl Air for Still {
    fn sample(&self, _: SpaceId, _: Point, _: f64) -> AirSample {
        AirSample::clean(20.0)
    }
    fn layer_height(&self, _: SpaceId) -> f64 {
        3.0
    }
    fn extinction(&self, _: SpaceId) -> (f64, f64) {
        (0.0, 0.0)
    }
}

/// Processor time of this thread, s (Linux: first field of `schedstat`, ns).
fn cpu_s() -> Result<f64, Box<dyn Error>> {
    let told = fs::read_to_string("/proc/thread-self/schedstat")?;
    let ns: f64 = told.split_whitespace().next().ok_or("schedstat is empty")?.parse()?;
    Ok(ns * 1e-9)
}

#[expect(clippy::print_stdout, reason = "a measuring tool tells what it measured")]
#[expect(clippy::disallowed_methods, reason = "threads are measured by the clock")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let path = words.next().ok_or("which scenario?")?;
    let until_s: f64 = words.next().map_or(Ok(3600.0), |w| w.parse())?;
    let threads: usize = words.next().map_or(Ok(1), |w| w.parse())?;
    let text = fs::read(&path)?;
    let told = |issues: Vec<scenario::Issue>| format!("{issues:#?}");
    let loaded = scenario::load(&path, &text, &Library::embedded(), &BTreeMap::new(), 1).map_err(told)?;
    let (place, issues) = place::compile(&loaded);
    let place = place.ok_or_else(|| told(issues))?;
    let openings: Vec<_> = place.openings.iter().map(|o| o.initial).collect();
    let mut crowd = Crowd::new(&place, &loaded, 1);
    let (mut tick, mut inside, mut person_steps, mut last_out_s) = (0_u64, crowd.len(), 0, 0.0);
    crowd.share(threads);
    let (began, clock) = (cpu_s()?, Instant::now());
    while inside > 0 && tick as f64 * TICK_S < until_s {
        person_steps += inside;
        let world = Surroundings {
            place: &place,
            air: &Still,
            openings: &openings,
            lifts: &[],
            cues: &[],
            tick,
            dt: TICK_S,
        };
        let events = crowd.step(&world, &[]);
        tick += 1;
        let out = events.iter().filter(|e| matches!(e, CrowdEvent::Out { .. })).count();
        if out > 0 {
            inside -= out;
            last_out_s = tick as f64 * TICK_S;
        }
    }
    let (cpu_s, wall_s) = (cpu_s()? - began, clock.elapsed().as_secs_f64());
    let mut state = blake3::Hasher::new();
    crowd.hash_into(&mut state);
    println!(
        r#"{{"simulated_s": {:.2}, "out": {}, "last_out_s": {last_out_s:.2}, "person_steps": {person_steps}, "cpu_s": {cpu_s:.4}, "wall_s": {wall_s:.4}, "state_hash": "{}"}}"#,
        tick as f64 * TICK_S,
        crowd.len() - inside,
        state.finalize().to_hex(),
    );
    Ok(())
}
