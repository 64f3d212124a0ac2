//! What fires are fought with: bottles, reels, hydrants, covers; their charges, times, ranges and labels.
//!
//! The ratings are those of the 2005 edition of GB 4351.1, recalled and not looked up, with the areas in use of
//! GB 50140-2005: GB 4351-2023 has been in force since 2025-01-01 and may differ. Rows that nobody could look up have
//! `checked: false` and are shown as 待核实.

use crate::scenario::Agent;
use serde::{Deserialize, Serialize};

/// A means of fighting a fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Means {
    /// A hand-held extinguisher with this agent.
    Bottle(Agent),
    /// A bucket of water, thrown.
    Bucket,
    /// A bucket of sand, thrown.
    SandBucket,
    /// A hose reel (消防软管卷盘).
    HoseReel,
    /// A garden hose or the light hose of a home (轻便消防水龙).
    GardenHose,
    /// The straight jet of a hydrant's branch.
    Hydrant,
    /// The rain of a sprinkler.
    Sprinkler,
    /// A lid that fits, slid on.
    Lid,
    /// A fire blanket, laid on.
    Blanket,
}

/// What leaves the nozzle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Medium {
    /// `fat`: labelled F, saponifies and cools burning fat without a flash.
    Water {
        /// Labelled F.
        fat: bool,
        /// With a wetting additive.
        additive: bool,
    },
    Foam,
    Powder {
        /// Sticks to embers and glazes them.
        glazes: bool,
    },
    CarbonDioxide,
    Sand,
    Cover,
}

/// How water or agent travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Drops or a cloud.
    Spray,
    /// An unbroken jet.
    Jet,
    /// All at once.
    Thrown,
    /// From above.
    Rain,
    /// Laid on by hand.
    Laid,
}

impl Means {
    /// Every means, bottles first.
    pub const ALL: [Self; 15] = [
        Self::Bottle(Agent::AbcPowder),
        Self::Bottle(Agent::BcPowder),
        Self::Bottle(Agent::CarbonDioxide),
        Self::Bottle(Agent::Water),
        Self::Bottle(Agent::WaterAdditive),
        Self::Bottle(Agent::WaterAdditiveF),
        Self::Bottle(Agent::Foam),
        Self::Lid,
        Self::Blanket,
        Self::SandBucket,
        Self::Bucket,
        Self::GardenHose,
        Self::HoseReel,
        Self::Hydrant,
        Self::Sprinkler,
    ];

    pub(super) fn medium(self) -> Medium {
        let water = |additive, fat| Medium::Water { fat, additive };
        match self {
            Self::Bottle(Agent::AbcPowder) => Medium::Powder { glazes: true },
            Self::Bottle(Agent::BcPowder) => Medium::Powder { glazes: false },
            Self::Bottle(Agent::CarbonDioxide) => Medium::CarbonDioxide,
            Self::Bottle(Agent::Water) => water(false, false),
            Self::Bottle(Agent::WaterAdditive) => water(true, false),
            Self::Bottle(Agent::WaterAdditiveF) => water(true, true),
            Self::Bottle(Agent::Foam) => Medium::Foam,
            Self::Bucket | Self::HoseReel | Self::GardenHose | Self::Hydrant | Self::Sprinkler => water(false, false),
            Self::SandBucket => Medium::Sand,
            Self::Lid | Self::Blanket => Medium::Cover,
        }
    }

    pub(super) fn form(self) -> Form {
        match self {
            Self::Bottle(Agent::Water) | Self::HoseReel | Self::GardenHose | Self::Hydrant => Form::Jet,
            Self::Bottle(_) => Form::Spray,
            Self::Bucket | Self::SandBucket => Form::Thrown,
            Self::Sprinkler => Form::Rain,
            Self::Lid | Self::Blanket => Form::Laid,
        }
    }

    /// Part of the water that stays on what burns and evaporates there, 0 to 1 (about 0.3 for jets and 0.5 for fog in
    /// firefighters' practice; a bucket mostly runs off; assumption, 待核实).
    pub(super) fn efficiency(self) -> f64 {
        match (self.form(), self) {
            (_, Self::Bottle(Agent::WaterAdditive | Agent::WaterAdditiveF | Agent::Foam)) => 0.6,
            (Form::Spray | Form::Rain, _) => 0.5,
            (Form::Jet, _) => 0.4,
            (Form::Thrown | Form::Laid, _) => 0.2,
        }
    }

