//! Ways on a plate: distance fields by Dijkstra on the grid, and small lookups on [`Place`].

use super::{OpeningState, Place, PlateId, PlateKind, PortalId, Segment, Shape, SpaceId, SpaceKind};
use crate::scenario::Point;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

/// Where a field leads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// Local number of a gate of the plate.
    Gate(u16),
    /// A portal that leads away from the plate.
    Portal(PortalId),
    /// A point of the plate.
    Point(Point),
}

/// Walking distance to a goal from everywhere on a plate.
#[derive(Clone, Debug, Default)]
pub struct Field {
    origin: Point,
    cell: f64,
    columns: usize,
    rows: usize,
    distance: Vec<f64>,
}

impl Field {
    fn at(&self, c: i64, r: i64) -> Option<f64> {
        if c < 0 || r < 0 || c >= self.columns as i64 || r >= self.rows as i64 {
            return None;
        }
        let d = self.distance[r as usize * self.columns + c as usize];
        d.is_finite().then_some(d)
    }
    /// Walking distance, m; `None` where the goal cannot be reached.
    pub fn distance(&self, p: Point) -> Option<f64> {
        let (fx, fy) = (
            (p.x - self.origin.x) / self.cell - 0.5,
            (p.y - self.origin.y) / self.cell - 0.5,
        );
        if !fx.is_finite() || !fy.is_finite() {
            return None;
        }
        let (c, r) = (libm::floor(fx) as i64, libm::floor(fy) as i64);
        let (tx, ty) = (fx - c as f64, fy - r as f64);
        let (mut sum, mut weight) = (0.0, 0.0);
        for (dc, dr, w) in [
            (0, 0, (1.0 - tx) * (1.0 - ty)),
            (1, 0, tx * (1.0 - ty)),
            (0, 1, (1.0 - tx) * ty),
            (1, 1, tx * ty),
        ] {
            if let Some(d) = self.at(c + dc, r + dr)
                && w > 0.0
            {
                sum += w * d;
                weight += w;
            }
        }
        (weight > 1e-9).then(|| sum / weight)
    }
    /// Unit vector towards the goal.
    pub fn direction(&self, p: Point) -> Option<Point> {
        self.distance(p)?;
        let c = libm::floor((p.x - self.origin.x) / self.cell) as i64;
        let r = libm::floor((p.y - self.origin.y) / self.cell) as i64;
        // The best of the cells around by straight descent from this point.
        let mut best: Option<(f64, Point)> = None;
        for dr in -2..=2_i64 {
            for dc in -2..=2_i64 {
                let Some(d) = self.at(c + dc, r + dr) else { continue };
                // Cells two away only where the way to them is open.
                if (dc.abs() == 2 || dr.abs() == 2)
                    && (0..2).any(|k| {
                        let (mc, mr) = if k == 0 {
                            (dc / 2, dr / 2)
                        } else {
                            (dc - dc / 2, dr - dr / 2)
                        };
                        self.at(c + mc, r + mr).is_none()
                    })
                {
                    continue;
                }
                let q = self.centre(c + dc, r + dr);
                let total = d + p.distance(q);
                if p.distance(q) > self.cell * 0.6 && best.is_none_or(|(b, _)| total < b - 1e-12) {
                    best = Some((total, q));
                }
            }
        }
        best.map(|(_, q)| (q - p).normalised())
    }
    fn centre(&self, c: i64, r: i64) -> Point {
        Point::new(
            self.origin.x + (c as f64 + 0.5) * self.cell,
            self.origin.y + (r as f64 + 0.5) * self.cell,
        )
    }
}

type Key = (usize, [u64; 4], u8, Vec<u16>);

/// Fields made so far, shared between equal storeys.
#[derive(Clone, Default)]
pub struct Ways {
    fields: BTreeMap<Key, Arc<Field>>,
}

