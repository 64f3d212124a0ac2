//! What belongs to the building, and what stores energy or fuel.

use super::{DARK, STEEL, WOOD, v};
use crate::app::scene::mesh::{Builder, Paint};
use bevy::math::ops;
use bevy::prelude::*;

const WHITE: Paint = Paint::new(0.88, 0.88, 0.86);
const NET: Paint = Paint::new(0.22, 0.46, 0.32);

/// Boards side by side in a frame.
pub fn boards(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let count = ((size.x / 0.25) as usize).clamp(3, 24);
    for k in 0..count {
        let x = |k: usize| -w + 2.0 * w * k as f32 / count as f32;
        let paint = WOOD.times(if k % 2 == 0 { 1.15 } else { 1.0 });
        b.cuboid(v(x(k) + 0.004, 0.0, -d), v(x(k + 1) - 0.004, h, d), paint);
    }
    for y in [h * 0.1, h * 0.85] {
        b.cuboid(v(-w, y, d), v(w, y + 0.1, d + 0.03), WOOD.times(0.8));
    }
}

/// Planks on the floor.
pub fn planks(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let count = ((size.z / 0.16) as usize).clamp(3, 40);
    for k in 0..count {
        let z = |k: usize| -d + 2.0 * d * k as f32 / count as f32;
        let paint = WOOD.times([1.1, 0.95, 1.2][k % 3]);
        b.cuboid(v(-w, 0.0, z(k) + 0.003), v(w, h, z(k + 1) - 0.003), paint);
    }
}

/// Sheets with a joint between them: partitions and walls of foam-cored panels.
pub fn panels(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let count = (size.x.ceil() as usize).clamp(2, 12);
    for k in 0..count {
        let x = |k: usize| -w + 2.0 * w * k as f32 / count as f32;
        b.cuboid(
            v(x(k) + 0.006, 0.0, -d),
            v(x(k + 1) - 0.006, h, d),
            WHITE.times(if k % 2 == 0 { 1.0 } else { 0.95 }),
        );
    }
    b.cuboid(v(-w, 0.0, -d * 1.02), v(w, 0.08, d * 1.02), STEEL);
    b.cuboid(v(-w, h - 0.05, -d * 1.02), v(w, h, d * 1.02), STEEL);
}

/// Wedges on a board.
pub fn acoustic_foam(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let grey = Paint::new(0.24, 0.25, 0.28);
    b.cuboid(v(-w, 0.0, -d), v(w, h, 0.0), grey.times(0.8));
    let across = ((size.x / 0.4) as usize).clamp(3, 16);
    let up = ((h / 0.4) as usize).clamp(2, 10);
    for i in 0..across {
        for j in 0..up {
            let (x0, x1) = (
                -w + 2.0 * w * i as f32 / across as f32,
                -w + 2.0 * w * (i + 1) as f32 / across as f32,
            );
            let (y0, y1) = (h * j as f32 / up as f32, h * (j + 1) as f32 / up as f32);
            let tip = v((x0 + x1) * 0.5, (y0 + y1) * 0.5, d);
            let ring = [v(x0, y0, 0.0), v(x1, y0, 0.0), v(x1, y1, 0.0), v(x0, y1, 0.0)];
            for k in 0..4 {
                b.piece(&[ring[k], ring[(k + 1) % 4], tip], grey.times(0.9 + 0.1 * k as f32));
            }
        }
    }
}

/// White boards on one another.
pub fn foam_stack(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let count = ((h / 0.12) as usize).clamp(2, 20);
    for k in 0..count {
        let (y0, y1) = (h * k as f32 / count as f32, h * (k + 1) as f32 / count as f32);
        let slip = 0.03 * [0.0, 1.0, -1.0][k % 3];
        b.cuboid(
            v(-w + 0.03 + slip, y0 + 0.004, -d),
            v(w - 0.03 + slip, y1 - 0.004, d),
            WHITE.times(1.08),
        );
    }
}

/// Insulation boards in courses, as a wall shows them before it is rendered.
pub fn insulation(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let courses = ((h / 0.6) as usize).clamp(2, 8);
    for row in 0..courses {
        let (y0, y1) = (h * row as f32 / courses as f32, h * (row + 1) as f32 / courses as f32);
        let mut x = -w - if row % 2 == 0 { 0.0 } else { 0.6 };
        let mut k = row;
        while x < w {
            let (x0, x1) = (x.max(-w), (x + 1.2).min(w));
            if x1 > x0 + 0.02 {
                let paint = Paint::new(0.84, 0.82, 0.74).times([1.0, 0.94, 1.04][k % 3]);
                b.cuboid(v(x0, y0 + 0.005, -d), v(x1 - 0.008, y1, d * 0.2), paint);
            }
            x += 1.2;
            k += 1;
        }
    }
}

