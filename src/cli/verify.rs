//! `firedrill verify`: what the engines give beside what they must give.

use super::args::{self, Format};
use super::failure::Failure;
use super::progress::Progress;
use super::{Answer, Desk, files};
use firedrill::drill::verification::{CASES, Case, KNOWN_REDS, KnownRed, Measured, Row, figure};
use firedrill::locale::{Lang, Value};
use firedrill::scenario::{self, Bound, Evidence, LibraryKind, Text};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use unicode_width::UnicodeWidthStr;

#[derive(serde::Serialize)]
struct Report<'a> {
    cases: &'a [Told],
    /// Known to fail, and passing: the record is to be struck out.
    stale: &'a [KnownRed],
}

/// A row and what is known of it.
#[derive(serde::Serialize)]
struct Told {
    #[serde(flatten)]
    row: Row,
    /// Measured cause of a row that is known to fail.
    known_cause: Option<Text>,
}

/// Runs the cases asked for, or all.
pub(crate) fn verify(desk: &Desk, wanted: &args::Verify) -> Result<Answer, Failure> {
    let cases = cases(desk, &wanted.name)?;
    let chosen = |name: &str| wanted.name.is_empty() || wanted.name.iter().any(|w| names(w, name));
    refuse_unknown(desk, &wanted.name, &cases)?;
    let cases: Vec<Case> = cases
        .into_iter()
        .filter(|c| c.names().iter().any(|n| chosen(n)))
        .collect();
    let known = known_reds(desk)?;
    let mut rows = Vec::new();
    for (case, measured) in cases.iter().zip(measured(desk, &cases, &chosen)) {
        rows.extend(case.rows(&measured));
    }
    let stale = stale(&known, &rows, wanted.name.is_empty());
    let told: Vec<Told> = rows
        .into_iter()
        .map(|row| Told {
            known_cause: known
                .iter()
                .find(|k| !row.passed && k.is_of(&row))
                .map(|k| k.cause.clone()),
            row,
        })
        .collect();
    match wanted.format {
        Format::Json => desk.print_json(&Report {
            cases: &told,
            stale: &stale,
        })?,
        Format::Text => desk.print(&text(desk, &told, &stale))?,
    }
    let fresh = told.iter().any(|t| !t.row.passed && t.known_cause.is_none());
    Ok(if fresh || !stale.is_empty() {
        Answer::No
    } else {
        Answer::Done
    })
}

/// Whether the name of a row or the beginning of one (`"fire"`, `"fire/steckler"`) names this row.
fn names(wanted: &str, name: &str) -> bool {
    let wanted = wanted.trim_end_matches('/');
    name.strip_prefix(wanted)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '_']))
}

/// Cases built in and those in the folder here; a file here goes before one built in. Files that cannot hold what is
/// wanted are not read.
fn cases(desk: &Desk, wanted: &[String]) -> Result<Vec<Case>, Failure> {
    let mut texts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let built_in = desk.library.files.range(CASES.to_owned()..);
    for (path, text) in built_in.take_while(|(p, _)| p.starts_with(CASES)) {
        texts.insert(path.clone(), text.clone().into_bytes());
    }
    for path in files::ron_files_in(desk, Path::new(CASES))? {
        let found = files::scenario(desk, &path)?;
        texts.insert(found.name.replace('\\', "/"), found.bytes);
    }
    let all = wanted.iter().any(|w| !texts.keys().any(|path| may_hold(path, w)));
    let mut cases = Vec::new();
    for (path, bytes) in &texts {
        if !all && !wanted.is_empty() && !wanted.iter().any(|w| may_hold(path, w)) {
            continue;
        }
        let source = || String::from_utf8(bytes.clone()).ok();
        let case = Case::read(path, bytes, &desk.library);
        cases.extend(case.map_err(|issues| Failure::of_issues(&desk.texts, &issues, source()))?);
    }
    Ok(cases)
}

/// Whether a file may hold a row of this name or beginning.
fn may_hold(path: &str, wanted: &str) -> bool {
    let name = path
        .strip_prefix(CASES)
        .and_then(|p| p.strip_suffix(".ron"))
        .unwrap_or(path);
    names(wanted, name) || names(name, wanted)
}

