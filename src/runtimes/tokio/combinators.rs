//! Several handles at once: `gather`, `settle`, `race`, `as_completed`.
//!
//! The handles are polled inside the task that waits, in the order in which they were given; a
//! handle that was woken is what there is to look at. None of this uses up budget, but the deadline
//! of an `as_completed` does (T9, T25).

use std::task::Poll;

use crate::runtimes::errors::{error, wrong};
use crate::runtimes::runtime::Child;
use crate::runtimes::tokio::core::Core;
use crate::runtimes::tokio::notify::{Notify, Waker};
use crate::runtimes::tokio::objects::Object;
use crate::runtimes::tokio::records::{Awaited, Registered, Results, ResultsKey};
use crate::runtimes::tokio::timers::Sleep;
use crate::source::Span;
use crate::time::Duration;
use crate::value::{Failure, FailureKind, Outcome, Raise, TaskId, Value};

/// The failure `Elapsed` becomes.
pub fn timed_out() -> Raise {
    Raise::Failed(Failure::new(FailureKind::Timeout, "timeout", Span::default()))
}

/// All values, or the first failure.
#[derive(Debug)]
pub struct All {
    pub children: Vec<Awaited>,
    pub tickets: Vec<Registered>,
    values: Vec<Value>,
    left: usize,
    polled: bool,
}

/// How each of them ended; awaited one after the other.
#[derive(Debug)]
pub struct Settled {
    children: Vec<Awaited>,
    values: Vec<Value>,
    ticket: Registered,
}

/// The first that has ended.
#[derive(Debug)]
pub struct First {
    pub children: Vec<Awaited>,
    pub tickets: Vec<Registered>,
    polled: bool,
}

/// The next of an `as_completed(…)`.
#[derive(Debug)]
pub struct Taken {
    pub results: ResultsKey,
    deadline: Option<Sleep>,
    ticket: Registered,
}

impl All {
    pub fn new(children: Vec<Awaited>) -> All {
        let n = children.len();
        All { children, tickets: vec![None; n], values: vec![Value::None; n], left: n, polled: false }
    }
}

impl Settled {
    pub fn new(children: Vec<Awaited>) -> Settled {
        Settled { children, values: Vec::new(), ticket: None }
    }
}

impl First {
    pub fn new(children: Vec<Awaited>) -> First {
        let tickets = vec![None; children.len()];
        First { children, tickets, polled: false }
    }
}