/// Poles, planks and a net of green threads.
pub fn netting(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let bays = ((size.x / 1.8).ceil() as usize).clamp(1, 8);
    for k in 0..=bays {
        let x = -w + 2.0 * w * k as f32 / bays as f32;
        b.cuboid(
            v(x - 0.024, 0.0, d * 0.4 - 0.024),
            v(x + 0.024, h, d * 0.4 + 0.024),
            STEEL,
        );
    }
    b.cuboid(v(-w, 0.02, d * 0.1), v(w, 0.07, d * 0.8), WOOD);
    for y in [h * 0.38, h * 0.95] {
        b.cuboid(v(-w, y, d * 0.38), v(w, y + 0.045, d * 0.42), STEEL);
    }
    let threads = ((size.x / 0.12) as usize).clamp(8, 90);
    for k in 0..=threads {
        let x = -w + 2.0 * w * k as f32 / threads as f32;
        b.cuboid(v(x - 0.012, 0.0, d - 0.012), v(x + 0.012, h, d), NET);
    }
    let rows = ((h / 0.12) as usize).clamp(4, 40);
    for k in 0..=rows {
        let y = (h * k as f32 / rows as f32).min(h - 0.012);
        b.cuboid(v(-w, y, d - 0.014), v(w, y + 0.012, d - 0.004), NET.times(0.9));
    }
}

/// Insulation with a net before it.
pub fn scaffolded(b: &mut Builder, size: Vec3) {
    let mut wall = Builder::default();
    insulation(&mut wall, v(size.x, size.y, size.z * 0.4));
    b.append(wall, Transform::from_xyz(0.0, 0.0, -size.z * 0.3), [1.0; 3]);
    netting(b, size);
}

/// A bottle of gas with its collar and valve.
pub fn cylinder(b: &mut Builder, size: Vec3) {
    let (w, h) = (size.x * 0.5, size.y);
    let grey = Paint::new(0.55, 0.58, 0.60);
    let rings = [
        (0.0, w * 0.9),
        (h * 0.1, w),
        (h * 0.72, w),
        (h * 0.84, w * 0.45),
        (h * 0.84, w * 0.6),
        (h * 0.97, w * 0.6),
    ];
    b.turned(Vec3::ZERO, Vec3::Y, &rings, 12, grey);
    b.cuboid(v(-0.02, h * 0.9, -0.02), v(0.02, h, 0.02), Paint::new(0.62, 0.50, 0.22));
}

/// A hose at its tap.
pub fn hose(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let rubber = Paint::new(0.78, 0.42, 0.16);
    b.cuboid(v(-w, h * 0.4, -d * 0.3), v(-w * 0.5, h * 0.7, d * 0.3), STEEL);
    b.cuboid(
        v(-w * 0.8, h * 0.7, -d * 0.15),
        v(-w * 0.7, h, d * 0.15),
        Paint::new(0.75, 0.15, 0.12),
    );
    b.turned(
        v(-w * 0.5, h * 0.55, 0.0),
        Vec3::X,
        &[(0.0, 0.012), (w * 0.7, 0.012)],
        8,
        rubber,
    );
    let bend = v(w * 0.2, h * 0.55, 0.0);
    b.turned(bend, v(1.0, -0.6, 0.3), &[(0.0, 0.012), (w * 0.8, 0.012)], 8, rubber);
}

/// A hood with its duct.
pub fn hood(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let (low, high) = (h * 0.12, h * 0.45);
    b.cuboid(v(-w, 0.0, -d), v(w, low, d), STEEL);
    let ring = |s: f32, y: f32| {
        [
            v(-w * s, y, -d * s),
            v(w * s, y, -d * s),
            v(w * s, y, d * s),
            v(-w * s, y, d * s),
        ]
    };
    let (a, c) = (ring(1.0, low), ring(0.45, high));
    for k in 0..4 {
        let n = (k + 1) % 4;
        b.piece(&[a[n], a[k], c[k], c[n]], STEEL.times(0.9));
    }
    b.cuboid(
        v(-w * 0.45, high, -d * 0.45),
        v(w * 0.45, h, d * 0.45),
        STEEL.times(1.1),
    );
}

