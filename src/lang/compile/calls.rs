//! Calls: tasks, functions, methods, combinators, `spawn` and `await`.

use crate::lang::ast::{Argument, Expr, ExprKind, Ident, Spawn};
use crate::lang::compile::builder::Builder;
use crate::lang::declarations::What;
use crate::lang::kind::Kind;
use crate::lang::program::{Callback, Combinator, Method, Op, Operand, Reg, SpawnSite};
use crate::lang::vocabulary::{Function, Means, function, method_for};
use crate::value::{Mode, Value};

impl<'a> Builder<'a, '_> {
    /// A call that does not wait: a function, or `as_completed(…)`.
    pub fn call_to(&mut self, callee: &Ident, arguments: &'a [Argument], to: Reg) {
        match function(&callee.name).map(|word| word.means) {
            Some(Function::Builtin(function)) => {
                let (from, count) = self.arguments(arguments);
                self.emit(Op::Builtin { function, to, from, count });
            }
            Some(Function::Combinator(with)) => self.combine_to(with, arguments, to),
            Some(Function::Callback(when)) => self.callback_to(when, arguments, to),
            Some(Function::Sleep | Function::Io) | None => {
                unreachable!("the checker demands `await` before what suspends")
            }
        }
    }

    /// `await inner`, with the label of its statement.
    pub fn await_to(&mut self, inner: &'a Expr, to: Reg, label: Option<&'a Expr>) {
        let at = std::mem::replace(&mut self.at, inner.span);
        match &inner.kind {
            ExprKind::Call { callee, arguments } => self.await_call(callee, arguments, to, label, inner),
            ExprKind::Method { object, name, arguments } if self.is_suspending(object, name, arguments) => {
                self.method_to(object, name, arguments, to);
            }
            ExprKind::Yield => {
                self.emit(Op::Yield);
                self.none_to(to);
            }
            _ => {
                let value = self.value(inner);
                self.emit(Op::Await { to, value });
            }
        }
        self.at = at;
    }

    fn await_call(
        &mut self,
        callee: &Ident,
        arguments: &'a [Argument],
        to: Reg,
        label: Option<&'a Expr>,
        inner: &'a Expr,
    ) {
        if let Some(What::Task(function, _)) = self.declarations.get(&callee.name).map(|d| d.what) {
            let (from, _) = self.arguments(arguments);
            return self.emit(Op::Call { function, to, from });
        }
        match function(&callee.name).map(|word| word.means) {
            Some(Function::Sleep | Function::Io) => {
                let Some(Argument::Value(duration)) = arguments.first() else {
                    unreachable!("the checker counts arguments")
                };
                let duration = self.value(duration);
                let label = self.text(label);
                self.emit(match callee.name.as_str() {
                    "sleep" => Op::Sleep { duration, label },
                    _ => Op::Io { duration, label },
                });
                self.none_to(to);
            }
            Some(Function::Combinator(with)) if with != Combinator::AsCompleted => {
                self.combine_to(with, arguments, to);
            }
            Some(Function::Builtin(_) | Function::Combinator(_) | Function::Callback(_)) | None => {
                let value = self.value(inner);
                self.emit(Op::Await { to, value });
            }
        }
    }

    fn none_to(&mut self, to: Reg) {
        if self.unread == Some(to) {
            return;
        }
        let from = self.constant(Value::None);
        self.emit(Op::Move { to, from });
    }

    fn is_suspending(&self, object: &Expr, name: &Ident, arguments: &[Argument]) -> bool {
        method_for(&name.name, self.kind(object), arguments.len()).is_some_and(|word| word.suspends)
    }

    /// Values in consecutive registers at the top of the frame.
    fn arguments(&mut self, arguments: &'a [Argument]) -> (Reg, u16) {
        let from = self.next as Reg;
        for argument in arguments {
            let (Argument::Value(value) | Argument::Named { value, .. } | Argument::Each { value, .. }) =
                argument;
            self.fresh(value);
        }
        (from, arguments.len() as u16)
    }

    fn combine_to(&mut self, with: Combinator, arguments: &'a [Argument], to: Reg) {
        let from = self.next;
        let mut timeout = None;
        for argument in arguments {
            match argument {
                Argument::Value(value) => {
                    let to = self.reserve();
                    self.task_to(value, to);
                }
                Argument::Each { value, name, over } => {
                    let list = self.reserve();
                    self.emit(Op::List { to: list, from: list, count: 0 });
                    self.iterate(&name.name, false, over, |builder| {
                        let item = builder.reserve();
                        builder.task_to(value, item);
                        builder.emit(Op::Append { list, value: Operand::register(item) });
                    });
                }
                Argument::Named { value, .. } => timeout = Some(value),
            }
        }
        if with == Combinator::AsCompleted {
            let to = self.reserve();
            match timeout {
                Some(value) => self.value_to(value, to),
                None => self.none_to(to),
            }
        }
        let count = (self.next - from) as u16;
        self.emit(Op::Combine { with, to, from: from as Reg, count });
    }

    /// A task to be, where a combinator starts it, or any value.
    fn task_to(&mut self, expr: &'a Expr, to: Reg) {
        if let ExprKind::Call { callee, arguments } = &expr.kind
            && let Some(What::Task(..)) = self.declarations.get(&callee.name).map(|d| d.what)
        {
            let (next, at) = (self.next, std::mem::replace(&mut self.at, expr.span));
            self.defer_to(callee, arguments, to);
            self.next = next;
            self.at = at;
            return;
        }
        self.value_to(expr, to);
    }

    fn defer_to(&mut self, callee: &Ident, arguments: &'a [Argument], to: Reg) {
        let function = self.task(callee);
        let (from, _) = self.arguments(arguments);
        self.emit(Op::Defer { to, function, from });
    }

    fn task(&self, callee: &Ident) -> u16 {
        match self.declarations.get(&callee.name).map(|d| d.what) {
            Some(What::Task(function, _)) => function,
            _ => unreachable!("the checker lets only tasks be started"),
        }
    }

    pub fn spawn_to(&mut self, spawn: &'a Spawn, to: Reg, detached: bool) {
        let function = self.task(&spawn.callee);
        let (from, _) = self.arguments(&spawn.arguments);
        let priority = spawn.priority.as_ref().map(|expr| self.value(expr));
        let on = spawn.on.as_ref().map(|expr| self.value(expr));
        let group = match &spawn.group {
            Some(expr) => Some(self.value(expr)),
            None => self.group().map(Operand::register),
        };
        let site = SpawnSite { function, daemon: spawn.daemon, priority, on, group, detached };
        let site = self.out.spawn(site, self.at);
        self.emit(Op::Spawn { to, from, site });
    }

    /// `call_soon(t(a))`, `call_later(t(a), d)`
    fn callback_to(&mut self, when: Callback, arguments: &'a [Argument], to: Reg) {
        let Some(Argument::Value(Expr { kind: ExprKind::Call { callee, arguments: given }, .. })) =
            arguments.first()
        else {
            unreachable!("the checker lets only tasks be called back")
        };
        let call = self.reserve();
        self.defer_to(callee, given, call);
        self.next = usize::from(call) + 1;
        let delay = match arguments.get(1) {
            Some(Argument::Value(delay)) => self.value(delay),
            Some(Argument::Named { .. } | Argument::Each { .. }) | None => self.constant(Value::None),
        };
        self.emit(Op::CallBack { when, call, delay });
        self.none_to(to);
    }

    pub fn method_to(&mut self, object: &'a Expr, name: &Ident, arguments: &'a [Argument], to: Reg) {
        let word = method_for(&name.name, self.kind(object), arguments.len())
            .expect("the checker refuses methods that do not exist");
        let (object, mode) = self.held(object);
        let method = match word.means {
            Means::Method(method) => method,
            Means::Acquire => {
                self.emit(Op::Acquire { object, mode });
                return self.none_to(to);
            }
            Means::Release => {
                self.emit(Op::Release { object, mode });
                return self.none_to(to);
            }
        };
        let (from, count) = self.arguments(arguments);
        if count == 0 && matches!(method, Method::Settle | Method::Notify) {
            let default = if method == Method::Notify { Value::Int(1) } else { Value::None };
            let (from, to) = (self.constant(default), self.reserve());
            self.emit(Op::Move { to, from });
        }
        self.emit(Op::Method { method, to, object, from });
    }

    /// What is held, and how: `till`, `table.read`.
    pub fn held(&mut self, object: &'a Expr) -> (Operand, Mode) {
        let ExprKind::Field { object, name } = &object.kind else {
            return (self.value(object), Mode::Plain);
        };
        let mode = if name.name == "read" { Mode::Read } else { Mode::Write };
        (self.value(object), mode)
    }

    /// As far as a declaration tells.
    pub fn kind(&self, object: &Expr) -> Kind {
        match &object.kind {
            ExprKind::Name(name) if self.local(name).is_none() => {
                self.declarations.get(name).map_or(Kind::Unknown, |declared| declared.what.kind())
            }
            ExprKind::Index { object, .. } => match self.kind(object) {
                Kind::Objects(kind) => Kind::Object(kind),
                _ => Kind::Unknown,
            },
            _ => Kind::Unknown,
        }
    }
}
