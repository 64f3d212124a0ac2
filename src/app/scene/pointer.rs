//! The pointer in the picture: what lies under it, shown before it is clicked, and picked when it is.

use super::eye::{Eye, SceneCamera};
use super::material::{Materials, Sight};
use super::mesh::{Builder, Paint};
use super::optics;
use super::physics::{Ground, OWN, PICKED, Touch};
use super::plan;
use super::stage::{OfDrill, Stage, own_person};
use super::steer::Steering;
use crate::app::{Drill, Hovered, Picked, Screen, Seat, Target};
use crate::drill::View;
use crate::place::{SpaceId, SpaceKind, contains};
use bevy::math::ops;
use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use bevy_egui::input::EguiWantsInput;
use bevy_rapier3d::prelude::{CollisionGroups, QueryFilter, ReadRapierContext};

/// A click reaches so far, m.
const REACH_M: f32 = 40.0;
/// What smoke leaves less contrast of than this cannot be made out (Koschmieder: the threshold of contrast is 0.02).
const THRESHOLD: f32 = 0.02;
/// Nearer than this one finds things by touch whatever the smoke, m.
const BY_TOUCH_M: f32 = 1.5;

/// The ring on the floor where a click would send the trainee.
#[derive(Component, Clone, Copy, Debug)]
pub struct FloorMark;

/// The space whose floor or stair lies at a point.
pub fn space_at(view: &View<'_>, stage: &Stage, at: Vec3) -> Option<SpaceId> {
    let (p, z) = (plan::on_plan(at), f64::from(at.y));
    stage
        .shown
        .spaces
        .iter()
        .copied()
        .filter(|s| {
            let s = &view.place.spaces[s.index()];
            let tall = if matches!(s.kind, SpaceKind::Stair(_)) {
                s.height
            } else {
                0.4
            };
            z > s.z - 0.15 && z < s.z - 0.15 + tall && contains(&s.outline, p)
        })
        .max_by(|a, b| {
            let z = |s: &SpaceId| view.place.spaces[s.index()].z;
            z(a).total_cmp(&z(b))
        })
}

/// The target of a ray, and the point it meets.
pub fn cast(
    context: &bevy_rapier3d::plugin::context::systemparams::RapierContext<'_>,
    touches: &Query<(Option<&Touch>, Has<Ground>)>,
    view: &View<'_>,
    stage: &Stage,
    ray: Ray3d,
) -> Option<(Target, Vec3)> {
    let filter = QueryFilter::new().groups(CollisionGroups::new(OWN, PICKED));
    let (entity, far) = context.cast_ray(ray.origin, *ray.direction, REACH_M, true, filter)?;
    let at = ray.origin + *ray.direction * far;
    let (touch, ground) = touches.get(entity).ok()?;
    let target = match touch {
        Some(t) => t.0,
        // The underside of a slab is no floor.
        None if ground && ray.direction.y < 0.0 => Target::Floor {
            space: space_at(view, stage, at)?,
            at: plan::on_plan(at),
        },
        None => return None,
    };
    Some((target, at))
}

/// What lies under the pointer.
pub fn hover(
    window: Query<&Window, With<PrimaryWindow>>,
    camera: Query<(&Camera, &GlobalTransform), With<SceneCamera>>,
    context: ReadRapierContext,
    touches: Query<(Option<&Touch>, Has<Ground>)>,
    screen: Res<State<Screen>>,
    egui: Option<Res<EguiWantsInput>>,
    drill: Res<Drill>,
    stage: Res<Stage>,
    sight: Res<Sight>,
    steering: Res<Steering>,
    mut hovered: ResMut<Hovered>,
) {
    let find = || {
        let pointing = egui.is_some_and(|e| e.wants_any_pointer_input());
        if *screen.get() != Screen::Drill || pointing {
            return None;
        }
        let (camera, eye) = camera.single().ok()?;
        if !camera.is_active {
            return None;
        }
        let window = window.single().ok()?;
        let at = if steering.captured {
            Vec2::new(window.width(), window.height()) * 0.5
        } else {
            window.cursor_position()?
        };
        // The picture may be drawn smaller than the window.
        let scale = camera.logical_viewport_size()? / Vec2::new(window.width(), window.height()).max(Vec2::ONE);
        let ray = camera.viewport_to_world(eye, at * scale).ok()?;
        let view = drill.simulation().view();
        let (target, there) = cast(&context.single().ok()?, &touches, &view, &stage, ray)?;
        let seen =
            there.distance(ray.origin) < BY_TOUCH_M || optics::contrast(&sight.boxes, ray.origin, there) > THRESHOLD;
        seen.then_some(target)
    };
    let new = Hovered(find());
    hovered.set_if_neq(new);
}

