//! What reacts to the fire: detectors, links, sprinkler bulbs, glass and leaves that fail.

use super::flows::extinction;
use super::glass;
use super::ignite::{CONVECTS, HOT_K};
use super::plume::{
    Around, Source, TURNS, ceiling_jet, centre_line, corridor_jet, in_layer, jet_depth, kelvin, under_ceiling,
};
use super::species::{SIGMA, ZERO_C};
use super::walls::{adiabatic_face, emissivity};
use super::zones::{Kind, Network};
use super::{Fire, FireEvent, distance};
use crate::place::{OpeningId, OpeningKind, OpeningState, Place};
use crate::scenario::{self, EquipmentKind, Point};
use serde::{Deserialize, Serialize};

/// Way of smoke into a detector's chamber, m (Heskestad; 1.8 for a spot detector).
const CHAMBER_M: f64 = 1.8;
/// Air moves at least so fast past a detector, m/s (assumption, 待核实).
const SLOWEST_AT_DETECTOR: f64 = 0.15;
/// Air speed at a link in a room without fire, m/s (as CFAST).
const SPEED_WITHOUT_FIRE: f64 = 0.1;
/// Gas and glass so near to rest leave a pane alone, K.
const STILL_K: f64 = 1.0;
/// A leaf suffers above this, °C.
const LEAF_SUFFERS_C: f64 = 300.0;
/// A flame radiates from so many points along its axis (multi-point source: Hankinson and Lowesmith 2012; one point
/// halfway up falls short beside a tall flame).
pub(super) const FLAME_POINTS: u32 = 5;
/// No flux is larger, kW/m²: inside flames the point source has no meaning (assumption, 待核实).
const LARGEST_FLUX: f64 = 150.0;

/// A smoke or heat detector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Detector {
    /// Optical density in the chamber (1/m) or temperature of the element (K).
    pub value: f64,
    pub element: f64,
    pub on: bool,
}
impl Detector {
    pub fn new(t: f64) -> Self {
        Self {
            value: 0.0,
            element: t,
            on: false,
        }
    }
}

/// A link of a probe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Link {
    probe: usize,
    space: usize,
    at: Point,
    /// m absolute.
    z: f64,
    activates: f64,
    rti: f64,
    /// K.
    pub t: f64,
    pub on: bool,
}
impl Link {
    /// From a scenario's probe; `None` where its space is unknown.
    pub fn new(place: &Place, probe: usize, link: &scenario::Link, t: f64) -> Option<Self> {
        let space = place.space_by_path.get(&link.r#in)?.index();
        let s = place.spaces.get(space)?;
        let middle = s.outline.iter().fold(Point::default(), |a, &b| a + b) * (1.0 / s.outline.len().max(1) as f64);
        Some(Self {
            probe,
            space,
            at: link.at.map_or(middle, |p| s.frame.apply(p)),
            z: s.z + s.height - link.below_ceiling,
            activates: kelvin(link.activates_c),
            rti: link.rti.max(1e-3),
            t,
            on: false,
        })
    }
}

/// Glass or leaf on its way to failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Failing {
    /// s above 300 °C.
    pub hot_s: f64,
    /// Of the glass, K.
    pub pane: f64,
    pub failed: bool,
}
impl Failing {
    pub const fn new(t: f64) -> Self {
        Self {
            hot_s: 0.0,
            pane: t,
            failed: false,
        }
    }
}

