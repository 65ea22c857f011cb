//! Typed code executed.

use std::cmp::Ordering;

use crate::exec::machine::Machine;
use crate::exec::state::{Amid, Rest};
use crate::exec::typed::code::{EQUAL, GREATER, LESS, Place, Quick, Saying, Stop, Typed};
use crate::exec::typed::kind::{Kind, object, pair, scope, task, value, word};
use crate::exec::typed::numbers::{
    Words, checked, finite, float, grow, int, next_round, shift_left, shift_right,
};
use crate::exec::typed::translate::element;
use crate::lang::operators::{set_index, whole};
use crate::runtimes::runtime::{Me, Mode, Runtime, Said, Word};
use crate::sim::process::Reply;
use crate::sim::trace::Kind as EventKind;
use crate::time::Duration;
use crate::value::{Raise, TaskId, Value};

/// What is too large for a [`Stop`].
pub enum Odd {
    /// The word has come to something typed code does not expect; was the task parked by it?
    Said(Result<Said, Raise>, bool),
    Returned(Value),
}

/// Instructions between two looks at the step limit.
const STRETCH: i64 = 4096;

/// Executes until the task is parked, or plain instructions are to go on.
pub fn run<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    typed: &Typed,
    words: &mut Words,
    at: usize,
    odd: &mut Option<Odd>,
) -> (Stop, usize) {
    let mut at = at;
    let mut left = STRETCH;
    let (stop, at) = loop {
        left -= 1;
        let (mut done, from) = (true, at);
        match typed.code[at] {
            Quick::Add(to, a, b) => done = checked(words, to, int(words, a).checked_add(int(words, b))),
            Quick::Subtract(to, a, b) => done = checked(words, to, int(words, a).checked_sub(int(words, b))),
            Quick::Multiply(to, a, b) => done = checked(words, to, int(words, a).checked_mul(int(words, b))),
            Quick::Divide(to, a, b) => done = checked(words, to, int(words, a).checked_div(int(words, b))),
            Quick::Remainder(to, a, b) => done = checked(words, to, int(words, a).checked_rem(int(words, b))),
            Quick::And(to, a, b) => words[usize::from(to)] = words[usize::from(a)] & words[usize::from(b)],
            Quick::Or(to, a, b) => words[usize::from(to)] = words[usize::from(a)] | words[usize::from(b)],
            Quick::Xor(to, a, b) => words[usize::from(to)] = words[usize::from(a)] ^ words[usize::from(b)],
            Quick::ShiftLeft(to, a, b) => done = checked(words, to, shift_left(int(words, a), int(words, b))),
            Quick::ShiftRight(to, a, b) => {
                done = checked(words, to, shift_right(int(words, a), int(words, b)))
            }
            Quick::Equal(to, a, b) => words[usize::from(to)] = u64::from(int(words, a) == int(words, b)),
            Quick::NotEqual(to, a, b) => words[usize::from(to)] = u64::from(int(words, a) != int(words, b)),
            Quick::Less(to, a, b) => words[usize::from(to)] = u64::from(int(words, a) < int(words, b)),
            Quick::LessEqual(to, a, b) => words[usize::from(to)] = u64::from(int(words, a) <= int(words, b)),
            Quick::Greater(to, a, b) => words[usize::from(to)] = u64::from(int(words, a) > int(words, b)),
            Quick::GreaterEqual(to, a, b) => {
                words[usize::from(to)] = u64::from(int(words, a) >= int(words, b))
            }
            Quick::Negate(to, a) => done = checked(words, to, int(words, a).checked_neg()),
            Quick::Not(to, a) => words[usize::from(to)] = words[usize::from(a)] ^ 1,
            Quick::AddFloat(to, a, b) => done = finite(words, to, float(words, a) + float(words, b)),
            Quick::SubtractFloat(to, a, b) => done = finite(words, to, float(words, a) - float(words, b)),
            Quick::MultiplyFloat(to, a, b) => done = finite(words, to, float(words, a) * float(words, b)),
            Quick::DivideFloat(to, a, b) => done = finite(words, to, float(words, a) / float(words, b)),
            Quick::LessFloat(to, a, b) => {
                words[usize::from(to)] = u64::from(float(words, a) < float(words, b))
            }
            Quick::LessEqualFloat(to, a, b) => {
                words[usize::from(to)] = u64::from(float(words, a) <= float(words, b))
            }
            Quick::GreaterFloat(to, a, b) => {
                words[usize::from(to)] = u64::from(float(words, a) > float(words, b))
            }
            Quick::GreaterEqualFloat(to, a, b) => {
                words[usize::from(to)] = u64::from(float(words, a) >= float(words, b))
            }
            Quick::AddIntFloat(to, a, b) => done = finite(words, to, int(words, a) as f64 + float(words, b)),
            Quick::SubtractIntFloat(to, a, b) => {
                done = finite(words, to, int(words, a) as f64 - float(words, b))
            }
            Quick::MultiplyIntFloat(to, a, b) => {
                done = finite(words, to, int(words, a) as f64 * float(words, b))
            }
            Quick::DivideIntFloat(to, a, b) => {
                done = finite(words, to, int(words, a) as f64 / float(words, b))
            }
            Quick::SubtractFloatInt(to, a, b) => {
                done = finite(words, to, float(words, a) - int(words, b) as f64)
            }
            Quick::DivideFloatInt(to, a, b) => {
                done = finite(words, to, float(words, a) / int(words, b) as f64)
            }
            Quick::NegateFloat(to, a) => words[usize::from(to)] = (-float(words, a)).to_bits(),
            Quick::Ln(to, a) => {
                let x = float(words, a);
                done = x > 0.0 && finite(words, to, libm::log(x));
            }
            Quick::Floor(to, a) => done = checked(words, to, whole(float(words, a).floor())),
            Quick::Move(to, from) => words[usize::from(to)] = words[usize::from(from)],
            Quick::Now { to } => {
                words[usize::from(to)] = now(m) as u64;
            }
            Quick::XorShiftLeft { to, x, shift, mask } => {
                let x = int(words, x);
                let shifted = shift_left(x, int(words, shift));
                done = checked(words, to, shifted.map(|bits| x ^ bits & int(words, mask)));
                at += 2;
                left -= 2;
            }
            Quick::XorShiftRight { to, x, shift } => {
                let x = int(words, x);
                done = checked(words, to, shift_right(x, int(words, shift)).map(|bits| x ^ bits));
                at += 1;
                left -= 1;
            }
            Quick::AndAdd { to, x, mask, more } => {
                let bits = int(words, x) & int(words, mask);
                done = checked(words, to, bits.checked_add(int(words, more)));
                at += 1;
                left -= 1;
            }
            Quick::AddShared { more, kind, slot } => {
                done = grow(&mut m.shared.borrow_mut()[usize::from(slot)], kind, int(words, more));
                at += 2;
                left -= 2;
            }
            Quick::AddSharedNow { slot } => {
                done = grow(&mut m.shared.borrow_mut()[usize::from(slot)], Kind::Duration, now(m));
                at += 3;
                left -= 3;
            }
            Quick::JumpUnlessOrder { orders, a, b, to } => {
                left -= 1;
                let order = match int(words, a).cmp(&int(words, b)) {
                    Ordering::Less => LESS,
                    Ordering::Equal => EQUAL,
                    Ordering::Greater => GREATER,
                };
                at = if orders & order == 0 { usize::from(to) } else { at + 2 };
                continue;
            }
            Quick::Next { at: loops, body, exit } => {
                left -= 1;
                if left <= 0 {
                    if !m.runtime.kernel().count_steps((STRETCH - left) as u64) {
                        break (Stop::Exhausted, at);
                    }
                    left = STRETCH;
                }
                let goes = next_round(words, loops);
                at = usize::from(if goes { body } else { exit });
                continue;
            }
            Quick::Jump { to } => {
                let to = usize::from(to);
                if to <= at && left <= 0 {
                    if !m.runtime.kernel().count_steps((STRETCH - left) as u64) {
                        break (Stop::Exhausted, at);
                    }
                    left = STRETCH;
                }
                at = to;
                continue;
            }
            Quick::JumpIf { condition, to } => {
                if words[usize::from(condition)] != 0 {
                    at = usize::from(to);
                    continue;
                }
            }
            Quick::JumpUnless { condition, to } => {
                if words[usize::from(condition)] == 0 {
                    at = usize::from(to);
                    continue;
                }
            }
            Quick::ForRange { at: loops, exit } => {
                if !next_round(words, loops) {
                    at = usize::from(exit);
                    continue;
                }
            }
            Quick::GetShared { to, kind, slot } => match word(&m.shared.borrow()[usize::from(slot)]) {
                Some((is, bits)) if is == kind => words[usize::from(to)] = bits,
                _ => break (Stop::Plain, at),
            },
            Quick::SetShared { from, kind, slot } => {
                let place = &mut m.shared.borrow_mut()[usize::from(slot)];
                *place = value(kind, words[usize::from(from)]);
            }
            Quick::IndexShared { to, index, kind, slot } => {
                let list = &m.shared.borrow()[usize::from(slot)];
                let Some(bits) = element(list, words[usize::from(index)], kind) else {
                    break (Stop::Plain, at);
                };
                words[usize::from(to)] = bits;
                at += 2;
                continue;
            }
            Quick::IndexConstant { to, index, kind, constant } => {
                let list = &m.program.constants[usize::from(constant)];
                let Some(bits) = element(list, words[usize::from(index)], kind) else {
                    break (Stop::Plain, at);
                };
                words[usize::from(to)] = bits;
            }
            Quick::SetIndexShared { index, from, kind, slot } => {
                let list = &mut m.shared.borrow_mut()[usize::from(slot)];
                let index = Value::Int(words[usize::from(index)] as i64);
                if set_index(list, &index, value(kind, words[usize::from(from)])).is_err() {
                    break (Stop::Plain, at);
                }
            }
            Quick::Say { saying, about, sent, kind, to } => {
                let said = say(m, me, typed, words, at, (saying, about, (sent, kind)));
                // Looked at where it is: to move it costs more than to say the word.
                match &said {
                    Ok(Said::Over(got)) if arrived(typed, words, at, to, got) => {}
                    Ok(Said::Parked) => {
                        break (parked(saying, words[usize::from(about)]), at);
                    }
                    Ok(Said::Coroutine) => break (Stop::Plain, at),
                    _ => {
                        *odd = Some(Odd::Said(said, false));
                        break (Stop::Odd, at);
                    }
                }
            }
            Quick::Spawn { to, plan } => match spawn(m, me, typed, words, at, plan) {
                Some(Ok(task)) => words[usize::from(to)] = pair(task.slot, task.serial),
                Some(Err(raise)) => {
                    *odd = Some(Odd::Said(Err(raise), false));
                    break (Stop::Odd, at);
                }
                None => break (Stop::Plain, at),
            },
            Quick::Return { from, kind } => {
                *odd = Some(Odd::Returned(value(kind, words[usize::from(from)])));
                break (Stop::Odd, at);
            }
            Quick::Plain => done = false,
        }
        if !done {
            break (Stop::Plain, from);
        }
        at += 1;
    };
    let goes_on = m.runtime.kernel().count_steps((STRETCH - left) as u64);
    (if goes_on { stop } else { Stop::Exhausted }, at)
}

