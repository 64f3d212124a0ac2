//! Low models of things by what they are called, in their own frame: x and z across, y up, standing on the floor in
//! the middle of their footprint; and what makes a room look lived in without being in anybody's way.

use super::mesh::{Builder, Paint};
use bevy::prelude::*;

const WOOD: Paint = Paint::new(0.50, 0.34, 0.20);
const DARK: Paint = Paint::new(0.13, 0.13, 0.14);
const STEEL: Paint = Paint::new(0.62, 0.64, 0.66);
const CLOTH: Paint = Paint::new(0.52, 0.56, 0.62);
const LINEN: Paint = Paint::new(0.86, 0.85, 0.80);

fn v(x: f32, y: f32, z: f32) -> Vec3 {
    Vec3::new(x, y, z)
}

/// What a thing looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Model {
    /// An electric bicycle.
    Ebike,
    /// A sofa.
    Sofa,
    /// A bed or mattress.
    Bed,
    /// A wardrobe, cupboard or shelf.
    Wardrobe,
    /// A curtain.
    Curtain,
    /// A pan on a stove.
    Stove,
    /// Parcels.
    Parcels,
    /// A waste bin.
    Bin,
    /// A heater with clothes over it.
    Heater,
    /// A table or desk.
    Table,
    /// A chair.
    Chair,
    /// A gas cylinder.
    Cylinder,
    /// Anything else.
    Block,
}

impl Model {
    /// By the words of a thing's title and name, Chinese or English.
    pub fn of(words: &str) -> Self {
        let w = words.to_lowercase();
        let any = |list: &[&str]| list.iter().any(|x| w.contains(x));
        if any(&["e-bike", "ebike", "bicycle", "scooter", "电动自行车", "电动车"]) {
            Self::Ebike
        } else if any(&["heater", "电暖器", "取暖"]) {
            Self::Heater
        } else if any(&["sofa", "couch", "沙发"]) {
            Self::Sofa
        } else if any(&["mattress", "bed", "床"]) {
            Self::Bed
        } else if any(&["wardrobe", "cupboard", "shelf", "衣柜", "柜", "货架"]) {
            Self::Wardrobe
        } else if any(&["curtain", "窗帘"]) {
            Self::Curtain
        } else if any(&["oil", "stove", "油锅", "灶"]) {
            Self::Stove
        } else if any(&["parcel", "cardboard", "carton", "纸箱", "快递"]) {
            Self::Parcels
        } else if any(&["waste", "bin", "垃圾", "废纸篓"]) {
            Self::Bin
        } else if any(&["chair", "stool", "椅", "凳"]) {
            Self::Chair
        } else if any(&["table", "desk", "桌"]) {
            Self::Table
        } else if any(&["cylinder", "气瓶", "气罐"]) {
            Self::Cylinder
        } else {
            Self::Block
        }
    }

