//! Burning items, two-layer zones, species, walls, detectors. Knows `scenario`, `place` and `harm`.
//!
//! A room has two layers, a storey of a stair, lift well or shaft one, the open air is given. A step: what burns
//! ([`items`], [`plume`]), what walls and radiation take ([`walls`]), then the pressures of all zones at once by
//! backward Euler ([`solver`], [`pressure`]), and from those the flows ([`flows`]) that move mass, energy and
//! species. The layers change by the very flows that were found, so nothing is lost whatever the pressures' error;
//! that error has a measure of its own ([`Fire::convergence`]).

pub mod agents;
mod balance;
mod brands;
mod detect;
mod flows;
mod glass;
pub mod handbook;
mod ignite;
mod items;
mod measure;
mod parts;
mod plume;
mod pressure;
mod solver;
mod species;
mod step;
pub mod suppress;
#[cfg(test)]
mod tests;
mod walls;
mod zones;

pub use balance::Balance;
pub use measure::FireAir;

use crate::place::{OpeningId, OpeningState, Place, ThingId};
use crate::scenario::{Loaded, Point, Probe, SpaceAir};
use detect::{Detector, Failing, Link};
use items::Item;
use plume::kelvin;
use serde::{Deserialize, Serialize};
use species::{GAMMA, Layer, R_AIR};
use std::sync::Arc;
use zones::{Kind, Network, Now, Wind};

/// A zone as everyone may read it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ZoneState {
    /// Above the floor, m.
    pub layer_height_m: f64,
    /// Gauge pressure at the floor, Pa.
    pub pressure_pa: f64,
    /// Face of the walls, °C.
    pub wall_c: f64,
    /// Face of the ceiling, °C.
    pub ceiling_c: f64,
    /// Face of the floor, °C.
    pub floor_c: f64,
    /// The smoke layer.
    pub upper: LayerState,
    /// The air below it.
    pub lower: LayerState,
}

/// A layer of a zone.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayerState {
    /// Gas temperature, °C.
    pub temperature_c: f64,
    /// Mass of the gas, kg.
    pub mass_kg: f64,
    /// Extinction coefficient, 1/m.
    pub extinction_per_m: f64,
    /// Oxygen, volume percent.
    pub o2_percent: f64,
    /// Carbon dioxide, volume percent.
    pub co2_percent: f64,
    /// Carbon monoxide, volume parts per million.
    pub co_ppm: f64,
    /// Hydrogen cyanide, volume parts per million.
    pub hcn_ppm: f64,
    /// Soot, g/m³.
    pub soot_g_m3: f64,
    /// Unburnt fuel gas, g/m³.
    pub unburnt_g_m3: f64,
}

/// Flow through an opening; out is from its first side to its second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FlowState {
    /// From the first side to the second, kg/s.
    pub mass_out_kg_s: f64,
    /// From the second side to the first, kg/s.
    pub mass_in_kg_s: f64,
    /// Above the floor of the first space, m; `None` where the flow goes one way.
    pub neutral_plane_m: Option<f64>,
}

/// A thing that may burn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ThingState {
    /// Burns now.
    pub burning: bool,
    /// Heat release rate, kW.
    pub hrr_kw: f64,
    /// Part of it that the plume carries, kW.
    pub convective_kw: f64,
    /// Fuel that leaves the thing, kg/s.
    pub burning_kg_s: f64,
    /// 0 where neither the fuel nor its curve has an end.
    pub mass_left_kg: f64,
    /// Height of the flame, m.
    pub flame_m: f64,
    /// Flames as a part of those that nobody fights, 0 to 1.
    pub flames: f64,
    /// Heat kept in embers, 0 to 1.
    pub embers: f64,
    /// Part covered by a lid or blanket, 0 to 1.
    pub covered: f64,
    /// It was put out.
    pub put_out: bool,
    /// Hydrogen fluoride that its cells gave off, g; not counted in doses.
    pub hf_g: f64,
}

