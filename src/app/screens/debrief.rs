//! What the drill was worth: the score sheet as cards. A resident's has no doses, kilowatts or percentages; a trainer
//! may unfold the figures.

use super::replay::{self, ReplayState};
use super::whatif;
use super::{Out, page};
use crate::app::drill::{Drill, Phase};
use crate::app::session::{Beside, Judged, Second, Wish};
use crate::app::theme::{self, Choice, GAP, Kind, MARGIN};
use crate::app::whatif::WhatIfs;
use crate::app::words::Words;
use crate::assess::{Decision, Language, Sheet, Verdict, basis_text, is_resident, place_text};
use crate::drill::TICK_S;
use crate::locale::Lang;
use bevy::prelude::Resource;
use bevy_egui::egui::{Color32, Context, Rect, ScrollArea, Ui, pos2};

/// What is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// What happened, what was good, what to work on.
    #[default]
    Result,
    /// Each decision.
    Decisions,
    /// What each was worth.
    WhatIf,
    /// The drill again.
    Replay,
}

/// What the user did in the debrief.
#[derive(Resource, Clone, Debug, Default)]
pub struct DebriefState {
    /// What is shown.
    pub tab: Tab,
    /// Figures for trainers are unfolded.
    pub figures: bool,
    /// The answer given to the question.
    pub answer: Option<usize>,
    /// The replay.
    pub replay: ReplayState,
}

/// What the debrief is made of.
#[derive(Debug)]
pub struct Debrief<'a> {
    /// Texts.
    pub words: &'a Words,
    /// The drill, shown again.
    pub drill: &'a Drill,
    /// The sheet.
    pub judged: &'a Judged,
    /// Whose.
    pub seat: usize,
    /// Whether the replay's clock runs.
    pub phase: Phase,
    /// How fast.
    pub pace: f32,
    /// There is no picture: the plan takes its place.
    pub plan_only: bool,
    /// The same drill can be played again.
    pub again: bool,
    /// What the decisions were worth, as far as it is computed.
    pub whatifs: Option<&'a WhatIfs>,
}

/// The language of the sheet.
fn language(words: &Words) -> Language {
    match words.lang() {
        Lang::Zh => Language::Zh,
        Lang::En => Language::En,
    }
}

/// Shows the debrief.
pub fn show(ctx: &Context, debrief: &Debrief<'_>, state: &mut DebriefState, out: &mut Out) {
    if state.tab == Tab::Replay {
        replay::show(ctx, debrief, state, out);
        return;
    }
    let words = debrief.words;
    page(ctx, "debrief", |ui, all| {
        let head = Rect::from_min_max(all.min, pos2(all.right(), all.top() + 76.0));
        super::at(ui, head, |ui| tabs(ui, debrief, state, out));
        let body = Rect::from_min_max(pos2(all.left(), head.bottom() + GAP), all.max);
        super::at(ui, body, |ui| match &debrief.judged.sheet {
            Err(why) => theme::say(ui, words.of(why)),
            Ok(None) => theme::say(ui, &words.t("debrief-no-rules")),
            Ok(Some(sheet)) => match state.tab {
                Tab::Result | Tab::Replay => result(ui, body, debrief, sheet, state, out),
                Tab::Decisions => decisions(ui, debrief, sheet, state, out),
                Tab::WhatIf => whatif::show(
                    ui,
                    words,
                    debrief.whatifs,
                    is_resident(sheet.trainee.role) && !state.figures,
                ),
            },
        });
    });
}

/// The row of tabs, and the ways on.
pub fn tabs(ui: &mut Ui, debrief: &Debrief<'_>, state: &mut DebriefState, out: &mut Out) {
    let words = debrief.words;
    let width = ((ui.available_width() - 5.0 * GAP) / 6.0).min(300.0);
    ui.horizontal_top(|ui| {
        for (tab, key) in [
            (Tab::Result, "debrief-result"),
            (Tab::Decisions, "debrief-decisions"),
            (Tab::WhatIf, "debrief-whatif"),
            (Tab::Replay, "debrief-replay"),
        ] {
            let kind = if state.tab == tab { Kind::Chosen } else { Kind::Plain };
            if theme::button(ui, &words.t(key), kind, width) && state.tab != tab {
                if tab == Tab::Replay && debrief.drill.is_over() {
                    out.wish(Wish::TurnTo(0));
                    out.wish(Wish::Resume);
                }
                if tab != Tab::Replay {
                    out.wish(Wish::Pause);
                }
                state.tab = tab;
            }
        }
        if debrief.again && theme::button(ui, &words.t("debrief-again"), Kind::Go, width) {
            out.wish(Wish::Restart);
        }
        if theme::button(ui, &words.t("debrief-menu"), Kind::Plain, width) {
            out.wish(Wish::Leave);
        }
    });
}

