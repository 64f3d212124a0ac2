//! The zone network compiled from a place: everything that stays the same during a run.

use super::ignite::{self, Sky};
use super::items::Fuel;
use super::parts::{Corridor, Parts};
use super::pressure::Pattern;
use super::species::{G, Stoichiometry};
use super::walls::{Grid, spread};
use crate::place::{Beyond, OpeningKind, Place, Space, SpaceKind, polygon};
use crate::scenario::{Point, SpaceAir};
use std::collections::BTreeMap;

/// Discharge coefficient of leaks and of shut leaves.
const LEAK_DISCHARGE: f64 = 0.7;
/// A relief damper passes all of its fan's flow at this much over the pressure that opens it (assumption, 待核实).
const WIDE_OPEN: f64 = 0.2;
/// Mean wind speed grows with height to this power (suburbs; assumption, 待核实).
const WIND_POWER: f64 = 0.22;

/// How many layers a zone has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Two,
    /// One air from floor to ceiling (kept as the upper layer).
    One,
    /// Air that nothing changes: open ground, held to a table, or the open air.
    Fixed,
}

#[derive(Clone, Debug)]
pub struct Zone {
    pub kind: Kind,
    /// The space that it is, or is a part of; past the last for the open air.
    pub space: usize,
    pub corridor: Option<Corridor>,
    /// m².
    pub area: f64,
    /// m.
    pub height: f64,
    /// m³.
    pub volume: f64,
    /// Of the floor, m absolute.
    pub z: f64,
    /// Area of the walls, m².
    pub wall_area: f64,
    /// Radius of the disc of the same floor area, m.
    pub radius: f64,
    /// Mean over the ceiling of how a jet's heat transfer falls with distance.
    pub spread: f64,
    /// Number among the unknown pressures.
    pub unknown: Option<usize>,
    /// Grids of ceiling, walls, floor; `None` lets radiation pass and no other heat.
    pub ceiling: Option<usize>,
    pub walls: Option<usize>,
    pub floor: Option<usize>,
    /// Part of walls, ceiling and floor with the open air behind, 0 to 1.
    pub exposed: [f64; 3],
    /// Under the open sky.
    pub open: bool,
}

/// A way for gas between two zones.
#[derive(Clone, Debug, Default)]
pub struct Vent {
    pub a: usize,
    pub b: usize,
    /// m absolute; equal for holes in slabs.
    pub bottom: f64,
    pub top: f64,
    /// Full clear area, m².
    pub area: f64,
    /// Free area when shut, m².
    pub leakage: f64,
    pub discharge: f64,
    pub horizontal: bool,
    pub round: bool,
    /// Wind pressure outside, Pa (counted with zone `b`).
    pub wind: f64,
    pub opening: Option<usize>,
    /// Middle on plan, direction along the wall, and width, m, of a door or window.
    pub centre: Point,
    pub along: Point,
    pub width: f64,
    /// Nothing but a line between two parts of one space: no jet, no plume.
    pub line: bool,
    /// Rolls up from the floor: the lower part is open.
    pub rolls: bool,
    /// Lets gas pass from `a` to `b` only, from this difference on, Pa; 0: an ordinary way.
    pub relief: f64,
    /// Edge of the matrix, where both sides are unknown.
    pub edge: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct Mover {
    pub from: usize,
    pub to: usize,
    pub flow: f64,
    pub z: f64,
    pub runs: Option<(f64, f64)>,
    pub on_alarm: bool,
}

/// Everything constant.
#[derive(Clone, Debug)]
pub struct Network {
    /// One for each space, then the open air, then the further parts of spaces that are cut.
    pub zones: Vec<Zone>,
    /// Number of the open air.
    pub open_air: usize,
    /// How each space is cut, and its zones in the order of its parts.
    parts: Vec<Option<Parts>>,
    of: Vec<Vec<usize>>,
    pub vents: Vec<Vent>,
    pub fans: Vec<Mover>,
    pub grids: Vec<Grid>,
    pub fuels: Vec<Fuel>,
    /// Things of each space, and of each zone; zone of each thing.
    pub things: Vec<Vec<usize>>,
    pub stands: Vec<Vec<usize>>,
    pub seat: Vec<usize>,
    /// Where each thing stands on plan.
    pub spots: Vec<Point>,
    /// How far behind each thing, seen from each of the doors of its zone, the wall stands, m.
    pub behind: Vec<Vec<f64>>,
    /// Doors, windows and gaps in the walls of each zone.
    pub doors: Vec<Vec<usize>>,
    /// Doors, windows and gaps of each space behind which there is another.
    pub views: Vec<Vec<usize>>,
    /// Outdoor spaces, and which of them are bays along façades.
    pub sky: Sky,
    pub bay: Vec<bool>,
    /// What unburnt gas burns as: the mean of the place's fuels.
    pub gas: Stoichiometry,
    pub pattern: Pattern,
    pub edges: usize,
    pub unknowns: usize,
}

/// Wind at the roof: speed (m/s) and where it comes from, degrees clockwise from north.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wind {
    pub speed: f64,
    pub from: f64,
    /// Density of the open air, kg/m³.
    pub rho: f64,
}

