//! What each decision was worth: one plain sentence for everybody, figures with their interval for trainers.

use crate::app::theme;
use crate::app::whatif::WhatIfs;
use crate::app::words::Words;
use crate::assess::whatif::{Finding, PAIRS, Subject};
use bevy_egui::egui::{ScrollArea, Ui};

/// All answers so far, the most consequential first.
pub fn show(ui: &mut Ui, words: &Words, whatifs: Option<&WhatIfs>, resident: bool) {
    let Some(whatifs) = whatifs else {
        theme::say(ui, &words.t("whatif-none"));
        return;
    };
    if let Some(why) = &whatifs.trouble {
        theme::say(ui, words.of(why));
        return;
    }
    theme::say(ui, &words.t("whatif-about"));
    if whatifs.computing() {
        theme::quiet(ui, &words.t("whatif-computing"));
        theme::bar(ui, whatifs.part, theme::GOOD, ui.available_width(), 18.0);
    }
    ScrollArea::vertical()
        .id_salt("whatif")
        .auto_shrink(false)
        .show(ui, |ui| {
            for finding in &whatifs.findings {
                theme::card(ui, |ui| {
                    ui.set_width(ui.available_width());
                    let time = finding.time_s.map(|s| Words::clock(s) + " ").unwrap_or_default();
                    theme::heading(ui, &format!("{time}{}", words.of(&finding.title)));
                    if finding.subject != Subject::Whole {
                        theme::quiet(ui, &words.with("debrief-choice", "text", words.of(&finding.taken)));
                    }
                    said(ui, words, finding, resident);
                });
            }
            if !resident && !whatifs.findings.is_empty() {
                theme::quiet(ui, &words.tv("whatif-how", &[("pairs", PAIRS.into())]));
            }
        });
}

/// The answer about one decision, at its card.
pub fn of_decision(ui: &mut Ui, words: &Words, whatifs: Option<&WhatIfs>, id: &str, resident: bool) {
    let Some(whatifs) = whatifs.filter(|w| w.trouble.is_none()) else {
        return;
    };
    let about = |f: &&Finding| matches!(&f.subject, Subject::Decision(d) if d == id);
    if let Some(finding) = whatifs.findings.iter().find(about) {
        said(ui, words, finding, resident);
    } else if let Some(left_out) = whatifs.not_computed.iter().find(|n| n.id == id) {
        theme::quiet(ui, &words.with("whatif-left-out", "why", words.of(&left_out.why)));
    } else if whatifs.computing() {
        theme::quiet(ui, &words.t("whatif-wait"));
    }
}

fn said(ui: &mut Ui, words: &Words, finding: &Finding, resident: bool) {
    theme::coloured(ui, words.of(&finding.sentence), theme::BODY, theme::CARE);
    if resident {
        return;
    }
    for effect in finding.differing() {
        let [taken, other, difference] = effect.figures();
        let values = [
            ("measure", words.of(&effect.measure.title()).to_owned().into()),
            ("taken", taken.into()),
            ("other", other.into()),
            ("difference", difference.into()),
            ("unit", effect.measure.unit().into()),
        ];
        theme::quiet(ui, words.tv("whatif-effect", &values).trim_end());
    }
    theme::quiet(ui, &words.tv("whatif-pairs", &[("pairs", finding.pairs.into())]));
}
