//! The command line as a user and a script meet it: exit codes, plain text, JSON, and an answer to any input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it expects"
)]

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The program, in a folder of its own, speaking English.
struct Bench {
    dir: TempDir,
}

/// What it answered.
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    /// It could not be done, and one paragraph says why.
    fn refused(&self, part: &str) {
        assert_eq!(self.code, 2, "{} {}", self.out, self.err);
        assert_eq!(self.out, "");
        assert_eq!(self.err.trim_end().lines().count(), 1, "{}", self.err);
        assert!(
            self.err.contains(part) && !self.err.contains("panicked"),
            "{}",
            self.err
        );
    }

    fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.err);
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.out))
    }
}

impl Bench {
    fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), text).unwrap();
        name.to_owned()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_firedrill"));
        command
            .args(words)
            .current_dir(self.dir.path())
            .env("LC_ALL", "en_GB.UTF-8")
            .env_remove("FIREDRILL_LIBRARY");
        command
    }

    fn say(&self, words: &[&str]) -> Said {
        told(&mut self.command(words))
    }
}

fn told(command: &mut Command) -> Said {
    let output = command.timeout(std::time::Duration::from_secs(60)).output().unwrap();
    Said {
        code: output.status.code().expect("ended by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// One room, nothing in it, one second.
const ROOM: &str = r#"Scenario(
    format: 1,
    title: (zh: "空房间", en: "An empty room"),
    place: Building(
        storeys: [(name: "1F", height: 3.0, plan: "room")],
        plans: {
            "room": (
                spaces: [(name: "room", outline: [(0.0, 0.0), (4.0, 0.0), (4.0, 3.0), (0.0, 3.0)])],
                openings: [Door(name: "street", between: ("room", "street"), at: (2.0, 0.0), width: 0.9)],
            ),
        },
    ),
    ends: (after_s: 1.0),
)
"#;

#[test]
fn help_and_version_are_answers_in_both_languages() {
    let bench = Bench::new();
    for (lang, word) in [("zh", "用法"), ("en", "Usage")] {
        for words in [
            &["--help"][..],
            &["run", "--help"],
            &["check", "-h"],
            &["list", "-h"],
            &["replay", "-h"],
        ] {
            let said = bench.say(&[words, &["--lang", lang]].concat());
            assert_eq!((said.code, said.err.as_str()), (0, ""));
            assert!(said.out.contains(word) && !said.out.contains("help-"), "{}", said.out);
        }
    }
    assert_eq!(
        bench.say(&["--version"]).out.trim(),
        concat!("firedrill ", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn without_a_window_the_menu_and_a_drill_in_it_say_why_not() {
    let bench = Bench::new();
    let why = if cfg!(feature = "app") { "display" } else { "no window" };
    for words in [&[][..], &["play", "scenarios/high_rise/night_smoke.ron"]] {
        told(bench.command(words).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY")).refused(why);
    }
}

#[test]
fn the_language_follows_the_system_and_gives_way_to_the_option() {
    let bench = Bench::new();
    let in_locale = |locale: &str, words: &[&str]| told(bench.command(words).env("LC_ALL", locale)).err;
    assert!(in_locale("zh_CN.UTF-8", &["run", "no.ron"]).contains("找不到"));
    assert!(in_locale("fr_FR.UTF-8", &["run", "no.ron"]).contains("was not found"));
    assert!(in_locale("C", &["run", "no.ron"]).contains("找不到"));
    assert!(in_locale("zh_CN.UTF-8", &["run", "no.ron", "--lang", "en"]).contains("was not found"));
}

#[test]
fn one_run_prints_one_object_with_the_fields_of_the_contract() {
    let bench = Bench::new();
    let room = bench.write("room.ron", ROOM);
    let run = bench.say(&["run", &room, "--seed", "3", "--format", "json"]).json();
    for field in [
        "scenario",
        "seed",
        "knobs",
        "ticks",
        "simulated_s",
        "wall_s",
        "cpu_s",
        "state_hash",
        "trainees",
        "outcome",
        "fire",
    ] {
        assert!(run.get(field).is_some(), "{field} is missing: {run}");
    }
    assert_eq!(
        (&run["seed"], &run["ticks"], &run["trainees"]),
        (&3.into(), &20.into(), &Value::Array(vec![]))
    );
    assert_eq!(run["state_hash"].as_str().unwrap().len(), 64);
    for field in ["people", "out", "sheltered", "injured", "incapacitated", "last_out_s"] {
        assert!(run["outcome"].get(field).is_some(), "{field}");
    }
    for field in ["peak_kw", "out", "burned_items"] {
        assert!(run["fire"].get(field).is_some(), "{field}");
    }
}

#[test]
fn the_same_seed_gives_the_same_hash_and_another_does_not() {
    let bench = Bench::new();
    let room = bench.write("room.ron", ROOM);
    let hash = |seed: &str| bench.say(&["run", &room, "--seed", seed, "--format", "json"]).json()["state_hash"].clone();
    assert_eq!(hash("5"), hash("5"));
    assert_ne!(hash("5"), hash("6"));
}

#[test]
fn several_seeds_print_their_runs_in_order() {
    let bench = Bench::new();
    let room = bench.write("room.ron", ROOM);
    let said = bench.say(&["run", &room, "--seeds", "2..4", "--format", "json"]).json();
    let seeds: Vec<_> = said["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["seed"].clone())
        .collect();
    assert_eq!(seeds, [2, 3, 4]);
    let single = bench.say(&["run", &room, "--seeds", "2..2", "--format", "json"]).json();
    assert_eq!(single["runs"].as_array().unwrap().len(), 1);
}

#[test]
fn seconds_end_a_run_early_and_never_late() {
    let bench = Bench::new();
    let room = bench.write("room.ron", ROOM);
    let ticks = |s: &str| bench.say(&["run", &room, "--seconds", s, "--format", "json"]).json()["ticks"].clone();
    assert_eq!((ticks("0.5"), ticks("500")), (10.into(), 20.into()));
}

#[test]
fn text_in_a_pipe_is_plain_and_json_is_all_there_is() {
    let bench = Bench::new();
    let room = bench.write("room.ron", ROOM);
    let said = bench.say(&["run", &room]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(
        said.out.contains("An empty room") && !said.out.contains('\u{1b}'),
        "{}",
        said.out
    );
}

#[test]
fn files_go_where_they_are_wanted_one_folder_a_seed() {
    let bench = Bench::new();
    let room = bench.write("room.ron", ROOM);
    assert_eq!(bench.say(&["run", &room, "--out", "a/b", "--every", "0.5"]).code, 0);
    let run: Value = serde_json::from_slice(&std::fs::read(bench.path("a/b/run.json")).unwrap()).unwrap();
    assert_eq!(run["ticks"], 20);
    assert_eq!(bench.say(&["run", &room, "--out", "c", "--seeds", "1..2"]).code, 0);
    assert!(bench.path("c/seed_1/run.json").exists() && bench.path("c/seed_2/run.json").exists());
    bench.write("file", "");
    bench.say(&["run", &room, "--out", "file"]).refused("--out");
}

#[test]
fn a_scenario_that_cannot_be_read_is_explained() {
    let bench = Bench::new();
    bench.say(&["run", "no.ron"]).refused("no.ron");
    std::fs::create_dir(bench.path("folder")).unwrap();
    bench.say(&["run", "folder"]).refused("is a folder");
    bench.say(&["run", ""]).refused("missing");
    for (name, bytes) in [
        ("empty.ron", &b""[..]),
        ("zeros.ron", &[0; 64]),
        ("bytes.ron", &[0xff, 0xfe, 0xfd]),
        ("half.ron", &ROOM.as_bytes()[..ROOM.len() / 2]),
        ("deep.ron", "(".repeat(200_000).as_bytes()),
    ] {
        bench.write(name, bytes);
        bench.say(&["run", name]).refused(name);
    }
}

#[test]
fn a_scenario_beyond_the_limit_is_refused_without_reading_it_all() {
    let bench = Bench::new();
    let file = std::fs::File::create(bench.path("large.ron")).unwrap();
    file.set_len((64 << 20) + 1).unwrap();
    bench.say(&["run", "large.ron"]).refused("64 MiB");
    if Path::new("/dev/zero").exists() {
        bench.say(&["run", "/dev/zero"]).refused("64 MiB");
    }
}

#[test]
fn a_trainee_or_policy_that_is_not_there_is_named() {
    let bench = Bench::new();
    let room = bench.write("room.ron", ROOM);
    bench.say(&["run", &room, "--trainee", "best"]).refused("no trainee");
    bench
        .say(&["run", &room, "--set", "k=1", "--set", "k=2"])
        .refused("set twice");
}

#[test]
fn check_lists_every_problem_and_answers_no() {
    let bench = Bench::new();
    bench.write("s/good.ron", ROOM);
    bench.write("s/deep/bad.ron", "Scenario(format: 1,, )");
    let said = bench.say(&["check", "s", "--format", "json"]);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    let issues: Value = serde_json::from_str(&said.out).unwrap();
    let first = &issues["issues"][0];
    assert!(first["file"].as_str().unwrap().ends_with("bad.ron"), "{first}");
    assert_eq!((&first["severity"], &first["line"]), (&"error".into(), &1.into()));
    let said = bench.say(&["check", "s/deep/bad.ron"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("bad.ron:1:"), "{}", said.out);
    let said = bench.say(&["check", "s/good.ron"]);
    assert_eq!(said.code, 0, "{}", said.out);
}

#[test]
fn check_of_nothing_could_not_be_done() {
    let bench = Bench::new();
    bench.say(&["check", "no.ron"]).refused("no.ron");
    std::fs::create_dir(bench.path("folder")).unwrap();
    bench.say(&["check", "folder"]).refused("no .ron file");
}

#[test]
fn list_shows_drills_and_leaves_cases_prefabs_and_broken_files_out() {
    let bench = Bench::new();
    let drill = ROOM.replace(
        "format: 1,",
        "format: 1, kind: DenseVenue, minutes: 5.0, difficulty: 2,",
    );
    bench.write("scenarios/mine/drill.ron", &drill);
    bench.write(
        "scenarios/mine/case.ron",
        ROOM.replace("format: 1,", "format: 1, kind: Verification,"),
    );
    bench.write("scenarios/prefabs/flat.ron", "(spaces: [])");
    bench.write("scenarios/verification/fire/case.ron", ROOM);
    bench.write("scenarios/mine/broken.ron", "(");
    let said = bench.say(&["list", "--format", "json"]);
    assert!(said.err.contains("broken.ron"), "{}", said.err);
    let rows = said.json();
    let rows = rows["scenarios"].as_array().unwrap();
    let mine: Vec<_> = rows
        .iter()
        .filter(|r| r["path"].as_str().unwrap().contains("/mine/"))
        .collect();
    assert_eq!(mine.len(), 1, "{mine:?}");
    assert_eq!(
        *mine[0],
        serde_json::json!({
            "path": "scenarios/mine/drill.ron", "title_zh": "空房间", "title_en": "An empty room",
            "kind": "dense_venue", "role": null, "minutes": 5.0, "difficulty": 2,
        })
    );
    assert!(rows.iter().all(|r| !r["path"].as_str().unwrap().contains("/prefabs/")));
    assert!(
        rows.iter()
            .all(|r| !r["path"].as_str().unwrap().contains("/verification/"))
    );
}

#[test]
fn what_is_no_recording_is_not_replayed() {
    let bench = Bench::new();
    bench.say(&["replay", "no.rec"]).refused("no.rec");
    for (name, bytes) in [("empty.rec", &b""[..]), ("noise.rec", &[7; 999])] {
        bench.write(name, bytes);
        bench.say(&["replay", name, "--verify"]).refused(name);
    }
}

#[test]
fn a_library_folder_that_is_not_there_is_explained() {
    let bench = Bench::new();
    told(bench.command(&["list"]).env("FIREDRILL_LIBRARY", "nowhere")).refused("FIREDRILL_LIBRARY");
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::{Command, Stdio};
    let bench = Bench::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_firedrill"))
        .args(["run", "--help"])
        .current_dir(bench.dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
    let room = bench.write("room.ron", ROOM);
    let mut child = bench.path("").join(&room).exists().then(|| {
        Command::new(env!("CARGO_BIN_EXE_firedrill"))
            .args(["run", &room])
            .current_dir(bench.dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    });
    let child = child.as_mut().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

#[cfg(unix)]
#[test]
fn words_that_are_not_utf8_are_answered() {
    use std::os::unix::ffi::OsStrExt;
    let bench = Bench::new();
    let odd = std::ffi::OsStr::from_bytes(&[b'a', 0xff]);
    told(bench.command(&["run"]).arg(odd)).refused("not found");
    told(bench.command(&["run", "a.ron", "--set"]).arg(odd)).refused("not UTF-8");
}

#[test]
fn verify_tells_every_field_of_a_row_and_knows_its_names() {
    let bench = Bench::new();
    let said = bench.say(&["verify", "fire/leakage", "--format", "json"]).json();
    let cases = said["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 1);
    for key in [
        "name",
        "quantity",
        "unit",
        "expected",
        "measured",
        "tolerance",
        "kind",
        "peer",
        "source",
        "seeds",
        "passed",
        "reason",
    ] {
        assert!(cases[0].get(key).is_some(), "{key}");
    }
    assert_eq!(
        (&cases[0]["name"], &cases[0]["kind"]),
        (&"fire/leakage".into(), &"formula".into())
    );
    assert_eq!(cases[0]["passed"], true);
    let text = bench.say(&["verify", "fire/leakage"]);
    assert!(
        text.out.contains("fire/leakage") && text.out.contains("1 row: 1 passed"),
        "{}",
        text.out
    );
    bench.say(&["verify", "fire/leakages"]).refused("fire/leakage");
}

#[test]
fn verify_answers_no_to_a_row_that_fails() {
    let bench = Bench::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/verification/fire/leakage.ron");
    let text = std::fs::read_to_string(path).unwrap();
    bench.write(
        "scenarios/verification/fire/leakage.ron",
        text.replace("expected: 1.22", "expected: 2.22"),
    );
    let said = bench.say(&["verify", "fire/leakage"]);
    assert_eq!(said.code, 1, "{} {}", said.out, said.err);
    assert!(said.out.contains("2.2078 to 2.2322"), "{}", said.out);
}
