//! Fighting a fire: what an agent does to a burning thing, and how the fire comes back.
//!
//! A thing's flames are a part `flames` (0 to 1) of what its curve asks for. Agents knock them down or cool what burns;
//! between strikes they spread again over what is still hot, and from embers, hot fat, live parts or battery cells they
//! come back after they were gone. The curve's own clock goes on only as far as there are flames, so a fire fought down
//! has used up no more fuel than it burnt.
//!
//! The figures are engineering assumptions (待核实) unless a source stands beside them.

use super::agents::{Form, Means, Medium};
use super::items::{Fuel, Item};
use super::zones::Kind;
use super::{Fire, FireEvent};
use crate::place::{Place, ThingId};
use crate::scenario::{Agent, EquipmentKind, Nature};
use serde::{Deserialize, Serialize};

/// Powder that leaves one part in e⁴ of the flames of 100 kW: solids, and liquids and gases; kg (assumption, 待核实:
/// it gives a 4 kg bottle in steady hands about its rating).
const POWDER_KG: (f64, f64) = (0.35, 0.15);
/// The same of carbon dioxide, kg.
const CARBON_DIOXIDE_KG: f64 = 0.6;
/// The same of water with an F label on fat, kg.
const FAT_WATER_KG: f64 = 0.3;
/// How many e-foldings those are.
const FOLDS: f64 = 4.0;
/// Water that just holds a fire of real things, kg/m²s of burning area (3.5–4.0 L/m²·min: Särdqvist 2019).
const CRITICAL_WATER: f64 = 0.0625;
/// Flames spread over what is hot in about this time, s, by nature: charring, melting, liquids, fat, gas.
const SPREADS_S: [f64; 6] = [20.0, 15.0, 2.0, 2.0, 3.0, 1.0];
/// Heat taken by a kilogram of water that evaporates, J (from 20 °C).
pub(super) const EVAPORATES: f64 = 2.6e6;
/// Heat stored under a square metre of surface that glows, J.
const STORED: f64 = 2e6;
/// Flames smaller than this part of the free fire are out.
const OUT_BELOW: f64 = 0.02;
/// Flames that come back begin with this part.
const COMES_BACK: f64 = 0.05;
/// Embers weaker than this bring no flames back.
const EMBERS_DIE: f64 = 0.15;
/// A full glaze of ABC powder, foam or sand holds embers weaker than this more.
const GLAZE_HOLDS: f64 = 0.6;
/// Fat lights by itself above this, °C (palm oil 350–368 °C, measured).
pub const FAT_IGNITES_C: f64 = 355.0;
/// Fat that has burnt is broken down and lights again at this, °C (some 25 K lower; assumption, 待核实).
const FAT_RELIGHTS_C: f64 = 330.0;
/// Burning fat gets as hot as this, °C.
const FAT_BURNS_C: f64 = 395.0;
/// A pan off the heat cools in about this time, s (guides say wait half an hour under the lid).
const PAN_COOLS_S: f64 = 900.0;
/// Water that sinks into fat hotter than this turns to steam at once, °C (vapour explosion: Liu and Chow).
const FLASH_C: f64 = 250.0;
/// How long a flash of fat lasts, s, and how many times the fire it is at least and at most (Liu and Chow; 2–3 s).
const FLASH_S: f64 = 2.5;
const FLASH_TIMES: (f64, f64) = (5.0, 10.0);
/// Radius of the ball of fire of 0.2 kg of water, m; it grows with the cube root.
const FLASH_RADIUS: (f64, f64) = (1.2, 0.2);
/// An arc lights what is about it again in this time, s.
const ARC_S: f64 = 15.0;
/// Mains, V; body from hand to foot, Ω; floor wetted by less than a litre counts as dry.
const MAINS_V: f64 = 220.0;
const BODY_OHM: f64 = 1000.0;
const WET_FLOOR_OHM: f64 = 4000.0;
/// Hands can no longer let go above about this, mA (IEC 60479-1, recalled, 待核实).
pub const LET_GO_MA: f64 = 10.0;
/// Water runs so far round what it was poured on, m.
const PUDDLE_M: f64 = 1.5;
/// A stream nearer than this blows burning liquid about, m.
const TOO_NEAR_M: f64 = 1.0;

/// A cell runs away above this, °C, and a pack colder than the second has come to rest (130–200 °C; 80 °C).
const RUNAWAY_C: f64 = 150.0;
const PACK_RESTS_C: f64 = 80.0;
/// Heat capacity of a pack, J/K for each kWh: 6.5 kg of 1,000 J/kg·K.
const PACK_J_K: f64 = 6500.0;
/// Part of the stored energy that a cell leaves in the pack as heat.
const STAYS_IN_PACK: f64 = 0.5;
/// Flames about a pack heat it so fast, K/s, and no hotter than this, °C; it cools in this time, s.
const PACK_HEATS: (f64, f64, f64) = (1.6, 600.0, 1500.0);
/// Part of the water on a vehicle or case that gets at the cells (20–60 L in a steady stream come out of it).
const INTO_PACK: f64 = 0.05;
/// A jet lights what is about it again: flames at least so large.
const JET_LIGHTS: f64 = 0.3;
/// Flux of a jet's flame on what it touches, kW/m²; it falls off to nothing at its reach.
pub(super) const JET_KW_M2: f64 = 40.0;
/// A pack that jets stays covered in this part at most.
const JETS_LIFT: f64 = 0.5;
/// Part of a jet that powder or gas in the air can hold back.
const JET_HELD: f64 = 0.8;

