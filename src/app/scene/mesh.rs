//! Building meshes out of flat pieces with colours and light levels at the vertices.
//!
//! Every vertex carries what `scene.wgsl` shades with: a colour, how much of the mains light reaches it (alpha), and
//! how much of the emergency light and of the night outside (the texture coordinates). Numbers above 1 glow by
//! themselves: see [`Paint`].

use bevy::asset::RenderAssetUsages;
use bevy::math::ops;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;

/// How a surface looks: a colour (sRGB, 0 to 1) and whether it gives light.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paint {
    rgb: [f32; 3],
    glow: Glow,
}

/// Whether a surface gives light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Glow {
    No,
    /// While the mains are on.
    Mains,
    /// Always.
    Always,
}

impl Paint {
    /// A surface that reflects.
    pub const fn new(r: f32, g: f32, b: f32) -> Self {
        Self {
            rgb: [r, g, b],
            glow: Glow::No,
        }
    }
    /// Shines while the mains are on.
    pub const fn lamp(r: f32, g: f32, b: f32) -> Self {
        Self {
            rgb: [r, g, b],
            glow: Glow::Mains,
        }
    }
    /// Shines always.
    pub const fn sign(r: f32, g: f32, b: f32) -> Self {
        Self {
            rgb: [r, g, b],
            glow: Glow::Always,
        }
    }
    /// The same, darker (below 1) or lighter.
    pub fn times(self, k: f32) -> Self {
        Self {
            rgb: self.rgb.map(|c| (c * k).clamp(0.0, 1.0)),
            ..self
        }
    }
}

/// Levels of the mains light, the emergency light and the night outside at a point, 0 to 1.
pub type Levels = [f32; 3];

/// Collects triangles.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    positions: Vec<Vec3>,
    normals: Vec<Vec3>,
    colours: Vec<[f32; 4]>,
    levels: Vec<[f32; 2]>,
    indices: Vec<u32>,
}

impl Builder {
    /// Nothing was added.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// Number of triangles.
    #[cfg(test)]
    pub fn triangles(&self) -> usize {
        self.indices.len() / 3
    }

    fn vertex(&mut self, at: Vec3, normal: Vec3, paint: Paint, light: Levels) {
        let [r, g, b] = paint.rgb.map(linear);
        let (mains, rest) = match paint.glow {
            Glow::No => (light[0], [light[1], light[2]]),
            Glow::Mains => (1.0, [0.0, 2.0]),
            Glow::Always => (1.0, [2.0, 0.0]),
        };
        self.positions.push(at);
        self.normals.push(normal);
        self.colours.push([r, g, b, mains]);
        self.levels.push(rest);
    }

    /// A flat piece with its corners anticlockwise as seen from its front, lit by `light` at each corner.
    pub fn facet(&mut self, corners: &[Vec3], paint: Paint, light: impl Fn(Vec3) -> Levels) {
        let [a, b, c, ..] = corners else { return };
        let normal = (*b - *a)
            .cross(*c - *a)
            .try_normalize()
            .or_else(|| corners.get(3).and_then(|d| (*c - *a).cross(*d - *a).try_normalize()));
        let Some(normal) = normal else { return };
        let first = self.positions.len() as u32;
        for &at in corners {
            self.vertex(at, normal, paint, light(at));
        }
        for k in 2..corners.len() as u32 {
            self.indices.extend([first, first + k - 1, first + k]);
        }
    }

    /// A piece with the levels of a movable thing, which gets its light from its instance.
    pub fn piece(&mut self, corners: &[Vec3], paint: Paint) {
        self.facet(corners, paint, |_| [1.0; 3]);
    }

    /// A four-sided piece cut into parts no larger than `most` (m), so that light may vary across it.
    pub fn patch(&mut self, q: [Vec3; 4], most: f32, paint: impl Fn(Vec3) -> Paint, light: impl Fn(Vec3) -> Levels) {
        let [a, b, c, d] = q;
        let parts = |l: f32| ((l / most).ceil()).clamp(1.0, 64.0) as usize;
        let across = parts(a.distance(b).max(d.distance(c)));
        let up = parts(a.distance(d).max(b.distance(c)));
        let at = |i: usize, j: usize| {
            let (s, t) = (i as f32 / across as f32, j as f32 / up as f32);
            a.lerp(b, s).lerp(d.lerp(c, s), t)
        };
        for j in 0..up {
            for i in 0..across {
                let corners = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
                let middle = (corners[0] + corners[2]) * 0.5;
                self.facet(&corners, paint(middle), &light);
            }
        }
    }

    /// A box between two corners.
    pub fn cuboid(&mut self, lo: Vec3, hi: Vec3, paint: Paint) {
        self.solid(Transform::IDENTITY, lo, hi, paint);
    }

    /// A box in the frame of a transform.
    pub fn solid(&mut self, frame: Transform, lo: Vec3, hi: Vec3, paint: Paint) {
        for face in faces(lo, hi) {
            self.piece(&face.map(|p| frame.transform_point(p)), paint);
        }
    }

    /// A box lit by `light`.
    pub fn lit_box(&mut self, lo: Vec3, hi: Vec3, paint: Paint, light: impl Fn(Vec3) -> Levels) {
        for face in faces(lo, hi) {
            self.facet(&face, paint, &light);
        }
    }

