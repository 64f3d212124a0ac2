//! Collects problems: one each, however many equal storeys repeat it.

use crate::scenario::{Issue, Severity, SourceFile, Span, Text};
use std::collections::BTreeSet;

/// A text in both languages.
pub fn t(zh: impl Into<String>, en: impl Into<String>) -> Text {
    Text {
        zh: zh.into(),
        en: en.into(),
    }
}

/// Errors told at most; nobody mends more of them at once.
const MOST_ERRORS: usize = 200;
/// Names that a wrong one is compared with at most.
const MOST_NAMES: usize = 4_000;

/// The problems found so far.
pub struct Report<'a> {
    sources: &'a [SourceFile],
    issues: Vec<Issue>,
    seen: BTreeSet<(String, u32, u32, u32, String)>,
    errors: usize,
    /// How many were dropped.
    dropped: usize,
}

impl<'a> Report<'a> {
    /// Nothing found yet.
    pub fn new(sources: &'a [SourceFile]) -> Self {
        Self {
            sources,
            issues: Vec::new(),
            seen: BTreeSet::new(),
            errors: 0,
            dropped: 0,
        }
    }
    /// How many errors.
    pub fn errors(&self) -> usize {
        self.errors
    }
    /// Enough has been said: what comes now is dropped, and need not be looked for.
    pub fn full(&self) -> bool {
        self.errors >= MOST_ERRORS
    }
    /// All problems, in the order in which they were found.
    pub fn into_issues(mut self) -> Vec<Issue> {
        if self.dropped > 0
            && let Some(last) = self.issues.last()
        {
            self.issues.push(Issue {
                id: "list.more".to_owned(),
                severity: Severity::Error,
                message: t("后面还有问题，没有列出。", "There are more problems than these."),
                hint: t("先改好上面的，再检查一次。", "Mend these first, then check again."),
                corrected: None,
                ..last.clone()
            });
        }
        self.issues
    }
    /// Keeps the scenario from running.
    pub fn error(&mut self, id: &str, at: Span, message: Text, hint: Text) {
        self.add(Severity::Error, id, at, message, hint);
    }
    /// Runs, but probably not as meant.
    pub fn warning(&mut self, id: &str, at: Span, message: Text, hint: Text) {
        self.add(Severity::Warning, id, at, message, hint);
    }

    fn add(&mut self, severity: Severity, id: &str, at: Span, message: Text, hint: Text) {
        // What was written once and stands on thirty storeys is one mistake; values made in code have no place in
        // a file and differ by what is said of them.
        if self.full() {
            self.dropped += 1;
            return;
        }
        let said = if at.end > 0 { String::new() } else { message.zh.clone() };
        if !self.seen.insert((id.to_owned(), at.file, at.start, at.end, said)) {
            return;
        }
        self.errors += usize::from(severity == Severity::Error);
        let (file, line, column) = self.position(at);
        self.issues.push(Issue {
            id: id.to_owned(),
            severity,
            file,
            line,
            column,
            message,
            hint,
            corrected: None,
        });
    }

    fn position(&self, at: Span) -> (String, usize, usize) {
        let Some(source) = self.sources.get(at.file as usize) else {
            return (String::new(), 1, 1);
        };
        let mut end = (at.start as usize).min(source.text.len());
        while !source.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &source.text[..end];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        (source.path.clone(), line, column)
    }
}

/// The name most like `name`, if any is like it at all.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(f64, &str)> = None;
    for k in known.into_iter().take(MOST_NAMES) {
        // The last part of a path counts most: people forget the storey sooner than the room.
        let tail = |s: &str| s.rsplit('/').next().unwrap_or_default().to_owned();
        let like = strsim::jaro_winkler(name, k).max(0.95 * strsim::jaro_winkler(&tail(name), &tail(k)));
        if like > 0.7 && best.is_none_or(|(b, _)| like > b) {
            best = Some((like, k));
        }
    }
    best.map(|(_, k)| k)
}

/// "Did you mean ...?", or else the names there are.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Text {
    if let Some(k) = nearest(name, known.clone()) {
        return t(format!("是不是“{k}”？"), format!("Did you mean \"{k}\"?"));
    }
    let some: Vec<&str> = known.into_iter().take(8).collect();
    if some.is_empty() {
        return t("这里还没有任何可用的名称。", "There is nothing to name here yet.");
    }
    t(
        format!("可用的名称：{}。", some.join("、")),
        format!("Names there are: {}.", some.join(", ")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_repeated_on_many_storeys_is_told_once_with_its_line_and_column_in_characters() {
        let sources = [SourceFile {
            path: "a.ron".into(),
            text: "第一行\n第二 x\n".into(),
        }];
        let at = "第一行\n第二 ".len() as u32;
        let mut r = Report::new(&sources);
        for i in 0..3 {
            r.error(
                "x",
                Span {
                    file: 0,
                    start: at,
                    end: at + 1,
                },
                t(i.to_string(), ""),
                t("", ""),
            );
        }
        assert_eq!(r.errors(), 1);
        let issues = r.into_issues();
        assert_eq!((issues[0].line, issues[0].column), (2, 4));
    }

    #[test]
    fn the_nearest_name_forgives_a_missing_storey() {
        assert_eq!(nearest("hal", ["1F/hall", "1F/shop"]), Some("1F/hall"));
        assert_eq!(nearest("zzz", ["1F/hall"]), None);
    }
}
