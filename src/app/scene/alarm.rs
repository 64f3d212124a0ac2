//! The alarm as it is heard where the trainee is: as loud as the drill's own sound levels say, muffled by shut doors,
//! from the direction of the nearest sounder. Without a sound device the captions still work.

use super::eye::{Eye, SceneCamera};
use super::plan;
use super::stage::{OfDrill, own_person};
use crate::app::{Drill, Heard, Phase, Seat, Volume};
use bevy::audio::Volume as Gain;
use bevy::math::ops;
use bevy::prelude::*;
use std::f32::consts::TAU;

/// Samples a second.
const RATE: u32 = 22_050;
/// The three pulses of half a second and the pause of one and a half (ISO 8201:2017, the evacuation signal).
const PULSE_S: f32 = 0.5;
const CYCLE_S: f32 = 4.0;
/// Low and high end of the sweep within a pulse, Hz (sounders of Chinese systems sweep; the figures are an assumption,
/// 待核实).
const SWEEP_HZ: (f32, f32) = (650.0, 1150.0);
/// As loud as the loudspeaker gets, dB(A): the level in the sounder's own space.
const FULL_DB: f32 = 85.0;
/// The level is worked out anew so often, s.
const EVERY_S: f32 = 0.5;

/// The alarm's player.
#[derive(Component, Clone, Copy, Debug)]
pub struct AlarmVoice;

/// One cycle of the alarm as a WAV file: 16 bit, one channel.
pub fn wav() -> Vec<u8> {
    let n = (CYCLE_S * RATE as f32) as u32;
    let mut phase = 0.0f32;
    let samples: Vec<i16> = (0..n)
        .map(|i| {
            let t = i as f32 / RATE as f32;
            let (pulse, within) = ((t / (2.0 * PULSE_S)) as u32, t % (2.0 * PULSE_S));
            if pulse >= 3 || within >= PULSE_S {
                phase = 0.0;
                return 0;
            }
            let part = within / PULSE_S;
            phase += TAU * (SWEEP_HZ.0 + (SWEEP_HZ.1 - SWEEP_HZ.0) * part) / RATE as f32;
            // Soft ends: no clicks.
            let edge = (within / 0.01).min((PULSE_S - within) / 0.01).clamp(0.0, 1.0);
            let wave = ops::sin(phase) + 0.35 * ops::sin(3.0 * phase);
            (wave / 1.35 * edge * 0.7 * f32::from(i16::MAX)) as i16
        })
        .collect();
    let bytes = 2 * samples.len() as u32;
    let mut out = Vec::with_capacity(44 + bytes as usize);
    out.extend(b"RIFF");
    out.extend((36 + bytes).to_le_bytes());
    out.extend(b"WAVEfmt ");
    out.extend(16u32.to_le_bytes());
    out.extend(1u16.to_le_bytes());
    out.extend(1u16.to_le_bytes());
    out.extend(RATE.to_le_bytes());
    out.extend((2 * RATE).to_le_bytes());
    out.extend(2u16.to_le_bytes());
    out.extend(16u16.to_le_bytes());
    out.extend(b"data");
    out.extend(bytes.to_le_bytes());
    out.extend(samples.iter().flat_map(|s| s.to_le_bytes()));
    out
}

/// Part of full loudness for a level: 20 dB less is a tenth of the sound pressure.
pub fn gain(db: f32) -> f32 {
    ops::powf(10.0, (db - FULL_DB) / 20.0).min(1.0)
}

/// Works out what is heard.
pub fn listen(time: Res<Time>, drill: Res<Drill>, seat: Res<Seat>, mut heard: ResMut<Heard>, mut wait: Local<f32>) {
    *wait -= time.delta_secs();
    if *wait > 0.0 {
        return;
    }
    *wait = EVERY_S;
    let simulation = drill.simulation();
    let view = simulation.view();
    let space = own_person(&view, *seat).and_then(|p| view.crowd.person(p).space);
    let alarm_db = space.and_then(|s| simulation.alarm_db(s)).map(|db| db as f32);
    heard.set_if_neq(Heard { alarm_db });
}

/// Nothing is heard once the drill is gone.
pub fn hush(mut heard: ResMut<Heard>) {
    heard.set_if_neq(Heard::default());
}

/// The first time that the alarm is heard, its player is spawned; then it follows the level.
pub fn sound(
    mut commands: Commands,
    heard: Res<Heard>,
    phase: Res<State<Phase>>,
    loudness: Res<Volume>,
    drill: Res<Drill>,
    eye: Res<Eye>,
    sources: Option<ResMut<Assets<AudioSource>>>,
    mut voices: Query<(&mut SpatialAudioSink, &mut Transform), With<AlarmVoice>>,
    all: Query<(), With<AlarmVoice>>,
) {
    let Some(mut sources) = sources else { return };
    let level = heard.alarm_db.map_or(0.0, gain) * loudness.0;
    if all.is_empty() {
        if level > 0.0 {
            let source = AudioSource { bytes: wav().into() };
            commands.spawn((
                OfDrill,
                AlarmVoice,
                AudioPlayer::new(sources.add(source)),
                PlaybackSettings::LOOP
                    .with_spatial(true)
                    .with_volume(Gain::Linear(level)),
                Transform::from_translation(eye.at + Vec3::Y),
            ));
        }
        return;
    }
    // Only the direction is the player's: the level already tells how far it is and what lies between.
    let place = drill.simulation().view().place;
    let towards = drill
        .simulation()
        .sounders()
        .iter()
        .map(|s| {
            let s = &place.spaces[s.index()];
            let (lo, hi) = plan::bounds(&s.outline);
            plan::at((lo + hi) * 0.5, s.z + s.height) - eye.at
        })
        .min_by(|a, b| a.length_squared().total_cmp(&b.length_squared()))
        .and_then(Vec3::try_normalize)
        .unwrap_or(Vec3::Y);
    for (mut sink, mut transform) in &mut voices {
        let playing = *phase.get() == Phase::Running;
        sink.set_volume(Gain::Linear(if playing { level } else { 0.0 }));
        transform.set_if_neq(Transform::from_translation(eye.at + towards));
    }
}

/// The camera hears.
pub fn ears(mut commands: Commands, cameras: Query<Entity, (With<SceneCamera>, Without<SpatialListener>)>) {
    for camera in &cameras {
        commands.entity(camera).insert(SpatialListener::new(0.2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alarm_is_three_pulses_and_a_pause() {
        let wav = wav();
        assert_eq!(&wav[..4], b"RIFF");
        assert_eq!(wav.len(), 44 + 2 * (CYCLE_S * RATE as f32) as usize);
        let loud = |t: f32| {
            let from = 44 + 2 * (t * RATE as f32) as usize;
            wav[from..from + 2 * 500]
                .chunks(2)
                .map(|b| i16::from_le_bytes([b[0], b[1]]).unsigned_abs())
                .max()
                .unwrap()
        };
        let pulses: Vec<bool> = [0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75]
            .map(|t| loud(t) > 8000)
            .to_vec();
        assert_eq!(pulses, [true, false, true, false, true, false, false, false]);
    }

    #[test]
    fn a_shut_door_takes_as_much_as_the_drill_says() {
        // 22 dB through a shut door: about a thirteenth.
        assert!((gain(85.0) - 1.0).abs() < 1e-6);
        assert!((gain(63.0) - 0.0794).abs() < 1e-3);
    }
}
