//! Locomotion: a first-order model (direction from the distance field and steering round others as in the
//! anticipation velocity model, Xu 2021; speed from gap and time gap, Tordeux 2016). Everybody reads the state of the
//! last tick; a step that would overlap with somebody or cross a wall or shut gate is shortened or dropped.

use super::body::{Aim, AtDoor, Body, Fact, Leg, Slot, Why};
use super::chance::{Draw, Purpose};
use super::contact::{self, Cells, Member};
use super::routing::Routes;
use super::terrain::{self, Near, Terrain};
use super::{CrowdEvent, Gait, PersonId, PersonState, Posture, Surroundings, Walk, decision, figures, stairs};
use crate::harm::SmokeSpeed;
use crate::place::{Beyond, OpeningId, OpeningKind, PlateId, SpaceId};
use crate::scenario::{Lock, Point};
use serde::{Deserialize, Serialize};

/// Reused from tick to tick; not part of the state.
#[derive(Debug, Default)]
pub struct Scratch {
    cells: Cells,
    wanted: Vec<bool>,
    walkers: Vec<u32>,
    /// Distance to the goal of those who walk, m.
    to_goal: Vec<f64>,
    steps: Vec<Step>,
    /// Index into `steps` by person.
    step_of: Vec<u32>,
    near: Vec<u32>,
    seen: Vec<Seen>,
}
impl Clone for Scratch {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// What a walker means to do.
#[derive(Clone, Copy, Debug)]
struct Step {
    id: u32,
    by: Point,
    facing: Point,
    density: f64,
    near: (u32, u32),
    door: Option<u16>,
    why: Option<Why>,
    arrived: bool,
}

/// What everybody means to do.
#[derive(Clone, Copy)]
struct Meant<'a> {
    steps: &'a [Step],
    step_of: &'a [u32],
    near: &'a [u32],
    to_goal: &'a [f64],
}
impl Meant<'_> {
    fn near(&self, step: &Step) -> &[u32] {
        &self.near[step.near.0 as usize..step.near.1 as usize]
    }
    /// Whether `id` goes before `other` in a queue for the same goal.
    fn before(&self, bodies: &[Body], id: u32, other: u32) -> bool {
        let (a, b) = (&bodies[id as usize], &bodies[other as usize]);
        a.plate == b.plate
            && a.leg == b.leg
            && self.step_of[other as usize] != u32::MAX
            && walks(b)
            && self.to_goal[id as usize] < self.to_goal[other as usize]
    }
}

/// Somebody just out in the street, who still is in the way of those behind.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Leaving {
    plate: PlateId,
    at: Point,
    /// m/s.
    velocity: Point,
    radius: f64,
    /// Tick.
    until: u64,
}

impl Leaving {
    /// All that is state.
    pub fn hash_into(&self, h: &mut blake3::Hasher) {
        for x in [self.at.x, self.at.y, self.velocity.x, self.velocity.y, self.radius] {
            h.update(&x.to_bits().to_le_bytes());
        }
        h.update(&self.until.to_le_bytes());
        h.update(&self.plate.0.to_le_bytes());
    }
}

/// Ticks for which somebody out still counts.
const LEAVING_TICKS: u64 = 40;

/// A neighbour.
#[derive(Clone, Copy, Debug)]
struct Seen {
    who: Member,
    d: Point,
    s: f64,
    contact: f64,
}

/// Whether nothing solid stands between two points of a plate, looked at in short pieces.
pub fn sees(routes: &Routes, world: &Surroundings<'_>, plate: PlateId, a: Point, b: Point) -> bool {
    let Some(t) = &routes.terrain else { return false };
    let l = a.distance(b);
    if l > 6.0 {
        return false;
    }
    let n = libm::ceil(l / 0.8).max(1.0) as usize;
    let point = |k: usize| a + (b - a) * (k as f64 / n as f64);
    (0..n).all(|k| !t.blocked(world.place, world.openings, plate, point(k), point(k + 1)))
}

fn walks(b: &Body) -> bool {
    b.state == PersonState::Moving && b.aim != Aim::Stay
}

