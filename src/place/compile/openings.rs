//! Doors, windows, gaps, holes and fans of the plans, put into the walls of their spaces.

use super::{Builder, Unresolved};
use crate::place::report::{did_you_mean, t};
use crate::place::{Beyond, Fan, Frame, Opening, OpeningId, OpeningKind, OpeningState, SpaceId, SpaceKind, polygon};
use crate::scenario::{self, Closer, DoorKind, Lock, OpeningChange, Point, Side, Span};

/// A wall may be this thick where two spaces do not abut, m.
pub const THICKEST_WALL: f64 = 0.3;
/// An opening may stick out of its wall by this much, m.
const PLAY: f64 = 0.02;

/// Free area of shut doors and windows where nothing is said, by kind (assumptions, 待核实).
mod leakage {
    /// Ordinary inner door, m².
    pub const DOOR: f64 = 0.02;
    /// Two leaves or a shutter, m².
    pub const DOUBLE: f64 = 0.03;
    /// Fire door, m².
    pub const FIRE_DOOR: f64 = 0.01;
    /// A flat's entrance (security) door, m².
    pub const ENTRANCE: f64 = 0.008;
    /// Window, m² for each m of its frame.
    pub const WINDOW: f64 = 0.001;
}
/// A door without a rating fails after so many minutes above 300 °C (assumption, 待核实).
const UNRATED_MIN: f64 = 10.0;
/// People step over sills up to this height, m (assumption, 待核实).
const STEP_OVER: f64 = 0.3;
/// and pass gaps at least so high, m (assumption, 待核实).
const DUCK_UNDER: f64 = 1.2;

/// Where an opening comes to stand.
#[derive(Clone, Copy, Debug)]
pub struct Fit {
    /// In the middle of the wall.
    pub centre: Point,
    /// Unit vector along the wall; the first space lies to its left.
    pub along: Point,
    /// Thickness of the wall, m.
    pub depth: f64,
}

/// Why an opening cannot stand where it was written.
#[derive(Clone, Copy, Debug)]
pub enum Misfit {
    /// Too far from every wall of a space.
    Far {
        space: SpaceId,
        nearest: Point,
        distance: f64,
    },
    /// Near walls of both, but they do not face each other.
    NotShared { first: SpaceId, second: SpaceId },
    /// Wider than the wall that both share.
    TooWide { wall: f64 },
    /// Fits if moved along the wall.
    PastCorner { suggest: Point },
    /// A door beside the flights instead of on the landing.
    OntoFlight { stair: SpaceId },
}

/// An opening with nothing said about it.
pub(super) fn blank(kind: OpeningKind, from: SpaceId, to: Beyond) -> Opening {
    Opening {
        path: String::new(),
        kind,
        from,
        to,
        centre: Point::default(),
        along: Point::default(),
        width: 0.0,
        bottom: 0.0,
        top: 0.0,
        leakage: 0.0,
        discharge: 0.7,
        schedule: Vec::new(),
        initial: OpeningState::default(),
        fire_rating_min: 0.0,
        on_alarm: None,
        fails_min: UNRATED_MIN,
        opens_into: None,
        hinge: Side::Left,
        closer: Closer::None,
        breaks_c: None,
        openable: false,
        bars: false,
        hatch: false,
    }
}

/// A name in `between`.
enum Named {
    Beyond(Beyond),
    /// Wrong, and said so.
    Bad,
}

impl<'a> Builder<'a> {
    /// Adds an opening; `None` if its name is taken.
    pub(super) fn push_opening(&mut self, opening: Opening, src: Span, depth: f64, walked: bool) -> Option<OpeningId> {
        let id = OpeningId(self.place.openings.len() as u32);
        if self.place.opening_by_path.contains_key(&opening.path) {
            self.report.error(
                "name.twice",
                src,
                t(
                    format!("名称“{}”用了两次。", opening.path),
                    format!("The name \"{}\" is used twice.", opening.path),
                ),
                t(
                    "每个门窗要有自己的名称，或都不写名称。",
                    "Give every opening its own name, or none at all.",
                ),
            );
            return None;
        }
        self.place.opening_by_path.insert(opening.path.clone(), id);
        self.place.openings.push(opening);
        self.opening_src.push(src);
        self.opening_depth.push(depth);
        self.opening_walked.push(walked);
        Some(id)
    }

