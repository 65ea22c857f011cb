//! Brackets: every opener has its closer, or the one that has not is named and mended.
//!
//! Balanced brackets are never second-guessed. Only when the count does not come out are
//! line beginnings and indentation consulted, to name the bracket a reader would name.

use crate::diagnostic::Diagnostic;
use crate::lang::parse::limits::{self, ParseLimits, Place};
use crate::lang::parse::repair::Edit;
use crate::lang::parse::token::{self, Kind, Token};

/// Reports into `problems`, mends with `edits`; false if the nesting exceeds its limit.
pub fn match_brackets(
    text: &str,
    tokens: &[Token],
    place: Place,
    limits: &ParseLimits,
    problems: &mut Vec<Diagnostic>,
    edits: &mut Vec<Edit>,
) -> bool {
    if let Some(token) = too_deep(tokens, limits.nesting()) {
        problems.push(limits::too_deep(place.span(token.start..token.end), limits));
        return false;
    }
    if !balanced(tokens) {
        let surplus = surplus_of_braces(tokens);
        let cut = problems.iter().any(|problem| problem.code == UNCLOSED_COMMENT);
        let mut matcher = Matcher { text, tokens, place, surplus, cut, open: Vec::new(), problems, edits };
        matcher.run();
    }
    true
}

fn too_deep(tokens: &[Token], limit: usize) -> Option<&Token> {
    let mut depth = 0usize;
    tokens.iter().find(|token| {
        match token.kind {
            Kind::Open(_) | Kind::HoleOpen => depth += 1,
            Kind::Close(_) | Kind::HoleClose => depth = depth.saturating_sub(1),
            Kind::Word | Kind::Number | Kind::Text | Kind::Sign => {}
        }
        depth > limit
    })
}

/// Do all brackets pair up, with no brace within parentheses?
fn balanced(tokens: &[Token]) -> bool {
    let mut open = Vec::new();
    for token in tokens {
        let expected = match token.kind {
            Kind::Open('{') if matches!(open.last(), Some(Kind::Open('(' | '['))) => return false,
            Kind::Open(_) | Kind::HoleOpen => {
                open.push(token.kind);
                continue;
            }
            Kind::Close(opener) => Kind::Open(opener),
            Kind::HoleClose => Kind::HoleOpen,
            Kind::Word | Kind::Number | Kind::Text | Kind::Sign => continue,
        };
        if open.pop() != Some(expected) {
            return false;
        }
    }
    open.is_empty()
}

/// How many braces more are opened than closed.
fn surplus_of_braces(tokens: &[Token]) -> isize {
    let count = |kind: Kind| tokens.iter().filter(|token| token.kind == kind).count() as isize;
    count(Kind::Open('{')) - count(Kind::Close('{'))
}

/// The code of a comment that is never closed.
pub const UNCLOSED_COMMENT: &str = "E0005";

/// The words behind which a block follows.
const BLOCK_WORDS: [&str; 14] = [
    "if", "else", "while", "loop", "for", "with", "group", "timeout", "scope", "select", "try", "catch",
    "finally", "task",
];

/// An opening bracket, written at a token, or missing behind it.
#[derive(Debug, Clone, Copy)]
struct Opened {
    kind: Kind,
    at: usize,
}

struct Matcher<'a> {
    text: &'a str,
    tokens: &'a [Token],
    place: Place,
    /// How many more braces are opened than closed from here on.
    surplus: isize,
    /// A comment took the rest of the file: what is missing there was not forgotten.
    cut: bool,
    /// The openers not closed yet, holes included.
    open: Vec<Opened>,
    problems: &'a mut Vec<Diagnostic>,
    edits: &'a mut Vec<Edit>,
}

