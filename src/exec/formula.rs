//! Formulas: instructions that only compute, done at once on machine words once it is known what they are about.
//!
//! The first run of a formula looks at what it finds, ints, floats or durations, and writes down in which steps that
//! is computed. Later runs find the same, or leave the work to the instructions themselves, as they do where a
//! step fails: an overflow, a division by zero. So what comes out, and what is said of a mistake, is the same.

use std::cell::RefCell;

use crate::lang::ast::BinaryOp;
use crate::lang::operators::whole;
use crate::lang::program::{self, Builtin, Op, Operand, Reg};
use crate::value::Value;

/// What a formula is about, as far as it is known.
#[derive(Default)]
pub enum Formula {
    #[default]
    Unseen,
    Known(Box<Steps>),
    /// Nothing that can be done at once.
    Hopeless,
}

/// What a formula looks at besides the registers.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    pub code: &'a program::Formula,
    pub constants: &'a [Value],
    pub shared: &'a RefCell<Vec<Value>>,
    /// Nanoseconds.
    pub now: i64,
}

/// Places for numbers, as bits. A step reads two of them and writes one.
const PLACES: usize = 256;
/// How often a formula may find something else than before.
const PATIENCE: u32 = 100;
/// What is worth the trouble.
const SHORTEST: usize = 3;

pub struct Steps {
    places: [u64; PLACES],
    inputs: Vec<(Source, Kind, u8)>,
    steps: Vec<Step>,
    outputs: Vec<(u8, Kind, Source)>,
    emptied: Vec<Reg>,
    /// How many instructions are done.
    done: usize,
    surprises: u32,
}

/// Where a number comes from, or goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Register(Reg),
    Shared(u16),
    Clock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Duration,
    Float,
    Bool,
}

#[derive(Debug, Clone, Copy)]
struct Step {
    what: What,
    to: u8,
    left: u8,
    right: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    And,
    Or,
    Xor,
    ShiftLeft,
    ShiftRight,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Negate,
    ToFloat,
    AddFloat,
    SubtractFloat,
    MultiplyFloat,
    DivideFloat,
    NegateFloat,
    Ln,
    Floor,
}

impl Formula {
    /// Does as much as it can; how many instructions that was.
    #[inline]
    pub fn apply(&mut self, around: Around<'_>, window: &mut [Value]) -> usize {
        match self {
            Formula::Known(steps) => {
                if steps.run(around, window) {
                    return steps.done;
                }
                steps.surprises += 1;
                if steps.surprises > PATIENCE {
                    *self = Formula::Hopeless;
                }
                0
            }
            Formula::Unseen => {
                *self = Plan::of(around, window)
                    .map_or(Formula::Hopeless, |steps| Formula::Known(Box::new(steps)));
                0
            }
            Formula::Hopeless => 0,
        }
    }
}

impl Steps {
    fn run(&mut self, around: Around<'_>, window: &mut [Value]) -> bool {
        for &(source, kind, place) in &self.inputs {
            let bits = match source {
                Source::Register(reg) => bits(&window[reg as usize], kind),
                Source::Shared(slot) => bits(&around.shared.borrow()[slot as usize], kind),
                Source::Clock => Some(around.now as u64),
            };
            let Some(bits) = bits else { return false };
            self.places[place as usize] = bits;
        }
        let places = &mut self.places;
        for &Step { what, to, left, right } in &self.steps {
            let Some(result) = step(what, places[left as usize], places[right as usize]) else {
                return false;
            };
            places[to as usize] = result;
        }
        for &reg in &self.emptied {
            if window[reg as usize].is_shared() {
                window[reg as usize] = Value::None;
            }
        }
        for &(place, kind, to) in &self.outputs {
            let bits = places[place as usize];
            match to {
                Source::Register(reg) => put(&mut window[reg as usize], kind, bits),
                Source::Shared(slot) => put(&mut around.shared.borrow_mut()[slot as usize], kind, bits),
                Source::Clock => {}
            }
        }
        true
    }
}

/// The bits of a number, if it is of this kind.
#[inline]
fn bits(value: &Value, kind: Kind) -> Option<u64> {
    match (value, kind) {
        (Value::Int(n), Kind::Int) | (Value::Duration(n), Kind::Duration) => Some(*n as u64),
        (Value::Float(x), Kind::Float) => Some(x.to_bits()),
        (Value::Bool(b), Kind::Bool) => Some(u64::from(*b)),
        _ => None,
    }
}

#[inline]
fn put(place: &mut Value, kind: Kind, bits: u64) {
    match kind {
        Kind::Int => place.put_int(bits as i64),
        Kind::Duration => place.put_duration(bits as i64),
        Kind::Float => place.put_float(f64::from_bits(bits)),
        Kind::Bool => place.put_bool(bits != 0),
    }
}

