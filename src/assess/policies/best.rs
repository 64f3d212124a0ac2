//! The scripted trainee who does what the rule table calls right, from what they perceive alone.

use super::care::{self, Care};
use super::simple::{SIGNAL_EVERY_S, full_call, trapped_call, window};
use super::{Policy, Reader, TRIES};
use crate::assess::situation::{DoorState, Situation, is_home, refusals};
use crate::crowd::Gait;
use crate::drill::{
    Action, Burning, Did, KinState, Known, KnownEquipment, KnownRoom, Means, Notebook, Noted, Now, Smoke, Supply,
    Technique, Treatment, Whereabouts,
};
use crate::place::{EquipmentId, OpeningId, SpaceId, StairId};
use crate::scenario::Use;
use std::collections::BTreeMap;

/// How long to wait for those who follow to come through the door, s (assumption: an old person at 0.5 m/s through a
/// flat).
const PATIENCE_S: f64 = 60.0;
/// After how long it makes room for those who do not come through the door, s.
const BESIDE_S: f64 = 4.0;
/// How many storeys to go down a clear stair before standing still to call: smoke comes into a stair first through the
/// doors that those who leave hold open, and from there goes up (assumption).
const CLEAR_OF_FIRE: i32 = 1;
/// Whoever meets dense smoke on the way home turns round again if the stair lies no further behind than this, s
/// (assumption: about ten metres).
const STAIR_NEAR_S: f64 = 10.0;

/// Looks before opening; leaves while it is clear, with the family, the door shut; else stays behind the shut door.
#[derive(Clone, Debug, Default)]
pub(super) struct Best {
    reader: Reader,
    /// Not before this time, s: keeps an action that changes nothing from being asked for every tick.
    next_s: f64,
    signal_s: f64,
    /// Since when it has been waiting for those who follow, s.
    waits_s: Option<f64>,
    /// On the way back home from smoke.
    returning: bool,
    /// Has begun to call.
    calls: bool,
    /// Broke a call off: the rest is still to be said.
    hung_up: bool,
    /// When it was last in a stair, s.
    in_stair_s: Option<f64>,
    /// How often each stair was looked at.
    looked: BTreeMap<StairId, u32>,
    /// For those who answer for others at work.
    care: Care,
}

/// What it wants: the first that is not refused, or to stand and wait.
pub(super) enum Wish {
    Do(Action),
    Pause,
}

/// The first wish that is not refused; nothing if it is to wait.
fn chosen(wishes: Vec<Wish>, notebook: &Notebook) -> Vec<Action> {
    for wish in wishes {
        match wish {
            Wish::Do(action) if refusals(&notebook.notes, &action) >= TRIES => {}
            Wish::Do(action) => return vec![action],
            Wish::Pause => return Vec::new(),
        }
    }
    Vec::new()
}

impl Policy for Best {
    fn name(&self) -> &str {
        "best"
    }

