//! Methods of objects, and what an `await` of something becomes.

use crate::export::rust::combinators::Children;
use crate::export::rust::expressions::{ATOM, Code, atom};
use crate::export::rust::functions::values;
use crate::export::rust::generator::Generator;
use crate::export::types::Type;
use crate::lang::ast::{Argument, Expr, ExprKind, Ident, ObjectKind};
use crate::lang::program::Combinator;
use crate::lang::vocabulary::{Function, function};

impl<'a> Generator<'a> {
    /// `await e`
    pub fn awaited(&mut self, inner: &'a Expr) -> Code {
        match &inner.kind {
            ExprKind::Yield => atom("tokio::task::yield_now().await"),
            ExprKind::Method { object, name, arguments } => self.method(object, name, arguments, true),
            ExprKind::Call { callee, arguments } => self.awaited_call(callee, arguments, inner),
            _ => {
                let handle = self.some_place(inner);
                atom(format!("{handle}.{}().await?", self.wait_word(inner)))
            }
        }
    }

    fn awaited_call(&mut self, callee: &'a Ident, arguments: &'a [Argument], expr: &'a Expr) -> Code {
        if self.scenario.facts.task(&callee.name).is_some() {
            return atom(format!("{}.await?", self.task_call(callee, arguments)));
        }
        let given = values(arguments);
        let first = given.first().copied();
        match (function(&callee.name).map(|word| word.means), first) {
            (Some(Function::Sleep), Some(d)) => {
                self.need("sleep");
                atom(format!("sleep({}).await", self.value(d)))
            }
            (Some(Function::Io), Some(d)) => {
                self.need("io");
                atom(format!("io({}).await", self.value(d)))
            }
            (Some(Function::Combinator(combinator)), _) => self.combinator(combinator, arguments, expr),
            _ => self.call(callee, arguments, expr),
        }
    }

    fn combinator(&mut self, combinator: Combinator, arguments: &'a [Argument], expr: &'a Expr) -> Code {
        let given = values(arguments);
        match (combinator, given.as_slice()) {
            (Combinator::Gather, _) => {
                self.need("gather");
                let of = match self.type_of(expr) {
                    Type::List(of) => (*of).clone(),
                    _ => Type::Unknown,
                };
                let tasks = self.children(arguments, Children::Of(of));
                atom(format!("gather({tasks}).await?"))
            }
            (Combinator::Settle, _) => {
                self.need("settle");
                atom(format!("settle({}).await", self.children(arguments, Children::Any)))
            }
            (Combinator::Race, _) => {
                self.need("race");
                atom(format!("race({}).await?", self.children(arguments, Children::Any)))
            }
            (Combinator::WaitFor, [what, d]) => {
                self.need("wait_for");
                let future = self.future(what);
                atom(format!("wait_for({}, {future}).await?", self.value(d)))
            }
            (Combinator::Shield, [what]) => {
                let task = match &what.kind {
                    ExprKind::Call { callee, arguments } => {
                        format!("spawn({})", self.task_call(callee, arguments))
                    }
                    _ => self.some_place(what),
                };
                atom(format!("{task}.{}().await?", self.wait_word(what)))
            }
            (Combinator::Offload, [pool, what]) => {
                self.need("offload");
                self.refuse_threads(expr.span, "under a virtual clock, `offload`");
                let pool = match self.ways.dealt {
                    true => format!("&{}.threads", self.place(pool)),
                    false => self.value(pool),
                };
                let future = self.future(what);
                atom(format!("offload({pool}, {future}).await?"))
            }
            _ => atom("()"),
        }
    }

    fn wait_word(&self, what: &Expr) -> &'static str {
        if matches!(self.type_of(what).some(), Type::Future(_)) { "wait" } else { "join" }
    }

    /// Something to wait for, as a future that has not begun.
    pub fn future(&mut self, what: &'a Expr) -> String {
        match &what.kind {
            ExprKind::Call { callee, arguments } => self.task_call(callee, arguments),
            _ => format!("{}.{}()", self.some_place(what), self.wait_word(what)),
        }
    }

    /// `object.name(arguments)`; `waits` if an `await` stands before it.
    pub fn method(
        &mut self,
        object: &'a Expr,
        name: &'a Ident,
        arguments: &'a [Argument],
        waits: bool,
    ) -> Code {
        let kind = self.type_of(object).some().clone();
        if matches!(name.name.as_str(), "acquire" | "release" | "locked") {
            return self.by_hand(object, &kind, &name.name);
        }
        let mut given = values(arguments);
        let place = self.some_place(object);
        let first = given.pop();
        atom(match (name.name.as_str(), &kind) {
            ("send" | "try_send", Type::Channel(of)) => {
                let value = first.map(|value| self.value_as(value, of)).unwrap_or_default();
                let wait = if waits { ".await" } else { "" };
                format!("{place}.{}({value}){wait}?", name.name)
            }
            ("recv", Type::Channel(_)) if self.scenario.facts.closes => format!("{place}.recv().await"),
            ("recv", Type::Channel(_)) => format!("{place}.recv().await.unwrap()"),
            ("next", Type::Results(_)) => format!("{place}.next().await?.unwrap()"),
            ("wait", Type::Object(ObjectKind::Condition)) => format!("{place}.wait().await?"),
            ("wait", _) => format!("{place}.wait().await"),
            ("notify", _) => {
                let n = first.map_or("1".to_string(), |n| self.value(n));
                format!("{place}.notify({n})")
            }
            ("set", Type::Future(of)) => {
                let nothing = if matches!(**of, Type::Optional(_)) { "None" } else { "()" };
                let value = first.map_or(nothing.to_string(), |value| self.value_as(value, of));
                format!("{place}.set({value})?")
            }
            ("fail", _) => match first {
                Some(error) if self.type_of(error) == Type::Failure => {
                    format!("{place}.fail({})?", self.value(error))
                }
                Some(text) => format!("{place}.fail(failure({}))?", self.message(text)),
                None => String::new(),
            },
            (name, _) => format!("{place}.{name}()"),
        })
    }

    /// Locks and their kin, taken and given back without a block.
    fn by_hand(&mut self, object: &'a Expr, kind: &Type, name: &str) -> Code {
        if *kind == Type::Object(ObjectKind::RwLock) || matches!(object.kind, ExprKind::Field { .. }) {
            self.refuse(
                object.span,
                "taking an rwlock by hand",
                "tokio gives a guard, which lives as long as a block",
                "hold it with `with table.read { … }`",
            );
        }
        let place = self.place(object);
        atom(match (name, *kind == Type::Object(ObjectKind::Lock)) {
            ("acquire", true) => format!("{place}.acquire().await"),
            ("acquire", false) => format!("{place}.acquire().await.unwrap().forget()"),
            ("release", true) => format!("{place}.release()?"),
            ("release", false) => format!("{place}.add_permits(1)"),
            (_, true) => format!("{place}.locked()"),
            (_, false) => format!("({place}.available_permits() == 0)"),
        })
    }

    /// What a `with` holds.
    pub fn guard(&mut self, object: &'a Expr) -> String {
        if let ExprKind::Field { object, name } = &object.kind {
            return format!("{}.{}().await", self.place(object), name.name);
        }
        let lock = self.type_of(object) == Type::Object(ObjectKind::Lock);
        let place = match &object.kind {
            ExprKind::Index { .. } => self.code(object).within(ATOM),
            _ => self.place(object),
        };
        if lock { format!("{place}.lock().await") } else { format!("{place}.acquire().await.unwrap()") }
    }
}
