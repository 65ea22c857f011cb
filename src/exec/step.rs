//! Everything that does not suspend: arithmetic, jumps, calls, variables.

use std::rc::Rc;

use crate::exec::draw::{draw, drawn};
use crate::exec::machine::Machine;
use crate::exec::state::{Left, State};
use crate::lang::functions;
use crate::lang::operators;
use crate::lang::program::{Builtin, NO_TEXT, Op, Operand, Reg, TextId};
use crate::runtimes::runtime::{Kind, ObjectSpec, Runtime};
use crate::sim::trace::{Kind as EventKind, Observed};
use crate::value::{Call, Failure, FailureKind, Raise, ScopeId, TaskId, Value};

/// Why execution stopped short of the next instruction.
pub enum Stop {
    /// An instruction that talks to the runtime.
    Runtime(Op),
    /// A loop begins again, and typed code may take over.
    Loop,
    /// The running frame returned from under a `wait_for`: its deadline is to be closed.
    Scope(ScopeId),
    /// A call returned, and others go first.
    Called,
    /// The task returned.
    Returned(Value),
    /// The run's step limit was reached.
    Exhausted,
}

/// Instructions between two looks at the step limit.
const STRETCH: u64 = 4096;
/// Steps a list element or a sent item counts for: memory is bounded by bounding steps.
const CELL: u64 = 8;
/// Steps a `future()` counts for: it stays for the rest of the run.
const FUTURE: u64 = 100;

/// Executes until something must be asked of the runtime. On an error the program counter
/// stands at the instruction that failed.
pub fn run<R: Runtime>(m: &Machine<'_, R>, me: TaskId, state: &mut State) -> Result<Stop, Raise> {
    let mut steps = 0;
    loop {
        if let Some(stop) = general(m, me, state, &mut steps)? {
            return Ok(stop);
        }
    }
}

/// Executes one instruction, unless the task is to stop at it.
fn general<R: Runtime>(
    m: &Machine<'_, R>,
    me: TaskId,
    state: &mut State,
    steps: &mut u64,
) -> Result<Option<Stop>, Raise> {
    let kernel = m.runtime.kernel();
    if *steps >= STRETCH && !kernel.count_steps(std::mem::take(steps)) {
        return Ok(Some(Stop::Exhausted));
    }
    *steps += 1;
    let pc = state.pc;
    let op = m.program.code[pc as usize];
    if simple(m, me, state, op, steps)? {
        // A loop goes round.
        if state.pc > pc || m.typed_at(state).is_none() {
            return Ok(None);
        }
        return Ok(Some(if kernel.count_steps(*steps) { Stop::Loop } else { Stop::Exhausted }));
    }
    let stop = match op {
        Op::Return { value } => {
            let value = state.operand(m.program, value).clone();
            match state.leave(value) {
                Left::Caller if m.runtime.calls_take_a_turn() => Stop::Called,
                Left::Caller => return Ok(None),
                Left::Scope(scope) => Stop::Scope(scope),
                Left::Task(value) => Stop::Returned(value),
            }
        }
        op => Stop::Runtime(op),
    };
    Ok(Some(if kernel.count_steps(*steps) { stop } else { Stop::Exhausted }))
}

/// Executes one instruction and moves on; false if it is not one of these.
#[inline]
fn simple<R: Runtime>(
    m: &Machine<'_, R>,
    me: TaskId,
    state: &mut State,
    op: Op,
    steps: &mut u64,
) -> Result<bool, Raise> {
    let program = m.program;
    match op {
        Op::Move { to, from } => {
            let value = state.operand(program, from).clone();
            state.set(to, value);
        }
        Op::Binary { op, to, left, right } => {
            let (left, right) = (state.operand(program, left), state.operand(program, right));
            let value = operators::binary(op, left, right).map_err(|text| m.error(state, text))?;
            if let Value::List(items) = &value {
                *steps += items.len() as u64 * CELL;
            }
            state.set(to, value);
        }
        Op::Unary { op, to, value } => {
            let value =
                operators::unary(op, state.operand(program, value)).map_err(|text| m.error(state, text))?;
            state.set(to, value);
        }
        Op::Jump { to } => {
            return Ok(state.jump(to));
        }
        Op::JumpIf { condition, to } => {
            if truth(m, state, condition)? {
                return Ok(state.jump(to));
            }
        }
        Op::JumpUnless { condition, to } => {
            if !truth(m, state, condition)? {
                return Ok(state.jump(to));
            }
        }
        Op::ForRange { at, exit } => {
            if !next_int(m, state, at)? {
                return Ok(state.jump(exit));
            }
        }
        Op::ForList { at, exit } => {
            if !next_element(m, state, at)? {
                return Ok(state.jump(exit));
            }
        }
        Op::Call { function, to, from } => {
            state.call(program, function, to, from)?;
            return Ok(true);
        }
        Op::GetShared { to, slot } => {
            m.runtime.touch_shared(me, slot, false).map_err(|raise| m.placed(state, raise))?;
            let value = m.world.borrow().shared[slot as usize].clone();
            state.set(to, value);
        }
        Op::SetShared { slot, from } => {
            m.runtime.touch_shared(me, slot, true).map_err(|raise| m.placed(state, raise))?;
            m.world.borrow_mut().shared[slot as usize] = state.operand(program, from).clone();
        }
        op => return less_common(m, me, state, op, steps),
    }
    state.pc += 1;
    Ok(true)
}