/// One tick of everybody who walks.
pub fn walk(
    bodies: &mut [Body],
    facts: &[Fact],
    key: u64,
    routes: &mut Routes,
    scratch: &mut Scratch,
    leaving: &mut Vec<Leaving>,
    world: &Surroundings<'_>,
    events: &mut Vec<CrowdEvent>,
) {
    let place = world.place;
    leaving.retain_mut(|l| {
        l.at = l.at + l.velocity * world.dt;
        world.tick < l.until
    });
    scratch.walkers.clear();
    scratch.wanted.clear();
    scratch.wanted.resize(place.plates.len(), false);
    for (id, b) in bodies.iter_mut().enumerate() {
        if walks(b) {
            scratch.walkers.push(id as u32);
            if !scratch.wanted[b.plate.index()] {
                scratch.wanted[b.plate.index()] = true;
                for p in &place.plates[b.plate.index()].portals {
                    scratch.wanted[place.portals[p.index()].to.index()] = true;
                }
            }
        } else {
            b.speed = 0.0;
        }
    }
    if scratch.walkers.is_empty() {
        return;
    }
    scratch.to_goal.resize(bodies.len(), f64::INFINITY);
    for &id in &scratch.walkers {
        let b = &mut bodies[id as usize];
        if b.slot == Slot::default() || routes.slot(b.slot).is_none() {
            let locked = b.locked();
            b.slot = routes
                .field(place, b.plate, b.leg, &locked)
                .map_or_else(Slot::default, |f| f.0);
        }
        let d = routes.slot(b.slot).and_then(|f| f.distance(b.at));
        scratch.to_goal[id as usize] = d.unwrap_or(f64::INFINITY);
    }
    scratch
        .cells
        .rebuild(place, bodies, facts, &scratch.to_goal, &scratch.wanted);
    let led: Vec<(PersonId, u32)> = bodies
        .iter()
        .enumerate()
        .filter(|(_, b)| b.aim == Aim::Follow && walks(b) && b.why != Why::NoWay)
        .filter_map(|(id, b)| b.led_by.map(|l| (l, id as u32)))
        .collect();
    let Some(terrain) = routes.terrain.as_ref() else { return };
    scratch.steps.clear();
    scratch.near.clear();
    for k in 0..scratch.walkers.len() {
        let id = scratch.walkers[k];
        let step = propose(bodies, facts, id, &led, leaving, routes, terrain, scratch, world);
        scratch.steps.push(step);
    }
    scratch.step_of.clear();
    scratch.step_of.resize(bodies.len(), u32::MAX);
    for (k, s) in scratch.steps.iter().enumerate() {
        scratch.step_of[s.id as usize] = k as u32;
    }
    let meant = Meant {
        steps: &scratch.steps,
        step_of: &scratch.step_of,
        near: &scratch.near,
        to_goal: &scratch.to_goal,
    };
    for step in meant.steps {
        take(bodies, facts, step, &meant, terrain, key, leaving, world, events);
    }
    shut_behind(bodies, world, events);
}

/// Speed on the level in this posture, gait and air, m/s.
fn own_speed(b: &Body, f: &Fact) -> f64 {
    let gait = match b.order {
        Walk::Head { gait, .. } | Walk::To { gait, .. } | Walk::Out { gait } if f.controlled => gait,
        _ => Gait::Walk,
    };
    let gait = match gait {
        Gait::Walk => 1.0,
        Gait::Run => 1.6,
        Gait::Slow => 0.5,
    };
    let posture = match b.posture {
        Posture::Upright => 1.0,
        Posture::Stooped => 0.8,
        Posture::Crawling => 0.5,
        Posture::Lying => 0.0,
    };
    let burden = if b.burdened { figures::BURDENED } else { 1.0 };
    f.free_speed * gait * posture * burden * SmokeSpeed::default().factor(b.air.extinction)
}

