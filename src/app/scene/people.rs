//! People as simple figures that stand, walk, stoop, crawl and lie, between the last tick's pose and this one's. Near
//! ones have limbs that move; those farther off are one piece each; those on other storeys are not drawn.

use super::eye::Eye;
use super::light;
use super::material::Materials;
use super::mesh::{Builder, Paint};
use super::physics::{Bystander, PICKED, SOLID, Touch, body_at, present};
use super::stage::{BED_M, OfDrill, Stage, own_person};
use crate::app::{Drill, Hovered, Mirror, PersonEntity, Pose, PreviousPose, Screen, Seat, Status, Target};
use crate::crowd::{PersonId, PersonState, Posture};
use crate::drill::View;
use crate::place::{PlateKind, SpaceId};
use crate::scenario::Mobility;
use bevy::math::ops;
use bevy::mesh::MeshTag;
use bevy::prelude::*;
use bevy_rapier3d::prelude::{Collider, CollisionGroups, Group, RigidBody};
use std::collections::BTreeMap;
use std::f32::consts::{FRAC_PI_2, TAU};

/// People farther off than this are not drawn, m.
const FARTHEST_M: f32 = 60.0;
/// Limbs move up to this distance, m; a little farther once they do.
const LIMBS_M: f32 = 13.0;
/// Length of two steps, m.
const STRIDE_M: f32 = 1.3;
/// How fast a posture is taken, 1/s.
const SETTLES: f32 = 5.0;

/// The picture of a person.
#[derive(Component, Clone, Debug)]
pub struct Figure {
    person: PersonId,
    /// Entities of the limbs, and of what helps them along; empty for a figure of one piece.
    limbs: Vec<Entity>,
    /// The body in the physical world.
    body: Entity,
    /// Where in the step, radians.
    step: f32,
    /// Walking speed, smoothed, m/s.
    pace: f32,
    form: Form,
    manner: Manner,
    at: Vec3,
    /// Where the feet trail of whoever is dragged; `None` before the first step.
    tail: Option<Vec3>,
    space: Option<SpaceId>,
    scale: f32,
}

/// How somebody gets along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// On their own feet, or not at all.
    Afoot,
    /// With one of [`Aid`].
    Aided(Aid),
    /// A small child on somebody's arm.
    OnArm,
    /// On somebody's back.
    OnBack,
    /// Dragged along the floor behind somebody.
    Dragged,
    /// The same on a rescue sheet.
    OnSheet,
    /// In a bed on wheels.
    InBed,
}

/// What the hands of a bearer hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grip {
    Child,
    Back,
    Chair,
    Drag,
}

/// What helps somebody along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aid {
    Stick,
    Frame,
    Wheelchair,
    /// The same with somebody behind.
    Pushed,
}

impl Manner {
    fn of(view: &View<'_>, id: PersonId) -> Self {
        let (facts, p) = (view.crowd.facts(id), view.crowd.person(id));
        let up = p.posture == Posture::Upright && p.state != PersonState::Asleep;
        let plate = view.place.plates.get(p.plate.index());
        let on_stairs = plate.is_some_and(|plate| matches!(plate.kind, PlateKind::Flights(_)));
        match facts.mobility {
            _ if p.in_bed => Self::InBed,
            _ if p.state == PersonState::Incapacitated && p.carried => Self::Dragged,
            Mobility::Bedridden | Mobility::Bed if p.carried => Self::OnSheet,
            // A chair is pushed on the level; down the stairs its owner goes on somebody's back.
            Mobility::Wheelchair if p.carried && !on_stairs => Self::Aided(Aid::Pushed),
            Mobility::Wheelchair if up => Self::Aided(Aid::Wheelchair),
            _ if p.carried && facts.age < ON_ARM_YEARS => Self::OnArm,
            _ if p.carried => Self::OnBack,
            Mobility::Stick if up => Self::Aided(Aid::Stick),
            Mobility::Frame if up => Self::Aided(Aid::Frame),
            _ => Self::Afoot,
        }
    }

    fn form(self, posture: Posture) -> Form {
        match self {
            Self::Afoot | Self::Aided(Aid::Stick | Aid::Frame) => Form::of(posture),
            Self::Aided(Aid::Wheelchair | Aid::Pushed) => SEATED,
            Self::OnArm => ON_ARM,
            Self::OnBack => ON_BACK,
            Self::Dragged => DRAGGED,
            Self::OnSheet | Self::InBed => Form::of(Posture::Lying),
        }
    }

    /// What the hands hold of whoever takes them along.
    const fn grip(self) -> Option<Grip> {
        match self {
            Self::OnArm => Some(Grip::Child),
            Self::OnBack => Some(Grip::Back),
            Self::Aided(Aid::Pushed) => Some(Grip::Chair),
            Self::Dragged | Self::OnSheet => Some(Grip::Drag),
            // A bed lies as its ends do.
            Self::Afoot | Self::InBed | Self::Aided(Aid::Stick | Aid::Frame | Aid::Wheelchair) => None,
        }
    }

    const fn trails(self) -> bool {
        matches!(self, Self::Dragged | Self::OnSheet)
    }

    /// Where somebody of this scale stands who walks or is carried at a point, by one facing that way.
    fn place(self, at: Vec3, facing: Vec3, scale: f32) -> Transform {
        // Carried hips are so high, m.
        let hips = |form: &Form, height: f32| Vec3::Y * (height - form.hip * scale);
        let (feet, looks) = match self {
            Self::Aided(Aid::Pushed) => (at + facing * 0.62, facing),
            // Breast to breast.
            Self::OnArm => (at + facing * 0.27 + hips(&ON_ARM, 0.98), -facing),
            Self::InBed => (at + facing * BEDDED_M + Vec3::Y * BED_M, facing),
            Self::OnBack => (at - facing * 0.24 + hips(&ON_BACK, 0.91), facing),
            // Those who trail are placed by [`trailing`].
            Self::Afoot | Self::Aided(Aid::Stick | Aid::Frame | Aid::Wheelchair) | Self::Dragged | Self::OnSheet => {
                (at, facing)
            }
        };
        Transform::from_translation(feet)
            .with_rotation(Quat::from_rotation_y(ops::atan2(-looks.x, -looks.z)))
            .with_scale(Vec3::splat(scale))
    }
}

