//! The plan of a storey: rooms, doors as they stand, smoke by its extinction, fires, people, the trainee's way. The
//! background of the drill on weak machines, where it shows no more than the trainee can see; and beside the replay,
//! where it shows everything.

use crate::app::screen::Target;
use crate::app::tape::Footprint;
use crate::app::theme;
use crate::app::words::Words;
use crate::assess::is_resident;
use crate::crowd::{PersonId, PersonState, Posture};
use crate::drill::{Simulation, View};
use crate::harm::Air;
use crate::place::{
    Beyond, Opening, OpeningId, OpeningKind, OpeningState, PlateKind, Space, SpaceId, SpaceKind, StoreyId, ThingId,
    contains, line_of_sight,
};
use crate::scenario::{EquipmentKind, Point, Role, Side, Use};
use bevy_egui::egui::epaint::{Mesh, Vertex};
use bevy_egui::egui::{Align2, Color32, Painter, Pos2, Rect, Sense, Shape, Stroke, Ui, pos2, vec2};

/// Extinction that darkens the plan by 1 − 1/e, 1/m.
const DARKENS: f64 = 0.6;
/// A layer above the heads dims the plan by this much at most.
const OVERHEAD: f32 = 0.3;
/// Through a door that stands open one sees into the next room from this far, m.
const SEES_IN_M: f64 = 5.0;

const FLOOR: Color32 = Color32::from_rgb(52, 66, 80);
const PUBLIC: Color32 = Color32::from_rgb(62, 80, 92);
const STAIR: Color32 = Color32::from_rgb(44, 86, 78);
const UNKNOWN: Color32 = Color32::from_rgb(30, 38, 47);
const WALL: Color32 = Color32::from_rgb(190, 200, 210);
const DOOR: Color32 = Color32::from_rgb(236, 178, 92);
const WINDOW: Color32 = Color32::from_rgb(120, 190, 245);
const SMOKE: Color32 = Color32::from_rgb(8, 8, 9);
const FLAME: Color32 = Color32::from_rgb(255, 120, 40);
/// People are drawn no larger than somebody in a wheelchair, m.
const CHAIR_M: f64 = 0.35;
/// Width and length of a bed on wheels, m.
const BED_M: (f64, f64) = (1.0, 2.1);
const SELF: Color32 = Color32::from_rgb(88, 220, 150);
const KIN: Color32 = Color32::from_rgb(255, 214, 102);
const OTHER: Color32 = Color32::from_rgb(222, 228, 234);

/// What the plan shows.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// Texts.
    pub words: &'a Words,
    /// The drill.
    pub simulation: &'a Simulation,
    /// Whose.
    pub seat: usize,
    /// Which storey.
    pub storey: StoreyId,
    /// No more than the trainee can see.
    pub only_seen: bool,
    /// Where the trainee has been; empty for none.
    pub trail: &'a [Footprint],
    /// Can be clicked.
    pub clickable: bool,
}

/// Building coordinates on the canvas.
#[derive(Clone, Copy, Debug)]
struct Map {
    scale: f32,
    origin: Pos2,
    middle: Point,
}

impl Map {
    fn fit(lo: Point, hi: Point, rect: Rect) -> Self {
        let (w, h) = ((hi.x - lo.x).max(1.0) as f32, (hi.y - lo.y).max(1.0) as f32);
        Self {
            scale: (rect.width() / w).min(rect.height() / h),
            origin: rect.center(),
            middle: (lo + hi) * 0.5,
        }
    }
    fn to(&self, p: Point) -> Pos2 {
        let d = p - self.middle;
        self.origin + vec2(d.x as f32 * self.scale, -d.y as f32 * self.scale)
    }
    fn from(&self, p: Pos2) -> Point {
        let d = (p - self.origin) / self.scale;
        self.middle + Point::new(f64::from(d.x), f64::from(-d.y))
    }
    fn metres(&self, m: f64) -> f32 {
        m as f32 * self.scale
    }
}

/// The storey that somebody stands on.
pub fn storey_of(view: &View<'_>, person: PersonId) -> StoreyId {
    let person = view.crowd.person(person);
    match person.space {
        Some(s) => view.place.spaces[s.index()].storey,
        None => view
            .place
            .plates
            .get(person.plate.index())
            .map_or(StoreyId(0), |p| p.storey),
    }
}

