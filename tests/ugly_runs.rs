//! Files, folders, options and recordings as they go wrong, and drills with nothing, too little or far too much in them.

#![expect(clippy::disallowed_methods, reason = "a killed run is waited for by the clock")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use assert_cmd::Command;
use serde_json::Value;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;

struct Bench(TempDir);

impl Bench {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }
    /// Exit code, standard output, standard error.
    fn say(&self, words: &[&str], lang: &str) -> (i32, String, String) {
        let mut command = Command::cargo_bin("firedrill").unwrap();
        let output = command
            .current_dir(self.0.path())
            .env_remove("FIREDRILL_LIBRARY")
            .args(words)
            .args(["--lang", lang])
            .timeout(Duration::from_secs(60))
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code().unwrap_or(-1),
            text(output.stdout),
            text(output.stderr),
        )
    }
    /// It could not be done, and one paragraph in either language says why.
    fn refused(&self, words: &[&str], zh: &str, en: &str) {
        for (lang, part) in [("zh", zh), ("en", en)] {
            let (code, out, err) = self.say(words, lang);
            assert_eq!((code, out.as_str()), (2, ""), "{words:?}: {err}");
            assert!(
                err.contains(part) && err.trim_end().lines().count() == 1,
                "{words:?}: {err}"
            );
        }
    }
}

/// A room of so many metres square with its door, things and people.
fn room(side: f64, openings: &str, top: &str) -> String {
    format!(
        r#"Scenario(
    format: 1,
    title: (zh: "房间", en: "A room"),
    briefing: (zh: "在家", en: "At home"),
    place: (
        storeys: [(name: "1F", height: 3, plan: "a")],
        plans: {{"a": (
            spaces: [(name: "room", outline: [(0, 0), ({side}, 0), ({side}, {side}), (0, {side})])],
            openings: [{openings}],
        )}},
    ),
    {top}
    ends: (after_s: 20),
)
"#
    )
}
const DOOR: &str = r#"Door(name: "exit", between: ("room", "street"), at: (0.5, 0), width: 0.8)"#;
const OPEN: &str =
    r#"Door(name: "exit", between: ("room", "street"), at: (0.5, 0), width: 0.8, open: 1, wedged: true)"#;

