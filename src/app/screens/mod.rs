//! The screens: text and panels in front of the picture. Each is a function of what it shows; what its user does comes
//! back as an [`Out`], and one system here passes that on. So every screen is tested without a window.

mod actions;
mod briefing;
mod debrief;
mod hands;
mod hud;
mod loading;
mod menu;
mod phone;
mod plan;
mod replay;
mod settings;
#[cfg(test)]
mod tests;
mod whatif;

pub use debrief::DebriefState;
pub(super) use hands::is_useful;
pub use hud::HudState;
pub use menu::MenuState;
pub use phone::{Phone, Reply, Voice};

use super::catalogue::{Catalogue, Recordings};
use super::drill::{Ask, Drill, Phase};
use super::loading::{Failed, Loading};
use super::screen::{Covered, Graphics, HalfHidden, Heard, Look, Picked, Screen, Seat, Subject, Target};
use super::session::{Desk, FirstLine, Judged, Notice, Pace, Prepared, Wish};
use super::settings::Settings;
use super::theme::{self, GAP, Kind, MARGIN};
use super::whatif::WhatIfs;
use super::words::Words;
use crate::drill::Action;
use bevy::ecs::component::Mutable;
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use bevy_egui::egui::{self, Align, Context, Layout, Rect, Ui, UiBuilder, vec2};
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};

/// What the user of a screen did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Out {
    /// Wishes to the session.
    pub wishes: Vec<Wish>,
    /// Asked of the drill, for the trainee who is played.
    pub asks: Vec<Action>,
    /// Turns of the view.
    pub looks: Vec<Look>,
    /// Picked in a list or in the plan.
    pub picks: Vec<Target>,
}

impl Out {
    /// One more wish.
    pub fn wish(&mut self, wish: Wish) {
        self.wishes.push(wish);
    }
    /// One more thing to do.
    pub fn ask(&mut self, action: Action) {
        self.asks.push(action);
    }
}

/// A screen that fills the window.
fn page(ctx: &Context, id: &str, contents: impl FnOnce(&mut Ui, Rect)) {
    let screen = ctx.content_rect();
    egui::Area::new(egui::Id::new(id))
        .order(egui::Order::Background)
        .fixed_pos(screen.min)
        .constrain(false)
        .fade_in(false)
        .show(ctx, |ui| {
            ui.set_clip_rect(screen);
            ui.allocate_rect(screen, egui::Sense::click());
            ui.painter().rect_filled(screen, 0, theme::BACKGROUND);
            let all = screen.shrink(MARGIN);
            at(ui, all, |ui| contents(ui, all));
        });
}

/// Contents at a spot of their own.
fn at<R>(ui: &mut Ui, rect: Rect, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let salt = ("at", rect.min.x as i32, rect.min.y as i32);
    let builder = UiBuilder::new()
        .id_salt(salt)
        .max_rect(rect)
        .layout(Layout::top_down(Align::Min));
    let mut child = ui.new_child(builder);
    child.set_clip_rect(rect.expand(3.0).intersect(ui.clip_rect()));
    contents(&mut child)
}

/// A spot of this size in the middle of the canvas.
fn middle(ctx: &Context, size: egui::Vec2) -> Rect {
    let screen = ctx.content_rect();
    Rect::from_center_size(
        screen.center(),
        size.min(screen.size() - vec2(2.0 * MARGIN, 2.0 * MARGIN)),
    )
}

/// What the user has to be told, above everything else.
fn notice(ctx: &Context, words: &Words, text: &str, out: &mut Out) {
    let rect = middle(ctx, vec2(900.0, 360.0));
    theme::dialogue(ctx, "notice", rect, |ui| {
        theme::heading(ui, &words.t("notice-title"));
        theme::say(ui, text);
        ui.add_space(GAP);
        if theme::button(ui, &words.t("notice-understood"), Kind::Go, 300.0) {
            out.wish(Wish::Understood);
        }
    });
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<MenuState>()
        .init_resource::<HudState>()
        .init_resource::<DebriefState>()
        .init_resource::<Recordings>()
        .add_systems(OnEnter(Screen::Menu), list_recordings)
        .add_systems(OnEnter(Screen::Debrief), fresh::<DebriefState>)
        .add_systems(
            Update,
            (
                fresh::<HudState>.run_if(resource_added::<Drill>),
                picked.run_if(in_state(Screen::Drill)),
                escape,
            ),
        )
        .add_systems(EguiPrimaryContextPass, draw);
}

