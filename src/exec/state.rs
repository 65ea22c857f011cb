//! Where one task stands: registers, the running frame, the callers below it.

use crate::exec::typed::kind::{Kind, Kinds, value, word};
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
    /// A task stands here: the registers are its own.
    stands: bool,
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
    /// It has its arguments, and has not begun.
    Fresh,
    /// It was parked by the word.
    Word,
    /// It lets others go first, by a word that waits for no time.
    Pause,
}

/// Words of a task that waits, before more room is made for them. Most tasks need few.
pub const FEW: usize = 3;

/// What is kept of a task that waits: where it stands, and the registers that are still wanted.
#[derive(Debug, Default)]
pub struct Rest {
    pub pc: Pc,
    pub function: u16,
    pub amid: Amid,
    pub kinds: Kinds,
    pub words: [u64; FEW],
    /// What has no room there.
    pub more: Option<Box<More>>,
}

#[derive(Debug)]
pub enum More {
    /// The words behind the first few.
    Words(Vec<(Kind, u64)>),
    /// All registers, where some are no words.
    Values(Vec<Value>),
    /// All of the task, where there are callers below.
    Whole(State),
}

impl Rest {
    /// A task about to execute a function with these arguments.
    pub fn fresh(program: &Program, function: u16, arguments: &[Value]) -> Rest {
        let pc = program.functions[function as usize].entry;
        let mut rest = Rest { pc, function, amid: Amid::Fresh, ..Rest::default() };
        rest.keep(arguments.iter());
        rest
    }

    /// The same with one argument or none.
    pub fn small(program: &Program, function: u16, argument: Option<Value>) -> Rest {
        let Some((kind, bits)) = argument.as_ref().map_or(Some(Default::default()), word) else {
            return Rest::fresh(program, function, argument.as_slice());
        };
        let mut rest = Rest::default();
        (rest.pc, rest.function, rest.amid) =
            (program.functions[function as usize].entry, function, Amid::Fresh);
        (rest.kinds.0[0], rest.words[0]) = (kind, bits);
        rest
    }

    /// Keeps these values, in order.
    fn keep<'a>(&mut self, values: impl Iterator<Item = &'a Value> + Clone) {
        self.kinds = Kinds::default();
        self.more = None;
        let mut words = Vec::new();
        for (n, value) in values.clone().enumerate() {
            match (word(value), n) {
                (Some((kind, bits)), 0..FEW) => (self.kinds.0[n], self.words[n]) = (kind, bits),
                (Some(word), _) => words.push(word),
                (None, _) => {
                    self.more = Some(Box::new(More::Values(values.cloned().collect())));
                    return;
                }
            }
        }
        if !words.is_empty() {
            self.more = Some(Box::new(More::Words(words)));
        }
    }

    /// The value kept in this place.
    fn value(&self, n: usize) -> Value {
        match self.more.as_deref() {
            Some(More::Values(values)) => values[n].clone(),
            Some(More::Words(words)) if n >= FEW => {
                let (kind, bits) = words[n - FEW];
                value(kind, bits)
            }
            _ => value(self.kinds.0[n], self.words[n]),
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
    pub fn load(&mut self, program: &Program, rest: &mut Rest) {
        match rest.more.take().map(|more| *more) {
            Some(More::Whole(whole)) => {
                *self = whole;
                return;
            }
            more => rest.more = more.map(Box::new),
        }
        let fresh = rest.amid == Amid::Fresh;
        self.stand(program, rest.function, rest.pc);
        self.amid = if fresh { Amid::Before } else { rest.amid };
        if fresh {
            let params = program.functions[rest.function as usize].params;
            (0..params).for_each(|reg| self.set(reg, rest.value(usize::from(reg))));
        } else {
            let wanted = program.wanted.at(rest.pc).iter().enumerate();
            wanted.for_each(|(n, &reg)| self.set(reg, rest.value(n)));
        }
        rest.more = None;
    }

    /// A task stands before an instruction of its function; its registers are empty.
    pub fn stand(&mut self, program: &Program, function: u16, pc: Pc) {
        (self.pc, self.amid, self.base, self.function) = (pc, Amid::Before, 0, function);
        self.stands = true;
        let count = program.functions[function as usize].registers as usize;
        if self.registers.len() < count {
            self.registers.resize(count, Value::None);
        }
        self.registers[..count].fill(Value::None);
    }

    /// A task waits: what is kept of it.
    pub fn save(&mut self, program: &Program, rest: &mut Rest) {
        (rest.pc, rest.amid, rest.function) = (self.pc, self.amid, self.function);
        if !self.frames.is_empty() {
            rest.more = Some(Box::new(More::Whole(std::mem::take(self))));
            return;
        }
        rest.keep(program.wanted.at(self.pc).iter().map(|&reg| self.get(reg)));
        self.let_go(program);
    }

    /// Somebody else comes: what lies elsewhere is not held any longer. Who holds a list alone changes it in place.
    pub fn let_go(&mut self, program: &Program) {
        if !std::mem::take(&mut self.stands) {
            return;
        }
        let count = program.functions[self.function as usize].registers as usize;
        if let Some(own) = self.registers.get_mut(..count) {
            own.fill(Value::None);
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

    pub fn function(&self) -> u16 {
        self.function
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
