//! What is different between two snapshots, for people: numbers side by side, and the step at which runs part.

use crate::report::lines::{cut, left, right, wrap};
use crate::report::snapshot::data::{Outcome, Snapshot, Step};
use crate::report::snapshot::parting::{Number, Pair, Parting, Reason, pairs};
use crate::report::style::{Ink, Style};
use crate::source::{Sources, Span};

/// Steps shown before the one that differs, and from it on.
const BEFORE: usize = 3;
const FROM: usize = 5;

/// How it is shown.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// What the two sides are called.
    pub names: (&'a str, &'a str),
    pub style: Style,
    /// Numbers that are the same too.
    pub everything: bool,
    /// The texts in which the statements of the right side stand.
    pub sources: Option<&'a Sources>,
    /// The rules by which the words of a statement go under a runtime.
    pub rules: fn(&str, &str) -> Vec<String>,
}

/// Nothing where both are the same and not everything is asked for.
pub fn draw(ours: &Snapshot, theirs: &Snapshot, look: Look<'_>) -> String {
    let mut out = String::new();
    for pair in pairs(ours, theirs) {
        if look.everything || !pair.same() {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&drawn(&pair, look));
        }
    }
    out
}

fn drawn(pair: &Pair<'_>, look: Look<'_>) -> String {
    let (ours, theirs) = look.names;
    let (run, other) = match (pair.left, pair.right) {
        (Some(run), Some(other)) => (run, other),
        (Some(run), None) => return format!("{}: only in {ours}\n", head(run, look.style)),
        (None, Some(run)) => return format!("{}: only in {theirs}\n", head(run, look.style)),
        (None, None) => return String::new(),
    };
    let mut out = match run.name == other.name && run.runtime == other.runtime {
        true => format!("{}\n", head(run, look.style)),
        false => format!("{}  ->  {}\n", head(run, look.style), head(other, look.style)),
    };
    out.push_str(&numbers(&pair.numbers(), look));
    match pair.parting() {
        None => out.push_str(&format!("  all {} steps are the same\n", other.count)),
        Some(Parting::At(at)) => {
            out.push_str(&format!("  {}\n", until(at, run.count.max(other.count))));
            out.push_str(&steps(run, other, at, look));
            out.push_str(&why(pair, at, look));
        }
        Some(Parting::Within(before, within)) => {
            let text = format!("{}, within the next {within}", until(before, run.count.max(other.count)));
            out.push_str(&format!("  {text}; {ours} does not say where\n"));
            out.push_str(&after(other, before, look));
        }
    }
    out
}

fn head(run: &Outcome, style: Style) -> String {
    format!("{}  {}", style.paint(Ink::Strong, &run.name), style.paint(Ink::Faint, &run.runtime))
}

fn until(at: usize, of: usize) -> String {
    match at {
        0 => "they part at the first step".to_string(),
        1 => format!("the first of {of} steps is the same, and then they part"),
        _ => format!("the first {at} of {of} steps are the same, and then they part"),
    }
}