/// Where a walker wants to go: direction and distance left to stop at.
fn desire(b: &Body, leader: Option<&Body>, routes: &Routes, world: &Surroundings<'_>, to_goal: f64) -> (Point, f64) {
    let place = world.place;
    if let Aim::Head(d) = b.aim {
        return (d, f64::INFINITY);
    }
    if let (Aim::Follow, Leg::None, Some(l)) = (b.aim, b.leg, leader) {
        let d = l.at - b.at;
        // Through the door after the leader, not up to it: in another space one closes up.
        let gap = if b.space == l.space {
            figures::FOLLOW_M
        } else {
            figures::FOLLOW_THROUGH_M
        };
        return (d.normalised(), (d.length() - gap).max(0.0));
    }
    let across = |s: &crate::place::Segment, n: Point| {
        let l = s.b - s.a;
        let margin = ((figures::WALL_M + 0.05) / l.length().max(1e-6)).min(0.5);
        let t = ((b.at - s.a).dot(l) / l.dot(l).max(1e-9)).clamp(margin, 1.0 - margin);
        let c = s.a + l * t;
        (c.distance(b.at) < 0.6).then(|| (c + n * 0.4 - b.at).normalised())
    };
    let straight = match b.leg {
        Leg::None => return (Point::default(), 0.0),
        Leg::Portal(p) => {
            let p = &place.portals[p.index()];
            across(&p.segment, p.direction)
        }
        Leg::Gate(g) => place.shapes[place.plates[b.plate.index()].shape]
            .gates
            .get(usize::from(g))
            .and_then(|g| {
                let n = (g.segment.b - g.segment.a).left().normalised();
                let side = n.dot(b.at - g.segment.a);
                across(&g.segment, if side > 0.0 { n * -1.0 } else { n })
            }),
        Leg::Point(p) => {
            let d = p - b.at;
            if d.length() < 1.0 && sees(routes, world, b.plate, b.at, p) {
                return (d.normalised(), d.length());
            }
            None
        }
    };
    let left = if matches!(b.leg, Leg::Point(_)) {
        to_goal
    } else {
        f64::INFINITY
    };
    let d = straight.or_else(|| routes.slot(b.slot).and_then(|f| f.direction(b.at)));
    (d.or_else(|| to_walkable(b, world)).unwrap_or_default(), left)
}

/// Towards the nearest cell one can walk on, for who was pushed off them.
fn to_walkable(b: &Body, world: &Surroundings<'_>) -> Option<Point> {
    let g = &world.place.shapes[world.place.plates[b.plate.index()].shape].grid;
    let (c, r) = (
        libm::floor((b.at.x - g.origin.x) / g.cell),
        libm::floor((b.at.y - g.origin.y) / g.cell),
    );
    let mut best: Option<(f64, Point)> = None;
    for dr in -4..=4 {
        for dc in -4..=4 {
            let (c, r) = (c + f64::from(dc), r + f64::from(dr));
            if c >= 0.0
                && r >= 0.0
                && c < g.columns as f64
                && r < g.rows as f64
                && g.walkable[r as usize * g.columns + c as usize]
            {
                let p = Point::new(g.origin.x + (c + 0.5) * g.cell, g.origin.y + (r + 0.5) * g.cell);
                let d = p.distance(b.at);
                if d > 0.05 && best.is_none_or(|b| d < b.0) {
                    best = Some((d, p));
                }
            }
        }
    }
    best.map(|(_, p)| (p - b.at).normalised())
}

