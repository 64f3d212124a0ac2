//! Chance: ChaCha8 keyed by (seed, purpose, person, occasion), and samplers over libm.

use crate::scenario::Distribution;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a number is drawn for; part of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Household = 1,
    Person = 2,
    Place = 3,
    PreMovement = 4,
    Sidestep = 5,
    Source = 6,
    Fall = 7,
    Exit = 8,
}

/// Numbers for one purpose, person and occasion.
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// Keyed; the same key gives the same numbers.
    pub fn new(seed: u64, purpose: Purpose, person: u64, occasion: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&(purpose as u64).to_le_bytes());
        key[16..24].copy_from_slice(&person.to_le_bytes());
        key[24..].copy_from_slice(&occasion.to_le_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }
    /// Even in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
    /// Even between two bounds.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }
    /// Index below `n`; 0 if `n` is 0.
    pub fn index(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n.saturating_sub(1))
    }
    /// Standard normal (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let (u, v) = (1.0 - self.unit(), self.unit());
        libm::sqrt(-2.0 * libm::log(u)) * libm::cos(std::f64::consts::TAU * v)
    }
    /// Lognormal with 1st and 99th percentile.
    pub fn between_percentiles(&mut self, low: f64, high: f64) -> f64 {
        // 2 × 2.326: width from 1 % to 99 % in standard deviations.
        let (a, b) = (libm::log(low.max(1e-6)), libm::log(high.max(1e-6)));
        libm::exp((a + b) / 2.0 + (b - a) / 4.652 * self.normal())
    }
    /// From a distribution of the scenario; figures out of range give the mean or 0.
    pub fn from(&mut self, distribution: &Distribution) -> f64 {
        let x = match *distribution {
            Distribution::Fixed(x) => x,
            Distribution::Uniform(a, b) => self.between(a, b),
            Distribution::Normal(mean, sd, low, high) => {
                let mut x = mean + sd * self.normal();
                for _ in 0..100 {
                    if x >= low && x <= high {
                        break;
                    }
                    x = mean + sd * self.normal();
                }
                x.min(high).max(low)
            }
            Distribution::LogNormal(mu, sigma) => libm::exp(mu + sigma * self.normal()),
            Distribution::Gamma(shape, scale) => self.gamma(shape) * scale,
            Distribution::Weibull(scale, shape) => scale * libm::pow(-libm::log(1.0 - self.unit()), 1.0 / shape),
        };
        if x.is_finite() { x } else { 0.0 }
    }
    /// Gamma with scale 1 (Marsaglia and Tsang 2000).
    fn gamma(&mut self, shape: f64) -> f64 {
        if !(shape > 0.0 && shape.is_finite()) {
            return 0.0;
        }
        if shape < 1.0 {
            let u = 1.0 - self.unit();
            return self.gamma(shape + 1.0) * libm::pow(u, 1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        // One try in a thousand fails at most; after a hundred the mean will do.
        for _ in 0..100 {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v > 0.0 {
                let v = v * v * v;
                let u = 1.0 - self.unit();
                if libm::log(u) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                    return d * v;
                }
            }
        }
        shape
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(n: u64, f: impl Fn(&mut Draw) -> f64) -> f64 {
        (0..n).map(|k| f(&mut Draw::new(7, Purpose::Person, k, 0))).sum::<f64>() / n as f64
    }

    #[test]
    fn samplers_have_the_right_means() {
        let near = |d: Distribution, m: f64| {
            let x = mean(20_000, |r| r.from(&d));
            assert!((x / m - 1.0).abs() < 0.03, "{d:?}: {x} instead of {m}");
        };
        near(Distribution::Fixed(3.0), 3.0);
        near(Distribution::Uniform(1.0, 3.0), 2.0);
        near(Distribution::Normal(5.0, 1.0, 0.0, 10.0), 5.0);
        near(Distribution::LogNormal(0.0, 0.5), libm::exp(0.125));
        near(Distribution::Gamma(1.291, 103.9), 1.291 * 103.9);
        near(Distribution::Gamma(0.5, 2.0), 1.0);
        near(Distribution::Weibull(139.3, 1.0), 139.3);
    }

    #[test]
    fn impossible_figures_give_a_number_and_no_hang() {
        for d in [
            Distribution::Gamma(-1.0, 1.0),
            Distribution::Weibull(1.0, 0.0),
            Distribution::Normal(0.0, 1.0, 50.0, 40.0),
            Distribution::LogNormal(f64::NAN, 1.0),
        ] {
            assert!(Draw::new(1, Purpose::Person, 1, 1).from(&d).is_finite(), "{d:?}");
        }
    }

    #[test]
    fn a_key_stands_alone() {
        let draw = |p, o| Draw::new(1, Purpose::Person, p, o).unit();
        assert_eq!(draw(3, 0), draw(3, 0));
        assert_ne!(draw(3, 0), draw(3, 1));
        assert_ne!(draw(3, 0), draw(4, 0));
    }
}
