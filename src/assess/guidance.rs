//! The rule table: what is right in which situation, with its official source, as data
//! (`assets/guidance/*.ron`). A row names what a trainee perceived, never a place or a fire.

use super::act::Act;
use super::rubric::Dimension;
use super::situation::{Fact, Situation};
use crate::drill::{CallItem, Known};
use crate::scenario::{Document, Library, Role, Span, Src, Text};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A guidance or rubric file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No such file in the library.
    #[error("there is no {0}")]
    Missing(String),
    /// It is not what it should be.
    #[error("{path}:{line}:{column}: {message}")]
    Malformed {
        /// Path in the library.
        path: String,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What the reader found wrong.
        message: String,
    },
}

/// Reads a RON value that stands at `path` in the library.
pub(super) fn read<T: serde::de::DeserializeOwned>(path: &str, text: &str) -> Result<T, ReadError> {
    ron::Options::default()
        .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
        .from_str(text)
        .map_err(|e| ReadError::Malformed {
            path: path.to_owned(),
            line: e.span.start.line,
            column: e.span.start.col,
            message: e.code.to_string(),
        })
}

/// Something wrong in a guidance or rubric file; the checker turns it into an issue with file, line and column.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Dotted, stable: `guidance.no_source`, ...
    pub id: &'static str,
    /// Where it was written.
    pub span: Span,
    /// What is wrong.
    pub message: Text,
    /// What to do about it.
    pub hint: Text,
}

pub(super) fn problem(id: &'static str, span: Span, message: (String, String), hint: (&str, &str)) -> Problem {
    Problem {
        id,
        span,
        message: Text {
            zh: message.0,
            en: message.1,
        },
        hint: Text {
            zh: hint.0.to_owned(),
            en: hint.1.to_owned(),
        },
    }
}

/// A calendar day, written `"2027-12-31"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    /// Four digits.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31, as the month allows.
    pub day: u8,
}

/// A text that is no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a day; write it as \"2027-12-31\"")]
pub struct NotADay(String);

impl FromStr for Day {
    type Err = NotADay;
    fn from_str(text: &str) -> Result<Self, NotADay> {
        let bad = || NotADay(text.to_owned());
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else {
            return Err(bad());
        };
        if (year.len(), month.len(), day.len()) != (4, 2, 2) || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return Err(bad());
        }
        let (Ok(year), Ok(month), Ok(day)) = (year.parse::<u16>(), month.parse::<u8>(), day.parse::<u8>()) else {
            return Err(bad());
        };
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return Err(bad()),
        };
        if day == 0 || day > days {
            return Err(bad());
        }
        Ok(Self { year, month, day })
    }
}
impl TryFrom<String> for Day {
    type Error = NotADay;
    fn try_from(text: String) -> Result<Self, NotADay> {
        text.parse()
    }
}
impl From<Day> for String {
    fn from(d: Day) -> Self {
        format!("{:04}-{:02}-{:02}", d.year, d.month, d.day)
    }
}

/// A switch or one of its choices that the profile does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the profile has no switch {switch} with the choice {word}")]
pub struct NoSuchChoice {
    /// The switch asked for.
    pub switch: String,
    /// The choice asked for.
    pub word: String,
}

/// A dated table of rules.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// `"cn-2025-11"`; also the file's name.
    pub id: String,
    /// Shown to trainers.
    pub title: Text,
    /// Day of the newest document that it takes in.
    pub dated: Day,
    /// Where sources differ, and which side this profile takes; shown to trainers.
    pub switches: Vec<Switch>,
    /// The rules.
    pub rows: Vec<Row>,
    /// Questions asked at the end of a sheet.
    pub quiz: Vec<Quiz>,
}

/// Sources that differ.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switch {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Unique in the profile.
    pub id: String,
    /// What the sources differ about.
    pub title: Text,
    /// Word of the choice taken; the district may set another.
    pub default: String,
    /// The sides that may be taken.
    pub choices: Vec<Choice>,
}

/// One side of a difference.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Choice {
    /// Unique in the switch.
    pub word: String,
    /// What this side says.
    pub title: Text,
    /// The document that says so.
    pub source: Document,
}

