//! One plain sentence for everybody: what the other way would have changed, and how often.

use super::conduct::{Fork, undone};
use super::measure::{Effect, Measure};
use super::{FIRST_PAIRS, Subject};
use crate::scenario::Text;

fn text(zh: impl Into<String>, en: impl Into<String>) -> Text {
    Text {
        zh: zh.into(),
        en: en.into(),
    }
}

pub(super) fn as_it_was() -> Text {
    text("照当晚的样子", "as it was")
}

pub(super) fn by_the_rules() -> Text {
    text("如果一开始就照规则做", "By the rules from the beginning")
}

pub(super) fn whole() -> Text {
    text("全部决定合在一起", "all decisions together")
}

pub(super) fn outside_the_model() -> Text {
    text(
        "它的好处在消防队到场以后，本次推演不计算；不计算不等于不要紧",
        "what it brings lies with the fire service, which is not computed here; that does not make it less important",
    )
}

pub(super) fn opening(path: &str, open: f64) -> Text {
    if open > 0.0 {
        text(format!("如果打开 {path}"), format!("With {path} open"))
    } else {
        text(format!("如果关上 {path}"), format!("With {path} shut"))
    }
}

/// The other way of a decision, to begin a sentence with.
pub(super) fn of_act(fork: &Fork) -> Text {
    let act = fork.act.text();
    let wrong = undone(fork.act);
    match (fork.erred, wrong) {
        // A wrong deed not done, a right one not left undone.
        (true, None) => text(
            format!("如果当时没有“{}”，而是照规则做", act.zh),
            format!("Had it not been so (“{}”), but by the rules", act.en),
        ),
        (true, Some(_)) => text(
            format!("如果当时做到“{}”", act.zh),
            format!("Had it been done (“{}”)", act.en),
        ),
        (false, None) => text(
            format!("如果当时“{}”", act.zh),
            format!("Had it gone otherwise (“{}”)", act.en),
        ),
        (false, Some(wrong)) => text(
            format!("如果当时{}", wrong.zh),
            format!("Had it gone otherwise ({})", wrong.en),
        ),
    }
}

/// How often, in tens: nobody need know what a share is.
fn in_ten(share: f64) -> Text {
    match (share * 10.0).round() as u32 {
        10 => text("十次里有十次，", "in ten nights out of ten"),
        n => text(
            format!("十次里约有{}次，", ZH[n.min(10) as usize]),
            format!("in about {n} nights out of ten"),
        ),
    }
}

const ZH: [&str; 11] = ["零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十"];

