//! Measures, computed from the files of a run.

use super::super::output::{PEOPLE, PEOPLE_STATIC};
use super::Setting;
use super::statistics;
use super::tables::RunTables;
use crate::scenario::{Measure, Point, Series, joined};
use std::collections::BTreeMap;

/// Slower than this somebody stands, m/s (as density-speed studies count standing).
const STANDS_M_S: f64 = 0.1;

/// Why something could not be measured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MeasureError {
    /// The scenario does not say how.
    #[error("the scenario does not say how to measure it")]
    Nothing,
    /// The run failed.
    #[error("{0}")]
    NoRun(String),
    /// A file cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(&'static str, String),
    /// A table has no such column.
    #[error("{0} has no column {1:?}")]
    NoColumn(&'static str, String),
    /// Nothing of that name was measured.
    #[error("the run has nothing called {0:?}")]
    NoName(String),
    /// There is no value: it never happened, or nobody was there.
    #[error("{0} never happened or has no value")]
    NoValue(String),
}

type Result<T> = std::result::Result<T, MeasureError>;

/// Finds the files of the run with a setting of knobs.
pub type Find<'a> = &'a dyn Fn(&Setting) -> Result<&'a RunTables>;

/// What a measure gives with knobs set.
///
/// # Errors
/// The run failed, or has no such value.
pub fn measure(m: &Measure, set: &Setting, find: Find<'_>) -> Result<f64> {
    let of = |m: &Measure| measure(m, set, find);
    let all = |list: &[Measure]| list.iter().map(of).collect::<Result<Vec<f64>>>();
    let run = || find(set);
    Ok(match m {
        Measure::Nothing => return Err(MeasureError::Nothing),
        Measure::Number(x) => *x,
        Measure::Run(pointer) => run()?.run(pointer)?,
        Measure::At(t, s) => at(&run()?.series(s)?, *t).ok_or_else(|| none(s))?,
        Measure::Last(s) => run()?.series(s)?.last().ok_or_else(|| none(s))?.1,
        Measure::Mean(from, to, s) => {
            let within = window(run()?, *from, *to, s)?;
            mean(&within)
        }
        Measure::Most(from, to, s) => window(run()?, *from, *to, s)?
            .into_iter()
            .fold(f64::NEG_INFINITY, f64::max),
        Measure::Least(from, to, s) => window(run()?, *from, *to, s)?.into_iter().fold(f64::INFINITY, f64::min),
        Measure::Slope(from, to, s) => {
            let series = run()?.series(s)?;
            let (a, b) = at(&series, *from).zip(at(&series, *to)).ok_or_else(|| none(s))?;
            (b - a) / (to - from)
        }
        Measure::Rises(level, s) => reaches(&run()?.series(s)?, *level, 1.0).ok_or_else(|| none(s))?,
        Measure::Falls(level, s) => reaches(&run()?.series(s)?, *level, -1.0).ok_or_else(|| none(s))?,
        Measure::Event(kind, subject) => {
            let events = run()?.events()?;
            let first = events
                .iter()
                .find(|e| e.kind == *kind && (subject.is_empty() || e.subject == *subject));
            first
                .ok_or_else(|| MeasureError::NoValue(format!("{kind} {subject}")))?
                .time_s
        }
        Measure::Events(kind) => run()?.events()?.iter().filter(|e| e.kind == *kind).count() as f64,
        Measure::MeanOfPeople(who, column) => mean(&facts(run()?, who, column)?),
        Measure::SpreadOfPeople(who, column) => statistics::spread(&facts(run()?, who, column)?),
        Measure::LeastOfPeople(who, column) => facts(run()?, who, column)?.into_iter().fold(f64::INFINITY, f64::min),
        Measure::MostOfPeople(who, column) => facts(run()?, who, column)?
            .into_iter()
            .fold(f64::NEG_INFINITY, f64::max),
        Measure::LikelihoodOfPeople(who, column, d) => statistics::likelihood(&facts(run()?, who, column)?, d),
        Measure::StartError => start_error(run()?)?,
        Measure::SamplesInside(outline) => samples_inside(run()?, outline)?,
        Measure::MeanWaiting(who) => mean_waiting(run()?, who)?,
        Measure::LastOut(who) => {
            let events = run()?.events()?;
            let out = events
                .iter()
                .filter(|e| e.kind == "out" && e.subject.starts_with(who.as_str()));
            let last = out.map(|e| e.time_s).fold(f64::NEG_INFINITY, f64::max);
            if last.is_finite() {
                last
            } else {
                return Err(MeasureError::NoValue(format!("out {who}")));
            }
        }
        Measure::CountOut(who) => {
            let events = run()?.events()?;
            events
                .iter()
                .filter(|e| e.kind == "out" && e.subject.starts_with(who.as_str()))
                .count() as f64
        }
        Measure::With(more, inner) => measure(inner, &joined(set, more), find)?,
        Measure::Add(a, b) => of(a)? + of(b)?,
        Measure::Sub(a, b) => of(a)? - of(b)?,
        Measure::Mul(a, b) => of(a)? * of(b)?,
        Measure::Div(a, b) => of(a)? / of(b)?,
        Measure::Abs(a) => of(a)?.abs(),
        Measure::MeanOf(list) => mean(&all(list)?),
        Measure::LeastOf(list) => all(list)?.into_iter().fold(f64::INFINITY, f64::min),
        Measure::MostOf(list) => all(list)?.into_iter().fold(f64::NEG_INFINITY, f64::max),
        Measure::LeastStep(list) => all(list)?.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min),
        Measure::ShareWithin(list) => {
            let inside = list.iter().map(|(m, low, high)| Ok((*low..=*high).contains(&of(m)?)));
            let inside = inside.collect::<Result<Vec<bool>>>()?;
            inside.iter().filter(|i| **i).count() as f64 / inside.len().max(1) as f64
        }
    })
}

