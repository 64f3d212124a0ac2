//! The tower of the first drill empties by clear stairs in about the time that the hydraulic method gives.

#![expect(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

use firedrill::crowd::{PersonId, PersonState, PersonView};
use firedrill::drill::{Event, EventKind, Simulation};
use firedrill::place;
use firedrill::scenario::{self, Deed, EndsEarly, Happening, Library, Loaded};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The hydraulic method (SFPE Handbook of Fire Protection Engineering, "Employing the Hydraulic Model in Assessing
/// Emergency Movement", with the effective widths of GB/T 31593.9 table H.1; as recalled, 待核实).
mod hydraulic {
    /// Speed where nobody is in the way, m/s, as a part of k: S = k − 0.266 k D at D = 0.54 persons/m².
    const FREE: f64 = 1.0 - 0.266 * 0.54;
    /// k of floors, m/s.
    const LEVEL: f64 = 1.4;
    /// Boundary layer on each side of a stair's flight, m.
    const STAIR_LAYER_M: f64 = 0.15;

    /// k of a stair, m/s.
    fn stair(riser: f64, tread: f64) -> f64 {
        0.863 * (tread / riser).sqrt()
    }
    /// Most persons per second down a flight: the largest flow of F = (1 − 0.266 D) k D by the effective width.
    pub fn flow(width: f64, riser: f64, tread: f64) -> f64 {
        let density = 0.5 / 0.266;
        (1.0 - 0.266 * density) * stair(riser, tread) * density * (width - 2.0 * STAIR_LAYER_M)
    }
    /// Time down so many metres of height along the steps, s.
    pub fn down(height: f64, riser: f64, tread: f64) -> f64 {
        let along = height * (1.0 + tread * tread / (riser * riser)).sqrt();
        along / (FREE * stair(riser, tread))
    }
    /// Time over so many metres of floor, s.
    pub fn across(metres: f64) -> f64 {
        metres / (FREE * LEVEL)
    }
}

fn tower() -> Loaded {
    let path = "scenarios/high_rise/night_smoke.ron";
    let text = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the scenario is in the tree");
    let set = [("cause".to_owned(), "own_kitchen".to_owned())].into();
    let mut loaded = scenario::load(path, &text, &Library::embedded(), &set, 1).unwrap_or_else(|i| panic!("{i:#?}"));
    // Nothing burns, and it goes on until all are out.
    loaded.scenario.ignitions.clear();
    loaded.scenario.timeline.clear();
    loaded.scenario.ends.after_s = 1200.0;
    loaded.scenario.ends.or = EndsEarly::AllOut;
    loaded
}

fn begun(loaded: Loaded) -> Simulation {
    let (place, issues) = place::compile(&loaded);
    let place = place.unwrap_or_else(|| panic!("{issues:#?}"));
    Simulation::new(Arc::new(place), Arc::new(loaded), 1)
}

/// Who sets out.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    /// Adults under 65: whom the method is made for.
    AbleAdults,
    /// Everybody, also children and old people with sticks and frames.
    Everybody,
}

/// When 95 % of the able adults are out, and when all are by the hydraulic method, s.
#[expect(clippy::print_stdout, reason = "a comparison shows both sides")]
fn emptied(who: Who) -> (f64, f64) {
    let mut loaded = tower();
    let drill = begun(loaded.clone());
    let view = drill.view();
    let of_age = |p: &PersonId| (18.0..65.0).contains(&view.crowd.facts(*p).age);
    let residents = (view.trainees.len() as u32..view.crowd.len() as u32).map(PersonId);
    let goers: Vec<PersonId> = residents.filter(|p| who == Who::Everybody || of_age(p)).collect();
    let adults: Vec<PersonId> = goers.iter().copied().filter(of_age).collect();
    // All set out in the same moment: the method knows no pre-movement time.
    loaded.scenario.timeline = goers
        .iter()
        .map(|p| Happening {
            at_s: 0.0,
            does: Deed::RunDown(view.crowd.facts(*p).name),
            src: Default::default(),
        })
        .collect();
    let mut drill = begun(loaded);
    let mut outs: Vec<f64> = Vec::new();
    // Person-seconds spent in a queue, by space.
    let mut queues: BTreeMap<String, u32> = BTreeMap::new();
    while outs.len() < adults.len() && drill.time_s() < 900.0 {
        drill.step(&[]);
        let view = drill.view();
        let came_out = |e: &&Event| e.kind == EventKind::Out;
        for e in drill.events().iter().filter(came_out) {
            if view.crowd.by_name(&e.subject).is_some_and(|p| adults.contains(&p)) {
                outs.push(e.time_s);
            }
        }
        if view.tick.is_multiple_of(20) {
            let people = (0..view.crowd.len() as u32).map(|k| view.crowd.person(PersonId(k)));
            for space in people.filter(PersonView::in_queue).filter_map(|p| p.space) {
                *queues.entry(view.place.spaces[space.index()].path.clone()).or_default() += 1;
            }
        }
    }
    let view = drill.view();
    let nearly_all = (adults.len() * 95).div_ceil(100);
    let inside: Vec<String> = adults
        .iter()
        .map(|p| (view.crowd.facts(*p).name, view.crowd.person(*p)))
        .filter(|(_, p)| p.state != PersonState::Out)
        .map(|(name, p)| format!("{name}: {}", p.reason))
        .collect();
    assert!(outs.len() >= nearly_all, "still inside: {inside:?}");
    outs.sort_by(f64::total_cmp);
    let measured = outs[nearly_all - 1];
    let stair = &view.place.stairs[0];
    let top = view.place.storeys.last().expect("a tower has storeys").z;
    let landings = 2.0 * (view.place.storeys.len() - 1) as f64;
    // Half of the people by each of the two stairs; round each landing as round half a circle in its middle; and from
    // the furthest flat to the stair, about what lies between the stairs.
    let flow_s = goers.len() as f64 / 2.0 / hydraulic::flow(stair.width, stair.riser, stair.tread);
    let turn = std::f64::consts::PI * (stair.width + 0.2) / 2.0;
    let travel_s = hydraulic::down(top, stair.riser, stair.tread) + hydraulic::across(landings * turn + 27.0);
    println!(
        "{} people, {} able adults: 95 % of these out after {measured:.1} s; hydraulic: flow {flow_s:.1} s, travel {travel_s:.1} s",
        goers.len(),
        adults.len()
    );
    let mut longest: Vec<_> = queues.into_iter().collect();
    longest.sort_by_key(|q| std::cmp::Reverse(q.1));
    for (space, s) in longest.iter().take(6) {
        println!("queued in {space}: {s} person-seconds");
    }
    (measured, flow_s.max(travel_s))
}

#[test]
fn able_adults_empty_the_tower_as_the_hydraulic_method_says() {
    let (measured, expected) = emptied(Who::AbleAdults);
    let off = measured / expected - 1.0;
    assert!(
        off.abs() <= 0.25,
        "{measured:.1} s instead of {expected:.1} s: {:+.0} %",
        100.0 * off
    );
}

/// The method knows nobody who is slow: in flights 1.1 m wide they hold up those behind.
#[test]
fn the_slow_hold_up_the_able_on_a_stair() {
    let (measured, expected) = emptied(Who::Everybody);
    assert!(measured > expected, "{measured:.1} s, {expected:.1} s");
}
