//! Settings: language, size of text, mouse, picture, sound.

use super::Out;
use super::menu::row;
use crate::app::session::Wish;
use crate::app::settings::{Settings, TextSize};
use crate::app::theme::{self, Kind};
use crate::app::words::Words;
use crate::locale::Lang;
use bevy_egui::egui::{ScrollArea, Ui};

/// One of several: its text, and the settings with it.
type Options = Vec<(String, Settings)>;

/// Shows the settings; whatever is chosen is kept at once.
pub fn show(ui: &mut Ui, words: &Words, now: &Settings, out: &mut Out) {
    theme::heading(ui, &words.t("menu-settings"));
    ScrollArea::vertical()
        .id_salt("settings")
        .auto_shrink(false)
        .show(ui, |ui| {
            let with = |change: &dyn Fn(&mut Settings)| {
                let mut set = now.clone();
                change(&mut set);
                set
            };
            let lang = words.lang();
            let mut one_of = |title: &str, options: Options, is: &dyn Fn(&Settings) -> bool| {
                theme::say(ui, &words.t(title));
                row(ui, options.len(), |ui, i, width| {
                    let Some((text, set)) = options.get(i) else { return };
                    let kind = if is(set) { Kind::Chosen } else { Kind::Plain };
                    if theme::button(ui, text, kind, width) {
                        out.wish(Wish::Set(set.clone()));
                    }
                });
            };
            one_of(
                "set-language",
                vec![
                    ("中文".to_owned(), with(&|s| s.language = Lang::Zh.code().to_owned())),
                    ("English".to_owned(), with(&|s| s.language = Lang::En.code().to_owned())),
                ],
                &|s| s.language == lang.code(),
            );
            one_of(
                "set-text",
                vec![
                    (words.t("set-text-normal"), with(&|s| s.text = TextSize::Normal)),
                    (words.t("set-text-large"), with(&|s| s.text = TextSize::Large)),
                ],
                &|s| s.text == now.text,
            );
            one_of(
                "set-picture",
                vec![
                    (
                        words.t("set-picture-full"),
                        with(&|s| (s.plan_only, s.low_graphics, s.render_scale) = (false, false, 1.0)),
                    ),
                    (
                        words.t("set-picture-low"),
                        with(&|s| (s.plan_only, s.low_graphics, s.render_scale) = (false, true, 0.75)),
                    ),
                    (words.t("set-picture-plan"), with(&|s| s.plan_only = true)),
                ],
                &|s| s.plan_only == now.plan_only && (s.plan_only || s.low_graphics == now.low_graphics),
            );
            let figures = |values: [(f32, &str); 3], change: &dyn Fn(&mut Settings, f32)| -> Options {
                values.map(|(x, key)| (words.t(key), with(&|s| change(s, x)))).into()
            };
            one_of(
                "set-mouse",
                figures([(0.6, "set-slow"), (1.0, "set-middle"), (1.6, "set-fast")], &|s, x| {
                    s.mouse_speed = x;
                }),
                &|s| (s.mouse_speed - now.mouse_speed).abs() < 0.05,
            );
            one_of(
                "set-sound",
                figures([(0.0, "set-off"), (0.4, "set-quiet"), (0.8, "set-loud")], &|s, x| {
                    s.volume = x;
                }),
                &|s| (s.volume - now.volume).abs() < 0.05,
            );
        });
}
