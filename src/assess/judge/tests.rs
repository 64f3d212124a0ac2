use super::*;
use crate::assess::guidance::{Condition, Day, FEEDBACK_HANZI};
use crate::assess::sheet::{Language, Sheet, TraineeReport, basis_text, clock};
use crate::drill::{Action, CallItem, Feeling, Percept};
use crate::place::{LiftId, OpeningId, StairId};
use crate::scenario::Use;

const DOOR: DoorRole = DoorRole::Home(OpeningId(1));
const STAIR_DOOR: DoorRole = DoorRole::Stair(OpeningId(2), STAIR);
const WINDOW: OpeningId = OpeningId(3);
const STAIR: StairId = StairId(0);
const MOTHER: PersonId = PersonId(1);
const BED: Whereabouts = Whereabouts::Home(Use::Bedroom);
const LIVING: Whereabouts = Whereabouts::Home(Use::LivingRoom);

pub(crate) fn profile() -> Profile {
    Profile::from_ron(
        "cn-2025-11.ron",
        include_str!("../../../assets/guidance/cn-2025-11.ron"),
    )
    .unwrap()
}
pub(crate) fn resident() -> Rubric {
    Rubric::from_ron("resident.ron", include_str!("../../../assets/rubrics/resident.ron")).unwrap()
}
fn older() -> Rubric {
    Rubric::from_ron(
        "older_resident.ron",
        include_str!("../../../assets/rubrics/older_resident.ron"),
    )
    .unwrap()
}

fn with_mother() -> Known {
    Known {
        kin: vec![MOTHER],
        lifts: vec![LiftId(0)],
        home_doors: vec![OpeningId(1)],
        ..Known::default()
    }
}

/// A notebook written by hand: time, place, what.
#[derive(Default)]
struct Written {
    notes: Notebook,
    place: Whereabouts,
}
impl Written {
    fn at(place: Whereabouts) -> Self {
        Self {
            notes: Notebook::default(),
            place,
        }
    }
    fn note(mut self, time_s: f64, what: Noted) -> Self {
        self.notes.notes.push(Note {
            tick: (time_s * 20.0) as u64,
            time_s,
            place: self.place,
            what,
        });
        self
    }
    fn sees(self, time_s: f64, percept: Percept) -> Self {
        self.note(time_s, Noted::Percept(percept))
    }
    fn does(self, time_s: f64, did: Did) -> Self {
        self.note(time_s, Noted::Did(did))
    }
    fn goes(mut self, time_s: f64, to: Whereabouts, smoke: Smoke) -> Self {
        let from = self.place;
        self.place = to;
        if is_home(from) != is_home(to) {
            self = self.does(time_s, Did::Passed { door: DOOR, from, to });
        }
        self.does(time_s, Did::Entered(to))
            .sees(time_s, Percept::Here { smoke, layer_m: 1.0 })
    }
    /// A call of which the talk ends now.
    fn calls(self, time_s: f64, items: &[CallItem]) -> Self {
        self.does(
            time_s,
            Did::Called {
                items: items.to_vec(),
                smoke: Smoke::None,
            },
        )
    }
    fn judge(&self, known: &Known, end_s: f64) -> Score {
        self.judge_with(known, end_s, &profile(), &resident(), &[])
    }
    fn judge_with(&self, known: &Known, end_s: f64, profile: &Profile, rubric: &Rubric, o: &[Outcome]) -> Score {
        score(
            &Case {
                notebook: &self.notes,
                known,
                role: Role::Resident,
                end_s,
                whole: true,
                profile,
                rubric,
            },
            o,
        )
    }
}

fn woken() -> Written {
    Written::at(BED)
        .sees(20.0, Percept::Woke)
        .sees(20.0, Percept::SmokeSmelled)
        .sees(
            21.0,
            Percept::Kin {
                person: MOTHER,
                state: KinState::Asleep,
            },
        )
}

fn felt_and_looked(smoke: Smoke) -> Written {
    woken()
        .does(26.0, Did::Felt(DOOR))
        .sees(26.0, Percept::Handle { door: DOOR, hot: false })
        .does(29.0, Did::LookedAtGap(DOOR))
        .sees(29.0, Percept::Gap { door: DOOR, smoke })
}

const TRAPPED: [CallItem; 4] = [
    CallItem::Address,
    CallItem::FloorAndRoom,
    CallItem::PeopleTrapped,
    CallItem::WindowSide,
];
const ALL: [CallItem; 8] = [
    CallItem::Address,
    CallItem::FloorAndRoom,
    CallItem::WhatBurns,
    CallItem::HowBig,
    CallItem::PeopleTrapped,
    CallItem::Dangers,
    CallItem::NameAndPhone,
    CallItem::StaysOnLine,
];

/// Smoke outside, everything done rightly.
fn sheltered() -> Written {
    felt_and_looked(Smoke::Dense)
        .does(55.0, Did::Sealed(DOOR))
        .calls(73.0, &TRAPPED)
        .does(85.0, Did::WokeSomebody(MOTHER))
        .does(110.0, Did::Signalled(WINDOW))
}

/// Own home on fire, everything done rightly.
fn led_out() -> Written {
    own_fire()
        .does(40.0, Did::WokeSomebody(MOTHER))
        .does(42.0, Did::Leads(MOTHER))
        .goes(60.0, Whereabouts::Corridor, Smoke::None)
        .does(66.0, Did::Shut(DOOR))
        .does(75.0, Did::Opened(STAIR_DOOR))
        .sees(
            75.0,
            Percept::StairSeen {
                stair: STAIR,
                smoke: Smoke::None,
            },
        )
        .goes(80.0, Whereabouts::Stair(STAIR, 0), Smoke::None)
        .calls(110.0, &ALL)
        .goes(130.0, Whereabouts::Stair(STAIR, 1), Smoke::None)
        .goes(400.0, Whereabouts::Street, Smoke::None)
}

fn own_fire() -> Written {
    woken().sees(
        25.0,
        Percept::FireSeen {
            at: LIVING,
            in_home: true,
            size: FireSize::Growing,
            in_way: false,
        },
    )
}

/// Corridor clear, through the cracked door.
fn clear_corridor() -> Written {
    felt_and_looked(Smoke::None).does(33.0, Did::Cracked(DOOR)).sees(
        33.0,
        Percept::Behind {
            door: DOOR,
            smoke: Smoke::None,
            fire: None,
        },
    )
}

fn in_corridor_with_mother() -> Written {
    clear_corridor()
        .does(45.0, Did::WokeSomebody(MOTHER))
        .does(46.0, Did::Leads(MOTHER))
        .goes(60.0, Whereabouts::Corridor, Smoke::None)
        .does(64.0, Did::Shut(DOOR))
}

fn verdict(score: &Score, id: &str) -> Option<(Verdict, bool)> {
    score
        .decisions
        .iter()
        .find(|d| d.id == id)
        .map(|d| (d.right, d.critical))
}

