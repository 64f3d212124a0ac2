//! The game loop: collect what trainees ask for, step the simulation once, let the mirror follow.

use super::keeper::Keeper;
use super::tape::Tape;
use crate::assess::Players;
use crate::drill::{Action, Command, Simulation};
use crate::scenario::Text;
use bevy::prelude::*;
use std::path::Path;

/// Ticks done in one frame at most while the clock is turned to another time.
const TICKS_A_FRAME: usize = 100;

/// The stages of a tick, in order, in `FixedUpdate`.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DrillSystems {
    /// What was asked for since the last tick becomes stamped commands.
    Collect,
    /// The simulation goes one tick on.
    Step,
    /// Entities follow the simulation.
    Mirror,
}

/// How far the drill is.
#[derive(States, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Phase {
    /// No drill is loaded.
    #[default]
    Waiting,
    /// The clock runs.
    Running,
    /// The clock stands; what is asked for waits.
    Paused,
    /// It is over.
    Finished,
}

/// The drill that is played or shown again. Inserting one begins it; before another is inserted it is removed.
#[derive(Resource, Debug)]
pub struct Drill {
    simulation: Simulation,
    commands: Vec<Command>,
    players: Players,
    tape: Tape,
    keeper: Option<Keeper>,
    trouble: Option<Text>,
    replay: bool,
    /// The clock stands at first.
    stands: bool,
    /// The clock is being turned to this tick.
    target: Option<u64>,
}

impl Drill {
    /// A drill about to begin.
    pub fn new(simulation: Simulation) -> Self {
        Self {
            tape: Tape::new(&simulation),
            simulation,
            commands: Vec::new(),
            players: Players::default(),
            keeper: None,
            trouble: None,
            replay: false,
            stands: false,
            target: None,
        }
    }

    /// A drill that was played, to be shown again from its end.
    pub fn shown_again(simulation: Simulation, tape: Tape) -> Self {
        Self {
            tape,
            replay: true,
            stands: true,
            ..Self::new(simulation)
        }
    }

    /// A drill that goes on from the last tick of its tape. The clock stands until it is started.
    pub fn going_on(simulation: Simulation, tape: Tape) -> Self {
        Self {
            tape,
            stands: true,
            ..Self::new(simulation)
        }
    }

    /// With policies at the places of trainees that nobody plays.
    #[must_use]
    pub fn with_players(mut self, players: Players) -> Self {
        self.players = players;
        self
    }

    /// With a recording that grows while it is played.
    #[must_use]
    pub fn with_keeper(mut self, keeper: Keeper) -> Self {
        self.keeper = Some(keeper);
        self
    }

    /// The simulation, to read.
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// What was done so far, or in all when it is shown again.
    pub fn tape(&self) -> &Tape {
        &self.tape
    }

    /// Why the recording could not be continued.
    pub fn trouble(&self) -> Option<&Text> {
        self.trouble.as_ref()
    }

    /// Where the recording is kept, while it grows.
    pub fn kept_at(&self) -> Option<&Path> {
        self.keeper.as_ref().map(Keeper::path)
    }

    /// It was played before and is shown again: nobody can do anything in it.
    pub fn is_replay(&self) -> bool {
        self.replay
    }

    /// The clock is being turned to another time; the ticks between are done as fast as they go.
    pub fn is_turning(&self) -> bool {
        self.target.is_some()
    }

    /// Nothing comes after the present tick.
    pub fn is_over(&self) -> bool {
        if self.replay {
            self.simulation.tick() >= self.tape.ticks()
        } else {
            self.simulation.finished()
        }
    }

    /// Turns the clock of a drill that is shown again to another tick.
    pub fn turn_to(&mut self, tick: u64) {
        if !self.replay {
            return;
        }
        let tick = tick.min(self.tape.ticks());
        if let Some(moment) = self.tape.history().kept_before(tick)
            && (self.simulation.tick() > tick || self.simulation.tick() < moment.tick())
        {
            self.simulation = moment.clone();
        }
        self.target = (self.simulation.tick() < tick).then_some(tick);
    }

    /// Lets a drill that is played run to its end at once, with nobody doing anything more in it.
    pub fn run_out(&mut self) {
        if !self.replay && !self.is_over() {
            self.target = Some(u64::MAX);
        }
    }

    /// From now on it is shown again. The recording must be closed first.
    pub fn show_again(&mut self) {
        self.replay = true;
        self.target = None;
        self.commands.clear();
        // What is broken off ends where it stands.
        self.keeper = None;
    }

