//! What a trainee has perceived and done: the only thing that guidance and policies may read.

use super::command::{Action, CallItem};
use super::deeds::{
    BriefItem, Burning, Hazard, HazardStep, KnownEquipment, Level, Means, OutsideSign, Supply, Treatment, Words,
};
use crate::crowd::PersonId;
use crate::place::{EquipmentId, LiftId, OpeningId, SpaceId, StairId, ThingId};
use crate::scenario::{Text, Use};
use serde::{Deserialize, Serialize};

/// All notes of one trainee, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Notebook {
    /// In the order of time.
    pub notes: Vec<Note>,
}

/// One thing perceived or done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// The tick it was written in.
    pub tick: u64,
    /// From the beginning of the drill, s.
    pub time_s: f64,
    /// Where the trainee was.
    pub place: Whereabouts,
    /// What was perceived or done.
    pub what: Noted,
}

/// What a note says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Noted {
    /// Something was perceived.
    Percept(Percept),
    /// An action was finished.
    Did(Did),
    /// An action was refused, and why.
    Refused(Action, Text),
}

/// Where a trainee is, in the words of somebody who lives there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Whereabouts {
    /// In the own home, in a room of this use.
    Home(Use),
    /// Corridor or landing of the own storey, lift lobby included.
    Corridor,
    /// In a stair; how many storeys below (+) or above (−) the own.
    Stair(StairId, i32),
    /// Entrance hall.
    Hall,
    /// In the car of this lift.
    Lift(LiftId),
    /// In the open, where people are safe.
    Street,
    /// Anywhere else indoors.
    #[default]
    Elsewhere,
}

/// What a door is to the trainee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DoorRole {
    /// From the home to the corridor.
    Home(OpeningId),
    /// Between rooms of the home; the room behind it.
    Room(OpeningId, Use),
    /// To a stair.
    Stair(OpeningId, StairId),
    /// From the home to the open air.
    Window(OpeningId),
    /// Any other door.
    Other(OpeningId),
}
impl DoorRole {
    /// The opening meant.
    pub const fn opening(self) -> OpeningId {
        match self {
            Self::Home(o) | Self::Room(o, _) | Self::Stair(o, _) | Self::Window(o) | Self::Other(o) => o,
        }
    }
}

/// Height of the head of somebody upright, eyes and mouth, above the floor, m.
pub const HEAD_M: f64 = 1.6;

/// Smoke as an eye judges it at head height (K: extinction coefficient).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Smoke {
    /// K < 0.05 1/m.
    #[default]
    None,
    /// A haze: one sees through it (K < 0.5 1/m, Jin's limit for people who know the place).
    Thin,
    /// K ≥ 0.5 1/m.
    Dense,
}

/// A fire as an eye judges it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FireSize {
    /// No larger than a waste bin's, below 1 m (up to about 50 kW).
    Small,
    /// Larger, not yet to the ceiling.
    Growing,
    /// To the ceiling.
    Large,
}

