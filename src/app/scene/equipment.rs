//! What hangs on walls and ceilings: exit signs, lamps, extinguishers, hydrants, detectors, sounders.

use super::light::{self, Lamps};
use super::material::Materials;
use super::mesh::{Builder, Levels, Paint};
use super::physics::{PICKED, Touch};
use super::plan::{self, HALF_WALL};
use super::stage::{OfStorey, Stage};
use super::storey::Shown;
use crate::app::screens::is_useful;
use crate::app::{Drill, Hovered, Target};
use crate::place::{Equipment, EquipmentId, Place};
use crate::scenario::{EquipmentKind, Point};
use bevy::math::ops;
use bevy::mesh::MeshTag;
use bevy::prelude::*;
use bevy_rapier3d::prelude::{Collider, ColliderDisabled, CollisionGroups, Group};

const RED: Paint = Paint::new(0.80, 0.10, 0.08);
const WHITE: Paint = Paint::new(0.92, 0.92, 0.90);
const DARK: Paint = Paint::new(0.12, 0.12, 0.13);
const GREEN: Paint = Paint::sign(0.05, 0.72, 0.32);
const SIGN_WHITE: Paint = Paint::sign(0.95, 1.0, 0.95);

/// A piece that hands can do something with: it can be picked in the picture, and goes where it is carried.
#[derive(Component, Clone, Copy, Debug)]
pub struct Piece(EquipmentId);

/// Adds the equipment of the shown spaces that stays where it is.
pub fn build(b: &mut Builder, place: &Place, shown: &Shown, lamps: &Lamps) {
    for e in &place.equipment {
        if shown.has(e.space) && !is_useful(&e.kind) {
            let levels = lamps.at(e.space, plan::at(e.at, e.z));
            one(b, place, e, levels);
        }
    }
}

/// Half the edges of what a click on a piece picks, m: larger than the piece, so that it is met from across a room.
const GRIP: Vec3 = Vec3::new(0.22, 0.32, 0.16);
/// A piece that was put down stands with its middle so high above the floor, m.
const STANDS_M: f64 = 0.3;

/// Spawns what is of use to a trainee. It stands in nobody's way.
pub fn spawn(commands: &mut Commands, place: &Place, stage: &Stage, meshes: &mut Assets<Mesh>, materials: &Materials) {
    for (i, e) in place.equipment.iter().enumerate() {
        if !stage.shown.has(e.space) || !is_useful(&e.kind) {
            continue;
        }
        let id = EquipmentId(i as u32);
        let levels = stage.lamps.at(e.space, plan::at(e.at, e.z));
        let mut b = Builder::default();
        one(&mut b, place, e, levels);
        let (foot, into) = on_wall(place, e);
        let turn = Quat::from_rotation_arc(Vec3::Z, Vec3::new(into.x as f32, 0.0, -into.y as f32));
        let grip = Transform::from_translation(plan::at(foot, e.z) + turn * Vec3::Z * GRIP.z).with_rotation(turn);
        commands
            .spawn((
                OfStorey,
                Piece(id),
                Mesh3d(meshes.add(b.mesh())),
                MeshMaterial3d(materials.solid.clone()),
                light::tag(levels, false),
                Transform::default(),
                Visibility::default(),
            ))
            .with_child((
                Touch(Target::Equipment(id)),
                Collider::cuboid(GRIP.x, GRIP.y, GRIP.z),
                CollisionGroups::new(PICKED, Group::ALL),
                grip,
            ));
    }
}