    fn act(&mut self, known: &Known, notebook: &Notebook, now: &Now) -> Vec<Action> {
        if now.busy && self.calls && now.able && matches!(now.place, Whereabouts::Stair(..)) && now.smoke > Smoke::None
        {
            // Nobody goes on telephoning while smoke comes up.
            self.calls = false;
            self.hung_up = true;
            return vec![Action::Stop, Action::WalkOut { gait: Gait::Walk }];
        }
        if now.busy || now.asleep || !now.able {
            return Vec::new();
        }
        self.calls = false;
        if matches!(now.place, Whereabouts::Stair(..)) {
            self.in_stair_s = Some(now.time_s);
        }
        let s = self.reader.read(notebook).clone();
        if care::looks_after_others(known) {
            let wishes = self.care.wishes(&s, known, notebook, now);
            return chosen(wishes, notebook);
        }
        if is_home(now.place) {
            self.returning = false;
        }
        if now.walking {
            return self.break_off(&s, known, now);
        }
        if now.time_s < self.next_s {
            return Vec::new();
        }
        let wishes = match now.place {
            Whereabouts::Street => self.call_from_the_way(&s),
            Whereabouts::Home(_) if s.home_fire.is_some_and(|f| f.in_way) => self.take_refuge(&s, known, now),
            Whereabouts::Home(_) if s.fightable(known) || s.fire_out => fight(&s, known, now, notebook),
            Whereabouts::Home(_) if s.home_fire.is_some() => leave_home(&s, known, now),
            Whereabouts::Home(_) if s.fire_outside && !blocked(&s, known) => leave_home(&s, known, now),
            Whereabouts::Home(_) if s.stair_burns() => self.shelter(&s, known, now),
            Whereabouts::Home(_) if s.smoke_at_door() > Smoke::None || stairs_shut(&s, known) => {
                self.shelter(&s, known, now)
            }
            Whereabouts::Home(_) if s.cue.is_some() => look_and_leave(&s, known, now),
            Whereabouts::Home(_) => Vec::new(),
            Whereabouts::Corridor => self.corridor(&s, known, now),
            Whereabouts::Stair(stair, depth) => self.stair(&s, known, stair, depth),
            Whereabouts::Hall | Whereabouts::Lift(_) | Whereabouts::Elsewhere => vec![out()],
        };
        for wish in wishes {
            let Wish::Do(action) = wish else { return Vec::new() };
            if refusals(&notebook.notes, &action) >= TRIES {
                continue;
            }
            match &action {
                Action::Call(_) => self.calls = true,
                Action::WalkTo { .. } | Action::WalkOut { .. } => self.next_s = now.time_s + 1.0,
                Action::SignalAt(_) => self.signal_s = now.time_s + SIGNAL_EVERY_S,
                Action::CrackDoor(door) | Action::OpenDoor(door) => {
                    if let Some((stair, ..)) = known.stairs.iter().find(|(_, d, _)| d.as_ref() == Some(door)) {
                        *self.looked.entry(*stair).or_default() += 1;
                    }
                }
                _ => {}
            }
            return vec![action];
        }
        Vec::new()
    }

    fn box_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

impl Best {
    /// At work, shuts no door, or does.
    pub(super) fn leaving_doors(open: bool) -> Self {
        let mut it = Self::default();
        it.care.leaves_open = open;
        it
    }

    /// Turns back when smoke comes up on the way; otherwise lets the walk go on.
    fn break_off(&mut self, s: &Situation, known: &Known, now: &Now) -> Vec<Action> {
        if self.returning && self.shut_in(s, now) {
            self.returning = false;
            return vec![Action::Stop, Action::WalkOut { gait: Gait::Walk }];
        }
        if matches!(now.place, Whereabouts::Stair(_, depth) if depth >= CLEAR_OF_FIRE)
            && now.smoke.max(s.here) == Smoke::None
            && let Some(Wish::Do(call)) = self.call_from_the_way(s).pop()
        {
            self.calls = true;
            return vec![Action::Stop, call];
        }
        let smoke_ahead = match now.place {
            Whereabouts::Stair(..) => now.smoke == Smoke::Dense,
            Whereabouts::Corridor => now.smoke > Smoke::None,
            _ => false,
        };
        if self.returning || s.home_fire.is_some() || !smoke_ahead {
            return Vec::new();
        }
        let Some(home) = home_room(known, s) else {
            return Vec::new();
        };
        self.returning = true;
        vec![Action::Stop, walk(home)]
    }

    /// The call, or what was not yet said when it was broken off.
    fn call_from_the_way(&self, s: &Situation) -> Vec<Wish> {
        if s.called_s.is_none() || !self.hung_up {
            return call(s, false);
        }
        let unsaid: Vec<_> = full_call().into_iter().filter(|item| !s.said.contains(item)).collect();
        if unsaid.is_empty() {
            return Vec::new();
        }
        vec![Wish::Do(Action::Call(unsaid))]
    }

    /// In dense smoke on the way home, with a stair just behind that is better.
    fn shut_in(&self, s: &Situation, now: &Now) -> bool {
        now.place == Whereabouts::Corridor
            && now.smoke == Smoke::Dense
            && s.stairs.values().any(|smoke| *smoke < Smoke::Dense)
            && self.in_stair_s.is_some_and(|at| now.time_s - at < STAIR_NEAR_S)
    }

    /// Waits, for a while, until those who follow stand on the wanted side of the home's door.
    fn wait_for_kin(&mut self, known: &Known, now: &Now, inside: bool) -> bool {
        let behind = now.kin.iter().any(|(person, _, space)| {
            let at_home = space.is_some_and(|s| known.rooms.iter().any(|r| r.space == s));
            now.leads.contains(person) && at_home != inside
        });
        if !behind {
            self.waits_s = None;
            return false;
        }
        let since = *self.waits_s.get_or_insert(now.time_s);
        now.time_s - since < PATIENCE_S
    }

