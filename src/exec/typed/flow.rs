//! Of which kind every register is, before every instruction of a function: the usual forward data flow.
//!
//! What cannot be told from the instructions, such as what comes out of a channel, has been seen while they were
//! executed plainly; typed code looks whether it is so again.

use crate::exec::typed::kind::{Kind, word};
use crate::exec::typed::lot::Lot;
use crate::lang::ast::{BinaryOp, UnaryOp};
use crate::lang::program::{Builtin, Function, Op, Operand, Pc, Program, Reg};
use crate::value::Value;

/// What is known of the registers: none where they may be of several kinds, or are no words.
pub type Row = Vec<Option<Kind>>;

/// A function, and what has been seen of it.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub program: &'a Program,
    pub function: &'a Function,
    pub end: Pc,
    pub lot: &'a Lot,
    /// As they are now.
    pub shared: &'a [Value],
}

impl Scene<'_> {
    /// The rows before the function's instructions; none where nobody comes.
    pub fn rows(&self) -> Vec<Option<Row>> {
        let entry = self.function.entry;
        let mut rows: Vec<Option<Row>> = vec![None; (self.end - entry) as usize];
        let mut first: Row = vec![Some(Kind::None); usize::from(self.function.registers)];
        for (reg, known) in first.iter_mut().enumerate().take(usize::from(self.function.params)) {
            *known = self.lot.argument(reg);
        }
        rows[0] = Some(first);
        let mut todo = vec![entry];
        while let Some(pc) = todo.pop() {
            let Some(row) = rows[(pc - entry) as usize].clone() else { continue };
            let mut follow = |to: Pc, row: &Row| {
                if to < self.end && merge(&mut rows[(to - entry) as usize], row) {
                    todo.push(to);
                }
            };
            for handler in self.function.handlers.iter().filter(|h| h.from <= pc && pc < h.to) {
                let mut caught = row.clone();
                caught[usize::from(handler.register)] = None;
                follow(handler.target, &caught);
            }
            self.leave(pc, row, &mut follow);
        }
        rows
    }

    /// Where a task goes from an instruction, and what is known there.
    fn leave(&self, pc: Pc, mut row: Row, follow: &mut dyn FnMut(Pc, &Row)) {
        let next = pc + 1;
        match self.program.code[pc as usize] {
            Op::Return { .. } | Op::Fail { .. } | Op::Reraise { .. } | Op::FailCancelled => {}
            Op::Jump { to } => follow(to, &row),
            Op::JumpIf { to, .. } | Op::JumpUnless { to, .. } => {
                follow(to, &row);
                follow(next, &row);
            }
            Op::ForRange { at, exit } => {
                row[usize::from(at)] = Some(Kind::Int);
                follow(exit, &row);
                row[usize::from(at) + 2] = Some(Kind::Int);
                follow(next, &row);
            }
            Op::ForList { at, exit } => {
                follow(exit, &row);
                row[usize::from(at) + 1] = Some(Kind::Int);
                row[usize::from(at) + 2] = self.lot.seen(pc);
                follow(next, &row);
            }
            Op::ForAwait { at, exit } => {
                follow(exit, &row);
                row[usize::from(at) + 1] = self.lot.seen(pc);
                follow(next, &row);
            }
            Op::TimeoutExit { expired, .. } => {
                follow(expired, &row);
                follow(next, &row);
            }
            Op::Select { site } => {
                for arm in &self.program.selects[usize::from(site)].arms {
                    let mut here = row.clone();
                    here[usize::from(arm.to)] = None;
                    follow(arm.target, &here);
                }
            }
            // Their frame overlaps the registers above.
            Op::Call { to, from, .. } => {
                row[usize::from(from)..].fill(None);
                row[usize::from(to)] = None;
                follow(next, &row);
            }
            op => {
                if let Some((to, kind)) = self.written(pc, op, &row) {
                    // What nobody has come by yet is left until somebody has.
                    if kind.is_none() && self.tells(op) && self.wants(next, to) && !self.lot.has_seen(pc) {
                        return;
                    }
                    row[usize::from(to)] = kind;
                }
                follow(next, &row);
            }
        }
    }

    /// Is it seen when the instruction is executed of which kind its result is?
    fn tells(&self, op: Op) -> bool {
        matches!(op, Op::Builtin { .. } | Op::Index { .. } | Op::Method { .. } | Op::Await { .. })
    }

    /// Is a register read from there on?
    fn wants(&self, pc: Pc, reg: Reg) -> bool {
        self.program.live.get(pc as usize).is_some_and(|live| live >> reg & 1 != 0)
    }

    /// What an instruction writes that goes on to the next, and of which kind it is.
    fn written(&self, pc: Pc, op: Op, row: &Row) -> Option<(Reg, Option<Kind>)> {
        Some(match op {
            Op::Move { to, from } => (to, self.kind(from, row)),
            Op::GetShared { to, slot } => (to, word(&self.shared[usize::from(slot)]).map(|(kind, _)| kind)),
            Op::Unary { op: UnaryOp::Negate, to, value } => (to, self.kind(value, row)),
            Op::Unary { op: UnaryOp::Not, to, .. } | Op::IsCancelled { to, .. } | Op::Cancel { to, .. } => {
                (to, Some(Kind::Bool))
            }
            Op::Binary { op, to, left, right } => {
                let both = self.kind(left, row).zip(self.kind(right, row));
                (to, both.and_then(|(left, right)| binary(op, left, right)))
            }
            Op::Builtin { function: Builtin::Now, to, .. } => (to, Some(Kind::Duration)),
            Op::Builtin { to, .. } | Op::Index { to, .. } | Op::Method { to, .. } | Op::Await { to, .. } => {
                (to, self.lot.seen(pc))
            }
            Op::Spawn { to, .. } => (to, Some(Kind::Task)),
            Op::GroupEnter { to } => (to, Some(Kind::Group)),
            Op::TimeoutEnter { to, .. } | Op::ScopeEnter { to } => (to, Some(Kind::Scope)),
            Op::List { to, .. }
            | Op::Text { to, .. }
            | Op::Defer { to, .. }
            | Op::Combine { to, .. }
            | Op::SetIndex { list: to, .. }
            | Op::Append { list: to, .. } => (to, None),
            _ => return None,
        })
    }

    /// The kind of an operand, as far as it is known.
    pub fn kind(&self, operand: Operand, row: &Row) -> Option<Kind> {
        match operand.split() {
            Ok(reg) => row[usize::from(reg)],
            Err(constant) => word(&self.program.constants[usize::from(constant)]).map(|(kind, _)| kind),
        }
    }
}

