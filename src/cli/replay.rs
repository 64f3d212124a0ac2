//! `firedrill replay`: feeds a recording's commands again and shows what came of it.

use super::args;
use super::failure::Failure;
use super::progress::Progress;
use super::{Answer, Desk, files};
use firedrill::drill::TICK_S;
use firedrill::drill::recording::{Recording, rebuild, verify};
use firedrill::locale::Value;

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
    let done = verify(&recording, rebuild, |tick| progress.at(tick as f64 * TICK_S))
        .map_err(|e| failed(lang.of(&e.text())))?;
    drop(progress);
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
