//! Blocks that clean up or branch as the run decides: `with`, `group`, `timeout`, `scope`, `select`, `try`.

use crate::lang::ast::{Block, Expr, ExprKind, Ident, SelectArm, SelectArmKind};
use crate::lang::compile::builder::Builder;
use crate::lang::compile::scopes::{Label, ScopeKind};
use crate::lang::program::{self, Op, Operand, Reg, SelectKind, SelectSite};

impl<'a> Builder<'a, '_> {
    pub fn with(&mut self, object: &'a Expr, body: &'a Block) {
        let at = std::mem::replace(&mut self.at, object.span);
        let (object, mode) = self.held(object);
        // A variable may be assigned in the body; what is released is what was acquired.
        let object = match object.split() {
            Ok(reg) if self.is_variable(reg) => {
                let held = self.reserve();
                self.move_to(held, object);
                Operand::register(held)
            }
            Ok(_) | Err(_) => object,
        };
        let error = self.reserve();
        self.emit(Op::Acquire { object, mode });
        self.open(ScopeKind::With { object, mode });
        self.block(body);
        let scope = self.close();
        self.emit(Op::Release { object, mode });
        let end = self.label();
        self.jump(end);
        self.handle(&scope, error);
        self.emit(Op::Release { object, mode });
        self.emit(Op::Reraise { error });
        self.place(end);
        self.at = at;
    }

    pub fn group_block(&mut self, name: Option<&'a Ident>, body: &'a Block) {
        let (group, error) = self.reserve_pair();
        self.emit(Op::GroupEnter { to: group });
        self.open(ScopeKind::Group { group });
        match name {
            Some(name) => self.block_with(&name.name, group, body),
            None => self.block(body),
        }
        let scope = self.close();
        self.emit(Op::GroupExit { raised: false, group });
        let end = self.label();
        self.jump(end);
        self.handle(&scope, error);
        self.emit(Op::GroupExit { raised: true, group });
        self.place(end);
    }

    pub fn timeout(&mut self, duration: &'a Expr, body: &'a Block, otherwise: Option<&'a Block>) {
        let (scope_reg, error) = self.reserve_pair();
        let duration = self.value(duration);
        self.emit(Op::TimeoutEnter { to: scope_reg, duration });
        self.expiring(scope_reg, error, otherwise, |builder| builder.block(body));
    }

    pub fn scope(&mut self, name: &'a Ident, body: &'a Block, otherwise: Option<&'a Block>) {
        let (scope_reg, error) = self.reserve_pair();
        self.emit(Op::ScopeEnter { to: scope_reg });
        self.expiring(scope_reg, error, otherwise, |builder| builder.block_with(&name.name, scope_reg, body));
    }

    /// A body that may be cancelled by its block's own doing; then `otherwise` runs.
    fn expiring(
        &mut self,
        scope_reg: Reg,
        error: Reg,
        otherwise: Option<&'a Block>,
        body: impl FnOnce(&mut Self),
    ) {
        let (expired, end) = (self.label(), self.label());
        self.open(ScopeKind::Timeout { scope: scope_reg, expired });
        body(self);
        let scope = self.close();
        self.emit(Op::TimeoutExit { raised: false, scope: scope_reg, expired: expired.0 });
        self.jump(end);
        self.handle(&scope, error);
        self.emit(Op::TimeoutExit { raised: true, scope: scope_reg, expired: expired.0 });
        if let Some(otherwise) = otherwise {
            self.jump(end);
            self.place(expired);
            self.block(otherwise);
        } else {
            self.place(expired);
        }
        self.place(end);
    }

    /// `try` without its `finally`.
    pub fn catches(
        &mut self,
        body: &'a Block,
        failure: Option<&'a (Ident, Block)>,
        cancelled: Option<&'a Block>,
    ) {
        if failure.is_none() && cancelled.is_none() {
            return self.block(body);
        }
        let (error, is_cancelled) = self.reserve_pair();
        self.open(ScopeKind::Catch);
        self.block(body);
        let scope = self.close();
        let (end, otherwise) = (self.label(), self.label());
        self.jump(end);
        self.handle(&scope, error);
        self.emit(Op::IsCancelled { to: is_cancelled, error });
        let condition = Operand::register(is_cancelled);
        match failure {
            Some(_) => self.emit(Op::JumpIf { condition, to: otherwise.0 }),
            None => self.emit(Op::JumpUnless { condition, to: otherwise.0 }),
        }
        match (failure, cancelled) {
            (Some((name, failure)), Some(cancelled)) => {
                self.block_with(&name.name, error, failure);
                self.jump(end);
                self.place(otherwise);
                self.block(cancelled);
            }
            (Some((name, failure)), None) => {
                self.block_with(&name.name, error, failure);
                self.jump(end);
                self.place(otherwise);
                self.emit(Op::Reraise { error });
            }
            (None, Some(cancelled)) => {
                self.block(cancelled);
                self.jump(end);
                self.place(otherwise);
                self.emit(Op::Reraise { error });
            }
            (None, None) => {}
        }
        self.place(end);
    }

    pub fn select(&mut self, arms: &'a [SelectArm]) {
        let mut compiled = Vec::with_capacity(arms.len());
        for arm in arms {
            let kind = self.select_kind(&arm.kind);
            let (to, target) = (self.reserve(), self.label().0);
            compiled.push(program::SelectArm { kind, to, target });
        }
        let site = self.out.select(SelectSite { arms: compiled.clone() }, self.at);
        self.emit(Op::Select { site });
        let end = self.label();
        for (arm, done) in arms.iter().zip(compiled) {
            self.place(Label(done.target));
            match &arm.kind {
                SelectArmKind::Await { name: Some(name), .. } => {
                    self.block_with(&name.name, done.to, &arm.body)
                }
                SelectArmKind::Await { name: None, .. } | SelectArmKind::After { .. } => {
                    self.block(&arm.body)
                }
            }
            self.jump(end);
        }
        self.place(end);
    }

    fn select_kind(&mut self, kind: &'a SelectArmKind) -> SelectKind {
        let value = match kind {
            SelectArmKind::After { duration } => return SelectKind::After { duration: self.value(duration) },
            SelectArmKind::Await { value, .. } => value,
        };
        let ExprKind::Method { object, name, arguments } = &value.kind else {
            return SelectKind::Join { value: self.value(value) };
        };
        match (name.name.as_str(), arguments.as_slice()) {
            ("recv", _) => SelectKind::Receive { object: self.value(object) },
            ("wait", _) => SelectKind::Wait { object: self.value(object) },
            ("send", [crate::lang::ast::Argument::Value(sent)]) => {
                SelectKind::Send { object: self.value(object), value: self.value(sent) }
            }
            _ => SelectKind::Join { value: self.value(value) },
        }
    }
}
