//! Who is near whom, in cells by plate; and bodies that touch: they part from each other, push, and hold each other up.

use super::body::{Body, Fact, Leg, Why};
use super::figures;
use super::locomotion::{Way, shared};
use super::steering::{larger, smaller};
use super::{PersonState, Posture};
use crate::place::{Place, PlateId};
use crate::scenario::Point;
use glam::Vec4;

/// Side of a cell, m.
const CELL_M: f64 = 1.0;
const NONE: u32 = u32::MAX;
/// Wheelchairs are not stiff to more than this from their middle, and beds are, m.
const HEAVY_M: f32 = 0.4;
/// So many are looked at at once.
const LANES: usize = 4;

/// Cells of the plates on which somebody walks. Scratch: filled anew every tick.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    plates: Vec<Option<Sheet>>,
    /// First member of each cell, and one past the end.
    start: Vec<u32>,
    /// Persons, cell by cell, ordered by id within; those just out and beds last.
    order: Vec<u32>,
    members: Vec<Member>,
    /// Where they are, in single precision: most of those looked at are out of reach, and no more is read of them.
    /// [`LANES`] more than there are people.
    x: Vec<f32>,
    y: Vec<f32>,
    /// How many cells are laid.
    count: usize,
    /// Those just out, and beds: their cells, where, and what they are to others.
    beside: Vec<(u32, (f32, f32), Member)>,
    /// Radius of the widest body, m.
    widest: f32,
}

/// What others need to know of a person, side by side in memory. Single precision is enough for a choice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Member {
    /// m/s.
    pub velocity: (f32, f32),
    /// Where those who walk face; nowhere for others.
    pub facing: (f32, f32),
    /// With how much they push, and whither, N; see [`Member::pushes`].
    pub push: (f32, f32),
    pub radius: f32,
    /// How much of it stays when they turn the shoulders to pass, m.
    pub stiff: f32,
    /// Of the feet, m absolute.
    pub z: f32,
    /// Number of the goal they walk to, 0 if none that a queue forms at.
    pub goal: u64,
    /// Distance to the goal, m.
    pub to_goal: f32,
    /// No wall and no gate is known to lie nearer to them, m.
    pub clear: f32,
    /// [`Member::GONE`] for somebody who is out already and still in the way.
    pub id: u32,
    /// Index into the steps of those who walk, or [`Touch::STANDS`].
    pub step: u32,
    pub fallen: bool,
    /// Follows somebody, is looked after, or walks with others.
    pub bound: bool,
    /// Stands and waits, or has nothing to do.
    pub idle: bool,
    pub queued: Queued,
}

/// What decides who goes first where ways meet, in one byte: by which way somebody came, and how long they were held up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queued(u8);

impl Queued {
    /// So many ways are told apart; those who never crossed a portal came by the first.
    const WAYS: u8 = 8;

    /// At this moment.
    pub fn of(b: &Body) -> Self {
        let way = b.came_by.map_or(0, |p| 1 + (p.0 % u32::from(Self::WAYS - 1)) as u8);
        let held = b.held * f64::from(u8::MAX / Self::WAYS);
        Self(held as u8 * Self::WAYS + way)
    }
    /// How much speed they lost of late ([`Body::held`]), in steps from 0 to 31.
    pub const fn held(self) -> u8 {
        self.0 / Self::WAYS
    }
    /// Whether both came by the same way.
    pub const fn came_with(self, other: Self) -> bool {
        self.0 % Self::WAYS == other.0 % Self::WAYS
    }
}

impl Member {
    /// Number of those who are no longer there to be looked up.
    pub const GONE: u32 = NONE;

    /// A bed, or somebody who moves one: wider than any wheelchair, and nobody shifts it.
    #[inline]
    pub fn heavy(&self) -> bool {
        self.stiff > HEAVY_M
    }

    /// The distance at which two touch, m; `turned`: with their shoulders turned, to pass.
    #[inline]
    pub fn contact(&self, other: &Self, turned: bool) -> f32 {
        let stiff = self.stiff + other.stiff;
        (self.radius + other.radius - stiff) * if turned { figures::PASSING } else { 1.0 } + stiff
    }

