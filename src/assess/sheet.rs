//! The score sheet: what happened to whom, each decision with its reason and official basis, what was good, what to
//! work on, one question. A resident's sheet has no doses, kilowatts or percentages.

use super::guidance::{Profile, Quiz};
use super::judge::{Decision, Outcome, Score, Verdict};
use super::rubric::{Dimension, Rubric};
use crate::crowd::PersonState;
use crate::drill::Whereabouts;
use crate::scenario::{Document, Role, Text, Use};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// A language of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Simplified Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// The text in this language; Chinese where English is missing.
    pub fn of(self, text: &Text) -> &str {
        match self {
            Self::En if !text.en.is_empty() => &text.en,
            _ => &text.zh,
        }
    }
    const fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// Those whose sheet has no doses, kilowatts or percentages.
pub const fn is_resident(role: Role) -> bool {
    matches!(role, Role::Resident | Role::OlderResident | Role::Pupil)
}

/// Name under which a recording keeps a trainee's sheet.
pub fn sheet_note(id: &str) -> String {
    format!("sheet/{id}")
}

/// A trainee as the command line prints one: `trainees[i]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraineeReport {
    /// Name in the scenario.
    pub id: String,
    /// In which role they were judged.
    pub role: Role,
    /// Policy that played, or `None` for a person.
    pub policy: Option<String>,
    /// Points and decisions.
    pub score: Score,
    /// How it ended.
    pub outcome: Outcome,
}

/// A score sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// The scenario's title.
    pub title: Text,
    /// Title of the guidance that judged it.
    pub profile: Text,
    /// Who, with score and outcome.
    pub trainee: TraineeReport,
    /// 优秀, 良好, 合格, 需再练.
    pub grade: Text,
    /// What happened to the trainee, those they answered for, the neighbours.
    pub happened: Vec<Text>,
    /// Rules of the two best decisions.
    pub best: Vec<String>,
    /// Rules to work on, the gravest first.
    pub work_on: Vec<String>,
    /// 本次未考核.
    pub not_assessed: Vec<Text>,
    /// A question to end with.
    pub quiz: Option<Quiz>,
    /// Titles of the dimensions, in order.
    pub dimensions: Vec<(Dimension, Text)>,
    /// What in the rubric is an assumption.
    pub assumptions: Vec<Text>,
    /// Where sources differ, and which side was taken.
    pub differences: Vec<(Text, Text)>,
    /// Rules judged here that the fire service has not signed yet.
    pub unsigned: Vec<String>,
}

impl Sheet {
    /// The sheet of a trainee.
    pub fn new(title: Text, trainee: TraineeReport, profile: &Profile, rubric: &Rubric) -> Self {
        let score = &trainee.score;
        let lost = |d: &Decision| d.max_points - d.points;
        let mut good: Vec<&Decision> = score.decisions.iter().filter(|d| d.right == Verdict::Right).collect();
        good.sort_by(|a, b| b.points.total_cmp(&a.points));
        let mut bad: Vec<&Decision> = score.decisions.iter().filter(|d| d.right != Verdict::Right).collect();
        bad.sort_by(|a, b| b.critical.cmp(&a.critical).then(lost(b).total_cmp(&lost(a))));
        let best: Vec<String> = good.iter().take(2).map(|d| d.id.clone()).collect();
        let work_on: Vec<String> = bad.iter().take(2).map(|d| d.id.clone()).collect();
        // The question belongs to what went worst, else to what arose, else it is the first.
        let asked = work_on.iter().chain(score.decisions.iter().map(|d| &d.id));
        let quiz = asked
            .filter_map(|id| profile.quiz.iter().find(|q| q.row == *id))
            .next()
            .or_else(|| profile.quiz.first())
            .cloned();
        // Who did not pass is not told a good grade, whatever luck made of the total.
        let mark = if score.passed {
            score.total.max(rubric.pass_mark)
        } else {
            0.0
        };
        let grade = rubric
            .grades
            .iter()
            .find(|g| mark >= g.from)
            .map(|g| g.title.clone())
            .unwrap_or_default();
        Self {
            title,
            profile: profile.title.clone(),
            grade,
            happened: happened(&trainee.outcome),
            best,
            work_on,
            not_assessed: score.not_assessed.iter().map(|d| rubric.title(*d)).collect(),
            quiz,
            dimensions: rubric
                .dimensions
                .iter()
                .map(|d| (d.dimension, d.title.clone()))
                .collect(),
            assumptions: rubric.assumptions.clone(),
            differences: profile
                .switches
                .iter()
                .filter_map(|s| {
                    s.choices
                        .iter()
                        .find(|c| c.word == s.default)
                        .map(|c| (s.title.clone(), c.title.clone()))
                })
                .collect(),
            unsigned: (score.decisions.iter().map(|d| &d.id))
                .filter(|id| profile.row(id).is_some_and(|r| r.reviewer.is_empty()))
                .cloned()
                .collect(),
            trainee,
        }
    }

