//! `firedrill list`: the drills that can be run, without verification cases and prefabs.

use super::args::{self, Format};
use super::failure::Failure;
use super::{Answer, Desk, files};
use firedrill::locale::Lang;
use firedrill::scenario::{self, PlaceKind, Role, Scenario};
use std::collections::BTreeMap;
use std::fmt::Write;

#[derive(Debug, serde::Serialize)]
struct Row {
    path: String,
    title_zh: String,
    title_en: String,
    kind: String,
    /// Of the first trainee; null in a scenario that has none.
    role: Option<String>,
    minutes: f64,
    difficulty: u8,
}

#[derive(serde::Serialize)]
struct Report<'a> {
    scenarios: &'a [Row],
}

/// Lists the drills built in and those here.
pub(crate) fn list(desk: &Desk, wanted: &args::List) -> Result<Answer, Failure> {
    let texts = files::scenarios(desk)?;
    let mut rows = Vec::new();
    for (path, bytes) in &texts {
        if path.starts_with("scenarios/prefabs/") || path.starts_with("scenarios/verification/") {
            continue;
        }
        match scenario::load(path, bytes, &desk.library, &BTreeMap::new(), 1) {
            Ok(loaded) => rows.extend(row(path, &loaded.scenario)),
            Err(issues) => {
                let why = Failure::of_issues(&desk.texts, &issues, None).paragraph();
                desk.note(&desk.say("list-left-out", &[("text", why.into())]));
            }
        }
    }
    match wanted.format {
        Format::Json => desk.print_json(&Report { scenarios: &rows })?,
        Format::Text => desk.print(&text(desk, &rows))?,
    }
    Ok(Answer::Done)
}

/// The row of a drill; none for a verification case.
fn row(path: &str, scenario: &Scenario) -> Option<Row> {
    if scenario.kind == PlaceKind::Verification {
        return None;
    }
    Some(Row {
        path: path.to_owned(),
        title_zh: Lang::Zh.of(&scenario.title).to_owned(),
        title_en: Lang::En.of(&scenario.title).to_owned(),
        kind: kind_word(scenario.kind).to_owned(),
        role: scenario.trainees.first().map(|t| role_word(t.role).to_owned()),
        minutes: scenario.minutes,
        difficulty: scenario.difficulty,
    })
}

fn text(desk: &Desk, rows: &[Row]) -> String {
    if rows.is_empty() {
        return format!("{}\n", desk.say("list-empty", &[]));
    }
    let mut out = String::new();
    for row in rows {
        let title = if desk.texts.lang() == Lang::Zh {
            &row.title_zh
        } else {
            &row.title_en
        };
        let facts = desk.say(
            "list-facts",
            &[("minutes", row.minutes.into()), ("difficulty", row.difficulty.into())],
        );
        // Writing to a string cannot fail.
        writeln!(out, "{title}\n    {facts}\n    {}", row.path).ok();
    }
    out
}

/// The stable word of a kind of place, as its folder is called.
fn kind_word(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::HighRise => "high_rise",
        PlaceKind::OldNeighbourhood => "old_neighbourhood",
        PlaceKind::DenseVenue => "dense_venue",
        PlaceKind::Verification => "verification",
    }
}

/// The stable word of a role.
pub(crate) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Resident => "resident",
        Role::OlderResident => "older_resident",
        Role::Pupil => "pupil",
        Role::VenueStaff => "venue_staff",
        Role::Teacher => "teacher",
        Role::Carer => "carer",
        Role::MicroFireStation => "micro_fire_station",
        Role::GridWorker => "grid_worker",
        Role::ControlRoom => "control_room",
        Role::Landlord => "landlord",
    }
}