fn list_recordings(desk: Res<Desk>, mut recordings: ResMut<Recordings>) {
    *recordings = Recordings::read(&desk);
}

fn fresh<S: Resource<Mutability = Mutable> + Default>(mut state: ResMut<S>) {
    *state = S::default();
}

/// What was picked in the picture opens the list of what can be done.
fn picked(
    mut picks: MessageReader<Picked>,
    mut state: ResMut<HudState>,
    drill: Option<Res<Drill>>,
    seat: Res<Seat>,
    phase: Res<State<Phase>>,
    mut asks: MessageWriter<Ask>,
) {
    let Some(drill) = drill else { return };
    for Picked(target) in picks.read() {
        if *phase.get() != Phase::Running || seat.0 >= drill.simulation().view().trainees.len() {
            continue;
        }
        let mut out = Out::default();
        hud::pick(&mut state, drill.simulation(), seat.0, *target, &mut out);
        asks.write_batch(out.asks.into_iter().map(|action| Ask {
            trainee: seat.0 as u16,
            action,
        }));
    }
}

/// The escape key goes one step back.
fn escape(
    keys: Option<Res<ButtonInput<KeyCode>>>,
    screen: Res<State<Screen>>,
    phase: Res<State<Phase>>,
    mut hud: ResMut<HudState>,
    mut debrief: ResMut<DebriefState>,
    mut menu: ResMut<MenuState>,
    mut wishes: MessageWriter<Wish>,
) {
    if !keys.is_some_and(|k| k.just_pressed(KeyCode::Escape)) {
        return;
    }
    match screen.get() {
        Screen::Menu => {
            menu.deleting = None;
            menu.broken = None;
        }
        Screen::Loading => {
            wishes.write(Wish::Cancel);
        }
        Screen::Briefing => {
            wishes.write(Wish::Leave);
        }
        Screen::Drill => {
            if hud.phone.is_some() {
                return;
            }
            if hud.menu.take().is_none() {
                wishes.write(if *phase.get() == Phase::Paused {
                    Wish::Resume
                } else {
                    Wish::Pause
                });
            }
        }
        Screen::Debrief => {
            if debrief.tab == debrief::Tab::Replay {
                wishes.write(Wish::Pause);
                debrief.tab = debrief::Tab::Result;
            }
        }
    }
}

/// Everything that screens show.
#[derive(SystemParam)]
struct Shown<'w> {
    words: Res<'w, Words>,
    settings: Res<'w, Settings>,
    screen: Res<'w, State<Screen>>,
    phase: Res<'w, State<Phase>>,
    catalogue: Res<'w, Catalogue>,
    recordings: Res<'w, Recordings>,
    notice: Res<'w, Notice>,
    pace: Res<'w, Pace>,
    seat: Res<'w, Seat>,
    graphics: Res<'w, Graphics>,
    heard: Res<'w, Heard>,
    time: Res<'w, Time<Real>>,
    drill: Option<Res<'w, Drill>>,
    loading: Option<Res<'w, Loading>>,
    failed: Option<Res<'w, Failed>>,
    prepared: Option<Res<'w, Prepared>>,
    judged: Option<Res<'w, Judged>>,
    first_line: Option<Res<'w, FirstLine>>,
    whatifs: Option<Res<'w, WhatIfs>>,
}

/// What screens remember.
#[derive(SystemParam)]
struct Remembered<'w> {
    menu: ResMut<'w, MenuState>,
    hud: ResMut<'w, HudState>,
    debrief: ResMut<'w, DebriefState>,
}

/// Where it goes what the user did.
#[derive(SystemParam)]
struct Passed<'w> {
    wishes: MessageWriter<'w, Wish>,
    asks: MessageWriter<'w, Ask>,
    looks: MessageWriter<'w, Look>,
    covered: ResMut<'w, Covered>,
    subject: ResMut<'w, Subject>,
    half_hidden: ResMut<'w, HalfHidden>,
}