fn result(ui: &mut Ui, body: Rect, debrief: &Debrief<'_>, sheet: &Sheet, state: &mut DebriefState, out: &mut Out) {
    let words = debrief.words;
    let half = (body.width() - MARGIN) / 2.0;
    let left = Rect::from_min_max(body.min, pos2(body.left() + half, body.bottom()));
    let right = Rect::from_min_max(pos2(left.right() + MARGIN, body.top()), body.max);
    super::at(ui, left, |ui| {
        ScrollArea::vertical()
            .id_salt("result")
            .auto_shrink(false)
            .show(ui, |ui| {
                verdict(ui, words, sheet, state);
                listed(ui, words, sheet, "debrief-best", &sheet.best, theme::GOOD);
                listed(ui, words, sheet, "debrief-work-on", &sheet.work_on, theme::CARE);
            });
    });
    super::at(ui, right, |ui| {
        ScrollArea::vertical()
            .id_salt("more")
            .auto_shrink(false)
            .show(ui, |ui| {
                twin(ui, debrief, out);
                if let Some(beside) = &debrief.judged.beside {
                    side_by_side(ui, words, beside);
                }
                dimensions(ui, words, sheet, state);
                quiz(ui, words, sheet, state);
                if state.figures {
                    figures(ui, words, sheet);
                }
                let key = if state.figures {
                    "debrief-figures-hide"
                } else {
                    "debrief-figures"
                };
                if Choice::new(&words.t(key)).show(ui) {
                    state.figures = !state.figures;
                }
            });
    });
}

fn verdict(ui: &mut Ui, words: &Words, sheet: &Sheet, state: &DebriefState) {
    let score = &sheet.trainee.score;
    let fill = if score.passed {
        Color32::from_rgb(16, 66, 46)
    } else {
        Color32::from_rgb(84, 58, 18)
    };
    theme::card_in(ui, fill, |ui| {
        ui.set_width(ui.available_width());
        theme::title(ui, words.of(&score.verdict()));
        let right = score.decisions.iter().filter(|d| d.right == Verdict::Right).count();
        theme::say(
            ui,
            &words.tv(
                "debrief-count",
                &[
                    ("all", score.decisions.len().to_string().into()),
                    ("right", right.to_string().into()),
                ],
            ),
        );
        if state.figures || !is_resident(sheet.trainee.role) {
            theme::say(
                ui,
                &words.tv(
                    "debrief-total",
                    &[
                        ("total", format!("{:.0}", score.total).into()),
                        ("process", format!("{:.0}", score.process).into()),
                        ("grade", words.of(&sheet.grade).to_owned().into()),
                    ],
                ),
            );
        }
    });
    theme::card(ui, |ui| {
        ui.set_width(ui.available_width());
        theme::heading(ui, &words.t("debrief-happened"));
        for text in &sheet.happened {
            theme::say(ui, words.of(text));
        }
    });
}

fn listed(ui: &mut Ui, words: &Words, sheet: &Sheet, key: &str, ids: &[String], colour: Color32) {
    theme::card(ui, |ui| {
        ui.set_width(ui.available_width());
        theme::coloured(ui, &words.t(key), theme::HEADING, colour);
        if ids.is_empty() {
            theme::say(ui, &words.t("debrief-none"));
        }
        for decision in ids
            .iter()
            .filter_map(|id| sheet.trainee.score.decisions.iter().find(|d| d.id == *id))
        {
            theme::say(ui, words.of(&decision.title));
            theme::quiet(ui, words.of(&decision.reason));
        }
    });
}

fn dimensions(ui: &mut Ui, words: &Words, sheet: &Sheet, state: &DebriefState) {
    let score = &sheet.trainee.score;
    theme::card(ui, |ui| {
        ui.set_width(ui.available_width());
        theme::heading(ui, &words.t("debrief-dimensions"));
        for (dimension, title) in &sheet.dimensions {
            let Some(percent) = score.dimensions.get(dimension) else {
                continue;
            };
            let text = if state.figures || !is_resident(sheet.trainee.role) {
                format!("{} · {percent:.0}%", words.of(title))
            } else {
                words.of(title).to_owned()
            };
            theme::say(ui, &text);
            let colour = match *percent {
                p if p >= 80.0 => theme::GOOD,
                p if p >= 60.0 => theme::CARE,
                _ => theme::BAD,
            };
            theme::bar(ui, *percent as f32 / 100.0, colour, ui.available_width(), 20.0);
        }
        if !sheet.not_assessed.is_empty() {
            let names: Vec<&str> = sheet.not_assessed.iter().map(|t| words.of(t)).collect();
            let names = names.join(&words.t("word-and"));
            theme::quiet(ui, &words.with("debrief-not-assessed", "names", &names));
        }
    });
}

