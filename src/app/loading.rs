//! Reading and building a drill, off the main thread, so that the window goes on drawing and can break it off; and not
//! among what is computed in the background, which it would wait for.

use super::drill::Drill;
use super::keeper::Keeper;
use super::session::{Desk, Judged, Order, Origin, Prepared, judge_all, keep};
use super::tape::Tape;
use crate::assess::{self, Players};
use crate::drill::recording::{Header, Recording, rebuild};
use crate::drill::{History, Simulation};
use crate::place;
use crate::scenario::{self, Issue, Library, Severity, Text};
use bevy::prelude::*;
use bevy::tasks::futures::check_ready;
use bevy::tasks::{IoTaskPool, Task};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU16, Ordering};

/// What is to be loaded.
#[derive(Clone, Debug)]
pub(super) enum Job {
    /// A drill to play, with the files it may name.
    Play(Order, Arc<Library>),
    /// A recording to show again.
    Watch(PathBuf),
    /// A drill to play on from a decision.
    PlayOn(Box<PlayOn>),
}

/// From where a drill is played on.
#[derive(Clone, Debug)]
pub(super) struct PlayOn {
    pub history: History,
    pub origin: Origin,
    pub seat: usize,
    pub tick: u64,
}

/// How far loading has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Stage {
    /// The scenario is read.
    #[default]
    Reading,
    /// The place is compiled.
    Building,
    /// People take their places.
    Peopling,
    /// A recording is played again.
    Replaying,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Outcome {
    Ready(Box<Prepared>),
    Watched(Box<Watched>),
    GoesOn(Box<GoesOn>),
    Failed(Failed),
}

/// A drill that stands where it is played on.
#[derive(Debug)]
pub(super) struct GoesOn {
    pub drill: Drill,
    /// Why no recording is kept of it.
    pub trouble: Option<Text>,
}

/// A recording played to its end.
#[derive(Debug)]
pub(super) struct Watched {
    pub drill: Drill,
    pub judged: Judged,
    pub origin: Origin,
    pub seat: usize,
}

/// Why nothing was loaded.
#[derive(Resource, Clone, Debug, PartialEq)]
pub enum Failed {
    /// The list of the checker.
    Issues(Vec<Issue>),
    /// Anything else.
    Because(Text),
}

/// Something is being loaded.
#[derive(Resource, Debug)]
pub struct Loading {
    task: Option<Task<Outcome>>,
    name: String,
    told: Arc<Told>,
}

#[derive(Debug, Default)]
struct Told {
    stage: AtomicU8,
    /// Thousandths of a recording.
    part: AtomicU16,
    cancelled: AtomicBool,
}

