//! A step: sources, pressures, flows, layers.

use super::balance::Came;
use super::flows::{Change, GAS_IGNITES_K, Slab, Transfer, book, exchange, free_area, slabs};
use super::items::Item;
use super::plume::{Around, Draught, Source, blown, entrained, flame_height, jet_decay, jet_width};
use super::solver::{Outcome, Work, solve};
use super::species::{CARRIED, CP, CV, FUEL, G, GAMMA, HEAT, Layer, O2, R_AIR, oxygen_limit};
use super::walls::{self, Exchanged, Flames, Holes};
use super::zones::{Kind, Network, Now};
use super::{Fire, FireEvent, FlowState};
use crate::place::{OpeningState, Place, ThingId};

/// A layer may give at most this part of itself in a step; more comes from the layer above or below.
const MOST_GIVEN: f64 = 0.8;
/// Pressure may change by this part of itself in a step; beyond, the step is halved.
const MOST_PRESSURE: f64 = 0.1;
/// Smallest step is this part of the one asked for.
const SMALLEST: f64 = 1.0 / 256.0;
/// No fire draws in more than this part of a layer in a second (assumption, 待核实: turnover of half a second).
const AIR_PER_S: f64 = 2.0;
/// Mixing time of unburnt gas with air in a layer, s (assumption, 待核实).
const MIXING_S: f64 = 2.0;
/// A layer colder on top mixes with the one below in about this time, s (assumption, 待核实).
const OVERTURN_S: f64 = 30.0;
/// Layers with less than this part of their room's mass vanish into the other.
const VANISHES: f64 = 1e-6;
/// Gas that passes an opening each way, m³/s for each m² and m/s of the current along the wall (single-sided
/// ventilation by turbulence: Warren and Parkins 1985, recalled, 待核实).
const GUST_EXCHANGE: f64 = 0.1;
/// Residual above which the pressures are reported as not found.
const TOLERANCE: f64 = 1e-4;

/// A step that has to be taken in smaller pieces.
struct TooLarge;

/// What remains of an attempt.
struct Done {
    outcome: Outcome,
    slabs: Vec<Slab>,
    /// Exchange through holes by slab, kg/s each way.
    exchanged: Vec<(usize, f64, f64)>,
    came: Came,
}

impl Fire {
    /// Sets alight what is due.
    pub(super) fn light(&mut self, place: &Place, net: &Network, time: f64, events: &mut Vec<FireEvent>) {
        for (i, thing) in place.things.iter().enumerate() {
            let Some(item) = self.items.get_mut(i) else { continue };
            let due = item.told || !item.fight.put_out && thing.ignites_s.is_some_and(|t| t < time);
            if due && !item.lit && !item.out && net.fuels[i].can_burn() {
                item.lit = true;
                // What a flame sets alight does not smoulder first.
                item.fight.begins(&net.fuels[i], item.told);
                if item.told {
                    item.age = item.age.max(net.fuels[i].smoulders_s());
                }
                let kw = net.fuels[i].curve_w(item.age) / 1e3;
                events.push(FireEvent::Ignited {
                    thing: ThingId(i as u32),
                    kw,
                });
            }
        }
    }

    /// Puts out what has nothing left.
    pub(super) fn burn_out(&mut self, net: &Network, events: &mut Vec<FireEvent>) {
        for (i, (item, fuel)) in self.items.iter_mut().zip(&net.fuels).enumerate() {
            let empty = item.burst && item.fight.flash_s <= 0.0;
            if item.burning() && (empty || item.left <= 0.0 || item.age >= fuel.ends || fuel.spent(item.left)) {
                *item = Item {
                    out: true,
                    q: 0.0,
                    qc: 0.0,
                    rate: 0.0,
                    flame: 0.0,
                    ..*item
                };
                events.push(FireEvent::BurntOut {
                    thing: ThingId(i as u32),
                    mass_left_kg: item.left,
                });
            }
        }
    }