/// What happened in a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FireEvent {
    /// A thing caught fire.
    Ignited {
        /// Which thing.
        thing: ThingId,
        /// Heat release rate at that moment, kW.
        kw: f64,
    },
    /// A thing burnt out.
    BurntOut {
        /// Which thing.
        thing: ThingId,
        /// Fuel left, kg.
        mass_left_kg: f64,
    },
    /// A thing was put out: no embers bring flames back.
    PutOut {
        /// Which thing.
        thing: ThingId,
        /// Fuel left, kg.
        mass_left_kg: f64,
    },
    /// A thing's flames are gone for now.
    KnockedDown {
        /// Which thing.
        thing: ThingId,
    },
    /// Flames came back from embers, hot fat, an arc or a cell.
    Relit {
        /// Which thing.
        thing: ThingId,
        /// Heat release rate at that moment, kW.
        kw: f64,
    },
    /// Water flashed in burning fat.
    Flashed {
        /// Which thing.
        thing: ThingId,
        /// Of the ball of fire, m.
        radius_m: f64,
        /// Heat release rate, kW.
        kw: f64,
    },
    /// A cell of a pack burst into a jet of flame.
    Jet {
        /// Which thing.
        thing: ThingId,
        /// How far it reaches, m.
        reach_m: f64,
    },
    /// Burning liquid was driven out of its vessel.
    Splashed {
        /// Which thing.
        thing: ThingId,
    },
    /// Whoever fights it stood in a current.
    Shocked {
        /// Which thing.
        thing: ThingId,
        /// Through the body, mA.
        ma: f64,
    },
    /// A vessel of gas burst.
    Burst {
        /// Which thing.
        thing: ThingId,
        /// Of the ball of fire in the open, m.
        radius_m: f64,
    },
    /// Index into the place's equipment.
    DetectorActivated {
        /// Index into the place's equipment.
        equipment: usize,
        /// Optical density, 1/m, or link temperature, °C.
        value: f64,
    },
    /// Index into the scenario's probes.
    LinkActivated {
        /// Index into the scenario's probes.
        probe: usize,
        /// Of the link, °C.
        temperature_c: f64,
    },
    /// Glass fell or a leaf failed; new free part of the opening's area.
    OpeningFailed {
        /// Which opening.
        opening: OpeningId,
        /// Free part of its area, 0 to 1.
        broken: f64,
    },
    /// The pressures of a step did not converge.
    NotConverged {
        /// Largest residual of a zone relative to its flows.
        residual: f64,
    },
}

/// The open air, and the air inside at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Outside {
    /// K.
    t: f64,
    /// Pa.
    p: f64,
    /// kg/m³.
    rho: f64,
    /// Water in the air, inside too at the start, kg/kg.
    vapour: f64,
    inside_t: f64,
    wind: f64,
    wind_from: f64,
}

/// How well the pressures were found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Quality {
    /// Solves by their number of iterations (the last: as many or more).
    solves: Vec<u32>,
    largest: u32,
    residual: f64,
    substeps: u64,
}

/// The fire and the air of the whole place. Cheap to clone; serialised whole.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Fire {
    #[serde(skip)]
    net: Option<Arc<Network>>,
    outside: Outside,
    /// Seed of all chance that has not been used yet.
    seed: u64,
    /// Upper and lower layer of each zone.
    layers: Vec<[Layer; 2]>,
    /// Gauge pressure at each floor, Pa.
    p: Vec<f64>,
    /// Nodes of the four surfaces of each zone, K.
    walls: Vec<f64>,
    /// Part of each zone's walls in its upper layer, 0 to 1.
    reach: Vec<f64>,
    /// Quiet rooms that sleep: their walls are ahead of them.
    naps: Vec<walls::Nap>,
    /// Quiet rooms never sleep.
    wakeful: bool,
    /// Hot unburnt gas that met air on its way in, kg/s.
    jets: Vec<f64>,
    /// Heat that gas brought in under each ceiling, W.
    streams: Vec<f64>,
    /// Radiant flux held by a table, kW/m².
    held_flux: Vec<f64>,
    /// Speed of the plume along a façade in each bay, m/s.
    gusts: Vec<f64>,
    items: Vec<Item>,
    detectors: Vec<Detector>,
    links: Vec<Link>,
    failing: Vec<Failing>,
    /// The mains are on.
    mains: bool,
    /// The alarm has sounded.
    alarmed: bool,
    /// Pressure of the fire water at the heads, MPa.
    water_mpa: f64,
    /// Fans that stand still although they would run, by number, in order.
    stopped: Vec<u32>,
    /// Things that no flame reaches: behind the filter of a hood that does not draw. By number, in order.
    shielded: Vec<u32>,
    /// What each opening lets pass of radiation, 0 to 1.
    passes: Vec<f64>,
    flows: Vec<FlowState>,
    quality: Quality,
    /// What was there at the start, gas and heat of the walls (J), and what came since.
    start: (Layer, f64),
    came: balance::Came,
    /// Correlations used outside their range; see [`Fire::warnings`].
    warned: [bool; measure::WARNINGS.len()],
}

