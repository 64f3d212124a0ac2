//! What each agent does to each kind of fire.

use super::super::agents::{Device, InUse, Means};
use super::*;
use crate::place::{OpeningState, Place, SpaceId, SpaceKind, Storey, StoreyId};
use crate::scenario::{Battery, Burns, HeatRelease, Loaded, Point, SpaceAir, Sprinkler, TSquared};
use std::sync::Arc;

/// A large hall, or a yard, with one thing that burns as told.
struct Trial {
    place: Place,
    fire: Fire,
    time: f64,
    events: Vec<FireEvent>,
}

const T: ThingId = ThingId(0);

impl Trial {
    fn of(burns: Burns, outdoors: bool) -> Self {
        let mut place = Place::default();
        place.storeys.push(Storey {
            name: "1F".into(),
            z: 0.0,
            height: 5.0,
            clear_height: 5.0,
            plate: crate::place::PlateId(0),
        });
        place.spaces.push(crate::place::Space {
            path: "hall".into(),
            r#use: crate::scenario::Use::Room,
            kind: if outdoors { SpaceKind::Outdoors } else { SpaceKind::Room },
            storey: StoreyId(0),
            outline: vec![
                Point::new(0.0, 0.0),
                Point::new(20.0, 0.0),
                Point::new(20.0, 20.0),
                Point::new(0.0, 20.0),
            ],
            holes: Vec::new(),
            area: 400.0,
            z: 0.0,
            height: 5.0,
            wall_area: 400.0,
            walls: None,
            ceiling: None,
            floor: None,
            air: SpaceAir::Outside,
            home: None,
            frame: crate::place::Frame::default(),
            periodic: false,
        });
        place.things.push(crate::place::Thing {
            path: "it".into(),
            burns: Arc::new(burns),
            space: SpaceId(0),
            at: Point::new(10.0, 10.0),
            extent: Point::default(),
            z: 0.0,
            ignites_s: Some(-1.0),
            walls_near: 0,
        });
        let fire = Fire::new(&place, &Loaded::default());
        Self {
            place,
            fire,
            time: 0.0,
            events: Vec::new(),
        }
    }
    fn wait(&mut self, s: f64) {
        for _ in 0..(s / 0.2).round() as usize {
            let states: Vec<OpeningState> = Vec::new();
            let events = self.fire.step(&self.place, &states, self.time, 0.2);
            self.events.extend(events);
            self.time += 0.2;
        }
    }
    fn strike(&self, means: Means, kg: f64, dt: f64, range: f64) -> Application {
        Application {
            thing: T,
            means,
            kg,
            dt_s: dt,
            range_m: range,
            distance_m: if range < 1.0 { 0.5 } else { 2.2_f64.min(0.7 * range) },
            aim: Aim::Base,
            sweep: 1.0,
            wind_m_s: 0.0,
        }
    }
    /// Uses a device until it is empty, the fire is out or the time is over; how it is used may be changed.
    fn fight(&mut self, mut used: InUse, longest_s: f64, how: impl Fn(&mut Application)) {
        for i in 0..(longest_s / 0.05).round() as usize {
            let laid = used.flow_kg_s <= 0.0;
            if !laid && used.empty() || !self.fire.thing(T).burning {
                return;
            }
            let kg = used.squeeze(0.05);
            let mut a = self.strike(used.means, kg, 0.05, used.range_m);
            how(&mut a);
            let events = self.fire.apply(&self.place, &a);
            self.events.extend(events);
            if i % 4 == 3 {
                self.wait(0.2);
            }
        }
    }
    fn with(&mut self, means: Means, charge: f64) {
        let used = InUse::full(means, charge).unwrap();
        self.fight(used, 120.0, |_| ());
    }
    fn flames(&self) -> f64 {
        self.fire.thing(T).flames
    }
    fn out(&self) -> bool {
        !self.fire.thing(T).burning
    }
    fn saw(&self, f: impl Fn(&FireEvent) -> bool) -> bool {
        self.events.iter().any(f)
    }
}

