//! Typed code executed: tasks that begin and go on, and the words they say.

use std::mem::{self, ManuallyDrop};

use crate::exec::machine::Machine;
use crate::exec::state::{Amid, Rest};
use crate::exec::typed::code::{Quick, Saying, Stop, Typed};
use crate::exec::typed::compute::{World, compute};
use crate::exec::typed::kind::{Kind, object, pair, scope, task, value, word};
use crate::exec::typed::numbers::{Place, Words};
use crate::runtimes::runtime::{Me, Mode, Runtime, Said, Word};
use crate::sim::kernel::Kernel;
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

/// In the middle of which word a task is, and what it is resumed with.
type Amidst = Option<(Amid, Reply)>;

/// A task goes on that is not running: by typed code, if there is any, and if it expects what was kept of the task.
#[inline]
pub fn go_on<R: Runtime>(m: &Machine<'_, R>, me: Me<'_>, rest: &mut Rest, reply: Reply) -> Quickly {
    let Some(typed) = m.lots[usize::from(rest.function)].typed() else { return Quickly::Not };
    let words = &mut *typed.words.borrow_mut();
    let at = typed.at(rest.pc);
    let (ready, amidst) = match rest.amid {
        Amid::Word | Amid::Pause => (typed.back(rest, at, words), Some((rest.amid, reply))),
        Amid::Fresh => (typed.arguments(rest, words), None),
        Amid::Before => (None, None),
    };
    if ready.is_none() {
        return Quickly::Not;
    }
    let mut odd = None;
    let stop = run(m, me, typed, words, (at, amidst), &mut odd);
    if let Some(effect) = typed.parked(rest, words, stop) {
        return Quickly::Effect(effect);
    }
    match odd {
        Some(Odd::Returned(value)) if !m.runtime.has_doors() => {
            m.runtime.finish(me, Ok(value));
            Quickly::Ended
        }
        odd => Quickly::At(stop.1, odd),
    }
}

/// Executes from an instruction, or from its middle, until the task is parked, or plain instructions are to go on.
#[inline(always)]
pub fn run<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    typed: &Typed,
    words: &mut Words,
    (at, amidst): (usize, Amidst),
    odd: &mut Option<Odd>,
) -> (Stop, usize) {
    let kernel = m.runtime.kernel();
    let mut task = Task { m, me, typed, odd };
    let mut at = at;
    if let Some(amidst) = amidst {
        if let Some(stop) = task.hear(words, at, amidst) {
            return (stop, at);
        }
        at += 1;
    }
    // No word looks at a shared variable, and the clock stands still while a task runs.
    let shared = &mut *m.shared.borrow_mut();
    let mut world = World { program: m.program, shared, now: now(kernel), steps: 0 };
    loop {
        let (stop, stopped) = compute(&typed.code, words, &mut world, at);
        at = stopped;
        let stop = match stop {
            Stop::Word => match task.say(words, at) {
                None => {
                    at += 1;
                    continue;
                }
                Some(stop) => stop,
            },
            stop => stop,
        };
        if !kernel.count_steps(mem::take(&mut world.steps)) {
            return (Stop::Exhausted, at);
        }
        if stop != Stop::Stretch {
            return (stop, at);
        }
    }
}

/// A task that executes typed code, and says what is in it.
struct Task<'a, 'm, 'r, R: Runtime> {
    m: &'a Machine<'r, R>,
    me: Me<'m>,
    typed: &'a Typed,
    odd: &'a mut Option<Odd>,
}

