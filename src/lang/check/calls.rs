//! Calls where nothing waits, and what is handed to whoever starts tasks.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{Argument, Expr, ExprKind, Ident, Iterable, ObjectKind, Spawn};
use crate::lang::check::checker::{Checker, Role};
use crate::lang::declarations::What;
use crate::lang::kind::Kind;
use crate::lang::program::Combinator;
use crate::lang::vocabulary::{Function, FunctionWord, function};
use crate::source::Span;

impl<'a> Checker<'a> {
    pub fn is_task(&self, name: &str) -> bool {
        self.declarations.get(name).is_some_and(|declared| matches!(declared.what, What::Task(..)))
    }

    /// A call without `await`.
    pub fn plain_call(&mut self, expr: &'a Expr, callee: &'a Ident, arguments: &'a [Argument]) -> Kind {
        if self.is_task(&callee.name) {
            let name = &callee.name;
            let start = Span { end: expr.span.start, ..expr.span };
            self.report(
                Diagnostic::error(
                    "E0202",
                    expr.span,
                    format!("the task `{name}` is called, but never started"),
                )
                .suggest(start, "await ", format!("`await {name}(…)` runs it here and gives what it returns"))
                .help(format!("`spawn {name}(…)` starts it beside this task and gives its handle"))
                .help("a coroutine that is never awaited never runs"),
            );
            self.task_call(callee, arguments, expr.span);
            return Kind::Unknown;
        }
        let Some(word) = function(&callee.name) else {
            self.no_function(callee, true);
            self.values(arguments);
            return Kind::Unknown;
        };
        if word.means.suspends() {
            self.must_wait(expr, &callee.name, word.usage);
        }
        self.function_call(word, arguments, expr.span)
    }

    /// A call that suspends was not awaited.
    pub fn must_wait(&mut self, expr: &Expr, name: &str, usage: &str) {
        let start = Span { end: expr.span.start, ..expr.span };
        let mut diagnostic =
            Diagnostic::error("E0201", expr.span, format!("`{name}` suspends, and nothing waits for it"))
                .suggest(start, "await ", format!("write `await`, as in `{usage}`"))
                .help("a coroutine that is never awaited never runs");
        if name == "sleep" {
            diagnostic =
                diagnostic.help("to hold the worker while waiting, as `time.sleep` does, write `block 5ms`");
        }
        self.report(diagnostic);
    }

    /// A function of the language, awaited or not.
    pub fn function_call(
        &mut self,
        word: &'static FunctionWord,
        arguments: &'a [Argument],
        span: Span,
    ) -> Kind {
        let usage = format!("write `{}`", word.usage);
        match word.means {
            Function::Sleep | Function::Io => {
                if let [Argument::Value(duration)] = arguments {
                    self.duration(duration, &format!("`{}`", word.name));
                    return Kind::None;
                }
                let given = self.values(arguments).len();
                self.arity(word.name, word.arguments, given, span, usage);
                Kind::None
            }
            Function::Builtin(builtin) => self.builtin(word, builtin, arguments, span),
            Function::Callback(_) => {
                self.call_back(word, arguments, span);
                Kind::None
            }
            Function::Combinator(combinator) => {
                let given = arguments.iter().filter(|a| !matches!(a, Argument::Named { .. })).count();
                self.arity(word.name, word.arguments, given, span, usage);
                self.combine(word, combinator, arguments);
                word.gives
            }
        }
    }

    /// `call_soon(t(a))`, `call_later(t(a), d)`
    fn call_back(&mut self, word: &'static FunctionWord, arguments: &'a [Argument], span: Span) {
        let usage = format!("write `{}`", word.usage);
        self.arity(word.name, word.arguments, arguments.len(), span, usage);
        for (n, argument) in arguments.iter().enumerate() {
            match argument {
                Argument::Value(value) if n == 0 => self.called_back(value, word),
                Argument::Value(delay) if n == 1 => self.duration(delay, &format!("`{}`", word.name)),
                Argument::Each { value, name, over } => {
                    self.each_with(name, over, |checker| checker.called_back(value, word));
                    let text = format!("`{}` has one task called", word.name);
                    let help = "write a loop around it";
                    self.report(Diagnostic::error("E0405", name.span, text).help(help));
                }
                Argument::Value(_) | Argument::Named { .. } => {
                    self.values(std::slice::from_ref(argument));
                }
            }
        }
    }

    /// Only a task that has not begun can be called.
    fn called_back(&mut self, value: &'a Expr, word: &FunctionWord) {
        match &value.kind {
            ExprKind::Call { callee, arguments } => {
                if self.task(callee).is_none() {
                    self.values(arguments);
                    return;
                }
                self.task_call(callee, arguments, value.span);
                if self.callbacks.iter().all(|known| known.name != callee.name) {
                    self.callbacks.push(callee);
                }
            }
            _ => {
                match &value.kind {
                    ExprKind::Name(name) if self.is_task(name) => {
                        self.used.insert(name);
                    }
                    _ => {
                        self.expr(value);
                    }
                }
                let text = format!("`{}` takes a task that is yet to be called", word.name);
                let help = format!("write `{}`", word.usage);
                self.report(Diagnostic::error("E0205", value.span, text).help(help));
            }
        }
    }