    /// The sheet as plain text. A resident's has no doses and no percentages.
    pub fn text(&self, lang: Language, resident: bool) -> String {
        let mut out = String::new();
        let score = &self.trainee.score;
        line(
            &mut out,
            format_args!(
                "{} · {}",
                lang.pick("消防演练成绩单", "Fire drill score sheet"),
                lang.of(&self.title)
            ),
        );
        line(
            &mut out,
            format_args!("{}: {}", lang.pick("判定规则", "Rules"), lang.of(&self.profile)),
        );
        let verdict = lang.of(&score.verdict()).to_owned();
        if resident {
            line(&mut out, format_args!("{}: {verdict}", lang.pick("结果", "Result")));
        } else {
            line(
                &mut out,
                format_args!(
                    "{}: {verdict} ({}) · {} {:.1} · {} {:.1}",
                    lang.pick("结果", "Result"),
                    lang.of(&self.grade),
                    lang.pick("决策分", "process"),
                    score.process,
                    lang.pick("总分", "total"),
                    score.total
                ),
            );
        }

        heading(&mut out, lang.pick("结果如何", "What happened"));
        for text in &self.happened {
            line(&mut out, format_args!("- {}", lang.of(text)));
        }
        if !resident {
            let o = &self.trainee.outcome;
            line(
                &mut out,
                format_args!(
                    "- FED {} {:.2}, {} {:.2}",
                    lang.pick("气体", "gas"),
                    o.fed_gas,
                    lang.pick("热", "heat"),
                    o.fed_heat
                ),
            );
            for (name, k) in &o.answered_for {
                line(
                    &mut out,
                    format_args!(
                        "- {name}: FED {} {:.2}, {} {:.2}",
                        lang.pick("气体", "gas"),
                        k.fed_gas,
                        lang.pick("热", "heat"),
                        k.fed_heat
                    ),
                );
            }
        }

        heading(&mut out, lang.pick("做得好的", "Done well"));
        self.list(&mut out, &self.best, lang);
        heading(&mut out, lang.pick("要再练的", "To work on"));
        self.list(&mut out, &self.work_on, lang);

        heading(&mut out, lang.pick("每一个决定", "Each decision"));
        if score.decisions.is_empty() {
            line(
                &mut out,
                format_args!("{}", lang.pick("没有需要判定的决定。", "Nothing arose to be judged.")),
            );
        }
        for decision in &score.decisions {
            decision_text(&mut out, decision, lang);
        }

        if !resident {
            heading(&mut out, lang.pick("各维度", "Dimensions"));
            for (dimension, title) in &self.dimensions {
                if let (Some(percent), Some(weight)) = (score.dimensions.get(dimension), score.weights.get(dimension)) {
                    line(
                        &mut out,
                        format_args!(
                            "{} {}: {percent:.0}% ({} {weight:.1})",
                            dimension.letter(),
                            lang.of(title),
                            lang.pick("权重", "weight")
                        ),
                    );
                }
            }
        }
        if !self.not_assessed.is_empty() {
            let names: Vec<&str> = self.not_assessed.iter().map(|t| lang.of(t)).collect();
            heading(&mut out, lang.pick("本次未考核", "Not assessed this time"));
            line(&mut out, format_args!("{}", names.join(lang.pick("、", ", "))));
        }
        if let Some(quiz) = &self.quiz {
            heading(&mut out, lang.pick("问一问", "A question"));
            line(&mut out, format_args!("{}", lang.of(&quiz.question)));
            for (letter, answer) in ('A'..='Z').zip(&quiz.answers) {
                line(&mut out, format_args!("{letter}. {}", lang.of(answer)));
            }
        }
        if !resident && !self.differences.is_empty() {
            heading(&mut out, lang.pick("依据不一致之处", "Where sources differ"));
            for (title, taken) in &self.differences {
                line(&mut out, format_args!("- {}: {}", lang.of(title), lang.of(taken)));
            }
        }
        if !resident && !self.unsigned.is_empty() {
            heading(
                &mut out,
                lang.pick("尚未由消防救援机构签字", "Not yet signed by the fire service"),
            );
            line(&mut out, format_args!("{}", self.unsigned.join(lang.pick("、", ", "))));
        }
        if !resident && !self.assumptions.is_empty() {
            heading(
                &mut out,
                lang.pick("评分中的假定(待核实)", "Assumptions in the scoring (not verified)"),
            );
            for text in &self.assumptions {
                line(&mut out, format_args!("- {}", lang.of(text)));
            }
        }
        match lang {
            Language::Zh => out.replace(": ", "："),
            Language::En => out,
        }
    }

