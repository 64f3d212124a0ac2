//! The window: Bevy owns the loop, the simulation owns the world.
//!
//! [`run`] opens it. [`DrillPlugin`] steps the [`Drill`] at 20 Hz and mirrors what can be seen into entities;
//! [`SessionPlugin`] leads from the menu through a drill to its debrief; the screens are functions of what they show.
//! All but the window itself also runs without a window or a graphics card.

mod catalogue;
mod drill;
mod keeper;
mod loading;
mod mirror;
mod run;
pub mod scene;
mod screen;
mod screens;
mod session;
mod settings;
mod tape;
mod theme;
mod whatif;
mod words;

pub use catalogue::{Catalogue, Listed, Past, Recordings};
pub use keeper::Keeper;
pub use loading::{Failed, Loading, Stage};
pub use run::{NoWindow, Start, run};
pub use screens::{DebriefState, HudState, MenuState, Phone, Reply, Voice};
pub use session::{Beside, Desk, FirstLine, Judged, Notice, Order, Origin, Pace, Prepared, RECORDINGS, Second, Wish};
pub use settings::{Settings, SettingsError, TextSize};
pub use tape::{Footprint, TRAIL_EVERY, Tape};
pub use whatif::WhatIfs;
pub use words::Words;

pub use drill::{Ask, Drill, DrillSystems, Phase};
pub use mirror::{
    Aperture, Burning, Mirror, OpeningEntity, PersonEntity, Pose, PreviousAperture, PreviousPose, Status, ThingEntity,
};

pub use screen::{Covered, Graphics, HalfHidden, Heard, Hovered, Look, Picked, Screen, Seat, Subject, Target, Volume};

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

/// Leads from the menu through a drill to its debrief, by [`Wish`]es. Needs [`DrillPlugin`], a [`Desk`] and [`Words`].
#[derive(Debug, Default)]
pub struct SessionPlugin;

impl Plugin for SessionPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins((session::plugin, whatif::plugin));
    }
}
