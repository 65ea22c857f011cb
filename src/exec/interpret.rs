//! How a task moves on: instructions, words said at once, and words that are coroutines.

use std::rc::Rc;

use crate::exec::machine::Machine;
use crate::exec::state::{Amid, Left, Rest, State};
use crate::exec::step::{self, Stop};
use crate::exec::typed::run::{Odd, go_on_from};
use crate::exec::words;
use crate::lang::program::{Op, Reg};
use crate::runtimes::runtime::{Me, Runtime, Said, TimeoutEnd, Word};
use crate::sim::process::{Airlock, Effect, Reply};
use crate::sim::task::{Native, NewTask, Start};
use crate::time::Duration;
use crate::value::{Failure, FailureKind, Outcome, Raise, ScopeId, TaskId, Value};

/// Where a task stops for now.
pub enum Go {
    Effect(Effect),
    /// The same, and what is to be kept of it is kept.
    Kept(Effect),
    /// What comes next is a coroutine.
    Slowly(Box<Slow>),
    /// It has ended, and its outcome is noted.
    Ended,
}

/// What is said by a coroutine. Where it needs the state of the task, it has it while it lasts.
pub enum Slow {
    Word(Word),
    /// [`Runtime::enter`]
    Enter(State),
    /// What waits for several things.
    Op(Op, State),
    /// A task is started; its handle goes to the register.
    Spawn(Reg, NewTask, Option<ScopeId>),
    /// A call has returned, and others go first.
    Called(State),
    /// The deadline around a call is closed, and others go first.
    Close(ScopeId, State),
    /// A raise travels through calls and deadlines.
    Unwind(Raise, State),
    /// An arm of a `select`, run as a task.
    Library(Rc<Native>),
    /// [`Runtime::leave`], and the end.
    Leave(Outcome),
}

impl Slow {
    /// Has the coroutine all there is of the task, while it lasts?
    pub fn has_all(&self) -> bool {
        match self {
            Slow::Enter(_) | Slow::Op(..) | Slow::Called(_) | Slow::Close(..) | Slow::Unwind(..) => true,
            Slow::Library(_) | Slow::Leave(_) => true,
            Slow::Word(_) | Slow::Spawn(..) => false,
        }
    }
}

/// What a coroutine comes to.
pub enum Over {
    Said(Result<Said, Raise>),
    Started(Reg, Result<TaskId, Raise>),
    /// It gives back the state it had.
    Whole(State, Result<(), Raise>),
    Ended(Outcome),
}

/// What an instruction came to.
enum Went {
    On,
    /// The next instruction is not for typed code.
    Plainly,
    Out(Go),
}

/// A task at its first instruction, and what is to be said before.
pub fn begin<R: Runtime>(m: &Machine<'_, R>, start: Start) -> (Rest, Option<Slow>) {
    let mut rest = match start {
        Start::Call(call) => {
            m.lots[usize::from(call.function)].see_arguments(&call.arguments);
            Rest::fresh(m.program, call.function, &call.arguments)
        }
        Start::Small(function, argument) => {
            m.lots[usize::from(function)].see_arguments(argument.as_slice());
            Rest::small(m.program, function, argument)
        }
        Start::Native(native) => return (Rest::default(), Some(Slow::Library(native))),
    };
    if !m.runtime.has_doors() {
        return (rest, None);
    }
    let mut state = State::default();
    state.load(m.program, &mut rest);
    (Rest::default(), Some(Slow::Enter(state)))
}

/// A task is resumed by plain code.
pub fn plain<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &mut State,
    rest: &mut Rest,
    reply: Reply,
) -> Go {
    state.load(m.program, rest);
    let amid = std::mem::take(&mut state.amid);
    if amid == Amid::Before {
        return run(m, me, state, rest, Ok(Went::On));
    }
    // What lasts for some time waits for nothing but its end, and nobody asks how long it was.
    let nap = Duration(u64::from(amid == Amid::Word));
    let said = match m.program.code[state.pc as usize] {
        Op::Work { .. } | Op::Block { .. } => Ok(Said::from(())),
        Op::Sleep { .. } => m.runtime.step(me, &Word::Sleep(nap, None), Some(reply)),
        Op::Io { .. } => m.runtime.step(me, &Word::Io(nap, None), Some(reply)),
        op => match words::word(m, state, op, false) {
            Ok(Some(word)) => m.runtime.step(me, &word, Some(reply)),
            Ok(None) => Ok(Said::Coroutine),
            Err(raise) => Err(raise),
        },
    };
    let went = said.map(|outcome| heard(m, state, outcome));
    run(m, me, state, rest, went)
}

/// Typed code has come to an instruction at which plain code goes on.
pub fn onward<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &mut State,
    rest: &mut Rest,
    (at, odd): (usize, Option<Odd>),
) -> Go {
    let went = left(m, me, state, rest.function, (at, odd));
    run(m, me, state, rest, went)
}

