//! The smallest fire and the smallest walk through the command line: every file of the contract is there, with its
//! header and sensible rows, and the recording replays.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use assert_cmd::Command;
use firedrill::drill::output::TABLES;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tempfile::TempDir;

type Row = BTreeMap<String, String>;

struct Run {
    dir: TempDir,
    printed: Value,
}

impl Run {
    fn of(name: &str) -> Self {
        let dir = TempDir::new().unwrap();
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("scenarios/verification")
            .join(name);
        let mut command = Command::cargo_bin("firedrill").unwrap();
        let output = command
            .arg("run")
            .arg(file)
            .args(["--format", "json", "--out"])
            .arg(dir.path())
            .output()
            .unwrap();
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let printed = serde_json::from_slice(&output.stdout).unwrap();
        Self { dir, printed }
    }

    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.dir.path().join(file)).unwrap()
    }

    fn table(&self, file: &str) -> Vec<Row> {
        let mut reader = csv::Reader::from_path(self.dir.path().join(file)).unwrap();
        reader.deserialize().map(|r| r.unwrap()).collect()
    }

    /// What holds for every run.
    fn keeps_the_contract(&self) {
        let mut there: Vec<String> = std::fs::read_dir(self.dir.path())
            .unwrap()
            .map(|f| f.unwrap().file_name().into_string().unwrap())
            .collect();
        there.sort();
        let mut promised: Vec<String> = TABLES.iter().map(|t| t.file.to_owned()).collect();
        promised.extend(["drill.rec", "events.jsonl", "run.json"].map(str::to_owned));
        // Two for each trainee who was judged.
        let run: Value = serde_json::from_str(&self.text("run.json")).unwrap();
        for trainee in run["trainees"].as_array().unwrap() {
            if !trainee["score"].is_null() {
                let id = trainee["id"].as_str().unwrap();
                promised.extend(["html", "json"].map(|ending| format!("sheet_{id}.{ending}")));
            }
        }
        promised.sort_unstable();
        assert_eq!(there, promised);
        for table in TABLES {
            let header: Vec<&str> = table.columns.iter().map(|c| c.0).collect();
            assert_eq!(
                self.text(table.file).lines().next().unwrap(),
                header.join(","),
                "{}",
                table.file
            );
            for row in self.table(table.file) {
                let words = [
                    "id", "plate", "state", "reason", "space", "opening", "item", "probe", "quantity", "unit", "route",
                ];
                for (column, value) in row
                    .iter()
                    .filter(|(c, v)| !words.contains(&c.as_str()) && !v.is_empty())
                {
                    assert!(
                        value.parse::<f64>().is_ok_and(f64::is_finite),
                        "{}: {column} = {value}",
                        table.file
                    );
                }
            }
        }
        for line in self.text("events.jsonl").lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            let keys: BTreeSet<&str> = event.as_object().unwrap().keys().map(String::as_str).collect();
            let wanted = [
                "time_s", "tick", "kind", "subject", "object", "space", "x_m", "y_m", "z_m", "value",
            ];
            assert_eq!(keys, BTreeSet::from(wanted), "{line}");
        }
        let file: Value = serde_json::from_str(&self.text("run.json")).unwrap();
        for (key, printed) in self.printed.as_object().unwrap() {
            assert_eq!(&file[key], printed, "{key}");
        }
        for key in [
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
            assert!(self.printed.get(key).is_some(), "{key}");
        }
        for key in ["version", "defaults", "units", "warnings"] {
            assert!(file.get(key).is_some(), "{key}");
        }
        assert_eq!(file["warnings"], Value::Array(vec![]));
        assert_eq!(self.printed["trainees"], Value::Array(vec![]));
        let mut replay = Command::cargo_bin("firedrill").unwrap();
        replay
            .arg("replay")
            .arg(self.dir.path().join("drill.rec"))
            .arg("--verify")
            .assert()
            .code(0);
    }
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap()
}

