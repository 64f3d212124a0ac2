//! A trainee: what they are doing, what they know and what it has cost them. Actions take time and are done on the
//! spot; what is impossible is refused in words.

use super::command::{Action, CallItem};
use super::equipment::Equipment;
use super::hands::{self, Hands};
use super::notebook::{
    Did, DoorRole, KinState, Known, KnownRoom, Note, Notebook, Noted, Now, Percept, Smoke, Ward, Whereabouts,
};
use super::openings::{CRACK, Request};
use crate::crowd::{Crowd, Gait, PersonId, PersonState, Walk};
use crate::place::{
    Beyond, EquipmentId, HomeId, OpeningId, OpeningKind, Place, PlateKind, SpaceId, SpaceKind, StoreyId,
};
use crate::scenario::{Loaded, Point, Text, Use};
use serde::{Deserialize, Serialize};

/// A hand reaches this far, m.
pub(super) const REACH_M: f64 = 0.7;
/// An action whose spot is not reached in this time is given up, s.
const GIVES_UP_S: f64 = 90.0;
/// Part of the leakage that wet cloth along the gaps stops (assumption).
const CLOTH_SEALS: f64 = 0.8;

/// Whoever walks into a room stops as far from its doors as this, m (assumption): those behind come in too.
const CLEAR_OF_DOORS_M: f64 = 1.2;
/// And so much further for each of those behind, m (assumption).
const CLEAR_FOR_EACH_M: f64 = 0.5;

/// Time in a storey and what it cost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exposure {
    /// Where the time was spent.
    pub storey: StoreyId,
    /// Time there, s.
    pub seconds: f64,
    /// Gas dose taken there; 1: cannot go on.
    pub fed_gas: f64,
    /// Heat dose taken there; 1: cannot go on.
    pub fed_heat: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Doing {
    action: Action,
    /// Where to stand for it.
    spot: Option<(SpaceId, Point)>,
    since: u64,
    /// Ends at this tick, once begun on the spot.
    ends: Option<u64>,
}

/// The state of one trainee.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trainee {
    pub(super) id: String,
    pub(super) person: PersonId,
    pub(super) known: Known,
    pub(super) home: Option<HomeId>,
    pub(super) storey: StoreyId,
    pub(super) notebook: Notebook,
    pub(super) wakes_tick: u64,
    pub(super) asleep: bool,
    doing: Option<Doing>,
    walk: Walk,
    walking_since: Option<u64>,
    pub(super) leads: Vec<PersonId>,
    pub(super) place: Whereabouts,
    pub(super) space: Option<SpaceId>,
    pub(super) smoke: Smoke,
    pub(super) called_tick: Option<u64>,
    pub(super) exposures: Vec<Exposure>,
    pub(super) last_dose: (f64, f64),
    /// What was noted last of each thing, so that only changes are written.
    pub(super) noted: Vec<Percept>,
    pub(super) kin_states: Vec<(PersonId, KinState)>,
    /// What is in hand.
    pub(super) holds: Option<EquipmentId>,
    /// Whom they carry or push.
    pub(super) carries: Option<PersonId>,
    /// How many trainees there are; they are the first people of the crowd.
    pub(super) of_trainees: u32,
}

/// What an action asks of the rest of the simulation.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    Opening(Request),
    FeelHandle(OpeningId),
    LookAtGap(OpeningId),
    LookAround,
    LookOut(OpeningId),
    Wake(PersonId),
    Lead(PersonId, bool),
    Shout,
    Knock(OpeningId),
    Call(Vec<CallItem>),
    CallLift(crate::place::LiftId),
    Ride(crate::place::LiftId, StoreyId),
    /// With the hands: equipment, fire, people in need.
    Hands(Hands),
}