fn quiz(ui: &mut Ui, words: &Words, sheet: &Sheet, state: &mut DebriefState) {
    let Some(quiz) = &sheet.quiz else { return };
    theme::card(ui, |ui| {
        ui.set_width(ui.available_width());
        theme::heading(ui, &words.t("debrief-quiz"));
        theme::say(ui, words.of(&quiz.question));
        for (i, (letter, answer)) in ('A'..='Z').zip(&quiz.answers).enumerate() {
            let text = format!("{letter}  {}", words.of(answer));
            let kind = match state.answer {
                Some(_) if i == quiz.right => Kind::Go,
                Some(given) if i == given => Kind::Alarm,
                _ => Kind::Plain,
            };
            if Choice::new(&text).kind(kind).show(ui) {
                state.answer = Some(i);
            }
        }
        if let Some(given) = state.answer {
            let (key, colour) = if given == quiz.right {
                ("debrief-quiz-right", theme::GOOD)
            } else {
                ("debrief-quiz-wrong", theme::CARE)
            };
            theme::coloured(ui, &words.t(key), theme::BODY, colour);
        }
    });
}

/// For trainers: doses, where sources differ, what nobody signed, what is assumed.
fn figures(ui: &mut Ui, words: &Words, sheet: &Sheet) {
    let outcome = &sheet.trainee.outcome;
    theme::card(ui, |ui| {
        ui.set_width(ui.available_width());
        theme::heading(ui, &words.t("debrief-for-trainers"));
        theme::quiet(ui, words.of(&sheet.profile));
        let dose = |who: String, gas: f64, heat: f64| {
            words.tv(
                "debrief-dose",
                &[
                    ("who", who.into()),
                    ("gas", format!("{gas:.2}").into()),
                    ("heat", format!("{heat:.2}").into()),
                ],
            )
        };
        theme::say(ui, &dose(words.t("plan-you"), outcome.fed_gas, outcome.fed_heat));
        for (name, kin) in &outcome.answered_for {
            let called = words.of(&kin.called);
            let called = if called.is_empty() { name } else { called };
            theme::say(ui, &dose(called.to_owned(), kin.fed_gas, kin.fed_heat));
        }
        if !sheet.differences.is_empty() {
            theme::say(ui, &words.t("debrief-differences"));
            for (title, taken) in &sheet.differences {
                theme::quiet(ui, &format!("{} · {}", words.of(title), words.of(taken)));
            }
        }
        if !sheet.unsigned.is_empty() {
            let ids = sheet.unsigned.join(&words.t("word-and"));
            theme::quiet(ui, &words.with("debrief-unsigned", "ids", &ids));
        }
        if !sheet.assumptions.is_empty() {
            theme::say(ui, &words.t("debrief-assumptions"));
            for text in &sheet.assumptions {
                theme::quiet(ui, words.of(text));
            }
        }
    });
}

/// The same beginning with another cause, where the scenario has twins. What it is stays untold.
fn twin(ui: &mut Ui, debrief: &Debrief<'_>, out: &mut Out) {
    let scenario = &debrief.drill.simulation().view().loaded.scenario;
    if scenario.next_twin().is_none() {
        return;
    }
    let words = debrief.words;
    theme::card(ui, |ui| {
        ui.set_width(ui.available_width());
        theme::heading(ui, &words.t("debrief-twin-title"));
        theme::say(ui, &words.t("debrief-twin-about"));
        if Choice::new(&words.t("debrief-twin")).kind(Kind::Go).show(ui) {
            out.wish(Wish::Twin);
        }
    });
}

