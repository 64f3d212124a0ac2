//! What becomes of the deeds of hands: equipment changes holders, alarms sound, people are carried.

use super::{Simulation, TICK_S};
use crate::crowd::{CueKind, PersonState};
use crate::drill::Action;
use crate::drill::deeds::{Aim, Hazard, HazardStep, Means, Supply, Technique, Treatment, Words};
use crate::drill::equipment;
use crate::drill::event::EventKind;
use crate::drill::hands::Hands;
use crate::drill::notebook::{Did, FireSize, KinState, Noted, Percept};
use crate::drill::openings::Request;
use crate::drill::perception::burning;
use crate::fire::agents;
use crate::fire::suppress::{self, Application};
use crate::place::{Beyond, EquipmentId, OpeningId, OpeningKind, SpaceId, StoreyId, ThingId};
use crate::scenario::{Lock, Nature, Text};
use std::sync::Arc;

/// Somebody who speaks in a room, dB(A) (a raised voice; EN ISO 9921).
const VOICE_DB: f64 = 72.0;
/// A fall from this many storeys up leaves nobody able to walk (third floor; falls of 7 m and more: assumption, 待核实).
const MAIMS_STOREYS: u32 = 2;
/// What stands over a hood, as near to its middle as this on plan, lies in its duct, m (assumption).
const DUCT_M: f64 = 0.8;
/// A bucket is thrown in this time, s (assumption).
const THROWN_S: f64 = 2.5;

impl Simulation {
    /// Takes the effect of hands.
    pub(super) fn take_hands(&mut self, i: usize, hands: Hands) {
        let tick = self.state.tick;
        match hands {
            Hands::Take(id) => self.takes(i, id),
            Hands::Inspect => {
                let Some((id, means)) = self.in_hand(i) else { return };
                let fit = self.usable(id);
                self.state.trainees[i].did(tick, Did::Inspected { means, fit });
            }
            Hands::PutDown => self.puts_down(i),
            Hands::BeginUse { thing, how } => self.begins_use(i, thing, how),
            Hands::Treat { thing, how } => self.treats(i, thing, how),
            Hands::Switch { equipment, on } => self.switches(i, equipment, on),
            Hands::Panel { what, on } => self.panel(i, what, on),
            Hands::Carry(p) => {
                self.state.crowd.wake(p);
                let t = &mut self.state.trainees[i];
                t.carries = Some(p);
                t.leads.retain(|q| *q != p);
                t.did(tick, Did::Carries(p));
            }
            Hands::SetDown => {
                if let Some(p) = self.state.trainees[i].carries.take() {
                    let by = self.state.trainees[i].person;
                    self.state.crowd.set_down(by);
                    self.state.trainees[i].did(tick, Did::SetDown(p));
                }
            }
            Hands::HandOver(p) => {
                self.state.crowd.lead(p, None);
                let t = &mut self.state.trainees[i];
                t.leads.retain(|q| *q != p);
                if t.carries == Some(p) {
                    t.carries = None;
                    self.state.crowd.set_down(t.person);
                }
                t.did(tick, Did::HandedOver(p));
            }
            Hands::Tell(words) => self.tells(i, words),
            Hands::CallPoint => {
                self.sound_all();
                let t = &mut self.state.trainees[i];
                t.did(tick, Did::PressedCallPoint);
                let (id, person) = (t.id.clone(), t.person);
                self.emit(EventKind::AlarmSounds, &id, "building", Some(person), 0.0);
            }
            Hands::Announce {
                storeys,
                where_it_burns,
                which_way,
            } => self.announces(i, &storeys, where_it_burns, which_way),
            Hands::Guide(o) | Hands::Redirect(o) => {
                let door = self.state.trainees[i].role(&self.place, o);
                let did = if matches!(hands, Hands::Guide(_)) {
                    Did::Guides(door)
                } else {
                    Did::Redirected(door)
                };
                // Whoever stands by hears where to go.
                self.speaks(i, CueKind::ThisWay(o));
                self.state.trainees[i].did(tick, did);
            }
            Hands::Jump(window) => self.jumps(i, window),
            Hands::PutRight(hazard) => {
                if self.puts_right(i, hazard) {
                    let step = HazardStep::Fixed;
                    self.state.trainees[i].did(tick, Did::Hazard { hazard, step });
                }
            }
            Hands::ClearLane => {
                if self.puts_right(i, Hazard::BlockedLane) {
                    self.state.trainees[i].did(tick, Did::ClearedLane);
                }
            }
            Hands::Count => {
                let expected = self.state.trainees[i].known.kin.len() as u32;
                let with_them = |s: &KinState| !matches!(s, KinState::LeftBehind | KinState::Asleep);
                let present = self.state.trainees[i]
                    .kin_states
                    .iter()
                    .filter(|(_, s)| with_them(s))
                    .count() as u32;
                self.state.trainees[i].did(tick, Did::Counted { expected, present });
            }
        }
    }

