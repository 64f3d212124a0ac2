//! What moves in walls: door leaves that swing, slide or roll, windows with their glass, lift doors and cars. They
//! follow the openings as the simulation says, smoothly between two ticks.

use super::light::{self, Lamps};
use super::material::Materials;
use super::mesh::{Builder, Paint};
use super::physics::{PICKED, SOLID, Touch};
use super::plan;
use super::stage::{OfStorey, Stage};
use crate::app::{Aperture, Drill, Hovered, Mirror, PreviousAperture, Target};
use crate::place::{Beyond, LiftId, Opening, OpeningId, OpeningKind, Place, SpaceId};
use crate::scenario::{Point, Side};
use bevy::prelude::*;
use bevy_rapier3d::prelude::{Collider, CollisionGroups};
use std::collections::BTreeMap;

/// A leaf opens so far, radians.
const WIDE: f32 = 1.52;
/// Thickness of a leaf, m.
const LEAF: f32 = 0.045;
/// Clear height of a car, m.
const CAR_M: f64 = 2.3;
/// From this part open on, people pass: the leaf no longer stands in the way.
const PASSABLE: f64 = 0.3;

/// A leaf, sash or panel.
#[derive(Component, Clone, Copy, Debug)]
pub struct Leaf {
    opening: OpeningId,
    motion: Motion,
    /// Shut.
    at: Vec3,
    yaw: f32,
}

#[derive(Clone, Copy, Debug)]
enum Motion {
    /// Turns so far when wide open, radians.
    Swing(f32),
    /// Moves so far when wide open.
    Slide(Vec3),
    /// Rolls up to the lintel, so high, m.
    Roll(f32),
}

/// Glass that is gone once it broke.
#[derive(Component, Clone, Copy, Debug)]
pub struct Glass(OpeningId);

/// A lift's car.
#[derive(Component, Clone, Copy, Debug)]
pub struct Car(LiftId);

/// Meshes of leaves by size and look, shared.
#[derive(Resource, Debug, Default)]
pub struct LeafMeshes(BTreeMap<(Look, u32, u32), Handle<Mesh>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    Room,
    Entrance,
    FireDoor,
    Glazed,
    Shutter,
    Lift,
    Sash,
    Pane,
    Bars,
}

/// Spawns the leaves of all shown openings.
pub fn spawn(
    commands: &mut Commands,
    place: &Place,
    stage: &Stage,
    meshes: &mut Assets<Mesh>,
    materials: &Materials,
    known: &mut LeafMeshes,
    low: bool,
) {
    for &id in &stage.shown.openings {
        let o = &place.openings[id.index()];
        match o.kind {
            OpeningKind::Door => swing(commands, place, stage, meshes, materials, known, id, 1),
            OpeningKind::DoubleDoor => swing(commands, place, stage, meshes, materials, known, id, 2),
            OpeningKind::SlidingDoor | OpeningKind::Shutter | OpeningKind::LiftDoor(_) => {
                slide(commands, place, stage, meshes, materials, known, id);
            }
            OpeningKind::Window => window(commands, place, stage, meshes, materials, known, id, low),
            OpeningKind::Gap | OpeningKind::Hole(_) => {}
        }
    }
    for (i, lift) in place.lifts.iter().enumerate() {
        if let (Some(&well), Some(&door)) = (lift.wells.first(), lift.doors.first())
            && lift.wells.iter().any(|w| stage.shown.has(*w))
        {
            let mesh = meshes.add(car(place, well, door));
            commands.spawn((
                OfStorey,
                Car(LiftId(i as u32)),
                Mesh3d(mesh),
                MeshMaterial3d(materials.solid.clone()),
                Transform::default(),
            ));
        }
    }
}

/// Light where an opening is: the mean of its two sides, as far as they are rooms.
fn levels(place: &Place, lamps: &Lamps, o: &Opening) -> [f32; 3] {
    let at = plan::at(o.centre, (o.bottom + o.top) * 0.5);
    let a = lamps.at(o.from, at);
    match o.to {
        Beyond::Space(b) if place.spaces[b.index()].area > 0.0 => {
            let b = lamps.at(b, at);
            [0, 1, 2].map(|k| a[k].max(b[k]) * 0.8 + a[k].min(b[k]) * 0.2)
        }
        Beyond::Space(_) | Beyond::Outside | Beyond::Street => a,
    }
}

