//! What combinators are given: calls, handles, lists of handles, a call for each element.

use crate::export::js::numbers::prec;
use crate::export::js::program::{Js, value};
use crate::export::types::Type;
use crate::lang::ast::{Argument, Expr, ExprKind};
use crate::lang::walk::walk_expr;
use crate::source::Span;

/// How the elements are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Promises: `wash(1, signal)`
    Promises,
    /// Functions that begin when they are given a signal: `(signal) => wash(1, signal)`
    Starts,
}

impl<'a> Js<'_, 'a> {
    /// The elements, to stand in a list or between the brackets of a call.
    pub fn elements(&mut self, arguments: &'a [Argument], wanted: Wanted) -> String {
        let each: Vec<String> = arguments.iter().map(|argument| self.element(argument, wanted)).collect();
        each.join(", ")
    }

    /// The same as a list of its own.
    pub fn listed(&mut self, arguments: &'a [Argument]) -> String {
        let elements = self.elements(arguments, Wanted::Promises);
        match (arguments.len(), elements.strip_prefix("...")) {
            (1, Some(list)) => list.to_string(),
            _several => format!("[{elements}]"),
        }
    }

    fn element(&mut self, argument: &'a Argument, wanted: Wanted) -> String {
        let Argument::Each { value, name, over } = argument else {
            return self.one(value(argument), wanted);
        };
        let over = self.iterable(over);
        self.refuse_await(value, value.span);
        let depth = self.locals.depth();
        let name = self.declare(name, false);
        let one = self.one(value, wanted);
        self.forget(depth);
        match one.strip_prefix("...") {
            Some(list) => format!("...{over}.flatMap(({name}) => {list})"),
            None => format!("...{over}.map(({name}) => {one})"),
        }
    }

    fn one(&mut self, expr: &'a Expr, wanted: Wanted) -> String {
        let outer = self.signal;
        self.signal = outer || wanted == Wanted::Starts;
        let text = match &expr.kind {
            ExprKind::Call { callee, arguments } if self.is_task(&callee.name) => {
                let call = self.task_call(&callee.name, arguments);
                self.start(call, wanted)
            }
            ExprKind::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.one(item, wanted)).collect();
                items.join(", ")
            }
            _handle => self.handle(expr, wanted),
        };
        self.signal = outer;
        text
    }

    fn handle(&mut self, expr: &'a Expr, wanted: Wanted) -> String {
        let kind = self.kind(expr);
        let Type::List(inner) = kind.some() else {
            let text = self.expr(expr, prec::CALL);
            let joined = self.joined(text, &kind);
            return self.start(joined, wanted);
        };
        let list = self.expr(expr, prec::CALL);
        let one = self.joined("handle".to_string(), inner);
        match self.start(one, wanted) {
            one if one == "handle" => format!("...{list}"),
            one => format!("...{list}.map((handle) => {one})"),
        }
    }

    fn start(&self, promise: String, wanted: Wanted) -> String {
        match wanted {
            Wanted::Promises => promise,
            Wanted::Starts if promise.contains("signal") => format!("(signal) => {promise}"),
            Wanted::Starts => format!("() => {promise}"),
        }
    }

    /// The promise behind a handle or a future, as somebody here awaits it.
    pub fn joined(&self, handle: String, kind: &Type) -> String {
        let signal = if self.signal { "signal" } else { "" };
        match kind.some() {
            Type::Future(_) => format!("{handle}.wait({signal})"),
            _task if self.handles => format!("{handle}.join({signal})"),
            _task => handle,
        }
    }

    /// In a function of its own nothing can be awaited.
    pub fn refuse_await(&mut self, expr: &'a Expr, span: Span) {
        let mut found = false;
        walk_expr(expr, &mut |part| found |= matches!(part.kind, ExprKind::Await(_)));
        if found {
            self.scenario.refuse(
                span,
                "an `await` among the arguments of a call that is started",
                "the call is made inside a function that is not async",
                "put the value into a variable first: `let x = await …`",
            );
        }
    }
}
