//! What can be done with what was picked, and what is near: for hands that cannot aim.

use super::hands;
use crate::app::screen::Target;
use crate::app::words::Words;
use crate::assess::is_resident;
use crate::crowd::{Gait, PersonId, PersonState, Posture};
use crate::drill::{Action, Burning, Simulation, Whereabouts};
use crate::place::{Beyond, EquipmentId, LiftId, OpeningId, OpeningKind, SpaceId, ThingId};
use crate::scenario::Text;

/// A list of things to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Menu {
    /// With something in the world.
    Of(Target),
    /// With one's own body: stand, stoop, crawl, walk or run.
    Body,
    /// Where to go.
    Go,
    /// Whatever else can be done anywhere.
    More,
}

/// Something that can be done, or why not.
#[derive(Clone, Debug, PartialEq)]
pub struct Possible {
    /// What a button says.
    pub text: String,
    /// What is asked of the drill.
    pub action: Action,
    /// Time it takes on the spot, s.
    pub seconds: f64,
    /// Why it cannot be done now.
    pub refused: Option<Text>,
}

/// The title of a list.
pub fn title(words: &Words, simulation: &Simulation, seat: usize, menu: Menu) -> String {
    match menu {
        Menu::Of(target) => name(words, simulation, seat, target),
        Menu::Body => words.t("hud-body"),
        Menu::Go => words.t("hud-go"),
        Menu::More => words.t("hud-more"),
    }
}

/// What something is called.
pub fn name(words: &Words, simulation: &Simulation, seat: usize, target: Target) -> String {
    let view = simulation.view();
    match target {
        Target::Floor { space, .. } => words.space(view.place, space),
        Target::Opening(o) => words.opening(simulation, seat, o),
        Target::Person(p) => words.person(&view, p),
        Target::Thing(t) => view.place.things.get(t.index()).map_or_else(String::new, |thing| {
            if simulation.burns_as(t) == Burning::OilPan {
                words.of(&thing.burns.title).to_owned()
            } else {
                words.with("word-thing", "room", &words.space(view.place, thing.space))
            }
        }),
        Target::Equipment(e) => words.equipment(view.place, e),
        Target::Lift(l) => words.with("word-lift", "n", &(l.0 + 1).to_string()),
    }
}

