//! Verification: cases are ordinary scenarios that say what they must give; what they give is computed from the files
//! of a run alone, so that everybody else can measure it the same way.

mod measure;
mod statistics;
mod tables;

pub use measure::MeasureError;

use super::output::{OutputError, RunFacts, RunFiles};
use super::{Simulation, TICK_S};
use crate::place;
use crate::scenario::{
    Bound, Document, Evidence, Expectation, Issue, Library, Loaded, People, PlaceKind, Scenario, Severity, Steps, Text,
    load,
};
use crate::storage::{Memory, StorageError};
use measure::measure;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tables::RunTables;

/// Folder of the cases, from the root of the library.
pub const CASES: &str = "scenarios/verification/";
/// Seeds of a case in which chance plays a part; all of them must pass.
const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

/// A setting of knobs.
type Setting = BTreeMap<String, String>;

/// A scenario with expectations.
#[derive(Clone, Debug)]
pub struct Case {
    path: String,
    bytes: Vec<u8>,
    name: String,
    scenario: Scenario,
}

/// A run that could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The scenario cannot be used with these knobs.
    #[error("{}", .0.first().map_or("the scenario cannot be used", |i| i.message.en.as_str()))]
    Scenario(Vec<Issue>),
    /// The run's files could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The run's files could not be read again.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A file of the run is not what it should be.
    #[error(transparent)]
    Measure(#[from] MeasureError),
}

/// What an expectation came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// `"fire/steckler_14"`.
    pub name: String,
    /// Stable word for what was measured.
    pub quantity: String,
    /// The same for people.
    pub title: Text,
    /// Unit of the figures.
    pub unit: String,
    /// The right value, or the bound.
    pub expected: f64,
    /// The measured value farthest from right; `null` if it could not be measured.
    pub measured: Option<f64>,
    /// Largest difference that passes.
    pub tolerance: f64,
    /// On which sides of `expected` it lies.
    #[serde(serialize_with = "word")]
    pub bound: Bound,
    /// What the right value rests on.
    #[serde(serialize_with = "word")]
    pub kind: Evidence,
    /// What other programs give, by name.
    pub peer: BTreeMap<String, f64>,
    /// Document, clause and year.
    pub source: String,
    /// Seeds that were run.
    pub seeds: Vec<u64>,
    /// Measured, by seed.
    pub by_seed: Vec<Option<f64>>,
    /// Knobs that were set.
    pub knobs: BTreeMap<String, String>,
    /// What the case sets beside physical inputs.
    pub settings: Vec<String>,
    /// All seeds passed.
    pub passed: bool,
    /// Why it did not pass, in English; empty if it did.
    pub reason: String,
}

/// A value's own name in small letters.
fn word<T: std::fmt::Debug, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut word = String::new();
    for c in format!("{value:?}").chars() {
        if c.is_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.extend(c.to_lowercase());
    }
    serializer.serialize_str(&word)
}

/// What an expectation measured with a seed.
pub type Measured = Result<f64, String>;

impl Case {
    /// Reads a case. `None`: the scenario expects nothing, or is a drill.
    ///
    /// # Errors
    /// Every problem of the scenario.
    pub fn read(path: &str, bytes: &[u8], library: &Library) -> Result<Option<Self>, Vec<Issue>> {
        let scenario = load(path, bytes, library, &Setting::new(), SEEDS[0])?.scenario;
        if scenario.expect.is_empty() || scenario.kind != PlaceKind::Verification {
            return Ok(None);
        }
        let name = path.strip_prefix(CASES).unwrap_or(path);
        Ok(Some(Self {
            path: path.to_owned(),
            bytes: bytes.to_vec(),
            name: name.strip_suffix(".ron").unwrap_or(name).to_owned(),
            scenario,
        }))
    }

    /// Title of the scenario.
    pub fn title(&self) -> &Text {
        &self.scenario.title
    }

    /// Names of its rows, in the scenario's order; rows of one name measure several things.
    pub fn names(&self) -> Vec<String> {
        let of = |e: &Expectation| match e.case.as_str() {
            "" => self.name.clone(),
            case => format!("{}_{case}", self.name),
        };
        self.scenario.expect.iter().map(of).collect()
    }

