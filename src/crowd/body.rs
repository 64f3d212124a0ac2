//! A person as the engine holds them: what changes ([`Body`], plain data) and what does not ([`Fact`]).

use super::care::{Burden, Care};
use super::lifts::Ride;
use super::{PersonId, PersonState, Posture, Walk, figures};
use crate::harm::AirSample;
use crate::place::{HomeId, OpeningId, PlateId, PortalId, SpaceId};
use crate::scenario::{Hearing, Mobility, Point, State};
use serde::{Deserialize, Serialize};

/// Why a person does what they do; its word goes into `people.csv`. The list is closed: nobody who could go stands still
/// for a minute without one of these, and each says what ends it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// In bed; until a sound, a touch or kin wakes them.
    Asleep,
    /// Noticed nothing; until a cue comes.
    #[default]
    NoCue,
    /// Pre-movement time; until it is over.
    Preparing,
    /// Until whoever answers for them comes.
    WaitsForKin,
    /// Never leaves of their own accord; until told to.
    Stays,
    /// On the way to an exit.
    ToExit,
    /// On the way to a point.
    ToPoint,
    /// Steered by hand.
    Directed,
    /// Has nothing to do; until an order, a cue or an aim.
    Stands,
    /// Led by somebody.
    Follows,
    /// At a door that moves; at most until the patience of six seconds is over.
    Door,
    /// Found a door locked; until another way is chosen.
    DoorLocked,
    /// Held up by those ahead; until they have moved on.
    Queue,
    /// Turned to another way before smoke.
    SmokeAhead,
    /// On the way home or to a refuge.
    Returns,
    /// Stays in a room; until help comes.
    Shelters,
    /// Knows no way; looked for anew every five seconds.
    NoWay,
    /// Leads somebody who is behind; until they have come up.
    WaitsForFollower,
    /// Walks with others who are behind; until they have come up.
    WaitsForGroup,
    /// Lies where they fell; until the crush is over.
    Fallen,
    /// In a lobby; until a car with room comes or three minutes have gone.
    WaitsForLift,
    /// In a car; until it stands open at the storey aimed at.
    InLift,
    /// On the way to somebody they answer for.
    Fetches,
    /// Makes somebody ready; until that is done.
    Assists,
    /// Carried by somebody.
    Carried,
    /// A dose reached 1; to the end.
    Overcome,
    /// In the street; to the end.
    Out,
    /// Not yet come; until their time.
    Absent,
    /// Cannot get up alone; until somebody carries them.
    CannotMove,
}
impl Why {
    /// Stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asleep => "asleep",
            Self::NoCue => "no_cue",
            Self::Preparing => "preparing",
            Self::WaitsForKin => "waits_for_kin",
            Self::Stays => "stays",
            Self::ToExit => "to_exit",
            Self::ToPoint => "to_point",
            Self::Directed => "directed",
            Self::Stands => "stands",
            Self::Follows => "follows",
            Self::Door => "door",
            Self::DoorLocked => "door_locked",
            Self::Queue => "queue",
            Self::SmokeAhead => "smoke_ahead",
            Self::Returns => "returns",
            Self::Shelters => "shelters",
            Self::NoWay => "no_way",
            Self::WaitsForFollower => "waits_for_follower",
            Self::WaitsForGroup => "waits_for_group",
            Self::Fallen => "fallen",
            Self::WaitsForLift => "waits_for_lift",
            Self::InLift => "in_lift",
            Self::Fetches => "fetches",
            Self::Assists => "assists",
            Self::Carried => "carried",
            Self::Overcome => "overcome",
            Self::Out => "out",
            Self::Absent => "absent",
            Self::CannotMove => "cannot_move",
        }
    }
}

/// What a person is after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Aim {
    #[default]
    Stay,
    /// The street.
    Out,
    /// This opening.
    Through(OpeningId),
    /// A point of a plate.
    Spot { plate: PlateId, at: Point },
    /// The own waypoints.
    Round,
    /// A direction.
    Head(Point),
    /// Whoever leads.
    Follow,
}

