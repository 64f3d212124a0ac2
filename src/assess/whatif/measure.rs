//! What an arm of a what-if came to.

use super::interval::{Interval, LEVEL};
use crate::assess::judge::Outcome;
use crate::assess::session::outcome;
use crate::crowd::{PersonId, PersonState};
use crate::drill::output::INJURED_DOSE;
use crate::drill::{EventKind, Simulation};
use crate::scenario::Text;
use serde::{Deserialize, Serialize};

/// What is measured at the end of an arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The trainee's dose, gas or heat, the larger.
    OwnDose,
    /// The largest dose of those they answer for.
    KinDose,
    /// How many of the trainee and those they answer for are hurt or incapacitated.
    FamilyHurt,
    /// How many others are hurt or incapacitated.
    OthersHurt,
    /// How many people of all are incapacitated.
    Incapacitated,
    /// How many people of all are out in the street.
    Out,
    /// Doses of all people together, each counted up to 1.
    SumOfDoses,
    /// Largest heat release rate from the branch on, kW.
    PeakKw,
    /// Things that have caught fire by the end.
    Burned,
    /// When the trainee reached the street, s; the end of the drill if they did not.
    OwnOutS,
    /// When the last of those who got out did, s.
    LastOutS,
}

impl Measure {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::FamilyHurt,
        Self::OthersHurt,
        Self::Incapacitated,
        Self::Out,
        Self::OwnDose,
        Self::KinDose,
        Self::SumOfDoses,
        Self::PeakKw,
        Self::Burned,
        Self::OwnOutS,
        Self::LastOutS,
    ];

    /// Smallest step that is a difference at all: doses to a hundredth, heat to a kilowatt, times to a tenth of a
    /// second. The models behind them are far coarser.
    const fn resolution(self) -> f64 {
        match self {
            Self::OwnDose | Self::KinDose => 0.01,
            Self::SumOfDoses | Self::OwnOutS | Self::LastOutS => 0.1,
            _ => 1.0,
        }
    }

    /// Unit; empty for numbers of people and things and for doses.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::PeakKw => "kW",
            Self::OwnOutS | Self::LastOutS => "s",
            _ => "",
        }
    }

    /// A value in figures, as fine as it makes sense.
    fn figure(self, x: f64) -> String {
        match self {
            Self::OwnDose | Self::KinDose | Self::SumOfDoses => format!("{x:.2}"),
            Self::PeakKw => format!("{x:.0}"),
            _ => format!("{x:.1}"),
        }
    }

    /// What a trainer reads.
    pub fn title(self) -> Text {
        let (zh, en) = match self {
            Self::OwnDose => ("学员的有效剂量分数（FED）", "the trainee's dose (FED)"),
            Self::KinDose => (
                "家人的有效剂量分数（最大）",
                "largest dose of those they answer for (FED)",
            ),
            Self::FamilyHurt => (
                "学员和所负责的人中受伤或失能",
                "hurt or incapacitated: trainee and those they answer for",
            ),
            Self::OthersHurt => ("其他人中受伤或失能", "hurt or incapacitated: others"),
            Self::Incapacitated => ("全体失能人数", "incapacitated, of all"),
            Self::Out => ("全体到达室外人数", "out in the street, of all"),
            Self::SumOfDoses => ("全体剂量之和", "doses of all together"),
            Self::PeakKw => ("最大热释放速率", "peak heat release rate"),
            Self::Burned => ("烧着的物品数", "things that caught fire"),
            Self::OwnOutS => ("学员到室外的时间", "time at which the trainee was out"),
            Self::LastOutS => ("最后一人到室外的时间", "time at which the last one was out"),
        };
        Text {
            zh: zh.to_owned(),
            en: en.to_owned(),
        }
    }
}

/// Everything that is measured, by [`Measure`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measures([f64; Measure::ALL.len()]);

impl Measures {
    /// One of them, to its resolution.
    pub fn get(&self, measure: Measure) -> f64 {
        self.0[measure as usize]
    }
    fn set(&mut self, measure: Measure, value: f64) {
        let step = measure.resolution();
        self.0[measure as usize] = if value.is_finite() {
            (value / step).round() * step
        } else {
            0.0
        };
    }
}

/// Watches an arm while it runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Watch {
    peak_kw: f64,
    burned: usize,
    own_out_s: Option<f64>,
    last_out_s: f64,
}

impl Watch {
    pub(super) fn new(simulation: &Simulation) -> Self {
        let view = simulation.view();
        let things = (0..view.place.things.len() as u32).map(crate::place::ThingId);
        Self {
            burned: things.filter(|t| view.fire.thing(*t).burning).count(),
            ..Self::default()
        }
    }

    /// After every tick.
    pub(super) fn tick(&mut self, simulation: &Simulation, trainee: usize) {
        for event in simulation.events() {
            match event.kind {
                EventKind::Ignited => self.burned += 1,
                EventKind::Out => self.last_out_s = event.time_s,
                _ => {}
            }
        }
        // Heat release changes over seconds.
        if simulation.tick().is_multiple_of(20) {
            let view = simulation.view();
            let things = (0..view.place.things.len() as u32).map(crate::place::ThingId);
            let kw = things.map(|t| view.fire.thing(t).hrr_kw).sum();
            self.peak_kw = self.peak_kw.max(kw);
            let person = view.trainees[trainee].person;
            if self.own_out_s.is_none() && view.crowd.person(person).state == PersonState::Out {
                self.own_out_s = Some(view.time_s);
            }
        }
    }

