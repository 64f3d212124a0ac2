//! Ways on a plate: fields of walking distance to a goal, and lines of sight.
//!
//! Fields are solved by fast marching (Sethian 1996) on the plate's grid. A metre beside a wall costs no more than any
//! other: however little more it did, everybody in a passage would be drawn to its middle, and two files would hold each
//! other up there. Fields are functions of the place alone; the cache may be dropped at any time.

use super::{OpeningState, Place, PlateId, PortalId, Segment, Shape, polygon};
use crate::scenario::Point;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::sync::Arc;

/// Fields kept at most.
const MOST_FIELDS: usize = 4096;
/// Cells of all fields kept at most; four bytes each.
const MOST_CELLS: usize = 96_000_000;
/// Around a goal in sight distances and directions are exact, m.
const EXACT: f64 = 1.0;
/// Nearer than this a goal in sight is walked to whatever stands beside the way, m.
const CLOSE: f64 = 0.2;
/// Room that a body wants on either side of a straight way, m.
const SHOULDER: f64 = 0.1;
/// A point may be this far from the nearest walkable cell, m.
const REACH: f64 = 0.5;
/// A door that is less open lets nobody see or walk through.
const AJAR: f64 = 0.1;

/// Where a way leads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// A gate of the plate, by its local number.
    Gate(u16),
    /// A portal that leads away from the plate.
    Portal(PortalId),
    /// A point of the plate.
    Point(Point),
}

type Key = (usize, u8, [u64; 6], Vec<u16>, u8);

/// Fields made so far; equal storeys share theirs. The oldest are dropped first.
#[derive(Clone, Default, Debug)]
pub struct Ways {
    fields: BTreeMap<Key, Arc<Field>>,
    /// Shapes as they are for what rolls, by half its width, cm.
    broad: BTreeMap<(usize, u8), Arc<Shape>>,
    order: VecDeque<Key>,
    cells: usize,
}

impl Ways {
    /// The field of distances to a goal on a plate. `shut`: local numbers, sorted, of gates that cannot be passed.
    pub fn field(&mut self, place: &Place, plate: PlateId, goal: Goal, shut: &[u16]) -> Arc<Field> {
        self.broad_field(place, plate, goal, shut, 0)
    }

    /// The same for what rolls: wheelchairs and beds, whose middle stays half their width, `half_cm`, off walls; 0: of
    /// those who walk.
    pub fn broad_field(&mut self, place: &Place, plate: PlateId, goal: Goal, shut: &[u16], half_cm: u8) -> Arc<Field> {
        let on = &place.plates[plate.index()];
        let half = f64::from(half_cm) * 0.01;
        let target = Target::new(&place.shapes[on.shape], place, goal, half);
        let key = (on.shape, target.kind(), target.bits(), shut.to_vec(), half_cm);
        if let Some(f) = self.fields.get(&key) {
            return f.clone();
        }
        let plain = &place.shapes[on.shape];
        let shape = if half_cm == 0 {
            plain
        } else {
            let broad = self.broad.entry((on.shape, half_cm));
            broad.or_insert_with(|| Arc::new(broadened(plain, half)))
        };
        let field = Arc::new(Field::new(shape.clone(), target, shut, half));
        self.cells += field.reached.len();
        while self.order.len() >= MOST_FIELDS || self.cells > MOST_CELLS {
            let Some(old) = self.order.pop_front() else { break };
            if let Some(f) = self.fields.remove(&old) {
                self.cells -= f.reached.len();
            }
        }
        self.order.push_back(key.clone());
        self.fields.insert(key, field.clone());
        field
    }

    /// How many fields are kept.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// None kept.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
}