/// A rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Row {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// `"D-05"`.
    pub id: String,
    /// The question, in a few words.
    pub title: Text,
    /// The question arises when this first holds.
    pub when: Condition,
    /// The question is overtaken when this comes to hold: what could still have been done then counts for nothing.
    pub unless: Condition,
    /// Rows that are silent while this one's condition holds.
    pub overrides: Vec<String>,
    /// For these roles only; empty: for all.
    pub roles: Vec<Role>,
    /// Only under these settings of the switches: (id, word). All must be so.
    pub switches: Vec<(String, String)>,
    /// Time to decide in, s; half credit up to twice that.
    pub window_s: f64,
    /// What earns the points.
    pub right: Vec<Right>,
    /// What loses them.
    pub wrong: Vec<Wrong>,
    /// What a trainee is told: at most 40 hanzi.
    pub feedback: Text,
    /// Documents it rests on.
    pub sources: Vec<Document>,
    /// Who signed it off; empty until then.
    pub reviewer: String,
    /// Last day before it must be looked at anew.
    pub valid_until: Day,
}

/// A right action.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Right {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// What is right.
    pub act: Act,
    /// Under which it counts.
    pub dimension: Dimension,
    /// For full credit.
    pub points: f64,
    /// Full credit up to here, s; 0: the row's window, or the rubric's time for this act.
    pub within_s: f64,
    /// Half credit up to here, s; 0: twice `within_s`.
    pub half_s: f64,
    /// Contents without which a call is worth nothing ([`Act::CallSays`]).
    pub must: Vec<CallItem>,
    /// Contents of a complete call.
    pub also: Vec<CallItem>,
    /// What is said when it was missing.
    pub missed: Text,
}

/// A wrong action.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wrong {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// What is wrong.
    pub act: Act,
    /// Whether it spoils the decision.
    pub severity: Weight,
    /// Caps the total (一票否决).
    pub critical: bool,
    /// Under which it counts.
    pub dimension: Dimension,
    /// Points taken from the row's in this dimension, never below zero.
    pub takes: f64,
    /// What is said about it.
    pub why: Text,
}

/// How bad a wrong action is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Weight {
    /// Makes the decision no worse than partly right.
    Minor,
    /// Makes the decision wrong.
    #[default]
    Serious,
}

/// A quiz item.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quiz {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Row that it belongs to.
    pub row: String,
    /// What is asked.
    pub question: Text,
    /// To choose one from.
    pub answers: Vec<Text>,
    /// Index of the right answer.
    pub right: usize,
}

/// A condition over what the trainee knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Condition {
    /// Holds never; what a row without `unless` has.
    #[default]
    Never,
    /// This fact holds.
    Is(Fact),
    /// It does not hold.
    Not(Box<Condition>),
    /// All of these hold; true if there are none.
    All(Vec<Condition>),
    /// One of these holds; false if there are none.
    Any(Vec<Condition>),
}

impl Condition {
    /// Does it hold for what the trainee knows?
    pub fn holds(&self, s: &Situation, known: &Known) -> bool {
        match self {
            Self::Never => false,
            Self::Is(fact) => fact.holds(s, known),
            Self::Not(c) => !c.holds(s, known),
            Self::All(all) => all.iter().all(|c| c.holds(s, known)),
            Self::Any(any) => any.iter().any(|c| c.holds(s, known)),
        }
    }
}

impl Profile {
    /// Reads a profile written in RON; `path` is for messages.
    pub fn from_ron(path: &str, text: &str) -> Result<Self, ReadError> {
        read(path, text)
    }

    /// The profile of this id in the library.
    pub fn load(library: &Library, id: &str) -> Result<Self, ReadError> {
        let path = format!("assets/guidance/{id}.ron");
        let text = library
            .files
            .get(&path)
            .ok_or_else(|| ReadError::Missing(path.clone()))?;
        Self::from_ron(&path, text)
    }

