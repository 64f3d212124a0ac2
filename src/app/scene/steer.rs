//! Moving by keys and mouse: what the hands ask for, once a tick, as proposals to the simulation. It alone decides
//! where the trainee comes to stand; the body in the physical world follows it.

use super::eye::Eye;
use super::physics::{OWN, SOLID};
use super::stage::{OfDrill, own_person};
use crate::app::{Ask, Drill, Graphics, Look, Mirror, Phase, Pose, Screen, Seat, Status};
use crate::crowd::{Gait, Posture};
use crate::drill::Action;
use crate::scenario::Point;
use bevy::input::mouse::AccumulatedMouseMotion;
use bevy::math::ops;
use bevy::prelude::*;
use bevy::window::{CursorGrabMode, CursorOptions, PrimaryWindow};
use bevy_egui::input::EguiWantsInput;
use bevy_rapier3d::prelude::*;
use std::f32::consts::TAU;

/// Directions are proposed in so many steps of a full turn: fewer commands, and nobody feels the difference.
const COMPASS: f32 = 72.0;
/// The view turns so far a pixel of the mouse, radians.
const MOUSE: f32 = 0.0032;
/// Half the height between the ends of the body's capsule and its radius, m. The crowd engine lets the middle of a
/// body come this near to walls and no nearer: 0.2 m.
const CAPSULE: (f32, f32) = (0.62, 0.16);
/// The body is put where the simulation has it if it strayed farther, m.
const STRAYS_M: f32 = 0.02;

/// How the trainee is steered.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct Steering {
    /// Keys were the last to say where to go.
    pub by_keys: bool,
    /// What keys asked for last: direction in steps of the compass, and gait.
    asked: Option<(i32, Gait)>,
    /// The mouse turns the view without a button held.
    pub captured: bool,
}

/// The trainee's body in the physical world.
#[derive(Component, Clone, Copy, Debug)]
pub struct OwnBody;

/// Spawns the body of a new drill.
pub fn begin(mut commands: Commands, mut steering: ResMut<Steering>) {
    *steering = Steering::default();
    commands.spawn((
        OfDrill,
        OwnBody,
        RigidBody::KinematicPositionBased,
        Collider::capsule_y(CAPSULE.0, CAPSULE.1),
        CollisionGroups::new(OWN, Group::NONE),
        KinematicCharacterController {
            up: Vec3::Y,
            offset: CharacterLength::Absolute(0.02),
            slide: true,
            autostep: Some(CharacterAutostep {
                max_height: CharacterLength::Absolute(0.25),
                min_width: CharacterLength::Absolute(0.1),
                include_dynamic_bodies: false,
            }),
            max_slope_climb_angle: 0.87,
            min_slope_slide_angle: 0.9,
            snap_to_ground: Some(CharacterLength::Absolute(0.25)),
            filter_groups: Some(CollisionGroups::new(OWN, SOLID)),
            ..default()
        },
        Transform::default(),
        Visibility::default(),
    ));
}

fn middle(feet: Vec3) -> Vec3 {
    feet + Vec3::Y * (CAPSULE.0 + CAPSULE.1 + 0.02)
}

/// The direction that the keys ask for, relative to the view: x to the right, y ahead.
fn wish(keys: &ButtonInput<KeyCode>) -> Vec2 {
    let on = |list: [KeyCode; 2]| f32::from(u8::from(keys.any_pressed(list)));
    let x = on([KeyCode::KeyD, KeyCode::ArrowRight]) - on([KeyCode::KeyA, KeyCode::ArrowLeft]);
    let y = on([KeyCode::KeyW, KeyCode::ArrowUp]) - on([KeyCode::KeyS, KeyCode::ArrowDown]);
    Vec2::new(x, y).normalize_or_zero()
}

/// What is asked for to go in a direction on plan, radians anticlockwise from east.
pub fn head(steps: i32, gait: Gait) -> Action {
    let a = steps as f32 * TAU / COMPASS;
    Action::Head {
        direction: Point::new(f64::from(ops::cos(a)), f64::from(ops::sin(a))),
        gait,
    }
}

/// Writes what the keys ask for, before the tick takes it up. Holding on costs no commands; only changes are asked.
pub fn propose(
    keys: Res<ButtonInput<KeyCode>>,
    egui: Option<Res<EguiWantsInput>>,
    eye: Res<Eye>,
    seat: Res<Seat>,
    drill: Res<Drill>,
    mut steering: ResMut<Steering>,
    mut asks: MessageWriter<Ask>,
) {
    let view = drill.simulation().view();
    let Some(now) = view.trainees.get(seat.0).map(|t| &t.now) else {
        return;
    };
    let typing = egui.is_some_and(|e| e.wants_any_keyboard_input());
    let wish = if typing { Vec2::ZERO } else { wish(&keys) };
    let Ok(trainee) = u16::try_from(seat.0) else { return };
    if wish == Vec2::ZERO {
        if steering.asked.take().is_some() {
            asks.write(Ask {
                trainee,
                action: Action::Stop,
            });
        }
        return;
    }
    let gait = if keys.any_pressed([KeyCode::ShiftLeft, KeyCode::ShiftRight]) {
        Gait::Run
    } else {
        Gait::Walk
    };
    let angle = eye.yaw + ops::atan2(-wish.x, wish.y);
    let steps = ((angle / TAU * COMPASS).round() as i32).rem_euclid(COMPASS as i32);
    // Asked again where it was not taken up: refused, or broken off by something that is done by now.
    let lost = !now.walking && !now.busy;
    if now.asleep || !now.able {
        steering.asked = None;
    } else if lost || steering.asked != Some((steps, gait)) {
        steering.asked = Some((steps, gait));
        steering.by_keys = true;
        asks.write(Ask {
            trainee,
            action: head(steps, gait),
        });
    }
}