impl<R: Runtime> Task<'_, '_, '_, R> {
    /// Says the word at an instruction, starts a task, or takes what is returned; why the task stops at it, if it does.
    #[inline(always)]
    fn say(&mut self, words: &mut Words, at: usize) -> Option<Stop> {
        let Quick::Say { saying, about, sent, kind, to } = self.typed.code[at] else {
            return self.do_else(words, at);
        };
        let (rt, me, about) = (self.m.runtime, self.me, words[usize::from(about)]);
        if lasts(saying) && (about as i64) < 0 {
            return Some(Stop::Plain);
        }
        if rt.kernel().tracing() {
            rt.kernel().set_place(Some(self.m.program.spans[self.typed.pc(at) as usize]));
        }
        if matches!(saying, Saying::Work | Saying::Block) {
            occupied(self.m, me, saying, Duration(about));
            return Some(Stop::Busy);
        }
        let said = self.step(words, (saying, about, sent, kind), Duration(about), None);
        if matches!(said, Ok(Said::Parked)) {
            let pauses = matches!(saying, Saying::Sleep | Saying::Io) && about == 0;
            return Some(if pauses { Stop::Paused } else { Stop::Parked });
        }
        self.settle(words, (at, to), said, false)
    }

    /// It goes on in the middle of a word.
    fn hear(&mut self, words: &mut Words, at: usize, (amid, reply): (Amid, Reply)) -> Option<Stop> {
        let Quick::Say { saying, about, sent, kind, to } = self.typed.code[at] else {
            unreachable!("only words park")
        };
        // What lasts for some time waits for nothing but its end, and nobody asks how long it was.
        let nap = Duration(u64::from(amid == Amid::Word));
        let said = self.step(words, (saying, words[usize::from(about)], sent, kind), nap, Some(reply));
        if matches!(said, Ok(Said::Parked)) {
            return Some(if amid == Amid::Pause { Stop::Paused } else { Stop::Parked });
        }
        self.settle(words, (at, to), said, true)
    }

    /// Begins a word, or goes on with it: `nap` is for how long, if it is about a time.
    #[inline(always)]
    fn step(
        &self,
        words: &Words,
        (saying, about, sent, kind): (Saying, u64, Place, Kind),
        nap: Duration,
        reply: Option<Reply>,
    ) -> Result<Said, Raise> {
        // What typed code says owns nothing that would have to be dropped.
        let step = |word| self.m.runtime.step(self.me, &ManuallyDrop::new(word), reply);
        match saying {
            // Its time is over.
            Saying::Work | Saying::Block => Ok(Said::from(())),
            Saying::Sleep => step(Word::Sleep(nap, None)),
            Saying::Io => step(Word::Io(nap, None)),
            Saying::Yield => step(Word::Pause),
            Saying::Acquire => step(Word::Acquire(object(about), how(sent))),
            Saying::Release => step(Word::Release(object(about), how(sent))),
            Saying::Send => step(Word::Send(object(about), value(kind, words[usize::from(sent)]))),
            Saying::Receive => step(Word::Receive(object(about))),
            Saying::Join => step(Word::Join(task(about))),
            Saying::Wait => step(Word::Wait(object(about))),
        }
    }

    /// A word has not parked the task: what it has come to goes where it is wanted.
    #[inline(always)]
    fn settle(
        &mut self,
        words: &mut Words,
        (at, to): (usize, Place),
        said: Result<Said, Raise>,
        resumed: bool,
    ) -> Option<Stop> {
        let Ok(Said::Over(got)) = said else { return self.is_odd(said, resumed) };
        if let Some(wanted) = self.typed.parks[at].result {
            match word(&got) {
                Some((kind, bits)) if kind == wanted => words[usize::from(to)] = bits,
                _ => return self.is_odd(Ok(Said::Over(got)), resumed),
            }
        }
        got.dismiss();
        None
    }

    #[cold]
    fn is_odd(&mut self, said: Result<Said, Raise>, resumed: bool) -> Option<Stop> {
        if matches!(said, Ok(Said::Coroutine)) {
            return Some(Stop::Plain);
        }
        *self.odd = Some(Odd::Said(said, resumed));
        Some(Stop::Odd)
    }

    #[inline(never)]
    fn do_else(&mut self, words: &mut Words, at: usize) -> Option<Stop> {
        match self.typed.code[at] {
            Quick::Spawn { to, plan } => match spawn(self.m, self.me, self.typed, words, at, plan) {
                Some(Ok(task)) => {
                    words[usize::from(to)] = pair(task.slot, task.serial);
                    None
                }
                Some(Err(raise)) => {
                    *self.odd = Some(Odd::Said(Err(raise), false));
                    Some(Stop::Odd)
                }
                None => Some(Stop::Plain),
            },
            Quick::Return { from, kind } => {
                *self.odd = Some(Odd::Returned(value(kind, words[usize::from(from)])));
                Some(Stop::Odd)
            }
            _ => Some(Stop::Plain),
        }
    }
}

/// Is it about a time?
#[inline]
fn lasts(saying: Saying) -> bool {
    matches!(saying, Saying::Work | Saying::Block | Saying::Sleep | Saying::Io)
}

/// `work` or `block`: the task keeps its worker.
fn occupied<R: Runtime>(m: &Machine<'_, R>, me: Me<'_>, saying: Saying, duration: Duration) {
    if m.runtime.kernel().tracing() {
        let kind = match saying {
            Saying::Block => EventKind::Hold { duration, label: None },
            _work => EventKind::Work { duration, label: None },
        };
        m.runtime.kernel().emit(Some(me.task), None, kind);
    }
}

/// In which mode something is taken: it stands where other words have what they send.
#[inline]
fn how(sent: Place) -> Mode {
    match sent {
        0 => Mode::Plain,
        1 => Mode::Read,
        _ => Mode::Write,
    }
}

/// Starts a task, where the runtime does that at once.
fn spawn<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    typed: &Typed,
    words: &Words,
    at: usize,
    plan: u16,
) -> Option<Result<TaskId, Raise>> {
    let plan = &typed.plans[usize::from(plan)];
    let site = &m.program.spawns[usize::from(plan.site)];
    if m.runtime.kernel().tracing() {
        m.runtime.kernel().set_place(Some(m.program.spans[typed.pc(at) as usize]));
    }
    let argument = |&(place, kind): &(Place, Kind)| value(kind, words[usize::from(place)]);
    let mut new = match &plan.arguments[..] {
        [] => m.started_task(site.function, &[]),
        [one] => m.started_task(site.function, &[argument(one)]),
        more => m.started_task(site.function, &more.iter().map(argument).collect::<Vec<_>>()),
    };
    (new.daemon, new.detached) = (site.daemon, site.detached);
    m.runtime.spawn_at_once(me, &new, plan.group.map(|group| scope(words[usize::from(group)])))
}

/// The time as programs see it.
fn now(kernel: &Kernel) -> i64 {
    kernel.now().0.min(i64::MAX as u64) as i64
}
