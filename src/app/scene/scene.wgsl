// Everything in the picture is shaded here: light levels baked at the vertices or given by the instance, light of
// fires, and the smoke between the eye and the surface, exactly along the straight line through the layers passed.

#import bevy_pbr::{forward_io::VertexOutput, mesh_functions, mesh_view_bindings::view}

const BOXES: u32 = 24u;
const FIRES: u32 = 4u;

struct Params {
    // Mains, emergency, night outside, everywhere (0 to 1 each).
    light: vec4<f32>,
    // Number of boxes and of fires, time (s), 0 solid / 1 translucent / 2 glowing.
    count: vec4<f32>,
    // Colour of smoke in full light.
    smoke: vec4<f32>,
    // For each box of smoke: lower corner and height of the layer; upper corner and how lit it is; extinction
    // coefficients of the upper and lower layer (1/m).
    boxes: array<vec4<f32>, 72>,
    // For each fire: place and strength; lower and upper corner of what it lights.
    fires: array<vec4<f32>, 12>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> params: Params;

// Optical depth from the eye to a point, and the same weighted with how lit each part is.
fn optical_depth(eye: vec3<f32>, there: vec3<f32>) -> vec2<f32> {
    let way = there - eye;
    let far = length(way);
    var sum = vec2<f32>(0.0, 0.0);
    let safe = select(way, vec3<f32>(1e-6), abs(way) < vec3<f32>(1e-6));
    let count = min(u32(params.count.x), BOXES);
    for (var i = 0u; i < count; i++) {
        let lo = params.boxes[3u * i];
        let hi = params.boxes[3u * i + 1u];
        let k = params.boxes[3u * i + 2u];
        let a = (lo.xyz - eye) / safe;
        let b = (hi.xyz - eye) / safe;
        let near = min(a, b);
        let away = max(a, b);
        let t0 = max(max(max(near.x, near.y), near.z), 0.0);
        let t1 = min(min(min(away.x, away.y), away.z), 1.0);
        if t1 > t0 {
            let y0 = eye.y + way.y * t0;
            let y1 = eye.y + way.y * t1;
            let top = max(y0, y1);
            let low = min(y0, y1);
            let above = clamp((top - lo.w) / max(top - low, 1e-5), 0.0, 1.0);
            let tau = far * (t1 - t0) * mix(k.y, k.x, above);
            sum += vec2<f32>(tau, tau * hi.w);
        }
    }
    return sum;
}

fn fire_light(at: vec3<f32>, normal: vec3<f32>) -> f32 {
    var sum = 0.0;
    let count = min(u32(params.count.y), FIRES);
    for (var i = 0u; i < count; i++) {
        let fire = params.fires[3u * i];
        let lo = params.fires[3u * i + 1u].xyz;
        let hi = params.fires[3u * i + 2u].xyz;
        if all(at > lo) && all(at < hi) {
            let d = fire.xyz - at;
            let l = max(dot(d, d), 0.3);
            let lambert = 0.35 + 0.65 * max(dot(normal, d) * inverseSqrt(l), 0.0);
            sum += fire.w * lambert / l;
        }
    }
    return sum;
}

@fragment
fn fragment(in: VertexOutput) -> @location(0) vec4<f32> {
    let eye = view.world_position;
    let at = in.world_position.xyz;
    let normal = normalize(in.world_normal);
    let tag = mesh_functions::get_tag(in.instance_index);
    var mains = in.color.a;
    var other = in.uv;
    var opacity = 1.0;
    if params.count.w > 0.5 {
        // Translucent pieces carry their opacity where solid ones carry the mains light.
        opacity = in.color.a;
        mains = 1.0;
    }
    if (tag & 0x80000000u) != 0u && max(other.x, other.y) < 1.5 {
        let levels = vec3<f32>(f32(tag & 63u), f32((tag >> 6u) & 63u), f32((tag >> 12u) & 63u)) / 63.0;
        mains *= levels.x;
        other *= levels.yz;
    }
    var colour = in.color.rgb;
    if params.count.w > 1.5 {
        // A flame: brightest seen face on, gone towards its edge.
        let facing = abs(dot(normal, normalize(eye - at)));
        opacity *= facing * facing;
    } else if other.x > 1.5 {
        colour *= 1.15;
    } else if other.y > 1.5 {
        colour *= mix(0.25, 1.2, params.light.x);
    } else {
        // Seen without shadows: floors a little lighter than walls, walls by the way they face.
        let shape = 0.80 + 0.14 * normal.y + 0.05 * normal.x - 0.03 * normal.z;
        let lamps = params.light.x * mains + params.light.y * other.x;
        let white = vec3<f32>(1.0, 0.95, 0.86) * lamps;
        let night = vec3<f32>(0.60, 0.74, 1.0) * params.light.z * other.y;
        // However near the flames, a wall keeps its colour: the eye adapts.
        let glare = fire_light(at, normal);
        let fire = vec3<f32>(1.0, 0.55, 0.22) * glare / (1.0 + 0.7 * glare);
        colour *= (white + night + vec3<f32>(params.light.w)) * shape + fire;
    }
    if (tag & 0x04000000u) != 0u {
        let beat = 0.75 + 0.25 * sin(params.count.z * 4.0);
        colour = mix(colour, vec3<f32>(1.0, 0.72, 0.10), 0.38 * beat);
    }
    let depth = optical_depth(eye, at);
    let through = exp(-depth.x);
    if params.count.w > 1.5 {
        return vec4<f32>(colour * opacity * through, 0.0);
    }
    let lit = params.smoke.rgb * (depth.y / max(depth.x, 1e-5));
    let seen = colour * through + lit * (1.0 - through);
    if params.count.w > 0.5 {
        return vec4<f32>(seen * opacity, opacity);
    }
    return vec4<f32>(seen, 1.0);
}
