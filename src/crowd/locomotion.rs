//! Locomotion: direction from the distance field and the ways between others ([`steering`]), speed from the free way
//! and the time gap (Tordeux 2016). Everybody reads the state of the last tick; then bodies that overlap part, all at
//! once ([`contact`]), and nobody crosses a wall or a shut gate.

use super::aside::{self, Asker};
use super::bed::{self, Bed};
use super::body::{Aim, AtDoor, Body, Fact, Leg, Outlook, Slot, Why};
use super::care::Burden;
use super::chance::{Draw, Purpose};
use super::contact::{self, Ahead, Area, Cells, Circle, Meeting, Member, Met, Seat, Touch, View};
use super::routing::Routes;
use super::steering::{self, FreeWay, Others, larger, smaller};
use super::terrain::{self, Near, Solid, Terrain};
use super::{
    CrowdEvent, Gait, Law, PersonId, PersonState, Posture, Surroundings, Walk, decision, figures, stairs, throng,
};
use crate::place::{Beyond, OpeningId, OpeningKind, Place, PlateId, Segment, SpaceId};
use crate::scenario::{DoorFlow, Lock, Point};
use serde::{Deserialize, Serialize};

/// So many walkers are worth a thread of their own.
const WALKERS_A_THREAD: usize = 1000;

/// Reused from tick to tick; not part of the state.
#[derive(Debug, Default)]
pub struct Scratch {
    cells: Cells,
    wanted: Vec<bool>,
    walkers: Vec<u32>,
    /// By person.
    seats: Vec<Seat>,
    /// Index into `walkers` and `steps` by person.
    step_of: Vec<u32>,
    steps: Vec<Step>,
    touches: Vec<Touch>,
    /// First of the touches of each step, and one past the last.
    ranges: Vec<(u32, u32)>,
    /// Where everybody who walks comes to stand, by step.
    places: Vec<Point>,
    /// Steps that may have to part, and where those come to stand next, if anywhere else.
    touching: Vec<u32>,
    parted: Vec<Option<Point>>,
    /// The same for the next round, and whether a step is among them, by step.
    next: Vec<u32>,
    stirred: Vec<bool>,
    benches: Vec<Bench>,
    /// Who is led, of those who walk.
    led: Vec<u32>,
    /// Who waits for somebody, in order.
    tether: Vec<Tether>,
    /// Who lies in a bed that is moved, and where its head end comes.
    towed: Vec<(u32, Point)>,
}
impl Clone for Scratch {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// What the place says to somebody where they are.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// Distance to their goal, m.
    pub to_goal: f64,
    /// Direction of the field.
    downhill: Option<Point>,
    /// No wall and no gate lies nearer than this, m.
    pub clear: f64,
    /// As the place said some steps ago.
    kept: bool,
}

/// Of those who do not walk.
impl Default for Way {
    fn default() -> Self {
        Self {
            to_goal: f64::INFINITY,
            downhill: None,
            clear: 0.0,
            kept: false,
        }
    }
}

impl Way {
    /// As the place says now.
    fn asked(place: &Place, routes: &Routes, terrain: &Terrain, b: &Body) -> Self {
        let quick = throng::quick(routes, b).and_then(|f| f.look(b.at));
        let look = quick.or_else(|| routes.slot(b.slot).and_then(|f| f.look(b.at)));
        let (to_goal, downhill) = look.unwrap_or((f64::INFINITY, None));
        Self {
            to_goal,
            downhill,
            clear: terrain.clear(place, b.plate, b.at),
            kept: false,
        }
    }

    /// As it said when last asked, if that holds still.
    fn kept(b: &Body) -> Option<Self> {
        let double = |p: (f32, f32)| Point::new(p.0.into(), p.1.into());
        let o = &b.outlook;
        let (by, downhill) = (b.at - double(o.from), double(o.downhill));
        let moved = by.length();
        let way = Self {
            to_goal: f64::from(o.to_goal) - by.dot(downhill),
            downhill: Some(downhill),
            clear: f64::from(o.clear) - moved,
            kept: true,
        };
        let nearest = f64::from(smaller(o.clear, o.to_goal));
        (way.open() && moved < figures::KEPT * nearest).then_some(way)
    }

    /// Neither a wall nor a gate nor the goal is near.
    fn open(&self) -> bool {
        self.clear >= figures::OPEN_M.0 && self.to_goal >= figures::OPEN_M.1 && self.downhill.is_some()
    }

    /// Has somebody keep it for some steps.
    fn keep(&self, b: &mut Body) {
        if self.kept {
            return;
        }
        let single = |p: Point| (p.x as f32, p.y as f32);
        b.outlook = Outlook {
            from: single(b.at),
            to_goal: self.to_goal as f32,
            downhill: single(self.downhill.unwrap_or_default()),
            clear: if self.downhill.is_some() {
                self.clear as f32
            } else {
                0.0
            },
        };
    }
}

/// Whether somebody looks which way to take in this tick: not all do so at once.
const fn looks(id: u32, tick: u64) -> bool {
    (tick as u32).wrapping_add(id).is_multiple_of(figures::LOOKS_TICKS)
}

/// What one thread needs to look at its part of those who walk.
#[derive(Debug, Default)]
struct Bench {
    others: Others,
    /// Who is near the one that is looked at.
    met: Meeting,
    /// Walls and shut gates near them.
    solid: Vec<Solid>,
    /// Room for touches, and how many there are.
    touches: Vec<Touch>,
    touched: usize,
    ranges: Vec<(u32, u32)>,
    steps: Vec<Step>,
    /// Where each step leads if nobody gives way.
    places: Vec<Point>,
}

/// What everybody reads who decides on a step: the state of the last tick.
#[derive(Clone, Copy)]
struct Seen<'a> {
    bodies: &'a [Body],
    facts: &'a [Fact],
    law: Law,
    routes: &'a Routes,
    terrain: &'a Terrain,
    cells: &'a Cells,
    seats: &'a [Seat],
    tether: &'a [Tether],
    world: &'a Surroundings<'a>,
}

/// Somebody for whom another waits.
#[derive(Clone, Copy, Debug)]
struct Tether {
    /// Who waits.
    waits: u32,
    /// How far the other is behind, m.
    behind: f64,
    /// Whom one leads, at whose pace one walks.
    led: Option<u32>,
}

/// What a walker means to do.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    id: u32,
    /// Direction, and speed, m/s.
    direction: Point,
    speed: f64,
    /// Whither they mean to go.
    facing: Point,
    turn: i8,
    /// As in [`Body`].
    merges: bool,
    density: f64,
    load: f64,
    held: f64,
    door: Option<u16>,
    why: Option<Why>,
    arrived: bool,
    /// Walls or gates are near.
    walled: bool,
    /// In a periodic space.
    round: bool,
    /// How far the centre keeps off walls, m.
    berth: f64,
}

impl Step {
    /// Within a tick of so many seconds, m.
    fn by(&self, dt: f64) -> Point {
        self.direction * (self.speed * dt)
    }
    /// Whether others shift them that way, m, against where they mean to go.
    fn back(&self, way: Point) -> bool {
        way.dot(self.facing) < 0.0 && (self.direction * self.speed).dot(way) <= 0.0
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

/// What lies beyond the exits: those just out, and when doors with a limit let the next pass.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Street {
    leaving: Vec<Leaving>,
    /// By opening, s; empty where doors have no limit.
    next: Vec<f64>,
}

impl Street {
    /// All that is state.
    pub fn hash_into(&self, h: &mut blake3::Hasher) {
        for l in &self.leaving {
            l.hash_into(h);
        }
        for t in &self.next {
            h.update(&t.to_bits().to_le_bytes());
        }
    }