/// A series that gives nothing.
fn none(s: &Series) -> MeasureError {
    MeasureError::NoValue(format!("{s:?}"))
}

/// Mean; NaN of nothing.
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Value at a time; `None` outside the samples.
fn at(series: &[(f64, f64)], t: f64) -> Option<f64> {
    let next = series.partition_point(|(time, _)| *time < t - 1e-9);
    let (t1, v1) = *series.get(next)?;
    if (t1 - t).abs() < 1e-6 {
        return Some(v1);
    }
    let (t0, v0) = *series.get(next.checked_sub(1)?)?;
    Some(v0 + (v1 - v0) * (t - t0) / (t1 - t0))
}

/// Values from a time to a time.
fn window(run: &RunTables, from: f64, to: f64, s: &Series) -> Result<Vec<f64>> {
    let series = run.series(s)?;
    let within: Vec<f64> = series
        .into_iter()
        .filter(|(t, _)| (from - 1e-9..=to + 1e-9).contains(t))
        .map(|(_, v)| v)
        .collect();
    if within.is_empty() { Err(none(s)) } else { Ok(within) }
}

/// First time at which a series is at a level, coming from below (`way` 1) or from above (−1).
fn reaches(series: &[(f64, f64)], level: f64, way: f64) -> Option<f64> {
    let beyond = |v: f64| (v - level) * way >= 0.0;
    let pair = series.windows(2).find(|w| !beyond(w[0].1) && beyond(w[1].1))?;
    let ((t0, v0), (t1, v1)) = (pair[0], pair[1]);
    Some(t0 + (t1 - t0) * (level - v0) / (v1 - v0))
}

/// A column of `people_static.csv` over those whose id begins so.
fn facts(run: &RunTables, who: &str, column: &str) -> Result<Vec<f64>> {
    let mut values = Vec::new();
    run.visit(PEOPLE_STATIC, &["id", column], |c| {
        if c.word("id").starts_with(who) {
            values.extend(c.number(column));
        }
    })?;
    if values.is_empty() {
        Err(MeasureError::NoName(who.to_owned()))
    } else {
        Ok(values)
    }
}

/// Largest difference between set out and told to set out.
fn start_error(run: &RunTables) -> Result<f64> {
    let mut told = BTreeMap::new();
    run.visit(PEOPLE_STATIC, &["id", "start_s"], |c| {
        if let Some(start) = c.number("start_s") {
            told.insert(c.word("id").to_owned(), start);
        }
    })?;
    let mut off = 0.0_f64;
    let events = run.events()?;
    for (id, start) in &told {
        let set_out = events.iter().find(|e| e.kind == "set_out" && e.subject == *id);
        let set_out = set_out.ok_or_else(|| MeasureError::NoValue(format!("set_out {id}")))?;
        off = off.max((set_out.time_s - start).abs());
    }
    if told.is_empty() {
        Err(MeasureError::NoValue("start_s".to_owned()))
    } else {
        Ok(off)
    }
}

