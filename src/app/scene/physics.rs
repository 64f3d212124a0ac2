//! The physical world round the trainee: what bodies stand on and bump into, and what a ray from the eye meets.

use super::stage::{OfStorey, Stage};
use super::storey::Built;
use crate::app::{Pose, Target};
use crate::crowd::PersonState;
use crate::drill::TICK_S;
use crate::place::Place;
use bevy::prelude::*;
use bevy_rapier3d::prelude::*;

/// What stands in the way of the trainee's body.
pub const SOLID: Group = Group::GROUP_1;
/// What a click can hit.
pub const PICKED: Group = Group::GROUP_2;
/// The trainee's own body.
pub const OWN: Group = Group::GROUP_3;

/// What a click on this collider picks.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Touch(pub Target);

/// A collider of floors: a click picks the spot that the ray meets.
#[derive(Component, Clone, Copy, Debug)]
pub struct Ground;

/// A kinematic body that stands where somebody near the trainee stands.
#[derive(Component, Clone, Copy, Debug)]
pub struct Bystander;

pub(super) fn plugin(app: &mut App) {
    app.insert_resource(TimestepMode::Fixed {
        dt: TICK_S as f32,
        substeps: 1,
    })
    .add_plugins(RapierPhysicsPlugin::<NoUserData>::default().in_fixed_schedule());
}

/// Colliders of what was built, and of the things that stand about.
pub fn spawn(commands: &mut Commands, place: &Place, stage: &Stage, built: &Built) {
    let everything = CollisionGroups::new(SOLID | PICKED, Group::ALL);
    for (triangles, ground) in [(&built.floors, true), (&built.walls, false)] {
        let vertices: Vec<Vec3> = triangles.iter().flatten().copied().collect();
        let indices: Vec<[u32; 3]> = (0..triangles.len() as u32)
            .map(|k| [3 * k, 3 * k + 1, 3 * k + 2])
            .collect();
        let Ok(collider) = Collider::trimesh(vertices, indices) else {
            continue;
        };
        let mut e = commands.spawn((OfStorey, collider, everything, Transform::default()));
        if ground {
            e.insert(Ground);
        }
    }
    for (i, t) in place.things.iter().enumerate() {
        if !stage.shown.has(t.space) {
            continue;
        }
        let size = super::things::extent(place, t);
        let id = crate::place::ThingId(i as u32);
        let memberships = if t.burns.blocks { SOLID | PICKED } else { PICKED };
        commands.spawn((
            OfStorey,
            Touch(Target::Thing(id)),
            Collider::cuboid(size.x * 0.5, size.y * 0.5, size.z * 0.5),
            CollisionGroups::new(memberships, Group::ALL),
            Transform::from_translation(super::plan::at(t.at, t.z) + Vec3::Y * size.y * 0.5),
        ));
    }
}

/// Whether somebody takes up room where they are.
pub fn present(state: PersonState) -> bool {
    !matches!(state, PersonState::Out | PersonState::Absent)
}

/// The middle of a standing body's collider above the feet.
pub fn body_at(pose: &Pose) -> Vec3 {
    pose.at + Vec3::Y * 0.85
}
