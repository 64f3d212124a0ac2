//! Statistics of samples.

use crate::scenario::Distribution;

/// Standard deviation of a sample.
pub fn spread(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)).sqrt()
}

/// Probability that a sample is drawn from a distribution: Kolmogorov–Smirnov, with Stephens' correction for its size
/// (Stephens 1970).
pub fn likelihood(values: &[f64], distribution: &Distribution) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let mut largest = 0.0_f64;
    for (i, x) in sorted.iter().enumerate() {
        let p = below(*x, distribution);
        largest = largest.max(p - i as f64 / n).max((i + 1) as f64 / n - p);
    }
    let root = n.sqrt();
    kolmogorov((root + 0.12 + 0.11 / root) * largest)
}

/// Probability that Kolmogorov's statistic is larger.
fn kolmogorov(x: f64) -> f64 {
    if x < 0.2 {
        return 1.0;
    }
    let terms = (1..=100).map(|k| {
        let k = f64::from(k);
        let sign = if k % 2.0 == 1.0 { 2.0 } else { -2.0 };
        sign * libm::exp(-2.0 * k * k * x * x)
    });
    terms.sum::<f64>().clamp(0.0, 1.0)
}

/// Probability of a value below `x`.
fn below(x: f64, distribution: &Distribution) -> f64 {
    let normal = |z: f64| 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
    let p = match *distribution {
        Distribution::Fixed(at) => f64::from(u8::from(x >= at)),
        Distribution::Uniform(a, b) => (x - a) / (b - a),
        Distribution::Normal(mean, sd, low, high) => {
            let [x, low, high] = [x.clamp(low, high), low, high].map(|x| normal((x - mean) / sd));
            (x - low) / (high - low)
        }
        Distribution::LogNormal(mu, sigma) => {
            if x <= 0.0 {
                0.0
            } else {
                normal((libm::log(x) - mu) / sigma)
            }
        }
        Distribution::Gamma(shape, scale) => gamma_below(shape, x / scale),
        Distribution::Weibull(scale, shape) => -libm::expm1(-libm::pow((x / scale).max(0.0), shape)),
    };
    p.clamp(0.0, 1.0)
}

/// Regularised lower incomplete gamma function, by its series (Abramowitz and Stegun 1964, 6.5.29).
fn gamma_below(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x > shape + 40.0 + 10.0 * shape.sqrt() {
        return 1.0;
    }
    let (mut term, mut sum) = (1.0 / shape, 1.0 / shape);
    let mut k = shape;
    for _ in 0..1000 {
        k += 1.0;
        term *= x / k;
        sum += term;
        if term < sum * 1e-15 {
            break;
        }
    }
    sum * libm::exp(shape * libm::log(x) - x - libm::lgamma(shape))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values in the middles of so many equally likely pieces of an even distribution.
    fn even(n: u32) -> Vec<f64> {
        (0..n).map(|i| (f64::from(i) + 0.5) / f64::from(n)).collect()
    }

    #[test]
    fn distributions_have_their_medians() {
        for (d, median) in [
            (Distribution::Uniform(10.0, 100.0), 55.0),
            (Distribution::Normal(1.2, 0.2, 0.0, 5.0), 1.2),
            (Distribution::LogNormal(4.586, 0.967), libm::exp(4.586)),
            (
                Distribution::Weibull(139.285, 1.195),
                139.285 * libm::pow(std::f64::consts::LN_2, 1.0 / 1.195),
            ),
            // Shape 1: exponential.
            (Distribution::Gamma(1.0, 3.0), 3.0 * std::f64::consts::LN_2),
        ] {
            assert!((below(median, &d) - 0.5).abs() < 1e-9, "{d:?}");
        }
    }

    #[test]
    fn a_sample_is_likely_under_its_own_distribution_and_not_under_another() {
        let sample = even(1000);
        assert!(likelihood(&sample, &Distribution::Uniform(0.0, 1.0)) > 0.99);
        assert!(likelihood(&sample, &Distribution::Uniform(0.0, 1.2)) < 1e-6);
        // Kolmogorov's critical value at 5 %.
        assert!((kolmogorov(1.3581) - 0.05).abs() < 1e-4);
    }

    #[test]
    fn spread_is_that_of_an_even_distribution() {
        assert!((spread(&even(10_000)) - 1.0 / 12.0_f64.sqrt()).abs() < 1e-4);
    }
}
