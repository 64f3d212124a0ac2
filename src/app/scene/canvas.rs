//! Drawing the picture smaller than the window and stretching it: on a computer without a graphics card a quarter of
//! the pixels is a quarter of the work. What the screens draw over it keeps the window's resolution. A machine that
//! can't keep up with what was set draws less, until it can.

use super::eye::SceneCamera;
use super::stage::OfDrill;
use crate::app::{Covered, Graphics, Phase};
use bevy::camera::visibility::RenderLayers;
use bevy::camera::{RenderTarget, ScalingMode};
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::prelude::*;
use bevy::render::render_resource::TextureFormat;
use bevy::window::{PrimaryWindow, WindowRef};

/// The layer on which the stretched picture lies.
const LAYER: usize = 9;
/// From this part of the window's resolution on it is drawn at full size.
const FULL: f32 = 0.98;

/// The stretched picture and the camera that looks at it.
#[derive(Component, Clone, Copy, Debug)]
pub struct Canvas;

/// The part of what was set at which this machine keeps up.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Fluency {
    /// 0.25 to 1.
    pub part: f32,
    /// Frames looked at since the last change.
    frames: u32,
    /// The time that they took, s.
    took_s: f32,
}

impl Default for Fluency {
    fn default() -> Self {
        Self {
            part: 1.0,
            frames: 0,
            took_s: 0.0,
        }
    }
}

impl Fluency {
    /// Slower than so many frames a second nobody finds their way.
    const LEAST_RATE: f32 = 15.0;
    /// Frames before the first is counted: the renderer still prepares.
    const PREPARES: u32 = 3;

    /// Takes in a frame; whether the picture has to become smaller. It never grows again by itself, so that it
    /// doesn't waver.
    fn frame(&mut self, took_s: f32) -> bool {
        self.frames += 1;
        if self.frames <= Self::PREPARES {
            return false;
        }
        self.took_s += took_s;
        if self.took_s < 1.0 {
            return false;
        }
        let rate = (self.frames - Self::PREPARES) as f32 / self.took_s;
        let (slow, part) = (rate < Self::LEAST_RATE, self.part);
        // A picture of half the pixels takes about half the time.
        let aim = part * (rate / (1.5 * Self::LEAST_RATE)).sqrt();
        *self = Self {
            part: if slow { aim.clamp(0.25, part) } else { part },
            ..Self::default()
        };
        self.part < part
    }
}

/// Watches whether the picture keeps up while a drill runs.
pub fn keep_up(
    time: Res<Time<Real>>,
    phase: Res<State<Phase>>,
    covered: Res<Covered>,
    graphics: Res<Graphics>,
    mut fluency: ResMut<Fluency>,
) {
    if graphics.is_changed() {
        *fluency = Fluency::default();
    }
    if *phase.get() == Phase::Running && !covered.0 && !graphics.plan_only {
        fluency.bypass_change_detection().frame(time.delta_secs());
    }
}

/// Size of the picture for a window, pixels; `None`: the window's own.
pub fn size(window: UVec2, scale: f32) -> Option<UVec2> {
    let scale = scale.clamp(0.25, 1.0);
    let small = |n: u32| ((n as f32 * scale).round() as u32).max(16);
    (scale < FULL && window.min_element() > 0).then(|| UVec2::new(small(window.x), small(window.y)))
}

/// Follows the window's size and the settings.
pub fn fit(
    mut commands: Commands,
    graphics: Res<Graphics>,
    fluency: Res<Fluency>,
    window: Query<&Window, With<PrimaryWindow>>,
    mut images: ResMut<Assets<Image>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
    mut cameras: Query<(Entity, &mut Camera, &RenderTarget), With<SceneCamera>>,
    canvas: Query<Entity, With<Canvas>>,
) {
    let Ok(window) = window.single() else { return };
    let Ok((entity, mut camera, target)) = cameras.single_mut() else {
        return;
    };
    let wanted = size(window.physical_size(), graphics.render_scale * fluency.part);
    let now = target.as_image().and_then(|h| images.get(h)).map(Image::size);
    if now == wanted {
        return;
    }
    for e in &canvas {
        commands.entity(e).despawn();
    }
    let Some(wanted) = wanted else {
        camera.order = 0;
        commands.entity(entity).insert(RenderTarget::Window(WindowRef::Primary));
        return;
    };
    let image = images.add(Image::new_target_texture(
        wanted.x,
        wanted.y,
        TextureFormat::Rgba8UnormSrgb,
        None,
    ));
    camera.order = -1;
    commands
        .entity(entity)
        .insert(RenderTarget::Image(image.clone().into()));
    let layer = RenderLayers::layer(LAYER);
    commands.spawn((
        OfDrill,
        Canvas,
        Mesh3d(meshes.add(Rectangle::new(2.0, 2.0))),
        MeshMaterial3d(materials.add(StandardMaterial {
            base_color_texture: Some(image),
            unlit: true,
            ..default()
        })),
        Transform::default(),
        layer.clone(),
    ));
    commands.spawn((
        OfDrill,
        Canvas,
        Camera3d::default(),
        Camera { order: 0, ..default() },
        Msaa::Off,
        Tonemapping::None,
        Projection::Orthographic(OrthographicProjection {
            scaling_mode: ScalingMode::Fixed {
                width: 2.0,
                height: 2.0,
            },
            ..OrthographicProjection::default_3d()
        }),
        Transform::from_xyz(0.0, 0.0, 1.0),
        layer,
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_cannot_keep_up_draws_less_until_it_can_and_a_fast_one_draws_all() {
        let mut slow = Fluency::default();
        for _ in 0..400 {
            // Time goes with the pixels, beside a fixed part.
            slow.frame(0.01 + 0.2 * slow.part * slow.part);
        }
        assert!(slow.part < 0.7 && slow.part > 0.3, "{slow:?}");
        assert!(1.0 / (0.01 + 0.2 * slow.part * slow.part) >= Fluency::LEAST_RATE);
        let mut fast = Fluency::default();
        assert!((0..400).all(|_| !fast.frame(1.0 / 60.0)));
        assert_eq!(fast.part, 1.0);
        let mut hopeless = Fluency::default();
        for _ in 0..400 {
            hopeless.frame(2.0);
        }
        assert_eq!(hopeless.part, 0.25);
    }

    #[test]
    fn the_picture_shrinks_with_the_setting_and_never_to_nothing() {
        assert_eq!(size(UVec2::new(1280, 720), 1.0), None);
        assert_eq!(size(UVec2::new(1280, 720), 0.5), Some(UVec2::new(640, 360)));
        assert_eq!(size(UVec2::new(1280, 720), 0.01), Some(UVec2::new(320, 180)));
        assert_eq!(size(UVec2::new(20, 20), 0.25), Some(UVec2::new(16, 16)));
        assert_eq!(size(UVec2::ZERO, 0.5), None);
    }
}