/// A shape for what rolls: a cell is walkable if somewhere in it a middle is `half` off all walls, m.
fn broadened(shape: &Shape, half: f64) -> Shape {
    /// Points looked at along each side of a cell.
    const SIDE: usize = 4;
    let mut broad = shape.clone();
    let grid = &mut broad.grid;
    let reach = 0.71 * grid.cell;
    let point = |k: usize| {
        let at = |k: usize| ((k as f64 + 0.5) / SIDE as f64 - 0.5) * grid.cell;
        Point::new(at(k % SIDE), at(k / SIDE))
    };
    let points: Vec<Point> = (0..SIDE * SIDE).map(point).collect();
    let mut taken = vec![0_u16; grid.walkable.len()];
    for w in &shape.walls {
        // In short pieces, since cells are found by circles.
        let pieces = w.a.distance(w.b).max(1.0) as usize;
        let at = |k: usize| w.a + (w.b - w.a) * (k as f64 / pieces as f64);
        for (a, b) in (0..pieces).map(|k| (at(k), at(k + 1))) {
            for i in grid.cells_near((a + b) * 0.5, 0.5 * a.distance(b) + half + reach) {
                let c = grid.centre_of(i);
                let surely = polygon::distance(c, a, b) < half - reach;
                for (k, p) in points.iter().enumerate() {
                    if surely || polygon::distance(c + *p, a, b) < half {
                        taken[i] |= 1 << k;
                    }
                }
            }
        }
    }
    for (i, taken) in taken.into_iter().enumerate() {
        grid.walkable[i] &= taken != u16::MAX;
        grid.near[i] |= taken != 0;
    }
    broad
}

/// A goal in coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Target {
    Point(Point),
    /// A line to be reached from anywhere, or from one side and then crossed.
    Line {
        segment: Segment,
        /// The part of it that a body's centre can reach.
        line: Segment,
        cross: Option<Point>,
    },
}

impl Target {
    fn new(shape: &Shape, place: &Place, goal: Goal, half: f64) -> Self {
        match goal {
            Goal::Point(p) => Self::Point(p),
            Goal::Portal(id) => {
                let p = &place.portals[id.index()];
                Self::line(p.segment, Some(p.direction), half)
            }
            Goal::Gate(n) => match shape.gates.get(usize::from(n)) {
                Some(g) => {
                    // The street lies to the right of a street gate's segment.
                    let out = (g.segment.b - g.segment.a).normalised().left() * -1.0;
                    Self::line(g.segment, g.street.then_some(out), half)
                }
                // No such gate: a goal that nothing reaches.
                None => Self::Point(Point::new(f64::NAN, f64::NAN)),
            },
        }
    }
    fn kind(&self) -> u8 {
        match self {
            Self::Point(_) => 0,
            Self::Line { cross: None, .. } => 1,
            Self::Line { cross: Some(_), .. } => 2,
        }
    }
    fn bits(&self) -> [u64; 6] {
        let (a, b, c) = match *self {
            Self::Point(p) => (p, Point::default(), Point::default()),
            Self::Line { segment, cross, .. } => (segment.a, segment.b, cross.unwrap_or_default()),
        };
        [a.x, a.y, b.x, b.y, c.x, c.y].map(f64::to_bits)
    }
    fn line(segment: Segment, cross: Option<Point>, half: f64) -> Self {
        let line = polygon::shortened(&segment, half.max(0.2));
        Self::Line { segment, line, cross }
    }
    /// Nearest point of the goal.
    fn nearest(&self, p: Point) -> Point {
        match self {
            Self::Point(q) => *q,
            Self::Line { line, .. } => polygon::closest(p, line.a, line.b),
        }
    }
    /// Whether the goal may be walked to straight from here: lines that are crossed have one side.
    fn on_this_side(&self, p: Point) -> bool {
        match self {
            Self::Line {
                segment,
                cross: Some(d),
                ..
            } => (p - segment.a).dot(*d) <= 1e-9,
            _ => true,
        }
    }
}

/// Walking distances from everywhere on a plate to a goal, measured on plan.
#[derive(Clone, Debug)]
pub struct Field {
    shape: Arc<Shape>,
    target: Target,
    shut: Vec<Segment>,
    /// Their local numbers.
    shut_gates: Vec<u16>,
    /// Half the width of what rolls, m; 0 for those who walk.
    half: f64,
    /// See [`Field::short`].
    short: f64,
    /// Length of the way from each cell to the goal, m; infinite where there is none.
    reached: Vec<f32>,
}

impl Field {
    fn new(shape: Arc<Shape>, target: Target, shut: &[u16], half: f64) -> Self {
        let segments: Vec<Segment> = shut
            .iter()
            .filter_map(|&g| shape.gates.get(usize::from(g)).map(|g| g.segment))
            .collect();
        let n = shape.grid.walkable.len();
        let mut field = Self {
            shape,
            target,
            shut: segments,
            shut_gates: shut.to_vec(),
            half,
            short: 0.0,
            reached: vec![f32::INFINITY; n],
        };
        field.march(|_| 1.0);
        if half > 0.0 {
            let least = field.reached.iter().copied().fold(f32::INFINITY, f32::min);
            field.short = f64::from(least);
        }
        field
    }

