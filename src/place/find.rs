//! Looking things up in a compiled place: heights, spaces, plates, walls near a point.

use super::{
    Beyond, Grid, Opening, OpeningId, OpeningKind, Place, PlateId, Segment, Shape, SpaceId, SpaceKind, WallIndex,
    polygon,
};
use crate::scenario::Point;

impl Grid {
    /// Middle of a cell.
    pub fn centre(&self, column: usize, row: usize) -> Point {
        self.origin + Point::new((column as f64 + 0.5) * self.cell, (row as f64 + 0.5) * self.cell)
    }
    /// Middle of the cell of this number.
    pub fn centre_of(&self, i: usize) -> Point {
        self.centre(i % self.columns.max(1), i / self.columns.max(1))
    }
    /// Column and row of the cell that holds a point.
    pub fn column_and_row(&self, p: Point) -> Option<(usize, usize)> {
        let (x, y) = ((p.x - self.origin.x) / self.cell, (p.y - self.origin.y) / self.cell);
        let inside = x >= 0.0 && y >= 0.0 && x < self.columns as f64 && y < self.rows as f64;
        inside.then_some((x as u32 as usize, y as u32 as usize))
    }
    /// Number of the cell that holds a point.
    pub fn cell_of(&self, p: Point) -> Option<usize> {
        self.column_and_row(p).map(|(column, row)| row * self.columns + column)
    }
    /// Cells whose middles lie within `reach` of a point (m), row by row.
    pub fn cells_near(&self, p: Point, reach: f64) -> impl Iterator<Item = usize> + '_ {
        let clamp = |v: f64, n: usize| (v.max(0.0) as usize).min(n);
        let (x, y) = ((p.x - self.origin.x) / self.cell, (p.y - self.origin.y) / self.cell);
        let r = reach / self.cell;
        let (c0, c1) = (
            clamp((x - r).floor(), self.columns),
            clamp((x + r).ceil() + 1.0, self.columns),
        );
        let (r0, r1) = (
            clamp((y - r).floor(), self.rows),
            clamp((y + r).ceil() + 1.0, self.rows),
        );
        (r0..r1)
            .flat_map(move |row| (c0..c1).map(move |c| row * self.columns + c))
            .filter(move |&i| self.centre_of(i).distance(p) <= reach)
    }
}

