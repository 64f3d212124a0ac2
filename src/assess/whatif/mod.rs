//! What-if: what each decision was worth, and each hazard. The same drill is branched at the moment of the decision;
//! in both arms the role's policy goes on, in one of them with the decision taken otherwise; the same seeds key the
//! future of both (common random numbers: Kahn and Marshall 1953), and the paired differences are reported with the
//! interval of their mean.
//!
//! [`WhatIf`] is a value that hands out [`Job`]s and takes their results: the caller runs them, on as many threads as
//! it likes. Results are there from the first pair on and grow; the most consequential come first.

mod conduct;
mod interval;
mod measure;
mod sentence;
mod twin;

pub use conduct::{Conduct, Deed, Deviation, Fork, Omission, deviation, fork};
pub use interval::{Interval, LEVEL, t_quantile};
pub use measure::{Effect, HEADLINES, Measure, Measures, headline};
pub use twin::Hazard;

use super::guidance::Profile;
use super::judge::{Decision, Outcome, Verdict};
use crate::drill::{Command, History, Simulation, TICK_S};
use crate::place::OpeningId;
use crate::scenario::Text;
use conduct::Actor;
use measure::Watch;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};

/// Pairs that make a result.
pub const PAIRS: usize = 8;
/// Pairs after which nothing is gained by more: the interval is a quarter as wide as with [`PAIRS`].
pub const MOST_PAIRS: usize = 128;
/// Pairs of every question before any gets more, so that their order can be told.
const FIRST_PAIRS: usize = 2;
/// The first answer looks so far ahead, s; those pairs are then gone on with to the end of the drill.
pub const FIRST_S: f64 = 60.0;

/// A question: two arms, and what a reader is told about them.
#[derive(Clone, Debug)]
struct Question {
    subject: Subject,
    /// As it was decided, and the other way; indices of arms.
    arms: [usize; 2],
    title: Text,
    time_s: Option<f64>,
    taken: Text,
    other: Text,
    /// The other way is the better one, as far as the rules say.
    erred: bool,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// All decisions together: the trainee against the role's policy, from the beginning.
    Whole,
    /// The decision under this rule.
    Decision(String),
    /// A hazard.
    Hazard(Hazard),
    /// An opening that was left alone, moved; its path.
    Opening(String),
}

/// Where an arm begins, and who plays.
#[derive(Debug)]
struct Arm {
    begins: Begins,
    conduct: Conduct,
    /// An opening is moved as it begins.
    order: Option<(OpeningId, f64)>,
    /// The state that it begins with, once a job has needed it.
    state: OnceLock<Option<Simulation>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begins {
    /// At a tick of the drill.
    At(u64),
    /// With the drill, without the hazard.
    Twin(Hazard),
}

/// An arm with what came of it so far.
#[derive(Debug)]
struct Runs {
    arm: Arc<Arm>,
    /// By pair.
    done: Vec<Run>,
}

/// One arm under one seed, as far as it has come.
#[derive(Debug, Default)]
struct Run {
    /// Handed out, not yet back.
    out: bool,
    /// After [`FIRST_S`].
    early: Option<(Measures, Outcome)>,
    /// At the end of the drill.
    whole: Option<(Measures, Outcome)>,
    /// Where it stands, to be gone on with.
    stands: Option<Box<Stand>>,
}

/// A run under way.
#[derive(Clone, Debug)]
struct Stand {
    simulation: Simulation,
    actors: Vec<Actor>,
    watch: Watch,
}

/// One arm under one seed, to be run anywhere.
#[derive(Clone, Debug)]
pub struct Job {
    history: Arc<History>,
    arm: Arc<Arm>,
    played: Arc<[Option<String>]>,
    trainee: usize,
    seed: u64,
    index: usize,
    pair: usize,
    /// For [`FIRST_S`] only.
    early: bool,
    /// From here on, instead of from the beginning of the arm.
    stands: Option<Box<Stand>>,
}

/// What came of a [`Job`].
#[derive(Clone, Debug)]
pub struct Done {
    arm: usize,
    pair: usize,
    /// `None`: the arm could not be begun.
    result: Option<(Measures, Outcome)>,
    /// Where it stands; `None` at the end of the drill.
    stands: Option<Box<Stand>>,
}

/// What a question has come to so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is about.
    pub subject: Subject,
    /// In a few words.
    pub title: Text,
    /// When the decision arose, s.
    pub time_s: Option<f64>,
    /// What was done.
    pub taken: Text,
    /// The other way.
    pub other: Text,
    /// The rules call the other way the better one.
    pub erred: bool,
    /// Pairs so far.
    pub pairs: usize,
    /// How far ahead they look, s; `None`: to the end of the drill.
    pub within_s: Option<f64>,
    /// The gravest thing in which the arms differ; `None`: it made no difference here, or there are too few pairs.
    pub headline: Option<Effect>,
    /// Everything measured.
    pub effects: Vec<Effect>,
    /// For everybody, without figures of the models.
    pub sentence: Text,
}

