//! Tree to typed values: a serde deserializer that reports every problem and goes on with a neutral value.
//!
//! It never fails half way: a wrong value becomes a hole, an unknown field is left out. Only a required field that is
//! missing makes serde give up; its name is learned and the reading begins again with a hole in its place, at most
//! once for each required field of the format.

use super::report::{Finding, Report, known_names};
use super::syntax::{Field, Kind, Node};
use super::{Span, Src};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};
use std::collections::BTreeSet;
use std::fmt::Display;

/// Reads a tree into a type and reports what is wrong. `None` only if nothing could be made of it.
pub(super) fn read<T: DeserializeOwned>(node: &Node, report: &mut Report) -> Option<T> {
    let mark = report.mark();
    let mut required = BTreeSet::new();
    // More restarts than the format has required fields are not needed.
    for _ in 0..64 {
        let mut cx = Cx {
            report,
            required: &mut required,
        };
        match T::deserialize(De { node, cx: &mut cx }) {
            Ok(value) => return Some(value),
            Err(ReadError::Again) => report.back_to(mark),
            Err(e) => {
                report.add(Finding::error(
                    "value.unreadable",
                    node.span,
                    format!("读不懂：{e}"),
                    e.to_string(),
                ));
                return None;
            }
        }
    }
    None
}

struct Cx<'r> {
    report: &'r mut Report,
    /// Fields without a default, learned on the way: (struct, field).
    required: &'r mut BTreeSet<(&'static str, &'static str)>,
}

#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("missing field `{0}`")]
    Missing(&'static str),
    #[error("to be read again")]
    Again,
    #[error("{0}")]
    Other(String),
}
impl de::Error for ReadError {
    fn custom<T: Display>(msg: T) -> Self {
        Self::Other(msg.to_string())
    }
    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}

/// Stands for what is missing or wrong and was reported.
static HOLE: Node = Node {
    span: Span {
        file: 0,
        start: 0,
        end: 0,
    },
    kind: Kind::Hole,
};

struct De<'a, 'c, 'r> {
    node: &'a Node,
    cx: &'c mut Cx<'r>,
}

/// A value in words, for messages.
fn describe(node: &Node, report: &Report) -> (String, String) {
    let short = |s: &str| {
        let mut t: String = s.chars().take(24).collect();
        if t.len() < s.len() {
            t.push('…');
        }
        t
    };
    match &node.kind {
        Kind::Unit => ("空括号 ()".into(), "empty brackets ()".into()),
        Kind::Bool(b) => (b.to_string(), b.to_string()),
        Kind::Number(_) => {
            let w = short(report.written(node.span));
            (format!("数 {w}"), format!("the number {w}"))
        }
        Kind::Char(c) => (format!("字符 '{c}'"), format!("the character '{c}'")),
        Kind::Str(s) => (format!("文字 \"{}\"", short(s)), format!("the text \"{}\"", short(s))),
        Kind::List(_) => ("方括号里的列表 [ ]".into(), "a list [ ]".into()),
        Kind::Map(_) => ("花括号里的对照表 { }".into(), "a map { }".into()),
        Kind::Struct(_) => ("圆括号里带名称的值".into(), "named fields ( )".into()),
        Kind::Tuple(v) => (
            format!("圆括号里的 {} 个值", v.len()),
            format!("{} values between ( )", v.len()),
        ),
        Kind::Name(n, _) => (format!("「{}」", short(n)), format!("`{}`", short(n))),
        Kind::Hole => ("空缺".into(), "nothing".into()),
    }
}

