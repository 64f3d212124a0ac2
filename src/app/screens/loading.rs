//! Loading, and why it failed.

use super::{Out, page};
use crate::app::loading::{Failed, Loading, Stage};
use crate::app::session::Wish;
use crate::app::theme::{self, GAP, Kind};
use crate::app::words::Words;
use crate::scenario::{Issue, Severity};
use bevy_egui::egui::{Context, ScrollArea, Ui, vec2};

/// Shows how far loading has come.
pub fn show(ctx: &Context, words: &Words, loading: &Loading, out: &mut Out) {
    let (stage, part) = loading.progress();
    going_on(ctx, words, stage, part, out);
}

/// The same from its parts.
pub fn going_on(ctx: &Context, words: &Words, stage: Stage, part: f32, out: &mut Out) {
    page(ctx, "loading", |ui, all| {
        let rect = bevy_egui::egui::Rect::from_center_size(all.center(), vec2(900.0_f32.min(all.width()), 320.0));
        super::at(ui, rect, |ui| {
            theme::title(ui, &words.t("load-title"));
            theme::say(
                ui,
                &words.t(match stage {
                    Stage::Reading => "load-reading",
                    Stage::Building => "load-building",
                    Stage::Peopling => "load-peopling",
                    Stage::Replaying => "load-replaying",
                }),
            );
            theme::bar(ui, part, theme::GO_HOT, ui.available_width(), 30.0);
            ui.add_space(GAP);
            if theme::button(ui, &words.t("word-cancel"), Kind::Plain, 260.0) {
                out.wish(Wish::Cancel);
            }
        });
    });
}

/// Shows why it failed.
pub fn failed(ctx: &Context, words: &Words, failed: &Failed, out: &mut Out) {
    page(ctx, "failed", |ui, all| {
        theme::title(ui, &words.t("load-failed"));
        match failed {
            Failed::Issues(list) => issues(ui, words, list, all.height() - 240.0),
            Failed::Because(why) => theme::say(ui, words.of(why)),
        }
        ui.add_space(GAP);
        if theme::button(ui, &words.t("word-back"), Kind::Go, 260.0) {
            out.wish(Wish::Cancel);
        }
    });
}

/// The list of the checker: place, what is wrong, what to do.
pub fn issues(ui: &mut Ui, words: &Words, list: &[Issue], height: f32) {
    let scroll = ScrollArea::vertical().id_salt("issues").auto_shrink([false, true]);
    scroll.max_height(height.max(200.0)).show(ui, |ui| {
        for issue in list {
            theme::card(ui, |ui| {
                ui.set_width(ui.available_width());
                let colour = match issue.severity {
                    Severity::Error => theme::BAD,
                    Severity::Warning => theme::CARE,
                };
                theme::coloured(ui, words.of(&issue.message), theme::BODY, colour);
                let hint = words.of(&issue.hint);
                if !hint.is_empty() {
                    theme::say(ui, hint);
                }
                theme::quiet(ui, &format!("{}:{}:{}", issue.file, issue.line, issue.column));
            });
        }
    });
}
