//! The tasks a combinator is given: calls, handles, lists of handles, a call for each element.

use crate::export::rust::expressions::{Code, atom};
use crate::export::rust::generator::Generator;
use crate::export::types::Type;
use crate::lang::ast::{Argument, Expr, ExprKind, Iterable};

/// Of what type the values are, as far as it matters.
pub enum Children {
    Any,
    Of(Type),
}

impl<'a> Generator<'a> {
    pub fn as_completed(&mut self, arguments: &'a [Argument]) -> Code {
        self.need("results");
        let tasks = self.children(arguments, Children::Any);
        let mut timeout = "None".to_string();
        for argument in arguments {
            if let Argument::Named { value, .. } = argument {
                timeout = format!("Some({})", self.value(value));
            }
        }
        atom(format!("as_completed({tasks}, {timeout})"))
    }

    /// A vector of tasks, started in order.
    pub fn children(&mut self, arguments: &'a [Argument], of: Children) -> String {
        if let Children::Of(Type::Unknown) = of
            && arguments.is_empty()
        {
            return "Vec::<Task<()>>::new()".to_string();
        }
        self.refuse_mixed(arguments);
        let plain = arguments.iter().all(|argument| match argument {
            Argument::Value(value) => !matches!(self.type_of(value).some(), Type::List(_)),
            Argument::Named { .. } => true,
            Argument::Each { .. } => false,
        });
        if plain {
            let mut all = Vec::new();
            for argument in arguments {
                if let Argument::Value(value) = argument {
                    all.push(self.child(value));
                }
            }
            return format!("vec![{}]", all.join(", "));
        }
        let mut text = "{ let mut tasks = Vec::new();".to_string();
        for argument in arguments {
            match argument {
                Argument::Value(value) if matches!(self.type_of(value).some(), Type::List(_)) => {
                    text.push_str(&format!(" tasks.extend({});", self.some_value(value)));
                }
                Argument::Value(value) => text.push_str(&format!(" tasks.push({});", self.child(value))),
                Argument::Each { value, name, over } => {
                    let over = self.iterable(over);
                    let depth = self.locals.len();
                    let name = self.declare(&name.name);
                    text.push_str(&format!(" for {name} in {over} {{ tasks.push({}); }}", self.child(value)));
                    self.locals.truncate(depth);
                }
                Argument::Named { .. } => {}
            }
        }
        text.push_str(" tasks }");
        text
    }

    /// A vector has elements of one type.
    fn refuse_mixed(&self, arguments: &'a [Argument]) {
        let mut first: Option<String> = None;
        for argument in arguments {
            let value = match argument {
                Argument::Value(value) | Argument::Each { value, .. } => value,
                Argument::Named { .. } => continue,
            };
            let Some(told) = self.returned(value).map(|kind| self.type_name(&kind)) else { continue };
            if first.get_or_insert_with(|| told.clone()) != &told {
                self.refuse(
                    value.span,
                    "tasks that return values of different types, waited for together,",
                    "this one and those before it have no type in common",
                    "have them return values of one type, or wait for them one after the other",
                );
            }
        }
    }

    /// What a task that is waited for returns.
    fn returned(&self, value: &'a Expr) -> Option<Type> {
        let of = |kind: Type| match kind {
            Type::Task(of) => Some((*of).clone()),
            _ => None,
        };
        match (&value.kind, self.type_of(value)) {
            (ExprKind::Call { callee, .. }, _) if self.scenario.facts.task(&callee.name).is_some() => {
                self.scenario.facts.task(&callee.name).map(|task| task.returns.clone())
            }
            (_, kind) => match kind.some() {
                Type::List(list) => of((**list).clone()),
                kind => of(kind.clone()),
            },
        }
    }

    fn child(&mut self, value: &'a Expr) -> String {
        if matches!(self.type_of(value).some(), Type::Future(_)) {
            self.refuse(
                value.span,
                "a `future` among tasks",
                "what is waited for here is tasks, which can be aborted",
                "wait for the future in a task of its own",
            );
        }
        match &value.kind {
            ExprKind::Call { callee, arguments } if self.scenario.facts.task(&callee.name).is_some() => {
                format!("spawn({})", self.task_call(callee, arguments))
            }
            _ => self.some_value(value),
        }
    }

    /// What a `for` goes through.
    pub fn iterable(&mut self, over: &'a Iterable) -> String {
        match over {
            Iterable::Range { from, to, inclusive } => {
                let sign = if *inclusive { "..=" } else { ".." };
                let from = match from.kind {
                    ExprKind::Int(n) => format!("{n}_i64"),
                    _ => self.code(from).within(3),
                };
                format!("{from}{sign}{}", self.code(to).within(3))
            }
            Iterable::Value(value) => self.some_value(value),
        }
    }
}
