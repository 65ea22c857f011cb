//! Callbacks: tasks that are called and not started, which is why nothing in them may wait.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{Block, Expr, ExprKind, File, Item, Statement, StatementKind, simple};
use crate::lang::check::checker::Checker;
use crate::lang::walk::{Node, walk};
use crate::source::Span;

/// What a callback cannot do, and where it does it.
type Trouble = (Span, &'static str);

impl<'a> Checker<'a> {
    /// Says of each task that is used as a callback why it cannot be one.
    pub fn callbacks(&mut self, file: &'a File) {
        for callback in std::mem::take(&mut self.callbacks) {
            let body = file.items.iter().find_map(|item| match item {
                Item::Task { name, body, .. } if name.name == callback.name => Some(body),
                Item::Task { .. }
                | Item::Param { .. }
                | Item::Shared { .. }
                | Item::Metric { .. }
                | Item::Object(_)
                | Item::Main { .. } => None,
            });
            let Some((place, what)) = body.and_then(in_block) else { continue };
            let name = &callback.name;
            let text = format!("the task `{name}` waits, and a callback cannot");
            self.report(
                Diagnostic::error("E0206", callback.span, text)
                    .label("called here by the event loop itself, not by a task")
                    .related(place, what)
                    .help(format!("to run it beside this task write `spawn {name}(…)`"))
                    .help("or call back a task that does nothing but `spawn` the one that waits"),
            );
        }
    }
}

/// The first one found.
fn in_block(block: &Block) -> Option<Trouble> {
    let mut found = None;
    walk(block, &mut |node| {
        if found.is_none() {
            found = match node {
                Node::Statement(statement) => in_statement(statement),
                Node::Expr(expr) => in_expression(expr),
            };
        }
    });
    found
}

fn in_statement(statement: &Statement) -> Option<Trouble> {
    let word = match &statement.kind {
        StatementKind::With { .. } => "with",
        StatementKind::Group { .. } => "group",
        StatementKind::Timeout { .. } => "timeout",
        StatementKind::Scope { .. } => "scope",
        StatementKind::Select { .. } => "select",
        StatementKind::For { waits: true, .. } => "for",
        StatementKind::For { .. }
        | StatementKind::If { .. }
        | StatementKind::While { .. }
        | StatementKind::Loop { .. }
        | StatementKind::Try { .. }
        | simple!() => return None,
    };
    let head = Span { end: statement.span.start + word.len() as u32, ..statement.span };
    Some((head, "this block belongs to a task, which waits in it"))
}

fn in_expression(expr: &Expr) -> Option<Trouble> {
    match &expr.kind {
        ExprKind::Await(_) => Some((expr.span, "it waits here")),
        ExprKind::Call { callee, .. } if matches!(callee.name.as_str(), "current_task" | "id") => {
            Some((expr.span, "no task runs when it is called"))
        }
        _ => None,
    }
}
