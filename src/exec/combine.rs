//! The words that take several tasks, and `wait_for`.

use crate::exec::machine::Machine;
use crate::exec::state::State;
use crate::lang::operators;
use crate::lang::program::{Combinator, Reg};
use crate::runtimes::runtime::{Child, Me, Runtime, TimeoutEnd};
use crate::time::Duration;
use crate::value::{Failure, FailureKind, Raise, TaskId, Value};

pub async fn combine<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &mut State,
    with: Combinator,
    (to, from, count): (Reg, Reg, u16),
) -> Result<(), Raise> {
    let rt = m.runtime;
    let arguments = state.slice(from, count).to_vec();
    let value = match with {
        Combinator::Gather => rt.gather(me, children(m, state, &arguments)?).await?,
        Combinator::Settle => rt.settle_all(me, children(m, state, &arguments)?).await?,
        Combinator::Race => rt.race(me, children(m, state, &arguments)?).await?,
        Combinator::AsCompleted => {
            let (timeout, tasks) = arguments.split_last().expect("the timeout is always there");
            let timeout = match timeout {
                Value::None => None,
                Value::Duration(nanos) if *nanos >= 0 => Some(Duration(*nanos as u64)),
                other => return Err(m.error(state, format!("a timeout is a duration from 0s, not {other}"))),
            };
            Value::Results(rt.as_completed(me, children(m, state, tasks)?, timeout).await?)
        }
        Combinator::Shield => {
            if let Value::Call(call) = &arguments[0]
                && let Some(scope) = rt.shield_inline(me)
            {
                return state.call_with(m.program, call.function, to, &call.arguments, scope);
            }
            rt.shield(me, one(m, state, &arguments[0])?).await?
        }
        Combinator::Offload => match (&arguments[0], &arguments[1]) {
            (Value::Object(pool), Value::Call(call)) => rt.offload(me, *pool, m.new_task(call)).await?,
            (Value::Object(_), other) => {
                return Err(m.error(state, format!("`offload` takes a task to start, not {}", other.kind())));
            }
            (other, _) => {
                return Err(m.error(state, format!("`offload` takes `workers`, not {}", other.kind())));
            }
        },
        Combinator::WaitFor => return wait_for(m, me, state, to, arguments).await,
    };
    // The values come from elsewhere: together they may be more than a list may hold.
    let value = match value {
        Value::List(items) => operators::list(items.to_vec()).map_err(|text| m.error(state, text))?,
        other => other,
    };
    state.set(to, value);
    state.pc += 1;
    Ok(())
}

async fn wait_for<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &mut State,
    to: Reg,
    arguments: Vec<Value>,
) -> Result<(), Raise> {
    let rt = m.runtime;
    let d = match &arguments[1] {
        Value::Duration(nanos) => Duration(u64::try_from(*nanos).unwrap_or(0)),
        other => return Err(m.error(state, format!("`wait_for` takes a duration, not {}", other.kind()))),
    };
    let inline = |target: &Value| {
        rt.wait_for_inline(d) && (matches!(target, Value::Call(_)) || rt.wait_for_handle_inline())
    };
    let value = match &arguments[0] {
        target if !inline(target) => rt.wait_for(me, one(m, state, target)?, d).await?,
        Value::Call(call) => {
            let scope = rt.timeout_enter(me, Some(d));
            return state.call_with(m.program, call.function, to, &call.arguments, scope);
        }
        target => {
            let child = one(m, state, target)?;
            let scope = rt.timeout_enter(me, Some(d));
            let joined = match child {
                Child::Task(task) => rt.join(me, task).await,
                Child::Future(future) => rt.wait(me, future).await,
                Child::New(_) => unreachable!("a call was handled above"),
            };
            let (value, body) = match joined {
                Ok(value) => (value, Ok(())),
                Err(raise) => (Value::None, Err(raise)),
            };
            let end = rt.timeout_exit(me, scope, body);
            if rt.calls_take_a_turn() {
                rt.call_ended(me).await;
            }
            match end {
                TimeoutEnd::Normal => value,
                TimeoutEnd::Raise(raise) => return Err(raise),
                TimeoutEnd::Expired => {
                    return Err(Raise::Failed(Failure::new(FailureKind::Timeout, "timeout", m.place(state))));
                }
            }
        }
    };
    state.set(to, value);
    state.pc += 1;
    Ok(())
}

/// The tasks among the arguments of a combinator, lists spread out.
fn children<R: Runtime>(m: &Machine<'_, R>, state: &State, values: &[Value]) -> Result<Vec<Child>, Raise> {
    let mut all = Vec::new();
    for value in values {
        match value {
            Value::List(items) => {
                for item in items.iter() {
                    all.push(one(m, state, item)?);
                }
            }
            other => all.push(one(m, state, other)?),
        }
    }
    Ok(all)
}

fn one<R: Runtime>(m: &Machine<'_, R>, state: &State, value: &Value) -> Result<Child, Raise> {
    match value {
        Value::Call(call) => Ok(Child::New(m.new_task(call))),
        Value::Task(task) => Ok(Child::Task(known(m, state, *task)?)),
        Value::Object(future) => Ok(Child::Future(*future)),
        other => Err(m.error(state, format!("a task or a handle is needed here, not {}", other.kind()))),
    }
}

fn known<R: Runtime>(m: &Machine<'_, R>, state: &State, task: TaskId) -> Result<TaskId, Raise> {
    if m.runtime.kernel().tasks().exists(task) {
        return Ok(task);
    }
    Err(m.error(state, "this task has ended and nobody kept its handle"))
}
