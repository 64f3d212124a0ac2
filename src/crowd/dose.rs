//! What people breathe and the heat on their skin: air at head height every fourth tick, doses every tick.

use super::body::Body;
use super::{CrowdEvent, PersonId, PersonState, Posture, Surroundings};
use crate::crowd::body::{Fact, Why};
use crate::harm::AirSample;

/// Walking speed in smoke as a part of the free speed: V/(V + 2) with visibility V = 3/K, m (Fridolf), at least 0.2.
pub fn smoke_factor(extinction: f64) -> f64 {
    if extinction <= 0.0 {
        return 1.0;
    }
    let visibility = 3.0 / extinction;
    (visibility / (visibility + 2.0)).max(0.2)
}

/// Gas and heat dose gained in a second (Purser as in the FDS+Evac guide, eq. 12–19, light work; convective heat
/// t = 5e7 T^-3.4 min, SFPE 63.44; radiant t = 10/q^1.33 min above 2.5 kW/m²).
fn rates(air: &AirSample, susceptibility: f64) -> (f64, f64) {
    let co = 2.764e-5 * libm::pow(air.co_ppm.max(0.0), 1.036);
    let hcn = (libm::exp(air.hcn_ppm.max(0.0) / 43.0) / 220.0 - 0.0045).max(0.0);
    let hyperventilation = libm::exp(0.1903 * air.co2_percent + 2.0004) / 7.1;
    let oxygen = 1.0 / libm::exp(8.13 - 0.54 * (20.9 - air.o2_percent));
    let gas = (co + if air.hcn_ppm > 0.0 { hcn } else { 0.0 }) * hyperventilation + oxygen;
    // Below the body's own temperature air does no harm (待核实).
    let convective = if air.temperature_c > 37.0 {
        libm::pow(air.temperature_c, 3.4) / 5e7
    } else {
        0.0
    };
    let radiant = if air.radiant_kw_m2 > 2.5 {
        libm::pow(air.radiant_kw_m2, 1.33) / 10.0
    } else {
        0.0
    };
    (gas * susceptibility / 60.0, (convective + radiant) / 60.0)
}

/// Height of the head above the floor, m.
pub const fn head_m(posture: Posture) -> f64 {
    match posture {
        Posture::Upright => 1.6,
        Posture::Stooped => 1.0,
        Posture::Crawling => 0.5,
        Posture::Lying => 0.2,
    }
}

/// Samples and integrates; those whose dose is full fall.
pub fn breathe(bodies: &mut [Body], facts: &[Fact], world: &Surroundings<'_>, events: &mut Vec<CrowdEvent>) {
    for (id, b) in bodies.iter_mut().enumerate() {
        if matches!(b.state, PersonState::Out | PersonState::Absent) {
            continue;
        }
        if (world.tick + id as u64).is_multiple_of(4) || !b.sampled {
            if let Some(space) = b.space {
                b.air = world.air.sample(space, b.at, head_m(b.head_posture()));
                b.rates = rates(&b.air, facts[id].susceptibility);
            }
            b.sampled = true;
        }
        b.gas += b.rates.0 * world.dt;
        b.heat += b.rates.1 * world.dt;
        if b.state != PersonState::Incapacitated && (b.gas >= 1.0 || b.heat >= 1.0) {
            b.state = PersonState::Incapacitated;
            b.why = Why::Overcome;
            b.posture = Posture::Lying;
            b.speed = 0.0;
            let by_heat = b.heat >= 1.0 && b.gas < 1.0;
            events.push(CrowdEvent::Overcome {
                person: PersonId(id as u32),
                by_heat,
            });
        }
    }
}
