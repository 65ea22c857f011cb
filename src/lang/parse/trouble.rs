//! A piece of text that could not be read, where it breaks, and the plain way to say so.

use crate::diagnostic::Diagnostic;
use crate::lang::parse::grammar::Expected;
use crate::lang::parse::limits::Place;
use crate::lang::parse::token::{self, Kind, Token};
use crate::source::Span;

/// Among what a piece of junk was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    Item,
    Statement,
    Arm,
    /// In the hole of a string, or where nothing but an expression is expected.
    Expression,
}

pub struct Trouble<'a> {
    pub text: &'a str,
    pub place: Place,
    pub context: Context,
    pub tokens: &'a [Token],
    /// The first token that does not fit; as many as there are tokens if the text ends too early.
    pub at: usize,
    /// The first token behind the piece.
    pub next: Option<Token>,
    pub expected: Vec<Expected>,
    /// An `else`, `catch` or `finally` that is well-formed but belongs to nothing.
    pub stray_clause: bool,
}

impl Trouble<'_> {
    /// The text of a token; nothing if there is no such token.
    pub fn word(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |token| token.text(self.text))
    }

    pub fn kind(&self, index: usize) -> Option<Kind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    /// The text of the token that does not fit.
    pub fn found_word(&self) -> &str {
        self.word(self.at)
    }

    /// From one token to another, both included.
    pub fn span(&self, from: usize, to: usize) -> Span {
        self.place.span(self.tokens[from].start..self.tokens[to].end)
    }

    /// The token that does not fit, or the point behind the last.
    pub fn here(&self) -> Span {
        match self.tokens.get(self.at) {
            Some(token) => self.place.span(token.start..token.end),
            None => self.behind(self.tokens.len() - 1),
        }
    }

    /// The point behind a token.
    pub fn behind(&self, index: usize) -> Span {
        self.place.span(self.tokens[index].end..self.tokens[index].end)
    }

    pub fn expects(&self, one: Expected) -> bool {
        self.expected.contains(&one)
    }

    /// What stands where something else was expected.
    pub fn found(&self) -> String {
        let token = match self.tokens.get(self.at) {
            Some(token) => token,
            None if self.context == Context::Expression => match self.next {
                Some(Token { kind: Kind::HoleClose, .. }) => return "`}`".to_string(),
                Some(_) | None => return "the end of the expression".to_string(),
            },
            None => match &self.next {
                None => return "the end of the file".to_string(),
                Some(next) if next.first_on_line => return "the end of the line".to_string(),
                Some(next) => next,
            },
        };
        let text = token.text(self.text);
        match token.kind {
            Kind::Text => "a string".to_string(),
            Kind::Word if token::is_keyword(text) => format!("the keyword `{text}`"),
            Kind::Word | Kind::Number | Kind::Sign => format!("`{text}`"),
            Kind::Open(_) | Kind::Close(_) | Kind::HoleOpen | Kind::HoleClose => format!("`{text}`"),
        }
    }

    /// ``"`,` or `)`"``
    pub fn expected_words(&self) -> String {
        let words: Vec<&str> = self.expected.iter().map(|one| one.words()).collect();
        match words.as_slice() {
            [] => "an operator or the end of the line".to_string(),
            [one] => one.to_string(),
            [.., last] => format!("{} or {last}", words[..words.len() - 1].join(", ")),
        }
    }

    /// The message when no particular slip is recognised.
    pub fn plain(&self) -> Diagnostic {
        let found = self.found();
        if let Some(unfinished) = self.unfinished_line() {
            return unfinished;
        }
        if self.expects(Expected::End) && self.at > 0 {
            let what = match self.context {
                Context::Item => "the declaration",
                Context::Statement => "the statement",
                Context::Arm => "the arm",
                Context::Expression => "the expression",
            };
            return Diagnostic::error("E0001", self.here(), format!("{found} does not belong here"))
                .label(format!("{what} could have ended before this"));
        }
        let expected = self.expected_words();
        let problem = Diagnostic::error("E0001", self.here(), format!("expected {expected}, found {found}"));
        problem.label(format!("expected {expected}"))
    }

    /// `x = a +`, and on the next line `y = b`: the fault is the line above.
    fn unfinished_line(&self) -> Option<Diagnostic> {
        let fits = self.at >= 3 && self.found_word() == "=" && self.tokens[self.at - 1].first_on_line;
        let operator = fits.then(|| self.tokens[self.at - 2]).filter(|token| token.kind == Kind::Sign)?;
        let text = operator.text(self.text);
        let span = self.span(self.at - 2, self.at - 2);
        let problem = Diagnostic::error("E0001", span, format!("expected an expression after `{text}`"));
        Some(problem.label("the line ends here, so the next one was read as its end"))
    }
}
