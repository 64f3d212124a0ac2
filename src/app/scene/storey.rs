//! What does not move of the storey round the trainee: walls with their openings cut out, floors, ceilings, stairs,
//! lamps and what hangs on the walls. One mesh for each material, made anew only when the storey changes.

use super::light::Lamps;
use super::mesh::{Builder, Levels, Paint};
use super::plan::{self, Cut, HALF_WALL};
use super::{equipment, stairs};
use crate::place::{Beyond, OpeningId, OpeningKind, Place, Space, SpaceId, SpaceKind, StoreyId};
use crate::scenario::{Point, Use};
use bevy::prelude::*;

/// Parts of a surface over which the light varies are no larger than this, m.
const PATCH_M: f32 = 1.2;
/// Height of a skirting, m.
const SKIRTING: f64 = 0.1;
/// Height of the painted lower part of walls in corridors and stairs (墙裙), m.
const DADO: f64 = 1.2;

/// What is drawn in detail while the trainee is on a storey.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// The storey.
    pub storey: StoreyId,
    /// Its spaces, and those of the stairs next to it with what adjoins them.
    pub spaces: Vec<SpaceId>,
    /// All openings of these spaces.
    pub openings: Vec<OpeningId>,
}

impl Shown {
    /// The storey, two storeys of each stair up and down, and what adjoins the nearest. Looked at from above, nothing
    /// that lies higher: it would hide the storey.
    pub fn new(place: &Place, storey: StoreyId, by_space: &[Vec<OpeningId>], from_above: bool) -> Self {
        let mut take = vec![false; place.spaces.len()];
        for (i, s) in place.spaces.iter().enumerate() {
            if from_above && s.storey > storey {
                continue;
            }
            let far = s.storey.0.abs_diff(storey.0);
            let stair = matches!(s.kind, SpaceKind::Stair(_));
            if far == 0 || (stair && far <= 2) {
                take[i] = true;
            }
            if stair && far == 1 {
                for o in &by_space[i] {
                    let o = &place.openings[o.index()];
                    for side in [Some(o.from), beyond(o.to)].into_iter().flatten() {
                        take[side.index()] |= !from_above || place.spaces[side.index()].storey <= storey;
                    }
                }
            }
        }
        let spaces: Vec<SpaceId> = (0..place.spaces.len() as u32)
            .map(SpaceId)
            .filter(|s| take[s.index()])
            .collect();
        let mut openings: Vec<OpeningId> = spaces
            .iter()
            .flat_map(|s| by_space[s.index()].iter().copied())
            .collect();
        openings.sort_unstable();
        openings.dedup();
        Self {
            storey,
            spaces,
            openings,
        }
    }

    /// Whether a space is drawn.
    pub fn has(&self, space: SpaceId) -> bool {
        self.spaces.binary_search(&space).is_ok()
    }
}

fn beyond(to: Beyond) -> Option<SpaceId> {
    match to {
        Beyond::Space(s) => Some(s),
        Beyond::Outside | Beyond::Street => None,
    }
}

/// Meshes and the surfaces that bodies stand on and rays meet.
#[derive(Debug, Default)]
pub struct Built {
    /// Walls, floors, stairs.
    pub solid: Builder,
    /// Ceilings, taken off when one looks in from above.
    pub ceilings: Builder,
    /// Corners of the triangles of floors.
    pub floors: Vec<[Vec3; 3]>,
    /// Corners of the triangles of all else that is solid.
    pub walls: Vec<[Vec3; 3]>,
}

impl Built {
    pub(super) fn floor(&mut self, q: [Vec3; 4]) {
        self.floors.extend([[q[0], q[1], q[2]], [q[0], q[2], q[3]]]);
    }
    pub(super) fn wall(&mut self, q: [Vec3; 4]) {
        self.walls.extend([[q[0], q[1], q[2]], [q[0], q[2], q[3]]]);
    }
}