impl Fire {
    /// Air at rest (stack pressures solved), nothing burning.
    pub fn new(place: &Place, loaded: &Loaded) -> Self {
        let weather = &loaded.scenario.weather;
        let good = |x: f64, or: f64| if x.is_finite() { x } else { or };
        let t = kelvin(good(weather.outside_c, 20.0).clamp(-100.0, 200.0));
        let p = good(weather.pressure_pa, 101_325.0).clamp(1e4, 2e5);
        let outside = Outside {
            t,
            p,
            rho: p / (R_AIR * t),
            vapour: species::vapour(t, p, good(weather.humidity_percent, 0.0)),
            inside_t: kelvin(good(loaded.scenario.inside.temperature_c, 20.0).clamp(-100.0, 500.0)),
            wind: good(weather.wind_m_s, 0.0).clamp(0.0, 100.0),
            wind_from: good(weather.wind_from, 0.0),
        };
        let mut fire = Self {
            outside,
            mains: true,
            water_mpa: good(loaded.scenario.place.fire_water_mpa, 0.1).clamp(0.0, 2.0),
            ..Self::default()
        };
        fire.attach(place);
        let Some(net) = fire.net.clone() else { return fire };
        let n = net.zones.len();
        fire.p = vec![0.0; n];
        fire.jets = vec![0.0; n];
        fire.streams = vec![0.0; n];
        fire.held_flux = vec![0.0; n];
        fire.reach = vec![0.0; n];
        fire.naps = vec![walls::Nap::default(); n];
        fire.gusts = vec![0.0; n];
        fire.walls = vec![outside.inside_t; n * walls::SURFACES * walls::NODES];
        fire.items = net.fuels.iter().map(Item::new).collect();
        fire.failing = vec![Failing::new(outside.inside_t); place.openings.len()];
        fire.flows = vec![FlowState::default(); place.openings.len()];
        fire.detectors = place
            .equipment
            .iter()
            .map(|_| Detector::new(outside.inside_t))
            .collect();
        fire.links = loaded
            .scenario
            .probes
            .iter()
            .enumerate()
            .filter_map(|(i, p)| match p {
                Probe::Link(l) => Link::new(place, i, l, outside.inside_t),
                _ => None,
            })
            .collect();
        fire.layers = vec![[Layer::air(outside.rho, t, outside.vapour), Layer::default()]; n];
        fire.hold(place, 0.0);
        for i in 0..n {
            fire.fill(place, &net, i, 0.0);
        }
        let states: Vec<OpeningState> = place.openings.iter().map(|o| o.initial).collect();
        fire.settle(&net, &states);
        for i in 0..n {
            if net.zones[i].kind != Kind::Fixed {
                fire.fill(place, &net, i, fire.p[i]);
            }
        }
        fire.start = fire.holds();
        fire
    }

    /// Fills a space with its air at the start, at a gauge pressure.
    fn fill(&mut self, place: &Place, net: &Network, i: usize, gauge: f64) {
        let zone = &net.zones[i];
        if zone.kind == Kind::Fixed {
            return;
        }
        let p = self.outside.p + gauge;
        let vapour = self.outside.vapour;
        let air = |t: f64, volume: f64, soot_m3: f64| {
            let m = p * volume / (R_AIR * t);
            let mut layer = Layer::air(m, t, vapour);
            layer.s[species::SOOT] = soot_m3 * volume;
            layer
        };
        let [upper, lower] = &mut self.layers[i];
        *upper = Layer::default();
        *lower = Layer::default();
        match &place.spaces[zone.space].air {
            SpaceAir::Layers(l) => {
                let clear = if l.interface.is_finite() {
                    l.interface.clamp(0.0, zone.height)
                } else {
                    zone.height
                };
                let soot = l.upper_extinction.max(0.0) / species::EXTINCTION_M2_PER_KG;
                let temperature = |c: f64| kelvin(if c.is_finite() { c.clamp(-100.0, 2000.0) } else { 20.0 });
                let (above, below) = (zone.area * (zone.height - clear), zone.area * clear);
                let (top, bottom) = (
                    air(temperature(l.upper_c), above, soot),
                    air(temperature(l.lower_c), below, 0.0),
                );
                if zone.kind == Kind::One {
                    *upper = top;
                    upper.add(&bottom);
                } else {
                    (*upper, *lower) = (top, bottom);
                }
            }
            _ if zone.kind == Kind::One => *upper = air(self.outside.inside_t, zone.volume, 0.0),
            _ => *lower = air(self.outside.inside_t, zone.volume, 0.0),
        }
    }