/// Where the stream is aimed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Aim {
    /// At what burns, under the flames.
    #[default]
    Base,
    /// Into the flames.
    Middle,
    /// At their tips.
    Top,
}

/// What somebody does to a burning thing during a short time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Application {
    /// What is aimed at.
    pub thing: ThingId,
    /// With what.
    pub means: Means,
    /// Agent that leaves the nozzle meanwhile, kg; 0 for what is laid on.
    pub kg: f64,
    /// How long that takes, s.
    pub dt_s: f64,
    /// Reach of the stream, m.
    pub range_m: f64,
    /// From the nozzle or hand to the thing, m.
    pub distance_m: f64,
    /// Where it is aimed.
    pub aim: Aim,
    /// How evenly the whole width is swept, 0 to 1.
    pub sweep: f64,
    /// Wind from behind the user, m/s; negative in the face.
    pub wind_m_s: f64,
}

/// How a thing is being fought.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Fight {
    /// Flames, part of what the curve asks for.
    pub flames: f64,
    /// Heat kept in embers or hot metal, 0 to 1.
    pub embers: f64,
    /// Crust of powder, foam or sand, 0 to 1.
    pub glaze: f64,
    /// Agent that hangs about, 0 to 1.
    pub cloud: f64,
    /// Water on the surface, kg/m².
    pub wet: f64,
    /// Part covered by lid or blanket, 0 to 1.
    pub cover: f64,
    /// Temperature of fat, °C.
    pub fat_c: f64,
    /// Stove or valve still on.
    pub fed: bool,
    /// Burning area over what the curve knows, at least 1.
    pub spread: f64,
    /// Water that sank into hot fat and has not flashed, kg.
    pub sunk: f64,
    /// Flash still to come, s, and its heat release rate, W.
    pub flash_s: f64,
    pub flash_w: f64,
    /// On the way back, 0 to 1.
    pub returns: f64,
    /// Conducting water on the floor about it, kg.
    pub puddle: f64,
    /// Rain still falls on it, s.
    pub rain_s: f64,
    /// Time since somebody was last shocked, s.
    pub shock_s: f64,
    /// It was put out before.
    pub put_out: bool,
    /// Temperature of a pack of cells, °C.
    pub pack_c: f64,
    /// Its cells go one after another.
    pub runaway: bool,
    /// Jets so far, and the way to the next, 0 to 1.
    pub jets: u32,
    pub next_jet: f64,
    /// Left of the jet that burns now, s, and its heat release rate, W.
    pub jet_s: f64,
    pub jet_w: f64,
    /// Hydrogen fluoride given off, g.
    pub hf_g: f64,
}

impl Fight {
    /// Left alone.
    pub fn new(fuel: &Fuel) -> Self {
        Self {
            flames: 1.0,
            embers: 0.0,
            glaze: 0.0,
            cloud: 0.0,
            wet: 0.0,
            cover: 0.0,
            fat_c: if fuel.nature == Nature::CookingOil {
                FAT_IGNITES_C
            } else {
                0.0
            },
            fed: true,
            spread: 1.0,
            sunk: 0.0,
            flash_s: 0.0,
            flash_w: 0.0,
            returns: 0.0,
            puddle: 0.0,
            rain_s: 0.0,
            shock_s: f64::INFINITY,
            put_out: false,
            pack_c: 25.0,
            runaway: false,
            jets: 0,
            next_jet: 0.0,
            jet_s: 0.0,
            jet_w: 0.0,
            hf_g: 0.0,
        }
    }

    /// It catches fire, by another's flames or by itself: a pack that lights by itself has a cell that ran away.
    pub fn begins(&mut self, fuel: &Fuel, by_flames: bool) {
        if self.put_out {
            self.flames = COMES_BACK;
        }
        if fuel.battery.is_some() && !by_flames {
            self.pack_c = self.pack_c.max(RUNAWAY_C + 10.0);
        }
    }

    /// Heat release rate that burns of what the curve asks for, W.
    pub fn burns_w(&self, free_w: f64) -> f64 {
        free_w * self.flames * self.spread + self.flash_w + self.jet_w
    }

    /// Heat of combustion of what leaves the thing, W: gas goes on streaming where its flame is out.
    pub fn gives_off_w(&self, fuel: &Fuel, free_w: f64) -> f64 {
        let burns = self.burns_w(free_w);
        if fuel.nature == Nature::Gas && self.fed {
            burns.max(free_w)
        } else {
            burns
        }
    }

    /// How fast the curve's clock goes.
    pub fn pace(&self, fuel: &Fuel) -> f64 {
        if fuel.nature == Nature::Gas {
            f64::from(u8::from(self.fed))
        } else {
            self.flames * self.spread
        }
    }

    /// Feeds all figures to a hasher.
    pub fn feed(&self, mut feed: impl FnMut(f64)) {
        let flag = |b: bool| f64::from(u8::from(b));
        for x in [
            self.flames,
            self.embers,
            self.glaze,
            self.cloud,
            self.wet,
            self.cover,
            self.fat_c,
            flag(self.fed),
            self.spread,
            self.sunk,
            self.flash_s,
            self.flash_w,
            self.returns,
            self.puddle,
            self.rain_s,
            self.shock_s,
            flag(self.put_out),
            self.pack_c,
            flag(self.runaway),
            f64::from(self.jets),
            self.next_jet,
            self.jet_s,
            self.jet_w,
            self.hf_g,
        ] {
            feed(x);
        }
    }

