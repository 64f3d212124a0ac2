//! The policies in a toy flat: two rooms, a corridor, a stair, and smoke by the clock. No physics; what counts is that
//! a policy acts on what it perceives, that it comes to an end, and that the judge sees what was meant.

use super::{policy, policy_names};
use crate::assess::act::Act;
use crate::assess::judge::tests::{profile, resident};
use crate::assess::judge::{Case, Score, score};
use crate::crowd::PersonId;
use crate::drill::*;
use crate::place::{LiftId, OpeningId, SpaceId, StairId};
use crate::scenario::{Role, Text, Use};

const DOOR: OpeningId = OpeningId(0);
const STAIR_DOOR: OpeningId = OpeningId(1);
const WINDOW: OpeningId = OpeningId(2);
const ROOM_DOOR: OpeningId = OpeningId(3);
const STAIR: StairId = StairId(0);
const MOTHER: PersonId = PersonId(1);
const BED: SpaceId = SpaceId(0);
const LIVING: SpaceId = SpaceId(1);
const CORRIDOR: SpaceId = SpaceId(2);
const LANDING: SpaceId = SpaceId(3);
/// Storeys to go down.
const STOREYS: i32 = 16;

/// From when smoke stands where, s.
#[derive(Clone, Copy)]
struct World {
    corridor_s: f64,
    stair_s: f64,
    home_burns: bool,
    /// Everything is refused.
    paralysed: bool,
}

const NEVER: f64 = 1e9;
const CLEAR: World = World {
    corridor_s: NEVER,
    stair_s: NEVER,
    home_burns: false,
    paralysed: false,
};

struct Toy {
    world: World,
    t: f64,
    space: SpaceId,
    place: Whereabouts,
    notes: Notebook,
    /// What is under way, and when it is finished.
    doing: Option<(Action, f64)>,
    mother: KinState,
    leads: bool,
    asked: usize,
}

