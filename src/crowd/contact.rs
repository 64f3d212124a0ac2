//! Who is near whom, in cells by plate; and bodies that touch: they part from each other, push, and hold each other up.

use super::body::{Body, Fact, Leg, Why};
use super::figures;
use super::{PersonState, Posture};
use crate::place::{Place, PlateId};
use crate::scenario::{Mobility, Point};

/// Side of a cell, m.
const CELL_M: f64 = 0.8;
const NONE: u32 = u32::MAX;

/// Cells of the plates on which somebody walks. Scratch: rebuilt every tick.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    plates: Vec<Option<Sheet>>,
    /// First member of each cell, and one past the end.
    start: Vec<u32>,
    /// Persons, cell by cell, ordered by id within.
    members: Vec<Member>,
    /// Where they are: most of those looked at are out of reach, and no more is read of them.
    x: Vec<f64>,
    y: Vec<f64>,
    cell_of: Vec<u32>,
}

/// What others need to know of a person, side by side in memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Member {
    pub at: Point,
    /// m/s.
    pub velocity: Point,
    pub radius: f64,
    /// Of the feet, m absolute.
    pub z: f32,
    /// Distance to the goal, m.
    pub to_goal: f64,
    /// Number of the goal they walk to, 0 if none that a queue forms at.
    pub goal: u64,
    /// [`Member::GONE`] for somebody who is out already and still in the way.
    pub id: u32,
    /// Index into the steps of those who walk, or [`Touch::STANDS`].
    pub step: u32,
    pub fallen: bool,
    /// Follows somebody, is looked after, or walks with others.
    pub bound: bool,
    /// Stands and waits, or has nothing to do.
    pub idle: bool,
    /// Sits in a wheelchair, which nobody makes narrower by turning the shoulders.
    pub wheels: bool,
    /// With how much they push, and whither, N.
    pub push: (f32, f32),
    /// Where those who walk face; nowhere for others.
    pub facing: (f32, f32),
}

impl Member {
    /// Number of those who are no longer there to be looked up.
    pub const GONE: u32 = NONE;

    fn new(id: usize, b: &Body, f: &Fact, to_goal: f64, step: u32) -> Self {
        Self {
            at: b.at,
            velocity: b.heading * b.speed,
            radius: f.radius,
            z: b.z as f32,
            to_goal,
            goal: goal_number(b),
            id: id as u32,
            step,
            fallen: fallen(b),
            bound: b.led_by.is_some() || f.kin_of.is_some() || f.together,
            wheels: f.mobility == Mobility::Wheelchair,
            idle: step == Touch::STANDS || b.why == Why::WaitsForGroup,
            facing: if b.state == PersonState::Moving {
                (b.heading.x as f32, b.heading.y as f32)
            } else {
                (0.0, 0.0)
            },
            push: ((b.heading.x * b.load) as f32, (b.heading.y * b.load) as f32),
        }
    }
}

