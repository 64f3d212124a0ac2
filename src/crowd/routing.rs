//! Ways through the place: fields of plates, and costs over the portals between them. Caches only: what is kept here
//! never changes a result.

use super::body::{Body, Leg, Slot, Wheels};
use super::terrain::Terrain;
use crate::place::{Beyond, Field, Goal, OpeningId, Place, PlateId, PlateKind, PortalId, Ways};
use crate::scenario::Point;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

/// Speed that times are judged by, m/s.
pub const JUDGED_M_S: f64 = 1.2;
/// Part of it on flights (mean of up and down).
const JUDGED_FLIGHT: f64 = 0.5;

/// Where a route ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    Street,
    Opening(OpeningId),
    Spot(PlateId, Point),
}

type TargetKey = (u8, u32, u64, u64, Wheels, Vec<OpeningId>);
type FieldKey = (PlateId, u8, u64, u64, Vec<u16>, Wheels);

/// Seconds from just beyond each portal to the target.
pub type Costs = Arc<Vec<f64>>;

/// Fields and costs made so far.
#[derive(Clone, Default)]
pub struct Routes {
    ways: Ways,
    slots: Vec<Arc<Field>>,
    by_key: BTreeMap<FieldKey, u32>,
    costs: BTreeMap<TargetKey, Costs>,
    pub terrain: Option<Terrain>,
    /// Fields of the quickest ways through crowds, by number of the goal, and the count that they were solved for.
    pub quick: Vec<(u64, Arc<Field>)>,
    /// See [`Routes::quick`].
    pub quick_of: u64,
    /// Grows when slots are thrown away, so that no old number is used.
    age: u32,
    points: usize,
}

impl std::fmt::Debug for Routes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Routes")
            .field("fields", &self.slots.len())
            .finish_non_exhaustive()
    }
}

impl Routes {
    /// Whether an opening is among the locked or too narrow.
    fn closed(place: &Place, opening: OpeningId, wheels: Wheels, locked: &[OpeningId]) -> bool {
        locked.contains(&opening) || !wheels.pass(place.openings[opening.index()].width)
    }

    /// Local numbers of gates that are closed.
    fn gates_of(place: &Place, plate: PlateId, wheels: Wheels, locked: &[OpeningId]) -> Vec<u16> {
        if locked.is_empty() && !wheels.any() {
            return Vec::new();
        }
        let gates = &place.plates[plate.index()].gates;
        (0..gates.len())
            .filter(|g| Self::closed(place, gates[*g], wheels, locked))
            .map(|g| g as u16)
            .collect()
    }

    /// Field of a leg.
    pub fn field(
        &mut self,
        place: &Place,
        plate: PlateId,
        leg: Leg,
        wheels: Wheels,
        locked: &[OpeningId],
    ) -> Option<(Slot, Arc<Field>)> {
        let (goal, tag, a, b) = match leg {
            Leg::None => return None,
            Leg::Gate(g) => (Goal::Gate(g), 0, u64::from(g), 0),
            Leg::Portal(p) => (Goal::Portal(p), 1, u64::from(p.0), 0),
            Leg::Point(p) => (Goal::Point(p), 2, p.x.to_bits(), p.y.to_bits()),
        };
        let shut = Self::gates_of(place, plate, wheels, locked);
        let key = (plate, tag, a, b, shut, wheels);
        if let Some(k) = self.by_key.get(&key) {
            return Some((
                Slot {
                    index: *k,
                    age: self.age,
                },
                self.slots[*k as usize].clone(),
            ));
        }
        self.points += usize::from(tag == 2);
        // Points differ from hour to hour: their fields are not kept for ever.
        if self.points > 200 || self.slots.len() > 20_000 {
            self.points = 0;
            self.slots.clear();
            self.by_key.clear();
            self.ways = Ways::default();
            self.age += 1;
        }
        let field = self.ways.broad_field(place, plate, goal, &key.4, wheels.half_cm());
        let k = self.slots.len() as u32;
        self.slots.push(field.clone());
        self.by_key.insert(key, k);
        Some((
            Slot {
                index: k,
                age: self.age,
            },
            field,
        ))
    }

    /// The field that somebody follows; looked up once and remembered in their slot.
    pub fn under(&mut self, place: &Place, b: &mut Body) -> Option<&Field> {
        if self.slot(b.slot).is_none() {
            let locked = b.locked();
            b.slot = self
                .field(place, b.plate, b.leg, b.wheels, &locked)
                .map_or_else(Slot::default, |f| f.0);
        }
        self.slot(b.slot).map(|f| &**f)
    }

    /// A field by its slot.
    pub fn slot(&self, slot: Slot) -> Option<&Arc<Field>> {
        if slot.age == self.age {
            self.slots.get(slot.index as usize)
        } else {
            None
        }
    }

    /// Distance on a plate from a point to a leg's goal, m.
    pub fn distance(
        &mut self,
        place: &Place,
        plate: PlateId,
        from: Point,
        leg: Leg,
        wheels: Wheels,
        locked: &[OpeningId],
    ) -> Option<f64> {
        self.field(place, plate, leg, wheels, locked)?.1.distance(from)
    }

    /// Seconds that a metre takes on a plate.
    pub fn pace(place: &Place, plate: PlateId) -> f64 {
        match place.plates[plate.index()].kind {
            PlateKind::Flights(_) => 1.0 / (JUDGED_M_S * JUDGED_FLIGHT),
            PlateKind::Floor | PlateKind::Car(_) => 1.0 / JUDGED_M_S,
        }
    }