#[test]
fn d05_feeling_and_looking_is_right() {
    let score = felt_and_looked(Smoke::None).judge(&with_mother(), 30.0);
    assert_eq!(verdict(&score, "D-05"), Some((Verdict::Right, false)));
}

#[test]
fn d05_cracking_alone_or_a_cool_handle_alone_is_half() {
    let cracked = woken().does(30.0, Did::Cracked(DOOR)).judge(&with_mother(), 90.0);
    let felt = woken()
        .does(26.0, Did::Felt(DOOR))
        .sees(26.0, Percept::Handle { door: DOOR, hot: false })
        .goes(30.0, Whereabouts::Corridor, Smoke::None)
        .judge(&with_mother(), 90.0);
    for score in [cracked, felt] {
        let d = score.decisions.iter().find(|d| d.id == "D-05").unwrap();
        assert_eq!((d.right, d.points, d.max_points), (Verdict::Partly, 5.0, 10.0));
    }
}

#[test]
fn d05_a_hot_handle_alone_is_proof() {
    let score = woken()
        .does(26.0, Did::Felt(DOOR))
        .sees(26.0, Percept::Handle { door: DOOR, hot: true })
        .judge(&with_mother(), 90.0);
    assert_eq!(verdict(&score, "D-05"), Some((Verdict::Right, false)));
}

#[test]
fn d05_flung_open_is_wrong_even_if_the_corridor_was_clear_and_everybody_got_out() {
    let written = woken()
        .does(24.0, Did::Opened(DOOR))
        .sees(
            24.0,
            Percept::Behind {
                door: DOOR,
                smoke: Smoke::None,
                fire: None,
            },
        )
        .goes(27.0, Whereabouts::Corridor, Smoke::None)
        .goes(32.0, Whereabouts::Stair(STAIR, 0), Smoke::None)
        .goes(150.0, Whereabouts::Street, Smoke::None);
    let lucky = Outcome {
        state: PersonState::Out,
        ..Outcome::default()
    };
    let score = written.judge_with(&with_mother(), 240.0, &profile(), &resident(), &[lucky]);
    assert_eq!(verdict(&score, "D-05"), Some((Verdict::Wrong, false)));
    assert!(!score.passed, "{score:?}");
}

#[test]
fn d05_is_dropped_when_the_own_home_is_seen_to_burn_first() {
    assert_eq!(verdict(&led_out().judge(&with_mother(), 400.0), "D-05"), None);
}

#[test]
fn doing_nothing_under_a_cue_is_wrong() {
    let score = woken().judge(&with_mother(), 240.0);
    assert_eq!(verdict(&score, "D-05"), Some((Verdict::Wrong, false)));
    assert!(!score.passed && score.process == 0.0);
}

#[test]
fn smoke_that_comes_in_by_itself_is_no_look_at_the_gap() {
    let came = woken().sees(
        50.0,
        Percept::Gap {
            door: DOOR,
            smoke: Smoke::Thin,
        },
    );
    let score = came.judge(&with_mother(), 240.0);
    assert_eq!(verdict(&score, "D-05"), Some((Verdict::Wrong, false)));
    assert_eq!(verdict(&score, "D-08"), Some((Verdict::Wrong, false)));
    assert_eq!(score.process, 0.0, "{score:#?}");
}

#[test]
fn seeing_smoke_and_then_doing_nothing_is_wrong() {
    let score = felt_and_looked(Smoke::Dense).judge(&with_mother(), 240.0);
    assert_eq!(verdict(&score, "D-05"), Some((Verdict::Right, false)));
    assert_eq!(verdict(&score, "D-08"), Some((Verdict::Wrong, false)));
    assert!(!score.passed);
}

#[test]
fn no_cue_and_no_notes_give_no_decision_and_no_pass() {
    let empty = Written::default().judge(&with_mother(), 240.0);
    assert!(empty.decisions.is_empty() && !empty.passed);
    assert_eq!((empty.total, empty.process), (0.0, 0.0));
    assert_eq!(empty.not_assessed.len(), 6);
}

#[test]
fn d08_sheltering_rightly_earns_everything() {
    let score = sheltered().judge(&with_mother(), 240.0);
    assert_eq!(verdict(&score, "D-08"), Some((Verdict::Right, false)));
    assert_eq!((score.process, score.passed), (100.0, true), "{score:#?}");
}

#[test]
fn d08_needs_no_family_where_there_is_none() {
    let known = Known {
        kin: Vec::new(),
        ..with_mother()
    };
    let score = felt_and_looked(Smoke::Thin)
        .does(55.0, Did::Sealed(DOOR))
        .calls(73.0, &TRAPPED)
        .does(110.0, Did::Signalled(WINDOW))
        .judge(&known, 240.0);
    assert_eq!(score.process, 100.0);
    assert!(!score.dimensions.contains_key(&Dimension::D));
}

#[test]
fn d08_shutting_the_opened_door_again_within_ten_seconds_is_right_and_later_is_not() {
    let after = |s: f64| {
        clear_corridor()
            .sees(
                40.0,
                Percept::Behind {
                    door: DOOR,
                    smoke: Smoke::Dense,
                    fire: None,
                },
            )
            .does(40.0 + s, Did::Shut(DOOR))
            .does(70.0, Did::Sealed(DOOR))
            .calls(88.0, &TRAPPED)
            .does(95.0, Did::WokeSomebody(MOTHER))
            .does(110.0, Did::Signalled(WINDOW))
            .judge(&with_mother(), 240.0)
    };
    assert_eq!(verdict(&after(9.0), "D-08"), Some((Verdict::Right, false)));
    assert_eq!(verdict(&after(20.0), "D-08"), Some((Verdict::Partly, false)));
    let points = |score: Score| score.decisions.iter().find(|d| d.id == "D-08").unwrap().points;
    assert!(points(after(9.0)) > points(after(20.0)) && points(after(20.0)) > points(after(29.0 + 10.0)));
}

#[test]
fn d08_whom_smoke_meets_outside_is_given_the_way_back() {
    let met = |back_s: f64| {
        in_corridor_with_mother()
            .sees(
                70.0,
                Percept::Here {
                    smoke: Smoke::Dense,
                    layer_m: 1.0,
                },
            )
            .goes(70.0 + back_s, LIVING, Smoke::None)
            .does(75.0 + back_s, Did::Shut(DOOR))
            .judge(&with_mother(), 100.0)
    };
    let kept = |score: &Score| {
        let d = score.decisions.iter().find(|d| d.id == "D-08").unwrap();
        (d.right != Verdict::Wrong, d.points)
    };
    assert_eq!(kept(&met(15.0)), (true, 15.0));
    assert_eq!(kept(&met(29.0)).1, 10.0);
}

