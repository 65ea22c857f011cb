//! A checked scenario, ready to run: instructions over registers, eight bytes each.
//!
//! Names are resolved, parameters are constants, blocks carry their own clean-up. A task
//! that executes this needs its registers, a program counter and, below inline calls, a
//! stack of frames; nothing else.

use std::fmt;

use crate::lang::ast::{BinaryOp, ObjectKind, UnaryOp};
use crate::source::Span;
use crate::value::{Mode, ObjectId, Value};

/// A register of the running frame.
pub type Reg = u16;

/// A register, or with [`CONSTANT`] added the index of a constant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Operand(pub u16);

const CONSTANT: u16 = 0x8000;

impl Operand {
    pub fn register(reg: Reg) -> Operand {
        debug_assert!(reg < CONSTANT);
        Operand(reg)
    }

    pub fn constant(index: u16) -> Operand {
        debug_assert!(index < CONSTANT);
        Operand(index | CONSTANT)
    }

    /// `Ok` with a register or `Err` with the index of a constant.
    pub fn split(self) -> Result<Reg, u16> {
        if self.0 < CONSTANT { Ok(self.0) } else { Err(self.0 & !CONSTANT) }
    }
}

/// `r3` or `k7`, as listings show it.
impl fmt::Debug for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.split() {
            Ok(reg) => write!(f, "r{reg}"),
            Err(constant) => write!(f, "k{constant}"),
        }
    }
}

/// Index into [`Program::texts`]; `NO_TEXT` where a label was left out.
pub type TextId = u32;
pub const NO_TEXT: TextId = u32::MAX;

/// A program counter.
pub type Pc = u32;

#[derive(Debug, Clone)]
pub struct Program {
    pub code: Vec<Op>,
    /// The place of each instruction, parallel to `code`.
    pub spans: Vec<Span>,
    pub constants: Vec<Value>,
    pub texts: Vec<Text>,
    pub functions: Vec<Function>,
    /// Index of `main` in `functions`.
    pub main: u16,
    /// Every declared object, arrays spread out; `ObjectId(n)` is the n-th.
    pub objects: Vec<ObjectDecl>,
    /// Names and first values of the `shared` variables.
    pub shared: Vec<(String, Value)>,
    pub metrics: Vec<String>,
    /// The parameters with the values this program was compiled for.
    pub params: Vec<(String, Value)>,
    pub spawns: Vec<SpawnSite>,
    pub selects: Vec<SelectSite>,
    pub wanted: Wanted,
    /// Before each instruction: bit `n` says that somebody still reads register `n`. All of them in functions with
    /// more registers than bits.
    pub live: Vec<u64>,
}

impl Program {
    /// Where the instructions of a function end.
    pub fn end(&self, function: usize) -> Pc {
        self.functions.get(function + 1).map_or(self.code.len() as Pc, |next| next.entry)
    }
}

/// Which registers are wanted while a task is parked in the middle of a word: the others need not be
/// kept while it waits.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    registers: Vec<Reg>,
    /// Where those of each instruction end.
    ends: Vec<u32>,
}

impl Wanted {
    /// Those of the next instruction.
    pub fn add(&mut self, registers: Vec<Reg>) {
        self.registers.extend(registers);
        self.ends.push(self.registers.len() as u32);
    }

    #[inline]
    pub fn at(&self, pc: Pc) -> &[Reg] {
        let from = if pc == 0 { 0 } else { self.ends[pc as usize - 1] };
        &self.registers[from as usize..self.ends[pc as usize] as usize]
    }
}

/// A task or `main`.
#[derive(Debug, Clone)]
pub struct Function {
    pub name: String,
    /// The first so many registers are the arguments.
    pub params: u16,
    /// How many registers a frame has.
    pub registers: u16,
    pub entry: Pc,
    /// Innermost first.
    pub handlers: Vec<Handler>,
    pub span: Span,
}

/// If an instruction in `from..to` raises, its failure or cancellation goes to `register`
/// and execution goes on at `target`.
#[derive(Debug, Clone, Copy)]
pub struct Handler {
    pub from: Pc,
    pub to: Pc,
    pub target: Pc,
    pub register: Reg,
}

