//! From pest's pairs to the tree: what all parts of that work share.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{Expr, ExprKind, Ident};
use crate::lang::parse::grammar::{Pair, Rule};
use crate::lang::parse::limits::{self, MAX_DEPTH, Place};
use crate::lang::parse::repair::Repaired;
use crate::lang::parse::scan::Scan;
use crate::source::Span;

/// Builds the tree and collects what is wrong with it. A part that could not be
/// built is `None`, and has been reported.
pub struct Builder<'a> {
    pub place: Place,
    /// The text as it was written.
    pub text: &'a str,
    /// The text that was parsed.
    pub repaired: &'a Repaired,
    pub scan: &'a Scan,
    pub problems: Vec<Diagnostic>,
    /// How many expressions the one being built is in.
    pub depth: u16,
}

impl Builder<'_> {
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.problems.push(diagnostic);
    }

    /// Where a pair lies in the original text. pest lets an optional tail swallow the blanks
    /// before it even if it is absent; they are given back here.
    pub fn range(&self, pair: &Pair) -> Range<usize> {
        let span = pair.as_span();
        let start = self.repaired.original(span.start());
        let mut end = self.repaired.original(span.end()).max(start);
        loop {
            end = start + self.text[start..end].trim_end().len();
            let next = self.scan.comments.partition_point(|comment| comment.start < end);
            match next.checked_sub(1).map(|i| &self.scan.comments[i]) {
                Some(comment) if comment.end >= end && comment.start >= start => end = comment.start,
                _ => return start..end,
            }
        }
    }

    pub fn span(&self, pair: &Pair) -> Span {
        self.place.span(self.range(pair))
    }

    pub fn ident(&self, pair: &Pair) -> Ident {
        Ident { name: pair.as_str().to_string(), span: self.span(pair) }
    }

    /// A node above children of which the deepest has `below` levels.
    pub fn node(&mut self, kind: ExprKind, span: Span, below: u16) -> Option<Expr> {
        let depth = below + 1;
        if depth > MAX_DEPTH {
            self.too_deep(span);
            return None;
        }
        Some(Expr { kind, span, depth })
    }

    pub fn too_deep(&mut self, span: Span) {
        self.report(limits::expression_too_deep(span));
    }
}

/// The first child of a pair whose rule always has one.
pub fn only<'i>(mut parts: impl Iterator<Item = Pair<'i>>) -> Pair<'i> {
    parts.next().expect("the grammar gives this rule a child")
}

/// The next child if it is of this rule.
pub fn take<'i>(
    parts: &mut std::iter::Peekable<impl Iterator<Item = Pair<'i>>>,
    rule: Rule,
) -> Option<Pair<'i>> {
    parts.next_if(|part| part.as_rule() == rule)
}