impl Shape {
    /// Calls `visit` with each wall that may pass through the box between two corners, some more than once; stops
    /// and answers `true` when `visit` does.
    pub fn any_wall_near(&self, lo: Point, hi: Point, mut visit: impl FnMut(&Segment) -> bool) -> bool {
        let ix = &self.index;
        let cell = |v: f64, o: f64, n: usize| {
            // Casts of negative numbers give 0.
            (((v - o) / WallIndex::CELL) as u32 as usize).min(n.saturating_sub(1))
        };
        let (c0, c1) = (cell(lo.x, ix.origin.x, ix.columns), cell(hi.x, ix.origin.x, ix.columns));
        let (r0, r1) = (cell(lo.y, ix.origin.y, ix.rows), cell(hi.y, ix.origin.y, ix.rows));
        if ix.starts.len() < 2 || (c1 - c0 + 1) * (r1 - r0 + 1) > 64 {
            return self.walls.iter().any(visit);
        }
        for r in r0..=r1 {
            for c in c0..=c1 {
                let i = r * ix.columns + c;
                for w in &ix.walls[ix.starts[i] as usize..ix.starts[i + 1] as usize] {
                    if visit(&self.walls[*w as usize]) {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Whether a wall stands between two points.
    pub fn wall_between(&self, a: Point, b: Point) -> bool {
        let (lo, hi) = polygon::bounds(&[a, b]);
        self.any_wall_near(lo, hi, |w| polygon::meet(a, b, w.a, w.b))
    }

    /// Height of the shape's surface above its plate's z, m: 0 but on slopes.
    pub fn rise(&self, p: Point) -> f64 {
        let mut best: Option<(f64, f64)> = None;
        for s in &self.slopes {
            let far = if polygon::contains(&s.outline, p) {
                0.0
            } else {
                polygon::distance_to_edges(&s.outline, p)
            };
            if best.is_none_or(|(d, _)| far < d) {
                let length = s.outline.iter().map(|&c| (c - s.base).dot(s.up)).fold(0.0, f64::max);
                best = Some((far, s.base_z + s.slope * (p - s.base).dot(s.up).clamp(0.0, length)));
            }
        }
        best.map_or(0.0, |(_, z)| z)
    }
}

impl Place {
    /// The shape of a plate.
    pub fn shape(&self, plate: PlateId) -> &Shape {
        &self.shapes[self.plates[plate.index()].shape]
    }

    /// Height of a plate's surface at a point, m absolute: flights slope, raised floors are raised.
    pub fn z_at(&self, plate: PlateId, p: Point) -> f64 {
        self.z_in(plate, self.space_at(plate, p), p)
    }

    /// As [`Place::z_at`], for a point whose space is known already.
    pub fn z_in(&self, plate: PlateId, space: Option<SpaceId>, p: Point) -> f64 {
        let on = &self.plates[plate.index()];
        let shape = &self.shapes[on.shape];
        if !shape.slopes.is_empty() {
            return on.z + shape.rise(p);
        }
        match space {
            Some(s) if on.kind == super::PlateKind::Floor => self.spaces[s.index()].z,
            _ => on.z,
        }
    }

    /// The space of a plate at a point; passages through thick walls belong to the first space of their opening.
    pub fn space_at(&self, plate: PlateId, p: Point) -> Option<SpaceId> {
        let on = &self.plates[plate.index()];
        let grid = &self.shapes[on.shape].grid;
        let (column, row) = grid.column_and_row(p)?;
        let cell = row * grid.columns + column;
        let own = grid.space[cell];
        let local = |n: u16| on.spaces.get(usize::from(n)).copied();
        let inner = column > 0 && row > 0 && column + 1 < grid.columns && row + 1 < grid.rows;
        // Well inside a space the cell knows; near its edge the outline decides.
        let line = |i: usize| grid.space[i - 1..=i + 1].iter().all(|n| *n == own);
        if inner && line(cell) && line(cell - grid.columns) && line(cell + grid.columns) {
            return local(own);
        }
        let mut other = u16::MAX;
        for r in row.saturating_sub(1)..=(row + 1).min(grid.rows - 1) {
            for c in column.saturating_sub(1)..=(column + 1).min(grid.columns - 1) {
                let n = grid.space[r * grid.columns + c];
                if n != own && n != u16::MAX && other == u16::MAX {
                    let inside = local(n).is_some_and(|s| {
                        let s = &self.spaces[s.index()];
                        polygon::contains(&s.outline, p) && !s.holes.iter().any(|h| polygon::contains(h, p))
                    });
                    if inside {
                        other = n;
                    }
                }
            }
        }
        let in_own = local(own).is_some_and(|s| {
            let s = &self.spaces[s.index()];
            polygon::contains(&s.outline, p) && !s.holes.iter().any(|h| polygon::contains(h, p))
        });
        if in_own || other == u16::MAX {
            local(own)
        } else {
            local(other)
        }
    }

    /// The space of a path; a home's path stands for its first space.
    pub fn space_named(&self, path: &str) -> Option<SpaceId> {
        let home = || {
            self.homes
                .iter()
                .find(|h| h.path == path)
                .and_then(|h| h.spaces.first().copied())
        };
        self.space_by_path.get(path).copied().or_else(home)
    }

    /// The opening of a path, or of a name on the storey of a space, or the first whose path ends in that name.
    pub fn opening_named(&self, name: &str, near: Option<SpaceId>) -> Option<OpeningId> {
        let by = &self.opening_by_path;
        let storey = near.map(|s| self.storeys[self.spaces[s.index()].storey.index()].name.as_str());
        by.get(name)
            .or_else(|| storey.and_then(|s| by.get(&format!("{s}/{name}"))))
            .or_else(|| {
                by.iter()
                    .find(|(p, _)| p.strip_suffix(name).is_some_and(|r| r.ends_with('/')))
                    .map(|(_, o)| o)
            })
            .copied()
    }

    /// The plate of floor on which people stand in a space; none for wells and shafts.
    pub fn plate_of(&self, space: SpaceId) -> Option<PlateId> {
        let plate = self.storeys[self.spaces[space.index()].storey.index()].plate;
        self.plates[plate.index()].spaces.contains(&space).then_some(plate)
    }

    /// A point of a space where somebody can stand, near its middle; its middle if nobody can.
    pub fn a_point_in(&self, space: SpaceId) -> Point {
        let s = &self.spaces[space.index()];
        let middle = polygon::inside_point(&s.outline, &s.holes);
        let Some(plate) = self.plate_of(space) else {
            return middle;
        };
        let on = &self.plates[plate.index()];
        let grid = &self.shapes[on.shape].grid;
        let Some(local) = on.spaces.iter().position(|x| *x == space) else {
            return middle;
        };
        let (lo, hi) = polygon::bounds(&s.outline);
        let fits = |i: usize| grid.walkable[i] && usize::from(grid.space[i]) == local && grid.gate[i] == u16::MAX;
        if grid.cell_of(middle).is_some_and(|i| fits(i) && !grid.near[i]) {
            return middle;
        }
        let mut best: Option<(f64, Point)> = None;
        for i in grid.cells_near((lo + hi) * 0.5, (hi - lo).length() * 0.5 + grid.cell) {
            let c = grid.centre_of(i);
            let far = c.distance(middle) + if grid.near[i] { 0.5 } else { 0.0 };
            if fits(i) && best.is_none_or(|(d, _)| far < d) {
                best = Some((far, c));
            }
        }
        best.map_or(middle, |(_, p)| p)
    }

    /// A point of a room where somebody can stand out of the way of those who come through its doors and
    /// passages: at least `clear_m` (m) from each of them, the nearest to `from`; where there is none, the one furthest from its doors. In
    /// stairs as [`Place::a_point_in`].
    pub fn a_point_clear_of_doors(&self, space: SpaceId, clear_m: f64, from: Point) -> Point {
        let s = &self.spaces[space.index()];
        let middle = self.a_point_in(space);
        let (SpaceKind::Room, Some(plate)) = (s.kind, self.plate_of(space)) else {
            return middle;
        };
        let on = &self.plates[plate.index()];
        let grid = &self.shapes[on.shape].grid;
        let Some(local) = on.spaces.iter().position(|x| *x == space) else {
            return middle;
        };
        let touches = |o: &&Opening| o.from == space || o.to == Beyond::Space(space);
        // A passage without a door as wide as it is: who stands in it stands in no room.
        let ends = |o: &Opening| match o.kind {
            OpeningKind::Gap => Some((
                o.centre - o.along * (o.width * 0.5),
                o.centre + o.along * (o.width * 0.5),
            )),
            kind if kind.is_door() => Some((o.centre, o.centre)),
            _ => None,
        };
        let ways: Vec<(Point, Point)> = self.openings.iter().filter(touches).filter_map(ends).collect();
        let (lo, hi) = polygon::bounds(&s.outline);
        // Clear ones by how near they are, the others after them by how far they are from the doors.
        let mut best: Option<((bool, f64), Point)> = None;
        for i in grid.cells_near((lo + hi) * 0.5, (hi - lo).length() * 0.5 + grid.cell) {
            let stands = grid.walkable[i] && !grid.near[i] && grid.gate[i] == u16::MAX;
            if !stands || usize::from(grid.space[i]) != local {
                continue;
            }
            let c = grid.centre_of(i);
            let off = ways
                .iter()
                .map(|(a, b)| polygon::distance(c, *a, *b))
                .fold(f64::INFINITY, f64::min);
            let rank = if off >= clear_m {
                (false, c.distance(from))
            } else {
                (true, -off)
            };
            if best.is_none_or(|(r, _)| rank < r) {
                best = Some((rank, c));
            }
        }
        best.map_or(middle, |(_, p)| p)
    }
}
