//! Those who answer for others: they go to them, make them ready, and lead, push or carry them out.

use super::body::{Aim, Body, Fact, Leg, Outlook, Slot, Wheels, Why};
use super::routing::{Routes, Target};
use super::terrain;
use super::{
    CrowdEvent, PersonId, PersonState, Posture, Surroundings, contact, decision, dose, figures, locomotion, perception,
};
use crate::place::{OpeningId, Place};
use crate::scenario::{Mobility, Point};
use serde::{Deserialize, Serialize};

/// What a carer is about.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Care {
    ward: PersonId,
    /// Ready at this tick, once they are there.
    ready: Option<u64>,
}

/// How somebody who does not walk is moved by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Burden {
    /// On the back, or pushed in their chair.
    Back,
    /// Bedridden, on a rescue sheet along the floor.
    Sheet,
    /// Down, dragged by the clothes.
    Dragged,
    /// The same by two, one at each shoulder.
    DraggedByTwo,
    /// In their bed, on its wheels.
    Bed,
}

impl Burden {
    /// Speed of whoever moves them, m/s, of their own speed unburdened.
    pub fn speed(self, own: f64) -> f64 {
        let burdened = own * figures::BURDENED;
        match self {
            Self::Back | Self::Bed => burdened,
            Self::Sheet => burdened.min(figures::SHEET_M_S),
            Self::Dragged => burdened.min(figures::DRAGGED_M_S),
            Self::DraggedByTwo => burdened.min(figures::DRAGGED_BY_TWO_M_S),
        }
    }
}

/// Speed at which somebody is carried with the usual device, m/s, on the level and on stairs alike; small children on the
/// arm.
pub fn carried_m_s(f: &Fact) -> f64 {
    match f.mobility {
        Mobility::Bedridden | Mobility::Bed => figures::SHEET_M_S,
        Mobility::Wheelchair => figures::EVAC_CHAIR_M_S,
        Mobility::Able | Mobility::Stick | Mobility::Frame => figures::CHILD_ON_ARM_M_S,
    }
}

/// Looks after the next of those a person answers for. True while that is what they do.
pub fn look_after(
    bodies: &mut [Body],
    facts: &[Fact],
    id: usize,
    routes: &mut Routes,
    world: &Surroundings<'_>,
) -> bool {
    let (f, me) = (&facts[id], PersonId(id as u32));
    if f.controlled || bodies[id].led_by.is_some() || bodies[id].carried_by.is_some() {
        return false;
    }
    if stuck(bodies, id, world)
        && let Some(ward) = bodies[id].carries
    {
        let_go(bodies, facts, id);
        out_of_bed(&mut bodies[ward.index()]);
        bodies[id].care = Some(Care { ward, ready: None });
    }
    if let Some(care) = bodies[id].care {
        let w = bodies[care.ward.index()];
        let goes_on = waits(&w) || lies(&w) && !in_other_hands(bodies, care.ward) && bearable(f, &w, world);
        if !goes_on {
            bodies[id].care = None;
            leave(&mut bodies[id], f);
            return false;
        }
        let b = &mut bodies[id];
        match care.ready {
            None => {
                let (to, near) = match w.grip {
                    Some(grip) => (grip, figures::ARRIVED_M + 0.1),
                    None => (w.at, figures::BESIDE_M),
                };
                let meant = |aim| matches!(aim, Aim::Spot { at, .. } if at.distance(to) < near);
                let beside = b.plate == w.plate && b.at.distance(to) < near;
                if beside && locomotion::sees(routes, world, b.plate, b.at, to) {
                    let asleep = w.state == PersonState::Asleep;
                    let dressing = if asleep { figures::WAKE_KIN_S } else { 0.0 };
                    let ready_s = preparation_s(&w, &facts[care.ward.index()], f) + dressing;
                    decision::stand(b);
                    b.why = Why::Assists;
                    decision::wake(&mut bodies[care.ward.index()]);
                    if ready_s == 0.0 {
                        set_off(bodies, facts, id, care.ward, routes, world);
                        return false;
                    }
                    bodies[id].care = Some(Care {
                        ready: Some(world.tick + (ready_s / world.dt) as u64),
                        ..care
                    });
                } else if b.state != PersonState::Moving || !meant(b.aim) {
                    go_to(b, &w);
                }
                true
            }
            Some(ready) if world.tick < ready => true,
            Some(ready) if w.grip.is_some_and(|grip| crowded(bodies, facts, id, grip, &w)) => {
                // Nobody comes into the others with a bed; if they do not make room, it is left.
                if (world.tick - ready) as f64 * world.dt > figures::STUCK.1 {
                    out_of_bed(&mut bodies[care.ward.index()]);
                    bodies[id].care = Some(Care { ready: None, ..care });
                }
                true
            }
            Some(_) => {
                set_off(bodies, facts, id, care.ward, routes, world);
                false
            }
        }
    } else {
        if bodies[id].carries.is_some() {
            return false;
        }
        let awaited = |w: &PersonId| waits(&bodies[w.index()]) && bodies[w.index()].led_by.is_none();
        let next = f.wards.iter().copied().find(awaited).filter(|_| bodies[id].set_out);
        let next = next.or_else(|| fallen_near(bodies, facts, id, routes, world));
        let Some(ward) = next.filter(|w| *w != me) else {
            return false;
        };
        let w = bodies[ward.index()];
        bodies[id].care = Some(Care { ward, ready: None });
        if w.grip.is_some() && !rolls_out(&w, f.goes_to, &bodies[id].locked(), routes, world.place) {
            out_of_bed(&mut bodies[ward.index()]);
        }
        let w = bodies[ward.index()];
        go_to(&mut bodies[id], &w);
        true
    }
}

