//! Flights with their steps, landings and rails, from the slopes of their walkable plates.

use super::light::Lamps;
use super::mesh::{Builder, Paint};
use super::plan::{self, HALF_WALL};
use super::storey::{Built, tiles};
use crate::place::{Place, Slope, Space, SpaceId, StairId};
use crate::scenario::Point;
use bevy::prelude::*;

/// A flight is so thick under its steps, m.
const WAIST: f32 = 0.14;
/// Height of a handrail over the nosing, m (0.9 m: GB 50352-2019, 6.8.8).
const RAIL_M: f32 = 0.9;

/// The flights that rise from a storey's landing, the landing itself, and the tops of the flights from below.
pub fn build(out: &mut Built, place: &Place, stair: StairId, id: SpaceId, lamps: &Lamps) {
    let s = &place.stairs[stair.index()];
    let space = &place.spaces[id.index()];
    let Some(k) = s.spaces.iter().position(|x| *x == id) else {
        return;
    };
    landing(out, place, space, id, lamps);
    if let Some(&plate) = s.flights.get(k) {
        let z = place.plates[plate.index()].z;
        let slopes = &place.shape(plate).slopes;
        for slope in slopes {
            if slope.slope.abs() < 1e-9 {
                half_landing(out, slope, z, id, lamps);
            } else {
                flight(out, place, stair, space, slope, z, id, lamps);
            }
        }
    }
}

/// The landing at the level of the storey: what people can stand on there, cut along the edges of the flights.
fn landing(out: &mut Built, place: &Place, space: &Space, id: SpaceId, lamps: &Lamps) {
    let Some(plate) = place.plate_of(id) else { return };
    let mut xs: Vec<f64> = space.outline.iter().map(|p| p.x).collect();
    let mut ys: Vec<f64> = space.outline.iter().map(|p| p.y).collect();
    for stair in &place.stairs {
        for (k, s) in stair.spaces.iter().enumerate() {
            if *s == id {
                let around = [
                    k.checked_sub(1).and_then(|k| stair.flights.get(k)),
                    stair.flights.get(k),
                ];
                for flight in around.into_iter().flatten() {
                    for p in place.shape(*flight).slopes.iter().flat_map(|s| &s.outline) {
                        xs.push(p.x);
                        ys.push(p.y);
                    }
                }
            }
        }
    }
    for v in [&mut xs, &mut ys] {
        v.sort_by(f64::total_cmp);
        v.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
    }
    for y in ys.windows(2) {
        for x in xs.windows(2) {
            let middle = Point::new((x[0] + x[1]) * 0.5, (y[0] + y[1]) * 0.5);
            if place.space_at(plate, middle) != Some(id) {
                continue;
            }
            let q = [(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])];
            let q = q.map(|(x, y)| plan::at(Point::new(x, y), space.z));
            slab(out, q, id, lamps);
        }
    }
}

fn half_landing(out: &mut Built, slope: &Slope, z: f64, id: SpaceId, lamps: &Lamps) {
    for t in plan::trapezoids(&slope.outline, &[]) {
        slab(out, t.map(|p| plan::at(p, z + slope.base_z)), id, lamps);
    }
}

/// A slab seen from above, below and its edges.
fn slab(out: &mut Built, q: [Vec3; 4], id: SpaceId, lamps: &Lamps) {
    out.floor(q);
    let light = |p: Vec3| lamps.at(id, p);
    tiles(&mut out.solid, q, Paint::new(0.62, 0.62, 0.60), light);
    let down = q.map(|p| p - Vec3::Y * WAIST);
    out.solid.facet(
        &[down[0], down[3], down[2], down[1]],
        Paint::new(0.80, 0.80, 0.79),
        light,
    );
    for k in 0..4 {
        let (a, b) = (k, (k + 1) % 4);
        out.solid
            .facet(&[down[a], down[b], q[b], q[a]], Paint::new(0.55, 0.55, 0.54), light);
    }
}

/// Corners of a flight on plan: foot left, foot right, head right, head left as one goes up; and its length, m.
fn corners(slope: &Slope) -> ([Point; 4], f64) {
    let side = slope.up.left() * -1.0;
    let (mut lo, mut hi, mut length) = (f64::INFINITY, f64::NEG_INFINITY, 0.0f64);
    for p in &slope.outline {
        let d = *p - slope.base;
        lo = lo.min(d.dot(side));
        hi = hi.max(d.dot(side));
        length = length.max(d.dot(slope.up));
    }
    let p = |across: f64, along: f64| slope.base + side * across + slope.up * along;
    ([p(lo, 0.0), p(hi, 0.0), p(hi, length), p(lo, length)], length)
}

