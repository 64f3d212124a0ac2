//! Sparse symmetric solver (LDLᵀ) with a minimum-degree order that is computed once.

use std::collections::BTreeSet;

/// Pattern, order and elimination tree of a symmetric matrix given by its edges.
#[derive(Clone, Debug, Default)]
pub struct Pattern {
    n: usize,
    /// New place of each unknown.
    place: Vec<usize>,
    /// Unknown at each new place.
    unknown: Vec<usize>,
    /// Entries above the diagonal by column: start, row and edge.
    start: Vec<usize>,
    row: Vec<usize>,
    edge: Vec<usize>,
    parent: Vec<usize>,
    /// Start of each column of L.
    l_start: Vec<usize>,
}

/// Numbers of a factorisation, with its working space.
#[derive(Clone, Debug, Default)]
pub struct Factor {
    li: Vec<usize>,
    lx: Vec<f64>,
    d: Vec<f64>,
    used: Vec<usize>,
    y: Vec<f64>,
    flag: Vec<usize>,
    path: Vec<usize>,
    x: Vec<f64>,
}

const NONE: usize = usize::MAX;

impl Pattern {
    /// For `n` unknowns; each edge joins two different unknowns.
    pub fn new(n: usize, edges: &[(usize, usize)]) -> Self {
        let unknown = minimum_degree(n, edges);
        let mut place = vec![0; n];
        for (k, &u) in unknown.iter().enumerate() {
            place[u] = k;
        }
        let mut columns: Vec<Vec<(usize, usize)>> = vec![Vec::new(); n];
        for (e, &(a, b)) in edges.iter().enumerate() {
            let (a, b) = (place[a], place[b]);
            columns[a.max(b)].push((a.min(b), e));
        }
        let (mut start, mut row, mut edge) = (vec![0], Vec::new(), Vec::new());
        for c in &mut columns {
            c.sort_unstable();
            for &(r, e) in c.iter() {
                row.push(r);
                edge.push(e);
            }
            start.push(row.len());
        }
        // Elimination tree and column counts.
        let (mut parent, mut flag, mut count) = (vec![NONE; n], vec![NONE; n], vec![0; n]);
        for k in 0..n {
            flag[k] = k;
            for &r in &row[start[k]..start[k + 1]] {
                let mut i = r;
                while flag[i] != k {
                    if parent[i] == NONE {
                        parent[i] = k;
                    }
                    count[i] += 1;
                    flag[i] = k;
                    i = parent[i];
                }
            }
        }
        let mut l_start = vec![0];
        for c in count {
            l_start.push(l_start[l_start.len() - 1] + c);
        }
        Self {
            n,
            place,
            unknown,
            start,
            row,
            edge,
            parent,
            l_start,
        }
    }

    /// Solves A·x = b in place; `diagonal` by unknown, `off` by edge. False if A is not positive definite.
    pub fn solve(&self, f: &mut Factor, diagonal: &[f64], off: &[f64], b: &mut [f64]) -> bool {
        let n = self.n;
        f.li.resize(self.l_start[n], 0);
        f.lx.resize(self.l_start[n], 0.0);
        f.d.resize(n, 0.0);
        f.path.resize(n, 0);
        f.x.resize(n, 0.0);
        f.used.clear();
        f.used.resize(n, 0);
        f.y.clear();
        f.y.resize(n, 0.0);
        f.flag.clear();
        f.flag.resize(n, NONE);
        for k in 0..n {
            let mut top = n;
            f.flag[k] = k;
            for p in self.start[k]..self.start[k + 1] {
                let mut i = self.row[p];
                f.y[i] += off[self.edge[p]];
                let mut len = 0;
                while f.flag[i] != k {
                    f.path[len] = i;
                    len += 1;
                    f.flag[i] = k;
                    i = self.parent[i];
                }
                while len > 0 {
                    top -= 1;
                    len -= 1;
                    f.path[top] = f.path[len];
                }
            }
            let mut d = diagonal[self.unknown[k]];
            for q in top..n {
                let i = f.path[q];
                let yi = f.y[i];
                f.y[i] = 0.0;
                let end = self.l_start[i] + f.used[i];
                for p in self.l_start[i]..end {
                    f.y[f.li[p]] -= f.lx[p] * yi;
                }
                let l = yi / f.d[i];
                d -= l * yi;
                f.li[end] = k;
                f.lx[end] = l;
                f.used[i] += 1;
            }
            if d.is_nan() || d <= 0.0 {
                return false;
            }
            f.d[k] = d;
        }
        for k in 0..n {
            f.x[k] = b[self.unknown[k]];
        }
        for k in 0..n {
            let x = f.x[k];
            for p in self.l_start[k]..self.l_start[k + 1] {
                f.x[f.li[p]] -= f.lx[p] * x;
            }
        }
        for k in 0..n {
            f.x[k] /= f.d[k];
        }
        for k in (0..n).rev() {
            let mut x = f.x[k];
            for p in self.l_start[k]..self.l_start[k + 1] {
                x -= f.lx[p] * f.x[f.li[p]];
            }
            f.x[k] = x;
        }
        for (u, b) in b.iter_mut().enumerate() {
            *b = f.x[self.place[u]];
        }
        true
    }
}

/// Order of elimination by least degree, ties by number.
fn minimum_degree(n: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut near: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); n];
    for &(a, b) in edges {
        near[a].insert(b);
        near[b].insert(a);
    }
    let mut queue: BTreeSet<(usize, usize)> = near.iter().enumerate().map(|(i, s)| (s.len(), i)).collect();
    let mut order = Vec::with_capacity(n);
    while let Some((_, i)) = queue.pop_first() {
        order.push(i);
        let mine: Vec<usize> = std::mem::take(&mut near[i]).into_iter().collect();
        for &j in &mine {
            queue.remove(&(near[j].len(), j));
            near[j].remove(&i);
            near[j].extend(mine.iter().copied().filter(|&k| k != j));
            queue.insert((near[j].len(), j));
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_a_grid_to_rounding() {
        let (w, h) = (7, 9);
        let mut edges = Vec::new();
        for i in 0..w * h {
            if i % w + 1 < w {
                edges.push((i, i + 1));
            }
            if i + w < w * h {
                edges.push((i, i + w));
            }
        }
        let n = w * h;
        let off: Vec<f64> = (0..edges.len()).map(|e| -1.0 - (e % 5) as f64).collect();
        let mut diagonal = vec![0.1; n];
        for (e, &(a, b)) in edges.iter().enumerate() {
            diagonal[a] -= off[e];
            diagonal[b] -= off[e];
        }
        let want: Vec<f64> = (0..n).map(|i| (i * i % 17) as f64 - 8.0).collect();
        let mut b: Vec<f64> = (0..n).map(|i| diagonal[i] * want[i]).collect();
        for (e, &(i, j)) in edges.iter().enumerate() {
            b[i] += off[e] * want[j];
            b[j] += off[e] * want[i];
        }
        let pattern = Pattern::new(n, &edges);
        assert!(pattern.solve(&mut Factor::default(), &diagonal, &off, &mut b));
        for i in 0..n {
            assert!((b[i] - want[i]).abs() < 1e-10, "{i}: {} {}", b[i], want[i]);
        }
    }

    #[test]
    fn says_no_to_an_indefinite_matrix_and_bears_none_at_all() {
        let p = Pattern::new(2, &[(0, 1)]);
        assert!(!p.solve(&mut Factor::default(), &[1.0, 1.0], &[-2.0], &mut [1.0, 1.0]));
        assert!(Pattern::new(0, &[]).solve(&mut Factor::default(), &[], &[], &mut []));
    }
}
