//! Why something could not be done, for people: one paragraph that names the file, the place in it and what to do.

use firedrill::locale::Texts;
use firedrill::scenario::Issue;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, NamedSource, SourceSpan};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

/// A failure, in the language of the reader.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{message}")]
pub(crate) struct Failure {
    message: String,
    #[help]
    hint: String,
    #[source_code]
    text: Option<Arc<NamedSource<String>>>,
    #[label]
    at: Option<SourceSpan>,
}

impl Failure {
    /// What is wrong, and what to do.
    pub(crate) fn new(message: String, hint: String) -> Self {
        Self {
            message,
            hint,
            text: None,
            at: None,
        }
    }

    /// The first error of a file that keeps it from being used, and how many more there are. `source`: the file's text
    /// if at hand, shown around the place on a terminal.
    pub(crate) fn of_issues(texts: &Texts, issues: &[Issue], source: Option<String>) -> Self {
        let errors = || {
            issues
                .iter()
                .filter(|i| i.severity == firedrill::scenario::Severity::Error)
        };
        let Some(first) = errors().next().or(issues.first()) else {
            return Self::new(
                texts.get("error-no-reason", &[]),
                texts.get("error-no-reason-hint", &[]),
            );
        };
        let lang = texts.lang();
        let place = format!("{}:{}:{}", first.file, first.line, first.column);
        let message = format!("{place}: {} [{}]", lang.of(&first.message), first.id);
        let mut hint = lang.of(&first.hint).to_owned();
        let more = errors().count().saturating_sub(1);
        if more > 0 {
            let said = texts.get(
                "error-more",
                &[("count", more.into()), ("file", first.file.as_str().into())],
            );
            hint = if hint.is_empty() {
                said
            } else {
                format!("{hint} {said}")
            };
        }
        let at = source
            .as_deref()
            .map(|s| SourceSpan::from(offset(s, first.line, first.column)));
        Self {
            message,
            hint,
            at,
            text: source.map(|s| Arc::new(NamedSource::new(&first.file, s))),
        }
    }

    /// One paragraph of plain text.
    pub(crate) fn paragraph(&self) -> String {
        let joined = format!("{} {}", self.message, self.hint);
        joined.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Shows it on standard error, with the place in the file where that is a terminal; exit code 2.
    pub(crate) fn show(&self, texts: &Texts) -> ExitCode {
        let mut err = std::io::stderr().lock();
        let mut shown = String::new();
        let drawn = err.is_terminal()
            && self.text.is_some()
            && GraphicalReportHandler::new_themed(GraphicalTheme::unicode())
                .render_report(&mut shown, self)
                .is_ok();
        if !drawn {
            shown = texts.get("error-line", &[("text", self.paragraph().into())]);
        }
        // Nobody may be listening; there is no one left to tell.
        writeln!(err, "{}", shown.trim_end()).ok();
        ExitCode::from(2)
    }
}

/// Byte offset of a line and a column in characters, both from 1; the end of the text if beyond it.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    start
        + text[start..]
            .chars()
            .take(column.saturating_sub(1))
            .map(char::len_utf8)
            .sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use firedrill::locale::Lang;
    use firedrill::scenario::{Severity, Text};

    fn issue(id: &str, line: usize, column: usize) -> Issue {
        Issue {
            id: id.into(),
            severity: Severity::Error,
            file: "a.ron".into(),
            line,
            column,
            message: Text {
                zh: "门太宽".into(),
                en: "the door is too wide".into(),
            },
            hint: Text {
                zh: "改窄些".into(),
                en: "make it narrower".into(),
            },
            corrected: None,
        }
    }

    #[test]
    fn a_failure_names_the_place_the_reason_and_how_many_more_in_one_paragraph() {
        let texts = Texts::new(Lang::En);
        let said = Failure::of_issues(&texts, &[issue("door.wide", 3, 7), issue("b", 1, 1)], None).paragraph();
        assert!(
            said.starts_with("a.ron:3:7: the door is too wide [door.wide] make it narrower"),
            "{said}"
        );
        assert!(said.contains('1') && !said.contains('\n'), "{said}");
    }

    #[test]
    fn columns_count_hanzi_as_one_and_places_beyond_the_end_are_the_end() {
        assert_eq!(offset("一二\n三四五", 2, 3), 7 + 6);
        assert_eq!(offset("一二\n三", 9, 9), 10);
        assert_eq!(offset("", 0, 0), 0);
    }

    #[test]
    fn no_issue_at_all_is_still_an_answer() {
        assert!(
            !Failure::of_issues(&Texts::new(Lang::Zh), &[], None)
                .paragraph()
                .is_empty()
        );
    }
}
