//! One function while it is compiled: its registers, its variables, its jumps.

use std::collections::BTreeSet;

use crate::lang::compile::output::Output;
use crate::lang::compile::scopes::{Label, Scope};
use crate::lang::constants::Constants;
use crate::lang::declarations::Declarations;
use crate::lang::program::{Function, Handler, Op, Operand, Pc, Reg};
use crate::lang::sight::Sight;
use crate::source::Span;
use crate::value::Value;

const NOWHERE: Pc = Pc::MAX;

pub struct Builder<'a, 'o> {
    pub declarations: &'a Declarations<'a>,
    pub constants: &'a Constants,
    pub out: &'o mut Output,
    /// Where each label is.
    labels: Vec<Pc>,
    /// The first register that is free, and the most that were ever in use.
    pub next: usize,
    registers: usize,
    /// The registers of the variables in sight.
    locals: Sight<'a, Reg>,
    variables: BTreeSet<Reg>,
    /// Blocks that are open, innermost last.
    pub scopes: Vec<Scope>,
    pub handlers: Vec<Handler>,
    /// A register nobody reads: what would only put none there is left out.
    pub unread: Option<Reg>,
    /// The place of what is being compiled.
    pub at: Span,
    entry: Pc,
    first_select: usize,
}

impl<'a, 'o> Builder<'a, 'o> {
    pub fn new(
        declarations: &'a Declarations<'a>,
        constants: &'a Constants,
        out: &'o mut Output,
    ) -> Builder<'a, 'o> {
        let (entry, first_select) = (out.code.len() as Pc, out.selects.len());
        Builder {
            declarations,
            constants,
            out,
            labels: Vec::new(),
            next: 0,
            registers: 0,
            locals: Sight::default(),
            variables: BTreeSet::new(),
            scopes: Vec::new(),
            handlers: Vec::new(),
            unread: None,
            at: Span::default(),
            entry,
            first_select,
        }
    }

    pub fn emit(&mut self, op: Op) {
        self.out.code.push(op);
        self.out.spans.push(self.at);
    }

    /// The next instruction's place.
    pub fn here(&self) -> Pc {
        self.out.code.len() as Pc
    }

    pub fn label(&mut self) -> Label {
        self.labels.push(NOWHERE);
        Label((self.labels.len() - 1) as Pc)
    }

    pub fn place(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.here();
    }

    pub fn jump(&mut self, label: Label) {
        self.emit(Op::Jump { to: label.0 });
    }

    pub fn reserve(&mut self) -> Reg {
        let reg = self.out.register(self.next, self.at);
        self.next += 1;
        self.registers = self.registers.max(self.next);
        reg
    }

    /// Two registers side by side: a scope and the error that ends it.
    pub fn reserve_pair(&mut self) -> (Reg, Reg) {
        (self.reserve(), self.reserve())
    }

    pub fn declare(&mut self, name: &'a str, reg: Reg) {
        self.locals.push(name, reg);
        self.variables.insert(reg);
    }

    pub fn declared(&self) -> usize {
        self.locals.depth()
    }

    /// Variables beyond the first `count` go out of sight.
    pub fn forget(&mut self, count: usize) {
        while self.locals.depth() > count
            && let Some(reg) = self.locals.pop()
        {
            self.variables.remove(&reg);
        }
    }

    pub fn local(&self, name: &str) -> Option<Reg> {
        self.locals.get(name).copied()
    }

    /// Is it the register of a variable, that a later statement may read?
    pub fn is_variable(&self, reg: Reg) -> bool {
        self.variables.contains(&reg)
    }

    pub fn constant(&mut self, value: Value) -> Operand {
        self.out.constant(value, self.at)
    }

    pub fn move_to(&mut self, to: Reg, from: Operand) {
        if from.split() != Ok(to) {
            self.emit(Op::Move { to, from });
        }
    }

    /// Labels become program counters, and the function joins the others.
    pub fn finish(self, name: &str, params: u16, span: Span) {
        let Builder { labels, out, handlers, entry, first_select, registers, .. } = self;
        for op in &mut out.code[entry as usize..] {
            if let Some(target) = target(op) {
                *target = labels[*target as usize];
            }
        }
        for arm in out.selects[first_select..].iter_mut().flat_map(|site| &mut site.arms) {
            arm.target = labels[arm.target as usize];
        }
        let registers = out.register(registers, span);
        let name = name.to_string();
        out.functions.push(Function { name, params, registers, entry, handlers, span });
    }
}

fn target(op: &mut Op) -> Option<&mut Pc> {
    match op {
        Op::Jump { to } | Op::JumpIf { to, .. } | Op::JumpUnless { to, .. } => Some(to),
        Op::ForRange { exit, .. } | Op::ForList { exit, .. } | Op::ForAwait { exit, .. } => Some(exit),
        Op::TimeoutExit { expired, .. } => Some(expired),
        Op::Move { .. }
        | Op::GetShared { .. }
        | Op::SetShared { .. }
        | Op::SetIndex { .. }
        | Op::SetSharedIndex { .. }
        | Op::Unary { .. }
        | Op::Binary { .. }
        | Op::Index { .. }
        | Op::List { .. }
        | Op::Append { .. }
        | Op::Text { .. }
        | Op::Builtin { .. }
        | Op::Defer { .. }
        | Op::Call { .. }
        | Op::Return { .. }
        | Op::Fail { .. }
        | Op::Reraise { .. }
        | Op::FailCancelled
        | Op::IsCancelled { .. }
        | Op::Assert { .. }
        | Op::Work { .. }
        | Op::Block { .. }
        | Op::Sleep { .. }
        | Op::Io { .. }
        | Op::Yield
        | Op::Acquire { .. }
        | Op::Release { .. }
        | Op::Method { .. }
        | Op::Await { .. }
        | Op::Spawn { .. }
        | Op::Combine { .. }
        | Op::Cancel { .. }
        | Op::GroupEnter { .. }
        | Op::GroupExit { .. }
        | Op::TimeoutEnter { .. }
        | Op::ScopeEnter { .. }
        | Op::CallBack { .. }
        | Op::Select { .. }
        | Op::Log { .. }
        | Op::Observe { .. } => None,
    }
}
