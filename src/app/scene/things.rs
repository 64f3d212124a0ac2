//! Things that may burn, beds of those who slept, and what makes rooms look lived in; flames by heat release.

use super::eye::Eye;
use super::light;
use super::material::{FireLight, MOST_FIRES, Materials, Sight};
use super::mesh::{Builder, Paint};
use super::models;
use super::physics::Touch;
use super::plan::{self, HALF_WALL};
use super::stage::{BED_M, OfStorey, Stage};
use crate::app::{Burning, Drill, Hovered, Mirror, Target};
use crate::place::{OpeningKind, Place, SpaceKind, Thing, ThingId};
use crate::scenario::{Point, Use};
use bevy::math::ops;
use bevy::mesh::MeshTag;
use bevy::prelude::*;

/// The picture of a thing.
#[derive(Component, Clone, Copy, Debug)]
pub struct ThingPicture(ThingId);

/// A tongue of flame over a thing.
#[derive(Component, Clone, Copy, Debug)]
pub struct Flame {
    thing: ThingId,
    /// Which of the thing's tongues.
    number: u8,
}

/// Tongues of flame over a thing.
const TONGUES: u8 = 5;

/// Whether a thing is turned by a quarter on plan: things of a prefab turn with it.
fn turned(place: &Place, thing: &Thing) -> bool {
    place.spaces[thing.space.index()].frame.turns % 2 == 1
}

/// Extent of a thing in Bevy's frame, m.
pub fn extent(place: &Place, thing: &Thing) -> Vec3 {
    let (x, y, z) = thing.burns.size;
    let (x, y) = if turned(place, thing) { (y, x) } else { (x, y) };
    Vec3::new(x as f32, z as f32, y as f32).max(Vec3::splat(0.05))
}

/// Spawns the things of the shown spaces and their flames, which are seen only while they burn.
pub fn spawn(commands: &mut Commands, place: &Place, stage: &Stage, meshes: &mut Assets<Mesh>, materials: &Materials) {
    let mut tongue = Builder::default();
    let rings = [
        (0.0, 0.75),
        (0.12, 0.95),
        (0.3, 1.0),
        (0.55, 0.72),
        (0.8, 0.32),
        (1.0, 0.0),
    ];
    tongue.turned(Vec3::ZERO, Vec3::Y, &rings, 9, Paint::new(1.0, 0.62, 0.18));
    let tongue = meshes.add(tongue.mesh());
    for (i, t) in place.things.iter().enumerate() {
        if !stage.shown.has(t.space) {
            continue;
        }
        let id = ThingId(i as u32);
        let at = plan::at(t.at, t.z);
        let mut b = Builder::default();
        let own = {
            let (x, y, z) = t.burns.size;
            Vec3::new(x as f32, z as f32, y as f32).max(Vec3::splat(0.05))
        };
        let named = t.path.rsplit('/').next().unwrap_or_default();
        let words = format!("{} {} {named}", t.burns.title.zh, t.burns.title.en);
        models::model_of(&words)(&mut b, own);
        let turn = if turned(place, t) {
            std::f32::consts::FRAC_PI_2
        } else {
            0.0
        };
        commands.spawn((
            OfStorey,
            ThingPicture(id),
            Mesh3d(meshes.add(b.mesh())),
            MeshMaterial3d(materials.solid.clone()),
            light::tag(stage.lamps.at(t.space, at), false),
            Transform::from_translation(at).with_rotation(Quat::from_rotation_y(turn)),
        ));
        for number in 0..TONGUES {
            commands.spawn((
                OfStorey,
                Flame { thing: id, number },
                Mesh3d(tongue.clone()),
                MeshMaterial3d(materials.glowing.clone()),
                Transform::from_translation(at),
                Visibility::Hidden,
            ));
        }
    }
}

/// A fixed number between 0 and 1 for a pair of small numbers.
fn chance(a: u32, b: u32) -> f32 {
    let mut x = a.wrapping_mul(0x9E37_79B9) ^ b.wrapping_mul(0x85EB_CA6B);
    x ^= x >> 15;
    x = x.wrapping_mul(0x2C1B_3C6D);
    x ^= x >> 13;
    (x & 0xFFFF) as f32 / 65535.0
}