impl Fire {
    /// Gas at a point under the ceiling: temperature (K) and speed (m/s); the ceiling jet where a fire makes one.
    pub(super) fn under_ceiling(
        &self,
        place: &Place,
        net: &Network,
        space: usize,
        at: Point,
        z: f64,
    ) -> (f64, f64, bool) {
        let i = net.at(space, at);
        let now = self.now_of(net, i);
        let zone = &net.zones[i];
        let k = usize::from(zone.kind == Kind::Two && z < now.interface);
        let (mut t, mut v, mut jet) = (now.t[k], SPEED_WITHOUT_FIRE, false);
        if zone.kind != Kind::Two {
            return (t, v, jet);
        }
        for &i in &net.things[space] {
            let (item, fuel) = (&self.items[i], &net.fuels[i]);
            let h = zone.z + zone.height - fuel.z;
            if item.q <= 0.0 || h <= 0.1 {
                continue;
            }
            let r = distance(place.things[i].at, 0.0, at, 0.0);
            let z1 = (now.interface - fuel.z).min(h);
            let k = usize::from(now.upper <= 0.0);
            let base = Around {
                t: now.t[k],
                rho: now.rho[k],
            };
            let source = self.source_of(net, i);
            let in_corridor = |q: f64, rise: f64, (dt, u): (f64, f64)| {
                let Some(c) = &zone.corridor else { return (dt, u) };
                let x = (place.things[i].at - at).dot(c.along).abs();
                if x <= c.width / 2.0 {
                    return (dt, u);
                }
                let (hot, _) = ceiling_jet(q * fuel.images, rise, 0.0);
                let (along, speed) = corridor_jet(hot, rise, c.width, x);
                (dt.max(along), u.max(speed))
            };
            let clear = in_corridor(item.q, h, under_ceiling(&source, base, h, r));
            // In the smoke, a source that stands for the plume from below; the jet's law counts the whole fire.
            let (gas, speed) = match in_layer(item.qc, z1, h, now.t[0], now.t[1], now.rho[1]) {
                Some((convective, rise)) if now.upper > 0.0 && z1 < h => {
                    let (q, qc) = (item.q * convective / item.qc.max(1e-9), convective * fuel.images);
                    let jet = if r <= TURNS * rise {
                        centre_line(qc, base, rise)
                    } else {
                        ceiling_jet(q * fuel.images, rise, r)
                    };
                    let (dt, u) = in_corridor(q, rise, jet);
                    // Smoke thinner than the jet is the jet: what it draws in is clear air from below.
                    let part = ((h - z1) / jet_depth(h, r)).min(1.0);
                    let mix = |clear: f64, smoke: f64| clear + part * (smoke - clear);
                    (mix(now.t[1] + clear.0, base.t + dt), mix(clear.1, u))
                }
                _ => (base.t + clear.0, clear.1),
            };
            t = if jet { t.max(gas) } else { gas };
            v = v.max(speed);
            jet = true;
        }
        (t, v, jet)
    }

    /// Radiant flux on a target at a point, from flames (leaving one thing out) and hot gas here and beyond the
    /// openings, kW/m².
    pub(super) fn flux_at(
        &self,
        place: &Place,
        net: &Network,
        space: usize,
        at: Point,
        z: f64,
        but: Option<usize>,
    ) -> f64 {
        let i = net.at(space, at);
        let zone = &net.zones[i];
        let mut sum = self.held_flux.get(space).copied().unwrap_or(0.0) * 1e3;
        for &i in &net.things[space] {
            if Some(i) != but && self.items[i].q > 0.0 {
                sum += self.flames_at(place, net, i, (at, z), |_, _| 1.0);
            }
        }
        sum += self.flux_from_beyond(place, net, space, (at, z), but);
        if zone.kind != Kind::Fixed {
            let now = self.now_of(net, i);
            let depth = zone.z + zone.height - now.interface;
            let layer = &self.layers[i][0];
            let side = 2.0 * zone.area + zone.wall_area * depth / zone.height;
            let eps = emissivity(layer, zone.area * depth, side, now.t[0]);
            let below = (now.interface - z).max(0.0);
            let sees = zone.radius * zone.radius / (zone.radius * zone.radius + below * below);
            let t0 = self.outside.inside_t;
            let power = |t: f64| t * t * t * t;
            sum += (eps * sees * SIGMA * (power(now.t[0]) - power(t0))).max(0.0);
        }
        (sum / 1e3).min(LARGEST_FLUX)
    }

    /// A detector, by its index into the place's equipment, forgets that it answered.
    pub fn reset(&mut self, equipment: usize) {
        if let Some(d) = self.detectors.get_mut(equipment) {
            d.on = false;
        }
    }

