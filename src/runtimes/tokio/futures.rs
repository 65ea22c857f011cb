//! What a task can wait for: futures that are polled, asked whether they are ready, and dropped.
//!
//! One word of the language is one future here, or several in a row. A poll of a task comes back to
//! the future it stopped at and polls it again; nothing else remembers a wait.

use std::task::Poll;

use crate::runtimes::tokio::combinators::{All, First, Settled, Taken};
use crate::runtimes::tokio::core::Core;
use crate::runtimes::tokio::mpsc::{Receive, Send};
use crate::runtimes::tokio::notify::{Notify, Ticket, Waker};
use crate::runtimes::tokio::objects::Object;
use crate::runtimes::tokio::permits::Acquire;
use crate::runtimes::tokio::records::{Awaited, JobKey, Registered, ScopeKey};
use crate::runtimes::tokio::timers::Sleep;
use crate::value::{ObjectId, Outcome, TaskId, Value};

#[derive(Debug)]
pub enum Fut {
    Sleep(Sleep),
    /// `yield_now`: was it polled?
    Yield(bool),
    Acquire(Acquire),
    Send(Send),
    Receive(Receive),
    /// An event: `if !flag { notified.await }`.
    Event(ObjectId, Registered),
    /// A handle, or a `future`.
    Join(Awaited, Registered),
    /// The `oneshot` a condition's waiter left in its list.
    Notified(ObjectId, Ticket),
    Barrier(BarrierWait),
    All(All),
    Settled(Settled),
    First(First),
    Taken(Taken),
    /// The end of all children of a group.
    Children(ScopeKey),
    Blocking(JobKey),
    Select(Select),
}

/// `Barrier::wait` behind its arrival (`sync/barrier.rs`; T21).
#[derive(Debug)]
pub struct BarrierWait {
    pub barrier: ObjectId,
    pub generation: u64,
    /// Has this clone of the `watch` receiver seen that somebody went through before?
    pub seen: bool,
    pub ticket: Registered,
}

/// `tokio::select!`: its arms, and which of them was ready.
#[derive(Debug)]
pub struct Select {
    pub arms: Vec<Fut>,
    /// The arm that was ready.
    pub won: Option<usize>,
}

