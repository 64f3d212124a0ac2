//! Plane geometry on floor plans: polygons, segments, overlaps. All lengths in m.

use super::Segment;
use crate::scenario::Point;

/// Twice nothing: points nearer than this are one point, m.
const SAME: f64 = 1e-6;

/// Area, positive for anticlockwise outlines, m².
pub fn signed_area(poly: &[Point]) -> f64 {
    edges(poly).map(|(a, b)| a.cross(b)).sum::<f64>() * 0.5
}

/// The edges of a closed outline, in order.
pub fn edges(poly: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    (0..poly.len()).map(move |i| (poly[i], poly[(i + 1) % poly.len()]))
}

/// How far from a point the outline is in a direction, m; infinite where it is not met.
pub fn ray(poly: &[Point], from: Point, way: Point) -> f64 {
    let way = way.normalised();
    edges(poly)
        .filter_map(|(a, b)| {
            let (edge, to) = (b - a, a - from);
            let slant = way.cross(edge);
            let (far, along) = (to.cross(edge) / slant, to.cross(way) / slant);
            (slant.abs() > 1e-12 && far >= 0.0 && (0.0..=1.0).contains(&along)).then_some(far)
        })
        .fold(f64::INFINITY, f64::min)
}

/// Length of the outline, m.
pub fn perimeter(poly: &[Point]) -> f64 {
    edges(poly).map(|(a, b)| a.distance(b)).sum()
}

/// Centre of area; the mean of the corners for degenerate outlines.
pub fn centroid(poly: &[Point]) -> Point {
    let area = signed_area(poly);
    if poly.is_empty() {
        return Point::default();
    }
    if area.abs() < SAME {
        return poly.iter().fold(Point::default(), |s, &p| s + p) * (1.0 / poly.len() as f64);
    }
    // Relative to the first corner, for accuracy far from the origin.
    let o = poly[0];
    let sum = edges(poly).fold(Point::default(), |s, (a, b)| {
        let (a, b) = (a - o, b - o);
        s + (a + b) * a.cross(b)
    });
    o + sum * (1.0 / (6.0 * area))
}

/// Whether the point lies inside (even-odd rule; of two outlines that share an edge, one has it).
pub fn contains(poly: &[Point], p: Point) -> bool {
    let mut inside = false;
    for (a, b) in edges(poly) {
        if (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) * (b.x - a.x) / (b.y - a.y) {
            inside = !inside;
        }
    }
    inside
}

/// Nearest point of a segment.
pub fn closest(p: Point, a: Point, b: Point) -> Point {
    let d = b - a;
    let l2 = d.dot(d);
    if l2 <= 0.0 {
        return a;
    }
    a + d * ((p - a).dot(d) / l2).clamp(0.0, 1.0)
}

/// Distance of a point from a segment, m.
pub fn distance(p: Point, a: Point, b: Point) -> f64 {
    p.distance(closest(p, a, b))
}

/// Distance of a point from the nearest edge of an outline, m.
pub fn distance_to_edges(poly: &[Point], p: Point) -> f64 {
    edges(poly)
        .map(|(a, b)| distance(p, a, b))
        .fold(f64::INFINITY, f64::min)
}

/// Whether two segments meet, touching included.
pub fn meet(a: Point, b: Point, c: Point, d: Point) -> bool {
    let (lo1, hi1) = bounds(&[a, b]);
    let (lo2, hi2) = bounds(&[c, d]);
    if lo1.x > hi2.x || lo2.x > hi1.x || lo1.y > hi2.y || lo2.y > hi1.y {
        return false;
    }
    let side = |o: Point, p: Point, q: Point| (p - o).cross(q - o);
    let (s1, s2) = (side(a, b, c), side(a, b, d));
    let (s3, s4) = (side(c, d, a), side(c, d, b));
    (s1 <= 0.0 || s2 <= 0.0) && (s1 >= 0.0 || s2 >= 0.0) && (s3 <= 0.0 || s4 <= 0.0) && (s3 >= 0.0 || s4 >= 0.0)
}