    /// Edges at which openings of a space may stand, the space on the left of each.
    fn wall_edges(&self, space: SpaceId, walked: bool) -> Vec<(Point, Point)> {
        let s = &self.place.spaces[space.index()];
        match &self.landings[space.index()] {
            Some(landings) if walked => landings.iter().flat_map(|l| polygon::edges(l)).collect(),
            _ => std::iter::once(&s.outline)
                .chain(&s.holes)
                .flat_map(|l| polygon::edges(l))
                .collect(),
        }
    }

    /// Finds the wall of a space (and of the one beyond) for an opening.
    pub(super) fn fit(
        &self,
        from: SpaceId,
        to: Option<SpaceId>,
        at: Point,
        width: f64,
        walked: bool,
    ) -> Result<Fit, Misfit> {
        let found = self.fit_edges(from, to, at, width, walked);
        if walked && found.is_err() && self.fit_edges(from, to, at, width, false).is_ok() {
            let stair = if self.landings[from.index()].is_some() {
                from
            } else {
                to.unwrap_or(from)
            };
            return Err(Misfit::OntoFlight { stair });
        }
        found
    }

    fn fit_edges(
        &self,
        from: SpaceId,
        to: Option<SpaceId>,
        at: Point,
        width: f64,
        walked: bool,
    ) -> Result<Fit, Misfit> {
        let near = |space: SpaceId| {
            let edges = self.wall_edges(space, walked);
            let mut far = (f64::INFINITY, at);
            for &(a, b) in &edges {
                let c = polygon::closest(at, a, b);
                if c.distance(at) < far.0 {
                    far = (c.distance(at), c);
                }
            }
            if far.0 > THICKEST_WALL + 1e-6 {
                return Err(Misfit::Far {
                    space,
                    nearest: far.1,
                    distance: far.0,
                });
            }
            let close = |e: &(Point, Point)| polygon::distance(at, e.0, e.1) <= THICKEST_WALL + 1e-6;
            Ok(edges.into_iter().filter(close).collect::<Vec<_>>())
        };
        let firsts = near(from)?;
        let seconds = to.map(near).transpose()?;
        // Best so far: score, fit, stretch of the wall (along `along`, from the centre).
        let mut best: Option<(f64, Fit, f64, f64)> = None;
        let mut offer = |a: Point, b: Point, other: Option<(Point, Point)>| {
            let along = (b - a).normalised();
            let normal = along.left();
            let place = |p: Point| (p - a).dot(along);
            let tc = place(at);
            let (mut lo, mut hi): (f64, f64) = (0.0, a.distance(b));
            let mut depth = 0.0;
            let mut score = polygon::distance(at, a, b);
            if let Some((c, d)) = other {
                if (d - c).normalised().dot(along) > -0.999 {
                    return;
                }
                depth = -(c - a).dot(normal);
                let (s, e) = (place(d).min(place(c)), place(d).max(place(c)));
                (lo, hi) = (lo.max(s), hi.min(e));
                if depth.abs() > THICKEST_WALL + 1e-6 || hi <= lo {
                    return;
                }
                score += polygon::distance(at, c, d);
            }
            let sticks_out = (lo - (tc - width * 0.5)).max(0.0) + (tc + width * 0.5 - hi).max(0.0);
            score += 10.0 * (sticks_out - PLAY).max(0.0);
            if best.as_ref().is_none_or(|b| score < b.0 - 1e-9) {
                let centre = a + along * tc - normal * (depth * 0.5);
                best = Some((
                    score,
                    Fit {
                        centre,
                        along,
                        depth: depth.abs(),
                    },
                    lo - tc,
                    hi - tc,
                ));
            }
        };
        for &(a, b) in &firsts {
            match &seconds {
                None => offer(a, b, None),
                Some(s) => s.iter().for_each(|&e| offer(a, b, Some(e))),
            }
        }
        let Some((_, fit, lo, hi)) = best else {
            return Err(Misfit::NotShared {
                first: from,
                second: to.unwrap_or(from),
            });
        };
        let half = width * 0.5;
        if hi - lo < width - PLAY {
            return Err(Misfit::TooWide { wall: hi - lo });
        }
        if lo > -half + PLAY || hi < half - PLAY {
            let shift = if lo > -half { lo + half } else { hi - half };
            return Err(Misfit::PastCorner {
                suggest: fit.centre + fit.along * shift,
            });
        }
        Ok(fit)
    }

