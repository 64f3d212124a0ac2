//! The people of a scenario: trainees first, then `people` in order, households home by home; of very many, those who
//! stand side by side.

use super::bed::Bed;
use super::body::{Aim, Body, Fact, Wheels, Why};
use super::chance::{Draw, Purpose};
use super::figures;
use super::stairs::inside;
use super::{PersonId, PersonState, Posture};
use crate::place::{HomeId, OpeningId, Place, PlateId, SpaceId};
use crate::scenario::{
    Distribution, Group, Hearing, Households, Loaded, Mobility, People, Person, Point, Sex, Source, State, Trainee, Use,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bodies and facts while they are made.
pub struct Population<'a> {
    place: &'a Place,
    seed: u64,
    pub bodies: Vec<Body>,
    pub facts: Vec<Fact>,
    /// Who stands where, by plate.
    taken: Vec<Vec<(Point, f64)>>,
    cells: BTreeMap<SpaceId, Arc<[Point]>>,
    /// Those of the area asked for last.
    of_area: Option<(SpaceId, Vec<Point>, Arc<[Point]>)>,
}

/// What is known of a person before the rest is drawn.
struct Sketch {
    name: String,
    age: f64,
    sex: Option<Sex>,
    hearing: Hearing,
    mobility: Mobility,
    state: State,
    radius: Option<f64>,
    speed: Option<f64>,
    starts_s: Option<f64>,
    susceptibility: Option<f64>,
}

impl<'a> Population<'a> {
    /// Everybody of a scenario.
    pub fn make(place: &'a Place, loaded: &Loaded, seed: u64) -> Self {
        let mut all = Self {
            place,
            seed,
            bodies: Vec::new(),
            facts: Vec::new(),
            taken: vec![Vec::new(); place.plates.len()],
            cells: BTreeMap::new(),
            of_area: None,
        };
        let s = &loaded.scenario;
        let own_homes: Vec<HomeId> = s.trainees.iter().filter_map(|t| all.home_of_trainee(t)).collect();
        for t in &s.trainees {
            all.trainee(t);
        }
        for (k, p) in s.people.iter().enumerate() {
            match p {
                People::Households(h) => all.households(h, loaded, &own_homes),
                People::Person(p) => all.single(p),
                People::Group(g) => all.group(g, k as u64, None),
                People::Source(s) => all.source(s, k as u64),
            }
        }
        all.kin(loaded);
        if all.bodies.len() > figures::MANY {
            all.number_side_by_side(s.trainees.len());
        }
        all
    }

    /// Numbers those after the first so many along a curve that stays near where it was (Morton 1966): people meet those
    /// around them, and what is numbered side by side lies side by side in memory. Members of a family or group still
    /// follow each other.
    fn number_side_by_side(&mut self, first: usize) {
        let mut runs: Vec<(PlateId, u64, std::ops::Range<usize>)> = Vec::new();
        for k in first..self.bodies.len() {
            let family = self.facts[k].family;
            match runs.last_mut() {
                Some((_, _, run)) if family.is_some() && family == self.facts[run.start].family => run.end = k + 1,
                _ => {
                    let b = &self.bodies[k];
                    runs.push((b.plate, morton(b.at - self.place.shape(b.plate).grid.origin), k..k + 1));
                }
            }
        }
        runs.sort_by_key(|(plate, along, run)| (*plate, *along, run.start));
        let order: Vec<usize> = (0..first).chain(runs.into_iter().flat_map(|r| r.2)).collect();
        let mut number = vec![PersonId(0); order.len()];
        for (now, before) in order.iter().enumerate() {
            number[*before] = PersonId(now as u32);
        }
        self.bodies = order.iter().map(|k| self.bodies[*k]).collect();
        let mut facts: Vec<Option<Fact>> = self.facts.drain(..).map(Some).collect();
        self.facts.extend(order.iter().filter_map(|k| facts[*k].take()));
        for f in &mut self.facts {
            for id in f.kin_of.iter_mut().chain(&mut f.family).chain(&mut f.wards) {
                *id = number[id.index()];
            }
        }
    }

