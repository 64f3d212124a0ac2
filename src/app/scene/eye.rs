//! The camera: the trainee's eyes during the drill, and in the debrief one that follows the trainee from outside.

use super::people::bed_under;
use super::plan;
use super::stage::{OfDrill, Stage, fire_at, own_person};
use super::steer::Steering;
use crate::app::{
    Covered, Drill, Graphics, HalfHidden, Look, Mirror, Pose, PreviousPose, Screen, Seat, Status, Subject,
};
use crate::crowd::Posture;
use bevy::anti_alias::fxaa::Fxaa;
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::math::ops;
use bevy::prelude::*;
use std::f32::consts::{FRAC_PI_2, PI, TAU};

/// Upright angle of the picture, radians.
const FIELD: f32 = 1.13;
/// So far aside, as a part of the distance, the middle of the picture is the middle of its left half: half of half its
/// width, at 16 to 9.
const ASIDE: f32 = 0.56;
/// How fast the eyes come to a new height, 1/s.
const RISES: f32 = 5.0;
/// How fast the view turns to where one walks, 1/s.
const TURNS: f32 = 2.6;
/// After the view was turned by hand it stays so, s.
const HOLDS_S: f32 = 2.5;
/// Slower than this nobody counts as walking, m/s.
const WALKS: f32 = 0.15;

/// The eye of the window.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Eye {
    /// Where it is.
    pub at: Vec3,
    /// Where it looks, a unit vector.
    pub ahead: Vec3,
    /// Direction on plan, anticlockwise from east, radians.
    pub yaw: f32,
    /// Up, radians.
    pub pitch: f32,
    height: f32,
    /// Turned by hand: stays so for so long, s.
    held_s: f32,
    /// Distance of the camera that looks from outside, m.
    distance: f32,
    fresh: bool,
}

impl Default for Eye {
    fn default() -> Self {
        Self {
            at: Vec3::ZERO,
            ahead: Vec3::NEG_Z,
            yaw: 0.0,
            pitch: 0.0,
            height: 1.55,
            held_s: 0.0,
            distance: 11.0,
            fresh: true,
        }
    }
}

impl Eye {
    /// Direction of the view on plan in Bevy's frame.
    pub fn level(&self) -> Vec3 {
        Vec3::new(ops::cos(self.yaw), 0.0, -ops::sin(self.yaw))
    }
}

/// The camera of the scene.
#[derive(Component, Clone, Copy, Debug)]
pub struct SceneCamera;

/// Height of the eyes above the feet, m.
pub const fn eye_height(posture: Posture) -> f32 {
    match posture {
        Posture::Upright => 1.55,
        Posture::Stooped => 1.02,
        Posture::Crawling => 0.52,
        Posture::Lying => 0.28,
    }
}

/// Spawns the camera of a drill. It draws before any camera of the screens (order 0).
pub fn begin(mut commands: Commands, mut eye: ResMut<Eye>, old: Query<Entity, With<SceneCamera>>) {
    for e in &old {
        commands.entity(e).despawn();
    }
    *eye = Eye::default();
    commands.spawn((
        OfDrill,
        SceneCamera,
        Camera3d::default(),
        Camera {
            order: 0,
            clear_color: ClearColorConfig::Custom(Color::srgb(0.03, 0.035, 0.05)),
            ..default()
        },
        Msaa::Off,
        Tonemapping::None,
        Projection::Perspective(PerspectiveProjection {
            fov: FIELD,
            near: 0.04,
            far: 400.0,
            ..default()
        }),
        Transform::default(),
    ));
}

/// The eye opens anew: in the drill where the trainee looks, in the debrief from above.
pub fn open(mut eye: ResMut<Eye>) {
    *eye = Eye::default();
}

/// Follows the settings; draws nothing that panels cover.
pub fn adjust(
    mut commands: Commands,
    graphics: Res<Graphics>,
    covered: Res<Covered>,
    mut cameras: Query<(Entity, &mut Camera, Has<Fxaa>), With<SceneCamera>>,
) {
    for (entity, mut camera, smooth) in &mut cameras {
        let seen = !graphics.plan_only && !covered.0;
        if camera.is_active != seen {
            camera.is_active = seen;
        }
        if smooth == graphics.low {
            if graphics.low {
                commands.entity(entity).remove::<Fxaa>();
            } else {
                commands.entity(entity).insert(Fxaa::default());
            }
        }
    }
}

/// Smallest turn from one direction to another, radians.
fn turn(from: f32, to: f32) -> f32 {
    (to - from + PI).rem_euclid(TAU) - PI
}

