//! The game loop without a window: the plugin gives what direct stepping gives, and entities follow.

#![expect(clippy::panic, reason = "a room that does not compile fails the test")]

use bevy::ecs::schedule::{LogLevel, ScheduleBuildSettings};
use bevy::prelude::*;
use bevy::state::app::StatesPlugin;
use bevy::time::TimeUpdateStrategy;
use firedrill::app::{
    Ask, Drill, DrillPlugin, Mirror, OpeningEntity, PersonEntity, Phase, Pose, PreviousPose, ThingEntity,
};
use firedrill::drill::{Action, Command, Simulation};
use firedrill::place::{self, OpeningId, ThingId};
use firedrill::scenario::{self, Library};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A room with three doors, two things of which one burns, somebody who walks out and a trainee, for so many seconds.
fn simulation(seconds: f64) -> Simulation {
    let text = format!(
        r#"Scenario(format: 1, kind: Verification, title: (zh: "一间房", en: "A room"), briefing: (zh: "走", en: "Go"),
        place: (storeys: [(name: "1F", height: 3.0, plan: "p")], plans: {{"p": (
            spaces: [(name: "room", outline: [(0.0, 0.0), (8.0, 0.0), (8.0, 6.0), (0.0, 6.0)])],
            openings: [Door(name: "d1", between: ("room", "street"), at: (1.0, 0.0)),
                       Door(name: "d2", between: ("room", "street"), at: (3.0, 0.0)),
                       Door(name: "d3", between: ("room", "street"), at: (5.0, 0.0))],
        )}}),
        things: [(name: "box_1", in: "1F/room", at: (2.0, 4.0), burns: (heat: Steady(80.0))),
                 (name: "box_2", in: "1F/room", at: (7.0, 5.0), burns: (heat: Steady(80.0)))],
        ignitions: [(thing: "box_1", at_s: 0.0)],
        people: [Person(name: "walker", in: "1F/room", at: (4.0, 3.0), starts_s: 1.0)],
        trainees: [(id: "you", in: "1F/room", at: (6.0, 4.0))],
        ends: (after_s: {seconds:.1}))"#
    );
    let loaded = scenario::load("room.ron", text.as_bytes(), &Library::embedded(), &BTreeMap::new(), 7);
    let loaded = Arc::new(loaded.unwrap_or_else(|issues| panic!("{issues:#?}")));
    let (place, issues) = place::compile(&loaded);
    let place = place.unwrap_or_else(|| panic!("{issues:#?}"));
    Simulation::new(Arc::new(place), loaded, 7)
}

/// An app whose every update is one tick; orders that the schedule leaves open are errors.
fn app() -> App {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, StatesPlugin, DrillPlugin));
    app.insert_resource(TimeUpdateStrategy::FixedTimesteps(1));
    app.edit_schedule(FixedUpdate, |schedule| {
        let settings = ScheduleBuildSettings {
            ambiguity_detection: LogLevel::Error,
            ..default()
        };
        schedule.set_build_settings(settings);
    });
    app.finish();
    app.cleanup();
    // The first frame has no length, and so no tick.
    app.update();
    app
}

fn count<T: Component>(app: &mut App) -> usize {
    app.world_mut().query::<&T>().iter(app.world()).count()
}

fn phase(app: &App) -> Phase {
    *app.world().resource::<State<Phase>>().get()
}

#[test]
fn the_plugin_gives_the_state_that_direct_stepping_gives() {
    let mut direct = simulation(60.0);
    let mut app = app();
    app.insert_resource(Drill::new(direct.clone()));
    for tick in 0..200 {
        let mut commands = Vec::new();
        if tick % 50 == 10 {
            app.world_mut().write_message(Ask {
                trainee: 0,
                action: Action::Shout,
            });
            commands.push(Command {
                tick,
                trainee: 0,
                sequence: 0,
                action: Action::Shout,
            });
        }
        app.update();
        direct.step(&commands);
    }
    let drill = app.world().resource::<Drill>();
    assert_eq!(drill.simulation().tick(), 200);
    assert!(direct.view().fire.thing(ThingId(0)).burning, "something happens");
    assert_eq!(drill.simulation().state_hash(), direct.state_hash());
}

