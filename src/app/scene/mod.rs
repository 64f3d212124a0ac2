//! The picture: the place in three dimensions, people, smoke and flames as the simulation has them, the trainee's
//! eyes, hands and ears. It exists whenever a [`Drill`] does.
//!
//! # Order
//!
//! In `PreUpdate`, when a [`Drill`] comes or goes: [`SceneSystems::Begin`].
//!
//! In `FixedUpdate`, around the stages of a tick ([`DrillSystems`]): [`WalkSystems::Propose`] before `Collect`;
//! [`WalkSystems::Bodies`] after `Mirror`; then Rapier's own sets; then [`WalkSystems::Correct`].
//!
//! In `Update`, in this order: [`SceneSystems::Hands`], [`SceneSystems::Storey`], [`SceneSystems::Eye`],
//! [`SceneSystems::Follow`], [`SceneSystems::Air`], [`SceneSystems::Pointer`], [`SceneSystems::Shine`].
//!
//! The scene's camera has order 0 and fills the window; screens draw over it with cameras of a higher order.

mod alarm;
mod canvas;
mod equipment;
mod eye;
mod leaves;
mod light;
mod material;
mod mesh;
mod models;
mod optics;
mod outside;
mod people;
mod physics;
mod plan;
mod pointer;
mod smoke;
mod stage;
mod stairs;
mod steer;
mod storey;
mod things;

#[cfg(test)]
mod tests;

pub use eye::{Eye, SceneCamera, eye_height};
pub use stage::{fire_at, storey_at};
pub use steer::{OwnBody, Steering};

use super::{Drill, DrillSystems, Mirror, Screen};
use bevy::prelude::*;
use bevy_rapier3d::plugin::PhysicsSet;
use stage::Stage;

/// Steps of a frame, in order.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SceneSystems {
    /// A new drill's scene begins, an old one ends.
    Begin,
    /// Hands: keys and mouse, apart from what is picked.
    Hands,
    /// The storey round the trainee is shown; figures come and go.
    Storey,
    /// The eye moves to where the trainee is.
    Eye,
    /// What moves stands between the last tick and this one.
    Follow,
    /// Smoke, flames and light, and what is heard.
    Air,
    /// What lies under the pointer, and clicks.
    Pointer,
    /// What is pointed at shines; the shader is told what there is to be seen.
    Shine,
}

/// What the trainee's body does in a tick, around [`DrillSystems`].
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WalkSystems {
    /// Keys become proposals.
    Propose,
    /// Bodies go where the simulation has them.
    Bodies,
    /// The accepted pose holds.
    Correct,
}

/// The scene. Needs Bevy's default plugins (the window and the renderer may be off) and [`super::DrillPlugin`].
pub fn plugin(app: &mut App) {
    app.add_plugins((material::plugin, physics::plugin))
        .init_resource::<Eye>()
        .init_resource::<Steering>()
        .init_resource::<canvas::Fluency>()
        .init_resource::<leaves::LeafMeshes>()
        .init_resource::<people::Figures>()
        .add_systems(Startup, people::dress);
    order(app);
    app.add_systems(OnEnter(Screen::Drill), eye::open)
        .add_systems(OnEnter(Screen::Debrief), eye::open);
    app.add_systems(
        PreUpdate,
        (
            (people::forget, stage::begin, eye::begin, steer::begin, pointer::begin)
                .chain()
                .run_if(resource_added::<Drill>),
            (people::forget, stage::end, alarm::hush)
                .chain()
                .run_if(resource_removed::<Drill>),
        )
            .chain()
            .in_set(SceneSystems::Begin),
    )
    .add_systems(
        FixedUpdate,
        (
            steer::propose.in_set(WalkSystems::Propose).run_if(steer::running),
            (steer::follow, people::stand).chain().in_set(WalkSystems::Bodies),
            steer::correct.in_set(WalkSystems::Correct),
        ),
    )
    .add_systems(
        Update,
        (
            (steer::press, eye::zoom).chain().in_set(SceneSystems::Hands),
            (stage::show, stage::open_ceiling, people::cast, smoke::spawn)
                .chain()
                .in_set(SceneSystems::Storey),
            (eye::adjust, canvas::keep_up, canvas::fit, eye::follow)
                .chain()
                .in_set(SceneSystems::Eye),
            (
                leaves::follow,
                leaves::break_glass,
                leaves::move_cars,
                equipment::follow,
                things::follow,
                people::walk,
            )
                .chain()
                .in_set(SceneSystems::Follow),
            (
                things::burn,
                smoke::gather,
                smoke::leak,
                alarm::listen,
                alarm::ears,
                alarm::sound,
            )
                .chain()
                .in_set(SceneSystems::Air),
            (pointer::hover, pointer::click.run_if(steer::running), pointer::mark)
                .chain()
                .in_set(SceneSystems::Pointer),
            (leaves::shine, things::shine, equipment::shine, material::update)
                .chain()
                .in_set(SceneSystems::Shine),
        ),
    );
}

fn order(app: &mut App) {
    use SceneSystems::{Air, Eye, Follow, Hands, Pointer, Shine, Storey};
    let there = resource_exists::<Drill>.and_then(resource_exists::<Stage>);
    app.configure_sets(
        Update,
        (Hands, Storey, Eye, Follow, Air, Pointer, Shine).chain().run_if(there),
    )
    .configure_sets(
        FixedUpdate,
        (
            WalkSystems::Propose.before(DrillSystems::Collect),
            WalkSystems::Bodies
                .after(DrillSystems::Mirror)
                .before(PhysicsSet::SyncBackend),
            WalkSystems::Correct.after(PhysicsSet::Writeback),
        ),
    )
    .configure_sets(
        FixedUpdate,
        (WalkSystems::Propose, WalkSystems::Bodies, WalkSystems::Correct).run_if(
            resource_exists::<Drill>
                .and_then(resource_exists::<Stage>)
                .and_then(resource_exists::<Mirror>),
        ),
    );
}
