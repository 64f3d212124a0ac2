//! What trainees do with their hands: take, use and switch things, carry people, and the duties of those who answer for
//! others. Where each is done, how long it takes, and why it cannot be done, in words.

use super::command::Action;
use super::deeds::{Hazard, HazardStep, KnownEquipment, Means, Supply, Technique, Treatment, Words};
use super::equipment::Equipment;
use super::notebook::{Did, Known, KnownRoom, Noted, Percept};
use super::openings::Request;
use super::trainee::{Effect, Trainee};
use crate::crowd::{Crowd, PersonId, PersonState};
use crate::place::{Beyond, EquipmentId, HomeId, OpeningId, Place, SpaceId, SpaceKind, StoreyId, ThingId};
use crate::scenario::{EquipmentKind, Point, Role};

/// Why something cannot be done, zh and en.
type No = (&'static str, &'static str);
/// Where something is done; `None`: here.
type Spot = Result<Option<(SpaceId, Point)>, No>;

/// What hands ask of the rest of the simulation.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Hands {
    Take(EquipmentId),
    Inspect,
    PutDown,
    BeginUse {
        thing: ThingId,
        how: Technique,
    },
    Treat {
        thing: ThingId,
        how: Treatment,
    },
    Switch {
        equipment: EquipmentId,
        on: bool,
    },
    Panel {
        what: Supply,
        on: bool,
    },
    Carry(PersonId),
    SetDown,
    HandOver(PersonId),
    Tell(Words),
    CallPoint,
    Announce {
        storeys: Vec<StoreyId>,
        where_it_burns: bool,
        which_way: bool,
    },
    Guide(OpeningId),
    Redirect(OpeningId),
    Count,
    Jump(OpeningId),
    PutRight(Hazard),
    ClearLane,
}

/// What can still be done by somebody who is in the street.
pub(super) const fn in_street(action: &Action) -> bool {
    matches!(
        action,
        Action::Call(_)
            | Action::Stop
            | Action::Tell(_)
            | Action::Count
            | Action::ReportCount
            | Action::Brief(_)
            | Action::ClearLane
            | Action::Cordon
            | Action::Film
            | Action::Hazard { .. }
            | Action::KeepWatch
    )
}

/// How long an action of the hands takes on the spot, s (assumptions, in one place; measured figures may replace them).
pub(super) fn duration_s(action: &Action) -> f64 {
    match action {
        Action::PutDown => 1.0,
        Action::Take(_) | Action::Inspect | Action::Switch { .. } | Action::Unwedge(_) | Action::PressCallPoint(_) => {
            2.0
        }
        Action::Treat { how, .. } => match how {
            Treatment::HeatOff | Treatment::Handled => 2.0,
            Treatment::LidOn | Treatment::WaterThrown | Treatment::CoverLifted => 3.0,
            Treatment::BlanketOn | Treatment::Carried => 4.0,
            Treatment::CooledFromAfar => 30.0,
        },
        Action::SwitchByPanel { .. }
        | Action::Wedge(_)
        | Action::SetDown
        | Action::Tell(_)
        | Action::MoveAside
        | Action::Push => 3.0,
        Action::Redirect(_) | Action::Jump(_) => 4.0,
        Action::Guide(_) | Action::HandOver(_) | Action::ReportCount | Action::Roll => 5.0,
        Action::Announce { .. } => 6.0,
        Action::TellControlRoom => 8.0,
        Action::Carry(_) | Action::Hazard { .. } | Action::Cordon | Action::KeepWatch => 10.0,
        Action::DonHood => 15.0,
        Action::Film | Action::CleanUp | Action::Hide => 20.0,
        Action::ClearLane | Action::TakePayment => 30.0,
        // Looking for a towel and wetting it: 30 to 60 s (spokesmen of fire services).
        Action::FetchTowel => 40.0,
        Action::Brief(items) => 3.0 * items.len() as f64,
        // Until it is empty or out, and until told otherwise: ended by what happens.
        Action::Use { .. } | Action::HoldDoor(_) => 600.0,
        Action::Count => 5.0,
        _ => 0.0,
    }
}

