//! The life of a session: which drill is played, loading it, beginning, breaking off, judging, showing again. Screens
//! write what their user wishes as [`Wish`]es; everything else here follows from those and from the drill itself.

use super::catalogue::Recordings;
use super::drill::{Drill, Phase};
use super::keeper::Keeper;
use super::loading::{self, Failed, Job, Loading, Outcome, PlayOn};
use super::screen::{Graphics, Screen, Seat, Volume};
use super::settings::Settings;
use super::words::Words;
use crate::assess::{
    self, Players, REDO_NOTE, Record, Sheet, SideBySide, Verdict, judged, judged_by, sheet_note, side_by_side,
};
use crate::drill::recording::{Header, Played};
use crate::drill::{Noted, Simulation, TICK_S};
use crate::locale::Lang;
use crate::scenario::{Library, Loaded, Text};
use crate::storage::Storage;
use bevy::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Folder of recordings within the user's own.
pub const RECORDINGS: &str = "recordings";
/// Extension of recordings.
pub const EXTENSION: &str = "rec";

/// What the window works with: files and where they lie.
#[derive(Resource, Clone, Debug)]
pub struct Desk {
    /// Files of the program.
    pub library: Arc<Library>,
    /// The door to files.
    pub storage: Arc<dyn Storage>,
    /// Where settings are kept.
    pub config: Option<PathBuf>,
    /// Where recordings are kept.
    pub recordings: Option<PathBuf>,
    /// Language where none is set.
    pub lang: Lang,
}

/// A drill to play.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Path of the scenario.
    pub path: String,
    /// Its text.
    pub bytes: Arc<Vec<u8>>,
    /// Knobs set by hand; the others are drawn.
    pub set: BTreeMap<String, String>,
    /// Seed of all chance.
    pub seed: u64,
    /// Who is played; by default the first trainee.
    pub trainee: Option<String>,
}

/// A drill that can begin.
#[derive(Resource, Clone, Debug)]
pub struct Prepared {
    /// What it was made from.
    pub order: Order,
    /// Its state at the beginning.
    pub first: Simulation,
}

impl Prepared {
    /// The scenario with everything it names.
    pub fn loaded(&self) -> &Loaded {
        self.first.view().loaded
    }
}

/// The score sheet of the drill that is shown again.
#[derive(Resource, Clone, Debug)]
pub struct Judged {
    /// The sheet; none if the scenario names no guidance; why not, if the rules cannot be read.
    pub sheet: Result<Option<Sheet>, Text>,
    /// How it is called in the list of recordings, if one was kept.
    pub recording: Option<PathBuf>,
    /// Beside the line that it was played on from, or beside its twin.
    pub beside: Option<Beside>,
    /// What was chosen first and again, for the twin to add to.
    pub record: Option<Record>,
}

/// Two lines to compare.
#[derive(Clone, Debug)]
pub struct Beside {
    /// How they differ.
    pub lines: SideBySide,
    /// Where the second comes from.
    pub kind: Second,
}

/// Where a second line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Second {
    /// The same night from a decision on.
    Redo,
    /// The same beginning with another cause.
    Twin,
}

/// What the drill that is played or shown again was made from.
#[derive(Resource, Clone, Debug)]
pub struct Origin {
    /// All inputs, and who played.
    pub header: Arc<Header>,
    /// Files by which it is judged.
    pub library: Arc<Library>,
}

/// The line of a drill from which it is played on, or whose twin is played.
#[derive(Resource, Clone, Debug)]
pub struct FirstLine {
    /// Its sheet.
    pub sheet: Sheet,
    /// The decision that is taken again; `None`: none arose.
    pub record: Option<Record>,
    /// The question, for whoever takes it again; a twin asks nothing beforehand.
    pub title: Option<Text>,
    /// What is played after it.
    pub second: Second,
}

/// What the user has to be told, on whatever screen.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice(pub Option<Text>);

/// How fast time goes in a drill, as a multiple of the clock's.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Pace(pub f32);

impl Default for Pace {
    fn default() -> Self {
        Self(1.0)
    }
}

