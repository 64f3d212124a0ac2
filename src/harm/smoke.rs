//! Sight and walking speed in smoke.

use serde::{Deserialize, Serialize};

/// What one looks at through smoke.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignKind {
    /// Walls, doors, people, painted signs: K·V = 3 (Jin).
    #[default]
    Reflecting,
    /// Lit signs and lamps: K·V = 8 (Jin).
    Lit,
}

/// Nobody sees farther indoors than this, m: keeps clean air finite.
const FARTHEST_M: f64 = 1000.0;

/// How far one sees a thing in smoke of this extinction coefficient (1/m), m.
pub fn visibility_m(extinction: f64, kind: SignKind) -> f64 {
    let c = match kind {
        SignKind::Reflecting => 3.0,
        SignKind::Lit => 8.0,
    };
    if extinction * FARTHEST_M > c {
        c / extinction
    } else {
        FARTHEST_M
    }
}

/// Law by which smoke slows walking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SmokeSpeed {
    /// Irritant smoke: 1.0 to 0.3 m/s for K from 0.1 to 0.5 /m (Jin; figures after Ronchi and others 2013).
    JinIrritant,
    /// Non-irritant smoke: 1.0 to 0.5 m/s for K from 0.2 to 1.0 /m, on to 0.3 m/s (same).
    JinNonIrritant,
    /// 1 − 0.0807 K, at least 0.1 (Frantzich and Nilsson, Lund 3126; as in FDS+Evac).
    Lund,
    /// V/(V + 2) with the visibility V = 3/K, m (Fridolf and others; the default), at least 0.2 (assumption, 待核实:
    /// the floor of their design method).
    #[default]
    Fridolf,
    /// max(0.3/1.25, 1 − K/2): the law of NIST TN 1822 test 2.5 only.
    Nist25,
}

impl SmokeSpeed {
    /// Part of the free speed that remains at this extinction coefficient (1/m).
    pub fn factor(self, extinction: f64) -> f64 {
        let k = extinction.max(0.0);
        match self {
            Self::JinIrritant => (1.0 - (k - 0.1) * 0.7 / 0.4).clamp(0.3, 1.0),
            Self::JinNonIrritant => (1.0 - (k - 0.2) * 0.5 / 0.8).clamp(0.3, 1.0),
            Self::Lund => (1.0 - 0.057 / 0.706 * k).max(0.1),
            Self::Fridolf => (3.0 / (3.0 + 2.0 * k)).max(0.2),
            Self::Nist25 => (1.0 - 0.5 * k).max(0.3 / 1.25),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visibility_follows_jin_and_stays_finite() {
        let k = 8700.0 * 0.05e-3;
        assert!((visibility_m(k, SignKind::Reflecting) - 6.9).abs() < 0.05);
        assert!((visibility_m(k, SignKind::Lit) - 18.4).abs() < 0.05);
        assert_eq!(visibility_m(0.0, SignKind::Lit), FARTHEST_M);
    }

    #[test]
    fn lund_gives_fds_evac_figure_9() {
        for (mg, factor) in [(0.0, 1.0), (500.0, 0.649), (1000.0, 0.298), (1500.0, 0.1)] {
            let k = 8700.0 * 1e-6 * mg;
            assert!((SmokeSpeed::Lund.factor(k) - factor).abs() < 1e-3, "{mg} mg/m³");
        }
    }

    #[test]
    fn jin_and_nist_meet_their_end_points() {
        assert_eq!(SmokeSpeed::JinIrritant.factor(0.1), 1.0);
        assert!((SmokeSpeed::JinIrritant.factor(0.5) - 0.3).abs() < 1e-12);
        assert!((SmokeSpeed::JinNonIrritant.factor(1.0) - 0.5).abs() < 1e-12);
        assert!((SmokeSpeed::Nist25.factor(1.0) * 1.25 - 0.625).abs() < 1e-12);
    }

    #[test]
    fn every_law_falls_from_one_and_never_stops_people() {
        use SmokeSpeed::*;
        for law in [JinIrritant, JinNonIrritant, Lund, Fridolf, Nist25] {
            assert_eq!(law.factor(0.0), 1.0);
            let mut last = 1.0;
            for i in 0..200 {
                let f = law.factor(f64::from(i) * 0.1);
                assert!(f <= last && f >= 0.1, "{law:?}");
                last = f;
            }
        }
    }
}