/// Where somebody lies who trails behind a bearer at `at`: the head towards the bearer, the feet where they were drawn
/// along. The second is where the feet come to be.
fn trailing(at: Vec3, facing: Vec3, tail: Option<Vec3>, scale: f32) -> (Transform, Vec3) {
    let reach = BEHIND_M + (HEAD_M + FEET_M) * scale;
    // A new one, or one who was elsewhere a moment ago, lies straight behind.
    let drawn = tail.filter(|t| t.distance(at) < 2.0 * reach);
    let back = drawn
        .and_then(|t| (t - at).try_normalize())
        .unwrap_or(-facing.normalize_or(Vec3::X));
    let tail = at + back * reach;
    // On a slope the edges of the steps hold them up.
    let lift = Vec3::Y * (back.y.abs() * 2.5).min(1.0) * OVER_STEPS_M;
    let hips = at + back * (reach - FEET_M * scale) + lift;
    let lies = Transform::from_translation(hips)
        .looking_to(back, Vec3::Y)
        .with_scale(Vec3::splat(scale));
    (lies, tail)
}

/// Younger children are carried on the arm, older ones and grown people on the back, years (assumption, 待核实).
const ON_ARM_YEARS: f64 = 6.0;
/// Between a bearer's feet and the head of whoever is drawn along, m.
const BEHIND_M: f32 = 0.45;
/// Height of the edges of steps over the slope of their flight, m.
const OVER_STEPS_M: f32 = 0.13;
/// From the hips of whoever lies to the crown and to the soles, m.
const HEAD_M: f32 = 0.80;
const FEET_M: f32 = 0.90;

/// In a wheelchair.
const SEATED: Form = Form {
    hip: 0.54,
    lean: -0.08,
    nod: -0.05,
    thigh: 1.5,
    knee: 1.4,
    arm: 0.55,
    swing: 0.0,
    arm_swing: 0.0,
};
/// On somebody's arm, the own arms round their neck.
const ON_ARM: Form = Form {
    hip: 0.45,
    lean: 0.12,
    nod: 0.0,
    thigh: 1.0,
    knee: 1.25,
    arm: 1.5,
    swing: 0.0,
    arm_swing: 0.0,
};
/// On somebody's back, the arms over their shoulders.
const ON_BACK: Form = Form {
    hip: 0.45,
    lean: 0.3,
    nod: 0.1,
    thigh: 1.0,
    knee: 1.3,
    arm: 0.95,
    swing: 0.0,
    arm_swing: 0.0,
};
/// Drawn along by the hands, the shoulders off the floor.
const DRAGGED: Form = Form {
    hip: 0.12,
    lean: -1.1,
    nod: -0.8,
    thigh: 1.54,
    knee: 0.02,
    arm: -2.13,
    swing: 0.0,
    arm_swing: 0.0,
};

/// From the middle of a bed's head end to the hips of who lies in it, m.
const BEDDED_M: f32 = 0.42;

/// The figures by person.
#[derive(Resource, Debug, Default)]
pub struct Figures(BTreeMap<PersonId, Entity>);

/// Angles (radians) and heights (m) of a posture; forward is positive.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Form {
    hip: f32,
    lean: f32,
    nod: f32,
    thigh: f32,
    knee: f32,
    arm: f32,
    /// How much legs swing.
    swing: f32,
    /// How much arms swing.
    arm_swing: f32,
}

impl Form {
    const fn of(posture: Posture) -> Self {
        match posture {
            Posture::Upright => Self {
                hip: 0.86,
                lean: 0.03,
                nod: 0.0,
                thigh: 0.0,
                knee: 0.04,
                arm: 0.05,
                swing: 1.0,
                arm_swing: 1.0,
            },
            Posture::Stooped => Self {
                hip: 0.70,
                lean: 0.85,
                nod: 0.3,
                thigh: 0.55,
                knee: 1.05,
                arm: 0.15,
                swing: 0.7,
                arm_swing: 0.7,
            },
            Posture::Crawling => Self {
                hip: 0.50,
                lean: 1.42,
                nod: 0.9,
                thigh: 0.05,
                knee: 1.52,
                arm: 0.35,
                swing: 0.6,
                arm_swing: 0.6,
            },
            Posture::Lying => Self {
                hip: 0.12,
                lean: -1.55,
                nod: -1.45,
                thigh: 1.54,
                knee: 0.02,
                arm: 1.5,
                swing: 0.0,
                arm_swing: 0.0,
            },
        }
    }
    /// The same with full hands.
    fn holding(self, grip: Option<Grip>) -> Self {
        let Some(grip) = grip else { return self };
        let (arm, lean) = match grip {
            Grip::Child => (0.62, -0.06),
            Grip::Back => (-0.25, 0.28),
            Grip::Chair => (0.7, 0.06),
            Grip::Drag => (-0.5, 0.12),
        };
        Self {
            arm: self.arm + arm,
            lean: self.lean + lean,
            arm_swing: 0.0,
            ..self
        }
    }
    fn towards(self, to: Self, part: f32) -> Self {
        let mix = |a: f32, b: f32| a + (b - a) * part;
        Self {
            hip: mix(self.hip, to.hip),
            lean: mix(self.lean, to.lean),
            nod: mix(self.nod, to.nod),
            thigh: mix(self.thigh, to.thigh),
            knee: mix(self.knee, to.knee),
            arm: mix(self.arm, to.arm),
            swing: mix(self.swing, to.swing),
            arm_swing: mix(self.arm_swing, to.arm_swing),
        }
    }
}

/// Lengths of a grown person of 1.68 m, m.
const THIGH_M: f32 = 0.41;
const TORSO_M: f32 = 0.52;
const SHOULDER_M: f32 = 0.19;

/// Limbs in the order of [`Figure::limbs`].
const LIMBS: usize = 8;