/// The next thing to reach on the present plate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Leg {
    #[default]
    None,
    Gate(u16),
    Portal(PortalId),
    Point(Point),
}

/// A door one waits at.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AtDoor {
    pub opening: OpeningId,
    /// Ticks.
    pub since: u64,
    pub asked: u64,
}

/// A leg that was found smoky, with its plate, until a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Smoky {
    pub plate: PlateId,
    pub leg: Leg,
}

/// A door found locked, and until which tick one remembers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    pub opening: OpeningId,
    pub until: u64,
}

/// Index into the cache of fields; not part of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub index: u32,
    /// Of the cache when it was looked up.
    pub age: u32,
}
impl Default for Slot {
    fn default() -> Self {
        Self {
            index: u32::MAX,
            age: 0,
        }
    }
}

/// What the place said to somebody when last asked, in single precision: in the open it holds for a few steps more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// Where that was.
    pub from: (f32, f32),
    /// Distance to the goal, m.
    pub to_goal: f32,
    /// Whither to go.
    pub downhill: (f32, f32),
    /// No wall and no gate lies nearer than this, m; nothing is known if zero.
    pub clear: f32,
}

/// Half the width of what a person rolls in or pushes, cm; none for who walks. Whoever leads somebody on wheels goes by
/// ways that are wide enough for both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Wheels(u8);

impl Wheels {
    /// Who walks.
    pub const NONE: Self = Self(0);
    /// Who walks, and takes no stairs.
    pub const LEVEL: Self = Self(1);

    /// What a person sits in: in classes of 5 cm, so that few ways are looked for.
    pub fn of(f: &Fact) -> Self {
        if matches!(f.mobility, Mobility::Wheelchair | Mobility::Bed) {
            Self((libm::ceil(f.radius * 20.0 - 1e-6) * 5.0) as u8)
        } else {
            Self::NONE
        }
    }
    /// Takes no stairs.
    pub const fn any(self) -> bool {
        self.0 > 0
    }
    /// Half the width, cm.
    pub const fn half_cm(self) -> u8 {
        self.0
    }
    /// Comes through an opening of this width, m.
    pub fn pass(self, width: f64) -> bool {
        width + 1e-6 >= 0.02 * f64::from(self.0)
    }
}

