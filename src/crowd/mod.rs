//! People: perception, decision, way-finding, locomotion, stairs, groups. Knows `scenario`, `place` and `harm`.

mod aside;
mod bed;
mod body;
mod care;
mod chance;
mod contact;
mod decision;
mod dose;
mod figures;
mod lifts;
mod locomotion;
mod perception;
mod population;
mod routing;
mod stairs;
mod steering;
mod terrain;
#[cfg(test)]
mod tests;
mod throng;

use crate::harm::{Air, SmokeSpeed};
use crate::place::{HomeId, LiftId, OpeningId, OpeningState, Place, PlateId, SpaceId};
use crate::scenario::{self, Point};
use body::{Body, Fact, Leg};
use care::Burden;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

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
    /// Head at 1.6 m.
    #[default]
    Upright,
    /// Head at 1.0 m.
    Stooped,
    /// Head at 0.5 m.
    Crawling,
    /// Head at 0.2 m.
    Lying,
}

/// What a controlled person (a trainee) is to do this tick.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Walk {
    /// Stand still.
    Stand,
    /// Unit vector.
    Head {
        /// Unit vector in building coordinates.
        direction: Point,
        /// How fast.
        gait: Gait,
    },
    /// To a point of a space, by the shortest passable way.
    To {
        /// The space to go to.
        space: SpaceId,
        /// Where in it, in building coordinates.
        at: Point,
        /// How fast.
        gait: Gait,
    },
    /// To the nearest exit to the street.
    Out {
        /// How fast.
        gait: Gait,
    },
}

/// Something that reaches people's senses, made by `drill`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cue {
    /// What reaches the senses.
    pub kind: CueKind,
    /// Sound level by space, dB(A): only spaces where it is above 30.
    pub levels: Vec<(SpaceId, f64)>,
    /// Meant for one person (touch, words).
    pub to: Option<PersonId>,
}

/// What people may notice beside smoke and flames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CueKind {
    /// A smoke alarm or sounder.
    Alarm,
    /// "Fire, leave!"
    ShoutLeave,
    /// Knocking and calling at a door.
    Knock,
    /// Words from the loudspeakers.
    Broadcast,
    /// Words that say by which way to leave: through this opening.
    ThisWay(OpeningId),
    /// Something that bursts.
    Bang,
    /// Shaken awake.
    Touch,
    /// Told to set out for the street at once (a timeline's deed).
    TellRunDown,
    /// A venue's house lights go up: whoever is awake there notices, and is not told what to do.
    LightsUp,
}

/// A lift as the crowd sees it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LiftView {
    /// Which lift.
    pub lift: LiftId,
    /// Index into the lift's storeys while it stands with open doors.
    pub open_at: Option<usize>,
    /// m absolute.
    pub z: f64,
}

/// What the crowd may read of the world in a step.
pub struct Surroundings<'a> {
    /// The compiled place.
    pub place: &'a Place,
    /// Air as people breathe it and see through it.
    pub air: &'a (dyn Air + Sync),
    /// How each stands, by [`OpeningId`].
    pub openings: &'a [OpeningState],
    /// In the order of the place's lifts.
    pub lifts: &'a [LiftView],
    /// Made in this tick.
    pub cues: &'a [Cue],
    /// The present tick.
    pub tick: u64,
    /// Length of a tick, s.
    pub dt: f64,
}

/// What people ask of the world, or what happened to them, in a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CrowdEvent {
    /// A person at a door wants it open (`true`) or shut behind them.
    WantsDoor {
        /// Who.
        person: PersonId,
        /// The door they stand at.
        opening: OpeningId,
        /// Open, or shut.
        open: bool,
    },
    /// A person went through an opening; `forward`: from its first side to its second.
    Passed {
        /// Who.
        person: PersonId,
        /// What they went through.
        opening: OpeningId,
        /// From its first side to its second.
        forward: bool,
    },
    /// A person woke.
    Woke {
        /// Who.
        person: PersonId,
    },
    /// A person set out after the pre-movement time.
    SetOut {
        /// Who.
        person: PersonId,
        /// Pre-movement time, s.
        after_s: f64,
    },
    /// A person turned back before smoke.
    TurnedBack {
        /// Who.
        person: PersonId,
        /// Extinction coefficient ahead, 1/m.
        extinction: f64,
    },
    /// A person found no way and shelters.
    Sheltered {
        /// Who.
        person: PersonId,
    },
    /// A person reached the street.
    Out {
        /// Who.
        person: PersonId,
        /// The exit they went through.
        opening: OpeningId,
    },
    /// A dose reached 1: a person cannot go on.
    Overcome {
        /// Who.
        person: PersonId,
        /// By heat; otherwise by gas.
        by_heat: bool,
    },
    /// A person presses a lift's button.
    CallsLift {
        /// Who.
        person: PersonId,
        /// Which lift.
        lift: LiftId,
        /// Index into the lift's storeys.
        storey: usize,
    },
    /// A person takes a door for locked.
    FoundLocked {
        /// Who.
        person: PersonId,
        /// The door.
        opening: OpeningId,
    },
}