/// What the user wishes.
#[derive(Message, Clone, Debug, PartialEq)]
pub enum Wish {
    /// Load this drill.
    Play(Order),
    /// Load a recording and show it again.
    Watch(PathBuf),
    /// No longer load.
    Cancel,
    /// Choose who is played: index into the scenario's trainees.
    Take(usize),
    /// Begin the drill that was prepared.
    Begin,
    /// Stop the clock.
    Pause,
    /// Let it run on.
    Resume,
    /// How fast time goes.
    Pace(f32),
    /// The same drill again from its beginning.
    Restart,
    /// Let the drill run to its end at once.
    RunOut,
    /// See what it was worth.
    Debrief,
    /// Play on from a decision: index into the sheet's.
    PlayOn(usize),
    /// Play the same beginning with another cause.
    Twin,
    /// In what is shown again: go to this tick.
    TurnTo(u64),
    /// Back to the menu.
    Leave,
    /// Remove a recording.
    Delete(PathBuf),
    /// Set and keep these settings.
    Set(Settings),
    /// The notice was read.
    Understood,
    /// End the program.
    Quit,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Notice>()
        .init_resource::<Pace>()
        .init_resource::<Settings>()
        .add_message::<Wish>()
        .add_systems(Startup, read_settings)
        // A drill that is taken away goes when everything that follows it has had its turn.
        .add_systems(
            Last,
            (
                follow_settings.run_if(resource_changed::<Settings>),
                grant,
                loaded.run_if(resource_exists::<Loading>),
                recording_ends.run_if(in_state(Screen::Drill)),
                slow_down.run_if(in_state(Screen::Drill)),
                keep_pace,
                close_at_exit,
            )
                .chain(),
        );
}

fn read_settings(desk: Res<Desk>, mut settings: ResMut<Settings>, mut notice: ResMut<Notice>) {
    let (read, note) = Settings::load(desk.storage.as_ref(), desk.config.as_deref());
    *settings = read;
    notice.0 = note;
}

fn follow_settings(
    settings: Res<Settings>,
    desk: Res<Desk>,
    mut words: ResMut<Words>,
    mut graphics: ResMut<Graphics>,
    mut volume: ResMut<Volume>,
) {
    let lang = settings.language_or(desk.lang);
    if words.lang() != lang {
        *words = Words::new(lang);
    }
    graphics.set_if_neq(settings.graphics());
    volume.set_if_neq(settings.loudness());
}

/// Does what was wished for.
fn grant(world: &mut World) {
    let wishes: Vec<Wish> = world
        .get_resource_mut::<Messages<Wish>>()
        .map(|mut m| m.drain().collect())
        .unwrap_or_default();
    for wish in wishes {
        match wish {
            Wish::Play(order) => {
                world.remove_resource::<FirstLine>();
                let library = Arc::clone(&world.resource::<Desk>().library);
                load(world, Job::Play(order, library));
            }
            Wish::Watch(path) => load(world, Job::Watch(path)),
            Wish::Cancel => {
                let loading = world.remove_resource::<Loading>().is_some();
                let failed = world.remove_resource::<Failed>().is_some();
                if !loading && !failed {
                    // It was loaded in the same moment: too late.
                    continue;
                }
                world.remove_resource::<FirstLine>();
                // Who only wanted to play on from a decision is still in the debrief of the first line.
                let again = world.contains_resource::<Judged>() && world.contains_resource::<Drill>();
                go(world, if again { Screen::Debrief } else { Screen::Menu });
            }
            Wish::Take(seat) => {
                if let Some(prepared) = world.get_resource::<Prepared>()
                    && seat < prepared.loaded().scenario.trainees.len()
                {
                    world.insert_resource(Seat(seat));
                }
            }
            Wish::Begin => begin(world),
            Wish::Pause => set_phase(world, Phase::Running, Phase::Paused),
            Wish::Resume => resume(world),
            Wish::Pace(pace) => world.insert_resource(Pace(pace.clamp(0.25, 16.0))),
            Wish::Restart => {
                close(world);
                begin(world);
            }
            Wish::RunOut => {
                if let Some(mut drill) = world.get_resource_mut::<Drill>() {
                    drill.run_out();
                }
            }
            Wish::Debrief => debrief(world),
            Wish::PlayOn(decision) => play_on(world, decision),
            Wish::Twin => play_twin(world),
            Wish::TurnTo(tick) => {
                if let Some(mut drill) = world.get_resource_mut::<Drill>() {
                    drill.turn_to(tick);
                }
                set_phase(world, Phase::Finished, Phase::Paused);
            }
            Wish::Leave => leave(world),
            Wish::Delete(path) => {
                let desk = world.resource::<Desk>().clone();
                if let Err(e) = desk.storage.remove(&path) {
                    world.insert_resource(Notice(Some(e.text())));
                }
                world.insert_resource(Recordings::read(&desk));
            }
            Wish::Set(settings) => {
                let desk = world.resource::<Desk>().clone();
                let settings = settings.within_bounds();
                if let Err(e) = settings.save(desk.storage.as_ref(), desk.config.as_deref()) {
                    world.insert_resource(Notice(Some(e.text())));
                }
                world.insert_resource(settings);
            }
            Wish::Understood => world.insert_resource(Notice(None)),
            Wish::Quit => {
                close(world);
                world.write_message(AppExit::Success);
            }
        }
    }
}