    /// It conducts: the cross-section of the unbroken water, m², and its conductivity, S/m. `None`: nothing that
    /// conducts reaches the target. A spray breaks into drops after the first tenths of a metre; bottles labelled E are
    /// tested for that at 1 m (GB 4351; the figures are assumptions, 待核实: tap water 0.05 S/m, additives ten times).
    pub(super) fn conducts(self) -> Option<(f64, f64)> {
        match self {
            Self::Bottle(Agent::Water) => Some((1.3e-5, 0.05)),
            Self::Bottle(Agent::WaterAdditive | Agent::Foam) => Some((2e-6, 0.5)),
            Self::GardenHose => Some((3e-5, 0.05)),
            Self::HoseReel => Some((3e-5, 0.05)),
            Self::Hydrant => Some((2.8e-4, 0.05)),
            Self::Bucket => Some((2e-3, 0.05)),
            Self::Bottle(_) | Self::SandBucket | Self::Sprinkler | Self::Lid | Self::Blanket => None,
        }
    }

    /// Wets the floor about the target.
    pub(super) fn wets(self) -> bool {
        matches!(self.medium(), Medium::Water { .. } | Medium::Foam)
    }
}

/// What stands on an extinguisher's label or a reel's sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Device {
    /// As written on it, `"MF/ABC4"`.
    pub code: &'static str,
    /// What comes out.
    pub means: Means,
    /// kg (litres of water count as kg); infinite on the mains.
    pub charge_kg: f64,
    /// From full to empty, s; for reels and hydrants the time in which `charge_kg` would leave is given by `flow_kg_s`.
    pub discharge_s: f64,
    /// Mean flow while it lasts, kg/s.
    pub flow_kg_s: f64,
    /// Reach of the stream at 20 °C in still air, m.
    pub range_m: f64,
    /// Rating such as `"2A 55B"`; empty where there is none.
    pub rating: &'static str,
    /// Letters of the fire classes on the label (GB/T 4968: A solids, B liquids, C gases, E live parts, F fats).
    pub classes: &'static str,
    /// People it takes.
    pub people: u8,
    /// Where the figures come from.
    pub source: &'static str,
    /// Looked up in the document itself.
    pub checked: bool,
}

/// Part of the charge that stays behind (GB 4351.1-2005: at most 10 % of water, 15 % of powder; recalled, 待核实).
const REMAINS: f64 = 0.1;

const BOTTLES: &str = "GB 4351.1-2005, GB 50140-2005 附录A(凭记忆，待核实；GB 4351-2023 已于 2025-01-01 施行)";
const VENDOR: &str = "厂家产品标牌：最小有效喷射时间；级别据 GB 50140-2005 附录A(凭记忆，待核实)";

const fn bottle(
    code: &'static str,
    agent: Agent,
    (charge_kg, discharge_s, range_m): (f64, f64, f64),
    rating: &'static str,
    classes: &'static str,
    source: &'static str,
) -> Device {
    Device {
        code,
        means: Means::Bottle(agent),
        charge_kg,
        discharge_s,
        flow_kg_s: charge_kg * (1.0 - REMAINS) / discharge_s,
        range_m,
        rating,
        classes,
        people: 1,
        source,
        checked: false,
    }
}

const fn hose(
    code: &'static str,
    means: Means,
    (charge_kg, flow_kg_s, range_m): (f64, f64, f64),
    people: u8,
    source: &'static str,
    checked: bool,
) -> Device {
    Device {
        code,
        means,
        charge_kg,
        discharge_s: charge_kg / flow_kg_s,
        flow_kg_s,
        range_m,
        rating: "",
        classes: "A",
        people,
        source,
        checked,
    }
}

const fn cover(code: &'static str, means: Means, classes: &'static str, source: &'static str) -> Device {
    Device {
        code,
        means,
        charge_kg: f64::INFINITY,
        discharge_s: f64::INFINITY,
        flow_kg_s: 0.0,
        range_m: 0.8,
        rating: "",
        classes,
        people: 1,
        source,
        checked: false,
    }
}

