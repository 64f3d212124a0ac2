//! What the trainee knows, folded note by note from the notebook. Nothing here reads the place or the fire.

use crate::crowd::PersonId;
use crate::drill::{
    Action, Burning, CallItem, Did, DoorRole, Feeling, FireSize, HEAD_M, Hazard, HazardStep, KinState, Known, Level,
    Means, Note, Noted, Percept, Smoke, Supply, Treatment, Whereabouts,
};
use crate::place::{EquipmentId, LiftId, OpeningId, SpaceId, StairId, ThingId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The home's door, by what the trainee did with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DoorState {
    /// Shut, as far as they know.
    #[default]
    Shut,
    /// A hand's breadth open, foot behind it.
    Ajar,
    /// Open wide.
    Open,
}

/// How the trainee came to know about the corridor's air.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SeenBy {
    /// The gap below or beside the leaf.
    Gap,
    /// Through the cracked or opened door.
    Door,
    /// By being there.
    Here,
}

/// The first sign that something burns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CueKnown {
    /// Smoke smelled.
    Smell,
    /// An alarm heard.
    Alarm,
    /// Somebody shouted.
    Shout,
    /// Somebody knocked.
    Knock,
    /// Smoke seen.
    SmokeSeen,
    /// Flames seen.
    FireSeen,
}

/// A fire in the own home as last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeFire {
    /// How large it was.
    pub size: FireSize,
    /// It stands between the trainee and the home's door.
    pub in_way: bool,
}

/// What the trainee did to learn about the home's door before it opened wide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorChecks {
    /// Felt the handle.
    pub felt: bool,
    /// Looked at the gap.
    pub gap: bool,
    /// Opened it a hand's breadth and looked.
    pub cracked: bool,
}