fn flight(
    out: &mut Built,
    place: &Place,
    stair: StairId,
    space: &Space,
    slope: &Slope,
    z: f64,
    id: SpaceId,
    lamps: &Lamps,
) {
    let s = &place.stairs[stair.index()];
    let light = |p: Vec3| lamps.at(id, p);
    let (c, length) = corners(slope);
    let (z0, rise) = (z + slope.base_z, slope.slope * length);
    let risers = (rise / s.riser).round().max(1.0) as usize;
    let treads = risers.saturating_sub(1).max(1);
    let at = |right: bool, along: f64, z: f64| {
        let (a, b) = if right { (c[1], c[2]) } else { (c[0], c[3]) };
        plan::at(a + (b - a) * (along / length), z)
    };
    let (step, tread) = (rise / risers as f64, length / treads as f64);
    let concrete = Paint::new(0.64, 0.64, 0.62);
    for i in 0..risers {
        let (y, lo, hi) = (tread * i as f64, z0 + step * i as f64, z0 + step * (i + 1) as f64);
        let y = y.min(length);
        out.solid.facet(
            &[at(false, y, lo), at(true, y, lo), at(true, y, hi), at(false, y, hi)],
            concrete.times(0.82),
            light,
        );
        if i + 1 < risers {
            let e = y + tread;
            // A light strip at the nosing, as rules ask for: steps are seen.
            let n = y + 0.045;
            out.solid.facet(
                &[at(false, y, hi), at(true, y, hi), at(true, n, hi), at(false, n, hi)],
                Paint::new(0.86, 0.80, 0.50),
                light,
            );
            out.solid.facet(
                &[at(false, n, hi), at(true, n, hi), at(true, e, hi), at(false, e, hi)],
                concrete,
                light,
            );
        }
        // Cheeks at both ends of the step.
        let e = (y + tread).min(length);
        let foot = |y: f64| z0 + slope.slope * y - f64::from(WAIST);
        for right in [false, true] {
            let q = [
                at(right, y, foot(y)),
                at(right, e, foot(e)),
                at(right, e, hi),
                at(right, y, hi),
            ];
            let q = if right { q } else { [q[3], q[2], q[1], q[0]] };
            out.solid.facet(&q, concrete.times(0.9), light);
        }
    }
    let w = f64::from(WAIST);
    out.solid.patch(
        [
            at(true, 0.0, z0 - w),
            at(false, 0.0, z0 - w),
            at(false, length, z0 + rise - w),
            at(true, length, z0 + rise - w),
        ],
        1.2,
        |_| Paint::new(0.80, 0.80, 0.79),
        light,
    );
    // Who walks here walks on the slope that the simulation knows, not on steps.
    out.floor([
        at(false, 0.0, z0),
        at(true, 0.0, z0),
        at(true, length, z0 + rise),
        at(false, length, z0 + rise),
    ]);
    // Rails: on the open side first, then on the wall.
    let open = |right: bool| {
        let middle = (if right { c[1] + c[2] } else { c[0] + c[3] }) * 0.5;
        let far = plan::edges(&space.outline)
            .map(|(a, b)| crate::place::distance_to_segment(middle, a, b))
            .fold(f64::INFINITY, f64::min);
        far > 0.1
    };
    for right in [false, true] {
        let is_open = open(right);
        let wanted = match s.handrails {
            0 => false,
            1 => is_open,
            _ => true,
        };
        if is_open || wanted {
            let inwards = (if right { c[0] - c[1] } else { c[1] - c[0] }).normalised()
                * if is_open { 0.03 } else { HALF_WALL + 0.06 };
            let p = |along: f64| {
                let base = at(right, along, z0 + slope.slope * along);
                base + Vec3::new(inwards.x as f32, 0.0, -inwards.y as f32)
            };
            rail(&mut out.solid, p(0.0), p(length), is_open, &light);
        }
    }
}

/// A rail from foot to head of a flight; balusters under it on the open side.
fn rail(b: &mut Builder, foot: Vec3, head: Vec3, balusters: bool, light: &dyn Fn(Vec3) -> [f32; 3]) {
    let steel = Paint::new(0.30, 0.33, 0.36);
    let wood = Paint::new(0.42, 0.25, 0.14);
    let (a, c) = (foot + Vec3::Y * RAIL_M, head + Vec3::Y * RAIL_M);
    bar(b, a, c, 0.03, wood, light);
    if balusters {
        let n = ((head - foot).length() / 0.3).ceil().max(1.0) as usize;
        for i in 0..=n {
            let p = foot.lerp(head, i as f32 / n as f32);
            bar(b, p, p + Vec3::Y * RAIL_M, 0.01, steel, light);
        }
    }
}

/// A square bar between two points.
pub(super) fn bar(b: &mut Builder, from: Vec3, to: Vec3, half: f32, paint: Paint, light: &dyn Fn(Vec3) -> [f32; 3]) {
    let Some(axis) = (to - from).try_normalize() else {
        return;
    };
    let u = if axis.y.abs() > 0.9 {
        Vec3::X
    } else {
        axis.cross(Vec3::Y).normalize()
    };
    let v = axis.cross(u).normalize();
    let ring = [u + v, v - u, -u - v, u - v].map(|d| d * half);
    for k in 0..4 {
        let (p, q) = (ring[k], ring[(k + 1) % 4]);
        b.facet(&[from + p, from + q, to + q, to + p], paint, light);
    }
    b.facet(&[to + ring[0], to + ring[1], to + ring[2], to + ring[3]], paint, light);
}