    /// What would bring flames back, 0 and less: nothing does.
    fn drive(&self, nature: Nature) -> f64 {
        let holds = EMBERS_DIE + GLAZE_HOLDS * self.glaze + self.wet;
        match nature {
            Nature::CookingOil => {
                if self.fat_c >= FAT_RELIGHTS_C && self.glaze < 0.8 {
                    2.0
                } else {
                    -1.0
                }
            }
            Nature::Gas if !self.fed => -1.0,
            Nature::Charring | Nature::Melting | Nature::Liquid | Nature::Alcohol | Nature::Gas => self.embers - holds,
        }
    }
}

/// Most heat that embers, char or hot metal keep, 0 to 1, and in which time it is gained and lost, s.
fn embers_of(nature: Nature) -> (f64, f64, f64) {
    match nature {
        Nature::Charring => (1.0, 90.0, 600.0),
        Nature::Melting => (0.6, 60.0, 120.0),
        Nature::Liquid => (0.25, 60.0, 60.0),
        Nature::Alcohol => (0.18, 60.0, 60.0),
        Nature::CookingOil => (0.0, 60.0, 60.0),
        Nature::Gas => (0.4, 120.0, 60.0),
    }
}

fn spreads_s(nature: Nature) -> f64 {
    SPREADS_S[match nature {
        Nature::Charring => 0,
        Nature::Melting => 1,
        Nature::Liquid => 2,
        Nature::Alcohol => 3,
        Nature::CookingOil => 4,
        Nature::Gas => 5,
    }]
}

/// Part of a stream that arrives: reach, aim, sweep over the width, wind; 0 to 1.
fn hits(a: &Application, width_m: f64, light: bool, outdoors: bool) -> f64 {
    let range = a.range_m.max(0.1);
    let reach = ((1.1 - a.distance_m.max(0.0) / range) / 0.35).clamp(0.0, 1.0);
    let aim = match a.aim {
        Aim::Base => 1.0,
        Aim::Middle => 0.4,
        Aim::Top => 0.05,
    };
    // A fire no wider than the stream needs no sweeping.
    let narrow = (0.5 / width_m.max(0.1)).min(1.0);
    let sweep = narrow + (1.0 - narrow) * (0.5 + 0.5 * a.sweep.clamp(0.0, 1.0));
    // Wind in the face takes powder and gas away; water hardly.
    let blown = if light { 0.2 } else { 0.05 };
    let wind = (1.0 + blown * a.wind_m_s).clamp(0.1, 1.0);
    let thin = if light && outdoors && a.means == Means::Bottle(Agent::CarbonDioxide) {
        0.3
    } else {
        1.0
    };
    reach * aim * sweep * wind * thin
}

/// Current through whoever holds the means, mA: along the stream, and through a floor that was wetted about a live
/// thing.
fn shock_ma(means: Means, distance_m: f64, puddle_kg: f64) -> f64 {
    let mut ma = 0.0;
    if let Some((area, conductivity)) = means.conducts() {
        let stream = distance_m.max(0.02) / (area * conductivity);
        ma += 1e3 * MAINS_V / (stream + BODY_OHM);
    }
    if puddle_kg >= 1.0 && distance_m <= PUDDLE_M {
        ma += 1e3 * MAINS_V / (WET_FLOOR_OHM + BODY_OHM);
    }
    ma
}

/// A thing and where it burns, for the laws below.
struct Burning<'a> {
    fuel: &'a Fuel,
    item: &'a mut Item,
    thing: ThingId,
    /// What it would burn if nobody fought it, W.
    free_w: f64,
    outdoors: bool,
    mains: bool,
}