impl<'a> De<'a, '_, '_> {
    fn hole(&self) -> bool {
        self.node.kind == Kind::Hole
    }
    /// Reports that something else was expected.
    fn wrong(&mut self, zh: &str, en: &str, mend: impl FnOnce(Finding) -> Finding) {
        if self.hole() {
            return;
        }
        let (found_zh, found_en) = describe(self.node, self.cx.report);
        let finding = Finding::error(
            "value.type",
            self.node.span,
            format!("这里应该是{zh}，却是{found_zh}"),
            format!("expected {en}, found {found_en}"),
        );
        self.cx.report.add(mend(finding));
    }
    /// The payload of one value: `Steady(100)` and `Some(100)` hold 100.
    fn unwrapped(payload: &'a Node) -> &'a Node {
        match &payload.kind {
            Kind::Tuple(v) if v.len() == 1 => v.first().unwrap_or(payload),
            _ => payload,
        }
    }
    fn number(&mut self) -> Option<super::lexer::Number> {
        let span = self.node.span;
        match &self.node.kind {
            Kind::Number(n) => Some(*n),
            Kind::Hole => None,
            Kind::Str(s) => {
                let plain = s.trim();
                let value = plain.parse::<f64>().ok().filter(|v| v.is_finite());
                let mend = |f: Finding| match value {
                    Some(_) => f
                        .hint("数不加引号", "a number has no quotes")
                        .fix(span.start, span.end, plain),
                    None => f.hint("写一个数，例如 0.9", "write a number, for example 0.9"),
                };
                self.wrong("数", "a number", mend);
                value.map(|value| super::lexer::Number {
                    value,
                    integer: plain.parse().ok(),
                })
            }
            Kind::Name(n, None) if matches!(n.to_lowercase().as_str(), "nan" | "inf" | "infinity") => {
                let finding = super::lexer::not_finite(span, n);
                self.cx.report.add(finding);
                None
            }
            Kind::Tuple(v) if v.len() == 1 => De {
                node: v.first()?,
                cx: self.cx,
            }
            .number(),
            _ => {
                self.wrong("数", "a number", |f| {
                    f.hint("写一个数，例如 0.9", "write a number, for example 0.9")
                });
                None
            }
        }
    }
    fn integer(&mut self, least: i128, most: i128) -> i128 {
        let Some(n) = self.number() else { return least.max(0) };
        let whole = n.integer.or_else(|| {
            let exact = n.value == n.value.trunc() && n.value.abs() < 9.0e15;
            exact.then_some(n.value as i128)
        });
        match whole {
            Some(i) if (least..=most).contains(&i) => i,
            _ => {
                let w: String = self.cx.report.written(self.node.span).chars().take(40).collect();
                self.cx.report.add(
                    Finding::error(
                        "number.whole",
                        self.node.span,
                        format!("这里应该是 {least} 到 {most} 的整数，却是 {w}"),
                        format!("expected a whole number from {least} to {most}, found {w}"),
                    )
                    .hint("写一个不带小数的数", "write a number without decimals"),
                );
                least.max(0)
            }
        }
    }
    fn string(&mut self) -> String {
        let span = self.node.span;
        let quoted = |s: &str| format!("\"{s}\"");
        match &self.node.kind {
            Kind::Str(s) => s.clone(),
            Kind::Char(c) => c.to_string(),
            Kind::Name(n, None) => {
                self.wrong("文字", "a text", |f| {
                    f.hint("文字要加英文双引号", "a text stands between double quotes").fix(
                        span.start,
                        span.end,
                        quoted(n),
                    )
                });
                n.clone()
            }
            Kind::Number(_) => {
                let w = self.cx.report.written(span).to_owned();
                self.wrong("文字", "a text", |f| {
                    f.hint("文字要加英文双引号", "a text stands between double quotes").fix(
                        span.start,
                        span.end,
                        quoted(&w),
                    )
                });
                w
            }
            _ => {
                self.wrong("文字", "a text", |f| f.hint("写成 \"…\"", "write \"…\""));
                String::new()
            }
        }
    }
    /// Elements of a list or tuple of the length wanted, or of whatever else was written.
    fn fixed(&mut self, len: usize) -> Vec<&'a Node> {
        let span = self.node.span;
        let items: Vec<&Node> = match &self.node.kind {
            Kind::Tuple(v) => v.iter().collect(),
            Kind::Unit => Vec::new(),
            Kind::Hole => return Vec::new(),
            Kind::List(v) => {
                self.wrong(
                    &format!("圆括号里的 {len} 个值"),
                    &format!("{len} values between ( )"),
                    |f| rebracket(f, span, "(", ")").hint("用圆括号 ( )", "use round brackets ( )"),
                );
                v.iter().collect()
            }
            Kind::Struct(fields) => {
                self.wrong(
                    &format!("圆括号里的 {len} 个值"),
                    &format!("{len} values between ( )"),
                    |f| f.hint("这里只写值，不写名称", "write the values without names"),
                );
                return fields.iter().map(|f| &f.value).collect();
            }
            _ => {
                self.wrong(
                    &format!("圆括号里的 {len} 个值"),
                    &format!("{len} values between ( )"),
                    |f| {
                        if len == 2 {
                            f.hint("例如 (1.0, 2.5)", "for example (1.0, 2.5)")
                        } else {
                            f
                        }
                    },
                );
                return Vec::new();
            }
        };
        if items.len() != len {
            let n = items.len();
            self.cx.report.add(
                Finding::error(
                    "value.count",
                    span,
                    format!("这里应该有 {len} 个值，却有 {n} 个"),
                    format!("expected {len} values, found {n}"),
                )
                .hint(
                    "值之间用逗号分隔，小数点用「.」",
                    "values are separated by commas; the decimal point is `.`",
                ),
            );
        }
        items
    }
    fn tuple<'de, V: Visitor<'de>>(mut self, len: usize, visitor: V) -> Result<V::Value, ReadError> {
        let items = self.fixed(len);
        let items = items.into_iter().chain(std::iter::repeat(&HOLE)).take(len).collect();
        visitor.visit_seq(Items {
            items,
            next: 0,
            cx: self.cx,
        })
    }
    /// Fields of a struct, however it was written.
    fn structure<'de, V: Visitor<'de>>(
        mut self,
        name: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let node = self.node;
        let span = node.span;
        let mut fields: Vec<Entry<'a>> = Vec::new();
        let body = match &node.kind {
            Kind::Name(n, Some(payload)) => {
                if n != name {
                    let end = span.start + self.name_length(n);
                    self.wrong(&format!("「{name}」"), &format!("`{name}`"), |f| {
                        f.hint(format!("写成 {name}( … )"), format!("write {name}( … )"))
                            .fix(span.start, end, name)
                    });
                }
                payload.as_ref()
            }
            _ => node,
        };
        let shown: Vec<&str> = known.iter().copied().filter(|k| *k != "$src").collect();
        match &body.kind {
            Kind::Struct(written) => {
                for f in written {
                    self.entry(name, f, written, &shown, &mut fields);
                }
            }
            Kind::Unit | Kind::Hole => {}
            Kind::Str(s) if name == "Text" => {
                let (zh, en) = if s.is_ascii() {
                    ("…", s.as_str())
                } else {
                    (s.as_str(), "…")
                };
                let by = format!("(zh: {zh:?}, en: {en:?})");
                self.cx.report.add(
                    Finding::error(
                        "text.both_languages",
                        span,
                        "这里要写中文和英文两种文字",
                        "this text is written in Chinese and in English",
                    )
                    .hint("写成 (zh: \"…\", en: \"…\")", "write (zh: \"…\", en: \"…\")")
                    .fix(span.start, span.end, by),
                );
                for k in known {
                    fields.push(Entry { name: k, value: body });
                }
            }
            Kind::Map(entries) => {
                self.wrong("圆括号里带名称的值", "named fields ( )", |f| {
                    rebracket(f, span, "(", ")").hint("用圆括号，名称不加引号", "use ( ) and names without quotes")
                });
                for (k, v) in entries {
                    if let Kind::Str(n) | Kind::Name(n, None) = &k.kind
                        && let Some(k) = shown.iter().find(|s| *s == n)
                    {
                        fields.push(Entry { name: k, value: v });
                    }
                }
            }
            _ => {
                let some = shown.iter().take(6).copied().collect::<Vec<_>>().join(": …, ");
                self.wrong("圆括号里带名称的值", "named fields ( )", |f| {
                    f.hint(format!("写成 ({some}: …)"), format!("write ({some}: …)"))
                });
            }
        }
        let src = Src {
            whole: span,
            fields: fields.iter().map(|e| (e.name.to_owned(), e.value.span)).collect(),
        };
        // What was unreadable counts as left out, but not as forgotten.
        let unreadable: Vec<&str> = fields
            .iter()
            .filter(|e| e.value.kind == Kind::Hole)
            .map(|e| e.name)
            .collect();
        fields.retain(|e| e.value.kind != Kind::Hole);
        for (_, field) in self.cx.required.iter().filter(|(s, _)| *s == name) {
            if fields.iter().all(|e| e.name != *field) {
                // Where something was written that is no struct, that was said already.
                if matches!(body.kind, Kind::Struct(_) | Kind::Unit) && !unreadable.contains(field) {
                    self.cx.report.add(
                        Finding::error(
                            "field.missing",
                            span,
                            format!("{name} 缺少「{field}」"),
                            format!("{name} lacks `{field}`"),
                        )
                        .hint(format!("补上「{field}: …」"), format!("add `{field}: …`")),
                    );
                }
                fields.push(Entry {
                    name: field,
                    value: &HOLE,
                });
            }
        }
        let src = known.contains(&"$src").then_some(src);
        let fields = Fields {
            fields,
            next: 0,
            src,
            at_src: false,
            cx: &mut *self.cx,
        };
        match visitor.visit_map(fields) {
            Err(ReadError::Missing(field)) => {
                // A field asked for twice would never end: then it is an error of the format itself.
                if self.cx.required.insert((name, field)) {
                    Err(ReadError::Again)
                } else {
                    Err(ReadError::Other(format!("{name}.{field}")))
                }
            }
            other => other,
        }
    }
    /// Length of a name as written: full-width letters are longer than what they stand for.
    fn name_length(&self, name: &str) -> u32 {
        let written = self.cx.report.written(self.node.span);
        let chars = name.chars().count();
        written.chars().take(chars).map(char::len_utf8).sum::<usize>() as u32
    }
    fn entry(
        &mut self,
        owner: &str,
        f: &'a Field,
        written: &[Field],
        shown: &[&'static str],
        fields: &mut Vec<Entry<'a>>,
    ) {
        let Some(name) = shown.iter().copied().find(|k| *k == f.name) else {
            let (hint, near) = if self.cx.report.full() {
                Default::default()
            } else {
                known_names(&f.name, shown)
            };
            let shown_name: String = f.name.chars().take(40).collect();
            let mut finding = Finding::error(
                "field.unknown",
                f.name_at,
                format!("{owner} 没有「{shown_name}」这一项"),
                format!("{owner} has no field `{shown_name}`"),
            )
            .hint(hint.zh, hint.en);
            if let Some(near) = near {
                finding = finding.fix(f.name_at.start, f.name_at.end, near);
                // Read as what was probably meant, so that its value is checked as well.
                let near = shown.iter().copied().find(|k| *k == near);
                let free = |n: &str| written.iter().all(|w| w.name != n) && fields.iter().all(|e| e.name != n);
                fields.extend(near.filter(|n| free(n)).map(|name| Entry { name, value: &f.value }));
            }
            self.cx.report.add(finding);
            return;
        };
        if let Some(i) = fields.iter().position(|e| e.name == name) {
            let line = fields.get(i).map_or(1, |e| self.cx.report.line(e.value.span));
            self.cx.report.add(
                Finding::error(
                    "field.twice",
                    f.name_at,
                    format!("「{name}」写了两次，第一次在第 {line} 行"),
                    format!("`{name}` is written twice, first at line {line}"),
                )
                .hint("删去其中一个", "delete one of them"),
            );
            return;
        }
        fields.push(Entry { name, value: &f.value });
    }
}

/// Replaces the brackets of a value where it stands in one line.
fn rebracket(f: Finding, at: Span, open: &str, close: &str) -> Finding {
    let (s, e) = (at.start as usize, at.end as usize);
    if e > s + 1 {
        f.fixes(vec![(s, s + 1, open.into()), (e - 1, e, close.into())])
    } else {
        f
    }
}

/// A field that is handed to serde.
struct Entry<'a> {
    name: &'static str,
    value: &'a Node,
}

