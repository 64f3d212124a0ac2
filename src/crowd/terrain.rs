//! Walls and gates near a point, found through a grid of each shape; keeps bodies out of walls.

use super::figures::{PASSABLE, WALL_M};
use crate::place::{OpeningState, Place, PlateId, Segment, Shape};
use crate::scenario::Point;

const CELL_M: f64 = 0.5;
/// Half the diagonal of a cell, m.
const HALF_DIAGONAL_M: f64 = 0.36;
/// Walls and gates are near up to this distance, m.
pub const NEAR_M: f64 = 1.1;
/// Where the next wall or gate is further away than this (m), none is near; a little more than the reach of what is near,
/// since clearances are kept in single precision.
pub const NEAR_CLEAR_M: f64 = NEAR_M + 0.001;
/// Clearances are known up to this, m.
const CLEAR_M: f32 = 3.2;
/// Marks a gate among the entries.
const GATE: u32 = 1 << 31;

/// The point of a segment nearest to `p`.
pub fn nearest(s: &Segment, p: Point) -> Point {
    let d = s.b - s.a;
    let l = d.dot(d);
    let t = if l > 0.0 {
        ((p - s.a).dot(d) / l).clamp(0.0, 1.0)
    } else {
        0.0
    };
    s.a + d * t
}

/// Whether the way from `a` to `b` crosses a segment; ending on it counts, beginning on it does not.
pub fn crosses(a: Point, b: Point, s: &Segment) -> bool {
    let v = s.b - s.a;
    let (da, db) = (v.cross(a - s.a), v.cross(b - s.a));
    if !((da > 0.0 && db <= 0.0) || (da < 0.0 && db >= 0.0)) {
        return false;
    }
    let u = b - a;
    let (ca, cb) = (u.cross(s.a - a), u.cross(s.b - a));
    ca * cb <= 0.0
}

/// Walls and gates of a shape by cell.
#[derive(Clone, Debug, Default)]
struct Index {
    origin: Point,
    columns: usize,
    rows: usize,
    start: Vec<u32>,
    entries: Vec<u32>,
    /// Least distance of a cell's points to a wall or gate, m.
    clear: Vec<f32>,
}

impl Index {
    fn new(shape: &Shape) -> Self {
        let ends = shape
            .walls
            .iter()
            .chain(shape.gates.iter().map(|g| &g.segment))
            .flat_map(|s| [s.a, s.b]);
        let g = &shape.grid;
        let corner = Point::new(g.columns as f64 * g.cell, g.rows as f64 * g.cell) + g.origin;
        let (mut low, mut high) = (g.origin, corner);
        for p in ends {
            low = Point::new(low.x.min(p.x), low.y.min(p.y));
            high = Point::new(high.x.max(p.x), high.y.max(p.y));
        }
        let columns = (libm::ceil((high.x - low.x) / CELL_M) as usize).clamp(1, 4000);
        let rows = (libm::ceil((high.y - low.y) / CELL_M) as usize).clamp(1, 4000);
        let mut lists: Vec<Vec<u32>> = vec![Vec::new(); columns * rows];
        let mut clear = vec![CLEAR_M; columns * rows];
        let mut put = |number: u32, s: &Segment| {
            let cell = |v: f64, n: usize| (libm::floor(v / CELL_M).max(0.0) as usize).min(n - 1);
            let reach = f64::from(CLEAR_M);
            let (x0, x1) = (s.a.x.min(s.b.x) - reach - low.x, s.a.x.max(s.b.x) + reach - low.x);
            let (y0, y1) = (s.a.y.min(s.b.y) - reach - low.y, s.a.y.max(s.b.y) + reach - low.y);
            for r in cell(y0, rows)..=cell(y1, rows) {
                for c in cell(x0, columns)..=cell(x1, columns) {
                    let m = Point::new((c as f64 + 0.5) * CELL_M, (r as f64 + 0.5) * CELL_M) + low;
                    let d = nearest(s, m).distance(m) - HALF_DIAGONAL_M;
                    let least = &mut clear[r * columns + c];
                    *least = least.min(d.max(0.0) as f32);
                    if d <= NEAR_M {
                        lists[r * columns + c].push(number);
                    }
                }
            }
        };
        for (k, s) in shape.walls.iter().enumerate() {
            put(k as u32, s);
        }
        for (k, g) in shape.gates.iter().enumerate() {
            put(k as u32 | GATE, &g.segment);
        }
        let mut start = vec![0];
        let mut entries = Vec::new();
        for l in lists {
            entries.extend(l);
            start.push(entries.len() as u32);
        }
        Self {
            origin: low,
            columns,
            rows,
            start,
            entries,
            clear,
        }
    }
    fn cell(&self, p: Point) -> usize {
        // Casts of negative numbers give 0.
        let cell = |v: f64, n: usize| ((v * (1.0 / CELL_M)) as u32 as usize).min(n - 1);
        cell(p.y - self.origin.y, self.rows) * self.columns + cell(p.x - self.origin.x, self.columns)
    }
    fn near(&self, p: Point) -> &[u32] {
        let k = self.cell(p);
        &self.entries[self.start[k] as usize..self.start[k + 1] as usize]
    }
}