/// The sentence of a finding. `within_s`: how far ahead it looks, s; `None`: to the end.
pub(super) fn of_finding(
    subject: &Subject,
    other: &Text,
    headline: Option<&Effect>,
    pairs: usize,
    within_s: Option<f64>,
) -> Text {
    if pairs < FIRST_PAIRS {
        return text("正在推演……", "Still being computed …");
    }
    if let Some(within_s) = within_s {
        let n = within_s.round();
        let Some(effect) = headline else {
            return text(
                format!("头{n}秒里还看不出差别，正在继续推演……"),
                format!("No difference yet in the first {n} s; still being computed …"),
            );
        };
        let said = of_finding(subject, other, Some(effect), pairs, None);
        return text(
            format!("头{n}秒里：{}正在继续推演……", said.zh),
            format!("Within the first {n} s: {} Still being computed …", said.en),
        );
    }
    let Some(effect) = headline else {
        return match subject {
            Subject::Hazard(_) => text(
                format!("{}，在这场火里没有差别。换一场火就未必了，隐患还是要除。", other.zh),
                format!(
                    "{} it would have made no difference here. In another fire it might: put the hazard right all the same.",
                    comma(&other.en)
                ),
            ),
            Subject::Whole => text(
                "照规则做，在这场火里结果没有差别。",
                "By the rules it would have made no difference here.",
            ),
            Subject::Decision(_) | Subject::Opening(_) => text(
                format!("{}，在这场火里没有差别。换一场火，就未必了。", other.zh),
                format!(
                    "{} it would have made no difference here. In another fire it might.",
                    comma(&other.en)
                ),
            ),
        };
    };
    let often = in_ten(effect.share);
    let more = effect.difference > 0.0;
    let people = effect.difference.abs();
    let number = if people < 1.5 { 1.0 } else { people.round() };
    let (zh, en) = match (effect.measure, more) {
        (Measure::FamilyHurt, true) => (
            "您或家人会受伤".to_owned(),
            "you or your family would have been hurt".to_owned(),
        ),
        (Measure::FamilyHurt, false) => (
            "您和家人会少受伤害".to_owned(),
            "you and your family would have been spared harm".to_owned(),
        ),
        (Measure::OthersHurt, true) => (
            format!("会多伤到邻居，平均{number:.0}人"),
            format!("more others would have been hurt, {number:.0} on average"),
        ),
        (Measure::OthersHurt, false) => (
            format!("会少伤到邻居，平均{number:.0}人"),
            format!("fewer others would have been hurt, {number:.0} on average"),
        ),
        (Measure::OwnDose, true) => (
            "您会多吸进烟气".to_owned(),
            "you would have breathed more smoke".to_owned(),
        ),
        (Measure::OwnDose, false) => (
            "您会少吸进烟气".to_owned(),
            "you would have breathed less smoke".to_owned(),
        ),
        (_, true) => (
            "家人会多吸进烟气".to_owned(),
            "your family would have breathed more smoke".to_owned(),
        ),
        (_, false) => (
            "家人会少吸进烟气".to_owned(),
            "your family would have breathed less smoke".to_owned(),
        ),
    };
    text(
        format!("{}，{}{zh}。", other.zh, often.zh),
        format!("{} {}, {en}.", comma(&other.en), often.en),
    )
}

fn comma(text: &str) -> String {
    format!("{text},")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(measure: Measure, difference: f64, share: f64) -> Effect {
        Effect {
            measure,
            taken: 0.0,
            other: difference,
            difference,
            interval: None,
            share,
        }
    }

    #[test]
    fn a_sentence_says_how_often_and_no_difference_is_said_as_such() {
        let subject = Subject::Decision("D-08".to_owned());
        let other = text(
            "如果当时“走进浓烟”",
            "Had it gone otherwise (“went out into dense smoke”)",
        );
        let hurt = of_finding(&subject, &other, Some(&effect(Measure::FamilyHurt, 1.6, 0.8)), 8, None);
        assert_eq!(hurt.zh, "如果当时“走进浓烟”，十次里约有八次，您或家人会受伤。");
        assert!(
            hurt.en
                .ends_with("in about 8 nights out of ten, you or your family would have been hurt.")
        );
        let none = of_finding(&subject, &other, None, 8, None);
        assert!(none.zh.contains("在这场火里没有差别"), "{}", none.zh);
        assert!(none.en.contains("made no difference here"), "{}", none.en);
        let all = of_finding(&subject, &other, Some(&effect(Measure::OthersHurt, -2.6, 1.0)), 8, None);
        assert!(all.zh.contains("十次里有十次，会少伤到邻居，平均3人"), "{}", all.zh);
        let early = of_finding(&subject, &other, None, 1, None);
        assert!(early.en.contains("Still"), "{}", early.en);
        let ahead = of_finding(
            &subject,
            &other,
            Some(&effect(Measure::FamilyHurt, 1.6, 1.0)),
            2,
            Some(60.0),
        );
        assert!(
            ahead.zh.starts_with("头60秒里：如果当时") && ahead.zh.contains("继续推演"),
            "{}",
            ahead.zh
        );
        let nothing = of_finding(&subject, &other, None, 2, Some(60.0));
        assert!(nothing.en.contains("No difference yet"), "{}", nothing.en);
    }
}
