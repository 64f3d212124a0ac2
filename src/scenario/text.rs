//! Small value types that every part of the format shares: bilingual text, points, source positions.

use serde::{Deserialize, Serialize};

/// A text in Chinese and English. Chinese is shown first; English is complete too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Simplified Chinese.
    #[serde(default)]
    pub zh: String,
    /// English.
    #[serde(default)]
    pub en: String,
}

/// A point on a floor plan in metres: x to the east, y to the north. Written `(x, y)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "(f64, f64)", into = "(f64, f64)")]
pub struct Point {
    /// East, m.
    pub x: f64,
    /// North, m.
    pub y: f64,
}

impl Point {
    /// The point (x, y), m.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }
    /// Dot product.
    pub fn dot(self, o: Self) -> f64 {
        self.x * o.x + self.y * o.y
    }
    /// z-component of the cross product; positive where `o` lies to the left of `self`.
    pub fn cross(self, o: Self) -> f64 {
        self.x * o.y - self.y * o.x
    }
    /// Length, m.
    pub fn length(self) -> f64 {
        self.dot(self).sqrt()
    }
    /// Distance to `o`, m.
    pub fn distance(self, o: Self) -> f64 {
        (self - o).length()
    }
    /// Unit vector, or zero for the zero vector.
    pub fn normalised(self) -> Self {
        let l = self.length();
        if l > 0.0 { self * (1.0 / l) } else { Self::default() }
    }
    /// Turned left by 90 degrees.
    pub fn left(self) -> Self {
        Self::new(-self.y, self.x)
    }
}

impl std::ops::Add for Point {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self::new(self.x + o.x, self.y + o.y)
    }
}
impl std::ops::Sub for Point {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Self::new(self.x - o.x, self.y - o.y)
    }
}
impl std::ops::Mul<f64> for Point {
    type Output = Self;
    fn mul(self, k: f64) -> Self {
        Self::new(self.x * k, self.y * k)
    }
}
impl From<(f64, f64)> for Point {
    fn from((x, y): (f64, f64)) -> Self {
        Self { x, y }
    }
}
impl From<Point> for (f64, f64) {
    fn from(p: Point) -> Self {
        (p.x, p.y)
    }
}

/// Where a value stands: file number in the [`Sources`](super::Sources) table and byte range.
/// Two values that differ only in where they were written are equal.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Span {
    /// Index into the table of files read.
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}
impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Where a struct and each of its fields were written. Filled by the reader into any struct that has a field
/// named `$src`; empty for values made in code.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Src {
    /// The whole struct.
    pub whole: Span,
    /// Span of each value by field name.
    pub fields: Vec<(String, Span)>,
}
impl Src {
    /// The span of a field's value, or of the whole struct if the field was left out.
    pub fn of(&self, field: &str) -> Span {
        self.fields
            .iter()
            .find(|(n, _)| n == field)
            .map_or(self.whole, |(_, s)| *s)
    }
}
impl PartialEq for Src {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
