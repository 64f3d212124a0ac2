//! The call to 119 as a conversation. The operator asks for one thing after another; the caller answers, or says
//! something of no use, and may hang up at any time. While the caller chooses the clock stands: reading is not what is
//! trained. Talking then takes the time it takes ([`Action::Call`](crate::drill::Action::Call)).

use super::Out;
use crate::app::session::Wish;
use crate::app::theme::{self, Choice, GAP, Kind};
use crate::app::words::Words;
use crate::drill::{Action, CallItem};
use bevy_egui::egui::{Context, ScrollArea, vec2};

/// What the operator asks for, in this order.
pub const ASKED: [CallItem; 9] = [
    CallItem::Address,
    CallItem::FloorAndRoom,
    CallItem::WhatBurns,
    CallItem::HowBig,
    CallItem::PeopleTrapped,
    CallItem::WindowSide,
    CallItem::Dangers,
    CallItem::NameAndPhone,
    CallItem::StaysOnLine,
];

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// The operator.
    Operator,
    /// The caller.
    Caller,
}

/// What the caller chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Tells what was asked for.
    Tells,
    /// Says something of no use.
    Useless,
    /// Hangs up.
    HangsUp,
}

/// A call while it goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phone {
    asked: usize,
    said: Vec<CallItem>,
    heard: Vec<(Voice, &'static str)>,
    over: bool,
}

impl Phone {
    /// The operator answers.
    pub fn dial() -> Self {
        let mut phone = Self::default();
        phone.heard.push((Voice::Operator, "phone-hello"));
        phone.ask();
        phone
    }

    /// What the operator asks for now; none when the call is over.
    pub fn question(&self) -> Option<CallItem> {
        ASKED.get(self.asked).copied().filter(|_| !self.over)
    }

    /// What was said so far, in the order said.
    pub fn said(&self) -> &[CallItem] {
        &self.said
    }

    /// The conversation so far: keys of texts.
    pub fn heard(&self) -> &[(Voice, &'static str)] {
        &self.heard
    }

    /// The call is over.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// The caller replies.
    pub fn reply(&mut self, reply: Reply) {
        let Some(item) = self.question() else { return };
        match reply {
            Reply::Tells => {
                self.said.push(item);
                self.heard.push((Voice::Caller, told(item)));
            }
            Reply::Useless => self.heard.push((Voice::Caller, useless(item))),
            Reply::HangsUp => {
                self.heard.push((Voice::Caller, "phone-hangs-up"));
                self.over = true;
                return;
            }
        }
        self.asked += 1;
        self.ask();
    }

    fn ask(&mut self) {
        match self.question() {
            Some(item) => self.heard.push((Voice::Operator, asked(item))),
            None => {
                self.heard.push((Voice::Operator, "phone-goodbye"));
                self.over = true;
            }
        }
    }
}

const fn asked(item: CallItem) -> &'static str {
    match item {
        CallItem::Address => "phone-ask-address",
        CallItem::FloorAndRoom => "phone-ask-floor",
        CallItem::WhatBurns => "phone-ask-what",
        CallItem::HowBig => "phone-ask-big",
        CallItem::PeopleTrapped => "phone-ask-people",
        CallItem::WindowSide => "phone-ask-window",
        CallItem::Dangers => "phone-ask-dangers",
        CallItem::NameAndPhone => "phone-ask-name",
        CallItem::StaysOnLine => "phone-ask-stays",
    }
}

const fn told(item: CallItem) -> &'static str {
    match item {
        CallItem::Address => "call-address",
        CallItem::FloorAndRoom => "call-floor",
        CallItem::WhatBurns => "call-what",
        CallItem::HowBig => "call-big",
        CallItem::PeopleTrapped => "call-people",
        CallItem::WindowSide => "call-window",
        CallItem::Dangers => "call-dangers",
        CallItem::NameAndPhone => "call-name",
        CallItem::StaysOnLine => "call-stays",
    }
}

const fn useless(item: CallItem) -> &'static str {
    match item {
        CallItem::Address => "phone-no-address",
        CallItem::FloorAndRoom => "phone-no-floor",
        CallItem::WhatBurns => "phone-no-what",
        CallItem::HowBig => "phone-no-big",
        CallItem::PeopleTrapped => "phone-no-people",
        CallItem::WindowSide => "phone-no-window",
        CallItem::Dangers => "phone-no-dangers",
        CallItem::NameAndPhone => "phone-no-name",
        CallItem::StaysOnLine => "phone-no-stays",
    }
}

