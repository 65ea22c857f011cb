//! Which registers are still wanted, and where: while a task waits only these are kept.
//!
//! The usual backward data flow over each function: a register is wanted at an instruction if some
//! way from there reads it before it is written.

use crate::lang::compile::output::Output;
use crate::lang::program::{
    Callback, Function, Method, NO_TEXT, Op, Operand, Pc, Reg, SelectKind, TextId, TextPart, Wanted,
};

/// Bits of a table, registers times instructions, above which all registers of a function are kept.
const LARGEST: usize = 1 << 26;

/// What is wanted while a task stands in the middle of each instruction, and before each of them.
pub fn analyse(out: &Output) -> (Wanted, Vec<u64>) {
    let mut wanted = Wanted::default();
    let mut before = Vec::with_capacity(out.code.len());
    for (n, function) in out.functions.iter().enumerate() {
        let end = out.functions.get(n + 1).map_or(out.code.len(), |next| next.entry as usize);
        let mut live = Live::new(out, function, end);
        live.settle();
        for pc in function.entry..end as Pc {
            wanted.add(if suspends(&out.code[pc as usize]) { live.amid(pc) } else { Vec::new() });
            before.push(live.bits(pc));
        }
    }
    (wanted, before)
}

/// May a task be parked in the middle of this? Where it waits for several things, all of its state is kept.
fn suspends(op: &Op) -> bool {
    matches!(
        op,
        Op::Work { .. }
            | Op::Block { .. }
            | Op::Sleep { .. }
            | Op::Io { .. }
            | Op::Yield
            | Op::Acquire { .. }
            | Op::Release { .. }
            | Op::Method { .. }
            | Op::Await { .. }
            | Op::ForAwait { .. }
            | Op::Spawn { .. }
            | Op::GroupExit { raised: false, .. }
    )
}

/// Is an instruction over when its time is, whatever it was about?
fn only_waits(op: &Op) -> bool {
    matches!(op, Op::Work { .. } | Op::Block { .. } | Op::Sleep { .. } | Op::Io { .. } | Op::Yield)
}

/// The registers wanted before each instruction of a function.
struct Live<'a> {
    out: &'a Output,
    function: &'a Function,
    end: usize,
    words: usize,
    /// A row of bits an instruction; empty where the function is too large for it.
    before: Vec<u64>,
}

