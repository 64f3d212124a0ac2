//! The drill in front of the picture: what one feels and knows, what is near, what can be done, the clock.

use super::actions::{self, Menu};
use super::phone::{self, Phone};
use super::plan::{self, Plan};
use super::{Out, middle};
use crate::app::drill::{Drill, Phase};
use crate::app::screen::{Heard, Look, Target};
use crate::app::session::Wish;
use crate::app::theme::{self, Choice, GAP, Kind};
use crate::app::words::Words;
use crate::crowd::{Gait, PersonState};
use crate::drill::{Action, Feeling, Noted, Percept, Simulation, Smoke};
use bevy::prelude::Resource;
use bevy_egui::egui::{self, Context, CornerRadius, Rect, ScrollArea, Ui, pos2, vec2};
use std::collections::BTreeSet;

/// How long a caption stays, s of the drill.
const CAPTION_S: f64 = 6.0;
/// How far a press of an arrow turns the view, rad.
const TURN: f32 = 0.35;
/// Notes shown at most.
const NOTES: usize = 24;
/// Room for captions below a list, points.
const CAPTIONS: f32 = 150.0;
/// How fast waiting goes.
pub const FAST: f32 = 4.0;

/// What is open in front of the picture.
#[derive(Resource, Clone, Debug, Default)]
pub struct HudState {
    /// A list of things to do.
    pub menu: Option<Menu>,
    /// A call.
    pub phone: Option<Phone>,
    /// Whether one walks or runs.
    pub gait: Gait,
    /// The plan is shown in place of the picture.
    pub plan: bool,
}

/// What the HUD is made of.
#[derive(Debug)]
pub struct Hud<'a> {
    /// Texts.
    pub words: &'a Words,
    /// The drill.
    pub drill: &'a Drill,
    /// Whose eyes.
    pub seat: usize,
    /// Whether the clock runs.
    pub phase: Phase,
    /// How fast.
    pub pace: f32,
    /// There is no picture: the plan stands in.
    pub plan_only: bool,
    /// What is heard.
    pub heard: Heard,
    /// The same drill can be played from its beginning.
    pub again: bool,
    /// The question that is decided again, while it has not been.
    pub again_from: Option<&'a str>,
}

/// Where the parts lie on a canvas.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// Place, time, pace, pause.
    pub top: Rect,
    /// What one feels and knows.
    pub left: Rect,
    /// What is near.
    pub right: Rect,
    /// What can always be done.
    pub bottom: Rect,
    /// The picture between them.
    pub middle: Rect,
}

impl Parts {
    /// For a canvas of this size.
    pub fn of(screen: Rect) -> Self {
        let all = screen.shrink(12.0);
        let column = (all.width() * 0.235).clamp(340.0, 460.0);
        let top = Rect::from_min_max(all.min, pos2(all.right(), all.top() + 92.0));
        let bottom = Rect::from_min_max(pos2(all.left(), all.bottom() - 118.0), all.max);
        let (y0, y1) = (top.bottom() + GAP, bottom.top() - GAP);
        let left = Rect::from_min_max(pos2(all.left(), y0), pos2(all.left() + column, y1));
        let right = Rect::from_min_max(pos2(all.right() - column, y0), pos2(all.right(), y1));
        let middle = Rect::from_min_max(pos2(left.right() + GAP, y0), pos2(right.left() - GAP, y1));
        Self {
            top,
            left,
            right,
            bottom,
            middle,
        }
    }
}

