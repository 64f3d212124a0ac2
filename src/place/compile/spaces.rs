//! Spaces of the plans, constructions, and homes.

use super::Builder;
use crate::place::report::{did_you_mean, t};
use crate::place::{
    Beyond, Construction, Frame, Home, HomeId, OpeningId, OpeningKind, Space, SpaceId, SpaceKind, StoreyId, polygon,
};
use crate::scenario::{self, Layer, Lining, Point, Span, Use};

/// Where nothing is said: concrete of 0.2 m with k 1.6 W/m·K, rho 2,300 kg/m³, c 900 J/kg·K (assumption, 待核实).
const CONCRETE: Layer = Layer {
    k: 1.6,
    rho: 2300.0,
    c: 900.0,
    thickness: 0.2,
};
/// Emissivity where nothing is said (assumption, 待核实).
const EMISSIVITY: f64 = 0.9;
/// Spaces at most, in all storeys.
const MOST_SPACES: usize = 50_000;
/// A room may be lower than this only with a warning, m.
const LOWEST: f64 = 1.0;

/// A space to be added.
pub(super) struct NewSpace<'a> {
    pub path: String,
    pub r#use: Use,
    pub kind: SpaceKind,
    pub storey: usize,
    /// In building coordinates, tidy.
    pub outline: Vec<Point>,
    pub holes: Vec<Vec<Point>>,
    pub z: f64,
    pub height: f64,
    pub lining: Option<&'a Lining>,
    pub lining_src: Span,
    pub air: scenario::SpaceAir,
    pub frame: Frame,
    pub periodic: bool,
    pub src: Span,
    pub leaks: &'a [scenario::Leak],
    pub landings: Option<Vec<Vec<Point>>>,
    pub instance: Option<usize>,
}

impl<'a> Builder<'a> {
    /// Puts the constructions into the place; index 0 is the one for where nothing is said.
    pub(super) fn constructions(&mut self) {
        self.place.constructions.push(Construction {
            name: "concrete".to_owned(),
            layers: vec![CONCRETE],
            emissivity: EMISSIVITY,
            transparent: false,
        });
        let loaded = self.loaded;
        let library = loaded
            .constructions
            .iter()
            .filter(|(n, _)| !loaded.scenario.constructions.contains_key(*n));
        for (name, c) in loaded.scenario.constructions.iter().chain(library) {
            let good = |l: &Layer| l.k > 0.0 && l.rho > 0.0 && l.c > 0.0 && l.thickness > 0.0;
            let ideal = c.adiabatic || c.transparent;
            if !ideal && (c.layers.is_empty() || !c.layers.iter().all(good)) {
                self.report.error(
                    "construction.layers",
                    c.src.of("layers"),
                    t(
                        format!("构造“{name}”缺少材料层，或某层的数值不是正数。"),
                        format!(
                            "Construction \"{name}\" has no layers, or a layer with a figure that is not positive."
                        ),
                    ),
                    t(
                        "每层写 k、rho、c、thickness(都大于 0)，或写 adiabatic: true。",
                        "Give every layer k, rho, c and thickness above 0, or write adiabatic: true.",
                    ),
                );
            }
            self.place.constructions.push(Construction {
                name: name.clone(),
                layers: if ideal { Vec::new() } else { c.layers.clone() },
                emissivity: c.emissivity,
                transparent: c.transparent,
            });
        }
    }

    /// Construction of a wall, ceiling or floor: the space's, else the building's, else concrete.
    fn lining(
        &mut self,
        own: Option<&'a Lining>,
        own_src: Span,
        pick: fn(&Lining) -> &Option<String>,
    ) -> Option<usize> {
        let building = &self.loaded.scenario.place;
        let named = own.and_then(|l| pick(l).as_ref()).map(|n| (n, own_src));
        let named = named.or_else(|| pick(&building.lining).as_ref().map(|n| (n, building.src.of("lining"))));
        let Some((name, at)) = named else { return Some(0) };
        // Names written by the trainer win over the built-in one.
        match self.place.constructions.iter().rposition(|c| c.name == *name) {
            Some(i) if self.place.constructions[i].transparent => None,
            Some(i) => Some(i),
            None => {
                let known: Vec<&str> = self.place.constructions.iter().map(|c| c.name.as_str()).collect();
                self.report.error(
                    "construction.unknown",
                    at,
                    t(
                        format!("没有名为“{name}”的构造。"),
                        format!("No construction is called \"{name}\"."),
                    ),
                    did_you_mean(name, known.iter().copied()),
                );
                Some(0)
            }
        }
    }

