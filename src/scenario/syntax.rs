//! Tokens to a tree of values with places. Tolerant: every problem of a file is found in one pass, and what can be
//! understood is kept.

use super::Span;
use super::balance::balance;
use super::lexer::{Bracket, Number, Tok, Token, lex};
use super::report::{Finding, Report};

/// A file may have this many bytes.
pub const LARGEST: usize = 4 * 1024 * 1024;

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub span: Span,
    pub kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `()`
    Unit,
    Bool(bool),
    Number(Number),
    Char(char),
    Str(String),
    /// `[a, b]`
    List(Vec<Node>),
    /// `{key: value}`
    Map(Vec<(Node, Node)>),
    /// `(name: value)`
    Struct(Vec<Field>),
    /// `(a, b)`
    Tuple(Vec<Node>),
    /// `Bedroom`, `Steady(100)`, `Door(name: "d")`: the payload is a unit, struct or tuple.
    Name(String, Option<Box<Node>>),
    /// Unreadable, already reported.
    Hole,
}

/// A named field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: String,
    pub name_at: Span,
    pub value: Node,
}

impl Node {
    /// The field of a struct, also under a name (`Scenario(...)`).
    pub fn field(&self, name: &str) -> Option<&Field> {
        match &self.kind {
            Kind::Struct(fields) => fields.iter().find(|f| f.name == name),
            Kind::Name(_, Some(payload)) => payload.field(name),
            _ => None,
        }
    }
    /// The values directly inside, in the order of the text.
    pub fn children(&self) -> Vec<&Node> {
        match &self.kind {
            Kind::List(v) | Kind::Tuple(v) => v.iter().collect(),
            Kind::Struct(f) => f.iter().map(|f| &f.value).collect(),
            Kind::Map(m) => m.iter().flat_map(|(k, v)| [k, v]).collect(),
            Kind::Name(_, Some(p)) => vec![p],
            _ => Vec::new(),
        }
    }
}

/// Reads the bytes of a file into the report: GBK and UTF-16 are recognised, reported and decoded. `None` if the
/// file is too large.
pub(super) fn decode(report: &mut Report, path: &str, bytes: &[u8]) -> Option<u32> {
    let start = |file| Span { file, start: 0, end: 0 };
    if bytes.len() > LARGEST {
        let file = report.add_file(path, String::new());
        let mib = bytes.len() as f64 / (1024.0 * 1024.0);
        report.add(
            Finding::error(
                "file.too_large",
                start(file),
                format!("文件太大：{mib:.1} MiB，最多 4 MiB"),
                format!("the file is too large: {mib:.1} MiB, at most 4 MiB"),
            )
            .hint("这大概不是情景文件", "this is probably not a scenario"),
        );
        return None;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let bom = text.starts_with('\u{feff}');
        let file = report.add_file(path, text.trim_start_matches('\u{feff}').to_owned());
        if bom {
            report.add(
                Finding::warning(
                    "file.bom",
                    start(file),
                    "文件开头有看不见的 BOM 标记",
                    "the file begins with an invisible byte order mark",
                )
                .hint(
                    "另存为「UTF-8」（不带 BOM）；可以照常使用",
                    "save as UTF-8 without BOM; it still works",
                ),
            );
        }
        return Some(file);
    }
    let utf16 = match bytes {
        [0xff, 0xfe, ..] => Some(encoding_rs::UTF_16LE),
        [0xfe, 0xff, ..] => Some(encoding_rs::UTF_16BE),
        _ => None,
    };
    let encoding = utf16.unwrap_or(encoding_rs::GB18030);
    let (text, _, broken) = encoding.decode(bytes);
    let bad = std::str::from_utf8(bytes).map_or_else(|e| e.valid_up_to(), |_| 0);
    let (name, text) = match (broken, utf16) {
        (false, Some(_)) => ("UTF-16", text.into_owned()),
        (false, None) => ("GBK", text.into_owned()),
        (true, _) => ("", String::from_utf8_lossy(bytes).into_owned()),
    };
    // The bytes before the first bad one are the same in every decoding but UTF-16.
    let at = if utf16.is_some() { 0 } else { bad as u32 };
    let file = report.add_file(path, text);
    let at = Span {
        file,
        start: at,
        end: at,
    };
    let finding = if name.is_empty() {
        Finding::error(
            "file.encoding",
            at,
            "文件从这里起不是 UTF-8 文字",
            "from here on the file is not text in UTF-8",
        )
    } else {
        let id = if name == "GBK" { "file.gbk" } else { "file.utf_16" };
        Finding::error(
            id,
            at,
            format!("这个文件是 {name} 编码，要用 UTF-8"),
            format!("this file is {name}; it must be UTF-8"),
        )
    };
    report.add(finding.hint(
        "用记事本打开，另存为时编码选「UTF-8」",
        "open it in an editor and save it with the encoding UTF-8",
    ));
    Some(file)
}