/// Builds what is shown.
pub fn build(place: &Place, shown: &Shown, by_space: &[Vec<OpeningId>], lamps: &Lamps) -> Built {
    let mut out = Built::default();
    let same_storey: Vec<Vec<SpaceId>> = storeys_of(place);
    for &id in &shown.spaces {
        let space = &place.spaces[id.index()];
        if space.kind == SpaceKind::Outdoors {
            ground(&mut out, space, id, lamps);
            continue;
        }
        let neighbours = &same_storey[space.storey.index()];
        walls(&mut out, place, id, &by_space[id.index()], neighbours, lamps);
        match space.kind {
            SpaceKind::Stair(stair) => stairs::build(&mut out, place, stair, id, lamps),
            SpaceKind::LiftWell(_) | SpaceKind::Shaft => {}
            SpaceKind::Room | SpaceKind::Outdoors => {
                floor(&mut out, space, id, lamps);
                ceiling(&mut out, space, id, lamps);
            }
        }
        if matches!(space.kind, SpaceKind::Stair(_)) && !has_above(place, id) {
            ceiling(&mut out, space, id, lamps);
        }
    }
    free_walls(&mut out, place, shown, lamps);
    equipment::build(&mut out.solid, place, shown, lamps);
    out
}

/// Spaces by storey.
fn storeys_of(place: &Place) -> Vec<Vec<SpaceId>> {
    let mut by = vec![Vec::new(); place.storeys.len()];
    for (i, s) in place.spaces.iter().enumerate() {
        by[s.storey.index()].push(SpaceId(i as u32));
    }
    by
}

/// Whether the zone of a stair goes on above.
fn has_above(place: &Place, id: SpaceId) -> bool {
    place
        .openings
        .iter()
        .any(|o| o.kind.is_horizontal() && o.from == id && matches!(o.to, Beyond::Space(_)))
}

/// Colours of a space: walls, lower part of walls, floor.
fn colours(space: &Space) -> (Paint, Option<Paint>, Paint) {
    let white = Paint::new(0.90, 0.88, 0.83);
    let dado = Paint::new(0.55, 0.68, 0.60);
    match (space.kind, space.r#use) {
        (SpaceKind::Stair(_), _) => (Paint::new(0.86, 0.86, 0.84), Some(dado), Paint::new(0.62, 0.62, 0.60)),
        (SpaceKind::LiftWell(_) | SpaceKind::Shaft, _) => {
            (Paint::new(0.45, 0.45, 0.44), None, Paint::new(0.4, 0.4, 0.4))
        }
        (_, Use::Corridor | Use::StairLanding | Use::Refuge) => (white, Some(dado), Paint::new(0.72, 0.70, 0.66)),
        (_, Use::LiftLobby | Use::EntranceHall) => (
            Paint::new(0.88, 0.84, 0.76),
            Some(Paint::new(0.70, 0.63, 0.52)),
            Paint::new(0.74, 0.71, 0.65),
        ),
        (_, Use::Kitchen | Use::Bathroom) => (Paint::new(0.85, 0.90, 0.92), None, Paint::new(0.66, 0.70, 0.72)),
        (_, Use::Bedroom) => (Paint::new(0.88, 0.84, 0.78), None, Paint::new(0.62, 0.47, 0.33)),
        (_, Use::LivingRoom | Use::Flat) => (Paint::new(0.92, 0.88, 0.80), None, Paint::new(0.66, 0.52, 0.38)),
        (_, Use::Classroom | Use::Ward | Use::Office) => {
            (white, Some(Paint::new(0.62, 0.76, 0.80)), Paint::new(0.70, 0.70, 0.66))
        }
        (_, Use::Store | Use::Plant) => (Paint::new(0.66, 0.66, 0.64), None, Paint::new(0.50, 0.50, 0.49)),
        _ => (white, None, Paint::new(0.68, 0.62, 0.54)),
    }
}

fn floor(out: &mut Built, space: &Space, id: SpaceId, lamps: &Lamps) {
    let paint = colours(space).2;
    for t in plan::trapezoids(&space.outline, &space.holes) {
        let q = t.map(|p| plan::at(p, space.z));
        out.floor(q);
        tiles(&mut out.solid, q, paint, |p| lamps.at(id, p));
    }
}

