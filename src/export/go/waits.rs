//! `await`: calls of tasks, handles, channels, locks; with an error to look at wherever there is one.

use crate::export::go::golang::{Golang, PRIMARY, Text};
use crate::export::go::needs::called;
use crate::export::go::text::{call, settled};
use crate::export::go::values::is_nilable;
use crate::export::types::Type;
use crate::lang::ast::{Expr, ExprKind, ObjectKind};
use crate::lang::vocabulary::{Function, function};

/// A call in Go and what it gives.
#[derive(Debug, Clone)]
pub struct Call {
    pub go: String,
    pub gives: Gives,
    pub fails: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Gives {
    Nothing,
    /// A value of this type.
    Value(Type),
    /// A value, and whether there was one.
    Received(Type),
}

impl Golang<'_> {
    /// A statement: what it gives is dropped.
    pub fn run(&mut self, call: &Call) {
        let go = settled(&call.go);
        if !call.fails {
            return self.line(go);
        }
        match call.gives {
            Gives::Nothing => self.check(&go),
            Gives::Value(_) => self.check_dropping("_, err", &go),
            Gives::Received(_) => self.check_dropping("_, _, err", &go),
        }
    }

    fn check_dropping(&mut self, names: &str, go: &str) {
        self.line(format!("if {names} := {go}; err != nil {{"));
        self.out.indent();
        self.raise("err");
        self.out.dedent();
        self.line("}");
    }

    /// What an `await` gives, as an expression of type `ty`.
    pub fn awaited(&mut self, inner: &Expr, ty: &Type, wanted: &str) -> Text {
        let call = self.wait(inner);
        self.value_of(&call, ty, wanted)
    }

    pub fn value_of(&mut self, call: &Call, ty: &Type, wanted: &str) -> Text {
        let go = settled(&call.go);
        match &call.gives {
            Gives::Nothing | Gives::Value(Type::None | Type::Unknown) => {
                self.run(call);
                Text::new(crate::export::go::values::zero(ty))
            }
            Gives::Value(from) => {
                let text = if call.fails {
                    Text::new(self.check_value(wanted, &go))
                } else if go.starts_with("<-") {
                    Text::new(self.keep(wanted, &go))
                } else {
                    Text { go, binds: PRIMARY }
                };
                self.converted(text, from, ty)
            }
            Gives::Received(from) => {
                let (value, ok) = (self.fresh(wanted), self.fresh("ok"));
                let optional = matches!(ty, Type::Optional(_)) && !is_nilable(from);
                let second = if optional { ok.as_str() } else { "_" };
                if call.fails {
                    self.line(format!("{value}, {second}, err := {go}"));
                    self.check_err();
                } else {
                    self.line(format!("{value}, {second} := {go}"));
                }
                if optional { Text::new(format!("optional({value}, {ok})")) } else { Text::new(value) }
            }
        }
    }

    fn converted(&mut self, text: Text, from: &Type, to: &Type) -> Text {
        let nothing = Expr { kind: ExprKind::None, span: Default::default(), depth: 1 };
        self.fitted(text, from, to, &nothing)
    }

    /// The call behind an `await`.
    pub fn wait(&mut self, inner: &Expr) -> Call {
        if let Some(task) = called(inner) {
            return self.task_call(task, inner);
        }
        match &inner.kind {
            ExprKind::Call { callee, arguments } => match function(&callee.name).map(|word| word.means) {
                Some(Function::Combinator(with)) => self.combinator(with, arguments, inner),
                Some(Function::Sleep | Function::Io | Function::Builtin(_) | Function::Callback(_))
                | None => self.sleep(arguments),
            },
            ExprKind::Yield => {
                let go = if self.ctx() { "pause(ctx)" } else { "runtime.Gosched()" };
                Call { go: go.to_string(), gives: Gives::Nothing, fails: self.ctx() }
            }
            ExprKind::Method { object, name, arguments } => {
                let arguments: Vec<&Expr> = arguments
                    .iter()
                    .map(|argument| match argument {
                        crate::lang::ast::Argument::Value(value)
                        | crate::lang::ast::Argument::Named { value, .. }
                        | crate::lang::ast::Argument::Each { value, .. } => value,
                    })
                    .collect();
                self.method_wait(object, &name.name, &arguments)
            }
            _handle => {
                let text = self.expr(inner).at(PRIMARY);
                let of = self.type_of(inner);
                let gives = match of.some() {
                    Type::Task(of) | Type::Future(of) => of.as_ref().clone(),
                    _ => Type::None,
                };
                let go = format!("{text}.wait({})", self.only_ctx());
                Call { go, gives: Gives::Value(gives), fails: self.needs.errors || self.needs.futures_fail }
            }
        }
    }

