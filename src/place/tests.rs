//! Whole places: what is written comes to stand where it should, can be walked, and mistakes are told.

use super::*;
use crate::scenario::{
    Issue, Loaded, Opening as Written, People, Plan, Point, Scenario, Severity, SourceFile, Span, Src,
};
use std::collections::BTreeMap;
use std::time::Instant;

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> T {
    use ron::extensions::Extensions;
    let options = ron::Options::default()
        .with_default_extension(Extensions::IMPLICIT_SOME)
        .with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES);
    match options.from_str(text) {
        Ok(t) => t,
        Err(e) => panic!("{e}\n{text}"),
    }
}

fn loaded(text: &str) -> Loaded {
    let sources = vec![SourceFile {
        path: "test.ron".into(),
        text: text.into(),
    }];
    Loaded {
        scenario: parse::<Scenario>(text),
        sources,
        ..Loaded::default()
    }
}

fn built(l: &Loaded) -> Place {
    let (place, issues) = compile(l);
    place.unwrap_or_else(|| panic!("{issues:#?}"))
}

fn place(text: &str) -> Place {
    built(&loaded(text))
}

fn p(x: f64, y: f64) -> Point {
    Point::new(x, y)
}

fn ids(issues: &[Issue]) -> Vec<&str> {
    issues.iter().map(|i| i.id.as_str()).collect()
}

/// One storey of 3 m with this plan, and what else the scenario has.
fn one_storey(plan: &str, rest: &str) -> String {
    format!("(place: (storeys: [(name: \"1F\", height: 3.0, plan: \"p\")], plans: {{\"p\": ({plan})}}), {rest})")
}