#[test]
fn a_burner_in_a_room_fills_every_file_and_every_probe() {
    let run = Run::of("room_burner.ron");
    run.keeps_the_contract();
    assert_eq!(run.printed["ticks"], 2400);
    assert_eq!(run.printed["fire"]["peak_kw"], 200.0);
    let spaces = run.table("spaces.csv");
    let last = spaces.last().unwrap();
    assert!((80.0..300.0).contains(&number(last, "upper_temperature_c")), "{last:?}");
    assert!((0.6..1.8).contains(&number(last, "layer_height_m")), "{last:?}");
    assert!(number(last, "lower_temperature_c") < 60.0 && number(last, "upper_co_ppm") > 10.0);
    let fires = run.table("fires.csv");
    assert!(
        fires
            .iter()
            .skip(1)
            .all(|f| f["item"] == "burner" && number(f, "hrr_kw") == 200.0)
    );
    assert!((number(&fires[100], "convective_kw") - 130.0).abs() < 1.0 && number(&fires[100], "flame_m") > 0.5);
    let door = run.table("openings.csv");
    let last = door.iter().rfind(|d| d["opening"] == "1F/door").unwrap();
    assert!(
        number(last, "mass_out_kg_s") > 0.1 && number(last, "mass_in_kg_s") > 0.1,
        "{last:?}"
    );
    assert!((0.5..1.8).contains(&number(last, "neutral_plane_m")), "{last:?}");
    let kinds: Vec<Value> = run
        .text("events.jsonl")
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert!(kinds.iter().any(|e| e["kind"] == "ignited" && e["subject"] == "burner"));
    assert!(kinds.iter().any(|e| e["kind"] == "activated" && e["subject"] == "link"));
    // Every probe, quantity and height, at the end.
    let rows: Vec<Row> = run
        .table("probes.csv")
        .into_iter()
        .filter(|r| r["time_s"] == "120")
        .collect();
    let read = |probe: &str, quantity: &str, height: &str| {
        let found = rows
            .iter()
            .find(|r| r["probe"] == probe && r["quantity"] == quantity && r["height_m"] == height);
        number(
            found.unwrap_or_else(|| unreachable!("{probe} {quantity} {height}")),
            "value",
        )
    };
    for (probe, quantity, heights, low, high) in [
        ("tree", "temperature", &["0.2", "1"][..], 15.0, 60.0),
        ("tree", "temperature", &["1.8", "2.2"], 80.0, 300.0),
        ("smoke", "extinction", &["0.5"], 0.0, 1.0),
        ("smoke", "extinction", &["1.6", "2.2"], 1.0, 50.0),
        ("gas", "o2", &["0.5", "2"], 10.0, 21.0),
        ("gas", "co2", &["0.5", "2"], 0.03, 10.0),
        ("gas", "co", &["0.5", "2"], 0.0, 5_000.0),
        ("gas", "hcn", &["0.5", "2"], 0.0, 500.0),
        ("plume", "plume_temperature", &["0.5", "1", "1.5"], 100.0, 1_200.0),
        ("jet", "jet_temperature", &["2.4"], 100.0, 500.0),
        ("jet", "jet_speed", &["2.4"], 0.3, 5.0),
        ("gauge", "heat_flux", &["0", "1"], 0.3, 20.0),
        ("link", "jet_temperature", &["2.35"], 100.0, 500.0),
        ("doorway", "velocity", &["0.1", "0.5"], -3.0, -0.1),
        ("doorway", "velocity", &["1.9"], 0.1, 5.0),
    ] {
        for height in heights {
            let value = read(probe, quantity, height);
            assert!((low..=high).contains(&value), "{probe} {quantity} {height}: {value}");
        }
    }
    assert!(read("plume", "plume_temperature", "0.5") > read("plume", "plume_temperature", "1.5"));
    let acted = run
        .table("probes.csv")
        .into_iter()
        .filter(|r| r["quantity"] == "activation_temperature")
        .count();
    assert_eq!(acted, 1);
}

#[test]
fn a_walker_keeps_the_speed_and_is_counted_once() {
    let run = Run::of("corridor_walker.ron");
    run.keeps_the_contract();
    assert_eq!(run.printed["outcome"]["out"], 1);
    // Sets out at 2 s; 40 m at 1.33 m/s (IMO MSC.1/Circ.1533, test 1: 29.5 to 30.7 s).
    let out = run.printed["outcome"]["last_out_s"].as_f64().unwrap() - 2.0;
    assert!((29.5..=30.7).contains(&out), "{out}");
    let people: Vec<Row> = run
        .table("people.csv")
        .into_iter()
        .filter(|p| p["state"] == "moving")
        .collect();
    assert!(people.len() > 50);
    for pair in people.windows(2) {
        let walked = (number(&pair[1], "x_m") - number(&pair[0], "x_m"))
            / (number(&pair[1], "time_s") - number(&pair[0], "time_s"));
        assert!((walked / 1.33 - 1.0).abs() < 0.02, "{walked}: {:?}", pair[1]);
        assert!((number(&pair[1], "speed_m_s") / 1.33 - 1.0).abs() < 0.02 && pair[1]["plate"] == "1F");
    }
    let who = run.table("people_static.csv");
    assert_eq!(
        (who.len(), who[0]["id"].as_str(), number(&who[0], "free_speed_m_s")),
        (1, "walker", 1.33)
    );
    assert_eq!((number(&who[0], "start_s"), who[0]["route"].as_str()), (2.0, "1F/exit"));
    let probes = run.table("probes.csv");
    let of = |probe: &str, quantity: &str| -> Vec<f64> {
        let rows = probes
            .iter()
            .filter(|r| r["probe"] == probe && r["quantity"] == quantity);
        rows.map(|r| number(r, "value")).collect()
    };
    let passed = of("half_way", "passed_forward")
        .into_iter()
        .chain(of("half_way", "passed_back"));
    assert_eq!(passed.fold(0.0, f64::max), 1.0);
    let (forward, back) = (of("half_way", "passed_forward"), of("half_way", "passed_back"));
    assert_eq!(forward.last().unwrap() + back.last().unwrap(), 1.0);
    // One person on 20 m².
    assert_eq!(of("middle", "density").into_iter().fold(0.0, f64::max), 0.05);
    assert!(of("middle", "mean_speed").iter().all(|s| (s / 1.33 - 1.0).abs() < 0.02));
    let openings = run.table("openings.csv");
    assert_eq!(openings.last().unwrap()["passed_people"], "1");
    assert!(
        run.table("spaces.csv")
            .iter()
            .all(|s| (number(s, "upper_temperature_c") - 20.0).abs() < 0.1)
    );
    let kinds: Vec<Value> = run
        .text("events.jsonl")
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let seen: Vec<&str> = kinds.iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(seen, ["set_out", "out"]);
}