impl<'a> Live<'a> {
    fn new(out: &'a Output, function: &'a Function, end: usize) -> Live<'a> {
        let words = usize::from(function.registers).div_ceil(64);
        let rows = end - function.entry as usize;
        let fits = rows * words * 64 <= LARGEST;
        Live { out, function, end, words, before: vec![0; if fits { rows * words } else { 0 }] }
    }

    /// Until nothing changes.
    fn settle(&mut self) {
        if self.before.is_empty() {
            return;
        }
        loop {
            let mut changed = false;
            for pc in (self.function.entry..self.end as Pc).rev() {
                let mut row = self.after(pc);
                self.reads(&self.out.code[pc as usize], &mut |reg| set(&mut row, reg));
                let at = self.row(pc);
                changed |= self.before[at..at + self.words] != row;
                self.before[at..at + self.words].copy_from_slice(&row);
            }
            if !changed {
                return;
            }
        }
    }

    fn row(&self, pc: Pc) -> usize {
        (pc - self.function.entry) as usize * self.words
    }

    /// What is wanted of the registers while a task stands in the middle of an instruction.
    fn amid(&self, pc: Pc) -> Vec<Reg> {
        if self.before.is_empty() {
            return (0..self.function.registers).collect();
        }
        let mut row = self.after(pc);
        let op = &self.out.code[pc as usize];
        if !only_waits(op) {
            self.reads(op, &mut |reg| set(&mut row, reg));
        }
        (0..self.function.registers).filter(|&reg| has(&row, reg)).collect()
    }

    /// What is wanted before an instruction, as bits.
    fn bits(&self, pc: Pc) -> u64 {
        if self.words == 1 && !self.before.is_empty() { self.before[self.row(pc)] } else { u64::MAX }
    }

    /// What is wanted behind an instruction, whichever way it goes on, apart from what it writes.
    fn after(&self, pc: Pc) -> Vec<u64> {
        let mut row = vec![0; self.words];
        let op = self.out.code[pc as usize];
        let mut follow = |to: Pc, written: &[Reg]| {
            if (to as usize) < self.end {
                let mut there = self.before[self.row(to)..self.row(to) + self.words].to_vec();
                written.iter().for_each(|&reg| unset(&mut there, reg));
                row.iter_mut().zip(there).for_each(|(word, more)| *word |= more);
            }
        };
        let next = pc + 1;
        match op {
            Op::Jump { to } => follow(to, &[]),
            Op::JumpIf { to, .. } | Op::JumpUnless { to, .. } => {
                follow(to, &[]);
                follow(next, &[]);
            }
            Op::ForRange { at, exit } | Op::ForList { at, exit } => {
                follow(exit, &[]);
                follow(next, &[at + 2]);
            }
            Op::ForAwait { at, exit } => {
                follow(exit, &[]);
                follow(next, &[at + 1]);
            }
            Op::TimeoutExit { expired, .. } => {
                follow(expired, &[]);
                follow(next, &[]);
            }
            Op::Select { site } => {
                for arm in &self.out.selects[site as usize].arms {
                    follow(arm.target, &[arm.to]);
                }
            }
            Op::Return { .. } | Op::Fail { .. } | Op::Reraise { .. } | Op::FailCancelled => {}
            op => follow(next, written(&op).as_slice()),
        }
        // Whatever an instruction does, it may raise instead.
        let caught = self.function.handlers.iter().find(|h| h.from <= pc && pc < h.to);
        if let Some(handler) = caught {
            follow(handler.target, &[handler.register]);
        }
        row
    }

    /// Tells the registers an instruction reads.
    fn reads(&self, op: &Op, tell: &mut dyn FnMut(Reg)) {
        match *op {
            Op::Move { from: value, .. }
            | Op::SetShared { from: value, .. }
            | Op::Unary { value, .. }
            | Op::JumpIf { condition: value, .. }
            | Op::JumpUnless { condition: value, .. }
            | Op::Return { value }
            | Op::Fail { value }
            | Op::Acquire { object: value, .. }
            | Op::Release { object: value, .. }
            | Op::Await { value, .. }
            | Op::Cancel { target: value, .. }
            | Op::TimeoutEnter { duration: value, .. }
            | Op::Observe { value, .. } => operands(&[value], tell),
            Op::SetIndex { list, index, value } => {
                tell(list);
                operands(&[index, value], tell);
            }
            Op::SetSharedIndex { index, value, .. } => operands(&[index, value], tell),
            Op::Binary { left, right, .. } => operands(&[left, right], tell),
            Op::Index { list, index, .. } => operands(&[list, index], tell),
            Op::List { from, count, .. }
            | Op::Builtin { from, count, .. }
            | Op::Combine { from, count, .. } => range(from, count, tell),
            Op::Append { list, value } => {
                tell(list);
                operands(&[value], tell);
            }
            Op::Text { text, .. } | Op::Log { text } => self.text(text, tell),
            Op::ForRange { at, .. } | Op::ForList { at, .. } => range(at, 2, tell),
            Op::ForAwait { at, .. } => tell(at),
            Op::Defer { function, from, .. } | Op::Call { function, from, .. } => {
                range(from, self.params(function), tell);
            }
            Op::Reraise { error } | Op::IsCancelled { error, .. } => tell(error),
            Op::Assert { condition: value, message: text }
            | Op::Work { duration: value, label: text }
            | Op::Block { duration: value, label: text }
            | Op::Sleep { duration: value, label: text }
            | Op::Io { duration: value, label: text } => {
                operands(&[value], tell);
                self.text(text, tell);
            }
            Op::Method { method, object, from, .. } => {
                operands(&[object], tell);
                if takes_argument(method) {
                    tell(from);
                }
            }
            Op::Spawn { from, site, .. } => self.spawn(from, site, tell),
            Op::CallBack { when, call, delay } => {
                tell(call);
                if when == Callback::Later {
                    operands(&[delay], tell);
                }
            }
            Op::GroupExit { raised, group: at } | Op::TimeoutExit { raised, scope: at, .. } => {
                range(at, 1 + u16::from(raised), tell);
            }
            Op::Select { site } => self.select(site, tell),
            Op::GetShared { .. }
            | Op::Jump { .. }
            | Op::FailCancelled
            | Op::Yield
            | Op::GroupEnter { .. }
            | Op::ScopeEnter { .. } => {}
        }
    }

    fn spawn(&self, from: Reg, site: u16, tell: &mut dyn FnMut(Reg)) {
        let site = &self.out.spawns[usize::from(site)];
        range(from, self.params(site.function), tell);
        let more: Vec<Operand> = [site.priority, site.on, site.group].into_iter().flatten().collect();
        operands(&more, tell);
    }

    fn select(&self, site: u16, tell: &mut dyn FnMut(Reg)) {
        let arms = &self.out.selects[usize::from(site)].arms;
        arms.iter().for_each(|arm| arm_reads(arm.kind).for_each(|value| operands(&[value], tell)));
    }

    fn params(&self, function: u16) -> u16 {
        self.out.functions[function as usize].params
    }

    fn text(&self, text: TextId, tell: &mut dyn FnMut(Reg)) {
        if text == NO_TEXT {
            return;
        }
        for part in &self.out.texts[text as usize].parts {
            if let TextPart::Value(operand) = part
                && let Ok(reg) = operand.split()
            {
                tell(reg);
            }
        }
    }
}