    /// Adds a space; `None` if its name is taken.
    pub(super) fn add_space(&mut self, new: NewSpace<'a>) -> Option<SpaceId> {
        let id = SpaceId(self.place.spaces.len() as u32);
        if self.place.space_by_path.contains_key(&new.path) {
            self.report.error(
                "name.twice",
                new.src,
                t(
                    format!("名称“{}”用了两次。", new.path),
                    format!("The name \"{}\" is used twice.", new.path),
                ),
                t(
                    "每个空间、楼梯、电梯要有自己的名称。",
                    "Give every space, stair and lift its own name.",
                ),
            );
            return None;
        }
        if id.index() >= MOST_SPACES {
            self.report.error(
                "place.too_many_spaces",
                self.loaded.scenario.place.src.of("storeys"),
                t(
                    format!("空间超过 {MOST_SPACES} 个。"),
                    format!("There are more than {MOST_SPACES} spaces."),
                ),
                t("减少楼层或合并房间。", "Use fewer storeys or join rooms."),
            );
            return None;
        }
        let walls = self.lining(new.lining, new.lining_src, |l| &l.walls);
        let ceiling = self.lining(new.lining, new.lining_src, |l| &l.ceiling);
        let floor = self.lining(new.lining, new.lining_src, |l| &l.floor);
        let edge = polygon::perimeter(&new.outline) + new.holes.iter().map(|h| polygon::perimeter(h)).sum::<f64>();
        let area = polygon::signed_area(&new.outline) + new.holes.iter().map(|h| polygon::signed_area(h)).sum::<f64>();
        self.place.space_by_path.insert(new.path.clone(), id);
        self.place.spaces.push(Space {
            path: new.path,
            r#use: new.r#use,
            kind: new.kind,
            storey: StoreyId(new.storey as u32),
            area,
            z: new.z,
            height: new.height,
            wall_area: edge * new.height,
            outline: new.outline,
            holes: new.holes,
            walls,
            ceiling,
            floor,
            air: new.air,
            home: None,
            frame: new.frame,
            periodic: new.periodic,
        });
        self.by_storey[new.storey].push(id);
        self.space_src.push(new.src);
        self.space_leaks.push(new.leaks);
        self.landings.push(new.landings);
        self.space_instance.push(new.instance);
        Some(id)
    }

    /// Spaces of the plans.
    pub(super) fn spaces(&mut self) {
        for storey in 0..self.storeys.len() {
            let plan = &self.storeys[storey];
            let (z, clear, full) = (plan.z, plan.clear, plan.height);
            let mut todo = Vec::with_capacity(plan.spaces.len());
            for w in &plan.spaces {
                todo.push((w.item, w.path.clone(), w.frame, w.instance));
            }
            for (item, path, frame, instance) in todo {
                if !self.good_space(item, &path) {
                    self.left_out.insert(path);
                    continue;
                }
                let outline: Vec<Point> = item.outline.iter().map(|&p| frame.apply(p)).collect();
                let holes = item.holes.iter().map(|h| {
                    let mut hole = polygon::tidy(&h.iter().map(|&p| frame.apply(p)).collect::<Vec<_>>());
                    hole.reverse();
                    hole
                });
                let outdoors = item.r#use == Use::Outdoors;
                let height = item.height.unwrap_or(if outdoors { full } else { clear - item.floor });
                let holes = holes.collect();
                self.add_space(NewSpace {
                    r#use: item.r#use,
                    kind: if outdoors { SpaceKind::Outdoors } else { SpaceKind::Room },
                    storey,
                    outline: polygon::tidy(&outline),
                    holes,
                    z: z + item.floor,
                    height,
                    lining: item.lining.as_ref(),
                    lining_src: item.src.of("lining"),
                    air: item.air.clone(),
                    frame,
                    periodic: item.periodic,
                    src: item.src.whole,
                    leaks: &item.leaks,
                    landings: None,
                    instance,
                    path,
                });
            }
        }
    }

