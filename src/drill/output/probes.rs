//! Probes: what a scenario's measuring instruments read.
//!
//! Quantities in `probes.csv`: `temperature` (thermocouples), `extinction`, `o2`, `co2`, `co`, `hcn`,
//! `plume_temperature`, `jet_temperature` and `jet_speed` (ceiling jet, at the ceiling; also at a link),
//! `activation_temperature` (one row, at the moment at which a link acts), `heat_flux`, `velocity`, `passed_forward` and
//! `passed_back` (people so far; forward is from the left of the line to its right, looking from its first point to its
//! second), `density`, and `mean_speed` (no row while nobody is there).

use super::super::{Event, EventKind, View};
use super::text::{field, figure, figure_or_none, word};
use crate::crowd::{PersonId, PersonState};
use crate::harm::Air;
use crate::place::{OpeningId, Place, PlateId, Space, SpaceId, ThingId};
use crate::scenario::{Point, Probe};

/// A move longer than this in one tick is no walk but a leap, as in a periodic space; it crosses no line. m.
const LEAP_M: f64 = 1.0;

/// A person as a counter sees them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Walker {
    pub person: PersonId,
    pub plate: PlateId,
    pub at: Point,
    pub speed_m_s: f64,
}

/// Everybody who is in the place.
pub fn walkers(view: &View<'_>) -> Vec<Walker> {
    let all = (0..view.crowd.len() as u32).map(|i| (PersonId(i), view.crowd.person(PersonId(i))));
    let there = all.filter(|(_, p)| !matches!(p.state, PersonState::Out | PersonState::Absent));
    there
        .map(|(person, p)| Walker {
            person,
            plate: p.plate,
            at: p.at,
            speed_m_s: p.speed_m_s,
        })
        .collect()
}

/// The probes of a scenario, ready to read.
#[derive(Clone, Debug, Default)]
pub struct Probes {
    probes: Vec<Installed>,
}

#[derive(Clone, Debug)]
struct Installed {
    /// As a scenario writes it.
    name: String,
    /// As a field.
    field: String,
    meter: Meter,
}

#[derive(Clone, Debug)]
enum Meter {
    Air {
        space: SpaceId,
        at: Point,
        heights: Vec<f64>,
        gases: AirQuantity,
    },
    Plume {
        thing: ThingId,
        heights: Vec<f64>,
    },
    Jet {
        space: SpaceId,
        at: Point,
        height: f64,
    },
    Link {
        space: SpaceId,
        at: Point,
        height: f64,
    },
    Flux {
        space: SpaceId,
        at: Point,
        heights: Vec<f64>,
    },
    Velocity {
        opening: OpeningId,
        heights: Vec<f64>,
    },
    Line(Line),
    Area(Area),
}

#[derive(Clone, Copy, Debug)]
enum AirQuantity {
    Temperature,
    Extinction,
    Gases,
}

impl Probes {
    /// Puts up a scenario's probes. Those that cannot be put up are left out and told.
    pub fn new(view: &View<'_>) -> (Self, Vec<String>) {
        let (mut probes, mut warnings) = (Vec::new(), Vec::new());
        for (i, probe) in view.loaded.scenario.probes.iter().enumerate() {
            let name = match name_of(probe) {
                "" => format!("probe_{}", i + 1),
                name => name.to_owned(),
            };
            match install(view.place, probe) {
                Ok(meter) => probes.push(Installed {
                    field: field(&name),
                    name,
                    meter,
                }),
                Err(why) => warnings.push(format!("probe {name} measures nothing: {why}")),
            }
        }
        (Self { probes }, warnings)
    }

    /// Between samples: lines count who crosses, links tell when they act.
    pub fn tick(&mut self, view: &View<'_>, events: &[Event], time: &str, out: &mut String) {
        for event in events.iter().filter(|e| e.kind == EventKind::Activated) {
            for probe in self.probes.iter().filter(|p| p.name == event.subject) {
                if let Meter::Link { height, .. } = probe.meter {
                    row(
                        out,
                        time,
                        &probe.field,
                        "activation_temperature",
                        Some(height),
                        event.value,
                        "°C",
                    );
                }
            }
        }
        let lines = self.probes.iter_mut().filter_map(|p| match &mut p.meter {
            Meter::Line(line) => Some(line),
            _ => None,
        });
        let mut seen = None;
        for line in lines {
            line.tick(seen.get_or_insert_with(|| walkers(view)));
        }
    }