impl Burning<'_> {
    /// Burning area, m².
    fn area(&self) -> f64 {
        let part = if self.fuel.peak > 0.0 {
            (self.free_w / self.fuel.peak).clamp(0.02, 1.0)
        } else {
            1.0
        };
        self.fuel.area * part * self.item.fight.spread
    }

    /// Less flames: `folds` e-foldings.
    fn knock(&mut self, folds: f64) {
        self.item.fight.flames *= libm::exp(-folds.max(0.0));
    }

    /// An agent strikes.
    fn struck(&mut self, a: &Application, events: &mut Vec<FireEvent>) {
        let medium = a.means.medium();
        let light = matches!(medium, Medium::Powder { .. } | Medium::CarbonDioxide);
        let width = libm::sqrt(self.area());
        let h = hits(a, width, light, self.outdoors);
        let got = a.kg.max(0.0) * h;
        self.shocked(a, events);
        if self.item.fight.cover >= 0.95 && medium != Medium::Cover {
            return;
        }
        if a.means.form() == Form::Spray || a.means.form() == Form::Jet {
            self.blown_about(a, events);
        }
        let hundreds = (self.free_w / 1e5).max(0.1);
        match medium {
            Medium::Powder { glazes } => self.powder(got, glazes, hundreds),
            Medium::CarbonDioxide => {
                let whole = CARBON_DIOXIDE_KG * hundreds;
                self.knock(FOLDS * got / whole);
                let f = &mut self.item.fight;
                f.cloud = (f.cloud + got / (0.2 * whole)).min(1.0);
            }
            Medium::Water { fat, additive } => self.water(a, got, fat, additive, hundreds, events),
            Medium::Foam => self.foam(a, got, events),
            Medium::Sand => {
                let area = self.area();
                let f = &mut self.item.fight;
                f.glaze = (f.glaze + got / (25.0 * area)).min(1.0);
                f.flames = f.flames.min(1.0 - f.glaze);
            }
            Medium::Cover => {
                let covers = match a.means {
                    // A lid fits a pan, nothing else.
                    Means::Lid if self.fuel.nature == Nature::CookingOil && self.fuel.area <= 0.2 => 1.0,
                    Means::Blanket => (1.0 / (1.5 * self.fuel.footprint.max(self.fuel.area))).min(1.0),
                    _ => 0.0,
                };
                // Jets of cells lift what lies on them.
                let covers = if self.fuel.battery.is_some() {
                    covers.min(JETS_LIFT)
                } else {
                    covers
                };
                if a.distance_m <= a.range_m && self.item.flame <= 2.0 {
                    self.item.fight.cover = self.item.fight.cover.max(covers);
                }
            }
        }
    }

    fn powder(&mut self, got: f64, glazes: bool, hundreds: f64) {
        let solid = matches!(self.fuel.nature, Nature::Charring | Nature::Melting);
        let whole = if solid { POWDER_KG.0 } else { POWDER_KG.1 } * hundreds;
        self.knock(FOLDS * got / whole);
        let nature = self.fuel.nature;
        let f = &mut self.item.fight;
        f.cloud = (f.cloud + got / (0.2 * whole)).min(1.0);
        match (nature, glazes) {
            // Ammonium phosphate melts over embers.
            (Nature::Charring | Nature::Melting, true) => f.glaze = (f.glaze + got / (2.0 * whole)).min(1.0),
            // Bicarbonate makes some soap of fat, never a lid.
            (Nature::CookingOil, false) => f.glaze = (f.glaze + 0.2 * got / whole).min(0.5),
            _ => {}
        }
    }

    fn water(
        &mut self,
        a: &Application,
        got: f64,
        fat: bool,
        additive: bool,
        hundreds: f64,
        events: &mut Vec<FireEvent>,
    ) {
        let area = self.area();
        let eff = a.means.efficiency();
        if let Some(b) = self.fuel.battery {
            let f = &mut self.item.fight;
            f.pack_c = (f.pack_c - got * eff * INTO_PACK * EVAPORATES / (PACK_J_K * b.kwh)).max(20.0);
        }
        match self.fuel.nature {
            Nature::Charring | Nature::Melting => self.cool(got * eff, area, a.dt_s),
            Nature::CookingOil if fat => {
                self.knock(FOLDS * got / (FAT_WATER_KG * hundreds));
                let heat = got * eff * EVAPORATES;
                let mass = self.item.left.max(0.2);
                let f = &mut self.item.fight;
                f.glaze = (f.glaze + got / (15.0 * area)).min(1.0);
                f.cloud = 1.0;
                f.fat_c = (f.fat_c - heat / (mass * 2200.0)).max(90.0);
            }
            Nature::CookingOil => {
                self.item.fight.sunk += got * if a.means.form() == Form::Spray { 0.3 } else { 0.8 };
                self.flash(events);
            }
            Nature::Liquid => {
                // Most liquids that burn float: a bottle with additive lays a film, plain water carries them on.
                if additive {
                    self.knock(FOLDS * got / (0.5 * hundreds));
                    let f = &mut self.item.fight;
                    f.glaze = (f.glaze + got / (4.0 * area)).min(1.0);
                } else if got > 0.0 && a.means.form() != Form::Rain {
                    self.widen(1.5, events);
                }
            }
            Nature::Alcohol => {
                // Three parts of water to one of spirit burn no more.
                let left = self.item.left.max(0.05);
                self.knock(FOLDS * got / (3.0 * left));
            }
            Nature::Gas => {
                // Water cools what stands about it; the flame stays at its leak.
                let f = &mut self.item.fight;
                f.embers = (f.embers - got * eff * EVAPORATES / (STORED * area.max(0.1))).max(0.0);
            }
        }
    }

    /// Water on a surface that glows: flames lose where more arrives than the critical flow, embers lose heat.
    fn cool(&mut self, stays: f64, area: f64, dt: f64) {
        let area = area.max(0.01);
        let flow = stays / area / dt.max(1e-3);
        self.knock(flow / CRITICAL_WATER * dt / spreads_s(self.fuel.nature));
        let f = &mut self.item.fight;
        f.embers = (f.embers - stays * EVAPORATES / (STORED * area)).max(0.0);
        // Nothing stays wet that glows or flames.
        if f.flames < 0.3 {
            f.wet = (f.wet + stays / area * (1.0 - f.embers)).min(1.0);
        }
    }

    /// Rain of a sprinkler, mm/s, for `dt`: flames decay with τ = 3 w^−1.8 s (Evans 1993).
    fn rained_on(&mut self, w: f64, dt: f64, events: &mut Vec<FireEvent>) {
        let (area, f) = (self.area(), &mut self.item.fight);
        f.rain_s = 2.0 * dt;
        f.puddle += w * area * dt;
        if let Some(b) = self.fuel.battery {
            f.pack_c = (f.pack_c - w * area * dt * 0.5 * INTO_PACK * EVAPORATES / (PACK_J_K * b.kwh)).max(20.0);
        }
        match self.fuel.nature {
            Nature::Charring | Nature::Melting => {
                f.flames *= libm::exp(-dt * libm::pow(w, 1.8) / 3.0);
                let stays = 0.5 * w * dt;
                f.embers = (f.embers - stays * EVAPORATES / STORED).max(0.0);
                if f.flames < 0.3 {
                    f.wet = (f.wet + stays * (1.0 - f.embers)).min(1.0);
                }
            }
            Nature::CookingOil => {
                f.sunk += 0.3 * w * area * dt;
                self.flash(events);
            }
            Nature::Alcohol => self.knock(FOLDS * w * area * dt / (3.0 * self.item.left.max(0.05))),
            Nature::Liquid | Nature::Gas => {}
        }
    }

    fn foam(&mut self, a: &Application, got: f64, events: &mut Vec<FireEvent>) {
        let area = self.area();
        match self.fuel.nature {
            Nature::Charring | Nature::Melting => self.cool(got * a.means.efficiency(), area, a.dt_s),
            Nature::CookingOil => {
                self.item.fight.sunk += got * 0.3;
                self.flash(events);
            }
            Nature::Liquid | Nature::Alcohol => {
                // Spirit breaks ordinary foam down.
                let lasts = if self.fuel.nature == Nature::Alcohol { 0.2 } else { 1.0 };
                let f = &mut self.item.fight;
                f.glaze = (f.glaze + lasts * got / (3.0 * area)).min(1.0);
                f.flames = f.flames.min(1.0 - f.glaze);
            }
            Nature::Gas => {}
        }
    }

    /// Water in hot fat turns to steam and throws it out burning.
    fn flash(&mut self, events: &mut Vec<FireEvent>) {
        let lit = self.item.fight.flames > 0.0 || self.item.fight.fed;
        let f = &mut self.item.fight;
        if f.sunk < 0.02 || f.fat_c < FLASH_C || f.flash_s > 0.0 || !lit {
            return;
        }
        let times = FLASH_TIMES.0 + (FLASH_TIMES.1 - FLASH_TIMES.0) * (f.sunk / FLASH_RADIUS.1).min(1.0);
        f.flash_s = FLASH_S;
        f.flash_w = times * self.free_w.max(self.fuel.peak * 0.3);
        f.flames = 1.0;
        let radius_m = FLASH_RADIUS.0 * libm::cbrt(f.sunk / FLASH_RADIUS.1);
        f.sunk = 0.0;
        events.push(FireEvent::Flashed {
            thing: self.thing,
            radius_m,
            kw: f.flash_w / 1e3,
        });
    }

    /// A stream from too near drives burning liquid out of its vessel.
    fn blown_about(&mut self, a: &Application, events: &mut Vec<FireEvent>) {
        let liquid = matches!(self.fuel.nature, Nature::Liquid | Nature::Alcohol | Nature::CookingOil);
        if liquid && a.distance_m < TOO_NEAR_M && a.kg > 0.0 && self.item.fight.flames > 0.0 {
            self.widen(1.5, events);
        }
    }

    fn widen(&mut self, to: f64, events: &mut Vec<FireEvent>) {
        if self.item.fight.spread < to {
            self.item.fight.spread = to;
            events.push(FireEvent::Splashed { thing: self.thing });
        }
    }

    fn shocked(&mut self, a: &Application, events: &mut Vec<FireEvent>) {
        if a.means.wets() {
            self.item.fight.puddle += a.kg.max(0.0);
        }
        if !(self.fuel.live && self.mains) || a.kg <= 0.0 {
            return;
        }
        let ma = shock_ma(a.means, a.distance_m, self.item.fight.puddle);
        let f = &mut self.item.fight;
        if ma >= LET_GO_MA && f.shock_s >= 1.0 {
            f.shock_s = 0.0;
            events.push(FireEvent::Shocked { thing: self.thing, ma });
        }
    }

    /// Left to itself for `dt`.
    fn goes_on(&mut self, dt: f64, wind: f64, events: &mut Vec<FireEvent>) {
        self.cells(dt, events);
        let nature = self.fuel.nature;
        let (fuel, thing) = (self.fuel, self.thing);
        let free_kw = self.free_w / 1e3;
        let f = &mut self.item.fight;
        f.shock_s += dt;
        // Agent in the air is carried off: indoors in seconds, outdoors with the wind.
        let lasts = if self.outdoors { 1.0 / (1.0 + wind) } else { 3.0 };
        f.cloud *= libm::exp(-dt / lasts);
        if f.flash_s > 0.0 {
            f.flash_s -= dt;
            if f.flash_s <= 0.0 {
                (f.flash_s, f.flash_w) = (0.0, 0.0);
            }
        }
        let was = f.flames;
        if f.cover > 0.0 {
            let floor = if f.cover >= 0.95 { 0.0 } else { 1.0 - f.cover };
            if f.flames > floor {
                f.flames = floor + (f.flames - floor) * libm::exp(-dt / 1.5);
            }
        }
        if nature == Nature::Gas && !f.fed {
            f.flames *= libm::exp(-dt / 0.7);
        }
        f.rain_s = (f.rain_s - dt).max(0.0);
        // The law of a sprinkler's decay counts what would spread again.
        if f.flames > 0.0 && f.flames < 1.0 && f.cover < 0.95 && f.rain_s <= 0.0 {
            let free = (1.0 - f.cloud) * (1.0 - f.glaze) * (1.0 - f.cover) / (1.0 + f.wet / 0.1);
            let rate = free.max(0.0) / spreads_s(nature);
            // Logistic, exact over the step.
            let grown = f.flames * libm::exp(rate * dt);
            f.flames = grown / (1.0 - f.flames + grown);
        }
        if f.flames < OUT_BELOW {
            f.flames = 0.0;
        }
        let (most, gains, loses) = embers_of(nature);
        let target = most * f.flames;
        let tau = if target > f.embers { gains } else { loses };
        f.embers += (target - f.embers) * (1.0 - libm::exp(-dt / tau));
        f.wet *= libm::exp(-dt / 120.0);
        if nature == Nature::CookingOil {
            let (to, tau) = if f.flames > 0.0 || f.fed {
                (FAT_BURNS_C, 60.0)
            } else {
                (25.0, PAN_COOLS_S)
            };
            f.fat_c += (to - f.fat_c) * (1.0 - libm::exp(-dt / tau));
        }
        if was > 0.0 && f.flames == 0.0 {
            f.returns = 0.0;
            events.push(FireEvent::KnockedDown { thing });
        }
        if f.flames > 0.0 {
            return;
        }
        let drive = f.drive(nature);
        let arcs = fuel.live && self.mains;
        if f.cover < 0.95 && f.cloud < 0.2 {
            // Embers at 0.5 above what dies take some 20 s; hot fat seconds.
            f.returns += dt * (drive.max(0.0) / 10.0 + if arcs { 1.0 / ARC_S } else { 0.0 });
        }
        if f.returns >= 1.0 {
            f.returns = 0.0;
            f.flames = COMES_BACK;
            events.push(FireEvent::Relit {
                thing,
                kw: f.flames * free_kw,
            });
            return;
        }
        let cells = fuel.battery.is_some_and(|b| f.runaway && f.jets < b.jets);
        let waits =
            drive > 0.0 || cells || arcs || (nature == Nature::Gas && f.fed) || (nature == Nature::CookingOil && f.fed);
        if !waits {
            f.put_out = true;
            let item = &mut *self.item;
            (item.lit, item.told, item.dose) = (false, false, 0.0);
            (item.q, item.qc, item.rate, item.flame) = (0.0, 0.0, 0.0, 0.0);
            events.push(FireEvent::PutOut {
                thing,
                mass_left_kg: if item.left.is_finite() { item.left } else { 0.0 },
            });
        }
    }
}