/// What the state of a person is called in `people.csv`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonState {
    /// Asleep.
    Asleep,
    /// Awake, not moving yet.
    #[default]
    Preparing,
    /// On the way.
    Moving,
    /// On the way, held up or standing by choice.
    Waiting,
    /// Stays in a room until help comes.
    Sheltering,
    /// A dose reached 1: cannot go on.
    Incapacitated,
    /// In the street.
    Out,
    /// Not yet come in (a source).
    Absent,
}

/// A person as everyone may see them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PersonView {
    /// The plate walked on.
    pub plate: PlateId,
    /// Space they are in; `None` once out or not yet in.
    pub space: Option<SpaceId>,
    /// Centre of the body, building coordinates.
    pub at: Point,
    /// Of the feet, m absolute.
    pub z: f64,
    /// Unit vector.
    pub heading: Point,
    /// Present speed, m/s.
    pub speed_m_s: f64,
    /// People around, 1/m².
    pub density_per_m2: f64,
    /// At the head, 1/m.
    pub extinction: f64,
    /// Gas dose so far; 1: cannot go on.
    pub fed_gas: f64,
    /// Heat dose so far; 1: cannot go on.
    pub fed_heat: f64,
    /// What they are doing.
    pub state: PersonState,
    /// Why they do what they do, a stable word: `asleep`, `to_exit`, `door_locked`, `queue`, ...
    pub reason: &'static str,
    /// Upright, stooped, crawling or lying.
    pub posture: Posture,
    /// Radius of the body on plan, m.
    pub radius_m: f64,
    /// Who leads or carries them.
    pub led_by: Option<PersonId>,
    /// That one carries, pushes or drags them.
    pub carried: bool,
    /// They lie in a bed on wheels: `at` is the middle of its head end, and the foot end lies where `heading` points.
    pub in_bed: bool,
}

impl PersonView {
    /// On their way and held up by those ahead.
    pub fn in_queue(&self) -> bool {
        self.state == PersonState::Moving && self.reason == body::Why::Queue.word()
    }
}

/// What does not change about a person.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonFacts {
    /// Unique; a trainee's id.
    pub name: String,
    /// Years.
    pub age: f64,
    /// Radius of the body on plan, m.
    pub radius_m: f64,
    /// Walking speed on the level with nobody near and no smoke, m/s.
    pub free_speed_m_s: f64,
    /// Pre-movement time, s; `None` if it follows from cues and none came yet.
    pub start_s: Option<f64>,
    /// Exit or opening given in the scenario; `controlled` for trainees.
    pub route: String,
    /// Multiplies the gas dose; 1 for the median person.
    pub susceptibility: f64,
    /// How they get about.
    pub mobility: scenario::Mobility,
}

/// The laws that a scenario may choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Law {
    /// How many a door lets pass.
    pub doors: scenario::DoorFlow,
    /// How smoke slows walking.
    pub smoke: SmokeSpeed,
}

impl Law {
    /// As a scenario says.
    fn new(movement: &scenario::Movement) -> Self {
        let smoke = match movement.smoke {
            scenario::SmokeLaw::Fridolf => SmokeSpeed::Fridolf,
            scenario::SmokeLaw::Lund => SmokeSpeed::Lund,
            scenario::SmokeLaw::JinIrritant => SmokeSpeed::JinIrritant,
            scenario::SmokeLaw::JinNonIrritant => SmokeSpeed::JinNonIrritant,
            scenario::SmokeLaw::Nist25 => SmokeSpeed::Nist25,
        };
        Self {
            doors: movement.doors,
            smoke,
        }
    }
    /// Persons per second that an opening of this width (m) lets pass at most; `None`: as many as come.
    fn door_flow(self, width: f64) -> Option<f64> {
        match self.doors {
            scenario::DoorFlow::Emergent => None,
            scenario::DoorFlow::Imo => Some(figures::QUEUE_FLOW * width.max(0.1)),
            scenario::DoorFlow::Sfpe => Some(figures::SFPE_FLOW * (width - 2.0 * figures::DOOR_LAYER_M).max(0.1)),
        }
    }
}

