//! Pairs the brackets. Where they do not pair, the indentation tells which one was forgotten; missing closers are
//! put in and stray ones left out, so that the parser only ever sees balanced brackets.

use super::Span;
use super::lexer::{Bracket, Lexed, Tok, Token};
use super::report::{Finding, Report};

/// Brackets in brackets, at most.
pub const DEEPEST: usize = 128;

enum Edit {
    /// Put in before the token of this number the closer of that opening token.
    Missing { before: usize, open: usize },
    /// Leave out this closer.
    Stray(usize),
    /// Read this closer as that of the opening token.
    Wrong { at: usize, open: usize },
}

fn index(b: Bracket) -> usize {
    match b {
        Bracket::Round => 0,
        Bracket::Square => 1,
        Bracket::Curly => 2,
    }
}

fn pair(tokens: &[Token], guided: bool) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut stack: Vec<(Bracket, usize, u32)> = Vec::new();
    // Number of the line by tokens alone: says whether two brackets stand in one line.
    let mut line = 0_usize;
    let mut line_of = vec![0_usize; tokens.len()];
    let mut open = [0_usize; 3];
    for (i, token) in tokens.iter().enumerate() {
        line += usize::from(token.first);
        line_of[i] = line;
        if guided && token.first {
            let closer = matches!(token.tok, Tok::Close(_));
            while let Some(&(b, o, indent)) = stack.last() {
                let outdented = if closer {
                    indent > token.indent
                } else {
                    indent >= token.indent
                };
                if !outdented || stack.len() == 1 {
                    break;
                }
                stack.pop();
                open[index(b)] -= 1;
                edits.push(Edit::Missing { before: i, open: o });
            }
        }
        match token.tok {
            Tok::Open(b) => {
                stack.push((b, i, token.indent));
                open[index(b)] += 1;
            }
            Tok::Close(b) => match stack.last().copied() {
                Some((top, _, _)) if top == b => {
                    stack.pop();
                    open[index(b)] -= 1;
                }
                Some((top, o, _)) if open[index(b)] == 0 => {
                    let next = tokens.get(i + 1).map(|t| &t.tok);
                    let same_line = line_of.get(o) == Some(&line);
                    let below = token.first && tokens.get(o).is_some_and(|t| t.indent == token.indent);
                    if next == Some(&Tok::Close(top)) || !(same_line || below) {
                        edits.push(Edit::Stray(i));
                    } else {
                        stack.pop();
                        open[index(top)] -= 1;
                        edits.push(Edit::Wrong { at: i, open: o });
                    }
                }
                Some(_) => {
                    while let Some((top, o, _)) = stack.pop() {
                        open[index(top)] -= 1;
                        if top == b {
                            break;
                        }
                        edits.push(Edit::Missing { before: i, open: o });
                    }
                }
                None => edits.push(Edit::Stray(i)),
            },
            _ => {}
        }
    }
    while let Some((_, o, _)) = stack.pop() {
        edits.push(Edit::Missing {
            before: tokens.len(),
            open: o,
        });
    }
    edits
}

/// Balances the brackets of a file and reports what had to be done.
pub(super) fn balance(report: &mut Report, file: u32, lexed: Lexed) -> Vec<Token> {
    let Lexed { tokens, cut_off } = lexed;
    let plain = pair(&tokens, false);
    let edits = if plain.is_empty() {
        plain
    } else {
        let guided = pair(&tokens, true);
        if guided.len() <= plain.len() { guided } else { plain }
    };
    let mut edits = edits.into_iter().peekable();
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut depth = 0_usize;
    let mut too_deep = false;
    for i in 0..=tokens.len() {
        let mut leave_out = false;
        let mut as_closer = None;
        while let Some(edit) = edits.peek() {
            match *edit {
                Edit::Missing { before, open } if before == i => {
                    if let Some(o) = tokens.get(open) {
                        // A comma that ends the line stays outside the closer.
                        let comma = out.pop_if(|t| t.tok == Tok::Comma && i < tokens.len());
                        let before = i.checked_sub(1).and_then(|p| tokens.get(p)).map_or(0, |t| t.end);
                        let at = comma.as_ref().map_or(before, |c| c.start);
                        if !cut_off {
                            missing(report, file, o, at);
                        }
                        if let Tok::Open(b) = o.tok {
                            put(&mut out, &mut depth, closer(b, at), &mut too_deep, report, file);
                        }
                        out.extend(comma);
                    }
                }
                Edit::Stray(at) if at == i => {
                    if let Some(t) = tokens.get(i) {
                        stray(report, file, t);
                    }
                    leave_out = true;
                }
                Edit::Wrong { at, open } if at == i => {
                    if let (Some(t), Some(o)) = (tokens.get(i), tokens.get(open)) {
                        wrong(report, file, t, o);
                        if let Tok::Open(b) = o.tok {
                            as_closer = Some(b);
                        }
                    }
                }
                _ => break,
            }
            edits.next();
        }
        if let Some(t) = tokens.get(i).filter(|_| !leave_out) {
            let mut t = t.clone();
            if let Some(b) = as_closer {
                t.tok = Tok::Close(b);
            }
            put(&mut out, &mut depth, t, &mut too_deep, report, file);
        }
    }
    out
}

