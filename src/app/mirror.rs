//! Entities that follow the simulation: one for each person, opening and thing. They carry the pose of this tick and
//! of the last, so that a frame can show what lies between.

use super::drill::{Drill, DrillSystems};
use crate::crowd::{PersonId, PersonState, PersonView, Posture};
use crate::place::{OpeningId, OpeningState, ThingId};
use bevy::prelude::*;

/// The entity of a person.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonEntity(pub PersonId);

/// The entity of a door, window, shutter or gap.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpeningEntity(pub OpeningId);

/// The entity of a thing that may burn.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThingEntity(pub ThingId);

/// Where somebody or something is at this tick, in Bevy's frame: x east, y up, z south, m.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct Pose {
    /// Of the feet or the base.
    pub at: Vec3,
    /// Unit vector, level; zero where there is none.
    pub facing: Vec3,
}

impl Pose {
    /// The pose between `self` (0) and `next` (1).
    pub fn towards(self, next: Self, part: f32) -> Self {
        let facing = self
            .facing
            .lerp(next.facing, part)
            .try_normalize()
            .unwrap_or(next.facing);
        Self {
            at: self.at.lerp(next.at, part),
            facing,
        }
    }
}

/// The pose of the tick before; equal to [`Pose`] at first.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct PreviousPose(pub Pose);

/// What can be seen of a person beside the pose.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct Status {
    /// What they do.
    pub state: PersonState,
    /// How they hold themselves.
    pub posture: Posture,
    /// m/s.
    pub speed_m_s: f32,
}

/// How an opening stands at this tick.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct Aperture(pub OpeningState);

/// How it stood the tick before.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct PreviousAperture(pub OpeningState);

/// How a thing burns.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct Burning {
    /// It burns now.
    pub burning: bool,
    /// Heat release rate, kW.
    pub hrr_kw: f32,
    /// Height of the flame, m.
    pub flame_m: f32,
}

/// The entities by id.
#[derive(Resource, Debug, Default)]
pub struct Mirror {
    people: Vec<Entity>,
    openings: Vec<Entity>,
    things: Vec<Entity>,
}

impl Mirror {
    /// The entity of a person.
    pub fn person(&self, id: PersonId) -> Option<Entity> {
        self.people.get(id.index()).copied()
    }
    /// The entity of an opening.
    pub fn opening(&self, id: OpeningId) -> Option<Entity> {
        self.openings.get(id.index()).copied()
    }
    /// The entity of a thing.
    pub fn thing(&self, id: ThingId) -> Option<Entity> {
        self.things.get(id.index()).copied()
    }
    fn all(&self) -> impl Iterator<Item = Entity> {
        self.people.iter().chain(&self.openings).chain(&self.things).copied()
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Mirror>()
        .add_systems(PreUpdate, clear.run_if(resource_added::<Drill>))
        .add_systems(PreUpdate, clear.run_if(resource_removed::<Drill>))
        .add_systems(
            FixedUpdate,
            (spawn, (follow_people, follow_openings, follow_things))
                .chain()
                .in_set(DrillSystems::Mirror),
        );
}

/// Removes the entities of an earlier drill.
fn clear(mut commands: Commands, mut mirror: ResMut<Mirror>) {
    for entity in mirror.all() {
        commands.entity(entity).despawn();
    }
    *mirror = Mirror::default();
}

/// Spawns what has no entity yet: everything at first, newcomers later.
fn spawn(mut commands: Commands, drill: Res<Drill>, mut mirror: ResMut<Mirror>) {
    let view = drill.simulation().view();
    for id in mirror.people.len()..view.crowd.len() {
        let id = PersonId(id as u32);
        let person = view.crowd.person(id);
        let pose = pose(&person);
        mirror.people.push(
            commands
                .spawn((PersonEntity(id), pose, PreviousPose(pose), status(&person)))
                .id(),
        );
    }
    for id in mirror.openings.len()..view.openings.len() {
        let (state, opening) = (view.openings[id], &view.place.openings[id]);
        let along = Vec3::new(opening.along.x as f32, 0.0, -opening.along.y as f32);
        let at = Vec3::new(opening.centre.x as f32, opening.bottom as f32, -opening.centre.y as f32);
        let pose = Pose {
            at,
            facing: Vec3::Y.cross(along),
        };
        let entity = OpeningEntity(OpeningId(id as u32));
        mirror.openings.push(
            commands
                .spawn((entity, pose, Aperture(state), PreviousAperture(state)))
                .id(),
        );
    }
    for id in mirror.things.len()..view.place.things.len() {
        let thing = &view.place.things[id];
        let at = Vec3::new(thing.at.x as f32, thing.z as f32, -thing.at.y as f32);
        let pose = Pose { at, facing: Vec3::ZERO };
        let entity = ThingEntity(ThingId(id as u32));
        mirror
            .things
            .push(commands.spawn((entity, pose, Burning::default())).id());
    }
}

fn follow_people(drill: Res<Drill>, mut people: Query<(&PersonEntity, &mut Pose, &mut PreviousPose, &mut Status)>) {
    let view = drill.simulation().view();
    for (id, mut now, mut before, mut seen) in &mut people {
        let person = view.crowd.person(id.0);
        before.set_if_neq(PreviousPose(*now));
        now.set_if_neq(pose(&person));
        seen.set_if_neq(status(&person));
    }
}

fn follow_openings(drill: Res<Drill>, mut openings: Query<(&OpeningEntity, &mut Aperture, &mut PreviousAperture)>) {
    let view = drill.simulation().view();
    for (id, mut now, mut before) in &mut openings {
        before.set_if_neq(PreviousAperture(now.0));
        now.set_if_neq(Aperture(view.openings[id.0.index()]));
    }
}

fn follow_things(drill: Res<Drill>, mut things: Query<(&ThingEntity, &mut Burning)>) {
    let view = drill.simulation().view();
    for (id, mut seen) in &mut things {
        let state = view.fire.thing(id.0);
        let (hrr_kw, flame_m) = (state.hrr_kw as f32, state.flame_m as f32);
        seen.set_if_neq(Burning {
            burning: state.burning,
            hrr_kw,
            flame_m,
        });
    }
}

fn pose(person: &PersonView) -> Pose {
    Pose {
        at: Vec3::new(person.at.x as f32, person.z as f32, -person.at.y as f32),
        facing: Vec3::new(person.heading.x as f32, 0.0, -person.heading.y as f32),
    }
}

fn status(person: &PersonView) -> Status {
    Status {
        state: person.state,
        posture: person.posture,
        speed_m_s: person.speed_m_s as f32,
    }
}
