//! The Simulation: one clock, commands in, events out.

mod ground;
mod hands;
mod noise;
mod panel;

use super::command::{Action, CallItem, Command};
use super::deeds::Burning;
use super::equipment::Equipment;
use super::event::{Event, EventKind};
use super::lifts::Lifts;
use super::notebook::{Did, DoorRole, Known, Notebook, Noted, Now, Percept};
use super::openings::{Answer, Openings, Request};
use super::perception::{self, Senses, Sound};
use super::possible::{World, why_not};
use super::sound;
use super::trainee::{Effect, Exposure, Trainee};
use crate::crowd::{Crowd, CrowdEvent, Cue, CueKind, PersonId, PersonState, Posture, Surroundings, Walk};
use crate::fire::{Fire, FireEvent};
use crate::place::{
    Beyond, EquipmentId, LiftId, OpeningId, OpeningKind, OpeningState, Place, SpaceId, StoreyId, ThingId,
};
use crate::scenario::{Deed, EndsEarly, Loaded, Point, Role, Text};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Length of a tick, s.
pub const TICK_S: f64 = 0.05;
/// Senses work this often, ticks.
const PERCEPTION_TICKS: u64 = 10;
/// Sounders are heard anew this often, ticks.
const SOUNDER_TICKS: u64 = 20;
/// The fire service arrives this long after the call, s (the five minutes of 1-3-5; 待核实).
const HELP_AFTER_S: f64 = 300.0;
/// A car in the fire lane holds the engines up so long: hose is laid from further off, or the car is moved (assumption,
/// 待核实).
const LANE_HOLDS_S: f64 = 120.0;

/// A drill: its whole state is a value. No Bevy, no files, no wall clock, no threads unless asked.
#[derive(Clone, Debug)]
pub struct Simulation {
    place: Arc<Place>,
    loaded: Arc<Loaded>,
    state: State,
    events: Vec<Event>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct State {
    seed: u64,
    tick: u64,
    fire: Fire,
    crowd: Crowd,
    openings: Openings,
    lifts: Lifts,
    trainees: Vec<Trainee>,
    equipment: Equipment,
    /// Sounding: equipment that sounds, and for the alarm of which home (a stand-alone detector) if any.
    sounding: Vec<u32>,
    power: bool,
    /// People who passed each opening.
    passed: Vec<u64>,
    /// Deeds of the timeline already done.
    done: Vec<bool>,
    /// Requests of trainees waiting for the tick's decision.
    requests: Vec<(Option<u16>, Request)>,
    cues: Vec<Cue>,
    help_tick: Option<u64>,
    /// The fire service was held up by what stands in the lane.
    lane_held: bool,
    panel: panel::Panel,
    /// Things that trainees moved out of the way, in order.
    moved_off: Vec<ThingId>,
}

/// Why a saved state cannot be taken up again.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The bytes are not a state of this version.
    #[error("the saved state cannot be read ({0}); start the drill anew")]
    Unreadable(#[from] postcard::Error),
    /// It belongs to another place.
    #[error(
        "the saved state belongs to another place: it has {saved} openings, this place {place}; load the scenario it was saved with"
    )]
    OtherPlace {
        /// In the saved state.
        saved: usize,
        /// In the place given.
        place: usize,
    },
}

/// A read-only view of a drill at its present tick.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// The compiled place.
    pub place: &'a Place,
    /// The scenario with everything it names.
    pub loaded: &'a Loaded,
    /// Ticks done so far.
    pub tick: u64,
    /// From the beginning of the drill, s.
    pub time_s: f64,
    /// Everybody, trainees first.
    pub crowd: &'a Crowd,
    /// Zones, flows and burning things.
    pub fire: &'a Fire,
    /// By [`OpeningId`].
    pub openings: &'a [OpeningState],
    /// People who passed each opening so far.
    pub passed: &'a [u64],
    /// In the order of the scenario.
    pub trainees: Vec<TraineeView<'a>>,
    /// The mains are on.
    pub power: bool,
    /// Height of each lift's car, m absolute.
    pub lifts_z: Vec<f64>,
}

/// A trainee at the present tick.
#[derive(Clone, Debug)]
pub struct TraineeView<'a> {
    /// Name in the scenario.
    pub id: &'a str,
    /// In which role they are judged.
    pub role: Role,
    /// Their number in the crowd.
    pub person: PersonId,
    /// What they knew before it began.
    pub known: &'a Known,
    /// What they perceived and did so far.
    pub notebook: &'a Notebook,
    /// What they know of themselves now.
    pub now: Now,
    /// Time and doses by storey, in the order first entered.
    pub exposures: &'a [Exposure],
    /// The storey of their home, or where they began.
    pub own_storey: StoreyId,
}

impl Simulation {
    /// A drill at tick 0.
    pub fn new(place: Arc<Place>, loaded: Arc<Loaded>, seed: u64) -> Self {
        let crowd = Crowd::new(&place, &loaded, seed);
        let mut fire = Fire::new(&place, &loaded);
        fire.rekey(seed);
        let trainees = (0..loaded.scenario.trainees.len())
            .map(|i| Trainee::new(&place, &loaded, &crowd, i))
            .collect();
        let state = State {
            seed,
            tick: 0,
            fire,
            crowd,
            openings: Openings::new(&place),
            lifts: Lifts::new(&place),
            trainees,
            equipment: Equipment::new(&place),
            sounding: Vec::new(),
            power: true,
            passed: vec![0; place.openings.len()],
            done: vec![false; loaded.scenario.timeline.len()],
            requests: Vec::new(),
            cues: Vec::new(),
            help_tick: None,
            lane_held: false,
            panel: panel::Panel::new(&loaded.scenario.place.panel),
            moved_off: Vec::new(),
        };
        let mut it = Self {
            place,
            loaded,
            state,
            events: Vec::new(),
        };
        if it.loaded.scenario.place.panel.pump_manual {
            it.state.fire.water(0.0);
        }
        it.burns_before();
        it.trainees_perceive();
        it
    }

