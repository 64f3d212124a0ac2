//! Where a walker turns, and how fast they go (Moussaïd, Helbing and Theraulaz 2011, "How simple rules determine
//! pedestrian behavior and crowd disasters"): of a few directions the one that comes nearest to the goal before
//! somebody is met; the speed from the free way in it and the time gap.

use super::figures::{FAN, FAR_M, KEEPS, TURN};
use crate::scenario::Point;

/// Neighbours are looked at so many at once.
const LANES: usize = 8;

/// The larger of two numbers; one instruction, where `f64::max` also looks for what is no number.
pub fn larger<T: PartialOrd>(a: T, b: T) -> T {
    if a > b { a } else { b }
}
/// The smaller of two numbers, as [`larger`].
pub fn smaller<T: PartialOrd>(a: T, b: T) -> T {
    if a < b { a } else { b }
}

/// The least of all lanes, none of which is no number.
fn least_of(lanes: [f32; LANES]) -> f32 {
    let mut least = lanes;
    let mut n = LANES / 2;
    while n > 0 {
        for k in 0..n {
            least[k] = if least[k + n] < least[k] {
                least[k + n]
            } else {
                least[k]
            };
        }
        n /= 2;
    }
    least[0]
}

/// So many of those who matter to a walker, relative to them, side by side; single precision is enough for a choice.
#[derive(Clone, Copy, Debug)]
struct Pack {
    x: [f32; LANES],
    y: [f32; LANES],
    /// Velocity, m/s.
    u: [f32; LANES],
    v: [f32; LANES],
    /// Square of the distance at which they touch, m².
    c2: [f32; LANES],
    /// The free way up to them counts as so much at least, m.
    least: [f32; LANES],
}

impl Pack {
    /// Nobody: somebody too far away to matter in every lane.
    const EMPTY: Self = Self {
        x: [1e4; LANES],
        y: [0.0; LANES],
        u: [0.0; LANES],
        v: [0.0; LANES],
        c2: [0.0; LANES],
        least: [0.0; LANES],
    };
}

/// The free way in one direction, found while those near are looked through one by one: as [`Others::gap`].
#[derive(Clone, Copy, Debug)]
pub struct FreeWay {
    /// The direction, a unit vector.
    pub direction: Point,
    single: (f32, f32),
    way: f32,
    zipper: f32,
}

impl FreeWay {
    /// Nobody in the way yet; `zipper` as in [`Others::gap`].
    pub const fn new(direction: Point, zipper: f32) -> Self {
        Self {
            direction,
            single: (direction.x as f32, direction.y as f32),
            way: f32::INFINITY,
            zipper,
        }
    }
    /// Somebody who matters: the way to them, the distance of touching, and as how much the free way up to them counts
    /// at least, m.
    #[inline]
    pub fn meet(&mut self, d: (f32, f32), contact: f32, least: f32) {
        let along = self.single.0 * d.0 + self.single.1 * d.1;
        let across = self.single.0 * d.1 - self.single.1 * d.0;
        let q = contact * contact - across * across;
        if along > 0.0 && q > 0.0 {
            let way = (along - q.sqrt()) * (1.0 + self.zipper * across * across);
            self.way = smaller(self.way, larger(way, least));
        }
    }
    /// The direction in single precision.
    pub const fn towards(&self) -> (f32, f32) {
        self.single
    }
    /// m; infinite if nobody is in it.
    pub fn metres(&self) -> f64 {
        f64::from(self.way)
    }
}

/// Those who matter to a walker.
#[derive(Clone, Debug, Default)]
pub struct Others {
    packs: Vec<Pack>,
    count: usize,
}

