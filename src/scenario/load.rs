//! Reads a scenario and everything that it names.

use super::knobs::{Knobs, settings};
use super::reader::read;
use super::report::{Finding, Report, known_names};
use super::syntax::{Kind, Node, decode, parse};
use super::{
    Burns, Change, Construction, HouseholdMix, Issue, Library, LibraryKind, Lining, Loaded, Opening, People, Plan,
    Severity, Span, Thing, check,
};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Prefabs put into prefabs make at most this many pieces of a building.
const MOST_INSTANCES: f64 = 50_000.0;

/// Reads a scenario with the prefabs, items, mixes and constructions that it names. `set` sets knobs; the others are
/// drawn by `seed`.
///
/// # Errors
/// Every problem found, in the order of the text, if any of them is an error; warnings come in
/// [`Loaded::warnings`].
pub fn load(
    path: &str,
    bytes: &[u8],
    library: &Library,
    set: &BTreeMap<String, String>,
    seed: u64,
) -> Result<Loaded, Vec<Issue>> {
    let mut report = Report::default();
    let Some(file) = decode(&mut report, path, bytes) else {
        return Err(report.finish().0);
    };
    let mut root = parse(&mut report, file);
    let knobs = Knobs::choose(&root, set, seed, &mut report);
    let mut loading = Loading {
        library,
        report,
        knobs,
        trees: BTreeMap::new(),
        loaded: Loaded::default(),
    };
    loading.resolve(&mut root, true);
    loading.loaded.scenario = read(&root, &mut loading.report).unwrap_or_default();
    loading.loaded.scenario.chosen = loading.knobs.chosen.clone();
    let readable = root.kind != Kind::Hole;
    loading.trees.insert(file, root);
    loading.named();
    let Loading {
        mut report,
        knobs,
        trees,
        mut loaded,
        ..
    } = loading;
    if readable {
        knobs.unused(&mut report);
        check::check(&loaded, &trees, &mut report);
    }
    let failed = report.has_errors();
    let (issues, sources) = report.finish();
    if failed {
        return Err(issues);
    }
    loaded.sources = sources;
    loaded.warnings = issues;
    Ok(loaded)
}

/// Reads any other file written in this notation (guidance, rubrics) with the same messages.
///
/// # Errors
/// Every problem found, if any of them is an error.
pub fn read_file<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<T, Vec<Issue>> {
    let mut report = Report::default();
    let value = decode(&mut report, path, bytes).and_then(|file| {
        let root = parse(&mut report, file);
        read(&root, &mut report)
    });
    let failed = report.has_errors();
    match value {
        Some(value) if !failed => Ok(value),
        _ => Err(report.finish().0),
    }
}

/// Settings under which every value of every knob of a scenario is seen at least once: what a check loads. A file
/// that cannot be read has one, empty.
pub fn variants(path: &str, bytes: &[u8], _library: &Library) -> Vec<BTreeMap<String, String>> {
    let mut report = Report::default();
    let Some(file) = decode(&mut report, path, bytes) else {
        return vec![BTreeMap::new()];
    };
    let root = parse(&mut report, file);
    settings(&Knobs::declared(&root, &mut report))
}

struct Loading<'a> {
    library: &'a Library,
    report: Report,
    knobs: Knobs,
    /// Trees by number of file.
    trees: BTreeMap<u32, Node>,
    loaded: Loaded,
}

