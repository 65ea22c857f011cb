//! Where one task stands: registers, the running frame, the callers below it.

use crate::lang::program::{Op, Operand, Pc, Program, Reg};
use crate::value::{Raise, ScopeId, Value};

/// A caller waiting for the task it called inline.
#[derive(Debug, Clone)]
struct Frame {
    /// The call instruction.
    pc: Pc,
    base: u32,
    function: u16,
    /// The caller's register that gets the value.
    to: Reg,
    /// How many registers there were at the call: frames overlap, so a callee may end before its caller does.
    registers: u32,
    /// The deadline of a `wait_for` around the call.
    scope: Option<ScopeId>,
}

/// How deep inline calls may nest; each level costs its registers and one frame.
pub const MAX_DEPTH: usize = 10_000;

/// A task that runs. There is one such state for all tasks; while a task waits, its [`Rest`] is kept.
#[derive(Debug, Default)]
pub struct State {
    pub pc: Pc,
    pub amid: Amid,
    base: u32,
    function: u16,
    registers: Vec<Value>,
    frames: Vec<Frame>,
}

/// Does a task stand before the instruction at its program counter, or in the middle of it?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Amid {
    #[default]
    Before,
    /// It was parked by the word.
    Word,
    /// It lets others go first, by a word that waits for no time.
    Pause,
}

/// What is kept of a task that waits: where it stands, and the registers that are still wanted.
#[derive(Debug, Default)]
pub struct Rest {
    pc: Pc,
    function: u16,
    amid: Amid,
    fresh: bool,
    kept: Kept,
    /// All of it, where there are callers below.
    whole: Option<Box<State>>,
}

/// Registers of a task that waits, in order. Most tasks need few.
#[derive(Debug)]
enum Kept {
    Few([Value; 3]),
    Many(Vec<Value>),
}

impl Default for Kept {
    fn default() -> Kept {
        Kept::Few([Value::None, Value::None, Value::None])
    }
}

impl Rest {
    /// A task about to execute a function with these arguments.
    pub fn fresh(program: &Program, function: u16, arguments: &[Value]) -> Rest {
        let pc = program.functions[function as usize].entry;
        let kept = Kept::of(arguments.iter().cloned());
        Rest { pc, function, amid: Amid::Before, fresh: true, kept, whole: None }
    }
}

impl Kept {
    fn of(values: impl ExactSizeIterator<Item = Value>) -> Kept {
        if values.len() > 3 {
            return Kept::Many(values.collect());
        }
        let mut few = [Value::None, Value::None, Value::None];
        for (place, value) in few.iter_mut().zip(values) {
            *place = value;
        }
        Kept::Few(few)
    }

    /// Makes room for so many.
    #[inline]
    fn fit(&mut self, count: usize) {
        match self {
            Kept::Few(few) if count <= few.len() => {}
            Kept::Few(_) => *self = Kept::Many(vec![Value::None; count]),
            Kept::Many(many) => many.resize(count, Value::None),
        }
    }

    #[inline]
    fn values(&mut self) -> &mut [Value] {
        match self {
            Kept::Few(few) => few,
            Kept::Many(many) => many,
        }
    }
}

/// What a return or a raise in the running frame comes to.
pub enum Left {
    /// The caller goes on.
    Caller,
    /// The call was under a deadline, which is to be closed; the caller goes on after that.
    Scope(ScopeId),
    /// There is no caller: the task ends, with this value unless it was a raise.
    Task(Value),
}

impl State {
    /// A task goes on where it was.
    ///
    /// Values are swapped, here and when they are saved: what other tasks have left in registers that
    /// nobody reads does no harm.
    #[inline]
    pub fn load(&mut self, program: &Program, rest: &mut Rest) {
        if let Some(whole) = rest.whole.take() {
            *self = *whole;
            return;
        }
        (self.pc, self.amid, self.base, self.function) = (rest.pc, rest.amid, 0, rest.function);
        let count = program.functions[rest.function as usize].registers as usize;
        if self.registers.len() < count {
            self.registers.resize(count, Value::None);
        }
        // While cosim is tested all tasks find them empty: so a register is noticed that is wrongly
        // thought unwanted.
        if rest.fresh || cfg!(debug_assertions) {
            self.registers[..count].fill(Value::None);
        }
        let values = rest.kept.values().iter_mut();
        if rest.fresh {
            rest.fresh = false;
            let arguments = program.functions[rest.function as usize].params as usize;
            self.registers.iter_mut().zip(values.take(arguments)).for_each(|(a, b)| std::mem::swap(a, b));
            return;
        }
        for (&reg, value) in program.wanted.at(rest.pc).iter().zip(values) {
            std::mem::swap(&mut self.registers[reg as usize], value);
        }
    }

    /// A task waits: what is kept of it.
    #[inline]
    pub fn save(&mut self, program: &Program, rest: &mut Rest) {
        (rest.pc, rest.amid, rest.function) = (self.pc, self.amid, self.function);
        if !self.frames.is_empty() {
            rest.whole = Some(Box::new(std::mem::take(self)));
            return;
        }
        let wanted = program.wanted.at(self.pc);
        rest.kept.fit(wanted.len());
        for (value, &reg) in rest.kept.values().iter_mut().zip(wanted) {
            std::mem::swap(&mut self.registers[reg as usize], value);
        }
    }

