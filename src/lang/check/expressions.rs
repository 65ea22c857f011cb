//! Expressions: what they are, as far as can be told, and whether their parts go together.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{BinaryOp, Expr, ExprKind, ObjectKind, TextPart, UnaryOp};
use crate::lang::check::checker::Checker;
use crate::lang::kind::Kind;
use crate::lang::operators;
use crate::time::show_nanos;

impl<'a> Checker<'a> {
    pub fn expr(&mut self, expr: &'a Expr) -> Kind {
        match &expr.kind {
            ExprKind::None => Kind::None,
            ExprKind::Bool(_) => Kind::Bool,
            ExprKind::Int(_) => Kind::Int,
            ExprKind::Float(_) => Kind::Float,
            ExprKind::Duration(_) => Kind::Duration,
            ExprKind::Text(parts) => {
                self.text(parts);
                Kind::Text
            }
            ExprKind::Name(name) => self.name(name, expr.span),
            ExprKind::List(items) => {
                for item in items {
                    self.expr(item);
                }
                Kind::List
            }
            ExprKind::Unary(UnaryOp::Not, inner) => {
                self.condition(inner, "`not`");
                Kind::Bool
            }
            ExprKind::Unary(op, inner) => {
                let kind = self.expr(inner);
                let result = kind.sample().map(|value| operators::unary(*op, &value));
                self.result(expr, result)
            }
            ExprKind::Binary(op, left, right) => self.binary(expr, *op, left, right),
            ExprKind::Logic { and, left, right } => {
                let word = if *and { "`and`" } else { "`or`" };
                self.condition(left, word);
                self.condition(right, word);
                Kind::Bool
            }
            ExprKind::Call { callee, arguments } => self.plain_call(expr, callee, arguments),
            ExprKind::Method { object, name, arguments } => self.plain_method(expr, object, name, arguments),
            ExprKind::Field { object, name } => self.field(object, name),
            ExprKind::Index { object, index } => self.index(object, index),
            ExprKind::Await(inner) => self.await_expr(expr, inner),
            ExprKind::Yield => {
                let start = crate::source::Span { end: expr.span.start, ..expr.span };
                self.report(Diagnostic::error("E0204", expr.span, "`yield` without `await`").suggest(
                    start,
                    "await ",
                    "write `await yield`: here the task lets the others go first",
                ));
                Kind::None
            }
            ExprKind::Spawn(spawn) => self.spawn(expr, spawn),
            ExprKind::Cancel(target) => self.cancel(target),
        }
    }

    pub fn text(&mut self, parts: &'a [TextPart]) {
        for part in parts {
            if let TextPart::Expr(expr) = part {
                self.expr(expr);
            }
        }
    }

