//! Beds on wheels: as wide and as long as they are; and carers who fetch one after the other.

use super::*;
use bed::Bed;

/// A ward of 6 m with a door of this width, m, to a corridor so wide, m, and 14 m long that leads past it to a second one
/// round the corner, with an exit of 1.4 m at its end.
fn wards(door: f64, corridor: f64) -> Place {
    let mut m = Maker::new();
    let c = corridor;
    let doors = [
        gap("ward_door", (1.0, 6.0), (1.0 + door, 6.0), 0, Beyond::Space(SpaceId(1))),
        gap(
            "corner",
            (14.0 - c, 6.0 + c),
            (14.0, 6.0 + c),
            1,
            Beyond::Space(SpaceId(2)),
        ),
        gap(
            "exit",
            (13.3 - c / 2.0, 20.0),
            (14.7 - c / 2.0, 20.0),
            2,
            Beyond::Street,
        ),
    ];
    let spaces = [
        ("ward", rect(0.0, 0.0, 6.0, 6.0)),
        ("corridor", rect(0.0, 6.0, 14.0, 6.0 + c)),
        ("on", rect(14.0 - c, 6.0 + c, 14.0, 20.0)),
    ];
    m.plate(PlateKind::Floor, 0.0, &spaces, &doors, &[], Vec::new());
    m.place
}

