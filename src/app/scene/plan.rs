//! Geometry on plan that the picture needs: trapezoids of a floor, walls drawn in from the middle line, openings.

use crate::place::{Beyond, Opening, OpeningId, Place, Space, SpaceId, SpaceKind, contains};
use crate::scenario::Point;
use bevy::prelude::*;

/// Walls are drawn this far in from the line between two spaces, m.
pub const HALF_WALL: f64 = 0.06;

/// From plan and height to Bevy's frame: x east, y up, z south.
pub fn at(p: Point, z: f64) -> Vec3 {
    Vec3::new(p.x as f32, z as f32, -p.y as f32)
}

/// From Bevy's frame to the plan.
pub fn on_plan(v: Vec3) -> Point {
    Point::new(f64::from(v.x), -f64::from(v.z))
}

/// Four corners on plan, anticlockwise: the lower edge from west to east, then the upper from east to west.
pub type Trapezoid = [Point; 4];

/// Cuts an outline with holes into trapezoids between the heights (y) of its corners.
pub fn trapezoids(outline: &[Point], holes: &[Vec<Point>]) -> Vec<Trapezoid> {
    let rings = || std::iter::once(outline).chain(holes.iter().map(Vec::as_slice));
    let mut ys: Vec<f64> = rings().flatten().map(|p| p.y).collect();
    ys.sort_by(f64::total_cmp);
    ys.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
    let mut out = Vec::new();
    for pair in ys.windows(2) {
        let (y0, y1) = (pair[0], pair[1]);
        let middle = (y0 + y1) * 0.5;
        // Where the edges cross the strip: in its middle, and on its lower and upper edge.
        let mut cuts: Vec<(f64, f64, f64)> = rings()
            .flat_map(edges)
            .filter(|(a, b)| (a.y < middle) != (b.y < middle))
            .map(|(a, b)| {
                let x = |y: f64| a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y);
                (x(middle), x(y0), x(y1))
            })
            .collect();
        cuts.sort_by(|a, b| a.0.total_cmp(&b.0));
        for c in cuts.chunks_exact(2) {
            out.push([
                Point::new(c[0].1, y0),
                Point::new(c[1].1, y0),
                Point::new(c[1].2, y1),
                Point::new(c[0].2, y1),
            ]);
        }
    }
    out
}

/// The edges of a ring.
pub fn edges(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    (0..ring.len()).map(|i| (ring[i], ring[(i + 1) % ring.len()]))
}

/// Twice the area, positive if anticlockwise.
fn turning(ring: &[Point]) -> f64 {
    edges(ring).map(|(a, b)| a.cross(b)).sum()
}

/// South-western and north-eastern corner.
pub fn bounds(points: &[Point]) -> (Point, Point) {
    let big = f64::INFINITY;
    points
        .iter()
        .fold((Point::new(big, big), Point::new(-big, -big)), |(lo, hi), p| {
            (
                Point::new(lo.x.min(p.x), lo.y.min(p.y)),
                Point::new(hi.x.max(p.x), hi.y.max(p.y)),
            )
        })
}

/// The rings of a space, its inside on the left of each edge.
pub fn rings(space: &Space) -> Vec<Vec<Point>> {
    let turned = |ring: &Vec<Point>, anticlockwise: bool| {
        let mut r = ring.clone();
        if (turning(&r) > 0.0) != anticlockwise {
            r.reverse();
        }
        r
    };
    std::iter::once(turned(&space.outline, true))
        .chain(space.holes.iter().map(|h| turned(h, false)))
        .collect()
}

/// A ring moved to the left of its edges by a distance, m.
pub fn inset(ring: &[Point], by: f64) -> Vec<Point> {
    let n = ring.len();
    (0..n)
        .map(|i| {
            let (before, here, after) = (ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]);
            let (a, b) = ((here - before).normalised().left(), (after - here).normalised().left());
            // A sharp corner is cut off rather than drawn out.
            let k = by / (1.0 + a.dot(b)).max(0.3);
            here + (a + b) * k
        })
        .collect()
}

/// An opening in a wall, seen along the wall from the inside of a space: from and to along the edge, lower and upper
/// height, and how far its middle lies behind the edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// Which opening.
    pub opening: OpeningId,
    /// Along the edge from its first corner, m.
    pub from: f64,
    /// As `from`.
    pub to: f64,
    /// m absolute.
    pub bottom: f64,
    /// m absolute.
    pub top: f64,
    /// To the right of the edge (outwards), m.
    pub behind: f64,
}

/// The openings in each space's walls, by space.
pub fn openings_by_space(place: &Place) -> Vec<Vec<OpeningId>> {
    let mut by = vec![Vec::new(); place.spaces.len()];
    for (i, o) in place.openings.iter().enumerate() {
        if o.kind.is_horizontal() {
            continue;
        }
        let id = OpeningId(i as u32);
        by[o.from.index()].push(id);
        if let Beyond::Space(to) = o.to {
            by[to.index()].push(id);
        }
    }
    by
}