/// A click picks what is under the pointer; the screens make of it what can be done.
pub fn click(
    buttons: Res<ButtonInput<MouseButton>>,
    hovered: Res<Hovered>,
    drill: Res<Drill>,
    seat: Res<Seat>,
    mut steering: ResMut<Steering>,
    mut picked: MessageWriter<Picked>,
) {
    if !buttons.just_pressed(MouseButton::Left) {
        return;
    }
    let Some(target) = hovered.0 else { return };
    steering.by_keys = false;
    let view = drill.simulation().view();
    let target = match target {
        Target::Floor { space, at } => on_stairs(&view, *seat, space, at).map_or(target, |landing| Target::Floor {
            space: landing,
            at: view.place.a_point_in(landing),
        }),
        _ => target,
    };
    picked.write(Picked(target));
}

/// A spot on a flight is a way, not a place to stay: the landing to which it leads from here.
fn on_stairs(view: &View<'_>, seat: Seat, space: SpaceId, at: crate::scenario::Point) -> Option<SpaceId> {
    let SpaceKind::Stair(id) = view.place.spaces[space.index()].kind else {
        return None;
    };
    let plate = view.place.plate_of(space)?;
    if view.place.space_at(plate, at) == Some(space) {
        return None;
    }
    let stair = &view.place.stairs[id.index()];
    let k = stair.spaces.iter().position(|s| *s == space)?;
    let own = view.crowd.person(own_person(view, seat)?);
    let flight = *stair.flights.get(k)?;
    // Up from the landing below or from the flight's lower part; down from anywhere above.
    if own.z < view.place.z_at(flight, at) {
        stair.spaces.get(k + 1).copied()
    } else {
        Some(space)
    }
}

/// Spawns the ring of a drill.
pub fn begin(mut commands: Commands, mut meshes: ResMut<Assets<Mesh>>, materials: Res<Materials>) {
    let mut b = Builder::default();
    let n = 28;
    let p = |k: usize, r: f32| {
        let a = std::f32::consts::TAU * k as f32 / n as f32;
        Vec3::new(ops::cos(a) * r, 0.0, ops::sin(a) * r)
    };
    for k in 0..n {
        b.piece(
            &[p(k, 0.20), p(k, 0.26), p(k + 1, 0.26), p(k + 1, 0.20)].map(|v| v),
            Paint::sign(1.0, 0.72, 0.10),
        );
        b.piece(
            &[p(k, 0.20), p(k + 1, 0.20), p(k + 1, 0.26), p(k, 0.26)].map(|v| v),
            Paint::sign(1.0, 0.72, 0.10),
        );
    }
    commands.spawn((
        OfDrill,
        FloorMark,
        Mesh3d(meshes.add(b.mesh())),
        MeshMaterial3d(materials.solid.clone()),
        Transform::default(),
        Visibility::Hidden,
    ));
}

/// The ring lies where the pointer is on a floor.
pub fn mark(
    hovered: Res<Hovered>,
    drill: Res<Drill>,
    eye: Res<Eye>,
    mut marks: Query<(&mut Transform, &mut Visibility), With<FloorMark>>,
) {
    let place = drill.simulation().view().place;
    for (mut transform, mut seen) in &mut marks {
        let spot = match hovered.0 {
            Some(Target::Floor { space, at }) => {
                let s = &place.spaces[space.index()];
                let z = match s.kind {
                    SpaceKind::Stair(id) => {
                        let stair = &place.stairs[id.index()];
                        let k = stair.spaces.iter().position(|x| *x == space);
                        let landing = place.plate_of(space).filter(|p| place.space_at(*p, at) == Some(space));
                        let flight = k.and_then(|k| stair.flights.get(k));
                        landing.or(flight.copied()).map_or(s.z, |p| place.z_at(p, at))
                    }
                    _ => s.z,
                };
                Some(plan::at(at, z))
            }
            _ => None,
        };
        let Some(at) = spot else {
            seen.set_if_neq(Visibility::Hidden);
            continue;
        };
        seen.set_if_neq(Visibility::Inherited);
        // Far rings are drawn larger, so that they can be made out.
        let size = (at.distance(eye.at) / 4.0).clamp(0.8, 2.5);
        transform.set_if_neq(Transform::from_translation(at + Vec3::Y * 0.02).with_scale(Vec3::splat(size)));
    }
}
