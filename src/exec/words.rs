//! The instructions that talk to the runtime: operands checked, words said, results stored.

use crate::exec::combine::combine;
use crate::exec::machine::Machine;
use crate::exec::state::State;
use crate::lang::program::{Callback, Method, Op, Operand, Reg, SelectKind, TextId};
use crate::runtimes::runtime::{Arm, CancelTarget, Me, Runtime, Said, TimeoutEnd, When, Word};
use crate::sim::process::Effect;
use crate::sim::task::NewTask;
use crate::sim::trace::Kind;
use crate::time::Duration;
use crate::value::{Failure, FailureKind, ObjectId, Outcome, Raise, ScopeId, Value};

/// A duration that is not negative.
#[inline]
pub fn duration<R: Runtime>(
    m: &Machine<'_, R>,
    state: &State,
    operand: Operand,
    word: &str,
) -> Result<Duration, Raise> {
    match state.operand(m.program, operand) {
        Value::Duration(nanos) => match u64::try_from(*nanos) {
            Ok(nanos) => Ok(Duration(nanos)),
            Err(_) => {
                let text = format!("`{word}` cannot take a negative time, {}", Value::Duration(*nanos));
                Err(m.error(state, text))
            }
        },
        other => Err(m.error(state, format!("`{word}` takes a duration such as 5ms, not {}", other.kind()))),
    }
}

#[inline]
pub fn object<R: Runtime>(
    m: &Machine<'_, R>,
    state: &State,
    operand: Operand,
    what: &str,
) -> Result<ObjectId, Raise> {
    match state.operand(m.program, operand) {
        Value::Object(id) => Ok(*id),
        other => Err(m.error(state, format!("{} cannot {what}", other.kind()))),
    }
}

/// `work d` or, with `hold`, `block d`.
pub fn occupy<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &State,
    (operand, label): (Operand, TextId),
    hold: bool,
) -> Result<Effect, Raise> {
    let duration = duration(m, state, operand, if hold { "block" } else { "work" })?;
    if m.runtime.kernel().tracing() {
        let label = m.label(state, label);
        let kind = if hold { Kind::Hold { duration, label } } else { Kind::Work { duration, label } };
        m.runtime.kernel().emit(Some(me.task), None, kind);
    }
    Ok(if hold { Effect::Block(duration) } else { Effect::Work(duration) })
}

/// Does an instruction stand for a [`Word`], or for the next of `as_completed(…)`?
#[inline]
pub fn is_word(op: Op) -> bool {
    match op {
        Op::Sleep { .. }
        | Op::Io { .. }
        | Op::Yield
        | Op::Acquire { .. }
        | Op::Release { .. }
        | Op::Await { .. }
        | Op::ForAwait { .. }
        | Op::GroupExit { raised: false, .. } => true,
        Op::Method { method, .. } => {
            matches!(method, Method::Send | Method::Recv | Method::Wait | Method::Next)
        }
        _ => false,
    }
}

/// The word an instruction stands for; none if it is the next of `as_completed(…)`.
pub fn word<R: Runtime>(
    m: &Machine<'_, R>,
    state: &State,
    op: Op,
    labelled: bool,
) -> Result<Option<Word>, Raise> {
    let label = |label| if labelled { m.label(state, label) } else { None };
    Ok(Some(match op {
        Op::Sleep { duration: d, label: text } => Word::Sleep(duration(m, state, d, "sleep")?, label(text)),
        Op::Io { duration: d, label: text } => Word::Io(duration(m, state, d, "io")?, label(text)),
        Op::Yield => Word::Pause,
        Op::Acquire { object: o, mode } => Word::Acquire(object(m, state, o, "be acquired")?, mode),
        Op::Release { object: o, mode } => Word::Release(object(m, state, o, "be released")?, mode),
        Op::Await { value, .. } => match state.operand(m.program, value) {
            Value::Task(task) => Word::Join(*task),
            Value::Object(future) => Word::Wait(*future),
            other => return Err(m.error(state, format!("{} cannot be awaited", other.kind()))),
        },
        Op::GroupExit { group, .. } => match state.get(group) {
            Value::Group(group) => Word::Leave(*group),
            other => unreachable!("the compiler put the group here, not {other}"),
        },
        Op::ForAwait { at, .. } => match state.get(at) {
            Value::Results(_) => return Ok(None),
            Value::Object(channel) => Word::Receive(*channel),
            other => {
                let text =
                    format!("`for await` goes through a channel or as_completed(…), not {}", other.kind());
                return Err(m.error(state, text));
            }
        },
        Op::Method { method, object: o, from, .. } => {
            if matches!(state.operand(m.program, o), Value::Results(_)) {
                return Ok(None);
            }
            let object = object(m, state, o, "be waited for in this way")?;
            match method {
                Method::Send => Word::Send(object, state.get(from).clone()),
                Method::Recv => Word::Receive(object),
                _ => Word::Wait(object),
            }
        }
        _ => return Ok(None),
    }))
}

