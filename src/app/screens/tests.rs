//! Screens drawn without a window: nothing is too small, overlaps or is cut, in either language, at several sizes.

use super::*;
use crate::app::screens::actions::Menu as List;
use crate::app::session::{Beside, Second};
use crate::app::settings::TextSize;
use crate::assess::whatif::{Effect, Finding, Measure, Measures, NotComputed, Subject};
use crate::assess::{Decision, Players, policy, side_by_side};
use crate::crowd::Gait;
use crate::drill::{Action, Simulation, TICK_S};
use crate::locale::Lang;
use crate::place::{self, LiftId, OpeningId};
use crate::scenario::{self, Issue, Library, Severity, Text};
use bevy_egui::egui::epaint::{ClippedShape, Shape, TextShape};
use bevy_egui::egui::{Color32, Pos2, RawInput, ViewportId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// The least that a text and a target may be on a screen of 1080 pixels height.
const LEAST_TEXT: f32 = 22.0;
const LEAST_TARGET: f32 = 64.0;

/// A window: width, height, pixels; size of text.
type Window = (f32, f32, TextSize);
const WINDOWS: [Window; 4] = [
    (1280.0, 720.0, TextSize::Normal),
    (1920.0, 1080.0, TextSize::Normal),
    (1920.0, 1080.0, TextSize::Large),
    (1024.0, 768.0, TextSize::Large),
];

struct Piece {
    text: String,
    size: f32,
    rect: Rect,
    clip: Rect,
}

struct Shot {
    screen: Rect,
    pieces: Vec<Piece>,
    targets: Vec<Rect>,
    /// Characters that the font does not have.
    missing: BTreeSet<char>,
}

fn context() -> Context {
    let ctx = Context::default();
    theme::install(&ctx);
    ctx
}

fn input(window: Window) -> RawInput {
    let pixels = vec2(window.0, window.1);
    let scale = theme::pixels_per_point(pixels, window.2.factor());
    let mut input = RawInput {
        screen_rect: Some(Rect::from_min_size(Pos2::ZERO, pixels / scale)),
        ..RawInput::default()
    };
    input
        .viewports
        .entry(ViewportId::ROOT)
        .or_default()
        .native_pixels_per_point = Some(scale);
    input
}

/// Draws a screen until it has settled, and takes it apart.
fn drawn(ctx: &Context, window: Window, mut show: impl FnMut(&Context)) -> Shot {
    let mut shapes = Vec::new();
    for _ in 0..4 {
        let mut output = ctx.run_ui(input(window), |ui| show(ui.ctx()));
        output.textures_delta.clear();
        shapes = output.shapes;
    }
    let screen = ctx.content_rect();
    let missing = |c: &char| {
        let font = egui::FontId::proportional(theme::BODY);
        !c.is_whitespace() && ctx.fonts_mut(|f| f.glyph_width(&font, *c)) <= 0.0
    };
    // Below a veil nothing is read.
    let veil = shapes
        .iter()
        .rposition(|s| matches!(&s.shape, Shape::Rect(r) if r.fill == Color32::from_black_alpha(150)));
    let mut pieces = Vec::new();
    for shape in &shapes[veil.map_or(0, |i| i + 1)..] {
        take_apart(shape, &shape.shape, &mut pieces);
    }
    let targets = ctx.viewport(|v| {
        let layers = v.prev_pass.widgets.layers();
        layers
            .flat_map(|(_, widgets)| widgets)
            .filter(|w| w.enabled && w.sense.senses_click() && w.interact_rect.is_positive())
            .filter(|w| w.rect.width() > 30.0)
            .map(|w| w.rect)
            .collect()
    });
    let missing = pieces.iter().flat_map(|p| p.text.chars()).filter(missing).collect();
    Shot {
        screen,
        pieces,
        targets,
        missing,
    }
}

fn take_apart(clipped: &ClippedShape, shape: &Shape, pieces: &mut Vec<Piece>) {
    match shape {
        Shape::Vec(all) => all.iter().for_each(|s| take_apart(clipped, s, pieces)),
        Shape::Text(TextShape { pos, galley, .. }) => {
            let rect = galley.rect.translate(pos.to_vec2());
            let size = galley
                .job
                .sections
                .iter()
                .map(|s| s.format.font_id.size)
                .fold(f32::MAX, f32::min);
            let clip = clipped.clip_rect;
            if rect.intersects(clip) && !galley.text().trim().is_empty() {
                pieces.push(Piece {
                    text: galley.text().to_owned(),
                    size,
                    rect,
                    clip,
                });
            }
        }
        _ => {}
    }
}

/// What is wrong with it.
fn faults(shot: &Shot) -> Vec<String> {
    let mut wrong = Vec::new();
    for piece in &shot.pieces {
        let Piece { text, size, rect, clip } = piece;
        if *size < LEAST_TEXT {
            wrong.push(format!("{text:?} is of size {size}"));
        }
        if rect.left() < clip.left() - 2.0 || rect.right() > clip.right() + 2.0 {
            wrong.push(format!("{text:?} at {rect:?} is cut by {clip:?}"));
        }
        if rect.left() < shot.screen.left() || rect.right() > shot.screen.right() {
            wrong.push(format!("{text:?} at {rect:?} leaves the window"));
        }
    }
    for (i, a) in shot.pieces.iter().enumerate() {
        for b in &shot.pieces[i + 1..] {
            let common = a.rect.intersect(a.clip).intersect(b.rect.intersect(b.clip)).shrink(2.0);
            if common.is_positive() {
                wrong.push(format!("{:?} and {:?} overlap at {common:?}", a.text, b.text));
            }
        }
    }
    for target in &shot.targets {
        if target.height() < LEAST_TARGET {
            wrong.push(format!("a target is {} high, at {target:?}", target.height()));
        }
    }
    if !shot.missing.is_empty() {
        wrong.push(format!("the font lacks {:?}", shot.missing));
    }
    if shot.pieces.is_empty() {
        wrong.push("nothing is drawn".to_owned());
    }
    wrong
}

/// Draws a screen in every window and language, and says what is wrong.
fn check(name: &str, mut show: impl FnMut(&Context, &Words)) {
    let mut wrong = Vec::new();
    for lang in Lang::ALL {
        let words = Words::new(lang);
        for window in WINDOWS {
            let ctx = context();
            let shot = drawn(&ctx, window, |ctx| show(ctx, &words));
            wrong.extend(
                faults(&shot)
                    .into_iter()
                    .map(|w| format!("{name} {lang:?} {window:?}: {w}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const NIGHT: &str = "scenarios/high_rise/night_smoke.ron";

fn catalogue() -> &'static Catalogue {
    static ALL: OnceLock<Catalogue> = OnceLock::new();
    ALL.get_or_init(|| {
        let library = Library::embedded();
        let texts = library
            .files
            .iter()
            .filter(|(p, _)| p.starts_with("scenarios/"))
            .map(|(p, t)| (p.clone(), t.clone().into_bytes()))
            .collect();
        Catalogue::read(texts, &library)
    })
}

/// The night in the tower at its beginning.
fn night() -> &'static Simulation {
    static NIGHT_DRILL: OnceLock<Simulation> = OnceLock::new();
    NIGHT_DRILL.get_or_init(|| {
        let library = Library::embedded();
        let set = BTreeMap::from([("cause".to_owned(), "hall_ebike".to_owned())]);
        let loaded = Arc::new(scenario::load(NIGHT, library.files[NIGHT].as_bytes(), &library, &set, 1).unwrap());
        let (place, _) = place::compile(&loaded);
        Simulation::new(Arc::new(place.unwrap()), loaded, 1)
    })
}

/// The same, played for so long by the policy that does right.
fn played(seconds: f64) -> Drill {
    let mut simulation = night().clone();
    let mut tape = crate::app::tape::Tape::new(&simulation);
    let mut players = Players::new(vec![policy("best")]);
    while simulation.time_s() < seconds {
        let commands = players.commands(&simulation);
        tape.step(&mut simulation, &commands);
    }
    Drill::shown_again(simulation, tape)
}

fn hud<'a>(words: &'a Words, drill: &'a Drill, phase: Phase, plan_only: bool) -> hud::Hud<'a> {
    hud::Hud {
        words,
        drill,
        seat: 0,
        phase,
        pace: 1.0,
        plan_only,
        heard: Heard { alarm_db: Some(60.0) },
        again: true,
        again_from: None,
    }
}

#[test]
fn the_menu_is_readable() {
    let recordings = Recordings(vec![
        crate::app::catalogue::Past {
            path: "r/00002-night_smoke.rec".into(),
            number: 2,
            scenario: NIGHT.into(),
            seconds: 240.0,
            trouble: None,
            readable: true,
        },
        crate::app::catalogue::Past {
            path: "r/00001-night_smoke.rec".into(),
            number: 1,
            scenario: String::new(),
            seconds: 0.0,
            trouble: Some(Text {
                zh: "录像文件是空的。请换用另一份录像".into(),
                en: "the recording is empty; use another copy".into(),
            }),
            readable: false,
        },
    ]);
    let settings = Settings::default();
    for tab in [menu::Tab::Drills, menu::Tab::Recordings, menu::Tab::Settings] {
        for trainer in [false, true] {
            check(&format!("{tab:?} {trainer}"), |ctx, words| {
                let shown = menu::Menu {
                    words,
                    catalogue: catalogue(),
                    recordings: &recordings,
                    settings: &settings,
                    chance: 5,
                };
                let mut state = MenuState {
                    tab,
                    trainer,
                    ..MenuState::default()
                };
                menu::show(ctx, &shown, &mut state, &mut Out::default());
            });
        }
    }
}

#[test]
fn an_empty_menu_and_a_question_before_deleting_are_readable() {
    for deleting in [None, Some("r/00001-night_smoke.rec".into())] {
        check("empty", |ctx, words| {
            let shown = menu::Menu {
                words,
                catalogue: &Catalogue::default(),
                recordings: &Recordings::default(),
                settings: &Settings::default(),
                chance: 5,
            };
            let mut state = MenuState {
                tab: menu::Tab::Recordings,
                deleting: deleting.clone(),
                ..MenuState::default()
            };
            menu::show(ctx, &shown, &mut state, &mut Out::default());
        });
    }
}

#[test]
fn loading_and_its_failures_are_readable() {
    check("loading", |ctx, words| {
        loading::going_on(
            ctx,
            words,
            crate::app::loading::Stage::Building,
            0.4,
            &mut Out::default(),
        );
    });
    let issue = Issue {
        id: "door.wide".into(),
        severity: Severity::Error,
        file: "scenarios/high_rise/a_rather_long_name_of_a_scenario.ron".into(),
        line: 31,
        column: 7,
        message: Text {
            zh: "门「家门」比它所在的墙还宽".into(),
            en: "the door `front` is wider than the wall that it stands in".into(),
        },
        hint: Text {
            zh: "把门改窄，或把墙加长".into(),
            en: "make the door narrower or the wall longer".into(),
        },
        corrected: None,
    };
    let list = Failed::Issues(vec![issue; 9]);
    check("failed", |ctx, words| {
        loading::failed(ctx, words, &list, &mut Out::default());
    });
}

#[test]
fn the_briefing_is_readable() {
    let order = catalogue()
        .drills
        .iter()
        .find(|d| d.path == NIGHT)
        .unwrap()
        .order(BTreeMap::new(), 1);
    let prepared = Prepared {
        order,
        first: night().clone(),
    };
    for plan_only in [false, true] {
        check("briefing", |ctx, words| {
            briefing::show(ctx, words, &prepared, 0, plan_only, &mut Out::default());
        });
    }
}

#[test]
fn the_hud_is_readable_at_the_start_and_in_the_middle() {
    for seconds in [0.0, 2.0, 60.0] {
        let drill = played(seconds);
        for plan_only in [false, true] {
            check(&format!("hud at {seconds} s"), |ctx, words| {
                let shown = hud(words, &drill, Phase::Running, plan_only);
                hud::show(ctx, &shown, &mut HudState::default(), &mut Out::default());
            });
        }
    }
}

#[test]
fn the_lists_of_what_can_be_done_are_readable() {
    let drill = played(20.0);
    let view = drill.simulation().view();
    let door = view.trainees[0].known.home_doors[0];
    let window = view.trainees[0]
        .known
        .rooms
        .iter()
        .find_map(|r| r.windows.first().copied())
        .unwrap();
    let mother = view.trainees[0].known.kin[0];
    for list in [
        List::Of(Target::Opening(door)),
        List::Of(Target::Opening(window)),
        List::Of(Target::Person(mother)),
        List::Of(Target::Lift(LiftId(0))),
        List::Body,
        List::Go,
    ] {
        check(&format!("{list:?}"), |ctx, words| {
            let shown = hud(words, &drill, Phase::Running, false);
            let mut state = HudState {
                menu: Some(list),
                ..HudState::default()
            };
            hud::show(ctx, &shown, &mut state, &mut Out::default());
        });
    }
}

#[test]
fn the_phone_pause_and_the_end_are_readable() {
    let drill = played(5.0);
    for replies in 0..10 {
        check(&format!("phone after {replies}"), |ctx, words| {
            let mut phone = Phone::dial();
            for _ in 0..replies {
                phone.reply(Reply::Tells);
            }
            let mut state = HudState {
                phone: Some(phone),
                ..HudState::default()
            };
            let shown = hud(words, &drill, Phase::Paused, false);
            hud::show(ctx, &shown, &mut state, &mut Out::default());
        });
    }
    for phase in [Phase::Paused, Phase::Finished] {
        for again_from in [None, Some("门外有烟，门把手烫，你怎么办？")] {
            check(&format!("{phase:?}"), |ctx, words| {
                let shown = hud::Hud {
                    again_from,
                    ..hud(words, &drill, phase, false)
                };
                hud::show(ctx, &shown, &mut HudState::default(), &mut Out::default());
            });
        }
    }
}

/// What decisions were worth: one with a difference, one without, the others not computed.
fn answers(decisions: &[Decision]) -> WhatIfs {
    let text = |zh: &str, en: &str| Text {
        zh: zh.to_owned(),
        en: en.to_owned(),
    };
    let finding = |d: &Decision, sentence: Text| {
        let pairs: Vec<(Measures, Measures)> = Vec::new();
        Finding {
            subject: Subject::Decision(d.id.clone()),
            title: d.title.clone(),
            time_s: Some(d.time_s),
            taken: d.choice.clone(),
            other: text("把门打开", "open the door"),
            erred: false,
            pairs: 8,
            within_s: None,
            headline: None,
            effects: Measure::ALL.into_iter().filter_map(|m| Effect::of(m, &pairs)).collect(),
            sentence,
        }
    };
    let (mut findings, mut not_computed) = (Vec::new(), Vec::new());
    for (i, d) in decisions.iter().enumerate() {
        match i {
            0 => findings.push(finding(
                d,
                text(
                    "如果把门打开，十次里有八次你和家人会多一个人受伤。",
                    "Had you opened the door, one more of you and your family would have been hurt in eight of ten runs.",
                ),
            )),
            1 => findings.push(finding(d, text("这里换一种做法，结果一样。", "It made no difference here."))),
            _ => not_computed.push(NotComputed {
                id: d.id.clone(),
                why: text("它的影响在模型之外", "its effect lies outside the model"),
            }),
        }
    }
    WhatIfs::answered(findings, not_computed)
}

#[test]
fn the_debrief_is_readable_and_gives_a_resident_no_doses() {
    let drill = played(240.0);
    let sheet = crate::app::session::judge_all(drill.simulation(), &Library::embedded(), 0).own;
    let beside = sheet.as_ref().unwrap().as_ref().map(|s| side_by_side(s, s));
    let decisions = sheet
        .as_ref()
        .unwrap()
        .as_ref()
        .map(|s| s.trainee.score.decisions.clone());
    let whatifs = answers(&decisions.unwrap_or_default());
    let judged = Judged {
        sheet,
        recording: None,
        beside: beside.map(|lines| Beside {
            lines,
            kind: Second::Twin,
        }),
        record: None,
    };
    for tab in [
        debrief::Tab::Result,
        debrief::Tab::Decisions,
        debrief::Tab::WhatIf,
        debrief::Tab::Replay,
    ] {
        for figures in [false, true] {
            for plan_only in [false, true] {
                check(&format!("debrief {tab:?} {figures}"), |ctx, words| {
                    let shown = debrief::Debrief {
                        words,
                        drill: &drill,
                        judged: &judged,
                        seat: 0,
                        phase: Phase::Paused,
                        pace: 1.0,
                        plan_only,
                        again: true,
                        whatifs: Some(&whatifs),
                    };
                    let mut state = DebriefState {
                        tab,
                        figures,
                        answer: Some(0),
                        ..DebriefState::default()
                    };
                    debrief::show(ctx, &shown, &mut state, &mut Out::default());
                });
            }
        }
    }
    let words = Words::new(Lang::Zh);
    for tab in [debrief::Tab::Result, debrief::Tab::Decisions, debrief::Tab::WhatIf] {
        let ctx = context();
        // As high as everything that could be scrolled to.
        let shot = drawn(&ctx, (1920.0, 1080.0 * 6.0, TextSize::Normal), |ctx| {
            let shown = debrief::Debrief {
                words: &words,
                drill: &drill,
                judged: &judged,
                seat: 0,
                phase: Phase::Paused,
                pace: 1.0,
                plan_only: true,
                again: true,
                whatifs: Some(&whatifs),
            };
            let mut state = DebriefState {
                tab,
                ..DebriefState::default()
            };
            debrief::show(ctx, &shown, &mut state, &mut Out::default());
        });
        for piece in &shot.pieces {
            for word in ["FED", "kW", "%", "剂量"] {
                assert!(!piece.text.contains(word), "{:?} shows {word}", piece.text);
            }
        }
    }
}

/// Presses wherever a text stands.
fn press(ctx: &Context, window: Window, text: &str, mut show: impl FnMut(&Context)) {
    let shot = drawn(ctx, window, &mut show);
    let piece = shot.pieces.iter().find(|p| p.text == text);
    let at = piece
        .unwrap_or_else(|| panic!("no {text:?} on the screen"))
        .rect
        .center();
    for pressed in [true, false] {
        let mut input = input(window);
        input.events.push(egui::Event::PointerMoved(at));
        input.events.push(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        });
        let mut output = ctx.run_ui(input, |ui| show(ui.ctx()));
        output.textures_delta.clear();
    }
}

#[test]
fn a_drill_is_played_by_buttons_alone() {
    let window = WINDOWS[0];
    let words = Words::new(Lang::Zh);
    let drill = Drill::new(played(5.0).simulation().clone());
    let ctx = context();
    let mut state = HudState::default();
    let mut out = Out::default();
    press(&ctx, window, &words.t("act-shout"), |ctx| {
        hud::show(ctx, &hud(&words, &drill, Phase::Running, false), &mut state, &mut out);
    });
    assert_eq!(out.asks, [Action::Shout]);
    // Something near opens its list, and the list asks.
    let near = actions::near(&words, drill.simulation(), 0);
    let door = near.iter().find(|n| matches!(n.target, Target::Opening(_))).unwrap();
    let mut out = Out::default();
    press(&ctx, window, &door.name, |ctx| {
        hud::show(ctx, &hud(&words, &drill, Phase::Running, false), &mut state, &mut out);
    });
    assert_eq!(out.picks, [door.target]);
    let mut asked = Out::default();
    hud::pick(&mut state, drill.simulation(), 0, door.target, &mut asked);
    assert_eq!(state.menu, Some(List::Of(door.target)));
    assert!(asked.asks.is_empty());
    let list = actions::list(&words, drill.simulation(), 0, List::Of(door.target), state.gait);
    let possible = list.iter().find(|p| p.refused.is_none()).unwrap();
    let mut out = Out::default();
    press(&ctx, window, &possible.text, |ctx| {
        hud::show(ctx, &hud(&words, &drill, Phase::Running, false), &mut state, &mut out);
    });
    assert_eq!(out.asks, std::slice::from_ref(&possible.action));
    assert_eq!(state.menu, None);
}

/// Everything that a trainee is offered at the moment, possible or not.
fn offered(words: &Words, simulation: &Simulation) -> Vec<Action> {
    let mut menus = vec![List::Body, List::Go, List::More];
    menus.extend(
        actions::near(words, simulation, 0)
            .into_iter()
            .map(|n| List::Of(n.target)),
    );
    let listed = menus
        .into_iter()
        .flat_map(|menu| actions::list(words, simulation, 0, menu, Gait::Walk))
        .map(|p| p.action);
    // The row below, the phone, and a click on the floor.
    let always = [
        Action::Shout,
        Action::LookAround,
        Action::Call(Vec::new()),
        Action::Stop,
    ];
    listed.chain(always).collect()
}

#[test]
fn whatever_the_one_who_does_right_does_has_a_button() {
    let library = Library::embedded();
    let words = Words::new(Lang::Zh);
    let kind = |a: &Action| match a {
        Action::Treat { how, .. } => format!("Treat {how:?}"),
        Action::Switch { on, .. } => format!("Switch {on}"),
        other => format!("{other:?}")
            .split(['(', ' '])
            .next()
            .unwrap_or_default()
            .to_owned(),
    };
    for path in [
        NIGHT,
        "scenarios/high_rise/oil_pan.ron",
        "scenarios/old_neighbourhood/home_alone.ron",
        "scenarios/dense_venue/care_home_night.ron",
    ] {
        let loaded = scenario::load(path, library.files[path].as_bytes(), &library, &BTreeMap::new(), 1).unwrap();
        let (place, _) = place::compile(&loaded);
        let mut simulation = Simulation::new(Arc::new(place.unwrap()), Arc::new(loaded), 1);
        let others = simulation.view().trainees.len() - 1;
        let mut players = Players::new((0..=others).map(|_| policy("best")).collect());
        let (mut done, mut seen) = (BTreeSet::new(), BTreeSet::new());
        while !simulation.finished() {
            if simulation.tick().is_multiple_of(20) {
                seen.extend(offered(&words, &simulation).iter().map(kind));
            }
            let commands = players.commands(&simulation);
            done.extend(commands.iter().filter(|c| c.trainee == 0).map(|c| kind(&c.action)));
            simulation.step(&commands);
        }
        assert!(done.len() > 3, "{path}: {done:?}");
        let missing: Vec<_> = done.difference(&seen).collect();
        assert!(missing.is_empty(), "{path}: no button for {missing:?}");
    }
}

#[test]
fn a_call_stops_the_clock_and_what_was_said_is_asked_of_the_drill() {
    let window = WINDOWS[1];
    let words = Words::new(Lang::Zh);
    let drill = Drill::new(played(5.0).simulation().clone());
    let ctx = context();
    let mut state = HudState::default();
    let mut out = Out::default();
    press(&ctx, window, &words.t("act-call"), |ctx| {
        hud::show(ctx, &hud(&words, &drill, Phase::Running, false), &mut state, &mut out);
    });
    assert_eq!(out.wishes, [Wish::Pause]);
    let mut out = Out::default();
    for key in ["call-address", "phone-hang-up", "phone-put-away"] {
        press(&ctx, window, &words.t(key), |ctx| {
            hud::show(ctx, &hud(&words, &drill, Phase::Paused, false), &mut state, &mut out);
        });
    }
    assert_eq!(out.asks, [Action::Call(vec![crate::drill::CallItem::Address])]);
    assert_eq!(out.wishes, [Wish::Resume]);
    assert_eq!(state.phone, None);
}

#[test]
fn what_is_impossible_says_why_and_the_drill_refuses_it_likewise() {
    let mut simulation = played(5.0).simulation().clone();
    let words = Words::new(Lang::Zh);
    let door = simulation.trainee(0).known.home_doors[0];
    let list = actions::list(
        &words,
        &simulation,
        0,
        List::Of(Target::Opening(door)),
        Default::default(),
    );
    let shut = list.iter().find(|p| p.action == Action::ShutDoor(door)).unwrap();
    assert!(shut.refused.is_some(), "a shut door cannot be shut");
    let open = list.iter().find(|p| p.action == Action::OpenDoor(door)).unwrap();
    assert_eq!(open.refused, None);
    // What the list calls impossible for want of a place, the drill refuses in the same words.
    let nowhere = Action::FeelDoor(OpeningId(u32::MAX));
    let why = simulation.why_not(0, &nowhere).unwrap();
    let tick = simulation.tick();
    simulation.step(&[crate::drill::Command {
        tick,
        trainee: 0,
        sequence: 0,
        action: nowhere,
    }]);
    let notes = &simulation.trainee(0).notebook.notes;
    let refused = notes.iter().rev().find_map(|n| match &n.what {
        crate::drill::Noted::Refused(_, text) => Some(text.clone()),
        _ => None,
    });
    assert_eq!(refused, Some(why));
}

#[test]
fn the_plan_shows_a_trainee_no_more_than_they_can_see() {
    let window = WINDOWS[1];
    let words = Words::new(Lang::Zh);
    let drill = played(2.0);
    let texts = |only_seen: bool| {
        let ctx = context();
        let shot = drawn(&ctx, window, |ctx| {
            page(ctx, "plan", |ui, all| {
                let view = drill.simulation().view();
                let shown = plan::Plan {
                    words: &words,
                    simulation: drill.simulation(),
                    seat: 0,
                    storey: plan::storey_of(&view, view.trainees[0].person),
                    only_seen,
                    trail: &[],
                    clickable: false,
                };
                plan::show(ui, all, &shown);
            });
        });
        shot.pieces.into_iter().map(|p| p.text).collect::<Vec<_>>()
    };
    let seen = texts(true);
    // Own rooms by their use, the neighbours' by their number.
    assert!(seen.iter().any(|t| t.starts_with("卧室")), "{seen:?}");
    assert!(seen.iter().any(|t| t == "01室"), "{seen:?}");
    assert!((drill.simulation().time_s() - 2.0).abs() < TICK_S * 1.5);
}