/// Draws the plan; what was clicked.
pub fn show(ui: &mut Ui, rect: Rect, plan: &Plan<'_>) -> Option<Target> {
    let view = plan.simulation.view();
    let response = ui.allocate_rect(rect, if plan.clickable { Sense::click() } else { Sense::hover() });
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0, theme::BACKGROUND);
    let spaces: Vec<(SpaceId, &Space)> = (0u32..)
        .map(SpaceId)
        .zip(&view.place.spaces)
        .filter(|(_, s)| s.storey == plan.storey && s.kind != SpaceKind::Outdoors)
        .collect();
    let corners = || spaces.iter().flat_map(|(_, s)| &s.outline);
    let first = *corners().next()?;
    let (lo, hi) = corners().fold((first, first), |(lo, hi), p| {
        (
            Point::new(lo.x.min(p.x), lo.y.min(p.y)),
            Point::new(hi.x.max(p.x), hi.y.max(p.y)),
        )
    });
    let map = Map::fit(lo, hi, rect.shrink(36.0));
    let seen = Seen::new(plan, &view);
    for (id, space) in &spaces {
        floor(&painter, &map, plan, &view, &seen, *id, space);
    }
    let mut placed = Vec::new();
    for (id, space) in &spaces {
        label(&painter, &map, plan, &view, &seen, *id, space, &mut placed);
    }
    for (i, (opening, state)) in view.place.openings.iter().zip(view.openings).enumerate() {
        let on = view.place.spaces[opening.from.index()].storey == plan.storey;
        if on && !opening.kind.is_horizontal() && seen.knows(&view, opening) {
            let known = seen.all || seen.touches(opening);
            door(&painter, &map, opening, if known { state } else { &opening.initial });
            if plan.clickable && response.hovered() {
                let near = response
                    .hover_pos()
                    .is_some_and(|p| p.distance(map.to(opening.centre)) < 24.0);
                if near && seen.target(OpeningId(i as u32), opening).is_some() {
                    painter.circle_stroke(map.to(opening.centre), 26.0, Stroke::new(3.0, theme::CARE));
                }
            }
        }
    }
    equipment(&painter, &map, plan, &view, &seen);
    fires(&painter, &map, plan, &view, &seen);
    trail(&painter, &map, plan, &view);
    people(&painter, &map, plan, &view, &seen);
    let title = plan.words.storey(view.place, plan.storey);
    theme::painted(
        &painter,
        rect.left_top() + vec2(18.0, 12.0),
        Align2::LEFT_TOP,
        &title,
        30.0,
        theme::TEXT,
    );
    if !(plan.clickable && response.clicked()) {
        return None;
    }
    let at = response.interact_pointer_pos()?;
    picked(&map, plan, &view, &seen, at)
}

/// What the trainee can see from where they are.
#[derive(Debug)]
struct Seen {
    all: bool,
    spaces: Vec<SpaceId>,
    here: Option<SpaceId>,
    known: Vec<SpaceId>,
}

impl Seen {
    fn new(plan: &Plan<'_>, view: &View<'_>) -> Self {
        let mut seen = Self {
            all: !plan.only_seen,
            spaces: Vec::new(),
            here: None,
            known: Vec::new(),
        };
        let Some(trainee) = view.trainees.get(plan.seat) else {
            return seen;
        };
        seen.here = trainee.now.space;
        seen.known = trainee.known.rooms.iter().map(|r| r.space).collect();
        if let (Some(here), false) = (seen.here, trainee.now.asleep) {
            let at = view.crowd.person(trainee.person).at;
            seen.spaces.push(here);
            for (opening, state) in view.place.openings.iter().zip(view.openings) {
                let Beyond::Space(to) = opening.to else { continue };
                let gap = matches!(opening.kind, OpeningKind::Gap);
                let open = gap || opening.kind.is_door() && state.free() > 0.3;
                if open && opening.centre.distance(at) < SEES_IN_M {
                    if opening.from == here {
                        seen.spaces.push(to);
                    } else if to == here {
                        seen.spaces.push(opening.from);
                    }
                }
            }
        }
        seen
    }
    fn sees(&self, space: SpaceId) -> bool {
        self.all || self.spaces.contains(&space)
    }
    /// Its rooms may be drawn: the own home, and what is open to everybody.
    fn knows_space(&self, view: &View<'_>, space: SpaceId) -> bool {
        self.all || view.place.spaces[space.index()].home.is_none() || self.known.contains(&space)
    }
    fn knows(&self, view: &View<'_>, opening: &Opening) -> bool {
        let to = match opening.to {
            Beyond::Space(to) => Some(to),
            Beyond::Outside | Beyond::Street => None,
        };
        self.knows_space(view, opening.from) || to.is_some_and(|t| self.knows_space(view, t))
    }
    fn touches(&self, opening: &Opening) -> bool {
        self.here
            .is_some_and(|h| opening.from == h || opening.to == Beyond::Space(h))
            || self.sees(opening.from)
            || matches!(opening.to, Beyond::Space(t) if self.sees(t))
    }
    fn target(&self, id: OpeningId, opening: &Opening) -> Option<Target> {
        match opening.kind {
            OpeningKind::LiftDoor(l) => Some(Target::Lift(l)),
            kind if kind.is_door() => Some(Target::Opening(id)),
            OpeningKind::Window if opening.openable => Some(Target::Opening(id)),
            _ => None,
        }
    }
}