/// South-western and north-eastern corner of the bounding box.
pub fn bounds(points: &[Point]) -> (Point, Point) {
    let mut lo = Point::new(f64::INFINITY, f64::INFINITY);
    let mut hi = Point::new(f64::NEG_INFINITY, f64::NEG_INFINITY);
    for p in points {
        lo = Point::new(lo.x.min(p.x), lo.y.min(p.y));
        hi = Point::new(hi.x.max(p.x), hi.y.max(p.y));
    }
    (lo, hi)
}

/// Whether the bounding boxes come within `margin` of one another, m.
pub fn boxes_meet(a: (Point, Point), b: (Point, Point), margin: f64) -> bool {
    a.0.x <= b.1.x + margin && b.0.x <= a.1.x + margin && a.0.y <= b.1.y + margin && b.0.y <= a.1.y + margin
}

/// Corners without repetitions and without those on a straight wall, turned anticlockwise.
pub fn tidy(outline: &[Point]) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::with_capacity(outline.len());
    for &p in outline {
        if out.last().is_none_or(|l| l.distance(p) > SAME) {
            out.push(p);
        }
    }
    while out.len() > 1 && out[0].distance(out[out.len() - 1]) <= SAME {
        out.pop();
    }
    let mut i = 0;
    while out.len() > 3 && i < out.len() {
        let n = out.len();
        let (a, b, c) = (out[(i + n - 1) % n], out[i], out[(i + 1) % n]);
        let (u, v) = (b - a, c - b);
        if u.cross(v).abs() <= 1e-9 * (1.0 + u.length() * v.length()) && u.dot(v) > 0.0 {
            out.remove(i);
        } else {
            i += 1;
        }
    }
    if signed_area(&out) < 0.0 {
        out.reverse();
    }
    out
}

/// Whether an outline crosses or touches itself away from neighbouring corners.
pub fn crosses_itself(poly: &[Point]) -> bool {
    let n = poly.len();
    (0..n).any(|i| {
        (i + 1..n).any(|j| {
            let (a, b) = (poly[i], poly[(i + 1) % n]);
            let (c, d) = (poly[j], poly[(j + 1) % n]);
            if j == i + 1 || (i == 0 && j == n - 1) {
                // Neighbours meet at their common corner; they may not fold back on one another.
                let (u, v) = if j == i + 1 { (b - a, d - c) } else { (d - c, b - a) };
                return u.cross(v).abs() <= 1e-9 && u.dot(v) < 0.0;
            }
            meet(a, b, c, d)
        })
    })
}

/// Triangles of a simple anticlockwise outline, by cutting ears.
fn triangles(poly: &[Point]) -> Vec<[Point; 3]> {
    let mut left: Vec<Point> = poly.to_vec();
    let mut out = Vec::new();
    while left.len() > 3 {
        let n = left.len();
        let ear = (0..n).find(|&i| {
            let (a, b, c) = (left[(i + n - 1) % n], left[i], left[(i + 1) % n]);
            (b - a).cross(c - b) > 0.0
                && left.iter().all(|&p| {
                    p == a
                        || p == b
                        || p == c
                        || (b - a).cross(p - a) < 0.0
                        || (c - b).cross(p - b) < 0.0
                        || (a - c).cross(p - c) < 0.0
                })
        });
        // A degenerate rest has no ear; any corner will do, its area is nothing.
        let i = ear.unwrap_or(0);
        out.push([left[(i + n - 1) % n], left[i], left[(i + 1) % n]]);
        left.remove(i);
    }
    if let [a, b, c] = left[..] {
        out.push([a, b, c]);
    }
    out
}

