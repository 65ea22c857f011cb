//! Methods of objects, as the library has them.

use crate::export::js::numbers::prec;
use crate::export::js::program::{Js, value};
use crate::export::types::Type;
use crate::lang::ast::{Argument, Expr, ExprKind, SelectArm, SelectArmKind};

impl<'a> Js<'_, 'a> {
    /// `object.name(arguments)`; one that is awaited takes the signal.
    pub fn method(
        &mut self,
        object: &'a Expr,
        name: &str,
        arguments: &'a [Argument],
        awaited: bool,
    ) -> (String, u8) {
        let kind = self.kind(object);
        let side = matches!(object.kind, ExprKind::Field { .. });
        let text = self.expr(object, prec::CALL);
        let mut given: Vec<String> = arguments.iter().map(|argument| self.own(value(argument))).collect();
        if name == "fail" {
            given = arguments.iter().map(|argument| self.why(value(argument))).collect();
        }
        let given = if awaited { self.with_signal(given) } else { given.join(", ") };
        let text = match name {
            "recv" => format!("{text}.receive({given})"),
            "try_send" => format!("{text}.trySend({given})"),
            "try_recv" => return (format!("{text}.tryReceive() ?? null"), prec::ARROW),
            "len" => format!("{text}.length"),
            "locked" if side => format!("{text}.isLocked()"),
            "locked" => format!("{text}.locked"),
            "is_set" => format!("{text}.isSet"),
            "notify_all" => format!("{text}.notifyAll()"),
            "done" => format!("{text}.done"),
            "cancelled" if !matches!(kind.some(), Type::Future(_)) => format!("{text}.cancelled"),
            other => format!("{text}.{other}({given})"),
        };
        (text, prec::CALL)
    }

    /// What a failure is made of: a text, or another failure.
    pub fn why(&mut self, expr: &'a Expr) -> String {
        match self.kind(expr) {
            Type::Text | Type::Failure => self.expr(expr, 0),
            _other => format!("{}({})", self.needs("failure"), self.expr(expr, 0)),
        }
    }

    /// An arm of a `select`.
    pub fn arm(&mut self, arm: &'a SelectArm) -> String {
        let awaited = match &arm.kind {
            SelectArmKind::After { duration } => {
                return format!("{}({})", self.needs("after"), self.expr(duration, 0));
            }
            SelectArmKind::Await { value, .. } => value,
        };
        let ExprKind::Method { object, name, arguments } = &awaited.kind else {
            let kind = self.kind(awaited);
            let helper = if matches!(kind.some(), Type::Future(_)) { "settling" } else { "joining" };
            return format!("{}({})", self.needs(helper), self.expr(awaited, 0));
        };
        let object = self.expr(object, 0);
        match (name.name.as_str(), arguments.first()) {
            ("recv", _) => format!("{}({object})", self.needs("receiving")),
            ("send", Some(given)) => {
                let given = self.own(value(given));
                format!("{}({object}, {given})", self.needs("sending"))
            }
            _other => format!("{}({object})", self.needs("waitingFor")),
        }
    }
}