    /// What was set alight before the drill begins (a negative time) burns until then; nobody moves meanwhile. What
    /// happened is in [`Simulation::events`] at tick 0.
    fn burns_before(&mut self) {
        let first = self.place.things.iter().filter_map(|t| t.ignites_s).fold(0.0, f64::min);
        let every = self.fire_ticks();
        let steps = (-first / TICK_S / every as f64).ceil() as u64;
        for left in (1..=steps).rev() {
            self.burn_for(-(left as f64) * every as f64 * TICK_S, every);
            for (_, request) in std::mem::take(&mut self.state.requests) {
                self.state.openings.decide(&self.place, request);
            }
        }
    }

    /// Takes up a state again that [`Simulation::save`] wrote, in the same place and scenario.
    ///
    /// # Errors
    /// [`RestoreError`] if the bytes are no state of this version or belong to another place.
    pub fn restore(place: Arc<Place>, loaded: Arc<Loaded>, bytes: &[u8]) -> Result<Self, RestoreError> {
        let mut state: State = postcard::from_bytes(bytes)?;
        if state.passed.len() != place.openings.len() {
            return Err(RestoreError::OtherPlace {
                saved: state.passed.len(),
                place: place.openings.len(),
            });
        }
        state.fire.attach(&place);
        let mut it = Self {
            place,
            loaded,
            state,
            events: Vec::new(),
        };
        it.lay_out();
        Ok(it)
    }

    /// The whole state as bytes, for [`Simulation::restore`].
    ///
    /// # Errors
    /// [`RestoreError::Unreadable`] if it cannot be written.
    pub fn save(&self) -> Result<Vec<u8>, RestoreError> {
        Ok(postcard::to_allocvec(&self.state)?)
    }

    /// Lets so many threads share a tick where there are people enough; one unless asked. What happens does not depend
    /// on it.
    pub const fn share(&mut self, threads: usize) {
        self.state.crowd.share(threads);
    }

    /// The same past with a re-keyed future.
    pub fn branch(&self, seed: u64) -> Self {
        let mut it = self.clone();
        it.state.seed = seed;
        it.state.crowd.rekey(seed);
        it.state.fire.rekey(seed);
        it
    }

    /// One tick of 0.05 s.
    pub fn step(&mut self, commands: &[Command]) {
        self.events.clear();
        self.timeline_happens();
        self.trainees_begin(commands);
        self.trainees_go_on();
        self.panel_acts();
        self.alarms_sound();
        self.people_move();
        self.openings_move();
        self.lifts_run();
        self.fire_burns();
        self.help_comes();
        self.state.tick += 1;
        self.trainees_perceive();
        self.doses_are_booked();
    }

    /// Has an opening moved from outside, as the timeline does; done in the next step.
    pub fn order(&mut self, opening: OpeningId, open: f64) {
        if opening.index() < self.place.openings.len() {
            let key = true;
            self.state.requests.push((None, Request::Move { opening, open, key }));
        }
    }

    /// Seed of all chance that has not been used yet.
    pub fn seed(&self) -> u64 {
        self.state.seed
    }
    /// The compiled place, to be shared.
    pub fn place(&self) -> &Arc<Place> {
        &self.place
    }
    /// The scenario with everything it names, to be shared.
    pub fn loaded(&self) -> &Arc<Loaded> {
        &self.loaded
    }
    /// Ticks done.
    pub fn tick(&self) -> u64 {
        self.state.tick
    }
    /// Time, s.
    pub fn time_s(&self) -> f64 {
        self.state.tick as f64 * TICK_S
    }
    /// What happened in the last tick.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The stop condition of the scenario is met.
    pub fn finished(&self) -> bool {
        let ends = &self.loaded.scenario.ends;
        let out = |p: PersonId| {
            matches!(
                self.state.crowd.person(p).state,
                PersonState::Out | PersonState::Incapacitated
            )
        };
        self.time_s() >= ends.after_s - 1e-9
            || match ends.or {
                EndsEarly::Never => false,
                EndsEarly::AllOut => (0..self.state.crowd.len() as u32)
                    .map(PersonId)
                    .all(|p| out(p) || self.state.crowd.person(p).state == PersonState::Sheltering),
                EndsEarly::TraineesDone => {
                    !self.state.trainees.is_empty() && self.state.trainees.iter().all(|t| out(t.person))
                }
            }
    }