impl Burning<'_> {
    /// Cells run away one after another as long as the pack is hot, whatever the flames about it do.
    fn cells(&mut self, dt: f64, events: &mut Vec<FireEvent>) {
        let Some(b) = self.fuel.battery else { return };
        let smoulders = self.fuel.smoulders(self.item.age);
        let thing = self.thing;
        let f = &mut self.item.fight;
        let (heats, most, cools) = PACK_HEATS;
        if !smoulders && f.flames > 0.0 && f.pack_c < most {
            f.pack_c = (f.pack_c + heats * f.flames * dt).min(most);
        }
        f.pack_c += (25.0 - f.pack_c) * (1.0 - libm::exp(-dt / cools));
        if f.jet_s > 0.0 {
            f.jet_s -= dt;
        }
        if f.jet_s <= 0.0 {
            (f.jet_s, f.jet_w) = (0.0, 0.0);
        }
        f.runaway = f.pack_c >= PACK_RESTS_C && (f.runaway || f.pack_c >= RUNAWAY_C);
        if !f.runaway || smoulders || f.jets >= b.jets {
            return;
        }
        let speed = ((f.pack_c - PACK_RESTS_C) / (RUNAWAY_C - PACK_RESTS_C)).clamp(0.1, 2.0);
        f.next_jet += dt / b.every_s * speed;
        if f.next_jet < 1.0 {
            return;
        }
        f.next_jet = 0.0;
        f.jets += 1;
        f.jet_s = b.jet_s;
        f.jet_w = b.jet_kw * 1e3 * (1.0 - JET_HELD * f.cloud.max(f.cover));
        let share = 1.0 / f64::from(b.jets);
        f.pack_c += share * STAYS_IN_PACK * 3.6e6 / PACK_J_K;
        f.hf_g += share * b.hf_mg_wh * b.kwh;
        let was = f.flames;
        if f.cloud < 0.5 && f.cover < 0.95 {
            f.flames = f.flames.max(JET_LIGHTS);
        }
        events.push(FireEvent::Jet {
            thing,
            reach_m: b.jet_m,
        });
        if was == 0.0 && f.flames > 0.0 {
            f.returns = 0.0;
            events.push(FireEvent::Relit {
                thing,
                kw: (f.flames * self.free_w + f.jet_w) / 1e3,
            });
        }
    }
}

