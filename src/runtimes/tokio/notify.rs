//! Lists of waiters, woken in the order in which they came (`sync/notify.rs`; T20).

use std::collections::BTreeMap;

use crate::value::TaskId;

/// A waiter's place in a list; larger came later.
pub type Ticket = u64;

/// Who is to be woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waker {
    pub task: TaskId,
    /// Which child of a combinator this is; noted down for it when it is woken.
    pub child: Option<u32>,
}

impl Waker {
    pub fn of(task: TaskId) -> Waker {
        Waker { task, child: None }
    }
}

/// `Notify`, as far as `notify_waiters` goes: everybody who waits, and nothing stored.
#[derive(Debug, Default)]
pub struct Notify(BTreeMap<Ticket, Waker>);

impl Notify {
    pub fn register(&mut self, ticket: Ticket, waker: Waker) {
        self.0.insert(ticket, waker);
    }

    pub fn waits(&self, ticket: Ticket) -> bool {
        self.0.contains_key(&ticket)
    }

    /// A waiter is dropped.
    pub fn remove(&mut self, ticket: Ticket) {
        self.0.remove(&ticket);
    }

    /// The oldest waiter, taken off the list.
    pub fn pop(&mut self) -> Option<Waker> {
        self.0.pop_first().map(|(_, waker)| waker)
    }

    /// All waiters, taken off the list.
    pub fn drain(&mut self) -> Vec<Waker> {
        std::mem::take(&mut self.0).into_values().collect()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