/// A box of meters with their windows.
pub fn meters(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    b.cuboid(v(-w, 0.0, -d), v(w, h, d * 0.8), STEEL.times(0.9));
    for row in 0..2 {
        for k in 0..4 {
            let x = -w * 0.72 + w * 0.48 * k as f32;
            let y = h * (0.18 + 0.4 * row as f32);
            b.cuboid(
                v(x - w * 0.17, y, d * 0.8),
                v(x + w * 0.17, y + h * 0.28, d * 0.95),
                DARK,
            );
            b.cuboid(
                v(x - w * 0.13, y + h * 0.14, d * 0.95),
                v(x + w * 0.13, y + h * 0.24, d),
                WHITE,
            );
        }
    }
    b.cuboid(
        v(-w * 0.1, h * 0.9, d * 0.8),
        v(w * 0.1, h * 0.97, d * 0.9),
        Paint::new(0.85, 0.70, 0.15),
    );
}

/// Sockets in a row, plugs and a cable.
pub fn power_strip(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    b.cuboid(v(-w, 0.0, -d), v(w, h * 0.5, d), WHITE);
    for k in 0..4 {
        let x = -w * 0.72 + w * 0.48 * k as f32;
        b.cuboid(v(x - w * 0.12, h * 0.5, -d * 0.5), v(x + w * 0.12, h, d * 0.5), DARK);
    }
    b.cuboid(v(w, 0.01, -0.006), v(w + 0.15, 0.022, 0.006), DARK);
}

/// A pack of cells in its case, with handle and plug.
pub fn battery(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    b.cuboid(v(-w, 0.0, -d), v(w, h * 0.85, d), Paint::new(0.18, 0.22, 0.28));
    b.cuboid(v(-w * 0.4, h * 0.85, -d * 0.15), v(-w * 0.34, h, d * 0.15), DARK);
    b.cuboid(v(w * 0.34, h * 0.85, -d * 0.15), v(w * 0.4, h, d * 0.15), DARK);
    b.cuboid(v(-w * 0.4, h * 0.95, -d * 0.15), v(w * 0.4, h, d * 0.15), DARK);
    b.cuboid(
        v(-w * 0.6, h * 0.3, d),
        v(w * 0.6, h * 0.65, d + 0.004),
        Paint::new(0.85, 0.70, 0.15),
    );
}

/// A cabinet of cells, with louvres and a lamp.
pub fn battery_cabinet(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    b.cuboid(v(-w, 0.0, -d), v(w, h, d), WHITE);
    for k in 0..8 {
        let y = h * (0.08 + 0.03 * k as f32);
        b.cuboid(v(-w * 0.7, y, d), v(w * 0.7, y + h * 0.012, d + 0.01), DARK);
    }
    b.cuboid(v(-w * 0.5, h * 0.66, d), v(w * 0.5, h * 0.82, d + 0.01), DARK);
    b.cuboid(
        v(-w * 0.1, h * 0.88, d),
        v(w * 0.1, h * 0.91, d + 0.012),
        Paint::sign(0.2, 0.9, 0.4),
    );
    b.cuboid(v(w * 0.75, h * 0.4, d), v(w * 0.82, h * 0.52, d + 0.03), STEEL);
}

/// What was spilt, with the bottle it came from.
pub fn spill(b: &mut Builder, size: Vec3) {
    let (w, d) = (size.x * 0.5, size.z * 0.5);
    let wet = Paint::new(0.36, 0.38, 0.40);
    let sides = 18;
    let edge: Vec<Vec3> = (0..sides)
        .map(|k| {
            let a = -std::f32::consts::TAU * k as f32 / sides as f32;
            let r = [1.0, 0.86, 0.94][k % 3];
            v(ops::cos(a) * w * r, 0.006, ops::sin(a) * d * r)
        })
        .collect();
    b.piece(&edge, wet);
    let rings = [(0.0, 0.045), (0.16, 0.045), (0.2, 0.02), (0.24, 0.02)];
    b.turned(
        v(-w * 0.3, 0.045, 0.0),
        v(1.0, 0.0, 0.4),
        &rings,
        10,
        Paint::new(0.75, 0.76, 0.78),
    );
}

/// Something without a model of its own.
pub fn block(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    b.cuboid(v(-w, 0.0, -d), v(w, h, d), Paint::new(0.58, 0.52, 0.44));
    b.cuboid(
        v(-w * 0.9, h, -d * 0.9),
        v(w * 0.9, h + 0.01, d * 0.9),
        Paint::new(0.66, 0.60, 0.52),
    );
}