    /// Ends the recording; `trainees`: policy and score of each; `notes`: what is kept with it, by name.
    pub fn close_recording(
        &mut self,
        trainees: Vec<(Option<String>, serde_json::Value)>,
        notes: &[(String, serde_json::Value)],
    ) {
        if let Some(keeper) = self.keeper.take()
            && let Err(e) = keeper.end(&self.simulation, trainees, notes)
        {
            self.trouble = Some(e.text());
        }
    }

    /// One tick, unless it is over.
    fn advance(&mut self) {
        if self.is_over() {
            return;
        }
        let tick = self.simulation.tick();
        if self.replay {
            self.simulation.step(self.tape.history().commands_at(tick));
            return;
        }
        let mut commands = std::mem::take(&mut self.commands);
        commands.extend(self.players.commands(&self.simulation));
        commands.sort_by_key(|c| (c.trainee, c.sequence));
        let kept = |keeper: &mut Keeper| keeper.before(tick, &commands);
        if let Some(Err(e)) = self.keeper.as_mut().map(kept) {
            self.lose_recording(&e.text());
        }
        self.tape.step(&mut self.simulation, &commands);
        let simulation = &self.simulation;
        if let Some(Err(e)) = self.keeper.as_mut().map(|k| k.after(simulation)) {
            self.lose_recording(&e.text());
        }
    }

    fn lose_recording(&mut self, why: &Text) {
        self.keeper = None;
        self.trouble = Some(why.clone());
    }
}

/// A trainee asks for something: written by input, menus and policies, taken up at the next tick.
#[derive(Message, Clone, Debug, PartialEq)]
pub struct Ask {
    /// Index into the scenario's trainees.
    pub trainee: u16,
    /// What is asked for.
    pub action: Action,
}

pub(super) fn plugin(app: &mut App) {
    use DrillSystems::{Collect, Mirror, Step};
    app.init_state::<Phase>()
        .add_message::<Ask>()
        .configure_sets(
            FixedUpdate,
            (Collect, Step, Mirror).chain().run_if(resource_exists::<Drill>),
        )
        .add_systems(PreUpdate, begin.run_if(resource_added::<Drill>))
        .add_systems(PreUpdate, clear.run_if(resource_removed::<Drill>))
        .add_systems(
            RunFixedMainLoop,
            turn.in_set(RunFixedMainLoopSystems::BeforeFixedMainLoop)
                .run_if(resource_exists::<Drill>),
        )
        .add_systems(
            FixedUpdate,
            (
                collect.in_set(Collect).run_if(not(in_state(Phase::Finished))),
                step.in_set(Step).run_if(in_state(Phase::Running)),
            ),
        );
}

fn begin(mut next: ResMut<NextState<Phase>>, mut asks: ResMut<Messages<Ask>>, drill: Res<Drill>) {
    // What was asked of an earlier drill is not asked of this one.
    asks.clear();
    next.set(if drill.stands { Phase::Paused } else { Phase::Running });
}

fn clear(mut next: ResMut<NextState<Phase>>) {
    NextState::set_if_neq(&mut next, Phase::Waiting);
}

/// Stamps what was asked for with the tick at which it takes effect, in the order (trainee, sequence). While the clock
/// stands it waits.
fn collect(mut asks: MessageReader<Ask>, mut drill: ResMut<Drill>) {
    if drill.replay {
        asks.clear();
        return;
    }
    let tick = drill.simulation.tick();
    let commands = &mut drill.commands;
    for ask in asks.read() {
        let Ok(sequence) = u16::try_from(commands.len()) else {
            break;
        };
        commands.push(Command {
            tick,
            trainee: ask.trainee,
            sequence,
            action: ask.action.clone(),
        });
    }
}

fn step(mut drill: ResMut<Drill>, mut next: ResMut<NextState<Phase>>) {
    // The state changes only before the next frame, and a frame may hold several ticks.
    if drill.target.is_none() {
        drill.advance();
    }
    if drill.is_over() {
        NextState::set_if_neq(&mut next, Phase::Finished);
    }
}

/// Does the ticks up to the time that the clock is turned to, some a frame.
fn turn(mut drill: ResMut<Drill>, mut next: ResMut<NextState<Phase>>) {
    let Some(target) = drill.target else { return };
    for _ in 0..TICKS_A_FRAME {
        if drill.simulation.tick() >= target || drill.is_over() {
            drill.target = None;
            break;
        }
        drill.advance();
    }
    if drill.target.is_none() && drill.is_over() {
        NextState::set_if_neq(&mut next, Phase::Finished);
    }
}
