//! What sets neighbours alight: flames and hot gas in the same space, seen through openings, and across the open air.

use super::detect::flame_point;
use super::plume::{Around, Source, against_wall, entrained};
use super::species::{CARRIED, CP, G, Layer, O2, SIGMA};
use super::suppress::{EVAPORATES, JET_KW_M2};
use super::walls::emissivity;
use super::zones::{Kind, Network};
use super::{Fire, FireEvent, distance};
use crate::place::{Beyond, OpeningId, OpeningKind, OpeningState, Place, Space, SpaceKind, Thing, ThingId};
use crate::scenario::Point;

/// Radiation of flames that a whole pane lets pass (assumption, 待核实).
const GLASS_PASSES: f64 = 0.4;
/// Flames further away than this are not looked for, m.
const FARTHEST: f64 = 30.0;
/// Gas in the next space counts above this, K over the air at the start.
pub(super) const HOT_K: f64 = 150.0;
/// Convection of hot gas to what stands in it, kW/m²·K (20–25 W/m²·K in fires; assumption, 待核实).
pub(super) const CONVECTS: f64 = 0.02;
/// Flames over a surface get at most so many times faster by heat that falls on it.
const FASTEST: f64 = 8.0;
/// An outdoor space no deeper than this is filled by the plume of what burns in it: a façade's bay, m.
const BAY_M: f64 = 3.0;
/// Gas in flames is at most so much hotter than the air, K (as the plume's centre line), and so much at their tips
/// (Heskestad 1983).
const FLAME_K: f64 = 900.0;
const TIP_K: f64 = 500.0;

/// A plume gathers speed over this height at most, m (assumption, 待核实).
const HIGHEST_RISE: f64 = 10.0;
/// A plume is so fast, part of what its buoyancy would give it without drag (assumption, 待核实).
const PLUME_SPEED: f64 = 0.5;

/// Flames touch what stands no further from what burns, m (assumption, 待核实).
const TOUCHES_M: f64 = 0.15;

/// Outdoor spaces as flames see them.
#[derive(Clone, Debug, Default)]
pub struct Sky {
    /// Outdoor spaces.
    pub open: Vec<usize>,
    /// Bays along façades: the space, and the things whose plumes rise into it.
    pub bays: Vec<(usize, Vec<usize>)>,
}

impl Sky {
    /// From the outdoor spaces of a place.
    pub fn new(place: &Place) -> Self {
        let outdoors = |s: &Space| s.kind == SpaceKind::Outdoors;
        let open: Vec<usize> = (0..place.spaces.len())
            .filter(|&i| outdoors(&place.spaces[i]))
            .collect();
        let mut bays = Vec::new();
        for &i in &open {
            let s = &place.spaces[i];
            let (low, high) = bounds(&s.outline);
            if (high.x - low.x).min(high.y - low.y) > BAY_M {
                continue;
            }
            let over = |p: Point| {
                let near = 0.5;
                p.x > low.x - near && p.x < high.x + near && p.y > low.y - near && p.y < high.y + near
            };
            let below = (0..place.things.len()).filter(|&t| {
                let thing = &place.things[t];
                outdoors(&place.spaces[thing.space.index()]) && over(thing.at) && thing.z < s.z + s.height
            });
            bays.push((i, below.collect()));
        }
        Self { open, bays }
    }
}

/// Distance on plan between two things, m.
fn gap(a: &Thing, b: &Thing) -> f64 {
    let off = b.at - a.at;
    let clear = |far: f64, one: f64, other: f64| (far.abs() - (one + other) / 2.0).max(0.0);
    let (x, y) = (
        clear(off.x, a.extent.x, b.extent.x),
        clear(off.y, a.extent.y, b.extent.y),
    );
    Point::new(x, y).length()
}

fn bounds(outline: &[Point]) -> (Point, Point) {
    let mut low = Point::new(f64::INFINITY, f64::INFINITY);
    let mut high = Point::new(f64::NEG_INFINITY, f64::NEG_INFINITY);
    for p in outline {
        low = Point::new(low.x.min(p.x), low.y.min(p.y));
        high = Point::new(high.x.max(p.x), high.y.max(p.y));
    }
    (low, high)
}