fn propose(
    bodies: &[Body],
    facts: &[Fact],
    id: u32,
    led: &[(PersonId, u32)],
    leaving: &[Leaving],
    routes: &Routes,
    terrain: &Terrain,
    scratch: &mut Scratch,
    world: &Surroundings<'_>,
) -> Step {
    let (b, f) = (&bodies[id as usize], &facts[id as usize]);
    let place = world.place;
    let leader = b.led_by.map(|l| &bodies[l.index()]);
    let mine = scratch.to_goal[id as usize];
    let (mut wish, left) = desire(b, leader, routes, world, mine);
    let first = scratch.near.len() as u32;
    let mut step = Step {
        id,
        by: Point::default(),
        facing: if wish.length() > 0.5 { wish } else { b.heading },
        density: 0.0,
        near: (first, first),
        door: None,
        why: None,
        arrived: matches!(b.leg, Leg::Point(_)) && left <= figures::ARRIVED_M,
    };
    if let Some((until, aside)) = b.aside
        && world.tick < until
    {
        wish = (wish * 0.3 + aside).normalised();
    }
    // Neighbours, also across portals and round a periodic space.
    let seen = &mut scratch.seen;
    seen.clear();
    let mut close = 0;
    let own_velocity = b.heading * b.speed;
    let mut note = |o: &Member, d: Point, d2: f64| {
        if o.id == id {
            return;
        }
        close += u32::from(d2 < 1.13 * 1.13);
        // Those who cannot matter in a second are left out: far for their speed, and not in touch.
        let (contact, s) = (f.radius + o.radius, libm::sqrt(d2));
        let closing = (o.velocity - own_velocity).dot(d);
        if s < contact + figures::RELEVANT_M || closing < -0.3 * s {
            seen.push(Seen { who: *o, d, s, contact });
        }
    };
    scratch.cells.around(b.plate, b.at, &mut note);
    for p in &place.plates[b.plate.index()].portals {
        let p = &place.portals[p.index()];
        if p.lift.is_none() && terrain::nearest(&p.segment, b.at).distance(b.at) < 2.0 {
            scratch.cells.around(p.to, b.at, |j, d, d2| {
                let q = b.at + d;
                if (q - p.segment.a).dot(p.direction) >= 0.0 && terrain::nearest(&p.segment, q).distance(q) < 2.0 {
                    note(j, d, d2);
                }
            });
        }
    }
    let wrap = b.space.and_then(|s| wrap(world, s));
    if let Some((axis, from, to)) = wrap {
        let x = b.at.dot(axis);
        for (edge, shift) in [(x - from, to - from), (to - x, from - to)] {
            if edge < figures::REACH_M {
                scratch.cells.around(b.plate, b.at + axis * shift, &mut note);
            }
        }
    }
    step.density = f64::from(close + 1) / 4.0;
    // Behind a wall nobody counts.
    let walled = terrain.near(place, b.plate, b.at).next().is_some();
    if walled {
        seen.retain(|o| !terrain.blocked(place, world.openings, b.plate, b.at, b.at + o.d));
    }
    for o in seen.iter() {
        if o.s < o.contact + 0.35 {
            scratch.near.push(o.who.id);
        }
    }
    step.near.1 = scratch.near.len() as u32;
    if wish.length() < 0.5 {
        return step;
    }
    // A shut door in the way; who is steered by hand opens doors by hand.
    if !matches!(b.aim, Aim::Head(_)) {
        let q = &place.plates[b.plate.index()];
        let ahead = b.at + wish * 0.8;
        let mut nearest = f64::INFINITY;
        for n in terrain.near(place, b.plate, b.at) {
            if let Near::Gate(g, s) = n
                && terrain::shut(q, world.openings, g)
                && terrain::crosses(b.at, ahead, s)
            {
                let d = terrain::nearest(s, b.at).distance(b.at);
                if d < nearest {
                    nearest = d;
                    step.door = Some(g);
                }
            }
        }
        if step.door.is_some() && nearest < 0.45 {
            step.why = Some(Why::Door);
            return step;
        }
    }
    let goal = contact::goal_number(b);
    let mut v = own_speed(b, f);
    if let Some(slope) = stairs::slope_at(place, b.plate, b.at) {
        v *= stairs::factor(place, b.plate, slope, wish, f.mobility);
    }
    let free = v;
    // Steering: to the side on which there is more room, to the right if in doubt.
    let left_of = wish.left();
    let mut aside = 0.0;
    for o in seen.iter() {
        let e = o.d * (1.0 / o.s.max(1e-9));
        if e.dot(wish) <= 0.0 || o.s > o.contact + 1.2 {
            continue;
        }
        if o.who.fallen {
            if o.s < 0.5 {
                v = v.min(free * 0.4);
            }
            continue;
        }
        // Those in the same queue do not dodge each other.
        let ahead_s = if goal != 0 && o.who.goal == goal {
            0.0
        } else {
            figures::ANTICIPATION_S
        };
        let closing = (o.who.velocity - own_velocity) * ahead_s;
        let s = (o.s + closing.dot(e)).max(0.0);
        // (1 − y/5)^4 stands for exp(−y) and ends at y = 5.
        let y = ((s - o.contact) / figures::STEER_RANGE_M).max(0.0);
        if y >= 5.0 {
            continue;
        }
        let against = 1.0 + (1.0 - wish.dot(o.who.heading)) / 2.0;
        let fade = (1.0 - y / 5.0) * (1.0 - y / 5.0);
        let strength = figures::STEER * against * fade * fade;
        let side = o.d.dot(left_of);
        aside += if side > 1e-3 * o.s {
            -strength
        } else if side < -1e-3 * o.s {
            strength
        } else {
            -strength
        };
    }
    let steered = (wish + left_of * aside.clamp(-1.5, 1.5)).normalised();
    let mut e = along_walls(b, steered, terrain, world);
    if e.dot(wish) < 0.0 {
        // Nobody is driven back by others and a wall together.
        e = along_walls(b, wish, terrain, world);
    }
    // Speed from the gap to whoever stands in the way.
    for o in seen.iter() {
        if e.dot(o.d) <= 0.0 || e.cross(o.d).abs() >= o.contact * figures::STRIP || o.who.fallen {
            continue;
        }
        // Who is nearer to the same goal goes first: no two wait for each other at a door.
        if goal != 0 && o.who.goal == goal && mine < o.who.to_goal - 1e-6 {
            continue;
        }
        let gap = (o.s - o.contact).max(0.0);
        if gap / figures::TIME_GAP_S < v {
            v = gap / figures::TIME_GAP_S;
            if v < 0.25 * free {
                step.why = Some(Why::Queue);
            }
        }
    }
    for l in leaving.iter().filter(|l| l.plate == b.plate) {
        let d = l.at - b.at;
        let contact = l.radius + f.radius;
        if e.dot(d) > 0.0 && e.cross(d).abs() < contact * figures::STRIP {
            v = v.min((d.length() - contact).max(0.0) / figures::TIME_GAP_S);
        }
    }
    if let Some(g) = step.door {
        let s = &place.shapes[place.plates[b.plate.index()].shape].gates[usize::from(g)].segment;
        v = v.min(((terrain::nearest(s, b.at).distance(b.at) - 0.4) / 0.3).max(0.0));
    }
    for (l, follower) in led {
        if l.index() == id as usize {
            let o = &bodies[*follower as usize];
            let d = o.at.distance(b.at) + (o.z - b.z).abs();
            if d > 1.0 {
                v = v.min(free * ((1.8 - d) / 0.8).max(0.0));
                if d > 1.7 {
                    step.why = Some(Why::WaitsForFollower);
                }
            }
        }
    }
    v = v.min(left / world.dt);
    if step.arrived {
        v = 0.0;
    }
    step.by = e * (v * world.dt);
    step
}