/// What a trainee can perceive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Percept {
    /// Woke up.
    Woke,
    /// Smoke in the air that the nose notices.
    SmokeSmelled,
    /// A smoke alarm or sounder; in the own home or elsewhere.
    AlarmHeard {
        /// It sounds in the own home.
        own: bool,
    },
    /// Somebody shouted.
    ShoutHeard {
        /// Name of the person.
        by: String,
        /// What they shouted.
        words: Text,
    },
    /// Somebody knocked at a door.
    KnockHeard,
    /// Something burst or jetted.
    BangHeard {
        /// In the room where the trainee is.
        here: bool,
    },
    /// What the handle told.
    Handle {
        /// The door felt.
        door: DoorRole,
        /// Too hot to hold.
        hot: bool,
    },
    /// What the gap told: smoke that comes in. Also written when one begins to seal a door (who kneels at a gap sees
    /// it) and when smoke is seen to begin to come in at a gap of the room that one is in.
    Gap {
        /// The door whose gap it is.
        door: DoorRole,
        /// What comes in.
        smoke: Smoke,
    },
    /// What stands behind an opened or cracked door, or a door that one looks through.
    Behind {
        /// The door looked through.
        door: DoorRole,
        /// On its far side.
        smoke: Smoke,
        /// A fire in sight there.
        fire: Option<FireSize>,
    },
    /// Smoke where the trainee is: when it changes, when it comes down to the head or lifts from it, and on coming to
    /// another whereabouts.
    Here {
        /// Of the space, a layer overhead included.
        smoke: Smoke,
        /// Height of its lower edge above the floor, m, to half a metre: below [`HEAD_M`] wherever the head of somebody
        /// upright is in it, and not below elsewhere.
        layer_m: f64,
    },
    /// A stair as seen from its door or from inside.
    StairSeen {
        /// Which stair.
        stair: StairId,
        /// In it, as far as one sees.
        smoke: Smoke,
    },
    /// A fire in sight. `in_way`: it stands between the trainee and the home's door.
    FireSeen {
        /// Where it burns.
        at: Whereabouts,
        /// It burns in the own home.
        in_home: bool,
        /// How large it is.
        size: FireSize,
        /// Between the trainee and the home's door.
        in_way: bool,
    },
    /// Out of this window: clear air, smoke or flames.
    WindowSeen {
        /// The window looked out of.
        window: OpeningId,
        /// Outside it.
        smoke: Smoke,
        /// Flames outside it.
        flames: bool,
    },
    /// This room holds as a refuge: solid door, masonry, an outer window that opens, air still good.
    Refuge {
        /// The room looked round.
        space: SpaceId,
        /// It holds.
        good: bool,
    },
    /// Somebody the trainee answers for.
    Kin {
        /// Who.
        person: PersonId,
        /// How they are.
        state: KinState,
    },
    /// Somebody else was seen: running down, fallen, ...
    Other {
        /// Who.
        person: PersonId,
        /// How they are.
        state: KinState,
    },
    /// The operator has the call; what they asked for and did not get.
    CallTaken {
        /// Contents that the call lacked.
        missing: Vec<CallItem>,
        /// What the operator told the caller to do.
        advice: Text,
    },
    /// Somebody else is known to have called 119: written when their call is made within earshot, or when they say so
    /// to the trainee.
    CallKnown {
        /// Name of the person who called.
        by: String,
    },
    /// The fire engine is heard or seen.
    HelpArrives,
    /// What the own body says.
    Feels(Feeling),
    /// What burns and where, seen from near enough to tell, or told.
    FireKnown {
        /// Above, on or below the own storey.
        level: Level,
        /// Where it burns.
        at: Whereabouts,
        /// What burns.
        what: Burning,
        /// Which thing, where it was seen.
        thing: Option<ThingId>,
    },
    /// What was seen to burn is out.
    FireOut,
    /// Smell of gas, nothing burns.
    GasSmelled,
    /// The own clothes burn.
    ClothesBurn,
    /// The outside of the building burns.
    OutsideSign(OutsideSign),
    /// The room that one waits in no longer holds: smoke beats the seal, the door burns through.
    RefugeFails,
    /// Something to fight a fire with, or to bear smoke with, is at hand; `fit`: whole, in date, under pressure, and of
    /// the right size.
    MeansSeen {
        /// What it is.
        means: Means,
        /// It can be used.
        fit: bool,
        /// Which piece, where it was seen.
        equipment: Option<EquipmentId>,
    },
    /// What one fought with is used up, and the fire is not out.
    UsedUp(Means),
    /// An exit or a door on the way to one.
    ExitSeen {
        /// The door.
        door: DoorRole,
        /// More people press towards it than it lets through.
        crowded: bool,
        /// Locked, or blocked.
        shut: bool,
    },
    /// Guests, pupils or customers are still inside.
    GuestsInside {
        /// As far as one sees.
        people: u32,
    },
    /// Somebody is trapped behind smoke or at a window.
    Trapped,
    /// The fire lane is blocked.
    LaneBlocked,
    /// Something is not as it should be.
    HazardSeen(Hazard),
    /// At an open window; how many storeys below lies the ground.
    AtWindow {
        /// Storeys above the ground.
        storeys: u32,
    },
    /// What one knows of the door to the roof.
    RoofDoor {
        /// It is open.
        open: bool,
    },
}