/// How long it takes to look through a space, s: 1 s for each 4 m² (assumption).
pub(super) fn sweep_s(place: &Place, space: Option<SpaceId>) -> f64 {
    space.map_or(0.0, |s| (place.spaces[s.index()].area / 4.0).clamp(2.0, 60.0))
}

impl Trainee {
    /// Where an action of the hands is done, or why it cannot be.
    pub(super) fn spot_of_hands(&self, place: &Place, crowd: &Crowd, equipment: &Equipment, action: &Action) -> Spot {
        let here = crowd.person(self.person);
        let piece = |id: &EquipmentId| {
            let (piece, kind) = (equipment.get(*id).copied(), place.equipment.get(id.index()));
            let none: No = ("没有这件器材。", "There is no such equipment.");
            piece.zip(kind).ok_or(none)
        };
        let same_storey = |space: SpaceId| {
            here.space
                .is_some_and(|s| place.spaces[s.index()].storey == place.spaces[space.index()].storey)
        };
        let at_piece = |id: &EquipmentId| -> Spot {
            let (p, _) = piece(id)?;
            if !same_storey(p.space) {
                return Err(("那件器材不在这一层。", "That equipment is not on this storey."));
            }
            Ok(Some((p.space, beside(place, p.space, p.at, here.at, 0.5))))
        };
        let held = || {
            self.holds
                .and_then(|e| Means::of(&place.equipment[e.index()].kind).map(|m| (e, m)))
                .ok_or(("手里没有器材。", "There is nothing in hand."))
        };
        match action {
            Action::Take(id) => {
                let (p, e) = piece(id)?;
                match Means::of(&e.kind) {
                    None => return Err(("这件东西拿不起来。", "That cannot be taken.")),
                    Some(Means::Hydrant) if self.known.age.is_some_and(|a| a < 18.0) => {
                        return Err(("室内消火栓要两名成年人操作。", "An indoor hydrant takes two adults."));
                    }
                    Some(_) => {}
                }
                if self.holds.is_some() {
                    return Err(("手里已有器材，先放下。", "Both hands are full: put it down first."));
                }
                if self.carries.is_some() {
                    return Err(("正背着人，腾不出手。", "Carrying somebody: no hand is free."));
                }
                if p.holder.is_some() {
                    return Err(("器材在别人手里。", "Somebody else has it."));
                }
                at_piece(id)
            }
            Action::Inspect | Action::PutDown => held().map(|_| None),
            Action::Use { thing, how } => {
                let (_, means) = held()?;
                if !matches!(
                    means,
                    Means::Extinguisher(_) | Means::HoseReel | Means::Hydrant | Means::Bucket | Means::Sand
                ) {
                    return Err(("这件器材不能喷射。", "That does not spray."));
                }
                if !how.pin_pulled && matches!(means, Means::Extinguisher(_)) {
                    return Err(("保险销没有拔，压不下去。", "The pin is still in: it does not press."));
                }
                if means == Means::Hydrant && !partner(crowd, self) {
                    return Err((
                        "消火栓要两个人：一人持水枪，一人开阀。",
                        "A hydrant takes two: one at the branch, one at the valve.",
                    ));
                }
                self.at_thing(place, &here, *thing, how.distance_m)
            }
            Action::Treat { thing, how } => {
                let needs = match how {
                    Treatment::LidOn => Some((Means::Lid, ("手里没有锅盖。", "There is no lid in hand."))),
                    Treatment::BlanketOn => {
                        Some((Means::Blanket, ("手里没有灭火毯。", "There is no blanket in hand.")))
                    }
                    Treatment::WaterThrown => Some((Means::Bucket, ("手里没有水。", "There is no water in hand."))),
                    Treatment::CooledFromAfar => {
                        Some((Means::HoseReel, ("手里没有水枪。", "There is no hose in hand.")))
                    }
                    Treatment::HeatOff | Treatment::CoverLifted | Treatment::Carried | Treatment::Handled => None,
                };
                if let Some((means, no)) = needs
                    && held().map(|(_, m)| m) != Ok(means)
                {
                    return Err(no);
                }
                if let (Treatment::LidOn, Some(e)) = (how, self.holds)
                    && let EquipmentKind::PanLid(diameter) = place.equipment[e.index()].kind
                    && place.things.get(thing.index()).is_some_and(|t| {
                        let size = t.burns.size;
                        diameter < size.0.max(size.1) - 1e-9
                    })
                {
                    return Err(("锅盖比锅小，盖不严。", "The lid is smaller than the pan."));
                }
                let far = matches!(how, Treatment::CooledFromAfar);
                self.at_thing(place, &here, *thing, if far { 6.0 } else { 0.6 })
            }
            Action::Switch { equipment: id, .. } => {
                let (_, e) = piece(id)?;
                if Supply::of(&e.kind).is_none() {
                    return Err(("这件东西没有开关。", "That has no switch."));
                }
                if !e.works {
                    return Err(("开关坏了。", "The switch does not work."));
                }
                at_piece(id)
            }
            Action::SwitchByPanel { .. } | Action::Announce { .. } => {
                let microphone = (0u32..)
                    .map(EquipmentId)
                    .zip(&place.equipment)
                    .find(|(_, e)| matches!(e.kind, EquipmentKind::Microphone) && e.works && same_storey(e.space));
                match (action, microphone) {
                    (Action::Announce { microphone, .. }, _) => {
                        let (_, e) = piece(microphone)?;
                        if !matches!(e.kind, EquipmentKind::Microphone) || !e.works {
                            return Err(("这里不能广播。", "One cannot broadcast from here."));
                        }
                        at_piece(microphone)
                    }
                    (_, Some((id, _))) => at_piece(&id),
                    (_, None) => Err(("消防控制台不在这里。", "The control panel is not here.")),
                }
            }
            Action::PressCallPoint(id) => {
                let (_, e) = piece(id)?;
                match (&e.kind, e.works) {
                    (EquipmentKind::CallPoint, true) => at_piece(id),
                    (EquipmentKind::CallPoint, false) => {
                        Err(("按了没有反应，是坏的。", "It does nothing: it is broken."))
                    }
                    _ => Err(("这不是手动报警按钮。", "That is not a call point.")),
                }
            }
            Action::Carry(p) => {
                if self.carries.is_some() {
                    return Err(("已经背着一个人。", "Already carrying somebody."));
                }
                if self.holds.is_some() {
                    return Err(("手里有器材，先放下。", "Both hands are full: put it down first."));
                }
                if p.index() >= crowd.len() {
                    return Err(("没有这个人。", "There is no such person."));
                }
                let v = crowd.person(*p);
                if self.known.age.is_some_and(|a| a < 14.0) && crowd.facts(*p).age > 8.0 {
                    return Err(("背不动。", "Too heavy."));
                }
                match (v.state, v.space) {
                    (PersonState::Out, _) | (_, None) => Err(("这个人不在这里。", "They are not here.")),
                    (_, Some(space)) => Ok(Some((space, v.at))),
                }
            }
            Action::SetDown => match self.carries {
                Some(_) => Ok(None),
                None => Err(("没有背着人。", "Nobody is being carried.")),
            },
            Action::HandOver(p) => {
                if self.leads.contains(p) || self.carries == Some(*p) {
                    Ok(None)
                } else {
                    Err(("没有带着这个人。", "They are not with you."))
                }
            }
            Action::Count | Action::ReportCount => {
                if self.known.kin.is_empty() {
                    return Err(("没有要清点的人。", "There is nobody to count."));
                }
                let counted = self
                    .notebook
                    .notes
                    .iter()
                    .any(|n| matches!(n.what, Noted::Did(Did::Counted { .. })));
                if *action == Action::ReportCount && !counted {
                    return Err(("还没有清点。", "Nobody has been counted yet."));
                }
                Ok(None)
            }
            Action::Brief(_) => {
                let arrived = self
                    .notebook
                    .notes
                    .iter()
                    .any(|n| matches!(n.what, Noted::Percept(Percept::HelpArrives)));
                if arrived {
                    Ok(None)
                } else {
                    Err(("消防队还没有到。", "The fire service is not here yet."))
                }
            }
            Action::DonHood => match held() {
                Ok((_, Means::EscapeHood)) => Ok(None),
                _ => Err(("手里没有逃生面罩。", "There is no hood in hand.")),
            },
            _ => Ok(None),
        }
    }

