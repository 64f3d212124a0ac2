//! The engine on small places made by hand.

mod aside;
mod beds;
mod laws;
mod together;
mod wheels;

use super::*;
use crate::harm::AirSample;
use crate::place::*;
use crate::scenario::{self, Loaded, People, Scenario};
use laws::at_speed;

const DT: f64 = 0.05;

/// A place under construction: one or more floors with rectangular spaces.
struct Maker {
    place: Place,
}

fn rect(x0: f64, y0: f64, x1: f64, y1: f64) -> Vec<Point> {
    vec![
        Point::new(x0, y0),
        Point::new(x1, y0),
        Point::new(x1, y1),
        Point::new(x0, y1),
    ]
}

fn seg(a: (f64, f64), b: (f64, f64)) -> Segment {
    Segment {
        a: a.into(),
        b: b.into(),
    }
}

/// Walls round a rectangle with gaps cut where doors and portals are.
fn walls_of(outline: &[Point], gaps: &[Segment]) -> Vec<Segment> {
    let mut walls = Vec::new();
    for k in 0..outline.len() {
        let (a, b) = (outline[k], outline[(k + 1) % outline.len()]);
        let along = (b - a).normalised();
        let length = a.distance(b);
        let mut cuts: Vec<(f64, f64)> = gaps
            .iter()
            .filter(|g| along.cross(g.a - a).abs() < 1e-6 && along.cross(g.b - a).abs() < 1e-6)
            .map(|g| ((g.a - a).dot(along), (g.b - a).dot(along)))
            .map(|(s, t)| (s.min(t).max(0.0), s.max(t).min(length)))
            .filter(|(s, t)| t > s)
            .collect();
        cuts.sort_by(|x, y| x.0.total_cmp(&y.0));
        let mut from = 0.0;
        for (s, t) in cuts {
            if s > from {
                walls.push(Segment {
                    a: a + along * from,
                    b: a + along * s,
                });
            }
            from = t;
        }
        if from < length {
            walls.push(Segment { a: a + along * from, b });
        }
    }
    walls
}

/// Every wall in every square: small places need no better.
fn index(walls: &[Segment], low: Point, high: Point) -> WallIndex {
    let cells = |d: f64| (d / WallIndex::CELL).ceil() as usize + 2;
    let (columns, rows) = (cells(high.x - low.x), cells(high.y - low.y));
    let n = walls.len() as u32;
    WallIndex {
        origin: low - Point::new(1.0, 1.0),
        columns,
        rows,
        starts: (0..=(columns * rows) as u32).map(|k| k * n).collect(),
        walls: (0..columns * rows).flat_map(|_| 0..n).collect(),
    }
}

struct Door {
    path: &'static str,
    segment: Segment,
    from: u32,
    to: Beyond,
    state: OpeningState,
    kind: OpeningKind,
}

fn gap(path: &'static str, a: (f64, f64), b: (f64, f64), from: u32, to: Beyond) -> Door {
    let state = OpeningState {
        open: 1.0,
        ..OpeningState::default()
    };
    Door {
        path,
        segment: seg(a, b),
        from,
        to,
        state,
        kind: OpeningKind::Gap,
    }
}

fn door(path: &'static str, a: (f64, f64), b: (f64, f64), from: u32, to: Beyond, lock: scenario::Lock) -> Door {
    let state = OpeningState {
        lock,
        ..OpeningState::default()
    };
    Door {
        path,
        segment: seg(a, b),
        from,
        to,
        state,
        kind: OpeningKind::Door,
    }
}