/// Where a task stands that typed code has left.
fn left<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &mut State,
    function: u16,
    (at, odd): (usize, Option<Odd>),
) -> Result<Went, Raise> {
    if let Some(Odd::Returned(value)) = odd {
        return Ok(Went::Out(m.end(me, Ok(value))));
    }
    let lot = &m.lots[usize::from(function)];
    let typed = lot.typed().expect("it was executed");
    state.stand(m.program, function, typed.pc(at));
    let row = || typed.rows[at].as_deref().expect("it was executed");
    let Some(Odd::Said(said, resumed)) = odd else {
        typed.give(state, row());
        lot.surprised();
        return Ok(Went::Plainly);
    };
    match resumed {
        true => typed.give(state, &typed.phrases[at].all()),
        false => typed.give(state, row()),
    }
    said.map(|said| heard(m, state, said))
}

/// What the word the task stands at has come to.
pub fn said<R: Runtime>(m: &Machine<'_, R>, state: &mut State, said: Said) {
    words::keep(m, state, m.program.code[state.pc as usize], said);
}

fn heard<R: Runtime>(m: &Machine<'_, R>, state: &mut State, heard: Said) -> Went {
    match heard {
        Said::Parked => {
            state.amid = state.within(m.program);
            Went::Out(Go::Effect(Effect::Await))
        }
        Said::Coroutine => unreachable!("a word that has begun in steps goes on in steps"),
        over => {
            said(m, state, over);
            Went::On
        }
    }
}

/// A task goes on after a word that was a coroutine.
pub fn settle<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &mut State,
    rest: &mut Rest,
    done: Result<(), Raise>,
) -> Go {
    run(m, me, state, rest, done.map(|()| Went::On))
}

fn run<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    state: &mut State,
    rest: &mut Rest,
    went: Result<Went, Raise>,
) -> Go {
    let mut went = went;
    loop {
        let typed = match went {
            Ok(Went::On) => m.typed_at(state),
            Ok(Went::Plainly) => None,
            Ok(Went::Out(go)) => return go,
            Err(raise) => {
                let raise = m.placed(state, raise);
                match state.catch(m.program, raise) {
                    Ok(()) => None,
                    Err(raise) if state.is_inside_a_call() => {
                        return Go::Slowly(Box::new(Slow::Unwind(raise, std::mem::take(state))));
                    }
                    Err(raise) => return m.end(me, Err(raise)),
                }
            }
        };
        if let Some(typed) = typed
            && let Some(at) = typed.take(state)
        {
            rest.function = state.function();
            state.let_go(m.program);
            let (effect, place) = go_on_from(m, me, typed, rest, at);
            if let Some(effect) = effect {
                return Go::Kept(effect);
            }
            went = left(m, me, state, rest.function, place);
            continue;
        }
        went = match step::run(m, me.task, state) {
            Ok(Stop::Runtime(op)) => say(m, me, state, op),
            Ok(Stop::Loop) => Ok(Went::On),
            Ok(Stop::Scope(scope)) if m.runtime.calls_take_a_turn() => {
                return Go::Slowly(Box::new(Slow::Close(scope, std::mem::take(state))));
            }
            Ok(Stop::Scope(scope)) => {
                let end = m.runtime.timeout_exit(me, scope, Ok(()));
                closed(m, state, end).map(|()| Went::On)
            }
            Ok(Stop::Called) => return Go::Slowly(Box::new(Slow::Called(std::mem::take(state)))),
            Ok(Stop::Returned(value)) => return m.end(me, Ok(value)),
            // The driving loop sees the limit before it resumes anybody again.
            Ok(Stop::Exhausted) => return Go::Effect(Effect::Await),
            Err(raise) => Err(raise),
        };
    }
}

/// Says what an instruction stands for, as far as that goes at once.
fn say<R: Runtime>(m: &Machine<'_, R>, me: Me<'_>, state: &mut State, op: Op) -> Result<Went, Raise> {
    if m.runtime.kernel().tracing() {
        m.runtime.kernel().set_place(Some(m.place(state)));
    }
    match op {
        Op::Work { duration, label } => {
            let effect = words::occupy(m, me, state, (duration, label), false)?;
            state.amid = Amid::Word;
            Ok(Went::Out(Go::Effect(effect)))
        }
        Op::Block { duration, label } => {
            let effect = words::occupy(m, me, state, (duration, label), true)?;
            state.amid = Amid::Word;
            Ok(Went::Out(Go::Effect(effect)))
        }
        Op::Spawn { to, from, site } => {
            let (new, group) = words::spawn(m, state, from, site)?;
            if !m.runtime.spawns_at_once() {
                return Ok(Went::Out(Go::Slowly(Box::new(Slow::Spawn(to, new, group)))));
            }
            let task = m.runtime.spawn_at_once(me, new, group)?;
            state.set(to, Value::Task(task));
            state.pc += 1;
            Ok(Went::On)
        }
        op if words::is_word(op) => word(m, me, state, op),
        Op::Method { method, to, object, from } => {
            words::quick_method(m, me, state, method, (to, object, from))?;
            state.pc += 1;
            Ok(Went::On)
        }
        op if words::at_once(m, me, state, op)? => Ok(Went::On),
        op => Ok(Went::Out(Go::Slowly(Box::new(Slow::Op(op, std::mem::take(state)))))),
    }
}

