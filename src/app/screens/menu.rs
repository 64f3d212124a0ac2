//! The menu: drills to play, recordings to look at, settings.

use super::settings;
use super::{Out, page};
use crate::app::catalogue::{Catalogue, Listed, Past, Recordings};
use crate::app::session::Wish;
use crate::app::settings::Settings;
use crate::app::theme::{self, Choice, GAP, Kind, MARGIN};
use crate::app::words::Words;
use crate::scenario::Knob;
use bevy::prelude::Resource;
use bevy_egui::egui::{self, Context, Rect, ScrollArea, Ui, pos2, vec2};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What the menu shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Drills to play.
    #[default]
    Drills,
    /// Recordings.
    Recordings,
    /// Settings.
    Settings,
}

/// What was chosen so far.
#[derive(Resource, Clone, Debug, Default)]
pub struct MenuState {
    /// What is shown.
    pub tab: Tab,
    /// Index into the drills.
    pub chosen: usize,
    /// The trainer's options are shown.
    pub trainer: bool,
    /// Knobs set by the trainer.
    pub set: BTreeMap<String, String>,
    /// Seed set by the trainer; `None`: another each time.
    pub seed: Option<u64>,
    /// A recording that is about to be deleted.
    pub deleting: Option<PathBuf>,
    /// A broken scenario whose problems are shown: index.
    pub broken: Option<usize>,
}

/// What the menu is made of.
#[derive(Debug)]
pub struct Menu<'a> {
    /// Texts.
    pub words: &'a Words,
    /// Drills.
    pub catalogue: &'a Catalogue,
    /// Recordings.
    pub recordings: &'a Recordings,
    /// Settings.
    pub settings: &'a Settings,
    /// A number that differs each time, for a drill whose seed nobody set.
    pub chance: u64,
}

const SIDE: f32 = 300.0;

/// Shows the menu.
pub fn show(ctx: &Context, menu: &Menu<'_>, state: &mut MenuState, out: &mut Out) {
    let words = menu.words;
    page(ctx, "menu", |ui, all| {
        let side = Rect::from_min_max(all.min, pos2(all.left() + SIDE, all.bottom()));
        let rest = Rect::from_min_max(pos2(side.right() + MARGIN, all.top()), all.max);
        super::at(ui, side, |ui| {
            theme::coloured(ui, &words.t("menu-title"), 44.0, theme::TEXT);
            theme::quiet(ui, &words.t("menu-subtitle"));
            ui.add_space(GAP);
            for (tab, key) in [
                (Tab::Drills, "menu-drills"),
                (Tab::Recordings, "menu-recordings"),
                (Tab::Settings, "menu-settings"),
            ] {
                let kind = if state.tab == tab { Kind::Chosen } else { Kind::Plain };
                if Choice::new(&words.t(key))
                    .kind(kind)
                    .least_height(84.0)
                    .size(30.0)
                    .show(ui)
                {
                    state.tab = tab;
                }
            }
            let foot = Rect::from_min_max(pos2(side.left(), side.bottom() - 84.0), side.max);
            super::at(ui, foot, |ui| {
                if Choice::new(&words.t("menu-quit"))
                    .least_height(84.0)
                    .size(30.0)
                    .show(ui)
                {
                    out.wish(Wish::Quit);
                }
            });
        });
        super::at(ui, rest, |ui| match state.tab {
            Tab::Drills => drills(ui, rest, menu, state, out),
            Tab::Recordings => recordings(ui, menu, state, out),
            Tab::Settings => settings::show(ui, words, menu.settings, out),
        });
    });
    if let Some(path) = state.deleting.clone() {
        ask_to_delete(ctx, words, &path, state, out);
    }
    if let Some((path, issues)) = state.broken.and_then(|i| menu.catalogue.broken.get(i)) {
        let screen = ctx.content_rect().shrink(MARGIN);
        let mut back = false;
        theme::dialogue(ctx, "broken", screen, |ui| {
            theme::heading(ui, path);
            super::loading::issues(ui, words, issues, screen.height() - 220.0);
            back = theme::button(ui, &words.t("word-back"), Kind::Go, 260.0);
        });
        if back {
            state.broken = None;
        }
    }
}