impl Maker {
    fn new() -> Self {
        Self {
            place: Place::default(),
        }
    }
    fn plate(
        &mut self,
        kind: PlateKind,
        z: f64,
        spaces: &[(&str, Vec<Point>)],
        doors: &[Door],
        free_edges: &[Segment],
        slopes: Vec<Slope>,
    ) -> PlateId {
        let plate = PlateId(self.place.plates.len() as u32);
        let first = self.place.spaces.len() as u32;
        let gaps: Vec<Segment> = doors
            .iter()
            .map(|d| d.segment)
            .chain(free_edges.iter().copied())
            .collect();
        let storey = StoreyId(self.place.storeys.len() as u32);
        self.place.storeys.push(Storey {
            name: format!("S{}", storey.0),
            z,
            height: 3.0,
            clear_height: 2.8,
            plate,
        });
        let mut walls = Vec::new();
        for (name, outline) in spaces {
            walls.extend(walls_of(outline, &gaps));
            let id = SpaceId(self.place.spaces.len() as u32);
            self.place.space_by_path.insert((*name).into(), id);
            self.place.spaces.push(Space {
                path: (*name).into(),
                r#use: scenario::Use::Room,
                kind: SpaceKind::Room,
                storey,
                outline: outline.clone(),
                holes: Vec::new(),
                area: 0.0,
                z,
                height: 2.8,
                wall_area: 0.0,
                walls: None,
                ceiling: None,
                floor: None,
                air: scenario::SpaceAir::Outside,
                home: None,
                frame: Frame::default(),
                periodic: false,
            });
        }
        let mut gates = Vec::new();
        let mut openings = Vec::new();
        for d in doors {
            let id = OpeningId(self.place.openings.len() as u32);
            self.place.opening_by_path.insert(d.path.into(), id);
            // The first space lies to the left.
            let mut s = d.segment;
            let middle = (s.a + s.b) * 0.5 + (s.b - s.a).normalised().left() * 0.3;
            if !stairs::inside(&self.place.spaces[d.from as usize].outline, middle) {
                s = Segment { a: s.b, b: s.a };
            }
            self.place.openings.push(Opening {
                path: d.path.into(),
                kind: d.kind,
                from: SpaceId(d.from),
                to: d.to,
                centre: (s.a + s.b) * 0.5,
                along: (s.b - s.a).normalised(),
                width: s.a.distance(s.b),
                bottom: z,
                top: z + 2.1,
                leakage: 0.0,
                discharge: 0.7,
                schedule: Vec::new(),
                initial: d.state,
                fire_rating_min: 0.0,
                on_alarm: None,
                fails_min: 0.0,
                opens_into: None,
                hinge: scenario::Side::Left,
                closer: scenario::Closer::None,
                breaks_c: None,
                openable: true,
                bars: false,
                hatch: false,
            });
            gates.push(Gate {
                segment: s,
                street: d.to == Beyond::Street,
            });
            openings.push(id);
        }
        let points = spaces.iter().flat_map(|s| &s.1);
        let (mut low, mut high) = (Point::new(1e9, 1e9), Point::new(-1e9, -1e9));
        for p in points {
            low = Point::new(low.x.min(p.x), low.y.min(p.y));
            high = Point::new(high.x.max(p.x), high.y.max(p.y));
        }
        let cell = 0.2;
        let origin = low - Point::new(0.4, 0.4);
        let columns = ((high.x - origin.x + 0.4) / cell).ceil() as usize;
        let rows = ((high.y - origin.y + 0.4) / cell).ceil() as usize;
        let mut grid = Grid {
            origin,
            cell,
            columns,
            rows,
            ..Grid::default()
        };
        for k in 0..columns * rows {
            let c = Point::new(
                origin.x + ((k % columns) as f64 + 0.5) * cell,
                origin.y + ((k / columns) as f64 + 0.5) * cell,
            );
            let space = spaces.iter().position(|s| stairs::inside(&s.1, c));
            let gate = gates
                .iter()
                .position(|g| terrain::nearest(&g.segment, c).distance(c) < 0.15);
            let off = walls.iter().all(|w| terrain::nearest(w, c).distance(c) >= 0.15);
            grid.near
                .push(walls.iter().any(|w| terrain::nearest(w, c).distance(c) < 0.35));
            grid.walkable.push(off && (space.is_some() || gate.is_some()));
            grid.space.push(space.map_or(u16::MAX, |s| s as u16));
            grid.gate.push(gate.map_or(u16::MAX, |g| g as u16));
        }
        let corner = Point::new(columns as f64, rows as f64) * cell + origin;
        let index = index(&walls, origin, corner);
        let shape = self.place.shapes.len();
        self.place.shapes.push(Arc::new(Shape {
            walls,
            index,
            gates,
            grid,
            slopes,
        }));
        let spaces = (0..spaces.len() as u32).map(|k| SpaceId(first + k)).collect();
        self.place.plates.push(Plate {
            kind,
            shape,
            z,
            storey,
            spaces,
            gates: openings,
            portals: Vec::new(),
        });
        plate
    }
    fn stair(&mut self, flights: PlateId, riser: f64, tread: f64) {
        self.place.stairs.push(Stair {
            name: "stair".into(),
            storeys: vec![StoreyId(2), StoreyId(0)],
            spaces: Vec::new(),
            flights: vec![flights],
            width: 1.2,
            riser,
            tread,
            handrails: 2,
        });
    }
    fn portal(&mut self, a: PlateId, b: PlateId, segment: Segment, direction: Point) {
        let n = self.place.portals.len() as u32;
        let (there, back) = (PortalId(n), PortalId(n + 1));
        self.place.portals.push(Portal {
            from: a,
            to: b,
            segment,
            direction,
            back,
            lift: None,
        });
        self.place.portals.push(Portal {
            from: b,
            to: a,
            segment,
            direction: direction * -1.0,
            back: there,
            lift: None,
        });
        self.place.plates[a.index()].portals.push(there);
        self.place.plates[b.index()].portals.push(back);
    }
}

/// Air the same everywhere.
struct Same(AirSample);
impl Air for Same {
    fn sample(&self, _: SpaceId, _: Point, _: f64) -> AirSample {
        self.0
    }
    fn layer_height(&self, _: SpaceId) -> f64 {
        2.8
    }
    fn extinction(&self, _: SpaceId) -> (f64, f64) {
        (self.0.extinction, self.0.extinction)
    }
}

/// A crowd with its world, doors opened as asked.
struct Run {
    place: Place,
    openings: Vec<OpeningState>,
    crowd: Crowd,
    air: Same,
    tick: u64,
    obliging: bool,
    events: Vec<(f64, CrowdEvent)>,
    cues: Vec<Cue>,
}

impl Run {
    fn new(place: Place, people: Vec<People>, trainees: Vec<scenario::Trainee>, seed: u64) -> Self {
        let scenario = Scenario {
            people,
            trainees,
            ..Scenario::default()
        };
        let loaded = Loaded {
            scenario,
            ..Loaded::default()
        };
        let crowd = Crowd::new(&place, &loaded, seed);
        let openings = place.openings.iter().map(|o| o.initial).collect();
        let air = Same(AirSample::clean(20.0));
        Self {
            place,
            openings,
            crowd,
            air,
            tick: 0,
            obliging: true,
            events: Vec::new(),
            cues: Vec::new(),
        }
    }
    fn step(&mut self, walks: &[(PersonId, Walk)]) {
        let world = Surroundings {
            place: &self.place,
            air: &self.air,
            openings: &self.openings,
            lifts: &[],
            cues: &self.cues,
            tick: self.tick,
            dt: DT,
        };
        let events = self.crowd.step(&world, walks);
        self.cues.clear();
        self.tick += 1;
        for e in events {
            if let CrowdEvent::WantsDoor { opening, open, .. } = e
                && self.obliging
                && self.openings[opening.index()].lock == scenario::Lock::Unlocked
            {
                self.openings[opening.index()].open = if open { 1.0 } else { 0.0 };
            }
            self.events.push((self.tick as f64 * DT, e));
        }
    }
    fn until(&mut self, seconds: f64, mut each: impl FnMut(&Self)) {
        while (self.tick as f64) * DT < seconds {
            self.step(&[]);
            each(self);
            if (0..self.crowd.len()).all(|k| self.crowd.bodies[k].state == PersonState::Out) {
                break;
            }
        }
    }
    fn outs(&self) -> Vec<f64> {
        self.events
            .iter()
            .filter(|e| matches!(e.1, CrowdEvent::Out { .. }))
            .map(|e| e.0)
            .collect()
    }
    fn worst_overlap(&self) -> f64 {
        let mut worst = 0.0_f64;
        for (k, a) in self.crowd.bodies.iter().enumerate().filter(|b| b.1.present()) {
            for (m, b) in self
                .crowd
                .bodies
                .iter()
                .enumerate()
                .skip(k + 1)
                .filter(|b| b.1.present())
            {
                if a.plate == b.plate {
                    let r = self.crowd.everyone.facts[k].radius + self.crowd.everyone.facts[m].radius;
                    worst = worst.max(r - a.at.distance(b.at));
                }
            }
        }
        worst
    }
    fn hash(&self) -> blake3::Hash {
        let mut h = blake3::Hasher::new();
        self.crowd.hash_into(&mut h);
        h.finalize()
    }
}

