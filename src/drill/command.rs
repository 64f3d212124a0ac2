//! What a trainee can do. Everything that changes the world from outside is a [`Command`].

use super::deeds::{BriefItem, Hazard, HazardStep, Supply, Technique, Treatment, Words};
use crate::crowd::{Gait, PersonId, Posture};
use crate::place::{EquipmentId, LiftId, OpeningId, SpaceId, StoreyId, ThingId};
use crate::scenario::{Point, Text};
use serde::{Deserialize, Serialize};

/// A command, stamped: applied in the order (tick, trainee, sequence).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Tick at which it takes effect.
    pub tick: u64,
    /// Index into the scenario's trainees.
    pub trainee: u16,
    /// Order within the tick.
    pub sequence: u16,
    /// What to do.
    pub action: Action,
}

/// What one content of a call takes to say, s (待核实).
pub(super) const CALL_ITEM_S: f64 = 3.0;

/// An action. Actions on a door, window, lift or person are done on the spot: the trainee first walks there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// Walk to a point of a space, by the way one knows. Opens unlocked doors on the way and passes them.
    WalkTo {
        /// The space to go to.
        space: SpaceId,
        /// In building coordinates; `None`: anywhere in the space.
        at: Option<Point>,
        /// How fast.
        gait: Gait,
    },
    /// Walk by the stairs to the nearest exit to the street.
    WalkOut {
        /// How fast.
        gait: Gait,
    },
    /// Walk in a direction until told otherwise.
    Head {
        /// Unit vector in building coordinates.
        direction: Point,
        /// How fast.
        gait: Gait,
    },
    /// Stand still; breaks off what is being done.
    Stop,
    /// Stand, stoop, crawl or lie down.
    Posture(Posture),
    /// Feel the handle with the back of the hand, 2 s.
    FeelDoor(OpeningId),
    /// Look at the gap below and beside the leaf, 2 s.
    LookAtGap(OpeningId),
    /// Open a hand's breadth with a foot behind the leaf and look, 3 s; it stays so.
    CrackDoor(OpeningId),
    /// Open wide and stay in the room, 1.5 s.
    OpenDoor(OpeningId),
    /// Shut, 1.5 s.
    ShutDoor(OpeningId),
    /// Seal the gaps with wet cloth, 20 s.
    SealDoor(OpeningId),
    /// Open a window wide.
    OpenWindow(OpeningId),
    /// Shut a window.
    ShutWindow(OpeningId),
    /// Show oneself at a window with a light or a bright cloth, 5 s.
    SignalAt(OpeningId),
    /// Look round the space one is in, 1 s.
    LookAround,
    /// Wake somebody by touch, 4 s.
    Wake(PersonId),
    /// Take somebody along: they follow until let go.
    Lead(PersonId),
    /// No longer take somebody along.
    LetGo(PersonId),
    /// Shout "fire, leave".
    Shout,
    /// Knock at a door and call.
    Knock(OpeningId),
    /// Call 119 and say these things; takes 4 s and 3 s for each.
    Call(Vec<CallItem>),
    /// Press the lift's button.
    CallLift(LiftId),
    /// Enter the car that stands open here and ride.
    RideLift(LiftId, StoreyId),
    /// Collect belongings, 30 s.
    CollectBelongings,
    /// Take a piece of equipment in hand, 2 s; one has two hands.
    Take(EquipmentId),
    /// Look at gauge, date and label of what is in hand, 2 s.
    Inspect,
    /// Put down what is in hand, 1 s.
    PutDown,
    /// Use what is in hand on a burning thing, from the distance that the technique says, until it is empty or the
    /// fire is out.
    Use {
        /// What burns.
        thing: ThingId,
        /// How.
        how: Technique,
    },
    /// Do something by hand to a burning or hot thing, 2 to 4 s; lids, blankets and water must be in hand.
    Treat {
        /// To which.
        thing: ThingId,
        /// What.
        how: Treatment,
    },
    /// Switch a valve, breaker, hood, panel, 2 s.
    Switch {
        /// By this piece of equipment.
        equipment: EquipmentId,
        /// On.
        on: bool,
    },
    /// Switch a supply of the building by the panel of the control room, 3 s.
    SwitchByPanel {
        /// What.
        what: Supply,
        /// On.
        on: bool,
    },
    /// Wedge a door open, 3 s.
    Wedge(OpeningId),
    /// Take the wedge away, 2 s.
    Unwedge(OpeningId),
    /// Hold a door open for others until told otherwise.
    HoldDoor(OpeningId),
    /// Take somebody who cannot walk on one's back or in their chair, 10 s; onto a rescue sheet who is bedridden, 55 s;
    /// who lies helpless is dragged.
    Carry(PersonId),
    /// Put them down, 3 s.
    SetDown,
    /// Hand somebody over to others, 5 s.
    HandOver(PersonId),
    /// Say something to those in earshot, 3 s.
    Tell(Words),
    /// Break the glass of a call point, 2 s.
    PressCallPoint(EquipmentId),
    /// Tell the control room by its telephone, 8 s.
    TellControlRoom,
    /// Speak over the loudspeakers, 6 s.
    Announce {
        /// By this microphone.
        microphone: EquipmentId,
        /// On these storeys; empty: in the whole building.
        #[serde(default)]
        storeys: Vec<StoreyId>,
        /// Say where it burns.
        where_it_burns: bool,
        /// Say which way to leave, and which not.
        which_way: bool,
    },
    /// Look through every corner of the space one is in, 1 s for each 4 m².
    Sweep,
    /// Stand at a door and show people the way, 5 s.
    Guide(OpeningId),
    /// Send people to this exit, 4 s.
    Redirect(OpeningId),
    /// Count those one answers for, 1 s each.
    Count,
    /// Report the count, 5 s.
    ReportCount,
    /// Tell the fire service on arrival, 3 s for each.
    Brief(Vec<BriefItem>),
    /// Take a step with a hazard, 10 s.
    Hazard {
        /// Which.
        hazard: Hazard,
        /// What.
        step: HazardStep,
    },
    /// Stop, drop and roll, 5 s.
    Roll,
    /// Fetch and wet a towel, 40 s (spokesmen of the fire service: 30 to 60 s).
    FetchTowel,
    /// Put on the filter hood in hand, 15 s.
    DonHood,
    /// Stand and film, 20 s.
    Film,
    /// Hide in a cupboard, under a bed, in a room without window.
    Hide,
    /// Jump from a window, 4 s.
    Jump(OpeningId),
    /// Move aside out of a crowd, 3 s.
    MoveAside,
    /// Push on in a crowd.
    Push,
    /// Make the fire lane free, 30 s.
    ClearLane,
    /// Cordon off, 10 s.
    Cordon,
    /// Keep watch over what had burnt, 10 s.
    KeepWatch,
    /// Clean up where it had burnt, 20 s.
    CleanUp,
    /// Take payment before letting people go, 30 s.
    TakePayment,
}