/// Area common to two simple anticlockwise outlines, m².
pub fn overlap(p: &[Point], q: &[Point]) -> f64 {
    if p.len() < 3 || q.len() < 3 || !boxes_meet(bounds(p), bounds(q), -SAME) {
        return 0.0;
    }
    let (ps, qs) = (triangles(p), triangles(q));
    ps.iter().map(|t| qs.iter().map(|u| clip(t, u)).sum::<f64>()).sum()
}

/// Area of a triangle inside another (Sutherland and Hodgman's clipping).
fn clip(subject: &[Point; 3], by: &[Point; 3]) -> f64 {
    let mut poly: Vec<Point> = subject.to_vec();
    for (a, b) in edges(by) {
        let side = |p: Point| (b - a).cross(p - a);
        let mut next = Vec::with_capacity(poly.len() + 1);
        for (p, q) in edges(&poly) {
            let (sp, sq) = (side(p), side(q));
            if sp >= 0.0 {
                next.push(p);
            }
            if (sp > 0.0 && sq < 0.0) || (sp < 0.0 && sq > 0.0) {
                next.push(p + (q - p) * (sp / (sp - sq)));
            }
        }
        poly = next;
        if poly.len() < 3 {
            return 0.0;
        }
    }
    signed_area(&poly).max(0.0)
}

/// Area common to two spaces with pieces cut out, m².
pub fn overlap_with_holes(p: &[Point], p_holes: &[Vec<Point>], q: &[Point], q_holes: &[Vec<Point>]) -> f64 {
    let mut area = overlap(p, q);
    if area > 0.0 {
        // Pieces cut out run clockwise; overlap wants them anticlockwise.
        let turned = |h: &Vec<Point>| h.iter().rev().copied().collect::<Vec<_>>();
        let (ph, qh): (Vec<_>, Vec<_>) = (
            p_holes.iter().map(turned).collect(),
            q_holes.iter().map(turned).collect(),
        );
        area -= ph.iter().map(|h| overlap(h, q)).sum::<f64>() + qh.iter().map(|h| overlap(p, h)).sum::<f64>();
        area += ph
            .iter()
            .map(|h| qh.iter().map(|k| overlap(h, k)).sum::<f64>())
            .sum::<f64>();
    }
    area
}

/// A point inside an outline: its centre of area, or else the middle of the widest stretch of a few cuts.
pub fn inside_point(poly: &[Point], holes: &[Vec<Point>]) -> Point {
    let c = centroid(poly);
    let inside = |p: Point| contains(poly, p) && !holes.iter().any(|h| contains(h, p));
    if inside(c) {
        return c;
    }
    let (lo, hi) = bounds(poly);
    let mut best = (0.0, c);
    for i in 1..16 {
        let y = lo.y + (hi.y - lo.y) * (f64::from(i) / 16.0);
        let mut xs: Vec<f64> = std::iter::once(poly)
            .chain(holes.iter().map(Vec::as_slice))
            .flat_map(edges)
            .filter(|(a, b)| (a.y > y) != (b.y > y))
            .map(|(a, b)| a.x + (y - a.y) * (b.x - a.x) / (b.y - a.y))
            .collect();
        xs.sort_by(f64::total_cmp);
        for pair in xs.chunks_exact(2) {
            if pair[1] - pair[0] > best.0 {
                best = (pair[1] - pair[0], Point::new((pair[0] + pair[1]) * 0.5, y));
            }
        }
    }
    best.1
}

/// Whether all coordinates are ordinary numbers of a site's size (within 10 km of the origin).
pub fn sane(points: &[Point]) -> bool {
    points.iter().all(|p| p.x.abs() <= 1e4 && p.y.abs() <= 1e4)
}