/// How somebody is, as the trainee sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum KinState {
    /// Asleep.
    Asleep,
    /// Awake, and not taken along.
    Awake,
    /// Follows the trainee.
    Follows,
    /// Neither led, nor in the same home, nor near.
    LeftBehind,
    /// Cannot go on.
    Fallen,
    /// In the street.
    Safe,
    /// Behind a shut fire door, in another compartment or a refuge.
    Sheltered,
}

/// What the own body says, by dose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Feeling {
    /// Nothing is felt.
    Well,
    /// Eyes and throat: FED gas or irritation 0.1.
    Coughs,
    /// FED 0.3.
    Dizzy,
    /// Heat dose 0.3.
    Burns,
    /// FED or heat dose 1.
    Collapses,
}

/// A finished action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Did {
    /// Felt the handle.
    Felt(DoorRole),
    /// Looked at the gap below and beside the leaf.
    LookedAtGap(DoorRole),
    /// Opened it a hand's breadth and looked.
    Cracked(DoorRole),
    /// Opened it wide.
    Opened(DoorRole),
    /// Shut it.
    Shut(DoorRole),
    /// Sealed its gaps with wet cloth.
    Sealed(DoorRole),
    /// Went through; from and to.
    Passed {
        /// The door gone through.
        door: DoorRole,
        /// Where from.
        from: Whereabouts,
        /// Where to.
        to: Whereabouts,
    },
    /// Came to be here (any change of whereabouts).
    Entered(Whereabouts),
    /// Showed oneself at this window.
    Signalled(OpeningId),
    /// Looked round the space.
    LookedAround,
    /// Woke this person by touch.
    WokeSomebody(PersonId),
    /// Took this person along.
    Leads(PersonId),
    /// No longer takes this person along.
    LetGo(PersonId),
    /// Shouted "fire, leave".
    Shouted,
    /// Knocked at it and called.
    Knocked(DoorRole),
    /// Smoke where the call was made.
    Called {
        /// What was said.
        items: Vec<CallItem>,
        /// At the head during the call.
        smoke: Smoke,
    },
    /// Pressed the button of this lift.
    CalledLift(LiftId),
    /// Entered the car and rode.
    RodeLift(LiftId),
    /// Collected belongings.
    CollectedBelongings,
    /// Began to walk.
    SetOut,
    /// Stopped and broke off what was being done.
    StoodStill,
    /// Took it in hand.
    Took(Means),
    /// Put down what was in hand.
    PutDown(Means),
    /// Looked at gauge, date and label.
    Inspected {
        /// What was looked at.
        means: Means,
        /// It can be used.
        fit: bool,
    },
    /// Used it on a fire.
    Used {
        /// What was used.
        means: Means,
        /// What burns.
        on: Burning,
        /// How large the fire was when it was begun.
        size: FireSize,
        /// How well, 0 to 1.
        well: f64,
    },
    /// Did something by hand to what burns.
    Treated {
        /// What burns.
        on: Burning,
        /// What was done.
        how: Treatment,
    },
    /// Switched something.
    Switched {
        /// What.
        what: Supply,
        /// On.
        on: bool,
    },
    /// Wedged a door open.
    Wedged(DoorRole),
    /// Took the wedge away.
    Unwedged(DoorRole),
    /// Held a door for others.
    Held(DoorRole),
    /// Carries this person, or pushes their chair or bed.
    Carries(PersonId),
    /// Put this person down.
    SetDown(PersonId),
    /// Handed this person over to somebody else.
    HandedOver(PersonId),
    /// Said this to somebody.
    Told(Words),
    /// Broke the glass of a call point.
    PressedCallPoint,
    /// Told the control room.
    ToldControlRoom,
    /// Spoke over the loudspeakers.
    Announced {
        /// Said where it burns.
        where_it_burns: bool,
        /// Said which way to leave, and which not.
        which_way: bool,
    },
    /// Looked through every corner of the space for people.
    Swept,
    /// Stands at this door and shows people the way.
    Guides(DoorRole),
    /// Counted heads: how many there should be, how many there are.
    Counted {
        /// 应到.
        expected: u32,
        /// 实到.
        present: u32,
    },
    /// Reported the count, and who is missing.
    ReportedCount,
    /// Told the fire service on arrival.
    Briefed(Vec<BriefItem>),
    /// A step with a hazard.
    Hazard {
        /// Which.
        hazard: Hazard,
        /// What was done.
        step: HazardStep,
    },
    /// Stopped, dropped and rolled.
    Rolled,
    /// Ran with burning clothes.
    RanBurning,
    /// Went on stooped or crawling.
    WentLow,
    /// Fetched and wetted a towel.
    FetchedTowel,
    /// Put on a filter hood.
    DonnedHood,
    /// Stood and filmed.
    Filmed,
    /// Hid in a cupboard, under a bed, in a room without window.
    Hid,
    /// Jumped from a window so many storeys up.
    Jumped {
        /// Storeys above the ground.
        storeys: u32,
    },
    /// Pushed on in a crowd.
    Pushed,
    /// Moved aside out of a crowd, on one's feet.
    MovedAside,
    /// Sent people to another exit.
    Redirected(DoorRole),
    /// Made the fire lane free.
    ClearedLane,
    /// Cordoned off.
    Cordoned,
    /// Kept watch over what had burnt.
    KeptWatch,
    /// Cleaned up or moved things where it had burnt.
    CleanedUp,
    /// Took payment before letting people go.
    TookPayment,
    /// Served, filled or carried on as if nothing were.
    CarriedOn,
}