    /// Whether at all: asked of everybody, and of the bits it is asked quickly.
    pub const fn pushes(&self) -> bool {
        self.push.0.to_bits() | self.push.1.to_bits() != 0
    }

    /// Somebody just out, with their velocity, m/s, radius and height, m.
    pub fn gone(velocity: Point, radius: f64, z: f64) -> Self {
        Self {
            velocity: (velocity.x as f32, velocity.y as f32),
            radius: radius as f32,
            z: z as f32,
            id: Self::GONE,
            step: Touch::STANDS,
            ..Self::default()
        }
    }

    /// A part of the bed that somebody lies in, with its velocity, m/s, half its width and its height, m.
    pub fn of_bed(ward: usize, velocity: Point, half: f64, z: f64) -> Self {
        Self {
            id: ward as u32,
            stiff: half as f32,
            bound: true,
            ..Self::gone(velocity, half, z)
        }
    }

    #[inline]
    fn new(id: usize, b: &Body, f: &Fact, way: &Way, step: u32) -> Self {
        let single = |p: Point| (p.x as f32, p.y as f32);
        Self {
            velocity: single(b.heading * b.speed),
            facing: single(if b.state == PersonState::Moving {
                b.heading
            } else {
                Point::default()
            }),
            push: if b.load > 0.0 {
                single(b.heading * b.load)
            } else {
                (0.0, 0.0)
            },
            radius: b.girth(f) as f32,
            z: b.z as f32,
            goal: goal_number(b),
            to_goal: way.to_goal as f32,
            clear: way.clear as f32,
            id: id as u32,
            step,
            fallen: fallen(b),
            bound: b.led_by.is_some() || f.kin_of.is_some() || f.together,
            stiff: b.stiff(f) as f32,
            idle: step == Touch::STANDS
                || b.state != PersonState::Moving
                || matches!(b.why, Why::WaitsForGroup | Why::WaitsForFollower),
            queued: Queued::of(b),
        }
    }
}

/// Where somebody is among the others, and what the place says to them there; made anew every tick.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seat {
    pub way: Way,
    /// Number of the cell; [`NONE`] for who takes up no floor or is far from all who walk.
    cell: u32,
    at: (f32, f32),
    member: Member,
}

impl Seat {
    /// What they are to others.
    pub const fn member(&self) -> &Member {
        &self.member
    }
    /// `step`: as in [`Member`].
    #[inline]
    pub fn new(id: usize, b: &Body, f: &Fact, way: Way, step: u32, cells: &Cells) -> Self {
        Self {
            cell: if stands(b) { cells.cell(b.plate, b.at) } else { NONE },
            at: (b.at.x as f32, b.at.y as f32),
            member: Member::new(id, b, f, &way, step),
            way,
        }
    }
}

/// Where somebody looks for others, relative to where they are, m.
pub trait Area {
    /// Lowest and highest corner of what it covers.
    fn bounds(&self) -> (Point, Point);
    /// Which of several that far away are in it: a bit for each, the first the lowest.
    fn holds(&self, x: Vec4, y: Vec4) -> u32;
}

/// All round.
#[derive(Clone, Copy, Debug)]
pub struct Circle(pub f32);

impl Area for Circle {
    fn bounds(&self) -> (Point, Point) {
        let r = f64::from(self.0);
        (Point::new(-r, -r), Point::new(r, r))
    }
    #[inline]
    fn holds(&self, x: Vec4, y: Vec4) -> u32 {
        (x * x + y * y).cmplt(Vec4::splat(self.0 * self.0)).bitmask()
    }
}

/// Close by all round, and further off all but what lies behind.
#[derive(Clone, Copy, Debug)]
pub struct View {
    close: f32,
    ahead: (f32, f32),
    reach: f32,
}

impl View {
    /// `close`: radius all round, m; `ahead`: a unit vector; `reach`: radius of the rest, m.
    pub const fn new(close: f32, ahead: (f32, f32), reach: f32) -> Self {
        Self { close, ahead, reach }
    }
}