/// Begins a word.
fn word<R: Runtime>(m: &Machine<'_, R>, me: Me<'_>, state: &mut State, op: Op) -> Result<Went, Raise> {
    let Some(word) = words::word(m, state, op, true)? else {
        return Ok(Went::Out(Go::Slowly(Box::new(Slow::Op(op, std::mem::take(state))))));
    };
    match m.runtime.step(me, &word, None)? {
        Said::Coroutine => Ok(Went::Out(Go::Slowly(Box::new(Slow::Word(word))))),
        said => Ok(heard(m, state, said)),
    }
}

/// How the deadline of a `wait_for` ended, whose call was left.
fn closed<R: Runtime>(m: &Machine<'_, R>, state: &mut State, end: TimeoutEnd) -> Result<(), Raise> {
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

impl<R: Runtime> Machine<'_, R> {
    /// A task comes to its end.
    fn end(&self, me: Me<'_>, outcome: Outcome) -> Go {
        if self.runtime.has_doors() {
            return Go::Slowly(Box::new(Slow::Leave(outcome)));
        }
        self.finish(me, outcome)
    }

    pub fn finish(&self, me: Me<'_>, outcome: Outcome) -> Go {
        if let Err(Raise::Failed(failure)) = &outcome
            && self.runtime.kernel().tracing()
        {
            self.runtime.kernel().set_place(Some(failure.span));
        }
        self.runtime.finish(me, outcome);
        Go::Ended
    }
}

// ── coroutines ────────────────────────────────────────────────────────────

/// The one coroutine there is: whatever takes more than a step.
pub async fn slowly<R: Runtime>(m: &Machine<'_, R>, task: TaskId, slow: Slow, airlock: Airlock) -> Over {
    let me = Me { task, airlock: &airlock };
    match slow {
        Slow::Word(word) => Over::Said(say_slowly(m, me, word).await),
        Slow::Spawn(to, new, group) => Over::Started(to, m.runtime.spawn(me, new, group).await),
        Slow::Op(op, state) => Box::pin(whole(m, me, op, state)).await,
        Slow::Called(state) => {
            m.runtime.call_ended(me).await;
            Over::Whole(state, Ok(()))
        }
        Slow::Close(scope, mut state) => {
            let done = close(m, me, &mut state, scope, Ok(())).await;
            Over::Whole(state, done)
        }
        Slow::Unwind(raise, mut state) => {
            let done = Box::pin(unwind(m, me, &mut state, raise)).await;
            Over::Whole(state, done)
        }
        Slow::Enter(state) => {
            m.runtime.enter(me).await;
            Over::Whole(state, Ok(()))
        }
        Slow::Leave(outcome) => {
            m.runtime.leave(me).await;
            Over::Ended(outcome)
        }
        Slow::Library(native) => {
            m.runtime.enter(me).await;
            let outcome = Box::pin(library(m, me, native)).await;
            m.runtime.leave(me).await;
            Over::Ended(outcome)
        }
    }
}

/// What waits for several things, with the state of the task.
async fn whole<R: Runtime>(m: &Machine<'_, R>, me: Me<'_>, op: Op, mut state: State) -> Over {
    let done = match words::is_word(op) {
        true => words::next_result(m, me, &mut state, op).await,
        false => words::rare(m, me, &mut state, op).await,
    };
    Over::Whole(state, done)
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
            Left::Task(_) => return Err(raise),
            Left::Caller => {
                if m.runtime.calls_take_a_turn() {
                    m.runtime.call_ended(me).await;
                }
            }
            Left::Scope(scope) => match close(m, me, state, scope, Err(raise)).await {
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
    closed(m, state, end)
}

/// Says a word that is a coroutine.
async fn say_slowly<R: Runtime>(m: &Machine<'_, R>, me: Me<'_>, word: Word) -> Result<Said, Raise> {
    let rt = m.runtime;
    Ok(match word {
        Word::Sleep(d, label) => Said::from(rt.sleep(me, d, label).await?),
        Word::Io(d, label) => Said::from(rt.io(me, d, label).await?),
        Word::Pause => Said::from(rt.pause(me).await?),
        Word::Acquire(object, mode) => Said::from(rt.acquire(me, object, mode).await?),
        Word::Release(object, mode) => Said::from(rt.release(me, object, mode).await?),
        Word::Send(channel, value) => Said::from(rt.send(me, channel, value).await?),
        Word::Receive(channel) => rt.receive(me, channel).await?.map_or(Said::Closed, Said::Over),
        Word::Wait(object) => Said::Over(rt.wait(me, object).await?),
        Word::Join(task) => Said::Over(rt.join(me, task).await?),
        Word::Leave(group) => Said::from(rt.group_exit(me, group, Ok(())).await?),
    })
}
