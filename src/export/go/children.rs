//! Tasks that run beside others: as functions to start, in `spawn` and the combinators.

use crate::export::go::golang::{Golang, PRIMARY, Text};
use crate::export::go::text::{settled, wide_call};
use crate::export::go::values::{coerce, go_type, zero};
use crate::export::go::waits::{Call, Gives};
use crate::export::types::Type;
use crate::lang::ast::{Argument, Expr, ExprKind, Spawn};
use crate::lang::program::Combinator;
use crate::lang::vocabulary::function;

/// How children that may be there already are handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum As {
    /// Something to wait for: new ones are started first.
    Waiter,
    /// Something to run in a goroutine of its own.
    Entrant,
}

/// What a combinator is given.
struct Children {
    /// Functions to start.
    new: Vec<String>,
    /// Handles and futures, in order; functions among them are started.
    there: Vec<String>,
    /// A variable with all of them, if their number is known only later.
    all: Option<String>,
    any_there: bool,
}

impl Golang<'_> {
    /// The arguments of a task, from left to right.
    pub fn task_arguments(&mut self, name: &str, arguments: &[Argument]) -> Vec<String> {
        let exprs: Vec<&Expr> = arguments
            .iter()
            .map(|argument| match argument {
                Argument::Value(value) | Argument::Named { value, .. } | Argument::Each { value, .. } => {
                    value
                }
            })
            .collect();
        let params = self.scenario.facts.task(name).map(|facts| facts.params.clone()).unwrap_or_default();
        let texts = self.all(&exprs);
        let mut out = Vec::with_capacity(texts.len());
        for (n, (text, expr)) in texts.into_iter().zip(exprs).enumerate() {
            let from = self.type_of(expr);
            let to = params.get(n).cloned().unwrap_or(Type::Unknown);
            out.push(self.fitted(text, &from, &to, expr).go);
        }
        out
    }

    /// The same, kept if they could change before the goroutine begins.
    fn bound_arguments(&mut self, name: &str, arguments: &[Argument]) -> Vec<String> {
        let texts = self.task_arguments(name, arguments);
        let mut out = Vec::with_capacity(texts.len());
        for (text, argument) in texts.into_iter().zip(arguments) {
            let (Argument::Value(expr)
            | Argument::Named { value: expr, .. }
            | Argument::Each { value: expr, .. }) = argument;
            let plain = text.chars().all(|c| c.is_alphanumeric() || c == '_') && self.is_kept(&text);
            out.push(if self.is_steady(expr) || plain { text } else { self.keep("argument", &text) });
        }
        out
    }

    /// Is it a variable of the exporter's own, which never changes?
    fn is_kept(&self, text: &str) -> bool {
        self.scopes.iter().all(|scope| scope.values().all(|variable| variable.go != text))
            && self.globals.values().all(|go| go != text)
    }

    /// `func(ctx context.Context) (int, error) { return t(ctx, a) }`
    fn starter(&mut self, name: &str, arguments: &[String], want: &Type) -> String {
        let call = self.task_call_with(name, arguments);
        let go = settled(&call.go);
        let ty = go_type(want);
        let head = match (self.ctx(), self.needs.errors) {
            (true, _) => format!("func(ctx context.Context) ({ty}, error)"),
            (false, true) => format!("func() ({ty}, error)"),
            (false, false) => format!("func() {ty}"),
        };
        let head =
            if self.ctx() && !go.contains("ctx") { head.replace("func(ctx ", "func(_ ") } else { head };
        let same = match &call.gives {
            Gives::Value(from) => go_type(from) == ty,
            Gives::Nothing | Gives::Received(_) => false,
        };
        let none = zero(want);
        let body = match (same, &call.gives, call.fails, self.needs.errors) {
            (true, _, true, _) | (true, _, false, false) => return format!("{head} {{ return {go} }}"),
            (true, _, false, true) => return format!("{head} {{ return {go}, nil }}"),
            (false, Gives::Nothing, true, _) => return format!("{head} {{ return {none}, {go} }}"),
            (false, Gives::Nothing, false, true) => format!("\t{go}\n\treturn {none}, nil"),
            (false, Gives::Nothing, false, false) => format!("\t{go}\n\treturn {none}"),
            (false, Gives::Value(from) | Gives::Received(from), fails, errors) => {
                let value = coerce("value".to_string(), from, want);
                // What nobody wants has no type of its own.
                let dropped = ty == go_type(&Type::None);
                let (first, given) = if dropped { ("_", none) } else { ("value", value) };
                match (fails, errors) {
                    (true, _) => format!("\t{first}, err := {go}\n\treturn {given}, err"),
                    (false, true) if dropped => format!("\t{go}\n\treturn {given}, nil"),
                    (false, false) if dropped => format!("\t{go}\n\treturn {given}"),
                    (false, true) => format!("\tvalue := {go}\n\treturn {given}, nil"),
                    (false, false) => format!("\tvalue := {go}\n\treturn {given}"),
                }
            }
        };
        format!("{head} {{\n{body}\n}}")
    }

    /// The function that starts a task with these arguments.
    fn start(&mut self, call: &Expr, want: &Type) -> String {
        let ExprKind::Call { callee, arguments } = &call.kind else { return "nil".to_string() };
        let arguments = self.bound_arguments(&callee.name, arguments);
        self.starter(&callee.name, &arguments, want)
    }

    // ── spawn ─────────────────────────────────────────────────────────────

    /// `spawn` whose handle is wanted.
    pub fn spawn(&mut self, spawn: &Spawn) -> Text {
        let name = spawn.callee.name.as_str();
        let returns = self.task_returns(name);
        let arguments = self.bound_arguments(name, &spawn.arguments);
        let mut start = self.starter(name, &arguments, &returns);
        if let Some(pool) = &spawn.on {
            let pool = self.expr(pool).go;
            start = format!("on({pool}, {start})");
        }
        let group = match &spawn.group {
            Some(group) => Some(self.expr(group).go),
            None if spawn.daemon => None,
            None => self.groups.last().cloned(),
        };
        Text::new(match group {
            Some(group) => format!("spawnIn({group}, {start})"),
            None if spawn.daemon => format!("daemon({start})"),
            None => format!("spawn({start})"),
        })
    }

    /// `spawn` as a statement: nobody keeps the handle.
    pub fn detached(&mut self, spawn: &Spawn) {
        let name = spawn.callee.name.as_str();
        let group = match &spawn.group {
            Some(group) => Some(self.expr(group).go),
            None if spawn.daemon => None,
            None => self.groups.last().cloned(),
        };
        if spawn.on.is_some() {
            let text = self.spawn(spawn).go;
            return self.line(text);
        }
        let arguments = self.bound_arguments(name, &spawn.arguments);
        let call = self.task_call_with(name, &arguments);
        let go = settled(&call.go);
        if let Some(group) = group {
            let head = if go.contains("ctx") { "ctx context.Context" } else { "_ context.Context" };
            return match (&call.gives, call.fails) {
                (Gives::Nothing, true) => {
                    self.line(format!("{group}.spawn(func({head}) error {{ return {go} }})"));
                }
                (Gives::Nothing, false) => {
                    self.line(format!("{group}.spawn(func({head}) error {{\n\t{go}\n\treturn nil\n}})"));
                }
                (Gives::Value(_) | Gives::Received(_), true) => self.line(format!(
                    "{group}.spawn(func({head}) error {{\n\t_, err := {go}\n\treturn err\n}})"
                )),
                (Gives::Value(_) | Gives::Received(_), false) => {
                    self.line(format!("{group}.spawn(func({head}) error {{\n\t{go}\n\treturn nil\n}})"));
                }
            };
        }
        let go = go.replacen("(ctx", "(context.Background()", 1);
        if spawn.daemon {
            return self.line(format!("go {go}"));
        }
        self.line(format!("tasks.Go(func() {{ {go} }})"));
    }

    // ── combinators ───────────────────────────────────────────────────────

    fn children(&mut self, arguments: &[Argument], want: &Type, way: As) -> Children {
        let mut children = Children { new: Vec::new(), there: Vec::new(), all: None, any_there: false };
        let several = arguments.iter().any(|argument| match argument {
            Argument::Each { .. } => true,
            Argument::Value(value) => matches!(self.type_of(value).some(), Type::List(_)),
            Argument::Named { .. } => false,
        });
        let any_there = arguments.iter().any(|argument| match argument {
            Argument::Value(value) | Argument::Each { value, .. } => !is_call(value),
            Argument::Named { .. } => false,
        });
        children.any_there = any_there;
        if several {
            children.all = Some(self.collected(arguments, want, any_there.then_some(way)));
            return children;
        }
        for argument in arguments {
            let Argument::Value(value) = argument else { continue };
            if is_call(value) {
                let start = self.start(value, want);
                if any_there {
                    let started = self.started(start, want, way);
                    children.there.push(started);
                } else {
                    children.new.push(start);
                }
            } else {
                let text = self.expr(value).at(PRIMARY);
                children.there.push(there(text, &self.type_of(value), want, way));
            }
        }
        children
    }

    fn started(&self, start: String, want: &Type, way: As) -> String {
        match way {
            As::Waiter => format!("began({}{start})", self.with_ctx()),
            As::Entrant => format!("entrant[{}]{{run: {start}}}", go_type(want)),
        }
    }

    /// A slice of children whose number is known only when the program runs.
    fn collected(&mut self, arguments: &[Argument], want: &Type, way: Option<As>) -> String {
        let name = self.fresh("calls");
        let ty = go_type(want);
        let of = match (way, self.ctx(), self.needs.errors) {
            (Some(As::Waiter), _, _) => format!("waiter[{ty}]"),
            (Some(As::Entrant), _, _) => format!("entrant[{ty}]"),
            (None, true, _) => format!("func(context.Context) ({ty}, error)"),
            (None, false, true) => format!("func() ({ty}, error)"),
            (None, false, false) => format!("func() {ty}"),
        };
        self.line(format!("var {name} []{of}"));
        for argument in arguments {
            match argument {
                Argument::Named { .. } => {}
                Argument::Value(value) if is_call(value) => {
                    let start = self.start(value, want);
                    let start = way.map_or(start.clone(), |way| self.started(start, want, way));
                    self.line(format!("{name} = append({name}, {start})"));
                }
                Argument::Value(value) if matches!(self.type_of(value).some(), Type::List(_)) => {
                    let text = self.expr(value).go;
                    let of = self.type_of(value);
                    let of = if let Type::List(of) = of.some() { of.as_ref().clone() } else { of };
                    let one = there("one".to_string(), &of, want, way.unwrap_or(As::Waiter));
                    self.line(format!("for _, one := range {text} {{\n\t{name} = append({name}, {one})\n}}"));
                }
                Argument::Value(value) => {
                    let text = self.expr(value).at(PRIMARY);
                    let text = there(text, &self.type_of(value), want, way.unwrap_or(As::Waiter));
                    self.line(format!("{name} = append({name}, {text})"));
                }
                Argument::Each { value, name: variable, over } => {
                    self.scope();
                    let ty = self.scenario.facts.variable(variable);
                    self.for_head(variable, over, ty, false);
                    self.out.indent();
                    if let Some(variable) = self.lookup(&variable.name).cloned() {
                        self.unread(&variable);
                    }
                    let start = match way {
                        None => self.start(value, want),
                        Some(way) if is_call(value) => {
                            let start = self.start(value, want);
                            self.started(start, want, way)
                        }
                        Some(way) => {
                            let text = self.expr(value).at(PRIMARY);
                            there(text, &self.type_of(value), want, way)
                        }
                    };
                    self.line(format!("{name} = append({name}, {start})"));
                    self.out.dedent();
                    self.line("}");
                    self.leave_scope();
                }
            }
        }
        name
    }

    pub fn combinator(&mut self, with: Combinator, arguments: &[Argument], inner: &Expr) -> Call {
        let gives = self.scenario.facts.expr(inner);
        match with {
            Combinator::Gather | Combinator::Settle => self.gather(with, arguments, &gives),
            Combinator::Race => self.race(arguments, &gives),
            Combinator::AsCompleted => {
                let go = self.as_completed(arguments, inner).go;
                Call { go, gives: Gives::Value(gives), fails: false }
            }
            Combinator::Shield | Combinator::WaitFor | Combinator::Offload => {
                self.single(with, arguments, &gives)
            }
        }
    }

    fn gather(&mut self, with: Combinator, arguments: &[Argument], gives: &Type) -> Call {
        let element = match gives.some() {
            Type::List(of) => of.as_ref().clone(),
            _ => Type::None,
        };
        let of = match &element {
            Type::Outcome(of) => of.as_ref().clone(),
            other => other.clone(),
        };
        let settle = with == Combinator::Settle;
        let children = self.children(arguments, &of, As::Waiter);
        let (name, list, fails) = match (settle, children.any_there) {
            (false, false) => ("gather", &children.new, self.needs.errors),
            (false, true) => ("each", &children.there, self.needs.errors),
            (true, false) => ("settle", &children.new, false),
            (true, true) => ("settleEach", &children.there, self.ctx()),
        };
        let name = if list.is_empty() || children.any_there {
            format!("{name}[{}]", go_type(&of))
        } else {
            name.to_string()
        };
        let go = match &children.all {
            Some(all) => format!("{name}({}{all}...)", self.with_ctx()),
            None => wide_call(&name, self.only_ctx(), list),
        };
        let element = if settle { Type::Outcome(of.into()) } else { of };
        Call { go, gives: Gives::Value(Type::List(element.into())), fails }
    }

    fn race(&mut self, arguments: &[Argument], gives: &Type) -> Call {
        let children = self.children(arguments, gives, As::Entrant);
        let go = match (&children.all, children.any_there) {
            (Some(all), false) => format!("race(ctx, {all}...)"),
            (Some(all), true) => format!("raceOf(ctx, {all}...)"),
            (None, false) => wide_call("race", "ctx", &children.new),
            (None, true) => wide_call(&format!("raceOf[{}]", go_type(gives)), "ctx", &children.there),
        };
        Call { go, gives: Gives::Value(gives.clone()), fails: true }
    }

    pub fn as_completed(&mut self, arguments: &[Argument], inner: &Expr) -> Text {
        let of = match self.scenario.facts.expr(inner) {
            Type::Results(of) => of.as_ref().clone(),
            _ => Type::None,
        };
        let timeout = arguments.iter().find_map(|argument| match argument {
            Argument::Named { value, .. } => Some(value),
            Argument::Value(_) | Argument::Each { .. } => None,
        });
        let timeout = timeout.map(|value| settled(&self.wanted(value, &Type::Duration).go));
        let children = self.children(arguments, &of, As::Entrant);
        let list = if children.any_there { &children.there } else { &children.new };
        let name = if children.any_there { "asCompletedOf" } else { "asCompleted" };
        let mut first = self.only_ctx().to_string();
        let mut name = format!("{name}[{}]", go_type(&of));
        if let Some(timeout) = timeout {
            name = name.replace("asCompleted", "asCompletedWithin");
            first = format!("ctx, {timeout}");
        }
        Text::new(match &children.all {
            Some(all) if first.is_empty() => format!("{name}({all}...)"),
            Some(all) => format!("{name}({first}, {all}...)"),
            None => wide_call(&name, &first, list),
        })
    }

    fn single(&mut self, with: Combinator, arguments: &[Argument], gives: &Type) -> Call {
        let values: Vec<&Expr> = arguments
            .iter()
            .filter_map(|argument| match argument {
                Argument::Value(value) => Some(value),
                Argument::Named { .. } | Argument::Each { .. } => None,
            })
            .collect();
        let first = match (with, values.as_slice()) {
            (Combinator::Offload, [_, task]) => *task,
            (_, [first, ..]) => *first,
            _ => return Call { go: "none{}".to_string(), gives: Gives::Nothing, fails: false },
        };
        let ctx = self.with_ctx();
        let errors = self.needs.errors;
        let value = Gives::Value(gives.clone());
        match with {
            Combinator::Shield if !is_call(first) => {
                let text = self.expr(first).at(PRIMARY);
                Call { go: format!("{text}.wait({})", self.only_ctx()), gives: value, fails: errors }
            }
            Combinator::Shield => {
                let start = self.start(first, gives);
                Call { go: format!("spawn({start}).wait({})", self.only_ctx()), gives: value, fails: errors }
            }
            Combinator::Offload => {
                let pool = self.expr(values[0]).go;
                let start = self.start(first, gives);
                Call { go: format!("offload({ctx}{pool}, {start})"), gives: value, fails: errors }
            }
            _wait_for => {
                let d = values.get(1).map(|d| self.wanted(d, &Type::Duration).go).unwrap_or_default();
                let d = crate::export::go::text::strip(&d);
                let start = if is_call(first) {
                    self.start(first, gives)
                } else {
                    format!("{}.wait", self.expr(first).at(PRIMARY))
                };
                Call { go: format!("waitFor(ctx, {d}, {start})"), gives: value, fails: true }
            }
        }
    }
}

/// A handle or a future among the children; where others give another type, its value is made to fit.
fn there(text: String, handle: &Type, want: &Type, way: As) -> String {
    let from = match handle.some() {
        Type::Task(of) | Type::Future(of) => of.as_ref(),
        _unknown => want,
    };
    let ty = go_type(want);
    if go_type(from) == ty {
        return match way {
            As::Waiter => text,
            As::Entrant => format!("{text}.entrant()"),
        };
    }
    let (name, value) = match ty == go_type(&Type::None) {
        true => ("_", zero(want)),
        false => ("value", coerce("value".to_string(), from, want)),
    };
    let fit = format!("func({name} {}) {ty} {{ return {value} }}", go_type(from));
    match way {
        As::Waiter => format!("fit({text}, {fit})"),
        As::Entrant => format!("fitEntrant({text}.entrant(), {fit})"),
    }
}

/// A task that is to be started, not a handle.
pub fn is_call(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call { callee, .. } if function(&callee.name).is_none())
}