    /// Detectors and links.
    pub(super) fn detect(&mut self, place: &Place, net: &Network, dt: f64, events: &mut Vec<FireEvent>) {
        for (i, e) in place.equipment.iter().enumerate() {
            let Some(d) = self.detectors.get(i).copied() else {
                continue;
            };
            let space = e.space.index();
            let mut d = d;
            match e.kind {
                EquipmentKind::SmokeDetector(od, _) => {
                    let (_, v, jet) = self.under_ceiling(place, net, space, e.at, e.z);
                    let k = self.extinction_at(net, net.at(space, e.at), e.z) / std::f64::consts::LN_10;
                    let lag = CHAMBER_M
                        / if jet {
                            v.max(SLOWEST_AT_DETECTOR)
                        } else {
                            SLOWEST_AT_DETECTOR
                        };
                    d.value += (k - d.value) * (1.0 - libm::exp(-dt / lag));
                    if e.works && !d.on && od > 0.0 && d.value >= od {
                        d.on = true;
                        events.push(FireEvent::DetectorActivated {
                            equipment: i,
                            value: d.value,
                        });
                    }
                }
                EquipmentKind::HeatDetector(activates_c, rti, _) => {
                    let (t, v, _) = self.under_ceiling(place, net, space, e.at, e.z);
                    d.element = link_step(d.element, t, v, rti.max(1e-3), dt);
                    d.value = d.element - ZERO_C;
                    if e.works && !d.on && d.value >= activates_c {
                        d.on = true;
                        events.push(FireEvent::DetectorActivated {
                            equipment: i,
                            value: d.value,
                        });
                    }
                }
                EquipmentKind::Sprinkler(s) => {
                    let (t, v, _) = self.under_ceiling(place, net, space, e.at, e.z);
                    d.element = link_step(d.element, t, v, s.rti.max(1e-3), dt);
                    d.value = d.element - ZERO_C;
                    if e.works && !d.on && d.value >= s.activates_c {
                        d.on = true;
                        events.push(FireEvent::DetectorActivated {
                            equipment: i,
                            value: d.value,
                        });
                    }
                }
                _ => continue,
            }
            self.detectors[i] = d;
        }
        for i in 0..self.links.len() {
            let mut l = self.links[i];
            let (t, v, _) = self.under_ceiling(place, net, l.space, l.at, l.z);
            l.t = link_step(l.t, t, v, l.rti, dt);
            if !l.on && l.t >= l.activates {
                l.on = true;
                events.push(FireEvent::LinkActivated {
                    probe: l.probe,
                    temperature_c: l.t - ZERO_C,
                });
            }
            self.links[i] = l;
        }
    }

    /// Extinction coefficient at a height, 1/m.
    pub(super) fn extinction_at(&self, net: &Network, i: usize, z: f64) -> f64 {
        let now = self.now_of(net, i);
        let zone = &net.zones[i];
        match zone.kind {
            Kind::Fixed => extinction(&self.layers[i][0], 1.0),
            Kind::One => extinction(&self.layers[i][0], zone.volume),
            Kind::Two => {
                let clear = now.interface - zone.z;
                if z >= now.interface && now.upper > 0.0 {
                    extinction(&self.layers[i][0], zone.area * (zone.height - clear))
                } else {
                    extinction(&self.layers[i][1], zone.area * clear)
                }
            }
        }
    }

    /// Glass that is too hot and leaves that were hot too long.
    pub(super) fn fail_openings(
        &mut self,
        place: &Place,
        net: &Network,
        states: &[OpeningState],
        dt: f64,
        events: &mut Vec<FireEvent>,
    ) {
        for (i, o) in place.openings.iter().enumerate() {
            if self.failing[i].failed || states.get(i).is_some_and(|s| s.broken >= 1.0) {
                continue;
            }
            let leaf = (o.kind.is_door() || o.kind == OpeningKind::Window) && o.fails_min > 0.0;
            if o.breaks_c.is_none() && !leaf {
                continue;
            }
            let v = &net.vents[i];
            let z = o.bottom + 0.75 * (o.top - o.bottom);
            let gas = [v.a, v.b].map(|s| {
                let now = self.now_of(net, s);
                now.t[usize::from(net.zones[s].kind == Kind::Two && z < now.interface)]
            });
            let mut fails = false;
            if leaf {
                let hottest = gas[0].max(gas[1]);
                let suffers = hottest.max(self.leaf_k(place, net, i, hottest));
                let f = &mut self.failing[i];
                if suffers - ZERO_C > LEAF_SUFFERS_C {
                    f.hot_s += dt;
                }
                fails = f.hot_s >= o.fails_min * 60.0;
            }
            if let Some(breaks_c) = o.breaks_c {
                let (rest, pane) = (self.outside.inside_t, self.failing[i].pane);
                let flux = [v.a, v.b].map(|s| 1e3 * self.flux_upon(place, net, i, s));
                let still = |k: usize| flux[k] <= 0.0 && (gas[k] - rest).abs() < STILL_K;
                if !(still(0) && still(1) && (pane - rest).abs() < STILL_K) {
                    let side = |k: usize| glass::Side {
                        gas: gas[k],
                        flux: flux[k],
                    };
                    let pane = glass::warmed(pane, [side(0), side(1)], rest, dt);
                    self.failing[i].pane = pane;
                    fails |= pane >= glass::in_the_long_run(kelvin(breaks_c), rest);
                }
            }
            if fails {
                self.failing[i].failed = true;
                events.push(FireEvent::OpeningFailed {
                    opening: OpeningId(i as u32),
                    broken: 1.0,
                });
            }
        }
    }

