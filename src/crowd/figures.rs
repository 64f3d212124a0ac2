//! The crowd's figures with their sources, in one place. Those marked 待核实 are recalled or chosen, not looked up:
//! engineering assumptions, never shown to a trainee as a citation.

use crate::scenario::{Hearing, Mobility, Sex};

/// Time gap of the speed law, s: speed = free way / time gap (Tordeux, Chraibi and Seyfried 2016; the value calibrated
/// here, so that a corridor follows Weidmann 1993 within 15 % from 0.5 to 3 persons/m²).
pub const TIME_GAP_S: f64 = 0.92;
/// Time gap of whoever comes out of a queue, s: people released from one follow more closely than those who walk along a
/// corridor (Tordeux, Chraibi, Schadschneider and Seyfried 2020, as recalled, 待核实).
pub const RELEASED_GAP_S: f64 = 0.53;
/// Times in which people get used to being held up and forget it again, s. Like [`RELEASED`] and [`ZIPPER_M2`] fitted
/// here, 待核实, on all of these at once: openings of 0.8 to 2.4 m (Kretz, Grünebohm and Schreckenberg 2006; Liao and others
/// 2014), a corner and a T-junction of 2.4 m (Zhang and others 2012), and corridors, which must keep to Weidmann (1993).
pub const HELD_S: (f64, f64) = (8.0, 30.0);
/// Who loses less of the own speed than of late by the first of these begins to count as released from a queue; by the
/// second, they do wholly. Less than the first is the ordinary coming and going in a corridor (待核实, see [`HELD_S`]).
pub const RELEASED: (f64, f64) = (0.25, 0.55);
/// The zipper of those who come out of a queue: the free way up to somebody who walks half beside one counts more by this
/// times the square of how far beside, 1/m² (two files overlap in a narrow way, and only those of the own one keep their
/// distance: Hoogendoorn and Daamen 2005, value 待核实, see [`HELD_S`]).
pub const ZIPPER_M2: f64 = 15.0;
/// Part of their free speed at which those who are just out walk on at least: with it a door to the street passes as many
/// as an opening of its width into another space (calibrated here on 1 m, 待核实).
pub const OUTSIDE: f64 = 0.5;
/// Time in which somebody who walks turns to another direction, s (Moussaïd and others 2011: relaxation time 0.5 s).
pub const TURN_S: f64 = 0.5;
/// A way beside one's own is taken only if it comes out better by this factor: otherwise people in a crowd would change
/// lanes all the time and hold each other up (calibrated here on corridors and bottlenecks of several widths, 待核实).
pub const KEEPS: f64 = 0.95;
/// How fast somebody who stands gains speed, m/s², and how many times faster those gain it who walk at their free
/// speed: to start takes longer than to hasten. With the time gap this sets the flow through a door, where everybody
/// starts anew (calibrated here, 待核实: 1.3 to 1.9 persons/s through 1 m).
pub const GAIN_M_S2: f64 = 1.6;
/// See [`GAIN_M_S2`].
pub const GAIN_WALKING: f64 = 5.0;
/// Whoever is so far behind somebody who looks (cosine), and not close, is not seen; and the sine of that angle.
pub const BEHIND: f32 = 0.3;
/// See [`BEHIND`].
pub const BEHIND_SIN: f32 = 0.954;
/// So many ticks apart people look which way to take, 0.3 s: no more than it takes them to react (待核实).
pub const LOOKS_TICKS: u32 = 6;
/// What is known of more people than this does not fit into the caches of a core.
pub const MANY: usize = 2000;
/// In the open, that far from any wall and gate and from the goal, m, the way to the goal is asked for anew only after
/// some metres and ticks: in between it hardly turns.
pub const OPEN_M: (f64, f64) = (1.2, 2.0);
/// See [`OPEN_M`]: part of the way to the nearest wall or gate, or to the goal if that is nearer.
pub const KEPT: f64 = 0.4;
/// See [`OPEN_M`]; the quickest ways through a crowd are solved as often.
pub const KEPT_TICKS: u32 = 20;
/// How far ahead ways are compared, m (Moussaïd and others 2011 take 10; shorter here, 待核实).
pub const FAR_M: f64 = 6.0;
/// Directions looked at on either side.
pub const FAN: usize = 4;
/// Their cosines and sines: 0.3, 0.6, 0.9 and 1.2 rad.
pub const TURN: [(f64, f64); FAN] = [
    (0.955_336_489, 0.295_520_207),
    (0.825_335_615, 0.564_642_473),
    (0.621_609_968, 0.783_326_910),
    (0.362_357_754, 0.932_039_086),
];
/// People look at about so many of those around them; in a crowd that is less far (待核实).
pub const ATTENDED: f64 = 14.0;
/// People whose feet are further apart in height than this do not meet, m: a flight rises less within reach of a portal,
/// and a storey more.
pub const LEVEL_M: f64 = 1.5;
/// Least distance beyond the own body, and largest, at which others are looked at, m.
pub const REACH_M: (f64, f64) = (0.65, 3.0);
/// Density is judged by those within this distance, m (a circle of 4 m²), or in a crowd by those who are looked at.
pub const COUNTED_M: f64 = 1.13;
/// Who passes somebody coming towards them, or standing about, turns the shoulders: part of the ordinary distance at
/// which the two touch; wheelchairs stay as wide as they are
/// (rotation while passing: Yamamoto, Yanagisawa, Feliciani and Nishinari 2019; value 待核实).
pub const PASSING: f32 = 0.65;
/// Cosine of the angle from which on somebody counts as coming towards one.
pub const TOWARDS: f32 = -0.3;
/// How slowly they still squeeze past each other, m/s (calibrated here on a corridor with counterflow, 待核实: a hundred
/// against a hundred take 1.5 to 3.5 times as long as a hundred alone).
pub const SQUEEZE_M_S: f32 = 0.9;
/// Part of an overlap by which whoever goes first in a queue gives way; the other takes the rest (待核实).
pub const YIELD_AHEAD: f32 = 0.2;
/// Cosine of the angle up to which two who go to the same goal are in one file: the same of their directions, and of the
/// way from one to the other (待核实).
pub const FILE: f32 = 0.7;
/// Rounds in which bodies part in a tick.
pub const ROUNDS: usize = 4;
/// By how much others may shift a body in a tick, m.
pub const SHIFT_M: f64 = 0.08;
/// Mass of a body, kg, and the time in which it takes up its speed, s (Helbing, Farkas and Vicsek 2000).
pub const MASS_KG: f64 = 80.0;
/// See [`MASS_KG`].
pub const RELAX_S: f64 = 0.5;
/// Who wants to go faster than this pushes when held up, m/s (Helbing and others 2000: above about 1.5 m/s a room
/// empties the slower the more they hurry).
pub const PUSH_FROM_M_S: f64 = 1.5;
/// Bodies nearer to each other than this may touch within the tick, m: both walk, and others shift them.
pub const TOUCHING_M: f32 = 0.35;
/// Bodies nearer than this hand on pushes, m (待核实).
pub const PRESSED_M: f32 = 0.1;
/// What a standing body takes up of a push, N (待核实).
pub const BRACE_N: f64 = 50.0;
/// A push under which it takes twice as long to get free, N (friction between bodies; calibrated here against the
/// minimum of Helbing and others 2000, 待核实).
pub const FRICTION_N: f64 = 200.0;
/// Nobody is pushed harder, N: the limit of what barriers bear (Fruin 1993: 4500 N).
pub const MOST_N: f64 = 4500.0;
/// Above this people may fall (Helbing and others 2000: 1600 N/m round the body hurts), with so many falls a person and
/// second at twice the load, and lie so long, s (待核实).
pub const FALL_N: f64 = 1600.0;
/// See [`FALL_N`].
pub const FALL_RATE: f64 = 0.002;
/// See [`FALL_N`].
pub const DOWN_S: f64 = 5.0;
/// Nobody's centre comes nearer to a wall than this, m (half the depth of a body; 待核实); who sits in a wheelchair keeps
/// half its width.
pub const WALL_M: f64 = 0.2;
/// Who stands about within this distance of touching somebody who cannot go on is asked to step aside, m (待核实).
pub const ASKED_M: f64 = 0.1;
/// How far people step aside: places are looked at so far apart, up to so far away, m (待核实).
pub const ASIDE_M: (f64, f64) = (0.3, 2.4);
/// Who has stepped aside stands this far from doors and portals where there is room, m (待核实).
pub const ASIDE_CLEAR_M: f64 = 0.9;
/// How many metres people go to stand one metre less in the way (待核实).
pub const ASIDE_WORTH: f64 = 6.0;
/// Time that it takes to start when one stands, s (待核实).
pub const STARTS_S: f64 = 0.5;
/// Overlap of bodies that is let pass, m.
pub const OVERLAP_M: f64 = 0.005;
/// Free part of a door that a body needs.
pub const PASSABLE: f64 = 0.6;
/// A point is reached within this distance, m.
pub const ARRIVED_M: f64 = 0.35;
/// Extinction coefficient at the head from which people go down to crawl if the air is at least twice as clear near
/// the floor, 1/m (visibility 3 m; 待核实).
pub const CRAWL_FROM: f64 = 1.0;
/// How much less children are slowed by stairs than grown-ups, by age, years: at 5 to 6 0.63 of 0.81 m/s (Fang 2019,
/// abstract), from 6 to 10 0.85 of 1.02 m/s whatever the age (Ono, Valentin and Vittorino 2024, abstract), both over the
/// grown-ups' part down, 0.75.
pub fn nimble(age: f64) -> f64 {
    if age < 6.0 {
        1.04
    } else if age < 11.0 {
        1.11
    } else {
        1.0
    }
}
/// How much quicker a way is judged by those who see everybody else take it (Haghani and Sarvi 2017 find imitation
/// where nobody has to queue; value 待核实).
pub const IMITATION: f64 = 0.1;
/// By how much quicker people judge the way that somebody in charge points to: they take it unless it is more than twice
/// as long as another (staff's instruction outweighs the familiar way, Proulx and Sime 1991; value 待核实).
pub const POINTED_TO: f64 = 0.5;
/// How far before its door people wait for a lift, and when they are there, m.
pub const LOBBY_M: f64 = 0.9;
/// See [`LOBBY_M`].
pub const LOBBY_NEAR_M: f64 = 2.0;
/// Time that a lift is judged to let one wait, doors included, and after which it is given up, s (待核实).
pub const LIFT_WAIT_S: f64 = 40.0;
/// See [`LIFT_WAIT_S`].
pub const LIFT_PATIENCE_S: f64 = 180.0;
/// A carer stands beside their ward within this distance, m.
pub const BESIDE_M: f64 = 1.2;
/// Time to get somebody ready who walks, s (待核实), and who is carried (Hunt and others 2020: 30 to 80 s; 待核实).
pub const READY_WALKING_S: f64 = 20.0;
/// See [`READY_WALKING_S`].
pub const READY_CARRIED_S: f64 = 55.0;
/// Length of a hospital bed on wheels, m; it is 1.0 m wide (makers give 0.97 m × 2.13 m and 1.02 m × 2.10 m over all;
/// GB 51039-2014 5.1.6 asks for passages of 2.40 m where beds are pushed; 待核实).
pub const BED_LENGTH_M: f64 = 2.1;
/// How far off its end whoever moves a bed walks, m (assumption).
pub const GRIP_M: f64 = 0.4;
/// Time to free a bed's wheels and whatever is plugged in, s (assumption, 待核实).
pub const READY_BED_S: f64 = 20.0;
/// How far inside the exit somebody stands who turns round there, m.
pub const BACK_IN_M: f64 = 0.4;
/// Whoever is in the room that they go to, so near to the place meant, m, and was held up so much of late comes no nearer:
/// others are there already (assumption).
pub const NO_NEARER: (f64, f64) = (4.0, 0.7);
/// Beds stand so far off doors, m, that people come by (assumption).
pub const DOOR_FREE_M: f64 = 0.9;
/// A bed that comes no further than the first, m, within the second, s, for want of room is left where it is, and who lies
/// in it is carried (assumption).
pub const STUCK: (f64, f64) = (1.5, 30.0);
/// Time to take somebody on one's back, or to set off with who sits in a chair, s (待核实).
pub const LIFTED_S: f64 = 10.0;
/// Speed with an evacuation chair and with a rescue sheet, m/s (Hunt and others 2020, 待核实).
pub const EVAC_CHAIR_M_S: f64 = 0.8;
/// See [`EVAC_CHAIR_M_S`].
pub const SHEET_M_S: f64 = 0.6;
/// Speed at which one person drags somebody who lies helpless along the floor, m/s (below that on a rescue sheet; 待核实).
pub const DRAGGED_M_S: f64 = 0.4;
/// The same for two, one at each shoulder (as on a rescue sheet, which takes two; 待核实).
pub const DRAGGED_BY_TWO_M_S: f64 = 0.6;
/// Who is of this age, years, and walks without an aid can drag a grown person (assumption, 待核实).
pub const STRONG_YEARS: std::ops::Range<f64> = 14.0..70.0;
/// Under this age, years, nobody leaves home without a grown-up of the household (assumption, 待核实).
pub const LED_YEARS: f64 = 12.0;
/// Under this age, years, before school, a child is carried (assumption, 待核实).
pub const CARRIED_YEARS: f64 = 6.0;
/// Who is of this age, years, is grown up.
pub const GROWN_UP_YEARS: f64 = 18.0;
/// Speed with a child on the arm, m/s (待核实).
pub const CHILD_ON_ARM_M_S: f64 = 1.0;
/// How far off people notice that one of theirs lies on the floor, m (assumption).
pub const IN_SIGHT_M: f64 = 6.0;
/// Nobody goes back for another into air of this temperature, °C (usual limit of tenability, 待核实), or radiant flux,
/// kW/m² (ISO 13571).
pub const HURTS: (f64, f64) = (60.0, 2.5);
/// Those who belong together wait for each other from this distance on, m, and stand at the second (待核实).
pub const TOGETHER_M: (f64, f64) = (2.0, 4.0);
/// Those who are led keep this distance, m, however fast they go: the distances within groups that walk down stairs hardly
/// vary (Fu and others 2019, abstract; value 待核实).
pub const FOLLOW_M: f64 = 0.75;
/// The same while the leader is in another space, m (assumption).
pub const FOLLOW_THROUGH_M: f64 = 0.3;
/// After waiting this long at a door that stays shut one takes it for locked, s (待核实).
pub const DOOR_PATIENCE_S: f64 = 6.0;
/// A locked door is tried again after, s (待核实).
pub const LOCK_MEMORY_S: f64 = 60.0;
/// Stay with a way unless another is quicker by this part (FDS+Evac guide 2.6).
pub const HYSTERESIS: f64 = 0.1;
/// People are crowded from this density on, 1/m² (queueing level of service C to D: Fruin 1971, 待核实), and so many on the
/// way to a goal are a crowd.
pub const CROWDED: f64 = 2.0;
/// See [`CROWDED`].
pub const CROWD: usize = 5;
/// Part of the free speed at which even the densest crowd is judged to move (待核实).
pub const CROWD_LEAST: f32 = 0.1;
/// Density is judged by the mean over so many cells of 0.2 m to each side, along and across and once again, which comes
/// near a normal distribution of 1.2 m: with less, people run after every gap that opens for a second (calibrated here on
/// a corner, 待核实).
pub const WINDOW_CELLS: usize = 7;
/// Below this density nobody is slowed, 1/m² (待核实).
pub const ALONE: f32 = 0.05;
/// γ, 1/m², and the density at which all stand, 1/m², of v = v₀ (1 − exp(−γ (1/ρ − 1/ρ_max))) (Weidmann 1993).
pub const WEIDMANN: (f32, f32) = (1.913, 5.4);
/// Flow through a door for judging queues, persons per m and s (IMO MSC.1/Circ.1533).
pub const QUEUE_FLOW: f64 = 1.33;
/// Largest flow per metre of effective width, persons per m and s, and the layer on each side of a door that does not
/// count, m (SFPE; GB/T 31593.9 table H.1).
pub const SFPE_FLOW: f64 = 1.3;
/// See [`SFPE_FLOW`].
pub const DOOR_LAYER_M: f64 = 0.15;
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

