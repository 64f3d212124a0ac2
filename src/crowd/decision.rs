//! Decisions, about once a second: which way, whether to turn back before smoke, to go home and shelter.

use super::body::{Aim, Body, Fact, Leg, Smoky, Wheels, Why};
use super::routing::{Routes, Target};
use super::{CrowdEvent, PersonId, PersonState, Surroundings, Walk, bed, care, dose, figures, perception, population};
use crate::place::{Beyond, OpeningId, Place, PlateId, PortalId, SpaceId};
use crate::scenario::{Mobility, Point, Use};
use serde::{Deserialize, Serialize};

/// Ticks between two decisions of a person.
const EVERY: u64 = 20;
/// Width of a class of distance when queues are counted, m.
const CLASS_M: f64 = 2.0;

/// Who is on the way to a leg's goal, by distance: counted once a second, part of the state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Queue {
    plate: PlateId,
    leg: Leg,
    by_distance: [u16; 16],
}

impl Queue {
    /// How many are on the way there.
    fn all(&self) -> u32 {
        self.by_distance.iter().map(|n| u32::from(*n)).sum()
    }
    /// All that is state.
    pub fn hash_into(&self, h: &mut blake3::Hasher) {
        h.update(&self.plate.0.to_le_bytes());
        let (kind, number) = match self.leg {
            Leg::Gate(g) => (0, u32::from(g)),
            Leg::Portal(p) => (1, p.0),
            Leg::None | Leg::Point(_) => (2, 0),
        };
        h.update(&[kind]);
        h.update(&number.to_le_bytes());
        for n in self.by_distance {
            h.update(&n.to_le_bytes());
        }
    }
}

fn class(distance: f64) -> usize {
    ((distance / CLASS_M).max(0.0) as usize).min(15)
}

/// Counts queues.
pub fn count(bodies: &mut [Body], place: &Place, routes: &mut Routes) -> Vec<Queue> {
    let mut rows: Vec<((u32, u8, u32), Leg, usize)> = Vec::new();
    for b in bodies {
        let order = match b.leg {
            Leg::Gate(g) => (0, u32::from(g)),
            Leg::Portal(p) => (1, p.0),
            Leg::None | Leg::Point(_) => continue,
        };
        if b.state == PersonState::Moving
            && let Some(d) = routes.under(place, b).and_then(|f| f.distance(b.at))
        {
            rows.push(((b.plate.0, order.0, order.1), b.leg, class(d)));
        }
    }
    rows.sort_unstable_by_key(|r| (r.0, r.2));
    let mut queues: Vec<Queue> = Vec::new();
    let mut last = None;
    for (key, leg, c) in rows {
        if last != Some(key) {
            queues.push(Queue {
                plate: PlateId(key.0),
                leg,
                by_distance: [0; 16],
            });
            last = Some(key);
        }
        if let Some(q) = queues.last_mut() {
            q.by_distance[c] = q.by_distance[c].saturating_add(1);
        }
    }
    queues
}

/// Seconds that those ahead need to pass the goal of a leg.
fn queue_s(queues: &[Queue], place: &Place, plate: PlateId, leg: Leg, distance: f64) -> f64 {
    let width = match leg {
        Leg::Gate(g) => {
            let q = &place.plates[plate.index()];
            q.gates
                .get(usize::from(g))
                .map_or(1.0, |o| place.openings[o.index()].width)
        }
        Leg::Portal(p) => {
            let s = place.portals[p.index()].segment;
            s.a.distance(s.b)
        }
        Leg::None | Leg::Point(_) => return 0.0,
    };
    let found = queues.iter().find(|q| q.plate == plate && q.leg == leg);
    let ahead: u32 = found.map_or(0, |q| {
        q.by_distance[..class(distance)].iter().map(|n| u32::from(*n)).sum()
    });
    f64::from(ahead) / (figures::QUEUE_FLOW * width.max(0.5))
}