/// A name that no row has is refused, with what is near it.
fn refuse_unknown(desk: &Desk, wanted: &[String], cases: &[Case]) -> Result<(), Failure> {
    let all: Vec<String> = cases.iter().flat_map(Case::names).collect();
    let Some(unknown) = wanted.iter().find(|w| !all.iter().any(|n| names(w, n))) else {
        return Ok(());
    };
    let near = all
        .iter()
        .map(|n| (strsim::jaro_winkler(n, unknown), n))
        .filter(|(score, _)| *score > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let values = [
        ("name", Value::from(unknown.clone())),
        ("near", Value::from(near.map_or("", |(_, n)| n))),
    ];
    let hint = if near.is_some() {
        "error-unknown-case-near"
    } else {
        "error-unknown-case-hint"
    };
    Err(desk.fail("error-unknown-case", hint, &values))
}

/// Rows that are known to fail.
fn known_reds(desk: &Desk) -> Result<Vec<KnownRed>, Failure> {
    let Some(text) = desk.library.get(LibraryKind::Verification, KNOWN_REDS) else {
        return Ok(Vec::new());
    };
    let path = scenario::Library::path(LibraryKind::Verification, KNOWN_REDS);
    scenario::read_file(&path, text.as_bytes())
        .map_err(|issues| Failure::of_issues(&desk.texts, &issues, Some(text.to_owned())))
}

/// Known reds that pass; in a run of everything also those that name no row.
fn stale(known: &[KnownRed], rows: &[Row], whole: bool) -> Vec<KnownRed> {
    let is_stale = |k: &&KnownRed| match rows.iter().find(|r| k.is_of(r)) {
        Some(row) => row.passed,
        None => whole,
    };
    known.iter().filter(is_stale).cloned().collect()
}

/// Measures every case with each of its seeds, on as many threads as there are cores.
fn measured(desk: &Desk, cases: &[Case], chosen: &(dyn Fn(&str) -> bool + Sync)) -> Vec<Vec<Vec<Option<Measured>>>> {
    let jobs: Vec<(usize, u64)> = cases
        .iter()
        .enumerate()
        .flat_map(|(i, c)| c.seeds().iter().map(move |s| (i, *s)))
        .collect();
    let title = |job: usize| {
        let case = jobs.get(job).and_then(|(i, _)| cases.get(*i));
        case.map_or_else(String::new, |c| desk.texts.lang().of(c.title()).to_owned())
    };
    let progress = Progress::of_pieces(jobs.len(), title(0));
    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    let work = || {
        loop {
            let job = next.fetch_add(1, Ordering::Relaxed);
            let Some((case, seed)) = jobs.get(job) else { return };
            let rows = cases.get(*case).map(|c| c.measure(*seed, &desk.library, chosen));
            let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
            results.insert(job, rows.unwrap_or_default());
            progress.piece(title(job + 1));
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..cores.min(jobs.len()) {
            scope.spawn(work);
        }
    });
    drop(progress);
    let mut by_case = vec![Vec::new(); cases.len()];
    // In the order of the jobs, so that seeds stay in theirs.
    for (job, rows) in results.into_inner().unwrap_or_else(PoisonError::into_inner) {
        if let Some(of_case) = jobs.get(job).and_then(|(i, _)| by_case.get_mut(*i)) {
            of_case.push(rows);
        }
    }
    by_case
}

/// The table for people: two lines a row.
fn text(desk: &Desk, told: &[Told], stale: &[KnownRed]) -> String {
    let lang = desk.texts.lang();
    let heads: Vec<[String; 3]> = told
        .iter()
        .map(|t| {
            [
                t.row.name.clone(),
                lang.of(&t.row.title).to_owned(),
                measured_text(&t.row),
            ]
        })
        .collect();
    let widths = [0, 1, 2].map(|c| heads.iter().map(|h| h[c].width()).max().unwrap_or(0));
    let mut out = String::new();
    let mut line = |s: &str| {
        // Writing to a string cannot fail.
        writeln!(out, "{}", s.trim_end()).ok();
    };
    for (t, head) in told.iter().zip(&heads) {
        let mark = match (t.row.passed, &t.known_cause) {
            (true, _) => "✓",
            (false, Some(_)) => "○",
            (false, None) => "✗",
        };
        let [name, title, measured] = [0, 1, 2].map(|c| padded(&head[c], widths[c]));
        line(&format!("{mark} {name}  {title}  {measured}  {}", should(desk, &t.row)));
        line(&format!("    {}", basis(desk, &t.row)));
        if !t.row.settings.is_empty() {
            let settings = t.row.settings.join(", ");
            line(&format!(
                "    {}",
                desk.say("verify-settings", &[("settings", settings.into())])
            ));
        }
        if !t.row.passed && (t.row.seeds.len() > 1 || t.row.measured.is_none()) {
            line(&format!("    {}", by_seed(desk, &t.row)));
        }
        if let Some(cause) = &t.known_cause {
            line(&format!(
                "    {}",
                desk.say("verify-known", &[("cause", lang.of(cause).into())])
            ));
        }
    }
    for k in stale {
        let values = [
            ("name", Value::from(k.name.clone())),
            ("quantity", k.quantity.clone().into()),
        ];
        line(&desk.say("verify-stale", &values));
    }
    let passed = told.iter().filter(|t| t.row.passed).count();
    let known = told.iter().filter(|t| t.known_cause.is_some()).count();
    let values = [
        ("rows", Value::from(told.len())),
        ("passed", passed.into()),
        ("known", known.into()),
        ("red", (told.len() - passed - known).into()),
    ];
    line(&desk.say("verify-total", &values));
    out
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

fn measured_text(row: &Row) -> String {
    let value = row.measured.map_or_else(|| "–".to_owned(), figure);
    // 1 is the unit of plain numbers.
    if row.unit == "1" {
        value
    } else {
        format!("{value} {}", row.unit)
    }
}

/// What should have been measured.
fn should(desk: &Desk, row: &Row) -> String {
    let values =
        |key: &str, low: f64, high: f64| desk.say(key, &[("low", figure(low).into()), ("high", figure(high).into())]);
    let (low, high) = (row.expected - row.tolerance, row.expected + row.tolerance);
    match row.bound {
        Bound::Around => values("verify-around", low, high),
        Bound::AtLeast => values("verify-at-least", low, high),
        Bound::AtMost => values("verify-at-most", low, high),
    }
}

/// What each seed gave, or why it gave nothing.
fn by_seed(desk: &Desk, row: &Row) -> String {
    if row.by_seed.iter().any(Option::is_none) {
        return row.reason.clone();
    }
    let values = row.seeds.iter().zip(row.by_seed.iter().flatten());
    let values: Vec<String> = values.map(|(seed, x)| format!("{seed}: {}", figure(*x))).collect();
    desk.say("verify-by-seed", &[("values", values.join(", ").into())])
}

/// Kind, peers and source.
fn basis(desk: &Desk, row: &Row) -> String {
    let kind = match row.kind {
        Evidence::Formula => "verify-formula",
        Evidence::Experiment => "verify-experiment",
        Evidence::Peer => "verify-peer",
    };
    let mut parts = vec![desk.say(kind, &[])];
    let source = match desk.texts.lang() {
        Lang::Zh => row.source.clone(),
        Lang::En => row.source.replace("待核实", "(to be checked)"),
    };
    parts.extend(Some(source).filter(|s| !s.is_empty()));
    let peers: Vec<String> = row
        .peer
        .iter()
        .map(|(name, x)| format!("{name} {}", figure(*x)))
        .collect();
    parts.extend(Some(peers.join(", ")).filter(|s| !s.is_empty()));
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_names_its_rows_and_no_others() {
        assert!(names("fire", "fire/sealed_room") && names("fire/", "fire/sealed_room"));
        assert!(names("fire/steckler", "fire/steckler_14") && names("fire/steckler_14", "fire/steckler_14"));
        assert!(!names("fire/steck", "fire/steckler_14") && !names("crowd/rimea_1", "crowd/rimea_10"));
    }
}