impl Trainee {
    /// At the start of a drill.
    pub fn new(place: &Place, loaded: &Loaded, crowd: &Crowd, index: usize) -> Self {
        let t = &loaded.scenario.trainees[index];
        let person = PersonId(index as u32);
        let view = crowd.person(person);
        let space = view.space;
        let home = t
            .home
            .as_ref()
            .and_then(|h| place.homes.iter().position(|x| x.path == *h))
            .map(|i| HomeId(i as u32))
            .or_else(|| space.and_then(|s| place.spaces[s.index()].home));
        let storey = space.map_or(StoreyId(0), |s| place.spaces[s.index()].storey);
        let wards = loaded
            .scenario
            .people
            .iter()
            .filter_map(|p| match p {
                crate::scenario::People::Person(p) if p.kin_of.as_deref() == Some(t.id.as_str()) => {
                    crowd.by_name(&p.name).map(|person| Ward {
                        person,
                        space: crowd.person(person).space,
                        walks: p.mobility.walks(),
                    })
                }
                _ => None,
            })
            .collect();
        let asleep = matches!(
            t.state,
            crate::scenario::State::Asleep | crate::scenario::State::JustWoken
        );
        Self {
            id: t.id.clone(),
            person,
            known: known(place, home, storey, wards, t),
            home,
            storey,
            notebook: Notebook::default(),
            wakes_tick: (t.wakes_s.max(0.0) / super::TICK_S) as u64,
            asleep,
            doing: None,
            walk: Walk::Stand,
            walking_since: None,
            leads: Vec::new(),
            place: Whereabouts::default(),
            space,
            smoke: Smoke::None,
            called_tick: None,
            exposures: Vec::new(),
            last_dose: (0.0, 0.0),
            noted: Vec::new(),
            kin_states: Vec::new(),
            holds: None,
            carries: None,
            of_trainees: loaded.scenario.trainees.len() as u32,
        }
    }

    pub(super) fn note(&mut self, tick: u64, what: Noted) {
        let note = Note {
            tick,
            time_s: tick as f64 * super::TICK_S,
            place: self.place,
            what,
        };
        self.notebook.notes.push(note);
    }
    /// Notes that the trainee is somewhere else now, which is judged anew.
    pub(super) fn comes_to(&mut self, tick: u64, place: Whereabouts) {
        if place == self.place {
            return;
        }
        self.place = place;
        self.noted.retain(|p| !matches!(p, Percept::Here { .. }));
        self.did(tick, Did::Entered(place));
    }
    pub(super) fn did(&mut self, tick: u64, did: Did) {
        self.note(tick, Noted::Did(did));
    }
    pub(super) fn percept(&mut self, tick: u64, percept: Percept) {
        self.note(tick, Noted::Percept(percept));
    }
    pub(super) fn refuse(&mut self, tick: u64, action: Action, zh: &str, en: &str) {
        self.doing = None;
        self.note(
            tick,
            Noted::Refused(
                action,
                Text {
                    zh: zh.into(),
                    en: en.into(),
                },
            ),
        );
    }

    /// The action under way, once the trainee stands where it is done.
    pub(super) fn doing_on_the_spot(&self) -> Option<&Action> {
        self.doing.as_ref().filter(|d| d.ends.is_some()).map(|d| &d.action)
    }
    /// Ends what is being done on and on.
    pub(super) fn done_doing(&mut self) {
        self.doing = None;
    }

    /// What the crowd is to do with the body this tick.
    pub(super) fn walk(&self) -> Walk {
        if self.asleep {
            return Walk::Stand;
        }
        match &self.doing {
            Some(Doing {
                spot: Some((space, at)),
                ends: None,
                ..
            }) => Walk::To {
                space: *space,
                at: *at,
                gait: Gait::Walk,
            },
            Some(_) => Walk::Stand,
            None => self.walk,
        }
    }

    /// What is being done, and how long it still takes; `None`: still on the way to the spot.
    pub(super) fn doing(&self, tick: u64) -> Option<(&Action, Option<f64>)> {
        let doing = self.doing.as_ref()?;
        let left = |ends: u64| ends.saturating_sub(tick) as f64 * super::TICK_S;
        Some((&doing.action, doing.ends.map(left)))
    }

    /// Busy with an action (walking somewhere is not an action that occupies the hands).
    pub(super) fn busy(&self) -> bool {
        self.doing.is_some()
    }
    pub(super) fn walking(&self) -> bool {
        self.doing.is_none() && self.walk != Walk::Stand
    }
    pub(super) fn stand(&mut self) {
        self.walk = Walk::Stand;
        self.doing = None;
        self.walking_since = None;
    }