fn floor(painter: &Painter, map: &Map, plan: &Plan<'_>, view: &View<'_>, seen: &Seen, id: SpaceId, space: &Space) {
    let known = seen.knows_space(view, id);
    let base = match (known, space.kind, space.r#use) {
        (false, ..) => UNKNOWN,
        (_, SpaceKind::Stair(_), _) => STAIR,
        (_, SpaceKind::LiftWell(_) | SpaceKind::Shaft, _) => UNKNOWN,
        (_, _, Use::Corridor | Use::LiftLobby | Use::EntranceHall | Use::StairLanding | Use::Hall) => PUBLIC,
        _ => FLOOR,
    };
    let shade = if seen.sees(id) { smoke(plan.simulation, id) } else { 0.0 };
    fill(painter, map, &space.outline, mix(base, SMOKE, shade));
    for hole in &space.holes {
        fill(painter, map, hole, theme::BACKGROUND);
    }
    if known && matches!(space.kind, SpaceKind::Stair(_)) {
        steps(painter, map, view, id);
    }
    let points: Vec<Pos2> = space.outline.iter().map(|p| map.to(*p)).collect();
    // How a neighbour's flat is divided is not known.
    let stroke = if known {
        Stroke::new(3.0, WALL)
    } else {
        Stroke::new(1.0, UNKNOWN)
    };
    painter.add(Shape::closed_line(points, stroke));
}

/// Part of light that the smoke of a space takes from the plan: that of the layer at the height of heads; a layer
/// overhead only dims it.
fn smoke(simulation: &Simulation, space: SpaceId) -> f32 {
    let view = simulation.view();
    let air = view.fire.air(view.place);
    let (lower, upper) = air.extinction(space);
    let shade = |k: f64| (1.0 - libm::exp(-k / DARKENS)) as f32;
    if air.layer_height(space) < 2.0 {
        shade(upper.max(lower))
    } else {
        shade(lower).max(shade(upper) * OVERHEAD)
    }
}

fn mix(a: Color32, b: Color32, part: f32) -> Color32 {
    let one = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * part.clamp(0.0, 1.0)) as u8;
    Color32::from_rgb(one(a.r(), b.r()), one(a.g(), b.g()), one(a.b(), b.b()))
}

/// Fills a polygon of any shape.
fn fill(painter: &Painter, map: &Map, outline: &[Point], colour: Color32) {
    let mut mesh = Mesh::default();
    for p in outline {
        mesh.vertices.push(Vertex {
            pos: map.to(*p),
            uv: bevy_egui::egui::epaint::WHITE_UV,
            color: colour,
        });
    }
    mesh.indices = triangles(outline);
    painter.add(Shape::mesh(mesh));
}