    /// The row of this id.
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|r| r.id == id)
    }

    /// Does the row apply to this role, as the switches are set?
    pub fn in_force(&self, row: &Row, role: Role) -> bool {
        (row.roles.is_empty() || row.roles.contains(&role))
            && row
                .switches
                .iter()
                .all(|(id, word)| self.switches.iter().any(|s| s.id == *id && s.default == *word))
    }

    /// The row's condition holds, and no row in force that overrides it holds too.
    pub fn at_stake(&self, row: &Row, s: &Situation, known: &Known, role: Role) -> bool {
        row.when.holds(s, known)
            && !self.rows.iter().any(|other| {
                other.overrides.contains(&row.id) && self.in_force(other, role) && other.when.holds(s, known)
            })
    }

    /// The rows that apply to what a trainee knows now, in the order of the table.
    pub fn asks(&self, s: &Situation, known: &Known, role: Role) -> Vec<&Row> {
        let applies =
            |r: &&Row| self.in_force(r, role) && self.at_stake(r, s, known, role) && !r.unless.holds(s, known);
        self.rows.iter().filter(applies).collect()
    }

    /// Sets a switch to another of its choices.
    pub fn set(&mut self, switch: &str, word: &str) -> Result<(), NoSuchChoice> {
        let no = || NoSuchChoice {
            switch: switch.to_owned(),
            word: word.to_owned(),
        };
        let found = self.switches.iter_mut().find(|s| s.id == switch).ok_or_else(no)?;
        if !found.choices.iter().any(|c| c.word == word) {
            return Err(no());
        }
        found.default = word.to_owned();
        Ok(())
    }

    /// Rows that are no longer valid on this day.
    pub fn expired(&self, today: Day) -> Vec<&Row> {
        self.rows.iter().filter(|r| r.valid_until < today).collect()
    }

    /// Everything that is wrong in it.
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        for (i, row) in self.rows.iter().enumerate() {
            row.problems(self, &mut found);
            if self.rows[..i].iter().any(|r| r.id == row.id) {
                found.push(problem(
                    "guidance.twice",
                    row.src.of("id"),
                    (format!("{} 写了两次", row.id), format!("{} stands here twice", row.id)),
                    ("删去一行或改编号", "remove one or give it another id"),
                ));
            }
        }
        for switch in &self.switches {
            if !switch.choices.iter().any(|c| c.word == switch.default) {
                found.push(problem(
                    "guidance.switch_default",
                    switch.src.of("default"),
                    (
                        format!("{} 没有选项 {}", switch.id, switch.default),
                        format!("{} has no choice {}", switch.id, switch.default),
                    ),
                    ("默认值须是选项之一", "the default must be one of the choices"),
                ));
            }
        }
        for quiz in &self.quiz {
            if quiz.right >= quiz.answers.len() {
                found.push(problem(
                    "guidance.quiz_answer",
                    quiz.src.of("right"),
                    ("没有这个答案".to_owned(), "there is no such answer".to_owned()),
                    ("从0数起", "answers count from 0"),
                ));
            }
        }
        found
    }
}

/// Longest feedback, hanzi.
pub const FEEDBACK_HANZI: usize = 40;

impl Row {
    fn problems(&self, profile: &Profile, found: &mut Vec<Problem>) {
        let id = &self.id;
        if self.sources.iter().all(|s| s.document.is_empty()) {
            found.push(problem(
                "guidance.no_source",
                self.src.of("sources"),
                (format!("{id} 没有依据"), format!("{id} has no source")),
                ("写明文件、条款、年份", "name the document, article and year"),
            ));
        }
        let long = self.feedback.zh.chars().count();
        if long == 0 || long > FEEDBACK_HANZI || self.feedback.en.is_empty() {
            found.push(problem(
                "guidance.feedback",
                self.src.of("feedback"),
                (
                    format!("{id} 的反馈语有{long}字"),
                    format!("the feedback of {id} has {long} hanzi"),
                ),
                ("中文1到40字，英文不能空", "1 to 40 hanzi, and an English text"),
            ));
        }
        if self.valid_until == Day::default() {
            found.push(problem(
                "guidance.no_end",
                self.src.of("valid_until"),
                (
                    format!("{id} 没有有效期"),
                    format!("{id} has no day until which it is valid"),
                ),
                ("写成 \"2027-12-31\"", "write it as \"2027-12-31\""),
            ));
        }
        if !(self.window_s.is_finite() && self.window_s > 0.0) {
            found.push(problem(
                "guidance.window",
                self.src.of("window_s"),
                (
                    format!("{id} 的决策时限须大于0秒"),
                    format!("the window of {id} must be longer than 0 s"),
                ),
                ("例如 window_s: 60.0", "for instance window_s: 60.0"),
            ));
        }
        let bad = |points: f64| !(points.is_finite() && points >= 0.0);
        if self.right.is_empty() || self.right.iter().any(|r| bad(r.points)) || self.wrong.iter().any(|w| bad(w.takes))
        {
            found.push(problem(
                "guidance.points",
                self.src.of("right"),
                (
                    format!("{id} 至少要有一项正确做法，分值不能为负"),
                    format!("{id} needs a right action; no points below zero"),
                ),
                ("检查 right 和 wrong", "look at right and wrong"),
            ));
        }
        for other in &self.overrides {
            if profile.row(other).is_none() {
                found.push(problem(
                    "guidance.overrides",
                    self.src.of("overrides"),
                    (
                        format!("{id} 压过的 {other} 不存在"),
                        format!("{id} overrides {other}, which is not here"),
                    ),
                    ("改成已有的编号", "name a row of this profile"),
                ));
            }
        }
    }
}
