//! Cutting of long corridors and large halls into several zones, so that smoke takes time to cross them.

use crate::place::{Space, SpaceKind, polygon};
use crate::scenario::{Point, SpaceAir};

/// A two-layer zone is at most so long where it is cut, m.
const LONGEST_M: f64 = 15.0;
/// A room longer than so many times its height, or its width, is not one zone (limits as CFAST gives for its own).
const MOST_HEIGHTS: f64 = 6.0;
const MOST_WIDTHS: f64 = 5.0;
/// A part with less than this of the mean area joins a neighbour.
const SMALLEST: f64 = 0.1;
/// Parts joined by less than this are not joined, m.
const NARROWEST_M: f64 = 0.1;
/// Distance of the points by which areas and widths are found, m; at most so many points along a side.
const SAMPLE_M: f64 = 0.2;
const MOST_SAMPLES: f64 = 400.0;

/// A space cut by a grid.
#[derive(Clone, Debug)]
pub struct Parts {
    low: Point,
    cell: Point,
    columns: usize,
    rows: usize,
    /// Part of each cell, row by row.
    part: Vec<usize>,
    /// Share of the area of each part.
    pub share: Vec<f64>,
    /// A point in the middle of each part.
    pub middle: Vec<Point>,
    /// Parts that meet and the width between them, m.
    pub joined: Vec<(usize, usize, f64)>,
}

/// Direction and width of a corridor, m.
#[derive(Clone, Copy, Debug)]
pub struct Corridor {
    pub along: Point,
    pub width: f64,
}

impl Corridor {
    /// Of a space much longer than wide.
    pub fn of(s: &Space) -> Option<Self> {
        let (low, high) = polygon::bounds(&s.outline);
        let size = high - low;
        let (long, width) = (size.x.max(size.y), size.x.min(size.y));
        (s.kind == SpaceKind::Room && width > 0.1 && long > MOST_WIDTHS * width && s.area > 0.8 * long * width).then(
            || Self {
                along: if size.x > size.y {
                    Point::new(1.0, 0.0)
                } else {
                    Point::new(0.0, 1.0)
                },
                width,
            },
        )
    }
}

fn holds(s: &Space, p: Point) -> bool {
    polygon::contains(&s.outline, p) && !s.holes.iter().any(|h| polygon::contains(h, p))
}

