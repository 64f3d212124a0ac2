//! What reaches a trainee's senses. Reads the world, writes notes; knows nothing of right and wrong.

mod duty;

pub(super) use duty::stands_in_the_way;

use super::deeds::{Burning, Level, Means};
use super::notebook::{Feeling, FireSize, HEAD_M, KinState, Noted, Percept, Smoke};
use super::trainee::{Trainee, car_of};
use crate::crowd::{Crowd, PersonId, PersonState};
use crate::fire::Fire;
use crate::harm::Air;
use crate::place::{Beyond, EquipmentId, OpeningId, OpeningState, Place, SpaceId, SpaceKind, Thing, ThingId};
use crate::scenario::{EquipmentKind, Nature, Point};

/// Limits of K at which an eye calls it haze and dense smoke, 1/m (Jin 1978: people who know the place turn back
/// at about 0.5; the lower one is an assumption).
const THIN: f64 = 0.05;
const DENSE: f64 = 0.5;
/// Smoke is smelled at this K, 1/m: 0.1 mg/m³ of soot (assumption, 待核实).
const SMELL: f64 = 0.001;
/// A handle feels hot above this gas temperature behind it, °C (assumption).
const HOT_HANDLE_C: f64 = 60.0;
/// The half metres below and above the head, m.
const BELOW_HEAD_M: f64 = 1.5;
const ABOVE_HEAD_M: f64 = 2.0;
/// A flame is recognised as far as this, m, and through so much smoke (K·distance = 3: contrast at the limit of
/// visibility of reflecting things, Jin 1978).
const SEES_M: f64 = 30.0;
const SEES_THROUGH: f64 = 3.0;
/// Bangs within so many ticks of the last are noted once.
const BANGS_TICKS: u64 = 200;
/// Sound level that wakes nobody but is heard by who is awake, dB(A).
const HEARD_DB: f64 = 40.0;

/// Smoke by its extinction coefficient.
pub(super) fn smoke(k: f64) -> Smoke {
    if k < THIN {
        Smoke::None
    } else if k < DENSE {
        Smoke::Thin
    } else {
        Smoke::Dense
    }
}

/// A fire stands in the way if it lies as far ahead as this, m (assumption).
const AHEAD_M: f64 = 0.3;

/// What burns is told from as near as this, m (assumption).
const KNOWS_M: f64 = 8.0;

/// What a thing is to whoever sees it burn.
pub(super) fn burning(place: &Place, thing: ThingId) -> Burning {
    burning_of(&place.things[thing.index()])
}

fn burning_of(thing: &Thing) -> Burning {
    match thing.burns.nature {
        _ if thing.burns.battery.is_some() => Burning::Battery,
        Nature::CookingOil => Burning::OilPan,
        Nature::Gas => Burning::GasJet,
        Nature::Liquid | Nature::Alcohol => Burning::Liquid,
        Nature::Charring | Nature::Melting if thing.burns.live => Burning::LiveElectrical,
        Nature::Charring | Nature::Melting => Burning::Solids,
    }
}

/// The world as senses meet it.
pub(super) struct Senses<'a> {
    pub place: &'a Place,
    pub fire: &'a Fire,
    pub crowd: &'a Crowd,
    pub openings: &'a [OpeningState],
    pub tick: u64,
}