/// A string with holes.
#[derive(Debug, Clone)]
pub struct Text {
    pub parts: Vec<TextPart>,
}

#[derive(Debug, Clone)]
pub enum TextPart {
    Literal(String),
    Value(Operand),
}

#[derive(Debug, Clone)]
pub struct ObjectDecl {
    pub kind: ObjectKind,
    /// `till`, or `fork[2]` in an array.
    pub name: String,
    /// Capacity, permits, parties, threads; 1 for a lock. `None` = unbounded.
    pub size: Option<u64>,
    /// The lock a condition belongs to.
    pub lock: Option<ObjectId>,
    /// `lock till inherit`
    pub inherit: bool,
    /// `workers cook(2) processes`
    pub processes: bool,
    pub span: Span,
}

/// What a `spawn` says besides whom to start.
#[derive(Debug, Clone)]
pub struct SpawnSite {
    /// The task to start.
    pub function: u16,
    pub daemon: bool,
    pub priority: Option<Operand>,
    pub on: Option<Operand>,
    /// The group the task belongs to: the block it is written in, or `in g`.
    pub group: Option<Operand>,
    /// Nobody keeps the handle: the record can go when the task ends.
    pub detached: bool,
}

#[derive(Debug, Clone)]
pub struct SelectSite {
    pub arms: Vec<SelectArm>,
}

#[derive(Debug, Clone)]
pub struct SelectArm {
    pub kind: SelectKind,
    /// Where the value received goes.
    pub to: Reg,
    /// Where the arm's body starts.
    pub target: Pc,
}

#[derive(Debug, Clone, Copy)]
pub enum SelectKind {
    /// `ch.recv()`
    Receive { object: Operand },
    /// `ch.send(v)`
    Send { object: Operand, value: Operand },
    /// `ev.wait()`
    Wait { object: Operand },
    /// A handle or a future.
    Join { value: Operand },
    /// `after d`
    After { duration: Operand },
}

/// One instruction. `to` is where the result goes; arguments lie in consecutive registers.
///
/// A program counter in an instruction always lies in the same function.
#[rustfmt::skip] // One instruction, one line.
#[derive(Debug, Clone, Copy)]
pub enum Op {
    Move { to: Reg, from: Operand },
    GetShared { to: Reg, slot: u16 },
    SetShared { slot: u16, from: Operand },
    /// `xs[index] = value` for a list in a register.
    SetIndex { list: Reg, index: Operand, value: Operand },
    SetSharedIndex { slot: u16, index: Operand, value: Operand },
    Unary { op: UnaryOp, to: Reg, value: Operand },
    Binary { op: BinaryOp, to: Reg, left: Operand, right: Operand },
    Index { to: Reg, list: Operand, index: Operand },
    List { to: Reg, from: Reg, count: u16 },
    /// Puts a value at the end of the list in a register.
    Append { list: Reg, value: Operand },
    Text { to: Reg, text: TextId },
    Builtin { function: Builtin, to: Reg, from: Reg, count: u16 },

    Jump { to: Pc },
    /// Fails unless the condition is a bool.
    JumpIf { condition: Operand, to: Pc },
    JumpUnless { condition: Operand, to: Pc },
    /// Registers `at`: next int, `at+1`: end (exclusive), `at+2`: the loop variable.
    ForRange { at: Reg, exit: Pc },
    /// Registers `at`: list, `at+1`: next index, `at+2`: the loop variable.
    ForList { at: Reg, exit: Pc },
    /// Suspends. Register `at`: a channel or `as_completed(…)`, `at+1`: the loop variable.
    ForAwait { at: Reg, exit: Pc },

