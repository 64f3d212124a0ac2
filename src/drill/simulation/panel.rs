//! The fire alarm panel: what detectors report to it, when its sounders begin, and what the alarm sets going.

use super::{Simulation, insert};
use crate::drill::event::EventKind;
use crate::drill::openings::Request;
use crate::place::{OpeningId, StoreyId};
use crate::scenario::{self, Alarm, EquipmentKind};
use serde::{Deserialize, Serialize};

/// Where the panel stands.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Panel {
    delay_ticks: u64,
    silenced: bool,
    /// Its sounders have begun.
    sounded: bool,
    /// The first report, and the tick until which somebody may look into it.
    waits: Option<(u64, u32, f64)>,
}

impl Panel {
    pub(super) fn new(panel: &scenario::Panel) -> Self {
        let delay = panel.delay_s.clamp(0.0, 86_400.0);
        Self {
            delay_ticks: (if delay.is_finite() { delay } else { 0.0 } / super::TICK_S).round() as u64,
            silenced: panel.silenced,
            ..Self::default()
        }
    }

    pub(super) fn hash_into(&self, h: &mut blake3::Hasher) {
        h.update(&[u8::from(self.silenced), u8::from(self.sounded)]);
        let (until, which, value) = self.waits.unwrap_or_default();
        h.update(&until.to_le_bytes());
        h.update(&which.to_le_bytes());
        h.update(&value.to_bits().to_le_bytes());
    }
}

impl Simulation {
    /// A detector or sprinkler has answered; value: 1/m or °C.
    pub(super) fn detector_reports(&mut self, equipment: usize, value: f64) {
        let e = &self.place.equipment[equipment];
        let (path, space) = (e.path.clone(), e.space);
        let alarm = self.alarm_of(equipment);
        // A bulb makes no sound; its flow switch tells the panel.
        let bulb = matches!(e.kind, EquipmentKind::Sprinkler(_));
        self.emit_at(EventKind::Activated, &path, "", space, value);
        if alarm == Alarm::StandAlone {
            if !bulb {
                insert(&mut self.state.sounding, equipment as u32);
                self.emit_at(EventKind::AlarmSounds, &path, "", space, value);
            }
            return;
        }
        let tick = self.state.tick;
        let panel = &mut self.state.panel;
        if panel.silenced {
            return;
        }
        let alone = panel.delay_ticks > 0 && !panel.sounded && !bulb;
        match panel.waits.take() {
            None if alone => panel.waits = Some((tick + panel.delay_ticks, equipment as u32, value)),
            first => {
                if let Some((_, first, value)) = first {
                    self.sounds(first as usize, value);
                }
                self.sounds(equipment, value);
            }
        }
    }

    fn alarm_of(&self, equipment: usize) -> Alarm {
        match self.place.equipment[equipment].kind {
            EquipmentKind::SmokeDetector(_, a) | EquipmentKind::HeatDetector(_, _, a) => a,
            EquipmentKind::Sprinkler(_) if self.state.fire.water_flow() > 0.0 => Alarm::Building,
            _ => Alarm::StandAlone,
        }
    }

    /// Nobody has ended the wait.
    pub(super) fn panel_acts(&mut self) {
        let tick = self.state.tick;
        if let Some((_, first, value)) = self.state.panel.waits.take_if(|(until, ..)| *until <= tick) {
            self.sounds(first as usize, value);
        }
    }

    /// The alarm of a detector's storey or of the building.
    fn sounds(&mut self, equipment: usize, value: f64) {
        let e = &self.place.equipment[equipment];
        let (path, space) = (e.path.clone(), e.space);
        let storey = (self.alarm_of(equipment) == Alarm::Storey).then(|| self.place.spaces[space.index()].storey);
        if !matches!(e.kind, EquipmentKind::Sprinkler(_)) {
            insert(&mut self.state.sounding, equipment as u32);
        }
        self.sounders_begin(storey);
        self.emit_at(EventKind::AlarmSounds, &path, "", space, value);
    }

