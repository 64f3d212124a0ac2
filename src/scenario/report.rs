//! Collects problems with their places; at most [`MOST`] are kept, the rest are counted.

use super::{Issue, Severity, SourceFile, Span, Text};

/// Problems listed; more are only counted.
pub const MOST: usize = 1_000;
/// A line longer than this many bytes is not repeated as a corrected line.
const LONGEST_CORRECTED: usize = 400;

/// A text in both languages.
pub(super) fn text(zh: impl Into<String>, en: impl Into<String>) -> Text {
    Text {
        zh: zh.into(),
        en: en.into(),
    }
}

/// Pieces of one line to be put in place of others: (first byte, one past the last, new text).
pub(super) type Fix = Vec<(usize, usize, String)>;

/// A problem before its place is turned into line and column.
pub(super) struct Finding {
    pub id: &'static str,
    pub at: Span,
    pub severity: Severity,
    pub message: Text,
    pub hint: Text,
    pub fix: Fix,
}
impl Finding {
    /// An error at a place.
    pub fn error(id: &'static str, at: Span, zh: impl Into<String>, en: impl Into<String>) -> Self {
        let severity = Severity::Error;
        Self {
            id,
            at,
            severity,
            message: text(zh, en),
            hint: Text::default(),
            fix: Vec::new(),
        }
    }
    /// A warning at a place.
    pub fn warning(id: &'static str, at: Span, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(id, at, zh, en)
        }
    }
    /// With advice.
    pub fn hint(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.hint = text(zh, en);
        self
    }
    /// With a piece of the line replaced.
    pub fn fix(mut self, start: u32, end: u32, by: impl Into<String>) -> Self {
        self.fix.push((start as usize, end as usize, by.into()));
        self
    }
    /// With several pieces of the line replaced, in ascending order.
    pub fn fixes(mut self, fixes: Fix) -> Self {
        self.fix = fixes;
        self
    }
}

/// Byte offsets of the beginnings of the lines of a text.
#[derive(Clone, Debug)]
pub(super) struct Lines(Vec<usize>);
impl Lines {
    pub fn new(text: &str) -> Self {
        Self(
            std::iter::once(0)
                .chain(text.match_indices('\n').map(|(i, _)| i + 1))
                .collect(),
        )
    }
    /// Line of a byte, from 0.
    pub fn line_of(&self, byte: usize) -> usize {
        self.0.partition_point(|&s| s <= byte).saturating_sub(1)
    }
    /// First and one past the last byte of a line (from 0), without its line ending.
    pub fn range(&self, line: usize, text: &str) -> (usize, usize) {
        let start = self.0.get(line).copied().unwrap_or(text.len());
        let end = self.0.get(line + 1).map_or(text.len(), |&e| e - 1);
        let end = if end > start && text.as_bytes().get(end - 1) == Some(&b'\r') {
            end - 1
        } else {
            end
        };
        (start, end)
    }
    /// Line and column from 1; a column counts characters.
    pub fn position(&self, byte: usize, text: &str) -> (usize, usize) {
        let mut byte = byte.min(text.len());
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.line_of(byte);
        let start = self.0.get(line).copied().unwrap_or(0);
        (line + 1, text.get(start..byte).map_or(0, |s| s.chars().count()) + 1)
    }
}