fn drills(ui: &mut Ui, rest: Rect, menu: &Menu<'_>, state: &mut MenuState, out: &mut Out) {
    let words = menu.words;
    let catalogue = menu.catalogue;
    let right_width = (rest.width() * 0.42).clamp(440.0, 620.0);
    let left = Rect::from_min_max(rest.min, pos2(rest.right() - right_width - MARGIN, rest.bottom()));
    let right = Rect::from_min_max(pos2(rest.right() - right_width, rest.top()), rest.max);
    super::at(ui, left, |ui| {
        theme::heading(ui, &words.t("menu-choose"));
        ScrollArea::vertical()
            .id_salt("drills")
            .auto_shrink(false)
            .show(ui, |ui| {
                if catalogue.drills.is_empty() {
                    theme::say(ui, &words.t("menu-no-drills"));
                }
                for (i, drill) in catalogue.drills.iter().enumerate() {
                    let kind = if state.chosen == i { Kind::Chosen } else { Kind::Plain };
                    let facts = facts(words, drill);
                    let choice = Choice::new(words.of(&drill.title)).fact(&facts).kind(kind);
                    if choice.least_height(104.0).size(31.0).show(ui) && state.chosen != i {
                        state.chosen = i;
                        state.set.clear();
                    }
                }
                for (i, (path, _)) in catalogue.broken.iter().enumerate() {
                    if Choice::new(path).fact(&words.t("menu-broken")).show(ui) {
                        state.broken = Some(i);
                    }
                }
            });
    });
    let Some(drill) = catalogue.drills.get(state.chosen) else {
        return;
    };
    super::at(ui, right, |ui| {
        theme::card(ui, |ui| {
            ui.set_width(ui.available_width());
            theme::heading(ui, words.of(&drill.title));
            theme::quiet(ui, &facts(words, drill));
            if theme::button(ui, &words.t("menu-start"), Kind::Go, ui.available_width()) {
                let seed = state.seed.unwrap_or(menu.chance);
                out.wish(Wish::Play(drill.order(state.set.clone(), seed)));
            }
        });
        let toggle = words.t(if state.trainer {
            "menu-trainer-hide"
        } else {
            "menu-trainer"
        });
        if Choice::new(&toggle).show(ui) {
            state.trainer = !state.trainer;
            if !state.trainer {
                state.set.clear();
                state.seed = None;
            }
        }
        if state.trainer {
            ScrollArea::vertical()
                .id_salt("knobs")
                .auto_shrink(false)
                .show(ui, |ui| trainer(ui, words, drill, state));
        } else {
            theme::quiet(ui, &words.t("menu-random"));
        }
    });
}

fn facts(words: &Words, drill: &Listed) -> String {
    let stars: String = (1..=5).map(|n| if n <= drill.difficulty { '●' } else { '○' }).collect();
    words.tv(
        "menu-facts",
        &[
            ("kind", words.kind(drill.kind).into()),
            ("role", words.role(drill.role).into()),
            ("minutes", format!("{:.0}", drill.minutes).into()),
            ("stars", stars.into()),
        ],
    )
}

/// Knobs and seed.
fn trainer(ui: &mut Ui, words: &Words, drill: &Listed, state: &mut MenuState) {
    for (name, knob) in &drill.knobs {
        let titles = drill.knob_titles.get(name);
        theme::say(ui, titles.map_or(name, |t| words.of(&t.title)));
        if let Some(hint) = titles.map(|t| words.of(&t.hint)).filter(|h| !h.is_empty()) {
            theme::quiet(ui, hint);
        }
        let mut values: Vec<String> = match knob {
            Knob::OneOf(words) => words.clone(),
            Knob::Between(a, b) => vec![format!("{a}"), format!("{}", (a + b) / 2.0), format!("{b}")],
            Knob::Fixed(x) => vec![format!("{x}")],
        };
        values.dedup();
        row(ui, values.len() + 1, |ui, i, width| {
            let value = i.checked_sub(1).and_then(|i| values.get(i));
            let chosen = state.set.get(name) == value;
            let random = words.t("menu-any");
            let kind = if chosen { Kind::Chosen } else { Kind::Plain };
            let called = |v: &String| titles.and_then(|t| t.values.get(v)).map(|t| words.of(t).to_owned());
            let text = value.map_or(random, |v| called(v).unwrap_or_else(|| v.clone()));
            if theme::button(ui, &text, kind, width) {
                match value {
                    Some(v) => state.set.insert(name.clone(), v.clone()),
                    None => state.set.remove(name),
                };
            }
        });
    }
    theme::say(ui, &words.t("menu-seed"));
    let shown = state.seed.map_or_else(|| words.t("menu-any"), |s| s.to_string());
    row(ui, 4, |ui, i, width| match i {
        0 => {
            let kind = if state.seed.is_none() {
                Kind::Chosen
            } else {
                Kind::Plain
            };
            if theme::button(ui, &words.t("menu-any"), kind, width) {
                state.seed = None;
            }
        }
        1 => {
            if theme::button(ui, "-", Kind::Plain, width) {
                state.seed = Some(state.seed.map_or(1, |s| s.saturating_sub(1)));
            }
        }
        2 => {
            Choice::new(&shown).width(width).centred().enabled(false).show(ui);
        }
        _ => {
            if theme::button(ui, "+", Kind::Plain, width) {
                state.seed = Some(state.seed.map_or(1, |s| s.saturating_add(1)));
            }
        }
    });
}

