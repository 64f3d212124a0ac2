//! Where a walker turns, and how fast they go (Moussaïd, Helbing and Theraulaz 2011, "How simple rules determine
//! pedestrian behavior and crowd disasters"): of a few directions the one that comes nearest to the goal before
//! somebody is met; the speed from the free way in it and the time gap.

use super::figures::{FAN, FAR_M, KEEPS, TURN};
use crate::scenario::Point;

/// Neighbours are looked at so many at once.
const LANES: usize = 8;

/// The larger of two numbers; one instruction, where `f32::max` also looks for what is no number.
fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// Those who matter to a walker, relative to them; single precision is enough for a choice.
#[derive(Clone, Debug, Default)]
pub struct Others {
    x: Vec<f32>,
    y: Vec<f32>,
    /// Velocity, m/s.
    u: Vec<f32>,
    v: Vec<f32>,
    /// Square of the distance at which they touch, m².
    c2: Vec<f32>,
    /// The free way up to them counts as so much at least, m.
    least: Vec<f32>,
}

impl Others {
    /// Forgets all.
    pub fn clear(&mut self) {
        for v in [
            &mut self.x,
            &mut self.y,
            &mut self.u,
            &mut self.v,
            &mut self.c2,
            &mut self.least,
        ] {
            v.clear();
        }
    }
    /// One more: the way to them, their velocity, the distance of touching, and as how much the free way up to them
    /// counts at least.
    pub fn push(&mut self, d: Point, velocity: Point, contact: f64, least: f64) {
        self.x.push(d.x as f32);
        self.y.push(d.y as f32);
        self.u.push(velocity.x as f32);
        self.v.push(velocity.y as f32);
        self.c2.push((contact * contact) as f32);
        self.least.push(least as f32);
    }
    /// Nobody.
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }
    /// Fills up to whole lanes with somebody far away.
    pub fn fill(&mut self) {
        while !self.x.len().is_multiple_of(LANES) {
            self.push(Point::new(1e4, 0.0), Point::default(), 0.0, 0.0);
        }
    }
    /// Arrays of a fixed length, which the compiler can work on at once.
    fn lanes(&self) -> impl Iterator<Item = [&[f32; LANES]; 6]> {
        let [x, y, u, v, c2, least] =
            [&self.x, &self.y, &self.u, &self.v, &self.c2, &self.least].map(|v| v.as_chunks::<LANES>().0);
        (0..x.len()).map(move |k| [&x[k], &y[k], &u[k], &v[k], &c2[k], &least[k]])
    }

    /// How far one comes at this speed in direction `e` before touching somebody, all going on as they do, m.
    fn run(&self, e: Point, speed: f64, far: f64) -> f64 {
        let (ex, ey, speed) = (e.x as f32, e.y as f32, speed as f32);
        let (sx, sy) = (ex * speed, ey * speed);
        let mut least = [far as f32; LANES];
        for [x, y, u, v, c2, _] in self.lanes() {
            for k in 0..LANES {
                let (wx, wy) = (sx - u[k], sy - v[k]);
                let ww = wx * wx + wy * wy;
                let dw = x[k] * wx + y[k] * wy;
                let root = dw * dw - ww * (x[k] * x[k] + y[k] * y[k] - c2[k]);
                let t = (dw - larger(root, 0.0).sqrt()) / larger(ww, 1e-9);
                let run = speed * larger(t, 0.0);
                let hit = dw > 0.0 && root > 0.0 && run < least[k];
                least[k] = if hit { run } else { least[k] };
            }
        }
        f64::from(least.into_iter().fold(far as f32, f32::min))
    }

    /// The free way in direction `e` up to where they stand now, m; infinite if nobody is in it.
    pub fn gap(&self, e: Point) -> f64 {
        let (ex, ey) = (e.x as f32, e.y as f32);
        let mut least = [f32::INFINITY; LANES];
        for [x, y, _, _, c2, no_less] in self.lanes() {
            for k in 0..LANES {
                let along = ex * x[k] + ey * y[k];
                let across = ex * y[k] - ey * x[k];
                let q = c2[k] - across * across;
                let way = larger(along - larger(q, 0.0).sqrt(), no_less[k]);
                let hit = along > 0.0 && q > 0.0 && way < least[k];
                least[k] = if hit { way } else { least[k] };
            }
        }
        f64::from(least.into_iter().fold(f32::INFINITY, f32::min))
    }

    /// The free way from a point that is reached after `delay` (s), as [`Others::run`].
    fn run_on(&self, from: Point, delay: f64, e: Point, speed: f64, far: f64) -> f64 {
        let (fx, fy, delay) = (from.x as f32, from.y as f32, delay as f32);
        let (ex, ey, speed) = (e.x as f32, e.y as f32, speed as f32);
        let (sx, sy) = (ex * speed, ey * speed);
        let mut least = [far as f32; LANES];
        for [x, y, u, v, c2, _] in self.lanes() {
            for k in 0..LANES {
                let (x, y) = (x[k] + u[k] * delay - fx, y[k] + v[k] * delay - fy);
                let (wx, wy) = (sx - u[k], sy - v[k]);
                let ww = wx * wx + wy * wy;
                let dw = x * wx + y * wy;
                let root = dw * dw - ww * (x * x + y * y - c2[k]);
                let t = (dw - larger(root, 0.0).sqrt()) / larger(ww, 1e-9);
                let run = speed * larger(t, 0.0);
                let hit = dw > 0.0 && root > 0.0 && run < least[k];
                least[k] = if hit { run } else { least[k] };
            }
        }
        f64::from(least.into_iter().fold(far as f32, f32::min))
    }

    /// The direction to take: `wish` or one beside it. `room` says how far the walls let one go in a direction, m, and
    /// whither the wall leads on that ends it.
    pub fn direction(&self, wish: Point, speed: f64, room: impl Fn(Point) -> (f64, Point)) -> Point {
        if self.is_empty() {
            return wish;
        }
        let run = self.run(wish, speed, FAR_M);
        if run >= FAR_M {
            return wish;
        }
        let cost = |run: f64, cos: f64| FAR_M * FAR_M + run * run - 2.0 * FAR_M * run * cos;
        let mut best = (cost(run, 1.0), wish);
        // To the right first: of two equal ways that one is taken.
        for (cos, sin) in TURN {
            for sin in [-sin, sin] {
                let e = wish * cos + wish.left() * sin;
                let (room, along) = room(e);
                // However free it is, this direction cannot be better.
                if room >= FAR_M && cost(FAR_M * cos, cos) >= best.0 {
                    continue;
                }
                let run = self.run(e, speed, FAR_M);
                let c = if run <= room || along.dot(wish) < 0.5 {
                    cost(run.min(room), cos)
                } else {
                    // At the wall one goes on along it.
                    let corner = e * room;
                    let on = self.run_on(corner, room / speed.max(0.1), along, speed, FAR_M - room);
                    let end = wish * FAR_M - corner - along * on;
                    end.dot(end)
                };
                if c < best.0 * KEEPS - 1e-9 {
                    best = (c, e);
                }
            }
        }
        best.1
    }
}

