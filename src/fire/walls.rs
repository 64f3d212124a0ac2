//! Surfaces of a room: conduction in layered walls, convection, and radiation between surfaces, layers and flames.
//!
//! Four surfaces: ceiling, upper wall, lower wall, floor. The two walls share the room's wall area at the layers'
//! interface; a part that changes over mixes with the other, depth by depth, so that no heat is lost.

use super::species::{CO2, CP, G, H2O, Layer, SIGMA, SOOT};
use super::zones::{Kind, Now, Zone};
use crate::place::Construction;
use serde::{Deserialize, Serialize};

/// Nodes of a surface, the first at the face, the last at the back.
pub const NODES: usize = 10;
/// Surfaces of a room.
pub const SURFACES: usize = 4;
/// Each interval is this much thicker than the one before.
const GROWTH: f64 = 1.4;
/// Heat transfer at the back, W/m²K (assumption, 待核实).
const BACK_W_M2K: f64 = 10.0;
/// Soot's absorption, 1/m per unit of volume fraction and kelvin (as used by CFAST: 1195), with soot of 1800 kg/m³.
const SOOT_ABSORBS: f64 = 1195.0 / 1800.0;

/// A layered wall cut into nodes.
#[derive(Clone, Debug)]
pub struct Grid {
    /// Heat capacity of each node, J/m²K; all zero if adiabatic: such a face is as hot as lets no heat pass.
    capacity: [f64; NODES],
    /// Conductance to the next node, W/m²K; the last to the air behind.
    conductance: [f64; NODES],
    pub emissivity: f64,
    pub adiabatic: bool,
}

impl Grid {
    /// Cuts a construction.
    pub fn new(c: &Construction) -> Self {
        let layers: Vec<_> = c
            .layers
            .iter()
            .filter(|l| l.thickness > 0.0 && l.k > 0.0 && l.rho > 0.0 && l.c > 0.0)
            .collect();
        let thickness: f64 = layers.iter().map(|l| l.thickness).sum();
        let mut grid = Self {
            capacity: [0.0; NODES],
            conductance: [0.0; NODES],
            emissivity: if c.emissivity > 0.0 { c.emissivity.min(1.0) } else { 0.9 },
            adiabatic: layers.is_empty() || !thickness.is_finite(),
        };
        if grid.adiabatic {
            return grid;
        }
        let mut size = 1.0;
        let mut sum = 0.0;
        let mut x = [0.0; NODES];
        for p in &mut x[1..] {
            sum += size;
            *p = sum;
            size *= GROWTH;
        }
        // Heat capacity and resistance between two depths.
        let between = |from: f64, to: f64| {
            let (mut top, mut capacity, mut resistance) = (0.0, 0.0, 0.0);
            for l in &layers {
                let d = (to.min(top + l.thickness) - from.max(top)).max(0.0);
                capacity += d * l.rho * l.c;
                resistance += d / l.k;
                top += l.thickness;
            }
            (capacity, resistance)
        };
        for i in 0..NODES - 1 {
            let (a, b) = (x[i] / sum * thickness, x[i + 1] / sum * thickness);
            let mid = (a + b) / 2.0;
            grid.capacity[i] += between(a, mid).0;
            grid.capacity[i + 1] += between(mid, b).0;
            grid.conductance[i] = 1.0 / between(a, b).1.max(1e-9);
        }
        grid.conductance[NODES - 1] = BACK_W_M2K;
        grid
    }

    /// One implicit step: flux `q` (W/m²) into the face, less `h` times the rise of the face. Returns the flux lost at
    /// the back.
    fn step(&self, t: &mut [f64], q: f64, h: f64, behind: f64, dt: f64) -> f64 {
        let old = t[0];
        let mut pivot = [0.0; NODES];
        let mut right = [0.0; NODES];
        for i in (0..NODES).rev() {
            let c = self.capacity[i] / dt;
            let left = if i > 0 { self.conductance[i - 1] } else { 0.0 };
            let mut d = c + self.conductance[i] + left;
            let mut r = c * t[i];
            if i == NODES - 1 {
                r += self.conductance[i] * behind;
            } else {
                let f = self.conductance[i] / pivot[i + 1];
                d -= f * self.conductance[i];
                r += f * right[i + 1];
            }
            pivot[i] = d;
            right[i] = r;
        }
        t[0] = (right[0] + q + h * old) / (pivot[0] + h);
        for i in 1..NODES {
            t[i] = (right[i] + self.conductance[i - 1] * t[i - 1]) / pivot[i];
        }
        self.conductance[NODES - 1] * (t[NODES - 1] - behind)
    }

