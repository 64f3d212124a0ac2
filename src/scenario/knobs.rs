//! Knobs: facts that vary from run to run. `Pick`, `If` and `Knob` are resolved on the tree, before it is read into
//! types.

use super::lexer::Number;
use super::reader::read;
use super::report::{Finding, Report, known_names};
use super::syntax::{Kind, Node};
use super::{Knob, KnobValue, Span};
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::{BTreeMap, BTreeSet};

/// The knobs of a scenario and what they stand at.
#[derive(Default)]
pub(super) struct Knobs {
    pub declared: BTreeMap<String, Knob>,
    pub chosen: BTreeMap<String, KnobValue>,
    used: BTreeSet<String>,
    places: BTreeMap<String, Span>,
    /// A knob was mentioned that is not declared: then none is called unused.
    misnamed: bool,
}

/// A mention of a knob, taken apart.
enum Mention<'a> {
    /// `Pick("knob", {"value": X})`: the cases.
    Pick(&'a Node, &'a [(Node, Node)]),
    /// `If("knob", "value", X)`
    If(&'a Node, &'a Node, &'a Node),
    /// `Knob("name")`
    Number(&'a Node),
    Malformed(&'static str),
}

fn mention(node: &Node) -> Option<Mention<'_>> {
    let Kind::Name(name, Some(payload)) = &node.kind else {
        return None;
    };
    let args = match &payload.kind {
        Kind::Tuple(args) => args.as_slice(),
        _ => &[],
    };
    match (name.as_str(), args) {
        (
            "Pick",
            [
                knob,
                Node {
                    kind: Kind::Map(cases), ..
                },
            ],
        ) => Some(Mention::Pick(knob, cases)),
        ("Pick", _) => Some(Mention::Malformed("Pick(\"knob\", {\"value\": …})")),
        ("If", [knob, value, then]) => Some(Mention::If(knob, value, then)),
        ("If", _) => Some(Mention::Malformed("If(\"knob\", \"value\", …)")),
        ("Knob", [knob]) => Some(Mention::Number(knob)),
        ("Knob", _) => Some(Mention::Malformed("Knob(\"name\")")),
        _ => None,
    }
}

/// Evenly distributed in [0, 1), from the seed, what it is drawn for and the name of what it is drawn for alone.
pub(crate) fn draw(seed: u64, purpose: &str, name: &str) -> f64 {
    let mut hash = blake3::Hasher::new();
    hash.update(&seed.to_le_bytes())
        .update(purpose.as_bytes())
        .update(b"\0")
        .update(name.as_bytes());
    let mut rng = ChaCha8Rng::from_seed(*hash.finalize().as_bytes());
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

fn word(node: &Node) -> &str {
    if let Kind::Str(s) = &node.kind { s } else { "" }
}

impl Knobs {
    /// The knobs that a scenario's tree declares, without a word about their mistakes (reading the types says them).
    pub fn declared(root: &Node, report: &mut Report) -> BTreeMap<String, Knob> {
        let mark = report.mark();
        let declared = root
            .field("knobs")
            .and_then(|f| read(&f.value, report))
            .unwrap_or_default();
        report.back_to(mark);
        declared
    }

    /// Sets every knob: as asked for, else by the seed.
    pub fn choose(root: &Node, set: &BTreeMap<String, String>, seed: u64, report: &mut Report) -> Self {
        let declared = Self::declared(root, report);
        let whole = root.field("knobs").map_or(
            Span {
                end: root.span.start,
                ..root.span
            },
            |f| f.value.span,
        );
        let mut knobs = Self {
            declared,
            ..Self::default()
        };
        if let Some(Kind::Map(entries)) = root.field("knobs").map(|f| &f.value.kind) {
            for (k, v) in entries {
                if let Kind::Str(name) = &k.kind {
                    knobs.places.entry(name.clone()).or_insert(v.span);
                }
            }
        }
        for name in set.keys().filter(|n| !knobs.declared.contains_key(*n)) {
            let names: Vec<&str> = knobs.declared.keys().map(String::as_str).collect();
            let (hint, _) = known_names(name, &names);
            report.add(
                Finding::error(
                    "knob.unknown_setting",
                    whole,
                    format!("要设定的变量「{name}」在这个情景里没有"),
                    format!("the scenario has no knob `{name}` to set"),
                )
                .hint(hint.zh, hint.en),
            );
        }
        for (name, knob) in knobs.declared.clone() {
            let at = knobs.places.get(&name).copied().unwrap_or(whole);
            if let Some((zh, en)) = fault(&knob) {
                report.add(
                    Finding::error(
                        "knob.declaration",
                        at,
                        format!("变量「{name}」{zh}"),
                        format!("knob `{name}` {en}"),
                    )
                    .hint(
                        "例如 OneOf([\"a\", \"b\"])、Between(1, 5)",
                        "for example OneOf([\"a\", \"b\"]), Between(1, 5)",
                    ),
                );
            }
            let drawn = draw(seed, "knob", &name);
            let value = match set.get(&name) {
                Some(asked) => match accept(&knob, asked) {
                    Some(value) => Some(value),
                    None => {
                        let allowed = allowed(&knob);
                        report.add(
                            Finding::error(
                                "knob.setting",
                                at,
                                format!("变量「{name}」不能设为「{asked}」"),
                                format!("knob `{name}` cannot be set to `{asked}`"),
                            )
                            .hint(format!("可以设为：{allowed}"), format!("allowed: {allowed}")),
                        );
                        None
                    }
                },
                None => by_chance(&knob, drawn),
            };
            knobs
                .chosen
                .extend(value.or_else(|| by_chance(&knob, drawn)).map(|v| (name, v)));
        }
        knobs
    }

    /// Reports what is wrong with the mentions of knobs in a tree, chosen or not.
    pub fn check(&mut self, node: &Node, in_list: bool, report: &mut Report) {
        match mention(node) {
            None => {}
            Some(Mention::Malformed(form)) => {
                report.add(
                    Finding::error(
                        "knob.form",
                        node.span,
                        "这里的变量写法不对",
                        "a knob is not mentioned in this way",
                    )
                    .hint(format!("写成 {form}"), format!("write {form}")),
                );
                return;
            }
            Some(Mention::Pick(knob, cases)) => {
                if let Some(options) = self.options(knob, report) {
                    for option in options.iter().filter(|o| cases.iter().all(|(k, _)| word(k) != **o)) {
                        report.add(
                            Finding::error(
                                "knob.case_missing",
                                node.span,
                                format!("Pick 缺少「{}」的「{option}」这一种", word(knob)),
                                format!("Pick lacks the case `{option}` of `{}`", word(knob)),
                            )
                            .hint(format!("补上 \"{option}\": …"), format!("add \"{option}\": …")),
                        );
                    }
                    for (k, _) in cases.iter().filter(|(k, _)| k.kind != Kind::Hole) {
                        no_such_option(k, &options, report);
                    }
                }
            }
            Some(Mention::If(knob, value, _)) => {
                if !in_list {
                    report.add(
                        Finding::error(
                            "knob.if_outside_list",
                            node.span,
                            "If 只能用在方括号列表里",
                            "If stands only for an element of a list [ ]",
                        )
                        .hint("这里用 Pick(\"…\", {…})", "use Pick(\"…\", {…}) here"),
                    );
                }
                if let Some(options) = self.options(knob, report) {
                    no_such_option(value, &options, report);
                }
            }
            Some(Mention::Number(knob)) => {
                if let Some(Knob::OneOf(_)) = self.known(knob, report) {
                    report.add(
                        Finding::error(
                            "knob.not_number",
                            knob.span,
                            format!("变量「{}」不是数", word(knob)),
                            format!("knob `{}` is not a number", word(knob)),
                        )
                        .hint("用 Pick(\"…\", {…})", "use Pick(\"…\", {…})"),
                    );
                }
            }
        }
        let list = matches!(node.kind, Kind::List(_));
        for child in node.children() {
            self.check(child, list, report);
        }
    }

    fn known(&mut self, at: &Node, report: &mut Report) -> Option<Knob> {
        let name = match &at.kind {
            Kind::Str(name) => name,
            Kind::Hole => return None,
            _ => {
                report.add(
                    Finding::error(
                        "knob.form",
                        at.span,
                        "变量名要写在引号里",
                        "the name of a knob stands in quotes",
                    )
                    .hint("写成 \"…\"", "write \"…\""),
                );
                return None;
            }
        };
        self.used.insert(name.clone());
        let knob = self.declared.get(name).cloned();
        if knob.is_none() {
            self.misnamed = true;
            let names: Vec<&str> = self.declared.keys().map(String::as_str).collect();
            let (hint, near) = known_names(name, &names);
            let mut finding = Finding::error(
                "knob.undeclared",
                at.span,
                format!("变量「{name}」没有在 knobs 里声明"),
                format!("knob `{name}` is not declared under `knobs`"),
            )
            .hint(hint.zh, hint.en);
            if let Some(near) = near {
                finding = finding.fix(at.span.start, at.span.end, format!("\"{near}\""));
            }
            report.add(finding);
        }
        knob
    }

    /// The words of the knob named; `None` if it is unknown or a number.
    fn options(&mut self, at: &Node, report: &mut Report) -> Option<Vec<String>> {
        match self.known(at, report)? {
            Knob::OneOf(options) => Some(options),
            Knob::Between(..) | Knob::Fixed(_) => {
                report.add(
                    Finding::error(
                        "knob.not_word",
                        at.span,
                        format!("变量「{}」是数，不能这样选", word(at)),
                        format!("knob `{}` is a number; it has no cases", word(at)),
                    )
                    .hint(
                        format!("用 Knob(\"{}\")", word(at)),
                        format!("use Knob(\"{}\")", word(at)),
                    ),
                );
                None
            }
        }
    }

    /// Puts the chosen values in the places of `Pick`, `If` and `Knob`. What [`Knobs::check`] complained about
    /// becomes a hole.
    pub fn resolve(&self, node: &mut Node) {
        loop {
            let with = match mention(node) {
                None => break,
                Some(Mention::Malformed(_)) => None,
                Some(Mention::Pick(knob, cases)) => {
                    let is_chosen = |k: &Node| self.is(word(knob), word(k));
                    cases.iter().find(|(k, _)| is_chosen(k)).map(|(_, v)| v.clone())
                }
                Some(Mention::If(_, _, then)) => Some(then.clone()),
                Some(Mention::Number(knob)) => match self.chosen.get(word(knob)) {
                    Some(KnobValue::Number(value)) => {
                        let integer = (value.trunc() == *value && value.abs() < 9.0e15).then_some(*value as i128);
                        Some(Node {
                            span: node.span,
                            kind: Kind::Number(Number { value: *value, integer }),
                        })
                    }
                    _ => None,
                },
            };
            *node = with.unwrap_or(Node {
                span: node.span,
                kind: Kind::Hole,
            });
        }
        match &mut node.kind {
            Kind::List(items) => {
                items.retain(|i| match mention(i) {
                    Some(Mention::If(knob, value, _)) => self.is(word(knob), word(value)),
                    Some(Mention::Malformed(_)) => false,
                    _ => true,
                });
                items.iter_mut().for_each(|i| self.resolve(i));
            }
            Kind::Tuple(items) => items.iter_mut().for_each(|i| self.resolve(i)),
            Kind::Struct(fields) => fields.iter_mut().for_each(|f| self.resolve(&mut f.value)),
            Kind::Map(entries) => entries.iter_mut().for_each(|(_, v)| self.resolve(v)),
            Kind::Name(_, Some(payload)) => self.resolve(payload),
            _ => {}
        }
    }

    fn is(&self, knob: &str, value: &str) -> bool {
        matches!(self.chosen.get(knob), Some(KnobValue::Word(w)) if w == value)
    }

    /// Warns of knobs that nothing mentions.
    pub fn unused(&self, report: &mut Report) {
        for (name, at) in self
            .places
            .iter()
            .filter(|(n, _)| !self.misnamed && !self.used.contains(*n))
        {
            report.add(
                Finding::warning(
                    "knob.unused",
                    *at,
                    format!("变量「{name}」没有用到"),
                    format!("knob `{name}` is never used"),
                )
                .hint(
                    format!("用 Pick(\"{name}\", …) 引用它，或删去"),
                    format!("mention it with Pick(\"{name}\", …), or delete it"),
                ),
            );
        }
    }
}

fn no_such_option(at: &Node, options: &[String], report: &mut Report) {
    if options.iter().any(|o| matches!(&at.kind, Kind::Str(s) if s == o)) || at.kind == Kind::Hole {
        return;
    }
    let names: Vec<&str> = options.iter().map(String::as_str).collect();
    let (hint, near) = known_names(word(at), &names);
    let mut finding = Finding::error(
        "knob.no_such_value",
        at.span,
        format!("变量没有「{}」这个值", word(at)),
        format!("the knob has no value `{}`", word(at)),
    )
    .hint(hint.zh, hint.en);
    if let Some(near) = near {
        finding = finding.fix(at.span.start, at.span.end, format!("\"{near}\""));
    }
    report.add(finding);
}

/// What is wrong with a declaration.
fn fault(knob: &Knob) -> Option<(&'static str, &'static str)> {
    match knob {
        Knob::OneOf(v) if v.is_empty() => Some(("没有可选的值", "has no values to choose from")),
        Knob::OneOf(v) if v.len() > MOST_WORDS => {
            Some(("可选的值超过 50 个", "has more than 50 values to choose from"))
        }
        Knob::OneOf(v) => {
            let distinct: BTreeSet<&String> = v.iter().collect();
            (distinct.len() < v.len()).then_some(("有重复的值", "names a value twice"))
        }
        Knob::Between(low, high) => {
            (low > high).then_some(("的下限大于上限", "has its lower bound above its upper bound"))
        }
        Knob::Fixed(_) => None,
    }
}

fn allowed(knob: &Knob) -> String {
    match knob {
        Knob::OneOf(v) => v.join(", "),
        Knob::Between(low, high) => format!("{low} … {high}"),
        Knob::Fixed(_) => "1, 2.5, …".to_owned(),
    }
}

/// A value asked for, if the knob allows it.
fn accept(knob: &Knob, asked: &str) -> Option<KnobValue> {
    let number = || asked.trim().parse::<f64>().ok().filter(|v| v.is_finite());
    match knob {
        Knob::OneOf(v) => v.iter().find(|o| *o == asked).map(|o| KnobValue::Word(o.clone())),
        Knob::Between(low, high) => number().filter(|v| (low..=high).contains(&v)).map(KnobValue::Number),
        Knob::Fixed(_) => number().map(KnobValue::Number),
    }
}

fn by_chance(knob: &Knob, drawn: f64) -> Option<KnobValue> {
    match knob {
        Knob::OneOf(v) => v
            .get((drawn * v.len() as f64) as usize)
            .map(|o| KnobValue::Word(o.clone())),
        Knob::Between(low, high) => Some(KnobValue::Number(low + (high - low) * drawn)),
        Knob::Fixed(value) => Some(KnobValue::Number(*value)),
    }
}

/// Words of a knob at most: each is checked by itself.
const MOST_WORDS: usize = 50;

/// Settings under which every word of every knob, and both ends of every range, are seen at least once.
pub(super) fn settings(declared: &BTreeMap<String, Knob>) -> Vec<BTreeMap<String, String>> {
    let options = |knob: &Knob| match knob {
        Knob::OneOf(v) => v.clone(),
        Knob::Between(low, high) => vec![low.to_string(), high.to_string()],
        Knob::Fixed(value) => vec![value.to_string()],
    };
    let all: Vec<(&String, Vec<String>)> = declared.iter().map(|(n, k)| (n, options(k))).collect();
    let most = all.iter().map(|(_, o)| o.len()).max().unwrap_or(1);
    // A knob with more words is an error by itself, and told once.
    let runs = if most > MOST_WORDS { 1 } else { most.max(1) };
    let run = |i: usize| {
        let value = |o: &Vec<String>| o.get(i % o.len().max(1)).cloned();
        all.iter()
            .filter_map(|(n, o)| value(o).map(|v| ((*n).clone(), v)))
            .collect()
    };
    (0..runs).map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_is_seen_by_the_settings_to_check() {
        let knobs = BTreeMap::from([
            ("a".to_owned(), Knob::OneOf(vec!["x".into(), "y".into(), "z".into()])),
            ("b".to_owned(), Knob::Between(1.0, 2.0)),
            ("c".to_owned(), Knob::OneOf(vec!["p".into(), "q".into()])),
        ]);
        let runs = settings(&knobs);
        assert_eq!(runs.len(), 3);
        for (name, value) in [
            ("a", "x"),
            ("a", "y"),
            ("a", "z"),
            ("b", "1"),
            ("b", "2"),
            ("c", "p"),
            ("c", "q"),
        ] {
            assert!(runs.iter().any(|r| r[name] == value), "{name}={value}");
        }
        assert_eq!(settings(&BTreeMap::new()), vec![BTreeMap::new()]);
    }

    #[test]
    fn draws_depend_on_seed_and_name_alone_and_reach_every_option() {
        assert_eq!(draw(7, "knob", "cause"), draw(7, "knob", "cause"));
        assert_ne!(draw(7, "knob", "cause"), draw(7, "knob", "door"));
        assert_ne!(draw(7, "knob", "cause"), draw(8, "knob", "cause"));
        let knob = Knob::OneOf(vec!["a".into(), "b".into()]);
        let count = (0..200)
            .filter(|s| by_chance(&knob, draw(*s, "knob", "k")) == Some(KnobValue::Word("a".into())))
            .count();
        assert!((70..=130).contains(&count), "{count} of 200");
    }
}
