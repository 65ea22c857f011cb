//! The names an expectation can use, and what is said of those that mean nothing.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{Expr, ExprKind, TextPart};
use crate::lang::program::Program;
use crate::scenario::expect::term::Which;
use crate::scenario::expect::vocabulary::{FUNCTIONS, OUTCOMES, Quantity, SERIES};
use crate::source::{Sources, Span};
use crate::suggest::did_you_mean;
use crate::value::Value;

/// What an expectation can speak of.
pub struct Scope<'a> {
    pub sources: &'a Sources,
    /// The names of the runs, in order.
    pub runs: &'a [String],
    pub program: &'a Program,
}

/// Each gives what a name stands for, or adds to the problems why it stands for nothing.
impl Scope<'_> {
    /// A name by itself: only the outcomes have one.
    pub fn name(&self, name: &str, span: Span, problems: &mut Vec<Diagnostic>) -> Option<Value> {
        if OUTCOMES.contains(&name) {
            return Some(Value::text(name));
        }
        let text = format!("`{name}` means nothing by itself here");
        let problem = Diagnostic::error("E0703", span, text);
        let usage = FUNCTIONS.iter().find(|function| function.name == name).map(|function| function.usage);
        let series = SERIES.iter().any(|(series, ..)| *series == name)
            || self.program.metrics.iter().any(|metric| metric == name);
        let problem = match usage {
            _ if series => {
                problem.help(format!("take a number of it: `mean({name}, 'run')`, `max({name}, 'run')`, …"))
            }
            Some(usage) => problem.help(format!("write `{usage}`")),
            None => nearest(problem, span, name, OUTCOMES.into_iter()),
        };
        problems.push(problem);
        None
    }

    /// A number that every task has.
    pub fn quantity(&self, name: &str, span: Span, problems: &mut Vec<Diagnostic>) -> Option<Quantity> {
        let found = SERIES.iter().find(|(series, ..)| *series == name).map(|(.., quantity)| *quantity);
        if found.is_none() {
            let metrics = self.program.metrics.iter().map(String::as_str);
            let names = SERIES.iter().map(|(name, ..)| *name).chain(metrics);
            let text = format!("`{name}` is neither a number every task has nor a metric of the program");
            problems.push(nearest(Diagnostic::error("E0703", span, text), span, name, names));
        }
        found
    }

    /// `of: "wash"`: a task of the program.
    pub fn task(&self, of: &Expr, problems: &mut Vec<Diagnostic>) -> Option<String> {
        let task = self.text(of, problems)?;
        let name = task.split('(').next().unwrap_or_default();
        let functions = &self.program.functions;
        if functions.iter().any(|function| function.name == name) {
            return Some(task);
        }
        let names = functions.iter().map(|function| function.name.as_str()).filter(|&name| name != "main");
        let problem = Diagnostic::error("E0703", of.span, format!("the program has no task `{name}`"));
        problems.push(nearest_text(problem, name, names));
        None
    }

    /// `machine`, `fork`, `fork[2]`
    pub fn object(&self, expr: &Expr, problems: &mut Vec<Diagnostic>) -> Option<Which> {
        let name = match &expr.kind {
            ExprKind::Name(name) => name.clone(),
            ExprKind::Index { .. } => self.sources.text(expr.span).replace(' ', ""),
            _other => {
                problems.push(Diagnostic::error("E0704", expr.span, "the name of an object is wanted here"));
                return None;
            }
        };
        let objects = &self.program.objects;
        if objects.iter().any(|object| object.name == name) {
            return Some(Which::One(name));
        }
        let array = Which::Array(name);
        if objects.iter().any(|object| array.includes(&object.name)) {
            return Some(array);
        }
        let (Which::One(name) | Which::Array(name)) = array;
        let names = objects.iter().map(|object| object.name.as_str());
        let problem = Diagnostic::error("E0703", expr.span, format!("the program declares no `{name}`"));
        problems.push(nearest(problem, expr.span, &name, names));
        None
    }

    /// A plain string.
    pub fn text(&self, expr: &Expr, problems: &mut Vec<Diagnostic>) -> Option<String> {
        let text = match &expr.kind {
            ExprKind::Text(parts) => plain(parts),
            _other => None,
        };
        if text.is_none() {
            let problem = Diagnostic::error("E0704", expr.span, "a plain string is wanted here");
            problems.push(problem.help("write it in quotes: `'load 1'`"));
        }
        text
    }

    /// The place of a run in the comparison.
    pub fn run_name(&self, expr: &Expr, problems: &mut Vec<Diagnostic>) -> Option<usize> {
        let name = self.text(expr, problems)?;
        let found = self.runs.iter().position(|run| *run == name);
        if found.is_none() {
            let problem = Diagnostic::error("E0702", expr.span, format!("no run is called `{name}`"));
            problems.push(nearest_text(problem, &name, self.runs.iter().map(String::as_str)));
        }
        found
    }
}

/// The text of a string without holes.
pub fn plain(parts: &[TextPart]) -> Option<String> {
    let mut text = String::new();
    for part in parts {
        match part {
            TextPart::Literal(literal) => text.push_str(literal),
            TextPart::Expr(_) => return None,
        }
    }
    Some(text)
}

/// Names the nearest of the names that would have been right, or all of them.
pub fn nearest<'n>(
    problem: Diagnostic,
    span: Span,
    name: &str,
    names: impl Iterator<Item = &'n str> + Clone,
) -> Diagnostic {
    match did_you_mean(name, names.clone()) {
        Some(near) => problem.suggest(span, near, format!("did you mean `{near}`?")),
        None => possible(problem, names),
    }
}

/// The same where the name stands in quotes.
fn nearest_text<'n>(
    problem: Diagnostic,
    name: &str,
    names: impl Iterator<Item = &'n str> + Clone,
) -> Diagnostic {
    match did_you_mean(name, names.clone()) {
        Some(near) => {
            let text = format!("did you mean '{near}'?");
            let place = problem.labels[0].span;
            // The whole string is the name, quotes aside: then it is known what replaces it.
            match place.range().len() == name.len() + 2 && !near.contains(['\'', '"', '\\']) {
                true => problem.suggest(place, format!("'{near}'"), text),
                false => problem.help(text),
            }
        }
        None => possible(problem, names),
    }
}

fn possible<'n>(problem: Diagnostic, names: impl Iterator<Item = &'n str> + Clone) -> Diagnostic {
    const MOST: usize = 20;
    let mut all: Vec<String> = names.clone().take(MOST).map(|name| format!("`{name}`")).collect();
    if names.count() > MOST {
        all.push("…".into());
    }
    if all.is_empty() { problem } else { problem.help(format!("possible: {}", all.join(", "))) }
}
