//! The page for trainers, made from the item library: what each thing does when it burns, and how each means of
//! fighting fares on it. Every verdict is computed by the laws of [`super::suppress`], none is written by hand.

use super::agents::{InUse, Means};
use super::items::{Fuel, Item};
use super::suppress::{Aim, Application, Trial, Verdict};
use crate::place::{SpaceId, Thing, ThingId};
use crate::scenario::{Agent, Burns, Issue, Library, LibraryKind, Nature, Point, Text, read_file};
use std::fmt::Write;
use std::sync::Arc;

/// The means of the page with their charges in kg or litres; as they hang in buildings.
const SHOWN: [(Means, f64); 15] = [
    (Means::Bottle(Agent::AbcPowder), 4.0),
    (Means::Bottle(Agent::BcPowder), 4.0),
    (Means::Bottle(Agent::CarbonDioxide), 3.0),
    (Means::Bottle(Agent::Water), 6.0),
    (Means::Bottle(Agent::WaterAdditive), 3.0),
    (Means::Bottle(Agent::WaterAdditiveF), 3.0),
    (Means::Bottle(Agent::Foam), 6.0),
    (Means::Lid, 0.0),
    (Means::Blanket, 0.0),
    (Means::SandBucket, 12.0),
    (Means::Bucket, 9.0),
    (Means::GardenHose, 0.0),
    (Means::HoseReel, 0.0),
    (Means::Hydrant, 0.0),
    (Means::Sprinkler, 0.0),
];
/// The fight begins when the fire has this heat release rate, kW, or this part of its peak if that is less.
const BEGINS: (f64, f64) = (100.0, 0.5);
/// Longest use of what never empties, s, and how long it is watched afterwards, s.
const USED_S: f64 = 120.0;
const WATCHED_S: f64 = 600.0;
/// A sprinkler rains at most so long, s.
const RAINS_S: f64 = 1200.0;
/// A flux that lights common things in a while, kW/m².
const LIGHTS: f64 = 15.0;

fn both(zh: &str, en: &str) -> Text {
    Text {
        zh: zh.into(),
        en: en.into(),
    }
}

fn means_name(means: Means) -> Text {
    match means {
        Means::Bottle(Agent::AbcPowder) => both("ABC 干粉 4 kg", "ABC powder 4 kg"),
        Means::Bottle(Agent::BcPowder) => both("BC 干粉 4 kg", "BC powder 4 kg"),
        Means::Bottle(Agent::CarbonDioxide) => both("二氧化碳 3 kg", "CO2 3 kg"),
        Means::Bottle(Agent::Water) => both("清水 6 L", "Water 6 L"),
        Means::Bottle(Agent::WaterAdditive) => both("水基 3 L（无 E、F 标志）", "Water-based 3 L (no E, F)"),
        Means::Bottle(Agent::WaterAdditiveF) => both("水基 3 L（有 E、F 标志）", "Water-based 3 L (E, F)"),
        Means::Bottle(Agent::Foam) => both("泡沫 6 L", "Foam 6 L"),
        Means::Lid => both("锅盖", "Lid"),
        Means::Blanket => both("灭火毯", "Blanket"),
        Means::SandBucket => both("沙一桶", "Bucket of sand"),
        Means::Bucket => both("水一桶", "Bucket of water"),
        Means::GardenHose => both("轻便水龙", "Garden hose"),
        Means::HoseReel => both("软管卷盘", "Hose reel"),
        Means::Hydrant => both("消火栓", "Hydrant"),
        Means::Sprinkler => both("洒水喷头", "Sprinkler"),
    }
}

fn verdict_name(verdict: Verdict) -> Text {
    match verdict {
        Verdict::Out => both("灭", "out"),
        Verdict::ComesBack => both("复燃", "comes back"),
        Verdict::Held => both("压小", "held"),
        Verdict::Nothing => both("无效", "nothing"),
        Verdict::Flash => both("喷火", "FLASH"),
        Verdict::Shock => both("触电", "SHOCK"),
        Verdict::Gas => both("漏气", "GAS"),
        Verdict::Spread => both("流散", "SPREADS"),
        Verdict::OutUnpowered => both("断电后灭", "out, power off"),
    }
}

/// An item of the library, as the laws of burning and fighting see it alone in the open.
fn alone(burns: &Burns) -> (Fuel, Item) {
    let fuel = Fuel::new(&Thing {
        path: String::new(),
        burns: Arc::new(burns.clone()),
        space: SpaceId(0),
        at: Point::default(),
        extent: Point::default(),
        z: 0.0,
        ignites_s: None,
        walls_near: 0,
    });
    let item = Item::new(&fuel);
    (fuel, item)
}