impl Toy {
    fn known() -> Known {
        let room = |space, r#use, windows: &[OpeningId]| KnownRoom {
            space,
            r#use,
            doors: vec![ROOM_DOOR],
            windows: windows.to_vec(),
        };
        Known {
            home_doors: vec![DOOR],
            rooms: vec![room(LIVING, Use::LivingRoom, &[]), room(BED, Use::Bedroom, &[WINDOW])],
            stairs: vec![(STAIR, Some(STAIR_DOOR), LANDING)],
            lifts: vec![LiftId(0)],
            corridor: Some(CORRIDOR),
            kin: vec![MOTHER],
            ..Known::default()
        }
    }

    fn smoke_of(&self, place: Whereabouts) -> Smoke {
        let from = match place {
            Whereabouts::Corridor => self.world.corridor_s,
            Whereabouts::Stair(..) => self.world.stair_s,
            _ => NEVER,
        };
        if self.t >= from { Smoke::Dense } else { Smoke::None }
    }

    fn note(&mut self, what: Noted) {
        self.notes.notes.push(Note {
            tick: (self.t / TICK_S) as u64,
            time_s: self.t,
            place: self.place,
            what,
        });
    }
    fn sees(&mut self, percept: Percept) {
        self.note(Noted::Percept(percept));
    }
    fn does(&mut self, did: Did) {
        self.note(Noted::Did(did));
    }
    fn home(&self) -> bool {
        matches!(self.place, Whereabouts::Home(_))
    }

    fn enter(&mut self, space: SpaceId, to: Whereabouts) {
        let from = self.place;
        let through_door = self.home() != matches!(to, Whereabouts::Home(_));
        (self.space, self.place) = (space, to);
        if through_door {
            self.does(Did::Passed {
                door: DoorRole::Home(DOOR),
                from,
                to,
            });
        }
        if from != to {
            self.does(Did::Entered(to));
            let smoke = self.smoke_of(to);
            self.sees(Percept::Here { smoke, layer_m: 1.0 });
        }
    }

    fn look_behind(&mut self, door: OpeningId) {
        if door == DOOR {
            let smoke = self.smoke_of(Whereabouts::Corridor);
            self.sees(Percept::Behind {
                door: DoorRole::Home(DOOR),
                smoke,
                fire: None,
            });
        } else {
            let smoke = self.smoke_of(Whereabouts::Stair(STAIR, 0));
            self.sees(Percept::StairSeen { stair: STAIR, smoke });
        }
    }

    fn role(door: OpeningId) -> DoorRole {
        match door {
            DOOR => DoorRole::Home(DOOR),
            STAIR_DOOR => DoorRole::Stair(STAIR_DOOR, STAIR),
            WINDOW => DoorRole::Window(WINDOW),
            _ => DoorRole::Room(door, Use::Bedroom),
        }
    }

    fn length_s(action: &Action) -> f64 {
        match action {
            Action::WalkTo { .. } => 8.0,
            Action::WalkOut { .. } => 10.0,
            Action::SealDoor(_) => 20.0,
            Action::Wake(_) => 8.0,
            Action::SignalAt(_) => 9.0,
            Action::Call(items) => 4.0 + 3.0 * items.len() as f64,
            _ => 3.0,
        }
    }

    fn finish(&mut self, action: Action) {
        match action {
            Action::WalkTo { space, .. } => {
                let to = match space {
                    BED => Whereabouts::Home(Use::Bedroom),
                    LIVING => Whereabouts::Home(Use::LivingRoom),
                    CORRIDOR => Whereabouts::Corridor,
                    _ => Whereabouts::Stair(STAIR, 0),
                };
                self.enter(space, to);
            }
            Action::WalkOut { .. } => match self.place {
                Whereabouts::Home(_) => self.enter(CORRIDOR, Whereabouts::Corridor),
                Whereabouts::Corridor => self.enter(LANDING, Whereabouts::Stair(STAIR, 0)),
                Whereabouts::Stair(_, n) if n < STOREYS => self.enter(SpaceId(99), Whereabouts::Stair(STAIR, n + 1)),
                _ => self.enter(SpaceId(100), Whereabouts::Street),
            },
            Action::FeelDoor(door) => {
                self.does(Did::Felt(Self::role(door)));
                self.sees(Percept::Handle {
                    door: Self::role(door),
                    hot: false,
                });
            }
            Action::LookAtGap(door) => {
                self.does(Did::LookedAtGap(Self::role(door)));
                let smoke = self.smoke_of(Whereabouts::Corridor);
                self.sees(Percept::Gap {
                    door: Self::role(door),
                    smoke,
                });
            }
            Action::CrackDoor(door) => {
                self.does(Did::Cracked(Self::role(door)));
                self.look_behind(door);
            }
            Action::OpenDoor(door) => {
                self.does(Did::Opened(Self::role(door)));
                self.look_behind(door);
            }
            Action::ShutDoor(door) => self.does(Did::Shut(Self::role(door))),
            Action::SealDoor(door) => {
                let smoke = self.smoke_of(Whereabouts::Corridor);
                self.sees(Percept::Gap {
                    door: Self::role(door),
                    smoke,
                });
                self.does(Did::Sealed(Self::role(door)));
            }
            Action::SignalAt(window) => self.does(Did::Signalled(window)),
            Action::Shout => self.does(Did::Shouted),
            Action::LookAround => {
                self.does(Did::LookedAround);
                if self.world.home_burns && self.home() {
                    let at = Whereabouts::Home(Use::LivingRoom);
                    self.sees(Percept::FireSeen {
                        at,
                        in_home: true,
                        size: FireSize::Growing,
                        in_way: false,
                    });
                }
            }
            Action::Wake(person) => {
                self.mother = KinState::Awake;
                self.does(Did::WokeSomebody(person));
            }
            Action::Lead(person) => {
                self.mother = KinState::Follows;
                self.leads = true;
                self.does(Did::Leads(person));
            }
            Action::Call(items) => {
                let smoke = self.smoke_of(self.place);
                self.does(Did::Called { items, smoke });
            }
            _ => {}
        }
    }

    /// A call that is broken off was made as far as it went.
    fn hangs_up(&mut self) {
        let Some((Action::Call(items), at)) = self.doing.take() else {
            return;
        };
        let unsaid = ((at - self.t) / 3.0).ceil() as usize;
        let items = items[..items.len().saturating_sub(unsaid)].to_vec();
        let smoke = self.smoke_of(self.place);
        self.does(Did::Called { items, smoke });
    }

    fn play(world: World, name: &str, end_s: f64) -> (Score, Self) {
        let place = Whereabouts::Home(Use::Bedroom);
        let (doing, mother) = (None, KinState::Asleep);
        let notes = Notebook::default();
        let mut toy = Self {
            world,
            t: 20.0,
            space: BED,
            place,
            notes,
            doing,
            mother,
            leads: false,
            asked: 0,
        };
        let known = Self::known();
        let mut player = policy(name).unwrap();
        toy.sees(Percept::Woke);
        toy.sees(Percept::SmokeSmelled);
        toy.sees(Percept::Kin {
            person: MOTHER,
            state: KinState::Asleep,
        });
        while toy.t < end_s && toy.place != Whereabouts::Street {
            let before = toy.smoke_of(toy.place);
            toy.t += 0.5;
            let smoke = toy.smoke_of(toy.place);
            if smoke != before {
                toy.sees(Percept::Here { smoke, layer_m: 1.0 });
            }
            if let Some((action, at)) = toy.doing.clone()
                && toy.t >= at
            {
                toy.doing = None;
                toy.finish(action.clone());
                if matches!(action, Action::WalkOut { .. }) && toy.place != Whereabouts::Street {
                    toy.doing = Some((action.clone(), toy.t + Self::length_s(&action)));
                }
            }
            let walking = matches!(toy.doing, Some((Action::WalkTo { .. } | Action::WalkOut { .. }, _)));
            let mother_at = if toy.leads { toy.space } else { BED };
            let now = Now {
                tick: (toy.t / TICK_S) as u64,
                time_s: toy.t,
                place: toy.place,
                space: Some(toy.space),
                smoke: toy.smoke_of(toy.place),
                busy: toy.doing.is_some() && !walking,
                walking,
                asleep: false,
                able: true,
                leads: if toy.leads { vec![MOTHER] } else { Vec::new() },
                holds: None,
                carries: None,
                kin: vec![(MOTHER, toy.mother, Some(mother_at))],
            };
            for action in player.act(&known, &toy.notes, &now) {
                toy.asked += 1;
                if world.paralysed {
                    toy.note(Noted::Refused(action, Text::default()));
                } else if action == Action::Stop {
                    toy.hangs_up();
                } else {
                    let at = toy.t + Self::length_s(&action);
                    toy.doing = Some((action, at));
                }
            }
        }
        let (profile, rubric) = (profile(), resident());
        let case = Case {
            notebook: &toy.notes,
            known: &known,
            role: Role::Resident,
            end_s: toy.t,
            whole: true,
            profile: &profile,
            rubric: &rubric,
        };
        let judged = score(&case, &[]);
        (judged, toy)
    }
}