#[test]
fn d08_going_out_into_dense_smoke_is_critical_and_caps_the_total() {
    let written = felt_and_looked(Smoke::Dense)
        .goes(40.0, Whereabouts::Corridor, Smoke::Dense)
        .goes(52.0, Whereabouts::Stair(STAIR, 0), Smoke::Dense)
        .goes(60.0, Whereabouts::Stair(STAIR, 1), Smoke::Dense)
        .goes(180.0, Whereabouts::Street, Smoke::None);
    let lucky = Outcome {
        state: PersonState::Out,
        ..Outcome::default()
    };
    let score = written.judge_with(&with_mother(), 240.0, &profile(), &resident(), &[lucky]);
    assert_eq!(verdict(&score, "D-08"), Some((Verdict::Wrong, true)));
    assert!(score.total <= 59.0 && !score.passed);
    // The same walk is one mistake, not one for each rule that it offends.
    assert_eq!(score.critical, ["D-08"]);
}

#[test]
fn d08_a_critical_error_caps_even_a_process_above_the_pass_mark() {
    let mut profile = profile();
    for row in &mut profile.rows {
        row.wrong.iter_mut().for_each(|w| w.takes = 0.0);
    }
    // Calls, seals and signals first, then walks out into it.
    let written = sheltered().goes(200.0, Whereabouts::Corridor, Smoke::Dense).goes(
        205.0,
        Whereabouts::Stair(STAIR, 1),
        Smoke::Dense,
    );
    let score = written.judge_with(&with_mother(), 240.0, &profile, &resident(), &[Outcome::default()]);
    assert!(score.process > 60.0, "{}", score.process);
    assert_eq!((score.total, score.passed), (59.0, false));
}

#[test]
fn d08_a_call_that_is_missing_late_or_poor_loses_its_points() {
    let run = |written: Written| {
        written
            .judge(&with_mother(), 240.0)
            .dimensions
            .get(&Dimension::A)
            .copied()
    };
    let none = felt_and_looked(Smoke::Dense).does(55.0, Did::Sealed(DOOR));
    let late = felt_and_looked(Smoke::Dense)
        .does(55.0, Did::Sealed(DOOR))
        .calls(29.0 + 90.0 + 16.0, &TRAPPED);
    let poor = felt_and_looked(Smoke::Dense)
        .does(55.0, Did::Sealed(DOOR))
        .calls(70.0, &[CallItem::Address]);
    assert_eq!(run(none), Some(0.0));
    assert_eq!(run(late), Some(66.7));
    assert_eq!(run(poor), Some(66.7));
    assert_eq!(run(sheltered()), Some(100.0));
}

#[test]
fn d08_a_call_that_was_never_made_is_not_said_to_have_left_things_out() {
    let said = |written: Written| {
        let score = written.judge(&with_mother(), 240.0);
        let row = score.decisions.iter().find(|d| d.id == "D-08").unwrap();
        row.reason.zh.clone()
    };
    let none = said(felt_and_looked(Smoke::Dense).does(55.0, Did::Sealed(DOOR)));
    let poor = said(
        felt_and_looked(Smoke::Dense)
            .does(55.0, Did::Sealed(DOOR))
            .calls(70.0, &[CallItem::Address]),
    );
    assert!(none.contains("119") && !none.contains("没说清"), "{none}");
    assert!(!poor.contains("没有打119") && poor.contains("没说清"), "{poor}");
}

#[test]
fn who_lies_unconscious_is_asked_for_no_further_decision() {
    let lies = |down: bool| {
        let mut written = Written::at(Whereabouts::Corridor).sees(20.0, Percept::SmokeSmelled);
        if down {
            written = written.sees(100.0, Percept::Feels(Feeling::Collapses));
        }
        verdict(
            &written.sees(120.0, Percept::Trapped).judge(&with_mother(), 300.0),
            "D-36r",
        )
    };
    assert!(lies(false).is_some());
    assert_eq!(lies(true), None);
}

#[test]
fn somebody_elses_known_call_counts() {
    let score = felt_and_looked(Smoke::Dense)
        .sees(40.0, Percept::CallKnown { by: "1701".to_owned() })
        .does(55.0, Did::Sealed(DOOR))
        .judge(&with_mother(), 240.0);
    assert_eq!(score.dimensions.get(&Dimension::A), Some(&100.0));
}

#[test]
fn an_unlucky_right_decision_still_passes() {
    let bad = Outcome {
        state: PersonState::Incapacitated,
        fed_gas: 1.2,
        ..Outcome::default()
    };
    let score = sheltered().judge_with(&with_mother(), 240.0, &profile(), &resident(), &[bad]);
    assert_eq!(
        (score.passed, score.outcome_points, score.total),
        (true, Some(0.0), 70.0)
    );
}

#[test]
fn d07_back_home_from_a_smoky_stair_is_right_and_then_shelter_is_asked_for() {
    let score = in_corridor_with_mother()
        .does(75.0, Did::Cracked(STAIR_DOOR))
        .sees(
            75.0,
            Percept::StairSeen {
                stair: STAIR,
                smoke: Smoke::Dense,
            },
        )
        .goes(90.0, LIVING, Smoke::None)
        .does(95.0, Did::Shut(DOOR))
        .does(118.0, Did::Sealed(DOOR))
        .calls(136.0, &TRAPPED)
        .does(150.0, Did::Signalled(WINDOW))
        .judge(&with_mother(), 400.0);
    for id in ["D-05", "D-06", "D-07", "D-08", "D-11"] {
        assert_eq!(verdict(&score, id), Some((Verdict::Right, false)), "{id} {score:#?}");
    }
    assert_eq!(score.process, 100.0);
}

#[test]
fn d07_another_stair_seen_clear_is_right() {
    let other = StairId(1);
    let score = in_corridor_with_mother()
        .sees(
            75.0,
            Percept::StairSeen {
                stair: STAIR,
                smoke: Smoke::Thin,
            },
        )
        .sees(
            90.0,
            Percept::StairSeen {
                stair: other,
                smoke: Smoke::None,
            },
        )
        .goes(95.0, Whereabouts::Stair(other, 0), Smoke::None)
        .judge(&with_mother(), 200.0);
    assert_eq!(verdict(&score, "D-07"), Some((Verdict::Right, false)));
}

#[test]
fn d07_down_through_dense_smoke_is_critical_and_through_a_haze_wrong() {
    for (smoke, critical) in [(Smoke::Dense, true), (Smoke::Thin, false)] {
        let score = in_corridor_with_mother()
            .does(75.0, Did::Cracked(STAIR_DOOR))
            .sees(75.0, Percept::StairSeen { stair: STAIR, smoke })
            .goes(80.0, Whereabouts::Stair(STAIR, 0), smoke)
            .goes(90.0, Whereabouts::Stair(STAIR, 1), smoke)
            .judge(&with_mother(), 300.0);
        assert_eq!(verdict(&score, "D-07"), Some((Verdict::Wrong, critical)));
    }
}