    fn list(&self, out: &mut String, ids: &[String], lang: Language) {
        if ids.is_empty() {
            line(out, format_args!("- {}", lang.pick("本次没有", "none this time")));
        }
        for id in ids {
            if let Some(d) = self.trainee.score.decisions.iter().find(|d| d.id == *id) {
                line(out, format_args!("- {}: {}", lang.of(&d.title), lang.of(&d.reason)));
            }
        }
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}

fn heading(out: &mut String, text: &str) {
    line(out, format_args!("\n【{text}】"));
}

fn decision_text(out: &mut String, d: &Decision, lang: Language) {
    let verdict = match d.right {
        Verdict::Right => lang.pick("对", "right"),
        Verdict::Partly => lang.pick("部分对", "partly right"),
        Verdict::Wrong => lang.pick("错", "wrong"),
    };
    let critical = if d.critical {
        lang.pick(" · 严重错误", " · critical")
    } else {
        ""
    };
    line(
        out,
        format_args!(
            "{} {} {} [{}] {verdict}{critical} · {:.1}/{:.1}{}",
            clock(d.time_s),
            d.id,
            lang.of(&d.title),
            lang.of(&place_text(d.place)),
            d.points,
            d.max_points,
            lang.pick("分", " points")
        ),
    );
    line(
        out,
        format_args!("  {}: {}", lang.pick("当时知道", "Known"), lang.of(&d.known)),
    );
    line(
        out,
        format_args!("  {}: {}", lang.pick("您的选择", "Choice"), lang.of(&d.choice)),
    );
    line(
        out,
        format_args!("  {}: {}", lang.pick("为什么", "Why"), lang.of(&d.reason)),
    );
    line(
        out,
        format_args!("  {}: {}", lang.pick("依据", "Basis"), basis_text(&d.basis, lang)),
    );
}

/// A document as it is cited; 待核实 where nobody looked it up.
pub fn basis_text(document: &Document, lang: Language) -> String {
    let mut text = format!("《{}》", document.document);
    if !document.article.is_empty() {
        let _ = write!(text, " {}", document.article);
    }
    if document.year != 0 {
        let _ = write!(text, " ({})", document.year);
    }
    if !document.checked {
        text.push_str(lang.pick(" · 待核实", " · not verified (待核实)"));
    }
    text
}

/// mm:ss.
pub fn clock(time_s: f64) -> String {
    let whole = if time_s.is_finite() {
        time_s.clamp(0.0, 359_999.0) as u64
    } else {
        0
    };
    format!("{:02}:{:02}", whole / 60, whole % 60)
}

/// Where somebody is, in plain words.
pub fn place_text(place: Whereabouts) -> Text {
    let (zh, en) = match place {
        Whereabouts::Home(Use::Bedroom) => ("卧室", "bedroom"),
        Whereabouts::Home(Use::LivingRoom) => ("客厅", "living room"),
        Whereabouts::Home(Use::Kitchen) => ("厨房", "kitchen"),
        Whereabouts::Home(Use::Bathroom) => ("卫生间", "bathroom"),
        Whereabouts::Home(Use::Balcony) => ("阳台", "balcony"),
        Whereabouts::Home(_) => ("家里", "home"),
        Whereabouts::Corridor => ("楼道", "corridor"),
        Whereabouts::Stair(..) => ("楼梯", "stair"),
        Whereabouts::Hall => ("门厅", "entrance hall"),
        Whereabouts::Lift(_) => ("电梯", "lift"),
        Whereabouts::Street => ("室外", "street"),
        Whereabouts::Elsewhere => ("别处", "elsewhere"),
    };
    Text {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

/// What became of the trainee, those they answered for and the neighbours, in plain sentences.
pub fn happened(outcome: &Outcome) -> Vec<Text> {
    let who = |zh: &str, en: &str| Text {
        zh: zh.to_owned(),
        en: en.to_owned(),
    };
    let ended = |state, in_refuge, gas: f64, heat: f64| Ended {
        state,
        in_refuge,
        dose: gas.max(heat),
    };
    let own = ended(outcome.state, outcome.in_refuge, outcome.fed_gas, outcome.fed_heat);
    let told = |who: &Text, (zh, en): (&str, &str)| Text {
        zh: format!("{}{zh}。", who.zh),
        en: format!("{} {en}.", who.en),
    };
    let mut all = vec![told(&who("您", "You"), became(&own))];
    let mut ends: Vec<((&str, &str), Vec<Text>)> = Vec::new();
    for (name, kin) in &outcome.answered_for {
        let called = match (kin.called.zh.is_empty(), name.is_empty()) {
            (false, _) => kin.called.clone(),
            (true, false) => who(name, name),
            (true, true) => who("家人", "your family"),
        };
        let end = became(&ended(kin.state, kin.in_refuge, kin.fed_gas, kin.fed_heat));
        match ends.iter_mut().find(|(e, _)| *e == end) {
            Some((_, alike)) => alike.push(called),
            None => ends.push((end, vec![called])),
        }
    }
    for (end, alike) in ends {
        if alike.len() > NAMED {
            let n = alike.len();
            all.push(told(
                &who(&format!("您照看的人里有{n}位"), &format!("{n} of those in your care")),
                end,
            ));
        } else {
            all.extend(alike.iter().map(|called| told(called, end)));
        }
    }
    if let Some(n) = &outcome.neighbours {
        all.push(if n.harmed == 0 {
            Text {
                zh: "邻居没有人受伤。".to_owned(),
                en: "No neighbour came to harm.".to_owned(),
            }
        } else {
            Text {
                zh: format!("{}位邻居中有{}位受到伤害。", n.people, n.harmed),
                en: format!("{} of {} neighbours came to harm.", n.harmed, n.people),
            }
        });
        if let Some(owed) = n.owed.filter(|o| *o >= 0.5) {
            all.push(Text {
                zh: format!("您若换一种做法，约有{owed:.0}位邻居不会受到伤害。"),
                en: format!("Had you decided otherwise, about {owed:.0} of them would have been spared."),
            });
        }
    }
    all
}

/// More than so many who ended alike are counted, not named.
const NAMED: usize = 3;

/// How somebody ended.
struct Ended {
    state: PersonState,
    in_refuge: bool,
    /// Gas or heat, the larger.
    dose: f64,
}

/// Doses as a resident is told them: unhurt below 0.1, smoke taken in up to 0.3, hurt above.
const fn became(end: &Ended) -> (&'static str, &'static str) {
    match (end.state, end.dose) {
        (PersonState::Incapacitated, _) => ("倒下了，要靠别人救", "collapsed and had to be rescued"),
        (PersonState::Out, dose) if dose < 0.1 => ("平安到了室外", "came out unhurt"),
        (PersonState::Out, dose) if dose < 0.3 => ("到了室外，吸入了一些烟", "came out after breathing some smoke"),
        (PersonState::Out, _) => ("到了室外，但受了伤", "came out hurt"),
        (_, dose) if end.in_refuge && dose < 0.1 => ("平安到了避难间", "reached the refuge unhurt"),
        (_, dose) if end.in_refuge && dose < 0.3 => (
            "到了避难间，吸入了一些烟",
            "reached the refuge after breathing some smoke",
        ),
        _ if end.in_refuge => ("到了避难间，但受了伤", "reached the refuge hurt"),
        (_, dose) if dose < 0.1 => ("还在楼里，没有受伤", "stayed in the building, unhurt"),
        (_, dose) if dose < 0.3 => (
            "还在楼里，吸入了一些烟",
            "stayed in the building and breathed some smoke",
        ),
        _ => ("还在楼里，受了伤", "stayed in the building, hurt"),
    }
}
