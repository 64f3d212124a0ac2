//! The words for what burns, what it is fought with, and what people with a duty do: shared by commands, notes and the
//! rule table.

use crate::place::{EquipmentId, SpaceId};
use crate::scenario::{Agent, EquipmentKind};
use serde::{Deserialize, Serialize};

/// What burns, as far as eye and nose can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Burning {
    /// Wood, paper, cloth, plastic.
    #[default]
    Solids,
    /// Oil in a pan.
    OilPan,
    /// Something under current.
    LiveElectrical,
    /// A traction battery that vents or jets.
    Battery,
    /// Gas from a hose or cylinder.
    GasJet,
    /// Alcohol-based fuel (醇基燃料) or another liquid.
    Liquid,
}

/// Where a fire is, seen from one's own storey.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// On a storey above.
    Above,
    /// On the own storey.
    #[default]
    Same,
    /// On a storey below.
    Below,
}

/// A sign that the outside of the building burns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum OutsideSign {
    /// Flames outside the own window.
    Flames,
    /// Burning netting, scaffold cloth or insulation.
    Netting,
    /// Falling embers.
    Embers,
    /// The glass cracks.
    GlassCracks,
}

/// What a fire is fought with, or smoke is borne with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Means {
    /// A portable extinguisher.
    Extinguisher(Agent),
    /// A lid for a pan.
    Lid,
    /// A fire blanket.
    Blanket,
    /// Hose reel (消防软管卷盘).
    HoseReel,
    /// Indoor hydrant (室内消火栓).
    Hydrant,
    /// A bucket or basin of water.
    Bucket,
    /// A filter hood (过滤式消防自救呼吸器).
    EscapeHood,
    /// A wet towel.
    WetTowel,
    /// A bucket of dry sand.
    Sand,
}

impl Means {
    /// What a piece of equipment is good for; `None` if it is no means.
    pub const fn of(kind: &EquipmentKind) -> Option<Self> {
        Some(match kind {
            EquipmentKind::Extinguisher(agent, _) => Self::Extinguisher(*agent),
            EquipmentKind::PanLid(_) => Self::Lid,
            EquipmentKind::FireBlanket => Self::Blanket,
            EquipmentKind::HoseReel => Self::HoseReel,
            EquipmentKind::Hydrant => Self::Hydrant,
            EquipmentKind::Bucket(_) => Self::Bucket,
            EquipmentKind::SandBucket(_) => Self::Sand,
            EquipmentKind::EscapeHood => Self::EscapeHood,
            _ => return None,
        })
    }

    /// Holds water, whatever is mixed into it.
    pub const fn is_water(self) -> bool {
        matches!(
            self,
            Self::Extinguisher(Agent::Water | Agent::WaterAdditive | Agent::Foam)
                | Self::HoseReel
                | Self::Hydrant
                | Self::Bucket
        )
    }

    /// Fits this fire, by the classes of GB 50140-2005 4.2 (an extinguisher without F on its label is wrong for oil,
    /// without E for live parts; GB 4351-2023).
    pub const fn fits(self, burning: Burning) -> bool {
        match burning {
            Burning::Solids => matches!(
                self,
                Self::Extinguisher(
                    Agent::AbcPowder | Agent::Water | Agent::WaterAdditive | Agent::WaterAdditiveF | Agent::Foam
                ) | Self::HoseReel
                    | Self::Hydrant
                    | Self::Bucket
                    | Self::Sand
            ),
            Burning::OilPan => matches!(
                self,
                Self::Lid | Self::Blanket | Self::Extinguisher(Agent::WaterAdditiveF)
            ),
            Burning::LiveElectrical => matches!(
                self,
                Self::Extinguisher(Agent::AbcPowder | Agent::BcPowder | Agent::CarbonDioxide | Agent::WaterAdditiveF)
            ),
            Burning::Liquid => matches!(
                self,
                Self::Extinguisher(Agent::AbcPowder | Agent::BcPowder | Agent::CarbonDioxide | Agent::Foam)
                    | Self::Blanket
                    | Self::Sand
            ),
            Burning::Battery | Burning::GasJet => false,
        }
    }
}

/// Something done to what burns, by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Treatment {
    /// Turned the heat off.
    HeatOff,
    /// Slid a lid over it.
    LidOn,
    /// Laid a blanket over it.
    BlanketOn,
    /// Lifted lid or blanket.
    CoverLifted,
    /// Threw water on it.
    WaterThrown,
    /// Carried or dragged it away.
    Carried,
    /// Kicked, picked up or took it apart.
    Handled,
    /// Cooled it with water from afar (a hose, from upwind).
    CooledFromAfar,
}

/// What can be switched: by a valve, a breaker, a button, a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Supply {
    /// Gas valve.
    Gas,
    /// Mains switch.
    Power,
    /// Cooker hood.
    Hood,
    /// Music and screens.
    Music,
    /// All lights.
    Lights,
    /// Rolling shutters: on is down.
    Shutters,
    /// Electric locks of exits and play rooms: on is locked.
    Locks,
    /// Fire pump on automatic.
    Pump,
    /// Lifts called down to the exit level.
    LiftsDown,
    /// Sounders of the fire alarm: off is silenced (消音), on sounds them all.
    Sounders,
    /// The fire alarm panel: on is reset (复位).
    Panel,
}