fn steady(kw: f64, nature: Nature, area: f64) -> Burns {
    Burns {
        heat: HeatRelease::Steady(kw),
        nature,
        area,
        size: (area.sqrt(), area.sqrt(), 0.5),
        mass: 1e4,
        ..Burns::default()
    }
}

fn oil() -> Burns {
    Burns {
        heat: HeatRelease::TSquared(TSquared {
            alpha: 0.1876,
            peak: 150.0,
            total: 60.0,
            step: 20.0,
            ..TSquared::default()
        }),
        nature: Nature::CookingOil,
        heat_of_combustion: 37.0,
        area: 0.071,
        size: (0.3, 0.3, 0.1),
        ..Burns::default()
    }
}

fn bottle(agent: Agent) -> Means {
    Means::Bottle(agent)
}

#[test]
fn nobody_who_fights_nothing_changes_the_fire() {
    let mut t = Trial::of(steady(400.0, Nature::Charring, 1.0), false);
    t.wait(60.0);
    assert_eq!(t.flames(), 1.0);
    assert!((t.fire.thing(T).hrr_kw - 400.0).abs() < 1e-6);
}

#[test]
fn a_4_kg_powder_bottle_puts_out_a_young_fire_and_not_a_grown_one() {
    let ends = |kw: f64, sweep: f64, aim: Aim, distance: f64| {
        let mut t = Trial::of(steady(kw, Nature::Charring, kw / 500.0), false);
        t.wait(30.0);
        let used = InUse::full(bottle(Agent::AbcPowder), 4.0).unwrap();
        t.fight(used, 30.0, |a| (a.sweep, a.aim, a.distance_m) = (sweep, aim, distance));
        t.wait(120.0);
        t.flames()
    };
    assert_eq!(ends(300.0, 1.0, Aim::Base, 2.5), 0.0);
    assert!(ends(1500.0, 1.0, Aim::Base, 2.5) > 0.5, "far over its rating");
    assert!(ends(300.0, 1.0, Aim::Top, 2.5) > 0.9, "aimed at the tips");
    assert!(ends(300.0, 1.0, Aim::Base, 6.0) > 0.9, "out of reach");
}

#[test]
fn powder_that_was_short_for_the_fire_lets_it_grow_back() {
    let mut t = Trial::of(steady(1000.0, Nature::Charring, 2.0), false);
    t.wait(60.0);
    t.with(bottle(Agent::AbcPowder), 2.0);
    let low = t.flames();
    t.wait(120.0);
    assert!(low < 0.6 && t.flames() > 0.9, "{low} then {}", t.flames());
}

#[test]
fn carbon_dioxide_and_bc_powder_do_not_last_on_embers_and_abc_does() {
    let comes_back = |agent: Agent, charge: f64| {
        let mut t = Trial::of(steady(100.0, Nature::Charring, 0.25), false);
        t.wait(60.0);
        t.with(bottle(agent), charge);
        assert!(t.saw(|e| matches!(e, FireEvent::KnockedDown { .. })), "{agent:?}");
        t.wait(60.0);
        t.saw(|e| matches!(e, FireEvent::Relit { .. }))
    };
    assert!(comes_back(Agent::CarbonDioxide, 3.0));
    assert!(comes_back(Agent::BcPowder, 4.0));
    assert!(!comes_back(Agent::AbcPowder, 4.0));
}

#[test]
fn carbon_dioxide_is_blown_away_outdoors() {
    let left = |outdoors: bool| {
        let mut t = Trial::of(steady(150.0, Nature::Liquid, 0.1), outdoors);
        t.wait(5.0);
        t.with(bottle(Agent::CarbonDioxide), 2.0);
        t.wait(10.0);
        t.flames()
    };
    assert_eq!(left(false), 0.0);
    assert!(left(true) > 0.5);
}