#[test]
fn d10_turning_back_is_right_and_pushing_on_is_critical() {
    let met = || {
        in_corridor_with_mother()
            .sees(
                70.0,
                Percept::StairSeen {
                    stair: STAIR,
                    smoke: Smoke::None,
                },
            )
            .goes(75.0, Whereabouts::Stair(STAIR, 0), Smoke::None)
            .goes(90.0, Whereabouts::Stair(STAIR, 1), Smoke::None)
            .goes(100.0, Whereabouts::Stair(STAIR, 2), Smoke::Dense)
    };
    let back = met()
        .goes(107.0, Whereabouts::Stair(STAIR, 1), Smoke::None)
        .judge(&with_mother(), 300.0);
    let on = met()
        .goes(107.0, Whereabouts::Stair(STAIR, 3), Smoke::Dense)
        .judge(&with_mother(), 300.0);
    assert_eq!(verdict(&back, "D-10"), Some((Verdict::Right, false)));
    assert_eq!(verdict(&on, "D-10"), Some((Verdict::Wrong, true)));
}

#[test]
fn d06_leaving_while_clear_with_the_family_is_right() {
    let score = in_corridor_with_mother()
        .sees(
            72.0,
            Percept::StairSeen {
                stair: STAIR,
                smoke: Smoke::None,
            },
        )
        .goes(75.0, Whereabouts::Stair(STAIR, 0), Smoke::None)
        .calls(106.0, &ALL)
        .goes(300.0, Whereabouts::Street, Smoke::None)
        .judge(&with_mother(), 300.0);
    assert_eq!(verdict(&score, "D-06"), Some((Verdict::Right, false)), "{score:#?}");
    assert_eq!(score.process, 100.0);
}

#[test]
fn d06_waiting_while_it_is_clear_is_wrong_and_going_alone_is_wrong() {
    let waited = clear_corridor()
        .does(36.0, Did::Shut(DOOR))
        .judge(&with_mother(), 400.0);
    assert_eq!(verdict(&waited, "D-06"), Some((Verdict::Wrong, false)));
    let alone = clear_corridor()
        .goes(40.0, Whereabouts::Corridor, Smoke::None)
        .does(44.0, Did::Shut(DOOR))
        .goes(50.0, Whereabouts::Stair(STAIR, 0), Smoke::None)
        .calls(80.0, &ALL)
        .goes(300.0, Whereabouts::Street, Smoke::None)
        .judge(&with_mother(), 300.0);
    assert_eq!(verdict(&alone, "D-06"), Some((Verdict::Wrong, true)));
    let slow = clear_corridor()
        .does(100.0, Did::Leads(MOTHER))
        .goes(150.0, Whereabouts::Corridor, Smoke::None)
        .does(155.0, Did::Shut(DOOR))
        .calls(190.0, &ALL)
        .judge(&with_mother(), 400.0);
    assert_eq!(verdict(&slow, "D-06"), Some((Verdict::Partly, false)));
}

#[test]
fn d06_is_dropped_when_smoke_comes_before_the_window_is_over() {
    let score = felt_and_looked(Smoke::None)
        .sees(
            50.0,
            Percept::Gap {
                door: DOOR,
                smoke: Smoke::Dense,
            },
        )
        .does(75.0, Did::Sealed(DOOR))
        .calls(93.0, &TRAPPED)
        .judge(&with_mother(), 240.0);
    assert_eq!(verdict(&score, "D-06"), None);
    assert!(verdict(&score, "D-08").is_some());
}

#[test]
fn d03_leading_the_mother_out_with_the_door_shut_is_right() {
    let score = led_out().judge(&with_mother(), 400.0);
    assert_eq!(verdict(&score, "D-03"), Some((Verdict::Right, false)), "{score:#?}");
    assert_eq!((score.process, score.passed), (100.0, true));
}

#[test]
fn d03_the_clock_of_the_call_starts_at_the_first_clear_place_outside() {
    // 85 s after the fire was seen, but 50 s after reaching clear air.
    let score = led_out().judge(&with_mother(), 400.0);
    assert_eq!(score.dimensions.get(&Dimension::A), Some(&100.0));
}

#[test]
fn d03_leaving_the_mother_the_door_open_or_with_a_bag_is_wrong() {
    let out = |written: Written| {
        written
            .goes(90.0, Whereabouts::Stair(STAIR, 0), Smoke::None)
            .goes(100.0, Whereabouts::Stair(STAIR, 1), Smoke::None)
            .goes(110.0, Whereabouts::Stair(STAIR, 2), Smoke::None)
            .goes(300.0, Whereabouts::Street, Smoke::None)
            .calls(305.0, &ALL)
            .judge(&with_mother(), 310.0)
    };
    let alone = out(own_fire()
        .goes(40.0, Whereabouts::Corridor, Smoke::None)
        .does(44.0, Did::Shut(DOOR)));
    let open = out(own_fire()
        .does(40.0, Did::Leads(MOTHER))
        .goes(60.0, Whereabouts::Corridor, Smoke::None));
    let bag = out(own_fire()
        .does(38.0, Did::Leads(MOTHER))
        .does(68.0, Did::CollectedBelongings)
        .goes(75.0, Whereabouts::Corridor, Smoke::None)
        .does(80.0, Did::Shut(DOOR)));
    let reason = |score: &Score| {
        score
            .decisions
            .iter()
            .find(|d| d.id == "D-03")
            .unwrap()
            .reason
            .zh
            .clone()
    };
    for (score, word, critical) in [
        (alone, "丢下先走", true),
        (open, "户门敞开", false),
        (bag, "财物", false),
    ] {
        assert_eq!(verdict(&score, "D-03"), Some((Verdict::Wrong, critical)));
        assert!(reason(&score).contains(word), "{}", reason(&score));
    }
}

/// Gets out and calls, everything right but for the mother.
fn out_alone(from: Written) -> Written {
    from.goes(40.0, Whereabouts::Corridor, Smoke::None)
        .does(44.0, Did::Shut(DOOR))
        .goes(55.0, Whereabouts::Stair(STAIR, 0), Smoke::None)
        .calls(85.0, &ALL)
        .goes(100.0, Whereabouts::Stair(STAIR, 2), Smoke::None)
        .goes(200.0, Whereabouts::Street, Smoke::None)
}

#[test]
fn d03_leaving_family_who_could_have_come_never_passes_whatever_else_was_right() {
    let score = out_alone(own_fire()).judge(&with_mother(), 300.0);
    assert!(score.process >= 60.0, "{score:#?}");
    assert_eq!(
        (score.critical.as_slice(), score.passed),
        (&["D-03".to_owned()][..], false)
    );
    let hits = |score: &Score| {
        score
            .decisions
            .iter()
            .find(|d| d.id == "D-03")
            .unwrap()
            .acts
            .wrong
            .clone()
    };
    assert_eq!(hits(&score), [Act::KinDeserted], "one mistake, not two");

    // Nobody is asked to go to them through dense smoke, and of an old person no more is asked than to leave.
    let dense = woken()
        .sees(
            24.0,
            Percept::Here {
                smoke: Smoke::Dense,
                layer_m: 1.2,
            },
        )
        .sees(
            25.0,
            Percept::FireSeen {
                at: LIVING,
                in_home: true,
                size: FireSize::Growing,
                in_way: false,
            },
        );
    let old = Known {
        age: Some(78.0),
        ..with_mother()
    };
    let cut_off = out_alone(dense).judge(&with_mother(), 300.0);
    for score in [&cut_off, &out_alone(own_fire()).judge(&old, 300.0)] {
        assert!(score.critical.is_empty(), "{score:#?}");
        assert_eq!(hits(score), [Act::KinLeft]);
    }
    // Whoever follows was not left.
    assert!(led_out().judge(&with_mother(), 400.0).critical.is_empty());
}

