//! What others read: zones, flows, things, instruments, and the air as people meet it.

use super::flows::extinction;
use super::plume::centre_line_k;
use super::species::{FUEL, SOOT, ZERO_C};
use super::walls::NODES;
use super::zones::{Kind, Network, Now};
use super::{Fire, FlowState, LayerState, ThingState, ZoneState};
use crate::harm::{Air, AirSample};
use crate::place::{OpeningId, Place, SpaceId, ThingId};
use crate::scenario::Point;

/// Smoke thinner than this does not count as a layer in a space of one air, 1/m.
const SMOKY: f64 = 0.05;

/// What may be said about a run; in this order.
pub(super) const WARNINGS: [&str; 3] = [
    "a layer was hotter than 1200 °C: the two-layer model has no meaning there",
    "a fire was larger than its room: the plume correlation is outside its range",
    "gauge pressure above 1000 Pa: walls, doors and glass would not have borne it",
];

impl Fire {
    fn net_for(&self, f: impl FnOnce(&Network) -> Option<f64>) -> f64 {
        self.net.as_deref().and_then(f).unwrap_or(0.0)
    }

    /// Volume of a layer, m³.
    fn volume(&self, net: &Network, i: usize, now: &Now, k: usize) -> f64 {
        let zone = &net.zones[i];
        match zone.kind {
            Kind::Fixed => 1.0,
            Kind::One => zone.volume,
            Kind::Two => {
                let clear = now.interface - zone.z;
                zone.area * if k == 0 { zone.height - clear } else { clear }
            }
        }
    }

    fn layer_state(&self, net: &Network, i: usize, now: &Now, k: usize) -> LayerState {
        // Where a layer is missing, the other's air stands for it.
        let j = if self.layers[i][k].m > 0.0 { k } else { 1 - k };
        let layer = &self.layers[i][j];
        let volume = self.volume(net, i, now, j);
        let [o2, co2, co, hcn] = layer.volume_fractions();
        let per_m3 = |kg: f64| if volume > 0.0 { kg / volume * 1e3 } else { 0.0 };
        LayerState {
            temperature_c: now.t[k] - ZERO_C,
            mass_kg: if j == k { layer.m } else { 0.0 },
            extinction_per_m: extinction(layer, volume),
            o2_percent: o2 * 100.0,
            co2_percent: co2 * 100.0,
            co_ppm: co * 1e6,
            hcn_ppm: hcn * 1e6,
            soot_g_m3: per_m3(layer.s[SOOT]),
            unburnt_g_m3: per_m3(layer.s[FUEL]),
        }
    }

    fn layer_height(&self, net: &Network, i: usize, now: &Now) -> f64 {
        let zone = &net.zones[i];
        match zone.kind {
            Kind::Two => now.interface - zone.z,
            Kind::One if extinction(&self.layers[i][0], zone.volume) >= SMOKY => 0.0,
            _ => zone.height,
        }
    }

    /// A space as it is now. A space of one air is all smoke or none; both layers then read the same. A space that
    /// is cut reads as the mean of its parts.
    pub fn zone(&self, place: &Place, space: SpaceId) -> ZoneState {
        let (Some(net), Some(s)) = (self.net.as_deref(), place.spaces.get(space.index())) else {
            return ZoneState::default();
        };
        let parts: Vec<(f64, ZoneState)> = net
            .zones_of(space.index())
            .iter()
            .filter(|&&i| i < self.layers.len())
            .map(|&i| (net.zones[i].area, self.part(net, i, s.height)))
            .collect();
        match parts.as_slice() {
            [] => ZoneState::default(),
            [(_, one)] => *one,
            _ => mean(&parts),
        }
    }

    fn part(&self, net: &Network, i: usize, height: f64) -> ZoneState {
        let now = self.now_of(net, i);
        let face = |k: usize| {
            self.walls
                .get((i * 4 + k) * NODES)
                .copied()
                .unwrap_or(self.outside.inside_t)
                - ZERO_C
        };
        let part = (1.0 - (now.interface - net.zones[i].z) / height.max(0.1)).clamp(0.0, 1.0);
        ZoneState {
            layer_height_m: self.layer_height(net, i, &now),
            pressure_pa: self.p[i],
            wall_c: part * face(1) + (1.0 - part) * face(2),
            ceiling_c: face(0),
            floor_c: face(3),
            upper: self.layer_state(net, i, &now, 0),
            lower: self.layer_state(net, i, &now, 1),
        }
    }

    /// Flow through an opening in the last step.
    pub fn flow(&self, opening: OpeningId) -> FlowState {
        self.flows.get(opening.index()).copied().unwrap_or_default()
    }

