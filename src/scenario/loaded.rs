//! A scenario read with everything that it names.

use super::report::Lines;
use super::{Burns, Construction, HouseholdMix, Issue, Plan, Scenario, Severity, Span, Text};
use std::collections::BTreeMap;

/// A file that was read, for messages and for recordings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceFile {
    /// As given by the user, or the library path of an embedded file.
    pub path: String,
    /// Its whole content.
    pub text: String,
}

/// A scenario read with everything that it names, knobs resolved.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The drill itself.
    pub scenario: Scenario,
    /// Plans of the library that it uses, by name.
    pub prefabs: BTreeMap<String, Plan>,
    /// Things of the library that it uses, by name.
    pub items: BTreeMap<String, Burns>,
    /// Mixes of households that it uses, by name.
    pub mixes: BTreeMap<String, HouseholdMix>,
    /// Layered walls of scenario and library, by name.
    pub constructions: BTreeMap<String, Construction>,
    /// Files read, in the order of [`Span::file`]; the scenario first.
    pub sources: Vec<SourceFile>,
    /// Warnings; errors keep it from being made.
    pub warnings: Vec<Issue>,
}
impl Loaded {
    /// Line and column (from 1, in characters) of the beginning of a span.
    pub fn position(&self, at: Span) -> (usize, usize) {
        let text = self.sources.get(at.file as usize).map_or("", |s| s.text.as_str());
        Lines::new(text).position(at.start as usize, text)
    }
    /// A problem at a span, for the checks of other rooms.
    pub fn issue(&self, id: &str, severity: Severity, at: Span, message: Text, hint: Text) -> Issue {
        let (line, column) = self.position(at);
        let file = self
            .sources
            .get(at.file as usize)
            .map(|s| s.path.clone())
            .unwrap_or_default();
        Issue {
            id: id.to_owned(),
            severity,
            file,
            line,
            column,
            message,
            hint,
            corrected: None,
        }
    }
}