    /// Beside a thing of the same storey, at a distance.
    fn at_thing(&self, place: &Place, here: &crate::crowd::PersonView, thing: ThingId, distance: f64) -> Spot {
        let t = place
            .things
            .get(thing.index())
            .ok_or(("没有这件东西。", "There is no such thing."))?;
        let near = here
            .space
            .is_some_and(|s| place.spaces[s.index()].storey == place.spaces[t.space.index()].storey);
        if !near {
            return Err(("不在这一层，够不到。", "Out of reach: on another storey."));
        }
        let reach = t.burns.size.0.max(t.burns.size.1) / 2.0;
        Ok(Some((
            t.space,
            beside(place, t.space, t.at, here.at, distance.max(0.3) + reach),
        )))
    }

    /// Writes down what a finished action was, or asks the simulation for its effect.
    pub(super) fn finish_hands(&mut self, place: &Place, tick: u64, action: Action) -> Option<Effect> {
        let role = |t: &Self, o: OpeningId| t.role(place, o);
        let hands = |h: Hands| Some(Effect::Hands(h));
        match action {
            Action::Take(e) => hands(Hands::Take(e)),
            Action::Inspect => hands(Hands::Inspect),
            Action::PutDown => hands(Hands::PutDown),
            Action::Treat { thing, how } => hands(Hands::Treat { thing, how }),
            Action::Switch { equipment, on } => hands(Hands::Switch { equipment, on }),
            Action::SwitchByPanel { what, on } => hands(Hands::Panel { what, on }),
            Action::Wedge(opening) => Some(Effect::Opening(Request::Wedge { opening, wedged: true })),
            Action::Unwedge(opening) => Some(Effect::Opening(Request::Wedge { opening, wedged: false })),
            Action::Carry(p) => hands(Hands::Carry(p)),
            Action::SetDown => hands(Hands::SetDown),
            Action::HandOver(p) => hands(Hands::HandOver(p)),
            Action::Tell(words) => hands(Hands::Tell(words)),
            Action::PressCallPoint(_) => hands(Hands::CallPoint),
            Action::Announce {
                storeys,
                where_it_burns,
                which_way,
                ..
            } => hands(Hands::Announce {
                storeys,
                where_it_burns,
                which_way,
            }),
            Action::Guide(o) => hands(Hands::Guide(o)),
            Action::Redirect(o) => hands(Hands::Redirect(o)),
            Action::Count => hands(Hands::Count),
            Action::Jump(window) => hands(Hands::Jump(window)),
            Action::Hazard {
                hazard,
                step: HazardStep::Fixed,
            } => hands(Hands::PutRight(hazard)),
            Action::ClearLane => hands(Hands::ClearLane),
            Action::HoldDoor(o) => {
                let door = role(self, o);
                self.did(tick, Did::Held(door));
                None
            }
            other => {
                if let Some(did) = plain(&other) {
                    self.did(tick, did);
                }
                None
            }
        }
    }

