//! The night outside: sky, ground, the other houses with a few lit windows, and the building's own storeys above and
//! below as plain boxes. One mesh, cheap, seen through windows and from above.

use super::mesh::{Builder, Paint};
use super::plan;
use super::storey::Shown;
use crate::place::{Place, SpaceKind};
use crate::scenario::Point;
use bevy::math::ops;
use bevy::prelude::*;

/// The sky stands so far off, m.
const SKY_M: f32 = 150.0;

/// Builds it round the building.
pub fn mesh(place: &Place, shown: &Shown) -> Mesh {
    let mut b = Builder::default();
    let points: Vec<Point> = place.spaces.iter().flat_map(|s| s.outline.iter().copied()).collect();
    if points.is_empty() {
        return b.mesh();
    }
    let (lo, hi) = plan::bounds(&points);
    let middle = (lo + hi) * 0.5;
    let base = place.storeys.iter().find(|s| s.z >= -0.5).map_or(0.0, |s| s.z) - 0.25;
    let here = plan::at(middle, place.storeys.get(shown.storey.index()).map_or(0.0, |s| s.z));
    sky(&mut b, here);
    let dark = |_: Vec3| [0.0, 0.0, 0.8];
    let far = Point::new(SKY_M.into(), SKY_M.into());
    let ground = [
        middle - far,
        Point::new(middle.x + far.x, middle.y - far.y),
        middle + far,
        Point::new(middle.x - far.x, middle.y + far.y),
    ];
    b.facet(&ground.map(|p| plan::at(p, base)), Paint::new(0.20, 0.22, 0.22), dark);
    houses(&mut b, plan::at(middle, base), (hi - lo).length() as f32);
    // The other storeys, each the box round its rooms.
    for (k, s) in place.storeys.iter().enumerate() {
        if k == shown.storey.index() {
            continue;
        }
        let of: Vec<Point> = place
            .spaces
            .iter()
            .filter(|x| x.storey.index() == k && x.kind == SpaceKind::Room)
            .flat_map(|x| x.outline.iter().copied())
            .collect();
        if of.is_empty() {
            continue;
        }
        let above = k > shown.storey.index();
        let (lo, hi) = plan::bounds(&of);
        let (lo, hi) = (plan::at(lo, s.z - 0.15), plan::at(hi, s.z + s.height - 0.15));
        // Storeys above would hide what one looks at from above.
        if !above {
            let near = k + 1 == shown.storey.index();
            let top = if near { hi.y.min(here.y - 0.35) } else { hi.y };
            let (a, c) = (lo.min(hi), lo.max(hi));
            if !near {
                b.lit_box(a, Vec3::new(c.x, top, c.z), Paint::new(0.52, 0.49, 0.45), dark);
            }
        }
    }
    b.mesh()
}

/// A dome of night, a little lighter over the city.
fn sky(b: &mut Builder, middle: Vec3) {
    let rings = [
        (-60.0f32, 0.050f32),
        (-4.0, 0.085),
        (12.0, 0.075),
        (40.0, 0.050),
        (90.0, 0.030),
    ];
    let n = 16;
    for pair in rings.windows(2) {
        for k in 0..n {
            let p = |k: usize, y: f32| {
                let a = std::f32::consts::TAU * k as f32 / n as f32;
                middle + Vec3::new(ops::cos(a) * SKY_M, y, ops::sin(a) * SKY_M)
            };
            let tone = (pair[0].1 + pair[1].1) * 0.5;
            // Seen from within.
            let q = [
                p(k, pair[0].0),
                p(k + 1, pair[0].0),
                p(k + 1, pair[1].0),
                p(k, pair[1].0),
            ];
            b.facet(&q, Paint::sign(tone * 1.6, tone * 1.9, tone * 3.0), |_| [1.0; 3]);
        }
    }
    let top = rings[rings.len() - 1].0;
    let lid: Vec<Vec3> = (0..n)
        .map(|k| {
            let a = std::f32::consts::TAU * k as f32 / n as f32;
            middle + Vec3::new(ops::cos(a) * SKY_M, top, ops::sin(a) * SKY_M)
        })
        .collect();
    b.facet(&lid, Paint::sign(0.04, 0.05, 0.08), |_| [1.0; 3]);
}

/// Towers across the street, some of their windows lit.
fn houses(b: &mut Builder, foot: Vec3, size: f32) {
    let n = 9u32;
    for k in 0..n {
        let a = std::f32::consts::TAU * (k as f32 + 0.3) / n as f32;
        let far = size * 0.5 + 55.0 + ((k * 7) % 5) as f32 * 6.0;
        let height = 40.0 + ((k * 13) % 7) as f32 * 9.0;
        let middle = foot + Vec3::new(ops::cos(a) * far, 0.0, ops::sin(a) * far);
        let half = 9.0;
        let (lo, hi) = (
            middle - Vec3::new(half, 0.0, half),
            middle + Vec3::new(half, height, half),
        );
        b.lit_box(lo, hi, Paint::new(0.20, 0.21, 0.24), |_| [0.0, 0.0, 0.8]);
        // On the two sides that may be seen.
        let towards = (foot - middle).normalize_or_zero();
        for i in 0..28u32 {
            let h = (i * 37 + k * 11) % 97;
            let (column, row) = ((h % 6) as f32, (h / 6) as f32);
            let (x, y) = (-7.5 + column * 3.0, 2.0 + row * (height - 4.0) / 16.0);
            let (side, normal) = if (i + k) % 2 == 0 {
                (Vec3::X, Vec3::Z * towards.z.signum())
            } else {
                (Vec3::Z, Vec3::X * towards.x.signum())
            };
            let c = middle + side * x + Vec3::Y * y + normal * (half + 0.05);
            let u = normal.cross(Vec3::Y) * -0.7;
            let w = Vec3::Y * 0.8;
            let warm = if i % 5 == 0 {
                Paint::sign(0.75, 0.80, 0.85)
            } else {
                Paint::sign(0.85, 0.66, 0.36)
            };
            b.facet(&[c - u - w, c + u - w, c + u + w, c - u + w], warm.times(0.7), |_| {
                [1.0; 3]
            });
        }
    }
}
