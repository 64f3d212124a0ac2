//! People who see to each other, who wait, who ride, and who choose by what others do.

use super::*;

/// Two storeys with a stair between, of a flight so long, and a lift beside it, as `storeys_by`, with a lobby on each.
fn with_lift(evacuation: bool, flight: f64) -> Place {
    let mut place = storeys_by(flight);
    let door = |place: &mut Place, from: u32, x: f64, z: f64| {
        let id = OpeningId(place.openings.len() as u32);
        let mut o = place.openings[0].clone();
        o.path = format!("lift{}", id.0);
        o.kind = OpeningKind::LiftDoor(LiftId(0));
        (o.from, o.to) = (SpaceId(from), Beyond::Outside);
        (o.centre, o.along) = (Point::new(x, 1.2), Point::new(1.0, 0.0));
        (o.bottom, o.top) = (z, z + 2.1);
        o.initial = OpeningState::default();
        place.openings.push(o);
        id
    };
    let doors = vec![door(&mut place, 2, 7.5 + flight, 0.0), door(&mut place, 0, 3.0, 3.0)];
    let mut m = Maker { place };
    let car = m.plate(
        PlateKind::Car(LiftId(0)),
        0.0,
        &[("car", rect(20.0, 20.0, 22.0, 22.0))],
        &[],
        &[],
        Vec::new(),
    );
    m.place.lifts.push(Lift {
        name: "lift".into(),
        storeys: vec![StoreyId(2), StoreyId(0)],
        wells: Vec::new(),
        doors,
        car,
        capacity: 4,
        speed: 1.0,
        evacuation,
        stands: 0,
    });
    m.place
}

/// Runs with a lift that goes where it is called at once and opens two seconds later.
fn with_cars(r: &mut Run, seconds: f64) {
    let (mut z, mut goal, mut since) = (0.0, 0, 0);
    while (r.tick as f64) * DT < seconds {
        let view = LiftView {
            lift: LiftId(0),
            open_at: (r.tick - since >= 40).then_some(goal),
            z,
        };
        let world = Surroundings {
            place: &r.place,
            air: &r.air,
            openings: &r.openings,
            lifts: &[view],
            cues: &[],
            tick: r.tick,
            dt: DT,
        };
        let events = r.crowd.step(&world, &[]);
        r.tick += 1;
        for e in events {
            if let CrowdEvent::CallsLift { storey, .. } = e
                && storey != goal
                && r.tick - since > 200
            {
                (goal, since) = (storey, r.tick);
                z = if storey == 0 { 0.0 } else { 3.0 };
            }
            r.events.push((r.tick as f64 * DT, e));
        }
    }
}

#[test]
fn nist_2_7_who_cannot_take_the_stair_takes_the_lift_that_may_be_used() {
    for evacuation in [true, false] {
        let mut p = person("p", "up", Some((1.0, 0.6)), 0.7, Some(0.0));
        p.mobility = scenario::Mobility::Wheelchair;
        let mut r = Run::new(with_lift(evacuation, 4.5), vec![People::Person(p)], Vec::new(), 1);
        with_cars(&mut r, 120.0);
        assert_eq!(
            r.outs().len(),
            usize::from(evacuation),
            "{:?}",
            r.crowd.person(PersonId(0))
        );
        if !evacuation {
            assert_eq!(r.crowd.person(PersonId(0)).reason, "no_way");
        }
    }
}

#[test]
fn a_lift_takes_so_many_at_a_time() {
    let people = (0..6).map(|k| {
        let mut p = person(
            &format!("p{k}"),
            "up",
            Some((0.5 + 0.9 * f64::from(k), 0.6)),
            0.7,
            Some(0.0),
        );
        p.mobility = scenario::Mobility::Wheelchair;
        p.radius_m = Some(0.3);
        People::Person(p)
    });
    let mut r = Run::new(with_lift(true, 4.5), people.collect(), Vec::new(), 1);
    with_cars(&mut r, 240.0);
    let outs = r.outs();
    assert_eq!(
        outs.len(),
        6,
        "{:?}",
        (0..6).map(|k| r.crowd.person(PersonId(k)).reason).collect::<Vec<_>>()
    );
    assert!(outs[5] - outs[0] > 15.0, "all at once: {outs:?}");
}