macro_rules! integers {
    ($($method:ident $visit:ident $t:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, ReadError> {
            let i = self.integer(<$t>::MIN as i128, <$t>::MAX as i128);
            visitor.$visit(<$t>::try_from(i).unwrap_or_default())
        }
    )*};
}

impl<'de> de::Deserializer<'de> for De<'_, '_, '_> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.node.kind {
            Kind::Unit | Kind::Hole => visitor.visit_unit(),
            Kind::Bool(b) => visitor.visit_bool(*b),
            Kind::Number(n) => visitor.visit_f64(n.value),
            Kind::Char(c) => visitor.visit_char(*c),
            Kind::Str(s) | Kind::Name(s, None) => visitor.visit_str(s),
            Kind::List(v) | Kind::Tuple(v) => visitor.visit_seq(Items {
                items: v.iter().collect(),
                next: 0,
                cx: self.cx,
            }),
            Kind::Map(_) => self.deserialize_map(visitor),
            Kind::Struct(f) => {
                let entries = f.iter().map(|f| (f.name.clone(), &f.value)).collect();
                visitor.visit_map(Entries {
                    entries,
                    next: 0,
                    cx: self.cx,
                })
            }
            Kind::Name(_, Some(p)) => De { node: p, cx: self.cx }.deserialize_any(visitor),
        }
    }
    fn deserialize_bool<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, ReadError> {
        let span = self.node.span;
        let meant = match &self.node.kind {
            Kind::Bool(b) => return visitor.visit_bool(*b),
            Kind::Name(s, None) | Kind::Str(s) => match s.to_lowercase().as_str() {
                "true" | "yes" | "on" | "是" => Some(true),
                "false" | "no" | "off" | "否" => Some(false),
                _ => None,
            },
            _ => None,
        };
        self.wrong("true（是）或 false（否）", "true or false", |f| match meant {
            Some(b) => f
                .hint(format!("写成 {b}"), format!("write {b}"))
                .fix(span.start, span.end, b.to_string()),
            None => f.hint("写 true 或 false", "write true or false"),
        });
        visitor.visit_bool(meant.unwrap_or(false))
    }
    integers! {
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
    }
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_f64(visitor)
    }
    fn deserialize_f64<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, ReadError> {
        let value = self.number().map_or(0.0, |n| n.value);
        visitor.visit_f64(value)
    }
    fn deserialize_char<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, ReadError> {
        let s = self.string();
        visitor.visit_char(s.chars().next().unwrap_or(' '))
    }
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_string(visitor)
    }
    fn deserialize_string<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, ReadError> {
        let s = self.string();
        visitor.visit_string(s)
    }
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_byte_buf(visitor)
    }
    fn deserialize_byte_buf<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, ReadError> {
        let s = self.string();
        visitor.visit_byte_buf(s.into_bytes())
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.node.kind {
            Kind::Hole => visitor.visit_none(),
            Kind::Name(n, None) if n == "None" => visitor.visit_none(),
            Kind::Name(n, Some(payload)) if n == "Some" => visitor.visit_some(De {
                node: De::unwrapped(payload),
                cx: self.cx,
            }),
            _ => visitor.visit_some(self),
        }
    }
    fn deserialize_unit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, ReadError> {
        if self.node.kind != Kind::Unit {
            self.wrong("空括号 ()", "empty brackets ()", |f| f);
        }
        visitor.visit_unit()
    }
    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match &self.node.kind {
            Kind::Name(n, Some(payload)) if n == name => visitor.visit_newtype_struct(De {
                node: De::unwrapped(payload),
                cx: self.cx,
            }),
            _ => visitor.visit_newtype_struct(self),
        }
    }
    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, ReadError> {
        let span = self.node.span;
        let items = match &self.node.kind {
            Kind::List(v) => v.iter().collect(),
            Kind::Hole => Vec::new(),
            Kind::Unit => {
                self.wrong("方括号里的列表 [ ]", "a list [ ]", |f| {
                    rebracket(f, span, "[", "]").hint("用方括号 [ ]", "use square brackets [ ]")
                });
                Vec::new()
            }
            Kind::Tuple(v) => {
                self.wrong("方括号里的列表 [ ]", "a list [ ]", |f| {
                    rebracket(f, span, "[", "]").hint("用方括号 [ ]", "use square brackets [ ]")
                });
                v.iter().collect()
            }
            // One thing in the place of a list of such things.
            _ => {
                let w = self.cx.report.written(span).to_owned();
                self.wrong("方括号里的列表 [ ]", "a list [ ]", |f| {
                    f.hint("写成 [ … ]", "write [ … ]")
                        .fix(span.start, span.end, format!("[{w}]"))
                });
                if matches!(self.node.kind, Kind::Map(_)) {
                    Vec::new()
                } else {
                    vec![self.node]
                }
            }
        };
        visitor.visit_seq(Items {
            items,
            next: 0,
            cx: self.cx,
        })
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.tuple(len, visitor)
    }
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.tuple(len, visitor)
    }
    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, ReadError> {
        let span = self.node.span;
        let mut entries: Vec<(String, &Node)> = Vec::new();
        match &self.node.kind {
            Kind::Map(m) => {
                let mut seen: std::collections::BTreeMap<String, usize> = Default::default();
                for (k, v) in m {
                    let key = De { node: k, cx: self.cx }.string();
                    if k.kind == Kind::Hole {
                        continue;
                    }
                    if let Some(line) = seen.get(&key) {
                        self.cx.report.add(
                            Finding::error(
                                "name.twice",
                                k.span,
                                format!("名称「{key}」用了两次，第一次在第 {line} 行"),
                                format!("the name `{key}` is used twice, first at line {line}"),
                            )
                            .hint("换一个名称，或删去其中一个", "use another name, or delete one of them"),
                        );
                        continue;
                    }
                    seen.insert(key.clone(), self.cx.report.line(k.span));
                    entries.push((key, v));
                }
            }
            Kind::Struct(fields) => {
                self.wrong("花括号里的对照表 { }", "a map { }", |f| {
                    f.hint("写成 { \"名称\": 值 }", "write { \"name\": value }")
                });
                entries.extend(fields.iter().map(|f| (f.name.clone(), &f.value)));
            }
            Kind::Hole => {}
            Kind::Unit => self.wrong("花括号里的对照表 { }", "a map { }", |f| {
                rebracket(f, span, "{", "}").hint("用花括号 { }", "use curly brackets { }")
            }),
            _ => self.wrong("花括号里的对照表 { }", "a map { }", |f| {
                f.hint("写成 { \"名称\": 值 }", "write { \"name\": value }")
            }),
        }
        visitor.visit_map(Entries {
            entries,
            next: 0,
            cx: self.cx,
        })
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.structure(name, fields, visitor)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let span = self.node.span;
        let first = variants.first().copied().unwrap_or("");
        let hole = |cx| Variant {
            name: first,
            payload: Payload::Hole,
            span,
            cx,
        };
        let (written, payload) = match &self.node.kind {
            Kind::Name(n, p) => (n, p.as_deref()),
            Kind::Str(s) if variants.contains(&s.as_str()) => {
                self.wrong("不加引号的名称", "a name without quotes", |f| {
                    f.hint("去掉引号", "take the quotes away").fix(span.start, span.end, s)
                });
                (s, None)
            }
            _ => {
                let list = variants.iter().take(24).copied().collect::<Vec<_>>().join(", ");
                self.wrong("下列名称之一", "one of the names known here", |f| {
                    f.hint(format!("可用的有：{list}"), format!("known: {list}"))
                });
                return visitor.visit_enum(hole(self.cx));
            }
        };
        let name = match variants.iter().copied().find(|v| v == written) {
            Some(v) => v,
            None => {
                let full = self.cx.report.full();
                let (hint, near) = if full {
                    Default::default()
                } else {
                    known_names(written, variants)
                };
                let shown: String = written.chars().take(40).collect();
                let at = Span {
                    end: span.start + self.name_length(written),
                    ..span
                };
                let mut f = Finding::error(
                    "name.unknown_kind",
                    at,
                    format!("没有「{shown}」这一种"),
                    format!("there is no kind `{shown}`"),
                )
                .hint(hint.zh, hint.en);
                if let Some(near) = near {
                    f = f.fix(at.start, at.end, near);
                }
                self.cx.report.add(f);
                match near {
                    Some(v) => v,
                    None => return visitor.visit_enum(hole(self.cx)),
                }
            }
        };
        let payload = payload.map_or(Payload::None, Payload::Some);
        visitor.visit_enum(Variant {
            name,
            payload,
            span,
            cx: self.cx,
        })
    }
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_string(visitor)
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }
}