    /// Whether a door of this width (m) lets one more pass now; if so, they pass.
    fn may_pass(&mut self, law: Law, opening: OpeningId, width: f64, world: &Surroundings<'_>) -> bool {
        let Some(flow) = law.door_flow(width) else { return true };
        if self.next.is_empty() {
            self.next = vec![0.0; world.openings.len()];
        }
        let now = world.tick as f64 * world.dt;
        let next = &mut self.next[opening.index()];
        if now + 1e-9 < *next {
            return false;
        }
        *next = next.max(now - world.dt) + 1.0 / flow;
        true
    }
}

/// Ticks for which somebody stuck steps aside: long enough to gain speed.
const ASIDE_TICKS: u64 = 30;
/// How far beyond a door that was their goal those who move a bed stop, m.
const BED_ON_M: f64 = figures::BED_LENGTH_M + figures::GRIP_M;
/// Ticks for which somebody out still counts.
const LEAVING_TICKS: u64 = 40;

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

/// Whether the straight way between two points is free for somebody who keeps so far off walls, m.
pub fn clear_way(routes: &Routes, world: &Surroundings<'_>, plate: PlateId, a: Point, b: Point, berth: f64) -> bool {
    let aside = (b - a).normalised().left() * (0.95 * berth);
    let beside = |by: Point| sees(routes, world, plate, a + by, b + by);
    sees(routes, world, plate, a, b) && (berth <= figures::WALL_M || beside(aside) && beside(aside * -1.0))
}

fn walks(b: &Body) -> bool {
    b.state == PersonState::Moving && b.aim != Aim::Stay && b.posture != Posture::Lying
}

/// One tick of everybody who walks.
pub fn walk(
    bodies: &mut [Body],
    facts: &[Fact],
    groups: &[(u32, u32)],
    abed: &[u32],
    law: Law,
    key: u64,
    threads: usize,
    routes: &mut Routes,
    scratch: &mut Scratch,
    street: &mut Street,
    world: &Surroundings<'_>,
    events: &mut Vec<CrowdEvent>,
) {
    let place = world.place;
    street.leaving.retain_mut(|l| {
        l.at = l.at + l.velocity * world.dt;
        world.tick < l.until
    });
    scratch.walkers.clear();
    scratch.led.clear();
    scratch.wanted.clear();
    scratch.wanted.resize(place.plates.len(), false);
    scratch.step_of.clear();
    scratch.step_of.resize(bodies.len(), Touch::STANDS);
    for (id, b) in bodies.iter_mut().enumerate() {
        if b.down.is_some() || b.load > figures::FALL_N {
            fall_or_rise(b, &facts[id], id, key, world);
        }
        if walks(b) || aside::steps(b, world.tick) {
            scratch.step_of[id] = scratch.walkers.len() as u32;
            scratch.walkers.push(id as u32);
            if b.led_by.is_some() {
                scratch.led.push(id as u32);
            }
            routes.under(place, b);
            if !scratch.wanted[b.plate.index()] {
                scratch.wanted[b.plate.index()] = true;
                for p in &place.plates[b.plate.index()].portals {
                    scratch.wanted[place.portals[p.index()].to.index()] = true;
                }
            }
        } else {
            b.speed = 0.0;
            b.load = 0.0;
            b.held = 0.0;
        }
    }
    if scratch.walkers.is_empty() {
        return;
    }
    let threads = threads.clamp(1, 1 + scratch.walkers.len() / WALKERS_A_THREAD);
    let (walking, routes) = (&scratch.step_of[..], &*routes);
    let Some(terrain) = routes.terrain.as_ref() else { return };
    scratch.cells.lay(place, &scratch.wanted);
    let cells = &scratch.cells;
    scratch.seats.resize(bodies.len(), Seat::default());
    shared(&mut scratch.seats, bodies.len().div_ceil(threads), |id, seat| {
        let (b, step) = (&bodies[id], walking[id]);
        let way = if step == Touch::STANDS {
            Way::default()
        } else {
            let due = (world.tick as u32)
                .wrapping_add(id as u32)
                .is_multiple_of(figures::KEPT_TICKS);
            let kept = if due { None } else { Way::kept(b) };
            kept.unwrap_or_else(|| Way::asked(place, routes, terrain, b))
        };
        *seat = Seat::new(id, b, &facts[id], way, step, cells);
        false
    });
    let gone = street.leaving.iter().map(|l| {
        let z = place.plates[l.plate.index()].z;
        (l.plate, l.at, Member::gone(l.velocity, l.radius, z))
    });
    let beds = bed::all(bodies, facts, abed).flat_map(|(ward, by, bed)| {
        let w = &bodies[ward];
        let velocity = by.map_or(Point::default(), |c| {
            let c = &bodies[c.index()];
            c.heading * c.speed
        });
        let part = Member::of_bed(ward, velocity, bed.half, w.z);
        bed.circles(by.is_some()).map(move |p| (w.plate, p, part))
    });
    scratch.cells.fill(&scratch.seats, gone.chain(beds), threads);
    scratch.tether.clear();
    tether(bodies, groups, scratch);
    let seen = Seen {
        bodies,
        facts,
        law,
        routes,
        terrain,
        cells: &scratch.cells,
        seats: &scratch.seats,
        tether: &scratch.tether,
        world,
    };
    let walkers = scratch.walkers.chunks(scratch.walkers.len().div_ceil(threads));
    scratch
        .benches
        .resize_with(threads.max(scratch.benches.len()), Bench::default);
    if threads == 1 {
        let bench = &mut scratch.benches[0];
        look(bench, &scratch.walkers, &seen);
        std::mem::swap(&mut bench.steps, &mut scratch.steps);
        std::mem::swap(&mut bench.touches, &mut scratch.touches);
        std::mem::swap(&mut bench.ranges, &mut scratch.ranges);
        std::mem::swap(&mut bench.places, &mut scratch.places);
    } else {
        std::thread::scope(|scope| {
            let mut parts = scratch.benches.iter_mut().zip(walkers);
            let first = parts.next();
            for (bench, part) in parts {
                scope.spawn(move || look(bench, part, &seen));
            }
            if let Some((bench, part)) = first {
                look(bench, part, &seen);
            }
        });
        scratch.steps.clear();
        scratch.touches.clear();
        scratch.ranges.clear();
        scratch.places.clear();
        // In the order of the walkers, so that nothing depends on how many threads there were.
        for bench in &mut scratch.benches[..threads] {
            let before = scratch.touches.len() as u32;
            scratch.touches.extend_from_slice(&bench.touches[..bench.touched]);
            scratch.steps.append(&mut bench.steps);
            scratch.places.append(&mut bench.places);
            let ranges = bench.ranges.iter();
            scratch.ranges.extend(ranges.map(|r| (r.0 + before, r.1 + before)));
        }
    }
    if part(bodies, terrain, threads, scratch, world) {
        hold(bodies, threads, scratch);
    }
    ask(bodies, facts, routes, scratch, world);
    tow(bodies, facts, abed, routes, scratch, world);
    settle(
        bodies, facts, law, key, threads, terrain, scratch, street, world, events,
    );
    towed(bodies, facts, scratch, street, world);
    shut_behind(bodies, world, events);
}

/// Everybody takes their step. Shared among threads where doors let pass as many as come: otherwise who passes first
/// decides who may pass.
fn settle(
    bodies: &mut [Body],
    facts: &[Fact],
    law: Law,
    key: u64,
    threads: usize,
    terrain: &Terrain,
    scratch: &Scratch,
    street: &mut Street,
    world: &Surroundings<'_>,
    events: &mut Vec<CrowdEvent>,
) {
    let (steps, places, seats) = (&scratch.steps[..], &scratch.places[..], &scratch.seats[..]);
    if threads == 1 || law.doors != DoorFlow::Emergent {
        let mut leaving = Vec::new();
        for (step, to) in steps.iter().zip(places) {
            let (b, f) = (&mut bodies[step.id as usize], &facts[step.id as usize]);
            let pass = |o, width| street.may_pass(law, o, width, world);
            seats[step.id as usize].way.keep(b);
            take(b, f, step, *to, terrain, key, pass, world, events, &mut leaving);
        }
        street.leaving.append(&mut leaving);
        return;
    }
    let most = steps.len().div_ceil(threads);
    let some = |first: u32, bodies: &mut [Body], steps: &[Step], places: &[Point]| {
        let (mut events, mut leaving) = (Vec::new(), Vec::new());
        for (step, to) in steps.iter().zip(places) {
            let (b, f) = (&mut bodies[(step.id - first) as usize], &facts[step.id as usize]);
            seats[step.id as usize].way.keep(b);
            take(
                b,
                f,
                step,
                *to,
                terrain,
                key,
                |_, _| true,
                world,
                &mut events,
                &mut leaving,
            );
        }
        (events, leaving)
    };
    std::thread::scope(|scope| {
        let (mut rest, mut first) = (bodies, 0);
        let mut parts = Vec::new();
        for (steps, places) in steps.chunks(most).zip(places.chunks(most)) {
            // Steps are in the order of the people: each part takes those up to its last.
            let end = steps.last().map_or(first, |s| s.id + 1);
            let (part, others) = rest.split_at_mut((end - first) as usize);
            parts.push(scope.spawn(move || some(first, part, steps, places)));
            (rest, first) = (others, end);
        }
        for part in parts {
            // A thread that panicked takes the scope down with it.
            let (mut more, mut gone) = part.join().unwrap_or_default();
            events.append(&mut more);
            street.leaving.append(&mut gone);
        }
    });
}

/// Decides on the steps of one part of those who walk.
fn look(bench: &mut Bench, walkers: &[u32], seen: &Seen<'_>) {
    let mut steps = std::mem::take(&mut bench.steps);
    let (mut ranges, mut places) = (std::mem::take(&mut bench.ranges), std::mem::take(&mut bench.places));
    steps.resize_with(walkers.len(), Step::default);
    ranges.resize(walkers.len(), (0, 0));
    places.resize(walkers.len(), Point::default());
    bench.touched = 0;
    let rest = steps.iter_mut().zip(&mut ranges).zip(&mut places);
    for (&id, ((step, range), place)) in walkers.iter().zip(rest) {
        let first = bench.touched as u32;
        propose(id, seen, bench, step);
        let b = &seen.bodies[id as usize];
        let to = b.at + step.by(seen.world.dt);
        *place = if step.walled && step.speed > 0.0 {
            let world = seen.world;
            seen.terrain
                .confine(world.place, world.openings, b.plate, b.at, to, step.berth)
        } else {
            to
        };
        *range = (first, bench.touched as u32);
    }
    (bench.steps, bench.ranges, bench.places) = (steps, ranges, places);
}

/// Bodies that overlap part: all at once, in a few rounds; after the first only those who were moved, and whom they touch.
/// Whether some of those may overlap still.
fn part(bodies: &[Body], terrain: &Terrain, threads: usize, scratch: &mut Scratch, world: &Surroundings<'_>) -> bool {
    let (steps, touches, ranges) = (&scratch.steps[..], &scratch.touches[..], &scratch.ranges[..]);
    let (cells, touching) = (&scratch.cells, &mut scratch.touching);
    let touches_of = |k: u32| &touches[ranges[k as usize].0 as usize..ranges[k as usize].1 as usize];
    touching.clear();
    touching.extend((0..steps.len() as u32).filter(|k| !touches_of(*k).is_empty()));
    scratch.stirred.clear();
    scratch.stirred.resize(steps.len(), false);
    for _ in 0..figures::ROUNDS {
        let places = &scratch.places[..];
        scratch.parted.resize(touching.len(), None);
        let moved = shared(
            &mut scratch.parted,
            touching.len().div_ceil(threads).max(1),
            |n, parted| {
                let k = touching[n];
                let (own, s) = (places[k as usize], &steps[k as usize]);
                let at = |t: &Touch| {
                    if t.other == Touch::STANDS {
                        cells.at(t.member)
                    } else {
                        places[t.other as usize]
                    }
                };
                let space = if s.round { bodies[s.id as usize].space } else { None };
                let period = space.map_or(Round::NOT, |s| Round::of(world, s)).period();
                *parted = contact::parted(own, period, touches_of(k), at).map(|to| {
                    let b = &bodies[s.id as usize];
                    // Others shift nobody far in a tick.
                    let most = s.speed * world.dt + figures::SHIFT_M;
                    let by = to - b.at;
                    let l = by.length();
                    let to = if l > most { b.at + by * (most / l) } else { to };
                    let to = not_back(s, b, to, terrain, world.place);
                    if s.walled {
                        terrain.confine(world.place, world.openings, b.plate, b.at, to, s.berth)
                    } else {
                        to
                    }
                });
                parted.is_some()
            },
        );
        if !moved {
            return false;
        }
        let mut next = std::mem::take(&mut scratch.next);
        next.clear();
        let mut stir = |k: u32| {
            if let Some(stirred) = scratch.stirred.get_mut(k as usize)
                && !std::mem::replace(stirred, true)
            {
                next.push(k);
            }
        };
        for (k, to) in touching.iter().zip(&scratch.parted) {
            let Some(to) = *to else { continue };
            scratch.places[*k as usize] = to;
            stir(*k);
            touches_of(*k).iter().for_each(|t| stir(t.other));
        }
        for k in &next {
            scratch.stirred[*k as usize] = false;
        }
        scratch.next = std::mem::replace(touching, next);
    }
    true
}

/// Whoever would still be pressed deeper into another than turned shoulders let them, and was less so where they stood,
/// stays there: those who push on from behind come no further.
fn hold(bodies: &[Body], threads: usize, scratch: &mut Scratch) {
    let (steps, touches, ranges) = (&scratch.steps[..], &scratch.touches[..], &scratch.ranges[..]);
    let (cells, touching, places) = (&scratch.cells, &scratch.touching[..], &scratch.places[..]);
    let seats = &scratch.seats[..];
    scratch.parted.resize(touching.len(), None);
    shared(
        &mut scratch.parted,
        touching.len().div_ceil(threads).max(1),
        |n, stays| {
            let k = touching[n] as usize;
            let (first, end) = ranges[k];
            let id = steps[k].id as usize;
            let depth = |from: Point| {
                let each = touches[first as usize..end as usize].iter().map(|t| {
                    let other = if t.other == Touch::STANDS {
                        cells.at(t.member)
                    } else {
                        places[t.other as usize]
                    };
                    let apart = from.distance(other);
                    if apart < f64::from(t.contact) {
                        f64::from(seats[id].member().contact(cells.numbered(t.member), true)) - apart
                    } else {
                        0.0
                    }
                });
                each.fold(0.0, f64::max)
            };
            let pressed = depth(places[k]);
            *stays = (pressed > figures::OVERLAP_M && depth(bodies[id].at) < pressed).then_some(bodies[id].at);
            stays.is_some()
        },
    );
    for (k, stays) in touching.iter().zip(&scratch.parted) {
        if let Some(to) = *stays {
            scratch.places[*k as usize] = to;
        }
    }
}

/// Beds go where those who move them go; these stay where walls or others leave a bed no room.
fn tow(
    bodies: &mut [Body],
    facts: &[Fact],
    abed: &[u32],
    routes: &Routes,
    scratch: &mut Scratch,
    world: &Surroundings<'_>,
) {
    scratch.towed.clear();
    let Some(terrain) = routes.terrain.as_ref() else { return };
    for &ward in abed {
        let w = &bodies[ward as usize];
        let Some(carrier) = w.carried_by.filter(|c| bodies[c.index()].burden == Some(Burden::Bed)) else {
            continue;
        };
        let (c, k) = (&bodies[carrier.index()], scratch.step_of[carrier.index()]);
        let Some(bed) = Bed::of(w, &facts[ward as usize], Some(c)).filter(|_| k != Touch::STANDS) else {
            continue;
        };
        let (those, plates) = ((carrier.0, ward), (c.plate, w.plate));
        let (to, facing) = (scratch.places[k as usize], scratch.steps[k as usize].facing);
        let (cells, met) = (&scratch.cells, &mut scratch.benches[0].met);
        let (at, moved) = (c.at, bed.moved(to, facing, those, plates, cells, met, terrain, world));
        let (place, step) = (&mut scratch.places[k as usize], &mut scratch.steps[k as usize]);
        match moved {
            Ok(bed) => {
                *place = bed.grip;
                // Only the time in which it is blocked counts.
                let since = &mut bodies[ward as usize].progress.1;
                *since = (*since + 1).min(world.tick);
                scratch.towed.push((ward, bed.head));
            }
            Err((why, turned)) => {
                *place = at;
                step.why = Some(Why::Queue);
                scratch.towed.extend(turned.map(|bed| (ward, bed.head)));
                if let bed::Blocked::Somebody(member) = why {
                    let asker = Asker {
                        at,
                        ahead: facing,
                        radius: bed.half,
                    };
                    step_aside(bodies, facts, member, &asker, routes, scratch, world);
                }
            }
        }
    }
}

/// Those in beds are where these are now; beds that are out are in the way of those behind for a little.
fn towed(bodies: &mut [Body], facts: &[Fact], scratch: &Scratch, street: &mut Street, world: &Surroundings<'_>) {
    for &(ward, head) in &scratch.towed {
        let Some(by) = bodies[ward as usize].carried_by else {
            continue;
        };
        let c = bodies[by.index()];
        let w = &mut bodies[ward as usize];
        w.at = head;
        if world.place.space_at(c.plate, head).is_some() {
            w.plate = c.plate;
        }
        w.space = world.place.space_at(w.plate, head).or(w.space);
        w.z = world.place.z_in(w.plate, w.space, head);
        (w.heading, w.speed) = ((c.at - head).normalised(), c.speed);
        if c.at.distance(w.progress.0) > figures::STUCK.0 {
            w.progress = (c.at, world.tick);
        }
        if c.state == PersonState::Out
            && let Some(bed) = Bed::of(w, &facts[ward as usize], Some(&c))
        {
            let velocity = c.heading * Burden::Bed.speed(facts[by.index()].free_speed);
            street.leaving.extend(bed.circles(true).map(|at| Leaving {
                plate: w.plate,
                at,
                velocity,
                radius: bed.half,
                until: world.tick + LEAVING_TICKS,
            }));
        }
    }
}

/// Has somebody of those found step aside for another, if they stand about.
fn step_aside(
    bodies: &mut [Body],
    facts: &[Fact],
    member: u32,
    asker: &Asker,
    routes: &Routes,
    scratch: &mut Scratch,
    world: &Surroundings<'_>,
) {
    let id = scratch.cells.numbered(member).id as usize;
    let met = &mut scratch.benches[0].met;
    if facts.get(id).is_some_and(|f| aside::can_be_asked(&bodies[id], f))
        && let Some((e, by)) = aside::whither(id, asker, bodies, facts, &scratch.cells, met, routes, world)
    {
        let seconds = by / facts[id].free_speed + figures::STARTS_S;
        bodies[id].aside = Some((world.tick + (seconds / world.dt) as u64, e));
    }
}

/// Who is held up by somebody who stands about asks them to step aside.
fn ask(bodies: &mut [Body], facts: &[Fact], routes: &Routes, scratch: &mut Scratch, world: &Surroundings<'_>) {
    for k in 0..scratch.steps.len() {
        let (step, (first, end)) = (&scratch.steps[k], scratch.ranges[k]);
        if first == end || !looks(step.id, world.tick) {
            continue;
        }
        let b = &bodies[step.id as usize];
        let gone = (scratch.places[k] - b.at).dot(step.facing);
        let held_up = step.why == Some(Why::Queue) || gone < 0.25 * step.speed * world.dt;
        if b.state != PersonState::Moving || !held_up {
            continue;
        }
        let asker = Asker {
            at: b.at,
            ahead: step.facing,
            radius: b.girth(&facts[step.id as usize]),
        };
        for t in first as usize..end as usize {
            let t = scratch.touches[t];
            let way = scratch.cells.at(t.member) - asker.at;
            let near = way.length() < f64::from(t.contact) + figures::ASKED_M;
            if t.other == Touch::STANDS && near && way.dot(asker.ahead) > 0.0 {
                step_aside(bodies, facts, t.member, &asker, routes, scratch, world);
            }
        }
    }
}

/// Where somebody comes to stand whom others shift to a point: beside a door or portal that they would have to go back
/// through, so that those who shift them know where they stay.
fn not_back(step: &Step, b: &Body, to: Point, terrain: &Terrain, place: &Place) -> Point {
    if !step.back(to - b.at) {
        return to;
    }
    let gates = step.walled.then(|| terrain.near(place, b.plate, b.at));
    let gates = gates.into_iter().flatten().filter_map(|n| match n {
        Near::Gate(_, s) => Some(s),
        Near::Wall(_) => None,
    });
    let portals = place.plates[b.plate.index()].portals.iter();
    let portals = portals.map(|p| &place.portals[p.index()].segment);
    let line = gates.chain(portals).find(|s| terrain::crosses(b.at, to, s));
    line.map_or(to, |s| {
        let along = (s.b - s.a).normalised();
        b.at + along * (to - b.at).dot(along)
    })
}

/// Fills each place by its index, so many of them by a thread; whether any said yes.
pub fn shared<T: Send>(places: &mut [T], most: usize, fill: impl Fn(usize, &mut T) -> bool + Sync) -> bool {
    let run = |from: usize, part: &mut [T]| {
        let filled = part.iter_mut().enumerate().map(|(k, place)| fill(from + k, place));
        filled.fold(false, |any, yes| any | yes)
    };
    if places.len() <= most {
        return run(0, places);
    }
    std::thread::scope(|scope| {
        let mut parts = places.chunks_mut(most).enumerate();
        let first = parts.next();
        let others: Vec<_> = parts
            .map(|(n, part)| scope.spawn(move || run(n * most, part)))
            .collect();
        let any = first.is_some_and(|(_, part)| run(0, part));
        // A thread that panicked takes the scope down with it.
        others
            .into_iter()
            .fold(any, |any, other| any | other.join().unwrap_or(false))
    })
}

/// Under a heavy load people fall, one draw a second; they get up when it has gone.
fn fall_or_rise(b: &mut Body, f: &Fact, id: usize, key: u64, world: &Surroundings<'_>) {
    if let Some(until) = b.down {
        if world.tick >= until {
            b.down = None;
            if b.able() {
                b.posture = Posture::Upright;
                b.replan = true;
            }
        }
    } else if b.load > figures::FALL_N && (world.tick + id as u64).is_multiple_of(20) && !f.controlled {
        let chance = figures::FALL_RATE * (b.load / figures::FALL_N - 1.0);
        if Draw::new(key, Purpose::Fall, id as u64, world.tick).unit() < chance {
            b.posture = Posture::Lying;
            b.why = Why::Fallen;
            b.down = Some(world.tick + (figures::DOWN_S / world.dt) as u64);
        }
    }
}

/// How far those for whom a person waits are behind: who is led by them, and the last of those they walk with.
fn tether(bodies: &[Body], groups: &[(u32, u32)], scratch: &mut Scratch) {
    // Along the steps, on a flight.
    let apart = |a: &Body, b: &Body| libm::hypot(a.at.distance(b.at), a.z - b.z);
    let waited_for = |b: &Body| walks(b) && b.why != Why::NoWay;
    for &id in &scratch.led {
        let b = &bodies[id as usize];
        if let Some(l) = b.led_by
            && b.aim == Aim::Follow
            && waited_for(b)
        {
            scratch.tether.push(Tether {
                waits: l.0,
                behind: apart(b, &bodies[l.index()]),
                led: Some(id),
            });
        }
    }
    for &(first, n) in groups {
        for i in first..first + n {
            for j in first..first + n {
                let (a, b) = (&bodies[i as usize], &bodies[j as usize]);
                if waited_for(a) && waited_for(b) && b.remaining > a.remaining {
                    scratch.tether.push(Tether {
                        waits: i,
                        behind: apart(a, b),
                        led: None,
                    });
                }
            }
        }
    }
    scratch.tether.sort_by_key(|t| t.waits);
}

/// Speed on the level in this posture, gait and air, m/s.
fn own_speed(b: &Body, f: &Fact, law: Law) -> f64 {
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
    let own = f.free_speed * gait * posture * law.smoke.factor(b.air.extinction);
    b.burden.map_or(own, |burden| burden.speed(own))
}

/// Where a walker wants to go: direction and distance left to stop at.
fn desire(
    b: &Body,
    berth: f64,
    leader: Option<&Body>,
    routes: &Routes,
    world: &Surroundings<'_>,
    way: &Way,
) -> (Point, f64) {
    let Way { to_goal, downhill, .. } = *way;
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
    let across = |s: &Segment, n: Point| {
        let l = s.b - s.a;
        let margin = ((berth + 0.05) / l.length().max(1e-6)).min(0.5);
        let t = ((b.at - s.a).dot(l) / l.dot(l).max(1e-9)).clamp(margin, 1.0 - margin);
        let d = s.a + l * t - b.at;
        (d.dot(d) < 0.6 * 0.6).then(|| (d + n.normalised() * 0.4).normalised())
    };
    let out_by = |s: &Segment| {
        let n = (s.b - s.a).left();
        across(s, if n.dot(b.at - s.a) > 0.0 { n * -1.0 } else { n })
    };
    let straight = match b.leg {
        Leg::None => return (Point::default(), 0.0),
        _ if way.open() => None,
        Leg::Portal(p) => {
            let p = &place.portals[p.index()];
            across(&p.segment, p.direction)
        }
        Leg::Gate(g) => place.shapes[place.plates[b.plate.index()].shape]
            .gates
            .get(usize::from(g))
            .and_then(|g| out_by(&g.segment)),
        Leg::Point(p) => {
            let d = p - b.at;
            if d.length() < 1.0 && clear_way(routes, world, b.plate, b.at, p, berth) {
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
    // Openings on the way are used over all their width, too, wherever they lie on the grid of the field.
    let on_the_way = || {
        let d = downhill.filter(|_| way.clear < 0.6)?;
        let mut near = routes.terrain.as_ref()?.near(place, b.plate, b.at);
        near.find_map(|n| match n {
            Near::Gate(_, s) if terrain::crosses(b.at, b.at + d, s) => out_by(s),
            _ => None,
        })
    };
    let file = match b.leg {
        Leg::Portal(p) => downhill.and_then(|d| stairs::in_file(place, b, p, d)),
        Leg::None | Leg::Gate(_) | Leg::Point(_) => None,
    };
    let d = file.or(straight).or_else(on_the_way).or(downhill);
    (d.or_else(|| to_walkable(b, routes, world)).unwrap_or_default(), left)
}

/// Towards the nearest cell one can walk on, for who was pushed off them; on wheels, one from which there is a way.
fn to_walkable(b: &Body, routes: &Routes, world: &Surroundings<'_>) -> Option<Point> {
    let field = routes.slot(b.slot).filter(|_| b.wheels.any());
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
                let way = || field.is_none_or(|f| f.distance(p).is_some());
                if d > 0.05 && best.is_none_or(|b| d < b.0) && way() {
                    best = Some((d, p));
                }
            }
        }
    }
    best.map(|(_, p)| (p - b.at).normalised())
}

/// Whether somebody is in the room that they go to stay in, with the bed that they move.
fn no_nearer(b: &Body, f: &Fact, bodies: &[Body], place: &Place) -> bool {
    let Aim::Spot { plate, at } = b.aim else { return false };
    let there = place.space_at(plate, at);
    let with = b.carries.filter(|_| b.burden == Some(Burden::Bed));
    let all_in = with.is_none_or(|w| bodies[w.index()].space == there);
    !f.controlled && b.care.is_none() && b.plate == plate && b.space == there && all_in
}

fn propose(id: u32, seen: &Seen<'_>, bench: &mut Bench, step: &mut Step) {
    let Seen {
        bodies,
        facts,
        law,
        routes,
        terrain,
        cells,
        world,
        ..
    } = *seen;
    let (b, f) = (&bodies[id as usize], &facts[id as usize]);
    let place = world.place;
    let (berth, girth) = (b.berth(f), b.girth(f));
    let leader = b.led_by.map(|l| &bodies[l.index()]);
    let seat = &seen.seats[id as usize];
    let (way, own) = (&seat.way, *seat.member());
    let clear = way.clear;
    let (mut wish, mut left) = desire(b, berth, leader, routes, world, way);
    let walks = b.state == PersonState::Moving;
    let aside = b.aside.filter(|(until, _)| world.tick < *until).map(|a| a.1);
    if let (false, Some(aside)) = (walks, aside) {
        (wish, left) = (aside, f64::INFINITY);
    }
    let round = b.space.map_or(Round::NOT, |s| Round::of(world, s));
    // What rolls may not come quite up to a point near a wall.
    let short = match b.leg {
        Leg::Point(_) if b.wheels.any() => routes.slot(b.slot).map_or(0.0, |f| f.short() + 0.1),
        _ => 0.0,
    };
    let near_enough =
        || left <= figures::NO_NEARER.0 && b.held > figures::NO_NEARER.1 && no_nearer(b, f, bodies, place);
    *step = Step {
        id,
        facing: if wish.length() > 0.5 { wish } else { b.heading },
        arrived: matches!(b.leg, Leg::Point(_)) && (left <= figures::ARRIVED_M.max(short) || near_enough()),
        walled: clear < berth + 0.5,
        round: round.is_round(),
        berth,
        ..Step::default()
    };
    if let (true, Some(aside)) = (walks, aside) {
        wish = (wish * 0.3 + aside).normalised();
    }
    let from = seen.tether.partition_point(|t| t.waits < id);
    let tethers = seen.tether[from..].iter().take_while(|t| t.waits == id);
    let behind = tethers.clone().map(|t| t.behind).fold(0.0, f64::max);
    let led = tethers.filter_map(|t| t.led).map(|led| &facts[led as usize]);
    let slope = stairs::slope_at(place, b.plate, b.at);
    let part = |f: &Fact| slope.map_or(1.0, |slope| stairs::factor(place, b.plate, slope, wish, f));
    // Who leads goes at the pace of those they lead.
    let pace = led
        .clone()
        .map(|f| f.free_speed * part(f))
        .fold(f64::INFINITY, f64::min);
    let mut free = smaller(own_speed(b, f, law) * part(f), pace);
    if let Some(slope) = slope {
        free *= stairs::freshness(b.climbed, wish.dot(slope.up) >= 0.0);
    }
    if let (Some(w), None) = (b.carries, b.burden) {
        free = free.min(super::care::carried_m_s(&facts[w.index()]));
    }
    let own_push = figures::MASS_KG * (free - figures::PUSH_FROM_M_S).max(0.0) / figures::RELAX_S;
    let attended = figures::ATTENDED / (std::f64::consts::PI * b.density.max(0.1));
    let reach = attended.sqrt().clamp(figures::REACH_M.0 + girth, figures::REACH_M.1);
    // Density is judged by those within this distance.
    let counted = reach.min(figures::COUNTED_M);
    // Not all look which way to take in the same tick; those who do not need only those who may be in their way or touch
    // them before the next. On a stair all look out for those who come up behind.
    let looks = looks(id, world.tick);
    // Who comes out of a queue follows more closely.
    let lost = 1.0 - (b.speed / free.max(0.1)).min(1.0);
    let (builds, fades) = figures::HELD_S;
    step.held = b.held + (lost - b.held) * world.dt / if lost > b.held { builds } else { fades };
    let (from, to) = figures::RELEASED;
    let released = ((b.held - lost - from) / (to - from)).clamp(0.0, 1.0);
    let time_gap = figures::TIME_GAP_S + (figures::RELEASED_GAP_S - figures::TIME_GAP_S) * released;
    let zipper = (figures::ZIPPER_M2 * released) as f32;
    let near = looks || slope.is_some();
    let widest = girth + cells.widest();
    let (ahead_x, ahead_y) = (wish.x as f32, wish.y as f32);
    // Where ways meet, those who come up behind count, too.
    let all_round = slope.is_some() || b.came_by.is_some() || matches!(b.leg, Leg::Portal(_));
    let mut here = 0;
    if near && all_round {
        here = meet(&mut bench.met, cells, b, &Circle(reach as f32), place, &round);
    } else if looks {
        let close = larger(counted, f64::from(figures::TOUCHING_M) + widest);
        let view = View::new(close as f32, (ahead_x, ahead_y), reach as f32);
        here = meet(&mut bench.met, cells, b, &view, place, &round);
    }
    if let Some(slope) = slope
        && !f.controlled
        && (stairs::holds_on(f.mobility) || hinders(f, led.clone(), wish, bench.met.found(), seen))
    {
        wish = stairs::along_the_rail(place, b.plate, slope, b.at, wish);
    }
    bench.solid.clear();
    if clear <= terrain::NEAR_CLEAR_M {
        bench
            .solid
            .extend(terrain.solid(place, world.openings, b.plate, b.at, berth));
    }
    let solid = &bench.solid[..];
    // Who walks turns in their stride, not on the spot.
    let k = (world.dt / figures::TURN_S).min(1.0);
    let k = 1.0 - (1.0 - k) * (b.speed / free.max(0.1)).min(1.0);
    let stride = |to: Point| {
        let t = b.heading * (1.0 - k) + to * k;
        let e = if t.length() > 0.1 { t.normalised() } else { to };
        if clear >= berth + 0.1 {
            return e;
        }
        let along = along_walls(e, solid, berth);
        // Nobody is driven back by others and a wall together.
        if along.dot(wish) < 0.0 {
            along_walls(wish, solid, berth)
        } else {
            along
        }
    };
    // Who does not look goes on as before: then it is known which ways must be free.
    step.turn = b.turn;
    let mut straight = FreeWay::new(stride(wish), zipper);
    let mut steered = if looks || b.turn == 0 {
        straight
    } else {
        FreeWay::new(stride(steering::turned(wish, b.turn)), zipper)
    };
    if !near {
        let (close, half) = (figures::TOUCHING_M + widest as f32, widest as f32);
        // What is further off than counts for the speed that one can reach within the tick changes nothing.
        let most = if b.turn == 0 {
            larger(
                b.speed + figures::GAIN_M_S2 * figures::GAIN_WALKING * world.dt,
                0.25 * free,
            )
        } else {
            free
        };
        let length = smaller(smaller(most, free) * time_gap + widest, reach) as f32;
        let (one, two) = (straight.towards(), steered.towards());
        let met = &mut bench.met;
        here = if b.turn == 0 {
            meet(met, cells, b, &Ahead::new(close, [one], length, half), place, &round)
        } else {
            let area = Ahead::new(close, [one, two], length, half);
            meet(met, cells, b, &area, place, &round)
        };
    }
    let (mut close, mut push, mut stumbles) = (0, 0.0, false);
    // Who is led closes up with their leader, and keeps no time gap.
    let leads_me = b.led_by.map_or(id, |l| l.0);
    let (others, touches) = (&mut bench.others, &mut bench.touches);
    let met = bench.met.found();
    let mut end = bench.touched;
    if looks {
        others.clear(met.len());
    }
    if touches.len() < end + met.len() {
        touches.resize(2 * (end + met.len()), Touch::default());
    }
    let touches = &mut touches[..];
    // Clearances are known by cells; to what is near the distance is known.
    let nearest = solid.iter().map(|w| w.distance).fold(terrain::NEAR_M, f64::min);
    let unhidden = larger(clear, nearest) as f32;
    let counted2 = (counted * counted) as f32;
    let (merging, mut merges) = (b.merges, false);
    for (k, met) in met.iter().enumerate() {
        let (o, (dx, dy)) = (cells.member(met), met.way);
        if o.id == id {
            continue;
        }
        let theirs = o.bound && !o.fallen && theirs(bodies, facts, o, id);
        // Their own who stand about let them by, and they get past a bed that they look after; past no wheelchair.
        if theirs && o.step == Touch::STANDS && (o.stiff == 0.0 || o.heavy()) {
            continue;
        }
        let theirs = theirs || o.id == leads_me;
        let d2 = dx * dx + dy * dy;
        let hidden = || {
            let (d, d2) = (Point::new(dx.into(), dy.into()), f64::from(d2));
            if d2 < terrain::NEAR_M * terrain::NEAR_M {
                let before = |w: &Solid| d2 > w.distance * w.distance - 1e-6;
                solid
                    .iter()
                    .any(|w| before(w) && terrain::crosses(b.at, b.at + d, &w.segment))
            } else {
                terrain.between(place, world.openings, b.plate, b.at, b.at + d)
            }
        };
        // Nothing stands within the clearance of either.
        let open = unhidden + if k < here { o.clear } else { 0.0 };
        if d2 > open * open && hidden() {
            continue;
        }
        close += u32::from(d2 < counted2);
        let same = own.goal != 0 && o.goal == own.goal;
        let alike = o.facing.0 * ahead_x + o.facing.1 * ahead_y;
        let oncoming = !same && alike < figures::TOWARDS;
        // One turns the shoulders to pass who comes towards one, or stands about.
        let passed = oncoming | (o.idle & !o.fallen);
        let contact = own.contact(o, passed);
        let ahead = dx * ahead_x + dy * ahead_y;
        if o.fallen {
            // The fallen are stepped over, slowly.
            stumbles |= ahead > 0.0 && d2 < 0.5 * 0.5;
            continue;
        }
        // Where two ways meet, whoever was held up longer goes first, but past nobody in the same file: so neither waits
        // for the other to end, and floor and stair share a landing evenly (Boyce, Purser and Shields 2012). Of those who
        // came by one way, whoever is nearer to the goal does: no two wait for each other at a door.
        merges |= same & !own.queued.came_with(o.queued);
        let in_file = || alike > figures::FILE && ahead * ahead > figures::FILE * figures::FILE * d2;
        let first = if merging && own.queued.held() != o.queued.held() && !in_file() {
            own.queued.held() > o.queued.held()
        } else {
            own.to_goal < o.to_goal
        };
        let behind = same && first;
        let part = if behind {
            figures::YIELD_AHEAD
        } else {
            1.0 - figures::YIELD_AHEAD
        };
        let part = if same { part } else { 0.5 };
        let share = if o.step == Touch::STANDS || o.heavy() {
            1.0
        } else if own.heavy() {
            0.0
        } else {
            part
        };
        let there = o.id != Member::GONE;
        let within = |m: f32| there && d2 < (contact + m) * (contact + m);
        // Written whether they count or not: whether they do, nobody could foretell.
        if let Some(touch) = touches.get_mut(end) {
            *touch = Touch {
                other: o.step,
                member: met.member,
                contact,
                share,
            };
        }
        end += usize::from(within(figures::TOUCHING_M));
        if o.pushes() && within(figures::PRESSED_M) {
            let towards = -(o.push.0 * dx + o.push.1 * dy) / d2.sqrt().max(1e-6);
            push += f64::from(towards.max(0.0));
        }
        let matters = !behind & !theirs & ((ahead > 0.0) | (ahead * ahead < figures::BEHIND * figures::BEHIND * d2));
        let least = if oncoming {
            figures::SQUEEZE_M_S * time_gap as f32
        } else {
            0.0
        };
        if looks {
            others.push(matters, (dx, dy), o.velocity, contact, least);
        } else if matters {
            steered.meet((dx, dy), contact, least);
            if b.turn != 0 {
                straight.meet((dx, dy), contact, least);
            }
        }
    }
    if looks {
        others.fill();
    }
    bench.touched = end;
    step.merges = if near { merges } else { merging };
    step.density = if near {
        f64::from(close + 1) / (std::f64::consts::PI * counted * counted)
    } else {
        b.density
    };
    if wish.length() < 0.5 {
        return;
    }
    // A shut door in the way; who is steered by hand opens doors by hand.
    if clear < 0.8 && walks && !matches!(b.aim, Aim::Head(_)) {
        let ahead = b.at + wish * 0.8;
        let mut nearest = f64::INFINITY;
        for n in terrain.near(place, b.plate, b.at) {
            if let Near::Gate(g, s) = n
                && terrain::shut(place, b.plate, world.openings, g, berth)
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
            return;
        }
    }
    let speed = |way: f64| smaller(free, way / time_gap);
    let (mut e, mut v) = if looks {
        step.turn = others.turn(wish, free, |e| wall_room(b.at, e, solid, berth));
        let e = stride(steering::turned(wish, step.turn));
        (e, speed(others.gap(e, zipper)))
    } else {
        (steered.direction, speed(steered.metres()))
    };
    if v < free && step.turn != 0 {
        let (straight, u) = if looks {
            let e = stride(wish);
            (e, speed(others.gap(e, zipper)))
        } else {
            (straight.direction, speed(straight.metres()))
        };
        if u * straight.dot(wish) > v * e.dot(wish) {
            (e, v) = (straight, u);
        }
    }
    if v < 0.25 * free {
        step.why = Some(Why::Queue);
        push += own_push;
    }
    step.load = (push - figures::BRACE_N).clamp(0.0, figures::MOST_N);
    // Who is pressed from behind gets free of the others slowly.
    let now = b.speed * b.heading.dot(e).max(0.0);
    let gain = figures::GAIN_M_S2 * (1.0 + (figures::GAIN_WALKING - 1.0) * (now / free.max(0.1)).min(1.0));
    let gain = if step.load > 0.0 {
        gain / (1.0 + step.load / figures::FRICTION_N)
    } else {
        gain
    };
    v = smaller(v, now + gain * world.dt);
    if stumbles {
        v = v.min(free * 0.4);
    }
    if let Some(g) = step.door {
        let s = &place.shapes[place.plates[b.plate.index()].shape].gates[usize::from(g)].segment;
        v = v.min(((terrain::nearest(s, b.at).distance(b.at) - 0.4) / 0.3).max(0.0));
    }
    // In a crowd that does not let those behind come up, one does not hold up everybody for ever.
    if behind > 1.0 && aside.is_none() {
        let (from, to, why) = if f.together {
            (figures::TOGETHER_M.0, figures::TOGETHER_M.1, Why::WaitsForGroup)
        } else {
            // Two cannot both walk right behind.
            let more = figures::FOLLOW_M * led.count().saturating_sub(1) as f64;
            (1.0 + more, 1.8 + more, Why::WaitsForFollower)
        };
        v = v.min(free * ((to - behind) / (to - from)).clamp(0.0, 1.0));
        if behind > to - 0.1 {
            step.why = Some(why);
        }
    }
    v = smaller(v, left / world.dt);
    if step.arrived {
        v = 0.0;
    }
    (step.direction, step.speed) = (e, v);
}

/// Whether somebody much quicker comes up behind a walker on a stair, who goes at the pace of those they lead.
fn hinders<'a>(f: &Fact, led: impl Iterator<Item = &'a Fact>, wish: Point, met: &[Met], seen: &Seen<'_>) -> bool {
    let own = led.map(stairs::speed_down).fold(stairs::speed_down(f), f64::min);
    met.iter().any(|met| {
        let o = seen.cells.member(met);
        let along = |d: (f32, f32)| f64::from(d.0) * wish.x + f64::from(d.1) * wish.y;
        along(o.facing) > 0.5
            && along(met.way) < 0.0
            && seen
                .facts
                .get(o.id as usize)
                .is_some_and(|g| own < figures::MUCH_SLOWER * stairs::speed_down(g))
    })
}

