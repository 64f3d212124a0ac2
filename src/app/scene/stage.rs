//! Which storey is shown, and its entities: made when a drill begins and when the trainee comes to another storey.

use super::leaves::{self, LeafMeshes};
use super::light::Lamps;
use super::material::Materials;
use super::outside;
use super::storey::{self, Shown};
use super::{equipment, physics, plan, things};
use crate::app::{Drill, Graphics, Hovered, Screen, Seat, Subject};
use crate::crowd::{PersonId, PersonState, Posture};
use crate::drill::{Simulation, View};
use crate::place::{EquipmentId, OpeningId, SpaceId, StoreyId, ThingId, contains, distance_to_segment};
use crate::scenario::{EquipmentKind, Point, Use};
use bevy::prelude::*;

/// Belongs to the storey that is shown; gone with it.
#[derive(Component, Clone, Copy, Debug)]
pub struct OfStorey;

/// Belongs to the drill; gone with it.
#[derive(Component, Clone, Copy, Debug)]
pub struct OfDrill;

/// A ceiling, taken off when one looks in from above.
#[derive(Component, Clone, Copy, Debug)]
pub struct Ceiling;

/// A bed that somebody lay in when the drill began.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bed {
    /// The room it stands in.
    pub space: SpaceId,
    /// Where it stands, Bevy's frame.
    pub at: Vec3,
    /// Who lay in it.
    pub sleeper: PersonId,
}

/// Height of a bed, m.
pub const BED_M: f32 = 0.45;

/// What the scene knows of the place.
#[derive(Resource, Debug, Default)]
pub struct Stage {
    /// Openings in the walls of each space.
    pub by_space: Vec<Vec<OpeningId>>,
    /// All lamps.
    pub lamps: Lamps,
    /// What is shown now.
    pub shown: Shown,
    /// Beds of those who slept.
    pub beds: Vec<Bed>,
    /// Breakers that are off.
    off: Vec<EquipmentId>,
    /// It is looked at from above.
    pub from_above: bool,
    /// Nothing is shown yet.
    empty: bool,
}

/// The person whose eyes the window shows.
pub fn own_person(view: &View<'_>, seat: Seat) -> Option<PersonId> {
    view.trainees.get(seat.0).map(|t| t.person)
}

/// Where the fire is: the middle of all that burns in the room of what burns most strongly, by heat release; and the
/// height of its floor, m. `None` while nothing burns.
pub fn fire_at(view: &View<'_>) -> Option<(Point, f64)> {
    let place = view.place;
    let hrr = |k: usize| view.fire.thing(ThingId(k as u32)).hrr_kw;
    let most = (0..place.things.len())
        .filter(|k| hrr(*k) > 0.0)
        .max_by(|a, b| hrr(*a).total_cmp(&hrr(*b)))?;
    let room = place.things[most].space;
    let (mut all, mut at) = (0.0, Point::new(0.0, 0.0));
    for (k, t) in place.things.iter().enumerate().filter(|(_, t)| t.space == room) {
        all += hrr(k);
        at = at + t.at * hrr(k);
    }
    Some((at * (1.0 / all), place.things[most].z))
}

/// A new drill: forgets the last one's scene.
pub fn begin(
    mut commands: Commands,
    drill: Res<Drill>,
    seat: Res<Seat>,
    old: Query<Entity, Or<(With<OfDrill>, With<OfStorey>)>>,
) {
    for e in &old {
        commands.entity(e).despawn();
    }
    let view = drill.simulation().view();
    let by_space = plan::openings_by_space(view.place);
    let lamps = Lamps::new(view.place, &by_space, &[]);
    let own = own_person(&view, *seat);
    let beds = (0..view.crowd.len() as u32)
        .map(PersonId)
        .filter_map(|id| bed_of(&view, id, Some(id) == own))
        .collect();
    commands.insert_resource(Stage {
        by_space,
        lamps,
        shown: Shown::default(),
        beds,
        off: Vec::new(),
        from_above: false,
        empty: true,
    });
}

/// The bed of somebody who sleeps; of the trainee, who may have got up, beside them if they are in a bedroom.
fn bed_of(view: &View<'_>, id: PersonId, own: bool) -> Option<Bed> {
    let p = view.crowd.person(id);
    let id_space = p.space.filter(|_| !p.in_bed)?;
    let space = &view.place.spaces[id_space.index()];
    let bed = |at: Point| Bed {
        space: id_space,
        at: plan::at(at, p.z),
        sleeper: id,
    };
    if !own {
        let lies = p.state == PersonState::Asleep || p.posture == Posture::Lying;
        return lies.then(|| bed(p.at));
    }
    // The trainee gets up at once, and does not stand in the bed.
    if view.tick > 0 || !matches!(space.r#use, Use::Bedroom | Use::Ward) {
        return None;
    }
    // Where it fits, nearest to a wall.
    let fits = |at: Point| {
        [(-1.1, -0.6), (1.1, -0.6), (1.1, 0.6), (-1.1, 0.6)]
            .iter()
            .all(|(x, y)| contains(&space.outline, at + Point::new(*x, *y)))
    };
    let far = |at: Point| {
        plan::edges(&space.outline)
            .map(|(a, b)| distance_to_segment(at, a, b))
            .fold(f64::INFINITY, f64::min)
    };
    [(0.0, -0.95), (0.0, 0.95), (-1.4, 0.0), (1.4, 0.0)]
        .iter()
        .map(|(x, y)| p.at + Point::new(*x, *y))
        .filter(|at| fits(*at))
        .min_by(|a, b| far(*a).total_cmp(&far(*b)))
        .map(bed)
}