#[test]
fn water_on_wood_holds_above_the_critical_flow_and_not_below() {
    // 2 m² of burning timber: 7.5 L/min·m² over, 1.5 below.
    let ends = |kg_s: f64| {
        let mut t = Trial::of(steady(800.0, Nature::Charring, 2.0), false);
        t.wait(60.0);
        let used = InUse {
            means: Means::HoseReel,
            left_kg: f64::INFINITY,
            flow_kg_s: kg_s,
            range_m: 6.0,
        };
        t.fight(used, 180.0, |_| ());
        t.flames()
    };
    assert_eq!(ends(0.7), 0.0);
    assert!(ends(0.12) > 0.3);
}

#[test]
fn water_cools_embers_so_that_nothing_comes_back() {
    let mut t = Trial::of(steady(110.0, Nature::Charring, 0.3), false);
    t.wait(120.0);
    t.with(bottle(Agent::Water), 6.0);
    t.wait(120.0);
    assert!(t.out() && t.fire.thing(T).put_out && t.fire.thing(T).embers < 0.1);
    assert!(t.fire.thing(T).mass_left_kg > 0.0);
}

#[test]
fn water_on_burning_fat_flashes_and_the_f_label_puts_it_out() {
    let kw = |t: &Trial| t.fire.thing(T).hrr_kw;
    for means in [
        bottle(Agent::Water),
        bottle(Agent::WaterAdditive),
        bottle(Agent::Foam),
        Means::Bucket,
    ] {
        let mut t = Trial::of(oil(), false);
        t.wait(30.0);
        let before = kw(&t);
        let used = InUse::full(means, 3.0).unwrap();
        t.fight(used, 1.0, |_| ());
        t.wait(0.4);
        assert!(t.saw(|e| matches!(e, FireEvent::Flashed { .. })), "{means:?}");
        assert!(kw(&t) > 4.0 * before, "{means:?}: {before} to {}", kw(&t));
    }
    let mut t = Trial::of(oil(), false);
    t.wait(30.0);
    t.with(bottle(Agent::WaterAdditiveF), 3.0);
    assert!(!t.saw(|e| matches!(e, FireEvent::Flashed { .. })));
    t.fire.feed(T, false);
    t.wait(120.0);
    assert_eq!(t.flames(), 0.0);
    assert!(!t.saw(|e| matches!(e, FireEvent::Relit { .. })));
}

#[test]
fn more_water_makes_a_larger_flash() {
    let radius = |kg: f64| {
        let mut t = Trial::of(oil(), false);
        t.wait(30.0);
        let a = Application {
            distance_m: 1.5,
            ..t.strike(Means::Bucket, kg, 0.05, 3.0)
        };
        t.fire.apply(&t.place, &a).iter().find_map(|e| match e {
            FireEvent::Flashed { radius_m, .. } => Some(*radius_m),
            _ => None,
        })
    };
    let (little, much) = (radius(0.25).unwrap(), radius(2.0).unwrap());
    assert!((much / little - 2.0).abs() < 1e-6, "{little} {much}");
    assert!((little - 1.2).abs() < 0.1);
}

#[test]
fn powder_knocks_a_pan_down_and_hot_fat_lights_it_again() {
    for agent in [Agent::AbcPowder, Agent::BcPowder] {
        let mut t = Trial::of(oil(), false);
        t.wait(30.0);
        let used = InUse::full(bottle(agent), 2.0).unwrap();
        t.fight(used, 3.0, |_| ());
        assert!(t.saw(|e| matches!(e, FireEvent::KnockedDown { .. })), "{agent:?}");
        t.wait(30.0);
        assert!(t.saw(|e| matches!(e, FireEvent::Relit { .. })), "{agent:?}");
    }
}