/// What the trainee knows at a moment: the sum of the notes up to then.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Situation {
    /// Time of the last note, s.
    pub time_s: f64,
    /// Where the trainee is.
    pub place: Whereabouts,
    /// The first sign perceived.
    pub cue: Option<CueKnown>,
    /// Every kind of sign perceived, in order of appearance.
    pub cues: Vec<CueKnown>,
    /// As last seen; `None` if none was.
    pub home_fire: Option<HomeFire>,
    /// Flames outside a window of the home.
    pub fire_outside: bool,
    /// The corridor's air as last perceived, and how.
    pub corridor: Option<(Smoke, SeenBy)>,
    /// What the home door's handle told last: hot or not.
    pub handle_hot: Option<bool>,
    /// Stairs as last seen.
    pub stairs: BTreeMap<StairId, Smoke>,
    /// Smoke where the trainee is, a layer overhead included.
    pub here: Smoke,
    /// Height of its lower edge, m; `None`: nothing seen yet.
    pub layer_m: Option<f64>,
    /// Smoke inside the home as last perceived there.
    pub home_smoke: Smoke,
    /// Height of its lower edge there, m; `None`: only seen from outside.
    pub home_layer_m: Option<f64>,
    /// Rooms looked round: whether each holds as a refuge.
    pub refuges: BTreeMap<SpaceId, bool>,
    /// Windows as last seen: smoke, flames.
    pub windows: BTreeMap<OpeningId, (Smoke, bool)>,
    /// People the trainee answers for, as last seen.
    pub kin: BTreeMap<PersonId, KinState>,
    /// Kin whom the trainee took along and did not let go.
    pub leads: BTreeSet<PersonId>,
    /// Kin whom the trainee woke by touch.
    pub woke: BTreeSet<PersonId>,
    /// When the first own call to 119 began, s.
    pub called_s: Option<f64>,
    /// What was said in all own calls.
    pub said: BTreeSet<CallItem>,
    /// Somebody else is known to have called 119.
    pub others_called: bool,
    /// The home's door.
    pub door: DoorState,
    /// What was done before it opened wide.
    pub checks: DoorChecks,
    /// Openings whose gaps the trainee sealed.
    pub sealed: BTreeSet<OpeningId>,
    /// How often they signalled at a window.
    pub signals: u32,
    /// The home's door stood open when the trainee went on.
    pub left_open: bool,
    /// The trainee has been outside the home.
    pub left_home: bool,
    /// They pressed a lift's button.
    pub called_lift: bool,
    /// The lift they rode in last.
    pub rode_lift: Option<LiftId>,
    /// They collected belongings.
    pub belongings: bool,
    /// They know that help arrives.
    pub help: bool,
    /// What the own body said last.
    pub feels: Option<Feeling>,
    /// Rooms' doors that the trainee shut last.
    pub rooms_shut: BTreeSet<OpeningId>,
    /// How often they looked round.
    pub looked_round: u32,
    /// The largest fire in sight as last seen, and where; `None` once it is out.
    pub fire: Option<(FireSize, Whereabouts)>,
    /// What is known to burn, and on which level.
    pub burning: BTreeMap<Burning, (Level, Whereabouts)>,
    /// Which thing burns, by what it is, where it was seen.
    pub things: BTreeMap<Burning, ThingId>,
    /// Which pieces are at hand, by what they are; only those that can be used.
    pub pieces: BTreeMap<Means, EquipmentId>,
    /// Doors behind which a fire was seen.
    pub fire_behind: BTreeSet<OpeningId>,
    /// What had burnt is out.
    pub fire_out: bool,
    /// Gas is smelled.
    pub gas: bool,
    /// The own clothes burn.
    pub clothes: bool,
    /// The refuge no longer holds.
    pub refuge_fails: bool,
    /// What is at hand, and whether it can be used.
    pub means: BTreeMap<Means, bool>,
    /// What was fought with is used up.
    pub used_up: bool,
    /// The heat under a pan is off.
    pub heat_off: bool,
    /// What was covered lies under a lid or blanket.
    pub covered: bool,
    /// Gas valve shut, power cut, hood off, and so on: how each was switched last.
    pub switched: BTreeMap<Supply, bool>,
    /// Exits seen: crowded, shut.
    pub exits: BTreeMap<OpeningId, (bool, bool)>,
    /// Guests still inside.
    pub guests: u32,
    /// Somebody is trapped.
    pub trapped: bool,
    /// The fire lane is blocked.
    pub lane_blocked: bool,
    /// Hazards seen and not yet dealt with.
    pub hazards: BTreeSet<Hazard>,
    /// Height of the window one stands at, storeys.
    pub storeys_up: Option<u32>,
    /// What is known of the roof's door.
    pub roof_open: Option<bool>,
    /// Wears a filter hood.
    pub hooded: bool,
    /// Whom they carry.
    pub carries: Option<PersonId>,
    /// People handed over to others.
    pub handed_over: BTreeSet<PersonId>,
    /// Has been in the street.
    pub was_out: bool,
    /// Shouted, knocked or pressed a call point.
    pub alerted: bool,
}

/// How long a call takes that says so many things, s: four and three for each (see [`Action::Call`]).
pub fn call_length_s(items: usize) -> f64 {
    4.0 + 3.0 * items as f64
}

/// The head of somebody upright is in this smoke, and it is dense. `layer_m`: height of its lower edge, m; `None`: not
/// seen, and taken for low.
fn in_dense(smoke: Smoke, layer_m: Option<f64>) -> bool {
    smoke == Smoke::Dense && layer_m.is_none_or(|height| height < HEAD_M)
}

/// In the own home?
pub const fn is_home(place: Whereabouts) -> bool {
    matches!(place, Whereabouts::Home(_))
}

impl Situation {
    /// Takes up one more note.
    pub fn take(&mut self, note: &Note) {
        self.time_s = note.time_s;
        self.go(note.place);
        match &note.what {
            Noted::Percept(percept) => self.perceive(percept),
            Noted::Did(did) => self.did(did, note.time_s),
            Noted::Refused(..) => {}
        }
    }

    /// Everything in these notes.
    pub fn of(notes: &[Note]) -> Self {
        let mut all = Self::default();
        for note in notes {
            all.take(note);
        }
        all
    }

