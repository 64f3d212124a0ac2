//! Broken scenario files are answered with the place of every mistake; valid ones read as the notation's own crate
//! reads them; no text makes the reader panic or hang.

use firedrill::scenario::{
    Issue, KnobValue, Language, Library, LibraryKind, Opening, People, Scenario, Severity, SourceFile, load,
    render_plain, variants,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

fn problems(path: &str, bytes: &[u8]) -> Vec<Issue> {
    load(path, bytes, &library(), &BTreeMap::new(), 1).map_or_else(|issues| issues, |loaded| loaded.warnings)
}

/// The embedded library with a few files of the tests.
fn library() -> Library {
    let file = |kind, name: &str, text: &str| (Library::path(kind, name), text.to_owned());
    Library::embedded().with_folder([
        file(
            LibraryKind::Prefab,
            "test_flat",
            include_str!("broken/library/test_flat.ron"),
        ),
        file(
            LibraryKind::Prefab,
            "test_loop_a",
            include_str!("broken/library/test_loop_a.ron"),
        ),
        file(
            LibraryKind::Prefab,
            "test_loop_b",
            include_str!("broken/library/test_loop_b.ron"),
        ),
        file(
            LibraryKind::Item,
            "test_sofa",
            include_str!("broken/library/test_sofa.ron"),
        ),
        file(
            LibraryKind::People,
            "test_homes",
            include_str!("broken/library/test_homes.ron"),
        ),
    ])
}

const WHOLE: &str = include_str!("broken/library/whole.ron");
const PLAIN: &str = include_str!("broken/library/plain.ron");

#[test]
fn every_broken_file_is_answered_with_kind_line_and_column() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|p| p.file_name().unwrap().to_string_lossy().starts_with("text_"));
    files.sort();
    assert!(files.len() >= 20, "only {} files", files.len());
    let mut wrong = String::new();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let expected: Vec<&str> = text
            .lines()
            .filter_map(|l| l.strip_prefix("// expect: "))
            .map(str::trim)
            .collect();
        assert!(!expected.is_empty(), "{name} expects nothing");
        let issues = problems(&name, &bytes);
        let found: Vec<String> = issues
            .iter()
            .map(|i| format!("{} {}:{}", i.id, i.line, i.column))
            .collect();
        if found != expected {
            let sources = [SourceFile {
                path: name.clone(),
                text: text.clone().into_owned(),
            }];
            wrong += &format!(
                "{name}: expected {expected:?}\n{}\n",
                render_plain(&issues, &sources, Language::En)
            );
        }
        for i in &issues {
            assert!(
                !i.message.zh.is_empty() && !i.message.en.is_empty(),
                "{name}: a language is missing: {i:?}"
            );
            assert!(
                i.hint.zh.is_empty() == i.hint.en.is_empty(),
                "{name}: a hint lacks a language: {i:?}"
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_whole_scenario_reads_without_a_word() {
    for (name, text) in [("whole.ron", WHOLE), ("plain.ron", PLAIN)] {
        let issues = problems(name, text.as_bytes());
        let sources = [SourceFile {
            path: name.into(),
            text: text.into(),
        }];
        assert!(issues.is_empty(), "{}", render_plain(&issues, &sources, Language::En));
    }
    let loaded = load("whole.ron", WHOLE.as_bytes(), &library(), &BTreeMap::new(), 1).unwrap();
    assert!(loaded.prefabs.contains_key("test_flat"));
    assert!(loaded.items.contains_key("test_sofa"));
    assert!(loaded.mixes.contains_key("test_homes"));
    assert!(loaded.constructions.contains_key("concrete"));
    assert_eq!(loaded.sources[0].path, "whole.ron");
    assert_eq!(loaded.scenario.chosen.len(), 3);
    let storey = &loaded.scenario.place.storeys[0];
    let (line, column) = loaded.position(storey.src.of("height"));
    let text = WHOLE.lines().nth(line - 1).unwrap();
    assert!(
        text.chars().skip(column - 1).collect::<String>().starts_with("2.9"),
        "{line}:{column}"
    );
}

#[test]
fn valid_documents_read_as_the_notations_own_crate_reads_them() {
    use ron::extensions::Extensions;
    let options = ron::Options::default().with_default_extension(
        Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES | Extensions::UNWRAP_VARIANT_NEWTYPES,
    );
    let theirs: Scenario = options.from_str(PLAIN).unwrap();
    let ours = load("plain.ron", PLAIN.as_bytes(), &library(), &BTreeMap::new(), 1)
        .unwrap()
        .scenario;
    assert_eq!(ours, theirs);
    assert_eq!(ours.place.plans["room"].openings.len(), 4);
    for kind in [
        LibraryKind::Prefab,
        LibraryKind::Item,
        LibraryKind::People,
        LibraryKind::Constructions,
    ] {
        let library = library();
        for name in library.names(kind) {
            let text = library.get(kind, name).unwrap();
            if ["Pick(", "If(", "Knob("].iter().any(|k| text.contains(k)) {
                continue;
            }
            let path = Library::path(kind, name);
            macro_rules! same {
                ($t:ty) => {{
                    let ours: $t = firedrill::scenario::read_file(&path, text.as_bytes()).unwrap();
                    assert_eq!(ours, options.from_str::<$t>(text).unwrap(), "{path}");
                }};
            }
            match kind {
                LibraryKind::Prefab => same!(firedrill::scenario::Plan),
                LibraryKind::Item => same!(firedrill::scenario::Burns),
                LibraryKind::People => same!(firedrill::scenario::HouseholdMix),
                _ => same!(BTreeMap<String, firedrill::scenario::Construction>),
            }
        }
    }
}

fn set(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

#[test]
fn knobs_choose_values_and_elements_and_are_recorded() {
    let with = |pairs: &[(&str, &str)]| load("whole.ron", WHOLE.as_bytes(), &library(), &set(pairs), 1).unwrap();
    let wedged = |loaded: &firedrill::scenario::Loaded| {
        loaded.scenario.place.plans["typical"]
            .openings
            .iter()
            .any(|o| matches!(o, Opening::Door(d) if d.wedged))
    };
    let a = with(&[("doors", "wedged"), ("mother", "home"), ("outside", "-3.5")]);
    let b = with(&[("doors", "shut"), ("mother", "away"), ("outside", "12")]);
    assert!(wedged(&a) && !wedged(&b));
    let persons = |l: &firedrill::scenario::Loaded| {
        l.scenario
            .people
            .iter()
            .filter(|p| matches!(p, People::Person(_)))
            .count()
    };
    assert_eq!((persons(&a), persons(&b)), (1, 0));
    assert_eq!(
        (a.scenario.weather.outside_c, b.scenario.weather.outside_c),
        (-3.5, 12.0)
    );
    assert_eq!(a.scenario.chosen["doors"], KnobValue::Word("wedged".into()));
    assert_eq!(a.scenario.chosen["outside"], KnobValue::Number(-3.5));
    let again = |seed| {
        load("w", WHOLE.as_bytes(), &library(), &BTreeMap::new(), seed)
            .unwrap()
            .scenario
            .chosen
    };
    assert_eq!(again(5), again(5));
    assert!((0..20).any(|s| again(s) != again(5)));
}

#[test]
fn a_setting_that_a_knob_does_not_allow_is_answered() {
    let ids = |pairs: &[(&str, &str)]| -> Vec<String> {
        let result = load("whole.ron", WHOLE.as_bytes(), &library(), &set(pairs), 1);
        result.map_or_else(|e| e.into_iter().map(|i| i.id).collect(), |_| Vec::new())
    };
    assert_eq!(ids(&[("doors", "open")]), ["knob.setting"]);
    assert_eq!(ids(&[("outside", "99")]), ["knob.setting"]);
    assert_eq!(ids(&[("outside", "NaN")]), ["knob.setting"]);
    assert_eq!(ids(&[("outside", "warm")]), ["knob.setting"]);
    assert_eq!(ids(&[("door", "shut")]), ["knob.unknown_setting"]);
}

#[test]
fn the_settings_to_check_reach_every_branch() {
    let runs = variants("whole.ron", WHOLE.as_bytes(), &library());
    assert_eq!(runs.len(), 2);
    for run in &runs {
        assert!(
            load("whole.ron", WHOLE.as_bytes(), &library(), run, 1).is_ok(),
            "{run:?}"
        );
    }
    assert_eq!(variants("x", b"(((", &library()), vec![BTreeMap::new()]);
}

#[test]
fn a_gbk_file_is_named_and_its_other_mistakes_too() {
    let text = WHOLE.replace("format: 1", "format: 7");
    let (bytes, _, _) = encoding_rs::GBK.encode(&text);
    let issues = problems("gbk.ron", &bytes);
    let ids: Vec<&str> = issues.iter().map(|i| i.id.as_str()).collect();
    assert_eq!(ids, ["format.too_new", "file.gbk"]);
    assert!(issues[1].message.zh.contains("GBK") && issues[1].hint.zh.contains("UTF-8"));
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(WHOLE.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(
        problems("u.ron", &utf16)
            .iter()
            .map(|i| i.id.as_str())
            .collect::<Vec<_>>(),
        ["file.utf_16"]
    );
}

#[test]
fn a_byte_order_mark_is_a_warning_only() {
    let text = format!("\u{feff}{WHOLE}");
    let loaded = load("bom.ron", text.as_bytes(), &library(), &BTreeMap::new(), 1).unwrap();
    assert_eq!(loaded.warnings.len(), 1);
    assert_eq!(
        (loaded.warnings[0].id.as_str(), loaded.warnings[0].severity),
        ("file.bom", Severity::Warning)
    );
}

#[test]
fn too_large_and_empty_and_meaningless_files_are_answered() {
    assert_eq!(problems("big.ron", &vec![b' '; 5 << 20])[0].id, "file.too_large");
    assert_eq!(problems("empty.ron", b"")[0].id, "syntax.empty");
    assert_eq!(problems("blank.ron", b" // nothing\n")[0].id, "syntax.empty");
    assert!(!problems("bytes.ron", &(0..=255).collect::<Vec<u8>>()).is_empty());
    assert!(!problems("word.ron", b"Scenario").is_empty());
    assert!(!problems("number.ron", b"17").is_empty());
}

#[test]
fn the_corrected_line_is_the_whole_line_mended() {
    let text = WHOLE.replacen("format: 1,", "format：１，", 1);
    let issues = problems("w.ron", text.as_bytes());
    assert!(issues.iter().all(|i| i.id == "syntax.full_width"), "{issues:?}");
    assert_eq!(issues[0].corrected.as_deref(), Some("    format:1,"));
    let text = WHOLE.replacen("height: 2.9", "heigth: 2.9", 1);
    let issues = problems("w.ron", text.as_bytes());
    let line = issues
        .iter()
        .find(|i| i.id == "field.unknown")
        .unwrap()
        .corrected
        .clone()
        .unwrap();
    assert!(line.contains("height: 2.9") && !line.contains("heigth"), "{line}");
}

#[test]
fn mending_the_corrected_lines_makes_the_file_readable() {
    let mut text = WHOLE
        .replacen("format: 1,", "format：1，", 1)
        .replacen("width: 1.8", "widht: 1.8", 1)
        .replacen("use: Hall", "use: hall", 1);
    for _ in 0..4 {
        let issues = problems("w.ron", text.as_bytes());
        let Some((line, by)) = issues.into_iter().find_map(|i| i.corrected.map(|c| (i.line, c))) else {
            break;
        };
        let mut lines: Vec<&str> = text.lines().collect();
        lines[line - 1] = &by;
        text = lines.join("\n");
    }
    assert!(problems("w.ron", text.as_bytes()).is_empty());
}

#[test]
fn a_file_with_a_thousand_mistakes_is_answered_quickly_and_capped() {
    let mut text = String::from("Scenario(\n    format: 1,\n    place: (storeys: [\n");
    for i in 0..1_500 {
        text += &format!("        (name: \"{i}F\"，heigth: 2.9, slab: 99, plan: \"nowhere\")\n");
    }
    text += "    ]),\n)\n";
    #[expect(clippy::disallowed_methods, reason = "the test measures how long it takes")]
    let start = Instant::now();
    let issues = problems("many.ron", text.as_bytes());
    let took = start.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(issues.len(), 1_001);
    assert_eq!(issues[1_000].id, "list.more");
    let sources = [SourceFile {
        path: "many.ron".into(),
        text,
    }];
    #[expect(clippy::disallowed_methods, reason = "the test measures how long it takes")]
    let start = Instant::now();
    assert!(render_plain(&issues, &sources, Language::Zh).len() > 10_000);
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn hostile_files_are_answered_in_time() {
    let n = 400_000;
    let hostile = [
        "(".repeat(n),
        ")".repeat(n),
        "([{".repeat(n / 3),
        "(".repeat(n) + &"]".repeat(n),
        "[".repeat(100) + &")".repeat(n),
        "\"".repeat(n),
        "\"\\".repeat(n),
        "“".repeat(n),
        "r#\"".repeat(n),
        "'".repeat(n),
        "'\\".repeat(n),
        "「”".repeat(n),
        "\"”\\".repeat(n),
        "/*".repeat(n),
        "，".repeat(n),
        "a:".repeat(n),
        "(a:".repeat(n),
        "Scenario(".repeat(n / 8),
        "Scenario(a: 1".to_owned() + &", a: 1".repeat(n / 4),
        "Scenario(place: (storeys: [".to_owned() + &"(name: 1),".repeat(n / 8),
        "Scenario(knobs: {".to_owned() + &"\"k\": OneOf([\"a\"]),".repeat(n / 16),
        "Pick(\"a\", {".repeat(n / 12),
        "1e".repeat(n),
        "9".repeat(n),
        "Some(".repeat(90) + &"1".repeat(n),
        "\n".repeat(n),
        "(\n".repeat(n),
        "(\n ".repeat(200) + &"]\n".repeat(n),
        "#!".repeat(n),
        "\u{3000}".repeat(n),
    ];
    for text in hostile {
        #[expect(clippy::disallowed_methods, reason = "the test measures how long it takes")]
        let start = Instant::now();
        let issues = problems("hostile.ron", text.as_bytes());
        let took = start.elapsed();
        let shown: String = text.chars().take(30).collect();
        assert!(took < Duration::from_secs(4), "{shown}: {took:?}");
        assert!(!issues.is_empty() && issues.len() <= 1_001, "{shown}");
    }
}

#[test]
fn every_mistake_of_a_file_is_named_in_one_pass() {
    let text = WHOLE
        .replacen("format: 1,", "format: 1，", 1)
        .replacen("height: 2.9", "height: \"high\"", 1)
        .replacen("use: Corridor", "use: Coridor", 1)
        .replacen("age: 80", "age: 800", 1)
        .replacen("riser: 0.165", "riser: 16.5", 1)
        .replacen("plan: \"hall\"", "plan: \"hal\"", 1);
    let issues = problems("w.ron", text.as_bytes());
    let mut ids: Vec<&str> = issues.iter().map(|i| i.id.as_str()).collect();
    ids.sort_unstable();
    let expected = [
        "name.unknown_kind",
        "name.unknown_plan",
        "range",
        "range",
        "syntax.full_width",
        "value.type",
    ];
    assert_eq!(ids, expected, "{issues:#?}");
}

#[derive(Clone, Debug)]
enum Mutation {
    Delete(usize, usize),
    Insert(usize, String),
    Duplicate(usize, usize),
    Byte(usize, u8),
    FullWidth(usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let pieces = prop::sample::select(vec![
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        ",",
        ":",
        "，",
        "：",
        "（",
        "”",
        "“",
        "‘",
        "//",
        "/*",
        "*/",
        "\\",
        "#",
        "r#\"",
        "-",
        "1e999",
        "NaN",
        "0x",
        "_",
        ".",
        "\n",
        "\u{3000}",
        "Some(",
        "Pick(",
        "If(\"doors\", ",
        "Knob(",
        "true",
        "\0",
        "楼",
        "🔥",
    ]);
    prop_oneof![
        (any::<usize>(), 1..40_usize).prop_map(|(a, n)| Mutation::Delete(a, n)),
        (any::<usize>(), pieces).prop_map(|(a, s)| Mutation::Insert(a, s.to_owned())),
        (any::<usize>(), 1..200_usize).prop_map(|(a, n)| Mutation::Duplicate(a, n)),
        (any::<usize>(), any::<u8>()).prop_map(|(a, b)| Mutation::Byte(a, b)),
        any::<usize>().prop_map(Mutation::FullWidth),
    ]
}

fn mutate(bytes: &mut Vec<u8>, m: &Mutation) {
    let len = bytes.len().max(1);
    match m {
        Mutation::Delete(a, n) => {
            let a = a % len;
            bytes.drain(a.min(bytes.len())..(a + n).min(bytes.len()));
        }
        Mutation::Insert(a, s) => {
            let a = (a % len).min(bytes.len());
            bytes.splice(a..a, s.bytes());
        }
        Mutation::Duplicate(a, n) => {
            let a = (a % len).min(bytes.len());
            let piece = bytes[a..(a + n).min(bytes.len())].to_vec();
            bytes.splice(a..a, piece);
        }
        Mutation::Byte(a, b) => {
            if let Some(x) = bytes.get_mut(a % len) {
                *x = *b;
            }
        }
        Mutation::FullWidth(a) => {
            let a = a % len;
            if let Some(c) = bytes.get(a).copied().filter(u8::is_ascii_graphic)
                && let Some(wide) = char::from_u32(u32::from(c) + 0xfee0)
            {
                bytes.splice(a..=a, wide.to_string().bytes());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_mutation_of_a_scenario_makes_the_reader_panic_or_hang(
        whole in any::<bool>(),
        mutations in prop::collection::vec(mutation(), 1..12),
    ) {
        let mut bytes = if whole { WHOLE } else { PLAIN }.as_bytes().to_vec();
        for m in &mutations {
            mutate(&mut bytes, m);
        }
        #[expect(clippy::disallowed_methods, reason = "the test measures how long it takes")]
        let start = Instant::now();
        let issues = problems("mutated.ron", &bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let sources = [SourceFile { path: "mutated.ron".into(), text }];
        render_plain(&issues, &sources, Language::Zh);
        firedrill::scenario::render_fancy(&issues, &sources, Language::En);
        variants("mutated.ron", &bytes, &library());
        prop_assert!(start.elapsed() < Duration::from_secs(2));
        for i in &issues {
            prop_assert!(i.line >= 1 && i.column >= 1);
        }
    }

    #[test]
    fn numbers_read_as_the_notations_own_crate_reads_them(mantissa in -1e9..1e9_f64, exponent in -30..30_i32) {
        for text in [format!("{mantissa}"), format!("{mantissa:e}"), format!("{mantissa}e{exponent}"), format!("{}_000", mantissa as i64)] {
            let ours: f64 = firedrill::scenario::read_file("n", text.as_bytes()).unwrap();
            let theirs: f64 = ron::from_str(&text).unwrap();
            prop_assert_eq!(ours.to_bits(), theirs.to_bits(), "{}", text);
        }
    }

    #[test]
    fn texts_read_as_the_notations_own_crate_reads_them(s in "\\PC{0,40}") {
        let text = ron::to_string(&s).unwrap();
        let ours: String = firedrill::scenario::read_file("s", text.as_bytes()).unwrap();
        prop_assert_eq!(ours, s);
    }
}
