//! Screens of the window, and what they share.

use crate::crowd::PersonId;
use crate::place::{EquipmentId, LiftId, OpeningId, SpaceId, ThingId};
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

/// Something in the picture was clicked. A spot on a flight of stairs is told as the landing to which it leads.
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
    /// A piece of equipment.
    Equipment(EquipmentId),
}

/// The view is turned: written by buttons of the screen and by dragging, added to where the eyes look.
#[derive(Message, Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    /// To the left, radians.
    pub yaw: f32,
    /// Up, radians.
    pub pitch: f32,
}

/// How the picture is drawn and the mouse is felt.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Graphics {
    /// For computers without a graphics card: fewer details, no smoothing of edges.
    pub low: bool,
    /// Part of the window's resolution at which the 3D picture is drawn, 0.25 to 1.
    pub render_scale: f32,
    /// No 3D picture at all: the drill is played in the plan.
    pub plan_only: bool,
    /// Multiplies how far the view turns with the mouse.
    pub mouse_speed: f32,
}

impl Default for Graphics {
    fn default() -> Self {
        Self {
            low: false,
            render_scale: 1.0,
            plan_only: false,
            mouse_speed: 1.0,
        }
    }
}

/// What the trainee hears now, for captions.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct Heard {
    /// Level of the alarm at the trainee, dB(A); `None` where it is not audible or does not sound.
    pub alarm_db: Option<f32>,
}

/// Loudness of all sounds, 0 to 1.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Volume(pub f32);

impl Default for Volume {
    fn default() -> Self {
        Self(0.8)
    }
}

/// Panels cover the whole window: nothing behind them need be drawn.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Covered(pub bool);

/// What the replay looks at from outside.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Subject {
    /// The trainee.
    #[default]
    Trainee,
    /// What burns most strongly; the trainee while nothing burns.
    Fire,
}

/// A plan hides the right half of the picture: what is looked at belongs in the middle of the left.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HalfHidden(pub bool);

/// What lies under the pointer in the 3D picture, as a click would pick it.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct Hovered(pub Option<Target>);

pub(super) fn plugin(app: &mut App) {
    app.init_state::<Screen>()
        .init_resource::<Seat>()
        .init_resource::<Graphics>()
        .init_resource::<Heard>()
        .init_resource::<Volume>()
        .init_resource::<Hovered>()
        .init_resource::<Covered>()
        .init_resource::<Subject>()
        .init_resource::<HalfHidden>()
        .add_message::<Look>()
        .add_message::<Picked>();
}
