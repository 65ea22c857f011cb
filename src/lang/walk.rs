//! Every block, statement and expression of a program, without recursion in those who look.

use crate::lang::ast::{
    Argument, Block, Expr, ExprKind, Iterable, SelectArmKind, Statement, StatementKind, TextPart, simple,
};

/// Something to look at.
#[derive(Debug, Clone, Copy)]
pub enum Node<'a> {
    Statement(&'a Statement),
    Expr(&'a Expr),
}

/// How nodes are told apart.
pub fn address<T>(node: &T) -> usize {
    std::ptr::from_ref(node).addr()
}

/// Shows every statement and every expression in a block, each before what is inside it.
pub fn walk<'a>(block: &'a Block, see: &mut dyn FnMut(Node<'a>)) {
    let mut todo: Vec<Node<'a>> = block.statements.iter().rev().map(Node::Statement).collect();
    while let Some(node) = todo.pop() {
        see(node);
        let from = todo.len();
        match node {
            Node::Statement(statement) => {
                todo.extend(expressions(statement).into_iter().map(Node::Expr));
                for block in blocks(statement) {
                    todo.extend(block.statements.iter().map(Node::Statement));
                }
            }
            Node::Expr(expr) => todo.extend(parts(expr).into_iter().map(Node::Expr)),
        }
        todo[from..].reverse();
    }
}

/// The same for one expression.
pub fn walk_expr<'a>(expr: &'a Expr, see: &mut dyn FnMut(&'a Expr)) {
    let mut todo = vec![expr];
    while let Some(expr) = todo.pop() {
        see(expr);
        todo.extend(parts(expr).into_iter().rev());
    }
}

/// The blocks directly in a statement.
pub fn blocks(statement: &Statement) -> Vec<&Block> {
    match &statement.kind {
        StatementKind::If { arms, otherwise } => {
            arms.iter().map(|(_, block)| block).chain(otherwise).collect()
        }
        StatementKind::While { body, .. }
        | StatementKind::Loop { body }
        | StatementKind::For { body, .. }
        | StatementKind::With { body, .. }
        | StatementKind::Group { body, .. } => vec![body],
        StatementKind::Timeout { body, otherwise, .. } | StatementKind::Scope { body, otherwise, .. } => {
            std::iter::once(body).chain(otherwise).collect()
        }
        StatementKind::Select { arms } => arms.iter().map(|arm| &arm.body).collect(),
        StatementKind::Try { body, failure, cancelled, finally } => {
            let failure = failure.iter().map(|(_, block)| block);
            std::iter::once(body).chain(failure).chain(cancelled).chain(finally).collect()
        }
        simple!() => Vec::new(),
    }
}

/// The expressions directly in a statement, in the order in which they are computed.
pub fn expressions(statement: &Statement) -> Vec<&Expr> {
    match &statement.kind {
        StatementKind::Let { value, .. }
        | StatementKind::Fail { value }
        | StatementKind::Log { text: value }
        | StatementKind::Observe { value, .. }
        | StatementKind::With { object: value, .. }
        | StatementKind::While { condition: value, .. }
        | StatementKind::Timeout { duration: value, .. } => vec![value],
        StatementKind::Assign { index, value, .. } => index.iter().chain([value]).collect(),
        StatementKind::Work { duration, label } | StatementKind::Block { duration, label } => {
            std::iter::once(duration).chain(label).collect()
        }
        StatementKind::Expr { value, label } => std::iter::once(value).chain(label).collect(),
        StatementKind::If { arms, .. } => arms.iter().map(|(condition, _)| condition).collect(),
        StatementKind::For { over, .. } => iterable(over),
        StatementKind::Return { value } => value.iter().collect(),
        StatementKind::Assert { condition, message } => std::iter::once(condition).chain(message).collect(),
        StatementKind::Select { arms } => arms
            .iter()
            .map(|arm| match &arm.kind {
                SelectArmKind::Await { value, .. } => value,
                SelectArmKind::After { duration } => duration,
            })
            .collect(),
        StatementKind::Loop { .. }
        | StatementKind::Group { .. }
        | StatementKind::Scope { .. }
        | StatementKind::Try { .. }
        | StatementKind::Break
        | StatementKind::Continue
        | StatementKind::FailCancelled => Vec::new(),
    }
}

pub fn iterable(over: &Iterable) -> Vec<&Expr> {
    match over {
        Iterable::Range { from, to, .. } => vec![from, to],
        Iterable::Value(value) => vec![value],
    }
}

/// The expressions directly in an expression.
pub fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::None
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Duration(_)
        | ExprKind::Name(_)
        | ExprKind::Yield => Vec::new(),
        ExprKind::Text(parts) => parts
            .iter()
            .filter_map(|part| match part {
                TextPart::Literal(_) => None,
                TextPart::Expr(expr) => Some(expr),
            })
            .collect(),
        ExprKind::List(items) => items.iter().collect(),
        ExprKind::Unary(_, inner) | ExprKind::Await(inner) | ExprKind::Cancel(inner) => vec![inner],
        ExprKind::Binary(_, left, right) | ExprKind::Logic { left, right, .. } => vec![left, right],
        ExprKind::Call { arguments: given, .. } => arguments(given),
        ExprKind::Method { object, arguments: given, .. } => {
            std::iter::once(&**object).chain(arguments(given)).collect()
        }
        ExprKind::Field { object, .. } => vec![object],
        ExprKind::Index { object, index } => vec![object, index],
        ExprKind::Spawn(spawn) => {
            let options = spawn.priority.iter().chain(&spawn.on).chain(&spawn.group);
            arguments(&spawn.arguments).into_iter().chain(options).collect()
        }
    }
}

fn arguments(given: &[Argument]) -> Vec<&Expr> {
    let each = given.iter().flat_map(|argument| match argument {
        Argument::Value(value) | Argument::Named { value, .. } => vec![value],
        Argument::Each { value, over, .. } => iterable(over).into_iter().chain([value]).collect(),
    });
    each.collect()
}
