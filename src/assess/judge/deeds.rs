//! How plain deeds are found in the notes: each is one note, or one change from a note to the next.

use super::super::act::Act;
use super::super::guidance::Row;
use super::super::situation::{Situation, is_home, minor};
use super::{Done, Stretch, Track};
use crate::drill::{
    Burning, Channel, Did, DoorRole, FireSize, Hazard, HazardStep, KinState, Known, Means, Note, Noted, Supply,
    Treatment, Whereabouts, Words,
};

/// What the fire service is told, how many things there are to say.
const BRIEF: f64 = crate::drill::ALL_BRIEF.len() as f64;

impl Track<'_> {
    /// A plain right deed: when it was first done, how well.
    pub(super) fn deed_done(&self, row: &Row, act: Act, stretch: &Stretch) -> Done {
        let (first, stop) = (stretch.first, stretch.stop);
        let at = |i: usize, quality: f64| Done::At {
            from_s: stretch.from_s,
            at_s: self.notes[i].time_s.max(stretch.from_s),
            quality,
        };
        match act {
            Act::Refrained | Act::StayedOut => {
                let wrong = row.wrong.iter().any(|w| self.hit(row, w, stretch));
                if wrong { Done::Failed } else { at(first, 1.0) }
            }
            Act::FoughtSmall => {
                let fought = (first..stop).find(|i| self.is(act, *i, stretch));
                let left = (first..stop).find(|i| self.is(Act::RoomShut, *i, stretch) && self.away(*i, stretch));
                match (fought, left) {
                    (Some(a), Some(b)) => at(a.min(b), 1.0),
                    (Some(a), None) | (None, Some(a)) => at(a, 1.0),
                    (None, None) => Done::Never,
                }
            }
            Act::MovedAcross => self.kin_share(stretch, |s, p| {
                s.handed_over.contains(p) || matches!(s.kin.get(p), Some(KinState::Sheltered | KinState::Safe))
            }),
            _ => {
                // What was done before the question arose is done; leaving and changing rooms begin with it.
                let from = if matches!(act, Act::LeftFire | Act::ChangedRoom | Act::RoomShut | Act::TookRefuge) {
                    first
                } else {
                    0
                };
                match (from..stop).find(|i| self.is(act, *i, stretch)) {
                    Some(i) => at(i, self.quality(act, i)),
                    None if self.moot(act, stretch) => Done::Moot,
                    None => Done::Never,
                }
            }
        }
    }

    /// A plain wrong deed was done in this stretch.
    pub(super) fn deed_hit(&self, act: Act, stretch: &Stretch) -> bool {
        (stretch.first..stretch.stop).any(|i| self.is(act, i, stretch))
    }

    /// Nothing to do it with, or nobody to do it for.
    fn moot(&self, act: Act, stretch: &Stretch) -> bool {
        let last = &self.states[stretch.stop - 1];
        let known: &Known = self.case.known;
        let switch = |supply| !known.equipment.iter().any(|e| e.supply == Some(supply));
        match act {
            Act::Covered => ![Means::Lid, Means::Blanket]
                .iter()
                .any(|m| last.means.get(m) == Some(&true)),
            // Somebody else had shut it: no fire was to be seen.
            Act::RoomShut => last.fire_behind.is_empty() && last.fire.is_none() && last.home_fire.is_none(),
            Act::HoodOff => switch(Supply::Hood),
            Act::PowerCut => switch(Supply::Power),
            Act::GasShut => switch(Supply::Gas),
            Act::StoppedBusiness => switch(Supply::Music),
            Act::LightsUp => switch(Supply::Lights),
            Act::Unlocked => switch(Supply::Locks) && last.exits.values().all(|(_, shut)| !shut),
            Act::WellUsed => true,
            // In the open there is no other place to go to.
            Act::LeftFire => self.states[stretch.first].place == Whereabouts::Street,
            Act::Counted | Act::ReportedCount | Act::MovedAcross => known.kin.is_empty(),
            Act::Briefed => !last.help,
            _ => false,
        }
    }

    /// How well, 0 to 1.
    fn quality(&self, act: Act, i: usize) -> f64 {
        match (act, &self.notes[i].what) {
            (Act::WellUsed, Noted::Did(Did::Used { well, .. })) => *well,
            (
                Act::Announced,
                Noted::Did(Did::Announced {
                    where_it_burns,
                    which_way,
                }),
            ) => 0.5 * f64::from(u8::from(*where_it_burns)) + 0.5 * f64::from(u8::from(*which_way)),
            (Act::Briefed, Noted::Did(Did::Briefed(items))) => (items.len() as f64 / BRIEF).min(1.0),
            _ => 1.0,
        }
    }

    /// Somewhere else than where the question arose.
    fn away(&self, i: usize, stretch: &Stretch) -> bool {
        self.states[i].place != self.states[stretch.first].place
    }

    /// The act is this note.
    fn is(&self, act: Act, i: usize, stretch: &Stretch) -> bool {
        let (now, before) = (&self.states[i], &self.states[i.saturating_sub(1)]);
        let note: &Note = &self.notes[i];
        if let Noted::Did(did) = &note.what
            && by_hand(act, did, before, self.case.known)
        {
            return true;
        }
        if i <= stretch.first {
            return false;
        }
        let moved = now.place != before.place;
        let leaves = moved
            && match now.place {
                Whereabouts::Street | Whereabouts::Hall | Whereabouts::Lift(_) => true,
                Whereabouts::Stair(_, n) => n.abs() >= 1,
                _ => false,
            };
        match act {
            Act::LeftFire | Act::ChangedRoom => moved && self.away(i, stretch),
            Act::WentBack => {
                let from_street = before.place == Whereabouts::Street && now.place != Whereabouts::Street;
                let home = !is_home(before.place) && is_home(now.place) && before.home_fire.is_some();
                moved && (from_street || home)
            }
            Act::ThroughFire => {
                moved && is_home(before.place) && !is_home(now.place) && before.home_fire.is_some_and(|f| f.in_way)
            }
            Act::IntoStair => {
                moved && matches!(now.place, Whereabouts::Stair(..)) && !matches!(before.place, Whereabouts::Stair(..))
            }
            Act::WentUp => moved && matches!(now.place, Whereabouts::Stair(_, n) if n < 0),
            Act::UpBlind => {
                moved && matches!(now.place, Whereabouts::Stair(_, n) if n <= -3) && now.roof_open != Some(true)
            }
            Act::LeftFirst => {
                let swept = self.notes[..i].iter().any(|n| n.what == Noted::Did(Did::Swept));
                let guests = now.guests > 0 && !swept;
                leaves && (guests || self.case.known.kin.iter().any(|p| !now.cared_for(*p)))
            }
            Act::CarriedDown => {
                moved && now.carries.is_some() && matches!(now.place, Whereabouts::Stair(_, n) if n > 0)
            }
            Act::SmokeUnprotected => {
                let entered = self.states[stretch.first].place != now.place;
                entered && now.dense_at_head() && !before.dense_at_head() && !is_home(now.place)
            }
            _ => false,
        }
    }
}