/// What came of fighting a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Out for good.
    Out,
    /// Knocked down, then burning again.
    ComesBack,
    /// Smaller, not out.
    Held,
    /// Hardly anything.
    Nothing,
    /// Water flashed in hot fat.
    Flash,
    /// It shocked whoever fought it.
    Shock,
    /// The flame is out and the gas streams on.
    Gas,
    /// Burning liquid was driven about.
    Spread,
    /// Comes back while it is live, out for good once the mains are off.
    OutUnpowered,
}

/// A thing that burns and is fought alone, without a room about it.
pub(super) struct Trial<'a> {
    fuel: &'a Fuel,
    item: Item,
    mains: bool,
    events: Vec<FireEvent>,
}

impl<'a> Trial<'a> {
    /// Just lit by itself.
    pub fn new(fuel: &'a Fuel, mut item: Item, mains: bool) -> Self {
        item.lit = true;
        item.fight.begins(fuel, false);
        Self {
            fuel,
            item,
            mains,
            events: Vec::new(),
        }
    }
    fn with(&mut self, f: impl FnOnce(&mut Burning<'_>, &mut Vec<FireEvent>)) {
        let free_w = self.fuel.free_w(self.item.age, self.item.left);
        let mut burning = Burning {
            fuel: self.fuel,
            free_w,
            thing: ThingId(0),
            outdoors: false,
            mains: self.mains,
            item: &mut self.item,
        };
        f(&mut burning, &mut self.events);
    }
    /// Flames or embers, or it waits to burn again.
    pub fn burning(&self) -> bool {
        self.item.burning()
    }
    /// Burns until it has this heat release rate, W, or this part of its peak.
    pub fn grow_to(&mut self, w: f64, part: f64) {
        let wanted = w.min(part * self.fuel.peak);
        for _ in 0..200_000 {
            let jets = self.fuel.battery.is_none() || self.item.fight.jets > 0;
            if self.item.fight.burns_w(self.fuel.free_w(self.item.age, self.item.left)) >= wanted && jets {
                return;
            }
            self.wait(0.2);
        }
    }
    /// Stove or valve on or off.
    pub fn feed(&mut self, on: bool) {
        self.item.fight.fed = on;
    }
    /// An agent acts.
    pub fn strike(&mut self, a: &Application) {
        self.with(|b, events| b.struck(a, events));
    }
    /// Rain, mm/s.
    pub fn rain(&mut self, w: f64, dt: f64) {
        self.with(|b, events| b.rained_on(w, dt, events));
    }
    /// Goes on alone.
    pub fn wait(&mut self, dt: f64) {
        if !self.item.burning() {
            return;
        }
        self.with(|b, events| b.goes_on(dt, 0.0, events));
        let pace = self.item.fight.pace(self.fuel);
        let w = self.item.fight.burns_w(self.fuel.free_w(self.item.age, self.item.left));
        self.item.age += dt * pace;
        self.item.left = (self.item.left - w / self.fuel.stoichiometry.heat * dt).max(0.0);
        let burnt_out = self.item.left <= 0.0 || self.item.age >= self.fuel.ends || self.fuel.spent(self.item.left);
        self.item.out |= burnt_out;
    }
    /// Watches for some time what became of it.
    pub fn watch(mut self, s: f64) -> Verdict {
        let saw = |t: &Self, f: fn(&FireEvent) -> bool| t.events.iter().any(f);
        if saw(&self, |e| matches!(e, FireEvent::Flashed { .. })) {
            return Verdict::Flash;
        }
        if saw(&self, |e| matches!(e, FireEvent::Shocked { .. })) {
            return Verdict::Shock;
        }
        let (low, down) = (
            self.item.fight.flames,
            saw(&self, |e| matches!(e, FireEvent::KnockedDown { .. })),
        );
        if !self.item.burning() && !self.item.out {
            return Verdict::Out;
        }
        if low == 0.0 && self.fuel.nature == Nature::Gas && self.item.fight.fed {
            return Verdict::Gas;
        }
        for _ in 0..(s / 0.2).round() as usize {
            self.wait(0.2);
        }
        if !self.item.burning() && !self.item.out {
            return Verdict::Out;
        }
        let driven = saw(&self, |e| matches!(e, FireEvent::Splashed { .. }));
        // A pack that jets and lights what is about it again was quiet for a while, no more.
        let again = saw(&self, |e| matches!(e, FireEvent::Relit { .. })) || self.item.fight.flames > 0.0;
        match (down, again) {
            (true, true) => Verdict::ComesBack,
            (true, false) => Verdict::Out,
            (false, _) if driven => Verdict::Spread,
            (false, _) if low < 0.7 => Verdict::Held,
            (false, _) => Verdict::Nothing,
        }
    }
}

/// Puts a number into a list in order, or takes it out.
fn listed(list: &mut Vec<u32>, x: u32, there: bool) {
    match (list.binary_search(&x), there) {
        (Err(i), true) => list.insert(i, x),
        (Ok(i), false) => {
            list.remove(i);
        }
        _ => {}
    }
}

impl Fire {
    /// An agent acts on a thing for a short time; events of that time. Whoever holds the means is the caller's
    /// business: [`FireEvent::Shocked`] and [`FireEvent::Flashed`] say what reaches them.
    pub fn apply(&mut self, place: &Place, a: &Application) -> Vec<FireEvent> {
        let mut events = Vec::new();
        let Some(net) = self.net.clone() else { return events };
        let i = a.thing.index();
        let (Some(fuel), Some(item), Some(thing)) = (net.fuels.get(i), self.items.get_mut(i), place.things.get(i))
        else {
            return events;
        };
        let sane = [a.kg, a.dt_s, a.range_m, a.distance_m, a.sweep, a.wind_m_s]
            .iter()
            .all(|x| x.is_finite());
        if !sane {
            return events;
        }
        let free_w = fuel.free_w(item.age, item.left);
        let mut burning = Burning {
            fuel,
            free_w,
            thing: a.thing,
            outdoors: net.zones[thing.space.index()].kind == Kind::Fixed,
            mains: self.mains,
            item,
        };
        if burning.item.burning() {
            burning.struck(a, &mut events);
        } else {
            burning.shocked(a, &mut events);
            // What is wetted in time does not catch fire.
            if matches!(a.means.medium(), Medium::Water { .. } | Medium::Foam) {
                let area = fuel.area.max(fuel.footprint).max(0.05);
                let stays = a.kg.max(0.0) * a.means.efficiency() / area;
                burning.item.fight.wet = (burning.item.fight.wet + stays).min(1.0);
            }
        }
        events
    }