fn look(place: &Place, o: &Opening) -> Look {
    let home = |s: SpaceId| place.spaces[s.index()].home;
    let sides = (home(o.from), if let Beyond::Space(s) = o.to { home(s) } else { None });
    match o.kind {
        OpeningKind::Shutter => Look::Shutter,
        OpeningKind::LiftDoor(_) => Look::Lift,
        OpeningKind::DoubleDoor => Look::Glazed,
        _ if o.fire_rating_min > 0.0 => Look::FireDoor,
        _ if sides.0.is_some() && sides.0 == sides.1 => Look::Room,
        _ if sides.0.is_some() || sides.1.is_some() => Look::Entrance,
        _ => Look::Room,
    }
}

fn swing(
    commands: &mut Commands,
    place: &Place,
    stage: &Stage,
    meshes: &mut Assets<Mesh>,
    materials: &Materials,
    known: &mut LeafMeshes,
    id: OpeningId,
    leaves: usize,
) {
    let o = &place.openings[id.index()];
    // The first space lies to the left of `along`; seen from it, `along` runs to the left.
    let into_first = match o.opens_into {
        Some(s) => s == o.from,
        None => matches!(o.to, Beyond::Space(_)),
    };
    let width = o.width / leaves as f64;
    let hinges: &[Side] = if leaves == 2 {
        &[Side::Left, Side::Right]
    } else {
        std::slice::from_ref(&o.hinge)
    };
    for side in hinges {
        let (hinge, shut) = match side {
            Side::Left => (o.centre + o.along * (o.width * 0.5), o.along * -1.0),
            Side::Right => (o.centre - o.along * (o.width * 0.5), o.along),
        };
        // From `shut` towards the first space.
        let turn = shut.cross(o.along.left()).signum() as f32 * if into_first { WIDE } else { -WIDE };
        let yaw = libm::atan2(shut.y, shut.x) as f32;
        let height = o.top - o.bottom - 0.01;
        let mesh = mesh(known, meshes, look(place, o), width - 0.004, height);
        let at = plan::at(hinge, o.bottom + 0.006);
        let (w, h) = (width as f32, height as f32);
        let leaf = Leaf {
            opening: id,
            motion: Motion::Swing(turn),
            at,
            yaw,
        };
        commands
            .spawn((
                OfStorey,
                leaf,
                Mesh3d(mesh),
                MeshMaterial3d(materials.solid.clone()),
                light::tag(levels(place, &stage.lamps, o), false),
                Transform::from_translation(at).with_rotation(Quat::from_rotation_y(yaw)),
                Visibility::default(),
            ))
            .with_child((
                Touch(Target::Opening(id)),
                Collider::cuboid(w * 0.5, h * 0.5, 0.04),
                CollisionGroups::new(SOLID, PICKED),
                Transform::from_xyz(w * 0.5, h * 0.5, 0.0),
            ));
    }
}

