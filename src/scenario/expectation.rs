//! What a verification case must give, and how it is computed from what `run --out` writes.

use super::model::{Distribution, Document};
use super::text::{Point, Src, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a verification case must give: one row of `firedrill verify`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expectation {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Ending of the row's name: `"14"` in `steckler.ron` makes `steckler_14`; by default the file's name stands alone.
    pub case: String,
    /// Name of the measured quantity, a stable word.
    pub quantity: String,
    /// The same for people.
    pub title: Text,
    /// Unit of `expected` and `tolerance`.
    pub unit: String,
    /// How it is measured.
    pub measure: Measure,
    /// The right value, or the bound.
    pub expected: f64,
    /// Largest difference from `expected` that passes.
    pub tolerance: f64,
    /// On which sides of `expected` the tolerance lies.
    pub bound: Bound,
    /// What the right value rests on.
    pub kind: Evidence,
    /// What other programs give, by name.
    pub peers: Vec<(String, f64)>,
    /// Knobs set in this row's run; a knob that is not set is drawn by the seed.
    pub set: BTreeMap<String, String>,
    /// Where the expectation comes from.
    pub source: Document,
}

/// Which measured values pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// From `expected` − `tolerance` to `expected` + `tolerance`.
    #[default]
    Around,
    /// `expected` − `tolerance` or more.
    AtLeast,
    /// `expected` + `tolerance` or less.
    AtMost,
}

/// What a right value rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Evidence {
    /// A closed form, an independent integration, or a rule of a test suite.
    #[default]
    Formula,
    /// Something that was measured.
    Experiment,
    /// What another program computes.
    Peer,
}

/// A number computed from the files of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Measure {
    /// The scenario does not say.
    #[default]
    Nothing,
    /// This number.
    Number(f64),
    /// A number in `run.json`, by JSON pointer: `"/outcome/last_out_s"`.
    Run(String),
    /// A series at a time, s; linear between samples.
    At(f64, Series),
    /// A series' last value.
    Last(Series),
    /// Mean of the samples from a time to a time, s; samples without a value do not count.
    Mean(f64, f64, Series),
    /// Largest value from a time to a time, s.
    Most(f64, f64, Series),
    /// Smallest value from a time to a time, s.
    Least(f64, f64, Series),
    /// Change from a time to a time, a second.
    Slope(f64, f64, Series),
    /// When a series first reaches a value from below, s; linear between samples.
    Rises(f64, Series),
    /// When a series first reaches a value from above, s; linear between samples.
    Falls(f64, Series),
    /// When an event of this kind first happened to this subject (`""`: to any), s.
    Event(String, String),
    /// Number of events of this kind.
    Events(String),
    /// Mean of a column of `people_static.csv` over those whose id begins so.
    MeanOfPeople(String, String),
    /// Standard deviation of a column of `people_static.csv` over those whose id begins so.
    SpreadOfPeople(String, String),
    /// Smallest value of a column of `people_static.csv` over those whose id begins so.
    LeastOfPeople(String, String),
    /// Largest value of a column of `people_static.csv` over those whose id begins so.
    MostOfPeople(String, String),
    /// Probability that a column of `people_static.csv` over those whose id begins so is drawn from a distribution
    /// (Kolmogorov–Smirnov).
    LikelihoodOfPeople(String, String, Distribution),
    /// Largest difference between when people set out and when the scenario says they do, s.
    StartError,
    /// Number of samples at which somebody stood inside a polygon of building coordinates, on any storey.
    SamplesInside(Vec<Point>),
    /// Mean time for which those whose id begins so stood on the way (state `waiting`, or slower than 0.1 m/s), s.
    MeanWaiting(String),
    /// Time at which the last of those whose id begins so was out, s.
    LastOut(String),
    /// Number of those whose id begins so who were out in the end.
    CountOut(String),
    /// The measure in a run with these knobs set too.
    With(BTreeMap<String, String>, Box<Measure>),
    /// Sum.
    Add(Box<Measure>, Box<Measure>),
    /// Difference.
    Sub(Box<Measure>, Box<Measure>),
    /// Product.
    Mul(Box<Measure>, Box<Measure>),
    /// Quotient.
    Div(Box<Measure>, Box<Measure>),
    /// Absolute value.
    Abs(Box<Measure>),
    /// Mean of several.
    MeanOf(Vec<Measure>),
    /// Smallest of several.
    LeastOf(Vec<Measure>),
    /// Largest of several.
    MostOf(Vec<Measure>),
    /// Smallest step from one to the next: above 0 where they strictly rise.
    LeastStep(Vec<Measure>),
    /// Share of several that lie in their bands, each from a value to a value.
    ShareWithin(Vec<(Measure, f64, f64)>),
}

impl Measure {
    /// Measures inside it.
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::With(_, m) | Self::Abs(m) => vec![m],
            Self::Add(a, b) | Self::Sub(a, b) | Self::Mul(a, b) | Self::Div(a, b) => vec![a, b],
            Self::MeanOf(all) | Self::LeastOf(all) | Self::MostOf(all) | Self::LeastStep(all) => all.iter().collect(),
            Self::ShareWithin(all) => all.iter().map(|(m, _, _)| m).collect(),
            _ => Vec::new(),
        }
    }

    /// Names of the knobs that it sets.
    pub fn knobs(&self) -> Vec<&str> {
        let mut names: Vec<&str> = match self {
            Self::With(set, _) => set.keys().map(String::as_str).collect(),
            _ => Vec::new(),
        };
        names.extend(self.parts().into_iter().flat_map(Self::knobs));
        names
    }

    /// Every setting of knobs under which it needs a run, beyond `set`.
    pub fn settings(&self, set: &BTreeMap<String, String>, into: &mut Vec<BTreeMap<String, String>>) {
        let parts = self.parts();
        match self {
            Self::With(more, inner) => {
                let set = joined(set, more);
                inner.settings(&set, into);
            }
            Self::Number(_) | Self::Nothing => {}
            _ if parts.is_empty() => {
                if !into.contains(set) {
                    into.push(set.clone());
                }
            }
            _ => parts.iter().for_each(|m| m.settings(set, into)),
        }
    }
}

/// A setting with more knobs set; those of `more` win.
pub fn joined(set: &BTreeMap<String, String>, more: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut set = set.clone();
    set.extend(more.iter().map(|(k, v)| (k.clone(), v.clone())));
    set
}

/// A column of a table over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Series {
    /// Of a space: its path, and a column of `spaces.csv`.
    Space(String, String),
    /// Of an opening: its path, and a column of `openings.csv`.
    Opening(String, String),
    /// Of a burning thing: its name, and a column of `fires.csv`.
    Fire(String, String),
    /// Of a person: the id, and a column of `people.csv`.
    Person(String, String),
    /// Of a probe: its name, and a quantity of `probes.csv`; all heights.
    Probe(String, String),
    /// The same at one height, m.
    ProbeAt(String, String, f64),
    /// Number of people there at each sample.
    People,
}