impl Area for View {
    fn bounds(&self) -> (Point, Point) {
        const SIDE: f32 = figures::BEHIND;
        // How far it reaches where one looks that way (cosine) and across (sine).
        let extent = |cos: f32, sin: f32| {
            let part = if cos > -SIDE {
                1.0
            } else {
                SIDE * -cos + figures::BEHIND_SIN * sin.abs()
            };
            f64::from(larger(self.reach * part, self.close))
        };
        let (x, y) = self.ahead;
        let low = Point::new(-extent(-x, y), -extent(-y, x));
        (low, Point::new(extent(x, y), extent(y, x)))
    }
    #[inline]
    fn holds(&self, x: Vec4, y: Vec4) -> u32 {
        let d2 = x * x + y * y;
        let along = x * self.ahead.0 + y * self.ahead.1;
        let behind = Vec4::splat(figures::BEHIND * figures::BEHIND) * d2;
        let seen = along.cmpgt(Vec4::ZERO) | (along * along).cmplt(behind);
        let within = |r: f32| d2.cmplt(Vec4::splat(r * r));
        (within(self.close) | within(self.reach) & seen).bitmask()
    }
}

/// Close by all round, and along ways that one may take.
#[derive(Clone, Copy, Debug)]
pub struct Ahead<const WAYS: usize> {
    close: f32,
    ways: [(f32, f32); WAYS],
    length: f32,
    half: f32,
}

impl<const WAYS: usize> Ahead<WAYS> {
    /// `close`: radius all round, m; `ways`: unit vectors; `length` of each way and `half` its width, m.
    pub const fn new(close: f32, ways: [(f32, f32); WAYS], length: f32, half: f32) -> Self {
        Self {
            close,
            ways,
            length,
            half,
        }
    }
}

impl<const WAYS: usize> Area for Ahead<WAYS> {
    fn bounds(&self) -> (Point, Point) {
        let (mut low, mut high) = ((-self.close, -self.close), (self.close, self.close));
        for (x, y) in self.ways {
            let (x, y) = (x * self.length, y * self.length);
            low = (smaller(low.0, x - self.half), smaller(low.1, y - self.half));
            high = (larger(high.0, x + self.half), larger(high.1, y + self.half));
        }
        let double = |p: (f32, f32)| Point::new(p.0.into(), p.1.into());
        (double(low), double(high))
    }
    #[inline]
    fn holds(&self, x: Vec4, y: Vec4) -> u32 {
        let mut held = Circle(self.close).holds(x, y);
        for (ex, ey) in self.ways {
            let (along, across) = (x * ex + y * ey, y * ex - x * ey);
            let within = along.cmpgt(Vec4::ZERO) & along.cmplt(Vec4::splat(self.length));
            held |= (within & across.abs().cmplt(Vec4::splat(self.half))).bitmask();
        }
        held
    }
}

/// Somebody near, and the way to them, m.
#[derive(Clone, Copy, Debug, Default)]
pub struct Met {
    pub member: u32,
    pub way: (f32, f32),
}

/// Those found by [`Cells::around`]; the room for them is kept.
#[derive(Clone, Debug, Default)]
pub struct Meeting {
    room: Vec<Met>,
    count: usize,
}

impl Meeting {
    /// Forgets all.
    pub const fn clear(&mut self) {
        self.count = 0;
    }
    /// For so many more.
    fn make_room(&mut self, more: usize) {
        if self.room.len() < self.count + more {
            self.room.resize(2 * (self.count + more), Met::default());
        }
    }
    /// Those found so far.
    pub fn found(&self) -> &[Met] {
        &self.room[..self.count]
    }
    /// Of those found after the first so many, keeps only these.
    pub fn retain_from(&mut self, first: usize, keep: impl Fn(&Met) -> bool) {
        let mut end = first;
        for k in first..self.count {
            if keep(&self.room[k]) {
                self.room.swap(end, k);
                end += 1;
            }
        }
        self.count = end;
    }
}

/// Whether somebody lies where others walk.
pub const fn fallen(b: &Body) -> bool {
    matches!(b.state, PersonState::Incapacitated) || matches!(b.posture, Posture::Lying)
}

/// Number of the gate or portal that somebody walks to, with its plate; 0 for all others.
pub fn goal_number(b: &Body) -> u64 {
    if b.state == PersonState::Moving {
        leg_number(b.plate, b.leg)
    } else {
        0
    }
}

