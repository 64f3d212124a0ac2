//! What has wheels.

use super::{DARK, STEEL, v};
use crate::app::scene::mesh::{Builder, Paint};
use bevy::prelude::*;

/// A tyre round its hub, its axle along z.
fn wheel(b: &mut Builder, middle: Vec3, radius: f32, width: f32) {
    let rings = [
        (-width * 0.5, radius * 0.8),
        (-width * 0.36, radius),
        (width * 0.36, radius),
        (width * 0.5, radius * 0.8),
    ];
    b.turned(middle, Vec3::Z, &rings, 14, DARK);
    let hub = [(-width * 0.57, radius * 0.25), (width * 0.57, radius * 0.25)];
    b.turned(middle, Vec3::Z, &hub, 8, STEEL);
}

/// An electric bicycle, its front to the east (+x).
pub fn ebike(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let body = Paint::new(0.16, 0.36, 0.56);
    let r = h * 0.24;
    for s in [-1.0, 1.0] {
        wheel(b, v(s * (w - r), r, 0.0), r, 0.07);
    }
    // Footboard, battery case under the seat, seat, rack, leg shield, fork, handlebar, lamp.
    b.cuboid(v(-w * 0.35, r * 0.9, -0.11), v(w * 0.35, r * 1.15, 0.11), DARK);
    b.cuboid(v(-w * 0.62, r * 1.1, -0.12), v(-w * 0.12, h * 0.62, 0.12), body);
    b.cuboid(v(-w * 0.78, h * 0.62, -0.13), v(-w * 0.02, h * 0.71, 0.13), DARK);
    b.cuboid(
        v(-w * 0.95, r * 1.9, -0.06),
        v(-w * 0.6, r * 2.1, 0.06),
        body.times(0.8),
    );
    b.cuboid(v(w * 0.40, r * 1.1, -0.15), v(w * 0.50, h * 0.80, 0.15), body);
    b.cuboid(v(w * 0.46, r, -0.03), v(w * 0.56, h * 0.9, 0.03), STEEL);
    b.cuboid(v(w * 0.40, h * 0.92, -d), v(w * 0.46, h * 0.96, d), DARK);
    b.cuboid(
        v(w * 0.50, h * 0.76, -0.07),
        v(w * 0.58, h * 0.90, 0.07),
        Paint::new(0.9, 0.9, 0.85),
    );
    for s in [-1.0, 1.0] {
        let z = s * d * 0.7;
        b.cuboid(v(w * 0.44, h * 0.96, z - 0.01), v(w * 0.46, h, z + 0.01), STEEL);
        b.cuboid(
            v(w * 0.43, h * 0.98, z * 1.07 - 0.04),
            v(w * 0.45, h * 1.06, z * 1.07 + 0.04),
            DARK,
        );
    }
}

/// A kick scooter, its front to the east (+x).
pub fn scooter(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let r = h * 0.1;
    for s in [-1.0, 1.0] {
        wheel(b, v(s * (w - r), r, 0.0), r, 0.05);
    }
    // Deck with the battery in it, stem, handlebar.
    b.cuboid(v(-w + r, r * 1.1, -0.08), v(w - 2.0 * r, r * 1.8, 0.08), DARK);
    let lean = Transform::from_xyz(w - r, r, 0.0).with_rotation(Quat::from_rotation_z(0.12));
    b.solid(lean, v(-0.025, 0.0, -0.025), v(0.025, h - r - 0.02, 0.025), STEEL);
    let top = lean.transform_point(v(0.0, h - r - 0.04, 0.0));
    b.cuboid(top - v(0.02, 0.02, d), top + v(0.02, 0.02, d), DARK);
}

/// A saloon, its front to the east (+x).
pub fn car(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let body = Paint::new(0.62, 0.64, 0.68);
    let glass = Paint::new(0.16, 0.20, 0.24);
    let r = h * 0.22;
    for (x, z) in [(-0.62, -1.0), (0.62, -1.0), (-0.62, 1.0), (0.62, 1.0)] {
        wheel(b, v(x * w, r, z * (d - 0.12)), r, 0.2);
    }
    b.cuboid(v(-w, r * 0.8, -d), v(w, h * 0.55, d), body);
    let (y0, y1) = (h * 0.55, h);
    let low = [v(-w * 0.62, y0, -d * 0.94), v(w * 0.42, y0, -d * 0.94)];
    let high = [v(-w * 0.42, y1, -d * 0.8), v(w * 0.16, y1, -d * 0.8)];
    let far = |p: Vec3| Vec3::new(p.x, p.y, -p.z);
    b.piece(&[low[0], high[0], high[1], low[1]], glass);
    b.piece(&[far(low[0]), far(low[1]), far(high[1]), far(high[0])], glass);
    b.piece(&[low[1], high[1], far(high[1]), far(low[1])], glass);
    b.piece(&[low[0], far(low[0]), far(high[0]), high[0]], glass);
    b.piece(&[high[0], far(high[0]), far(high[1]), high[1]], body);
    for z in [-1.0, 1.0] {
        let (z0, z1) = (z * d * 0.55, z * d * 0.9);
        let (z0, z1) = (z0.min(z1), z0.max(z1));
        b.cuboid(
            v(w, h * 0.36, z0),
            v(w + 0.02, h * 0.47, z1),
            Paint::new(0.92, 0.92, 0.86),
        );
        b.cuboid(
            v(-w - 0.02, h * 0.36, z0),
            v(-w, h * 0.47, z1),
            Paint::new(0.6, 0.12, 0.1),
        );
    }
}

/// Tyres on one another.
pub fn tyres(b: &mut Builder, size: Vec3) {
    let r = size.x.min(size.z) * 0.5;
    let each = 0.2_f32.min(size.y);
    let count = ((size.y / each) as usize).max(1);
    for k in 0..count {
        let shift = r * 0.06 * if k % 2 == 0 { 1.0 } else { -1.0 };
        let foot = v(shift, each * k as f32, 0.0);
        let r = r * 0.94;
        let rings = [(0.0, r * 0.85), (each * 0.2, r), (each * 0.8, r), (each, r * 0.85)];
        b.turned(
            foot,
            Vec3::Y,
            &rings,
            16,
            DARK.times(if k % 2 == 0 { 1.0 } else { 1.3 }),
        );
        if k + 1 == count {
            let hole = [(0.0, r * 0.5), (0.004, r * 0.5)];
            b.turned(foot + Vec3::Y * each, Vec3::Y, &hole, 16, Paint::new(0.03, 0.03, 0.03));
        }
    }
}