/// A direction turned along walls and shut gates that it points into.
fn along_walls(b: &Body, direction: Point, terrain: &Terrain, world: &Surroundings<'_>) -> Point {
    let place = world.place;
    let mut e = direction;
    for n in terrain.near(place, b.plate, b.at) {
        let s = match n {
            Near::Wall(s) => s,
            Near::Gate(g, s) if terrain::shut(&place.plates[b.plate.index()], world.openings, g) => s,
            Near::Gate(..) => continue,
        };
        let away = b.at - terrain::nearest(s, b.at);
        let d = away.length();
        if d < figures::WALL_M + 0.06 && d > 1e-9 {
            let n = away * (1.0 / d);
            let into = e.dot(n);
            if into < 0.0 {
                let along = e - n * into;
                if along.length() > 0.05 {
                    e = along.normalised();
                }
            }
        }
    }
    e
}

/// Axis of a periodic space, and where it begins and ends along it.
fn wrap(world: &Surroundings<'_>, space: SpaceId) -> Option<(Point, f64, f64)> {
    let s = &world.place.spaces[space.index()];
    if !s.periodic {
        return None;
    }
    let axis = s.frame.direction(Point::new(1.0, 0.0));
    let (mut from, mut to) = (f64::INFINITY, f64::NEG_INFINITY);
    for p in &s.outline {
        from = from.min(p.dot(axis));
        to = to.max(p.dot(axis));
    }
    (to > from).then_some((axis, from, to))
}