    fn go(&mut self, to: Whereabouts) {
        if self.place == to {
            return;
        }
        // Who goes in or out of the home has its door open; where the notes begin nobody has passed yet.
        if is_home(self.place) != is_home(to) && self.place != Whereabouts::Elsewhere {
            self.door = DoorState::Open;
        }
        self.place = to;
        self.was_out |= to == Whereabouts::Street;
        match to {
            Whereabouts::Home(_) => {}
            Whereabouts::Corridor => self.left_home = true,
            _ => {
                self.left_home = true;
                self.left_open |= self.door != DoorState::Shut;
            }
        }
        if let Whereabouts::Lift(lift) = to {
            self.rode_lift = Some(lift);
        }
    }

    fn cue(&mut self, cue: CueKnown) {
        if self.cue.is_none() {
            self.cue = Some(cue.clone());
        }
        if !self.cues.contains(&cue) {
            self.cues.push(cue);
        }
    }

    fn smoke_cue(&mut self, smoke: Smoke) {
        if smoke > Smoke::None {
            self.cue(CueKnown::SmokeSeen);
        }
    }

    fn see_beyond(&mut self, door: DoorRole, smoke: Smoke, by: SeenBy) {
        match door {
            // From outside, it is the home that lies behind its door, and the corridor behind that of the stair.
            DoorRole::Home(_) if !is_home(self.place) => {
                self.home_smoke = smoke;
                self.home_layer_m = None;
            }
            DoorRole::Stair(..) if matches!(self.place, Whereabouts::Stair(..)) => self.corridor = Some((smoke, by)),
            DoorRole::Home(_) => {
                self.corridor = Some((smoke, by));
                self.smoke_cue(smoke);
            }
            DoorRole::Stair(_, stair) => {
                self.stairs.insert(stair, smoke);
                self.smoke_cue(smoke);
            }
            DoorRole::Room(..) | DoorRole::Window(_) | DoorRole::Other(_) => {}
        }
    }

    fn perceive(&mut self, percept: &Percept) {
        match percept {
            Percept::Woke | Percept::BangHeard { .. } => {}
            Percept::SmokeSmelled => self.cue(CueKnown::Smell),
            Percept::AlarmHeard { .. } => self.cue(CueKnown::Alarm),
            Percept::ShoutHeard { .. } => self.cue(CueKnown::Shout),
            Percept::KnockHeard => self.cue(CueKnown::Knock),
            Percept::Handle {
                door: DoorRole::Home(_),
                hot,
            } => {
                self.checks.felt = true;
                self.handle_hot = Some(*hot);
            }
            Percept::Handle { .. } => {}
            Percept::Gap { door, smoke } => {
                self.see_beyond(*door, *smoke, SeenBy::Gap);
            }
            Percept::Behind { door, smoke, fire } => {
                if let Some(size) = fire {
                    self.cue(CueKnown::FireSeen);
                    self.fire_behind.insert(door.opening());
                    self.fire.get_or_insert((*size, self.place));
                    if matches!(door, DoorRole::Room(..)) && self.home_fire.is_none() {
                        self.home_fire = Some(HomeFire {
                            size: *size,
                            in_way: false,
                        });
                    }
                }
                self.see_beyond(*door, *smoke, SeenBy::Door);
            }
            Percept::Here { smoke, layer_m } => {
                self.here = *smoke;
                self.layer_m = Some(*layer_m);
                self.smoke_cue(*smoke);
                match self.place {
                    Whereabouts::Home(_) => {
                        self.home_smoke = *smoke;
                        self.home_layer_m = Some(*layer_m);
                    }
                    Whereabouts::Corridor => self.corridor = Some((*smoke, SeenBy::Here)),
                    Whereabouts::Stair(stair, _) => {
                        self.stairs.insert(stair, *smoke);
                    }
                    _ => {}
                }
            }
            Percept::StairSeen { stair, smoke } => {
                self.stairs.insert(*stair, *smoke);
                self.smoke_cue(*smoke);
            }
            Percept::FireSeen {
                at,
                in_home,
                size,
                in_way,
            } => {
                self.cue(CueKnown::FireSeen);
                self.fire = Some((*size, *at));
                self.fire_out = false;
                if *in_home {
                    self.home_fire = Some(HomeFire {
                        size: *size,
                        in_way: *in_way,
                    });
                }
            }
            Percept::WindowSeen { window, smoke, flames } => {
                self.windows.insert(*window, (*smoke, *flames));
                self.fire_outside |= *flames && self.home_fire.is_none();
            }
            Percept::Refuge { space, good } => {
                self.refuges.insert(*space, *good);
            }
            Percept::Kin { person, state } => {
                self.kin.insert(*person, *state);
                if *state == KinState::LeftBehind {
                    self.leads.remove(person);
                }
            }
            Percept::Other { .. } | Percept::CallTaken { .. } => {}
            Percept::CallKnown { .. } => self.others_called = true,
            Percept::HelpArrives => self.help = true,
            Percept::Feels(feeling) => self.feels = Some(*feeling),
            Percept::FireKnown { level, at, what, thing } => {
                if let Some(thing) = thing {
                    self.things.insert(*what, *thing);
                }
                self.cue(CueKnown::FireSeen);
                self.burning.insert(*what, (*level, *at));
                self.fire_out = false;
            }
            Percept::FireOut => {
                self.fire_out = true;
                self.fire = None;
                self.home_fire = None;
                self.burning.clear();
                self.clothes = false;
            }
            Percept::GasSmelled => self.gas = true,
            Percept::ClothesBurn => self.clothes = true,
            Percept::OutsideSign(_) => {
                self.cue(CueKnown::FireSeen);
                self.fire_outside = true;
            }
            Percept::RefugeFails => self.refuge_fails = true,
            Percept::MeansSeen { means, fit, equipment } => {
                if let (true, Some(piece)) = (*fit, equipment) {
                    self.pieces.entry(*means).or_insert(*piece);
                }
                // One that can be used is enough.
                let known = self.means.entry(*means).or_insert(*fit);
                *known |= *fit;
            }
            Percept::UsedUp(_) => self.used_up = true,
            Percept::ExitSeen { door, crowded, shut } => {
                self.exits.insert(door.opening(), (*crowded, *shut));
            }
            Percept::GuestsInside { people } => self.guests = *people,
            Percept::Trapped => self.trapped = true,
            Percept::LaneBlocked => self.lane_blocked = true,
            Percept::HazardSeen(hazard) => {
                self.hazards.insert(*hazard);
            }
            Percept::AtWindow { storeys } => self.storeys_up = Some(*storeys),
            Percept::RoofDoor { open } => self.roof_open = Some(*open),
        }
    }