/// Reads a file that the report knows into a tree.
pub(super) fn parse(report: &mut Report, file: u32) -> Node {
    let lexed = lex(report, file);
    let tokens = balance(report, file, lexed);
    let mut parser = Parser {
        tokens: &tokens,
        pos: 0,
        file,
        report,
    };
    parser.document()
}

struct Parser<'a> {
    tokens: &'a [Token],
    pos: usize,
    file: u32,
    report: &'a mut Report,
}

/// An element between round brackets.
enum Element {
    Field(Field),
    Value(Node),
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Tok> {
        self.tokens.get(self.pos).map(|t| &t.tok)
    }
    fn peek_at(&self, ahead: usize) -> Option<&Tok> {
        self.tokens.get(self.pos + ahead).map(|t| &t.tok)
    }
    fn here(&self) -> Span {
        let end = self.previous_end();
        self.tokens.get(self.pos).map_or(end, |t| self.span(t.start, t.end))
    }
    fn span(&self, start: u32, end: u32) -> Span {
        Span {
            file: self.file,
            start,
            end,
        }
    }
    /// Just behind the token before.
    fn previous_end(&self) -> Span {
        let end = self
            .pos
            .checked_sub(1)
            .and_then(|p| self.tokens.get(p))
            .map_or(0, |t| t.end);
        self.span(end, end)
    }
    fn node(&self, start: u32, kind: Kind) -> Node {
        Node {
            span: self.span(start, self.previous_end().end),
            kind,
        }
    }

    fn document(&mut self) -> Node {
        self.header();
        if self.tokens.get(self.pos).is_none() {
            self.report.add(
                Finding::error("syntax.empty", self.span(0, 0), "文件是空的", "the file is empty")
                    .hint("至少要有 Scenario( … )", "at least Scenario( … ) is needed"),
            );
            return Node {
                span: self.span(0, 0),
                kind: Kind::Hole,
            };
        }
        if matches!(
            (self.peek(), self.peek_at(1)),
            (Some(Tok::Ident(_)), Some(Tok::Colon | Tok::Equals))
        ) {
            let at = self.here();
            self.report.add(
                Finding::error(
                    "syntax.no_outer_brackets",
                    at,
                    "整个文件外面缺一对括号",
                    "the whole file must stand between brackets",
                )
                .hint("写成 Scenario( … )", "write Scenario( … )"),
            );
            return self.elements(at.start, None);
        }
        let root = self.value();
        if self.tokens.get(self.pos).is_some() {
            let at = self.here();
            self.report.add(
                Finding::error(
                    "syntax.trailing",
                    at,
                    "内容到这里应该已经结束",
                    "the content should have ended before this",
                )
                .hint(
                    "检查前面是不是多了右括号",
                    "see whether a closing bracket before this is one too many",
                ),
            );
        }
        root
    }

    /// `#![enable(...)]`, which other readers of this notation know.
    fn header(&mut self) {
        const KNOWN: [&str; 4] = [
            "implicit_some",
            "unwrap_newtypes",
            "unwrap_variant_newtypes",
            "explicit_struct_names",
        ];
        while self.peek() == Some(&Tok::Hash) {
            self.pos += 1;
            if self.peek() == Some(&Tok::Bang) {
                self.pos += 1;
            }
            let at = self.here();
            let header = self.value();
            let names = match header.kind {
                Kind::List(v) => v.into_iter().next().and_then(|n| match n.kind {
                    Kind::Name(e, Some(p)) if e == "enable" => Some(p),
                    _ => None,
                }),
                _ => None,
            };
            let unknown = match &names {
                Some(p) => p
                    .children()
                    .into_iter()
                    .find(|n| !matches!(&n.kind, Kind::Name(n, None) if KNOWN.contains(&n.as_str())))
                    .map(|n| n.span),
                None => Some(at),
            };
            if let Some(at) = unknown {
                self.report.add(
                    Finding::warning(
                        "syntax.header",
                        at,
                        "文件头里有不认识的内容",
                        "the header of the file says something unknown",
                    )
                    .hint("文件头可以整行删去", "the header can be deleted"),
                );
            }
        }
    }

