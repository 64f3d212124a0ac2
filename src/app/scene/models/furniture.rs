//! What rooms are furnished with.

use super::{DARK, STEEL, WOOD, v};
use crate::app::scene::mesh::{Builder, Paint};
use bevy::prelude::*;

const CLOTH: Paint = Paint::new(0.52, 0.56, 0.62);
const LINEN: Paint = Paint::new(0.86, 0.85, 0.80);
const DRAPE: Paint = Paint::new(0.56, 0.42, 0.40);
const CARD: Paint = Paint::new(0.66, 0.50, 0.33);

/// Corners of a rectangle of half sides 1.
const CORNERS: [(f32, f32); 4] = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];

/// Seat, back, arms and cushions; an armchair has one cushion.
pub fn sofa(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    b.cuboid(v(-w, 0.08, -d), v(w, h * 0.5, d), CLOTH);
    b.cuboid(v(-w, h * 0.5, -d), v(w, h, -d * 0.45), CLOTH.times(0.9));
    let cushions: &[f32] = if size.x < 1.3 { &[0.0] } else { &[-1.0, 1.0] };
    let half = w * 0.84 / cushions.len() as f32;
    for s in cushions {
        let x = s * w * 0.44;
        b.cuboid(
            v(x - half, h * 0.5, -d * 0.4),
            v(x + half, h * 0.6, d * 0.92),
            CLOTH.times(1.12),
        );
    }
    for s in [-1.0, 1.0] {
        b.cuboid(
            v(s * w - 0.09, h * 0.45, -d),
            v(s * w + 0.09, h * 0.75, d),
            CLOTH.times(0.85),
        );
        b.cuboid(
            v(s * w * 0.85 - 0.04, 0.0, -d * 0.8),
            v(s * w * 0.85 + 0.04, 0.08, d * 0.8),
            WOOD,
        );
    }
}

/// With a pillow at its western (−x) end.
pub fn bed(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    b.cuboid(v(-w, 0.0, -d), v(w, h * 0.55, d), WOOD);
    b.cuboid(v(-w + 0.03, h * 0.55, -d + 0.03), v(w - 0.02, h, d - 0.03), LINEN);
    b.cuboid(
        v(-w * 0.25, h * 0.7, -d),
        v(w + 0.01, h + 0.03, d),
        Paint::new(0.42, 0.50, 0.62),
    );
    b.cuboid(v(-w - 0.06, 0.0, -d), v(-w, h + 0.25, d), WOOD.times(0.8));
    b.cuboid(
        v(-w + 0.08, h, -d * 0.5),
        v(-w + 0.42, h + 0.10, d * 0.5),
        Paint::new(0.93, 0.92, 0.90),
    );
}

/// Two doors with handles.
pub fn wardrobe(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    b.cuboid(v(-w, 0.0, -d), v(w, h, d), WOOD.times(1.1));
    for s in [-1.0, 1.0] {
        let (x0, x1) = if s < 0.0 { (-w + 0.02, -0.01) } else { (0.01, w - 0.02) };
        b.cuboid(v(x0, 0.06, d), v(x1, h - 0.04, d + 0.015), WOOD.times(1.3));
        b.cuboid(
            v(s * 0.05 - 0.01, h * 0.45, d + 0.015),
            v(s * 0.05 + 0.01, h * 0.55, d + 0.035),
            STEEL,
        );
    }
}

/// Folds that hang from a rail.
pub fn curtain(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let folds = ((size.x / 0.13) as usize).clamp(4, 48);
    for k in 0..folds {
        let x = |k: usize| -w + 2.0 * w * k as f32 / folds as f32;
        let z = if k % 2 == 0 { d * 0.5 } else { -d * 0.5 };
        let paint = DRAPE.times(if k % 2 == 0 { 1.0 } else { 0.85 });
        b.cuboid(v(x(k), 0.03, z - 0.03), v(x(k + 1), h - 0.04, z + 0.03), paint);
    }
    b.cuboid(v(-w, h - 0.04, -0.02), v(w, h, 0.02), STEEL);
}

