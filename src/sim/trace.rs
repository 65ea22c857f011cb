//! What happened: plain data, one event after the other, enough to answer any question later.

use std::rc::Rc;

use crate::source::Span;
use crate::time::{Duration, Time};
use crate::value::{ObjectId, TaskId};

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Event {
    pub time: Time,
    /// Counts up by one; ties in time are in this order.
    pub serial: u64,
    /// The serial number of the task it happened to.
    pub task: Option<u32>,
    /// The worker the task was on.
    pub worker: Option<u32>,
    pub kind: Kind,
    /// The statement, where there is one.
    pub span: Option<Span>,
}

#[derive(Debug, Clone)]
pub enum Kind {
    /// A worker comes into being; `worker` is its number.
    Worker {
        name: Rc<str>,
        role: Role,
    },
    /// The task exists and is ready.
    Spawn {
        name: Rc<str>,
        parent: Option<u32>,
        priority: i32,
        daemon: bool,
    },
    /// A worker changes task: overhead, charged to the task that comes.
    Switch {
        cost: Duration,
    },
    /// The task is on a worker.
    Run,
    /// It computes.
    Work {
        duration: Duration,
        label: Option<Rc<str>>,
    },
    /// It waits without letting go of its worker (`block`): the worker is held.
    Hold {
        duration: Duration,
        label: Option<Rc<str>>,
    },
    /// Work or hold is over and the task goes on, on the same worker.
    Resume,
    /// It lost its worker and is ready again.
    Preempt,
    /// It let the others go first and is ready again.
    Yield,
    /// It waits. Whether its worker is free meanwhile is the runtime's: `held` says.
    Wait {
        cause: Cause,
        held: bool,
    },
    /// What it waited for happened: it is ready.
    Wake {
        by: Option<u32>,
    },
    Done,
    Failed {
        text: Rc<str>,
    },
    Cancelled,
    /// Somebody asks a task to end: `task` asks `target`.
    CancelRequest {
        target: u32,
    },
    Acquire {
        object: ObjectId,
    },
    Release {
        object: ObjectId,
    },
    /// An item goes into a channel.
    Send {
        object: ObjectId,
    },
    /// An item comes out of a channel.
    Receive {
        object: ObjectId,
    },
    Log {
        text: Rc<str>,
    },
    Observe {
        metric: u16,
        value: Observed,
    },
    /// A free decision of the runtime.
    Decision {
        options: u32,
        chosen: u32,
    },
    /// Where the task, which is ready, stands in line: told where a runtime has several queues.
    Queue {
        queue: Queue,
    },
}

impl Kind {
    /// Drops it. Most kinds own nothing, and where it is known which it is, nothing is left of this.
    #[inline(always)]
    pub fn dismiss(self) {
        let owns = matches!(
            self,
            Kind::Worker { .. }
                | Kind::Spawn { .. }
                | Kind::Work { .. }
                | Kind::Hold { .. }
                | Kind::Wait { .. }
                | Kind::Failed { .. }
                | Kind::Log { .. }
        );
        if !owns {
            std::mem::forget(self);
        }
    }
}

/// The queues of JavaScript's event loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Queue {
    /// It has called a function, and goes on when that awaits or returns.
    CallStack,
    /// `process.nextTick`
    Ticks,
    /// Promise jobs, `queueMicrotask`.
    Microtasks,
    /// Timers whose time has come.
    Timers,
    /// `setImmediate`
    Immediates,
    /// What other threads have sent.
    Messages,
}

/// A number with its kind, so that metrics of durations show as durations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Observed {
    Number(f64),
    /// Nanoseconds.
    Duration(i64),
}

/// What a worker is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// One of those the comparison counts.
    Worker,
    /// The main thread under `Threads`: none of the workers.
    Main,
    /// One of a named pool.
    Pool(ObjectId),
}

/// Why a task waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    pub kind: CauseKind,
    /// What it waits for.
    pub object: Option<ObjectId>,
    /// Who has it, or who is to do it.
    pub holder: Option<u32>,
    pub label: Option<Rc<str>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CauseKind {
    Sleep,
    Io,
    Lock,
    Resource,
    Semaphore,
    Read,
    Write,
    Send,
    Receive,
    Event,
    Condition,
    Barrier,
    Future,
    /// Another task's end.
    Join,
    /// The ends of several tasks: gather, settle, race, as_completed, a group.
    Children,
    Select,
    /// A job on named workers.
    Offload,
}

/// The closed set of task states (`docs/metrics.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Ready,
    Running,
    Blocked,
    Io,
    Sleeping,
    /// Waiting for a worker that pays for the change of task.
    Overhead,
}

impl CauseKind {
    pub fn state(self) -> State {
        match self {
            CauseKind::Sleep => State::Sleeping,
            CauseKind::Io => State::Io,
            CauseKind::Lock
            | CauseKind::Resource
            | CauseKind::Semaphore
            | CauseKind::Read
            | CauseKind::Write
            | CauseKind::Send
            | CauseKind::Receive
            | CauseKind::Event
            | CauseKind::Condition
            | CauseKind::Barrier
            | CauseKind::Future
            | CauseKind::Join
            | CauseKind::Children
            | CauseKind::Select
            | CauseKind::Offload => State::Blocked,
        }
    }
}

impl Cause {
    pub fn new(kind: CauseKind) -> Cause {
        Cause { kind, object: None, holder: None, label: None }
    }

    pub fn object(mut self, object: ObjectId) -> Cause {
        self.object = Some(object);
        self
    }

    pub fn holder(mut self, holder: Option<TaskId>) -> Cause {
        self.holder = holder.map(|id| id.serial);
        self
    }
}

/// Takes events as they happen.
pub trait Sink {
    fn event(&mut self, event: &Event);
}

/// Keeps everything.
impl Sink for Vec<Event> {
    fn event(&mut self, event: &Event) {
        self.push(event.clone());
    }
}