    /// A side of an opening by name.
    fn named(&mut self, scope: &str, name: &str, at: Span, opening: &str) -> Named {
        match name {
            "street" | "Street" => return Named::Beyond(Beyond::Street),
            "outside" | "Outside" => return Named::Beyond(Beyond::Outside),
            _ => {}
        }
        match self.resolve(scope, name) {
            Ok(id) => Named::Beyond(Beyond::Space(id)),
            Err(Unresolved::LeftOut) => Named::Bad,
            Err(Unresolved::Unknown) => {
                let known = self.names_near(scope);
                self.report.error(
                    "opening.unknown_space",
                    at,
                    t(
                        format!("“{opening}”的 between 写了“{name}”，这里没有这个空间。"),
                        format!("\"{opening}\" is between \"{name}\" and another, but there is no such space here."),
                    ),
                    did_you_mean(name, known.iter().map(String::as_str).chain(["street", "outside"])),
                );
                Named::Bad
            }
        }
    }

    /// Both sides; the first must be a space.
    fn between(&mut self, scope: &str, names: &(String, String), at: Span, opening: &str) -> Option<(SpaceId, Beyond)> {
        let first = self.named(scope, &names.0, at, opening);
        let second = self.named(scope, &names.1, at, opening);
        let (Named::Beyond(first), Named::Beyond(second)) = (first, second) else {
            return None;
        };
        match (first, second) {
            (Beyond::Space(a), second) if second != Beyond::Space(a) => Some((a, second)),
            (Beyond::Space(_), _) => {
                self.report.error(
                    "opening.same_space_twice",
                    at,
                    t(
                        format!("“{opening}”两侧是同一个空间。"),
                        format!("\"{opening}\" has the same space on both sides."),
                    ),
                    t(
                        "写两个不同的空间，或“street”“outside”。",
                        "Name two spaces, or \"street\" or \"outside\".",
                    ),
                );
                None
            }
            _ => {
                self.report.error(
                    "opening.first_is_open_air",
                    at,
                    t(
                        format!("“{opening}”的 between 第一个要写空间。"),
                        format!("\"{opening}\": the first name in `between` must be a space."),
                    ),
                    t(
                        "先写里面的空间，再写“street”或“outside”。",
                        "Write the space inside first, then \"street\" or \"outside\".",
                    ),
                );
                None
            }
        }
    }

    /// Openings of all plans.
    pub(super) fn openings(&mut self) {
        for storey in 0..self.storeys.len() {
            let openings = std::mem::take(&mut self.storeys[storey].openings);
            for o in &openings {
                if self.report.full() {
                    break;
                }
                let w = &o.written;
                match w.item {
                    scenario::Opening::Door(d) => self.door(d, &o.changes, &w.scope, &w.path, w.frame),
                    scenario::Opening::Window(d) => self.window(d, &o.changes, &w.scope, &w.path, w.frame),
                    scenario::Opening::Gap(d) => self.gap(d, &w.scope, &w.path, w.frame),
                    scenario::Opening::Hole(d) => self.hole(d, storey, &w.scope, &w.path, w.frame),
                    scenario::Opening::Fan(d) => self.fan(d, &w.scope, &w.path),
                }
            }
            self.storeys[storey].openings = openings;
        }
    }