/// Somebody near, and the way to them, m.
#[derive(Clone, Copy, Debug, Default)]
pub struct Met {
    member: u32,
    pub way: Point,
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
    /// Sorts people into cells on the plates marked; `ways`: how far from the goal, m, and `steps`: of those who walk, by
    /// person; `gone`: plate, place, velocity and radius of those just out.
    pub fn rebuild(
        &mut self,
        place: &Place,
        bodies: &[Body],
        facts: &[Fact],
        ways: &[(f64, Option<Point>)],
        steps: &[u32],
        wanted: &[bool],
        gone: impl Iterator<Item = (PlateId, Point, Point, f64)> + Clone,
    ) {
        self.plates.clear();
        let mut cells = 0;
        for (k, q) in place.plates.iter().enumerate() {
            self.plates.push(if wanted[k] {
                let g = &place.shapes[q.shape].grid;
                let columns = (libm::ceil(g.columns as f64 * g.cell / CELL_M) as usize).max(1);
                let rows = (libm::ceil(g.rows as f64 * g.cell / CELL_M) as usize).max(1);
                let s = Sheet {
                    origin: g.origin,
                    columns,
                    rows,
                    first: cells,
                };
                cells += columns * rows;
                Some(s)
            } else {
                None
            });
        }
        self.start.clear();
        self.start.resize(cells + 1, 0);
        self.cell_of.clear();
        self.cell_of.resize(bodies.len(), NONE);
        let at = |plates: &[Option<Sheet>], plate: PlateId, p: Point| {
            plates[plate.index()].as_ref().map(|s| {
                let (c, r) = s.cell(p);
                s.first + r * s.columns + c
            })
        };
        for (id, b) in bodies.iter().enumerate() {
            if stands(b)
                && let Some(k) = at(&self.plates, b.plate, b.at)
            {
                self.cell_of[id] = k as u32;
                self.start[k + 1] += 1;
            }
        }
        for (plate, p, ..) in gone.clone() {
            if let Some(k) = at(&self.plates, plate, p) {
                self.start[k + 1] += 1;
            }
        }
        for k in 0..cells {
            self.start[k + 1] += self.start[k];
        }
        self.members.clear();
        self.members.resize(self.start[cells] as usize, Member::default());
        let mut put = |k: usize, m: Member| {
            self.start[k + 1] -= 1;
            self.members[self.start[k + 1] as usize] = m;
        };
        // Filled from the back, so that `start` ends as the beginning of each cell.
        for (plate, p, velocity, radius) in gone {
            if let Some(k) = at(&self.plates, plate, p) {
                let m = Member {
                    at: p,
                    velocity,
                    radius,
                    z: place.plates[plate.index()].z as f32,
                    id: Member::GONE,
                    step: Touch::STANDS,
                    ..Member::default()
                };
                put(k, m);
            }
        }
        for (id, b) in bodies.iter().enumerate().rev() {
            let k = self.cell_of[id];
            if k != NONE {
                put(k as usize, Member::new(id, b, &facts[id], ways[id].0, steps[id]));
            }
        }
        self.x.clear();
        self.x.extend(self.members.iter().map(|m| m.at.x));
        self.y.clear();
        self.y.extend(self.members.iter().map(|m| m.at.y));
    }

    /// Adds everybody within `reach` (m) of a point of a plate.
    pub fn around(&self, plate: PlateId, p: Point, reach: f64, found: &mut Vec<Met>) {
        let Some(Some(s)) = self.plates.get(plate.index()) else {
            return;
        };
        let (c0, r0) = s.cell(p - Point::new(reach, reach));
        let (c1, r1) = s.cell(p + Point::new(reach, reach));
        let limit = reach * reach;
        for row in r0..=r1 {
            let base = s.first + row * s.columns;
            // Cell k runs from start[k + 1] to start[k + 2], see `rebuild`.
            let (from, end) = (self.begin(base + c0), self.begin(base + c1 + 1));
            // Written whether in reach or not: whether they are, nobody could foretell.
            let mut count = found.len();
            found.resize(count + end - from, Met::default());
            for (k, (x, y)) in self.x[from..end].iter().zip(&self.y[from..end]).enumerate() {
                let way = Point::new(*x - p.x, *y - p.y);
                found[count] = Met {
                    member: (from + k) as u32,
                    way,
                };
                count += usize::from(way.dot(way) < limit);
            }
            found.truncate(count);
        }
    }

    /// Somebody found by [`Cells::around`].
    pub fn member(&self, met: &Met) -> &Member {
        &self.members[met.member as usize]
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
        let at = |v: f64, n: usize| ((v * (1.0 / CELL_M)) as usize).min(n - 1);
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
    /// Where the other stands, if they do not walk.
    pub at: Point,
    /// Sum of the radii, m.
    pub contact: f64,
    /// Part of an overlap that this body gives way by.
    pub share: f64,
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
        if l2 >= t.contact * t.contact {
            continue;
        }
        let l = l2.sqrt();
        let overlap = t.contact - l;
        touched |= overlap > figures::OVERLAP_M;
        moved = moved + d * (overlap * t.share / l.max(1e-6));
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