    /// Seeds to run: several where chance says who is there, where they stand or when they set out.
    pub fn seeds(&self) -> &'static [u64] {
        let drawn = |p: &People| match p {
            People::Person(p) => p.at.is_none() || p.speed_m_s.is_none() || p.starts_s.is_none() && !p.stays,
            _ => true,
        };
        if self.scenario.people.iter().any(drawn) {
            &SEEDS
        } else {
            &SEEDS[..1]
        }
    }

    /// Runs it with a seed, under every setting that the wanted rows need, and measures them. Rows that are not wanted
    /// measure nothing.
    pub fn measure(&self, seed: u64, library: &Library, wanted: &dyn Fn(&str) -> bool) -> Vec<Option<Measured>> {
        let names = self.names();
        let rows: Vec<_> = self
            .scenario
            .expect
            .iter()
            .zip(&names)
            .map(|(e, n)| wanted(n).then_some(e))
            .collect();
        let mut settings = Vec::new();
        for e in rows.iter().flatten() {
            e.measure.settings(&e.set, &mut settings);
        }
        let runs: Vec<(Setting, Result<RunTables, String>)> = settings
            .into_iter()
            .map(|set| {
                let tables = self.run(seed, library, &set).map_err(|e| e.to_string());
                (set, tables)
            })
            .collect();
        let find = |set: &Setting| match runs.iter().find(|(s, _)| s == set) {
            Some((_, Ok(tables))) => Ok(tables),
            Some((_, Err(e))) => Err(MeasureError::NoRun(e.clone())),
            None => Err(MeasureError::NoRun("it was not run".to_owned())),
        };
        let of = |e: &Expectation| measure(&e.measure, &e.set, &find).map_err(|e| e.to_string());
        rows.into_iter().map(|row| row.map(of)).collect()
    }

    /// A run with its files, read again.
    fn run(&self, seed: u64, library: &Library, set: &Setting) -> Result<RunTables, CaseError> {
        let loaded = load(&self.path, &self.bytes, library, set, seed).map_err(CaseError::Scenario)?;
        let (place, issues) = place::compile(&loaded);
        let broken = issues.iter().any(|i| i.severity == Severity::Error);
        let Some(place) = place.filter(|_| !broken) else {
            return Err(CaseError::Scenario(issues));
        };
        let storage = Memory::new();
        let folder = Path::new("run");
        written(&storage, folder, Arc::new(place), Arc::new(loaded), seed)?;
        Ok(RunTables::read(&storage, folder)?)
    }

    /// The rows, from what was measured with each of [`Case::seeds`].
    pub fn rows(&self, measured: &[Vec<Option<Measured>>]) -> Vec<Row> {
        let seeds = self.seeds();
        let settings = settings(&self.scenario);
        let mut rows = Vec::new();
        for (i, (e, name)) in self.scenario.expect.iter().zip(self.names()).enumerate() {
            let by_seed: Vec<&Measured> = measured.iter().filter_map(|m| m.get(i)?.as_ref()).collect();
            if by_seed.is_empty() {
                continue;
            }
            let worst = by_seed.iter().filter_map(|m| m.as_ref().ok()).copied();
            let worst = worst.max_by(|a, b| beyond(e, *a).total_cmp(&beyond(e, *b)));
            let failed: Vec<_> = seeds
                .iter()
                .zip(&by_seed)
                .filter_map(|(s, m)| fault(e, *s, m))
                .collect();
            let source = source(&e.source);
            rows.push(Row {
                name,
                quantity: e.quantity.clone(),
                title: if e.title.en.is_empty() {
                    self.scenario.title.clone()
                } else {
                    e.title.clone()
                },
                unit: e.unit.clone(),
                expected: e.expected,
                measured: worst,
                tolerance: e.tolerance,
                bound: e.bound,
                kind: e.kind,
                peer: e.peers.iter().cloned().collect(),
                source,
                seeds: seeds.to_vec(),
                by_seed: by_seed.iter().map(|m| m.as_ref().ok().copied()).collect(),
                knobs: e.set.clone(),
                settings: settings.clone(),
                passed: failed.is_empty(),
                reason: failed.join("; "),
            });
        }
        rows
    }
}

/// Runs a drill to its end and writes its files.
fn written(
    storage: &Memory,
    folder: &Path,
    place: Arc<place::Place>,
    loaded: Arc<Loaded>,
    seed: u64,
) -> Result<(), OutputError> {
    let end_s = loaded.scenario.ends.after_s;
    let mut simulation = Simulation::new(place, loaded, seed);
    let mut files = RunFiles::create(storage, folder, &simulation.view(), None)?;
    files.events(simulation.events())?;
    while !simulation.finished() && simulation.time_s() < end_s - TICK_S / 2.0 {
        simulation.step(&[]);
        files.tick(&simulation.view(), simulation.events())?;
    }
    let facts = RunFacts {
        seed,
        ..RunFacts::default()
    };
    let result = files.result(&simulation.view(), simulation.state_hash(), &facts);
    files.finish(&simulation.view(), result, &facts)?;
    Ok(())
}

