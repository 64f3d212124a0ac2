//! Brands: burning pieces that the wind carries from what burns outdoors to what lies down the wind.

use super::Fire;
use super::items::Fuel;
use super::plume::Around;
use super::species::{CP, G};
use super::zones::Network;
use crate::place::Place;
use crate::scenario::{Brands, Point, draw};

/// Density of charred wood that flies, kg/m³ (assumption, 待核实).
const BRAND_RHO: f64 = 200.0;
/// Part of the brands that light thin dry stuff (critical flux 10 kW/m² and less) where they land; none light what
/// takes 20 (assumption, 待核实).
const LIGHTS: f64 = 0.02;
const THIN_KW_M2: f64 = 10.0;
const THICK_KW_M2: f64 = 20.0;
/// What is narrower on plan catches brands as if it were so wide, m (assumption, 待核实).
const NARROWEST_M: f64 = 0.3;

/// Where brands land, for each brand and m²: `x` down the wind and `y` across it from a fire of a power (W) and width (m)
/// in a wind, m/s. Lognormal along it with mean 0.47 B^2/3 and deviation 0.88 B^1/3, normal across with deviation 0.92,
/// in widths of the fire (Himoto and Tanaka 2005, from memory, 待核实).
fn lands(brands: Brands, a: Around, q: f64, d: f64, wind: f64, (x, y): (f64, f64)) -> f64 {
    if x <= 0.0 || wind <= 0.0 || q <= 0.0 {
        return 0.0;
    }
    let size = BRAND_RHO / a.rho * (brands.thick_mm / 1e3) / d;
    let strength = q / (a.rho * CP * a.t * G.sqrt() * libm::pow(d, 2.5));
    let b = wind / (G * d).sqrt() * libm::pow(size, -0.75) * strength.sqrt();
    let (mean, deviation) = (0.47 * libm::pow(b, 2.0 / 3.0) * d, 0.88 * libm::cbrt(b) * d);
    let ratio = deviation / mean;
    let width = libm::log(1.0 + ratio * ratio).sqrt();
    let along = (libm::log(x / mean) + width * width / 2.0) / width;
    let across = y / (0.92 * d);
    let root = std::f64::consts::TAU;
    libm::exp(-(along * along + across * across) / 2.0) / (root * x * width * 0.92 * d)
}

/// Part of the brands that light a thing where they land.
fn lights(fuel: &Fuel) -> f64 {
    LIGHTS * ((THICK_KW_M2 - fuel.critical_flux) / (THICK_KW_M2 - THIN_KW_M2)).clamp(0.0, 1.0)
}

