//! Expressions, with the parentheses Python needs.

use crate::export::python::module::{Mode, Python};
use crate::export::python::numbers::prec;
use crate::export::types::Type;
use crate::lang::ast::{Expr, ExprKind, Iterable, UnaryOp};

impl<'a> Python<'_, 'a> {
    /// An expression where things that bind at least like `least` are wanted.
    pub fn expr(&mut self, expr: &'a Expr, least: u8) -> String {
        let (text, level) = self.sized(expr);
        if level < least { format!("({text})") } else { text }
    }

    /// The text of an expression, and how tightly it binds.
    fn sized(&mut self, expr: &'a Expr) -> (String, u8) {
        let atom = |text: &str| (text.to_string(), prec::ATOM);
        match &expr.kind {
            ExprKind::None => atom("None"),
            ExprKind::Bool(true) => atom("True"),
            ExprKind::Bool(false) => atom("False"),
            ExprKind::Int(i) => (i.to_string(), prec::ATOM),
            ExprKind::Float(x) => (format!("{x:?}"), prec::ATOM),
            ExprKind::Duration(nanos) => self.duration(*nanos),
            ExprKind::Text(parts) => (self.filled(parts, self.quote), prec::ATOM),
            ExprKind::Name(name) => (self.name(name), prec::ATOM),
            ExprKind::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.own(item)).collect();
                (format!("[{}]", items.join(", ")), prec::ATOM)
            }
            ExprKind::Unary(UnaryOp::Negate, inner) => {
                (format!("-{}", self.expr(inner, prec::UNARY)), prec::UNARY)
            }
            ExprKind::Unary(UnaryOp::Not, inner) => {
                (format!("not {}", self.expr(inner, prec::NOT)), prec::NOT)
            }
            ExprKind::Binary(op, left, right) => self.binary_or_none(*op, left, right),
            ExprKind::Logic { and, left, right } => {
                let (word, level) = if *and { ("and", prec::AND) } else { ("or", prec::OR) };
                let (left, right) = (self.expr(left, level), self.expr(right, level + 1));
                (format!("{left} {word} {right}"), level)
            }
            ExprKind::Call { callee, arguments } => self.call(callee, arguments, expr.span),
            ExprKind::Method { object, name, arguments } => {
                (self.method(object, name, arguments), prec::ATOM)
            }
            ExprKind::Field { object, name } => {
                (format!("{}.{}", self.expr(object, prec::ATOM), name.name), prec::ATOM)
            }
            ExprKind::Index { object, index } => {
                let (object, index) = (self.expr(object, prec::ATOM), self.index(index));
                (format!("{object}[{index}]"), prec::ATOM)
            }
            ExprKind::Await(inner) => self.awaiting(inner),
            ExprKind::Yield => atom("None"),
            ExprKind::Spawn(spawn) => (self.spawn(spawn), prec::ATOM),
            ExprKind::Cancel(inner) => {
                let kind = self.kind(inner);
                let dropped = std::mem::take(&mut self.dropped);
                let target = self.expr(inner, prec::ATOM);
                self.dropped = dropped;
                if self.mode == Mode::Thread {
                    self.refuse_in_thread(expr.span, "`cancel`");
                }
                (self.words.cancel(self, &target, &kind), prec::ATOM)
            }
        }
    }

    /// `x == none` is asked with `is`.
    fn binary_or_none(
        &mut self,
        op: crate::lang::ast::BinaryOp,
        left: &'a Expr,
        right: &'a Expr,
    ) -> (String, u8) {
        use crate::lang::ast::BinaryOp::{Equal, NotEqual};
        let word = match op {
            Equal => "is",
            NotEqual => "is not",
            _ => return self.binary(op, left, right),
        };
        let (none, other) = match (&left.kind, &right.kind) {
            (_, ExprKind::None) => (right, left),
            (ExprKind::None, _) => (left, right),
            _ => return self.binary(op, left, right),
        };
        let (other, none) = (self.expr(other, prec::COMPARE + 1), self.expr(none, prec::ATOM));
        (format!("{other} {word} {none}"), prec::COMPARE)
    }

    /// An index: one below zero is an error here, and counts from the end in Python.
    fn index(&mut self, index: &'a Expr) -> String {
        // A variable that is never assigned is taken at its word; others may have become anything.
        let steady = |name: &str| self.locals.get(name).is_some() && !self.changed.contains(name);
        let plain = matches!(&index.kind, ExprKind::Name(name) if steady(name));
        if !self.counts(index) && !plain {
            let index = self.expr(index, 0);
            return format!("{}({index})", self.needs("index"));
        }
        self.expr(index, 0)
    }

    /// A value that goes somewhere else: of a list whose elements change here, a copy.
    pub fn own(&mut self, expr: &'a Expr) -> String {
        match &expr.kind {
            ExprKind::Name(name) if self.is_edited(name) => format!("{}.copy()", self.name(name)),
            _ => self.expr(expr, 0),
        }
    }

    fn is_edited(&self, name: &str) -> bool {
        self.edited.contains(name) || (self.locals.get(name).is_none() && self.edited_globals.contains(name))
    }

    /// The first value of a variable: one whose elements change is a list of its own.
    pub fn first(&mut self, name: &str, value: &'a Expr) -> String {
        let fresh = matches!(value.kind, ExprKind::List(_) | ExprKind::Binary(..));
        let made = matches!(&value.kind, ExprKind::Call { callee, .. } if callee.name == "range");
        let text = self.own(value);
        if !self.is_edited(name) || fresh || made || text.ends_with(".copy()") {
            return text;
        }
        match self.kind(value) {
            Type::List(_) | Type::Unknown => format!("list({text})"),
            _ => text,
        }
    }

    /// What a loop runs over.
    pub fn iterable(&mut self, over: &'a Iterable) -> String {
        match over {
            Iterable::Range { from, to, inclusive } => {
                let end = self.range_end(to, *inclusive);
                match from.kind {
                    ExprKind::Int(0) => format!("range({end})"),
                    _ => format!("range({}, {end})", self.expr(from, 0)),
                }
            }
            Iterable::Value(value) => self.own(value),
        }
    }

    fn range_end(&mut self, to: &'a Expr, inclusive: bool) -> String {
        match to.kind {
            ExprKind::Int(end) if inclusive => end.saturating_add(1).to_string(),
            _ if inclusive => format!("{} + 1", self.expr(to, prec::ADD)),
            _ => self.expr(to, 0),
        }
    }

    /// Does the variable of a loop never become negative?
    pub fn counts_up(&self, over: &Iterable) -> bool {
        match over {
            Iterable::Range { from, .. } => self.counts(from),
            Iterable::Value(_) => false,
        }
    }
}
