//! What is right for those who answer for others at work, by night and with few hands: fetch whoever is in the room on
//! fire, shut its door, raise the alarm, call, shut the fire door, then move everybody across behind it, those near the
//! fire first; count, report, and tell the fire service.

use super::best::Wish;
use super::simple::full_call;
use crate::assess::situation::{CueKnown, Situation};
use crate::crowd::{Gait, PersonId};
use crate::drill::{
    ALL_BRIEF, Action, Did, FireSize, KinState, Known, KnownRoom, Notebook, Noted, Now, Percept, Smoke, Ward,
    Whereabouts,
};
use crate::place::{OpeningId, SpaceId};
use crate::scenario::Use;
use std::collections::BTreeSet;

/// So many who walk are led at once (assumption).
const LEADS: usize = 3;
/// How long to wait behind the fire door for those who are led, s (assumption: an old person at 0.4 m/s).
const WAITS_S: f64 = 30.0;

/// Somebody with people to look after on the storey they work on.
pub(super) fn looks_after_others(known: &Known) -> bool {
    !known.wards.is_empty() && !known.rooms_at_work.is_empty() && !known.fire_doors.is_empty()
}

/// What it remembers between two moments.
#[derive(Clone, Debug, Default)]
pub(super) struct Care {
    /// Since when it waits for those who are led, s.
    waits_s: Option<f64>,
    /// Where it set out to look.
    looks: BTreeSet<SpaceId>,
    /// Shuts no door: a mistake.
    pub(super) leaves_open: bool,
}

