//! One list of problems, the same in the command line, the window and the tests.

use serde::{Deserialize, Serialize};

/// How bad a problem is: an error keeps the scenario from running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Keeps the scenario from running.
    Error,
    /// Runs, but probably not as meant.
    Warning,
}

/// A problem in a scenario, prefab, guidance, rubric or library file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Kind of problem, stable, in dotted lower case: `syntax.full_width`, `door.not_on_wall`, ...
    pub id: String,
    /// Error or warning.
    pub severity: Severity,
    /// File as given by the user, or the library path of an embedded file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters (a hanzi counts one).
    pub column: usize,
    /// What is wrong, in Chinese and English.
    pub message: super::Text,
    /// What to do, in Chinese and English.
    pub hint: super::Text,
    /// The corrected line of the file, where one can be proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<String>,
}