    /// Sounders of the whole building: by hand, whether or not the panel was silenced.
    pub(super) fn sound_all(&mut self) {
        self.state.panel.silenced = false;
        self.state.panel.waits = None;
        self.sounders_begin(None);
    }

    /// Somebody silences the panel: its sounders stop, stand-alone alarms go on.
    pub(super) fn silence(&mut self) {
        self.state.panel.silenced = true;
        self.state.panel.waits = None;
        let mut sounding = std::mem::take(&mut self.state.sounding);
        sounding.retain(|&k| {
            let sounder = matches!(self.place.equipment[k as usize].kind, EquipmentKind::Sounder);
            !sounder && self.alarm_of(k as usize) == Alarm::StandAlone
        });
        self.state.sounding = sounding;
    }

    /// Somebody resets the panel: it forgets what it was told, and its detectors report again if there is still cause.
    pub(super) fn reset(&mut self) {
        self.silence();
        self.state.panel.silenced = false;
        self.state.panel.sounded = false;
        for k in 0..self.place.equipment.len() {
            let detector = matches!(
                self.place.equipment[k].kind,
                EquipmentKind::SmokeDetector(..) | EquipmentKind::HeatDetector(..)
            );
            if detector && self.alarm_of(k) != Alarm::StandAlone {
                self.state.fire.reset(k);
            }
        }
    }

    /// Sounders of a storey, or all; doors, shutters and fans that wait for the alarm.
    fn sounders_begin(&mut self, storey: Option<StoreyId>) {
        let there = |s: crate::place::SpaceId| storey.is_none_or(|x| self.place.spaces[s.index()].storey == x);
        for (i, s) in self.place.equipment.iter().enumerate() {
            if matches!(s.kind, EquipmentKind::Sounder) && s.works && there(s.space) {
                insert(&mut self.state.sounding, i as u32);
            }
        }
        for (i, o) in self.place.openings.iter().enumerate() {
            if let Some(open) = o.on_alarm.filter(|_| there(o.from)) {
                let opening = OpeningId(i as u32);
                self.state.requests.push((None, Request::Release { opening, open }));
            }
        }
        if self.loaded.scenario.place.panel.recalls_lifts && !self.state.panel.sounded {
            self.state.lifts.recall(&self.place);
        }
        self.state.panel.sounded = true;
        self.state.fire.alarm();
    }
}

#[cfg(test)]
mod tests {
    use super::super::Simulation;
    use crate::drill::event::EventKind;
    use crate::place::{self, OpeningId};
    use crate::scenario::{self, Library};
    use std::collections::BTreeMap;
    use std::sync::Arc;

    /// A fire of 300 kW under two detectors 4 m and 9 m away, a sounder, a fire shutter and a smoke curtain. When the
    /// first detector and the sounders were heard of, s, and how shutter and curtain stand in the end.
    fn hears(panel: &str, timeline: &str) -> (Option<f64>, Option<f64>, [f64; 2]) {
        let (mut simulation, stands) = hall(panel, timeline);
        let (mut first, mut sounds) = (None, None);
        while !simulation.finished() && simulation.time_s() < 119.0 {
            simulation.step(&[]);
            for e in simulation.events() {
                match e.kind {
                    EventKind::Activated => first = first.or(Some(e.time_s)),
                    EventKind::AlarmSounds => sounds = sounds.or(Some(e.time_s)),
                    _ => {}
                }
            }
        }
        let open = stands.map(|o| simulation.view().openings[o.index()].open);
        (first, sounds, open)
    }