impl Senses<'_> {
    fn air(&self) -> crate::fire::FireAir<'_> {
        self.fire.air(self.place)
    }

    /// What stands behind an opening, seen or felt from `here`.
    fn beyond(&self, o: OpeningId, here: Option<SpaceId>) -> Option<(SpaceId, Point)> {
        let x = &self.place.openings[o.index()];
        let Beyond::Space(to) = x.to else { return None };
        let side = if here == Some(to) { x.from } else { to };
        let n = x.along.left();
        let outline = &self.place.spaces[side.index()].outline;
        let a = x.centre + n * 0.5;
        Some((
            side,
            if crate::place::contains(outline, a) {
                a
            } else {
                x.centre - n * 0.5
            },
        ))
    }

    /// The worst smoke a look into a space meets: at eye height, or in a layer that has come below 2 m.
    fn smoke_in(&self, space: SpaceId, at: Point) -> Smoke {
        let air = self.air();
        let eye = air.sample(space, at, HEAD_M).extinction;
        let (_, upper) = air.extinction(space);
        let layer = air.layer_height(space);
        smoke(if layer < 2.0 { eye.max(upper) } else { eye })
    }

    /// Height of the lower edge of this smoke as an eye judges it, m: to half a metre, and never on the wrong side of an
    /// upright head. The head is asked because the edge alone does not tell: air below a layer can be as dense, and a
    /// long corridor has not one edge.
    fn lower_edge(&self, space: SpaceId, at: Point, seen: Smoke) -> f64 {
        let air = self.air();
        let edge = (air.layer_height(space) * 2.0).round() / 2.0;
        if seen == Smoke::None {
            edge
        } else if smoke(air.sample(space, at, HEAD_M).extinction) >= seen {
            edge.min(BELOW_HEAD_M)
        } else {
            edge.max(ABOVE_HEAD_M)
        }
    }

    pub(super) fn fire_size(&self, t: ThingId) -> FireSize {
        let state = self.fire.thing(t);
        let thing = &self.place.things[t.index()];
        let space = &self.place.spaces[thing.space.index()];
        let tip = thing.z - space.z + thing.burns.height + state.flame_m;
        if tip >= 0.9 * space.height {
            FireSize::Large
        } else if state.hrr_kw > 50.0 {
            FireSize::Growing
        } else {
            FireSize::Small
        }
    }

    fn biggest_fire_in(&self, space: SpaceId) -> Option<FireSize> {
        (0u32..)
            .map(ThingId)
            .zip(&self.place.things)
            .filter(|(id, t)| t.space == space && self.fire.thing(*id).burning)
            .map(|(id, _)| self.fire_size(id))
            .max()
    }

    /// Feels a handle.
    pub(super) fn feel(&self, t: &mut Trainee, o: OpeningId) {
        let door = t.role(self.place, o);
        let hot = self.beyond(o, t.space).is_some_and(|(s, at)| {
            let air = self.air();
            air.sample(s, at, 1.0)
                .temperature_c
                .max(air.sample(s, at, HEAD_M).temperature_c)
                > HOT_HANDLE_C
        });
        t.percept(self.tick, Percept::Handle { door, hot });
    }

    /// Looks at the gaps round a leaf: smoke shows where the air behind it has any, low or high.
    pub(super) fn look_at_gap(&self, t: &mut Trainee, o: OpeningId) {
        let door = t.role(self.place, o);
        let seen = self.beyond(o, t.space).map_or(Smoke::None, |(s, at)| {
            let air = self.air();
            let top = self.place.openings[o.index()].top - self.place.spaces[s.index()].z;
            smoke(air.sample(s, at, 0.1).extinction.max(air.sample(s, at, top).extinction))
        });
        t.percept(self.tick, Percept::Gap { door, smoke: seen });
    }

    /// Looks through an open or cracked door.
    pub(super) fn look_behind(&self, t: &mut Trainee, o: OpeningId) {
        let door = t.role(self.place, o);
        let Some((s, at)) = self.beyond(o, t.space) else { return };
        let seen = self.smoke_in(s, at);
        t.percept(
            self.tick,
            Percept::Behind {
                door,
                smoke: seen,
                fire: self.biggest_fire_in(s),
            },
        );
        if let SpaceKind::Stair(id) = self.place.spaces[s.index()].kind {
            self.changed(
                t,
                Percept::StairSeen { stair: id, smoke: seen },
                |p| matches!(p, Percept::StairSeen { stair, .. } if *stair == id),
            );
        }
    }

    /// Looks out of a window.
    pub(super) fn look_out(&self, t: &mut Trainee, o: OpeningId) {
        let x = &self.place.openings[o.index()];
        // Flames out of a failed window below or beside it reach up to two storeys; its smoke further.
        let below = self.place.openings.iter().zip(self.openings).any(|(w, s)| {
            s.broken > 0.0
                && matches!(w.to, Beyond::Outside)
                && w.centre.distance(x.centre) < 3.0
                && w.bottom < x.bottom
                && w.bottom > x.bottom - 7.0
                && self.biggest_fire_in(w.from) == Some(FireSize::Large)
        });
        let smoke = if below { Smoke::Dense } else { Smoke::None };
        t.percept(
            self.tick,
            Percept::WindowSeen {
                window: o,
                smoke,
                flames: below,
            },
        );
    }

    /// Looks round: smoke, fire, people, windows, and whether this room would hold.
    pub(super) fn look_around(&self, t: &mut Trainee) {
        let Some(space) = t.space else { return };
        self.fires(t);
        self.means(t, space);
        self.hazards(t, space);
        self.kin(t);
        let rooms: Vec<_> = t.known.rooms.iter().filter(|r| r.space == space).cloned().collect();
        for room in rooms {
            for w in &room.windows {
                self.look_out(t, *w);
            }
            let at = self.crowd.person(t.person).at;
            let air = self.air().sample(space, at, HEAD_M);
            let good = !room.windows.is_empty()
                && air.extinction < DENSE
                && air.temperature_c < HOT_HANDLE_C
                && self.biggest_fire_in(space).is_none();
            self.changed(
                t,
                Percept::Refuge { space, good },
                |p| matches!(p, Percept::Refuge { space: s, .. } if *s == space),
            );
        }
    }

    fn changed(&self, t: &mut Trainee, p: Percept, same: impl Fn(&Percept) -> bool) {
        if let Some(i) = t.noted.iter().position(same) {
            if t.noted[i] == p {
                return;
            }
            t.noted[i] = p.clone();
        } else {
            t.noted.push(p.clone());
        }
        t.percept(self.tick, p);
    }

    /// Twice a second: what senses take in without being told to.
    pub(super) fn passively(&self, t: &mut Trainee) {
        let view = self.crowd.person(t.person);
        t.space = view.space;
        let place = t.whereabouts(self.place, view.space, car_of(self.place, view.plate));
        t.comes_to(self.tick, place);
        if t.asleep {
            return;
        }
        let k = view.extinction;
        t.smoke = smoke(k);
        if let (Some(space), true) = (view.space, view.state != PersonState::Out) {
            if k.max(self.smell(space)) > SMELL {
                self.changed(t, Percept::SmokeSmelled, |p| *p == Percept::SmokeSmelled);
            }
            // A layer overhead is seen too: the room is judged by what hangs in it.
            let seen = self.smoke_in(space, view.at);
            let layer_m = self.lower_edge(space, view.at, seen);
            let same = |p: &Percept| match p {
                Percept::Here { smoke, layer_m: before } => {
                    *smoke == seen && (seen == Smoke::None || (*before < HEAD_M) == (layer_m < HEAD_M))
                }
                _ => false,
            };
            if !t.noted.iter().any(same) {
                self.changed(t, Percept::Here { smoke: seen, layer_m }, |p| {
                    matches!(p, Percept::Here { .. })
                });
            }
            if let SpaceKind::Stair(id) = self.place.spaces[space.index()].kind {
                self.changed(
                    t,
                    Percept::StairSeen { stair: id, smoke: seen },
                    |p| matches!(p, Percept::StairSeen { stair, .. } if *stair == id),
                );
            }
            self.through_open_doors(t, space, view.at);
            self.fires(t);
            self.others(t);
            let hot = self.air().sample(space, view.at, HEAD_M).temperature_c > HOT_HANDLE_C;
            self.refuge(t, space, hot);
        }
        self.kin(t);
        self.duty(t);
        self.body(t, view.fed_gas, view.fed_heat);
    }

    /// Extinction coefficient by which a space smells, 1/m. A smell has no layers, and it comes through open doors.
    fn smell(&self, space: SpaceId) -> f64 {
        let in_space = |s: SpaceId| {
            let (lower, upper) = self.air().extinction(s);
            lower.max(upper)
        };
        let mut most = in_space(space);
        for (o, state) in self.place.openings.iter().zip(self.openings) {
            if let Beyond::Space(to) = o.to
                && state.free() > 0.3
                && (o.from == space || to == space)
            {
                most = most.max(in_space(o.from)).max(in_space(to));
            }
        }
        most
    }

    /// What one sees in passing through doors that stand open: the stair, the corridor.
    fn through_open_doors(&self, t: &mut Trainee, space: SpaceId, at: Point) {
        for (i, o) in self.place.openings.iter().enumerate() {
            if !o.kind.is_door() || o.centre.distance(at) > 5.0 || self.openings[i].free() < 0.3 {
                continue;
            }
            let Beyond::Space(to) = o.to else { continue };
            let other = match (o.from == space, to == space) {
                (true, _) => to,
                (_, true) => o.from,
                _ => continue,
            };
            let seen = self.smoke_in(other, o.centre);
            let id = OpeningId(i as u32);
            if let SpaceKind::Stair(stair) = self.place.spaces[other.index()].kind {
                self.changed(
                    t,
                    Percept::StairSeen { stair, smoke: seen },
                    |p| matches!(p, Percept::StairSeen { stair: s, .. } if *s == stair),
                );
            } else {
                let door = t.role(self.place, id);
                let p = Percept::Behind {
                    door,
                    smoke: seen,
                    fire: self.biggest_fire_in(other),
                };
                self.changed(
                    t,
                    p,
                    |p| matches!(p, Percept::Behind { door: d, .. } if d.opening() == id),
                );
            }
        }
    }

    fn fires(&self, t: &mut Trainee) {
        let view = self.crowd.person(t.person);
        let Some(space) = view.space else { return };
        for (i, thing) in self.place.things.iter().enumerate() {
            let id = ThingId(i as u32);
            if !self.fire.thing(id).burning {
                continue;
            }
            let here = thing.space == space;
            let plate = self.place.plate_of(thing.space);
            let distance = thing.at.distance(view.at);
            let k = view
                .extinction
                .max(self.air().sample(thing.space, thing.at, HEAD_M).extinction);
            // What burns may itself be an obstacle: its near side is looked at.
            let reach = thing.burns.size.0.max(thing.burns.size.1) / 2.0 + 0.2;
            let near = thing.at + (view.at - thing.at).normalised() * reach.min(distance);
            let seen = distance < SEES_M
                && k * distance < SEES_THROUGH
                && (here
                    || (plate == Some(view.plate)
                        && crate::place::line_of_sight(self.place, view.plate, view.at, near, self.openings)));
            if !seen {
                continue;
            }
            let home = t.home;
            let in_home = home.is_some() && self.place.spaces[thing.space.index()].home == home;
            let in_way = in_home
                && t.known.home_doors.first().is_some_and(|d| {
                    let door = self.place.openings[d.index()].centre;
                    // Ahead on the way, not beside who stands at it.
                    let ahead = (thing.at - view.at).dot((door - view.at).normalised()) > AHEAD_M;
                    ahead && crate::place::distance_to_segment(thing.at, view.at, door) < 1.0
                });
            let at = t.whereabouts(self.place, Some(thing.space), None);
            let p = Percept::FireSeen {
                at,
                in_home,
                size: self.fire_size(id),
                in_way,
            };
            self.changed(t, p, |p| matches!(p, Percept::FireSeen { at: a, .. } if *a == at));
            if distance < KNOWS_M {
                let known = Percept::FireKnown {
                    level: Level::Same,
                    at,
                    what: burning(self.place, id),
                    thing: Some(id),
                };
                self.changed(
                    t,
                    known,
                    |p| matches!(p, Percept::FireKnown { thing: Some(x), .. } if *x == id),
                );
                self.means(t, space);
            }
        }
        self.gone_out(t, space);
    }

    /// What was seen to burn here burns no more.
    fn gone_out(&self, t: &mut Trainee, space: SpaceId) {
        let mine = |p: &Percept| match p {
            Percept::FireKnown { thing: Some(x), .. } => Some(*x),
            _ => None,
        };
        let known: Vec<ThingId> = t.noted.iter().filter_map(mine).collect();
        let burns = |x: &ThingId| self.fire.thing(*x).burning;
        let here = |x: &ThingId| self.place.things[x.index()].space == space;
        if !known.is_empty() && known.iter().any(here) && !known.iter().any(burns) {
            t.noted
                .retain(|p| !matches!(p, Percept::FireKnown { .. } | Percept::FireSeen { .. }));
            t.percept(self.tick, Percept::FireOut);
        }
    }

    /// What is at hand to fight a fire with, in this space or in the rest of the home.
    pub(super) fn means(&self, t: &mut Trainee, space: SpaceId) {
        for (i, e) in self.place.equipment.iter().enumerate() {
            let Some(means) = Means::of(&e.kind) else { continue };
            let id = EquipmentId(i as u32);
            let home = self.place.spaces[space.index()].home;
            let near = e.space == space || (home.is_some() && self.place.spaces[e.space.index()].home == home);
            if !near {
                continue;
            }
            let fits_pan = match e.kind {
                EquipmentKind::PanLid(diameter) => (0u32..).map(ThingId).zip(&self.place.things).all(|(id, x)| {
                    let burns = self.fire.thing(id).burning;
                    let pan = burns && burning_of(x) == Burning::OilPan && x.space == e.space;
                    !pan || diameter >= x.burns.size.0.max(x.burns.size.1) - 1e-9
                }),
                _ => true,
            };
            let p = Percept::MeansSeen {
                means,
                fit: e.works && fits_pan,
                equipment: Some(id),
            };
            self.changed(
                t,
                p,
                |p| matches!(p, Percept::MeansSeen { equipment: Some(x), .. } if *x == id),
            );
        }
    }

    fn kin(&self, t: &mut Trainee) {
        let view = self.crowd.person(t.person);
        let kin = t.known.kin.clone();
        // Those who work here know who is behind a shut fire door.
        let works = !t.known.fire_doors.is_empty() && !t.known.rooms_at_work.is_empty();
        let any = (0..self.place.things.len() as u32).any(|x| self.fire.thing(ThingId(x)).burning);
        let burning = if works && any {
            self.burning_compartments()
        } else {
            Vec::new()
        };
        for person in kin {
            let v = self.crowd.person(person);
            let near = v.plate == view.plate && v.at.distance(view.at) < 12.0;
            let same_home = v.space.zip(view.space).is_some_and(|(a, b)| {
                let home = |s: SpaceId| self.place.spaces[s.index()].home;
                home(a).is_some() && home(a) == home(b)
            });
            let old = t.kin_states.iter().position(|(p, _)| *p == person);
            // Who was brought behind a fire door stays so when the fire has burnt out.
            let brought = works && !any && old.is_some_and(|i| t.kin_states[i].1 == KinState::Sheltered);
            let state = match v.state {
                PersonState::Out => KinState::Safe,
                PersonState::Incapacitated if near => KinState::Fallen,
                _ if v.space.is_some_and(|s| !burning.is_empty() && !burning[s.index()]) => KinState::Sheltered,
                _ if brought => KinState::Sheltered,
                _ if t.leads.contains(&person) => KinState::Follows,
                PersonState::Asleep if same_home || near => KinState::Asleep,
                _ if same_home || near => KinState::Awake,
                _ => KinState::LeftBehind,
            };
            match old {
                Some(i) if t.kin_states[i].1 == state => {}
                Some(i) => {
                    t.kin_states[i].1 = state;
                    t.percept(self.tick, Percept::Kin { person, state });
                }
                None => {
                    t.kin_states.push((person, state));
                    t.percept(self.tick, Percept::Kin { person, state });
                }
            }
        }
    }

    fn body(&self, t: &mut Trainee, gas: f64, heat: f64) {
        let feeling = if gas >= 1.0 || heat >= 1.0 {
            Feeling::Collapses
        } else if heat >= 0.3 {
            Feeling::Burns
        } else if gas >= 0.3 {
            Feeling::Dizzy
        } else if gas >= 0.1 || t.smoke == Smoke::Dense {
            Feeling::Coughs
        } else {
            Feeling::Well
        };
        self.changed(t, Percept::Feels(feeling), |p| matches!(p, Percept::Feels(_)));
    }

    /// Sounds of this tick.
    pub(super) fn hears(&self, t: &mut Trainee, sound: &Sound, level: f64) {
        if t.asleep || level < HEARD_DB {
            return;
        }
        match sound {
            Sound::Alarm { home } => {
                let own = t.home.is_some() && *home == t.home;
                self.changed(t, Percept::AlarmHeard { own }, |p| *p == Percept::AlarmHeard { own });
            }
            Sound::Shout { by, words } => {
                t.note(
                    self.tick,
                    Noted::Percept(Percept::ShoutHeard {
                        by: by.clone(),
                        words: words.clone(),
                    }),
                );
            }
            Sound::Knock => t.percept(self.tick, Percept::KnockHeard),
            Sound::Bang { space } => {
                let bang = Percept::BangHeard {
                    here: t.space == Some(*space),
                };
                // Cells that burst one after another are one din.
                let since = self.tick.saturating_sub(BANGS_TICKS);
                let mut lately = t.notebook.notes.iter().rev().take_while(|n| n.tick >= since);
                if !lately.any(|n| n.what == Noted::Percept(bang.clone())) {
                    t.percept(self.tick, bang);
                }
            }
        }
    }

    /// Wakes up.
    pub(super) fn wakes(&self, t: &mut Trainee) {
        t.asleep = false;
        let view = self.crowd.person(t.person);
        t.space = view.space;
        t.place = t.whereabouts(self.place, view.space, None);
        t.percept(self.tick, Percept::Woke);
        self.passively(t);
    }

    /// Others in sight who walk or have fallen.
    fn others(&self, t: &mut Trainee) {
        let view = self.crowd.person(t.person);
        for i in 0..self.crowd.len() as u32 {
            let person = PersonId(i);
            if person == t.person || t.known.kin.contains(&person) {
                continue;
            }
            let v = self.crowd.person(person);
            if v.plate != view.plate || v.at.distance(view.at) > 12.0 {
                continue;
            }
            let state = match v.state {
                PersonState::Incapacitated => KinState::Fallen,
                PersonState::Moving => KinState::Awake,
                _ => continue,
            };
            let in_sight = view.extinction * v.at.distance(view.at) < SEES_THROUGH
                && crate::place::line_of_sight(self.place, view.plate, view.at, v.at, self.openings);
            if in_sight {
                if state == KinState::Fallen {
                    self.changed(t, Percept::Trapped, |p| *p == Percept::Trapped);
                }
                let p = Percept::Other { person, state };
                self.changed(t, p, |p| matches!(p, Percept::Other { person: q, .. } if *q == person));
            }
        }
    }
}

/// A sound that words or a place go with.
#[derive(Clone, Debug)]
pub(super) enum Sound {
    Alarm { home: Option<crate::place::HomeId> },
    Shout { by: String, words: crate::scenario::Text },
    Knock,
    Bang { space: SpaceId },
}