    fn did(&mut self, did: &Did, time_s: f64) {
        match did {
            Did::Felt(DoorRole::Home(_)) => self.checks.felt = true,
            Did::LookedAtGap(DoorRole::Home(_)) => self.checks.gap = true,
            Did::Cracked(DoorRole::Home(_)) => {
                self.checks.cracked = true;
                self.door = DoorState::Ajar;
            }
            Did::Opened(DoorRole::Home(_)) => self.door = DoorState::Open,
            Did::Shut(DoorRole::Home(_)) => {
                self.door = DoorState::Shut;
                self.left_open = false;
            }
            Did::Shut(DoorRole::Room(door, _)) => {
                self.rooms_shut.insert(*door);
            }
            Did::Opened(DoorRole::Room(door, _))
            | Did::Passed {
                door: DoorRole::Room(door, _),
                ..
            } => {
                self.rooms_shut.remove(door);
            }
            Did::Sealed(door) => {
                self.sealed.insert(door.opening());
                if matches!(door, DoorRole::Home(_)) {
                    self.door = DoorState::Shut;
                    // Whoever sealed it was on their knees before the gap.
                    self.checks.gap |= self.corridor.is_some();
                }
            }
            Did::Passed { door, to, .. } => {
                if let DoorRole::Home(opening) = door {
                    self.door = DoorState::Open;
                    self.sealed.remove(opening);
                }
                self.go(*to);
            }
            Did::Entered(place) => self.go(*place),
            Did::Signalled(_) => self.signals += 1,
            Did::LookedAround => self.looked_round += 1,
            Did::WokeSomebody(person) => {
                self.woke.insert(*person);
                if self.kin.get(person).is_none_or(|s| *s == KinState::Asleep) {
                    self.kin.insert(*person, KinState::Awake);
                }
            }
            Did::Leads(person) => {
                self.leads.insert(*person);
                self.kin.insert(*person, KinState::Follows);
            }
            Did::LetGo(person) => {
                self.leads.remove(person);
                if self.kin.get(person) == Some(&KinState::Follows) {
                    self.kin.insert(*person, KinState::Awake);
                }
            }
            Did::Called { items, .. } => {
                if self.called_s.is_none() {
                    self.called_s = Some(time_s - call_length_s(items.len()));
                }
                self.said.extend(items.iter().copied());
            }
            Did::CalledLift(_) => self.called_lift = true,
            Did::RodeLift(lift) => self.rode_lift = Some(*lift),
            Did::CollectedBelongings => self.belongings = true,
            Did::Shouted | Did::Knocked(_) | Did::PressedCallPoint => self.alerted = true,
            Did::Inspected { means, fit } => {
                self.means.insert(*means, *fit);
            }
            Did::Treated { how, .. } => match how {
                Treatment::LidOn | Treatment::BlanketOn => self.covered = true,
                Treatment::CoverLifted => self.covered = false,
                Treatment::HeatOff => self.heat_off = true,
                _ => {}
            },
            Did::Switched { what, on } => {
                self.switched.insert(*what, *on);
                if (*what, *on) == (Supply::Gas, false) {
                    self.burning.remove(&Burning::GasJet);
                }
            }
            Did::Rolled => self.clothes = false,
            Did::DonnedHood => self.hooded = true,
            Did::Carries(person) => {
                self.carries = Some(*person);
                self.kin.insert(*person, KinState::Follows);
            }
            Did::SetDown(person) => {
                self.carries = None;
                if self.kin.get(person) == Some(&KinState::Follows) {
                    self.kin.insert(*person, KinState::Awake);
                }
            }
            Did::HandedOver(person) => {
                self.handed_over.insert(*person);
                self.leads.remove(person);
                self.carries = self.carries.filter(|p| p != person);
            }
            Did::ClearedLane => self.lane_blocked = false,
            Did::Hazard {
                hazard,
                step: HazardStep::Fixed | HazardStep::Rechecked,
            } => {
                self.hazards.remove(hazard);
            }
            Did::Used { .. }
            | Did::Took(_)
            | Did::PutDown(_)
            | Did::Wedged(_)
            | Did::Unwedged(_)
            | Did::Held(_)
            | Did::Told(_)
            | Did::ToldControlRoom
            | Did::Announced { .. }
            | Did::Swept
            | Did::Guides(_)
            | Did::Counted { .. }
            | Did::ReportedCount
            | Did::Briefed(_)
            | Did::Hazard { .. }
            | Did::RanBurning
            | Did::WentLow
            | Did::FetchedTowel
            | Did::Filmed
            | Did::Hid
            | Did::Jumped { .. }
            | Did::Pushed
            | Did::MovedAside
            | Did::Redirected(_)
            | Did::Cordoned
            | Did::KeptWatch
            | Did::CleanedUp
            | Did::TookPayment
            | Did::CarriedOn => {}
            Did::Felt(_)
            | Did::LookedAtGap(_)
            | Did::Cracked(_)
            | Did::Opened(_)
            | Did::Shut(_)
            | Did::SetOut
            | Did::StoodStill => {}
        }
    }

