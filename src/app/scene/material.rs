//! The one material of the picture, in three kinds, and what its shader is told in each frame.

use super::optics::SmokeBox;
use bevy::asset::{load_internal_asset, uuid_handle};
use bevy::mesh::MeshVertexBufferLayoutRef;
use bevy::pbr::{MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError};
use bevy::shader::ShaderRef;

const SHADER: Handle<Shader> = uuid_handle!("5a4c9a0e-6a0f-4d57-9f0a-3c1b7c0f2d11");
/// Boxes of smoke that are looked through at most; as in `scene.wgsl`.
pub const MOST_BOXES: usize = 24;
/// Fires that give light at most; as in `scene.wgsl`.
pub const MOST_FIRES: usize = 4;

/// What the shader is told; the same in all kinds but for the kind.
#[derive(Clone, Debug, ShaderType)]
pub struct Params {
    light: Vec4,
    count: Vec4,
    smoke: Vec4,
    boxes: [Vec4; 3 * MOST_BOXES],
    fires: [Vec4; 3 * MOST_FIRES],
}

/// A fire that gives light.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FireLight {
    /// Middle of the flame.
    pub at: Vec3,
    /// Light at 1 m, where 1 is that of a well-lit room.
    pub strength: f32,
    /// What it lights: a box round its room.
    pub room: (Vec3, Vec3),
}

/// The material.
#[derive(Asset, AsBindGroup, Clone, Debug, TypePath)]
pub struct SceneMaterial {
    #[uniform(0)]
    params: Params,
    kind: Kind,
}

/// How a material is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Solid,
    Translucent,
    Glowing,
}

impl Material for SceneMaterial {
    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }
    fn alpha_mode(&self) -> AlphaMode {
        match self.kind {
            Kind::Solid => AlphaMode::Opaque,
            Kind::Translucent => AlphaMode::Premultiplied,
            Kind::Glowing => AlphaMode::Add,
        }
    }
    fn enable_prepass() -> bool {
        false
    }
    fn enable_shadows() -> bool {
        false
    }
    fn specialize(
        _: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _: &MeshVertexBufferLayoutRef,
        key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        // Panes, sheets and flames are seen from both sides.
        if key.mesh_key.intersects(bevy::pbr::MeshPipelineKey::BLEND_RESERVED_BITS) {
            descriptor.primitive.cull_mode = None;
        }
        Ok(())
    }
}

/// Handles of the kinds.
#[derive(Resource, Clone, Debug)]
pub struct Materials {
    /// Walls, doors, people: all that is solid.
    pub solid: Handle<SceneMaterial>,
    /// Glass and thin smoke.
    pub translucent: Handle<SceneMaterial>,
    /// Flames.
    pub glowing: Handle<SceneMaterial>,
}

/// What there is to be seen in this frame; systems of the scene fill it in, [`update`] hands it to the shader.
#[derive(Resource, Clone, Debug)]
pub struct Sight {
    /// Mains, emergency light, night outside, light that is everywhere.
    pub light: Vec4,
    /// Colour of smoke in full light, linear.
    pub smoke: Vec3,
    /// The smoke round the eye.
    pub boxes: Vec<SmokeBox>,
    /// The fires round the eye.
    pub fires: Vec<FireLight>,
    /// For flicker, s.
    pub time_s: f32,
}

impl Default for Sight {
    fn default() -> Self {
        Self {
            light: Vec4::new(1.0, 0.0, 0.5, 0.02),
            smoke: Vec3::new(0.30, 0.28, 0.26),
            boxes: Vec::new(),
            fires: Vec::new(),
            time_s: 0.0,
        }
    }
}

fn params(sight: &Sight, kind: Kind) -> Params {
    let number = match kind {
        Kind::Solid => 0.0,
        Kind::Translucent => 1.0,
        Kind::Glowing => 2.0,
    };
    let boxes = sight.boxes.len().min(MOST_BOXES);
    let fires = sight.fires.len().min(MOST_FIRES);
    let mut p = Params {
        light: sight.light,
        count: Vec4::new(boxes as f32, fires as f32, sight.time_s, number),
        smoke: sight.smoke.extend(0.0),
        boxes: [Vec4::ZERO; 3 * MOST_BOXES],
        fires: [Vec4::ZERO; 3 * MOST_FIRES],
    };
    for (to, b) in p.boxes.chunks_exact_mut(3).zip(&sight.boxes) {
        to.copy_from_slice(&[
            b.lo.extend(b.interface),
            b.hi.extend(b.lit),
            Vec4::new(b.upper, b.lower, 0.0, 0.0),
        ]);
    }
    for (to, f) in p.fires.chunks_exact_mut(3).zip(&sight.fires) {
        to.copy_from_slice(&[f.at.extend(f.strength), f.room.0.extend(0.0), f.room.1.extend(0.0)]);
    }
    p
}

pub(super) fn plugin(app: &mut App) {
    load_internal_asset!(app, SHADER, "scene.wgsl", Shader::from_wgsl);
    app.add_plugins(MaterialPlugin::<SceneMaterial>::default())
        .init_resource::<Sight>();
    let sight = Sight::default();
    let mut assets = app.world_mut().resource_mut::<Assets<SceneMaterial>>();
    let mut add = |kind| {
        assets.add(SceneMaterial {
            params: params(&sight, kind),
            kind,
        })
    };
    let materials = Materials {
        solid: add(Kind::Solid),
        translucent: add(Kind::Translucent),
        glowing: add(Kind::Glowing),
    };
    app.insert_resource(materials);
}

/// Hands the shader what there is to be seen.
pub(super) fn update(sight: Res<Sight>, materials: Res<Materials>, mut assets: ResMut<Assets<SceneMaterial>>) {
    for handle in [&materials.solid, &materials.translucent, &materials.glowing] {
        if let Some(mut m) = assets.get_mut(handle) {
            m.params = params(&sight, m.kind);
        }
    }
}
