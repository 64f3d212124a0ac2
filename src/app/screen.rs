//! Screens of the window, and what they share.

use crate::crowd::PersonId;
use crate::place::{LiftId, OpeningId, SpaceId, ThingId};
use crate::scenario::Point;
use bevy::prelude::*;

/// What the window shows.
#[derive(States, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Screen {
    /// The list of drills.
    #[default]
    Menu,
    /// A scenario is read and compiled.
    Loading,
    /// What the trainee is told before it starts.
    Briefing,
    /// The drill itself.
    Drill,
    /// The score sheet and the replay.
    Debrief,
}

/// Whose eyes the window shows: index into the scenario's trainees.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seat(pub usize);

/// Something in the picture was clicked.
#[derive(Message, Clone, Copy, Debug, PartialEq)]
pub struct Picked(pub Target);

/// What can be pointed at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// A spot on a floor or stair.
    Floor {
        /// The space it belongs to.
        space: SpaceId,
        /// On plan, m.
        at: Point,
    },
    /// A door or window.
    Opening(OpeningId),
    /// Somebody.
    Person(PersonId),
    /// Something that may burn.
    Thing(ThingId),
    /// A lift's door.
    Lift(LiftId),
}

pub(super) fn plugin(app: &mut App) {
    app.init_state::<Screen>()
        .init_resource::<Seat>()
        .add_message::<Picked>();
}