fn take(
    bodies: &mut [Body],
    facts: &[Fact],
    step: &Step,
    meant: &Meant<'_>,
    terrain: &Terrain,
    key: u64,
    leaving: &mut Vec<Leaving>,
    world: &Surroundings<'_>,
    events: &mut Vec<CrowdEvent>,
) {
    let id = step.id as usize;
    let person = PersonId(step.id);
    let place = world.place;
    let near = meant.near(step);
    let (from, plate) = (bodies[id].at, bodies[id].plate);
    let radius = |j: u32| facts[j as usize].radius;
    let mut to = from;
    if step.by.dot(step.by) > 0.0 {
        to = terrain.confine(place, world.openings, plate, from, from + step.by);
        // Who is behind in the same queue makes room: otherwise three would lock in an arch before a door.
        for _ in 0..2 {
            match contact::free(bodies, radius, step.id, from, to, near) {
                Some(j)
                    if meant.before(bodies, step.id, j)
                        && make_room(bodies, facts, step.id, to, j, meant, terrain, world) => {}
                _ => break,
            }
        }
        if let Some(j) = contact::free(bodies, radius, step.id, from, to, near) {
            // Round whoever is in the way.
            let u = (bodies[j as usize].at - from).normalised();
            let m = to - from;
            let slide = m - u * m.dot(u).max(0.0);
            to = terrain.confine(place, world.openings, plate, from, from + slide);
            if contact::free(bodies, radius, step.id, from, to, near).is_some() {
                to = from;
            }
        }
    }
    let moved = to - from;
    let length = moved.length();
    let b = &mut bodies[id];
    b.density = step.density;
    b.speed = length / world.dt;
    b.heading = if length > 1e-4 {
        moved * (1.0 / length)
    } else {
        step.facing
    };
    b.at = to;
    let base = base_why(b, &facts[id]);
    b.why = step.why.unwrap_or(base);
    let out = cross(b, &facts[id], person, from, terrain, world, events);
    if out {
        let velocity = b.heading * (length / world.dt).max(0.8 * facts[id].free_speed);
        let until = world.tick + LEAVING_TICKS;
        leaving.push(Leaving {
            plate,
            at: b.at,
            velocity,
            radius: facts[id].radius,
            until,
        });
        return;
    }
    if let Some((axis, low, high)) = b.space.and_then(|s| wrap(world, s)) {
        let x = b.at.dot(axis);
        if x >= high {
            b.at = b.at - axis * (high - low);
        } else if x < low {
            b.at = b.at + axis * (high - low);
        }
    }
    if let Some(s) = place.space_at(b.plate, b.at) {
        b.space = Some(s);
    }
    b.z = place.z_at(b.plate, b.at);
    match step.door {
        Some(g) => at_door(b, &facts[id], person, g, world, events),
        None => b.at_door = None,
    }
    if step.arrived {
        decision::arrived(b, &facts[id], person, events);
    }
    // No progress for long, and no reason to wait: a step aside in a direction drawn.
    let waits = b.at_door.is_some() || matches!(b.why, Why::WaitsForFollower | Why::Door | Why::Follows);
    if b.at.distance(b.progress.0) > 0.25 || waits {
        b.progress = (b.at, world.tick);
    } else if world.tick > b.progress.1 + 100 && !matches!(b.aim, Aim::Head(_)) {
        let mut draw = Draw::new(key, Purpose::Sidestep, id as u64, world.tick);
        let angle = draw.between(0.0, std::f64::consts::TAU);
        b.aside = Some((world.tick + 10, Point::new(libm::cos(angle), libm::sin(angle))));
        b.progress = (b.at, world.tick);
        // A stale field is looked up afresh.
        b.slot = Slot::default();
    }
}