/// Takes the orders of controlled persons.
pub fn obey(bodies: &mut [Body], controlled: &[u32], place: &Place, walks: &[(PersonId, Walk)]) {
    for id in controlled.iter().map(|id| *id as usize) {
        if !bodies[id].able() {
            continue;
        }
        let b = &mut bodies[id];
        let given = walks
            .iter()
            .filter(|w| w.0.index() == id)
            .map(|w| w.1)
            .next_back()
            .unwrap_or(Walk::Stand);
        if given == b.order && !(given == Walk::Stand && b.state == PersonState::Preparing) {
            continue;
        }
        let same_way = match (given, b.order) {
            (Walk::To { space: s, at: a, .. }, Walk::To { space: t, at: c, .. }) => s == t && a == c,
            (Walk::Out { .. }, Walk::Out { .. }) => true,
            _ => false,
        };
        b.order = given;
        if same_way {
            continue;
        }
        b.at_door = None;
        match given {
            Walk::Stand => stand(b),
            Walk::Head { direction, .. } => {
                let d = direction.normalised();
                b.state = PersonState::Moving;
                b.why = Why::Directed;
                b.set_aim(if d.length() > 0.5 { Aim::Head(d) } else { Aim::Stay });
                b.replan = false;
            }
            Walk::To { space, at, .. } => match place.plate_of(space) {
                Some(plate) => {
                    b.state = PersonState::Moving;
                    b.why = Why::ToPoint;
                    b.set_aim(Aim::Spot { plate, at });
                }
                None => {
                    stand(b);
                    b.why = Why::NoWay;
                }
            },
            Walk::Out { .. } => {
                b.state = PersonState::Moving;
                b.why = Why::ToExit;
                b.set_aim(Aim::Out);
            }
        }
    }
}

/// Stands still.
pub fn stand(b: &mut Body) {
    b.state = PersonState::Waiting;
    b.why = Why::Stands;
    b.speed = 0.0;
    b.set_aim(Aim::Stay);
    b.replan = false;
}

/// Where an aim ends.
fn target(b: &Body) -> Option<Target> {
    match b.aim {
        Aim::Out => Some(Target::Street),
        Aim::Through(o) => Some(Target::Opening(o)),
        Aim::Spot { plate, at } => Some(Target::Spot(plate, at)),
        Aim::Stay | Aim::Round | Aim::Head(_) | Aim::Follow => None,
    }
}

/// Everybody who is due decides. `seated`: those in wheelchairs.
pub fn decide(
    bodies: &mut [Body],
    facts: &[Fact],
    seated: &[u32],
    queues: &[Queue],
    routes: &mut Routes,
    world: &Surroundings<'_>,
    events: &mut Vec<CrowdEvent>,
) {
    for id in 0..bodies.len() {
        let due = (world.tick + id as u64).is_multiple_of(EVERY);
        if !(due || bodies[id].replan) || !bodies[id].able() {
            continue;
        }
        if !seated.is_empty() {
            fit_out(bodies, facts, seated, id, routes, world.place);
        }
        follow(bodies, facts, id, routes, world, events);
        care::left_behind(bodies, facts, id);
        care::look_after(bodies, facts, id, routes, world);
        if care::gathers(bodies, facts, id, world) {
            let b = &mut bodies[id];
            b.set_leg(Leg::None);
            (b.why, b.replan) = (Why::WaitsForGroup, false);
            continue;
        }
        let me = Some(PersonId(id as u32));
        let leads = facts[id].wards.iter().any(|w| bodies[w.index()].led_by == me);
        let (b, f) = (&mut bodies[id], &facts[id]);
        for r in &mut b.refused {
            if r.is_some_and(|r| world.tick >= r.until) {
                *r = None;
                b.slot = super::body::Slot::default();
            }
        }
        if b.state != PersonState::Moving {
            // Those who found no way look again from time to time.
            if b.why == Why::NoWay && !f.controlled && b.set_out && (world.tick + id as u64).is_multiple_of(EVERY * 5) {
                b.state = PersonState::Moving;
                b.set_aim(population::first_aim(f));
            } else {
                b.replan = false;
                continue;
            }
        }
        if due && !f.controlled && b.led_by.is_none() && b.aim == Aim::Out {
            smoke(b, f, PersonId(id as u32), routes, world, events);
        }
        if due && !f.controlled {
            crawl(b, world);
        }
        choose(b, f, leads, queues, routes, world);
    }
}

/// Down to the clearer air in dense smoke, and up again out of it.
fn crawl(b: &mut Body, world: &Surroundings<'_>) {
    let Some(space) = b.space else { return };
    if b.air.extinction < 0.1 * figures::CRAWL_FROM && b.posture == super::Posture::Upright
        || b.posture == super::Posture::Lying
    {
        return;
    }
    let at = |posture| world.air.sample(space, b.at, dose::head_m(posture)).extinction;
    let (up, low) = (at(super::Posture::Upright), at(super::Posture::Crawling));
    b.posture = if up >= figures::CRAWL_FROM && low <= 0.5 * up {
        super::Posture::Crawling
    } else {
        super::Posture::Upright
    };
}

