//! Text to tokens: strings, numbers, comments; full-width slips of a Chinese keyboard are read as their ASCII twins
//! and reported.

use super::Span;
use super::report::{Finding, Fix, Report};

/// Kinds of bracket: `( )`, `[ ]`, `{ }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    Round,
    Square,
    Curly,
}
impl Bracket {
    pub const fn open(self) -> char {
        match self {
            Self::Round => '(',
            Self::Square => '[',
            Self::Curly => '{',
        }
    }
    pub const fn close(self) -> char {
        match self {
            Self::Round => ')',
            Self::Square => ']',
            Self::Curly => '}',
        }
    }
}

/// A number as written: its value, and the exact integer if it is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    pub value: f64,
    pub integer: Option<i128>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tok {
    Open(Bracket),
    Close(Bracket),
    Comma,
    Colon,
    Equals,
    Hash,
    Bang,
    Str(String),
    Char(char),
    Number(Number),
    Ident(String),
    /// Something unreadable, already reported.
    Hole,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub tok: Tok,
    pub start: u32,
    pub end: u32,
    /// First of its line.
    pub first: bool,
    /// Characters before the first token of its line.
    pub indent: u32,
}

/// Tokens of a file.
pub(super) struct Lexed {
    pub tokens: Vec<Token>,
    /// An unterminated comment swallowed the end: missing brackets say nothing.
    pub cut_off: bool,
}

/// The ASCII character that a full-width or typographic one stands for.
fn ascii_twin(c: char) -> Option<char> {
    match c {
        '；' => Some(','),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
        '、' => Some(','),
        '。' | '｡' => Some('.'),
        '【' | '〔' | '〖' => Some('['),
        '】' | '〕' | '〗' => Some(']'),
        '“' | '”' | '„' | '「' | '」' | '『' | '』' | '‘' | '’' => Some('"'),
        '—' | '–' | '−' => Some('-'),
        '\u{3000}' | '\u{a0}' | '\u{2002}' | '\u{2003}' | '\u{200b}' | '\u{feff}' => Some(' '),
        _ => None,
    }
}

/// Whether a typographic quote ends a string that this one began.
fn closes(opener: char, c: char) -> bool {
    match opener {
        '‘' | '’' | '\'' => matches!(c, '‘' | '’' | '\''),
        '「' => c == '」',
        '『' => c == '』',
        '＂' => c == '＂' || c == '"',
        '"' => c == '"',
        _ => matches!(c, '“' | '”' | '"'),
    }
}

/// Strings that were not ended, beyond which the rest is not searched again: keeps the time linear.
const MOST_UNTERMINATED: usize = 20;

struct Lexer<'a> {
    text: &'a str,
    pos: usize,
    file: u32,
    report: &'a mut Report,
    tokens: Vec<Token>,
    slips: Vec<(usize, usize, char)>,
    line_start: usize,
    indent: u32,
    first: bool,
    unterminated: usize,
    cut_off: bool,
    /// End of the last run of unreadable characters.
    junk_end: usize,
}

/// Reads the tokens of a file that the report knows.
pub(super) fn lex(report: &mut Report, file: u32) -> Lexed {
    let text = report.text(file).to_owned();
    let mut lexer = Lexer {
        text: &text,
        pos: 0,
        file,
        report,
        tokens: Vec::new(),
        slips: Vec::new(),
        line_start: 0,
        indent: 0,
        first: true,
        unterminated: 0,
        cut_off: false,
        junk_end: usize::MAX,
    };
    while lexer.token() {}
    lexer.report_slips();
    Lexed {
        tokens: lexer.tokens,
        cut_off: lexer.cut_off,
    }
}