/// The drill is gone, and its scene with it.
pub fn end(
    mut commands: Commands,
    mut hovered: ResMut<Hovered>,
    old: Query<Entity, Or<(With<OfDrill>, With<OfStorey>)>>,
) {
    hovered.set_if_neq(Hovered(None));
    for e in &old {
        commands.entity(e).despawn();
    }
    commands.remove_resource::<Stage>();
}

/// The storey that somebody at this height is on; the last one while they are about half way between two.
pub fn storey_at(view: &View<'_>, z: f64, last: Option<StoreyId>) -> StoreyId {
    let storeys = &view.place.storeys;
    let far = |id: StoreyId| storeys.get(id.index()).map_or(f64::INFINITY, |s| (s.z - z).abs());
    let nearest = (0..storeys.len() as u32)
        .map(StoreyId)
        .min_by(|a, b| far(*a).total_cmp(&far(*b)))
        .unwrap_or_default();
    match last {
        Some(l) if far(l) < far(nearest) + 0.4 => l,
        _ => nearest,
    }
}

/// Breakers that somebody switched off.
fn breakers_off(simulation: &Simulation) -> Vec<EquipmentId> {
    (0u32..)
        .map(EquipmentId)
        .zip(&simulation.view().place.equipment)
        .filter(|(id, e)| e.kind == EquipmentKind::PowerSwitch && !simulation.is_on(*id))
        .map(|(id, _)| id)
        .collect()
}

/// Shows the storey that the trainee is on, or in the replay that of the fire.
pub fn show(
    mut commands: Commands,
    drill: Res<Drill>,
    seat: Res<Seat>,
    graphics: Res<Graphics>,
    (screen, subject): (Res<State<Screen>>, Res<Subject>),
    mut stage: ResMut<Stage>,
    mut meshes: ResMut<Assets<Mesh>>,
    materials: Res<Materials>,
    mut known: ResMut<LeafMeshes>,
    old: Query<Entity, With<OfStorey>>,
) {
    let view = drill.simulation().view();
    let Some(own) = own_person(&view, *seat) else { return };
    let from_above = *screen.get() == Screen::Debrief;
    let fire = from_above && *subject == Subject::Fire;
    let z = fire
        .then(|| fire_at(&view))
        .flatten()
        .map_or(view.crowd.person(own).z, |(_, z)| z);
    let last = (!stage.empty).then_some(stage.shown.storey);
    let storey = storey_at(&view, z, last);
    let off = breakers_off(drill.simulation());
    if stage.off != off {
        stage.lamps = Lamps::new(view.place, &stage.by_space, &off);
    }
    if last == Some(storey) && stage.off == off && stage.from_above == from_above && !graphics.is_changed() {
        return;
    }
    for e in &old {
        commands.entity(e).despawn();
    }
    stage.empty = false;
    stage.off = off;
    stage.from_above = from_above;
    stage.shown = Shown::new(view.place, storey, &stage.by_space, from_above);
    let mut built = storey::build(view.place, &stage.shown, &stage.by_space, &stage.lamps);
    things::dress(&mut built.solid, view.place, &stage);
    physics::spawn(&mut commands, view.place, &stage, &built);
    let solid = MeshMaterial3d(materials.solid.clone());
    if !built.solid.is_empty() {
        commands.spawn((
            OfStorey,
            Mesh3d(meshes.add(built.solid.mesh())),
            solid.clone(),
            Transform::default(),
        ));
    }
    if !built.ceilings.is_empty() {
        let mesh = meshes.add(built.ceilings.mesh());
        commands.spawn((OfStorey, Ceiling, Mesh3d(mesh), solid.clone(), Transform::default()));
    }
    leaves::spawn(
        &mut commands,
        view.place,
        &stage,
        &mut meshes,
        &materials,
        &mut known,
        graphics.low,
    );
    things::spawn(&mut commands, view.place, &stage, &mut meshes, &materials);
    equipment::spawn(&mut commands, view.place, &stage, &mut meshes, &materials);
    let far = outside::mesh(view.place, &stage.shown);
    commands.spawn((OfStorey, Mesh3d(meshes.add(far)), solid, Transform::default()));
}

/// The ceiling is off while one looks in from above.
pub fn open_ceiling(screen: Res<State<Screen>>, mut ceilings: Query<&mut Visibility, With<Ceiling>>) {
    let seen = if *screen.get() == Screen::Debrief {
        Visibility::Hidden
    } else {
        Visibility::Inherited
    };
    for mut v in &mut ceilings {
        v.set_if_neq(seen);
    }
}
