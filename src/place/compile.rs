//! From what was written to the place: storeys and prefabs are written out, then spaces, stairs, lifts and shafts,
//! openings, leaks, contents and walkable plates are made, each in its own file, and all of it is checked.

mod contents;
mod leaks;
mod lifts;
mod openings;
mod plates;
mod spaces;
mod stairs;

use super::expand::{self, StoreyPlan};
use super::report::Report;
use super::{Place, PlateId, SpaceId, Storey, StoreyId, ThingId, check};
use crate::scenario::{Burns, Issue, Loaded, Point, Span};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Compiles a scenario's place. The place is there only if no problem is an error.
pub fn compile(loaded: &Loaded) -> (Option<Place>, Vec<Issue>) {
    compile_without(loaded, &[])
}

/// As [`compile`], with some things moved off: they keep their numbers, stand in nobody's way and are not set alight.
pub fn compile_without(loaded: &Loaded, moved_off: &[ThingId]) -> (Option<Place>, Vec<Issue>) {
    let mut report = Report::new(&loaded.sources);
    let storeys = expand::storeys(loaded, &mut report);
    if storeys.is_empty() || report.errors() > 0 {
        return (None, report.into_issues());
    }
    let mut b = Builder::new(loaded, report, storeys);
    b.constructions();
    b.spaces();
    b.stairs();
    b.lift_wells();
    b.shafts();
    check::spaces(&mut b);
    b.openings();
    b.lift_doors();
    b.homes();
    check::openings(&mut b);
    b.leaks();
    b.contents();
    for thing in moved_off {
        if let Some(t) = b.place.things.get_mut(thing.index()) {
            t.ignites_s = None;
            t.burns = Arc::new(Burns {
                blocks: false,
                ..(*t.burns).clone()
            });
        }
    }
    if b.report.errors() == 0 {
        b.plates();
    }
    if b.report.errors() == 0 {
        check::use_of_the_place(&mut b);
    }
    let place = (b.report.errors() == 0).then_some(b.place);
    (place, b.report.into_issues())
}

/// The place in the making.
pub struct Builder<'a> {
    pub loaded: &'a Loaded,
    pub report: Report<'a>,
    pub place: Place,
    pub storeys: Vec<StoreyPlan<'a>>,
    /// Spaces of each storey.
    pub by_storey: Vec<Vec<SpaceId>>,
    /// Where each space was written.
    pub space_src: Vec<Span>,
    /// Extra leakage to the open air that a space was written with.
    pub space_leaks: Vec<&'a [crate::scenario::Leak]>,
    /// Where people walk in a stair's enclosure: its landings; `None` is all of the space.
    pub landings: Vec<Option<Vec<Vec<Point>>>>,
    /// Instance that each space lies in, of its storey's.
    pub space_instance: Vec<Option<usize>>,
    /// Paths of spaces that were left out because they are wrong, so that nobody complains twice.
    pub left_out: BTreeSet<String>,
    /// Where each opening was written.
    pub opening_src: Vec<Span>,
    /// Thickness of the wall that each opening passes, m.
    pub opening_depth: Vec<f64>,
    /// Whether people may walk through each opening when it is open.
    pub opening_walked: Vec<bool>,
    /// Where each thing and each piece of equipment was written.
    pub thing_src: Vec<Span>,
    pub equipment_src: Vec<Span>,
    /// Whether each thing lies across the frame of the building (width and depth change places).
    pub thing_turned: Vec<bool>,
    pub stair_forms: Vec<stairs::Form>,
    /// Which written lift each lift is.
    pub lift_src: Vec<usize>,
}

impl<'a> Builder<'a> {
    fn new(loaded: &'a Loaded, report: Report<'a>, storeys: Vec<StoreyPlan<'a>>) -> Self {
        let mut place = Place::default();
        for (i, s) in storeys.iter().enumerate() {
            place.storeys.push(Storey {
                name: s.name.clone(),
                z: s.z,
                height: s.height,
                clear_height: s.clear,
                plate: PlateId(i as u32),
            });
        }
        Self {
            loaded,
            report,
            place,
            by_storey: vec![Vec::new(); storeys.len()],
            storeys,
            space_src: Vec::new(),
            space_leaks: Vec::new(),
            landings: Vec::new(),
            space_instance: Vec::new(),
            left_out: BTreeSet::new(),
            opening_src: Vec::new(),
            opening_depth: Vec::new(),
            opening_walked: Vec::new(),
            thing_src: Vec::new(),
            equipment_src: Vec::new(),
            thing_turned: Vec::new(),
            stair_forms: Vec::new(),
            lift_src: Vec::new(),
        }
    }

    /// Storeys that a stair, lift or shaft serves, lowest first.
    fn served(&mut self, serves: &str, at: Span) -> Option<Vec<StoreyId>> {
        use super::report::{did_you_mean, t};
        let (from, to) = serves.split_once("..").unwrap_or((serves, serves));
        let mut ends = [0, 0];
        for (end, name) in ends.iter_mut().zip([from.trim(), to.trim()]) {
            match self.storeys.iter().position(|s| s.name == name) {
                Some(i) => *end = i,
                None => {
                    self.report.error(
                        "serves.unknown_storey",
                        at,
                        t(
                            format!("没有名为“{name}”的楼层。"),
                            format!("No storey is called \"{name}\"."),
                        ),
                        did_you_mean(name, self.storeys.iter().map(|s| s.name.as_str())),
                    );
                    return None;
                }
            }
        }
        let (lo, hi) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        Some((lo..=hi).map(|i| StoreyId(i as u32)).collect())
    }

    /// Finds a space named in a plan: first beside what names it, then outwards to the storey, then by full path.
    pub fn resolve(&self, scope: &str, name: &str) -> Result<SpaceId, Unresolved> {
        let mut around = scope;
        loop {
            let path = format!("{around}/{name}");
            if let Some(&id) = self.place.space_by_path.get(&path) {
                return Ok(id);
            }
            if self.left_out.contains(&path) {
                return Err(Unresolved::LeftOut);
            }
            match around.rsplit_once('/') {
                Some((outer, _)) => around = outer,
                None => break,
            }
        }
        if self.left_out.contains(name) {
            return Err(Unresolved::LeftOut);
        }
        self.place.space_by_path.get(name).copied().ok_or(Unresolved::Unknown)
    }

    /// Names that could have been meant in a scope, shortest form first.
    pub fn names_near(&self, scope: &str) -> Vec<String> {
        let storey = scope.split('/').next().unwrap_or_default();
        let mut names: Vec<String> = Vec::new();
        for path in self.place.space_by_path.keys() {
            if let Some(rest) = path.strip_prefix(scope).and_then(|r| r.strip_prefix('/')) {
                names.push(rest.to_owned());
            } else if let Some(rest) = path.strip_prefix(storey).and_then(|r| r.strip_prefix('/')) {
                names.push(rest.to_owned());
            }
        }
        names
    }
}

/// Why a name leads to no space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// No space has the name.
    Unknown,
    /// The space is wrong itself; that was said already.
    LeftOut,
}