    /// What is done on and on: a door held, somebody carried.
    pub(super) fn hands_go_on(&mut self, i: usize) {
        if let Some(opening) = self.state.trainees[i].holding() {
            self.hold(i, opening);
        }
        if self.state.trainees[i].spraying().is_some() {
            self.sprays(i);
        }
        if let Some(p) = self.state.trainees[i].carries {
            let by = self.state.trainees[i].person;
            let able = self.able(by) && self.state.crowd.person(p).state != PersonState::Out;
            if able {
                self.state.crowd.carry(p, by);
            } else {
                self.state.trainees[i].carries = None;
                self.state.crowd.set_down(by);
            }
        }
    }

    fn in_hand(&self, i: usize) -> Option<(EquipmentId, Means)> {
        let id = self.state.trainees[i].holds?;
        Means::of(&self.place.equipment[id.index()].kind).map(|m| (id, m))
    }

    /// Whole, in date, under pressure, not empty.
    pub(super) fn usable(&self, id: EquipmentId) -> bool {
        let e = &self.place.equipment[id.index()];
        e.works
            && self
                .state
                .equipment
                .get(id)
                .is_none_or(|p| p.agent.is_none_or(|a| !a.empty()))
    }

    fn takes(&mut self, i: usize, id: EquipmentId) {
        let tick = self.state.tick;
        let Some(means) = Means::of(&self.place.equipment[id.index()].kind) else {
            return;
        };
        let Some(piece) = self.state.equipment.get_mut(id) else {
            return;
        };
        if piece.holder.is_some() {
            let why = Text {
                zh: "器材已被别人拿走。".into(),
                en: "Somebody else took it.".into(),
            };
            self.state.trainees[i].note(tick, Noted::Refused(Action::Take(id), why));
            return;
        }
        piece.holder = Some(i as u16);
        let t = &mut self.state.trainees[i];
        t.holds = Some(id);
        t.did(tick, Did::Took(means));
    }

    fn puts_down(&mut self, i: usize) {
        let Some((id, means)) = self.in_hand(i) else { return };
        let view = self.state.crowd.person(self.state.trainees[i].person);
        if let Some(piece) = self.state.equipment.get_mut(id) {
            piece.holder = None;
            piece.at = view.at;
            piece.space = view.space.unwrap_or(piece.space);
        }
        let tick = self.state.tick;
        let t = &mut self.state.trainees[i];
        t.holds = None;
        t.did(tick, Did::PutDown(means));
    }

    fn switches(&mut self, i: usize, id: EquipmentId, on: bool) {
        let e = &self.place.equipment[id.index()];
        let Some(what) = Supply::of(&e.kind) else { return };
        let space = e.space;
        self.flip(id, on);
        match what {
            Supply::Locks if !on => self.unlock_exits(space),
            Supply::Gas | Supply::Power if !on => self.cut(what, space),
            Supply::Hood => self.hood(id, on),
            _ => {}
        }
        let tick = self.state.tick;
        self.state.trainees[i].did(tick, Did::Switched { what, on });
    }

    fn panel(&mut self, i: usize, what: Supply, on: bool) {
        match what {
            Supply::Power if !on => {
                self.state.power = false;
                self.state.fire.mains(false);
                let id = self.state.trainees[i].id.clone();
                self.emit(EventKind::PowerCut, &id, "", None, 0.0);
            }
            Supply::LiftsDown => self.state.lifts.recall(&self.place),
            Supply::Shutters => {
                let shutters: Vec<OpeningId> = (0u32..)
                    .map(OpeningId)
                    .zip(&self.place.openings)
                    .filter(|(_, o)| matches!(o.kind, OpeningKind::Shutter))
                    .map(|(id, _)| id)
                    .collect();
                for opening in shutters {
                    let request = Request::Move {
                        opening,
                        open: if on { 0.0 } else { 1.0 },
                        key: true,
                    };
                    self.state.requests.push((None, request));
                }
            }
            Supply::Sounders if on => self.sound_all(),
            Supply::Sounders => self.silence(),
            Supply::Panel if on => self.reset(),
            Supply::Pump => {
                let mpa = self.loaded.scenario.place.fire_water_mpa;
                self.state.fire.water(if on { mpa } else { 0.0 });
            }
            Supply::Music | Supply::Lights => self.switch_all(what, on),
            Supply::Locks if !on => {
                for space in (0..self.place.spaces.len() as u32).map(SpaceId) {
                    self.unlock_exits(space);
                }
            }
            _ => {}
        }
        let tick = self.state.tick;
        self.state.trainees[i].did(tick, Did::Switched { what, on });
    }