#[test]
fn a_carer_fetches_makes_ready_and_carries_down_the_stair() {
    let mut ward = person("ward", "up", Some((0.6, 0.6)), 0.7, None);
    ward.mobility = scenario::Mobility::Bedridden;
    ward.kin_of = Some("carer".into());
    let carer = person("carer", "up", Some((4.0, 0.6)), 1.2, Some(0.0));
    let mut r = Run::new(
        two_storeys(),
        vec![People::Person(ward), People::Person(carer)],
        Vec::new(),
        1,
    );
    r.until(180.0, |_| {});
    let outs = r.outs();
    assert_eq!(outs.len(), 2, "{:?}", r.crowd.person(PersonId(0)));
    // 55 s to make ready, the stair with a sheet at no more than 0.6 m/s.
    assert!(
        (outs[0] - outs[1]).abs() < 0.1 && outs[1] > 55.0 + 15.0 / 0.6,
        "{outs:?}"
    );
}

#[test]
fn a_carer_leads_who_can_walk() {
    let mut ward = person("ward", "room", Some((1.0, 1.0)), 0.6, None);
    ward.mobility = scenario::Mobility::Stick;
    ward.kin_of = Some("carer".into());
    let carer = person("carer", "room", Some((8.0, 5.0)), 1.2, Some(0.0));
    let people = vec![People::Person(ward), People::Person(carer)];
    let mut r = Run::new(room(1.0), people, Vec::new(), 1);
    r.until(120.0, |_| {});
    let outs = r.outs();
    assert_eq!(outs.len(), 2, "{:?}", r.crowd.person(PersonId(0)));
    assert!((outs[1] - outs[0]) < 5.0 && outs[0] > 20.0, "{outs:?}");
}

#[test]
fn who_leads_goes_down_a_stair_no_slower_than_the_child() {
    let out = |led: bool| {
        let mut child = person("child", "up", Some((3.5, 0.6)), 1.0, (!led).then_some(0.0));
        child.age = 8.0;
        let mut people = vec![child];
        if led {
            people[0].kin_of = Some("parent".into());
            people.push(person("parent", "up", Some((4.0, 0.6)), 1.4, Some(0.0)));
        }
        let people = people.into_iter().map(People::Person).collect();
        let mut r = Run::new(two_storeys(), people, Vec::new(), 1);
        let mut begun = 0.0;
        r.until(90.0, |r| {
            let begins = begun == 0.0 && r.crowd.bodies[0].plate == PlateId(1);
            begun = if begins { r.tick as f64 * DT } else { begun };
        });
        assert_eq!(r.outs().len(), 1 + usize::from(led), "led: {led}");
        r.outs()[usize::from(led)] - begun
    };
    let (alone, led) = (out(false), out(true));
    assert!(led < alone * 1.05, "{led} s led, {alone} s alone");
}

#[test]
fn who_leads_others_takes_no_lift() {
    let calls = |leads: bool| {
        let mut people = vec![person("first", "up", Some((2.0, 0.6)), 1.2, Some(0.0))];
        if leads {
            people.push(person("second", "up", Some((1.2, 0.6)), 1.2, None));
            people[1].kin_of = Some("first".into());
        }
        let (n, people) = (people.len(), people.into_iter().map(People::Person).collect());
        let mut r = Run::new(with_lift(true, 80.0), people, Vec::new(), 1);
        with_cars(&mut r, 240.0);
        assert_eq!(r.outs().len(), n, "leads: {leads}");
        r.events.iter().any(|e| matches!(e.1, CrowdEvent::CallsLift { .. }))
    };
    assert!(calls(false), "the stair is far longer");
    assert!(!calls(true));
}

