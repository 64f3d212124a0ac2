//! Recordings, `drill.rec`: everything that a drill was made from and every command, so that another machine can play
//! it again and prove by state hashes that it is the same drill; and what it looked like, second by second, so that a
//! program that no longer computes the same can still show it. Laid out as [`super::journal`] says.
//!
//! Inputs, commands, plan and notes are JSON, so that later versions can add to them; numbers that stand by the
//! thousand are laid out in fixed order (see [`super::picture`]).

use super::journal::{self, Chain, Fault, Frame};
use super::picture::{Picture, Plan, SAMPLE_EVERY, Sample, Sampler};
use super::{Command, Simulation, TICK_S, View};
use crate::place;
use crate::scenario::{self, Issue, KnobValue, Library, Loaded, Severity, SourceFile, Text};
use crate::storage::{Journal, Storage, StorageError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

pub use super::journal::CONTRACT as RECORDING_CONTRACT;

/// Whether a file begins as recordings do.
pub fn is_recording(bytes: &[u8]) -> bool {
    bytes.starts_with(&journal::MAGIC)
}

/// A state hash is written every so many ticks (5 s).
pub const HASH_EVERY: u64 = 100;

/// A frame is written at least every so many ticks (2 s), so that a kill loses no more.
const PULSE_EVERY: u64 = 40;

const HEADER: u8 = 1;
const COMMANDS: u8 = 2;
const HASH: u8 = 3;
const END: u8 = 4;
const PLAN: u8 = 5;
const SAMPLE: u8 = 6;
const NOTE: u8 = 7;
/// Kinds from here on are passed over by programs that do not know them.
const OPTIONAL: u8 = 128;

/// A hash of a state or a summary.
pub type Hash = [u8; 32];

/// The inputs of a drill, whole: nothing outside a recording is needed to play it again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Header {
    /// Version of the program that recorded it.
    pub program: String,
    /// Path of the scenario, as it was given.
    pub scenario: String,
    /// Every file that was read for it, the scenario first.
    pub files: Vec<Embedded>,
    /// Guidance and rubric by which it is judged.
    pub judgement: Vec<Embedded>,
    /// Knobs, as set or drawn.
    pub knobs: BTreeMap<String, RecordedKnob>,
    /// Seed of all chance.
    pub seed: u64,
    /// Who played, in the scenario's order.
    pub trainees: Vec<Played>,
}

impl Header {
    /// The header of a drill that begins now.
    pub fn new(loaded: &Loaded, seed: u64, judgement: Vec<Embedded>, trainees: Vec<Played>) -> Self {
        let files: Vec<_> = loaded.sources.iter().map(Embedded::from).collect();
        Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: files.first().map(|f| f.path.clone()).unwrap_or_default(),
            files,
            judgement,
            knobs: loaded
                .scenario
                .chosen
                .iter()
                .map(|(k, v)| (k.clone(), v.into()))
                .collect(),
            seed,
            trainees,
        }
    }
}

impl Header {
    /// Knobs as they are set by hand, to have them stand as they stood.
    pub fn set(&self) -> BTreeMap<String, String> {
        self.knobs.iter().map(|(k, v)| (k.clone(), v.word())).collect()
    }

    /// Everything that it embeds, guidance and rubrics included.
    pub fn library(&self) -> Library {
        let files = self.files.iter().chain(&self.judgement);
        Library {
            files: files.map(|f| (f.path.clone(), f.text.clone())).collect(),
        }
    }
}

/// A file inside a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embedded {
    /// As it was read.
    pub path: String,
    /// Its content.
    pub text: String,
}

impl From<&SourceFile> for Embedded {
    fn from(f: &SourceFile) -> Self {
        Self {
            path: f.path.clone(),
            text: f.text.clone(),
        }
    }
}

/// A trainee, and who played.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Played {
    /// As the scenario names them.
    pub id: String,
    /// Name of the policy; `None`: a person.
    pub policy: Option<String>,
}

/// Value of a knob. [`KnobValue`] itself is written without a tag, which only formats that describe themselves can read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RecordedKnob {
    /// A number.
    Number(f64),
    /// One of its words.
    Word(String),
}

impl RecordedKnob {
    /// As it would be set on the command line.
    fn word(&self) -> String {
        match self {
            Self::Number(n) => n.to_string(),
            Self::Word(w) => w.clone(),
        }
    }
}

impl From<&KnobValue> for RecordedKnob {
    fn from(v: &KnobValue) -> Self {
        match v {
            KnobValue::Number(n) => Self::Number(*n),
            KnobValue::Word(w) => Self::Word(w.clone()),
        }
    }
}

impl From<&RecordedKnob> for KnobValue {
    fn from(v: &RecordedKnob) -> Self {
        match v {
            RecordedKnob::Number(n) => Self::Number(*n),
            RecordedKnob::Word(w) => Self::Word(w.clone()),
        }
    }
}

/// How a drill ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Ticks in all.
    pub tick: u64,
    /// State after the last.
    pub hash: Hash,
    /// Of what the run came to, [`super::output::RunResult::hash`].
    pub summary: Hash,
}

// ------------------------------------------------------------------------------------------------- writing

/// A recording could not be continued.
#[derive(Debug, thiserror::Error)]
pub enum RecorderError {
    /// The disk is full or gone.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A caller's mistake: frames must come in the order of time, hashes each [`HASH_EVERY`] ticks.
    #[error("the recording stands at tick {now}; what belongs to tick {tick} cannot be added")]
    Order {
        /// What was to be added belongs here.
        tick: u64,
        /// Tick of the last frame.
        now: u64,
    },
    /// A frame of more than 4 GiB, or a value that cannot be laid out.
    #[error("the recording cannot hold this: {0}; leave out what makes it so large")]
    Frame(String),
}