#[test]
fn d26_bringing_one_more_late_is_worth_more_than_leaving_them() {
    let carer = Rubric::from_ron("carer.ron", include_str!("../../../assets/rubrics/carer.ron")).unwrap();
    let known = Known {
        kin: (1..=4).map(PersonId).collect(),
        ..Known::default()
    };
    let moved = |times: &[f64]| {
        let mut written = carer_at_a_fire();
        for (p, t) in (1u32..).zip(times) {
            let (person, state) = (PersonId(p), KinState::Sheltered);
            written = written.sees(*t, Percept::Kin { person, state });
        }
        let case = Case {
            notebook: &written.notes,
            known: &known,
            role: Role::Carer,
            end_s: 900.0,
            whole: true,
            profile: &profile(),
            rubric: &carer,
        };
        let decision = judge(&case).into_iter().find(|d| d.id == "D-26").expect("it arose");
        decision.points
    };
    assert_eq!(moved(&[100.0, 200.0, 300.0, 400.0]), 16.0);
    assert_eq!(moved(&[100.0, 200.0, 300.0]), 12.0);
    assert_eq!(moved(&[100.0, 200.0, 300.0, 430.0]), 14.0);
    assert_eq!(moved(&[100.0, 200.0, 300.0, 700.0]), 12.0);
}

/// A carer who answers for somebody, in the corridor when a fire is seen in a room.
fn carer_at_a_fire() -> Written {
    Written::at(Whereabouts::Corridor).sees(
        0.0,
        Percept::FireSeen {
            at: Whereabouts::Elsewhere,
            in_home: false,
            size: FireSize::Growing,
            in_way: false,
        },
    )
}

/// Wrong acts of the rule in which somebody answers for others.
fn wrong_of_a_carer(written: &Written, id: &str) -> Vec<Act> {
    let known = Known {
        kin: vec![MOTHER],
        ..Known::default()
    };
    let case = Case {
        notebook: &written.notes,
        known: &known,
        role: Role::Carer,
        end_s: 100.0,
        whole: true,
        profile: &profile(),
        rubric: &resident(),
    };
    let decisions = judge(&case);
    let decision = decisions.into_iter().find(|d| d.id == id).expect("it arose");
    decision.acts.wrong
}

/// Dense smoke down to this height.
const fn dense_to(layer_m: f64) -> Percept {
    Percept::Here {
        smoke: Smoke::Dense,
        layer_m,
    }
}

#[test]
fn d26_only_smoke_that_hangs_below_the_head_is_gone_into_unprotected() {
    let under = |layers: &[f64]| {
        let mut written = carer_at_a_fire()
            .does(10.0, Did::Shouted)
            .goes(20.0, Whereabouts::Elsewhere, Smoke::None);
        for (t, layer_m) in (20u32..).zip(layers) {
            written = written.sees(f64::from(t), dense_to(*layer_m));
        }
        written
    };
    let hits = |written: &Written| wrong_of_a_carer(written, "D-26").contains(&Act::SmokeUnprotected);
    assert!(!hits(&under(&[2.0])), "the head is in clear air");
    assert!(hits(&under(&[1.5])));
    assert!(hits(&under(&[2.0, 1.5])), "it came down on somebody who stayed");
    // Into the next place, where it hangs lower.
    let on = under(&[2.0]).goes(40.0, Whereabouts::Hall, Smoke::Dense);
    assert!(hits(&on));
    // Who crawls beneath it has gone in all the same.
    let low = carer_at_a_fire()
        .does(15.0, Did::WentLow)
        .goes(20.0, Whereabouts::Elsewhere, Smoke::Dense);
    assert!(hits(&low));
}

#[test]
fn d36_waiting_under_a_dense_layer_overhead_is_not_in_dense_smoke() {
    let waits = |layer_m: f64| {
        carer_at_a_fire()
            .sees(5.0, Percept::Trapped)
            .sees(6.0, dense_to(layer_m))
            .does(50.0, Did::Shouted)
            .does(70.0, Did::Cordoned)
    };
    assert_eq!(wrong_of_a_carer(&waits(2.0), "D-36"), []);
    assert_eq!(wrong_of_a_carer(&waits(1.5), "D-36"), [Act::IntoDense]);
}

#[test]
fn d08_going_on_under_a_layer_overhead_is_going_into_smoke_but_not_into_dense_smoke() {
    let met = |layer_m: f64| {
        in_corridor_with_mother()
            .sees(70.0, dense_to(layer_m))
            .goes(80.0, Whereabouts::Stair(STAIR, 0), Smoke::None)
            .judge(&with_mother(), 300.0)
    };
    assert_eq!(verdict(&met(1.5), "D-08"), Some((Verdict::Wrong, true)));
    let (_, critical) = verdict(&met(2.0), "D-08").expect("it arose");
    assert!(!critical);
    let score = met(2.0);
    let wrong = score
        .decisions
        .iter()
        .find(|d| d.id == "D-08")
        .map(|d| d.acts.wrong.clone());
    assert!(wrong.expect("it arose").contains(&Act::IntoSmoke));
}

#[test]
fn d08_smoke_that_clears_where_somebody_stands_was_not_gone_into() {
    let met = |then: Smoke| {
        in_corridor_with_mother()
            .sees(70.0, dense_to(1.5))
            .sees(
                75.0,
                Percept::Here {
                    smoke: then,
                    layer_m: 1.0,
                },
            )
            .goes(90.0, LIVING, Smoke::None)
            .does(95.0, Did::Shut(DOOR))
            .judge(&with_mother(), 300.0)
    };
    let hit = |score: Score| {
        let decision = score.decisions.iter().find(|d| d.id == "D-08").expect("it arose");
        decision.acts.wrong.contains(&Act::IntoDense)
    };
    assert!(!hit(met(Smoke::None)) && !hit(met(Smoke::Thin)));
}

#[test]
fn leaving_family_asleep_where_the_way_is_clear_never_passes_either() {
    let alone = clear_corridor()
        .goes(60.0, Whereabouts::Corridor, Smoke::None)
        .does(64.0, Did::Shut(DOOR))
        .goes(80.0, Whereabouts::Stair(STAIR, 0), Smoke::None)
        .calls(110.0, &ALL)
        .goes(130.0, Whereabouts::Stair(STAIR, 2), Smoke::None)
        .goes(250.0, Whereabouts::Street, Smoke::None)
        .judge(&with_mother(), 280.0);
    assert_eq!(alone.critical, ["D-06"], "{alone:#?}");
    // Under a layer that leaves the head free one can still fetch them.
    let high = woken().sees(
        24.0,
        Percept::Here {
            smoke: Smoke::Dense,
            layer_m: 1.8,
        },
    );
    let under_it = high.sees(
        25.0,
        Percept::FireSeen {
            at: LIVING,
            in_home: true,
            size: FireSize::Growing,
            in_way: false,
        },
    );
    assert_eq!(out_alone(under_it).judge(&with_mother(), 300.0).critical, ["D-03"]);
}