/// Whether another follows a walker, is looked after by them, or waits for them to come up: is not in their way, and makes
/// way when touched.
fn theirs(bodies: &[Body], facts: &[Fact], other: &Member, id: u32) -> bool {
    let (k, me) = (other.id as usize, Some(PersonId(id)));
    let (Some(b), Some(f)) = (bodies.get(k), facts.get(k)) else {
        return false;
    };
    let waits = b.why == Why::WaitsForGroup && f.family.is_some() && f.family == facts[id as usize].family;
    if b.carried_by.is_some() {
        return b.carried_by == me;
    }
    b.led_by == me || f.kin_of == me || waits
}

/// Finds who is near, also across portals and round a periodic space; those on the same plate come first, so many.
fn meet(met: &mut Meeting, cells: &Cells, b: &Body, area: &impl Area, place: &Place, round: &Round) -> usize {
    met.clear();
    cells.around(b.plate, b.at, area, met);
    let here = met.found().len();
    for p in &place.plates[b.plate.index()].portals {
        let p = &place.portals[p.index()];
        if p.lift.is_none() && terrain::nearest(&p.segment, b.at).distance(b.at) < 2.0 {
            let from = met.found().len();
            cells.around(p.to, b.at, area, met);
            met.retain_from(from, |m| {
                let q = cells.at(m.member);
                // On plan the portals of a stair's two ends lie side by side, a storey apart.
                (f64::from(cells.member(m).z) - b.z).abs() < figures::LEVEL_M
                    && (q - p.segment.a).dot(p.direction) >= 0.0
                    && terrain::nearest(&p.segment, q).distance(q) < 2.0
            });
        }
    }
    if round.is_round() {
        let (x, period) = (b.at.dot(round.axis), round.period());
        let (low, high) = area.bounds();
        let reach = (-low.x).max(-low.y).max(high.x).max(high.y);
        for (edge, shift) in [(x - round.from, period), (round.to - x, period * -1.0)] {
            if edge < reach {
                cells.around(b.plate, b.at + shift, area, met);
            }
        }
    }
    here
}