    /// The way to the same goal by walking time: a metre through a cell takes `slow` times as long as elsewhere. What the
    /// new field calls distances are times, in metres of free way.
    pub fn slowed(&self, slow: &[f32]) -> Self {
        let n = self.reached.len();
        let mut field = Self {
            reached: vec![f32::INFINITY; n],
            shape: self.shape.clone(),
            target: self.target,
            shut: self.shut.clone(),
            shut_gates: self.shut_gates.clone(),
            half: self.half,
            short: self.short,
        };
        field.march(|i| slow.get(i).copied().unwrap_or(1.0));
        field
    }

    /// Whether the way from a point leads round something: longer than the straight line to the goal by more than the
    /// error of the grid.
    pub fn bends(&self, p: Point) -> bool {
        let straight = self.target.nearest(p).distance(p);
        self.distance(p).is_some_and(|d| d > 1.05 * straight + 0.3)
    }

    /// Whether a wall or a gate that is shut stands between two points.
    fn blocked(&self, a: Point, b: Point) -> bool {
        self.shape.wall_between(a, b) || self.shut.iter().any(|s| polygon::meet(a, b, s.a, s.b))
    }

    fn march(&mut self, slow: impl Fn(usize) -> f32) {
        let shut = std::mem::take(&mut self.shut_gates);
        let shape = self.shape.clone();
        let grid = &shape.grid;
        let open = |i: usize| grid.walkable[i] && (grid.gate[i] == u16::MAX || !shut.contains(&grid.gate[i]));
        let mut heap: BinaryHeap<Reverse<u64>> = BinaryHeap::new();
        let entry = |far: f32, i: usize| Reverse((u64::from(far.to_bits()) << 32) | i as u64);
        for (i, d) in self.seeds(&open) {
            self.reached[i] = d;
            heap.push(entry(d, i));
        }
        let (h, columns) = (grid.cell as f32, grid.columns);
        let mut done = vec![false; self.reached.len()];
        while let Some(Reverse(next)) = heap.pop() {
            let i = (next & 0xffff_ffff) as usize;
            if done[i] {
                continue;
            }
            done[i] = true;
            // The grid has a margin of two cells that nobody walks on, so neighbours always exist.
            for j in [i - 1, i + 1, i - columns, i + columns] {
                if done[j] || !open(j) {
                    continue;
                }
                let least = |a: usize, b: usize| {
                    let (a, b) = (
                        if done[a] { Some(a) } else { None },
                        if done[b] { Some(b) } else { None },
                    );
                    match (a, b) {
                        (Some(a), Some(b)) => Some(if self.reached[a] <= self.reached[b] { a } else { b }),
                        (a, b) => a.or(b),
                    }
                };
                let step = h * slow(j);
                let (x, y) = (least(j - 1, j + 1), least(j - columns, j + columns));
                let far = match (x, y) {
                    (Some(x), Some(y)) => {
                        let (fx, fy) = (self.reached[x], self.reached[y]);
                        let d = fx - fy;
                        let root = 2.0 * step * step - d * d;
                        let far = 0.5 * (fx + fy + root.max(0.0).sqrt());
                        if root > 0.0 && far > fx && far > fy {
                            far
                        } else {
                            fx.min(fy) + step
                        }
                    }
                    (Some(from), None) | (None, Some(from)) => self.reached[from] + step,
                    (None, None) => continue,
                };
                if far < self.reached[j] {
                    self.reached[j] = far;
                    heap.push(entry(far, j));
                }
            }
        }
        self.shut_gates = shut;
    }

    /// Cells around the goal with their exact distances.
    fn seeds(&self, open: &impl Fn(usize) -> bool) -> Vec<(usize, f32)> {
        let grid = &self.shape.grid;
        let (middle, half) = match self.target {
            Target::Point(p) => (p, 0.0),
            Target::Line { segment, .. } => ((segment.a + segment.b) * 0.5, segment.a.distance(segment.b) * 0.5),
        };
        if !middle.x.is_finite() || !middle.y.is_finite() {
            return Vec::new();
        }
        let mut seeds = Vec::new();
        let mut fallback: Option<(f64, usize)> = None;
        for i in grid.cells_near(middle, half + EXACT) {
            let c = grid.centre_of(i);
            if !open(i) || !self.target.on_this_side(c) {
                continue;
            }
            let goal = self.target.nearest(c);
            let d = c.distance(goal);
            if d > EXACT {
                continue;
            }
            // A gate that is its own goal does not hide itself.
            let seen = !self.shape.wall_between(c, goal)
                && !self
                    .shut
                    .iter()
                    .any(|s| !self.is_target(s) && polygon::meet(c, goal, s.a, s.b));
            if seen && (self.half == 0.0 || self.has_room(c, goal)) {
                seeds.push((i, d as f32));
            } else if (seen || self.half == 0.0) && fallback.is_none_or(|(b, _)| d < b) {
                fallback = Some((d, i));
            }
        }
        if seeds.is_empty() {
            // The point lies in a wall or an obstacle, or too near to one: the nearest free cell stands for it.
            return fallback.into_iter().map(|(d, i)| (i, d as f32)).collect();
        }
        seeds
    }