/// What a trainee knows of the place before anything happens: their own home and how they come and go.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// Doors from the home to the corridor.
    pub home_doors: Vec<OpeningId>,
    /// Rooms of the home.
    pub rooms: Vec<KnownRoom>,
    /// Stairs of the own storey: their doors from the corridor.
    pub stairs: Vec<(StairId, Option<OpeningId>, SpaceId)>,
    /// Lifts of the own storey.
    pub lifts: Vec<LiftId>,
    /// The corridor outside the home's door.
    pub corridor: Option<SpaceId>,
    /// People the trainee answers for.
    pub kin: Vec<PersonId>,
    /// The same people, in the same order, as one knows those whom one looks after.
    pub wards: Vec<Ward>,
    /// Years; `None`: unknown, taken for grown up.
    pub age: Option<f64>,
    /// Impaired, so that leaving takes longer than for others.
    pub impaired: bool,
    /// A door to a street on the own storey: in hillside towns not only on the ground floor.
    pub level_exit: Option<OpeningId>,
    /// Equipment of the home, or of the own storey for those who work there.
    pub equipment: Vec<KnownEquipment>,
    /// Rooms of the own storey, for those who work there.
    pub rooms_at_work: Vec<KnownRoom>,
    /// Fire doors of the own storey, for those who work there.
    pub fire_doors: Vec<OpeningId>,
}

/// Somebody the trainee answers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ward {
    /// Who.
    pub person: PersonId,
    /// Where they are when it begins: their bed, their chair.
    pub space: Option<SpaceId>,
    /// Gets about on their own legs, with a stick or a frame perhaps; the others are pushed or carried.
    pub walks: bool,
}

/// A room of the home as its people know it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownRoom {
    /// The room.
    pub space: SpaceId,
    /// What it is used for.
    pub r#use: Use,
    /// Doors to other rooms of the home.
    pub doors: Vec<OpeningId>,
    /// Windows to the open air that can be opened.
    pub windows: Vec<OpeningId>,
}

/// What a trainee knows of themselves now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Now {
    /// The present tick.
    pub tick: u64,
    /// From the beginning of the drill, s.
    pub time_s: f64,
    /// Where the trainee is, in their own words.
    pub place: Whereabouts,
    /// The space they are in; `None` outside the building.
    pub space: Option<SpaceId>,
    /// Smoke at the head.
    pub smoke: Smoke,
    /// An action is under way.
    pub busy: bool,
    /// On the way somewhere.
    pub walking: bool,
    /// Not yet woken.
    pub asleep: bool,
    /// Can still act: not overcome by gas or heat.
    pub able: bool,
    /// Kin who follow.
    pub leads: Vec<PersonId>,
    /// What is in hand.
    pub holds: Option<EquipmentId>,
    /// Whom they carry.
    pub carries: Option<PersonId>,
    /// Kin within reach of the voice and awake, or asleep in the same home.
    pub kin: Vec<(PersonId, KinState, Option<SpaceId>)>,
}
