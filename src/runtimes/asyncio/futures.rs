//! Futures: a state and an ordered list of callbacks (`futures.py`, class `Future`, 3.12.1).

use std::collections::VecDeque;

use slotmap::{SlotMap, new_key_type};

use crate::value::{Outcome, Raise, TaskId};

new_key_type! {
    pub struct FutureKey;
    /// A gather, a group, a timeout, an as_completed; see the module that makes it.
    pub struct GatherKey;
    pub struct GroupKey;
    pub struct TimeoutKey;
    pub struct ResultsKey;
    pub struct TimerKey;
    pub struct JobKey;
}

#[derive(Debug)]
pub struct Future {
    pub kind: FutureKind,
    pub state: FutureState,
    /// In the order of registration (A9). The first apart, since most futures have just one.
    first: Option<Callback>,
    rest: Vec<Callback>,
    /// Callbacks of this future that wait in a ready queue.
    pub scheduled: u32,
}

/// What `cancel()` means for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FutureKind {
    Plain,
    Task(TaskId),
    /// `_GatheringFuture`: cancelling it cancels the children.
    Gathering(GatherKey),
}

#[derive(Debug, Clone)]
pub enum FutureState {
    Pending,
    /// A result or an exception. `Err(Raise::Cancelled)` is an exception that happens to be a
    /// CancelledError: `cancelled()` is false.
    Done(Outcome),
    Cancelled,
}

/// Who wants to know that a future is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callback {
    /// `Task.__wakeup`
    Wakeup(TaskId),
    /// `gather.<locals>._done_callback`
    Gather(GatherKey),
    /// `_wait.<locals>._on_completion` with FIRST_COMPLETED, and `_release_waiter`.
    Release(FutureKey),
    /// `TaskGroup._on_task_done`
    Group(GroupKey),
    /// `as_completed.<locals>._on_completion`
    Results(ResultsKey),
    /// `shield.<locals>._inner_done_callback`: the outer future.
    ShieldInner(FutureKey),
    /// `shield.<locals>._outer_done_callback`: the inner future.
    ShieldOuter(FutureKey),
    /// `futures._chain_future.<locals>._call_check_cancel`: of a job on a thread.
    CheckCancel(JobKey),
    /// `tasks.discard`: one of the tasks the run waits for has ended.
    Root,
    /// `_wait.<locals>._on_completion` of the `asyncio.wait` behind `main`.
    Everything,
    /// One of the tasks left over at the end has ended.
    LeftOver,
    /// `_run_until_complete_cb`
    Stop,
}

#[derive(Debug, Default)]
pub struct Futures {
    all: SlotMap<FutureKey, Future>,
}

impl Futures {
    pub fn add(&mut self, kind: FutureKind) -> FutureKey {
        // A constant is moved as it is; what has just been written in pieces would be waited for.
        let key = self.all.insert(Future::NEW);
        if kind != FutureKind::Plain {
            self.all[key].kind = kind;
        }
        key
    }

    pub fn get(&self, key: FutureKey) -> Option<&Future> {
        self.all.get(key)
    }

    pub fn get_mut(&mut self, key: FutureKey) -> Option<&mut Future> {
        self.all.get_mut(key)
    }

    pub fn remove(&mut self, key: FutureKey) {
        self.all.remove(key);
    }

    /// A future that is gone has been done.
    pub fn done(&self, key: FutureKey) -> bool {
        !matches!(self.all.get(key).map(|f| &f.state), Some(FutureState::Pending))
    }

    pub fn cancelled(&self, key: FutureKey) -> bool {
        matches!(self.all.get(key).map(|f| &f.state), Some(FutureState::Cancelled))
    }

    /// `result()`: what `await` of a done future gives or raises.
    pub fn result(&self, key: FutureKey) -> Outcome {
        match self.all.get(key).map(|f| &f.state) {
            Some(FutureState::Done(outcome)) => outcome.clone(),
            Some(FutureState::Cancelled) => Err(Raise::Cancelled),
            Some(FutureState::Pending) | None => {
                unreachable!("only asked of a future that is there and done")
            }
        }
    }
}

impl Future {
    /// One that nobody has said anything about.
    const NEW: Future = Future {
        kind: FutureKind::Plain,
        state: FutureState::Pending,
        first: None,
        rest: Vec::new(),
        scheduled: 0,
    };

    /// Something of all parts of it, so that all are fetched.
    #[inline]
    pub fn touch(&self) -> u64 {
        u64::from(matches!(self.state, FutureState::Pending)) ^ u64::from(self.scheduled)
    }

    #[inline]
    pub fn add_callback(&mut self, callback: Callback) {
        if self.first.is_none() && self.rest.is_empty() {
            self.first = Some(callback);
        } else {
            self.rest.push(callback);
        }
    }

    /// `remove_done_callback`: all that are equal.
    pub fn remove_callback(&mut self, callback: Callback) {
        if self.first == Some(callback) {
            self.first = None;
        }
        self.rest.retain(|&c| c != callback);
    }

    /// Takes all callbacks, in order of registration.
    pub fn take_callbacks(&mut self) -> (Option<Callback>, Vec<Callback>) {
        (self.first.take(), std::mem::take(&mut self.rest))
    }

    pub fn callbacks(&self) -> impl Iterator<Item = Callback> + '_ {
        self.first.into_iter().chain(self.rest.iter().copied())
    }
}

/// Takes a waiter out of a queue; nearly always it is the first.
pub fn leave(waiters: &mut VecDeque<FutureKey>, fut: FutureKey) {
    if waiters.front() == Some(&fut) {
        waiters.pop_front();
    } else {
        waiters.retain(|&waiter| waiter != fut);
    }
}