fn go(world: &mut World, screen: Screen) {
    if let Some(mut next) = world.get_resource_mut::<NextState<Screen>>() {
        NextState::set_if_neq(&mut next, screen);
    }
}

/// From one phase to another; from any other nothing happens.
fn set_phase(world: &mut World, from: Phase, to: Phase) {
    if world.resource::<State<Phase>>().get() == &from
        && let Some(mut next) = world.get_resource_mut::<NextState<Phase>>()
    {
        NextState::set_if_neq(&mut next, to);
    }
}

/// The clock runs on, unless there is nothing left to run.
fn resume(world: &mut World) {
    if world.get_resource::<Drill>().is_some_and(|d| !d.is_over())
        && let Some(mut next) = world.get_resource_mut::<NextState<Phase>>()
    {
        NextState::set_if_neq(&mut next, Phase::Running);
    }
}

fn load(world: &mut World, job: Job) {
    let desk = world.resource::<Desk>().clone();
    world.remove_resource::<Failed>();
    world.insert_resource(loading::start(&desk, job));
    go(world, Screen::Loading);
}

/// Takes up what was loaded.
fn loaded(world: &mut World) {
    let done = world.resource_mut::<Loading>().take();
    let Some(outcome) = done else { return };
    world.remove_resource::<Loading>();
    match outcome {
        Outcome::Ready(prepared) => {
            let trainees = &prepared.loaded().scenario.trainees;
            let wanted = prepared.order.trainee.as_deref();
            let seat = wanted.and_then(|w| trainees.iter().position(|t| t.id == w));
            world.insert_resource(Seat(seat.unwrap_or(0)));
            // Whoever plays a twin comes from the debrief of the first line.
            world.remove_resource::<Drill>();
            world.remove_resource::<Judged>();
            world.remove_resource::<Origin>();
            world.insert_resource(*prepared);
            go(world, Screen::Briefing);
        }
        Outcome::Watched(watched) => {
            world.insert_resource(Seat(watched.seat));
            world.insert_resource(watched.origin);
            world.insert_resource(watched.judged);
            take_up(world, watched.drill);
            world.remove_resource::<Prepared>();
            world.remove_resource::<FirstLine>();
            go(world, Screen::Debrief);
        }
        Outcome::GoesOn(goes_on) => {
            take_up(world, goes_on.drill);
            world.insert_resource(Notice(goes_on.trouble));
            world.insert_resource(Pace::default());
            world.remove_resource::<Judged>();
            go(world, Screen::Drill);
        }
        Outcome::Failed(failed) => world.insert_resource(failed),
    }
}

/// Another drill in the place of the one there was. What begins with a drill looks for one that was added.
fn take_up(world: &mut World, drill: Drill) {
    world.remove_resource::<Drill>();
    world.insert_resource(drill);
}