    /// Heat held above 0 K, J/m².
    pub fn holds(&self, t: &[f64]) -> f64 {
        self.capacity.iter().zip(t).map(|(c, t)| c * t).sum()
    }
}

/// Temperature of a face that lets no heat pass, K: what it radiates and convects is what reaches it. `takes`: net
/// radiation at the temperature `old`, W/m²; `h` W/m²K to gas of `gas` K.
pub fn adiabatic_face(emissivity: f64, takes: f64, old: f64, h: f64, gas: f64) -> f64 {
    let radiates = emissivity * SIGMA;
    let all = takes + radiates * old * old * old * old + h * gas;
    if radiates <= 0.0 || all <= 0.0 {
        return if h > 0.0 { gas } else { old };
    }
    // From above, so that Newton's steps never pass the root.
    let mut t = (all / radiates).sqrt().sqrt();
    for _ in 0..8 {
        let t3 = t * t * t;
        t -= (radiates * t3 * t + h * t - all) / (4.0 * radiates * t3 + h);
    }
    t
}

/// Emissivity of a layer of gas: soot, carbon dioxide and steam (grey; power laws near Hottel's charts at
/// 500 K, assumption, 待核实).
pub fn emissivity(layer: &Layer, volume: f64, surface: f64, t: f64) -> f64 {
    if volume <= 1e-6 || surface <= 0.0 || layer.m <= 0.0 {
        return 0.0;
    }
    let length = 3.6 * volume / surface;
    let soot = SOOT_ABSORBS * layer.s[SOOT].max(0.0) / volume * t;
    // Partial pressure times path, atm·m.
    let mole = |i: usize, w: f64| (layer.s[i].max(0.0) / w) / (layer.m / 28.96) * length;
    let co2 = 0.19 * mole(CO2, 44.01).sqrt().sqrt();
    let steam = 0.6 * libm::pow(mole(H2O, 18.015), 0.46);
    let clear = (co2.min(0.15) + steam.min(0.4)).min(0.5);
    (1.0 - (1.0 - clear) * libm::exp(-soot * length)).clamp(0.0, 1.0)
}

/// View factor between two equal discs of radius `r` at a distance `d`.
fn discs(r: f64, d: f64) -> f64 {
    let x = d / r;
    // (X − √(X² − 4))/2 with X = 2 + x², written without cancellation.
    2.0 / (2.0 + x * x + x * (4.0 + x * x).sqrt())
}

/// Part of all directions in which a point sees a disc of radius `r` at a distance `d`.
fn cone(r: f64, d: f64) -> f64 {
    (1.0 - d / (d * d + r * r).sqrt().max(1e-9)) / 2.0
}

/// Heat transfer of ceiling jets, W/m²K: the mean flux to a cold ceiling 0.27 Qc/(A^0.68 H^0.64) (as CFAST) for the
/// layers' difference; at most 50, and half of it at the walls that the jets run down (assumption, 待核实).
fn under_jet(zone: &Zone, now: &Now, qc: f64) -> f64 {
    let flux = 0.27 * qc / (libm::pow(zone.area, 0.68) * libm::pow(zone.height, 0.64));
    (flux / (now.t[0] - now.t[1]).max(20.0)).min(50.0)
}

/// Heat transfer of gas that comes in by openings and spreads under the ceiling, W/m²K, its mean over the ceiling: as of
/// the plume that brings as much heat (Cooper 1982, J. Heat Transfer 104, from memory, 待核实; that a door does as a plume
/// does is an assumption). Half of it at the walls, as of a fire's own jet.
fn under_stream(height: f64, spread: f64, (t, rho): (f64, f64), watts: f64) -> f64 {
    // 0.283 Pr^-2/3 with Pr 0.7.
    const COOPER: f64 = 0.359;
    let rise = (G * height).sqrt();
    // Q*^1/3.
    let strength = libm::cbrt(watts / (rho * CP * t * rise * height * height));
    let reynolds = rise * height * strength / AIR_NU_M2_S;
    COOPER * spread * rho * CP * rise * strength * libm::pow(reynolds, -0.3)
}

