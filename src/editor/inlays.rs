//! What is written beside the places where a task can wait: whether the worker is free meanwhile.

use std::ops::Range;

use crate::editor::document::{Document, Program};
use crate::editor::habit::Habit;
use crate::lang::ast::{Block, Expr, ExprKind, Item, Iterable, Statement, StatementKind};
use crate::lang::names::Role;
use crate::lang::program::Combinator;
use crate::lang::vocabulary::{Function, function};
use crate::lang::walk::{self, Node};

/// A few words behind a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Inlay {
    pub at: usize,
    pub label: String,
    /// Markdown.
    pub help: String,
}

/// The inlays of a part of a document; `habits` are those of the runs it is compared under.
pub fn inlays(document: &Document, within: Range<usize>, habits: &[Habit]) -> Vec<Inlay> {
    let Some(program) = &document.program else { return Vec::new() };
    let mut found = Vec::new();
    for body in program.file.items.iter().filter_map(body) {
        if body.span.start as usize > within.end || (body.span.end as usize) < within.start {
            continue;
        }
        walk::walk(body, &mut |node| {
            if let Some(point) = point(program, node) {
                found.push(point);
            }
        });
    }
    found.retain(|point| within.start <= point.at && point.at <= within.end);
    found.sort_by_key(|point| point.at);
    found.iter().map(|point| inlay(point, habits)).collect()
}

fn body(item: &Item) -> Option<&Block> {
    match item {
        Item::Task { body, .. } | Item::Main { body, .. } => Some(body),
        Item::Param { .. } | Item::Shared { .. } | Item::Metric { .. } | Item::Object(_) => None,
    }
}

/// A place where a task waits, or may.
struct Point {
    at: usize,
    how: How,
    /// A sentence on what is waited for.
    why: String,
}

enum How {
    Await,
    Block,
    /// `await t()`: in the same task.
    Inside,
}

fn point(program: &Program, node: Node) -> Option<Point> {
    match node {
        Node::Statement(statement) => block_point(statement),
        Node::Expr(Expr { kind: ExprKind::Await(inner), span, .. }) => {
            let at = span.end as usize;
            Some(match called_task(program, inner) {
                Some(task) => {
                    let why = format!(
                        "`{task}` runs as a part of this task, and waits here wherever it waits itself."
                    );
                    Point { at, how: How::Inside, why }
                }
                None => Point { at, how: How::Await, why: awaited(inner) },
            })
        }
        Node::Expr(_) => None,
    }
}

/// The blocks that bring an await point with them, and `block`, which is none.
fn block_point(statement: &Statement) -> Option<Point> {
    let (at, how, why) = match &statement.kind {
        StatementKind::Block { duration, .. } => (
            duration.span.end,
            How::Block,
            "`block` is no await point: nothing is computed, and nobody is let in.",
        ),
        StatementKind::With { object, .. } => {
            (object.span.end, How::Await, "It waits here if it has to, until what it holds can be had.")
        }
        StatementKind::Group { .. } => {
            (statement.span.end, How::Await, "Here the block waits until all tasks of the group have ended.")
        }
        StatementKind::Select { .. } => {
            (statement.span.start + 6, How::Await, "It waits here until one of its arms can go on.")
        }
        StatementKind::For { waits: true, over: Iterable::Value(value), .. } => {
            (value.span.end, How::Await, "Each turn waits here for the next value.")
        }
        _no_await_point => return None,
    };
    Some(Point { at: at as usize, how, why: why.to_string() })
}

/// The name of the task that a call runs in place.
fn called_task<'a>(program: &Program, inner: &'a Expr) -> Option<&'a str> {
    let ExprKind::Call { callee, .. } = &inner.kind else { return None };
    let symbol = program.names.declared(&callee.name)?;
    matches!(program.names.symbols[symbol].role, Role::Task(_)).then_some(callee.name.as_str())
}

fn awaited(inner: &Expr) -> String {
    match &inner.kind {
        ExprKind::Yield => "The others go first; then this task goes on.".to_string(),
        ExprKind::Call { callee, .. } => match function(&callee.name).map(|word| word.means) {
            Some(Function::Combinator(Combinator::Offload)) => {
                "This task waits; the task it started occupies a worker of the pool.".to_string()
            }
            Some(_) | None => format!("This task waits for `{}`.", callee.name),
        },
        ExprKind::Method { name, .. } => format!("This task waits in `{}`, if it has to.", name.name),
        _handle => {
            "This task waits for the end of another, or for a future, unless it is there already.".to_string()
        }
    }
}

