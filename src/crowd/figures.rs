//! The crowd's figures with their sources, in one place. Those marked 待核实 are recalled or chosen, not looked up:
//! engineering assumptions, never shown to a trainee as a citation.

use crate::scenario::{Hearing, Mobility, Sex};

/// Time gap of the speed law, s: speed = gap / time gap (Tordeux 2016; value calibrated here, 待核实).
pub const TIME_GAP_S: f64 = 0.7;
/// Width of the strip in which others are in the way, as a part of the two bodies' width (calibrated here, 待核实).
pub const STRIP: f64 = 1.0;
/// Strength of steering round others (anticipation velocity model, Xu 2021; value 待核实).
pub const STEER: f64 = 4.0;
/// Range of steering, m (待核实).
pub const STEER_RANGE_M: f64 = 0.15;
/// How far ahead in time others are foreseen, s (Xu 2021).
pub const ANTICIPATION_S: f64 = 1.0;
/// Others farther than this are not looked at, m.
pub const REACH_M: f64 = 1.8;
/// Others farther from touching than this matter only if they come nearer, m.
pub const RELEVANT_M: f64 = 1.35;
/// Nobody's centre comes nearer to a wall than this, m (half the depth of a body; 待核实).
pub const WALL_M: f64 = 0.2;
/// Overlap of bodies that is let pass, m.
pub const OVERLAP_M: f64 = 0.005;
/// Free part of a door that a body needs.
pub const PASSABLE: f64 = 0.6;
/// A point is reached within this distance, m.
pub const ARRIVED_M: f64 = 0.35;
/// Those who are led keep this distance, m.
pub const FOLLOW_M: f64 = 0.75;
/// The same while the leader is in another space, m (assumption).
pub const FOLLOW_THROUGH_M: f64 = 0.3;
/// After waiting this long at a door that stays shut one takes it for locked, s (待核实).
pub const DOOR_PATIENCE_S: f64 = 6.0;
/// A locked door is tried again after, s (待核实).
pub const LOCK_MEMORY_S: f64 = 60.0;
/// Stay with a way unless another is quicker by this part (FDS+Evac guide 2.6).
pub const HYSTERESIS: f64 = 0.1;
/// Flow through a door for judging queues, persons per m and s (IMO MSC.1/Circ.1533).
pub const QUEUE_FLOW: f64 = 1.33;
/// Turn-back limit of people who know the place, 1/m (Jin: 0.5), and the spread of its logarithm (待核实).
pub const TURN_BACK: (f64, f64) = (0.5, 0.3);
/// Spread of susceptibility: σ of the logarithm, median 1 (fit to NIST TN 1797).
pub const SUSCEPTIBILITY_SIGMA: f64 = 0.94;
/// Smoke that an awake person notices, 1/m (待核实).
pub const NOTICED_SMOKE: f64 = 0.05;
/// Time that a household's members take to wake each other, s (待核实).
pub const WAKE_KIN_S: f64 = 10.0;

/// Sound level that is heard, dB(A); infinite if none is (待核实; sleeping adults 75 dB, GB 50116 asks 75 dB at the bed).
pub fn heard_db(hearing: Hearing, asleep: bool, drunk: bool, age: f64) -> f64 {
    let base = match hearing {
        Hearing::Good => 40.0,
        Hearing::Hard => 60.0,
        Hearing::Deaf => return f64::INFINITY,
    };
    let sleep = if asleep { 35.0 } else { 0.0 };
    let deep = if asleep && (drunk || age < 12.0) { 15.0 } else { 0.0 };
    base + sleep + deep
}

/// Free walking speed on the level, m/s: lowest and highest of an even spread (FDS+Evac guide 2.6, table 1; by age
/// as in Weidmann 1992, 待核实).
pub fn free_speed(age: f64, sex: Sex) -> (f64, f64) {
    if age < 14.0 {
        (0.6, 1.2)
    } else if age >= 65.0 {
        (0.6, 1.1)
    } else {
        match sex {
            Sex::Male => (1.15, 1.55),
            Sex::Female => (0.95, 1.35),
        }
    }
}

/// Mean and standard deviation of level speed with an aid, m/s (Boyce, Shields and Silcock 1999, 待核实).
pub fn aided_speed(mobility: Mobility) -> Option<(f64, f64)> {
    match mobility {
        Mobility::Able => None,
        Mobility::Stick => Some((0.81, 0.2)),
        Mobility::Frame => Some((0.57, 0.15)),
        Mobility::Wheelchair => Some((0.69, 0.2)),
        Mobility::Bedridden => Some((0.0, 0.0)),
    }
}

/// Radius of the circle that stands for a body in movement, m: lowest and highest (equal in area to the body's
/// ellipse of about 0.5 m × 0.3 m; 待核实).
pub fn radius(age: f64, mobility: Mobility) -> (f64, f64) {
    match mobility {
        Mobility::Wheelchair => (0.36, 0.4),
        _ if age < 14.0 => (0.16, 0.19),
        _ => (0.19, 0.22),
    }
}

/// Speed along a stair's slope, as a part of the level speed, on the stair of Fruin's measurements (178/286 mm):
/// (up, down) (Fruin 1971; with aids Boyce 1999; 待核实).
pub fn stair_factor(mobility: Mobility) -> (f64, f64) {
    match mobility {
        Mobility::Able => (0.55, 0.75),
        Mobility::Stick => (0.43, 0.40),
        Mobility::Frame => (0.25, 0.28),
        Mobility::Wheelchair | Mobility::Bedridden => (0.0, 0.0),
    }
}

/// 1st and 99th percentile of pre-movement time after a cue, s (BS PD 7974-6 as recalled, 待核实: dwelling asleep
/// Ci M2 5/+5 min; dwelling awake taken as B M2 1/+2 min; others awake A M1 0.5/+1 min).
pub fn pre_movement(asleep: bool, household: bool) -> (f64, f64) {
    match (asleep, household) {
        (true, _) => (300.0, 600.0),
        (false, true) => (60.0, 180.0),
        (false, false) => (30.0, 90.0),
    }
}

/// Part of the pre-movement time that is left if the cue leaves no doubt (待核实).
pub const URGENT: f64 = 0.5;

/// Speed of whoever carries somebody or pushes a chair or bed, part of their own (carry chair 0.6 m/s, evacuation chair
/// 0.8 m/s of a walk of about 1.2 m/s: Hunt et al. 2020, from an abstract, 待核实).
pub const BURDENED: f64 = 0.6;