impl From<postcard::Error> for RecorderError {
    fn from(e: postcard::Error) -> Self {
        Self::Frame(e.to_string())
    }
}

impl From<serde_json::Error> for RecorderError {
    fn from(e: serde_json::Error) -> Self {
        Self::Frame(e.to_string())
    }
}

impl RecorderError {
    /// The message in both languages.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Storage(e) => return e.text(),
            Self::Order { tick, now } => format!("录像已到第 {now} 步，不能再加入第 {tick} 步的内容"),
            Self::Frame(why) => format!("录像放不下这项内容：{why}。请减少过大的内容"),
        };
        Text {
            zh,
            en: self.to_string(),
        }
    }
}

/// Writes a recording while the drill runs. Every frame is handed to the disk at once.
#[derive(Debug)]
pub struct Recorder {
    journal: Box<dyn Journal>,
    chain: Chain,
    /// Tick of the last frame.
    now: u64,
    /// Tick of the last commands.
    commanded: Option<u64>,
    /// Tick of the last hash.
    hashed: Option<u64>,
    /// What the last sample said; `None` until the plan is written.
    sampler: Option<Sampler>,
}

impl Recorder {
    /// Begins a recording.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn create(storage: &dyn Storage, path: &Path, header: &Header) -> Result<Self, RecorderError> {
        let (start, chain) = journal::begin();
        let mut recorder = Self {
            journal: storage.journal(path)?,
            chain,
            now: 0,
            commanded: None,
            hashed: None,
            sampler: None,
        };
        recorder.journal.append(&start)?;
        recorder.frame(HEADER, &serde_json::to_vec(header)?)?;
        recorder.journal.sync()?;
        Ok(recorder)
    }

    /// What is about to be done in a tick. To be called before every step, also with no commands: then a frame is
    /// written every 2 s only, to tell how far the drill had come.
    ///
    /// # Errors
    /// The disk is full, the tick lies in the past or has commands already, or a hash was left out before it.
    pub fn commands(&mut self, tick: u64, commands: &[Command]) -> Result<(), RecorderError> {
        self.check_order(tick)?;
        if commands.is_empty() {
            if tick < self.now + PULSE_EVERY {
                return Ok(());
            }
        } else if self.commanded.replace(tick) == Some(tick) {
            return Err(RecorderError::Order { tick, now: self.now });
        }
        self.frame(COMMANDS, &dated(tick, &serde_json::to_vec(commands)?))?;
        self.now = tick;
        Ok(())
    }

    /// Whether the state after this many ticks is to be hashed.
    pub fn hash_due(&self, tick: u64) -> bool {
        tick.is_multiple_of(HASH_EVERY) && self.hashed.is_none_or(|h| tick > h)
    }

    /// The state hash after so many ticks, when [`Recorder::hash_due`].
    ///
    /// # Errors
    /// The disk is full, or it is not due.
    pub fn hash(&mut self, tick: u64, hash: Hash) -> Result<(), RecorderError> {
        self.check_order(tick)?;
        if !is_next_hash(self.hashed, tick) {
            return Err(RecorderError::Order { tick, now: self.now });
        }
        self.frame(HASH, &postcard::to_stdvec(&(tick, hash))?)?;
        self.now = tick;
        self.hashed = Some(tick);
        Ok(())
    }

    /// What it looks like now, each [`SAMPLE_EVERY`] ticks; the first time with the plan of the place. To be called
    /// before the first step and after every step.
    ///
    /// # Errors
    /// The disk is full, or the tick lies in the past.
    pub fn sample(&mut self, view: &View<'_>) -> Result<(), RecorderError> {
        if !view.tick.is_multiple_of(SAMPLE_EVERY) {
            return Ok(());
        }
        self.check_order(view.tick)?;
        let mut sampler = match self.sampler.take() {
            Some(sampler) => sampler,
            None => {
                self.frame(PLAN, &serde_json::to_vec(&Plan::new(view))?)?;
                Sampler::default()
            }
        };
        let sample = sampler.sample(view);
        self.sampler = Some(sampler);
        self.frame(SAMPLE, &postcard::to_stdvec(&(view.tick, sample))?)?;
        self.now = view.tick;
        Ok(())
    }

    /// State hash and sample, when they are due. To be called before the first step and after every step.
    ///
    /// # Errors
    /// As [`Recorder::hash`] and [`Recorder::sample`].
    pub fn stands(&mut self, simulation: &Simulation) -> Result<(), RecorderError> {
        if self.hash_due(simulation.tick()) {
            self.hash(simulation.tick(), simulation.state_hash())?;
        }
        if simulation.tick().is_multiple_of(SAMPLE_EVERY) {
            self.sample(&simulation.view())?;
        }
        Ok(())
    }

    /// Keeps something else with the drill under a name: a score sheet, what was chosen when it was played again.
    ///
    /// # Errors
    /// The disk is full, or it cannot be written as JSON.
    pub fn note(&mut self, name: &str, value: &impl Serialize) -> Result<(), RecorderError> {
        let note = Note {
            name: name.to_owned(),
            value: serde_json::to_value(value)?,
        };
        self.frame(NOTE, &serde_json::to_vec(&note)?)
    }

    /// Ends the recording.
    ///
    /// # Errors
    /// The disk is full, or the tick lies in the past.
    pub fn end(mut self, end: &End) -> Result<(), RecorderError> {
        self.check_order(end.tick)?;
        self.frame(END, &postcard::to_stdvec(end)?)?;
        self.journal.sync()?;
        Ok(())
    }

    /// Frames stay within [`HASH_EVERY`] ticks of the last hash: a reader refuses others, see [`Recording::open`].
    fn check_order(&self, tick: u64) -> Result<(), RecorderError> {
        if tick < self.now || tick > self.hashed.unwrap_or(0).saturating_add(HASH_EVERY) {
            return Err(RecorderError::Order { tick, now: self.now });
        }
        Ok(())
    }

    fn frame(&mut self, kind: u8, payload: &[u8]) -> Result<(), RecorderError> {
        let (bytes, next) = journal::encode(self.chain, kind, payload)
            .ok_or_else(|| RecorderError::Frame("more than 4 GiB at once".to_owned()))?;
        self.journal.append(&bytes)?;
        self.chain = next;
        Ok(())
    }
}