/// A bang so loud, dB(A), is near: nobody asks what it was (assumption, 待核实).
pub const STARTLES_DB: f64 = 95.0;

/// Free walking speed on the level, m/s: lowest and highest of an even spread (FDS+Evac guide 2.6, table 1; children
/// from 6 to 10: mean 1.02 m/s, spread over 20 %, Ono, Valentin and Vittorino 2024, abstract; by age as in Weidmann 1992,
/// 待核实). Smaller ones: 0.81 ± 0.40 m/s at 5 to 6 (Fang 2019, abstract), 0.69 to 1.33 m/s at 3 to 4 (Najmanová and
/// Ronchi 2017, abstract).
pub fn free_speed(age: f64, sex: Sex) -> (f64, f64) {
    if age < 6.0 {
        (0.6, 1.2)
    } else if age < 11.0 {
        (0.67, 1.37)
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
        Mobility::Bedridden | Mobility::Bed => Some((0.0, 0.0)),
    }
}

/// Radius of the circle that stands for a body in movement, m: lowest and highest (equal in area to the body's
/// ellipse of about 0.5 m × 0.3 m; half the width of a wheelchair of 0.66 to 0.7 m, the most that ISO 7176-5 recommends,
/// and of a hospital bed, see [`BED_LENGTH_M`]; 待核实).
pub fn radius(age: f64, mobility: Mobility) -> (f64, f64) {
    match mobility {
        Mobility::Wheelchair => (0.33, 0.35),
        Mobility::Bed => (0.5, 0.5),
        _ if age < 14.0 => (0.16, 0.19),
        _ => (0.18, 0.207),
    }
}