    /// Reads one value. Takes at least one token unless a comma or closing bracket stands there.
    fn value(&mut self) -> Node {
        let Some(token) = self.tokens.get(self.pos) else {
            let at = self.previous_end();
            self.value_expected(at);
            return Node {
                span: at,
                kind: Kind::Hole,
            };
        };
        let at = self.span(token.start, token.end);
        let kind = match &token.tok {
            Tok::Comma | Tok::Close(_) => {
                self.value_expected(at);
                return Node {
                    span: at,
                    kind: Kind::Hole,
                };
            }
            Tok::Open(b) => {
                let b = *b;
                self.pos += 1;
                return match b {
                    Bracket::Round => self.elements(at.start, Some(())),
                    Bracket::Square => self.list(at.start),
                    Bracket::Curly => self.map(at.start),
                };
            }
            Tok::Str(s) => Kind::Str(s.clone()),
            Tok::Char(c) => Kind::Char(*c),
            Tok::Number(n) => Kind::Number(*n),
            Tok::Hole => Kind::Hole,
            Tok::Ident(name) if name == "true" || name == "false" => Kind::Bool(name == "true"),
            Tok::Ident(name) => {
                let name = name.clone();
                self.pos += 1;
                let payload = if self.peek() == Some(&Tok::Open(Bracket::Round)) {
                    let start = self.here().start;
                    self.pos += 1;
                    Some(Box::new(self.elements(start, Some(()))))
                } else {
                    None
                };
                return self.node(at.start, Kind::Name(name, payload));
            }
            Tok::Colon | Tok::Equals | Tok::Hash | Tok::Bang => {
                self.value_expected(at);
                Kind::Hole
            }
        };
        self.pos += 1;
        Node { span: at, kind }
    }

    fn value_expected(&mut self, at: Span) {
        let found: String = self.report.written(at).chars().take(20).collect();
        let (zh, en) = if found.is_empty() {
            ("这里缺一个值".to_owned(), "a value is missing here".to_owned())
        } else {
            (
                format!("这里应该是一个值，却是「{found}」"),
                format!("expected a value, found `{found}`"),
            )
        };
        self.report
            .add(Finding::error("syntax.value_expected", at, zh, en).hint(
                "补上值，或删去多余的符号",
                "put the value in, or delete what is too much",
            ));
    }

    /// After an element: true if the list goes on. `closer` is `None` at the top of a file without brackets.
    fn separator(&mut self, closer: Option<Bracket>) -> bool {
        match (self.peek(), closer) {
            (None, _) => false,
            (Some(Tok::Close(_)), Some(_)) => {
                self.pos += 1;
                false
            }
            (Some(Tok::Comma), _) => {
                self.pos += 1;
                self.extra_commas();
                match (self.peek(), closer) {
                    (None, _) => false,
                    (Some(Tok::Close(_)), Some(_)) => {
                        self.pos += 1;
                        false
                    }
                    _ => true,
                }
            }
            (Some(Tok::Colon | Tok::Equals), _) => {
                let at = self.here();
                self.report.add(
                    Finding::error(
                        "syntax.unexpected_colon",
                        at,
                        "这里不该有冒号",
                        "a colon does not belong here",
                    )
                    .hint(
                        "「名称: 值」只能写在圆括号里；方括号里只写值",
                        "`name: value` goes between ( ); between [ ] there are values only",
                    ),
                );
                self.pos += 1;
                // What follows the colon takes the place of nothing: read it, leave it.
                if !matches!(self.peek(), None | Some(Tok::Comma | Tok::Close(_))) {
                    self.value();
                }
                self.separator_again(closer)
            }
            _ => {
                let at = self.previous_end();
                self.report.add(
                    Finding::error("syntax.missing_comma", at, "这里缺少逗号", "a comma is missing here")
                        .hint("在两项之间加英文逗号「,」", "put a comma between the two")
                        .fix(at.start, at.end, ","),
                );
                true
            }
        }
    }
    /// Once more after a stray colon, without recursion.
    fn separator_again(&mut self, closer: Option<Bracket>) -> bool {
        if matches!(self.peek(), Some(Tok::Colon | Tok::Equals)) {
            return true;
        }
        self.separator(closer)
    }

    fn extra_commas(&mut self) {
        let mut reported = false;
        while self.peek() == Some(&Tok::Comma) {
            let at = self.here();
            if !reported {
                self.report.add(
                    Finding::error("syntax.extra_comma", at, "多了一个逗号", "one comma too many")
                        .hint("删去它", "delete it")
                        .fix(at.start, at.end, ""),
                );
            }
            reported = true;
            self.pos += 1;
        }
    }

