//! Who is near whom: cells by plate, and the rule that no body enters another.

use super::body::{Body, Fact, Leg};
use super::figures::REACH_M;
use super::{PersonState, figures};
use crate::place::{Place, PlateId};
use crate::scenario::Point;

const CELL_M: f64 = REACH_M / 2.0;
const NONE: u32 = u32::MAX;

/// Cells of the plates on which somebody walks. Scratch: rebuilt every tick.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    plates: Vec<Option<Sheet>>,
    /// First member of each cell, and one past the end.
    start: Vec<u32>,
    /// Persons, cell by cell, ordered by id within.
    members: Vec<Member>,
    cell_of: Vec<u32>,
}

/// What others need to know of a person, side by side in memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Member {
    pub id: u32,
    pub fallen: bool,
    /// Number of the goal they walk to, 0 if none that a queue forms at.
    pub goal: u64,
    pub at: Point,
    /// m/s.
    pub velocity: Point,
    pub heading: Point,
    pub radius: f64,
    /// Distance to the goal, m.
    pub to_goal: f64,
}

impl Member {
    fn new(id: usize, b: &Body, radius: f64, to_goal: f64) -> Self {
        Self {
            id: id as u32,
            fallen: b.state == PersonState::Incapacitated,
            goal: goal_number(b),
            at: b.at,
            velocity: b.heading * b.speed,
            heading: b.heading,
            radius,
            to_goal,
        }
    }
}

/// Number of the gate or portal that somebody walks to, with its plate; 0 for all others.
pub fn goal_number(b: &Body) -> u64 {
    if b.state != PersonState::Moving {
        return 0;
    }
    match b.leg {
        Leg::Gate(g) => 1 << 63 | u64::from(b.plate.0) << 16 | u64::from(g),
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
    /// Sorts people into cells on the plates marked.
    pub fn rebuild(&mut self, place: &Place, bodies: &[Body], facts: &[Fact], to_goal: &[f64], wanted: &[bool]) {
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
        for (id, b) in bodies.iter().enumerate() {
            if stands(b)
                && let Some(s) = &self.plates[b.plate.index()]
            {
                let (c, r) = s.cell(b.at);
                let k = s.first + r * s.columns + c;
                self.cell_of[id] = k as u32;
                self.start[k + 1] += 1;
            }
        }
        for k in 0..cells {
            self.start[k + 1] += self.start[k];
        }
        self.members.clear();
        self.members.resize(self.start[cells] as usize, Member::default());
        // Filled from the back, so that `start` ends as the beginning of each cell.
        for (id, b) in bodies.iter().enumerate().rev() {
            let k = self.cell_of[id];
            if k != NONE {
                self.start[k as usize + 1] -= 1;
                self.members[self.start[k as usize + 1] as usize] = Member::new(id, b, facts[id].radius, to_goal[id]);
            }
        }
    }

    /// Calls `f` with everybody within reach of a point of a plate.
    #[inline]
    pub fn around(&self, plate: PlateId, p: Point, mut f: impl FnMut(&Member, Point, f64)) {
        let Some(Some(s)) = self.plates.get(plate.index()) else {
            return;
        };
        let (c, r) = s.cell(p);
        let (c0, c1) = (c.saturating_sub(2), (c + 2).min(s.columns - 1));
        for row in r.saturating_sub(2)..=(r + 2).min(s.rows - 1) {
            let base = s.first + row * s.columns;
            // Cell k runs from start[k + 1] to start[k + 2], see `rebuild`.
            let from = self.begin(base + c0);
            let to = self.begin(base + c1 + 1);
            for m in &self.members[from..to] {
                let d = m.at - p;
                let d2 = d.dot(d);
                if d2 < REACH_M * REACH_M {
                    f(m, d, d2);
                }
            }
        }
    }

    /// First member of a cell; after filling, `start[k + 1]` holds it.
    #[inline]
    fn begin(&self, k: usize) -> usize {
        self.start.get(k + 1).map_or(self.members.len(), |s| *s as usize)
    }
}

impl Sheet {
    fn cell(&self, p: Point) -> (usize, usize) {
        let at = |v: f64, n: usize| (libm::floor(v / CELL_M).max(0.0) as usize).min(n - 1);
        (
            at(p.x - self.origin.x, self.columns),
            at(p.y - self.origin.y, self.rows),
        )
    }
}

/// Whether a body may come to stand at `to`: no overlap with the others in `near` that was not there before.
pub fn free(
    bodies: &[Body],
    radius: impl Fn(u32) -> f64,
    id: u32,
    from: Point,
    to: Point,
    near: &[u32],
) -> Option<u32> {
    let own = radius(id);
    near.iter().copied().find(|&j| {
        let b = &bodies[j as usize];
        // The fallen are stepped over.
        if b.state == PersonState::Incapacitated || !stands(b) {
            return false;
        }
        let least = own + radius(j) - figures::OVERLAP_M;
        let after = (b.at - to).length();
        after < least && after < (b.at - from).length() - 1e-12
    })
}