    /// Builds it with its extent: x, y (up), z, m.
    pub fn build(self, b: &mut Builder, size: Vec3) {
        let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
        match self {
            Self::Ebike => ebike(b, size),
            Self::Sofa => {
                b.cuboid(v(-w, 0.08, -d), v(w, h * 0.5, d), CLOTH);
                b.cuboid(v(-w, h * 0.5, -d), v(w, h, -d * 0.45), CLOTH.times(0.9));
                for s in [-1.0, 1.0] {
                    b.cuboid(
                        v(s * w - 0.09, h * 0.45, -d),
                        v(s * w + 0.09, h * 0.75, d),
                        CLOTH.times(0.85),
                    );
                    b.cuboid(
                        v(s * w * 0.48 - w * 0.42, h * 0.5, -d * 0.4),
                        v(s * w * 0.48 + w * 0.42, h * 0.6, d * 0.92),
                        CLOTH.times(1.12),
                    );
                    b.cuboid(
                        v(s * w * 0.85 - 0.04, 0.0, -d * 0.8),
                        v(s * w * 0.85 + 0.04, 0.08, d * 0.8),
                        WOOD,
                    );
                }
            }
            Self::Bed => bed(b, size),
            Self::Wardrobe => {
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
            Self::Curtain => {
                let folds = 8;
                for k in 0..folds {
                    let (x0, x1) = (
                        -w + 2.0 * w * k as f32 / folds as f32,
                        -w + 2.0 * w * (k + 1) as f32 / folds as f32,
                    );
                    let z = if k % 2 == 0 { d * 0.5 } else { -d * 0.5 };
                    b.cuboid(
                        v(x0, 0.03, z - 0.03),
                        v(x1, h, z + 0.03),
                        Paint::new(0.56, 0.42, 0.40).times(if k % 2 == 0 { 1.0 } else { 0.85 }),
                    );
                }
            }
            Self::Stove => {
                // On a counter as high as a hand reaches.
                b.turned(
                    v(0.0, 0.0, 0.0),
                    Vec3::Y,
                    &[(0.0, w * 0.7), (h * 0.6, w), (h * 0.62, w * 0.96)],
                    12,
                    DARK,
                );
                b.cuboid(v(w * 0.9, h * 0.4, -0.02), v(w * 0.9 + 0.2, h * 0.55, 0.02), DARK);
            }
            Self::Parcels => {
                let card = Paint::new(0.66, 0.50, 0.33);
                b.cuboid(v(-w, 0.0, -d), v(w * 0.1, h * 0.5, d * 0.9), card);
                b.cuboid(v(w * 0.14, 0.0, -d * 0.8), v(w, h * 0.42, d), card.times(0.9));
                b.cuboid(v(-w * 0.8, h * 0.5, -d * 0.8), v(w * 0.05, h, d * 0.6), card.times(1.1));
                b.cuboid(
                    v(w * 0.2, h * 0.42, -d * 0.5),
                    v(w * 0.9, h * 0.8, d * 0.7),
                    card.times(1.05),
                );
                b.cuboid(
                    v(-w * 0.5, h * 1.001, -d * 0.8),
                    v(-w * 0.4, h * 1.004, d * 0.6),
                    Paint::new(0.8, 0.72, 0.5),
                );
            }
            Self::Bin => b.turned(
                Vec3::ZERO,
                Vec3::Y,
                &[(0.0, w * 0.8), (h, w)],
                10,
                Paint::new(0.32, 0.40, 0.46),
            ),
            Self::Heater => {
                // The sofa that the clothes on the heater set alight stands behind it.
                Self::Sofa.build(b, size);
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
            Self::Table => {
                b.cuboid(v(-w, h - 0.05, -d), v(w, h, d), WOOD.times(1.2));
                for (x, z) in [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)] {
                    let (x, z) = (x * (w - 0.06), z * (d - 0.06));
                    b.cuboid(v(x - 0.03, 0.0, z - 0.03), v(x + 0.03, h - 0.05, z + 0.03), WOOD);
                }
            }
            Self::Chair => {
                let seat = h * 0.5;
                b.cuboid(v(-w, seat - 0.04, -d), v(w, seat, d), WOOD.times(1.1));
                b.cuboid(v(-w, seat, -d), v(w, h, -d + 0.04), WOOD);
                for (x, z) in [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)] {
                    let (x, z) = (x * (w - 0.03), z * (d - 0.03));
                    b.cuboid(
                        v(x - 0.02, 0.0, z - 0.02),
                        v(x + 0.02, seat - 0.04, z + 0.02),
                        WOOD.times(0.9),
                    );
                }
            }
            Self::Cylinder => {
                let grey = Paint::new(0.55, 0.58, 0.60);
                b.turned(
                    Vec3::ZERO,
                    Vec3::Y,
                    &[
                        (0.0, w * 0.9),
                        (h * 0.1, w),
                        (h * 0.75, w),
                        (h * 0.88, w * 0.4),
                        (h, w * 0.3),
                    ],
                    12,
                    grey,
                );
            }
            Self::Block => {
                b.cuboid(v(-w, 0.0, -d), v(w, h, d), Paint::new(0.58, 0.52, 0.44));
                b.cuboid(
                    v(-w * 0.9, h, -d * 0.9),
                    v(w * 0.9, h + 0.01, d * 0.9),
                    Paint::new(0.66, 0.60, 0.52),
                );
            }
        }
    }
}

