//! Who stands about in the way of others, and who is pressed.

use super::*;

/// Two rooms of 6 m with a gap of 0.8 m between them and an exit of 1.2 m from the second.
fn rooms() -> Place {
    let mut m = Maker::new();
    let doors = [
        gap("gap", (6.0, 2.5), (6.0, 3.3), 0, Beyond::Space(SpaceId(1))),
        gap("exit", (12.0, 0.5), (12.0, 1.7), 1, Beyond::Street),
    ];
    let spaces = [("a", rect(0.0, 0.0, 6.0, 6.0)), ("b", rect(6.0, 0.0, 12.0, 6.0))];
    m.plate(PlateKind::Floor, 0.0, &spaces, &doors, &[], Vec::new());
    m.place
}

#[test]
fn who_stands_in_a_doorway_steps_aside_for_who_comes_and_stays_there() {
    for at in [(6.1, 2.9), (5.9, 2.95), (6.05, 2.85)] {
        let space = if at.0 < 6.0 { "a" } else { "b" };
        let people = vec![
            People::Person(person("stands", space, Some(at), 1.2, None)),
            People::Person(person("first", "a", Some((2.0, 3.0)), 1.2, Some(0.0))),
            People::Person(person("second", "a", Some((1.0, 1.0)), 1.2, Some(20.0))),
        ];
        let mut r = Run::new(rooms(), people, Vec::new(), 1);
        r.until(20.0, |_| ());
        assert_eq!(r.outs().len(), 1, "{:?}", r.crowd.person(PersonId(1)));
        let stands = r.crowd.person(PersonId(0));
        r.until(40.0, |_| ());
        assert_eq!(r.outs().len(), 2, "{:?}", r.crowd.person(PersonId(2)));
        let doorway = seg((6.0, 2.5), (6.0, 3.3));
        let off = terrain::nearest(&doorway, stands.at).distance(stands.at);
        assert!(off > 0.6, "{off} m from the doorway");
        assert_eq!((stands.state, stands.reason), (PersonState::Waiting, "no_cue"));
        let moved = r.crowd.person(PersonId(0)).at.distance(stands.at);
        assert!(moved < 0.1, "moved {moved} m for who had room to pass");
    }
}

#[test]
fn nobody_steps_aside_for_who_has_room_to_pass() {
    let people = vec![
        People::Person(person("stands", "a", Some((4.0, 1.0)), 1.2, None)),
        People::Person(person("walks", "a", Some((1.0, 1.0)), 1.2, Some(0.0))),
    ];
    let mut r = Run::new(rooms(), people, Vec::new(), 1);
    r.until(20.0, |_| ());
    assert_eq!(r.outs().len(), 1);
    assert_eq!(r.crowd.person(PersonId(0)).at, Point::new(4.0, 1.0));
}

/// A way of 20 m and so wide that nobody passes another, with an exit at either end, and in it people at these places, m:
/// who goes to which exit, or stands.
fn narrow(people: &[(f64, Option<&str>)], speed: f64) -> Run {
    let mut m = Maker::new();
    let exits = [
        gap("west", (0.0, 0.0), (0.0, 0.5), 0, Beyond::Street),
        gap("east", (20.0, 0.0), (20.0, 0.5), 0, Beyond::Street),
    ];
    let spaces = [("narrow", rect(0.0, 0.0, 20.0, 0.5))];
    m.plate(PlateKind::Floor, 0.0, &spaces, &exits, &[], Vec::new());
    let people = people.iter().enumerate().map(|(k, (x, exit))| {
        let starts = exit.map(|_| 0.0);
        People::Person(scenario::Person {
            goes_to: exit.map(Into::into),
            ..person(&format!("p{k}"), "narrow", Some((*x, 0.25)), speed, starts)
        })
    });
    Run::new(m.place, people.collect(), Vec::new(), 1)
}

/// How deep anybody on foot is ever pressed into another beyond turned shoulders, m.
fn deepest(mut r: Run, seconds: f64) -> f64 {
    let mut deepest = f64::NEG_INFINITY;
    r.until(seconds, |r| {
        let (bodies, facts) = (&r.crowd.bodies, &r.crowd.everyone.facts);
        for (k, a) in bodies.iter().enumerate() {
            for (j, b) in bodies.iter().enumerate().take(k) {
                if a.present() && b.present() {
                    let turned = (facts[k].radius + facts[j].radius) * f64::from(figures::PASSING);
                    deepest = deepest.max(turned - a.at.distance(b.at));
                }
            }
        }
    });
    deepest
}

#[test]
fn nobody_is_pressed_into_another_where_two_rows_meet_and_none_can_pass() {
    let (east, west) = (Some("east"), Some("west"));
    let rows = [
        (2.0, east),
        (3.0, east),
        (4.0, east),
        (15.0, west),
        (16.0, west),
        (17.0, west),
    ];
    let deepest = deepest(narrow(&rows, 1.3), 60.0);
    assert!(deepest < 0.03, "{deepest} m beyond turned shoulders");
}

#[test]
fn a_row_that_comes_up_behind_some_who_stand_in_a_narrow_way_presses_nobody_into_another() {
    let mut row: Vec<_> = (0..6).map(|k| (8.0 - 0.6 * f64::from(k), Some("east"))).collect();
    row.extend([(9.5, None), (10.0, None), (10.5, None)]);
    for speed in [1.0, 1.3, 1.8, 2.5] {
        let deepest = deepest(narrow(&row, speed), 30.0);
        assert!(deepest < 0.02, "{deepest} m beyond turned shoulders at {speed} m/s");
    }
}