#[test]
fn a_lid_starves_a_pan_and_taken_off_too_soon_it_burns_again() {
    let after = |heat_off: bool, wait: f64| {
        let mut t = Trial::of(oil(), false);
        t.wait(60.0);
        t.fire.feed(T, !heat_off);
        let a = t.strike(Means::Lid, 0.0, 0.05, 0.8);
        t.fire.apply(&t.place, &a);
        t.wait(wait);
        assert_eq!(t.flames(), 0.0);
        t.fire.uncover(T);
        t.wait(60.0);
        t.flames() > 0.0
    };
    assert!(after(true, 50.0));
    assert!(!after(true, 900.0));
    assert!(after(false, 900.0), "the stove was never turned off");
}

#[test]
fn a_lid_does_not_fit_a_sofa_and_a_blanket_does_not_cover_it() {
    let mut t = Trial::of(steady(100.0, Nature::Melting, 1.5), false);
    t.wait(30.0);
    for means in [Means::Lid, Means::Blanket] {
        let a = t.strike(means, 0.0, 0.05, 0.8);
        t.fire.apply(&t.place, &a);
        t.wait(20.0);
        assert!(t.flames() > 0.4, "{means:?}");
    }
}

#[test]
fn water_on_live_current_shocks_and_neither_powder_nor_a_cut_main_does() {
    let live = Burns {
        live: true,
        ..steady(60.0, Nature::Melting, 0.2)
    };
    let shocked = |means: Means, mains: bool, distance: f64| {
        let mut t = Trial::of(live.clone(), false);
        t.fire.mains(mains);
        t.wait(5.0);
        let used = InUse::full(means, 6.0).unwrap();
        t.fight(used, 10.0, |a| a.distance_m = distance);
        t.saw(|e| matches!(e, FireEvent::Shocked { ma, .. } if *ma >= LET_GO_MA))
    };
    assert!(shocked(Means::Bucket, true, 1.0));
    assert!(shocked(bottle(Agent::Water), true, 1.0), "over the wet floor");
    assert!(
        !shocked(bottle(Agent::Water), true, 3.0),
        "the stream alone carries little"
    );
    assert!(!shocked(Means::Bucket, false, 1.0));
    assert!(!shocked(bottle(Agent::AbcPowder), true, 1.0));
    assert!(!shocked(bottle(Agent::CarbonDioxide), true, 1.0));
}

#[test]
fn an_arc_lights_again_until_the_mains_are_cut() {
    let live = Burns {
        live: true,
        ..steady(60.0, Nature::Melting, 0.2)
    };
    let relit = |mains: bool| {
        let mut t = Trial::of(live.clone(), false);
        t.wait(5.0);
        t.fire.mains(mains);
        t.with(bottle(Agent::AbcPowder), 2.0);
        t.wait(60.0);
        t.saw(|e| matches!(e, FireEvent::Relit { .. }))
    };
    assert!(relit(true));
    assert!(!relit(false));
}

#[test]
fn gas_streams_on_where_its_flame_is_put_out_and_the_valve_ends_both() {
    let mut t = Trial::of(steady(100.0, Nature::Gas, 0.05), false);
    t.wait(10.0);
    t.with(bottle(Agent::AbcPowder), 4.0);
    t.wait(4.0);
    assert!(t.saw(|e| matches!(e, FireEvent::KnockedDown { .. })));
    let gas = t.fire.zone(&t.place, SpaceId(0));
    assert!(gas.upper.unburnt_g_m3 > 0.0);
    assert!(t.fire.thing(T).burning_kg_s > 0.0);
    let mut shut = Trial::of(steady(100.0, Nature::Gas, 0.05), false);
    shut.wait(10.0);
    shut.fire.feed(T, false);
    shut.wait(10.0);
    assert!(shut.out());
}