/// What a word came to goes where its instruction says, and the task moves on.
pub fn keep<R: Runtime>(m: &Machine<'_, R>, state: &mut State, op: Op, said: Said) {
    let (value, closed) = match said {
        Said::Over(value) => (value, false),
        Said::Closed | Said::Parked | Said::Coroutine => (Value::None, true),
    };
    if !closed {
        m.see(state, &value);
    }
    match op {
        Op::ForAwait { exit, .. } if closed => {
            state.pc = exit;
            return;
        }
        Op::ForAwait { at, .. } => state.set(at + 1, value),
        Op::Method { to, .. } | Op::Await { to, .. } => state.set(to, value),
        _ => {}
    }
    state.pc += 1;
}

/// The task a `spawn` starts, and the group it belongs to.
pub fn spawn<R: Runtime>(
    m: &Machine<'_, R>,
    state: &State,
    from: Reg,
    site: u16,
) -> Result<(NewTask, Option<ScopeId>), Raise> {
    let site = &m.program.spawns[site as usize];
    let count = m.program.functions[site.function as usize].params;
    let mut new = m.started_task(site.function, state.slice(from, count));
    new.daemon = site.daemon;
    new.detached = site.detached;
    if let Some(priority) = site.priority {
        new.priority = match state.operand(m.program, priority) {
            Value::Int(n) => (*n).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32,
            other => return Err(m.error(state, format!("a priority is an int, not {}", other.kind()))),
        };
    }
    if let Some(on) = site.on {
        new.on = Some(object(m, state, on, "run a task: it is no `workers`")?);
    }
    let group = match site.group.map(|group| state.operand(m.program, group)) {
        None => None,
        Some(Value::Group(group)) => Some(*group),
        Some(other) => {
            return Err(m.error(state, format!("a task can be spawned in a group, not in {}", other.kind())));
        }
    };
    Ok((new, group))
}

/// Methods that never suspend.
pub fn quick_method<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &mut State,
    method: Method,
    (to, operand, from): (Reg, Operand, Reg),
) -> Result<(), Raise> {
    let rt = m.runtime;
    let target = state.operand(m.program, operand).clone();
    let value = match (method, target) {
        (Method::Done, Value::Task(task)) => Value::Bool(rt.kernel().ended(task)),
        (Method::WasCancelled, Value::Task(task)) => {
            Value::Bool(matches!(rt.kernel().outcome(task), Some(Err(Raise::Cancelled))))
        }
        (method, Value::Object(object)) => {
            let argument = || state.get(from).clone();
            quick_object_method(m, me, state, method, object, argument)?
        }
        (_, other) => return Err(m.error(state, format!("{} has no such method", other.kind()))),
    };
    m.see(state, &value);
    state.set(to, value);
    Ok(())
}

fn quick_object_method<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &State,
    method: Method,
    object: ObjectId,
    argument: impl Fn() -> Value,
) -> Outcome {
    let rt = m.runtime;
    match method {
        Method::TrySend => return rt.try_send(me, object, argument()).map(Value::Bool),
        Method::TryRecv => return Ok(rt.try_receive(me, object)?.unwrap_or(Value::None)),
        Method::Len => return Ok(Value::Int(rt.len(object)? as i64)),
        Method::IsSet => return rt.is_set(object).map(Value::Bool),
        Method::Locked => return rt.locked(object).map(Value::Bool),
        Method::Done => return rt.settled(object).map(Value::Bool),
        Method::Close => rt.close(me, object)?,
        Method::Set => rt.set(me, object)?,
        Method::Clear => rt.clear(me, object)?,
        Method::Settle => rt.settle(me, object, Ok(argument()))?,
        Method::Fail => {
            let failure = match argument() {
                Value::Failure(failure) => failure,
                other => Failure::new(FailureKind::User, other.to_string(), m.place(state)),
            };
            rt.settle(me, object, Err(Raise::Failed(failure)))?;
        }
        Method::Notify => match argument() {
            Value::Int(n) if n >= 0 => rt.notify(me, object, n as usize)?,
            other => return Err(m.error(state, format!("`notify` takes a number from 0, not {other}"))),
        },
        Method::NotifyAll => rt.notify(me, object, usize::MAX)?,
        Method::Send | Method::Recv | Method::Wait | Method::Next | Method::WasCancelled => {
            return Err(m.error(state, "a shared object has no such method"));
        }
    }
    Ok(Value::None)
}