    /// At the end of the arm. `shift_s`: how much later than the real night its clock runs.
    pub(super) fn measures(&self, simulation: &Simulation, trainee: usize, shift_s: f64) -> (Measures, Outcome) {
        let view = simulation.view();
        let me = &view.trainees[trainee];
        let mut all = Measures::default();
        let dose = |p: PersonId| {
            let v = view.crowd.person(p);
            v.fed_gas.max(v.fed_heat)
        };
        let hurt = |p: PersonId| view.crowd.person(p).state == PersonState::Incapacitated || dose(p) >= INJURED_DOSE;
        let (mut family, mut others, mut out, mut down, mut doses) = (0, 0, 0, 0, 0.0);
        for p in (0..view.crowd.len() as u32).map(PersonId) {
            let state = view.crowd.person(p).state;
            if state == PersonState::Absent {
                continue;
            }
            doses += dose(p).min(1.0);
            out += u32::from(state == PersonState::Out);
            down += u32::from(state == PersonState::Incapacitated);
            if hurt(p) {
                let own = p == me.person || me.known.kin.contains(&p);
                *(if own { &mut family } else { &mut others }) += 1;
            }
        }
        all.set(Measure::OwnDose, dose(me.person));
        let kin = me.known.kin.iter().map(|p| dose(*p)).fold(0.0, f64::max);
        all.set(Measure::KinDose, kin);
        all.set(Measure::FamilyHurt, f64::from(family));
        all.set(Measure::OthersHurt, f64::from(others));
        all.set(Measure::Incapacitated, f64::from(down));
        all.set(Measure::Out, f64::from(out));
        all.set(Measure::SumOfDoses, doses);
        all.set(Measure::PeakKw, self.peak_kw);
        all.set(Measure::Burned, self.burned as f64);
        all.set(Measure::OwnOutS, self.own_out_s.unwrap_or(view.time_s) - shift_s);
        all.set(Measure::LastOutS, (self.last_out_s - shift_s).max(0.0));
        (all, outcome(&view, trainee))
    }
}

/// A measure in both arms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// What is compared.
    pub measure: Measure,
    /// Mean as it was decided.
    pub taken: f64,
    /// Mean the other way.
    pub other: f64,
    /// Other less taken: mean over the pairs.
    pub difference: f64,
    /// Where the mean difference lies, at [`LEVEL`]; `None` for a single pair.
    pub interval: Option<Interval>,
    /// Share of the pairs in which the difference has the sign of its mean.
    pub share: f64,
}

impl Effect {
    /// Whether any pair differs.
    pub fn differs(&self) -> bool {
        self.difference != 0.0 || self.interval.is_some_and(|i| i.low < i.high)
    }

    /// As it was decided, the other way, and the difference with its interval, in figures.
    pub fn figures(&self) -> [String; 3] {
        let number = |x: f64| self.measure.figure(x);
        let interval = self
            .interval
            .map_or_else(String::new, |i| format!(" [{}, {}]", number(i.low), number(i.high)));
        let difference = format!("{}{interval}", number(self.difference));
        [number(self.taken), number(self.other), difference]
    }

    /// From pairs (taken, other); `None` if there are none.
    pub fn of(measure: Measure, pairs: &[(Measures, Measures)]) -> Option<Self> {
        let n = pairs.len() as f64;
        let values = || pairs.iter().map(|(a, b)| (a.get(measure), b.get(measure)));
        let differences: Vec<f64> = values().map(|(a, b)| b - a).collect();
        let difference = differences.iter().sum::<f64>() / n;
        let same = differences.iter().filter(|d| **d * difference > 0.0).count();
        (!pairs.is_empty()).then(|| Self {
            measure,
            taken: values().map(|(a, _)| a).sum::<f64>() / n,
            other: values().map(|(_, b)| b).sum::<f64>() / n,
            difference,
            interval: Interval::of(&differences, LEVEL),
            share: same as f64 / n,
        })
    }
}

/// The measures that a plain sentence speaks of, the gravest first.
pub const HEADLINES: [Measure; 4] = [
    Measure::FamilyHurt,
    Measure::OthersHurt,
    Measure::OwnDose,
    Measure::KinDose,
];

/// The gravest headline in which the arms differ: none holds zero by chance in more than one set of headlines in ten,
/// since each is looked at with a tenth shared among them (Dunn 1961, after Bonferroni).
pub fn headline(pairs: &[(Measures, Measures)]) -> Option<Effect> {
    let level = 1.0 - (1.0 - LEVEL) / HEADLINES.len() as f64;
    HEADLINES.into_iter().find_map(|measure| {
        let differences: Vec<f64> = (pairs.iter()).map(|(a, b)| b.get(measure) - a.get(measure)).collect();
        let differs = Interval::of(&differences, level).is_some_and(|i| !i.holds_zero());
        differs.then(|| Effect::of(measure, pairs)).flatten()
    })
}