/// Who comes to the street while somebody waits inside for whom they answer turns round in the doorway: for the next of
/// several to be carried, or for kin that was left. Not into smoke or heat.
pub fn turn_round(
    bodies: &mut [Body],
    facts: &[Fact],
    routes: &mut Routes,
    world: &Surroundings<'_>,
    events: &mut Vec<CrowdEvent>,
) {
    let place = world.place;
    let came_out = |e: &CrowdEvent| match e {
        CrowdEvent::Out { person, opening } => Some((person.index(), *opening)),
        _ => None,
    };
    let answers = |id: usize| !facts[id].wards.is_empty() && !facts[id].controlled;
    let those: Vec<_> = events.iter().filter_map(came_out).filter(|o| answers(o.0)).collect();
    for (id, opening) in those {
        let (b, f) = (bodies[id], &facts[id]);
        let awaited = |w: &&PersonId| waits(&bodies[w.index()]) && bodies[w.index()].led_by.is_none();
        let Some(&ward) = f.wards.iter().find(awaited) else {
            continue;
        };
        let w = bodies[ward.index()];
        let gates = place.plates[b.plate.index()]
            .gates
            .iter()
            .zip(&place.shape(b.plate).gates);
        let Some((_, gate)) = gates.into_iter().find(|(o, _)| **o == opening) else {
            continue;
        };
        let inwards = (gate.segment.b - gate.segment.a).normalised().left();
        let inwards = if inwards.dot(b.heading) > 0.0 {
            inwards * -1.0
        } else {
            inwards
        };
        let inside = terrain::nearest(&gate.segment, b.at) + inwards * figures::BACK_IN_M;
        let Some(at) = super::spot(bodies, facts, place, PersonId(id as u32), b.plate, inside) else {
            continue;
        };
        let space = place.space_at(b.plate, at);
        let there = Body { at, space, ..b };
        let goal = Target::Spot(w.plate, w.at);
        if !bearable(f, &there, world) || routes.choices(place, b.plate, at, goal, b.wheels, &[]).is_empty() {
            continue;
        }
        let b = &mut bodies[id];
        (b.at, b.space, b.z, b.progress) = (at, space, place.z_at(b.plate, at), (at, world.tick));
        b.care = Some(Care { ward, ready: None });
        go_to(b, &w);
        let person = PersonId(id as u32);
        events.retain(|e| *e != CrowdEvent::Out { person, opening });
        events.push(CrowdEvent::Passed {
            person,
            opening,
            forward: false,
        });
    }
}