fn draw(
    mut contexts: EguiContexts,
    windows: Query<&Window, With<PrimaryWindow>>,
    pictures: Query<(), With<Camera3d>>,
    shown: Shown<'_>,
    mut remembered: Remembered<'_>,
    mut passed: Passed<'_>,
    mut installed: Local<bool>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    if let Ok(window) = windows.single() {
        let pixels = vec2(window.physical_width() as f32, window.physical_height() as f32);
        let scale = theme::pixels_per_point(pixels, shown.settings.text.factor());
        ctx.set_zoom_factor(scale / window.scale_factor().max(0.1));
    }
    if !*installed {
        // The font is there from the next pass on.
        theme::install(ctx);
        *installed = true;
        return Ok(());
    }
    let mut out = Out::default();
    // Without a camera there is no picture, and the plan stands in for it.
    let plan_only = shown.graphics.plan_only || pictures.is_empty();
    screen(ctx, &shown, plan_only, &mut remembered, &mut out);
    let seat = shown.seat.0;
    if let Some(drill) = &shown.drill {
        for target in std::mem::take(&mut out.picks) {
            hud::pick(&mut remembered.hud, drill.simulation(), seat, target, &mut out);
        }
    }
    let covered = match shown.screen.get() {
        Screen::Menu | Screen::Loading | Screen::Briefing => true,
        Screen::Drill => remembered.hud.plan,
        Screen::Debrief => remembered.debrief.tab != debrief::Tab::Replay,
    };
    passed.covered.set_if_neq(Covered(covered));
    let half = *shown.screen.get() == Screen::Debrief && !remembered.debrief.replay.no_plan;
    passed.half_hidden.set_if_neq(HalfHidden(half));
    passed.subject.set_if_neq(remembered.debrief.replay.subject);
    passed.wishes.write_batch(out.wishes);
    passed.looks.write_batch(out.looks);
    passed.asks.write_batch(out.asks.into_iter().map(|action| Ask {
        trainee: seat as u16,
        action,
    }));
    Ok(())
}

fn screen(ctx: &Context, shown: &Shown<'_>, plan_only: bool, remembered: &mut Remembered<'_>, out: &mut Out) {
    let words = &*shown.words;
    match shown.screen.get() {
        Screen::Menu => {
            let menu = menu::Menu {
                words,
                catalogue: &shown.catalogue,
                recordings: &shown.recordings,
                settings: &shown.settings,
                // When the button was pressed, in microseconds: as good as any throw of dice.
                chance: (shown.time.elapsed().as_micros() % 1_000_000) as u64,
            };
            menu::show(ctx, &menu, &mut remembered.menu, out);
        }
        Screen::Loading => match (&shown.failed, &shown.loading) {
            (Some(failed), _) => loading::failed(ctx, words, failed, out),
            (None, Some(loading)) => loading::show(ctx, words, loading, out),
            (None, None) => {}
        },
        Screen::Briefing => {
            if let Some(prepared) = &shown.prepared {
                briefing::show(ctx, words, prepared, shown.seat.0, shown.graphics.plan_only, out);
            }
        }
        Screen::Drill => {
            if let Some(drill) = &shown.drill {
                let hud = hud::Hud {
                    words,
                    drill,
                    seat: shown.seat.0,
                    phase: *shown.phase.get(),
                    pace: shown.pace.0,
                    plan_only,
                    heard: *shown.heard,
                    again: shown.prepared.is_some(),
                    again_from: shown
                        .first_line
                        .as_deref()
                        .and_then(|f| f.title.as_ref())
                        .map(|t| words.of(t)),
                };
                hud::show(ctx, &hud, &mut remembered.hud, out);
            }
        }
        Screen::Debrief => {
            if let (Some(drill), Some(judged)) = (&shown.drill, &shown.judged) {
                let debrief = debrief::Debrief {
                    words,
                    drill,
                    judged,
                    seat: shown.seat.0,
                    phase: *shown.phase.get(),
                    pace: shown.pace.0,
                    plan_only,
                    again: shown.prepared.is_some(),
                    whatifs: shown.whatifs.as_deref(),
                };
                debrief::show(ctx, &debrief, &mut remembered.debrief, out);
            }
        }
    }
    if let Some(text) = &shown.notice.0 {
        notice(ctx, words, words.of(text), out);
    }
}
