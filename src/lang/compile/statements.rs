//! Statements, one by one; those with blocks that clean up are in `blocks`.

use crate::lang::ast::BinaryOp;
use crate::lang::ast::{Block, Expr, ExprKind, Ident, Iterable, Statement, StatementKind};
use crate::lang::compile::builder::Builder;
use crate::lang::compile::scopes::{Exit, ScopeKind};
use crate::lang::declarations::What;
use crate::lang::program::{Op, Reg};
use crate::value::Value;

impl<'a> Builder<'a, '_> {
    /// Its variables and their registers are free afterwards.
    pub fn block(&mut self, block: &'a Block) {
        let (next, locals) = (self.next, self.declared());
        for statement in &block.statements {
            self.statement(statement);
        }
        self.next = next;
        self.forget(locals);
    }

    /// A block that begins with a variable already in its register.
    pub fn block_with(&mut self, name: &'a str, reg: Reg, block: &'a Block) {
        let locals = self.declared();
        self.declare(name, reg);
        self.block(block);
        self.forget(locals);
    }

    fn statement(&mut self, statement: &'a Statement) {
        let (next, at) = (self.next, std::mem::replace(&mut self.at, statement.span));
        if let StatementKind::Let { name, value } = &statement.kind {
            let reg = self.fresh(value);
            self.declare(&name.name, reg);
            self.next = next + 1;
        } else {
            self.statement_kind(&statement.kind);
            self.next = next;
        }
        self.at = at;
    }

    fn statement_kind(&mut self, kind: &'a StatementKind) {
        match kind {
            StatementKind::Let { .. } => {
                unreachable!("`let` keeps its register and is compiled by the block")
            }
            StatementKind::Assign { name, index, value } => self.assign(name, index.as_ref(), value),
            StatementKind::Expr { value, label } => self.effect(value, label.as_ref()),
            StatementKind::If { arms, otherwise } => self.branches(arms, otherwise.as_ref()),
            StatementKind::While { condition, body } => self.repeat(Some(condition), body),
            StatementKind::Loop { body } => self.repeat(None, body),
            StatementKind::For { name, waits, over, body } => {
                self.iterate(&name.name, *waits, over, |builder| builder.block(body));
            }
            StatementKind::Break => self.leave(Exit::Break),
            StatementKind::Continue => self.leave(Exit::Continue),
            StatementKind::Return { value } => {
                let value = match value {
                    Some(value) => self.value(value),
                    None => self.constant(Value::None),
                };
                self.leave(Exit::Return(value));
            }
            StatementKind::With { object, body } => self.with(object, body),
            StatementKind::Group { name, body } => self.group_block(name.as_ref(), body),
            StatementKind::Timeout { duration, body, otherwise } => {
                self.timeout(duration, body, otherwise.as_ref());
            }
            StatementKind::Scope { name, body, otherwise } => self.scope(name, body, otherwise.as_ref()),
            StatementKind::Select { arms } => self.select(arms),
            StatementKind::Try { body, failure, cancelled, finally } => match finally {
                None => self.catches(body, failure.as_ref(), cancelled.as_ref()),
                Some(finally) => self.with_finally(
                    |builder| builder.catches(body, failure.as_ref(), cancelled.as_ref()),
                    |builder| builder.block(finally),
                ),
            },
            StatementKind::Fail { value } => {
                let value = self.value(value);
                self.emit(Op::Fail { value });
            }
            StatementKind::FailCancelled => self.emit(Op::FailCancelled),
            StatementKind::Work { duration, label } => {
                let (duration, label) = (self.value(duration), self.text(label.as_ref()));
                self.emit(Op::Work { duration, label });
            }
            StatementKind::Block { duration, label } => {
                let (duration, label) = (self.value(duration), self.text(label.as_ref()));
                self.emit(Op::Block { duration, label });
            }
            StatementKind::Log { text } => {
                let text = self.text(Some(text));
                self.emit(Op::Log { text });
            }
            StatementKind::Observe { metric, value } => self.observe(metric, value),
            StatementKind::Assert { condition, message } => self.assert(condition, message.as_ref()),
        }
    }

    fn observe(&mut self, metric: &Ident, value: &'a Expr) {
        let Some(What::Metric(metric)) = self.declarations.get(&metric.name).map(|d| d.what) else {
            unreachable!("the checker knows the metrics")
        };
        let value = self.value(value);
        self.emit(Op::Observe { metric, value });
    }

    /// The holes of the message are computed only when it is needed.
    fn assert(&mut self, condition: &'a Expr, message: Option<&'a Expr>) {
        let condition = self.value(condition);
        let held = self.label();
        self.emit(Op::JumpIf { condition, to: held.0 });
        let message = self.text(message);
        self.emit(Op::Assert { condition, message });
        self.place(held);
    }

    fn assign(&mut self, name: &Ident, index: Option<&'a Expr>, value: &'a Expr) {
        let place = match self.local(&name.name) {
            Some(reg) => Ok(reg),
            None => match self.declarations.get(&name.name).map(|d| d.what) {
                Some(What::Shared(slot)) => Err(slot),
                _ => unreachable!("the checker lets only variables be assigned"),
            },
        };
        match (place, index) {
            (Ok(reg), None) => self.value_to(value, reg),
            (Ok(list), Some(index)) => {
                let (index, value) = (self.value(index), self.value(value));
                self.emit(Op::SetIndex { list, index, value });
            }
            (Err(slot), None) => {
                let from = self.value(value);
                self.emit(Op::SetShared { slot, from });
            }
            (Err(slot), Some(index)) => {
                let (index, value) = (self.value(index), self.value(value));
                self.emit(Op::SetSharedIndex { slot, index, value });
            }
        }
    }

    /// An expression whose value nobody wants.
    fn effect(&mut self, expr: &'a Expr, label: Option<&'a Expr>) {
        let to = self.reserve();
        self.unread = Some(to);
        match &expr.kind {
            ExprKind::Spawn(spawn) => self.spawn_to(spawn, to, true),
            ExprKind::Await(inner) => self.await_to(inner, to, label),
            _ => self.value_to(expr, to),
        }
        self.unread = None;
    }

    fn branches(&mut self, arms: &'a [(Expr, Block)], otherwise: Option<&'a Block>) {
        let end = self.label();
        for (i, (condition, body)) in arms.iter().enumerate() {
            let next = self.label();
            self.jump_when(condition, false, next);
            self.block(body);
            if i + 1 < arms.len() || otherwise.is_some() {
                self.jump(end);
            }
            self.place(next);
        }
        if let Some(otherwise) = otherwise {
            self.block(otherwise);
        }
        self.place(end);
    }

    fn repeat(&mut self, condition: Option<&'a Expr>, body: &'a Block) {
        let (again, exit) = (self.label(), self.label());
        self.place(again);
        if let Some(condition) = condition {
            self.jump_when(condition, false, exit);
        }
        self.open(ScopeKind::Loop { exit, again });
        self.block(body);
        self.close();
        self.jump(again);
        self.place(exit);
    }

    /// `for name in over`, around any body.
    pub fn iterate(&mut self, name: &'a str, waits: bool, over: &'a Iterable, body: impl FnOnce(&mut Self)) {
        let (next, at) = (self.next, self.reserve());
        let (again, exit) = (self.label(), self.label());
        let variable = match over {
            Iterable::Range { from, to, inclusive } => {
                let (end, variable) = self.reserve_pair();
                self.value_to(from, at);
                self.range_end(to, *inclusive, end);
                self.place(again);
                self.emit(Op::ForRange { at, exit: exit.0 });
                variable
            }
            Iterable::Value(expr) if waits => {
                let variable = self.reserve();
                self.value_to(expr, at);
                self.place(again);
                self.emit(Op::ForAwait { at, exit: exit.0 });
                variable
            }
            Iterable::Value(expr) => {
                let (index, variable) = self.reserve_pair();
                self.value_to(expr, at);
                let from = self.constant(Value::Int(0));
                self.emit(Op::Move { to: index, from });
                self.place(again);
                self.emit(Op::ForList { at, exit: exit.0 });
                variable
            }
        };
        self.open(ScopeKind::Loop { exit, again });
        let locals = self.declared();
        self.declare(name, variable);
        body(self);
        self.forget(locals);
        self.close();
        self.jump(again);
        self.place(exit);
        self.next = next;
    }

    fn range_end(&mut self, to: &'a Expr, inclusive: bool, end: Reg) {
        if !inclusive {
            return self.value_to(to, end);
        }
        if let Some(Value::Int(last)) = self.known(to)
            && let Some(after) = last.checked_add(1)
        {
            let after = self.constant(Value::Int(after));
            return self.move_to(end, after);
        }
        let left = self.value(to);
        let right = self.constant(Value::Int(1));
        self.emit(Op::Binary { op: BinaryOp::Add, to: end, left, right });
        self.next = usize::from(end) + 2;
    }
}