/// How a means fares on an item that has just begun to burn, in steady hands.
pub fn fares(burns: &Burns, means: Means, charge: f64) -> Verdict {
    let (fuel, item) = alone(burns);
    let fought = |mains: bool, near: bool| fought(&fuel, item, means, charge, mains, near);
    // What shocks from near by is not for live things, however it fares from afar.
    if burns.live && fought(true, true) == Verdict::Shock {
        return Verdict::Shock;
    }
    match fought(true, false) {
        Verdict::ComesBack if burns.live && fought(false, false) == Verdict::Out => Verdict::OutUnpowered,
        verdict => verdict,
    }
}

/// One fight: with or without the mains, from a fit distance or from a metre.
fn fought(fuel: &Fuel, item: Item, means: Means, charge: f64, mains: bool, near: bool) -> Verdict {
    let Some(mut used) = InUse::full(means, charge) else {
        return Verdict::Nothing;
    };
    let mut trial = Trial::new(fuel, item, mains);
    trial.grow_to(BEGINS.0 * 1e3, BEGINS.1);
    if fuel.nature == Nature::CookingOil {
        // Whoever fights a pan turns the stove off first.
        trial.feed(false);
    }
    let laid = used.flow_kg_s <= 0.0;
    let fit = if laid {
        0.5
    } else {
        (0.6 * used.range_m).clamp(1.2, 3.0)
    };
    let first = Application {
        thing: ThingId(0),
        means,
        kg: 0.0,
        dt_s: 0.05,
        range_m: used.range_m,
        distance_m: if near { fit.min(1.0) } else { fit },
        aim: Aim::Base,
        sweep: 0.75,
        wind_m_s: 0.0,
    };
    let longest = match means {
        Means::Sprinkler => RAINS_S,
        Means::Lid | Means::Blanket => 60.0,
        _ => USED_S,
    };
    let mut time = 0.0;
    while time < longest && trial.burning() && (laid || !used.empty()) {
        if means == Means::Sprinkler {
            trial.rain(used.flow_kg_s / 12.5, 0.05);
        } else {
            let kg = used.squeeze(0.05);
            trial.strike(&Application { kg, ..first });
        }
        trial.wait(0.05);
        time += 0.05;
    }
    trial.watch(WATCHED_S)
}

/// Everything in the library, by name.
///
/// # Errors
/// What is wrong with an item of the library.
pub fn items(library: &Library) -> Result<Vec<(String, Burns)>, Vec<Issue>> {
    let names = library.names(LibraryKind::Item);
    names
        .into_iter()
        .map(|name| {
            let text = library.get(LibraryKind::Item, name).unwrap_or_default();
            let burns = read_file::<Burns>(&Library::path(LibraryKind::Item, name), text.as_bytes())?;
            Ok((name.to_owned(), burns))
        })
        .collect()
}