/// Speed along a stair's slope, as a part of the level speed, on the stair of Fruin's measurements (178/286 mm):
/// (up, down) (Fruin 1971; with aids Boyce 1999; 待核实).
pub fn stair_factor(mobility: Mobility) -> (f64, f64) {
    match mobility {
        Mobility::Able => (0.55, 0.75),
        Mobility::Stick => (0.43, 0.40),
        Mobility::Frame => (0.25, 0.28),
        Mobility::Wheelchair | Mobility::Bedridden | Mobility::Bed => (0.0, 0.0),
    }
}

/// Who is slower on a stair than this part of the speed of somebody behind keeps to the handrail and lets them by (faster
/// people overtook the slow on the stairs of apartment buildings: Proulx and McQueen 1994; value 待核实).
pub const MUCH_SLOWER: f64 = 0.7;
/// Way along a flight in which one comes that much nearer to its handrail, m (待核实).
pub const TO_THE_RAIL_M: f64 = 0.5;
/// Whoever is this far outside of a stair's width on a landing walks into it at half a right angle, m (待核实).
pub const INTO_FILE_M: f64 = 0.3;

/// Height climbed or gone down at a stretch, m, from which fatigue slows people on stairs and at which it slows them
/// most (fatigue was seen from the third flight, 34 m, of a long stair on; values 待核实).
pub const TIRED_M: (f64, f64) = (30.0, 100.0);
/// Part of the speed that fatigue takes at most: (up, down) (待核实).
pub const TIRED: (f64, f64) = (0.25, 0.1);

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
