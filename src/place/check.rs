//! Checks of geometry and of everything that stands in it. What keeps a place from being built is said while it is
//! compiled; here is what can be seen only when its parts stand together.

use super::compile::Builder;
use super::report::{did_you_mean, t};
use super::{Beyond, PlateId, SpaceId, SpaceKind, polygon};
use crate::scenario::{self, Deed, EquipmentKind, Issue, Library, Loaded, People, PlaceKind, Point, Probe, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Spaces may overlap by this much, m².
const OVERLAP: f64 = 0.02;

/// Every problem of a scenario file, text and geometry, under every option of its knobs; each problem once.
pub fn check(path: &str, bytes: &[u8], library: &Library) -> Vec<Issue> {
    let mut all: Vec<Issue> = Vec::new();
    for set in scenario::variants(path, bytes, library) {
        let found = match scenario::load(path, bytes, library, &set, 1) {
            Err(issues) => issues,
            Ok(loaded) => {
                let geometry = super::compile(&loaded).1;
                loaded.warnings.into_iter().chain(geometry).collect()
            }
        };
        all.extend(found);
    }
    all.sort_by(|a, b| (&a.file, a.line, a.column, &a.id).cmp(&(&b.file, b.line, b.column, &b.id)));
    all.dedup();
    all
}

/// Spaces: heights, overlaps on a storey, and spaces that reach into the storey above.
pub fn spaces(b: &mut Builder<'_>) {
    for storey in 0..b.by_storey.len() {
        let ids = b.by_storey[storey].clone();
        for &id in &ids {
            b.check_height(id);
        }
        let boxes: Vec<_> = ids.iter().map(|id| bounds(b, *id)).collect();
        for (i, &q) in ids.iter().enumerate() {
            // One overlap of each space is told; moving it mostly mends the others.
            let meets = |j: &usize| polygon::boxes_meet(boxes[i], boxes[*j], 0.0);
            let first = (0..i).filter(meets).map(|j| (ids[j], common_area(b, ids[j], q)));
            if let Some((p, area)) = first.into_iter().find(|(_, area)| *area > OVERLAP) {
                overlap(b, p, q, area);
            }
        }
        if storey + 1 < b.by_storey.len() {
            for &id in &ids {
                reaches_above(b, id, storey + 1);
            }
        }
    }
}

fn bounds(b: &Builder<'_>, id: SpaceId) -> (Point, Point) {
    polygon::bounds(&b.place.spaces[id.index()].outline)
}

fn common_area(b: &Builder<'_>, p: SpaceId, q: SpaceId) -> f64 {
    let (p, q) = (&b.place.spaces[p.index()], &b.place.spaces[q.index()]);
    polygon::overlap_with_holes(&p.outline, &p.holes, &q.outline, &q.holes)
}

fn overlap(b: &mut Builder<'_>, p: SpaceId, q: SpaceId, area: f64) {
    let (first, second) = (
        b.place.spaces[p.index()].path.clone(),
        b.place.spaces[q.index()].path.clone(),
    );
    // Stairs, wells and shafts come after the rooms of a storey, so the later one is the one to move.
    let id = match b.place.spaces[q.index()].kind {
        SpaceKind::Stair(_) => "stair.collides",
        _ => "space.overlap",
    };
    b.report.error(
        id,
        b.space_src[q.index()],
        t(
            format!("“{second}”与“{first}”重叠 {area:.2} m²。"),
            format!("\"{second}\" and \"{first}\" overlap by {area:.2} m²."),
        ),
        t(
            "移动其中一个，或改角点，使它们只共用墙线；楼梯间要给整个梯段留出位置。",
            "Move one of them or its corners so that they share walls only; a stair needs room for all of its flights.",
        ),
    );
}

fn reaches_above(b: &mut Builder<'_>, id: SpaceId, above: usize) {
    let s = &b.place.spaces[id.index()];
    let ceiling = s.z + s.height;
    if s.kind != SpaceKind::Room || ceiling <= b.storeys[above].z + 0.01 {
        return;
    }
    let hit = b.by_storey[above].iter().copied().find(|&o| {
        b.place.spaces[o.index()].kind != SpaceKind::Outdoors
            && b.place.spaces[o.index()].z < ceiling - 0.01
            && common_area(b, id, o) > OVERLAP
    });
    let Some(hit) = hit else { return };
    let (path, other, by) = (
        s.path.clone(),
        b.place.spaces[hit.index()].path.clone(),
        ceiling - b.storeys[above].z,
    );
    b.report.error(
        "space.higher_than_storey",
        b.space_src[id.index()],
        t(
            format!("“{path}”的顶高出上一层楼面 {by:.2} m，伸进“{other}”。"),
            format!("The ceiling of \"{path}\" reaches {by:.2} m above the next storey's floor, into \"{other}\"."),
        ),
        t(
            "降低 height，或在上一层的平面里留空。",
            "Lower its height, or leave the space above it free.",
        ),
    );
}

/// Openings: two in the same place, and openings to the open air that face a room.
pub fn openings(b: &mut Builder<'_>) {
    let mut by_storey: Vec<Vec<usize>> = vec![Vec::new(); b.by_storey.len()];
    for (i, o) in b
        .place
        .openings
        .iter()
        .enumerate()
        .filter(|(_, o)| !o.kind.is_horizontal())
    {
        by_storey[b.place.spaces[o.from.index()].storey.index()].push(i);
    }
    for list in by_storey {
        for (n, &i) in list.iter().enumerate() {
            let overlaps = |j: &&usize| {
                let (p, q) = (&b.place.openings[i], &b.place.openings[**j]);
                let reach = (p.width + q.width) * 0.5 - 0.02;
                let d = p.centre - q.centre;
                d.dot(p.along).abs() < reach
                    && d.cross(p.along).abs() < 0.2
                    && p.along.cross(q.along).abs() < 0.05
                    && p.bottom < q.top - 0.02
                    && q.bottom < p.top - 0.02
            };
            if let Some(&j) = list[..n].iter().find(overlaps) {
                let (p, q) = (&b.place.openings[i], &b.place.openings[j]);
                let (a, c) = (p.path.clone(), q.path.clone());
                b.report.error(
                    "opening.overlap",
                    b.opening_src[i],
                    t(
                        format!("“{a}”和“{c}”在同一段墙上重叠。"),
                        format!("\"{a}\" and \"{c}\" overlap in one wall."),
                    ),
                    t(
                        "沿墙移开其中一个，或改窄。",
                        "Move one of them along the wall, or make it narrower.",
                    ),
                );
            }
            faces_a_space(b, i);
        }
    }
}

fn faces_a_space(b: &mut Builder<'_>, i: usize) {
    let o = &b.place.openings[i];
    if matches!(o.to, Beyond::Space(_)) {
        return;
    }
    let beyond = o.centre - o.along.left() * 0.05;
    let storey = b.place.spaces[o.from.index()].storey.index();
    let facing = b.by_storey[storey].iter().copied().find(|&s| {
        let space = &b.place.spaces[s.index()];
        s != o.from
            && space.kind != SpaceKind::Outdoors
            && polygon::contains(&space.outline, beyond)
            && !space.holes.iter().any(|h| polygon::contains(h, beyond))
    });
    if let Some(s) = facing {
        let (path, other) = (o.path.clone(), b.place.spaces[s.index()].path.clone());
        b.report.warning(
            "opening.faces_a_space",
            b.opening_src[i],
            t(
                format!("“{path}”写着通向室外，墙外却是“{other}”。"),
                format!("\"{path}\" leads to the open air, but \"{other}\" lies behind that wall."),
            ),
            t(
                format!("between 的第二个写“{other}”，或把它移到外墙。"),
                format!("Write \"{other}\" as its second side, or move it to an outer wall."),
            ),
        );
    }
}

/// Who is where.
struct Occupant {
    who: String,
    r#in: String,
    at: Option<Point>,
    in_src: Span,
    at_src: Span,
}

/// What needs the compiled plates: people, ways out, instruments.
pub fn use_of_the_place(b: &mut Builder<'_>) {
    let mut lived_in: BTreeSet<SpaceId> = BTreeSet::new();
    let mut free = BTreeMap::new();
    for o in occupants(b.loaded) {
        if b.report.full() {
            return;
        }
        if let Some(space) = occupant(b, &o, &mut free) {
            lived_in.insert(space);
        }
    }
    people_at_large(b, &mut lived_in);
    ways_out(b, &lived_in);
    probes(b);
    for h in &b.loaded.scenario.timeline {
        if let Deed::Open(name, _) = &h.does {
            opening_named(b, name, h.src.of("does"));
        }
    }
    signs(b);
}

fn occupants(loaded: &Loaded) -> Vec<Occupant> {
    let s = &loaded.scenario;
    let mut all = Vec::new();
    for p in &s.trainees {
        let (in_src, at_src) = (p.src.of("in"), p.src.of("at"));
        all.push(Occupant {
            who: p.id.clone(),
            r#in: p.r#in.clone(),
            at: p.at,
            in_src,
            at_src,
        });
    }
    for p in &s.people {
        match p {
            People::Person(p) => {
                let (in_src, at_src) = (p.src.of("in"), p.src.of("at"));
                all.push(Occupant {
                    who: p.name.clone(),
                    r#in: p.r#in.clone(),
                    at: p.at,
                    in_src,
                    at_src,
                });
            }
            People::Group(g) => all.push(group(g)),
            People::Source(s) => all.push(group(&s.group)),
            People::Households(_) => {}
        }
    }
    all
}

fn group(g: &scenario::Group) -> Occupant {
    let who = if g.name.is_empty() {
        "group".to_owned()
    } else {
        g.name.clone()
    };
    Occupant {
        who,
        r#in: g.r#in.clone(),
        at: None,
        in_src: g.src.of("in"),
        at_src: g.src.of("area"),
    }
}

/// Where somebody stands, if that is a place to stand in.
fn occupant(b: &mut Builder<'_>, o: &Occupant, free: &mut BTreeMap<SpaceId, Point>) -> Option<SpaceId> {
    let Some(space) = b.place.space_named(&o.r#in) else {
        b.nowhere(&o.r#in, &o.who, o.in_src, "");
        return None;
    };
    let Some(plate) = b.place.plate_of(space) else {
        b.report.error(
            "in.not_walkable",
            o.in_src,
            t(
                format!("“{}”里面不能站人。", o.r#in),
                format!("Nobody can stand in \"{}\".", o.r#in),
            ),
            t("写房间、走道、前室或楼梯间。", "Name a room, corridor, lobby or stair."),
        );
        return None;
    };
    let Some(at) = o.at else {
        // Large spaces are searched once, however many people are in them.
        let p = *free.entry(space).or_insert_with(|| b.place.a_point_in(space));
        if !stands_free(b, plate, space, p) {
            b.report.error(
                "at.no_room_to_stand",
                o.in_src,
                t(
                    format!("“{}”里没有能站人的地方。", o.r#in),
                    format!("There is no room to stand in \"{}\".", o.r#in),
                ),
                t(
                    "空间至少要有 0.4 m 宽，且没有被物品占满。",
                    "It must be 0.4 m wide at least and not be full of things.",
                ),
            );
        }
        return Some(space);
    };
    let at = b.place.spaces[space.index()].frame.apply(at);
    let s = &b.place.spaces[space.index()];
    if !polygon::sane(&[at]) || !polygon::contains(&s.outline, at) || s.holes.iter().any(|h| polygon::contains(h, at)) {
        b.not_in_space(&o.who, space, at, o.at_src);
    } else if !stands_free(b, plate, space, at) {
        let free = *free.entry(space).or_insert_with(|| b.place.a_point_in(space));
        b.report.error(
            "at.in_obstacle",
            o.at_src,
            t(
                format!("“{}”的位置（{:.2}, {:.2}）在墙里或障碍物里。", o.who, at.x, at.y),
                format!(
                    "\"{}\" at ({:.2}, {:.2}) stands in a wall or an obstacle.",
                    o.who, at.x, at.y
                ),
            ),
            t(
                format!("离墙和物品至少 0.2 m；例如建筑坐标（{:.2}, {:.2}）。", free.x, free.y),
                format!(
                    "Keep 0.2 m off walls and things; ({:.2}, {:.2}) of the building is free.",
                    free.x, free.y
                ),
            ),
        );
    }
    Some(space)
}

/// Whether a body can be at a point, or within a cell of it.
fn stands_free(b: &Builder<'_>, plate: PlateId, space: SpaceId, p: Point) -> bool {
    let on = &b.place.plates[plate.index()];
    let shape = &b.place.shapes[on.shape];
    let local = on.spaces.iter().position(|s| *s == space);
    shape.grid.cells_near(p, shape.grid.cell * 1.2).any(|i| {
        shape.grid.walkable[i]
            && Some(usize::from(shape.grid.space[i])) == local
            && !shape.wall_between(p, shape.grid.centre_of(i))
    })
}

/// Groups' areas, goals, homes of trainees, households.
fn people_at_large(b: &mut Builder<'_>, lived_in: &mut BTreeSet<SpaceId>) {
    let loaded = b.loaded;
    for tr in &loaded.scenario.trainees {
        if let Some(home) = &tr.home {
            let known = b.place.homes.iter().any(|h| h.path == *home) || b.place.space_by_path.contains_key(home);
            if !known {
                let homes = b.place.homes.iter().map(|h| &h.path);
                let names: Vec<String> = homes.chain(b.place.space_by_path.keys()).cloned().collect();
                b.report.error(
                    "home.unknown",
                    tr.src.of("home"),
                    t(
                        format!("没有名为“{home}”的住处。"),
                        format!("No home is called \"{home}\"."),
                    ),
                    did_you_mean(home, names.iter().map(String::as_str)),
                );
            }
        }
    }
    for p in &loaded.scenario.people {
        match p {
            People::Person(p) => {
                if let Some(exit) = &p.goes_to {
                    goes_to(b, exit, &p.r#in, p.src.of("goes_to"));
                }
                waypoints(b, p);
            }
            People::Group(g) => group_at_large(b, g),
            People::Source(s) => group_at_large(b, &s.group),
            People::Households(h) => {
                let mut found = false;
                for home in &b.place.homes {
                    let by_use = home
                        .spaces
                        .iter()
                        .any(|s| format!("{:?}", b.place.spaces[s.index()].r#use).eq_ignore_ascii_case(&h.in_every));
                    let by_prefab = home.prefab.as_ref().is_some_and(|p| p.starts_with(&h.in_every));
                    if (by_use || by_prefab) && !h.in_every.is_empty() {
                        found = true;
                        if !h.except.contains(&home.path) {
                            lived_in.extend(&home.spaces);
                        }
                    }
                }
                let uses = b.place.spaces.iter();
                found |= uses
                    .into_iter()
                    .any(|s| format!("{:?}", s.r#use).eq_ignore_ascii_case(&h.in_every));
                if !found {
                    let prefabs: BTreeSet<String> = b.place.homes.iter().filter_map(|h| h.prefab.clone()).collect();
                    b.report.warning(
                        "households.nowhere",
                        h.src.of("in_every"),
                        t(
                            format!("没有用途或预制件叫“{}”的住处，不会有住户。", h.in_every),
                            format!("No use or prefab is called \"{}\": nobody will live here.", h.in_every),
                        ),
                        did_you_mean(&h.in_every, prefabs.iter().map(String::as_str).chain(["Flat"])),
                    );
                }
                for except in &h.except {
                    let known =
                        b.place.homes.iter().any(|x| x.path == *except) || b.place.space_by_path.contains_key(except);
                    if !known {
                        let names: Vec<String> = b.place.homes.iter().map(|h| h.path.clone()).collect();
                        b.report.error(
                            "home.unknown",
                            h.src.of("except"),
                            t(
                                format!("没有名为“{except}”的住处。"),
                                format!("No home is called \"{except}\"."),
                            ),
                            did_you_mean(except, names.iter().map(String::as_str)),
                        );
                    }
                }
            }
        }
    }
}

fn waypoints(b: &mut Builder<'_>, p: &scenario::Person) {
    let Some(&space) = b.place.space_by_path.get(&p.r#in) else {
        return;
    };
    let Some(plate) = b.place.plate_of(space) else { return };
    let frame = b.place.spaces[space.index()].frame;
    for w in &p.waypoints {
        let at = frame.apply(*w);
        if !polygon::sane(&[at]) || b.place.space_at(plate, at).is_none() {
            b.report.error(
                "waypoint.outside",
                p.src.of("waypoints"),
                t(
                    format!("“{}”的路点（{}, {}）不在本层任何空间里。", p.name, w.x, w.y),
                    format!(
                        "Waypoint ({}, {}) of \"{}\" lies outside every space of the storey.",
                        w.x, w.y, p.name
                    ),
                ),
                t(
                    "路点用所在空间的坐标。",
                    "Waypoints use the frame of the space the person is in.",
                ),
            );
        }
    }
}

fn group_at_large(b: &mut Builder<'_>, g: &scenario::Group) {
    if let Some(exit) = &g.goes_to {
        goes_to(b, exit, &g.r#in, g.src.of("goes_to"));
    }
    for (exit, _) in &g.exits {
        goes_to(b, exit, &g.r#in, g.src.of("exits"));
    }
    let Some(&space) = b.place.space_by_path.get(&g.r#in) else {
        return;
    };
    if !g.area.is_empty() {
        area_in(b, space, &g.area, &g.name, g.src.of("area"));
    }
}

/// An area must lie in its space, at least with a part that somebody can stand on.
fn area_in(b: &mut Builder<'_>, space: SpaceId, area: &[Point], who: &str, src: Span) {
    let s = &b.place.spaces[space.index()];
    let outline = polygon::tidy(&area.iter().map(|&p| s.frame.apply(p)).collect::<Vec<_>>());
    let good = polygon::sane(&outline)
        && outline.len() >= 3
        && polygon::overlap_with_holes(&outline, &[], &s.outline, &s.holes) > OVERLAP;
    if !good {
        let name = s.path.clone();
        b.report.error(
            "area.outside_space",
            src,
            t(
                format!("“{who}”的范围不在“{name}”之内。"),
                format!("The area of \"{who}\" lies outside \"{name}\"."),
            ),
            t(
                "写至少三个角点，用该空间自己的坐标。",
                "Write at least three corners in the frame of that space.",
            ),
        );
    }
}

/// Where somebody walks to may be named shortly: by its name on their storey, or by the end of its path.
fn goes_to(b: &mut Builder<'_>, exit: &str, r#in: &str, src: Span) {
    if b.place.opening_named(exit, b.place.space_named(r#in)).is_none() {
        opening_named(b, exit, src);
    }
}

fn opening_named(b: &mut Builder<'_>, name: &str, src: Span) {
    if !b.place.opening_by_path.contains_key(name) {
        let known: Vec<&str> = b.place.opening_by_path.keys().map(String::as_str).collect();
        b.report.error(
            "opening.unknown_name",
            src,
            t(
                format!("没有名为“{name}”的门窗或出口。"),
                format!("No opening is called \"{name}\"."),
            ),
            did_you_mean(name, known.iter().copied()),
        );
    }
}

fn probes(b: &mut Builder<'_>) {
    let loaded = b.loaded;
    for p in &loaded.scenario.probes {
        if b.report.full() {
            return;
        }
        let (name, r#in, points, src) = match p {
            Probe::Thermocouples(h)
            | Probe::Extinction(h)
            | Probe::Gases(h)
            | Probe::CeilingJet(h)
            | Probe::HeatFlux(h) => (&h.name, &h.r#in, h.at.into_iter().collect::<Vec<_>>(), &h.src),
            Probe::Link(h) => (&h.name, &h.r#in, h.at.into_iter().collect(), &h.src),
            // A line may begin and end in the walls.
            Probe::CountingLine(h) => (&h.name, &h.r#in, Vec::new(), &h.src),
            Probe::DensityArea(h) => {
                if let Some(&space) = b.place.space_by_path.get(&h.r#in) {
                    area_in(b, space, &h.outline, &h.name, h.src.of("outline"));
                }
                (&h.name, &h.r#in, Vec::new(), &h.src)
            }
            Probe::Velocity(o) => {
                opening_named(b, &o.opening, o.src.of("opening"));
                continue;
            }
            Probe::Plume(o) => {
                if !b.place.things.iter().any(|t| t.path == o.thing) {
                    let known: Vec<String> = b.place.things.iter().map(|t| t.path.clone()).collect();
                    b.report.error(
                        "probe.unknown_thing",
                        o.src.of("thing"),
                        t(
                            format!("没有名为“{}”的物品。", o.thing),
                            format!("Nothing is called \"{}\".", o.thing),
                        ),
                        did_you_mean(&o.thing, known.iter().map(String::as_str)),
                    );
                }
                continue;
            }
        };
        let Some(&space) = b.place.space_by_path.get(r#in) else {
            b.nowhere(r#in, name, src.of("in"), "");
            continue;
        };
        for at in points {
            let s = &b.place.spaces[space.index()];
            let at = s.frame.apply(at);
            let inside = polygon::contains(&s.outline, at) || polygon::distance_to_edges(&s.outline, at) < 0.05;
            if !inside || !polygon::sane(&[at]) {
                b.not_in_space(name, space, at, src.of("at"));
            }
        }
    }
}

/// Signs point to a stair, an opening or a space of their storey.
fn signs(b: &mut Builder<'_>) {
    for i in 0..b.place.equipment.len() {
        let e = &b.place.equipment[i];
        let EquipmentKind::ExitSign(to) = &e.kind else { continue };
        let scope = e.path.rsplit_once('/').map_or("", |(s, _)| s).to_owned();
        let to = to.clone();
        let storey = scope.split('/').next().unwrap_or_default();
        let known = matches!(to.as_str(), "street" | "outside")
            || b.resolve(&scope, &to).is_ok()
            || b.place
                .opening_by_path
                .keys()
                .any(|p| *p == to || *p == format!("{scope}/{to}") || *p == format!("{storey}/{to}"));
        if !known {
            let names = b.names_near(&scope);
            b.report.warning(
                "sign.unknown_goal",
                b.equipment_src[i],
                t(
                    format!("疏散标志指向“{to}”，本层没有它。"),
                    format!("An exit sign points to \"{to}\", which this storey lacks."),
                ),
                did_you_mean(&to, names.iter().map(String::as_str)),
            );
        }
    }
}

// ------------------------------------------------------------------------------------------------ ways out

/// Sets of cells that can be walked between, joined as portals are found.
struct Sets(Vec<u32>);
impl Sets {
    fn root(&mut self, mut i: u32) -> u32 {
        while self.0[i as usize] != i {
            self.0[i as usize] = self.0[self.0[i as usize] as usize];
            i = self.0[i as usize];
        }
        i
    }
    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}

/// Number of the connected piece of each cell of a shape, and how many there are.
fn pieces(shape: &super::Shape, locked: &[u16]) -> (Vec<u32>, u32) {
    let grid = &shape.grid;
    let open = |i: usize| grid.walkable[i] && (grid.gate[i] == u16::MAX || !locked.contains(&grid.gate[i]));
    let mut piece = vec![u32::MAX; grid.walkable.len()];
    let (mut count, mut stack) = (0, Vec::new());
    for start in 0..piece.len() {
        if piece[start] != u32::MAX || !open(start) {
            continue;
        }
        piece[start] = count;
        stack.push(start);
        while let Some(i) = stack.pop() {
            for j in [i.wrapping_sub(1), i + 1, i.wrapping_sub(grid.columns), i + grid.columns] {
                if j < piece.len() && piece[j] == u32::MAX && open(j) {
                    piece[j] = count;
                    stack.push(j);
                }
            }
        }
        count += 1;
    }
    (piece, count)
}

/// Spaces from which nobody can walk to the street.
fn ways_out(b: &mut Builder<'_>, lived_in: &BTreeSet<SpaceId>) {
    let scenario = &b.loaded.scenario;
    if lived_in.is_empty() && scenario.people.is_empty() && scenario.trainees.is_empty() {
        // Nobody is there who would want to leave.
        return;
    }
    let mut known: BTreeMap<(usize, Vec<u16>), (Vec<u32>, u32)> = BTreeMap::new();
    let mut keys = Vec::new();
    let mut first = Vec::new();
    let mut total = 0;
    for plate in &b.place.plates {
        let locked: Vec<u16> = (0..plate.gates.len())
            .filter(|g| b.locked(plate.gates[*g]))
            .map(|g| g as u16)
            .collect();
        let key = (plate.shape, locked);
        let count = known
            .entry(key.clone())
            .or_insert_with(|| pieces(&b.place.shapes[key.0], &key.1))
            .1;
        keys.push(key);
        first.push(total);
        total += count;
    }
    let mut sets = Sets((0..=total).collect());
    // The last set is the street.
    let street = total;
    for (p, plate) in b.place.plates.iter().enumerate() {
        let shape = &b.place.shapes[plate.shape];
        let (piece, _) = &known[&keys[p]];
        for (g, gate) in shape.gates.iter().enumerate().filter(|(_, g)| g.street) {
            if b.locked(plate.gates[g]) {
                continue;
            }
            let middle = (gate.segment.a + gate.segment.b) * 0.5;
            for i in shape
                .grid
                .cells_near(middle, gate.segment.a.distance(gate.segment.b) * 0.5 + 0.3)
            {
                if usize::from(shape.grid.gate[i]) == g && piece[i] != u32::MAX {
                    sets.join(first[p] + piece[i], street);
                }
            }
        }
    }
    for portal in b.place.portals.iter().filter(|p| p.lift.is_none()) {
        let middle = (portal.segment.a + portal.segment.b) * 0.5;
        let side = |plate: PlateId, sign: f64| {
            let shape = b.place.shape(plate);
            let (piece, _) = &known[&keys[plate.index()]];
            let grid = &shape.grid;
            let near = grid.cells_near(middle, 0.6).filter(|&i| {
                piece[i] != u32::MAX && (grid.centre_of(i) - middle).dot(portal.direction) * sign >= -1e-9
            });
            near.min_by(|&x, &y| {
                grid.centre_of(x)
                    .distance(middle)
                    .total_cmp(&grid.centre_of(y).distance(middle))
            })
            .map(|i| first[plate.index()] + piece[i])
        };
        if let (Some(x), Some(y)) = (side(portal.from, -1.0), side(portal.to, 1.0)) {
            sets.join(x, y);
        }
    }
    let out = sets.root(street);
    let mut stuck: Vec<SpaceId> = Vec::new();
    for storey in &b.place.storeys {
        let plate = &b.place.plates[storey.plate.index()];
        let grid = &b.place.shapes[plate.shape].grid;
        let (piece, _) = &known[&keys[storey.plate.index()]];
        let mut free = vec![false; plate.spaces.len()];
        let mut any = vec![false; plate.spaces.len()];
        for (i, &n) in piece.iter().enumerate() {
            let local = usize::from(grid.space[i]);
            if n != u32::MAX && local < free.len() {
                any[local] = true;
                free[local] |= sets.root(first[storey.plate.index()] + n) == out;
            }
        }
        stuck.extend(
            plate
                .spaces
                .iter()
                .enumerate()
                .filter(|(l, _)| any[*l] && !free[*l])
                .map(|(_, s)| *s),
        );
    }
    let experiment = scenario.kind == PlaceKind::Verification;
    for s in stuck {
        let space = &b.place.spaces[s.index()];
        if space.periodic {
            continue;
        }
        let occupied = lived_in.contains(&s) && !experiment;
        let path = space.path.clone();
        let message = t(
            format!("从“{path}”走不到街面。"),
            format!("Nobody can walk from \"{path}\" to the street."),
        );
        let hint = t(
            "检查门洞是否连到走道、楼梯和写有“street”的出口；写成 Locked 的门算关着。",
            "See that doors lead to a corridor, a stair and an exit to \"street\"; doors that are Locked count as shut.",
        );
        let src = b.space_src[s.index()];
        if occupied {
            b.report.error("space.no_way_out", src, message, hint);
        } else if !experiment {
            b.report.warning("space.no_way_out", src, message, hint);
        }
    }
}
