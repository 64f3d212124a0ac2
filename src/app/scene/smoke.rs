//! Smoke round the eye as the fire engine computes it, and wisps where it leaks past shut doors.

use super::eye::Eye;
use super::material::{MOST_BOXES, Materials, Sight};
use super::mesh::{Builder, Paint};
use super::optics::SmokeBox;
use super::plan;
use super::stage::{OfStorey, Stage};
use crate::app::Drill;
use crate::drill::View;
use crate::place::{Beyond, OpeningId, OpeningKind, Place, SpaceId};
use crate::scenario::Point;
use bevy::math::ops;
use bevy::prelude::*;
use std::collections::BTreeMap;

/// Smoke thinner than this is not seen across a room and not drawn, 1/m.
const SEEN: f64 = 0.004;
/// From above smoke is drawn no thicker than this, 1/m, so that one sees into the rooms, as if their ceilings were off.
const FROM_ABOVE: f32 = 0.35;
/// Wisps show where the smoke behind a shut leaf is at least so thick, 1/m.
const WISP: f64 = 0.15;
/// and so much of it leaks through, kg/s.
const WISP_KG_S: f64 = 2e-5;
/// A door less open than this is shut.
const SHUT: f64 = 0.02;

/// The layers of a space as boxes.
pub fn boxes_of(view: &View<'_>, stage: &Stage, id: SpaceId, out: &mut Vec<SmokeBox>) {
    let space = &view.place.spaces[id.index()];
    let zone = view.fire.zone(view.place, id);
    let (upper, lower) = (zone.upper.extinction_per_m, zone.lower.extinction_per_m);
    if upper.max(lower) < SEEN {
        return;
    }
    let [mains, emergency] = stage.lamps.of(id);
    let lit = 0.12 + if view.power { 0.88 * mains } else { 0.35 * emergency };
    for t in plan::trapezoids(&space.outline, &space.holes) {
        // The mean width of a slanted piece stands for it.
        let (x0, x1) = ((t[0].x + t[3].x) * 0.5, (t[1].x + t[2].x) * 0.5);
        let a = plan::at(Point::new(x0, t[0].y), space.z);
        let b = plan::at(Point::new(x1, t[2].y), space.z + space.height);
        out.push(SmokeBox {
            lo: a.min(b),
            hi: a.max(b),
            interface: (space.z + zone.layer_height_m) as f32,
            upper: upper as f32,
            lower: lower as f32,
            lit,
        });
    }
}

/// Gathers the smoke that may lie between the eye and what it sees: the thickest and nearest first.
pub fn gather(
    drill: Res<Drill>,
    stage: Res<Stage>,
    eye: Res<Eye>,
    mut sight: ResMut<Sight>,
    mut last: Local<Option<u64>>,
) {
    let view = drill.simulation().view();
    // The air changes with the ticks, the eye with the frames: only the order depends on the eye.
    if *last != Some(view.tick) || drill.is_changed() {
        let mut boxes = Vec::new();
        for &id in &stage.shown.spaces {
            boxes_of(&view, &stage, id, &mut boxes);
        }
        if stage.from_above {
            for b in &mut boxes {
                b.upper = b.upper.min(FROM_ABOVE);
                b.lower = b.lower.min(FROM_ABOVE);
            }
        }
        sight.boxes = boxes;
        *last = Some(view.tick);
    }
    if sight.boxes.len() > MOST_BOXES {
        let weight = |b: &SmokeBox| {
            let near = eye.at.clamp(b.lo, b.hi).distance(eye.at);
            let size = (b.hi - b.lo).max_element().min(10.0);
            b.upper.max(b.lower) * size / (1.0 + near * near * 0.1)
        };
        sight.boxes.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        // What was cut off comes back with the next tick.
        sight.boxes.truncate(MOST_BOXES);
    }
    // Fires light the smoke round them.
    let glow: f32 = sight.fires.iter().map(|f| f.strength).sum::<f32>().min(3.0);
    let base = Vec3::new(0.20, 0.19, 0.18);
    sight.smoke = base + Vec3::new(0.10, 0.05, 0.015) * glow;
    sight.light = Vec4::new(
        if view.power { 0.95 } else { 0.0 },
        if view.power { 0.05 } else { 0.6 },
        0.42,
        0.035,
    );
}

/// A thread of smoke above or below a shut leaf.
#[derive(Component, Clone, Copy, Debug)]
pub struct Wisp {
    opening: OpeningId,
    /// On the first side of the opening.
    first: bool,
    /// Number among its neighbours.
    number: u8,
}

/// Threads on each side of a leaf.
const THREADS: u8 = 4;

/// Spawns the wisps of the shown doors once, hidden.
pub fn spawn(
    mut commands: Commands,
    drill: Res<Drill>,
    stage: Res<Stage>,
    mut meshes: ResMut<Assets<Mesh>>,
    materials: Res<Materials>,
    old: Query<Entity, With<Wisp>>,
    mut last: Local<Option<crate::place::StoreyId>>,
) {
    if *last == Some(stage.shown.storey) && !old.is_empty() {
        return;
    }
    *last = Some(stage.shown.storey);
    for e in &old {
        commands.entity(e).despawn();
    }
    let place = drill.simulation().view().place;
    let mesh = meshes.add(thread());
    for &id in &stage.shown.openings {
        let o = &place.openings[id.index()];
        if !o.kind.is_door() && !matches!(o.kind, OpeningKind::LiftDoor(_)) {
            continue;
        }
        for first in [true, false] {
            for number in 0..THREADS {
                commands.spawn((
                    OfStorey,
                    Wisp {
                        opening: id,
                        first,
                        number,
                    },
                    Mesh3d(mesh.clone()),
                    MeshMaterial3d(materials.translucent.clone()),
                    Transform::default(),
                    Visibility::Hidden,
                ));
            }
        }
    }
}

