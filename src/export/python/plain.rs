//! Tasks that run where nothing can be awaited: as callbacks, on threads of a pool.

use std::collections::BTreeMap;

use crate::export::python::module::Mode;
use crate::export::types::TaskFacts;
use crate::lang::ast::{Argument, Expr, ExprKind, Ident, Item};
use crate::lang::program::Combinator;
use crate::lang::vocabulary::{Function, function};
use crate::lang::walk::{Node, walk};

/// Is it written as a task?
pub fn is_awaited(task: &TaskFacts) -> bool {
    task.called || task.spawned || task.on_pool
}

/// Tasks that run where nothing can be awaited, and those they call.
pub fn plain_tasks(items: &[Item]) -> BTreeMap<&str, Mode> {
    let mut calls: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut todo: Vec<(&str, Mode)> = Vec::new();
    for item in items {
        let (name, body) = match item {
            Item::Task { name, body, .. } => (name.name.as_str(), body),
            Item::Main { body, .. } => ("", body),
            Item::Param { .. } | Item::Shared { .. } | Item::Metric { .. } | Item::Object(_) => continue,
        };
        walk(body, &mut |node| {
            let Node::Expr(expr) = node else { return };
            match &expr.kind {
                ExprKind::Await(inner) => calls.entry(name).or_default().extend(called(inner)),
                ExprKind::Call { callee, arguments } => todo.extend(job(callee, arguments)),
                _other => {}
            }
        });
    }
    let mut found: BTreeMap<&str, Mode> = BTreeMap::new();
    while let Some((name, mode)) = todo.pop() {
        // A thread can do less than a callback: what suits it suits both.
        let before = found.get(name).copied();
        if before.is_none() || (before == Some(Mode::Callback) && mode == Mode::Thread) {
            found.insert(name, mode);
            todo.extend(calls.get(name).into_iter().flatten().map(|callee| (*callee, mode)));
        }
    }
    found
}

fn called(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Call { callee, .. } if function(&callee.name).is_none() => Some(&callee.name),
        _other => None,
    }
}

/// The task that a pool or a callback is given.
fn job<'a>(callee: &Ident, arguments: &'a [Argument]) -> Option<(&'a str, Mode)> {
    let (at, mode) = match function(&callee.name).map(|word| word.means) {
        Some(Function::Combinator(Combinator::Offload)) => (1, Mode::Thread),
        Some(Function::Callback(_)) => (0, Mode::Callback),
        Some(Function::Sleep | Function::Io | Function::Builtin(_) | Function::Combinator(_)) | None => {
            return None;
        }
    };
    match arguments.get(at) {
        Some(Argument::Value(value)) => Some((called(value)?, mode)),
        _ => None,
    }
}