/// The openings that lie in an edge of a space.
pub fn cuts(place: &Place, of: &[OpeningId], a: Point, b: Point) -> Vec<Cut> {
    let (length, along) = (a.distance(b), (b - a).normalised());
    of.iter()
        .filter_map(|&id| {
            let o: &Opening = &place.openings[id.index()];
            let behind = -along.cross(o.centre - a);
            let t = along.dot(o.centre - a);
            let lies = along.cross(o.along).abs() < 0.05 && (-0.05..=0.35).contains(&behind) && t > 0.0 && t < length;
            lies.then_some(Cut {
                opening: id,
                from: (t - o.width * 0.5).max(0.02),
                to: (t + o.width * 0.5).min(length - 0.02),
                bottom: o.bottom,
                top: o.top,
                behind,
            })
        })
        .collect()
}

/// The rectangles that remain of a wall (along it, and in height) when openings are cut out.
pub fn remains(length: f64, z: (f64, f64), cuts: &[Cut]) -> Vec<(f64, f64, f64, f64)> {
    let mut xs = vec![0.0, length];
    xs.extend(cuts.iter().flat_map(|c| [c.from, c.to]));
    xs.sort_by(f64::total_cmp);
    xs.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
    let mut out = Vec::new();
    for pair in xs.windows(2) {
        let middle = (pair[0] + pair[1]) * 0.5;
        let mut here: Vec<(f64, f64)> = cuts
            .iter()
            .filter(|c| c.from < middle && middle < c.to)
            .map(|c| (c.bottom, c.top))
            .collect();
        here.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut floor = z.0;
        for (bottom, top) in here {
            if bottom > floor + 1e-3 {
                out.push((pair[0], pair[1], floor, bottom.min(z.1)));
            }
            floor = floor.max(top);
        }
        if floor < z.1 - 1e-3 {
            out.push((pair[0], pair[1], floor, z.1));
        }
    }
    out
}

/// The space of a storey at a point, landings and shafts included.
pub fn space_on_storey(place: &Place, of_storey: &[SpaceId], p: Point) -> Option<SpaceId> {
    of_storey.iter().copied().find(|s| {
        let s = &place.spaces[s.index()];
        s.kind != SpaceKind::Outdoors && contains(&s.outline, p) && !s.holes.iter().any(|h| contains(h, p))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(x: f64, y: f64) -> Point {
        Point::new(x, y)
    }
    fn area(t: &Trapezoid) -> f64 {
        turning(t) * 0.5
    }

    #[test]
    fn trapezoids_cover_an_l_shape_with_a_hole_and_a_slant() {
        let l = [
            p(0.0, 0.0),
            p(4.0, 0.0),
            p(4.0, 2.0),
            p(2.0, 2.0),
            p(2.0, 5.0),
            p(0.0, 4.0),
        ];
        let hole = vec![vec![p(0.5, 0.5), p(1.0, 0.5), p(1.0, 1.0), p(0.5, 1.0)]];
        let parts = trapezoids(&l, &hole);
        assert!(parts.iter().all(|t| area(t) > 0.0), "anticlockwise");
        let sum: f64 = parts.iter().map(area).sum();
        assert!((sum - (turning(&l) * 0.5 - 0.25)).abs() < 1e-9, "{sum}");
    }

    #[test]
    fn a_wall_with_a_door_and_a_window_keeps_the_rest() {
        let cut = |from, to, bottom, top| Cut {
            opening: OpeningId(0),
            from,
            to,
            bottom,
            top,
            behind: 0.0,
        };
        let left = remains(5.0, (0.0, 3.0), &[cut(1.0, 2.0, 0.0, 2.0), cut(3.0, 4.0, 1.0, 2.0)]);
        let area: f64 = left.iter().map(|r| (r.1 - r.0) * (r.3 - r.2)).sum();
        assert!((area - (15.0 - 2.0 - 1.0)).abs() < 1e-9, "{left:?}");
    }

    #[test]
    fn an_inset_square_is_smaller_and_an_inset_hole_larger() {
        let square = [p(0.0, 0.0), p(2.0, 0.0), p(2.0, 2.0), p(0.0, 2.0)];
        assert!((turning(&inset(&square, 0.1)) * 0.5 - 1.8 * 1.8).abs() < 1e-9);
        let mut hole = square;
        hole.reverse();
        assert!((turning(&inset(&hole, 0.1)).abs() * 0.5 - 2.2 * 2.2).abs() < 1e-9);
    }

    #[test]
    fn plan_and_picture_agree() {
        let q = p(3.0, -2.0);
        assert_eq!(on_plan(at(q, 7.0)), q);
        assert_eq!(at(q, 7.0), Vec3::new(3.0, 7.0, 2.0));
    }
}