    fn combine(&mut self, word: &FunctionWord, combinator: Combinator, arguments: &'a [Argument]) {
        for (i, argument) in arguments.iter().enumerate() {
            let several = word.arguments.1 == usize::MAX;
            match argument {
                Argument::Value(value) => match (combinator, i) {
                    (Combinator::Offload, 0) => self.pool(value),
                    (Combinator::Offload, _) => self.offloaded(value),
                    (Combinator::WaitFor, 1) => self.duration(value, "`wait_for`"),
                    _ => self.startable(value, word.name, several),
                },
                Argument::Each { value, name, over } if several => {
                    self.each_with(name, over, |checker| checker.startable(value, word.name, true));
                }
                Argument::Each { .. } => {
                    self.values(std::slice::from_ref(argument));
                }
                Argument::Named { name, value } => {
                    let known = combinator == Combinator::AsCompleted && name.name == "timeout";
                    match known {
                        true => self.duration(value, "`timeout`"),
                        false => {
                            self.values(std::slice::from_ref(argument));
                        }
                    }
                }
            }
        }
    }

    /// `t(a)`, a handle, or where there may be several, a list of those.
    fn startable(&mut self, value: &'a Expr, by: &str, several: bool) {
        let kind = match &value.kind {
            ExprKind::Call { callee, arguments } if self.is_task(&callee.name) => {
                return self.task_call(callee, arguments, value.span);
            }
            ExprKind::Call { callee, arguments } => match function(&callee.name) {
                Some(word) if word.means.suspends() => {
                    self.function_call(word, arguments, value.span);
                    return self.not_startable(value.span, by, &callee.name);
                }
                Some(_) | None => self.expr(value),
            },
            ExprKind::Method { object, name, arguments } => {
                let word = self.method_call(object, name, arguments, value.span);
                if word.is_some_and(|(word, _)| word.suspends) {
                    return self.not_startable(value.span, by, &name.name);
                }
                word.map_or(Kind::Unknown, |(word, _)| word.gives)
            }
            _ => self.expr(value),
        };
        let possible = match kind {
            Kind::Task | Kind::Unknown | Kind::Object(ObjectKind::Future) => true,
            Kind::List | Kind::Objects(ObjectKind::Future) => several,
            Kind::None
            | Kind::Bool
            | Kind::Int
            | Kind::Float
            | Kind::Duration
            | Kind::Text
            | Kind::Object(_)
            | Kind::Objects(_)
            | Kind::Group
            | Kind::Scope
            | Kind::Results => false,
        };
        if !possible {
            let text = format!("`{by}` takes tasks and handles, not {}", kind.words());
            self.report(
                Diagnostic::error("E0205", value.span, text)
                    .help(format!("write `{by}(t(1))` with a task `t`, or `{by}(h)` with the handle of one")),
            );
        }
    }

    fn not_startable(&mut self, span: Span, by: &str, name: &str) {
        let text = format!("`{by}` starts tasks, and `{name}` is none");
        let diagnostic = Diagnostic::error("E0205", span, text);
        let diagnostic = match by {
            "wait_for" => diagnostic.help("for anything that waits there is `timeout 5s { … } else { … }`"),
            _ => diagnostic,
        };
        self.report(diagnostic.help("put it into a task of its own: `task t() { … }`"));
    }

    /// Only a task that has not begun can begin elsewhere.
    fn offloaded(&mut self, value: &'a Expr) {
        match &value.kind {
            ExprKind::Call { callee, arguments } => {
                if self.task(callee).is_some() {
                    self.task_call(callee, arguments, value.span);
                } else {
                    self.values(arguments);
                }
            }
            _ => {
                self.expr(value);
                let text = "`offload` takes a task that is yet to start";
                self.report(Diagnostic::error("E0205", value.span, text).help("write `offload(cpu, t(a))`"));
            }
        }
    }

    /// `t(a, b)`: a task with its arguments.
    pub fn task_call(&mut self, callee: &'a Ident, arguments: &'a [Argument], span: Span) {
        let params = self.task(callee);
        self.values(arguments);
        let Some(params) = params else { return };
        let (wanted, given) = (params.len(), arguments.len());
        if wanted == given {
            return;
        }
        let plural = if wanted == 1 { "" } else { "s" };
        let text = format!("the task `{}` takes {wanted} argument{plural}, not {given}", callee.name);
        let diagnostic = Diagnostic::error("E0306", span, text);
        let names: Vec<&str> = params.iter().map(|param| param.name.as_str()).collect();
        let declared = self.declarations.get(&callee.name).map_or(callee.span, |d| d.name.span);
        self.report(
            diagnostic.related(declared, format!("declared as `{}({})`", callee.name, names.join(", "))),
        );
    }

    /// `t(i) for i in …` where it means nothing, checked all the same.
    pub fn each(&mut self, value: &'a Expr, name: &'a Ident, over: &'a Iterable) {
        self.each_with(name, over, |checker| {
            checker.expr(value);
        });
    }

    fn each_with(&mut self, name: &'a Ident, over: &'a Iterable, body: impl FnOnce(&mut Self)) {
        let before = self.locals.depth();
        let kind = self.iterable(over, false);
        self.declare(name, kind, Role::Bound);
        body(self);
        self.forget(before);
    }

    pub fn spawn(&mut self, expr: &'a Expr, spawn: &'a Spawn) -> Kind {
        let Spawn { callee, arguments, priority, daemon, on, group } = spawn;
        self.task_call(callee, arguments, expr.span);
        if let Some(priority) = priority {
            self.of_kind(priority, Kind::Int, "a priority");
        }
        if let Some(pool) = on {
            self.pool(pool);
        }
        if let Some(group) = group {
            self.of_kind(group, Kind::Group, "what a task is spawned into");
        }
        if *daemon && (group.is_some() || self.groups > 0) {
            self.report(
                Diagnostic::error("E0404", expr.span, "a daemon cannot belong to a group")
                    .help("a group waits for all its tasks, and a daemon never ends by itself")
                    .help("spawn it outside the group, or leave out `daemon` and cancel its handle"),
            );
        }
        Kind::Task
    }
}