    /// Smoke that threatens through the home's door: in the gap, behind it, in the corridor; a hot handle counts as
    /// thin smoke at least.
    pub fn smoke_at_door(&self) -> Smoke {
        let seen = self.corridor.map_or(Smoke::None, |(smoke, _)| smoke);
        if self.handle_hot == Some(true) {
            seen.max(Smoke::Thin)
        } else {
            seen
        }
    }

    /// The corridor as last perceived is free of smoke and nothing speaks against it.
    pub fn corridor_clear(&self) -> bool {
        matches!(self.corridor, Some((Smoke::None, _))) && self.handle_hot != Some(true)
    }

    /// A stair was seen smoky and none is known to be clear.
    pub fn stairs_smoky(&self) -> bool {
        !self.stairs.is_empty() && self.stairs.values().all(|s| *s > Smoke::None)
    }

    /// A stair was last seen clear.
    pub fn clear_stair(&self) -> Option<StairId> {
        self.stairs.iter().find(|(_, s)| **s == Smoke::None).map(|(id, _)| *id)
    }

    /// Somebody the trainee answers for follows, or is safe.
    pub fn cared_for(&self, person: PersonId) -> bool {
        matches!(
            self.kin.get(&person),
            Some(KinState::Follows | KinState::Safe | KinState::Sheltered)
        ) || self.handed_over.contains(&person)
            || (self.leads.contains(&person) && self.kin.get(&person) != Some(&KinState::LeftBehind))
    }