/// The outdoor space that an opening to the open air looks into, if it looks into one.
pub fn looks_into(place: &Place, from: usize, centre: Point, facing: Point, z: f64) -> Option<usize> {
    let ahead = centre + facing.normalised() * 0.3;
    (0..place.spaces.len()).find(|&i| {
        let s = &place.spaces[i];
        let (low, high) = bounds(&s.outline);
        i != from
            && s.kind == SpaceKind::Outdoors
            && (s.z..=s.z + s.height).contains(&z)
            && (low.x..=high.x).contains(&ahead.x)
            && (low.y..=high.y).contains(&ahead.y)
    })
}

impl Fire {
    /// What each opening lets pass of radiation, 0 to 1.
    pub(super) fn look_through(&mut self, place: &Place, states: &[OpeningState]) {
        self.passes.clear();
        self.passes.extend(place.openings.iter().enumerate().map(|(i, o)| {
            let free = states
                .get(i)
                .map_or(o.initial.free(), OpeningState::free)
                .clamp(0.0, 1.0);
            if o.kind == OpeningKind::Window {
                free + (1.0 - free) * GLASS_PASSES
            } else {
                free
            }
        }));
    }

    /// Radiant flux of a thing's flames and jets on a target, W/m²; `passes` cuts off what lies behind walls.
    pub(super) fn flames_at(
        &self,
        place: &Place,
        net: &Network,
        thing: usize,
        (at, z): (Point, f64),
        passes: impl Fn(Point, f64) -> f64,
    ) -> f64 {
        let (item, fuel, t) = (&self.items[thing], &net.fuels[thing], &place.things[thing]);
        let mut sum = 0.0;
        if item.q > item.qc {
            // Inside the flame's own radius a point source has no meaning (assumption, 待核实).
            let nearest = (0.5 * fuel.diameter(item.q)).max(0.3);
            let lean = self.lean(net, thing, t.space.index());
            for part in 0..super::detect::FLAME_POINTS {
                let (p, height) = flame_point(t.at, item.flame, lean, part);
                let seen = passes(p, fuel.z + height);
                if seen > 0.0 {
                    let d = distance(p, fuel.z + height, at, z).max(nearest);
                    sum += seen * (item.q - item.qc)
                        / f64::from(super::detect::FLAME_POINTS)
                        / (4.0 * std::f64::consts::PI * d * d);
                }
            }
        }
        if let Some(b) = fuel.battery.filter(|_| item.fight.jet_s > 0.0) {
            let d = distance(t.at, t.z, at, z);
            let seen = passes(t.at, t.z + 0.3);
            sum += seen * JET_KW_M2 * 1e3 * (1.0 - d / b.jet_m.max(0.1)).max(0.0);
        }
        sum
    }

    /// How far flames lean for each metre of height, and where to (AGA: cos θ = u*^−½; the wind near the ground is
    /// taken as 0.7 of that at the roof, 待核实).
    fn lean(&self, net: &Network, thing: usize, space: usize) -> Point {
        let (item, fuel) = (&self.items[thing], &net.fuels[thing]);
        if net.zones[space].kind != Kind::Fixed || self.outside.wind <= 0.0 || item.rate <= 0.0 {
            return Point::default();
        }
        let d = fuel.diameter(item.q).max(0.05);
        let flux = item.rate / (std::f64::consts::PI * d * d / 4.0);
        let u = 0.7 * self.outside.wind / libm::cbrt(G * flux * d / self.outside.rho);
        if u <= 1.0 {
            return Point::default();
        }
        let cos = 1.0 / libm::sqrt(u);
        let tan = libm::sqrt(1.0 - cos * cos) / cos;
        let from = self.outside.wind_from.to_radians();
        Point::new(-libm::sin(from), -libm::cos(from)) * tan
    }