fn numbers(all: &[Number<'_>], look: Look<'_>) -> String {
    let shown: Vec<&Number> = all.iter().filter(|n| look.everything || n.left != n.right).collect();
    if shown.is_empty() {
        return String::new();
    }
    let cell = |value: Option<&str>| cut(value.unwrap_or("-"), 40, '~');
    let widest = |texts: Vec<String>, least: &str| {
        texts.iter().map(|text| text.chars().count()).max().unwrap_or(0).max(least.chars().count())
    };
    let (ours, theirs) = look.names;
    let first = widest(shown.iter().map(|n| n.name.to_string()).collect(), "");
    let second = widest(shown.iter().map(|n| cell(n.left)).collect(), ours);
    let third = widest(shown.iter().map(|n| cell(n.right)).collect(), theirs);
    let row = |name: &str, a: &str, b: &str| {
        format!("  {}  {}  {}", left(name, first), right(a, second), right(b, third))
    };
    let mut out = look.style.paint(Ink::Faint, &row("", ours, theirs)) + "\n";
    for number in shown {
        let text = row(number.name, &cell(number.left), &cell(number.right));
        let changed = number.left != number.right;
        out.push_str(&if changed { look.style.paint(Ink::Bad, &text) } else { text });
        out.push('\n');
    }
    out
}

/// Both sides from a little before they part.
fn steps(ours: &Outcome, theirs: &Outcome, at: usize, look: Look<'_>) -> String {
    let column = (look.style.width.saturating_sub(12) / 2).clamp(24, 70);
    let row = |n: usize, mark: &str| {
        let (a, b) = (shown(ours.steps.get(n), column), shown(theirs.steps.get(n), column));
        format!("{mark}{:>6}  {}  {}", n + 1, left(&a, column), b.trim_end()).trim_end().to_string()
    };
    let names = format!("         {}  {}", left(look.names.0, column), look.names.1);
    let mut out = look.style.paint(Ink::Faint, &names) + "\n";
    for n in at.saturating_sub(BEFORE)..at {
        out.push_str(&format!("{}\n", row(n, " ")));
    }
    for n in at..ours.steps.len().max(theirs.steps.len()).min(at + FROM) {
        let differs = ours.steps.get(n) != theirs.steps.get(n);
        let text = row(n, if differs { look.style.glyph("≠", "!") } else { " " });
        out.push_str(&if differs { look.style.paint(Ink::Bad, &text) } else { text });
        out.push('\n');
    }
    out
}

fn shown(step: Option<&Step>, column: usize) -> String {
    match step {
        Some(step) => cut(&format!("{}  {}", right(&step.time, 7), step.text), column, '~'),
        None => format!("{}  (it is over)", right("", 7)),
    }
}

/// What the side that knows did there.
fn after(run: &Outcome, before: usize, look: Look<'_>) -> String {
    let mut out = String::new();
    for (n, step) in run.steps.iter().enumerate().skip(before).take(FROM) {
        let column = look.style.width.saturating_sub(10).max(24);
        out.push_str(&format!(" {:>6}  {}\n", n + 1, shown(Some(step), column)));
    }
    out
}

/// The choice or the rule by which they part, and the statement.
fn why(pair: &Pair<'_>, at: usize, look: Look<'_>) -> String {
    let mut lines: Vec<String> = Vec::new();
    let statement = place(pair, at, look.sources);
    let runs: Vec<&Outcome> = pair.left.into_iter().chain(pair.right).collect();
    let reason = pair.reason(at);
    // Who goes next is decided between statements.
    if !matches!(reason, Reason::Turn | Reason::Choice) {
        lines.extend(statement.as_ref().map(|(place, text)| format!("at {place}: {text}")));
    }
    match reason {
        Reason::Choice => {
            lines.push("the runtime is free to choose here, and another choice was made".to_string())
        }
        Reason::Time => lines.push("the same happens, at another time".to_string()),
        Reason::Turn => {
            let mut rules: Vec<(&str, &str)> = Vec::new();
            for run in runs {
                let name = run.runtime.split('(').next().unwrap_or_default();
                rules.extend(run.rule.map(|rule| (name, rule)).filter(|rule| !rules.contains(rule)));
            }
            lines.extend(rules.iter().map(|(name, rule)| format!("who goes next under {name}: {rule}")));
        }
        Reason::Other => {
            let text = statement.as_ref().map_or("", |(_, text)| text.as_str());
            let mut rules: Vec<String> =
                runs.iter().flat_map(|run| (look.rules)(&run.runtime, text)).collect();
            rules.dedup();
            if !rules.is_empty() {
                lines.push(format!("rules that may be involved: {}", rules.join(", ")));
            }
        }
    }
    let columns = look.style.width.saturating_sub(2).max(24);
    let wrapped = lines.iter().flat_map(|line| wrap(line, columns));
    wrapped.map(|line| format!("  {line}\n")).collect()
}

/// The statement at which the right side is, or was last.
pub fn place(pair: &Pair<'_>, at: usize, sources: Option<&Sources>) -> Option<(String, String)> {
    let steps = &pair.right?.steps;
    let task_step = |n: usize| steps.get(n).and_then(|step| step.span);
    let span: Span = (0..=at).rev().find_map(task_step)?;
    let sources = sources?;
    let line = sources.text(span).lines().next().unwrap_or_default().trim_end_matches(['{', ' ']).to_string();
    Some((sources.place(span), cut(&line, 80, '~')))
}
