//! Numbers and durations: literals, and operators that are not quite Python's.

use crate::export::python::module::Python;
use crate::export::types::Type;
use crate::lang::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use crate::lang::program::Builtin;
use crate::lang::vocabulary::{Function, function};
use crate::lang::walk::walk_expr;
use crate::value::Value;

/// How tightly an expression binds, as in Python's grammar.
pub mod prec {
    pub const OR: u8 = 1;
    pub const AND: u8 = 2;
    pub const NOT: u8 = 3;
    pub const COMPARE: u8 = 4;
    pub const BIT_OR: u8 = 5;
    pub const BIT_XOR: u8 = 6;
    pub const BIT_AND: u8 = 7;
    pub const SHIFT: u8 = 8;
    pub const ADD: u8 = 9;
    pub const MULTIPLY: u8 = 10;
    pub const UNARY: u8 = 11;
    pub const POWER: u8 = 12;
    pub const AWAIT: u8 = 13;
    pub const ATOM: u8 = 14;
}

const SECOND: i64 = 1_000_000_000;

/// A duration in seconds, and how tightly it binds.
fn seconds(nanos: i64) -> (String, u8) {
    if nanos < 0 {
        return (format!("-{}", nanos as f64 / -1e9), prec::UNARY);
    }
    let whole = nanos / SECOND;
    match nanos {
        0 => ("0".to_string(), prec::ATOM),
        _ if nanos % (3600 * SECOND) == 0 => (format!("{} * 3600", whole / 3600), prec::MULTIPLY),
        _ if nanos % (60 * SECOND) == 0 => (format!("{} * 60", whole / 60), prec::MULTIPLY),
        _ if nanos % SECOND == 0 => (whole.to_string(), prec::ATOM),
        _ => (format!("{:?}", nanos as f64 / 1e9), prec::ATOM),
    }
}

fn grouped(nanos: i64) -> String {
    let digits = nanos.unsigned_abs().to_string();
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    if nanos < 0 { format!("-{out}") } else { out }
}