/// Who leads somebody in a wheelchair takes ways that are wide enough for it, as long as there is one.
fn fit_out(bodies: &mut [Body], facts: &[Fact], seated: &[u32], id: usize, routes: &mut Routes, place: &Place) {
    if bodies[id].burden == Some(care::Burden::Bed) || facts[id].mobility == Mobility::Bed {
        return;
    }
    let me = Some(PersonId(id as u32));
    let led = seated.iter().filter(|s| bodies[**s as usize].led_by == me);
    let wheels = led.map(|s| Wheels::of(&facts[*s as usize])).max().unwrap_or_default();
    let (b, own) = (bodies[id], Wheels::of(&facts[id]));
    let way = |routes: &mut Routes, t| !routes.choices(place, b.plate, b.at, t, wheels, &b.locked()).is_empty();
    let wheels = if wheels > own && target(&b).is_some_and(|t| way(routes, t)) {
        wheels
    } else {
        own
    };
    if b.wheels != wheels {
        let b = &mut bodies[id];
        b.wheels = wheels;
        (b.slot, b.outlook) = (super::body::Slot::default(), super::body::Outlook::default());
    }
}

/// Keeps those who are led on the heels of their leader.
fn follow(
    bodies: &mut [Body],
    facts: &[Fact],
    id: usize,
    routes: &mut Routes,
    world: &Surroundings<'_>,
    events: &mut Vec<CrowdEvent>,
) {
    let Some(leader) = bodies[id].led_by else { return };
    let l = bodies[leader.index()];
    let other = (l.state == PersonState::Incapacitated && care::minded(&facts[id]))
        .then(|| care::another_grown_up(bodies, facts, id))
        .flatten();
    let b = &mut bodies[id];
    if facts[id].mobility.lies() {
        b.why = Why::CannotMove;
        return;
    }
    if !l.present() || l.state == PersonState::Incapacitated {
        // On with another, or without a leader.
        b.led_by = other;
        if other.is_some() {
            b.replan = true;
        } else if !facts[id].controlled {
            b.state = PersonState::Moving;
            b.why = Why::ToExit;
            b.set_out = true;
            b.set_aim(Aim::Out);
        }
        return;
    }
    if l.state == PersonState::Sheltering && b.space == l.space && !facts[id].controlled {
        if b.state != PersonState::Sheltering {
            shelter(b, PersonId(id as u32), events);
        }
        return;
    }
    b.state = PersonState::Moving;
    b.why = Why::Follows;
    b.aim = Aim::Follow;
    b.replan = false;
    let leg = if b.plate == l.plate {
        if super::locomotion::clear_way(routes, world, b.plate, b.at, l.at, b.berth(&facts[id])) {
            Some(Leg::None)
        } else {
            let (leg, locked) = (Leg::Point(l.at), b.locked());
            let way = !b.wheels.any()
                || routes
                    .distance(world.place, b.plate, b.at, leg, b.wheels, &locked)
                    .is_some();
            way.then_some(leg)
        }
    } else {
        let via = l.came_by.filter(|p| {
            let p = &world.place.portals[p.index()];
            p.from == b.plate && p.to == l.plate
        });
        match via {
            // Into a car, too; on wheels by no stairs.
            Some(p) if !b.wheels.any() || in_car(world.place, p) || Routes::open_to(world.place, p, b.wheels) => {
                Some(Leg::Portal(p))
            }
            _ => {
                let locked = b.locked();
                let t = Target::Spot(l.plate, l.at);
                let ways = routes.choices(world.place, b.plate, b.at, t, b.wheels, &locked);
                quickest(&ways).map(|c| c.0)
            }
        }
    };
    match leg {
        // Who cannot follow on wheels must be fetched or carried.
        None if b.wheels.any() && !facts[id].controlled => {
            lead(b, &facts[id], None);
            b.set_out = facts[id].kin_of.is_none();
            b.why = if b.set_out { Why::NoWay } else { Why::WaitsForKin };
        }
        leg => b.set_leg(leg.unwrap_or_default()),
    }
}

/// Whether a portal leads into or out of a lift car.
fn in_car(place: &Place, portal: PortalId) -> bool {
    place.portals[portal.index()].lift.is_some()
}