/// Number of a gate or portal of a plate; 0 for points.
pub fn leg_number(plate: PlateId, leg: Leg) -> u64 {
    match leg {
        Leg::Gate(g) => 1 << 63 | u64::from(plate.0) << 16 | u64::from(g),
        Leg::Portal(p) => 1 << 62 | u64::from(p.0),
        Leg::None | Leg::Point(_) => 0,
    }
}

#[derive(Clone, Copy, Debug)]
struct Sheet {
    origin: Point,
    columns: usize,
    rows: usize,
    first: usize,
}

/// Whether somebody takes up floor: sleepers lie in bed.
pub const fn stands(b: &Body) -> bool {
    b.present() && b.carried_by.is_none() && !matches!(b.state, PersonState::Asleep)
}

impl Cells {
    /// Lays cells over the plates marked.
    pub fn lay(&mut self, place: &Place, wanted: &[bool]) {
        self.plates.clear();
        self.count = 0;
        for (k, q) in place.plates.iter().enumerate() {
            self.plates.push(if wanted[k] {
                let g = &place.shapes[q.shape].grid;
                let columns = (libm::ceil(g.columns as f64 * g.cell / CELL_M) as usize).max(1);
                let rows = (libm::ceil(g.rows as f64 * g.cell / CELL_M) as usize).max(1);
                let s = Sheet {
                    origin: g.origin,
                    columns,
                    rows,
                    first: self.count,
                };
                self.count += columns * rows;
                Some(s)
            } else {
                None
            });
        }
    }

    /// Number of the cell at a point of a plate; [`NONE`] where none are laid.
    fn cell(&self, plate: PlateId, p: Point) -> u32 {
        self.plates[plate.index()].as_ref().map_or(NONE, |s| {
            let (c, r) = s.cell(p);
            (s.first + r * s.columns + c) as u32
        })
    }

    /// Sorts people into the cells laid, `seats` in the order of the people; `beside`: what takes up floor beside them, its
    /// plate and place. Shared among threads.
    pub fn fill(&mut self, seats: &[Seat], beside: impl Iterator<Item = (PlateId, Point, Member)>, threads: usize) {
        let mut more = std::mem::take(&mut self.beside);
        more.clear();
        more.extend(beside.map(|(plate, at, m)| (self.cell(plate, at), (at.x as f32, at.y as f32), m)));
        self.beside = more;
        let cells = self.count;
        self.start.clear();
        self.start.resize(cells + 1, 0);
        for k in seats.iter().map(|s| s.cell).chain(self.beside.iter().map(|g| g.0)) {
            if k != NONE {
                self.start[k as usize + 1] += 1;
            }
        }
        for k in 0..cells {
            self.start[k + 1] += self.start[k];
        }
        let most = self.start[cells] as usize;
        self.order.resize(most, 0);
        let mut put = |k: u32, who: usize| {
            if k != NONE {
                let end = &mut self.start[k as usize + 1];
                *end -= 1;
                self.order[*end as usize] = who as u32;
            }
        };
        // Filled from the back, so that `start` ends as the beginning of each cell; what is beside is numbered after all.
        for (n, beside) in self.beside.iter().enumerate() {
            put(beside.0, seats.len() + n);
        }
        for (id, seat) in seats.iter().enumerate().rev() {
            put(seat.cell, id);
        }
        let (order, beside) = (&self.order[..], &self.beside[..]);
        self.x.resize(most + LANES, 0.0);
        self.y.resize(most + LANES, 0.0);
        for ((x, y), id) in self.x.iter_mut().zip(&mut self.y).zip(order) {
            let id = *id as usize;
            (*x, *y) = seats.get(id).map_or_else(|| beside[id - seats.len()].1, |s| s.at);
        }
        self.members.resize(most, Member::default());
        shared(&mut self.members, most.div_ceil(threads).max(1), |k, m| {
            let id = order[k] as usize;
            *m = seats.get(id).map_or_else(|| beside[id - seats.len()].2, |s| s.member);
            false
        });
        self.widest = self.members.iter().map(|m| m.radius).fold(0.0, f32::max);
    }

