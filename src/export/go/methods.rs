//! Methods that wait for nobody: what is asked of objects, handles and futures, and done to them.

use crate::export::go::golang::{Golang, PRIMARY, Text};
use crate::export::go::text::{call, settled};
use crate::export::go::values::{is_nilable, zero};
use crate::export::types::Type;
use crate::lang::ast::{Expr, ExprKind, Ident, ObjectKind};

impl Golang<'_> {
    pub fn method(&mut self, object: &Expr, name: &Ident, arguments: &[&Expr], gives: &Type) -> Text {
        if let ExprKind::Field { object, name: side } = &object.kind {
            let table = self.expr(object).at(PRIMARY);
            let word = if side.name == "read" { "RUnlock" } else { "Unlock" };
            return Text::new(format!("{table}.{word}()"));
        }
        let ty = self.type_of(object);
        let mut all = vec![object];
        all.extend(arguments);
        let mut texts = self.all(&all).into_iter();
        let target = texts.next().map(|text| text.at(PRIMARY)).unwrap_or_default();
        let given = texts.next().zip(arguments.first().copied());
        let method = name.name.as_str();
        Text::new(match ty.some() {
            Type::Channel(of) => self.channel_method(target, method, given, of, gives),
            Type::Future(of) => self.future_method(&target, method, given, of),
            Type::Task(_) if method == "done" => format!("{target}.ended()"),
            Type::Task(_) => format!("{target}.cancelled()"),
            Type::Object(kind) => object_method(*kind, target, method, given.map(|(text, _)| text)),
            _nothing_else_has_methods => format!("{target}.{method}()"),
        })
    }

    fn channel_method(
        &mut self,
        target: String,
        method: &str,
        given: Option<(Text, &Expr)>,
        of: &Type,
        gives: &Type,
    ) -> String {
        match method {
            "try_send" => {
                let value = self.given(given, of).unwrap_or_else(|| "none{}".to_string());
                let text = call("trySend", &[target, value]);
                if self.needs.closes { self.check_value("sent", &text) } else { text }
            }
            "try_recv" if matches!(gives, Type::Optional(_)) && !is_nilable(of) => {
                format!("optional(tryReceive({target}))")
            }
            "try_recv" => {
                let name = self.fresh("value");
                self.line(format!("{name}, _ := tryReceive({target})"));
                name
            }
            "close" if self.needs.closes_again => format!("shut({target})"),
            "close" => format!("close({target})"),
            _len => format!("len({target})"),
        }
    }

    fn future_method(
        &mut self,
        target: &str,
        method: &str,
        given: Option<(Text, &Expr)>,
        of: &Type,
    ) -> String {
        match (method, given) {
            ("set", given) => {
                let value = self.given(given, of).map_or_else(|| zero(of), |value| settled(&value));
                format!("{target}.set({value})")
            }
            ("fail", Some((text, expr))) if *self.type_of(expr).some() == Type::Failure => {
                format!("{target}.fail({})", text.go)
            }
            ("fail", Some((_, expr))) => format!("{target}.fail({})", self.error(expr)),
            ("fail", None) => format!("{target}.fail(errors.New(\"\"))"),
            (_done, _) => format!("{target}.ended()"),
        }
    }

    /// An argument as a value of this type.
    fn given(&mut self, given: Option<(Text, &Expr)>, of: &Type) -> Option<String> {
        let (text, expr) = given?;
        let from = self.type_of(expr);
        Some(self.fitted(text, &from, of, expr).go)
    }
}

fn object_method(kind: ObjectKind, target: String, method: &str, given: Option<Text>) -> String {
    match (kind, method, given) {
        (ObjectKind::Lock, "release", _) => format!("{target}.Unlock()"),
        (ObjectKind::Lock, "locked", _) => format!("locked({target})"),
        (ObjectKind::Condition, "notify_all", _) => format!("{target}.Broadcast()"),
        (ObjectKind::Condition, _, None) => format!("{target}.Signal()"),
        (ObjectKind::Condition, _, Some(n)) => call("signal", &[target, n.go]),
        (ObjectKind::Event, "is_set", _) => format!("{target}.isSet()"),
        (_, method, _) => format!("{target}.{method}()"),
    }
}