    /// A row of each quantity of each probe.
    pub fn sample(&self, view: &View<'_>, time: &str, out: &mut String) {
        let mut seen = None;
        let air = view.fire.air(view.place);
        for Installed { field, meter, .. } in &self.probes {
            let mut put = |quantity: &str, height: Option<f64>, value: f64, unit: &str| {
                row(out, time, field, quantity, height, value, unit);
            };
            match meter {
                Meter::Air {
                    space,
                    at,
                    heights,
                    gases,
                } => {
                    for h in heights {
                        let a = air.sample(*space, *at, *h);
                        match gases {
                            AirQuantity::Temperature => put("temperature", Some(*h), a.temperature_c, "°C"),
                            AirQuantity::Extinction => put("extinction", Some(*h), a.extinction, "1/m"),
                            AirQuantity::Gases => {
                                put("o2", Some(*h), a.o2_percent, "vol %");
                                put("co2", Some(*h), a.co2_percent, "vol %");
                                put("co", Some(*h), a.co_ppm, "ppm");
                                put("hcn", Some(*h), a.hcn_ppm, "ppm");
                            }
                        }
                    }
                }
                Meter::Plume { thing, heights } => {
                    for h in heights {
                        put(
                            "plume_temperature",
                            Some(*h),
                            view.fire.plume_c(view.place, *thing, *h),
                            "°C",
                        );
                    }
                }
                Meter::Jet { space, at, height } | Meter::Link { space, at, height } => {
                    let (celsius, speed) = view.fire.ceiling_jet(view.place, *space, *at);
                    put("jet_temperature", Some(*height), celsius, "°C");
                    put("jet_speed", Some(*height), speed, "m/s");
                }
                Meter::Flux { space, at, heights } => {
                    for h in heights {
                        put(
                            "heat_flux",
                            Some(*h),
                            view.fire.flux(view.place, *space, *at, *h),
                            "kW/m²",
                        );
                    }
                }
                Meter::Velocity { opening, heights } => {
                    for h in heights {
                        put(
                            "velocity",
                            Some(*h),
                            view.fire.velocity(view.place, *opening, *h),
                            "m/s",
                        );
                    }
                }
                Meter::Line(line) => {
                    put("passed_forward", None, line.forward as f64, "1");
                    put("passed_back", None, line.back as f64, "1");
                }
                Meter::Area(area) => {
                    let (density, speed) = area.read(seen.get_or_insert_with(|| walkers(view)));
                    put("density", None, density, "1/m²");
                    if let Some(speed) = speed {
                        put("mean_speed", None, speed, "m/s");
                    }
                }
            }
        }
    }
}

/// Adds a row of `probes.csv`.
fn row(out: &mut String, time: &str, probe: &str, quantity: &str, height: Option<f64>, value: f64, unit: &str) {
    out.push_str(time);
    word(out, probe);
    word(out, quantity);
    figure_or_none(out, height);
    figure(out, value);
    word(out, unit);
    out.push('\n');
}

fn name_of(probe: &Probe) -> &str {
    match probe {
        Probe::Thermocouples(p) | Probe::Extinction(p) | Probe::Gases(p) => &p.name,
        Probe::CeilingJet(p) | Probe::HeatFlux(p) => &p.name,
        Probe::Plume(p) => &p.name,
        Probe::Link(p) => &p.name,
        Probe::Velocity(p) => &p.name,
        Probe::CountingLine(p) => &p.name,
        Probe::DensityArea(p) => &p.name,
    }
}