fn inlay(point: &Point, habits: &[Habit]) -> Inlay {
    let holds = |habit: &Habit| match point.how {
        How::Await | How::Inside => habit.held_by_await,
        How::Block => habit.held_by_block,
    };
    let label = match point.how {
        How::Inside => "waits inside".to_string(),
        How::Await | How::Block => verdict(habits, holds),
    };
    let mut help = format!("{}\n", point.why);
    for habit in habits {
        let what = if holds(habit) { "holds its worker" } else { "frees the worker" };
        help.push_str(&format!("\n- **{}** ({}): {what}", habit.run, habit.runtime));
    }
    Inlay { at: point.at, label, help }
}

/// `frees the worker`, `holds the worker`, or who does which.
fn verdict(habits: &[Habit], holds: impl Fn(&Habit) -> bool) -> String {
    let names = |held: bool, name: fn(&Habit) -> &str| {
        let mut names: Vec<String> = Vec::new();
        for habit in habits.iter().filter(|habit| holds(habit) == held) {
            if !names.iter().any(|other| other == name(habit)) {
                names.push(name(habit).to_string());
            }
        }
        names
    };
    let runtimes = (names(false, |habit| habit.runtime), names(true, |habit| habit.runtime));
    let (free, held) = match runtimes.0.iter().any(|name| runtimes.1.contains(name)) {
        true => (names(false, |habit| &habit.run), names(true, |habit| &habit.run)),
        false => runtimes,
    };
    match (free.is_empty(), held.is_empty()) {
        (_, true) => "frees the worker".to_string(),
        (true, false) => "holds the worker".to_string(),
        (false, false) => format!("{} free, {} held", free.join(", "), held.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::document::Language;
    use crate::editor::habit::habit;
    use crate::runtimes::table::ron;

    fn shown(text: &str, runtimes: &[&str]) -> String {
        let habits: Vec<Habit> =
            runtimes.iter().map(|text| habit(text, &ron().from_str(text).expect("a runtime"))).collect();
        let document = Document::new(text, Language::Program);
        let mut shown = text.to_string();
        for inlay in inlays(&document, 0..text.len(), &habits).iter().rev() {
            shown.insert_str(inlay.at, &format!("‹{}›", inlay.label));
        }
        shown
    }

    #[test]
    fn every_await_point_is_marked() {
        let text = "lock till\nchannel c(1)\ntask t() { await yield }\nmain {\n  block 5ms \"x\"\n  \
                    with till { await sleep( 1ms ) \"nap\" }\n  group { spawn t() }\n  await t()\n  \
                    select { c.send(1) => { } }\n  for await v in c { log \"{v}\" }\n  let x = await c.recv() + 1\n}\n";
        assert_eq!(
            shown(text, &["Asyncio()"]),
            "lock till\nchannel c(1)\ntask t() { await yield‹frees the worker› }\nmain {\n  \
             block 5ms‹holds the worker› \"x\"\n  \
             with till‹frees the worker› { await sleep( 1ms )‹frees the worker› \"nap\" }\n  \
             group { spawn t() }‹frees the worker›\n  await t()‹waits inside›\n  \
             select‹frees the worker› { c.send(1) => { } }\n  for await v in c‹frees the worker› { log \"{v}\" }\n  \
             let x = await c.recv()‹frees the worker› + 1\n}\n"
        );
    }

    #[test]
    fn runs_that_differ_are_told_apart() {
        let text = "main { await sleep(1ms) }";
        let of = |runtimes: &[&str]| shown(text, runtimes);
        assert!(of(&["Threads(workers: 1)"]).contains("‹holds the worker›"));
        assert!(
            of(&["Threads()", "Threads(workers: 1)", "Asyncio()"]).contains("‹Asyncio free, Threads held›")
        );
        let cores = of(&["Threads(cores: 1)", "Threads(workers: 1)"]);
        assert!(cores.contains("‹Threads(cores: 1) free, Threads(workers: 1) held›"), "{cores}");
    }
}