    fn space(&self, path: &str) -> Option<SpaceId> {
        let direct = self.place.space_by_path.get(path).copied();
        // A home's path stands for its first space.
        direct.or_else(|| {
            self.home(path)
                .and_then(|h| self.place.homes[h.index()].spaces.first().copied())
        })
    }

    fn home(&self, path: &str) -> Option<HomeId> {
        self.place
            .homes
            .iter()
            .position(|h| h.path == path)
            .map(|k| HomeId(k as u32))
    }

    fn home_of_trainee(&self, t: &Trainee) -> Option<HomeId> {
        t.home
            .as_deref()
            .and_then(|p| self.home(p).or_else(|| self.home_of(self.space(p))))
            .or_else(|| self.home_of(self.space(&t.r#in)))
    }

    fn home_of(&self, space: Option<SpaceId>) -> Option<HomeId> {
        space.and_then(|s| self.place.spaces[s.index()].home)
    }

    /// An opening by its path, by its name on a storey, or by the end of its path.
    fn opening(&self, name: &str, near: SpaceId) -> Option<OpeningId> {
        let by = &self.place.opening_by_path;
        let storey = &self
            .place
            .storeys
            .get(self.place.spaces[near.index()].storey.index())?
            .name;
        by.get(name)
            .or_else(|| by.get(&format!("{storey}/{name}")))
            .copied()
            .or_else(|| {
                by.iter()
                    .find(|(p, _)| p.strip_suffix(name).is_some_and(|rest| rest.ends_with('/')))
                    .map(|(_, o)| *o)
            })
    }

    /// Walkable points of a space, inside an area if that is one.
    fn cells(&mut self, space: SpaceId, plate: PlateId, area: &[Point]) -> Arc<[Point]> {
        let place = self.place;
        let all = self.cells.entry(space).or_insert_with(|| {
            let q = &place.plates[plate.index()];
            let g = &place.shapes[q.shape].grid;
            (0..g.columns * g.rows)
                .filter(|&k| {
                    g.walkable[k] && g.gate[k] == u16::MAX && q.spaces.get(usize::from(g.space[k])) == Some(&space)
                })
                .map(|k| {
                    let (c, r) = (k % g.columns, k / g.columns);
                    Point::new(
                        g.origin.x + (c as f64 + 0.5) * g.cell,
                        g.origin.y + (r as f64 + 0.5) * g.cell,
                    )
                })
                .collect()
        });
        if area.len() < 3 {
            return Arc::clone(all);
        }
        match &self.of_area {
            Some((s, a, cells)) if *s == space && a == area => Arc::clone(cells),
            _ => {
                let cells: Arc<[Point]> = all.iter().copied().filter(|c| inside(area, *c)).collect();
                self.of_area = Some((space, area.to_vec(), Arc::clone(&cells)));
                cells
            }
        }
    }

    /// A free spot in a space, or the least crowded if there is none.
    fn spot(&mut self, space: SpaceId, plate: PlateId, radius: f64, area: &[Point], draw: &mut Draw) -> Point {
        let place = self.place;
        let q = &place.plates[plate.index()];
        let shape = &place.shapes[q.shape];
        let half = shape.grid.cell / 2.0;
        let cells = self.cells(space, plate, area);
        if cells.is_empty() {
            return place.a_point_in(space);
        }
        let off_walls = radius.max(figures::WALL_M);
        let clear = |p: Point| {
            shape
                .walls
                .iter()
                .all(|w| super::terrain::nearest(w, p).distance(p) >= off_walls)
                && shape
                    .gates
                    .iter()
                    .all(|g| super::terrain::nearest(&g.segment, p).distance(p) >= off_walls)
                && (area.len() < 3 || inside(area, p))
        };
        let taken = &self.taken[plate.index()];
        let room = |p: Point| {
            taken
                .iter()
                .map(|(o, r)| o.distance(p) - r - radius)
                .fold(f64::INFINITY, f64::min)
        };
        for _ in 0..100 {
            let c = cells[draw.index(cells.len())];
            let p = Point::new(c.x + draw.between(-half, half), c.y + draw.between(-half, half));
            if room(p) > 0.01 && clear(p) {
                return p;
            }
        }
        let mut best = (f64::NEG_INFINITY, cells[0]);
        for &c in cells.iter() {
            let r = room(c);
            if r > 0.01 && clear(c) {
                return c;
            }
            if r > best.0 {
                best = (r, c);
            }
        }
        best.1
    }

    /// Draws what a sketch leaves open and puts the person somewhere. False if the space is not one to stand in.
    fn add(&mut self, sketch: Sketch, space: SpaceId, at: Option<Point>, area: &[Point], enters: Option<f64>) -> bool {
        let Some(plate) = self.place.plate_of(space) else {
            return false;
        };
        let id = self.bodies.len() as u64;
        let mut draw = Draw::new(self.seed, Purpose::Person, id, 0);
        let sex = if draw.unit() < 0.5 { Sex::Female } else { Sex::Male };
        let sex = sketch.sex.unwrap_or(sex);
        let (low, high) = figures::radius(sketch.age, sketch.mobility);
        let radius = draw.between(low, high);
        let radius = sketch.radius.filter(|r| *r > 0.0 && r.is_finite()).unwrap_or(radius);
        let (low, high) = figures::free_speed(sketch.age, sex);
        let able = draw.between(low, high);
        let deviate = draw.normal();
        let drawn = match figures::aided_speed(sketch.mobility) {
            Some((mean, sd)) => (mean + sd * deviate).clamp(mean * 0.4, mean * 1.6),
            None => able,
        };
        let free_speed = sketch.speed.filter(|v| *v >= 0.0 && v.is_finite()).unwrap_or(drawn);
        let spread = libm::exp(figures::SUSCEPTIBILITY_SIGMA * draw.normal());
        let turn_back = (figures::TURN_BACK.0 * libm::exp(figures::TURN_BACK.1 * draw.normal())).clamp(0.15, 1.5);
        let frame = self.place.spaces[space.index()].frame;
        let at = match at {
            Some(p) => frame.apply(p),
            None => {
                let area: Vec<Point> = area.iter().map(|p| frame.apply(*p)).collect();
                let mut draw = Draw::new(self.seed, Purpose::Place, id, 0);
                self.spot(space, plate, radius, &area, &mut draw)
            }
        };
        let bed = (sketch.mobility == Mobility::Bed && enters.is_none())
            .then(|| Bed::stand(self.place, plate, space, at, radius, &self.taken[plate.index()]))
            .flatten();
        let at = bed.map_or(at, |b| b.head);
        let mut body = Body::new(plate, space, at, self.place.z_at(plate, at));
        body.grip = bed.map(|b| b.grip);
        body.heading = bed.map_or(body.heading, |b| (b.grip - b.head).normalised());
        if enters.is_some() {
            body.state = PersonState::Absent;
            body.why = Why::Absent;
        } else if sketch.state == State::Asleep {
            body.state = PersonState::Asleep;
            body.why = Why::Asleep;
        }
        if enters.is_none() {
            let circles = bed.into_iter().flat_map(|b| b.circles(false).skip(1));
            let taken = std::iter::once(at).chain(circles).map(|p| (p, radius));
            self.taken[plate.index()].extend(taken);
        }
        if sketch.mobility.lies() {
            body.posture = Posture::Lying;
        }
        self.facts.push(Fact {
            name: sketch.name,
            age: sketch.age,
            hearing: sketch.hearing,
            mobility: sketch.mobility,
            start: sketch.state,
            radius,
            free_speed,
            susceptibility: sketch.susceptibility.unwrap_or(spread),
            turn_back,
            starts_s: sketch.starts_s,
            enters_s: enters,
            controlled: false,
            stays: false,
            kin_of: None,
            wards: Vec::new(),
            home: self.home_of(Some(space)),
            family: None,
            together: false,
            goes_to: None,
            route: String::new(),
            waypoints: Vec::new(),
            repeats: false,
            round: {
                let s = &self.place.spaces[space.index()];
                s.periodic.then(|| s.frame.direction(Point::new(1.0, 0.0)))
            },
        });
        let rolls = sketch.mobility == Mobility::Wheelchair || bed.is_some();
        body.wheels = self.facts.last().filter(|_| rolls).map_or(Wheels::NONE, Wheels::of);
        self.bodies.push(body);
        true
    }

    fn trainee(&mut self, t: &Trainee) {
        let asleep = matches!(t.state, State::Asleep | State::JustWoken);
        let sketch = Sketch {
            name: t.id.clone(),
            age: t.age,
            sex: None,
            hearing: Hearing::Good,
            mobility: Mobility::Able,
            state: if asleep { State::Asleep } else { t.state },
            radius: None,
            speed: t.speed_m_s,
            starts_s: None,
            susceptibility: Some(1.0),
        };
        let space = self.space(&t.r#in).or_else(|| {
            let n = self.place.spaces.len() as u32;
            (0..n).map(SpaceId).find(|s| self.place.plate_of(*s).is_some())
        });
        let there = space.is_some_and(|s| self.add(sketch, s, t.at, &[], None));
        if !there {
            // The number of a trainee is their id, so one without a place to stand is kept, absent for good.
            let mut body = Body::new(PlateId(0), SpaceId(0), Point::default(), 0.0);
            body.state = PersonState::Absent;
            body.why = Why::Absent;
            body.space = None;
            self.bodies.push(body);
            self.facts.push(absent(t));
        }
        let k = self.bodies.len() - 1;
        let home = self.home_of_trainee(t);
        let (b, f) = (&mut self.bodies[k], &mut self.facts[k]);
        f.controlled = true;
        f.home = home;
        f.route = "controlled".into();
        f.round = None;
        if asleep {
            b.wakes_s = Some(t.wakes_s.max(0.0));
        } else {
            b.why = Why::Stands;
        }
    }

    fn single(&mut self, p: &Person) {
        let Some(space) = self.space(&p.r#in) else { return };
        let sketch = Sketch {
            name: p.name.clone(),
            age: p.age,
            sex: Some(p.sex),
            hearing: p.hearing,
            mobility: p.mobility,
            state: p.state,
            radius: p.radius_m,
            speed: p.speed_m_s,
            starts_s: p.starts_s.filter(|t| t.is_finite()),
            susceptibility: p.susceptibility,
        };
        if !self.add(sketch, space, p.at, &[], None) {
            return;
        }
        let k = self.bodies.len() - 1;
        let frame = self.place.spaces[space.index()].frame;
        let goes_to = p.goes_to.as_deref().and_then(|n| self.opening(n, space));
        let (b, f) = (&mut self.bodies[k], &mut self.facts[k]);
        f.goes_to = goes_to;
        f.route = p.goes_to.clone().unwrap_or_default();
        f.waypoints = p.waypoints.iter().map(|q| frame.apply(*q)).collect();
        f.repeats = p.r#loop;
        f.stays = p.stays;
        b.sets_out_s = f.starts_s;
    }

    fn group(&mut self, g: &Group, occasion: u64, arrivals: Option<&Source>) {
        let Some(space) = self.space(&g.r#in) else { return };
        let weights: f64 = g.exits.iter().map(|e| e.1.max(0.0)).sum();
        let first = self.bodies.len();
        for k in 0..g.count {
            let id = self.bodies.len() as u64;
            let mut draw = Draw::new(self.seed, Purpose::Source, id, occasion);
            let age = draw.between(g.ages.0, g.ages.1);
            let mut number = |d: &Option<Distribution>| d.as_ref().map(|d| draw.from(d));
            let (speed, radius, starts) = (number(&g.speed), number(&g.radius), number(&g.starts));
            let mut at = Draw::new(self.seed, Purpose::Exit, id, occasion).unit() * weights;
            let drawn = g.exits.iter().find(|e| {
                at -= e.1.max(0.0);
                at < 0.0
            });
            let exit = drawn.map(|e| &e.0).or(g.goes_to.as_ref());
            let goes_to = exit.and_then(|n| self.opening(n, space));
            let enters = arrivals.map(|s| s.from_s + f64::from(k) / s.rate);
            if let Some(s) = arrivals
                && !enters.is_some_and(|t| t <= s.until_s)
            {
                break;
            }
            let sketch = Sketch {
                name: if g.count == 1 {
                    g.name.clone()
                } else {
                    format!("{}/{}", g.name, k + 1)
                },
                age,
                sex: None,
                hearing: Hearing::Good,
                mobility: g.mobility,
                state: g.state,
                radius,
                speed,
                starts_s: starts.map(|s| s.max(0.0)).or(enters),
                susceptibility: None,
            };
            if !self.add(sketch, space, None, &g.area, enters) {
                return;
            }
            let k = self.bodies.len() - 1;
            let (b, f) = (&mut self.bodies[k], &mut self.facts[k]);
            f.goes_to = goes_to;
            f.route = exit.cloned().unwrap_or_default();
            if let (Some(t), Some(_)) = (enters, &g.starts) {
                f.starts_s = f.starts_s.map(|s| s + t);
            }
            b.sets_out_s = f.starts_s;
        }
        if g.together {
            // They move as one: the slowest sets the pace, the last to be ready the start.
            let members = first..self.bodies.len();
            let pace = members
                .clone()
                .map(|k| self.facts[k].free_speed)
                .fold(f64::INFINITY, f64::min);
            let start = members
                .clone()
                .filter_map(|k| self.facts[k].starts_s)
                .fold(f64::NEG_INFINITY, f64::max);
            for k in members {
                self.facts[k].free_speed = pace;
                self.facts[k].family = Some(PersonId(first as u32));
                self.facts[k].together = true;
                if start.is_finite() && self.facts[k].starts_s.is_some() && arrivals.is_none() {
                    self.facts[k].starts_s = Some(start);
                    self.bodies[k].sets_out_s = Some(start);
                }
            }
        }
    }

    fn source(&mut self, s: &Source, occasion: u64) {
        if s.rate > 0.0 && s.rate.is_finite() {
            let mut group = s.group.clone();
            if group.name.is_empty() {
                group.name.clone_from(&s.name);
            }
            self.group(&group, occasion, Some(s));
        }
    }

    fn households(&mut self, h: &Households, loaded: &Loaded, own: &[HomeId]) {
        let Some(mix) = loaded.mixes.get(&h.like) else { return };
        let total: f64 = mix.households.iter().map(|k| k.share.max(0.0)).sum();
        for (k, home) in self.place.homes.iter().enumerate() {
            let id = HomeId(k as u32);
            let by_use = |s: &SpaceId| format!("{:?}", self.place.spaces[s.index()].r#use) == h.in_every;
            let fits = home
                .prefab
                .as_ref()
                .is_some_and(|p| !h.in_every.is_empty() && p.starts_with(&h.in_every))
                || home.spaces.iter().any(by_use);
            if !fits || own.contains(&id) || h.except.contains(&home.path) || total <= 0.0 || total.is_nan() {
                continue;
            }
            let mut draw = Draw::new(self.seed, Purpose::Household, k as u64, 0);
            let mut at = draw.unit() * total;
            let drawn = mix.households.iter().find(|kind| {
                at -= kind.share.max(0.0);
                at < 0.0
            });
            let Some(drawn) = drawn.or(mix.households.last()) else {
                continue;
            };
            let sleeps = |s: &&SpaceId| matches!(self.place.spaces[s.index()].r#use, Use::Bedroom | Use::Flat);
            let mut rooms: Vec<SpaceId> = home.spaces.iter().filter(sleeps).copied().collect();
            if rooms.is_empty() {
                rooms.clone_from(&home.spaces);
            }
            rooms.retain(|s| self.place.plate_of(*s).is_some());
            if rooms.is_empty() {
                continue;
            }
            let first = PersonId(self.bodies.len() as u32);
            for (m, member) in drawn.members.iter().enumerate() {
                let sketch = Sketch {
                    name: format!("{}/{}", home.path, m + 1),
                    age: draw.between(member.ages.0, member.ages.1),
                    sex: None,
                    hearing: member.hearing,
                    mobility: member.mobility,
                    state: h.state,
                    radius: None,
                    speed: None,
                    starts_s: None,
                    susceptibility: None,
                };
                // Two to a bedroom.
                if self.add(sketch, rooms[(m / 2) % rooms.len()], None, &[], None) {
                    let f = &mut self.facts[self.bodies.len() - 1];
                    f.family = Some(first);
                    f.home = Some(id);
                }
            }
            self.minders(first.index());
        }
    }

    /// Each child of the household that begins here goes with one of its grown-ups; these share them, the best on their
    /// feet first, and fetch the smallest last.
    fn minders(&mut self, first: usize) {
        let facts = &mut self.facts;
        let mut grown_up: Vec<usize> = (first..facts.len())
            .filter(|k| facts[*k].age >= figures::GROWN_UP_YEARS && facts[*k].mobility.walks())
            .collect();
        let strong = |k: &usize| facts[*k].mobility == Mobility::Able && figures::STRONG_YEARS.contains(&facts[*k].age);
        if grown_up.iter().any(strong) {
            grown_up.retain(strong);
        }
        let mut children: Vec<usize> = (first..facts.len())
            .filter(|k| facts[*k].age < figures::LED_YEARS)
            .collect();
        children.sort_by(|a, b| facts[*a].age.total_cmp(&facts[*b].age));
        for (n, child) in children.into_iter().enumerate() {
            let Some(&by) = grown_up.get(n % grown_up.len().max(1)) else {
                return;
            };
            facts[child].kin_of = Some(PersonId(by as u32));
            facts[by].wards.insert(0, PersonId(child as u32));
        }
    }

    /// Names of those who answer for others, resolved when all are known.
    fn kin(&mut self, loaded: &Loaded) {
        let of: BTreeMap<&str, &str> = loaded
            .scenario
            .people
            .iter()
            .filter_map(|p| match p {
                People::Person(p) => p.kin_of.as_deref().map(|k| (p.name.as_str(), k)),
                _ => None,
            })
            .collect();
        for k in 0..self.facts.len() {
            if let Some(leader) = of.get(self.facts[k].name.as_str()) {
                let found = self.facts.iter().position(|f| f.name == *leader);
                let leader = found.filter(|l| *l != k);
                self.facts[k].kin_of = leader.map(|l| PersonId(l as u32));
                if let Some(l) = leader {
                    self.facts[l].wards.push(PersonId(k as u32));
                }
            }
        }
    }
}

/// Digits of both coordinates in turn, in whole metres: points with near numbers are near each other.
fn morton(p: Point) -> u64 {
    let bits = |v: f64| (0..32).fold(0, |all, k| all | (v as u64 >> k & 1) << (2 * k));
    bits(p.x) | bits(p.y) << 1
}

fn absent(t: &Trainee) -> Fact {
    Fact {
        name: t.id.clone(),
        age: t.age,
        hearing: Hearing::Good,
        mobility: Mobility::Able,
        start: t.state,
        radius: 0.2,
        free_speed: 1.2,
        susceptibility: 1.0,
        turn_back: figures::TURN_BACK.0,
        starts_s: None,
        enters_s: None,
        controlled: true,
        stays: false,
        kin_of: None,
        wards: Vec::new(),
        home: None,
        family: None,
        together: false,
        goes_to: None,
        route: String::new(),
        waypoints: Vec::new(),
        repeats: false,
        round: None,
    }
}

/// What a person who sets out is after.
pub fn first_aim(fact: &Fact) -> Aim {
    match (fact.waypoints.is_empty(), fact.goes_to, fact.round) {
        (false, ..) => Aim::Round,
        (true, Some(o), _) => Aim::Through(o),
        (true, None, Some(d)) => Aim::Head(d),
        (true, None, None) => Aim::Out,
    }
}
