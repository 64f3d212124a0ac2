//! Recordings, `drill.rec`: everything that a drill was made from and every command, so that another machine can play
//! it again and prove by state hashes that it is the same drill. Laid out as [`super::journal`] says.

use super::journal::{self, Chain, Fault, Frame};
use super::{Command, Simulation, TICK_S};
use crate::scenario::{KnobValue, Loaded, SourceFile, Text};
use crate::storage::{Journal, Storage, StorageError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

pub use super::journal::CONTRACT as RECORDING_CONTRACT;

/// A state hash is written every so many ticks (5 s).
pub const HASH_EVERY: u64 = 100;

/// A frame is written at least every so many ticks (2 s), so that a kill loses no more.
const PULSE_EVERY: u64 = 40;

const HEADER: u8 = 1;
const COMMANDS: u8 = 2;
const HASH: u8 = 3;
const END: u8 = 4;

/// A hash of a state or a summary.
pub type Hash = [u8; 32];

/// The inputs of a drill, whole: nothing outside a recording is needed to play it again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    pub seed: u64,
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
            knobs: loaded.scenario.chosen.iter().map(|(k, v)| (k.clone(), v.into())).collect(),
            seed,
            trainees,
        }
    }
}

/// A file inside a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embedded {
    pub path: String,
    pub text: String,
}

impl From<&SourceFile> for Embedded {
    fn from(f: &SourceFile) -> Self {
        Self { path: f.path.clone(), text: f.text.clone() }
    }
}

/// A trainee, and who played.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Played {
    pub id: String,
    /// Name of the policy; `None`: a person.
    pub policy: Option<String>,
}

/// Value of a knob. [`KnobValue`] itself is written without a tag, which only formats that describe themselves can read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RecordedKnob {
    Number(f64),
    Word(String),
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
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A caller's mistake: frames must come in the order of time, hashes each [`HASH_EVERY`] ticks.
    #[error("the recording stands at tick {now}; what belongs to tick {tick} cannot be added")]
    Order { tick: u64, now: u64 },
    /// A frame of more than 4 GiB, or a value that cannot be laid out.
    #[error("the recording cannot hold this: {0}; leave out what makes it so large")]
    Frame(String),
}

impl RecorderError {
    /// The message in both languages.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Storage(e) => return e.text(),
            Self::Order { tick, now } => format!("录像已到第 {now} 步，不能再加入第 {tick} 步的内容"),
            Self::Frame(why) => format!("录像放不下这项内容：{why}。请减少过大的内容"),
        };
        Text { zh, en: self.to_string() }
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
}