    /// Rebuilds what was left out of a recording: call it after deserialising, with the same place.
    pub fn attach(&mut self, place: &Place) {
        let o = self.outside;
        self.net = Some(Arc::new(Network::new(
            place,
            Wind {
                speed: o.wind,
                from: o.wind_from,
                rho: o.rho,
            },
        )));
    }

    /// One step from `time_s` to `time_s + dt`, both s.
    pub fn step(&mut self, place: &Place, openings: &[OpeningState], time_s: f64, dt: f64) -> Vec<FireEvent> {
        let mut events = Vec::new();
        if self.net.is_none() {
            self.attach(place);
        }
        let Some(net) = self.net.clone() else { return events };
        if !(dt > 0.0 && dt.is_finite()) || self.layers.len() != net.zones.len() {
            return events;
        }
        self.hold(place, time_s + dt);
        self.plumes_outdoors(&net);
        self.look_through(place, openings);
        self.light(place, &net, time_s + dt, &mut events);
        self.advance(&net, openings, time_s, dt, &mut events);
        self.fight_on(place, dt, &mut events);
        self.burn_out(&net, &mut events);
        self.heat_neighbours(place, &net, dt);
        self.brands_fly(place, &net, dt);
        self.heat_vessels(place, &net, openings, dt, &mut events);
        self.detect(place, &net, dt, &mut events);
        self.sprinkle(place, &net, dt, &mut events);
        self.fail_openings(place, &net, openings, dt, &mut events);
        self.warn(&net);
        events
    }

    /// The alarm sounds: fans that wait for it start.
    pub const fn alarm(&mut self) {
        self.alarmed = true;
    }

    /// Keys all chance that has not been used yet.
    pub fn rekey(&mut self, seed: u64) {
        self.seed = seed;
        for item in &mut self.items {
            // What has not happened leaves no trace in what is to come (exponential waiting).
            item.brands = 0.0;
        }
    }

    /// Sets a thing alight.
    pub fn ignite(&mut self, thing: ThingId) {
        if let Some(item) = self.items.get_mut(thing.index()) {
            item.told = true;
        }
    }

    /// Air of the spaces whose air a table holds.
    fn hold(&mut self, place: &Place, time: f64) {
        for (i, space) in place.spaces.iter().enumerate() {
            let SpaceAir::Forced(rows) = &space.air else { continue };
            let next = rows.partition_point(|r| r.at_s <= time);
            let (a, b) = match (next.checked_sub(1).and_then(|k| rows.get(k)), rows.get(next)) {
                (Some(a), Some(b)) => (a, b),
                (Some(a), None) | (None, Some(a)) => (a, a),
                (None, None) => continue,
            };
            let part = if b.at_s > a.at_s {
                (time - a.at_s) / (b.at_s - a.at_s)
            } else {
                0.0
            };
            let mix = |f: fn(&crate::scenario::ForcedAir) -> f64| {
                let x = f(a) + (f(b) - f(a)) * part;
                if x.is_finite() { x } else { 0.0 }
            };
            let t = kelvin(mix(|r| r.temperature_c).clamp(-100.0, 2000.0));
            let rho = self.outside.p / (R_AIR * t);
            let mut air = Layer::mixture(
                rho,
                t,
                mix(|r| r.o2_percent).clamp(0.0, 100.0),
                mix(|r| r.co2_percent).clamp(0.0, 100.0),
                mix(|r| r.co_ppm).clamp(0.0, 1e6),
                mix(|r| r.hcn_ppm).clamp(0.0, 1e6),
                0.0,
            );
            air.s[species::SOOT] = mix(|r| r.extinction).max(0.0) / species::EXTINCTION_M2_PER_KG;
            self.layers[i] = [air, Layer::default()];
            self.held_flux[i] = mix(|r| r.radiant_kw_m2).max(0.0);
        }
    }