/// Pieces lie where they were put down; what somebody holds is not to be seen on its wall.
pub fn follow(
    mut commands: Commands,
    drill: Res<Drill>,
    stage: Res<Stage>,
    mut pieces: Query<(&Piece, &mut Transform, &mut Visibility, &Children)>,
    disabled: Query<(), With<ColliderDisabled>>,
) {
    let simulation = drill.simulation();
    let place = simulation.view().place;
    for (Piece(id), mut transform, mut seen, children) in &mut pieces {
        let e = &place.equipment[id.index()];
        let lies = simulation.lies_at(*id).filter(|(space, _)| stage.shown.has(*space));
        let there = lies.is_some();
        seen.set_if_neq(if there {
            Visibility::Inherited
        } else {
            Visibility::Hidden
        });
        for child in children {
            if there && disabled.contains(*child) {
                commands.entity(*child).remove::<ColliderDisabled>();
            } else if !there && !disabled.contains(*child) {
                commands.entity(*child).insert(ColliderDisabled);
            }
        }
        let Some((space, at)) = lies else { continue };
        let by = if at.distance(e.at) < 0.01 {
            Vec3::ZERO
        } else {
            plan::at(at, place.spaces[space.index()].z + STANDS_M) - plan::at(e.at, e.z)
        };
        transform.set_if_neq(Transform::from_translation(by));
    }
}

/// The piece under the pointer shines.
pub fn shine(hovered: Res<Hovered>, drill: Res<Drill>, stage: Res<Stage>, mut pieces: Query<(&Piece, &mut MeshTag)>) {
    if !hovered.is_changed() {
        return;
    }
    let place = drill.simulation().view().place;
    for (Piece(id), mut tag) in &mut pieces {
        let e = &place.equipment[id.index()];
        let on = hovered.0 == Some(Target::Equipment(*id));
        tag.set_if_neq(light::tag(stage.lamps.at(e.space, plan::at(e.at, e.z)), on));
    }
}

/// The wall a thing hangs on: its foot on the wall's face, and the direction into the room. Free-standing in the
/// middle of a room it faces south.
fn on_wall(place: &Place, e: &Equipment) -> (Point, Point) {
    let space = &place.spaces[e.space.index()];
    let mut best: Option<(f64, Point, Point)> = None;
    for ring in plan::rings(space) {
        for (a, b) in plan::edges(&ring) {
            let along = (b - a).normalised();
            let t = along.dot(e.at - a).clamp(0.0, a.distance(b));
            let foot = a + along * t;
            let d = foot.distance(e.at);
            if best.is_none_or(|x| d < x.0) {
                best = Some((d, foot + along.left() * HALF_WALL, along.left()));
            }
        }
    }
    match best {
        Some((d, foot, into)) if d < 0.8 => (foot, into),
        _ => (e.at, Point::new(0.0, -1.0)),
    }
}

