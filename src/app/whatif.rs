//! What each decision was worth, computed in the background while the debrief is read: the most consequential first,
//! on all cores, with more pairs the longer somebody looks.

use super::drill::{Drill, Phase};
use super::screen::{Screen, Seat};
use super::session::{Judged, Origin};
use crate::assess::whatif::{Finding, NotComputed, PAIRS, WhatIf};
use crate::assess::{Profile, Score, Sheet, rescored};
use crate::drill::History;
use crate::scenario::{Library, Text};
use bevy::prelude::*;
use bevy::tasks::{Task, TaskPool, TaskPoolBuilder, available_parallelism};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Pairs up to which the answers grow while the debrief is open: the interval is half as wide as with [`PAIRS`].
const GROWN: usize = 4 * PAIRS;

/// Threads of their own: jobs take seconds, and the renderer must not wait for them in a pool that it shares.
#[derive(Resource, Debug)]
struct Workers(TaskPool);

impl Default for Workers {
    fn default() -> Self {
        let builder = TaskPoolBuilder::new().thread_name("what-if".to_owned());
        Self(builder.num_threads(available_parallelism()).build())
    }
}

/// The answers so far.
#[derive(Resource, Debug)]
pub struct WhatIfs {
    /// The most consequential first.
    pub findings: Vec<Finding>,
    /// Decisions that nothing is computed for.
    pub not_computed: Vec<NotComputed>,
    /// How much of the answers with [`PAIRS`] pairs is there, 0 to 1.
    pub part: f32,
    /// Why there are none.
    pub trouble: Option<Text>,
    questions: usize,
    read: usize,
    bench: Option<Arc<Bench>>,
    workers: Vec<Task<()>>,
}

/// What workers share.
#[derive(Debug)]
struct Bench {
    whatif: Mutex<WhatIf>,
    /// Jobs done.
    done: AtomicUsize,
    stop: AtomicBool,
    /// The replay needs the cores.
    hold: AtomicBool,
    history: Arc<History>,
    library: Arc<Library>,
    seat: usize,
    /// The score with the outcome as the mean over the pairs.
    score: Mutex<Option<Score>>,
    scoring: AtomicBool,
}

impl Bench {
    fn whatif(&self) -> MutexGuard<'_, WhatIf> {
        self.whatif.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        loop {
            if self.stop.load(Ordering::Relaxed) || self.hold.load(Ordering::Relaxed) {
                return;
            }
            let Some(job) = self.whatif().next_job(GROWN) else {
                return;
            };
            let done = job.run();
            self.whatif().absorb(done);
            self.done.fetch_add(1, Ordering::Relaxed);
            self.rescore();
        }
    }

    /// Once all pairs of the trainee's own line are there, whoever comes first works out what they make of the score.
    fn rescore(&self) {
        let outcomes = self.whatif().own_outcomes();
        if outcomes.len() < PAIRS || self.scoring.swap(true, Ordering::Relaxed) {
            return;
        }
        let end = self.history.at(self.history.end());
        // The rules were read before, when the drill was judged.
        let score = end.and_then(|end| rescored(&end, &self.library, self.seat, &outcomes).ok().flatten());
        *self.score.lock().unwrap_or_else(PoisonError::into_inner) = score;
    }
}

impl Drop for WhatIfs {
    fn drop(&mut self) {
        if let Some(bench) = &self.bench {
            bench.stop.store(true, Ordering::Relaxed);
        }
    }
}

impl WhatIfs {
    /// Answers that are there, with nothing more to come.
    #[cfg(test)]
    pub(super) fn answered(findings: Vec<Finding>, not_computed: Vec<NotComputed>) -> Self {
        Self {
            findings,
            not_computed,
            part: 1.0,
            trouble: None,
            questions: 0,
            read: 0,
            bench: None,
            workers: Vec::new(),
        }
    }