    /// Whether a body has room beside a straight way.
    fn has_room(&self, a: Point, b: Point) -> bool {
        let aside = (b - a).normalised().left() * (0.95 * self.half).max(SHOULDER);
        // The side of what is broad may begin behind the wall beside which it stands.
        let behind = |s: Point| self.half > 0.0 && self.shape.wall_between(a, a + s);
        [aside, aside * -1.0]
            .iter()
            .all(|&s| !self.shape.wall_between(a + s, b + s) && !behind(s))
    }

    /// How near what rolls comes to the goal, m: not quite there if that lies too near to a wall.
    pub const fn short(&self) -> f64 {
        self.short
    }

    fn is_target(&self, s: &Segment) -> bool {
        matches!(self.target, Target::Line { segment, .. } if segment == *s)
    }

    /// The four cells around a point with their weights, if all have a way.
    fn around(&self, p: Point) -> Option<([usize; 4], f64, f64)> {
        let grid = &self.shape.grid;
        let (x, y) = (
            (p.x - grid.origin.x) / grid.cell - 0.5,
            (p.y - grid.origin.y) / grid.cell - 0.5,
        );
        let (column, row) = (x as u32 as usize, y as u32 as usize);
        if !(x >= 0.0 && y >= 0.0) || column + 1 >= grid.columns || row + 1 >= grid.rows {
            return None;
        }
        let i = row * grid.columns + column;
        let cells = [i, i + 1, i + grid.columns, i + grid.columns + 1];
        cells
            .iter()
            .all(|&c| self.reached[c].is_finite())
            .then_some((cells, x - column as f64, y - row as f64))
    }

    /// The nearest cell with a way that can be seen, or else simply the nearest, within reach.
    fn nearest_cell(&self, p: Point) -> Option<usize> {
        let grid = &self.shape.grid;
        let near = || {
            grid.cells_near(p, REACH)
                .filter(|&i| self.reached[i].is_finite())
                .map(|i| (grid.centre_of(i).distance(p), i))
        };
        let order = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        let (_, first) = near().min_by(order)?;
        if !self.blocked(p, grid.centre_of(first)) {
            return Some(first);
        }
        let mut all: Vec<(f64, usize)> = near().collect();
        all.sort_by(order);
        let seen = all.iter().find(|(_, i)| !self.blocked(p, grid.centre_of(*i)));
        Some(seen.map_or(first, |(_, i)| *i))
    }

    /// Length of the way from a point to the goal, m on plan; `None` if there is none.
    pub fn distance(&self, p: Point) -> Option<f64> {
        if !(p.x.is_finite() && p.y.is_finite()) {
            return None;
        }
        if let Some(d) = self.straight(p) {
            return Some(d);
        }
        if let Some((c, u, v)) = self.around(p) {
            let l = c.map(|i| f64::from(self.reached[i]));
            return Some((l[0] * (1.0 - u) + l[1] * u) * (1.0 - v) + (l[2] * (1.0 - u) + l[3] * u) * v);
        }
        let i = self.nearest_cell(p)?;
        Some(f64::from(self.reached[i]) + self.shape.grid.centre_of(i).distance(p))
    }

    /// Distance to a goal that is close and in sight, with room for a body on the way.
    fn straight(&self, p: Point) -> Option<f64> {
        let goal = self.target.nearest(p);
        let d = goal.distance(p);
        if !(d <= EXACT && self.target.on_this_side(p)) || self.shape.wall_between(p, goal) {
            return None;
        }
        ((d <= CLOSE || self.has_room(p, goal)) && self.reachable(p, goal)).then_some(d)
    }

