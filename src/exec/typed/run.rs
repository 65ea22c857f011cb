//! Typed code executed: tasks that begin and go on, and the words they say.

use std::mem::{self, ManuallyDrop};

use crate::exec::machine::Machine;
use crate::exec::state::{Amid, Rest};
use crate::exec::typed::code::{Phrase, Quick, Saying, Stop, Typed};
use crate::exec::typed::compute::on;
use crate::exec::typed::kind::{Kind, object, pair, scope, task, value, word};
use crate::exec::typed::numbers::{Place, Words};
use crate::runtimes::runtime::{Me, Runtime, Said, Word};
use crate::sim::process::{Effect, Reply};
use crate::sim::trace::Kind as EventKind;
use crate::time::Duration;
use crate::value::{Raise, TaskId, Value};

/// What is too large for a [`Stop`].
pub enum Odd {
    /// The word has come to something typed code does not expect; was the task parked by it?
    Said(Result<Said, Raise>, bool),
    Returned(Value),
}

/// How far typed code has taken a task.
pub enum Quickly {
    /// Nowhere: it is to be resumed by plain code.
    Not,
    Effect(Effect),
    /// To its end, and its outcome is noted.
    Ended,
    /// To an instruction at which plain code goes on.
    At(usize, Option<Odd>),
}

/// A task goes on that is not running: by typed code, if there is any, and if it expects what was kept of the task.
#[inline]
pub fn go_on<R: Runtime>(m: &Machine<'_, R>, me: Me<'_>, rest: &mut Rest, reply: Reply) -> Quickly {
    let Some(typed) = m.lots[usize::from(rest.function)].typed() else { return Quickly::Not };
    let words = &mut *typed.words.borrow_mut();
    let (task, at, mut odd) = (Task { m, me, typed }, typed.at(rest.pc), None);
    let (stop, at) = match rest.amid {
        Amid::Word | Amid::Pause => {
            let phrase = &typed.phrases[at];
            let Some(saying) = phrase.saying else { return Quickly::Not };
            if !phrase.back(rest, words) {
                return Quickly::Not;
            }
            match task.hear(words, phrase, saying, (rest.amid, reply), &mut odd) {
                None => task.run(words, at + 1, &mut odd),
                Some(stop) => (stop, at),
            }
        }
        Amid::Fresh if typed.arguments(rest, words).is_some() => task.run(words, at, &mut odd),
        Amid::Fresh | Amid::Before => return Quickly::Not,
    };
    if let Some(effect) = parked(typed, rest, words, (stop, at)) {
        return Quickly::Effect(effect);
    }
    match odd {
        Some(Odd::Returned(value)) if !m.runtime.has_doors() => {
            m.runtime.finish(me, Ok(value));
            Quickly::Ended
        }
        odd => Quickly::At(at, odd),
    }
}

/// A task that runs goes on from an instruction. Where it does not wait, it is for plain code to go on.
pub fn go_on_from<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    typed: &Typed,
    rest: &mut Rest,
    at: usize,
) -> (Option<Effect>, (usize, Option<Odd>)) {
    let mut odd = None;
    let words = &mut *typed.words.borrow_mut();
    let (stop, at) = Task { m, me, typed }.run(words, at, &mut odd);
    (parked(typed, rest, words, (stop, at)), (at, odd))
}

/// A task has stopped: what is kept of it, and its effect, if it waits.
#[inline(always)]
fn parked(typed: &Typed, rest: &mut Rest, words: &Words, (stop, at): (Stop, usize)) -> Option<Effect> {
    let phrase = &typed.phrases[at];
    let (amid, effect) = match stop {
        Stop::Parked => (Amid::Word, Effect::Await),
        Stop::Paused => (Amid::Pause, Effect::Await),
        Stop::Busy => (Amid::Word, occupation(phrase, words)),
        // The driving loop sees the limit before it resumes anybody again.
        Stop::Exhausted => return Some(Effect::Await),
        Stop::Plain | Stop::Word | Stop::Stretch | Stop::Odd => return None,
    };
    (rest.pc, rest.amid) = (typed.pc(at), amid);
    phrase.keep(rest, words);
    Some(effect)
}