/// Content that belongs to a tick: the tick, then the content.
fn dated(tick: u64, content: &[u8]) -> Vec<u8> {
    [&tick.to_le_bytes(), content].concat()
}

/// Something kept with a drill under a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// What it is.
    pub name: String,
    /// As it was given.
    pub value: serde_json::Value,
}

/// Hashes stand at 0 (or not), 100, 200, ...
fn is_next_hash(last: Option<u64>, tick: u64) -> bool {
    match last {
        None => tick == 0 || tick == HASH_EVERY,
        Some(last) => tick == last + HASH_EVERY,
    }
}

// ------------------------------------------------------------------------------------------------- reading

/// A file is no recording that can be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().en)]
pub enum RecordingError {
    /// Zero bytes.
    Empty,
    /// Something else.
    NotARecording,
    /// Made by a newer program.
    TooNew {
        /// Version in the file.
        found: u32,
    },
    /// Made by an older program, in a format that is no longer read.
    TooOld {
        /// Version in the file.
        found: u32,
    },
    /// A version that never was.
    UnknownVersion {
        /// Version in the file.
        found: u32,
    },
    /// It ends before the inputs do.
    NoInputs,
    /// Bytes were changed, frames taken out or moved.
    Damaged {
        /// Number of the frame; the inputs are frame 0.
        frame: usize,
        /// First byte of the frame.
        offset: usize,
    },
    /// The frame is whole, but what it says makes no sense there.
    Senseless {
        /// Number of the frame; the inputs are frame 0.
        frame: usize,
        /// First byte of the frame.
        offset: usize,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl RecordingError {
    /// The message in both languages.
    pub fn text(&self) -> Text {
        let known = journal::CONTRACT;
        let (zh, en) = match self {
            Self::Empty => (
                "录像文件是空的。请换用另一份录像".to_owned(),
                "the recording is empty; use another copy".to_owned(),
            ),
            Self::NotARecording => (
                "这不是演练录像（drill.rec）。请核对是否选错了文件".to_owned(),
                "this is not a recording of a drill (drill.rec); check whether it is the file that was meant"
                    .to_owned(),
            ),
            Self::TooNew { found } => (
                format!("录像格式为第 {found} 版，本程序只能读到第 {known} 版。请用更新的程序打开"),
                format!(
                    "the recording has contract version {found}, newer than {known} which this program reads; \
                     open it with a newer program"
                ),
            ),
            Self::TooOld { found } => (
                format!("录像格式为第 {found} 版，本程序读第 {known} 版，更早的已不能打开。请用当时录制它的程序打开"),
                format!(
                    "the recording has contract version {found}; this program reads version {known} and none before \
                     it; open it with the program that recorded it"
                ),
            ),
            Self::UnknownVersion { found } => (
                format!("录像格式版本号 {found} 不存在，文件可能已损坏。请换用另一份录像"),
                format!("there is no contract version {found}, the recording may be damaged; use another copy"),
            ),
            Self::NoInputs => (
                "录像开头就中断了，缺少演练的输入，无法重放。请换用另一份录像".to_owned(),
                "the recording was cut off before the inputs of the drill were complete, so that nothing can be \
                 replayed; use another copy"
                    .to_owned(),
            ),
            Self::Damaged { frame, offset } => (
                format!("录像已损坏或被改动：第 {frame} 帧（字节 {offset} 起）校验不符。请换用另一份录像"),
                format!(
                    "the recording was damaged or changed: frame {frame}, at byte {offset}, does not agree with its \
                     checksum; use another copy"
                ),
            ),
            Self::Senseless { frame, offset, why } => (
                format!("录像内容有误：第 {frame} 帧（字节 {offset} 起）无法解释（{why}）。请换用另一份录像"),
                format!("the recording makes no sense: frame {frame}, at byte {offset}, {why}; use another copy"),
            ),
        };
        Text { zh, en }
    }
}

/// How a recording broke off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncated {
    /// Ticks that it holds.
    pub ticks: u64,
    /// First byte that is not part of a whole frame; the length of the file if it ends between frames.
    pub offset: usize,
    /// It ends within a frame.
    pub within_frame: bool,
}

impl Truncated {
    /// The message in both languages.
    pub fn text(&self) -> Text {
        let (time, offset) = (self.ticks as f64 * TICK_S, self.offset);
        let (zh, en) = if self.within_frame {
            ("在一帧中间", "within a frame")
        } else {
            ("没有结束帧", "with no end frame")
        };
        Text {
            zh: format!("录像在 {time:.2} 秒处中断（字节 {offset}，{zh}），此前的内容完好"),
            en: format!("the recording breaks off at {time:.2} s (byte {offset}, {en}); what comes before is whole"),
        }
    }
}

impl fmt::Display for Truncated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

/// A recording that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// The inputs.
    pub header: Header,
    /// Commands by tick, in the order of time; only ticks that had any.
    pub commands: Vec<(u64, Vec<Command>)>,
    /// State hashes by number of ticks, in the order of time.
    pub hashes: Vec<(u64, Hash)>,
    /// How it ended; `None` if it breaks off.
    pub end: Option<End>,
    /// Ticks that it is known to have lasted.
    pub ticks: u64,
    /// Set if it has no end.
    pub truncated: Option<Truncated>,
    /// The first tick whose commands this program does not know: made by another version, it cannot be played again.
    pub foreign: Option<u64>,
    /// The place as it is drawn.
    pub plan: Option<Plan>,
    /// What it looked like, by number of ticks, in the order of time.
    pub samples: Vec<(u64, Sample)>,
    /// What else was kept with it.
    pub notes: Vec<Note>,
}

