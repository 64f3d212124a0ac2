//! What the window says: the world in the words of somebody who lives there.

use crate::crowd::{PersonId, Posture};
use crate::drill::{
    Action, Burning, Did, DoorRole, Feeling, FireSize, KinState, Noted, Percept, Simulation, Smoke, Supply, Treatment,
    View, Whereabouts, Words as Said,
};
use crate::locale::{Lang, Texts, Value};
use crate::place::{Beyond, EquipmentId, OpeningId, OpeningState, Place, SpaceId, SpaceKind, StairId, StoreyId};
use crate::scenario::{Agent, EquipmentKind, People, PlaceKind, Role, Text, Use};
use bevy::prelude::*;

/// The texts of the language in use.
#[derive(Resource, Debug)]
pub struct Words(Texts);

impl Words {
    /// Of a language.
    pub fn new(lang: Lang) -> Self {
        Self(Texts::new(lang))
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        self.0.lang()
    }

    /// A text without values.
    pub fn t(&self, key: &str) -> String {
        self.0.get(key, &[])
    }

    /// A text with values.
    pub fn tv(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        self.0.get(key, values)
    }

    /// A text with one value in words.
    pub fn with(&self, key: &str, name: &str, value: &str) -> String {
        self.0.get(key, &[(name, value.to_owned().into())])
    }

