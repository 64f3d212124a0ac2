//! The table of policies: what each scripted trainee is worth in each scenario. A sample of it is played here; with
//! `FIREDRILL_SEEDS=20` (see `tools/policies`) the whole.

#![expect(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

use firedrill::assess::{Players, Sheet, judged, loses, policy};
use firedrill::drill::Simulation;
use firedrill::place;
use firedrill::scenario::{self, Library};
use std::path::Path;
use std::sync::Arc;

/// Scenario, its twins, the mistakes that can be made in each, and whether always staying or going is wrong there.
struct Lesson {
    path: &'static str,
    knob: (&'static str, &'static str),
    mistakes: &'static [&'static str],
    blend: &'static str,
}

const LESSONS: [Lesson; 4] = [
    Lesson {
        path: "scenarios/high_rise/oil_pan.ron",
        knob: ("lid", "fits"),
        mistakes: &["water_on_oil", "filmer", "freezer"],
        blend: "water_on_oil+filmer+incomplete_call",
    },
    Lesson {
        path: "scenarios/high_rise/oil_pan.ron",
        knob: ("lid", "too_small"),
        mistakes: &["door_open", "late_call", "leaves_first"],
        blend: "door_open+late_call+leaves_first",
    },
    Lesson {
        path: "scenarios/old_neighbourhood/home_alone.ron",
        knob: ("cause", "own_heater"),
        mistakes: &["door_open", "late_call", "leaves_first", "freezer"],
        blend: "door_open+late_call+leaves_first",
    },
    Lesson {
        path: "scenarios/old_neighbourhood/home_alone.ron",
        knob: ("cause", "stair_ebike"),
        mistakes: &["hero", "towel", "freezer", "incomplete_call"],
        blend: "towel+incomplete_call+filmer",
    },
];

fn play(lesson: &Lesson, by: &str, seed: u64) -> Sheet {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read(root.join(lesson.path)).expect("the scenario is in the tree");
    let set = [(lesson.knob.0.to_owned(), lesson.knob.1.to_owned())].into();
    let loaded = match scenario::load(lesson.path, &text, &Library::embedded(), &set, seed) {
        Ok(loaded) => Arc::new(loaded),
        Err(issues) => panic!("{issues:#?}"),
    };
    let (place, issues) = place::compile(&loaded);
    let place = place.unwrap_or_else(|| panic!("{issues:#?}"));
    let mut simulation = Simulation::new(Arc::new(place), loaded, seed);
    let mut players = Players::new(vec![policy(by)]);
    while !simulation.finished() {
        let commands = players.commands(&simulation);
        simulation.step(&commands);
    }
    judged(&simulation, &Library::embedded(), 0, Some(by))
        .expect("rules")
        .expect("judged")
}

/// Rules in which points were lost.
fn lost(sheet: &Sheet) -> Vec<String> {
    let score = &sheet.trainee.score;
    let poor = score
        .decisions
        .iter()
        .filter(|d| d.points < d.max_points - 1e-9 || d.critical);
    poor.map(|d| d.id.clone()).collect()
}

#[test]
fn each_policy_is_worth_what_its_mistakes_say() {
    let seeds: u64 = std::env::var("FIREDRILL_SEEDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1);
    let mut wrong = Vec::new();
    for lesson in &LESSONS {
        let name = format!("{} {}", lesson.path, lesson.knob.1);
        for seed in 1..=seeds {
            let best = play(lesson, "best", seed);
            let score = &best.trainee.score;
            println!(
                "{name}\tbest\t{seed}\t{}\t{}\t{:?}",
                score.total,
                score.process,
                lost(&best)
            );
            if score.total < 95.0 || !score.passed {
                wrong.push(format!(
                    "{name}: best has {} at seed {seed}: {:#?}",
                    score.total, score.decisions
                ));
            }
            if seed > 5 {
                continue;
            }
            let mut most = 0.0_f64;
            for mistake in lesson.mistakes {
                let sheet = play(lesson, mistake, seed);
                let worth = &sheet.trainee.score;
                let rows = lost(&sheet);
                println!(
                    "{name}\t{mistake}\t{seed}\t{}\t{}\t{rows:?}",
                    worth.total, worth.process
                );
                let (must, may) = loses(mistake).unwrap_or_else(|| panic!("{mistake} has no rows"));
                let known = |id: &String| must.contains(&id.as_str()) || may.contains(&id.as_str());
                if !rows.iter().any(|id| must.contains(&id.as_str())) {
                    wrong.push(format!(
                        "{name}: {mistake} loses none of its rows at seed {seed}: {rows:?}"
                    ));
                }
                if let Some(other) = rows.iter().find(|id| !known(id)) {
                    wrong.push(format!("{name}: {mistake} loses {other} too at seed {seed}"));
                }
                if worth.total >= score.total {
                    wrong.push(format!("{name}: {mistake} is worth {} at seed {seed}", worth.total));
                }
                if !worth.critical.is_empty() && worth.passed {
                    wrong.push(format!("{name}: {mistake} passes with a critical error at seed {seed}"));
                }
                most = most.max(worth.total);
            }
            let blend = play(lesson, lesson.blend, seed);
            let total = blend.trainee.score.total;
            println!("{name}\t{}\t{seed}\t{total}\t{:?}", lesson.blend, lost(&blend));
            if total > most {
                wrong.push(format!("{name}: {} is worth {total} at seed {seed}", lesson.blend));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_always_stays_and_who_always_goes_fail_one_of_the_twins() {
    for (cause, by) in [("own_heater", "always_stay"), ("stair_ebike", "always_go")] {
        let lesson = Lesson {
            path: "scenarios/old_neighbourhood/home_alone.ron",
            knob: ("cause", cause),
            mistakes: &[],
            blend: "",
        };
        let sheet = play(&lesson, by, 1);
        assert!(
            !sheet.trainee.score.passed,
            "{by} under {cause}: {:#?}",
            sheet.trainee.score
        );
    }
}
