//! What the trainee is told before it starts.

use super::{Out, page};
use crate::app::session::{Prepared, Wish};
use crate::app::theme::{self, Choice, GAP, Kind, MARGIN};
use crate::app::words::Words;
use crate::scenario::Trainee;
use bevy_egui::egui::{Context, Rect, ScrollArea, pos2};

/// A trainee by role and place: ids are for recordings.
fn who(words: &Words, prepared: &Prepared, index: usize, trainee: &Trainee) -> String {
    let view = prepared.first.view();
    let space = view.trainees.get(index).and_then(|t| t.now.space);
    let place = space.map_or_else(String::new, |space| {
        let storey = words.storey(view.place, view.place.spaces[space.index()].storey);
        format!("{storey} {}", words.space(view.place, space))
    });
    words.tv(
        "brief-who-at",
        &[
            ("n", (index + 1).to_string().into()),
            ("role", words.role(trainee.role).into()),
            ("place", place.into()),
        ],
    )
}

/// Shows the briefing.
pub fn show(ctx: &Context, words: &Words, prepared: &Prepared, seat: usize, plan_only: bool, out: &mut Out) {
    let scenario = &prepared.loaded().scenario;
    page(ctx, "briefing", |ui, all| {
        theme::title(ui, words.of(&scenario.title));
        let foot = 96.0;
        let top = ui.cursor().top();
        let wide = (all.width() * 0.6).max(760.0);
        let left = Rect::from_min_max(pos2(all.left(), top), pos2(all.left() + wide, all.bottom() - foot));
        let right = Rect::from_min_max(pos2(left.right() + MARGIN, top), pos2(all.right(), all.bottom() - foot));
        super::at(ui, left, |ui| {
            theme::card(ui, |ui| {
                ui.set_width(ui.available_width());
                let scroll = ScrollArea::vertical().id_salt("briefing").auto_shrink([false, true]);
                scroll.max_height(left.height() - 60.0).show(ui, |ui| {
                    theme::coloured(ui, words.of(&scenario.briefing), 44.0, theme::TEXT);
                });
            });
            if scenario.trainees.len() > 1 {
                theme::say(ui, &words.t("brief-who"));
                for (i, trainee) in scenario.trainees.iter().enumerate() {
                    let kind = if i == seat { Kind::Chosen } else { Kind::Plain };
                    let name = who(words, prepared, i, trainee);
                    if Choice::new(&name).kind(kind).show(ui) {
                        out.wish(Wish::Take(i));
                    }
                }
            }
        });
        super::at(ui, right, |ui| {
            theme::heading(ui, &words.t("brief-how"));
            let walk = if plan_only { "brief-how-plan" } else { "brief-how-click" };
            for key in [walk, "brief-how-near", "brief-how-act", "brief-how-pause"] {
                theme::coloured(ui, &words.t(key), 31.0, theme::TEXT);
            }
        });
        let bottom = Rect::from_min_max(pos2(all.left(), all.bottom() - foot + GAP), all.max);
        super::at(ui, bottom, |ui| {
            ui.horizontal(|ui| {
                let begin = words.t("brief-begin");
                let choice = Choice::new(&begin).kind(Kind::Go).centred().size(34.0).width(420.0);
                if choice.least_height(80.0).show(ui) {
                    out.wish(Wish::Begin);
                }
                if Choice::new(&words.t("word-back"))
                    .centred()
                    .width(260.0)
                    .least_height(80.0)
                    .show(ui)
                {
                    out.wish(Wish::Leave);
                }
            });
        });
    });
}