impl Recording {
    /// Reads a recording. One that breaks off is read up to its last whole frame.
    ///
    /// # Errors
    /// It is no recording, was changed, was made by a newer program, or makes no sense. Ticks must go up and a hash must
    /// stand every [`HASH_EVERY`] ticks, so that no file asks for a replay longer than its own size bears out.
    pub fn open(bytes: &[u8]) -> Result<Self, RecordingError> {
        let read = journal::read(bytes).map_err(|fault| match fault {
            Fault::Empty => RecordingError::Empty,
            Fault::NotARecording => RecordingError::NotARecording,
            Fault::CutAtStart => RecordingError::NoInputs,
            Fault::Version(found) if found > journal::CONTRACT => RecordingError::TooNew { found },
            Fault::Version(0) => RecordingError::UnknownVersion { found: 0 },
            Fault::Version(found) => RecordingError::TooOld { found },
            Fault::Damaged { frame, offset } => RecordingError::Damaged { frame, offset },
        })?;
        let Some((first, rest)) = read.frames.split_first() else {
            return Err(RecordingError::NoInputs);
        };
        let header = match first.kind {
            HEADER => decode_json(0, first, first.payload)?,
            _ => return Err(senseless(0, first, "stands where the inputs should")),
        };
        let mut recording = Self {
            header,
            commands: Vec::new(),
            hashes: Vec::new(),
            end: None,
            ticks: 0,
            truncated: None,
            foreign: None,
            plan: None,
            samples: Vec::new(),
            notes: Vec::new(),
        };
        for (number, frame) in (1..).zip(rest) {
            recording.add(number, frame)?;
        }
        if let (Some(_), Some(offset)) = (recording.end, read.cut) {
            let why = "follows the end";
            return Err(RecordingError::Senseless {
                frame: read.frames.len(),
                offset,
                why,
            });
        }
        if recording.end.is_none() {
            let offset = read.cut.unwrap_or(bytes.len());
            let within_frame = read.cut.is_some();
            recording.truncated = Some(Truncated {
                ticks: recording.ticks,
                offset,
                within_frame,
            });
        }
        Ok(recording)
    }

    fn add(&mut self, number: usize, frame: &Frame<'_>) -> Result<(), RecordingError> {
        if self.end.is_some() {
            return Err(senseless(number, frame, "follows the end"));
        }
        let hashed = self.hashes.last().map(|(t, _)| *t);
        let tick = match frame.kind {
            COMMANDS => {
                let (tick, json) = undated(number, frame)?;
                let commands: Vec<Command> = match serde_json::from_slice(json) {
                    Ok(commands) => commands,
                    // Well-formed, but of another version.
                    Err(e) if e.is_data() => {
                        self.foreign.get_or_insert(tick);
                        Vec::new()
                    }
                    Err(_) => return Err(senseless(number, frame, UNREADABLE)),
                };
                if self.commands.last().is_some_and(|(t, _)| *t == tick) {
                    return Err(senseless(number, frame, "gives commands for a tick that has some"));
                }
                if !commands.is_empty() {
                    self.commands.push((tick, commands));
                }
                tick
            }
            HASH => {
                let (tick, hash) = decode(number, frame)?;
                if !is_next_hash(hashed, tick) {
                    return Err(senseless(number, frame, "holds a hash for an unexpected tick"));
                }
                self.hashes.push((tick, hash));
                tick
            }
            END => {
                let end: End = decode(number, frame)?;
                self.end = Some(end);
                end.tick
            }
            SAMPLE => {
                let (tick, sample) = decode(number, frame)?;
                if self.plan.is_none() || self.samples.last().is_some_and(|(t, _)| *t >= tick) {
                    return Err(senseless(number, frame, "is out of the order of time"));
                }
                self.samples.push((tick, sample));
                tick
            }
            PLAN => {
                if self.plan.replace(decode_json(number, frame, frame.payload)?).is_some() {
                    return Err(senseless(number, frame, "gives the plan again"));
                }
                return Ok(());
            }
            NOTE => {
                self.notes.push(decode_json(number, frame, frame.payload)?);
                return Ok(());
            }
            OPTIONAL.. => return Ok(()),
            HEADER => return Err(senseless(number, frame, "gives the inputs again")),
            _ => return Err(senseless(number, frame, "is of an unknown kind")),
        };
        // Against the hash before this frame: a frame just after a hash of its own tick is in order too.
        let latest = hashed.unwrap_or(0).saturating_add(HASH_EVERY);
        if tick < self.ticks || tick > latest {
            return Err(senseless(number, frame, "is out of the order of time"));
        }
        self.ticks = tick;
        Ok(())
    }

    /// The commands of a tick.
    pub fn commands_at(&self, tick: u64) -> &[Command] {
        match self.commands.binary_search_by_key(&tick, |(t, _)| *t) {
            Ok(i) => &self.commands[i].1,
            Err(_) => &[],
        }
    }

    /// What it looked like after this many ticks, from the samples alone: the last taken by then. `None` before the
    /// first.
    pub fn picture(&self, tick: u64) -> Option<Picture> {
        let mut picture = Picture::default();
        let by_then = self.samples.iter().take_while(|(t, _)| *t <= tick);
        let taken = by_then.map(|(t, sample)| picture.take(*t, sample)).count();
        (taken > 0).then_some(picture)
    }

    /// What was kept with it under a name, the latest.
    pub fn note(&self, name: &str) -> Option<&serde_json::Value> {
        self.notes.iter().rev().find(|n| n.name == name).map(|n| &n.value)
    }