/// Begins the drill that was prepared, with a recording where one can be kept.
fn begin(world: &mut World) {
    let Some(prepared) = world.get_resource::<Prepared>().cloned() else {
        return;
    };
    let desk = world.resource::<Desk>().clone();
    let seat = world.resource::<Seat>().0;
    let first = prepared.first.clone();
    let loaded = first.view().loaded;
    let policies: Vec<_> = (0..)
        .zip(&loaded.scenario.trainees)
        .map(|(i, t)| {
            (i != seat)
                .then(|| t.policy.as_deref().and_then(assess::policy))
                .flatten()
        })
        .collect();
    let played = policies
        .iter()
        .zip(&loaded.scenario.trainees)
        .map(|(policy, t)| Played {
            id: t.id.clone(),
            policy: policy.as_ref().map(|p| p.name().to_owned()),
        });
    let header = Header::new(
        loaded,
        prepared.order.seed,
        judged_by(&desk.library, loaded),
        played.collect(),
    );
    let mut drill = Drill::new(first.clone()).with_players(Players::new(policies));
    match keep(&desk, &header, &first) {
        Ok(keeper) => drill = drill.with_keeper(keeper),
        Err(why) => world.insert_resource(Notice(Some(why))),
    }
    world.insert_resource(Origin {
        header: Arc::new(header),
        library: desk.library,
    });
    take_up(world, drill);
    world.insert_resource(Pace::default());
    world.remove_resource::<Judged>();
    // From its beginning a drill is nobody's second line, unless it is a twin.
    if world
        .get_resource::<FirstLine>()
        .is_some_and(|f| f.second == Second::Redo)
    {
        world.remove_resource::<FirstLine>();
    }
    go(world, Screen::Drill);
}

/// The drill that is shown again, its sheet, and what it was made from.
fn shown_again(world: &World) -> Option<(&Drill, &Judged, &Origin)> {
    Some((world.get_resource()?, world.get_resource()?, world.get_resource()?))
}

/// Plays on from a decision of the drill that is shown again.
fn play_on(world: &mut World, decision: usize) {
    let desk = world.resource::<Desk>().clone();
    let seat = world.resource::<Seat>().0;
    let Some((drill, judged, origin)) = shown_again(world) else {
        return;
    };
    let Ok(Some(sheet)) = &judged.sheet else { return };
    let Some(decision) = sheet.trainee.score.decisions.get(decision) else {
        return;
    };
    let history = drill.tape().history().clone();
    // The notebook as the line ended; what is shown may stand at any moment.
    let Some(end) = history.at(history.end()) else { return };
    let first = FirstLine {
        sheet: sheet.clone(),
        record: Some(Record::new(decision, end.trainee(seat).notebook)),
        title: Some(decision.title.clone()),
        second: Second::Redo,
    };
    let job = PlayOn {
        history,
        origin: origin.clone(),
        seat,
        tick: (decision.time_s / TICK_S).round() as u64,
    };
    world.remove_resource::<Failed>();
    world.insert_resource(first);
    world.insert_resource(loading::start(&desk, Job::PlayOn(Box::new(job))));
    go(world, Screen::Loading);
}

/// Loads the twin of the drill that is shown again.
fn play_twin(world: &mut World) {
    let desk = world.resource::<Desk>().clone();
    let seat = world.resource::<Seat>().0;
    let Some((drill, judged, origin)) = shown_again(world) else {
        return;
    };
    let scenario = &drill.simulation().view().loaded.scenario;
    let (Some((knob, word)), Some(file)) = (scenario.next_twin(), origin.header.files.first()) else {
        return;
    };
    let mut set = origin.header.set();
    set.insert(knob.to_owned(), word.to_owned());
    // As it was recorded, with what only the twin names from the program.
    let mut library = Library::clone(&desk.library);
    library.files.extend(origin.header.library().files);
    let order = Order {
        path: file.path.clone(),
        bytes: Arc::new(file.text.clone().into_bytes()),
        set,
        seed: origin.header.seed,
        trainee: scenario.trainees.get(seat).map(|t| t.id.clone()),
    };
    let first = match &judged.sheet {
        Ok(Some(sheet)) => {
            let decisions = &sheet.trainee.score.decisions;
            // The choice that mattered: the first that was not right.
            let told = decisions
                .iter()
                .find(|d| d.right != Verdict::Right)
                .or(decisions.first());
            let history = drill.tape().history();
            let end = history.at(history.end());
            let record = judged
                .record
                .clone()
                .or_else(|| Some(Record::new(told?, end?.trainee(seat).notebook)));
            Some(FirstLine {
                sheet: sheet.clone(),
                record,
                title: None,
                second: Second::Twin,
            })
        }
        _ => None,
    };
    world.remove_resource::<FirstLine>();
    if let Some(first) = first {
        world.insert_resource(first);
    }
    load(world, Job::Play(order, Arc::new(library)));
}