impl Finding {
    /// The effect on one measure.
    pub fn effect(&self, measure: Measure) -> Option<&Effect> {
        self.effects.iter().find(|e| e.measure == measure)
    }

    /// What differs between the arms in any pair; what is the same in all is left out.
    pub fn differing(&self) -> impl Iterator<Item = &Effect> {
        self.effects.iter().filter(|e| e.differs())
    }

    /// Larger for what matters more: people before doses, family before others, then by size.
    fn weight(&self) -> (usize, f64) {
        self.headline.map_or((0, 0.0), |e| {
            let rank = HEADLINES.iter().position(|m| *m == e.measure);
            (HEADLINES.len() - rank.unwrap_or_default(), e.difference.abs())
        })
    }
}

/// A decision that nothing is computed for, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotComputed {
    /// Its rule.
    pub id: String,
    /// Why.
    pub why: Text,
}

/// The what-ifs of one trainee's drill.
#[derive(Debug)]
pub struct WhatIf {
    history: Arc<History>,
    played: Arc<[Option<String>]>,
    trainee: usize,
    seed: u64,
    questions: Vec<Question>,
    arms: Vec<Runs>,
    not_computed: Vec<NotComputed>,
}

impl WhatIf {
    /// Of a drill that was played, with no question yet. `seed`: of the drill. `played`: the policy that played each
    /// trainee, `None` for a person.
    pub fn silent(history: Arc<History>, seed: u64, played: &[Option<String>], trainee: usize) -> Self {
        Self {
            history,
            played: played.into(),
            trainee,
            seed,
            questions: Vec::new(),
            arms: Vec::new(),
            not_computed: Vec::new(),
        }
    }

    /// As [`WhatIf::silent`], with every question that the drill raises: all `decisions` of the trainee, as judged under
    /// `profile`, the hazards, and the whole.
    pub fn new(
        history: Arc<History>,
        seed: u64,
        played: &[Option<String>],
        trainee: usize,
        decisions: &[Decision],
        profile: &Profile,
    ) -> Self {
        let mut it = Self::silent(history, seed, played, trainee);
        for decision in most_consequential(decisions) {
            it.ask_decision(decision, profile);
        }
        it.ask_hazards();
        it.ask_whole();
        it
    }

    fn arm(&mut self, begins: Begins, conduct: Conduct, order: Option<(OpeningId, f64)>) -> usize {
        let same = |r: &Runs| r.arm.begins == begins && r.arm.conduct == conduct && r.arm.order == order;
        if let Some(i) = self.arms.iter().position(same) {
            return i;
        }
        self.arms.push(Runs {
            arm: Arc::new(Arm {
                begins,
                conduct,
                order,
                state: OnceLock::new(),
            }),
            done: Vec::new(),
        });
        self.arms.len() - 1
    }

    /// Asks what a decision was worth, as judged under `profile`.
    pub fn ask_decision(&mut self, decision: &Decision, profile: &Profile) {
        let fork = profile.row(&decision.id).and_then(|row| fork(decision, row));
        let Some(fork) = fork else {
            self.not_computed.push(NotComputed {
                id: decision.id.clone(),
                why: sentence::outside_the_model(),
            });
            return;
        };
        let at = Begins::At((decision.time_s / TICK_S).round() as u64);
        let right = self.arm(at, Conduct::Role(Deviation::default()), None);
        let wrong = self.arm(at, Conduct::Role(fork.deviation.clone()), None);
        let said = sentence::of_act(&fork);
        self.questions.push(Question {
            subject: Subject::Decision(decision.id.clone()),
            arms: if fork.erred { [wrong, right] } else { [right, wrong] },
            title: decision.title.clone(),
            time_s: Some(decision.time_s),
            taken: decision.choice.clone(),
            other: said,
            erred: fork.erred,
        });
    }