fn one(b: &mut Builder, place: &Place, e: &Equipment, levels: Levels) {
    let (foot, into) = on_wall(place, e);
    // In the frame of the wall: x to the right as one looks at it, y up, z into the room.
    let frame = Transform {
        translation: plan::at(foot, e.z),
        rotation: Quat::from_rotation_arc(Vec3::Z, Vec3::new(into.x as f32, 0.0, -into.y as f32)),
        scale: Vec3::ONE,
    };
    let mut part = Part { b, frame, levels };
    match &e.kind {
        EquipmentKind::Extinguisher(..) => {
            // Stands on a bracket: its middle is as high as written.
            part.round(
                Vec3::new(0.0, -0.26, 0.12),
                &[(0.0, 0.07), (0.42, 0.07), (0.48, 0.03), (0.52, 0.025)],
                RED,
            );
            part.cuboid(Vec3::new(-0.07, 0.24, 0.07), Vec3::new(0.05, 0.29, 0.15), DARK);
            part.cuboid(Vec3::new(-0.10, -0.10, 0.10), Vec3::new(-0.075, 0.26, 0.13), DARK);
            part.cuboid(Vec3::new(-0.06, -0.1, 0.185), Vec3::new(0.06, 0.06, 0.195), WHITE);
            part.cuboid(Vec3::new(-0.10, -0.30, 0.0), Vec3::new(0.10, -0.27, 0.2), DARK);
        }
        EquipmentKind::Hydrant | EquipmentKind::HoseReel => {
            part.cuboid(Vec3::new(-0.35, -0.40, 0.0), Vec3::new(0.35, 0.40, 0.16), RED);
            part.cuboid(
                Vec3::new(-0.29, -0.34, 0.16),
                Vec3::new(0.29, 0.18, 0.165),
                Paint::new(0.62, 0.72, 0.76),
            );
            part.cuboid(Vec3::new(-0.25, 0.23, 0.16), Vec3::new(0.25, 0.34, 0.165), WHITE);
            if e.kind == EquipmentKind::HoseReel {
                part.disc(Vec3::new(0.0, -0.08, 0.166), 0.2, DARK);
                part.disc(Vec3::new(0.0, -0.08, 0.168), 0.08, RED);
            }
        }
        EquipmentKind::CallPoint => {
            part.cuboid(Vec3::new(-0.06, -0.06, 0.0), Vec3::new(0.06, 0.06, 0.04), RED);
            part.cuboid(Vec3::new(-0.035, -0.035, 0.04), Vec3::new(0.035, 0.035, 0.043), WHITE);
        }
        EquipmentKind::FireBlanket => {
            part.cuboid(Vec3::new(-0.12, -0.16, 0.0), Vec3::new(0.12, 0.16, 0.06), RED);
            part.cuboid(Vec3::new(-0.04, -0.22, 0.01), Vec3::new(0.04, -0.16, 0.04), WHITE);
        }
        EquipmentKind::SmokeDetector(..) | EquipmentKind::HeatDetector(..) => {
            part.frame = Transform::from_translation(plan::at(e.at, e.z));
            part.round(
                Vec3::new(0.0, -0.05, 0.0),
                &[(0.0, 0.03), (0.03, 0.055), (0.06, 0.055)],
                WHITE,
            );
            part.cuboid(
                Vec3::new(-0.01, -0.056, -0.01),
                Vec3::new(0.01, -0.05, 0.01),
                Paint::sign(0.9, 0.1, 0.1),
            );
        }
        EquipmentKind::Sprinkler(_) => {
            // Hangs from the ceiling: pipe, glass bulb, deflector.
            part.frame = Transform::from_translation(plan::at(e.at, e.z));
            part.round(
                Vec3::new(0.0, -0.06, 0.0),
                &[(0.0, 0.03), (0.008, 0.03), (0.012, 0.008), (0.05, 0.012), (0.06, 0.04)],
                Paint::new(0.75, 0.72, 0.66),
            );
            part.cuboid(Vec3::new(-0.004, -0.05, -0.004), Vec3::new(0.004, -0.012, 0.004), RED);
        }
        EquipmentKind::Sounder => {
            part.disc(Vec3::new(0.0, 0.0, 0.05), 0.075, RED);
            part.cuboid(
                Vec3::new(-0.075, -0.075, 0.0),
                Vec3::new(0.075, 0.075, 0.045),
                RED.times(0.8),
            );
            part.disc(Vec3::new(0.0, 0.0, 0.055), 0.035, DARK);
        }
        EquipmentKind::Loudspeaker => {
            part.cuboid(Vec3::new(-0.10, -0.10, 0.0), Vec3::new(0.10, 0.10, 0.07), WHITE);
            part.disc(Vec3::new(0.0, 0.0, 0.075), 0.07, DARK);
        }
        EquipmentKind::ExitSign(to) => sign(&mut part, place, e, to, into),
        EquipmentKind::EmergencyLight => {
            part.cuboid(Vec3::new(-0.13, -0.08, 0.0), Vec3::new(0.13, 0.06, 0.06), WHITE);
            for x in [-0.08, 0.08] {
                part.disc(Vec3::new(x, 0.10, 0.08), 0.045, Paint::sign(1.0, 1.0, 0.92));
                part.cuboid(
                    Vec3::new(x - 0.045, 0.055, 0.02),
                    Vec3::new(x + 0.045, 0.145, 0.075),
                    WHITE,
                );
            }
        }
        EquipmentKind::Light => {
            part.frame = Transform::from_translation(plan::at(e.at, e.z));
            part.cuboid(
                Vec3::new(-0.30, -0.03, -0.08),
                Vec3::new(0.30, 0.05, 0.08),
                Paint::lamp(1.0, 0.97, 0.90),
            );
        }
        EquipmentKind::PanLid(diameter) => {
            let r = (*diameter / 2.0) as f32;
            part.frame = Transform::from_translation(plan::at(e.at, e.z));
            part.round(
                Vec3::ZERO,
                &[(0.0, r), (0.02, r), (0.05, 0.05), (0.08, 0.025)],
                WHITE.times(0.8),
            );
        }
        EquipmentKind::Bucket(_) | EquipmentKind::SandBucket(_) => {
            let sand = matches!(e.kind, EquipmentKind::SandBucket(_));
            part.frame = Transform::from_translation(plan::at(e.at, e.z));
            part.round(
                Vec3::new(0.0, -0.15, 0.0),
                &[(0.0, 0.12), (0.28, 0.15)],
                if sand { RED } else { Paint::new(0.30, 0.45, 0.62) },
            );
        }
        EquipmentKind::EscapeHood => {
            part.cuboid(Vec3::new(-0.10, -0.12, 0.0), Vec3::new(0.10, 0.12, 0.12), RED);
            part.cuboid(Vec3::new(-0.07, -0.03, 0.12), Vec3::new(0.07, 0.06, 0.123), WHITE);
        }
        EquipmentKind::GasValve => {
            part.cuboid(
                Vec3::new(-0.03, -0.10, 0.02),
                Vec3::new(0.03, 0.10, 0.06),
                Paint::new(0.85, 0.70, 0.15),
            );
            part.cuboid(Vec3::new(-0.07, -0.015, 0.06), Vec3::new(0.07, 0.015, 0.08), RED);
        }
        EquipmentKind::CookerHood => {
            part.cuboid(
                Vec3::new(-0.40, -0.12, 0.0),
                Vec3::new(0.40, 0.0, 0.45),
                WHITE.times(0.7),
            );
            part.cuboid(Vec3::new(-0.15, 0.0, 0.0), Vec3::new(0.15, 0.5, 0.25), WHITE.times(0.6));
        }
        EquipmentKind::PowerSwitch
        | EquipmentKind::MusicSwitch
        | EquipmentKind::LightSwitch
        | EquipmentKind::LockRelease
        | EquipmentKind::Microphone => {
            part.cuboid(Vec3::new(-0.10, -0.14, 0.0), Vec3::new(0.10, 0.14, 0.05), WHITE);
            part.cuboid(Vec3::new(-0.04, -0.05, 0.05), Vec3::new(0.04, 0.05, 0.07), DARK);
        }
    }
}