    /// Whether a space can be built at all; says why not.
    fn good_space(&mut self, item: &scenario::Space, path: &str) -> bool {
        let name = &item.name;
        let all = || std::iter::once(&item.outline).chain(&item.holes);
        let at = item.src.of("outline");
        if matches!(name.as_str(), "street" | "outside") || name.contains('/') {
            self.report.error(
                "space.reserved_name",
                item.src.of("name"),
                t(
                    format!("空间不能叫“{name}”。"),
                    format!("A space cannot be called \"{name}\"."),
                ),
                t(
                    "“street”指街面、“outside”指室外，“/”用来连接路径；请换一个名称。",
                    "\"street\" and \"outside\" are the open air, slashes join paths; choose another name.",
                ),
            );
            return false;
        }
        if all().any(|o| !polygon::sane(o)) || !item.floor.is_finite() {
            self.report.error(
                "space.coordinates",
                at,
                t(
                    format!("空间“{path}”的坐标超出 10 km 或不是数。"),
                    format!("Coordinates of \"{path}\" lie beyond 10 km or are no numbers."),
                ),
                t(
                    "坐标以米为单位，原点放在建筑附近。",
                    "Coordinates are metres; put the origin near the building.",
                ),
            );
            return false;
        }
        let tidied: Vec<Vec<Point>> = all().map(|o| polygon::tidy(o)).collect();
        let crossed = |o: &Vec<Point>| o.len() > 3 && polygon::crosses_itself(o);
        let flat = |o: &Vec<Point>| o.len() < 3 || polygon::signed_area(o) < 1e-4;
        if tidied.iter().any(|o| flat(o) && !crossed(o)) {
            self.report.error(
                "space.too_few_corners",
                at,
                t(
                    format!("空间“{path}”的轮廓围不成面。"),
                    format!("The outline of \"{path}\" encloses nothing."),
                ),
                t(
                    "按顺序写出至少三个不在一条线上的角点。",
                    "Write at least three corners in order, not all on a line.",
                ),
            );
            return false;
        }
        if tidied.iter().any(crossed) {
            self.report.error(
                "space.crosses_itself",
                at,
                t(
                    format!("空间“{path}”的轮廓自相交。"),
                    format!("The outline of \"{path}\" crosses itself."),
                ),
                t(
                    "角点要沿墙一个接一个地写。",
                    "Write the corners one after the other along the walls.",
                ),
            );
            return false;
        }
        if let Some(h) = tidied[1..].iter().find(|h| {
            !h.iter()
                .all(|&p| polygon::contains(&tidied[0], p) || polygon::distance_to_edges(&tidied[0], p) < 1e-6)
        }) {
            let p = h[0];
            self.report.error(
                "space.hole_outside",
                item.src.of("holes"),
                t(
                    format!("空间“{path}”挖去的部分（{}, {}）不在轮廓之内。", p.x, p.y),
                    format!(
                        "A piece cut out of \"{path}\" at ({}, {}) lies outside its outline.",
                        p.x, p.y
                    ),
                ),
                t("把挖去部分的角点移到轮廓以内。", "Move its corners inside the outline."),
            );
            return false;
        }
        true
    }