/// What a plan names in the library, and where.
#[derive(Default)]
struct Names {
    prefabs: Vec<(String, Span)>,
    items: Vec<(String, Span)>,
    constructions: Vec<(String, Span)>,
}
impl Names {
    fn thing(&mut self, t: &Thing) {
        self.items.extend(t.item.iter().map(|i| (i.clone(), t.src.of("item"))));
    }
    fn lining(&mut self, l: &Lining, at: Span) {
        let names = [&l.walls, &l.ceiling, &l.floor].into_iter().flatten();
        self.constructions.extend(names.map(|n| (n.clone(), at)));
    }
    fn changes(&mut self, changes: &[Change], at: Span) {
        for change in changes {
            match change {
                Change::Replace(_, prefab) => self.prefabs.push((prefab.clone(), at)),
                Change::AddThing(t) => self.thing(t),
                Change::Remove(_) | Change::AddOpening(_) | Change::AddEquipment(_) | Change::Set(..) => {}
            }
        }
    }
    fn plan(&mut self, plan: &Plan) {
        plan.things.iter().for_each(|t| self.thing(t));
        for s in &plan.spaces {
            s.lining.iter().for_each(|l| self.lining(l, s.src.of("lining")));
        }
        for i in &plan.place {
            self.prefabs.push((i.prefab.clone(), i.src.of("prefab")));
            self.changes(&i.changes, i.src.of("changes"));
        }
    }
}