/// Shows the HUD.
pub fn show(ctx: &Context, hud: &Hud<'_>, state: &mut HudState, out: &mut Out) {
    let simulation = hud.drill.simulation();
    if hud.seat >= simulation.view().trainees.len() {
        return;
    }
    let parts = Parts::of(ctx.content_rect());
    if hud.plan_only || state.plan {
        background(ctx, hud, parts.middle, out);
    }
    top(ctx, hud, state, parts.top, out);
    left(ctx, hud, parts.left);
    right(ctx, hud, state, parts.right, out);
    bottom(ctx, hud, state, parts.bottom, out);
    captions(ctx, hud, parts.middle);
    if let Some(phone) = &mut state.phone {
        if phone::show(ctx, hud.words, phone, out) {
            state.phone = None;
        }
        return;
    }
    if hud.drill.is_turning() {
        running_out(ctx, hud);
        return;
    }
    match hud.phase {
        Phase::Finished => finished(ctx, hud, out),
        Phase::Paused => paused(ctx, hud, out),
        Phase::Waiting | Phase::Running => {
            if let Some(menu) = state.menu {
                list(ctx, hud, state, menu, out);
            } else {
                end_early(ctx, hud, parts.middle, out);
            }
        }
    }
}

/// A pick in the world opens what can be done with it; the bare floor is walked to at once.
pub fn pick(state: &mut HudState, simulation: &Simulation, seat: usize, target: Target, out: &mut Out) {
    if state.phone.is_some() {
        return;
    }
    match target {
        Target::Floor { space, at } => {
            let action = Action::WalkTo {
                space,
                at: Some(at),
                gait: state.gait,
            };
            if simulation.why_not(seat, &action).is_none() {
                out.ask(action);
            }
            state.menu = None;
        }
        _ => state.menu = Some(Menu::Of(target)),
    }
}

fn background(ctx: &Context, hud: &Hud<'_>, rect: Rect, out: &mut Out) {
    let simulation = hud.drill.simulation();
    let view = simulation.view();
    let storey = plan::storey_of(&view, view.trainees[hud.seat].person);
    let screen = ctx.content_rect();
    egui::Area::new(egui::Id::new("plan"))
        .order(egui::Order::Background)
        .fixed_pos(screen.min)
        .constrain(false)
        .fade_in(false)
        .show(ctx, |ui| {
            ui.set_clip_rect(screen);
            ui.painter().rect_filled(screen, 0, theme::BACKGROUND);
            let plan = Plan {
                words: hud.words,
                simulation,
                seat: hud.seat,
                storey,
                only_seen: true,
                trail: &[],
                clickable: hud.phase == Phase::Running,
            };
            if let Some(target) = plan::show(ui, rect, &plan) {
                out.picks.push(target);
            }
        });
}

fn top(ctx: &Context, hud: &Hud<'_>, state: &mut HudState, rect: Rect, out: &mut Out) {
    let words = hud.words;
    let simulation = hud.drill.simulation();
    let view = simulation.view();
    let trainee = &view.trainees[hud.seat];
    theme::panel(ctx, "top", rect, |ui| {
        ui.horizontal_centered(|ui| {
            let place = match trainee.now.space {
                Some(space) => {
                    let storey = words.storey(view.place, view.place.spaces[space.index()].storey);
                    format!("{storey} · {}", words.space(view.place, space))
                }
                None => words.whereabouts(trainee.now.place),
            };
            theme::line(ui, &place, 32.0, theme::TEXT);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if theme::button(ui, &words.t("hud-pause"), Kind::Plain, 150.0) {
                    state.menu = None;
                    out.wish(Wish::Pause);
                }
                let fast = hud.pace > 1.0;
                let text = words.t(if fast { "hud-normal" } else { "hud-fast" });
                let kind = if fast { Kind::Chosen } else { Kind::Plain };
                if theme::button(ui, &text, kind, 190.0) {
                    out.wish(Wish::Pace(if fast { 1.0 } else { FAST }));
                }
                if !hud.plan_only {
                    let text = words.t(if state.plan { "hud-picture" } else { "hud-plan" });
                    if theme::button(ui, &text, Kind::Plain, 150.0) {
                        state.plan = !state.plan;
                    }
                }
                let clock = words.with("hud-time", "time", &Words::clock(view.time_s));
                theme::line(ui, &clock, 32.0, theme::CARE);
            });
        });
    });
}