    fn binary(&mut self, expr: &Expr, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> Kind {
        let (left, right) = (self.expr(left).sample(), self.expr(right).sample());
        let result = left.zip(right).map(|(left, right)| operators::binary(op, &left, &right));
        let kind = self.result(expr, result);
        match op {
            BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual => Kind::Bool,
            BinaryOp::BitAnd
            | BinaryOp::BitOr
            | BinaryOp::BitXor
            | BinaryOp::ShiftLeft
            | BinaryOp::ShiftRight => Kind::Int,
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::Remainder => kind,
        }
    }

    /// What an operator made of samples tells its kind, or that it cannot work.
    fn result(&mut self, expr: &Expr, result: Option<Result<crate::value::Value, String>>) -> Kind {
        match result {
            None => Kind::Unknown,
            Some(Ok(value)) => Kind::of(&value),
            Some(Err(text)) => {
                self.error("E0301", expr.span, text);
                Kind::Unknown
            }
        }
    }

    fn index(&mut self, object: &'a Expr, index: &'a Expr) -> Kind {
        let (list, at) = (self.expr(object), self.expr(index));
        if !matches!(at, Kind::Int | Kind::Unknown) {
            self.error("E0303", index.span, format!("an index is an int, not {}", at.words()));
        }
        match list {
            Kind::Objects(kind) => Kind::Object(kind),
            Kind::List | Kind::Unknown => Kind::Unknown,
            other => {
                let diagnostic =
                    Diagnostic::error("E0303", object.span, format!("{} has no elements", other.words()));
                self.report(match other {
                    Kind::Object(_) => {
                        diagnostic.help("an array is declared with its length: `lock fork[5]`")
                    }
                    _ => diagnostic,
                });
                Kind::Unknown
            }
        }
    }

    /// A value that has to be true or false.
    pub fn condition(&mut self, expr: &'a Expr, of: &str) {
        let kind = self.expr(expr);
        if matches!(kind, Kind::Bool | Kind::Unknown) {
            return;
        }
        let text = format!("{of} takes a bool, not {}", kind.words());
        let diagnostic = Diagnostic::error("E0304", expr.span, text);
        self.report(match kind {
            Kind::Int | Kind::Float => {
                diagnostic.help("nothing counts as true by itself: compare, as in `n != 0`")
            }
            Kind::Duration => diagnostic.help("nothing counts as true by itself: compare, as in `d > 0s`"),
            Kind::List | Kind::Text => {
                diagnostic.help("nothing counts as true by itself: compare, as in `len(xs) > 0`")
            }
            Kind::None => diagnostic.help("nothing counts as true by itself: compare, as in `x != none`"),
            Kind::Unknown
            | Kind::Bool
            | Kind::Task
            | Kind::Object(_)
            | Kind::Objects(_)
            | Kind::Group
            | Kind::Scope
            | Kind::Results => diagnostic.help("ask it something, as in `door.is_set()` or `till.locked()`"),
        });
    }

    /// A length of time.
    pub fn duration(&mut self, expr: &'a Expr, of: &str) {
        let kind = self.expr(expr);
        if matches!(kind, Kind::Duration | Kind::Unknown) {
            return;
        }
        let text = format!("{of} takes a duration, not {}", kind.words());
        let diagnostic = Diagnostic::error("E0302", expr.span, text);
        let unit = "the units are d, h, min, s, ms, us and ns";
        self.report(match &expr.kind {
            ExprKind::Int(n) => {
                let text = format!("give it a unit, as in `{n}ms`");
                diagnostic.label("no unit").suggest(expr.span, format!("{n}ms"), text).help(unit)
            }
            ExprKind::Float(x) => {
                // A fraction has to come out to whole nanoseconds.
                let nanos = operators::whole(x * 1e6).unwrap_or(1_000_000);
                let text = show_nanos(nanos);
                let message = format!("give it a unit, as in `{text}`");
                diagnostic.label("no unit").suggest(expr.span, text, message).help(unit)
            }
            _ if matches!(kind, Kind::Int | Kind::Float) => {
                diagnostic.help("multiply by a unit, as in `n * 1ms`")
            }
            _ => diagnostic,
        });
    }

    /// A value of one certain kind.
    pub fn of_kind(&mut self, expr: &'a Expr, wanted: Kind, what: &str) {
        let kind = self.expr(expr);
        if kind != wanted && kind != Kind::Unknown {
            let text = format!("{what} is {}, not {}", wanted.words(), kind.words());
            self.error("E0303", expr.span, text);
        }
    }

    /// A pool that tasks can be sent to.
    pub fn pool(&mut self, expr: &'a Expr) {
        let kind = self.expr(expr);
        if matches!(kind, Kind::Object(ObjectKind::Workers) | Kind::Unknown) {
            return;
        }
        let text = format!("tasks are sent to workers, and this is {}", kind.words());
        let diagnostic = Diagnostic::error("E0311", expr.span, text);
        self.report(diagnostic.help("declare a pool at the top level: `workers cpu(4)`"));
    }

    fn cancel(&mut self, target: &'a Expr) -> Kind {
        let kind = self.expr(target);
        if !matches!(kind, Kind::Task | Kind::Group | Kind::Scope | Kind::Unknown) {
            let text = format!("`cancel` takes a task handle, a group or a scope, not {}", kind.words());
            let help =
                "a handle is what `let h = spawn t()` gives; `group g { … }` and `scope s { … }` name theirs";
            self.report(Diagnostic::error("E0303", target.span, text).help(help));
        }
        Kind::Bool
    }
}
