//! What sets neighbours alight, and what does not.

use super::super::tests::{Builder, furniture};
use super::*;
use crate::place::{Beyond, SpaceId, ThingId};
use crate::scenario::{Burns, HeatRelease, Surface};

fn target(b: &mut Builder, space: SpaceId, at: Point, burns: Burns) -> usize {
    let i = b.burner(space, HeatRelease::Steady(100.0), burns);
    b.place.things[i].at = at;
    b.place.things[i].ignites_s = None;
    i
}

fn thin() -> Burns {
    Burns {
        critical_flux: 10.0,
        ignition_dose: 300.0,
        ..furniture()
    }
}

/// A fire of 1.5 MW in the first of two rooms, the target 1.5 m behind the opening between them.
fn two_rooms(kind: OpeningKind, open: f64, at: Point) -> bool {
    let mut b = Builder::new();
    let (fire_room, next) = (b.room(0.0, 4.0, 4.0, 3.0), b.room(4.0, 4.0, 4.0, 3.0));
    b.burner(fire_room, HeatRelease::Steady(1500.0), furniture());
    b.place.things[0].at = Point::new(3.3, 2.0);
    let o = b.opening(fire_room, Beyond::Space(next), kind, 1.2, 0.0, 2.4, open);
    b.place.openings[o].centre = Point::new(4.0, 2.0);
    // Smoke leaves by wide windows, so that hot gas lights nothing.
    for room in [fire_room, next] {
        let w = b.opening(room, Beyond::Outside, OpeningKind::Gap, 4.0, 0.0, 3.0, 1.0);
        b.place.openings[w].centre = Point::new(2.0, 4.0);
        b.place.openings[w].along = Point::new(1.0, 0.0);
    }
    let i = target(&mut b, next, at, thin());
    let mut fire = b.fire();
    b.run(&mut fire, 0.0, 120.0, 0.2);
    fire.thing(ThingId(i as u32)).burning
}

#[test]
fn flames_light_what_they_see_through_an_open_door_and_nothing_behind_a_shut_one_or_the_wall() {
    assert!(two_rooms(OpeningKind::Door, 1.0, Point::new(4.2, 2.0)));
    assert!(!two_rooms(OpeningKind::Door, 0.0, Point::new(4.2, 2.0)));
    assert!(!two_rooms(OpeningKind::Door, 1.0, Point::new(4.4, 3.6)));
}

#[test]
fn flames_do_not_reach_what_lies_behind_a_hood_that_does_not_draw() {
    let lit = |shielded: bool| {
        let mut b = Builder::new();
        let yard = b.space(SpaceKind::Outdoors, (0.0, 0.0, 0.0), 20.0, 20.0, 5.0);
        b.burner(yard, HeatRelease::Steady(1000.0), furniture());
        let i = ThingId(target(&mut b, yard, Point::new(11.0, 10.0), thin()) as u32);
        let mut fire = b.fire();
        fire.shield(i, shielded);
        b.run(&mut fire, 0.0, 120.0, 0.2);
        let behind = fire.thing(i).burning;
        fire.shield(i, false);
        b.run(&mut fire, 120.0, 240.0, 0.2);
        (behind, fire.thing(i).burning)
    };
    assert_eq!((lit(false), lit(true)), ((true, true), (false, true)));
}

#[test]
fn ignition_takes_its_dose_above_its_flux() {
    let lit_at = |distance: f64| {
        let mut b = Builder::new();
        let yard = b.space(SpaceKind::Outdoors, (0.0, 0.0, 0.0), 20.0, 20.0, 5.0);
        b.burner(yard, HeatRelease::Steady(1000.0), furniture());
        let i = target(&mut b, yard, Point::new(10.0 + distance, 10.0), thin());
        let mut fire = b.fire();
        for k in 0..3000 {
            b.run(&mut fire, f64::from(k) * 0.2, f64::from(k + 1) * 0.2, 0.2);
            if fire.thing(ThingId(i as u32)).burning {
                return Some(f64::from(k) * 0.2);
            }
        }
        None
    };
    let (near, far) = (lit_at(1.1), lit_at(1.4));
    assert!(
        near.is_some() && far.is_none_or(|f| f > near.unwrap()),
        "{near:?} {far:?}"
    );
    assert!(lit_at(4.0).is_none());
}