#[test]
fn a_drill_broken_off_with_decisions_to_come_has_no_verdict() {
    let broken_off = |written: &Written, end_s: f64| {
        let case = Case {
            notebook: &written.notes,
            known: &with_mother(),
            role: Role::Resident,
            end_s,
            whole: false,
            profile: &profile(),
            rubric: &resident(),
        };
        score(&case, &[])
    };
    let one = felt_and_looked(Smoke::None);
    let score = broken_off(&one, 30.0);
    assert_eq!((score.process, score.passed, score.no_verdict), (100.0, false, true));
    assert_eq!(score.verdict().zh, "练习提前结束，不作判定");
    // Nor does quitting save whoever did nothing, or turn it into a failure.
    assert!(broken_off(&woken(), 30.0).no_verdict);
    // A critical error stands.
    let deserted = broken_off(&out_alone(own_fire()), 210.0);
    assert_eq!((deserted.passed, deserted.no_verdict), (false, false));
    // Whoever is in the street with all done has nothing more to decide; whoever has not called yet has.
    let out = broken_off(&led_out(), 401.0);
    assert_eq!((out.passed, out.no_verdict), (true, false));
    let uncalled = own_fire()
        .does(42.0, Did::Leads(MOTHER))
        .goes(60.0, Whereabouts::Corridor, Smoke::Thin)
        .does(66.0, Did::Shut(DOOR))
        .goes(80.0, Whereabouts::Street, Smoke::None);
    assert!(broken_off(&uncalled, 85.0).no_verdict);
}

#[test]
fn d01s_a_fire_outside_the_home_without_the_means_to_fight_it_asks_for_alarm_call_and_leaving() {
    let corridor = Whereabouts::Elsewhere;
    let small = |written: Written| {
        written.sees(
            5.0,
            Percept::FireSeen {
                at: corridor,
                in_home: false,
                size: FireSize::Small,
                in_way: false,
            },
        )
    };
    let stood = small(Written::at(corridor)).judge(&Known::default(), 95.0);
    assert_eq!(verdict(&stood, "D-01s"), Some((Verdict::Wrong, false)), "{stood:#?}");
    assert!(!stood.passed);
    let left = small(Written::at(corridor))
        .does(9.0, Did::Shouted)
        .goes(30.0, Whereabouts::Street, Smoke::None)
        .calls(60.0, &ALL)
        .judge(&Known::default(), 95.0);
    assert_eq!(verdict(&left, "D-01s"), Some((Verdict::Right, false)), "{left:#?}");
    // In the open there is nowhere else to go.
    let street = Written::at(Whereabouts::Street)
        .sees(
            5.0,
            Percept::FireSeen {
                at: Whereabouts::Street,
                in_home: false,
                size: FireSize::Small,
                in_way: false,
            },
        )
        .does(9.0, Did::Shouted)
        .calls(60.0, &ALL)
        .judge(&Known::default(), 95.0);
    assert_eq!(verdict(&street, "D-01s"), Some((Verdict::Right, false)), "{street:#?}");
}

#[test]
fn d03_staying_in_a_burning_home_is_wrong() {
    let score = own_fire()
        .does(50.0, Did::Sealed(DOOR))
        .calls(70.0, &TRAPPED)
        .does(80.0, Did::Signalled(WINDOW))
        .judge(&with_mother(), 300.0);
    assert_eq!(verdict(&score, "D-03"), Some((Verdict::Wrong, false)));
    assert!(!score.passed);
}

#[test]
fn d11_riding_a_lift_is_critical_and_calling_one_half() {
    let rode = in_corridor_with_mother()
        .does(70.0, Did::CalledLift(LiftId(0)))
        .goes(80.0, Whereabouts::Lift(LiftId(0)), Smoke::None)
        .does(110.0, Did::RodeLift(LiftId(0)))
        .judge(&with_mother(), 240.0);
    assert_eq!(verdict(&rode, "D-11"), Some((Verdict::Wrong, true)));
    let called = in_corridor_with_mother()
        .does(70.0, Did::CalledLift(LiftId(0)))
        .judge(&with_mother(), 240.0);
    assert_eq!(verdict(&called, "D-11"), Some((Verdict::Partly, false)));
}

#[test]
fn what_could_still_have_come_in_time_when_the_drill_ended_is_left_out() {
    let score = felt_and_looked(Smoke::Dense)
        .does(50.0, Did::Sealed(DOOR))
        .judge(&with_mother(), 60.0);
    assert!(!score.dimensions.contains_key(&Dimension::A));
    assert_eq!(verdict(&score, "D-08"), Some((Verdict::Right, false)));
}

#[test]
fn weights_of_dimensions_in_which_nothing_arose_are_shared_out() {
    let score = sheltered().judge(&with_mother(), 240.0);
    let names: Vec<Dimension> = score.weights.keys().copied().collect();
    assert_eq!(names, [Dimension::A, Dimension::C, Dimension::D]);
    assert_eq!(score.not_assessed, [Dimension::B, Dimension::E, Dimension::F]);
    assert!((score.weights.values().sum::<f64>() - 100.0).abs() < 0.2);
    assert!((score.weights[&Dimension::A] - 100.0 * 20.0 / 60.0).abs() < 0.1);
    let old = sheltered().judge_with(&with_mother(), 240.0, &profile(), &older(), &[]);
    assert!((old.weights[&Dimension::A] - 100.0 * 25.0 / 70.0).abs() < 0.1);
}

#[test]
fn a_row_that_overrides_another_silences_it() {
    let mut profile = profile();
    let mut facade = profile.row("D-08").cloned().unwrap();
    facade.id = "D-34".to_owned();
    facade.overrides = vec!["D-08".to_owned()];
    profile.rows.push(facade);
    let score = sheltered().judge_with(&with_mother(), 240.0, &profile, &resident(), &[]);
    assert!(verdict(&score, "D-08").is_none() && verdict(&score, "D-34").is_some());
}

#[test]
fn a_row_of_the_other_side_of_a_switch_is_not_in_force() {
    let mut profile = profile();
    let row = profile.rows.iter_mut().find(|r| r.id == "D-08").unwrap();
    row.switches = vec![("wet_towel".to_owned(), "if_forced".to_owned())];
    assert!(
        verdict(
            &sheltered().judge_with(&with_mother(), 240.0, &profile, &resident(), &[]),
            "D-08"
        )
        .is_none()
    );
}

