//! Names: what they stand for, and what was meant by those that stand for nothing.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::Ident;
use crate::lang::check::checker::{Checker, Role};
use crate::lang::declarations::{Declared, What};
use crate::lang::kind::Kind;
use crate::lang::vocabulary::{FUNCTIONS, function};
use crate::source::Span;

/// Words other languages have for `none`, `true`, `false`.
const FOREIGN: [(&str, &str); 7] = [
    ("None", "none"),
    ("null", "none"),
    ("nil", "none"),
    ("undefined", "none"),
    ("True", "true"),
    ("False", "false"),
    ("self", "current_task()"),
];

/// Calls other languages have.
const FOREIGN_CALLS: [(&str, &str); 12] = [
    ("print", "log \"…\""),
    ("println", "log \"…\""),
    ("create_task", "spawn t()"),
    ("ensure_future", "spawn t()"),
    ("go", "spawn t()"),
    ("all", "await gather(t(1), t(2))"),
    ("join", "await gather(t(1), t(2))"),
    ("wait", "await gather(t(1), t(2))"),
    ("time", "now()"),
    ("setTimeout", "call_later(t(), 5ms)"),
    ("queueMicrotask", "call_soon(t())"),
    ("setImmediate", "immediate(t())"),
];

impl<'a> Checker<'a> {
    /// A name where a value is wanted.
    pub fn name(&mut self, name: &'a str, span: Span) -> Kind {
        if let Some(local) = self.locals.get_mut(name) {
            local.used = true;
            return local.kind;
        }
        let Some(declared) = self.declarations.get(name) else {
            self.unknown(name, span);
            return Kind::Unknown;
        };
        self.used.insert(name);
        match declared.what {
            // One that is none by default can be given any value.
            What::Param => match self.constants.values.get(name).map_or(Kind::Unknown, Kind::of) {
                Kind::None => Kind::Unknown,
                kind => kind,
            },
            What::Shared(_) => Kind::Unknown,
            What::Object(_) => declared.what.kind(),
            What::Task(..) => {
                let text = format!("`{name}` is a task, not a value");
                self.report(
                    declared_here(Diagnostic::error("E0109", span, text), declared)
                        .help(format!("start it: `spawn {name}(…)` gives its handle"))
                        .help(format!("or run it here: `await {name}(…)` gives what it returns")),
                );
                Kind::Unknown
            }
            What::Metric(_) => {
                let text = format!("`{name}` is a metric: it can be written, not read");
                self.report(
                    declared_here(Diagnostic::error("E0109", span, text), declared).help(format!(
                        "write `observe {name}, x`; keep what the program needs in a variable"
                    )),
                );
                Kind::Unknown
            }
        }
    }

    fn unknown(&mut self, name: &str, span: Span) {
        let diagnostic = Diagnostic::error("E0101", span, format!("nothing is called `{name}`"));
        if let Some((_, ours)) = FOREIGN.iter().find(|(theirs, _)| *theirs == name) {
            return self.report(diagnostic.suggest(span, *ours, format!("here this is written `{ours}`")));
        }
        if let Some(word) = function(name) {
            let text = format!("`{name}` is a function, and functions are not values");
            return self
                .report(Diagnostic::error("E0109", span, text).help(format!("write `{}`", word.usage)));
        }
        let candidates =
            self.locals.names().chain(self.declarations.values()).chain(self.declarations.tasks());
        let diagnostic = self.declarations.with_nearest(diagnostic, name, span, candidates);
        self.report(diagnostic);
    }