impl Loading<'_> {
    /// Resolves the knobs of a tree; a scenario's own declarations are left alone.
    fn resolve(&mut self, root: &mut Node, scenario: bool) {
        let fields = match &mut root.kind {
            Kind::Struct(fields) if scenario => Some(fields),
            Kind::Name(_, Some(p)) if scenario => match &mut p.kind {
                Kind::Struct(fields) => Some(fields),
                _ => None,
            },
            _ => None,
        };
        match fields {
            Some(fields) => {
                for f in fields.iter_mut().filter(|f| f.name != "knobs") {
                    self.knobs.check(&f.value, false, &mut self.report);
                    self.knobs.resolve(&mut f.value);
                }
            }
            None => {
                self.knobs.check(root, false, &mut self.report);
                self.knobs.resolve(root);
            }
        }
    }

    /// Reads a file of the library, or says at the place of its name that there is none.
    fn library_file<T: DeserializeOwned>(&mut self, kind: LibraryKind, name: &str, at: Span) -> Option<T> {
        let Some(text) = self.library.get(kind, name) else {
            self.unknown(kind, name, at);
            return None;
        };
        let file = decode(&mut self.report, &Library::path(kind, name), text.as_bytes())?;
        let mut root = parse(&mut self.report, file);
        self.resolve(&mut root, false);
        let value = read(&root, &mut self.report);
        self.trees.insert(file, root);
        value
    }

    fn unknown(&mut self, kind: LibraryKind, name: &str, at: Span) {
        let (id, zh, en) = match kind {
            LibraryKind::Prefab => ("name.unknown_prefab", "户型或预制件", "prefab"),
            LibraryKind::Item => ("name.unknown_item", "可燃物", "item"),
            LibraryKind::People => ("name.unknown_mix", "人群构成", "mix of households"),
            LibraryKind::Guidance => ("name.unknown_guidance", "处置依据", "guidance profile"),
            LibraryKind::Rubric => ("name.unknown_rubric", "评分表", "rubric"),
            LibraryKind::Verification => ("name.unknown_verification", "验证记录", "verification record"),
            LibraryKind::Constructions => ("name.unknown_construction", "构造", "construction"),
        };
        let names = self.library.names(kind);
        unknown_name(&mut self.report, id, (zh, en), name, &names, at);
    }

    /// Reads everything that the scenario names.
    fn named(&mut self) {
        let scenario = self.loaded.scenario.clone();
        let mut names = Names::default();
        scenario.things.iter().for_each(|t| names.thing(t));
        let building = &scenario.place;
        names.lining(&building.lining, building.src.of("lining"));
        for s in &building.storeys {
            names.changes(&s.changes, s.src.of("changes"));
        }
        for s in &building.stairs {
            s.lining.iter().for_each(|l| names.lining(l, s.src.of("lining")));
        }
        building.plans.values().for_each(|p| names.plan(p));
        self.prefabs(&mut names);
        for (name, at) in &names.items {
            if !self.loaded.items.contains_key(name)
                && let Some(item) = self.library_file::<Burns>(LibraryKind::Item, name, *at)
            {
                self.loaded.items.insert(name.clone(), item);
            }
        }
        for p in &scenario.people {
            if let People::Households(h) = p
                && !self.loaded.mixes.contains_key(&h.like)
                && let Some(mix) = self.library_file::<HouseholdMix>(LibraryKind::People, &h.like, h.src.of("like"))
            {
                self.loaded.mixes.insert(h.like.clone(), mix);
            }
        }
        self.constructions(&names, &scenario.constructions);
        for (kind, name, field) in [
            (LibraryKind::Guidance, &scenario.guidance, "guidance"),
            (LibraryKind::Rubric, &scenario.rubric, "rubric"),
        ] {
            if let Some(name) = name.as_ref().filter(|n| self.library.get(kind, n).is_none()) {
                self.unknown(kind, name, scenario.src.of(field));
            }
        }
    }

    /// Reads prefabs, those in prefabs too, and names a prefab that holds itself.
    fn prefabs(&mut self, names: &mut Names) {
        let mut missing = std::collections::BTreeSet::new();
        let mut next = 0;
        let mut inside: BTreeMap<String, Vec<(String, Span)>> = BTreeMap::new();
        while let Some((name, at)) = names.prefabs.get(next).cloned() {
            next += 1;
            if name.is_empty() || self.loaded.prefabs.contains_key(&name) {
                continue;
            }
            // Each place that names a missing prefab is reported; the file is read once.
            if missing.contains(&name) && self.library.get(LibraryKind::Prefab, &name).is_some() {
                continue;
            }
            let Some(prefab) = self.library_file::<Plan>(LibraryKind::Prefab, &name, at) else {
                missing.insert(name);
                continue;
            };
            let before = names.prefabs.len();
            names.plan(&prefab);
            inside.insert(name.clone(), names.prefabs.get(before..).unwrap_or(&[]).to_vec());
            self.loaded.prefabs.insert(name, prefab);
        }
        // Depth first by hand: 0 new, 1 on the way, 2 done; sizes count the pieces that a prefab makes.
        let mut state: BTreeMap<&str, u8> = BTreeMap::new();
        let mut size: BTreeMap<&str, f64> = BTreeMap::new();
        for root in inside.keys() {
            let mut stack: Vec<(&str, usize)> = vec![(root, 0)];
            while let Some((name, i)) = stack.pop() {
                let children = inside.get(name).map_or(&[][..], Vec::as_slice);
                if i == 0 && state.get(name) == Some(&2) {
                    continue;
                }
                state.insert(name, 1);
                let Some((child, at)) = children.get(i) else {
                    state.insert(name, 2);
                    let pieces = children
                        .iter()
                        .map(|(c, _)| size.get(c.as_str()).copied().unwrap_or(1.0))
                        .sum::<f64>();
                    size.insert(name, 1.0 + pieces);
                    continue;
                };
                stack.push((name, i + 1));
                match state.get(child.as_str()) {
                    Some(1) => {
                        self.report.add(
                            Finding::error(
                                "prefab.cycle",
                                *at,
                                format!("预制件「{name}」里放了「{child}」，而「{child}」里又有「{name}」"),
                                format!("prefab `{name}` holds `{child}`, which in turn holds `{name}`"),
                            )
                            .hint("去掉其中一处", "take one of the two away"),
                        );
                    }
                    Some(_) => {}
                    None if inside.contains_key(child) => stack.push((child, 0)),
                    None => {}
                }
            }
        }
        let place = &self.loaded.scenario.place;
        let storeys = |plan: &str| {
            let of = place.storeys.iter().filter(|s| s.plan == plan);
            of.map(|s| super::expand_storeys(&s.name).map_or(1, |v| v.len()))
                .sum::<usize>() as f64
        };
        let pieces = |p: &Plan| {
            p.place
                .iter()
                .map(|i| size.get(i.prefab.as_str()).copied().unwrap_or(1.0))
                .sum::<f64>()
        };
        let total: f64 = place.plans.iter().map(|(name, p)| pieces(p) * storeys(name)).sum();
        if total > MOST_INSTANCES {
            let at = self.loaded.scenario.src.of("place");
            self.report.add(
                Finding::error(
                    "prefab.too_many",
                    at,
                    format!("预制件一共有 {total:.0} 处，最多 {MOST_INSTANCES:.0} 处"),
                    format!("{total:.0} prefabs are put into the place, at most {MOST_INSTANCES:.0}"),
                )
                .hint("减少层数或户数", "take fewer storeys or fewer prefabs"),
            );
        }
    }

    /// Constructions: the scenario's own first, then those of the library that are named.
    fn constructions(&mut self, names: &Names, own: &BTreeMap<String, Construction>) {
        self.loaded.constructions = own.clone();
        if names.constructions.iter().all(|(n, _)| own.contains_key(n)) {
            return;
        }
        let mut known: BTreeMap<String, Construction> = BTreeMap::new();
        let files: Vec<String> = self
            .library
            .names(LibraryKind::Constructions)
            .into_iter()
            .map(str::to_owned)
            .collect();
        for file in files {
            let map = self.library_file::<BTreeMap<String, Construction>>(
                LibraryKind::Constructions,
                &file,
                self.loaded.scenario.src.of("constructions"),
            );
            known.extend(map.unwrap_or_default());
        }
        for (name, at) in &names.constructions {
            if own.contains_key(name) {
                continue;
            }
            if let Some(construction) = known.get(name) {
                self.loaded.constructions.insert(name.clone(), construction.clone());
                continue;
            }
            let all: Vec<&str> = own.keys().chain(known.keys()).map(String::as_str).collect();
            unknown_name(
                &mut self.report,
                "name.unknown_construction",
                ("构造", "construction"),
                name,
                &all,
                *at,
            );
        }
    }
}

