//! What hands can do with equipment, burning things and people, and what can be said and done anywhere.

use crate::drill::{ALL_BRIEF, Action, Burning, Means, Simulation, Supply, Technique, Treatment, Words as Said};
use crate::place::{EquipmentId, ThingId};
use crate::scenario::EquipmentKind;

/// With a piece of equipment: take it, look at it, switch it, press it, speak through it; the microphone
/// stands at the control panel.
pub fn with_equipment(simulation: &Simulation, seat: usize, id: EquipmentId) -> Vec<Action> {
    let view = simulation.view();
    let Some(piece) = view.place.equipment.get(id.index()) else {
        return Vec::new();
    };
    let held = view.trainees.get(seat).and_then(|t| t.now.holds) == Some(id);
    if held {
        let mut all = vec![Action::Inspect];
        if matches!(piece.kind, EquipmentKind::EscapeHood) {
            all.push(Action::DonHood);
        }
        all.push(Action::PutDown);
        return all;
    }
    if Means::of(&piece.kind).is_some() {
        return vec![Action::Take(id)];
    }
    if Supply::of(&piece.kind).is_some() {
        let switch = |on| Action::Switch { equipment: id, on };
        return vec![switch(false), switch(true)];
    }
    match piece.kind {
        EquipmentKind::CallPoint => vec![Action::PressCallPoint(id)],
        EquipmentKind::Microphone => {
            let announce = |where_it_burns, which_way| Action::Announce {
                microphone: id,
                storeys: Vec::new(),
                where_it_burns,
                which_way,
            };
            let panel = |what, on| Action::SwitchByPanel { what, on };
            vec![
                announce(true, true),
                announce(false, false),
                panel(Supply::Sounders, true),
                panel(Supply::Sounders, false),
                panel(Supply::Panel, true),
                panel(Supply::LiftsDown, true),
                panel(Supply::Shutters, true),
                panel(Supply::Pump, true),
                panel(Supply::Locks, false),
            ]
        }
        _ => Vec::new(),
    }
}

/// A piece that hands can do something with.
pub fn is_useful(kind: &EquipmentKind) -> bool {
    Means::of(kind).is_some()
        || Supply::of(kind).is_some()
        || matches!(kind, EquipmentKind::CallPoint | EquipmentKind::Microphone)
}

/// A thing that hands can do something with: it burns, or it is a pan on its fire.
pub fn is_at_hand(simulation: &Simulation, id: ThingId) -> bool {
    simulation.view().fire.thing(id).burning || simulation.burns_as(id) == Burning::OilPan
}

/// With a burning thing, or a pan on its fire.
pub fn with_thing(simulation: &Simulation, id: ThingId) -> Vec<Action> {
    if !is_at_hand(simulation, id) {
        return Vec::new();
    }
    let treatments: &[Treatment] = match simulation.burns_as(id) {
        Burning::OilPan => &[
            Treatment::HeatOff,
            Treatment::LidOn,
            Treatment::BlanketOn,
            Treatment::CoverLifted,
            Treatment::WaterThrown,
            Treatment::Carried,
        ],
        Burning::GasJet => &[Treatment::HeatOff, Treatment::BlanketOn, Treatment::WaterThrown],
        Burning::Battery => &[Treatment::WaterThrown, Treatment::Carried, Treatment::CooledFromAfar],
        Burning::Solids | Burning::LiveElectrical | Burning::Liquid => {
            &[Treatment::BlanketOn, Treatment::WaterThrown, Treatment::Carried]
        }
    };
    let mut all: Vec<Action> = treatments
        .iter()
        .map(|how| Action::Treat { thing: id, how: *how })
        .collect();
    all.push(Action::Use {
        thing: id,
        how: Technique::default(),
    });
    all
}

/// What can be done anywhere, beside what always stands in a row of its own.
pub fn anywhere() -> Vec<Action> {
    vec![
        Action::Tell(Said::LeaveThisWay),
        Action::Tell(Said::StayBehindDoor),
        Action::Tell(Said::HelpComes),
        Action::Tell(Said::KeepBack),
        Action::SetDown,
        Action::Count,
        Action::ReportCount,
        Action::TellControlRoom,
        Action::Sweep,
        Action::Brief(ALL_BRIEF.to_vec()),
        Action::CollectBelongings,
        Action::FetchTowel,
        Action::Film,
        Action::Hide,
        Action::Roll,
        Action::MoveAside,
        Action::Push,
        Action::ClearLane,
        Action::Cordon,
        Action::KeepWatch,
        Action::CleanUp,
        Action::TakePayment,
    ]
}
