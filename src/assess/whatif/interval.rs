//! The interval of a mean difference between paired runs: Student's t (Student 1908; as in ISO 3301:1975 and its
//! Chinese equivalent GB/T 3361-1982, comparison of two means in the case of paired observations).

use serde::{Deserialize, Serialize};

/// Level of the intervals that are shown.
pub const LEVEL: f64 = 0.90;

/// A mean difference and the interval in which it lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Mean of the differences.
    pub mean: f64,
    /// Lower end; minus infinity is written as the smallest number.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Of the mean of these differences; `None` for fewer than two, which bound nothing. Differences that are all equal
    /// give an interval without width: nothing in these runs says how far others may lie.
    pub fn of(differences: &[f64], level: f64) -> Option<Self> {
        let n = differences.len();
        if n < 2 {
            return None;
        }
        let mean = differences.iter().sum::<f64>() / n as f64;
        let squares: f64 = differences.iter().map(|d| (d - mean) * (d - mean)).sum();
        let error = (squares / (n - 1) as f64 / n as f64).sqrt();
        let half = t_quantile(level, n - 1) * error;
        Some(Self {
            mean,
            low: mean - half,
            high: mean + half,
        })
    }

    /// Zero lies in it, its ends included.
    pub fn holds_zero(&self) -> bool {
        self.low <= 0.0 && self.high >= 0.0
    }
}

/// The two-sided quantile of Student's t: |t| stays below it with this probability.
pub fn t_quantile(level: f64, freedom: usize) -> f64 {
    let level = level.clamp(0.0, 0.999_999);
    let (mut low, mut high) = (0.0, 2.0);
    while t_within(high, freedom) < level && high < 1e7 {
        high *= 2.0;
    }
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if t_within(middle, freedom) < level {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Probability of |T| < t, the finite series of Abramowitz and Stegun 1964, 26.7.3 and 26.7.4.
fn t_within(t: f64, freedom: usize) -> f64 {
    let n = freedom.max(1);
    let theta = libm::atan(t / (n as f64).sqrt());
    let (sin, cos) = (libm::sin(theta), libm::cos(theta));
    let odd = n % 2 == 1;
    let mut term = if odd { cos } else { 1.0 };
    let mut sum = 0.0;
    let mut k = if odd { 1 } else { 0 };
    // Terms in cos^k up to k = n - 2.
    while k + 2 <= n {
        sum += term;
        term *= cos * cos * (k + 1) as f64 / (k + 2) as f64;
        k += 2;
    }
    if odd {
        std::f64::consts::FRAC_2_PI * (theta + sin * sum)
    } else {
        sin * sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    #[test]
    fn quantiles_are_those_of_the_printed_tables() {
        // Two-sided 90 % and 95 %: Fisher and Yates 1963, table III.
        for (level, freedom, t) in [
            (0.90, 1, 6.314),
            (0.90, 2, 2.920),
            (0.90, 3, 2.353),
            (0.90, 7, 1.895),
            (0.90, 8, 1.860),
            (0.90, 30, 1.697),
            (0.95, 1, 12.706),
            (0.95, 4, 2.776),
            (0.95, 7, 2.365),
            (0.95, 120, 1.980),
        ] {
            let found = t_quantile(level, freedom);
            assert!((found - t).abs() < 6e-4, "{level} {freedom}: {found}, not {t}");
        }
    }

    #[test]
    fn fewer_than_two_bound_nothing_and_equal_ones_have_no_width() {
        assert_eq!(Interval::of(&[], LEVEL), None);
        assert_eq!(Interval::of(&[1.0], LEVEL), None);
        let same = Interval::of(&[2.0; 8], LEVEL).unwrap();
        assert_eq!((same.mean, same.low, same.high), (2.0, 2.0, 2.0));
        assert!(!same.holds_zero());
        assert!(Interval::of(&[0.0; 8], LEVEL).unwrap().holds_zero());
        assert!(Interval::of(&[0.0, 0.0, 0.0, 1.0], LEVEL).unwrap().holds_zero());
    }

    #[test]
    fn nine_in_ten_intervals_hold_the_mean_of_a_normal_law() {
        let mut numbers = ChaCha8Rng::seed_from_u64(7);
        let mut unit = || (numbers.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        let held = (0..1000)
            .filter(|_| {
                // Twelve even numbers less six: normal enough, and of variance one.
                let differences: Vec<f64> = (0..8).map(|_| (0..12).map(|_| unit()).sum::<f64>() - 5.0).collect();
                let i = Interval::of(&differences, LEVEL).unwrap();
                i.low <= 1.0 && i.high >= 1.0
            })
            .count();
        // Three standard deviations of a binomial of 1000 and 0.9.
        assert!((872..=928).contains(&held), "{held}");
    }
}