    /// Moves gas, heat and fire on by `dt`, in smaller steps where need be.
    pub(super) fn advance(
        &mut self,
        net: &Network,
        openings: &[OpeningState],
        time: f64,
        dt: f64,
        events: &mut Vec<FireEvent>,
    ) {
        let mut work = Work::default();
        let (mut done_s, mut step) = (0.0, dt);
        while dt - done_s > 1e-9 * dt {
            let h = step.min(dt - done_s);
            let saved = (
                self.layers.clone(),
                self.p.clone(),
                self.walls.clone(),
                self.reach.clone(),
                self.naps.clone(),
                self.jets.clone(),
                self.streams.clone(),
                self.items.clone(),
            );
            match self.attempt(net, openings, time + done_s, h, &mut work) {
                Ok(done) => {
                    done_s += h;
                    self.came.add(&done.came);
                    self.note(net, &done, events);
                }
                Err(TooLarge) => {
                    (
                        self.layers,
                        self.p,
                        self.walls,
                        self.reach,
                        self.naps,
                        self.jets,
                        self.streams,
                        self.items,
                    ) = saved;
                    self.quality.substeps += 1;
                    step = h / 2.0;
                    if step < dt * SMALLEST {
                        // The air stands still for the rest of this step rather than become nonsense.
                        self.quality.residual = self.quality.residual.max(1.0);
                        events.push(FireEvent::NotConverged { residual: 1.0 });
                        return;
                    }
                }
            }
        }
    }

    /// Keeps the count of iterations and the flows of a finished step.
    fn note(&mut self, net: &Network, done: &Done, events: &mut Vec<FireEvent>) {
        let Outcome { iterations, residual } = done.outcome;
        let q = &mut self.quality;
        q.solves.resize(64, 0);
        q.solves[(iterations as usize).min(63)] += 1;
        q.largest = q.largest.max(iterations);
        q.residual = q.residual.max(residual);
        if residual > TOLERANCE {
            events.push(FireEvent::NotConverged { residual });
        }
        for f in &mut self.flows {
            *f = FlowState::default();
        }
        for s in &done.slabs {
            let v = &net.vents[s.vent];
            let Some(f) = v.opening.and_then(|o| self.flows.get_mut(o)) else {
                continue;
            };
            let dp = self.p[s.a] - self.p[s.b];
            let (out, back, ..) = s.flow(dp);
            f.mass_out_kg_s += out;
            f.mass_in_kg_s += back;
            let (low, high) = (s.low_pa + dp, s.high_pa + dp);
            if low * high < 0.0 {
                let z = s.low + (s.high - s.low) * low / (low - high);
                f.neutral_plane_m = Some(z - net.zones[s.a].z);
            }
        }
        for &(vent, out, back) in &done.exchanged {
            if let Some(f) = net.vents[vent].opening.and_then(|o| self.flows.get_mut(o)) {
                f.mass_out_kg_s += out;
                f.mass_in_kg_s += back;
            }
        }
    }

    /// Pressures of air at rest with openings as they stand, from the layers as they are.
    pub(super) fn settle(&mut self, net: &Network, openings: &[OpeningState]) {
        let now = self.now(net);
        let mut list = Vec::new();
        let nothing = vec![0.0; net.unknowns];
        let old = vec![0.0; net.zones.len()];
        let mut p = old.clone();
        slabs(net, &now, openings, &p, self.outside.p, self.outside.rho, &mut list);
        // So long a step that what zones store does not count.
        let outcome = solve(net, &list, &old, &mut p, &nothing, 1e5, &mut Work::default());
        if outcome.residual.is_finite() && p.iter().all(|p| p.is_finite() && p.abs() < 1e4) {
            self.p = p;
        }
    }