impl Lexer<'_> {
    fn raw(&self) -> Option<char> {
        self.text.get(self.pos..).and_then(|t| t.chars().next())
    }
    /// The next character as code: full-width ones as their twins.
    fn peek(&self) -> Option<char> {
        self.raw().map(|c| ascii_twin(c).unwrap_or(c))
    }
    fn peek_second(&self) -> Option<char> {
        let mut rest = self.text.get(self.pos..)?.chars();
        rest.next();
        rest.next().map(|c| ascii_twin(c).unwrap_or(c))
    }
    /// Takes a character of code and notes the slip if it is one.
    fn bump(&mut self) -> Option<char> {
        let c = self.raw()?;
        let start = self.pos;
        self.pos += c.len_utf8();
        if c == '\n' {
            self.line_start = self.pos;
            self.first = true;
        }
        Some(match ascii_twin(c) {
            Some(twin) => {
                self.slips.push((start, self.pos, twin));
                twin
            }
            None => c,
        })
    }
    /// Takes a character of a string or comment.
    fn bump_raw(&mut self) {
        if let Some(c) = self.raw() {
            self.pos += c.len_utf8();
            if c == '\n' {
                self.line_start = self.pos;
                self.first = true;
            }
        }
    }
    fn span(&self, start: usize, end: usize) -> Span {
        Span {
            file: self.file,
            start: start as u32,
            end: end as u32,
        }
    }
    fn push(&mut self, tok: Tok, start: usize, first: bool) {
        let (end, indent) = (self.pos as u32, self.indent);
        self.tokens.push(Token {
            tok,
            start: start as u32,
            end,
            first,
            indent,
        });
    }

    /// Reads one token; false at the end.
    fn token(&mut self) -> bool {
        loop {
            match self.peek() {
                None => return false,
                Some(c) if c.is_whitespace() => {
                    self.bump();
                }
                Some('/') if matches!(self.peek_second(), Some('/' | '*')) => self.comment(),
                Some(_) => break,
            }
        }
        let start = self.pos;
        let first = std::mem::take(&mut self.first);
        if first {
            self.indent = (start - self.line_start).min(u32::MAX as usize) as u32;
        }
        let opener = self.raw().unwrap_or(' ');
        let Some(c) = self.bump() else { return false };
        let tok = match c {
            '(' => Tok::Open(Bracket::Round),
            ')' => Tok::Close(Bracket::Round),
            '[' => Tok::Open(Bracket::Square),
            ']' => Tok::Close(Bracket::Square),
            '{' => Tok::Open(Bracket::Curly),
            '}' => Tok::Close(Bracket::Curly),
            ',' => Tok::Comma,
            ':' => Tok::Colon,
            '=' => {
                if self.peek() == Some('>') {
                    self.bump();
                }
                Tok::Equals
            }
            '#' => Tok::Hash,
            '!' => Tok::Bang,
            ';' => {
                let at = self.span(start, self.pos);
                self.report.add(
                    Finding::error(
                        "syntax.semicolon",
                        at,
                        "这里不能用分号",
                        "a semicolon does not belong here",
                    )
                    .hint("用英文逗号「,」分隔", "separate with a comma")
                    .fix(at.start, at.end, ","),
                );
                Tok::Comma
            }
            '"' => {
                let s = self.string(start, opener);
                Tok::Str(s)
            }
            '\'' => self.character(start),
            'r' if opener == 'r' && matches!(self.raw(), Some('"' | '#')) => return self.raw_string(start, first),
            '-' | '+' | '.' if self.peek().is_some_and(|d| d.is_ascii_digit() || d == '.') => self.number(start),
            '-' | '+' if self.peek().is_some_and(|d| d == 'i' || d == 'N') => {
                let name = self.word();
                let at = self.span(start, self.pos);
                let w = self.text.get(start..self.pos).unwrap_or(&name).to_owned();
                self.report.add(not_finite(at, &w));
                Tok::Hole
            }
            c if c.is_ascii_digit() => self.number(start),
            c if c.is_alphabetic() || c == '_' => {
                let mut word = String::from(c);
                word.push_str(&self.word());
                Tok::Ident(word)
            }
            c => {
                if self.junk_end != start {
                    let at = self.span(start, self.pos);
                    self.report.add(
                        Finding::error(
                            "syntax.character",
                            at,
                            format!("这里不该有字符「{}」", c.escape_debug()),
                            format!("unexpected character `{}`", c.escape_debug()),
                        )
                        .hint(
                            "删去它；文字要放在英文双引号里",
                            "delete it; text goes between double quotes",
                        ),
                    );
                }
                self.junk_end = self.pos;
                self.first = first;
                return true;
            }
        };
        self.push(tok, start, first);
        true
    }

    /// The rest of an identifier.
    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(c) = self.peek() {
            if !(c.is_alphanumeric() || c == '_') {
                break;
            }
            word.push(c);
            self.bump();
        }
        word
    }

    fn comment(&mut self) {
        let start = self.pos;
        self.bump();
        if self.bump() == Some('/') {
            while self.raw().is_some_and(|c| c != '\n') {
                self.bump_raw();
            }
            return;
        }
        let mut depth = 1;
        while depth > 0 {
            let rest = self.text.get(self.pos..).unwrap_or("");
            if rest.is_empty() {
                let at = self.span(start, start + 2);
                self.report.add(
                    Finding::error(
                        "syntax.unterminated_comment",
                        at,
                        "注释从这里开始，没有结束",
                        "this comment is never ended",
                    )
                    .hint("在注释末尾加上「*/」", "put `*/` at its end"),
                );
                self.cut_off = true;
                return;
            }
            if rest.starts_with("/*") {
                depth += 1;
                self.pos += 2;
            } else if rest.starts_with("*/") {
                depth -= 1;
                self.pos += 2;
            } else {
                self.bump_raw();
            }
        }
    }

    /// A string; its opening quote is taken.
    fn string(&mut self, start: usize, opener: char) -> String {
        let bytes = self.text.as_bytes();
        let from = self.pos;
        let (mut newline, mut typographic, mut end) = (None, None, None);
        let mut escaped = false;
        if self.unterminated < MOST_UNTERMINATED {
            for (i, c) in self.text.get(from..).unwrap_or("").char_indices() {
                if escaped {
                    escaped = false;
                } else if c == '\\' {
                    escaped = true;
                } else if closes(opener, c) {
                    end = Some((from + i, c));
                    break;
                } else if c == '”' && newline.is_none() && typographic.is_none() {
                    typographic = Some((from + i, c));
                }
                if c == '\n' && newline.is_none() {
                    newline = Some(from + i);
                }
            }
        }
        // A quote that is at once followed by a word began another string: this one lost its end before.
        let follower = end
            .and_then(|(e, c)| self.text.get(e + c.len_utf8()..))
            .and_then(|t| t.chars().next());
        let doubtful = follower.is_some_and(|c| {
            (c.is_alphanumeric() || c == '_' || c == '"') && ascii_twin(c).is_none_or(|t| t.is_alphanumeric())
        });
        let end = match end {
            Some(e) if !doubtful => Some(e),
            Some(e) if typographic.is_none() && newline.is_none() && !swallowed(self.text.get(from..e.0)) => Some(e),
            _ => {
                self.unterminated += 1;
                typographic
            }
        };
        let Some((end, closer)) = end else {
            return self.unterminated_string(start, from);
        };
        let content = self.unescape(from, end);
        if bytes.get(from..end).is_some_and(|b| b.contains(&b'\n')) {
            self.first = false;
        }
        self.pos = end + closer.len_utf8();
        if closer != '"' {
            self.slips.push((end, self.pos, '"'));
        }
        content
    }

    /// Ends a string where its author probably meant to.
    fn unterminated_string(&mut self, start: usize, from: usize) -> String {
        let rest = self.text.get(from..).unwrap_or("");
        let line = rest.split('\n').next().unwrap_or("").trim_end();
        // Beyond the allowance the line is taken whole.
        let hopeless = self.unterminated > MOST_UNTERMINATED;
        let stop = next_field(line).filter(|_| !hopeless).unwrap_or_else(|| {
            let ends = |c: char| matches!(c, ',' | ')' | ']' | '}' | '，' | '）') || c.is_whitespace();
            if hopeless {
                line.len()
            } else {
                line.trim_end_matches(ends).len()
            }
        });
        self.pos = from + stop;
        let at = self.span(start, self.pos);
        self.report.add(
            Finding::error(
                "syntax.unterminated_string",
                at,
                "引号从这里开始，没有结束",
                "this text has no closing quote",
            )
            .hint("在文字末尾加上英文双引号", "put a double quote at its end")
            .fix(at.end, at.end, "\""),
        );
        line.get(..stop).unwrap_or("").to_owned()
    }

    /// The content of a string with its escapes resolved.
    fn unescape(&mut self, from: usize, end: usize) -> String {
        let content = self.text.get(from..end).unwrap_or("");
        if !content.contains('\\') {
            return content.to_owned();
        }
        let mut out = String::with_capacity(content.len());
        let mut chars = content.char_indices();
        while let Some((i, c)) = chars.next() {
            if c != '\\' {
                out.push(c);
                continue;
            }
            let Some((_, e)) = chars.next() else { break };
            let code = match e {
                'n' => Some('\n'),
                't' => Some('\t'),
                'r' => Some('\r'),
                '0' => Some('\0'),
                '\\' | '"' | '\'' => Some(e),
                'x' => {
                    let digits: String = chars.clone().take(2).map(|(_, c)| c).collect();
                    let code = u8::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 2);
                    if code.is_some() {
                        chars.nth(1);
                    }
                    code.map(char::from)
                }
                'u' => {
                    let digits: String = chars
                        .clone()
                        .skip(1)
                        .map(|(_, c)| c)
                        .take_while(|c| *c != '}')
                        .take(7)
                        .collect();
                    let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                    let code = code.filter(|_| chars.clone().next().is_some_and(|(_, c)| c == '{'));
                    if code.is_some() {
                        chars.nth(digits.len() + 1);
                    }
                    code
                }
                _ => None,
            };
            if let Some(code) = code {
                out.push(code);
                continue;
            }
            let at = self.span(from + i, from + i + 1 + e.len_utf8());
            self.report.add(
                Finding::error(
                    "syntax.escape",
                    at,
                    format!("文字里的「\\{}」没有意义", e.escape_debug()),
                    format!("`\\{}` means nothing in a text", e.escape_debug()),
                )
                .hint("要写反斜杠就写两个「\\\\」", "write a backslash as `\\\\`")
                .fix(at.start, at.start, "\\"),
            );
            out.push('\\');
            out.push(e);
        }
        out
    }

    /// `'x'`: one character; anything longer is a text in the wrong quotes.
    fn character(&mut self, start: usize) -> Tok {
        let from = self.pos;
        let rest = self.text.get(from..).unwrap_or("");
        let mut escaped = false;
        let mut end = None;
        for (i, c) in rest.char_indices().take_while(|(_, c)| *c != '\n') {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == '\'' {
                end = Some(from + i);
                break;
            }
        }
        let Some(end) = end else {
            self.unterminated += 1;
            let s = self.unterminated_string(start, from);
            return Tok::Str(s);
        };
        let content = self.unescape(from, end);
        self.pos = end + 1;
        let mut chars = content.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return Tok::Char(c);
        }
        let at = self.span(start, self.pos);
        self.report.add(
            Finding::error(
                "syntax.single_quotes",
                at,
                "文字要用双引号",
                "text goes between double quotes",
            )
            .hint("把单引号改成英文双引号", "write \" in place of '")
            .fixes(vec![(start, start + 1, "\"".into()), (end, end + 1, "\"".into())]),
        );
        Tok::Str(content)
    }

    /// `r"..."`, `r#"..."#` or `r#name`; the `r` is taken.
    fn raw_string(&mut self, start: usize, first: bool) -> bool {
        let rest = self.text.get(self.pos..).unwrap_or("");
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        let Some(body) = rest.get(hashes..).and_then(|r| r.strip_prefix('"')) else {
            self.pos += hashes.min(1);
            let word = self.word();
            self.push(Tok::Ident(word), start, first);
            return true;
        };
        let from = self.pos + hashes + 1;
        let closer = format!("\"{}", "#".repeat(hashes));
        // The quote count is bounded by the same allowance as that of strings without an end.
        let end = if self.unterminated < MOST_UNTERMINATED {
            body.find(&closer)
        } else {
            None
        };
        let s = match end {
            Some(e) => {
                self.pos = from + e + closer.len();
                body.get(..e).unwrap_or("").to_owned()
            }
            None => {
                self.unterminated += 1;
                self.unterminated_string(start, from)
            }
        };
        self.push(Tok::Str(s), start, first);
        true
    }

    /// A number; its first character is taken.
    fn number(&mut self, start: usize) -> Tok {
        let first_twin = self.text.get(start..).and_then(|t| t.chars().next());
        let mut s = String::new();
        s.extend(first_twin.map(|c| ascii_twin(c).unwrap_or(c)));
        while let Some(c) = self.peek() {
            let after_exponent = s.ends_with(['e', 'E']) && !s.starts_with("0x") && s.len() > 1;
            let sign = (c == '-' || c == '+') && after_exponent;
            if !(c.is_ascii_alphanumeric() || c == '_' || c == '.' || sign) {
                break;
            }
            s.push(c);
            self.bump();
        }
        let at = self.span(start, self.pos);
        match parse_number(&s) {
            Ok(n) if n.value.is_finite() => Tok::Number(n),
            Ok(_) => {
                self.report.add(
                    Finding::error("number.overflow", at, "这个数太大", "this number is too large")
                        .hint("数的绝对值要小于 1.8e308", "its size must be below 1.8e308"),
                );
                Tok::Hole
            }
            Err(Some((n, digits))) => {
                let unit = s.get(digits..).unwrap_or("").to_owned();
                let written: String = self
                    .text
                    .get(start..self.pos)
                    .unwrap_or("")
                    .chars()
                    .take(digits)
                    .collect();
                self.report.add(
                    Finding::error(
                        "number.unit",
                        at,
                        format!("数后面不写单位「{unit}」"),
                        format!("a number is written without the unit `{unit}`"),
                    )
                    .hint("长度一律用米，时间用秒", "lengths are metres, times are seconds")
                    .fix(at.start, at.end, written),
                );
                Tok::Number(n)
            }
            Err(None) => {
                let shown: String = s.chars().take(40).collect();
                self.report.add(
                    Finding::error(
                        "number.malformed",
                        at,
                        format!("「{shown}」不是一个数"),
                        format!("`{shown}` is not a number"),
                    )
                    .hint("例如 0.9、-3、1.5e3", "for example 0.9, -3, 1.5e3"),
                );
                Tok::Hole
            }
        }
    }

    /// Reports the full-width characters: neighbours together, each with its whole line mended.
    fn report_slips(&mut self) {
        let mut slips = std::mem::take(&mut self.slips);
        slips.sort_unstable_by_key(|s| s.0);
        let lines = super::report::Lines::new(self.text);
        let mut fix: Fix = Vec::new();
        let mut fixed_line = usize::MAX;
        let mut i = 0;
        let mut reported = 0;
        while let Some(&(start, _, _)) = slips.get(i) {
            let mut j = i + 1;
            while slips
                .get(j)
                .is_some_and(|s| slips.get(j - 1).is_some_and(|p| p.1 == s.0))
            {
                j += 1;
            }
            let run = slips.get(i..j).unwrap_or(&[]);
            let end = run.last().map_or(start, |s| s.1);
            let line = lines.line_of(start);
            if line != fixed_line && reported <= super::report::MOST {
                let line_end = lines.range(line, self.text).1;
                let here = slips.get(i..).unwrap_or(&[]).iter().take_while(|s| s.0 < line_end);
                fix = here.take(2_000).map(|s| (s.0, s.1, s.2.to_string())).collect();
                fixed_line = line;
            }
            let at = self.span(start, end);
            let wrong: String = self.text.get(start..end).unwrap_or("").chars().take(20).collect();
            let right: String = run.iter().take(20).map(|s| s.2).collect();
            // A space cannot be seen: name it.
            let shown = if wrong.trim().is_empty() {
                ("全角空格".to_owned(), "a full-width space".to_owned())
            } else {
                (format!("「{wrong}」"), format!("`{wrong}`"))
            };
            let finding = Finding::error(
                "syntax.full_width",
                at,
                format!("引号外有全角符号：{}", shown.0),
                format!("full-width character outside a text: {}", shown.1),
            )
            .hint(format!("改成英文半角「{right}」"), format!("write the ASCII `{right}`"));
            reported += 1;
            self.report.add(if reported <= super::report::MOST {
                finding.fixes(fix.clone())
            } else {
                finding
            });
            i = j;
        }
    }
}