/// C crouches and rises again, X crawls; the mouse turns the view while its right button is held, or always after M.
pub fn press(
    keys: Res<ButtonInput<KeyCode>>,
    buttons: Res<ButtonInput<MouseButton>>,
    motion: Res<AccumulatedMouseMotion>,
    graphics: Res<Graphics>,
    screen: Res<State<Screen>>,
    egui: Option<Res<EguiWantsInput>>,
    seat: Res<Seat>,
    drill: Res<Drill>,
    mut steering: ResMut<Steering>,
    mut cursor: Query<&mut CursorOptions, With<PrimaryWindow>>,
    mut looks: MessageWriter<Look>,
    mut asks: MessageWriter<Ask>,
) {
    let (typing, pointing) = egui.map_or((false, false), |e| {
        (e.wants_any_keyboard_input(), e.wants_any_pointer_input())
    });
    let playing = *screen.get() == Screen::Drill;
    if playing && !typing {
        let view = drill.simulation().view();
        let now = own_person(&view, *seat).map(|p| view.crowd.person(p).posture);
        let mut toggle = |key: KeyCode, to: Posture| {
            if keys.just_pressed(key)
                && let (Some(now), Ok(trainee)) = (now, u16::try_from(seat.0))
            {
                let to = if now == to { Posture::Upright } else { to };
                asks.write(Ask {
                    trainee,
                    action: Action::Posture(to),
                });
            }
        };
        toggle(KeyCode::KeyC, Posture::Stooped);
        toggle(KeyCode::KeyX, Posture::Crawling);
        if keys.just_pressed(KeyCode::KeyM) {
            steering.captured = !steering.captured;
        }
    }
    if steering.captured && (!playing || keys.just_pressed(KeyCode::Escape)) {
        steering.captured = false;
    }
    for mut c in &mut cursor {
        let grab = if steering.captured {
            CursorGrabMode::Locked
        } else {
            CursorGrabMode::None
        };
        if c.grab_mode != grab {
            c.grab_mode = grab;
            c.visible = !steering.captured;
        }
    }
    let dragging = buttons.pressed(MouseButton::Right) && !pointing;
    if (steering.captured || dragging) && motion.delta != Vec2::ZERO {
        let k = MOUSE * graphics.mouse_speed;
        // Dragging moves the picture with the hand; a captured mouse moves the eyes.
        let sign = if steering.captured { -1.0 } else { 1.0 };
        looks.write(Look {
            yaw: sign * motion.delta.x * k,
            pitch: sign * motion.delta.y * k,
        });
    }
}

/// The body goes after the pose that the simulation accepted.
pub fn follow(
    drill: Res<Drill>,
    seat: Res<Seat>,
    mirror: Res<Mirror>,
    poses: Query<(&Pose, &Status)>,
    mut body: Query<(&Transform, &mut KinematicCharacterController), With<OwnBody>>,
) {
    let view = drill.simulation().view();
    let Some(Ok((pose, _))) = own_person(&view, *seat)
        .and_then(|p| mirror.person(p))
        .map(|e| poses.get(e))
    else {
        return;
    };
    for (transform, mut controller) in &mut body {
        let by = middle(pose.at) - transform.translation;
        // Only a step of a tick is walked; a first pose or a ride in a lift is taken as it is.
        controller.translation = (by.length() < 0.5).then_some(by);
    }
}

/// Where the physical world let it stray from the accepted pose, the accepted pose holds.
pub fn correct(
    drill: Res<Drill>,
    seat: Res<Seat>,
    mirror: Res<Mirror>,
    poses: Query<&Pose>,
    mut body: Query<&mut Transform, With<OwnBody>>,
) {
    let view = drill.simulation().view();
    let Some(Ok(pose)) = own_person(&view, *seat)
        .and_then(|p| mirror.person(p))
        .map(|e| poses.get(e))
    else {
        return;
    };
    for mut transform in &mut body {
        let right = middle(pose.at);
        if transform.translation.distance(right) > STRAYS_M {
            transform.translation = right;
        }
    }
}

/// A drill that stands or is over is not steered.
pub fn running(phase: Res<State<Phase>>, screen: Res<State<Screen>>) -> bool {
    *phase.get() == Phase::Running && *screen.get() == Screen::Drill
}