    /// A cone, cylinder or ball-like solid of revolution round the axis from `foot` along `axis`: rings of
    /// (distance along the axis, radius).
    pub fn turned(&mut self, foot: Vec3, axis: Vec3, rings: &[(f32, f32)], sides: usize, paint: Paint) {
        let axis = axis.try_normalize().unwrap_or(Vec3::Y);
        let u = axis.any_orthonormal_vector();
        let v = axis.cross(u);
        let point = |ring: (f32, f32), k: usize| {
            let a = std::f32::consts::TAU * k as f32 / sides as f32;
            foot + axis * ring.0 + (u * ops::cos(a) + v * ops::sin(a)) * ring.1
        };
        for pair in rings.windows(2) {
            for k in 0..sides {
                let (a, b) = (point(pair[0], k), point(pair[0], k + 1));
                let (c, d) = (point(pair[1], k + 1), point(pair[1], k));
                if pair[1].1 <= 1e-4 {
                    self.piece(&[a, b, d], paint);
                } else if pair[0].1 <= 1e-4 {
                    self.piece(&[a, c, d], paint);
                } else {
                    self.piece(&[a, b, c, d], paint);
                }
            }
        }
        let caps = [(rings.first(), true), (rings.last(), false)];
        for (ring, low) in caps {
            if let Some(&ring) = ring
                && ring.1 > 1e-4
            {
                let mut corners: Vec<Vec3> = (0..sides).map(|k| point(ring, k)).collect();
                if low {
                    corners.reverse();
                }
                self.piece(&corners, paint);
            }
        }
    }

    /// Adds another builder's pieces, moved by a transform and lit by fixed levels; what glows goes on glowing.
    pub fn append(&mut self, other: Self, frame: Transform, levels: Levels) {
        let first = self.positions.len() as u32;
        self.positions
            .extend(other.positions.iter().map(|p| frame.transform_point(*p)));
        self.normals.extend(other.normals.iter().map(|n| frame.rotation * *n));
        for (mut colour, mut rest) in other.colours.into_iter().zip(other.levels) {
            if rest[0] < 1.5 && rest[1] < 1.5 {
                colour[3] = levels[0];
                rest = [levels[1], levels[2]];
            }
            self.colours.push(colour);
            self.levels.push(rest);
        }
        self.indices.extend(other.indices.iter().map(|i| first + i));
    }

    /// The finished mesh.
    pub fn mesh(self) -> Mesh {
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.positions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, self.normals)
            .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, self.colours)
            .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, self.levels)
            .with_inserted_indices(Indices::U32(self.indices))
    }

    /// Box round everything added; `None` if nothing was.
    #[cfg(test)]
    pub fn bounds(&self) -> Option<(Vec3, Vec3)> {
        let first = *self.positions.first()?;
        Some(
            self.positions
                .iter()
                .fold((first, first), |(lo, hi), p| (lo.min(*p), hi.max(*p))),
        )
    }
}

/// The six sides of a box, seen from outside.
fn faces(lo: Vec3, hi: Vec3) -> [[Vec3; 4]; 6] {
    let p = |x: bool, y: bool, z: bool| {
        Vec3::new(
            if x { hi.x } else { lo.x },
            if y { hi.y } else { lo.y },
            if z { hi.z } else { lo.z },
        )
    };
    let (f, t) = (false, true);
    [
        [p(f, t, t), p(t, t, t), p(t, t, f), p(f, t, f)],
        [p(f, f, f), p(t, f, f), p(t, f, t), p(f, f, t)],
        [p(f, f, t), p(t, f, t), p(t, t, t), p(f, t, t)],
        [p(t, f, f), p(f, f, f), p(f, t, f), p(t, t, f)],
        [p(t, f, t), p(t, f, f), p(t, t, f), p(t, t, t)],
        [p(f, f, f), p(f, f, t), p(f, t, t), p(f, t, f)],
    ]
}

/// sRGB to linear light.
fn linear(c: f32) -> f32 {
    if c <= 0.04045 {
        c / 12.92
    } else {
        ops::powf((c + 0.055) / 1.055, 2.4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_side_of_a_box_faces_outwards() {
        let mut b = Builder::default();
        b.cuboid(Vec3::ZERO, Vec3::new(1.0, 2.0, 3.0), Paint::new(1.0, 1.0, 1.0));
        let middle = Vec3::new(0.5, 1.0, 1.5);
        assert_eq!(b.triangles(), 12);
        for (at, normal) in b.positions.iter().zip(&b.normals) {
            assert!((*at - middle).dot(*normal) > 0.0, "{at} {normal}");
        }
    }

    #[test]
    fn every_side_of_a_turned_solid_faces_outwards() {
        let mut b = Builder::default();
        let rings = [(0.0, 0.3), (1.0, 0.5), (1.5, 0.0)];
        b.turned(Vec3::ZERO, Vec3::Y, &rings, 8, Paint::new(1.0, 1.0, 1.0));
        for (at, normal) in b.positions.iter().zip(&b.normals) {
            assert!((*at - Vec3::new(0.0, 0.7, 0.0)).dot(*normal) > 0.0, "{at} {normal}");
        }
    }

    #[test]
    fn a_patch_covers_the_same_area_in_small_parts() {
        let mut b = Builder::default();
        let q = [Vec3::ZERO, Vec3::X * 3.0, Vec3::new(3.0, 2.0, 0.0), Vec3::Y * 2.0];
        b.patch(q, 1.0, |_| Paint::new(1.0, 1.0, 1.0), |_| [1.0; 3]);
        assert_eq!(b.triangles(), 12);
        let area: f32 = b
            .indices
            .chunks(3)
            .map(|t| {
                let p = |k: usize| b.positions[t[k] as usize];
                (p(1) - p(0)).cross(p(2) - p(0)).length() * 0.5
            })
            .sum();
        assert!((area - 6.0).abs() < 1e-4);
    }
}