/// The page in one language, as Markdown.
///
/// # Errors
/// What is wrong with an item of the library.
pub fn page(library: &Library, zh: bool) -> Result<String, Vec<Issue>> {
    let say = |t: &Text| if zh { t.zh.clone() } else { t.en.clone() };
    let items = items(library)?;
    let mut out = String::new();
    // Writing to a string cannot fail.
    let mut line = |text: String| {
        writeln!(out, "{text}").ok();
    };
    line(say(&both(
        "# 各种东西怎么烧、怎么灭",
        "# What burns how, and what puts it out",
    )));
    line(String::new());
    line(say(&both(
        "本页由可燃物库算出，不是手写的。每一格：火刚起来（约 100 kW）时，一个人站在合适的距离，对准火焰根部，用完一具器材（水带最多两分钟，喷头二十分钟），\
         再看十分钟。**灭**：灭了，不再烧。**复燃**：压下去又着。**压小**：小了，没灭。**无效**：几乎没用。**喷火**：水进热油，火团喷出。\
         **触电**：带电时用水，近了会伤人。**断电后灭**：不断电会复燃，断电后能灭。**流散**：把燃烧的液体冲开，火更大。**漏气**：火灭了，气还在漏，可能爆炸，要先关阀。",
        "This page is computed from the library of items, not written by hand. Each cell: a fire that has just begun (about \
         100 kW), one person at a fit distance who aims at the base and empties one device (a hose for two \
         minutes at most, a sprinkler for twenty), then ten minutes of watching. **out**: out for good. **comes back**: knocked down, then burns again. \
         **held**: smaller, not out. **nothing**: of hardly any use. **FLASH**: water in hot fat throws fire about. \
         **SHOCK**: water on a live part hurts whoever holds it. **GAS**: the flame is out, the gas still streams and may \
         explode: shut the valve first.",
    )));
    line(String::new());
    line(say(&both(
        "“灭”不等于该去灭：火超过一人高、烟压到眼睛、退路不在身后、一具用完没灭，就离开、关门、打 119。锂电池喷射、钢瓶鼓胀时不要靠近。\
         器材的喷射时间、射程和级别及多数火灾数值是工程估计，待核实。",
        "“out” does not mean that you should: a fire taller than you, smoke at eye level, no way out behind you, or one \
         bottle emptied in vain: leave, shut the door, call 119. Never go near a lithium pack that jets or a cylinder that \
         bulges. Discharge times, ranges, ratings and most fire figures are engineering assumptions, still to be checked \
         (待核实).",
    )));
    line(String::new());
    let heads: Vec<String> = SHOWN.iter().map(|(m, _)| say(&means_name(*m))).collect();
    line(format!(
        "| {} | {} |",
        say(&both("着火的东西", "what burns")),
        heads.join(" | ")
    ));
    line(format!("|---|{}", "---|".repeat(SHOWN.len())));
    for (_, b) in &items {
        let cells: Vec<String> = SHOWN
            .iter()
            .map(|&(m, charge)| say(&verdict_name(fares(b, m, charge))))
            .collect();
        line(format!("| {} | {} |", say(&b.title), cells.join(" | ")));
    }
    for (name, b) in &items {
        line(String::new());
        line(format!("## {} `{name}`", say(&b.title)));
        line(String::new());
        line(say(&burns_how(b)));
        if let Some(t) = comes_back_how(b) {
            line(String::new());
            line(say(&t));
        }
        line(String::new());
        for s in b.sources.iter().filter(|s| s.checked) {
            let said = [s.document.as_str(), s.article.as_str()];
            let said = said
                .iter()
                .filter(|s| !s.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join(" ");
            line(format!("- {}{said}", say(&both("依据：", "Source: "))));
        }
        // The assumptions are written once, for the people who check them.
        if zh {
            for a in &b.assumptions {
                line(format!("- {a}"));
            }
        } else {
            line(format!(
                "- {} figures are assumptions, still to be checked (待核实)",
                b.assumptions.len()
            ));
        }
    }
    Ok(out)
}

/// How it grows, how large it gets, what it gives off, what it lights.
fn burns_how(b: &Burns) -> Text {
    let (fuel, _) = alone(b);
    let peak = fuel.peak;
    let (mut zh, mut en) = (String::new(), String::new());
    let mut say = |z: String, e: String| {
        zh += &z;
        if !en.is_empty() {
            en.push(' ');
        }
        en += &e;
    };
    let smoulders = fuel.smoulders_s();
    if smoulders >= 5.0 {
        say(
            format!("先冒烟、阴燃约 {smoulders:.0} 秒，没有明火。"),
            format!("Smoulders for about {smoulders:.0} s before it flames."),
        );
    }
    let when = fuel.hardest_s();
    say(
        format!("最大约 {} kW，起火后约 {when:.0} 秒达到；", round(peak / 1e3)),
        format!(
            "At its largest about {} kW, some {when:.0} s after it begins;",
            round(peak / 1e3)
        ),
    );
    let reach = libm::sqrt(fuel.radiative * peak / 1e3 / (4.0 * std::f64::consts::PI * LIGHTS));
    say(
        format!("能引燃约 {reach:.1} m 内的普通物品。"),
        format!("it lights common things within about {reach:.1} m."),
    );
    let smoke = if b.soot_yield >= 0.1 {
        both("烟又浓又黑。", "Its smoke is thick and black.")
    } else if b.soot_yield >= 0.03 {
        both("烟较浓。", "It makes much smoke.")
    } else {
        both("烟较少，仍有毒。", "It makes less smoke, poisonous all the same.")
    };
    say(smoke.zh, smoke.en);
    if b.hcn_yield >= 0.002 {
        say("烟里有氰化氢。".into(), "There is hydrogen cyanide in it.".into());
    }
    if let Some(c) = b.bursts {
        say(
            format!(
                "受热过久会爆裂：{:.0} kg 气体成为半径约 {:.0} m 的火球，本室门窗全毁。",
                c.gas_kg,
                2.9 * libm::cbrt(c.gas_kg)
            ),
            format!(
                "Heated for too long it bursts: {:.0} kg of gas make a ball of fire of some {:.0} m radius, and doors and windows of the room are gone.",
                c.gas_kg,
                2.9 * libm::cbrt(c.gas_kg)
            ),
        );
    }
    if b.brands.is_some() {
        say(
            "在室外烧时，火星会顺风飞出去，引燃下风向的棚布、杂物。".into(),
            "Burning outdoors in wind it sends brands down the wind, which light awnings and clutter there.".into(),
        );
    }
    if let Some(c) = b.battery {
        say(
            format!(
                "电池热失控：喷射火约 {} 次，每次约 {:.0} kW，能到 {:.1} m；释放氟化氢。",
                c.jets, c.jet_kw, c.jet_m
            ),
            format!(
                "Its cells run away one after another: some {} jets of about {:.0} kW that reach {:.1} m; hydrogen fluoride.",
                c.jets, c.jet_kw, c.jet_m
            ),
        );
    }
    Text { zh, en }
}

/// What brings it back, and what goes before fighting.
fn comes_back_how(b: &Burns) -> Option<Text> {
    if b.battery.is_some() {
        return Some(both(
            "干粉只能压几秒：电芯还热，一节接一节喷火复燃；只有大量水长时间冷却才压得住。先逃、关门、报警。",
            "Powder quiets it for seconds: its cells stay hot and burst one after another; only much water for a long time \
             holds it. Get out, shut the door, call 119.",
        ));
    }
    if b.live {
        return Some(both(
            "先断电。不断电，用水会触电，灭了也会再着。",
            "Cut the power first: water shocks, and it lights again while it is live.",
        ));
    }
    match b.nature {
        Nature::Charring => Some(both(
            "有余烬：干粉盖住、水浇透，二氧化碳和 BC 干粉留不住。",
            "Embers: glaze them with ABC powder or soak them; carbon dioxide and BC powder do not last.",
        )),
        Nature::Melting => None,
        Nature::Liquid => Some(both(
            "不要用水冲，会把火带开；用泡沫、干粉。",
            "Water carries it about; use foam or powder.",
        )),
        Nature::Alcohol => Some(both(
            "蓝焰看不清；不要往明火里添酒精。",
            "Its blue flame is hard to see; never pour spirit into a flame.",
        )),
        Nature::CookingOil => Some(both(
            "关火、盖锅盖；不能用水。盖子不要急着揭，油热还会自己着。",
            "Heat off, lid on, never water. Leave the lid: hot fat lights by itself.",
        )),
        Nature::Gas => Some(both(
            "先关阀；关不了阀就不要灭火，撤离、报警、冷却周围。",
            "Shut the valve first; if you cannot, do not put the flame out: get away, call 119, cool what stands about it.",
        )),
    }
}

/// To two figures.
fn round(kw: f64) -> f64 {
    let mut unit = 1.0;
    while kw / unit >= 100.0 {
        unit *= 10.0;
    }
    (kw / unit).round() * unit
}

#[cfg(test)]
mod tests {
    use super::super::agents::Device;
    use super::*;

    fn library(name: &str) -> Burns {
        let all = items(&Library::embedded()).unwrap();
        all.into_iter().find(|(n, _)| n == name).unwrap().1
    }

    #[test]
    fn the_library_holds_what_burns_in_the_district_each_figure_with_source_or_assumption() {
        let all = items(&Library::embedded()).unwrap();
        assert!(all.len() >= 30, "{}", all.len());
        for (name, b) in &all {
            assert!(!b.title.zh.is_empty() && !b.title.en.is_empty(), "{name}");
            assert!(b.assumptions.iter().any(|a| a.contains("待核实")), "{name}");
            assert!(alone(b).0.can_burn(), "{name}");
        }
    }

    #[test]
    fn verdicts_are_those_of_the_fire_service() {
        let abc = (Means::Bottle(Agent::AbcPowder), 4.0);
        for (item, (means, charge), verdict) in [
            ("waste_bin", abc, Verdict::Out),
            ("oil_pan", (Means::Lid, 0.0), Verdict::Out),
            ("oil_pan", (Means::Bucket, 9.0), Verdict::Flash),
            ("oil_pan", (Means::Bottle(Agent::WaterAdditive), 3.0), Verdict::Flash),
            ("oil_pan", (Means::Bottle(Agent::WaterAdditiveF), 3.0), Verdict::Out),
            ("oil_pan", abc, Verdict::ComesBack),
            ("meter_box", (Means::Bucket, 9.0), Verdict::Shock),
            ("meter_box", (Means::Bottle(Agent::Water), 6.0), Verdict::Shock),
            ("meter_box", abc, Verdict::OutUnpowered),
            ("petrol_spill", (Means::Bucket, 9.0), Verdict::Spread),
            ("lpg_cylinder", abc, Verdict::Gas),
            (
                "waste_bin",
                (Means::Bottle(Agent::CarbonDioxide), 3.0),
                Verdict::ComesBack,
            ),
            ("ebike_lithium", abc, Verdict::ComesBack),
            ("paper_parcels", (Means::HoseReel, 0.0), Verdict::Out),
        ] {
            assert_eq!(fares(&library(item), means, charge), verdict, "{item} {means:?}");
        }
    }

    #[test]
    fn every_device_of_the_page_is_known() {
        for (means, charge) in SHOWN {
            assert!(Device::nearest(means, charge).is_some());
        }
    }
}
