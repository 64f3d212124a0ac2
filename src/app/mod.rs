//! The window: Bevy owns the loop, the simulation owns the world.
//!
//! For now the loop alone, without a picture: [`DrillPlugin`] steps the [`Drill`] at 20 Hz and mirrors what can be
//! seen into entities. Everything here also runs without a window or a graphics card.

mod drill;
mod mirror;
pub mod scene;
mod screen;

pub use drill::{Ask, Drill, DrillSystems, Phase};
pub use mirror::{
    Aperture, Burning, Mirror, OpeningEntity, PersonEntity, Pose, PreviousAperture, PreviousPose, Status, ThingEntity,
};

pub use screen::{Graphics, Heard, Hovered, Look, Picked, Screen, Seat, Target, Volume};

use crate::drill::TICK_S;
use bevy::prelude::*;

/// Steps the drill in `FixedUpdate` and mirrors it into entities. Needs Bevy's time and states; insert a [`Drill`]
/// to begin.
#[derive(Debug, Default)]
pub struct DrillPlugin;

impl Plugin for DrillPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Time::<Fixed>::from_seconds(TICK_S));
        app.add_plugins((drill::plugin, mirror::plugin, screen::plugin));
    }
}
