//! `firedrill replay`: feeds a recording's commands again and shows what came of it.

use super::args;
use super::failure::Failure;
use super::pending::drill::recording::{self, ReplayError};
use super::progress::Progress;
use super::run::hex;
use super::{Answer, Desk, files};
use firedrill::drill::TICK_S;
use firedrill::locale::Value;

/// Replays a recording; with `--verify` the answer is no if a state differs from the one recorded.
pub(crate) fn replay(desk: &Desk, wanted: &args::Replay) -> Result<Answer, Failure> {
    let name = wanted.file.display().to_string();
    let bytes = files::recording(desk, &wanted.file)?;
    let failed = |e: ReplayError| {
        let values = [
            ("file", Value::from(name.clone())),
            ("reason", desk.texts.lang().of(&e.reason).to_owned().into()),
        ];
        desk.fail("error-recording", "error-recording-hint", &values)
    };
    let recorded = recording::read(&bytes).map_err(failed)?;
    let progress = Progress::new(recorded.ticks as f64 * TICK_S, recorded.scenario.clone());
    let done = recording::replay(&recorded, |tick| progress.at(tick as f64 * TICK_S)).map_err(failed)?;
    drop(progress);
    let seconds = format!("{:.1}", done.ticks as f64 * TICK_S);
    let values = [
        ("scenario", Value::from(recorded.scenario.clone())),
        ("seed", recorded.seed.to_string().into()),
        ("seconds", seconds.into()),
        ("hash", hex(&done.state_hash).into()),
    ];
    desk.print(&format!("{}\n", desk.say("replay-done", &values)))?;
    match done.first_difference {
        Some(tick) => {
            let time = format!("{:.2}", tick as f64 * TICK_S);
            let values = [("tick", tick.to_string().into()), ("time", time.into())];
            desk.print(&format!("{}\n", desk.say("replay-differs", &values)))?;
            Ok(if wanted.verify { Answer::No } else { Answer::Done })
        }
        None => {
            desk.print(&format!(
                "{}\n",
                desk.say("replay-same", &[("count", done.compared.into())])
            ))?;
            Ok(Answer::Done)
        }
    }
}
