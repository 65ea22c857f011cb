//! What is kept of each task, aggregate, block, pool and loop: plain data, moved by the files above.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::runtimes::js::keys::{ListKey, PromiseKey, SignalKey, TimerKey};
use crate::runtimes::js::promises::{Job, Settled};
use crate::runtimes::js::timers::Timers;
use crate::runtimes::wait_info::WaitInfo;
use crate::value::{Failure, ObjectId, Outcome, TaskId};

/// What a task is to the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Main,
    /// Spawned: its handle notices when it ends, and the run waits for it.
    Spawned,
    /// The same, and the run does not.
    Daemon,
    /// A call whose promise went into a combinator: nobody has a handle.
    Call,
    /// Called by a queue or a timer.
    Callback,
    /// Runs on a thread of a pool.
    Job,
}

/// What the host knows of a task, beside the kernel's record.
#[derive(Debug)]
pub struct TaskState {
    pub part: Part,
    /// What calling the async function returned.
    pub promise: PromiseKey,
    /// Its signal, and those of the blocks it is in.
    pub signals: Vec<SignalKey>,
    /// The loop it runs on.
    pub home: usize,
    /// What its `await` gives.
    pub reply: Option<Settled>,
    /// In a wait, for the trace.
    pub waiting: bool,
    /// What it waits for, for deadlock reports.
    pub wait: Option<WaitInfo>,
}

/// A `Promise.all` or `Promise.allSettled`.
#[derive(Debug)]
pub struct Aggregate {
    pub values: Vec<Option<Outcome>>,
    pub left: usize,
    pub all_settled: bool,
    pub promise: PromiseKey,
}

/// A `timeout` or a `scope`.
#[derive(Debug)]
pub struct Deadline {
    pub task: TaskId,
    pub signal: SignalKey,
    /// The signal around it, and the number of the listener there.
    pub outer: (SignalKey, u64),
    pub timer: Option<TimerKey>,
    pub expired: bool,
}

#[derive(Debug)]
pub struct Group {
    pub task: TaskId,
    pub signal: SignalKey,
    pub outer: (SignalKey, u64),
    pub running: usize,
    pub errors: Vec<Rc<Failure>>,
    /// By `cancel g`.
    pub cancelled: bool,
    /// Who waits for the last to leave.
    pub idle: Option<PromiseKey>,
}

/// An `as_completed(…)`.
#[derive(Debug)]
pub struct Results {
    pub done: VecDeque<Outcome>,
    pub takers: VecDeque<PromiseKey>,
    /// How many are still to be taken.
    pub left: usize,
    /// How many have not ended.
    pub running: usize,
    pub timer: Option<TimerKey>,
    pub expired: bool,
}

/// Named workers: threads with a loop each (J35).
#[derive(Debug)]
pub struct Pool {
    pub object: ObjectId,
    pub size: u64,
    /// The loops of its threads, and whether a job is on them.
    pub threads: Vec<(usize, bool)>,
    pub queue: VecDeque<TaskId>,
    /// Tasks spawned on it so far.
    pub spawned: usize,
}

/// Where a loop is between two jobs (J16).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The timers phase is entered.
    Timers,
    /// A timer's callback has returned; the jobs it made have not run (J24).
    Called {
        list: ListKey,
        frozen: u64,
    },
    /// They have run: this timer is next, or this list.
    Timer {
        timer: TimerKey,
        list: ListKey,
        frozen: u64,
    },
    List {
        list: ListKey,
        frozen: u64,
    },
    /// The last list was looked at.
    Passed,
    Poll,
    /// The check phase: so many immediates are left of those it took.
    Check(usize),
}

#[derive(Debug)]
pub struct Loop {
    pub worker: u32,
    /// Promise jobs (J2).
    pub jobs: VecDeque<Job>,
    /// `process.nextTick` (J14).
    pub ticks: VecDeque<Job>,
    /// The promise jobs are being drained: ticks wait.
    pub draining: bool,
    pub immediates: VecDeque<Job>,
    /// What other loops have sent.
    pub inbox: VecDeque<Job>,
    pub timers: Timers,
    /// How deep in timers set by timers the running callback is (J42).
    pub nesting: u32,
    pub stage: Stage,
    /// Who started whom: they go on when what they called suspends (J3).
    pub callers: Vec<TaskId>,
    /// Who goes on before any job does.
    pub resume: Option<TaskId>,
    /// Who computes.
    pub busy: Option<TaskId>,
    pub epoch: u32,
    /// For which time the agenda has an entry that wakes the poll, and its number.
    pub alarm: Option<(u64, u32)>,
    pub alarms: u32,
}

impl Loop {
    pub fn new(worker: u32) -> Loop {
        Loop {
            worker,
            jobs: VecDeque::new(),
            ticks: VecDeque::new(),
            draining: false,
            immediates: VecDeque::new(),
            inbox: VecDeque::new(),
            timers: Timers::default(),
            nesting: 0,
            stage: Stage::Timers,
            callers: Vec::new(),
            resume: None,
            busy: None,
            epoch: 0,
            alarm: None,
            alarms: 0,
        }
    }
}
