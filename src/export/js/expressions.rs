//! Expressions, one by one.

use crate::export::js::numbers::{milliseconds, prec};
use crate::export::js::program::Js;
use crate::export::types::Type;
use crate::lang::ast::{Expr, ExprKind, Iterable, UnaryOp};

impl<'a> Js<'_, 'a> {
    /// The text of an expression, in brackets if it binds less tightly than `level`.
    pub fn expr(&mut self, expr: &'a Expr, level: u8) -> String {
        let (text, own) = self.bare(expr);
        if own < level { format!("({text})") } else { text }
    }

    fn bare(&mut self, expr: &'a Expr) -> (String, u8) {
        let atom = |text: &str| (text.to_string(), prec::ATOM);
        match &expr.kind {
            ExprKind::None => atom("null"),
            ExprKind::Bool(b) => atom(if *b { "true" } else { "false" }),
            ExprKind::Int(i) if *i < 0 => (i.to_string(), prec::UNARY),
            ExprKind::Int(i) => (i.to_string(), prec::ATOM),
            ExprKind::Float(x) => (format!("{x:?}"), prec::ATOM),
            ExprKind::Duration(nanos) => milliseconds(*nanos),
            ExprKind::Text(parts) => (self.filled(parts), prec::ATOM),
            ExprKind::Name(name) => (self.name(name), prec::ATOM),
            ExprKind::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.own(item)).collect();
                (format!("[{}]", items.join(", ")), prec::ATOM)
            }
            ExprKind::Unary(UnaryOp::Negate, inner) => {
                (format!("-{}", self.expr(inner, prec::CALL)), prec::UNARY)
            }
            ExprKind::Unary(UnaryOp::Not, inner) => {
                (format!("!{}", self.expr(inner, prec::UNARY)), prec::UNARY)
            }
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right),
            ExprKind::Logic { and, left, right } => {
                let (sign, level) = if *and { ("&&", prec::AND) } else { ("||", prec::OR) };
                let (left, right) = (self.expr(left, level), self.expr(right, level + 1));
                (format!("{left} {sign} {right}"), level)
            }
            ExprKind::Call { callee, arguments } => self.call(callee, arguments, expr.span),
            ExprKind::Method { object, name, arguments } => self.method(object, &name.name, arguments, false),
            ExprKind::Field { object, name } => {
                (format!("{}.{}", self.expr(object, prec::CALL), name.name), prec::CALL)
            }
            ExprKind::Index { object, index } => self.index(object, index),
            ExprKind::Await(inner) => self.awaiting(inner),
            ExprKind::Yield => atom("null"),
            ExprKind::Spawn(spawn) => (self.spawn(spawn, expr.span), prec::CALL),
            ExprKind::Cancel(inner) => (format!("{}.cancel()", self.expr(inner, prec::CALL)), prec::CALL),
        }
    }

    /// An element. One that is not there is an error, which JavaScript does not notice.
    fn index(&mut self, object: &'a Expr, index: &'a Expr) -> (String, u8) {
        let counted = match &index.kind {
            ExprKind::Name(name) => self.locals.get(name).is_some_and(|local| local.counts),
            ExprKind::Int(i) => {
                *i >= 0
                    && matches!(self.kind(object).some(), Type::List(inner) if matches!(inner.some(), Type::Object(_)))
            }
            _other => false,
        };
        if counted {
            let (object, index) = (self.expr(object, prec::CALL), self.expr(index, 0));
            return (format!("{object}[{index}]"), prec::CALL);
        }
        let at = self.needs("at");
        (format!("{at}({}, {})", self.expr(object, 0), self.expr(index, 0)), prec::CALL)
    }

    /// A value that goes somewhere else: of a list whose elements change somewhere, a copy.
    pub fn own(&mut self, expr: &'a Expr) -> String {
        let text = self.expr(expr, 0);
        let kind = self.kind(expr);
        let list = matches!(kind.some(), Type::List(_) | Type::Unknown);
        match &expr.kind {
            ExprKind::Name(_) | ExprKind::Index { .. } if list && !self.edited.is_empty() => {
                copy(&text, &kind)
            }
            _other => text,
        }
    }

    /// What a loop or `map` goes through.
    pub fn iterable(&mut self, over: &'a Iterable) -> String {
        match over {
            Iterable::Range { from, to, inclusive } => {
                let range = self.needs("range");
                let end = self.range_end(to, *inclusive);
                format!("{range}({}, {end})", self.expr(from, 0))
            }
            Iterable::Value(value) => self.expr(value, prec::CALL),
        }
    }

    fn range_end(&mut self, to: &'a Expr, inclusive: bool) -> String {
        match to.kind {
            ExprKind::Int(end) if inclusive => end.saturating_add(1).to_string(),
            _ if inclusive => format!("{} + 1", self.expr(to, prec::ADD)),
            _ => self.expr(to, 0),
        }
    }
}

/// A copy of a list, and of the lists in it. Handles of tasks are promises, which cannot be cloned: they stay as they are.
fn copy(text: &str, kind: &Type) -> String {
    match kind {
        Type::List(inner) if matches!(**inner, Type::List(_)) => {
            format!("{text}.map((list) => {})", copy("list", inner))
        }
        Type::List(inner) if !matches!(inner.some(), Type::List(_) | Type::Unknown) => format!("[...{text}]"),
        _other => format!("structuredClone({text})"),
    }
}