struct Items<'a, 'c, 'r> {
    items: Vec<&'a Node>,
    next: usize,
    cx: &'c mut Cx<'r>,
}
impl<'de> de::SeqAccess<'de> for Items<'_, '_, '_> {
    type Error = ReadError;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        // Reported holes between values are left out of nothing: tuples need them, lists get a neutral value.
        let Some(node) = self.items.get(self.next).copied() else {
            return Ok(None);
        };
        self.next += 1;
        seed.deserialize(De {
            node,
            cx: &mut *self.cx,
        })
        .map(Some)
    }
    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() - self.next)
    }
}

struct Entries<'a, 'c, 'r> {
    entries: Vec<(String, &'a Node)>,
    next: usize,
    cx: &'c mut Cx<'r>,
}
impl<'de> de::MapAccess<'de> for Entries<'_, '_, '_> {
    type Error = ReadError;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        let Some((key, _)) = self.entries.get(self.next) else {
            return Ok(None);
        };
        let key: StrDeserializer<'_, ReadError> = key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        let node = self.entries.get(self.next).map_or(&HOLE, |e| e.1);
        self.next += 1;
        seed.deserialize(De {
            node,
            cx: &mut *self.cx,
        })
    }
}

struct Fields<'a, 'c, 'r> {
    fields: Vec<Entry<'a>>,
    next: usize,
    src: Option<Src>,
    at_src: bool,
    cx: &'c mut Cx<'r>,
}
impl<'de> de::MapAccess<'de> for Fields<'_, '_, '_> {
    type Error = ReadError;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        if self.src.is_some() {
            self.at_src = true;
            let key: StrDeserializer<'_, ReadError> = "$src".into_deserializer();
            return seed.deserialize(key).map(Some);
        }
        let Some(entry) = self.fields.get(self.next) else {
            return Ok(None);
        };
        let key: StrDeserializer<'_, ReadError> = entry.name.into_deserializer();
        seed.deserialize(key).map(Some)
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        if std::mem::take(&mut self.at_src) {
            let src = self.src.take().unwrap_or_default();
            return seed.deserialize(Plain::from(src));
        }
        let node = self.fields.get(self.next).map_or(&HOLE, |e| e.value);
        self.next += 1;
        seed.deserialize(De {
            node,
            cx: &mut *self.cx,
        })
    }
}