/// Where the limbs are, in the frame of the feet looking along −z: torso, head, arms, thighs, shins.
fn limbs(form: &Form, step: f32, pace: f32) -> [Transform; LIMBS] {
    let stride = (pace / 1.2).clamp(0.0, 1.4);
    let amplitude = stride * form.swing;
    let swing = ops::sin(step) * 0.50 * amplitude;
    let arm_swing = ops::sin(step) * 0.40 * stride * form.arm_swing;
    let lift = [ops::sin(step - 1.2).max(0.0), ops::sin(step + TAU * 0.5 - 1.2).max(0.0)];
    let bob = ops::cos(2.0 * step) * 0.02 * amplitude;
    let hip = Vec3::new(0.0, form.hip + bob, 0.0);
    let spine = Quat::from_rotation_x(-form.lean);
    let neck = hip + spine * (Vec3::Y * TORSO_M);
    let joint = |at: Vec3, angle: f32| Transform::from_translation(at).with_rotation(Quat::from_rotation_x(angle));
    let mut out = [Transform::IDENTITY; LIMBS];
    out[0] = Transform::from_translation(hip).with_rotation(spine);
    out[1] = Transform::from_translation(neck).with_rotation(Quat::from_rotation_x(-(form.lean - form.nod)));
    for (k, side) in [-1.0, 1.0].into_iter().enumerate() {
        let shoulder = neck + spine * Vec3::new(side * SHOULDER_M, -0.05, 0.0);
        out[2 + k] = joint(shoulder, form.arm - side * arm_swing);
        let thigh = form.thigh + side * swing;
        out[4 + k] = joint(hip + Vec3::X * side * 0.09, thigh);
        let knee = out[4 + k].transform_point(Vec3::NEG_Y * THIGH_M);
        out[6 + k] = joint(knee, thigh - form.knee - lift[k] * 0.7 * amplitude);
    }
    out
}

/// Shared meshes of limbs by colour.
#[derive(Resource, Debug)]
pub struct Wardrobe {
    torsos: Vec<Handle<Mesh>>,
    arms: Vec<Handle<Mesh>>,
    thighs: Vec<Handle<Mesh>>,
    shins: Vec<Handle<Mesh>>,
    heads: Vec<Handle<Mesh>>,
    /// By coat and posture: upright, stooped, crawling, lying.
    whole: Vec<[Handle<Mesh>; 4]>,
    /// In a wheelchair, by coat.
    seated: Vec<Handle<Mesh>>,
    /// In a bed on wheels, by coat.
    bedded: Vec<Handle<Mesh>>,
    bed: Handle<Mesh>,
    /// On an arm, by coat.
    on_arm: Vec<Handle<Mesh>>,
    /// On a back, by coat.
    on_back: Vec<Handle<Mesh>>,
    /// Dragged, by coat.
    dragged: Vec<Handle<Mesh>>,
    stick: Handle<Mesh>,
    frame: Handle<Mesh>,
    wheelchair: Handle<Mesh>,
    sheet: Handle<Mesh>,
}

impl Wardrobe {
    /// A figure of one piece.
    fn whole(&self, id: PersonId, manner: Manner, posture: Posture) -> &Handle<Mesh> {
        let coat = id.index() * 5 % COATS.len();
        match manner {
            Manner::Aided(Aid::Wheelchair | Aid::Pushed) => &self.seated[coat],
            Manner::OnArm => &self.on_arm[coat],
            Manner::OnBack => &self.on_back[coat],
            Manner::Dragged => &self.dragged[coat],
            Manner::OnSheet => &self.whole[coat][number(Posture::Lying)],
            Manner::InBed => &self.bedded[coat],
            Manner::Afoot | Manner::Aided(Aid::Stick | Aid::Frame) => &self.whole[coat][number(posture)],
        }
    }

    const fn aid(&self, manner: Manner) -> Option<&Handle<Mesh>> {
        match manner {
            Manner::Aided(Aid::Stick) => Some(&self.stick),
            Manner::Aided(Aid::Frame) => Some(&self.frame),
            Manner::Aided(Aid::Wheelchair | Aid::Pushed) => Some(&self.wheelchair),
            Manner::InBed => Some(&self.bed),
            Manner::OnSheet => Some(&self.sheet),
            Manner::Afoot | Manner::OnArm | Manner::OnBack | Manner::Dragged => None,
        }
    }
}

const COATS: [Paint; 8] = [
    Paint::new(0.30, 0.42, 0.60),
    Paint::new(0.58, 0.30, 0.28),
    Paint::new(0.40, 0.52, 0.38),
    Paint::new(0.70, 0.62, 0.46),
    Paint::new(0.46, 0.40, 0.54),
    Paint::new(0.72, 0.72, 0.70),
    Paint::new(0.26, 0.30, 0.34),
    Paint::new(0.66, 0.46, 0.52),
];
const TROUSERS: [Paint; 4] = [
    Paint::new(0.18, 0.20, 0.28),
    Paint::new(0.34, 0.31, 0.28),
    Paint::new(0.24, 0.26, 0.26),
    Paint::new(0.42, 0.44, 0.50),
];
const HAIR: [Paint; 3] = [
    Paint::new(0.09, 0.08, 0.08),
    Paint::new(0.20, 0.15, 0.11),
    Paint::new(0.72, 0.72, 0.71),
];
const SKIN: Paint = Paint::new(0.82, 0.64, 0.52);

fn torso(b: &mut Builder, frame: Transform, coat: Paint) {
    let mut own = Builder::default();
    own.turned(
        Vec3::ZERO,
        Vec3::Y,
        &[
            (-0.06, 0.13),
            (0.05, 0.16),
            (0.25, 0.15),
            (0.45, 0.19),
            (0.52, 0.10),
            (0.56, 0.06),
        ],
        8,
        coat,
    );
    let squash = Transform::from_scale(Vec3::new(1.0, 1.0, 0.72));
    b.append(own, frame * squash, [1.0; 3]);
}