/// Begins a recording under the next number.
pub(super) fn keep(desk: &Desk, header: &Header, first: &Simulation) -> Result<Keeper, Text> {
    let folder = desk.recordings.as_deref().ok_or_else(|| Text {
        zh: "找不到存放录像的文件夹，这次演练不会留下录像。".to_owned(),
        en: "There is no folder for recordings: this drill will leave none.".to_owned(),
    })?;
    desk.storage.create_dir_all(folder).map_err(|e| e.text())?;
    let entries = desk.storage.list(folder).map_err(|e| e.text())?;
    let number = entries.iter().filter_map(|e| number_of(&e.path)).max().unwrap_or(0) + 1;
    let stem = header.scenario.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = stem.strip_suffix(".ron").unwrap_or(stem);
    let path = folder.join(format!("{number:05}-{stem}.{EXTENSION}"));
    Keeper::begin(desk.storage.as_ref(), &path, header, first).map_err(|e| e.text())
}

/// The number that a recording's name begins with.
pub fn number_of(path: &std::path::Path) -> Option<u32> {
    let name = path.file_name()?.to_str()?;
    name.strip_suffix(EXTENSION)?;
    name.split_once('-')?.0.parse().ok()
}

/// What came of a drill.
#[derive(Debug)]
pub(super) struct Verdicts {
    /// Policy and score of every trainee.
    pub scores: Vec<(Option<String>, serde_json::Value)>,
    /// Sheets, for the recording.
    pub notes: Vec<(String, serde_json::Value)>,
    /// The sheet of the one who was played.
    pub own: Result<Option<Sheet>, Text>,
}

fn judge(world: &World) -> Verdicts {
    let seat = world.resource::<Seat>().0;
    match (world.get_resource::<Drill>(), world.get_resource::<Origin>()) {
        (Some(drill), Some(origin)) => judge_all(drill.simulation(), &origin.library, seat),
        _ => Verdicts {
            scores: Vec::new(),
            notes: Vec::new(),
            own: Ok(None),
        },
    }
}

/// Judges every trainee; `seat`: the one who was played.
pub(super) fn judge_all(simulation: &Simulation, library: &Library, seat: usize) -> Verdicts {
    let mut scores = Vec::new();
    let mut notes = Vec::new();
    let mut own = Ok(None);
    for (i, trainee) in simulation.view().loaded.scenario.trainees.iter().enumerate() {
        let policy = trainee
            .policy
            .as_deref()
            .filter(|p| i != seat && assess::policy(p).is_some());
        let sheet = judged(simulation, library, i, policy).map_err(|e| Text {
            zh: format!("评分规则不能使用：{e}"),
            en: format!("the rules cannot be used: {e}"),
        });
        let told = sheet.as_ref().ok().and_then(Option::as_ref);
        let score = told.and_then(|s| serde_json::to_value(&s.trainee.score).ok());
        let note = told.and_then(|s| serde_json::to_value(s).ok());
        notes.extend(note.map(|n| (sheet_note(&trainee.id), n)));
        scores.push((policy.map(str::to_owned), score.unwrap_or_default()));
        if i == seat {
            own = sheet;
        }
    }
    Verdicts { scores, notes, own }
}

/// Ends the recording of the drill that is played, if there is one.
fn close(world: &mut World) {
    if world.get_resource::<Drill>().is_none_or(|d| d.kept_at().is_none()) {
        return;
    }
    let verdicts = judge(world);
    let mut notes = verdicts.notes;
    if let Some(record) = taken_again(world, &verdicts.own)
        && let Ok(value) = serde_json::to_value(&record)
    {
        notes.push((REDO_NOTE.to_owned(), value));
    }
    if let Some(mut drill) = world.get_resource_mut::<Drill>() {
        drill.close_recording(verdicts.scores, &notes);
        if let Some(why) = drill.trouble().cloned() {
            world.insert_resource(Notice(Some(why)));
        }
    }
}

