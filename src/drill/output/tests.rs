//! Tests of the files of a run.

use super::*;
use crate::crowd::Crowd;
use crate::fire::Fire;
use crate::place::{Beyond, Frame, Opening, OpeningKind, OpeningState, Space, SpaceKind, Storey, Thing};
use crate::scenario::{
    Burns, Closer, CountingLine, DensityArea, Heights, InOpening, Link, Loaded, OfThing, Point, Probe, Side,
    SourceFile, SpaceAir, Use,
};
use crate::storage::{Files, Memory};
use std::path::PathBuf;
use std::sync::Arc;

/// The promise of the command line, word by word.
const PROMISED: [(&str, &str); 7] = [
    (
        "people.csv",
        "time_s,id,plate,x_m,y_m,z_m,speed_m_s,density_per_m2,extinction_per_m,fed_gas,fed_heat,state,reason",
    ),
    (
        "people_static.csv",
        "id,age,radius_m,free_speed_m_s,start_s,route,susceptibility",
    ),
    (
        "spaces.csv",
        "time_s,space,layer_height_m,pressure_pa,wall_c,ceiling_c,floor_c,\
         upper_temperature_c,upper_mass_kg,upper_extinction_per_m,upper_o2_percent,upper_co2_percent,upper_co_ppm,\
         upper_hcn_ppm,upper_soot_g_m3,upper_unburnt_g_m3,\
         lower_temperature_c,lower_mass_kg,lower_extinction_per_m,lower_o2_percent,lower_co2_percent,lower_co_ppm,\
         lower_hcn_ppm,lower_soot_g_m3,lower_unburnt_g_m3",
    ),
    (
        "openings.csv",
        "time_s,opening,open_fraction,passed_people,mass_out_kg_s,mass_in_kg_s,neutral_plane_m",
    ),
    (
        "fires.csv",
        "time_s,item,hrr_kw,convective_kw,burning_kg_s,mass_left_kg,flame_m",
    ),
    ("probes.csv", "time_s,probe,quantity,height_m,value,unit"),
    (
        "egress.csv",
        "time_s,out,moving,queueing,longest_queue,longest_queue_people",
    ),
];

/// A world that stands still.
struct World {
    place: Place,
    loaded: Loaded,
    crowd: Crowd,
    fire: Fire,
    openings: Vec<OpeningState>,
}

impl World {
    fn new(place: Place, probes: Vec<Probe>) -> Self {
        let mut loaded = Loaded::default();
        loaded.scenario.probes = probes;
        loaded.sources = vec![SourceFile {
            path: "room.ron".to_owned(),
            text: "()".to_owned(),
        }];
        let openings = place.openings.iter().map(|o| o.initial).collect();
        let (crowd, fire) = (Crowd::new(&place, &loaded, 1), Fire::new(&place, &loaded));
        Self {
            place,
            loaded,
            crowd,
            fire,
            openings,
        }
    }

    fn view(&self, tick: u64) -> View<'_> {
        View {
            place: &self.place,
            loaded: &self.loaded,
            tick,
            time_s: tick as f64 * TICK_S,
            crowd: &self.crowd,
            fire: &self.fire,
            openings: &self.openings,
            passed: &[3],
            trainees: Vec::new(),
            power: true,
            lifts_z: Vec::new(),
        }
    }
}

