//! What people breathe and the heat on their skin: air at head height every fourth tick, doses every tick.

use super::body::Body;
use super::{CrowdEvent, PersonId, PersonState, Posture, Surroundings};
use crate::crowd::body::{Fact, Why};
use crate::harm::Dose;

/// Height of the head above the floor, m.
pub const fn head_m(posture: Posture) -> f64 {
    match posture {
        Posture::Upright => 1.6,
        Posture::Stooped => 1.0,
        Posture::Crawling => 0.5,
        Posture::Lying => 0.2,
    }
}

/// So many people are worth a thread of their own.
const PEOPLE_A_THREAD: usize = 2000;

/// Samples and integrates; those whose dose is full fall. Shared among threads where there are people enough.
pub fn breathe(
    bodies: &mut [Body],
    facts: &[Fact],
    threads: usize,
    world: &Surroundings<'_>,
    events: &mut Vec<CrowdEvent>,
) {
    let threads = threads.clamp(1, 1 + bodies.len() / PEOPLE_A_THREAD);
    let most = bodies.len().div_ceil(threads);
    if threads == 1 {
        breathe_from(0, bodies, facts, world, events);
        return;
    }
    let (own, others) = bodies.split_at_mut(most);
    std::thread::scope(|scope| {
        let parts = others.chunks_mut(most).enumerate();
        let parts: Vec<_> = parts
            .map(|(n, part)| {
                scope.spawn(move || {
                    let mut events = Vec::new();
                    breathe_from((n + 1) * most, part, facts, world, &mut events);
                    events
                })
            })
            .collect();
        breathe_from(0, own, facts, world, events);
        for part in parts {
            // A thread that panicked takes the scope down with it.
            events.extend(part.join().unwrap_or_default());
        }
    });
}

/// The same for those from a number on.
fn breathe_from(
    first: usize,
    bodies: &mut [Body],
    facts: &[Fact],
    world: &Surroundings<'_>,
    events: &mut Vec<CrowdEvent>,
) {
    for (id, b) in (first..).zip(bodies) {
        if matches!(b.state, PersonState::Out | PersonState::Absent) {
            continue;
        }
        if (world.tick + id as u64).is_multiple_of(4) || !b.sampled {
            if let Some(space) = b.space {
                let air = world.air.sample(space, b.at, head_m(b.head_posture()));
                if air != b.air || !b.sampled {
                    b.air = air;
                    let mut second = Dose::default();
                    second.add(&b.air, 1.0, facts[id].susceptibility);
                    b.rates = (second.gas, second.heat);
                }
            }
            b.sampled = true;
        }
        if b.rates == (0.0, 0.0) {
            continue;
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