/// What was chosen first and again, in a drill that was played on from a decision or that is a twin.
fn taken_again(world: &World, sheet: &Result<Option<Sheet>, Text>) -> Option<Record> {
    let first = world.get_resource::<FirstLine>()?;
    let drill = world.get_resource::<Drill>()?;
    let seat = world.resource::<Seat>().0;
    let mut record = first.record.clone()?;
    if let Ok(Some(sheet)) = sheet {
        let notebook = drill.simulation().trainee(seat).notebook;
        match first.second {
            Second::Redo => record.add_redo(sheet, notebook),
            Second::Twin => record.add_twin(sheet, notebook),
        }
    }
    Some(record)
}

fn debrief(world: &mut World) {
    let recording = world
        .get_resource::<Drill>()
        .and_then(|d| d.kept_at().map(std::path::Path::to_owned))
        .or_else(|| world.get_resource::<LastKept>().and_then(|k| k.0.clone()));
    close(world);
    let sheet = judge(world).own;
    let beside = match (world.get_resource::<FirstLine>(), &sheet) {
        (Some(first), Ok(Some(again))) => Some(Beside {
            lines: side_by_side(&first.sheet, again),
            kind: first.second,
        }),
        _ => None,
    };
    let record = taken_again(world, &sheet);
    let Some(mut drill) = world.get_resource_mut::<Drill>() else {
        return;
    };
    drill.show_again();
    world.insert_resource(Judged {
        sheet,
        recording,
        beside,
        record,
    });
    world.insert_resource(Pace::default());
    if let Some(mut next) = world.get_resource_mut::<NextState<Phase>>() {
        NextState::set_if_neq(&mut next, Phase::Finished);
    }
    go(world, Screen::Debrief);
}

fn leave(world: &mut World) {
    close(world);
    world.remove_resource::<Drill>();
    world.remove_resource::<Judged>();
    world.remove_resource::<Origin>();
    world.remove_resource::<FirstLine>();
    world.insert_resource(Pace::default());
    go(world, Screen::Menu);
}

/// Where the recording of the last drill lies.
#[derive(Resource, Debug, Default)]
struct LastKept(Option<PathBuf>);

/// A drill that has come to its end needs no more of its recording.
fn recording_ends(world: &mut World) {
    let Some(drill) = world.get_resource::<Drill>() else {
        return;
    };
    if drill.is_replay() {
        return;
    }
    if let Some(path) = drill.kept_at().map(std::path::Path::to_owned) {
        if drill.is_over() {
            close(world);
        }
        world.insert_resource(LastKept(Some(path)));
    }
}

fn close_at_exit(world: &mut World) {
    let exits = world.get_resource::<Messages<AppExit>>().is_some_and(|m| !m.is_empty());
    if exits {
        close(world);
    }
}

/// Whatever is perceived ends the time that goes faster.
fn slow_down(drill: Option<Res<Drill>>, seat: Res<Seat>, mut pace: ResMut<Pace>, mut read: Local<(usize, u64)>) {
    let Some(drill) = drill else { return };
    let simulation = drill.simulation();
    if seat.0 >= simulation.view().trainees.len() {
        return;
    }
    let trainee = simulation.trainee(seat.0);
    let notes = &trainee.notebook.notes;
    let (known, at) = *read;
    *read = (notes.len(), simulation.tick());
    if known > notes.len() || simulation.tick() < at {
        return;
    }
    let news = notes[known..]
        .iter()
        .any(|n| matches!(n.what, Noted::Percept(_) | Noted::Refused(..)));
    if news && pace.0 > 1.0 {
        pace.0 = 1.0;
    }
}

/// The clock follows the pace.
fn keep_pace(pace: Res<Pace>, mut time: ResMut<Time<Virtual>>) {
    if (time.relative_speed() - pace.0).abs() > 1e-3 {
        time.set_relative_speed(pace.0);
    }
}