/// A floor of tiles, so that one sees oneself move.
pub(super) fn tiles(b: &mut Builder, q: [Vec3; 4], paint: Paint, light: impl Fn(Vec3) -> Levels) {
    let tone = move |p: Vec3| {
        let odd = ((p.x / 1.2).floor() as i64 + (p.z / 1.2).floor() as i64) & 1;
        paint.times(if odd == 0 { 1.0 } else { 0.93 })
    };
    b.patch(q, PATCH_M, tone, light);
}

fn ceiling(out: &mut Built, space: &Space, id: SpaceId, lamps: &Lamps) {
    let z = space.z + space.height;
    for t in plan::trapezoids(&space.outline, &space.holes) {
        let [a, b, c, d] = t.map(|p| plan::at(p, z));
        out.wall([a, d, c, b]);
        out.ceilings.patch(
            [a, d, c, b],
            PATCH_M * 2.0,
            |_| Paint::new(0.88, 0.87, 0.84),
            |p| lamps.at(id, p),
        );
    }
}

fn ground(out: &mut Built, space: &Space, id: SpaceId, lamps: &Lamps) {
    for t in plan::trapezoids(&space.outline, &space.holes) {
        let q = t.map(|p| plan::at(p, space.z));
        out.floor(q);
        tiles(&mut out.solid, q, Paint::new(0.45, 0.46, 0.46), |p| lamps.at(id, p));
    }
}

/// The walls of a space seen from its inside, and from outside where nothing adjoins.
fn walls(out: &mut Built, place: &Place, id: SpaceId, of: &[OpeningId], neighbours: &[SpaceId], lamps: &Lamps) {
    let space = &place.spaces[id.index()];
    let (paint, dado, _) = colours(space);
    let (z0, z1) = (space.z, space.z + space.height);
    let light = |p: Vec3| lamps.at(id, p);
    for ring in plan::rings(space) {
        let inner = plan::inset(&ring, HALF_WALL);
        let n = ring.len();
        for i in 0..n {
            let (a, b) = (ring[i], ring[(i + 1) % n]);
            let along = (b - a).normalised();
            let cuts = plan::cuts(place, of, a, b);
            // The drawn face lies within the wall's middle line; its ends are mitred with its neighbours.
            let (start, end) = (along.dot(inner[i] - a), along.dot(inner[(i + 1) % n] - a));
            let face = |t: f64, z: f64, off: f64| plan::at(a + along * t + along.left() * off, z);
            for (s, e, lo, hi) in plan::remains(a.distance(b), (z0, z1), &cuts) {
                let (s, e) = (s.max(start), e.min(end));
                out.wall([face(e, lo, 0.0), face(s, lo, 0.0), face(s, hi, 0.0), face(e, hi, 0.0)]);
                if e - s < 1e-3 {
                    continue;
                }
                let bands = [
                    (z0, z0 + SKIRTING, Paint::new(0.38, 0.33, 0.28)),
                    (z0 + SKIRTING, z0 + DADO, dado.unwrap_or(paint)),
                    (z0 + DADO, z1, paint),
                ];
                for (from, to, colour) in bands {
                    let (lo, hi) = (lo.max(from), hi.min(to));
                    if hi - lo > 1e-3 {
                        let q = [
                            face(e, lo, HALF_WALL),
                            face(s, lo, HALF_WALL),
                            face(s, hi, HALF_WALL),
                            face(e, hi, HALF_WALL),
                        ];
                        out.solid.patch(q, PATCH_M, |_| colour, light);
                    }
                }
                // The top of the wall, for who looks in from above.
                if hi > z1 - 1e-3 {
                    let top = [
                        face(s, z1, 0.0),
                        face(e, z1, 0.0),
                        face(e, z1, HALF_WALL),
                        face(s, z1, HALF_WALL),
                    ];
                    out.solid.facet(&top, Paint::new(0.30, 0.30, 0.32), |_| [0.4, 0.4, 1.0]);
                }
            }
            for c in &cuts {
                reveal(out, place, c, &|t, z, off| face(t, z, off), &light);
            }
            outer(out, place, id, neighbours, (a, b), &cuts, (z0, z1));
        }
    }
}

