//! Named mixes of households (`assets/people/*.ron`).

use super::{Document, Hearing, Mobility, Src, Text};

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
    /// Weight against the other kinds.
    pub share: f64,
    pub members: Vec<Member>,
}

/// A member of a kind of household.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Member {
    /// From, to, years.
    pub ages: (f64, f64),
    pub mobility: Mobility,
    pub hearing: Hearing,
}