    /// A thing as it is now.
    pub fn thing(&self, thing: ThingId) -> ThingState {
        let Some(i) = self.items.get(thing.index()) else {
            return ThingState::default();
        };
        ThingState {
            burning: i.burning(),
            hrr_kw: i.q / 1e3,
            convective_kw: i.qc / 1e3,
            burning_kg_s: i.rate,
            mass_left_kg: if i.left.is_finite() { i.left } else { 0.0 },
            flame_m: i.flame,
            flames: if i.burning() { i.fight.flames } else { 0.0 },
            embers: i.fight.embers,
            covered: i.fight.cover,
            put_out: i.fight.put_out,
            hf_g: i.fight.hf_g,
        }
    }

    /// Gas velocity in an opening at a height above the first space's floor, m/s, positive from its first side to
    /// its second.
    pub fn velocity(&self, place: &Place, opening: OpeningId, height: f64) -> f64 {
        let Some(o) = place.openings.get(opening.index()) else {
            return 0.0;
        };
        self.net_for(|net| {
            let v = net.vents.get(opening.index())?;
            let z = net.zones[v.a].z + height;
            if !v.horizontal && (z < o.bottom || z > o.top) {
                return None;
            }
            let (a, b) = (self.now_of(net, v.a), self.now_of(net, v.b));
            let rho0 = self.outside.rho;
            let dp = self.p[v.a] + a.hydrostatic(&net.zones[v.a], rho0, z)
                - self.p[v.b]
                - b.hydrostatic(&net.zones[v.b], rho0, z)
                - v.wind;
            let layer = |n: &Now| n.rho[usize::from(z < n.interface)];
            let rho = if dp > 0.0 { layer(&a) } else { layer(&b) };
            Some(dp.signum() * v.discharge * (2.0 * dp.abs() / rho).sqrt())
        })
    }

    /// Plume centre-line temperature above a thing, °C, at a height above its fuel, m; in the hot layer at least
    /// the layer's.
    pub fn plume_c(&self, place: &Place, thing: ThingId, height: f64) -> f64 {
        if thing.index() >= place.things.len() {
            return 0.0;
        }
        self.net_for(|net| {
            let now = self.now_of(net, *net.seat.get(thing.index())?);
            let (source, around) = self.plume_of(net, thing.index());
            let gas = now.t[usize::from(net.fuels[thing.index()].z + height < now.interface)];
            let plume = around.t
                + if source.q > 0.0 {
                    centre_line_k(&source, around, height)
                } else {
                    0.0
                };
            Some(plume.max(gas) - ZERO_C)
        })
    }

    /// Ceiling jet at a point: °C and m/s (Alpert 1972; in a hot layer with the source of Evans 1984).
    pub fn ceiling_jet(&self, place: &Place, space: SpaceId, at: Point) -> (f64, f64) {
        let (Some(net), Some(s)) = (self.net.as_deref(), place.spaces.get(space.index())) else {
            return (0.0, 0.0);
        };
        let (t, v, _) = self.under_ceiling(place, net, space.index(), at, s.z + s.height);
        (t - ZERO_C, v)
    }

    /// Radiant flux on a target facing the fire and the hot layer, kW/m².
    pub fn flux(&self, place: &Place, space: SpaceId, at: Point, height: f64) -> f64 {
        let Some(s) = place.spaces.get(space.index()) else {
            return 0.0;
        };
        self.net_for(|net| Some(self.flux_at(place, net, space.index(), at, s.z + height, None)))
    }

    /// Median and largest number of pressure iterations, and largest residual, so far.
    pub fn convergence(&self) -> (f64, u32, f64) {
        let q = &self.quality;
        let half = q.solves.iter().sum::<u32>().div_ceil(2);
        let mut seen = 0;
        let median = q.solves.iter().position(|n| {
            seen += n;
            seen >= half
        });
        (median.unwrap_or(0) as f64, q.largest, q.residual)
    }

    /// Correlations used outside their range, and the like; in a fixed order.
    pub fn warnings(&self) -> Vec<String> {
        WARNINGS
            .iter()
            .zip(self.warned)
            .filter(|(_, w)| *w)
            .map(|(text, _)| (*text).to_owned())
            .collect()
    }

    /// Notes what the run's results cannot bear out.
    pub(super) fn warn(&mut self, net: &Network) {
        for (i, z) in net.zones.iter().enumerate() {
            if z.kind == Kind::Fixed {
                continue;
            }
            self.warned[0] |= self.layers[i].iter().any(|l| l.m > 1e-3 * z.volume && l.t() > 1473.0);
            self.warned[1] |= net.stands[i]
                .iter()
                .any(|&t| net.fuels[t].diameter(self.items[t].q) > 2.0 * z.radius && self.items[t].q > 0.0);
            self.warned[2] |= self.p[i] > 1000.0;
        }
    }