    /// The door that is being held.
    pub(super) fn holding(&self) -> Option<OpeningId> {
        match self.doing_on_the_spot() {
            Some(Action::HoldDoor(o)) => Some(*o),
            _ => None,
        }
    }

    /// What is being sprayed at, and how.
    pub(super) fn spraying(&self) -> Option<(ThingId, Technique)> {
        match self.doing_on_the_spot() {
            Some(Action::Use { thing, how }) => Some((*thing, *how)),
            _ => None,
        }
    }
}

/// Deeds that change nothing but what people know.
fn plain(action: &Action) -> Option<Did> {
    Some(match action {
        Action::TellControlRoom => Did::ToldControlRoom,
        Action::Sweep => Did::Swept,
        Action::ReportCount => Did::ReportedCount,
        Action::Brief(items) => Did::Briefed(items.clone()),
        Action::Hazard { hazard, step } => Did::Hazard {
            hazard: *hazard,
            step: *step,
        },
        Action::Roll => Did::Rolled,
        Action::FetchTowel => Did::FetchedTowel,
        Action::DonHood => Did::DonnedHood,
        Action::Film => Did::Filmed,
        Action::Hide => Did::Hid,
        Action::MoveAside => Did::MovedAside,
        Action::Push => Did::Pushed,
        Action::Cordon => Did::Cordoned,
        Action::KeepWatch => Did::KeptWatch,
        Action::CleanUp => Did::CleanedUp,
        Action::TakePayment => Did::TookPayment,
        _ => return None,
    })
}