#[inline(always)]
fn step(what: What, left: u64, right: u64) -> Option<u64> {
    let (a, b) = (left as i64, right as i64);
    let (x, y) = (f64::from_bits(left), f64::from_bits(right));
    let finite = |x: f64| x.is_finite().then_some(x.to_bits());
    match what {
        What::Add => a.checked_add(b).map(|n| n as u64),
        What::Subtract => a.checked_sub(b).map(|n| n as u64),
        What::Multiply => a.checked_mul(b).map(|n| n as u64),
        What::Divide => a.checked_div(b).map(|n| n as u64),
        What::Remainder => a.checked_rem(b).map(|n| n as u64),
        What::And => Some(left & right),
        What::Or => Some(left | right),
        What::Xor => Some(left ^ right),
        What::ShiftLeft => {
            ((0..64).contains(&b) && a << (b & 63) >> (b & 63) == a).then(|| (a << (b & 63)) as u64)
        }
        What::ShiftRight => (0..64).contains(&b).then(|| (a >> (b & 63)) as u64),
        What::Equal => Some(u64::from(a == b)),
        What::NotEqual => Some(u64::from(a != b)),
        What::Less => Some(u64::from(a < b)),
        What::LessEqual => Some(u64::from(a <= b)),
        What::Greater => Some(u64::from(a > b)),
        What::GreaterEqual => Some(u64::from(a >= b)),
        What::Negate => a.checked_neg().map(|n| n as u64),
        What::ToFloat => Some((a as f64).to_bits()),
        What::AddFloat => finite(x + y),
        What::SubtractFloat => finite(x - y),
        What::MultiplyFloat => finite(x * y),
        What::DivideFloat => finite(x / y),
        What::NegateFloat => Some((-x).to_bits()),
        What::Ln => (x > 0.0).then(|| libm::log(x)).and_then(finite),
        What::Floor => whole(x.floor()).map(|n| n as u64),
    }
}

/// A formula while its steps are being written down.
struct Plan<'a> {
    window: &'a [Value],
    shared: &'a [Value],
    constants: &'a [Value],
    /// Where the number of a register or shared variable is now, and of which kind.
    known: Vec<(Source, u8, Kind)>,
    used: usize,
    steps: Steps,
}