/// The next round of `for i in a..b`; false when there is none.
#[inline]
fn next_int<R: Runtime>(m: &Machine<'_, R>, state: &mut State, at: Reg) -> Result<bool, Raise> {
    let (Value::Int(next), Value::Int(end)) = (state.get(at), state.get(at + 1)) else {
        return Err(m.error(state, "a range counts with ints: `for i in 0..10`"));
    };
    let (next, end) = (*next, *end);
    if next < end {
        state.set(at + 2, Value::Int(next));
        state.set(at, Value::Int(next + 1));
    }
    Ok(next < end)
}

/// The next round of `for x in list`; false when there is none.
fn next_element<R: Runtime>(m: &Machine<'_, R>, state: &mut State, at: Reg) -> Result<bool, Raise> {
    let (Value::List(items), Value::Int(next)) = (state.get(at), state.get(at + 1)) else {
        let text = format!("`for` goes through a list or a range, not {}", state.get(at).kind());
        return Err(m.error(state, text));
    };
    let next = *next;
    let Some(item) = items.get(next as usize).cloned() else { return Ok(false) };
    m.see(state, &item);
    state.set(at + 2, item);
    state.set(at + 1, Value::Int(next + 1));
    Ok(true)
}

fn less_common<R: Runtime>(
    m: &Machine<'_, R>,
    me: TaskId,
    state: &mut State,
    op: Op,
    steps: &mut u64,
) -> Result<bool, Raise> {
    let program = m.program;
    match op {
        Op::SetIndex { list, index, value } => {
            let (index, value) =
                (state.operand(program, index).clone(), state.operand(program, value).clone());
            let mut target = state.take(list);
            let done = operators::set_index(&mut target, &index, value);
            state.set(list, target);
            done.map_err(|text| m.error(state, text))?;
        }
        Op::SetSharedIndex { slot, index, value } => {
            m.runtime.touch_shared(me, slot, true).map_err(|raise| m.placed(state, raise))?;
            let (index, value) = (state.operand(program, index), state.operand(program, value).clone());
            let done = operators::set_index(&mut m.world.borrow_mut().shared[slot as usize], index, value);
            done.map_err(|text| m.error(state, text))?;
        }
        Op::Index { to, list, index } => {
            let (list, index) = (state.operand(program, list), state.operand(program, index));
            let value = operators::index(list, index).map_err(|text| m.error(state, text))?;
            m.see(state, &value);
            state.set(to, value);
        }
        Op::List { to, from, count } => {
            *steps += u64::from(count) * CELL;
            let items = state.slice(from, count).to_vec();
            let value = operators::list(items).map_err(|text| m.error(state, text))?;
            state.set(to, value);
        }
        Op::Append { list, value } => {
            *steps += CELL;
            let value = state.operand(program, value).clone();
            let done = operators::append(state.get_mut(list), value);
            done.map_err(|text| m.error(state, text))?;
        }
        Op::Text { to, text } => {
            let text = filled(m, state, text, steps)?;
            state.set(to, Value::text(text));
        }
        Op::Builtin { function, to, from, count } => {
            let value = builtin(m, me, state, function, (from, count), steps)?;
            m.see(state, &value);
            state.set(to, value);
        }
        Op::Defer { to, function, from } => {
            let count = m.program.functions[function as usize].params;
            let arguments = state.slice(from, count).to_vec();
            state.set(to, Value::Call(Rc::new(Call { function, arguments })));
        }
        op => return failing(m, me, state, op, steps),
    }
    state.pc += 1;
    Ok(true)
}