/// Triangles of a simple polygon, by cutting ears.
pub fn triangles(outline: &[Point]) -> Vec<u32> {
    let area: f64 = (0..outline.len())
        .map(|i| outline[i].cross(outline[(i + 1) % outline.len()]))
        .sum();
    let mut left: Vec<u32> = (0..outline.len() as u32).collect();
    if area < 0.0 {
        left.reverse();
    }
    let mut found = Vec::new();
    let at = |i: u32| outline[i as usize];
    while left.len() > 3 {
        let n = left.len();
        let ear = (0..n).find(|&i| {
            let (a, b, c) = (left[(i + n - 1) % n], left[i], left[(i + 1) % n]);
            let turn = (at(b) - at(a)).cross(at(c) - at(b));
            let inside = |p: Point| {
                let side = |u: u32, v: u32| (at(v) - at(u)).cross(p - at(u)) >= 0.0;
                side(a, b) && side(b, c) && side(c, a)
            };
            turn >= 0.0
                && !left
                    .iter()
                    .any(|&j| j != a && j != b && j != c && turn > 0.0 && inside(at(j)))
        });
        // A polygon that crosses itself has no ear; the checker refuses those.
        let Some(i) = ear else { break };
        let n = left.len();
        found.extend([left[(i + n - 1) % n], left[i], left[(i + 1) % n]]);
        left.remove(i);
    }
    if left.len() == 3 {
        found.extend(left);
    }
    found
}

fn steps(painter: &Painter, map: &Map, view: &View<'_>, space: SpaceId) {
    let SpaceKind::Stair(stair) = view.place.spaces[space.index()].kind else {
        return;
    };
    let Some(stair) = view.place.stairs.get(stair.index()) else {
        return;
    };
    let i = stair.spaces.iter().position(|s| *s == space);
    let Some(flights) = i.and_then(|i| stair.flights.get(i)) else {
        return;
    };
    let shape = view.place.shape(*flights);
    for slope in &shape.slopes {
        let along = |p: &Point| (*p - slope.base).dot(slope.up);
        let across = |p: &Point| (*p - slope.base).dot(slope.up.left());
        let length = slope.outline.iter().map(along).fold(0.0, f64::max);
        let (lo, hi) = slope
            .outline
            .iter()
            .map(across)
            .fold((f64::MAX, f64::MIN), |(lo, hi), x| (lo.min(x), hi.max(x)));
        let mut s = 0.0;
        while s <= length {
            let end = |x: f64| map.to(slope.base + slope.up * s + slope.up.left() * x);
            painter.line_segment([end(lo), end(hi)], Stroke::new(1.5, mix(STAIR, WALL, 0.5)));
            s += stair.tread.max(0.15);
        }
    }
}

fn label(
    painter: &Painter,
    map: &Map,
    plan: &Plan<'_>,
    view: &View<'_>,
    seen: &Seen,
    id: SpaceId,
    space: &Space,
    placed: &mut Vec<Rect>,
) {
    let own = seen.known.contains(&id);
    let name = match (space.kind, space.home) {
        (SpaceKind::Shaft | SpaceKind::Outdoors, _) => return,
        (SpaceKind::Stair(_) | SpaceKind::LiftWell(_), _) => plan.words.space(view.place, id),
        (SpaceKind::Room, Some(home)) if !own => {
            // A neighbour's flat is called by its number, once.
            let rooms = &view.place.homes[home.index()].spaces;
            let area = |s: &SpaceId| view.place.spaces[s.index()].area;
            let largest = rooms.iter().copied().max_by(|a, b| area(a).total_cmp(&area(b)));
            if largest != Some(id) {
                return;
            }
            plan.words.home(view.place, id)
        }
        (SpaceKind::Room, _) => plan.words.space(view.place, id),
    };
    let size = theme::SMALL;
    let font = bevy_egui::egui::FontId::proportional(size);
    let galley = painter.layout_no_wrap(name, font, theme::TEXT);
    let (lo, hi) = space
        .outline
        .iter()
        .fold((space.outline[0], space.outline[0]), |(lo, hi), p| {
            (
                Point::new(lo.x.min(p.x), lo.y.min(p.y)),
                Point::new(hi.x.max(p.x), hi.y.max(p.y)),
            )
        });
    let room = vec2(map.metres(hi.x - lo.x), map.metres(hi.y - lo.y));
    if galley.size().x + 8.0 > room.x || galley.size().y + 4.0 > room.y {
        return;
    }
    let middle = map.to(view.place.a_point_in(id)) - galley.size() / 2.0;
    let (low, high) = (
        map.to(Point::new(lo.x, hi.y)),
        map.to(Point::new(hi.x, lo.y)) - galley.size(),
    );
    let x = middle.x.clamp(low.x, high.x.max(low.x));
    // Near the upper edge, out of the way of people; wherever it lies within the room and upon no other.
    let spots = [low.y + 4.0, middle.y, high.y - 4.0].map(|y| Rect::from_min_size(pos2(x, y), galley.size()));
    let within = |r: &Rect| {
        let corners = [r.left_top(), r.right_top(), r.left_bottom(), r.right_bottom()];
        corners.iter().all(|c| contains(&space.outline, map.from(*c)))
    };
    let spot = spots
        .into_iter()
        .find(|r| within(r) && !placed.iter().any(|p| p.intersects(*r)));
    let Some(spot) = spot else { return };
    placed.push(spot);
    painter.galley(spot.min, galley, theme::TEXT);
}

