//! Promises with their reactions, and the jobs that settling one makes: plain data.

use slotmap::SlotMap;

use crate::runtimes::js::keys::{AggregateKey, GroupKey, PromiseKey, ResultsKey, TimerKey};
use crate::value::{Outcome, TaskId};

/// What runs when a promise is settled, in the order of registration (J10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// The continuation of an `await`.
    Resume(TaskId),
    /// What a handle notices: the task has ended.
    Noticed(TaskId),
    /// The element of a `Promise.all` or `Promise.allSettled`.
    All(AggregateKey, u32),
    /// The same of a `Promise.race`, and `p.then(resolve, reject)`: passes the outcome on.
    Pass(PromiseKey),
    /// `p.then(resolve, reject)` of the arm of a `select`.
    Arm(PromiseKey, u32),
    /// A child of a group has ended.
    Left(GroupKey),
    /// A child of an `as_completed` has ended.
    Completed(ResultsKey),
}

/// A promise is pending until it has an outcome.
#[derive(Debug, Default)]
pub struct Promise {
    pub outcome: Option<Outcome>,
    /// Which way a `select` goes on, or [`CLOSED`].
    pub arm: Option<u32>,
    /// Who settled it, for the trace.
    pub by: Option<TaskId>,
    /// Each with the loop on which it is to run.
    pub reactions: Vec<(Reaction, usize)>,
    /// Timers that are cleared when it is settled, each with its loop.
    pub timers: Vec<(usize, TimerKey)>,
}

/// In the place of an arm: nothing will be received, the channel is closed.
pub const CLOSED: u32 = u32::MAX;

/// What an `await` gives.
#[derive(Debug, Clone)]
pub struct Settled {
    pub outcome: Outcome,
    pub arm: Option<u32>,
}

/// An entry of a queue.
#[derive(Debug, Clone)]
pub enum Job {
    /// A promise was settled (by whom): its reaction runs.
    Reaction { reaction: Reaction, settled: Settled, by: Option<TaskId> },
    /// A function is called: a callback, or a task on another loop.
    Call(TaskId),
    /// A promise is to be fulfilled: `setImmediate(resolve)`.
    Fulfil(PromiseKey),
}

#[derive(Debug, Default)]
pub struct Promises {
    all: SlotMap<PromiseKey, Promise>,
}

impl Promises {
    pub fn add(&mut self) -> PromiseKey {
        self.all.insert(Promise::default())
    }

    pub fn get(&self, key: PromiseKey) -> Option<&Promise> {
        self.all.get(key)
    }

    pub fn get_mut(&mut self, key: PromiseKey) -> Option<&mut Promise> {
        self.all.get_mut(key)
    }

    /// A promise nobody knows any more is not pending.
    pub fn pending(&self, key: PromiseKey) -> bool {
        self.all.get(key).is_some_and(|promise| promise.outcome.is_none())
    }

    pub fn remove(&mut self, key: PromiseKey) {
        self.all.remove(key);
    }
}