/// A pan with its handle, on whatever it stands on.
pub fn pan(b: &mut Builder, size: Vec3) {
    let (w, h) = (size.x * 0.5, size.y);
    b.turned(
        Vec3::ZERO,
        Vec3::Y,
        &[(0.0, w * 0.7), (h * 0.6, w), (h * 0.62, w * 0.96)],
        12,
        DARK,
    );
    b.cuboid(v(w * 0.9, h * 0.4, -0.02), v(w * 0.9 + 0.2, h * 0.55, 0.02), DARK);
}

/// Cartons on one another, one with its tape.
pub fn parcels(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    b.cuboid(v(-w, 0.0, -d), v(w * 0.1, h * 0.5, d * 0.9), CARD);
    b.cuboid(v(w * 0.14, 0.0, -d * 0.8), v(w, h * 0.42, d), CARD.times(0.9));
    b.cuboid(v(-w * 0.8, h * 0.5, -d * 0.8), v(w * 0.05, h, d * 0.6), CARD.times(1.1));
    b.cuboid(
        v(w * 0.2, h * 0.42, -d * 0.5),
        v(w * 0.9, h * 0.8, d * 0.7),
        CARD.times(1.05),
    );
    let tape = Paint::new(0.8, 0.72, 0.5);
    b.cuboid(v(-w * 0.5, h * 1.001, -d * 0.8), v(-w * 0.4, h * 1.004, d * 0.6), tape);
}

/// Cartons and a broken chair along a wall.
pub fn clutter(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    b.cuboid(v(-w, 0.0, -d), v(-w * 0.35, h * 0.45, d * 0.9), CARD);
    b.cuboid(
        v(-w * 0.95, h * 0.45, -d * 0.8),
        v(-w * 0.45, h * 0.8, d * 0.7),
        CARD.times(0.85),
    );
    b.cuboid(v(-w * 0.28, 0.0, -d), v(w * 0.05, h, -d * 0.5), WOOD.times(1.2));
    let mut own = Builder::default();
    chair(&mut own, v((size.x * 0.3).min(0.45), h * 0.75, size.z * 0.8));
    b.append(own, Transform::from_xyz(w * 0.62, 0.0, 0.0), [1.0; 3]);
    b.cuboid(
        v(w * 0.1, 0.0, -d * 0.4),
        v(w * 0.34, h * 0.35, d),
        Paint::new(0.30, 0.42, 0.50),
    );
}

/// Open at the top.
pub fn bin(b: &mut Builder, size: Vec3) {
    let (w, h) = (size.x * 0.5, size.y);
    let blue = Paint::new(0.32, 0.40, 0.46);
    b.turned(Vec3::ZERO, Vec3::Y, &[(0.0, w * 0.8), (h * 0.94, w)], 10, blue);
    b.turned(
        v(0.0, h * 0.94, 0.0),
        Vec3::Y,
        &[(0.0, w * 0.9), (h * 0.06, w * 0.5)],
        10,
        LINEN,
    );
}

/// A heater with clothes over it, before the sofa that they set alight.
pub fn heater(b: &mut Builder, size: Vec3) {
    let d = size.z * 0.5;
    sofa(b, size);
    b.cuboid(
        v(-0.3, 0.06, d + 0.1),
        v(0.3, 0.62, d + 0.2),
        Paint::new(0.86, 0.86, 0.84),
    );
    for k in 0..6 {
        let x = -0.25 + 0.1 * k as f32;
        b.cuboid(
            v(x - 0.02, 0.12, d + 0.2),
            v(x + 0.02, 0.56, d + 0.215),
            Paint::new(0.9, 0.45, 0.15),
        );
    }
    b.cuboid(
        v(-0.26, 0.5, d + 0.08),
        v(0.12, 0.66, d + 0.23),
        Paint::new(0.25, 0.36, 0.58),
    );
}