#[test]
fn flames_that_stand_against_a_lining_light_it_and_those_a_step_away_do_not() {
    let lit = |away: f64| {
        let mut b = Builder::new();
        let r = b.room(0.0, 6.0, 6.0, 4.0);
        let w = b.opening(r, Beyond::Outside, OpeningKind::Gap, 4.0, 0.0, 4.0, 1.0);
        b.place.openings[w].centre = Point::new(6.0, 3.0);
        let bin = Burns {
            size: (0.4, 0.4, 0.5),
            ..furniture()
        };
        b.burner(r, HeatRelease::Steady(60.0), bin);
        b.place.things[0].at = Point::new(0.05 + 0.1 + 0.2 + away, 3.0);
        let lining = Surface {
            width: 3.0,
            height: 2.5,
            patch: 0.3,
            up: 0.02,
            side: 0.005,
            kw_m2: 100.0,
            burns: 600.0,
        };
        let panel = Burns {
            size: (0.1, 3.0, 2.5),
            critical_flux: 15.0,
            ignition_dose: 1000.0,
            ..furniture()
        };
        let i = b.burner(r, HeatRelease::Surface(lining), panel);
        b.place.things[i].at = Point::new(0.1, 3.0);
        b.place.things[i].ignites_s = None;
        let mut fire = b.fire();
        b.run(&mut fire, 0.0, 120.0, 0.2);
        fire.thing(ThingId(i as u32)).burning
    };
    assert!(lit(0.0) && !lit(0.6));
}

/// Whether an opening, shut, 0.9 m wide and 2 m high, gives way to a bin of so many kW that burns so far from it, in a room
/// whose gas stays cool.
fn gives_way(kind: OpeningKind, heat: f64, away: f64) -> bool {
    let mut b = Builder::new();
    let r = b.room(0.0, 6.0, 6.0, 4.0);
    let w = b.opening(r, Beyond::Outside, OpeningKind::Gap, 4.0, 0.0, 4.0, 1.0);
    b.place.openings[w].centre = Point::new(6.0, 3.0);
    let o = b.opening(r, Beyond::Outside, kind, 0.9, 0.0, 2.0, 0.0);
    b.place.openings[o].centre = Point::new(0.0, 3.0);
    if kind == OpeningKind::Window {
        b.place.openings[o].breaks_c = Some(300.0);
    } else {
        b.place.openings[o].fails_min = 1.0;
    }
    let bin = Burns {
        size: (0.4, 0.4, 0.5),
        ..furniture()
    };
    b.burner(r, HeatRelease::Steady(heat), bin);
    b.place.things[0].at = Point::new(0.2 + away, 3.0);
    let mut fire = b.fire();
    let events = b.run(&mut fire, 0.0, 150.0, 0.2);
    assert!(fire.zone(&b.place, r).upper.temperature_c < 250.0);
    events
        .iter()
        .any(|e| matches!(e, FireEvent::OpeningFailed { opening, .. } if opening.index() == o))
}

#[test]
fn a_door_burns_through_where_a_fire_stands_against_it_though_the_gas_is_cool() {
    assert!(gives_way(OpeningKind::Door, 100.0, 0.0) && !gives_way(OpeningKind::Door, 100.0, 2.0));
}

#[test]
fn a_window_falls_to_flames_against_it_though_the_gas_is_cool_and_not_to_those_across_the_room() {
    assert!(gives_way(OpeningKind::Window, 150.0, 0.0) && !gives_way(OpeningKind::Window, 150.0, 2.5));
}

#[test]
fn wind_leans_flames_across_a_lane() {
    let caught = |wind: f64| {
        let mut b = Builder::new();
        b.loaded.scenario.weather.wind_m_s = wind;
        b.loaded.scenario.weather.wind_from = 270.0;
        let lane = b.space(SpaceKind::Outdoors, (0.0, 0.0, 0.0), 20.0, 20.0, 5.0);
        let other = b.space(SpaceKind::Outdoors, (20.0, 0.0, 0.0), 20.0, 20.0, 5.0);
        b.burner(lane, HeatRelease::Steady(2500.0), furniture());
        b.place.things[0].at = Point::new(18.4, 10.0);
        let i = target(&mut b, other, Point::new(21.4, 10.0), thin());
        b.place.things[i].z = 1.0;
        let mut fire = b.fire();
        b.run(&mut fire, 0.0, 180.0, 0.2);
        fire.thing(ThingId(i as u32)).burning
    };
    assert!(!caught(0.0));
    assert!(caught(8.0));
}

