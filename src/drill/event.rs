//! What happened. Score, debrief, sound and tests read events and view; nothing else reaches into the engines.

use serde::{Deserialize, Serialize};

/// Something that happened, one line of `events.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// From the beginning of the drill, s.
    pub time_s: f64,
    /// The tick it happened in.
    pub tick: u64,
    /// What happened.
    pub kind: EventKind,
    /// Who or what did it: a person's name, a thing, a detector.
    pub subject: String,
    /// To whom or what.
    pub object: String,
    /// Path of the space.
    pub space: String,
    /// East, m; building coordinates.
    pub x_m: f64,
    /// North, m; building coordinates.
    pub y_m: f64,
    /// Height, m absolute.
    pub z_m: f64,
    /// Unit by kind; see [`EventKind`].
    pub value: f64,
}

/// The closed list of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A thing caught fire; value: kW at that moment.
    Ignited,
    /// A thing burnt out; value: kg left.
    BurntOut,
    /// A thing was put out; value: kg left.
    PutOut,
    /// A thing's flames were knocked down; they may come back.
    KnockedDown,
    /// Flames came back after they were gone; value: kW at that moment.
    Relit,
    /// Water flashed in burning fat; value: radius of the ball of fire, m.
    Flashed,
    /// A cell burst into a jet of flame; value: its reach, m.
    Jet,
    /// A vessel of gas burst; value: radius of the ball of fire, m.
    Burst,
    /// A stream drove burning liquid out of its vessel.
    Splashed,
    /// Whoever fought the thing stood in a current; value: mA.
    Shocked,
    /// A detector or link activated; value: °C or 1/m.
    Activated,
    /// An alarm began to sound.
    AlarmSounds,
    /// An opening moved; value: open fraction reached or begun.
    OpeningMoved,
    /// A door or window failed by heat.
    OpeningFailed,
    /// A gap was sealed.
    OpeningSealed,
    /// A person woke.
    Woke,
    /// A person set out; value: pre-movement time, s.
    SetOut,
    /// A person turned back before smoke; value: extinction coefficient, 1/m.
    TurnedBack,
    /// A person shelters.
    Sheltered,
    /// A person reached the street.
    Out,
    /// A person cannot go on: gas; value: dose.
    OvercomeByGas,
    /// A person cannot go on: heat; value: dose.
    OvercomeByHeat,
    /// A person was refused a way; object: the opening.
    FoundLocked,
    /// Somebody shouted; value: dB(A) in its own space.
    Shouted,
    /// Somebody knocked at a door.
    Knocked,
    /// 119 was called; value: number of contents given.
    Called,
    /// The operator passed it on; value: s since the call.
    HelpArrives,
    /// Something in the fire lane holds the fire service up; value: s.
    HelpHeldUp,
    /// A trainee finished an action; object: its name.
    Acted,
    /// A trainee was refused an action; object: its name.
    Refused,
    /// A lift set out or arrived.
    LiftMoved,
    /// The mains failed.
    PowerCut,
    /// The loudspeakers spoke.
    Broadcast,
    /// A step did not converge; value: residual.
    NotConverged,
}