impl Wind {
    /// Pressure on a wall, Pa: Cp 0.5 to windward, −0.3 in the lee, between them with the cosine (assumption, 待核实).
    fn on(&self, facing: Point, z: f64, roof: f64) -> f64 {
        if self.speed <= 0.0 || facing.length() < 1e-6 {
            return 0.0;
        }
        let angle = self.from.to_radians();
        let towards = Point::new(libm::sin(angle), libm::cos(angle));
        let cp = 0.1 + 0.4 * facing.normalised().dot(towards);
        let speed = self.speed * libm::pow((z.max(2.0) / roof.max(2.0)).min(1.0), WIND_POWER);
        cp * 0.5 * self.rho * speed * speed
    }
}

impl Network {
    /// Compiles a place.
    pub fn new(place: &Place, wind: Wind) -> Self {
        let open_air = place.spaces.len();
        let mut zones: Vec<Zone> = place
            .spaces
            .iter()
            .enumerate()
            .map(|(i, s)| zone(place, i, s))
            .collect();
        zones.push(Zone {
            kind: Kind::Fixed,
            space: open_air,
            corridor: None,
            area: 1e6,
            height: 1e3,
            volume: 1.0,
            z: 0.0,
            wall_area: 0.0,
            radius: 560.0,
            spread: 0.0,
            unknown: None,
            ceiling: None,
            walls: None,
            floor: None,
            exposed: [0.0; 3],
            open: true,
        });
        let parts: Vec<Option<Parts>> = place.spaces.iter().map(Parts::of).collect();
        let mut of: Vec<Vec<usize>> = (0..open_air).map(|i| vec![i]).collect();
        for (i, cut) in parts.iter().enumerate() {
            let Some(cut) = cut else { continue };
            let whole = zones[i].clone();
            for (k, &share) in cut.share.iter().enumerate() {
                let area = (whole.area * share).max(0.01);
                let part = Zone {
                    area,
                    volume: area * whole.height,
                    wall_area: whole.wall_area * share,
                    radius: (area / std::f64::consts::PI).sqrt(),
                    spread: spread((area / std::f64::consts::PI).sqrt(), whole.height),
                    ..whole.clone()
                };
                if k == 0 {
                    zones[i] = part;
                } else {
                    of[i].push(zones.len());
                    zones.push(part);
                }
            }
        }
        let at = |space: usize, p: Point| match (parts.get(space), of.get(space)) {
            (Some(Some(cut)), Some(of)) => of[cut.at(p)],
            _ => space,
        };
        let mut unknowns = 0;
        for z in &mut zones {
            if z.kind != Kind::Fixed {
                z.unknown = Some(unknowns);
                unknowns += 1;
            }
        }
        let roof = place.spaces.iter().map(|s| s.z + s.height).fold(3.0, f64::max);
        let mut vents = Vec::new();
        for (i, o) in place.openings.iter().enumerate() {
            let space = o.from.index();
            let a = at(space, o.centre);
            let (b, wind) = match o.to {
                Beyond::Space(s) => (at(s.index(), o.centre), 0.0),
                Beyond::Outside | Beyond::Street => {
                    let across = o.along.left();
                    let centre = middle(&place.spaces[space].outline);
                    let facing = if across.dot(o.centre - centre) < 0.0 {
                        across * -1.0
                    } else {
                        across
                    };
                    let level = (o.bottom + o.top) / 2.0;
                    let beyond = ignite::looks_into(place, space, o.centre, facing, level);
                    (beyond.unwrap_or(open_air), wind.on(facing, level, roof))
                }
            };
            let horizontal = o.kind.is_horizontal() || o.top <= o.bottom;
            let area = if horizontal {
                o.width * o.width
            } else {
                o.width * (o.top - o.bottom)
            };
            vents.push(Vent {
                a,
                b,
                bottom: o.bottom,
                top: o.top.max(o.bottom),
                area: positive(area),
                leakage: positive(o.leakage),
                discharge: positive(o.discharge),
                horizontal,
                round: o.kind == OpeningKind::Hole(true),
                wind: if horizontal { 0.0 } else { wind },
                opening: Some(i),
                centre: o.centre,
                along: o.along,
                width: positive(o.width),
                line: false,
                rolls: o.kind == OpeningKind::Shutter,
                relief: 0.0,
                edge: None,
            });
        }
        for (i, cut) in parts.iter().enumerate() {
            let Some(cut) = cut else { continue };
            let zone = &zones[i];
            for &(a, b, width) in &cut.joined {
                vents.push(Vent {
                    a: of[i][a],
                    b: of[i][b],
                    bottom: zone.z,
                    top: zone.z + zone.height,
                    area: width * zone.height,
                    leakage: width * zone.height,
                    // Nothing contracts the flow.
                    discharge: 1.0,
                    line: true,
                    ..Vent::default()
                });
            }
        }
        for l in &place.leaks {
            let from = l.from.index();
            let whole = [middle(&place.spaces[from].outline)];
            let (middles, shares) = match &parts[from] {
                Some(cut) => (cut.middle.as_slice(), cut.share.as_slice()),
                None => (whole.as_slice(), [1.0].as_slice()),
            };
            for ((&m, share), &a) in middles.iter().zip(shares).zip(&of[from]) {
                let area = positive(l.area) * share;
                vents.push(Vent {
                    a,
                    b: l.to.map_or(open_air, |s| at(s.index(), m)),
                    bottom: l.bottom,
                    top: l.top.max(l.bottom + 1e-3),
                    area,
                    leakage: area,
                    discharge: LEAK_DISCHARGE,
                    horizontal: false,
                    round: false,
                    wind: if l.to.is_none() {
                        wind.on(l.facing, (l.bottom + l.top) / 2.0, roof)
                    } else {
                        0.0
                    },
                    opening: None,
                    centre: Point::default(),
                    along: Point::default(),
                    width: 0.0,
                    line: false,
                    rolls: false,
                    relief: 0.0,
                    edge: None,
                });
            }
        }
        // A fan has no place on plan: it blows in the middle.
        let mouth = |s: usize| at(s, polygon::centroid(&place.spaces[s].outline));
        let fans: Vec<Mover> = place
            .fans
            .iter()
            .map(|f| Mover {
                from: f.from.map_or(open_air, |s| mouth(s.index())),
                to: f.to.map_or(open_air, |s| mouth(s.index())),
                flow: f.flow,
                z: f.z,
                runs: f.runs,
                on_alarm: f.on_alarm,
            })
            .collect();
        for (f, m) in place.fans.iter().zip(&fans) {
            if f.relief > 0.0 && f.flow > 0.0 {
                let area = f.flow / (LEAK_DISCHARGE * (2.0 * WIDE_OPEN * f.relief / wind.rho.max(0.1)).sqrt());
                vents.push(Vent {
                    a: m.to,
                    b: m.from,
                    bottom: f.z,
                    top: f.z + 1e-3,
                    area,
                    leakage: area,
                    discharge: LEAK_DISCHARGE,
                    line: true,
                    relief: f.relief,
                    ..Vent::default()
                });
            }
        }
        let mut edges: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut pairs = Vec::new();
        for v in &mut vents {
            if let (Some(a), Some(b)) = (zones[v.a].unknown, zones[v.b].unknown)
                && a != b
            {
                let pair = (a.min(b), a.max(b));
                v.edge = Some(*edges.entry(pair).or_insert_with(|| {
                    pairs.push(pair);
                    pairs.len() - 1
                }));
            }
        }
        let fuels: Vec<Fuel> = place.things.iter().map(Fuel::new).collect();
        let mut things = vec![Vec::new(); open_air + 1];
        let mut stands = vec![Vec::new(); zones.len()];
        let mut seat = Vec::with_capacity(fuels.len());
        for (i, t) in place.things.iter().enumerate() {
            let zone = at(t.space.index(), t.at);
            things[t.space.index()].push(i);
            stands[zone].push(i);
            seat.push(zone);
        }
        let mut doors = vec![Vec::new(); zones.len()];
        for (i, v) in vents.iter().enumerate() {
            if v.opening.is_some() && !v.horizontal && v.a != v.b {
                doors[v.a].push(i);
                doors[v.b].push(i);
            }
        }
        let mut views = vec![Vec::new(); open_air + 1];
        for (i, v) in vents.iter().enumerate() {
            if v.opening.is_some() && !v.horizontal && v.a != v.b && v.b != open_air {
                views[zones[v.a].space].push(i);
                views[zones[v.b].space].push(i);
            }
        }
        let behind = place
            .things
            .iter()
            .zip(&seat)
            .map(|(t, &zone)| {
                let outline = place.spaces.get(t.space.index()).map_or(&[][..], |s| &s.outline);
                let to_wall = |&d: &usize| {
                    let v = &vents[d];
                    let across = v.along.left();
                    let way = across * across.dot(t.at - v.centre).signum();
                    polygon::ray(outline, t.at, way)
                };
                doors[zone].iter().map(to_wall).collect()
            })
            .collect();
        let sky = Sky::new(place);
        let mut bay = vec![false; open_air + 1];
        for (space, _) in &sky.bays {
            bay[*space] = true;
        }
        let burning: Vec<Stoichiometry> = fuels.iter().filter(|f| f.can_burn()).map(|f| f.stoichiometry).collect();
        Self {
            pattern: Pattern::new(unknowns, &pairs),
            edges: pairs.len(),
            unknowns,
            fans,
            grids: place.constructions.iter().map(Grid::new).collect(),
            gas: Stoichiometry::mean(&burning),
            zones,
            vents,
            open_air,
            parts,
            of,
            fuels,
            things,
            stands,
            seat,
            behind,
            spots: place.things.iter().map(|t| t.at).collect(),
            doors,
            views,
            sky,
            bay,
        }
    }