/// What changes about a person. In this order in memory: what is read of everybody in every tick lies side by side.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[repr(C, align(64))]
pub struct Body {
    pub at: Point,
    /// m absolute.
    pub z: f64,
    pub heading: Point,
    /// m/s.
    pub speed: f64,
    /// Persons per m².
    pub density: f64,
    /// With how much one pushes whoever stands in front, N.
    pub load: f64,
    /// Part of the own speed that was lost of late to those ahead, 0 to 1.
    pub held: f64,
    pub plate: PlateId,
    pub space: Option<SpaceId>,
    #[serde(skip)]
    pub slot: Slot,
    pub state: PersonState,
    pub why: Why,
    pub posture: Posture,
    /// The way that one takes beside the one wished for, see `steering::turned`.
    pub turn: i8,
    /// Must choose a leg before the next step.
    pub replan: bool,
    pub sampled: bool,
    /// A cue left no doubt.
    pub sure: bool,
    /// Must still be told to have woken.
    pub woke: bool,
    pub set_out: bool,
    /// Goes on whatever the smoke.
    pub presses_on: bool,
    /// Takes no lift any more.
    pub no_lift: bool,
    /// People who came by another way go to the same goal here.
    pub merges: bool,
    /// What the ways that one takes must be wide enough for.
    pub wheels: Wheels,
    /// How somebody is moved by hand.
    pub burden: Option<Burden>,
    pub leg: Leg,
    pub outlook: Outlook,
    /// Is carried, or pushed in a chair or bed, by this person.
    pub carried_by: Option<PersonId>,
    pub led_by: Option<PersonId>,
    pub aim: Aim,
    pub at_door: Option<AtDoor>,
    /// Where and when progress was last made.
    pub progress: (Point, u64),
    /// Portal last crossed.
    pub came_by: Option<PortalId>,
    /// Passed, to be shut at this tick at the earliest.
    pub behind: Option<(OpeningId, u64)>,
    /// Lies where they fell until this tick at the earliest.
    pub down: Option<u64>,
    /// Until when one steps aside, and whither.
    pub aside: Option<(u64, Point)>,
    pub carries: Option<PersonId>,
    /// In a bed on wheels: where whoever moves it takes, or took, hold of it; `at` is the middle of its head end.
    pub grip: Option<Point>,
    /// Gas and heat dose a second.
    pub rates: (f64, f64),
    /// Height gone on stairs so far, m.
    pub climbed: f64,
    pub air: AirSample,
    pub gas: f64,
    pub heat: f64,
    /// When a cue came, s.
    pub cued_s: Option<f64>,
    pub wakes_s: Option<f64>,
    pub sets_out_s: Option<f64>,
    /// Opened by this person, to be shut behind.
    pub opened: Option<OpeningId>,
    /// The way out that somebody in charge pointed to last.
    pub told: Option<OpeningId>,
    pub waypoint: u16,
    /// What a controlled person was told last.
    pub order: Walk,
    pub refused: [Option<Refused>; 4],
    pub smoky: [Option<Smoky>; 4],
    /// Extinction at home when leaving, 1/m.
    pub left_extinction: f64,
    /// On the way by lift.
    pub ride: Option<Ride>,
    /// Busy with somebody they answer for.
    pub care: Option<Care>,
    /// Time that the way to the aim takes as judged last, s.
    pub remaining: f64,
}

