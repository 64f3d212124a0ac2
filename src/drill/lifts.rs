//! Lifts: a car that goes where it is called, with doors that open where it stands.

use super::openings::Openings;
use crate::crowd::LiftView;
use crate::place::{LiftId, Place};
use serde::{Deserialize, Serialize};

/// Time for the doors to open or shut, s; they stay open this long (assumptions).
const DOORS_S: f64 = 2.0;
const DWELL_S: f64 = 6.0;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Car {
    /// m absolute.
    z: f64,
    /// Index of the storey it stands at or last passed.
    storey: usize,
    /// Calls in the order they came, as indices of storeys.
    calls: Vec<usize>,
    /// Open fraction of its doors.
    open: f64,
    /// How long they have stood open, s.
    open_s: f64,
    /// In fire mode: goes down, opens its doors and answers no call.
    #[serde(default)]
    recalled: bool,
}

/// All lifts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lifts {
    cars: Vec<Car>,
}

impl Lifts {
    /// Standing where the scenario says, doors shut.
    pub fn new(place: &Place) -> Self {
        let cars = place
            .lifts
            .iter()
            .map(|l| Car {
                z: l.storeys.get(l.stands).map_or(0.0, |s| place.storeys[s.index()].z),
                storey: l.stands,
                calls: Vec::new(),
                open: 0.0,
                open_s: 0.0,
                recalled: false,
            })
            .collect();
        Self { cars }
    }

    /// Fire mode: every car goes straight to the ground storey, or its lowest, and stays there with open doors
    /// (GB 50116-2013 4.7.1, 待核实). Lifts that are run for the evacuation go down and answer calls again.
    pub fn recall(&mut self, place: &Place) {
        for (car, lift) in self.cars.iter_mut().zip(&place.lifts) {
            let ground = lift.storeys.iter().position(|s| place.storeys[s.index()].z == 0.0);
            car.calls = vec![ground.unwrap_or(0)];
            car.recalled = !lift.evacuation;
        }
    }

    /// Sends a car to a storey (an index into the lift's own storeys).
    pub fn call(&mut self, lift: LiftId, storey: usize) {
        let car = &mut self.cars[lift.index()];
        if !car.recalled && !car.calls.contains(&storey) {
            car.calls.push(storey);
        }
    }

    /// As the crowd sees them.
    pub fn views(&self) -> Vec<LiftView> {
        self.cars
            .iter()
            .enumerate()
            .map(|(i, c)| LiftView {
                lift: LiftId(i as u32),
                open_at: (c.open > 0.8).then_some(c.storey),
                z: c.z,
            })
            .collect()
    }

    /// One tick. Returns lifts that arrived: (lift, index of storey).
    pub fn step(&mut self, place: &Place, openings: &mut Openings, power: bool, dt: f64) -> Vec<(LiftId, usize)> {
        let mut arrived = Vec::new();
        for (i, car) in self.cars.iter_mut().enumerate() {
            let lift = &place.lifts[i];
            if !power {
                continue;
            }
            if let Some(&goal) = car.calls.first() {
                let z = place.storeys[lift.storeys[goal].index()].z;
                if (car.z - z).abs() < 1e-9 {
                    car.storey = goal;
                    if car.open < 1.0 {
                        car.open = (car.open + dt / DOORS_S).min(1.0);
                        if car.open >= 1.0 {
                            arrived.push((LiftId(i as u32), goal));
                        }
                    } else {
                        car.open_s += dt;
                        if car.open_s >= DWELL_S && car.calls.len() > 1 {
                            car.calls.remove(0);
                        }
                    }
                } else if car.open > 0.0 {
                    car.open = (car.open - dt / DOORS_S).max(0.0);
                    car.open_s = 0.0;
                } else {
                    let step = lift.speed * dt;
                    car.z = if z > car.z {
                        (car.z + step).min(z)
                    } else {
                        (car.z - step).max(z)
                    };
                }
            }
            if let Some(&door) = lift.doors.get(car.storey) {
                openings.set_lift_door(door, car.open);
            }
        }
        arrived
    }

    /// Feeds the state to a hasher.
    pub fn hash_into(&self, hasher: &mut blake3::Hasher) {
        for c in &self.cars {
            for v in [c.z, c.open, c.open_s] {
                hasher.update(&v.to_bits().to_le_bytes());
            }
            hasher.update(&(c.storey as u64).to_le_bytes());
            for call in &c.calls {
                hasher.update(&(*call as u64).to_le_bytes());
            }
            // Drills in which nobody sends lifts down keep the state that they had.
            if c.recalled {
                hasher.update(&[1]);
            }
        }
    }
}