/// Three bays of a façade above one another, each with a room behind a window; the lowest net is set alight.
fn facade(net: bool) -> (Builder, Vec<SpaceId>) {
    let mut b = Builder::new();
    let mut rooms = Vec::new();
    for k in 0..3 {
        let z = 2.9 * f64::from(k);
        let room = b.space(SpaceKind::Room, (0.0, 0.0, z), 6.0, 5.0, 2.75);
        let bay = b.space(SpaceKind::Outdoors, (0.0, -1.0, z), 6.0, 1.0, 2.75);
        let w = b.opening(room, Beyond::Outside, OpeningKind::Window, 1.8, z + 0.9, z + 2.4, 0.0);
        b.place.openings[w].centre = Point::new(3.0, 0.0);
        b.place.openings[w].along = Point::new(1.0, 0.0);
        b.place.openings[w].breaks_c = Some(300.0);
        b.leak(room, None, 0.02, z, z + 0.1);
        if net {
            let surface = Surface {
                width: 6.0,
                height: 2.75,
                patch: 0.8,
                up: 0.3,
                side: 0.08,
                kw_m2: 260.0,
                burns: 240.0,
            };
            let i = b.burner(bay, HeatRelease::Surface(surface), thin());
            b.place.things[i].at = Point::new(3.0, -0.5);
            b.place.things[i].z = z;
            b.place.things[i].ignites_s = (k == 0).then_some(0.0);
        }
        rooms.push(room);
    }
    (b, rooms)
}

#[test]
fn a_facade_burns_from_storey_to_storey_past_the_windows_and_into_the_rooms() {
    let (b, rooms) = facade(true);
    let mut fire = b.fire();
    let mut states = b.states();
    let mut lit = [None; 3];
    for k in 0..1500 {
        let time = f64::from(k) * 0.2;
        for e in fire.step(&b.place, &states, time, 0.2) {
            match e {
                FireEvent::Ignited { thing, .. } => lit[thing.index()] = Some(time),
                FireEvent::OpeningFailed { opening, broken } => states[opening.index()].broken = broken,
                _ => {}
            }
        }
    }
    let [Some(first), Some(second), Some(third)] = lit else {
        panic!("{lit:?}")
    };
    assert!(first < second && second < third && third < 120.0, "{lit:?}");
    let top = fire.zone(&b.place, rooms[2]);
    assert!(top.upper.temperature_c > 150.0, "{top:?}");
    assert!(top.upper.extinction_per_m > 1.0 && top.upper.co_ppm > 100.0, "{top:?}");
}

#[test]
fn without_a_net_the_rooms_along_a_facade_stay_as_they_were() {
    let (b, rooms) = facade(false);
    let mut fire = b.fire();
    b.run(&mut fire, 0.0, 60.0, 0.2);
    for r in rooms {
        assert!((fire.zone(&b.place, r).lower.temperature_c - 20.0).abs() < 0.5);
    }
}

#[test]
fn flames_over_a_lining_hurry_under_hot_gas() {
    let left = |hot: bool| {
        let mut b = Builder::new();
        let r = b.room(0.0, 5.0, 4.0, 3.0);
        let w = b.opening(r, Beyond::Outside, OpeningKind::Gap, 1.0, 0.0, 2.2, 1.0);
        b.place.openings[w].centre = Point::new(5.0, 2.0);
        let surface = Surface {
            width: 3.0,
            height: 2.5,
            patch: 0.3,
            up: 0.01,
            side: 0.002,
            kw_m2: 100.0,
            burns: 600.0,
        };
        b.burner(r, HeatRelease::Surface(surface), thin());
        if hot {
            b.burner(r, HeatRelease::Steady(1000.0), furniture());
            b.place.things[1].at = Point::new(3.8, 2.0);
        }
        let mut fire = b.fire();
        b.run(&mut fire, 0.0, 100.0, 0.2);
        fire.thing(ThingId(0)).mass_left_kg
    };
    assert!(left(true) < left(false) - 0.5);
}