impl<'a> Python<'_, 'a> {
    pub fn duration(&self, nanos: i64) -> (String, u8) {
        if !self.is_virtual() {
            return seconds(nanos);
        }
        self.needs("Duration");
        (format!("Duration({})", grouped(nanos)), prec::ATOM)
    }

    /// A value that is known before anything runs.
    pub fn constant(&self, value: &Value) -> String {
        match value {
            Value::Bool(true) => "True".to_string(),
            Value::Bool(false) => "False".to_string(),
            Value::Int(i) => i.to_string(),
            Value::Float(x) => format!("{x:?}"),
            Value::Duration(nanos) => self.duration(*nanos).0,
            Value::Text(text) => self.quoted(text, '"'),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.constant(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::None
            | Value::Task(_)
            | Value::Object(_)
            | Value::Group(_)
            | Value::Scope(_)
            | Value::Results(_)
            | Value::Call(_)
            | Value::Failure(_)
            | Value::Cancelled => "None".to_string(),
        }
    }

    /// On a real clock: may it be what is left until a moment that has passed?
    pub fn may_be_late(&self, expr: &Expr) -> bool {
        !self.is_virtual() && !self.counts(expr) && self.reads_the_clock(expr)
    }

    pub fn reads_the_clock(&self, expr: &Expr) -> bool {
        let mut reads = false;
        walk_expr(expr, &mut |part| {
            reads |= match &part.kind {
                ExprKind::Name(name) => self.locals.get(name).is_some_and(|local| local.reads_the_clock),
                ExprKind::Call { callee, .. } => {
                    function(&callee.name).is_some_and(|word| word.means == Function::Builtin(Builtin::Now))
                }
                _other => false,
            }
        });
        reads
    }

    /// Is it known never to be negative?
    pub fn counts(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Int(i) | ExprKind::Duration(i) => *i >= 0,
            ExprKind::Float(x) => *x >= 0.0,
            ExprKind::Name(name) => match self.locals.get(name) {
                Some(local) => local.counts,
                None => match self.scenario.constants.params.iter().find(|(param, _)| param == name) {
                    Some((_, Value::Int(i) | Value::Duration(i))) => *i >= 0,
                    _ => false,
                },
            },
            ExprKind::Binary(op, left, right) => match op {
                BinaryOp::Add | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder => {
                    self.counts(left) && self.counts(right)
                }
                BinaryOp::BitAnd => self.counts(left) || self.counts(right),
                BinaryOp::Subtract
                | BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Less
                | BinaryOp::LessEqual
                | BinaryOp::Greater
                | BinaryOp::GreaterEqual
                | BinaryOp::BitOr
                | BinaryOp::BitXor
                | BinaryOp::ShiftLeft
                | BinaryOp::ShiftRight => false,
            },
            ExprKind::Call { callee, .. } => matches!(
                function(&callee.name).map(|word| word.means),
                Some(Function::Builtin(Builtin::Len | Builtin::Now | Builtin::Id | Builtin::Poisson))
            ),
            ExprKind::Method { name, .. } => name.name == "len",
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Text(_)
            | ExprKind::List(_)
            | ExprKind::Unary(UnaryOp::Negate | UnaryOp::Not, _)
            | ExprKind::Logic { .. }
            | ExprKind::Field { .. }
            | ExprKind::Index { .. }
            | ExprKind::Await(_)
            | ExprKind::Yield
            | ExprKind::Spawn(_)
            | ExprKind::Cancel(_) => false,
        }
    }

    /// `left op right`, and how tightly it binds.
    pub fn binary(&mut self, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> (String, u8) {
        let (sign, level) = sign(op);
        let kinds = (self.kind(left), self.kind(right));
        let ints = matches!((kinds.0.some(), kinds.1.some()), (Type::Int, Type::Int));
        let unknown = kinds.0 == Type::Unknown || kinds.1 == Type::Unknown;
        let counts = self.counts(left) && self.counts(right);
        // Python's `//` and `%` go down, ours toward zero; for what is not negative that is the same.
        let own = match op {
            BinaryOp::Divide if ints && counts => Some("//"),
            BinaryOp::Divide if ints || unknown => None,
            BinaryOp::Remainder if counts && (ints || !self.is_virtual()) => Some("%"),
            BinaryOp::Remainder if self.is_virtual() && !ints && !unknown => Some("%"),
            BinaryOp::Remainder => None,
            _ => Some(sign),
        };
        let Some(sign) = own else {
            let helper = if op == BinaryOp::Divide {
                self.needs("quotient")
            } else if ints || unknown {
                self.needs("remainder")
            } else {
                self.needs("math");
                "math.fmod"
            };
            let (left, right) = (self.expr(left, 0), self.expr(right, 0));
            return (format!("{helper}({left}, {right})"), prec::ATOM);
        };
        // Comparisons do not chain; the others bind to the left.
        let first = if level == prec::COMPARE { level + 1 } else { level };
        let (left, right) = (self.expr(left, first), self.expr(right, level + 1));
        (format!("{left} {sign} {right}"), level)
    }
}

fn sign(op: BinaryOp) -> (&'static str, u8) {
    match op {
        BinaryOp::Add => ("+", prec::ADD),
        BinaryOp::Subtract => ("-", prec::ADD),
        BinaryOp::Multiply => ("*", prec::MULTIPLY),
        BinaryOp::Divide => ("/", prec::MULTIPLY),
        BinaryOp::Remainder => ("%", prec::MULTIPLY),
        BinaryOp::Equal => ("==", prec::COMPARE),
        BinaryOp::NotEqual => ("!=", prec::COMPARE),
        BinaryOp::Less => ("<", prec::COMPARE),
        BinaryOp::LessEqual => ("<=", prec::COMPARE),
        BinaryOp::Greater => (">", prec::COMPARE),
        BinaryOp::GreaterEqual => (">=", prec::COMPARE),
        BinaryOp::BitAnd => ("&", prec::BIT_AND),
        BinaryOp::BitOr => ("|", prec::BIT_OR),
        BinaryOp::BitXor => ("^", prec::BIT_XOR),
        BinaryOp::ShiftLeft => ("<<", prec::SHIFT),
        BinaryOp::ShiftRight => (">>", prec::SHIFT),
    }
}