fn head(b: &mut Builder, frame: Transform, hair: Paint) {
    let mut own = Builder::default();
    own.turned(
        Vec3::ZERO,
        Vec3::Y,
        &[(-0.02, 0.05), (0.05, 0.055), (0.09, 0.09), (0.17, 0.10), (0.22, 0.085)],
        8,
        SKIN,
    );
    own.turned(
        Vec3::new(0.0, 0.0, 0.015),
        Vec3::Y,
        &[(0.15, 0.108), (0.21, 0.102), (0.26, 0.06), (0.275, 0.0)],
        8,
        hair,
    );
    own.cuboid(Vec3::new(-0.09, 0.06, 0.05), Vec3::new(0.09, 0.2, 0.115), hair);
    own.cuboid(
        Vec3::new(-0.012, 0.10, -0.115),
        Vec3::new(0.012, 0.135, -0.08),
        SKIN.times(0.95),
    );
    for s in [-0.035, 0.035] {
        own.cuboid(
            Vec3::new(s - 0.012, 0.135, -0.10),
            Vec3::new(s + 0.012, 0.15, -0.085),
            Paint::new(0.1, 0.1, 0.1),
        );
    }
    b.append(own, frame, [1.0; 3]);
}

fn arm(b: &mut Builder, frame: Transform, coat: Paint) {
    let mut own = Builder::default();
    own.turned(
        Vec3::ZERO,
        Vec3::NEG_Y,
        &[(-0.03, 0.045), (0.1, 0.055), (0.3, 0.042), (0.5, 0.036)],
        6,
        coat,
    );
    own.turned(
        Vec3::NEG_Y * 0.5,
        Vec3::NEG_Y,
        &[(0.0, 0.032), (0.07, 0.04), (0.13, 0.02)],
        6,
        SKIN,
    );
    b.append(own, frame, [1.0; 3]);
}

fn thigh(b: &mut Builder, frame: Transform, trousers: Paint) {
    let mut own = Builder::default();
    own.turned(
        Vec3::ZERO,
        Vec3::NEG_Y,
        &[(-0.05, 0.07), (0.08, 0.085), (0.3, 0.065), (0.43, 0.055)],
        6,
        trousers,
    );
    b.append(own, frame, [1.0; 3]);
}

fn shin(b: &mut Builder, frame: Transform, trousers: Paint) {
    let mut own = Builder::default();
    own.turned(
        Vec3::ZERO,
        Vec3::NEG_Y,
        &[(0.0, 0.055), (0.12, 0.06), (0.36, 0.045), (0.40, 0.045)],
        6,
        trousers,
    );
    own.cuboid(
        Vec3::new(-0.045, -0.455, -0.17),
        Vec3::new(0.045, -0.385, 0.07),
        Paint::new(0.12, 0.11, 0.11),
    );
    b.append(own, frame, [1.0; 3]);
}

const METAL: Paint = Paint::new(0.56, 0.58, 0.60);
const RUBBER: Paint = Paint::new(0.13, 0.13, 0.14);
const LEATHER: Paint = Paint::new(0.16, 0.22, 0.34);

/// A stick at the right hand of who looks along −z.
fn stick(b: &mut Builder) {
    b.turned(
        Vec3::new(0.215, 0.0, -0.12),
        Vec3::Y,
        &[(0.0, 0.014), (0.82, 0.012)],
        6,
        Paint::new(0.36, 0.22, 0.12),
    );
    b.cuboid(Vec3::new(0.20, 0.80, -0.18), Vec3::new(0.23, 0.83, -0.06), RUBBER);
}

/// A walking frame before them: two sides of a tube, and a bar between.
fn walking_frame(b: &mut Builder) {
    for x in [-0.27, 0.27] {
        for z in [-0.55, -0.20] {
            b.cuboid(
                Vec3::new(x - 0.014, 0.0, z - 0.014),
                Vec3::new(x + 0.014, 0.84, z + 0.014),
                METAL,
            );
        }
        b.cuboid(
            Vec3::new(x - 0.02, 0.82, -0.57),
            Vec3::new(x + 0.02, 0.86, -0.12),
            RUBBER,
        );
    }
    b.cuboid(Vec3::new(-0.27, 0.60, -0.564), Vec3::new(0.27, 0.63, -0.536), METAL);
}

/// A wheelchair under who looks along −z.
fn wheelchair(b: &mut Builder) {
    b.cuboid(Vec3::new(-0.22, 0.44, -0.34), Vec3::new(0.22, 0.49, 0.12), LEATHER);
    b.cuboid(Vec3::new(-0.22, 0.49, 0.10), Vec3::new(0.22, 0.92, 0.14), LEATHER);
    for (x, out) in [(-0.25, Vec3::NEG_X), (0.25, Vec3::X)] {
        let wheel = [(0.0, 0.30), (0.035, 0.30)];
        b.turned(Vec3::new(x, 0.30, 0.06), out, &wheel, 16, RUBBER);
        let hub = [(0.035, 0.25), (0.037, 0.25)];
        b.turned(Vec3::new(x, 0.30, 0.06), out, &hub, 16, METAL);
        b.turned(Vec3::new(x, 0.08, -0.42), out, &[(0.0, 0.08), (0.03, 0.08)], 10, RUBBER);
        let bar = |y: f32, z: (f32, f32)| (Vec3::new(x - 0.015, y, z.0), Vec3::new(x + 0.015, y + 0.03, z.1));
        for (low, high) in [
            bar(0.66, (-0.24, 0.12)),
            bar(0.14, (-0.44, -0.40)),
            bar(0.90, (0.12, 0.28)),
        ] {
            b.cuboid(low, high, METAL);
        }
        b.cuboid(
            Vec3::new(x - 0.015, 0.14, -0.44),
            Vec3::new(x + 0.015, 0.47, -0.40),
            METAL,
        );
        b.cuboid(
            Vec3::new(x * 0.6 - 0.08, 0.06, -0.60),
            Vec3::new(x * 0.6 + 0.08, 0.08, -0.44),
            METAL,
        );
    }
}