#[test]
fn a_row_for_other_roles_is_not_in_force() {
    let mut profile = profile();
    profile.rows.iter_mut().for_each(|r| r.roles = vec![Role::Carer]);
    assert!(
        sheltered()
            .judge_with(&with_mother(), 240.0, &profile, &resident(), &[])
            .decisions
            .is_empty()
    );
}

#[test]
fn switches_are_set_to_what_they_offer_only_and_rows_expire() {
    let mut profile = profile();
    assert!(profile.set("wet_towel", "if_forced").is_ok());
    assert!(profile.set("wet_towel", "perhaps").is_err() && profile.set("weather", "no").is_err());
    let day = |year| Day { year, month: 1, day: 1 };
    assert_eq!(
        (profile.expired(day(2027)).len(), profile.expired(day(2028)).len()),
        (0, profile.rows.len())
    );
}

#[test]
fn what_is_seen_behind_a_door_depends_on_the_side() {
    let behind = |door| Percept::Behind {
        door,
        smoke: Smoke::Dense,
        fire: None,
    };
    let s = |w: Written| Situation::of(&w.notes.notes);
    assert_eq!(
        s(Written::at(LIVING).sees(1.0, behind(DOOR))).smoke_at_door(),
        Smoke::Dense
    );
    let outside = s(Written::at(Whereabouts::Corridor).sees(1.0, behind(DOOR)));
    assert_eq!(
        (outside.smoke_at_door(), outside.home_smoke),
        (Smoke::None, Smoke::Dense)
    );
    assert!(s(Written::at(Whereabouts::Corridor).sees(1.0, behind(STAIR_DOOR))).stairs_smoky());
    let inside = s(Written::at(Whereabouts::Stair(STAIR, 0)).sees(1.0, behind(STAIR_DOOR)));
    assert_eq!((inside.stairs_smoky(), inside.smoke_at_door()), (false, Smoke::Dense));
}

#[test]
fn outcome_counts_kin_and_only_harm_that_was_owed() {
    let rubric = resident();
    let kin = KinOutcome {
        fed_gas: 0.2,
        ..KinOutcome::default()
    };
    let mut outcome = Outcome {
        state: PersonState::Out,
        ..Outcome::default()
    };
    assert_eq!(outcome.points(&rubric), 100.0);
    outcome.neighbours = Some(Neighbours {
        people: 90,
        harmed: 5,
        owed: None,
    });
    assert_eq!(outcome.points(&rubric), 100.0);
    outcome.neighbours = Some(Neighbours {
        people: 90,
        harmed: 5,
        owed: Some(2.0),
    });
    assert_eq!(outcome.points(&rubric).round(), 77.0);
    outcome.neighbours = None;
    outcome.answered_for.insert("mother".to_owned(), kin);
    assert_eq!(outcome.points(&rubric).round(), 79.0);
    outcome.fed_gas = f64::NAN;
    assert!(outcome.points(&rubric).is_finite());
}

#[test]
fn outcomes_of_paired_seeds_count_as_their_mean() {
    let fine = Outcome::default();
    let hurt = Outcome {
        fed_gas: 0.5,
        ..Outcome::default()
    };
    let score = sheltered().judge_with(&with_mother(), 240.0, &profile(), &resident(), &[fine, hurt]);
    assert_eq!((score.outcome_points, score.total), (Some(50.0), 85.0));
}

// ------------------------------------------------------------------------------------------------ files

#[test]
fn profile_and_rubrics_have_no_problems() {
    assert_eq!(profile().problems(), []);
    assert_eq!(resident().problems(), []);
    assert_eq!(older().problems(), []);
    let library = crate::scenario::Library::embedded();
    for role in [
        Role::Pupil,
        Role::VenueStaff,
        Role::Teacher,
        Role::Carer,
        Role::MicroFireStation,
        Role::GridWorker,
        Role::ControlRoom,
        Role::Landlord,
    ] {
        let rubric = Rubric::load(&library, crate::assess::rubric_of(role)).unwrap();
        assert_eq!(rubric.problems(), [], "{}", rubric.id);
        assert_eq!(rubric.role, role);
    }
}

#[test]
fn every_row_has_source_window_end_and_a_short_feedback() {
    let profile = profile();
    for row in &profile.rows {
        assert!(
            row.sources.iter().all(|s| !s.document.is_empty() && s.year > 2000),
            "{}",
            row.id
        );
        assert!(
            row.window_s > 0.0
                && row.valid_until
                    > Day {
                        year: 2026,
                        month: 12,
                        day: 31
                    }
        );
        assert!(
            (1..=FEEDBACK_HANZI).contains(&row.feedback.zh.chars().count()),
            "{}",
            row.id
        );
        assert!(!row.feedback.en.is_empty() && !row.title.zh.is_empty() && !row.title.en.is_empty());
        for text in row
            .right
            .iter()
            .map(|r| &r.missed)
            .chain(row.wrong.iter().map(|w| &w.why))
        {
            assert!(!text.zh.is_empty() && !text.en.is_empty(), "{}", row.id);
        }
        // Variants of a rule share its question.
        let rule = &row.id[..4];
        assert!(profile.quiz.iter().any(|q| q.row == rule), "{}", row.id);
    }
}

#[test]
fn problems_are_found() {
    let mut profile = profile();
    profile.rows[0].sources.clear();
    profile.rows[1].feedback.zh = "长".repeat(41);
    profile.rows[2].window_s = 0.0;
    profile.rows[4].id = "D-03".to_owned();
    profile.rows[4].overrides = vec!["D-99".to_owned()];
    profile.rows[5].valid_until = Day::default();
    profile.switches[0].default = "maybe".to_owned();
    profile.quiz[0].right = 9;
    let ids: BTreeSet<&str> = profile.problems().iter().map(|p| p.id).collect();
    for id in [
        "no_source",
        "feedback",
        "window",
        "twice",
        "overrides",
        "no_end",
        "switch_default",
        "quiz_answer",
    ] {
        assert!(ids.contains(format!("guidance.{id}").as_str()), "{id} {ids:?}");
    }
    let mut rubric = resident();
    rubric.dimensions[0].weight = 30.0;
    rubric.pass_mark = 50.0;
    rubric.process_share = f64::NAN;
    assert_eq!(rubric.problems().len(), 3);
}

#[test]
fn a_day_is_read_strictly() {
    assert_eq!(
        "2027-12-31".parse(),
        Ok(Day {
            year: 2027,
            month: 12,
            day: 31
        })
    );
    assert_eq!(
        "2028-02-29".parse(),
        Ok(Day {
            year: 2028,
            month: 2,
            day: 29
        })
    );
    for bad in [
        "",
        "2027-12-32",
        "2027-02-29",
        "2027-1-1",
        "31.12.2027",
        "2027-12-31-1",
        "+027-12-31",
        "二〇二七",
    ] {
        assert!(bad.parse::<Day>().is_err(), "{bad}");
    }
}