const SMOKE_OUTSIDE: World = World {
    corridor_s: 0.0,
    stair_s: 0.0,
    ..CLEAR
};
const STAIR_ONLY: World = World { stair_s: 0.0, ..CLEAR };
const OWN_FIRE: World = World {
    home_burns: true,
    ..CLEAR
};

#[test]
fn best_is_judged_95_or_more_wherever_the_fire_is() {
    for (world, what) in [
        (SMOKE_OUTSIDE, "smoke outside"),
        (STAIR_ONLY, "smoke in the stair"),
        (OWN_FIRE, "own fire"),
        (CLEAR, "all clear"),
        (
            World {
                corridor_s: 50.0,
                stair_s: 40.0,
                ..CLEAR
            },
            "smoke comes while looking",
        ),
        (
            World {
                stair_s: 150.0,
                ..CLEAR
            },
            "smoke comes in the stair",
        ),
    ] {
        let (score, toy) = Toy::play(world, "best", 400.0);
        assert!(
            score.process >= 95.0 && score.passed,
            "{what}: {score:#?} {:#?}",
            toy.notes
        );
    }
}

#[test]
fn best_goes_out_where_it_is_clear_and_stays_where_it_is_not() {
    assert_eq!(Toy::play(OWN_FIRE, "best", 400.0).1.place, Whereabouts::Street);
    assert_eq!(Toy::play(CLEAR, "best", 400.0).1.place, Whereabouts::Street);
    assert_eq!(
        Toy::play(SMOKE_OUTSIDE, "best", 400.0).1.place,
        Whereabouts::Home(Use::Bedroom)
    );
    assert_eq!(
        Toy::play(STAIR_ONLY, "best", 400.0).1.place,
        Whereabouts::Home(Use::Bedroom)
    );
}

#[test]
fn best_calls_from_below_its_own_storey_and_hangs_up_when_smoke_comes() {
    let calls = |toy: &Toy| -> Vec<(f64, Whereabouts, usize)> {
        let notes = toy.notes.notes.iter();
        notes
            .filter_map(|n| match &n.what {
                Noted::Did(Did::Called { items, .. }) => Some((n.time_s, n.place, items.len())),
                _ => None,
            })
            .collect()
    };
    let (_, toy) = Toy::play(CLEAR, "best", 300.0);
    let whole = calls(&toy);
    assert_eq!(whole.len(), 1);
    let (ended_s, place, items) = whole[0];
    assert_eq!(place, Whereabouts::Stair(STAIR, 1));
    let smoke_comes = World {
        stair_s: ended_s - 9.0,
        ..CLEAR
    };
    let (_, toy) = Toy::play(smoke_comes, "best", 300.0);
    let broken = calls(&toy);
    assert!(broken[0].0 < ended_s - 8.0 && broken[0].2 < items, "{broken:?}");
    assert!(toy.home(), "dense smoke on the way down: back behind the own door");
}