    /// The trainee can call from here without danger: behind the shut door of a home that does not burn, or outside it
    /// in clear air.
    pub fn safe_to_call(&self) -> bool {
        match self.place {
            Whereabouts::Home(_) => self.home_fire.is_none() && self.home_smoke < Smoke::Dense,
            Whereabouts::Lift(_) => false,
            _ => self.here == Smoke::None,
        }
    }

    /// One can go about in the home upright with the head in clear air or a haze: nobody is asked to go into dense smoke.
    pub fn home_passable(&self) -> bool {
        !in_dense(self.home_smoke, self.home_layer_m)
    }

    /// Whoever stands here upright has the head in dense smoke. A dense layer overhead is none. One beneath which they
    /// could only crawl is: it is no air to go about in, and guidance knows no crawling through dense smoke.
    pub fn dense_at_head(&self) -> bool {
        in_dense(self.here, self.layer_m)
    }

    /// A fire seen where the trainee is: in the own home, or in the same place.
    pub fn fire_here(&self) -> Option<FireSize> {
        match (self.home_fire, self.fire) {
            (Some(f), _) if is_home(self.place) => Some(f.size),
            (_, Some((size, at))) if at == self.place || (is_home(at) && is_home(self.place)) => Some(size),
            // At work a room's fire is seen from its door.
            (_, Some((size, Whereabouts::Elsewhere))) if self.place == Whereabouts::Corridor => Some(size),
            _ => None,
        }
    }

    /// This burns on the own level.
    pub fn burns(&self, what: Burning) -> bool {
        matches!(self.burning.get(&what), Some((Level::Same, _)))
    }

    /// Something that fits what burns is at hand and can be used; with oil the heat can always be turned off.
    pub fn can_fight(&self) -> bool {
        let fits = |what: Burning| self.means.iter().any(|(m, fit)| *fit && m.fits(what));
        if [Burning::Battery, Burning::GasJet].into_iter().any(|b| self.burns(b)) {
            return false;
        }
        let oil = fits(Burning::OilPan) || !self.heat_off;
        (self.burns(Burning::OilPan) && oil)
            || [Burning::Solids, Burning::LiveElectrical, Burning::Liquid]
                .into_iter()
                .any(|b| self.burns(b) && fits(b))
    }

    /// It is small, of a kind that can be fought, what fits is at hand, and the trainee is grown up and, if old, only
    /// has to cover a pan.
    pub fn fightable(&self, known: &Known) -> bool {
        // A lid goes on as long as the flames do not reach the ceiling.
        let most = if self.burns(Burning::OilPan) {
            FireSize::Growing
        } else {
            FireSize::Small
        };
        let small = self.fire_here().is_some_and(|size| size <= most) && !self.used_up;
        let may = !minor(known) && (!older(known) || self.burns(Burning::OilPan));
        small && may && self.can_fight()
    }

    /// A fire in a stair, hall or corridor below or on the own storey, seen or told.
    pub fn stair_burns(&self) -> bool {
        let seen = |at| matches!(at, Whereabouts::Stair(..) | Whereabouts::Hall);
        self.fire.is_some_and(|(_, at)| seen(at))
            || self
                .burning
                .values()
                .any(|(level, at)| *level != Level::Above && (seen(*at) || *at == Whereabouts::Corridor))
    }

    /// All stairs seen hold dense smoke.
    pub fn stairs_dense(&self) -> bool {
        !self.stairs.is_empty() && self.stairs.values().all(|s| *s == Smoke::Dense)
    }

