//! The objects a program shares, as Go keeps them: plain data, moved by the files above.

use std::collections::VecDeque;

use crate::runtimes::errors::error;
use crate::runtimes::go::hchan::ChanKey;
use crate::runtimes::go::keys::GKey;
use crate::value::{ObjectId, Outcome, Raise, TaskId};

/// A declared object.
#[derive(Debug)]
pub enum Object {
    /// Index into `mutexes`.
    Mutex(usize),
    RwMutex(RwMutex),
    Semaphore(Semaphore),
    Channel(ChanKey),
    Event(Event),
    Cond(Cond),
    Barrier(Barrier),
    Future(Future),
    /// A pool of workers: tokens in a channel.
    Pool(ChanKey),
}

/// A semaphore of the runtime with those who sleep on it (sema.go).
#[derive(Debug, Default)]
pub struct Sema {
    pub value: u32,
    pub queue: VecDeque<GKey>,
}

/// `sync.Mutex` (G18).
#[derive(Debug, Default)]
pub struct Mutex {
    pub locked: bool,
    pub starving: bool,
    /// Somebody was woken and has not run yet.
    pub woken: bool,
    pub waiters: u32,
    /// Index into `semas`.
    pub sema: usize,
    /// Who took it; Go does not keep this, reports do.
    pub owner: Option<TaskId>,
    /// What the program calls it; `None` for the one inside an `rwlock`.
    pub object: Option<ObjectId>,
}

/// `sync.RWMutex` (G19).
#[derive(Debug)]
pub struct RwMutex {
    /// Held by the writer; others who want to write wait for it.
    pub w: usize,
    /// Readers inside and waiting.
    pub readers: i64,
    /// A writer is inside or waits for readers to leave.
    pub writer: bool,
    /// Readers the writer waits for.
    pub leaving: i64,
    pub writer_sema: usize,
    pub reader_sema: usize,
    /// Who is inside, for reports.
    pub inside: Vec<TaskId>,
    pub owner: Option<TaskId>,
}

/// A channel of tokens.
#[derive(Debug)]
pub struct Semaphore {
    pub tokens: ChanKey,
    pub holders: Vec<TaskId>,
    /// A resource is released by whoever holds it only.
    pub owned: bool,
}

/// A channel that is closed when the event is set, and replaced when it is cleared.
#[derive(Debug)]
pub struct Event {
    pub channel: ChanKey,
    pub set: bool,
}

/// `sync.Cond`
#[derive(Debug)]
pub struct Cond {
    /// `L`
    pub mutex: usize,
    /// Tickets in order; one is taken before the mutex is let go of.
    pub tickets: VecDeque<GKey>,
}

/// A count and a channel that is closed when all have come.
#[derive(Debug)]
pub struct Barrier {
    pub parties: u64,
    pub count: u64,
    pub gate: ChanKey,
}

/// A channel that is closed, and what it stands for.
#[derive(Debug)]
pub struct Future {
    pub done: ChanKey,
    pub outcome: Option<Outcome>,
}

pub fn not_held(what: &str) -> Raise {
    error(format!("this {what} is released but not held"))
}

/// A send into a closed channel, which panics in Go.
pub fn closed() -> Raise {
    error("this channel is closed: nothing can be sent")
}
