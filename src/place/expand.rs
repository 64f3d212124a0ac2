//! What was written, written out: runs of storeys, plans, prefabs in prefabs, and changes to them.

use super::Frame;
use super::report::{Report, did_you_mean, t};
use crate::scenario::{self, Change, Loaded, OpeningChange, Plan, Point, Span, Storeys};
use std::collections::BTreeMap;

/// Prefabs in prefabs at most this deep.
const DEEPEST: usize = 8;
/// Storeys at most.
const MOST_STOREYS: usize = 400;
/// Prefab instances at most.
const MOST_INSTANCES: usize = 20_000;

/// Spaces on one storey at most.
const MOST_SPACES: usize = 3_000;
/// Doors, windows and other openings on one storey at most.
const MOST_OPENINGS: usize = 6_000;
/// Things and pieces of equipment on one storey at most.
const MOST_THINGS: usize = 6_000;
/// Corners of all outlines and walls on one storey at most.
const MOST_CORNERS: usize = 20_000;
/// Corners of walls that stand free on one storey at most.
const MOST_WALLS: usize = 4_000;
/// All of these on all storeys together at most.
const MOST_PARTS: usize = 500_000;
/// Corners of one outline at most.
const MOST_CORNERS_EACH: usize = 400;
/// Changes to one storey at most.
const MOST_CHANGES: usize = 2_000;

/// Something written in a plan, with the frame and the path that it gets on a storey.
pub struct Written<'a, T> {
    pub item: &'a T,
    /// Path of the plan or instance it stands in: `"17F"`, `"17F/02"`.
    pub scope: String,
    pub path: String,
    pub frame: Frame,
    /// Instances it lies in, outermost first, as indices into [`StoreyPlan::instances`].
    pub instance: Option<usize>,
}

/// An opening with its changes, in order.
pub struct WrittenOpening<'a> {
    pub written: Written<'a, scenario::Opening>,
    pub changes: Vec<&'a OpeningChange>,
}

/// A prefab that stands somewhere.
pub struct PlacedInstance {
    pub path: String,
    pub prefab: String,
    pub parent: Option<usize>,
}

/// A storey with all that its plan puts on it, in building coordinates once each frame is applied.
pub struct StoreyPlan<'a> {
    pub name: String,
    pub written: &'a Storeys,
    pub z: f64,
    pub height: f64,
    pub clear: f64,
    pub spaces: Vec<Written<'a, scenario::Space>>,
    pub openings: Vec<WrittenOpening<'a>>,
    pub things: Vec<Written<'a, scenario::Thing>>,
    pub equipment: Vec<Written<'a, scenario::Equipment>>,
    /// Free-standing walls, in building coordinates.
    pub walls: Vec<Vec<Point>>,
    pub instances: Vec<PlacedInstance>,
}

/// Storey names of a run such as `"2F..16F"`, `"B2..B1"` or `"B1..3F"`, lowest first as written; `None` if it is
/// not a run that can be counted.
pub fn storey_names(name: &str) -> Option<Vec<String>> {
    let Some((from, to)) = name.split_once("..") else {
        return (!name.trim().is_empty()).then(|| vec![name.trim().to_owned()]);
    };
    let (from, to) = (from.trim(), to.trim().trim_start_matches('='));
    let (p1, n1, s1) = parts(from)?;
    let (p2, n2, s2) = parts(to)?;
    if p1 == p2 && s1 == s2 {
        if n1.abs_diff(n2) as usize >= MOST_STOREYS {
            return None;
        }
        // Basements count downwards.
        let numbers: Vec<u32> = match p1 == "B" && s1.is_empty() {
            true => (n2..=n1).rev().collect(),
            false => (n1..=n2).collect(),
        };
        if numbers.is_empty() {
            return None;
        }
        return Some(numbers.into_iter().map(|n| format!("{p1}{n}{s1}")).collect());
    }
    // From a basement up to an ordinary storey: there is no storey 0.
    if p1 == "B" && s1.is_empty() && p2.is_empty() && u64::from(n1) + u64::from(n2) < MOST_STOREYS as u64 {
        let mut all: Vec<String> = (1..=n1).rev().map(|n| format!("B{n}")).collect();
        all.extend((1..=n2).map(|n| format!("{n}{s2}")));
        return Some(all);
    }
    None
}