impl Others {
    /// Forgets all, and makes room for so many.
    pub fn clear(&mut self, most: usize) {
        self.count = 0;
        if self.packs.len() <= most / LANES {
            self.packs.resize(most / LANES + 1, Pack::EMPTY);
        }
    }
    /// One more, if they `matter`: the way to them, their velocity, the distance of touching, and as how much the free
    /// way up to them counts at least. No more than there was made room for.
    #[inline]
    pub fn push(&mut self, matter: bool, d: (f32, f32), velocity: (f32, f32), contact: f32, least: f32) {
        let k = self.count % LANES;
        let Some(p) = self.packs.get_mut(self.count / LANES) else {
            return;
        };
        p.x[k] = d.0;
        p.y[k] = d.1;
        p.u[k] = velocity.0;
        p.v[k] = velocity.1;
        p.c2[k] = contact * contact;
        p.least[k] = least;
        self.count += usize::from(matter);
    }
    /// Ends with nobody in the lanes that are left.
    pub fn fill(&mut self) {
        let k = self.count % LANES;
        if let Some(p) = self.packs.get_mut(self.count / LANES) {
            for k in k..LANES {
                p.x[k] = Pack::EMPTY.x[k];
                p.y[k] = Pack::EMPTY.y[k];
                p.u[k] = 0.0;
                p.v[k] = 0.0;
                p.c2[k] = 0.0;
                p.least[k] = 0.0;
            }
        }
    }
    /// Nobody.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
    fn packs(&self) -> &[Pack] {
        &self.packs[..self.count.div_ceil(LANES)]
    }