/// A green sign with a running figure and an arrow towards the stair or exit it names.
fn sign(part: &mut Part<'_>, place: &Place, e: &Equipment, to: &str, into: Point) {
    part.cuboid(Vec3::new(-0.19, -0.085, 0.0), Vec3::new(0.19, 0.085, 0.03), DARK);
    part.quad([-0.18, -0.075, 0.18, 0.075], 0.032, GREEN);
    let storey = place.spaces[e.space.index()].storey;
    let stair = place
        .stairs
        .iter()
        .find(|s| s.name == to)
        .and_then(|s| s.storeys.iter().position(|x| *x == storey).map(|k| s.spaces[k]));
    let goal = stair
        .map(|s| plan::bounds(&place.spaces[s.index()].outline))
        .map(|(lo, hi)| (lo + hi) * 0.5);
    let door = place
        .opening_named(to, Some(e.space))
        .map(|o| place.openings[o.index()].centre);
    // To the right as one looks at the sign.
    let right = into.left();
    let side = goal.or(door).map_or(0.0, |g| right.dot(g - e.at));
    let s = if side < -0.3 { -1.0 } else { 1.0 };
    // The figure: head, body leaning the way it runs, two legs, an arm.
    let z = 0.034;
    let x = -0.06 * s;
    part.tri(
        [[x + 0.02 * s, 0.035], [x + 0.045 * s, 0.05], [x + 0.02 * s, 0.065]],
        z,
        SIGN_WHITE,
    );
    part.tri(
        [[x + 0.02 * s, 0.065], [x - 0.005 * s, 0.05], [x + 0.02 * s, 0.035]],
        z,
        SIGN_WHITE,
    );
    part.stroke([x + 0.012 * s, 0.03], [x - 0.02 * s, -0.012], 0.016, z, SIGN_WHITE);
    part.stroke([x - 0.02 * s, -0.012], [x + 0.02 * s, -0.03], 0.010, z, SIGN_WHITE);
    part.stroke([x + 0.02 * s, -0.03], [x + 0.012 * s, -0.062], 0.009, z, SIGN_WHITE);
    part.stroke([x - 0.02 * s, -0.012], [x - 0.045 * s, -0.045], 0.010, z, SIGN_WHITE);
    part.stroke([x + 0.008 * s, 0.022], [x + 0.045 * s, 0.008], 0.008, z, SIGN_WHITE);
    if side.abs() >= 0.3 {
        part.stroke([0.03 * s, 0.0], [0.12 * s, 0.0], 0.012, z, SIGN_WHITE);
        part.tri([[0.11 * s, 0.035], [0.11 * s, -0.035], [0.155 * s, 0.0]], z, SIGN_WHITE);
        part.tri([[0.11 * s, -0.035], [0.11 * s, 0.035], [0.155 * s, 0.0]], z, SIGN_WHITE);
    }
}