    /// The task a call starts, and what it takes; says so if it is none.
    pub fn task(&mut self, callee: &'a Ident) -> Option<&'a [Ident]> {
        let name = callee.name.as_str();
        match self.declarations.get(name) {
            Some(Declared { what: What::Task(_, params), .. }) => {
                self.used.insert(name);
                Some(params)
            }
            _ if function(name).is_some() => {
                let text = format!("`{name}` is a function of the language; only tasks can be started");
                let diagnostic = Diagnostic::error("E0205", callee.span, text);
                self.report(diagnostic.help("put it into a task: `task t() { … }`, and start that"));
                None
            }
            _ => {
                self.no_function(callee, false);
                None
            }
        }
    }

    /// `callee(…)` where there is nothing of that name to be called.
    pub fn no_function(&mut self, callee: &'a Ident, functions: bool) {
        let (name, span) = (callee.name.as_str(), callee.span);
        if let Some(local) = self.locals.get_mut(name) {
            local.used = true;
            let place = local.name.span;
            let text = format!("`{name}` is a variable, it cannot be called");
            return self.report(Diagnostic::error("E0109", span, text).related(place, "declared here"));
        }
        if let Some(declared) = self.declarations.get(name) {
            self.used.insert(name);
            let text = format!("`{name}` is {}, it cannot be called", declared.what.words());
            return self.report(declared_here(Diagnostic::error("E0109", span, text), declared));
        }
        let what = if functions { "task or function" } else { "task" };
        let diagnostic = Diagnostic::error("E0102", span, format!("there is no {what} `{name}`"));
        if let Some((_, ours)) = FOREIGN_CALLS.iter().find(|(theirs, _)| *theirs == name) {
            return self.report(diagnostic.help(format!("here this is written `{ours}`")));
        }
        let builtin = FUNCTIONS.iter().filter(|_| functions).map(|word| word.name);
        let candidates = self.declarations.tasks().chain(builtin);
        let diagnostic = self.declarations.with_nearest(diagnostic, name, span, candidates);
        self.report(diagnostic);
    }

    /// `name = …`
    pub fn assign(&mut self, name: &'a Ident, indexed: bool) {
        let local = self.locals.get_mut(&name.name);
        if let Some(local) = local {
            local.used |= indexed;
            let block = match local.role {
                Role::Group => Some("group"),
                Role::Scope => Some("scope"),
                Role::Let | Role::Parameter | Role::Bound => None,
            };
            if let Some(block) = block {
                let place = local.name.span;
                let text = format!("`{}` is a {block}, it cannot be assigned", name.name);
                self.report(Diagnostic::error("E0107", name.span, text).related(place, "declared here"));
            }
            return;
        }
        let Some(declared) = self.declarations.get(&name.name) else {
            return self.assign_unknown(name);
        };
        self.used.insert(&name.name);
        let way_out = match declared.what {
            What::Shared(_) => return,
            What::Param => format!(
                "a parameter is the same throughout a run; for a variable all tasks see write `shared {0} = …`, \
                 for one of this task `let {0} = …`",
                name.name
            ),
            What::Object(_) => {
                "what is declared stays what it is; it is used through its methods".to_string()
            }
            What::Task(..) => "give the variable another name".to_string(),
            What::Metric(_) => format!("write `observe {}, x`", name.name),
        };
        let text = format!("`{}` is {}, it cannot be assigned", name.name, declared.what.words());
        let diagnostic = declared_here(Diagnostic::error("E0107", name.span, text), declared);
        self.report(diagnostic.help(way_out));
    }

    fn assign_unknown(&mut self, name: &'a Ident) {
        let start = Span { end: name.span.start, ..name.span };
        let text = format!("there is no variable `{}`", name.name);
        let diagnostic = Diagnostic::error("E0106", name.span, text);
        let shared = self.declarations.iter().filter(|d| matches!(d.what, What::Shared(_)));
        let candidates = self.locals.names().chain(shared.map(|d| d.name.name.as_str()));
        let diagnostic = self.declarations.with_nearest(diagnostic, &name.name, name.span, candidates);
        let diagnostic = match diagnostic.suggestion {
            Some(_) => diagnostic,
            None => {
                // From here on it is known: one mistake, one message.
                self.declare(name, Kind::Unknown, Role::Bound);
                diagnostic.suggest(start, "let ", "a new variable begins with `let`")
            }
        };
        self.report(diagnostic);
    }

    pub fn metric(&mut self, name: &'a Ident) {
        match self.declarations.get(&name.name) {
            Some(Declared { what: What::Metric(_), .. }) => {
                self.used.insert(&name.name);
            }
            Some(declared) => {
                let text = format!("`{}` is {}, not a metric", name.name, declared.what.words());
                self.report(declared_here(Diagnostic::error("E0105", name.span, text), declared));
            }
            None => {
                let text = format!("there is no metric `{}`", name.name);
                let diagnostic = Diagnostic::error("E0105", name.span, text);
                let metrics = self.declarations.metrics();
                let diagnostic = self.declarations.with_nearest(diagnostic, &name.name, name.span, metrics);
                self.report(diagnostic.help(format!("declare it at the top level: `metric {}`", name.name)));
            }
        }
    }
}

pub fn declared_here(diagnostic: Diagnostic, declared: Declared) -> Diagnostic {
    diagnostic.related(declared.name.span, "declared here")
}