impl Core<'_> {
    pub fn poll_future(&mut self, fut: &mut Fut, task: TaskId) -> Poll<Outcome> {
        match fut {
            Fut::Sleep(sleep) => self.poll_sleep(sleep, task).map(none),
            Fut::Yield(polled) => {
                if std::mem::replace(polled, true) {
                    return Poll::Ready(Ok(Value::None));
                }
                self.defer(task);
                Poll::Pending
            }
            Fut::Acquire(acquire) => self.poll_acquire(acquire, task).map(none),
            Fut::Send(send) => self.poll_send(send, task),
            Fut::Receive(receive) => {
                self.poll_receive(receive, task).map(|value| Ok(value.unwrap_or_default()))
            }
            Fut::Event(event, ticket) => self.poll_event(*event, ticket, task),
            Fut::Join(awaited, ticket) => self.poll_join(*awaited, ticket, Waker::of(task)),
            Fut::Notified(condition, ticket) => {
                let waits = self.condition_waits(*condition, *ticket);
                ready_if(self.oneshot_ready(task, !waits))
            }
            Fut::Barrier(wait) => self.poll_barrier(wait, task),
            Fut::All(all) => self.poll_all(all, task),
            Fut::Settled(settled) => self.poll_settled(settled, task),
            Fut::First(first) => self.poll_first(first, task),
            Fut::Taken(taken) => self.poll_taken(taken, task),
            Fut::Children(group) => ready_if(self.poll_children(*group, task)),
            Fut::Blocking(job) => self.poll_blocking(*job, task),
            Fut::Select(select) => self.poll_select(select, task),
        }
    }

    /// Would a poll be ready? Asked of the arms of a `select!` only.
    pub fn is_ready(&self, fut: &Fut) -> bool {
        match fut {
            Fut::Sleep(sleep) => self.has_elapsed(sleep),
            Fut::Receive(receive) => self.can_receive(receive),
            Fut::Send(send) => self.can_send(send),
            Fut::Event(event, ticket) => match &self.objects[event.0 as usize] {
                Object::Event(event) => event.set || ticket.is_some_and(|t| !event.waiters.waits(t)),
                _ => true,
            },
            Fut::Join(awaited, _) => self.outcome_of(*awaited).is_some(),
            Fut::Yield(_)
            | Fut::Acquire(_)
            | Fut::Notified(..)
            | Fut::Barrier(_)
            | Fut::All(_)
            | Fut::Settled(_)
            | Fut::First(_)
            | Fut::Taken(_)
            | Fut::Children(_)
            | Fut::Blocking(_)
            | Fut::Select(_) => false,
        }
    }

    pub fn drop_future(&mut self, fut: &Fut, task: TaskId) {
        match fut {
            Fut::Sleep(sleep) => self.drop_sleep(sleep),
            Fut::Yield(_) => {}
            Fut::Acquire(acquire) => self.drop_acquire(acquire),
            Fut::Send(send) => self.drop_send(send),
            Fut::Receive(receive) => self.drop_receive(receive),
            Fut::Event(event, ticket) => {
                if let (Object::Event(event), Some(ticket)) = (&mut self.objects[event.0 as usize], ticket) {
                    event.waiters.remove(*ticket);
                }
            }
            Fut::Join(awaited, ticket) => self.drop_join(*awaited, *ticket),
            Fut::Notified(condition, ticket) => {
                if let Object::Condition(condition) = &mut self.objects[condition.0 as usize] {
                    condition.waiters.remove(*ticket);
                }
            }
            Fut::Barrier(wait) => self.drop_barrier(wait),
            Fut::All(all) => self.drop_awaited(&all.children, &all.tickets),
            Fut::Settled(settled) => self.drop_settled(settled),
            Fut::First(first) => self.drop_awaited(&first.children, &first.tickets),
            Fut::Taken(taken) => self.drop_taken(taken),
            Fut::Children(group) => self.drop_children(*group),
            Fut::Blocking(job) => self.drop_blocking(*job),
            Fut::Select(select) => self.drop_select(select, task),
        }
    }

    fn poll_event(&mut self, id: ObjectId, ticket: &mut Registered, task: TaskId) -> Poll<Outcome> {
        let new = self.ticket();
        let Object::Event(event) = &mut self.objects[id.0 as usize] else { return ready_if(true) };
        match *ticket {
            None if event.set => ready_if(true),
            None => {
                event.waiters.register(new, Waker::of(task));
                *ticket = Some(new);
                Poll::Pending
            }
            Some(ticket) => ready_if(!event.waiters.waits(ticket)),
        }
    }

    // ── handles and futures: done, and who waits for it ───────────────────

    /// How it ended, if it has.
    pub fn outcome_of(&self, awaited: Awaited) -> Option<Outcome> {
        match awaited {
            Awaited::Task(task) if !self.kernel.tasks().exists(task) => Some(Ok(Value::None)),
            Awaited::Task(task) => self.kernel.outcome(task),
            Awaited::Future(future) => match &self.objects[future.0 as usize] {
                Object::Future(promise) => promise.outcome.clone(),
                _ => Some(Ok(Value::None)),
            },
        }
    }

    fn joiners(&mut self, awaited: Awaited) -> Option<&mut Notify> {
        match awaited {
            Awaited::Task(task) if self.kernel.tasks().exists(task) => Some(&mut self.task(task).joiners),
            Awaited::Task(_) => None,
            Awaited::Future(future) => match &mut self.objects[future.0 as usize] {
                Object::Future(promise) => Some(&mut promise.waiters),
                _ => None,
            },
        }
    }

    pub fn poll_join(&mut self, awaited: Awaited, ticket: &mut Registered, waker: Waker) -> Poll<Outcome> {
        if let Some(outcome) = self.outcome_of(awaited) {
            return Poll::Ready(outcome);
        }
        if ticket.is_none() {
            let new = self.ticket();
            *ticket = Some(new);
            if let Some(joiners) = self.joiners(awaited) {
                joiners.register(new, waker);
            }
        }
        Poll::Pending
    }

    pub fn drop_join(&mut self, awaited: Awaited, ticket: Registered) {
        if let (Some(joiners), Some(ticket)) = (self.joiners(awaited), ticket) {
            joiners.remove(ticket);
        }
    }

    // ── conditions and barriers ───────────────────────────────────────────

    fn condition_waits(&self, id: ObjectId, ticket: Ticket) -> bool {
        match &self.objects[id.0 as usize] {
            Object::Condition(condition) => condition.waiters.waits(ticket),
            _ => false,
        }
    }

    /// `wait.changed()` until the generation has gone through. A clone of the receiver notices one
    /// change at once if there ever was one.
    fn poll_barrier(&mut self, wait: &mut BarrierWait, task: TaskId) -> Poll<Outcome> {
        if !self.proceed(task) {
            return Poll::Pending;
        }
        let Object::Barrier(barrier) = &self.objects[wait.barrier.0 as usize] else { return ready_if(true) };
        let generation = barrier.generation;
        if wait.ticket.is_some_and(|ticket| barrier.waits(ticket)) {
            return Poll::Pending;
        }
        if generation > 1 && !std::mem::replace(&mut wait.seen, true) {
            self.made_progress();
            if generation <= wait.generation {
                return self.poll_barrier(wait, task);
            }
            return ready_if(true);
        }
        if generation > wait.generation {
            self.made_progress();
            return ready_if(true);
        }
        wait.seen = true;
        let (ticket, list) = (self.ticket(), self.kernel.pick(Some(task), 8) as usize);
        if let Object::Barrier(barrier) = &mut self.objects[wait.barrier.0 as usize] {
            barrier.waiters[list].register(ticket, Waker::of(task));
        }
        wait.ticket = Some(ticket);
        Poll::Pending
    }

    fn drop_barrier(&mut self, wait: &BarrierWait) {
        if let (Object::Barrier(barrier), Some(ticket)) =
            (&mut self.objects[wait.barrier.0 as usize], wait.ticket)
        {
            for list in &mut barrier.waiters {
                list.remove(ticket);
            }
        }
    }
}

fn none((): ()) -> Outcome {
    Ok(Value::None)
}

fn ready_if(ready: bool) -> Poll<Outcome> {
    if ready { Poll::Ready(Ok(Value::None)) } else { Poll::Pending }
}
