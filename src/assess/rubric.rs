//! How decisions become a score: dimensions, weights by role, times, caps and pass marks, as data
//! (`assets/rubrics/*.ron`).

use super::guidance::{Problem, ReadError, problem, read};
use crate::scenario::{Document, Library, Role, Src, Text};
use serde::{Deserialize, Serialize};

/// What is assessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Dimension {
    /// Finding and reporting.
    A,
    /// Fighting a small fire.
    B,
    /// Staying or going.
    #[default]
    C,
    /// Guiding and helping others, doors.
    D,
    /// Hazards.
    E,
    /// Knowledge and debrief.
    F,
}

impl Dimension {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [Self::A, Self::B, Self::C, Self::D, Self::E, Self::F];

    /// The letter.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
            Self::F => "F",
        }
    }
}

/// A rubric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rubric {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Also the file's name.
    pub id: String,
    /// Shown to trainers.
    pub title: Text,
    /// The role it scores.
    pub role: Role,
    /// Weights; they add up to 100.
    pub dimensions: Vec<DimensionWeight>,
    /// Skill of the hands counts ([`super::Act::WellUsed`]: never more than a tenth).
    pub dexterity: bool,
    /// Share of the process in the total; the outcome has the rest.
    pub process_share: f64,
    /// Process points from which it is passed.
    pub pass_mark: f64,
    /// Highest total after a critical error.
    pub critical_cap: f64,
    /// Words for totals, best first.
    pub grades: Vec<Grade>,
    /// Times for full and for half credit.
    pub times: Times,
    /// How the outcome is scored.
    pub outcome: OutcomeRule,
    /// Documents it rests on.
    pub sources: Vec<Document>,
    /// Figures that no document gives, shown as 待核实.
    pub assumptions: Vec<Text>,
}

/// A dimension's weight.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DimensionWeight {
    /// Where it was written.
    #[serde(rename = "$src", skip_serializing)]
    pub src: Src,
    /// Which dimension.
    pub dimension: Dimension,
    /// What the sheet calls it.
    pub title: Text,
    /// Out of 100.
    pub weight: f64,
}

/// A word for a total.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Grade {
    /// From this total on.
    pub from: f64,
    /// The word.
    pub title: Text,
}

/// Times for full and for half credit, s.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Times {
    /// From the first safe place to the call.
    pub call: (f64, f64),
    /// From the smoke to the shut door.
    pub shut_again: (f64, f64),
    /// From leaving to the shut door behind.
    pub shut_behind: (f64, f64),
}

/// How an outcome is scored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutcomeRule {
    /// Full below this dose (gas or heat, the larger).
    pub unhurt_below: f64,
    /// Nothing from this dose on.
    pub hurt_from: f64,
    /// Weight of the trainee.
    pub own: f64,
    /// Weight of those they answer for.
    pub kin: f64,
    /// Weight of the neighbours.
    pub neighbours: f64,
}

impl Default for Rubric {
    /// The resident's figures.
    fn default() -> Self {
        Self {
            src: Src::default(),
            id: String::new(),
            title: Text::default(),
            role: Role::Resident,
            dimensions: Vec::new(),
            dexterity: true,
            process_share: 0.7,
            pass_mark: 60.0,
            critical_cap: 59.0,
            grades: Vec::new(),
            times: Times {
                call: (60.0, 120.0),
                shut_again: (10.0, 30.0),
                shut_behind: (20.0, 60.0),
            },
            outcome: OutcomeRule {
                unhurt_below: 0.1,
                hurt_from: 0.3,
                own: 50.0,
                kin: 35.0,
                neighbours: 15.0,
            },
            sources: Vec::new(),
            assumptions: Vec::new(),
        }
    }
}

/// File name of the rubric for a role.
pub const fn rubric_of(role: Role) -> &'static str {
    match role {
        Role::Resident => "resident",
        Role::OlderResident => "older_resident",
        Role::Pupil => "pupil",
        Role::VenueStaff => "venue_staff",
        Role::Teacher => "teacher",
        Role::Carer => "carer",
        Role::MicroFireStation => "micro_fire_station",
        Role::GridWorker => "grid_worker",
        Role::ControlRoom => "control_room",
        Role::Landlord => "landlord",
    }
}

impl Rubric {
    /// Reads a rubric written in RON; `path` is for messages.
    pub fn from_ron(path: &str, text: &str) -> Result<Self, ReadError> {
        read(path, text)
    }

    /// The rubric of this id in the library.
    pub fn load(library: &Library, id: &str) -> Result<Self, ReadError> {
        let path = format!("assets/rubrics/{id}.ron");
        let text = library
            .files
            .get(&path)
            .ok_or_else(|| ReadError::Missing(path.clone()))?;
        Self::from_ron(&path, text)
    }

    /// Weight of a dimension; 0 if it has none.
    pub fn weight(&self, dimension: Dimension) -> f64 {
        self.dimensions
            .iter()
            .find(|d| d.dimension == dimension)
            .map_or(0.0, |d| d.weight)
    }

    /// Title of a dimension.
    pub fn title(&self, dimension: Dimension) -> Text {
        self.dimensions
            .iter()
            .find(|d| d.dimension == dimension)
            .map(|d| d.title.clone())
            .unwrap_or_default()
    }

    /// Everything that is wrong in it.
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let sum: f64 = self.dimensions.iter().map(|d| d.weight).sum();
        let negative = self
            .dimensions
            .iter()
            .any(|d| !(d.weight.is_finite() && d.weight >= 0.0));
        if negative || (sum - 100.0).abs() > 1e-6 {
            found.push(problem(
                "rubric.weights",
                self.src.of("dimensions"),
                (
                    format!("权重合计{sum}，应为100"),
                    format!("the weights add up to {sum}, not 100"),
                ),
                ("改各维度的 weight", "change the weights"),
            ));
        }
        let share = self.process_share;
        if !(share > 0.0 && share <= 1.0) {
            found.push(problem(
                "rubric.process_share",
                self.src.of("process_share"),
                (
                    "过程占比须在0到1之间".to_owned(),
                    "the share of the process must lie between 0 and 1".to_owned(),
                ),
                ("例如 0.7", "for instance 0.7"),
            ));
        }
        if self.pass_mark <= self.critical_cap || !(0.0..=100.0).contains(&self.pass_mark) {
            found.push(problem(
                "rubric.pass_mark",
                self.src.of("pass_mark"),
                (
                    "合格线须高于封顶分".to_owned(),
                    "the pass mark must lie above the cap".to_owned(),
                ),
                ("居民60，工作人员80", "60 for residents, 80 for staff"),
            ));
        }
        if self.sources.is_empty() {
            found.push(problem(
                "rubric.no_source",
                self.src.of("sources"),
                ("评分表没有依据".to_owned(), "the rubric has no source".to_owned()),
                ("写明文件", "name the document"),
            ));
        }
        found
    }
}
