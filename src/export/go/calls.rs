//! Calls that wait for nobody: methods of objects, functions, callbacks.

use crate::export::go::golang::{Golang, PRIMARY, Text, UNARY};
use crate::export::go::text::{binary, call, settled};
use crate::export::go::values::is_nilable;
use crate::export::types::Type;
use crate::lang::ast::{Argument, Expr, ExprKind, Ident, ObjectKind};
use crate::lang::program::{Builtin, Callback, Combinator};
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

    fn method(&mut self, object: &Expr, name: &Ident, arguments: &[&Expr], gives: &Type) -> Text {
        if let ExprKind::Field { object, name: side } = &object.kind {
            let table = self.expr(object).at(PRIMARY);
            let word = if side.name == "read" { "RUnlock" } else { "Unlock" };
            return Text::new(format!("{table}.{word}()"));
        }
        let ty = self.type_of(object);
        let mut all = vec![object];
        all.extend(arguments);
        let mut texts = self.all(&all).into_iter();
        let target = texts.next().map(|text| text.at(PRIMARY)).unwrap_or_default();
        let argument = texts.next();
        Text::new(match (ty.some(), name.name.as_str()) {
            (Type::Object(ObjectKind::Lock), "release") => format!("{target}.Unlock()"),
            (Type::Object(ObjectKind::Lock), "locked") => format!("locked({target})"),
            (Type::Object(ObjectKind::Condition), "notify_all") => format!("{target}.Broadcast()"),
            (Type::Object(ObjectKind::Condition), _) => match argument {
                None => format!("{target}.Signal()"),
                Some(n) => call("signal", &[target, n.go]),
            },
            (Type::Object(ObjectKind::Event), "is_set") => format!("{target}.isSet()"),
            (Type::Channel(of), "try_send") => {
                let value = match (argument, arguments.first()) {
                    (Some(text), Some(expr)) => {
                        let from = self.type_of(expr);
                        self.fitted(text, &from, of, expr).go
                    }
                    _ => "none{}".to_string(),
                };
                let text = call("trySend", &[target, value]);
                if self.needs.closes { self.check_value("sent", &text) } else { text }
            }
            (Type::Channel(of), "try_recv") => {
                if is_nilable(of) {
                    let name = self.fresh("value");
                    self.line(format!("{name}, _ := tryReceive({target})"));
                    name
                } else if matches!(gives, Type::Optional(_)) {
                    format!("optional(tryReceive({target}))")
                } else {
                    let name = self.fresh("value");
                    self.line(format!("{name}, _ := tryReceive({target})"));
                    name
                }
            }
            (Type::Channel(_), "close") if self.needs.closes_again => format!("shut({target})"),
            (Type::Channel(_), "close") => format!("close({target})"),
            (Type::Channel(_), "len") => format!("len({target})"),
            (Type::Future(of), "set") => {
                let value = match (argument, arguments.first()) {
                    (Some(text), Some(expr)) => {
                        let from = self.type_of(expr);
                        settled(&self.fitted(text, &from, of, expr).go)
                    }
                    _ => crate::export::go::values::zero(of),
                };
                format!("{target}.set({value})")
            }
            (Type::Future(_), "fail") => {
                let error = match arguments.first() {
                    Some(expr) if *self.type_of(expr).some() == Type::Failure => {
                        argument.map(|text| text.go).unwrap_or_default()
                    }
                    Some(expr) => self.error(expr),
                    None => "errors.New(\"\")".to_string(),
                };
                format!("{target}.fail({error})")
            }
            (Type::Future(_) | Type::Task(_), "done") => format!("{target}.ended()"),
            (Type::Task(_), _) => format!("{target}.cancelled()"),
            (_, method) => format!("{target}.{method}()"),
        })
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
        let d = crate::export::go::text::strip(&d);
        self.line(format!("time.AfterFunc({d}, func() {{ {} }})", settled(&called.go)));
    }

    fn builtin(&mut self, builtin: Builtin, arguments: &[&Expr], expr: &Expr) -> Text {
        let texts = self.all(arguments);
        let types: Vec<Type> = arguments.iter().map(|expr| self.type_of(expr)).collect();
        let gives = self.type_of(expr);
        let first = types.first().map(|ty| ty.some().clone()).unwrap_or(Type::None);
        let mut plain: Vec<String> = texts.iter().map(|text| text.go.clone()).collect();
        let math = |name: &str, plain: &[String]| Text::new(call("int", &[call(name, plain)]));
        match builtin {
            Builtin::Id | Builtin::CurrentTask => {
                let what = if builtin == Builtin::Id { "`id()`" } else { "`current_task()`" };
                let why = "a goroutine has neither a number nor a handle of itself";
                self.scenario.refuse(expr.span, what, why, "pass on what the task is to know of itself");
                Text::new("none{}")
            }
            Builtin::Future => {
                let of = match gives {
                    Type::Future(of) => crate::export::go::values::go_type(&of),
                    _ => "none".to_string(),
                };
                Text::new(format!("newFuture[{of}]()"))
            }
            Builtin::Failed | Builtin::Cancelled => {
                let word = if builtin == Builtin::Failed { "failed" } else { "cancelled" };
                match (&first, texts.into_iter().next()) {
                    (Type::Outcome(_), Some(text)) => Text::new(format!("{}.{word}()", text.at(PRIMARY))),
                    (Type::Failure, Some(text)) if builtin == Builtin::Failed => {
                        binary(text, "!=", 3, Text::new("nil"))
                    }
                    _ => Text::new("false"),
                }
            }
            Builtin::Min | Builtin::Max => {
                let name = if builtin == Builtin::Min { "min" } else { "max" };
                if let Type::List(_) = first {
                    return Text::new(call(
                        &format!("slices.{}", if name == "min" { "Min" } else { "Max" }),
                        &plain,
                    ));
                }
                if gives == Type::Float {
                    for (n, expr) in arguments.iter().enumerate() {
                        let text = texts[n].clone();
                        plain[n] = self.fitted(text, &types[n], &Type::Float, expr).go;
                    }
                }
                Text::new(call(name, &plain))
            }
            Builtin::Abs => Text::new(call("abs", &plain)),
            Builtin::Floor | Builtin::Ceil | Builtin::Round if first == Type::Int => {
                texts.into_iter().next().unwrap_or(Text::new("0"))
            }
            Builtin::Floor => math("math.Floor", &plain),
            Builtin::Ceil => math("math.Ceil", &plain),
            Builtin::Round => math("math.Round", &plain),
            Builtin::Len if first == Type::Text => Text::new(call("utf8.RuneCountInString", &plain)),
            Builtin::Len => Text::new(call("len", &plain)),
            Builtin::Range => Text::new(call("span", &plain)),
            Builtin::Str => match first {
                Type::Text => texts.into_iter().next().unwrap_or(Text::new("\"\"")),
                Type::Int => Text::new(call("strconv.Itoa", &plain)),
                _ => Text::new(call("str", &plain)),
            },
            Builtin::Int => match first {
                Type::Int => texts.into_iter().next().unwrap_or(Text::new("0")),
                Type::Text => Text::new(call("parsedInt", &plain)),
                _ => Text::new(call("int", &plain)),
            },
            Builtin::Float => match first {
                Type::Float => texts.into_iter().next().unwrap_or(Text::new("0")),
                Type::Text => Text::new(call("parsedFloat", &plain)),
                _ => Text::new(call("float64", &plain)),
            },
            Builtin::Ln | Builtin::Sqrt | Builtin::Pow => {
                self.mathematics(builtin, texts, &types, arguments, &gives)
            }
            Builtin::Now => Text::new("now()"),
            Builtin::Random
            | Builtin::Uniform
            | Builtin::Exponential
            | Builtin::Normal
            | Builtin::Lognormal
            | Builtin::Pareto
            | Builtin::Choice
            | Builtin::Poisson => self.draw(builtin, texts, &types, arguments, &gives),
        }
    }

    fn floats(&mut self, texts: Vec<Text>, types: &[Type], arguments: &[&Expr]) -> Vec<String> {
        let mut out = Vec::with_capacity(texts.len());
        for ((text, ty), expr) in texts.into_iter().zip(types).zip(arguments) {
            out.push(self.fitted(text, ty, &Type::Float, expr).go);
        }
        out
    }

    fn mathematics(
        &mut self,
        builtin: Builtin,
        texts: Vec<Text>,
        types: &[Type],
        arguments: &[&Expr],
        gives: &Type,
    ) -> Text {
        let plain = self.floats(texts, types, arguments);
        let name = match builtin {
            Builtin::Ln => "math.Log",
            Builtin::Sqrt => "math.Sqrt",
            _pow => "math.Pow",
        };
        let text = call(name, &plain);
        Text::new(if *gives == Type::Int { call("int", &[text]) } else { text })
    }

    fn draw(
        &mut self,
        builtin: Builtin,
        texts: Vec<Text>,
        types: &[Type],
        arguments: &[&Expr],
        gives: &Type,
    ) -> Text {
        let name = match builtin {
            Builtin::Random => "random",
            Builtin::Uniform if *gives == Type::Float => "uniformFloat",
            Builtin::Uniform => "uniform",
            Builtin::Exponential => "exponential",
            Builtin::Normal => "normal",
            Builtin::Lognormal => "lognormal",
            Builtin::Pareto => "pareto",
            Builtin::Choice => "choice",
            _poisson => "poisson",
        };
        let mut plain: Vec<String> = texts.iter().map(|text| text.go.clone()).collect();
        if builtin != Builtin::Choice {
            let float = *gives == Type::Float || builtin == Builtin::Poisson;
            for (n, expr) in arguments.iter().enumerate() {
                let dimensionless = *types[n].some() != Type::Duration;
                if dimensionless && (float || *gives == Type::Duration) {
                    plain[n] = self.fitted(texts[n].clone(), &types[n], &Type::Float, expr).go;
                }
            }
        }
        let text = Text::new(call(name, &plain));
        if self.is_virtual() && builtin == Builtin::Choice { Text { binds: UNARY + 1, ..text } } else { text }
    }
}
