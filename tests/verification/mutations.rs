//! One input of each case is changed, and what it measures moves as it should: so no case passes whatever is computed.

use super::{SLOW, cases, stem};
use firedrill::drill::verification::Case;
use firedrill::scenario::Library;
use std::collections::BTreeSet;

/// Where a measured value goes.
#[derive(Clone, Copy, Debug)]
enum Goes {
    /// Up by more than 1 %.
    Up,
    /// Down by more than 1 %.
    Down,
    /// Times this factor, within 5 %.
    Times(f64),
}
use Goes::{Down, Times, Up};

/// Row and quantity; text of the scenario and what stands in its place; where the value goes.
const MUTATIONS: &[(&str, &str, &str, &str, Goes)] = &[
    (
        "fire/sealed_room",
        "pressure_rate",
        "Steady(100.0)",
        "Steady(200.0)",
        Times(2.0),
    ),
    (
        "fire/sealed_room_warms",
        "pressure_rise",
        "outside_c: 25.0",
        "outside_c: 30.0",
        Up,
    ),
    ("fire/fan_and_leak", "pressure", "flow: 0.01", "flow: 0.005", Down),
    ("fire/leakage", "pressure", "flow: 0.01", "flow: 0.02", Times(4.0)),
    (
        "fire/stack",
        "pressure_difference",
        "outside_c: 0.0",
        "outside_c: -10.0",
        Times(1.556),
    ),
    (
        "fire/filling_floor_leak",
        "height_120_s",
        "Steady(1000.0)",
        "Steady(3000.0)",
        Down,
    ),
    (
        "fire/flame_height",
        "flame_100_kw",
        "Steady(100.0)",
        "Steady(200.0)",
        Up,
    ),
    (
        "fire/t_squared",
        "fast_150_s",
        "\"fast\": 0.0469",
        "\"fast\": 0.0938",
        Times(2.0),
    ),
    ("fire/mqh", "rise_200_kw", "height: 2.0", "height: 1.2", Up),
    (
        "fire/steckler_places_410",
        "upper_rise",
        "Steady(62.9)",
        "Steady(105.3)",
        Up,
    ),
    ("fire/ceiling_jet", "speed", "Steady(100.0)", "Steady(150.0)", Up),
    (
        "fire/sprinkler_decay",
        "decay_time",
        "{\"4.2\": 4.2",
        "{\"4.2\": 5.2",
        Down,
    ),
    (
        "fire/flashover",
        "heat_release_at_600_c",
        "width: 0.8",
        "width: 1.2",
        Up,
    ),
    ("fire/link", "activation", "activates_c: 40", "activates_c: 35", Down),
    ("fire/door_shut", "co_ratio", "leakage: 0.01", "leakage: 0.1", Up),
    (
        "fire/methane_products",
        "carbon_dioxide",
        "formula: (1, 4,",
        "formula: (2, 4,",
        Times(1.144),
    ),
    ("fire/iso_19_c", "overcome", "\"c\": 1000.0", "\"c\": 2000.0", Down),
    ("fire/nist_2_6", "overcome", "co_ppm: 5000.0", "co_ppm: 10000.0", Down),
    (
        "fire/heat_dose_100",
        "overcome",
        "\"100\": 100.0",
        "\"100\": 120.0",
        Times(0.538),
    ),
    (
        "fire/thousand_rooms",
        "median_iterations",
        "outside_c: 0.0",
        "outside_c: -40.0",
        Up,
    ),
    (
        "fire/nbs_corridor_a",
        "room_rise",
        "(10, 110), (890, 110)",
        "(10, 55), (890, 55)",
        Down,
    ),
    (
        "fire/nist_nrc_2",
        "rise",
        "(180, 1190), (625, 1190)",
        "(180, 600), (625, 600)",
        Down,
    ),
    ("fire/steckler_14", "upper_rise", "\"14\": 0.74", "\"14\": 1.5", Down),
    (
        "crowd/rimea_1",
        "time_for_40_m",
        "speed_m_s: 1.33",
        "speed_m_s: 1.0",
        Times(1.33),
    ),
    (
        "crowd/rimea_2",
        "speed_up",
        "speed_m_s: 1.35",
        "speed_m_s: 1.0",
        Times(0.7407),
    ),
    (
        "crowd/rimea_3",
        "speed_down",
        "speed_m_s: 1.35",
        "speed_m_s: 1.0",
        Times(0.7407),
    ),
    ("crowd/rimea_4", "speed_at_1", "\"1\": 60", "\"1\": 120", Down),
    ("crowd/rimea_5", "out", "after_s: 150", "after_s: 60", Down),
    ("crowd/rimea_6", "out", "count: 20", "count: 10", Times(0.5)),
    ("crowd/rimea_7", "mean_under_30", "Normal(1.095", "Normal(1.2", Up),
    ("crowd/rimea_9", "time_four_exits", "count: 1000", "count: 500", Down),
    (
        "crowd/rimea_10",
        "by_main_exit",
        "count: 2, in: \"1F/r1\", starts: Fixed(0), goes_to: \"1F/main\"",
        "count: 2, in: \"1F/r1\", starts: Fixed(0), goes_to: \"1F/second\"",
        Times(13.0 / 15.0),
    ),
    ("crowd/rimea_11", "by_far_exit", "count: 700", "count: 100", Down),
    (
        "crowd/rimea_12_d",
        "least_step_of_flow",
        "\"1.2\": 1.2",
        "\"1.2\": 1.0",
        Down,
    ),
    ("crowd/rimea_15", "least_step", "count: 500", "count: 50", Up),
    (
        "crowd/rimea_12_c",
        "first_less_second",
        "at: (20, 5), width: 1.0",
        "at: (20, 5), width: 0.8",
        Up,
    ),
    (
        "crowd/rimea_13",
        "up_to_down",
        "\"down\": \"1F/exit\"",
        "\"down\": \"2F/exit\"",
        Up,
    ),
    ("crowd/rimea_16", "share_in_band", "\"17\": 17", "\"17\": 49", Down),
    ("crowd/imo_4", "flow_emergent", "width: 1.0", "width: 2.0", Up),
    (
        "crowd/imo_8",
        "ratio_100_to_0",
        "count: 100, in: \"1F/room2\"",
        "count: 10, in: \"1F/room2\"",
        Down,
    ),
    ("crowd/imo_11", "out", "count: 150", "count: 75", Times(0.5)),
    ("crowd/imo_12", "flow_5_to_2", "\"5\": 300", "\"5\": 180", Up),
    (
        "crowd/nist_1_1",
        "likelihood_uniform",
        "Uniform(10, 100)",
        "Uniform(10, 150)",
        Down,
    ),
    ("crowd/nist_2_4", "mean", "Normal(1.2", "Normal(1.4", Up),
    ("crowd/beds", "in_bed", "speed_m_s: 1.25", "speed_m_s: 1.0", Down),
    (
        "crowd/nist_2_10",
        "slower_by",
        "\"slow_and_wide\": 0.8",
        "\"slow_and_wide\": 1.2",
        Down,
    ),
    (
        "crowd/nist_2_9",
        "last_after_first",
        "\"together\": true",
        "\"together\": false",
        Up,
    ),
    ("crowd/nist_4_1", "by_far_exit", "(1, 0)]", "(1, 1)]", Down),
    (
        "crowd/iso_18_nist_2_5",
        "speed",
        "extinction: 1.0",
        "extinction: 2.0",
        Down,
    ),
    (
        "crowd/nist_2_2",
        "speed_up",
        "\"up\": 1.8182",
        "\"up\": 1.4",
        Times(0.77),
    ),
    (
        "crowd/nist_2_5",
        "time_for_100_m",
        "extinction: 1.0",
        "extinction: 0.5",
        Times(0.6667),
    ),
    (
        "crowd/nist_2_7",
        "out_by_lift",
        "\"for_evacuation\": true",
        "\"for_evacuation\": false",
        Down,
    ),
    (
        "crowd/nist_3_1",
        "by_east",
        "goes_to: \"1F/east\"",
        "goes_to: \"1F/west\"",
        Down,
    ),
    (
        "crowd/nist_3_2",
        "third_with_others",
        "at: (4.9, 5.0)",
        "at: (1, 5.0)",
        Down,
    ),
    (
        "crowd/nist_3_3",
        "east_known_alike",
        "(\"1F/east\", 1)",
        "(\"1F/east\", 9)",
        Up,
    ),
    ("crowd/nist_5_2", "largest_flow", "doors: Imo", "doors: Sfpe", Down),
    ("crowd/rimea_8", "out", "after_s: 400", "after_s: 60", Down),
    ("crowd/rimea_14", "by_stair_long", "count: 20", "count: 40", Times(2.0)),
    (
        "crowd/bottleneck_widths",
        "least_to_most",
        "\"2.4\": 2.4",
        "\"2.4\": 0.8",
        Down,
    ),
    (
        "crowd/necks",
        "specific_flow",
        "\"1.2\": 1.2}), height: 2.1),\n                Gap(name: \"end\"",
        "\"1.2\": 0.7}), height: 2.1),\n                Gap(name: \"end\"",
        Down,
    ),
    (
        "crowd/narrowed_ways",
        "flow_to_measured",
        "\"2.00\": 2.0})",
        "\"2.00\": 1.0})",
        Down,
    ),
    (
        "crowd/corner",
        "corner_to_straight",
        "(18.8, 1.2), (12, 1.2)",
        "(18.8, 0.0), (12, 1.2)",
        Down,
    ),
    (
        "crowd/t_junction",
        "flow",
        "at: (0, 15), width: 2.4",
        "at: (0, 15), width: 1.2",
        Down,
    ),
    (
        "crowd/corridor_widths",
        "narrow_to_wide",
        "\"1.8\": 86",
        "\"1.8\": 43",
        Up,
    ),
    (
        "crowd/stair_merging",
        "floor_share_beside",
        "count: 150, in: \"2F/hall\"",
        "count: 12, in: \"2F/hall\"",
        Down,
    ),
    ("crowd/faster_is_slower", "ratio", "\"1.5\": 1.5", "\"1.5\": 0.5", Down),
];