    /// Floor and ceiling common to both sides, m absolute.
    fn vertical(&self, from: SpaceId, to: Beyond) -> (f64, f64) {
        let a = &self.place.spaces[from.index()];
        let (mut floor, mut ceiling) = (a.z, a.z + a.height);
        if let Beyond::Space(b) = to {
            let b = &self.place.spaces[b.index()];
            if b.kind != SpaceKind::Outdoors {
                floor = floor.max(b.z);
                ceiling = ceiling.min(b.z + b.height);
            }
        }
        (floor, ceiling)
    }

    fn sizes(&mut self, sizes: &[f64], schedule: &[(f64, f64)], name: &str, at: Span, point: Point) -> bool {
        let good = sizes.iter().all(|s| *s > 0.0 && *s <= 200.0) && polygon::sane(&[point]);
        let times = schedule.iter().all(|(s, o)| s.is_finite() && (0.0..=1.0).contains(o));
        if !good || !times {
            self.report.error(
                "opening.sizes",
                at,
                t(
                    format!("“{name}”的尺寸或开启表不合理。"),
                    format!("Sizes or schedule of \"{name}\" cannot be."),
                ),
                t(
                    "宽和高写正的米数；开启表是(秒, 0 到 1 的开度)。",
                    "Width and height are positive metres; a schedule is (seconds, open fraction 0 to 1).",
                ),
            );
        }
        good && times
    }

    fn stand(
        &mut self,
        from: SpaceId,
        to: Beyond,
        frame: Frame,
        at: Point,
        width: f64,
        walked: bool,
        name: &str,
        src: Span,
    ) -> Option<Fit> {
        let centre = frame.apply(at);
        let beyond = if let Beyond::Space(s) = to { Some(s) } else { None };
        match self.fit(from, beyond, centre, width, walked) {
            Ok(fit) => Some(fit),
            Err(misfit) => {
                self.say_misfit(&misfit, name, src, centre);
                None
            }
        }
    }