    /// The zone of a space in which a point lies.
    pub fn at(&self, space: usize, p: Point) -> usize {
        match (self.parts.get(space), self.of.get(space)) {
            (Some(Some(cut)), Some(of)) => of[cut.at(p)],
            _ => space,
        }
    }

    /// All zones of a space.
    pub fn zones_of(&self, space: usize) -> &[usize] {
        self.of.get(space).map_or(&[], Vec::as_slice)
    }
}

fn positive(x: f64) -> f64 {
    if x > 0.0 && x.is_finite() { x } else { 0.0 }
}

fn zone(place: &Place, i: usize, s: &Space) -> Zone {
    let kind = match (s.kind, &s.air) {
        (SpaceKind::Outdoors, _) | (_, SpaceAir::Forced(_)) => Kind::Fixed,
        (SpaceKind::Room, _) => Kind::Two,
        _ => Kind::One,
    };
    // A room without floor or height would have no volume: it gets a litre's worth instead of an infinity.
    let area = if s.area.is_finite() { s.area.max(0.01) } else { 0.01 };
    let height = if s.height.is_finite() { s.height.max(0.1) } else { 0.1 };
    Zone {
        kind,
        space: i,
        corridor: Corridor::of(s),
        area,
        height,
        volume: area * height,
        z: s.z,
        wall_area: positive(s.wall_area),
        radius: (area / std::f64::consts::PI).sqrt(),
        spread: spread((area / std::f64::consts::PI).sqrt(), height),
        unknown: None,
        ceiling: s.ceiling.filter(|&c| c < place.constructions.len()),
        walls: s.walls.filter(|&c| c < place.constructions.len()),
        floor: s.floor.filter(|&c| c < place.constructions.len()),
        exposed: exposed(place, i, s),
        open: s.kind == SpaceKind::Outdoors,
    }
}

