//! Things that may burn, equipment, and what is set alight.

use super::{Builder, Unresolved};
use crate::place::report::{did_you_mean, t};
use crate::place::{Equipment, Frame, SpaceId, SpaceKind, Thing, polygon};
use crate::scenario::{self, Burns, Point, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A fire whose middle is nearer to a wall than this entrains air from one side less, m (assumption, 待核实).
const NEAR_WALL: f64 = 0.3;
/// or whose footprint leaves less than this free, m (assumption, 待核实).
const TOUCHES: f64 = 0.1;
/// Equipment hangs on walls: so far outside its space it may be written, m.
const ON_WALL: f64 = 0.3;

impl<'a> Builder<'a> {
    /// Things and equipment.
    pub(super) fn contents(&mut self) {
        let loaded = self.loaded;
        let mut burns: BTreeMap<&str, Arc<Burns>> = BTreeMap::new();
        for storey in 0..self.storeys.len() {
            let things = std::mem::take(&mut self.storeys[storey].things);
            for w in &things {
                if self.report.full() {
                    break;
                }
                self.thing(w.item, &w.scope, w.path.clone(), Some((storey, w.frame)), &mut burns);
            }
            self.storeys[storey].things = things;
            let equipment = std::mem::take(&mut self.storeys[storey].equipment);
            for w in &equipment {
                self.piece(w.item, storey, w.path.clone(), w.frame);
            }
            self.storeys[storey].equipment = equipment;
        }
        for (i, item) in loaded.scenario.things.iter().enumerate() {
            let path = if item.name.is_empty() {
                format!("thing_{}", i + 1)
            } else {
                item.name.clone()
            };
            self.thing(item, "", path, None, &mut burns);
        }
        for i in &loaded.scenario.ignitions {
            if self.report.full() {
                break;
            }
            let paths = || self.place.things.iter().map(|t| t.path.as_str());
            match paths().position(|p| p == i.thing) {
                Some(k) if i.at_s.is_finite() => {
                    let thing = &mut self.place.things[k];
                    thing.ignites_s = Some(thing.ignites_s.map_or(i.at_s, |s| s.min(i.at_s)));
                }
                Some(_) => self.report.error(
                    "ignition.time",
                    i.src.of("at_s"),
                    t(
                        format!("“{}”的起火时间不是数。", i.thing),
                        format!("\"{}\" is set alight at no time.", i.thing),
                    ),
                    t("写秒数，例如 at_s: 0.0。", "Write seconds, such as at_s: 0.0."),
                ),
                None => {
                    let hint = did_you_mean(&i.thing, paths().collect::<Vec<_>>());
                    self.report.error(
                        "ignition.unknown_thing",
                        i.src.of("thing"),
                        t(
                            format!("没有名为“{}”的物品可以点燃。", i.thing),
                            format!("Nothing is called \"{}\" to set alight.", i.thing),
                        ),
                        hint,
                    );
                }
            }
        }
    }

    /// A thing of a plan (`here`: its storey and frame) or of the scenario.
    fn thing(
        &mut self,
        item: &'a scenario::Thing,
        scope: &str,
        path: String,
        here: Option<(usize, Frame)>,
        burns: &mut BTreeMap<&'a str, Arc<Burns>>,
    ) {
        let loaded = self.loaded;
        if self.place.things.iter().any(|t| t.path == path) {
            self.report.error(
                "name.twice",
                item.src.whole,
                t(
                    format!("名称“{path}”用了两次。"),
                    format!("The name \"{path}\" is used twice."),
                ),
                t("每件物品要有自己的名称。", "Give every thing its own name."),
            );
            return;
        }
        let how = match (&item.burns, &item.item) {
            (Some(b), _) => Arc::new(b.clone()),
            (None, Some(name)) => match (burns.get(name.as_str()), loaded.items.get(name)) {
                (Some(b), _) => b.clone(),
                (None, Some(b)) => burns.entry(name).or_insert_with(|| Arc::new(b.clone())).clone(),
                (None, None) => {
                    self.report.error(
                        "thing.unknown_item",
                        item.src.of("item"),
                        t(
                            format!("物品库里没有“{name}”。"),
                            format!("The library has no item \"{name}\"."),
                        ),
                        did_you_mean(name, loaded.items.keys().map(String::as_str)),
                    );
                    return;
                }
            },
            (None, None) => {
                self.report.error(
                    "thing.no_item",
                    item.src.whole,
                    t(
                        format!("“{path}”没有写怎样燃烧。"),
                        format!("\"{path}\" does not say how it burns."),
                    ),
                    t(
                        "写 item(物品库中的名称)或 burns。",
                        "Give `item`, a name of the library, or `burns`.",
                    ),
                );
                return;
            }
        };
        let found = match (&item.r#in, here) {
            (Some(name), _) => match self.resolve(scope, name) {
                Ok(id) => Some(id),
                Err(Unresolved::LeftOut) => return,
                Err(Unresolved::Unknown) => {
                    self.nowhere(name, &path, item.src.of("in"), scope);
                    return;
                }
            },
            (None, Some((storey, frame))) => match item.at {
                Some(at) => self.space_near(storey, frame.apply(at), 0.0),
                None => None,
            },
            (None, None) => None,
        };
        let Some(space) = found else {
            let at = if item.at.is_some() {
                item.src.of("at")
            } else {
                item.src.whole
            };
            let point = here.and_then(|h| item.at.map(|p| h.1.apply(p)));
            self.outside_all(&path, point, at);
            return;
        };
        let s = &self.place.spaces[space.index()];
        let frame = if item.r#in.is_some() {
            s.frame
        } else {
            here.map_or(s.frame, |h| h.1)
        };
        let at = item
            .at
            .map_or_else(|| polygon::inside_point(&s.outline, &s.holes), |p| frame.apply(p));
        let within = polygon::contains(&s.outline, at) && !s.holes.iter().any(|h| polygon::contains(h, at));
        if !within && polygon::distance_to_edges(&s.outline, at) > 1e-6 || !polygon::sane(&[at]) {
            self.not_in_space(&path, space, at, item.src.of("at"));
            return;
        }
        let z = s.z + item.height.filter(|h| h.is_finite()).unwrap_or(0.0);
        let walls_near = walls_near(&how, at, frame, s);
        let (width, depth) = footprint(&how, frame.turns % 2 == 1);
        self.place.things.push(Thing {
            path,
            burns: how,
            space,
            at,
            extent: Point::new(width, depth),
            z,
            ignites_s: None,
            walls_near,
        });
        self.thing_src.push(item.src.whole);
        self.thing_turned.push(frame.turns % 2 == 1);
    }

    fn piece(&mut self, item: &scenario::Equipment, storey: usize, path: String, frame: Frame) {
        let at = frame.apply(item.at);
        let Some(space) = self.space_near(storey, at, ON_WALL) else {
            self.outside_all(&path, Some(at), item.src.of("at"));
            return;
        };
        let z = self.place.spaces[space.index()].z + item.height;
        let kind = item.kind.clone();
        self.place.equipment.push(Equipment {
            path,
            kind,
            space,
            at,
            z,
            works: item.works,
        });
        self.equipment_src.push(item.src.whole);
    }

    /// The space at a point of a storey, or the nearest within `reach`; wells and shafts last.
    pub fn space_near(&self, storey: usize, at: Point, reach: f64) -> Option<SpaceId> {
        let mut best: Option<(f64, SpaceId)> = None;
        for &id in &self.by_storey[storey] {
            let s = &self.place.spaces[id.index()];
            let inside = polygon::contains(&s.outline, at) && !s.holes.iter().any(|h| polygon::contains(h, at));
            let well = matches!(s.kind, SpaceKind::LiftWell(_) | SpaceKind::Shaft);
            let edge = polygon::distance_to_edges(&s.outline, at);
            let far = if inside { 0.0 } else { edge } + if well { 0.01 } else { 0.0 };
            if (inside || edge <= reach + 1e-6) && best.is_none_or(|(d, _)| far < d) {
                best = Some((far, id));
            }
        }
        best.map(|(_, id)| id)
    }

    /// `in` names nowhere.
    pub fn nowhere(&mut self, name: &str, who: &str, at: Span, scope: &str) {
        let known: Vec<String> = if scope.is_empty() {
            self.place.space_by_path.keys().cloned().collect()
        } else {
            self.names_near(scope)
        };
        self.report.error(
            "in.unknown_space",
            at,
            t(
                format!("“{who}”写在“{name}”里，没有这个空间。"),
                format!("\"{who}\" is put in \"{name}\", which does not exist."),
            ),
            did_you_mean(name, known.iter().map(String::as_str)),
        );
    }

    /// `at`: in building coordinates.
    fn outside_all(&mut self, who: &str, at: Option<Point>, src: Span) {
        let (message, hint) = match at {
            Some(p) => (
                t(
                    format!("“{who}”的位置在建筑坐标（{:.2}, {:.2}），那里没有空间。", p.x, p.y),
                    format!(
                        "\"{who}\" lies at ({:.2}, {:.2}) of the building, where there is no space.",
                        p.x, p.y
                    ),
                ),
                t(
                    "改 at，移到房间里；at 用它所在平面或预制件的坐标。",
                    "Change `at` so that it lies in a room; `at` uses the frame of its plan or prefab.",
                ),
            ),
            None => (
                t(
                    format!("没有写“{who}”在哪里。"),
                    format!("It is not said where \"{who}\" is."),
                ),
                t(
                    "用 in 写明空间，或用 at 写明位置。",
                    "Name its space with `in`, or its point with `at`.",
                ),
            ),
        };
        self.report.error("at.outside_every_space", src, message, hint);
    }

    /// A point that is not in the space named beside it.
    pub fn not_in_space(&mut self, who: &str, space: SpaceId, at: Point, src: Span) {
        let s = &self.place.spaces[space.index()];
        let (name, (lo, hi)) = (s.path.clone(), polygon::bounds(&s.outline));
        self.report.error(
            "at.outside_space",
            src,
            t(
                format!("“{who}”的位置在建筑坐标（{:.2}, {:.2}），不在“{name}”之内。", at.x, at.y),
                format!("\"{who}\" comes to lie at ({:.2}, {:.2}) of the building, outside \"{name}\".", at.x, at.y),
            ),
            t(
                format!("“{name}”在建筑坐标（{:.2}, {:.2}）到（{:.2}, {:.2}）之间；at 用平面或预制件自己的坐标。", lo.x, lo.y, hi.x, hi.y),
                format!(
                    "\"{name}\" lies between ({:.2}, {:.2}) and ({:.2}, {:.2}) of the building; `at` uses the frame of its plan or prefab.",
                    lo.x, lo.y, hi.x, hi.y
                ),
            ),
        );
    }
}

/// Extent on plan, m: x and y in building coordinates.
pub(super) fn footprint(burns: &Burns, turned: bool) -> (f64, f64) {
    if turned {
        (burns.size.1, burns.size.0)
    } else {
        (burns.size.0, burns.size.1)
    }
}

/// Walls of different directions that a thing touches: none, one, or a corner.
fn walls_near(burns: &Burns, at: Point, frame: Frame, space: &crate::place::Space) -> u8 {
    if space.kind == SpaceKind::Outdoors {
        return 0;
    }
    let (w, d) = footprint(burns, frame.turns % 2 == 1);
    let mut normals: Vec<Point> = Vec::new();
    for (a, b) in polygon::edges(&space.outline) {
        let n = (b - a).normalised().left();
        let half = 0.5 * (w * n.x.abs() + d * n.y.abs());
        let far = polygon::distance(at, a, b);
        if (far < NEAR_WALL || far - half < TOUCHES) && normals.iter().all(|m| m.dot(n).abs() < 0.7) {
            normals.push(n);
        }
    }
    normals.len().min(2) as u8
}
