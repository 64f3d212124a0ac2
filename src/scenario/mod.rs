//! What a trainer writes: the RON format, its versions, prefabs and knobs, and the checks of text and ranges.
//! Knows no other room.
//!
//! A file goes this way: `lexer` (tokens) → `balance` (brackets) → `syntax` (tree with places) → `knobs` (resolved)
//! → `reader` (typed) → `check` (names and ranges). Every step reports what is wrong and goes on, so that one pass
//! names every problem.

mod balance;
mod check;
mod expectation;
mod issue;
mod knobs;
mod lexer;
mod library;
mod load;
mod loaded;
mod mixes;
mod model;
mod reader;
mod render;
mod report;
mod storeys;
mod syntax;
mod text;

pub use balance::DEEPEST;
pub use expectation::{Bound, Evidence, Expectation, Measure, Series, joined};
pub use issue::{Issue, Severity};
pub(crate) use knobs::draw;
pub use library::{Library, LibraryKind};
pub use load::{load, read_file, variants};
pub use loaded::{Loaded, SourceFile};
pub use mixes::{Household, HouseholdMix, Member};
pub use model::*;
pub use render::{Language, render_fancy, render_plain};
pub use report::MOST as MOST_ISSUES;
pub use storeys::{MOST_STOREYS, StoreyError, expand_storeys};
pub use syntax::LARGEST as LARGEST_FILE;
pub use text::{Point, Span, Src, Text};
