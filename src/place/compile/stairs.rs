//! Stairs: a zone on each storey, flights between storeys.

use super::Builder;
use super::spaces::NewSpace;
use crate::place::report::t;
use crate::place::{Beyond, Frame, OpeningKind, SpaceKind, Stair, StairId, polygon};
use crate::scenario::{Point, SpaceAir, StairKind, Use};

/// How far the real riser may be from the one written, m.
pub const RISER_TOLERANCE: f64 = 0.005;
/// Part of a stair's plan through which gas rises from storey to storey, beside the flights (assumption, 待核实).
const FREE_PART: f64 = 0.6;
/// Discharge coefficient of the way between two storeys of a stair, well or shaft (assumption, 待核实).
pub(super) const VERTICAL_DISCHARGE: f64 = 0.6;

/// The form of a stair in its own frame: x along the landing, y along the flights.
#[derive(Clone, Debug)]
pub struct Form {
    pub kind: StairKind,
    pub frame: Frame,
    /// Of a flight, m.
    pub flight: f64,
    /// Of the enclosure, m.
    pub width: f64,
    pub landing: f64,
    /// Horizontal length of a flight for each interval between storeys, m.
    pub runs: Vec<f64>,
}

fn rect(x0: f64, y0: f64, x1: f64, y1: f64) -> Vec<Point> {
    vec![
        Point::new(x0, y0),
        Point::new(x1, y0),
        Point::new(x1, y1),
        Point::new(x0, y1),
    ]
}

impl Form {
    /// From the stair's frame to the building's, turned anticlockwise again.
    pub fn place(&self, poly: &[Point]) -> Vec<Point> {
        polygon::tidy(&poly.iter().map(|&p| self.frame.apply(p)).collect::<Vec<_>>())
    }
    /// Enclosure at a storey, the `k`-th that it serves.
    pub fn enclosure(&self, k: usize) -> Vec<Point> {
        let run = match self.kind {
            StairKind::Return => self.runs[k.min(self.runs.len() - 1)],
            StairKind::Straight => {
                let below = if k > 0 { self.runs[k - 1] } else { 0.0 };
                self.runs.get(k).copied().unwrap_or(0.0).max(below)
            }
        };
        self.place(&rect(0.0, 0.0, self.width, 2.0 * self.landing + run))
    }
    /// Landings on the `k`-th storey.
    pub fn landings(&self, k: usize) -> Vec<Vec<Point>> {
        let near = || rect(0.0, 0.0, self.width, self.landing);
        let mut out = Vec::new();
        match self.kind {
            StairKind::Return => out.push(near()),
            StairKind::Straight => {
                if k < self.runs.len() {
                    out.push(near());
                }
                if k > 0 {
                    let y = self.landing + self.runs[k - 1];
                    out.push(rect(0.0, y, self.width, y + self.landing));
                }
            }
        }
        out.iter().map(|p| self.place(p)).collect()
    }
}