/// What never changes, shared by all copies.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Everyone {
    facts: Vec<Fact>,
    by_name: BTreeMap<String, u32>,
    /// First member and number of each group that walks together.
    groups: Vec<(u32, u32)>,
    /// Who comes in later.
    entering: Vec<u32>,
    /// Who obeys orders.
    controlled: Vec<u32>,
    /// Who sits in a wheelchair.
    seated: Vec<u32>,
    /// Who lies in a bed on wheels, or did at the start.
    abed: Vec<u32>,
    law: Law,
}

/// Everybody. Cheap to clone; serialised whole.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Crowd {
    bodies: Vec<Body>,
    everyone: Arc<Everyone>,
    /// Key of draws to come.
    key: u64,
    queues: Vec<decision::Queue>,
    throng: throng::Throng,
    street: locomotion::Street,
    #[serde(skip)]
    routes: Arc<routing::Routes>,
    #[serde(skip)]
    scratch: locomotion::Scratch,
    #[serde(skip)]
    levels: perception::Levels,
    /// How many threads may share a step; see [`Crowd::share`].
    #[serde(skip)]
    threads: usize,
}

impl Crowd {
    /// The people of a scenario, trainees first.
    pub fn new(place: &Place, loaded: &scenario::Loaded, seed: u64) -> Self {
        let made = population::Population::make(place, loaded, seed);
        let mut by_name = BTreeMap::new();
        for (k, f) in made.facts.iter().enumerate() {
            by_name.entry(f.name.clone()).or_insert(k as u32);
        }
        let mut groups = Vec::new();
        for (k, f) in made.facts.iter().enumerate() {
            if f.together && f.family == Some(PersonId(k as u32)) {
                // Members of a group follow each other in number.
                let n = made.facts[k..].iter().take_while(|x| x.family == f.family).count();
                groups.push((k as u32, n as u32));
            }
        }
        let those = |is: &dyn Fn(&Fact) -> bool| {
            let all = (0u32..).zip(&made.facts);
            all.filter(|(_, f)| is(f)).map(|(k, _)| k).collect::<Vec<_>>()
        };
        let (entering, controlled) = (those(&|f| f.enters_s.is_some()), those(&|f| f.controlled));
        let seated = those(&|f| f.mobility == scenario::Mobility::Wheelchair);
        let abed = those(&bed::has_one);
        Self {
            bodies: made.bodies,
            everyone: Arc::new(Everyone {
                facts: made.facts,
                groups,
                entering,
                controlled,
                seated,
                abed,
                by_name,
                law: Law::new(&loaded.scenario.movement),
            }),
            key: seed,
            ..Self::default()
        }
    }
    /// One tick: obey, enter, perceive, decide, walk, breathe.
    pub fn step(&mut self, world: &Surroundings<'_>, walks: &[(PersonId, Walk)]) -> Vec<CrowdEvent> {
        let mut events = Vec::new();
        if self.bodies.is_empty() {
            return events;
        }
        let everyone = self.everyone.clone();
        let facts = &everyone.facts[..];
        let bodies = &mut self.bodies[..];
        let routes = Arc::make_mut(&mut self.routes);
        if routes.terrain.is_none() {
            routes.terrain = Some(terrain::Terrain::new(world.place));
        }
        enter(bodies, facts, &everyone.entering, world);
        decision::obey(bodies, &everyone.controlled, world.place, walks);
        perception::perceive(bodies, facts, self.key, world, &mut self.levels, &mut events);
        if world.tick.is_multiple_of(20) {
            self.queues = decision::count(bodies, world.place, routes);
            self.throng = throng::Throng::count(bodies, world.place, routes, world.tick);
        }
        self.throng.solve(world.place, routes);
        decision::decide(
            bodies,
            facts,
            &everyone.seated,
            &self.queues,
            routes,
            world,
            &mut events,
        );
        if world.place.lifts.iter().any(|l| l.evacuation) {
            lifts::ride(bodies, facts, world, &mut events);
        }
        locomotion::walk(
            bodies,
            facts,
            &everyone.groups,
            &everyone.abed,
            everyone.law,
            self.key,
            self.threads,
            routes,
            &mut self.scratch,
            &mut self.street,
            world,
            &mut events,
        );
        care::bring(bodies, facts, &mut events);
        care::turn_round(bodies, facts, routes, world, &mut events);
        lifts::carry(bodies, world);
        dose::breathe(bodies, facts, self.threads, world, &mut events);
        events
    }
    /// How many people there are, those out and those to come included.
    pub fn len(&self) -> usize {
        self.bodies.len()
    }
    /// No people at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// A person now.
    pub fn person(&self, id: PersonId) -> PersonView {
        let b = &self.bodies[id.index()];
        PersonView {
            plate: b.plate,
            space: if b.present() { b.space } else { None },
            at: b.at,
            z: b.z,
            heading: b.heading,
            speed_m_s: b.speed,
            density_per_m2: b.density,
            extinction: b.air.extinction,
            fed_gas: b.gas,
            fed_heat: b.heat,
            state: b.state,
            reason: b.why.word(),
            posture: b.posture,
            radius_m: b.girth(&self.everyone.facts[id.index()]),
            led_by: b.led_by.or(b.carried_by),
            carried: b.carried_by.is_some(),
            in_bed: b.grip.is_some(),
        }
    }
    /// What does not change about a person.
    pub fn facts(&self, id: PersonId) -> PersonFacts {
        let f = &self.everyone.facts[id.index()];
        let b = &self.bodies[id.index()];
        PersonFacts {
            name: f.name.clone(),
            age: f.age,
            radius_m: f.radius,
            free_speed_m_s: f.free_speed,
            start_s: f.starts_s.or(b.sets_out_s),
            route: f.route.clone(),
            susceptibility: f.susceptibility,
            mobility: f.mobility,
        }
    }
    /// Finds a person by the name in the scenario (or a trainee by id).
    pub fn by_name(&self, name: &str) -> Option<PersonId> {
        self.everyone.by_name.get(name).map(|k| PersonId(*k))
    }
    /// The flat a person lives in.
    pub fn home(&self, id: PersonId) -> Option<HomeId> {
        self.everyone.facts[id.index()].home
    }
    /// Sets a controlled person's posture.
    pub fn set_posture(&mut self, id: PersonId, posture: Posture) {
        if let Some(b) = self.bodies.get_mut(id.index())
            && b.able()
        {
            b.posture = posture;
        }
    }
    /// Wakes a person; the next step reports it.
    pub fn wake(&mut self, id: PersonId) {
        if let Some(b) = self.bodies.get_mut(id.index()) {
            decision::wake(b);
        }
    }
    /// Makes a person follow another, or stop following. Nobody follows themselves, or in a ring.
    pub fn lead(&mut self, id: PersonId, leader: Option<PersonId>) {
        let mut above = leader;
        for _ in 0..self.bodies.len() {
            match above {
                Some(l) if l == id || l.index() >= self.bodies.len() => return,
                Some(l) => above = self.bodies[l.index()].led_by,
                None => break,
            }
        }
        let everyone = self.everyone.clone();
        if let (Some(b), Some(f)) = (self.bodies.get_mut(id.index()), everyone.facts.get(id.index())) {
            decision::lead(b, f, leader);
        }
    }
    /// Keeps somebody who is carried, or pushed in a chair or bed, with whoever carries them; out with them, too.
    pub fn carry(&mut self, id: PersonId, by: PersonId) {
        if id == by || id.index() >= self.bodies.len() || by.index() >= self.bodies.len() {
            return;
        }
        let carrier = self.bodies[by.index()];
        let mobility = self.everyone.facts.get(id.index()).map(|f| f.mobility);
        self.bodies[by.index()].burden = Some(match (self.bodies[id.index()].state, mobility) {
            (PersonState::Incapacitated, _) => Burden::Dragged,
            (_, Some(mobility)) if mobility.lies() => Burden::Sheet,
            _ => Burden::Back,
        });
        let b = &mut self.bodies[id.index()];
        if !b.present() {
            return;
        }
        care::out_of_bed(b);
        b.carried_by = Some(by);
        b.led_by = None;
        if b.state != PersonState::Incapacitated {
            b.state = if carrier.present() {
                PersonState::Waiting
            } else {
                carrier.state
            };
        }
        b.why = body::Why::Follows;
        b.aim = body::Aim::Stay;
        b.replan = false;
        (b.plate, b.space, b.at, b.z) = (carrier.plate, carrier.space, carrier.at, carrier.z);
    }
    /// Time to take somebody on one's back or into their chair, or to get who is bedridden onto a rescue sheet, s.
    pub fn lifting_s(&self, id: PersonId) -> f64 {
        match self.everyone.facts.get(id.index()).map(|f| f.mobility) {
            Some(mobility) if mobility.lies() => figures::READY_CARRIED_S,
            _ => figures::LIFTED_S,
        }
    }
    /// Falls from a window to the ground: hurt beyond walking, or out.
    pub fn falls(&mut self, id: PersonId, maimed: bool) {
        if let Some(b) = self.bodies.get_mut(id.index())
            && b.able()
        {
            b.state = if maimed {
                PersonState::Incapacitated
            } else {
                PersonState::Out
            };
            b.why = if maimed { body::Why::Overcome } else { body::Why::Out };
            b.speed = 0.0;
            b.set_aim(body::Aim::Stay);
        }
    }
    /// Puts down whoever this person carries.
    pub fn set_down(&mut self, by: PersonId) {
        for b in &mut self.bodies {
            if b.carried_by == Some(by) {
                b.carried_by = None;
            }
        }
        if let Some(b) = self.bodies.get_mut(by.index()) {
            b.burden = None;
        }
    }
    /// Moves a person into or out of a lift car (plate change at a portal of that lift); false if there is no room.
    pub fn board(&mut self, place: &Place, id: PersonId, plate: PlateId, at: Point) -> bool {
        let facts = &self.everyone.facts;
        let Some(b) = self.bodies.get(id.index()) else {
            return false;
        };
        if !b.able() || plate.index() >= place.plates.len() {
            return false;
        }
        let found = spot(&self.bodies, facts, place, id, plate, at);
        let Some(p) = found else { return false };
        let b = &mut self.bodies[id.index()];
        b.plate = plate;
        b.at = p;
        b.z = place.z_at(plate, p);
        b.space = place.space_at(plate, p).or(b.space);
        b.set_leg(Leg::None);
        b.replan = true;
        true
    }
    /// Where people can walk has changed: ways are looked for anew.
    pub fn ground_changed(&mut self) {
        self.routes = Arc::default();
        self.scratch = locomotion::Scratch::default();
        for b in &mut self.bodies {
            b.slot = body::Slot::default();
            b.replan = true;
        }
    }
    /// Lets so many threads share a step where there are people enough; one unless asked. What happens does not depend
    /// on it.
    pub const fn share(&mut self, threads: usize) {
        self.threads = threads;
    }
    /// Seed of what has not happened yet.
    pub fn rekey(&mut self, seed: u64) {
        self.key = seed;
    }
    /// Everything that must be equal for two states to be the same, fed to a hasher in a fixed order.
    pub fn hash_into(&self, hasher: &mut blake3::Hasher) {
        hasher.update(&self.key.to_le_bytes());
        hasher.update(&(self.bodies.len() as u64).to_le_bytes());
        for b in &self.bodies {
            b.hash_into(hasher);
        }
        for q in &self.queues {
            q.hash_into(hasher);
        }
        self.throng.hash_into(hasher);
        self.street.hash_into(hasher);
    }
}