/// A top on four legs.
pub fn table(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    b.cuboid(v(-w, h - 0.05, -d), v(w, h, d), WOOD.times(1.2));
    for (x, z) in CORNERS {
        let (x, z) = (x * (w - 0.06), z * (d - 0.06));
        b.cuboid(v(x - 0.03, 0.0, z - 0.03), v(x + 0.03, h - 0.05, z + 0.03), WOOD);
    }
}

/// Seat, back and four legs.
pub fn chair(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let seat = h * 0.5;
    b.cuboid(v(-w, seat - 0.04, -d), v(w, seat, d), WOOD.times(1.1));
    b.cuboid(v(-w, seat, -d), v(w, h, -d + 0.04), WOOD);
    for (x, z) in CORNERS {
        let (x, z) = (x * (w - 0.03), z * (d - 0.03));
        b.cuboid(
            v(x - 0.02, 0.0, z - 0.02),
            v(x + 0.02, seat - 0.04, z + 0.02),
            WOOD.times(0.9),
        );
    }
}

/// Two stands, a rail and what hangs on it.
pub fn clothes_rack(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    for s in [-1.0, 1.0] {
        b.cuboid(
            v(s * (w - 0.02) - 0.02, 0.0, -0.02),
            v(s * (w - 0.02) + 0.02, h, 0.02),
            STEEL,
        );
        b.cuboid(
            v(s * (w - 0.02) - 0.02, 0.0, -d),
            v(s * (w - 0.02) + 0.02, 0.04, d),
            STEEL,
        );
    }
    b.cuboid(v(-w, h - 0.04, -0.015), v(w, h, 0.015), STEEL);
    let paints = [
        Paint::new(0.62, 0.25, 0.25),
        Paint::new(0.25, 0.35, 0.55),
        LINEN,
        Paint::new(0.30, 0.45, 0.34),
        Paint::new(0.55, 0.48, 0.30),
    ];
    for (k, paint) in paints.into_iter().enumerate() {
        let x = w * (-0.72 + 0.36 * k as f32);
        let low = h * if k % 2 == 0 { 0.35 } else { 0.5 };
        b.cuboid(v(x - 0.05, low, -d * 0.8), v(x + 0.05, h - 0.06, d * 0.8), paint);
    }
}

/// Shelves of goods.
pub fn shelves(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    for (x, z) in CORNERS {
        b.cuboid(v(x * w - x * 0.04, 0.0, z * d - z * 0.04), v(x * w, h, z * d), STEEL);
    }
    for level in 0..4 {
        let y = h * (0.06 + 0.24 * level as f32);
        b.cuboid(v(-w, y, -d), v(w, y + 0.03, d), STEEL.times(0.9));
        for k in 0..5 {
            let x = -w * 0.8 + w * 0.4 * k as f32;
            let tall = h * (0.12 + 0.04 * ((k + level) % 3) as f32);
            let paint = [CARD, Paint::new(0.62, 0.28, 0.24), Paint::new(0.32, 0.46, 0.60)][(k + 2 * level) % 3];
            b.cuboid(
                v(x - w * 0.15, y + 0.03, -d * 0.8),
                v(x + w * 0.15, y + 0.03 + tall, d * 0.85),
                paint,
            );
        }
    }
}

/// A screen on its foot.
pub fn television(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    b.cuboid(v(-w * 0.35, 0.0, -d), v(w * 0.35, 0.03, d), DARK);
    b.cuboid(v(-0.04, 0.0, -0.02), v(0.04, h * 0.2, 0.02), DARK);
    b.cuboid(v(-w, h * 0.12, -0.03), v(w, h, 0.03), DARK);
    b.cuboid(
        v(-w + 0.03, h * 0.16, 0.03),
        v(w - 0.03, h - 0.03, 0.035),
        Paint::new(0.10, 0.13, 0.18),
    );
}