/// Work, or a call that blocks.
fn occupation(phrase: &Phrase, words: &Words) -> Effect {
    let duration = Duration(words[usize::from(phrase.about)]);
    if phrase.saying == Some(Saying::Block) { Effect::Block(duration) } else { Effect::Work(duration) }
}

/// A task that executes typed code, and says what is in it.
struct Task<'a, 'm, 'r, R: Runtime> {
    m: &'a Machine<'r, R>,
    me: Me<'m>,
    typed: &'a Typed,
}

impl<R: Runtime> Task<'_, '_, '_, R> {
    /// Executes from an instruction until the task is parked, or plain instructions are to go on.
    #[inline(always)]
    fn run(&self, words: &mut Words, at: usize, odd: &mut Option<Odd>) -> (Stop, usize) {
        // No word looks at a shared variable.
        let world = &mut *self.m.world.borrow_mut();
        let mut at = at;
        loop {
            let stop;
            (stop, at) = on(&self.typed.code, words, world, at);
            let stop = match stop {
                Stop::Word => match self.say(words, at, odd) {
                    None => {
                        at += 1;
                        continue;
                    }
                    Some(stop) => stop,
                },
                stop => stop,
            };
            if !world.kernel.count_steps(mem::take(&mut world.steps)) {
                return (Stop::Exhausted, at);
            }
            if stop != Stop::Stretch {
                return (stop, at);
            }
        }
    }

    /// Says the word at an instruction, starts a task, or takes what is returned; why the task stops at it, if it does.
    #[inline(always)]
    fn say(&self, words: &mut Words, at: usize, odd: &mut Option<Odd>) -> Option<Stop> {
        let phrase = &self.typed.phrases[at];
        let Some(saying) = phrase.saying else { return self.do_else(words, at, odd) };
        self.tell_place(at);
        let nap = Duration(words[usize::from(phrase.about)]);
        let said = match saying {
            Saying::Work | Saying::Block | Saying::Sleep | Saying::Io if (nap.0 as i64) < 0 => {
                return Some(Stop::Plain);
            }
            Saying::Work | Saying::Block => return Some(self.occupied(saying, nap)),
            saying => self.step(words, phrase, saying, nap, None),
        };
        if matches!(said, Ok(Said::Parked)) {
            let pauses = matches!(saying, Saying::Sleep | Saying::Io) && nap == Duration::ZERO;
            return Some(if pauses { Stop::Paused } else { Stop::Parked });
        }
        self.settle(words, phrase, said, odd, false)
    }

    /// It goes on in the middle of a word.
    #[inline(always)]
    fn hear(
        &self,
        words: &mut Words,
        phrase: &Phrase,
        saying: Saying,
        (amid, reply): (Amid, Reply),
        odd: &mut Option<Odd>,
    ) -> Option<Stop> {
        // What lasts for some time waits for nothing but its end, and nobody asks how long it was.
        let nap = Duration(u64::from(amid == Amid::Word));
        let said = self.step(words, phrase, saying, nap, Some(reply));
        if matches!(said, Ok(Said::Parked)) {
            return Some(if amid == Amid::Pause { Stop::Paused } else { Stop::Parked });
        }
        self.settle(words, phrase, said, odd, true)
    }

    /// Begins a word, or goes on with it: `nap` is for how long, if it is about a time.
    #[inline(always)]
    fn step(
        &self,
        words: &Words,
        &Phrase { about, sent, kind, .. }: &Phrase,
        saying: Saying,
        nap: Duration,
        reply: Option<Reply>,
    ) -> Result<Said, Raise> {
        let about = words[usize::from(about)];
        let word = match saying {
            // Its time is over.
            Saying::Work | Saying::Block => return Ok(Said::from(())),
            Saying::Sleep => Word::Sleep(nap, None),
            Saying::Io => Word::Io(nap, None),
            Saying::Yield => Word::Pause,
            Saying::Acquire(mode) => Word::Acquire(object(about), mode),
            Saying::Release(mode) => Word::Release(object(about), mode),
            Saying::Send => Word::Send(object(about), value(kind, words[usize::from(sent)])),
            Saying::Receive => Word::Receive(object(about)),
            Saying::Join => Word::Join(task(about)),
            Saying::Wait => Word::Wait(object(about)),
            Saying::Leave => Word::Leave(scope(about)),
        };
        // What typed code says owns nothing that would have to be dropped.
        self.m.runtime.step(self.me, &ManuallyDrop::new(word), reply)
    }

    /// A word has not parked the task: what it has come to goes where it is wanted.
    #[inline(always)]
    fn settle(
        &self,
        words: &mut Words,
        phrase: &Phrase,
        said: Result<Said, Raise>,
        odd: &mut Option<Odd>,
        resumed: bool,
    ) -> Option<Stop> {
        let Ok(Said::Over(got)) = said else { return is_odd(said, odd, resumed) };
        if let Some(wanted) = phrase.result {
            match word(&got) {
                Some((kind, bits)) if kind == wanted => words[usize::from(phrase.to)] = bits,
                _ => return is_odd(Ok(Said::Over(got)), odd, resumed),
            }
        }
        got.dismiss();
        None
    }

    /// `work` or `block`: the task keeps its worker.
    fn occupied(&self, saying: Saying, duration: Duration) -> Stop {
        let kernel = self.m.runtime.kernel();
        if kernel.tracing() {
            let kind = match saying {
                Saying::Block => EventKind::Hold { duration, label: None },
                _work => EventKind::Work { duration, label: None },
            };
            kernel.emit(Some(self.me.task), None, kind);
        }
        Stop::Busy
    }

    /// Says where an instruction stands, if anybody listens.
    #[inline(always)]
    fn tell_place(&self, at: usize) {
        let kernel = self.m.runtime.kernel();
        if kernel.tracing() {
            kernel.set_place(Some(self.m.program.spans[self.typed.pc(at) as usize]));
        }
    }

    /// What is no word: a group is opened, a task started, a value returned.
    #[inline(never)]
    fn do_else(&self, words: &mut Words, at: usize, odd: &mut Option<Odd>) -> Option<Stop> {
        match self.typed.code[at] {
            Quick::Open { to } => {
                self.tell_place(at);
                let group = self.m.runtime.group_enter(self.me);
                words[usize::from(to)] = pair(group.slot, group.serial);
                None
            }
            Quick::Spawn { .. } if !self.m.runtime.spawns_at_once() => Some(Stop::Plain),
            Quick::Spawn { to, plan } => {
                self.tell_place(at);
                match spawn(self.m, self.me, self.typed, words, plan) {
                    Ok(task) => {
                        words[usize::from(to)] = pair(task.slot, task.serial);
                        None
                    }
                    Err(raise) => {
                        *odd = Some(Odd::Said(Err(raise), false));
                        Some(Stop::Odd)
                    }
                }
            }
            Quick::Return { from, kind } => {
                *odd = Some(Odd::Returned(value(kind, words[usize::from(from)])));
                Some(Stop::Odd)
            }
            _ => Some(Stop::Plain),
        }
    }
}

/// A word has come to something typed code does not expect.
#[cold]
fn is_odd(said: Result<Said, Raise>, odd: &mut Option<Odd>, resumed: bool) -> Option<Stop> {
    if matches!(said, Ok(Said::Coroutine)) {
        return Some(Stop::Plain);
    }
    *odd = Some(Odd::Said(said, resumed));
    Some(Stop::Odd)
}

/// Starts a task, where the runtime does that at once.
fn spawn<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    typed: &Typed,
    words: &Words,
    plan: u16,
) -> Result<TaskId, Raise> {
    let plan = &typed.plans[usize::from(plan)];
    let site = &m.program.spawns[usize::from(plan.site)];
    let argument = |&(place, kind): &(Place, Kind)| value(kind, words[usize::from(place)]);
    let mut new = match &plan.arguments[..] {
        [] => m.started_task(site.function, &[]),
        [one] => m.started_task(site.function, &[argument(one)]),
        more => m.started_task(site.function, &more.iter().map(argument).collect::<Vec<_>>()),
    };
    (new.daemon, new.detached) = (site.daemon, site.detached);
    m.runtime.spawn_at_once(me, new, plan.group.map(|group| scope(words[usize::from(group)])))
}