fn slide(
    commands: &mut Commands,
    place: &Place,
    stage: &Stage,
    meshes: &mut Assets<Mesh>,
    materials: &Materials,
    known: &mut LeafMeshes,
    id: OpeningId,
) {
    let o = &place.openings[id.index()];
    let target = match o.kind {
        OpeningKind::LiftDoor(l) => Target::Lift(l),
        _ => Target::Opening(id),
    };
    let panels: &[f64] = if matches!(o.kind, OpeningKind::LiftDoor(_)) {
        &[-1.0, 1.0]
    } else {
        &[0.0]
    };
    let width = o.width / panels.len() as f64;
    let height = o.top - o.bottom - 0.01;
    for side in panels {
        let middle = o.centre + o.along * (side * width * 0.5);
        let start = middle - o.along * (width * 0.5);
        let motion = match o.kind {
            OpeningKind::Shutter => Motion::Roll(height as f32),
            OpeningKind::LiftDoor(_) => Motion::Slide(plan::at(o.along * (side * width * 0.95), 0.0)),
            _ => Motion::Slide(plan::at(o.along * (width * 0.92), 0.0)),
        };
        let at = plan::at(start, o.bottom + 0.006);
        let yaw = libm::atan2(o.along.y, o.along.x) as f32;
        let mesh = mesh(known, meshes, look(place, o), width - 0.004, height);
        let (w, h) = (width as f32, height as f32);
        commands
            .spawn((
                OfStorey,
                Leaf {
                    opening: id,
                    motion,
                    at,
                    yaw,
                },
                Mesh3d(mesh),
                MeshMaterial3d(materials.solid.clone()),
                light::tag(levels(place, &stage.lamps, o), false),
                Transform::from_translation(at).with_rotation(Quat::from_rotation_y(yaw)),
                Visibility::default(),
            ))
            .with_child((
                Touch(target),
                Collider::cuboid(w * 0.5, h * 0.5, 0.04),
                CollisionGroups::new(SOLID, PICKED),
                Transform::from_xyz(w * 0.5, h * 0.5, 0.0),
            ));
    }
}

fn window(
    commands: &mut Commands,
    place: &Place,
    stage: &Stage,
    meshes: &mut Assets<Mesh>,
    materials: &Materials,
    known: &mut LeafMeshes,
    id: OpeningId,
    low: bool,
) {
    let o = &place.openings[id.index()];
    let yaw = libm::atan2(o.along.y, o.along.x) as f32;
    let height = o.top - o.bottom;
    let tag = light::tag(levels(place, &stage.lamps, o), false);
    // A fixed half and, where it opens, a sash that swings inwards; seen from inside `along` runs to the left.
    let halves: &[(f64, bool)] = if o.openable {
        &[(0.0, false), (1.0, true)]
    } else {
        &[(0.0, false)]
    };
    let width = o.width / halves.len() as f64;
    for (k, opens) in halves {
        let (start, shut_yaw, motion) = if *opens {
            // Hinged at the far jamb.
            let turn = (o.along * -1.0).cross(o.along.left()).signum() as f32 * WIDE;
            (
                o.centre + o.along * (o.width * 0.5),
                libm::atan2(-o.along.y, -o.along.x) as f32,
                Motion::Swing(turn),
            )
        } else {
            (
                o.centre + o.along * (-o.width * 0.5 + k * width),
                yaw,
                Motion::Swing(0.0),
            )
        };
        let at = plan::at(start, o.bottom);
        let leaf = Leaf {
            opening: id,
            motion,
            at,
            yaw: shut_yaw,
        };
        let mut sash = commands.spawn((
            OfStorey,
            leaf,
            Mesh3d(mesh(known, meshes, Look::Sash, width, height)),
            MeshMaterial3d(materials.solid.clone()),
            tag.clone(),
            Transform::from_translation(at).with_rotation(Quat::from_rotation_y(shut_yaw)),
            Visibility::default(),
        ));
        if !low {
            sash.with_child((
                Glass(id),
                Mesh3d(mesh(known, meshes, Look::Pane, width, height)),
                MeshMaterial3d(materials.translucent.clone()),
                Transform::default(),
            ));
        }
    }
    let (w, h) = (o.width as f32, height as f32);
    commands.spawn((
        OfStorey,
        Touch(Target::Opening(id)),
        Collider::cuboid(w * 0.5, h * 0.5, 0.03),
        CollisionGroups::new(SOLID, PICKED),
        Transform::from_translation(plan::at(o.centre, (o.bottom + o.top) * 0.5))
            .with_rotation(Quat::from_rotation_y(yaw)),
    ));
    if o.bars {
        let start = o.centre - o.along * (o.width * 0.5) - o.along.left() * 0.12;
        commands.spawn((
            OfStorey,
            Mesh3d(mesh(known, meshes, Look::Bars, o.width, height)),
            MeshMaterial3d(materials.solid.clone()),
            tag,
            Transform::from_translation(plan::at(start, o.bottom)).with_rotation(Quat::from_rotation_y(yaw)),
        ));
    }
}