    fn door(&mut self, d: &scenario::Door, changes: &[&OpeningChange], scope: &str, path: &str, frame: Frame) {
        let Some((from, to)) = self.between(scope, &d.between, d.src.of("between"), path) else {
            return;
        };
        if !self.sizes(&[d.width, d.height], &d.schedule, path, d.src.whole, d.at) {
            return;
        }
        let walked = to != Beyond::Outside;
        let Some(fit) = self.stand(from, to, frame, d.at, d.width, walked, path, d.src.of("at")) else {
            return;
        };
        let (floor, ceiling) = self.vertical(from, to);
        if floor + d.height > ceiling + 1e-6 {
            self.too_high(
                "door.higher_than_ceiling",
                path,
                d.src.of("height"),
                floor + d.height - floor,
                ceiling - floor,
            );
        }
        let kind = match d.kind {
            DoorKind::Leaf => OpeningKind::Door,
            DoorKind::DoubleLeaf => OpeningKind::DoubleDoor,
            DoorKind::Sliding => OpeningKind::SlidingDoor,
            DoorKind::Shutter => OpeningKind::Shutter,
            DoorKind::Lift => {
                self.report.error(
                    "door.lift",
                    d.src.of("kind"),
                    t(
                        format!("“{path}”：电梯门由程序生成。"),
                        format!("\"{path}\": lift doors are made by the program."),
                    ),
                    t(
                        "在 lifts 里写电梯，或换一种门。",
                        "Write the lift under `lifts`, or choose another kind.",
                    ),
                );
                return;
            }
        };
        let leakage = d.leakage.unwrap_or(match (d.fire_rating_min > 0.0, kind) {
            (true, _) => leakage::FIRE_DOOR,
            (false, OpeningKind::DoubleDoor | OpeningKind::Shutter) => leakage::DOUBLE,
            _ => leakage::DOOR,
        });
        let mut o = blank(kind, from, to);
        o.initial = OpeningState {
            open: d.open.clamp(0.0, 1.0),
            lock: d.lock,
            wedged: d.wedged,
            sealed: 0.0,
            broken: 0.0,
        };
        o.closer = d.closer;
        for c in changes {
            o.initial.open = c.open.map_or(o.initial.open, |v| v.clamp(0.0, 1.0));
            o.initial.wedged = c.wedged.unwrap_or(o.initial.wedged);
            o.initial.lock = c.lock.unwrap_or(o.initial.lock);
            o.closer = c.closer.unwrap_or(o.closer);
        }
        if o.initial.wedged && o.initial.open == 0.0 {
            o.initial.open = 1.0;
        }
        o.opens_into = match &d.opens_into {
            None => Some(from),
            Some(name) => match self.named(scope, name, d.src.of("opens_into"), path) {
                Named::Beyond(Beyond::Space(s)) if s == from || to == Beyond::Space(s) => Some(s),
                Named::Beyond(b) if b == to => None,
                Named::Beyond(_) => {
                    self.report.error(
                        "door.opens_into",
                        d.src.of("opens_into"),
                        t(
                            format!("“{path}”不能开向“{name}”。"),
                            format!("\"{path}\" cannot open into \"{name}\"."),
                        ),
                        t("写门两侧的空间之一。", "Name one of its two sides."),
                    );
                    None
                }
                Named::Bad => None,
            },
        };
        // A mirror puts the hinge on the other hand.
        o.hinge = match (d.hinge, frame.mirror) {
            (Side::Left, false) | (Side::Right, true) => Side::Left,
            _ => Side::Right,
        };
        o.fire_rating_min = d.fire_rating_min;
        o.on_alarm = d.on_alarm.map(|f| f.clamp(0.0, 1.0));
        o.fails_min = match (d.fails_min > 0.0, d.fire_rating_min > 0.0) {
            (true, _) => d.fails_min,
            (false, true) => d.fire_rating_min,
            (false, false) => UNRATED_MIN,
        };
        o.openable = true;
        self.put(
            o,
            path,
            fit,
            d.width,
            (floor, floor + d.height),
            leakage,
            d.discharge,
            &d.schedule,
            d.src.whole,
            walked,
        );
    }

    fn window(&mut self, d: &scenario::Window, changes: &[&OpeningChange], scope: &str, path: &str, frame: Frame) {
        let Some((from, to)) = self.between(scope, &d.between, d.src.of("between"), path) else {
            return;
        };
        if !self.sizes(&[d.width, d.height, d.sill + 1.0], &d.schedule, path, d.src.whole, d.at) {
            return;
        }
        let Some(fit) = self.stand(from, to, frame, d.at, d.width, false, path, d.src.of("at")) else {
            return;
        };
        let (floor, ceiling) = self.vertical(from, to);
        let bottom = floor + d.sill;
        if bottom + d.height > ceiling + 1e-6 {
            let at = if d.src.fields.iter().any(|(n, _)| n == "sill") {
                d.src.of("sill")
            } else {
                d.src.of("height")
            };
            self.too_high(
                "window.higher_than_ceiling",
                path,
                at,
                d.sill + d.height,
                ceiling - floor,
            );
        }
        let mut o = blank(OpeningKind::Window, from, to);
        o.initial.open = d.open.clamp(0.0, 1.0);
        for c in changes {
            o.initial.open = c.open.map_or(o.initial.open, |v| v.clamp(0.0, 1.0));
            o.initial.wedged = c.wedged.unwrap_or(o.initial.wedged);
            o.initial.lock = c.lock.unwrap_or(o.initial.lock);
        }
        o.breaks_c = (d.breaks_c > 0.0).then_some(d.breaks_c);
        o.fails_min = d.fails_min;
        (o.openable, o.bars, o.hatch) = (d.openable, d.bars, d.hatch);
        let leakage = d.leakage.unwrap_or(leakage::WINDOW * 2.0 * (d.width + d.height));
        let heights = (bottom, bottom + d.height);
        self.put(
            o,
            path,
            fit,
            d.width,
            heights,
            leakage,
            d.discharge,
            &d.schedule,
            d.src.whole,
            false,
        );
    }