    fn attempt(
        &mut self,
        net: &Network,
        openings: &[OpeningState],
        time: f64,
        dt: f64,
        work: &mut Work,
    ) -> Result<Done, TooLarge> {
        let n = net.zones.len();
        let now = self.now(net);
        let mut change = vec![Change::default(); n];
        let mut came = Came::default();
        for (i, c) in change.iter_mut().enumerate() {
            let mut flames = self.burn(net, openings, i, &now, dt, c);
            flames.stream = self.streams[i];
            if net.zones[i].kind != Kind::Fixed {
                self.burn_gas(net, i, &now[i], flames.radiates > 0.0, dt, c);
                came.take(c, 1.0, dt);
                came.heat += flames.radiates * dt;
                let size = walls::SURFACES * walls::NODES;
                let behind = net.zones[i]
                    .exposed
                    .map(|e| self.outside.inside_t + e * (self.outside.t - self.outside.inside_t));
                let holes = self.holes(net, openings, i, &now[i]);
                let nodes = &mut self.walls[i * size..(i + 1) * size];
                let (nap, pair) = (&mut self.naps[i], &self.layers[i]);
                let quiet = !self.wakeful && flames.radiates <= 0.0 && walls::quiet(&net.zones[i], &now[i], nodes);
                let (mut gas, slept) = ([0.0; 2], nap.left > 0.0);
                if slept {
                    // What the walls have taken in advance; all that remains if the room wakes.
                    let part = if quiet && nap.left > 1.000_001 * dt {
                        dt / nap.left
                    } else {
                        1.0
                    };
                    gas = nap.heat.map(|joule| joule * part / dt);
                    nap.heat = nap.heat.map(|joule| joule * (1.0 - part));
                    nap.left = if part < 1.0 { nap.left - dt } else { 0.0 };
                }
                if !(quiet && slept) {
                    let ahead = if quiet { walls::nap_s(i).max(dt) } else { dt };
                    let Exchanged { gas: watts, lost } = walls::exchange(
                        &net.zones[i],
                        &net.grids,
                        &now[i],
                        pair,
                        flames,
                        holes,
                        // Ceiling, walls, floor.
                        [behind[1], behind[0], behind[2]],
                        ahead,
                        nodes,
                        &mut self.reach[i],
                    );
                    came.heat -= lost * ahead;
                    for k in 0..2 {
                        gas[k] += watts[k];
                        nap.heat[k] = watts[k] * (ahead - dt);
                    }
                    nap.left = ahead - dt;
                }
                c.q[0] += gas[0];
                c.q[1] += gas[1];
            }
        }
        self.blow(net, &now, time, &mut change);

        let mut list = Vec::new();
        slabs(
            net,
            &now,
            openings,
            &self.p,
            self.outside.p,
            self.outside.rho,
            &mut list,
        );
        let mut heat = vec![0.0; net.unknowns];
        for (z, c) in net.zones.iter().zip(&change) {
            if let Some(u) = z.unknown {
                heat[u] = c.q[0] + c.q[1];
            }
        }
        let old: Vec<f64> = self.p.clone();
        let outcome = solve(net, &list, &old, &mut self.p, &heat, dt, work);
        for (p, old) in self.p.iter().zip(&old) {
            let sane = (p - old).abs() <= MOST_PRESSURE * (self.outside.p + old);
            if !sane {
                return Err(TooLarge);
            }
        }
        let exchanged = self.book_flows(net, &now, openings, &list, &mut change);
        for (i, c) in change.iter_mut().enumerate() {
            if net.zones[i].kind == Kind::Fixed {
                came.take(c, -1.0, dt);
            } else {
                self.update(net, i, c, dt)?;
            }
        }
        for ((jet, stream), c) in self.jets.iter_mut().zip(&mut self.streams).zip(&change) {
            *jet = c.jet;
            *stream = c.stream;
        }
        Ok(Done {
            outcome,
            slabs: list,
            exchanged,
            came,
        })
    }

