//! Lifts with their wells and doors, and shafts.

use super::Builder;
use super::openings::{Misfit, blank};
use super::spaces::NewSpace;
use crate::place::report::{did_you_mean, t};
use crate::place::{Beyond, Frame, Leak, Lift, LiftId, OpeningKind, PlateId, SpaceId, SpaceKind, polygon};
use crate::scenario::{Point, SpaceAir, Use};

/// Height of a lift's door, m (assumption, 待核实).
const DOOR_HEIGHT: f64 = 2.1;
/// Free area of a shut lift door, m² (assumption, 待核实).
const DOOR_LEAKAGE: f64 = 0.05;

impl<'a> Builder<'a> {
    /// Lift wells: one zone a storey, open to the next over their whole area.
    pub(super) fn lift_wells(&mut self) {
        let loaded = self.loaded;
        for (i, written) in loaded.scenario.place.lifts.iter().enumerate() {
            let name = if written.name.is_empty() {
                format!("lift_{}", i + 1)
            } else {
                written.name.clone()
            };
            let Some(storeys) = self.served(&written.serves, written.src.of("serves")) else {
                self.leave_out(&name);
                continue;
            };
            let (w, d) = written.size;
            let sized = (0.5..=20.0).contains(&w) && (0.5..=20.0).contains(&d);
            if !sized || !polygon::sane(&[written.at, written.door]) || !(0.1..=20.0).contains(&written.door_width) {
                self.report.error(
                    "lift.sizes",
                    written.src.of("size"),
                    t(
                        format!("电梯“{name}”的尺寸不合理。"),
                        format!("The sizes of lift \"{name}\" cannot be."),
                    ),
                    t(
                        "井道长宽写 0.5 到 20 之间的米数。",
                        "The well's sides are between 0.5 and 20 m.",
                    ),
                );
                self.leave_out(&name);
                continue;
            }
            let a = written.at;
            let corners = [
                a,
                Point::new(a.x + w, a.y),
                Point::new(a.x + w, a.y + d),
                Point::new(a.x, a.y + d),
            ];
            let id = LiftId(self.place.lifts.len() as u32);
            let wells = self.column(&name, &storeys, SpaceKind::LiftWell(id), &corners, written.src.whole);
            if wells.len() < storeys.len() {
                continue;
            }
            let stands = match &written.stands {
                None => storeys
                    .iter()
                    .position(|s| self.storeys[s.index()].z == 0.0)
                    .unwrap_or(0),
                Some(n) => storeys
                    .iter()
                    .position(|s| self.storeys[s.index()].name == *n)
                    .unwrap_or_else(|| {
                        let known: Vec<String> = storeys.iter().map(|s| self.storeys[s.index()].name.clone()).collect();
                        self.report.error(
                            "lift.stands",
                            written.src.of("stands"),
                            t(
                                format!("电梯“{name}”不到“{n}”层。"),
                                format!("Lift \"{name}\" does not serve storey \"{n}\"."),
                            ),
                            did_you_mean(n, known.iter().map(String::as_str)),
                        );
                        0
                    }),
            };
            self.place.lifts.push(Lift {
                name,
                storeys,
                wells,
                doors: Vec::new(),
                car: PlateId::default(),
                capacity: written.capacity,
                speed: written.speed,
                evacuation: written.evacuation,
                stands,
            });
            self.lift_src.push(i);
        }
    }

    /// Spaces one above the other, joined by holes of their whole area.
    fn column(
        &mut self,
        name: &str,
        storeys: &[crate::place::StoreyId],
        kind: SpaceKind,
        corners: &[Point],
        src: crate::scenario::Span,
    ) -> Vec<SpaceId> {
        let outline = polygon::tidy(corners);
        let mut ids = Vec::new();
        for s in storeys {
            let storey = &self.storeys[s.index()];
            let new = NewSpace {
                path: format!("{}/{name}", storey.name),
                r#use: Use::Plant,
                kind,
                storey: s.index(),
                outline: outline.clone(),
                holes: Vec::new(),
                z: storey.z,
                height: storey.height,
                lining: None,
                lining_src: src,
                air: SpaceAir::Outside,
                frame: Frame::default(),
                periodic: false,
                src,
                leaks: &[],
                landings: None,
                instance: None,
            };
            ids.extend(self.add_space(new));
        }
        if ids.len() == storeys.len() {
            let centre = polygon::centroid(&outline);
            for k in 1..ids.len() {
                let (path, z) = (
                    format!("{}/up", self.place.spaces[ids[k - 1].index()].path),
                    self.place.spaces[ids[k].index()].z,
                );
                let area = self.place.spaces[ids[k].index()].area;
                self.add_hole(path, ids[k - 1], Beyond::Space(ids[k]), centre, area, z, src);
            }
        }
        ids
    }

