//! `firedrill replay`: feeds a recording's commands again and shows what came of it.

use super::args;
use super::failure::Failure;
use super::progress::Progress;
use super::report::language;
use super::{Answer, Desk, files};
use firedrill::assess::{Sheet, clock, is_resident, sheet_note};
use firedrill::crowd::PersonState;
use firedrill::drill::TICK_S;
use firedrill::drill::picture::Picture;
use firedrill::drill::recording::{Recording, verify};
use firedrill::locale::Value;

/// What was recorded is shown every so many ticks (30 s).
const SHOWN_TICKS: u64 = 600;

/// Replays a recording; with `--verify` the answer is no if a state differs from the one recorded, or if its end is
/// missing.
pub(crate) fn replay(desk: &Desk, wanted: &args::Replay) -> Result<Answer, Failure> {
    let name = wanted.file.display().to_string();
    let bytes = files::recording(desk, &wanted.file)?;
    let lang = desk.texts.lang();
    let failed = |reason: &str| {
        let values = [
            ("file", Value::from(name.clone())),
            ("reason", reason.to_owned().into()),
        ];
        desk.fail("error-recording", "error-recording-hint", &values)
    };
    let recording = Recording::open(&bytes).map_err(|e| failed(lang.of(&e.text())))?;
    let progress = Progress::new(recording.ticks as f64 * TICK_S, recording.header.scenario.clone());
    let done = verify(
        &recording,
        |_| recording.rebuild(),
        |tick| progress.at(tick as f64 * TICK_S),
    );
    drop(progress);
    let done = match done {
        Ok(done) => done,
        // It can no longer be computed, but it can be shown.
        Err(e) if !wanted.verify && recording.plan.is_some() => {
            let values = [
                ("reason", Value::from(lang.of(&e.text()).to_owned())),
                ("program", recording.header.program.clone().into()),
            ];
            desk.print(&format!("{}\n", desk.say("replay-not-computed", &values)))?;
            desk.print(&shown(desk, &recording))?;
            return Ok(Answer::Done);
        }
        Err(e) => return Err(failed(lang.of(&e.text()))),
    };
    let seconds = format!("{:.1}", done.ticks as f64 * TICK_S);
    let values = [
        ("scenario", Value::from(recording.header.scenario.clone())),
        ("seed", recording.header.seed.to_string().into()),
        ("seconds", seconds.into()),
        (
            "hash",
            blake3::Hash::from_bytes(done.state_hash).to_hex().to_string().into(),
        ),
    ];
    desk.print(&format!("{}\n", desk.say("replay-done", &values)))?;
    if let Some(cut) = &recording.truncated {
        desk.print(&format!("{}\n", lang.of(&cut.text())))?;
    }
    let same = match done.first_difference {
        Some(tick) => {
            let time = format!("{:.2}", tick as f64 * TICK_S);
            let values = [("tick", tick.to_string().into()), ("time", time.into())];
            desk.print(&format!("{}\n", desk.say("replay-differs", &values)))?;
            if recording.plan.is_some() {
                let made = [("program", Value::from(recording.header.program.clone()))];
                desk.print(&format!("{}\n", desk.say("replay-as-recorded", &made)))?;
                desk.print(&shown(desk, &recording))?;
            }
            false
        }
        None => {
            let values = [("count", done.hashes_checked.into())];
            desk.print(&format!("{}\n", desk.say("replay-same", &values)))?;
            true
        }
    };
    let proven = same && recording.truncated.is_none();
    Ok(if proven || !wanted.verify {
        Answer::Done
    } else {
        Answer::No
    })
}

/// What the samples and sheets of a recording show, without computing anything.
fn shown(desk: &Desk, recording: &Recording) -> String {
    let mut out = String::new();
    let mut picture = Picture::default();
    let last = recording.samples.len().saturating_sub(1);
    for (i, (tick, sample)) in recording.samples.iter().enumerate() {
        picture.take(*tick, sample);
        if !tick.is_multiple_of(SHOWN_TICKS) && i != last {
            continue;
        }
        let kw: f64 = picture.things.values().sum();
        let values = [
            ("time", Value::from(clock(*tick as f64 * TICK_S))),
            ("out", picture.count(PersonState::Out).into()),
            ("moving", picture.count(PersonState::Moving).into()),
            ("sheltered", picture.count(PersonState::Sheltering).into()),
            ("incapacitated", picture.count(PersonState::Incapacitated).into()),
            ("kw", format!("{kw:.0}").into()),
        ];
        out.push_str(&desk.say("replay-shown", &values));
        out.push('\n');
    }
    for trainee in &recording.header.trainees {
        let kept = recording.note(&sheet_note(&trainee.id)).cloned();
        let sheet = kept.and_then(|v| serde_json::from_value::<Sheet>(v).ok());
        if let Some(sheet) = sheet {
            out.push('\n');
            out.push_str(&sheet.text(language(desk), is_resident(sheet.trainee.role)));
        }
    }
    out
}