impl Supply {
    /// What a piece of equipment switches; `None` if it switches nothing.
    pub const fn of(kind: &EquipmentKind) -> Option<Self> {
        Some(match kind {
            EquipmentKind::GasValve => Self::Gas,
            EquipmentKind::PowerSwitch => Self::Power,
            EquipmentKind::CookerHood => Self::Hood,
            EquipmentKind::MusicSwitch => Self::Music,
            EquipmentKind::LightSwitch => Self::Lights,
            EquipmentKind::LockRelease => Self::Locks,
            _ => return None,
        })
    }
}

/// What is said to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Words {
    /// There is a fire: leave by this way.
    LeaveThisWay,
    /// Stay behind your door, seal it, go to the window.
    StayBehindDoor,
    /// Help is coming, show yourself at the window.
    HelpComes,
    /// Keep back.
    KeepBack,
}

/// Something that is not as it should be, without a fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Hazard {
    /// An e-bike parked or charged in a hall, stair or flat.
    EbikeIndoors,
    /// Clutter in a corridor or stair.
    Clutter,
    /// A car in the fire lane.
    BlockedLane,
    /// A fire door wedged open.
    WedgedFireDoor,
    /// A locked exit.
    LockedExit,
    /// An extinguisher out of date or without pressure.
    SpentExtinguisher,
    /// Flying leads, overloaded sockets.
    Wiring,
    /// Hot work without permit, guard and cleared surroundings.
    HotWork,
    /// Window bars without a hatch.
    BarredWindow,
}

/// Whom a hazard is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Channel {
    /// 12345, the city's app.
    Hotline12345,
    /// 96119.
    Hotline96119,
    /// The grid worker.
    GridWorker,
    /// The property management.
    Property,
    /// The fire service's emergency number.
    Emergency119,
}

/// A step with a hazard, up to its end (销号).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum HazardStep {
    /// Put right on the spot.
    Fixed,
    /// Told to somebody who must act.
    Reported(Channel),
    /// Entered with a responsible person and a day.
    Booked,
    /// Looked at again.
    Rechecked,
    /// Quarrelled about it.
    Confronted,
}

/// What the fire service is told on arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum BriefItem {
    /// Where and what burns.
    WhereWhat,
    /// Who is missing, and where they were last.
    Missing,
    /// Gas, batteries, cylinders.
    Dangers,
    /// Stairs, hydrants, keys.
    Ways,
    /// Whether power and gas are cut.
    Supplies,
}

/// All of them.
pub const ALL_BRIEF: [BriefItem; 5] = [
    BriefItem::WhereWhat,
    BriefItem::Missing,
    BriefItem::Dangers,
    BriefItem::Ways,
    BriefItem::Supplies,
];

/// Where a stream is aimed at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Aim {
    /// At the base of the flames.
    #[default]
    Base,
    /// Halfway up.
    Middle,
    /// At the tips.
    Tip,
}

/// How an extinguisher is used: pull, grip, aim, press (提、拔、握、压).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Technique {
    /// The seal was broken and the pin pulled before.
    pub pin_pulled: bool,
    /// From here, m.
    pub distance_m: f64,
    /// Where to.
    pub aim: Aim,
    /// From side to side.
    pub sweep: bool,
}

impl Default for Technique {
    /// As it is taught: pin pulled, from 3 m, at the base, sweeping.
    fn default() -> Self {
        Self {
            pin_pulled: true,
            distance_m: 3.0,
            aim: Aim::Base,
            sweep: true,
        }
    }
}

impl Technique {
    /// How well, 0 to 1: a quarter each for the pin, the distance (2 to 4 m; half from 1.5 to 5 m), the aim and the
    /// sweep (portable extinguisher teaching of municipal fire services; the sources differ between 2–3 m and 3–5 m).
    pub fn well(&self) -> f64 {
        let distance = match self.distance_m {
            d if (2.0..=4.0).contains(&d) => 1.0,
            d if (1.5..=5.0).contains(&d) => 0.5,
            _ => 0.0,
        };
        let aim = match self.aim {
            Aim::Base => 1.0,
            Aim::Middle => 0.4,
            Aim::Tip => 0.0,
        };
        (f64::from(u8::from(self.pin_pulled)) + distance + aim + f64::from(u8::from(self.sweep))) / 4.0
    }
}

/// A piece of equipment that a trainee knows of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownEquipment {
    /// Which.
    pub equipment: EquipmentId,
    /// Where.
    pub space: SpaceId,
    /// What it is fought with, if anything.
    pub means: Option<Means>,
    /// What it switches, if anything.
    pub supply: Option<Supply>,
    /// A manual call point.
    pub call_point: bool,
}
