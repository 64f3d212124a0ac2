//! Beds on wheels, as wide and as long as they are: whoever moves one has hold of its foot end, and the head end swings
//! after, round corners and through doors; only by ways that are level and wide enough. Both ends are rounded: a bed is
//! all that lies within half its width of the line between them.

use super::body::{Body, Fact};
use super::care::Burden;
use super::contact::{self, Cells, Circle, Meeting};
use super::figures;
use super::terrain::{self, Solid, Terrain};
use super::{PersonId, Surroundings};
use crate::place::{Place, PlateId, Segment, SpaceId};
use crate::scenario::{Mobility, Point};

/// A bed and who moves it: from where they have hold of it to the middle of its head end.
#[derive(Clone, Copy, Debug)]
pub struct Bed {
    /// Where whoever moves it walks.
    pub grip: Point,
    /// Centre of the head end.
    pub head: Point,
    /// Half its width, m.
    pub half: f64,
}

/// What is in the way of a bed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// Walls leave no room to turn.
    Walls,
    /// This member of [`Cells`] stands there.
    Somebody(u32),
}

impl Bed {
    /// Of somebody who lies in one, and of whoever moves it, if anybody does.
    pub fn of(ward: &Body, f: &Fact, carrier: Option<&Body>) -> Option<Self> {
        let moved = carrier.filter(|c| c.burden == Some(Burden::Bed));
        let stands = ward.grip?;
        Some(Self {
            grip: moved.map_or(stands, |c| c.at),
            head: ward.at,
            half: f.radius,
        })
    }

    /// From the grip to the centre of the head end, m.
    fn length(half: f64) -> f64 {
        figures::BED_LENGTH_M + figures::GRIP_M - 2.0 * half
    }

    /// Centres of circles of half its width that cover the bed, without the grip; `moved`: up to whoever moves it, who is
    /// as wide.
    pub fn circles(self, moved: bool) -> impl Iterator<Item = Point> {
        let along = (self.grip - self.head).normalised();
        let length = if moved {
            self.grip.distance(self.head)
        } else {
            (figures::BED_LENGTH_M - 2.0 * self.half).max(0.0)
        };
        let n = libm::ceil(length / self.half.max(0.1)).max(1.0) as usize;
        let (head, last) = (self.head, n + usize::from(!moved));
        (0..last).map(move |k| head + along * (length * k as f64 / n as f64))
    }

    fn line(&self) -> Segment {
        Segment {
            a: self.grip,
            b: self.head,
        }
    }

    /// How deep a wall is in the bed, m (less than nothing: how far off), the way out, and whereabouts between grip (0)
    /// and head (1).
    fn depth(&self, wall: &Segment) -> (f64, Point, f64) {
        let line = self.line();
        let ends = [line.a, line.b].map(|p| (p, terrain::nearest(wall, p)));
        let corners = [wall.a, wall.b].map(|p| (terrain::nearest(&line, p), p));
        let mut nearest = (f64::INFINITY, ends[0]);
        for (on, off) in ends.into_iter().chain(corners) {
            let apart = on.distance(off);
            if apart < nearest.0 {
                nearest = (apart, (on, off));
            }
        }
        let (apart, (on, off)) = nearest;
        let length = line.a.distance(line.b).max(1e-6);
        let away = (on - off) * (1.0 / apart.max(1e-6));
        (self.half - apart, away, on.distance(line.a) / length)
    }

    /// How deep walls are in it, m, at most; infinite if it lies across one.
    fn deepest(&self, walls: &[Segment]) -> f64 {
        let each = walls.iter().map(|w| {
            if terrain::crosses(self.grip, self.head, w) {
                f64::INFINITY
            } else {
                self.depth(w).0
            }
        });
        each.fold(f64::NEG_INFINITY, f64::max)
    }

    /// The bed with its grip elsewhere: the head end swings after and keeps off walls. None if they leave no room.
    fn swung(&self, grip: Point, walls: &[Segment]) -> Option<Self> {
        let length = Self::length(self.half);
        let at = |head: Point| Self {
            grip,
            head: grip + (head - grip).normalised() * length,
            ..*self
        };
        let mut bed = at(self.head);
        for _ in 0..ROUNDS {
            let each = walls.iter().map(|w| bed.depth(w));
            let Some((depth, away, part)) = each.max_by(|a, b| a.0.total_cmp(&b.0)) else {
                break;
            };
            if depth <= 0.0 {
                break;
            }
            bed = at(bed.head + away * (depth / part.max(NEAR_GRIP)));
        }
        // Not through a wall, and no deeper into one than before.
        let through = walls.iter().any(|w| terrain::crosses(self.head, bed.head, w));
        let fits = bed.deepest(walls) <= self.deepest(walls).max(figures::OVERLAP_M);
        (fits && !through && bed.head.distance(self.head) <= LEAP_M).then_some(bed)
    }