fn samples_inside(run: &RunTables, outline: &[Point]) -> Result<f64> {
    let mut count = 0_u32;
    run.visit(PEOPLE, &["x_m", "y_m", "state"], |c| {
        if c.word("state") != "out"
            && let (Some(x), Some(y)) = (c.number("x_m"), c.number("y_m"))
            && contains(outline, Point::new(x, y))
        {
            count += 1;
        }
    })?;
    Ok(f64::from(count))
}

/// By the even-odd rule.
fn contains(outline: &[Point], p: Point) -> bool {
    let mut inside = false;
    for (a, b) in outline.iter().zip(outline.iter().cycle().skip(1)) {
        if (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) * (b.x - a.x) / (b.y - a.y) {
            inside = !inside;
        }
    }
    inside
}

fn mean_waiting(run: &RunTables, who: &str) -> Result<f64> {
    let mut waited: BTreeMap<String, f64> = BTreeMap::new();
    // Each row stands for the time since the sample before.
    let (mut now, mut since) = (0.0, 0.0);
    run.visit(PEOPLE, &["time_s", "id", "speed_m_s", "state"], |c| {
        if let Some(t) = c.number("time_s")
            && t > now
        {
            (since, now) = (t - now, t);
        }
        if !c.word("id").starts_with(who) {
            return;
        }
        let slow = c.number("speed_m_s").is_some_and(|v| v < STANDS_M_S);
        let waits = c.word("state") == "waiting" || (c.word("state") == "moving" && slow);
        let sum = waited.entry(c.word("id").to_owned()).or_default();
        *sum += if waits { since } else { 0.0 };
    })?;
    let all: Vec<f64> = waited.into_values().collect();
    if all.is_empty() {
        Err(MeasureError::NoName(who.to_owned()))
    } else {
        Ok(mean(&all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAMP: [(f64, f64); 4] = [(0.0, 0.0), (1.0, 2.0), (2.0, 4.0), (3.0, 0.0)];

    #[test]
    fn a_series_is_read_between_its_samples_and_nowhere_else() {
        assert_eq!(at(&RAMP, 0.5), Some(1.0));
        assert_eq!(at(&RAMP, 2.0), Some(4.0));
        assert_eq!((at(&RAMP, -1.0), at(&RAMP, 3.5), at(&[], 0.0)), (None, None, None));
    }

    #[test]
    fn a_level_is_reached_from_the_side_asked_for() {
        assert_eq!(reaches(&RAMP, 3.0, 1.0), Some(1.5));
        assert_eq!(reaches(&RAMP, 3.0, -1.0), Some(2.25));
        assert_eq!(reaches(&RAMP, 5.0, 1.0), None);
        // It begins there and does not come there.
        assert_eq!(reaches(&RAMP, 0.0, 1.0), None);
    }

    #[test]
    fn a_polygon_contains_its_inside_only() {
        let square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)].map(|(x, y)| Point::new(x, y));
        assert!(contains(&square, Point::new(1.0, 1.0)));
        assert!(!contains(&square, Point::new(3.0, 1.0)) && !contains(&square, Point::new(1.0, -0.1)));
    }

    #[test]
    fn arithmetic_and_knobs_reach_the_runs_they_need() {
        let number = |x| Box::new(Measure::Number(x));
        let never = |_: &Setting| Err(MeasureError::Nothing);
        let get = |m: &Measure| measure(m, &Setting::new(), &never).unwrap();
        assert_eq!(get(&Measure::Div(number(6.0), number(4.0))), 1.5);
        assert_eq!(get(&Measure::Sub(number(6.0), number(4.0))), 2.0);
        let rising = [1.0, 3.0, 3.5].map(Measure::Number).to_vec();
        assert_eq!(get(&Measure::LeastStep(rising.clone())), 0.5);
        assert_eq!(get(&Measure::MeanOf(rising.clone())), 2.5);
        let shares = rising.into_iter().map(|m| (m, 2.0, 3.2)).collect();
        assert_eq!(get(&Measure::ShareWithin(shares)), 1.0 / 3.0);
        let pick = |v: &str| [("door".to_owned(), v.to_owned())].into();
        let m = Measure::Div(
            Box::new(Measure::With(pick("open"), Box::new(Measure::LastOut(String::new())))),
            Box::new(Measure::LastOut(String::new())),
        );
        let mut needed = Vec::new();
        m.settings(&pick("shut"), &mut needed);
        assert_eq!(needed, [pick("open"), pick("shut")]);
        assert_eq!(m.knobs(), ["door"]);
    }
}