    /// Asks what each hazard that is there was worth.
    pub fn ask_hazards(&mut self) {
        let Some(first) = self.history.at(self.history.start()) else {
            return;
        };
        let there = Hazard::ALL.into_iter().filter(|h| h.is_there(&first, self.trainee));
        for hazard in there.collect::<Vec<_>>() {
            let taken = self.arm(Begins::At(self.history.start()), Conduct::Own, None);
            let other = self.arm(Begins::Twin(hazard), Conduct::Own, None);
            self.questions.push(Question {
                subject: Subject::Hazard(hazard),
                arms: [taken, other],
                title: hazard.title(),
                time_s: None,
                taken: sentence::as_it_was(),
                other: hazard.condition(),
                erred: true,
            });
        }
    }

    /// Asks what all decisions together were worth: the trainee against the role's policy, from the beginning. Gives
    /// [`WhatIf::own_outcomes`].
    pub fn ask_whole(&mut self) {
        let start = Begins::At(self.history.start());
        let own = self.arm(start, Conduct::Own, None);
        // Who played by the role's policy is compared with themselves.
        let by_policy = self
            .played
            .get(self.trainee)
            .is_some_and(|p| p.as_deref() == Some(conduct::RIGHT));
        let right = if by_policy {
            own
        } else {
            self.arm(start, Conduct::Role(Deviation::default()), None)
        };
        self.questions.push(Question {
            subject: Subject::Whole,
            arms: [own, right],
            title: sentence::whole(),
            time_s: None,
            taken: sentence::as_it_was(),
            other: sentence::by_the_rules(),
            erred: true,
        });
    }

    /// One more question: what if this opening had been moved to `open` after `tick` ticks, and the role's policy had
    /// gone on? `None` if there is no such opening or no such tick.
    pub fn ask_opening(&mut self, path: &str, open: f64, tick: u64) -> Option<()> {
        let first = self.history.at(self.history.start())?;
        let opening = *first.place().opening_by_path.get(path)?;
        if tick < self.history.start() || tick > self.history.end() {
            return None;
        }
        let right = || Conduct::Role(Deviation::default());
        let taken = self.arm(Begins::At(tick), right(), None);
        let other = self.arm(Begins::At(tick), right(), Some((opening, open)));
        self.questions.push(Question {
            subject: Subject::Opening(path.to_owned()),
            arms: [taken, other],
            title: sentence::opening(path, open),
            time_s: Some(tick as f64 * TICK_S),
            taken: sentence::as_it_was(),
            other: sentence::opening(path, open),
            erred: false,
        });
        Some(())
    }

    /// The next run to be done, the most consequential first; `None` while there is nothing to hand out, and once every
    /// question has its `pairs` and all jobs are back. Whoever absorbs a result asks again.
    pub fn next_job(&mut self, pairs: usize) -> Option<Job> {
        let pairs = pairs.min(MOST_PAIRS);
        // A first look ahead for every question, in the order in which they were asked.
        for question in 0..self.questions.len() {
            for pair in 0..FIRST_PAIRS.min(pairs) {
                let arms = self.questions[question].arms;
                if let Some(arm) = arms.into_iter().find(|a| self.arms[*a].done.len() <= pair) {
                    return Some(self.hand_out(arm, None));
                }
            }
        }
        for target in [FIRST_PAIRS.min(pairs), PAIRS.min(pairs), pairs] {
            let mut order: Vec<usize> = (0..self.questions.len()).collect();
            if target > FIRST_PAIRS {
                let weights: Vec<_> = self.questions.iter().map(|q| self.finding(q).weight()).collect();
                order.sort_by(|a, b| {
                    let ((ra, da), (rb, db)) = (weights[*a], weights[*b]);
                    rb.cmp(&ra).then(db.total_cmp(&da))
                });
            }
            for question in order {
                let arms = self.questions[question].arms;
                for pair in 0..target {
                    let begun = |a: &usize| self.arms[*a].done.get(pair);
                    if let Some(arm) = arms.into_iter().find(|a| begun(a).is_some_and(|r| r.stands.is_some())) {
                        return Some(self.hand_out(arm, Some(pair)));
                    }
                    if let Some(arm) = arms.into_iter().find(|a| begun(a).is_none()) {
                        return Some(self.hand_out(arm, None));
                    }
                }
            }
        }
        None
    }