    /// All hashes that it holds for a tick: the regular one and the one at its end.
    pub fn hashes_at(&self, tick: u64) -> impl Iterator<Item = Hash> {
        let regular = self.hashes.binary_search_by_key(&tick, |(t, _)| *t);
        let regular = regular.ok().map(|i| self.hashes[i].1);
        let end = self.end.filter(|e| e.tick == tick).map(|e| e.hash);
        regular.into_iter().chain(end)
    }
}

fn senseless(frame: usize, at: &Frame<'_>, why: &'static str) -> RecordingError {
    RecordingError::Senseless {
        frame,
        offset: at.offset,
        why,
    }
}

const UNREADABLE: &str = "cannot be read";

fn decode<'a, T: Deserialize<'a>>(number: usize, frame: &Frame<'a>) -> Result<T, RecordingError> {
    match postcard::take_from_bytes(frame.payload) {
        Ok((value, [])) => Ok(value),
        _ => Err(senseless(number, frame, UNREADABLE)),
    }
}

fn decode_json<'a, T: Deserialize<'a>>(number: usize, frame: &Frame<'a>, json: &'a [u8]) -> Result<T, RecordingError> {
    serde_json::from_slice(json).map_err(|_e| senseless(number, frame, UNREADABLE))
}

/// The tick that the content belongs to, and the content.
fn undated<'a>(number: usize, frame: &Frame<'a>) -> Result<(u64, &'a [u8]), RecordingError> {
    match frame.payload.split_first_chunk() {
        Some((tick, content)) => Ok((u64::from_le_bytes(*tick), content)),
        None => Err(senseless(number, frame, UNREADABLE)),
    }
}

// ------------------------------------------------------------------------------------------------- proving

/// What can be stepped and hashed: the [`Simulation`].
pub trait Replayable {
    /// One tick.
    fn step(&mut self, commands: &[Command]);
    /// Hash of the state.
    fn state_hash(&self) -> Hash;
}

impl Replayable for Simulation {
    fn step(&mut self, commands: &[Command]) {
        self.step(commands);
    }
    fn state_hash(&self) -> Hash {
        self.state_hash()
    }
}

/// Whether a replay came to the same states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Ticks replayed; fewer than recorded if a difference was found.
    pub ticks: u64,
    /// Hashes compared.
    pub hashes_checked: u64,
    /// First number of ticks after which the states differ.
    pub first_difference: Option<u64>,
    /// Why the recording has no end.
    pub truncated: Option<String>,
    /// Hash of the last state replayed.
    pub state_hash: Hash,
}

impl VerifyReport {
    /// The recording is whole and every hash agrees.
    pub fn intact(&self) -> bool {
        self.first_difference.is_none() && self.truncated.is_none() && self.hashes_checked > 0
    }
}

/// Replays a recording and compares every state hash in it. Stops at the first difference. `at` hears of each tick.
///
/// # Errors
/// Those of `make`, which builds the simulation from the inputs.
pub fn verify<S: Replayable, E>(
    recording: &Recording,
    make: impl FnOnce(&Header) -> Result<S, E>,
    mut at: impl FnMut(u64),
) -> Result<VerifyReport, E> {
    let mut simulation = make(&recording.header)?;
    let truncated = recording.truncated.map(|t| t.to_string());
    let mut report = VerifyReport {
        ticks: 0,
        hashes_checked: 0,
        first_difference: None,
        truncated,
        state_hash: simulation.state_hash(),
    };
    loop {
        let tick = report.ticks;
        at(tick);
        for expected in recording.hashes_at(tick) {
            report.hashes_checked += 1;
            if simulation.state_hash() != expected {
                report.first_difference = Some(tick);
                report.state_hash = simulation.state_hash();
                return Ok(report);
            }
        }
        if tick >= recording.ticks {
            report.state_hash = simulation.state_hash();
            return Ok(report);
        }
        simulation.step(recording.commands_at(tick));
        report.ticks += 1;
    }
}

/// A recorded drill cannot be set up again.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The scenario inside is no longer accepted.
    #[error("the scenario inside the recording is not accepted: {}:{}:{} {}", .0.file, .0.line, .0.column, .0.message.en)]
    Scenario(Box<Issue>),
    /// It compiled to nothing, for no reason given.
    #[error("the scenario inside the recording has no place")]
    NoPlace,
    /// It holds commands that this version does not know.
    #[error(
        "the recording was made by version {program} and holds commands that this version {} does not know, from \
         {time_s:.2} s on",
        env!("CARGO_PKG_VERSION")
    )]
    Foreign {
        /// Version that made it.
        program: String,
        /// When the first of them was given, s.
        time_s: f64,
    },
}

impl RebuildError {
    /// The message in both languages.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Scenario(i) => {
                format!(
                    "录像里的场景不能使用：{} 第 {} 行第 {} 列，{}",
                    i.file, i.line, i.column, i.message.zh
                )
            }
            Self::NoPlace => "录像里的场景没有地点".to_owned(),
            Self::Foreign { program, time_s } => format!(
                "录像由 {program} 版制作，从 {time_s:.2} 秒起含有本程序（{} 版）不认识的操作",
                env!("CARGO_PKG_VERSION")
            ),
        };
        Text {
            zh,
            en: self.to_string(),
        }
    }
}

impl Recording {
    /// As [`rebuild`], of a recording whose every command this version knows.
    ///
    /// # Errors
    /// [`RebuildError`] if this version does not accept the scenario inside or does not know a command.
    pub fn rebuild(&self) -> Result<Simulation, RebuildError> {
        match self.foreign {
            None => rebuild(&self.header),
            Some(tick) => Err(RebuildError::Foreign {
                program: self.header.program.clone(),
                time_s: tick as f64 * TICK_S,
            }),
        }
    }
}