    fn corridor(&mut self, s: &Situation, known: &Known, now: &Now) -> Vec<Wish> {
        let home_burns = s.home_fire.is_some();
        let go_on = home_burns || s.fire_outside && !blocked(s, known) || self.shut_in(s, now);
        if !go_on && (s.smoke_at_door() > Smoke::None || now.smoke > Smoke::None || stairs_shut(s, known)) {
            return home_room(known, s).map(|r| Wish::Do(walk(r))).into_iter().collect();
        }
        if self.wait_for_kin(known, now, false) {
            // Whoever follows stays close behind: from the threshold one has to go on for them to come out.
            let waited = self.waits_s.is_some_and(|since| now.time_s - since > BESIDE_S);
            let further = known.corridor.filter(|_| waited).map(|space| Wish::Do(walk(space)));
            return vec![further.unwrap_or(Wish::Pause)];
        }
        let mut wishes = Vec::new();
        if s.door != DoorState::Shut {
            wishes.extend(known.home_doors.first().map(|d| Wish::Do(Action::ShutDoor(*d))));
        }
        // The nearest stair that was seen clear; else one not yet seen; a home that burns leaves a haze as last choice.
        if let Some((_, _, space)) = known
            .stairs
            .iter()
            .find(|(id, ..)| s.stairs.get(id) == Some(&Smoke::None))
        {
            wishes.push(Wish::Do(walk(*space)));
            wishes.push(out());
            return wishes;
        }
        for (id, door, space) in known.stairs.iter().filter(|(id, ..)| !s.stairs.contains_key(id)) {
            let looked = self.looked.get(id).copied().unwrap_or_default();
            match door {
                Some(door) if looked == 0 => wishes.push(Wish::Do(Action::CrackDoor(*door))),
                Some(door) if looked == 1 => wishes.push(Wish::Do(Action::OpenDoor(*door))),
                _ => wishes.push(Wish::Do(walk(*space))),
            }
        }
        if wishes.is_empty() {
            let passable = known.stairs.is_empty() || s.stairs.values().any(|smoke| *smoke < Smoke::Dense);
            if passable {
                wishes.push(out());
            } else {
                wishes.extend(call(s, true));
            }
        }
        wishes
    }

    fn stair(&self, s: &Situation, known: &Known, stair: StairId, depth: i32) -> Vec<Wish> {
        let smoke = s.stairs.get(&stair).copied().unwrap_or_default().max(s.here);
        let home_burns = s.home_fire.is_some();
        let turn_back = match (smoke, depth) {
            (Smoke::Dense, _) => true,
            (Smoke::Thin, 0) => !home_burns,
            _ => false,
        };
        if turn_back {
            let to = if home_burns {
                known.corridor
            } else {
                home_room(known, s)
            };
            return to.map(|space| Wish::Do(walk(space))).into_iter().collect();
        }
        let mut wishes = Vec::new();
        if smoke == Smoke::None && depth >= CLEAR_OF_FIRE {
            wishes.extend(self.call_from_the_way(s));
        }
        wishes.push(out());
        wishes
    }

    /// Behind the shut, sealed door: call, wake, gather at the window, signal.
    fn shelter(&mut self, s: &Situation, known: &Known, now: &Now) -> Vec<Wish> {
        let mut wishes = Vec::new();
        let door = known.home_doors.first();
        if s.door != DoorState::Shut {
            if s.smoke_at_door() < Smoke::Dense && self.wait_for_kin(known, now, true) {
                return vec![Wish::Pause];
            }
            wishes.extend(door.map(|d| Wish::Do(Action::ShutDoor(*d))));
        }
        wishes.extend(
            door.filter(|d| !s.sealed.contains(d))
                .map(|d| Wish::Do(Action::SealDoor(*d))),
        );
        wishes.extend(call(s, true));
        wishes.extend(gather(s, known, now));
        let Some(room) = window_room(known, s) else {
            return wishes;
        };
        if now.space != Some(room.space) {
            wishes.push(Wish::Do(walk(room.space)));
        }
        if s.home_smoke > Smoke::None {
            let open = room.doors.iter().filter(|d| !s.rooms_shut.contains(d));
            wishes.extend(open.map(|d| Wish::Do(Action::ShutDoor(*d))));
        }
        self.signal(&mut wishes, s, known, now);
        wishes
    }

