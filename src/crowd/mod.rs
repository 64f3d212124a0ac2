//! People: perception, decision, way-finding, locomotion, stairs, groups. Knows `scenario`, `place` and `harm`.

use crate::harm::Air;
use crate::place::{LiftId, OpeningId, OpeningState, Place, PlateId, SpaceId};
use crate::scenario::Point;
use serde::{Deserialize, Serialize};

/// Index of a person; trainees come first, in the scenario's order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonId(pub u32);
impl PersonId {
    /// As an index.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// How fast a person means to go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gait {
    /// Own free speed.
    #[default]
    Walk,
    /// 1.6 times the free speed (assumption).
    Run,
    /// Half.
    Slow,
}

/// How a person holds themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Posture {
    #[default]
    Upright,
    /// Head at 1.0 m.
    Stooped,
    /// Head at 0.5 m.
    Crawling,
    Lying,
}

/// What a controlled person (a trainee) is to do this tick.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Walk {
    Stand,
    /// Unit vector.
    Head { direction: Point, gait: Gait },
    /// To a point of a space, by the shortest passable way.
    To { space: SpaceId, at: Point, gait: Gait },
    /// To the nearest exit to the street.
    Out { gait: Gait },
}

/// Something that reaches people's senses, made by `drill`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cue {
    pub kind: CueKind,
    /// Sound level by space, dB(A): only spaces where it is above 30.
    pub levels: Vec<(SpaceId, f64)>,
    /// Meant for one person (touch, words).
    pub to: Option<PersonId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CueKind {
    Alarm,
    /// "Fire, leave!"
    ShoutLeave,
    Knock,
    Broadcast,
    /// Shaken awake.
    Touch,
    /// Told to set out for the street at once (a timeline's deed).
    TellRunDown,
}

/// A lift as the crowd sees it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LiftView {
    pub lift: LiftId,
    /// Index into the lift's storeys while it stands with open doors.
    pub open_at: Option<usize>,
    /// m absolute.
    pub z: f64,
}

/// What the crowd may read of the world in a step.
pub struct Surroundings<'a> {
    pub place: &'a Place,
    pub air: &'a dyn Air,
    pub openings: &'a [OpeningState],
    pub lifts: &'a [LiftView],
    pub cues: &'a [Cue],
    pub tick: u64,
    /// Length of a tick, s.
    pub dt: f64,
}

/// What people ask of the world, or what happened to them, in a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CrowdEvent {
    /// A person at a door wants it open (`true`) or shut behind them.
    WantsDoor { person: PersonId, opening: OpeningId, open: bool },
    /// A person went through an opening; `forward`: from its first side to its second.
    Passed { person: PersonId, opening: OpeningId, forward: bool },
    Woke { person: PersonId },
    SetOut { person: PersonId, after_s: f64 },
    TurnedBack { person: PersonId, extinction: f64 },
    Sheltered { person: PersonId },
    Out { person: PersonId, opening: OpeningId },
    Overcome { person: PersonId, by_heat: bool },
    FoundLocked { person: PersonId, opening: OpeningId },
}

/// What the state of a person is called in `people.csv`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonState {
    Asleep,
    /// Awake, not moving yet.
    #[default]
    Preparing,
    Moving,
    Waiting,
    Sheltering,
    Incapacitated,
    Out,
    /// Not yet come in (a source).
    Absent,
}

/// A person as everyone may see them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PersonView {
    pub plate: PlateId,
    /// Space they are in; `None` once out or not yet in.
    pub space: Option<SpaceId>,
    pub at: Point,
    /// Of the feet, m absolute.
    pub z: f64,
    /// Unit vector.
    pub heading: Point,
    pub speed_m_s: f64,
    pub density_per_m2: f64,
    /// At the head, 1/m.
    pub extinction: f64,
    pub fed_gas: f64,
    pub fed_heat: f64,
    pub state: PersonState,
    /// Why they do what they do, a stable word: `asleep`, `to_exit`, `door_locked`, `queue`, ...
    pub reason: &'static str,
    pub posture: Posture,
    pub radius_m: f64,
    /// Who leads them.
    pub led_by: Option<PersonId>,
}

/// What does not change about a person.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonFacts {
    pub name: String,
    pub age: f64,
    pub radius_m: f64,
    pub free_speed_m_s: f64,
    /// Pre-movement time, s; `None` if it follows from cues and none came yet.
    pub start_s: Option<f64>,
    pub route: String,
    pub susceptibility: f64,
}

/// Everybody. Cheap to clone; serialised whole.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Crowd {}

impl Crowd {
    /// The people of a scenario, trainees first.
    pub fn new(_place: &Place, _loaded: &crate::scenario::Loaded, _seed: u64) -> Self {
        Self {}
    }
    /// One tick.
    pub fn step(&mut self, _world: &Surroundings<'_>, _walks: &[(PersonId, Walk)]) -> Vec<CrowdEvent> {
        Vec::new()
    }
    /// How many people there are.
    pub fn len(&self) -> usize {
        0
    }
    /// No people at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// A person now.
    pub fn person(&self, _id: PersonId) -> PersonView {
        unreachable!()
    }
    /// What does not change about a person.
    pub fn facts(&self, _id: PersonId) -> PersonFacts {
        unreachable!()
    }
    /// Finds a person by the name in the scenario (or a trainee by id).
    pub fn by_name(&self, _name: &str) -> Option<PersonId> {
        None
    }
    /// Sets a controlled person's posture.
    pub fn set_posture(&mut self, _id: PersonId, _posture: Posture) {}
    /// Wakes a person.
    pub fn wake(&mut self, _id: PersonId) {}
    /// Makes a person follow another, or stop following.
    pub fn lead(&mut self, _id: PersonId, _leader: Option<PersonId>) {}
    /// Moves a person into or out of a lift car (plate change at a portal of that lift); false if there is no room.
    pub fn board(&mut self, _place: &Place, _id: PersonId, _plate: PlateId, _at: Point) -> bool {
        false
    }
    /// Seed of what has not happened yet.
    pub fn rekey(&mut self, _seed: u64) {}
    /// Everything that must be equal for two states to be the same, fed to a hasher in a fixed order.
    pub fn hash_into(&self, _hasher: &mut blake3::Hasher) {}
}
