//! The laws of movement: what many people together do in corridors and at doors.

use super::*;

/// A corridor of this length and width whose ends are joined.
fn ring(length: f64, width: f64) -> Place {
    let mut m = Maker::new();
    let ends = [seg((0.0, 0.0), (0.0, width)), seg((length, 0.0), (length, width))];
    m.plate(
        PlateKind::Floor,
        0.0,
        &[("ring", rect(0.0, 0.0, length, width))],
        &[],
        &ends,
        Vec::new(),
    );
    m.place.spaces[0].periodic = true;
    m.place
}

/// Mean speed along a periodic corridor at a density (1/m²), m/s, after ten seconds of settling.
fn speed_at(density: f64, length: f64, width: f64, seed: u64) -> f64 {
    let n = (density * length * width).round() as u32;
    let mut r = Run::new(ring(length, width), vec![group("ring", n)], Vec::new(), seed);
    let (mut sum, mut count) = (0.0, 0.0);
    while r.tick < 700 {
        r.step(&[]);
        if r.tick >= 300 {
            for b in &r.crowd.bodies {
                sum += b.heading.x * b.speed;
                count += 1.0;
            }
        }
    }
    sum / count
}

/// Weidmann 1993: walking speed by density (1/m²), m/s.
fn weidmann(density: f64) -> f64 {
    1.34 * (1.0 - libm::exp(-1.913 * (1.0 / density - 1.0 / 5.4)))
}

/// Densities at which a corridor differs by more than 15 % from a law.
fn off(length: f64, width: f64, law: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    let mut wrong = Vec::new();
    for density in [0.5, 1.0, 1.5, 2.0, 2.5, 3.0] {
        // Few people walk at their own speeds where there is room: three draws of them.
        let v = (1..=3).map(|seed| speed_at(density, length, width, seed)).sum::<f64>() / 3.0;
        let w = law(density);
        println!(
            "{width} m wide, {density} /m²: {v:.3} m/s, by the law {w:.3}, {:+.0} %",
            (v / w - 1.0) * 100.0
        );
        if (v / w - 1.0).abs() > 0.15 {
            wrong.push((density, v));
        }
    }
    wrong
}

#[test]
fn rimea_4_a_wide_corridor_follows_weidmann() {
    assert_eq!(off(16.0, 6.0, weidmann), []);
}

/// Persons per second through a door of this width out of a jammed room.
fn flow(width: f64, n: u32, seed: u64) -> f64 {
    let mut r = Run::new(room(width), vec![group("room", n)], Vec::new(), seed);
    r.until(300.0, |_| {});
    let outs = r.outs();
    assert_eq!(outs.len(), n as usize, "somebody is stuck");
    let (a, b) = (n as usize / 10, n as usize * 8 / 10);
    (b - a) as f64 / (outs[b] - outs[a])
}

#[test]
fn doors_pass_the_flows_that_were_measured() {
    let mut last = 0.0;
    for width in [0.8, 1.0, 1.2, 1.6, 2.4] {
        let flows: Vec<f64> = (1..=2).map(|s| flow(width, 180, s)).collect();
        let mean = flows.iter().sum::<f64>() / flows.len() as f64;
        println!("{width} m: {mean:.2} p/s, {:.2} p/m/s ({flows:.2?})", mean / width);
        assert!(mean > last, "{width} m");
        // IMO MSC.1/Circ.1533 caps at 1.33, unhurried crowds reach 1.9 p/m/s.
        assert!((1.3..=1.9).contains(&(mean / width)), "{width} m: {mean} p/s");
        last = mean;
    }
}

/// A group at one speed.
pub(super) fn at_speed(space: &str, count: u32, speed: f64) -> scenario::Group {
    let People::Group(g) = group(space, count) else {
        unreachable!()
    };
    scenario::Group {
        speed: Some(scenario::Distribution::Fixed(speed)),
        ..g
    }
}

#[test]
fn who_hurries_too_much_comes_out_later() {
    let time = |speed: f64| {
        let mut r = Run::new(
            room(1.0),
            vec![People::Group(at_speed("room", 150, speed))],
            Vec::new(),
            1,
        );
        let mut most = 0.0_f64;
        r.until(400.0, |r| {
            most = r.crowd.bodies.iter().map(|b| b.load).fold(most, f64::max);
        });
        let outs = r.outs();
        assert_eq!(outs.len(), 150, "somebody is stuck at {speed} m/s");
        println!("{speed} m/s: {:.1} s, at most {most:.0} N", outs[149]);
        (outs[149], most)
    };
    let (slow, walk, hurry) = (time(1.0), time(1.5), time(4.0));
    assert!(walk.0 < slow.0 && walk.1 == 0.0);
    assert!(hurry.0 >= 1.05 * walk.0, "{hurry:?} against {walk:?}");
}

