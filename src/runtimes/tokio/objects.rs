//! The objects a program shares, as tokio keeps them: plain data, moved by the files above.

use std::collections::{BTreeMap, VecDeque};

use crate::runtimes::tokio::notify::{Notify, Ticket, Waker};
use crate::runtimes::tokio::permits::SemaphoreAt;
use crate::runtimes::tokio::records::ResultsKey;
use crate::value::{Mode, ObjectId, Outcome, TaskId, Value};

/// `RwLock`: a semaphore with so many permits; a reader takes one, a writer all (T18).
pub const MAX_READS: u64 = (u32::MAX >> 3) as u64;

/// A declared object.
#[derive(Debug)]
pub enum Object {
    /// `Mutex`, `Semaphore`, `RwLock`.
    Sync(Sync),
    /// Index into `channels`.
    Channel(usize),
    Event(Event),
    Condition(Condition),
    Barrier(Barrier),
    Future(Promise),
    /// Index into `pools`.
    Workers(usize),
}

/// What is built on one semaphore.
#[derive(Debug)]
pub struct Sync {
    pub kind: SyncKind,
    pub semaphore: SemaphoreAt,
    pub holders: Vec<(TaskId, Mode)>,
    /// Those who left it for a condition and whose wait was dropped: they do not hold it any more,
    /// and what they give back is nothing.
    pub lost: Vec<TaskId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncKind {
    /// `Mutex`
    Lock,
    /// A `Semaphore` whose permits belong to the tasks that took them.
    Resource,
    /// Anybody may add permits.
    Semaphore,
    RwLock,
}

impl Sync {
    /// How many permits this way of taking it needs.
    pub fn permits(&self, mode: Mode) -> u64 {
        match (self.kind, mode) {
            (SyncKind::RwLock, Mode::Plain | Mode::Write) => MAX_READS,
            (SyncKind::RwLock, Mode::Read) => 1,
            (SyncKind::Lock | SyncKind::Resource | SyncKind::Semaphore, _) => 1,
        }
    }
}

/// `mpsc::channel`, its receiver behind a `Mutex`, its sender in an `Option` that `close` takes.
#[derive(Debug)]
pub struct Channel {
    /// What the trace calls it.
    pub id: ObjectId,
    /// Free places; `None` = unbounded.
    pub room: Option<SemaphoreAt>,
    /// A rendezvous: senders wait until their value is taken.
    pub rendezvous: bool,
    pub items: VecDeque<Item>,
    /// The `Mutex` around the receiver.
    pub receiver: SemaphoreAt,
    /// The receiver's one waker (T19). It stays when the wait is given up, and then wakes its task in vain.
    pub waker: Option<TaskId>,
    /// Somebody waits for a value.
    pub waiting: bool,
    pub closed: bool,
    /// Senders under way, who hold a sender of their own.
    pub senders: usize,
}

#[derive(Debug)]
pub struct Item {
    pub value: Value,
    /// The sender to tell that it was taken.
    pub acknowledge: Option<Ticket>,
}

/// A flag and a `Notify`.
#[derive(Debug, Default)]
pub struct Event {
    pub set: bool,
    pub waiters: Notify,
}

/// A lock and a list of `oneshot` senders, first come, first served.
#[derive(Debug)]
pub struct Condition {
    pub lock: ObjectId,
    pub waiters: Notify,
}

/// `Barrier`: a `watch` channel whose waiters are spread over eight lists (T21).
#[derive(Debug)]
pub struct Barrier {
    pub parties: u64,
    pub arrived: u64,
    pub generation: u64,
    pub waiters: [Notify; 8],
}

impl Barrier {
    pub fn new(parties: u64) -> Barrier {
        Barrier { parties: parties.max(1), arrived: 0, generation: 1, waiters: Default::default() }
    }

    pub fn waits(&self, ticket: Ticket) -> bool {
        self.waiters.iter().any(|list| list.waits(ticket))
    }

    /// All waiters, list by list.
    pub fn drain(&mut self) -> Vec<Waker> {
        self.waiters.iter_mut().flat_map(Notify::drain).collect()
    }
}

/// A cell that is set once, and a `Notify`.
#[derive(Debug, Default)]
pub struct Promise {
    pub outcome: Option<Outcome>,
    pub waiters: Notify,
    /// `as_completed(…)` that want to hear of it, and which child it is.
    pub results: Vec<(ResultsKey, usize)>,
}

/// Rendezvous senders whose value is still in the channel.
pub type Unacknowledged = BTreeMap<Ticket, TaskId>;