impl Core<'_> {
    /// Starts what is new, in order, and gives what can be awaited.
    pub fn start_children(&mut self, me: TaskId, children: &[Child]) -> Result<Vec<Awaited>, Raise> {
        let mut awaited = Vec::with_capacity(children.len());
        for child in children {
            awaited.push(match child {
                Child::New(new) => {
                    let task = self.spawn_task(Some(me), new, self.home_here());
                    self.count_in(task);
                    Awaited::Task(task)
                }
                Child::Task(task) if *task == me => {
                    return Err(error("a task cannot wait for itself"));
                }
                Child::Task(task) => Awaited::Task(*task),
                Child::Future(future) => match self.objects[future.0 as usize] {
                    Object::Future(_) => Awaited::Future(*future),
                    _ => return Err(wrong("be awaited: it is no future")),
                },
            });
        }
        Ok(awaited)
    }

    /// The children to look at: all at the first poll, then those that were woken.
    fn woken_children(&mut self, task: TaskId, n: usize, polled: &mut bool) -> Vec<usize> {
        let mut notes = std::mem::take(&mut self.task(task).notes);
        if !std::mem::replace(polled, true) {
            return (0..n).collect();
        }
        notes.sort_unstable();
        notes.into_iter().map(|child| child as usize).collect()
    }

    pub fn poll_all(&mut self, all: &mut All, task: TaskId) -> Poll<Outcome> {
        for n in self.woken_children(task, all.children.len(), &mut all.polled) {
            let waker = Waker { task, child: Some(n as u32) };
            match self.poll_join(all.children[n], &mut all.tickets[n], waker) {
                Poll::Pending => {}
                Poll::Ready(Err(raise)) => {
                    self.drop_awaited(&all.children, &all.tickets);
                    return Poll::Ready(Err(raise));
                }
                Poll::Ready(Ok(value)) => {
                    all.values[n] = value;
                    all.left -= 1;
                }
            }
        }
        match all.left {
            0 => Poll::Ready(Ok(Value::list(std::mem::take(&mut all.values)))),
            _ => Poll::Pending,
        }
    }

    pub fn poll_settled(&mut self, settled: &mut Settled, task: TaskId) -> Poll<Outcome> {
        while let Some(&child) = settled.children.get(settled.values.len()) {
            match self.poll_join(child, &mut settled.ticket, Waker::of(task)) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(outcome) => settled.values.push(outcome.unwrap_or_else(Raise::into_value)),
            }
            settled.ticket = None;
        }
        Poll::Ready(Ok(Value::list(std::mem::take(&mut settled.values))))
    }

    pub fn drop_settled(&mut self, settled: &Settled) {
        if let Some(&child) = settled.children.get(settled.values.len()) {
            self.drop_join(child, settled.ticket);
        }
    }

    pub fn poll_first(&mut self, first: &mut First, task: TaskId) -> Poll<Outcome> {
        for n in self.woken_children(task, first.children.len(), &mut first.polled) {
            let waker = Waker { task, child: Some(n as u32) };
            if let Poll::Ready(outcome) = self.poll_join(first.children[n], &mut first.tickets[n], waker) {
                self.drop_awaited(&first.children, &first.tickets);
                return Poll::Ready(outcome);
            }
        }
        Poll::Pending
    }

    /// Children that are awaited no longer.
    pub fn drop_awaited(&mut self, children: &[Awaited], tickets: &[Registered]) {
        for (&child, &ticket) in children.iter().zip(tickets) {
            self.drop_join(child, ticket);
        }
    }

    // ── as_completed ──────────────────────────────────────────────────────

    pub fn as_completed(&mut self, children: Vec<Awaited>, timeout: Option<Duration>) -> ResultsKey {
        let deadline = timeout.map(|d| self.kernel.now() + d);
        let left = children.len();
        let results =
            Results { children, ended: Default::default(), waiters: Notify::default(), left, deadline };
        let key = self.results.insert(results);
        for n in 0..left {
            let child = self.results[key].children[n];
            let watched = match child {
                Awaited::Task(task) if !self.kernel.ended(task) => {
                    self.task(task).results.push((key, n));
                    true
                }
                Awaited::Task(_) => false,
                Awaited::Future(future) => match &mut self.objects[future.0 as usize] {
                    Object::Future(promise) if promise.outcome.is_none() => {
                        promise.results.push((key, n));
                        true
                    }
                    _ => false,
                },
            };
            if !watched {
                self.result_ready(key, n);
            }
        }
        key
    }

    /// A child has ended: whoever takes the results is told.
    pub fn result_ready(&mut self, key: ResultsKey, child: usize) {
        let Some(results) = self.results.get_mut(key) else { return };
        results.ended.push_back(child);
        let waiters = results.waiters.drain();
        self.wake_all(waiters);
    }

    /// The next result, or `None` if all were taken.
    pub fn take_next(&mut self, key: ResultsKey) -> Option<Taken> {
        let results = self.results.get_mut(key)?;
        results.left = results.left.checked_sub(1)?;
        Some(Taken { results: key, deadline: results.deadline.map(Sleep::until), ticket: None })
    }

    /// `timeout_at(deadline, …)` around a list of those that have ended and a `Notify`.
    pub fn poll_taken(&mut self, taken: &mut Taken, task: TaskId) -> Poll<Outcome> {
        let new = self.ticket();
        let results = &mut self.results[taken.results];
        if let Some(child) = results.ended.pop_front() {
            let child = results.children[child];
            self.drop_taken(taken);
            return Poll::Ready(self.outcome_of(child).unwrap_or(Ok(Value::None)));
        }
        if !taken.ticket.is_some_and(|ticket| results.waiters.waits(ticket)) {
            results.waiters.register(new, Waker::of(task));
            taken.ticket = Some(new);
        }
        let Some(sleep) = &mut taken.deadline else { return Poll::Pending };
        if self.poll_sleep(sleep, task).is_pending() {
            return Poll::Pending;
        }
        self.drop_taken(taken);
        Poll::Ready(Err(timed_out()))
    }

    pub fn drop_taken(&mut self, taken: &Taken) {
        if let (Some(results), Some(ticket)) = (self.results.get_mut(taken.results), taken.ticket) {
            results.waiters.remove(ticket);
        }
        if let Some(sleep) = &taken.deadline {
            self.drop_sleep(sleep);
        }
    }
}