/// What fails, asks about failures, or is written down.
fn failing<R: Runtime>(
    m: &Machine<'_, R>,
    me: TaskId,
    state: &mut State,
    op: Op,
    steps: &mut u64,
) -> Result<bool, Raise> {
    let program = m.program;
    match op {
        Op::Fail { value } => return Err(failure(m, state, value)),
        Op::FailCancelled => return Err(Raise::Cancelled),
        Op::Reraise { error } => return Err(Raise::caught(state.take(error))),
        Op::IsCancelled { to, error } => {
            let cancelled = matches!(state.get(error), Value::Cancelled);
            state.set(to, Value::Bool(cancelled));
        }
        Op::Assert { condition, message } => {
            if !truth(m, state, condition)? {
                if message == NO_TEXT {
                    return Err(m.error(state, "assertion failed"));
                }
                let text = filled(m, state, message, steps)?;
                return Err(m.error(state, text));
            }
        }
        Op::Log { text } => {
            if m.runtime.kernel().tracing() {
                let text = filled(m, state, text, steps)?;
                m.runtime.kernel().set_place(Some(m.place(state)));
                m.runtime.kernel().emit(Some(me), None, EventKind::Log { text: Rc::from(text) });
            }
        }
        Op::Observe { metric, value } => {
            let value = match state.operand(program, value) {
                Value::Int(i) => Observed::Number(*i as f64),
                Value::Float(x) => Observed::Number(*x),
                Value::Duration(d) => Observed::Duration(*d),
                other => {
                    let text = format!("`observe` takes a number or a duration, not {}", other.kind());
                    return Err(m.error(state, text));
                }
            };
            m.runtime.kernel().set_place(Some(m.place(state)));
            m.runtime.kernel().emit(Some(me), None, EventKind::Observe { metric, value });
        }
        _ => return Ok(false),
    }
    state.pc += 1;
    Ok(true)
}

fn filled<R: Runtime>(
    m: &Machine<'_, R>,
    state: &State,
    text: TextId,
    steps: &mut u64,
) -> Result<String, Raise> {
    let text = m.text(state, text).map_err(|text| m.error(state, text))?;
    *steps += text.len() as u64 / 16;
    Ok(text)
}

fn truth<R: Runtime>(m: &Machine<'_, R>, state: &State, condition: Operand) -> Result<bool, Raise> {
    match state.operand(m.program, condition) {
        Value::Bool(b) => Ok(*b),
        other => Err(m.error(state, format!("a condition is true or false, not {}", other.kind()))),
    }
}

/// What `fail e` raises: a failure again as it is, anything else as a new one.
fn failure<R: Runtime>(m: &Machine<'_, R>, state: &State, value: Operand) -> Raise {
    match state.operand(m.program, value) {
        Value::Failure(failure) => Raise::Failed(failure.clone()),
        Value::Cancelled => Raise::Cancelled,
        other => Raise::Failed(Failure::new(FailureKind::User, other.to_string(), m.place(state))),
    }
}

fn builtin<R: Runtime>(
    m: &Machine<'_, R>,
    me: TaskId,
    state: &State,
    function: Builtin,
    (from, count): (Reg, u16),
    steps: &mut u64,
) -> Result<Value, Raise> {
    let kernel = m.runtime.kernel();
    let arguments = state.slice(from, count);
    let value = match function {
        Builtin::Now => Ok(Value::Duration(i64::try_from(kernel.now().0).unwrap_or(i64::MAX))),
        Builtin::Id => Ok(Value::Int(i64::from(me.serial))),
        Builtin::CurrentTask => {
            // Somebody may ask about this task after it has ended.
            kernel.tasks().get_mut(me).detached = false;
            Ok(Value::Task(me))
        }
        Builtin::Future => {
            *steps += FUTURE;
            Ok(Value::Object(m.runtime.create(ObjectSpec {
                kind: Kind::Future,
                size: None,
                lock: None,
                inherit: false,
                processes: false,
            })))
        }
        Builtin::Random
        | Builtin::Uniform
        | Builtin::Exponential
        | Builtin::Normal
        | Builtin::Lognormal
        | Builtin::Pareto
        | Builtin::Choice
        | Builtin::Poisson => kernel.draw(me, |stream| {
            let (before, mut again) = (stream.drawn, *stream);
            let value = draw(function, arguments, stream);
            kernel.note_draw(|| drawn(function, arguments, value.as_ref().ok()?, &mut again));
            // A `poisson` with a large mean draws a million times.
            *steps += u64::from(stream.drawn.wrapping_sub(before));
            value
        }),
        pure => functions::apply(pure, arguments).expect("every other function is pure"),
    };
    if let Ok(Value::List(items)) = &value {
        *steps += items.len() as u64 * CELL;
    }
    value.map_err(|text| m.error(state, text))
}