const _: () = assert!(TURN.len() == FAN);

#[cfg(test)]
mod tests {
    use super::*;

    fn one(d: (f64, f64), velocity: (f64, f64)) -> Others {
        let mut o = Others::default();
        o.push(d.into(), velocity.into(), 0.4, 0.0);
        o.fill();
        o
    }

    #[test]
    fn the_free_way_ends_where_bodies_touch() {
        let e = Point::new(1.0, 0.0);
        assert!((one((2.0, 0.0), (0.0, 0.0)).gap(e) - 1.6).abs() < 1e-6);
        // Half beside: √(0.4² − 0.2²) before the other's middle.
        assert!((one((2.0, 0.2), (0.0, 0.0)).gap(e) - (2.0 - 0.12_f64.sqrt())).abs() < 1e-6);
        assert!(one((2.0, 0.41), (0.0, 0.0)).gap(e).is_infinite());
        assert!(one((-1.0, 0.0), (0.0, 0.0)).gap(e).is_infinite());
    }

    #[test]
    fn who_comes_towards_one_is_met_sooner_and_passed_on_the_right() {
        let e = Point::new(1.0, 0.0);
        let (still, coming) = (one((3.0, 0.0), (0.0, 0.0)), one((3.0, 0.0), (-1.3, 0.0)));
        assert!((still.run(e, 1.3, FAR_M) - 2.6).abs() < 1e-5);
        assert!((coming.run(e, 1.3, FAR_M) - 1.3).abs() < 1e-5);
        let turned = coming.direction(e, 1.3, |_| (FAR_M, e));
        assert!(turned.y < 0.0, "{turned:?}");
        // With a wall on the right, on the left.
        let turned = coming.direction(e, 1.3, |d| (if d.y < 0.0 { 0.0 } else { FAR_M }, Point::new(0.0, 1.0)));
        assert!(turned.y > 0.0, "{turned:?}");
        // Somebody who walks ahead just as fast is no obstacle.
        assert_eq!(one((1.0, 0.0), (1.3, 0.0)).direction(e, 1.3, |_| (FAR_M, e)), e);
    }

    #[test]
    fn turns_are_unit_vectors() {
        for (cos, sin) in TURN {
            assert!((cos * cos + sin * sin - 1.0_f64).abs() < 1e-6);
        }
    }
}
