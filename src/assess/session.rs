//! A drill played by policies, and its judgement at the end.

use super::guidance::{Profile, ReadError};
use super::judge::{Case, KinOutcome, Neighbours, Outcome, Score, score};
use super::policies::Policy;
use super::rubric::{Rubric, rubric_of};
use super::sheet::{Sheet, TraineeReport};
use crate::crowd::{PersonId, PersonState};
use crate::drill::output::INJURED_DOSE;
use crate::drill::recording::Embedded;
use crate::drill::{Command, Simulation, TraineeView, View};
use crate::place::SpaceId;
use crate::scenario::{Library, Loaded, People, Use};

/// Policies are asked at least this often, ticks.
const ASKED_TICKS: u64 = 10;

/// Policies at the places of trainees, in the scenario's order; `None`: nobody plays that one.
#[derive(Clone, Debug, Default)]
pub struct Players(Vec<Option<Box<dyn Policy>>>);

impl Players {
    /// One for each trainee.
    pub fn new(policies: Vec<Option<Box<dyn Policy>>>) -> Self {
        Self(policies)
    }

    /// What they do in the coming tick.
    pub fn commands(&mut self, simulation: &Simulation) -> Vec<Command> {
        let tick = simulation.tick();
        let mut commands = Vec::new();
        for (i, policy) in self.0.iter_mut().enumerate() {
            let Some(policy) = policy else { continue };
            let TraineeView {
                known, notebook, now, ..
            } = simulation.trainee(i);
            let idle = !now.busy && !now.walking;
            if now.asleep || !now.able || !(idle || tick.is_multiple_of(ASKED_TICKS)) {
                continue;
            }
            let actions = policy.act(known, notebook, &now);
            commands.extend((0u16..).zip(actions).map(|(sequence, action)| Command {
                tick,
                trainee: i as u16,
                sequence,
                action,
            }));
        }
        commands
    }
}

/// What became of a trainee, those they answer for and the neighbours.
pub fn outcome(view: &View<'_>, index: usize) -> Outcome {
    let trainee = &view.trainees[index];
    let person = view.crowd.person(trainee.person);
    let storey = person.space.map(|s| view.place.spaces[s.index()].storey);
    let in_refuge = |space: Option<SpaceId>| space.is_some_and(|s| view.place.spaces[s.index()].r#use == Use::Refuge);
    let mut answered_for = std::collections::BTreeMap::new();
    for people in &view.loaded.scenario.people {
        let People::Person(p) = people else { continue };
        if p.kin_of.as_deref() != Some(trainee.id) {
            continue;
        }
        let Some(id) = view.crowd.by_name(&p.name) else {
            continue;
        };
        let kin = view.crowd.person(id);
        answered_for.insert(
            p.name.clone(),
            KinOutcome {
                called: p.title.clone(),
                state: kin.state,
                in_refuge: in_refuge(kin.space),
                fed_gas: kin.fed_gas,
                fed_heat: kin.fed_heat,
            },
        );
    }
    let mut neighbours = Neighbours::default();
    for id in (0..view.crowd.len() as u32).map(PersonId) {
        let near = view
            .trainees
            .iter()
            .any(|t| t.person == id || t.known.kin.contains(&id));
        let p = view.crowd.person(id);
        if near || p.state == PersonState::Absent {
            continue;
        }
        neighbours.people += 1;
        let hurt = p.state == PersonState::Incapacitated || p.fed_gas.max(p.fed_heat) >= INJURED_DOSE;
        neighbours.harmed += u32::from(hurt);
    }
    Outcome {
        state: person.state,
        in_refuge: in_refuge(person.space),
        fed_gas: person.fed_gas,
        fed_heat: person.fed_heat,
        storey: storey.map_or_else(String::new, |s| view.place.storeys[s.index()].name.clone()),
        answered_for,
        neighbours: (neighbours.people > 0).then_some(neighbours),
    }
}

/// The score of a trainee whose outcome points are the mean over several outcomes of the same decisions, such as those
/// of a what-if; `None` if the scenario names no guidance to judge by.
///
/// # Errors
/// The guidance profile or the rubric cannot be read.
pub fn rescored(
    simulation: &Simulation,
    library: &Library,
    index: usize,
    outcomes: &[Outcome],
) -> Result<Option<Score>, ReadError> {
    let view = simulation.view();
    let Some((profile, rubric)) = rules(&view, library, index)? else {
        return Ok(None);
    };
    let whole = simulation.finished();
    Ok(Some(score(&case(&view, index, whole, &profile, &rubric), outcomes)))
}

/// By what a trainee is judged; `None` if the scenario names no guidance.
fn rules(view: &View<'_>, library: &Library, index: usize) -> Result<Option<(Profile, Rubric)>, ReadError> {
    let scenario = &view.loaded.scenario;
    let Some(guidance) = &scenario.guidance else {
        return Ok(None);
    };
    let profile = Profile::load(library, guidance)?;
    let role = view.trainees[index].role;
    let rubric = Rubric::load(library, scenario.rubric.as_deref().unwrap_or_else(|| rubric_of(role)))?;
    Ok(Some((profile, rubric)))
}

fn case<'a>(view: &View<'a>, index: usize, whole: bool, profile: &'a Profile, rubric: &'a Rubric) -> Case<'a> {
    let trainee = &view.trainees[index];
    Case {
        notebook: trainee.notebook,
        known: trainee.known,
        role: trainee.role,
        end_s: view.time_s,
        whole,
        profile,
        rubric,
    }
}

/// The score sheet of a trainee; `None` if the scenario names no guidance to judge by.
///
/// # Errors
/// The guidance profile or the rubric cannot be read.
pub fn judged(
    simulation: &Simulation,
    library: &Library,
    index: usize,
    policy: Option<&str>,
) -> Result<Option<Sheet>, ReadError> {
    let view = simulation.view();
    let Some((profile, rubric)) = rules(&view, library, index)? else {
        return Ok(None);
    };
    let trainee = &view.trainees[index];
    let outcome = outcome(&view, index);
    let whole = simulation.finished();
    let score = score(
        &case(&view, index, whole, &profile, &rubric),
        std::slice::from_ref(&outcome),
    );
    let report = TraineeReport {
        id: trainee.id.to_owned(),
        role: trainee.role,
        policy: policy.map(str::to_owned),
        score,
        outcome,
    };
    Ok(Some(Sheet::new(
        view.loaded.scenario.title.clone(),
        report,
        &profile,
        &rubric,
    )))
}

/// Guidance and rubrics as they stand in the library, for a recording.
pub fn judged_by(library: &Library, loaded: &Loaded) -> Vec<Embedded> {
    let scenario = &loaded.scenario;
    let guidance = scenario.guidance.iter().map(|g| format!("assets/guidance/{g}.ron"));
    let rubrics = scenario.trainees.iter().map(|t| {
        let name = scenario.rubric.as_deref().unwrap_or_else(|| rubric_of(t.role));
        format!("assets/rubrics/{name}.ron")
    });
    let mut paths: Vec<String> = guidance.chain(rubrics).collect();
    paths.sort();
    paths.dedup();
    let text = |path: String| {
        library.files.get(&path).map(|text| Embedded {
            text: text.clone(),
            path,
        })
    };
    paths.into_iter().filter_map(text).collect()
}