#[test]
fn too_near_a_stream_drives_burning_liquid_about() {
    let spread = |distance: f64| {
        let mut t = Trial::of(steady(100.0, Nature::Liquid, 0.1), false);
        t.wait(2.0);
        let a = Application {
            distance_m: distance,
            ..t.strike(bottle(Agent::AbcPowder), 0.005, 0.05, 3.5)
        };
        let events = t.fire.apply(&t.place, &a);
        events.iter().any(|e| matches!(e, FireEvent::Splashed { .. }))
    };
    assert!(spread(0.6));
    assert!(!spread(2.0));
}

#[test]
fn foam_covers_petrol_and_spirit_breaks_it_down() {
    let left = |nature: Nature| {
        let mut t = Trial::of(steady(1000.0, nature, 1.0), false);
        t.wait(5.0);
        t.with(bottle(Agent::Foam), 6.0);
        t.flames()
    };
    assert_eq!(left(Nature::Liquid), 0.0);
    assert!(left(Nature::Alcohol) > 0.3);
}

#[test]
fn a_fire_fought_down_has_burnt_no_more_fuel_than_its_flames_took() {
    let curve = Burns {
        heat: HeatRelease::TSquared(TSquared {
            alpha: 0.0469,
            peak: 300.0,
            total: 60.0,
            decay: 30.0,
            ..TSquared::default()
        }),
        area: 0.6,
        ..Burns::default()
    };
    let mut t = Trial::of(curve, false);
    t.wait(60.0);
    t.with(bottle(Agent::AbcPowder), 2.0);
    let left = t.fire.thing(T).mass_left_kg;
    t.wait(30.0);
    assert!(left > 1.0 && (t.fire.thing(T).mass_left_kg - left).abs() < 0.5);
}

#[test]
fn what_was_wetted_before_the_flames_came_does_not_catch_fire() {
    let caught = |wetted: bool| {
        let mut t = Trial::of(steady(900.0, Nature::Charring, 1.0), false);
        t.place.things.push(crate::place::Thing {
            path: "beside".into(),
            burns: Arc::new(Burns {
                critical_flux: 10.0,
                ignition_dose: 200.0,
                ..steady(100.0, Nature::Charring, 0.5)
            }),
            at: Point::new(11.2, 10.0),
            ignites_s: None,
            ..t.place.things[0].clone()
        });
        t.fire = Fire::new(&t.place, &Loaded::default());
        if wetted {
            let a = Application {
                thing: ThingId(1),
                ..t.strike(Means::Bucket, 9.0, 0.05, 3.0)
            };
            t.fire.apply(&t.place, &a);
        }
        t.wait(60.0);
        t.fire.thing(ThingId(1)).burning
    };
    assert!(caught(false));
    assert!(!caught(true));
}

#[test]
fn bottles_match_the_labels_of_their_sizes() {
    for (agent, kg, code) in [
        (Agent::AbcPowder, 4.0, "MF/ABC4"),
        (Agent::CarbonDioxide, 3.0, "MT3"),
        (Agent::WaterAdditiveF, 3.0, "MS/T3(E F)"),
    ] {
        assert_eq!(Device::nearest(bottle(agent), kg).unwrap().code, code);
    }
}

fn ebike() -> Burns {
    Burns {
        battery: Some(Battery {
            kwh: 1.0,
            jets: 12,
            every_s: 12.0,
            jet_kw: 200.0,
            jet_s: 3.0,
            jet_m: 2.5,
            hf_mg_wh: 50.0,
        }),
        ..steady(200.0, Nature::Melting, 0.4)
    }
}

#[test]
fn powder_quiets_a_lithium_pack_for_seconds() {
    let mut t = Trial::of(ebike(), false);
    t.wait(30.0);
    t.with(bottle(Agent::AbcPowder), 4.0);
    assert!(t.saw(|e| matches!(e, FireEvent::KnockedDown { .. })));
    let quiet_from = t.time;
    while t.flames() == 0.0 && t.time < quiet_from + 120.0 {
        t.wait(0.2);
    }
    assert!(t.flames() > 0.0, "a cell lights it again");
    assert!(t.time - quiet_from < 60.0, "{}", t.time - quiet_from);
}

