//! Semaphores and the futures that wait for their permits, as data.

use std::collections::BTreeMap;

use crate::runtimes::tokio::notify::Ticket;
use crate::value::TaskId;

/// Index into `Core::semaphores`.
pub type SemaphoreAt = usize;

#[derive(Debug)]
pub struct Semaphore {
    pub permits: u64,
    pub waiters: BTreeMap<Ticket, Waiter>,
}

#[derive(Debug)]
pub struct Waiter {
    pub task: TaskId,
    /// Permits still missing.
    pub missing: u64,
}

impl Semaphore {
    pub fn new(permits: u64) -> Semaphore {
        Semaphore { permits, waiters: BTreeMap::new() }
    }
}

/// A future that acquires permits.
#[derive(Debug)]
pub struct Acquire {
    pub semaphore: SemaphoreAt,
    pub permits: u64,
    pub state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    New,
    Queued(Ticket),
    /// It has its permits; only the budget may keep it from being ready.
    Assigned,
    Ready,
}

impl Acquire {
    pub fn new(semaphore: SemaphoreAt, permits: u64) -> Acquire {
        Acquire { semaphore, permits, state: State::New }
    }
}
