//! The zone network compiled from a place: everything that stays the same during a run.

use super::ignite::{self, Sky};
use super::items::Fuel;
use super::pressure::Pattern;
use super::species::{G, Stoichiometry};
use super::walls::Grid;
use crate::place::{Beyond, OpeningKind, Place, Space, SpaceKind};
use crate::scenario::{Point, SpaceAir};
use std::collections::BTreeMap;

/// Discharge coefficient of leaks and of shut leaves.
const LEAK_DISCHARGE: f64 = 0.7;
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
    /// Number among the unknown pressures.
    pub unknown: Option<usize>,
    /// Grids of ceiling, walls, floor; `None` is adiabatic.
    pub ceiling: Option<usize>,
    pub walls: Option<usize>,
    pub floor: Option<usize>,
    /// Part of walls, ceiling and floor with the open air behind, 0 to 1.
    pub exposed: [f64; 3],
    /// Under the open sky.
    pub open: bool,
}

/// A way for gas between two zones.
#[derive(Clone, Debug)]
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
}

/// Everything constant.
#[derive(Clone, Debug)]
pub struct Network {
    /// One for each space, and the open air last.
    pub zones: Vec<Zone>,
    pub vents: Vec<Vent>,
    pub fans: Vec<Mover>,
    pub grids: Vec<Grid>,
    pub fuels: Vec<Fuel>,
    /// Things of each zone.
    pub things: Vec<Vec<usize>>,
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
            area: 1e6,
            height: 1e3,
            volume: 1.0,
            z: 0.0,
            wall_area: 0.0,
            radius: 560.0,
            unknown: None,
            ceiling: None,
            walls: None,
            floor: None,
            exposed: [0.0; 3],
            open: true,
        });
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
            let a = o.from.index();
            let (b, wind) = match o.to {
                Beyond::Space(s) => (s.index(), 0.0),
                Beyond::Outside | Beyond::Street => {
                    let across = o.along.left();
                    let centre = middle(&place.spaces[a].outline);
                    let facing = if across.dot(o.centre - centre) < 0.0 {
                        across * -1.0
                    } else {
                        across
                    };
                    let level = (o.bottom + o.top) / 2.0;
                    let beyond = ignite::looks_into(place, a, o.centre, facing, level);
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
                edge: None,
            });
        }
        for l in &place.leaks {
            vents.push(Vent {
                a: l.from.index(),
                b: l.to.map_or(open_air, |s| s.index()),
                bottom: l.bottom,
                top: l.top.max(l.bottom + 1e-3),
                area: positive(l.area),
                leakage: positive(l.area),
                discharge: LEAK_DISCHARGE,
                horizontal: false,
                round: false,
                wind: if l.to.is_none() {
                    wind.on(l.facing, (l.bottom + l.top) / 2.0, roof)
                } else {
                    0.0
                },
                opening: None,
                edge: None,
            });
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
        let fans = place.fans.iter().map(|f| Mover {
            from: f.from.map_or(open_air, |s| s.index()),
            to: f.to.map_or(open_air, |s| s.index()),
            flow: f.flow,
            z: f.z,
            runs: f.runs,
        });
        let fuels: Vec<Fuel> = place.things.iter().map(Fuel::new).collect();
        let mut things = vec![Vec::new(); open_air + 1];
        for (i, t) in place.things.iter().enumerate() {
            things[t.space.index()].push(i);
        }
        let mut views = vec![Vec::new(); open_air + 1];
        for (i, v) in vents.iter().enumerate() {
            if v.opening.is_some() && !v.horizontal && v.a != v.b && v.b != open_air {
                views[v.a].push(i);
                views[v.b].push(i);
            }
        }
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
            fans: fans.collect(),
            grids: place.constructions.iter().map(Grid::new).collect(),
            gas: Stoichiometry::mean(&burning),
            zones,
            vents,
            fuels,
            things,
            views,
            sky,
            bay,
        }
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
        area,
        height,
        volume: area * height,
        z: s.z,
        wall_area: positive(s.wall_area),
        radius: (area / std::f64::consts::PI).sqrt(),
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
                .any(|o| o.z < level && o.z + o.height > level && contains(&o.outline, p))
        };
        if !inside(mid + off) && !inside(mid - off) {
            out += length;
        }
    }
    for o in beside {
        if contains(&o.outline, centre) {
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

fn contains(outline: &[Point], p: Point) -> bool {
    let n = outline.len();
    let mut inside = false;
    for k in 0..n {
        let (a, b) = (outline[k], outline[(k + 1) % n]);
        if (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x) {
            inside = !inside;
        }
    }
    inside
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