/// The list of problems and the files they stand in.
#[derive(Default)]
pub(super) struct Report {
    pub files: Vec<SourceFile>,
    lines: Vec<Lines>,
    issues: Vec<Issue>,
    more: usize,
    more_errors: usize,
    /// Places that something was said about: (file, first byte).
    said: std::collections::BTreeSet<(u32, u32)>,
}
impl Report {
    /// No more problems are listed.
    pub fn full(&self) -> bool {
        self.issues.len() >= MOST
    }
    /// Adds a problem unless something was said about its place before: a value of the wrong kind need not be out
    /// of its range as well.
    pub fn add_new(&mut self, f: Finding) {
        if !self.said.contains(&(f.at.file, f.at.start)) {
            self.add(f);
        }
    }
    /// Takes a file in; the number is that of [`Span::file`].
    pub fn add_file(&mut self, path: &str, text: String) -> u32 {
        self.lines.push(Lines::new(&text));
        self.files.push(SourceFile {
            path: path.to_owned(),
            text,
        });
        (self.files.len() - 1) as u32
    }
    /// Text of a file.
    pub fn text(&self, file: u32) -> &str {
        self.files.get(file as usize).map_or("", |f| &f.text)
    }
    /// What is written at a place.
    pub fn written(&self, at: Span) -> &str {
        self.text(at.file).get(at.start as usize..at.end as usize).unwrap_or("")
    }
    /// Line, from 1.
    pub fn line(&self, at: Span) -> usize {
        self.lines
            .get(at.file as usize)
            .map_or(1, |l| l.line_of(at.start as usize) + 1)
    }
    /// Adds a problem.
    pub fn add(&mut self, f: Finding) {
        if self.issues.len() >= MOST {
            self.more += 1;
            self.more_errors += usize::from(f.severity == Severity::Error);
            return;
        }
        self.said.insert((f.at.file, f.at.start));
        let file = f.at.file as usize;
        let (Some(source), Some(lines)) = (self.files.get(file), self.lines.get(file)) else {
            return;
        };
        let (line, column) = lines.position(f.at.start as usize, &source.text);
        let corrected = corrected_line(&source.text, lines, &f.fix);
        self.issues.push(Issue {
            id: f.id.to_owned(),
            severity: f.severity,
            file: source.path.clone(),
            line,
            column,
            message: f.message,
            hint: f.hint,
            corrected,
        });
    }
    /// How far the list is, to go back to.
    pub fn mark(&self) -> (usize, usize, usize) {
        (self.issues.len(), self.more, self.more_errors)
    }
    /// Forgets what was added since a mark.
    pub fn back_to(&mut self, (issues, more, errors): (usize, usize, usize)) {
        self.issues.truncate(issues);
        self.more = more;
        self.more_errors = errors;
    }
    /// Any error so far?
    pub fn has_errors(&self) -> bool {
        self.more_errors > 0 || self.issues.iter().any(|i| i.severity == Severity::Error)
    }
    /// The list in the order of files, lines and columns, and the files.
    pub fn finish(mut self) -> (Vec<Issue>, Vec<SourceFile>) {
        let files = self.files;
        let rank = |path: &str| files.iter().position(|f| f.path == path).unwrap_or(usize::MAX);
        self.issues.sort_by_cached_key(|i| (rank(&i.file), i.line, i.column));
        if self.more > 0 {
            let last = self.issues.last().cloned();
            let n = self.more;
            self.issues.push(Issue {
                id: "list.more".to_owned(),
                severity: if self.more_errors > 0 {
                    Severity::Error
                } else {
                    Severity::Warning
                },
                file: last.as_ref().map(|i| i.file.clone()).unwrap_or_default(),
                line: last.as_ref().map_or(1, |i| i.line),
                column: last.as_ref().map_or(1, |i| i.column),
                message: text(format!("还有 {n} 处问题没有列出"), format!("and {n} more problems")),
                hint: text(
                    "先改好上面列出的，再检查一次",
                    "mend those listed above, then check again",
                ),
                corrected: None,
            });
        }
        (self.issues, files)
    }
}

/// The line with its pieces replaced, if they all stand in one line that is not too long.
fn corrected_line(text: &str, lines: &Lines, fix: &Fix) -> Option<String> {
    let first = fix.first()?;
    let (start, end) = lines.range(lines.line_of(first.0), text);
    if end - start > LONGEST_CORRECTED {
        return None;
    }
    let mut out = String::new();
    let mut at = start;
    for (from, to, by) in fix {
        out.push_str(text.get(at..*from)?);
        out.push_str(by);
        at = *to;
    }
    out.push_str(text.get(at..end)?);
    Some(out)
}

/// The known name nearest to a mistaken one, if any is near.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.is_empty() || name.len() > 64 {
        return None;
    }
    let plain = |s: &str| {
        s.chars()
            .filter(|c| *c != '_' && *c != '-')
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    let wanted = plain(name);
    let most = (wanted.chars().count() / 3).max(1);
    let near = known
        .into_iter()
        .filter(|k| k.len() <= 64)
        .map(|k| (strsim::damerau_levenshtein(&wanted, &plain(k)), k))
        .min_by_key(|(d, _)| *d)?;
    (near.0 <= most).then_some(near.1)
}

/// Advice that names the nearest known name, or the known names.
pub(super) fn known_names<'a>(name: &str, known: &[&'a str]) -> (Text, Option<&'a str>) {
    let near = nearest(name, known.iter().copied());
    let hint = match near {
        Some(n) => text(format!("是不是「{n}」？"), format!("did you mean `{n}`?")),
        None if known.is_empty() => Text::default(),
        None => {
            const SHOWN: usize = 24;
            let list = known.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
            let dots = if known.len() > SHOWN { ", …" } else { "" };
            text(format!("可用的有：{list}{dots}"), format!("known: {list}{dots}"))
        }
    };
    (hint, near)
}