/// A room of 4 m by 3 m with a door, half open, and a sofa; turned by a quarter.
fn room() -> Place {
    let corners = [(0.0, 0.0), (0.0, 4.0), (-3.0, 4.0), (-3.0, 0.0)];
    let space = Space {
        path: "1F/room, north".to_owned(),
        r#use: Use::Room,
        kind: SpaceKind::Room,
        storey: Default::default(),
        outline: corners.map(|(x, y)| Point::new(x, y)).to_vec(),
        holes: Vec::new(),
        area: 12.0,
        z: 0.0,
        height: 2.6,
        wall_area: 36.4,
        walls: None,
        ceiling: None,
        floor: None,
        air: SpaceAir::Outside,
        home: None,
        frame: Frame {
            turns: 1,
            ..Frame::default()
        },
        periodic: false,
    };
    let door = Opening {
        path: "1F/door".to_owned(),
        kind: OpeningKind::Door,
        from: SpaceId(0),
        to: Beyond::Street,
        centre: Point::new(0.0, 2.0),
        along: Point::new(0.0, 1.0),
        width: 0.9,
        bottom: 0.0,
        top: 2.0,
        leakage: 0.01,
        discharge: 0.7,
        schedule: Vec::new(),
        initial: OpeningState {
            open: 0.5,
            ..OpeningState::default()
        },
        fire_rating_min: 0.0,
        on_alarm: None,
        fails_min: 10.0,
        opens_into: None,
        hinge: Side::default(),
        closer: Closer::default(),
        breaks_c: None,
        openable: true,
        bars: false,
        hatch: false,
    };
    let sofa = Thing {
        path: "1F/sofa".to_owned(),
        burns: Arc::new(Burns::default()),
        space: SpaceId(0),
        at: Point::new(-1.0, 1.0),
        extent: Point::default(),
        z: 0.0,
        ignites_s: Some(10.0),
        walls_near: 0,
    };
    let storey = Storey {
        name: "1F".to_owned(),
        z: 0.0,
        height: 2.8,
        clear_height: 2.6,
        plate: PlateId(0),
    };
    Place {
        storeys: vec![storey],
        space_by_path: [(space.path.clone(), SpaceId(0))].into(),
        opening_by_path: [(door.path.clone(), OpeningId(0))].into(),
        spaces: vec![space],
        openings: vec![door],
        things: vec![sofa],
        ..Place::default()
    }
}

fn probes() -> Vec<Probe> {
    let room = "1F/room, north".to_owned();
    let heights = |name: &str| Heights {
        name: name.to_owned(),
        r#in: room.clone(),
        heights: vec![0.5, 2.0],
        ..<_>::default()
    };
    vec![
        Probe::Thermocouples(heights("tree")),
        Probe::Extinction(heights("smoke")),
        Probe::Gases(heights("gas")),
        Probe::HeatFlux(heights("flux")),
        Probe::CeilingJet(heights("jet")),
        Probe::Plume(OfThing {
            name: "plume".to_owned(),
            thing: "1F/sofa".to_owned(),
            heights: vec![1.0],
            ..<_>::default()
        }),
        Probe::Link(Link {
            name: "link".to_owned(),
            r#in: room.clone(),
            below_ceiling: 0.1,
            ..<_>::default()
        }),
        Probe::Velocity(InOpening {
            name: "door".to_owned(),
            opening: "1F/door".to_owned(),
            heights: vec![1.8],
            ..<_>::default()
        }),
        Probe::CountingLine(CountingLine {
            name: "line".to_owned(),
            r#in: room.clone(),
            to: Point::new(1.0, 0.0),
            ..<_>::default()
        }),
        Probe::DensityArea(DensityArea {
            name: "area".to_owned(),
            r#in: room,
            outline: vec![Point::new(0.0, 0.0), Point::new(1.0, 0.0), Point::new(0.0, 1.0)],
            ..<_>::default()
        }),
    ]
}

fn event(kind: EventKind, tick: u64, subject: &str, value: f64) -> Event {
    Event {
        time_s: tick as f64 * TICK_S,
        tick,
        kind,
        subject: subject.to_owned(),
        object: String::new(),
        space: "1F/room, north".to_owned(),
        x_m: 1.0,
        y_m: 0.1 + 0.2,
        z_m: 0.0,
        value,
    }
}

const FOLDER: &str = "out/a";

/// Runs so many ticks and gives what was written.
fn run(world: &World, ticks: u64, every_s: Option<f64>, events: &[Event]) -> (Memory, RunResult) {
    let memory = Memory::new();
    let mut files = RunFiles::create(&memory, Path::new(FOLDER), &world.view(0), every_s).unwrap();
    for tick in 1..=ticks {
        let now: Vec<_> = events.iter().filter(|e| e.tick == tick).cloned().collect();
        files.tick(&world.view(tick), &now).unwrap();
    }
    let view = world.view(ticks);
    let facts = RunFacts {
        seed: 4,
        ..RunFacts::default()
    };
    let result = files.tally.result(&view, [0xab; 32], &facts);
    let result = files.finish(&view, result, &facts).unwrap();
    (memory, result)
}