/// The nearest free spot within a metre of a point, ring by ring.
fn spot(bodies: &[Body], facts: &[Fact], place: &Place, id: PersonId, plate: PlateId, at: Point) -> Option<Point> {
    let shape = place.shape(plate);
    let girth = |k: usize| bodies[k].girth(&facts[k]);
    let (own, berth) = (girth(id.index()), bodies[id.index()].berth(&facts[id.index()]));
    let mut spots = vec![at];
    for ring in 1..=4 {
        for k in 0..8 * ring {
            let a = std::f64::consts::TAU * f64::from(k) / f64::from(8 * ring);
            spots.push(at + Point::new(libm::cos(a), libm::sin(a)) * (0.25 * f64::from(ring)));
        }
    }
    spots.into_iter().find(|p| {
        place.space_at(plate, *p).is_some()
            && shape
                .walls
                .iter()
                .all(|w| terrain::nearest(w, *p).distance(*p) >= berth && !terrain::crosses(at, *p, w))
            && bodies.iter().enumerate().all(|(k, o)| {
                k == id.index()
                    || o.plate != plate
                    || !contact::stands(o)
                    || o.at.distance(*p) >= own + girth(k) - figures::OVERLAP_M
            })
    })
}

/// Lets those in whose time has come and whose spot is free.
fn enter(bodies: &mut [Body], facts: &[Fact], entering: &[u32], world: &Surroundings<'_>) {
    let now = world.tick as f64 * world.dt;
    for id in entering.iter().map(|id| *id as usize) {
        let Some(t) = facts[id].enters_s else { continue };
        if bodies[id].state != PersonState::Absent || now + 1e-9 < t {
            continue;
        }
        let (plate, at) = (bodies[id].plate, bodies[id].at);
        let free = bodies.iter().enumerate().all(|(k, o)| {
            o.plate != plate || !contact::stands(o) || o.at.distance(at) >= o.girth(&facts[k]) + facts[id].radius
        });
        if free {
            bodies[id].state = PersonState::Waiting;
            bodies[id].why = body::Why::NoCue;
        }
    }
}