    /// Homes: instances with a bedroom, living room or flat of their own, and flats that stand in a plan.
    pub(super) fn homes(&mut self) {
        for storey in 0..self.storeys.len() {
            let ids = self.by_storey[storey].clone();
            let lived_in: Vec<bool> = (0..self.storeys[storey].instances.len())
                .map(|i| {
                    ids.iter().any(|s| {
                        self.space_instance[s.index()] == Some(i)
                            && matches!(
                                self.place.spaces[s.index()].r#use,
                                Use::Bedroom | Use::LivingRoom | Use::Flat
                            )
                    })
                })
                .collect();
            // The outermost lived-in instance is the home; what lies inside it belongs to it.
            let home_of = |instance: Option<usize>| {
                let (mut at, mut found) = (instance, None);
                while let Some(i) = at {
                    if lived_in[i] {
                        found = Some(i);
                    }
                    at = self.storeys[storey].instances[i].parent;
                }
                found
            };
            let of_space: Vec<Option<usize>> = ids.iter().map(|s| home_of(self.space_instance[s.index()])).collect();
            for (i, _) in lived_in.iter().enumerate().filter(|(_, l)| **l) {
                let spaces: Vec<SpaceId> = ids
                    .iter()
                    .zip(&of_space)
                    .filter(|(_, h)| **h == Some(i))
                    .map(|(s, _)| *s)
                    .collect();
                if !spaces.is_empty() {
                    let instance = &self.storeys[storey].instances[i];
                    let (path, prefab) = (instance.path.clone(), Some(instance.prefab.clone()));
                    self.add_home(path, prefab, spaces);
                }
            }
            for (s, _) in ids.iter().zip(&of_space).filter(|(_, h)| h.is_none()) {
                if self.place.spaces[s.index()].r#use == Use::Flat {
                    let path = self.place.spaces[s.index()].path.clone();
                    self.add_home(path, None, vec![*s]);
                }
            }
        }
        for i in 0..self.place.openings.len() {
            let id = OpeningId(i as u32);
            let o = &self.place.openings[i];
            let inner = self.place.spaces[o.from.index()].home;
            let (outer, open_air) = match o.to {
                Beyond::Space(s) => {
                    let s = &self.place.spaces[s.index()];
                    (s.home, s.kind == SpaceKind::Outdoors)
                }
                Beyond::Outside | Beyond::Street => (None, true),
            };
            let (is_window, walked) = (o.kind == OpeningKind::Window, self.opening_walked[i]);
            if inner == outer {
                continue;
            }
            for home in [inner, outer].into_iter().flatten() {
                let home = &mut self.place.homes[home.index()];
                if is_window && open_air {
                    home.windows.push(id);
                } else if walked {
                    home.doors.push(id);
                }
            }
        }
        self.entrance_doors();
    }

    fn add_home(&mut self, path: String, prefab: Option<String>, spaces: Vec<SpaceId>) {
        let id = HomeId(self.place.homes.len() as u32);
        for s in &spaces {
            self.place.spaces[s.index()].home = Some(id);
        }
        self.place.homes.push(Home {
            path,
            prefab,
            spaces,
            doors: Vec::new(),
            windows: Vec::new(),
        });
    }

    /// Heights that contradict one another.
    pub fn check_height(&mut self, id: SpaceId) {
        let s = &self.place.spaces[id.index()];
        let (path, height, src) = (s.path.clone(), s.height, self.space_src[id.index()]);
        if !(height > 0.0 && height <= 500.0) {
            self.report.error(
                "space.height",
                src,
                t(
                    format!("空间“{path}”的净高是 {height:.2} m。"),
                    format!("\"{path}\" would be {height:.2} m high."),
                ),
                t(
                    "净高要大于 0；检查层高、楼板和地面抬高。",
                    "It must be above 0: look at storey height, slab and raised floor.",
                ),
            );
        } else if height < LOWEST && s.kind == SpaceKind::Room {
            self.report.warning(
                "space.low",
                src,
                t(
                    format!("空间“{path}”净高只有 {height:.2} m。"),
                    format!("\"{path}\" is only {height:.2} m high."),
                ),
                t(
                    "人站不直；确认层高和楼板的单位是米。",
                    "Nobody can stand there; heights are in metres.",
                ),
            );
        }
    }
}
