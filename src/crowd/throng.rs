//! The quickest ways through a crowd: once a second the ways round corners and along stairs are solved anew for walking
//! time instead of length, wherever people crowd on them (Kretz 2009, "Pedestrian traffic: on the quickest path"). Where
//! all go the shortest way, all touch the inner corner; the quickest way leads round the outside of those who stand there.

use super::body::{Body, Leg, Wheels};
use super::routing::Routes;
use super::{PersonState, contact, figures};
use crate::place::{Field, Grid, Place, PlateId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Who stands where on the plates of crowded ways: counted once a second, part of the state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Throng {
    /// Tick of the count.
    counted: u64,
    /// Goals on whose ways people crowd, in order.
    goals: Vec<(PlateId, Leg)>,
    /// Cells in which people stand, one entry a person, of each plate with such a goal.
    cells: Vec<(PlateId, Vec<u32>)>,
}

impl Throng {
    /// All that is state.
    pub fn hash_into(&self, h: &mut blake3::Hasher) {
        h.update(&self.counted.to_le_bytes());
        for (plate, leg) in &self.goals {
            h.update(&contact::leg_number(*plate, *leg).to_le_bytes());
        }
        for (plate, cells) in &self.cells {
            h.update(&plate.0.to_le_bytes());
            for c in cells {
                h.update(&c.to_le_bytes());
            }
        }
    }

    /// Counts anew.
    pub fn count(bodies: &mut [Body], place: &Place, routes: &mut Routes, tick: u64) -> Self {
        let mut crowded: Vec<(u64, PlateId, Leg)> = Vec::new();
        for b in bodies.iter_mut() {
            let n = contact::goal_number(b);
            if n != 0 && b.density >= figures::CROWDED && routes.under(place, b).is_some_and(|f| f.bends(b.at)) {
                crowded.push((n, b.plate, b.leg));
            }
        }
        crowded.sort_unstable_by_key(|c| c.0);
        let goals: Vec<(PlateId, Leg)> = crowded
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|c| c.len() >= figures::CROWD)
            .map(|c| (c[0].1, c[0].2))
            .collect();
        let mut cells: Vec<(PlateId, Vec<u32>)> = Vec::new();
        for (plate, _) in &goals {
            if cells.iter().any(|c| c.0 == *plate) {
                continue;
            }
            let grid = &place.shapes[place.plates[plate.index()].shape].grid;
            let there = bodies.iter().filter(|b| b.plate == *plate && contact::stands(b));
            let mut on: Vec<u32> = there.filter_map(|b| grid.cell_of(b.at)).map(|c| c as u32).collect();
            on.sort_unstable();
            cells.push((*plate, on));
        }
        Self {
            counted: tick + 1,
            goals,
            cells,
        }
    }

    /// Solves the ways, unless `routes` has them already.
    pub fn solve(&self, place: &Place, routes: &mut Routes) {
        if routes.quick_of == self.counted {
            return;
        }
        routes.quick_of = self.counted;
        routes.quick.clear();
        let mut slow: (Option<PlateId>, Vec<f32>) = (None, Vec::new());
        for (plate, leg) in &self.goals {
            if slow.0 != Some(*plate) {
                let grid = &place.shapes[place.plates[plate.index()].shape].grid;
                let on = self.cells.iter().find(|c| c.0 == *plate).map_or(&[][..], |c| &c.1);
                slow = (Some(*plate), slowness(grid, on));
            }
            if let Some((_, field)) = routes.field(place, *plate, *leg, Wheels::NONE, &[]) {
                let field = Arc::new(field.slowed(&slow.1));
                routes.quick.push((contact::leg_number(*plate, *leg), field));
            }
        }
        routes.quick.sort_by_key(|q| q.0);
    }
}

/// The field of the quickest way that somebody follows, if their way is crowded; doors that they alone know to be locked,
/// and ways too narrow for wheels, keep them to their own.
pub fn quick<'a>(routes: &'a Routes, b: &Body) -> Option<&'a Field> {
    if routes.quick.is_empty()
        || b.state != PersonState::Moving
        || b.wheels.any()
        || b.refused.iter().any(Option::is_some)
    {
        return None;
    }
    let n = contact::leg_number(b.plate, b.leg);
    let k = routes.quick.binary_search_by_key(&n, |q| q.0).ok()?;
    Some(&*routes.quick[k].1)
}

/// How many times longer a metre through each cell takes than with nobody near: walking speed falls with density as in
/// the fundamental diagram of Weidmann (1993).
fn slowness(grid: &Grid, people: &[u32]) -> Vec<f32> {
    let mut density = vec![0.0_f32; grid.walkable.len()];
    let one = (1.0 / (grid.cell * grid.cell)) as f32;
    for &c in people {
        density[c as usize] += one;
    }
    for _ in 0..2 {
        for row in 0..grid.rows {
            mean_along(&mut density, &grid.walkable, row * grid.columns, 1, grid.columns);
        }
        for column in 0..grid.columns {
            mean_along(&mut density, &grid.walkable, column, grid.columns, grid.rows);
        }
    }
    let slow = |d: f32| {
        if d < figures::ALONE {
            return 1.0;
        }
        let (gamma, most) = figures::WEIDMANN;
        let speed = 1.0 - libm::expf(-gamma * (1.0 / d - 1.0 / most));
        1.0 / speed.max(figures::CROWD_LEAST)
    };
    density.into_iter().map(slow).collect()
}

/// Takes the mean over a window along a line of cells, every `step`th from `first` on; what cannot be walked on ends it,
/// so that nobody counts through a wall.
fn mean_along(density: &mut [f32], walkable: &[bool], first: usize, step: usize, count: usize) {
    const HALF: usize = figures::WINDOW_CELLS;
    let mut sums: Vec<f32> = Vec::with_capacity(count + 1);
    let mut k = 0;
    while k < count {
        if !walkable[first + k * step] {
            k += 1;
            continue;
        }
        let from = k;
        sums.clear();
        sums.push(0.0);
        let mut sum = 0.0;
        while k < count && walkable[first + k * step] {
            sum += density[first + k * step];
            sums.push(sum);
            k += 1;
        }
        let n = k - from;
        for j in 0..n {
            let (a, b) = (j.saturating_sub(HALF), (j + HALF + 1).min(n));
            density[first + (from + j) * step] = (sums[b] - sums[a]) / (b - a) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_slows_its_own_side_of_a_wall_only() {
        let (columns, rows) = (60, 30);
        // A wall across the middle column.
        let walkable = (0..columns * rows).map(|i| i % columns != 30).collect();
        let grid = Grid {
            cell: 0.2,
            columns,
            rows,
            walkable,
            ..Grid::default()
        };
        // Two a square metre everywhere to the west of it.
        let people: Vec<u32> = (0..columns * rows)
            .filter(|i| i % columns < 30 && (i % columns + 5 * (i / columns)) % 12 == 0)
            .map(|i| i as u32)
            .collect();
        let slow = slowness(&grid, &people);
        let density = people.len() as f32 / (29.0_f32 * 0.2 * 30.0 * 0.2);
        let (gamma, most) = figures::WEIDMANN;
        let meant = 1.0 / (1.0 - libm::expf(-gamma * (1.0 / density - 1.0 / most)));
        let middle = slow[15 * columns + 15];
        assert!((middle / meant - 1.0).abs() < 0.1, "{middle} instead of {meant}");
        assert!(slow[15 * columns + 29] > 1.5);
        assert_eq!(slow[15 * columns + 31], 1.0);
    }
}