fn door(painter: &Painter, map: &Map, opening: &Opening, state: &OpeningState) {
    let (a, b) = (
        opening.centre - opening.along * (opening.width / 2.0),
        opening.centre + opening.along * (opening.width / 2.0),
    );
    let jambs = [map.to(a), map.to(b)];
    match opening.kind {
        OpeningKind::Window => {
            painter.line_segment(jambs, Stroke::new(7.0, theme::BACKGROUND));
            let colour = if state.broken > 0.5 { FLAME } else { WINDOW };
            painter.line_segment(jambs, Stroke::new(if state.open > 0.3 { 2.0 } else { 5.0 }, colour));
        }
        OpeningKind::Gap => {
            painter.line_segment(jambs, Stroke::new(7.0, PUBLIC));
        }
        OpeningKind::Hole(_) => {}
        OpeningKind::Door
        | OpeningKind::DoubleDoor
        | OpeningKind::SlidingDoor
        | OpeningKind::Shutter
        | OpeningKind::LiftDoor(_) => {
            painter.line_segment(jambs, Stroke::new(7.0, theme::BACKGROUND));
            let stroke = Stroke::new(6.0, DOOR);
            if matches!(opening.kind, OpeningKind::Door | OpeningKind::DoubleDoor) {
                leaves(painter, map, opening, state, a, b, stroke);
            } else {
                // Slides: what is shut remains.
                let shut = 1.0 - state.open.clamp(0.0, 1.0);
                painter.line_segment([jambs[0], map.to(a + (b - a) * shut)], stroke);
            }
            if state.sealed > 0.0 {
                painter.line_segment(jambs, Stroke::new(10.0, WINDOW));
                painter.line_segment(jambs, stroke);
            }
        }
    }
}

/// Leaves on hinges, turned as far as they are open.
fn leaves(painter: &Painter, map: &Map, o: &Opening, state: &OpeningState, a: Point, b: Point, stroke: Stroke) {
    let into = if o.opens_into == Some(o.from) || o.opens_into.is_none() {
        1.0
    } else {
        -1.0
    };
    // The first space lies to the left of a→b.
    let normal = o.along.left() * into;
    let angle = state.open.clamp(0.0, 1.0) * std::f64::consts::FRAC_PI_2;
    let leaf = |hinge: Point, other: Point, part: f64| {
        let d = (other - hinge) * part;
        let length = d.length();
        let end = hinge + d * libm::cos(angle) + normal * (length * libm::sin(angle));
        painter.line_segment([map.to(hinge), map.to(end)], stroke);
    };
    if o.kind == OpeningKind::DoubleDoor {
        leaf(a, b, 0.5);
        leaf(b, a, 0.5);
    } else if o.hinge == Side::Left {
        leaf(a, b, 1.0);
    } else {
        leaf(b, a, 1.0);
    }
}

fn equipment(painter: &Painter, map: &Map, plan: &Plan<'_>, view: &View<'_>, seen: &Seen) {
    for e in &view.place.equipment {
        let space = &view.place.spaces[e.space.index()];
        if space.storey != plan.storey || !seen.knows_space(view, e.space) {
            continue;
        }
        let colour = match e.kind {
            EquipmentKind::ExitSign(_) => theme::GO_HOT,
            EquipmentKind::Extinguisher(..) | EquipmentKind::Hydrant => theme::ALARM_HOT,
            _ => continue,
        };
        let square = Rect::from_center_size(map.to(e.at), vec2(14.0, 14.0));
        painter.rect_filled(square, 2, colour);
    }
}