fn person(name: &str, space: &str, at: Option<(f64, f64)>, speed: f64, starts: Option<f64>) -> scenario::Person {
    scenario::Person {
        name: name.into(),
        r#in: space.into(),
        at: at.map(Into::into),
        speed_m_s: Some(speed),
        starts_s: starts,
        ..scenario::Person::default()
    }
}

fn group(space: &str, count: u32) -> People {
    People::Group(scenario::Group {
        name: "g".into(),
        count,
        r#in: space.into(),
        speed: Some(scenario::Distribution::Normal(1.34, 0.26, 0.8, 1.9)),
        starts: Some(scenario::Distribution::Fixed(0.0)),
        ..scenario::Group::default()
    })
}

fn corridor() -> Place {
    let mut m = Maker::new();
    let exit = gap("exit", (40.0, 0.0), (40.0, 2.0), 0, Beyond::Street);
    m.plate(
        PlateKind::Floor,
        0.0,
        &[("corridor", rect(0.0, 0.0, 40.0, 2.0))],
        &[exit],
        &[],
        Vec::new(),
    );
    m.place
}

/// A square room of 10 m with an exit of this width in the middle of its eastern wall.
fn room(width: f64) -> Place {
    let mut m = Maker::new();
    let exit = gap(
        "exit",
        (10.0, 5.0 - width / 2.0),
        (10.0, 5.0 + width / 2.0),
        0,
        Beyond::Street,
    );
    m.plate(
        PlateKind::Floor,
        0.0,
        &[("room", rect(0.0, 0.0, 10.0, 10.0))],
        &[exit],
        &[],
        Vec::new(),
    );
    m.place
}

/// Two rooms with a door between, exits behind the second and a long way round from the first.
fn two_rooms(lock: scenario::Lock) -> Place {
    let mut m = Maker::new();
    let inner = door("inner", (5.0, 2.0), (5.0, 2.9), 0, Beyond::Space(SpaceId(1)), lock);
    let near = gap("near", (10.0, 2.0), (10.0, 3.0), 1, Beyond::Street);
    let far = gap("far", (0.2, 30.0), (1.2, 30.0), 0, Beyond::Street);
    let spaces = [("a", rect(0.0, 0.0, 5.0, 30.0)), ("b", rect(5.0, 0.0, 10.0, 30.0))];
    m.plate(PlateKind::Floor, 0.0, &spaces, &[inner, near, far], &[], Vec::new());
    m.place
}

/// An upper floor, a straight flight down to the east, a lower floor with the exit.
fn two_storeys() -> Place {
    storeys_by(4.5)
}

/// The same with a flight so long on plan, m.
fn storeys_by(flight: f64) -> Place {
    let (foot_x, end_x) = (6.0 + flight, 11.5 + flight);
    let mut m = Maker::new();
    let top = seg((6.0, 0.0), (6.0, 1.2));
    let foot = seg((foot_x, 0.0), (foot_x, 1.2));
    let exit = gap("exit", (end_x, 0.0), (end_x, 1.2), 2, Beyond::Street);
    let floor = m.plate(
        PlateKind::Floor,
        3.0,
        &[("up", rect(0.0, 0.0, 6.0, 1.2))],
        &[],
        &[top],
        Vec::new(),
    );
    let slope = Slope {
        outline: rect(6.0, 0.0, foot_x, 1.2),
        base: Point::new(foot_x, 0.0),
        up: Point::new(-1.0, 0.0),
        slope: 3.0 / flight,
        base_z: 0.0,
    };
    let flights = m.plate(
        PlateKind::Flights(StairId(0)),
        0.0,
        &[("stair", rect(6.0, 0.0, foot_x, 1.2))],
        &[],
        &[top, foot],
        vec![slope],
    );
    let ground = m.plate(
        PlateKind::Floor,
        0.0,
        &[("down", rect(foot_x, 0.0, end_x, 1.2))],
        &[exit],
        &[foot],
        Vec::new(),
    );
    m.stair(flights, 0.178, 0.286);
    m.portal(floor, flights, top, Point::new(1.0, 0.0));
    m.portal(flights, ground, foot, Point::new(1.0, 0.0));
    m.place
}

#[test]
fn nobody_at_all_is_no_trouble() {
    let mut r = Run::new(corridor(), Vec::new(), Vec::new(), 1);
    r.step(&[]);
    assert!(r.crowd.is_empty() && r.events.is_empty());
    let mut r = Run::new(
        Place::default(),
        vec![group("nowhere", 3)],
        vec![scenario::Trainee::default()],
        1,
    );
    r.step(&[(PersonId(0), Walk::Out { gait: Gait::Walk })]);
    assert_eq!(r.crowd.len(), 1);
    assert_eq!(r.crowd.person(PersonId(0)).state, PersonState::Absent);
}