/// How a ceiling jet's heat transfer falls with the distance in heights (Cooper 1982), its mean over a disc of a radius.
pub fn spread(radius: f64, height: f64) -> f64 {
    const RINGS: u32 = 32;
    let end = radius / height;
    (0..RINGS)
        .map(|i| {
            // Rings of equal area; within 0.2 heights as at 0.2.
            let x = (end * ((f64::from(i) + 0.5) / f64::from(RINGS)).sqrt()).max(0.2);
            libm::pow(x, -1.2) * (x - 0.0771) / (x + 0.279)
        })
        .sum::<f64>()
        / f64::from(RINGS)
}

/// Kinematic viscosity of air, m²/s.
const AIR_NU_M2_S: f64 = 1.5e-5;

/// Walls of a quiet room are reckoned so far in advance, s; not all rooms at once.
pub fn nap_s(zone: usize) -> f64 {
    2.0 - 0.2 * (zone % 4) as f64
}

/// Gas and the surfaces that it touches differ by less than this in a quiet room, K.
const QUIET_K: f64 = 1.0;

/// Heat that a sleeping room's walls have exchanged in advance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Nap {
    /// How far ahead the walls are, s.
    pub left: f64,
    /// What upper and lower layer have still to receive of it, J.
    pub heat: [f64; 2],
}

/// Nothing warms or cools the room to speak of.
pub fn quiet(zone: &Zone, now: &Now, nodes: &[f64]) -> bool {
    let upper = now.interface < zone.z + zone.height;
    let lower = now.interface > zone.z && zone.kind == Kind::Two;
    let near = |k: usize, i: usize| (now.t[k] - nodes[i * NODES]).abs() < QUIET_K;
    (!upper || (near(0, 0) && near(0, 1)))
        && (!lower || (near(1, 2) && near(1, 3)))
        && (now.t[0] - now.t[1]).abs() < QUIET_K
}

/// Flames in a room.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flames {
    /// W.
    pub radiates: f64,
    /// Mean height above the floor, m.
    pub height: f64,
    /// Heat that plumes carry up, W.
    pub convects: f64,
    /// Part of `radiates` that falls on walls beside flames that stand against them, W.
    pub beside: f64,
    /// Heat above the lower air that gas brings in by openings, W.
    pub stream: f64,
}

/// Openings to the open air, through which heat radiates away.
#[derive(Clone, Copy, Debug, Default)]
pub struct Holes {
    /// Their area in the upper and lower wall, m².
    pub area: [f64; 2],
    /// Temperature beyond, K.
    pub beyond: f64,
}

/// Parts of a flame's radiation that go towards ceiling, upper wall, lower wall and floor: solid angles from a point
/// in the middle of the room, at a height above the floor; `clear` is the height of the interface.
fn shares(zone: &Zone, clear: f64, height: f64) -> [f64; SURFACES] {
    let r = zone.radius;
    let z = height.clamp(0.05 * zone.height, 0.95 * zone.height);
    let (top, bottom) = (cone(r, zone.height - z), cone(r, z));
    let side = 1.0 - top - bottom;
    let above = if z < clear {
        cone(r, clear - z) - top
    } else {
        side - (cone(r, z - clear) - bottom)
    };
    let above = above.clamp(0.0, side);
    [top, above, side - above, bottom]
}

/// Heat exchanged in a room, W.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exchanged {
    /// Received by upper and lower layer.
    pub gas: [f64; 2],
    /// Gone for good: through openings, surfaces without lining, and the backs of walls.
    pub lost: f64,
}

/// The upper wall's part of the walls goes from `old` to `new`: what changes over mixes with what it comes to.
fn share_out(nodes: &mut [f64], old: f64, new: f64) {
    let (upper, lower) = nodes[NODES..3 * NODES].split_at_mut(NODES);
    if new >= old {
        for (u, l) in upper.iter_mut().zip(lower.iter_mut()) {
            *u = if new > 0.0 {
                (old * *u + (new - old) * *l) / new
            } else {
                *l
            };
            if new >= 1.0 {
                *l = *u;
            }
        }
    } else {
        for (u, l) in upper.iter_mut().zip(lower.iter_mut()) {
            *l = ((1.0 - old) * *l + (old - new) * *u) / (1.0 - new);
            if new <= 0.0 {
                *u = *l;
            }
        }
    }
}