fn fires(painter: &Painter, map: &Map, plan: &Plan<'_>, view: &View<'_>, seen: &Seen) {
    for (i, thing) in view.place.things.iter().enumerate() {
        if view.place.spaces[thing.space.index()].storey != plan.storey || !seen.sees(thing.space) {
            continue;
        }
        let state = view.fire.thing(ThingId(i as u32));
        let (w, h, _) = thing.burns.size;
        let size = vec2(map.metres(w).max(8.0), map.metres(h).max(8.0));
        let body = Rect::from_center_size(map.to(thing.at), size);
        painter.rect_filled(body, 3, Color32::from_rgb(96, 104, 112));
        if state.burning {
            let radius = (8.0 + map.metres(state.flame_m * 0.3)).min(60.0);
            painter.circle_filled(map.to(thing.at), radius, FLAME.gamma_multiply(0.55));
            painter.circle_filled(map.to(thing.at), radius * 0.6, theme::CARE);
        }
    }
}

fn trail(painter: &Painter, map: &Map, plan: &Plan<'_>, view: &View<'_>) {
    let on = |f: &Footprint| {
        let plate = &view.place.plates[f.plate.index()];
        match plate.kind {
            PlateKind::Floor | PlateKind::Flights(_) => plate.storey == plan.storey,
            PlateKind::Car(_) => false,
        }
    };
    for pair in plan.trail.windows(2) {
        if on(&pair[0]) && on(&pair[1]) {
            painter.line_segment(
                [map.to(pair[0].at), map.to(pair[1].at)],
                Stroke::new(3.0, SELF.gamma_multiply(0.6)),
            );
        }
    }
}

fn people(painter: &Painter, map: &Map, plan: &Plan<'_>, view: &View<'_>, seen: &Seen) {
    let own = view.trainees.get(plan.seat);
    let me = own.map(|t| view.crowd.person(t.person));
    for id in (0..view.crowd.len() as u32).map(PersonId) {
        let person = view.crowd.person(id);
        if matches!(person.state, PersonState::Absent | PersonState::Out) || storey_of(view, id) != plan.storey {
            continue;
        }
        let is_self = own.is_some_and(|t| t.person == id);
        let kin = own.is_some_and(|t| t.known.kin.contains(&id));
        let visible = seen.all
            || is_self
            || person.space.is_some_and(|s| seen.spaces.contains(&s))
                && me.is_some_and(|m| {
                    m.plate != person.plate || line_of_sight(view.place, m.plate, m.at, person.at, view.openings)
                })
            || kin && own.is_some_and(|t| t.now.kin.iter().any(|(p, _, space)| *p == id && space.is_some()));
        if !visible {
            continue;
        }
        let colour = if is_self {
            SELF
        } else if kin {
            KIN
        } else {
            OTHER
        };
        let at = map.to(person.at);
        // Who is carried is seen on their bearer, not in their place.
        let part = if person.carried { 0.5 } else { 1.0 };
        let radius = map.metres(person.radius_m.min(CHAIR_M)).max(9.0) * part;
        if person.in_bed {
            let foot = map.to(person.at + person.heading * (BED_M.1 - BED_M.0));
            let width = map.metres(BED_M.0);
            painter.line_segment([at, foot], Stroke::new(width, colour.gamma_multiply(0.35)));
        }
        let down = person.state == PersonState::Incapacitated;
        if down {
            painter.circle_filled(at, radius, theme::ALARM);
            painter.circle_stroke(at, radius, Stroke::new(3.0, colour));
        } else if matches!(person.state, PersonState::Asleep) || person.posture == Posture::Lying {
            painter.circle_stroke(at, radius, Stroke::new(3.0, colour));
        } else {
            painter.circle_filled(at, radius, colour);
        }
        if is_self {
            let h = vec2(person.heading.x as f32, -person.heading.y as f32);
            let tip = at + h * (radius + 14.0);
            painter.line_segment([at, tip], Stroke::new(5.0, SELF));
            painter.circle_stroke(at, radius + 6.0, Stroke::new(3.0, SELF));
        }
    }
}