    /// How a task stands that the word at its program counter has parked.
    #[inline]
    pub fn within(&self, program: &Program) -> Amid {
        match program.code[self.pc as usize] {
            Op::Sleep { duration, .. } | Op::Io { duration, .. } => match self.operand(program, duration) {
                Value::Duration(0) => Amid::Pause,
                _ => Amid::Word,
            },
            _ => Amid::Word,
        }
    }

    pub fn get(&self, reg: Reg) -> &Value {
        &self.registers[self.base as usize + reg as usize]
    }

    pub fn get_mut(&mut self, reg: Reg) -> &mut Value {
        &mut self.registers[self.base as usize + reg as usize]
    }

    pub fn set(&mut self, reg: Reg, value: Value) {
        *self.get_mut(reg) = value;
    }

    /// The registers of the running frame, and what lies above.
    #[inline]
    pub fn window(&mut self) -> &mut [Value] {
        &mut self.registers[self.base as usize..]
    }

    pub fn take(&mut self, reg: Reg) -> Value {
        std::mem::take(self.get_mut(reg))
    }

    /// `count` registers from `from`: arguments, elements.
    pub fn slice(&self, from: Reg, count: u16) -> &[Value] {
        let start = self.base as usize + from as usize;
        &self.registers[start..start + count as usize]
    }

    pub fn operand<'a>(&'a self, program: &'a Program, operand: Operand) -> &'a Value {
        match operand.split() {
            Ok(reg) => self.get(reg),
            Err(constant) => &program.constants[constant as usize],
        }
    }

    /// Enters a function whose arguments begin at register `from` of the running frame.
    pub fn call(&mut self, program: &Program, function: u16, to: Reg, from: Reg) -> Result<(), Raise> {
        self.enter(program, function, to, self.base + u32::from(from), None)
    }

    /// Enters a function with arguments given as values, under a deadline.
    pub fn call_with(
        &mut self,
        program: &Program,
        function: u16,
        to: Reg,
        arguments: &[Value],
        scope: ScopeId,
    ) -> Result<(), Raise> {
        let base = self.registers.len();
        self.registers.extend_from_slice(arguments);
        let entered = self.enter(program, function, to, base as u32, Some(scope));
        match self.frames.last_mut() {
            Some(frame) if entered.is_ok() => frame.registers = base as u32,
            _ => self.registers.truncate(base),
        }
        entered
    }

    fn enter(
        &mut self,
        program: &Program,
        function: u16,
        to: Reg,
        base: u32,
        scope: Option<ScopeId>,
    ) -> Result<(), Raise> {
        if self.frames.len() >= MAX_DEPTH {
            let text = format!("more than {MAX_DEPTH} calls inside each other");
            return Err(Raise::error(text, program.spans[self.pc as usize]));
        }
        let registers = self.registers.len() as u32;
        self.frames.push(Frame {
            pc: self.pc,
            base: self.base,
            function: self.function,
            to,
            registers,
            scope,
        });
        let code = &program.functions[function as usize];
        let end = base as usize + code.registers as usize;
        if self.registers.len() < end {
            self.registers.resize(end, Value::None);
        }
        // Whatever an earlier call left above the arguments is not this one's.
        for value in &mut self.registers[base as usize + code.params as usize..end] {
            *value = Value::None;
        }
        self.base = base;
        self.function = function;
        self.pc = code.entry;
        Ok(())
    }

    /// Are there callers below?
    pub fn is_inside_a_call(&self) -> bool {
        !self.frames.is_empty()
    }

    /// Goes on there: true, for an instruction that has moved on by itself.
    #[inline]
    pub fn jump(&mut self, to: Pc) -> bool {
        self.pc = to;
        true
    }

    /// Leaves the running frame with a value: the caller's program counter stands after its call.
    pub fn leave(&mut self, value: Value) -> Left {
        let Some(frame) = self.pop() else { return Left::Task(value) };
        self.set(frame.to, value);
        match frame.scope {
            Some(scope) => Left::Scope(scope),
            None => {
                self.pc += 1;
                Left::Caller
            }
        }
    }

    /// Leaves the running frame with a raise: the caller's program counter stands at its call.
    pub fn abandon(&mut self) -> Left {
        match self.pop() {
            None => Left::Task(Value::None),
            Some(Frame { scope: Some(scope), .. }) => Left::Scope(scope),
            Some(_) => Left::Caller,
        }
    }

    fn pop(&mut self) -> Option<Frame> {
        let frame = self.frames.pop()?;
        self.base = frame.base;
        self.function = frame.function;
        self.pc = frame.pc;
        self.registers.truncate(frame.registers as usize);
        Some(frame)
    }

    /// Goes to the innermost handler of the running frame that covers the program counter, with
    /// the error in its register; gives the error back if there is none.
    pub fn catch(&mut self, program: &Program, raise: Raise) -> Result<(), Raise> {
        let handlers = &program.functions[self.function as usize].handlers;
        match handlers.iter().find(|h| h.from <= self.pc && self.pc < h.to) {
            Some(handler) => {
                self.set(handler.register, raise.into_value());
                self.pc = handler.target;
                Ok(())
            }
            None => Err(raise),
        }
    }
}