    /// `t(a)` as a value: a task to be, with as many arguments as the function has parameters.
    Defer { to: Reg, function: u16, from: Reg },
    /// Runs a task inline; its frame begins at register `from`.
    Call { function: u16, to: Reg, from: Reg },
    Return { value: Operand },
    /// `fail e`: a string or a failure.
    Fail { value: Operand },
    /// Goes on with a failure or cancellation caught in a register.
    Reraise { error: Reg },
    FailCancelled,
    /// Is the caught error a cancellation?
    IsCancelled { to: Reg, error: Reg },
    Assert { condition: Operand, message: TextId },

    Work { duration: Operand, label: TextId },
    Block { duration: Operand, label: TextId },
    Sleep { duration: Operand, label: TextId },
    Io { duration: Operand, label: TextId },
    Yield,

    /// Entry of `with`, and `acquire()`. The label, if any, is the next instruction's.
    Acquire { object: Operand, mode: Mode },
    Release { object: Operand, mode: Mode },
    Method { method: Method, to: Reg, object: Operand, from: Reg },
    /// `await x`: join a handle, wait for a future.
    Await { to: Reg, value: Operand },
    /// Starts a task with as many arguments as it takes; its handle goes to `to`.
    Spawn { to: Reg, from: Reg, site: u16 },
    Combine { with: Combinator, to: Reg, from: Reg, count: u16 },
    Cancel { to: Reg, target: Operand },
    /// Has the `Defer`red task in register `call` called; `delay` counts for [`Callback::Later`].
    CallBack { when: Callback, call: Reg, delay: Operand },

    GroupEnter { to: Reg },
    /// Suspends until the group's tasks have ended. The error, if `raised`, is in register `group + 1`.
    GroupExit { raised: bool, group: Reg },
    TimeoutEnter { to: Reg, duration: Operand },
    ScopeEnter { to: Reg },
    /// The end of both. Goes to `expired` if the deadline passed or the scope was cancelled, and this block was cancelled for it. The error,
    /// if `raised`, is in register `scope + 1`.
    TimeoutExit { raised: bool, scope: Reg, expired: Pc },
    Select { site: u16 },

    Log { text: TextId },
    Observe { metric: u16, value: Operand },
}

const _: () = assert!(size_of::<Op>() == 8);

/// What can be called on an object; which object has what is checked again when it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Suspends. Argument: the value.
    Send,
    /// Suspends.
    Recv,
    TrySend,
    TryRecv,
    Close,
    Len,
    /// Suspends: events, conditions, barriers.
    Wait,
    /// Events: no argument. A future that was called so settles with none.
    Set,
    /// Futures: the value, none where it was left out.
    Settle,
    /// Futures: the failure.
    Fail,
    Clear,
    IsSet,
    /// Conditions: how many.
    Notify,
    NotifyAll,
    /// Locks, semaphores: would `acquire` wait?
    Locked,
    /// Handles, futures: has it ended?
    Done,
    /// Handles: was it cancelled?
    WasCancelled,
    /// Suspends: the next of `as_completed(…)`; fails as the task it belongs to failed.
    Next,
}

/// What starts or joins several tasks, or one in a special way. Arguments in registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combinator {
    Gather,
    Settle,
    Race,
    /// Does not suspend; the last argument is the timeout or none.
    AsCompleted,
    /// One argument.
    Shield,
    /// The pool, the task.
    Offload,
    /// The task or handle, the timeout.
    WaitFor,
}

/// When a task is called that is not started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callback {
    /// `call_soon(t())`
    Soon,
    /// `call_later(t(), d)`
    Later,
    /// `next_tick(t())`
    NextTick,
    /// `immediate(t())`
    Immediate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Builtin {
    Now,
    Min,
    Max,
    Abs,
    Floor,
    Ceil,
    Round,
    Len,
    Range,
    Str,
    Int,
    Float,
    Ln,
    Sqrt,
    Pow,
    /// The serial number of this task.
    Id,
    /// The handle of this task.
    CurrentTask,
    /// `failed(v)`: is it a failure?
    Failed,
    /// `cancelled(v)`: is it a cancellation?
    Cancelled,
    /// `future()`
    Future,
    Random,
    Uniform,
    Exponential,
    Normal,
    Lognormal,
    Pareto,
    Choice,
    Poisson,
}