    /// No refuge is known to hold, and one looked at does not.
    pub fn refuge_poor(&self) -> bool {
        !self.refuges.is_empty() && self.refuges.values().all(|good| !*good)
    }

    /// Down.
    pub fn collapsed(&self) -> bool {
        self.feels == Some(Feeling::Collapses)
    }
}

/// Named predicates over what a trainee knows: what the conditions of the rule table are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Fact {
    /// Any sign of a fire: smell, alarm, shout, knock, smoke, flames.
    Cue,
    /// In the own home.
    InHome,
    /// In the corridor or lift lobby of the own storey.
    InCorridor,
    /// In a stair at the own storey.
    AtStairTop,
    /// In a stair below or above the own storey.
    InStair,
    /// In a lift's car.
    InLift,
    /// In the street.
    InStreet,
    /// A fire in the own home was seen.
    HomeBurns,
    /// That fire stands between the trainee and the door.
    FireInWay,
    /// Flames outside a window.
    FireOutside,
    /// The corridor as last perceived is clear, the handle is not hot.
    CorridorClear,
    /// Smoke in the gap, behind the door or in the corridor, or a hot handle.
    SmokeAtDoor,
    /// The same, dense.
    DenseAtDoor,
    /// Smoke where the trainee stands.
    SmokeHere,
    /// The same, dense.
    DenseHere,
    /// A stair was last seen clear.
    StairClear,
    /// Stairs were seen, and all of them smoky.
    StairsSmoky,
    /// A room that holds as a refuge is known.
    RefugeGood,
    /// A room was seen that does not hold, and none that does.
    RefugePoor,
    /// Somebody the trainee answers for is asleep.
    KinAsleep,
    /// Has a home here: not at work.
    LivesHere,
    /// There is a lift on the own storey.
    LiftAtHand,
    /// 119 was called, by the trainee or to their knowledge.
    Called,
    /// The fire engine was heard or seen.
    HelpArrives,
    /// Under 18, or a pupil.
    Minor,
    /// Over 70, or impaired: leaving, shutting the door and calling is always enough.
    Older,
    /// Answers for others.
    AnswersForOthers,
    /// Somebody the trainee answers for is not with them, out, behind a fire door or handed over.
    KinInDanger,
    /// A fire is seen where the trainee is.
    FireHere,
    /// Below a metre.
    FireSmall,
    /// To the ceiling.
    FireLarge,
    /// It is small, of a kind that can be fought, what fits is at hand, and the trainee is grown up. Older people: oil
    /// in a pan only.
    Fightable,
    /// Oil in a pan burns here.
    OilBurns,
    /// Something under current burns here.
    LiveBurns,
    /// A traction battery burns on the own level.
    BatteryBurns,
    /// Gas burns from a hose or cylinder.
    GasBurns,
    /// A fire in a stair, hall or corridor, on the way out.
    StairFire,
    /// The fire is on a storey above.
    FireAbove,
    /// What was seen to burn is out.
    FireOut,
    /// What was fought with is used up.
    UsedUp,
    /// Smell of gas, nothing burns.
    GasSmelled,
    /// The own clothes burn.
    ClothesBurn,
    /// The refuge no longer holds.
    RefugeFails,
    /// Every stair seen holds dense smoke.
    StairsDense,
    /// There is a street exit on the own storey.
    LevelExit,
    /// A filter hood is at hand.
    HoodAtHand,
    /// An exit is crowded, and another is known to be free.
    CrowdedWithOther,
    /// Guests, pupils or customers are inside.
    GuestsInside,
    /// A way out that guests need is locked.
    ExitsShut,
    /// Somebody is trapped.
    Trapped,
    /// The fire lane is blocked.
    LaneBlocked,
    /// A hazard was seen.
    HazardKnown,
    /// Hot work without permit goes on.
    HotWork,
    /// Stands at an open window.
    AtWindow,
    /// Has been outside the home or in the street.
    WentOut,
}

