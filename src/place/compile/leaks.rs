//! Leakage of outer walls, of partitions, and of spaces by themselves.

use super::Builder;
use super::openings::THICKEST_WALL;
use crate::place::{Leak, SpaceId, SpaceKind, polygon};
use crate::scenario::Point;

/// Walls shorter than this leak nothing of note, m.
const SHORTEST: f64 = 0.01;

/// A stretch of an edge that faces another space.
struct Facing {
    other: SpaceId,
    from: f64,
    to: f64,
}

impl Builder<'_> {
    /// Leaks of all spaces.
    pub(super) fn leaks(&mut self) {
        let building = &self.loaded.scenario.place;
        let (envelope, partition) = (building.envelope_leakage.max(0.0), building.partition_leakage.max(0.0));
        for storey in 0..self.by_storey.len() {
            let ids = self.by_storey[storey].clone();
            let boxes: Vec<_> = ids
                .iter()
                .map(|id| polygon::bounds(&self.place.spaces[id.index()].outline))
                .collect();
            for (i, &id) in ids.iter().enumerate() {
                if self.place.spaces[id.index()].kind == SpaceKind::Outdoors {
                    continue;
                }
                let near: Vec<SpaceId> = ids
                    .iter()
                    .enumerate()
                    .filter(|(j, _)| *j != i && polygon::boxes_meet(boxes[i], boxes[*j], THICKEST_WALL + 0.05))
                    .map(|(_, o)| *o)
                    .collect();
                self.leaks_of(id, &near, envelope, partition);
            }
        }
    }

    fn leaks_of(&mut self, id: SpaceId, near: &[SpaceId], envelope: f64, partition: f64) {
        let s = &self.place.spaces[id.index()];
        let mut outer: Vec<(Point, f64)> = Vec::new();
        let mut shared: Vec<(SpaceId, f64)> = Vec::new();
        for (k, ring) in std::iter::once(&s.outline).chain(&s.holes).enumerate() {
            for (a, b) in polygon::edges(ring) {
                let mut facing: Vec<Facing> = near.iter().flat_map(|&o| self.facing(a, b, o)).collect();
                for f in &facing {
                    let outdoors = self.place.spaces[f.other.index()].kind == SpaceKind::Outdoors;
                    // Each pair of spaces is counted from its first one only.
                    if !outdoors && f.other > id {
                        match shared.iter_mut().find(|(o, _)| *o == f.other) {
                            Some((_, l)) => *l += f.to - f.from,
                            None => shared.push((f.other, f.to - f.from)),
                        }
                    }
                }
                if k > 0 {
                    continue;
                }
                // What is left of the edge faces the open air.
                facing.retain(|f| self.place.spaces[f.other.index()].kind != SpaceKind::Outdoors);
                facing.sort_by(|p, q| p.from.total_cmp(&q.from));
                let (mut free, mut reached) = (0.0, 0.0f64);
                for f in &facing {
                    free += (f.from - reached).max(0.0);
                    reached = reached.max(f.to);
                }
                free += (a.distance(b) - reached).max(0.0);
                if free > SHORTEST {
                    let normal = (b - a).normalised().left() * -1.0;
                    match outer.iter_mut().find(|(n, _)| n.dot(normal) > 0.9999) {
                        Some((_, l)) => *l += free,
                        None => outer.push((normal, free)),
                    }
                }
            }
        }
        let (bottom, top) = (s.z, s.z + s.height);
        let mut leaks = Vec::new();
        for (facing, length) in outer {
            let area = envelope * length * (top - bottom);
            if area > 0.0 {
                leaks.push(Leak {
                    from: id,
                    to: None,
                    area,
                    bottom,
                    top,
                    facing,
                });
            }
        }
        for (other, length) in shared {
            let o = &self.place.spaces[other.index()];
            let (bottom, top) = (bottom.max(o.z), top.min(o.z + o.height));
            let area = partition * length * (top - bottom);
            if area > 0.0 && length > SHORTEST {
                leaks.push(Leak {
                    from: id,
                    to: Some(other),
                    area,
                    bottom,
                    top,
                    facing: Point::default(),
                });
            }
        }
        for l in self.space_leaks[id.index()] {
            let (bottom, top) = (
                s.z + l.from,
                s.z + if l.to > l.from { l.to } else { s.height.max(l.from) },
            );
            if l.area > 0.0 {
                leaks.push(Leak {
                    from: id,
                    to: None,
                    area: l.area,
                    bottom,
                    top,
                    facing: Point::default(),
                });
            }
        }
        self.place.leaks.extend(leaks);
    }

    /// Stretches of the edge a→b (its space on the left) that face another space across a wall.
    fn facing(&self, a: Point, b: Point, other: SpaceId) -> Vec<Facing> {
        let along = (b - a).normalised();
        let (normal, length) = (along.left(), a.distance(b));
        let o = &self.place.spaces[other.index()];
        let mut out = Vec::new();
        for ring in std::iter::once(&o.outline).chain(&o.holes) {
            for (c, d) in polygon::edges(ring) {
                if (d - c).normalised().dot(along) > -0.999 {
                    continue;
                }
                let depth = -(c - a).dot(normal);
                let (from, to) = ((d - a).dot(along).max(0.0), (c - a).dot(along).min(length));
                if (-0.05..=THICKEST_WALL + 0.001).contains(&depth) && to - from > SHORTEST {
                    out.push(Facing { other, from, to });
                }
            }
        }
        out
    }
}
