//! The verification cases: all of them are sound, the quick ones give what they must give or are known not to, and each
//! moves as it should when one of its inputs changes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it expects"
)]

mod mutations;

use firedrill::drill::verification::{CASES, Case, KNOWN_REDS, KnownRed, Row};
use firedrill::place;
use firedrill::scenario::{self, Library, LibraryKind, Severity};
use std::collections::BTreeSet;

/// Cases of crowds that take more than a second or two.
const SLOW: &[&str] = &[
    "crowd/bottleneck_widths",
    "crowd/corner",
    "crowd/faster_is_slower",
    "crowd/imo_11",
    "crowd/imo_12",
    "crowd/imo_4",
    "crowd/imo_8",
    "crowd/narrowed_ways",
    "crowd/necks",
    "crowd/nist_1_1",
    "crowd/nist_3_3",
    "crowd/rimea_11",
    "crowd/rimea_12",
    "crowd/rimea_12_c",
    "crowd/rimea_13",
    "crowd/rimea_15",
    "crowd/rimea_16",
    "crowd/rimea_4",
    "crowd/rimea_8",
    "crowd/rimea_9",
    "crowd/stair_merging",
    "fire/thousand_rooms",
];

/// Path, text and case of every verification scenario that expects something.
fn cases(library: &Library) -> Vec<(String, String, Case)> {
    let files = library.files.range(CASES.to_owned()..);
    let files = files.take_while(|(path, _)| path.starts_with(CASES));
    files
        .filter_map(|(path, text)| {
            let case = Case::read(path, text.as_bytes(), library).unwrap_or_else(|e| panic!("{path}: {e:?}"));
            Some((path.clone(), text.clone(), case?))
        })
        .collect()
}

/// `"fire/steckler"` of `"scenarios/verification/fire/steckler.ron"`.
fn stem(path: &str) -> &str {
    path.strip_prefix(CASES).unwrap().strip_suffix(".ron").unwrap()
}

fn known_reds(library: &Library) -> Vec<KnownRed> {
    let text = library.get(LibraryKind::Verification, KNOWN_REDS).unwrap();
    scenario::read_file("known_reds.ron", text.as_bytes()).unwrap()
}

fn rows(case: &Case, library: &Library) -> Vec<Row> {
    let seeds = case.seeds().iter();
    let measured: Vec<_> = seeds.map(|s| case.measure(*s, library, &|_| true)).collect();
    case.rows(&measured)
}

#[test]
fn every_case_is_sound_under_every_knob_and_says_what_it_measures() {
    let library = Library::embedded();
    let mut seen = BTreeSet::new();
    for (path, text, case) in cases(&library) {
        let issues = place::check(&path, text.as_bytes(), &library);
        let errors: Vec<_> = issues.iter().filter(|i| i.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{path}: {errors:?}");
        let loaded = scenario::load(&path, text.as_bytes(), &library, &Default::default(), 1).unwrap();
        assert!(
            !case.title().zh.is_empty() && !case.title().en.is_empty(),
            "{path} has no title"
        );
        for (e, name) in loaded.scenario.expect.iter().zip(case.names()) {
            assert!(
                seen.insert((name.clone(), e.quantity.clone())),
                "{name} {} stands twice",
                e.quantity
            );
            assert!(!e.unit.is_empty(), "{name} {}: no unit", e.quantity);
            assert!(!e.source.document.is_empty(), "{name} {}: no source", e.quantity);
            assert!(
                e.title.zh.is_empty() == e.title.en.is_empty(),
                "{name} {}: one language",
                e.quantity
            );
        }
    }
    assert!(seen.len() > 60, "{}", seen.len());
    for known in known_reds(&library) {
        let row = (known.name.clone(), known.quantity.clone());
        assert!(seen.contains(&row), "known red of no row: {row:?}");
        assert!(
            !known.cause.zh.is_empty() && !known.cause.en.is_empty(),
            "{row:?}: no cause"
        );
    }
}

#[test]
fn quick_cases_pass_or_are_known_not_to() {
    let library = Library::embedded();
    let known = known_reds(&library);
    let mut wrong = Vec::new();
    for (path, _, case) in cases(&library) {
        if SLOW.contains(&stem(&path)) {
            continue;
        }
        for row in rows(&case, &library) {
            let red = known.iter().any(|k| k.is_of(&row));
            if row.passed == red {
                wrong.push(format!(
                    "{} {}: {}",
                    row.name,
                    row.quantity,
                    if red {
                        "is known to fail, and passes"
                    } else {
                        &row.reason
                    }
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
