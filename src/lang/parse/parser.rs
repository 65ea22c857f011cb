//! The way from text to tree: scan, match brackets, mend, parse, build.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{Expr, File};
use crate::lang::parse::brackets;
use crate::lang::parse::builder::{Builder, only};
use crate::lang::parse::grammar::{self, Break, Pair, Rule, parts};
use crate::lang::parse::limits::{self, ParseLimits, Place};
use crate::lang::parse::repair::Repaired;
use crate::lang::parse::scan;
use crate::lang::parse::trouble::Context;
use crate::source::SourceId;

/// Parses a program: its tree, as far as it could be read, and everything wrong with its syntax,
/// in the order of the text. The text may be a part of its source that begins at byte `base`.
///
/// Never fails, whatever the text: without diagnostics the tree is complete.
pub fn parse(source: SourceId, text: &str, base: usize, limits: &ParseLimits) -> (File, Vec<Diagnostic>) {
    let mut file = File::default();
    let problems = read(source, text, base, limits, Rule::file, |builder, pair| {
        file = builder.file(pair);
    });
    (file, problems)
}

/// Parses a single expression, such as a line of `expect`.
pub fn parse_expression(source: SourceId, text: &str, base: usize) -> Result<Expr, Vec<Diagnostic>> {
    let mut expr = None;
    let limits = ParseLimits::default();
    let problems = read(source, text, base, &limits, Rule::lone_expression, |builder, pair| {
        expr = builder.expression(only(parts(pair)));
    });
    match expr {
        Some(expr) if problems.is_empty() => Ok(expr),
        Some(_) | None => Err(problems),
    }
}

fn read(
    source: SourceId,
    text: &str,
    base: usize,
    limits: &ParseLimits,
    rule: Rule,
    build: impl FnOnce(&mut Builder, Pair),
) -> Vec<Diagnostic> {
    if text.len() > limits.max_bytes || u32::try_from(base.saturating_add(text.len())).is_err() {
        return vec![limits::too_large(source, text.len(), limits)];
    }
    let place = Place { source, base };
    let mut scan = scan::scan(text, place, limits);
    let mut problems = std::mem::take(&mut scan.problems);
    let mut edits = std::mem::take(&mut scan.edits);
    let readable = !scan.gave_up
        && brackets::match_brackets(text, &scan.tokens, place, limits, &mut problems, &mut edits);
    if !readable {
        return sorted(problems);
    }
    let repaired = Repaired::new(text, edits);
    let mut builder =
        Builder { place, text, repaired: &repaired, scan: &scan, problems: Vec::new(), depth: 0 };
    match grammar::read(rule, &repaired.text) {
        Ok(mut pairs) => build(&mut builder, only(&mut pairs)),
        Err(broken) => unreadable(&mut builder, rule, &broken),
    }
    let lines = Lines::new(text, base);
    let said: BTreeSet<usize> = problems.iter().map(|problem| lines.of(problem)).collect();
    problems.extend(builder.problems.into_iter().filter(|problem| !said.contains(&lines.of(problem))));
    sorted(problems)
}

/// The text as a whole could not be read.
fn unreadable(builder: &mut Builder, rule: Rule, broken: &Break) {
    let end = builder.repaired.text.len();
    let at = builder.repaired.original(broken.at);
    let here = builder.place.span(at..at);
    if broken.out_of_stack {
        builder.report(limits::out_of_stack(here));
    } else if rule == Rule::lone_expression && !builder.scan.tokens.is_empty() {
        builder.trouble(Context::Expression, 0..end, None);
    } else {
        let what = if rule == Rule::lone_expression { "an expression" } else { "a declaration" };
        builder.report(
            Diagnostic::error("E0001", here, format!("expected {what} here")).label("cannot be read"),
        );
    }
}

/// Where the lines of a text begin. Of what the grammar finds, nothing is said on a line
/// that was mended: it would only speak of the mending.
struct Lines {
    starts: Vec<usize>,
    base: usize,
}

impl Lines {
    fn new(text: &str, base: usize) -> Lines {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines { starts: newlines.map(|(at, _)| at + 1).collect(), base }
    }

    fn of(&self, problem: &Diagnostic) -> usize {
        let at = problem.labels.first().map_or(0, |label| label.span.start as usize - self.base);
        self.starts.partition_point(|&start| start <= at)
    }
}

fn sorted(mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let place = |problem: &Diagnostic| problem.labels.first().map(|label| label.span);
    problems.sort_by_key(place);
    problems.dedup_by(|a, b| place(a) == place(b) && a.code == b.code);
    problems
}