impl<'a> Builder<'a> {
    /// Stairs and their zones.
    pub(super) fn stairs(&mut self) {
        let loaded = self.loaded;
        for written in &loaded.scenario.place.stairs {
            let name = if written.name.is_empty() {
                "stair"
            } else {
                written.name.as_str()
            };
            let Some(storeys) = self.served(&written.serves, written.src.of("serves")) else {
                self.leave_out(name);
                continue;
            };
            let sizes = [written.width, written.landing, written.riser, written.tread];
            let good = sizes.iter().all(|s| *s >= 0.02 && *s <= 50.0)
                && (0.0..=50.0).contains(&written.well)
                && written.turn % 90 == 0
                && polygon::sane(&[written.at]);
            if !good {
                self.report.error(
                    "stair.sizes",
                    written.src.whole,
                    t(
                        format!("楼梯“{name}”的尺寸不合理。"),
                        format!("The sizes of stair \"{name}\" cannot be."),
                    ),
                    t(
                        "梯段宽、平台深、踏步高和踏步宽都写正的米数；turn 写 0、90、180 或 270。",
                        "Width, landing, riser and tread are positive metres; turn is 0, 90, 180 or 270.",
                    ),
                );
                self.leave_out(name);
                continue;
            }
            if storeys.len() < 2 {
                self.report.error(
                    "stair.one_storey",
                    written.src.of("serves"),
                    t(
                        format!("楼梯“{name}”只到一层。"),
                        format!("Stair \"{name}\" serves one storey only."),
                    ),
                    t(
                        "写起止两层，例如 serves: \"1F..3F\"。",
                        "Write two ends, such as serves: \"1F..3F\".",
                    ),
                );
                self.leave_out(name);
                continue;
            }
            let width = match written.kind {
                StairKind::Return => 2.0 * written.width + written.well,
                StairKind::Straight => written.width,
            };
            let mut frame = Frame {
                at: written.at,
                turns: (written.turn / 90 % 4) as u8,
                mirror: written.mirror,
            };
            if written.mirror {
                // Mirrored within its enclosure: `at` stays the south-western corner.
                frame.at = frame.at
                    + Frame {
                        at: Point::default(),
                        mirror: false,
                        ..frame
                    }
                    .apply(Point::new(width, 0.0));
            }
            let mut runs = Vec::new();
            for s in &storeys[..storeys.len() - 1] {
                runs.push(self.run(written, name, s.index()));
            }
            let form = Form {
                kind: written.kind,
                frame,
                flight: written.width,
                width,
                landing: written.landing,
                runs,
            };
            let id = StairId(self.place.stairs.len() as u32);
            let mut spaces = Vec::new();
            for (k, s) in storeys.iter().enumerate() {
                let storey = &self.storeys[s.index()];
                let (z, height, path) = (storey.z, storey.height, format!("{}/{name}", storey.name));
                let new = NewSpace {
                    path,
                    r#use: Use::StairLanding,
                    kind: SpaceKind::Stair(id),
                    storey: s.index(),
                    outline: form.enclosure(k),
                    holes: Vec::new(),
                    z,
                    height,
                    lining: written.lining.as_ref(),
                    lining_src: written.src.of("lining"),
                    air: SpaceAir::Outside,
                    frame: Frame::default(),
                    periodic: false,
                    src: written.src.whole,
                    leaks: &[],
                    landings: Some(form.landings(k)),
                    instance: None,
                };
                spaces.extend(self.add_space(new));
            }
            if spaces.len() < storeys.len() {
                continue;
            }
            for k in 1..spaces.len() {
                let (below, above) = (
                    &self.place.spaces[spaces[k - 1].index()],
                    &self.place.spaces[spaces[k].index()],
                );
                let area = below.area.min(above.area) * FREE_PART;
                let (centre, z) = (polygon::centroid(&below.outline), above.z);
                let path = format!("{}/up", below.path);
                self.add_hole(
                    path,
                    spaces[k - 1],
                    Beyond::Space(spaces[k]),
                    centre,
                    area,
                    z,
                    written.src.whole,
                );
            }
            if written.roof_opening > 0.0 {
                let top = spaces[spaces.len() - 1];
                let s = &self.place.spaces[top.index()];
                let (centre, z, path) = (
                    polygon::centroid(&s.outline),
                    s.z + s.height,
                    format!("{}/roof", s.path),
                );
                let at = written.src.of("roof_opening");
                self.add_hole(path, top, Beyond::Outside, centre, written.roof_opening, z, at);
            }
            self.place.stairs.push(Stair {
                name: name.to_owned(),
                storeys,
                spaces,
                flights: Vec::new(),
                width: written.width,
                riser: written.riser,
                tread: written.tread,
                handrails: written.handrails,
            });
            self.stair_forms.push(form);
        }
    }

    /// Says nothing more about a stair or lift that could not be built.
    pub(super) fn leave_out(&mut self, name: &str) {
        for s in &self.storeys {
            self.left_out.insert(format!("{}/{name}", s.name));
        }
    }

    /// Horizontal length of a flight from a storey to the next, m.
    fn run(&mut self, written: &crate::scenario::Stair, name: &str, storey: usize) -> f64 {
        let height = self.storeys[storey].height;
        let risers = (height / written.riser).round().max(1.0);
        let real = height / risers;
        if (real - written.riser).abs() > RISER_TOLERANCE {
            let from = &self.storeys[storey].name;
            self.report.error(
                "stair.does_not_meet_storeys",
                written.src.of("riser"),
                t(
                    format!("楼梯“{name}”从 {from} 往上接不到上一层：层高 {height} m 不是踏步高 {} m 的整数倍。", written.riser),
                    format!(
                        "Stair \"{name}\" does not meet the storey above {from}: {height} m is no whole number of risers of {} m.",
                        written.riser
                    ),
                ),
                t(
                    format!("把踏步高改成 {real:.3}（{risers} 级）。"),
                    format!("Use a riser of {real:.3} ({risers} of them)."),
                ),
            );
        }
        let flight = match written.kind {
            StairKind::Return => (risers / 2.0).ceil(),
            StairKind::Straight => risers,
        };
        // Even a flight of one riser takes a tread to climb.
        written.tread * (flight - 1.0).max(1.0)
    }

    /// A horizontal opening, always open.
    pub(super) fn add_hole(
        &mut self,
        path: String,
        from: crate::place::SpaceId,
        to: Beyond,
        centre: Point,
        area: f64,
        z: f64,
        src: crate::scenario::Span,
    ) {
        let mut o = super::openings::blank(OpeningKind::Hole(false), from, to);
        o.path = path;
        o.centre = centre;
        o.along = Point::new(1.0, 0.0);
        o.width = area.max(0.0).sqrt();
        o.bottom = z;
        o.top = z;
        o.discharge = VERTICAL_DISCHARGE;
        o.initial.open = 1.0;
        self.push_opening(o, src, 0.0, false);
    }
}