/// Whether there is a way for a bed: through the opening meant, else to the street or a refuge.
fn rolls_out(w: &Body, through: Option<OpeningId>, locked: &[OpeningId], routes: &mut Routes, place: &Place) -> bool {
    let from = w.grip.unwrap_or(w.at);
    let goal = through.map_or(Target::Street, Target::Opening);
    let way = !routes.choices(place, w.plate, from, goal, w.wheels, locked).is_empty();
    way || through.is_none() && decision::refuge(w.plate, from, w.space, w.wheels, locked, routes, place).is_some()
}

/// Whether somebody else stands where there must be room to take hold of a bed.
fn crowded(bodies: &[Body], facts: &[Fact], id: usize, grip: Point, w: &Body) -> bool {
    let half = 0.01 * f64::from(w.wheels.half_cm());
    bodies.iter().enumerate().any(|(k, b)| {
        let room = half + b.girth(&facts[k]) * f64::from(figures::PASSING);
        k != id && b.plate == w.plate && contact::stands(b) && b.at != w.at && b.at.distance(grip) < room
    })
}

/// Whether the bed that somebody moves comes no further: no way is left for it, or it sticks fast.
fn stuck(bodies: &[Body], id: usize, world: &Surroundings<'_>) -> bool {
    let b = &bodies[id];
    let Some(ward) = b.carries.filter(|_| b.burden == Some(Burden::Bed)) else {
        return false;
    };
    let since = bodies[ward.index()].progress.1;
    let fast = (world.tick.saturating_sub(since)) as f64 * world.dt > figures::STUCK.1;
    fast || b.state == PersonState::Waiting && b.why == Why::NoWay
}

/// Who lay in a bed on wheels is taken out of it.
pub fn out_of_bed(w: &mut Body) {
    (w.grip, w.wheels) = (None, Wheels::NONE);
    w.slot = Slot::default();
}

/// Lets go of whoever one carries, drags or moves: a bed stands where it is.
fn let_go(bodies: &mut [Body], facts: &[Fact], id: usize) {
    let b = &mut bodies[id];
    let (at, in_bed) = (b.at, b.burden == Some(Burden::Bed));
    let carried = b.carries.take();
    b.burden = None;
    if in_bed {
        b.wheels = Wheels::of(&facts[id]);
        (b.slot, b.outlook) = (Slot::default(), Outlook::default());
    }
    let Some(ward) = carried else { return };
    let w = &mut bodies[ward.index()];
    if w.carried_by != Some(PersonId(id as u32)) {
        return;
    }
    if in_bed {
        w.grip = Some(at);
    }
    w.carried_by = None;
    if !w.present() {
        return;
    }
    w.set_leg(Leg::None);
    if lies(w) {
        w.why = Why::Overcome;
        w.posture = Posture::Lying;
    } else if minded(&facts[ward.index()]) {
        (w.why, w.set_out, w.posture) = (Why::WaitsForKin, false, Posture::Upright);
    } else {
        w.why = Why::CannotMove;
        w.set_out = false;
    }
}

/// Whether somebody is still there to be fetched.
fn waits(w: &Body) -> bool {
    w.present() && w.state != PersonState::Incapacitated && w.carried_by.is_none() && !w.set_out
}

/// Whether somebody lies helpless; they may be dragged already.
fn lies(w: &Body) -> bool {
    w.state == PersonState::Incapacitated
}

