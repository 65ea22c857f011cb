//! Expressions whose value is known before anything runs, and draws of which the distribution is.

use std::collections::BTreeMap;

use crate::lang::ast::{Argument, Expr, ExprKind};
use crate::lang::operators;
use crate::lang::program::Program;
use crate::study::analytic::theory::Service;
use crate::value::Value;

/// What names stand for.
#[derive(Debug, Clone, Default)]
pub struct Names<'a> {
    params: BTreeMap<&'a str, &'a Value>,
    /// Local names that are given a value once; the value is an expression in `Names` of the outside.
    locals: BTreeMap<&'a str, &'a Expr>,
}

/// Names that stand for names that stand for names: more is not followed.
const DEEPEST: usize = 8;

impl<'a> Names<'a> {
    pub fn of(program: &'a Program) -> Names<'a> {
        let params = program.params.iter().map(|(name, value)| (name.as_str(), value)).collect();
        Names { params, locals: BTreeMap::new() }
    }

    pub fn with(&self, name: &'a str, value: &'a Expr) -> Names<'a> {
        let mut more = self.clone();
        more.locals.insert(name, value);
        more
    }

    /// The expression a local name stands for, or the expression itself.
    pub fn meaning(&self, expr: &'a Expr) -> &'a Expr {
        let mut expr = expr;
        for _ in 0..DEEPEST {
            let ExprKind::Name(name) = &expr.kind else { return expr };
            let Some(meant) = self.locals.get(name.as_str()) else { return expr };
            expr = meant;
        }
        expr
    }

    /// A duration in nanoseconds or a number.
    fn number(&self, expr: &Expr) -> Option<f64> {
        match self.value(expr)? {
            Value::Duration(nanos) => Some(nanos as f64),
            Value::Float(x) => Some(x),
            Value::Int(i) => Some(i as f64),
            _other => None,
        }
    }

    fn value(&self, expr: &Expr) -> Option<Value> {
        match &expr.kind {
            ExprKind::Int(i) => Some(Value::Int(*i)),
            ExprKind::Float(x) => Some(Value::Float(*x)),
            ExprKind::Duration(nanos) => Some(Value::Duration(*nanos)),
            ExprKind::Name(name) => self.params.get(name.as_str()).map(|value| (*value).clone()),
            ExprKind::Unary(op, inner) => operators::unary(*op, &self.value(inner)?).ok(),
            ExprKind::Binary(op, left, right) => {
                operators::binary(*op, &self.value(left)?, &self.value(right)?).ok()
            }
            _other => None,
        }
    }

    /// The mean of `exponential(mean)`.
    pub fn exponential(&self, expr: &'a Expr) -> Option<f64> {
        let ("exponential", arguments) = call(self.meaning(expr))? else { return None };
        let [mean] = arguments[..] else { return None };
        self.number(mean).filter(|mean| *mean > 0.0)
    }

    /// A time that is always the same, or drawn anew for each customer from a distribution that is known.
    pub fn service(&self, expr: &'a Expr) -> Option<Service> {
        let expr = self.meaning(expr);
        if let Some(Value::Duration(nanos)) = self.value(expr) {
            return Some(Service::constant(nanos as f64)).filter(|service| service.mean > 0.0);
        }
        let (name, arguments) = call(expr)?;
        let service = match (name, &arguments[..]) {
            ("exponential", [mean]) => Service::exponential(self.number(mean)?),
            ("uniform", [from, to]) => Service::uniform(self.number(from)?, self.number(to)?),
            ("lognormal", [median, sigma]) => Service::lognormal(self.number(median)?, self.number(sigma)?),
            _other => return None,
        };
        Some(service).filter(|service| service.mean > 0.0 && service.square.is_finite())
    }
}

/// The name and the arguments of a call, if these are plain.
pub fn call(expr: &Expr) -> Option<(&str, Vec<&Expr>)> {
    let ExprKind::Call { callee, arguments } = &expr.kind else { return None };
    let plain = arguments.iter().map(|argument| match argument {
        Argument::Value(value) => Some(value),
        Argument::Named { .. } | Argument::Each { .. } => None,
    });
    Some((&callee.name, plain.collect::<Option<_>>()?))
}
