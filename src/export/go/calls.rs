//! Calls that wait for nobody; callbacks.

use crate::export::go::golang::{Golang, Text};
use crate::export::go::text::{settled, strip};
use crate::export::types::Type;
use crate::lang::ast::{Argument, Expr, ExprKind};
use crate::lang::program::{Callback, Combinator};
use crate::lang::vocabulary::{Function, function};

fn given(arguments: &[Argument]) -> Vec<&Expr> {
    arguments
        .iter()
        .map(|argument| match argument {
            Argument::Value(value) | Argument::Named { value, .. } | Argument::Each { value, .. } => value,
        })
        .collect()
}

impl Golang<'_> {
    pub fn quick_call(&mut self, expr: &Expr) -> Text {
        match &expr.kind {
            ExprKind::Call { callee, arguments } => match function(&callee.name).map(|word| word.means) {
                Some(Function::Builtin(builtin)) => self.builtin(builtin, &given(arguments), expr),
                Some(Function::Combinator(Combinator::AsCompleted)) => self.as_completed(arguments, expr),
                Some(Function::Combinator(_) | Function::Sleep | Function::Io) | None => Text::new("none{}"),
                Some(Function::Callback(when)) => {
                    self.callback(when, arguments);
                    Text::new("none{}")
                }
            },
            ExprKind::Method { object, name, arguments } => {
                self.method(object, name, &given(arguments), &self.type_of(expr))
            }
            _field => Text::new("none{}"),
        }
    }

    /// A goroutine, or a timer that starts one.
    fn callback(&mut self, when: Callback, arguments: &[Argument]) {
        let values = given(arguments);
        let Some(ExprKind::Call { callee, arguments: inner }) = values.first().map(|value| &value.kind)
        else {
            return;
        };
        let inner_texts = self.task_arguments(&callee.name, inner);
        let steady = given(inner).iter().all(|expr| self.is_steady(expr));
        if when != Callback::Later {
            let called = self.task_call_with(&callee.name, &inner_texts);
            return self.line(format!("go {}", settled(&called.go)));
        }
        let texts: Vec<String> = if steady {
            inner_texts
        } else {
            inner_texts.iter().map(|text| self.keep("argument", text)).collect()
        };
        let d = values.get(1).map(|d| self.wanted(d, &Type::Duration).go).unwrap_or_default();
        let called = self.task_call_with(&callee.name, &texts);
        let d = strip(&d);
        self.line(format!("time.AfterFunc({d}, func() {{ {} }})", settled(&called.go)));
    }
}