/// A bed on wheels under who lies in it with the feet along −z, 1.0 m by 2.1 m, its top at their level.
fn bed_on_wheels(b: &mut Builder) {
    let (head, foot) = (BEDDED_M + 0.5, BEDDED_M + 0.5 - 2.1);
    let linen = Paint::new(0.90, 0.91, 0.92);
    b.cuboid(
        Vec3::new(-0.46, -0.14, foot + 0.05),
        Vec3::new(0.46, 0.0, head - 0.05),
        linen,
    );
    b.cuboid(
        Vec3::new(-0.46, -0.22, foot + 0.05),
        Vec3::new(0.46, -0.14, head - 0.05),
        METAL,
    );
    b.cuboid(
        Vec3::new(-0.30, 0.0, head - 0.42),
        Vec3::new(0.30, 0.07, head - 0.08),
        linen.times(1.06),
    );
    for (z, high) in [(head, 0.38), (foot + 0.05, 0.26)] {
        b.cuboid(
            Vec3::new(-0.5, -0.22, z - 0.05),
            Vec3::new(0.5, high, z),
            Paint::new(0.62, 0.72, 0.78),
        );
    }
    for x in [-0.42, 0.42] {
        let out = if x < 0.0 { Vec3::NEG_X } else { Vec3::X };
        for z in [foot + 0.16, head - 0.16] {
            b.cuboid(
                Vec3::new(x - 0.02, -BED_M + 0.1, z - 0.02),
                Vec3::new(x + 0.02, -0.22, z + 0.02),
                METAL,
            );
            b.turned(
                Vec3::new(x, -BED_M + 0.08, z),
                out,
                &[(0.0, 0.08), (0.035, 0.08)],
                10,
                RUBBER,
            );
        }
        // Side rails.
        b.cuboid(
            Vec3::new(x * 1.12 - 0.012, 0.16, -0.35),
            Vec3::new(x * 1.12 + 0.012, 0.20, 0.55),
            METAL,
        );
        for z in [-0.33, 0.1, 0.53] {
            b.cuboid(
                Vec3::new(x * 1.12 - 0.012, -0.2, z - 0.012),
                Vec3::new(x * 1.12 + 0.012, 0.16, z + 0.012),
                METAL,
            );
        }
    }
}

/// A rescue sheet under who lies with the feet along −z, and its two straps up to the hands of a bearer.
fn rescue_sheet(b: &mut Builder) {
    let cloth = Paint::new(0.78, 0.42, 0.16);
    b.cuboid(Vec3::new(-0.33, 0.005, -0.92), Vec3::new(0.33, 0.03, 0.82), cloth);
    for side in [-1.0, 1.0] {
        let edge = Vec3::new(side * 0.33 - 0.02, 0.03, -0.92);
        b.cuboid(edge, edge + Vec3::new(0.04, 0.05, 1.74), cloth.times(0.8));
        let from = Vec3::new(side * 0.2, 0.02, 0.82);
        let strap = Vec3::new(side * 0.2, 0.72, 0.98) - from;
        b.turned(
            from,
            strap,
            &[(0.0, 0.012), (strap.length(), 0.012)],
            5,
            cloth.times(0.6),
        );
    }
}

/// All limbs in one piece.
fn body(b: &mut Builder, form: &Form, k: usize) {
    let (l, coat, trousers) = (
        limbs(form, 0.8, 0.6),
        COATS[k % COATS.len()],
        TROUSERS[k % TROUSERS.len()],
    );
    torso(b, l[0], coat);
    head(b, l[1], HAIR[k % HAIR.len()]);
    arm(b, l[2], coat);
    arm(b, l[3], coat);
    for side in [0, 1] {
        thigh(b, l[4 + side], trousers);
        shin(b, l[6 + side], trousers);
    }
}

pub(super) fn dress(mut commands: Commands, mut meshes: ResMut<Assets<Mesh>>) {
    let mut of = |f: &dyn Fn(&mut Builder)| {
        let mut b = Builder::default();
        f(&mut b);
        meshes.add(b.mesh())
    };
    let id = Transform::IDENTITY;
    let wardrobe = Wardrobe {
        torsos: COATS.iter().map(|c| of(&|b| torso(b, id, *c))).collect(),
        arms: COATS.iter().map(|c| of(&|b| arm(b, id, *c))).collect(),
        thighs: TROUSERS.iter().map(|c| of(&|b| thigh(b, id, *c))).collect(),
        shins: TROUSERS.iter().map(|c| of(&|b| shin(b, id, *c))).collect(),
        heads: HAIR.iter().map(|c| of(&|b| head(b, id, *c))).collect(),
        whole: (0..COATS.len())
            .map(|k| {
                [Posture::Upright, Posture::Stooped, Posture::Crawling, Posture::Lying]
                    .map(|posture| of(&|b| body(b, &Form::of(posture), k)))
            })
            .collect(),
        on_arm: (0..COATS.len()).map(|k| of(&|b| body(b, &ON_ARM, k))).collect(),
        on_back: (0..COATS.len()).map(|k| of(&|b| body(b, &ON_BACK, k))).collect(),
        dragged: (0..COATS.len()).map(|k| of(&|b| body(b, &DRAGGED, k))).collect(),
        seated: (0..COATS.len())
            .map(|k| {
                of(&|b| {
                    body(b, &SEATED, k);
                    wheelchair(b);
                })
            })
            .collect(),
        stick: of(&stick),
        frame: of(&walking_frame),
        wheelchair: of(&wheelchair),
        bedded: (0..COATS.len())
            .map(|k| {
                of(&|b| {
                    body(b, &Form::of(Posture::Lying), k);
                    bed_on_wheels(b);
                })
            })
            .collect(),
        bed: of(&bed_on_wheels),
        sheet: of(&rescue_sheet),
    };
    commands.insert_resource(wardrobe);
}

fn number(posture: Posture) -> usize {
    match posture {
        Posture::Upright => 0,
        Posture::Stooped => 1,
        Posture::Crawling => 2,
        Posture::Lying => 3,
    }
}

