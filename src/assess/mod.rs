//! Guidance (the rule table), rubric, score sheet, policies (scripted trainees). What judges a trainee reads their
//! notebook, never the place or the fire.

mod act;
mod guidance;
mod judge;
mod policies;
mod redo;
mod rubric;
mod session;
mod sheet;
mod sheet_html;
mod situation;
pub mod whatif;

pub use act::Act;
pub use guidance::*;
pub use judge::*;
pub use policies::{Policy, loses, policy, policy_names};
pub use redo::*;
pub use rubric::*;
pub use session::{Players, judged, judged_by, outcome, rescored};
pub use sheet::*;
pub use sheet_html::html;
pub use situation::*;
