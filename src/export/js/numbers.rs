//! Numbers and durations: literals, and operators that are not quite JavaScript's.

use crate::export::js::program::Js;
use crate::export::types::Type;
use crate::lang::ast::{BinaryOp, Expr, ExprKind};
use crate::value::Value;

/// How tightly an expression binds.
pub mod prec {
    pub const ARROW: u8 = 0;
    pub const OR: u8 = 1;
    pub const AND: u8 = 2;
    pub const BIT_OR: u8 = 3;
    pub const BIT_XOR: u8 = 4;
    pub const BIT_AND: u8 = 5;
    pub const EQUAL: u8 = 6;
    pub const COMPARE: u8 = 7;
    pub const ADD: u8 = 9;
    pub const MULTIPLY: u8 = 10;
    pub const UNARY: u8 = 12;
    pub const CALL: u8 = 13;
    pub const ATOM: u8 = 14;
}

const MILLI: i64 = 1_000_000;

/// A duration in milliseconds, and how tightly it binds.
pub fn milliseconds(nanos: i64) -> (String, u8) {
    if nanos < 0 {
        return (format!("-{}", nanos as f64 / -1e6), prec::UNARY);
    }
    let whole = nanos / MILLI;
    match whole {
        _ if nanos % MILLI != 0 => (format!("{:?}", nanos as f64 / 1e6), prec::ATOM),
        0 => ("0".to_string(), prec::ATOM),
        _ if whole % 3_600_000 == 0 => (format!("{} * 3600_000", whole / 3_600_000), prec::MULTIPLY),
        _ if whole % 60_000 == 0 => (format!("{} * 60_000", whole / 60_000), prec::MULTIPLY),
        _ if whole >= 10_000 && whole % 1000 == 0 => (format!("{}_000", whole / 1000), prec::ATOM),
        _ => (whole.to_string(), prec::ATOM),
    }
}

fn is_literal_but_zero(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Int(n) if n != 0)
}

impl<'a> Js<'_, 'a> {
    /// A value that is known before anything runs.
    pub fn constant(&self, value: &Value) -> String {
        match value {
            Value::Bool(b) => b.to_string(),
            Value::Int(i) => i.to_string(),
            Value::Float(x) => format!("{x:?}"),
            Value::Duration(nanos) => milliseconds(*nanos).0,
            Value::Text(text) => self.quoted(text),
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
            | Value::Cancelled => "null".to_string(),
        }
    }

    /// `left op right`, and how tightly it binds.
    pub fn binary(&mut self, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> (String, u8) {
        let kinds = (self.kind(left), self.kind(right));
        let (left_kind, right_kind) = (kinds.0.some().clone(), kinds.1.some().clone());
        let ints = left_kind == Type::Int && right_kind == Type::Int;
        let call = |js: &mut Self, helper: &'static str| {
            let helper = js.needs(helper);
            (format!("{helper}({}, {})", js.expr(left, 0), js.expr(right, 0)), prec::CALL)
        };
        let list = |kind: &Type| matches!(kind, Type::List(_));
        match op {
            BinaryOp::Add if list(&left_kind) || list(&right_kind) => {
                (format!("[{}, {}]", self.spread(left), self.spread(right)), prec::ATOM)
            }
            BinaryOp::Divide if ints && is_literal_but_zero(right) => {
                let quotient = self.infix(left, right, "/", prec::MULTIPLY);
                (format!("Math.trunc({quotient})"), prec::CALL)
            }
            BinaryOp::Divide if ints => call(self, "divide"),
            BinaryOp::Remainder if !is_literal_but_zero(right) && left_kind != Type::Duration => {
                call(self, "remainder")
            }
            BinaryOp::Equal | BinaryOp::NotEqual => self.equality(op, left, right),
            BinaryOp::ShiftLeft => {
                let (left, right) = (self.expr(left, prec::MULTIPLY), self.expr(right, prec::UNARY));
                (format!("{left} * 2 ** {right}"), prec::MULTIPLY)
            }
            BinaryOp::ShiftRight => {
                let (left, right) = (self.expr(left, prec::MULTIPLY), self.expr(right, prec::UNARY));
                (format!("Math.floor({left} / 2 ** {right})"), prec::CALL)
            }
            other => {
                let (sign, level) = sign(other);
                (self.infix(left, right, sign, level), level)
            }
        }
    }

    fn infix(&mut self, left: &'a Expr, right: &'a Expr, sign: &str, level: u8) -> String {
        let (left, right) = (self.expr(left, level), self.expr(right, level + 1));
        format!("{left} {sign} {right}")
    }

    /// The elements of a list, for a list around it.
    fn spread(&mut self, expr: &'a Expr) -> String {
        match &expr.kind {
            ExprKind::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.own(item)).collect();
                items.join(", ")
            }
            _other => format!("...{}", self.expr(expr, prec::CALL)),
        }
    }

    /// `none` is nothing, whether `null` or what a function without `return` gives.
    fn equality(&mut self, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> (String, u8) {
        let equal = op == BinaryOp::Equal;
        if matches!(left.kind, ExprKind::None) || matches!(right.kind, ExprKind::None) {
            let sign = if equal { "==" } else { "!=" };
            return (self.infix(left, right, sign, prec::EQUAL), prec::EQUAL);
        }
        let plain = |kind: Type| {
            matches!(kind, Type::Bool | Type::Int | Type::Float | Type::Duration | Type::Text | Type::Task(_))
        };
        if plain(self.kind(left)) && plain(self.kind(right)) {
            let sign = if equal { "===" } else { "!==" };
            return (self.infix(left, right, sign, prec::EQUAL), prec::EQUAL);
        }
        let same = self.needs("same");
        let text = format!("{same}({}, {})", self.expr(left, 0), self.expr(right, 0));
        if equal { (text, prec::CALL) } else { (format!("!{text}"), prec::UNARY) }
    }
}

fn sign(op: BinaryOp) -> (&'static str, u8) {
    match op {
        BinaryOp::Add => ("+", prec::ADD),
        BinaryOp::Subtract => ("-", prec::ADD),
        BinaryOp::Multiply => ("*", prec::MULTIPLY),
        BinaryOp::Divide => ("/", prec::MULTIPLY),
        BinaryOp::Remainder => ("%", prec::MULTIPLY),
        BinaryOp::Equal => ("===", prec::EQUAL),
        BinaryOp::NotEqual => ("!==", prec::EQUAL),
        BinaryOp::Less => ("<", prec::COMPARE),
        BinaryOp::LessEqual => ("<=", prec::COMPARE),
        BinaryOp::Greater => (">", prec::COMPARE),
        BinaryOp::GreaterEqual => (">=", prec::COMPARE),
        BinaryOp::BitAnd => ("&", prec::BIT_AND),
        BinaryOp::BitOr => ("|", prec::BIT_OR),
        BinaryOp::BitXor => ("^", prec::BIT_XOR),
        BinaryOp::ShiftLeft | BinaryOp::ShiftRight => ("*", prec::MULTIPLY),
    }
}
