//! The objects a program shares, as the textbook keeps them: plain data, moved by the files above.

use std::collections::VecDeque;

use crate::runtimes::textbook::waiters::Waiters;
use crate::time::Time;
use crate::value::{Mode, ObjectId, Outcome, TaskId, Value};

#[derive(Debug)]
pub enum Object {
    Lock(Lock),
    /// A `semaphore` or a `resource`.
    Semaphore(Semaphore),
    RwLock(Box<RwLock>),
    Channel(Box<Channel>),
    Event(Event),
    Condition(Condition),
    Barrier(Barrier),
    Future(Future),
    Workers,
}

impl Object {
    /// Who has an object, in the order in which they got it.
    pub fn first_owner(&self) -> Option<TaskId> {
        match self {
            Object::Lock(lock) => lock.owner,
            Object::Semaphore(semaphore) => semaphore.holders.iter().copied().next(),
            Object::RwLock(rwlock) => rwlock.writer.or_else(|| rwlock.readers.iter().copied().next()),
            Object::Channel(_)
            | Object::Event(_)
            | Object::Condition(_)
            | Object::Barrier(_)
            | Object::Future(_)
            | Object::Workers => None,
        }
    }

    pub fn owners(&self) -> Vec<TaskId> {
        let mut owners: Vec<TaskId> = match self {
            Object::Lock(lock) => lock.owner.into_iter().collect(),
            Object::Semaphore(semaphore) => semaphore.holders.iter().copied().collect(),
            Object::RwLock(rwlock) => {
                rwlock.writer.into_iter().chain(rwlock.readers.iter().copied()).collect()
            }
            Object::Channel(_)
            | Object::Event(_)
            | Object::Condition(_)
            | Object::Barrier(_)
            | Object::Future(_)
            | Object::Workers => Vec::new(),
        };
        owners.dedup();
        owners
    }
}

#[derive(Debug)]
pub struct Lock {
    pub owner: Option<TaskId>,
    pub waiters: Waiters<()>,
    /// The owner has yet to run: it was given the lock then, and might have been beaten to it.
    pub given: Option<(TaskId, Time)>,
    /// The owner is as urgent as the most urgent who waits, and they are served by urgency.
    pub inherit: bool,
}

#[derive(Debug)]
pub struct Semaphore {
    pub free: u64,
    /// A resource is released by whoever holds it only.
    pub owned: bool,
    pub holders: VecDeque<TaskId>,
    pub waiters: Waiters<()>,
}

/// Readers next to each other in the queue enter together; nobody overtakes a waiting writer.
#[derive(Debug, Default)]
pub struct RwLock {
    pub readers: VecDeque<TaskId>,
    pub writer: Option<TaskId>,
    pub waiters: Waiters<Mode>,
}

impl Lock {
    pub fn new(inherit: bool) -> Lock {
        Lock { owner: None, waiters: Waiters::default(), given: None, inherit }
    }
}

impl Semaphore {
    pub fn new(size: u64, owned: bool) -> Semaphore {
        Semaphore { free: size, owned, holders: VecDeque::new(), waiters: Waiters::default() }
    }
}

impl RwLock {
    pub fn admits(&self, mode: Mode) -> bool {
        self.writer.is_none() && (mode == Mode::Read || self.readers.is_empty())
    }

    pub fn enter(&mut self, mode: Mode, task: TaskId) {
        match mode {
            Mode::Read => self.readers.push_back(task),
            Mode::Plain | Mode::Write => self.writer = Some(task),
        }
    }
}

#[derive(Debug)]
pub struct Channel {
    /// `None` = unbounded; 0 = every item goes from hand to hand.
    pub capacity: Option<u64>,
    pub items: VecDeque<Value>,
    pub closed: bool,
    /// Somebody waits here only while there is no item.
    pub receivers: Waiters<()>,
    /// Somebody waits here only while there is no room.
    pub senders: Waiters<Value>,
}

impl Channel {
    pub fn new(capacity: Option<u64>) -> Channel {
        let (receivers, senders) = (Waiters::default(), Waiters::default());
        Channel { capacity, items: VecDeque::new(), closed: false, receivers, senders }
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
    pub waiters: Waiters<()>,
}

#[derive(Debug, Default)]
pub struct Future {
    pub outcome: Option<Outcome>,
    pub waiters: Waiters<()>,
}

impl Condition {
    pub fn new(lock: ObjectId) -> Condition {
        Condition { lock, waiters: Waiters::default() }
    }
}

impl Barrier {
    pub fn new(parties: u64) -> Barrier {
        Barrier { parties, waiters: Waiters::default() }
    }
}