    /// Begins an action.
    pub(super) fn begin(
        &mut self,
        place: &Place,
        crowd: &Crowd,
        equipment: &Equipment,
        tick: u64,
        action: &Action,
    ) -> Option<Effect> {
        if self.asleep {
            self.refuse(tick, action.clone(), "还没有醒。", "Still asleep.");
            return None;
        }
        let view = crowd.person(self.person);
        if view.state == PersonState::Incapacitated || (view.state == PersonState::Out && !hands::in_street(action)) {
            self.refuse(
                tick,
                action.clone(),
                "已经不能行动，或已到街上。",
                "No longer able to act here.",
            );
            return None;
        }
        let said = if matches!(action, Action::Posture(_)) {
            None
        } else {
            self.hangs_up(place, tick)
        };
        match action {
            Action::Stop => {
                let moved = self.busy() || self.walking();
                self.stand();
                if moved {
                    self.did(tick, Did::StoodStill);
                }
            }
            Action::Posture(_) => {}
            Action::WalkTo { space, at, gait } => {
                let with = self.leads.len() + 2 * usize::from(self.carries.is_some());
                let clear_m = CLEAR_OF_DOORS_M + CLEAR_FOR_EACH_M * with as f64;
                let at = at.unwrap_or_else(|| place.a_point_clear_of_doors(*space, clear_m, view.at));
                self.set_walk(
                    tick,
                    Walk::To {
                        space: *space,
                        at,
                        gait: *gait,
                    },
                );
            }
            Action::WalkOut { gait } => self.set_walk(tick, Walk::Out { gait: *gait }),
            Action::Head { direction, gait } => {
                let d = direction.normalised();
                if d == Point::default() {
                    self.stand();
                } else {
                    self.set_walk(
                        tick,
                        Walk::Head {
                            direction: d,
                            gait: *gait,
                        },
                    );
                }
            }
            _ => {
                self.walk = Walk::Stand;
                self.walking_since = None;
                match self.spot(place, crowd, equipment, action) {
                    Ok(spot) => {
                        self.doing = Some(Doing {
                            action: action.clone(),
                            spot,
                            since: tick,
                            ends: None,
                        });
                    }
                    Err((zh, en)) => self.refuse(tick, action.clone(), zh, en),
                }
            }
        }
        said
    }

    /// A call that something else breaks off ends there: what was said until then has been said.
    fn hangs_up(&mut self, place: &Place, tick: u64) -> Option<Effect> {
        let doing = self.doing.as_ref()?;
        let (Action::Call(items), Some(ends)) = (&doing.action, doing.ends) else {
            return None;
        };
        let left_s = ends.saturating_sub(tick) as f64 * super::TICK_S;
        let unsaid = (left_s / super::command::CALL_ITEM_S).ceil() as usize;
        let said: Vec<_> = items.iter().take(items.len().saturating_sub(unsaid)).copied().collect();
        if said.is_empty() {
            let call = doing.action.clone();
            self.refuse(
                tick,
                call,
                "话还没说就挂断了，119还不知道这里着火。",
                "Rung off before anything was said: 119 does not know of the fire yet.",
            );
            return None;
        }
        self.doing = None;
        self.finish(place, tick, Action::Call(said), false)
    }

    fn set_walk(&mut self, tick: u64, walk: Walk) {
        // Who is steered by hand turns as they go: that is not setting out anew.
        let turns = matches!((self.walk, walk), (Walk::Head { .. }, Walk::Head { .. }));
        if self.walk != walk && !turns {
            self.did(tick, Did::SetOut);
        }
        self.doing = None;
        self.walk = walk;
        self.walking_since = Some(tick);
    }

