//! How much light comes through the smoke between the eye and a point: the extinction coefficients that the fire
//! engine computes, summed along the straight line through the two layers of every room it passes. `scene.wgsl` does
//! the same for every pixel.

use bevy::math::ops;
use bevy::prelude::*;

/// A room, or a part of one, with its two layers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SmokeBox {
    /// Western, lower, northern corner.
    pub lo: Vec3,
    /// Eastern, upper, southern corner.
    pub hi: Vec3,
    /// Height of the smoke layer's lower edge, m absolute.
    pub interface: f32,
    /// Extinction coefficient above it, 1/m.
    pub upper: f32,
    /// Extinction coefficient below it, 1/m.
    pub lower: f32,
    /// How lit the smoke is, 0 to 1.
    pub lit: f32,
}

/// Optical depth of the smoke between two points: the sum of extinction coefficient times length.
pub fn optical_depth(boxes: &[SmokeBox], eye: Vec3, there: Vec3) -> f32 {
    let way = there - eye;
    let far = way.length();
    let safe = way.map(|w| if w.abs() < 1e-6 { 1e-6 } else { w });
    boxes
        .iter()
        .map(|b| {
            let (a, c) = ((b.lo - eye) / safe, (b.hi - eye) / safe);
            let (t0, t1) = (a.min(c).max_element().max(0.0), a.max(c).min_element().min(1.0));
            if t1 <= t0 {
                return 0.0;
            }
            let (y0, y1) = (eye.y + way.y * t0, eye.y + way.y * t1);
            let (top, low) = (y0.max(y1), y0.min(y1));
            let above = ((top - b.interface) / (top - low).max(1e-5)).clamp(0.0, 1.0);
            far * (t1 - t0) * (b.lower + (b.upper - b.lower) * above)
        })
        .sum()
}

/// Part of the contrast of what stands at a point that is left for the eye (Bouguer-Lambert-Beer).
pub fn contrast(boxes: &[SmokeBox], eye: Vec3, there: Vec3) -> f32 {
    ops::exp(-optical_depth(boxes, eye, there))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(x0: f32, x1: f32, interface: f32, upper: f32, lower: f32) -> SmokeBox {
        SmokeBox {
            lo: Vec3::new(x0, 0.0, -2.0),
            hi: Vec3::new(x1, 2.8, 0.0),
            interface,
            upper,
            lower,
            lit: 1.0,
        }
    }
    fn close(a: f32, b: f32) {
        assert!((a - b).abs() < 1e-4, "{a} instead of {b}");
    }

    #[test]
    fn level_sight_below_the_layer_is_clear_and_within_it_falls_with_distance() {
        let rooms = [room(0.0, 20.0, 1.8, 2.0, 0.1)];
        let (low, high) = (Vec3::new(1.0, 1.5, -1.0), Vec3::new(1.0, 2.2, -1.0));
        close(optical_depth(&rooms, low, low + Vec3::X * 10.0), 1.0);
        close(optical_depth(&rooms, high, high + Vec3::X * 10.0), 20.0);
        close(contrast(&rooms, low, low + Vec3::X * 10.0), 0.367_879_44);
    }

    #[test]
    fn sight_upwards_into_the_layer_counts_each_part_with_its_own_smoke() {
        let rooms = [room(0.0, 20.0, 1.8, 2.0, 0.1)];
        // From 1.6 m up to 2.6 m over 8 m: a fifth of the way lies below the layer.
        let (eye, there) = (Vec3::new(2.0, 1.6, -1.0), Vec3::new(10.0, 2.6, -1.0));
        let l = (64.0f32 + 1.0).sqrt();
        close(optical_depth(&rooms, eye, there), l * (0.2 * 0.1 + 0.8 * 2.0));
        close(optical_depth(&rooms, there, eye), optical_depth(&rooms, eye, there));
    }

    #[test]
    fn rooms_passed_add_up_and_what_lies_behind_does_not_count() {
        let rooms = [
            room(0.0, 4.0, 2.0, 3.0, 0.0),
            room(4.0, 10.0, 1.0, 0.5, 0.2),
            room(10.0, 15.0, 0.0, 9.0, 9.0),
        ];
        let eye = Vec3::new(1.0, 1.5, -1.0);
        close(optical_depth(&rooms, eye, Vec3::new(9.0, 1.5, -1.0)), 5.0 * 0.5);
        close(optical_depth(&rooms, eye, Vec3::new(3.0, 1.5, -1.0)), 0.0);
        close(
            optical_depth(&rooms, eye, Vec3::new(12.0, 1.5, -1.0)),
            6.0 * 0.5 + 2.0 * 9.0,
        );
    }

    #[test]
    fn a_room_beside_the_line_of_sight_does_not_count() {
        let rooms = [room(0.0, 4.0, 0.0, 3.0, 3.0)];
        let eye = Vec3::new(-1.0, 1.5, 1.0);
        close(optical_depth(&rooms, eye, Vec3::new(5.0, 1.5, 1.0)), 0.0);
    }
}
