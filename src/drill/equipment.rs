//! What hangs on walls and stands about: who holds it, how much is left in it, whether it is switched on.

use super::deeds::Means;
use crate::fire::agents::{self, InUse};
use crate::place::{EquipmentId, Place, SpaceId};
use crate::scenario::{EquipmentKind, Point};
use serde::{Deserialize, Serialize};

/// A piece of equipment now.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Piece {
    /// Index of the trainee who has it in hand.
    pub holder: Option<u16>,
    /// Where it lies or hangs.
    pub space: SpaceId,
    /// On plan.
    pub at: Point,
    /// What comes out of it and how much is left; `None` where nothing comes out.
    pub agent: Option<InUse>,
    /// Valves, switches: on.
    pub on: bool,
}

/// All of it, by [`EquipmentId`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Equipment(Vec<Piece>);

impl Equipment {
    /// As the scenario hung it up: valves, mains and hoods on, locks locked, all lights off.
    pub fn new(place: &Place) -> Self {
        let piece = |e: &crate::place::Equipment| Piece {
            holder: None,
            space: e.space,
            at: e.at,
            agent: Means::of(&e.kind).and_then(agent).and_then(|means| {
                let charge = match e.kind {
                    EquipmentKind::Extinguisher(_, charge)
                    | EquipmentKind::Bucket(charge)
                    | EquipmentKind::SandBucket(charge) => charge,
                    _ => f64::INFINITY,
                };
                InUse::full(means, charge)
            }),
            on: !matches!(e.kind, EquipmentKind::LightSwitch),
        };
        Self(place.equipment.iter().map(piece).collect())
    }

    /// One piece; `None` if there is no such piece.
    pub fn get(&self, id: EquipmentId) -> Option<&Piece> {
        self.0.get(id.index())
    }
    pub fn get_mut(&mut self, id: EquipmentId) -> Option<&mut Piece> {
        self.0.get_mut(id.index())
    }

    /// Everything that is state.
    pub fn hash_into(&self, hasher: &mut blake3::Hasher) {
        for p in &self.0 {
            hasher.update(&p.holder.map_or(u32::MAX, u32::from).to_le_bytes());
            hasher.update(&p.space.0.to_le_bytes());
            for x in [p.at.x, p.at.y, p.agent.map_or(0.0, |a| a.left_kg)] {
                hasher.update(&x.to_bits().to_le_bytes());
            }
            hasher.update(&[u8::from(p.on)]);
        }
    }
}

/// What the fire engine calls it; `None` for what is no agent.
pub(super) const fn agent(means: Means) -> Option<agents::Means> {
    Some(match means {
        Means::Extinguisher(agent) => agents::Means::Bottle(agent),
        Means::Lid => agents::Means::Lid,
        Means::Blanket => agents::Means::Blanket,
        Means::HoseReel => agents::Means::HoseReel,
        Means::Hydrant => agents::Means::Hydrant,
        Means::Bucket => agents::Means::Bucket,
        Means::Sand => agents::Means::SandBucket,
        Means::EscapeHood | Means::WetTowel => return None,
    })
}
