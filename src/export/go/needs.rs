//! What a program needs in Go: contexts, errors, and which of its tasks may return one.

use std::collections::BTreeMap;

use crate::export::go::once::closes_once;
use crate::export::scenario::Scenario;
use crate::lang::ast::{Argument, Block, Expr, ExprKind, Item, SelectArm, SelectArmKind, StatementKind};
use crate::lang::program::Combinator;
use crate::lang::vocabulary::{Function, function};
use crate::lang::walk::{Node, walk};

/// What a task does that its signature has to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Task {
    /// It waits somewhere, so it takes a context if there are any.
    pub waits: bool,
    pub fails: bool,
}

#[derive(Debug, Default)]
pub struct Needs {
    /// Something is cancelled somewhere.
    pub contexts: bool,
    /// Some task may return an error.
    pub errors: bool,
    /// A channel is closed somewhere: a send may fail.
    pub closes: bool,
    /// Somebody may close a channel that is closed.
    pub closes_again: bool,
    /// A future is settled with a failure somewhere.
    pub futures_fail: bool,
    /// `fail cancelled` without anything that cancels, too.
    pub cancellations: bool,
    /// A semaphore may get more than it had.
    pub releases: bool,
    tasks: BTreeMap<String, Task>,
    pub main: Task,
}

impl Needs {
    pub fn of(scenario: &Scenario) -> Needs {
        let mut needs = Needs { closes: scenario.facts.closes, ..Needs::default() };
        let mut bodies: Vec<(Option<&str>, &Block)> = Vec::new();
        for item in &scenario.request.file.items {
            match item {
                Item::Task { name, body, .. } => bodies.push((Some(&name.name), body)),
                Item::Main { body, .. } => bodies.push((None, body)),
                Item::Param { .. } | Item::Shared { .. } | Item::Metric { .. } | Item::Object(_) => {}
            }
        }
        for (name, body) in &bodies {
            needs.look(body);
            if let Some(name) = name {
                needs.tasks.insert((*name).to_string(), Task::default());
            }
        }
        needs.cancellations |= needs.contexts;
        needs.closes_again = !closes_once(&bodies);
        loop {
            let mut changed = false;
            for (name, body) in &bodies {
                let task = Task { waits: needs.waits_in(body), fails: needs.block_fails(body) };
                let old = match name {
                    Some(name) => needs.tasks.insert((*name).to_string(), task),
                    None => Some(std::mem::replace(&mut needs.main, task)),
                };
                changed |= old != Some(task);
            }
            needs.errors = needs.contexts || needs.main.fails || needs.tasks.values().any(|task| task.fails);
            if !changed {
                return needs;
            }
        }
    }

    pub fn task(&self, name: &str) -> Task {
        self.tasks.get(name).copied().unwrap_or_default()
    }

    fn look(&mut self, body: &Block) {
        walk(body, &mut |node| match node {
            Node::Statement(statement) => match &statement.kind {
                StatementKind::Timeout { .. } | StatementKind::Scope { .. } | StatementKind::Group { .. } => {
                    self.contexts = true;
                }
                StatementKind::FailCancelled => self.cancellations = true,
                _other => {}
            },
            Node::Expr(expr) => match &expr.kind {
                ExprKind::Cancel(_) => self.contexts = true,
                ExprKind::Method { name, .. } => {
                    self.futures_fail |= name.name == "fail";
                    self.releases |= name.name == "release";
                }
                ExprKind::Call { callee, arguments } => match function(&callee.name).map(|word| word.means) {
                    Some(Function::Combinator(Combinator::Race | Combinator::WaitFor)) => {
                        self.contexts = true
                    }
                    Some(Function::Combinator(Combinator::AsCompleted)) => {
                        self.contexts |= arguments.iter().any(|a| matches!(a, Argument::Named { .. }));
                    }
                    _other => {}
                },
                _other => {}
            },
        });
    }

    fn waits_in(&self, body: &Block) -> bool {
        let mut found = false;
        walk(body, &mut |node| {
            found |= match node {
                Node::Statement(statement) => matches!(
                    statement.kind,
                    StatementKind::With { .. }
                        | StatementKind::Select { .. }
                        | StatementKind::Group { .. }
                        | StatementKind::Timeout { .. }
                        | StatementKind::Scope { .. }
                        | StatementKind::For { waits: true, .. }
                ),
                Node::Expr(expr) => match &expr.kind {
                    ExprKind::Await(inner) => match called(inner) {
                        Some(task) => self.task(task).waits,
                        None => true,
                    },
                    ExprKind::Call { callee, .. } => callee.name == "as_completed",
                    _other => false,
                },
            };
        });
        found
    }

    pub fn block_fails(&self, body: &Block) -> bool {
        let mut found = false;
        walk(body, &mut |node| {
            found |= match node {
                Node::Statement(statement) => match &statement.kind {
                    StatementKind::Fail { .. }
                    | StatementKind::FailCancelled
                    | StatementKind::Assert { .. }
                    | StatementKind::Group { .. }
                    | StatementKind::Timeout { .. }
                    | StatementKind::Scope { .. } => true,
                    // Most of what a `with` or a `select` waits for can be cancelled.
                    StatementKind::With { .. } => self.contexts || self.errors,
                    StatementKind::Select { arms } => {
                        self.contexts || self.errors || self.may_send_into_closed(arms)
                    }
                    StatementKind::For { waits, .. } => *waits && (self.contexts || self.errors),
                    _other => false,
                },
                Node::Expr(expr) => self.expr_fails(expr),
            };
        });
        found
    }

    /// May this `select` send into a closed channel, which panics in Go?
    pub fn may_send_into_closed(&self, arms: &[SelectArm]) -> bool {
        let sends = |arm: &SelectArm| match &arm.kind {
            SelectArmKind::Await { value, .. } => {
                matches!(&value.kind, ExprKind::Method { name, .. } if name.name == "send")
            }
            SelectArmKind::After { .. } => false,
        };
        self.closes && arms.iter().any(sends)
    }

    /// Does this very expression, its parts aside, give an error in Go?
    pub fn expr_fails(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Await(inner) => match (called(inner), &inner.kind) {
                (Some(task), _) => self.task(task).fails,
                (None, ExprKind::Call { callee, .. }) => {
                    match function(&callee.name).map(|word| word.means) {
                        Some(Function::Sleep | Function::Io) => self.contexts,
                        // What is waited for may have failed; a `settle` fails only if it is cancelled.
                        _combinator => self.contexts || self.errors,
                    }
                }
                (None, ExprKind::Yield) => self.contexts,
                (None, ExprKind::Method { name, .. }) if name.name == "send" => self.contexts || self.closes,
                (None, ExprKind::Method { name, .. }) if name.name == "next" => self.errors,
                (None, ExprKind::Method { .. }) => self.contexts,
                (None, _handle) => self.contexts || self.errors || self.futures_fail,
            },
            ExprKind::Method { name, .. } if name.name == "try_send" => self.closes,
            _other => false,
        }
    }
}

/// The task that is called here, if it is one.
pub fn called(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Call { callee, .. } if function(&callee.name).is_none() => Some(&callee.name),
        _other => None,
    }
}
