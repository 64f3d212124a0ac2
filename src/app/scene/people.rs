//! People as simple figures that stand, walk, stoop, crawl and lie, between the last tick's pose and this one's. Near
//! ones have limbs that move; those farther off are one piece each; those on other storeys are not drawn.

use super::eye::Eye;
use super::light;
use super::material::Materials;
use super::mesh::{Builder, Paint};
use super::physics::{Bystander, PICKED, SOLID, Touch, body_at, present};
use super::stage::{BED_M, OfDrill, Stage, own_person};
use crate::app::{Drill, Hovered, Mirror, PersonEntity, Pose, PreviousPose, Screen, Seat, Status, Target};
use crate::crowd::{PersonId, Posture};
use crate::drill::View;
use crate::place::SpaceId;
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
    /// Entities of the limbs; empty for a figure of one piece.
    limbs: Vec<Entity>,
    /// The body in the physical world.
    body: Entity,
    /// Where in the step, radians.
    step: f32,
    /// Walking speed, smoothed, m/s.
    pace: f32,
    form: Form,
    at: Vec3,
    space: Option<SpaceId>,
    scale: f32,
}

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
    /// How much limbs swing.
    swing: f32,
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
            },
            Posture::Stooped => Self {
                hip: 0.70,
                lean: 0.85,
                nod: 0.3,
                thigh: 0.55,
                knee: 1.05,
                arm: 0.15,
                swing: 0.7,
            },
            Posture::Crawling => Self {
                hip: 0.50,
                lean: 1.42,
                nod: 0.9,
                thigh: 0.05,
                knee: 1.52,
                arm: 0.35,
                swing: 0.6,
            },
            Posture::Lying => Self {
                hip: 0.12,
                lean: -1.55,
                nod: -1.45,
                thigh: 1.54,
                knee: 0.02,
                arm: 1.5,
                swing: 0.0,
            },
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
    let amplitude = (pace / 1.2).clamp(0.0, 1.4) * form.swing;
    let swing = ops::sin(step) * 0.50 * amplitude;
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
        out[2 + k] = joint(shoulder, form.arm - side * swing * 0.8);
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
        whole: COATS
            .iter()
            .enumerate()
            .map(|(k, coat)| {
                [Posture::Upright, Posture::Stooped, Posture::Crawling, Posture::Lying].map(|posture| {
                    let l = limbs(&Form::of(posture), 0.8, 0.6);
                    of(&|b| {
                        torso(b, l[0], *coat);
                        head(b, l[1], HAIR[k % HAIR.len()]);
                        arm(b, l[2], *coat);
                        arm(b, l[3], *coat);
                        for side in [0, 1] {
                            thigh(b, l[4 + side], TROUSERS[k % TROUSERS.len()]);
                            shin(b, l[6 + side], TROUSERS[k % TROUSERS.len()]);
                        }
                    })
                })
            })
            .collect(),
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
        let has_limbs = now.and_then(|e| shown.get(e).ok()).is_some_and(|f| !f.limbs.is_empty());
        let hidden = Some(id) == own && *screen.get() != Screen::Debrief;
        let want = if hidden {
            None
        } else {
            wanted(&view, &stage, id, pose.at, eye.at, has_limbs)
        };
        if now.is_some() && want == Some(has_limbs) || now.is_none() && want.is_none() {
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
        let facts = view.crowd.facts(id);
        let person = view.crowd.person(id);
        let (coat, hair) = (
            id.index() * 5 % COATS.len(),
            if facts.age >= 62.0 { 2 } else { id.index() % 2 },
        );
        let trousers = id.index() * 3 % TROUSERS.len();
        let material = MeshMaterial3d(materials.solid.clone());
        let tag = person
            .space
            .map_or(MeshTag(0), |s| light::tag(stage.lamps.at(s, pose.at), false));
        let form = Form::of(person.posture);
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
        } else {
            let mesh = wardrobe.whole[coat][number(person.posture)].clone();
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
            at: pose.at,
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
    poses: Query<(&Pose, &Status)>,
    mut bodies: Query<(&Touch, &mut Transform), With<Bystander>>,
) {
    for (touch, mut transform) in &mut bodies {
        let Target::Person(id) = touch.0 else { continue };
        let Some(Ok((pose, status))) = mirror.person(id).map(|e| poses.get(e)) else {
            continue;
        };
        let new = if status.posture == Posture::Lying {
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
        figure.form = figure.form.towards(Form::of(status.posture), blend);
        let bed = (status.posture == Posture::Lying)
            .then(|| {
                stage
                    .beds
                    .iter()
                    .find(|b| b.at.distance(pose.at) < 0.9 && view.crowd.person(figure.person).space == Some(b.space))
            })
            .flatten();
        let facing = if pose.facing == Vec3::ZERO {
            Vec3::X
        } else {
            pose.facing
        };
        let yaw = ops::atan2(-facing.x, -facing.z);
        let mut new = Transform::from_translation(pose.at)
            .with_rotation(Quat::from_rotation_y(yaw))
            .with_scale(Vec3::splat(figure.scale));
        if let Some(bed) = bed {
            // In bed: the head on the pillow.
            new.translation = bed.at + Vec3::new(0.05, BED_M, 0.0);
            new.rotation = Quat::from_rotation_y(-FRAC_PI_2);
        }
        transform.set_if_neq(new);
        if let Some(mut mesh) = mesh {
            let coat = figure.person.index() * 5 % COATS.len();
            let wanted = &wardrobe.whole[coat][number(status.posture)];
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
