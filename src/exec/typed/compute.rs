//! Typed code executed: what computes. The words of the language are said by whoever calls.
//!
//! Few things are in use from one instruction to the next, so that they stay where the processor has them at hand.

use std::cmp::Ordering;

use crate::exec::typed::code::{EQUAL, GREATER, LESS, Quick, Stop};
use crate::exec::typed::kind::{Kind, element, set_element, value, word};
use crate::exec::typed::numbers::{
    Words, checked, finite, float, floor, grow, int, next_round, shift_left, shift_right, xor_shifts,
};
use crate::lang::program::Program;
use crate::sim::kernel::Kernel;
use crate::value::Value;

/// Steps between two looks at the step limit.
const STRETCH: u64 = 4096;

/// What there is beside the registers.
pub struct World<'a> {
    pub program: &'a Program,
    pub kernel: &'a Kernel,
    /// The shared variables.
    pub shared: Vec<Value>,
    /// The steps taken since they were last counted.
    pub steps: u64,
}

impl World<'_> {
    /// The time as programs see it, in nanoseconds.
    #[inline(always)]
    fn now(&self) -> i64 {
        self.kernel.now().0.min(i64::MAX as u64) as i64
    }
}

/// Executes from `at` until the task stops: why, and where. Where words follow each other, there is nothing to compute.
#[inline(always)]
pub fn on(code: &[Quick], words: &mut Words, world: &mut World<'_>, at: usize) -> (Stop, usize) {
    if code.get(at).is_some_and(|quick| quick.is_word()) {
        world.steps += 1;
        return (Stop::Word, at);
    }
    compute(code, words, world, at)
}