    /// The bed turned on the spot a little, the head end towards `behind` as seen from the grip.
    fn turned(&self, behind: Point, walls: &[Segment]) -> Option<Self> {
        let away = (self.head - self.grip).normalised();
        let side = away.left();
        let to = if side.dot(behind) < 0.0 { side * -1.0 } else { side };
        if away.dot(behind) > 0.999 {
            return None;
        }
        Self {
            head: self.head + to * TURNS_M,
            ..*self
        }
        .swung(self.grip, walls)
    }

    /// Who is pressed by it more than they were, if anybody.
    fn presses(
        &self,
        before: &Self,
        those: (u32, u32),
        plate: PlateId,
        cells: &Cells,
        met: &mut Meeting,
    ) -> Option<u32> {
        let (line, middle) = (self.line(), (self.grip + self.head) * 0.5);
        met.clear();
        cells.around(plate, middle, &Circle(SEEN_M), met);
        let found = met.found().iter().find(|m| {
            let o = cells.member(m);
            let at = cells.at(m.member);
            let (radius, stiff) = (f64::from(o.radius), f64::from(o.stiff));
            let room = self.half + (radius - stiff) * f64::from(figures::PASSING) + stiff;
            let apart = |line: &Segment| terrain::nearest(line, at).distance(at);
            let now = apart(&line);
            let other = o.id != those.0 && o.id != those.1 && o.id != contact::Member::GONE && !o.fallen;
            other && now < room - figures::OVERLAP_M && now < apart(&before.line())
        });
        found.map(|m| m.member)
    }

    /// Where the bed comes when whoever moves it goes to `to`, facing that way; `those`: numbers of who moves it and who
    /// lies in it, `plates`: where they are. If it can't: what is in the way, and how it turns on the spot.
    pub fn moved(
        &self,
        to: Point,
        facing: Point,
        those: (u32, u32),
        plates: (PlateId, PlateId),
        cells: &Cells,
        met: &mut Meeting,
        terrain: &Terrain,
        world: &Surroundings<'_>,
    ) -> Result<Self, (Blocked, Option<Self>)> {
        let walls = self.walls(plates, terrain, world);
        let free = |bed: Self, met: &mut Meeting| match bed.presses(self, those, plates.1, cells, met) {
            None => Ok(bed),
            Some(member) => Err(Blocked::Somebody(member)),
        };
        // Where walls leave no room to go there, it is drawn more and more straight on.
        let (by, on) = (to - self.grip, (self.grip - self.head).normalised());
        let straight = |part: f64| {
            let way = by.normalised() * (1.0 - part) + on * part;
            self.grip + way.normalised() * by.length()
        };
        let room = STRAIGHT.iter().find_map(|part| {
            let to = if *part > 0.0 { straight(*part) } else { to };
            self.swung(to, &walls)
        });
        let gone = room.ok_or(Blocked::Walls).and_then(|bed| free(bed, met));
        gone.map_err(|why| {
            let turned = self.turned(facing * -1.0, &walls);
            (why, turned.and_then(|bed| free(bed, met).ok()))
        })
    }

    /// Walls near it, and gates that let no bed through.
    fn walls(&self, plates: (PlateId, PlateId), terrain: &Terrain, world: &Surroundings<'_>) -> Vec<Segment> {
        let mut walls: Vec<Segment> = Vec::new();
        let middle = (self.grip + self.head) * 0.5;
        let mut add = |plate: PlateId, p: Point| {
            for Solid { segment, .. } in terrain.solid(world.place, world.openings, plate, p, self.half) {
                if !walls.contains(&segment) {
                    walls.push(segment);
                }
            }
        };
        add(plates.0, self.grip);
        add(plates.0, middle);
        add(plates.1, middle);
        add(plates.1, self.head);
        walls
    }

    /// Where a bed stands whose head end is to be at a point of a space: as near to it as there is room, the foot end
    /// towards a door. `taken`: others, with their radius.
    pub fn stand(
        place: &Place,
        plate: PlateId,
        space: SpaceId,
        at: Point,
        half: f64,
        taken: &[(Point, f64)],
    ) -> Option<Self> {
        let (shape, length) = (place.shape(plate), Self::length(half));
        let near = |s: &&Segment| terrain::nearest(s, at).distance(at) < RINGS as f64 * RING_M + length + half;
        let gates = shape.gates.iter().map(|g| &g.segment);
        let walls: Vec<Segment> = shape.walls.iter().chain(gates.clone()).filter(near).copied().collect();
        for ring in 0..=RINGS {
            let around = (8 * ring).max(1);
            let mut best: Option<(f64, Self)> = None;
            for (k, turn) in (0..around).flat_map(|k| (0..TURNS).map(move |turn| (k, turn))) {
                let e = |part: usize, of: usize| {
                    let a = std::f64::consts::TAU * part as f64 / of as f64;
                    Point::new(libm::cos(a), libm::sin(a))
                };
                let head = at + e(k, around) * (RING_M * ring as f64);
                let bed = Self {
                    grip: head + e(turn, TURNS) * length,
                    head,
                    half,
                };
                let inside = |p: Point| place.space_at(plate, p) == Some(space);
                let alone = |p: Point| taken.iter().all(|(o, r)| o.distance(p) >= r + half);
                let off_doors = |p: Point| {
                    gates
                        .clone()
                        .all(|g| terrain::nearest(g, p).distance(p) >= half + figures::DOOR_FREE_M)
                };
                let to_gate = gates.clone().map(|g| terrain::nearest(g, bed.grip).distance(bed.grip));
                let to_gate = to_gate.fold(f64::INFINITY, f64::min);
                if best.is_none_or(|(least, _)| to_gate < least)
                    && inside(bed.grip)
                    && bed.circles(false).all(|p| inside(p) && alone(p) && off_doors(p))
                    && bed.deepest(&walls) <= 0.0
                {
                    best = Some((to_gate, bed));
                }
            }
            if let Some((_, bed)) = best {
                return Some(bed);
            }
        }
        None
    }
}