/// What lies under a click: somebody, a door or window, a thing that burns, the floor.
fn picked(map: &Map, plan: &Plan<'_>, view: &View<'_>, seen: &Seen, at: Pos2) -> Option<Target> {
    let spot = map.from(at);
    let own = view.trainees.get(plan.seat).map(|t| t.person);
    let mut best: Option<(f32, Target)> = None;
    let mut offer = |reach: f32, centre: Point, target: Target| {
        let distance = map.to(centre).distance(at);
        if distance < reach && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, target));
        }
    };
    for id in (0..view.crowd.len() as u32).map(PersonId) {
        let person = view.crowd.person(id);
        let near = person.space.is_some_and(|s| seen.sees(s) || seen.known.contains(&s));
        if Some(id) != own && near && storey_of(view, id) == plan.storey {
            offer(24.0, person.at, Target::Person(id));
        }
    }
    for (i, opening) in view.place.openings.iter().enumerate() {
        let on = view.place.spaces[opening.from.index()].storey == plan.storey;
        if on
            && seen.knows(view, opening)
            && let Some(target) = seen.target(OpeningId(i as u32), opening)
        {
            offer(28.0, opening.centre, target);
        }
    }
    for (i, thing) in view.place.things.iter().enumerate() {
        let id = ThingId(i as u32);
        let on = view.place.spaces[thing.space.index()].storey == plan.storey;
        if on && seen.sees(thing.space) && view.fire.thing(id).burning {
            offer(24.0, thing.at, Target::Thing(id));
        }
    }
    if let Some((_, target)) = best {
        return Some(target);
    }
    let floor = (0u32..).map(SpaceId).zip(&view.place.spaces).find(|(id, s)| {
        s.storey == plan.storey
            && !matches!(s.kind, SpaceKind::Shaft | SpaceKind::LiftWell(_) | SpaceKind::Outdoors)
            && seen.knows_space(view, *id)
            && contains(&s.outline, spot)
    });
    floor.map(|(space, _)| Target::Floor { space, at: spot })
}

/// A legend in words for whom that role plays, for below the plan.
pub fn legend(words: &Words, role: Role) -> Vec<(Color32, String)> {
    vec![
        (SELF, words.t("plan-you")),
        (KIN, words.t(if is_resident(role) { "plan-kin" } else { "plan-wards" })),
        (OTHER, words.t("plan-others")),
        (FLAME, words.t("plan-fire")),
        (SMOKE, words.t("plan-smoke")),
        (DOOR, words.t("plan-door")),
        (WINDOW, words.t("plan-window")),
    ]
}

/// Draws the legend in a row.
pub fn show_legend(ui: &mut Ui, words: &Words, role: Role) {
    ui.horizontal_wrapped(|ui| {
        for (colour, text) in legend(words, role) {
            let (rect, _) = ui.allocate_exact_size(vec2(26.0, 26.0), Sense::hover());
            ui.painter().circle(rect.center(), 11.0, colour, Stroke::new(2.0, WALL));
            theme::quiet_line(ui, &text);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(outline: &[Point], triangles: &[u32]) -> f64 {
        triangles
            .chunks(3)
            .map(|t| {
                let p = |i: usize| outline[t[i] as usize];
                (p(1) - p(0)).cross(p(2) - p(0)).abs() / 2.0
            })
            .sum()
    }

    #[test]
    fn triangles_cover_a_room_with_corners_that_turn_inwards_whichever_way_round() {
        let mut room: Vec<Point> = [
            (0.0, 0.0),
            (4.0, 0.0),
            (4.0, 1.0),
            (2.0, 1.0),
            (2.0, 3.0),
            (5.0, 3.0),
            (5.0, 4.0),
            (0.0, 4.0),
        ]
        .map(|(x, y)| Point::new(x, y))
        .into();
        for _ in 0..2 {
            let cut = triangles(&room);
            assert_eq!(cut.len(), 3 * (room.len() - 2));
            // 4·1 + 2·2 + 5·1
            assert!((area(&room, &cut) - 13.0).abs() < 1e-9);
            room.reverse();
        }
    }

    #[test]
    fn a_spot_on_the_plan_is_where_it_is_drawn() {
        let rect = Rect::from_min_size(pos2(100.0, 50.0), vec2(800.0, 600.0));
        let map = Map::fit(Point::new(-8.0, 0.0), Point::new(27.0, 18.0), rect);
        let spot = Point::new(3.25, 7.5);
        let back = map.from(map.to(spot));
        assert!(back.distance(spot) < 1e-3);
        assert!(rect.contains(map.to(spot)));
        assert!(
            map.to(Point::new(0.0, 10.0)).y < map.to(Point::new(0.0, 5.0)).y,
            "north is up"
        );
    }
}