/// Grown people are as tall as grown people; children are not (after the growth charts; 待核实).
fn scale(age: f64) -> f32 {
    (0.45 + 0.55 * (age / 16.0).clamp(0.0, 1.0)) as f32
}

/// Whether a person's picture is wanted, and whether with limbs.
fn wanted(view: &View<'_>, stage: &Stage, id: PersonId, at: Vec3, eye: Vec3, limbs_now: bool) -> Option<bool> {
    let p = view.crowd.person(id);
    let far = at.distance(eye);
    let seen = present(p.state) && p.space.is_some_and(|s| stage.shown.has(s)) && far < FARTHEST_M;
    seen.then_some(far < if limbs_now { LIMBS_M + 2.0 } else { LIMBS_M })
}

/// Spawns and removes figures as people come near and go.
pub fn cast(
    mut commands: Commands,
    drill: Res<Drill>,
    seat: Res<Seat>,
    screen: Res<State<Screen>>,
    stage: Res<Stage>,
    eye: Res<Eye>,
    wardrobe: Res<Wardrobe>,
    materials: Res<Materials>,
    mut figures: ResMut<Figures>,
    people: Query<(&PersonEntity, &Pose)>,
    shown: Query<&Figure>,
) {
    let view = drill.simulation().view();
    let own = own_person(&view, *seat);
    for (entity, pose) in &people {
        let id = entity.0;
        let now = figures.0.get(&id).copied();
        let figure = now.and_then(|e| shown.get(e).ok());
        let has_limbs = figure.is_some_and(|f| !f.limbs.is_empty());
        let hidden = Some(id) == own && *screen.get() != Screen::Debrief;
        let want = if hidden {
            None
        } else {
            wanted(&view, &stage, id, pose.at, eye.at, has_limbs)
        };
        if want.is_none() && now.is_none() {
            continue;
        }
        let (facts, person) = (view.crowd.facts(id), view.crowd.person(id));
        let manner = Manner::of(&view, id);
        // Whom one carries oneself would be before one's own eyes.
        let on_own_arm = matches!(manner, Manner::OnArm | Manner::OnBack)
            && person.led_by == own
            && *screen.get() != Screen::Debrief;
        let want = want.filter(|_| !on_own_arm);
        let as_now = want == Some(has_limbs) && figure.is_some_and(|f| f.manner == manner);
        if as_now {
            continue;
        }
        if let Some(e) = now {
            if let Ok(f) = shown.get(e) {
                commands.entity(f.body).despawn();
            }
            commands.entity(e).despawn();
            figures.0.remove(&id);
        }
        let Some(with_limbs) = want else { continue };
        let (coat, hair) = (
            id.index() * 5 % COATS.len(),
            if facts.age >= 62.0 { 2 } else { id.index() % 2 },
        );
        let trousers = id.index() * 3 % TROUSERS.len();
        let material = MeshMaterial3d(materials.solid.clone());
        let tag = person
            .space
            .map_or(MeshTag(0), |s| light::tag(stage.lamps.at(s, pose.at), false));
        let form = manner.form(person.posture);
        let mut limb_entities = Vec::new();
        let root = commands
            .spawn((OfDrill, Transform::from_translation(pose.at), Visibility::default()))
            .id();
        if with_limbs {
            let w = &wardrobe;
            let meshes = [
                &w.torsos[coat],
                &w.heads[hair],
                &w.arms[coat],
                &w.arms[coat],
                &w.thighs[trousers],
                &w.thighs[trousers],
                &w.shins[trousers],
                &w.shins[trousers],
            ];
            for (mesh, at) in meshes.into_iter().zip(limbs(&form, 0.0, 0.0)) {
                let limb = (Mesh3d(mesh.clone()), material.clone(), tag.clone(), at, ChildOf(root));
                limb_entities.push(commands.spawn(limb).id());
            }
            if let Some(aid) = w.aid(manner) {
                let aid = (
                    Mesh3d(aid.clone()),
                    material.clone(),
                    tag.clone(),
                    Transform::IDENTITY,
                    ChildOf(root),
                );
                limb_entities.push(commands.spawn(aid).id());
            }
        } else {
            let mesh = wardrobe.whole(id, manner, person.posture).clone();
            commands.entity(root).insert((Mesh3d(mesh), material, tag));
        }
        let body = commands
            .spawn((
                OfDrill,
                Bystander,
                Touch(Target::Person(id)),
                RigidBody::KinematicPositionBased,
                Collider::capsule_y(0.6, 0.22),
                CollisionGroups::new(if with_limbs { SOLID | PICKED } else { PICKED }, Group::ALL),
                Transform::from_translation(body_at(pose)),
            ))
            .id();
        commands.entity(root).insert(Figure {
            person: id,
            limbs: limb_entities,
            body,
            step: id.index() as f32,
            pace: 0.0,
            form,
            manner,
            at: pose.at,
            tail: None,
            space: person.space,
            scale: scale(facts.age),
        });
        figures.0.insert(id, root);
    }
}

/// Forgets the figures of a drill that is gone.
pub fn forget(mut figures: ResMut<Figures>) {
    figures.0.clear();
}

/// Bodies stand where people stand at this tick.
pub fn stand(
    mirror: Res<Mirror>,
    drawn: Res<Figures>,
    figures: Query<(&Figure, &Transform), Without<Bystander>>,
    poses: Query<(&Pose, &Status)>,
    mut bodies: Query<(&Touch, &mut Transform), With<Bystander>>,
) {
    for (touch, mut transform) in &mut bodies {
        let Target::Person(id) = touch.0 else { continue };
        let Some(Ok((pose, status))) = mirror.person(id).map(|e| poses.get(e)) else {
            continue;
        };
        let trails = drawn.0.get(&id).and_then(|e| figures.get(*e).ok());
        let new = if let Some((_, lies)) = trails.filter(|(figure, _)| figure.manner.trails()) {
            // Where they are seen, not where their bearer walks.
            let along = lies.rotation * Quat::from_rotation_arc(Vec3::Y, Vec3::Z);
            Transform::from_translation(lies.translation + Vec3::Y * 0.25).with_rotation(along)
        } else if status.posture == Posture::Lying {
            let along = if pose.facing == Vec3::ZERO {
                Vec3::X
            } else {
                pose.facing
            };
            Transform::from_translation(pose.at + Vec3::Y * 0.3).with_rotation(Quat::from_rotation_arc(Vec3::Y, along))
        } else {
            Transform::from_translation(body_at(pose))
        };
        transform.set_if_neq(new);
    }
}