    /// Burning items of a zone: fuel, heat, plume and products.
    fn burn(
        &mut self,
        net: &Network,
        openings: &[OpeningState],
        i: usize,
        all: &[Now],
        dt: f64,
        c: &mut Change,
    ) -> Flames {
        let (zone, now) = (&net.zones[i], &all[i]);
        let mut flames = Flames::default();
        let mut moment = 0.0;
        let [upper, lower] = self.layers[i];
        let fixed = zone.kind == Kind::Fixed;
        // Where the fire breathes: the lower layer if there is one.
        let two = zone.kind == Kind::Two && lower.m > 0.0;
        let below = if two { &lower } else { &upper };
        let k = usize::from(two);
        let around = Around {
            t: now.t[k],
            rho: now.rho[k],
        };
        let fraction = |l: &Layer| if l.m > 0.0 { (l.s[O2] / l.m).max(0.0) } else { 0.0 };
        // Air that plumes may still draw, kg/s, and oxygen that may still be used up, kg/s.
        let mut air_left = below.m * (0.5 / dt).min(AIR_PER_S);
        let mut oxygen_left = upper.s[O2].max(0.0) * (0.2 / dt).min(AIR_PER_S);
        for &t in &net.stands[i] {
            if !self.items[t].burning() {
                continue;
            }
            let draught = if two {
                self.draught(net, openings, all, i, t)
            } else {
                Draught::default()
            };
            let (fuel, item) = (&net.fuels[t], &mut self.items[t]);
            let pace = item.fight.pace(fuel) * item.hurry;
            item.age += dt * pace;
            let free = fuel.free_w((item.age - dt * pace / 2.0).max(0.0), item.left);
            let asked = item.fight.burns_w(free);
            let gives_off = item.fight.gives_off_w(fuel, free);
            let chemistry = fuel.chemistry(item.age);
            let heat = chemistry.heat;
            let rate = (gives_off / heat).min(item.left / dt);
            item.left = (item.left - rate * dt).max(0.0);
            item.rate = rate;
            let mut q = (rate * heat).min(asked);
            // Walls beside it make flames taller, but the layer gets as much as in the open: upper layers over burners in
            // corners and beside walls were no hotter (Steckler, Quintiere and Rinkinen 1982; NIST/NRC corner tests), the
            // less air drawn in being made up for by the heat that goes into those walls.
            let source = |q: f64| Source {
                q,
                qc: q * (1.0 - fuel.radiative),
                d: fuel.diameter(asked),
                images: 1.0,
            };
            let mut rises = 0.0;
            if !fixed && q > 0.0 {
                let oxygen = chemistry.oxygen.max(1e-6);
                let top = zone.z + zone.height - fuel.z;
                let reach = (if two { now.interface } else { zone.z + zone.height } - fuel.z).clamp(0.0, top.max(0.0));
                let (y, y_upper) = (fraction(below), fraction(&upper));
                let (limit, limit_upper) = (oxygen_limit(y), oxygen_limit(y_upper));
                // The draught tells as the fire of the last step feels it.
                let more = blown(&source(item.q), around, reach, draught);
                // What it burns decides what it draws in, which decides what it can burn: from above to the fixed point.
                let drawn = |s: &Source| {
                    let most = (more * entrained(s, around, reach)).min(air_left);
                    if two && now.t[0] > now.t[1] && upper.m > 0.0 {
                        // The plume never arrives colder than the layer that it enters.
                        most.min(s.qc / (CP * (now.t[0] - now.t[1])))
                    } else {
                        most
                    }
                };
                for _ in 0..6 {
                    let s = source(q);
                    rises = drawn(&s);
                    let from_air = rises * y * limit;
                    let above = if two && upper.m > 0.0 {
                        (entrained(&s, around, top) - rises / more).max(0.0) * y_upper * limit_upper
                    } else {
                        0.0
                    };
                    let supply = if two {
                        from_air + above.min(oxygen_left)
                    } else {
                        from_air.min(oxygen_left)
                    };
                    q = q.min(supply / oxygen * heat);
                }
            }
            item.q = q;
            item.qc = q * (1.0 - fuel.radiative);
            item.flame = if fuel.smoulders(item.age) {
                0.0
            } else {
                fuel.wall_flame_m(q, item.age).unwrap_or_else(|| {
                    let images = fuel.images;
                    flame_height(&Source { images, ..source(q) }, around)
                })
            };
            flames.radiates += q - item.qc;
            // A plane beside a source that radiates evenly gets half, a corner three quarters.
            flames.beside += (q - item.qc) * (1.0 - 1.0 / fuel.images);
            flames.convects += item.qc;
            moment += (q - item.qc) * (fuel.z + item.flame / 2.0 - zone.z);
            if fixed {
                continue;
            }
            let burnt = q / heat;
            let unburnt = (rate - burnt).max(0.0);
            c.m[0] += rate;
            // The heat of combustion is counted from cold fuel: what burns brings no enthalpy of its own.
            c.q[0] += item.qc + unburnt * CP * self.outside.inside_t;
            c.s[0][FUEL] += unburnt;
            c.s[0][HEAT] += unburnt * heat;
            for (s, g) in c.s[0].iter_mut().zip(&chemistry.gives) {
                *s += burnt * g;
            }
            let used = burnt * chemistry.oxygen;
            c.s[0][O2] -= used;
            if two {
                oxygen_left = (oxygen_left - (used - rises * fraction(below)).max(0.0)).max(0.0);
                c.rises += rises;
                air_left -= rises;
            } else {
                oxygen_left = (oxygen_left - used).max(0.0);
            }
        }
        if flames.radiates > 0.0 {
            flames.height = moment / flames.radiates;
        }
        flames
    }