    /// Where an action is done; `None`: here.
    pub(super) fn spot(
        &self,
        place: &Place,
        crowd: &Crowd,
        equipment: &Equipment,
        action: &Action,
    ) -> Result<Option<(SpaceId, Point)>, (&'static str, &'static str)> {
        let here = crowd.person(self.person);
        let at_opening = |o: OpeningId| -> Result<Option<(SpaceId, Point)>, (&'static str, &'static str)> {
            let opening = place
                .openings
                .get(o.index())
                .ok_or(("没有这扇门。", "There is no such door."))?;
            let side = match (here.space, opening.to) {
                (Some(s), Beyond::Space(to)) if s == to => to,
                (Some(s), Beyond::Space(to)) if s != opening.from => {
                    nearer(place, here.at, opening.from, to, opening.centre)
                }
                _ => opening.from,
            };
            Ok(Some((side, stand_point(place, side, o, here.at))))
        };
        match action {
            Action::FeelDoor(o)
            | Action::LookAtGap(o)
            | Action::CrackDoor(o)
            | Action::OpenDoor(o)
            | Action::ShutDoor(o)
            | Action::SealDoor(o)
            | Action::Wedge(o)
            | Action::Unwedge(o)
            | Action::HoldDoor(o)
            | Action::Guide(o)
            | Action::Redirect(o)
            | Action::Knock(o) => {
                let kind = place.openings.get(o.index()).map(|x| x.kind);
                match kind {
                    Some(k) if k.is_door() => at_opening(*o),
                    _ => Err(("这不是门。", "That is not a door.")),
                }
            }
            Action::OpenWindow(o) | Action::ShutWindow(o) | Action::SignalAt(o) | Action::Jump(o) => {
                match place.openings.get(o.index()) {
                    Some(x) if x.kind == OpeningKind::Window => at_opening(*o),
                    _ => Err(("这不是窗。", "That is not a window.")),
                }
            }
            Action::Wake(p) | Action::Lead(p) => {
                if p.index() >= crowd.len() {
                    return Err(("没有这个人。", "There is no such person."));
                }
                let v = crowd.person(*p);
                match (v.state, v.space) {
                    (PersonState::Out, _) | (_, None) => Err(("这个人不在这里。", "They are not here.")),
                    (PersonState::Incapacitated, _) if matches!(action, Action::Lead(_)) => {
                        Err(("此人已不能行走。", "They can no longer walk."))
                    }
                    (_, Some(space)) => Ok(Some((space, v.at))),
                }
            }
            Action::CallLift(l) | Action::RideLift(l, _) => {
                let lift = place
                    .lifts
                    .get(l.index())
                    .ok_or(("没有这部电梯。", "There is no such lift."))?;
                let storey = here.space.map(|s| place.spaces[s.index()].storey);
                let i = lift
                    .storeys
                    .iter()
                    .position(|s| Some(*s) == storey)
                    .ok_or(("电梯不到这一层。", "The lift does not stop here."))?;
                if let Action::RideLift(_, to) = action
                    && !lift.storeys.contains(to)
                {
                    return Err(("电梯不到那一层。", "The lift does not go there."));
                }
                at_opening(lift.doors[i])
            }
            Action::LetGo(p) if !self.leads.contains(p) => Err(("没有带着这个人。", "They are not with you.")),
            _ => self.spot_of_hands(place, crowd, equipment, action),
        }
    }

