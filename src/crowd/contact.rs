//! Who is near whom: cells by plate, and the rule that no body enters another.

use super::body::Body;
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
    members: Vec<(u32, f64, f64)>,
    cell_of: Vec<u32>,
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
    b.present() && !matches!(b.state, PersonState::Asleep)
}

impl Cells {
    /// Sorts people into cells on the plates marked.
    pub fn rebuild(&mut self, place: &Place, bodies: &[Body], wanted: &[bool]) {
        self.plates.clear();
        let mut cells = 0;
        for (k, q) in place.plates.iter().enumerate() {
            self.plates.push(if wanted[k] {
                let g = &place.shapes[q.shape].grid;
                let columns = (libm::ceil(g.columns as f64 * g.cell / CELL_M) as usize).max(1);
                let rows = (libm::ceil(g.rows as f64 * g.cell / CELL_M) as usize).max(1);
                let s = Sheet { origin: g.origin, columns, rows, first: cells };
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
        self.members.resize(self.start[cells] as usize, (0, 0.0, 0.0));
        // Filled from the back, so that `start` ends as the beginning of each cell.
        for (id, b) in bodies.iter().enumerate().rev() {
            let k = self.cell_of[id];
            if k != NONE {
                self.start[k as usize + 1] -= 1;
                self.members[self.start[k as usize + 1] as usize] = (id as u32, b.at.x, b.at.y);
            }
        }
    }

    /// Calls `f` with everybody within reach of a point of a plate.
    #[inline]
    pub fn around(&self, plate: PlateId, p: Point, mut f: impl FnMut(u32, Point, f64)) {
        let Some(Some(s)) = self.plates.get(plate.index()) else { return };
        let (c, r) = s.cell(p);
        let (c0, c1) = (c.saturating_sub(2), (c + 2).min(s.columns - 1));
        for row in r.saturating_sub(2)..=(r + 2).min(s.rows - 1) {
            let base = s.first + row * s.columns;
            // Cell k runs from start[k + 1] to start[k + 2], see `rebuild`.
            let from = self.begin(base + c0);
            let to = self.begin(base + c1 + 1);
            for &(id, x, y) in &self.members[from..to] {
                let q = Point::new(x, y);
                let d = q - p;
                let d2 = d.dot(d);
                if d2 < REACH_M * REACH_M {
                    f(id, d, d2);
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
        (at(p.x - self.origin.x, self.columns), at(p.y - self.origin.y, self.rows))
    }
}

/// Whether a body may come to stand at `to`: no overlap with the others in `near` that was not there before.
pub fn free(bodies: &[Body], radius: impl Fn(u32) -> f64, id: u32, from: Point, to: Point, near: &[u32]) -> Option<u32> {
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
