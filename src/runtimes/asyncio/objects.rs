//! The objects a program shares, as asyncio keeps them: plain data, moved by the files above.

use std::collections::VecDeque;

use crate::runtimes::asyncio::futures::{FutureKey, Futures, ResultsKey};
use crate::value::{Mode, ObjectId, TaskId, Value};

/// A declared object.
#[derive(Debug)]
pub enum Object {
    Lock(usize),
    Semaphore(Semaphore),
    RwLock(RwLock),
    Queue(Queue),
    Event(Event),
    Condition(usize),
    Barrier(Barrier),
    Future(FutureKey),
    /// Index into `pools`.
    Workers(usize),
}

#[derive(Debug, Default)]
pub struct Lock {
    pub locked: bool,
    pub waiters: VecDeque<FutureKey>,
    /// Who took it; asyncio does not keep this, reports do.
    pub owner: Option<TaskId>,
    /// What the program calls it; `None` for the lock inside a barrier.
    pub object: Option<ObjectId>,
}

/// A `semaphore`, and a `resource`: counted, first come first served.
#[derive(Debug)]
pub struct Semaphore {
    pub value: u64,
    pub waiters: VecDeque<FutureKey>,
    pub holders: Vec<TaskId>,
    /// A resource is released by whoever holds it only.
    pub owned: bool,
}

impl Semaphore {
    pub fn new(value: u64, owned: bool) -> Semaphore {
        Semaphore { value, waiters: VecDeque::new(), holders: Vec::new(), owned }
    }
}

#[derive(Debug, Default)]
pub struct Event {
    pub set: bool,
    pub waiters: VecDeque<FutureKey>,
}

/// asyncio has no rwlock. This is the one people write over futures: first come, first served;
/// readers next to each other in the queue enter together.
#[derive(Debug, Default)]
pub struct RwLock {
    pub readers: Vec<TaskId>,
    pub writer: Option<TaskId>,
    pub waiters: VecDeque<(FutureKey, Mode, TaskId)>,
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
pub struct Condition {
    /// Index of its lock.
    pub lock: usize,
    pub waiters: VecDeque<FutureKey>,
}

impl Condition {
    pub fn new(lock: usize) -> Condition {
        Condition { lock, waiters: VecDeque::new() }
    }
}

#[derive(Debug)]
pub struct Barrier {
    /// Index of its condition.
    pub condition: usize,
    pub parties: u64,
    /// Tasks in the barrier.
    pub count: u64,
    pub draining: bool,
}

impl Barrier {
    pub fn new(condition: usize, parties: u64) -> Barrier {
        Barrier { condition, parties, count: 0, draining: false }
    }
}

#[derive(Debug)]
pub struct Queue {
    pub items: VecDeque<Value>,
    /// `None` = unbounded.
    pub max: Option<u64>,
    pub getters: VecDeque<FutureKey>,
    pub putters: VecDeque<FutureKey>,
    pub closed: bool,
}

impl Queue {
    pub fn new(max: Option<u64>) -> Queue {
        Queue {
            items: VecDeque::new(),
            max,
            getters: VecDeque::new(),
            putters: VecDeque::new(),
            closed: false,
        }
    }

    /// `qsize`
    pub fn size(&self) -> usize {
        self.items.len()
    }

    /// asyncio has no rendezvous. Here a channel of capacity 0 has room while a getter waits
    /// that has not been promised an item.
    pub fn full(&self, futures: &Futures) -> bool {
        match self.max {
            None => false,
            Some(0) => self.getters.iter().all(|&getter| futures.done(getter)),
            Some(max) => self.items.len() as u64 >= max,
        }
    }
}

/// Where a queue is: a channel of the program, or inside an `as_completed(…)`.
#[derive(Debug, Clone, Copy)]
pub enum QueueAt {
    Object(ObjectId),
    Results(ResultsKey),
}