    fn reachable(&self, p: Point, goal: Point) -> bool {
        !self
            .shut
            .iter()
            .any(|s| !self.is_target(s) && polygon::meet(p, goal, s.a, s.b))
            && self
                .shape
                .grid
                .cells_near(goal, REACH)
                .any(|i| self.reached[i].is_finite())
    }

    /// Unit vector along the way to the goal; `None` at the goal and where there is no way.
    pub fn direction(&self, p: Point) -> Option<Point> {
        self.look(p).and_then(|l| l.1)
    }

    /// Length of the way to the goal (m on plan) and its direction, as [`Field::distance`] and [`Field::direction`];
    /// `None` where there is no way.
    pub fn look(&self, p: Point) -> Option<(f64, Option<Point>)> {
        if !(p.x.is_finite() && p.y.is_finite()) {
            return None;
        }
        if let Some(distance) = self.straight(p) {
            let goal = self.target.nearest(p);
            let aim = match self.target {
                // At the line the way leads on through it.
                Target::Line { cross: Some(d), .. } if goal.distance(p) < 0.05 => goal + d * 0.3,
                _ => goal,
            };
            let d = aim - p;
            return Some((distance, (d.length() > 1e-6).then(|| d.normalised())));
        }
        if let Some((c, u, v)) = self.around(p) {
            let l = c.map(|i| f64::from(self.reached[i]));
            let distance = (l[0] * (1.0 - u) + l[1] * u) * (1.0 - v) + (l[2] * (1.0 - u) + l[3] * u) * v;
            let dx = (l[1] - l[0]) * (1.0 - v) + (l[3] - l[2]) * v;
            let dy = (l[2] - l[0]) * (1.0 - u) + (l[3] - l[1]) * u;
            let g = Point::new(-dx, -dy);
            let grid = &self.shape.grid;
            if g.length() > 1e-4 {
                let d = g.normalised();
                // Beside a corner the gradient may cut it by a little; off the walls there is none.
                let open = self.shut.is_empty() && !c.iter().any(|&i| grid.near[i]);
                if open || !self.blocked(p, p + d * (grid.cell * 0.5)) {
                    return Some((distance, Some(d)));
                }
            }
            return Some((distance, self.nearest_cell(p).and_then(|i| self.over_cells(p, i))));
        }
        let i = self.nearest_cell(p)?;
        let distance = f64::from(self.reached[i]) + self.shape.grid.centre_of(i).distance(p);
        Some((distance, self.over_cells(p, i)))
    }

    /// Direction over the nearest cell `i` to its best neighbour, for points beside the cells.
    fn over_cells(&self, p: Point, i: usize) -> Option<Point> {
        let grid = &self.shape.grid;
        let here = grid.centre_of(i);
        // Over the nearest cell to its best neighbour, or to the cell itself if that is not in sight.
        let mut best = (self.reached[i], i);
        let (columns, n) = (grid.columns, self.reached.len());
        for (dx, dy) in [
            (-1isize, 0isize),
            (1, 0),
            (0, -1),
            (0, 1),
            (-1, -1),
            (1, -1),
            (-1, 1),
            (1, 1),
        ] {
            let at = |dx: isize, dy: isize| i.wrapping_add_signed(dx + dy * columns as isize);
            let j = at(dx, dy);
            let free = |k: usize| k < n && self.reached[k].is_finite();
            let round_corner = dx != 0 && dy != 0 && !(free(at(dx, 0)) && free(at(0, dy)));
            if free(j) && !round_corner && self.reached[j] < best.0 && !self.blocked(p, grid.centre_of(j)) {
                best = (self.reached[j], j);
            }
        }
        let to = if best.1 == i { here } else { grid.centre_of(best.1) };
        let d = to - p;
        if d.length() > 1e-6 {
            return Some(d.normalised());
        }
        let d = self.target.nearest(p) - p;
        (d.length() > 1e-6 && !self.shape.wall_between(p, self.target.nearest(p))).then(|| d.normalised())
    }
}

/// Whether two points of a plate see each other on plan: walls and shut openings block.
pub fn line_of_sight(place: &Place, plate: PlateId, a: Point, b: Point, openings: &[OpeningState]) -> bool {
    let on = &place.plates[plate.index()];
    let shape = &place.shapes[on.shape];
    if shape.wall_between(a, b) {
        return false;
    }
    on.gates.iter().zip(&shape.gates).all(|(id, gate)| {
        let free = openings.get(id.index()).map_or(1.0, OpeningState::free);
        free >= AJAR || !polygon::meet(a, b, gate.segment.a, gate.segment.b)
    })
}