fn left(ctx: &Context, hud: &Hud<'_>, rect: Rect) {
    let words = hud.words;
    let simulation = hud.drill.simulation();
    let view = simulation.view();
    let trainee = &view.trainees[hud.seat];
    theme::panel(ctx, "left", rect, |ui| {
        theme::heading(ui, &words.t("hud-you"));
        let feeling = trainee
            .notebook
            .notes
            .iter()
            .rev()
            .find_map(|n| match n.what {
                Noted::Percept(Percept::Feels(f)) => Some(f),
                _ => None,
            })
            .unwrap_or(Feeling::Well);
        let colour = match feeling {
            Feeling::Well => theme::GOOD,
            Feeling::Coughs => theme::CARE,
            Feeling::Dizzy | Feeling::Burns | Feeling::Collapses => theme::BAD,
        };
        theme::coloured(ui, &words.feeling(feeling), theme::BODY, colour);
        if !trainee.now.asleep && trainee.now.space.is_some() {
            let colour = match trainee.now.smoke {
                Smoke::None => theme::TEXT,
                Smoke::Thin => theme::CARE,
                Smoke::Dense => theme::BAD,
            };
            let smoke = words.with("hud-smoke", "smoke", &words.smoke(trainee.now.smoke));
            theme::coloured(ui, &smoke, theme::BODY, colour);
        }
        let posture = words.posture(view.crowd.person(trainee.person).posture);
        theme::say(ui, &words.with("hud-posture", "posture", &posture));
        theme::say(ui, &words.with("hud-holds", "what", &holds(hud)));
        ui.add_space(4.0);
        theme::heading(ui, &words.t("hud-know"));
        ScrollArea::vertical()
            .id_salt("notes")
            .auto_shrink(false)
            .show(ui, |ui| {
                let notes = trainee.notebook.notes.iter().rev();
                let mut shown = 0;
                // What is noticed again and again stands once, where it was noticed last.
                let mut said = BTreeSet::new();
                for note in notes {
                    if shown >= NOTES {
                        break;
                    }
                    let Some(text) = words.note(simulation, hud.seat, &note.what) else {
                        continue;
                    };
                    // That nothing is felt stands above already.
                    let well = matches!(note.what, Noted::Percept(Percept::Feels(Feeling::Well)));
                    if well || said.contains(&text) {
                        continue;
                    }
                    let line = format!("{} {text}", Words::clock(note.time_s));
                    let colour = match &note.what {
                        Noted::Percept(_) if shown == 0 => theme::CARE,
                        Noted::Percept(_) => theme::TEXT,
                        Noted::Did(_) => theme::QUIET,
                        Noted::Refused(..) => theme::BAD,
                    };
                    theme::coloured(
                        ui,
                        &line,
                        if shown == 0 { theme::BODY } else { theme::SMALL + 1.0 },
                        colour,
                    );
                    said.insert(text);
                    shown += 1;
                }
            });
    });
}

/// What and whom the trainee has by the hand, and the telephone that they always have.
fn holds(hud: &Hud<'_>) -> String {
    let view = hud.drill.simulation().view();
    let trainee = &view.trainees[hud.seat];
    let people = trainee.now.leads.iter().chain(&trainee.now.carries);
    let mut things: Vec<String> = people.map(|p| hud.words.person(&view, *p)).collect();
    things.extend(trainee.now.holds.map(|e| hud.words.equipment(view.place, e)));
    let packed = |n: &crate::drill::Note| matches!(n.what, Noted::Did(crate::drill::Did::CollectedBelongings));
    if trainee.notebook.notes.iter().any(packed) {
        things.push(hud.words.t("hud-belongings"));
    }
    things.push(hud.words.t("hud-phone"));
    things.join(&hud.words.t("word-and"))
}