#[test]
fn nist_2_9_a_group_waits_for_its_last_and_comes_out_together() {
    let gap = |together: bool| {
        let mut g = at_speed("corridor", 5, 1.3);
        g.together = together;
        g.radius = Some(scenario::Distribution::Fixed(0.2));
        let mut r = Run::new(corridor(), vec![People::Group(g)], Vec::new(), 3);
        r.until(120.0, |_| {});
        let outs = r.outs();
        assert_eq!(outs.len(), 5);
        outs[4] - outs[0]
    };
    let (apart, together) = (gap(false), gap(true));
    assert!(
        together < 6.0 && apart > together + 2.0,
        "{together} s together, {apart} s apart"
    );
}

/// A room with two exits at the same distance from its middle.
fn two_exits() -> Place {
    let mut m = Maker::new();
    let doors = [
        gap("west", (0.0, 4.5), (0.0, 5.5), 0, Beyond::Street),
        gap("east", (10.0, 4.5), (10.0, 5.5), 0, Beyond::Street),
    ];
    m.plate(
        PlateKind::Floor,
        0.0,
        &[("room", rect(0.0, 0.0, 10.0, 10.0))],
        &doors,
        &[],
        Vec::new(),
    );
    m.place
}

fn through(r: &Run, exit: &str) -> usize {
    let id = r.place.opening_by_path[exit];
    r.events
        .iter()
        .filter(|e| matches!(e.1, CrowdEvent::Out { opening, .. } if opening == id))
        .count()
}

#[test]
fn nist_3_2_people_rather_go_where_the_others_go() {
    let east = |crowd: bool| {
        (0..40)
            .filter(|seed| {
                // Nearly in the middle, a little to the west.
                let x = 4.9 - 0.005 * *seed as f64;
                let mut people = vec![People::Person(person("p", "room", Some((x, 5.0)), 1.3, Some(2.0)))];
                if crowd {
                    let mut q = person("q", "room", Some((6.0, 8.0)), 1.0, Some(0.0));
                    q.goes_to = Some("east".into());
                    people.push(People::Person(q));
                }
                let mut r = Run::new(two_exits(), people, Vec::new(), *seed);
                r.until(30.0, |_| {});
                through(&r, "east") > usize::from(crowd)
            })
            .count()
    };
    let (alone, led) = (east(false), east(true));
    assert!(alone == 0 && led > 20, "{alone} of 40 alone, {led} behind another");
}

#[test]
fn nist_3_3_exits_are_taken_by_their_weights() {
    for (weights, low, high) in [((1.0, 1.0), 0.4, 0.6), ((1.0, 4.0), 0.7, 0.9)] {
        let mut g = at_speed("room", 100, 1.3);
        g.exits = vec![("west".into(), weights.0), ("east".into(), weights.1)];
        let mut r = Run::new(two_exits(), vec![People::Group(g)], Vec::new(), 1);
        r.until(200.0, |_| {});
        let share = through(&r, "east") as f64 / 100.0;
        assert!((low..=high).contains(&share), "{share} by {weights:?}");
    }
}

#[test]
fn nist_4_1_an_exit_lost_on_the_way_is_left_for_the_other() {
    let mut place = two_exits();
    place.openings[0].kind = OpeningKind::Door;
    let mut r = Run::new(
        place,
        vec![People::Person(person("p", "room", Some((4.0, 5.0)), 1.3, Some(0.0)))],
        Vec::new(),
        1,
    );
    r.until(1.0, |_| {});
    r.openings[0].open = 0.0;
    r.openings[0].lock = scenario::Lock::Locked;
    r.until(60.0, |_| {});
    assert_eq!((through(&r, "west"), through(&r, "east")), (0, 1));
}

#[test]
fn doors_pass_no_more_than_their_mode_allows() {
    for (doors, most) in [(scenario::DoorFlow::Imo, 1.33), (scenario::DoorFlow::Sfpe, 1.3 * 0.7)] {
        let mut r = Run::new(room(1.0), vec![group("room", 60)], Vec::new(), 1);
        let mut everyone = (*r.crowd.everyone).clone();
        everyone.law.doors = doors;
        r.crowd.everyone = Arc::new(everyone);
        r.until(200.0, |_| {});
        let outs = r.outs();
        assert_eq!(outs.len(), 60);
        let flow = 50.0 / (outs[55] - outs[5]);
        assert!(flow <= most * 1.01 && flow > most * 0.9, "{flow} p/s with {doors:?}");
    }
}