impl Ways {
    /// The field of a plate towards a goal; the gates in `shut` cannot be passed.
    pub fn field(&mut self, place: &Place, plate: PlateId, goal: Goal, shut: &[u16]) -> Arc<Field> {
        let p = &place.plates[plate.index()];
        let shape = &place.shapes[p.shape];
        let (tag, segment) = match goal {
            Goal::Gate(g) => (0, shape.gates.get(usize::from(g)).map(|g| g.segment)),
            Goal::Portal(q) => (1, place.portals.get(q.index()).map(|q| q.segment)),
            Goal::Point(a) => (2, Some(Segment { a, b: a })),
        };
        let bits = segment.map_or([0; 4], |s| {
            [s.a.x.to_bits(), s.a.y.to_bits(), s.b.x.to_bits(), s.b.y.to_bits()]
        });
        let mut sorted = shut.to_vec();
        sorted.sort_unstable();
        let key = (p.shape, bits, tag, sorted);
        if let Some(f) = self.fields.get(&key) {
            return f.clone();
        }
        let field = Arc::new(segment.map_or_else(Field::default, |s| flood(shape, s, &key.3)));
        self.fields.insert(key, field.clone());
        field
    }
}

fn flood(shape: &Shape, goal: Segment, shut: &[u16]) -> Field {
    let g = &shape.grid;
    let mut field = Field {
        origin: g.origin,
        cell: g.cell,
        columns: g.columns,
        rows: g.rows,
        distance: vec![f64::INFINITY; g.columns * g.rows],
    };
    let passable = |k: usize| g.walkable[k] && (g.gate[k] == u16::MAX || !shut.contains(&g.gate[k]));
    let mut heap = BinaryHeap::new();
    for k in 0..field.distance.len() {
        let c = field.centre((k % g.columns) as i64, (k / g.columns) as i64);
        let d = nearest(goal, c).distance(c);
        if passable(k) && d <= g.cell * 1.01 {
            field.distance[k] = d;
            heap.push(Reverse((d.to_bits(), k)));
        }
    }
    while let Some(Reverse((bits, k))) = heap.pop() {
        let d = f64::from_bits(bits);
        if d > field.distance[k] {
            continue;
        }
        let (c, r) = ((k % g.columns) as i64, (k / g.columns) as i64);
        let free = |dc: i64, dr: i64| {
            let (c, r) = (c + dc, r + dr);
            c >= 0
                && r >= 0
                && c < g.columns as i64
                && r < g.rows as i64
                && passable(r as usize * g.columns + c as usize)
        };
        const STEPS: [(i64, i64, f64); 16] = [
            (1, 0, 1.0),
            (-1, 0, 1.0),
            (0, 1, 1.0),
            (0, -1, 1.0),
            (1, 1, std::f64::consts::SQRT_2),
            (1, -1, std::f64::consts::SQRT_2),
            (-1, 1, std::f64::consts::SQRT_2),
            (-1, -1, std::f64::consts::SQRT_2),
            (2, 1, 2.236_067_977_499_79),
            (2, -1, 2.236_067_977_499_79),
            (-2, 1, 2.236_067_977_499_79),
            (-2, -1, 2.236_067_977_499_79),
            (1, 2, 2.236_067_977_499_79),
            (1, -2, 2.236_067_977_499_79),
            (-1, 2, 2.236_067_977_499_79),
            (-1, -2, 2.236_067_977_499_79),
        ];
        for (dc, dr, w) in STEPS {
            let (hc, hr) = (dc / 2, dr / 2);
            let clear = match (dc.abs(), dr.abs()) {
                (1, 1) => free(dc, 0) && free(0, dr),
                (2, 1) => free(hc, 0) && free(hc, dr),
                (1, 2) => free(0, hr) && free(dc, hr),
                _ => true,
            };
            if !free(dc, dr) || !clear {
                continue;
            }
            let n = (r + dr) as usize * g.columns + (c + dc) as usize;
            let t = d + w * g.cell;
            if t < field.distance[n] {
                field.distance[n] = t;
                heap.push(Reverse((t.to_bits(), n)));
            }
        }
    }
    field
}

fn nearest(s: Segment, p: Point) -> Point {
    let d = s.b - s.a;
    let l = d.dot(d);
    let t = if l > 0.0 {
        ((p - s.a).dot(d) / l).clamp(0.0, 1.0)
    } else {
        0.0
    };
    s.a + d * t
}

