//! `await`: before everything that can suspend, and before nothing else.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{Expr, ExprKind, Ident, ObjectKind, SelectArmKind};
use crate::lang::check::checker::{Checker, Role};
use crate::lang::check::methods::called;
use crate::lang::kind::Kind;
use crate::lang::vocabulary::function;
use crate::source::Span;

impl<'a> Checker<'a> {
    pub fn await_expr(&mut self, expr: &'a Expr, inner: &'a Expr) -> Kind {
        match &inner.kind {
            ExprKind::Call { callee, arguments } if self.is_task(&callee.name) => {
                self.task_call(callee, arguments, inner.span);
                Kind::Unknown
            }
            ExprKind::Call { callee, arguments } => match function(&callee.name) {
                Some(word) if word.means.suspends() => self.function_call(word, arguments, inner.span),
                Some(_) | None => self.await_value(expr, inner, Some(callee)),
            },
            ExprKind::Method { object, name, arguments } => {
                let Some((word, _)) = self.method_call(object, name, arguments, inner.span) else {
                    return Kind::Unknown;
                };
                if !word.suspends {
                    let text = format!("`{}` does not suspend: there is nothing to wait for", name.name);
                    let diagnostic = Diagnostic::error("E0203", expr.span, text);
                    self.report(without_await(diagnostic, expr, inner));
                }
                word.gives
            }
            ExprKind::Name(name) if self.is_task(name) && self.locals.get(name).is_none() => {
                self.used.insert(name);
                let text = format!("`{name}` is a task, and has to be called to run");
                let end = Span { start: inner.span.end, ..inner.span };
                self.report(Diagnostic::error("E0203", inner.span, text).suggest(
                    end,
                    "()",
                    format!("write `await {name}()`"),
                ));
                Kind::Unknown
            }
            ExprKind::Yield => Kind::None,
            _ => self.await_value(expr, inner, None),
        }
    }

    /// A value can be waited for if it is a handle or a future.
    fn await_value(&mut self, expr: &'a Expr, inner: &'a Expr, callee: Option<&Ident>) -> Kind {
        let (kind, name) = (self.expr(inner), called(inner));
        let help = match kind {
            Kind::Unknown | Kind::Task | Kind::Object(ObjectKind::Future) => return Kind::Unknown,
            Kind::Object(kind) => match kind {
                ObjectKind::Lock | ObjectKind::Resource | ObjectKind::Semaphore => {
                    format!("write `with {name} {{ … }}` around what needs it, or `await {name}.acquire()`")
                }
                ObjectKind::RwLock => {
                    format!("write `with {name}.read {{ … }}` or `with {name}.write {{ … }}`")
                }
                ObjectKind::Channel => {
                    format!("write `await {name}.recv()`, or `for await v in {name} {{ … }}`")
                }
                ObjectKind::Event | ObjectKind::Condition | ObjectKind::Barrier => {
                    format!("write `await {name}.wait()`")
                }
                ObjectKind::Workers => format!("write `await offload({name}, t(a))`"),
                ObjectKind::Future => unreachable!("futures can be waited for"),
            },
            Kind::List | Kind::Objects(_) => "to wait for all in a list write `await gather(list)`".into(),
            Kind::Group => "a group is waited for at its closing brace".into(),
            Kind::Scope => "a scope ends at its closing brace, or when it is cancelled".into(),
            Kind::Results => "write `for await v in as_completed(…) { … }`".into(),
            Kind::Duration if callee.is_none() => "to wait that long write `await sleep(d)`".into(),
            Kind::None | Kind::Bool | Kind::Int | Kind::Float | Kind::Text | Kind::Duration => String::new(),
        };
        let text = match callee {
            Some(callee) => format!("`{}` does not suspend: there is nothing to wait for", callee.name),
            None => format!("{} cannot be waited for", kind.words()),
        };
        let diagnostic = Diagnostic::error("E0203", expr.span, text);
        self.report(match help.is_empty() {
            true => without_await(diagnostic, expr, inner),
            false => diagnostic.help(help),
        });
        kind
    }

    /// `v = ch.recv()`, `h`, `after 5s`: what a `select` can wait for.
    pub fn select_arm(&mut self, kind: &'a SelectArmKind) {
        let (name, value) = match kind {
            SelectArmKind::After { duration } => return self.duration(duration, "`after`"),
            SelectArmKind::Await { name, value } => (name, value),
        };
        let gives = self.select_value(value);
        if let Some(name) = name {
            self.declare(name, gives, Role::Bound);
        }
    }

    fn select_value(&mut self, value: &'a Expr) -> Kind {
        let (text, help) = match &value.kind {
            ExprKind::Method { object, name, arguments } => {
                let Some((word, kind)) = self.method_call(object, name, arguments, value.span) else {
                    return Kind::Unknown;
                };
                let waits = matches!(kind, Kind::Object(ObjectKind::Event) | Kind::Unknown);
                if matches!(word.name, "recv" | "send") || word.name == "wait" && waits {
                    return word.gives;
                }
                (format!("`select` cannot wait for `{}` of {}", word.name, kind.words()), "")
            }
            ExprKind::Call { callee, arguments } if self.is_task(&callee.name) => {
                self.task_call(callee, arguments, value.span);
                let help = "start it before: `let h = spawn t()`, and wait for `h`";
                (format!("the task `{}` has not been started", callee.name), help)
            }
            ExprKind::Call { callee, arguments }
                if function(&callee.name).is_some_and(|w| w.means.suspends()) =>
            {
                if let Some(word) = function(&callee.name) {
                    self.function_call(word, arguments, value.span);
                }
                let help = if callee.name == "sleep" { "write `after 5s => { … }`" } else { "" };
                (format!("`select` cannot wait for `{}`", callee.name), help)
            }
            _ => match self.expr(value) {
                Kind::Task | Kind::Unknown | Kind::Object(ObjectKind::Future) => return Kind::Unknown,
                Kind::Object(ObjectKind::Channel) => {
                    ("a channel alone is no arm".into(), "write `v = x.recv()`")
                }
                Kind::Object(ObjectKind::Event) => ("an event alone is no arm".into(), "write `x.wait()`"),
                other => (format!("`select` cannot wait for {}", other.words()), ""),
            },
        };
        let diagnostic = Diagnostic::error("E0314", value.span, text);
        let diagnostic = if help.is_empty() { diagnostic } else { diagnostic.help(help) };
        self.report(
            diagnostic.help(
                "an arm is `v = ch.recv()`, `ch.send(x)`, `ev.wait()`, a handle, a future, or `after 5s`",
            ),
        );
        Kind::Unknown
    }
}

/// Offers to take the word out, where it stands right before what it waits for.
fn without_await(diagnostic: Diagnostic, expr: &Expr, inner: &Expr) -> Diagnostic {
    let word = Span { end: inner.span.start, ..expr.span };
    if word.range().len() == "await ".len() {
        diagnostic.suggest(word, "", "leave out `await`")
    } else {
        diagnostic.help("leave out `await`")
    }
}