impl Fact {
    /// Does it hold?
    pub fn holds(self, s: &Situation, known: &Known) -> bool {
        match self {
            Self::Cue => s.cue.is_some(),
            Self::InHome => is_home(s.place),
            Self::InCorridor => s.place == Whereabouts::Corridor,
            Self::AtStairTop => matches!(s.place, Whereabouts::Stair(_, 0)),
            Self::InStair => matches!(s.place, Whereabouts::Stair(_, n) if n != 0),
            Self::InLift => matches!(s.place, Whereabouts::Lift(_)),
            Self::InStreet => s.place == Whereabouts::Street,
            Self::HomeBurns => s.home_fire.is_some(),
            Self::FireInWay => s.home_fire.is_some_and(|f| f.in_way),
            Self::FireOutside => s.fire_outside,
            Self::CorridorClear => s.corridor_clear(),
            Self::SmokeAtDoor => s.smoke_at_door() > Smoke::None,
            Self::DenseAtDoor => s.smoke_at_door() == Smoke::Dense,
            Self::SmokeHere => s.here > Smoke::None,
            Self::DenseHere => s.here == Smoke::Dense,
            Self::StairClear => s.clear_stair().is_some(),
            Self::StairsSmoky => s.stairs_smoky(),
            Self::RefugeGood => s.refuges.values().any(|good| *good),
            Self::RefugePoor => s.refuge_poor(),
            Self::KinAsleep => known.kin.iter().any(|p| s.kin.get(p) == Some(&KinState::Asleep)),
            Self::LivesHere => !known.home_doors.is_empty(),
            Self::LiftAtHand => !known.lifts.is_empty(),
            Self::Called => s.called_s.is_some() || s.others_called,
            Self::HelpArrives => s.help,
            Self::Minor => minor(known),
            Self::Older => older(known),
            Self::AnswersForOthers => !known.kin.is_empty(),
            Self::KinInDanger => known.kin.iter().any(|p| !s.cared_for(*p)),
            Self::FireHere => s.fire_here().is_some(),
            Self::FireSmall => s.fire_here() == Some(FireSize::Small),
            Self::FireLarge => s.fire_here() == Some(FireSize::Large),
            Self::Fightable => s.fightable(known),
            Self::OilBurns => s.burns(Burning::OilPan),
            Self::LiveBurns => s.burns(Burning::LiveElectrical),
            Self::BatteryBurns => s.burns(Burning::Battery),
            Self::GasBurns => s.burns(Burning::GasJet),
            Self::StairFire => s.stair_burns(),
            Self::FireAbove => !s.burning.is_empty() && s.burning.values().all(|(level, _)| *level == Level::Above),
            Self::FireOut => s.fire_out,
            Self::UsedUp => s.used_up && !s.fire_out,
            Self::GasSmelled => s.gas && s.burning.is_empty() && s.fire.is_none(),
            Self::ClothesBurn => s.clothes,
            Self::RefugeFails => s.refuge_fails,
            Self::StairsDense => s.stairs_dense(),
            Self::LevelExit => known.level_exit.is_some(),
            Self::HoodAtHand => s.means.get(&Means::EscapeHood) == Some(&true) || s.hooded,
            Self::CrowdedWithOther => {
                s.exits.values().any(|(crowded, _)| *crowded)
                    && s.exits.values().any(|(crowded, shut)| !crowded && !shut)
            }
            Self::GuestsInside => s.guests > 0,
            Self::ExitsShut => s.exits.values().any(|(_, shut)| *shut),
            Self::Trapped => s.trapped,
            Self::LaneBlocked => s.lane_blocked,
            Self::HazardKnown => s.hazards.iter().any(|h| *h != Hazard::HotWork),
            Self::HotWork => s.hazards.contains(&Hazard::HotWork),
            Self::AtWindow => s.storeys_up.is_some(),
            Self::WentOut => s.was_out || s.left_home,
        }
    }
}

/// Under 18; unknown age is taken for grown up.
pub fn minor(known: &Known) -> bool {
    known.age.is_some_and(|a| a < 18.0)
}

/// Over 70, or impaired.
pub fn older(known: &Known) -> bool {
    known.impaired || known.age.is_some_and(|a| a > 70.0)
}

/// How often this very action was refused.
pub fn refusals(notes: &[Note], action: &Action) -> usize {
    notes
        .iter()
        .filter(|n| matches!(&n.what, Noted::Refused(a, _) if a == action))
        .count()
}