#[test]
fn who_has_no_way_goes_to_the_refuge() {
    let mut place = two_storeys();
    let refuge = place.space_by_path["up"];
    place.spaces[refuge.index()].r#use = scenario::Use::Refuge;
    let mut p = person("p", "up", Some((5.0, 0.6)), 0.7, Some(0.0));
    p.mobility = scenario::Mobility::Wheelchair;
    let mut r = Run::new(place, vec![People::Person(p)], Vec::new(), 1);
    r.until(30.0, |_| {});
    assert_eq!(r.crowd.person(PersonId(0)).state, PersonState::Sheltering);
}

/// So many who walk together along a corridor of 40 m, or the same number of strangers; the first falls after two seconds,
/// in this smoke.
fn one_falls(count: u32, together: bool, extinction: f64) -> Run {
    let People::Group(mut g) = group("corridor", count) else {
        unreachable!()
    };
    g.together = together;
    g.area = rect(0.0, 0.0, 4.0, 2.0);
    let mut r = Run::new(corridor(), vec![People::Group(g)], Vec::new(), 2);
    r.until(2.0, |_| {});
    let fallen = &mut r.crowd.bodies[0];
    (fallen.state, fallen.why) = (PersonState::Incapacitated, body::Why::Overcome);
    fallen.posture = Posture::Lying;
    r.air.0.extinction = extinction;
    r
}

#[test]
fn those_who_walk_together_drag_out_the_one_who_falls() {
    let mut r = one_falls(2, true, 0.0);
    let way = 40.0 - r.crowd.bodies[0].at.x;
    r.until(200.0, |_| {});
    let outs = r.outs();
    assert_eq!(outs.len(), 2, "both are out");
    let least = 2.0 + figures::LIFTED_S + (way - figures::BESIDE_M) / figures::DRAGGED_M_S;
    assert!(
        (least..least + 12.0).contains(&outs[1]),
        "{outs:?} after {least} s at least"
    );
    // Two are quicker, and there is no more to do for a third.
    let mut r = one_falls(4, true, 0.0);
    let way = 40.0 - r.crowd.bodies[0].at.x;
    let mut about = 0;
    r.until(200.0, |r| {
        let helps = |b: &&Body| b.carries.is_some() || b.care.is_some();
        about = about.max(r.crowd.bodies.iter().filter(helps).count());
    });
    let outs = r.outs();
    assert_eq!((outs.len(), about), (4, 2));
    let least = 2.0 + figures::LIFTED_S + (way - figures::BESIDE_M) / figures::DRAGGED_BY_TWO_M_S;
    let dragged = r.events.iter().find(|e| {
        matches!(
            e.1,
            CrowdEvent::Out {
                person: PersonId(0),
                ..
            }
        )
    });
    let dragged = dragged.map_or(0.0, |e| e.0);
    assert!(
        (least..least + 12.0).contains(&dragged),
        "{dragged} s, at least {least}"
    );
}

#[test]
fn strangers_pass_by_and_nobody_goes_back_into_thick_smoke() {
    for (together, extinction) in [(false, 0.0), (true, 3.0)] {
        let mut r = one_falls(3, together, extinction);
        let fell = r.crowd.bodies[0].at;
        r.until(200.0, |_| {});
        assert_eq!(r.crowd.bodies[0].at, fell, "together: {together}");
        assert!(r.crowd.bodies.iter().skip(1).all(|b| b.carries.is_none()));
        assert_eq!(r.outs().len(), 2);
    }
}