    /// Where a zone's heat radiates into the open air.
    fn holes(&self, net: &Network, openings: &[OpeningState], i: usize, now: &Now) -> Holes {
        let mut area = [0.0; 2];
        for &d in &net.doors[i] {
            let v = &net.vents[d];
            let other = if v.a == i { v.b } else { v.a };
            if net.zones[other].kind != Kind::Fixed || v.top <= v.bottom {
                continue;
            }
            let free = v.opening.and_then(|o| openings.get(o)).map_or(0.0, OpeningState::free);
            let above = (v.top - now.interface.max(v.bottom)).clamp(0.0, v.top - v.bottom) / (v.top - v.bottom);
            area[0] += free * v.area * above;
            area[1] += free * v.area * (1.0 - above);
        }
        Holes {
            area,
            beyond: self.outside.t,
        }
    }

    /// The strongest current that comes in by a door or window to where a thing stands.
    fn draught(&self, net: &Network, openings: &[OpeningState], now: &[Now], i: usize, thing: usize) -> Draught {
        const LEVELS: u32 = 8;
        let (at, base) = (net.spots[thing], net.fuels[thing].z);
        let mut strongest = Draught::default();
        for (k, &d) in net.doors[i].iter().enumerate() {
            let v = &net.vents[d];
            let free = free_area(v, v.opening.and_then(|o| openings.get(o))) / v.area.max(1e-9);
            let way = at - v.centre;
            let across = way.dot(v.along);
            let ahead = (way.dot(way) - across * across).max(0.0).sqrt();
            // Over the width of the fire.
            let (jet, half) = (
                v.discharge * free * v.width,
                net.fuels[thing].diameter(self.items[thing].q) / 2.0,
            );
            let decay = [-half, 0.0, half]
                .map(|side| jet_decay(jet, ahead, across + side))
                .iter()
                .sum::<f64>()
                / 3.0;
            // It comes to rest at the wall behind.
            let decay = decay * (net.behind[thing][k] / jet_width(jet, ahead)).min(1.0);
            if decay < 0.05 {
                continue;
            }
            let (o, wind) = if v.a == i { (v.b, v.wind) } else { (v.a, -v.wind) };
            let rho0 = self.outside.rho;
            let step = (v.top - v.bottom) / f64::from(LEVELS);
            let (mut sum, mut count, mut low, mut high) = (0.0, 0u32, f64::INFINITY, f64::NEG_INFINITY);
            for k in 0..LEVELS {
                let z = v.bottom + (f64::from(k) + 0.5) * step;
                let inward = self.p[o] + now[o].hydrostatic(&net.zones[o], rho0, z)
                    - self.p[i]
                    - now[i].hydrostatic(&net.zones[i], rho0, z)
                    + wind;
                if inward > 0.0 {
                    let rho = now[o].rho[usize::from(z < now[o].interface)];
                    sum += (2.0 * inward / rho).sqrt();
                    count += 1;
                    low = low.min(z - step / 2.0);
                    high = high.max(z + step / 2.0);
                }
            }
            let speed = decay * sum / f64::from(count.max(1));
            if speed > strongest.speed {
                strongest = Draught {
                    speed,
                    low: low - base,
                    high: high - base,
                };
            }
        }
        strongest
    }

    /// Unburnt gas that finds air, heat and a flame.
    fn burn_gas(&mut self, net: &Network, i: usize, now: &Now, flame: bool, dt: f64, c: &mut Change) {
        let jet = self.jets[i];
        for k in 0..2 {
            let layer = &self.layers[i][k];
            if layer.s[FUEL] <= 1e-9 || layer.m <= 0.0 {
                continue;
            }
            let (oxygen, gives) = (net.gas.oxygen.max(1e-3), &net.gas.gives);
            let y = (layer.s[O2] / layer.m).max(0.0);
            let mut rate = if k == 0 { jet } else { 0.0 };
            if flame || now.t[k] > GAS_IGNITES_K {
                rate += layer.s[FUEL].min(layer.s[O2].max(0.0) / oxygen * oxygen_limit(y)) / MIXING_S;
            }
            let most = (0.15 * layer.s[FUEL]).min(0.1 * layer.s[O2].max(0.0) / oxygen) / dt;
            let rate = rate.min(most);
            let heat = rate * layer.s[HEAT] / layer.s[FUEL];
            c.q[k] += heat;
            c.s[k][FUEL] -= rate;
            c.s[k][HEAT] -= heat;
            c.s[k][O2] -= rate * oxygen;
            for (s, g) in c.s[k].iter_mut().zip(gives) {
                *s += rate * g;
            }
        }
    }

