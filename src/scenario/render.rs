//! A list of problems as text for people.

use super::report::Lines;
use super::{Issue, Severity, SourceFile, Text};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Language of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese.
    #[default]
    Zh,
    /// English.
    En,
}
impl Language {
    /// The text in this language, or in the other where it lacks this one.
    pub fn of(self, text: &Text) -> &str {
        let (first, second) = match self {
            Self::Zh => (&text.zh, &text.en),
            Self::En => (&text.en, &text.zh),
        };
        if first.is_empty() { second } else { first }
    }
}

/// Widest piece of a line that is shown, columns of a terminal.
const WIDEST: usize = 100;

/// The lines of the sources by path.
struct Book<'a>(BTreeMap<&'a str, (&'a str, Lines)>);
impl<'a> Book<'a> {
    fn new(sources: &'a [SourceFile]) -> Self {
        Self(
            sources
                .iter()
                .map(|s| (s.path.as_str(), (s.text.as_str(), Lines::new(&s.text))))
                .collect(),
        )
    }
    /// The line that an issue speaks of.
    fn line(&self, issue: &Issue) -> Option<&'a str> {
        let (text, lines) = self.0.get(issue.file.as_str())?;
        let (start, end) = lines.range(issue.line.checked_sub(1)?, text);
        text.get(start..end).filter(|_| start < text.len() || issue.line == 1)
    }
}

/// The line around the column as it fits a terminal, and how far its column lies from its beginning.
fn window(line: &str, column: usize) -> (String, usize) {
    let mut shown = String::new();
    let mut caret = 0;
    let mut width = 0;
    // A long line is cut to what lies around the column.
    let first = column.saturating_sub(1).saturating_sub(WIDEST / 2);
    let first = if line.chars().take(first + WIDEST).count() < first + WIDEST {
        first.min(column / 2)
    } else {
        first
    };
    let first = if line.width() <= WIDEST { 0 } else { first };
    if first > 0 {
        shown.push('…');
        width += 1;
    }
    for (i, c) in line.chars().enumerate().skip(first) {
        if i + 1 == column {
            caret = width;
        }
        if width >= WIDEST {
            shown.push('…');
            break;
        }
        // Tabs and control characters are shown as spaces so that the caret stays under its column.
        let c = if c.is_control() { ' ' } else { c };
        width += c.width().unwrap_or(0);
        shown.push(c);
    }
    if column > line.chars().count() {
        caret = width;
    }
    (shown, caret)
}

fn head(issue: &Issue, language: Language) -> String {
    let word = match (issue.severity, language) {
        (Severity::Error, Language::Zh) => "错误",
        (Severity::Warning, Language::Zh) => "警告",
        (Severity::Error, Language::En) => "error",
        (Severity::Warning, Language::En) => "warning",
    };
    format!(
        "{}:{}:{}: {word}[{}]: {}",
        issue.file,
        issue.line,
        issue.column,
        issue.id,
        language.of(&issue.message)
    )
}

fn advice(out: &mut String, issue: &Issue, language: Language, indent: &str) {
    let (hint, corrected) = match language {
        Language::Zh => ("提示", "改为"),
        Language::En => ("hint", "write"),
    };
    let text = language.of(&issue.hint);
    if !text.is_empty() {
        let _ = writeln!(out, "{indent}{hint}: {text}");
    }
    if let Some(line) = &issue.corrected {
        let _ = writeln!(out, "{indent}{corrected}: {}", line.trim());
    }
}

/// Problems as plain text: `file:line:column: error[id]: message`, the line with a caret, advice, the corrected
/// line. Files that are not among the sources go without their line.
pub fn render_plain(issues: &[Issue], sources: &[SourceFile], language: Language) -> String {
    let book = Book::new(sources);
    let mut out = String::new();
    for issue in issues {
        plain(&mut out, issue, &book, language);
    }
    out
}

fn plain(out: &mut String, issue: &Issue, book: &Book<'_>, language: Language) {
    out.push_str(&head(issue, language));
    out.push('\n');
    if let Some(line) = book.line(issue) {
        let (shown, caret) = window(line, issue.column);
        let number = issue.line.to_string();
        let _ = writeln!(out, "  {number} | {shown}");
        let _ = writeln!(out, "  {} | {}^", " ".repeat(number.len()), " ".repeat(caret));
    }
    advice(out, issue, language, "  ");
}