impl Care {
    /// What it wants now, in order.
    pub(super) fn wishes(&mut self, s: &Situation, known: &Known, notebook: &Notebook, now: &Now) -> Vec<Wish> {
        if now.walking || s.cue.is_none() {
            return Vec::new();
        }
        if now.place == Whereabouts::Street {
            return report(s, notebook, &[]);
        }
        let did = |is: &dyn Fn(&Did) -> bool| notebook.notes.iter().any(|n| matches!(&n.what, Noted::Did(d) if is(d)));
        let burns = room_on_fire(s, known);
        let inside: Vec<SpaceId> = known.rooms_at_work.iter().map(|r| r.space).collect();
        let refuge = known
            .rooms_at_work
            .iter()
            .find(|r| r.r#use == Use::Refuge)
            .map(|r| r.space);
        // Safe is what a fire door parts from the room on fire; while nobody knows which that is, the refuge.
        let safe_rooms: BTreeSet<SpaceId> = match (burns, refuge) {
            (Some(room), _) => {
                let threatened = compartment(known, room.space);
                inside.iter().copied().filter(|x| !threatened.contains(x)).collect()
            }
            (None, Some(refuge)) => compartment(known, refuge),
            (None, None) => inside.iter().copied().collect(),
        };
        let safe = |space: SpaceId| safe_rooms.contains(&space);
        let mut wishes = Vec::new();
        if s.help {
            wishes.extend(report(s, notebook, &known.kin));
        }
        if let Some(room) = burns {
            let door = room.doors.iter().find(|d| s.fire_behind.contains(d));
            let shut = door.is_some_and(|d| did(&|x| matches!(x, Did::Shut(r) if r.opening() == *d)));
            if !shut && !self.leaves_open {
                self.out_of_the_room(room, door.copied(), s, known, now, &mut wishes);
            }
        }
        if wishes.is_empty() && now.carries.is_some() {
            return self.brings(s, known, now, &safe).unwrap_or_default();
        }
        if !s.alerted {
            let points = || known.equipment.iter().filter(|e| e.call_point);
            let point = points()
                .find(|e| now.space == Some(e.space))
                .or_else(|| points().next());
            // Where it sounds already, a shout tells which way.
            let sounds = s.cues.contains(&CueKnown::Alarm);
            wishes.extend(
                point
                    .filter(|_| !sounds)
                    .map(|e| Wish::Do(Action::PressCallPoint(e.equipment))),
            );
            wishes.push(Wish::Do(Action::Shout));
        }
        if s.called_s.is_none() && !s.others_called {
            wishes.push(Wish::Do(Action::Call(full_call())));
        }
        for door in across(known) {
            if !self.leaves_open && !did(&|x| matches!(x, Did::Shut(r) if r.opening() == door)) {
                wishes.push(Wish::Do(Action::ShutDoor(door)));
            }
        }
        if wishes.is_empty()
            && let Some(wishes) = self.brings(s, known, now, &safe)
        {
            return wishes;
        }
        wishes.extend(
            known
                .wards
                .iter()
                .filter(|w| !cared(w, s, now))
                .map(|w| fetch(w, s, now)),
        );
        if burns.is_none() && known.wards.iter().any(|w| !cared(w, s, now)) {
            // Nobody told where: look.
            let next = inside.iter().copied().find(|x| !self.looks.contains(x));
            wishes.extend(next.map(|space| {
                self.looks.insert(space);
                walk(space)
            }));
        }
        wishes.extend(report(s, notebook, &known.kin));
        wishes
    }

    /// Whoever can still be reached in clear air out of the room on fire, then its door.
    fn out_of_the_room(
        &mut self,
        room: &KnownRoom,
        door: Option<OpeningId>,
        s: &Situation,
        known: &Known,
        now: &Now,
        wishes: &mut Vec<Wish>,
    ) {
        let inside = now.space == Some(room.space);
        if now.carries.is_some() {
            wishes.extend(corridor(known, room).filter(|_| inside).map(walk));
            wishes.push(Wish::Do(Action::SetDown));
            return;
        }
        let clear = s.here < Smoke::Dense && s.fire.is_none_or(|(size, _)| size < FireSize::Large);
        let there = known
            .wards
            .iter()
            .filter(|w| at(w, now) == Some(room.space) && !cared(w, s, now));
        if clear {
            wishes.extend(there.map(|w| fetch(w, s, now)));
        }
        if inside {
            wishes.extend(corridor(known, room).map(walk));
        }
        let follows = |p: &PersonId| now.kin.iter().any(|(q, _, space)| q == p && *space == Some(room.space));
        let since = *self.waits_s.get_or_insert(now.time_s);
        if now.leads.iter().any(follows) && now.time_s - since < WAITS_S {
            wishes.push(Wish::Pause);
            return;
        }
        self.waits_s = None;
        wishes.extend(door.map(|d| Wish::Do(Action::ShutDoor(d))));
    }

    /// With somebody led or carried: on behind the fire door, and there they are let go.
    fn brings(&mut self, s: &Situation, known: &Known, now: &Now, safe: &dyn Fn(SpaceId) -> bool) -> Option<Vec<Wish>> {
        let refuge = || {
            let rooms = known.rooms_at_work.iter().filter(|r| safe(r.space));
            let rank = |r: &&KnownRoom| match r.r#use {
                Use::Refuge => 0,
                Use::Corridor => 1,
                _ => 2,
            };
            rooms.min_by_key(rank).map(|r| r.space)
        };
        let there = refuge().is_none_or(|r| now.space == Some(r));
        if now.carries.is_some() {
            return Some(match refuge() {
                Some(space) if !there => vec![walk(space)],
                _ => vec![Wish::Do(Action::SetDown)],
            });
        }
        if now.leads.is_empty() {
            self.waits_s = None;
            return None;
        }
        if there {
            // All the way in: nobody is left standing in the doorway.
            let arrived = |p: &PersonId| now.kin.iter().any(|(q, _, space)| q == p && *space == now.space);
            let since = *self.waits_s.get_or_insert(now.time_s);
            if now.leads.iter().all(arrived) || now.time_s - since > WAITS_S {
                self.waits_s = None;
                return Some(now.leads.iter().map(|p| Wish::Do(Action::LetGo(*p))).collect());
            }
            return Some(vec![Wish::Pause]);
        }
        // One more who walks, if there are any.
        let more = known.wards.iter().find(|w| w.walks && !cared(w, s, now));
        if let (Some(w), true) = (more, now.leads.len() < LEADS && now.smoke < Smoke::Dense) {
            return Some(vec![fetch(w, s, now)]);
        }
        Some(refuge().map(walk).into_iter().collect())
    }
}

/// How somebody is, as one sees them now, else as one saw them last.
fn known_state(w: &Ward, s: &Situation, now: &Now) -> Option<KinState> {
    let seen = now.kin.iter().find(|(p, ..)| *p == w.person);
    seen.map(|(_, state, _)| *state)
        .or_else(|| s.kin.get(&w.person).copied())
}