    /// The next run of an arm, or one that is under way.
    fn hand_out(&mut self, arm: usize, under_way: Option<usize>) -> Job {
        let runs = &mut self.arms[arm];
        let pair = under_way.unwrap_or(runs.done.len());
        if under_way.is_none() {
            runs.done.push(Run::default());
        }
        let stands = runs.done.get_mut(pair).and_then(|run| {
            run.out = true;
            run.stands.take()
        });
        Job {
            history: Arc::clone(&self.history),
            arm: Arc::clone(&runs.arm),
            played: Arc::clone(&self.played),
            trainee: self.trainee,
            seed: pair_seed(self.seed, pair),
            index: arm,
            pair,
            early: under_way.is_none() && pair < FIRST_PAIRS,
            stands,
        }
    }

    /// Takes in what came of a job.
    pub fn absorb(&mut self, done: Done) {
        let run = self.arms.get_mut(done.arm).and_then(|a| a.done.get_mut(done.pair));
        let Some(run) = run else { return };
        run.out = false;
        if done.stands.is_some() {
            run.early = done.result;
        } else {
            run.whole = done.result;
        }
        run.stands = done.stands;
    }

    /// Nothing is left to be done or waited for: every question has its `pairs`.
    pub fn complete(&self, pairs: usize) -> bool {
        let pairs = pairs.min(MOST_PAIRS);
        let runs = |a: &usize| &self.arms[*a].done;
        let done = |a: &usize| runs(a).len() >= pairs && runs(a).iter().all(|r| !r.out && r.stands.is_none());
        self.questions.iter().all(|q| q.arms.iter().all(done))
    }

    /// All findings so far, the most consequential first; those without a pair yet are left out.
    pub fn findings(&self) -> Vec<Finding> {
        let all = self.questions.iter().map(|q| self.finding(q));
        let mut there: Vec<Finding> = all.filter(|f| f.pairs > 0).collect();
        there.sort_by(|a, b| {
            let ((ra, da), (rb, db)) = (a.weight(), b.weight());
            rb.cmp(&ra).then(db.total_cmp(&da))
        });
        there
    }

    /// How many questions there are.
    pub fn questions(&self) -> usize {
        self.questions.len()
    }

    /// Decisions that nothing is computed for.
    pub fn not_computed(&self) -> &[NotComputed] {
        &self.not_computed
    }

    /// How the trainee's own decisions ended under each of the paired seeds so far; outcome points are their mean. How
    /// many more neighbours came to harm than under the role's policy is in each.
    pub fn own_outcomes(&self) -> Vec<Outcome> {
        let Some(whole) = self.questions.iter().find(|q| q.subject == Subject::Whole) else {
            return Vec::new();
        };
        let pairs = self.pairs(whole, |r| r.whole.as_ref());
        if pairs.is_empty() {
            return Vec::new();
        }
        let owed = |a: &Measures, b: &Measures| a.get(Measure::OthersHurt) - b.get(Measure::OthersHurt);
        let owed = pairs.iter().map(|(a, b)| owed(&a.0, &b.0)).sum::<f64>() / pairs.len() as f64;
        let mut outcomes: Vec<Outcome> = pairs.iter().map(|(a, _)| a.1.clone()).collect();
        for outcome in &mut outcomes {
            if let Some(n) = &mut outcome.neighbours {
                n.owed = Some(owed.max(0.0));
            }
        }
        outcomes
    }

    fn pairs<'a>(
        &'a self,
        question: &Question,
        of: impl Fn(&'a Run) -> Option<&'a (Measures, Outcome)>,
    ) -> Vec<(&'a (Measures, Outcome), &'a (Measures, Outcome))> {
        let [a, b] = question.arms.map(|i| &self.arms[i].done);
        a.iter().zip(b).filter_map(|(a, b)| of(a).zip(of(b))).collect()
    }

    fn finding(&self, question: &Question) -> Finding {
        let whole = self.pairs(question, |r| r.whole.as_ref());
        let early = self.pairs(question, |r| r.early.as_ref());
        // The first look counts until so many have gone on to the end.
        let ahead = whole.len() < FIRST_PAIRS && early.len() > whole.len();
        let (used, within_s) = if ahead { (early, Some(FIRST_S)) } else { (whole, None) };
        let pairs: Vec<(Measures, Measures)> = used.iter().map(|(a, b)| (a.0, b.0)).collect();
        let headline = headline(&pairs);
        Finding {
            subject: question.subject.clone(),
            title: question.title.clone(),
            time_s: question.time_s,
            taken: question.taken.clone(),
            other: question.other.clone(),
            erred: question.erred,
            pairs: pairs.len(),
            within_s,
            effects: Measure::ALL.into_iter().filter_map(|m| Effect::of(m, &pairs)).collect(),
            sentence: sentence::of_finding(
                &question.subject,
                &question.other,
                headline.as_ref(),
                pairs.len(),
                within_s,
            ),
            headline,
        }
    }
}