    /// Fans: fixed volume flow of the air that they draw; a mouth under the ceiling draws air from below through a thin
    /// layer of smoke.
    fn blow(&mut self, net: &Network, now: &[Now], time: f64, change: &mut [Change]) {
        for (i, f) in (0_u32..).zip(&net.fans) {
            let stopped = self.stopped.binary_search(&i).is_ok() || f.on_alarm && !self.alarmed;
            if stopped || f.from == f.to || f.runs.is_some_and(|(from, to)| time < from || time >= to) {
                continue;
            }
            let (from, to, flow) = if f.flow >= 0.0 {
                (f.from, f.to, f.flow)
            } else {
                (f.to, f.from, -f.flow)
            };
            let here = &now[from];
            let part = match net.zones[from].kind {
                Kind::Two if f.z < here.interface => 0.0,
                Kind::Two if here.upper < 1.0 => smoke_drawn(flow, f.z - here.interface, here.t),
                _ => 1.0,
            };
            let (above, below) = (flow * part * here.rho[0], flow * (1.0 - part) * here.rho[1]);
            let m = above + below;
            let x = Transfer {
                from,
                to,
                m,
                t: (above * here.t[0] + below * here.t[1]) / m,
                upper: above / m,
                z: f.z,
                width: 0.0,
            };
            book(net, now, &self.layers, self.outside.rho, &x, change);
        }
    }

    /// Books the flows that the pressures drive, and the exchange through holes.
    fn book_flows(
        &mut self,
        net: &Network,
        now: &[Now],
        openings: &[OpeningState],
        list: &[Slab],
        change: &mut [Change],
    ) -> Vec<(usize, f64, f64)> {
        let mut exchanged = Vec::new();
        for s in list {
            let v = &net.vents[s.vent];
            let (out, back, ..) = s.flow(self.p[s.a] - self.p[s.b]);
            let width = if v.line {
                0.0
            } else if v.horizontal {
                v.area.sqrt()
            } else {
                v.area / (v.top - v.bottom).max(1e-3)
            };
            let z = (s.low + s.high) / 2.0;
            let rho0 = self.outside.rho;
            let one = Transfer {
                from: s.a,
                to: s.b,
                m: out,
                t: s.t[0],
                upper: s.upper[0],
                z,
                width,
            };
            book(net, now, &self.layers, rho0, &one, change);
            let two = Transfer {
                from: s.b,
                to: s.a,
                m: back,
                t: s.t[1],
                upper: s.upper[1],
                z,
                width,
            };
            book(net, now, &self.layers, rho0, &two, change);
            if v.horizontal {
                let a_below = net.zones[s.a].z <= net.zones[s.b].z || s.b == net.open_air;
                let density = |side: usize| self.outside.p / (R_AIR * s.t[side]);
                let (below, above) = if a_below {
                    (density(0), density(1))
                } else {
                    (density(1), density(0))
                };
                let area = free_area(v, v.opening.and_then(|o| openings.get(o)));
                let volume = exchange(area, v.round, s.low_pa + self.p[s.a] - self.p[s.b], below, above);
                if volume > 0.0 {
                    // Equal enthalpy each way: it moves no pressure.
                    let (ma, mb) = (volume * density(0), volume * density(0) * s.t[0] / s.t[1]);
                    book(net, now, &self.layers, rho0, &Transfer { m: ma, ..one }, change);
                    book(net, now, &self.layers, rho0, &Transfer { m: mb, ..two }, change);
                    exchanged.push((s.vent, ma, mb));
                }
            } else if self.gusts[s.a].max(self.gusts[s.b]) > 0.0 && v.top > v.bottom {
                // A plume that sweeps past an opening exchanges gas through it, volume for volume.
                let free = free_area(v, v.opening.and_then(|o| openings.get(o)));
                let area = free * (s.high - s.low) / (v.top - v.bottom);
                let volume = GUST_EXCHANGE * area * self.gusts[s.a].max(self.gusts[s.b]);
                let density = |side: usize| self.outside.p / (R_AIR * s.t[side]);
                let (ma, mb) = (volume * density(0), volume * density(1));
                book(net, now, &self.layers, rho0, &Transfer { m: ma, ..one }, change);
                book(net, now, &self.layers, rho0, &Transfer { m: mb, ..two }, change);
                exchanged.push((s.vent, ma, mb));
            }
        }
        exchanged
    }

