//! What a trainer writes: the RON format, its versions, prefabs and knobs, and the checks of text and ranges.
//! Knows no other room.

mod issue;
mod model;
mod text;

pub use issue::{Issue, Severity};
pub use model::*;
pub use text::{Point, Span, Src, Text};

use std::collections::BTreeMap;

/// Files that belong to the program: prefabs, items, mixes of people, guidance, rubrics, texts. Embedded in the
/// binary; a folder can override it.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Text by path, `"scenarios/prefabs/flat.ron"`, `"assets/items/sofa.ron"`.
    pub files: BTreeMap<String, String>,
}

/// A file that was read, for messages and for recordings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

/// A named mix of households (`assets/people/*.ron`).
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HouseholdMix {
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    pub title: Text,
    /// Kinds of household with their shares; shares need not add up to one.
    pub households: Vec<Household>,
    pub sources: Vec<Document>,
    pub assumptions: Vec<String>,
}

/// A kind of household.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Household {
    pub share: f64,
    pub members: Vec<Member>,
}

/// A member of a kind of household.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Member {
    pub ages: (f64, f64),
    pub mobility: Mobility,
    pub hearing: Hearing,
}

/// A scenario read with everything that it names, knobs resolved.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    pub scenario: Scenario,
    pub prefabs: BTreeMap<String, Plan>,
    pub items: BTreeMap<String, Burns>,
    pub mixes: BTreeMap<String, HouseholdMix>,
    pub constructions: BTreeMap<String, Construction>,
    /// Files read, in the order of [`Span::file`]; the scenario first.
    pub sources: Vec<SourceFile>,
    /// Warnings; errors keep it from being made.
    pub warnings: Vec<Issue>,
}
