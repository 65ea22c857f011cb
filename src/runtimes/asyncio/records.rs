//! What asyncio keeps of each task, combinator, block and job: plain data, moved by the files above.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use crate::runtimes::asyncio::futures::{FutureKey, JobKey, TimerKey};
use crate::runtimes::asyncio::objects::Queue;
use crate::runtimes::wait_info::WaitInfo;
use crate::value::{Failure, ObjectId, Outcome, TaskId};

/// What asyncio knows of a task, beside the kernel's record.
#[derive(Debug)]
pub struct TaskState {
    /// The task as a future.
    pub future: FutureKey,
    /// The future it waits for (`_fut_waiter`).
    pub fut_waiter: Option<FutureKey>,
    /// `_must_cancel`
    pub must_cancel: bool,
    /// `_num_cancels_requested`
    pub num_cancels: u32,
    /// The loop it runs on.
    pub home: usize,
    /// Set if it runs on a thread of a pool instead.
    pub job: Option<JobKey>,
    /// It is no task but a callback of `call_soon` or `call_later`.
    pub callback: bool,
    /// In a wait, for the trace.
    pub waiting: bool,
    /// Its process is gone.
    pub stopped: bool,
    /// What a word waits with that is said in steps.
    pub awaited: Option<Awaited>,
    /// What it waits for, for deadlock reports.
    pub wait: Option<WaitInfo>,
    /// The pass of `cancel` that was here last.
    pub pass: u32,
}

impl TaskState {
    /// Something of all parts of it, so that all are fetched.
    #[inline]
    pub fn touch(&self) -> u64 {
        u64::from(self.pass ^ self.num_cancels) ^ self.home as u64 ^ u64::from(self.wait.is_some())
    }
}

/// What a word that is said in steps waits with.
#[derive(Debug, Clone, Copy)]
pub struct Awaited {
    pub fut: FutureKey,
    /// Of a sleep.
    pub timer: Option<TimerKey>,
}

#[derive(Debug)]
pub struct Gather {
    /// As the arguments were, duplicates included.
    pub children: Vec<FutureKey>,
    pub unique: usize,
    pub finished: usize,
    pub return_exceptions: bool,
    pub cancel_requested: bool,
    pub outer: FutureKey,
}

/// An `as_completed(…)`: a queue of what has ended.
#[derive(Debug)]
pub struct Results {
    pub children: Vec<FutureKey>,
    /// Those that have not ended, with their place among the children.
    pub todo: BTreeMap<FutureKey, usize>,
    /// Indices into `children`; none for a deadline that passed.
    pub done: Queue,
    pub timer: Option<TimerKey>,
    pub left: usize,
}

#[derive(Debug)]
pub struct Group {
    pub parent: TaskId,
    /// Children with their serial numbers; some of them may have ended.
    pub tasks: Vec<(u32, FutureKey)>,
    /// How many of them have not.
    pub left: usize,
    pub errors: Vec<Rc<Failure>>,
    pub exiting: bool,
    pub aborting: bool,
    pub parent_cancel_requested: bool,
    pub on_completed: Option<FutureKey>,
}

#[derive(Debug)]
pub struct Timeout {
    pub task: TaskId,
    /// `_state` is EXPIRING.
    pub expiring: bool,
    /// `when()` of a scope is set: somebody has asked for its end.
    pub rescheduled: bool,
    pub timer: Option<TimerKey>,
    /// Cancel requests the task had at entry.
    pub cancelling: u32,
}

/// Named workers: threads for jobs, and, once a task is spawned on them, an event loop on each.
#[derive(Debug)]
pub struct Pool {
    pub object: ObjectId,
    pub size: u64,
    pub queue: VecDeque<JobKey>,
    /// Threads without a job, by worker number, lowest last.
    pub idle: Vec<u32>,
    pub started: u64,
    /// The event loops on these workers.
    pub loops: Vec<usize>,
    /// Tasks spawned on them so far.
    pub spawned: usize,
}

impl Pool {
    pub fn new(object: ObjectId, size: u64) -> Pool {
        Pool {
            object,
            size,
            queue: VecDeque::new(),
            idle: Vec::new(),
            started: 0,
            loops: Vec::new(),
            spawned: 0,
        }
    }
}

/// A function call on a thread.
#[derive(Debug)]
pub struct Job {
    pub pool: usize,
    pub task: TaskId,
    /// The asyncio future that mirrors it, and its loop.
    pub future: FutureKey,
    pub home: usize,
    pub state: JobState,
}

#[derive(Debug, Clone)]
pub enum JobState {
    Queued,
    /// Cancelled while queued; a thread will still take it from the queue.
    Dropped,
    /// Taken by the thread with this worker number, about to start.
    Taken(u32),
    Running(u32),
    /// Cancelled after a thread took it: the thread drops it.
    Cancelled(u32),
    Done(Outcome),
}