/// Reports a name that nothing has.
pub(super) fn unknown_name(
    report: &mut Report,
    id: &'static str,
    (zh, en): (&str, &str),
    name: &str,
    known: &[&str],
    at: Span,
) {
    let (hint, near) = if report.full() {
        Default::default()
    } else {
        known_names(name, known)
    };
    let mut finding = Finding {
        severity: Severity::Error,
        ..Finding::error(
            id,
            at,
            format!("没有叫「{name}」的{zh}"),
            format!("there is no {en} `{name}`"),
        )
    }
    .hint(hint.zh, hint.en);
    let written = format!("\"{name}\"");
    // The span may be that of the struct around the name.
    if let Some(near) = near
        && let Some(offset) = report.written(at).find(&written)
    {
        let start = at.start + offset as u32;
        finding = finding.fix(start, start + written.len() as u32, format!("\"{near}\""));
    }
    report.add_new(finding);
}

/// Things that can be set alight anywhere: names only.
pub(super) fn plan_things(loaded: &Loaded) -> impl Iterator<Item = &Thing> {
    let plans = || loaded.scenario.place.plans.values().chain(loaded.prefabs.values());
    let added = all_changes(loaded).filter_map(|c| if let Change::AddThing(t) = c { Some(t) } else { None });
    plans().flat_map(|p| &p.things).chain(added)
}

/// Openings of every plan and change.
pub(super) fn all_openings(loaded: &Loaded) -> impl Iterator<Item = &Opening> {
    let plans = loaded.scenario.place.plans.values().chain(loaded.prefabs.values());
    let added = all_changes(loaded).filter_map(|c| if let Change::AddOpening(o) = c { Some(o) } else { None });
    plans.flat_map(|p| &p.openings).chain(added)
}

/// Changes of storeys and instances.
pub(super) fn all_changes(loaded: &Loaded) -> impl Iterator<Item = &Change> {
    let plans = loaded.scenario.place.plans.values().chain(loaded.prefabs.values());
    let instances = plans.flat_map(|p| &p.place).flat_map(|i| &i.changes);
    loaded
        .scenario
        .place
        .storeys
        .iter()
        .flat_map(|s| &s.changes)
        .chain(instances)
}
