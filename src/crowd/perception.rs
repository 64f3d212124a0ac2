//! What people notice: sounds against hearing and sleep, touch, smoke; and when they set out after it.

use super::body::{Aim, Body, Fact, Why};
use super::chance::{Draw, Purpose};
use super::{CrowdEvent, Cue, CueKind, PersonId, PersonState, Surroundings, care, figures, population};
use crate::place::OpeningId;
use crate::scenario::State;
use std::ops::Range;

/// Sound levels by space, reused from tick to tick.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    /// Loudest sound and loudest sound with words, dB(A).
    by_space: Vec<(f64, f64)>,
}

/// Whether a cue says what to do.
const fn clear(kind: CueKind) -> bool {
    matches!(
        kind,
        CueKind::ShoutLeave | CueKind::ThisWay(_) | CueKind::Broadcast | CueKind::Touch | CueKind::TellRunDown
    )
}

/// Reads the cues of this tick, and the smoke around those who are awake.
pub fn perceive(
    bodies: &mut [Body],
    facts: &[Fact],
    key: u64,
    world: &Surroundings<'_>,
    levels: &mut Levels,
    events: &mut Vec<CrowdEvent>,
) {
    let now = world.tick as f64 * world.dt;
    let broad: Vec<&Cue> = world.cues.iter().filter(|c| c.to.is_none()).collect();
    let ways: Vec<(OpeningId, &Cue)> = broad
        .iter()
        .filter_map(|c| match c.kind {
            CueKind::ThisWay(o) => Some((o, *c)),
            _ => None,
        })
        .collect();
    if !broad.is_empty() {
        levels.by_space.clear();
        levels.by_space.resize(world.place.spaces.len(), (0.0, 0.0));
        for c in &broad {
            for (s, db) in &c.levels {
                if let Some(l) = levels.by_space.get_mut(s.index()) {
                    l.0 = l.0.max(*db);
                    if clear(c.kind) || c.kind == CueKind::Bang && *db >= figures::STARTLES_DB {
                        l.1 = l.1.max(*db);
                    }
                }
            }
        }
    }
    let mut heard: Vec<(usize, bool)> = Vec::new();
    for (id, b) in bodies.iter_mut().enumerate() {
        let due = (world.tick + id as u64).is_multiple_of(20);
        // Nothing to hear, and no time to look round.
        if world.cues.is_empty() && !due && b.state != PersonState::Asleep {
            continue;
        }
        let f = &facts[id];
        if !b.present() || b.state == PersonState::Incapacitated {
            continue;
        }
        if !f.controlled && !ways.is_empty() {
            points(b, f, &ways);
        }
        // Trainees are woken at their time, and told what they perceive elsewhere.
        if let Some(t) = b.wakes_s
            && now >= t
        {
            b.wakes_s = None;
            rouse(b);
        }
        let waits = b.cued_s.is_none() && !f.controlled;
        let hesitates = hesitates(b, now) && !f.controlled;
        if (waits || hesitates)
            && !broad.is_empty()
            && let Some(s) = b.space
        {
            let (any, words) = levels.by_space[s.index()];
            let needed = figures::heard_db(
                f.hearing,
                b.state == PersonState::Asleep,
                f.start == State::Drunk,
                f.age,
            );
            if any >= needed {
                heard.push((id, words >= needed));
            }
        }
        // Smoke wakes nobody; those awake look round once a second.
        if (waits || hesitates) && b.state != PersonState::Asleep && b.air.extinction >= figures::NOTICED_SMOKE && due {
            heard.push((id, true));
        }
    }
    for c in world.cues {
        let Some(to) = c.to else { continue };
        let id = to.index();
        let Some(f) = facts.get(id) else { continue };
        let level = bodies[id]
            .space
            .and_then(|s| c.levels.iter().find(|l| l.0 == s))
            .map_or(60.0, |l| l.1);
        let asleep = bodies[id].state == PersonState::Asleep;
        let reaches = matches!(c.kind, CueKind::Touch | CueKind::TellRunDown)
            || c.kind == CueKind::LightsUp && !asleep
            || level >= figures::heard_db(f.hearing, asleep, f.start == State::Drunk, f.age);
        if !reaches || !bodies[id].present() || bodies[id].state == PersonState::Incapacitated || f.controlled {
            continue;
        }
        if c.kind == CueKind::TellRunDown && !care::minded(f) {
            let b = &mut bodies[id];
            b.cued_s = b.cued_s.or(Some(now));
            rouse(b);
            b.sets_out_s = Some(now);
            b.set_out = false;
        } else {
            heard.push((id, clear(c.kind)));
        }
    }
    for (id, urgent) in heard {
        cue(bodies, facts, id, urgent, key, now);
    }
    for (id, b) in bodies.iter_mut().enumerate() {
        let person = PersonId(id as u32);
        if b.woke {
            b.woke = false;
            events.push(CrowdEvent::Woke { person });
        }
        if !b.set_out
            && let Some(t) = b.sets_out_s
            && now + 1e-9 >= t
            && b.present()
            && b.state != PersonState::Incapacitated
        {
            b.set_out = true;
            rouse(b);
            if b.woke {
                b.woke = false;
                events.push(CrowdEvent::Woke { person });
            }
            if !facts[id].controlled && b.led_by.is_none() && b.carried_by.is_none() {
                set_out(b, &facts[id]);
                events.push(CrowdEvent::SetOut {
                    person,
                    after_s: now - facts[id].enters_s.unwrap_or(0.0),
                });
            }
        }
    }
}