impl Parts {
    /// Cuts a space; `None` where it is one zone.
    pub fn of(s: &Space) -> Option<Self> {
        if s.kind != SpaceKind::Room || s.periodic || matches!(s.air, SpaceAir::Forced(_)) || s.height <= 0.0 {
            return None;
        }
        let (low, high) = polygon::bounds(&s.outline);
        let size = high - low;
        let pieces = |long: f64, other: f64| {
            let cut = long > LONGEST_M && (long > MOST_HEIGHTS * s.height || long > MOST_WIDTHS * other);
            if cut { (long / LONGEST_M).ceil().min(64.0) } else { 1.0 }
        };
        if !(size.x.is_finite() && size.y.is_finite()) {
            return None;
        }
        let (nx, ny) = (pieces(size.x, size.y), pieces(size.y, size.x));
        if nx * ny < 2.0 {
            return None;
        }
        let cell = Point::new(size.x / nx, size.y / ny);
        let (columns, rows) = (nx as usize, ny as usize);
        let step = (size.x.max(size.y) / MOST_SAMPLES).max(SAMPLE_M);
        let samples = |length: f64| (length / step).ceil().max(1.0) as usize;
        let mut count = vec![0usize; columns * rows];
        let mut sum = vec![Point::default(); columns * rows];
        let (per_x, per_y) = (samples(cell.x), samples(cell.y));
        for (c, (n, sum)) in count.iter_mut().zip(&mut sum).enumerate() {
            let corner = low + Point::new((c % columns) as f64 * cell.x, (c / columns) as f64 * cell.y);
            for i in 0..per_x * per_y {
                let (x, y) = ((i % per_x) as f64 + 0.5, (i / per_x) as f64 + 0.5);
                let p = corner + Point::new(x / per_x as f64 * cell.x, y / per_y as f64 * cell.y);
                if holds(s, p) {
                    *n += 1;
                    *sum = *sum + p;
                }
            }
        }
        // Widths between neighbouring cells.
        let mut joins = Vec::new();
        for c in 0..columns * rows {
            let (x, y) = (c % columns, c / columns);
            let corner = low + Point::new(x as f64 * cell.x, y as f64 * cell.y);
            for (there, next, from, way) in [
                (x + 1 < columns, c + 1, Point::new(cell.x, 0.0), Point::new(0.0, cell.y)),
                (
                    y + 1 < rows,
                    c + columns,
                    Point::new(0.0, cell.y),
                    Point::new(cell.x, 0.0),
                ),
            ] {
                if !there {
                    continue;
                }
                let n = samples(way.length());
                let inside = (0..n)
                    .filter(|&i| holds(s, corner + from + way * ((i as f64 + 0.5) / n as f64)))
                    .count();
                let width = way.length() * inside as f64 / n as f64;
                if width > NARROWEST_M {
                    joins.push((c, next, width));
                }
            }
        }
        // Small cells join the neighbour to which they open widest.
        let total: usize = count.iter().sum();
        let used = count.iter().filter(|&&n| n > 0).count();
        if total == 0 || used < 2 {
            return None;
        }
        let mean = total as f64 / used as f64;
        let mut owner: Vec<usize> = (0..columns * rows).collect();
        let root = |mut c: usize, owner: &[usize]| {
            while owner[c] != c {
                c = owner[c];
            }
            c
        };
        for c in 0..columns * rows {
            if (count[c] as f64) < SMALLEST * mean {
                let widest = joins
                    .iter()
                    .filter(|j| j.0 == c || j.1 == c)
                    .map(|j| (if j.0 == c { j.1 } else { j.0 }, j.2))
                    .filter(|&(other, _)| root(other, &owner) != c)
                    .max_by(|a, b| a.1.total_cmp(&b.1));
                if let Some((other, _)) = widest {
                    owner[c] = other;
                }
            }
        }
        let roots: Vec<usize> = (0..columns * rows).map(|c| root(c, &owner)).collect();
        let mut number = vec![usize::MAX; columns * rows];
        let (mut share, mut middle) = (Vec::new(), Vec::new());
        for c in 0..columns * rows {
            if roots[c] == c && count[c] > 0 {
                number[c] = share.len();
                share.push(0.0);
                middle.push(sum[c] * (1.0 / count[c] as f64));
            }
        }
        let mut part = vec![usize::MAX; columns * rows];
        for c in 0..columns * rows {
            part[c] = number[roots[c]];
            if part[c] != usize::MAX {
                share[part[c]] += count[c] as f64 / total as f64;
            }
        }
        // A point in an empty cell (just outside the outline) belongs to the nearest part.
        for (c, part) in part.iter_mut().enumerate() {
            if *part == usize::MAX {
                let (x, y) = ((c % columns) as f64 + 0.5, (c / columns) as f64 + 0.5);
                let at = low + Point::new(x * cell.x, y * cell.y);
                *part = (0..middle.len())
                    .min_by(|&a, &b| middle[a].distance(at).total_cmp(&middle[b].distance(at)))
                    .unwrap_or(0);
            }
        }
        let mut joined: Vec<(usize, usize, f64)> = Vec::new();
        for (a, b, w) in joins {
            let pair = (part[a].min(part[b]), part[a].max(part[b]));
            if pair.0 == pair.1 || count[a] == 0 || count[b] == 0 {
                continue;
            }
            match joined.iter_mut().find(|j| (j.0, j.1) == pair) {
                Some(j) => j.2 += w,
                None => joined.push((pair.0, pair.1, w)),
            }
        }
        let parts = Self {
            low,
            cell,
            columns,
            rows,
            part,
            share,
            middle,
            joined,
        };
        (parts.share.len() > 1 && parts.whole()).then_some(parts)
    }

    /// Every part can be reached from the first.
    fn whole(&self) -> bool {
        let mut seen = vec![false; self.share.len()];
        seen[0] = true;
        for _ in 0..seen.len() {
            for &(a, b, _) in &self.joined {
                let either = seen[a] || seen[b];
                (seen[a], seen[b]) = (either, either);
            }
        }
        seen.iter().all(|&s| s)
    }

    /// The part in which a point lies.
    pub fn at(&self, p: Point) -> usize {
        let off = p - self.low;
        let index = |x: f64, size: f64, n: usize| {
            let i = (x / size).floor();
            if i > 0.0 { (i as usize).min(n - 1) } else { 0 }
        };
        self.part[index(off.y, self.cell.y, self.rows) * self.columns + index(off.x, self.cell.x, self.columns)]
    }
}
