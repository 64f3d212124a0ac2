//! The drill shown again: beside the picture the plan of a storey with everything in it; below a timeline with the
//! decisions on it.

use super::debrief::{self, Debrief, DebriefState};
use super::plan::{self, Plan};
use super::{Out, at};
use crate::app::Subject;
use crate::app::drill::Phase;
use crate::app::scene::{fire_at, storey_at};
use crate::app::session::Wish;
use crate::app::tape::TRAIL_EVERY;
use crate::app::theme::{self, Choice, GAP, Kind};
use crate::app::words::Words;
use crate::assess::Decision;
use crate::drill::TICK_S;
use crate::place::StoreyId;
use bevy_egui::egui::{self, Context, CornerRadius, Rect, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

/// Speeds to choose from.
pub const PACES: [f32; 4] = [0.5, 1.0, 4.0, 16.0];

/// What was chosen in the replay.
#[derive(Clone, Debug, Default)]
pub struct ReplayState {
    /// Storey of the plan; `None`: the trainee's.
    pub storey: Option<StoreyId>,
    /// The plan is hidden.
    pub no_plan: bool,
    /// What is looked at.
    pub subject: Subject,
}

/// Shows the replay.
pub fn show(ctx: &Context, debrief: &Debrief<'_>, state: &mut DebriefState, out: &mut Out) {
    let all = ctx.content_rect().shrink(12.0);
    let head = Rect::from_min_max(all.min, pos2(all.right(), all.top() + 106.0));
    let foot = Rect::from_min_max(pos2(all.left(), all.bottom() - 236.0), all.max);
    let between = Rect::from_min_max(
        pos2(all.left(), head.bottom() + GAP),
        pos2(all.right(), foot.top() - GAP),
    );
    if debrief.plan_only {
        backdrop(ctx);
    }
    theme::panel(ctx, "tabs of replay", head, |ui| debrief::tabs(ui, debrief, state, out));
    let width = if debrief.plan_only {
        between.width()
    } else {
        between.width() * 0.5
    };
    if debrief.plan_only || !state.replay.no_plan {
        let rect = Rect::from_min_max(pos2(between.right() - width, between.top()), between.max);
        theme::panel(ctx, "plan of replay", rect, |ui| storey(ui, rect, debrief, state));
    }
    theme::panel(ctx, "timeline", foot, |ui| timeline(ui, foot, debrief, state, out));
}

fn backdrop(ctx: &Context) {
    let screen = ctx.content_rect();
    let layer = egui::LayerId::new(egui::Order::Background, egui::Id::new("backdrop"));
    ctx.layer_painter(layer).rect_filled(screen, 0, theme::BACKGROUND);
}

fn storey(ui: &mut Ui, rect: Rect, debrief: &Debrief<'_>, state: &mut DebriefState) {
    let simulation = debrief.drill.simulation();
    let view = simulation.view();
    let Some(trainee) = view.trainees.get(debrief.seat) else {
        return;
    };
    let fire = (state.replay.subject == Subject::Fire)
        .then(|| fire_at(&view))
        .flatten();
    let own = match fire {
        Some((_, z)) => storey_at(&view, z, None),
        None => plan::storey_of(&view, trainee.person),
    };
    let shown = state.replay.storey.unwrap_or(own);
    let inner = rect.shrink(14.0);
    let row = 2.0 * theme::TARGET + 62.0;
    let map = Rect::from_min_max(inner.min, pos2(inner.right(), inner.bottom() - row - GAP));
    let upto = (simulation.tick() / TRAIL_EVERY) as usize + 1;
    let trail = debrief.drill.tape().trail(debrief.seat);
    let plan = Plan {
        words: debrief.words,
        simulation,
        seat: debrief.seat,
        storey: shown,
        only_seen: false,
        trail: &trail[..upto.min(trail.len())],
        clickable: false,
    };
    plan::show(ui, map, &plan);
    let below = Rect::from_min_max(pos2(inner.left(), map.bottom() + GAP), inner.max);
    at(ui, below, |ui| {
        let words = debrief.words;
        ui.horizontal_top(|ui| {
            let most = view.place.storeys.len().saturating_sub(1) as u32;
            if theme::button(ui, &words.t("replay-down"), Kind::Plain, 150.0) {
                state.replay.storey = Some(StoreyId(shown.0.saturating_sub(1)));
            }
            if theme::button(ui, &words.t("replay-up"), Kind::Plain, 150.0) {
                state.replay.storey = Some(StoreyId((shown.0 + 1).min(most)));
            }
            let follows = state.replay.storey.is_none();
            let kind = if follows { Kind::Chosen } else { Kind::Plain };
            if theme::button(ui, &words.t("replay-follow"), kind, 190.0) {
                state.replay.storey = None;
            }
        });
        plan::show_legend(ui, words, trainee.role);
        if !debrief.plan_only {
            theme::quiet(ui, &words.t("replay-smoke-thin"));
        }
    });
}

fn timeline(ui: &mut Ui, rect: Rect, debrief: &Debrief<'_>, state: &mut DebriefState, out: &mut Out) {
    let words = debrief.words;
    let inner = rect.shrink(18.0);
    let ticks = debrief.drill.tape().ticks().max(1);
    let now = debrief.drill.simulation().tick();
    let track = Rect::from_min_size(inner.min + vec2(0.0, 44.0), vec2(inner.width(), 34.0));
    let response = ui.allocate_rect(track.expand2(vec2(0.0, 17.0)), Sense::click_and_drag());
    let painter = ui.painter();
    let round = CornerRadius::same(8);
    painter.rect(
        track,
        round,
        theme::BUTTON_OFF,
        Stroke::new(1.5, theme::EDGE),
        StrokeKind::Inside,
    );
    let x = |tick: f64| track.left() + track.width() * (tick / ticks as f64).clamp(0.0, 1.0) as f32;
    let mut done = track;
    done.set_right(x(now as f64));
    painter.rect_filled(done, round, theme::CHOSEN);
    let decisions: &[Decision] = match &debrief.judged.sheet {
        Ok(Some(sheet)) => &sheet.trainee.score.decisions,
        _ => &[],
    };
    let mut under: Option<&Decision> = None;
    for decision in decisions {
        let (_, colour) = debrief::verdict_of(words, decision);
        let centre = pos2(x(decision.time_s / TICK_S), track.center().y);
        painter.circle(centre, 13.0, colour, Stroke::new(2.0, theme::BACKGROUND));
        if response.hover_pos().is_some_and(|p| p.distance(centre) < 20.0) {
            under = Some(decision);
        }
    }
    painter.line_segment(
        [
            pos2(x(now as f64), track.top() - 10.0),
            pos2(x(now as f64), track.bottom() + 10.0),
        ],
        Stroke::new(4.0, theme::TEXT),
    );
    // Above the track: the time, and the decision nearest before it.
    let time = format!(
        "{} / {}",
        Words::clock(now as f64 * TICK_S),
        Words::clock(ticks as f64 * TICK_S)
    );
    let latest = decisions.iter().rev().find(|d| d.time_s <= now as f64 * TICK_S + 0.5);
    let told = match under.or(latest) {
        Some(d) => {
            let (verdict, _) = debrief::verdict_of(words, d);
            format!("{time}   {} {} · {verdict}", Words::clock(d.time_s), words.of(&d.title))
        }
        None => time,
    };
    let galley = painter.layout(
        told,
        egui::FontId::proportional(theme::BODY),
        theme::TEXT,
        inner.width(),
    );
    let line = Rect::from_min_size(inner.min, vec2(inner.width(), 38.0));
    painter.with_clip_rect(line).galley(inner.min, galley, theme::TEXT);
    if let Some(p) = response.interact_pointer_pos()
        && (response.clicked() || response.drag_stopped())
    {
        let nearest = decisions
            .iter()
            .map(|d| x(d.time_s / TICK_S))
            .zip(decisions)
            .filter(|(mark, _)| (mark - p.x).abs() < 20.0)
            .min_by(|a, b| (a.0 - p.x).abs().total_cmp(&(b.0 - p.x).abs()));
        let tick = match nearest {
            Some((_, d)) => ((d.time_s - 3.0).max(0.0) / TICK_S) as u64,
            None => (f64::from((p.x - track.left()) / track.width()).clamp(0.0, 1.0) * ticks as f64) as u64,
        };
        out.wish(Wish::TurnTo(tick));
    }
    let row = Rect::from_min_max(pos2(inner.left(), track.bottom() + 26.0), inner.max);
    at(ui, row, |ui| controls(ui, debrief, state, decisions, out));
}

fn controls(ui: &mut Ui, debrief: &Debrief<'_>, state: &mut DebriefState, decisions: &[Decision], out: &mut Out) {
    let words = debrief.words;
    let now = debrief.drill.simulation().tick();
    let turning = debrief.drill.is_turning();
    // As wide as designed, or less where the window is narrow.
    let designed = 2.0 * 170.0 + 220.0 + PACES.len() as f32 * 112.0 + 3.0 * 190.0;
    let part = ((ui.available_width() - 9.0 * GAP) / designed).min(1.0);
    ui.horizontal_top(|ui| {
        let running = debrief.phase == Phase::Running;
        let text = words.t(if turning {
            "replay-turning"
        } else if running {
            "replay-stop"
        } else {
            "replay-play"
        });
        let play = Choice::new(&text)
            .kind(Kind::Go)
            .width(170.0 * part)
            .centred()
            .enabled(!turning);
        if play.show(ui) {
            if debrief.drill.is_over() {
                out.wish(Wish::TurnTo(0));
            }
            out.wish(if running { Wish::Pause } else { Wish::Resume });
        }
        if theme::button(ui, &words.t("replay-from-start"), Kind::Plain, 170.0 * part) {
            out.wish(Wish::TurnTo(0));
        }
        for pace in PACES {
            let chosen = (debrief.pace - pace).abs() < 0.01;
            let text = if pace < 1.0 {
                "×½".to_owned()
            } else {
                format!("×{pace:.0}")
            };
            let kind = if chosen { Kind::Chosen } else { Kind::Plain };
            if theme::button(ui, &text, kind, 112.0 * part) {
                out.wish(Wish::Pace(pace));
            }
        }
        let ticks = |d: &Decision| ((d.time_s - 3.0).max(0.0) / TICK_S) as u64;
        let before = decisions.iter().rev().map(ticks).find(|t| *t + 20 < now);
        let after = decisions.iter().map(ticks).find(|t| *t > now + 20);
        for (key, tick) in [("replay-before", before), ("replay-after", after)] {
            let text = words.t(key);
            if Choice::new(&text)
                .width(190.0 * part)
                .centred()
                .enabled(tick.is_some())
                .show(ui)
                && let Some(tick) = tick
            {
                out.wish(Wish::TurnTo(tick));
            }
        }
        let (key, other) = match state.replay.subject {
            Subject::Trainee => ("replay-fire", Subject::Fire),
            Subject::Fire => ("replay-trainee", Subject::Trainee),
        };
        if theme::button(ui, &words.t(key), Kind::Plain, 190.0 * part) {
            state.replay.subject = other;
            state.replay.storey = None;
        }
        if !debrief.plan_only {
            let text = words.t(if state.replay.no_plan {
                "hud-plan"
            } else {
                "replay-no-plan"
            });
            if theme::button(ui, &text, Kind::Plain, 220.0 * part) {
                state.replay.no_plan = !state.replay.no_plan;
            }
        }
    });
}