    /// The fire stands in the way out: a room with an outer window, its door shut and sealed.
    fn take_refuge(&self, s: &Situation, known: &Known, now: &Now) -> Vec<Wish> {
        let mut wishes: Vec<Wish> = gather(s, known, now);
        if let Some(room) = window_room(known, s) {
            if now.space != Some(room.space) {
                wishes.push(Wish::Do(walk(room.space)));
            }
            let open = room.doors.iter().filter(|d| !s.rooms_shut.contains(d));
            wishes.extend(open.map(|d| Wish::Do(Action::ShutDoor(*d))));
            let unsealed = room.doors.iter().filter(|d| !s.sealed.contains(d));
            wishes.extend(unsealed.map(|d| Wish::Do(Action::SealDoor(*d))));
        }
        wishes.extend(call(s, true));
        self.signal(&mut wishes, s, known, now);
        wishes
    }

    fn signal(&self, wishes: &mut Vec<Wish>, s: &Situation, known: &Known, now: &Now) {
        if now.time_s >= self.signal_s {
            wishes.extend(window(known, s).map(|w| Wish::Do(Action::SignalAt(w))));
        }
    }
}

fn walk(space: SpaceId) -> Action {
    Action::WalkTo {
        space,
        at: None,
        gait: Gait::Walk,
    }
}

fn out() -> Wish {
    Wish::Do(Action::WalkOut { gait: Gait::Walk })
}

fn call(s: &Situation, trapped: bool) -> Vec<Wish> {
    if s.called_s.is_some() {
        return Vec::new();
    }
    vec![Wish::Do(Action::Call(if trapped {
        trapped_call()
    } else {
        full_call()
    }))]
}

/// Wakes by touch and takes along everybody the trainee answers for.
fn gather(s: &Situation, known: &Known, now: &Now) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for person in &known.kin {
        let seen = now.kin.iter().find(|(p, ..)| p == person).map(|(_, state, _)| *state);
        match seen.or_else(|| s.kin.get(person).copied()) {
            Some(KinState::Safe | KinState::Fallen) => {}
            _ if now.leads.contains(person) => {}
            Some(KinState::Asleep) => wishes.push(Wish::Do(Action::Wake(*person))),
            // Nothing known of them: asleep until they are seen otherwise.
            None if !s.woke.contains(person) => wishes.push(Wish::Do(Action::Wake(*person))),
            _ => wishes.push(Wish::Do(Action::Lead(*person))),
        }
    }
    wishes
}

/// Stairs seen smoky, and no street on the own storey.
fn stairs_shut(s: &Situation, known: &Known) -> bool {
    s.stairs_smoky() && known.level_exit.is_none()
}

/// With the outside of the building on fire: no way out that is not dense smoke.
fn blocked(s: &Situation, known: &Known) -> bool {
    s.smoke_at_door() == Smoke::Dense || (s.stairs_dense() && known.level_exit.is_none())
}

