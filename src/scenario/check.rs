//! Checks of names and ranges on the typed scenario, with the places of the text. Geometry is the next room's.

use super::load::{all_changes, all_openings, plan_things, unknown_name};
use super::report::{Finding, Report, nearest};
use super::syntax::{Kind, Node};
use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// At most this many trainees in a drill.
const MOST_TRAINEES: usize = 64;
/// At most this many people.
const MOST_PEOPLE: u64 = 100_000;
/// A day, s.
const DAY: f64 = 86_400.0;
/// Coordinates reach this far, m.
const FAR: f64 = 20_000.0;

/// A step from a value to one inside it.
#[derive(Clone, Copy)]
enum Step<'a> {
    Field(&'a str),
    Item(usize),
}
use Step::{Field, Item};

/// A value: the field of a struct that knows its place, and the way to what lies inside the field.
#[derive(Clone, Copy)]
struct At<'a>(&'a Src, &'a str, &'a [Step<'a>]);

struct Check<'a> {
    loaded: &'a Loaded,
    trees: &'a BTreeMap<u32, Node>,
    report: &'a mut Report,
}

/// Reports names used twice or nowhere and numbers out of their ranges.
pub(super) fn check(loaded: &Loaded, trees: &BTreeMap<u32, Node>, report: &mut Report) {
    let mut check = Check { loaded, trees, report };
    check.head();
    check.knob_titles();
    check.building();
    check.plans();
    check.stairs_and_lifts();
    check.fire();
    check.people();
    check.names_of_people();
    check.trainees();
    check.timeline();
    check.probes();
    check.mixes_and_constructions();
}

/// The name of a field in Chinese.
fn zh_name(field: &str) -> &'static str {
    match field {
        "minutes" => "时长（分钟）",
        "difficulty" => "难度",
        "height" | "heights" => "高度",
        "slab" => "楼板厚度",
        "floor" => "地面高度",
        "width" | "door_width" => "宽度",
        "sill" => "窗台高度",
        "open" => "开度",
        "leakage" | "leaks" | "envelope_leakage" | "partition_leakage" => "漏风面积",
        "discharge" => "流量系数",
        "schedule" => "时间表",
        "riser" => "踏步高",
        "tread" => "踏步宽",
        "landing" => "平台深度",
        "well" => "梯井宽度",
        "handrails" => "扶手数",
        "capacity" => "载客数",
        "speed" | "speed_m_s" => "速度",
        "turn" => "转角",
        "age" | "ages" => "年龄",
        "count" => "人数",
        "rate" => "人流率",
        "area" => "面积",
        "mass" => "质量",
        "soot_yield" | "co_yield" | "hcn_yield" => "产率",
        "radiative_fraction" => "辐射分数",
        "heat" => "热释放速率",
        "thickness" | "layers" => "构造层",
        "at_s" | "after_s" | "from_s" | "until_s" | "starts_s" | "wakes_s" => "时间",
        "fire_s" | "output_s" => "步长",
        "outside_c" | "temperature_c" => "温度",
        "humidity_percent" => "湿度",
        "pressure_pa" => "气压",
        "wind_m_s" => "风速",
        "wind_from" => "风向",
        "at" | "outline" | "holes" | "from" | "to" | "door" | "waypoints" | "walls" => "坐标",
        _ => "数值",
    }
}