    /// Takes lid or blanket off again.
    pub fn uncover(&mut self, thing: ThingId) {
        if let Some(item) = self.items.get_mut(thing.index()) {
            item.fight.cover = 0.0;
        }
    }

    /// Stove or gas valve of a thing on or off.
    pub fn feed(&mut self, thing: ThingId, on: bool) {
        if let Some(item) = self.items.get_mut(thing.index()) {
            item.fight.fed = on;
        }
    }

    /// The mains on or off: live things shock and light again only while they are on.
    pub fn mains(&mut self, on: bool) {
        self.mains = on;
    }

    /// A fan of the place is switched on or off.
    pub fn fan(&mut self, fan: usize, on: bool) {
        listed(&mut self.stopped, fan as u32, !on);
    }

    /// Keeps flames from a thing, or lets them reach it again: grease in a duct is lit only while the hood draws them in
    /// through its filter (assumption, 待核实).
    pub fn shield(&mut self, thing: ThingId, on: bool) {
        listed(&mut self.shielded, thing.0, on);
    }

    /// Water supply of heads, reels and hydrants: pressure at the heads, MPa; 0 is off.
    pub fn water(&mut self, mpa: f64) {
        self.water_mpa = if mpa.is_finite() { mpa.clamp(0.0, 2.0) } else { 0.0 };
    }