impl Body {
    /// Somebody who stands there and does nothing.
    pub fn new(plate: PlateId, space: SpaceId, at: Point, z: f64) -> Self {
        Self {
            plate,
            space: Some(space),
            at,
            z,
            heading: Point::new(1.0, 0.0),
            speed: 0.0,
            turn: 0,
            density: 0.0,
            air: AirSample::clean(20.0),
            sampled: false,
            rates: (0.0, 0.0),
            gas: 0.0,
            heat: 0.0,
            state: PersonState::Waiting,
            why: Why::NoCue,
            posture: Posture::Upright,
            led_by: None,
            order: Walk::Stand,
            aim: Aim::Stay,
            leg: Leg::None,
            outlook: Outlook::default(),
            slot: Slot::default(),
            replan: false,
            cued_s: None,
            sure: false,
            wakes_s: None,
            sets_out_s: None,
            woke: false,
            set_out: false,
            waypoint: 0,
            at_door: None,
            opened: None,
            behind: None,
            refused: [None; 4],
            smoky: [None; 4],
            told: None,
            presses_on: false,
            left_extinction: 0.0,
            came_by: None,
            progress: (at, 0),
            aside: None,
            load: 0.0,
            held: 0.0,
            down: None,
            climbed: 0.0,
            ride: None,
            no_lift: false,
            merges: false,
            wheels: Wheels::NONE,
            care: None,
            carries: None,
            grip: None,
            carried_by: None,
            burden: None,
            remaining: 0.0,
        }
    }
    /// All that is state, bit by bit.
    pub fn hash_into(&self, h: &mut blake3::Hasher) {
        // A slot names an entry of a cache and is left out by the format, as everywhere.
        match postcard::to_stdvec(self) {
            Ok(bytes) => h.update(&bytes),
            Err(_) => h.update(b"?"),
        };
    }
    /// In the place, not out and not yet to come.
    pub const fn present(&self) -> bool {
        !matches!(self.state, PersonState::Out | PersonState::Absent)
    }
    /// Awake and able.
    pub const fn able(&self) -> bool {
        !matches!(
            self.state,
            PersonState::Out | PersonState::Absent | PersonState::Asleep | PersonState::Incapacitated
        )
    }
    /// Posture that decides the height of the head: in bed it is 0.5 m up.
    pub const fn head_posture(&self) -> Posture {
        if matches!(self.state, PersonState::Asleep) || self.grip.is_some() {
            Posture::Crawling
        } else {
            self.posture
        }
    }
    /// Half the width of their body on plan, or of the wheelchair or bed that they are in or move, m.
    pub fn girth(&self, f: &Fact) -> f64 {
        match f.mobility {
            _ if self.burden == Some(Burden::Bed) => 0.01 * f64::from(self.wheels.half_cm()),
            Mobility::Bed if self.grip.is_none() => figures::radius(f.age, Mobility::Bedridden).1,
            _ => f.radius,
        }
    }
    /// How much of that stays when one turns the shoulders to pass, m: nobody makes a wheelchair or a bed narrower.
    pub fn stiff(&self, f: &Fact) -> f64 {
        if self.rolls(f) { self.girth(f) } else { 0.0 }
    }
    /// How far the centre keeps off walls, m: half the depth of a body, the whole half width of a wheelchair or bed.
    pub fn berth(&self, f: &Fact) -> f64 {
        if self.rolls(f) { self.girth(f) } else { figures::WALL_M }
    }
    /// In a wheelchair or bed on wheels, or moves a bed.
    fn rolls(&self, f: &Fact) -> bool {
        f.mobility == Mobility::Wheelchair || self.grip.is_some() || self.burden == Some(Burden::Bed)
    }
    /// New aim; the leg is chosen before the next step.
    pub fn set_aim(&mut self, aim: Aim) {
        self.aim = aim;
        self.set_leg(Leg::None);
        self.replan = true;
    }
    /// New leg; its field is looked up when first needed.
    pub fn set_leg(&mut self, leg: Leg) {
        if self.leg != leg {
            self.leg = leg;
            self.slot = Slot::default();
            self.outlook = Outlook::default();
        }
    }
    /// Remembers a locked door.
    pub fn refuse(&mut self, opening: OpeningId, until: u64) {
        let entry = Some(Refused { opening, until });
        let known = self
            .refused
            .iter()
            .position(|r| r.is_some_and(|r| r.opening == opening));
        let slot = known
            .or_else(|| self.refused.iter().position(Option::is_none))
            .unwrap_or(0);
        self.refused[slot] = entry;
        self.slot = Slot::default();
        self.set_leg(Leg::None);
        self.replan = true;
    }
    /// Doors known to be locked, in order.
    pub fn locked(&self) -> Vec<OpeningId> {
        let mut v: Vec<_> = self.refused.iter().flatten().map(|r| r.opening).collect();
        v.sort_unstable();
        v
    }
}

/// What does not change about a person. In this order in memory, as [`Body`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[repr(C)]
pub struct Fact {
    pub radius: f64,
    pub free_speed: f64,
    pub mobility: Mobility,
    pub hearing: Hearing,
    pub start: State,
    pub controlled: bool,
    pub stays: bool,
    /// Walks with the family and waits for its last.
    pub together: bool,
    pub repeats: bool,
    pub kin_of: Option<PersonId>,
    /// First member of the household or group.
    pub family: Option<PersonId>,
    pub home: Option<HomeId>,
    pub goes_to: Option<OpeningId>,
    pub age: f64,
    pub susceptibility: f64,
    /// 1/m.
    pub turn_back: f64,
    /// Exact time of setting out, s.
    pub starts_s: Option<f64>,
    /// When a source lets them in, s.
    pub enters_s: Option<f64>,
    /// Direction in a periodic space, unit vector.
    pub round: Option<Point>,
    /// Those for whom this person answers.
    pub wards: Vec<PersonId>,
    pub waypoints: Vec<Point>,
    pub name: String,
    pub route: String,
}