    fn sleep(&mut self, arguments: &[crate::lang::ast::Argument]) -> Call {
        let d = match arguments.first() {
            Some(crate::lang::ast::Argument::Value(value)) => self.wanted(value, &Type::Duration).go,
            _ => "0".to_string(),
        };
        let go = if self.ctx() { call("sleep", &["ctx".to_string(), d]) } else { call("time.Sleep", &[d]) };
        Call { go, gives: Gives::Nothing, fails: self.ctx() }
    }

    fn method_wait(&mut self, object: &Expr, name: &str, arguments: &[&Expr]) -> Call {
        if let ExprKind::Field { object, name: side } = &object.kind {
            let table = self.expr(object).at(PRIMARY);
            let go = if side.name == "read" { format!("{table}.RLock()") } else { format!("{table}.Lock()") };
            return Call { go, gives: Gives::Nothing, fails: false };
        }
        let ty = self.type_of(object);
        let mut all = vec![object];
        all.extend(arguments);
        let mut texts = self.all(&all).into_iter();
        let target = texts.next().map(|text| text.at(PRIMARY)).unwrap_or_default();
        let ctx = self.only_ctx();
        let done = |go: String, fails: bool| Call { go, gives: Gives::Nothing, fails };
        match (ty.some(), name) {
            (Type::Object(ObjectKind::Lock), _) => done(format!("{target}.Lock()"), false),
            (Type::Object(ObjectKind::Condition), _) => done(format!("{target}.Wait()"), false),
            (Type::Object(ObjectKind::Barrier), _) => Call {
                go: format!("{target}.wait({ctx})"),
                gives: Gives::Value(Type::Int),
                fails: self.ctx(),
            },
            (Type::Object(_), "acquire") => done(format!("{target}.acquire({ctx})"), self.ctx()),
            (Type::Object(_), _) => done(format!("{target}.wait({ctx})"), self.ctx()),
            (Type::Channel(of), "send") => {
                let value = match (texts.next(), arguments.first()) {
                    (Some(text), Some(expr)) => {
                        let from = self.type_of(expr);
                        self.fitted(text, &from, of, expr).go
                    }
                    _ => "none{}".to_string(),
                };
                if !self.ctx() && !self.needs.closes {
                    return done(format!("{target} <- {}", settled(&value)), false);
                }
                let mut all: Vec<String> = self.ctx().then(|| "ctx".to_string()).into_iter().collect();
                all.extend([target, value]);
                done(call("send", &all), true)
            }
            (Type::Channel(of), _) => {
                let of = of.as_ref().clone();
                if self.ctx() {
                    return Call {
                        go: format!("receive(ctx, {target})"),
                        gives: Gives::Received(of),
                        fails: true,
                    };
                }
                let gives = if self.needs.closes { Gives::Received(of) } else { Gives::Value(of) };
                Call { go: format!("<-{target}"), gives, fails: false }
            }
            (Type::Results(of), _) => Call {
                go: format!("{target}.next({ctx})"),
                gives: Gives::Value(of.as_ref().clone()),
                fails: self.needs.errors,
            },
            _ => done(format!("{target}.wait({ctx})"), self.ctx()),
        }
    }

    /// What a task returns; of one that never does, nothing is known.
    pub fn task_returns(&self, name: &str) -> Type {
        match self.scenario.facts.task(name).map(|facts| facts.returns.clone()) {
            Some(Type::Unknown) | None => Type::None,
            Some(returns) => returns,
        }
    }

    /// `t(ctx, a, b)`
    pub fn task_call(&mut self, name: &str, inner: &Expr) -> Call {
        let ExprKind::Call { arguments, .. } = &inner.kind else { unreachable!("a task is called") };
        let arguments = self.task_arguments(name, arguments);
        self.task_call_with(name, &arguments)
    }

    pub fn task_call_with(&mut self, name: &str, arguments: &[String]) -> Call {
        let task = self.needs.task(name);
        let mut all: Vec<String> = Vec::new();
        if self.ctx() && task.waits {
            all.push("ctx".to_string());
        }
        all.extend(arguments.iter().cloned());
        let go = call(&self.task_name(name), &all);
        let returns = self.task_returns(name);
        let gives = if returns == Type::None { Gives::Nothing } else { Gives::Value(returns) };
        Call { go, gives, fails: task.fails }
    }
}