/// Figures between the last tick's pose and this one's.
pub fn walk(
    time: Res<Time>,
    fixed: Res<Time<Fixed>>,
    drill: Res<Drill>,
    stage: Res<Stage>,
    hovered: Res<Hovered>,
    wardrobe: Res<Wardrobe>,
    mirror: Res<Mirror>,
    poses: Query<(&Pose, &PreviousPose, &Status)>,
    mut figures: Query<(Entity, &mut Figure, &mut Transform, Option<&mut Mesh3d>), Without<ChildOf>>,
    mut parts: Query<&mut Transform, (With<ChildOf>, Without<Figure>)>,
    mut tags: Query<&mut MeshTag>,
) {
    let view = drill.simulation().view();
    let (part, dt) = (fixed.overstep_fraction(), time.delta_secs());
    let holds: BTreeMap<PersonId, Grip> = figures
        .iter()
        .filter_map(|(_, f, ..)| Some((view.crowd.person(f.person).led_by?, f.manner.grip()?)))
        .collect();
    for (entity, mut figure, mut transform, mesh) in &mut figures {
        let Some(Ok((now, before, status))) = mirror.person(figure.person).map(|e| poses.get(e)) else {
            continue;
        };
        let pose = before.0.towards(*now, part);
        let moved = Vec2::new(pose.at.x - figure.at.x, pose.at.z - figure.at.z)
            .length()
            .min(0.5);
        figure.at = pose.at;
        figure.step = (figure.step + moved * TAU / STRIDE_M) % TAU;
        let blend = 1.0 - ops::exp(-SETTLES * dt);
        figure.pace += (status.speed_m_s - figure.pace) * blend;
        let wanted = figure
            .manner
            .form(status.posture)
            .holding(holds.get(&figure.person).copied());
        figure.form = figure.form.towards(wanted, blend);
        let bed = (status.posture == Posture::Lying && !figure.manner.trails())
            .then(|| {
                stage
                    .beds
                    .iter()
                    .find(|b| b.at.distance(pose.at) < 0.9 && view.crowd.person(figure.person).space == Some(b.space))
            })
            .flatten();
        // Whoever is taken along faces the way of their bearer.
        let bearer = figure.manner.grip().and(view.crowd.person(figure.person).led_by);
        let bears = bearer.and_then(|id| poses.get(mirror.person(id)?).ok());
        let faces = bears.map_or(pose.facing, |(now, before, _)| before.0.towards(*now, part).facing);
        let facing = if faces == Vec3::ZERO { Vec3::X } else { faces };
        let mut new = figure.manner.place(pose.at, facing, figure.scale);
        if figure.manner.trails() {
            let (lies, tail) = trailing(pose.at, facing, figure.tail, figure.scale);
            (new, figure.tail) = (lies, Some(tail));
        }
        if let Some(bed) = bed {
            // In bed: the head on the pillow.
            new.translation = bed.at + Vec3::new(0.05, BED_M, 0.0);
            new.rotation = Quat::from_rotation_y(-FRAC_PI_2);
        }
        transform.set_if_neq(new);
        if let Some(mut mesh) = mesh {
            let wanted = wardrobe.whole(figure.person, figure.manner, status.posture);
            if mesh.0 != *wanted {
                mesh.0 = wanted.clone();
            }
        }
        for (limb, at) in figure.limbs.iter().zip(limbs(&figure.form, figure.step, figure.pace)) {
            if let Ok(mut t) = parts.get_mut(*limb) {
                t.set_if_neq(at);
            }
        }
        figure.space = view.crowd.person(figure.person).space.or(figure.space);
        let on = hovered.0 == Some(Target::Person(figure.person));
        if let Some(space) = figure.space {
            let tag = light::tag(stage.lamps.at(space, pose.at + Vec3::Y), on);
            for e in std::iter::once(&entity).chain(&figure.limbs) {
                if let Ok(mut t) = tags.get_mut(*e) {
                    t.set_if_neq(tag.clone());
                }
            }
        }
    }
}