#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Shown {
    message: String,
    code: String,
    advice: String,
    severity: miette::Severity,
    at: usize,
    snippet: miette::NamedSource<String>,
}
impl miette::Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }
    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        (!self.advice.is_empty()).then(|| Box::new(&self.advice) as Box<dyn std::fmt::Display>)
    }
    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.snippet)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let label = miette::LabeledSpan::new(None, self.at, 1);
        Some(Box::new(std::iter::once(label)))
    }
}

/// Problems for a terminal, with colours and snippets. A line too long for a terminal is rendered plainly.
pub fn render_fancy(issues: &[Issue], sources: &[SourceFile], language: Language) -> String {
    let handler = miette::GraphicalReportHandler::new();
    let book = Book::new(sources);
    let mut out = String::new();
    for issue in issues {
        let Some(line) = book.line(issue).filter(|l| l.width() <= WIDEST) else {
            plain(&mut out, issue, &book, language);
            continue;
        };
        // Only the line itself is handed over, so that a long list of a long file stays quick.
        let mut advice_text = String::new();
        advice(&mut advice_text, issue, language, "");
        let at = line
            .char_indices()
            .nth(issue.column.saturating_sub(1))
            .map_or(line.len(), |(i, _)| i);
        let place = format!("{}:{}:{}", issue.file, issue.line, issue.column);
        let shown = Shown {
            message: format!("{place}: {}", language.of(&issue.message)),
            code: issue.id.clone(),
            advice: advice_text.trim_end().to_owned(),
            severity: match issue.severity {
                Severity::Error => miette::Severity::Error,
                Severity::Warning => miette::Severity::Warning,
            },
            at,
            snippet: miette::NamedSource::new(place, format!("{line}\n")),
        };
        let mut piece = String::new();
        match handler.render_report(&mut piece, &shown) {
            Ok(()) => out.push_str(&piece),
            Err(std::fmt::Error) => plain(&mut out, issue, &book, language),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(line: usize, column: usize) -> Issue {
        Issue {
            id: "a.b".into(),
            severity: Severity::Error,
            file: "f.ron".into(),
            line,
            column,
            message: Text {
                zh: "错了".into(),
                en: "wrong".into(),
            },
            hint: Text {
                zh: "改".into(),
                en: "mend".into(),
            },
            corrected: Some("    mended".into()),
        }
    }

    #[test]
    fn the_caret_stands_under_its_column_also_after_wide_characters() {
        let sources = [SourceFile {
            path: "f.ron".into(),
            text: "a\nzh: \"楼道\" x".into(),
        }];
        let text = render_plain(&[issue(2, 10)], &sources, Language::En);
        let expected =
            "f.ron:2:10: error[a.b]: wrong\n  2 | zh: \"楼道\" x\n    |            ^\n  hint: mend\n  write: mended\n";
        assert_eq!(text, expected);
        assert!(render_plain(&[issue(2, 10)], &sources, Language::Zh).contains("错误[a.b]: 错了"));
    }

    #[test]
    fn lines_and_files_that_do_not_exist_are_no_trouble() {
        let sources = [SourceFile {
            path: "f.ron".into(),
            text: "x".repeat(5_000),
        }];
        for (line, column) in [(1, 1), (1, 4_000), (1, 9_000), (7, 1), (0, 0)] {
            assert!(
                render_plain(&[issue(line, column)], &sources, Language::Zh)
                    .lines()
                    .all(|l| l.width() < 130)
            );
            assert!(!render_fancy(&[issue(line, column)], &sources, Language::Zh).is_empty());
            assert!(render_plain(&[issue(line, column)], &[], Language::Zh).contains("f.ron"));
        }
    }

    #[test]
    fn the_terminal_version_shows_message_line_and_advice() {
        let sources = [SourceFile {
            path: "f.ron".into(),
            text: "first\nsecond line".into(),
        }];
        let text = render_fancy(&[issue(2, 3)], &sources, Language::Zh);
        for piece in ["f.ron:2:3", "错了", "second line", "提示: 改", "mended"] {
            assert!(text.contains(piece), "{piece} in {text}");
        }
    }
}