/// Everything in a list, possible or not.
pub fn list(words: &Words, simulation: &Simulation, seat: usize, menu: Menu, gait: Gait) -> Vec<Possible> {
    let mut all = Vec::new();
    let mut add = |text: Option<String>, action: Action| {
        all.push(Possible {
            text: text.unwrap_or_else(|| words.action(&action)),
            seconds: action.duration_s(),
            refused: simulation.why_not(seat, &action),
            action,
        });
    };
    let view = simulation.view();
    let Some(trainee) = view.trainees.get(seat) else {
        return all;
    };
    let here = trainee.now.space;
    let to = |space: SpaceId| Action::WalkTo { space, at: None, gait };
    let into = |space: SpaceId| words.with("act-go-to", "room", &words.space(view.place, space));
    match menu {
        Menu::Of(Target::Floor { space, at }) => add(
            None,
            Action::WalkTo {
                space,
                at: Some(at),
                gait,
            },
        ),
        Menu::Of(Target::Opening(o)) => {
            let Some(opening) = view.place.openings.get(o.index()) else {
                return all;
            };
            if opening.kind.is_door() {
                for action in [
                    Action::FeelDoor(o),
                    Action::LookAtGap(o),
                    Action::CrackDoor(o),
                    Action::OpenDoor(o),
                    Action::ShutDoor(o),
                    Action::SealDoor(o),
                    Action::Knock(o),
                ] {
                    add(None, action);
                }
                // Those who answer for others can do more with a door; in a home it would only lengthen the list.
                let more = [
                    Action::HoldDoor(o),
                    Action::Guide(o),
                    Action::Redirect(o),
                    Action::Wedge(o),
                    Action::Unwedge(o),
                ];
                for action in more.into_iter().filter(|_| !is_resident(trainee.role)) {
                    add(None, action);
                }
            } else if opening.kind == OpeningKind::Window {
                for action in [
                    Action::SignalAt(o),
                    Action::OpenWindow(o),
                    Action::ShutWindow(o),
                    Action::Jump(o),
                ] {
                    add(None, action);
                }
            }
            if let Some(other) = behind(simulation, o, here) {
                add(Some(into(other)), to(other));
            }
        }
        Menu::Of(Target::Person(p)) => {
            let led = trainee.now.leads.contains(&p);
            add(None, Action::Wake(p));
            add(None, if led { Action::LetGo(p) } else { Action::Lead(p) });
            let carried = trainee.now.carries == Some(p);
            add(None, if carried { Action::SetDown } else { Action::Carry(p) });
            if led || carried {
                add(None, Action::HandOver(p));
            }
        }
        Menu::Of(Target::Equipment(e)) => {
            for action in hands::with_equipment(simulation, seat, e) {
                add(None, action);
            }
        }
        Menu::More => {
            // A list of everything that is not possible now would help nobody.
            for action in hands::anywhere() {
                if simulation.why_not(seat, &action).is_none() {
                    add(None, action);
                }
            }
        }
        Menu::Of(Target::Thing(t)) => {
            for action in hands::with_thing(simulation, t) {
                add(None, action);
            }
            if let Some(thing) = view.place.things.get(t.index()) {
                add(Some(into(thing.space)), to(thing.space));
            }
        }
        Menu::Of(Target::Lift(l)) => lift(words, simulation, seat, l, &mut add),
        Menu::Body => {
            for posture in [Posture::Upright, Posture::Stooped, Posture::Crawling] {
                add(None, Action::Posture(posture));
            }
        }
        Menu::Go => {
            let known = trainee.known;
            let home = |s: SpaceId| known.rooms.iter().any(|r| r.space == s);
            let inside = here.is_some_and(home);
            for room in known.rooms.iter().filter(|r| inside && Some(r.space) != here) {
                add(Some(into(room.space)), to(room.space));
            }
            if let Some(corridor) = known.corridor.filter(|c| Some(*c) != here) {
                add(Some(into(corridor)), to(corridor));
            }
            // Through a passage without a door: one sees where it leads, as to the lobby of the lifts.
            for o in view.place.openings.iter().filter(|o| o.kind == OpeningKind::Gap) {
                let beside = match (o.to, here) {
                    (Beyond::Space(b), Some(h)) if o.from == h => Some(b),
                    (Beyond::Space(b), Some(h)) if b == h => Some(o.from),
                    _ => None,
                };
                if let Some(s) = beside.filter(|s| known.corridor != Some(*s) && !home(*s)) {
                    add(Some(into(s)), to(s));
                }
            }
            if let (Some(room), false) = (known.rooms.first(), inside) {
                add(Some(words.t("act-go-home")), to(room.space));
            }
            for (_, _, space) in &known.stairs {
                if Some(*space) != here {
                    add(Some(into(*space)), to(*space));
                }
            }
            if let Whereabouts::Stair(stair, _) = trainee.now.place {
                let stair = &view.place.stairs[stair.index()];
                let i = stair.spaces.iter().position(|s| Some(*s) == here);
                let step = |i: Option<usize>| i.and_then(|i| stair.spaces.get(i)).copied();
                if let Some(up) = step(i.map(|i| i + 1)) {
                    add(Some(words.t("act-one-up")), to(up));
                }
                if let Some(down) = step(i.and_then(|i| i.checked_sub(1))) {
                    add(Some(words.t("act-one-down")), to(down));
                }
            }
            add(None, Action::WalkOut { gait });
        }
    }
    all
}

fn lift(
    words: &Words,
    simulation: &Simulation,
    seat: usize,
    lift: LiftId,
    add: &mut impl FnMut(Option<String>, Action),
) {
    let view = simulation.view();
    let (Some(l), Some(trainee)) = (view.place.lifts.get(lift.index()), view.trainees.get(seat)) else {
        return;
    };
    add(None, Action::CallLift(lift));
    let here = trainee.now.space.map(|s| view.place.spaces[s.index()].storey);
    let mut storeys = [l.storeys.first(), Some(&trainee.own_storey)]
        .into_iter()
        .flatten()
        .copied()
        // Where the car would not move, it is no ride.
        .filter(|s| l.storeys.contains(s) && here != Some(*s))
        .collect::<Vec<_>>();
    storeys.dedup();
    for storey in storeys {
        let text = words.with("act-ride-to", "storey", &words.storey(view.place, storey));
        add(Some(text), Action::RideLift(lift, storey));
    }
}

/// The space on the far side of an opening.
fn behind(simulation: &Simulation, opening: OpeningId, here: Option<SpaceId>) -> Option<SpaceId> {
    let view = simulation.view();
    let x = view.place.openings.get(opening.index())?;
    match x.to {
        Beyond::Space(to) if here == Some(to) => Some(x.from),
        Beyond::Space(to) if here == Some(x.from) => Some(to),
        Beyond::Space(_) | Beyond::Outside | Beyond::Street => None,
    }
}

