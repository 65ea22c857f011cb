//! Callbacks: tasks that are called and not started, which is why nothing in them may wait.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{Argument, Block, Expr, ExprKind, File, Item, Iterable, SelectArmKind, StatementKind};
use crate::lang::ast::{Statement, TextPart};
use crate::lang::check::checker::Checker;
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

fn in_block(block: &Block) -> Option<Trouble> {
    block.statements.iter().find_map(in_statement)
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
        | StatementKind::Let { .. }
        | StatementKind::Assign { .. }
        | StatementKind::Work { .. }
        | StatementKind::Block { .. }
        | StatementKind::Expr { .. }
        | StatementKind::If { .. }
        | StatementKind::While { .. }
        | StatementKind::Loop { .. }
        | StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Return { .. }
        | StatementKind::Try { .. }
        | StatementKind::Fail { .. }
        | StatementKind::FailCancelled
        | StatementKind::Log { .. }
        | StatementKind::Observe { .. }
        | StatementKind::Assert { .. } => {
            let own = expressions(statement).into_iter().find_map(in_expression);
            return own.or_else(|| statement.blocks().into_iter().find_map(in_block));
        }
    };
    let head = Span { end: statement.span.start + word.len() as u32, ..statement.span };
    Some((head, "this block belongs to a task, which waits in it"))
}

/// The first one found; expressions nest deep, so this is a loop and no recursion.
fn in_expression(expr: &Expr) -> Option<Trouble> {
    let mut todo = vec![expr];
    while let Some(expr) = todo.pop() {
        match &expr.kind {
            ExprKind::Await(_) => return Some((expr.span, "it waits here")),
            ExprKind::Call { callee, .. } if matches!(callee.name.as_str(), "current_task" | "id") => {
                return Some((expr.span, "no task runs when it is called"));
            }
            _ => push_inner(expr, &mut todo),
        }
    }
    None
}

fn push_inner<'e>(expr: &'e Expr, todo: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::None
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Duration(_)
        | ExprKind::Name(_)
        | ExprKind::Yield => {}
        ExprKind::Text(parts) => todo.extend(parts.iter().filter_map(|part| match part {
            TextPart::Expr(expr) => Some(expr),
            TextPart::Literal(_) => None,
        })),
        ExprKind::List(items) => todo.extend(items),
        ExprKind::Unary(_, inner) | ExprKind::Await(inner) | ExprKind::Cancel(inner) => todo.push(inner),
        ExprKind::Field { object, .. } => todo.push(object),
        ExprKind::Binary(_, left, right)
        | ExprKind::Logic { left, right, .. }
        | ExprKind::Index { object: left, index: right } => todo.extend([&**left, &**right]),
        ExprKind::Call { arguments, .. } => push_arguments(arguments, todo),
        ExprKind::Method { object, arguments, .. } => {
            todo.push(object);
            push_arguments(arguments, todo);
        }
        ExprKind::Spawn(spawn) => {
            push_arguments(&spawn.arguments, todo);
            todo.extend([&spawn.priority, &spawn.on, &spawn.group].into_iter().flatten());
        }
    }
}

fn push_arguments<'e>(arguments: &'e [Argument], todo: &mut Vec<&'e Expr>) {
    for argument in arguments {
        match argument {
            Argument::Value(value) | Argument::Named { value, .. } => todo.push(value),
            Argument::Each { value, over, .. } => {
                todo.push(value);
                push_iterable(over, todo);
            }
        }
    }
}

fn push_iterable<'e>(over: &'e Iterable, todo: &mut Vec<&'e Expr>) {
    match over {
        Iterable::Range { from, to, .. } => todo.extend([from, to]),
        Iterable::Value(value) => todo.push(value),
    }
}

/// The expressions of a statement, those of its blocks left out.
fn expressions(statement: &Statement) -> Vec<&Expr> {
    match &statement.kind {
        StatementKind::Let { value, .. }
        | StatementKind::Fail { value }
        | StatementKind::Log { text: value }
        | StatementKind::Observe { value, .. }
        | StatementKind::With { object: value, .. }
        | StatementKind::While { condition: value, .. } => vec![value],
        StatementKind::Assign { index, value, .. } => index.iter().chain([value]).collect(),
        StatementKind::Work { duration: value, label }
        | StatementKind::Block { duration: value, label }
        | StatementKind::Expr { value, label }
        | StatementKind::Assert { condition: value, message: label } => {
            std::iter::once(value).chain(label).collect()
        }
        StatementKind::If { arms, .. } => arms.iter().map(|(condition, _)| condition).collect(),
        StatementKind::For { over, .. } => {
            let mut all = Vec::new();
            push_iterable(over, &mut all);
            all
        }
        StatementKind::Return { value } => value.iter().collect(),
        StatementKind::Timeout { duration, .. } => vec![duration],
        StatementKind::Select { arms } => arms
            .iter()
            .map(|arm| match &arm.kind {
                SelectArmKind::After { duration } => duration,
                SelectArmKind::Await { value, .. } => value,
            })
            .collect(),
        StatementKind::Loop { .. }
        | StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Group { .. }
        | StatementKind::Scope { .. }
        | StatementKind::Try { .. }
        | StatementKind::FailCancelled => Vec::new(),
    }
}