/// Exchanges heat between a room's gas and its surfaces for `dt`: changes the surfaces' temperatures (K). `reach`: the
/// upper wall's part of the walls, of the last time and from now on.
pub fn exchange(
    zone: &Zone,
    grids: &[Grid],
    now: &Now,
    layers: &[Layer; 2],
    flames: Flames,
    holes: Holes,
    behind: [f64; 3],
    dt: f64,
    nodes: &mut [f64],
    reach: &mut f64,
) -> Exchanged {
    let grid = |i: Option<usize>| i.and_then(|i| grids.get(i));
    let faces = [grid(zone.ceiling), grid(zone.walls), grid(zone.walls), grid(zone.floor)];
    let mut gas = [0.0; 2];
    let depth = (zone.z + zone.height - now.interface).clamp(0.0, zone.height);
    let clear = zone.height - depth;
    if faces.iter().all(Option::is_none) {
        // Radiation leaves by surfaces without lining.
        return Exchanged {
            gas,
            lost: flames.radiates,
        };
    }
    let part = depth / zone.height;
    share_out(nodes, *reach, part);
    *reach = part;
    let area = [
        zone.area,
        zone.wall_area * part,
        zone.wall_area * (1.0 - part),
        zone.area,
    ];
    let face = [nodes[0], nodes[NODES], nodes[2 * NODES], nodes[3 * NODES]];
    // Which layer touches which surface.
    let touches = [
        usize::from(depth <= 0.0),
        0,
        1,
        usize::from(clear > 0.0 && zone.kind == Kind::Two),
    ];
    let radiation = {
        let mut coldest = f64::MAX;
        let mut hottest = 0.0f64;
        for t in [now.t[0], now.t[1], face[0], face[1], face[2], face[3]] {
            coldest = coldest.min(t);
            hottest = hottest.max(t);
        }
        hottest - coldest > 2.0 || flames.radiates > 0.0
    };
    let heavy = usize::from(layers[1].m > layers[0].m);
    let (mut rad, mut lost) = ([0.0; SURFACES], 0.0);
    if radiation {
        let mut eps = [
            emissivity(&layers[0], zone.area * depth, 2.0 * zone.area + area[1], now.t[0]),
            emissivity(&layers[1], zone.area * clear, 2.0 * zone.area + area[2], now.t[1]),
        ];
        for k in 0..2 {
            // A thin layer can neither give nor take more than it holds in a step.
            let t = now.t[k];
            let exchanged = 4.0 * SIGMA * t * t * t * (2.0 * zone.area + zone.wall_area) + flames.radiates / t;
            let x = eps[k] * exchanged * dt / (CP * layers[k].m).max(1e-9);
            if x > 1e-3 {
                eps[k] *= (1.0 - libm::exp(-x)) / x;
            }
        }
        (rad, gas, lost) = radiate(
            zone,
            &faces,
            &face,
            area,
            [depth, clear],
            eps,
            now.t,
            flames,
            holes,
            heavy,
        );
    }
    // Convection, natural (1.52 |ΔT|^1/3 at ceiling and floor, 1.31 at walls, as CFAST) and that of the gas that jets
    // along ceiling and upper walls, joined by their cubes (Churchill 1977).
    let mut forced = 0.0;
    if flames.convects > 0.0 {
        forced = under_jet(zone, now, flames.convects);
    }
    if flames.stream > 0.0 {
        let (around, watts) = ((now.t[1], now.rho[1]), flames.stream);
        forced = under_stream(zone.height, zone.spread, around, watts).max(forced);
    }
    let mut h = [0.0; SURFACES];
    let mut coefficient = [0.0; 2];
    for i in 0..SURFACES {
        if faces[i].is_some() && area[i] > 0.0 {
            let c = if i == 0 || i == 3 { 1.52f64 } else { 1.31 };
            let jet = [forced, forced / 2.0, 0.0, 0.0][i];
            h[i] = libm::cbrt(c * c * c * (now.t[touches[i]] - face[i]).abs() + jet * jet * jet);
            coefficient[touches[i]] += h[i] * area[i];
        }
    }
    // A thin layer cannot give more than it has: the mean over the step of its exponential approach.
    let mut damp = [1.0; 2];
    for k in 0..2 {
        let x = coefficient[k] * dt / (CP * layers[k].m).max(1e-9);
        damp[k] = if x > 1e-6 { (1.0 - libm::exp(-x)) / x } else { 1.0 };
    }
    for i in 0..SURFACES {
        let t = &mut nodes[i * NODES..(i + 1) * NODES];
        let Some(g) = faces[i] else { continue };
        if area[i] <= 0.0 {
            // No wall in this layer.
            continue;
        }
        let k = touches[i];
        let h = h[i] * damp[k];
        let hr = if radiation {
            4.0 * g.emissivity * SIGMA * face[i] * face[i] * face[i]
        } else {
            0.0
        };
        let back = behind[[0, 1, 1, 2][i]];
        let convected = h * (now.t[k] - face[i]);
        let radiated = if g.adiabatic {
            let emissivity = if radiation { g.emissivity } else { 0.0 };
            t.fill(adiabatic_face(emissivity, rad[i], face[i], h, now.t[k]));
            // Just what it took in excess.
            rad[i] + h * (now.t[k] - t[0])
        } else {
            lost += area[i] * g.step(t, rad[i] + convected, h + hr, back, dt);
            hr * (t[0] - face[i])
        };
        // The face's rise lowers what it takes; gas keeps the rest.
        gas[k] -= (convected - h * (t[0] - face[i])) * area[i];
        // A thin layer cannot carry what the face's own change gives or takes.
        gas[heavy] += radiated * area[i];
    }
    Exchanged { gas, lost }
}