    /// Every locked door of the storey that a space lies on.
    fn unlock_exits(&mut self, space: SpaceId) {
        let storey = self.place.spaces[space.index()].storey;
        for (k, o) in self.place.openings.iter().enumerate() {
            let locked = self.state.openings.states()[k].lock != Lock::Unlocked;
            if o.kind.is_door() && locked && self.place.spaces[o.from.index()].storey == storey {
                let opening = OpeningId(k as u32);
                self.state.requests.push((None, Request::Unlock { opening }));
            }
        }
    }

    fn hold(&mut self, i: usize, opening: OpeningId) {
        let key = self.has_key(self.state.trainees[i].person, opening);
        let request = Request::Move {
            opening,
            open: 1.0,
            key,
        };
        self.state.requests.push((None, request));
    }

    fn tells(&mut self, i: usize, words: Words) {
        let tick = self.state.tick;
        if words == Words::LeaveThisWay {
            self.speaks(i, CueKind::ShoutLeave);
        }
        self.state.trainees[i].did(tick, Did::Told(words));
    }

    /// Tells those in earshot to leave.
    fn speaks(&mut self, i: usize, kind: CueKind) {
        let person = self.state.trainees[i].person;
        if let Some(space) = self.state.crowd.person(person).space {
            let levels = self.reach(&[space], VOICE_DB);
            self.cue(kind, levels, None);
        }
    }

    fn announces(&mut self, i: usize, storeys: &[StoreyId], where_it_burns: bool, which_way: bool) {
        let tick = self.state.tick;
        let words = match (where_it_burns, which_way) {
            (_, true) => ("请按指示从最近的安全出口离开", "Leave by the nearest exit as shown"),
            (true, false) => ("本楼发生火灾", "There is a fire in the building"),
            (false, false) => ("请大家注意", "Attention please"),
        };
        let words = Text {
            zh: words.0.into(),
            en: words.1.into(),
        };
        let by = self.state.trainees[i].id.clone();
        self.loudspeakers_say(&by, &words, storeys, where_it_burns || which_way);
        let person = self.state.trainees[i].person;
        self.emit(EventKind::Broadcast, &by, &words.zh, Some(person), 0.0);
        self.state.trainees[i].did(
            tick,
            Did::Announced {
                where_it_burns,
                which_way,
            },
        );
    }

    /// Begins to spray: what is noted is the fire as it was then.
    fn begins_use(&mut self, i: usize, thing: ThingId, how: Technique) {
        let Some((id, means)) = self.in_hand(i) else { return };
        let tick = self.state.tick;
        if !self.usable(id) {
            let why = Text {
                zh: "压不出来：没有压力，或已经用完。".into(),
                en: "Nothing comes out: no pressure, or empty.".into(),
            };
            let t = &mut self.state.trainees[i];
            t.done_doing();
            t.note(tick, Noted::Refused(Action::Use { thing, how }, why));
            return;
        }
        let on = burning(&self.place, thing);
        let mut size = FireSize::Small;
        self.with_senses(i, |s, _| size = s.fire_size(thing));
        self.state.trainees[i].did(
            tick,
            Did::Used {
                means,
                on,
                size,
                well: how.well(),
            },
        );
    }

    fn treats(&mut self, i: usize, thing: ThingId, how: Treatment) {
        let tick = self.state.tick;
        let on = burning(&self.place, thing);
        self.state.trainees[i].did(tick, Did::Treated { on, how });
        match how {
            Treatment::HeatOff => self.state.fire.feed(thing, false),
            Treatment::CoverLifted => self.state.fire.uncover(thing),
            Treatment::LidOn | Treatment::BlanketOn => {
                let means = if how == Treatment::LidOn {
                    Means::Lid
                } else {
                    Means::Blanket
                };
                let laid = Application {
                    distance_m: 0.5,
                    ..self.stroke(i, thing, means, Technique::default())
                };
                self.apply(&laid);
                self.leaves_in_place(i);
            }
            Treatment::WaterThrown => {
                let Some((id, means)) = self.in_hand(i) else { return };
                let mut thrown = self.stroke(i, thing, means, Technique::default());
                if let Some(agent) = self.state.equipment.get_mut(id).and_then(|p| p.agent.as_mut()) {
                    thrown.kg = agent.squeeze(f64::INFINITY);
                    thrown.dt_s = THROWN_S;
                }
                thrown.distance_m = 1.0;
                self.apply(&thrown);
            }
            Treatment::CooledFromAfar | Treatment::Carried | Treatment::Handled => {}
        }
    }

