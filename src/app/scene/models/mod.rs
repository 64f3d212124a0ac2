//! Low models of things by what they are called, in their own frame: x and z across, y up, standing on the floor in
//! the middle of their footprint.

mod fixtures;
mod furniture;
mod vehicles;

pub use furniture::bed;

use super::mesh::{Builder, Paint};
use bevy::prelude::*;
use fixtures::{
    acoustic_foam, battery, battery_cabinet, block, boards, cylinder, foam_stack, hood, hose, insulation, meters,
    netting, panels, planks, power_strip, scaffolded, spill,
};
use furniture::{
    altar, bin, chair, clothes_rack, clutter, curtain, heater, pan, parcels, shelves, sofa, stage_set, stall, table,
    television, wardrobe,
};
use vehicles::{car, ebike, scooter, tyres};

const WOOD: Paint = Paint::new(0.50, 0.34, 0.20);
const DARK: Paint = Paint::new(0.13, 0.13, 0.14);
const STEEL: Paint = Paint::new(0.62, 0.64, 0.66);

fn v(x: f32, y: f32, z: f32) -> Vec3 {
    Vec3::new(x, y, z)
}

/// Builds a thing with its extent: x, y (up), z, m.
type Model = fn(&mut Builder, Vec3);

/// Models by the words of a thing's title and name, Chinese or English. The first line that has a word of it holds: the
/// particular stands before the general.
const MODELS: [(&[&str], Model); 37] = [
    (&["behind scaffold", "保温外墙"], scaffolded),
    (&["scaffold netting", "脚手架安全网"], netting),
    (&["insulation", "保温层"], insulation),
    (&["acoustic foam", "吸音棉"], acoustic_foam),
    (&["polystyrene", "泡沫板堆"], foam_stack),
    (&["foam-cored", "夹芯"], panels),
    (&["partition of wood", "timber wall", "木板隔断", "木板墙"], boards),
    (&["timber floor", "木楼板"], planks),
    (&["escape-room", "密室"], stage_set),
    (&["stall", "摊位"], stall),
    (&["kick scooter", "滑板车"], scooter),
    (&["e-bike", "ebike", "bicycle", "电动自行车", "电动车"], ebike),
    (&["tyre", "轮胎"], tyres),
    (&["storage-battery", "储能"], battery_cabinet),
    (&["battery pack", "电池组"], battery),
    (&["power strip", "插线板"], power_strip),
    (&["meter box", "电表箱"], meters),
    (&["hood", "油烟"], hood),
    (&["hose", "软管"], hose),
    (&["cylinder", "钢瓶", "气瓶", "气罐"], cylinder),
    (&["spilt", "打翻"], spill),
    (&["incense", "香烛"], altar),
    (&["clothes rack", "rack of clothes", "晾衣架"], clothes_rack),
    (&["shop rack", "shelf", "货架"], shelves),
    (&["clutter", "杂物"], clutter),
    (&["heater", "电暖器", "取暖"], heater),
    (&["sofa", "couch", "armchair", "沙发"], sofa),
    (&["television", "电视"], television),
    (&["mattress", "bed", "床", "被褥"], bed),
    (&["wardrobe", "cupboard", "衣柜", "柜"], wardrobe),
    (&["curtain", "drape", "窗帘", "幕布"], curtain),
    (&["oil", "stove", "油锅", "灶"], pan),
    (&["parcel", "cardboard", "carton", "纸箱", "快递"], parcels),
    (&["waste", "bin", "垃圾", "废纸篓"], bin),
    (&["chair", "stool", "椅", "凳"], chair),
    (&["table", "desk", "桌"], table),
    (&["car", "小汽车", "轿车"], car),
];

/// The model for something of this title and name; a block of its extent where none fits.
pub fn model_of(words: &str) -> Model {
    let words = words.to_lowercase();
    let fits = |(names, _): &&(&[&str], Model)| names.iter().any(|n| words.contains(n));
    MODELS.iter().find(fits).map_or(block, |(_, model)| *model)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, Burns, Library, LibraryKind};

    #[test]
    fn everything_in_the_library_has_a_model_of_its_own_within_its_extent() {
        let library = Library::embedded();
        let names = library.names(LibraryKind::Item);
        assert!(names.len() > 40);
        for name in names {
            let text = library.get(LibraryKind::Item, name).unwrap();
            let burns: Burns = scenario::read_file(name, text.as_bytes()).unwrap();
            let build = |words: &str| {
                let mut b = Builder::default();
                let (x, y, z) = burns.size;
                let size = Vec3::new(x as f32, z as f32, y as f32);
                model_of(words)(&mut b, size);
                let (lo, hi) = b.bounds().unwrap();
                assert!(hi.y <= size.y * 1.15 + 0.25 && lo.y >= -0.01, "{name} {lo} {hi}");
                assert!(
                    hi.x - lo.x <= size.x + 0.35 && hi.z - lo.z <= size.z + 0.35,
                    "{name} {lo} {hi}"
                );
                (b.triangles(), lo, hi)
            };
            let mut plain = Builder::default();
            block(&mut plain, Vec3::ONE);
            // In either language it is the same.
            let zh = build(&burns.title.zh);
            assert_eq!(zh, build(&burns.title.en), "{name}");
            assert!(
                zh.0 > plain.triangles() || burns.title.zh.contains("打翻"),
                "{name} is a plain block"
            );
        }
    }
}