/// A mesh of a look and size: x from the hinge, y up, z through the leaf.
fn mesh(known: &mut LeafMeshes, meshes: &mut Assets<Mesh>, look: Look, width: f64, height: f64) -> Handle<Mesh> {
    let mm = |x: f64| (x * 1000.0).round().max(1.0) as u32;
    let key = (look, mm(width), mm(height));
    known
        .0
        .entry(key)
        .or_insert_with(|| meshes.add(leaf_mesh(look, width as f32, height as f32)))
        .clone()
}

fn leaf_mesh(look: Look, w: f32, h: f32) -> Mesh {
    let mut b = Builder::default();
    let t = LEAF * 0.5;
    let v = Vec3::new;
    let steel = Paint::new(0.72, 0.73, 0.74);
    let handle = |b: &mut Builder| {
        for s in [-1.0, 1.0] {
            let z = s * (t + 0.02);
            b.cuboid(v(w - 0.11, 0.98, z - 0.012), v(w - 0.07, 1.08, z + 0.012), steel);
            b.cuboid(
                v(w - 0.20, 1.03, z * 1.15 - 0.01),
                v(w - 0.07, 1.055, z * 1.15 + 0.01),
                steel,
            );
        }
    };
    let panels = |b: &mut Builder, paint: Paint, rows: &[(f32, f32)]| {
        for &(y0, y1) in rows {
            for s in [-1.0, 1.0] {
                let z = s * t;
                b.cuboid(v(w * 0.16, h * y0, z - 0.006), v(w * 0.80, h * y1, z + 0.006), paint);
            }
        }
    };
    match look {
        Look::Room => {
            let wood = Paint::new(0.66, 0.48, 0.30);
            b.cuboid(v(0.0, 0.0, -t), v(w, h, t), wood);
            panels(&mut b, wood.times(1.12), &[(0.08, 0.44), (0.54, 0.94)]);
            handle(&mut b);
        }
        Look::Entrance => {
            let red = Paint::new(0.36, 0.16, 0.12);
            b.cuboid(v(0.0, 0.0, -t), v(w, h, t), red);
            panels(&mut b, red.times(1.35), &[(0.06, 0.30), (0.36, 0.62), (0.68, 0.94)]);
            handle(&mut b);
            for s in [-1.0, 1.0] {
                b.cuboid(
                    v(w * 0.48, 1.48, s * t - 0.008),
                    v(w * 0.52, 1.52, s * t + 0.008),
                    steel,
                );
            }
        }
        Look::FireDoor => {
            let paint = Paint::new(0.58, 0.30, 0.20);
            b.cuboid(v(0.0, 0.0, -t), v(w, h, t), paint);
            for s in [-1.0, 1.0] {
                let z = s * (t + 0.004);
                b.cuboid(
                    v(w * 0.60, 1.35, z - 0.004),
                    v(w * 0.78, 1.85, z + 0.004),
                    Paint::new(0.30, 0.36, 0.38),
                );
                // The sign "keep shut": green with a white band.
                b.cuboid(
                    v(w * 0.16, 1.42, z - 0.003),
                    v(w * 0.46, 1.62, z + 0.003),
                    Paint::new(0.05, 0.50, 0.25),
                );
                b.cuboid(
                    v(w * 0.20, 1.49, z * 1.1 - 0.003),
                    v(w * 0.42, 1.55, z * 1.1 + 0.003),
                    Paint::new(0.92, 0.95, 0.92),
                );
                b.cuboid(
                    v(w * 0.05, 0.05, z - 0.002),
                    v(w * 0.95, 0.22, z + 0.002),
                    steel.times(0.8),
                );
            }
            b.cuboid(
                v(w * 0.1, h - 0.10, t),
                v(w * 0.5, h - 0.04, t + 0.05),
                steel.times(0.7),
            );
            handle(&mut b);
        }
        Look::Glazed => {
            let frame = Paint::new(0.42, 0.45, 0.48);
            let bar = 0.07;
            b.cuboid(v(0.0, 0.0, -t), v(bar, h, t), frame);
            b.cuboid(v(w - bar, 0.0, -t), v(w, h, t), frame);
            b.cuboid(v(bar, 0.0, -t), v(w - bar, 0.2, t), frame);
            b.cuboid(v(bar, h - bar, -t), v(w - bar, h, t), frame);
            b.cuboid(v(bar, 0.95, -t), v(w - bar, 1.05, t), frame);
            for s in [-1.0, 1.0] {
                b.cuboid(
                    v(w - 0.14, 0.8, s * 0.05 - 0.012),
                    v(w - 0.11, 1.3, s * 0.05 + 0.012),
                    steel,
                );
            }
        }
        Look::Shutter => {
            let paint = Paint::new(0.60, 0.62, 0.64);
            let slats = (h / 0.12).ceil().max(1.0) as usize;
            for k in 0..slats {
                let (y0, y1) = (h * k as f32 / slats as f32, h * (k as f32 + 0.86) / slats as f32);
                b.cuboid(
                    v(0.0, y0, -t * 0.6),
                    v(w, y1, t * 0.6),
                    paint.times(if k % 2 == 0 { 1.0 } else { 0.94 }),
                );
            }
        }
        Look::Lift => {
            let paint = Paint::new(0.66, 0.68, 0.70);
            b.cuboid(v(0.0, 0.0, -t * 0.7), v(w, h, t * 0.7), paint);
            for k in 1..4 {
                let x = w * k as f32 / 4.0;
                for s in [-1.0, 1.0] {
                    b.cuboid(
                        v(x - 0.004, 0.05, s * t * 0.7 - 0.002),
                        v(x + 0.004, h - 0.05, s * t * 0.7 + 0.002),
                        paint.times(0.8),
                    );
                }
            }
        }
        Look::Sash => {
            let frame = Paint::new(0.86, 0.87, 0.88);
            let (bar, t) = (0.05, 0.02);
            b.cuboid(v(0.0, 0.0, -t), v(bar, h, t), frame);
            b.cuboid(v(w - bar, 0.0, -t), v(w, h, t), frame);
            b.cuboid(v(bar, 0.0, -t), v(w - bar, bar, t), frame);
            b.cuboid(v(bar, h - bar, -t), v(w - bar, h, t), frame);
        }
        Look::Pane => {
            let q = [
                v(0.05, 0.05, 0.0),
                v(w - 0.05, 0.05, 0.0),
                v(w - 0.05, h - 0.05, 0.0),
                v(0.05, h - 0.05, 0.0),
            ];
            b.facet(&q, Paint::new(0.55, 0.65, 0.75), |_| [0.10, 0.3, 0.6]);
        }
        Look::Bars => {
            let n = (w / 0.12).ceil().max(2.0) as usize;
            let paint = Paint::new(0.66, 0.67, 0.68);
            for k in 0..=n {
                let x = w * k as f32 / n as f32;
                b.cuboid(v(x - 0.008, 0.0, -0.008), v(x + 0.008, h, 0.008), paint);
            }
            for y in [0.0, h * 0.5, h] {
                b.cuboid(v(0.0, y - 0.012, -0.012), v(w, y + 0.012, 0.012), paint);
            }
        }
    }
    b.mesh()
}