/// Solves `a`·x = b in place by elimination; each row's diagonal outweighs the rest of it.
fn eliminate(a: &mut [[f64; SURFACES]; SURFACES], b: &mut [f64; SURFACES]) {
    for k in 0..SURFACES {
        for i in k + 1..SURFACES {
            let f = a[i][k] / a[k][k];
            if f != 0.0 {
                let (above, below) = a.split_at_mut(i);
                for (x, y) in below[0].iter_mut().zip(&above[k]) {
                    *x -= f * y;
                }
                b[i] -= f * b[k];
            }
        }
    }
    for i in (0..SURFACES).rev() {
        let sum: f64 = (i + 1..SURFACES).map(|j| a[i][j] * b[j]).sum();
        b[i] = (b[i] - sum) / a[i][i];
    }
}

/// Net radiation into each surface, W/m², into each layer, W, and lost, W. Surfaces are diffuse and grey, layers grey
/// and without reflection; radiosities are solved exactly.
fn radiate(
    zone: &Zone,
    faces: &[Option<&Grid>; SURFACES],
    face: &[f64; SURFACES],
    area: [f64; SURFACES],
    thick: [f64; 2],
    eps: [f64; 2],
    t: [f64; 2],
    flames: Flames,
    holes: Holes,
    heavy: usize,
) -> ([f64; SURFACES], [f64; 2], f64) {
    let r = zone.radius;
    let black = |t: f64| SIGMA * t * t * t * t;
    let gas_black = [black(t[0]), black(t[1])];
    // Exchange areas A_i·F_ij: ceiling c, upper wall u, lower wall l, floor f.
    let (through, down, up) = (discs(r, zone.height), discs(r, thick[0]), discs(r, thick[1]));
    let a = zone.area;
    let mut g = [[0.0; SURFACES]; SURFACES];
    let mut pair = |i: usize, j: usize, x: f64| {
        g[i][j] = x.max(0.0);
        g[j][i] = g[i][j];
    };
    pair(0, 3, a * through);
    pair(0, 1, a * (1.0 - down));
    pair(0, 2, a * (down - through));
    pair(3, 2, a * (1.0 - up));
    pair(3, 1, a * (up - through));
    // Through the interface plane the upper wall sends a·(1 − down); what misses the floor meets the lower wall.
    pair(1, 2, a * ((1.0 - down) - (up - through)));
    for w in [1, 2] {
        let others: f64 = g[w].iter().sum();
        g[w][w] = (area[w] - others).max(0.0);
    }
    let upper = |i: usize| i < 2;
    let mut gas = [0.0; 2];
    let mut arrives = [0.0; SURFACES];
    if flames.radiates > 0.0 {
        let z = flames.height.clamp(0.05 * zone.height, 0.95 * zone.height);
        for (i, share) in shares(zone, thick[1], flames.height).into_iter().enumerate() {
            let mut w = (flames.radiates - flames.beside) * share;
            // From a flame in the lower layer only the upper surfaces lie behind smoke.
            if upper(i) == (z < thick[1]) || (upper(i) && z >= thick[1]) {
                gas[0] += w * eps[0];
                w *= 1.0 - eps[0];
            }
            arrives[i] = w;
        }
        // Flames against a wall stand half their height above the middle from which they radiate.
        let below = (thick[1] / (2.0 * z)).min(1.0);
        arrives[1] += flames.beside * (1.0 - below);
        arrives[2] += flames.beside * below;
    }
    // Part of each surface through which radiation leaves and comes in.
    let open = |i: usize| match i {
        _ if faces[i].is_none() => 1.0,
        1 | 2 if area[i] > 0.0 => (holes.area[i - 1] / area[i]).min(1.0),
        _ => 0.0,
    };
    let open = [open(0), open(1), open(2), open(3)];
    let beyond = black(holes.beyond);
    // Layers between two surfaces, in the order in which radiation from the first passes them.
    let path = |j: usize, i: usize| -> &[usize] {
        match (upper(j), upper(i)) {
            (true, true) => &[0],
            (true, false) => &[0, 1],
            (false, true) => &[1, 0],
            (false, false) => &[1],
        }
    };
    // What leaves each surface, W/m²: its own radiation and what it reflects of what arrives.
    let mut matrix = [[0.0; SURFACES]; SURFACES];
    let mut leaves = [0.0; SURFACES];
    for i in 0..SURFACES {
        matrix[i][i] = 1.0;
        let Some(w) = faces[i].filter(|_| area[i] > 0.0) else {
            continue;
        };
        let (own, reflects) = (w.emissivity * black(face[i]), 1.0 - w.emissivity);
        let mut given = arrives[i];
        for j in 0..SURFACES {
            let (mut passes, mut added) = (1.0, 0.0);
            for &k in path(j, i) {
                passes *= 1.0 - eps[k];
                added += eps[k] * (gas_black[k] - added);
            }
            matrix[i][j] -= reflects * g[j][i] * (1.0 - open[j]) * passes / area[i];
            given += g[j][i] * (open[j] * beyond * passes + added);
        }
        leaves[i] = own + reflects * given / area[i];
    }
    eliminate(&mut matrix, &mut leaves);
    for i in 0..SURFACES {
        for j in 0..SURFACES {
            let x = g[j][i];
            if x <= 0.0 {
                continue;
            }
            let mut w = (1.0 - open[j]) * leaves[j] + open[j] * beyond;
            for &k in path(j, i) {
                let gain = eps[k] * (w - gas_black[k]);
                w -= gain;
                gas[k] += gain * x;
            }
            arrives[i] += w * x;
        }
    }
    let (mut net, mut lost) = ([0.0; SURFACES], 0.0);
    for i in 0..SURFACES {
        if area[i] > 0.0 {
            let sees: f64 = g[i].iter().sum();
            net[i] = (1.0 - open[i]) * (arrives[i] - leaves[i] * sees) / area[i];
            lost += open[i] * (arrives[i] - beyond * sees);
        } else {
            gas[heavy] += arrives[i];
        }
    }
    (net, gas, lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ceiling_jets_heat_transfer_falls_as_cooper_has_it() {
        // Integrated over the disc in steps of the radius instead of rings of equal area.
        let mean = |end: f64| {
            let n = 20_000;
            let f = |x: f64| libm::pow(x, -1.2) * (x - 0.0771) / (x + 0.279);
            (0..n)
                .map(|i| {
                    let r = end * (f64::from(i) + 0.5) / f64::from(n);
                    f(r.max(0.2)) * 2.0 * r / end / f64::from(n)
                })
                .sum::<f64>()
        };
        for end in [0.1, 0.8, 1.27, 3.0] {
            let got = spread(2.44 * end, 2.44) / mean(end);
            assert!((got - 1.0).abs() < 0.01, "{end}: {got}");
        }
        // 80 kW in a corridor of 30 m² and 2.44 m: some 10 W/m²K.
        let (height, radius) = (2.44, (30.0 / std::f64::consts::PI).sqrt());
        let h = |watts: f64| under_stream(height, spread(radius, height), (295.0, 1.2), watts);
        assert!((7.0..11.0).contains(&h(80e3)), "{}", h(80e3));
        assert!((h(10e3) / h(80e3) - libm::pow(0.125, 0.7 / 3.0)).abs() < 1e-9);
    }
}