    /// Begins to compute, on as many threads as there are.
    fn begin(pool: &TaskPool, history: History, origin: &Origin, seat: usize, sheet: &Sheet) -> Self {
        let mut it = Self {
            findings: Vec::new(),
            not_computed: Vec::new(),
            part: 0.0,
            trouble: None,
            questions: 0,
            read: 0,
            bench: None,
            workers: Vec::new(),
        };
        let library = &origin.library;
        let guidance = history
            .kept_before(u64::MAX)
            .and_then(|s| s.loaded().scenario.guidance.clone());
        let profile = match guidance.map(|g| Profile::load(library, &g)) {
            Some(Ok(profile)) => profile,
            Some(Err(e)) => {
                it.trouble = Some(Text {
                    zh: format!("评分规则不能使用：{e}"),
                    en: format!("the rules cannot be used: {e}"),
                });
                return it;
            }
            None => return it,
        };
        let history = Arc::new(history);
        let played: Vec<Option<String>> = origin.header.trainees.iter().map(|t| t.policy.clone()).collect();
        let decisions = &sheet.trainee.score.decisions;
        let whatif = WhatIf::new(
            Arc::clone(&history),
            origin.header.seed,
            &played,
            seat,
            decisions,
            &profile,
        );
        it.questions = whatif.questions();
        it.not_computed = whatif.not_computed().to_vec();
        let bench = Arc::new(Bench {
            whatif: Mutex::new(whatif),
            done: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            hold: AtomicBool::new(false),
            history,
            library: Arc::clone(library),
            seat,
            score: Mutex::new(None),
            scoring: AtomicBool::new(false),
        });
        it.bench = Some(bench);
        it.set_to_work(pool);
        it
    }

    fn set_to_work(&mut self, pool: &TaskPool) {
        let Some(bench) = &self.bench else { return };
        let worker = |_| {
            let bench = Arc::clone(bench);
            pool.spawn(async move { bench.work() })
        };
        self.workers = (0..pool.thread_num().max(1)).map(worker).collect();
    }

    /// Takes up what came in since the last look; the score, once it is worked out.
    fn look(&mut self) -> Option<Score> {
        let bench = self.bench.as_ref()?;
        let done = bench.done.load(Ordering::Relaxed);
        if done > self.read {
            self.read = done;
            self.findings = bench.whatif().findings();
            // A first look that reaches only part of the way does not count.
            let whole = self.findings.iter().filter(|f| f.within_s.is_none());
            let pairs: usize = whole.map(|f| f.pairs.min(PAIRS)).sum();
            self.part = pairs as f32 / (self.questions * PAIRS).max(1) as f32;
        }
        bench.score.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether answers are still coming in.
    pub fn computing(&self) -> bool {
        self.bench.is_some() && self.part < 1.0
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Workers>()
        .add_systems(OnExit(Screen::Debrief), |mut commands: Commands| {
            commands.remove_resource::<WhatIfs>();
        })
        .add_systems(
            Update,
            (
                begin.run_if(in_state(Screen::Debrief).and_then(not(resource_exists::<WhatIfs>))),
                (take_turns, look).chain().run_if(resource_exists::<WhatIfs>),
            ),
        );
}

fn begin(
    mut commands: Commands,
    drill: Option<Res<Drill>>,
    judged: Option<Res<Judged>>,
    origin: Option<Res<Origin>>,
    seat: Res<Seat>,
    workers: Res<Workers>,
) {
    let (Some(drill), Some(judged), Some(origin)) = (drill, judged, origin) else {
        return;
    };
    if let Ok(Some(sheet)) = &judged.sheet {
        let history = drill.tape().history().clone();
        commands.insert_resource(WhatIfs::begin(&workers.0, history, &origin, seat.0, sheet));
    }
}

/// While the replay runs or turns, nothing else is computed: on a small machine it would stutter.
fn take_turns(
    mut whatifs: ResMut<WhatIfs>,
    drill: Option<Res<Drill>>,
    phase: Res<State<Phase>>,
    workers: Res<Workers>,
) {
    let Some(bench) = &whatifs.bench else { return };
    let busy = *phase.get() == Phase::Running || drill.is_some_and(|d| d.is_turning());
    if bench.hold.swap(busy, Ordering::Relaxed) && !busy {
        whatifs.set_to_work(&workers.0);
    }
}

fn look(mut whatifs: ResMut<WhatIfs>, mut judged: Option<ResMut<Judged>>) {
    let news = whatifs
        .bench
        .as_ref()
        .is_some_and(|b| b.done.load(Ordering::Relaxed) > whatifs.read || b.scoring.load(Ordering::Relaxed));
    if !news {
        return;
    }
    if let Some(score) = whatifs.look()
        && let Some(judged) = &mut judged
        && let Ok(Some(sheet)) = &mut judged.sheet
    {
        sheet.trainee.score = score;
    }
}