/// The inside of a car at height 0: floor, lit ceiling, and the walls without the one that has the door.
fn car(place: &Place, well: SpaceId, door: OpeningId) -> Mesh {
    let mut b = Builder::default();
    let (lo, hi) = plan::bounds(&place.spaces[well.index()].outline);
    let m = Point::new(0.12, 0.12);
    let (lo, hi) = (lo + m, hi - m);
    let ring = [lo, Point::new(hi.x, lo.y), hi, Point::new(lo.x, hi.y)];
    let lit = |_: Vec3| [0.9, 0.6, 0.2];
    let floor = ring.map(|p| plan::at(p, 0.0));
    b.facet(&floor, Paint::new(0.40, 0.38, 0.36), lit);
    let [p, q, r, s] = ring.map(|p| plan::at(p, CAR_M));
    b.facet(&[p, s, r, q], Paint::lamp(0.95, 0.95, 0.90), lit);
    let at = place.openings[door.index()].centre;
    let far = |(p, q): &(Point, Point)| crate::place::distance_to_segment(at, *p, *q);
    let nearest = plan::edges(&ring).map(|e| far(&e)).fold(f64::INFINITY, f64::min);
    for (p, q) in plan::edges(&ring).filter(|e| far(e) > nearest + 0.05) {
        let face = [
            plan::at(q, 0.0),
            plan::at(p, 0.0),
            plan::at(p, CAR_M),
            plan::at(q, CAR_M),
        ];
        b.facet(&face, Paint::new(0.62, 0.62, 0.60), lit);
    }
    b.mesh()
}