/// Every size in use.
pub const DEVICES: [Device; 35] = [
    bottle("MF/ABC1", Agent::AbcPowder, (1.0, 8.0, 3.0), "1A 21B", "ABCE", VENDOR),
    bottle("MF/ABC2", Agent::AbcPowder, (2.0, 8.0, 3.0), "1A 21B", "ABCE", VENDOR),
    bottle("MF/ABC3", Agent::AbcPowder, (3.0, 13.0, 3.5), "2A 34B", "ABCE", VENDOR),
    bottle("MF/ABC4", Agent::AbcPowder, (4.0, 13.0, 3.5), "2A 55B", "ABCE", VENDOR),
    bottle("MF/ABC5", Agent::AbcPowder, (5.0, 13.0, 3.5), "3A 89B", "ABCE", BOTTLES),
    bottle("MF/ABC8", Agent::AbcPowder, (8.0, 15.0, 4.5), "4A 144B", "ABCE", VENDOR),
    bottle("MF1", Agent::BcPowder, (1.0, 8.0, 3.0), "21B", "BCE", BOTTLES),
    bottle("MF2", Agent::BcPowder, (2.0, 8.0, 3.0), "21B", "BCE", BOTTLES),
    bottle("MF3", Agent::BcPowder, (3.0, 13.0, 3.5), "34B", "BCE", BOTTLES),
    bottle("MF4", Agent::BcPowder, (4.0, 13.0, 3.5), "55B", "BCE", BOTTLES),
    bottle("MF8", Agent::BcPowder, (8.0, 15.0, 4.5), "144B", "BCE", BOTTLES),
    bottle("MT2", Agent::CarbonDioxide, (2.0, 8.0, 1.5), "21B", "BCE", VENDOR),
    bottle("MT3", Agent::CarbonDioxide, (3.0, 8.0, 2.0), "21B", "BCE", BOTTLES),
    bottle("MT5", Agent::CarbonDioxide, (5.0, 9.0, 2.0), "34B", "BCE", BOTTLES),
    bottle("MT7", Agent::CarbonDioxide, (7.0, 12.0, 2.5), "55B", "BCE", BOTTLES),
    bottle("MS/Q3", Agent::Water, (3.0, 15.0, 3.0), "1A", "A", BOTTLES),
    bottle("MS/Q6", Agent::Water, (6.0, 30.0, 3.5), "1A", "A", BOTTLES),
    bottle("MS/Q9", Agent::Water, (9.0, 40.0, 4.0), "2A", "A", BOTTLES),
    bottle("MS/T3", Agent::WaterAdditive, (3.0, 15.0, 3.0), "1A 55B", "AB", BOTTLES),
    bottle("MS/T6", Agent::WaterAdditive, (6.0, 30.0, 3.5), "1A 55B", "AB", BOTTLES),
    bottle("MS/T9", Agent::WaterAdditive, (9.0, 40.0, 4.0), "2A 89B", "AB", BOTTLES),
    bottle(
        "MS/T2(E F)",
        Agent::WaterAdditiveF,
        (2.0, 15.0, 3.0),
        "1A 55B",
        "ABEF",
        BOTTLES,
    ),
    bottle(
        "MS/T3(E F)",
        Agent::WaterAdditiveF,
        (3.0, 20.0, 3.0),
        "1A 55B",
        "ABEF",
        BOTTLES,
    ),
    bottle(
        "MS/T6(E F)",
        Agent::WaterAdditiveF,
        (6.0, 30.0, 3.5),
        "2A 89B",
        "ABEF",
        BOTTLES,
    ),
    bottle("MP3", Agent::Foam, (3.0, 15.0, 3.0), "1A 55B", "AB", BOTTLES),
    bottle("MP6", Agent::Foam, (6.0, 30.0, 3.5), "1A 55B", "AB", BOTTLES),
    bottle("MP9", Agent::Foam, (9.0, 40.0, 4.0), "2A 89B", "AB", BOTTLES),
    cover("锅盖", Means::Lid, "F", "大小相当的金属锅盖：消防部门家庭厨房提示"),
    cover(
        "灭火毯 1×1 m",
        Means::Blanket,
        "F",
        "1 m×1 m 灭火毯，只用于小件和油锅(待核实)",
    ),
    hose(
        "沙桶",
        Means::SandBucket,
        (12.0, 6.0, 2.0),
        1,
        "约 8 升沙(待核实)",
        false,
    ),
    hose(
        "水桶",
        Means::Bucket,
        (9.0, 3.6, 3.0),
        1,
        "8-10 升，2-3 秒泼出，不超过 3 m(待核实)",
        false,
    ),
    hose(
        "轻便消防水龙",
        Means::GardenHose,
        (f64::INFINITY, 0.3, 5.0),
        1,
        "0.25-0.4 L/s(待核实)",
        false,
    ),
    hose(
        "消防软管卷盘",
        Means::HoseReel,
        (f64::INFINITY, 0.4, 6.0),
        1,
        "DN19-25,0.4 L/s,射程不小于 6 m(待核实)",
        false,
    ),
    hose(
        "室内消火栓",
        Means::Hydrant,
        (f64::INFINITY, 5.0, 13.0),
        2,
        "DN65、19 mm 水枪 5 L/s,0.50 MPa 以上反作用力超过 220 N(m-fire.cn)",
        true,
    ),
    hose(
        "洒水喷头 K80",
        Means::Sprinkler,
        (f64::INFINITY, 1.33, 3.0),
        0,
        "GB 50084:K80 在 0.1 MPa 时 80 L/min(凭记忆，待核实)",
        false,
    ),
];