#[test]
fn who_is_dragged_stays_where_the_one_who_drags_falls() {
    let mut r = one_falls(2, true, 0.0);
    while r.crowd.bodies[1].carries.is_none() && r.tick < 1000 {
        r.step(&[]);
    }
    r.until(r.tick as f64 * DT + 5.0, |_| {});
    assert_eq!(r.crowd.person(PersonId(0)).reason, "carried");
    r.crowd.bodies[1].state = PersonState::Incapacitated;
    r.until(r.tick as f64 * DT + 5.0, |_| {});
    let left = r.crowd.bodies[0];
    assert_eq!((left.carried_by, left.why), (None, body::Why::Overcome));
    assert_eq!(left.posture, Posture::Lying);
    assert_eq!(r.crowd.bodies[1].burden, None);
}

/// A family of a grown-up of each of these ages and two children of 8 and 5 in the second room of two, as `minders` would
/// have it; the children in the first, whose exit is far.
fn family(grown_up: &[f64]) -> Run {
    let age = |name: &str, at: (f64, f64), age: f64| {
        let mut p = person(name, "a", Some(at), 1.0, None);
        p.age = age;
        p
    };
    let mut people: Vec<People> = (grown_up.iter().zip([("g0", 2.0), ("g1", 4.0)]))
        .map(|(years, (name, x))| People::Person(age(name, (x, 5.0), *years)))
        .collect();
    people.push(People::Person(age("c0", (1.0, 20.0), 8.0)));
    people.push(People::Person(age("c1", (4.0, 20.0), 5.0)));
    let mut r = Run::new(two_rooms(scenario::Lock::Unlocked), people, Vec::new(), 1);
    let mut everyone = (*r.crowd.everyone).clone();
    let n = grown_up.len();
    for (k, f) in everyone.facts.iter_mut().enumerate() {
        f.family = Some(PersonId(0));
        f.kin_of = (k >= n).then_some(PersonId(0));
        if k == 0 {
            f.wards = vec![PersonId(n as u32), PersonId(n as u32 + 1)];
        }
    }
    r.crowd.everyone = Arc::new(everyone);
    let levels = vec![(SpaceId(0), 90.0), (SpaceId(1), 90.0)];
    r.cues = vec![Cue {
        kind: CueKind::ShoutLeave,
        levels,
        to: None,
    }];
    r
}

#[test]
fn children_wait_for_their_grown_up_and_follow() {
    let mut r = family(&[35.0]);
    let mut last = 0.0_f64;
    r.until(300.0, |r| {
        let b = &r.crowd.bodies;
        for k in [1, 2] {
            if b[k].set_out && b[k].present() && b[0].present() {
                last = last.max(b[k].at.distance(b[0].at));
            }
        }
    });
    assert_eq!(r.outs().len(), 3, "{:?}", r.crowd.person(PersonId(1)));
    // One child waits beside nobody while the other is fetched.
    assert!(last < 6.0, "{last} m behind");
}

#[test]
fn a_child_whose_grown_up_falls_goes_with_the_other_or_alone() {
    for grown_up in [&[35.0, 33.0][..], &[35.0]] {
        // Before they are fetched, and on the way.
        for after_s in [1.0, 60.0] {
            let mut r = family(grown_up);
            r.until(after_s, |_| {});
            if after_s > 2.0 {
                while r.crowd.bodies[grown_up.len()].led_by.is_none() && r.tick < 6000 {
                    r.step(&[]);
                }
                r.until(r.tick as f64 * DT + 2.0, |_| {});
            }
            let fallen = &mut r.crowd.bodies[0];
            (fallen.state, fallen.why) = (PersonState::Incapacitated, body::Why::Overcome);
            fallen.posture = Posture::Lying;
            // Nobody stays to help here.
            r.air.0.temperature_c = 61.0;
            r.until(400.0, |_| {});
            let children = &r.crowd.bodies[grown_up.len()..];
            let out = children.iter().filter(|b| b.state == PersonState::Out).count();
            assert_eq!(
                out,
                2,
                "{} grown-ups, after {after_s} s: {:?}",
                grown_up.len(),
                children[0].why
            );
        }
    }
}