    /// Radiant flux from flames and hot gas beyond the openings of a space, and across the open air, W/m².
    pub(super) fn flux_from_beyond(
        &self,
        place: &Place,
        net: &Network,
        space: usize,
        (at, z): (Point, f64),
        but: Option<usize>,
    ) -> f64 {
        let mut sum = 0.0;
        for &v in &net.views[space] {
            let vent = &net.vents[v];
            let Some(opening) = vent.opening else { continue };
            let passes = self.passes.get(opening).copied().unwrap_or(0.0);
            if passes <= 0.0 {
                continue;
            }
            let beyond = if net.zones[vent.a].space == space {
                vent.b
            } else {
                vent.a
            };
            let other = net.zones[beyond].space;
            let o = &place.openings[opening];
            let normal = o.along.left();
            let seen = |p: Point, pz: f64| {
                let (way, across) = (p - at, (p - at).dot(normal));
                if across.abs() < 1e-9 {
                    return 0.0;
                }
                let t = (o.centre - at).dot(normal) / across;
                if !(0.0..=1.0).contains(&t) {
                    return 0.0;
                }
                let off = (at + way * t - o.centre).dot(o.along).abs();
                let height = z + (pz - z) * t;
                if off <= o.width / 2.0 && (o.bottom..=o.top).contains(&height) {
                    passes
                } else {
                    0.0
                }
            };
            for &j in &net.things[other] {
                if Some(j) != but && self.items[j].q > 0.0 {
                    sum += self.flames_at(place, net, j, (at, z), seen);
                }
            }
            if net.zones[other].kind == Kind::Two || net.bay[other] {
                sum += passes * self.gas_behind(net, beyond, o.centre, (o.bottom, o.top, o.width), normal, (at, z));
            }
        }
        // Walls between two pieces of open ground are not looked for.
        if net.zones[space].open {
            for &other in &net.sky.open {
                if other == space {
                    continue;
                }
                for &j in &net.things[other] {
                    let near = self.items[j].q > 0.0 && place.things[j].at.distance(at) < FARTHEST;
                    if Some(j) != but && near {
                        sum += self.flames_at(place, net, j, (at, z), |_, _| 1.0);
                    }
                }
            }
        }
        sum
    }

    /// Hot gas behind an opening radiates as its area does.
    fn gas_behind(
        &self,
        net: &Network,
        other: usize,
        centre: Point,
        (bottom, top, width): (f64, f64, f64),
        normal: Point,
        (at, z): (Point, f64),
    ) -> f64 {
        let now = self.now_of(net, other);
        let t0 = self.outside.inside_t;
        let low = bottom.max(if net.zones[other].kind == Kind::Two {
            now.interface
        } else {
            bottom
        });
        if now.t[0] < t0 + HOT_K || low >= top {
            return 0.0;
        }
        let zone = &net.zones[other];
        let depth = (zone.z + zone.height - now.interface).max(top - low).min(zone.height);
        let layer = self.layers[other][0];
        // The gas of a bay is kept by the cubic metre.
        let volume = if zone.kind == Kind::Fixed {
            1.0
        } else {
            zone.area * depth
        };
        let side = if zone.kind == Kind::Fixed {
            6.0
        } else {
            2.0 * zone.area + zone.wall_area * depth / zone.height
        };
        let eps = emissivity(&layer, volume, side, now.t[0]);
        let middle = (low + top) / 2.0;
        let d = distance(centre, middle, at, z).max(0.3);
        let cos = ((at - centre).dot(normal).abs() / d).min(1.0);
        let factor = ((top - low) * width * cos / (std::f64::consts::PI * d * d)).min(0.5);
        let power = |t: f64| t * t * t * t;
        eps * factor * SIGMA * (power(now.t[0]) - power(t0)).max(0.0)
    }

    /// Heat flux from flames that stand against an upright sheet in a space, kW/m²: it reaches from `low` to `high`, m
    /// absolute; `gap`: how far from it a thing stands, m.
    pub(super) fn flames_against(
        &self,
        net: &Network,
        space: usize,
        (low, high): (f64, f64),
        gap: impl Fn(usize) -> f64,
    ) -> f64 {
        let mut most = 0.0f64;
        for &j in &net.things[space] {
            let (item, fuel) = (&self.items[j], &net.fuels[j]);
            if item.q > 0.0 && !fuel.spreads() && fuel.z <= high && gap(j) <= TOUCHES_M {
                most = most.max(against_wall(item.q, item.flame, low - fuel.z));
            }
        }
        most
    }