    /// Heat flux from flames and hot gas in a zone upon the leaf or pane of an opening in its wall, kW/m²; 0 where nothing
    /// burns and the gas is not hot.
    fn flux_upon(&self, place: &Place, net: &Network, opening: usize, zone: usize) -> f64 {
        let o = &place.openings[opening];
        let (space, middle) = (net.zones[zone].space, (o.bottom + o.top) / 2.0);
        let burns = net.things[space].iter().any(|&j| self.items[j].q > 0.0);
        let held = self.held_flux.get(space).is_some_and(|&q| q > 0.0);
        let hot = net.zones[zone].kind == Kind::Two && self.now_of(net, zone).t[0] > self.outside.inside_t + HOT_K;
        if !(burns || held || hot) {
            return 0.0;
        }
        let normal = o.along.left();
        let stands = |j: usize| {
            let (t, off) = (&place.things[j], place.things[j].at - o.centre);
            let half = |n: Point| (t.extent.x * n.x.abs() + t.extent.y * n.y.abs()) / 2.0;
            let aside = (off.dot(o.along).abs() - half(o.along) - o.width / 2.0).max(0.0);
            let ahead = (off.dot(normal).abs() - half(normal)).max(0.0);
            ahead.max(aside)
        };
        self.flux_at(place, net, space, o.centre, middle, None)
            .max(self.flames_against(net, space, (o.bottom, o.top), stands))
    }

    /// Temperature that the face of a leaf takes in the radiation of a fire beside it, K (adiabatic surface temperature:
    /// Wickström 2007; emissivity 0.9), where the gas is of a temperature.
    fn leaf_k(&self, place: &Place, net: &Network, opening: usize, gas: f64) -> f64 {
        let v = &net.vents[opening];
        let flux = [v.a, v.b].into_iter().map(|s| self.flux_upon(place, net, opening, s));
        let flux = flux.fold(0.0, f64::max);
        let emissivity = 0.9;
        let t0 = self.outside.inside_t;
        adiabatic_face(emissivity, emissivity * flux * 1e3, t0, 1e3 * CONVECTS, gas)
    }

    /// A burning thing as the source of a plume.
    fn source_of(&self, net: &Network, i: usize) -> Source {
        let (item, fuel) = (&self.items[i], &net.fuels[i]);
        Source {
            q: item.q,
            qc: item.qc,
            d: fuel.diameter(item.q),
            images: fuel.images,
        }
    }

    /// Source and surroundings of a burning thing's plume.
    pub(super) fn plume_of(&self, net: &Network, i: usize) -> (Source, Around) {
        let seat = net.seat[i];
        let now = self.now_of(net, seat);
        let k = usize::from(self.layers[seat][1].m > 0.0);
        let around = Around {
            t: now.t[k],
            rho: now.rho[k],
        };
        (self.source_of(net, i), around)
    }
}

/// A point on the axis of a flame whose base is at `at`: on plan, and its height above the fuel, m. `lean`: m on plan
/// for each metre of height.
pub(super) fn flame_point(at: Point, flame: f64, lean: Point, part: u32) -> (Point, f64) {
    let height = flame * (f64::from(part) + 0.5) / f64::from(FLAME_POINTS);
    (at + lean * height, height)
}

/// A link's temperature after `dt` in gas of a steady temperature and speed (exact).
fn link_step(t: f64, gas: f64, v: f64, rti: f64, dt: f64) -> f64 {
    gas + (t - gas) * libm::exp(-v.max(0.0).sqrt() / rti * dt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_follows_its_closed_form_whatever_the_step() {
        let (rti, v, gas, t0) = (100.0, 1.5f64, 400.0, 293.15);
        let mut t = t0;
        for _ in 0..300 {
            t = link_step(t, gas, v, rti, 0.2);
        }
        let exact = gas + (t0 - gas) * libm::exp(-60.0 * v.sqrt() / rti);
        assert!((t - exact).abs() < 1e-9);
    }
}
