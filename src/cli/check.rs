//! `firedrill check`: every problem of scenario files, each with its place and a hint.

use super::args::{self, Format};
use super::failure::Failure;
use super::{Answer, Desk, files};
use firedrill::place;
use firedrill::scenario::{self, Issue, Plan, Severity};
use std::fmt::Write;
use std::path::Path;

#[derive(serde::Serialize)]
struct Report<'a> {
    issues: &'a [Issue],
}

/// Checks every file named, and every RON file of every folder named.
pub(crate) fn check(desk: &Desk, wanted: &args::Check) -> Result<Answer, Failure> {
    let mut issues = Vec::new();
    let mut count = 0_usize;
    for path in &wanted.path {
        for path in files::ron_files(desk, path)? {
            let found = files::scenario(desk, &path)?;
            issues.extend(if is_prefab(&path) {
                scenario::read_file::<Plan>(&found.name, &found.bytes)
                    .err()
                    .unwrap_or_default()
            } else {
                place::check(&found.name, &found.bytes, &desk.library)
            });
            count += 1;
        }
    }
    match wanted.format {
        Format::Json => desk.print_json(&Report { issues: &issues })?,
        Format::Text => desk.print(&text(desk, &issues, count))?,
    }
    let broken = issues.iter().any(|i| i.severity == Severity::Error);
    Ok(if broken { Answer::No } else { Answer::Done })
}

/// Whether a file is a piece of a plan, not a scenario: prefabs stand in a folder of that name.
fn is_prefab(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    folder.is_some_and(|f| f == "prefabs")
}

fn text(desk: &Desk, issues: &[Issue], files: usize) -> String {
    let lang = desk.texts.lang();
    let mut out = String::new();
    for issue in issues {
        let Issue {
            id,
            severity,
            file,
            line,
            column,
            message,
            hint,
            corrected,
        } = issue;
        let word = desk.say(
            if *severity == Severity::Error {
                "check-error"
            } else {
                "check-warning"
            },
            &[],
        );
        // Writing to a string cannot fail.
        writeln!(out, "{file}:{line}:{column}: {word} [{id}] {}", lang.of(message)).ok();
        let hint = lang.of(hint);
        if !hint.is_empty() {
            writeln!(out, "    {hint}").ok();
        }
        if let Some(corrected) = corrected {
            writeln!(out, "    {} {}", desk.say("check-corrected", &[]), corrected.trim()).ok();
        }
    }
    let errors = issues.iter().filter(|i| i.severity == Severity::Error).count();
    let warnings = issues.len() - errors;
    let values = [
        ("files", files.into()),
        ("errors", errors.into()),
        ("warnings", warnings.into()),
    ];
    writeln!(out, "{}", desk.say("check-total", &values)).ok();
    out
}
