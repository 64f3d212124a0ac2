//! People in wheelchairs: as wide as they are.

use super::*;

/// Two rooms of 6 m with these gaps in the wall between (from, width, m), and an exit of 1.2 m from the second, beside the
/// first of them.
fn rooms(gaps: &[(f64, f64)]) -> Place {
    let mut m = Maker::new();
    let named: Vec<Door> = gaps
        .iter()
        .zip(["first", "second"])
        .map(|((from, width), name)| {
            let to = Beyond::Space(SpaceId(1));
            gap(name, (6.0, *from), (6.0, from + width), 0, to)
        })
        .chain([gap("exit", (12.0, 0.5), (12.0, 1.7), 1, Beyond::Street)])
        .collect();
    let spaces = [("a", rect(0.0, 0.0, 6.0, 6.0)), ("b", rect(6.0, 0.0, 12.0, 6.0))];
    m.plate(PlateKind::Floor, 0.0, &spaces, &named, &[], Vec::new());
    m.place
}

fn seated(name: &str, at: (f64, f64)) -> scenario::Person {
    scenario::Person {
        mobility: scenario::Mobility::Wheelchair,
        ..person(name, "a", Some(at), 0.7, Some(0.0))
    }
}

/// How far somebody is from the nearest wall, m.
fn off_walls(r: &Run, k: usize) -> f64 {
    let b = &r.crowd.bodies[k];
    let walls = &r.place.shape(b.plate).walls;
    let far = walls.iter().map(|w| terrain::nearest(w, b.at).distance(b.at));
    far.fold(f64::INFINITY, f64::min)
}

fn passed(r: &Run, name: &str) -> usize {
    let id = r.place.opening_by_path[name];
    let through = |e: &&(f64, CrowdEvent)| matches!(e.1, CrowdEvent::Passed { opening, .. } if opening == id);
    r.events.iter().filter(through).count()
}

#[test]
fn a_wheelchair_goes_round_by_the_gap_that_is_wide_enough() {
    let place = rooms(&[(1.0, 0.6), (5.0, 0.9)]);
    let walker = person("p", "a", Some((4.0, 1.3)), 1.2, Some(20.0));
    let people = vec![People::Person(seated("w", (4.0, 1.3))), People::Person(walker)];
    let mut r = Run::new(place, people, Vec::new(), 1);
    let mut nearest = f64::INFINITY;
    r.until(60.0, |r| {
        if r.crowd.bodies[0].present() {
            nearest = nearest.min(off_walls(r, 0));
        }
    });
    assert_eq!(r.outs().len(), 2, "{:?}", r.crowd.person(PersonId(0)));
    assert_eq!((passed(&r, "first"), passed(&r, "second")), (1, 1));
    let radius = r.crowd.everyone.facts[0].radius;
    assert!(nearest > radius - 0.01, "{nearest} m off a wall with {radius} m");
}

#[test]
fn a_wheelchair_passes_every_door_from_three_quarters_of_a_metre_and_none_narrower_than_itself() {
    for width in [0.6, 0.65, 0.75, 0.8, 0.9, 1.0] {
        for k in 0..8 {
            let from = 1.0 + 0.13 * f64::from(k);
            let at = (1.0 + 0.5 * f64::from(k), 5.0 - 0.55 * f64::from(k));
            let people = vec![People::Person(seated("w", at))];
            let mut r = Run::new(rooms(&[(from, width)]), people, Vec::new(), 1);
            let radius = r.crowd.everyone.facts[0].radius;
            let mut nearest = f64::INFINITY;
            r.until(60.0, |r| {
                if r.crowd.bodies[0].present() {
                    nearest = nearest.min(off_walls(r, 0));
                }
            });
            let about = format!("{width} m from {from}: {:?}", r.crowd.person(PersonId(0)));
            assert_eq!(r.outs().len(), usize::from(width > 0.7), "{about}");
            assert!(
                nearest > radius - 0.01,
                "{nearest} m off a wall with {radius} m, {about}"
            );
            if width < 0.7 {
                assert_eq!(r.crowd.person(PersonId(0)).reason, "no_way");
            }
        }
    }
}

#[test]
fn a_wheelchair_beside_the_wall_that_its_exit_is_in_finds_its_way_out() {
    for k in 0..12 {
        let at = (12.0 - 0.355, 1.75 + 0.05 * f64::from(k));
        let w = scenario::Person {
            r#in: "b".into(),
            ..seated("w", at)
        };
        let mut r = Run::new(rooms(&[]), vec![People::Person(w)], Vec::new(), 1);
        r.until(20.0, |_| ());
        assert_eq!(r.outs().len(), 1, "from {at:?}: {:?}", r.crowd.person(PersonId(0)));
    }
}

#[test]
fn a_crowd_pushes_no_wheelchair_through_a_gap_too_narrow_for_it() {
    let mut people = vec![People::Person(seated("w", (5.2, 1.3)))];
    let People::Group(mut g) = group("a", 25) else {
        unreachable!()
    };
    g.area = rect(0.5, 0.5, 4.5, 5.5);
    people.push(People::Group(g));
    let mut r = Run::new(rooms(&[(1.0, 0.6), (5.0, 0.9)]), people, Vec::new(), 2);
    let mut nearest = f64::INFINITY;
    r.until(120.0, |r| {
        if r.crowd.bodies[0].present() {
            nearest = nearest.min(off_walls(r, 0));
        }
    });
    assert_eq!(r.outs().len(), 26);
    let through = r.place.opening_by_path["first"];
    let rolled = |e: &(f64, CrowdEvent)| matches!(e.1, CrowdEvent::Passed { person: PersonId(0), opening, .. } if opening == through);
    assert!(passed(&r, "first") > 10 && !r.events.iter().any(rolled));
    let radius = r.crowd.everyone.facts[0].radius;
    assert!(nearest > radius - 0.01, "{nearest} m off a wall with {radius} m");
}

/// Somebody in a wheelchair with kin who leads, and a narrow and a wide way on.
fn led_on_wheels() -> Run {
    let mut w = seated("w", (1.0, 1.5));
    (w.kin_of, w.starts_s) = (Some("p".into()), None);
    let people = vec![
        People::Person(w),
        People::Person(person("p", "a", Some((3.0, 1.5)), 1.2, Some(0.0))),
    ];
    Run::new(rooms(&[(1.0, 0.6), (5.0, 0.9)]), people, Vec::new(), 1)
}

#[test]
fn who_leads_a_wheelchair_takes_the_wide_way() {
    let mut r = led_on_wheels();
    r.until(150.0, |_| {});
    assert_eq!(r.outs().len(), 2, "{:?}", r.crowd.person(PersonId(0)));
    assert_eq!((passed(&r, "first"), passed(&r, "second")), (0, 2));
}

#[test]
fn who_cannot_follow_on_wheels_is_carried() {
    let mut r = led_on_wheels();
    // The wide way is shut for good when they are on it.
    let wide = r.place.opening_by_path["second"].index();
    r.until(58.0, |_| {});
    assert!(r.crowd.bodies[0].led_by.is_some());
    r.place.openings[wide].kind = OpeningKind::Door;
    (r.openings[wide].open, r.openings[wide].lock) = (0.0, scenario::Lock::Locked);
    r.until(300.0, |_| {});
    assert_eq!(r.outs().len(), 2, "{:?}", r.crowd.person(PersonId(0)));
    // Through the narrow gap, back for the one who could not follow, and through again.
    assert_eq!((passed(&r, "first"), passed(&r, "second")), (3, 0));
}