/// Sets a recorded drill up again, from what the recording holds alone.
///
/// # Errors
/// [`RebuildError`] if this version of the program does not accept the scenario inside.
pub fn rebuild(header: &Header) -> Result<Simulation, RebuildError> {
    let refused = |issues: Vec<Issue>| {
        let error = issues.into_iter().find(|i| i.severity == Severity::Error);
        error.map_or(RebuildError::NoPlace, |i| RebuildError::Scenario(Box::new(i)))
    };
    let Some(scenario) = header.files.first() else {
        return Err(RebuildError::NoPlace);
    };
    let library = header.library();
    let loaded = scenario::load(
        &scenario.path,
        scenario.text.as_bytes(),
        &library,
        &header.set(),
        header.seed,
    )
    .map_err(refused)?;
    let (place, issues) = place::compile(&loaded);
    let Some(place) = place else {
        return Err(refused(issues));
    };
    Ok(Simulation::new(Arc::new(place), Arc::new(loaded), header.seed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crowd::{Gait, PersonId};
    use crate::drill::{Action, CallItem};
    use crate::place::{OpeningId, SpaceId};
    use crate::scenario::Point;
    use crate::storage::Memory;
    use proptest::prelude::*;
    use std::convert::Infallible;

    /// A world whose state is the hash of all that was done in it.
    #[derive(Clone)]
    struct Toy {
        tick: u64,
        state: Hash,
        /// Goes astray after this many ticks.
        astray: u64,
    }

    impl Toy {
        fn new(header: &Header) -> Self {
            Self {
                tick: 0,
                state: *blake3::hash(&header.seed.to_le_bytes()).as_bytes(),
                astray: u64::MAX,
            }
        }
        fn made(header: &Header) -> Result<Self, Infallible> {
            Ok(Self::new(header))
        }
    }

    impl Replayable for Toy {
        fn step(&mut self, commands: &[Command]) {
            self.tick += 1;
            let mut hasher = blake3::Hasher::new();
            hasher
                .update(&self.state)
                .update(&postcard::to_stdvec(commands).unwrap());
            self.state = *hasher.finalize().as_bytes();
            if self.tick == self.astray {
                self.state[0] ^= 1;
            }
        }
        fn state_hash(&self) -> Hash {
            self.state
        }
    }

    fn header() -> Header {
        let loaded = Loaded {
            sources: vec![
                SourceFile {
                    path: "塔楼.ron".to_owned(),
                    text: "(format: 1)".to_owned(),
                },
                SourceFile {
                    path: "scenarios/prefabs/flat.ron".to_owned(),
                    text: "()".to_owned(),
                },
            ],
            ..Loaded::default()
        };
        let judgement = vec![Embedded {
            path: "assets/guidance/cn.ron".to_owned(),
            text: "()".to_owned(),
        }];
        let played = vec![Played {
            id: "resident".to_owned(),
            policy: Some("careful".to_owned()),
        }];
        Header::new(&loaded, 7, judgement, played)
    }

    fn commands(tick: u64) -> Vec<Command> {
        let actions = [
            Action::WalkTo {
                space: SpaceId(3),
                at: Some(Point::new(1.0, 2.5)),
                gait: Gait::Walk,
            },
            Action::ShutDoor(OpeningId(4)),
            Action::Call(vec![CallItem::Address, CallItem::WhatBurns]),
            Action::Lead(PersonId(2)),
        ];
        let chosen = actions.into_iter().take(tick as usize % 5);
        chosen
            .zip(0..)
            .map(|(action, sequence)| Command {
                tick,
                trainee: 0,
                sequence,
                action,
            })
            .collect()
    }

    const FILE: &str = "drill.rec";

    /// Records so many ticks of a toy, with commands every 30; ended unless a kill comes before.
    fn recorded(memory: &Memory, ticks: u64, ended: bool) -> Vec<u8> {
        let mut toy = Toy::new(&header());
        let mut recorder = Recorder::create(memory, Path::new(FILE), &header()).unwrap();
        recorder.hash(0, toy.state_hash()).unwrap();
        for tick in 0..ticks {
            let now = if tick % 30 == 4 {
                commands(tick / 30)
            } else {
                Vec::new()
            };
            recorder.commands(tick, &now).unwrap();
            toy.step(&now);
            if recorder.hash_due(tick + 1) {
                recorder.hash(tick + 1, toy.state_hash()).unwrap();
            }
        }
        if ended {
            recorder
                .end(&End {
                    tick: ticks,
                    hash: toy.state_hash(),
                    summary: [5; 32],
                })
                .unwrap();
        }
        memory.read(Path::new(FILE)).unwrap()
    }

    fn whole() -> Vec<u8> {
        recorded(&Memory::new(), 450, true)
    }

    #[test]
    fn a_recording_holds_its_inputs_and_replays_to_the_same_states() {
        let recording = Recording::open(&whole()).unwrap();
        assert_eq!(recording.header, header());
        assert_eq!(recording.header.scenario, "塔楼.ron");
        assert_eq!((recording.ticks, recording.truncated), (450, None));
        assert_eq!(
            recording.hashes.iter().map(|h| h.0).collect::<Vec<_>>(),
            [0, 100, 200, 300, 400]
        );
        assert_eq!(recording.end.unwrap().summary, [5; 32]);
        assert_eq!(recording.commands_at(34), commands(1));
        assert_eq!(recording.commands_at(35), []);
        let report = verify(&recording, Toy::made, |_| ()).unwrap();
        assert_eq!(
            (report.ticks, report.hashes_checked, report.first_difference),
            (450, 6, None)
        );
        assert!(report.intact());
    }

    #[test]
    fn a_replay_that_goes_astray_is_told_at_the_next_hash() {
        let recording = Recording::open(&whole()).unwrap();
        for (astray, found) in [(1, 100), (100, 100), (101, 200), (401, 450), (450, 450)] {
            let report = verify(
                &recording,
                |h| Ok::<_, Infallible>(Toy { astray, ..Toy::new(h) }),
                |_| (),
            )
            .unwrap();
            assert_eq!(report.first_difference, Some(found), "{astray}");
            assert!(!report.intact());
        }
        let other_seed = |h: &Header| Toy::made(&Header { seed: 8, ..h.clone() });
        assert_eq!(
            verify(&recording, other_seed, |_| ()).unwrap().first_difference,
            Some(0)
        );
    }

    #[test]
    fn a_kill_loses_two_seconds_at_most() {
        for ticks in [0, 1, 39, 41, 99, 100, 101, 139, 399, 437] {
            let recording = Recording::open(&recorded(&Memory::new(), ticks, false)).unwrap();
            let truncated = recording.truncated.unwrap();
            assert!(
                recording.ticks <= ticks && recording.ticks + PULSE_EVERY >= ticks,
                "{ticks} {}",
                recording.ticks
            );
            assert!(!truncated.within_frame);
            let report = verify(&recording, Toy::made, |_| ()).unwrap();
            assert_eq!(report.first_difference, None);
            assert!(report.truncated.as_deref().is_some_and(|t| t.contains("breaks off")));
            assert!(!report.intact());
        }
    }

    #[test]
    fn a_cut_file_opens_up_to_its_last_whole_frame() {
        let bytes = whole();
        let (mut refused, mut opened) = (0, 0);
        for length in 0..bytes.len() {
            match Recording::open(&bytes[..length]) {
                Ok(recording) => {
                    opened += 1;
                    assert!(recording.truncated.is_some(), "{length}");
                    let report = verify(&recording, Toy::made, |_| ()).unwrap();
                    assert!(report.first_difference.is_none() && !report.intact(), "{length}");
                }
                Err(e) => {
                    refused += 1;
                    let expected = if length == 0 {
                        RecordingError::Empty
                    } else {
                        RecordingError::NoInputs
                    };
                    assert_eq!(e, expected, "{length}");
                }
            }
        }
        assert!(refused > 100 && opened > 500, "{refused} {opened}");
    }

    #[test]
    fn any_changed_byte_is_refused_with_its_frame_and_offset() {
        let bytes = whole();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] = changed[at].wrapping_add(1);
            match Recording::open(&changed).unwrap_err() {
                RecordingError::NotARecording => assert!(at < 8),
                RecordingError::TooNew { .. } => assert!((8..12).contains(&at)),
                RecordingError::Damaged { offset, .. } => assert!(offset <= at && at >= 12),
                e => panic!("byte {at}: {e}"),
            }
        }
    }

    #[test]
    fn each_refusal_says_what_it_is_in_both_languages() {
        let bytes = whole();
        let mut newer = bytes.clone();
        newer[8] = 9;
        let mut older = bytes.clone();
        older[8] = 1;
        let mut never = bytes.clone();
        never[8] = 0;
        let mut damaged = bytes.clone();
        damaged[bytes.len() / 2] ^= 0x10;
        let longer = [&bytes[..], b"more"].concat();
        for (bytes, en, zh) in [
            (&b""[..], "empty", "空的"),
            (b"(format: 1, title: ...)", "not a recording", "不是演练录像"),
            (&newer, "contract version 9, newer than 2", "第 9 版"),
            (
                &older,
                "contract version 1; this program reads version 2",
                "当时录制它的程序",
            ),
            (&never, "no contract version 0", "0 不存在"),
            (&bytes[..40], "cut off before the inputs", "缺少演练的输入"),
            (&damaged, "at byte", "校验不符"),
            (&longer, "follows the end", "无法解释"),
        ] {
            let e = Recording::open(bytes).unwrap_err();
            assert!(e.to_string().contains(en), "{e}");
            assert!(e.text().zh.contains(zh), "{}", e.text().zh);
        }
    }

    /// Frames made by somebody who knows how to check them.
    fn forged(frames: &[(u8, Vec<u8>)]) -> Result<Recording, RecordingError> {
        let (mut bytes, mut chain) = journal::begin();
        for (kind, payload) in frames {
            let (frame, next) = journal::encode(chain, *kind, payload).unwrap();
            bytes.extend_from_slice(&frame);
            chain = next;
        }
        Recording::open(&bytes)
    }

    fn laid<T: Serialize>(content: &T) -> Vec<u8> {
        postcard::to_stdvec(content).unwrap()
    }

    fn json<T: Serialize>(content: &T) -> Vec<u8> {
        serde_json::to_vec(content).unwrap()
    }

    #[test]
    fn well_checked_nonsense_is_refused_and_no_replay_lasts_for_ever() {
        let head = (HEADER, json(&header()));
        let hash = |tick: u64| (HASH, laid(&(tick, [0_u8; 32])));
        let none: Vec<Command> = Vec::new();
        let plan = (PLAN, json(&Plan::default()));
        let pulse = |tick: u64| (COMMANDS, dated(tick, &json(&none)));
        let some = |tick: u64| (COMMANDS, dated(tick, &json(&commands(3))));
        let end = |tick| {
            (
                END,
                laid(&End {
                    tick,
                    hash: [0; 32],
                    summary: [0; 32],
                }),
            )
        };
        for (frames, why) in [
            (vec![hash(0)], "where the inputs should"),
            (vec![(HEADER, vec![1, 2, 3])], "cannot be read"),
            (vec![(HEADER, [json(&header()), vec![0]].concat())], "cannot be read"),
            (vec![head.clone(), head.clone()], "inputs again"),
            (vec![head.clone(), (9, vec![])], "unknown kind"),
            (vec![head.clone(), hash(200)], "unexpected tick"),
            (vec![head.clone(), hash(100), hash(100)], "unexpected tick"),
            (vec![head.clone(), end(u64::MAX)], "order of time"),
            (vec![head.clone(), end(101)], "order of time"),
            (vec![head.clone(), pulse(1 << 40)], "order of time"),
            (vec![head.clone(), pulse(50), pulse(20)], "order of time"),
            (vec![head.clone(), some(50), some(50)], "has some"),
            (vec![head.clone(), end(5), end(5)], "follows the end"),
            (vec![head.clone(), (COMMANDS, dated(3, b"[{"))], "cannot be read"),
            (vec![head.clone(), (COMMANDS, vec![0; 7])], "cannot be read"),
            (
                vec![head.clone(), (SAMPLE, laid(&(0_u64, Sample::default())))],
                "order of time",
            ),
            // Claims 2^32 people in a few bytes.
            (
                vec![
                    head.clone(),
                    plan.clone(),
                    (SAMPLE, vec![0, 0xff, 0xff, 0xff, 0xff, 0x0f]),
                ],
                "cannot be read",
            ),
            (vec![head.clone(), plan.clone(), plan], "the plan again"),
        ] {
            let e = forged(&frames).unwrap_err();
            assert!(e.to_string().contains(why), "{e}, not {why}");
        }
        assert!(forged(&[head, hash(100), some(150), hash(200), end(300)]).is_ok());
    }

    #[test]
    fn commands_of_another_version_leave_a_recording_that_can_be_looked_at_but_not_played() {
        let unknown = br#"[{"tick":60,"trainee":0,"sequence":0,"action":{"Levitate":3}}]"#;
        let mut newer = header();
        newer.program = "9.9.9".to_owned();
        let mut inputs: serde_json::Value = serde_json::to_value(&newer).unwrap();
        inputs["a field of later times"] = serde_json::json!([1, 2]);
        let sample = Sample::default();
        let recording = forged(&[
            (HEADER, json(&inputs)),
            (PLAN, br#"{"storeys":[["17F",46.4]],"later":true}"#.to_vec()),
            (SAMPLE, laid(&(0_u64, &sample))),
            (HASH, laid(&(0_u64, [0_u8; 32]))),
            (200, b"whatever".to_vec()),
            (COMMANDS, dated(60, unknown)),
            (SAMPLE, laid(&(80_u64, &sample))),
            (NOTE, br#"{"name":"sheet","value":{"grade":1}}"#.to_vec()),
        ])
        .unwrap();
        assert_eq!(recording.foreign, Some(60));
        assert_eq!(recording.header, newer);
        assert_eq!(recording.picture(70).unwrap().tick, 0);
        assert_eq!(recording.picture(100).unwrap().tick, 80);
        assert_eq!(recording.note("sheet").unwrap()["grade"], 1);
        let refused = recording.rebuild().unwrap_err();
        assert!(refused.to_string().contains("9.9.9"), "{refused}");
        assert!(refused.text().zh.contains("3.00 秒"), "{}", refused.text().zh);
    }

    #[test]
    fn a_recorder_refuses_what_a_reader_would() {
        let memory = Memory::new();
        let mut recorder = Recorder::create(&memory, Path::new(FILE), &header()).unwrap();
        recorder.commands(10, &commands(3)).unwrap();
        assert!(recorder.commands(10, &commands(3)).is_err());
        assert!(recorder.commands(9, &commands(3)).is_err());
        assert!(recorder.hash(50, [0; 32]).is_err());
        assert!(recorder.commands(101, &[]).is_err(), "the hash at 100 is missing");
        assert!(recorder.hash_due(100) && !recorder.hash_due(150));
        recorder.hash(100, [0; 32]).unwrap();
        recorder.commands(101, &commands(3)).unwrap();
        let e = recorder
            .end(&End {
                tick: 7,
                hash: [0; 32],
                summary: [0; 32],
            })
            .unwrap_err();
        assert!(e.to_string().contains("stands at tick 101"), "{e}");
        assert!(Recording::open(&memory.read(Path::new(FILE)).unwrap()).is_ok());
    }

    #[test]
    fn a_full_disk_is_told_and_leaves_a_recording_that_opens() {
        let memory = Memory::with_quota(1000);
        let mut recorder = Recorder::create(&memory, Path::new(FILE), &header()).unwrap();
        let failed = (0..100)
            .find_map(|tick| recorder.commands(tick, &commands(4)).err())
            .unwrap();
        assert!(failed.to_string().contains("the disk is full"), "{failed}");
        let recording = Recording::open(&memory.read(Path::new(FILE)).unwrap()).unwrap();
        assert!(!recording.truncated.unwrap().within_frame);
        assert!(!recording.commands.is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn no_damage_passes_as_intact(
            flips in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..=255), 0..4),
            cut in prop::option::of(any::<prop::sample::Index>()),
        ) {
            let original = recorded(&Memory::new(), 130, true);
            let mut bytes = original.clone();
            for (at, mask) in &flips {
                let at = at.index(bytes.len());
                bytes[at] ^= mask;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            if let Ok(recording) = Recording::open(&bytes) {
                let intact = verify(&recording, Toy::made, |_| ()).unwrap().intact();
                prop_assert_eq!(intact, bytes == original);
            }
        }

        #[test]
        fn any_bytes_give_an_answer(tail in prop::collection::vec(any::<u8>(), 0..200), lead in 0..3_u8) {
            let start = journal::begin().0;
            let bytes = match lead {
                0 => tail,
                1 => [start, tail].concat(),
                _ => [recorded(&Memory::new(), 10, false), tail].concat(),
            };
            let _ = Recording::open(&bytes);
        }

        #[test]
        fn any_payload_gives_an_answer(kind in 0..6_u8, payload in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = forged(&[(kind, payload.clone())]);
            if let Ok(recording) = forged(&[(HEADER, json(&header())), (kind, payload)]) {
                prop_assert!(recording.ticks <= HASH_EVERY);
            }
        }
    }
}
