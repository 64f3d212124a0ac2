//! What trainees do with a venue's switches, loudspeakers and buckets, and to people who cannot walk, reaches the world.

use super::{Simulation, TICK_S};
use crate::crowd::PersonState;
use crate::drill::{
    Action, CallItem, Command, Did, HEAD_M, Hazard, HazardStep, Noted, Percept, Smoke, Supply, Technique,
};
use crate::place::{self, EquipmentId, OpeningId, SpaceId, StoreyId};
use crate::scenario::{self, Library};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A drill of this scenario.
fn begun(text: &str) -> Simulation {
    let loaded = scenario::load("scene.ron", text.as_bytes(), &Library::embedded(), &BTreeMap::new(), 1);
    let loaded = Arc::new(loaded.unwrap_or_else(|issues| panic!("{issues:#?}")));
    let (place, issues) = place::compile(&loaded);
    Simulation::new(Arc::new(place.unwrap_or_else(|| panic!("{issues:#?}"))), loaded, 1)
}

/// A venue on two storeys, each with a hall, an office and a door to a street; music plays upstairs and downstairs. In
/// each hall a guest, and downstairs one asleep. The trainee is in the office downstairs.
fn venue(more: &str) -> Simulation {
    let plan = |office: &str| {
        format!(
            "(spaces: [(name: \"hall\", use: Hall, outline: [(0, 0), (12, 0), (12, 8), (0, 8)]),
                (name: \"office\", use: Office, outline: [(12, 0), (16, 0), (16, 8), (12, 8)])],
              openings: [
                Door(name: \"office_door\", between: (\"hall\", \"office\"), at: (12, 4), width: 1.0, open: 1.0, wedged: true),
                Door(name: \"out\", between: (\"hall\", \"street\"), at: (0, 4), width: 1.4, open: 1.0, wedged: true),
              ],
              equipment: [
                (name: \"bell\", kind: Sounder, at: (6, 7.8), height: 2.4),
                (name: \"speaker\", kind: Loudspeaker, at: (3, 7.8), height: 2.4), {office}
              ])"
        )
    };
    let text = format!(
        "Scenario(format: 1, title: (zh: \"场所\", en: \"venue\"), kind: Verification,
        place: (storeys: [(name: \"1F\", height: 3.0, plan: \"down\"), (name: \"2F\", height: 3.0, plan: \"up\")],
            plans: {{\"down\": {}, \"up\": {}}}),
        people: [
            Person(name: \"down\", in: \"1F/hall\", at: (4, 3)),
            Person(name: \"up\", in: \"2F/hall\", at: (4, 3)),
            Person(name: \"sleeper\", in: \"1F/hall\", at: (6, 6), state: Asleep),
            Person(name: \"bedridden\", in: \"1F/office\", at: (13, 6.5), mobility: Bedridden, stays: true),
        ],
        trainees: [(id: \"you\", role: VenueStaff, in: \"1F/office\", at: (14, 3), speed_m_s: 1.4)],
        briefing: (zh: \"场所\", en: \"venue\"), {more} ends: (after_s: 200))",
        plan(
            "(name: \"music\", kind: MusicSwitch, at: (14, 0.3)), (name: \"lights\", kind: LightSwitch, at: (14.5, 0.3)),
             (name: \"microphone\", kind: Microphone, at: (15, 0.3)), (name: \"sand\", kind: SandBucket(12), at: (13, 0.3)),"
        ),
        plan("(name: \"music\", kind: MusicSwitch, at: (14, 0.3)),")
    );
    begun(&text)
}

fn piece(simulation: &Simulation, path: &str) -> EquipmentId {
    let found = simulation.place().equipment.iter().position(|e| e.path == path);
    EquipmentId(found.expect("it is in the venue") as u32)
}

/// Gives an order and lets so many seconds pass.
fn act(simulation: &mut Simulation, action: Action, seconds: f64) {
    let command = Command {
        tick: simulation.tick(),
        trainee: 0,
        sequence: 0,
        action,
    };
    simulation.step(&[command]);
    pass(simulation, seconds);
}

fn pass(simulation: &mut Simulation, seconds: f64) {
    for _ in 0..(seconds / TICK_S) as usize {
        simulation.step(&[]);
    }
}

/// When somebody means to set out, s.
fn sets_out(simulation: &Simulation, name: &str) -> Option<f64> {
    let crowd = simulation.view().crowd;
    crowd.facts(crowd.by_name(name).expect("there")).start_s
}

fn music(simulation: &Simulation, on: bool) -> Action {
    Action::Switch {
        equipment: piece(simulation, "1F/music"),
        on,
    }
}

fn announce(simulation: &Simulation, storeys: &[u32], clear: bool) -> Action {
    Action::Announce {
        microphone: piece(simulation, "1F/microphone"),
        storeys: storeys.iter().map(|s| StoreyId(*s)).collect(),
        where_it_burns: clear,
        which_way: clear,
    }
}

const ALARM: &str = "timeline: [(at_s: 1, does: Alarm)],";

#[test]
fn music_drowns_the_alarm_until_it_is_switched_off() {
    let mut loud = venue(ALARM);
    pass(&mut loud, 30.0);
    assert_eq!(sets_out(&loud, "down"), None);
    let off = music(&loud, false);
    act(&mut loud, off, 10.0);
    assert!(sets_out(&loud, "down").is_some());
    assert_eq!(sets_out(&loud, "up"), None, "it still plays upstairs");
    // A cut of the mains silences it as well.
    let mut dark = venue("timeline: [(at_s: 1, does: Alarm), (at_s: 5, does: PowerCut)],");
    pass(&mut dark, 10.0);
    assert!(sets_out(&dark, "up").is_some());
}

#[test]
fn the_panel_switches_the_music_of_the_whole_building() {
    let mut simulation = venue(ALARM);
    let all_off = Action::SwitchByPanel {
        what: Supply::Music,
        on: false,
    };
    act(&mut simulation, all_off, 10.0);
    assert!(sets_out(&simulation, "down").is_some() && sets_out(&simulation, "up").is_some());
}

#[test]
fn house_lights_going_up_are_noticed_by_those_awake_in_the_room_and_by_nobody_else() {
    let mut simulation = venue("");
    let up = Action::Switch {
        equipment: piece(&simulation, "1F/lights"),
        on: true,
    };
    act(&mut simulation, up, 10.0);
    assert!(sets_out(&simulation, "down").is_some());
    assert_eq!(
        (sets_out(&simulation, "up"), sets_out(&simulation, "sleeper")),
        (None, None)
    );
}

#[test]
fn a_broadcast_reaches_the_storeys_named_and_clear_words_make_people_set_out_sooner() {
    let said = |storeys: &[u32], clear: bool| {
        let mut simulation = venue("timeline: [(at_s: 0, does: PowerCut)],");
        let words = announce(&simulation, storeys, clear);
        act(&mut simulation, words, 12.0);
        ["down", "up"].map(|name| sets_out(&simulation, name))
    };
    let [down, up] = said(&[], true);
    assert!(down.is_some() && up.is_some());
    assert_eq!(said(&[0], true), [down, None]);
    assert_eq!(said(&[1], true), [None, up]);
    let vague = said(&[0], false)[0].expect("heard");
    assert!(down.expect("heard") < vague, "{down:?} {vague}");
}

#[test]
fn clear_words_hasten_those_who_still_wonder_about_an_alarm() {
    let mut alarmed = venue("timeline: [(at_s: 0, does: PowerCut), (at_s: 0.5, does: Alarm)],");
    pass(&mut alarmed, 2.0);
    let wondering = sets_out(&alarmed, "down").expect("heard");
    let words = announce(&alarmed, &[], true);
    act(&mut alarmed, words, 12.0);
    let hastened = sets_out(&alarmed, "down").expect("heard");
    assert!(hastened < wondering - 5.0, "{hastened} {wondering}");
    // Once is enough: saying it again does not make them leave at once.
    let again = announce(&alarmed, &[], true);
    act(&mut alarmed, again, 8.0);
    assert_eq!(sets_out(&alarmed, "down"), Some(hastened));
}

#[test]
fn whoever_cannot_walk_is_moved_on_a_sheet_no_faster_than_a_sheet_slides() {
    let speed = |burdened: bool| {
        let mut simulation = venue("");
        let crowd = simulation.view().crowd;
        let patient = crowd.by_name("bedridden").expect("there");
        if burdened {
            act(&mut simulation, Action::Carry(patient), 65.0);
        }
        let you = simulation.trainee(0).person;
        let hall = simulation
            .place()
            .spaces
            .iter()
            .position(|s| s.path == "1F/hall")
            .expect("there");
        let walk = Action::WalkTo {
            space: SpaceId(hall as u32),
            at: Some(scenario::Point::new(2.0, 5.0)),
            gait: crate::crowd::Gait::Walk,
        };
        act(&mut simulation, walk, 4.0);
        let from = simulation.view().crowd.person(you).at;
        pass(&mut simulation, 4.0);
        let view = simulation.view();
        let moved = view.crowd.person(you).at.distance(from) / 4.0;
        if burdened {
            let beside = view.crowd.person(patient).at.distance(view.crowd.person(you).at);
            assert!(beside < 0.5, "left behind by {beside} m");
        }
        moved
    };
    let (free, with_sheet) = (speed(false), speed(true));
    assert!(free > 1.0, "{free}");
    assert!((0.5..=0.61).contains(&with_sheet), "{with_sheet}");
}

#[test]
fn thrown_sand_smothers_a_small_fire() {
    let burning = |fought: bool| {
        let mut simulation = venue(
            "things: [(name: \"bin\", item: \"waste_bin\", in: \"1F/hall\", at: (9, 2))],
             ignitions: [(thing: \"bin\", at_s: 0)],",
        );
        let thing = place::ThingId(0);
        let bucket = piece(&simulation, "1F/sand");
        act(&mut simulation, Action::Take(bucket), 5.0);
        if fought {
            let how = Technique {
                distance_m: 1.5,
                ..Technique::default()
            };
            act(&mut simulation, Action::Use { thing, how }, 20.0);
            let used = |n: &crate::drill::Note| matches!(&n.what, Noted::Did(Did::Used { .. }));
            assert!(simulation.trainee(0).notebook.notes.iter().any(used));
        } else {
            pass(&mut simulation, 20.0);
        }
        simulation.view().fire.thing(thing).burning
    };
    assert!(burning(false) && !burning(true));
}

/// A corridor 1.2 m wide, closed from wall to wall by old furniture, and somebody behind it who wants out; the trainee
/// stands on this side.
fn blocked_corridor(burning: bool) -> Simulation {
    let ignitions = if burning {
        "ignitions: [(thing: \"1F/junk\", at_s: 0)],"
    } else {
        ""
    };
    let text = format!(
        "Scenario(format: 1, title: (zh: \"楼道\", en: \"corridor\"), kind: Verification,
        place: (storeys: [(name: \"1F\", height: 2.8, plan: \"p\")], plans: {{\"p\": (
            spaces: [(name: \"corridor\", use: Corridor, outline: [(0, 0), (12, 0), (12, 1.2), (0, 1.2)]),
                (name: \"room\", outline: [(12, 0), (15, 0), (15, 3), (12, 3)])],
            openings: [Door(name: \"out\", between: (\"corridor\", \"street\"), at: (0, 0.6), width: 1.0, open: 1.0, wedged: true),
                Door(name: \"door\", between: (\"corridor\", \"room\"), at: (12, 0.6), width: 0.9, open: 1.0, wedged: true),
                Door(name: \"back\", between: (\"room\", \"street\"), at: (15, 1.5), width: 0.9, lock: Locked)],
            things: [(name: \"junk\", burns: (size: (0.6, 1.1, 1.2), blocks: true, heat: Steady(50.0)), at: (6, 0.6))])}}),
        people: [Person(name: \"behind\", in: \"1F/room\", at: (13, 1.5), starts_s: 1)],
        trainees: [(id: \"you\", role: GridWorker, in: \"1F/corridor\", at: (3, 0.6))],
        {ignitions} briefing: (zh: \"楼道\", en: \"corridor\"), ends: (after_s: 200))"
    );
    begun(&text)
}

#[test]
fn what_stands_in_a_corridor_is_moved_off_and_people_walk_there() {
    let clear = || Action::Hazard {
        hazard: Hazard::Clutter,
        step: HazardStep::Fixed,
    };
    let behind = |s: &Simulation| {
        let crowd = s.view().crowd;
        crowd.person(crowd.by_name("behind").expect("there")).state
    };
    let mut left = blocked_corridor(false);
    pass(&mut left, 60.0);
    assert_ne!(behind(&left), PersonState::Out);
    let mut cleared = blocked_corridor(false);
    act(&mut cleared, Action::LookAround, 2.0);
    let seen = |n: &crate::drill::Note| n.what == Noted::Percept(Percept::HazardSeen(Hazard::Clutter));
    assert!(cleared.trainee(0).notebook.notes.iter().any(seen));
    act(&mut cleared, clear(), 11.0);
    // A saved state is taken up in the place as it was compiled first.
    let bytes = cleared.save().expect("written");
    let place = Arc::new(place::compile(cleared.loaded()).0.expect("compiles"));
    let mut again = Simulation::restore(place, Arc::clone(cleared.loaded()), &bytes).expect("read");
    for simulation in [&mut cleared, &mut again] {
        pass(simulation, 45.0);
        assert_eq!(behind(simulation), PersonState::Out);
    }
    assert_eq!(cleared.state_hash(), again.state_hash());
    // What burns is not moved.
    let mut burning = blocked_corridor(true);
    act(&mut burning, clear(), 11.0);
    let refused = |n: &crate::drill::Note| matches!(&n.what, Noted::Refused(Action::Hazard { .. }, _));
    assert!(burning.trainee(0).notebook.notes.iter().any(refused));
}

#[test]
fn a_trainee_hears_what_bursts_and_whether_it_is_in_the_same_room() {
    let bangs = |room: &str| {
        let more = format!(
            "things: [(name: \"bottle\", in: \"1F/{room}\", at: ({}, 4), burns: (heat: Steady(10)))],",
            if room == "office" { 15 } else { 6 }
        );
        let mut simulation = venue(&more);
        pass(&mut simulation, 1.0);
        let mut bang = |s: f64| {
            simulation.bang(place::ThingId(0), crate::drill::sound::BURST_DB);
            pass(&mut simulation, s);
        };
        // Cells go off one after another; much later something else does.
        for seconds in [1.0, 1.0, 30.0, 1.0] {
            bang(seconds);
        }
        let notes = &simulation.state.trainees[0].notebook.notes;
        let heard = |n: &&crate::drill::Note| matches!(n.what, Noted::Percept(Percept::BangHeard { .. }));
        notes.iter().filter(heard).map(|n| n.what.clone()).collect::<Vec<_>>()
    };
    let noted = |here: bool| vec![Noted::Percept(Percept::BangHeard { here }); 2];
    assert_eq!(bangs("hall"), noted(false));
    assert_eq!(bangs("office"), noted(true));
}

/// A scene of its own: what `place` holds inside `plans: {"p": (…)}`, and what comes after the place.
fn scene(plan: &str, of_place: &str, more: &str) -> Simulation {
    let text = format!(
        "Scenario(format: 1, title: (zh: \"场景\", en: \"scene\"), kind: Verification,
        place: (storeys: [(name: \"1F\", height: 3.0, plan: \"p\")], plans: {{\"p\": ({plan})}}, {of_place}),
        {more} briefing: (zh: \"场景\", en: \"scene\"), ends: (after_s: 900))"
    );
    begun(&text)
}

#[test]
fn a_dense_layer_overhead_is_told_from_one_at_the_head_and_noted_again_when_it_comes_down() {
    let mut simulation = scene(
        "spaces: [(name: \"room\", outline: [(0, 0), (8, 0), (8, 6), (0, 6)])],
         openings: [Door(name: \"out\", between: (\"room\", \"street\"), at: (0, 3), width: 0.9)],
         things: [(name: \"bin\", burns: (size: (0.4, 0.4, 0.4), heat: Steady(60)), at: (6, 1.5))]",
        "",
        "trainees: [(id: \"you\", role: VenueStaff, in: \"1F/room\", at: (2, 4))],
         ignitions: [(thing: \"1F/bin\", at_s: 0)],",
    );
    let (mut overhead_s, mut in_it_s) = (0.0, 0.0);
    for _ in 0..240 {
        pass(&mut simulation, 0.5);
        let trainee = simulation.trainee(0);
        let noted = trainee.notebook.notes.iter().rev().find_map(|n| match n.what {
            Noted::Percept(Percept::Here { smoke, layer_m }) => Some((smoke, layer_m)),
            _ => None,
        });
        let Some((Smoke::Dense, layer_m)) = noted else { continue };
        // Upright: the air that is breathed is that at the head.
        let at_head = trainee.now.smoke;
        assert_eq!(layer_m < HEAD_M, at_head == Smoke::Dense, "{layer_m} m, {at_head:?}");
        *(if layer_m < HEAD_M {
            &mut in_it_s
        } else {
            &mut overhead_s
        }) += 0.5;
    }
    assert!(overhead_s > 2.0 && in_it_s > 10.0, "{overhead_s} s, {in_it_s} s");
}

#[test]
fn people_take_the_door_that_somebody_in_charge_points_to() {
    let guests: String = (0..6)
        .map(|k| {
            format!(
                "Person(name: \"g{k}\", in: \"1F/hall\", at: (9, {}), starts_s: 10),",
                2 + k
            )
        })
        .collect();
    let towards_the_far_door = |pointed: bool| {
        let mut simulation = scene(
            "spaces: [(name: \"hall\", use: Hall, outline: [(0, 0), (20, 0), (20, 9), (0, 9)])],
             openings: [Door(name: \"near\", between: (\"hall\", \"street\"), at: (0, 4.5), width: 1.4, open: 1.0, wedged: true),
                Door(name: \"far\", between: (\"hall\", \"street\"), at: (20, 4.5), width: 1.4, open: 1.0, wedged: true)]",
            "",
            &format!("people: [{guests}], trainees: [(id: \"you\", role: VenueStaff, in: \"1F/hall\", at: (14, 4.5))],"),
        );
        if pointed {
            let far = simulation.place().openings.iter().position(|o| o.path == "1F/far");
            let far = OpeningId(far.expect("there") as u32);
            act(&mut simulation, Action::Redirect(far), 6.0);
        }
        while simulation.time_s() < 14.0 {
            simulation.step(&[]);
        }
        let crowd = simulation.view().crowd;
        let who = (0..6).map(|k| crowd.by_name(&format!("g{k}")).expect("there"));
        who.filter(|p| crowd.person(*p).at.x > 10.0).count()
    };
    assert_eq!((towards_the_far_door(false), towards_the_far_door(true)), (0, 6));
}

#[test]
fn a_car_in_the_lane_holds_the_fire_service_up_until_it_is_moved() {
    let comes = |cleared: bool| {
        let mut simulation = scene(
            "spaces: [(name: \"hall\", use: Hall, outline: [(0, 0), (6, 0), (6, 6), (0, 6)]),
                (name: \"lane\", use: Outdoors, outline: [(6, 0), (12, 0), (12, 6), (6, 6)])],
             openings: [Door(name: \"out\", between: (\"hall\", \"lane\"), at: (6, 1), width: 1.0, open: 1.0, wedged: true),
                Door(name: \"gate\", between: (\"lane\", \"street\"), at: (12, 1.6), width: 3.0, open: 1.0, wedged: true)],
             things: [(name: \"car\", burns: (size: (1.8, 4.0, 1.5), blocks: true, heat: Steady(50.0)), at: (10, 3.9))]",
            "",
            "trainees: [(id: \"you\", role: GridWorker, in: \"1F/lane\", at: (7, 2))],",
        );
        if cleared {
            act(&mut simulation, Action::ClearLane, 40.0);
        }
        act(&mut simulation, Action::Call(vec![CallItem::Address]), 0.0);
        let here = |s: &Simulation| {
            let notes = &s.trainee(0).notebook.notes;
            notes
                .iter()
                .find(|n| n.what == Noted::Percept(Percept::HelpArrives))
                .map(|n| n.time_s)
        };
        let called = simulation.time_s();
        while here(&simulation).is_none() && simulation.time_s() < 800.0 {
            simulation.step(&[]);
        }
        here(&simulation).expect("it comes in the end") - called
    };
    let late = comes(false) - comes(true);
    assert!((late - 120.0).abs() < 0.1, "{late}");
}

#[test]
fn a_pump_on_manual_gives_no_water_until_it_is_set_to_automatic() {
    let mut simulation = scene(
        "spaces: [(name: \"room\", use: Office, outline: [(0, 0), (6, 0), (6, 6), (0, 6)])],
         equipment: [(name: \"microphone\", kind: Microphone, at: (3, 0.3))]",
        "panel: (pump_manual: true)",
        "trainees: [(id: \"you\", role: ControlRoom, in: \"1F/room\", at: (3, 1))],",
    );
    assert_eq!(simulation.view().fire.water_flow(), 0.0);
    let on = Action::SwitchByPanel {
        what: Supply::Pump,
        on: true,
    };
    act(&mut simulation, on, 10.0);
    assert!(simulation.view().fire.water_flow() > 0.0);
}

/// Three storeys with a lift that stands at the top, and the trainee there, who may work the panel.
fn lift_house(panel: &str, lift: &str, more: &str) -> Simulation {
    let text = format!(
        "Scenario(format: 1, title: (zh: \"电梯\", en: \"lift\"), kind: Verification,
        place: (storeys: [(name: \"1F\", height: 3.0, plan: \"p\"), (name: \"2F\", height: 3.0, plan: \"p\"), (name: \"3F\", height: 3.0, plan: \"p\")],
            plans: {{\"p\": (
                spaces: [(name: \"hall\", use: Hall, outline: [(0, 0), (8, 0), (8, 6), (0, 6)])],
                equipment: [(name: \"microphone\", kind: Microphone, at: (3, 0.3))],
            )}},
            lifts: [(name: \"lift\", serves: \"1F..3F\", at: (8, 2), size: (2, 2), lobby: \"hall\", door: (8, 3), stands: \"3F\", {lift})],
            panel: {panel}),
        trainees: [(id: \"you\", role: ControlRoom, in: \"3F/hall\", at: (6, 3))],
        {more} briefing: (zh: \"电梯\", en: \"lift\"), ends: (after_s: 900))"
    );
    begun(&text)
}

#[test]
fn lifts_sent_down_stand_open_below_and_only_those_of_the_evacuation_come_again() {
    let comes = |lift: &str| {
        let mut simulation = lift_house("()", lift, "");
        let down = Action::SwitchByPanel {
            what: Supply::LiftsDown,
            on: true,
        };
        act(&mut simulation, down, 30.0);
        let below = simulation.state.lifts.views()[0];
        assert_eq!((below.open_at, below.z), (Some(0), 0.0));
        act(&mut simulation, Action::CallLift(place::LiftId(0)), 40.0);
        simulation.state.lifts.views()[0].open_at
    };
    assert_eq!(comes(""), Some(0));
    assert_eq!(comes("evacuation: true"), Some(2));
}

#[test]
fn the_alarm_sends_lifts_down_where_the_panel_is_on_automatic() {
    let height = |panel: &str| {
        let mut simulation = lift_house(panel, "", ALARM);
        pass(&mut simulation, 30.0);
        simulation.state.lifts.views()[0].z
    };
    assert_eq!((height("()"), height("(recalls_lifts: true)")), (6.0, 0.0));
}

#[test]
fn whoever_rings_off_before_anything_is_said_is_told_that_119_knows_nothing() {
    let call = Action::Call(vec![CallItem::Address, CallItem::FloorAndRoom]);
    let notes = |after_s: f64| {
        let mut simulation = venue("");
        act(&mut simulation, call.clone(), after_s);
        act(&mut simulation, Action::Shout, 5.0);
        let notes = &simulation.trainee(0).notebook.notes;
        let told = notes
            .iter()
            .any(|n| matches!(&n.what, Noted::Refused(Action::Call(_), _)));
        let said = notes.iter().any(|n| matches!(&n.what, Noted::Did(Did::Called { .. })));
        (told, said)
    };
    assert_eq!(notes(2.0), (true, false));
    assert_eq!(notes(8.0), (false, true));
}