fn inside(outline: &[Point], p: Point) -> bool {
    let mut odd = false;
    for (k, a) in outline.iter().enumerate() {
        let b = outline[(k + 1) % outline.len()];
        if (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x) {
            odd = !odd;
        }
    }
    odd
}

impl Place {
    /// Height of the floor at a point, m absolute.
    pub fn z_at(&self, plate: PlateId, p: Point) -> f64 {
        let q = &self.plates[plate.index()];
        for s in &self.shapes[q.shape].slopes {
            if inside(&s.outline, p) {
                return q.z + s.base_z + s.slope * (p - s.base).dot(s.up);
            }
        }
        if q.kind == PlateKind::Floor
            && let Some(s) = self.space_at(plate, p)
        {
            return self.spaces[s.index()].z;
        }
        q.z
    }
    /// The space at a point of a plate.
    pub fn space_at(&self, plate: PlateId, p: Point) -> Option<SpaceId> {
        let q = &self.plates[plate.index()];
        let g = &self.shapes[q.shape].grid;
        let (c, r) = (
            libm::floor((p.x - g.origin.x) / g.cell),
            libm::floor((p.y - g.origin.y) / g.cell),
        );
        if !(c >= 0.0 && r >= 0.0 && c < g.columns as f64 && r < g.rows as f64) {
            return None;
        }
        q.spaces
            .get(usize::from(g.space[r as usize * g.columns + c as usize]))
            .copied()
    }
    /// The plate that a space's people walk on.
    pub fn plate_of(&self, space: SpaceId) -> Option<PlateId> {
        let s = self.spaces.get(space.index())?;
        let own = self.storeys.get(s.storey.index()).map(|t| t.plate);
        let holds = |p: &PlateId| self.plates.get(p.index()).is_some_and(|q| q.spaces.contains(&space));
        own.filter(holds).or_else(|| {
            if matches!(s.kind, SpaceKind::Shaft | SpaceKind::LiftWell(_)) {
                return None;
            }
            (0..self.plates.len()).map(|k| PlateId(k as u32)).find(holds)
        })
    }
    /// A point in a space where a body can stand: the walkable cell nearest its middle.
    pub fn a_point_in(&self, space: SpaceId) -> Point {
        let outline = &self.spaces[space.index()].outline;
        let n = outline.len().max(1) as f64;
        let middle = outline.iter().fold(Point::default(), |a, b| a + *b) * (1.0 / n);
        let Some(plate) = self.plate_of(space) else {
            return middle;
        };
        let q = &self.plates[plate.index()];
        let g = &self.shapes[q.shape].grid;
        let mut best = (f64::INFINITY, middle);
        for k in 0..g.columns * g.rows {
            if g.walkable[k] && g.gate[k] == u16::MAX && q.spaces.get(usize::from(g.space[k])) == Some(&space) {
                let c = Point::new(
                    g.origin.x + ((k % g.columns) as f64 + 0.5) * g.cell,
                    g.origin.y + ((k / g.columns) as f64 + 0.5) * g.cell,
                );
                if c.distance(middle) < best.0 {
                    best = (c.distance(middle), c);
                }
            }
        }
        best.1
    }
}

/// Whether nothing stands between two points of a plate: no wall and no shut gate.
pub fn line_of_sight(place: &Place, plate: PlateId, a: Point, b: Point, openings: &[OpeningState]) -> bool {
    let q = &place.plates[plate.index()];
    let shape = &place.shapes[q.shape];
    let cuts = |s: &Segment| {
        let (u, v) = (b - a, s.b - s.a);
        let (d1, d2) = (u.cross(s.a - a), u.cross(s.b - a));
        let (d3, d4) = (v.cross(a - s.a), v.cross(b - s.a));
        d1 * d2 < 0.0 && d3 * d4 < 0.0
    };
    !shape.walls.iter().any(cuts)
        && !shape
            .gates
            .iter()
            .zip(&q.gates)
            .any(|(g, o)| openings[o.index()].free() < 0.1 && cuts(&g.segment))
}