/// Whether somebody is strong enough to drag a grown person.
fn strong(f: &Fact) -> bool {
    f.mobility == Mobility::Able && figures::STRONG_YEARS.contains(&f.age)
}

/// Whoever lies helpless in sight and is theirs to help: those they answer for, their household, those they walk with. No
/// more than two are about one.
fn fallen_near(
    bodies: &[Body],
    facts: &[Fact],
    id: usize,
    routes: &Routes,
    world: &Surroundings<'_>,
) -> Option<PersonId> {
    let (b, f) = (&bodies[id], &facts[id]);
    if !strong(f) || f.stays || b.state == PersonState::Sheltering || b.why == Why::NoWay {
        return None;
    }
    let mut theirs = f.wards.iter().copied().chain(household(facts, id));
    theirs.find(|p| {
        let (w, other) = (&bodies[p.index()], &facts[p.index()]);
        let about = || {
            let answer = household(facts, p.index()).chain(other.kin_of);
            answer.filter(|h| helps(bodies, facts, *h, *p)).count()
        };
        lies(w)
            && !other.controlled
            && !in_other_hands(bodies, *p)
            && b.plate == w.plate
            && b.at.distance(w.at) < figures::IN_SIGHT_M
            && locomotion::sees(routes, world, b.plate, b.at, w.at)
            && bearable(f, w, world)
            && about() < 2
    })
}

/// A person's household or group, with themselves.
fn household(facts: &[Fact], id: usize) -> impl Iterator<Item = PersonId> {
    perception::household(facts, id).map(|k| PersonId(k as u32))
}

/// Whether a trainee carries them.
fn in_other_hands(bodies: &[Body], fallen: PersonId) -> bool {
    let by = bodies[fallen.index()].carried_by;
    by.is_some_and(|c| bodies[c.index()].carries != Some(fallen))
}

/// Whether somebody is a child who leaves with a grown-up of the household.
pub fn minded(f: &Fact) -> bool {
    f.kin_of.is_some() && f.family.is_some() && f.age < figures::LED_YEARS
}

/// Another grown-up of a child's household with whom it can go.
pub fn another_grown_up(bodies: &[Body], facts: &[Fact], id: usize) -> Option<PersonId> {
    household(facts, id).find(|p| {
        let (b, f) = (&bodies[p.index()], &facts[p.index()]);
        let free = b.able() && b.led_by.is_none() && b.carried_by.is_none();
        free && f.age >= figures::GROWN_UP_YEARS && f.mobility != Mobility::Bedridden
    })
}

/// A child whose grown-up cannot come any more goes with another, or alone.
pub fn left_behind(bodies: &mut [Body], facts: &[Fact], id: usize) {
    let (b, f) = (&bodies[id], &facts[id]);
    let Some(kin) = f.kin_of.filter(|_| minded(f)) else {
        return;
    };
    let kin = &bodies[kin.index()];
    let waits = b.cued_s.is_some() && !b.set_out && b.led_by.is_none() && b.carried_by.is_none();
    if !waits || kin.present() && !lies(kin) {
        return;
    }
    bodies[id].set_out = true;
    match another_grown_up(bodies, facts, id) {
        Some(other) => decision::lead(&mut bodies[id], f, Some(other)),
        None => leave(&mut bodies[id], f),
    }
}

/// Whether somebody at home is about to leave while another of the household still fetches somebody there: they leave
/// together.
pub fn gathers(bodies: &[Body], facts: &[Fact], id: usize, world: &Surroundings<'_>) -> bool {
    let (b, f) = (&bodies[id], &facts[id]);
    let at_home = |b: &Body| b.space.is_some_and(|s| world.place.spaces[s.index()].home == f.home);
    let leaves = b.state == PersonState::Moving && b.aim == Aim::Out && b.led_by.is_none() && b.care.is_none();
    leaves
        && f.family.is_some()
        && f.home.is_some()
        && !f.controlled
        && at_home(b)
        && household(facts, id).any(|p| {
            let o = &bodies[p.index()];
            o.care.is_some() && o.able() && o.why != Why::NoWay && at_home(o)
        })
}

