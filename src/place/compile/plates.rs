//! Walkable plates: floors, flights and lift cars, and the portals between them.

use super::Builder;
use super::contents::footprint;
use crate::place::report::t;
use crate::place::{
    Beyond, Gate, Grid, LiftId, OpeningId, Plate, PlateId, PlateKind, Portal, PortalId, Segment, Shape, Slope, SpaceId,
    SpaceKind, StairId, StoreyId, WallIndex, polygon,
};
use crate::scenario::{Point, StairKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Side of a grid cell, m.
pub const CELL: f64 = 0.2;
/// A body's centre keeps this far off walls, m.
const OFF_WALL: f64 = 0.15;
/// Nearer to a wall than this nobody is placed who stands free, m.
const NEAR_WALL: f64 = 0.35;
/// Cells of one plate at most.
const MOST_CELLS: f64 = 4e6;
/// Cells of all shapes together at most; six bytes each. Equal storeys share theirs.
const MOST_CELLS_IN_ALL: usize = 40_000_000;

/// All that makes a shape; equal drafts share one.
#[derive(Clone, Debug, Default, PartialEq)]
struct Draft {
    /// Walkable outlines of each local space, pieces cut out after the outline.
    spaces: Vec<Vec<Area>>,
    gates: Vec<DraftGate>,
    /// Places in the walls where portals lead through.
    cuts: Vec<Segment>,
    free_walls: Vec<Segment>,
    obstacles: Vec<[Point; 4]>,
    slopes: Vec<DraftSlope>,
}

#[derive(Clone, Debug, PartialEq)]
struct Area {
    outline: Vec<Point>,
    holes: Vec<Vec<Point>>,
    periodic: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct DraftGate {
    segment: Segment,
    depth: f64,
    street: bool,
    /// Local number of the first space: the passage through a thick wall belongs to it.
    space: u16,
}

#[derive(Clone, Debug, PartialEq)]
struct DraftSlope {
    outline: Vec<Point>,
    base: Point,
    up: Point,
    slope: f64,
    base_z: f64,
}

impl Builder<'_> {
    /// All plates and portals.
    pub(super) fn plates(&mut self) {
        let mut drafts: Vec<Draft> = Vec::new();
        let mut portals: Vec<(PlateId, PlateId, Segment, Point, Option<LiftId>)> = Vec::new();
        let floors = self.by_storey.len();
        let mut floor_cuts: Vec<Vec<Segment>> = vec![Vec::new(); floors];
        let mut later: Vec<(PlateKind, StoreyId, SpaceId, Draft)> = Vec::new();
        for s in 0..self.place.stairs.len() {
            self.flights(StairId(s as u32), &mut floor_cuts, &mut later, &mut portals);
        }
        for l in 0..self.place.lifts.len() {
            self.car(LiftId(l as u32), &mut later, &mut portals);
        }
        let mut gates_of: Vec<Vec<OpeningId>> = vec![Vec::new(); floors];
        for (i, o) in self.place.openings.iter().enumerate() {
            if self.opening_walked[i] {
                gates_of[self.place.spaces[o.from.index()].storey.index()].push(OpeningId(i as u32));
            }
        }
        let mut obstacles: Vec<Vec<[Point; 4]>> = vec![Vec::new(); floors];
        for (thing, turned) in self.place.things.iter().zip(&self.thing_turned) {
            let storey = self.place.spaces[thing.space.index()].storey.index();
            let (w, d) = footprint(&thing.burns, *turned);
            if thing.burns.blocks && w > 0.0 && d > 0.0 && w.max(d) < 1e3 {
                let at = |x: f64, y: f64| thing.at + Point::new(x * w * 0.5, y * d * 0.5);
                obstacles[storey].push([at(-1.0, -1.0), at(1.0, -1.0), at(1.0, 1.0), at(-1.0, 1.0)]);
            }
        }
        for storey in 0..floors {
            let (draft, spaces) = self.floor(
                storey,
                &gates_of[storey],
                &floor_cuts[storey],
                std::mem::take(&mut obstacles[storey]),
            );
            let id = StoreyId(storey as u32);
            self.add_plate(
                &mut drafts,
                PlateKind::Floor,
                id,
                spaces,
                std::mem::take(&mut gates_of[storey]),
                draft,
            );
        }
        for (kind, storey, space, draft) in later {
            self.add_plate(&mut drafts, kind, storey, vec![space], Vec::new(), draft);
        }
        for (from, to, segment, direction, lift) in portals {
            let a = PortalId(self.place.portals.len() as u32);
            let b = PortalId(a.0 + 1);
            self.place.portals.push(Portal {
                from,
                to,
                segment,
                direction,
                back: b,
                lift,
            });
            self.place.portals.push(Portal {
                from: to,
                to: from,
                segment,
                direction: direction * -1.0,
                back: a,
                lift,
            });
            self.place.plates[from.index()].portals.push(a);
            self.place.plates[to.index()].portals.push(b);
        }
    }

    fn add_plate(
        &mut self,
        drafts: &mut Vec<Draft>,
        kind: PlateKind,
        storey: StoreyId,
        spaces: Vec<SpaceId>,
        gates: Vec<OpeningId>,
        draft: Draft,
    ) {
        let shape = drafts.iter().position(|d| *d == draft).unwrap_or_else(|| {
            let cells: usize = self.place.shapes.iter().map(|s| s.grid.walkable.len()).sum();
            let shape = if cells > MOST_CELLS_IN_ALL { None } else { build(&draft) };
            let shape = shape.unwrap_or_else(|| {
                self.too_large(storey, cells > MOST_CELLS_IN_ALL);
                Shape::default()
            });
            self.place.shapes.push(Arc::new(shape));
            drafts.push(draft);
            drafts.len() - 1
        });
        let z = self.place.storeys[storey.index()].z;
        self.place.plates.push(Plate {
            kind,
            shape,
            z,
            storey,
            spaces,
            gates,
            portals: Vec::new(),
        });
    }

    fn too_large(&mut self, storey: StoreyId, in_all: bool) {
        let (name, at) = (
            &self.place.storeys[storey.index()].name,
            self.storeys[storey.index()].written.src.of("plan"),
        );
        if in_all {
            self.report.error(
                "place.too_large",
                at,
                t(
                    format!("到楼层“{name}”为止，各层面积之和太大，无法计算行走路线。"),
                    format!("With storey \"{name}\" the floors together are too large to find ways on."),
                ),
                t(
                    "让相同的楼层共用一个平面（写成 \"2F..16F\"），或减少不同的大平面。",
                    "Let equal storeys share one plan (a run such as \"2F..16F\"), or use fewer large plans.",
                ),
            );
            return;
        }
        self.report.error(
            "storey.too_large",
            at,
            t(
                format!("楼层“{name}”的范围太大，无法计算行走路线。"),
                format!("Storey \"{name}\" is too large to find ways on."),
            ),
            t(
                "一层的范围不要超过 400 m 乘 400 m；检查坐标的单位是不是米。",
                "Keep a storey within 400 m by 400 m; coordinates are in metres.",
            ),
        );
    }

    fn floor(
        &self,
        storey: usize,
        gates: &[OpeningId],
        cuts: &[Segment],
        obstacles: Vec<[Point; 4]>,
    ) -> (Draft, Vec<SpaceId>) {
        let mut draft = Draft {
            cuts: cuts.to_vec(),
            obstacles,
            ..Draft::default()
        };
        let mut spaces = Vec::new();
        for &id in &self.by_storey[storey] {
            let s = &self.place.spaces[id.index()];
            if matches!(s.kind, SpaceKind::LiftWell(_) | SpaceKind::Shaft) || spaces.len() >= usize::from(u16::MAX) {
                continue;
            }
            spaces.push(id);
            draft.spaces.push(match &self.landings[id.index()] {
                Some(landings) => landings
                    .iter()
                    .map(|l| Area {
                        outline: l.clone(),
                        holes: Vec::new(),
                        periodic: false,
                    })
                    .collect(),
                None => vec![Area {
                    outline: s.outline.clone(),
                    holes: s.holes.clone(),
                    periodic: s.periodic,
                }],
            });
        }
        for id in gates {
            let o = &self.place.openings[id.index()];
            let half = o.along * (o.width * 0.5);
            draft.gates.push(DraftGate {
                segment: Segment {
                    a: o.centre - half,
                    b: o.centre + half,
                },
                depth: self.opening_depth[id.index()],
                street: o.to == Beyond::Street,
                space: spaces.iter().position(|s| *s == o.from).unwrap_or(0) as u16,
            });
        }
        for wall in &self.storeys[storey].walls {
            if polygon::sane(wall) {
                draft
                    .free_walls
                    .extend(wall.windows(2).map(|w| Segment { a: w[0], b: w[1] }));
            }
        }
        (draft, spaces)
    }

    /// Flights of a stair, each interval a plate.
    fn flights(
        &mut self,
        stair: StairId,
        floor_cuts: &mut [Vec<Segment>],
        later: &mut Vec<(PlateKind, StoreyId, SpaceId, Draft)>,
        portals: &mut Vec<(PlateId, PlateId, Segment, Point, Option<LiftId>)>,
    ) {
        let form = &self.stair_forms[stair.index()];
        let (w, width, l) = (form.flight, form.width, form.landing);
        let p = |x: f64, y: f64| form.frame.apply(Point::new(x, y));
        let up = form.frame.direction(Point::new(0.0, 1.0));
        let storeys = self.place.stairs[stair.index()].storeys.clone();
        let spaces = self.place.stairs[stair.index()].spaces.clone();
        for k in 0..storeys.len() - 1 {
            let run = form.runs[k];
            // Not from the difference of heights, which rounds differently on each storey.
            let height = self.place.storeys[storeys[k].index()].height;
            let plate = PlateId((self.by_storey.len() + later.len()) as u32);
            let rect = |x0: f64, y0: f64, x1: f64, y1: f64| {
                form.place(&[
                    Point::new(x0, y0),
                    Point::new(x1, y0),
                    Point::new(x1, y1),
                    Point::new(x0, y1),
                ])
            };
            let (lower, upper, upper_direction, outline, slopes);
            match form.kind {
                StairKind::Return => {
                    let inner = width - w;
                    lower = Segment {
                        a: p(inner, l),
                        b: p(width, l),
                    };
                    upper = Segment {
                        a: p(0.0, l),
                        b: p(w, l),
                    };
                    upper_direction = up * -1.0;
                    let corners = [
                        (0.0, l),
                        (w, l),
                        (w, l + run),
                        (inner, l + run),
                        (inner, l),
                        (width, l),
                        (width, 2.0 * l + run),
                        (0.0, 2.0 * l + run),
                    ];
                    outline = corners.map(|(x, y)| Point::new(x, y)).to_vec();
                    let half = height * 0.5;
                    let mut s = vec![
                        DraftSlope {
                            outline: rect(inner, l, width, l + run),
                            base: p(inner, l),
                            up,
                            slope: half / run,
                            base_z: 0.0,
                        },
                        DraftSlope {
                            outline: rect(0.0, l, w, l + run),
                            base: p(0.0, l + run),
                            up: up * -1.0,
                            slope: half / run,
                            base_z: half,
                        },
                    ];
                    s.push(DraftSlope {
                        outline: rect(0.0, l + run, width, 2.0 * l + run),
                        base: p(0.0, l + run),
                        up,
                        slope: 0.0,
                        base_z: half,
                    });
                    slopes = s;
                }
                StairKind::Straight => {
                    lower = Segment {
                        a: p(0.0, l),
                        b: p(width, l),
                    };
                    upper = Segment {
                        a: p(0.0, l + run),
                        b: p(width, l + run),
                    };
                    upper_direction = up;
                    let corners = [(0.0, l), (width, l), (width, l + run), (0.0, l + run)];
                    outline = corners.map(|(x, y)| Point::new(x, y)).to_vec();
                    slopes = vec![DraftSlope {
                        outline: rect(0.0, l, width, l + run),
                        base: p(0.0, l),
                        up,
                        slope: height / run,
                        base_z: 0.0,
                    }];
                }
            }
            let mut outline: Vec<Point> = outline.iter().map(|&q| form.frame.apply(q)).collect();
            if polygon::signed_area(&outline) < 0.0 {
                outline.reverse();
            }
            let draft = Draft {
                spaces: vec![vec![Area {
                    outline,
                    holes: Vec::new(),
                    periodic: false,
                }]],
                cuts: vec![lower, upper],
                slopes,
                ..Draft::default()
            };
            floor_cuts[storeys[k].index()].push(lower);
            floor_cuts[storeys[k + 1].index()].push(upper);
            portals.push((PlateId(storeys[k].0), plate, lower, up, None));
            portals.push((plate, PlateId(storeys[k + 1].0), upper, upper_direction, None));
            later.push((PlateKind::Flights(stair), storeys[k], spaces[k], draft));
            self.place.stairs[stair.index()].flights.push(plate);
        }
    }

    /// The car of a lift, as large as its well.
    fn car(
        &mut self,
        lift: LiftId,
        later: &mut Vec<(PlateKind, StoreyId, SpaceId, Draft)>,
        portals: &mut Vec<(PlateId, PlateId, Segment, Point, Option<LiftId>)>,
    ) {
        let l = &self.place.lifts[lift.index()];
        let plate = PlateId((self.by_storey.len() + later.len()) as u32);
        let stands = l.stands;
        let well = l.wells[stands];
        let mut draft = Draft::default();
        let area = Area {
            outline: self.place.spaces[well.index()].outline.clone(),
            holes: Vec::new(),
            periodic: false,
        };
        draft.spaces.push(vec![area]);
        for (storey, door) in l.storeys.iter().zip(&l.doors) {
            let o = &self.place.openings[door.index()];
            let half = o.along * (o.width * 0.5);
            let segment = Segment {
                a: o.centre - half,
                b: o.centre + half,
            };
            // The wall is passed half on the floor, half in the car.
            let into = o.along.left() * -1.0;
            let inner = into * (self.opening_depth[door.index()] * 0.5);
            let sill = Segment {
                a: segment.a + inner,
                b: segment.b + inner,
            };
            if !draft.cuts.contains(&sill) {
                draft.cuts.push(sill);
                if inner.length() > 1e-6 {
                    draft.free_walls.push(Segment {
                        a: segment.a,
                        b: sill.a,
                    });
                    draft.free_walls.push(Segment {
                        a: segment.b,
                        b: sill.b,
                    });
                }
            }
            portals.push((PlateId(storey.0), plate, segment, into, Some(lift)));
        }
        let storey = l.storeys[stands];
        later.push((PlateKind::Car(lift), storey, well, draft));
        self.place.lifts[lift.index()].car = plate;
    }
}

/// Walls that lie on one line: its unit direction, its distance from the origin, and stretches along it.
struct Line {
    along: Point,
    offset: f64,
    stretches: Vec<(f64, f64)>,
}

/// Walls of all areas, common ones once, without what gates and portals cut out of them.
fn walls(draft: &Draft) -> Vec<Segment> {
    let mut lines: BTreeMap<(i64, i64, i64), Line> = BTreeMap::new();
    for area in draft.spaces.iter().flatten() {
        let (lo, hi) = polygon::bounds(&area.outline);
        for (a, b) in std::iter::once(&area.outline)
            .chain(&area.holes)
            .flat_map(|r| polygon::edges(r))
        {
            let end = |x: f64| (a.x - x).abs() < 1e-6 && (b.x - x).abs() < 1e-6;
            if area.periodic && (end(lo.x) || end(hi.x)) {
                continue;
            }
            let mut along = (b - a).normalised();
            if along.x < -1e-9 || (along.x.abs() <= 1e-9 && along.y < 0.0) {
                along = along * -1.0;
            }
            let offset = along.cross(a);
            let key = (
                (along.x * 1e4).round() as i64,
                (along.y * 1e4).round() as i64,
                (offset * 1e3).round() as i64,
            );
            let line = lines.entry(key).or_insert(Line {
                along,
                offset,
                stretches: Vec::new(),
            });
            let (s, e) = (line.along.dot(a), line.along.dot(b));
            line.stretches.push((s.min(e), s.max(e)));
        }
    }
    let cuts = draft
        .gates
        .iter()
        .map(|g| (g.segment, g.depth))
        .chain(draft.cuts.iter().map(|c| (*c, 0.0)));
    let cuts: Vec<(Segment, f64)> = cuts.collect();
    let mut out = Vec::new();
    for line in lines.values_mut() {
        line.stretches.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut joined: Vec<(f64, f64)> = Vec::new();
        for &(s, e) in &line.stretches {
            match joined.last_mut() {
                Some(l) if s <= l.1 + 1e-6 => l.1 = l.1.max(e),
                _ => joined.push((s, e)),
            }
        }
        for (cut, depth) in &cuts {
            let u = (cut.b - cut.a).normalised();
            let middle = (cut.a + cut.b) * 0.5;
            let off = (line.along.cross(middle) - line.offset).abs();
            if u.cross(line.along).abs() > 0.05 || off > depth * 0.5 + 0.02 {
                continue;
            }
            let (s, e) = (line.along.dot(cut.a), line.along.dot(cut.b));
            let (s, e) = (s.min(e), s.max(e));
            joined = joined
                .iter()
                .flat_map(|&(a, b)| {
                    if e <= a || s >= b {
                        [(a, b), (0.0, 0.0)]
                    } else {
                        [(a, s.max(a)), (e.min(b), b)]
                    }
                })
                .filter(|(a, b)| b - a > 1e-4)
                .collect();
        }
        let base = line.along.left() * line.offset;
        out.extend(joined.iter().map(|&(s, e)| Segment {
            a: base + line.along * s,
            b: base + line.along * e,
        }));
    }
    for g in draft.gates.iter().filter(|g| g.depth > 0.02) {
        let n = (g.segment.b - g.segment.a).normalised().left() * (g.depth * 0.5);
        out.push(Segment {
            a: g.segment.a - n,
            b: g.segment.a + n,
        });
        out.push(Segment {
            a: g.segment.b - n,
            b: g.segment.b + n,
        });
    }
    out.extend(draft.free_walls.iter().filter(|s| s.a.distance(s.b) > 1e-6));
    for o in &draft.obstacles {
        out.extend(polygon::edges(o).map(|(a, b)| Segment { a, b }));
    }
    out
}

/// The shape of a draft; `None` if it is too large.
fn build(draft: &Draft) -> Option<Shape> {
    let walls = walls(draft);
    let corners: Vec<Point> = draft
        .spaces
        .iter()
        .flatten()
        .flat_map(|a| a.outline.iter().copied())
        .collect();
    let gates = draft
        .gates
        .iter()
        .map(|g| Gate {
            segment: g.segment,
            street: g.street,
        })
        .collect();
    let slopes = draft.slopes.iter().map(|s| Slope {
        outline: s.outline.clone(),
        base: s.base,
        up: s.up,
        slope: s.slope,
        base_z: s.base_z,
    });
    let slopes = slopes.collect();
    if corners.is_empty() {
        return Some(Shape {
            walls,
            gates,
            slopes,
            ..Shape::default()
        });
    }
    let (lo, hi) = polygon::bounds(&corners);
    let origin = lo - Point::new(2.0 * CELL, 2.0 * CELL);
    let size = (hi - lo) * (1.0 / CELL);
    if (size.x + 4.0) * (size.y + 4.0) > MOST_CELLS {
        return None;
    }
    let (columns, rows) = (size.x.ceil() as usize + 4, size.y.ceil() as usize + 4);
    let mut grid = Grid {
        origin,
        cell: CELL,
        columns,
        rows,
        walkable: vec![false; columns * rows],
        near: vec![false; columns * rows],
        space: vec![u16::MAX; columns * rows],
        gate: vec![u16::MAX; columns * rows],
    };
    for (n, areas) in draft.spaces.iter().enumerate() {
        for area in areas {
            each_cell_inside(&grid.clone_frame(), &area.outline, &area.holes, |i| {
                if grid.space[i] == u16::MAX {
                    grid.space[i] = n as u16;
                }
            });
        }
    }
    let frame = grid.clone_frame();
    for (n, g) in draft.gates.iter().enumerate() {
        let along = (g.segment.b - g.segment.a).normalised();
        let (normal, half) = (along.left(), g.segment.a.distance(g.segment.b) * 0.5);
        let middle = (g.segment.a + g.segment.b) * 0.5;
        each_cell(
            &frame,
            polygon::bounds(&[g.segment.a, g.segment.b]),
            OFF_WALL + g.depth,
            |i, c| {
                let (across, aside) = ((c - middle).dot(normal).abs(), (c - middle).dot(along).abs());
                if aside > half || across > OFF_WALL + g.depth * 0.5 {
                    return;
                }
                if across <= g.depth * 0.5 + 0.01 && grid.space[i] == u16::MAX {
                    grid.space[i] = g.space;
                }
                if grid.space[i] != u16::MAX {
                    grid.gate[i] = n as u16;
                }
            },
        );
    }
    for i in 0..grid.space.len() {
        grid.walkable[i] = grid.space[i] != u16::MAX;
    }
    for w in &walls {
        each_cell_along(&frame, w, NEAR_WALL, NEAR_WALL, |i, c| {
            let far = polygon::distance(c, w.a, w.b);
            if far < OFF_WALL - 1e-9 {
                grid.walkable[i] = false;
            }
            if far < NEAR_WALL {
                grid.near[i] = true;
            }
        });
    }
    let mut blocked = vec![false; grid.space.len()];
    for o in &draft.obstacles {
        each_cell(&frame, polygon::bounds(o), 0.0, |i, c| {
            if polygon::contains(o, c) {
                grid.walkable[i] = false;
                blocked[i] = true;
            }
        });
    }
    // Narrow doors stay passable: their middle line is free whatever the jambs say.
    for (n, g) in draft.gates.iter().enumerate() {
        let along = (g.segment.b - g.segment.a).normalised();
        let half = g.segment.a.distance(g.segment.b) * 0.5;
        let middle = (g.segment.a + g.segment.b) * 0.5;
        let free = (half - OFF_WALL).max(CELL * 0.5 + 1e-6).min(half);
        each_cell(
            &frame,
            polygon::bounds(&[g.segment.a, g.segment.b]),
            OFF_WALL + g.depth,
            |i, c| {
                if grid.gate[i] == n as u16 && (c - middle).dot(along).abs() <= free && !blocked[i] {
                    grid.walkable[i] = true;
                }
            },
        );
    }
    let index = index(&walls, lo, hi);
    Some(Shape {
        walls,
        index,
        gates,
        grid,
        slopes,
    })
}

impl Grid {
    /// The same frame without cells.
    fn clone_frame(&self) -> Self {
        Self {
            origin: self.origin,
            cell: self.cell,
            columns: self.columns,
            rows: self.rows,
            ..Self::default()
        }
    }
}

/// Visits the cells whose centres lie within a box and `margin` around it, m.
fn each_cell(grid: &Grid, (lo, hi): (Point, Point), margin: f64, mut visit: impl FnMut(usize, Point)) {
    let cell = |v: f64, o: f64, n: usize| (((v - o) / grid.cell).floor().max(0.0) as usize).min(n.saturating_sub(1));
    let (c0, c1) = (
        cell(lo.x - margin, grid.origin.x, grid.columns),
        cell(hi.x + margin, grid.origin.x, grid.columns),
    );
    let (r0, r1) = (
        cell(lo.y - margin, grid.origin.y, grid.rows),
        cell(hi.y + margin, grid.origin.y, grid.rows),
    );
    for r in r0..=r1 {
        for c in c0..=c1 {
            visit(r * grid.columns + c, grid.centre(c, r));
        }
    }
}

/// As [`each_cell`] for the box of a wall, but only cells whose row it passes within `reach` of them, m: a long wall
/// that stands askew has a large box.
fn each_cell_along(grid: &Grid, wall: &Segment, margin: f64, reach: f64, mut visit: impl FnMut(usize, Point)) {
    let (lo, hi) = polygon::bounds(&[wall.a, wall.b]);
    let cell = |v: f64, o: f64, n: usize| (((v - o) / grid.cell).floor().max(0.0) as usize).min(n.saturating_sub(1));
    let (c0, c1) = (
        cell(lo.x - margin, grid.origin.x, grid.columns),
        cell(hi.x + margin, grid.origin.x, grid.columns),
    );
    let (r0, r1) = (
        cell(lo.y - margin, grid.origin.y, grid.rows),
        cell(hi.y + margin, grid.origin.y, grid.rows),
    );
    let d = wall.b - wall.a;
    for r in r0..=r1 {
        let y = grid.centre(0, r).y;
        // Ends of the piece of the wall that passes this row.
        let (mut from, mut to) = (0.0, 1.0);
        if d.y.abs() > 1e-9 {
            let (s, e) = ((y - reach - wall.a.y) / d.y, (y + reach - wall.a.y) / d.y);
            (from, to) = (s.min(e).clamp(0.0, 1.0), s.max(e).clamp(0.0, 1.0));
        }
        let (s, e) = (wall.a.x + d.x * from, wall.a.x + d.x * to);
        // A cell more on either side, for rounding.
        let first = cell(s.min(e) - reach - grid.cell, grid.origin.x, grid.columns).max(c0);
        let last = cell(s.max(e) + reach + grid.cell, grid.origin.x, grid.columns).min(c1);
        for c in first..=last {
            visit(r * grid.columns + c, grid.centre(c, r));
        }
    }
}

/// Visits the cells whose centres [`polygon::contains`] says lie in an outline and in none of its holes.
fn each_cell_inside(grid: &Grid, outline: &[Point], holes: &[Vec<Point>], mut visit: impl FnMut(usize)) {
    // Where a row meets the edges; a point is inside if an odd number of them lies to its right.
    let crossings = |poly: &[Point], y: f64| {
        let mut xs: Vec<f64> = polygon::edges(poly)
            .filter(|(a, b)| (a.y > y) != (b.y > y))
            .map(|(a, b)| a.x + (y - a.y) * (b.x - a.x) / (b.y - a.y))
            .collect();
        xs.sort_by(f64::total_cmp);
        xs
    };
    let odd = |xs: &[f64], x: f64| (xs.len() - xs.partition_point(|c| *c <= x)) % 2 == 1;
    let mut row = usize::MAX;
    let (mut own, mut cut): (Vec<f64>, Vec<Vec<f64>>) = (Vec::new(), Vec::new());
    each_cell(grid, polygon::bounds(outline), 0.0, |i, c| {
        if i / grid.columns != row {
            row = i / grid.columns;
            own = crossings(outline, c.y);
            cut = holes.iter().map(|h| crossings(h, c.y)).collect();
        }
        if odd(&own, c.x) && !cut.iter().any(|h| odd(h, c.x)) {
            visit(i);
        }
    });
}

/// Walls by squares.
fn index(walls: &[Segment], lo: Point, hi: Point) -> WallIndex {
    let origin = lo - Point::new(1.0, 1.0);
    let cells = |d: f64| (d / WallIndex::CELL).ceil() as usize + 2;
    let (columns, rows) = (cells(hi.x - lo.x), cells(hi.y - lo.y));
    let mut lists: Vec<Vec<u32>> = vec![Vec::new(); columns * rows];
    let frame = Grid {
        origin,
        cell: WallIndex::CELL,
        columns,
        rows,
        ..Grid::default()
    };
    for (n, w) in walls.iter().enumerate() {
        each_cell_along(&frame, w, 1e-6, WallIndex::CELL, |i, c| {
            // Squares that the wall passes: their middle is no farther than half a diagonal.
            if polygon::distance(c, w.a, w.b) <= 0.7072 * WallIndex::CELL {
                lists[i].push(n as u32);
            }
        });
    }
    let mut starts = vec![0u32];
    let mut all = Vec::new();
    for l in lists {
        all.extend(l);
        starts.push(all.len() as u32);
    }
    WallIndex {
        origin,
        columns,
        rows,
        starts,
        walls: all,
    }
}