/// The segment cut short at both ends, m; at most to its middle.
pub fn shortened(s: &Segment, by: f64) -> Segment {
    let l = s.a.distance(s.b);
    let by = by.min(l * 0.49);
    let u = (s.b - s.a).normalised();
    Segment {
        a: s.a + u * by,
        b: s.b - u * by,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(x: f64, y: f64) -> Point {
        Point::new(x, y)
    }
    fn rect(x0: f64, y0: f64, x1: f64, y1: f64) -> Vec<Point> {
        vec![p(x0, y0), p(x1, y0), p(x1, y1), p(x0, y1)]
    }

    #[test]
    fn a_ray_meets_the_nearest_wall_ahead() {
        let room = [(0.0, 0.0), (4.0, 0.0), (4.0, 3.0), (0.0, 3.0)].map(Point::from);
        let p = Point::new(1.0, 1.0);
        for (way, far) in [
            ((0.0, 2.0), 2.0),
            ((0.0, -1.0), 1.0),
            ((1.0, 0.0), 3.0),
            ((-1.0, 0.0), 1.0),
        ] {
            assert!((ray(&room, p, Point::from(way)) - far).abs() < 1e-12);
        }
        assert_eq!(ray(&room, Point::new(9.0, 1.0), Point::new(1.0, 0.0)), f64::INFINITY);
    }

    #[test]
    fn area_and_centre_of_an_l_shape() {
        let l = [
            p(0.0, 0.0),
            p(4.0, 0.0),
            p(4.0, 1.0),
            p(1.0, 1.0),
            p(1.0, 4.0),
            p(0.0, 4.0),
        ];
        assert!((signed_area(&l) - 7.0).abs() < 1e-12);
        let c = centroid(&l);
        assert!((c.x - 9.5 / 7.0).abs() < 1e-12 && (c.y - 9.5 / 7.0).abs() < 1e-12);
        assert!(contains(&l, inside_point(&l, &[])));
    }

    #[test]
    fn overlap_of_abutting_rooms_is_nothing_and_of_crossing_rooms_is_their_common_area() {
        assert_eq!(overlap(&rect(0.0, 0.0, 2.0, 2.0), &rect(2.0, 0.0, 4.0, 2.0)), 0.0);
        assert!((overlap(&rect(0.0, 0.0, 2.0, 2.0), &rect(1.5, 1.0, 4.0, 5.0)) - 0.5).abs() < 1e-12);
        let l = [
            p(0.0, 0.0),
            p(4.0, 0.0),
            p(4.0, 1.0),
            p(1.0, 1.0),
            p(1.0, 4.0),
            p(0.0, 4.0),
        ];
        assert!(overlap(&l, &rect(1.0, 1.0, 4.0, 4.0)) < 1e-12);
        assert!((overlap(&l, &rect(0.5, 0.5, 4.0, 4.0)) - (3.5 * 0.5 + 0.5 * 3.0)).abs() < 1e-12);
    }

    #[test]
    fn a_room_in_the_hole_of_another_does_not_overlap_it() {
        let hole: Vec<Point> = rect(1.0, 1.0, 2.0, 2.0).into_iter().rev().collect();
        let o = overlap_with_holes(&rect(0.0, 0.0, 3.0, 3.0), &[hole], &rect(1.0, 1.0, 2.0, 2.0), &[]);
        assert!(o.abs() < 1e-12, "{o}");
    }

    #[test]
    fn bow_ties_cross_themselves_and_rooms_do_not() {
        assert!(crosses_itself(&[p(0.0, 0.0), p(2.0, 2.0), p(2.0, 0.0), p(0.0, 2.0)]));
        assert!(!crosses_itself(&rect(0.0, 0.0, 1.0, 1.0)));
    }

    #[test]
    fn tidy_drops_the_closing_corner_and_corners_on_straight_walls() {
        let o = [
            p(0.0, 0.0),
            p(0.0, 2.0),
            p(2.0, 2.0),
            p(2.0, 1.0),
            p(2.0, 0.0),
            p(0.0, 0.0),
        ];
        let t = tidy(&o);
        assert_eq!(t.len(), 4);
        assert!(signed_area(&t) > 0.0);
    }
}