    /// New layers of a zone from all that came and went.
    fn update(&mut self, net: &Network, i: usize, c: &mut Change, dt: f64) -> Result<(), TooLarge> {
        let zone = &net.zones[i];
        let pair = &mut self.layers[i];
        // Plumes carry lower air up, cold inflow carries smoke down.
        for (from, to, most) in [(1, 0, c.rises), (0, 1, c.sinks)] {
            if most <= 0.0 || pair[from].m <= 0.0 {
                continue;
            }
            let m = most.min(MOST_GIVEN * pair[from].m / dt);
            let (h, per) = (CP * m * pair[from].t(), m / pair[from].m);
            c.m[from] -= m;
            c.m[to] += m;
            c.leaves[from] += m;
            c.q[from] -= h;
            c.q[to] += h;
            for s in 0..CARRIED {
                let amount = per * pair[from].s[s];
                c.s[from][s] -= amount;
                c.s[to][s] += amount;
            }
        }
        // A layer that would be emptied draws on the other.
        for k in 0..2 {
            let lacks = c.leaves[k] * dt / MOST_GIVEN - pair[k].m;
            if lacks > 0.0 {
                let other = pair[1 - k].m - c.leaves[1 - k] * dt / MOST_GIVEN;
                if other < lacks {
                    return Err(TooLarge);
                }
                let part = lacks / pair[1 - k].m;
                let given = pair[1 - k].take(part);
                pair[k].add(&given);
            }
        }
        let u = pair[0].u + pair[1].u;
        let dp = (GAMMA - 1.0) / zone.volume * (c.q[0] + c.q[1]) * dt;
        for (k, layer) in pair.iter_mut().enumerate() {
            let volume = zone.volume * layer.u / u;
            layer.m += c.m[k] * dt;
            layer.u += (c.q[k] * dt + volume * dp) / GAMMA;
            for s in 0..CARRIED {
                layer.s[s] += c.s[k][s] * dt;
            }
        }
        if zone.kind == Kind::One {
            let rest = std::mem::take(&mut pair[1]);
            pair[0].add(&rest);
        } else {
            settle_layers(pair, dt);
        }
        let total = pair[0].m + pair[1].m;
        for layer in pair.iter_mut() {
            if layer.m == 0.0 && layer.u == 0.0 {
                continue;
            }
            let t = layer.u / (CV * layer.m);
            if !(layer.m > 0.0 && layer.u > 0.0 && t > 50.0 && t < 2e4) {
                return Err(TooLarge);
            }
            for (k, s) in layer.s.iter_mut().enumerate() {
                let rounding = 1e-9 * total * if k == HEAT { net.gas.heat } else { 1.0 };
                if s.is_nan() || *s < -rounding {
                    return Err(TooLarge);
                }
                *s = s.max(0.0);
            }
        }
        let p = self.pressure(net, i);
        self.p[i] = p - self.outside.p;
        Ok(())
    }
}

/// Part of the volume that a mouth draws (m³/s) that is smoke, where the layer reaches so far below it, m; `t` of the
/// layers, K: exp(−(Fr/2)²) with Fr = V/√(g d⁵ ΔT/T) (plugholing, as CFAST has it after Cooper).
fn smoke_drawn(flow: f64, depth: f64, t: [f64; 2]) -> f64 {
    let d = depth.max(0.0);
    let buoyancy = G * d * d * d * d * d * (t[0] - t[1]).max(0.0) / t[1];
    if buoyancy <= 0.0 {
        return 0.0;
    }
    libm::exp(-flow * flow / buoyancy / 4.0)
}

/// Lets layers vanish, and overturn where the upper is the colder.
fn settle_layers(pair: &mut [Layer; 2], dt: f64) {
    let total = pair[0].m + pair[1].m;
    for k in 0..2 {
        let tiny = pair[k].m < VANISHES * total || pair[k].u <= 0.0;
        if tiny && pair[1 - k].m > 0.0 {
            let rest = std::mem::take(&mut pair[k]);
            pair[1 - k].add(&rest);
        }
    }
    if pair[0].m > 0.0 && pair[1].m > 0.0 && pair[0].t() < pair[1].t() {
        let part = 1.0 - libm::exp(-dt / OVERTURN_S);
        let m = part * pair[0].m.min(pair[1].m) / 2.0;
        let up = m / pair[1].m;
        let down = m / pair[0].m;
        let rising = pair[1].take(up);
        let sinking = pair[0].take(down);
        pair[0].add(&rising);
        pair[1].add(&sinking);
    }
}
