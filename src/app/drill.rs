//! The game loop: collect what trainees ask for, step the simulation once, let the mirror follow.

use crate::drill::{Action, Command, Simulation};
use bevy::prelude::*;

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

/// The drill that is played. Inserting one begins it; inserting another replaces it.
#[derive(Resource, Debug)]
pub struct Drill {
    simulation: Simulation,
    commands: Vec<Command>,
}

impl Drill {
    /// A drill about to begin.
    pub fn new(simulation: Simulation) -> Self {
        Self {
            simulation,
            commands: Vec::new(),
        }
    }

    /// The simulation, to read.
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
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
            FixedUpdate,
            (
                collect.in_set(Collect).run_if(not(in_state(Phase::Finished))),
                step.in_set(Step).run_if(in_state(Phase::Running)),
            ),
        );
}

fn begin(mut next: ResMut<NextState<Phase>>, mut asks: ResMut<Messages<Ask>>) {
    // What was asked of an earlier drill is not asked of this one.
    asks.clear();
    next.set(Phase::Running);
}

fn clear(mut next: ResMut<NextState<Phase>>) {
    NextState::set_if_neq(&mut next, Phase::Waiting);
}

/// Stamps what was asked for with the tick at which it takes effect, in the order (trainee, sequence). While the clock
/// stands it waits.
fn collect(mut asks: MessageReader<Ask>, mut drill: ResMut<Drill>) {
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
    let Drill { simulation, commands } = &mut *drill;
    // The state changes only before the next frame, and a frame may hold several ticks.
    if !simulation.finished() {
        commands.sort_by_key(|c| (c.trainee, c.sequence));
        simulation.step(commands);
        commands.clear();
    }
    if simulation.finished() {
        NextState::set_if_neq(&mut next, Phase::Finished);
    }
}
