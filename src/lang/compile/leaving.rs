//! How blocks are left: at their end, by an error, by `break`, `continue` and `return`.
//!
//! A block that has to clean up is open while its body is compiled. What lies in the body is
//! covered by a handler; a `return` in it emits the clean-up of every block it leaves, from
//! the inside out, and each clean-up lies outside the handler of the block it belongs to.
//! A `finally` block exists once: a register says why it was entered, and it goes on from there.

use crate::lang::ast::BinaryOp;
use crate::lang::compile::builder::Builder;
use crate::lang::compile::scopes::{Exit, Scope, ScopeKind};
use crate::lang::program::{Handler, Op, Operand, Reg};
use crate::value::Value;

/// Why a `finally` block was entered, as its register holds it; exits count from 2.
const AT_END: i64 = 0;
const RAISED: i64 = 1;

impl Builder<'_, '_> {
    pub fn open(&mut self, kind: ScopeKind) {
        self.scopes.push(Scope::new(kind, self.here()));
    }

    /// Ends what the innermost block covers, here. Its handler can be placed with [`Builder::handle`].
    pub fn close(&mut self) -> Scope {
        let mut scope = self.scopes.pop().expect("every block that is closed was opened");
        scope.pause(self.here());
        scope
    }

    /// What `scope` covers is handled from here on, with the error in `register`.
    pub fn handle(&mut self, scope: &Scope, register: Reg) {
        let target = self.here();
        for &(from, to) in &scope.covered {
            self.handlers.push(Handler { from, to, target, register });
        }
    }

    /// The group a task spawned here belongs to.
    pub fn group(&self) -> Option<Reg> {
        self.scopes.iter().rev().find_map(|scope| match scope.kind {
            ScopeKind::Group { group } => Some(group),
            ScopeKind::Loop { .. }
            | ScopeKind::With { .. }
            | ScopeKind::Timeout { .. }
            | ScopeKind::Catch
            | ScopeKind::Finally { .. } => None,
        })
    }

    /// Cleans up from the inside out, and goes.
    pub fn leave(&mut self, exit: Exit) {
        let mut left = Vec::new();
        while !self.arrived(exit) {
            let mut scope = self.close();
            let handed_over = self.clean_up(&mut scope.kind, exit);
            left.push(scope);
            if handed_over {
                break;
            }
        }
        let here = self.here();
        for mut scope in left.into_iter().rev() {
            scope.resume(here);
            self.scopes.push(scope);
        }
    }

    /// Emits the final jump if the innermost open block is where `exit` leads.
    fn arrived(&mut self, exit: Exit) -> bool {
        let innermost = self.scopes.last().map(|scope| &scope.kind);
        match (exit, innermost) {
            (Exit::Return(value), None) => self.emit(Op::Return { value }),
            (Exit::Break, Some(&ScopeKind::Loop { exit, .. })) => self.jump(exit),
            (Exit::Continue, Some(&ScopeKind::Loop { again, .. })) => self.jump(again),
            (Exit::Break | Exit::Continue, None) => {
                unreachable!("the checker refuses `break` outside a loop")
            }
            (Exit::Return(_) | Exit::Break | Exit::Continue, Some(_)) => return false,
        }
        true
    }

    /// True if a `finally` block has taken over: what comes after it is compiled where it ends.
    fn clean_up(&mut self, kind: &mut ScopeKind, exit: Exit) -> bool {
        match kind {
            ScopeKind::Loop { .. } | ScopeKind::Catch => {}
            ScopeKind::With { object, mode } => self.emit(Op::Release { object: *object, mode: *mode }),
            ScopeKind::Group { group } => self.emit(Op::GroupExit { raised: false, group: *group }),
            ScopeKind::Timeout { scope, expired } => {
                self.emit(Op::TimeoutExit { raised: false, scope: *scope, expired: expired.0 });
            }
            ScopeKind::Finally { finally, why, carried, left_by } => {
                if let Exit::Return(value) = exit {
                    self.move_to(*carried, value);
                }
                left_by[exit.number()] = true;
                self.set_why(*why, 2 + exit.number() as i64);
                self.jump(*finally);
                return true;
            }
        }
        false
    }

    fn set_why(&mut self, why: Reg, number: i64) {
        let from = self.constant(Value::Int(number));
        self.emit(Op::Move { to: why, from });
    }

    /// Runs `body`, then `finally` however the body was left, then goes on as the body would have.
    pub fn with_finally(&mut self, body: impl FnOnce(&mut Self), finally: impl FnOnce(&mut Self)) {
        let (why, carried) = self.reserve_pair();
        let label = self.label();
        self.open(ScopeKind::Finally { finally: label, why, carried, left_by: [false; 3] });
        body(self);
        let scope = self.close();
        self.set_why(why, AT_END);
        self.jump(label);
        self.handle(&scope, carried);
        self.set_why(why, RAISED);
        self.place(label);
        finally(self);

        self.go_on_if(why, RAISED, |builder| builder.emit(Op::Reraise { error: carried }));
        let ScopeKind::Finally { left_by, .. } = scope.kind else { return };
        for exit in [Exit::Break, Exit::Continue, Exit::Return(Operand::register(carried))] {
            if left_by[exit.number()] {
                self.go_on_if(why, 2 + exit.number() as i64, |builder| builder.leave(exit));
            }
        }
    }

    fn go_on_if(&mut self, why: Reg, number: i64, how: impl FnOnce(&mut Self)) {
        let before = self.next;
        let (to, otherwise) = (self.reserve(), self.label());
        let right = self.constant(Value::Int(number));
        self.emit(Op::Binary { op: BinaryOp::Equal, to, left: Operand::register(why), right });
        self.emit(Op::JumpUnless { condition: Operand::register(to), to: otherwise.0 });
        how(self);
        self.place(otherwise);
        self.next = before;
    }
}