impl<'a> Check<'a> {
    fn span(&self, at: At<'_>) -> Span {
        let span = at.0.of(at.1);
        if at.2.is_empty() {
            return span;
        }
        let found = self.trees.get(&span.file).and_then(|tree| locate(tree, span));
        let Some(mut node) = found else { return span };
        for step in at.2 {
            match inside(node, *step) {
                Some(n) => node = n,
                None => break,
            }
        }
        node.span
    }
    fn add(&mut self, f: Finding) {
        self.report.add_new(f);
    }
    /// A number within its range.
    fn num(&mut self, at: At<'_>, value: f64, low: f64, high: f64, unit: &str) {
        if (low..=high).contains(&value) {
            return;
        }
        if at.0.fields.iter().all(|(n, _)| n != at.1) {
            return self.name(at.0, at.1, "");
        }
        let name =
            at.2.iter()
                .rev()
                .find_map(|s| if let Field(f) = s { Some(*f) } else { None })
                .unwrap_or(at.1);
        let unit = if unit.is_empty() {
            String::new()
        } else {
            format!(" {unit}")
        };
        // 1e300 has no end of zeros.
        let shown = if value.abs() < 1e9 {
            format!("{value}")
        } else {
            format!("{value:e}")
        };
        let span = self.span(at);
        self.add(
            Finding::error(
                "range",
                span,
                format!(
                    "{}「{name}」是 {shown}{unit}，应在 {low} 到 {high}{unit} 之间",
                    zh_name(name)
                ),
                format!("`{name}` is {shown}{unit}; it must be from {low} to {high}{unit}"),
            )
            .hint(
                format!("写 {low} 到 {high} 之间的数"),
                format!("write a number from {low} to {high}"),
            ),
        );
    }
    fn opt(&mut self, at: At<'_>, value: Option<f64>, low: f64, high: f64, unit: &str) {
        if let Some(v) = value {
            self.num(at, v, low, high, unit);
        }
    }
    fn point(&mut self, at: At<'_>, p: Point) {
        let mut steps = at.2.to_vec();
        for (i, v) in [p.x, p.y].into_iter().enumerate() {
            steps.push(Item(i));
            self.num(At(at.0, at.1, &steps), v, -FAR, FAR, "m");
            steps.pop();
        }
    }
    fn points(&mut self, src: &Src, field: &str, points: &[Point]) {
        for (i, p) in points.iter().enumerate() {
            self.point(At(src, field, &[Item(i)]), *p);
        }
    }
    fn error(&mut self, id: &'static str, at: At<'_>, message: (String, String), hint: (&str, &str)) {
        let span = self.span(at);
        self.add(Finding::error(id, span, message.0, message.1).hint(hint.0, hint.1));
    }
    /// A name that must not be empty.
    fn name(&mut self, src: &Src, field: &str, name: &str) {
        if name.is_empty() {
            self.error(
                "field.missing",
                At(src, field, &[]),
                (format!("缺少「{field}」"), format!("`{field}` is missing")),
                ("补上它", "add it"),
            );
        }
    }
    /// Names that must differ.
    fn unique<'n>(&mut self, zh: &str, en: &str, names: impl Iterator<Item = (&'n str, &'n Src, &'n str)>) {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for (name, src, field) in names.filter(|(n, _, _)| !n.is_empty()) {
            let at = src.of(field);
            if let Some(first) = seen.get(name) {
                let line = self.report.line(*first);
                self.add(
                    Finding::error(
                        "name.twice",
                        at,
                        format!("{zh}的名称「{name}」用了两次，第一次在第 {line} 行"),
                        format!("the name `{name}` of a {en} is used twice, first at line {line}"),
                    )
                    .hint("换一个名称", "use another name"),
                );
            } else {
                seen.insert(name, at);
            }
        }
    }
    fn unknown(&mut self, id: &'static str, what: (&str, &str), name: &str, known: &[&str], at: At<'_>) {
        let span = self.span(at);
        unknown_name(self.report, id, what, name, known, span);
    }
    /// Rows by time: ascending, with a second column in its range.
    fn rows(
        &mut self,
        src: &Src,
        field: &str,
        path: &[Step<'_>],
        rows: &[(f64, f64)],
        low: f64,
        high: f64,
        unit: &str,
    ) {
        let mut steps = path.to_vec();
        let mut before = f64::NEG_INFINITY;
        for (i, (t, v)) in rows.iter().enumerate() {
            steps.extend([Item(i), Item(0)]);
            self.num(At(src, field, &steps), *t, 0.0, DAY, "s");
            if *t <= before {
                self.error(
                    "table.not_ascending",
                    At(src, field, &steps),
                    (
                        format!("时间 {t} s 不晚于上一行的 {before} s"),
                        format!("the time {t} s is not later than {before} s of the row before"),
                    ),
                    ("各行时间要依次增大", "times must grow from row to row"),
                );
            }
            before = *t;
            steps.pop();
            steps.push(Item(1));
            self.num(At(src, field, &steps), *v, low, high, unit);
            steps.truncate(path.len());
        }
    }
    /// From, to: not the wrong way round.
    fn order(&mut self, at: At<'_>, from: f64, to: f64) {
        if from > to {
            self.error(
                "range.reversed",
                at,
                (
                    format!("下限 {from} 大于上限 {to}"),
                    format!("the lower bound {from} lies above the upper {to}"),
                ),
                ("先写小的，后写大的", "write the smaller first"),
            );
        }
    }
    fn both_languages(&mut self, src: &Src, field: &str, text: &Text, needed: bool) {
        let missing = match (text.zh.trim().is_empty(), text.en.trim().is_empty()) {
            (false, false) => return,
            (true, true) if !needed => return,
            (true, true) => ("中文和英文", "Chinese and English"),
            (true, false) => ("中文", "Chinese"),
            (false, true) => ("英文", "English"),
        };
        let message = (
            format!("「{field}」缺少{}文字", missing.0),
            format!("`{field}` lacks its text in {}", missing.1),
        );
        let hint = ("写成 (zh: \"…\", en: \"…\")", "write (zh: \"…\", en: \"…\")");
        let span = self.span(At(src, field, &[]));
        let finding = if needed {
            Finding::error("text.missing", span, message.0, message.1)
        } else {
            Finding::warning("text.missing", span, message.0, message.1)
        };
        self.add(finding.hint(hint.0, hint.1));
    }

    // ------------------------------------------------------------------------------------------ parts

    fn head(&mut self) {
        let s = &self.loaded.scenario;
        match s.format {
            1 => {}
            0 if s.src.fields.iter().all(|(n, _)| n != "format") => self.error(
                "format.missing",
                At(&s.src, "format", &[]),
                ("没有写格式版本".into(), "the format version is missing".into()),
                ("在开头加上「format: 1,」", "put `format: 1,` at the beginning"),
            ),
            v if v > 1 => self.error(
                "format.too_new",
                At(&s.src, "format", &[]),
                (
                    format!("这个文件是第 {v} 版格式，本程序只认识第 1 版"),
                    format!("this file has format version {v}; this program knows version 1"),
                ),
                (
                    "请更新程序；旧版格式的文件以后一直能打开",
                    "update the program; files of older versions always keep loading",
                ),
            ),
            v => self.error(
                "format.unknown",
                At(&s.src, "format", &[]),
                (format!("没有第 {v} 版格式"), format!("there is no format version {v}")),
                ("写「format: 1」", "write `format: 1`"),
            ),
        }
        self.num(At(&s.src, "minutes", &[]), s.minutes, 0.0, 240.0, "min");
        self.num(At(&s.src, "difficulty", &[]), f64::from(s.difficulty), 0.0, 5.0, "");
        let trained = !s.trainees.is_empty();
        self.both_languages(&s.src, "title", &s.title, trained);
        self.both_languages(&s.src, "briefing", &s.briefing, trained);
        for (i, d) in s.sources.iter().enumerate() {
            if d.document.trim().is_empty() {
                self.error(
                    "text.missing",
                    At(&s.src, "sources", &[Item(i)]),
                    ("依据没有写文件名".into(), "a source names no document".into()),
                    ("写「document: \"…\"」", "write `document: \"…\"`"),
                );
            }
        }
        let w = &s.weather;
        self.num(At(&w.src, "outside_c", &[]), w.outside_c, -60.0, 60.0, "°C");
        self.num(At(&w.src, "pressure_pa", &[]), w.pressure_pa, 50_000.0, 110_000.0, "Pa");
        self.num(At(&w.src, "humidity_percent", &[]), w.humidity_percent, 0.0, 100.0, "%");
        self.num(At(&w.src, "wind_m_s", &[]), w.wind_m_s, 0.0, 60.0, "m/s");
        self.num(At(&w.src, "wind_from", &[]), w.wind_from, 0.0, 360.0, "°");
        let inside = At(&s.src, "inside", &[Field("temperature_c")]);
        self.num(inside, s.inside.temperature_c, -40.0, 60.0, "°C");
        self.num(At(&s.src, "ends", &[Field("after_s")]), s.ends.after_s, 1.0, DAY, "s");
        let fire = At(&s.src, "steps", &[Field("fire_s")]);
        self.num(fire, s.steps.fire_s, 0.05, 5.0, "s");
        let ticks = s.steps.fire_s / 0.05;
        if (ticks - ticks.round()).abs() > 1e-6 {
            self.error(
                "steps.not_whole_ticks",
                fire,
                (
                    format!("火灾步长 {} s 不是 0.05 s 的整数倍", s.steps.fire_s),
                    format!(
                        "the fire step {} s is no whole number of ticks of 0.05 s",
                        s.steps.fire_s
                    ),
                ),
                ("例如 0.1、0.2、0.25", "for example 0.1, 0.2, 0.25"),
            );
        }
        self.num(
            At(&s.src, "steps", &[Field("output_s")]),
            s.steps.output_s,
            0.05,
            3_600.0,
            "s",
        );
        for e in &s.expect {
            self.name(&e.src, "quantity", &e.quantity);
            self.num(At(&e.src, "tolerance", &[]), e.tolerance, 0.0, 1e9, "");
            let known: Vec<&str> = s.knobs.keys().map(String::as_str).collect();
            let named = e.set.keys().map(|k| ("set", k.as_str()));
            for (field, knob) in named.chain(e.measure.knobs().into_iter().map(|k| ("measure", k))) {
                if !s.knobs.contains_key(knob) {
                    let at = At(&e.src, field, &[]);
                    self.unknown("name.unknown_knob", ("变量", "knob"), knob, &known, at);
                }
            }
        }
    }

    /// Every knob that a trainer may set is called something, and so is each of its words.
    fn knob_titles(&mut self) {
        let s = &self.loaded.scenario;
        let known: Vec<&str> = s.knobs.keys().map(String::as_str).collect();
        for (name, titles) in &s.knob_titles {
            let Some(knob) = s.knobs.get(name) else {
                let at = At(&s.src, "knob_titles", &[Field(name)]);
                self.unknown("name.unknown_knob", ("变量", "knob"), name, &known, at);
                continue;
            };
            self.both_languages(&titles.src, "title", &titles.title, true);
            self.both_languages(&titles.src, "hint", &titles.hint, false);
            let options: Vec<&str> = match knob {
                Knob::OneOf(words) => words.iter().map(String::as_str).collect(),
                Knob::Between(..) | Knob::Fixed(_) => Vec::new(),
            };
            if titles.twins && options.len() < 2 {
                let message = (
                    format!("变量「{name}」没有两个以上的取值，不能作孪生情景"),
                    format!("knob `{name}` has no two words, so that it makes no twins"),
                );
                let span = self.span(At(&titles.src, "twins", &[]));
                self.add(Finding::error("knob.twins", span, message.0, message.1).hint(
                    "把变量写成 OneOf([…, …])，或去掉 twins",
                    "write the knob as OneOf([…, …]), or remove twins",
                ));
            }
            for (value, title) in &titles.values {
                self.both_languages(&titles.src, "values", title, true);
                if !options.contains(&value.as_str()) {
                    let at = At(&titles.src, "values", &[Field(value)]);
                    self.unknown(
                        "name.unknown_value",
                        ("变量值", "value of the knob"),
                        value,
                        &options,
                        at,
                    );
                }
            }
            if let Some(word) = options.iter().find(|w| !titles.values.contains_key(**w)) {
                let at = At(&titles.src, "values", &[]);
                let message = (
                    format!("变量「{name}」的「{word}」没有给人看的名称"),
                    format!("`{word}` of knob `{name}` has no title for people"),
                );
                self.untitled(at, message);
            }
        }
        if s.trainees.is_empty() {
            return;
        }
        if let Some(name) = s.knobs.keys().find(|n| !s.knob_titles.contains_key(*n)) {
            let message = (
                format!("变量「{name}」没有给教员看的名称"),
                format!("knob `{name}` has no title for the trainer"),
            );
            self.untitled(At(&s.src, "knobs", &[]), message);
        }
    }
    fn untitled(&mut self, at: At<'_>, message: (String, String)) {
        let span = self.span(at);
        self.add(Finding::warning("knob.untitled", span, message.0, message.1).hint(
            "在 knob_titles 里写上，例如 \"doors\": (title: (zh: \"…\", en: \"…\"), values: {…})",
            "write it under knob_titles, for example \"doors\": (title: (zh: \"…\", en: \"…\"), values: {…})",
        ));
    }

    fn building(&mut self) {
        let b = &self.loaded.scenario.place;
        self.num(
            At(&b.src, "envelope_leakage", &[]),
            b.envelope_leakage,
            0.0,
            1.0,
            "m²/m²",
        );
        self.num(
            At(&b.src, "partition_leakage", &[]),
            b.partition_leakage,
            0.0,
            1.0,
            "m²/m²",
        );
        self.num(At(&b.src, "fire_water_mpa", &[]), b.fire_water_mpa, 0.0, 2.0, "MPa");
        self.num(
            At(&b.src, "panel", &[Field("delay_s")]),
            b.panel.delay_s,
            0.0,
            3_600.0,
            "s",
        );
        if b.storeys.is_empty() {
            let src = if b.src.whole.end == 0 {
                &self.loaded.scenario.src
            } else {
                &b.src
            };
            self.error(
                "place.empty",
                At(src, "storeys", &[]),
                ("场所里没有楼层".into(), "the place has no storey".into()),
                (
                    "至少写一层：storeys: [(name: \"1F\", height: 3.0, plan: \"…\")]",
                    "write at least one: storeys: [(name: \"1F\", height: 3.0, plan: \"…\")]",
                ),
            );
        }
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        let mut misnamed = false;
        let plans: Vec<&str> = b.plans.keys().map(String::as_str).collect();
        for s in &b.storeys {
            let at = s.src.of("name");
            match expand_storeys(&s.name) {
                Err(e) => self.error(
                    "storey.malformed",
                    At(&s.src, "name", &[]),
                    (
                        format!("楼层「{}」：{}", s.name, e.zh()),
                        format!("storey `{}`: {e}", s.name),
                    ),
                    ("例如「17F」「B1」「2F..16F」", "for example `17F`, `B1`, `2F..16F`"),
                ),
                Ok(names) => {
                    if let Some((name, first)) = names.iter().find_map(|n| seen.get(n).map(|f| (n.clone(), *f))) {
                        let line = self.report.line(first);
                        self.error(
                            "storey.twice",
                            At(&s.src, "name", &[]),
                            (
                                format!("楼层「{name}」写了两次，第一次在第 {line} 行"),
                                format!("storey `{name}` is written twice, first at line {line}"),
                            ),
                            ("每一层只写一次", "write each storey once"),
                        );
                    }
                    for n in names {
                        seen.entry(n).or_insert(at);
                    }
                }
            }
            self.num(At(&s.src, "height", &[]), s.height, 1.5, 100.0, "m");
            self.num(At(&s.src, "slab", &[]), s.slab, 0.0, 2.0, "m");
            if s.plan.is_empty() {
                self.name(&s.src, "plan", &s.plan);
            } else if !b.plans.contains_key(&s.plan) {
                misnamed = true;
                self.unknown(
                    "name.unknown_plan",
                    ("平面", "plan"),
                    &s.plan,
                    &plans,
                    At(&s.src, "plan", &[]),
                );
            }
        }
        let storeys: Vec<&str> = seen.keys().map(String::as_str).collect();
        if seen.len() > MOST_STOREYS {
            self.error(
                "storey.too_many",
                At(&b.src, "storeys", &[]),
                (
                    format!("一共 {} 层，最多 {MOST_STOREYS} 层", seen.len()),
                    format!("{} storeys, at most {MOST_STOREYS}", seen.len()),
                ),
                ("减少楼层", "use fewer storeys"),
            );
        }
        if let Some(g) = b.ground.as_ref().filter(|g| !seen.contains_key(*g)) {
            self.unknown(
                "name.unknown_storey",
                ("楼层", "storey"),
                g,
                &storeys,
                At(&b.src, "ground", &[]),
            );
        }
        // A plan that a storey names wrongly is not unused.
        for name in b
            .plans
            .keys()
            .filter(|n| !misnamed && b.storeys.iter().all(|s| s.plan != **n))
        {
            let span = b.plans.get(name).map_or(Span::default(), |p| p.src.whole);
            self.add(
                Finding::warning(
                    "name.unused_plan",
                    span,
                    format!("平面「{name}」没有楼层使用"),
                    format!("no storey uses the plan `{name}`"),
                )
                .hint("在 storeys 里引用它，或删去", "name it in `storeys`, or delete it"),
            );
        }
        let vertical = b.stairs.iter().map(|s| (s.name.as_str(), &s.src, "name"));
        let vertical = vertical.chain(b.lifts.iter().map(|l| (l.name.as_str(), &l.src, "name")));
        let vertical = vertical.chain(b.shafts.iter().map(|s| (s.name.as_str(), &s.src, "name")));
        self.unique("楼梯、电梯、竖井", "stair, lift or shaft", vertical);
        let serves = b.stairs.iter().map(|s| (&s.serves, &s.src));
        let serves = serves.chain(b.lifts.iter().map(|l| (&l.serves, &l.src)));
        for (run, src) in serves.chain(b.shafts.iter().map(|s| (&s.serves, &s.src))) {
            match expand_storeys(run) {
                Err(e) => self.error(
                    "storey.malformed",
                    At(src, "serves", &[]),
                    (
                        format!("到达楼层「{run}」：{}", e.zh()),
                        format!("storeys served `{run}`: {e}"),
                    ),
                    ("例如「1F..33F」", "for example `1F..33F`"),
                ),
                Ok(names) => {
                    if let Some(n) = names.iter().find(|n| !seen.contains_key(*n)) {
                        let at = At(src, "serves", &[]);
                        self.unknown("name.unknown_storey", ("楼层", "storey"), n, &storeys, at);
                    }
                }
            }
        }
        for l in &b.lifts {
            if let Some(n) = l.stands.as_ref().filter(|n| !seen.contains_key(*n)) {
                self.unknown(
                    "name.unknown_storey",
                    ("楼层", "storey"),
                    n,
                    &storeys,
                    At(&l.src, "stands", &[]),
                );
            }
        }
    }

    fn stairs_and_lifts(&mut self) {
        let b = &self.loaded.scenario.place;
        for s in &b.stairs {
            self.name(&s.src, "name", &s.name);
            self.point(At(&s.src, "at", &[]), s.at);
            self.turn(&s.src, s.turn);
            self.num(At(&s.src, "width", &[]), s.width, 0.5, 10.0, "m");
            self.num(At(&s.src, "well", &[]), s.well, 0.0, 10.0, "m");
            self.num(At(&s.src, "landing", &[]), s.landing, 0.3, 10.0, "m");
            self.num(At(&s.src, "riser", &[]), s.riser, 0.1, 0.22, "m");
            self.num(At(&s.src, "tread", &[]), s.tread, 0.2, 0.4, "m");
            self.num(At(&s.src, "handrails", &[]), f64::from(s.handrails), 0.0, 2.0, "");
            self.num(At(&s.src, "roof_opening", &[]), s.roof_opening, 0.0, 100.0, "m²");
        }
        for l in &b.lifts {
            self.name(&l.src, "name", &l.name);
            self.name(&l.src, "lobby", &l.lobby);
            self.point(At(&l.src, "at", &[]), l.at);
            self.point(At(&l.src, "door", &[]), l.door);
            self.num(At(&l.src, "size", &[Item(0)]), l.size.0, 0.8, 20.0, "m");
            self.num(At(&l.src, "size", &[Item(1)]), l.size.1, 0.8, 20.0, "m");
            self.num(At(&l.src, "door_width", &[]), l.door_width, 0.4, 5.0, "m");
            self.num(At(&l.src, "capacity", &[]), f64::from(l.capacity), 1.0, 100.0, "");
            self.num(At(&l.src, "speed", &[]), l.speed, 0.1, 20.0, "m/s");
        }
        for s in &b.shafts {
            self.name(&s.src, "name", &s.name);
            self.points(&s.src, "outline", &s.outline);
            for (i, (_, area)) in s.opens_to.iter().enumerate() {
                self.num(At(&s.src, "opens_to", &[Item(i), Item(1)]), *area, 0.0, 100.0, "m²");
            }
            self.num(At(&s.src, "top", &[]), s.top, 0.0, 1_000.0, "m²");
        }
    }

    fn turn(&mut self, src: &Src, turn: u16) {
        if !matches!(turn, 0 | 90 | 180 | 270) {
            self.error(
                "range.turn",
                At(src, "turn", &[]),
                (format!("转角是 {turn}°"), format!("the turn is {turn}°")),
                ("只能是 0、90、180 或 270", "write 0, 90, 180 or 270"),
            );
        }
    }

    fn plans(&mut self) {
        let loaded = self.loaded;
        let b = &loaded.scenario.place;
        let plans = b.plans.values().chain(loaded.prefabs.values());
        if !b.storeys.is_empty() && plans.clone().all(|p| p.spaces.is_empty()) {
            self.error(
                "place.empty",
                At(&b.src, "plans", &[]),
                ("场所里没有空间".into(), "the place has no space".into()),
                ("在平面的 spaces 里写房间", "write rooms under `spaces` of a plan"),
            );
        }
        for plan in plans {
            self.both_languages(&plan.src, "title", &plan.title, false);
            self.unique(
                "空间",
                "space",
                plan.spaces.iter().map(|s| (s.name.as_str(), &s.src, "name")),
            );
            self.unique(
                "预制件",
                "prefab put here",
                plan.place.iter().map(|i| (i.name.as_str(), &i.src, "name")),
            );
            self.unique(
                "门窗洞口",
                "opening",
                plan.openings.iter().map(|o| (opening_name(o), opening_src(o), "name")),
            );
            self.unique(
                "设备",
                "piece of equipment",
                plan.equipment.iter().map(|e| (e.name.as_str(), &e.src, "name")),
            );
            self.unique(
                "物品",
                "thing",
                plan.things.iter().map(|t| (t.name.as_str(), &t.src, "name")),
            );
            for s in &plan.spaces {
                self.space(s);
            }
            for i in &plan.place {
                self.name(&i.src, "name", &i.name);
                self.name(&i.src, "prefab", &i.prefab);
                self.point(At(&i.src, "at", &[]), i.at);
                self.turn(&i.src, i.turn);
            }
            for (i, line) in plan.walls.iter().enumerate() {
                for (j, p) in line.iter().enumerate() {
                    self.point(At(&plan.src, "walls", &[Item(i), Item(j)]), *p);
                }
            }
            plan.equipment.iter().for_each(|e| self.equipment(e));
        }
        all_openings(loaded).for_each(|o| self.opening(o));
        for change in all_changes(loaded) {
            if let Change::AddEquipment(e) = change {
                self.equipment(e);
            }
        }
        let instances = b.plans.values().chain(loaded.prefabs.values()).flat_map(|p| &p.place);
        let changes = b.storeys.iter().map(|s| (&s.changes, &s.src));
        for (changes, src) in changes.chain(instances.map(|i| (&i.changes, &i.src))) {
            for (i, change) in changes.iter().enumerate() {
                if let Change::Set(_, OpeningChange { open, .. }) = change {
                    let path = [Item(i), Item(1), Field("open")];
                    self.opt(At(src, "changes", &path), *open, 0.0, 1.0, "");
                }
            }
        }
    }

    fn space(&mut self, s: &Space) {
        self.name(&s.src, "name", &s.name);
        if s.name.contains('/') {
            self.error(
                "name.slash",
                At(&s.src, "name", &[]),
                (
                    format!("名称「{}」里不能有「/」", s.name),
                    format!("the name `{}` must not hold `/`", s.name),
                ),
                ("「/」用来分隔路径", "`/` separates the parts of a path"),
            );
        }
        self.points(&s.src, "outline", &s.outline);
        for (i, hole) in s.holes.iter().enumerate() {
            for (j, p) in hole.iter().enumerate() {
                self.point(At(&s.src, "holes", &[Item(i), Item(j)]), *p);
            }
        }
        self.opt(At(&s.src, "height", &[]), s.height, 0.5, 100.0, "m");
        self.num(At(&s.src, "floor", &[]), s.floor, -10.0, 50.0, "m");
        for (i, l) in s.leaks.iter().enumerate() {
            self.num(At(&s.src, "leaks", &[Item(i), Field("area")]), l.area, 0.0, 100.0, "m²");
            self.num(At(&s.src, "leaks", &[Item(i), Field("from")]), l.from, 0.0, 100.0, "m");
            self.num(At(&s.src, "leaks", &[Item(i), Field("to")]), l.to, 0.0, 100.0, "m");
            self.order(At(&s.src, "leaks", &[Item(i), Field("from")]), l.from, l.to);
        }
        match &s.air {
            SpaceAir::Outside => {}
            SpaceAir::Layers(l) => {
                self.num(At(&s.src, "air", &[Field("interface")]), l.interface, 0.0, 100.0, "m");
                self.num(At(&s.src, "air", &[Field("upper_c")]), l.upper_c, -60.0, 1_500.0, "°C");
                self.num(At(&s.src, "air", &[Field("lower_c")]), l.lower_c, -60.0, 1_500.0, "°C");
                let at = At(&s.src, "air", &[Field("upper_extinction")]);
                self.num(at, l.upper_extinction, 0.0, 1_000.0, "1/m");
            }
            SpaceAir::Forced(rows) => {
                let mut before = f64::NEG_INFINITY;
                for (i, r) in rows.iter().enumerate() {
                    for (field, v, low, high, unit) in [
                        ("at_s", r.at_s, 0.0, DAY, "s"),
                        ("temperature_c", r.temperature_c, -60.0, 1_500.0, "°C"),
                        ("extinction", r.extinction, 0.0, 1_000.0, "1/m"),
                        ("o2_percent", r.o2_percent, 0.0, 100.0, "%"),
                        ("co2_percent", r.co2_percent, 0.0, 100.0, "%"),
                        ("co_ppm", r.co_ppm, 0.0, 1e6, "ppm"),
                        ("hcn_ppm", r.hcn_ppm, 0.0, 1e6, "ppm"),
                        ("radiant_kw_m2", r.radiant_kw_m2, 0.0, 500.0, "kW/m²"),
                    ] {
                        self.num(At(&s.src, "air", &[Item(0), Item(i), Field(field)]), v, low, high, unit);
                    }
                    if r.at_s <= before {
                        self.error(
                            "table.not_ascending",
                            At(&s.src, "air", &[Item(0), Item(i), Field("at_s")]),
                            (
                                format!("时间 {} s 不晚于上一行的 {before} s", r.at_s),
                                format!("the time {} s is not later than {before} s of the row before", r.at_s),
                            ),
                            ("各行时间要依次增大", "times must grow from row to row"),
                        );
                    }
                    before = r.at_s;
                }
            }
        }
    }

    fn opening(&mut self, o: &Opening) {
        let src = opening_src(o);
        let between = match o {
            Opening::Door(d) => &d.between,
            Opening::Window(w) => &w.between,
            Opening::Gap(g) => &g.between,
            Opening::Hole(h) => &h.between,
            Opening::Fan(f) => &f.between,
        };
        if between.0.is_empty() || between.1.is_empty() {
            self.name(src, "between", "");
        } else if between.0 == between.1 && !matches!(o, Opening::Hole(_)) {
            // A hole may lead to the space of the same name above.
            self.error(
                "opening.same_space",
                At(src, "between", &[]),
                (
                    format!("门窗洞口两边都是「{}」", between.0),
                    format!("both sides of the opening are `{}`", between.0),
                ),
                ("between 里写两个不同的空间", "name two different spaces"),
            );
        }
        match o {
            Opening::Door(d) => {
                self.point(At(src, "at", &[]), d.at);
                self.num(At(src, "width", &[]), d.width, 0.05, 50.0, "m");
                self.num(At(src, "height", &[]), d.height, 0.05, 50.0, "m");
                self.num(At(src, "open", &[]), d.open, 0.0, 1.0, "");
                self.num(At(src, "fire_rating_min", &[]), d.fire_rating_min, 0.0, 240.0, "min");
                self.opt(At(src, "on_alarm", &[]), d.on_alarm, 0.0, 1.0, "");
                self.num(At(src, "fails_min", &[]), d.fails_min, 0.0, 240.0, "min");
                self.opt(At(src, "leakage", &[]), d.leakage, 0.0, 10.0, "m²");
                self.num(At(src, "discharge", &[]), d.discharge, 0.1, 1.0, "");
                self.rows(src, "schedule", &[], &d.schedule, 0.0, 1.0, "");
                if let Some(into) = d.opens_into.as_ref().filter(|i| **i != between.0 && **i != between.1) {
                    let known = [between.0.as_str(), between.1.as_str()];
                    self.unknown(
                        "name.unknown_space",
                        ("相邻空间", "space beside it"),
                        into,
                        &known,
                        At(src, "opens_into", &[]),
                    );
                }
            }
            Opening::Window(w) => {
                self.point(At(src, "at", &[]), w.at);
                self.num(At(src, "width", &[]), w.width, 0.05, 100.0, "m");
                self.num(At(src, "height", &[]), w.height, 0.01, 50.0, "m");
                self.num(At(src, "sill", &[]), w.sill, 0.0, 50.0, "m");
                self.num(At(src, "open", &[]), w.open, 0.0, 1.0, "");
                self.num(At(src, "breaks_c", &[]), w.breaks_c, 20.0, 5_000.0, "°C");
                self.num(At(src, "fails_min", &[]), w.fails_min, 0.0, 600.0, "min");
                self.opt(At(src, "leakage", &[]), w.leakage, 0.0, 10.0, "m²");
                self.num(At(src, "discharge", &[]), w.discharge, 0.1, 1.0, "");
                self.rows(src, "schedule", &[], &w.schedule, 0.0, 1.0, "");
            }
            Opening::Gap(g) => {
                self.point(At(src, "at", &[]), g.at);
                self.num(At(src, "width", &[]), g.width, 0.01, 1_000.0, "m");
                self.num(At(src, "height", &[]), g.height, 0.0, 100.0, "m");
                self.num(At(src, "sill", &[]), g.sill, 0.0, 50.0, "m");
                self.num(At(src, "discharge", &[]), g.discharge, 0.1, 1.0, "");
                self.rows(src, "schedule", &[], &g.schedule, 0.0, 1.0, "");
            }
            Opening::Hole(h) => {
                self.point(At(src, "at", &[]), h.at);
                self.num(At(src, "area", &[]), h.area, 0.0001, 10_000.0, "m²");
                self.rows(src, "schedule", &[], &h.schedule, 0.0, 1.0, "");
            }
            Opening::Fan(f) => {
                self.num(At(src, "flow", &[]), f.flow, 0.0, 1_000.0, "m³/s");
                self.num(At(src, "height", &[]), f.height, 0.0, 100.0, "m");
                self.num(At(src, "relief", &[]), f.relief, 0.0, 10_000.0, "Pa");
                if let Some((from, to)) = f.runs {
                    self.num(At(src, "runs", &[Item(0)]), from, 0.0, 1e9, "s");
                    self.order(At(src, "runs", &[]), from, to);
                }
            }
        }
    }

    fn equipment(&mut self, e: &Equipment) {
        self.point(At(&e.src, "at", &[]), e.at);
        self.num(At(&e.src, "height", &[]), e.height, 0.0, 50.0, "m");
        match &e.kind {
            EquipmentKind::Extinguisher(_, mass) => {
                self.num(At(&e.src, "kind", &[Item(1)]), *mass, 0.1, 100.0, "kg");
            }
            EquipmentKind::SmokeDetector(density, _) => {
                self.num(At(&e.src, "kind", &[Item(0)]), *density, 0.001, 10.0, "1/m");
            }
            EquipmentKind::HeatDetector(c, rti, _) => {
                self.num(At(&e.src, "kind", &[Item(0)]), *c, 30.0, 300.0, "°C");
                self.num(At(&e.src, "kind", &[Item(1)]), *rti, 1.0, 1_000.0, "(m·s)^0.5");
            }
            EquipmentKind::Sprinkler(s) => {
                for (field, v, low, high, unit) in [
                    ("k", s.k, 10.0, 500.0, "L/min"),
                    ("rti", s.rti, 1.0, 1_000.0, "(m·s)^0.5"),
                    ("activates_c", s.activates_c, 30.0, 300.0, "°C"),
                    ("covers_m2", s.covers_m2, 1.0, 100.0, "m²"),
                    ("density_mm_min", s.density_mm_min, 0.0, 100.0, "mm/min"),
                ] {
                    self.num(At(&e.src, "kind", &[Item(0), Field(field)]), v, low, high, unit);
                }
            }
            EquipmentKind::ExitSign(towards) => {
                if towards.is_empty() {
                    self.name(&e.src, "kind", "");
                }
            }
            EquipmentKind::PanLid(diameter) => {
                self.num(At(&e.src, "kind", &[Item(0)]), *diameter, 0.05, 2.0, "m");
            }
            EquipmentKind::Bucket(litres) => {
                self.num(At(&e.src, "kind", &[Item(0)]), *litres, 0.1, 50.0, "L");
            }
            EquipmentKind::SandBucket(kg) => {
                self.num(At(&e.src, "kind", &[Item(0)]), *kg, 1.0, 50.0, "kg");
            }
            EquipmentKind::FireBlanket
            | EquipmentKind::EscapeHood
            | EquipmentKind::GasValve
            | EquipmentKind::PowerSwitch
            | EquipmentKind::CookerHood
            | EquipmentKind::MusicSwitch
            | EquipmentKind::LightSwitch
            | EquipmentKind::LockRelease
            | EquipmentKind::Microphone
            | EquipmentKind::HoseReel
            | EquipmentKind::Hydrant
            | EquipmentKind::CallPoint
            | EquipmentKind::Sounder
            | EquipmentKind::Loudspeaker
            | EquipmentKind::EmergencyLight
            | EquipmentKind::Light => {}
        }
    }

    fn fire(&mut self) {
        let loaded = self.loaded;
        let s = &loaded.scenario;
        self.unique(
            "物品",
            "thing",
            s.things.iter().map(|t| (t.name.as_str(), &t.src, "name")),
        );
        for t in s.things.iter().chain(plan_things(loaded)) {
            self.name(&t.src, "name", &t.name);
            match (&t.item, &t.burns) {
                (Some(_), Some(_)) => self.error(
                    "thing.item_and_burns",
                    At(&t.src, "burns", &[]),
                    (
                        format!("「{}」同时写了 item 和 burns", t.name),
                        format!("`{}` has both `item` and `burns`", t.name),
                    ),
                    ("只留一个", "keep one of them"),
                ),
                (None, None) => self.error(
                    "thing.neither_item_nor_burns",
                    At(&t.src, "item", &[]),
                    (
                        format!("「{}」没有写是什么", t.name),
                        format!("nothing says what `{}` is", t.name),
                    ),
                    (
                        "写「item: \"…\"」或「burns: (…)」",
                        "write `item: \"…\"` or `burns: (…)`",
                    ),
                ),
                (None, Some(burns)) => self.burns(burns),
                (Some(_), None) => {}
            }
            if let Some(p) = t.at {
                self.point(At(&t.src, "at", &[]), p);
            }
            self.opt(At(&t.src, "height", &[]), t.height, 0.0, 100.0, "m");
        }
        loaded.items.values().for_each(|b| self.burns(b));
        for i in &s.ignitions {
            // A negative time: it burns already when the drill begins.
            self.num(At(&i.src, "at_s", &[]), i.at_s, -3600.0, DAY, "s");
            self.thing_known(&i.src, &i.thing);
        }
    }

    fn thing_known(&mut self, src: &Src, name: &str) {
        let loaded = self.loaded;
        let things = || {
            loaded
                .scenario
                .things
                .iter()
                .chain(plan_things(loaded))
                .map(|t| t.name.as_str())
        };
        let last = name.rsplit('/').next().unwrap_or(name);
        if name.is_empty() {
            self.name(src, "thing", name);
        } else if !things().any(|t| t == name || t == last) {
            let known: Vec<&str> = things().collect::<BTreeSet<_>>().into_iter().collect();
            self.unknown(
                "name.unknown_thing",
                ("物品", "thing"),
                name,
                &known,
                At(src, "thing", &[]),
            );
        }
    }

    fn burns(&mut self, b: &Burns) {
        let src = &b.src;
        self.both_languages(src, "title", &b.title, false);
        match &b.heat {
            HeatRelease::Steady(kw) => self.num(At(src, "heat", &[Item(0)]), *kw, 0.0, 1e6, "kW"),
            HeatRelease::Table(rows) => {
                if rows.is_empty() {
                    self.error(
                        "table.empty",
                        At(src, "heat", &[]),
                        (
                            "热释放速率表是空的".into(),
                            "the table of heat release has no row".into(),
                        ),
                        ("写成 Table([(0, 0), (60, 100)])", "write Table([(0, 0), (60, 100)])"),
                    );
                }
                self.rows(src, "heat", &[Item(0)], rows, 0.0, 1e6, "kW");
            }
            HeatRelease::TSquared(t) => {
                for (field, v, low, high, unit) in [
                    ("alpha", t.alpha, 0.0, 100.0, "kW/s²"),
                    ("peak", t.peak, 0.0, 1e6, "kW"),
                    ("total", t.total, 0.0, 1e7, "MJ"),
                    ("delay", t.delay, 0.0, DAY, "s"),
                    ("decay", t.decay, 0.0, DAY, "s"),
                    ("step", t.step, 0.0, 1e6, "kW"),
                ] {
                    self.num(At(src, "heat", &[Field(field)]), v, low, high, unit);
                }
            }
            HeatRelease::Surface(s) => {
                for (field, v, low, high, unit) in [
                    ("width", s.width, 0.01, 1_000.0, "m"),
                    ("height", s.height, 0.01, 1_000.0, "m"),
                    ("patch", s.patch, 0.01, 1_000.0, "m"),
                    ("up", s.up, 0.0, 10.0, "m/s"),
                    ("side", s.side, 0.0, 10.0, "m/s"),
                    ("kw_m2", s.kw_m2, 0.0, 10_000.0, "kW/m²"),
                    ("burns", s.burns, 0.0, DAY, "s"),
                ] {
                    self.num(At(src, "heat", &[Field(field)]), v, low, high, unit);
                }
            }
        }
        for (field, v, low, high, unit) in [
            ("radiative_fraction", b.radiative_fraction, 0.0, 1.0, ""),
            ("heat_of_combustion", b.heat_of_combustion, 0.5, 150.0, "MJ/kg"),
            ("soot_yield", b.soot_yield, 0.0, 1.0, "g/g"),
            ("co_yield", b.co_yield, 0.0, 1.0, "g/g"),
            ("hcn_yield", b.hcn_yield, 0.0, 1.0, "g/g"),
            ("area", b.area, 0.0001, 10_000.0, "m²"),
            ("height", b.height, 0.0, 100.0, "m"),
            ("mass", b.mass, 0.0, 1e6, "kg"),
            ("critical_flux", b.critical_flux, 0.0, 500.0, "kW/m²"),
            ("ignition_dose", b.ignition_dose, 0.0, 1e7, "(kW/m²)·s"),
        ] {
            self.num(At(src, field, &[]), v, low, high, unit);
        }
        if let Some(s) = b.smoulder {
            for (field, v, high, unit) in [
                ("kw", s.kw, 1_000.0, "kW"),
                ("soot_yield", s.soot_yield, 1.0, "g/g"),
                ("co_yield", s.co_yield, 1.0, "g/g"),
            ] {
                self.num(At(src, "smoulder", &[Field(field)]), v, 0.0, high, unit);
            }
        }
        if let Some(c) = b.bursts {
            for (field, v, low, high, unit) in [
                ("gas_kg", c.gas_kg, 0.1, 1_000.0, "kg"),
                ("bears_kw_m2", c.bears_kw_m2, 1.0, 100.0, "kW/m²"),
                ("dose", c.dose, 1.0, 1e6, "kJ/m²"),
            ] {
                self.num(At(src, "bursts", &[Field(field)]), v, low, high, unit);
            }
        }
        if let Some(c) = b.brands {
            for (field, v, low, high, unit) in [
                ("per_mj", c.per_mj, 0.0, 1_000.0, "1/MJ"),
                ("thick_mm", c.thick_mm, 0.1, 100.0, "mm"),
            ] {
                self.num(At(src, "brands", &[Field(field)]), v, low, high, unit);
            }
        }
        if let Some(c) = b.battery {
            for (field, v, low, high, unit) in [
                ("kwh", c.kwh, 0.001, 1e5, "kWh"),
                ("jets", f64::from(c.jets), 1.0, 1e5, ""),
                ("every_s", c.every_s, 0.2, DAY, "s"),
                ("jet_kw", c.jet_kw, 0.0, 1e5, "kW"),
                ("jet_s", c.jet_s, 0.0, 600.0, "s"),
                ("jet_m", c.jet_m, 0.0, 20.0, "m"),
                ("hf_mg_wh", c.hf_mg_wh, 0.0, 1_000.0, "mg/Wh"),
            ] {
                self.num(At(src, "battery", &[Field(field)]), v, low, high, unit);
            }
        }
        let f = b.formula;
        for (i, v) in [f.0, f.1, f.2, f.3, f.4].into_iter().enumerate() {
            self.num(At(src, "formula", &[Item(i)]), v, 0.0, 1_000.0, "");
        }
        for (i, v) in [b.size.0, b.size.1, b.size.2].into_iter().enumerate() {
            self.num(At(src, "size", &[Item(i)]), v, 0.0, 100.0, "m");
        }
    }

    fn ages(&mut self, src: &Src, field: &str, path: &[Step<'_>], (from, to): (f64, f64)) {
        let mut steps = path.to_vec();
        for (i, v) in [from, to].into_iter().enumerate() {
            steps.push(Item(i));
            self.num(At(src, field, &steps), v, 0.0, 120.0, "");
            steps.pop();
        }
        self.order(At(src, field, &steps), from, to);
    }

    fn distribution(&mut self, src: &Src, field: &str, d: Option<Distribution>, high: f64, unit: &str) {
        let Some(d) = d else { return };
        let mut at = |i: usize, v: f64, low: f64, high: f64| self.num(At(src, field, &[Item(i)]), v, low, high, unit);
        match d {
            Distribution::Fixed(v) => at(0, v, 0.0, high),
            Distribution::Uniform(from, to) => {
                at(0, from, 0.0, high);
                at(1, to, 0.0, high);
                self.order(At(src, field, &[]), from, to);
            }
            Distribution::Normal(mean, deviation, from, to) => {
                at(0, mean, 0.0, high);
                at(1, deviation, 0.0, high);
                at(2, from, 0.0, high);
                at(3, to, 0.0, high);
                self.order(At(src, field, &[Item(2)]), from, to);
            }
            Distribution::LogNormal(mu, sigma) => {
                at(0, mu, -20.0, 20.0);
                at(1, sigma, 0.0, 10.0);
            }
            Distribution::Gamma(a, b) | Distribution::Weibull(a, b) => {
                at(0, a, 1e-6, DAY);
                at(1, b, 1e-6, DAY);
            }
        }
    }

    fn group(&mut self, g: &Group) {
        self.num(
            At(&g.src, "count", &[]),
            f64::from(g.count),
            0.0,
            MOST_PEOPLE as f64,
            "",
        );
        self.name(&g.src, "in", &g.r#in);
        self.points(&g.src, "area", &g.area);
        self.ages(&g.src, "ages", &[], g.ages);
        self.distribution(&g.src, "speed", g.speed, 10.0, "m/s");
        self.distribution(&g.src, "radius", g.radius, 0.6, "m");
        self.distribution(&g.src, "starts", g.starts, DAY, "s");
        for (i, (_, weight)) in g.exits.iter().enumerate() {
            self.num(At(&g.src, "exits", &[Item(i), Item(1)]), *weight, 0.0, 1e6, "");
        }
    }

    fn people(&mut self) {
        let s = &self.loaded.scenario;
        let mut total = 0_u64;
        for p in &s.people {
            match p {
                People::Households(h) => {
                    self.name(&h.src, "in_every", &h.in_every);
                    let uses = [
                        "Flat",
                        "Bedroom",
                        "LivingRoom",
                        "Room",
                        "Shop",
                        "Hall",
                        "Classroom",
                        "Ward",
                        "Office",
                    ];
                    let prefab = self.loaded.prefabs.keys().any(|p| p.starts_with(&h.in_every));
                    if !prefab && !is_use(&h.in_every) && !h.in_every.is_empty() {
                        let mut known: Vec<&str> = self.loaded.prefabs.keys().map(String::as_str).collect();
                        known.extend(uses);
                        let near = nearest(&h.in_every, known);
                        let near = near.map_or((String::new(), String::new()), |n| {
                            (format!("是不是「{n}」？"), format!("did you mean `{n}`?"))
                        });
                        self.error(
                            "name.unknown_home",
                            At(&h.src, "in_every", &[]),
                            (
                                format!("没有用途或预制件以「{}」开头", h.in_every),
                                format!("no use and no prefab's name begins with `{}`", h.in_every),
                            ),
                            (&near.0, &near.1),
                        );
                    }
                }
                People::Person(p) => {
                    total += 1;
                    self.name(&p.src, "name", &p.name);
                    self.name(&p.src, "in", &p.r#in);
                    self.both_languages(&p.src, "title", &p.title, false);
                    self.num(At(&p.src, "age", &[]), p.age, 0.0, 120.0, "");
                    self.opt(At(&p.src, "radius_m", &[]), p.radius_m, 0.05, 0.6, "m");
                    self.opt(At(&p.src, "speed_m_s", &[]), p.speed_m_s, 0.0, 10.0, "m/s");
                    self.opt(At(&p.src, "starts_s", &[]), p.starts_s, 0.0, DAY, "s");
                    self.opt(At(&p.src, "susceptibility", &[]), p.susceptibility, 0.0, 100.0, "");
                    self.points(&p.src, "waypoints", &p.waypoints);
                    if let Some(at) = p.at {
                        self.point(At(&p.src, "at", &[]), at);
                    }
                }
                People::Group(g) => {
                    total += Some(u64::from(g.count)).filter(|n| *n <= MOST_PEOPLE).unwrap_or(0);
                    self.group(g);
                }
                People::Source(source) => {
                    total += Some(u64::from(source.group.count))
                        .filter(|n| *n <= MOST_PEOPLE)
                        .unwrap_or(0);
                    self.group(&source.group);
                    self.num(At(&source.src, "rate", &[]), source.rate, 0.0, 1_000.0, "1/s");
                    self.num(At(&source.src, "from_s", &[]), source.from_s, 0.0, DAY, "s");
                    self.order(At(&source.src, "until_s", &[]), source.from_s, source.until_s);
                }
            }
        }
        if total > MOST_PEOPLE {
            self.error(
                "people.too_many",
                At(&s.src, "people", &[]),
                (
                    format!("一共 {total} 人，最多 {MOST_PEOPLE} 人"),
                    format!("{total} people, at most {MOST_PEOPLE}"),
                ),
                ("减少人数", "take fewer"),
            );
        }
    }

    /// Persons, groups, sources and trainees share their names.
    fn names_of_people(&mut self) {
        let s = &self.loaded.scenario;
        let persons = s.people.iter().filter_map(|p| match p {
            People::Households(_) => None,
            People::Person(p) => Some((p.name.as_str(), &p.src, "name")),
            People::Group(g) => Some((g.name.as_str(), &g.src, "name")),
            People::Source(x) => Some((x.name.as_str(), &x.src, "name")),
        });
        let trainees = s.trainees.iter().map(|t| (t.id.as_str(), &t.src, "id"));
        self.unique("人", "person", trainees.chain(persons));
        let known = self.person_names();
        for p in &s.people {
            if let People::Person(p) = p
                && let Some(kin) = p.kin_of.as_ref().filter(|k| !known.contains(&k.as_str()))
            {
                self.unknown(
                    "name.unknown_person",
                    ("人", "person"),
                    kin,
                    &known,
                    At(&p.src, "kin_of", &[]),
                );
            }
        }
    }

    /// Names of persons, groups and trainees.
    fn person_names(&self) -> Vec<&'a str> {
        let s = &self.loaded.scenario;
        let people = s.people.iter().filter_map(|p| match p {
            People::Households(_) => None,
            People::Person(p) => Some(p.name.as_str()),
            People::Group(g) => Some(g.name.as_str()),
            People::Source(x) => Some(x.name.as_str()),
        });
        people
            .chain(s.trainees.iter().map(|t| t.id.as_str()))
            .filter(|n| !n.is_empty())
            .collect()
    }

    fn trainees(&mut self) {
        let s = &self.loaded.scenario;
        for t in &s.trainees {
            self.name(&t.src, "id", &t.id);
            self.name(&t.src, "in", &t.r#in);
            self.num(At(&t.src, "age", &[]), t.age, 0.0, 120.0, "");
            self.num(At(&t.src, "wakes_s", &[]), t.wakes_s, 0.0, DAY, "s");
            self.opt(At(&t.src, "speed_m_s", &[]), t.speed_m_s, 0.05, 10.0, "m/s");
            if let Some(at) = t.at {
                self.point(At(&t.src, "at", &[]), at);
            }
        }
        if s.trainees.len() > MOST_TRAINEES {
            self.error(
                "trainee.too_many",
                At(&s.src, "trainees", &[Item(MOST_TRAINEES)]),
                (
                    format!("受训人 {} 名，最多 {MOST_TRAINEES} 名", s.trainees.len()),
                    format!("{} trainees, at most {MOST_TRAINEES}", s.trainees.len()),
                ),
                ("减少受训人", "take fewer"),
            );
        }
    }

    fn timeline(&mut self) {
        let s = &self.loaded.scenario;
        let known = self.person_names();
        for h in &s.timeline {
            self.num(At(&h.src, "at_s", &[]), h.at_s, 0.0, DAY, "s");
            let at = At(&h.src, "does", &[Item(0)]);
            match &h.does {
                Deed::Shout(who, text) => {
                    self.person_known(who, &known, at);
                    self.both_languages(&h.src, "does", text, false);
                }
                Deed::RunDown(who) => self.person_known(who, &known, at),
                Deed::Open(opening, fraction) => {
                    self.num(At(&h.src, "does", &[Item(1)]), *fraction, 0.0, 1.0, "");
                    self.opening_known(opening, at);
                }
                Deed::Broadcast(text) => self.both_languages(&h.src, "does", text, false),
                Deed::Alarm | Deed::PowerCut | Deed::Silence => {}
            }
        }
    }

    /// A path (`"17F/01"`) means whoever lives there and is resolved with the place.
    fn person_known(&mut self, who: &str, known: &[&str], at: At<'_>) {
        if !who.contains('/') && !known.contains(&who) {
            self.unknown("name.unknown_person", ("人", "person"), who, known, at);
        }
    }

    fn opening_known(&mut self, name: &str, at: At<'_>) {
        let last = name.rsplit('/').next().unwrap_or(name);
        let known: BTreeSet<&str> = all_openings(self.loaded)
            .map(opening_name)
            .filter(|n| !n.is_empty())
            .collect();
        if !known.contains(last) && !known.contains(name) {
            // Written with its storey, it is compared and shown with it.
            let scope = &name[..name.len() - last.len()];
            let known: Vec<String> = known.into_iter().map(|k| format!("{scope}{k}")).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.unknown("name.unknown_opening", ("门窗洞口", "opening"), name, &known, at);
        }
    }

    fn probes(&mut self) {
        let s = &self.loaded.scenario;
        let names = s.probes.iter().map(|p| {
            let (name, src) = probe_name(p);
            (name, src, "name")
        });
        self.unique("测点", "probe", names);
        for p in &s.probes {
            let (name, src) = probe_name(p);
            self.name(src, "name", name);
            let heights: &[f64] = match p {
                Probe::Thermocouples(h)
                | Probe::Extinction(h)
                | Probe::Gases(h)
                | Probe::CeilingJet(h)
                | Probe::HeatFlux(h) => {
                    self.name(src, "in", &h.r#in);
                    if let Some(at) = h.at {
                        self.point(At(src, "at", &[]), at);
                    }
                    &h.heights
                }
                Probe::Plume(t) => {
                    self.thing_known(src, &t.thing);
                    &t.heights
                }
                Probe::Velocity(v) => {
                    self.opening_known(&v.opening, At(src, "opening", &[]));
                    &v.heights
                }
                Probe::Link(l) => {
                    self.name(src, "in", &l.r#in);
                    self.num(At(src, "below_ceiling", &[]), l.below_ceiling, 0.0, 10.0, "m");
                    self.num(At(src, "activates_c", &[]), l.activates_c, 20.0, 500.0, "°C");
                    self.num(At(src, "rti", &[]), l.rti, 1.0, 2_000.0, "(m·s)^0.5");
                    &[]
                }
                Probe::CountingLine(c) => {
                    self.name(src, "in", &c.r#in);
                    self.point(At(src, "from", &[]), c.from);
                    self.point(At(src, "to", &[]), c.to);
                    if c.from == c.to {
                        self.error(
                            "probe.no_length",
                            At(src, "to", &[]),
                            ("计数线没有长度".into(), "the counting line has no length".into()),
                            ("from 和 to 写两个不同的点", "write two different points"),
                        );
                    }
                    &[]
                }
                Probe::DensityArea(d) => {
                    self.name(src, "in", &d.r#in);
                    self.points(src, "outline", &d.outline);
                    &[]
                }
            };
            for (i, h) in heights.iter().enumerate() {
                self.num(At(src, "heights", &[Item(i)]), *h, 0.0, 200.0, "m");
            }
        }
    }

    fn mixes_and_constructions(&mut self) {
        let loaded = self.loaded;
        for mix in loaded.mixes.values() {
            self.both_languages(&mix.src, "title", &mix.title, false);
            if mix.households.iter().all(|h| h.share <= 0.0) {
                self.error(
                    "mix.empty",
                    At(&mix.src, "households", &[]),
                    (
                        "没有占比大于 0 的家庭".into(),
                        "no household has a share above 0".into(),
                    ),
                    ("至少写一种家庭", "write at least one kind of household"),
                );
            }
            for (i, h) in mix.households.iter().enumerate() {
                self.num(
                    At(&mix.src, "households", &[Item(i), Field("share")]),
                    h.share,
                    0.0,
                    1e6,
                    "",
                );
                for (j, m) in h.members.iter().enumerate() {
                    let path = [Item(i), Field("members"), Item(j), Field("ages")];
                    self.ages(&mix.src, "households", &path, m.ages);
                }
            }
        }
        let own = &loaded.scenario.constructions;
        let mut used: BTreeSet<&str> = BTreeSet::new();
        let b = &loaded.scenario.place;
        let plans = b.plans.values().chain(loaded.prefabs.values());
        let linings = plans.flat_map(|p| &p.spaces).filter_map(|s| s.lining.as_ref());
        let linings = linings
            .chain(b.stairs.iter().filter_map(|s| s.lining.as_ref()))
            .chain([&b.lining]);
        for l in linings {
            used.extend(
                [&l.walls, &l.ceiling, &l.floor]
                    .into_iter()
                    .flatten()
                    .map(String::as_str),
            );
        }
        for (name, c) in own.iter().filter(|(n, _)| !used.contains(n.as_str())) {
            self.add(
                Finding::warning(
                    "name.unused_construction",
                    c.src.whole,
                    format!("构造「{name}」没有用到"),
                    format!("the construction `{name}` is never used"),
                )
                .hint("在 lining 里引用它，或删去", "name it in a `lining`, or delete it"),
            );
        }
        for c in loaded.constructions.values() {
            self.num(At(&c.src, "emissivity", &[]), c.emissivity, 0.0, 1.0, "");
            if !c.adiabatic && !c.transparent && c.layers.is_empty() {
                self.error(
                    "construction.no_layers",
                    At(&c.src, "layers", &[]),
                    ("构造没有层".into(), "the construction has no layer".into()),
                    (
                        "写 layers: [(k: …, rho: …, c: …, thickness: …)]，或 adiabatic: true",
                        "write `layers`, or `adiabatic: true`",
                    ),
                );
            }
            for (i, l) in c.layers.iter().enumerate() {
                for (field, v, low, high, unit) in [
                    ("k", l.k, 0.001, 500.0, "W/m·K"),
                    ("rho", l.rho, 1.0, 25_000.0, "kg/m³"),
                    ("c", l.c, 50.0, 10_000.0, "J/kg·K"),
                    ("thickness", l.thickness, 0.0001, 10.0, "m"),
                ] {
                    self.num(At(&c.src, "layers", &[Item(i), Field(field)]), v, low, high, unit);
                }
            }
        }
    }
}

/// The value that stands exactly at a place.
fn locate(tree: &Node, at: Span) -> Option<&Node> {
    let mut node = tree;
    loop {
        if (node.span.start, node.span.end) == (at.start, at.end) {
            return Some(node);
        }
        node = node
            .children()
            .into_iter()
            .find(|c| c.span.start <= at.start && at.end <= c.span.end)?;
    }
}

/// One step into a value; a name's brackets are looked through.
fn inside<'n>(node: &'n Node, step: Step<'_>) -> Option<&'n Node> {
    match (&node.kind, step) {
        (Kind::Map(entries), Field(name)) => {
            let named = |k: &Node| matches!(&k.kind, Kind::Str(s) if s == name);
            entries.iter().find(|(k, _)| named(k)).map(|(_, v)| v)
        }
        (_, Field(name)) => {
            if let Some(f) = node.field(name) {
                return Some(&f.value);
            }
            // `Layers((interface: 1))` and `Some((..))` hold one value.
            match &node.kind {
                Kind::Name(_, Some(p)) => p.children().first().and_then(|n| inside(n, step)),
                _ => None,
            }
        }
        (Kind::List(v) | Kind::Tuple(v), Item(i)) => v.get(i),
        (Kind::Name(_, Some(p)), Item(_)) => inside(p, step),
        _ => None,
    }
}

fn is_use(name: &str) -> bool {
    use serde::Deserialize as _;
    let name: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
        serde::de::IntoDeserializer::into_deserializer(name);
    Use::deserialize(name).is_ok()
}

fn opening_name(o: &Opening) -> &str {
    match o {
        Opening::Door(d) => &d.name,
        Opening::Window(w) => &w.name,
        Opening::Gap(g) => &g.name,
        Opening::Hole(h) => &h.name,
        Opening::Fan(f) => &f.name,
    }
}

fn opening_src(o: &Opening) -> &Src {
    match o {
        Opening::Door(d) => &d.src,
        Opening::Window(w) => &w.src,
        Opening::Gap(g) => &g.src,
        Opening::Hole(h) => &h.src,
        Opening::Fan(f) => &f.src,
    }
}

fn probe_name(p: &Probe) -> (&str, &Src) {
    match p {
        Probe::Thermocouples(h)
        | Probe::Extinction(h)
        | Probe::Gases(h)
        | Probe::CeilingJet(h)
        | Probe::HeatFlux(h) => (&h.name, &h.src),
        Probe::Plume(t) => (&t.name, &t.src),
        Probe::Link(l) => (&l.name, &l.src),
        Probe::Velocity(v) => (&v.name, &v.src),
        Probe::CountingLine(c) => (&c.name, &c.src),
        Probe::DensityArea(d) => (&d.name, &d.src),
    }
}