/// Shifts `j` just so far that `id` may stand at `to`; false if `j` has no room.
fn make_room(
    bodies: &mut [Body],
    facts: &[Fact],
    id: u32,
    to: Point,
    j: u32,
    meant: &Meant<'_>,
    terrain: &Terrain,
    world: &Surroundings<'_>,
) -> bool {
    let radius = |k: u32| facts[k as usize].radius;
    let o = &bodies[j as usize];
    let away = o.at - to;
    let lacking = radius(id) + radius(j) - figures::OVERLAP_M + 1e-6 - away.length();
    let from = o.at;
    let plate = o.plate;
    let meant_to = from + away.normalised() * lacking.clamp(0.0, 0.1);
    let aim = terrain.confine(world.place, world.openings, plate, from, meant_to);
    let others = meant.near(&meant.steps[meant.step_of[j as usize] as usize]);
    let crossing = terrain
        .near(world.place, plate, from)
        .any(|n| matches!(n, Near::Gate(_, s) if terrain::crosses(from, aim, s)))
        || world.place.plates[plate.index()]
            .portals
            .iter()
            .any(|p| terrain::crosses(from, aim, &world.place.portals[p.index()].segment));
    if crossing || aim.distance(to) < radius(id) + radius(j) - figures::OVERLAP_M {
        return false;
    }
    if contact::free(bodies, radius, j, from, aim, others).is_some() {
        return false;
    }
    bodies[j as usize].at = aim;
    true
}

fn base_why(b: &Body, f: &Fact) -> Why {
    match b.aim {
        Aim::Out => {
            if matches!(b.why, Why::SmokeAhead | Why::DoorLocked) {
                b.why
            } else {
                Why::ToExit
            }
        }
        Aim::Through(_) => Why::ToExit,
        Aim::Spot { .. } if !f.controlled => Why::Returns,
        Aim::Spot { .. } | Aim::Round => Why::ToPoint,
        Aim::Head(_) => Why::Directed,
        Aim::Follow => Why::Follows,
        Aim::Stay => b.why,
    }
}

/// Gates and portals on the way of a step; true if the person is out.
fn cross(
    b: &mut Body,
    f: &Fact,
    person: PersonId,
    from: Point,
    terrain: &Terrain,
    world: &Surroundings<'_>,
    events: &mut Vec<CrowdEvent>,
) -> bool {
    if from == b.at {
        return false;
    }
    let place = world.place;
    let plate = &place.plates[b.plate.index()];
    let shape = &place.shapes[plate.shape];
    for n in terrain.near(place, b.plate, from) {
        let Near::Gate(g, s) = n else { continue };
        if !terrain::crosses(from, b.at, s) {
            continue;
        }
        let Some(&opening) = plate.gates.get(usize::from(g)) else {
            continue;
        };
        let o = &place.openings[opening.index()];
        let street = shape.gates[usize::from(g)].street && o.to == Beyond::Street;
        let forward = street || b.space == Some(o.from);
        events.push(CrowdEvent::Passed {
            person,
            opening,
            forward,
        });
        b.at_door = None;
        if b.opened == Some(opening) {
            b.opened = None;
            b.behind = Some((opening, world.tick + 10));
        }
        if street {
            b.state = PersonState::Out;
            b.why = Why::Out;
            b.space = None;
            b.speed = 0.0;
            b.aim = Aim::Stay;
            b.set_leg(Leg::None);
            b.behind = None;
            events.push(CrowdEvent::Out { person, opening });
            return true;
        }
        if b.aim == Aim::Through(opening) {
            // A step on, so as not to stand in the doorway.
            let n = (b.at - from).normalised();
            decision::stand(b);
            b.why = Why::Stands;
            let beyond = b.at + n;
            if !f.controlled && place.space_at(b.plate, beyond).is_some() {
                b.state = PersonState::Moving;
                b.set_aim(Aim::Spot {
                    plate: b.plate,
                    at: beyond,
                });
            }
        }
    }
    for &p in &plate.portals {
        let portal = &place.portals[p.index()];
        let here = |l| {
            let z = place.plates[portal.from.index()]
                .z
                .max(place.plates[portal.to.index()].z);
            world
                .lifts
                .iter()
                .any(|v| v.lift == l && v.open_at.is_some() && (v.z - z).abs() < 0.2)
        };
        if portal.lift.is_some_and(|l| !here(l)) {
            continue;
        }
        if portal.direction.dot(b.at - from) > 0.0 && terrain::crosses(from, b.at, &portal.segment) {
            b.plate = portal.to;
            b.came_by = Some(p);
            b.set_leg(Leg::None);
            b.slot = Slot::default();
            b.replan = true;
            break;
        }
    }
    false
}

