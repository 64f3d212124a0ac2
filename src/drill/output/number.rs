//! How numbers are written: the shortest decimal that is right to a number of significant digits.

use std::fmt::Write;

/// Significant digits of measured figures.
pub const DIGITS: u32 = 6;

/// Significant digits of times, which are whole ticks: all that a time of up to four months needs.
pub const TIME_DIGITS: u32 = 9;

const POWERS: [f64; 16] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// Adds a number to a line. Rounded to `digits` significant digits, without trailing zeros; digits before the point are
/// never rounded away. Below 0.0001 and from 10¹⁵ on in scientific notation. `NaN` and `inf` stand for themselves: they
/// must be seen, not hidden.
pub fn push(line: &mut String, x: f64, digits: u32) {
    let size = x.abs();
    if size == 0.0 {
        line.push('0');
        return;
    }
    if !(1e-4..1e15).contains(&size) {
        // Writing to a string cannot fail.
        let _ = if size.is_finite() {
            let precision = digits.saturating_sub(1) as usize;
            // Read back, so that it is printed without the zeros that a fixed precision brings.
            let rounded = format!("{x:.precision$e}").parse().unwrap_or(x);
            write!(line, "{rounded:e}")
        } else {
            write!(line, "{x}")
        };
        return;
    }
    // Digits before the point (at most 15), or minus the zeros after it (at most 3).
    let before = match POWERS.iter().position(|p| size < *p) {
        Some(0) => {
            1 - [1e-1, 1e-2, 1e-3]
                .iter()
                .position(|p| size >= *p)
                .map_or(4, |z| z as i32 + 1)
        }
        Some(n) => n as i32,
        None => 16,
    };
    let mut decimals = (digits as i32 - before).clamp(0, 12) as usize;
    let scaled = (size * POWERS[decimals]).round();
    if scaled == 0.0 {
        line.push('0');
        return;
    }
    // Below 10¹⁶: exact as an integer.
    let mut whole = scaled as u64;
    while decimals > 0 && whole.is_multiple_of(10) {
        whole /= 10;
        decimals -= 1;
    }
    if x < 0.0 {
        line.push('-');
    }
    let mut reversed = [b'0'; 24];
    let mut n = 0;
    while whole > 0 || n <= decimals {
        reversed[n] = b'0' + (whole % 10) as u8;
        whole /= 10;
        n += 1;
    }
    for i in (0..n).rev() {
        line.push(char::from(reversed[i]));
        if i == decimals && decimals > 0 {
            line.push('.');
        }
    }
}

/// The number that [`push`] writes, as a number (JSON files print it the shortest way).
pub fn tidy(x: f64, digits: u32) -> f64 {
    let mut line = String::new();
    push(&mut line, x, digits);
    line.parse().unwrap_or(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn six(x: f64) -> String {
        let mut s = String::new();
        push(&mut s, x, DIGITS);
        s
    }

    #[test]
    fn numbers_are_short_and_right() {
        for (x, s) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (0.1 + 0.2, "0.3"),
            (20.0, "20"),
            (20.900_001, "20.9"),
            (-12.345_678, "-12.3457"),
            (1_234.567_89, "1234.57"),
            (1_234_567.75, "1234568"),
            (100_000.0, "100000"),
            (999_999.6, "1000000"),
            (99_999.96, "100000"),
            (0.012_345_67, "0.0123457"),
            (0.001_234_567_8, "0.00123457"),
            (0.000_123_456_78, "0.000123457"),
            (0.000_1, "0.0001"),
            (1e-5, "1e-5"),
            (1.234_567_89e-9, "1.23457e-9"),
            (-1e20, "-1e20"),
            (9.999_999e14, "999999900000000"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
            (f64::MIN_POSITIVE, "2.22507e-308"),
        ] {
            assert_eq!(six(x), s, "{x:?}");
        }
    }

    #[test]
    fn times_are_whole_ticks() {
        for tick in [0, 1, 3, 7, 1999, 12_345, 1_000_001_u64] {
            let mut s = String::new();
            push(&mut s, tick as f64 * crate::drill::TICK_S, TIME_DIGITS);
            assert!(s.split('.').nth(1).is_none_or(|d| d.len() <= 2), "{s}");
        }
    }

    proptest! {
        #[test]
        fn any_number_is_right_to_six_digits(x in prop::num::f64::NORMAL | prop::num::f64::ZERO) {
            let back: f64 = six(x).parse().unwrap();
            prop_assert!((back - x).abs() <= x.abs() * 5.000_001e-6, "{x} {back}");
        }

        #[test]
        fn everyday_numbers_are_right_to_six_digits(x in -1e6..1e6_f64, shrink in 0..9_i32) {
            let x = x / libm::pow(10.0, f64::from(shrink));
            let back: f64 = six(x).parse().unwrap();
            prop_assert!((back - x).abs() <= x.abs() * 5.000_001e-6, "{x} {back}");
            prop_assert!(six(x).len() <= 13, "{}", six(x));
        }
    }
}