/// Adds a token unless it lies too deep; a bracket that opens too deep becomes one hole.
fn put(out: &mut Vec<Token>, depth: &mut usize, mut t: Token, too_deep: &mut bool, report: &mut Report, file: u32) {
    let keep = match t.tok {
        Tok::Open(_) => {
            *depth += 1;
            if *depth == DEEPEST + 1 {
                t.tok = Tok::Hole;
                if !std::mem::replace(too_deep, true) {
                    let at = Span {
                        file,
                        start: t.start,
                        end: t.end,
                    };
                    report.add(
                        Finding::error(
                            "syntax.too_deep",
                            at,
                            format!("括号套得太深（最多 {DEEPEST} 层）"),
                            format!("brackets are nested too deeply (at most {DEEPEST})"),
                        )
                        .hint(
                            "检查这里是不是多打了左括号",
                            "see whether too many opening brackets were typed here",
                        ),
                    );
                }
            }
            *depth <= DEEPEST + 1
        }
        Tok::Close(_) => {
            *depth = depth.saturating_sub(1);
            *depth < DEEPEST
        }
        _ => *depth <= DEEPEST,
    };
    if keep {
        out.push(t);
    }
}

fn closer(b: Bracket, at: u32) -> Token {
    Token {
        tok: Tok::Close(b),
        start: at,
        end: at,
        first: false,
        indent: 0,
    }
}

fn opened(report: &Report, file: u32, open: &Token) -> (char, usize) {
    let c = if let Tok::Open(b) = open.tok { b.open() } else { '(' };
    (
        c,
        report.line(Span {
            file,
            start: open.start,
            end: open.end,
        }),
    )
}

fn missing(report: &mut Report, file: u32, open: &Token, at: u32) {
    let (c, line) = opened(report, file, open);
    let close = if let Tok::Open(b) = open.tok { b.close() } else { ')' };
    let finding = Finding::error(
        "syntax.missing_bracket",
        Span {
            file,
            start: at,
            end: at,
        },
        format!("缺少「{close}」：第 {line} 行的「{c}」没有配对"),
        format!("`{close}` is missing: `{c}` opened at line {line} is not closed"),
    )
    .hint(format!("在这里补上「{close}」"), format!("put `{close}` here"))
    .fix(at, at, close);
    report.add(finding);
}

fn stray(report: &mut Report, file: u32, t: &Token) {
    let c = if let Tok::Close(b) = t.tok { b.close() } else { ')' };
    let finding = Finding::error(
        "syntax.stray_bracket",
        Span {
            file,
            start: t.start,
            end: t.end,
        },
        format!("多出一个「{c}」，没有与它配对的左括号"),
        format!("`{c}` closes nothing"),
    )
    .hint(
        "删去它，或在前面补上左括号",
        "delete it, or put its opening bracket before",
    )
    .fix(t.start, t.end, "");
    report.add(finding);
}

fn wrong(report: &mut Report, file: u32, t: &Token, open: &Token) {
    let (c, line) = opened(report, file, open);
    let close = if let Tok::Open(b) = open.tok { b.close() } else { ')' };
    let found = if let Tok::Close(b) = t.tok { b.close() } else { ')' };
    let finding = Finding::error(
        "syntax.wrong_bracket",
        Span {
            file,
            start: t.start,
            end: t.end,
        },
        format!("这里是「{found}」，但第 {line} 行的「{c}」要用「{close}」配对"),
        format!("found `{found}`, but `{c}` opened at line {line} is closed by `{close}`"),
    )
    .hint(format!("改成「{close}」"), format!("write `{close}`"))
    .fix(t.start, t.end, close);
    report.add(finding);
}