/// How far walls and shut gates let a body at `at` that keeps so far off them go in a direction, m, those near only; and
/// whither the first leads on.
fn wall_room(at: Point, e: Point, solid: &[Solid], berth: f64) -> (f64, Point) {
    let mut first = (figures::FAR_M, e);
    for w in solid {
        let h = w.distance.max(1e-6);
        let into = -e.dot(w.away) / h;
        if into < 1e-3 {
            continue;
        }
        let t = (h - berth).max(0.0) / into;
        if t >= first.0 {
            continue;
        }
        let p = at + e * t;
        let s = &w.segment;
        if terrain::nearest(s, p).distance(p) < berth + 0.05 {
            let along = (s.b - s.a).normalised();
            first = (t, if along.dot(e) < 0.0 { along * -1.0 } else { along });
        }
    }
    first
}

/// A direction turned along walls and shut gates that it points into.
fn along_walls(direction: Point, solid: &[Solid], berth: f64) -> Point {
    let mut e = direction;
    for w in solid {
        let d = w.distance;
        if d < berth + 0.06 && d > 1e-9 {
            let n = w.away * (1.0 / d);
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

/// Axis of a periodic space, and where it begins and ends along it; all zero in any other. (An `Option` would be read
/// before it is known to hold anything, and arithmetic on what happens to lie there is slow.)
#[derive(Clone, Copy, Debug)]
struct Round {
    axis: Point,
    from: f64,
    to: f64,
}

impl Round {
    const NOT: Self = Self {
        axis: Point { x: 0.0, y: 0.0 },
        from: 0.0,
        to: 0.0,
    };

    fn of(world: &Surroundings<'_>, space: SpaceId) -> Self {
        let s = &world.place.spaces[space.index()];
        if !s.periodic {
            return Self::NOT;
        }
        let axis = s.frame.direction(Point::new(1.0, 0.0));
        let (mut from, mut to) = (f64::INFINITY, f64::NEG_INFINITY);
        for p in &s.outline {
            from = from.min(p.dot(axis));
            to = to.max(p.dot(axis));
        }
        if to > from { Self { axis, from, to } } else { Self::NOT }
    }
    fn is_round(&self) -> bool {
        self.to > self.from
    }
    /// Its length along the axis.
    fn period(&self) -> Point {
        self.axis * (self.to - self.from)
    }
}

/// Moves a person to where their step ends.
fn take(
    b: &mut Body,
    f: &Fact,
    step: &Step,
    to: Point,
    terrain: &Terrain,
    key: u64,
    mut may_pass: impl FnMut(OpeningId, f64) -> bool,
    world: &Surroundings<'_>,
    events: &mut Vec<CrowdEvent>,
    leaving: &mut Vec<Leaving>,
) {
    let person = PersonId(step.id);
    let place = world.place;
    let (from, plate) = (b.at, b.plate);
    let walks = b.state == PersonState::Moving;
    let mut to = to;
    let mut held = false;
    if to != from {
        // Nobody is shifted back through a door or portal, or steps aside through one, and a door may let so many pass a
        // second only.
        let back = !walks || step.back(to - from);
        if step.walled {
            for n in terrain.near(place, plate, from) {
                let Near::Gate(g, s) = n else { continue };
                if terrain::crosses(from, to, s)
                    && let Some(&o) = place.plates[plate.index()].gates.get(usize::from(g))
                {
                    held |= back || !may_pass(o, place.openings[o.index()].width);
                }
            }
        }
        if back {
            held |= place.plates[plate.index()]
                .portals
                .iter()
                .any(|p| terrain::crosses(from, to, &place.portals[p.index()].segment));
        }
        if held {
            to = from;
        }
    }
    b.density = step.density;
    b.load = step.load;
    b.held = step.held;
    b.turn = step.turn;
    b.merges = step.merges;
    let (moved, speed) = if to == from + step.by(world.dt) {
        (step.direction, step.speed)
    } else {
        let moved = to - from;
        let length = moved.length();
        (moved * (1.0 / length.max(1e-9)), length / world.dt)
    };
    // Who is shifted back by others still faces where they mean to go, and makes no way.
    let ahead = moved.dot(step.facing) >= 0.0;
    b.speed = if ahead { speed } else { 0.0 };
    b.heading = if ahead && speed > 0.002 { moved } else { step.facing };
    b.at = to;
    if walks {
        let base = base_why(b, f);
        b.why = step.why.unwrap_or(if held { Why::Queue } else { base });
    }
    // Gates are near walls only.
    let may_cross = b.at != from && (step.walled || !place.plates[plate.index()].portals.is_empty());
    if may_cross && cross(b, f, person, from, step.walled, terrain, world, events) {
        let velocity = b.heading * speed.max(figures::OUTSIDE * f.free_speed);
        let until = world.tick + LEAVING_TICKS;
        leaving.push(Leaving {
            plate,
            at: b.at,
            velocity,
            radius: b.girth(f),
            until,
        });
        return;
    }
    if step.round
        && let Some(round) = b.space.map(|s| Round::of(world, s))
    {
        let x = b.at.dot(round.axis);
        if x >= round.to {
            b.at = b.at - round.period();
        } else if x < round.from {
            b.at = b.at + round.period();
        }
    }
    // Spaces end at walls and gates, plates at portals; elsewhere only a slope changes anything.
    let level = place.shapes[place.plates[plate.index()].shape].slopes.is_empty();
    if to != from && (step.walled || b.plate != plate || b.space.is_none() || !level) {
        let space = place.space_at(b.plate, b.at);
        b.space = space.or(b.space);
        let z = place.z_in(b.plate, space, b.at);
        b.climbed += (z - b.z).abs();
        b.z = z;
    }
    match step.door {
        Some(g) => at_door(b, f, person, g, world, events),
        // Not written where nothing changes: the memory of thousands passes by here.
        None if b.at_door.is_some() => b.at_door = None,
        None => {}
    }
    if step.arrived {
        decision::arrived(b, f, person, events);
    }
    // No progress for long, and no reason to wait: a step aside in a direction drawn. Who waits for others in a crowd
    // goes on for a little, so that it moves and they can come up.
    let for_others = matches!(b.why, Why::WaitsForFollower | Why::WaitsForGroup);
    let waits = b.at_door.is_some()
        || matches!(b.why, Why::Door | Why::Follows)
        || for_others && (b.density < figures::CROWDED || b.leg == Leg::None);
    let moved = b.at - b.progress.0;
    if moved.dot(moved) > 0.25 * 0.25 || waits || !walks {
        b.progress = (b.at, world.tick);
    } else if world.tick > b.progress.1 + 100 && !matches!(b.aim, Aim::Head(_)) {
        let mut draw = Draw::new(key, Purpose::Sidestep, u64::from(step.id), world.tick);
        let angle = draw.between(0.0, std::f64::consts::TAU);
        let whither = if for_others {
            step.facing
        } else {
            Point::new(libm::cos(angle), libm::sin(angle))
        };
        b.aside = Some((world.tick + ASIDE_TICKS, whither));
        b.progress = (b.at, world.tick);
        // A stale field is looked up afresh.
        b.slot = Slot::default();
        b.outlook = Outlook::default();
    }
}

fn base_why(b: &Body, f: &Fact) -> Why {
    match b.aim {
        Aim::Out => {
            if matches!(b.why, Why::SmokeAhead | Why::DoorLocked) || b.why == Why::WaitsForGroup && b.leg == Leg::None {
                b.why
            } else {
                Why::ToExit
            }
        }
        Aim::Through(_) => Why::ToExit,
        Aim::Spot { .. } if b.care.is_some() => Why::Fetches,
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
    walled: bool,
    terrain: &Terrain,
    world: &Surroundings<'_>,
    events: &mut Vec<CrowdEvent>,
) -> bool {
    let place = world.place;
    let plate = &place.plates[b.plate.index()];
    let shape = &place.shapes[plate.shape];
    let near = walled.then(|| terrain.near(place, b.plate, from));
    for n in near.into_iter().flatten() {
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
            // A step on, so as not to stand in the doorway; with a bed, so far that it is through.
            let on = if b.burden == Some(Burden::Bed) { BED_ON_M } else { 1.0 };
            let n = (b.at - from).normalised() * on;
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