/// A small fire, a way out, the right means: heat off and lid on for oil, power off for what is live, else the
/// extinguisher, once. Afterwards: watch, call, leave everything as it is.
fn fight(s: &Situation, known: &Known, now: &Now, notebook: &Notebook) -> Vec<Wish> {
    let did = |is: &dyn Fn(&Did) -> bool| notebook.notes.iter().any(|n| matches!(&n.what, Noted::Did(d) if is(d)));
    let mut wishes = Vec::new();
    let switch = |what: Supply| switch_off(what, s, known);
    let take = |piece: EquipmentId| -> Vec<Wish> {
        let mut wishes = Vec::new();
        if now.holds != Some(piece) {
            wishes.extend(now.holds.map(|_| Wish::Do(Action::PutDown)));
            wishes.push(Wish::Do(Action::Take(piece)));
        }
        wishes
    };
    if let (Some(thing), true) = (s.things.get(&Burning::OilPan), s.burns(Burning::OilPan)) {
        let thing = *thing;
        if !did(&|d| {
            matches!(
                d,
                Did::Treated {
                    how: Treatment::HeatOff,
                    ..
                }
            )
        }) {
            wishes.push(Wish::Do(Action::Treat {
                thing,
                how: Treatment::HeatOff,
            }));
        }
        let cover = [(Means::Lid, Treatment::LidOn), (Means::Blanket, Treatment::BlanketOn)]
            .into_iter()
            .find_map(|(means, how)| s.pieces.get(&means).map(|piece| (*piece, how)));
        if let (Some((piece, how)), false) = (cover, s.covered) {
            wishes.extend(take(piece));
            wishes.push(Wish::Do(Action::Treat { thing, how }));
        }
        wishes.extend(switch(Supply::Hood));
        if s.covered {
            wishes.push(Wish::Pause);
        }
        return wishes;
    }
    if s.fire_out {
        wishes.extend(switch(Supply::Hood));
        if !did(&|d| matches!(d, Did::KeptWatch)) {
            wishes.push(Wish::Do(Action::KeepWatch));
        }
        wishes.extend(call(s, false));
        return wishes;
    }
    if s.burns(Burning::LiveElectrical) {
        wishes.extend(switch(Supply::Power));
    }
    if !did(&|d| matches!(d, Did::Shouted)) {
        wishes.push(Wish::Do(Action::Shout));
    }
    let fire = s.things.iter().find_map(|(what, thing)| {
        let fits = |m: &&Means| {
            m.fits(*what)
                && matches!(
                    m,
                    Means::Extinguisher(_) | Means::HoseReel | Means::Bucket | Means::Sand
                )
        };
        let means = s.pieces.keys().find(fits)?;
        Some((*thing, s.pieces[means]))
    });
    if let Some((thing, piece)) = fire {
        wishes.extend(take(piece));
        wishes.push(Wish::Do(Action::Use {
            thing,
            how: Technique::default(),
        }));
    }
    wishes
}

/// Switches off what is known to be there and on.
fn switch_off(what: Supply, s: &Situation, known: &Known) -> Option<Wish> {
    let on = |e: &&KnownEquipment| e.supply == Some(what) && s.switched.get(&what) != Some(&false);
    known.equipment.iter().find(on).map(|e| {
        Wish::Do(Action::Switch {
            equipment: e.equipment,
            on: false,
        })
    })
}

/// The own home burns and the way is open: everybody out.
fn leave_home(s: &Situation, known: &Known, now: &Now) -> Vec<Wish> {
    let mut wishes = Vec::new();
    // A pan that cannot be covered: the hood would draw its flames into the duct, and its switch is at hand.
    if s.burns(Burning::OilPan) && now.place == Whereabouts::Home(Use::Kitchen) {
        wishes.extend(switch_off(Supply::Hood, s, known));
    }
    if !s.alerted {
        wishes.push(Wish::Do(Action::Shout));
    }
    wishes.extend(gather(s, known, now));
    wishes.extend(known.corridor.map(|space| Wish::Do(walk(space))));
    wishes.push(out());
    wishes
}

/// Something is wrong, nobody knows where: look round, feel, look at the gap, rouse the family, open a crack, go.
fn look_and_leave(s: &Situation, known: &Known, now: &Now) -> Vec<Wish> {
    let mut wishes = Vec::new();
    if s.looked_round == 0 {
        wishes.push(Wish::Do(Action::LookAround));
    }
    if let Some(door) = known.home_doors.first() {
        let wish = |done: bool, action: Action| (!done).then_some(Wish::Do(action));
        wishes.extend(wish(s.checks.felt, Action::FeelDoor(*door)));
        // Once more from the door: what the first room did not show.
        wishes.extend(wish(s.looked_round >= 2, Action::LookAround));
        wishes.extend(wish(s.checks.gap, Action::LookAtGap(*door)));
        wishes.extend(gather(s, known, now));
        wishes.extend(wish(s.checks.cracked, Action::CrackDoor(*door)));
    }
    wishes.extend(known.corridor.map(|space| Wish::Do(walk(space))));
    wishes.push(out());
    wishes
}

/// The room in which to wait: the one with the window to signal from.
fn window_room<'a>(known: &'a Known, s: &Situation) -> Option<&'a KnownRoom> {
    let window: OpeningId = window(known, s)?;
    known.rooms.iter().find(|r| r.windows.contains(&window))
}

/// Where to go when going back home.
fn home_room(known: &Known, s: &Situation) -> Option<SpaceId> {
    window_room(known, s).or_else(|| known.rooms.first()).map(|r| r.space)
}