#[test]
fn cells_go_one_after_another_and_give_off_their_fluoride_once() {
    let mut t = Trial::of(ebike(), false);
    t.wait(400.0);
    let jets = t.events.iter().filter(|e| matches!(e, FireEvent::Jet { .. })).count();
    assert_eq!(jets, 12);
    // 50 mg for each of 1,000 Wh.
    assert!((t.fire.thing(T).hf_g - 50.0).abs() < 1e-9, "{}", t.fire.thing(T).hf_g);
}

#[test]
fn much_water_stops_the_cells_and_little_does_not() {
    let jets_after = |litres: f64| {
        let mut t = Trial::of(ebike(), false);
        t.wait(20.0);
        let used = InUse {
            means: Means::HoseReel,
            left_kg: litres,
            flow_kg_s: 0.4,
            range_m: 6.0,
        };
        t.fight(used, 600.0, |_| ());
        t.events.clear();
        t.wait(400.0);
        t.events.iter().filter(|e| matches!(e, FireEvent::Jet { .. })).count()
    };
    assert_eq!(jets_after(60.0), 0);
    assert!(jets_after(3.0) > 4);
}

#[test]
fn a_pack_lit_by_flames_about_it_needs_a_minute_and_one_that_lights_itself_none() {
    let first_jet = |by_flames: bool| {
        let mut t = Trial::of(ebike(), false);
        if by_flames {
            t.fire.ignite(T);
        }
        while !t.saw(|e| matches!(e, FireEvent::Jet { .. })) && t.time < 300.0 {
            t.wait(0.2);
        }
        t.time
    };
    let (alone, lit) = (first_jet(false), first_jet(true));
    assert!(alone < 20.0 && lit > 60.0 && lit < 150.0, "{alone} {lit}");
}

fn head(density: f64, k: f64) -> Sprinkler {
    Sprinkler {
        density_mm_min: density,
        k,
        ..Sprinkler::default()
    }
}

fn under(burns: Burns, head: Sprinkler, mpa: f64) -> Trial {
    let mut t = Trial::of(burns, false);
    t.place.equipment.push(crate::place::Equipment {
        path: "head".into(),
        kind: EquipmentKind::Sprinkler(head),
        space: SpaceId(0),
        at: Point::new(11.0, 10.0),
        z: 4.9,
        works: true,
    });
    let mut loaded = Loaded::default();
    loaded.scenario.place.fire_water_mpa = mpa;
    t.fire = Fire::new(&t.place, &loaded);
    t
}

#[test]
fn a_sprinkler_at_0_07_mm_a_second_lets_a_fire_decay_in_360_s() {
    let mut t = under(steady(1000.0, Nature::Charring, 2.0), head(4.2, 80.0), 0.1);
    let opened = |t: &Trial| {
        t.events
            .iter()
            .any(|e| matches!(e, FireEvent::DetectorActivated { .. }))
    };
    while !opened(&t) && t.time < 600.0 {
        t.wait(0.2);
    }
    let (q, from) = (t.fire.thing(T).hrr_kw, t.time);
    t.wait(200.0);
    let tau = (t.time - from) / libm::log(q / t.fire.thing(T).hrr_kw);
    assert!((tau / 360.0 - 1.0).abs() < 0.01, "{tau}");
}

#[test]
fn sprinklers_need_water() {
    let ends = |mpa: f64| {
        let mut t = under(steady(1000.0, Nature::Charring, 2.0), head(0.0, 80.0), mpa);
        t.wait(400.0);
        t.fire.thing(T).hrr_kw
    };
    // 80 L/min on 12.5 m² is 6.4 mm/min.
    assert!(ends(0.1) < 200.0, "{}", ends(0.1));
    assert!((ends(0.0) - 1000.0).abs() < 1e-6);
    assert!(ends(0.025) > ends(0.1));
}
