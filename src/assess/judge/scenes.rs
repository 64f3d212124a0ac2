//! Real fires, and small scenes, as judges of the rule table.

use super::tests::{profile, resident};
use super::*;
use crate::assess::guidance::Profile;
use crate::drill::{Feeling, Percept, Smoke};
use crate::place::{LiftId, OpeningId, StairId};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

type Entry = (f64, Whereabouts, Noted);

#[derive(Deserialize)]
struct Fire {
    name: Text,
    year: u16,
    comment: Document,
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
struct Account {
    who: Text,
    role: Role,
    age: f64,
    #[serde(default)]
    answers_for: u32,
    perceived: Vec<Entry>,
    right: Vec<Act>,
    wrong: Vec<Act>,
    then: Vec<Entry>,
    judged: Vec<(String, Expected, bool)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
enum Expected {
    Right,
    Partly,
    Wrong,
}
impl From<Verdict> for Expected {
    fn from(v: Verdict) -> Self {
        match v {
            Verdict::Right => Self::Right,
            Verdict::Partly => Self::Partly,
            Verdict::Wrong => Self::Wrong,
        }
    }
}

#[derive(Deserialize)]
struct Scene {
    row: String,
    #[serde(default)]
    role: Role,
    #[serde(default)]
    age: Option<f64>,
    #[serde(default)]
    kin: u32,
    #[serde(default)]
    lift: bool,
    #[serde(default)]
    switch: Option<(String, String)>,
    applies: Vec<Entry>,
    alike: Vec<Entry>,
}

fn from_ron<T: serde::de::DeserializeOwned>(text: &str) -> T {
    use ron::extensions::Extensions;
    ron::Options::default()
        .with_default_extension(Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES)
        .from_str(text)
        .unwrap()
}

fn notes(entries: &[Entry]) -> Vec<Note> {
    entries
        .iter()
        .map(|(time_s, place, what)| Note {
            tick: (time_s * 20.0) as u64,
            time_s: *time_s,
            place: *place,
            what: what.clone(),
        })
        .collect()
}

fn known(age: f64, kin: u32, lift: bool) -> Known {
    Known {
        home_doors: vec![OpeningId(1)],
        age: Some(age),
        kin: (1..=kin).map(PersonId).collect(),
        lifts: if lift { vec![LiftId(0)] } else { Vec::new() },
        ..Known::default()
    }
}

fn ids(profile: &Profile, notes: &[Note], known: &Known, role: Role) -> Vec<String> {
    let s = Situation::of(notes);
    profile.asks(&s, known, role).iter().map(|r| r.id.clone()).collect()
}

#[test]
fn the_table_judges_real_fires_as_the_fire_service_did() {
    let fires: Vec<Fire> = from_ron(include_str!("../../../tests/reference/real_fires.ron"));
    assert!(fires.len() >= 12);
    let profile = profile();
    let mut differ = Vec::new();
    for fire in &fires {
        assert!(!fire.comment.document.is_empty() && fire.year > 2000);
        for a in &fire.accounts {
            let what = format!("{} {} · {}", fire.name.zh, fire.year, a.who.zh);
            let known = known(a.age, a.answers_for, true);
            let s = Situation::of(&notes(&a.perceived));
            let rows = profile.asks(&s, &known, a.role);
            let rights: Vec<Act> = rows.iter().flat_map(|r| r.right.iter().map(|x| x.act)).collect();
            let wrongs: Vec<Act> = rows.iter().flat_map(|r| r.wrong.iter().map(|x| x.act)).collect();
            for act in &a.right {
                if !rights.contains(act) || wrongs.contains(act) {
                    differ.push(format!("{what}: {act:?} is not called right"));
                }
            }
            for act in &a.wrong {
                if !wrongs.contains(act) || rights.contains(act) {
                    differ.push(format!("{what}: {act:?} is not called wrong"));
                }
            }
            let all: Vec<Entry> = a.perceived.iter().chain(&a.then).cloned().collect();
            let notebook = Notebook { notes: notes(&all) };
            let rubric = resident();
            let decisions = judge(&Case {
                notebook: &notebook,
                known: &known,
                role: a.role,
                end_s: all.last().map_or(0.0, |e| e.0),
                whole: true,
                profile: &profile,
                rubric: &rubric,
            });
            for (id, verdict, critical) in &a.judged {
                let found = decisions
                    .iter()
                    .find(|d| d.id == *id)
                    .map(|d| (Expected::from(d.right), d.critical));
                if found != Some((*verdict, *critical)) {
                    differ.push(format!(
                        "{what}: {id} expected {verdict:?} {critical}, judged {found:?}"
                    ));
                }
            }
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

fn scenes() -> Vec<Scene> {
    from_ron(include_str!("../../../tests/reference/rule_scenes.ron"))
}

#[test]
fn every_rule_has_a_scene_of_its_own() {
    let profile = profile();
    let scenes = scenes();
    for row in &profile.rows {
        assert!(scenes.iter().any(|s| s.row == row.id), "{} has none", row.id);
    }
    for n in 1..=37 {
        let id = format!("D-{n:02}");
        assert!(profile.row(&id).is_some(), "{id} is missing");
    }
}

/// The same scene somewhere else: other doors, rooms and stairs, other times, other things seen on the way.
fn elsewhere(entries: &[Entry], seed: u64) -> Vec<Note> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (by, faster) = (rng.next_u32() % 40, 0.5 + f64::from(rng.next_u32() % 100) / 100.0);
    let begins = f64::from(rng.next_u32() % 600);
    let door = |d: DoorRole| match d {
        DoorRole::Home(o) => DoorRole::Home(OpeningId(o.0 + by)),
        DoorRole::Room(o, r) => DoorRole::Room(OpeningId(o.0 + by), r),
        DoorRole::Stair(o, s) => DoorRole::Stair(OpeningId(o.0 + by), StairId(s.0 + by)),
        DoorRole::Window(o) => DoorRole::Window(OpeningId(o.0 + by)),
        DoorRole::Other(o) => DoorRole::Other(OpeningId(o.0 + by)),
    };
    let place = |w: Whereabouts| match w {
        Whereabouts::Stair(s, n) => Whereabouts::Stair(StairId(s.0 + by), n),
        w => w,
    };
    let mut found = Vec::new();
    for (time_s, at, what) in entries {
        let mut what = what.clone();
        match &mut what {
            Noted::Percept(
                Percept::Handle { door: d, .. }
                | Percept::Gap { door: d, .. }
                | Percept::Behind { door: d, .. }
                | Percept::ExitSeen { door: d, .. },
            )
            | Noted::Did(Did::Shut(d) | Did::Sealed(d) | Did::Passed { door: d, .. }) => *d = door(*d),
            Noted::Percept(Percept::StairSeen { stair, .. }) => stair.0 += by,
            Noted::Percept(Percept::FireKnown { at, .. } | Percept::FireSeen { at, .. }) => *at = place(*at),
            _ => {}
        }
        let time_s = begins + time_s * faster;
        if rng.next_u32() % 2 == 0 {
            let idle = match rng.next_u32() % 3 {
                0 => Noted::Percept(Percept::Feels(Feeling::Well)),
                1 => Noted::Percept(Percept::Other {
                    person: PersonId(by + 20),
                    state: KinState::Awake,
                }),
                _ => Noted::Did(Did::StoodStill),
            };
            found.push((time_s, place(*at), idle));
        }
        found.push((time_s, place(*at), what));
    }
    let mut all = notes(&found);
    for n in &mut all {
        n.tick = (n.time_s * 20.0) as u64;
    }
    all
}

#[test]
fn every_rule_applies_in_its_scene_and_not_in_the_one_that_looks_alike_in_200_places() {
    let mut wrong = Vec::new();
    for scene in scenes() {
        let mut profile = profile();
        if let Some((switch, word)) = &scene.switch {
            profile.set(switch, word).unwrap();
        }
        let known = known(scene.age.unwrap_or(40.0), scene.kin, scene.lift);
        for seed in 0..200 {
            let applies = ids(&profile, &elsewhere(&scene.applies, seed), &known, scene.role);
            let alike = ids(&profile, &elsewhere(&scene.alike, seed), &known, scene.role);
            if !applies.contains(&scene.row) {
                wrong.push(format!("{} does not apply (seed {seed}): {applies:?}", scene.row));
                break;
            }
            if alike.contains(&scene.row) {
                wrong.push(format!(
                    "{} applies in its look-alike (seed {seed}): {alike:?}",
                    scene.row
                ));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// ---------------------------------------------------------------------------------------------- stay or go

/// What the guidance comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// Out, by a way that is clear.
    Go,
    /// Behind a shut door.
    Stay,
    /// To another room or side: this one does not hold, and the way out is smoke.
    Shift,
}

/// What the rows that apply ask for.
fn answer(rows: &[&Row]) -> Vec<Answer> {
    let asks = |act: Act| rows.iter().any(|r| r.right.iter().any(|x| x.act == act));
    let mut found = Vec::new();
    if asks(Act::LeftHome) {
        found.push(Answer::Go);
    }
    if asks(Act::KeptShut) || asks(Act::TookRefuge) {
        found.push(Answer::Stay);
    }
    if asks(Act::ChangedRoom) {
        found.push(Answer::Shift);
    }
    found
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Unknown,
    HomeOpen,
    HomeInWay,
    Stair,
}

/// The doctrine in plain words, written without the table: the order of the questions is that of the fire services'
/// own texts (own home first, then the outside of the building, then the stair that burns, then the door).
fn doctrine(fire: Place, corridor: Smoke, stair: Smoke, [hot, poor, outside, level_exit]: [bool; 4]) -> Answer {
    match fire {
        Place::HomeOpen => return Answer::Go,
        Place::HomeInWay => return Answer::Stay,
        Place::Unknown | Place::Stair => {}
    }
    let corridor_dense = corridor == Smoke::Dense;
    let stair_smoky = stair > Smoke::None && !level_exit;
    let stair_dense = stair == Smoke::Dense && !level_exit;
    if outside {
        return if corridor_dense || stair_dense {
            Answer::Shift
        } else {
            Answer::Go
        };
    }
    let at_door = corridor > Smoke::None || hot;
    if matches!(fire, Place::Stair) && !level_exit {
        return if poor { Answer::Shift } else { Answer::Stay };
    }
    if poor {
        return if corridor_dense || stair_dense {
            Answer::Shift
        } else {
            Answer::Go
        };
    }
    if at_door || stair_smoky {
        Answer::Stay
    } else {
        Answer::Go
    }
}

#[test]
fn stay_or_go_is_answered_as_the_guidance_says_over_the_whole_grid() {
    let profile = profile();
    let living = Whereabouts::Home(crate::scenario::Use::LivingRoom);
    let smokes = [Smoke::None, Smoke::Thin, Smoke::Dense];
    let mut cases = 0;
    let mut wrong = Vec::new();
    let flags = [false, true];
    for fire in [Place::Unknown, Place::HomeOpen, Place::HomeInWay, Place::Stair] {
        for (corridor, stair) in smokes.iter().flat_map(|c| smokes.iter().map(move |s| (*c, *s))) {
            for bits in 0..16 {
                let [hot, poor, outside, level_exit] = [0, 1, 2, 3].map(|b| flags[(bits >> b) & 1]);
                for age in [9.0, 40.0, 75.0] {
                    let role = match age as u32 {
                        9 => Role::Pupil,
                        75 => Role::OlderResident,
                        _ => Role::Resident,
                    };
                    let mut known = known(age, 0, false);
                    known.level_exit = level_exit.then_some(OpeningId(9));
                    let p = |x: Percept| (5.0, living, Noted::Percept(x));
                    let mut entries = vec![
                        p(Percept::SmokeSmelled),
                        p(Percept::Refuge {
                            space: crate::place::SpaceId(1),
                            good: !poor,
                        }),
                        p(Percept::Handle {
                            door: DoorRole::Home(OpeningId(1)),
                            hot,
                        }),
                        p(Percept::Gap {
                            door: DoorRole::Home(OpeningId(1)),
                            smoke: corridor,
                        }),
                        p(Percept::StairSeen {
                            stair: StairId(0),
                            smoke: stair,
                        }),
                    ];
                    if outside {
                        entries.push(p(Percept::OutsideSign(crate::drill::OutsideSign::Netting)));
                    }
                    match fire {
                        Place::Unknown => {}
                        Place::HomeOpen | Place::HomeInWay => entries.push(p(Percept::FireSeen {
                            at: living,
                            in_home: true,
                            size: FireSize::Growing,
                            in_way: matches!(fire, Place::HomeInWay),
                        })),
                        Place::Stair => entries.push(p(Percept::FireKnown {
                            level: crate::drill::Level::Below,
                            at: Whereabouts::Stair(StairId(0), 5),
                            what: crate::drill::Burning::Battery,
                            thing: None,
                        })),
                    }
                    let s = Situation::of(&notes(&entries));
                    let rows = profile.asks(&s, &known, role);
                    let expected = doctrine(fire, corridor, stair, [hot, poor, outside, level_exit]);
                    cases += 1;
                    if answer(&rows) != [expected] {
                        let ids: Vec<&str> = rows.iter().map(|r| r.id.as_str()).collect();
                        wrong.push(format!(
                            "{fire:?} corridor {corridor:?} stair {stair:?} hot {hot} poor {poor} outside {outside} \
                             exit {level_exit} age {age}: {expected:?} expected, {:?} by {ids:?}",
                            answer(&rows)
                        ));
                    }
                }
            }
        }
    }
    assert!(cases >= 96);
    assert!(
        wrong.is_empty(),
        "{} of {cases}:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(25)].join("\n")
    );
}