#[test]
fn rimea_1_walks_forty_metres_at_its_speed() {
    let p = person("p", "corridor", Some((0.3, 1.0)), 1.33, Some(0.0));
    let mut r = Run::new(corridor(), vec![People::Person(p)], Vec::new(), 1);
    r.until(60.0, |_| {});
    let t = r.outs()[0] * 40.0 / 39.7;
    assert!((29.5..=30.7).contains(&t), "{t} s");
}

#[test]
fn rimea_5_sets_out_to_the_tick() {
    let people = (1..=10).map(|k| {
        let at = (0.5 + f64::from(k % 4) * 1.2, 1.0 + f64::from(k / 4) * 1.2);
        People::Person(person(
            &format!("p{k}"),
            "room",
            Some(at),
            1.3,
            Some(f64::from(k) * 10.0),
        ))
    });
    let mut r = Run::new(room(1.0), people.collect(), Vec::new(), 1);
    r.until(130.0, |_| {});
    let set: Vec<f64> = r
        .events
        .iter()
        .filter_map(|(t, e)| matches!(e, CrowdEvent::SetOut { .. }).then_some(*t))
        .collect();
    assert_eq!(set.len(), 10);
    for (k, t) in set.iter().enumerate() {
        let meant = (k + 1) as f64 * 10.0;
        assert!((t - meant).abs() <= DT + 1e-9, "{t} instead of {meant}");
    }
    assert_eq!(r.outs().len(), 10);
}

#[test]
fn rimea_6_turns_the_corner_without_crossing_walls() {
    let mut m = Maker::new();
    let outline: Vec<Point> = [
        (0.0, 0.0),
        (12.0, 0.0),
        (12.0, 12.0),
        (10.0, 12.0),
        (10.0, 2.0),
        (0.0, 2.0),
    ]
    .into_iter()
    .map(Into::into)
    .collect();
    let exit = gap("exit", (10.0, 12.0), (12.0, 12.0), 0, Beyond::Street);
    m.plate(PlateKind::Floor, 0.0, &[("l", outline)], &[exit], &[], Vec::new());
    let People::Group(mut g) = group("l", 20) else {
        unreachable!()
    };
    g.area = rect(0.0, 0.0, 6.0, 2.0);
    let mut r = Run::new(m.place, vec![People::Group(g)], Vec::new(), 3);
    r.until(60.0, |r| {
        for b in r.crowd.bodies.iter().filter(|b| b.present()) {
            assert!(!(b.at.x < 9.9 && b.at.y > 2.1), "through the wall at {:?}", b.at);
            assert!(b.at.x > 0.0 && b.at.x < 12.0 && b.at.y > 0.0, "outside at {:?}", b.at);
        }
    });
    assert_eq!(r.outs().len(), 20);
}

#[test]
fn a_door_of_one_metre_passes_a_plausible_flow_and_bodies_hardly_ever_overlap() {
    let (mut ticks, mut over, mut worst) = (0, 0, 0.0_f64);
    for seed in 1..=8 {
        let mut r = Run::new(room(1.0), vec![group("room", 100)], Vec::new(), seed);
        r.until(200.0, |r| {
            let overlap = r.worst_overlap();
            ticks += 1;
            over += usize::from(overlap > 0.02);
            worst = worst.max(overlap);
        });
        let outs = r.outs();
        assert_eq!(outs.len(), 100, "somebody is stuck, seed {seed}");
        let flow = 80.0 / (outs[89] - outs[9]);
        println!("seed {seed}: flow {flow:.2} p/s, last out {:.1} s", outs[99]);
        assert!((1.0..=1.9).contains(&flow), "{flow} p/s, seed {seed}");
    }
    println!("worst overlap {worst:.4} m, over 2 cm in {over} of {ticks} ticks");
    assert!(over * 1000 <= ticks && worst <= 0.03, "{worst} m, {over} of {ticks}");
}

#[test]
fn a_shut_door_is_opened_passed_and_shut_again() {
    let p = person("p", "a", Some((2.0, 2.4)), 1.2, Some(0.0));
    let mut r = Run::new(
        two_rooms(scenario::Lock::Unlocked),
        vec![People::Person(p)],
        Vec::new(),
        1,
    );
    r.until(60.0, |_| {});
    let doors: Vec<bool> = r
        .events
        .iter()
        .filter_map(|(_, e)| match e {
            CrowdEvent::WantsDoor { open, .. } => Some(*open),
            _ => None,
        })
        .collect();
    assert_eq!(doors, [true, false]);
    let near = r.place.opening_by_path["near"];
    assert!(
        r.events
            .iter()
            .any(|(_, e)| matches!(e, CrowdEvent::Out { opening, .. } if *opening == near))
    );
    let inner = r.place.opening_by_path["inner"];
    assert!(
        r.events
            .iter()
            .any(|(_, e)| { matches!(e, CrowdEvent::Passed { opening, forward: true, .. } if *opening == inner) })
    );
}

#[test]
fn a_locked_door_makes_them_go_round() {
    for (lock, obliging) in [(scenario::Lock::Locked, true), (scenario::Lock::Unlocked, false)] {
        let p = person("p", "a", Some((2.0, 2.4)), 1.2, Some(0.0));
        let mut r = Run::new(two_rooms(lock), vec![People::Person(p)], Vec::new(), 1);
        r.obliging = obliging;
        r.until(60.0, |r| assert!(r.crowd.bodies[0].at.x < 5.0, "through the door"));
        let far = r.place.opening_by_path["far"];
        assert!(
            r.events
                .iter()
                .any(|(_, e)| matches!(e, CrowdEvent::FoundLocked { .. }))
        );
        assert!(
            r.events
                .iter()
                .any(|(_, e)| matches!(e, CrowdEvent::Out { opening, .. } if *opening == far))
        );
    }
}

