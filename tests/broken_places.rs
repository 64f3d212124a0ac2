//! Broken places are answered with the kind and the place of every mistake; no text makes the checks panic, hang or
//! eat memory.

#![expect(clippy::disallowed_methods, reason = "tests of speed read the clock")]

use firedrill::place;
use firedrill::scenario::{Library, Severity};
use proptest::prelude::*;
use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// `id line:column` of every problem.
fn found(name: &str, text: &str) -> Vec<String> {
    let issues = place::check(name, text.as_bytes(), &Library::embedded());
    for i in &issues {
        for said in [&i.message, &i.hint] {
            assert!(
                said.zh.is_empty() == said.en.is_empty(),
                "{name}: one language only: {i:?}"
            );
        }
        assert!(
            !i.message.zh.is_empty() && i.message.en.is_ascii() || i.message.en.contains('²'),
            "{i:?}"
        );
        assert!(
            i.message.en.len() < 400 && i.message.zh.len() < 400,
            "{name}: too long: {i:?}"
        );
    }
    issues
        .iter()
        .map(|i| format!("{} {}:{}", i.id, i.line, i.column))
        .collect()
}

#[test]
fn every_broken_place_is_answered_with_kind_line_and_column() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|p| p.file_name().unwrap().to_string_lossy().starts_with("geo_"));
    files.sort();
    assert!(files.len() >= 35, "only {} files", files.len());
    let mut wrong = String::new();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let expected: Vec<&str> = text
            .lines()
            .filter_map(|l| l.strip_prefix("// expect: "))
            .map(str::trim)
            .collect();
        assert!(!expected.is_empty(), "{name} expects nothing");
        let found = found(&name, &text);
        if found != expected {
            writeln!(wrong, "{name}: expected {expected:?}, found {found:?}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A building of one plan, with whatever else is said.
fn scenario(storeys: &str, spaces: &str, openings: &str, plan: &str, building: &str, top: &str) -> String {
    format!(
        "Scenario(format: 1, kind: Verification, place: (storeys: [{storeys}], plans: {{\"a\": (spaces: [{spaces}], \
         openings: [{openings}], {plan})}}, {building}), {top} ends: (after_s: 5))"
    )
}
const STOREY: &str = r#"(name: "1F", height: 3, plan: "a")"#;
const ROOM: &str = r#"(name: "room", outline: [(0, 0), (5, 0), (5, 4), (0, 4)])"#;
const HALL: &str = r#"(name: "room", outline: [(0, 0), (390, 0), (390, 390), (0, 390)])"#;
const DOOR: &str = r#"Door(name: "exit", between: ("room", "street"), at: (2, 0))"#;

fn many(n: usize, one: impl Fn(usize) -> String) -> String {
    (0..n).map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn absurd_numbers_are_answered_in_time() {
    let one = |spaces: &str, openings: &str, plan: &str, top: &str| scenario(STOREY, spaces, openings, plan, "", top);
    let square = |x: f64, y: f64, s: f64| {
        format!(
            "outline: [({x}, {y}), ({}, {y}), ({}, {}), ({x}, {})]",
            x + s,
            x + s,
            y + s,
            y + s
        )
    };
    let zigzag = many(20_000, |i| format!("({}, {})", i as f64 * 0.001, (i % 2) as f64 * 0.01));
    let crowd = many(2_000, |i| format!(r#"Person(name: "p{i}", in: "1F/room")"#));
    let large = many(60, |i| format!(r#"(name: "{}F", height: 3, plan: "p{i}")"#, i + 1));
    let plans = many(60, |i| {
        format!(
            r#""p{i}": (spaces: [(name: "r", outline: [(0, 0), ({}, 0), (380, 380), (0, 380)])])"#,
            380.0 + i as f64 * 0.1
        )
    });
    for (what, text, id) in [
        (
            "size",
            one(&format!(r#"(name: "room", {})"#, square(0.0, 0.0, 1e300)), DOOR, "", ""),
            "range",
        ),
        (
            "km",
            one(&format!(r#"(name: "room", {})"#, square(0.0, 0.0, 1e3)), DOOR, "", ""),
            "storey.too_large",
        ),
        (
            "far",
            one(
                &format!(r#"{ROOM}, (name: "b", {})"#, square(9e3, 9e3, 5.0)),
                DOOR,
                "",
                "",
            ),
            "storey.too_large",
        ),
        (
            "zero",
            one(r#"(name: "room", outline: [(0, 0), (0, 0), (0, 0)])"#, DOOR, "", ""),
            "space.too_few_corners",
        ),
        (
            "no width",
            one(ROOM, &DOOR.replace("at:", "width: 0, at:"), "", ""),
            "range",
        ),
        (
            "wide",
            one(ROOM, &DOOR.replace("at:", "width: 1e300, at:"), "", ""),
            "range",
        ),
        (
            "height",
            scenario(&STOREY.replace('3', "1e300"), ROOM, DOOR, "", "", ""),
            "range",
        ),
        (
            "storeys",
            scenario(&STOREY.replace("1F", "1F..9999F"), ROOM, DOOR, "", "", ""),
            "storey.malformed",
        ),
        (
            "more storeys",
            scenario(&STOREY.replace("1F", "1F..10000F"), ROOM, DOOR, "", "", ""),
            "storey.malformed",
        ),
        (
            "people",
            one(
                ROOM,
                DOOR,
                "",
                r#"people: [Group(name: "g", count: 100000, in: "1F/room")],"#,
            ),
            "",
        ),
        (
            "too many",
            one(
                ROOM,
                DOOR,
                "",
                r#"people: [Group(name: "g", count: 100001, in: "1F/room")],"#,
            ),
            "range",
        ),
        (
            "corners",
            one(
                &format!(r#"(name: "room", outline: [{zigzag}, (20, 5), (0, 5)])"#),
                "",
                "",
                "",
            ),
            "space.too_many_corners",
        ),
        (
            "doors",
            one(ROOM, &many(7_000, |_| DOOR.replace(r#"name: "exit", "#, "")), "", ""),
            "storey.too_much",
        ),
        (
            "lost doors",
            one(
                ROOM,
                &many(5_000, |i| format!(r#"Gap(between: ("x{i}", "street"), at: (2, 0))"#)),
                "",
                "",
            ),
            "opening.unknown_space",
        ),
        (
            "rooms",
            one(
                &many(3_500, |i| format!(r#"(name: "r{i}", {})"#, square(i as f64, 0.0, 1.0))),
                "",
                "",
                "",
            ),
            "storey.too_much",
        ),
        (
            "in one place",
            one(
                &many(2_000, |i| format!(r#"(name: "r{i}", {})"#, square(0.0, 0.0, 5.0))),
                "",
                "",
                "",
            ),
            "space.overlap",
        ),
        (
            "walls",
            one(
                HALL,
                DOOR,
                &format!(
                    "walls: [[{}]]",
                    many(3_900, |i| format!("({}, {})", i % 2 * 380, i % 380))
                ),
                "",
            ),
            "",
        ),
        (
            "more walls",
            one(
                HALL,
                DOOR,
                &format!("walls: [[{}]]", many(4_100, |i| format!("({}, 3)", i % 9))),
                "",
            ),
            "storey.too_much",
        ),
        (
            "a full hall",
            one(
                HALL,
                DOOR,
                r#"things: [(name: "t", burns: (heat: Steady(1), blocks: true, size: (60, 60, 1)), at: (195, 195))]"#,
                &format!("people: [{crowd}],"),
            ),
            "",
        ),
        (
            "large storeys",
            scenario(&large, "", "", "", "", "").replace(r#""a": ("#, &format!(r#"{plans}, "a": ("#)),
            "place.too_large",
        ),
        (
            "words",
            one(
                ROOM,
                DOOR,
                "",
                &format!("knobs: {{\"k\": OneOf([{}])}},", many(20_000, |i| format!("\"{i}\""))),
            ),
            "knob.declaration",
        ),
    ] {
        let start = Instant::now();
        let issues = found(what, &text);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(5), "{what}: {took:?}");
        let said = issues.iter().any(|i| i.split(' ').next() == Some(id));
        assert!(
            if id.is_empty() { issues.is_empty() } else { said },
            "{what}: {:?}",
            &issues[..issues.len().min(5)]
        );
        assert!(issues.len() <= 1_001, "{what}: {} problems", issues.len());
    }
}

#[test]
fn a_prefab_used_without_end_is_refused() {
    let room = many(500, |i| {
        format!(
            r#"(name: "r{i}", outline: [({i}, 0), ({}, 0), ({}, 4), ({i}, 4)])"#,
            i + 1,
            i + 1
        )
    });
    let library =
        Library::embedded().with_folder([("scenarios/prefabs/block.ron".to_owned(), format!("(spaces: [{room}])"))]);
    let instances = many(5_000, |i| {
        format!(r#"(prefab: "block", name: "b{i}", at: (0, {}))"#, i * 5)
    });
    let text = scenario(
        &STOREY.replace("1F", "1F..200F"),
        "",
        "",
        &format!("place: [{instances}]"),
        "",
        "",
    );
    let start = Instant::now();
    let issues = place::check("prefabs", text.as_bytes(), &library);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(issues.iter().any(|i| i.severity == Severity::Error), "{issues:?}");
}

/// Pieces of text that mean something in a scenario.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "0",
            "-1",
            "1e-9",
            "1e300",
            "0.2",
            "400",
            "20000",
            "90",
            "270",
            "45",
            "\"street\"",
            "\"outside\"",
            "\"1F\"",
            "\"2F\"",
            "\"1F..40F\"",
            "\"B2..3F\"",
            "\"stair_a\"",
            "\"hall\"",
            "\"shop\"",
            "true",
            "mirror: true,",
            "turn: 90,",
            "holes: [[(1, 1), (2, 1), (2, 2)]],",
            "lock: Locked,",
            "height: 9,",
            "floor: 3,",
            "[]",
            "()",
        ])
        .prop_map(str::to_owned),
        (-30.0..60.0_f64).prop_map(|x| format!("{x:.2}")),
    ]
}

/// Where numbers, words in quotes and fields of a text begin and end.
fn tokens(text: &str) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        let start = i;
        if bytes[i] == b'"' {
            i = text[i + 1..].find('"').map_or(bytes.len(), |n| i + n + 2);
            all.push((start, i));
        } else if bytes[i].is_ascii_digit() || bytes[i] == b'-' {
            while i < bytes.len() && (bytes[i].is_ascii_digit() || matches!(bytes[i], b'.' | b'-' | b'e')) {
                i += 1;
            }
            all.push((start, i));
        } else {
            i += 1;
        }
    }
    all
}

const WHOLE: &str = include_str!("broken/library/whole.ron");

/// Two storeys with a stair, a lift, a shaft, people and instruments.
const HOUSE: &str = r#"Scenario(
    format: 1,
    place: (
        storeys: [(name: "1F..2F", height: 3, slab: 0.2, plan: "floor")],
        plans: {"floor": (
            spaces: [
                (name: "hall", use: Corridor, outline: [(0, 0), (12, 0), (12, 2), (0, 2)]),
                (name: "shop", outline: [(0, 2), (6, 2), (6, 8), (0, 8)], holes: [[(2, 4), (3, 4), (3, 5), (2, 5)]]),
            ],
            openings: [
                Door(name: "exit", between: ("hall", "street"), at: (0, 1), width: 1.2),
                Door(name: "inner", between: ("shop", "hall"), at: (2, 2), width: 0.9),
                Window(name: "pane", between: ("shop", "outside"), at: (3, 8), width: 1.5, height: 1.2, sill: 0.9),
                Gap(name: "way", between: ("stair_a", "hall"), at: (12, 0.7), width: 1.0),
            ],
            things: [(name: "sofa", burns: (heat: Steady(50), blocks: true), at: (1, 6))],
            equipment: [(name: "sign", kind: ExitSign("exit"), at: (6, 0.1))],
            walls: [[(4, 3), (4, 5)]],
        )},
        stairs: [(name: "stair_a", serves: "1F..2F", at: (12, 0), width: 1.1, landing: 1.4, riser: 0.1667, tread: 0.27)],
        lifts: [(name: "lift_1", serves: "1F..2F", at: (8, 2), size: (2, 2), lobby: "hall", door: (9, 2))],
        shafts: [(name: "duct", serves: "1F..2F", outline: [(6, 2), (7, 2), (7, 3), (6, 3)], opens_to: [("hall", 0.1)])],
    ),
    ignitions: [(thing: "1F/sofa", at_s: 0)],
    people: [
        Person(name: "li", in: "1F/shop", at: (1, 4), goes_to: "1F/exit", waypoints: [(1, 3)]),
        Group(name: "crowd", count: 5, in: "2F/shop", area: [(0, 6), (6, 6), (6, 8), (0, 8)]),
    ],
    probes: [
        Thermocouples((name: "tree", in: "1F/shop", at: (1, 3), heights: [0.5, 2.0])),
        CountingLine((name: "line", in: "1F/hall", from: (1, 0), to: (1, 2))),
        DensityArea((name: "area", in: "1F/hall", outline: [(0, 0), (5, 0), (5, 2), (0, 2)])),
    ],
    ends: (after_s: 60),
)
"#;

#[test]
fn the_house_that_is_mutated_is_sound() {
    assert_eq!(found("house", HOUSE), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_change_to_a_scenario_makes_the_checks_panic_or_hang(
        house in prop::bool::weighted(0.8),
        changes in prop::collection::vec((any::<prop::sample::Index>(), piece(), 0..8_u8), 1..5),
    ) {
        let mut text = if house { HOUSE } else { WHOLE }.to_owned();
        for (at, piece, how) in &changes {
            let all = tokens(&text);
            let (from, to) = all[at.index(all.len())];
            match how {
                // Another value; most places stay readable.
                0..=5 => text.replace_range(from..to, piece),
                // Left out.
                6 => text.replace_range(from..to, ""),
                // Twice.
                _ => text.insert_str(to, &format!(", {piece}")),
            }
        }
        let start = Instant::now();
        let issues = place::check("changed.ron", text.as_bytes(), &Library::embedded());
        prop_assert!(start.elapsed() < Duration::from_secs(5), "{:?}\n{text}", start.elapsed());
        for i in &issues {
            prop_assert!(i.line >= 1 && i.column >= 1 && !i.message.zh.is_empty());
        }
    }
}