impl Matcher<'_> {
    fn run(&mut self) {
        for at in 0..self.tokens.len() {
            let token = self.tokens[at];
            if token.first_on_line && token.depth == 0 {
                self.close_before_line(at);
                self.open_before_line(at);
            }
            match token.kind {
                Kind::Open('{') => {
                    self.close_parens_before(at);
                    self.open.push(Opened { kind: token.kind, at });
                }
                Kind::Open(_) | Kind::HoleOpen => self.open.push(Opened { kind: token.kind, at }),
                Kind::Close('{') => self.close_brace(at),
                Kind::Close(opener) => self.close_paren(at, opener),
                Kind::HoleClose => {
                    while self.top().is_some_and(|top| top != Kind::HoleOpen) {
                        self.unclosed(at);
                    }
                    self.open.pop();
                }
                Kind::Word | Kind::Number | Kind::Text | Kind::Sign => {}
            }
        }
        while !self.open.is_empty() {
            self.unclosed(self.tokens.len());
        }
    }

    fn top(&self) -> Option<Kind> {
        self.open.last().map(|top| top.kind)
    }

    /// What a line begins with can tell that brackets should have been closed before it.
    fn close_before_line(&mut self, at: usize) {
        let token = self.tokens[at];
        let word = token.text(self.text);
        if token::DECLARATIONS.contains(&word) && self.tokens[at].indent == 0 && self.surplus > 0 {
            while !self.open.is_empty() {
                self.surplus -= isize::from(self.top() == Some(Kind::Open('{')));
                self.unclosed(at);
            }
        }
        let starts_operand = matches!(token.kind, Kind::Word | Kind::Number | Kind::Text);
        let joins = ["for", "in", "and", "or"].contains(&word);
        let after_operand = at > 0 && self.tokens[at - 1].ends_operand(self.text);
        let is_statement = token::STATEMENTS.contains(&word) && !joins && word != "spawn";
        if is_statement || starts_operand && !joins && after_operand {
            self.close_parens_before(at);
        }
    }

    /// `with machine`, and deeper on the next line its block: the `{` between them is missing,
    /// if a `}` is left over.
    fn open_before_line(&mut self, at: usize) {
        let deeper = |last: &usize| self.tokens[at].indent > self.tokens[*last].indent;
        let Some(last) = at.checked_sub(1).filter(|last| self.surplus < 0 && deeper(last)) else { return };
        let line = (0..=last).rev().find(|&i| self.tokens[i].first_on_line).unwrap_or(0);
        let first = if self.tokens[line].text(self.text) == "}" { line + 1 } else { line };
        let begins_block = first <= last && BLOCK_WORDS.contains(&self.tokens[first].text(self.text));
        if !begins_block || self.top().is_some_and(|top| top != Kind::Open('{')) {
            return;
        }
        let has_brace = self.tokens[line..=last].iter().any(|token| token.kind == Kind::Open('{'));
        if has_brace {
            return;
        }
        let token = self.tokens[last];
        let word = token.text(self.text);
        let replaced = [":", "then", "do"].contains(&word);
        let from = if replaced { token.start } else { token.end };
        let mended = if matches!(word, "then" | "do") { "{" } else { " {" };
        let span = self.place.span(from..token.end);
        let problem = Diagnostic::error("E0021", span, "a block without its `{`")
            .label("expected `{`")
            .suggest(span, mended, "open the block with `{`");
        self.problems.push(problem);
        self.edits.push(Edit::replace(from..token.end, mended));
        self.open.push(Opened { kind: Kind::Open('{'), at: last });
        self.surplus += 1;
    }

    fn close_parens_before(&mut self, at: usize) {
        while matches!(self.top(), Some(Kind::Open('(' | '['))) {
            self.unclosed(at);
        }
    }

    fn close_brace(&mut self, at: usize) {
        self.close_parens_before(at);
        let token = self.tokens[at];
        if token.first_on_line && self.surplus > 0 {
            let indent = self.tokens[at].indent;
            let same = |open: &Opened| open.kind == Kind::Open('{') && self.tokens[open.at].indent == indent;
            while self.open.iter().any(same)
                && self.open.last().is_some_and(|top| self.tokens[top.at].indent > indent)
            {
                self.surplus -= 1;
                self.unclosed(at);
                self.close_parens_before(at);
                if self.surplus == 0 {
                    break;
                }
            }
        }
        let too_far_in = token.first_on_line
            && self.surplus < 0
            && self.open.last().is_some_and(|top| self.tokens[top.at].indent < self.tokens[at].indent);
        if self.top() != Some(Kind::Open('{')) || too_far_in {
            self.surplus += 1;
            return self.unmatched(at);
        }
        self.open.pop();
    }

    fn close_paren(&mut self, at: usize, opener: char) {
        let wanted = Kind::Open(opener);
        let within = |kind: Kind| matches!(kind, Kind::Open('(' | '['));
        let reachable = self.open.iter().rev().map(|open| open.kind).take_while(|&kind| within(kind));
        match reachable.into_iter().position(|kind| kind == wanted) {
            Some(inner) => {
                for _ in 0..inner {
                    self.unclosed(at);
                }
                self.open.pop();
            }
            None if self.top().is_some_and(within) => self.mismatched(at),
            None => self.unmatched(at),
        }
    }

    /// The innermost open bracket is never closed; it should have been before token `at`.
    fn unclosed(&mut self, at: usize) {
        let Some(top) = self.open.pop() else { return };
        let opener = self.tokens[top.at];
        let Kind::Open(bracket) = top.kind else { return };
        let close = token::closer(bracket);
        // Behind a whole string, not in it: the tokens of its holes come after its own.
        let before = self.tokens[..at].iter().rev().find(|token| token.depth <= opener.depth);
        let end = before.map_or(0, |token| token.end);
        self.edits.push(Edit::insert(end, close));
        let hidden = self.tokens[top.at..at].iter().any(|token| self.cut_short(token));
        if hidden && bracket != '{' || self.cut && at == self.tokens.len() {
            return;
        }
        let span = self.place.span(opener.start..opener.end);
        let mut problem = Diagnostic::error("E0002", span, format!("this `{bracket}` is never closed"));
        problem = match self.tokens.get(at) {
            Some(next) if bracket == '{' => {
                let what = format!("a `{close}` was expected before this");
                problem.label("opened here").related(self.place.span(next.start..next.end), what)
            }
            None if bracket == '{' => {
                let what = format!("the file ends without the `{close}`");
                problem.label("opened here").related(self.place.span(self.text.len()..self.text.len()), what)
            }
            _ => {
                let here = self.place.span(end..end);
                problem.label("opened here").suggest(here, close, format!("close it with `{close}`"))
            }
        };
        self.problems.push(problem);
    }

    /// A string that was never closed may have swallowed a closing bracket.
    fn cut_short(&self, token: &Token) -> bool {
        let text = token.text(self.text);
        token.kind == Kind::Text && (text.len() < 2 || !text.ends_with(['"', '\'', '”', '’']))
    }

    fn unmatched(&mut self, at: usize) {
        let token = self.tokens[at];
        let found = token.text(self.text);
        let span = self.place.span(token.start..token.end);
        let problem = Diagnostic::error("E0003", span, format!("this `{found}` closes nothing"))
            .label("no bracket is open here that it could close")
            .help(format!(
                "remove it, or open a bracket before it; an extra `{found}` further up can be the cause"
            ));
        self.problems.push(problem);
        self.edits.push(Edit::replace(token.start..token.end, ""));
    }

    fn mismatched(&mut self, at: usize) {
        let Some(top) = self.open.pop() else { return };
        let (opener, token) = (self.tokens[top.at], self.tokens[at]);
        let Kind::Open(bracket) = top.kind else { return };
        let close = token::closer(bracket);
        let found = token.text(self.text);
        let span = self.place.span(token.start..token.end);
        let problem = Diagnostic::error("E0003", span, format!("`{found}` cannot close `{bracket}`"))
            .label(format!("`{close}` was expected"))
            .related(self.place.span(opener.start..opener.end), "opened here")
            .suggest(span, close, format!("write `{close}`"));
        self.problems.push(problem);
        self.edits.push(Edit::replace(token.start..token.end, close));
    }
}
