//! What a trainee could do now, and why not: the same refusals as the actions themselves give, and what one sees at a
//! glance (a door that already stands open). Says nothing that only trying would tell, such as a lock.

use super::Action;
use super::equipment::Equipment;
use super::hands::in_street;
use super::openings::CRACK;
use super::trainee::Trainee;
use crate::crowd::{Crowd, LiftView, PersonState};
use crate::place::{OpeningId, OpeningState, Place};

/// In Chinese and English.
type Reason = (&'static str, &'static str);

/// What the question is asked of.
pub(super) struct World<'a> {
    pub place: &'a Place,
    pub crowd: &'a Crowd,
    pub equipment: &'a Equipment,
    pub openings: &'a [OpeningState],
    pub lifts: &'a [LiftView],
}

/// Why an action is impossible now; `None`: it can be tried.
pub(super) fn why_not(world: &World<'_>, trainee: &Trainee, action: &Action) -> Option<Reason> {
    let view = world.crowd.person(trainee.person);
    if trainee.asleep {
        return Some(("还没有醒。", "Still asleep."));
    }
    match view.state {
        PersonState::Incapacitated => return Some(("已经不能行动。", "No longer able to act.")),
        PersonState::Out if !in_street(action) => {
            return Some(("已经到了室外。", "Already outside."));
        }
        _ => {}
    }
    trainee
        .spot(world.place, world.crowd, world.equipment, action)
        .err()
        .or_else(|| glance(world, trainee, action))
}

/// What one sees before trying.
fn glance(world: &World<'_>, trainee: &Trainee, action: &Action) -> Option<Reason> {
    let state = |o: OpeningId| world.openings.get(o.index()).copied().unwrap_or_default();
    match *action {
        Action::FeelDoor(o) | Action::LookAtGap(o) if state(o).free() > 0.0 => {
            Some(("门开着，看得见外面。", "It stands open: one sees through."))
        }
        Action::CrackDoor(o) if state(o).open >= CRACK => Some(("门已经开着。", "It is open already.")),
        Action::OpenDoor(o) if state(o).open > 0.9 => Some(("门已经开着。", "It is open already.")),
        Action::ShutDoor(o) if state(o).open <= 0.0 => Some(("门已经关着。", "It is shut already.")),
        Action::SealDoor(o) if state(o).free() > 0.0 => Some(("要先把门关上。", "Shut it first.")),
        Action::SealDoor(o) if state(o).sealed > 0.0 => Some(("门缝已经封好。", "Its gaps are sealed already.")),
        Action::OpenWindow(o) if !world.place.openings.get(o.index()).is_some_and(|w| w.openable) => {
            Some(("这扇窗打不开。", "This window does not open."))
        }
        Action::OpenWindow(o) if state(o).open > 0.9 => Some(("窗已经开着。", "It is open already.")),
        Action::ShutWindow(o) if state(o).open <= 0.0 => Some(("窗已经关着。", "It is shut already.")),
        Action::Wake(p) if world.crowd.person(p).state != PersonState::Asleep => {
            Some(("已经醒着。", "They are awake already."))
        }
        Action::Lead(p) if world.crowd.person(p).state == PersonState::Asleep => {
            Some(("还没有醒，先叫醒。", "Still asleep: wake them first."))
        }
        Action::Lead(p) if trainee.leads.contains(&p) => Some(("已经跟着你。", "They are with you already.")),
        Action::RideLift(l, _) => {
            let storey = world
                .crowd
                .person(trainee.person)
                .space
                .map(|s| world.place.spaces[s.index()].storey);
            let open = world.lifts.get(l.index()).and_then(|x| x.open_at);
            let lift = world.place.lifts.get(l.index());
            let here = open
                .zip(lift)
                .is_some_and(|(k, x)| x.storeys.get(k).copied() == storey && storey.is_some());
            (!here).then_some(("电梯不在这一层，或门没有开。", "The lift is not here with open doors."))
        }
        _ => None,
    }
}