/// The faces of the wall round an opening, and the frame round it.
fn reveal(
    out: &mut Built,
    place: &Place,
    c: &Cut,
    face: &dyn Fn(f64, f64, f64) -> Vec3,
    light: &dyn Fn(Vec3) -> Levels,
) {
    let o = &place.openings[c.opening.index()];
    let frame = match o.kind {
        OpeningKind::Window => Paint::new(0.82, 0.84, 0.86),
        OpeningKind::LiftDoor(_) => Paint::new(0.56, 0.58, 0.60),
        OpeningKind::Gap | OpeningKind::Hole(_) => Paint::new(0.84, 0.82, 0.78),
        _ if o.fire_rating_min > 0.0 => Paint::new(0.46, 0.22, 0.18),
        _ => Paint::new(0.42, 0.31, 0.23),
    };
    let (inner, mid) = (HALF_WALL, -c.behind);
    // A threshold ends where the floor of the space begins.
    let sill = if o.kind == OpeningKind::Window { inner } else { 0.0 };
    let p = |t: f64, z: f64, off: f64| face(t, z, off);
    let (s, e, lo, hi) = (c.from, c.to, c.bottom, c.top);
    let sides = [
        [p(s, lo, inner), p(s, hi, inner), p(s, hi, mid), p(s, lo, mid)],
        [p(e, lo, mid), p(e, hi, mid), p(e, hi, inner), p(e, lo, inner)],
        [p(s, hi, inner), p(e, hi, inner), p(e, hi, mid), p(s, hi, mid)],
        [p(s, lo, mid), p(e, lo, mid), p(e, lo, sill), p(s, lo, sill)],
    ];
    for q in sides {
        out.solid.facet(&q, frame.times(0.9), light);
    }
    if c.behind > 0.01 {
        out.floor([p(s, lo, mid), p(e, lo, mid), p(e, lo, 0.0), p(s, lo, 0.0)]);
        out.wall([p(s, lo, 0.0), p(s, hi, 0.0), p(s, hi, mid), p(s, lo, mid)]);
        out.wall([p(e, lo, mid), p(e, hi, mid), p(e, hi, 0.0), p(e, lo, 0.0)]);
    }
    if matches!(o.kind, OpeningKind::Gap | OpeningKind::Hole(_)) {
        return;
    }
    // A casing stands a little proud of the wall.
    let (w, off) = (0.06, HALF_WALL + 0.012);
    let low = if o.kind == OpeningKind::Window { lo - w } else { lo };
    let strips = [
        (s - w, s, low, hi + w),
        (e, e + w, low, hi + w),
        (s, e, hi, hi + w),
        (s, e, low, lo),
    ];
    for (s, e, lo, hi) in strips {
        if hi - lo > 1e-3 {
            let q = [p(e, lo, off), p(s, lo, off), p(s, hi, off), p(e, hi, off)];
            out.solid.facet(&q, frame, light);
            let sides = [
                [p(s, hi, HALF_WALL), p(s, hi, off), p(s, lo, off), p(s, lo, HALF_WALL)],
                [p(e, hi, off), p(e, hi, HALF_WALL), p(e, lo, HALF_WALL), p(e, lo, off)],
                [p(s, hi, HALF_WALL), p(e, hi, HALF_WALL), p(e, hi, off), p(s, hi, off)],
            ];
            for q in sides {
                out.solid.facet(&q, frame.times(0.8), light);
            }
        }
    }
}