fn right(ctx: &Context, hud: &Hud<'_>, state: &mut HudState, rect: Rect, out: &mut Out) {
    let words = hud.words;
    let simulation = hud.drill.simulation();
    theme::panel(ctx, "right", rect, |ui| {
        theme::heading(ui, &words.t("hud-near"));
        let near = actions::near(words, simulation, hud.seat);
        ScrollArea::vertical()
            .id_salt("near")
            .auto_shrink(false)
            .show(ui, |ui| {
                if near.is_empty() {
                    theme::quiet(ui, &words.t("hud-nothing-near"));
                }
                for thing in near {
                    let chosen = state.menu == Some(Menu::Of(thing.target));
                    let kind = if chosen { Kind::Chosen } else { Kind::Plain };
                    if Choice::new(&thing.name).fact(&thing.fact).kind(kind).show(ui) {
                        out.picks.push(thing.target);
                    }
                }
            });
    });
}

fn bottom(ctx: &Context, hud: &Hud<'_>, state: &mut HudState, rect: Rect, out: &mut Out) {
    let words = hud.words;
    let simulation = hud.drill.simulation();
    let can = |action: &Action| simulation.why_not(hud.seat, action).is_none();
    let running = hud.phase == Phase::Running;
    theme::panel(ctx, "bottom", rect, |ui| {
        let turning = !(hud.plan_only || state.plan);
        let arrows = if turning { 4.0 } else { 0.0 };
        let small = 72.0;
        let count = 8.0;
        let width = (ui.available_width() - arrows * (small + GAP) - (count - 1.0) * GAP) / count;
        let height = ui.available_height();
        ui.spacing_mut().item_spacing.x = GAP;
        ui.horizontal_top(|ui| {
            let press = |ui: &mut Ui, text: &str, kind: Kind, enabled: bool, width: f32| {
                Choice::new(text)
                    .kind(kind)
                    .enabled(enabled && running)
                    .width(width)
                    .centred()
                    .least_height(height)
                    .show(ui)
            };
            if turning {
                for (arrow, yaw, pitch) in [("←", TURN, 0.0), ("→", -TURN, 0.0), ("↑", 0.0, TURN), ("↓", 0.0, -TURN)]
                {
                    if press(ui, arrow, Kind::Plain, true, small) {
                        out.looks.push(Look { yaw, pitch });
                    }
                }
            }
            if press(
                ui,
                &words.t("act-call"),
                Kind::Alarm,
                can(&Action::Call(Vec::new())),
                width,
            ) {
                state.menu = None;
                state.phone = Some(Phone::dial());
                out.wish(Wish::Pause);
            }
            for action in [Action::Shout, Action::LookAround] {
                if press(ui, &words.action(&action), Kind::Plain, can(&action), width) {
                    out.ask(action);
                }
            }
            if press(ui, &words.t("hud-more"), Kind::Plain, true, width) {
                state.menu = toggled(state.menu, Menu::More);
            }
            if press(ui, &words.t("hud-body"), Kind::Plain, true, width) {
                state.menu = toggled(state.menu, Menu::Body);
            }
            if press(ui, &words.t("hud-go"), Kind::Plain, true, width) {
                state.menu = toggled(state.menu, Menu::Go);
            }
            let out_of_here = Action::WalkOut { gait: state.gait };
            if press(ui, &words.action(&out_of_here), Kind::Plain, can(&out_of_here), width) {
                state.menu = None;
                out.ask(out_of_here);
            }
            if press(ui, &words.action(&Action::Stop), Kind::Plain, can(&Action::Stop), width) {
                out.ask(Action::Stop);
            }
        });
    });
}

fn toggled(now: Option<Menu>, menu: Menu) -> Option<Menu> {
    (now != Some(menu)).then_some(menu)
}