/// Whether a person goes to or drags somebody who lies helpless, or has the other shoulder.
fn helps(bodies: &[Body], facts: &[Fact], helper: PersonId, fallen: PersonId) -> bool {
    let b = &bodies[helper.index()];
    let drags = |by: PersonId| bodies[by.index()].carries == Some(fallen);
    drags(helper)
        || b.care.is_some_and(|c| c.ward == fallen)
        || strong(&facts[helper.index()]) && b.led_by.is_some_and(drags)
}

/// Whether somebody goes to where another lies: into no smoke that they turn back from, and no heat that hurts.
fn bearable(f: &Fact, w: &Body, world: &Surroundings<'_>) -> bool {
    let Some(space) = w.space else { return false };
    let air = world.air.sample(space, w.at, dose::head_m(Posture::Stooped));
    air.extinction < f.turn_back && air.temperature_c < figures::HURTS.0 && air.radiant_kw_m2 < figures::HURTS.1
}

fn go_to(b: &mut Body, w: &Body) {
    b.state = PersonState::Moving;
    b.set_aim(Aim::Spot {
        plate: w.plate,
        at: w.grip.unwrap_or(w.at),
    });
    b.why = Why::Fetches;
}

/// Sets out, by the exit or opening meant for them.
fn leave(b: &mut Body, f: &Fact) {
    b.state = PersonState::Moving;
    b.set_out = true;
    b.why = Why::ToExit;
    b.set_aim(f.goes_to.map_or(Aim::Out, Aim::Through));
}

/// Time in which a carer gets somebody ready, s. A household's pre-movement time holds that of its children.
fn preparation_s(w: &Body, f: &Fact, carer: &Fact) -> f64 {
    if lies(w) {
        return if w.carried_by.is_some() { 0.0 } else { figures::LIFTED_S };
    }
    match f.mobility {
        Mobility::Able if minded(f) && f.family == carer.family => 0.0,
        Mobility::Able | Mobility::Stick | Mobility::Frame => figures::READY_WALKING_S,
        Mobility::Bed if w.grip.is_some() => figures::READY_BED_S,
        Mobility::Wheelchair | Mobility::Bedridden | Mobility::Bed => figures::READY_CARRIED_S,
    }
}

/// Leaves with somebody who is ready.
fn set_off(
    bodies: &mut [Body],
    facts: &[Fact],
    id: usize,
    ward: PersonId,
    routes: &mut Routes,
    world: &Surroundings<'_>,
) {
    bodies[id].care = None;
    leave(&mut bodies[id], &facts[id]);
    take_along(bodies, facts, id, ward, routes, world);
}

