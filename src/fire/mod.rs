//! Burning items, two-layer zones, species, walls, detectors. Knows `scenario`, `place` and `harm`.

use crate::harm::{Air, AirSample};
use crate::place::{OpeningId, OpeningState, Place, SpaceId, ThingId};
use crate::scenario::Point;
use serde::{Deserialize, Serialize};

/// A zone as everyone may read it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ZoneState {
    /// Above the floor, m.
    pub layer_height_m: f64,
    /// Gauge pressure at the floor, Pa.
    pub pressure_pa: f64,
    pub wall_c: f64,
    pub ceiling_c: f64,
    pub floor_c: f64,
    pub upper: LayerState,
    pub lower: LayerState,
}

/// A layer of a zone.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayerState {
    pub temperature_c: f64,
    pub mass_kg: f64,
    pub extinction_per_m: f64,
    pub o2_percent: f64,
    pub co2_percent: f64,
    pub co_ppm: f64,
    pub hcn_ppm: f64,
    pub soot_g_m3: f64,
    pub unburnt_g_m3: f64,
}

/// Flow through an opening; out is from its first side to its second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FlowState {
    pub mass_out_kg_s: f64,
    pub mass_in_kg_s: f64,
    /// Above the floor of the first space, m; `None` where the flow goes one way.
    pub neutral_plane_m: Option<f64>,
}

/// A thing that may burn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ThingState {
    pub burning: bool,
    pub hrr_kw: f64,
    pub convective_kw: f64,
    pub burning_kg_s: f64,
    pub mass_left_kg: f64,
    /// Height of the flame, m.
    pub flame_m: f64,
}

/// What happened in a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FireEvent {
    Ignited { thing: ThingId, kw: f64 },
    BurntOut { thing: ThingId, mass_left_kg: f64 },
    /// Index into the place's equipment.
    DetectorActivated { equipment: usize, value: f64 },
    /// Index into the scenario's probes.
    LinkActivated { probe: usize, temperature_c: f64 },
    /// Glass fell or a leaf failed; new free part of the opening's area.
    OpeningFailed { opening: OpeningId, broken: f64 },
    NotConverged { residual: f64 },
}

/// The fire and the air of the whole place. Cheap to clone; serialised whole.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Fire {}

impl Fire {
    /// Air at rest (stack pressures solved), nothing burning.
    pub fn new(_place: &Place, _loaded: &crate::scenario::Loaded) -> Self {
        Self {}
    }
    /// One step from `time_s` to `time_s + dt`, both s.
    pub fn step(&mut self, _place: &Place, _openings: &[OpeningState], _time_s: f64, _dt: f64) -> Vec<FireEvent> {
        Vec::new()
    }
    /// Sets a thing alight.
    pub fn ignite(&mut self, _thing: ThingId) {}
    /// The air as people meet it.
    pub fn air<'a>(&'a self, place: &'a Place) -> FireAir<'a> {
        FireAir { fire: self, place }
    }
    pub fn zone(&self, _place: &Place, _space: SpaceId) -> ZoneState {
        ZoneState::default()
    }
    pub fn flow(&self, _opening: OpeningId) -> FlowState {
        FlowState::default()
    }
    pub fn thing(&self, _thing: ThingId) -> ThingState {
        ThingState::default()
    }
    /// Gas velocity in an opening at a height above the first space's floor, m/s.
    pub fn velocity(&self, _place: &Place, _opening: OpeningId, _height: f64) -> f64 {
        0.0
    }
    /// Plume centre-line temperature above a thing, °C, at a height above its fuel, m.
    pub fn plume_c(&self, _place: &Place, _thing: ThingId, _height: f64) -> f64 {
        0.0
    }
    /// Ceiling jet at a point: °C and m/s.
    pub fn ceiling_jet(&self, _place: &Place, _space: SpaceId, _at: Point) -> (f64, f64) {
        (0.0, 0.0)
    }
    /// Radiant flux on a target facing the fire and the hot layer, kW/m².
    pub fn flux(&self, _place: &Place, _space: SpaceId, _at: Point, _height: f64) -> f64 {
        0.0
    }
    /// Median and largest number of pressure iterations, and largest residual, so far.
    pub fn convergence(&self) -> (f64, u32, f64) {
        (0.0, 0, 0.0)
    }
    /// Correlations used outside their range, and the like; in a fixed order.
    pub fn warnings(&self) -> Vec<String> {
        Vec::new()
    }
    /// Everything that must be equal for two states to be the same, fed to a hasher in a fixed order.
    pub fn hash_into(&self, _hasher: &mut blake3::Hasher) {}
}

/// [`Air`] over a fire's state.
#[derive(Clone, Copy)]
pub struct FireAir<'a> {
    #[allow(dead_code)]
    fire: &'a Fire,
    #[allow(dead_code)]
    place: &'a Place,
}

impl Air for FireAir<'_> {
    fn sample(&self, _space: SpaceId, _at: Point, _height: f64) -> AirSample {
        AirSample::clean(20.0)
    }
    fn layer_height(&self, _space: SpaceId) -> f64 {
        2.6
    }
    fn extinction(&self, _space: SpaceId) -> (f64, f64) {
        (0.0, 0.0)
    }
}