    /// Lift doors: one a storey, between the lobby and the well.
    pub(super) fn lift_doors(&mut self) {
        let loaded = self.loaded;
        for l in 0..self.place.lifts.len() {
            let written = &loaded.scenario.place.lifts[self.lift_src[l]];
            let lift = &self.place.lifts[l];
            let (name, storeys, wells) = (lift.name.clone(), lift.storeys.clone(), lift.wells.clone());
            let mut doors = Vec::new();
            let scopes: Vec<String> = storeys.iter().map(|s| self.storeys[s.index()].name.clone()).collect();
            if !written.lobby.is_empty() && scopes.iter().all(|s| self.resolve(s, &written.lobby).is_err()) {
                let mut known: Vec<String> = scopes.iter().flat_map(|s| self.names_near(s)).collect();
                known.retain(|n| *n != name);
                known.sort();
                known.dedup();
                self.report.warning(
                    "lift.no_lobby",
                    written.src.of("lobby"),
                    t(
                        format!(
                            "电梯“{name}”所到各层都没有叫“{}”的空间；改用门边的房间。",
                            written.lobby
                        ),
                        format!(
                            "No storey of lift \"{name}\" has a \"{}\"; the room at its door is taken.",
                            written.lobby
                        ),
                    ),
                    did_you_mean(&written.lobby, known.iter().map(String::as_str)),
                );
            }
            for (s, &well) in storeys.iter().zip(&wells) {
                let scope = self.storeys[s.index()].name.clone();
                // The ground storey's lobby often has another name: then the space at the door is meant.
                let beside = || {
                    self.by_storey[s.index()].iter().copied().find(|id| {
                        let space = &self.place.spaces[id.index()];
                        matches!(space.kind, SpaceKind::Room | SpaceKind::Outdoors)
                            && self
                                .fit(*id, Some(well), written.door, written.door_width, true)
                                .is_ok()
                    })
                };
                let Some(lobby) = self.resolve(&scope, &written.lobby).ok().or_else(beside) else {
                    let known = self.names_near(&scope);
                    self.report.error(
                        "lift.no_lobby",
                        written.src.of("lobby"),
                        t(
                            format!(
                                "电梯“{name}”在 {scope} 没有前室：找不到“{}”，门边也没有房间。",
                                written.lobby
                            ),
                            format!(
                                "Lift \"{name}\" has no lobby on {scope}: no \"{}\", and no room at its door.",
                                written.lobby
                            ),
                        ),
                        did_you_mean(&written.lobby, known.iter().map(String::as_str)),
                    );
                    continue;
                };
                match self.fit(lobby, Some(well), written.door, written.door_width, true) {
                    Ok(fit) => {
                        let z = self.place.spaces[lobby.index()].z;
                        let mut o = blank(OpeningKind::LiftDoor(LiftId(l as u32)), lobby, Beyond::Space(well));
                        o.path = format!("{scope}/{name}/door");
                        o.centre = fit.centre;
                        o.along = fit.along;
                        o.width = written.door_width;
                        o.bottom = z;
                        o.top = z + DOOR_HEIGHT.min(self.place.spaces[lobby.index()].height);
                        o.leakage = DOOR_LEAKAGE;
                        doors.extend(self.push_opening(o, written.src.of("door"), fit.depth, true));
                    }
                    Err(misfit) => {
                        self.say_misfit(&misfit, &format!("{name}/door"), written.src.of("door"), written.door);
                    }
                }
            }
            if doors.len() == storeys.len() {
                self.place.lifts[l].doors = doors;
            }
        }
    }