enum Payload<'a> {
    None,
    Some(&'a Node),
    /// The variant itself is a stopgap: whatever it holds is neutral.
    Hole,
}

struct Variant<'a, 'c, 'r> {
    name: &'static str,
    payload: Payload<'a>,
    span: Span,
    cx: &'c mut Cx<'r>,
}
impl<'a, 'r> Variant<'a, '_, 'r> {
    fn inner(&mut self) -> &'a Node {
        match self.payload {
            Payload::Some(node) => node,
            Payload::Hole => &HOLE,
            Payload::None => {
                let name = self.name;
                self.cx.report.add(
                    Finding::error(
                        "value.payload_missing",
                        self.span,
                        format!("「{name}」后面缺少括号里的内容"),
                        format!("`{name}` lacks what stands between its brackets"),
                    )
                    .hint(format!("写成 {name}( … )"), format!("write {name}( … )")),
                );
                &HOLE
            }
        }
    }
}
impl<'de, 'c, 'r> de::EnumAccess<'de> for Variant<'_, 'c, 'r> {
    type Error = ReadError;
    type Variant = Self;
    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), ReadError> {
        let name: StrDeserializer<'_, ReadError> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}
impl<'de> de::VariantAccess<'de> for Variant<'_, '_, '_> {
    type Error = ReadError;
    fn unit_variant(self) -> Result<(), ReadError> {
        if let Payload::Some(node) = self.payload {
            let name = self.name;
            self.cx.report.add(
                Finding::error(
                    "value.payload_unexpected",
                    node.span,
                    format!("「{name}」后面不带括号"),
                    format!("`{name}` takes no brackets"),
                )
                .hint(format!("只写 {name}"), format!("write {name} alone"))
                .fix(node.span.start, node.span.end, ""),
            );
        }
        Ok(())
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(mut self, seed: T) -> Result<T::Value, ReadError> {
        let node = De::unwrapped(self.inner());
        seed.deserialize(De { node, cx: self.cx })
    }
    fn tuple_variant<V: Visitor<'de>>(mut self, len: usize, visitor: V) -> Result<V::Value, ReadError> {
        let node = self.inner();
        De { node, cx: self.cx }.tuple(len, visitor)
    }
    fn struct_variant<V: Visitor<'de>>(
        mut self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let node = self.inner();
        De { node, cx: self.cx }.structure(self.name, fields, visitor)
    }
}

/// A value made by the reader itself: [`Src`].
enum Plain {
    Number(u32),
    Text(String),
    Sequence(Vec<Plain>),
}
impl From<Span> for Plain {
    fn from(s: Span) -> Self {
        Self::Sequence(vec![Self::Number(s.file), Self::Number(s.start), Self::Number(s.end)])
    }
}
impl From<Src> for Plain {
    fn from(s: Src) -> Self {
        let fields = s
            .fields
            .into_iter()
            .map(|(n, span)| Self::Sequence(vec![Self::Text(n), span.into()]));
        Self::Sequence(vec![s.whole.into(), Self::Sequence(fields.collect())])
    }
}
impl<'de> IntoDeserializer<'de, ReadError> for Plain {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}
impl<'de> de::Deserializer<'de> for Plain {
    type Error = ReadError;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self {
            Self::Number(n) => visitor.visit_u32(n),
            Self::Text(s) => visitor.visit_string(s),
            Self::Sequence(v) => visitor.visit_seq(de::value::SeqDeserializer::new(v.into_iter())),
        }
    }
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
