//! Functions of the language, and calls of tasks.

use crate::export::rust::expressions::{ATOM, Code, UNARY, atom};
use crate::export::rust::generator::Generator;
use crate::export::rust::words::quoted;
use crate::export::target::Clock;
use crate::export::types::Type;
use crate::lang::ast::{Argument, Expr, ExprKind, Ident, Spawn, TextPart};
use crate::lang::program::{Builtin, Callback, Combinator};
use crate::lang::vocabulary::{Function, function};
use crate::source::Span;

impl<'a> Generator<'a> {
    /// `name(arguments)` without an `await`.
    pub fn call(&mut self, callee: &'a Ident, arguments: &'a [Argument], expr: &'a Expr) -> Code {
        if self.scenario.facts.task(&callee.name).is_some() {
            return atom(self.task_call(callee, arguments));
        }
        let values: Vec<&'a Expr> = values(arguments);
        match function(&callee.name).map(|word| word.means) {
            Some(Function::Builtin(builtin)) => self.builtin(builtin, &values, expr),
            Some(Function::Callback(callback)) => self.callback(callback, &values),
            Some(Function::Combinator(Combinator::AsCompleted)) => self.as_completed(arguments),
            Some(Function::Combinator(_) | Function::Sleep | Function::Io) | None => atom("()"),
        }
    }

    /// `wash(load)`: a future that has not begun.
    pub fn task_call(&mut self, callee: &Ident, arguments: &'a [Argument]) -> String {
        let params =
            self.scenario.facts.task(&callee.name).map(|task| task.params.clone()).unwrap_or_default();
        let name = self.globals.get(&callee.name).cloned().unwrap_or_default();
        let given: Vec<String> = values(arguments)
            .into_iter()
            .zip(params.iter().chain(std::iter::repeat(&Type::Unknown)))
            .map(|(value, wanted)| self.value_as(value, wanted))
            .collect();
        format!("{name}({})", given.join(", "))
    }

    pub fn spawn(&mut self, spawn: &'a Spawn) -> Code {
        let call = self.task_call(&spawn.callee, &spawn.arguments);
        let group = match &spawn.group {
            Some(group) => Some(self.place(group)),
            None => self.groups.last().cloned().flatten(),
        };
        let on = spawn.on.as_ref().map(|on| self.workers(on));
        atom(match (group, on) {
            (Some(group), Some(on)) => {
                self.need("group_on");
                format!("{group}.spawn_on(&{on}, {call})?")
            }
            (Some(group), None) => format!("{group}.spawn({call})?"),
            (None, Some(on)) if spawn.daemon => format!("{on}.daemon({call})"),
            (None, Some(on)) => format!("{on}.spawn({call})"),
            (None, None) if spawn.daemon => {
                self.need("daemon");
                format!("daemon({call})")
            }
            (None, None) => format!("spawn({call})"),
        })
    }

    /// tokio stands still on its paused clock while a thread beside it runs.
    pub fn refuse_threads(&self, span: Span, what: &str) {
        if self.scenario.clock == Clock::Virtual {
            let why =
                "these are threads beside the runtime, and the clock of one of them is not that of another";
            self.refuse(span, what, why, "verify the program without them, or under another runtime");
        }
    }

    /// The threads on which a task is spawned.
    fn workers(&mut self, on: &'a Expr) -> String {
        self.refuse_threads(on.span, "under a virtual clock, `spawn … on`");
        self.place(on)
    }

