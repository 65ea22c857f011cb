//! A task as a process: executes instructions and says the words of the runtime.

use std::rc::Rc;

use crate::exec::machine::Machine;
use crate::exec::state::{Left, State};
use crate::exec::step::{self, Stop};
use crate::exec::words;
use crate::lang::program::{Op, Reg};
use crate::runtimes::runtime::{Me, Runtime, TimeoutEnd};
use crate::sim::process::Airlock;
use crate::sim::task::{Native, Start};
use crate::time::Duration;
use crate::value::{Call, Failure, FailureKind, Outcome, Raise, ScopeId, TaskId, Value};

/// The process of a task, from its first instruction to its outcome.
pub async fn interpret<R: Runtime>(m: &Machine<'_, R>, task: TaskId, start: Start, airlock: Airlock) {
    let me = Me { task, airlock: &airlock };
    m.runtime.enter(me).await;
    let outcome = match start {
        Start::Call(call) => execute(m, me, &call).await,
        Start::Native(native) => Box::pin(library(m, me, native)).await,
    };
    m.runtime.leave(me).await;
    if let Err(Raise::Failed(failure)) = &outcome
        && m.runtime.kernel().tracing()
    {
        m.runtime.kernel().set_place(Some(failure.span));
    }
    m.runtime.finish(me, outcome);
}

/// An arm of a `select`, run as a task.
async fn library<R: Runtime>(m: &Machine<'_, R>, me: Me<'_>, native: Rc<Native>) -> Outcome {
    match &*native {
        Native::Receive(channel) => Ok(m.runtime.receive(me, *channel).await?.unwrap_or(Value::None)),
        Native::Send(channel, value) => {
            m.runtime.send(me, *channel, value.clone()).await.map(|()| Value::None)
        }
        Native::Wait(object) => m.runtime.wait(me, *object).await,
        Native::Join(Value::Task(task)) => m.runtime.join(me, *task).await,
        Native::Join(Value::Object(future)) => m.runtime.wait(me, *future).await,
        Native::Join(other) => {
            Err(Raise::error(format!("{} cannot be awaited", other.kind()), Default::default()))
        }
        Native::Sleep(nanos) => m.runtime.sleep(me, Duration(*nanos), None).await.map(|()| Value::None),
    }
}

async fn execute<R: Runtime>(m: &Machine<'_, R>, me: Me<'_>, call: &Rc<Call>) -> Outcome {
    let mut state = State::new(m.program, call.function, &call.arguments);
    loop {
        let done = match step::run(m, me.task, &mut state) {
            Ok(Stop::Runtime(op)) => say(m, me, &mut state, op).await,
            Ok(Stop::Scope(scope, to)) => close(m, me, &mut state, scope, to, Ok(())).await,
            Ok(Stop::Called) => {
                m.runtime.call_ended(me).await;
                Ok(())
            }
            Ok(Stop::Returned(value)) => return Ok(value),
            Ok(Stop::Exhausted) => {
                // The driving loop sees the limit before it resumes anybody again.
                me.airlock.park().await;
                return Err(Raise::Cancelled);
            }
            Err(raise) => Err(raise),
        };
        if let Err(raise) = done {
            let raise = m.placed(&state, raise);
            Box::pin(unwind(m, me, &mut state, raise)).await?;
        }
    }
}

/// Takes a raise to the handler that catches it, closing frames on the way.
async fn unwind<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &mut State,
    raise: Raise,
) -> Result<(), Raise> {
    let mut raise = raise;
    loop {
        raise = match state.catch(m.program, raise) {
            Ok(()) => return Ok(()),
            Err(raise) => raise,
        };
        match state.abandon() {
            Left::Task => return Err(raise),
            Left::Caller => {
                if m.runtime.calls_take_a_turn() {
                    m.runtime.call_ended(me).await;
                }
            }
            Left::Scope(scope, to) => match close(m, me, state, scope, to, Err(raise)).await {
                Ok(()) => return Ok(()),
                Err(again) => raise = again,
            },
        }
    }
}

/// Closes the deadline of a `wait_for` whose call was left. It is a call itself.
async fn close<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &mut State,
    scope: ScopeId,
    _to: Reg,
    body: Result<(), Raise>,
) -> Result<(), Raise> {
    let turn = m.runtime.calls_take_a_turn();
    if turn {
        m.runtime.call_ended(me).await;
    }
    let end = m.runtime.timeout_exit(me, scope, body);
    if turn {
        m.runtime.call_ended(me).await;
    }
    match end {
        TimeoutEnd::Normal => {
            state.pc += 1;
            Ok(())
        }
        TimeoutEnd::Expired => {
            Err(Raise::Failed(Failure::new(FailureKind::Timeout, "timeout", m.place(state))))
        }
        TimeoutEnd::Raise(raise) => Err(raise),
    }
}

/// Says the word an instruction stands for and moves on.
async fn say<R: Runtime>(m: &Machine<'_, R>, me: Me<'_>, state: &mut State, op: Op) -> Result<(), Raise> {
    let rt = m.runtime;
    if rt.kernel().tracing() {
        rt.kernel().set_place(Some(m.place(state)));
    }
    match op {
        Op::Work { duration, label } => words::occupy(m, me, state, (duration, label), false).await?,
        Op::Sleep { duration, label } => {
            let d = words::duration(m, state, duration, "sleep")?;
            rt.sleep(me, d, m.label(state, label)).await?;
        }
        Op::Io { duration, label } => {
            let d = words::duration(m, state, duration, "io")?;
            rt.io(me, d, m.label(state, label)).await?;
        }
        Op::Yield => rt.pause(me).await?,
        Op::Acquire { object, mode } => {
            let object = words::object(m, state, object, "be acquired")?;
            rt.acquire(me, object, words::mode(mode)).await?;
        }
        Op::Release { object, mode } => {
            let object = words::object(m, state, object, "be released")?;
            rt.release(me, object, words::mode(mode)).await?;
        }
        Op::Method { method, to, object, from } => {
            if !words::quick_method(m, me, state, method, (to, object, from))? {
                words::slow_method(m, me, state, method, (to, object, from)).await?;
            }
        }
        Op::Spawn { to, call, site } => words::spawn(m, me, state, (to, call, site)).await?,
        Op::Await { to, value } => {
            let value = words::join(m, me, state, value).await?;
            state.set(to, value);
        }
        other => return Box::pin(words::rare(m, me, state, other)).await,
    }
    state.pc += 1;
    Ok(())
}