#[test]
fn every_case_has_an_input_that_moves_it() {
    let library = Library::embedded();
    let moved: BTreeSet<&str> = MUTATIONS.iter().map(|m| m.0).collect();
    for (path, _, case) in cases(&library) {
        let some = case.names().iter().any(|n| moved.contains(n.as_str()));
        assert!(some, "{path}: no changed input moves it");
    }
}

/// Measures a row before and after its change, with the first seed.
fn check(slow: bool) {
    let library = Library::embedded();
    let cases = cases(&library);
    let mut wrong = Vec::new();
    for (name, quantity, from, to, goes) in MUTATIONS {
        let Some((path, text, case)) = cases.iter().find(|(_, _, c)| c.names().iter().any(|n| n == name)) else {
            wrong.push(format!("there is no row {name}"));
            continue;
        };
        if SLOW.contains(&stem(path)) != slow {
            continue;
        }
        if !text.contains(from) {
            wrong.push(format!("{name}: {from} is not in it"));
            continue;
        }
        let changed = text.replacen(from, to, 1);
        let changed = Case::read(path, changed.as_bytes(), &library).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let measure = |case: &Case| {
            let measured = case.measure(case.seeds()[0], &library, &|n| n == *name);
            let rows = case.rows(&[measured]);
            rows.into_iter()
                .find(|r| r.quantity == *quantity)
                .and_then(|r| r.measured)
        };
        let (Some(before), Some(after)) = (measure(case), changed.map(|c| measure(&c)).unwrap_or_default()) else {
            wrong.push(format!("{name} {quantity} measures nothing"));
            continue;
        };
        let least = 0.01 * before.abs().max(1e-3);
        let moved = match goes {
            Up => after > before + least,
            Down => after < before - least,
            Times(x) => (after / before / x - 1.0).abs() < 0.05,
        };
        if !moved {
            wrong.push(format!(
                "{name} {quantity}: {from} → {to}: {before} → {after}, not {goes:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_changed_input_moves_each_quick_case() {
    check(false);
}

#[test]
#[ignore = "takes minutes; run it when the crowd has changed"]
fn a_changed_input_moves_each_slow_case() {
    check(true);
}
