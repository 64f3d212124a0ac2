//! Drawing the picture smaller than the window and stretching it: on a computer without a graphics card a quarter of
//! the pixels is a quarter of the work. What the screens draw over it keeps the window's resolution.

use super::eye::SceneCamera;
use super::stage::OfDrill;
use crate::app::Graphics;
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
    let wanted = size(window.physical_size(), graphics.render_scale);
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
    fn the_picture_shrinks_with_the_setting_and_never_to_nothing() {
        assert_eq!(size(UVec2::new(1280, 720), 1.0), None);
        assert_eq!(size(UVec2::new(1280, 720), 0.5), Some(UVec2::new(640, 360)));
        assert_eq!(size(UVec2::new(1280, 720), 0.01), Some(UVec2::new(320, 180)));
        assert_eq!(size(UVec2::new(20, 20), 0.25), Some(UVec2::new(16, 16)));
        assert_eq!(size(UVec2::ZERO, 0.5), None);
    }
}