    fn gap(&mut self, d: &scenario::Gap, scope: &str, path: &str, frame: Frame) {
        let Some((from, to)) = self.between(scope, &d.between, d.src.of("between"), path) else {
            return;
        };
        if !self.sizes(
            &[d.width, d.height + 1.0, d.sill + 1.0],
            &d.schedule,
            path,
            d.src.whole,
            d.at,
        ) {
            return;
        }
        let (floor, ceiling) = self.vertical(from, to);
        let bottom = floor + d.sill;
        let top = if d.height > 0.0 { bottom + d.height } else { ceiling };
        let walked = to != Beyond::Outside && d.sill <= STEP_OVER && top - bottom >= DUCK_UNDER;
        let Some(fit) = self.stand(from, to, frame, d.at, d.width, walked, path, d.src.of("at")) else {
            return;
        };
        if top > ceiling + 1e-6 || bottom >= ceiling {
            self.too_high(
                "gap.higher_than_ceiling",
                path,
                d.src.of("height"),
                top.max(bottom) - floor,
                ceiling - floor,
            );
        }
        let mut o = blank(OpeningKind::Gap, from, to);
        o.initial.open = 1.0;
        self.put(
            o,
            path,
            fit,
            d.width,
            (bottom, top),
            0.0,
            d.discharge,
            &d.schedule,
            d.src.whole,
            walked,
        );
    }

    fn put(
        &mut self,
        mut o: Opening,
        path: &str,
        fit: Fit,
        width: f64,
        heights: (f64, f64),
        leakage: f64,
        discharge: f64,
        schedule: &[(f64, f64)],
        src: Span,
        walked: bool,
    ) {
        o.path = path.to_owned();
        o.centre = fit.centre;
        o.along = fit.along;
        o.width = width;
        (o.bottom, o.top) = heights;
        o.leakage = leakage.max(0.0);
        o.discharge = discharge;
        o.schedule = schedule.to_vec();
        o.schedule.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let Some(first) = o.schedule.first() {
            o.initial.open = first.1;
        }
        self.push_opening(o, src, fit.depth, walked);
    }

    fn too_high(&mut self, id: &str, path: &str, at: Span, top: f64, ceiling: f64) {
        self.report.error(
            id,
            at,
            t(
                format!("“{path}”的上沿（{top:.2} m）高于吊顶或天花板（{ceiling:.2} m）。"),
                format!("\"{path}\" reaches {top:.2} m, above the ceiling at {ceiling:.2} m."),
            ),
            t(
                "降低它的高度或窗台，或加高空间。",
                "Lower its height or sill, or raise the ceiling.",
            ),
        );
    }