    /// How far one comes at this speed in direction `e` before touching somebody, all going on as they do, m.
    fn run(&self, e: Point, speed: f64, far: f64) -> f64 {
        let (ex, ey, speed) = (e.x as f32, e.y as f32, speed as f32);
        let (sx, sy) = (ex * speed, ey * speed);
        let mut least = [far as f32; LANES];
        for Pack { x, y, u, v, c2, .. } in self.packs() {
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
        f64::from(least_of(least))
    }

    /// The free way in direction `e` up to where they stand now, m; infinite if nobody is in it. With the `zipper` (1/m²)
    /// it counts more up to those half beside, see [`super::figures::ZIPPER_M2`].
    pub fn gap(&self, e: Point, zipper: f32) -> f64 {
        let (ex, ey) = (e.x as f32, e.y as f32);
        let mut least = [f32::INFINITY; LANES];
        for Pack {
            x,
            y,
            c2,
            least: no_less,
            ..
        } in self.packs()
        {
            for k in 0..LANES {
                let along = ex * x[k] + ey * y[k];
                let across = ex * y[k] - ey * x[k];
                let q = c2[k] - across * across;
                let way = (along - larger(q, 0.0).sqrt()) * (1.0 + zipper * across * across);
                let way = larger(way, no_less[k]);
                let hit = along > 0.0 && q > 0.0 && way < least[k];
                least[k] = if hit { way } else { least[k] };
            }
        }
        f64::from(least_of(least))
    }

    /// The free way from a point that is reached after `delay` (s), as [`Others::run`].
    fn run_on(&self, from: Point, delay: f64, e: Point, speed: f64, far: f64) -> f64 {
        let (fx, fy, delay) = (from.x as f32, from.y as f32, delay as f32);
        let (ex, ey, speed) = (e.x as f32, e.y as f32, speed as f32);
        let (sx, sy) = (ex * speed, ey * speed);
        let mut least = [far as f32; LANES];
        for Pack { x, y, u, v, c2, .. } in self.packs() {
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
        f64::from(least_of(least))
    }

    /// The turn to take from `wish`, see [`turned`]. `room` says how far the walls let one go in a direction, m, and
    /// whither the wall leads on that ends it.
    pub fn turn(&self, wish: Point, speed: f64, room: impl Fn(Point) -> (f64, Point)) -> i8 {
        if self.is_empty() {
            return 0;
        }
        let run = self.run(wish, speed, FAR_M);
        if run >= FAR_M {
            return 0;
        }
        let cost = |run: f64, cos: f64| FAR_M * FAR_M + run * run - 2.0 * FAR_M * run * cos;
        let mut best = (cost(run, 1.0), 0);
        // To the right first: of two equal ways that one is taken.
        for (k, (cos, _)) in TURN.into_iter().enumerate() {
            for turn in [-(k as i8 + 1), k as i8 + 1] {
                let e = turned(wish, turn);
                let (room, along) = room(e);
                // However free it is, this direction cannot be better.
                if room >= FAR_M && cost(FAR_M * cos, cos) >= best.0 * KEEPS {
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
                    best = (c, turn);
                }
            }
        }
        best.1
    }
}

/// A direction turned: 0 not at all, to the left by so many of the steps of [`TURN`], to the right if negative.
pub fn turned(wish: Point, turn: i8) -> Point {
    match TURN.get(usize::from(turn.unsigned_abs()).wrapping_sub(1)) {
        Some((cos, sin)) => wish * *cos + wish.left() * if turn > 0 { *sin } else { -*sin },
        None => wish,
    }
}

const _: () = assert!(TURN.len() == FAN);

#[cfg(test)]
mod tests {
    use super::*;

    fn one(d: (f32, f32), velocity: (f32, f32)) -> Others {
        let mut o = Others::default();
        o.clear(1);
        o.push(true, d, velocity, 0.4, 0.0);
        o.fill();
        o
    }

    #[test]
    fn the_free_way_ends_where_bodies_touch() {
        let e = Point::new(1.0, 0.0);
        assert!((one((2.0, 0.0), (0.0, 0.0)).gap(e, 0.0) - 1.6).abs() < 1e-6);
        // Half beside: √(0.4² − 0.2²) before the other's middle.
        assert!((one((2.0, 0.2), (0.0, 0.0)).gap(e, 0.0) - (2.0 - 0.12_f64.sqrt())).abs() < 1e-6);
        assert!(one((2.0, 0.41), (0.0, 0.0)).gap(e, 0.0).is_infinite());
        for d in [(2.0, 0.0), (2.0, 0.2), (2.0, 0.41), (-1.0, 0.0), (0.3, 0.1)] {
            let mut way = FreeWay::new(e, 0.0);
            way.meet(d, 0.4, 0.0);
            assert_eq!(way.metres(), one(d, (0.0, 0.0)).gap(e, 0.0), "{d:?}");
        }
        assert!(one((-1.0, 0.0), (0.0, 0.0)).gap(e, 0.0).is_infinite());
    }

    #[test]
    fn who_walks_half_beside_is_followed_more_closely_out_of_a_queue_and_who_walks_ahead_is_not() {
        let e = Point::new(1.0, 0.0);
        let (ahead, beside) = (one((1.0, 0.0), (0.0, 0.0)), one((1.0, 0.3), (0.0, 0.0)));
        assert_eq!(ahead.gap(e, 15.0), ahead.gap(e, 0.0));
        let factor = beside.gap(e, 15.0) / beside.gap(e, 0.0);
        assert!((factor - (1.0 + 15.0 * 0.09)).abs() < 1e-5, "{factor}");
        let mut way = FreeWay::new(e, 15.0);
        way.meet((1.0, 0.3), 0.4, 0.0);
        assert_eq!(way.metres(), beside.gap(e, 15.0));
    }

    #[test]
    fn who_comes_towards_one_is_met_sooner_and_passed_on_the_right() {
        let e = Point::new(1.0, 0.0);
        let (still, coming) = (one((3.0, 0.0), (0.0, 0.0)), one((3.0, 0.0), (-1.3, 0.0)));
        assert!((still.run(e, 1.3, FAR_M) - 2.6).abs() < 1e-5);
        assert!((coming.run(e, 1.3, FAR_M) - 1.3).abs() < 1e-5);
        let turn = coming.turn(e, 1.3, |_| (FAR_M, e));
        assert!(turn < 0 && turned(e, turn).y < 0.0, "{turn}");
        // With a wall on the right, on the left.
        let turn = coming.turn(e, 1.3, |d| (if d.y < 0.0 { 0.0 } else { FAR_M }, Point::new(0.0, 1.0)));
        assert!(turn > 0, "{turn}");
        // Somebody who walks ahead just as fast is no obstacle.
        assert_eq!(one((1.0, 0.0), (1.3, 0.0)).turn(e, 1.3, |_| (FAR_M, e)), 0);
    }

    #[test]
    fn turns_are_unit_vectors() {
        for (cos, sin) in TURN {
            assert!((cos * cos + sin * sin - 1.0_f64).abs() < 1e-6);
        }
    }
}