/// `"17F"` is ("", 17, "F").
fn parts(name: &str) -> Option<(&str, u32, &str)> {
    let first = name.find(|c: char| c.is_ascii_digit())?;
    let digits = name[first..]
        .find(|c: char| !c.is_ascii_digit())
        .map_or(name.len(), |i| first + i);
    Some((&name[..first], name[first..digits].parse().ok()?, &name[digits..]))
}

fn is_basement(name: &str) -> bool {
    name.strip_prefix('B')
        .is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()))
}

/// A change on its way to what it names.
#[derive(Clone, Copy)]
struct Pending<'a> {
    /// What is left of the name's path.
    name: &'a str,
    change: &'a Change,
    at: Span,
}

fn pending<'a>(changes: &'a [Change], at: Span) -> impl Iterator<Item = Pending<'a>> {
    changes.iter().map(move |change| {
        let name = match change {
            Change::Replace(n, _) | Change::Remove(n) | Change::Set(n, _) => n.as_str(),
            Change::AddOpening(_) | Change::AddThing(_) | Change::AddEquipment(_) => "",
        };
        Pending { name, change, at }
    })
}

/// Writes out all storeys, lowest first.
pub fn storeys<'a>(loaded: &'a Loaded, report: &mut Report<'_>) -> Vec<StoreyPlan<'a>> {
    let building = &loaded.scenario.place;
    let mut named: Vec<(String, &Storeys)> = Vec::new();
    for run in &building.storeys {
        let at = run.src.of("name");
        match storey_names(&run.name) {
            Some(names) => {
                for name in names {
                    if named.iter().any(|(n, _)| *n == name) {
                        report.error(
                            "storey.twice",
                            at,
                            t(
                                format!("楼层“{name}”写了两次。"),
                                format!("Storey \"{name}\" is written twice."),
                            ),
                            t(
                                "删去其中一个，或改写起止楼层。",
                                "Remove one of them or change the run.",
                            ),
                        );
                    } else if name.contains('/') {
                        report.error(
                            "name.slash",
                            at,
                            t(
                                format!("楼层名“{name}”里不能有“/”。"),
                                format!("Storey name \"{name}\" has a slash."),
                            ),
                            t(
                                "“/”用来连接路径，请换一个字符。",
                                "Slashes join the parts of a path; use another sign.",
                            ),
                        );
                    } else if named.len() < MOST_STOREYS {
                        named.push((name, run));
                    }
                }
            }
            None => report.error(
                "storey.bad_run",
                at,
                t(
                    format!("看不懂楼层“{}”。", run.name),
                    format!("Storeys \"{}\" cannot be read.", run.name),
                ),
                t(
                    format!("写成“2F..16F”“B2..B1”或“B1..3F”，最多 {MOST_STOREYS} 层。"),
                    format!("Write \"2F..16F\", \"B2..B1\" or \"B1..3F\"; at most {MOST_STOREYS} storeys."),
                ),
            ),
        }
    }
    if named.is_empty() {
        if report.errors() == 0 {
            report.error(
                "place.no_storeys",
                building.src.of("storeys"),
                t("这个场所没有楼层。", "The place has no storeys."),
                t(
                    "至少写一层，例如 storeys: [(name: \"1F\", height: 3.0, plan: \"plan\")]。",
                    "Write at least one, such as storeys: [(name: \"1F\", height: 3.0, plan: \"plan\")].",
                ),
            );
        }
        return Vec::new();
    }
    for (_, run) in &named {
        check_heights(run, report);
    }
    let ground = match &building.ground {
        Some(g) => named.iter().position(|(n, _)| n == g).unwrap_or_else(|| {
            report.error(
                "storey.unknown_ground",
                building.src.of("ground"),
                t(
                    format!("没有名为“{g}”的楼层。"),
                    format!("No storey is called \"{g}\"."),
                ),
                did_you_mean(g, named.iter().map(|(n, _)| n.as_str())),
            );
            0
        }),
        None => named
            .iter()
            .position(|(n, _)| !is_basement(n))
            .unwrap_or(named.len() - 1),
    };
    let mut z = -named[..ground].iter().map(|(_, s)| s.height).sum::<f64>();
    let mut out = Vec::with_capacity(named.len());
    let (mut instances, mut parts) = (0, 0);
    for (name, run) in named {
        let mut storey = StoreyPlan {
            z,
            height: run.height,
            clear: run.height - run.slab,
            written: run,
            spaces: Vec::new(),
            openings: Vec::new(),
            things: Vec::new(),
            equipment: Vec::new(),
            walls: Vec::new(),
            instances: Vec::new(),
            name,
        };
        z += run.height;
        match building.plans.get(&run.plan) {
            Some(plan) => {
                let changes: Vec<Pending<'a>> = pending(&run.changes, run.src.of("changes")).collect();
                let mut writer = Writer {
                    loaded,
                    storey: &mut storey,
                    report,
                    instances,
                    corners: 0,
                    parts,
                };
                let scope = writer.storey.name.clone();
                writer.plan(plan, Frame::default(), &scope, None, &changes, 0);
                (instances, parts) = (writer.instances, writer.parts);
            }
            None => report.error(
                "storey.unknown_plan",
                run.src.of("plan"),
                t(
                    format!("楼层“{}”的平面“{}”没有定义。", run.name, run.plan),
                    format!(
                        "Storey \"{}\" uses plan \"{}\", which is not defined.",
                        run.name, run.plan
                    ),
                ),
                did_you_mean(&run.plan, building.plans.keys().map(String::as_str)),
            ),
        }
        out.push(storey);
    }
    out
}

