//! Expressions: into an operand, into a register, or as a condition into jumps.

use crate::lang::ast::{BinaryOp, Expr, ExprKind, TextPart, UnaryOp};
use crate::lang::compile::builder::Builder;
use crate::lang::compile::scopes::Label;
use crate::lang::declarations::What;
use crate::lang::operators;
use crate::lang::program::{self, NO_TEXT, Op, Operand, Reg, Text, TextId};
use crate::value::Value;

impl<'a> Builder<'a, '_> {
    /// The value where it lies, or in a register that stays taken until the statement ends.
    pub fn value(&mut self, expr: &'a Expr) -> Operand {
        if let Some(value) = self.known(expr) {
            return self.constant(value);
        }
        if let ExprKind::Name(name) = &expr.kind
            && let Some(reg) = self.local(name)
        {
            return Operand::register(reg);
        }
        let to = self.reserve();
        self.value_to(expr, to);
        Operand::register(to)
    }

    /// The value in a register of its own.
    pub fn fresh(&mut self, expr: &'a Expr) -> Reg {
        let to = self.reserve();
        self.value_to(expr, to);
        to
    }

    pub fn value_to(&mut self, expr: &'a Expr, to: Reg) {
        let (next, at) = (self.next, std::mem::replace(&mut self.at, expr.span));
        match self.known(expr) {
            Some(value) => {
                let from = self.constant(value);
                self.emit(Op::Move { to, from });
            }
            None => self.compute(expr, to),
        }
        self.next = next;
        self.at = at;
    }

    /// The value of what can be computed now.
    pub fn known(&self, expr: &Expr) -> Option<Value> {
        match &expr.kind {
            ExprKind::None => Some(Value::None),
            ExprKind::Bool(b) => Some(Value::Bool(*b)),
            ExprKind::Int(i) => Some(Value::Int(*i)),
            ExprKind::Float(x) => Some(Value::Float(*x)),
            ExprKind::Duration(d) => Some(Value::Duration(*d)),
            ExprKind::Text(parts) => match parts.as_slice() {
                [] => Some(Value::text("")),
                [TextPart::Literal(text)] => Some(Value::text(text)),
                _ => None,
            },
            ExprKind::Name(name) if self.local(name).is_some() => None,
            ExprKind::Name(name) => self.constants.values.get(name).cloned(),
            ExprKind::List(items) => {
                let items: Option<Vec<Value>> = items.iter().map(|item| self.known(item)).collect();
                operators::list(items?).ok()
            }
            ExprKind::Unary(op, inner) => operators::unary(*op, &self.known(inner)?).ok(),
            ExprKind::Binary(op, left, right) => {
                operators::binary(*op, &self.known(left)?, &self.known(right)?).ok()
            }
            ExprKind::Index { object, index } => {
                operators::index(&self.known(object)?, &self.known(index)?).ok()
            }
            ExprKind::Logic { .. }
            | ExprKind::Call { .. }
            | ExprKind::Method { .. }
            | ExprKind::Field { .. }
            | ExprKind::Await(_)
            | ExprKind::Yield
            | ExprKind::Spawn(_)
            | ExprKind::Cancel(_) => None,
        }
    }

    fn compute(&mut self, expr: &'a Expr, to: Reg) {
        match &expr.kind {
            ExprKind::Name(name) => self.name_to(name, to),
            ExprKind::Text(parts) => {
                let text = self.text_parts(parts);
                self.emit(Op::Text { to, text });
            }
            ExprKind::List(items) => self.list_to(items, to),
            ExprKind::Unary(op, inner) => {
                let value = self.value(inner);
                self.emit(Op::Unary { op: *op, to, value });
            }
            ExprKind::Binary(op, left, right) => self.binary_to(*op, left, right, to),
            ExprKind::Logic { and, left, right } => self.logic_to(*and, left, right, to),
            ExprKind::Index { object, index } => {
                let (list, index) = (self.value(object), self.value(index));
                self.emit(Op::Index { to, list, index });
            }
            ExprKind::Call { callee, arguments } => self.call_to(callee, arguments, to),
            ExprKind::Method { object, name, arguments } => self.method_to(object, name, arguments, to),
            ExprKind::Await(inner) => self.await_to(inner, to, None),
            ExprKind::Spawn(spawn) => self.spawn_to(spawn, to, false),
            ExprKind::Cancel(target) => {
                let target = self.value(target);
                self.emit(Op::Cancel { to, target });
            }
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Duration(_) => unreachable!("literals are known"),
            ExprKind::Field { .. } | ExprKind::Yield => {
                unreachable!("the checker allows these only where their own statement compiles them")
            }
        }
    }

    fn name_to(&mut self, name: &str, to: Reg) {
        if let Some(reg) = self.local(name) {
            return self.move_to(to, Operand::register(reg));
        }
        match self.declarations.get(name).map(|declared| declared.what) {
            Some(What::Shared(slot)) => self.emit(Op::GetShared { to, slot }),
            Some(What::Param | What::Object(_) | What::Metric(_) | What::Task(..)) | None => {
                unreachable!("parameters and objects are known, and the checker refuses the rest")
            }
        }
    }

    fn list_to(&mut self, items: &'a [Expr], to: Reg) {
        let from = self.next as Reg;
        for item in items {
            self.fresh(item);
        }
        self.emit(Op::List { to, from, count: items.len() as u16 });
    }

    fn binary_to(&mut self, op: BinaryOp, left: &'a Expr, right: &'a Expr, to: Reg) {
        let (left, right) = (self.value(left), self.value(right));
        self.emit(Op::Binary { op, to, left, right });
    }

    /// `to` may be a variable that the right side still reads; then it is written last.
    fn logic_to(&mut self, and: bool, left: &'a Expr, right: &'a Expr, to: Reg) {
        let result = if self.is_variable(to) { self.reserve() } else { to };
        let end = self.label();
        self.value_to(left, result);
        let condition = Operand::register(result);
        self.emit(match and {
            true => Op::JumpUnless { condition, to: end.0 },
            false => Op::JumpIf { condition, to: end.0 },
        });
        self.value_to(right, result);
        self.place(end);
        self.move_to(to, condition);
    }

    /// Jumps to `target` if the condition is `when`, else goes on.
    pub fn jump_when(&mut self, condition: &'a Expr, when: bool, target: Label) {
        match &condition.kind {
            ExprKind::Unary(UnaryOp::Not, inner) => self.jump_when(inner, !when, target),
            ExprKind::Logic { and, left, right } if *and == when => {
                let decided = self.label();
                self.jump_when(left, !when, decided);
                self.jump_when(right, when, target);
                self.place(decided);
            }
            ExprKind::Logic { left, right, .. } => {
                self.jump_when(left, when, target);
                self.jump_when(right, when, target);
            }
            _ => {
                let (next, at) = (self.next, std::mem::replace(&mut self.at, condition.span));
                let value = self.value(condition);
                self.emit(match when {
                    true => Op::JumpIf { condition: value, to: target.0 },
                    false => Op::JumpUnless { condition: value, to: target.0 },
                });
                self.next = next;
                self.at = at;
            }
        }
    }

    /// A label or a message; its holes are computed here and stay in their registers.
    pub fn text(&mut self, expr: Option<&'a Expr>) -> TextId {
        match expr.map(|expr| (&expr.kind, expr)) {
            None => NO_TEXT,
            Some((ExprKind::Text(parts), _)) => self.text_parts(parts),
            Some((_, expr)) => {
                let hole = self.value(expr);
                self.out.text(Text { parts: vec![program::TextPart::Value(hole)] })
            }
        }
    }

    fn text_parts(&mut self, parts: &'a [TextPart]) -> TextId {
        let mut done = Vec::with_capacity(parts.len());
        for part in parts {
            done.push(match part {
                TextPart::Literal(text) => program::TextPart::Literal(text.clone()),
                TextPart::Expr(expr) => match self.known(expr).and_then(|v| literal(&v)) {
                    Some(text) => program::TextPart::Literal(text),
                    None => program::TextPart::Value(self.value(expr)),
                },
            });
        }
        self.out.text(Text { parts: done })
    }
}

/// What a constant looks like in a text; objects are named when the program runs.
fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Duration(_)
        | Value::Text(_)
        | Value::None => Some(value.to_string()),
        Value::List(_)
        | Value::Task(_)
        | Value::Object(_)
        | Value::Group(_)
        | Value::Scope(_)
        | Value::Results(_)
        | Value::Call(_)
        | Value::Failure(_)
        | Value::Cancelled => None,
    }
}