/// A bed with a person's pillow at its western (−x) end.
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

fn ebike(b: &mut Builder, size: Vec3) {
    let (w, h, d) = (size.x * 0.5, size.y, size.z * 0.5);
    let body = Paint::new(0.16, 0.36, 0.56);
    let wheel = h * 0.24;
    for s in [-1.0, 1.0] {
        let middle = v(s * (w - wheel), wheel, -0.035);
        b.turned(
            middle,
            Vec3::Z,
            &[(0.0, wheel * 0.8), (0.01, wheel), (0.06, wheel), (0.07, wheel * 0.8)],
            14,
            DARK,
        );
        b.turned(
            middle - Vec3::Z * 0.005,
            Vec3::Z,
            &[(0.0, wheel * 0.25), (0.08, wheel * 0.25)],
            8,
            STEEL,
        );
    }
    // Footboard, battery case under the seat, seat, leg shield, handlebar, lamp, rack.
    b.cuboid(v(-w * 0.35, wheel * 0.9, -0.11), v(w * 0.35, wheel * 1.15, 0.11), DARK);
    b.cuboid(v(-w * 0.62, wheel * 1.1, -0.12), v(-w * 0.12, h * 0.62, 0.12), body);
    b.cuboid(v(-w * 0.78, h * 0.62, -0.13), v(-w * 0.02, h * 0.71, 0.13), DARK);
    b.cuboid(
        v(-w * 0.95, wheel * 1.9, -0.06),
        v(-w * 0.6, wheel * 2.1, 0.06),
        body.times(0.8),
    );
    b.cuboid(v(w * 0.40, wheel * 1.1, -0.15), v(w * 0.50, h * 0.80, 0.15), body);
    b.cuboid(v(w * 0.46, wheel, -0.03), v(w * 0.56, h * 0.9, 0.03), STEEL);
    b.cuboid(v(w * 0.40, h * 0.92, -d), v(w * 0.46, h * 0.96, d), DARK);
    b.cuboid(
        v(w * 0.50, h * 0.76, -0.07),
        v(w * 0.58, h * 0.90, 0.07),
        Paint::new(0.9, 0.9, 0.85),
    );
    for s in [-1.0, 1.0] {
        b.cuboid(
            v(w * 0.44, h * 0.96, s * d * 0.7 - 0.01),
            v(w * 0.46, h, s * d * 0.7 + 0.01),
            STEEL,
        );
        b.cuboid(
            v(w * 0.43, h * 0.98, s * d * 0.75 - 0.04),
            v(w * 0.45, h * 1.06, s * d * 0.75 + 0.04),
            DARK,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, Burns, Library, LibraryKind};

    /// What stands in most places; whatever else burns is drawn as a block of its extent.
    const COMMON: [&str; 10] = [
        "curtain",
        "ebike_lead_acid",
        "ebike_lithium",
        "heater_with_clothes",
        "mattress",
        "oil_pan",
        "paper_parcels",
        "sofa",
        "wardrobe",
        "waste_bin",
    ];

    #[test]
    fn common_things_have_a_model_of_their_own_within_their_extent() {
        let library = Library::embedded();
        for name in COMMON {
            let text = library.get(LibraryKind::Item, name).unwrap();
            let burns: Burns = scenario::read_file(name, text.as_bytes()).unwrap();
            let model = Model::of(&format!("{} {}", burns.title.zh, burns.title.en));
            assert_ne!(model, Model::Block, "{name}");
            let mut b = Builder::default();
            let (x, y, z) = burns.size;
            let size = Vec3::new(x as f32, z as f32, y as f32);
            model.build(&mut b, size);
            let (lo, hi) = b.bounds().unwrap();
            assert!(hi.y <= size.y * 1.15 + 0.2 && lo.y >= -0.01, "{name} {lo} {hi}");
            assert!(
                hi.x - lo.x <= size.x + 0.35 && hi.z - lo.z <= size.z + 0.35,
                "{name} {lo} {hi}"
            );
        }
    }
}