/// Whoever hears by which way to leave remembers it, and looks for their way anew.
fn points(b: &mut Body, f: &Fact, ways: &[(OpeningId, &Cue)]) {
    if b.state == PersonState::Asleep {
        return;
    }
    let needed = figures::heard_db(f.hearing, false, f.start == State::Drunk, f.age);
    for (opening, cue) in ways {
        let level = b.space.and_then(|s| cue.levels.iter().find(|l| l.0 == s));
        if level.is_some_and(|l| l.1 >= needed) && b.told != Some(*opening) {
            b.told = Some(*opening);
            b.replan = true;
        }
    }
}

/// On their way.
fn set_out(b: &mut Body, f: &Fact) {
    if f.mobility.lies() {
        b.state = PersonState::Waiting;
        b.why = Why::CannotMove;
        return;
    }
    b.left_extinction = b.air.extinction;
    b.state = PersonState::Moving;
    let aim = population::first_aim(f);
    b.why = if aim == Aim::Out { Why::ToExit } else { Why::ToPoint };
    b.set_aim(aim);
}

/// Awake from now on.
pub fn rouse(b: &mut Body) {
    if b.state == PersonState::Asleep {
        b.state = PersonState::Preparing;
        b.why = Why::Preparing;
        b.woke = true;
    }
}

/// Has had a cue that left room for doubt, and has not set out yet.
fn hesitates(b: &Body, now: f64) -> bool {
    !b.sure && b.cued_s.is_some() && !b.set_out && b.sets_out_s.is_some_and(|t| t > now)
}

/// A person's household or group: its members follow each other in number.
pub fn household(facts: &[Fact], id: usize) -> Range<usize> {
    let family = facts[id].family;
    family.map_or(id..id + 1, |f| {
        let from = f.index();
        from..from + facts[from..].iter().take_while(|x| x.family == family).count()
    })
}

/// What is left of the time to set out shrinks as it would have done from the first, had the first cue left no doubt.
fn makes_sure(bodies: &mut [Body], facts: &[Fact], id: usize, now: f64) {
    for b in &mut bodies[household(facts, id)] {
        if hesitates(b, now) {
            b.sure = true;
            b.sets_out_s = b.sets_out_s.map(|t| now + (t - now) * figures::URGENT);
        }
    }
}

/// A cue has come through to a person; a household shares it.
fn cue(bodies: &mut [Body], facts: &[Fact], id: usize, urgent: bool, key: u64, now: f64) {
    if bodies[id].cued_s.is_some() {
        if urgent {
            makes_sure(bodies, facts, id, now);
        }
        return;
    }
    let members = household(facts, id);
    let asleep = facts[id].start == State::Asleep;
    let household = facts[id].home.is_some();
    let (low, high) = figures::pre_movement(asleep, household);
    let mut draw = Draw::new(key, Purpose::PreMovement, members.start as u64, 0);
    let part = if urgent { figures::URGENT } else { 1.0 };
    let delay = draw.between_percentiles(low, high) * part;
    for k in members {
        let (b, f) = (&mut bodies[k], &facts[k]);
        if b.cued_s.is_some() || !b.present() || b.state == PersonState::Incapacitated {
            continue;
        }
        b.cued_s = Some(now);
        b.sure = urgent;
        if b.state == PersonState::Asleep {
            if k == id {
                rouse(b);
            } else {
                b.wakes_s = Some(now + figures::WAKE_KIN_S);
            }
        }
        if b.state == PersonState::Moving {
            continue;
        }
        if f.stays {
            b.why = Why::Stays;
        } else if f.kin_of.is_some() {
            b.why = if b.state == PersonState::Asleep {
                Why::Asleep
            } else {
                Why::WaitsForKin
            };
        } else if f.starts_s.is_none() {
            b.sets_out_s = Some(now + delay);
            if b.state != PersonState::Asleep {
                b.state = PersonState::Preparing;
                b.why = Why::Preparing;
            }
        }
    }
}
