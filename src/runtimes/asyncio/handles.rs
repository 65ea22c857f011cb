//! What waits in a ready queue, what waits for its time, and the loop they belong to.

use std::collections::{BTreeSet, VecDeque};

use crate::runtimes::asyncio::futures::{Callback, FutureKey, JobKey, ResultsKey, TimeoutKey, TimerKey};
use crate::sim::agenda::Due;
use crate::time::Time;
use crate::value::TaskId;

/// A callback in a ready queue.
#[derive(Debug, Clone, Copy)]
pub enum Handle {
    /// `task.__step()`: its first step, or the next after a bare yield.
    Step(TaskId),
    /// A callback of the program's: `call_soon(t())`, `call_later(t(), d)`.
    Call(TaskId),
    /// A done callback with its future.
    Callback(Callback, FutureKey),
    /// `futures._set_result_unless_cancelled`: a sleep has ended.
    SetResult(FutureKey),
    /// `Timeout._on_timeout`
    Timeout(TimeoutKey),
    /// `_release_waiter` called by a timer.
    Release(FutureKey),
    /// `as_completed.<locals>._on_timeout`
    ResultsTimeout(ResultsKey),
    /// `futures._set_state`, sent by a thread whose job has ended.
    JobDone(JobKey),
    /// A timer with no delay, which uvloop calls soon (U2).
    NoDelay(TimerKey),
    /// `Loop._stop`, which uvloop's `stop` calls soon (U5).
    Stop,
    /// The wake-up of the `asyncio.wait` behind `main`.
    Everything,
    /// `shutdown_asyncgens`, `shutdown_default_executor`: there is nothing to do.
    Closer,
    /// `run_coroutine_threadsafe.<locals>.callback`: a task sent to this loop from another.
    Arrive(TaskId),
}

impl Handle {
    /// The future of the sleep it ends, if it does.
    pub fn ends(self) -> Option<FutureKey> {
        if let Handle::SetResult(fut) = self { Some(fut) } else { None }
    }
}

#[derive(Debug)]
pub struct Timer {
    /// The loop that set it.
    pub home: usize,
    pub handle: Handle,
    pub when: Time,
}

impl Timer {
    /// One that does nothing, until it is said what it is to do.
    pub const NEW: Timer = Timer { home: 0, handle: Handle::Closer, when: Time::ZERO };

    /// Something of all parts of it, so that all are fetched.
    #[inline]
    pub fn touch(&self) -> u64 {
        self.home as u64 ^ self.when.0
    }
}

/// A task that is started eagerly, and who starts it.
#[derive(Debug, Clone, Copy)]
pub struct Starting {
    pub spawner: TaskId,
    pub child: TaskId,
}

/// Whose event loops they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// asyncio's own: expired timers go behind what is ready (A3).
    Selector,
    /// uvloop's: expired timers run before what is ready (U1).
    Uv,
}

/// What libuv keeps of time for one loop.
#[derive(Debug, Default)]
pub struct Uv {
    /// `loop->time`, in whole milliseconds: not looked at again until somebody asks (U4).
    pub clock: Time,
    /// In `epoll_wait`, at the latest until then.
    pub asleep: Option<Time>,
    /// The timers set and not yet expired.
    pub timers: BTreeSet<(Time, TimerKey)>,
    /// Timers have run or were cancelled since the last poll: their handles are being closed.
    pub closing: bool,
    /// When the first of those that have expired unseen was due.
    pub overdue: Option<Time>,
}

/// One event loop on its thread.
#[derive(Debug, Default)]
pub struct EventLoop {
    pub ready: VecDeque<Handle>,
    /// Timers that are due but not yet seen by a poll.
    pub expired: VecDeque<Handle>,
    /// Handles left in this iteration (`ntodo`).
    pub todo: usize,
    /// Those are timers of uvloop; what is ready runs after them, before the next poll (U1).
    pub timers_first: bool,
    /// The task whose work or blocking call occupies the thread.
    pub busy: Option<TaskId>,
    /// The task that goes on before anything else: its work is over, or it is started eagerly, or
    /// has started another so.
    pub resume: Option<TaskId>,
    /// Tasks being started eagerly, each by the one before it.
    pub starting: Vec<Starting>,
    /// Moves on with every burst, so that stale agenda entries are noticed.
    pub epoch: u32,
    /// What libuv keeps, if it is a loop of uvloop.
    pub uv: Uv,
    /// The number of its worker in the trace.
    pub worker: u32,
}

/// The agenda entry of a thread; told from a loop's by its range.
pub const THREAD: u32 = 1 << 31;

pub fn job_due(task: TaskId) -> Due {
    Due::Worker { worker: task.slot | THREAD, epoch: task.serial }
}