fn check_heights(run: &Storeys, report: &mut Report<'_>) {
    if !(run.height > 0.0 && run.height <= 200.0) {
        report.error(
            "storey.height",
            run.src.of("height"),
            t(
                format!("楼层“{}”的层高 {} m 不合理。", run.name, run.height),
                format!("Storey \"{}\" cannot be {} m high.", run.name, run.height),
            ),
            t(
                "层高写成 2.2 到 200 之间的米数，例如 height: 3.0。",
                "Give the height in metres, such as height: 3.0.",
            ),
        );
    } else if !(run.slab >= 0.0 && run.slab < run.height) {
        report.error(
            "storey.slab",
            run.src.of("slab"),
            t(
                format!(
                    "楼层“{}”的楼板厚 {} m 与层高 {} m 矛盾。",
                    run.name, run.slab, run.height
                ),
                format!(
                    "Storey \"{}\": a slab of {} m does not fit a height of {} m.",
                    run.name, run.slab, run.height
                ),
            ),
            t(
                "楼板厚度要小于层高，通常 0.1 到 0.3。",
                "The slab must be thinner than the storey is high, usually 0.1 to 0.3.",
            ),
        );
    }
}

struct Writer<'a, 'r, 's> {
    loaded: &'a Loaded,
    storey: &'r mut StoreyPlan<'a>,
    report: &'r mut Report<'s>,
    instances: usize,
    /// Corners on this storey so far.
    corners: usize,
    /// Parts of all storeys so far.
    parts: usize,
}