    /// This language's half of a text of the content.
    pub fn of<'a>(&self, text: &'a Text) -> &'a str {
        self.lang().of(text)
    }

    /// Minutes and seconds of a time, s.
    pub fn clock(time_s: f64) -> String {
        crate::assess::clock(time_s)
    }

    /// A length of time in words, s.
    pub fn seconds(&self, s: f64) -> String {
        let whole = if s.fract().abs() < 0.05 {
            format!("{s:.0}")
        } else {
            format!("{s:.1}")
        };
        self.with("word-seconds", "s", &whole)
    }

    /// What kind of place it is.
    pub fn kind(&self, kind: PlaceKind) -> String {
        self.t(match kind {
            PlaceKind::HighRise => "kind-high-rise",
            PlaceKind::OldNeighbourhood => "kind-old-neighbourhood",
            PlaceKind::DenseVenue => "kind-dense-venue",
            PlaceKind::Verification => "kind-verification",
        })
    }

    /// In which role somebody is trained.
    pub fn role(&self, role: Role) -> String {
        self.t(match role {
            Role::Resident => "role-resident",
            Role::OlderResident => "role-older-resident",
            Role::Pupil => "role-pupil",
            Role::VenueStaff => "role-venue-staff",
            Role::Teacher => "role-teacher",
            Role::Carer => "role-carer",
            Role::MicroFireStation => "role-micro-fire-station",
            Role::GridWorker => "role-grid-worker",
            Role::ControlRoom => "role-control-room",
            Role::Landlord => "role-landlord",
        })
    }

    /// What a piece of equipment is called.
    pub fn equipment(&self, place: &Place, id: EquipmentId) -> String {
        let Some(piece) = place.equipment.get(id.index()) else {
            return String::new();
        };
        self.t(match &piece.kind {
            EquipmentKind::Extinguisher(agent, _) => match agent {
                Agent::AbcPowder => "tool-abc-powder",
                Agent::BcPowder => "tool-bc-powder",
                Agent::Water => "tool-water",
                Agent::WaterAdditive => "tool-water-additive",
                Agent::WaterAdditiveF => "tool-water-f",
                Agent::Foam => "tool-foam",
                Agent::CarbonDioxide => "tool-co2",
            },
            EquipmentKind::FireBlanket => "tool-blanket",
            EquipmentKind::PanLid(_) => "tool-lid",
            EquipmentKind::Bucket(_) => "tool-bucket",
            EquipmentKind::SandBucket(_) => "tool-sand",
            EquipmentKind::EscapeHood => "tool-hood",
            EquipmentKind::GasValve => "tool-gas",
            EquipmentKind::PowerSwitch => "tool-power",
            EquipmentKind::CookerHood => "tool-cooker-hood",
            EquipmentKind::MusicSwitch => "tool-music",
            EquipmentKind::LightSwitch => "tool-lights",
            EquipmentKind::LockRelease => "tool-locks",
            EquipmentKind::Microphone => "tool-microphone",
            EquipmentKind::HoseReel => "tool-hose-reel",
            EquipmentKind::Hydrant => "tool-hydrant",
            EquipmentKind::CallPoint => "tool-call-point",
            EquipmentKind::Sprinkler(_)
            | EquipmentKind::SmokeDetector(..)
            | EquipmentKind::HeatDetector(..)
            | EquipmentKind::Sounder
            | EquipmentKind::Loudspeaker
            | EquipmentKind::ExitSign(_)
            | EquipmentKind::EmergencyLight
            | EquipmentKind::Light => "tool-other",
        })
    }

    /// A storey, from its name: `17F` is the 17th.
    pub fn storey(&self, place: &Place, storey: StoreyId) -> String {
        let name = place.storeys.get(storey.index()).map_or("", |s| s.name.as_str());
        match name
            .strip_suffix('F')
            .filter(|n| n.chars().all(|c| c.is_ascii_digit()) && !n.is_empty())
        {
            Some(n) => self.with("word-storey", "n", n),
            None => name.to_owned(),
        }
    }

    /// A stair by its number.
    pub fn stair(&self, stair: StairId) -> String {
        self.with("word-stair", "n", &(stair.0 + 1).to_string())
    }

    /// What a room is used for.
    pub fn usage(&self, r#use: Use) -> String {
        self.t(match r#use {
            Use::Room => "room-room",
            Use::Bedroom => "room-bedroom",
            Use::LivingRoom => "room-living",
            Use::Kitchen => "room-kitchen",
            Use::Bathroom => "room-bathroom",
            Use::Balcony => "room-balcony",
            Use::Flat => "room-flat",
            Use::Corridor => "room-corridor",
            Use::LiftLobby => "room-lobby",
            Use::EntranceHall => "room-entrance",
            Use::StairLanding => "room-landing",
            Use::Shop => "room-shop",
            Use::Hall => "room-hall",
            Use::Classroom => "room-classroom",
            Use::Ward => "room-ward",
            Use::Office => "room-office",
            Use::Store => "room-store",
            Use::Plant => "room-plant",
            Use::Refuge => "room-refuge",
            Use::Outdoors => "room-outdoors",
        })
    }

    /// A space: `bedroom 2`, `stair 1`, `flat 01`, `room 305`.
    pub fn space(&self, place: &Place, space: SpaceId) -> String {
        let Some(s) = place.spaces.get(space.index()) else {
            return String::new();
        };
        match s.kind {
            SpaceKind::Stair(id) => return self.stair(id),
            SpaceKind::LiftWell(id) => return self.with("word-lift", "n", &(id.0 + 1).to_string()),
            SpaceKind::Room | SpaceKind::Shaft | SpaceKind::Outdoors => {}
        }
        let usage = self.usage(s.r#use);
        let Some(home) = s.home.and_then(|h| place.homes.get(h.index())) else {
            // A room with a number on its door is called by it, as a ward or a classroom.
            let name = s.path.rsplit('/').next().unwrap_or_default();
            let numbered = !name.is_empty() && name.chars().all(|c| c.is_ascii_digit());
            return if numbered {
                self.with("word-room-number", "n", name)
            } else {
                usage
            };
        };
        if s.r#use == Use::Flat {
            return self.home(place, space);
        }
        let alike: Vec<SpaceId> = home
            .spaces
            .iter()
            .copied()
            .filter(|x| place.spaces[x.index()].r#use == s.r#use)
            .collect();
        match alike.iter().position(|x| *x == space) {
            Some(i) if alike.len() > 1 => format!("{usage}{}{}", if self.lang() == Lang::En { " " } else { "" }, i + 1),
            _ => usage,
        }
    }

    /// The flat that a space belongs to, by its number on the storey.
    pub fn home(&self, place: &Place, space: SpaceId) -> String {
        let home = place.spaces.get(space.index()).and_then(|s| s.home);
        let path = home.map_or("", |h| place.homes[h.index()].path.as_str());
        let number = path.rsplit('/').next().unwrap_or_default();
        self.with("word-flat", "n", number)
    }

    /// Where somebody is.
    pub fn whereabouts(&self, place: Whereabouts) -> String {
        self.of(&crate::assess::place_text(place)).to_owned()
    }

    /// A door or window, as this trainee knows it.
    pub fn opening(&self, simulation: &Simulation, trainee: usize, opening: OpeningId) -> String {
        let view = simulation.view();
        let Some(x) = view.place.openings.get(opening.index()) else {
            return String::new();
        };
        let here = view.trainees.get(trainee).and_then(|t| t.now.space);
        let other = match x.to {
            Beyond::Space(to) if here == Some(to) => Some(x.from),
            Beyond::Space(to) if here == Some(x.from) => Some(to),
            // Seen from elsewhere it is called by the room behind it, not by the corridor before it.
            Beyond::Space(_) => Some(Self::behind_door(view.place, opening)),
            Beyond::Outside | Beyond::Street => None,
        };
        let window = !x.kind.is_door();
        match simulation.door_role(trainee, opening) {
            DoorRole::Home(_) if window => self.t("word-opening"),
            DoorRole::Home(_) => self.t("word-home-door"),
            DoorRole::Window(_) | DoorRole::Other(_) if window => {
                self.with("word-window", "room", &self.space(view.place, x.from))
            }
            DoorRole::Room(..) => {
                let room = Self::behind_door(view.place, opening);
                self.with("word-door", "room", &self.space(view.place, room))
            }
            DoorRole::Stair(_, stair) => self.with("word-door", "room", &self.stair(stair)),
            DoorRole::Window(_) | DoorRole::Other(_) => match other {
                None => self.t("word-street-door"),
                Some(other) => {
                    let home = |s: SpaceId| view.place.spaces[s.index()].home.is_some();
                    let name = if home(other) && !here.is_some_and(home) {
                        self.home(view.place, other)
                    } else if home(x.from) && !home(other) {
                        self.home(view.place, x.from)
                    } else {
                        self.space(view.place, other)
                    };
                    self.with("word-door", "room", &name)
                }
            },
        }
    }

    /// The room that a door belongs to: the one with fewer doors.
    fn behind_door(place: &Place, opening: OpeningId) -> SpaceId {
        let x = &place.openings[opening.index()];
        let Beyond::Space(to) = x.to else { return x.from };
        let doors = |s: SpaceId| {
            let of = |o: &&crate::place::Opening| o.kind.is_door() && (o.from == s || o.to == Beyond::Space(s));
            place.openings.iter().filter(of).count()
        };
        if doors(x.from) < doors(to) { x.from } else { to }
    }

    /// How a door stands, as one sees it.
    pub fn stands(&self, state: &OpeningState) -> String {
        self.t(if state.open > 0.6 {
            "word-open"
        } else if state.free() > 0.0 {
            "word-ajar"
        } else if state.sealed > 0.0 {
            "word-sealed"
        } else {
            "word-shut"
        })
    }

    /// Somebody, as the scenario calls them.
    pub fn person(&self, view: &View<'_>, person: PersonId) -> String {
        self.named(view, &view.crowd.facts(person).name)
    }

    /// Somebody by their name in the scenario; other trainees by their role.
    pub fn named(&self, view: &View<'_>, name: &str) -> String {
        let title = view.loaded.scenario.people.iter().find_map(|p| match p {
            People::Person(p) if p.name == name => Some(&p.title),
            _ => None,
        });
        match title.map(|t| self.of(t)) {
            Some(title) if !title.is_empty() => title.to_owned(),
            _ => match view.loaded.scenario.trainees.iter().find(|t| t.id == name) {
                Some(trainee) => self.role(trainee.role),
                None => self.t("word-somebody"),
            },
        }
    }

    /// How dense smoke is.
    pub fn smoke(&self, smoke: Smoke) -> String {
        self.t(match smoke {
            Smoke::None => "smoke-none",
            Smoke::Thin => "smoke-thin",
            Smoke::Dense => "smoke-dense",
        })
    }

    /// What the own body says.
    pub fn feeling(&self, feeling: Feeling) -> String {
        self.t(match feeling {
            Feeling::Well => "feel-well",
            Feeling::Coughs => "feel-coughs",
            Feeling::Dizzy => "feel-dizzy",
            Feeling::Burns => "feel-burns",
            Feeling::Collapses => "feel-collapses",
        })
    }

    /// How somebody is.
    pub fn kin(&self, state: KinState) -> String {
        self.t(match state {
            KinState::Asleep => "kin-asleep",
            KinState::Awake => "kin-awake",
            KinState::Follows => "kin-follows",
            KinState::LeftBehind => "kin-left",
            KinState::Fallen => "kin-fallen",
            KinState::Safe => "kin-safe",
            KinState::Sheltered => "kin-sheltered",
        })
    }

    /// How one holds oneself.
    pub fn posture(&self, posture: Posture) -> String {
        self.t(match posture {
            Posture::Upright => "posture-upright",
            Posture::Stooped => "posture-stooped",
            Posture::Crawling => "posture-crawling",
            Posture::Lying => "posture-lying",
        })
    }

    /// An action, as a button calls it.
    pub fn action(&self, action: &Action) -> String {
        self.t(match action {
            Action::WalkTo { .. } | Action::Head { .. } => "act-walk",
            Action::WalkOut { .. } => "act-walk-out",
            Action::Stop => "act-stop",
            Action::Posture(p) => return self.posture(*p),
            Action::FeelDoor(_) => "act-feel",
            Action::LookAtGap(_) => "act-gap",
            Action::CrackDoor(_) => "act-crack",
            Action::OpenDoor(_) => "act-open",
            Action::ShutDoor(_) => "act-shut",
            Action::SealDoor(_) => "act-seal",
            Action::OpenWindow(_) => "act-open-window",
            Action::ShutWindow(_) => "act-shut-window",
            Action::SignalAt(_) => "act-signal",
            Action::LookAround => "act-look",
            Action::Wake(_) => "act-wake",
            Action::Lead(_) => "act-lead",
            Action::LetGo(_) => "act-let-go",
            Action::Shout => "act-shout",
            Action::Knock(_) => "act-knock",
            Action::Call(_) => "act-call",
            Action::CallLift(_) => "act-call-lift",
            Action::RideLift(..) => "act-ride-lift",
            Action::CollectBelongings => "act-belongings",
            Action::Take(_) => "act-take",
            Action::Inspect => "act-inspect",
            Action::PutDown => "act-put-down",
            Action::Use { .. } => "act-use",
            Action::Treat {
                how: Treatment::HeatOff,
                ..
            } => "act-heat-off",
            Action::Treat {
                how: Treatment::LidOn, ..
            } => "act-lid",
            Action::Treat {
                how: Treatment::BlanketOn,
                ..
            } => "act-blanket",
            Action::Treat {
                how: Treatment::CoverLifted,
                ..
            } => "act-uncover",
            Action::Treat {
                how: Treatment::WaterThrown,
                ..
            } => "act-water",
            Action::Treat {
                how: Treatment::Carried | Treatment::Handled,
                ..
            } => "act-move-it",
            Action::Treat {
                how: Treatment::CooledFromAfar,
                ..
            } => "act-cool",
            Action::SwitchByPanel {
                what: Supply::Sounders,
                on,
            } => {
                if *on {
                    "act-panel-sound"
                } else {
                    "act-panel-silence"
                }
            }
            Action::SwitchByPanel {
                what: Supply::Panel, ..
            } => "act-panel-reset",
            Action::SwitchByPanel {
                what: Supply::LiftsDown,
                ..
            } => "act-panel-lifts",
            Action::SwitchByPanel {
                what: Supply::Shutters, ..
            } => "act-panel-shutters",
            Action::SwitchByPanel {
                what: Supply::Locks, ..
            } => "act-panel-locks",
            Action::SwitchByPanel { what: Supply::Pump, .. } => "act-panel-pump",
            Action::Switch { on: true, .. } | Action::SwitchByPanel { on: true, .. } => "act-switch-on",
            Action::Switch { .. } | Action::SwitchByPanel { .. } => "act-switch-off",
            Action::Wedge(_) => "act-wedge",
            Action::Unwedge(_) => "act-unwedge",
            Action::HoldDoor(_) => "act-hold-door",
            Action::Carry(_) => "act-carry",
            Action::SetDown => "act-set-down",
            Action::HandOver(_) => "act-hand-over",
            Action::Tell(said) => {
                return self.t(match said {
                    Said::LeaveThisWay => "tell-leave",
                    Said::StayBehindDoor => "tell-stay",
                    Said::HelpComes => "tell-help-comes",
                    Said::KeepBack => "tell-keep-back",
                });
            }
            Action::PressCallPoint(_) => "act-call-point",
            Action::TellControlRoom => "act-control-room",
            Action::Announce {
                where_it_burns: true, ..
            } => "act-announce-clearly",
            Action::Announce { .. } => "act-announce",
            Action::Sweep => "act-sweep",
            Action::Guide(_) => "act-guide",
            Action::Redirect(_) => "act-redirect",
            Action::Count => "act-count",
            Action::ReportCount => "act-report-count",
            Action::Brief(_) => "act-brief",
            Action::Hazard { .. } => "act-hazard",
            Action::Roll => "act-roll",
            Action::FetchTowel => "act-towel",
            Action::DonHood => "act-hood",
            Action::Film => "act-film",
            Action::Hide => "act-hide",
            Action::Jump(_) => "act-jump",
            Action::MoveAside => "act-aside",
            Action::Push => "act-push",
            Action::ClearLane => "act-lane",
            Action::Cordon => "act-cordon",
            Action::KeepWatch => "act-watch",
            Action::CleanUp => "act-clean",
            Action::TakePayment => "act-payment",
        })
    }

    /// A note of the notebook as a sentence; none for what needs no words.
    pub fn note(&self, simulation: &Simulation, trainee: usize, noted: &Noted) -> Option<String> {
        match noted {
            Noted::Percept(percept) => self.percept(simulation, trainee, percept),
            Noted::Did(did) => self.did(simulation, trainee, did),
            Noted::Refused(action, why) => {
                let values = [
                    ("action", Value::from(self.action(action))),
                    ("why", self.of(why).to_owned().into()),
                ];
                Some(self.tv("note-refused", &values))
            }
        }
    }

    /// What was perceived, as a sentence.
    pub fn percept(&self, simulation: &Simulation, trainee: usize, percept: &Percept) -> Option<String> {
        let view = simulation.view();
        let door = |role: &DoorRole| self.opening(simulation, trainee, role.opening());
        Some(match percept {
            Percept::Woke => self.t("note-woke"),
            Percept::SmokeSmelled => self.t("note-smell"),
            Percept::AlarmHeard { own: true } => self.t("note-alarm-own"),
            Percept::AlarmHeard { own: false } => self.t("note-alarm"),
            Percept::ShoutHeard { by, words } => self.tv(
                "note-shout",
                &[
                    ("who", self.named(&view, by).into()),
                    ("words", self.of(words).to_owned().into()),
                ],
            ),
            Percept::KnockHeard => self.t("note-knock"),
            Percept::BangHeard { here: true } => self.t("note-bang-here"),
            Percept::BangHeard { here: false } => self.t("note-bang"),
            Percept::Handle { door: d, hot } => {
                let key = if *hot { "note-handle-hot" } else { "note-handle-cool" };
                self.with(key, "door", &door(d))
            }
            Percept::Gap { door: d, smoke } => self.tv(
                "note-gap",
                &[("door", door(d).into()), ("smoke", self.smoke(*smoke).into())],
            ),
            Percept::Behind { door: d, smoke, fire } => {
                let key = if fire.is_some() {
                    "note-behind-fire"
                } else {
                    "note-behind"
                };
                let values = [("door", door(d).into()), ("smoke", self.smoke(*smoke).into())];
                self.tv(key, &values)
            }
            Percept::Here { smoke, layer_m } => {
                if *smoke != Smoke::None && *layer_m < 0.3 {
                    self.with("note-here-floor", "smoke", &self.smoke(*smoke))
                } else if *smoke != Smoke::None && *layer_m < 2.5 {
                    let layer = format!("{layer_m:.1}");
                    let values = [("smoke", Value::from(self.smoke(*smoke))), ("layer", layer.into())];
                    self.tv("note-here-layer", &values)
                } else {
                    self.with("note-here", "smoke", &self.smoke(*smoke))
                }
            }
            Percept::StairSeen { stair, smoke } => self.tv(
                "note-stair",
                &[
                    ("stair", self.stair(*stair).into()),
                    ("smoke", self.smoke(*smoke).into()),
                ],
            ),
            Percept::FireSeen { at, size, in_way, .. } => {
                // "Elsewhere burns" says nothing: then only that it is seen.
                let nowhere = *at == Whereabouts::Elsewhere;
                let size = self.t(match size {
                    FireSize::Small => "fire-small",
                    FireSize::Growing => "fire-growing",
                    FireSize::Large => "fire-large",
                });
                let key = match (*in_way, nowhere) {
                    (true, _) => "note-fire-in-way",
                    (false, true) => "note-fire-seen",
                    (false, false) => "note-fire",
                };
                self.tv(key, &[("place", self.whereabouts(*at).into()), ("size", size.into())])
            }
            Percept::WindowSeen { window, smoke, flames } => {
                let window = self.opening(simulation, trainee, *window);
                if *flames {
                    self.with("note-window-flames", "window", &window)
                } else {
                    self.tv(
                        "note-window",
                        &[("window", window.into()), ("smoke", self.smoke(*smoke).into())],
                    )
                }
            }
            Percept::Refuge { space, good } => {
                let key = if *good { "note-refuge-good" } else { "note-refuge-poor" };
                self.with(key, "room", &self.space(view.place, *space))
            }
            Percept::Kin { person, state } | Percept::Other { person, state } => self.tv(
                "note-person",
                &[
                    ("who", self.person(&view, *person).into()),
                    ("state", self.kin(*state).into()),
                ],
            ),
            Percept::CallTaken { advice, .. } => self.with("note-call-taken", "advice", self.of(advice)),
            Percept::CallKnown { by } => self.with("note-call-known", "who", &self.named(&view, by)),
            Percept::HelpArrives => self.t("note-help"),
            Percept::Feels(feeling) => self.feeling(*feeling),
            Percept::FireKnown {
                what: Burning::OilPan, ..
            } => self.t("note-oil"),
            Percept::FireKnown {
                what: Burning::Battery, ..
            } => self.t("note-battery"),
            Percept::FireKnown {
                what: Burning::LiveElectrical,
                ..
            } => self.t("note-live"),
            Percept::FireKnown {
                what: Burning::GasJet, ..
            } => self.t("note-gas-jet"),
            Percept::FireKnown { .. } => self.t("note-fire-known"),
            Percept::FireOut => self.t("note-fire-out"),
            Percept::GasSmelled => self.t("note-gas"),
            Percept::ClothesBurn => self.t("note-clothes"),
            Percept::OutsideSign(_) => self.t("note-outside"),
            Percept::RefugeFails => self.t("note-refuge-fails"),
            Percept::MeansSeen { fit: true, .. } => self.t("note-means"),
            Percept::MeansSeen { .. } => self.t("note-means-unfit"),
            Percept::UsedUp(_) => self.t("note-used-up"),
            Percept::ExitSeen { shut: true, .. } => self.t("note-exit-shut"),
            Percept::ExitSeen { crowded: true, .. } => self.t("note-exit-crowded"),
            Percept::ExitSeen { .. } => self.t("note-exit"),
            Percept::GuestsInside { .. } => self.t("note-guests"),
            Percept::Trapped => self.t("note-trapped"),
            Percept::LaneBlocked => self.t("note-lane"),
            Percept::HazardSeen(_) => self.t("note-hazard"),
            Percept::AtWindow { .. } => self.t("note-at-window"),
            Percept::RoofDoor { open: true } => self.t("note-roof-open"),
            Percept::RoofDoor { .. } => self.t("note-roof-shut"),
        })
    }

    /// What was done, as a sentence; none for walking about.
    fn did(&self, simulation: &Simulation, trainee: usize, did: &Did) -> Option<String> {
        let view = simulation.view();
        let door = |key: &str, role: &DoorRole| {
            Some(self.with(key, "door", &self.opening(simulation, trainee, role.opening())))
        };
        let who = |key: &str, p: PersonId| Some(self.with(key, "who", &self.person(&view, p)));
        match did {
            Did::Cracked(d) => door("did-cracked", d),
            Did::Opened(d) => door("did-opened", d),
            Did::Shut(d) => door("did-shut", d),
            Did::Sealed(d) => door("did-sealed", d),
            Did::Knocked(d) => door("did-knocked", d),
            Did::Signalled(w) => Some(self.with("did-signalled", "window", &self.opening(simulation, trainee, *w))),
            Did::WokeSomebody(p) => who("did-woke", *p),
            Did::Leads(p) => who("did-leads", *p),
            Did::LetGo(p) => who("did-let-go", *p),
            Did::Shouted => Some(self.t("did-shouted")),
            Did::Called { .. } => Some(self.t("did-called")),
            Did::CalledLift(_) => Some(self.t("did-called-lift")),
            Did::RodeLift(_) => Some(self.t("did-rode-lift")),
            Did::CollectedBelongings => Some(self.t("did-belongings")),
            Did::Took(_) => Some(self.t("did-took")),
            Did::PutDown(_) => Some(self.t("did-put-down")),
            Did::Inspected { fit: true, .. } => Some(self.t("did-inspected-fit")),
            Did::Inspected { .. } => Some(self.t("did-inspected-unfit")),
            Did::Used { .. } => Some(self.t("did-used")),
            Did::Treated {
                how: Treatment::HeatOff,
                ..
            } => Some(self.t("did-heat-off")),
            Did::Treated {
                how: Treatment::LidOn | Treatment::BlanketOn,
                ..
            } => Some(self.t("did-covered")),
            Did::Treated {
                how: Treatment::CoverLifted,
                ..
            } => Some(self.t("did-uncovered")),
            Did::Treated {
                how: Treatment::WaterThrown,
                ..
            } => Some(self.t("did-water")),
            Did::Treated { .. } => Some(self.t("did-treated")),
            Did::Switched { what, on } => Some(self.switched(*what, *on)),
            Did::Wedged(_) => Some(self.t("did-wedged")),
            Did::Unwedged(_) => Some(self.t("did-unwedged")),
            Did::Held(_) => Some(self.t("did-held")),
            Did::Carries(_) => Some(self.t("did-carries")),
            Did::SetDown(_) => Some(self.t("did-set-down")),
            Did::HandedOver(_) => Some(self.t("did-handed-over")),
            Did::Told(_) => Some(self.t("did-told")),
            Did::PressedCallPoint => Some(self.t("did-call-point")),
            Did::ToldControlRoom => Some(self.t("did-control-room")),
            Did::Announced { .. } => Some(self.t("did-announced")),
            Did::Swept => Some(self.t("did-swept")),
            Did::Guides(_) => Some(self.t("did-guides")),
            Did::Redirected(_) => Some(self.t("did-redirected")),
            Did::Counted { .. } => Some(self.t("did-counted")),
            Did::ReportedCount => Some(self.t("did-reported-count")),
            Did::Briefed(_) => Some(self.t("did-briefed")),
            Did::Hazard { .. } => Some(self.t("did-hazard")),
            Did::Rolled => Some(self.t("did-rolled")),
            Did::RanBurning => Some(self.t("did-ran-burning")),
            Did::WentLow => Some(self.t("did-low")),
            Did::FetchedTowel => Some(self.t("did-towel")),
            Did::DonnedHood => Some(self.t("did-hood")),
            Did::Filmed => Some(self.t("did-filmed")),
            Did::Hid => Some(self.t("did-hid")),
            Did::Jumped { .. } => Some(self.t("did-jumped")),
            Did::Pushed => Some(self.t("did-pushed")),
            Did::MovedAside => Some(self.t("did-aside")),
            Did::ClearedLane => Some(self.t("did-lane")),
            Did::Cordoned => Some(self.t("did-cordoned")),
            Did::KeptWatch => Some(self.t("did-watched")),
            Did::CleanedUp => Some(self.t("did-cleaned")),
            Did::TookPayment => Some(self.t("did-payment")),
            Did::CarriedOn => Some(self.t("did-carried-on")),
            Did::Entered(place) => Some(self.with("did-entered", "place", &self.whereabouts(*place))),
            Did::Felt(_)
            | Did::LookedAtGap(_)
            | Did::LookedAround
            | Did::Passed { .. }
            | Did::SetOut
            | Did::StoodStill => None,
        }
    }

    /// What was switched and how it stands then.
    fn switched(&self, what: Supply, on: bool) -> String {
        let tool = |key: &str| {
            let did = if on { "did-switched-on" } else { "did-switched-off" };
            self.with(did, "what", &self.t(key))
        };
        match (what, on) {
            (Supply::Gas, _) => tool("tool-gas"),
            (Supply::Power, _) => tool("tool-power"),
            (Supply::Hood, _) => tool("tool-cooker-hood"),
            (Supply::Music, _) => tool("tool-music"),
            (Supply::Lights, _) => tool("tool-lights"),
            (Supply::Locks, true) => self.t("did-locked"),
            (Supply::Locks, false) => self.t("did-unlocked"),
            (Supply::Sounders, true) => self.t("did-panel-sound"),
            (Supply::Sounders, false) => self.t("did-panel-silence"),
            (Supply::Panel, _) => self.t("did-panel-reset"),
            (Supply::LiftsDown, _) => self.t("did-panel-lifts"),
            (Supply::Shutters, _) => self.t("did-panel-shutters"),
            (Supply::Pump, _) => self.t("did-panel-pump"),
        }
    }

    /// A sound as a caption; none for what makes no sound.
    pub fn caption(&self, simulation: &Simulation, trainee: usize, percept: &Percept) -> Option<String> {
        let sound = matches!(
            percept,
            Percept::AlarmHeard { .. }
                | Percept::ShoutHeard { .. }
                | Percept::KnockHeard
                | Percept::BangHeard { .. }
                | Percept::HelpArrives
        );
        sound.then(|| self.percept(simulation, trainee, percept)).flatten()
    }
}