/// Two rooms of 10 m joined by a corridor of 10 m by 2 m (IMO MSC.1/Circ.1533, test 8): when the last of a hundred
/// from the first is through, with so many coming from the other, s.
fn against(n: u32, seed: u64) -> f64 {
    let mut r = two_ways(n, seed);
    r.until(600.0, |_| {});
    let east = r.place.opening_by_path["east"];
    let last = |r: &Run| {
        r.events
            .iter()
            .filter(|e| matches!(e.1, CrowdEvent::Out { opening, .. } if opening == east))
            .map(|e| e.0)
            .fold(0.0, f64::max)
    };
    assert_eq!(r.outs().len(), 100 + n as usize, "somebody is stuck against {n}");
    last(&r)
}

/// The two rooms and the corridor, and the people in them.
fn two_ways(n: u32, seed: u64) -> Run {
    let mut m = Maker::new();
    let doors = [
        gap("west", (0.0, 0.5), (0.0, 9.5), 0, Beyond::Street),
        gap("a", (10.0, 4.0), (10.0, 6.0), 0, Beyond::Space(SpaceId(1))),
        gap("b", (20.0, 4.0), (20.0, 6.0), 1, Beyond::Space(SpaceId(2))),
        gap("east", (30.0, 0.5), (30.0, 9.5), 2, Beyond::Street),
    ];
    let spaces = [
        ("a", rect(0.0, 0.0, 10.0, 10.0)),
        ("corridor", rect(10.0, 4.0, 20.0, 6.0)),
        ("b", rect(20.0, 0.0, 30.0, 10.0)),
    ];
    m.plate(PlateKind::Floor, 0.0, &spaces, &doors, &[], Vec::new());
    let mut east = at_speed("a", 100, 1.3);
    east.goes_to = Some("east".into());
    east.area = rect(0.5, 0.5, 6.0, 9.5);
    let mut people = vec![People::Group(east)];
    if n > 0 {
        let mut west = at_speed("b", n, 1.3);
        west.goes_to = Some("west".into());
        west.area = rect(24.0, 0.5, 29.5, 9.5);
        west.name = "w".into();
        people.push(People::Group(west));
    }
    Run::new(m.place, people, Vec::new(), seed)
}

#[test]
fn a_counterflow_forms_lanes_and_costs_time() {
    let times: Vec<f64> = [0, 10, 50, 100].iter().map(|n| against(*n, 1)).collect();
    println!("IMO 8: {times:.1?} s");
    assert!(times.windows(2).all(|w| w[0] < w[1]), "{times:?}");
    assert!((1.5..=3.5).contains(&(times[3] / times[0])), "{times:?}");
}

#[test]
fn nobody_goes_through_another_in_a_corridor_with_as_many_either_way() {
    let mut r = two_ways(100, 1);
    let (mut most, mut near, mut all) = (0.0_f64, 0, 0);
    r.until(60.0, |r| {
        let there = r.crowd.bodies.iter().zip(&r.crowd.everyone.facts);
        let there: Vec<_> = there.filter(|(b, _)| b.present()).collect();
        for (k, (a, f)) in there.iter().enumerate() {
            // Shoulders turned, they pass so near.
            let beyond =
                |(b, g): &(&Body, &Fact)| (f.radius + g.radius) * f64::from(figures::PASSING) - a.at.distance(b.at);
            let others = there.iter().enumerate().filter(|(m, _)| *m != k);
            let worst = others.map(|(_, o)| beyond(o)).fold(0.0, f64::max);
            most = most.max(worst);
            near += usize::from(worst > 0.02);
            all += 1;
        }
    });
    let share = near as f64 / all as f64;
    println!(
        "at most {most:.3} m nearer than with turned shoulders, over 2 cm {:.2} % of the time",
        100.0 * share
    );
    // Never half a body's radius, and hardly ever more than bodies give.
    assert!(most <= 0.1 && share <= 0.01, "{most} m into one another, {share}");
}

#[test]
fn a_crowd_takes_a_corner_over_its_whole_width() {
    let mut m = Maker::new();
    let outline = [
        (0.0, 0.0),
        (26.0, 0.0),
        (26.0, 16.0),
        (20.0, 16.0),
        (20.0, 6.0),
        (0.0, 6.0),
    ];
    let exit = gap("exit", (20.0, 16.0), (26.0, 16.0), 0, Beyond::Street);
    let spaces = [("l", outline.into_iter().map(Into::into).collect())];
    m.plate(PlateKind::Floor, 0.0, &spaces, &[exit], &[], Vec::new());
    let mut g = at_speed("l", 250, 1.3);
    g.area = rect(0.0, 0.0, 12.5, 6.0);
    let mut r = Run::new(m.place, vec![People::Group(g)], Vec::new(), 1);
    let (mut outside, mut passed) = (0, 0);
    let mut before = vec![0.0; 250];
    r.until(150.0, |r| {
        for (b, y) in r.crowd.bodies.iter().zip(&mut before) {
            if *y < 8.0 && b.at.y >= 8.0 {
                passed += 1;
                outside += usize::from(b.at.x > 23.0);
            }
            *y = b.at.y;
        }
    });
    println!(
        "{outside} of {passed} on the outer half, the last out after {:.1} s",
        r.outs()[249]
    );
    assert_eq!(passed, 250);
    // On the shortest ways it is one in fifty.
    assert!(outside * 4 >= passed, "{outside} of {passed}");
}