/// A drawing board on a wall.
struct Part<'a> {
    b: &'a mut Builder,
    frame: Transform,
    levels: Levels,
}

impl Part<'_> {
    fn facet(&mut self, corners: &[Vec3], paint: Paint) {
        let at: Vec<Vec3> = corners.iter().map(|p| self.frame.transform_point(*p)).collect();
        let levels = self.levels;
        self.b.facet(&at, paint, |_| levels);
    }
    fn cuboid(&mut self, lo: Vec3, hi: Vec3, paint: Paint) {
        let mut own = Builder::default();
        own.cuboid(lo, hi, paint);
        self.b.append(own, self.frame, self.levels);
    }
    fn round(&mut self, foot: Vec3, rings: &[(f32, f32)], paint: Paint) {
        let mut own = Builder::default();
        own.turned(foot, Vec3::Y, rings, 10, paint);
        self.b.append(own, self.frame, self.levels);
    }
    fn disc(&mut self, middle: Vec3, radius: f32, paint: Paint) {
        let corners: Vec<Vec3> = (0..12)
            .map(|k| {
                let a = std::f32::consts::TAU * k as f32 / 12.0;
                middle + Vec3::new(ops::cos(a), ops::sin(a), 0.0) * radius
            })
            .collect();
        self.facet(&corners, paint);
    }
    fn quad(&mut self, [x0, y0, x1, y1]: [f32; 4], z: f32, paint: Paint) {
        let p = |x, y| Vec3::new(x, y, z);
        self.facet(&[p(x0, y0), p(x1, y0), p(x1, y1), p(x0, y1)], paint);
    }
    fn tri(&mut self, c: [[f32; 2]; 3], z: f32, paint: Paint) {
        let at = c.map(|[x, y]| Vec3::new(x, y, z));
        self.facet(&at, paint);
    }
    /// A straight stroke of some half width.
    fn stroke(&mut self, a: [f32; 2], b: [f32; 2], half: f32, z: f32, paint: Paint) {
        let (a, b) = (Vec3::new(a[0], a[1], z), Vec3::new(b[0], b[1], z));
        let n = (b - a).cross(Vec3::Z).normalize_or_zero() * half;
        self.facet(&[a + n, b + n, b - n, a - n], paint);
    }
}