fn quickest(choices: &[(Leg, f64, f64)]) -> Option<(Leg, f64)> {
    let mut best: Option<(Leg, f64)> = None;
    for (leg, here, beyond) in choices {
        if best.is_none_or(|b| here + beyond < b.1) {
            best = Some((*leg, here + beyond));
        }
    }
    best
}

/// Chooses the leg on this plate. Who leads others takes no lift: they would have to find room in the same car.
fn choose(b: &mut Body, f: &Fact, leads: bool, queues: &[Queue], routes: &mut Routes, world: &Surroundings<'_>) {
    b.replan = false;
    if b.aim == Aim::Round {
        let leg = f
            .waypoints
            .get(usize::from(b.waypoint))
            .map_or(Leg::None, |p| Leg::Point(*p));
        b.set_leg(leg);
        return;
    }
    let Some(target) = target(b) else { return };
    if super::lifts::under_way(b) {
        return;
    }
    let locked = b.locked();
    let pace = Routes::pace(world.place, b.plate);
    let mut best: Option<(Leg, f64)> = None;
    let mut now = None;
    let all: u32 = queues.iter().filter(|q| q.plate == b.plate).map(Queue::all).sum();
    for (leg, here, beyond) in routes.choices(world.place, b.plate, b.at, target, b.wheels, &locked) {
        let queue = queue_s(queues, world.place, b.plate, leg, here / pace);
        // Where nobody has to queue, people rather go where the others go.
        let here = if queue <= here && all > 0 {
            let there = queues
                .iter()
                .find(|q| q.plate == b.plate && q.leg == leg)
                .map_or(0, Queue::all);
            here * (1.0 - figures::IMITATION * f64::from(there) / f64::from(all))
        } else {
            here
        };
        let smoky = b.smoky.iter().flatten().any(|s| s.plate == b.plate && s.leg == leg);
        // A way found smoky is taken only if all others are far longer (待核实: ten minutes).
        let time = here.max(queue) + beyond + if smoky { 600.0 } else { 0.0 };
        let pointed = b.told.is_some_and(|o| leads_through(world.place, b.plate, leg, o));
        let time = if pointed { time * figures::POINTED_TO } else { time };
        if leg == b.leg {
            now = Some(time);
        }
        if best.is_none_or(|(_, t)| time < t) {
            best = Some((leg, time));
        }
    }
    b.remaining = best.map_or(0.0, |(_, t)| t);
    if b.aim == Aim::Out
        && !f.controlled
        && b.led_by.is_none()
        && !leads
        && let Some((ride, at, time)) = super::lifts::consider(b, routes, world)
        && best.is_none_or(|(_, t)| time < t * (1.0 - figures::HYSTERESIS))
    {
        b.remaining = time;
        super::lifts::take(b, ride, at);
        return;
    }
    match (best, now) {
        (Some((_, t)), Some(n)) if t > n * (1.0 - figures::HYSTERESIS) => {}
        (Some((leg, _)), _) => b.set_leg(leg),
        (None, _) => no_way(b, f, routes, world.place),
    }
}

/// Nowhere to go: to a refuge, else home if there is one and one is elsewhere, else wait.
fn no_way(b: &mut Body, f: &Fact, routes: &mut Routes, place: &Place) {
    let at_home = b
        .space
        .is_some_and(|s| f.home.is_some() && place.spaces[s.index()].home == f.home);
    if !f.controlled && b.aim == Aim::Out && to_refuge(b, routes, place) {
        return;
    }
    if !f.controlled && b.aim == Aim::Out && !at_home && go_home(b, f, place) {
        b.why = Why::NoWay;
        return;
    }
    b.state = if at_home && !f.controlled {
        PersonState::Sheltering
    } else {
        PersonState::Waiting
    };
    b.why = Why::NoWay;
    b.speed = 0.0;
    b.set_leg(Leg::None);
}

/// To the nearest refuge room or floor that can be reached; false if there is none.
fn to_refuge(b: &mut Body, routes: &mut Routes, place: &Place) -> bool {
    let there = refuge(b.plate, b.at, b.space, b.wheels, &b.locked(), routes, place);
    let Some((plate, at)) = there else { return false };
    b.set_aim(Aim::Spot { plate, at });
    b.why = Why::NoWay;
    true
}