fn burner(kw: f64) -> String {
    format!(r#"things: [(name: "b", in: "1F/room", burns: (heat: Steady({kw})))], ignitions: [(thing: "b")],"#)
}

#[test]
fn what_is_no_scenario_is_named() {
    let bench = Bench::new();
    bench.write("room.ron", room(4.0, DOOR, ""));
    assert_eq!(
        bench.say(&["run", "room.ron", "--seconds", "1", "--out", "o"], "zh").0,
        0
    );
    bench.refused(&["run", "no.ron"], "找不到“no.ron”", "“no.ron” was not found");
    bench.refused(&["run", "o"], "是文件夹", "is a folder");
    bench.refused(
        &["run", "o/drill.rec"],
        "是演练录像，不是情景",
        "is a recording, not a scenario",
    );
    bench.refused(
        &["check", "o/drill.rec"],
        "是演练录像，不是情景",
        "is a recording, not a scenario",
    );
    bench.refused(&["replay", "room.ron"], "room.ron", "is not a recording");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_to_is_named() {
    let bench = Bench::new();
    bench.write("room.ron", room(4.0, DOOR, ""));
    for out in [
        "/dev/full",
        "/dev/full/x",
        "/proc/nothing",
        "room.ron",
        "room.ron/deep/er",
    ] {
        bench.refused(&["run", "room.ron", "--out", out], out, out);
    }
    // Nothing is left behind.
    assert_eq!(std::fs::read_dir(bench.0.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_place_of_a_file_that_is_taken_by_a_folder_is_told_and_leaves_nothing_half_written() {
    let bench = Bench::new();
    bench.write("room.ron", room(4.0, DOOR, ""));
    std::fs::create_dir_all(bench.path("o/people.csv/in_the_way")).unwrap();
    bench.refused(&["run", "room.ron", "--out", "o"], "people.csv", "people.csv");
    assert!(!bench.path("o/run.json").exists());
}

#[test]
fn options_that_mean_nothing_are_answered_with_what_would() {
    let bench = Bench::new();
    let top = r#"knobs: {"door": OneOf(["shut", "wedged"])}, trainees: [(id: "you", in: "1F/room")],"#;
    let text = room(
        4.0,
        &DOOR.replace(
            "width",
            r#"wedged: Pick("door", {"shut": false, "wedged": true}), width"#,
        ),
        top,
    );
    bench.write("room.ron", text);
    bench.refused(&["run", "room.ron", "--set", "dor=shut"], "dor", "door");
    bench.refused(
        &["run", "room.ron", "--set", "door=open"],
        "shut, wedged",
        "shut, wedged",
    );
    bench.refused(
        &["run", "room.ron", "--trainee", "bst"],
        "best",
        "best, run_down, always_stay, always_go",
    );
    bench.refused(&["run", "room.ron", "--trainee", "me=best"], "you", "you");
    bench.refused(&["run", "room.ron", "--seconds", "0"], "0.05", "0.05");
}

#[test]
fn recordings_are_opened_as_far_as_they_are_whole_and_refused_when_changed() {
    let bench = Bench::new();
    bench.write("room.ron", room(4.0, DOOR, ""));
    assert_eq!(bench.say(&["run", "room.ron", "--out", "o"], "en").0, 0);
    let whole = std::fs::read(bench.path("o/drill.rec")).unwrap();
    assert_eq!(bench.say(&["replay", "o/drill.rec", "--verify"], "en").0, 0);
    bench.write("empty.rec", "");
    bench.refused(&["replay", "empty.rec"], "空", "is empty");
    bench.write("text.rec", "hello\n");
    bench.refused(&["replay", "text.rec"], "text.rec", "not a recording");
    // Cut anywhere behind its first frame it opens; --verify says no.
    let mut opened = 0;
    for cut in (0..whole.len()).step_by(whole.len() / 12) {
        bench.write("cut.rec", &whole[..cut]);
        let (code, out, err) = bench.say(&["replay", "cut.rec"], "en");
        match code {
            0 => {
                opened += 1;
                assert!(out.contains("breaks off") && out.contains("all equal"), "{cut}: {out}");
                let (code, out, _) = bench.say(&["replay", "cut.rec", "--verify"], "zh");
                assert_eq!(code, 1, "{out}");
            }
            _ => assert!(
                code == 2 && err.contains("cut.rec") && err.lines().count() == 1,
                "{cut}: {code} {err}"
            ),
        }
    }
    bench.write("cut.rec", &whole[..whole.len() - 3]);
    assert_eq!(bench.say(&["replay", "cut.rec", "--verify"], "en").0, 1);
    assert!(opened > 0);
    for at in (12..whole.len()).step_by(whole.len() / 9) {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        bench.write("changed.rec", changed);
        for words in [&["replay", "changed.rec"][..], &["replay", "changed.rec", "--verify"]] {
            let (code, out, err) = bench.say(words, "en");
            // A length that now reaches beyond the end looks like a recording that broke off.
            assert!(
                code == 2 && err.contains("checksum") || out.contains("breaks off") || err.contains("break"),
                "{at}: {code} {out}{err}"
            );
        }
    }
}

#[test]
fn a_process_that_is_killed_leaves_a_recording_that_opens_and_no_other_file() {
    let bench = Bench::new();
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/high_rise/night_smoke.ron");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_firedrill"))
        .args(["run", scenario, "--out"])
        .arg(bench.path("o"))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // Killed as soon as some ticks are on the disk.
    let (start, recording) = (Instant::now(), bench.path("o/drill.rec"));
    let mut begun = 0;
    while start.elapsed() < Duration::from_secs(30) && child.try_wait().unwrap().is_none() {
        let length = std::fs::metadata(&recording).map_or(0, |m| m.len());
        if begun == 0 {
            begun = length;
        } else if length > begun {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let over = child.try_wait().unwrap().is_some();
    child.kill().ok();
    child.wait().unwrap();
    assert!(!over, "the drill was over before it could be killed");
    for file in [
        "run.json",
        "people.csv",
        "people_static.csv",
        "spaces.csv",
        "openings.csv",
        "fires.csv",
        "probes.csv",
        "egress.csv",
        "events.jsonl",
    ] {
        assert!(
            !bench.path("o").join(file).exists(),
            "{file} has its name before it is whole"
        );
    }
    let (code, out, err) = bench.say(&["replay", "o/drill.rec"], "en");
    assert!(code == 0 && out.contains("breaks off"), "{code} {out}{err}");
    let (code, out, _) = bench.say(&["replay", "o/drill.rec", "--verify"], "zh");
    assert!(code == 1 && out.contains("中断"), "{code} {out}");
}

#[test]
fn drills_with_nothing_too_little_or_far_too_much_run_to_their_end() {
    let bench = Bench::new();
    let trainees = |policy: &str| {
        let one = |i| format!(r#"(id: "t{i}", in: "1F/room"{policy})"#);
        format!("trainees: [{}],", (0..64).map(one).collect::<Vec<_>>().join(", "))
    };
    let person = r#"people: [Person(name: "li", in: "1F/room")],"#;
    let sealed =
        room(1.0, "", &burner(50_000.0)).replace("plans:", "envelope_leakage: 0, partition_leakage: 0, plans:");
    for (what, text, people) in [
        ("nobody and nothing", room(4.0, DOOR, ""), 0),
        (
            "a trainee in a sealed room",
            room(
                4.0,
                "",
                &format!(
                    r#"kind: Verification, trainees: [(id: "you", in: "1F/room")], {}"#,
                    burner(100.0)
                ),
            ),
            1,
        ),
        (
            "sixty-four trainees",
            room(5.0, DOOR, &trainees(r#", policy: "best""#)),
            64,
        ),
        ("sixty-four trainees nobody plays", room(5.0, DOOR, &trainees("")), 64),
        ("no heat", room(4.0, DOOR, &burner(0.0)), 0),
        (
            "50 MW in a closet",
            room(1.0, DOOR, &format!("{} {person}", burner(50_000.0))),
            1,
        ),
        ("50 MW in an open closet", room(1.0, OPEN, &burner(50_000.0)), 0),
        ("50 MW in a box without a gap", sealed, 0),
    ] {
        bench.write("s.ron", text);
        let (code, out, err) = bench.say(&["run", "s.ron", "--out", "o", "--format", "json"], "en");
        assert_eq!(code, 0, "{what}: {err}");
        let run: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(
            (&run["ticks"], &run["outcome"]["people"]),
            (&400.into(), &people.into()),
            "{what}"
        );
        for file in [
            "people.csv",
            "spaces.csv",
            "openings.csv",
            "fires.csv",
            "probes.csv",
            "egress.csv",
            "events.jsonl",
        ] {
            let text = std::fs::read_to_string(bench.path("o").join(file)).unwrap();
            assert!(
                text.lines()
                    .all(|l| l.split(',').all(|v| !matches!(v, "NaN" | "inf" | "-inf"))),
                "{what}: {file}"
            );
        }
        assert_eq!(bench.say(&["replay", "o/drill.rec", "--verify"], "en").0, 0, "{what}");
    }
}

#[test]
fn a_scenario_of_only_a_place_runs_under_its_file_name() {
    let bench = Bench::new();
    let text = room(4.0, DOOR, "");
    let from = text.find("place:").unwrap();
    let until = text.find("ends:").unwrap();
    bench.write("only.ron", format!("Scenario(format: 1, {})", &text[from..until]));
    let (code, out, err) = bench.say(&["run", "only.ron", "--seconds", "20"], "en");
    assert!(code == 0 && out.starts_with("only.ron"), "{out}{err}");
}

#[test]
fn a_folder_of_scenarios_is_checked_with_its_prefabs() {
    let bench = Bench::new();
    std::fs::create_dir_all(bench.path("mine/prefabs")).unwrap();
    bench.write("mine/room.ron", room(4.0, DOOR, ""));
    bench.write(
        "mine/prefabs/flat.ron",
        "(spaces: [(name: \"a\", outline: [(0, 0), (4, 0), (4, 3)])])",
    );
    let (code, out, _) = bench.say(&["check", "mine"], "en");
    assert_eq!((code, out.trim()), (0, "2 files checked: 0 errors, 0 warnings"));
    bench.write("mine/prefabs/flat.ron", "(spaces: [(name: \"a\", outlin: [])])");
    let (code, out, _) = bench.say(&["check", "mine"], "en");
    assert!(
        code == 1 && out.contains("flat.ron:1:23") && out.contains("[field.unknown]"),
        "{out}"
    );
    // What the program brings along is sound.
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let (code, out, _) = bench.say(&["check", own], "zh");
    assert_eq!(code, 0, "{out}");
}