/// The line that was played on from a decision, or a twin, beside the first.
fn side_by_side(ui: &mut Ui, words: &Words, beside: &Beside) {
    let lines = &beside.lines;
    theme::card(ui, |ui| {
        ui.set_width(ui.available_width());
        let heading = match beside.kind {
            Second::Redo => "debrief-beside",
            Second::Twin => "debrief-beside-twin",
        };
        theme::heading(ui, &words.t(heading));
        for compared in &lines.decisions {
            let [first, again] = &compared.lines;
            let same = first == again;
            theme::say(ui, words.of(&compared.title));
            for (key, line) in [("debrief-first", first), ("debrief-second", again)] {
                if same && key == "debrief-second" {
                    theme::quiet(ui, &words.t("debrief-second-same"));
                    continue;
                }
                match line {
                    Some((choice, verdict)) => {
                        let text = words.with(key, "text", words.of(choice));
                        theme::coloured(ui, &text, theme::SMALL, colour_of(*verdict));
                    }
                    None => theme::quiet(ui, &words.with(key, "text", &words.t("debrief-not-arisen"))),
                }
            }
        }
        for (key, happened, passed, verdict) in [
            (
                "debrief-first-end",
                &lines.happened[0],
                lines.passed[0],
                &lines.verdicts[0],
            ),
            (
                "debrief-second-end",
                &lines.happened[1],
                lines.passed[1],
                &lines.verdicts[1],
            ),
        ] {
            let colour = if passed { theme::GOOD } else { theme::CARE };
            theme::coloured(ui, &words.with(key, "verdict", words.of(verdict)), theme::BODY, colour);
            for text in happened {
                theme::quiet(ui, words.of(text));
            }
        }
    });
}

const fn colour_of(verdict: Verdict) -> Color32 {
    match verdict {
        Verdict::Right => theme::GOOD,
        Verdict::Partly => theme::CARE,
        Verdict::Wrong => theme::BAD,
    }
}

fn decisions(ui: &mut Ui, debrief: &Debrief<'_>, sheet: &Sheet, state: &mut DebriefState, out: &mut Out) {
    let words = debrief.words;
    let resident = is_resident(sheet.trainee.role) && !state.figures;
    ScrollArea::vertical()
        .id_salt("decisions")
        .auto_shrink(false)
        .show(ui, |ui| {
            if sheet.trainee.score.decisions.is_empty() {
                theme::say(ui, &words.t("debrief-no-decisions"));
            }
            for (i, decision) in sheet.trainee.score.decisions.iter().enumerate() {
                match one(ui, debrief, decision, resident) {
                    Some(Go::Watch) => {
                        // A moment before, so that one sees it coming.
                        let tick = ((decision.time_s - 3.0).max(0.0) / TICK_S) as u64;
                        out.wish(Wish::TurnTo(tick));
                        state.tab = Tab::Replay;
                    }
                    Some(Go::PlayOn) => out.wish(Wish::PlayOn(i)),
                    None => {}
                }
            }
        });
}

/// How a verdict is said and coloured.
pub fn verdict_of(words: &Words, decision: &Decision) -> (String, Color32) {
    let key = match decision.right {
        Verdict::Right => "verdict-right",
        Verdict::Partly => "verdict-partly",
        Verdict::Wrong if decision.critical => "verdict-critical",
        Verdict::Wrong => "verdict-wrong",
    };
    (words.t(key), colour_of(decision.right))
}

/// Where to go from a decision.
enum Go {
    /// To that moment of the replay.
    Watch,
    /// Back to it, to decide again.
    PlayOn,
}

fn one(ui: &mut Ui, debrief: &Debrief<'_>, decision: &Decision, resident: bool) -> Option<Go> {
    let words = debrief.words;
    let mut go = None;
    theme::card(ui, |ui| {
        ui.set_width(ui.available_width());
        let (said, colour) = verdict_of(words, decision);
        let head = words.tv(
            "debrief-decision",
            &[
                ("time", Words::clock(decision.time_s).into()),
                ("place", words.of(&place_text(decision.place)).to_owned().into()),
                ("title", words.of(&decision.title).to_owned().into()),
            ],
        );
        theme::heading(ui, &head);
        let points = words.tv(
            "debrief-points",
            &[
                ("verdict", said.into()),
                ("points", format!("{:.1}", decision.points).into()),
                ("most", format!("{:.1}", decision.max_points).into()),
            ],
        );
        theme::coloured(ui, &points, theme::BODY, colour);
        for (key, text) in [
            ("debrief-known", &decision.known),
            ("debrief-choice", &decision.choice),
            ("debrief-why", &decision.reason),
        ] {
            theme::say(ui, &words.with(key, "text", words.of(text)));
        }
        theme::quiet(
            ui,
            &words.with("debrief-basis", "text", &basis_text(&decision.basis, language(words))),
        );
        if !resident {
            theme::quiet(ui, &decision.id);
        }
        whatif::of_decision(ui, words, debrief.whatifs, &decision.id, resident);
        ui.horizontal(|ui| {
            if theme::button(ui, &words.t("debrief-watch"), Kind::Plain, 320.0) {
                go = Some(Go::Watch);
            }
            if theme::button(ui, &words.t("debrief-play-on"), Kind::Go, 320.0) {
                go = Some(Go::PlayOn);
            }
        });
    });
    go
}