fn arm_reads(arm: SelectKind) -> impl Iterator<Item = Operand> {
    let (value, more) = match arm {
        SelectKind::Receive { object: value }
        | SelectKind::Wait { object: value }
        | SelectKind::Join { value }
        | SelectKind::After { duration: value } => (value, None),
        SelectKind::Send { object, value } => (object, Some(value)),
    };
    std::iter::once(value).chain(more)
}

fn takes_argument(method: Method) -> bool {
    match method {
        Method::Send | Method::TrySend | Method::Settle | Method::Fail | Method::Notify => true,
        Method::Recv
        | Method::TryRecv
        | Method::Close
        | Method::Len
        | Method::Wait
        | Method::Set
        | Method::Clear
        | Method::IsSet
        | Method::NotifyAll
        | Method::Locked
        | Method::Done
        | Method::WasCancelled
        | Method::Next => false,
    }
}

fn operands(all: &[Operand], tell: &mut dyn FnMut(Reg)) {
    all.iter().filter_map(|operand| operand.split().ok()).for_each(tell);
}

fn range(from: Reg, count: u16, tell: &mut dyn FnMut(Reg)) {
    (from..from + count).for_each(tell);
}

/// The register an instruction writes when it goes on to the next.
fn written(op: &Op) -> Option<Reg> {
    match *op {
        Op::Move { to, .. }
        | Op::GetShared { to, .. }
        | Op::Unary { to, .. }
        | Op::Binary { to, .. }
        | Op::Index { to, .. }
        | Op::List { to, .. }
        | Op::Text { to, .. }
        | Op::Builtin { to, .. }
        | Op::Defer { to, .. }
        | Op::Call { to, .. }
        | Op::IsCancelled { to, .. }
        | Op::Method { to, .. }
        | Op::Await { to, .. }
        | Op::Spawn { to, .. }
        | Op::Combine { to, .. }
        | Op::Cancel { to, .. }
        | Op::GroupEnter { to }
        | Op::TimeoutEnter { to, .. }
        | Op::ScopeEnter { to } => Some(to),
        _ => None,
    }
}

fn set(row: &mut [u64], reg: Reg) {
    if let Some(word) = row.get_mut(usize::from(reg) / 64) {
        *word |= 1 << (reg % 64);
    }
}

fn unset(row: &mut [u64], reg: Reg) {
    if let Some(word) = row.get_mut(usize::from(reg) / 64) {
        *word &= !(1 << (reg % 64));
    }
}

fn has(row: &[u64], reg: Reg) -> bool {
    row[usize::from(reg) / 64] & 1 << (reg % 64) != 0
}