/// Which part of walls, ceiling and floor has the open air behind it.
fn exposed(place: &Place, i: usize, s: &Space) -> [f64; 3] {
    let centre = middle(&s.outline);
    let (mut out, mut all) = (0.0, 0.0);
    let (mut above, mut below) = (1.0, 1.0);
    let beside: Vec<&Space> = place
        .spaces
        .iter()
        .enumerate()
        .filter(|&(j, o)| {
            j != i && o.kind != SpaceKind::Outdoors && o.z < s.z + s.height + 1.0 && o.z + o.height > s.z - 1.0
        })
        .map(|(_, o)| o)
        .collect();
    let n = s.outline.len();
    for k in 0..n {
        let (a, b) = (s.outline[k], s.outline[(k + 1) % n]);
        let (mid, off) = ((a + b) * 0.5, (b - a).left().normalised() * 0.35);
        let length = a.distance(b);
        all += length;
        let level = s.z + s.height / 2.0;
        let inside = |p: Point| {
            beside
                .iter()
                .any(|o| o.z < level && o.z + o.height > level && polygon::contains(&o.outline, p))
        };
        if !inside(mid + off) && !inside(mid - off) {
            out += length;
        }
    }
    for o in beside {
        if polygon::contains(&o.outline, centre) {
            if o.z >= s.z + s.height - 0.1 {
                above = 0.0;
            }
            if o.z + o.height <= s.z + 0.1 {
                below = 0.0;
            }
        }
    }
    [if all > 0.0 { out / all } else { 1.0 }, above, below]
}

fn middle(outline: &[Point]) -> Point {
    let sum = outline.iter().fold(Point::default(), |sum, &p| sum + p);
    sum * (1.0 / outline.len().max(1) as f64)
}

/// A zone's air as the correlations see it, at the beginning of a step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Now {
    /// Temperatures of upper and lower layer, K; those of the other where a layer is missing.
    pub t: [f64; 2],
    /// kg/m³.
    pub rho: [f64; 2],
    /// Height of the interface, m absolute.
    pub interface: f64,
    /// Part of the mass that is in the upper layer, 0 to 1.
    pub upper: f64,
}

impl Now {
    /// Gauge pressure at a height beyond that at the floor, Pa, against open air of density `rho0`.
    pub fn hydrostatic(&self, zone: &Zone, rho0: f64, z: f64) -> f64 {
        if zone.open {
            // Nothing holds a plume under the open sky: it rises at the pressure of the air about it.
            return 0.0;
        }
        let lower = (rho0 - self.rho[1]) * G;
        if z < self.interface {
            lower * (z - zone.z)
        } else {
            lower * (self.interface - zone.z) + (rho0 - self.rho[0]) * G * (z - self.interface)
        }
    }
}