    /// Gates of a plate that are the target or lead to it.
    pub fn goal_gates(place: &Place, plate: PlateId, target: Target) -> Vec<u16> {
        let q = &place.plates[plate.index()];
        (0..q.gates.len())
            .filter(|g| match target {
                Target::Street => {
                    place.shapes[q.shape].gates.get(*g).is_some_and(|g| g.street)
                        && place.openings[q.gates[*g].index()].to == Beyond::Street
                }
                Target::Opening(o) => q.gates[*g] == o,
                Target::Spot(..) => false,
            })
            .map(|g| g as u16)
            .collect()
    }

    /// Whether people walk through a portal without a lift; if on wheels without stairs, and where it is wide enough.
    pub fn open_to(place: &Place, portal: PortalId, wheels: Wheels) -> bool {
        let p = &place.portals[portal.index()];
        let flights = |q: PlateId| matches!(place.plates[q.index()].kind, PlateKind::Flights(_));
        let car = |q: PlateId| matches!(place.plates[q.index()].kind, PlateKind::Car(_));
        let level = || !flights(p.to) && !flights(p.from) && wheels.pass(p.segment.a.distance(p.segment.b));
        p.lift.is_none() && !car(p.to) && (!wheels.any() || level())
    }

    /// Costs from beyond each portal (Dijkstra backwards from the target).
    pub fn costs(&mut self, place: &Place, target: Target, wheels: Wheels, locked: &[OpeningId]) -> Costs {
        let (tag, n, a, b) = match target {
            Target::Street => (0, 0, 0, 0),
            Target::Opening(o) => (1, o.0, 0, 0),
            Target::Spot(p, at) => (2, p.0, at.x.to_bits(), at.y.to_bits()),
        };
        let key = (tag, n, a, b, wheels, locked.to_vec());
        if let Some(c) = self.costs.get(&key) {
            return c.clone();
        }
        if self.costs.len() > 2_000 {
            self.costs.clear();
        }
        let costs = Arc::new(self.search(place, target, wheels, locked));
        self.costs.insert(key, costs.clone());
        costs
    }

    fn search(&mut self, place: &Place, target: Target, wheels: Wheels, locked: &[OpeningId]) -> Vec<f64> {
        let n = place.portals.len();
        let mut cost = vec![f64::INFINITY; n];
        let mut heap = BinaryHeap::new();
        let mut arriving: Vec<Vec<PortalId>> = vec![Vec::new(); place.plates.len()];
        for k in 0..n {
            let id = PortalId(k as u32);
            if Self::open_to(place, id, wheels) {
                arriving[place.portals[k].to.index()].push(id);
            }
        }
        let middle = |p: PortalId| {
            let s = place.portals[p.index()].segment;
            (s.a + s.b) * 0.5
        };
        for (plate, arriving) in arriving.iter().enumerate() {
            let id = PlateId(plate as u32);
            let mut goals: Vec<Leg> = Self::goal_gates(place, id, target)
                .into_iter()
                .filter(|g| !Self::closed(place, place.plates[plate].gates[usize::from(*g)], wheels, locked))
                .map(Leg::Gate)
                .collect();
            if let Target::Spot(p, at) = target
                && p == id
            {
                goals.push(Leg::Point(at));
            }
            for leg in goals {
                for &p in arriving {
                    if let Some(d) = self.distance(place, id, middle(p), leg, wheels, locked) {
                        let t = d * Self::pace(place, id);
                        if t < cost[p.index()] {
                            cost[p.index()] = t;
                            heap.push(Reverse((t.to_bits(), p)));
                        }
                    }
                }
            }
        }
        while let Some(Reverse((bits, p))) = heap.pop() {
            let t = f64::from_bits(bits);
            if t > cost[p.index()] {
                continue;
            }
            let plate = place.portals[p.index()].from;
            for q in arriving[plate.index()].clone() {
                if place.portals[q.index()].back == p {
                    continue;
                }
                if let Some(d) = self.distance(place, plate, middle(q), Leg::Portal(p), wheels, locked) {
                    let u = t + d * Self::pace(place, plate);
                    if u < cost[q.index()] {
                        cost[q.index()] = u;
                        heap.push(Reverse((u.to_bits(), q)));
                    }
                }
            }
        }
        cost
    }

    /// Ways on from a point: each leg with the seconds to its goal on this plate and those beyond it.
    pub fn choices(
        &mut self,
        place: &Place,
        plate: PlateId,
        at: Point,
        target: Target,
        wheels: Wheels,
        locked: &[OpeningId],
    ) -> Vec<(Leg, f64, f64)> {
        let pace = Self::pace(place, plate);
        let mut found = Vec::new();
        for g in Self::goal_gates(place, plate, target) {
            if Self::closed(place, place.plates[plate.index()].gates[usize::from(g)], wheels, locked) {
                continue;
            }
            if let Some(d) = self.distance(place, plate, at, Leg::Gate(g), wheels, locked) {
                found.push((Leg::Gate(g), d * pace, 0.0));
            }
        }
        if let Target::Spot(p, goal) = target
            && p == plate
            && let Some(d) = self.distance(place, plate, at, Leg::Point(goal), wheels, locked)
        {
            // On the same plate the direct way is taken: another plate is never a short cut worth its cost here.
            return vec![(Leg::Point(goal), d * pace, 0.0)];
        }
        let costs = self.costs(place, target, wheels, locked);
        for &p in &place.plates[plate.index()].portals {
            if Self::open_to(place, p, wheels)
                && costs[p.index()].is_finite()
                && let Some(d) = self.distance(place, plate, at, Leg::Portal(p), wheels, locked)
            {
                found.push((Leg::Portal(p), d * pace, costs[p.index()]));
            }
        }
        found
    }
}