/// A part of a wall or a gate near a point.
pub enum Near<'a> {
    Wall(&'a Segment),
    /// Local number and line.
    Gate(u16, &'a Segment),
}

/// A wall or shut gate near somebody.
#[derive(Clone, Copy, Debug)]
pub struct Solid {
    pub segment: Segment,
    /// From its nearest point to them, m.
    pub away: Point,
    /// Length of that, m.
    pub distance: f64,
}

impl Solid {
    fn new(segment: &Segment, p: Point) -> Self {
        let away = p - nearest(segment, p);
        Self {
            segment: *segment,
            away,
            distance: away.length(),
        }
    }
}

/// Walls and gates of all shapes.
#[derive(Clone, Debug, Default)]
pub struct Terrain {
    shapes: Vec<Index>,
}

impl Terrain {
    /// Of a place.
    pub fn new(place: &Place) -> Self {
        Self {
            shapes: place.shapes.iter().map(|s| Index::new(s)).collect(),
        }
    }

    /// No wall and no gate lies nearer to a point than this, m.
    pub fn clear(&self, place: &Place, plate: PlateId, p: Point) -> f64 {
        let shape = &self.shapes[place.plates[plate.index()].shape];
        f64::from(shape.clear[shape.cell(p)])
    }

    /// What lies within about a metre.
    pub fn near<'a>(&'a self, place: &'a Place, plate: PlateId, p: Point) -> impl Iterator<Item = Near<'a>> {
        let shape = place.plates[plate.index()].shape;
        let s = &place.shapes[shape];
        self.shapes[shape].near(p).iter().map(move |e| {
            if e & GATE == 0 {
                Near::Wall(&s.walls[*e as usize])
            } else {
                let g = (e & !GATE) as usize;
                Near::Gate(g as u16, &s.gates[g].segment)
            }
        })
    }

    /// Whether something solid lies on the way between two points less than a metre apart.
    pub fn blocked(&self, place: &Place, openings: &[OpeningState], plate: PlateId, a: Point, b: Point) -> bool {
        self.near(place, plate, a).any(|n| match n {
            Near::Wall(s) => crosses(a, b, s),
            Near::Gate(g, s) => shut(place, plate, openings, g, WALL_M) && crosses(a, b, s),
        })
    }

    /// Whether something solid stands between two points of a plate, however far apart.
    pub fn between(&self, place: &Place, openings: &[OpeningState], plate: PlateId, a: Point, b: Point) -> bool {
        let s = &place.shapes[place.plates[plate.index()].shape];
        s.wall_between(a, b)
            || (0..s.gates.len())
                .any(|g| crosses(a, b, &s.gates[g].segment) && shut(place, plate, openings, g as u16, WALL_M))
    }

    /// Walls near a point, and gates that let nobody through who keeps so far off walls, m.
    pub fn solid<'a>(
        &'a self,
        place: &'a Place,
        openings: &'a [OpeningState],
        plate: PlateId,
        p: Point,
        berth: f64,
    ) -> impl Iterator<Item = Solid> + 'a {
        self.near(place, plate, p).filter_map(move |n| match n {
            Near::Wall(s) => Some(Solid::new(s, p)),
            Near::Gate(g, s) => shut(place, plate, openings, g, berth).then(|| Solid::new(s, p)),
        })
    }

    /// Where a body that means to go from `from` to `to` and keeps so far off walls (m) comes to: never through a wall or
    /// a gate that is shut to it.
    pub fn confine(
        &self,
        place: &Place,
        openings: &[OpeningState],
        plate: PlateId,
        from: Point,
        to: Point,
        berth: f64,
    ) -> Point {
        let mut p = to;
        let mut solid: [Option<&Segment>; 24] = [None; 24];
        let mut n = 0;
        for s in self.near(place, plate, from) {
            let s = match s {
                Near::Wall(s) => s,
                Near::Gate(g, s) if shut(place, plate, openings, g, berth) => s,
                Near::Gate(..) => continue,
            };
            if nearest(s, from).distance(from) < berth + 0.3 && n < solid.len() {
                solid[n] = Some(s);
                n += 1;
            }
        }
        let solid = &solid[..n];
        for _ in 0..3 {
            let mut moved = false;
            for s in solid.iter().flatten() {
                // Pushed off on the side one came from.
                let c = nearest(s, p);
                let d = p - c;
                let l = d.length();
                if l < berth - 1e-9 {
                    let side = from - nearest(s, from);
                    let away = if crosses(from, p, s) || l < 1e-6 {
                        side.normalised()
                    } else {
                        d * (1.0 / l)
                    };
                    p = c + away * berth;
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
        if solid.iter().flatten().any(|s| crosses(from, p, s)) {
            return from;
        }
        // Out of a tight spot slowly, never in a leap.
        let leap = (p - from).length();
        if leap > 0.3 {
            from + (p - from) * (0.3 / leap)
        } else {
            p
        }
    }
}

/// Whether a gate of a plate lets nobody through who keeps so far off walls, m.
pub fn shut(place: &Place, plate: PlateId, openings: &[OpeningState], gate: u16, berth: f64) -> bool {
    let Some(opening) = place.plates[plate.index()].gates.get(usize::from(gate)) else {
        return true;
    };
    openings.get(opening.index()).is_none_or(|o| {
        let free = o.free();
        free < PASSABLE || berth > WALL_M && free * place.openings[opening.index()].width < 2.0 * berth
    })
}