fn read(memory: &Memory, name: &str) -> String {
    String::from_utf8(memory.read(&Path::new(FOLDER).join(name)).unwrap()).unwrap()
}

fn rows(memory: &Memory, name: &str) -> Vec<Vec<String>> {
    let text = read(memory, name);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader
        .records()
        .map(|r| r.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn the_columns_are_those_promised() {
    for (table, (file, columns)) in TABLES.iter().zip(PROMISED) {
        assert_eq!(table.file, file);
        assert_eq!(table.columns.iter().map(|c| c.0).collect::<Vec<_>>().join(","), columns);
    }
}

#[test]
fn a_run_of_nothing_writes_every_file_with_its_header() {
    let (memory, result) = run(&World::new(Place::default(), Vec::new()), 0, None, &[]);
    for (file, columns) in PROMISED {
        assert_eq!(read(&memory, file), format!("{columns}\n"));
    }
    assert_eq!(read(&memory, EVENTS_FILE), "");
    assert_eq!(result.outcome, Outcome::default());
    assert!(result.fire.out && result.trainees.is_empty());
    let json: serde_json::Value = serde_json::from_str(&read(&memory, RUN_FILE)).unwrap();
    assert_eq!(json["trainees"], serde_json::json!([]));
    assert_eq!(json["outcome"]["last_out_s"], serde_json::Value::Null);
}

#[test]
fn the_result_has_the_fields_promised_in_their_order() {
    let (memory, result) = run(
        &World::new(room(), probes()),
        30,
        None,
        &[event(EventKind::Out, 25, "Li", 0.0)],
    );
    let text = read(&memory, RUN_FILE);
    let promised = [
        "scenario",
        "seed",
        "knobs",
        "ticks",
        "simulated_s",
        "wall_s",
        "cpu_s",
        "state_hash",
        "trainees",
        "outcome",
        "fire",
        "version",
        "defaults",
        "units",
        "warnings",
    ];
    let places: Vec<_> = promised
        .iter()
        .map(|f| text.find(&format!("\n  \"{f}\":")).expect(f))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json.as_object().unwrap().len(), promised.len());
    for field in ["people", "out", "sheltered", "injured", "incapacitated", "last_out_s"] {
        assert!(json["outcome"].get(field).is_some(), "{field}");
    }
    for field in ["peak_kw", "out", "burned_items"] {
        assert!(json["fire"].get(field).is_some(), "{field}");
    }
    assert_eq!(json["state_hash"], "ab".repeat(32));
    assert_eq!(
        (json["seed"].as_u64(), json["simulated_s"].as_f64()),
        (Some(4), Some(1.5))
    );
    assert_eq!(json["outcome"]["last_out_s"], 1.25);
    assert_eq!(json["version"]["outputs"], OUTPUT_CONTRACT);
    assert_eq!(json["defaults"]["output_s"], 0.5);
    assert_eq!(json["defaults"]["weather"]["outside_c"], 20.0);
    assert_eq!(json["units"]["spaces.csv"]["upper_soot_g_m3"], "g/m³");
    assert_eq!(serde_json::to_value(&result).unwrap()["outcome"], json["outcome"]);
}

#[test]
fn samples_come_at_the_interval_and_at_both_ends() {
    let world = World::new(room(), Vec::new());
    let times = |ticks, every| {
        let (memory, _) = run(&world, ticks, every, &[]);
        rows(&memory, "spaces.csv")
            .iter()
            .map(|r| r[0].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(times(25, None), ["0", "0.5", "1", "1.25"]);
    assert_eq!(times(20, Some(1.0)), ["0", "1"]);
    assert_eq!(times(3, Some(0.05)), ["0", "0.05", "0.1", "0.15"]);
    assert_eq!(times(0, None), ["0"]);
}

#[test]
fn an_interval_that_is_no_whole_number_of_ticks_is_refused() {
    for wrong in [0.0, -1.0, 0.03, 0.52, f64::NAN, f64::INFINITY, 1e300] {
        let e = sample_ticks(wrong).unwrap_err();
        assert!(e.to_string().contains("multiple of 0.05 s"), "{e}");
        assert!(e.text().zh.contains("整数倍"));
    }
    assert_eq!(sample_ticks(0.5).unwrap(), 10);
    assert_eq!(sample_ticks(0.15).unwrap(), 3);
}

#[test]
fn every_row_has_a_value_in_every_column() {
    let world = World::new(room(), probes());
    let (memory, _) = run(&world, 10, None, &[]);
    let spaces = rows(&memory, "spaces.csv");
    assert_eq!((spaces.len(), spaces[0].len()), (2, 25));
    assert_eq!(spaces[0][1], "1F/room, north");
    assert!(
        spaces[0][2..].iter().all(|v| v.parse::<f64>().is_ok()),
        "{:?}",
        spaces[0]
    );
    let openings = rows(&memory, "openings.csv");
    assert_eq!(openings[0][..4], ["0", "1F/door", "0.5", "3"]);
    let fires = rows(&memory, "fires.csv");
    assert_eq!(
        (fires.len(), fires[0][1].as_str()),
        (2, "1F/sofa"),
        "what is to be set alight has rows from the start"
    );
}

#[test]
fn every_probe_writes_its_quantities_with_units() {
    let (memory, _) = run(&World::new(room(), probes()), 0, None, &[]);
    let found: Vec<_> = rows(&memory, "probes.csv")
        .iter()
        .map(|r| [&r[1], &r[2], &r[3], &r[5]].map(String::clone))
        .collect();
    let expected = [
        ["tree", "temperature", "0.5", "°C"],
        ["tree", "temperature", "2", "°C"],
        ["smoke", "extinction", "0.5", "1/m"],
        ["smoke", "extinction", "2", "1/m"],
        ["gas", "o2", "0.5", "vol %"],
        ["gas", "co2", "0.5", "vol %"],
        ["gas", "co", "0.5", "ppm"],
        ["gas", "hcn", "0.5", "ppm"],
        ["gas", "o2", "2", "vol %"],
        ["gas", "co2", "2", "vol %"],
        ["gas", "co", "2", "ppm"],
        ["gas", "hcn", "2", "ppm"],
        ["flux", "heat_flux", "0.5", "kW/m²"],
        ["flux", "heat_flux", "2", "kW/m²"],
        ["jet", "jet_temperature", "2.6", "°C"],
        ["jet", "jet_speed", "2.6", "m/s"],
        ["plume", "plume_temperature", "1", "°C"],
        ["link", "jet_temperature", "2.5", "°C"],
        ["link", "jet_speed", "2.5", "m/s"],
        ["door", "velocity", "1.8", "m/s"],
        ["line", "passed_forward", "", "1"],
        ["line", "passed_back", "", "1"],
        ["area", "density", "", "1/m²"],
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_link_tells_when_it_acts() {
    let events = [
        event(EventKind::Activated, 7, "link", 68.25),
        event(EventKind::Activated, 8, "detector", 60.0),
    ];
    let (memory, _) = run(&World::new(room(), probes()), 10, None, &events);
    let acted: Vec<_> = rows(&memory, "probes.csv")
        .into_iter()
        .filter(|r| r[2] == "activation_temperature")
        .collect();
    assert_eq!(
        acted,
        [["0.35", "link", "activation_temperature", "2.5", "68.25", "°C"]]
    );
}

#[test]
fn a_probe_that_cannot_be_put_up_is_told() {
    let nowhere = Probe::Gases(Heights {
        r#in: "9F/none".to_owned(),
        heights: vec![1.0],
        ..Heights::default()
    });
    let blind = Probe::Gases(Heights {
        name: "b".to_owned(),
        r#in: "1F/room, north".to_owned(),
        ..Heights::default()
    });
    let (memory, _) = run(&World::new(room(), vec![nowhere, blind]), 1, None, &[]);
    let json: serde_json::Value = serde_json::from_str(&read(&memory, RUN_FILE)).unwrap();
    let told = json["warnings"].to_string();
    assert!(
        told.contains("probe probe_1 measures nothing: there is no space"),
        "{told}"
    );
    assert!(told.contains("probe b measures nothing: it has no heights"), "{told}");
}

#[test]
fn events_are_written_one_to_a_line_with_clean_numbers() {
    let events = [
        event(EventKind::Shouted, 3, "张\"三\"\n", 0.0),
        event(EventKind::NotConverged, 3, "", f64::NAN),
    ];
    let (memory, _) = run(&World::new(room(), Vec::new()), 5, None, &events);
    let text = read(&memory, EVENTS_FILE);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        lines[0],
        r#"{"time_s":0.15,"tick":3,"kind":"shouted","subject":"张\"三\"\n","object":"","space":"1F/room, north","x_m":1.0,"y_m":0.3,"z_m":0.0,"value":0.0}"#
    );
    let json: serde_json::Value = serde_json::from_str(&read(&memory, RUN_FILE)).unwrap();
    assert!(json["warnings"].to_string().contains("1 fire steps did not converge"));
}

#[test]
fn names_are_made_unique() {
    let mut taken = BTreeSet::new();
    let names = ["a", "a", "", "", "a#1"].iter().enumerate();
    let made: Vec<_> = names.map(|(i, n)| unique(&mut taken, n, i)).collect();
    assert_eq!(made, ["a", "a#1", "#2", "#3", "a#1#4"]);
}

#[test]
fn state_words_are_those_of_json() {
    use PersonState::{Absent, Asleep, Incapacitated, Moving, Out, Preparing, Sheltering, Waiting};
    for state in [
        Asleep,
        Preparing,
        Moving,
        Waiting,
        Sheltering,
        Incapacitated,
        Out,
        Absent,
    ] {
        assert_eq!(serde_json::to_value(state).unwrap(), state_word(state));
    }
}

#[test]
fn the_summary_hash_does_not_depend_on_the_machine() {
    let (_, result) = run(&World::new(room(), Vec::new()), 1, None, &[]);
    let slower = RunResult {
        wall_s: 9.0,
        cpu_s: 8.0,
        ..result.clone()
    };
    assert_eq!(result.hash(), slower.hash());
    assert_ne!(result.hash(), RunResult { ticks: 2, ..slower }.hash());
}

#[test]
fn a_full_disk_in_the_middle_leaves_no_half_file() {
    let memory = Memory::with_quota(5000);
    let world = World::new(room(), Vec::new());
    let mut files = RunFiles::create(&memory, Path::new(FOLDER), &world.view(0), None).unwrap();
    let failed = (1..1000)
        .find_map(|tick| files.tick(&world.view(tick), &[]).err())
        .unwrap();
    assert!(failed.to_string().contains("the disk is full"), "{failed}");
    drop(files);
    assert_eq!(memory.list(Path::new(FOLDER)).unwrap(), []);
}

#[test]
fn a_folder_never_shows_two_runs_at_once() {
    let world = World::new(room(), Vec::new());
    let (memory, _) = run(&world, 1, None, &[]);
    memory
        .write_atomic(&Path::new(FOLDER).join("notes.txt"), b"mine")
        .unwrap();
    let second = RunFiles::create(&memory, Path::new(FOLDER), &world.view(0), None).unwrap();
    let left: Vec<PathBuf> = memory
        .list(Path::new(FOLDER))
        .unwrap()
        .into_iter()
        .map(|e| e.path)
        .collect();
    assert_eq!(left, [Path::new(FOLDER).join("notes.txt")]);
    drop(second);
}

#[test]
fn a_folder_that_is_a_file_is_told_before_anything_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("taken");
    Files.write_atomic(&path, b"x").unwrap();
    let world = World::new(Place::default(), Vec::new());
    let e = RunFiles::create(&Files, &path, &world.view(0), None).unwrap_err();
    assert!(
        e.to_string().contains("taken") && e.to_string().contains("is a file"),
        "{e}"
    );
    assert_eq!(Files.read(&path).unwrap(), b"x");
}

#[test]
fn the_dose_of_the_injured_is_counted_apart_from_the_incapacitated() {
    let mut outcome = Outcome::default();
    for (state, dose) in [
        (PersonState::Out, 0.3),
        (PersonState::Out, 0.1),
        (PersonState::Sheltering, 0.0),
        (PersonState::Incapacitated, 1.0),
        (PersonState::Absent, 0.9),
    ] {
        outcome.add(state, dose);
    }
    assert_eq!((outcome.people, outcome.out, outcome.sheltered), (4, 2, 1));
    assert_eq!((outcome.injured, outcome.incapacitated), (1, 1));
}