/// Words that never suspend; false if this is none of them.
pub fn at_once<R: Runtime>(m: &Machine<'_, R>, me: Me<'_>, state: &mut State, op: Op) -> Result<bool, Raise> {
    let rt = m.runtime;
    match op {
        Op::Cancel { to, target } => {
            let taken = match state.operand(m.program, target) {
                Value::Task(task) => rt.cancel(me, CancelTarget::Task(*task)),
                Value::Group(group) => rt.cancel(me, CancelTarget::Group(*group)),
                Value::Scope(scope) => rt.cancel(me, CancelTarget::Scope(*scope)),
                other => {
                    let text =
                        format!("`cancel` takes a task handle, a group or a scope, not {}", other.kind());
                    return Err(m.error(state, text));
                }
            };
            state.set(to, Value::Bool(taken));
        }
        Op::GroupEnter { to } => {
            let group = rt.group_enter(me);
            state.set(to, Value::Group(group));
        }
        Op::TimeoutEnter { to, duration: d } => {
            let d = duration(m, state, d, "timeout")?;
            let scope = rt.timeout_enter(me, Some(d));
            state.set(to, Value::Scope(scope));
        }
        Op::ScopeEnter { to } => {
            let scope = rt.timeout_enter(me, None);
            state.set(to, Value::Scope(scope));
        }
        Op::CallBack { when, call, delay } => call_back(m, me, state, when, (call, delay))?,
        Op::TimeoutExit { raised, scope, expired } => {
            let Value::Scope(id) = *state.get(scope) else { unreachable!("the compiler put the scope here") };
            let body = if raised { Err(Raise::caught(state.take(scope + 1))) } else { Ok(()) };
            match rt.timeout_exit(me, id, body) {
                TimeoutEnd::Normal => {}
                TimeoutEnd::Raise(raise) => return Err(raise),
                TimeoutEnd::Expired => {
                    state.pc = expired;
                    return Ok(true);
                }
            }
        }
        _ => return Ok(false),
    }
    state.pc += 1;
    Ok(true)
}

/// Words that wait for several things, or in several steps; their caller boxes them.
pub async fn rare<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &mut State,
    op: Op,
) -> Result<(), Raise> {
    let rt = m.runtime;
    match op {
        Op::Combine { with, to, from, count } => return combine(m, me, state, with, (to, from, count)).await,
        // Its block was left by a raise.
        Op::GroupExit { group, .. } => {
            let Value::Group(id) = *state.get(group) else { unreachable!("the compiler put the group here") };
            let raise = Raise::caught(state.take(group + 1));
            rt.group_exit(me, id, Err(raise)).await?;
        }
        Op::Select { site } => return select(m, me, state, site).await,
        other => unreachable!("{other:?} does not talk to the runtime"),
    }
    state.pc += 1;
    Ok(())
}

/// `call_soon(t())` and its kin
fn call_back<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &mut State,
    when: Callback,
    (call, delay): (Reg, Operand),
) -> Result<(), Raise> {
    let when = match when {
        Callback::Soon => When::Soon,
        Callback::NextTick => When::NextTick,
        Callback::Immediate => When::Immediate,
        Callback::Later => When::After(duration(m, state, delay, "call_later")?),
    };
    let Value::Call(call) = state.take(call) else { unreachable!("the compiler put the call here") };
    m.runtime.call_back(me, when, m.new_task(&call))
}

/// The next of `as_completed(…)`, for `for await` or by `next()`.
pub async fn next_result<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &mut State,
    op: Op,
) -> Result<(), Raise> {
    let results = match op {
        Op::ForAwait { at, .. } => state.get(at),
        Op::Method { object, .. } => state.operand(m.program, object),
        other => unreachable!("{other:?} takes no results"),
    };
    let Value::Results(results) = *results else { unreachable!("everything else is a word of its own") };
    let next = m.runtime.next_result(me, results).await?;
    if next.is_none() && matches!(op, Op::Method { .. }) {
        return Err(m.error(state, "every result of this `as_completed` was taken"));
    }
    keep(m, state, op, next.map_or(Said::Closed, Said::Over));
    Ok(())
}

async fn select<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &mut State,
    site: u16,
) -> Result<(), Raise> {
    let site = &m.program.selects[site as usize];
    let mut arms = Vec::with_capacity(site.arms.len());
    for arm in &site.arms {
        arms.push(match arm.kind {
            SelectKind::Receive { object: o } => Arm::Receive(object(m, state, o, "be received from")?),
            SelectKind::Send { object: o, value } => {
                Arm::Send(object(m, state, o, "be sent to")?, state.operand(m.program, value).clone())
            }
            SelectKind::Wait { object: o } => Arm::Wait(object(m, state, o, "be waited for")?),
            SelectKind::Join { value } => Arm::Join(state.operand(m.program, value).clone()),
            SelectKind::After { duration: d } => Arm::After(duration(m, state, d, "after")?),
        });
    }
    let (index, value) = m.runtime.select(me, arms).await?;
    let arm = &site.arms[index];
    state.set(arm.to, value);
    state.pc = arm.target;
    Ok(())
}