/// Places in a space where one can come to stand with a bed, those furthest from its doors first: so that others come in
/// behind.
pub fn places_in(
    place: &Place,
    plate: PlateId,
    space: SpaceId,
    half: f64,
    bodies: &[Body],
    facts: &[Fact],
    but: usize,
) -> Vec<Point> {
    let mut taken = Vec::new();
    for (k, (b, f)) in bodies.iter().zip(facts).enumerate() {
        if k != but && b.present() && b.space == Some(space) && b.carried_by.is_none() {
            let bed = Bed::of(b, f, None).into_iter();
            let circles = bed.flat_map(|bed| bed.circles(false));
            taken.extend(circles.chain([b.at]).map(|p| (p, b.girth(f))));
        }
    }
    let shape = place.shape(plate);
    let outline = &place.spaces[space.index()].outline;
    let bounds = |of: fn(&Point) -> f64| {
        let each = outline.iter().map(of);
        (
            each.clone().fold(f64::INFINITY, f64::min),
            each.fold(f64::NEG_INFINITY, f64::max),
        )
    };
    let ((left, right), (low, high)) = (bounds(|p| p.x), bounds(|p| p.y));
    let steps = |from: f64, to: f64| {
        (1..)
            .map(move |k| from + PLACES_M * f64::from(k))
            .take_while(move |v| *v < to)
    };
    let off = |s: &Segment, p: Point| terrain::nearest(s, p).distance(p);
    let mut places: Vec<(f64, Point)> = Vec::new();
    for p in steps(left, right)
        .take(MOST_PLACES)
        .flat_map(|x| steps(low, high).take(MOST_PLACES).map(move |y| Point::new(x, y)))
    {
        let to_door = shape
            .gates
            .iter()
            .map(|g| off(&g.segment, p))
            .fold(f64::INFINITY, f64::min);
        if place.space_at(plate, p) == Some(space)
            && shape.walls.iter().all(|w| off(w, p) >= half + SPARE_M)
            && taken.iter().all(|(o, r)| o.distance(p) >= r + half + SPARE_M)
        {
            places.push((to_door, p));
        }
    }
    places.sort_by(|a, b| b.0.total_cmp(&a.0));
    places.into_iter().map(|(_, p)| p).collect()
}

/// All beds: who lies in each, who moves it, and where it is.
pub fn all<'a>(
    bodies: &'a [Body],
    facts: &'a [Fact],
    abed: &'a [u32],
) -> impl Iterator<Item = (usize, Option<PersonId>, Bed)> + 'a {
    abed.iter().filter_map(|ward| {
        let (w, f) = (&bodies[*ward as usize], &facts[*ward as usize]);
        let by = w.carried_by.filter(|c| bodies[c.index()].burden == Some(Burden::Bed));
        let bed = Bed::of(w, f, by.map(|c| &bodies[c.index()])).filter(|_| w.present())?;
        Some((*ward as usize, by, bed))
    })
}

/// Whether somebody lies in a bed on wheels, or did.
pub fn has_one(f: &Fact) -> bool {
    f.mobility == Mobility::Bed
}

/// By how much a bed is drawn along its own line rather than where one means to go, tried in turn.
const STRAIGHT: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];
/// So often a bed is shifted off walls within a tick.
const ROUNDS: usize = 16;
/// What touches a bed nearer to the grip than this part of its length turns it as if it were there.
const NEAR_GRIP: f64 = 0.25;
/// The head end goes no further in a tick, m.
const LEAP_M: f64 = 0.2;
/// By so much the head end goes round in a tick while who moves it stands, m.
const TURNS_M: f64 = 0.03;
/// People further from its middle than this are not near a bed, m.
const SEEN_M: f32 = 2.5;
/// A place to stand is looked for in so many rings, m apart, and so many directions.
const RINGS: usize = 6;
/// See [`RINGS`].
const RING_M: f64 = 0.25;
/// See [`RINGS`].
const TURNS: usize = 24;
/// Places to leave a bed at are looked for so far apart, m, so many each way, with so much room to spare, m.
const PLACES_M: f64 = 0.5;
/// See [`PLACES_M`].
const MOST_PLACES: usize = 60;
/// See [`PLACES_M`].
const SPARE_M: f64 = 0.1;