    /// Read-only view.
    pub fn view(&self) -> View<'_> {
        View {
            place: &self.place,
            loaded: &self.loaded,
            tick: self.state.tick,
            time_s: self.time_s(),
            crowd: &self.state.crowd,
            fire: &self.state.fire,
            openings: self.state.openings.states(),
            passed: &self.state.passed,
            trainees: (0..self.state.trainees.len()).map(|i| self.trainee(i)).collect(),
            power: self.state.power,
            lifts_z: self.state.lifts.views().iter().map(|l| l.z).collect(),
        }
    }

    /// One trainee.
    pub fn trainee(&self, index: usize) -> TraineeView<'_> {
        let t = &self.state.trainees[index];
        TraineeView {
            id: &t.id,
            role: self.loaded.scenario.trainees[index].role,
            person: t.person,
            known: &t.known,
            notebook: &t.notebook,
            now: t.now(&self.state.crowd, self.state.tick),
            exposures: &t.exposures,
            own_storey: t.storey,
        }
    }

    /// Spaces in which an alarm sounds now, each once, in order.
    pub fn sounders(&self) -> Vec<SpaceId> {
        let of = |e: &u32| self.place.equipment[*e as usize].space;
        let mut spaces: Vec<SpaceId> = self.state.sounding.iter().map(of).collect();
        spaces.sort_unstable();
        spaces.dedup();
        spaces
    }

    /// Level of the alarm in a space, dB(A); `None` where it is not audible or none sounds.
    pub fn alarm_db(&self, space: SpaceId) -> Option<f64> {
        let from = self.sounders();
        if from.is_empty() {
            return None;
        }
        let levels = self.reach(&from, sound::SOUNDER_DB);
        levels.iter().find(|(s, _)| *s == space).map(|(_, db)| *db)
    }

    /// As what a thing burns, or would.
    pub fn burns_as(&self, thing: ThingId) -> Burning {
        perception::burning(&self.place, thing)
    }

    /// Where a piece of equipment is now; `None`: there is no such piece, or somebody else has it.
    pub fn lies_at(&self, piece: EquipmentId) -> Option<(SpaceId, Point)> {
        let piece = self.state.equipment.get(piece)?;
        piece.holder.is_none().then_some((piece.space, piece.at))
    }

    /// Whether a piece of equipment that can be switched is on.
    pub fn is_on(&self, piece: EquipmentId) -> bool {
        self.state.equipment.get(piece).is_some_and(|p| p.on)
    }

    /// Why a trainee cannot do something now, in words; `None`: it can be tried.
    pub fn why_not(&self, index: usize, action: &Action) -> Option<Text> {
        let lifts = self.state.lifts.views();
        let world = World {
            place: &self.place,
            crowd: &self.state.crowd,
            equipment: &self.state.equipment,
            openings: self.state.openings.states(),
            lifts: &lifts,
        };
        let (zh, en) = why_not(&world, self.state.trainees.get(index)?, action)?;
        Some(Text {
            zh: zh.into(),
            en: en.into(),
        })
    }

    /// What a trainee is doing with their hands, and how long it still takes, s; no time while they walk to the spot.
    pub fn doing(&self, index: usize) -> Option<(&Action, Option<f64>)> {
        self.state.trainees.get(index)?.doing(self.state.tick)
    }

    /// What a door or window is to a trainee.
    pub fn door_role(&self, index: usize, opening: OpeningId) -> DoorRole {
        match self.state.trainees.get(index) {
            Some(t) => t.role(&self.place, opening),
            None => DoorRole::Other(opening),
        }
    }

    /// Hash of the whole state: equal states have equal hashes on every machine and build.
    pub fn state_hash(&self) -> [u8; 32] {
        let mut h = blake3::Hasher::new();
        let s = &self.state;
        h.update(&s.seed.to_le_bytes());
        h.update(&s.tick.to_le_bytes());
        s.fire.hash_into(&mut h);
        s.crowd.hash_into(&mut h);
        s.openings.hash_into(&mut h);
        s.lifts.hash_into(&mut h);
        s.equipment.hash_into(&mut h);
        s.panel.hash_into(&mut h);
        for thing in &s.moved_off {
            h.update(&thing.0.to_le_bytes());
        }
        for p in &s.passed {
            h.update(&p.to_le_bytes());
        }
        for t in &s.trainees {
            // Postcard is canonical: floats by bits, integers by value.
            match postcard::to_allocvec(t) {
                Ok(bytes) => h.update(&bytes),
                Err(_) => h.update(b"unwritable"),
            };
        }
        *h.finalize().as_bytes()
    }

    // ------------------------------------------------------------------------------------------ stages

    fn timeline_happens(&mut self) {
        let now = self.time_s();
        let loaded = Arc::clone(&self.loaded);
        for (i, happening) in loaded.scenario.timeline.iter().enumerate() {
            if self.state.done[i] || happening.at_s > now + 1e-9 {
                continue;
            }
            self.state.done[i] = true;
            match &happening.does {
                Deed::Shout(who, words) => {
                    if let Some(p) = self.state.crowd.by_name(who)
                        && self.able(p)
                    {
                        self.shout(p, who.clone(), words.clone());
                    }
                }
                Deed::RunDown(who) => {
                    if let Some(p) = self.state.crowd.by_name(who) {
                        self.state.crowd.wake(p);
                        self.cue(CueKind::TellRunDown, Vec::new(), Some(p));
                    }
                }
                Deed::Open(path, open) => {
                    if let Some(&opening) = self.place.opening_by_path.get(path) {
                        self.state.requests.push((
                            None,
                            Request::Move {
                                opening,
                                open: *open,
                                key: true,
                            },
                        ));
                    }
                }
                Deed::Alarm => {
                    self.sound_all();
                    self.emit(EventKind::AlarmSounds, "timeline", "building", None, 0.0);
                }
                Deed::Broadcast(words) => {
                    self.loudspeakers_say("broadcast", words, &[], true);
                    self.emit(EventKind::Broadcast, "timeline", &words.zh, None, 0.0);
                }
                Deed::Silence => self.silence(),
                Deed::PowerCut => {
                    self.state.power = false;
                    self.state.fire.mains(false);
                    self.emit(EventKind::PowerCut, "timeline", "", None, 0.0);
                }
            }
        }
    }

    fn trainees_begin(&mut self, commands: &[Command]) {
        let tick = self.state.tick;
        let mut due: Vec<&Command> = commands
            .iter()
            .filter(|c| c.tick == tick && (c.trainee as usize) < self.state.trainees.len())
            .collect();
        due.sort_by_key(|c| (c.trainee, c.sequence));
        for c in due {
            let i = c.trainee as usize;
            if let Action::Posture(p) = c.action {
                let t = &self.state.trainees[i];
                if !t.asleep {
                    self.state.crowd.set_posture(t.person, p);
                    if matches!(p, Posture::Stooped | Posture::Crawling) {
                        self.state.trainees[i].did(tick, Did::WentLow);
                    }
                }
            }
            let before = self.state.trainees[i].notebook.notes.len();
            let State {
                trainees,
                crowd,
                equipment,
                ..
            } = &mut self.state;
            let effect = trainees[i].begin(&self.place, crowd, equipment, tick, &c.action);
            if let Some(effect) = effect {
                self.take_effect(i, effect);
            }
            self.note_events(i, before);
        }
    }

    fn trainees_go_on(&mut self) {
        let tick = self.state.tick;
        for i in 0..self.state.trainees.len() {
            let before = self.state.trainees[i].notebook.notes.len();
            if self.state.trainees[i].asleep && tick >= self.state.trainees[i].wakes_tick {
                let person = self.state.trainees[i].person;
                self.state.crowd.wake(person);
                self.with_senses(i, |senses, t| senses.wakes(t));
            }
            let State { trainees, crowd, .. } = &mut self.state;
            let effect = trainees[i].continue_doing(&self.place, crowd, tick, true);
            if let Some(effect) = effect {
                self.take_effect(i, effect);
            }
            self.hands_go_on(i);
            self.note_events(i, before);
        }
    }

    fn take_effect(&mut self, i: usize, effect: Effect) {
        let person = self.state.trainees[i].person;
        match effect {
            Effect::Opening(request) => {
                let request = match request {
                    Request::Move { opening, open, .. } => Request::Move {
                        opening,
                        open,
                        key: self.has_key(person, opening),
                    },
                    other => other,
                };
                self.state.requests.push((Some(i as u16), request));
            }
            Effect::FeelHandle(o) => self.with_senses(i, |s, t| s.feel(t, o)),
            Effect::LookAtGap(o) => self.with_senses(i, |s, t| s.look_at_gap(t, o)),
            Effect::LookAround => self.with_senses(i, |s, t| s.look_around(t)),
            Effect::LookOut(o) => self.with_senses(i, |s, t| s.look_out(t, o)),
            Effect::Wake(p) => {
                self.state.crowd.wake(p);
                self.cue(CueKind::Touch, Vec::new(), Some(p));
                let tick = self.state.tick;
                self.state.trainees[i].did(tick, Did::WokeSomebody(p));
            }
            Effect::Lead(p, true) => {
                let asleep = self.state.crowd.person(p).state == PersonState::Asleep;
                let tick = self.state.tick;
                if asleep {
                    let why = Text {
                        zh: "还没有醒，先叫醒。".into(),
                        en: "Still asleep: wake them first.".into(),
                    };
                    self.state.trainees[i].note(tick, Noted::Refused(Action::Lead(p), why));
                    return;
                }
                self.state.crowd.lead(p, Some(person));
                let t = &mut self.state.trainees[i];
                if !t.leads.contains(&p) {
                    t.leads.push(p);
                }
                t.did(tick, Did::Leads(p));
            }
            Effect::Lead(p, false) => {
                self.state.crowd.lead(p, None);
                let tick = self.state.tick;
                let t = &mut self.state.trainees[i];
                t.leads.retain(|q| *q != p);
                t.did(tick, Did::LetGo(p));
            }
            Effect::Shout => {
                let words = Text {
                    zh: "着火了，快离开！".into(),
                    en: "Fire! Get out!".into(),
                };
                let id = self.state.trainees[i].id.clone();
                self.shout(person, id, words);
            }
            Effect::Knock(o) => {
                let x = &self.place.openings[o.index()];
                let mut from = vec![x.from];
                if let Beyond::Space(to) = x.to {
                    from.push(to);
                }
                let levels = self.reach(&from, sound::KNOCK_DB);
                self.heard_by_others(person, &levels, &Sound::Knock);
                self.cue(CueKind::Knock, levels, None);
                let path = self.place.openings[o.index()].path.clone();
                let id = self.state.trainees[i].id.clone();
                self.emit(EventKind::Knocked, &id, &path, Some(person), 0.0);
            }
            Effect::Call(items) => {
                let tick = self.state.tick;
                self.call_is_known(i);
                let t = &mut self.state.trainees[i];
                t.called_tick.get_or_insert(tick);
                // What earlier calls said need not be said again.
                let before = |x: &CallItem| {
                    t.notebook
                        .notes
                        .iter()
                        .any(|n| matches!(&n.what, Noted::Did(Did::Called { items, .. }) if items.contains(x)))
                };
                let missing: Vec<CallItem> = super::command::ALL_ITEMS
                    .iter()
                    .copied()
                    .filter(|x| !items.contains(x) && !before(x))
                    .collect();
                let asks = super::command::follow_up(&missing);
                let advice = Text {
                    zh: format!(
                        "{}已派消防车。楼道有烟就关门退守，到有外窗的房间等；没有烟就从楼梯离开，不乘电梯。",
                        asks.zh
                    ),
                    en: format!(
                        "{}Fire engines are on their way. Smoke in the corridor: stay behind your door, at an outer \
                         window. No smoke: leave by the stairs, never the lift.",
                        asks.en
                    ),
                };
                t.percept(tick, Percept::CallTaken { missing, advice });
                let id = t.id.clone();
                self.emit(EventKind::Called, &id, "119", Some(person), items.len() as f64);
                let due = tick + (HELP_AFTER_S / TICK_S) as u64;
                self.state.help_tick.get_or_insert(due);
            }
            Effect::CallLift(l) => {
                if let Some(k) = self.lift_stop(l, person) {
                    self.state.lifts.call(l, k);
                }
            }
            Effect::Ride(l, to) => self.ride(i, l, to),
            Effect::Hands(hands) => self.take_hands(i, hands),
        }
    }

    /// Trainees in the same space hear a call being made.
    fn call_is_known(&mut self, caller: usize) {
        let (space, by) = (
            self.state.trainees[caller].space,
            self.state.trainees[caller].id.clone(),
        );
        let tick = self.state.tick;
        for (i, t) in self.state.trainees.iter_mut().enumerate() {
            if i != caller && !t.asleep && space.is_some() && t.space == space {
                t.percept(tick, Percept::CallKnown { by: by.clone() });
            }
        }
    }

    fn lift_stop(&self, lift: LiftId, person: PersonId) -> Option<usize> {
        let space = self.state.crowd.person(person).space?;
        let storey = self.place.spaces[space.index()].storey;
        self.place.lifts[lift.index()].storeys.iter().position(|s| *s == storey)
    }

    fn ride(&mut self, i: usize, lift: LiftId, to: StoreyId) {
        let person = self.state.trainees[i].person;
        let tick = self.state.tick;
        let here = self.lift_stop(lift, person);
        let open = self.state.lifts.views()[lift.index()].open_at;
        let car = self.place.lifts[lift.index()].car;
        let boarded = open.is_some() && open == here && {
            let shape = &self.place.shapes[self.place.plates[car.index()].shape];
            let middle = shape.walls.iter().fold(Point::default(), |m, w| m + (w.a + w.b) * 0.5)
                * (1.0 / shape.walls.len().max(1) as f64);
            self.state.crowd.board(&self.place, person, car, middle)
        };
        if !boarded {
            let why = Text {
                zh: "电梯不在这一层，或门没有开。".into(),
                en: "The lift is not here with open doors.".into(),
            };
            self.state.trainees[i].note(tick, Noted::Refused(Action::RideLift(lift, to), why));
            return;
        }
        self.state.trainees[i].did(tick, Did::RodeLift(lift));
        if let Some(k) = self.place.lifts[lift.index()].storeys.iter().position(|s| *s == to) {
            self.state.lifts.call(lift, k);
        }
    }

    fn alarms_sound(&mut self) {
        if !self.state.tick.is_multiple_of(SOUNDER_TICKS) || self.state.sounding.is_empty() {
            return;
        }
        let spaces = self.sounders();
        let levels = self.reach(&spaces, sound::SOUNDER_DB);
        let homes: Vec<_> = spaces.iter().map(|s| self.place.spaces[s.index()].home).collect();
        for i in 0..self.state.trainees.len() {
            let t = &self.state.trainees[i];
            let level = t
                .space
                .and_then(|s| levels.iter().find(|(x, _)| *x == s))
                .map_or(0.0, |(_, l)| *l);
            let home = homes.iter().copied().find(|h| h.is_some() && *h == t.home).flatten();
            self.with_senses(i, |s, t| s.hears(t, &Sound::Alarm { home }, level));
        }
        self.cue(CueKind::Alarm, levels, None);
    }

    fn people_move(&mut self) {
        let walks: Vec<(PersonId, Walk)> = self.state.trainees.iter().map(|t| (t.person, t.walk())).collect();
        let lifts = self.state.lifts.views();
        let cues = std::mem::take(&mut self.state.cues);
        let State {
            crowd,
            fire,
            openings,
            tick,
            ..
        } = &mut self.state;
        let air = fire.air(&self.place);
        let world = Surroundings {
            place: &self.place,
            air: &air,
            openings: openings.states(),
            lifts: &lifts,
            cues: &cues,
            tick: *tick,
            dt: TICK_S,
        };
        for event in crowd.step(&world, &walks) {
            self.person_did(&event);
        }
    }

    fn person_did(&mut self, event: &CrowdEvent) {
        let place = Arc::clone(&self.place);
        let path = |o: OpeningId| place.openings[o.index()].path.as_str();
        match *event {
            CrowdEvent::WantsDoor { person, opening, open } => {
                let who = self.trainee_index(person);
                let key = self.has_key(person, opening);
                let request = Request::Move {
                    opening,
                    open: if open { 1.0 } else { 0.0 },
                    key,
                };
                if let Some(i) = who {
                    // On the way: only a change is worth a note.
                    let state = self.state.openings.states()[opening.index()];
                    if open && state.open < 0.5 || !open && state.open > 0.5 {
                        self.state.requests.push((Some(i as u16), request));
                        return;
                    }
                }
                self.state.requests.push((None, request));
            }
            CrowdEvent::Passed {
                person,
                opening,
                forward,
            } => {
                self.state.passed[opening.index()] += 1;
                if let Some(i) = self.trainee_index(person) {
                    let x = &place.openings[opening.index()];
                    let to = match x.to {
                        Beyond::Space(s) => Some(s),
                        Beyond::Outside | Beyond::Street => None,
                    };
                    let (a, b) = if forward {
                        (Some(x.from), to)
                    } else {
                        (to, Some(x.from))
                    };
                    let tick = self.state.tick;
                    let t = &mut self.state.trainees[i];
                    let door = t.role(&place, opening);
                    let (from, to) = (t.whereabouts(&place, a, None), t.whereabouts(&place, b, None));
                    if x.kind != OpeningKind::Gap {
                        t.did(tick, Did::Passed { door, from, to });
                    }
                    // What is noted before the senses look next is noted here already.
                    t.comes_to(tick, to);
                }
            }
            CrowdEvent::Woke { person } => self.person_event(EventKind::Woke, person, "", 0.0),
            CrowdEvent::SetOut { person, after_s } => self.person_event(EventKind::SetOut, person, "", after_s),
            CrowdEvent::TurnedBack { person, extinction } => {
                self.person_event(EventKind::TurnedBack, person, "", extinction);
            }
            CrowdEvent::Sheltered { person } => self.person_event(EventKind::Sheltered, person, "", 0.0),
            CrowdEvent::Out { person, opening } => self.person_event(EventKind::Out, person, path(opening), 0.0),
            CrowdEvent::Overcome { person, by_heat } => {
                let v = self.state.crowd.person(person);
                let (kind, dose) = if by_heat {
                    (EventKind::OvercomeByHeat, v.fed_heat)
                } else {
                    (EventKind::OvercomeByGas, v.fed_gas)
                };
                self.person_event(kind, person, "", dose);
            }
            CrowdEvent::CallsLift { lift, storey, .. } => self.state.lifts.call(lift, storey),
            CrowdEvent::FoundLocked { person, opening } => {
                self.person_event(EventKind::FoundLocked, person, path(opening), 0.0);
            }
        }
    }

    fn openings_move(&mut self) {
        let requests = std::mem::take(&mut self.state.requests);
        let tick = self.state.tick;
        let mut granted = Vec::new();
        for (who, request) in requests {
            let answer = self.state.openings.decide(&self.place, request);
            if let Some(i) = who {
                let i = i as usize;
                let before = self.state.trainees[i].notebook.notes.len();
                let State { trainees, .. } = &mut self.state;
                trainees[i].answered(&self.place, tick, request, answer);
                if let (Answer::Granted | Answer::AsItIs, Request::Move { opening, open, .. }) = (answer, request)
                    && open > 0.0
                {
                    self.with_senses(i, |s, t| s.look_behind(t, opening));
                }
                self.note_events(i, before);
            }
            if answer == Answer::Granted {
                granted.push(request);
            }
        }
        for request in granted {
            let (kind, opening, value) = match request {
                Request::Move { opening, open, .. } | Request::Release { opening, open } => {
                    (EventKind::OpeningMoved, opening, open)
                }
                Request::Seal { opening, part } => (EventKind::OpeningSealed, opening, part),
                Request::Fail { opening, broken } => (EventKind::OpeningFailed, opening, broken),
                Request::Wedge { .. } | Request::Unlock { .. } => continue,
            };
            self.opening_event(kind, opening, value);
        }
        let time = self.time_s();
        let State { openings, crowd, .. } = &mut self.state;
        let place = &self.place;
        let in_doorway = |o: OpeningId| {
            let x = &place.openings[o.index()];
            (0..crowd.len() as u32).map(PersonId).any(|p| {
                let v = crowd.person(p);
                v.state != PersonState::Out && (v.z - x.bottom).abs() < 1.0 && {
                    let d = v.at - x.centre;
                    d.dot(x.along).abs() < x.width / 2.0 + 0.2 && d.dot(x.along.left()).abs() < v.radius_m + 0.15
                }
            })
        };
        let rested = openings.step(place, time, TICK_S, in_doorway);
        for (opening, open) in rested {
            if open == 0.0 {
                self.opening_event(EventKind::OpeningMoved, opening, open);
            }
        }
    }

    fn lifts_run(&mut self) {
        let State {
            lifts, openings, power, ..
        } = &mut self.state;
        for (lift, stop) in lifts.step(&self.place, openings, *power, TICK_S) {
            let l = &self.place.lifts[lift.index()];
            let (name, storey) = (l.name.clone(), l.storeys[stop].index());
            let to = self.place.storeys[storey].name.clone();
            self.emit(EventKind::LiftMoved, &name, &to, None, self.place.storeys[storey].z);
        }
    }

    /// Ticks of a fire step.
    fn fire_ticks(&self) -> u64 {
        (self.loaded.scenario.steps.fire_s / TICK_S).round().max(1.0) as u64
    }

    fn fire_burns(&mut self) {
        let every = self.fire_ticks();
        if self.state.tick.is_multiple_of(every) {
            self.burn_for(self.time_s(), every);
        }
    }

    fn burn_for(&mut self, time_s: f64, ticks: u64) {
        let State { fire, openings, .. } = &mut self.state;
        for event in fire.step(&self.place, openings.states(), time_s, ticks as f64 * TICK_S) {
            self.fire_did(event);
        }
    }

    fn fire_did(&mut self, event: FireEvent) {
        match event {
            FireEvent::Ignited { thing, kw } => self.thing_event(EventKind::Ignited, thing, kw),
            FireEvent::BurntOut { thing, mass_left_kg } => self.thing_event(EventKind::BurntOut, thing, mass_left_kg),
            FireEvent::PutOut { thing, mass_left_kg } => self.thing_event(EventKind::PutOut, thing, mass_left_kg),
            FireEvent::KnockedDown { thing } => self.thing_event(EventKind::KnockedDown, thing, 0.0),
            FireEvent::Relit { thing, kw } => self.thing_event(EventKind::Relit, thing, kw),
            FireEvent::Flashed { thing, radius_m, .. } => self.thing_event(EventKind::Flashed, thing, radius_m),
            FireEvent::Jet { thing, reach_m } => {
                self.thing_event(EventKind::Jet, thing, reach_m);
                self.bang(thing, sound::JET_DB);
            }
            FireEvent::Burst { thing, radius_m } => {
                self.thing_event(EventKind::Burst, thing, radius_m);
                self.bang(thing, sound::BURST_DB);
            }
            FireEvent::Splashed { thing } => self.thing_event(EventKind::Splashed, thing, 0.0),
            FireEvent::Shocked { thing, ma } => self.thing_event(EventKind::Shocked, thing, ma),
            FireEvent::DetectorActivated { equipment, value } => self.detector_reports(equipment, value),
            FireEvent::LinkActivated { probe, temperature_c } => {
                let name = match &self.loaded.scenario.probes[probe] {
                    crate::scenario::Probe::Link(l) => l.name.clone(),
                    _ => String::new(),
                };
                self.emit(EventKind::Activated, &name, "link", None, temperature_c);
            }
            FireEvent::OpeningFailed { opening, broken } => {
                self.state.requests.push((None, Request::Fail { opening, broken }));
            }
            FireEvent::NotConverged { residual } => self.emit(EventKind::NotConverged, "fire", "", None, residual),
        }
    }

    fn help_comes(&mut self) {
        if self.state.help_tick != Some(self.state.tick) {
            return;
        }
        let tick = self.state.tick;
        if let (false, Some(thing)) = (self.state.lane_held, self.blocks_the_lane()) {
            self.state.lane_held = true;
            self.state.help_tick = Some(tick + (LANE_HOLDS_S / TICK_S) as u64);
            self.thing_event(EventKind::HelpHeldUp, thing, LANE_HOLDS_S);
            return;
        }
        for t in self.state.trainees.iter_mut().filter(|t| !t.asleep) {
            t.percept(tick, Percept::HelpArrives);
        }
        let held = if self.state.lane_held { LANE_HOLDS_S } else { 0.0 };
        self.emit(EventKind::HelpArrives, "119", "", None, HELP_AFTER_S + held);
    }

    fn trainees_perceive(&mut self) {
        if !self.state.tick.is_multiple_of(PERCEPTION_TICKS) {
            return;
        }
        for i in 0..self.state.trainees.len() {
            let before = self.state.trainees[i].notebook.notes.len();
            self.with_senses(i, |s, t| s.passively(t));
            self.note_events(i, before);
        }
    }

    fn doses_are_booked(&mut self) {
        for t in &mut self.state.trainees {
            let v = self.state.crowd.person(t.person);
            let (gas, heat) = (v.fed_gas - t.last_dose.0, v.fed_heat - t.last_dose.1);
            t.last_dose = (v.fed_gas, v.fed_heat);
            let Some(space) = v.space else { continue };
            let storey = self.place.spaces[space.index()].storey;
            let i = match t.exposures.iter().position(|e| e.storey == storey) {
                Some(i) => i,
                None => {
                    t.exposures.push(Exposure {
                        storey,
                        seconds: 0.0,
                        fed_gas: 0.0,
                        fed_heat: 0.0,
                    });
                    t.exposures.len() - 1
                }
            };
            let e = &mut t.exposures[i];
            e.seconds += TICK_S;
            e.fed_gas += gas;
            e.fed_heat += heat;
        }
    }

    // ------------------------------------------------------------------------------------------ parts

    fn with_senses(&mut self, i: usize, f: impl FnOnce(&Senses<'_>, &mut Trainee)) {
        let State {
            trainees,
            fire,
            crowd,
            openings,
            tick,
            ..
        } = &mut self.state;
        let senses = Senses {
            place: &self.place,
            fire,
            crowd,
            openings: openings.states(),
            tick: *tick,
        };
        f(&senses, &mut trainees[i]);
    }

    fn trainee_index(&self, p: PersonId) -> Option<usize> {
        (p.index() < self.state.trainees.len()).then_some(p.index())
    }

    fn able(&self, p: PersonId) -> bool {
        !matches!(
            self.state.crowd.person(p).state,
            PersonState::Incapacitated | PersonState::Absent
        )
    }

    /// Stands on the side that opens without a key, or lives there.
    fn has_key(&self, person: PersonId, opening: OpeningId) -> bool {
        let x = &self.place.openings[opening.index()];
        let space = self.state.crowd.person(person).space;
        if space == Some(x.from) {
            return true;
        }
        let home = |s: SpaceId| self.place.spaces[s.index()].home;
        let lives = self
            .trainee_index(person)
            .and_then(|i| self.state.trainees[i].home)
            .or_else(|| self.state.crowd.home(person));
        let to = match x.to {
            Beyond::Space(s) => home(s),
            Beyond::Outside | Beyond::Street => None,
        };
        lives.is_some() && (home(x.from) == lives || to == lives)
    }

    fn shout(&mut self, person: PersonId, by: String, words: Text) {
        let Some(space) = self.state.crowd.person(person).space else {
            return;
        };
        let levels = self.reach(&[space], sound::SHOUT_DB);
        self.heard_by_others(person, &levels, &Sound::Shout { by: by.clone(), words });
        self.cue(CueKind::ShoutLeave, levels, None);
        self.emit(EventKind::Shouted, &by, "", Some(person), sound::SHOUT_DB);
    }

    /// Something bursts or jets, and people hear it.
    fn bang(&mut self, thing: ThingId, db: f64) {
        let space = self.place.things[thing.index()].space;
        let levels = sound::levels(&self.place, self.state.openings.states(), &[space], db);
        self.heard(&levels, &Sound::Bang { space });
        self.cue(CueKind::Bang, levels, None);
    }

    fn heard(&mut self, levels: &[(SpaceId, f64)], sound: &Sound) {
        self.heard_by_others(PersonId(u32::MAX), levels, sound);
    }

    fn heard_by_others(&mut self, who: PersonId, levels: &[(SpaceId, f64)], sound: &Sound) {
        for i in 0..self.state.trainees.len() {
            let t = &self.state.trainees[i];
            let level = t
                .space
                .and_then(|s| levels.iter().find(|(x, _)| *x == s))
                .map_or(0.0, |(_, l)| *l);
            if t.person != who {
                self.with_senses(i, |s, t| s.hears(t, sound, level));
            }
        }
    }

    fn cue(&mut self, kind: CueKind, levels: Vec<(SpaceId, f64)>, to: Option<PersonId>) {
        self.state.cues.push(Cue { kind, levels, to });
    }

    fn note_events(&mut self, i: usize, from: usize) {
        let t = &self.state.trainees[i];
        let (id, person) = (t.id.clone(), t.person);
        let news: Vec<(EventKind, String)> = t.notebook.notes[from..]
            .iter()
            .filter_map(|n| match &n.what {
                Noted::Did(d) => Some((EventKind::Acted, word(d))),
                Noted::Refused(a, _) => Some((EventKind::Refused, word(a))),
                Noted::Percept(Percept::Woke) => Some((EventKind::Woke, String::new())),
                Noted::Percept(_) => None,
            })
            .collect();
        for (kind, object) in news {
            self.emit(kind, &id, &object, Some(person), 0.0);
        }
    }

    fn person_event(&mut self, kind: EventKind, person: PersonId, object: &str, value: f64) {
        let name = self.state.crowd.facts(person).name;
        self.emit(kind, &name, object, Some(person), value);
    }

    fn opening_event(&mut self, kind: EventKind, opening: OpeningId, value: f64) {
        let x = &self.place.openings[opening.index()];
        let event = Event {
            time_s: self.time_s(),
            tick: self.state.tick,
            kind,
            subject: x.path.clone(),
            object: String::new(),
            space: self.place.spaces[x.from.index()].path.clone(),
            x_m: x.centre.x,
            y_m: x.centre.y,
            z_m: x.bottom,
            value,
        };
        self.events.push(event);
    }

    fn thing_event(&mut self, kind: EventKind, thing: ThingId, value: f64) {
        let t = &self.place.things[thing.index()];
        let event = Event {
            time_s: self.time_s(),
            tick: self.state.tick,
            kind,
            subject: t.path.clone(),
            object: String::new(),
            space: self.place.spaces[t.space.index()].path.clone(),
            x_m: t.at.x,
            y_m: t.at.y,
            z_m: t.z,
            value,
        };
        self.events.push(event);
    }

    fn emit_at(&mut self, kind: EventKind, subject: &str, object: &str, space: SpaceId, value: f64) {
        self.emit(kind, subject, object, None, value);
        if let Some(e) = self.events.last_mut() {
            let s = &self.place.spaces[space.index()];
            e.space.clone_from(&s.path);
            e.z_m = s.z;
        }
    }

    fn emit(&mut self, kind: EventKind, subject: &str, object: &str, person: Option<PersonId>, value: f64) {
        let view = person.map(|p| self.state.crowd.person(p));
        let space = view
            .and_then(|v| v.space)
            .map(|s| self.place.spaces[s.index()].path.clone());
        self.events.push(Event {
            time_s: self.time_s(),
            tick: self.state.tick,
            kind,
            subject: subject.to_owned(),
            object: object.to_owned(),
            space: space.unwrap_or_default(),
            x_m: view.map_or(0.0, |v| v.at.x),
            y_m: view.map_or(0.0, |v| v.at.y),
            z_m: view.map_or(0.0, |v| v.z),
            value,
        });
    }
}

fn insert(list: &mut Vec<u32>, x: u32) {
    if let Err(i) = list.binary_search(&x) {
        list.insert(i, x);
    }
}

/// The name of an enum's variant, as a word for `events.jsonl`.
fn word(x: &impl std::fmt::Debug) -> String {
    let s = format!("{x:?}");
    s.split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests;