/// A tapering sheet of thin smoke that rises from its foot and fades.
fn thread() -> Mesh {
    let mut b = Builder::default();
    let n = 8;
    let ring = |k: usize| {
        let t = k as f32 / n as f32;
        let wave = ops::sin(t * 5.0) * 0.05 * t;
        (t, 0.05 + 0.16 * t, wave, 0.42 * (1.0 - t) * (1.0 - t))
    };
    for k in 0..n {
        let ((y0, w0, s0, a0), (y1, w1, s1, _)) = (ring(k), ring(k + 1));
        for turn in [0.0f32, 1.6] {
            let u = Vec3::new(ops::cos(turn), 0.0, ops::sin(turn));
            let p = |y: f32, w: f32, s: f32| Vec3::new(s, y, s * 0.5) + u * w;
            let q = [p(y0, -w0, s0), p(y0, w0, s0), p(y1, w1, s1), p(y1, -w1, s1)];
            b.facet(&q, Paint::new(0.55, 0.54, 0.52), |_| [a0, 0.4, 0.5]);
        }
    }
    b.mesh()
}

/// How thick the smoke at a side of an opening is at a height, 1/m; 0 in the open.
fn thickness(view: &View<'_>, side: Option<SpaceId>, z: f64) -> f64 {
    let Some(s) = side else { return 0.0 };
    let space = &view.place.spaces[s.index()];
    let zone = view.fire.zone(view.place, s);
    if z > space.z + zone.layer_height_m {
        zone.upper.extinction_per_m
    } else {
        zone.lower.extinction_per_m
    }
}

/// Wisps show where the air that leaks past a shut leaf is smoky, at the gap it comes through.
pub fn leak(
    time: Res<Time>,
    drill: Res<Drill>,
    stage: Res<Stage>,
    mut wisps: Query<(&Wisp, &mut Transform, &mut Visibility)>,
    mut known: Local<(Option<u64>, BTreeMap<(OpeningId, bool), bool>)>,
) {
    let view = drill.simulation().view();
    let (tick, leaking) = &mut *known;
    // The air changes with the ticks only.
    if *tick != Some(view.tick) {
        *tick = Some(view.tick);
        leaking.clear();
        for &id in &stage.shown.openings {
            for first in [true, false] {
                if let Some(from_top) = leaks(&view, view.place, id, first) {
                    leaking.insert((id, first), from_top);
                }
            }
        }
    }
    let now = time.elapsed_secs();
    for (wisp, mut transform, mut seen) in &mut wisps {
        let Some(&from_top) = leaking.get(&(wisp.opening, wisp.first)) else {
            seen.set_if_neq(Visibility::Hidden);
            continue;
        };
        seen.set_if_neq(Visibility::Inherited);
        let o = &view.place.openings[wisp.opening.index()];
        let share = (f64::from(wisp.number) + 0.5) / f64::from(THREADS) - 0.5;
        let side = if wisp.first { 1.0 } else { -1.0 };
        let at = o.centre + o.along * (o.width * share) + o.along.left() * (side * 0.09);
        let phase = now * 0.9 + f32::from(wisp.number) * 1.9;
        let height = 0.55 + 0.2 * ops::sin(phase);
        let z = if from_top { o.top - 0.05 } else { o.bottom + 0.01 };
        *transform = Transform {
            translation: plan::at(at, z),
            rotation: Quat::from_rotation_y(phase * 0.35),
            scale: Vec3::new(0.6, if from_top { height * 0.5 } else { height }, 0.6),
        };
    }
}

/// Whether smoke leaks past a shut leaf to one of its sides: through the upper (`true`) or the lower gap.
pub fn leaks(view: &View<'_>, place: &Place, id: OpeningId, to_first: bool) -> Option<bool> {
    let o = &place.openings[id.index()];
    let state = view.openings[id.index()];
    if state.free() > SHUT || state.sealed > 0.6 {
        return None;
    }
    if !o.kind.is_door() && !matches!(o.kind, OpeningKind::LiftDoor(_)) {
        return None;
    }
    let flow = view.fire.flow(id);
    let beyond = match o.to {
        Beyond::Space(s) => Some(s),
        Beyond::Outside | Beyond::Street => None,
    };
    let (coming, source) = if to_first {
        (flow.mass_in_kg_s, beyond)
    } else {
        (flow.mass_out_kg_s, Some(o.from))
    };
    if coming < WISP_KG_S {
        return None;
    }
    let (low, high) = (
        thickness(view, source, o.bottom + 0.02),
        thickness(view, source, o.top - 0.02),
    );
    if low > WISP {
        Some(false)
    } else if high > WISP {
        Some(true)
    } else {
        None
    }
}