/// The nearest refuge room or floor that can be reached from a point.
pub fn refuge(
    plate: PlateId,
    from: Point,
    space: Option<SpaceId>,
    wheels: Wheels,
    locked: &[OpeningId],
    routes: &mut Routes,
    place: &Place,
) -> Option<(PlateId, Point)> {
    let mut best: Option<(f64, PlateId, Point)> = None;
    for (k, s) in place.spaces.iter().enumerate() {
        let id = SpaceId(k as u32);
        if s.r#use != Use::Refuge {
            continue;
        }
        if space == Some(id) {
            return Some((plate, from));
        }
        let Some(on) = place.plate_of(id) else { continue };
        let at = place.a_point_in(id);
        let ways = routes.choices(place, plate, from, Target::Spot(on, at), wheels, locked);
        if let Some((_, t)) = quickest(&ways)
            && best.is_none_or(|b| t < b.0)
        {
            best = Some((t, on, at));
        }
    }
    best.map(|(_, plate, at)| (plate, at))
}

/// Who carries somebody or moves a bed goes to a refuge on the level rather than down a stair; with a bed, to its far end.
pub fn keep_level(bodies: &mut [Body], facts: &[Fact], id: usize, routes: &mut Routes, place: &Place) {
    let b = bodies[id];
    if b.aim != Aim::Out {
        return;
    }
    let (wheels, locked) = (b.wheels.max(Wheels::LEVEL), b.locked());
    if routes
        .choices(place, b.plate, b.at, Target::Street, wheels, &locked)
        .is_empty()
        && let Some((plate, mut at)) = refuge(b.plate, b.at, b.space, wheels, &locked, routes, place)
    {
        if b.burden == Some(care::Burden::Bed)
            && let Some(space) = place.space_at(plate, at)
        {
            let half = b.girth(&facts[id]);
            let free = bed::places_in(place, plate, space, half, bodies, facts, id);
            let mut reached = |p: &Point| {
                let way = routes.distance(place, plate, at, Leg::Point(*p), wheels, &locked);
                way.is_some_and(|d| d.is_finite())
            };
            at = free.into_iter().find(|p| reached(p)).unwrap_or(at);
        }
        let b = &mut bodies[id];
        b.set_aim(Aim::Spot { plate, at });
        b.why = Why::Returns;
    }
}

fn go_home(b: &mut Body, f: &Fact, place: &Place) -> bool {
    let Some(home) = f.home else { return false };
    let spot = place.homes[home.index()]
        .spaces
        .iter()
        .find_map(|s| place.plate_of(*s).map(|p| (*s, p)));
    let Some((space, plate)) = spot else { return false };
    b.set_aim(Aim::Spot {
        plate,
        at: place.a_point_in(space),
    });
    b.why = Why::Returns;
    true
}

/// Turning back before smoke (Jin 1978: those who know a place bear 0.5 1/m).
fn smoke(
    b: &mut Body,
    f: &Fact,
    person: PersonId,
    routes: &mut Routes,
    world: &Surroundings<'_>,
    events: &mut Vec<CrowdEvent>,
) {
    if b.presses_on || b.leg == Leg::None {
        return;
    }
    let here = b.air.extinction;
    let mut ahead = here;
    let reaches = [1.5, 3.0];
    // Another space begins no nearer than the next wall or gate.
    let terrain = routes.terrain.as_ref();
    let clear = terrain.map_or(0.0, |t| t.clear(world.place, b.plate, b.at));
    let alone = reaches.iter().all(|r| *r < clear);
    let field = if alone {
        None
    } else {
        routes.field(world.place, b.plate, b.leg, b.wheels, &[])
    };
    if let Some(d) = field.and_then(|(_, f)| f.direction(b.at)) {
        for reach in reaches {
            let p = b.at + d * reach;
            if !super::locomotion::sees(routes, world, b.plate, b.at, p) {
                break;
            }
            if let Some(s) = world.place.space_at(b.plate, p)
                && Some(s) != b.space
            {
                ahead = ahead.max(world.air.sample(s, p, dose::head_m(b.posture)).extinction);
            }
        }
    }
    let worst = here.max(ahead);
    if worst < f.turn_back {
        return;
    }
    let at_home = b
        .space
        .is_some_and(|s| f.home.is_some() && world.place.spaces[s.index()].home == f.home);
    if at_home && ahead <= here {
        return;
    }
    let entry = Smoky {
        plate: b.plate,
        leg: b.leg,
    };
    let slot = b.smoky.iter().position(Option::is_none).unwrap_or(0);
    if !b.smoky.iter().flatten().any(|s| *s == entry) {
        b.smoky[slot] = Some(entry);
    }
    let locked = b.locked();
    let others = routes.choices(world.place, b.plate, b.at, Target::Street, b.wheels, &locked);
    // Another way on from a floor; on a flight there is but up or down, and up is home.
    let floor = matches!(world.place.plates[b.plate.index()].kind, crate::place::PlateKind::Floor);
    let another = floor
        && others.iter().any(|(leg, ..)| {
            *leg != b.leg
                && leads_elsewhere(world.place, b.leg, *leg)
                && !b.smoky.iter().flatten().any(|s| s.plate == b.plate && s.leg == *leg)
        });
    if another {
        b.why = Why::SmokeAhead;
        return;
    }
    if f.home.is_some() && b.left_extinction < worst {
        if at_home {
            b.set_aim(Aim::Stay);
            shelter(b, person, events);
            return;
        }
        if go_home(b, f, world.place) {
            events.push(CrowdEvent::TurnedBack {
                person,
                extinction: worst,
            });
            return;
        }
    }
    b.presses_on = true;
}