/// A task goes on that is not running; nothing if typed code does not expect what it has kept.
#[inline]
pub fn go_on<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    typed: &Typed,
    rest: &Rest,
    reply: Reply,
    odd: &mut Option<Odd>,
) -> Option<(Stop, usize)> {
    let words = &mut *typed.words.borrow_mut();
    let at = typed.at(rest.pc);
    match rest.amid {
        Amid::Word | Amid::Pause => {
            typed.back(rest, at, words)?;
            Some(resume(m, me, typed, words, at, (rest.amid, reply), odd))
        }
        Amid::Fresh => {
            typed.arguments(rest, words)?;
            Some(run(m, me, typed, words, at, odd))
        }
        Amid::Before => None,
    }
}

/// It was parked in the middle of an instruction.
fn resume<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    typed: &Typed,
    words: &mut Words,
    at: usize,
    (amid, reply): (Amid, Reply),
    odd: &mut Option<Odd>,
) -> (Stop, usize) {
    let Quick::Say { saying, about, sent, kind, to } = typed.code[at] else { return (Stop::Plain, at) };
    // What lasts for some time waits for nothing but its end, and nobody asks how long it was.
    let nap = Duration(u64::from(amid == Amid::Word));
    let (rt, reply, about) = (m.runtime, Some(reply), words[usize::from(about)]);
    let said = match saying {
        Saying::Work | Saying::Block => Ok(Said::from(())),
        Saying::Sleep => rt.step(me, &Word::Sleep(nap, None), reply),
        Saying::Io => rt.step(me, &Word::Io(nap, None), reply),
        Saying::Yield => rt.step(me, &Word::Pause, reply),
        Saying::Acquire => rt.step(me, &Word::Acquire(object(about), how(sent)), reply),
        Saying::Release => rt.step(me, &Word::Release(object(about), how(sent)), reply),
        Saying::Send => rt.step(me, &Word::Send(object(about), value(kind, words[usize::from(sent)])), reply),
        Saying::Receive => rt.step(me, &Word::Receive(object(about)), reply),
        Saying::Join => rt.step(me, &Word::Join(task(about)), reply),
        Saying::Wait => rt.step(me, &Word::Wait(object(about)), reply),
    };
    match &said {
        Ok(Said::Over(got)) if arrived(typed, words, at, to, got) => run(m, me, typed, words, at + 1, odd),
        Ok(Said::Parked) => (if amid == Amid::Pause { Stop::Paused } else { Stop::Parked }, at),
        _ => {
            *odd = Some(Odd::Said(said, true));
            (Stop::Odd, at)
        }
    }
}