/// Candles and an incense pot on a table.
pub fn altar(b: &mut Builder, size: Vec3) {
    let h = size.y * 0.78;
    table(b, v(size.x, h, size.z));
    let wax = Paint::new(0.72, 0.16, 0.14);
    for s in [-1.0, 1.0] {
        let foot = v(s * size.x * 0.33, h, 0.0);
        b.turned(foot, Vec3::Y, &[(0.0, 0.025), (size.y * 0.16, 0.025)], 8, wax);
        let flame = Paint::sign(1.0, 0.72, 0.3);
        b.turned(
            foot + Vec3::Y * size.y * 0.16,
            Vec3::Y,
            &[(0.0, 0.008), (0.02, 0.012), (0.05, 0.0)],
            6,
            flame,
        );
    }
    let bronze = Paint::new(0.45, 0.36, 0.20);
    b.turned(
        v(0.0, h, 0.0),
        Vec3::Y,
        &[(0.0, 0.05), (0.04, 0.09), (0.10, 0.08)],
        10,
        bronze,
    );
    for k in 0..3 {
        let x = -0.03 + 0.03 * k as f32;
        b.cuboid(
            v(x - 0.003, h + 0.1, -0.003),
            v(x + 0.003, h + size.y * 0.2, 0.003),
            wax,
        );
    }
}

/// Counter, goods and an awning on four posts.
pub fn stall(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    b.cuboid(
        v(-w * 0.95, 0.0, -d * 0.6),
        v(w * 0.95, h * 0.36, d * 0.6),
        WOOD.times(1.1),
    );
    for k in 0..5 {
        let x = -w * 0.76 + w * 0.38 * k as f32;
        let paint = [
            Paint::new(0.70, 0.40, 0.20),
            Paint::new(0.36, 0.52, 0.28),
            Paint::new(0.66, 0.22, 0.20),
        ][k % 3];
        b.cuboid(
            v(x - w * 0.16, h * 0.36, -d * 0.45),
            v(x + w * 0.16, h * 0.44, d * 0.5),
            paint,
        );
    }
    for (x, z) in CORNERS {
        b.cuboid(
            v(x * w - x * 0.05, 0.0, z * d - z * 0.05),
            v(x * w, h * 0.92, z * d),
            STEEL,
        );
    }
    for k in 0..8 {
        let x = |k: usize| -w + 2.0 * w * k as f32 / 8.0;
        let paint = if k % 2 == 0 {
            Paint::new(0.70, 0.24, 0.20)
        } else {
            LINEN
        };
        b.cuboid(v(x(k), h * 0.92, -d), v(x(k + 1), h, d), paint);
    }
}

/// Painted boards with an arch, ropes and cloth.
pub fn stage_set(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let stone = Paint::new(0.40, 0.38, 0.36);
    for row in 0..6 {
        for k in 0..6 {
            let shift = if row % 2 == 0 { 0.0 } else { w / 6.0 };
            let (x0, x1) = (-w + w * k as f32 / 3.0 + shift, -w + w * (k + 1) as f32 / 3.0 + shift);
            let (y0, y1) = (h * row as f32 / 6.0, h * (row + 1) as f32 / 6.0);
            let arch = x0.abs().max(x1.abs()) < w * 0.34 && row < 4;
            if !arch {
                let paint = stone.times(0.85 + 0.1 * ((row + k) % 4) as f32);
                b.cuboid(
                    v(x0 + 0.01, y0 + 0.01, -d),
                    v(x1.min(w) - 0.01, y1 - 0.01, -d * 0.4),
                    paint,
                );
            }
        }
    }
    let mut cloth = Builder::default();
    curtain(&mut cloth, v(size.x * 0.24, h * 0.9, d * 0.6));
    b.append(cloth, Transform::from_xyz(w * 0.7, 0.0, d * 0.4), [1.0; 3]);
}
