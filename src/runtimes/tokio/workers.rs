//! A worker, as data: a thread that polls tasks, with what it owns.

use std::collections::VecDeque;

use crate::runtimes::runtime::Next;
use crate::sim::process::Reply;
use crate::value::TaskId;

/// What every poll starts with, of operations that may be done in it (T9).
pub const INITIAL: u32 = 128;

/// Operations left; `None` is unconstrained.
pub type Budget = Option<u32>;

#[derive(Debug)]
pub struct Worker {
    pub kind: WorkerKind,
    /// Its number in the trace.
    pub number: u32,
    /// The local run queue.
    pub queue: VecDeque<TaskId>,
    /// Tasks woken from other threads (T4); the multi-threaded scheduler has one for all.
    pub inject: VecDeque<TaskId>,
    /// Yielders, and tasks without budget, woken from the back (T5).
    pub deferred: Vec<TaskId>,
    pub driver: usize,
    pub tick: u64,
    /// Polls left until the driver has its turn.
    pub polls_left: u32,
    /// The LIFO slot (T30), whether it may be used, and how often it was in a row (T31).
    pub lifo: Option<TaskId>,
    pub lifo_enabled: bool,
    pub lifo_polls: u32,
    /// A poll, or the LIFO polls behind it, is not finished.
    pub in_poll: bool,
    pub searching: bool,
    /// The task being polled.
    pub polling: Option<TaskId>,
    /// The polled task computes or blocks.
    pub busy: bool,
    /// With what the polled task goes on.
    pub resume: Option<Reply>,
    pub budget: Budget,
    pub parked: bool,
    /// It sleeps with the driver: it is the one a timer wakes.
    pub has_driver: bool,
    /// Numbers its busy times and its sleeps; entries of the agenda with an older one are stale.
    pub epoch: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerKind {
    /// `current_thread`
    CurrentThread,
    /// A worker of `multi_thread`.
    MultiThread,
    /// The thread that called `block_on` beside them (T34).
    BlockOn,
}

/// What a worker's turn came to.
pub enum Turn {
    /// A task is to be resumed.
    Resume(Next),
    /// It did something; there may be more.
    Again,
    /// It has nothing to do, or is busy.
    Idle,
}

impl Worker {
    pub fn new(kind: WorkerKind, number: u32, driver: usize) -> Worker {
        Worker {
            kind,
            number,
            queue: VecDeque::new(),
            inject: VecDeque::new(),
            deferred: Vec::new(),
            driver,
            tick: 0,
            polls_left: 0,
            lifo: None,
            lifo_enabled: true,
            lifo_polls: 0,
            in_poll: false,
            searching: false,
            polling: None,
            busy: false,
            resume: None,
            budget: None,
            parked: false,
            has_driver: false,
            epoch: 0,
        }
    }

    pub fn has_deferred_list(&self) -> bool {
        self.kind != WorkerKind::BlockOn
    }
}