    fn callback(&mut self, callback: Callback, values: &[&'a Expr]) -> Code {
        let Some(ExprKind::Call { callee, arguments }) = values.first().map(|value| &value.kind) else {
            return atom("()");
        };
        let call = self.task_call(callee, arguments);
        atom(match (callback, values.get(1)) {
            (Callback::Later, Some(d)) => {
                self.need("later");
                format!("call_later({}, {call})", self.value(d))
            }
            _ => {
                self.need("daemon");
                format!("daemon({call})")
            }
        })
    }

    fn builtin(&mut self, builtin: Builtin, values: &[&'a Expr], expr: &'a Expr) -> Code {
        match (builtin, values) {
            (Builtin::Now, _) => atom("now()"),
            (Builtin::Id | Builtin::CurrentTask, _) => {
                self.no_own_handle(expr.span);
                atom("()")
            }
            (Builtin::Future, _) => {
                self.need("promise");
                atom("Promise::new()")
            }
            (Builtin::Failed, [value]) => {
                let place = self.place(value);
                match self.type_of(value) {
                    Type::Failure => atom(format!("matches!({place}, Error::Failed(_))")),
                    Type::Outcome(_) => atom(format!("matches!({place}, Err(Error::Failed(_)))")),
                    _ => atom("false"),
                }
            }
            (Builtin::Cancelled, [value]) => {
                let place = self.place(value);
                match self.type_of(value) {
                    Type::Failure => atom(format!("{place} == Error::Cancelled")),
                    Type::Outcome(_) => atom(format!("matches!({place}, Err(Error::Cancelled))")),
                    _ => atom("false"),
                }
            }
            (Builtin::Min | Builtin::Max, values) => self.extreme(builtin, values),
            (Builtin::Len, [value]) => {
                let place = self.some_place(value);
                match self.type_of(value).some() {
                    Type::Text => atom(format!("({place}.chars().count() as i64)")),
                    _ => atom(format!("({place}.len() as i64)")),
                }
            }
            (Builtin::Str, [value]) => {
                let place = self.place(value);
                atom(format!("show(&{place})"))
            }
            (Builtin::Range, values) => self.range(values),
            (_, values) if crate::lang::vocabulary::is_random(builtin) => self.random(builtin, values),
            (_, values) => self.arithmetic(builtin, values, expr),
        }
    }

    fn no_own_handle(&self, span: Span) {
        self.refuse(
            span,
            "a task's own number or handle",
            "a task in tokio has no number that starts at 0, and not its own handle",
            "hand the task a number of its own as an argument",
        );
    }

    fn extreme(&mut self, builtin: Builtin, values: &[&'a Expr]) -> Code {
        let name = if builtin == Builtin::Min { "min" } else { "max" };
        if let [list] = values {
            let place = self.some_place(list);
            let copied = format!("{place}.iter().copied()");
            return atom(match self.type_of(list).some() {
                Type::List(of) if **of == Type::Float => format!("{copied}.reduce(f64::{name}).unwrap()"),
                _ => format!("{copied}.{name}().unwrap()"),
            });
        }
        let float = values.iter().any(|value| self.type_of(value) == Type::Float);
        let mut all = values.iter().map(|value| {
            let int = self.type_of(value) == Type::Int;
            let code = self.code(value);
            if float && int { format!("({} as f64)", code.within(UNARY)) } else { code.within(ATOM) }
        });
        let first = all.next().unwrap_or_default();
        atom(all.fold(first, |so_far, next| format!("{so_far}.{name}({next})")))
    }

    fn range(&mut self, values: &[&'a Expr]) -> Code {
        let given: Vec<String> = values.iter().map(|value| self.value(value)).collect();
        atom(match given.as_slice() {
            [end] => format!("(0..{end}).collect::<Vec<i64>>()"),
            [start, end] => format!("({start}..{end}).collect::<Vec<i64>>()"),
            [start, end, step] => format!(
                "std::iter::successors(Some({start}), |n| Some(n + {step})).take_while(|&n| if {step} > 0 {{ n < {end} }} else {{ n > {end} }}).collect::<Vec<i64>>()"
            ),
            _ => "Vec::new()".to_string(),
        })
    }

    fn float(&mut self, value: &'a Expr) -> String {
        let kind = self.type_of(value);
        let code = self.code(value);
        if kind == Type::Int { format!("({} as f64)", code.within(UNARY)) } else { code.within(ATOM) }
    }

    fn arithmetic(&mut self, builtin: Builtin, values: &[&'a Expr], expr: &Expr) -> Code {
        let [first, rest @ ..] = values else { return atom("0") };
        let kind = self.type_of(first);
        let code = self.code(first).within(ATOM);
        atom(match (builtin, &kind, rest) {
            (Builtin::Abs, Type::Duration, _) => format!("Nanos({code}.0.abs())"),
            (Builtin::Abs, ..) => format!("{code}.abs()"),
            (Builtin::Floor | Builtin::Ceil | Builtin::Round, Type::Int, _) => code,
            (Builtin::Floor, ..) => format!("({code}.floor() as i64)"),
            (Builtin::Ceil, ..) => format!("({code}.ceil() as i64)"),
            (Builtin::Round, ..) => format!("({code}.round() as i64)"),
            (Builtin::Int, Type::Text, _) => format!(
                "{code}.trim().parse::<i64>().map_err(|_| failure({}))?",
                quoted("this text is no int")
            ),
            (Builtin::Int, ..) => format!("({code} as i64)"),
            (Builtin::Float, Type::Text, _) => format!(
                "{code}.trim().parse::<f64>().map_err(|_| failure({}))?",
                quoted("this text is no float")
            ),
            (Builtin::Float, ..) => format!("({code} as f64)"),
            (Builtin::Ln, ..) => format!("{}.ln()", self.float(first)),
            (Builtin::Sqrt, ..) => format!("{}.sqrt()", self.float(first)),
            (Builtin::Pow, Type::Int, [power]) if self.type_of(expr) == Type::Int => {
                format!("{code}.pow({} as u32)", self.code(power).within(UNARY))
            }
            (Builtin::Pow, _, [power]) => {
                let (x, y) = (self.float(first), self.float(power));
                format!("{x}.powf({y})")
            }
            _ => code,
        })
    }

    fn random(&mut self, builtin: Builtin, values: &[&'a Expr]) -> Code {
        self.need("random");
        let ints = values.iter().all(|value| self.type_of(value) == Type::Int);
        let name = match builtin {
            Builtin::Uniform if ints => "uniform_int",
            Builtin::Uniform => "uniform",
            Builtin::Exponential => "exponential",
            Builtin::Normal => "normal",
            Builtin::Lognormal => "lognormal",
            Builtin::Pareto => "pareto",
            Builtin::Poisson => "poisson",
            Builtin::Choice => "choice",
            _ => "random",
        };
        let plain = matches!(builtin, Builtin::Uniform) && ints || builtin == Builtin::Choice;
        let given: Vec<String> = values
            .iter()
            .map(|value| match builtin {
                Builtin::Choice => format!("&{}", self.place(value)),
                _ if plain => self.value(value),
                _ => self.float(value),
            })
            .collect();
        atom(format!("{name}({})", given.join(", ")))
    }

    /// A text with holes, as the argument of something that takes what can be shown.
    pub fn message(&mut self, expr: &'a Expr) -> String {
        match &expr.kind {
            ExprKind::Text(parts) => match parts.as_slice() {
                [TextPart::Literal(text)] => quoted(text),
                _ => self.value(expr),
            },
            _ => {
                let place = self.place(expr);
                format!("show(&{place})")
            }
        }
    }
}

pub fn values(arguments: &[Argument]) -> Vec<&Expr> {
    arguments
        .iter()
        .filter_map(|argument| match argument {
            Argument::Value(value) => Some(value),
            Argument::Named { .. } | Argument::Each { .. } => None,
        })
        .collect()
}