    /// Goes on with what is being done; returns an effect when an action is finished.
    pub(super) fn continue_doing(&mut self, place: &Place, crowd: &Crowd, tick: u64, home_key: bool) -> Option<Effect> {
        let view = crowd.person(self.person);
        if self.asleep || matches!(view.state, PersonState::Incapacitated) {
            self.doing = None;
            self.walk = Walk::Stand;
            return None;
        }
        if let (None, Walk::To { space, at, .. }) = (&self.doing, self.walk)
            && view.space == Some(space)
            && view.at.distance(at) < 0.4
            // The flights over a landing belong to its space too.
            && place.plate_of(space).is_none_or(|p| (place.z_at(p, at) - view.z).abs() < 0.3)
        {
            self.stand();
        }
        if self.walk != Walk::Stand && view.state == PersonState::Out {
            self.stand();
        }
        let doing = self.doing.as_mut()?;
        // A person to wake or lead may move.
        if let Action::Wake(p) | Action::Lead(p) | Action::Carry(p) = doing.action {
            let v = crowd.person(p);
            doing.spot = v.space.map(|s| (s, v.at));
        }
        if doing.ends.is_none() {
            let reached = match doing.spot {
                None => true,
                Some((space, at)) => {
                    let reach = if matches!(doing.action, Action::Wake(_) | Action::Lead(_) | Action::Carry(_)) {
                        1.2
                    } else {
                        REACH_M
                    };
                    let same_floor = view.space.is_some_and(|s| {
                        place.spaces[s.index()].storey == place.spaces[space.index()].storey
                            && (s == space || !matches!(doing.action, Action::FeelDoor(_) | Action::LookAtGap(_)))
                    });
                    same_floor && view.at.distance(at) < reach
                }
            };
            if reached {
                let lasts_s = match doing.action {
                    Action::Sweep => hands::sweep_s(place, view.space),
                    Action::Carry(p) => crowd.lifting_s(p),
                    _ => doing.action.duration_s(),
                };
                doing.ends = Some(tick + ticks(lasts_s));
                if let Action::Use { thing, how } = doing.action {
                    return Some(Effect::Hands(Hands::BeginUse { thing, how }));
                }
                if let Action::SealDoor(o) = doing.action {
                    // Whoever kneels to seal a gap sees what comes through it.
                    return Some(Effect::LookAtGap(o));
                }
            } else if (tick - doing.since) as f64 * super::TICK_S > GIVES_UP_S {
                let action = doing.action.clone();
                self.refuse(tick, action, "走不到那里。", "Cannot get there.");
                return None;
            }
        }
        if doing.ends.is_none_or(|e| tick < e) {
            return None;
        }
        let action = doing.action.clone();
        self.doing = None;
        self.finish(place, tick, action, home_key)
    }

    fn finish(&mut self, place: &Place, tick: u64, action: Action, key: bool) -> Option<Effect> {
        let role = |o: OpeningId| self.role(place, o);
        match action {
            Action::FeelDoor(o) => {
                let r = role(o);
                self.did(tick, Did::Felt(r));
                Some(Effect::FeelHandle(o))
            }
            Action::LookAtGap(o) => {
                let r = role(o);
                self.did(tick, Did::LookedAtGap(r));
                Some(Effect::LookAtGap(o))
            }
            Action::CrackDoor(o) => Some(Effect::Opening(Request::Move {
                opening: o,
                open: CRACK,
                key,
            })),
            Action::OpenDoor(o) => Some(Effect::Opening(Request::Move {
                opening: o,
                open: 1.0,
                key,
            })),
            Action::ShutDoor(o) => Some(Effect::Opening(Request::Move {
                opening: o,
                open: 0.0,
                key,
            })),
            Action::SealDoor(o) => Some(Effect::Opening(Request::Seal {
                opening: o,
                part: CLOTH_SEALS,
            })),
            Action::OpenWindow(o) => Some(Effect::Opening(Request::Move {
                opening: o,
                open: 1.0,
                key: true,
            })),
            Action::ShutWindow(o) => Some(Effect::Opening(Request::Move {
                opening: o,
                open: 0.0,
                key: true,
            })),
            Action::SignalAt(o) => {
                self.did(tick, Did::Signalled(o));
                Some(Effect::LookOut(o))
            }
            Action::LookAround => {
                self.did(tick, Did::LookedAround);
                Some(Effect::LookAround)
            }
            Action::Wake(p) => Some(Effect::Wake(p)),
            Action::Lead(p) => Some(Effect::Lead(p, true)),
            Action::LetGo(p) => Some(Effect::Lead(p, false)),
            Action::Shout => {
                self.did(tick, Did::Shouted);
                Some(Effect::Shout)
            }
            Action::Knock(o) => {
                let r = role(o);
                self.did(tick, Did::Knocked(r));
                Some(Effect::Knock(o))
            }
            Action::Call(items) => {
                let smoke = self.smoke;
                self.did(
                    tick,
                    Did::Called {
                        items: items.clone(),
                        smoke,
                    },
                );
                Some(Effect::Call(items))
            }
            Action::CallLift(l) => {
                self.did(tick, Did::CalledLift(l));
                Some(Effect::CallLift(l))
            }
            Action::RideLift(l, s) => Some(Effect::Ride(l, s)),
            Action::CollectBelongings => {
                self.did(tick, Did::CollectedBelongings);
                None
            }
            Action::WalkTo { .. }
            | Action::WalkOut { .. }
            | Action::Head { .. }
            | Action::Stop
            | Action::Posture(_) => None,
            other => self.finish_hands(place, tick, other),
        }
    }