/// Whether a leg is the way out of this opening, or the stair behind this door.
fn leads_through(place: &Place, plate: PlateId, leg: Leg, opening: OpeningId) -> bool {
    match leg {
        Leg::Gate(g) => place.plates[plate.index()].gates.get(usize::from(g)) == Some(&opening),
        Leg::Portal(p) => match place.plates[place.portals[p.index()].to.index()].kind {
            crate::place::PlateKind::Flights(s) => {
                let door = &place.openings[opening.index()];
                let spaces = &place.stairs[s.index()].spaces;
                spaces.contains(&door.from) || matches!(door.to, Beyond::Space(to) if spaces.contains(&to))
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether two legs are not the two flights of one stair.
fn leads_elsewhere(place: &Place, a: Leg, b: Leg) -> bool {
    let stair = |l: Leg| match l {
        Leg::Portal(p) => match place.plates[place.portals[p.index()].to.index()].kind {
            crate::place::PlateKind::Flights(s) => Some(s),
            _ => None,
        },
        _ => None,
    };
    match (stair(a), stair(b)) {
        (Some(x), Some(y)) => x != y,
        _ => true,
    }
}

fn shelter(b: &mut Body, person: PersonId, events: &mut Vec<CrowdEvent>) {
    b.state = PersonState::Sheltering;
    b.why = Why::Shelters;
    b.speed = 0.0;
    events.push(CrowdEvent::Sheltered { person });
}

/// A point was reached.
pub fn arrived(b: &mut Body, f: &Fact, person: PersonId, events: &mut Vec<CrowdEvent>) {
    match b.aim {
        Aim::Round => {
            b.waypoint += 1;
            if usize::from(b.waypoint) >= f.waypoints.len() {
                if f.repeats {
                    b.waypoint = 0;
                } else if let Some(o) = f.goes_to {
                    b.set_aim(Aim::Through(o));
                    return;
                } else {
                    stand(b);
                    return;
                }
            }
            b.replan = true;
        }
        Aim::Spot { .. } if b.care.is_some() => {
            stand(b);
            b.why = Why::Assists;
        }
        Aim::Out if super::lifts::under_way(b) => super::lifts::arrived(b),
        Aim::Spot { .. } if !f.controlled => {
            b.set_aim(Aim::Stay);
            b.replan = false;
            shelter(b, person, events);
        }
        _ => {
            let order = b.order;
            stand(b);
            b.order = order;
        }
    }
}

/// Wakes and leads.
pub fn lead(b: &mut Body, f: &Fact, leader: Option<PersonId>) {
    b.led_by = leader;
    if leader.is_none() && b.aim == Aim::Follow {
        if f.controlled {
            stand(b);
        } else {
            b.state = PersonState::Waiting;
            b.why = if f.kin_of.is_some() {
                Why::WaitsForKin
            } else {
                Why::Stands
            };
            b.set_aim(Aim::Stay);
            b.replan = false;
        }
    } else if leader.is_some() && b.able() {
        b.replan = true;
    }
}

/// Wakes.
pub fn wake(b: &mut Body) {
    b.wakes_s = None;
    perception::rouse(b);
}