fn patient(name: &str, r#in: &str, at: (f64, f64)) -> scenario::Person {
    scenario::Person {
        mobility: scenario::Mobility::Bed,
        kin_of: Some("carer".into()),
        ..person(name, r#in, Some(at), 0.7, None)
    }
}

/// One in a bed, their carer, and others.
fn with_carer(place: Place, mut others: Vec<People>, seed: u64) -> Run {
    let mut people = vec![
        People::Person(patient("patient", "ward", (3.0, 2.0))),
        People::Person(person("carer", "ward", Some((5.0, 5.0)), 1.25, Some(0.0))),
    ];
    people.append(&mut others);
    Run::new(place, people, Vec::new(), seed)
}

const PATIENT: usize = 0;
const CARER: usize = 1;

fn bed(r: &Run) -> Option<Bed> {
    let mut all = bed::all(&r.crowd.bodies, &r.crowd.everyone.facts, &r.crowd.everyone.abed);
    all.next().map(|(_, _, bed)| bed)
}

/// Watches until all are out or the time is up: the bed's length never changes, and it is in no wall; gives the least
/// distance of its middle line to a wall and the greatest overlap with somebody who stands or walks, m.
fn watched(r: &mut Run, seconds: f64) -> (f64, f64) {
    let (mut off, mut overlap) = (f64::INFINITY, 0.0f64);
    r.until(seconds, |r| {
        let Some(bed) = bed(r) else { return };
        assert!((bed.grip.distance(bed.head) - 1.5).abs() < 0.06, "{bed:?}");
        let line = Segment {
            a: bed.grip,
            b: bed.head,
        };
        for w in &r.place.shape(PlateId(0)).walls {
            assert!(!terrain::crosses(bed.grip, bed.head, w), "{bed:?} across {w:?}");
            let ends = [w.a, w.b].map(|p| terrain::nearest(&line, p).distance(p));
            let others = [bed.grip, bed.head].map(|p| terrain::nearest(w, p).distance(p));
            off = ends.into_iter().chain(others).fold(off, f64::min);
        }
        for (k, b) in r.crowd.bodies.iter().enumerate() {
            if k != PATIENT && k != CARER && b.present() {
                let radius = b.girth(&r.crowd.everyone.facts[k]) * f64::from(figures::PASSING);
                overlap = overlap.max(0.5 + radius - terrain::nearest(&line, b.at).distance(b.at));
            }
        }
    });
    (off, overlap)
}

fn way(r: &Run, name: &str, person: usize) -> bool {
    let id = r.place.opening_by_path[name];
    let passed = |e: &(f64, CrowdEvent)| matches!(e.1, CrowdEvent::Passed { person: p, opening, .. } if opening == id && p.index() == person);
    r.events.iter().any(passed)
}

#[test]
fn a_bed_is_moved_out_through_a_door_and_round_a_corner_and_keeps_off_walls_by_half_its_width() {
    for seed in 1..=5 {
        let mut r = with_carer(wards(1.2, 2.4), Vec::new(), seed);
        assert!(bed(&r).is_some());
        let (off, _) = watched(&mut r, 120.0);
        let outs = r.outs();
        assert_eq!(outs.len(), 2, "{:?} {:?}", bed(&r), r.crowd.person(PersonId(1)));
        // 20 s to make it ready and 28 m at 0.75 m/s.
        assert!(
            (outs[0] - outs[1]).abs() < 0.1 && (55.0..70.0).contains(&outs[1]),
            "{outs:?}"
        );
        assert!(off > 0.48, "{off} m off a wall");
    }
}

#[test]
fn who_lies_in_a_bed_too_wide_for_the_door_is_carried_out_of_it() {
    let mut r = with_carer(wards(0.95, 2.4), Vec::new(), 1);
    r.until(200.0, |_| {});
    let outs = r.outs();
    assert_eq!(outs.len(), 2, "{:?}", r.crowd.person(PersonId(1)));
    assert!(r.crowd.bodies[PATIENT].grip.is_none());
    // 55 s to make them ready, and 28 m at 0.6 m/s.
    assert!(outs[1] > 55.0 + 28.0 / 0.6, "{outs:?}");
}

#[test]
fn a_bed_that_sticks_fast_in_a_corner_is_left_and_who_lies_in_it_is_carried() {
    let mut r = with_carer(wards(1.2, 1.15), Vec::new(), 1);
    let (off, _) = watched(&mut r, 300.0);
    let outs = r.outs();
    assert_eq!(outs.len(), 2, "{:?}", r.crowd.person(PersonId(1)));
    assert!(r.crowd.bodies[PATIENT].grip.is_none());
    assert!(off > 0.48, "{off} m off a wall");
}

#[test]
fn nobody_is_taken_in_hand_through_a_wall() {
    // The patient lies just behind the wall that the carer stands at.
    let mut m = Maker::new();
    let doors = [
        gap("in", (6.0, 5.0), (6.0, 6.0), 0, Beyond::Space(SpaceId(1))),
        gap("exit", (12.0, 2.0), (12.0, 3.2), 1, Beyond::Street),
    ];
    let spaces = [("a", rect(0.0, 0.0, 6.0, 6.0)), ("b", rect(6.0, 0.0, 12.0, 6.0))];
    m.plate(PlateKind::Floor, 0.0, &spaces, &doors, &[], Vec::new());
    let lies = scenario::Person {
        mobility: scenario::Mobility::Bedridden,
        ..patient("patient", "a", (5.6, 2.0))
    };
    let carer = person("carer", "b", Some((6.4, 2.0)), 1.25, Some(0.0));
    let people = vec![People::Person(lies), People::Person(carer)];
    let mut r = Run::new(m.place, people, Vec::new(), 1);
    let mut last = r.crowd.bodies[PATIENT].at;
    r.until(200.0, |r| {
        let b = &r.crowd.bodies[PATIENT];
        let walls = &r.place.shape(b.plate).walls;
        assert!(
            walls.iter().all(|w| !terrain::crosses(last, b.at, w)),
            "from {last:?} to {:?}",
            b.at
        );
        last = b.at;
    });
    assert_eq!(r.outs().len(), 2, "{:?}", r.crowd.person(PersonId(1)));
}

#[test]
fn a_bed_goes_down_no_stair() {
    let mut ward = patient("patient", "up", (0.6, 0.6));
    ward.radius_m = Some(0.45);
    let carer = person("carer", "up", Some((4.0, 0.6)), 1.2, Some(0.0));
    let mut r = Run::new(
        two_storeys(),
        vec![People::Person(ward), People::Person(carer)],
        Vec::new(),
        1,
    );
    r.until(200.0, |_| {});
    assert_eq!(r.outs().len(), 2, "{:?}", r.crowd.person(PersonId(1)));
    assert!(r.outs()[1] > 55.0 + 15.0 / 0.6, "{:?}", r.outs());
}

#[test]
fn people_pass_a_bed_that_stands_and_one_that_is_moved_and_neither_presses_the_other() {
    for seed in 1..=5 {
        let crowd = |r#in: &str, name: &str, count| {
            let People::Group(g) = group(r#in, count) else {
                unreachable!()
            };
            People::Group(scenario::Group { name: name.into(), ..g })
        };
        let others = vec![crowd("ward", "w", 8), crowd("corridor", "c", 20)];
        let mut r = with_carer(wards(1.4, 2.4), others, seed);
        let (off, overlap) = watched(&mut r, 200.0);
        assert_eq!(r.outs().len(), 30, "{:?}", r.crowd.person(PersonId(1)));
        assert!(way(&r, "corner", CARER));
        assert!(off > 0.48 && overlap < 0.1, "{off} m off a wall, {overlap} m in others");
    }
}