    /// Water that the supply gives, of 0.1 MPa at the heads, 0 (off) and more: flow goes with the root of the pressure.
    pub fn water_flow(&self) -> f64 {
        libm::sqrt(10.0 * self.water_mpa)
    }

    /// Heads that have opened rain on what lies under them. A second head adds nothing where the first one's rain
    /// falls (as CFAST).
    pub(super) fn sprinkle(
        &mut self,
        place: &Place,
        net: &super::zones::Network,
        dt: f64,
        events: &mut Vec<FireEvent>,
    ) {
        let flow = self.water_flow();
        if flow <= 0.0 {
            return;
        }
        for i in 0..self.items.len() {
            let thing = &place.things[i];
            let mut rain: f64 = 0.0;
            for (e, d) in place.equipment.iter().zip(&self.detectors) {
                let EquipmentKind::Sprinkler(s) = &e.kind else { continue };
                if !d.on || !e.works || e.space != thing.space {
                    continue;
                }
                let covers = s.covers_m2.max(1.0);
                if e.at.distance(thing.at) > libm::sqrt(covers / 2.0) {
                    continue;
                }
                let density = if s.density_mm_min > 0.0 {
                    s.density_mm_min
                } else {
                    s.k * flow / covers
                };
                rain = rain.max(density / 60.0);
            }
            if rain <= 0.0 {
                continue;
            }
            let (fuel, item) = (&net.fuels[i], &mut self.items[i]);
            if item.burning() {
                let free_w = fuel.free_w(item.age, item.left);
                let mut burning = Burning {
                    fuel,
                    free_w,
                    thing: ThingId(i as u32),
                    outdoors: net.zones[thing.space.index()].kind == Kind::Fixed,
                    mains: self.mains,
                    item,
                };
                burning.rained_on(rain, dt, events);
            } else {
                item.fight.wet = (item.fight.wet + 0.5 * rain * dt).min(1.0);
            }
        }
    }

    /// Flames spread and come back, covers starve, fat cools.
    pub(super) fn fight_on(&mut self, place: &Place, dt: f64, events: &mut Vec<FireEvent>) {
        let Some(net) = self.net.clone() else { return };
        let (mains, wind) = (self.mains, self.outside.wind);
        for (i, (item, fuel)) in self.items.iter_mut().zip(&net.fuels).enumerate() {
            if !item.burning() {
                item.fight.wet *= libm::exp(-dt / 300.0);
                continue;
            }
            let Some(thing) = place.things.get(i) else { continue };
            let free_w = fuel.free_w(item.age, item.left);
            let mut burning = Burning {
                fuel,
                free_w,
                thing: ThingId(i as u32),
                outdoors: net.zones[thing.space.index()].kind == Kind::Fixed,
                mains,
                item,
            };
            burning.goes_on(dt, wind, events);
        }
    }
}

#[cfg(test)]
mod tests;