fn install(place: &Place, probe: &Probe) -> Result<Meter, String> {
    let space_of = |path: &str| {
        let id = place
            .space_by_path
            .get(path)
            .copied()
            .ok_or_else(|| format!("there is no space {path:?}"))?;
        Ok::<_, String>((id, &place.spaces[id.index()]))
    };
    let point_of = |path: &str, at: Option<Point>| {
        let (id, space) = space_of(path)?;
        Ok::<_, String>((
            id,
            at.map_or_else(|| centroid(&space.outline), |p| space.frame.apply(p)),
            space,
        ))
    };
    let some = |heights: &[f64]| match heights {
        [] => Err("it has no heights".to_owned()),
        h => Ok(h.to_vec()),
    };
    Ok(match probe {
        Probe::Thermocouples(p) | Probe::Extinction(p) | Probe::Gases(p) => {
            let (space, at, _) = point_of(&p.r#in, p.at)?;
            let gases = match probe {
                Probe::Thermocouples(_) => AirQuantity::Temperature,
                Probe::Extinction(_) => AirQuantity::Extinction,
                _ => AirQuantity::Gases,
            };
            Meter::Air {
                space,
                at,
                heights: some(&p.heights)?,
                gases,
            }
        }
        Probe::CeilingJet(p) => {
            let (id, at, space) = point_of(&p.r#in, p.at)?;
            Meter::Jet {
                space: id,
                at,
                height: space.height,
            }
        }
        Probe::Link(p) => {
            let (id, at, space) = point_of(&p.r#in, p.at)?;
            Meter::Link {
                space: id,
                at,
                height: space.height - p.below_ceiling,
            }
        }
        Probe::HeatFlux(p) => {
            let (space, at, _) = point_of(&p.r#in, p.at)?;
            Meter::Flux {
                space,
                at,
                heights: some(&p.heights)?,
            }
        }
        Probe::Plume(p) => {
            let index = place.things.iter().position(|t| t.path == p.thing);
            let index = index.ok_or_else(|| format!("there is no thing {:?}", p.thing))?;
            Meter::Plume {
                thing: ThingId(index as u32),
                heights: some(&p.heights)?,
            }
        }
        Probe::Velocity(p) => {
            let opening = place.opening_by_path.get(&p.opening).copied();
            let opening = opening.ok_or_else(|| format!("there is no opening {:?}", p.opening))?;
            Meter::Velocity {
                opening,
                heights: some(&p.heights)?,
            }
        }
        Probe::CountingLine(p) => {
            let (id, space) = space_of(&p.r#in)?;
            let (a, b) = (space.frame.apply(p.from), space.frame.apply(p.to));
            if a == b {
                return Err("its two points are the same".to_owned());
            }
            Meter::Line(Line::new(plates_of(place, id, space), a, b))
        }
        Probe::DensityArea(p) => {
            let (id, space) = space_of(&p.r#in)?;
            let outline: Vec<_> = p.outline.iter().map(|q| space.frame.apply(*q)).collect();
            let area = Area::new(plates_of(place, id, space), outline);
            Meter::Area(area.ok_or("its outline encloses nothing")?)
        }
    })
}

/// The storey's floor, and whatever else a space is walked on (the flights of a stair).
fn plates_of(place: &Place, id: SpaceId, space: &Space) -> Vec<PlateId> {
    let mut plates: Vec<_> = place
        .storeys
        .get(space.storey.index())
        .map(|s| s.plate)
        .into_iter()
        .collect();
    for (i, plate) in place.plates.iter().enumerate() {
        let plate_id = PlateId(i as u32);
        if plate.spaces.contains(&id) && !plates.contains(&plate_id) {
            plates.push(plate_id);
        }
    }
    plates
}

/// Twice the area of a polygon, m²; positive if it runs anticlockwise.
fn doubled_area(outline: &[Point]) -> f64 {
    edges(outline).map(|(p, q)| p.cross(q)).sum()
}

fn edges(outline: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    outline.iter().copied().zip(outline.iter().copied().cycle().skip(1))
}

/// Centre of area; of corners if it has no area.
fn centroid(outline: &[Point]) -> Point {
    let doubled = doubled_area(outline);
    if doubled == 0.0 {
        let sum = outline.iter().fold(Point::default(), |s, p| s + *p);
        return sum * (1.0 / outline.len().max(1) as f64);
    }
    let sum = edges(outline).fold(Point::default(), |s, (p, q)| s + (p + q) * p.cross(q));
    sum * (1.0 / (3.0 * doubled))
}

/// A line across which people are counted.
#[derive(Clone, Debug)]
pub struct Line {
    plates: Vec<PlateId>,
    a: Point,
    b: Point,
    /// Where each person was a tick ago, if on these plates.
    before: Vec<Option<Point>>,
    /// From left to right, looking from `a` to `b`.
    pub forward: u64,
    pub back: u64,
}

impl Line {
    /// A line from `a` to `b` on plates.
    pub fn new(plates: Vec<PlateId>, a: Point, b: Point) -> Self {
        Self {
            plates,
            a,
            b,
            before: Vec::new(),
            forward: 0,
            back: 0,
        }
    }

    /// Counts who crossed since the last tick. Who comes to stand on the line is to its right, so that nobody counts
    /// twice.
    pub fn tick(&mut self, walkers: &[Walker]) {
        let mut now = vec![None; walkers.iter().map(|w| w.person.index() + 1).max().unwrap_or(0)];
        for walker in walkers.iter().filter(|w| self.plates.contains(&w.plate)) {
            let i = walker.person.index();
            now[i] = Some(walker.at);
            let Some(from) = self.before.get(i).copied().flatten() else {
                continue;
            };
            match self.crossed(from, walker.at) {
                Some(true) => self.forward += 1,
                Some(false) => self.back += 1,
                None => {}
            }
        }
        self.before = now;
    }

    /// `true`: forward.
    fn crossed(&self, from: Point, to: Point) -> Option<bool> {
        let along = self.b - self.a;
        let (before, after) = (along.cross(from - self.a), along.cross(to - self.a));
        if (before > 0.0) == (after > 0.0) || from.distance(to) > LEAP_M {
            return None;
        }
        let at = from + (to - from) * (before / (before - after));
        let part = along.dot(at - self.a) / along.dot(along);
        (0.0..=1.0).contains(&part).then_some(before > 0.0)
    }
}

/// An area in which people are counted.
#[derive(Clone, Debug)]
pub struct Area {
    plates: Vec<PlateId>,
    outline: Vec<Point>,
    /// m².
    area: f64,
}

impl Area {
    /// `None` if the outline encloses nothing.
    pub fn new(plates: Vec<PlateId>, outline: Vec<Point>) -> Option<Self> {
        let area = doubled_area(&outline).abs() / 2.0;
        (area > 0.0).then_some(Self { plates, outline, area })
    }

    /// Persons per m², and their mean speed in m/s if there is anybody.
    pub fn read(&self, walkers: &[Walker]) -> (f64, Option<f64>) {
        let here = walkers
            .iter()
            .filter(|w| self.plates.contains(&w.plate) && self.contains(w.at));
        let (count, speeds) = here.fold((0_u32, 0.0), |(n, v), w| (n + 1, v + w.speed_m_s));
        (
            f64::from(count) / self.area,
            (count > 0).then(|| speeds / f64::from(count)),
        )
    }

    /// By the even-odd rule.
    fn contains(&self, p: Point) -> bool {
        let mut inside = false;
        for (a, b) in edges(&self.outline) {
            if (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) * (b.x - a.x) / (b.y - a.y) {
                inside = !inside;
            }
        }
        inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walker(person: u32, plate: u32, x: f64, y: f64) -> Walker {
        Walker {
            person: PersonId(person),
            plate: PlateId(plate),
            at: Point::new(x, y),
            speed_m_s: x,
        }
    }

    /// Along y at x = 0, from (0, 0) to (0, 2): its right is the east.
    fn line() -> Line {
        Line::new(vec![PlateId(0)], Point::new(0.0, 0.0), Point::new(0.0, 2.0))
    }

    fn counted(path: &[(f64, f64)]) -> (u64, u64) {
        let mut line = line();
        for (x, y) in path {
            line.tick(&[walker(0, 0, *x, *y)]);
        }
        (line.forward, line.back)
    }

    #[test]
    fn a_line_counts_both_directions() {
        assert_eq!(counted(&[(-0.1, 1.0), (0.1, 1.0)]), (1, 0));
        assert_eq!(counted(&[(0.1, 1.0), (-0.1, 1.0)]), (0, 1));
        assert_eq!(counted(&[(-0.1, 1.0), (0.1, 1.0), (-0.1, 1.0), (0.1, 1.0)]), (2, 1));
    }

    #[test]
    fn who_stops_on_the_line_counts_once() {
        assert_eq!(counted(&[(-0.1, 1.0), (0.0, 1.0), (0.0, 1.2), (0.1, 1.0)]), (1, 0));
        assert_eq!(counted(&[(0.1, 1.0), (0.0, 1.0), (-0.1, 1.0)]), (0, 1));
        assert_eq!(counted(&[(0.1, 1.0), (0.0, 1.0), (0.1, 1.0)]), (0, 0));
    }

    #[test]
    fn who_passes_its_end_or_leaps_or_walks_elsewhere_does_not_count() {
        assert_eq!(counted(&[(-0.1, 2.1), (0.1, 2.1)]), (0, 0));
        assert_eq!(counted(&[(-5.0, 1.0), (5.0, 1.0)]), (0, 0));
        let mut line = line();
        line.tick(&[walker(0, 1, -0.1, 1.0)]);
        line.tick(&[walker(0, 1, 0.1, 1.0)]);
        line.tick(&[]);
        line.tick(&[walker(0, 0, -0.1, 1.0), walker(1, 0, 0.1, 1.0)]);
        assert_eq!((line.forward, line.back), (0, 0));
    }

    #[test]
    fn an_area_gives_density_and_mean_speed() {
        let corners = [(0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (2.0, 2.0), (2.0, 1.0), (0.0, 1.0)];
        let area = Area::new(vec![PlateId(0)], corners.map(|(x, y)| Point::new(x, y)).to_vec()).unwrap();
        let inside = [walker(0, 0, 1.0, 0.5), walker(1, 0, 3.0, 1.5)];
        assert_eq!(area.read(&inside), (2.0 / 6.0, Some(2.0)));
        let outside = [walker(0, 0, 1.0, 1.5), walker(1, 1, 1.0, 0.5)];
        assert_eq!(area.read(&outside), (0.0, None));
        assert!(Area::new(Vec::new(), vec![Point::default(); 3]).is_none());
    }

    #[test]
    fn the_middle_of_a_room_is_its_centre_of_area() {
        let corners = [(0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (0.0, 2.0)].map(|(x, y)| Point::new(x, y));
        assert_eq!(centroid(&corners), Point::new(2.0, 1.0));
        assert_eq!(centroid(&[]), Point::default());
        assert_eq!(
            centroid(&[Point::new(1.0, 0.0), Point::new(3.0, 0.0)]),
            Point::new(2.0, 0.0)
        );
    }
}