    fn hole(&mut self, d: &scenario::Hole, storey: usize, scope: &str, path: &str, frame: Frame) {
        let at = d.src.of("between");
        let Named::Beyond(Beyond::Space(from)) = self.named(scope, &d.between.0, at, path) else {
            if matches!(d.between.0.as_str(), "street" | "outside") {
                self.report.error(
                    "opening.first_is_open_air",
                    at,
                    t(
                        format!("“{path}”的 between 第一个要写下面的空间。"),
                        format!("\"{path}\": name the space below first."),
                    ),
                    t(
                        "先写下面的空间，再写上面的空间或“outside”。",
                        "Write the space below, then the one above or \"outside\".",
                    ),
                );
            }
            return;
        };
        if !self.sizes(&[d.area], &d.schedule, path, d.src.whole, d.at) {
            return;
        }
        let s = &self.place.spaces[from.index()];
        let z = s.z + s.height;
        let centre = frame.apply(d.at);
        if !polygon::contains(&s.outline, centre) && polygon::distance_to_edges(&s.outline, centre) > PLAY {
            let name = s.path.clone();
            self.report.error(
                "hole.outside_space",
                d.src.of("at"),
                t(
                    format!(
                        "楼板洞“{path}”的中心（{:.2}, {:.2}）不在“{name}”之内。",
                        centre.x, centre.y
                    ),
                    format!(
                        "The centre of hole \"{path}\" ({:.2}, {:.2}) is not in \"{name}\".",
                        centre.x, centre.y
                    ),
                ),
                t("把中心移到下面的空间里。", "Move it over the space below."),
            );
        }
        let to = if d.between.1 == "outside" || d.between.1 == "Outside" {
            Beyond::Outside
        } else {
            let above = self.storeys.get(storey + 1).map(|s| s.name.clone());
            let Some(above) = above else {
                self.report.error(
                    "hole.no_storey_above",
                    at,
                    t(
                        format!("“{path}”上面没有楼层。"),
                        format!("There is no storey above \"{path}\"."),
                    ),
                    t(
                        "顶层的洞通向“outside”。",
                        "A hole in the top storey leads to \"outside\".",
                    ),
                );
                return;
            };
            let scope_above = match scope.split_once('/') {
                Some((_, rest)) => format!("{above}/{rest}"),
                None => above,
            };
            match self.named(&scope_above, &d.between.1, at, path) {
                Named::Beyond(Beyond::Street) => Beyond::Outside,
                Named::Beyond(b) => b,
                Named::Bad => return,
            }
        };
        let mut o = blank(OpeningKind::Hole(d.round), from, to);
        o.initial.open = 1.0;
        let fit = Fit {
            centre,
            along: Point::new(1.0, 0.0),
            depth: 0.0,
        };
        self.put(
            o,
            path,
            fit,
            d.area.sqrt(),
            (z, z),
            0.0,
            super::stairs::VERTICAL_DISCHARGE,
            &d.schedule,
            d.src.whole,
            false,
        );
    }

    fn fan(&mut self, d: &scenario::Fan, scope: &str, path: &str) {
        let at = d.src.of("between");
        let first = self.named(scope, &d.between.0, at, path);
        let second = self.named(scope, &d.between.1, at, path);
        let (Named::Beyond(first), Named::Beyond(second)) = (first, second) else {
            return;
        };
        let space = |b| if let Beyond::Space(s) = b { Some(s) } else { None };
        let (from, to) = (space(first), space(second));
        let Some(floor) = from.or(to) else {
            self.report.error(
                "fan.no_space",
                at,
                t(
                    format!("风机“{path}”两侧都是室外。"),
                    format!("Fan \"{path}\" has open air on both sides."),
                ),
                t("至少一侧写空间。", "Name a space on one side at least."),
            );
            return;
        };
        if !d.flow.is_finite() || !d.height.is_finite() {
            self.report.error(
                "fan.sizes",
                d.src.whole,
                t(
                    format!("风机“{path}”的风量或高度不是数。"),
                    format!("Flow or height of fan \"{path}\" is no number."),
                ),
                t("风量单位 m³/s，高度单位 m。", "Flow is in m³/s, height in m."),
            );
            return;
        }
        let z = self.place.spaces[floor.index()].z + d.height;
        self.place.fans.push(Fan {
            path: path.to_owned(),
            from,
            to,
            flow: d.flow,
            z,
            runs: d.runs,
            on_alarm: d.on_alarm,
            relief: if d.relief.is_finite() { d.relief.max(0.0) } else { 0.0 },
        });
    }

    /// Doors of homes are tighter than inner doors where nothing was said.
    pub(super) fn entrance_doors(&mut self) {
        for home in &self.place.homes {
            for id in &home.doors {
                let o = &mut self.place.openings[id.index()];
                let unsaid = o.leakage.to_bits() == leakage::DOOR.to_bits();
                if o.kind == OpeningKind::Door && o.fire_rating_min == 0.0 && unsaid {
                    o.leakage = leakage::ENTRANCE;
                }
            }
        }
    }

    /// Whether an opening keeps people out for good.
    pub fn locked(&self, id: OpeningId) -> bool {
        let o = &self.place.openings[id.index()];
        o.kind.is_door() && o.initial.lock == Lock::Locked && o.initial.free() < 0.5
    }
}