/// A corridor of 24 m on an upper floor with three wards along it, a refuge room across, and a stair down at its end.
fn floor_with_a_refuge() -> Place {
    let mut m = Maker::new();
    let top = seg((24.0, 6.0), (24.0, 8.4));
    let foot = seg((28.5, 6.0), (28.5, 8.4));
    let doors = [
        gap("first", (1.0, 6.0), (2.2, 6.0), 0, Beyond::Space(SpaceId(3))),
        gap("second", (7.0, 6.0), (8.2, 6.0), 1, Beyond::Space(SpaceId(3))),
        gap("third", (13.0, 6.0), (14.2, 6.0), 2, Beyond::Space(SpaceId(3))),
        gap("refuge_door", (6.0, 8.4), (7.4, 8.4), 3, Beyond::Space(SpaceId(4))),
    ];
    let spaces = [
        ("a", rect(0.0, 0.0, 6.0, 6.0)),
        ("b", rect(6.0, 0.0, 12.0, 6.0)),
        ("c", rect(12.0, 0.0, 18.0, 6.0)),
        ("corridor", rect(0.0, 6.0, 24.0, 8.4)),
        ("refuge", rect(4.0, 8.4, 12.0, 14.4)),
    ];
    let floor = m.plate(PlateKind::Floor, 3.0, &spaces, &doors, &[top], Vec::new());
    let stair = rect(24.0, 6.0, 28.5, 8.4);
    let slope = Slope {
        outline: stair.clone(),
        base: Point::new(28.5, 6.0),
        up: Point::new(-1.0, 0.0),
        slope: 3.0 / 4.5,
        base_z: 0.0,
    };
    let kind = PlateKind::Flights(StairId(0));
    let flights = m.plate(kind, 0.0, &[("stair", stair)], &[], &[top, foot], vec![slope]);
    let exit = gap("exit", (32.0, 6.0), (32.0, 8.0), 6, Beyond::Street);
    let below = rect(28.5, 6.0, 32.0, 8.4);
    let ground = m.plate(PlateKind::Floor, 0.0, &[("down", below)], &[exit], &[foot], Vec::new());
    m.stair(flights, 0.178, 0.286);
    m.portal(floor, flights, top, Point::new(1.0, 0.0));
    m.portal(flights, ground, foot, Point::new(1.0, 0.0));
    m.place.spaces[4].r#use = scenario::Use::Refuge;
    m.place
}

/// Three of one kind, each in a ward, and one who answers for them.
fn three(place: Place, kind: scenario::Mobility) -> Run {
    let patients = [
        ("p1", "a", (3.0, 3.0)),
        ("p2", "b", (9.0, 3.0)),
        ("p3", "c", (15.0, 3.0)),
    ];
    let patients = patients.map(|(name, ward, at)| scenario::Person {
        mobility: kind,
        ..patient(name, ward, at)
    });
    let carer = person("carer", "corridor", Some((4.0, 7.0)), 1.25, Some(0.0));
    let people = patients.into_iter().chain([carer]).map(People::Person);
    Run::new(place, people.collect(), Vec::new(), 1)
}

#[test]
fn a_carer_brings_one_after_the_other_to_a_refuge_on_the_level_and_none_down_the_stair() {
    use scenario::Mobility::{Bed, Bedridden};
    for kind in [Bed, Bedridden] {
        let mut r = three(floor_with_a_refuge(), kind);
        r.until(500.0, |_| {});
        let refuge = r.place.space_by_path["refuge"];
        for k in 0..4 {
            let v = r.crowd.person(PersonId(k));
            assert_eq!(
                (v.state, v.space),
                (PersonState::Sheltering, Some(refuge)),
                "{kind:?} {k}: {v:?}"
            );
            assert!(!v.carried);
        }
        assert_eq!(r.crowd.bodies[0].grip.is_some(), kind == Bed);
    }
}

#[test]
fn a_carer_turns_round_at_the_exit_for_the_next_and_all_come_out_once() {
    let mut place = floor_with_a_refuge();
    place.spaces[4].r#use = scenario::Use::Room;
    let mut r = three(place, scenario::Mobility::Bedridden);
    r.until(900.0, |_| {});
    let states: Vec<_> = r.crowd.bodies.iter().map(|b| (b.state, b.why.word())).collect();
    assert!(states.iter().all(|s| s.0 == PersonState::Out), "{states:?}");
    assert_eq!(r.outs().len(), 4);
    let exit = r.place.opening_by_path["exit"];
    let in_again = |e: &&(f64, CrowdEvent)| matches!(e.1, CrowdEvent::Passed { person: PersonId(3), opening, forward: false } if opening == exit);
    assert_eq!(r.events.iter().filter(in_again).count(), 2);
}

#[test]
fn nobody_goes_back_in_through_smoke() {
    let mut place = floor_with_a_refuge();
    place.spaces[4].r#use = scenario::Use::Room;
    let mut r = three(place, scenario::Mobility::Bedridden);
    while r.crowd.person(PersonId(3)).z > 0.1 {
        r.step(&[]);
        assert!(r.tick < 10_000);
    }
    r.air.0.extinction = 3.0;
    r.until(r.tick as f64 * DT + 60.0, |_| {});
    assert_eq!(r.crowd.person(PersonId(3)).state, PersonState::Out);
    assert_eq!(r.outs().len(), 2);
}