/// The kind an operator gives, where typed code knows it.
pub fn binary(op: BinaryOp, left: Kind, right: Kind) -> Option<Kind> {
    use Kind::{Bool, Duration, Float, Int};
    match op {
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual => Some(Bool),
        BinaryOp::Add | BinaryOp::Subtract => match (left, right) {
            (Int, Int) | (Duration, Duration) => Some(left),
            (Float, Int | Float) | (Int, Float) => Some(Float),
            _ => None,
        },
        BinaryOp::Multiply => match (left, right) {
            (Int, Int) => Some(Int),
            (Duration, Int) | (Int, Duration) => Some(Duration),
            (Float, Int | Float) | (Int, Float) => Some(Float),
            _ => None,
        },
        BinaryOp::Divide => match (left, right) {
            (Int, Int) => Some(Int),
            (Float, Int | Float) | (Int, Float) => Some(Float),
            _ => None,
        },
        BinaryOp::Remainder
        | BinaryOp::BitAnd
        | BinaryOp::BitOr
        | BinaryOp::BitXor
        | BinaryOp::ShiftLeft
        | BinaryOp::ShiftRight => (left == Int && right == Int).then_some(Int),
    }
}

/// Adds what is known on another way to a place; did that change anything?
fn merge(there: &mut Option<Row>, row: &Row) -> bool {
    let Some(there) = there else {
        *there = Some(row.clone());
        return true;
    };
    let mut changed = false;
    for (old, new) in there.iter_mut().zip(row) {
        if old.is_some() && old != new {
            *old = None;
            changed = true;
        }
    }
    changed
}