/// Begins a word. [`Said::Coroutine`] if it is to be said plainly.
#[inline]
fn say<R: Runtime>(
    m: &Machine<'_, R>,
    me: Me<'_>,
    typed: &Typed,
    words: &Words,
    at: usize,
    (saying, about, (sent, kind)): (Saying, Place, (Place, Kind)),
) -> Result<Said, Raise> {
    let (rt, about) = (m.runtime, words[usize::from(about)]);
    let lasts = matches!(saying, Saying::Work | Saying::Block | Saying::Sleep | Saying::Io);
    if lasts && (about as i64) < 0 {
        return Ok(Said::Coroutine);
    }
    if rt.kernel().tracing() {
        rt.kernel().set_place(Some(m.program.spans[typed.pc(at) as usize]));
    }
    match saying {
        Saying::Work | Saying::Block => {
            occupied(m, me, saying, Duration(about));
            Ok(Said::Parked)
        }
        Saying::Sleep => rt.step(me, &Word::Sleep(Duration(about), None), None),
        Saying::Io => rt.step(me, &Word::Io(Duration(about), None), None),
        Saying::Yield => rt.step(me, &Word::Pause, None),
        Saying::Acquire => rt.step(me, &Word::Acquire(object(about), how(sent)), None),
        Saying::Release => rt.step(me, &Word::Release(object(about), how(sent)), None),
        Saying::Send => rt.step(me, &Word::Send(object(about), value(kind, words[usize::from(sent)])), None),
        Saying::Receive => rt.step(me, &Word::Receive(object(about)), None),
        Saying::Join => rt.step(me, &Word::Join(task(about)), None),
        Saying::Wait => rt.step(me, &Word::Wait(object(about)), None),
    }
}

/// How a task stops that a word has parked.
#[inline]
fn parked(saying: Saying, about: u64) -> Stop {
    match saying {
        Saying::Work | Saying::Block => Stop::Busy,
        Saying::Sleep | Saying::Io if about == 0 => Stop::Paused,
        _ => Stop::Parked,
    }
}

/// Puts a word's result where it is wanted; false if it is not of the kind that was seen.
#[inline]
fn arrived(typed: &Typed, words: &mut Words, at: usize, to: Place, got: &Value) -> bool {
    let Some(wanted) = typed.parks[at].result else { return true };
    match word(got) {
        Some((kind, bits)) if kind == wanted => {
            words[usize::from(to)] = bits;
            true
        }
        _ => false,
    }
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
fn now<R: Runtime>(m: &Machine<'_, R>) -> i64 {
    m.runtime.kernel().now().0.min(i64::MAX as u64) as i64
}