impl Device {
    /// The device of a means whose charge comes nearest to one in kg or litres; the first one of a means that has no
    /// charge.
    pub fn nearest(means: Means, charge_kg: f64) -> Option<&'static Self> {
        let far = |d: &Self| {
            if d.charge_kg.is_finite() {
                (d.charge_kg - charge_kg).abs()
            } else {
                0.0
            }
        };
        DEVICES
            .iter()
            .filter(|d| d.means == means)
            .min_by(|a, b| far(a).total_cmp(&far(b)))
    }
}

/// A device in use, with what is left in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct InUse {
    /// What comes out.
    pub means: Means,
    /// Still to come out, kg; infinite on the mains.
    pub left_kg: f64,
    /// kg/s.
    pub flow_kg_s: f64,
    /// m.
    pub range_m: f64,
}

impl InUse {
    /// Full, of a charge in kg or litres; `None` where no such device is known.
    pub fn full(means: Means, charge_kg: f64) -> Option<Self> {
        let d = Device::nearest(means, charge_kg)?;
        let charge = if d.charge_kg.is_finite() {
            charge_kg.max(0.0)
        } else {
            d.charge_kg
        };
        let part = if d.charge_kg.is_finite() && d.charge_kg > 0.0 {
            charge / d.charge_kg
        } else {
            1.0
        };
        Some(Self {
            means,
            left_kg: charge * (1.0 - REMAINS),
            // A charge between two sizes empties in the time of the nearest.
            flow_kg_s: d.flow_kg_s * part,
            range_m: d.range_m,
        })
    }
    /// Lets agent out for `dt_s`; kg that left. Laid-on means give nothing.
    pub fn squeeze(&mut self, dt_s: f64) -> f64 {
        let out = (self.flow_kg_s * dt_s.max(0.0)).min(self.left_kg);
        self.left_kg -= out;
        out
    }
    /// Nothing comes out any more.
    pub fn empty(&self) -> bool {
        self.left_kg <= 1e-9
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_means_has_a_device_and_every_bottle_empties_in_its_time() {
        for means in Means::ALL {
            assert!(DEVICES.iter().any(|d| d.means == means), "{means:?}");
        }
        for d in DEVICES.iter().filter(|d| matches!(d.means, Means::Bottle(_))) {
            let mut used = InUse::full(d.means, d.charge_kg).unwrap();
            let mut t = 0.0;
            while !used.empty() {
                used.squeeze(0.05);
                t += 0.05;
            }
            assert!((t - d.discharge_s).abs() < 0.11, "{}: {t} s", d.code);
            assert!(!d.source.is_empty());
        }
    }

    #[test]
    fn only_labels_with_f_and_covers_are_for_burning_fat() {
        for d in &DEVICES {
            let fat = matches!(d.means.medium(), Medium::Water { fat: true, .. } | Medium::Cover);
            assert_eq!(d.classes.contains('F'), fat, "{}", d.code);
            if d.classes.contains('E') {
                assert!(d.means.conducts().is_none(), "{}", d.code);
            }
        }
    }
}