/// Leaves between the last tick and this one.
pub fn follow(
    time: Res<Time<Fixed>>,
    mirror: Res<Mirror>,
    openings: Query<(&Aperture, &PreviousAperture)>,
    mut leaves: Query<(&Leaf, &mut Transform, Option<&Children>)>,
    mut groups: Query<&mut CollisionGroups>,
) {
    let part = f64::from(time.overstep_fraction());
    for (leaf, mut transform, children) in &mut leaves {
        let Some(Ok((now, before))) = mirror.opening(leaf.opening).map(|e| openings.get(e)) else {
            continue;
        };
        let open = before.0.open + (now.0.open - before.0.open) * part;
        let o = open as f32;
        let new = match leaf.motion {
            Motion::Swing(turn) => {
                Transform::from_translation(leaf.at).with_rotation(Quat::from_rotation_y(leaf.yaw + turn * o))
            }
            Motion::Slide(by) => {
                Transform::from_translation(leaf.at + by * o).with_rotation(Quat::from_rotation_y(leaf.yaw))
            }
            Motion::Roll(height) => {
                // What is left of it hangs from the lintel.
                let left = (1.0 - o).max(0.06);
                Transform {
                    translation: leaf.at + Vec3::Y * height * (1.0 - left),
                    rotation: Quat::from_rotation_y(leaf.yaw),
                    scale: Vec3::new(1.0, left, 1.0),
                }
            }
        };
        transform.set_if_neq(new);
        let wanted = if now.0.free() > PASSABLE {
            PICKED
        } else {
            SOLID | PICKED
        };
        for child in children.into_iter().flatten() {
            if let Ok(mut g) = groups.get_mut(*child)
                && g.memberships != wanted
            {
                g.memberships = wanted;
            }
        }
    }
}

/// Broken glass is gone.
pub fn break_glass(mirror: Res<Mirror>, openings: Query<&Aperture>, mut panes: Query<(&Glass, &mut Visibility)>) {
    for (glass, mut seen) in &mut panes {
        let broken = mirror
            .opening(glass.0)
            .and_then(|e| openings.get(e).ok())
            .is_some_and(|a| a.0.broken > 0.3);
        seen.set_if_neq(if broken {
            Visibility::Hidden
        } else {
            Visibility::Inherited
        });
    }
}

/// Cars stand where the simulation has them.
pub fn move_cars(drill: Res<Drill>, mut cars: Query<(&Car, &mut Transform)>) {
    let heights = drill.simulation().view().lifts_z;
    for (car, mut transform) in &mut cars {
        if let Some(z) = heights.get(car.0.index()) {
            let at = Vec3::new(0.0, *z as f32, 0.0);
            if transform.translation != at {
                transform.translation = at;
            }
        }
    }
}

/// The leaf under the pointer shines.
pub fn shine(
    hovered: Res<Hovered>,
    drill: Res<Drill>,
    stage: Res<Stage>,
    mut leaves: Query<(&Leaf, &mut bevy::mesh::MeshTag)>,
) {
    if !hovered.is_changed() {
        return;
    }
    let view = drill.simulation().view();
    for (leaf, mut tag) in &mut leaves {
        let o = &view.place.openings[leaf.opening.index()];
        let on = match hovered.0 {
            Some(Target::Opening(id)) => id == leaf.opening,
            Some(Target::Lift(l)) => o.kind == OpeningKind::LiftDoor(l),
            _ => false,
        };
        tag.set_if_neq(light::tag(levels(view.place, &stage.lamps, o), on));
    }
}