/// The wall from outside, where no space adjoins.
fn outer(
    out: &mut Built,
    place: &Place,
    id: SpaceId,
    neighbours: &[SpaceId],
    (a, b): (Point, Point),
    cuts: &[Cut],
    (z0, z1): (f64, f64),
) {
    let (length, along) = (a.distance(b), (b - a).normalised());
    let outwards = along.left() * -1.0;
    let mut at: Vec<f64> = vec![0.0, length];
    for &n in neighbours {
        for &p in &place.spaces[n.index()].outline {
            let t = along.dot(p - a);
            if t > 0.0 && t < length && along.cross(p - a).abs() < 0.6 {
                at.push(t);
            }
        }
    }
    at.sort_by(f64::total_cmp);
    let bare: Vec<(f64, f64)> = at
        .windows(2)
        .filter(|w| w[1] - w[0] > 0.02)
        .map(|w| (w[0], w[1]))
        .filter(|(s, e)| {
            let middle = a + along * ((s + e) * 0.5);
            [0.05, 0.2, 0.4]
                .iter()
                .all(|d| plan::space_on_storey(place, neighbours, middle + outwards * *d).is_none_or(|s| s == id))
        })
        .collect();
    let face = |t: f64, z: f64| plan::at(a + along * t + outwards * 0.1, z);
    for (s, e, lo, hi) in plan::remains(length, (z0 - 0.2, z1), cuts) {
        for &(from, to) in &bare {
            let (s, e) = (s.max(from), e.min(to));
            if e - s > 1e-3 {
                let q = [face(s, lo), face(e, lo), face(e, hi), face(s, hi)];
                out.solid.facet(&q, Paint::new(0.70, 0.66, 0.60), |_| [0.0, 0.0, 0.7]);
            }
        }
    }
}

/// Walls that stand free inside spaces: those of the walkable shape that belong to no outline and no thing.
fn free_walls(out: &mut Built, place: &Place, shown: &Shown, lamps: &Lamps) {
    let storey = &place.storeys[shown.storey.index()];
    let Some(shape) = place.plates.get(storey.plate.index()).map(|p| &place.shapes[p.shape]) else {
        return;
    };
    for w in &shape.walls {
        let middle = (w.a + w.b) * 0.5;
        let on_outline = shown.spaces.iter().any(|s| {
            let s = &place.spaces[s.index()];
            s.storey == shown.storey
                && std::iter::once(&s.outline)
                    .chain(&s.holes)
                    .flat_map(|r| plan::edges(r))
                    .any(|(a, b)| crate::place::distance_to_segment(middle, a, b) < 0.02)
        });
        let on_thing = place.things.iter().any(|t| {
            let (w, d) = (t.burns.size.0 * 0.5, t.burns.size.1 * 0.5);
            let reach = w.max(d) + 0.02;
            (t.z - storey.z).abs() < storey.height
                && (t.at.x - middle.x).abs() < reach
                && (t.at.y - middle.y).abs() < reach
        });
        // The cheeks of a passage through a thick wall.
        let in_opening = shown.openings.iter().any(|o| {
            let o = &place.openings[o.index()];
            o.centre.distance(middle) < o.width * 0.5 + 0.35
        });
        let Some(space) = plan::space_on_storey(place, &shown.spaces, middle) else {
            continue;
        };
        // On the landings of stairs the edges of flights are rails, drawn with the flights.
        let stair = matches!(place.spaces[space.index()].kind, SpaceKind::Stair(_));
        if on_outline || on_thing || in_opening || stair {
            continue;
        }
        let (along, z) = ((w.b - w.a).normalised(), (storey.z, storey.z + storey.clear_height));
        let side = along.left() * 0.04;
        for (a, b) in [
            (w.a - side, w.b - side),
            (w.b + side, w.a + side),
            (w.b - side, w.b + side),
            (w.a + side, w.a - side),
        ] {
            let q = [plan::at(a, z.0), plan::at(b, z.0), plan::at(b, z.1), plan::at(a, z.1)];
            out.wall(q);
            out.solid
                .patch(q, PATCH_M, |_| Paint::new(0.86, 0.85, 0.82), |p| lamps.at(space, p));
        }
    }
}