/// Executes from `at` until the task stops.
///
/// One function, long as it is: whatever leads from one instruction to the next costs as much as most of them do.
fn compute(code: &[Quick], words: &mut Words, world: &mut World<'_>, at: usize) -> (Stop, usize) {
    let (mut at, mut steps, mut since) = (at, world.steps, at);
    let stop = loop {
        // How many instructions this one is; none if it cannot be executed here.
        let length = match code[at] {
            Quick::Add(to, a, b) => one(checked(words, to, int(words, a).checked_add(int(words, b)))),
            Quick::Subtract(to, a, b) => one(checked(words, to, int(words, a).checked_sub(int(words, b)))),
            Quick::Multiply(to, a, b) => one(checked(words, to, int(words, a).checked_mul(int(words, b)))),
            Quick::Divide(to, a, b) => one(checked(words, to, int(words, a).checked_div(int(words, b)))),
            Quick::Remainder(to, a, b) => one(checked(words, to, int(words, a).checked_rem(int(words, b)))),
            Quick::And(to, a, b) => put(words, to, words[usize::from(a)] & words[usize::from(b)]),
            Quick::Or(to, a, b) => put(words, to, words[usize::from(a)] | words[usize::from(b)]),
            Quick::Xor(to, a, b) => put(words, to, words[usize::from(a)] ^ words[usize::from(b)]),
            Quick::ShiftLeft(to, a, b) => one(checked(words, to, shift_left(int(words, a), int(words, b)))),
            Quick::ShiftRight(to, a, b) => one(checked(words, to, shift_right(int(words, a), int(words, b)))),
            Quick::Equal(to, a, b) => put(words, to, u64::from(int(words, a) == int(words, b))),
            Quick::NotEqual(to, a, b) => put(words, to, u64::from(int(words, a) != int(words, b))),
            Quick::Less(to, a, b) => put(words, to, u64::from(int(words, a) < int(words, b))),
            Quick::LessEqual(to, a, b) => put(words, to, u64::from(int(words, a) <= int(words, b))),
            Quick::Greater(to, a, b) => put(words, to, u64::from(int(words, a) > int(words, b))),
            Quick::GreaterEqual(to, a, b) => put(words, to, u64::from(int(words, a) >= int(words, b))),
            Quick::Negate(to, a) => one(checked(words, to, int(words, a).checked_neg())),
            Quick::Not(to, a) => put(words, to, words[usize::from(a)] ^ 1),
            Quick::AddFloat(to, a, b) => one(finite(words, to, float(words, a) + float(words, b))),
            Quick::SubtractFloat(to, a, b) => one(finite(words, to, float(words, a) - float(words, b))),
            Quick::MultiplyFloat(to, a, b) => one(finite(words, to, float(words, a) * float(words, b))),
            Quick::DivideFloat(to, a, b) => one(finite(words, to, float(words, a) / float(words, b))),
            Quick::LessFloat(to, a, b) => put(words, to, u64::from(float(words, a) < float(words, b))),
            Quick::LessEqualFloat(to, a, b) => put(words, to, u64::from(float(words, a) <= float(words, b))),
            Quick::GreaterFloat(to, a, b) => put(words, to, u64::from(float(words, a) > float(words, b))),
            Quick::GreaterEqualFloat(to, a, b) => {
                put(words, to, u64::from(float(words, a) >= float(words, b)))
            }
            Quick::AddIntFloat(to, a, b) => one(finite(words, to, int(words, a) as f64 + float(words, b))),
            Quick::SubtractIntFloat(to, a, b) => {
                one(finite(words, to, int(words, a) as f64 - float(words, b)))
            }
            Quick::MultiplyIntFloat(to, a, b) => {
                one(finite(words, to, int(words, a) as f64 * float(words, b)))
            }
            Quick::DivideIntFloat(to, a, b) => one(finite(words, to, int(words, a) as f64 / float(words, b))),
            Quick::SubtractFloatInt(to, a, b) => {
                one(finite(words, to, float(words, a) - int(words, b) as f64))
            }
            Quick::DivideFloatInt(to, a, b) => one(finite(words, to, float(words, a) / int(words, b) as f64)),
            Quick::NegateFloat(to, a) => put(words, to, (-float(words, a)).to_bits()),
            Quick::Ln(to, a) => {
                let x = float(words, a);
                one(x > 0.0 && finite(words, to, libm::log(x)))
            }
            Quick::Floor(to, a) => one(checked(words, to, floor(float(words, a)))),
            Quick::Move(to, from) => put(words, to, words[usize::from(from)]),
            Quick::Now { to } => put(words, to, world.now() as u64),
            Quick::XorShiftLeft { to, x, shift, mask } => {
                let x = int(words, x);
                let shifted = shift_left(x, int(words, shift));
                when(checked(words, to, shifted.map(|bits| x ^ bits & int(words, mask))), 3)
            }
            Quick::XorShiftRight { to, x, shift } => {
                let x = int(words, x);
                when(checked(words, to, shift_right(x, int(words, shift)).map(|bits| x ^ bits)), 2)
            }
            Quick::XorShifts { x, left, right, again, mask } => {
                let next = xor_shifts(int(words, x), (left, right, again), int(words, mask));
                when(checked(words, x, next), 8)
            }
            Quick::AndAdd { to, x, mask, more } => {
                let bits = int(words, x) & int(words, mask);
                when(checked(words, to, bits.checked_add(int(words, more))), 2)
            }
            Quick::AddShared { more, kind, slot } => {
                when(grow(&mut world.shared[usize::from(slot)], kind, int(words, more)), 3)
            }
            Quick::AddSharedNow { slot } => {
                let now = world.now();
                when(grow(&mut world.shared[usize::from(slot)], Kind::Duration, now), 4)
            }
            Quick::GetShared { to, kind, slot } => match word(&world.shared[usize::from(slot)]) {
                Some((is, bits)) if is == kind => put(words, to, bits),
                _ => 0,
            },
            Quick::SetShared { from, kind, slot } => {
                world.shared[usize::from(slot)] = value(kind, words[usize::from(from)]);
                1
            }
            Quick::IndexShared { to, index, kind, slot } => {
                match element(&world.shared[usize::from(slot)], words[usize::from(index)], kind) {
                    Some(bits) => put(words, to, bits) + 1,
                    None => 0,
                }
            }
            Quick::IndexConstant { to, index, kind, constant } => {
                match element(
                    &world.program.constants[usize::from(constant)],
                    words[usize::from(index)],
                    kind,
                ) {
                    Some(bits) => put(words, to, bits),
                    None => 0,
                }
            }
            Quick::SetIndexShared { index, from, kind, slot } => {
                let element = (kind, words[usize::from(from)]);
                one(set_element(&mut world.shared[usize::from(slot)], words[usize::from(index)], element))
            }
            Quick::JumpUnlessOrder { orders, a, b, to } => {
                let order = match int(words, a).cmp(&int(words, b)) {
                    Ordering::Less => LESS,
                    Ordering::Equal => EQUAL,
                    Ordering::Greater => GREATER,
                };
                if orders & order == 0 {
                    steps += (at + 2 - since) as u64;
                    (at, since) = (usize::from(to), usize::from(to));
                    continue;
                }
                2
            }
            Quick::Next { at: loops, body, exit } => {
                steps += (at + 2 - since) as u64;
                if steps >= STRETCH {
                    since = at;
                    break Stop::Stretch;
                }
                let to = usize::from(if next_round(words, loops) { body } else { exit });
                (at, since) = (to, to);
                continue;
            }
            Quick::Jump { to } => {
                let to = usize::from(to);
                steps += (at + 1 - since) as u64;
                if to <= at && steps >= STRETCH {
                    since = at;
                    break Stop::Stretch;
                }
                (at, since) = (to, to);
                continue;
            }
            Quick::JumpIf { condition, to } => {
                if words[usize::from(condition)] != 0 {
                    steps += (at + 1 - since) as u64;
                    (at, since) = (usize::from(to), usize::from(to));
                    continue;
                }
                1
            }
            Quick::JumpUnless { condition, to } => {
                if words[usize::from(condition)] == 0 {
                    steps += (at + 1 - since) as u64;
                    (at, since) = (usize::from(to), usize::from(to));
                    continue;
                }
                1
            }
            Quick::ForRange { at: loops, exit } => {
                if !next_round(words, loops) {
                    steps += (at + 1 - since) as u64;
                    (at, since) = (usize::from(exit), usize::from(exit));
                    continue;
                }
                1
            }
            Quick::Say | Quick::Open { .. } | Quick::Spawn { .. } | Quick::Return { .. } => break Stop::Word,
            Quick::Plain => 0,
        };
        if length == 0 {
            break Stop::Plain;
        }
        at += length;
    };
    world.steps = steps + (at + 1 - since) as u64;
    (stop, at)
}

/// The length of a single instruction, if it could be executed.
#[inline(always)]
fn one(done: bool) -> usize {
    usize::from(done)
}

/// The length of several in one.
#[inline(always)]
fn when(done: bool, length: usize) -> usize {
    if done { length } else { 0 }
}

/// Puts a word into its place: a single instruction.
#[inline(always)]
fn put(words: &mut Words, to: u8, word: u64) -> usize {
    words[usize::from(to)] = word;
    1
}
