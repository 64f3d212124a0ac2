//! How loud a sound is in each space: from its own space through openings, strongest path.

use crate::place::{Beyond, OpeningKind, OpeningState, Place, SpaceId};

/// A smoke alarm or sounder in its own space, dB(A) (85 dB at 3 m: GB 20517 class of devices; 待核实).
pub const SOUNDER_DB: f64 = 85.0;
/// A shout in its own space, dB(A) (assumption).
pub const SHOUT_DB: f64 = 80.0;
/// Knocking and calling at a door, in the spaces on both sides, dB(A) (assumption).
pub const KNOCK_DB: f64 = 70.0;
/// A vessel of gas that bursts, and a cell that does, in their own space, dB(A) (assumptions, 待核实).
pub const BURST_DB: f64 = 140.0;
pub const JET_DB: f64 = 100.0;
/// Lost through an open door, a stair from storey to storey, a shut door, dB (20 to 25 for a shut one; assumption).
const OPEN_LOSS: f64 = 5.0;
const STOREY_LOSS: f64 = 6.0;
const SHUT_LOSS: f64 = 22.0;
/// Below this nobody hears it indoors, dB(A).
const AUDIBLE: f64 = 30.0;

/// Level by space, in the order of the spaces; only where it is audible.
pub fn levels(place: &Place, openings: &[OpeningState], from: &[SpaceId], db: f64) -> Vec<(SpaceId, f64)> {
    let mut level = vec![f64::NEG_INFINITY; place.spaces.len()];
    for s in from {
        level[s.index()] = db;
    }
    // Few sounds and few audible spaces: relax until nothing gets louder.
    let mut changed = true;
    while changed {
        changed = false;
        for (o, state) in place.openings.iter().zip(openings) {
            let Beyond::Space(to) = o.to else { continue };
            let loss = match o.kind {
                OpeningKind::Hole(_) => STOREY_LOSS,
                _ if state.free() > 0.3 => OPEN_LOSS,
                _ => SHUT_LOSS,
            };
            for (a, b) in [(o.from, to), (to, o.from)] {
                let l = level[a.index()] - loss;
                if l > AUDIBLE && l > level[b.index()] {
                    level[b.index()] = l;
                    changed = true;
                }
            }
        }
    }
    (0u32..).map(SpaceId).zip(level).filter(|(_, l)| *l > AUDIBLE).collect()
}