/// Flames as high as the fire engine says, and the light they give.
pub fn burn(
    time: Res<Time>,
    drill: Res<Drill>,
    mirror: Res<Mirror>,
    stage: Res<Stage>,
    burning: Query<&Burning>,
    eye: Res<Eye>,
    mut flames: Query<(&Flame, &mut Transform, &mut Visibility)>,
    mut sight: ResMut<Sight>,
) {
    let place = drill.simulation().view().place;
    let now = time.elapsed_secs();
    let state = |id: ThingId| {
        mirror
            .thing(id)
            .and_then(|e| burning.get(e).ok())
            .copied()
            .unwrap_or_default()
    };
    for (flame, mut transform, mut seen) in &mut flames {
        let Burning { burning, flame_m, .. } = state(flame.thing);
        if !burning || flame_m < 0.02 {
            seen.set_if_neq(Visibility::Hidden);
            continue;
        }
        seen.set_if_neq(Visibility::Inherited);
        let t = &place.things[flame.thing.index()];
        let size = extent(place, t);
        let (k, n) = (f32::from(flame.number), flame.thing.0);
        let phase = chance(n, u32::from(flame.number)) * 6.3;
        let flicker =
            0.82 + 0.13 * ops::sin(now * (7.0 + k) + phase) + 0.07 * ops::sin(now * (17.0 + 2.0 * k) + 2.0 * phase);
        // The middle tongue is the tallest; the others stand over the burning area.
        let share = if flame.number == 0 {
            1.0
        } else {
            0.45 + 0.35 * chance(n, 40 + u32::from(flame.number))
        };
        let spread = ops::sqrt((t.burns.area as f32).max(0.05) / std::f32::consts::PI).min(size.x.max(size.z) * 0.6);
        let angle = k * 1.7 + phase;
        let off = if flame.number == 0 { 0.0 } else { spread * 0.7 };
        let height = (flame_m * share * flicker).max(0.05);
        let foot = size.y * 0.45;
        *transform = Transform {
            translation: plan::at(t.at, t.z) + Vec3::new(ops::cos(angle) * off, foot, ops::sin(angle) * off),
            rotation: Quat::from_rotation_y(now * 0.7 + phase),
            scale: Vec3::new(1.0, 0.0, 1.0) * (0.16 + 0.55 * spread) * (0.7 + 0.3 * flicker) + Vec3::Y * height,
        };
    }
    let here = eye.at;
    let mut fires: Vec<FireLight> = Vec::new();
    for (i, t) in place.things.iter().enumerate() {
        let Burning {
            burning,
            hrr_kw,
            flame_m,
        } = state(ThingId(i as u32));
        if !burning || !stage.shown.has(t.space) {
            continue;
        }
        let s = &place.spaces[t.space.index()];
        let (lo, hi) = plan::bounds(&s.outline);
        let m = Point::new(0.15, 0.15);
        let (a, b) = (plan::at(lo - m, s.z - 0.2), plan::at(hi + m, s.z + s.height + 0.1));
        let flicker = 0.9 + 0.1 * ops::sin(now * 9.0 + chance(i as u32, 7) * 6.3);
        fires.push(FireLight {
            at: plan::at(t.at, t.z) + Vec3::Y * (extent(place, t).y * 0.5 + flame_m * 0.4).min(s.height as f32 * 0.8),
            // A flame of 100 kW lights a wall 1 m off like a lamp; light grows as the flame's area does.
            strength: 1.6 * ops::powf((hrr_kw / 100.0).max(0.0), 0.66) * flicker,
            room: (a.min(b), a.max(b)),
        });
    }
    fires.sort_by(|a, b| {
        let near = |f: &FireLight| f.strength / (1.0 + f.at.distance_squared(here));
        near(b).total_cmp(&near(a))
    });
    fires.truncate(MOST_FIRES);
    sight.fires = fires;
    sight.time_s = now;
}

/// What was moved off stands where it was put, and is met there.
pub fn follow(
    drill: Res<Drill>,
    mut pictures: Query<(&ThingPicture, &mut Transform)>,
    mut touches: Query<(&Touch, &mut Transform), Without<ThingPicture>>,
) {
    let place = drill.simulation().view().place;
    let at = |id: ThingId| place.things.get(id.index()).map(|t| plan::at(t.at, t.z));
    for (picture, mut transform) in &mut pictures {
        if let Some(at) = at(picture.0)
            && transform.translation != at
        {
            transform.translation = at;
        }
    }
    for (touch, mut transform) in &mut touches {
        // The collider's middle is half its height up.
        if let Target::Thing(id) = touch.0
            && let Some(at) = at(id)
            && (transform.translation.x, transform.translation.z) != (at.x, at.z)
        {
            (transform.translation.x, transform.translation.z) = (at.x, at.z);
        }
    }
}

