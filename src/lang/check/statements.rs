//! Statements, one by one; those with blocks are in `blocks`.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{BinaryOp, Expr, ExprKind, ObjectKind, Statement, StatementKind, compound};
use crate::lang::check::checker::{Checker, Role};
use crate::lang::check::methods::called;
use crate::lang::kind::Kind;
use crate::source::Span;

impl<'a> Checker<'a> {
    /// True if nothing that follows in the same block is ever reached.
    pub fn statement(&mut self, statement: &'a Statement) -> bool {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                let kind = self.expr(value);
                self.declare(name, kind, Role::Let);
                false
            }
            StatementKind::Assign { name, index, value } => {
                if let Some(index) = index {
                    self.of_kind(index, Kind::Int, "an index");
                }
                self.expr(value);
                self.assign(name, index.is_some());
                false
            }
            StatementKind::Work { duration, label } => self.takes_time(duration, label.as_ref(), "`work`"),
            StatementKind::Block { duration, label } => self.takes_time(duration, label.as_ref(), "`block`"),
            StatementKind::Expr { value, label } => {
                self.effect(value, label.as_ref());
                false
            }
            StatementKind::Break => self.leave_loop("break", statement.span),
            StatementKind::Continue => self.leave_loop("continue", statement.span),
            StatementKind::Return { value } => {
                if let Some(value) = value {
                    self.expr(value);
                }
                true
            }
            StatementKind::Fail { value } => {
                let kind = self.expr(value);
                if !matches!(kind, Kind::Text | Kind::Unknown) {
                    let text = format!("`fail` takes a string or a failure, not {}", kind.words());
                    let help = "write `fail \"why\"`, or `fail e` with what `catch e` caught";
                    self.report(Diagnostic::error("E0303", value.span, text).help(help));
                }
                true
            }
            StatementKind::FailCancelled => true,
            StatementKind::Log { text } => {
                self.expr(text);
                false
            }
            StatementKind::Observe { metric, value } => {
                self.metric(metric);
                self.observed(value);
                false
            }
            StatementKind::Assert { condition, message } => {
                self.condition(condition, "`assert`");
                if let Some(message) = message {
                    self.expr(message);
                }
                false
            }
            compound!() => self.compound(statement),
        }
    }

    fn takes_time(&mut self, duration: &'a Expr, label: Option<&'a Expr>, word: &str) -> bool {
        self.duration(duration, word);
        if let Some(label) = label {
            self.expr(label);
        }
        false
    }

    /// An expression whose value nobody wants: it has to do something.
    fn effect(&mut self, value: &'a Expr, label: Option<&'a Expr>) {
        self.expr(value);
        if let Some(label) = label {
            self.expr(label);
            if !takes_label(value) {
                self.report(
                    Diagnostic::warning("W0504", label.span, "this label is not shown anywhere")
                        .help("labels belong to `work`, `block`, `await sleep(…)` and `await io(…)`")
                        .help("to leave a line in the trace write `log \"…\"`"),
                );
            }
        }
        let idle = match &value.kind {
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Duration(_)
            | ExprKind::Text(_)
            | ExprKind::Name(_)
            | ExprKind::List(_)
            | ExprKind::Unary(..)
            | ExprKind::Binary(..)
            | ExprKind::Index { .. } => true,
            ExprKind::Logic { .. }
            | ExprKind::Call { .. }
            | ExprKind::Method { .. }
            | ExprKind::Field { .. }
            | ExprKind::Await(_)
            | ExprKind::Yield
            | ExprKind::Spawn(_)
            | ExprKind::Cancel(_) => false,
        };
        if idle {
            let diagnostic = Diagnostic::warning("W0505", value.span, "this does nothing");
            self.report(match &value.kind {
                ExprKind::Binary(BinaryOp::Equal, ..) => {
                    diagnostic.help("`==` compares; to assign write `=`")
                }
                ExprKind::Name(name) => diagnostic.help(format!("to wait for it write `await {name}`")),
                _ => diagnostic.help("its value is thrown away: bind it with `let`, or take it out"),
            });
        }
    }

    fn observed(&mut self, value: &'a Expr) {
        let kind = self.expr(value);
        if !matches!(kind, Kind::Int | Kind::Float | Kind::Duration | Kind::Unknown) {
            let text = format!("`observe` takes a number or a duration, not {}", kind.words());
            self.error("E0303", value.span, text);
        }
    }

    fn leave_loop(&mut self, word: &str, span: Span) -> bool {
        match self.loops.last_mut() {
            Some(left) => *left |= word == "break",
            None => {
                let text = format!("`{word}` outside of a loop");
                let diagnostic = Diagnostic::error("E0403", span, text);
                self.report(diagnostic.help("to end the task write `return`"));
            }
        }
        true
    }

    /// What `with` can hold.
    pub fn held(&mut self, object: &'a Expr) {
        if let ExprKind::Field { object, name } = &object.kind {
            return self.side(object, name);
        }
        let (span, inner) = match &object.kind {
            ExprKind::Await(inner) => (object.span, inner.as_ref()),
            _ => (object.span, object),
        };
        if let ExprKind::Method { object, name, .. } = &inner.kind
            && name.name == "acquire"
        {
            self.expr(object);
            let name = called(object);
            let help =
                format!("write `with {name} {{ … }}`: it waits at its entry, and gives back at its end");
            self.report(Diagnostic::error("E0310", span, "`with` acquires by itself").help(help));
            return;
        }
        let (kind, name) = (self.expr(object), called(object));
        let help = match kind {
            Kind::Unknown | Kind::Object(ObjectKind::Lock | ObjectKind::Resource | ObjectKind::Semaphore) => {
                return;
            }
            Kind::Object(ObjectKind::RwLock) => return self.no_side(object, " { … }"),
            Kind::Object(ObjectKind::Condition) => "hold the lock it belongs to".to_string(),
            Kind::Object(ObjectKind::Workers) => {
                format!("write `await offload({name}, t(a))`, or `spawn t(a) on {name}`")
            }
            Kind::Objects(_) => format!("take one of its elements, as in `with {name}[0] {{ … }}`"),
            Kind::Duration => "to stop something after a while write `timeout 5s { … }`".to_string(),
            _ => "what can be held is a lock, a resource, a semaphore, and `.read` or `.write` of an rwlock"
                .to_string(),
        };
        let text = format!("{} cannot be held", kind.words());
        self.report(Diagnostic::error("E0310", object.span, text).help(help));
    }
}

/// Sleeping and devices show their label; other waits show what they wait for.
fn takes_label(value: &Expr) -> bool {
    let ExprKind::Await(inner) = &value.kind else { return false };
    matches!(&inner.kind, ExprKind::Call { callee, .. } if matches!(callee.name.as_str(), "sleep" | "io"))
}