/// The act is this deed. `before`: what was known until then.
fn by_hand(act: Act, did: &Did, before: &Situation, known: &Known) -> bool {
    let water = |means: &Means| means.is_water();
    match (act, did) {
        (
            Act::AlertedOthers,
            Did::Shouted
            | Did::Knocked(_)
            | Did::PressedCallPoint
            | Did::ToldControlRoom
            | Did::Announced { .. }
            | Did::Told(Words::LeaveThisWay),
        )
        | (Act::WellUsed, Did::Used { .. })
        | (Act::Filmed, Did::Filmed)
        | (Act::Rolled, Did::Rolled)
        | (Act::RanBurning, Did::RanBurning)
        | (Act::WentLow, Did::WentLow)
        | (Act::TowelSearched, Did::FetchedTowel)
        | (Act::Hid, Did::Hid)
        | (Act::SealedIn, Did::Sealed(DoorRole::Home(_)))
        | (Act::Announced, Did::Announced { .. })
        | (Act::Swept, Did::Swept)
        | (Act::TookPayment, Did::TookPayment)
        | (Act::Redirected, Did::Redirected(_) | Did::Guides(_) | Did::Told(Words::LeaveThisWay))
        | (Act::PostedGuide, Did::Guides(_))
        | (Act::MovedAside, Did::MovedAside)
        | (Act::Pushed, Did::Pushed)
        | (Act::Counted, Did::Counted { .. })
        | (Act::ReportedCount, Did::ReportedCount)
        | (Act::ClearedLane, Did::ClearedLane)
        | (Act::Briefed, Did::Briefed(_))
        | (Act::CarriedOn, Did::CarriedOn)
        | (Act::KeptWatch, Did::KeptWatch)
        | (Act::CleanedUp, Did::CleanedUp)
        | (Act::ToldTrapped, Did::Told(Words::HelpComes | Words::StayBehindDoor))
        | (Act::Cordoned, Did::Cordoned)
        | (Act::OpenedWindow, Did::Opened(DoorRole::Window(_)))
        | (Act::OpenedExits, Did::Opened(DoorRole::Other(_) | DoorRole::Stair(..)) | Did::Held(_)) => true,
        (Act::FoughtSmall, Did::Used { means, on, size, .. }) => *size == FireSize::Small && means.fits(*on),
        (Act::FoughtSmall, Did::Treated { how, .. }) => matches!(how, Treatment::LidOn | Treatment::BlanketOn),
        (Act::FoughtLarge, Did::Used { size, .. }) => *size == FireSize::Large,
        (Act::SecondBottle, Did::Took(Means::Extinguisher(_))) => before.used_up,
        (Act::RoomShut, Did::Shut(door)) => {
            let rooms = matches!(door, DoorRole::Room(..) | DoorRole::Other(_) | DoorRole::Home(_));
            rooms && (before.fire_behind.is_empty() || before.fire_behind.contains(&door.opening()))
        }
        (Act::TookRefuge, Did::Shut(DoorRole::Room(..)) | Did::Sealed(DoorRole::Room(..))) => is_home(before.place),
        (Act::HeatOff, Did::Treated { how, .. }) => *how == Treatment::HeatOff,
        (Act::Covered, Did::Treated { how, .. }) => matches!(how, Treatment::LidOn | Treatment::BlanketOn),
        (Act::LiftedCover, Did::Treated { how, .. }) => *how == Treatment::CoverLifted,
        (Act::WaterOnOil, Did::Used { means, on, .. }) => water(means) && *on == Burning::OilPan,
        (Act::WaterOnOil, Did::Treated { on, how }) => *how == Treatment::WaterThrown && *on == Burning::OilPan,
        (Act::CarriedPan, Did::Treated { on, how }) => {
            matches!(how, Treatment::Carried | Treatment::Handled) && *on != Burning::Battery
        }
        (Act::WaterOnLive, Did::Used { means, on, .. }) => {
            water(means) && *on == Burning::LiveElectrical && before.switched.get(&Supply::Power) != Some(&false)
        }
        (Act::WaterOnLive, Did::Treated { on, how }) => {
            let live = *on == Burning::LiveElectrical && before.switched.get(&Supply::Power) != Some(&false);
            live && *how == Treatment::WaterThrown
        }
        (Act::HandledBattery, Did::Treated { on, how }) => {
            matches!(how, Treatment::Carried | Treatment::Handled) && *on == Burning::Battery
        }
        (Act::FoughtBattery, Did::Used { on, .. }) => *on == Burning::Battery,
        (Act::FoughtBattery, Did::Treated { on, how }) => {
            matches!(how, Treatment::WaterThrown | Treatment::BlanketOn) && *on == Burning::Battery
        }
        (Act::CooledFromAfar, Did::Treated { how, .. }) => *how == Treatment::CooledFromAfar,
        (Act::PutOutJet, Did::Used { on, .. }) => {
            *on == Burning::GasJet && before.switched.get(&Supply::Gas) != Some(&false)
        }
        (Act::HoodOff, Did::Switched { what, on }) => *what == Supply::Hood && !on,
        (Act::PowerCut, Did::Switched { what, on }) => *what == Supply::Power && !on,
        (Act::GasShut | Act::LeftOrShutGas, Did::Switched { what, on }) => *what == Supply::Gas && !on,
        (Act::LeftOrShutGas, Did::Entered(to)) => !is_home(*to) && is_home(before.place),
        (Act::StoppedBusiness, Did::Switched { what, on }) => *what == Supply::Music && !on,
        (Act::LightsUp, Did::Switched { what, on }) => *what == Supply::Lights && *on,
        (Act::Unlocked | Act::OpenedExits, Did::Switched { what, on }) => *what == Supply::Locks && !on,
        (Act::SparkMade, Did::Switched { what, .. }) => *what != Supply::Gas && before.gas && is_home(before.place),
        (Act::CalledInside, Did::Called { .. }) => before.gas && is_home(before.place),
        (Act::JumpedHigh, Did::Jumped { storeys }) => *storeys >= 2,
        (Act::JumpedLow, Did::Jumped { storeys }) => *storeys < 2,
        (Act::FoughtYoung, Did::Used { .. }) => minor(known),
        (Act::FoughtYoung, Did::Treated { how, .. }) => minor(known) && *how != Treatment::HeatOff,
        (Act::StoppedWork, Did::Hazard { hazard, step }) => *hazard == Hazard::HotWork && *step == HazardStep::Fixed,
        (Act::FixedOrReported, Did::Hazard { step, .. }) => matches!(
            step,
            HazardStep::Fixed | HazardStep::Reported(Channel::Hotline12345 | Channel::GridWorker | Channel::Property)
        ),
        (Act::FixedOrReported96119, Did::Hazard { step, .. }) => match step {
            HazardStep::Fixed => true,
            HazardStep::Reported(channel) => *channel != Channel::Emergency119,
            _ => false,
        },
        (Act::Rechecked, Did::Hazard { step, .. }) => *step == HazardStep::Rechecked,
        (Act::Confronted, Did::Hazard { step, .. }) => *step == HazardStep::Confronted,
        (Act::WrongLine, Did::Hazard { step, .. }) => *step == HazardStep::Reported(Channel::Emergency119),
        (Act::WrongLine, Did::Called { .. }) => before.cue.is_none(),
        _ => false,
    }
}