    /// Begin of a bracket: true if anything stands in it.
    fn begins(&mut self) -> bool {
        self.extra_commas();
        if matches!(self.peek(), Some(Tok::Close(_))) {
            self.pos += 1;
            return false;
        }
        self.peek().is_some()
    }

    fn list(&mut self, start: u32) -> Node {
        let mut items = Vec::new();
        if self.begins() {
            loop {
                items.push(self.value());
                if !self.separator(Some(Bracket::Square)) {
                    break;
                }
            }
        }
        self.node(start, Kind::List(items))
    }

    fn map(&mut self, start: u32) -> Node {
        let mut items = Vec::new();
        if self.begins() {
            loop {
                let key = self.value();
                let value = match self.peek() {
                    Some(Tok::Colon) => {
                        self.pos += 1;
                        self.value()
                    }
                    Some(Tok::Equals) => {
                        self.equals();
                        self.value()
                    }
                    None | Some(Tok::Comma | Tok::Close(_)) => {
                        let at = self.previous_end();
                        self.value_expected(at);
                        Node {
                            span: at,
                            kind: Kind::Hole,
                        }
                    }
                    Some(_) => {
                        self.missing_colon();
                        self.value()
                    }
                };
                items.push((key, value));
                if !self.separator(Some(Bracket::Curly)) {
                    break;
                }
            }
        }
        self.node(start, Kind::Map(items))
    }

    fn equals(&mut self) {
        let at = self.here();
        self.report.add(
            Finding::error(
                "syntax.equals",
                at,
                "名称和值之间要用冒号",
                "name and value are joined by a colon",
            )
            .hint("把「=」改成英文冒号「:」", "write `:` in place of `=`")
            .fix(at.start, at.end, ":"),
        );
        self.pos += 1;
    }
    fn missing_colon(&mut self) {
        let at = self.previous_end();
        self.report.add(
            Finding::error(
                "syntax.missing_colon",
                at,
                "名称后面缺少冒号",
                "a colon is missing after the name",
            )
            .hint("写成「名称: 值」", "write `name: value`")
            .fix(at.start, at.end, ":"),
        );
    }

    /// One element between round brackets: `name: value` or a value.
    fn element(&mut self) -> Element {
        let name = match self.peek() {
            Some(Tok::Ident(name)) => Some((name.clone(), false)),
            Some(Tok::Str(name)) => Some((name.clone(), true)),
            _ => None,
        };
        let Some((name, quoted)) = name else {
            return Element::Value(self.value());
        };
        let name_at = self.here();
        // Fields begin small, variants with a capital: `use Bedroom` lacks its colon, `Alarm "x"` a comma.
        let small = !quoted && name != "true" && name != "false" && name.starts_with(|c: char| !c.is_uppercase());
        match self.peek_at(1) {
            Some(Tok::Colon) => self.pos += 2,
            Some(Tok::Equals) => {
                self.pos += 1;
                self.equals();
            }
            Some(Tok::Str(_) | Tok::Number(_) | Tok::Ident(_) | Tok::Open(_) | Tok::Hole) if small => {
                self.pos += 1;
                self.missing_colon();
            }
            _ => return Element::Value(self.value()),
        }
        if quoted {
            self.report.add(
                Finding::error(
                    "syntax.quoted_field",
                    name_at,
                    "名称不加引号",
                    "a field's name has no quotes",
                )
                .hint("去掉引号", "take the quotes away")
                .fix(name_at.start, name_at.end, name.clone()),
            );
        }
        let value = self.value();
        Element::Field(Field { name, name_at, value })
    }

    /// What stands between round brackets: a struct, a tuple or nothing.
    fn elements(&mut self, start: u32, bracket: Option<()>) -> Node {
        let closer = bracket.map(|()| Bracket::Round);
        let mut fields = Vec::new();
        let mut values = Vec::new();
        if self.begins() {
            loop {
                match self.element() {
                    Element::Field(f) => fields.push(f),
                    Element::Value(v) => values.push(v),
                }
                if !self.separator(closer) {
                    break;
                }
            }
        }
        if fields.is_empty() {
            let kind = if values.is_empty() {
                Kind::Unit
            } else {
                Kind::Tuple(values)
            };
            return self.node(start, kind);
        }
        for v in values.iter().filter(|v| v.kind != Kind::Hole) {
            self.report.add(
                Finding::error(
                    "syntax.field_name_expected",
                    v.span,
                    "这个值前面缺名称",
                    "this value lacks the name of its field",
                )
                .hint("写成「名称: 值」", "write `name: value`"),
            );
        }
        self.node(start, Kind::Struct(fields))
    }
}