    /// Adds everybody in an area round a point of a plate.
    pub fn around(&self, plate: PlateId, p: Point, area: &impl Area, met: &mut Meeting) {
        let Some(Some(s)) = self.plates.get(plate.index()) else {
            return;
        };
        let (low, high) = area.bounds();
        let (c0, r0) = s.cell(p + low);
        let (c1, r1) = s.cell(p + high);
        let (px, py) = (Vec4::splat(p.x as f32), Vec4::splat(p.y as f32));
        met.make_room(self.members.len() + LANES);
        let (room, mut count) = (&mut met.room[..], met.count);
        for row in r0..=r1 {
            let base = s.first + row * s.columns;
            // Cell k runs from start[k + 1] to start[k + 2], see `fill`.
            let (mut k, end) = (self.begin(base + c0), self.begin(base + c1 + 1));
            // So many at once, and written whether in the area or not: whether they are, nobody could foretell.
            while k < end {
                let lanes = |v: &[f32]| v.get(k..k + LANES).map(Vec4::from_slice);
                let places = room.get_mut(count..).and_then(|r| r.first_chunk_mut::<LANES>());
                let (Some(x), Some(y), Some(places)) = (lanes(&self.x), lanes(&self.y), places) else {
                    break;
                };
                let (x, y) = (x - px, y - py);
                let held = area.holds(x, y) & !(u32::MAX << (end - k).min(LANES));
                let (x, y) = (x.to_array(), y.to_array());
                let mut found = 0;
                for n in 0..LANES {
                    places[found % LANES] = Met {
                        member: (k + n) as u32,
                        way: (x[n], y[n]),
                    };
                    found += (held >> n & 1) as usize;
                }
                count += found;
                k += LANES;
            }
        }
        met.count = count;
    }

    /// Radius of the widest body in them, m.
    pub fn widest(&self) -> f64 {
        f64::from(self.widest)
    }

    /// Where somebody found is.
    pub fn at(&self, member: u32) -> Point {
        Point::new(self.x[member as usize].into(), self.y[member as usize].into())
    }

    /// Somebody found, by their number among the members.
    pub fn numbered(&self, member: u32) -> &Member {
        &self.members[member as usize]
    }

    /// Somebody found by [`Cells::around`].
    pub fn member(&self, met: &Met) -> &Member {
        self.numbered(met.member)
    }

    /// First member of a cell; after filling, `start[k + 1]` holds it.
    #[inline]
    fn begin(&self, k: usize) -> usize {
        self.start.get(k + 1).map_or(self.members.len(), |s| *s as usize)
    }
}

impl Sheet {
    #[inline]
    fn cell(&self, p: Point) -> (usize, usize) {
        // Casts of negative numbers give 0.
        let at = |v: f64, n: usize| ((v * (1.0 / CELL_M)) as u32 as usize).min(n - 1);
        (
            at(p.x - self.origin.x, self.columns),
            at(p.y - self.origin.y, self.rows),
        )
    }
}

/// A body in touch with others, or nearly.
#[derive(Clone, Copy, Debug, Default)]
pub struct Touch {
    /// Index of the other's step, or [`Touch::STANDS`].
    pub other: u32,
    /// Their number among the members of [`Cells`].
    pub member: u32,
    /// Sum of the radii, m.
    pub contact: f32,
    /// Part of an overlap that this body gives way by.
    pub share: f32,
}

impl Touch {
    /// Somebody who does not walk.
    pub const STANDS: u32 = NONE;
}

/// Where a body goes to get clear of those it overlaps with, from `own`: the sum of its shares. `at` gives the others'
/// places. All bodies are moved at once from the same places, so that the order does not matter.
pub fn parted(own: Point, period: Point, touches: &[Touch], at: impl Fn(&Touch) -> Point) -> Option<Point> {
    let round = period != Point::default();
    let mut moved = Point::default();
    let mut touched = false;
    for t in touches {
        let other = at(t);
        let d = if round { apart(other, own, period) } else { own - other };
        let l2 = d.dot(d);
        let contact = f64::from(t.contact);
        if l2 >= contact * contact {
            continue;
        }
        let l = l2.sqrt();
        let overlap = contact - l;
        touched |= overlap > figures::OVERLAP_M;
        moved = moved + d * (overlap * f64::from(t.share) / l.max(1e-6));
    }
    touched.then(|| own + moved)
}