#[test]
fn two_storeys_are_left_by_the_stair() {
    let p = person("p", "up", Some((0.5, 0.6)), 1.2, Some(0.0));
    let mut r = Run::new(two_storeys(), vec![People::Person(p)], Vec::new(), 1);
    let mut last = 3.0;
    let mut on_stair = 0.0;
    r.until(60.0, |r| {
        let v = r.crowd.person(PersonId(0));
        assert!((v.z - last).abs() < 0.1, "a leap from {last} to {}", v.z);
        last = v.z;
        on_stair += if v.plate == PlateId(1) { DT } else { 0.0 };
    });
    assert_eq!(r.outs().len(), 1);
    assert!(last.abs() < 0.05, "{last}");
    // Fruin's ratio down, along the slope, 5.41 m long.
    let meant = (4.5_f64 * 4.5 + 9.0).sqrt() / (1.2 * 0.75);
    assert!(
        (on_stair / meant - 1.0).abs() < 0.05,
        "{on_stair} s instead of {meant} s"
    );
}

/// Two flights side by side with a half landing, so that both portals lie in one line, a storey apart: the upper storey's
/// landing is plate 0, the flights are plate 1, the lower landing with the exit is plate 2.
fn return_stair() -> Place {
    let (top, foot) = (seg((0.0, 0.0), (1.2, 0.0)), seg((1.4, 0.0), (2.6, 0.0)));
    let flight = |x: f64, up: f64, base: f64, base_z: f64| Slope {
        outline: rect(x, 0.0, x + 1.2, 3.0),
        base: Point::new(x, base),
        up: Point::new(0.0, up),
        slope: 0.5,
        base_z,
    };
    // Round the well between them.
    let round = [
        (0.0, 0.0),
        (1.2, 0.0),
        (1.2, 3.0),
        (1.4, 3.0),
        (1.4, 0.0),
        (2.6, 0.0),
        (2.6, 4.5),
        (0.0, 4.5),
    ];
    let mut m = Maker::new();
    let landing = || rect(0.0, -2.0, 2.6, 0.0);
    let up = m.plate(PlateKind::Floor, 3.0, &[("up", landing())], &[], &[top], Vec::new());
    let flights = m.plate(
        PlateKind::Flights(StairId(0)),
        0.0,
        &[("stair", round.map(Point::from).to_vec())],
        &[],
        &[top, foot],
        vec![flight(0.0, -1.0, 3.0, 1.5), flight(1.4, 1.0, 0.0, 0.0)],
    );
    let exit = gap("exit", (2.6, -1.5), (2.6, -0.5), 2, Beyond::Street);
    let down = m.plate(
        PlateKind::Floor,
        0.0,
        &[("down", landing())],
        &[exit],
        &[foot],
        Vec::new(),
    );
    m.stair(flights, 0.15, 0.3);
    m.portal(up, flights, top, Point::new(0.0, 1.0));
    m.portal(flights, down, foot, Point::new(0.0, -1.0));
    m.place
}

#[test]
fn who_stands_on_the_storey_above_is_in_nobodys_way() {
    let outs = |above: usize| {
        let mut people = vec![person("p", "stair", Some((2.0, 2.0)), 1.2, Some(0.0))];
        people.extend(
            (0..above).map(|k| person(&format!("u{k}"), "up", Some((1.55 + 0.42 * k as f64, -0.4)), 1.2, None)),
        );
        let people = people.into_iter().map(People::Person).collect();
        let mut r = Run::new(return_stair(), people, Vec::new(), 1);
        r.until(20.0, |_| ());
        r.outs()
    };
    let alone = outs(0);
    assert_eq!(alone.len(), 1);
    assert_eq!(outs(3), alone);
}

#[test]
fn on_a_landing_nobody_draws_in_more_than_they_go_on() {
    let place = return_stair();
    let foot = (0..place.portals.len() as u32).map(PortalId);
    let foot = foot
        .filter(|p| place.portals[p.index()].from == PlateId(1))
        .find(|p| place.portals[p.index()].to == PlateId(2));
    let newel = Point::new(1.3, 3.0);
    let way = |at: (f64, f64)| {
        let at = Point::from(at);
        let mut b = Body::new(PlateId(1), SpaceId(1), at, 1.5);
        let foot = foot.expect("the flights lead down");
        b.leg = Leg::Portal(foot);
        // The shortest way leads straight to the newel.
        stairs::in_file(&place, &b, foot, (newel - at).normalised()).expect("within the stair")
    };
    let half = std::f64::consts::FRAC_1_SQRT_2 + 1e-9;
    // From the left flight to the right one: up, to the right, down.
    assert!(way((0.4, 3.0)).y > half - 2e-9, "{:?}", way((0.4, 3.0)));
    assert!(way((1.3, 4.0)).x > half - 2e-9, "{:?}", way((1.3, 4.0)));
    assert!(way((2.2, 3.0)).y < -half + 2e-9, "{:?}", way((2.2, 3.0)));
    // Who is too near to it goes round it without drawing in.
    assert!((way((1.3, 3.15)).x - 1.0).abs() < 1e-9);
    // Too far out one walks in, though the shortest way be round it.
    assert!(way((1.3, 4.4)).y < -0.5);
}

#[test]
fn the_slow_keep_to_the_handrail_by_the_well() {
    let place = return_stair();
    let slopes = &place.shapes[place.plates[1].shape].slopes;
    let way = |flight: usize, x: f64, y: f64| {
        stairs::along_the_rail(
            &place,
            PlateId(1),
            &slopes[flight],
            Point::new(x, 1.5),
            Point::new(0.0, y),
        )
    };
    // Down the left flight and the right one; the well lies between them.
    assert!(way(0, 0.4, 1.0).x > 0.5 && way(1, 2.2, -1.0).x < -0.5);
    // Up as well; and who is there goes straight on.
    assert!(way(0, 0.4, -1.0).x > 0.5);
    assert_eq!(way(0, 1.0, 1.0), Point::new(0.0, 1.0));
    // Somebody with a stick, who comes from the wall's side, is soon within reach of it.
    let slow = scenario::Person {
        mobility: scenario::Mobility::Stick,
        ..person("slow", "stair", Some((0.4, 0.5)), 0.8, Some(0.0))
    };
    let mut r = Run::new(place, vec![People::Person(slow)], Vec::new(), 1);
    r.until(6.0, |_| ());
    let v = r.crowd.person(PersonId(0));
    assert!(v.at.y > 1.2 && v.at.y < 3.0 && v.at.x > 0.9, "{:?}", v.at);
}