/// Decisions in the order in which they are asked about: critical errors first, then wrong ones by the points lost.
pub fn most_consequential(decisions: &[Decision]) -> Vec<&Decision> {
    let mut order: Vec<&Decision> = decisions.iter().collect();
    let lost = |d: &Decision| d.max_points - d.points;
    order.sort_by(|a, b| {
        let key = |d: &Decision| (!d.critical, d.right != Verdict::Wrong, d.right == Verdict::Right);
        let points = lost(b).total_cmp(&lost(a)).then(b.max_points.total_cmp(&a.max_points));
        key(a).cmp(&key(b)).then(points)
    });
    order
}

/// The seed of a pair: the same in both arms of every question.
fn pair_seed(seed: u64, pair: usize) -> u64 {
    let mut hash = blake3::Hasher::new();
    hash.update(b"what-if\0")
        .update(&seed.to_le_bytes())
        .update(&(pair as u64).to_le_bytes());
    let bytes = hash.finalize();
    bytes.as_bytes().iter().take(8).fold(0, |n, b| n << 8 | u64::from(*b))
}

impl Arm {
    fn begin(&self, history: &History, seed: u64, trainee: usize) -> Option<&Simulation> {
        let begun = || match self.begins {
            Begins::At(tick) => history.at(tick),
            Begins::Twin(hazard) => hazard.twin(&history.at(history.start())?, seed, trainee),
        };
        self.state.get_or_init(begun).as_ref()
    }
}

impl Job {
    /// Runs it, for a first look or to the end of the drill. Takes as long as the simulation takes; touches nothing else.
    pub fn run(&self) -> Done {
        let (result, stands) = self.result().unzip();
        Done {
            arm: self.index,
            pair: self.pair,
            result,
            stands: stands.flatten(),
        }
    }

    fn result(&self) -> Option<((Measures, Outcome), Option<Box<Stand>>)> {
        let first = self.history.at(self.history.start())?;
        let mut stand = match &self.stands {
            Some(stand) => stand.clone(),
            None => Box::new(self.begin(&first)?),
        };
        let from_s = stand.simulation.time_s();
        // To the same end in every arm, even where the drill may end earlier: doses go on.
        let end_s = stand.simulation.loaded().scenario.ends.after_s;
        // Where the night began earlier, the first look reaches as far into it.
        let shift_s = end_s - first.loaded().scenario.ends.after_s;
        let look_s = from_s + shift_s + FIRST_S;
        let (to_s, early) = if self.early && look_s < end_s {
            (look_s, true)
        } else {
            (end_s, false)
        };
        let Stand {
            simulation,
            actors,
            watch,
        } = &mut *stand;
        while simulation.time_s() < to_s - TICK_S / 2.0 {
            let mut commands = Vec::new();
            for (trainee, actor) in actors.iter_mut().enumerate() {
                let actions = actor.actions(simulation, &self.history);
                commands.extend((0u16..).zip(actions).map(|(sequence, action)| Command {
                    tick: simulation.tick(),
                    trainee: trainee as u16,
                    sequence,
                    action,
                }));
            }
            simulation.step(&commands);
            watch.tick(simulation, self.trainee);
        }
        let measures = watch.measures(simulation, self.trainee, shift_s);
        Some((measures, early.then_some(stand)))
    }

    /// The arm as it begins.
    fn begin(&self, first: &Simulation) -> Option<Stand> {
        let begun = self.arm.begin(&self.history, first.seed(), self.trainee)?;
        let mut simulation = begun.branch(self.seed);
        if let Some((opening, open)) = self.arm.order {
            simulation.order(opening, open);
        }
        let tick = simulation.tick();
        let actors = self.played.iter().enumerate().map(|(i, played)| {
            let conduct = if i == self.trainee {
                &self.arm.conduct
            } else {
                &Conduct::Own
            };
            Actor::new(i, conduct, played.as_deref(), tick)
        });
        Some(Stand {
            actors: actors.collect(),
            watch: Watch::new(&simulation),
            simulation,
        })
    }
}