    /// A lid or blanket stays on what it covers.
    fn leaves_in_place(&mut self, i: usize) {
        let Some((id, _)) = self.in_hand(i) else { return };
        if let Some(piece) = self.state.equipment.get_mut(id) {
            piece.holder = None;
        }
        self.state.trainees[i].holds = None;
    }

    /// What one tick of using it does.
    fn stroke(&self, i: usize, thing: ThingId, means: Means, how: Technique) -> Application {
        let view = self.state.crowd.person(self.state.trainees[i].person);
        let t = &self.place.things[thing.index()];
        let reach = t.burns.size.0.max(t.burns.size.1) / 2.0;
        let in_use = self.state.trainees[i]
            .holds
            .and_then(|id| self.state.equipment.get(id))
            .and_then(|p| p.agent);
        Application {
            thing,
            means: equipment::agent(means).unwrap_or(agents::Means::Bucket),
            kg: 0.0,
            dt_s: TICK_S,
            range_m: in_use.map_or(1.0, |a| a.range_m),
            distance_m: (view.at.distance(t.at) - reach).max(0.0),
            aim: match how.aim {
                Aim::Base => suppress::Aim::Base,
                Aim::Middle => suppress::Aim::Middle,
                Aim::Tip => suppress::Aim::Top,
            },
            sweep: f64::from(u8::from(how.sweep)),
            wind_m_s: 0.0,
        }
    }

    fn apply(&mut self, what: &Application) {
        let place = Arc::clone(&self.place);
        for event in self.state.fire.apply(&place, what) {
            self.fire_did(event);
        }
    }

    /// Sprays on for a tick; stops when it is empty or the fire is out.
    fn sprays(&mut self, i: usize) {
        let Some((thing, how)) = self.state.trainees[i].spraying() else {
            return;
        };
        let Some((id, means)) = self.in_hand(i) else { return };
        let mut stroke = self.stroke(i, thing, means, how);
        let mut empty = true;
        if let Some(agent) = self.state.equipment.get_mut(id).and_then(|p| p.agent.as_mut()) {
            stroke.kg = agent.squeeze(TICK_S);
            empty = agent.empty();
        }
        self.apply(&stroke);
        let tick = self.state.tick;
        let burns = self.state.fire.thing(thing).burning;
        if !burns || empty {
            let t = &mut self.state.trainees[i];
            t.done_doing();
            if empty && burns {
                t.percept(tick, Percept::UsedUp(means));
            }
        }
    }

    /// A cooker hood draws, or stands still: its fan, and whether flames are drawn into its duct.
    fn hood(&mut self, id: EquipmentId, on: bool) {
        let e = &self.place.equipment[id.index()];
        for (i, fan) in self.place.fans.iter().enumerate() {
            if fan.from == Some(e.space) {
                self.state.fire.fan(i, on);
            }
        }
        for (thing, t) in (0u32..).map(ThingId).zip(&self.place.things) {
            let over = t.space == e.space && t.at.distance(e.at) < DUCT_M && t.z > e.z - 0.1;
            if over {
                self.state.fire.shield(thing, !on);
            }
        }
    }

    /// Gas or power of a flat, or of the storey where there are no flats, is cut.
    fn cut(&mut self, what: Supply, space: SpaceId) {
        let of = |s: SpaceId| {
            let s = &self.place.spaces[s.index()];
            (s.home, s.storey)
        };
        let here = of(space);
        let fed: Vec<ThingId> = (0u32..)
            .map(ThingId)
            .zip(&self.place.things)
            .filter(|(_, t)| of(t.space) == here)
            .filter(|(_, t)| match what {
                Supply::Gas => matches!(t.burns.nature, Nature::Gas | Nature::CookingOil),
                _ => t.burns.live,
            })
            .map(|(id, _)| id)
            .collect();
        for thing in fed {
            self.state.fire.feed(thing, false);
        }
    }

    /// Out of a window: from the second floor up nobody walks away.
    fn jumps(&mut self, i: usize, window: OpeningId) {
        let tick = self.state.tick;
        let o = &self.place.openings[window.index()];
        if !o.openable || (o.bars && !o.hatch) || !matches!(o.to, Beyond::Outside | Beyond::Street) {
            let why = Text {
                zh: "这扇窗出不去。".into(),
                en: "There is no way out of this window.".into(),
            };
            self.state.trainees[i].note(tick, Noted::Refused(Action::Jump(window), why));
            return;
        }
        let storey = self.place.spaces[o.from.index()].storey;
        let ground = self.place.storeys.iter().position(|s| s.z > -0.5).unwrap_or(0);
        let storeys = storey.index().saturating_sub(ground) as u32;
        let person = self.state.trainees[i].person;
        self.state.trainees[i].did(tick, Did::Jumped { storeys });
        self.state.crowd.falls(person, storeys >= MAIMS_STOREYS);
    }
}
