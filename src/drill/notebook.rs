//! What a trainee has perceived and done: the only thing that guidance and policies may read.

use super::command::{Action, CallItem};
use crate::crowd::PersonId;
use crate::place::{LiftId, OpeningId, SpaceId, StairId};
use crate::scenario::{Text, Use};
use serde::{Deserialize, Serialize};

/// All notes of one trainee, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Notebook {
    pub notes: Vec<Note>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub tick: u64,
    pub time_s: f64,
    /// Where the trainee was.
    pub place: Whereabouts,
    pub what: Noted,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Noted {
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
    Lift(LiftId),
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
    Growing,
    /// To the ceiling.
    Large,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Percept {
    Woke,
    SmokeSmelled,
    /// A smoke alarm or sounder; in the own home or elsewhere.
    AlarmHeard {
        own: bool,
    },
    ShoutHeard {
        by: String,
        words: Text,
    },
    KnockHeard,
    /// What the handle told.
    Handle {
        door: DoorRole,
        hot: bool,
    },
    /// What the gap told: smoke that comes in. Also written when one begins to seal a door (who kneels at a gap sees
    /// it) and when smoke is seen to begin to come in at a gap of the room that one is in.
    Gap {
        door: DoorRole,
        smoke: Smoke,
    },
    /// What stands behind an opened or cracked door, or a door that one looks through.
    Behind {
        door: DoorRole,
        smoke: Smoke,
        fire: Option<FireSize>,
    },
    /// Smoke where the trainee is, when it changes and on coming to another whereabouts; layer: height of its lower
    /// edge, m.
    Here {
        smoke: Smoke,
        layer_m: f64,
    },
    /// A stair as seen from its door or from inside.
    StairSeen {
        stair: StairId,
        smoke: Smoke,
    },
    /// A fire in sight. `in_way`: it stands between the trainee and the home's door.
    FireSeen {
        at: Whereabouts,
        in_home: bool,
        size: FireSize,
        in_way: bool,
    },
    /// Out of this window: clear air, smoke or flames.
    WindowSeen {
        window: OpeningId,
        smoke: Smoke,
        flames: bool,
    },
    /// This room holds as a refuge: solid door, masonry, an outer window that opens, air still good.
    Refuge {
        space: SpaceId,
        good: bool,
    },
    /// Somebody the trainee answers for.
    Kin {
        person: PersonId,
        state: KinState,
    },
    /// Somebody else was seen: running down, fallen, ...
    Other {
        person: PersonId,
        state: KinState,
    },
    /// The operator has the call; what they asked for and did not get.
    CallTaken {
        missing: Vec<CallItem>,
        advice: Text,
    },
    /// Somebody else is known to have called 119: written when their call is made within earshot, or when they say so
    /// to the trainee.
    CallKnown {
        by: String,
    },
    /// The fire engine is heard or seen.
    HelpArrives,
    /// What the own body says.
    Feels(Feeling),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum KinState {
    Asleep,
    Awake,
    Follows,
    LeftBehind,
    Fallen,
    Safe,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Feeling {
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
    Felt(DoorRole),
    LookedAtGap(DoorRole),
    Cracked(DoorRole),
    Opened(DoorRole),
    Shut(DoorRole),
    Sealed(DoorRole),
    /// Went through; from and to.
    Passed {
        door: DoorRole,
        from: Whereabouts,
        to: Whereabouts,
    },
    /// Came to be here (any change of whereabouts).
    Entered(Whereabouts),
    Signalled(OpeningId),
    LookedAround,
    WokeSomebody(PersonId),
    Leads(PersonId),
    LetGo(PersonId),
    Shouted,
    Knocked(DoorRole),
    /// Smoke where the call was made.
    Called {
        items: Vec<CallItem>,
        smoke: Smoke,
    },
    CalledLift(LiftId),
    RodeLift(LiftId),
    CollectedBelongings,
    SetOut,
    StoodStill,
}

/// What a trainee knows of the place before anything happens: their own home and how they come and go.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Known {
    pub home_doors: Vec<OpeningId>,
    pub rooms: Vec<KnownRoom>,
    /// Stairs of the own storey: their doors from the corridor.
    pub stairs: Vec<(StairId, Option<OpeningId>, SpaceId)>,
    pub lifts: Vec<LiftId>,
    pub corridor: Option<SpaceId>,
    pub kin: Vec<PersonId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownRoom {
    pub space: SpaceId,
    pub r#use: Use,
    /// Doors to other rooms of the home.
    pub doors: Vec<OpeningId>,
    /// Windows to the open air that can be opened.
    pub windows: Vec<OpeningId>,
}

/// What a trainee knows of themselves now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Now {
    pub tick: u64,
    pub time_s: f64,
    pub place: Whereabouts,
    pub space: Option<SpaceId>,
    /// Smoke at the head.
    pub smoke: Smoke,
    /// An action is under way.
    pub busy: bool,
    /// On the way somewhere.
    pub walking: bool,
    pub asleep: bool,
    pub able: bool,
    /// Kin who follow.
    pub leads: Vec<PersonId>,
    /// Kin within reach of the voice and awake, or asleep in the same home.
    pub kin: Vec<(PersonId, KinState, Option<SpaceId>)>,
}