const ROOM: &str = "spaces: [(name: \"room\", outline: [(0,0),(5,0),(5,4),(0,4)])]";
const HALL: &str = "spaces: [
    (name: \"room\", outline: [(0,0),(5,0),(5,4),(0,4)]),
    (name: \"hall\", use: Corridor, outline: [(0,4),(12,4),(12,6),(0,6)])],
  openings: [
    Door(name: \"door\", between: (\"room\", \"hall\"), at: (0.45, 4), width: 0.9),
    Door(name: \"exit\", between: (\"hall\", \"street\"), at: (12, 5), width: 1.2)]";

/// Walks down fields from a point to the street, over portals, in steps of 5 cm; all heights on the way.
fn walk_out(place: &Place, mut plate: PlateId, mut at: Point, route: &[(PlateId, Goal)]) -> Vec<f64> {
    let mut ways = Ways::default();
    let mut heights = vec![place.z_at(plate, at)];
    for (on, goal) in route {
        assert_eq!(plate, *on);
        let field = ways.field(place, plate, *goal, &[]);
        let mut steps = 0;
        loop {
            steps += 1;
            assert!(
                steps < 4000,
                "never arrives at {goal:?} from {at:?}: {:?}",
                field.distance(at)
            );
            let Some(d) = field.direction(at) else {
                panic!("no way to {goal:?} from {at:?}")
            };
            let next = at + d * 0.05;
            assert!(
                !place.shape(plate).wall_between(at, next),
                "through a wall from {at:?} to {next:?}"
            );
            let crossed = match goal {
                Goal::Portal(id) => {
                    let s = place.portals[id.index()].segment;
                    polygon::meet(at, next, s.a, s.b).then_some(Some(place.portals[id.index()].to))
                }
                Goal::Gate(g) => {
                    let s = place.shape(plate).gates[usize::from(*g)].segment;
                    polygon::meet(at, next, s.a, s.b).then_some(None)
                }
                Goal::Point(q) => (next.distance(*q) < 0.06).then_some(None),
            };
            at = next;
            heights.push(place.z_at(plate, at));
            match crossed {
                Some(Some(to)) => {
                    plate = to;
                    heights.push(place.z_at(plate, at));
                    break;
                }
                Some(None) => break,
                None => {}
            }
        }
    }
    heights
}

#[test]
fn a_door_in_a_corner_is_found_on_the_right_wall_and_can_be_walked() {
    let place = place(&one_storey(HALL, ""));
    let door = &place.openings[place.opening_by_path["1F/door"].index()];
    assert!(door.centre.distance(p(0.45, 4.0)) < 1e-9);
    assert!(door.along.x.abs() > 0.999);
    // The first space lies to the left of the gate's segment.
    assert!(door.along.left().y < 0.0);
    let mut ways = Ways::default();
    let f = ways.field(&place, PlateId(0), Goal::Gate(1), &[]);
    let d = f.distance(p(4.0, 1.0)).unwrap();
    // Straight to the door's inner edge and then to the exit.
    let straight = p(4.0, 1.0).distance(p(0.75, 4.0)) + p(0.75, 4.0).distance(p(12.0, 4.8));
    assert!(d > straight - 0.2 && d < straight * 1.08, "{d} against {straight}");
    walk_out(&place, PlateId(0), p(4.0, 1.0), &[(PlateId(0), Goal::Gate(1))]);
}

#[test]
fn a_shut_gate_closes_the_way_and_the_view() {
    let place = place(&one_storey(HALL, ""));
    let mut ways = Ways::default();
    let f = ways.field(&place, PlateId(0), Goal::Gate(1), &[0]);
    assert_eq!(f.distance(p(4.0, 1.0)), None);
    assert_eq!(f.direction(p(4.0, 1.0)), None);
    assert!(f.distance(p(1.0, 5.0)).is_some());
    // A gate that is shut itself can still be walked to, from both sides.
    let f = ways.field(&place, PlateId(0), Goal::Gate(0), &[0]);
    assert!(f.distance(p(4.0, 1.0)).unwrap() < 5.5);
    assert!(f.distance(p(4.0, 5.0)).unwrap() < 4.5);
    let mut states: Vec<OpeningState> = place.openings.iter().map(|o| o.initial).collect();
    let (a, b) = (p(0.45, 1.0), p(0.45, 5.0));
    assert!(!line_of_sight(&place, PlateId(0), a, b, &states));
    states[0].open = 1.0;
    assert!(line_of_sight(&place, PlateId(0), a, b, &states));
    assert!(!line_of_sight(&place, PlateId(0), p(2.0, 1.0), p(2.0, 5.0), &states));
}

#[test]
fn a_single_room_and_a_sealed_room_are_places() {
    let place = place(&one_storey(ROOM, ""));
    assert_eq!(
        (place.spaces.len(), place.plates.len(), place.openings.len()),
        (1, 1, 0)
    );
    let room = &place.spaces[0];
    assert!((room.area - 20.0).abs() < 1e-9 && (room.wall_area - 54.0).abs() < 1e-9);
    let at = place.a_point_in(SpaceId(0));
    assert_eq!(place.space_at(PlateId(0), at), Some(SpaceId(0)));
    assert_eq!(place.space_at(PlateId(0), p(9.0, 9.0)), None);
    assert_eq!(place.space_at(PlateId(0), p(f64::NAN, 0.0)), None);
}

#[test]
fn somebody_in_a_sealed_room_is_an_error_and_an_empty_one_beside_people_a_warning() {
    let sealed = one_storey(ROOM, "trainees: [(id: \"you\", in: \"1F/room\")]");
    let (place, issues) = compile(&loaded(&sealed));
    assert!(place.is_none());
    assert_eq!(ids(&issues), ["space.no_way_out"]);
    assert_eq!(issues[0].severity, Severity::Error);
    let plan = format!(
        "{}, ",
        HALL.replace("Door(name: \"door\"", "Door(name: \"door\", lock: Locked")
    );
    let (place, issues) = compile(&loaded(&one_storey(
        &plan,
        "trainees: [(id: \"you\", in: \"1F/hall\")]",
    )));
    assert!(place.is_some());
    assert_eq!(
        (ids(&issues), issues[0].severity),
        (vec!["space.no_way_out"], Severity::Warning)
    );
}

#[test]
fn a_thick_wall_is_passed_through_its_door() {
    let place = place(&one_storey(
        "spaces: [(name: \"a\", outline: [(0,0),(4,0),(4,4),(0,4)]), (name: \"b\", outline: [(4.25,0),(8,0),(8,4),(4.25,4)])],
         openings: [Door(between: (\"a\", \"b\"), at: (4, 2), width: 0.8)]",
        "",
    ));
    let gate = place.shape(PlateId(0)).gates[0].segment;
    assert!((gate.a.x - 4.125).abs() < 1e-9);
    let mut ways = Ways::default();
    let f = ways.field(&place, PlateId(0), Goal::Point(p(6.0, 2.0)), &[]);
    assert!((f.distance(p(2.0, 2.0)).unwrap() - 4.0).abs() < 0.1);
    walk_out(
        &place,
        PlateId(0),
        p(1.0, 3.5),
        &[(PlateId(0), Goal::Point(p(6.0, 2.0)))],
    );
}

#[test]
fn a_way_to_a_point_round_a_corner_goes_round_it() {
    let place = place(&one_storey(
        "spaces: [(name: \"l\", outline: [(0,0),(10,0),(10,2),(2,2),(2,10),(0,10)])]",
        "",
    ));
    let mut ways = Ways::default();
    let f = ways.field(&place, PlateId(0), Goal::Point(p(1.0, 9.0)), &[]);
    let d = f.distance(p(9.0, 1.0)).unwrap();
    let taut = p(9.0, 1.0).distance(p(1.85, 1.85)) + p(1.85, 1.85).distance(p(1.0, 9.0));
    assert!(d > taut * 0.98 && d < taut * 1.06, "{d} against {taut}");
    walk_out(
        &place,
        PlateId(0),
        p(9.0, 1.0),
        &[(PlateId(0), Goal::Point(p(1.0, 9.0)))],
    );
    // Points a little inside the walls still know their way; points far outside know that there is none.
    assert!(f.distance(p(9.0, -0.05)).is_some() && f.direction(p(9.0, 2.02)).is_some());
    assert_eq!(f.distance(p(6.0, 6.0)), None);
    assert_eq!(f.distance(p(f64::NAN, 6.0)), None);
}

#[test]
fn directions_never_point_through_a_wall() {
    let place = place(&one_storey(
        "spaces: [(name: \"a\", outline: [(0,0),(6,0),(6,5),(0,5)]), (name: \"b\", outline: [(6,0),(11,1),(11,6),(6,5)])],
         openings: [Door(between: (\"a\", \"b\"), at: (6, 4.5), width: 0.9), Door(between: (\"b\", \"street\"), at: (11, 2), width: 1.0)],
         walls: [[(2,0),(2,3.5)], [(4,5),(4,1.5),(3,1.5)]]",
        "",
    ));
    let mut ways = Ways::default();
    let f = ways.field(&place, PlateId(0), Goal::Gate(1), &[]);
    let mut asked = 0;
    for i in 0..220 {
        for j in 0..130 {
            let q = p(0.023 + 0.05 * f64::from(i), 0.017 + 0.05 * f64::from(j));
            let near_wall = place
                .shape(PlateId(0))
                .walls
                .iter()
                .any(|w| polygon::distance(q, w.a, w.b) < 0.06);
            if place.space_at(PlateId(0), q).is_none() || near_wall {
                continue;
            }
            let d = f.direction(q).unwrap_or_else(|| panic!("no way from {q:?}"));
            assert!((d.length() - 1.0).abs() < 1e-9);
            assert!(!place.shape(PlateId(0)).wall_between(q, q + d * 0.05), "{q:?} {d:?}");
            asked += 1;
        }
    }
    assert!(asked > 15_000);
}

const STAIR: &str = "(place: (
  storeys: [(name: \"1F..2F\", height: 3.0, plan: \"p\")],
  plans: {\"p\": (
    spaces: [(name: \"hall\", use: Corridor, outline: [(0,0),(6,0),(6,3),(0,3)])],
    openings: [Door(name: \"stair_door\", between: (\"hall\", \"stair\"), at: (1.2, 3), width: 1.0),
      Door(name: \"exit\", between: (\"hall\", \"street\"), at: (6, 1.5), width: 1.0)])},
  stairs: [(name: \"stair\", serves: \"1F..2F\", KIND at: (0, 3), width: 1.1, well: 0.2, landing: 1.3, riser: 0.1667, tread: 0.27)],
))";

#[test]
fn a_stair_is_walked_down_and_up_without_a_jump_in_height() {
    for turned in ["", "mirror: true,"] {
        let place = place(&STAIR.replace("KIND", turned));
        assert_eq!(place.plates.len(), 3);
        let stair = &place.stairs[0];
        assert_eq!(stair.flights, [PlateId(2)]);
        let portal = |from: u32, to: u32| {
            let found = place
                .portals
                .iter()
                .position(|x| x.from == PlateId(from) && x.to == PlateId(to));
            Goal::Portal(PortalId(found.unwrap() as u32))
        };
        let exit = place.plates[0]
            .gates
            .iter()
            .position(|g| place.openings[g.index()].path == "1F/exit")
            .unwrap();
        let down = walk_out(
            &place,
            PlateId(1),
            p(5.0, 1.0),
            &[
                (PlateId(1), portal(1, 2)),
                (PlateId(2), portal(2, 0)),
                (PlateId(0), Goal::Gate(exit as u16)),
            ],
        );
        let up = walk_out(
            &place,
            PlateId(0),
            p(5.0, 1.0),
            &[
                (PlateId(0), portal(0, 2)),
                (PlateId(2), portal(2, 1)),
                (PlateId(1), Goal::Point(p(5.0, 1.0))),
            ],
        );
        for heights in [&down, &up] {
            // 5 cm at the slope of 1.5 m over 2.16 m.
            assert!(
                heights
                    .windows(2)
                    .all(|w| (w[1] - w[0]).abs() <= 0.05 * 1.5 / 2.16 + 1e-9)
            );
        }
        assert!((down[0] - 3.0).abs() < 1e-9 && down[down.len() - 1].abs() < 1e-9);
        assert!(up[0].abs() < 1e-9 && (up[up.len() - 1] - 3.0).abs() < 1e-9);
        for (i, portal) in place.portals.iter().enumerate() {
            assert_eq!(place.portals[portal.back.index()].back, PortalId(i as u32));
        }
        // The two storeys have different shapes (flight up, flight down), the zone spans the whole enclosure.
        let zone = &place.spaces[stair.spaces[0].index()];
        assert!((zone.area - 2.4 * (2.6 + 8.0 * 0.27)).abs() < 1e-9);
        let hole = &place.openings[place.opening_by_path["1F/stair/up"].index()];
        assert!(hole.kind.is_horizontal() && (hole.width * hole.width - 0.6 * zone.area).abs() < 1e-9);
        assert_eq!((hole.from, hole.to), (stair.spaces[0], Beyond::Space(stair.spaces[1])));
    }
}

#[test]
fn a_straight_stair_is_walked_too() {
    let text = STAIR
        .replace("KIND", "kind: Straight,")
        .replace("at: (1.2, 3), width: 1.0", "at: (0.55, 3), width: 0.9");
    // Upstairs the stair arrives at its far end: a gallery leads back.
    let text = text.replace(
        "(name: \"1F..2F\", height: 3.0, plan: \"p\")",
        "(name: \"1F\", height: 3.0, plan: \"p\"), (name: \"2F\", height: 3.0, plan: \"q\")",
    );
    let text = text.replace(
        "plans: {",
        "plans: {\"q\": (spaces: [(name: \"gallery\", outline: [(1.1,3),(3,3),(3,11),(1.1,11)])],
           openings: [Gap(name: \"g\", between: (\"gallery\", \"stair\"), at: (1.1, 9.54), width: 0.9)]),",
    );
    let place = place(&text);
    let portal = |from: u32, to: u32| {
        let found = place
            .portals
            .iter()
            .position(|x| x.from == PlateId(from) && x.to == PlateId(to));
        Goal::Portal(PortalId(found.unwrap() as u32))
    };
    let z = walk_out(
        &place,
        PlateId(1),
        p(2.0, 4.0),
        &[
            (PlateId(1), portal(1, 2)),
            (PlateId(2), portal(2, 0)),
            (PlateId(0), Goal::Gate(1)),
        ],
    );
    assert!((z[0] - 3.0).abs() < 1e-9 && z[z.len() - 1].abs() < 1e-9);
}

fn flat() -> Plan {
    parse(
        "(spaces: [(name: \"living\", use: LivingRoom, outline: [(0,0),(4,0),(4,5),(0,5)]),
            (name: \"bedroom\", use: Bedroom, outline: [(4,0),(7.5,0),(7.5,5),(4,5)])],
          openings: [Door(name: \"door\", between: (\"living\", \"corridor\"), at: (1, 5), width: 0.9, hinge: Left),
            Door(name: \"inner\", between: (\"living\", \"bedroom\"), at: (4, 2), width: 0.8),
            Window(name: \"window\", between: (\"bedroom\", \"outside\"), at: (6, 0))],
          things: [(name: \"sofa\", burns: (size: (0.8, 2.0, 0.8), blocks: true), at: (0.6, 2))])",
    )
}

fn tower_text(storeys: u32) -> String {
    format!(
        "(place: (storeys: [(name: \"1F\", height: 4.5, slab: 0.2, plan: \"hall\"),
            (name: \"2F..{storeys}F\", height: 2.9, slab: 0.1, plan: \"typical\")],
          plans: {{
            \"typical\": (
              spaces: [(name: \"corridor\", use: Corridor, outline: [(0,5),(30,5),(30,6.8),(0,6.8)]),
                (name: \"lobby\", use: LiftLobby, outline: [(12,6.8),(18,6.8),(18,9),(12,9)])],
              place: [(prefab: \"flat\", name: \"01\", at: (0,0)), (prefab: \"flat\", name: \"02\", at: (15,0), mirror: true),
                (prefab: \"flat\", name: \"03\", at: (15,0)), (prefab: \"flat\", name: \"04\", at: (30,0), mirror: true)],
              openings: [Door(name: \"a_door\", between: (\"corridor\", \"stair_a\"), at: (1.2, 6.8), width: 1.0, fire_rating_min: 60, closer: Working),
                Door(name: \"b_door\", between: (\"corridor\", \"stair_b\"), at: (28.8, 6.8), width: 1.0, fire_rating_min: 60),
                Gap(name: \"to_lobby\", between: (\"corridor\", \"lobby\"), at: (15, 6.8), width: 2)],
              equipment: [(kind: Hydrant, at: (9, 6.8)), (kind: ExitSign(\"stair_a\"), at: (2, 6.7), height: 2.0)]),
            \"hall\": (
              spaces: [(name: \"hall\", use: EntranceHall, outline: [(0,3),(30,3),(30,6.8),(18,6.8),(18,9),(12,9),(12,6.8),(0,6.8)])],
              openings: [Door(name: \"a_door\", between: (\"hall\", \"stair_a\"), at: (1.2, 6.8), width: 1.0),
                Door(name: \"b_door\", between: (\"hall\", \"stair_b\"), at: (28.8, 6.8), width: 1.0),
                Door(name: \"exit\", between: (\"hall\", \"street\"), at: (15, 3), width: 1.8, kind: DoubleLeaf)])}},
          stairs: [(name: \"stair_a\", at: (0, 6.8), serves: \"1F..{storeys}F\", roof_opening: 0.5),
            (name: \"stair_b\", at: (27.6, 6.8), serves: \"1F..{storeys}F\", mirror: true)],
          lifts: [(name: \"lift_1\", at: (13, 9.2), serves: \"1F..{storeys}F\", lobby: \"lobby\", door: (14, 9), size: (2, 2))],
          shafts: [(name: \"duct\", serves: \"1F..{storeys}F\", outline: [(16,9),(17,9),(17,10),(16,10)], opens_to: [(\"lobby\", 0.3)], top: 0.2)],
          envelope_leakage: 0.0002, partition_leakage: 0.0001,
        ), people: [Households(in_every: \"flat\", like: \"mix\")],
        trainees: [(id: \"you\", in: \"{storeys}F/02/bedroom\")])"
    )
}

fn tower(storeys: u32) -> Loaded {
    let mut l = loaded(&tower_text(storeys));
    l.prefabs.insert("flat".into(), flat());
    l
}

#[test]
fn a_tower_of_33_storeys_compiles_fast_with_few_shapes() {
    let l = tower(33);
    let least = (0..3)
        .map(|_| {
            #[expect(clippy::disallowed_methods, reason = "the test measures how long it takes")]
            let start = Instant::now();
            let (place, issues) = compile(&l);
            assert!(place.is_some(), "{issues:#?}");
            start.elapsed()
        })
        .min()
        .unwrap();
    let (place, issues) = compile(&l);
    let place = place.unwrap();
    println!(
        "tower: {least:?}, {} spaces, {} shapes",
        place.spaces.len(),
        place.shapes.len()
    );
    assert!(issues.is_empty(), "{issues:#?}");
    assert!(least.as_millis() < 1000);
    assert_eq!(place.storeys.len(), 33);
    // Hall, 2F, typical, top, two flights each of two heights, and the car; 2F differs by the longer flights below.
    assert!(place.shapes.len() <= 10, "{}", place.shapes.len());
    assert_eq!(place.homes.len(), 32 * 4);
    assert!((place.storeys[32].z - (4.5 + 31.0 * 2.9)).abs() < 1e-9);
}

#[test]
fn homes_doors_leaks_lifts_and_shafts_of_a_tower_are_joined_as_they_should_be() {
    let place = built(&tower(4));
    let home = &place.homes[place.spaces[place.space_by_path["3F/02/bedroom"].index()]
        .home
        .unwrap()
        .index()];
    assert_eq!(
        (home.path.as_str(), home.prefab.as_deref(), home.spaces.len()),
        ("3F/02", Some("flat"), 2)
    );
    let path = |o: &OpeningId| place.openings[o.index()].path.clone();
    assert_eq!(home.doors.iter().map(path).collect::<Vec<_>>(), ["3F/02/door"]);
    assert_eq!(home.windows.iter().map(path).collect::<Vec<_>>(), ["3F/02/window"]);
    let leakage = |o: &str| place.openings[place.opening_by_path[o].index()].leakage;
    assert_eq!(
        (leakage("3F/02/door"), leakage("3F/02/inner"), leakage("3F/a_door")),
        (0.008, 0.02, 0.01)
    );
    // The mirrored flat has its hinge on the other hand.
    let hinge = |o: &str| place.openings[place.opening_by_path[o].index()].hinge;
    assert_ne!(hinge("3F/01/door"), hinge("3F/02/door"));
    // Envelope of the corner flat's bedroom: 3.5 m to the south only; the storeys' clear height is 2.8 m.
    let bedroom = place.space_by_path["3F/01/bedroom"];
    let leaks: Vec<&Leak> = place
        .leaks
        .iter()
        .filter(|l| l.from == bedroom && l.to.is_none())
        .collect();
    assert_eq!(leaks.len(), 1);
    assert!((leaks[0].area - 0.0002 * 3.5 * 2.8).abs() < 1e-12 && leaks[0].facing.y < -0.999);
    let living = place.space_by_path["3F/01/living"];
    let pair = |a, b| {
        place
            .leaks
            .iter()
            .filter(move |l| (l.from == a && l.to == Some(b)) || (l.from == b && l.to == Some(a)))
    };
    assert_eq!(pair(living, bedroom).count(), 1);
    assert!((pair(living, bedroom).map(|l| l.area).sum::<f64>() - 0.0001 * 5.0 * 2.8).abs() < 1e-12);
    // The lift: one door a storey, also where the lobby has another name; two portals each.
    let lift = &place.lifts[0];
    assert_eq!((lift.doors.len(), lift.stands), (4, 0));
    assert_eq!(place.portals.iter().filter(|x| x.lift.is_some()).count(), 8);
    assert_eq!(place.plates[lift.car.index()].kind, PlateKind::Car(LiftId(0)));
    for x in place.portals.iter().filter(|x| x.lift.is_some() && x.to == lift.car) {
        let aim = (x.segment.a + x.segment.b) * 0.5 + x.direction * 0.5;
        assert!(contains(&place.spaces[lift.wells[0].index()].outline, aim));
    }
    let mut ways = Ways::default();
    let into = place.plates[2]
        .portals
        .iter()
        .find(|x| place.portals[x.index()].lift.is_some())
        .unwrap();
    assert!(
        ways.field(&place, PlateId(2), Goal::Portal(*into), &[])
            .distance(p(2.0, 2.0))
            .is_some()
    );
    let out = place.plates[lift.car.index()].portals[2];
    assert!(
        ways.field(&place, lift.car, Goal::Portal(out), &[])
            .distance(p(14.0, 10.5))
            .unwrap()
            < 1.7
    );
    let duct = place.space_by_path["3F/duct"];
    assert_eq!(
        place
            .leaks
            .iter()
            .filter(|l| l.from == duct && l.to.is_some() && l.area == 0.3)
            .count(),
        1
    );
    assert!(
        place.opening_by_path.contains_key("4F/duct/roof") && place.opening_by_path.contains_key("4F/stair_a/roof")
    );
    assert_eq!(place.equipment.iter().filter(|e| e.path.starts_with("3F/")).count(), 2);
    assert_eq!(place.plate_of(duct), None);
}

#[test]
fn equal_storeys_share_their_fields() {
    let place = built(&tower(9));
    let mut ways = Ways::default();
    let goal = Goal::Point(p(1.2, 6.0));
    let a = ways.field(&place, PlateId(4), goal, &[]);
    let b = ways.field(&place, PlateId(5), goal, &[]);
    assert!(std::sync::Arc::ptr_eq(&a, &b));
    let door = place.plates[4]
        .gates
        .iter()
        .position(|g| place.openings[g.index()].path == "5F/01/door")
        .unwrap();
    let c = ways.field(&place, PlateId(4), goal, &[door as u16]);
    assert!(!std::sync::Arc::ptr_eq(&a, &c));
    assert!(a.distance(p(1.0, 1.0)).is_some() && c.distance(p(1.0, 1.0)).is_none());
    assert_eq!(ways.len(), 2);
}

#[test]
fn everybody_in_a_tower_finds_the_street_and_obstacles_are_walked_round() {
    let place = built(&tower(3));
    let mut ways = Ways::default();
    let down = |from: PlateId| {
        let lower = |x: &PortalId| {
            let to = &place.plates[place.portals[x.index()].to.index()];
            place.portals[x.index()].lift.is_none()
                && to.z < place.plates[from.index()].z + 0.01
                && to.storey < place.plates[from.index()].storey
        };
        *place.plates[from.index()].portals.iter().find(|x| lower(x)).unwrap()
    };
    for path in ["3F/01/bedroom", "3F/04/living", "2F/03/bedroom"] {
        let space = place.space_by_path[path];
        let mut plate = place.plate_of(space).unwrap();
        let start = (plate, place.a_point_in(space));
        let mut route = Vec::new();
        while plate != PlateId(0) {
            let onto = down(plate);
            route.push((plate, Goal::Portal(onto)));
            let flights = place.portals[onto.index()].to;
            let floor = PlateId(place.plates[flights.index()].storey.0);
            let off = place.plates[flights.index()]
                .portals
                .iter()
                .find(|x| place.portals[x.index()].to == floor);
            route.push((flights, Goal::Portal(*off.unwrap())));
            plate = floor;
        }
        let exit = place.shape(PlateId(0)).gates.iter().position(|g| g.street).unwrap();
        route.push((PlateId(0), Goal::Gate(exit as u16)));
        let z = walk_out(&place, start.0, start.1, &route);
        assert!(z[z.len() - 1].abs() < 1e-9);
    }
    // The sofa blocks 0.2 to 1.0 by 1.0 to 3.0 of the living room.
    let f = ways.field(&place, PlateId(1), Goal::Point(p(0.6, 3.6)), &[]);
    assert!(f.distance(p(0.6, 0.5)).unwrap() > 3.2);
    assert!(!place.shape(PlateId(1)).grid.walkable[place.shape(PlateId(1)).grid.cell_of(p(0.6, 2.0)).unwrap()]);
}

#[test]
fn a_field_on_a_plate_of_40_by_25_metres_takes_under_5_ms() {
    let place = place(&one_storey(
        "spaces: [(name: \"hall\", outline: [(0,0),(40,0),(40,25),(0,25)])], openings: [Door(between: (\"hall\", \"street\"), at: (40, 12), width: 2)],
         walls: [[(10,0),(10,20)], [(20,5),(20,25)], [(30,0),(30,20)]]",
        "",
    ));
    let least = (0..5)
        .map(|_| {
            #[expect(clippy::disallowed_methods, reason = "the test measures how long it takes")]
            let start = Instant::now();
            let f = Ways::default().field(&place, PlateId(0), Goal::Gate(0), &[]);
            assert!(f.distance(p(1.0, 1.0)).unwrap() > 60.0);
            start.elapsed()
        })
        .min()
        .unwrap();
    println!("field: {least:?}");
    assert!(least.as_micros() < 5_000, "{least:?}");
}

#[test]
fn in_an_open_hall_distances_are_straight_in_every_direction() {
    let place = place(&one_storey(
        "spaces: [(name: \"h\", outline: [(0,0),(20,0),(20,20),(0,20)])]",
        "",
    ));
    let goal = p(10.03, 9.97);
    let f = Ways::default().field(&place, PlateId(0), Goal::Point(goal), &[]);
    for k in 0..32 {
        let a = std::f64::consts::TAU * f64::from(k) / 32.0;
        for r in [0.7, 3.0, 9.0] {
            let q = goal + p(libm::cos(a), libm::sin(a)) * r;
            let d = f.distance(q).unwrap();
            assert!((d - r).abs() < 0.02 * r + 0.03, "{d} against {r} at {k}");
            assert!(f.direction(q).unwrap().dot((goal - q).normalised()) > 0.995, "{k} {r}");
        }
    }
}

#[test]
fn mirrored_and_turned_prefabs_land_where_they_should() {
    let mut l = loaded(&one_storey(
        "place: [(prefab: \"outer\", name: \"o\", at: (20, 10), turn: 90, mirror: true)]",
        "things: [(name: \"pan\", burns: (size: (0.2, 0.4, 0.1)), in: \"1F/o/i/r\", at: (0.5, 1.0))]",
    ));
    l.prefabs.insert(
        "outer".into(),
        parse("(place: [(prefab: \"inner\", name: \"i\", at: (3, 1), turn: 90)])"),
    );
    l.prefabs.insert(
        "inner".into(),
        parse("(spaces: [(name: \"r\", outline: [(0,0),(2,0),(2,5),(0,5)])], openings: [Window(name: \"w\", between: (\"r\", \"outside\"), at: (0, 4), width: 1)])"),
    );
    let place = built(&l);
    let s = &place.spaces[0];
    // (x, y) of the inner one is (3 - y, 1 + x) of the outer one; mirrored (y - 3, 1 + x); turned (-1 - x, y - 3); moved.
    let to = |x: f64, y: f64| p(20.0 - 1.0 - x, 10.0 + y - 3.0);
    for (x, y) in [(0.0, 0.0), (2.0, 5.0), (0.5, 1.0)] {
        assert!(s.frame.apply(p(x, y)).distance(to(x, y)) < 1e-9);
    }
    let (lo, hi) = polygon::bounds(&s.outline);
    assert!(lo.distance(p(17.0, 7.0)) < 1e-9 && hi.distance(p(19.0, 12.0)) < 1e-9);
    assert!(place.things[0].at.distance(to(0.5, 1.0)) < 1e-9);
    let w = &place.openings[place.opening_by_path["1F/o/i/w"].index()];
    assert!(w.centre.distance(p(19.0, 11.0)) < 1e-9);
    // The window's wall looks east.
    assert!((w.along.left() * -1.0).distance(p(1.0, 0.0)) < 1e-9);
}

#[test]
fn changes_of_storeys_and_instances_are_made_and_unknown_names_told() {
    let mut l = tower(4);
    let storeys: Vec<crate::scenario::Storeys> = parse(
        "[(name: \"1F\", height: 4.5, plan: \"hall\"),
          (name: \"2F\", height: 2.9, plan: \"typical\", changes: [Replace(\"02\", \"studio\"), Remove(\"04\"), Remove(\"01/sofa\"),
            Set(\"a_door\", (wedged: true)), Set(\"03/door\", (open: 0.5, lock: Latch)),
            AddOpening(Window(name: \"new\", between: (\"corridor\", \"outside\"), at: (30, 6), width: 1)),
            AddThing(name: \"bike\", burns: (blocks: true), at: (20, 6)), AddEquipment(kind: Sounder, at: (5, 5))]),
          (name: \"3F..4F\", height: 2.9, plan: \"typical\")]",
    );
    l.scenario.place.storeys = storeys;
    l.scenario.trainees[0].r#in = "4F/01/bedroom".into();
    l.prefabs.insert(
        "studio".into(),
        parse("(spaces: [(name: \"all\", use: Flat, outline: [(0,0),(5,0),(5,5),(0,5)])], openings: [Door(name: \"door\", between: (\"all\", \"corridor\"), at: (1, 5))])"),
    );
    let place = built(&l);
    assert!(place.space_by_path.contains_key("2F/02/all") && !place.space_by_path.contains_key("2F/02/living"));
    assert!(place.space_by_path.contains_key("3F/02/living") && !place.space_by_path.contains_key("2F/04/living"));
    assert!(place.things.iter().all(|t| t.path != "2F/01/sofa") && place.things.iter().any(|t| t.path == "3F/01/sofa"));
    let o = |path: &str| &place.openings[place.opening_by_path[path].index()];
    assert_eq!((o("2F/a_door").initial.open, o("3F/a_door").initial.open), (1.0, 0.0));
    assert_eq!(
        (o("2F/03/door").initial.open, o("2F/03/door").initial.lock),
        (0.5, crate::scenario::Lock::Latch)
    );
    assert_eq!(o("2F/new").to, Beyond::Outside);
    assert!(place.things.iter().any(|t| t.path == "2F/bike"));
    assert_eq!(place.homes.iter().filter(|h| h.path.starts_with("2F/")).count(), 3);

    l.scenario.place.storeys[1].changes = vec![crate::scenario::Change::Remove("nothing".into())];
    assert_eq!(ids(&compile(&l).1), ["change.unknown_name"]);
}

#[test]
fn things_catch_fire_and_know_their_walls() {
    let text = one_storey(
        &format!(
            "{ROOM}, things: [(name: \"corner\", item: \"bin\", at: (0.2, 0.2)), (name: \"wall\", item: \"bin\", at: (2.5, 3.9)), (name: \"middle\", item: \"bin\", in: \"room\")]"
        ),
        "things: [(name: \"heater\", item: \"bin\", in: \"1F/room\", at: (4, 2), height: 0.5)], ignitions: [(thing: \"heater\", at_s: 30), (thing: \"1F/wall\", at_s: 5)]",
    );
    let mut l = loaded(&text);
    l.items.insert("bin".into(), parse("(size: (0.3, 0.3, 0.5))"));
    let place = built(&l);
    let near: Vec<u8> = place.things.iter().map(|t| t.walls_near).collect();
    assert_eq!(near, [2, 1, 0, 0]);
    assert_eq!(place.things[2].at, p(2.5, 2.0));
    assert_eq!(
        (place.things[3].ignites_s, place.things[3].z, place.things[1].ignites_s),
        (Some(30.0), 0.5, Some(5.0))
    );
    assert!(std::sync::Arc::ptr_eq(&place.things[0].burns, &place.things[3].burns));
    l.scenario.ignitions[0].thing = "heatre".into();
    let (_, issues) = compile(&l);
    assert_eq!(ids(&issues), ["ignition.unknown_thing"]);
    assert!(issues[0].hint.en.contains("heater"), "{:?}", issues[0].hint);
}

#[test]
fn basements_lie_below_the_ground_and_raised_floors_above_their_storey() {
    let place = place(
        "(place: (storeys: [(name: \"B2..B1\", height: 3.5, plan: \"p\"), (name: \"1F..2F\", height: 3.0, plan: \"p\")],
           plans: {\"p\": (spaces: [(name: \"a\", outline: [(0,0),(4,0),(4,4),(0,4)]), (name: \"stage\", floor: 0.5, outline: [(4,0),(8,0),(8,4),(4,4)])],
             openings: [Hole(name: \"h\", between: (\"a\", \"outside\"), at: (2,2), area: 0.5)])}))",
    );
    assert_eq!(
        place.storeys.iter().map(|s| s.z).collect::<Vec<_>>(),
        [-7.0, -3.5, 0.0, 3.0]
    );
    assert_eq!(
        (place.z_at(PlateId(2), p(1.0, 1.0)), place.z_at(PlateId(2), p(6.0, 1.0))),
        (0.0, 0.5)
    );
    let hole = &place.openings[place.opening_by_path["2F/h"].index()];
    assert_eq!((hole.bottom, hole.top, hole.to), (6.0, 6.0, Beyond::Outside));
}

/// What one mistake in a plan gives.
fn mistakes(plan: &str, rest: &str) -> Vec<String> {
    let (place, issues) = compile(&loaded(&one_storey(plan, rest)));
    assert_eq!(place.is_none(), issues.iter().any(|i| i.severity == Severity::Error));
    for i in &issues {
        assert!(!i.message.zh.is_empty() && !i.message.en.is_empty() && !i.hint.zh.is_empty() && !i.hint.en.is_empty());
    }
    issues.into_iter().map(|i| i.id).collect()
}

#[test]
fn each_mistake_in_a_plan_is_told_by_its_own_name() {
    let two = |second: &str| {
        format!("spaces: [(name: \"a\", outline: [(0,0),(4,0),(4,4),(0,4)]), (name: \"b\", outline: {second})]")
    };
    let b = two("[(4,0),(8,0),(8,4),(4,4)]");
    let with = |opening: &str| mistakes(&format!("{b}, openings: [{opening}]"), "");
    for (found, id) in [
        (mistakes(&two("[(3,0),(8,0),(8,4),(3,4)]"), ""), "space.overlap"),
        (mistakes(&two("[(4,0),(8,0)]"), ""), "space.too_few_corners"),
        (mistakes(&two("[(4,0),(8,4),(8,0),(4,4)]"), ""), "space.crosses_itself"),
        (mistakes(&two("[(4,0),(8,inf),(8,4),(4,4)]"), ""), "space.coordinates"),
        (
            mistakes(
                "spaces: [(name: \"a\", outline: [(0,0),(4,0),(4,4)]), (name: \"a\", outline: [(5,0),(9,0),(9,4)])]",
                "",
            ),
            "name.twice",
        ),
        (
            mistakes("spaces: [(name: \"street\", outline: [(0,0),(4,0),(4,4)])]", ""),
            "space.reserved_name",
        ),
        (
            mistakes("spaces: [(name: \"a\", height: -1, outline: [(0,0),(4,0),(4,4)])]", ""),
            "space.height",
        ),
        (with("Door(between: (\"a\", \"b\"), at: (2, 2))"), "opening.not_on_wall"),
        (with("Door(between: (\"a\", \"b\"), at: (2, 0))"), "opening.not_on_wall"),
        (
            with("Door(between: (\"a\", \"b\"), at: (4, 2), width: 5)"),
            "opening.wider_than_wall",
        ),
        (
            with("Door(between: (\"a\", \"b\"), at: (4, 3.9), width: 0.9)"),
            "opening.past_corner",
        ),
        (
            with("Door(between: (\"a\", \"c\"), at: (4, 2))"),
            "opening.unknown_space",
        ),
        (
            with("Door(between: (\"a\", \"a\"), at: (4, 2))"),
            "opening.same_space_twice",
        ),
        (
            with("Door(between: (\"street\", \"a\"), at: (4, 2))"),
            "opening.first_is_open_air",
        ),
        (
            with("Door(between: (\"a\", \"b\"), at: (4, 2), height: 3.5)"),
            "door.higher_than_ceiling",
        ),
        (
            with("Door(between: (\"a\", \"b\"), at: (4, 2), width: -1)"),
            "opening.sizes",
        ),
        (
            with("Window(between: (\"a\", \"outside\"), at: (2, 0), sill: 2)"),
            "window.higher_than_ceiling",
        ),
        (
            with("Window(between: (\"a\", \"outside\"), at: (4, 2))"),
            "opening.faces_a_space",
        ),
        (
            with("Door(between: (\"a\", \"b\"), at: (4, 2)), Gap(between: (\"a\", \"b\"), at: (4, 2.5))"),
            "opening.overlap",
        ),
        (
            with("Hole(between: (\"a\", \"b\"), at: (2, 2), area: 1)"),
            "hole.no_storey_above",
        ),
        (with("Fan(between: (\"street\", \"outside\"), flow: 1)"), "fan.no_space"),
        (
            mistakes(&format!("{b}, place: [(prefab: \"x\")]"), ""),
            "instance.unknown_prefab",
        ),
        (
            mistakes(&format!("{b}, things: [(item: \"x\", at: (1,1))]"), ""),
            "thing.unknown_item",
        ),
        (
            mistakes(&format!("{b}, things: [(burns: (area: 1), at: (9,9))]"), ""),
            "at.outside_every_space",
        ),
        (
            mistakes(&format!("{b}, things: [(burns: (area: 1), in: \"z\")]"), ""),
            "in.unknown_space",
        ),
        (
            mistakes(&format!("{b}, equipment: [(kind: CallPoint, at: (9,9))]"), ""),
            "at.outside_every_space",
        ),
        (
            mistakes(
                &format!("{b}, equipment: [(kind: ExitSign(\"stair_z\"), at: (1,1))]"),
                "",
            ),
            "sign.unknown_goal",
        ),
        (
            mistakes(&b, "probes: [Thermocouples(name: \"t\", in: \"1F/a\", at: (6, 1))]"),
            "at.outside_space",
        ),
        (
            mistakes(&b, "probes: [Velocity(name: \"t\", opening: \"1F/none\")]"),
            "opening.unknown_name",
        ),
        (
            mistakes(&b, "timeline: [(at_s: 1, does: Open(\"1F/none\", 1))]"),
            "opening.unknown_name",
        ),
    ] {
        assert_eq!(found, [id]);
    }
}

#[test]
fn people_outside_their_space_in_walls_or_obstacles_are_told() {
    let with = |rest: &str| {
        mistakes(
            &format!("{HALL}, things: [(burns: (size: (1, 1, 1), blocks: true), at: (3, 2))]"),
            rest,
        )
    };
    assert_eq!(
        with("people: [Person(name: \"a\", in: \"1F/room\", at: (6, 1))]"),
        ["at.outside_space"]
    );
    assert_eq!(
        with("people: [Person(name: \"a\", in: \"1F/room\", at: (3, 2))]"),
        ["at.in_obstacle"]
    );
    assert_eq!(
        with("people: [Person(name: \"a\", in: \"1F/romo\")]"),
        ["in.unknown_space"]
    );
    assert_eq!(with("trainees: [(id: \"a\", in: \"room\")]"), ["in.unknown_space"]);
    assert_eq!(
        with("people: [Person(name: \"a\", in: \"1F/room\", goes_to: \"1F/exti\")]"),
        ["opening.unknown_name"]
    );
    assert_eq!(
        with("people: [Group(name: \"a\", in: \"1F/room\", area: [(6,0),(7,0),(7,1)])]"),
        ["area.outside_space"]
    );
    assert_eq!(
        with("people: [Households(in_every: \"flat_\")]"),
        ["households.nowhere"]
    );
    assert_eq!(
        with("people: [Person(name: \"a\", in: \"1F/room\", goes_to: \"exit\")]"),
        [""; 0]
    );
}

#[test]
fn mistakes_in_stairs_and_storeys_are_told() {
    let issues = |from: &str, to: &str| {
        let text = STAIR.replace("KIND", "").replace(from, to);
        let mut all: Vec<String> = compile(&loaded(&text)).1.into_iter().map(|i| i.id).collect();
        all.dedup();
        all
    };
    assert_eq!(issues("riser: 0.1667", "riser: 1.1"), ["stair.does_not_meet_storeys"]);
    assert_eq!(
        issues("serves: \"1F..2F\"", "serves: \"1F..3F\""),
        ["serves.unknown_storey"]
    );
    assert_eq!(issues("serves: \"1F..2F\"", "serves: \"1F\""), ["stair.one_storey"]);
    assert_eq!(
        issues("at: (0, 3), width", "at: (0, 2), width"),
        ["stair.collides", "opening.not_on_wall"]
    );
    assert_eq!(
        issues("at: (0, 3), width", "turn: 45, at: (0, 3), width"),
        ["stair.sizes"]
    );
    // Turned, its flights lie along the hall: the door would open onto them.
    assert_eq!(
        issues("at: (0, 3), width", "turn: 270, at: (0, 5.4), width"),
        ["opening.not_on_landing"]
    );
    assert_eq!(issues("height: 3.0", "height: 0.0"), ["storey.height"]);
    assert_eq!(issues("height: 3.0", "height: 3.0, slab: 3.0"), ["storey.slab"]);
    assert_eq!(issues("plan: \"p\"", "plan: \"q\""), ["storey.unknown_plan"]);
    assert_eq!(issues("name: \"1F..2F\"", "name: \"1F..999999F\""), ["storey.bad_run"]);
    assert_eq!(ids(&compile(&Loaded::default()).1), ["place.no_storeys"]);
    let tall = "(place: (storeys: [(name: \"1F..2F\", height: 3.0, plan: \"p\")], plans: {\"p\": (spaces: [(name: \"a\", height: 4, outline: [(0,0),(4,0),(4,4),(0,4)])])}))";
    assert_eq!(ids(&compile(&loaded(tall)).1), ["space.higher_than_storey"]);
}

#[test]
fn a_prefab_that_holds_itself_is_refused_in_time() {
    let mut l = loaded(&one_storey("place: [(prefab: \"x\")]", ""));
    l.prefabs.insert("x".into(), parse("(place: [(prefab: \"x\", name: \"a\"), (prefab: \"x\", name: \"b\"), (prefab: \"x\", name: \"c\"), (prefab: \"x\", name: \"d\")])"));
    #[expect(clippy::disallowed_methods, reason = "the test measures how long it takes")]
    let start = Instant::now();
    assert_eq!(ids(&compile(&l).1), ["instance.too_many"]);
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn mistakes_carry_the_line_they_stand_on() {
    let text = "(place: (storeys: [(name: \"1F\", height: 3.0, plan: \"p\")], plans: {\"p\": (
spaces: [(name: \"room\", outline: [(0,0),(5,0),(5,4),(0,4)])],
openings: [
  Door(between: (\"room\", \"street\"),
    at: (2.5, 2.0))],
)}),
people: [Person(name: \"a\",
   in: \"1F/root\")])";
    let mut l = loaded(text);
    let span = |needle: &str| {
        let start = text.find(needle).unwrap() as u32;
        Span {
            file: 0,
            start,
            end: start + needle.len() as u32,
        }
    };
    let src = |field: &str, needle: &str| Src {
        whole: span(needle),
        fields: vec![(field.into(), span(needle))],
    };
    let plan = l.scenario.place.plans.get_mut("p").unwrap();
    let Written::Door(d) = &mut plan.openings[0] else {
        panic!()
    };
    d.src = src("at", "(2.5, 2.0)");
    let (_, issues) = compile(&l);
    assert_eq!(
        (ids(&issues), issues[0].line, issues[0].column),
        (vec!["opening.not_on_wall"], 5, 9)
    );
    assert_eq!(issues[0].file, "test.ron");
    let plan = l.scenario.place.plans.get_mut("p").unwrap();
    let Written::Door(d) = &mut plan.openings[0] else {
        panic!()
    };
    d.at = p(2.5, 0.0);
    let People::Person(who) = &mut l.scenario.people[0] else {
        panic!()
    };
    who.src = src("in", "\"1F/root\"");
    let issues = compile(&l).1;
    assert_eq!(
        (ids(&issues), issues[0].line, issues[0].column),
        (vec!["in.unknown_space"], 8, 8)
    );
    assert!(issues[0].hint.zh.contains("1F/room"));
}

#[test]
fn constructions_are_found_by_name_and_transparent_ones_are_none() {
    let mut l = loaded(&one_storey(
        "spaces: [(name: \"a\", lining: (walls: \"brick\", floor: \"ideal\"), outline: [(0,0),(4,0),(4,4),(0,4)])]",
        "constructions: {\"ideal\": (transparent: true)}",
    ));
    l.constructions = BTreeMap::from([(
        "brick".to_owned(),
        parse("(layers: [(k: 0.7, rho: 1600, c: 840, thickness: 0.1)])"),
    )]);
    let place = built(&l);
    let s = &place.spaces[0];
    assert_eq!(s.walls.map(|i| place.constructions[i].name.as_str()), Some("brick"));
    assert_eq!((s.ceiling, s.floor), (Some(0), None));
    l.scenario.place.plans.get_mut("p").unwrap().spaces[0]
        .lining
        .as_mut()
        .unwrap()
        .walls = Some("brik".into());
    assert_eq!(ids(&compile(&l).1), ["construction.unknown"]);
}

#[test]
fn frames_within_frames_agree_with_applying_one_after_the_other() {
    for (t1, m1) in (0..4).flat_map(|t| [(t, false), (t, true)]) {
        for (t2, m2) in (0..4).flat_map(|t| [(t, false), (t, true)]) {
            let outer = Frame {
                at: p(3.0, -2.0),
                turns: t1,
                mirror: m1,
            };
            let inner = Frame {
                at: p(-1.0, 5.0),
                turns: t2,
                mirror: m2,
            };
            let q = p(0.7, 1.9);
            assert!(outer.after(&inner).apply(q).distance(outer.apply(inner.apply(q))) < 1e-12);
        }
    }
}

#[test]
fn no_nonsense_makes_it_panic_or_hang() {
    let mut seed = 7u64;
    let mut pick = |n: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % n
    };
    let odd = [0.0, 1.0, 2.5, 4.0, -3.0, 8.0, 0.1, 1e-9, 1e9, f64::NAN, f64::INFINITY];
    let names = ["a", "b", "stair", "lift_1", "street", "outside", "", "1F/a", "x/y"];
    let runs = ["1F", "1F..3F", "B1..2F", "3F..1F", "", "9F"];
    #[expect(clippy::disallowed_methods, reason = "the test measures how long it takes")]
    let start = Instant::now();
    let mut whole = 0;
    for round in 0..600 {
        let mut l = tower(3);
        let tame = if round % 2 == 0 { 7 } else { odd.len() };
        let place = &mut l.scenario.place;
        for _ in 0..1 + pick(4) {
            let mut value = || odd[pick(tame)];
            let (v, w) = (value(), value());
            let point = p(v, w);
            let (storey, plan) = (pick(2), ["typical", "hall"][pick(2)]);
            let plan = place.plans.get_mut(plan).unwrap();
            let last = plan.spaces.len() - 1;
            match pick(14) {
                0 => plan.spaces[last].outline[pick(3)] = point,
                1 => plan.spaces[0].holes.push(vec![point, p(w, v), p(v + 1.0, w)]),
                2 => plan.spaces.truncate(last.max(1)),
                3 => place.storeys[storey].height = v,
                4 => place.storeys[storey].slab = v,
                5 => place.storeys[storey].name = runs[pick(6)].into(),
                6 => place.stairs[storey].serves = runs[pick(6)].into(),
                7 => (place.stairs[storey].riser, place.stairs[storey].well) = (v, w),
                8 => (place.stairs[storey].at, place.stairs[storey].turn) = (point, 90 * pick(5) as u16),
                9 => (place.lifts[0].door, place.lifts[0].size) = (point, (v, w)),
                10 => place.shafts[0].outline = vec![point, p(w, v), p(v, v)],
                11 => plan.openings.push(Written::Gap(crate::scenario::Gap {
                    between: (names[pick(9)].into(), names[pick(9)].into()),
                    at: point,
                    width: odd[pick(tame)],
                    ..Default::default()
                })),
                12 => plan.walls.push(vec![point, p(w, v), point]),
                _ => l.scenario.trainees[0].at = Some(point),
            }
        }
        let (place, issues) = compile(&l);
        whole += usize::from(place.is_some());
        assert_eq!(place.is_none(), issues.iter().any(|i| i.severity == Severity::Error));
        if let Some(place) = place {
            for plate in 0..place.plates.len() {
                let f = Ways::default().field(&place, PlateId(plate as u32), Goal::Point(p(1.0, 1.0)), &[]);
                f.direction(p(odd[pick(11)], odd[pick(11)]));
            }
        }
    }
    assert!(whole > 20, "{whole}");
    assert!(start.elapsed().as_secs() < 60);
}

#[test]
fn whoever_walks_through_a_wide_passage_stops_inside_not_in_it() {
    let plan = "spaces: [
        (name: \"corridor\", use: Corridor, outline: [(0,4),(12,4),(12,6),(0,6)]),
        (name: \"lobby\", use: LiftLobby, outline: [(4,6),(8,6),(8,9),(4,9)])],
      openings: [
        Gap(name: \"to_lobby\", between: (\"corridor\", \"lobby\"), at: (6, 6), width: 2),
        Door(name: \"exit\", between: (\"corridor\", \"street\"), at: (12, 5), width: 1.2)]";
    let place = place(&one_storey(plan, ""));
    for x in [1.0, 5.2, 6.0, 6.8, 11.0] {
        let at = place.a_point_clear_of_doors(SpaceId(1), 1.2, p(x, 5.9));
        assert_eq!(place.space_at(PlateId(0), at), Some(SpaceId(1)));
        assert!(distance_to_segment(at, p(5.0, 6.0), p(7.0, 6.0)) >= 1.2, "{at:?}");
    }
}