#[test]
fn a_leader_and_a_slow_follower_stay_together() {
    let t = scenario::Trainee {
        id: "you".into(),
        r#in: "up".into(),
        at: Some(Point::new(3.0, 0.6)),
        speed_m_s: Some(1.4),
        ..scenario::Trainee::default()
    };
    let mut mother = person("mother", "up", Some((1.5, 0.6)), 0.5, None);
    mother.kin_of = Some("you".into());
    let mut r = Run::new(two_storeys(), vec![People::Person(mother)], vec![t], 1);
    let (you, mother) = (PersonId(0), PersonId(1));
    r.crowd.lead(mother, Some(you));
    let mut worst = 0.0_f64;
    for k in 0..1600 {
        r.step(&[(you, Walk::Out { gait: Gait::Walk })]);
        let (a, b) = (r.crowd.person(you), r.crowd.person(mother));
        if k > 60 && a.state != PersonState::Out {
            worst = worst.max(a.at.distance(b.at));
        }
    }
    assert_eq!(r.outs().len(), 2, "both are out");
    assert!(worst < 1.85, "{worst} m apart");
}

#[test]
fn a_trainee_walks_to_a_point_through_a_door_and_leaves_it_open() {
    let t = scenario::Trainee {
        id: "you".into(),
        r#in: "a".into(),
        at: Some(Point::new(2.0, 2.4)),
        ..scenario::Trainee::default()
    };
    let mut r = Run::new(two_rooms(scenario::Lock::Unlocked), Vec::new(), vec![t], 1);
    let goal = Point::new(7.0, 6.0);
    let walk = Walk::To {
        space: SpaceId(1),
        at: goal,
        gait: Gait::Walk,
    };
    for _ in 0..400 {
        r.step(&[(PersonId(0), walk)]);
    }
    let v = r.crowd.person(PersonId(0));
    assert!(v.at.distance(goal) <= 0.36, "{:?}", v.at);
    assert_eq!((v.state, v.space), (PersonState::Waiting, Some(SpaceId(1))));
    assert!(
        !r.events
            .iter()
            .any(|(_, e)| matches!(e, CrowdEvent::WantsDoor { open: false, .. }))
    );
}

#[test]
fn a_deaf_sleeper_wakes_by_touch_only() {
    let mut p = person("p", "room", None, 1.0, None);
    p.state = scenario::State::Asleep;
    p.hearing = scenario::Hearing::Deaf;
    let mut q = p.clone();
    q.name = "q".into();
    q.hearing = scenario::Hearing::Good;
    let mut r = Run::new(room(1.0), vec![People::Person(p), People::Person(q)], Vec::new(), 1);
    let cue = |kind, db, to| Cue {
        kind,
        levels: vec![(SpaceId(0), db)],
        to,
    };
    r.cues = vec![cue(CueKind::Alarm, 70.0, None)];
    r.step(&[]);
    assert!(r.events.is_empty(), "70 dB wakes nobody");
    r.cues = vec![cue(CueKind::Alarm, 110.0, None)];
    r.step(&[]);
    assert_eq!(r.events.len(), 1);
    assert_eq!(r.crowd.person(PersonId(0)).state, PersonState::Asleep);
    r.cues = vec![cue(CueKind::Touch, 0.0, Some(PersonId(0)))];
    r.step(&[]);
    assert_eq!(r.crowd.person(PersonId(0)).state, PersonState::Preparing);
    assert!(r.crowd.facts(PersonId(0)).start_s.is_some());
}

#[test]
fn a_bang_near_by_makes_people_set_out_sooner_than_one_far_off() {
    let sets_out = |db: f64| {
        let p = person("p", "room", None, 1.0, None);
        let mut r = Run::new(room(1.0), vec![People::Person(p)], Vec::new(), 1);
        r.cues = vec![Cue {
            kind: CueKind::Bang,
            levels: vec![(SpaceId(0), db)],
            to: None,
        }];
        r.step(&[]);
        r.crowd.facts(PersonId(0)).start_s
    };
    let (near, far, faint) = (sets_out(120.0), sets_out(60.0), sets_out(30.0));
    assert!(
        near.is_some() && near < far && faint.is_none(),
        "{near:?} {far:?} {faint:?}"
    );
}

#[test]
fn smoke_overcomes_at_the_time_of_the_closed_form() {
    let mut p = person("p", "room", None, 1.0, None);
    p.susceptibility = Some(1.0);
    p.stays = true;
    let mut r = Run::new(room(1.0), vec![People::Person(p)], Vec::new(), 1);
    r.air.0.co_ppm = 10_000.0;
    let co = 2.764e-5 * libm::pow(10_000.0, 1.036);
    let per_minute = co * libm::exp(0.1903 * 0.04 + 2.0004) / 7.1 + 1.0 / libm::exp(8.13);
    let meant = 60.0 / per_minute;
    r.until(meant + 5.0, |_| {});
    let t = r
        .events
        .iter()
        .find(|e| matches!(e.1, CrowdEvent::Overcome { by_heat: false, .. }))
        .map(|e| e.0);
    assert!((t.unwrap_or(0.0) - meant).abs() <= 2.0 * DT, "{t:?} instead of {meant}");
    assert_eq!(r.crowd.person(PersonId(0)).posture, Posture::Lying);
}