/// Buttons of equal width in rows, at most three in each.
pub fn row(ui: &mut Ui, count: usize, mut show: impl FnMut(&mut Ui, usize, f32)) {
    let columns = if count == 4 { 4 } else { count.clamp(1, 3) };
    let width = (ui.available_width() - GAP * (columns as f32 - 1.0)) / columns as f32;
    for start in (0..count).step_by(columns) {
        ui.horizontal_top(|ui| {
            for i in start..(start + columns).min(count) {
                show(ui, i, width);
            }
        });
    }
}

fn recordings(ui: &mut Ui, menu: &Menu<'_>, state: &mut MenuState, out: &mut Out) {
    let words = menu.words;
    theme::heading(ui, &words.t("menu-recordings"));
    if menu.recordings.0.is_empty() {
        theme::say(ui, &words.t("menu-no-recordings"));
        return;
    }
    ScrollArea::vertical()
        .id_salt("recordings")
        .auto_shrink(false)
        .show(ui, |ui| {
            for past in &menu.recordings.0 {
                let width = ui.available_width();
                ui.horizontal_top(|ui| {
                    let (title, fact) = told(menu, past);
                    let choice = Choice::new(&title).fact(&fact).enabled(past.readable);
                    if choice.width(width - 200.0 - GAP).least_height(96.0).show(ui) {
                        out.wish(Wish::Watch(past.path.clone()));
                    }
                    let delete = words.t("menu-delete");
                    if Choice::new(&delete).width(200.0).least_height(96.0).centred().show(ui) {
                        state.deleting = Some(past.path.clone());
                    }
                });
            }
        });
}

fn told(menu: &Menu<'_>, past: &Past) -> (String, String) {
    let words = menu.words;
    let title = match menu.catalogue.title(&past.scenario) {
        Some(title) => words.of(title).to_owned(),
        None if past.scenario.is_empty() => words.t("menu-recording-nameless"),
        None => past.scenario.clone(),
    };
    let number = past.number.to_string();
    let title = words.tv("menu-recording", &[("number", number.into()), ("title", title.into())]);
    let fact = match &past.trouble {
        Some(why) => words.of(why).to_owned(),
        None => words.with("menu-recording-length", "time", &Words::clock(past.seconds)),
    };
    (title, fact)
}

fn ask_to_delete(ctx: &Context, words: &Words, path: &std::path::Path, state: &mut MenuState, out: &mut Out) {
    let rect = super::middle(ctx, vec2(760.0, 300.0));
    theme::dialogue(ctx, "delete", rect, |ui| {
        let name = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        theme::heading(ui, &words.t("menu-delete-ask"));
        theme::say(ui, &name);
        ui.with_layout(egui::Layout::bottom_up(egui::Align::Min), |ui| {
            ui.horizontal(|ui| {
                if theme::button(ui, &words.t("word-keep"), Kind::Go, 330.0) {
                    state.deleting = None;
                }
                if theme::button(ui, &words.t("menu-delete"), Kind::Alarm, 330.0) {
                    out.wish(Wish::Delete(path.to_owned()));
                    state.deleting = None;
                }
            });
        });
    });
}
