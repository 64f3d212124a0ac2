//! Named mixes of households (`assets/people/*.ron`).

use super::{Document, Hearing, Mobility, Src, Text};

/// A named mix of households (`assets/people/*.ron`).
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HouseholdMix {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// What it is, for people.
    pub title: Text,
    /// Kinds of household with their shares; shares need not add up to one.
    pub households: Vec<Household>,
    /// Documents the shares rest on.
    pub sources: Vec<Document>,
    /// Figures that nobody could look up: shown as 待核实.
    pub assumptions: Vec<String>,
}

/// A kind of household.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Household {
    /// Weight against the other kinds.
    pub share: f64,
    /// Everybody who lives in it.
    pub members: Vec<Member>,
}

/// A member of a kind of household.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Member {
    /// From, to, years.
    pub ages: (f64, f64),
    /// How they get about.
    pub mobility: Mobility,
    /// How well they hear.
    pub hearing: Hearing,
}