#[test]
fn running_down_fails_and_is_critical_in_dense_smoke() {
    for world in [SMOKE_OUTSIDE, STAIR_ONLY, OWN_FIRE, CLEAR] {
        let (score, toy) = Toy::play(world, "run_down", 400.0);
        assert!(!score.passed, "{score:#?}");
        assert_eq!(toy.place, Whereabouts::Street);
        let hit = |act: Act| score.decisions.iter().any(|d| d.acts.wrong.contains(&act));
        let smoke = [Act::IntoDense, Act::DownDense].into_iter().any(hit);
        assert_eq!(smoke, world.stair_s == 0.0, "{score:#?}");
        // Nor does whoever runs down alone pass where it is clear: the mother was asleep in the next room.
        assert!(!score.critical.is_empty(), "{score:#?}");
    }
}

#[test]
fn staying_passes_before_smoke_and_fails_in_a_burning_home() {
    let (outside, _) = Toy::play(SMOKE_OUTSIDE, "always_stay", 400.0);
    assert!(outside.passed && outside.critical.is_empty(), "{outside:#?}");
    let (clear, _) = Toy::play(CLEAR, "always_stay", 400.0);
    assert!(!clear.passed, "it stays although the way is clear: {clear:#?}");
    let mut seen = Toy::play(OWN_FIRE, "always_stay", 400.0).1;
    let at = Whereabouts::Home(Use::LivingRoom);
    let fire = Percept::FireSeen {
        at,
        in_home: true,
        size: FireSize::Growing,
        in_way: false,
    };
    let note = Note {
        tick: 440,
        time_s: 22.0,
        place: at,
        what: Noted::Percept(fire),
    };
    seen.notes.notes.insert(3, note);
    let (profile, rubric, known) = (profile(), resident(), Toy::known());
    let (notebook, role) = (&seen.notes, Role::Resident);
    let judged = score(
        &Case {
            notebook,
            known: &known,
            role,
            end_s: 400.0,
            whole: true,
            profile: &profile,
            rubric: &rubric,
        },
        &[],
    );
    assert!(!judged.passed, "{judged:#?}");
}

#[test]
fn waiting_does_nothing_and_fails() {
    let (score, toy) = Toy::play(SMOKE_OUTSIDE, "wait", 240.0);
    assert_eq!((toy.asked, score.passed, score.process), (0, false, 0.0));
}

#[test]
fn no_policy_asks_for_ever_for_what_is_refused() {
    for name in policy_names() {
        let (_, toy) = Toy::play(
            World {
                paralysed: true,
                ..SMOKE_OUTSIDE
            },
            name,
            600.0,
        );
        assert!(toy.asked <= 300, "{name} asked {} times", toy.asked);
    }
}

#[test]
fn a_copy_of_a_policy_goes_on_as_the_original_would() {
    let known = Toy::known();
    let (_, toy) = Toy::play(SMOKE_OUTSIDE, "best", 60.0);
    let now = Now {
        tick: 2000,
        time_s: 100.0,
        place: toy.place,
        space: Some(toy.space),
        smoke: Smoke::None,
        busy: false,
        walking: false,
        asleep: false,
        able: true,
        leads: Vec::new(),
        holds: None,
        carries: None,
        kin: Vec::new(),
    };
    for name in policy_names() {
        let mut one = policy(name).unwrap();
        let _ = one.act(
            &known,
            &toy.notes,
            &Now {
                time_s: 50.0,
                ..now.clone()
            },
        );
        let mut two = one.clone();
        assert_eq!(one.act(&known, &toy.notes, &now), two.act(&known, &toy.notes, &now));
        assert_eq!(one.name(), *name);
    }
    assert!(policy("no_such").is_none());
}

#[test]
fn every_policy_bears_knowing_nothing() {
    for name in policy_names() {
        let mut player = policy(name).unwrap();
        for place in [
            Whereabouts::Home(Use::Flat),
            Whereabouts::Corridor,
            Whereabouts::Elsewhere,
        ] {
            let now = Now {
                tick: 0,
                time_s: 0.0,
                place,
                space: None,
                smoke: Smoke::Dense,
                busy: false,
                walking: false,
                asleep: false,
                able: true,
                leads: Vec::new(),
                holds: None,
                carries: None,
                kin: Vec::new(),
            };
            let _ = player.act(&Known::default(), &Notebook::default(), &now);
        }
    }
}