impl Action {
    /// How long it takes on the spot, s (assumptions, in one place; measured figures may replace them). 0 for walking,
    /// stopping and postures.
    pub fn duration_s(&self) -> f64 {
        match self {
            Self::FeelDoor(_) | Self::LookAtGap(_) => 2.0,
            Self::CrackDoor(_) => 3.0,
            Self::OpenDoor(_) | Self::ShutDoor(_) | Self::OpenWindow(_) | Self::ShutWindow(_) => 1.5,
            Self::SealDoor(_) => 20.0,
            Self::SignalAt(_) => 5.0,
            Self::LookAround | Self::Lead(_) | Self::LetGo(_) | Self::CallLift(_) | Self::RideLift(..) => 1.0,
            Self::Wake(_) => 4.0,
            Self::Shout => 2.0,
            Self::Knock(_) => 5.0,
            Self::Call(items) => 4.0 + CALL_ITEM_S * items.len() as f64,
            Self::CollectBelongings => 30.0,
            Self::WalkTo { .. } | Self::WalkOut { .. } | Self::Head { .. } | Self::Stop | Self::Posture(_) => 0.0,
            other => super::hands::duration_s(other),
        }
    }
}

/// The eight contents of a call to 119, and what the trapped add.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CallItem {
    /// District, street, estate and building.
    Address,
    /// Floor and flat.
    FloorAndRoom,
    /// What is burning.
    WhatBurns,
    /// How large the fire and the smoke are.
    HowBig,
    /// How many people, and whether they can get out.
    PeopleTrapped,
    /// Gas cylinders, batteries and other dangers.
    Dangers,
    /// The caller's name and telephone number.
    NameAndPhone,
    /// Stays on the line until the operator ends the call.
    StaysOnLine,
    /// At which window they are.
    WindowSide,
}

/// The eight contents of a call (119 report guidance, municipal fire services).
pub const ALL_ITEMS: [CallItem; 8] = [
    CallItem::Address,
    CallItem::FloorAndRoom,
    CallItem::WhatBurns,
    CallItem::HowBig,
    CallItem::PeopleTrapped,
    CallItem::Dangers,
    CallItem::NameAndPhone,
    CallItem::StaysOnLine,
];

/// What the operator asks back when a call lacked it: where, how high up, who is trapped, what burns, in this order. Empty
/// if nothing of that is missing.
pub(super) fn follow_up(missing: &[CallItem]) -> Text {
    let asked = [
        (CallItem::Address, "在哪条路哪栋楼", "which street and building"),
        (CallItem::FloorAndRoom, "几楼几号", "which floor and flat"),
        (
            CallItem::PeopleTrapped,
            "有没有人被困、几个人",
            "whether people are trapped, and how many",
        ),
        (CallItem::WhatBurns, "什么东西着火", "what burns"),
    ];
    let (zh, en): (Vec<&str>, Vec<&str>) = asked
        .into_iter()
        .filter(|(item, ..)| missing.contains(item))
        .map(|(_, zh, en)| (zh, en))
        .unzip();
    if zh.is_empty() {
        return Text::default();
    }
    Text {
        zh: format!("请再说清：{}？", zh.join("、")),
        en: format!("Please tell me {}? ", en.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_asks_back_for_what_was_left_out_and_for_nothing_else() {
        let asks = follow_up(&[CallItem::PeopleTrapped, CallItem::FloorAndRoom, CallItem::NameAndPhone]);
        assert_eq!(asks.zh, "请再说清：几楼几号、有没有人被困、几个人？");
        assert!(asks.en.starts_with("Please tell me which floor"));
        assert_eq!(follow_up(&[CallItem::NameAndPhone, CallItem::Dangers]), Text::default());
    }
}