/// Whether a person has no key to a door from where they stand.
fn locked(b: &Body, f: &Fact, opening: OpeningId, world: &Surroundings<'_>) -> bool {
    let o = &world.place.openings[opening.index()];
    let s = &world.openings[opening.index()];
    if s.free() > 0.05 {
        return false;
    }
    if matches!(o.kind, OpeningKind::LiftDoor(_)) {
        return true;
    }
    match s.lock {
        Lock::Unlocked => false,
        Lock::Locked => true,
        Lock::Latch => {
            let own = f
                .home
                .is_some_and(|h| world.place.homes[h.index()].doors.contains(&opening));
            b.space != Some(o.from) && !own
        }
    }
}

fn at_door(
    b: &mut Body,
    f: &Fact,
    person: PersonId,
    gate: u16,
    world: &Surroundings<'_>,
    events: &mut Vec<CrowdEvent>,
) {
    let Some(&opening) = world.place.plates[b.plate.index()].gates.get(usize::from(gate)) else {
        return;
    };
    let wait = match b.at_door {
        Some(w) if w.opening == opening => w,
        _ => AtDoor {
            opening,
            since: world.tick,
            asked: 0,
        },
    };
    let ticks = |s: f64| libm::round(s / world.dt) as u64;
    let waited = (world.tick - wait.since) as f64 * world.dt;
    if locked(b, f, opening, world) || waited > figures::DOOR_PATIENCE_S {
        events.push(CrowdEvent::FoundLocked { person, opening });
        b.at_door = None;
        if b.opened == Some(opening) {
            b.opened = None;
        }
        b.refuse(opening, world.tick + ticks(figures::LOCK_MEMORY_S));
        b.why = Why::DoorLocked;
        return;
    }
    let mut wait = wait;
    if wait.asked == 0 || world.tick >= wait.asked + ticks(1.0) {
        events.push(CrowdEvent::WantsDoor {
            person,
            opening,
            open: true,
        });
        wait.asked = world.tick.max(1);
        if !f.controlled {
            b.opened = Some(opening);
        }
    }
    b.why = Why::Door;
    b.at_door = Some(wait);
}

/// Shuts what one opened, when nobody is about to follow.
fn shut_behind(bodies: &mut [Body], world: &Surroundings<'_>, events: &mut Vec<CrowdEvent>) {
    for id in 0..bodies.len() {
        let Some((opening, from)) = bodies[id].behind else {
            continue;
        };
        if world.tick < from {
            continue;
        }
        let o = &world.place.openings[opening.index()];
        let plate = bodies[id].plate;
        let busy = bodies
            .iter()
            .any(|b| b.plate == plate && contact::stands(b) && b.at.distance(o.centre) < 0.9);
        if busy && world.tick < from + 60 {
            continue;
        }
        bodies[id].behind = None;
        if !busy && !world.openings[opening.index()].wedged {
            events.push(CrowdEvent::WantsDoor {
                person: PersonId(id as u32),
                opening,
                open: false,
            });
        }
    }
}