    /// Things that are not yet alight gather dose above their critical flux; surfaces that burn hurry by the heat that
    /// falls on what is still whole.
    pub(super) fn heat_neighbours(&mut self, place: &Place, net: &Network, dt: f64) {
        if !self.items.iter().any(|i| i.q > 0.0) {
            return;
        }
        for i in 0..self.items.len() {
            let (fuel, item, thing) = (&net.fuels[i], self.items[i], &place.things[i]);
            let waits = !item.lit && !item.out && fuel.critical_flux > 0.0 && fuel.can_burn();
            let runs = item.burning() && fuel.spreads() && fuel.critical_flux > 0.0;
            if !waits && !runs || waits && self.shielded.binary_search(&(i as u32)).is_ok() {
                continue;
            }
            let space = thing.space.index();
            let b = &thing.burns;
            // The near side and half height of what is there to be lit.
            let reach = b.size.0.min(b.size.1).max(0.0) / 2.0;
            let nearest = net.things[space]
                .iter()
                .filter(|&&j| j != i && self.items[j].q > 0.0)
                .min_by(|&&j, &&k| {
                    let d = |x: usize| place.things[x].at.distance(thing.at);
                    d(j).total_cmp(&d(k)).then(j.cmp(&k))
                });
            let at = match nearest {
                Some(&j) => {
                    let way = place.things[j].at - thing.at;
                    thing.at + way.normalised() * reach.min(way.length() / 2.0)
                }
                None => thing.at,
            };
            let z = thing.z + b.size.2.max(0.0) / 2.0;
            let gas = self.now_of(net, net.seat[i]);
            let hot = gas.t[usize::from(net.zones[space].kind == Kind::Two && z < gas.interface)];
            let convective = CONVECTS * (hot - self.outside.inside_t).max(0.0);
            let mut q = self.flux_at(place, net, space, at, z, Some(i)) + convective;
            if fuel.spreads() {
                let reaches = (thing.z, thing.z + b.size.2.max(0.0));
                let licks = |j: usize| {
                    if j == i {
                        f64::INFINITY
                    } else {
                        gap(&place.things[j], thing)
                    }
                };
                q = q.max(self.flames_against(net, space, reaches, licks));
            }
            let item = &mut self.items[i];
            if runs {
                let near = (q / fuel.critical_flux).clamp(0.0, 0.99);
                item.hurry = (1.0 / ((1.0 - near) * (1.0 - near))).min(FASTEST);
                continue;
            }
            if item.fight.wet > 0.0 {
                // Water has to go before what it wets gets hot.
                item.fight.wet = (item.fight.wet - q * 1e3 * dt / EVAPORATES).max(0.0);
                continue;
            }
            if q > fuel.critical_flux {
                item.dose += (q - fuel.critical_flux) * dt;
                item.told |= item.dose >= fuel.ignition_dose;
            }
        }
    }