impl<'a> Writer<'a, '_, '_> {
    fn plan(
        &mut self,
        plan: &'a Plan,
        frame: Frame,
        scope: &str,
        instance: Option<usize>,
        changes: &[Pending<'a>],
        depth: usize,
    ) {
        if !self.fits(plan, changes) {
            return;
        }
        let names = instance_names(plan);
        let removed = |name: &str| {
            !name.is_empty()
                && changes
                    .iter()
                    .any(|c| matches!(c.change, Change::Remove(_)) && c.name == name)
        };
        self.check_names(plan, &names, changes, scope);
        let at = |item_name: &str, fallback: String| {
            if item_name.is_empty() {
                fallback
            } else {
                item_name.to_owned()
            }
        };
        for (i, item) in plan.spaces.iter().enumerate().filter(|(_, s)| !removed(&s.name)) {
            let path = format!("{scope}/{}", at(&item.name, format!("space_{}", i + 1)));
            self.storey.spaces.push(Written {
                item,
                scope: scope.to_owned(),
                path,
                frame,
                instance,
            });
        }
        let added_openings = changes.iter().filter_map(|c| match c.change {
            Change::AddOpening(o) => Some(o),
            _ => None,
        });
        let openings = plan
            .openings
            .iter()
            .filter(|o| !removed(opening_name(o)))
            .chain(added_openings);
        let all: Vec<&scenario::Opening> = plan.openings.iter().collect();
        for item in openings {
            let name = opening_name(item);
            // Numbered by its place in the plan, so that a removal renames nothing.
            let number = all.iter().position(|o| std::ptr::eq(*o, item)).unwrap_or(all.len()) + 1;
            let fallback = format!("{}_{number}", opening_word(item));
            let mut path = format!("{scope}/{}", at(name, fallback));
            while name.is_empty() && self.storey.openings.iter().any(|o| o.written.path == path) {
                path.push_str("_more");
            }
            let set = changes
                .iter()
                .filter(|c| !name.is_empty() && c.name == name)
                .filter_map(|c| match c.change {
                    Change::Set(_, s) => Some(s),
                    _ => None,
                });
            let written = Written {
                item,
                scope: scope.to_owned(),
                path,
                frame,
                instance,
            };
            self.storey.openings.push(WrittenOpening {
                written,
                changes: set.collect(),
            });
        }
        let added_things = changes.iter().filter_map(|c| match c.change {
            Change::AddThing(o) => Some(o),
            _ => None,
        });
        for (i, item) in plan
            .things
            .iter()
            .filter(|o| !removed(&o.name))
            .chain(added_things)
            .enumerate()
        {
            let path = format!("{scope}/{}", at(&item.name, format!("thing_{}", i + 1)));
            self.storey.things.push(Written {
                item,
                scope: scope.to_owned(),
                path,
                frame,
                instance,
            });
        }
        let added_equipment = changes.iter().filter_map(|c| match c.change {
            Change::AddEquipment(o) => Some(o),
            _ => None,
        });
        for (i, item) in plan
            .equipment
            .iter()
            .filter(|o| !removed(&o.name))
            .chain(added_equipment)
            .enumerate()
        {
            let path = format!("{scope}/{}", at(&item.name, format!("equipment_{}", i + 1)));
            self.storey.equipment.push(Written {
                item,
                scope: scope.to_owned(),
                path,
                frame,
                instance,
            });
        }
        self.storey
            .walls
            .extend(plan.walls.iter().map(|w| w.iter().map(|&p| frame.apply(p)).collect()));
        for (item, name) in plan.place.iter().zip(&names).filter(|(_, n)| !removed(n)) {
            let replaced = changes.iter().rev().find_map(|c| match c.change {
                Change::Replace(_, prefab) if c.name == name => Some((prefab, c.at)),
                _ => None,
            });
            let (prefab, span) = replaced.unwrap_or((&item.prefab, item.src.of("prefab")));
            let Some(inner) = self.loaded.prefabs.get(prefab) else {
                self.report.error(
                    "instance.unknown_prefab",
                    span,
                    t(
                        format!("没有名为“{prefab}”的预制件。"),
                        format!("No prefab is called \"{prefab}\"."),
                    ),
                    did_you_mean(prefab, self.loaded.prefabs.keys().map(String::as_str)),
                );
                continue;
            };
            self.instances += 1;
            if depth >= DEEPEST || self.instances > MOST_INSTANCES {
                self.report.error(
                    "instance.too_many",
                    span,
                    t(
                        format!("预制件“{prefab}”嵌套太深或数量太多。"),
                        format!("Prefab \"{prefab}\" is nested too deeply or used too often."),
                    ),
                    t(
                        format!("预制件不能包含自己；最多 {DEEPEST} 层嵌套、{MOST_INSTANCES} 个。"),
                        format!(
                            "A prefab cannot hold itself; at most {DEEPEST} levels and {MOST_INSTANCES} instances."
                        ),
                    ),
                );
                continue;
            }
            if item.turn % 90 != 0 {
                self.report.error(
                    "instance.turn",
                    item.src.of("turn"),
                    t(
                        format!("不能转 {} 度。", item.turn),
                        format!("It cannot be turned by {} degrees.", item.turn),
                    ),
                    t("只能写 0、90、180 或 270。", "Write 0, 90, 180 or 270."),
                );
            }
            let own = Frame {
                at: item.at,
                turns: (item.turn / 90 % 4) as u8,
                mirror: item.mirror,
            };
            let mut passed: Vec<Pending<'a>> = pending(&item.changes, item.src.of("changes")).collect();
            passed.extend(changes.iter().filter_map(|c| {
                let (head, tail) = c.name.split_once('/')?;
                (head == name).then_some(Pending { name: tail, ..*c })
            }));
            let path = format!("{scope}/{name}");
            self.storey.instances.push(PlacedInstance {
                path: path.clone(),
                prefab: prefab.clone(),
                parent: instance,
            });
            let number = self.storey.instances.len() - 1;
            self.plan(inner, frame.after(&own), &path, Some(number), &passed, depth + 1);
        }
    }

    /// Counts what a plan brings; says when that is more than can be built in reasonable time.
    fn fits(&mut self, plan: &Plan, changes: &[Pending<'a>]) -> bool {
        let outlines = || {
            plan.spaces
                .iter()
                .flat_map(|s| std::iter::once(&s.outline).chain(&s.holes))
        };
        let corners = outlines().chain(&plan.walls).map(Vec::len).sum::<usize>();
        if let Some(space) = plan.spaces.iter().find(|s| {
            let mut all = std::iter::once(&s.outline).chain(&s.holes);
            all.any(|o| o.len() > MOST_CORNERS_EACH)
        }) {
            self.report.error(
                "space.too_many_corners",
                space.src.of("outline"),
                t(
                    format!("空间“{}”的角点太多。", space.name),
                    format!("The outline of \"{}\" has too many corners.", space.name),
                ),
                t(
                    format!("一个轮廓最多 {MOST_CORNERS_EACH} 个角点；弧形墙每 0.5 m 写一个就够。"),
                    format!("At most {MOST_CORNERS_EACH} an outline; for a curved wall one every 0.5 m will do."),
                ),
            );
            return false;
        }
        self.corners += corners;
        let walls = self.storey.walls.iter().chain(&plan.walls).map(Vec::len).sum::<usize>();
        let things = plan.things.len() + plan.equipment.len();
        self.parts += plan.spaces.len() + plan.openings.len() + things + corners + changes.len();
        let storey = &self.storey;
        let over = [
            (storey.spaces.len() + plan.spaces.len(), MOST_SPACES, "个空间", "spaces"),
            (
                storey.openings.len() + plan.openings.len(),
                MOST_OPENINGS,
                "个门窗洞口",
                "openings",
            ),
            (
                storey.things.len() + storey.equipment.len() + things,
                MOST_THINGS,
                "件物品和器材",
                "things and pieces of equipment",
            ),
            (self.corners, MOST_CORNERS, "个角点", "corners"),
            (walls, MOST_WALLS, "个独立墙的角点", "corners of free-standing walls"),
            (changes.len(), MOST_CHANGES, "处更改", "changes"),
        ];
        let over = over.into_iter().find(|(count, most, ..)| count > most);
        if over.is_none() && self.parts <= MOST_PARTS {
            return true;
        }
        let (_, most, zh, en) = over.unwrap_or((0, MOST_PARTS, "个部分", "parts on all storeys together"));
        self.report.error(
            "storey.too_much",
            self.storey.written.src.of("plan"),
            t(
                format!("楼层“{}”的内容太多。", self.storey.name),
                format!("There is too much on storey \"{}\".", self.storey.name),
            ),
            t(
                format!("最多 {most} {zh}。只写与演练有关的部分，其余合并成大空间。"),
                format!("At most {most} {en}. Write what the drill is about, and join the rest into large spaces."),
            ),
        );
        false
    }

    /// Every change must name something here.
    fn check_names(&mut self, plan: &Plan, instances: &[String], changes: &[Pending<'a>], scope: &str) {
        let openings = || plan.openings.iter().map(opening_name);
        for c in changes {
            let there = |known: &[&str]| known.contains(&c.name);
            let known: Vec<&str> = match c.change {
                Change::AddOpening(_) | Change::AddThing(_) | Change::AddEquipment(_) => continue,
                _ if c
                    .name
                    .split_once('/')
                    .is_some_and(|(head, _)| instances.iter().any(|n| n == head)) =>
                {
                    continue;
                }
                Change::Replace(..) => instances.iter().map(String::as_str).collect(),
                Change::Set(..) => openings().collect(),
                Change::Remove(_) => openings()
                    .chain(plan.spaces.iter().map(|s| s.name.as_str()))
                    .chain(plan.things.iter().map(|s| s.name.as_str()))
                    .chain(plan.equipment.iter().map(|s| s.name.as_str()))
                    .chain(instances.iter().map(String::as_str))
                    .collect(),
            };
            if c.name.is_empty() || !there(&known) {
                self.report.error(
                    "change.unknown_name",
                    c.at,
                    t(
                        format!("“{scope}”里没有名为“{}”的内容可改。", c.name),
                        format!("\"{scope}\" has nothing called \"{}\" to change.", c.name),
                    ),
                    did_you_mean(c.name, known.iter().copied().filter(|n| !n.is_empty())),
                );
            }
        }
    }
}

/// Names of the instances of a plan: their own, or their prefab's with a number if need be.
fn instance_names(plan: &Plan) -> Vec<String> {
    let mut unnamed: BTreeMap<&str, usize> = BTreeMap::new();
    let name = |item: &'_ scenario::Instance, count: usize| match count {
        0 => item.prefab.clone(),
        n => format!("{}_{}", item.prefab, n + 1),
    };
    let mut names = Vec::with_capacity(plan.place.len());
    for item in &plan.place {
        if !item.name.is_empty() {
            names.push(item.name.clone());
            continue;
        }
        let count = unnamed.entry(&item.prefab).or_default();
        names.push(name(item, *count));
        *count += 1;
    }
    names
}

/// Name as written, maybe empty.
pub fn opening_name(o: &scenario::Opening) -> &str {
    match o {
        scenario::Opening::Door(o) => &o.name,
        scenario::Opening::Window(o) => &o.name,
        scenario::Opening::Gap(o) => &o.name,
        scenario::Opening::Hole(o) => &o.name,
        scenario::Opening::Fan(o) => &o.name,
    }
}

fn opening_word(o: &scenario::Opening) -> &'static str {
    match o {
        scenario::Opening::Door(_) => "door",
        scenario::Opening::Window(_) => "window",
        scenario::Opening::Gap(_) => "gap",
        scenario::Opening::Hole(_) => "hole",
        scenario::Opening::Fan(_) => "fan",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_storeys_count_up_through_basements_without_a_storey_zero() {
        assert_eq!(storey_names("2F..4F").unwrap(), ["2F", "3F", "4F"]);
        assert_eq!(storey_names("B2..B1").unwrap(), ["B2", "B1"]);
        assert_eq!(storey_names("B2..2F").unwrap(), ["B2", "B1", "1F", "2F"]);
        assert_eq!(storey_names("roof").unwrap(), ["roof"]);
    }

    #[test]
    fn runs_without_end_or_sense_are_refused_at_once() {
        for bad in [
            "1F..999999999F",
            "1F..99999999999999F",
            "1F..2G",
            "a..b",
            "..",
            "",
            "3F..2F",
            "B1..B2",
        ] {
            assert_eq!(storey_names(bad), None, "{bad}");
        }
    }
}