/// The thing under the pointer shines.
pub fn shine(
    hovered: Res<Hovered>,
    drill: Res<Drill>,
    stage: Res<Stage>,
    mut pictures: Query<(&ThingPicture, &mut MeshTag)>,
) {
    if !hovered.is_changed() {
        return;
    }
    let place = drill.simulation().view().place;
    for (picture, mut tag) in &mut pictures {
        let t = &place.things[picture.0.index()];
        let on = hovered.0 == Some(Target::Thing(picture.0));
        tag.set_if_neq(light::tag(stage.lamps.at(t.space, plan::at(t.at, t.z)), on));
    }
}

/// Beds, curtains, pictures and cupboards: flat against walls or where people slept, in nobody's way, and no fuel.
pub fn dress(b: &mut Builder, place: &Place, stage: &Stage) {
    for bed in stage.beds.iter().filter(|bed| stage.shown.has(bed.space)) {
        let mut own = Builder::default();
        models::bed(&mut own, Vec3::new(1.95, BED_M, 1.1));
        b.append(
            own,
            Transform::from_translation(bed.at),
            stage.lamps.at(bed.space, bed.at),
        );
    }
    for &id in &stage.shown.spaces {
        let space = &place.spaces[id.index()];
        if space.kind != SpaceKind::Room {
            continue;
        }
        for ring in plan::rings(space) {
            for (p, q) in plan::edges(&ring) {
                let cuts = plan::cuts(place, &stage.by_space[id.index()], p, q);
                let (along, length) = ((q - p).normalised(), p.distance(q));
                let level = |v: Vec3| stage.lamps.at(id, v);
                // A box on the wall: from and to along it, heights above the floor, depth.
                let mut on_wall = |s: f64, e: f64, lo: f64, hi: f64, deep: f64, paint: Paint| {
                    let into = along.left();
                    let frame = Transform {
                        translation: plan::at(p + into * HALF_WALL, space.z),
                        rotation: Quat::from_rotation_y(libm::atan2(along.y, along.x) as f32),
                        scale: Vec3::ONE,
                    };
                    let mut own = Builder::default();
                    let v = |x: f64, y: f64, z: f64| Vec3::new(x as f32, y as f32, -z as f32);
                    let (a, c) = (v(s, lo, 0.0), v(e, hi, deep));
                    own.cuboid(a.min(c), a.max(c), paint);
                    let middle = frame.transform_point((a + c) * 0.5);
                    b.append(own, frame, level(middle));
                };
                for c in &cuts {
                    let o = &place.openings[c.opening.index()];
                    let dwelling = matches!(space.r#use, Use::Bedroom | Use::LivingRoom | Use::Flat);
                    if o.kind == OpeningKind::Window && dwelling {
                        let cloth = Paint::new(0.62, 0.55, 0.50);
                        let (lo, hi) = (0.15, (c.top - space.z + 0.2).min(space.height - 0.05));
                        on_wall((c.from - 0.35).max(0.05), c.from - 0.02, lo, hi, 0.08, cloth);
                        on_wall(c.to + 0.02, (c.to + 0.35).min(length - 0.05), lo, hi, 0.08, cloth);
                    }
                }
                let bare = cuts.is_empty() && length > 1.5;
                let mid = length * 0.5;
                match space.r#use {
                    Use::LivingRoom | Use::Flat if bare && length > 3.0 => {
                        // A screen on the wall.
                        on_wall(mid - 0.55, mid + 0.55, 1.05, 1.68, 0.05, Paint::new(0.07, 0.07, 0.08));
                    }
                    Use::Bedroom if bare && length > 2.2 => {
                        on_wall(mid - 0.3, mid + 0.3, 1.45, 1.85, 0.03, Paint::new(0.45, 0.36, 0.24));
                        on_wall(mid - 0.25, mid + 0.25, 1.50, 1.80, 0.035, Paint::new(0.62, 0.70, 0.66));
                    }
                    Use::Kitchen if bare => {
                        on_wall(0.3, length - 0.3, 1.50, 2.10, 0.18, Paint::new(0.82, 0.78, 0.70));
                    }
                    Use::Bathroom if bare => {
                        on_wall(mid - 0.25, mid + 0.25, 1.20, 1.80, 0.03, Paint::new(0.70, 0.78, 0.82));
                    }
                    _ => {}
                }
            }
        }
    }
}