/// By how much a value lies beyond what passes; at most 0: it passes.
fn beyond(e: &Expectation, measured: f64) -> f64 {
    // What is no number is farthest from right.
    if measured.is_nan() {
        return f64::INFINITY;
    }
    let off = measured - e.expected;
    // Figures in files have six digits; a value on the bound is inside.
    let slack = 1e-9 * e.expected.abs().max(e.tolerance);
    let off = match e.bound {
        Bound::Around => off.abs(),
        Bound::AtLeast => -off,
        Bound::AtMost => off,
    };
    off - e.tolerance - slack
}

/// Why a seed does not pass.
fn fault(e: &Expectation, seed: u64, measured: &Measured) -> Option<String> {
    let value = match measured {
        Err(why) => return Some(format!("seed {seed}: {why}")),
        Ok(value) => *value,
    };
    (beyond(e, value) > 0.0).then(|| {
        let (low, high) = (figure(e.expected - e.tolerance), figure(e.expected + e.tolerance));
        let should = match e.bound {
            Bound::Around => format!("from {low} to {high}"),
            Bound::AtLeast => format!("{low} or more"),
            Bound::AtMost => format!("{high} or less"),
        };
        format!("seed {seed}: {}, should be {should}", figure(value))
    })
}

/// A number with five significant digits, without idle zeros.
pub fn figure(x: f64) -> String {
    let size = x.abs();
    if size == 0.0 || !size.is_finite() {
        return format!("{x}");
    }
    if !(1e-4..1e6).contains(&size) {
        return format!("{x:.3e}");
    }
    let before = libm::log10(size).floor() as i32 + 1;
    let decimals = (5 - before).clamp(0, 8) as usize;
    let written = format!("{x:.decimals$}");
    if written.contains('.') {
        written.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        written
    }
}

/// A document in one line.
fn source(d: &Document) -> String {
    let mut line = d.document.clone();
    if !d.article.is_empty() {
        line = format!("{line}, {}", d.article);
    }
    if d.year > 0 {
        line = format!("{line} ({})", d.year);
    }
    if d.checked || line.is_empty() {
        line
    } else {
        format!("{line} 待核实")
    }
}

/// What a scenario sets beside physical inputs.
fn settings(s: &Scenario) -> Vec<String> {
    let usual = Steps::default();
    [
        ("steps.fire_s", s.steps.fire_s, usual.fire_s),
        ("steps.output_s", s.steps.output_s, usual.output_s),
    ]
    .into_iter()
    .filter(|(_, is, usual)| is != usual)
    .map(|(name, is, _)| format!("{name}: {is}"))
    .collect()
}

/// File of the library that names the rows that are known to fail, without extension.
pub const KNOWN_REDS: &str = "known_reds";

/// A row that is known to fail.
#[derive(Clone, Debug, Default, PartialEq, Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KnownRed {
    /// Name of the row.
    pub name: String,
    /// What it measures.
    pub quantity: String,
    /// The cause, as measured.
    pub cause: Text,
}

impl KnownRed {
    /// Whether it speaks of this row.
    pub fn is_of(&self, row: &Row) -> bool {
        self.name == row.name && self.quantity == row.quantity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_lies_within_its_bound() {
        let e = |bound| Expectation {
            expected: 10.0,
            tolerance: 1.0,
            bound,
            ..Expectation::default()
        };
        for (bound, passing, failing) in [
            (Bound::Around, [9.0, 11.0], [8.9, 11.1]),
            (Bound::AtLeast, [9.0, 100.0], [8.9, f64::NAN]),
            (Bound::AtMost, [-5.0, 11.0], [11.1, f64::NAN]),
        ] {
            let e = e(bound);
            assert!(passing.iter().all(|x| fault(&e, 1, &Ok(*x)).is_none()), "{bound:?}");
            assert!(failing.iter().all(|x| fault(&e, 1, &Ok(*x)).is_some()), "{bound:?}");
        }
        let why = fault(&e(Bound::Around), 3, &Err("no such space".to_owned())).unwrap();
        assert_eq!(why, "seed 3: no such space");
    }

    #[test]
    fn words_of_the_report_are_small_and_joined() {
        let row = |bound| serde_json::json!({ "bound": Worded(bound) })["bound"].clone();
        struct Worded(Bound);
        impl Serialize for Worded {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                word(&self.0, s)
            }
        }
        assert_eq!(
            (row(Bound::Around), row(Bound::AtLeast)),
            ("around".into(), "at_least".into())
        );
    }

    #[test]
    fn figures_have_five_digits_and_no_idle_zeros() {
        for (x, written) in [
            (320.0, "320"),
            (853.2461, "853.25"),
            (0.0123456, "0.012346"),
            (11_023.4, "11023"),
            (1e-9, "1.000e-9"),
            (-1.5, "-1.5"),
            (0.0, "0"),
        ] {
            assert_eq!(figure(x), written);
        }
    }
}
