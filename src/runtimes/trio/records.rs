//! What trio keeps of each task, scope, nursery and thread: plain data, moved by the files above.

use slotmap::new_key_type;

use crate::runtimes::trio::objects::LotKey;
use crate::runtimes::trio::ordered::{Ordered, Ticket};
use crate::runtimes::wait_info::WaitInfo;
use crate::time::{Duration, Time};
use crate::value::{ObjectId, Outcome, Raise, TaskId, Value};

new_key_type! {
    pub struct StatusKey;
    pub struct ScopeKey;
    pub struct NurseryKey;
    pub struct RaceKey;
    pub struct ResultsKey;
}

/// `CancelScope`: where a cancellation comes from.
#[derive(Debug)]
pub struct CancelScope {
    pub deadline: Option<Time>,
    pub shield: bool,
    pub cancel_called: bool,
    /// While it is entered.
    pub status: Option<StatusKey>,
    /// Its deadline counts (`_registered_deadline`).
    pub registered: bool,
    /// The task that does nothing but wait for this deadline.
    pub sleeper: Option<TaskId>,
}

/// `CancelStatus`: the stretch of code that is cancelled or not as a whole, in a tree of such (T11, T12).
#[derive(Debug)]
pub struct CancelStatus {
    pub scope: Option<ScopeKey>,
    pub effectively_cancelled: bool,
    pub parent: Option<StatusKey>,
    /// Its place among the parent's children.
    pub ticket: Option<Ticket>,
    pub children: Ordered<StatusKey>,
    pub tasks: Ordered<TaskId>,
}

/// `Nursery`
#[derive(Debug)]
pub struct Nursery {
    pub parent: TaskId,
    pub scope: ScopeKey,
    /// What children inherit.
    pub status: StatusKey,
    pub children: u32,
    pub pending: Vec<Raise>,
    /// The block is still being executed.
    pub body_running: bool,
    pub parent_waiting: bool,
    pub closed: bool,
}

/// What aborting a wait takes (`abort_fn`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Abort {
    /// It cannot be aborted: `Abort.FAILED`.
    Refuse,
    /// Nothing to undo.
    Nothing,
    /// The task leaves the lot it is parked in.
    Leave,
}

/// What a task is rescheduled with (`next_send`).
#[derive(Debug, Clone)]
pub enum Sent {
    Nothing,
    Value(Value),
    Cancelled,
    /// The channel it received from is closed and empty.
    EndOfChannel,
    /// The sending end was closed under a waiting sender.
    Closed,
    /// The owner of the lock it waited for has ended.
    Broken,
}

/// How a task came into being, and what becomes of how it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Main,
    /// Spawned, with a handle: a scope of its own; however it ends, it is kept for who asks.
    Spawned,
    /// The same in a group: a failure goes to the nursery, too.
    Linked,
    /// `nursery.start_soon(t)`: a failure goes to the nursery.
    Bare,
    /// Of `race` and `select`: the first to end cancels the others.
    Arm {
        race: RaceKey,
        index: usize,
    },
    /// Of `as_completed`: how it ends goes into a channel.
    Result(ResultsKey),
    /// Waits for the thread that runs another task.
    Driver(TaskId),
    /// Runs on a thread.
    Job,
}

/// What trio knows of a task, beside the kernel's record.
#[derive(Debug)]
pub struct TaskState {
    pub role: Role,
    pub nursery: Option<NurseryKey>,
    /// The status that is active for it, and its place there.
    pub status: Option<StatusKey>,
    pub ticket: Option<Ticket>,
    /// The scope of its handle.
    pub scope: Option<ScopeKey>,
    pub abort: Option<Abort>,
    pub sent: Sent,
    /// Where it is parked (`custom_sleep_data`).
    pub place: Option<(LotKey, Ticket)>,
    /// The event of its end, if anybody waits for it.
    pub ended: Option<LotKey>,
    /// `as_completed`s that wait for its end.
    pub watchers: Vec<ResultsKey>,
    /// Locks it owns, by index: those break if it ends.
    pub owns: Vec<usize>,
    /// It has begun.
    pub begun: bool,
    /// `call_later`: how long it sleeps before it begins, and then the scope it sleeps in.
    pub delay: Option<Duration>,
    pub delay_scope: Option<ScopeKey>,
    /// The task that waits for its thread, and that thread's worker.
    pub driver: Option<TaskId>,
    pub thread: Option<Thread>,
    /// In a wait, for the trace.
    pub waiting: bool,
    pub wait: Option<WaitInfo>,
}

/// A function call on a thread of a pool.
#[derive(Debug, Clone, Copy)]
pub struct Thread {
    /// Index into `pools`.
    pub pool: usize,
    /// The number of its worker, once it has one.
    pub worker: Option<u32>,
    /// The trio task that waits for it.
    pub waiter: TaskId,
}

/// A `race` or a `select`: how its first ended.
#[derive(Debug)]
pub struct Race {
    pub nursery: NurseryKey,
    pub first: Option<(usize, Outcome)>,
    /// What each arm of a `select` receives from, if it does: that of a loser goes back.
    pub receives: Vec<Option<ObjectId>>,
}

/// An `as_completed(…)`: a channel of what has ended.
#[derive(Debug)]
pub struct Results {
    /// Index into `channels`; what goes through is an index into `outcomes`.
    pub channel: usize,
    pub outcomes: Vec<Outcome>,
    pub left: usize,
    pub deadline: Option<Time>,
}

/// Named workers: threads under a limiter of their number.
#[derive(Debug)]
pub struct Pool {
    pub object: ObjectId,
    pub limiter: usize,
    /// Threads without a job, by worker number, lowest last.
    pub idle: Vec<u32>,
    pub started: u64,
}