    /// Vessels of gas that stand in the heat: too long, and they burst. Glass and shut leaves of the room go with it; the
    /// gas burns as a ball of fire of a radius of 2.9 m^1/3 m for 0.45 m^1/3 s (m in kg: Roberts 1981, recalled, 待核实).
    pub(super) fn heat_vessels(
        &mut self,
        place: &Place,
        net: &Network,
        openings: &[OpeningState],
        dt: f64,
        events: &mut Vec<FireEvent>,
    ) {
        for i in 0..self.items.len() {
            let Some(vessel) = net.fuels[i].bursts.filter(|_| !self.items[i].burst) else {
                continue;
            };
            let (thing, space) = (&place.things[i], place.things[i].space.index());
            let z = thing.z + thing.burns.size.2.max(0.0) / 2.0;
            let gas = self.now_of(net, net.seat[i]);
            let hot = gas.t[usize::from(net.zones[space].kind == Kind::Two && z < gas.interface)];
            let convective = CONVECTS * (hot - self.outside.inside_t).max(0.0);
            let q = self.flux_at(place, net, space, thing.at, z, Some(i)) + convective;
            let item = &mut self.items[i];
            if item.fight.wet > 0.0 {
                item.fight.wet = (item.fight.wet - q * 1e3 * dt / EVAPORATES).max(0.0);
                continue;
            }
            item.shell = (item.shell + (q - vessel.bears_kw_m2) * dt).max(0.0);
            if item.shell < vessel.dose {
                continue;
            }
            let size = libm::cbrt(vessel.gas_kg);
            let burns_s = 0.45 * size;
            item.burst = true;
            item.out = false;
            item.fight.begins(&net.fuels[i], true);
            item.lit = true;
            item.fight.flash_s = burns_s;
            item.fight.flash_w = vessel.gas_kg * net.fuels[i].stoichiometry.heat / burns_s;
            events.push(FireEvent::Burst {
                thing: ThingId(i as u32),
                radius_m: 2.9 * size,
            });
            for (o, opening) in place.openings.iter().enumerate() {
                let here =
                    opening.from.index() == space || matches!(opening.to, Beyond::Space(s) if s.index() == space);
                let leaf = opening.kind.is_door() || opening.kind == OpeningKind::Window;
                if here && leaf && openings.get(o).is_none_or(|s| s.free() < 1.0) && !self.failing[o].failed {
                    self.failing[o].failed = true;
                    events.push(FireEvent::OpeningFailed {
                        opening: OpeningId(o as u32),
                        broken: 1.0,
                    });
                }
            }
        }
    }

    /// The air of façade bays: what rises in them mixes over their height, hot and full of smoke.
    pub(super) fn plumes_outdoors(&mut self, net: &Network) {
        let clean = Layer::air(self.outside.rho, self.outside.t, self.outside.vapour);
        let around = Around {
            t: self.outside.t,
            rho: self.outside.rho,
        };
        for (space, things) in &net.sky.bays {
            let zone = &net.zones[*space];
            let middle = zone.z + zone.height / 2.0;
            // Plumes that rise one over the other draw in each other's gas: excess temperatures add as squares, what
            // they carry in the same measure (assumption, 待核实).
            let (mut squares, mut sum, mut carried, mut rises) = (0.0, 0.0, [0.0; CARRIED], 0.0f64);
            for &t in things {
                let (item, fuel) = (&self.items[t], &net.fuels[t]);
                if item.q <= 0.0 {
                    continue;
                }
                let above = (middle - fuel.z).max(0.1);
                let air = if fuel.spreads() && item.flame > 0.0 {
                    // Along a wall the air drawn in grows with the height.
                    item.qc / (CP * TIP_K) * (above / item.flame)
                } else {
                    let source = Source {
                        q: item.q,
                        qc: item.qc,
                        d: fuel.diameter(item.q),
                        images: fuel.images,
                    };
                    entrained(&source, around, above)
                };
                let drawn = air.max(item.qc / (CP * FLAME_K)).max(1e-9);
                let excess = item.qc / (CP * drawn);
                let burnt = item.q / fuel.stoichiometry.heat / drawn;
                for (sum, g) in carried.iter_mut().zip(&fuel.stoichiometry.gives) {
                    *sum += burnt * g;
                }
                carried[O2] -= burnt * fuel.stoichiometry.oxygen;
                squares += excess * excess;
                sum += excess;
                rises = rises.max(above.min(HIGHEST_RISE));
            }
            let (mut layer, mut speed) = (clean, 0.0);
            if sum > 0.0 {
                let excess = libm::sqrt(squares).min(FLAME_K);
                let t = self.outside.t + excess;
                let thin = self.outside.rho * self.outside.t / t;
                layer = Layer::air(thin, t, self.outside.vapour);
                for (s, c) in layer.s.iter_mut().zip(carried) {
                    *s = (*s + thin * c * excess / sum).max(0.0);
                }
                speed = PLUME_SPEED * libm::sqrt(2.0 * G * (excess / self.outside.t) * rises);
            }
            self.layers[*space] = [layer, Layer::default()];
            self.gusts[*space] = speed;
        }
    }
}

#[cfg(test)]
mod tests;