impl Fire {
    /// Brands land on what is not yet alight. They come one by one, so that the wait for the first that lights is
    /// exponential: each thing lights when the number to be expected reaches what chance has set for it. Walls between
    /// two pieces of open ground are not looked for.
    pub(super) fn brands_fly(&mut self, place: &Place, net: &Network, dt: f64) {
        let wind = self.outside.wind;
        if wind <= 0.0 {
            return;
        }
        let around = Around {
            t: self.outside.t,
            rho: self.outside.rho,
        };
        let from = self.outside.wind_from.to_radians();
        let way = Point::new(-libm::sin(from), -libm::cos(from));
        let open = |i: usize| net.zones[net.seat[i]].open;
        for j in 0..self.items.len() {
            let (fuel, q) = (&net.fuels[j], self.items[j].q);
            let Some(brands) = fuel.brands.filter(|_| q > 0.0 && open(j)) else {
                continue;
            };
            let d = fuel.diameter(q).max(NARROWEST_M);
            let per_s = brands.per_mj * q / 1e6;
            for i in 0..self.items.len() {
                let (target, item) = (&net.fuels[i], &mut self.items[i]);
                let takes = !item.lit && !item.out && !item.told && item.fight.wet <= 0.0;
                if i == j || !takes || !open(i) || target.critical_flux <= 0.0 || !target.can_burn() {
                    continue;
                }
                let thing = &place.things[i];
                let off = thing.at - place.things[j].at;
                let area = thing.extent.x.max(NARROWEST_M) * thing.extent.y.max(NARROWEST_M);
                let there = lands(brands, around, q, d, wind, (off.dot(way), off.dot(way.left())));
                item.brands += per_s * there * area * lights(target) * dt;
                if item.brands > 0.0 {
                    item.told = item.brands >= -libm::log(1.0 - draw(self.seed, "brand", &thing.path));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Builder, furniture};
    use super::*;
    use crate::place::{SpaceKind, ThingId};
    use crate::scenario::{Burns, HeatRelease};

    const BRANDS: Brands = Brands {
        per_mj: 1.0,
        thick_mm: 2.0,
    };
    const AROUND: Around = Around { t: 293.15, rho: 1.204 };

    #[test]
    fn all_brands_land_somewhere_down_the_wind_and_farther_in_more_wind() {
        let lies = |wind: f64| {
            let (mut sum, mut moment) = (0.0, 0.0);
            for i in 0..4000 {
                let x = (f64::from(i) + 0.5) * 0.05;
                for k in -40..=40 {
                    let n = lands(BRANDS, AROUND, 2.5e6, 2.0, wind, (x, f64::from(k) * 0.25)) * 0.05 * 0.25;
                    sum += n;
                    moment += n * x;
                }
            }
            (sum, moment / sum)
        };
        let (light, strong) = (lies(4.0), lies(12.0));
        assert!(
            (light.0 - 1.0).abs() < 0.02 && (strong.0 - 1.0).abs() < 0.02,
            "{light:?} {strong:?}"
        );
        // The mean goes with the wind to the power of two thirds.
        assert!((strong.1 / light.1 / libm::pow(3.0, 2.0 / 3.0) - 1.0).abs() < 0.05);
        assert_eq!(lands(BRANDS, AROUND, 2.5e6, 2.0, 8.0, (-1.0, 0.0)), 0.0);
        assert_eq!(lands(BRANDS, AROUND, 2.5e6, 2.0, 0.0, (1.0, 0.0)), 0.0);
    }

    /// A burning stall, and when the awning 6 m east of it, too far for its flames, catches fire, s.
    fn across(wind_from: f64, brands: Option<Brands>, seed: u64) -> Option<f64> {
        let mut b = Builder::new();
        b.loaded.scenario.weather.wind_m_s = 10.0;
        b.loaded.scenario.weather.wind_from = wind_from;
        let yard = b.space(SpaceKind::Outdoors, (0.0, 0.0, 0.0), 40.0, 20.0, 5.0);
        b.burner(yard, HeatRelease::Steady(2500.0), Burns { brands, ..furniture() });
        b.place.things[0].at = Point::new(10.0, 10.0);
        let awning = Burns {
            critical_flux: 10.0,
            ignition_dose: 1e6,
            size: (3.0, 3.0, 0.1),
            ..furniture()
        };
        let i = b.burner(yard, HeatRelease::Steady(500.0), awning);
        b.place.things[i].at = Point::new(16.0, 10.0);
        b.place.things[i].path = "awning".into();
        b.place.things[i].ignites_s = None;
        let mut fire = b.fire();
        fire.rekey(seed);
        (0..900).map(f64::from).find(|t| {
            b.run(&mut fire, *t, *t + 1.0, 0.5);
            fire.thing(ThingId(i as u32)).burning
        })
    }

    #[test]
    fn brands_light_what_lies_down_the_wind_sooner_or_later_as_chance_has_it() {
        let many = Some(Brands {
            per_mj: 1.0,
            thick_mm: 2.0,
        });
        let times: Vec<Option<f64>> = (1..=5).map(|seed| across(270.0, many, seed)).collect();
        assert!(times.iter().filter(|t| t.is_some()).count() >= 3, "{times:?}");
        assert!(times.iter().any(|t| *t != times[0]), "{times:?}");
        assert_eq!(times[0], across(270.0, many, 1));
        assert_eq!(across(90.0, many, 1), None);
        assert_eq!(across(270.0, None, 1), None);
    }
}