/// Shows the call; true when it is put away.
pub fn show(ctx: &Context, words: &Words, phone: &mut Phone, out: &mut Out) -> bool {
    let mut away = false;
    let rect = super::middle(ctx, vec2(1020.0, 830.0));
    theme::dialogue(ctx, "phone", rect, |ui| {
        theme::heading(ui, &words.t("phone-title"));
        let foot = 3.0 * (theme::TARGET + 30.0 + GAP) + 20.0;
        let scroll = ScrollArea::vertical()
            .id_salt("talk")
            .auto_shrink(false)
            .stick_to_bottom(true);
        scroll.max_height(rect.height() - foot - 110.0).show(ui, |ui| {
            for (voice, key) in &phone.heard {
                let (who, colour) = match voice {
                    Voice::Operator => ("phone-operator", theme::CARE),
                    Voice::Caller => ("phone-caller", theme::TEXT),
                };
                let said = words.t(key);
                let line = words.tv("phone-line", &[("who", words.t(who).into()), ("said", said.into())]);
                theme::coloured(ui, &line, theme::BODY, colour);
            }
        });
        ui.add_space(GAP);
        match phone.question() {
            Some(item) => {
                let mut replies = [
                    (Reply::Tells, words.t(told(item)), Kind::Plain),
                    (Reply::Useless, words.t(useless(item)), Kind::Plain),
                    (Reply::HangsUp, words.t("phone-hang-up"), Kind::Alarm),
                ];
                // The useful reply is not always the first.
                if phone.asked % 2 == 1 {
                    replies.swap(0, 1);
                }
                let mut chosen = None;
                for (reply, text, kind) in replies {
                    let choice = Choice::new(&text).kind(kind);
                    if choice.least_height(theme::TARGET + 8.0).show(ui) {
                        chosen = Some(reply);
                    }
                }
                if let Some(reply) = chosen {
                    phone.reply(reply);
                    // The next question stands there at once.
                    ui.ctx().request_repaint();
                }
            }
            None => {
                let key = if phone.said.is_empty() {
                    "phone-nothing-said"
                } else {
                    "phone-talk-takes"
                };
                theme::quiet(ui, &words.t(key));
                if Choice::new(&words.t("phone-put-away"))
                    .kind(Kind::Go)
                    .centred()
                    .show(ui)
                {
                    if !phone.said.is_empty() {
                        out.ask(Action::Call(phone.said.clone()));
                    }
                    out.wish(Wish::Resume);
                    away = true;
                }
            }
        }
    });
    away
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill::ALL_ITEMS;

    #[test]
    fn whoever_answers_everything_says_all_eight_contents_and_the_window() {
        let mut phone = Phone::dial();
        while phone.question().is_some() {
            phone.reply(Reply::Tells);
        }
        assert!(phone.is_over());
        assert_eq!(phone.said(), ASKED);
        assert!(ALL_ITEMS.iter().all(|i| phone.said().contains(i)));
    }

    #[test]
    fn what_was_said_comes_in_the_order_said_and_without_what_was_of_no_use() {
        let mut phone = Phone::dial();
        phone.reply(Reply::Useless);
        phone.reply(Reply::Tells);
        phone.reply(Reply::Tells);
        phone.reply(Reply::HangsUp);
        assert!(phone.is_over() && phone.question().is_none());
        assert_eq!(phone.said(), [CallItem::FloorAndRoom, CallItem::WhatBurns]);
        // Nothing more is said into a dead line.
        phone.reply(Reply::Tells);
        assert_eq!(phone.said().len(), 2);
    }

    #[test]
    fn every_question_is_asked_once_and_answered_before_the_next() {
        let mut phone = Phone::dial();
        let mut asked_for = Vec::new();
        while let Some(item) = phone.question() {
            asked_for.push(item);
            assert_eq!(phone.heard().last(), Some(&(Voice::Operator, asked(item))));
            phone.reply(Reply::Useless);
        }
        assert_eq!(asked_for, ASKED);
        assert!(phone.said().is_empty());
    }
}