impl Told {
    fn reach(&self, stage: Stage) {
        self.stage.store(stage as u8, Ordering::Relaxed);
    }
    /// So many ticks of all are done.
    fn done(&self, tick: u64, of: u64) {
        let part = (tick * 1000).checked_div(of).unwrap_or(0);
        self.part.store(part as u16, Ordering::Relaxed);
    }
    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

impl Loading {
    /// What is loaded.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// How far it has come, and how much of it is done, 0 to 1.
    pub fn progress(&self) -> (Stage, f32) {
        match self.told.stage.load(Ordering::Relaxed) {
            0 => (Stage::Reading, 0.1),
            1 => (Stage::Building, 0.35),
            2 => (Stage::Peopling, 0.7),
            _ => {
                let part = f32::from(self.told.part.load(Ordering::Relaxed)) / 1000.0;
                (Stage::Replaying, 0.2 + 0.8 * part)
            }
        }
    }
    /// The outcome, once there is one.
    pub(super) fn take(&mut self) -> Option<Outcome> {
        let outcome = check_ready(self.task.as_mut()?)?;
        self.task = None;
        Some(outcome)
    }
}

impl Drop for Loading {
    fn drop(&mut self) {
        self.told.cancelled.store(true, Ordering::Relaxed);
    }
}

pub(super) fn start(desk: &Desk, job: Job) -> Loading {
    let told = Arc::new(Told::default());
    let name = match &job {
        Job::Play(order, _) => order.path.clone(),
        Job::Watch(path) => path.display().to_string(),
        Job::PlayOn(on) => on.origin.header.scenario.clone(),
    };
    let (desk, heard) = (desk.clone(), Arc::clone(&told));
    let task = IoTaskPool::get().spawn(async move {
        match job {
            Job::Play(order, library) => match prepare(&library, order, &heard) {
                Ok(prepared) => Outcome::Ready(Box::new(prepared)),
                Err(failed) => Outcome::Failed(failed),
            },
            Job::Watch(path) => match watch(&desk, &path, &heard) {
                Ok(watched) => Outcome::Watched(Box::new(watched)),
                Err(why) => Outcome::Failed(Failed::Because(why)),
            },
            Job::PlayOn(on) => match play_on(&desk, &on, &heard) {
                Ok(goes_on) => Outcome::GoesOn(Box::new(goes_on)),
                Err(why) => Outcome::Failed(Failed::Because(why)),
            },
        }
    });
    Loading {
        task: Some(task),
        name,
        told,
    }
}

fn cancelled() -> Text {
    Text {
        zh: "已取消。".to_owned(),
        en: "Cancelled.".to_owned(),
    }
}

fn prepare(library: &Library, order: Order, told: &Told) -> Result<Prepared, Failed> {
    told.reach(Stage::Reading);
    let loaded = scenario::load(&order.path, &order.bytes, library, &order.set, order.seed).map_err(Failed::Issues)?;
    let trainees = &loaded.scenario.trainees;
    if trainees.is_empty() {
        return Err(Failed::Because(Text {
            zh: "这个情景里没有学员，不能在窗口里演练。请用 firedrill run 运行它。".to_owned(),
            en: "This scenario has no trainee: it cannot be played in the window. Run it with firedrill run."
                .to_owned(),
        }));
    }
    if let Some(wanted) = &order.trainee
        && trainees.iter().all(|t| t.id != *wanted)
    {
        let ids: Vec<&str> = trainees.iter().map(|t| t.id.as_str()).collect();
        return Err(Failed::Because(Text {
            zh: format!("情景里没有学员“{wanted}”。可用的学员：{}。", ids.join("、")),
            en: format!("The scenario has no trainee {wanted:?}. There are: {}.", ids.join(", ")),
        }));
    }
    told.reach(Stage::Building);
    if told.cancelled() {
        return Err(Failed::Because(cancelled()));
    }
    let (place, issues) = place::compile(&loaded);
    let broken = issues.iter().any(|i| i.severity == Severity::Error);
    let Some(place) = place.filter(|_| !broken) else {
        return Err(Failed::Issues(issues));
    };
    told.reach(Stage::Peopling);
    if told.cancelled() {
        return Err(Failed::Because(cancelled()));
    }
    let mut first = Simulation::new(Arc::new(place), Arc::new(loaded), order.seed);
    first.share(std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    Ok(Prepared { order, first })
}

fn watch(desk: &Desk, path: &Path, told: &Told) -> Result<Watched, Text> {
    let bytes = desk.storage.read(path).map_err(|e| e.text())?;
    let recording = Recording::open(&bytes).map_err(|e| e.text())?;
    told.reach(Stage::Building);
    let mut simulation = rebuild(&recording.header).map_err(|e| e.text())?;
    told.reach(Stage::Replaying);
    let mut tape = Tape::new(&simulation);
    let ticks = recording.ticks;
    while simulation.tick() < ticks {
        if told.cancelled() {
            return Err(cancelled());
        }
        let tick = simulation.tick();
        let commands = recording.commands_at(tick);
        tape.step(&mut simulation, commands);
        told.done(tick, ticks);
    }
    let seat = seat_of(&recording.header);
    let origin = Origin {
        library: Arc::new(recording.header.library()),
        header: Arc::new(recording.header),
    };
    let sheet = judge_all(&simulation, &origin.library, seat).own;
    Ok(Watched {
        drill: Drill::shown_again(simulation, tape),
        judged: Judged {
            sheet,
            recording: Some(path.to_owned()),
            beside: None,
            record: None,
        },
        origin,
        seat,
    })
}

/// The trainee whom a person played, else the first.
fn seat_of(header: &Header) -> usize {
    header.trainees.iter().position(|t| t.policy.is_none()).unwrap_or(0)
}

/// Plays the first line again up to the decision, with a recording of its own that goes on from there.
fn play_on(desk: &Desk, on: &PlayOn, told: &Told) -> Result<GoesOn, Text> {
    told.reach(Stage::Replaying);
    let first = on.history.at(on.history.start());
    let Some(mut simulation) = first.filter(|_| on.tick <= on.history.end()) else {
        return Err(Text {
            zh: "这个决定之前的经过已不在，不能从这里重来。".to_owned(),
            en: "The time before this decision is gone: it cannot be played on from here.".to_owned(),
        });
    };
    let header = &on.origin.header;
    let policy = |i: usize| {
        let played = header.trainees.get(i).and_then(|t| t.policy.as_deref());
        played.filter(|_| i != on.seat).and_then(assess::policy)
    };
    let mut players = Players::new((0..simulation.view().trainees.len()).map(policy).collect());
    let mut trouble = None;
    let mut keeper = keep(desk, header, &simulation).map_err(|why| trouble = Some(why)).ok();
    let mut tape = Tape::new(&simulation);
    while simulation.tick() < on.tick {
        if told.cancelled() {
            if let Some(path) = keeper.as_ref().map(|k| k.path().to_owned()) {
                // Nothing was played yet: a recording of it would only confuse.
                drop(keeper);
                desk.storage.remove(&path).map_err(|e| e.text())?;
            }
            return Err(cancelled());
        }
        let tick = simulation.tick();
        let commands = on.history.commands_at(tick);
        // Whoever a policy plays is brought to where they stood; what they did then is in the history.
        players.commands(&simulation);
        let kept = |k: &mut Keeper| k.before(tick, commands);
        if let Some(Err(e)) = keeper.as_mut().map(kept) {
            (keeper, trouble) = (None, Some(e.text()));
        }
        tape.step(&mut simulation, commands);
        if let Some(Err(e)) = keeper.as_mut().map(|k| k.after(&simulation)) {
            (keeper, trouble) = (None, Some(e.text()));
        }
        told.done(tick, on.tick);
    }
    let mut drill = Drill::going_on(simulation, tape).with_players(players);
    if let Some(keeper) = keeper {
        drill = drill.with_keeper(keeper);
    }
    Ok(GoesOn { drill, trouble })
}