    /// Shafts and voids.
    pub(super) fn shafts(&mut self) {
        let loaded = self.loaded;
        for (i, written) in loaded.scenario.place.shafts.iter().enumerate() {
            let name = if written.name.is_empty() {
                format!("shaft_{}", i + 1)
            } else {
                written.name.clone()
            };
            let Some(storeys) = self.served(&written.serves, written.src.of("serves")) else {
                self.leave_out(&name);
                continue;
            };
            let tidy = polygon::tidy(&written.outline);
            if !polygon::sane(&written.outline) || tidy.len() < 3 || polygon::crosses_itself(&tidy) {
                self.report.error(
                    "space.too_few_corners",
                    written.src.of("outline"),
                    t(
                        format!("井道“{name}”的轮廓围不成面。"),
                        format!("The outline of shaft \"{name}\" encloses nothing."),
                    ),
                    t("按顺序写出至少三个角点。", "Write at least three corners in order."),
                );
                self.leave_out(&name);
                continue;
            }
            let ids = self.column(&name, &storeys, SpaceKind::Shaft, &written.outline, written.src.whole);
            if ids.len() < storeys.len() {
                continue;
            }
            for (to, area) in &written.opens_to {
                let mut found = false;
                for &shaft in &ids {
                    let s = &self.place.spaces[shaft.index()];
                    let scope = self.place.storeys[s.storey.index()].name.clone();
                    let Ok(room) = self.resolve(&scope, to) else { continue };
                    found = true;
                    let r = &self.place.spaces[room.index()];
                    let (bottom, top) = (r.z.max(s.z), (r.z + r.height).min(s.z + s.height));
                    self.place.leaks.push(Leak {
                        from: shaft,
                        to: Some(room),
                        area: area.max(0.0),
                        bottom,
                        top,
                        facing: Point::default(),
                    });
                }
                if !found {
                    let storey = self.storeys[storeys[0].index()].name.clone();
                    let known = self.names_near(&storey);
                    self.report.error(
                        "shaft.opens_to",
                        written.src.of("opens_to"),
                        t(
                            format!("井道“{name}”所到各层都没有“{to}”。"),
                            format!("No storey of shaft \"{name}\" has a \"{to}\"."),
                        ),
                        did_you_mean(to, known.iter().map(String::as_str)),
                    );
                }
            }
            if written.top > 0.0 {
                let top = ids[ids.len() - 1];
                let s = &self.place.spaces[top.index()];
                let (centre, z, path) = (
                    polygon::centroid(&s.outline),
                    s.z + s.height,
                    format!("{}/roof", s.path),
                );
                self.add_hole(
                    path,
                    top,
                    Beyond::Outside,
                    centre,
                    written.top,
                    z,
                    written.src.of("top"),
                );
            }
        }
    }

    /// Says what is wrong with where an opening stands.
    pub(super) fn say_misfit(&mut self, misfit: &Misfit, name: &str, at: crate::scenario::Span, centre: Point) {
        let where_ = format!("({:.2}, {:.2})", centre.x, centre.y);
        match misfit {
            Misfit::Far {
                space,
                nearest,
                distance,
            } => {
                let path = self.place.spaces[space.index()].path.clone();
                self.report.error(
                    "opening.not_on_wall",
                    at,
                    t(
                        format!("“{name}”的中心{where_}离“{path}”的墙 {distance:.2} m，不在墙上。"),
                        format!("The centre of \"{name}\" {where_} is {distance:.2} m from the walls of \"{path}\"."),
                    ),
                    t(
                        format!("中心要在两侧空间的墙上（0.3 m 以内）；建筑坐标中最近的一点是（{:.2}, {:.2}）。", nearest.x, nearest.y),
                        format!(
                            "It must lie on a wall of both spaces (within 0.3 m); in the building's frame the nearest point is ({:.2}, {:.2}).",
                            nearest.x, nearest.y
                        ),
                    ),
                );
            }
            Misfit::NotShared { first, second } => {
                let (a, b) = (
                    self.place.spaces[first.index()].path.clone(),
                    self.place.spaces[second.index()].path.clone(),
                );
                self.report.error(
                    "opening.not_on_wall",
                    at,
                    t(
                        format!("“{name}”{where_}处，“{a}”和“{b}”没有共用的墙。"),
                        format!("At \"{name}\" {where_} \"{a}\" and \"{b}\" share no wall."),
                    ),
                    t(
                        "两侧的墙要平行相对，间距不超过 0.3 m；移动门窗或空间的角点。",
                        "The two walls must face each other no more than 0.3 m apart; move the opening or the corners.",
                    ),
                );
            }
            Misfit::TooWide { wall } => self.report.error(
                "opening.wider_than_wall",
                at,
                t(
                    format!("“{name}”比所在的墙（{wall:.2} m）还宽。"),
                    format!("\"{name}\" is wider than its wall ({wall:.2} m)."),
                ),
                t(
                    format!("宽度改成不超过 {wall:.2}。"),
                    format!("Make it no wider than {wall:.2}."),
                ),
            ),
            Misfit::PastCorner { suggest } => self.report.error(
                "opening.past_corner",
                at,
                t(
                    format!("“{name}”{where_}伸过了墙角。"),
                    format!("\"{name}\" {where_} reaches past the corner of its wall."),
                ),
                t(
                    format!("把中心移到建筑坐标（{:.2}, {:.2}）。", suggest.x, suggest.y),
                    format!(
                        "Move its centre to ({:.2}, {:.2}) in the building's frame.",
                        suggest.x, suggest.y
                    ),
                ),
            ),
            Misfit::OntoFlight { stair } => {
                let path = self.place.spaces[stair.index()].path.clone();
                self.report.error(
                    "opening.not_on_landing",
                    at,
                    t(
                        format!("“{name}”{where_}开在楼梯“{path}”的梯段旁，不在平台上。"),
                        format!("\"{name}\" {where_} opens beside the flights of \"{path}\", not onto its landing."),
                    ),
                    t(
                        "把门移到平台的墙上，或用 turn、mirror 转动楼梯。",
                        "Move the door to a wall of the landing, or turn or mirror the stair.",
                    ),
                );
            }
        }
    }
}