/// Safe, behind a fire door, out, with the trainee already, or beyond their help.
fn cared(w: &Ward, s: &Situation, now: &Now) -> bool {
    let state = known_state(w, s, now);
    now.leads.contains(&w.person)
        || now.carries == Some(w.person)
        || s.handed_over.contains(&w.person)
        || matches!(state, Some(KinState::Safe | KinState::Sheltered | KinState::Fallen))
}

/// Where somebody is, as far as one knows: as last seen, else in their bed.
fn at(w: &Ward, now: &Now) -> Option<SpaceId> {
    let seen = now
        .kin
        .iter()
        .find(|(p, ..)| *p == w.person)
        .and_then(|(_, _, space)| *space);
    seen.or(w.space)
}

/// Wakes and leads who walks, takes up who does not.
fn fetch(w: &Ward, s: &Situation, now: &Now) -> Wish {
    // Nothing seen of them: asleep, as they were.
    let state = known_state(w, s, now);
    let asleep = !matches!(state, Some(KinState::Awake | KinState::Follows));
    Wish::Do(match (w.walks, asleep && !s.woke.contains(&w.person)) {
        (true, true) => Action::Wake(w.person),
        (true, false) => Action::Lead(w.person),
        (false, _) => Action::Carry(w.person),
    })
}

/// The room in which a fire was seen through its door.
fn room_on_fire<'a>(s: &Situation, known: &'a Known) -> Option<&'a KnownRoom> {
    let behind = |r: &&KnownRoom| r.r#use != Use::Corridor && r.doors.iter().any(|d| s.fire_behind.contains(d));
    known.rooms_at_work.iter().find(behind)
}

/// The corridor that a room opens to.
fn corridor(known: &Known, room: &KnownRoom) -> Option<SpaceId> {
    let shares = |r: &&KnownRoom| r.r#use == Use::Corridor && r.doors.iter().any(|d| room.doors.contains(d));
    known.rooms_at_work.iter().find(shares).map(|r| r.space)
}

/// Fire doors across a corridor.
fn across(known: &Known) -> Vec<OpeningId> {
    let parts = |d: &&OpeningId| {
        let both = known.rooms_at_work.iter().filter(|r| r.doors.contains(d));
        both.filter(|r| r.r#use == Use::Corridor).count() == 2
    };
    known.fire_doors.iter().filter(parts).copied().collect()
}

/// Every room that can be reached from one without passing a fire door.
fn compartment(known: &Known, from: SpaceId) -> BTreeSet<SpaceId> {
    let mut reached = BTreeSet::from([from]);
    loop {
        let open = |r: &&KnownRoom| {
            let near = known.rooms_at_work.iter().filter(|x| reached.contains(&x.space));
            let shares = |x: &KnownRoom| {
                r.doors
                    .iter()
                    .any(|d| x.doors.contains(d) && !known.fire_doors.contains(d))
            };
            !reached.contains(&r.space) && near.into_iter().any(shares)
        };
        let Some(next) = known.rooms_at_work.iter().find(open).map(|r| r.space) else {
            return reached;
        };
        reached.insert(next);
    }
}

fn walk(space: SpaceId) -> Wish {
    Wish::Do(Action::WalkTo {
        space,
        at: None,
        gait: Gait::Walk,
    })
}

/// Counts heads, reports the count, and tells the fire service when it is there.
fn report(s: &Situation, notebook: &Notebook, kin: &[PersonId]) -> Vec<Wish> {
    let did = |is: &dyn Fn(&Did) -> bool| notebook.notes.iter().any(|n| matches!(&n.what, Noted::Did(d) if is(d)));
    let mut wishes = Vec::new();
    if !kin.is_empty() && !did(&|d| matches!(d, Did::Counted { .. })) {
        wishes.push(Wish::Do(Action::Count));
    }
    if !kin.is_empty() && !did(&|d| *d == Did::ReportedCount) {
        wishes.push(Wish::Do(Action::ReportCount));
    }
    let arrived = notebook
        .notes
        .iter()
        .any(|n| n.what == Noted::Percept(Percept::HelpArrives));
    if arrived && s.help && !did(&|d| matches!(d, Did::Briefed(_))) {
        wishes.push(Wish::Do(Action::Brief(ALL_BRIEF.to_vec())));
    }
    wishes
}
