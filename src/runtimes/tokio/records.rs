//! What tokio keeps of each task, block, combinator and blocking job: plain data, moved by the files above.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use slotmap::new_key_type;

use crate::runtimes::tokio::notify::{Notify, Ticket};
use crate::runtimes::tokio::permits::SemaphoreAt;
use crate::runtimes::tokio::timers::Sleep;
use crate::sim::trace::CauseKind;
use crate::value::{ObjectId, Outcome, Raise, TaskId};

new_key_type! {
    pub struct ScopeKey;
    pub struct ResultsKey;
    pub struct JobKey;
}

/// A task's header (`runtime/task/state.rs`) and what hangs on it.
#[derive(Debug)]
pub struct TaskState {
    pub home: Home,
    /// It is in a queue, or will be after this poll.
    pub notified: bool,
    /// It is being polled.
    pub running: bool,
    /// `abort()` was called.
    pub aborted: bool,
    /// Its future is being dropped: nothing in it can be awaited any more.
    pub dropping: bool,
    /// The worker that polls it.
    pub on: usize,
    /// Those who await its handle.
    pub joiners: Notify,
    /// Blocks it is in that can end early, innermost last.
    pub scopes: Vec<ScopeKey>,
    /// The group it belongs to.
    pub group: Option<ScopeKey>,
    /// `as_completed(…)` that want to hear of its end, and which child it is.
    pub results: Vec<(ResultsKey, usize)>,
    /// Children of its combinator that were woken since the last poll.
    pub notes: Vec<u32>,
    /// Set if it runs on a blocking thread.
    pub job: Option<JobKey>,
    /// The end of `main` waits for it.
    pub counted: bool,
    /// A callback's wait for its time, ahead of its first step.
    pub delay: Option<Sleep>,
    /// Between a `Wait` and a `Wake` of the trace.
    pub waiting: bool,
    pub wait: Option<WaitInfo>,
}

/// Whose queue a task goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// The one queue of this worker's own scheduler.
    Worker(usize),
    /// The multi-threaded scheduler.
    Shared,
}

/// What a task waits for, as traces and deadlocks show it.
#[derive(Debug, Clone)]
pub struct WaitInfo {
    pub kind: CauseKind,
    pub object: Option<ObjectId>,
    pub holder: Option<TaskId>,
    pub label: Option<Rc<str>>,
}

impl WaitInfo {
    pub fn new(kind: CauseKind) -> WaitInfo {
        WaitInfo { kind, object: None, holder: None, label: None }
    }

    pub fn object(kind: CauseKind, object: ObjectId) -> WaitInfo {
        WaitInfo { object: Some(object), ..WaitInfo::new(kind) }
    }
}

/// A block whose body is one future among two (`timeout`, `select!`): the body is polled first,
/// then what may end it early (T15).
#[derive(Debug)]
pub struct Scope {
    pub task: TaskId,
    pub kind: ScopeKind,
    /// What ends it early has happened: the body is being dropped.
    pub over: bool,
    /// Was there budget when this poll of it began?
    pub had_budget: bool,
}

#[derive(Debug)]
pub enum ScopeKind {
    /// `tokio::time::timeout`
    Timeout(Sleep),
    /// A block that only `cancel s` ends early.
    Token(Signal),
    Group(Box<Group>),
}

/// A flag, and the one task that waits for it.
#[derive(Debug, Default)]
pub struct Signal {
    pub set: bool,
    pub waiter: Option<TaskId>,
}

/// Children that end before their block does.
#[derive(Debug, Default)]
pub struct Group {
    /// The children that have not ended, by serial number.
    pub children: BTreeMap<u32, TaskId>,
    /// The first failure of a child.
    pub failure: Option<Raise>,
    /// `cancel g`
    pub cancelled: bool,
    /// The body's failure or cancellation, or a child's: the others were aborted.
    pub aborted: bool,
    /// It takes no more children.
    pub closed: bool,
    pub signal: Signal,
}

/// `as_completed(…)`: an unbounded channel of the children that have ended.
#[derive(Debug)]
pub struct Results {
    pub children: Vec<Awaited>,
    pub ended: VecDeque<usize>,
    /// Who takes them, while they wait.
    pub waiters: Notify,
    /// Results not yet handed out.
    pub left: usize,
    pub deadline: Option<crate::time::Time>,
}

/// What can be awaited by its handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited {
    Task(TaskId),
    Future(ObjectId),
}

/// Named workers: a semaphore in front of `spawn_blocking`, and event loops of their own.
#[derive(Debug)]
pub struct Pool {
    pub object: ObjectId,
    pub size: u64,
    pub semaphore: SemaphoreAt,
    /// Trace numbers of threads at rest, the smallest last.
    pub idle: Vec<u32>,
    pub started: u64,
    /// Workers with a loop of their own, made when the first task is spawned there.
    pub loops: Vec<usize>,
    pub spawned: usize,
}

/// A closure given to `spawn_blocking`.
#[derive(Debug)]
pub struct Job {
    pub task: TaskId,
    pub pool: usize,
    pub thread: u32,
    /// Who awaits it.
    pub waiter: Option<TaskId>,
    pub started: bool,
    pub outcome: Option<Outcome>,
    /// Nobody will ask for its outcome.
    pub detached: bool,
}

/// A waiter's registration in somebody's list, made at its first poll.
pub type Registered = Option<Ticket>;