/// Longer lists are read by nobody.
const MOST_NEAR: usize = 16;

/// Something near: what it is, what it is called, how it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// What it is.
    pub target: Target,
    /// What it is called.
    pub name: String,
    /// How it stands, as one sees it.
    pub fact: String,
}

/// What can be acted on in the room that the trainee is in, and kin of the same home: the nearest ones, in an order that
/// stays while one walks, so that nothing moves from under a slow hand.
pub fn near(words: &Words, simulation: &Simulation, seat: usize) -> Vec<Near> {
    let view = simulation.view();
    let Some(trainee) = view.trainees.get(seat) else {
        return Vec::new();
    };
    let (Some(here), false) = (trainee.now.space, trainee.now.asleep) else {
        return Vec::new();
    };
    let me = view.crowd.person(trainee.person);
    let mut found: Vec<(f64, Near)> = Vec::new();
    for (i, (opening, state)) in view.place.openings.iter().zip(view.openings).enumerate() {
        if opening.from != here && opening.to != Beyond::Space(here) {
            continue;
        }
        let id = OpeningId(i as u32);
        let distance = opening.centre.distance(me.at);
        let own_storey = (opening.bottom - me.z).abs() < 1.5;
        let (target, fact) = match opening.kind {
            OpeningKind::LiftDoor(l) if own_storey => (Target::Lift(l), words.stands(state)),
            OpeningKind::Window if opening.openable => (Target::Opening(id), words.stands(state)),
            kind if kind.is_door() => (Target::Opening(id), words.stands(state)),
            _ => continue,
        };
        let name = name(words, simulation, seat, target);
        found.push((distance, Near { target, name, fact }));
    }
    for (i, thing) in view.place.things.iter().enumerate() {
        let id = ThingId(i as u32);
        if thing.space == here && hands::is_at_hand(simulation, id) {
            let burns = view.fire.thing(id).burning;
            let fact = words.t(if burns { "near-burns" } else { "near-on-its-fire" });
            let target = Target::Thing(id);
            let name = name(words, simulation, seat, target);
            found.push((thing.at.distance(me.at) - 2.0, Near { target, name, fact }));
        }
    }
    for (i, piece) in view.place.equipment.iter().enumerate() {
        let id = EquipmentId(i as u32);
        let held = trainee.now.holds == Some(id);
        let lies = if held {
            Some((here, me.at))
        } else {
            simulation.lies_at(id)
        };
        let Some((space, at)) = lies else { continue };
        if held || space == here && hands::is_useful(&piece.kind) {
            let fact = if held { words.t("near-in-hand") } else { String::new() };
            let target = Target::Equipment(id);
            let name = name(words, simulation, seat, target);
            let distance = if held { -10.0 } else { at.distance(me.at) - 1.0 };
            found.push((distance, Near { target, name, fact }));
        }
    }
    let home = view.place.spaces[here.index()].home;
    for id in (0..view.crowd.len() as u32).map(PersonId) {
        if id == trainee.person {
            continue;
        }
        let person = view.crowd.person(id);
        let Some(space) = person.space else { continue };
        let kin = trainee.known.kin.contains(&id);
        let housemate = kin && home.is_some() && view.place.spaces[space.index()].home == home;
        let present = !matches!(person.state, PersonState::Out | PersonState::Absent);
        let same_floor = person.plate == me.plate || (person.z - me.z).abs() < 1.0;
        let in_sight = space == here && same_floor && person.at.distance(me.at) < 12.0;
        if present && (housemate || in_sight) {
            let fact = if trainee.now.leads.contains(&id) {
                words.t("kin-follows")
            } else {
                words.t(match person.state {
                    PersonState::Asleep => "kin-asleep",
                    PersonState::Incapacitated => "kin-fallen",
                    _ => "kin-awake",
                })
            };
            let target = Target::Person(id);
            let name = name(words, simulation, seat, target);
            // People before doors at the same distance.
            found.push((person.at.distance(me.at) - 1.0, Near { target, name, fact }));
        }
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.truncate(MOST_NEAR);
    let held = trainee.now.holds;
    found.sort_by_key(|(_, near)| match near.target {
        Target::Equipment(e) if held == Some(e) => (0, 0),
        Target::Thing(t) => (1, t.0),
        Target::Person(p) => (2, p.0),
        Target::Equipment(e) => (3, e.0),
        Target::Opening(o) => (4, o.0),
        Target::Lift(l) => (5, l.0),
        Target::Floor { .. } => (6, 0),
    });
    found.into_iter().map(|(_, near)| near).collect()
}