impl Recorder {
    /// Begins a recording.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn create(storage: &dyn Storage, path: &Path, header: &Header) -> Result<Self, RecorderError> {
        let (start, chain) = journal::begin();
        let mut recorder = Self { journal: storage.journal(path)?, chain, now: 0, commanded: None, hashed: None };
        recorder.journal.append(&start)?;
        recorder.frame(HEADER, header)?;
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
        self.frame(COMMANDS, &(tick, commands))?;
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
        self.frame(HASH, &(tick, hash))?;
        self.now = tick;
        self.hashed = Some(tick);
        Ok(())
    }

    /// Ends the recording.
    ///
    /// # Errors
    /// The disk is full, or the tick lies in the past.
    pub fn end(mut self, end: &End) -> Result<(), RecorderError> {
        self.check_order(end.tick)?;
        self.frame(END, end)?;
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

    fn frame(&mut self, kind: u8, content: &impl Serialize) -> Result<(), RecorderError> {
        let payload = postcard::to_stdvec(content).map_err(|e| RecorderError::Frame(e.to_string()))?;
        let (bytes, next) = journal::encode(self.chain, kind, &payload)
            .ok_or_else(|| RecorderError::Frame("more than 4 GiB at once".to_owned()))?;
        self.journal.append(&bytes)?;
        self.chain = next;
        Ok(())
    }
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
    TooNew { found: u32 },
    /// A version that never was.
    UnknownVersion { found: u32 },
    /// It ends before the inputs do.
    NoInputs,
    /// Bytes were changed, frames taken out or moved.
    Damaged { frame: usize, offset: usize },
    /// The frame is whole, but what it says makes no sense there.
    Senseless { frame: usize, offset: usize, why: &'static str },
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
                "this is not a recording of a drill (drill.rec); check whether it is the file that was meant".to_owned(),
            ),
            Self::TooNew { found } => (
                format!("录像格式为第 {found} 版，本程序只能读到第 {known} 版。请用更新的程序打开"),
                format!(
                    "the recording has contract version {found}, newer than {known} which this program reads; \
                     open it with a newer program"
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
        let (zh, en) =
            if self.within_frame { ("在一帧中间", "within a frame") } else { ("没有结束帧", "with no end frame") };
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
    pub header: Header,
    /// Commands by tick, in the order of time; only ticks that had any.
    pub commands: Vec<(u64, Vec<Command>)>,
    /// State hashes by number of ticks, in the order of time.
    pub hashes: Vec<(u64, Hash)>,
    pub end: Option<End>,
    /// Ticks that it is known to have lasted.
    pub ticks: u64,
    /// Set if it has no end.
    pub truncated: Option<Truncated>,
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
            Fault::Version(found) => RecordingError::UnknownVersion { found },
            Fault::Damaged { frame, offset } => RecordingError::Damaged { frame, offset },
        })?;
        let Some((first, rest)) = read.frames.split_first() else {
            return Err(RecordingError::NoInputs);
        };
        let header = match first.kind {
            HEADER => decode(0, first)?,
            _ => return Err(senseless(0, first, "stands where the inputs should")),
        };
        let mut recording =
            Self { header, commands: Vec::new(), hashes: Vec::new(), end: None, ticks: 0, truncated: None };
        for (number, frame) in (1..).zip(rest) {
            recording.add(number, frame)?;
        }
        if let (Some(_), Some(offset)) = (recording.end, read.cut) {
            let why = "follows the end";
            return Err(RecordingError::Senseless { frame: read.frames.len(), offset, why });
        }
        if recording.end.is_none() {
            let offset = read.cut.unwrap_or(bytes.len());
            let within_frame = read.cut.is_some();
            recording.truncated = Some(Truncated { ticks: recording.ticks, offset, within_frame });
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
                let (tick, commands): (u64, Vec<Command>) = decode(number, frame)?;
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
}

fn senseless(frame: usize, at: &Frame<'_>, why: &'static str) -> RecordingError {
    RecordingError::Senseless { frame, offset: at.offset, why }
}

fn decode<'a, T: Deserialize<'a>>(number: usize, frame: &Frame<'a>) -> Result<T, RecordingError> {
    match postcard::take_from_bytes(frame.payload) {
        Ok((value, [])) => Ok(value),
        _ => Err(senseless(number, frame, "cannot be read")),
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
    pub hashes_checked: u64,
    /// First number of ticks after which the states differ.
    pub first_difference: Option<u64>,
    /// Why the recording has no end.
    pub truncated: Option<String>,
}

impl VerifyReport {
    /// The recording is whole and every hash agrees.
    pub fn intact(&self) -> bool {
        self.first_difference.is_none() && self.truncated.is_none() && self.hashes_checked > 0
    }
}

/// Replays a recording and compares every state hash in it. Stops at the first difference.
///
/// # Errors
/// Those of `make`, which builds the simulation from the inputs.
pub fn verify<S: Replayable, E>(
    recording: &Recording,
    make: impl FnOnce(&Header) -> Result<S, E>,
) -> Result<VerifyReport, E> {
    let mut simulation = make(&recording.header)?;
    let truncated = recording.truncated.map(|t| t.to_string());
    let mut report = VerifyReport { ticks: 0, hashes_checked: 0, first_difference: None, truncated };
    loop {
        let tick = report.ticks;
        for expected in hashes_at(recording, tick) {
            report.hashes_checked += 1;
            if simulation.state_hash() != expected {
                report.first_difference = Some(tick);
                return Ok(report);
            }
        }
        if tick >= recording.ticks {
            return Ok(report);
        }
        simulation.step(recording.commands_at(tick));
        report.ticks += 1;
    }
}

/// All hashes that a recording holds for a tick: the regular one and the one at its end.
fn hashes_at(recording: &Recording, tick: u64) -> impl Iterator<Item = Hash> {
    let regular = recording.hashes.binary_search_by_key(&tick, |(t, _)| *t).ok().map(|i| recording.hashes[i].1);
    let end = recording.end.filter(|e| e.tick == tick).map(|e| e.hash);
    regular.into_iter().chain(end)
}