/// The way from `a` to `b`, the short way round in a periodic space (`period`: its length along its axis, or zero).
pub fn apart(a: Point, b: Point, period: Point) -> Point {
    let d = b - a;
    let l2 = period.dot(period);
    if l2 > 0.0 {
        let turns = libm::round(d.dot(period) / l2);
        return d - period * turns;
    }
    d
}

// One line of memory.
const _: () = assert!(size_of::<Member>() <= 64);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{PortalId, SpaceId};

    #[test]
    fn who_came_by_another_portal_or_none_came_another_way_and_is_known_by_how_long_they_were_held_up() {
        let came = |by: Option<u32>, held: f64| {
            let mut b = Body::new(PlateId(0), SpaceId(0), Point::default(), 0.0);
            (b.came_by, b.held) = (by.map(PortalId), held);
            Queued::of(&b)
        };
        let ways = [came(None, 0.2), came(Some(5), 1.0), came(Some(6), 0.0)];
        for (i, a) in ways.iter().enumerate() {
            for (j, b) in ways.iter().enumerate() {
                assert_eq!(a.came_with(*b), i == j);
            }
        }
        assert!(came(Some(5), 0.3).came_with(ways[1]));
        assert_eq!((ways[1].held(), ways[2].held()), (31, 0));
        assert!(came(None, 0.5).held() > ways[0].held());
    }

    fn holds(area: &impl Area, (x, y): (f32, f32)) -> bool {
        // In the second lane; nobody is in the others.
        let held = area.holds(Vec4::new(99.0, x, 99.0, 99.0), Vec4::new(0.0, y, 0.0, 0.0));
        assert_eq!(held & !2, 0);
        held == 2
    }

    /// Fails if the area reaches beyond what it says its bounds are.
    fn bounded(area: &impl Area) {
        let (low, high) = area.bounds();
        let grid = (-40..=40).flat_map(|i| (-40..=40).map(move |j| (i as f32 * 0.1, j as f32 * 0.1)));
        for way in grid.filter(|way| holds(area, *way)) {
            let (x, y) = (f64::from(way.0), f64::from(way.1));
            let within = |v: f64, from: f64, to: f64| v >= from - 1e-6 && v <= to + 1e-6;
            assert!(
                within(x, low.x, high.x) && within(y, low.y, high.y),
                "{way:?} in {low:?} {high:?}"
            );
        }
    }

    #[test]
    fn whoever_looks_sees_all_but_those_behind_and_those_close_by_behind_too() {
        for k in 0..17 {
            let a = f64::from(k) * 0.37;
            let at = |turn: f64, by: f64| {
                let a = a + turn;
                ((by * libm::cos(a)) as f32, (by * libm::sin(a)) as f32)
            };
            let area = View::new(1.1, at(0.0, 1.0), 3.0);
            bounded(&area);
            for turn in [0.0, 1.5, -1.5, 1.8, -1.8] {
                assert!(holds(&area, at(turn, 2.9)) && !holds(&area, at(turn, 3.1)));
            }
            for turn in [2.0, -2.0, 3.1] {
                assert!(holds(&area, at(turn, 1.0)) && !holds(&area, at(turn, 1.2)));
            }
        }
    }

    #[test]
    fn the_bounds_of_what_is_ahead_hold_all_of_it_and_it_reaches_as_far_as_it_says() {
        let unit = |k: usize| {
            let a = k as f64 * 0.37;
            (libm::cos(a) as f32, libm::sin(a) as f32)
        };
        for k in 0..17 {
            let area = Ahead::new(0.8, [unit(k), unit(k + 2)], 2.0, 0.4);
            bounded(&area);
            let far = |e: (f32, f32), by: f32| (e.0 * by, e.1 * by);
            assert!(
                [far(unit(k), 1.9), far(unit(k + 2), 1.9), far(unit(k), -0.7)]
                    .iter()
                    .all(|p| holds(&area, *p))
            );
            assert!(
                [far(unit(k), 2.1), far(unit(k), -0.9)]
                    .iter()
                    .all(|p| !holds(&area, *p))
            );
        }
    }
}