impl Plan<'_> {
    fn of(around: Around<'_>, window: &[Value]) -> Option<Steps> {
        let formula = around.code;
        let shared = around.shared.borrow();
        let steps = Steps {
            places: [0; PLACES],
            inputs: Vec::new(),
            steps: Vec::new(),
            outputs: Vec::new(),
            emptied: formula.emptied.clone(),
            done: 0,
            surprises: 0,
        };
        let constants = around.constants;
        let mut plan = Plan { window, shared: &shared, constants, known: Vec::new(), used: 0, steps };
        let mut written: Vec<Source> = Vec::new();
        for &op in &formula.code {
            let Some(to) = plan.add(op) else { break };
            plan.steps.done += 1;
            if !written.contains(&to) {
                written.push(to);
            }
        }
        let whole = plan.steps.done == formula.code.len();
        for to in written {
            let wanted = match to {
                Source::Register(reg) => !whole || formula.results.contains(&reg),
                Source::Shared(_) => true,
                Source::Clock => false,
            };
            let (_, place, kind) = *plan.known.iter().find(|(source, ..)| *source == to)?;
            if wanted {
                plan.steps.outputs.push((place, kind, to));
            }
        }
        (plan.steps.done >= SHORTEST).then_some(plan.steps)
    }

    /// Writes down the steps of an instruction; what it writes. None if there are no such steps.
    fn add(&mut self, op: Op) -> Option<Source> {
        let (to, place, kind) = match op {
            Op::Move { to, from } => {
                let (place, kind) = self.operand(from)?;
                (Source::Register(to), place, kind)
            }
            Op::GetShared { to, slot } => {
                let (place, kind) = self.source(Source::Shared(slot))?;
                (Source::Register(to), place, kind)
            }
            Op::SetShared { slot, from } => {
                let (place, kind) = self.operand(from)?;
                (Source::Shared(slot), place, kind)
            }
            Op::Binary { op, to, left, right } => {
                let (left, right) = (self.operand(left)?, self.operand(right)?);
                let (place, kind) = self.binary(op, left, right)?;
                (Source::Register(to), place, kind)
            }
            Op::Unary { to, value, .. } => {
                let (place, kind) = self.operand(value)?;
                let what = match kind {
                    Kind::Int | Kind::Duration => What::Negate,
                    Kind::Float => What::NegateFloat,
                    Kind::Bool => return None,
                };
                (Source::Register(to), self.step(what, place, place)?, kind)
            }
            Op::Builtin { function: Builtin::Now, to, .. } => {
                let (place, kind) = self.source(Source::Clock)?;
                (Source::Register(to), place, kind)
            }
            Op::Builtin { function, to, from, count: 1 } => {
                let (place, kind) = self.source(Source::Register(from))?;
                let (place, kind) = match (function, kind) {
                    (Builtin::Int | Builtin::Floor, Kind::Int) => (place, Kind::Int),
                    (Builtin::Floor, Kind::Float) => (self.step(What::Floor, place, place)?, Kind::Int),
                    (Builtin::Ln, Kind::Float) => (self.step(What::Ln, place, place)?, Kind::Float),
                    _ => return None,
                };
                (Source::Register(to), place, kind)
            }
            _ => return None,
        };
        self.known.retain(|(source, ..)| *source != to);
        self.known.push((to, place, kind));
        Some(to)
    }

    fn binary(&mut self, op: BinaryOp, left: (u8, Kind), right: (u8, Kind)) -> Option<(u8, Kind)> {
        use Kind::{Bool, Duration, Float, Int};
        let ((a, left), (b, right)) = (left, right);
        let (what, kind) = match (left, right, op) {
            (Int, Int, BinaryOp::Add) | (Duration, Duration, BinaryOp::Add) => (What::Add, left),
            (Int, Int, BinaryOp::Subtract) | (Duration, Duration, BinaryOp::Subtract) => {
                (What::Subtract, left)
            }
            (Int, Int, BinaryOp::Multiply) => (What::Multiply, Int),
            (Duration, Int, BinaryOp::Multiply) | (Int, Duration, BinaryOp::Multiply) => {
                (What::Multiply, Duration)
            }
            (Int, Int, BinaryOp::Divide) => (What::Divide, Int),
            (Int, Int, BinaryOp::Remainder) => (What::Remainder, Int),
            (Int, Int, BinaryOp::BitAnd) => (What::And, Int),
            (Int, Int, BinaryOp::BitOr) => (What::Or, Int),
            (Int, Int, BinaryOp::BitXor) => (What::Xor, Int),
            (Int, Int, BinaryOp::ShiftLeft) => (What::ShiftLeft, Int),
            (Int, Int, BinaryOp::ShiftRight) => (What::ShiftRight, Int),
            (Int, Int, op) | (Duration, Duration, op) => (compares(op)?, Bool),
            (Float | Int, Float, op) | (Float, Int, op) => {
                let what = match op {
                    BinaryOp::Add => What::AddFloat,
                    BinaryOp::Subtract => What::SubtractFloat,
                    BinaryOp::Multiply => What::MultiplyFloat,
                    BinaryOp::Divide => What::DivideFloat,
                    _ => return None,
                };
                let a = if left == Int { self.step(What::ToFloat, a, a)? } else { a };
                let b = if right == Int { self.step(What::ToFloat, b, b)? } else { b };
                return Some((self.step(what, a, b)?, Float));
            }
            _ => return None,
        };
        Some((self.step(what, a, b)?, kind))
    }

    fn operand(&mut self, operand: Operand) -> Option<(u8, Kind)> {
        match operand.split() {
            Ok(reg) => self.source(Source::Register(reg)),
            Err(constant) => {
                let value = &self.constants[constant as usize];
                let kind = kind(value)?;
                let place = self.place()?;
                self.steps.places[place as usize] = bits(value, kind)?;
                Some((place, kind))
            }
        }
    }

    /// Where the number of a source is; it is an input if nothing was written there before.
    fn source(&mut self, source: Source) -> Option<(u8, Kind)> {
        if let Some((_, place, kind)) = self.known.iter().find(|(known, ..)| *known == source) {
            return Some((*place, *kind));
        }
        let kind = match source {
            Source::Register(reg) => kind(&self.window[reg as usize])?,
            Source::Shared(slot) => kind(&self.shared[slot as usize])?,
            Source::Clock => Kind::Duration,
        };
        let place = self.place()?;
        self.steps.inputs.push((source, kind, place));
        self.known.push((source, place, kind));
        Some((place, kind))
    }

    fn step(&mut self, what: What, left: u8, right: u8) -> Option<u8> {
        let to = self.place()?;
        self.steps.steps.push(Step { what, to, left, right });
        Some(to)
    }

    fn place(&mut self) -> Option<u8> {
        let place = u8::try_from(self.used).ok()?;
        self.used += 1;
        Some(place)
    }
}

fn kind(value: &Value) -> Option<Kind> {
    match value {
        Value::Int(_) => Some(Kind::Int),
        Value::Duration(_) => Some(Kind::Duration),
        Value::Float(_) => Some(Kind::Float),
        Value::Bool(_) => Some(Kind::Bool),
        _ => None,
    }
}

fn compares(op: BinaryOp) -> Option<What> {
    Some(match op {
        BinaryOp::Equal => What::Equal,
        BinaryOp::NotEqual => What::NotEqual,
        BinaryOp::Less => What::Less,
        BinaryOp::LessEqual => What::LessEqual,
        BinaryOp::Greater => What::Greater,
        BinaryOp::GreaterEqual => What::GreaterEqual,
        _ => return None,
    })
}