/// Another trainee stands within three metres: the second pair of hands.
fn partner(crowd: &Crowd, t: &Trainee) -> bool {
    let me = crowd.person(t.person);
    (0..t.of_trainees).map(PersonId).any(|p| {
        let v = crowd.person(p);
        p != t.person && v.plate == me.plate && v.state != PersonState::Incapacitated && v.at.distance(me.at) < 3.0
    })
}

/// A point of a space at a distance from something in it, on the side of whoever comes.
fn beside(place: &Place, space: SpaceId, at: Point, from: Point, distance: f64) -> Point {
    let outline = &place.spaces[space.index()].outline;
    let middle = place.a_point_in(space);
    let mut best = middle;
    for towards in [from, middle] {
        let direction = (towards - at).normalised();
        let mut d = distance;
        while d > 0.25 {
            let p = at + direction * d;
            if direction != Point::default() && crate::place::contains(outline, p) {
                return p;
            }
            best = middle;
            d -= 0.25;
        }
    }
    best
}

/// What people know of the equipment of their home or the storey they work on, of street exits on it and of its fire
/// doors.
pub(super) fn knows(place: &Place, home: Option<HomeId>, storey: StoreyId, role: Role, known: &mut Known) {
    let works = !matches!(role, Role::Resident | Role::OlderResident | Role::Pupil);
    let on_storey = |s: SpaceId| place.spaces[s.index()].storey == storey;
    let common = |s: SpaceId| place.spaces[s.index()].home.is_none();
    for (i, e) in place.equipment.iter().enumerate() {
        let own = home.is_some() && place.spaces[e.space.index()].home == home;
        if !(own || on_storey(e.space) && (works || common(e.space))) {
            continue;
        }
        let (means, supply) = (Means::of(&e.kind), Supply::of(&e.kind));
        let call_point = matches!(e.kind, EquipmentKind::CallPoint);
        if means.is_some() || supply.is_some() || call_point {
            known.equipment.push(KnownEquipment {
                equipment: EquipmentId(i as u32),
                space: e.space,
                means,
                supply,
                call_point,
            });
        }
    }
    let doors = || {
        (0u32..)
            .map(OpeningId)
            .zip(&place.openings)
            .filter(|(_, o)| o.kind.is_door())
    };
    known.level_exit = doors()
        .find(|(_, o)| matches!(o.to, Beyond::Street) && on_storey(o.from) && common(o.from))
        .filter(|(_, o)| !matches!(place.spaces[o.from.index()].kind, SpaceKind::Stair(_)))
        .map(|(id, _)| id);
    if works {
        known.fire_doors = doors()
            .filter(|(_, o)| o.fire_rating_min > 0.0 && on_storey(o.from))
            .map(|(id, _)| id)
            .collect();
        for (i, s) in place.spaces.iter().enumerate() {
            let space = SpaceId(i as u32);
            if s.storey != storey || !matches!(s.kind, SpaceKind::Room) {
                continue;
            }
            let touches = |o: &crate::place::Opening| o.from == space || o.to == Beyond::Space(space);
            known.rooms_at_work.push(KnownRoom {
                space,
                r#use: s.r#use,
                doors: doors().filter(|(_, o)| touches(o)).map(|(id, _)| id).collect(),
                windows: (0u32..)
                    .map(OpeningId)
                    .zip(&place.openings)
                    .filter(|(_, o)| !o.kind.is_door() && o.openable && touches(o) && matches!(o.to, Beyond::Outside))
                    .map(|(id, _)| id)
                    .collect(),
            });
        }
    }
}