    /// The zones as the correlations see them.
    fn now(&self, net: &Network) -> Vec<Now> {
        (0..net.zones.len()).map(|i| self.now_of(net, i)).collect()
    }

    fn now_of(&self, net: &Network, i: usize) -> Now {
        let zone = &net.zones[i];
        let [upper, lower] = &self.layers[i];
        let top = zone.z + zone.height;
        match zone.kind {
            Kind::Fixed => {
                let (t, rho) = (upper.t(), upper.m);
                Now {
                    t: [t; 2],
                    rho: [rho; 2],
                    interface: top,
                    upper: 1.0,
                }
            }
            Kind::One => {
                let (t, rho) = (upper.t(), upper.m / zone.volume);
                Now {
                    t: [t; 2],
                    rho: [rho; 2],
                    interface: zone.z,
                    upper: 1.0,
                }
            }
            Kind::Two => {
                let u = upper.u + lower.u;
                let (mut t, mut rho) = ([0.0; 2], [0.0; 2]);
                for (k, layer) in [upper, lower].into_iter().enumerate() {
                    let solid = if layer.m > 0.0 { layer } else { [lower, upper][k] };
                    t[k] = solid.t();
                    rho[k] = solid.m * u / (zone.volume * solid.u);
                }
                let clear = if upper.m > 0.0 {
                    zone.height * lower.u / u
                } else {
                    zone.height
                };
                Now {
                    t,
                    rho,
                    interface: zone.z + clear,
                    upper: upper.m / (upper.m + lower.m),
                }
            }
        }
    }

    /// Absolute pressure of a zone from its energy, Pa.
    fn pressure(&self, net: &Network, i: usize) -> f64 {
        let [a, b] = &self.layers[i];
        (GAMMA - 1.0) * (a.u + b.u) / net.zones[i].volume
    }

    /// Everything that must be equal for two states to be the same, fed to a hasher in a fixed order.
    pub fn hash_into(&self, hasher: &mut blake3::Hasher) {
        let mut feed = |x: f64| {
            hasher.update(&x.to_bits().to_le_bytes());
        };
        for pair in &self.layers {
            for l in pair {
                feed(l.m);
                feed(l.u);
                l.s.iter().copied().for_each(&mut feed);
            }
        }
        for list in [
            &self.p,
            &self.walls,
            &self.reach,
            &self.jets,
            &self.streams,
            &self.held_flux,
        ] {
            list.iter().copied().for_each(&mut feed);
        }
        for n in &self.naps {
            [n.left, n.heat[0], n.heat[1]].into_iter().for_each(&mut feed);
        }
        let flag = |b: bool| f64::from(u8::from(b));
        for i in &self.items {
            for x in [
                flag(i.lit),
                flag(i.told),
                flag(i.out),
                i.age,
                i.left,
                i.dose,
                i.q,
                i.qc,
                i.rate,
                i.flame,
                i.shell,
            ] {
                feed(x);
            }
            i.fight.feed(&mut feed);
            feed(i.hurry);
            feed(i.brands);
        }
        feed(flag(self.mains));
        feed(flag(self.alarmed));
        feed(self.water_mpa);
        for list in [&self.stopped, &self.shielded] {
            feed(list.len() as f64);
            list.iter().for_each(|x| feed(f64::from(*x)));
        }
        for d in &self.detectors {
            feed(d.value);
            feed(flag(d.on));
        }
        for l in &self.links {
            feed(l.t);
            feed(flag(l.on));
        }
        for f in &self.failing {
            feed(f.hot_s);
            feed(f.pane);
            feed(flag(f.failed));
        }
    }
}

/// Distance on plan and in height, m.
fn distance(a: Point, za: f64, b: Point, zb: f64) -> f64 {
    let d = a - b;
    (d.dot(d) + (za - zb) * (za - zb)).sqrt()
}