/// Sounds in words, and what the hands are doing.
fn captions(ctx: &Context, hud: &Hud<'_>, middle: Rect) {
    let words = hud.words;
    let simulation = hud.drill.simulation();
    let view = simulation.view();
    let trainee = &view.trainees[hud.seat];
    let mut lines: Vec<(String, egui::Color32)> = Vec::new();
    let recent = trainee
        .notebook
        .notes
        .iter()
        .rev()
        .take_while(|n| view.time_s - n.time_s < CAPTION_S);
    let mut sounds: Vec<String> = recent
        .filter_map(|n| match &n.what {
            Noted::Percept(p) => words.caption(simulation, hud.seat, p),
            Noted::Did(_) | Noted::Refused(..) => None,
        })
        .collect();
    if hud.heard.alarm_db.is_some() {
        sounds.push(words.t("hud-alarm-sounds"));
    }
    sounds.dedup();
    lines.extend(
        sounds
            .into_iter()
            .take(2)
            .map(|s| (words.with("hud-sound", "sound", &s), theme::CARE)),
    );
    if let Some((action, left)) = simulation.doing(hud.seat) {
        let name = words.action(action);
        let text = match left {
            Some(left) => words.tv(
                "hud-doing",
                &[("action", name.into()), ("left", words.seconds(left.ceil()).into())],
            ),
            None => words.with("hud-going", "action", &name),
        };
        lines.push((text, theme::TEXT));
    } else if trainee.now.walking {
        lines.push((words.t("hud-walking"), theme::TEXT));
    }
    if trainee.now.asleep {
        lines.push((words.t("hud-asleep"), theme::TEXT));
    }
    let painter = ctx.layer_painter(egui::LayerId::new(egui::Order::Middle, egui::Id::new("captions")));
    let mut bottom = middle.bottom() - 8.0;
    for (text, colour) in lines.into_iter().rev() {
        let font = egui::FontId::proportional(31.0);
        let galley = painter.layout(text, font, colour, middle.width() - 48.0);
        let size = galley.size();
        let rect = Rect::from_min_size(pos2(middle.center().x - size.x / 2.0, bottom - size.y - 8.0), size);
        painter.rect_filled(rect.expand2(vec2(18.0, 8.0)), CornerRadius::same(10), theme::PANEL);
        painter.galley(rect.min, galley, colour);
        bottom = rect.top() - 20.0;
    }
}

/// What can be done with what was picked.
fn list(ctx: &Context, hud: &Hud<'_>, state: &mut HudState, menu: Menu, out: &mut Out) {
    let words = hud.words;
    let simulation = hud.drill.simulation();
    let mut all = actions::list(words, simulation, hud.seat, menu, state.gait);
    // What is possible comes first.
    all.sort_by_key(|p| p.refused.is_some());
    let parts = Parts::of(ctx.content_rect());
    let rows = all.len() + usize::from(menu == Menu::Body);
    let height = (170.0 + rows as f32 * (theme::TARGET + 24.0 + GAP)).min(parts.middle.height() - CAPTIONS);
    let width = 560.0_f32.min(parts.middle.width());
    let rect = Rect::from_min_size(
        pos2(parts.middle.right() - width, parts.middle.top()),
        vec2(width, height),
    );
    let mut close = false;
    theme::solid_panel(ctx, "list", rect, |ui| {
        ui.horizontal_top(|ui| {
            let title = actions::title(words, simulation, hud.seat, menu);
            let room = ui.available_width() - 130.0;
            ui.allocate_ui(vec2(room, theme::TARGET), |ui| {
                ui.set_width(room);
                theme::heading(ui, &title);
            });
            close = theme::button(ui, &words.t("word-close"), Kind::Plain, 116.0);
        });
        ScrollArea::vertical()
            .id_salt("possible")
            .auto_shrink(false)
            .show(ui, |ui| {
                for possible in &all {
                    let fact = match &possible.refused {
                        Some(why) => words.of(why).to_owned(),
                        None if possible.seconds > 0.0 => words.seconds(possible.seconds),
                        None => String::new(),
                    };
                    let choice = Choice::new(&possible.text)
                        .fact(&fact)
                        .enabled(possible.refused.is_none());
                    if choice.show(ui) {
                        out.ask(possible.action.clone());
                        close = true;
                    }
                }
                if menu == Menu::Body {
                    let running = state.gait == Gait::Run;
                    let text = words.t(if running { "hud-walks" } else { "hud-runs" });
                    if Choice::new(&text).show(ui) {
                        state.gait = if running { Gait::Walk } else { Gait::Run };
                        close = true;
                    }
                }
                if all.is_empty() {
                    theme::quiet(ui, &words.t("hud-nothing-to-do"));
                }
            });
    });
    if close {
        state.menu = None;
    }
}

