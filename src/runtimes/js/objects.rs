//! The objects a program shares, as the library keeps them: plain data, moved by the files above.

use std::collections::VecDeque;

use crate::runtimes::js::keys::PromiseKey;
use crate::runtimes::js::promises::{CLOSED, Promises};
use crate::value::{Mode, ObjectId, Outcome, TaskId, Value};

/// A declared object.
#[derive(Debug)]
pub enum Object {
    Lock(Lock),
    Semaphore(Semaphore),
    RwLock(RwLock),
    Channel(Channel),
    Event(Event),
    Condition(Condition),
    Barrier(Barrier),
    Future(Future),
    /// Index into `pools`.
    Workers(usize),
}

/// One that waits: the promise that is settled when it is its turn.
#[derive(Debug, Clone)]
pub struct Waiter<T> {
    pub promise: PromiseKey,
    /// It is an arm of a `select`.
    pub arm: Option<u32>,
    pub task: TaskId,
    pub with: T,
}

impl<T> Waiter<T> {
    /// What is to be noted in the promise when there is nothing to come.
    pub fn closed(&self) -> Option<u32> {
        self.arm.or(Some(CLOSED))
    }
}

/// Those who wait, first come first served. Whoever was aborted meanwhile is passed over.
#[derive(Debug)]
pub struct Waiters<T>(VecDeque<Waiter<T>>);

impl<T> Default for Waiters<T> {
    fn default() -> Waiters<T> {
        Waiters(VecDeque::new())
    }
}

impl<T> Waiters<T> {
    pub fn add(&mut self, waiter: Waiter<T>) {
        self.0.push_back(waiter);
    }

    /// The first, who is to be settled now.
    pub fn next(&mut self, promises: &Promises) -> Option<Waiter<T>> {
        self.peek(promises)?;
        self.0.pop_front()
    }

    pub fn peek(&mut self, promises: &Promises) -> Option<&Waiter<T>> {
        while self.0.front().is_some_and(|waiter| !promises.pending(waiter.promise)) {
            self.0.pop_front();
        }
        self.0.front()
    }

    pub fn take(&mut self) -> VecDeque<Waiter<T>> {
        std::mem::take(&mut self.0)
    }

    pub fn count(&self, promises: &Promises) -> usize {
        self.0.iter().filter(|waiter| promises.pending(waiter.promise)).count()
    }
}

#[derive(Debug, Default)]
pub struct Lock {
    pub locked: bool,
    /// The library does not keep this, reports do.
    pub owner: Option<TaskId>,
    pub waiters: Waiters<()>,
}

/// A `semaphore`, and a `resource`, of which no more are given back than there are.
#[derive(Debug)]
pub struct Semaphore {
    pub free: u64,
    /// Of a resource: how many there are.
    pub size: Option<u64>,
    pub holders: Vec<TaskId>,
    pub waiters: Waiters<()>,
}

#[derive(Debug, Default)]
pub struct RwLock {
    pub readers: Vec<TaskId>,
    pub writer: Option<TaskId>,
    pub waiters: Waiters<Mode>,
}

impl RwLock {
    pub fn admits(&self, mode: Mode) -> bool {
        self.writer.is_none() && (mode == Mode::Read || self.readers.is_empty())
    }

    pub fn enter(&mut self, mode: Mode, task: TaskId) {
        match mode {
            Mode::Read => self.readers.push(task),
            Mode::Plain | Mode::Write => self.writer = Some(task),
        }
    }
}

#[derive(Debug)]
pub struct Channel {
    pub items: VecDeque<Value>,
    /// `None` = unbounded.
    pub capacity: Option<u64>,
    pub closed: bool,
    pub receivers: Waiters<()>,
    pub senders: Waiters<Value>,
}

impl Channel {
    pub fn new(capacity: Option<u64>) -> Channel {
        Channel {
            items: VecDeque::new(),
            capacity,
            closed: false,
            receivers: Waiters::default(),
            senders: Waiters::default(),
        }
    }

    pub fn has_room(&self) -> bool {
        self.capacity.is_none_or(|capacity| (self.items.len() as u64) < capacity)
    }
}

#[derive(Debug, Default)]
pub struct Event {
    pub set: bool,
    pub waiters: Waiters<()>,
}

#[derive(Debug)]
pub struct Condition {
    pub lock: ObjectId,
    pub waiters: Waiters<()>,
}

#[derive(Debug)]
pub struct Barrier {
    pub parties: u64,
    /// Each with its order of arrival.
    pub waiters: Waiters<u64>,
}

#[derive(Debug, Default)]
pub struct Future {
    pub outcome: Option<Outcome>,
    pub waiters: Waiters<()>,
}
