//! What is heard where: sounds, the music that drowns them in a venue, its house lights, and the loudspeakers of some
//! storeys.

use super::Simulation;
use crate::crowd::{CueKind, PersonId, PersonState};
use crate::drill::perception::Sound;
use crate::drill::{Supply, sound};
use crate::place::{EquipmentId, SpaceId, StoreyId};
use crate::scenario::{EquipmentKind, Text, Use};

/// Music in the rooms where it plays, dB(A) (a lively bar or singing room; assumption, 待核实).
const MUSIC_DB: f64 = 90.0;
/// Noise louder than this drowns warnings that are not so much louder, dB(A) and dB (GB 50116-2013, 6.5.2 and 6.6.2: 15 dB
/// above noise of more than 60 dB; ISO 7731:2003 asks for the same; both recalled, 待核实).
const NOISY_DB: f64 = 60.0;
/// See [`NOISY_DB`].
const ABOVE_NOISE_DB: f64 = 15.0;

impl Simulation {
    /// Level by space of a sound made in some spaces, dB(A), where it is noticed: audible, and not drowned by music.
    pub(super) fn reach(&self, from: &[SpaceId], db: f64) -> Vec<(SpaceId, f64)> {
        let states = self.state.openings.states();
        let mut levels = sound::levels(&self.place, states, from, db);
        let playing = self.music_plays();
        if !playing.is_empty() {
            let noise = sound::levels(&self.place, states, &playing, MUSIC_DB);
            levels.retain(|(space, level)| {
                let found = noise.binary_search_by_key(space, |(s, _)| *s);
                let noise = found.map_or(0.0, |i| noise[i].1);
                noise <= NOISY_DB || *level >= noise + ABOVE_NOISE_DB
            });
        }
        levels
    }

    /// Spaces in which music plays now: see [`Simulation::venue_of`].
    fn music_plays(&self) -> Vec<SpaceId> {
        let mut spaces: Vec<SpaceId> = self
            .pieces(|kind| matches!(kind, EquipmentKind::MusicSwitch))
            .filter(|id| self.state.power && self.is_on(*id))
            .flat_map(|id| self.venue_of(id))
            .collect();
        spaces.sort_unstable();
        spaces.dedup();
        spaces
    }

    /// The rooms for guests that a switch for music or house lights serves: those of its storey that are nobody's home.
    fn venue_of(&self, switch: EquipmentId) -> impl Iterator<Item = SpaceId> {
        let storey = self.place.spaces[self.place.equipment[switch.index()].space.index()].storey;
        (0u32..)
            .map(SpaceId)
            .zip(&self.place.spaces)
            .filter_map(move |(id, s)| {
                let for_guests = matches!(s.r#use, Use::Room | Use::Hall | Use::Shop);
                (s.storey == storey && s.home.is_none() && for_guests).then_some(id)
            })
    }

    /// Working pieces of a kind, in order.
    fn pieces(&self, of: impl Fn(&EquipmentKind) -> bool) -> impl Iterator<Item = EquipmentId> {
        (0u32..)
            .map(EquipmentId)
            .zip(&self.place.equipment)
            .filter_map(move |(id, e)| (e.works && of(&e.kind)).then_some(id))
    }

    /// The house lights of a venue go up: everybody awake there looks up.
    pub(super) fn lights_up(&mut self, switch: EquipmentId) {
        let lit: Vec<SpaceId> = self.venue_of(switch).collect();
        let sees = |p: &PersonId| {
            let v = self.state.crowd.person(*p);
            v.state != PersonState::Asleep && v.space.is_some_and(|s| lit.binary_search(&s).is_ok())
        };
        let seen: Vec<PersonId> = (0..self.state.crowd.len() as u32).map(PersonId).filter(sees).collect();
        for person in seen {
            self.cue(CueKind::LightsUp, Vec::new(), Some(person));
        }
    }

    /// Switches every piece of a supply in the building, from the panel.
    pub(super) fn switch_all(&mut self, what: Supply, on: bool) {
        let all: Vec<EquipmentId> = self.pieces(|kind| Supply::of(kind) == Some(what)).collect();
        for id in all {
            self.flip(id, on);
        }
    }

    /// One switch for music or lights is turned, and what that does. True if it was not so before.
    pub(super) fn flip(&mut self, id: EquipmentId, on: bool) -> bool {
        let Some(piece) = self.state.equipment.get_mut(id) else {
            return false;
        };
        let changed = piece.on != on;
        piece.on = on;
        if changed && on && matches!(self.place.equipment[id.index()].kind, EquipmentKind::LightSwitch) {
            self.lights_up(id);
        }
        changed
    }

    /// Words over the working loudspeakers of some storeys; of all if none is named. Words that say neither where it
    /// burns nor which way to go tell people no more than a sounder does.
    pub(super) fn loudspeakers_say(&mut self, by: &str, words: &Text, storeys: &[StoreyId], clear: bool) {
        let wanted = |s: SpaceId| storeys.is_empty() || storeys.contains(&self.place.spaces[s.index()].storey);
        let from: Vec<SpaceId> = self
            .pieces(|kind| matches!(kind, EquipmentKind::Loudspeaker))
            .map(|id| self.place.equipment[id.index()].space)
            .filter(|s| wanted(*s))
            .collect();
        let levels = self.reach(&from, sound::SOUNDER_DB);
        let said = Sound::Shout {
            by: by.to_owned(),
            words: words.clone(),
        };
        self.heard(&levels, &said);
        let kind = if clear { CueKind::Broadcast } else { CueKind::Alarm };
        self.cue(kind, levels, None);
    }
}