#[test]
fn equal_runs_have_equal_hashes_whatever_the_order_of_equal_calls() {
    let trainee = |id: &str, x: f64| scenario::Trainee {
        id: id.into(),
        r#in: "room".into(),
        at: Some(Point::new(x, 5.0)),
        ..scenario::Trainee::default()
    };
    let make = || {
        Run::new(
            room(1.0),
            vec![group("room", 30)],
            vec![trainee("a", 2.0), trainee("b", 4.0)],
            9,
        )
    };
    let (mut one, mut two) = (make(), make());
    let a = (PersonId(0), Walk::Out { gait: Gait::Run });
    let b = (
        PersonId(1),
        Walk::Head {
            direction: Point::new(0.0, 1.0),
            gait: Gait::Walk,
        },
    );
    for k in 0..200 {
        one.step(&[a, b]);
        two.step(&[b, a]);
        if k == 100 {
            // Through bytes and back: what is not written does not matter.
            let bytes = postcard::to_stdvec(&two.crowd).unwrap();
            two.crowd = postcard::from_bytes(&bytes).unwrap();
        }
    }
    assert_eq!(one.hash(), two.hash());
    two.crowd.rekey(10);
    assert_ne!(one.hash(), two.hash());
}

#[test]
fn nobody_stays_behind_at_a_door_in_a_corner() {
    for seed in 1..=3 {
        let mut m = Maker::new();
        let exit = gap("exit", (6.0, 0.1), (6.0, 0.9), 0, Beyond::Street);
        m.plate(
            PlateKind::Floor,
            0.0,
            &[("room", rect(0.0, 0.0, 6.0, 6.0))],
            &[exit],
            &[],
            Vec::new(),
        );
        let mut r = Run::new(m.place, vec![group("room", 30)], Vec::new(), seed);
        r.until(120.0, |_| {});
        assert_eq!(r.outs().len(), 30, "seed {seed}");
    }
}

#[test]
fn half_the_exits_take_twice_the_time() {
    let time = |exits: usize| {
        let mut m = Maker::new();
        let all = [
            gap("e1", (5.0, 0.0), (6.0, 0.0), 0, Beyond::Street),
            gap("e2", (14.0, 0.0), (15.0, 0.0), 0, Beyond::Street),
            gap("e3", (5.0, 15.0), (6.0, 15.0), 0, Beyond::Street),
            gap("e4", (14.0, 15.0), (15.0, 15.0), 0, Beyond::Street),
        ];
        let doors: Vec<Door> = all.into_iter().take(exits).collect();
        m.plate(
            PlateKind::Floor,
            0.0,
            &[("room", rect(0.0, 0.0, 20.0, 15.0))],
            &doors,
            &[],
            Vec::new(),
        );
        let mut r = Run::new(m.place, vec![group("room", 300)], Vec::new(), 2);
        r.until(400.0, |_| {});
        assert_eq!(r.outs().len(), 300);
        let by: Vec<usize> = (0..exits as u32)
            .map(|k| {
                let this = |e: &&(f64, CrowdEvent)| matches!(e.1, CrowdEvent::Out { opening, .. } if opening.0 == k);
                r.events.iter().filter(this).count()
            })
            .collect();
        println!("{exits} exits: {by:?}, 90 % out after {:.1} s", r.outs()[269]);
        r.outs()[299]
    };
    let (four, two) = (time(4), time(2));
    println!("four exits {four:.1} s, two {two:.1} s");
    assert!((1.6..=2.4).contains(&(two / four)), "{four} s and {two} s");
}

/// Measures; run by hand: `cargo test --lib crowd -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, not a proof"]
fn speed_of_the_engine() {
    let mut m = Maker::new();
    let exit = gap("exit", (40.0, 19.0), (40.0, 21.0), 0, Beyond::Street);
    m.plate(
        PlateKind::Floor,
        0.0,
        &[("room", rect(0.0, 0.0, 40.0, 40.0))],
        &[exit],
        &[],
        Vec::new(),
    );
    let mut r = Run::new(m.place, vec![group("room", 1000)], Vec::new(), 2);
    #[expect(clippy::disallowed_methods, reason = "the test measures how long it takes")]
    let (mut steps, start) = (0_u64, std::time::Instant::now());
    while r.outs().len() < 1000 && r.tick < 40_000 {
        steps += r.crowd.bodies.iter().filter(|b| b.present()).count() as u64;
        r.step(&[]);
    }
    let s = start.elapsed().as_secs_f64();
    let outs = r.outs();
    println!(
        "1000 in a jam: {:.0} person-steps/s, {s:.2} s for {:.1} s",
        steps as f64 / s,
        r.tick as f64 * DT
    );
    println!("flow {:.2} p/s through 2 m", 900.0 / (outs[949] - outs[49]));
    let mut people = vec![group("room", 20)];
    people.extend((0..480).map(|k| {
        let at = (0.5 + f64::from(k % 60) * 0.6, 0.5 + f64::from(k / 60) * 0.6);
        People::Person(person(&format!("p{k}"), "room", Some(at), 1.0, None))
    }));
    let place = r.place;
    let mut r = Run::new(place, people, Vec::new(), 2);
    r.step(&[]);
    #[expect(clippy::disallowed_methods, reason = "the test measures how long it takes")]
    let start = std::time::Instant::now();
    for _ in 0..300 {
        r.step(&[]);
    }
    println!(
        "500 with 20 walking: {:.4} ms a tick",
        start.elapsed().as_secs_f64() / 0.3
    );
    #[expect(clippy::disallowed_methods, reason = "the test measures how long it takes")]
    let start = std::time::Instant::now();
    for _ in 0..100 {
        std::hint::black_box(r.crowd.clone());
    }
    println!("clone of 500: {:.4} ms", start.elapsed().as_secs_f64() * 10.0);
}

