//! The bodies of tasks: what is kept of each while it waits, and the coroutine it is inside of.

use std::cell::RefCell;
use std::future::Future;

use crate::exec::interpret::{Go, Over, Slow, begin, onward, plain, said, settle, slowly};
use crate::exec::machine::Machine;
use crate::exec::state::{FEW, Rest, State};
use crate::exec::typed::run::{Odd, Quickly, go_on};
use crate::runtimes::drive::Bodies;
use crate::runtimes::runtime::{Me, Runtime};
use crate::sim::process::{Airlock, At, Coroutine, Effect, Reply};
use crate::sim::task::Start;
use crate::value::{TaskId, Value};

/// A task between two resumes. Most are inside no coroutine: one costs several times as much.
#[repr(align(64))]
pub struct Body<F: Future> {
    rest: Rest,
    word: Option<Coroutine<F>>,
}

/// Moves bodies on a machine. `F` is the type of all words that are coroutines; it has no name.
struct Interpreter<'m, 'r, R: Runtime, M> {
    machine: &'m Machine<'r, R>,
    /// The task that runs.
    state: RefCell<State>,
    speak: M,
    shut: Airlock,
}

/// The tasks of a machine, for the driving loop.
pub fn bodies<'m, R: Runtime>(machine: &'m Machine<'_, R>) -> impl Bodies + 'm {
    let speak = move |task, slow, airlock| slowly(machine, task, slow, airlock);
    Interpreter { machine, state: RefCell::default(), speak, shut: Airlock::shut() }
}

impl<R, M, F> Bodies for Interpreter<'_, '_, R, M>
where
    R: Runtime,
    M: Fn(TaskId, Slow, Airlock) -> F,
    F: Future<Output = Over>,
{
    type Body = Body<F>;

    fn start(&self, task: TaskId, start: Start) -> Body<F> {
        let (rest, slow) = begin(self.machine, start);
        let word = slow.map(|slow| Coroutine::new(|airlock| (self.speak)(task, slow, airlock)));
        Body { rest, word }
    }

    #[inline]
    fn prefetch(body: &Body<F>) -> u64 {
        body.rest.words[0] ^ body.rest.words[FEW - 1] ^ u64::from(body.rest.pc)
    }

    #[inline]
    fn resume(&self, task: TaskId, body: &mut Body<F>, reply: Reply) -> Option<Effect> {
        let me = Me { task, airlock: &self.shut };
        if body.word.is_some() {
            return self.by_plain_code(me, body, reply, None);
        }
        match go_on(self.machine, me, &mut body.rest, reply) {
            Quickly::Effect(effect) => Some(effect),
            Quickly::Ended => None,
            Quickly::At(at, odd) => self.by_plain_code(me, body, reply, Some((at, odd))),
            Quickly::Not => self.by_plain_code(me, body, reply, None),
        }
    }
}

impl<R, M, F> Interpreter<'_, '_, R, M>
where
    R: Runtime,
    M: Fn(TaskId, Slow, Airlock) -> F,
    F: Future<Output = Over>,
{
    /// A task that typed code cannot move, or cannot move further than this.
    #[inline(never)]
    fn by_plain_code(
        &self,
        me: Me<'_>,
        body: &mut Body<F>,
        reply: Reply,
        from: Option<(usize, Option<Odd>)>,
    ) -> Option<Effect> {
        let (m, task) = (self.machine, me.task);
        let state = &mut *self.state.borrow_mut();
        let mut go = match &mut body.word {
            None => match from {
                Some(place) => onward(m, me, state, &mut body.rest, place),
                None => plain(m, me, state, &mut body.rest, reply),
            },
            Some(word) => match word.resume(reply) {
                At::Effect(effect) => return Some(effect),
                At::End(over) => {
                    body.word = None;
                    state.load(m.program, &mut body.rest);
                    self.word_over(me, state, &mut body.rest, over)
                }
            },
        };
        loop {
            go = match go {
                Go::Effect(effect) => {
                    state.save(m.program, &mut body.rest);
                    return Some(effect);
                }
                Go::Kept(effect) => return Some(effect),
                Go::Ended => {
                    state.let_go(m.program);
                    return None;
                }
                Go::Slowly(slow) => {
                    let has_all = slow.has_all();
                    let mut word = Coroutine::new(|airlock| (self.speak)(task, *slow, airlock));
                    match word.resume(Reply::Resumed) {
                        At::Effect(effect) => {
                            match has_all {
                                true => body.rest = Rest::default(),
                                false => state.save(m.program, &mut body.rest),
                            }
                            body.word = Some(word);
                            return Some(effect);
                        }
                        At::End(over) => self.word_over(me, state, &mut body.rest, over),
                    }
                }
            };
        }
    }
}

impl<R: Runtime, M> Interpreter<'_, '_, R, M> {
    /// The coroutine of a word has come to its end.
    fn word_over(&self, me: Me<'_>, state: &mut State, rest: &mut Rest, over: Over) -> Go {
        let m = self.machine;
        match over {
            Over::Said(done) => {
                let done = done.map(|outcome| said(m, state, outcome));
                settle(m, me, state, rest, done)
            }
            Over::Started(to, task) => {
                let done = task.map(|task| {
                    state.set(to, Value::Task(task));
                    state.pc += 1;
                });
                settle(m, me, state, rest, done)
            }
            Over::Whole(whole, done) => {
                *state = whole;
                settle(m, me, state, rest, done)
            }
            Over::Ended(outcome) => m.finish(me, outcome),
        }
    }
}