    /// The drill, and its shutter and curtain.
    fn hall(panel: &str, timeline: &str) -> (Simulation, [OpeningId; 2]) {
        let text = format!(
            "Scenario(format: 1, title: (zh: \"控制器\", en: \"panel\"), kind: Verification,
            place: (storeys: [(name: \"1F\", height: 3.0, plan: \"hall\")], panel: {panel}, plans: {{\"hall\": (
                spaces: [(name: \"hall\", outline: [(0, 0), (20, 0), (20, 10), (0, 10)]),
                    (name: \"lobby\", outline: [(20, 0), (26, 0), (26, 10), (20, 10)])],
                openings: [
                    Door(name: \"shutter\", kind: Shutter, between: (\"hall\", \"lobby\"), at: (20, 2), width: 3.0, height: 2.4, open: 1.0, on_alarm: 0.0),
                    Door(name: \"curtain\", kind: Shutter, between: (\"hall\", \"lobby\"), at: (20, 7), width: 4.0, height: 2.8, open: 1.0, on_alarm: 0.75),
                    Door(name: \"out\", between: (\"lobby\", \"street\"), at: (26, 5), width: 1.5, height: 2.1, open: 1.0, wedged: true),
                ],
                equipment: [
                    (name: \"near\", kind: SmokeDetector(0.14, Building), at: (8, 5), height: 2.9),
                    (name: \"far\", kind: SmokeDetector(0.14, Building), at: (17, 5), height: 2.9),
                    (name: \"bell\", kind: Sounder, at: (10, 9.8), height: 2.5),
                ])}}),
            things: [(name: \"fire\", in: \"1F/hall\", at: (4, 5), burns: (heat: Steady(300.0), soot_yield: 0.1))],
            ignitions: [(thing: \"fire\")], {timeline} ends: (after_s: 120))"
        );
        let loaded = scenario::load("panel.ron", text.as_bytes(), &Library::embedded(), &BTreeMap::new(), 1);
        let loaded = Arc::new(loaded.unwrap_or_else(|issues| panic!("{issues:#?}")));
        let (place, issues) = place::compile(&loaded);
        let place = Arc::new(place.unwrap_or_else(|| panic!("{issues:#?}")));
        let stands = ["1F/shutter", "1F/curtain"].map(|o| place.opening_by_path[o]);
        (Simulation::new(place, loaded, 1), stands)
    }

    #[test]
    fn the_panel_waits_for_a_second_report_and_no_longer_than_it_is_set() {
        let (first, at_once, open) = hears("()", "");
        assert_eq!((first, open), (at_once, [0.0, 0.75]));
        let (_, second, _) = hears("(delay_s: 60)", "");
        let (_, due, _) = hears("(delay_s: 1)", "");
        println!("first {first:?}, sounders at once {at_once:?}, at the second report {second:?}, after 1 s {due:?}");
        let [first, second, due] = [first, second, due].map(|t| t.expect("heard"));
        assert!(second > first && second < first + 60.0);
        assert!((due - first - 1.0).abs() < 0.11 && due < second);
    }

    #[test]
    fn a_reset_panel_sounds_again_while_there_is_smoke_and_stays_silent_when_it_was_only_silenced() {
        let (simulation, _) = hall("()", "");
        let sounds_after = |does: fn(&mut Simulation)| {
            let mut s = simulation.clone();
            while !s.state.panel.sounded {
                s.step(&[]);
            }
            does(&mut s);
            let at_once = s.state.sounding.len();
            for _ in 0..20 {
                s.step(&[]);
            }
            (at_once, s.state.sounding.len())
        };
        let (at_once, later) = sounds_after(Simulation::reset);
        assert!(at_once == 0 && later > 0);
        assert_eq!(sounds_after(Simulation::silence), (0, 0));
    }

    #[test]
    fn a_silenced_panel_is_silent_until_somebody_sounds_it() {
        let (first, never, open) = hears("(silenced: true)", "");
        assert!(first.is_some() && never.is_none() && open == [1.0, 1.0]);
        let (_, by_hand, open) = hears("(silenced: true)", "timeline: [(at_s: 80, does: Alarm)],");
        assert!(by_hand.is_some_and(|t| (79.9..80.2).contains(&t)) && open == [0.0, 0.75]);
        let (_, sounded, _) = hears("()", "timeline: [(at_s: 1, does: Silence)],");
        assert!(sounded.is_none());
    }
}