/// Height of a bed under somebody who lies, m; 0 beside any bed.
pub fn bed_under(stage: &Stage, space: Option<SpaceId>, at: Vec3) -> f32 {
    let on = stage
        .beds
        .iter()
        .any(|b| Some(b.space) == space && b.at.distance(at) < 0.9);
    if on { BED_M } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lowest and highest point of a figure, roughly: ends of limbs.
    fn extent(posture: Posture, step: f32) -> (f32, f32) {
        let l = limbs(&Form::of(posture), step, 1.2);
        let ends = [
            l[0].transform_point(Vec3::Y * TORSO_M),
            l[1].transform_point(Vec3::Y * 0.25),
            l[2].transform_point(Vec3::NEG_Y * 0.62),
            l[3].transform_point(Vec3::NEG_Y * 0.62),
            l[6].transform_point(Vec3::NEG_Y * 0.455),
            l[7].transform_point(Vec3::NEG_Y * 0.455),
        ];
        ends.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(lo, hi), p| {
            (lo.min(p.y), hi.max(p.y))
        })
    }

    #[test]
    fn nobody_floats_or_sinks_in_any_posture() {
        for posture in [Posture::Upright, Posture::Stooped, Posture::Crawling, Posture::Lying] {
            for k in 0..12 {
                let (lo, _) = extent(posture, k as f32 * 0.5);
                assert!((-0.12..0.12).contains(&lo), "{posture:?} {lo}");
            }
        }
    }

    #[test]
    fn who_sits_in_a_wheelchair_has_the_seat_below_and_the_feet_off_the_floor() {
        let l = limbs(&SEATED, 0.8, 0.0);
        let (mut seat, mut chair) = (Builder::default(), Builder::default());
        wheelchair(&mut chair);
        seat.append(chair, Transform::IDENTITY, [1.0; 3]);
        let (lo, hi) = seat.bounds().expect("a chair has a size");
        // ISO 7176-5: up to 0.7 m wide and 1.3 m long.
        assert!(lo.y > -1e-3 && hi.x - lo.x < 0.7 && hi.z - lo.z < 1.3, "{lo} {hi}");
        assert!((0.49..0.60).contains(&l[0].translation.y));
        for shin in [6, 7] {
            let sole = l[shin].transform_point(Vec3::NEG_Y * 0.455);
            assert!(
                (0.05..0.20).contains(&sole.y) && (-0.65..-0.35).contains(&sole.z),
                "{sole}"
            );
        }
    }

    #[test]
    fn a_small_child_is_carried_at_breast_height_an_old_one_on_the_back_and_a_chair_pushed_ahead() {
        let (at, ahead) = (Vec3::new(3.0, 6.0, 1.0), Vec3::X);
        for age in [1.0, 3.0, 5.9] {
            let child = Manner::OnArm.place(at, ahead, scale(age));
            let head = child.transform_point(limbs(&ON_ARM, 0.0, 0.0)[1].transform_point(Vec3::Y * 0.12)) - at;
            assert!((1.1..1.6).contains(&head.y) && head.x > 0.1, "{age}: {head}");
            let soles = child.transform_point(limbs(&ON_ARM, 0.0, 0.0)[6].transform_point(Vec3::NEG_Y * 0.455)) - at;
            assert!(soles.y > 0.5, "{age}: {soles}");
        }
        let old = Manner::OnBack.place(at, ahead, 1.0);
        let soles = old.transform_point(limbs(&ON_BACK, 0.0, 0.0)[6].transform_point(Vec3::NEG_Y * 0.455)) - at;
        assert!(old.translation.x < at.x && soles.y > 0.1, "{soles}");
        assert!(Manner::Aided(Aid::Pushed).place(at, ahead, 1.0).translation.x > at.x + 0.4);
        assert_eq!(Manner::Afoot.place(at, ahead, 1.0).translation, at);
    }

    #[test]
    fn hands_are_where_they_hold_a_child_a_chair_or_a_sheet_and_do_not_swing() {
        let hand = |grip: Grip, step: f32| {
            let form = Form::of(Posture::Upright).holding(Some(grip));
            limbs(&form, step, 1.2)[2].transform_point(Vec3::NEG_Y * 0.6)
        };
        for step in [0.0, FRAC_PI_2, 4.0] {
            // The child's hips are at 0.98 m before the breast; handles of a chair are at 0.9 m, straps lower.
            let child = hand(Grip::Child, step);
            assert!((0.8..1.0).contains(&child.y) && child.z < -0.25, "{child}");
            let chair = hand(Grip::Chair, step);
            assert!((0.75..1.0).contains(&chair.y) && chair.z < -0.2, "{chair}");
            let drag = hand(Grip::Drag, step);
            assert!((0.6..0.95).contains(&drag.y) && drag.z > 0.1, "{drag}");
        }
    }

    #[test]
    fn whoever_is_dragged_lies_behind_the_bearer_with_the_head_towards_them_round_corners_and_down_stairs() {
        let (mut at, mut tail) = (Vec3::ZERO, None);
        let ends = |lies: &Transform| {
            (
                lies.transform_point(Vec3::Z * HEAD_M),
                lies.transform_point(Vec3::NEG_Z * FEET_M),
            )
        };
        // East, then down a flight to the south.
        let way = [Vec3::X; 60].into_iter().chain([Vec3::new(0.0, -0.5, 0.85); 60]);
        for step in way.map(|s| s * 0.05) {
            at += step;
            let (lies, feet) = trailing(at, Vec3::new(step.x, 0.0, step.z), tail, 1.0);
            let (head, soles) = ends(&lies);
            assert!(
                (head.distance(at) - BEHIND_M).abs() < OVER_STEPS_M + 1e-3,
                "{head} {at}"
            );
            assert!(soles.distance(at) > head.distance(at) + 1.0 && soles.distance(feet) < OVER_STEPS_M + 1e-3);
            // Nobody jumps: feet go no farther than the bearer.
            assert!(tail.is_none_or(|t: Vec3| t.distance(feet) <= step.length() + 1e-3));
            tail = Some(feet);
        }
        let (lies, _) = trailing(at, Vec3::Z, tail, 1.0);
        let (head, soles) = ends(&lies);
        assert!(soles.y > head.y && soles.z < head.z, "they follow down the flight");
        // After a jump of the clock they lie straight behind.
        let (lies, _) = trailing(at + Vec3::X * 30.0, Vec3::X, tail, 1.0);
        assert!(ends(&lies).1.x < at.x + 29.0);
    }

    #[test]
    fn heads_are_as_high_as_the_posture_says() {
        // Head at 1.6, 1.0, 0.5 and 0.2 m: the air that is breathed.
        for (posture, mouth, off) in [
            (Posture::Upright, 1.6, 0.2),
            (Posture::Stooped, 1.0, 0.35),
            (Posture::Crawling, 0.5, 0.35),
            (Posture::Lying, 0.2, 0.2),
        ] {
            let l = limbs(&Form::of(posture), 0.0, 0.0);
            let head = l[1].transform_point(Vec3::Y * 0.12).y;
            assert!((head - mouth).abs() < off, "{posture:?} {head}");
        }
    }

    #[test]
    fn a_walker_swings_arms_against_legs() {
        let l = limbs(&Form::of(Posture::Upright), FRAC_PI_2, 1.2);
        let forward = |t: &Transform| t.transform_point(Vec3::NEG_Y * 0.4).z - t.translation.z;
        assert!(forward(&l[4]) * forward(&l[5]) < 0.0, "legs");
        assert!(forward(&l[2]) * forward(&l[4]) < 0.0, "left arm and left leg");
    }
}
