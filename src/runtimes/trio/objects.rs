//! The objects a program shares, as trio keeps them: plain data, moved by the files above.

use std::collections::{BTreeSet, VecDeque};

use slotmap::new_key_type;

use crate::runtimes::trio::ordered::Ordered;
use crate::value::{Mode, ObjectId, Outcome, TaskId, Value};

new_key_type! {
    pub struct LotKey;
}

/// A task in a parking lot, and what it brought: an item to send, for whom it borrows, how it enters.
#[derive(Debug)]
pub struct Parked {
    pub task: TaskId,
    pub item: Value,
}

/// `ParkingLot`, and every other set of waiting tasks: first come, first served.
pub type Lot = Ordered<Parked>;

/// A declared object.
#[derive(Debug)]
pub enum Object {
    /// Index into `locks`.
    Lock(usize),
    Semaphore(Semaphore),
    /// A `resource`, and the threads of `workers`: index into `limiters`.
    Limiter(usize),
    RwLock(RwLock),
    /// Index into `channels`.
    Channel(usize),
    Event(Event),
    Condition(Condition),
    Barrier(Barrier),
    Future(Future),
    /// Index into `pools`.
    Workers(usize),
}

#[derive(Debug)]
pub struct Lock {
    pub owner: Option<TaskId>,
    pub lot: LotKey,
    /// Its owner has ended without releasing it (`broken_by`).
    pub broken: bool,
    pub object: ObjectId,
}

#[derive(Debug)]
pub struct Semaphore {
    pub value: u64,
    pub lot: LotKey,
    /// trio does not keep them, reports do.
    pub holders: Vec<TaskId>,
}

#[derive(Debug)]
pub struct Limiter {
    pub total: u64,
    pub borrowers: BTreeSet<TaskId>,
    pub lot: LotKey,
    pub object: ObjectId,
    /// The `resource` whose holders the trace counts; none for the threads of a pool.
    pub counted: Option<ObjectId>,
}

#[derive(Debug)]
pub struct Event {
    pub set: bool,
    pub lot: LotKey,
}

#[derive(Debug)]
pub struct Condition {
    /// Index of its lock.
    pub lock: usize,
    pub lot: LotKey,
}

/// trio has no barrier. This is the one people write over an event for each round.
#[derive(Debug)]
pub struct Barrier {
    pub parties: u64,
    pub waiting: u64,
    /// The event of this round.
    pub gate: LotKey,
}

/// trio has no future. This is a value and an event that is set when it is there.
#[derive(Debug)]
pub struct Future {
    pub outcome: Option<Outcome>,
    pub lot: LotKey,
}

/// trio has no rwlock. This is the one people write over events: first come, first served; readers
/// next to each other in the queue enter together.
#[derive(Debug)]
pub struct RwLock {
    pub readers: Vec<TaskId>,
    pub writer: Option<TaskId>,
    /// Who parks brings whether it writes.
    pub lot: LotKey,
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

/// `MemoryChannelState`: one end to send into, one to receive from.
#[derive(Debug)]
pub struct Channel {
    pub data: VecDeque<Value>,
    /// What a losing arm of a `select` had received already: taken out before anything else.
    pub returned: VecDeque<Value>,
    /// `None` = unbounded.
    pub max: Option<u64>,
    pub senders: LotKey,
    pub receivers: LotKey,
    /// The sending end is closed.
    pub closed: bool,
    /// `None` for the one inside an `as_completed(…)`.
    pub object: Option<ObjectId>,
}

impl Channel {
    pub fn has_room(&self) -> bool {
        self.max.is_none_or(|max| (self.data.len() as u64) < max)
    }
}