#[test]
fn the_mix_of_homes_reads_and_has_the_size_of_a_household() {
    let text = include_str!("../../assets/people/chongqing_homes.ron");
    let mix: scenario::HouseholdMix = ron::from_str(text).unwrap();
    let shares: f64 = mix.households.iter().map(|h| h.share).sum();
    let people: f64 = mix.households.iter().map(|h| h.share * h.members.len() as f64).sum();
    assert!((shares - 1.0).abs() < 1e-9);
    assert!((people / shares - 2.6).abs() < 0.05, "{people}");
    // Mobility devices among those over 65: between Shanghai's 10 % of those over 55 and the United States' 24 %.
    let (mut old, mut aided) = (0.0, 0.0);
    for (h, m) in mix
        .households
        .iter()
        .flat_map(|h| h.members.iter().map(move |m| (h, m)))
    {
        let part = ((m.ages.1 - 65.0) / (m.ages.1 - m.ages.0)).clamp(0.0, 1.0);
        old += h.share * part;
        aided += h.share * f64::from(u8::from(m.mobility != scenario::Mobility::Able));
    }
    assert!((0.10..0.24).contains(&(aided / old)), "{}", aided / old);
}

#[test]
fn households_fill_every_home_but_those_left_out() {
    let mut m = Maker::new();
    let exit = gap("exit", (2.0, 0.0), (3.0, 0.0), 0, Beyond::Street);
    let spaces = [
        ("h1", rect(0.0, 0.0, 5.0, 5.0)),
        ("h2", rect(5.0, 0.0, 10.0, 5.0)),
        ("h3", rect(10.0, 0.0, 15.0, 5.0)),
    ];
    m.plate(PlateKind::Floor, 0.0, &spaces, &[exit], &[], Vec::new());
    for (k, s) in m.place.spaces.iter_mut().enumerate() {
        s.r#use = scenario::Use::Flat;
        s.home = Some(HomeId(k as u32));
        m.place.homes.push(Home {
            path: s.path.clone(),
            prefab: None,
            spaces: vec![SpaceId(k as u32)],
            doors: Vec::new(),
            windows: Vec::new(),
        });
    }
    let members = vec![
        scenario::Member {
            ages: (30.0, 40.0),
            ..scenario::Member::default()
        };
        3
    ];
    let mix = scenario::HouseholdMix {
        households: vec![scenario::Household { share: 1.0, members }],
        ..scenario::HouseholdMix::default()
    };
    let people = vec![People::Households(scenario::Households {
        in_every: "Flat".into(),
        like: "mix".into(),
        state: scenario::State::Asleep,
        except: vec!["h2".into()],
        ..scenario::Households::default()
    })];
    let mut loaded = Loaded {
        scenario: Scenario {
            people,
            ..Scenario::default()
        },
        ..Loaded::default()
    };
    loaded.mixes.insert("mix".into(), mix);
    let c = Crowd::new(&m.place, &loaded, 1);
    assert_eq!(c.len(), 6);
    assert!((0..6).all(|k| c.person(PersonId(k)).state == PersonState::Asleep));
    assert!((0..6).all(|k| c.person(PersonId(k)).space != Some(SpaceId(1))));
    // One hears it: the whole household wakes and sets out together.
    let mut r = Run::new(m.place, Vec::new(), Vec::new(), 1);
    r.crowd = c;
    r.cues = vec![Cue {
        kind: CueKind::Alarm,
        levels: vec![(SpaceId(0), 80.0)],
        to: None,
    }];
    for _ in 0..13_000 {
        r.step(&[]);
    }
    let woke = r
        .events
        .iter()
        .filter(|e| matches!(e.1, CrowdEvent::Woke { .. }))
        .count();
    let set: Vec<f64> = r
        .events
        .iter()
        .filter(|e| matches!(e.1, CrowdEvent::SetOut { .. }))
        .map(|e| e.0)
        .collect();
    assert_eq!((woke, set.len(), r.outs().len()), (3, 3, 3));
    assert!(set[0] > 200.0 && set[0] < 700.0 && set[2] - set[0] < 1e-9, "{set:?}");
}

#[test]
fn of_very_many_those_side_by_side_have_numbers_side_by_side_and_everybody_keeps_their_own() {
    let mut m = Maker::new();
    m.plate(
        PlateKind::Floor,
        0.0,
        &[("hall", rect(0.0, 0.0, 50.0, 50.0))],
        &[],
        &[],
        Vec::new(),
    );
    let trainee = scenario::Trainee {
        id: "me".into(),
        r#in: "hall".into(),
        ..scenario::Trainee::default()
    };
    let mut child = person("child", "hall", Some((45.0, 3.0)), 0.8, None);
    child.kin_of = Some("mother".into());
    let friends = People::Group(scenario::Group {
        name: "friends".into(),
        together: true,
        ..at_speed("hall", 4, 1.0)
    });
    let people = vec![
        People::Person(child),
        group("hall", figures::MANY as u32),
        friends,
        People::Person(person("mother", "hall", Some((3.0, 45.0)), 1.1, None)),
    ];
    let loaded = Loaded {
        scenario: Scenario {
            people,
            trainees: vec![trainee],
            ..Scenario::default()
        },
        ..Loaded::default()
    };
    let c = Crowd::new(&m.place, &loaded, 1);
    let id = |name: &str| c.by_name(name).expect("everybody is there").index();
    let facts = &c.everyone.facts;
    assert_eq!((c.len(), id("me")), (figures::MANY + 7, 0));
    assert!((0..c.len()).all(|k| id(&facts[k].name) == k));
    assert_eq!(facts[id("child")].kin_of, Some(PersonId(id("mother") as u32)));
    assert_eq!(facts[id("mother")].wards, [PersonId(id("child") as u32)]);
    assert_eq!(c.bodies[id("mother")].at, Point::new(3.0, 45.0));
    let first = id("friends/1");
    for k in 0..4 {
        assert_eq!(id(&format!("friends/{}", k + 1)), first + k);
        assert_eq!(facts[first + k].family, Some(PersonId(first as u32)));
    }
    let apart = c.bodies[1..].windows(2).map(|w| w[0].at.distance(w[1].at));
    let mean = apart.sum::<f64>() / (c.len() - 2) as f64;
    assert!(mean < 3.0, "{mean}");
}
