//! Calls: tasks, functions, methods, combinators, `spawn` and `await`.

use crate::diagnostic::Diagnostic;
use crate::export::python::module::{Mode, Python};
use crate::export::python::numbers::prec;
use crate::export::python::words::{Child, When};
use crate::export::types::Type;
use crate::lang::ast::{Argument, Expr, ExprKind, Ident, Spawn};
use crate::lang::declarations::What;
use crate::lang::program::{Builtin, Callback, Combinator};
use crate::lang::vocabulary::{Function, function, is_random};
use crate::source::Span;

impl<'a> Python<'_, 'a> {
    pub fn is_task(&self, name: &str) -> bool {
        matches!(self.scenario.declarations.get(name).map(|declared| declared.what), Some(What::Task(..)))
    }

    pub fn refuse_in_thread(&self, span: Span, what: &str) {
        self.scenario.refusals.add(
            Diagnostic::error(
                "E0801",
                span,
                format!("{what} cannot be exported inside a task that runs on a pool"),
            )
            .label("a thread of a pool has no event loop")
            .help("let the task compute and return; wait, spawn and share in whoever offloads it"),
        );
    }

    fn arguments(&mut self, arguments: &'a [Argument]) -> Vec<String> {
        arguments
            .iter()
            .map(|argument| match argument {
                Argument::Value(value) | Argument::Named { value, .. } | Argument::Each { value, .. } => {
                    self.own(value)
                }
            })
            .collect()
    }

    /// A call that does not wait: a function, or `as_completed(…)`.
    pub fn call(&mut self, callee: &'a Ident, arguments: &'a [Argument], span: Span) -> (String, u8) {
        if self.is_task(&callee.name) {
            let callee = self.name(&callee.name);
            let arguments = self.arguments(arguments).join(", ");
            return (format!("{callee}({arguments})"), prec::ATOM);
        }
        match function(&callee.name).map(|word| word.means) {
            Some(Function::Builtin(builtin)) => self.builtin(builtin, arguments),
            Some(Function::Combinator(with)) => (self.combinator(with, arguments, span), prec::ATOM),
            Some(Function::Sleep | Function::Io) => (self.sleep(arguments), prec::ATOM),
            Some(Function::Callback(when)) => (self.call_back(when, arguments), prec::ATOM),
            None => ("None".to_string(), prec::ATOM),
        }
    }

    /// What is left until a moment may be less than nothing on a real clock, and Python will not sleep for that.
    fn sleep(&mut self, arguments: &'a [Argument]) -> String {
        let late = arguments.iter().any(|argument| match argument {
            Argument::Value(value) | Argument::Named { value, .. } | Argument::Each { value, .. } => {
                self.may_be_late(value)
            }
        });
        let d = self.arguments(arguments).join(", ");
        let d = if late { format!("max(0, {d})") } else { d };
        match self.mode == Mode::Thread {
            true => format!("{}.sleep({d})", self.needs("time")),
            false => self.words.sleep(self, &d),
        }
    }

    fn builtin(&mut self, builtin: Builtin, arguments: &'a [Argument]) -> (String, u8) {
        if is_random(builtin) {
            return self.random(builtin, arguments);
        }
        let expr = |n: usize| match arguments.get(n) {
            Some(Argument::Value(value) | Argument::Named { value, .. } | Argument::Each { value, .. }) => {
                Some(value)
            }
            None => None,
        };
        if let (Builtin::Str, Some(value)) = (builtin, expr(0)) {
            return (self.shown(value), prec::ATOM);
        }
        if let (Builtin::Pow, Some(base), Some(exponent)) = (builtin, expr(0), expr(1)) {
            let (base, exponent) = (self.expr(base, prec::POWER + 1), self.expr(exponent, prec::POWER));
            return (format!("{base} ** {exponent}"), prec::POWER);
        }
        let given = self.arguments(arguments).join(", ");
        let math = |name: &str| format!("{}.{name}({given})", self.needs("math"));
        let text = match builtin {
            Builtin::Now => format!("{}()", self.needs("now")),
            Builtin::Id => self.words.id(self),
            Builtin::CurrentTask => self.words.current_task(self),
            Builtin::Future => self.words.future(self),
            Builtin::Failed => format!("isinstance({given}, Exception)"),
            Builtin::Cancelled => self.words.was_cancelled(self, &given),
            Builtin::Min => format!("min({given})"),
            Builtin::Max => format!("max({given})"),
            Builtin::Abs => format!("abs({given})"),
            Builtin::Floor => math("floor"),
            Builtin::Ceil => math("ceil"),
            Builtin::Round => format!("{}({given})", self.needs("rounded")),
            Builtin::Len => format!("len({given})"),
            Builtin::Range => format!("list(range({given}))"),
            Builtin::Int => format!("int({given})"),
            Builtin::Float => format!("float({given})"),
            Builtin::Ln => math("log"),
            Builtin::Sqrt => math("sqrt"),
            Builtin::Str
            | Builtin::Pow
            | Builtin::Random
            | Builtin::Uniform
            | Builtin::Exponential
            | Builtin::Normal
            | Builtin::Lognormal
            | Builtin::Pareto
            | Builtin::Choice
            | Builtin::Poisson => given,
        };
        (text, prec::ATOM)
    }

    /// From the module `random`; a harness plays back what the simulator drew.
    fn random(&mut self, builtin: Builtin, arguments: &'a [Argument]) -> (String, u8) {
        let kinds: Vec<Type> = arguments
            .iter()
            .map(|argument| match argument {
                Argument::Value(value) | Argument::Named { value, .. } | Argument::Each { value, .. } => {
                    self.kind(value)
                }
            })
            .collect();
        let given = self.arguments(arguments);
        if self.is_virtual() {
            return (format!("{}({})", self.needs("draw"), given.join(", ")), prec::ATOM);
        }
        self.needs("random");
        let first = given.first().cloned().unwrap_or_default();
        let second = given.get(1).cloned().unwrap_or_default();
        let text = match builtin {
            Builtin::Uniform if kinds.iter().all(|kind| *kind == Type::Int) => {
                format!("random.randint({first}, {second})")
            }
            Builtin::Uniform => format!("random.uniform({first}, {second})"),
            Builtin::Exponential => match arguments.first() {
                Some(Argument::Value(mean)) => {
                    let mean = self.expr(mean, prec::MULTIPLY + 1);
                    format!("random.expovariate(1 / {mean})")
                }
                _ => format!("random.expovariate(1 / ({first}))"),
            },
            Builtin::Normal => format!("random.gauss({first}, {second})"),
            Builtin::Lognormal => {
                format!("random.lognormvariate({}.log({first}), {second})", self.needs("math"))
            }
            Builtin::Pareto => {
                return (format!("({first}) * random.paretovariate({second})"), prec::MULTIPLY);
            }
            Builtin::Choice => format!("random.choice({first})"),
            Builtin::Poisson => format!("{}({first})", self.needs("poisson")),
            _random => "random.random()".to_string(),
        };
        (text, prec::ATOM)
    }

    /// `await inner`
    pub fn awaiting(&mut self, inner: &'a Expr) -> (String, u8) {
        let awaits = if self.words.is_async() && self.mode == Mode::Task { prec::AWAIT } else { prec::ATOM };
        let text = match &inner.kind {
            ExprKind::Yield if self.mode == Mode::Thread => format!("{}.sleep(0)", self.needs("time")),
            ExprKind::Yield => self.words.pause(self),
            ExprKind::Call { callee, arguments } if self.is_task(&callee.name) => {
                let name = match self.mode != Mode::Task {
                    true => self.plain_name(&callee.name),
                    false => self.name(&callee.name),
                };
                format!("{name}({})", self.arguments(arguments).join(", "))
            }
            ExprKind::Call { callee, arguments } => match function(&callee.name).map(|word| word.means) {
                Some(Function::Combinator(with)) => self.combinator(with, arguments, inner.span),
                Some(Function::Sleep | Function::Io) => self.sleep(arguments),
                Some(Function::Builtin(_) | Function::Callback(_)) | None => return self.join(inner),
            },
            ExprKind::Method { object, name, arguments }
                if matches!(name.name.as_str(), "send" | "recv" | "wait" | "next" | "acquire") =>
            {
                self.method(object, name, arguments)
            }
            _handle => return self.join(inner),
        };
        (self.awaited(text), awaits)
    }

    fn join(&mut self, handle: &'a Expr) -> (String, u8) {
        if self.mode == Mode::Thread {
            self.refuse_in_thread(handle.span, "waiting for a task");
        }
        let kind = self.kind(handle);
        let handle = self.expr(handle, prec::AWAIT);
        let text = self.words.join(self, &handle, &kind);
        let level = if text.starts_with("await ") { prec::AWAIT } else { prec::ATOM };
        (text, level)
    }

    pub fn method(&mut self, object: &'a Expr, name: &'a Ident, arguments: &'a [Argument]) -> String {
        if self.mode == Mode::Thread {
            self.refuse_in_thread(name.span, &format!("`{}`", name.name));
        }
        let kind = self.kind(object);
        let object = self.expr(object, prec::ATOM);
        let arguments = self.arguments(arguments);
        self.words.method(self, &object, &kind, &name.name, &arguments)
    }

    pub fn spawn(&mut self, spawn: &'a Spawn) -> String {
        if self.mode == Mode::Thread {
            self.refuse_in_thread(spawn.callee.span, "`spawn`");
        }
        // What is asked of the call's arguments is not asked of the call.
        let dropped = std::mem::take(&mut self.dropped);
        let call = Child::Call {
            callee: self.name(&spawn.callee.name),
            arguments: self.arguments(&spawn.arguments),
        };
        let group = match &spawn.group {
            Some(group) => Some(self.expr(group, prec::ATOM)),
            None => self.groups.last().cloned(),
        };
        let on = spawn.on.as_ref().map(|on| self.expr(on, prec::ATOM));
        (self.pool, self.dropped) = (on, dropped);
        self.in_process = spawn.on.as_ref().is_some_and(|on| self.is_processes(on));
        let text = self.words.spawn(self, spawn, call, group.as_deref());
        self.pool = None;
        text
    }

    fn is_processes(&self, pool: &Expr) -> bool {
        let ExprKind::Name(name) = &pool.kind else { return false };
        let declared = self.scenario.declarations.get(name).map(|declared| declared.what);
        matches!(declared, Some(What::Object(item)) if item.processes)
    }

    /// A combinator: what is awaited, or for `as_completed` the value.
    pub fn combinator(&mut self, with: Combinator, arguments: &'a [Argument], span: Span) -> String {
        if self.mode == Mode::Thread {
            self.refuse_in_thread(span, "starting tasks");
        }
        let mut timeout = None;
        let mut children = Vec::new();
        for (n, argument) in arguments.iter().enumerate() {
            match argument {
                Argument::Named { value, .. } => timeout = Some(self.expr(value, 0)),
                Argument::Value(value) if with == Combinator::WaitFor && n == 1 => {
                    timeout = Some(self.expr(value, 0));
                }
                Argument::Value(value) if with == Combinator::Offload && n == 0 => {
                    timeout = Some(self.expr(value, prec::ATOM));
                }
                Argument::Value(value) => children.push(self.child(value, with == Combinator::Offload)),
                Argument::Each { value, name, over } => {
                    let iterable = self.iterable(over);
                    let depth = self.locals.depth();
                    let counts = self.counts_up(over);
                    let name = self.declare(name, counts);
                    let child = self.child(value, false);
                    self.forget(depth);
                    let each = format!("for {name} in {iterable}");
                    children.push(match child {
                        Child::Call { callee, arguments } => Child::Each { callee, arguments, each },
                        other => Child::Handles(format!("[{} {each}]", other.call())),
                    });
                }
            }
        }
        if with == Combinator::Offload {
            let (pool, call) = (timeout.unwrap_or_default(), children.pop());
            let call = call.unwrap_or(Child::Handle("None".to_string()));
            return self.words.offload(self, &pool, call);
        }
        self.words.combine(self, with, children, timeout.as_deref())
    }

    fn child(&mut self, value: &'a Expr, on_thread: bool) -> Child {
        if let ExprKind::Call { callee, arguments } = &value.kind
            && self.is_task(&callee.name)
        {
            let name = match on_thread {
                true => self.plain_name(&callee.name),
                false => self.name(&callee.name),
            };
            return Child::Call { callee: name, arguments: self.arguments(arguments) };
        }
        let kind = self.kind(value);
        let text = self.expr(value, prec::ATOM);
        if matches!(kind, Type::List(_)) { Child::Handles(text) } else { Child::Handle(text) }
    }

    /// `call_soon(t(x))` and its kin.
    fn call_back(&mut self, when: Callback, arguments: &'a [Argument]) -> String {
        let (Some(Argument::Value(call)), delay) = (arguments.first(), arguments.get(1)) else {
            return "None".to_string();
        };
        let when = match (when, delay) {
            (Callback::Later, Some(Argument::Value(delay))) => When::After(self.expr(delay, 0)),
            (Callback::Soon | Callback::Later, _) => When::Soon,
            (Callback::NextTick, _) => When::NextTick,
            (Callback::Immediate, _) => When::Immediate,
        };
        let child = self.child(call, true);
        self.words.call_back(self, when, child)
    }

    /// The function that does not wait of a task.
    fn plain_name(&self, name: &str) -> String {
        self.plain.get(name).map(|(name, _)| name.clone()).unwrap_or_default()
    }
}
