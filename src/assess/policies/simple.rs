//! Scripted trainees with one fixed idea each: what a drill is measured against.

use super::{Policy, Reader, TRIES};
use crate::assess::situation::{DoorState, Situation, is_home, refusals};
use crate::crowd::Gait;
use crate::drill::{Action, CallItem, Known, Notebook, Now, Whereabouts};
use crate::place::OpeningId;
use crate::scenario::Use;

/// Flings the door open and runs down the stairs, alone, whatever the smoke. Calls nobody.
#[derive(Clone, Debug, Default)]
pub(super) struct RunDown {
    reader: Reader,
    next_s: f64,
}

impl Policy for RunDown {
    fn name(&self) -> &str {
        "run_down"
    }
    fn act(&mut self, known: &Known, notebook: &Notebook, now: &Now) -> Vec<Action> {
        let idle = !(now.busy || now.walking || now.asleep) && now.able;
        if !idle || now.place == Whereabouts::Street || now.time_s < self.next_s {
            return Vec::new();
        }
        let door = self.reader.read(notebook).door;
        if let (true, Some(home)) = (is_home(now.place) && door != DoorState::Open, known.home_doors.first()) {
            let open = Action::OpenDoor(*home);
            if refusals(&notebook.notes, &open) < TRIES {
                return vec![open];
            }
        }
        // Somebody who finds no way tries again, but not every tick.
        self.next_s = now.time_s + 2.0;
        vec![Action::WalkOut { gait: Gait::Run }]
    }
    fn box_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

/// Stays in whatever happens: shuts and seals the door, calls, signals; never leaves, even when the own home burns.
#[derive(Clone, Debug, Default)]
pub(super) struct AlwaysStay {
    reader: Reader,
    signal_s: f64,
}

impl Policy for AlwaysStay {
    fn name(&self) -> &str {
        "always_stay"
    }
    fn act(&mut self, known: &Known, notebook: &Notebook, now: &Now) -> Vec<Action> {
        if now.busy || now.walking || now.asleep || !now.able || !is_home(now.place) {
            return Vec::new();
        }
        let s = self.reader.read(notebook).clone();
        if s.cue.is_none() || s.help {
            return Vec::new();
        }
        let willing = |action: &Action| refusals(&notebook.notes, action) < TRIES;
        let mut wishes = Vec::new();
        if let Some(home) = known.home_doors.first() {
            if s.door != DoorState::Shut {
                wishes.push(Action::ShutDoor(*home));
            }
            if !s.sealed.contains(home) {
                wishes.push(Action::SealDoor(*home));
            }
        }
        if s.called_s.is_none() {
            wishes.push(Action::Call(trapped_call()));
        }
        if now.time_s >= self.signal_s
            && let Some(window) = window(known, &s)
        {
            wishes.push(Action::SignalAt(window));
        }
        let chosen = wishes.into_iter().find(willing);
        if matches!(chosen, Some(Action::SignalAt(_))) {
            self.signal_s = now.time_s + SIGNAL_EVERY_S;
        }
        chosen.into_iter().collect()
    }
    fn box_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

/// Leaves whatever happens, with the family and the door shut; calls in the street. Never shelters.
#[derive(Clone, Debug, Default)]
pub(super) struct AlwaysGo {
    reader: Reader,
    next_s: f64,
}

impl Policy for AlwaysGo {
    fn name(&self) -> &str {
        "always_go"
    }
    fn act(&mut self, known: &Known, notebook: &Notebook, now: &Now) -> Vec<Action> {
        if now.busy || now.walking || now.asleep || !now.able || now.time_s < self.next_s {
            return Vec::new();
        }
        let s = self.reader.read(notebook).clone();
        if s.cue.is_none() {
            return Vec::new();
        }
        let willing = |action: &Action| refusals(&notebook.notes, action) < TRIES;
        let mut wishes = Vec::new();
        match now.place {
            Whereabouts::Street if s.called_s.is_none() => wishes.push(Action::Call(full_call())),
            Whereabouts::Street => {}
            Whereabouts::Home(_) => {
                for person in known.kin.iter().filter(|p| !now.leads.contains(p)) {
                    wishes.push(if s.woke.contains(person) {
                        Action::Lead(*person)
                    } else {
                        Action::Wake(*person)
                    });
                }
                wishes.push(Action::WalkOut { gait: Gait::Walk });
            }
            Whereabouts::Corridor if s.door != DoorState::Shut => {
                wishes.extend(known.home_doors.first().map(|d| Action::ShutDoor(*d)));
                wishes.push(Action::WalkOut { gait: Gait::Walk });
            }
            _ => wishes.push(Action::WalkOut { gait: Gait::Walk }),
        }
        let chosen = wishes.into_iter().find(willing);
        if matches!(chosen, Some(Action::WalkOut { .. })) {
            self.next_s = now.time_s + 2.0;
        }
        chosen.into_iter().collect()
    }
    fn box_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

/// Does anything, drawn by the time and by how much has happened.
#[derive(Clone, Debug, Default)]
pub(super) struct Random {
    next_s: f64,
}

impl Policy for Random {
    fn name(&self) -> &str {
        "random"
    }
    fn act(&mut self, known: &Known, notebook: &Notebook, now: &Now) -> Vec<Action> {
        if now.busy || now.walking || now.asleep || !now.able || now.time_s < self.next_s {
            return Vec::new();
        }
        self.next_s = now.time_s + 5.0;
        let mut wishes = vec![
            Action::LookAround,
            Action::Shout,
            Action::CollectBelongings,
            Action::Film,
            Action::WalkOut { gait: Gait::Walk },
            Action::Call(full_call()),
        ];
        for door in &known.home_doors {
            wishes.extend([
                Action::FeelDoor(*door),
                Action::LookAtGap(*door),
                Action::OpenDoor(*door),
                Action::ShutDoor(*door),
                Action::SealDoor(*door),
            ]);
        }
        for person in &known.kin {
            wishes.extend([Action::Wake(*person), Action::Lead(*person), Action::LetGo(*person)]);
        }
        let key = now.tick.wrapping_add(notebook.notes.len() as u64);
        // Splitmix64 (Steele, Lea and Flood 2014): one number from one key.
        let mut z = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let chosen = ((z ^ (z >> 31)) % wishes.len() as u64) as usize;
        vec![wishes.swap_remove(chosen)]
    }
    fn box_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

/// Does nothing at all.
#[derive(Clone, Debug, Default)]
pub(super) struct Wait;

impl Policy for Wait {
    fn name(&self) -> &str {
        "wait"
    }
    fn act(&mut self, _: &Known, _: &Notebook, _: &Now) -> Vec<Action> {
        Vec::new()
    }
    fn box_clone(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}

/// Between two signals at the window, s (assumption).
pub(super) const SIGNAL_EVERY_S: f64 = 30.0;

/// What the trapped say: everything, and at which window they are.
pub(super) fn trapped_call() -> Vec<CallItem> {
    let mut items = vec![
        CallItem::Address,
        CallItem::FloorAndRoom,
        CallItem::PeopleTrapped,
        CallItem::WindowSide,
    ];
    items.extend([CallItem::WhatBurns, CallItem::HowBig, CallItem::Dangers]);
    items.extend([CallItem::NameAndPhone, CallItem::StaysOnLine]);
    items
}

/// What those in safety say.
pub(super) fn full_call() -> Vec<CallItem> {
    trapped_call()
        .into_iter()
        .filter(|item| *item != CallItem::WindowSide)
        .collect()
}

/// The window to show oneself at: in a bedroom or living room rather than a kitchen, clear outside.
pub(super) fn window(known: &Known, s: &Situation) -> Option<OpeningId> {
    let clear = |w: &&OpeningId| {
        s.windows
            .get(w)
            .is_none_or(|(smoke, flames)| *smoke == Default::default() && !flames)
    };
    let mut rooms: Vec<_> = known
        .rooms
        .iter()
        .filter(|r| r.windows.iter().any(|w| clear(&w)))
        .collect();
    // Stable: among equals the first that one thinks of.
    rooms.sort_by_key(|r| {
        let kind = match r.r#use {
            Use::Bedroom => 0,
            Use::LivingRoom | Use::Room | Use::Flat => 1,
            Use::Balcony => 2,
            _ => 3,
        };
        (s.refuges.get(&r.space) == Some(&false), kind)
    });
    rooms.first().and_then(|r| r.windows.iter().find(clear).copied())
}
