//! How much of the lamps' light, of the emergency lights' and of the night outside reaches a point: worked out once
//! for the vertices of what does not move, and for the place of each thing that does.

use super::mesh::Levels;
use super::plan;
use crate::place::{Beyond, EquipmentId, OpeningId, OpeningKind, Place, SpaceId, SpaceKind};
use crate::scenario::{EquipmentKind, Use};
use bevy::mesh::MeshTag;
use bevy::prelude::*;

/// Half of a lamp's light is left at this distance, m.
const REACH_M: f32 = 3.5;

/// The lamps of the shown spaces, and of those open to them.
#[derive(Clone, Debug, Default)]
pub struct Lamps {
    /// By space: place of each lamp, and how much of it comes here.
    mains: Vec<Vec<(Vec3, f32)>>,
    emergency: Vec<Vec<(Vec3, f32)>>,
    /// By space: how much of the night outside comes in.
    night: Vec<f32>,
}

impl Lamps {
    /// All lamps of a place. In homes whose breakers (`off`) are off, nothing burns on the mains.
    pub fn new(place: &Place, openings: &[Vec<OpeningId>], off: &[EquipmentId]) -> Self {
        let of = |s: SpaceId| (place.spaces[s.index()].home, place.spaces[s.index()].storey);
        let dark: Vec<_> = off.iter().map(|e| of(place.equipment[e.index()].space)).collect();
        let n = place.spaces.len();
        let mut it = Self {
            mains: vec![Vec::new(); n],
            emergency: vec![Vec::new(); n],
            night: vec![0.25; n],
        };
        for e in &place.equipment {
            let at = plan::at(e.at, e.z);
            match e.kind {
                EquipmentKind::Light if e.works && !dark.contains(&of(e.space)) => {
                    it.mains[e.space.index()].push((at, 1.0));
                }
                EquipmentKind::EmergencyLight if e.works => it.emergency[e.space.index()].push((at, 1.0)),
                _ => {}
            }
        }
        for (i, s) in place.spaces.iter().enumerate() {
            // Stairs have a lamp on every landing, lift cars and lobbies one of their own, though none is written.
            let middle = plan::bounds(&s.outline);
            let middle = (middle.0 + middle.1) * 0.5;
            let lamp = plan::at(middle, s.z + s.height - 0.3);
            if matches!(s.kind, SpaceKind::Stair(_) | SpaceKind::LiftWell(_)) && it.mains[i].is_empty() {
                it.mains[i].push((lamp, 0.8));
                it.emergency[i].push((lamp, 0.6));
            }
            let window = openings[i]
                .iter()
                .any(|o| place.openings[o.index()].kind == OpeningKind::Window);
            it.night[i] = match (s.kind, window, s.r#use) {
                (SpaceKind::Outdoors, ..) => 1.0,
                (_, true, _) => 0.85,
                (_, _, Use::Corridor | Use::LiftLobby | Use::StairLanding | Use::EntranceHall) => 0.18,
                _ => 0.45,
            };
        }
        // Through a passage without a door light goes on, weaker.
        let own = (it.mains.clone(), it.emergency.clone());
        for o in &place.openings {
            if let (OpeningKind::Gap, Beyond::Space(to)) = (o.kind, o.to) {
                for (a, b) in [(o.from.index(), to.index()), (to.index(), o.from.index())] {
                    it.mains[b].extend(own.0[a].iter().map(|l| (l.0, l.1 * 0.6)));
                    it.emergency[b].extend(own.1[a].iter().map(|l| (l.0, l.1 * 0.6)));
                }
            }
        }
        it
    }

    /// Light levels at a point of a space.
    pub fn at(&self, space: SpaceId, point: Vec3) -> Levels {
        let sum = |lamps: &[(Vec3, f32)], floor: f32| {
            if lamps.is_empty() {
                return 0.0;
            }
            let s: f32 = lamps
                .iter()
                .map(|(at, k)| k / (1.0 + at.distance_squared(point) / (REACH_M * REACH_M)))
                .sum();
            // Walls throw light back: no corner of a lit room is black.
            (floor + s).min(1.0)
        };
        let i = space.index();
        [sum(&self.mains[i], 0.30), sum(&self.emergency[i], 0.10), self.night[i]]
    }

    /// How lit a space is on the whole: mains, emergency light.
    pub fn of(&self, space: SpaceId) -> [f32; 2] {
        let sum = |l: &[(Vec3, f32)]| (l.iter().map(|x| x.1).sum::<f32>() * 0.7).min(1.0);
        [sum(&self.mains[space.index()]), sum(&self.emergency[space.index()])]
    }
}

/// Set in a tag that carries levels.
const VALID: u32 = 0x8000_0000;
/// Set in a tag while the pointer is over it.
const POINTED_AT: u32 = 0x0400_0000;

/// The levels of a movable thing, as its instance carries them to the shader.
pub fn tag(levels: Levels, pointed_at: bool) -> MeshTag {
    let q = |x: f32| (x.clamp(0.0, 1.0) * 63.0).round() as u32;
    let [m, e, n] = levels.map(q);
    MeshTag(VALID | m | (e << 6) | (n << 12) | if pointed_at { POINTED_AT } else { 0 })
}