/// NaN and infinity are no figures of a drill.
pub(super) fn not_finite(at: Span, written: &str) -> Finding {
    Finding::error(
        "number.not_finite",
        at,
        format!("「{written}」不是有限的数"),
        format!("`{written}` is not a finite number"),
    )
    .hint("写一个确定的数", "write a definite number")
}

/// A text that holds the beginning of the next field lost its own end.
fn swallowed(content: Option<&str>) -> bool {
    content.is_some_and(|c| next_field(c).is_some())
}

/// Where in a line the next field begins: the comma of `, name:`.
fn next_field(line: &str) -> Option<usize> {
    line.match_indices(',').map(|(i, _)| i).find(|i| {
        let rest = line.get(i + 1..).unwrap_or("").trim_start();
        let name = rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_lowercase() || c == '_')
                .len();
        name > 0 && rest.get(name..).is_some_and(|r| r.starts_with([':', '：']))
    })
}

/// The number in a word; or the number and how many characters it has, where a unit follows.
fn parse_number(s: &str) -> Result<Number, Option<(Number, usize)>> {
    let (negative, digits) = match s.as_bytes().first() {
        Some(b'-') => (true, s.get(1..).unwrap_or("")),
        Some(b'+') => (false, s.get(1..).unwrap_or("")),
        _ => (false, s),
    };
    for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] {
        if let Some(d) = digits.strip_prefix(prefix) {
            let plain = d.replace('_', "");
            let Ok(n) = i128::from_str_radix(&plain, radix) else {
                return Err(None);
            };
            let n = if negative { -n } else { n };
            return Ok(Number {
                value: n as f64,
                integer: Some(n),
            });
        }
    }
    let mut end = 0;
    let bytes = digits.as_bytes();
    let run = |from: usize| {
        bytes
            .iter()
            .skip(from)
            .take_while(|b| b.is_ascii_digit() || **b == b'_')
            .count()
    };
    end += run(0);
    let mut whole = true;
    if bytes.get(end) == Some(&b'.') {
        whole = false;
        end += 1;
        end += run(end);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = run(end + 1 + sign);
        if exponent > 0 {
            whole = false;
            end += 1 + sign + exponent;
        }
    }
    let plain: String = digits.get(..end).unwrap_or("").chars().filter(|c| *c != '_').collect();
    if !plain.contains(|c: char| c.is_ascii_digit()) {
        return Err(None);
    }
    let Ok(value) = plain.parse::<f64>() else {
        return Err(None);
    };
    let integer = if whole { plain.parse::<i128>().ok() } else { None };
    let number = if negative {
        Number {
            value: -value,
            integer: integer.map(|i| -i),
        }
    } else {
        Number { value, integer }
    };
    let suffix = digits.get(end..).unwrap_or("");
    const SUFFIXES: [&str; 12] = [
        "f32", "f64", "u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128",
    ];
    if suffix.is_empty() || SUFFIXES.contains(&suffix) {
        Ok(number)
    } else if suffix.contains(|c: char| c.is_ascii_digit() || c == '.') {
        Err(None)
    } else {
        Err(Some((number, s.len() - suffix.len())))
    }
}