/// Whoever is out, down or has nothing left to do may see the result.
fn end_early(ctx: &Context, hud: &Hud<'_>, middle: Rect, out: &mut Out) {
    let view = hud.drill.simulation().view();
    let person = view.crowd.person(view.trainees[hud.seat].person);
    let key = match person.state {
        PersonState::Out => "hud-you-are-out",
        PersonState::Incapacitated => "hud-you-are-down",
        _ => return,
    };
    let size = vec2(620.0_f32.min(middle.width()), 240.0);
    let rect = Rect::from_min_size(pos2(middle.center().x - size.x / 2.0, middle.top()), size);
    theme::panel(ctx, "early", rect, |ui| {
        theme::heading(ui, &hud.words.t(key));
        if Choice::new(&hud.words.t("hud-see-end"))
            .kind(Kind::Go)
            .centred()
            .show(ui)
        {
            out.wish(Wish::RunOut);
        }
    });
}

fn running_out(ctx: &Context, hud: &Hud<'_>) {
    let rect = middle(ctx, vec2(620.0, 200.0));
    theme::dialogue(ctx, "running-out", rect, |ui| {
        let time = Words::clock(hud.drill.simulation().time_s());
        theme::heading(ui, &hud.words.t("hud-running-out"));
        theme::say(ui, &hud.words.with("hud-time", "time", &time));
    });
}

fn finished(ctx: &Context, hud: &Hud<'_>, out: &mut Out) {
    let words = hud.words;
    let rect = middle(ctx, vec2(680.0, 340.0));
    theme::dialogue(ctx, "finished", rect, |ui| {
        theme::title(ui, &words.t("hud-finished"));
        theme::say(ui, &words.t("hud-finished-help"));
        ui.add_space(GAP);
        if Choice::new(&words.t("hud-debrief"))
            .kind(Kind::Go)
            .centred()
            .least_height(84.0)
            .show(ui)
        {
            out.wish(Wish::Debrief);
        }
    });
}

fn paused(ctx: &Context, hud: &Hud<'_>, out: &mut Out) {
    let words = hud.words;
    let rect = middle(ctx, vec2(680.0, if hud.again_from.is_some() { 800.0 } else { 640.0 }));
    theme::dialogue(ctx, "paused", rect, |ui| {
        theme::title(ui, &words.t("pause-title"));
        if let Some(question) = hud.again_from {
            theme::coloured(
                ui,
                &words.with("pause-again-from", "title", question),
                theme::BODY,
                theme::CARE,
            );
        }
        for (key, kind, wish) in [
            ("pause-resume", Kind::Go, Wish::Resume),
            ("pause-restart", Kind::Plain, Wish::Restart),
            ("pause-run-out", Kind::Plain, Wish::RunOut),
            ("pause-debrief", Kind::Plain, Wish::Debrief),
            ("pause-leave", Kind::Plain, Wish::Leave),
        ] {
            // What is only watched, or played on from a recording, has no beginning to go back to.
            if wish == Wish::Restart && !hud.again {
                continue;
            }
            if Choice::new(&words.t(key))
                .kind(kind)
                .centred()
                .least_height(80.0)
                .show(ui)
            {
                out.wish(wish);
            }
        }
    });
}