    /// Notes that a request for an opening was granted or not.
    pub(super) fn answered(&mut self, place: &Place, tick: u64, request: Request, answer: super::openings::Answer) {
        use super::openings::Answer;
        let (opening, did): (_, fn(DoorRole) -> Did) = match request {
            Request::Move { opening, open: 0.0, .. } => (opening, Did::Shut),
            Request::Move { opening, open, .. } if open <= CRACK => (opening, Did::Cracked),
            Request::Move { opening, .. } => (opening, Did::Opened),
            Request::Seal { opening, .. } => (opening, Did::Sealed),
            Request::Wedge { opening, wedged: true } => (opening, Did::Wedged),
            Request::Wedge { opening, .. } => (opening, Did::Unwedged),
            Request::Fail { .. } | Request::Unlock { .. } | Request::Release { .. } => return,
        };
        match answer {
            Answer::Granted | Answer::AsItIs => self.did(tick, did(self.role(place, opening))),
            Answer::Locked => self.refuse(tick, Action::OpenDoor(opening), "门锁着，打不开。", "It is locked."),
            Answer::NotByHand => self.refuse(
                tick,
                Action::OpenDoor(opening),
                "这里打不开。",
                "It does not open by hand.",
            ),
        }
    }

    /// What a door is to this trainee.
    pub(super) fn role(&self, place: &Place, o: OpeningId) -> DoorRole {
        let x = &place.openings[o.index()];
        let home_of = |s: SpaceId| place.spaces[s.index()].home;
        let from_home = self.home.is_some() && home_of(x.from) == self.home;
        let to = match x.to {
            Beyond::Space(s) => Some(s),
            Beyond::Outside | Beyond::Street => None,
        };
        let to_home = self.home.is_some() && to.is_some_and(|s| home_of(s) == self.home);
        match (from_home, to_home, to) {
            (true, true, Some(to)) => {
                // The room that is not the way through: the one with the smaller number of doors is behind the door.
                let here = self.space;
                let behind = if here == Some(to) { x.from } else { to };
                DoorRole::Room(o, place.spaces[behind.index()].r#use)
            }
            (true, _, None) => DoorRole::Window(o),
            (true, false, _) | (false, true, _) => DoorRole::Home(o),
            _ => {
                let stair = [Some(x.from), to]
                    .into_iter()
                    .flatten()
                    .find_map(|s| match place.spaces[s.index()].kind {
                        SpaceKind::Stair(id) => Some(id),
                        _ => None,
                    });
                stair.map_or(DoorRole::Other(o), |s| DoorRole::Stair(o, s))
            }
        }
    }

    /// Where a space is to this trainee.
    pub(super) fn whereabouts(
        &self,
        place: &Place,
        space: Option<SpaceId>,
        car: Option<crate::place::LiftId>,
    ) -> Whereabouts {
        if let Some(lift) = car {
            return Whereabouts::Lift(lift);
        }
        let Some(space) = space else { return Whereabouts::Street };
        let s = &place.spaces[space.index()];
        if self.home.is_some() && s.home == self.home {
            return Whereabouts::Home(s.r#use);
        }
        match (s.kind, s.r#use) {
            (SpaceKind::Stair(id), _) => Whereabouts::Stair(id, self.storey.0 as i32 - s.storey.0 as i32),
            (SpaceKind::LiftWell(id), _) => Whereabouts::Lift(id),
            (SpaceKind::Outdoors, _) => Whereabouts::Street,
            (_, Use::EntranceHall) => Whereabouts::Hall,
            (_, Use::Corridor | Use::LiftLobby | Use::StairLanding) if s.storey == self.storey => Whereabouts::Corridor,
            _ => Whereabouts::Elsewhere,
        }
    }

    /// What this trainee knows of themselves now.
    pub(super) fn now(&self, crowd: &Crowd, tick: u64) -> Now {
        let view = crowd.person(self.person);
        Now {
            tick,
            time_s: tick as f64 * super::TICK_S,
            place: self.place,
            space: self.space,
            smoke: self.smoke,
            busy: self.busy(),
            walking: self.walking(),
            asleep: self.asleep,
            able: !matches!(view.state, PersonState::Incapacitated),
            leads: self.leads.clone(),
            holds: self.holds,
            carries: self.carries,
            kin: self
                .kin_states
                .iter()
                .map(|(p, s)| (*p, *s, crowd.person(*p).space.filter(|_| *s != KinState::LeftBehind)))
                .collect(),
        }
    }
}

pub(super) fn ticks(seconds: f64) -> u64 {
    (seconds / super::TICK_S).round() as u64
}

/// A point half a metre before an opening, on the side of a space.
fn stand_point(place: &Place, side: SpaceId, o: OpeningId, from: Point) -> Point {
    let x = &place.openings[o.index()];
    let n = x.along.left();
    let outline = &place.spaces[side.index()].outline;
    let a = x.centre + n * 0.45;
    let b = x.centre - n * 0.45;
    match (crate::place::contains(outline, a), crate::place::contains(outline, b)) {
        (true, false) => a,
        (false, true) => b,
        _ if a.distance(from) <= b.distance(from) => a,
        _ => b,
    }
}

fn nearer(place: &Place, at: Point, a: SpaceId, b: SpaceId, centre: Point) -> SpaceId {
    let d = |s: SpaceId| place.a_point_in(s).distance(at) + centre.distance(at) * 1e-6;
    if d(a) <= d(b) { a } else { b }
}

fn known(
    place: &Place,
    home: Option<HomeId>,
    storey: StoreyId,
    wards: Vec<Ward>,
    trainee: &crate::scenario::Trainee,
) -> Known {
    let mut it = Known {
        kin: wards.iter().map(|w| w.person).collect(),
        wards,
        age: Some(trainee.age),
        ..Known::default()
    };
    if let Some(home) = home {
        let home = &place.homes[home.index()];
        it.home_doors = home.doors.clone();
        for &space in &home.spaces {
            let of_space = |o: &&OpeningId| {
                let x = &place.openings[o.index()];
                x.from == space || x.to == Beyond::Space(space)
            };
            let all: Vec<OpeningId> = (0..place.openings.len() as u32).map(OpeningId).collect();
            it.rooms.push(KnownRoom {
                space,
                r#use: place.spaces[space.index()].r#use,
                doors: all
                    .iter()
                    .filter(of_space)
                    .copied()
                    .filter(|o| place.openings[o.index()].kind.is_door() && !home.doors.contains(o))
                    .collect(),
                windows: home
                    .windows
                    .iter()
                    .filter(of_space)
                    .copied()
                    .filter(|o| {
                        let w = &place.openings[o.index()];
                        w.openable && (!w.bars || w.hatch)
                    })
                    .collect(),
            });
        }
        it.corridor = home.doors.iter().find_map(|d| {
            let x = &place.openings[d.index()];
            [Some(x.from), if let Beyond::Space(s) = x.to { Some(s) } else { None }]
                .into_iter()
                .flatten()
                .find(|s| !home.spaces.contains(s))
        });
    }
    for (i, stair) in place.stairs.iter().enumerate() {
        if let Some(k) = stair.storeys.iter().position(|s| *s == storey) {
            let space = stair.spaces[k];
            let door = (0..place.openings.len() as u32).map(OpeningId).find(|o| {
                let x = &place.openings[o.index()];
                x.kind.is_door() && (x.from == space || x.to == Beyond::Space(space))
            });
            it.stairs.push((crate::place::StairId(i as u32), door, space));
        }
    }
    it.lifts = (0..place.lifts.len() as u32)
        .map(crate::place::LiftId)
        .filter(|l| place.lifts[l.index()].storeys.contains(&storey))
        .collect();
    hands::knows(place, home, storey, trainee.role, &mut it);
    it
}

/// The car a person stands in, if any.
pub(super) fn car_of(place: &Place, plate: crate::place::PlateId) -> Option<crate::place::LiftId> {
    match place.plates.get(plate.index()).map(|p| p.kind) {
        Some(PlateKind::Car(l)) => Some(l),
        _ => None,
    }
}