/// Moves the eye to where the trainee is between the last tick and this one.
pub fn follow(
    time: Res<Time>,
    fixed: Res<Time<Fixed>>,
    drill: Res<Drill>,
    seat: Res<Seat>,
    (screen, subject, half): (Res<State<Screen>>, Res<Subject>, Res<HalfHidden>),
    stage: Res<Stage>,
    mirror: Res<Mirror>,
    steering: Res<Steering>,
    mut looks: MessageReader<Look>,
    mut eye: ResMut<Eye>,
    poses: Query<(&Pose, &PreviousPose, &Status)>,
    mut cameras: Query<&mut Transform, With<SceneCamera>>,
) {
    let view = drill.simulation().view();
    let Some(own) = own_person(&view, *seat) else { return };
    let Some(Ok((now, before, status))) = mirror.person(own).map(|e| poses.get(e)) else {
        return;
    };
    let (dt, pose) = (time.delta_secs(), before.0.towards(*now, fixed.overstep_fraction()));
    let outside = *screen.get() == Screen::Debrief;
    let space = view.crowd.person(own).space;
    let wanted = eye_height(status.posture)
        + if status.posture == Posture::Lying {
            bed_under(&stage, space, pose.at)
        } else {
            0.0
        };
    let course = ops::atan2(-pose.facing.z, pose.facing.x);
    if eye.fresh {
        eye.fresh = false;
        eye.height = wanted;
        eye.yaw = if pose.facing == Vec3::ZERO { FRAC_PI_2 } else { course };
        // Steep enough to look over the walls of a corridor.
        eye.pitch = if outside { -1.25 } else { -0.05 };
    }
    eye.held_s = (eye.held_s - dt).max(0.0);
    for look in looks.read() {
        eye.yaw = (eye.yaw + look.yaw).rem_euclid(TAU);
        let (lowest, highest) = if outside { (-1.5, -0.15) } else { (-1.35, 1.35) };
        eye.pitch = (eye.pitch + look.pitch).clamp(lowest, highest);
        eye.held_s = HOLDS_S;
    }
    let settle = |rate: f32| 1.0 - ops::exp(-rate * dt);
    eye.height += (wanted - eye.height) * settle(RISES);
    let led = !steering.by_keys && eye.held_s <= 0.0 && status.speed_m_s > WALKS && pose.facing != Vec3::ZERO;
    if led && !outside {
        let by = turn(eye.yaw, course) * settle(TURNS);
        eye.yaw = (eye.yaw + by).rem_euclid(TAU);
        let by = (-0.08 - eye.pitch) * settle(TURNS);
        eye.pitch += by;
    }
    let rotation = Quat::from_rotation_y(eye.yaw - FRAC_PI_2) * Quat::from_rotation_x(eye.pitch);
    eye.ahead = rotation * Vec3::NEG_Z;
    eye.at = if outside {
        let fire = (*subject == Subject::Fire).then(|| fire_at(&view)).flatten();
        let middle = fire.map_or(pose.at, |(at, z)| plan::at(at, z));
        let aside = if half.0 { eye.distance * ASIDE } else { 0.0 };
        middle + Vec3::Y * 1.0 - eye.ahead * eye.distance + rotation * Vec3::X * aside
    } else {
        pose.at + Vec3::Y * eye.height
    };
    let new = Transform::from_translation(eye.at).with_rotation(rotation);
    for mut camera in &mut cameras {
        camera.set_if_neq(new);
    }
}

/// The wheel brings the outer camera nearer.
pub fn zoom(
    mut wheel: MessageReader<bevy::input::mouse::MouseWheel>,
    screen: Res<State<Screen>>,
    mut eye: ResMut<Eye>,
) {
    let by: f32 = wheel.read().map(|w| w.y).sum();
    if *screen.get() == Screen::Debrief && by != 0.0 {
        eye.distance = (eye.distance * ops::exp(-by.clamp(-3.0, 3.0) * 0.12)).clamp(2.5, 40.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_view_turns_the_short_way_round() {
        assert!((turn(0.1, TAU - 0.1) + 0.2).abs() < 1e-5);
        assert!((turn(3.0, -3.0) - (TAU - 6.0)).abs() < 1e-5);
    }

    #[test]
    fn eyes_are_where_the_head_of_the_posture_is() {
        // Heads at 1.6, 1.0, 0.5, 0.2 m; eyes a little below the crown, above the mouth.
        for (p, head) in [
            (Posture::Upright, 1.6),
            (Posture::Stooped, 1.0),
            (Posture::Crawling, 0.5),
            (Posture::Lying, 0.2),
        ] {
            assert!((eye_height(p) - head).abs() < 0.11);
        }
    }
}