#[test]
fn every_person_opening_and_thing_has_one_entity_where_it_stands() {
    let mut app = app();
    app.insert_resource(Drill::new(simulation(60.0)));
    for _ in 0..3 {
        app.update();
    }
    let people = app.world().resource::<Drill>().simulation().view().crowd.len();
    assert_eq!(people, 2);
    assert_eq!(count::<PersonEntity>(&mut app), people);
    assert_eq!(count::<PreviousPose>(&mut app), people);
    assert_eq!(count::<OpeningEntity>(&mut app), 3);
    assert_eq!(count::<ThingEntity>(&mut app), 2);
    let mirror = app.world().resource::<Mirror>();
    let (door, thing) = (mirror.opening(OpeningId(1)).unwrap(), mirror.thing(ThingId(0)).unwrap());
    assert_eq!(mirror.thing(ThingId(2)), None);
    let at = |entity| app.world().get::<Pose>(entity).unwrap().at;
    assert_eq!(
        (at(door), at(thing)),
        (Vec3::new(3.0, 0.0, 0.0), Vec3::new(2.0, 0.0, -4.0))
    );
}

#[test]
fn another_drill_replaces_the_first_and_none_leaves_nothing() {
    let mut app = app();
    app.insert_resource(Drill::new(simulation(60.0)));
    app.update();
    app.insert_resource(Drill::new(simulation(60.0)));
    app.update();
    app.update();
    assert_eq!(app.world().resource::<Drill>().simulation().tick(), 2);
    assert_eq!((count::<OpeningEntity>(&mut app), phase(&app)), (3, Phase::Running));
    app.world_mut().remove_resource::<Drill>();
    app.update();
    app.update();
    assert_eq!((count::<OpeningEntity>(&mut app), phase(&app)), (0, Phase::Waiting));
}

#[test]
fn the_clock_stands_while_paused_and_what_is_asked_waits() {
    let mut app = app();
    app.insert_resource(Drill::new(simulation(60.0)));
    app.update();
    app.world_mut().resource_mut::<NextState<Phase>>().set(Phase::Paused);
    app.world_mut().write_message(Ask {
        trainee: 0,
        action: Action::Shout,
    });
    for _ in 0..5 {
        app.update();
    }
    assert_eq!(app.world().resource::<Drill>().simulation().tick(), 1);
    app.world_mut().resource_mut::<NextState<Phase>>().set(Phase::Running);
    app.update();
    let mut direct = simulation(60.0);
    direct.step(&[]);
    direct.step(&[Command {
        tick: 1,
        trainee: 0,
        sequence: 0,
        action: Action::Shout,
    }]);
    assert_eq!(
        app.world().resource::<Drill>().simulation().state_hash(),
        direct.state_hash()
    );
}

#[test]
fn a_drill_that_is_over_is_not_stepped_even_when_a_frame_holds_many_ticks() {
    let mut app = app();
    app.insert_resource(TimeUpdateStrategy::FixedTimesteps(3));
    app.insert_resource(Drill::new(simulation(1.0)));
    for _ in 0..8 {
        app.update();
    }
    assert_eq!(app.world().resource::<Drill>().simulation().tick(), 20);
    assert_eq!(phase(&app), Phase::Finished);
}

#[test]
fn no_drill_is_no_trouble() {
    let mut app = app();
    app.update();
    app.world_mut().write_message(Ask {
        trainee: 0,
        action: Action::Shout,
    });
    app.update();
    assert_eq!(phase(&app), Phase::Waiting);
}

#[test]
fn a_pose_between_two_ticks_lies_between_them() {
    let (a, b) = (
        Pose {
            at: Vec3::ZERO,
            facing: Vec3::X,
        },
        Pose {
            at: Vec3::X,
            facing: Vec3::Z,
        },
    );
    let half = a.towards(b, 0.5);
    assert_eq!(half.at, Vec3::new(0.5, 0.0, 0.0));
    assert!((half.facing.length() - 1.0).abs() < 1e-6);
    let about = Pose {
        at: Vec3::ZERO,
        facing: -Vec3::X,
    };
    assert_eq!(a.towards(about, 0.5).facing, about.facing);
}