#[test]
fn a_malformed_profile_says_where() {
    let error = Profile::from_ron("x.ron", "Profile(\n  id: \"a\",\n  colour: 3,\n)").unwrap_err();
    assert!(error.to_string().starts_with("x.ron:3:"), "{error}");
    assert!(Profile::load(&crate::scenario::Library::default(), "nowhere").is_err());
    assert!(!Condition::Never.holds(&Situation::default(), &Known::default()));
}

// ------------------------------------------------------------------------------------------------ sheet

#[test]
fn the_sheet_says_who_was_brought_to_the_refuge() {
    let resident = |in_refuge: bool, fed_gas: f64| KinOutcome {
        called: Text {
            zh: "老人".to_owned(),
            en: "The resident".to_owned(),
        },
        in_refuge,
        fed_gas,
        ..KinOutcome::default()
    };
    let told = |kin: KinOutcome| {
        let outcome = Outcome {
            state: PersonState::Out,
            answered_for: [("r".to_owned(), kin)].into(),
            ..Outcome::default()
        };
        crate::assess::happened(&outcome)[1].zh.clone()
    };
    assert_eq!(told(resident(true, 0.0)), "老人平安到了避难间。");
    assert_eq!(told(resident(true, 0.2)), "老人到了避难间，吸入了一些烟。");
    assert_eq!(told(resident(false, 0.0)), "老人还在楼里，没有受伤。");
    let fallen = KinOutcome {
        state: PersonState::Incapacitated,
        ..resident(true, 1.0)
    };
    assert_eq!(told(fallen), "老人倒下了，要靠别人救。");
}

#[test]
fn the_sheet_counts_many_who_ended_alike_and_names_few() {
    let resident = |n: usize| KinOutcome {
        called: Text {
            zh: format!("{n}床老人"),
            en: format!("resident {n}"),
        },
        in_refuge: n != 5,
        ..KinOutcome::default()
    };
    let outcome = Outcome {
        answered_for: (1..=6).map(|n| (n.to_string(), resident(n))).collect(),
        ..Outcome::default()
    };
    let told: Vec<String> = crate::assess::happened(&outcome).into_iter().map(|t| t.zh).collect();
    assert_eq!(
        told[1..],
        ["您照看的人里有5位平安到了避难间。", "5床老人还在楼里，没有受伤。"]
    );
}

fn sheet(score: Score) -> Sheet {
    let mut outcome = Outcome {
        fed_gas: 0.04,
        storey: "17F".to_owned(),
        ..Outcome::default()
    };
    let called = Text {
        zh: "母亲".to_owned(),
        en: "Your mother".to_owned(),
    };
    outcome.answered_for.insert(
        "mother".to_owned(),
        KinOutcome {
            called,
            ..KinOutcome::default()
        },
    );
    outcome.neighbours = Some(Neighbours {
        people: 90,
        harmed: 3,
        owed: Some(2.0),
    });
    let policy = Some("best".to_owned());
    let report = TraineeReport {
        id: "you".to_owned(),
        role: Role::Resident,
        policy,
        score,
        outcome,
    };
    Sheet::new(
        Text {
            zh: "凌晨".to_owned(),
            en: "Night".to_owned(),
        },
        report,
        &profile(),
        &resident(),
    )
}

#[test]
fn the_sheet_tells_a_resident_what_happened_without_figures_of_physics() {
    let sheet = sheet(sheltered().judge(&with_mother(), 240.0));
    let zh = sheet.text(Language::Zh, true);
    for word in [
        "母亲还在楼里，没有受伤",
        "邻居",
        "00:29",
        "D-08",
        "当时知道",
        "依据",
        "待核实",
        "本次未考核",
        "初起火灾扑救",
        "A. ",
    ] {
        assert!(zh.contains(word), "{word}\n{zh}");
    }
    for banned in ["FED", "kW", "%"] {
        assert!(
            !zh.contains(banned) && !sheet.text(Language::En, true).contains(banned),
            "{banned}"
        );
    }
    let trainer = sheet.text(Language::En, false);
    assert!(trainer.contains("Where sources differ") && trainer.contains("Not yet signed"));
    assert!(trainer.contains("FED gas 0.04") && trainer.contains('%'), "{trainer}");
}

#[test]
fn the_sheet_puts_the_critical_error_first_among_what_to_work_on() {
    let score = felt_and_looked(Smoke::Dense)
        .goes(40.0, Whereabouts::Corridor, Smoke::Dense)
        .goes(60.0, Whereabouts::Stair(STAIR, 1), Smoke::Dense)
        .judge(&with_mother(), 240.0);
    let sheet = sheet(score);
    assert_eq!(sheet.work_on.first().map(String::as_str), Some("D-08"));
    assert_eq!(sheet.quiz.as_ref().map(|q| q.row.as_str()), Some("D-08"));
    assert_eq!(sheet.grade.zh, "需再练");
}

#[test]
fn the_sheet_of_an_empty_notebook_is_a_text_too() {
    let text = sheet(Written::default().judge(&with_mother(), 0.0)).text(Language::Zh, true);
    assert!(text.contains("没有需要判定的决定"));
}

#[test]
fn clock_and_basis() {
    assert_eq!(
        (clock(0.0), clock(75.9), clock(f64::NAN)),
        ("00:00".into(), "01:15".into(), "00:00".to_owned())
    );
    let mut doc = Document {
        document: "甲".into(),
        article: "第一条".into(),
        year: 2024,
        checked: true,
    };
    assert_eq!(basis_text(&doc, Language::Zh), "《甲》 第一条 (2024)");
    doc.checked = false;
    assert!(basis_text(&doc, Language::Zh).ends_with("待核实"));
}

#[test]
fn the_json_has_the_keys_of_the_contract() {
    let json = serde_json::to_value(&sheet(sheltered().judge(&with_mother(), 240.0)).trainee).unwrap();
    for key in ["id", "role", "policy", "score", "outcome"] {
        assert!(json.get(key).is_some(), "{key}");
    }
    for key in ["total", "process", "passed", "dimensions", "critical", "decisions"] {
        assert!(json["score"].get(key).is_some(), "{key}");
    }
    for key in ["id", "time_s", "choice", "right", "points", "basis"] {
        assert!(json["score"]["decisions"][0].get(key).is_some(), "{key}");
    }
    for key in ["state", "fed_gas", "fed_heat", "storey", "answered_for"] {
        assert!(json["outcome"].get(key).is_some(), "{key}");
    }
    assert_eq!(json["score"]["dimensions"]["A"], 100.0);
    assert_eq!(json["score"]["decisions"][0]["right"], "right");
    let back: TraineeReport = serde_json::from_value(json).unwrap();
    assert_eq!(back.score.process, 100.0);
}

#[test]
fn a_refused_action_is_no_deed() {
    let refused = Noted::Refused(Action::Shout, Text::default());
    let score = woken().note(25.0, refused).judge(&with_mother(), 240.0);
    assert_eq!(verdict(&score, "D-05"), Some((Verdict::Wrong, false)));
}
