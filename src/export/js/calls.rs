//! Calls: tasks, functions, combinators, callbacks, `spawn` and `await`.

use crate::export::js::arguments::Wanted;
use crate::export::js::numbers::prec;
use crate::export::js::program::{Js, value};
use crate::export::types::Type;
use crate::lang::ast::{Argument, Expr, ExprKind, Ident, Spawn};
use crate::lang::declarations::What;
use crate::lang::program::{Builtin, Callback, Combinator};
use crate::lang::vocabulary::{Function, function, is_random};
use crate::source::Span;

impl<'a> Js<'_, 'a> {
    pub fn is_task(&self, name: &str) -> bool {
        matches!(self.scenario.declarations.get(name).map(|declared| declared.what), Some(What::Task(..)))
    }

    fn given(&mut self, arguments: &'a [Argument]) -> Vec<String> {
        arguments.iter().map(|argument| self.own(value(argument))).collect()
    }

    /// `wash(1, signal)`
    pub fn task_call(&mut self, name: &str, arguments: &'a [Argument]) -> String {
        let given = self.given(arguments);
        let given = if self.takes_signal(name) { self.with_signal(given) } else { given.join(", ") };
        format!("{}({given})", self.name(name))
    }

    pub fn call(&mut self, callee: &'a Ident, arguments: &'a [Argument], span: Span) -> (String, u8) {
        if self.is_task(&callee.name) {
            return (self.task_call(&callee.name, arguments), prec::CALL);
        }
        match function(&callee.name).map(|word| word.means) {
            Some(Function::Builtin(builtin)) => self.builtin(builtin, arguments, span),
            Some(Function::Combinator(with)) => (self.combinator(with, arguments, span), prec::CALL),
            Some(Function::Sleep | Function::Io) => {
                let given = self.given(arguments);
                self.needs(if self.signals { "sleepUnless" } else { "sleep" });
                (format!("sleep({})", self.with_signal(given)), prec::CALL)
            }
            Some(Function::Callback(when)) => (self.call_back(when, arguments), prec::CALL),
            None => ("null".to_string(), prec::ATOM),
        }
    }

    /// `await x`, and how tightly it binds.
    pub fn awaiting(&mut self, inner: &'a Expr) -> (String, u8) {
        if let ExprKind::Call { callee, arguments } = &inner.kind
            && callee.name == "settle"
        {
            let outcomes = self.needs("outcomes");
            let list = self.listed(arguments);
            return (format!("{outcomes}(await Promise.allSettled({list}))"), prec::CALL);
        }
        let inner = self.awaitable(inner);
        (format!("await {inner}"), prec::UNARY)
    }

    /// What `await` is given.
    fn awaitable(&mut self, inner: &'a Expr) -> String {
        match &inner.kind {
            ExprKind::Yield => "null".to_string(),
            ExprKind::Method { object, name, arguments } => {
                self.method(object, &name.name, arguments, true).0
            }
            ExprKind::Call { callee, arguments } => {
                let (text, _) = self.call(callee, arguments, inner.span);
                text
            }
            _handle => {
                let kind = self.kind(inner);
                let handle = self.expr(inner, prec::CALL);
                self.joined(handle, &kind)
            }
        }
    }

    // ── starting ──────────────────────────────────────────────────────────

    pub fn spawn(&mut self, spawn: &'a Spawn, span: Span) -> String {
        if spawn.on.is_some() {
            self.scenario.refuse(
                span,
                "`spawn … on` workers",
                "threads of Node share nothing: a task there could not use what the others use",
                "leave out `on`, or send values to a program of its own",
            );
        }
        for argument in &spawn.arguments {
            self.refuse_await(value(argument), span);
        }
        let group = match &spawn.group {
            Some(group) => Some(self.expr(group, prec::CALL)),
            None if spawn.daemon => None,
            None => self.groups.last().cloned(),
        };
        if group.is_none() && !self.handles {
            let call = self.task_call(&spawn.callee.name, &spawn.arguments);
            self.needs(if self.is_virtual() { "spawnCounted" } else { "spawnPromise" });
            return format!("spawn({call})");
        }
        let outer = std::mem::replace(&mut self.signal, true);
        let call = self.task_call(&spawn.callee.name, &spawn.arguments);
        self.signal = outer;
        let takes = self.takes_signal(&spawn.callee.name);
        let start = if takes { format!("(signal) => {call}") } else { format!("() => {call}") };
        self.needs_task();
        match group {
            Some(group) => format!("{group}.spawn({start})"),
            None if spawn.daemon => format!("{}({start})", self.needs("spawnDaemon")),
            None => {
                self.needs("spawnTask");
                format!("spawn({start})")
            }
        }
    }

    pub fn needs_task(&self) {
        self.needs(if self.is_virtual() || self.daemons { "TaskCounted" } else { "Task" });
    }

    /// A callback is given its arguments now, and called later.
    fn call_back(&mut self, when: Callback, arguments: &'a [Argument]) -> String {
        let Some(ExprKind::Call { callee, arguments: inner }) = arguments.first().map(|a| &value(a).kind)
        else {
            return "null".to_string();
        };
        let task = self.name(&callee.name);
        let given = self.given(inner);
        let constant = inner.iter().all(|argument| {
            matches!(value(argument).kind, ExprKind::Int(_) | ExprKind::Bool(_) | ExprKind::Duration(_))
        });
        let behind: String = given.iter().map(|one| format!(", {one}")).collect();
        match when {
            Callback::Soon if given.is_empty() => format!("queueMicrotask({task})"),
            Callback::Soon if constant => format!("queueMicrotask(() => {task}({}))", given.join(", ")),
            Callback::Soon => format!("queueMicrotask({task}.bind(null{behind}))"),
            Callback::NextTick => format!("process.nextTick({task}{behind})"),
            Callback::Immediate => format!("setImmediate({task}{behind})"),
            Callback::Later => {
                let d = arguments.get(1).map(|d| self.expr(value(d), 0)).unwrap_or_default();
                format!("setTimeout({task}, {d}{behind})")
            }
        }
    }

    fn combinator(&mut self, with: Combinator, arguments: &'a [Argument], span: Span) -> String {
        let (timeouts, children): (Vec<&'a Argument>, Vec<&'a Argument>) =
            arguments.iter().partition(|argument| matches!(argument, Argument::Named { .. }));
        let timeout = timeouts.first().map(|timeout| self.expr(value(timeout), 0));
        let signal = self.signal_or_none();
        match with {
            Combinator::Gather => format!("Promise.all({})", self.listed(arguments)),
            Combinator::Settle => format!("Promise.allSettled({})", self.listed(arguments)),
            Combinator::Race => {
                let race = self.needs("race");
                let starts = self.elements(arguments, Wanted::Starts);
                format!("{race}({signal}, {starts})")
            }
            Combinator::AsCompleted => {
                let completed = self.needs("Completed");
                let last = arguments.len() - usize::from(timeout.is_some());
                debug_assert_eq!(last, children.len(), "the timeout is the last argument");
                let list = self.listed(&arguments[..last]);
                let timeout = timeout.map(|timeout| format!(", {timeout}")).unwrap_or_default();
                format!("new {completed}({list}{timeout})")
            }
            Combinator::Shield => {
                let shield = self.needs("shield");
                let child = self.shielded(value(&arguments[0]));
                format!("{shield}({child}{})", if self.signal { ", signal" } else { "" })
            }
            Combinator::WaitFor => {
                let helper = self.needs("withTimeout");
                let d = self.expr(value(&arguments[1]), 0);
                let start = self.elements(&arguments[..1], Wanted::Starts);
                format!("{helper}({d}, {signal}, {start})")
            }
            Combinator::Offload => self.offload(arguments, span),
        }
    }

    /// `pool.run('render', [1], signal)`
    fn offload(&mut self, arguments: &'a [Argument], span: Span) -> String {
        if self.is_virtual() {
            let why = "threads have no virtual clock, and what they do at once has no order";
            self.scenario.refuse(
                span,
                "`offload` under a virtual clock",
                why,
                "verify the program without it",
            );
        }
        let pool = self.expr(value(&arguments[0]), prec::CALL);
        let ExprKind::Call { callee, arguments } = &value(&arguments[1]).kind else { return pool };
        let given = self.given(arguments).join(", ");
        let signal = if self.signal { ", signal" } else { "" };
        self.needs("Pool");
        let name = self.name(&callee.name);
        let text = format!("{pool}.run({}, [{given}]{signal})", self.quoted(&name));
        self.offloaded.insert(name);
        text
    }

    /// What is shielded gets no signal of ours.
    fn shielded(&mut self, child: &'a Expr) -> String {
        let kind = self.kind(child);
        match &child.kind {
            ExprKind::Call { callee, arguments } if self.is_task(&callee.name) => {
                let outer = std::mem::replace(&mut self.signal, false);
                let call = self.task_call(&callee.name, arguments);
                self.signal = outer;
                call
            }
            _handle => {
                let handle = self.expr(child, prec::CALL);
                match kind.some() {
                    Type::Future(_) => self.joined(handle, &kind),
                    _task if self.handles => format!("{handle}.promise"),
                    _task => handle,
                }
            }
        }
    }

    // ── functions ─────────────────────────────────────────────────────────

    fn builtin(&mut self, builtin: Builtin, arguments: &'a [Argument], span: Span) -> (String, u8) {
        if is_random(builtin) {
            return self.random(builtin, arguments);
        }
        let first = arguments.first().map(value);
        let kind = first.map(|first| self.kind(first)).unwrap_or(Type::Unknown);
        if let (Builtin::Str, Some(first)) = (builtin, first) {
            return (self.shown(first), prec::CALL);
        }
        let given = self.given(arguments);
        let all = given.join(", ");
        let list = matches!(kind.some(), Type::List(_)) && given.len() == 1;
        let text = match builtin {
            Builtin::Now => format!("{}()", self.needs("now")),
            Builtin::Id | Builtin::CurrentTask => {
                let what = if builtin == Builtin::Id { "`id()`" } else { "`current_task()`" };
                let way_out = "give tasks a name or a number as an argument";
                self.scenario.refuse(span, what, "an async function does not know who it is", way_out);
                all
            }
            Builtin::Future => format!("new {}()", self.needs("Future")),
            Builtin::Failed => format!("{}({all})", self.needs("failed")),
            Builtin::Cancelled => format!("{}({all})", self.needs("cancelled")),
            Builtin::Min if list => format!("Math.min(...{all})"),
            Builtin::Max if list => format!("Math.max(...{all})"),
            Builtin::Min => format!("Math.min({all})"),
            Builtin::Max => format!("Math.max({all})"),
            Builtin::Abs => format!("Math.abs({all})"),
            Builtin::Floor => format!("Math.floor({all})"),
            Builtin::Ceil => format!("Math.ceil({all})"),
            Builtin::Round => format!("{}({all})", self.needs("round")),
            Builtin::Len if *kind.some() == Type::Text => format!("[...{all}].length"),
            Builtin::Len => match first {
                Some(first) => format!("{}.length", self.expr(first, prec::CALL)),
                None => all,
            },
            Builtin::Range => match given.len() {
                1 => format!("{}(0, {all})", self.needs("range")),
                _more => format!("{}({all})", self.needs("range")),
            },
            Builtin::Int if *kind.some() == Type::Text => format!("Number.parseInt({all}, 10)"),
            Builtin::Int => format!("Math.trunc({all})"),
            Builtin::Float => format!("Number({all})"),
            Builtin::Ln => format!("Math.log({all})"),
            Builtin::Sqrt => format!("Math.sqrt({all})"),
            Builtin::Pow => format!("Math.pow({all})"),
            Builtin::Str
            | Builtin::Random
            | Builtin::Uniform
            | Builtin::Exponential
            | Builtin::Normal
            | Builtin::Lognormal
            | Builtin::Pareto
            | Builtin::Choice
            | Builtin::Poisson => all,
        };
        (text, prec::CALL)
    }

    /// A harness plays back what the simulator drew, durations in nanoseconds.
    fn random(&mut self, builtin: Builtin, arguments: &'a [Argument]) -> (String, u8) {
        let kinds: Vec<Type> = arguments.iter().map(|argument| self.kind(value(argument))).collect();
        let given = self.given(arguments).join(", ");
        let time = kinds.first().is_some_and(|kind| *kind.some() == Type::Duration);
        let ints = !kinds.is_empty() && kinds.iter().all(|kind| *kind.some() == Type::Int);
        if self.is_virtual() {
            let draw = if time { self.needs("drawTime") } else { self.needs("draw") };
            return match builtin {
                Builtin::Choice => (format!("{}({given}, {draw}())", self.needs("at")), prec::CALL),
                _other => (format!("{draw}()"), prec::CALL),
            };
        }
        let helper = match builtin {
            Builtin::Uniform if ints => "uniformInt",
            Builtin::Uniform => "uniform",
            Builtin::Exponential => "exponential",
            Builtin::Normal => "normal",
            Builtin::Lognormal => "lognormal",
            Builtin::Pareto => "pareto",
            Builtin::Choice => "choice",
            Builtin::Poisson => "poisson",
            _random => "random",
        };
        (format!("{}({given})", self.needs(helper)), prec::CALL)
    }
}