/// Leads who can walk, pushes who sits where there is a way on wheels, carries the others; drags who lies helpless, or
/// takes the other shoulder.
fn take_along(
    bodies: &mut [Body],
    facts: &[Fact],
    id: usize,
    ward: PersonId,
    routes: &mut Routes,
    world: &Surroundings<'_>,
) {
    let w = bodies[ward.index()];
    let me = PersonId(id as u32);
    if lies(&w) {
        match w.carried_by {
            None => {
                bodies[ward.index()].carried_by = Some(me);
                bodies[ward.index()].why = Why::Carried;
                (bodies[id].carries, bodies[id].burden) = (Some(ward), Some(Burden::Dragged));
            }
            Some(first) => decision::lead(&mut bodies[id], &facts[id], Some(first)),
        }
        return;
    }
    // Both tell which doors they found locked.
    let mut locked = [w.locked(), bodies[id].locked()].concat();
    locked.sort_unstable();
    locked.dedup();
    let small = |p: PersonId| minded(&facts[p.index()]) && facts[p.index()].age < figures::CARRIED_YEARS;
    // With a child on the arm nobody fetches another: it comes last.
    let last = !facts[id].wards.iter().any(|p| *p != ward && waits(&bodies[p.index()]));
    let on_own_legs = match facts[ward.index()].mobility {
        Mobility::Able => !small(ward) || !last,
        Mobility::Stick | Mobility::Frame => true,
        Mobility::Wheelchair => !routes
            .choices(world.place, w.plate, w.at, Target::Street, w.wheels, &locked)
            .is_empty(),
        Mobility::Bedridden | Mobility::Bed => false,
    };
    if on_own_legs {
        bodies[ward.index()].set_out = true;
        decision::lead(&mut bodies[ward.index()], &facts[ward.index()], Some(me));
    } else if bodies[id].carries.is_none() {
        let small = small(ward);
        let w = &mut bodies[ward.index()];
        w.carried_by = Some(me);
        w.state = PersonState::Waiting;
        w.why = Why::Carried;
        w.set_out = true;
        let (grip, wheels) = (w.grip, w.wheels);
        w.progress = (grip.unwrap_or(w.at), world.tick);
        let b = &mut bodies[id];
        b.carries = Some(ward);
        if let Some(grip) = grip {
            (b.at, b.burden, b.wheels) = (grip, Some(Burden::Bed), wheels);
            (b.slot, b.outlook) = (Slot::default(), Outlook::default());
        }
        if !small {
            decision::keep_level(bodies, facts, id, routes, world.place);
        }
    }
}

/// The carried and dragged come along; who can carry no more leaves them where they are.
pub fn bring(bodies: &mut [Body], facts: &[Fact], events: &mut Vec<CrowdEvent>) {
    for id in 0..bodies.len() {
        let Some(ward) = bodies[id].carries else { continue };
        let (b, me) = (bodies[id], Some(PersonId(id as u32)));
        let drags = matches!(b.burden, Some(Burden::Dragged | Burden::DraggedByTwo));
        let second = |h: &Body| h.led_by == me && h.able() && h.at.distance(b.at) < figures::IN_SIGHT_M;
        let by_two = drags && bodies.iter().zip(facts).any(|(h, f)| second(h) && strong(f));
        let w = &mut bodies[ward.index()];
        if b.state == PersonState::Out {
            let by = events.iter().rev().find_map(|e| match e {
                CrowdEvent::Out { person, opening } if person.index() == id => Some(*opening),
                _ => None,
            });
            (w.state, w.why, w.space, w.speed, w.carried_by) = (PersonState::Out, Why::Out, None, 0.0, None);
            if let Some(opening) = by {
                events.push(CrowdEvent::Out { person: ward, opening });
            }
            let_go(bodies, facts, id);
            continue;
        }
        // Others may have taken them over.
        let in_bed = b.burden == Some(Burden::Bed);
        let holds = b.able() && w.present() && (in_bed || lies(w) == drags) && w.carried_by == me;
        if !holds {
            let_go(bodies, facts, id);
            continue;
        }
        if b.state == PersonState::Sheltering && !drags {
            let_go(bodies, facts, id);
            let w = &mut bodies[ward.index()];
            w.set_out = true;
            if !lies(w) {
                (w.state, w.why) = (PersonState::Sheltering, Why::Shelters);
                events.push(CrowdEvent::Sheltered { person: ward });
            }
            continue;
        }
        if in_bed {
            w.posture = Posture::Lying;
            continue;
        }
        (w.plate, w.space, w.at, w.z, w.heading, w.speed) = (b.plate, b.space, b.at, b.z, b.heading, b.speed);
        w.posture = if drags { Posture::Lying } else { Posture::Stooped };
        bodies[id].burden = match b.burden {
            Some(Burden::Dragged | Burden::DraggedByTwo) if by_two => Some(Burden::DraggedByTwo),
            Some(Burden::Dragged | Burden::DraggedByTwo) => Some(Burden::Dragged),
            other => other,
        };
    }
}
