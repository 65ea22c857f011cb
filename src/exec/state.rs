//! Where one task stands: registers, the running frame, the callers below it.

use crate::lang::program::{Operand, Pc, Program, Reg};
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

#[derive(Debug, Default)]
pub struct State {
    pub pc: Pc,
    base: u32,
    function: u16,
    registers: Vec<Value>,
    frames: Vec<Frame>,
}

/// What a return or a raise in the running frame comes to.
pub enum Left {
    /// The caller goes on.
    Caller,
    /// The call was under a deadline, which is to be closed; the caller goes on after that.
    Scope(ScopeId, Reg),
    /// There is no caller: the task ends.
    Task,
}

impl State {
    /// A task about to execute `function` with these arguments.
    pub fn new(program: &Program, function: u16, arguments: &[Value]) -> State {
        let code = &program.functions[function as usize];
        let mut registers = Vec::with_capacity(code.registers as usize);
        registers.extend_from_slice(arguments);
        registers.resize(code.registers as usize, Value::None);
        State { pc: code.entry, base: 0, function, registers, frames: Vec::new() }
    }

    pub fn get(&self, reg: Reg) -> &Value {
        &self.registers[self.base as usize + reg as usize]
    }

    pub fn get_mut(&mut self, reg: Reg) -> &mut Value {
        &mut self.registers[self.base as usize + reg as usize]
    }

    pub fn set(&mut self, reg: Reg, value: Value) {
        self.registers[self.base as usize + reg as usize] = value;
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

    /// Goes on there: true, for an instruction that has moved on by itself.
    #[inline]
    pub fn jump(&mut self, to: Pc) -> bool {
        self.pc = to;
        true
    }

    /// Leaves the running frame with a value: the caller's program counter stands after its call.
    pub fn leave(&mut self, value: &Value) -> Left {
        let Some(frame) = self.pop() else { return Left::Task };
        self.set(frame.to, value.clone());
        match frame.scope {
            Some(scope) => Left::Scope(scope, frame.to),
            None => {
                self.pc += 1;
                Left::Caller
            }
        }
    }

    /// Leaves the running frame with a raise: the caller's program counter stands at its call.
    pub fn abandon(&mut self) -> Left {
        match self.pop() {
            None => Left::Task,
            Some(Frame { scope: Some(scope), to, .. }) => Left::Scope(scope, to),
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