    /// The air as people meet it.
    pub fn air<'a>(&'a self, place: &'a Place) -> FireAir<'a> {
        FireAir { fire: self, place }
    }
}

/// Mean of the parts of a space: by area; what a layer holds by its volume in each part, what it is by its mass.
fn mean(parts: &[(f64, ZoneState)]) -> ZoneState {
    let by = |weight: &dyn Fn(&(f64, ZoneState)) -> f64, value: &dyn Fn(&ZoneState) -> f64| {
        let all: f64 = parts.iter().map(weight).sum();
        if all > 0.0 {
            parts.iter().map(|p| weight(p) * value(&p.1)).sum::<f64>() / all
        } else {
            parts.iter().map(|p| value(&p.1)).sum::<f64>() / parts.len() as f64
        }
    };
    let area = |p: &(f64, ZoneState)| p.0;
    let layer = |of: fn(&ZoneState) -> &LayerState| {
        let mass = |p: &(f64, ZoneState)| of(&p.1).mass_kg;
        let volume = |p: &(f64, ZoneState)| of(&p.1).mass_kg * (of(&p.1).temperature_c + ZERO_C);
        LayerState {
            temperature_c: by(&mass, &|z| of(z).temperature_c),
            mass_kg: parts.iter().map(mass).sum(),
            extinction_per_m: by(&volume, &|z| of(z).extinction_per_m),
            o2_percent: by(&mass, &|z| of(z).o2_percent),
            co2_percent: by(&mass, &|z| of(z).co2_percent),
            co_ppm: by(&mass, &|z| of(z).co_ppm),
            hcn_ppm: by(&mass, &|z| of(z).hcn_ppm),
            soot_g_m3: by(&volume, &|z| of(z).soot_g_m3),
            unburnt_g_m3: by(&volume, &|z| of(z).unburnt_g_m3),
        }
    };
    ZoneState {
        layer_height_m: by(&area, &|z| z.layer_height_m),
        pressure_pa: by(&area, &|z| z.pressure_pa),
        wall_c: by(&area, &|z| z.wall_c),
        ceiling_c: by(&area, &|z| z.ceiling_c),
        floor_c: by(&area, &|z| z.floor_c),
        upper: layer(|z| &z.upper),
        lower: layer(|z| &z.lower),
    }
}

/// [`Air`] over a fire's state.
#[derive(Clone, Copy)]
pub struct FireAir<'a> {
    fire: &'a Fire,
    place: &'a Place,
}

impl Air for FireAir<'_> {
    fn sample(&self, space: SpaceId, at: Point, height: f64) -> AirSample {
        let (Some(net), Some(s)) = (self.fire.net.as_deref(), self.place.spaces.get(space.index())) else {
            return AirSample::clean(20.0);
        };
        let i = net.at(space.index(), at);
        if i >= self.fire.layers.len() {
            return AirSample::clean(20.0);
        }
        let now = self.fire.now_of(net, i);
        let z = s.z + height;
        let k = usize::from(net.zones[i].kind == Kind::Two && z < now.interface);
        let l = self.fire.layer_state(net, i, &now, k);
        AirSample {
            temperature_c: l.temperature_c,
            extinction: l.extinction_per_m,
            o2_percent: l.o2_percent,
            co2_percent: l.co2_percent,
            co_ppm: l.co_ppm,
            hcn_ppm: l.hcn_ppm,
            radiant_kw_m2: self.fire.flux_at(self.place, net, space.index(), at, z, None),
        }
    }

    fn layer_height(&self, space: SpaceId) -> f64 {
        let Some(net) = self.fire.net.as_deref() else {
            return 0.0;
        };
        let parts = net.zones_of(space.index());
        let (mut sum, mut area) = (0.0, 0.0);
        for &i in parts.iter().filter(|&&i| i < self.fire.layers.len()) {
            let zone = &net.zones[i];
            sum += zone.area * self.fire.layer_height(net, i, &self.fire.now_of(net, i));
            area += zone.area;
        }
        if area > 0.0 { sum / area } else { 0.0 }
    }

    fn extinction(&self, space: SpaceId) -> (f64, f64) {
        match self.fire.net.as_deref() {
            Some(net) if net.zones_of(space.index()).len() == 1 && space.index() < self.fire.layers.len() => {
                let i = space.index();
                let now = self.fire.now_of(net, i);
                let k = |k| self.fire.layer_state(net, i, &now, k).extinction_per_m;
                (k(1), k(0))
            }
            Some(_) => {
                let z = self.fire.zone(self.place, space);
                (z.lower.extinction_per_m, z.upper.extinction_per_m)
            }
            _ => (0.0, 0.0),
        }
    }
}
