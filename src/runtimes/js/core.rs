//! The state of a run: promises, tasks, loops, signals, blocks, objects; and how they are told apart outside.

use slotmap::SlotMap;

use crate::runtimes::js::keys::{
    AggregateKey, DeadlineKey, GroupKey, PromiseKey, ResultsKey, SignalKey, TimerKey,
};
use crate::runtimes::js::objects::Object;
use crate::runtimes::js::promises::Promises;
use crate::runtimes::js::records::{Aggregate, Deadline, Group, Loop, Pool, Results, TaskState};
use crate::runtimes::js::settings::Host;
use crate::runtimes::js::signals::Signals;
use crate::runtimes::js::timers::Action;
use crate::runtimes::keys::due;
use crate::sim::agenda::Class;
use crate::sim::kernel::Kernel;
use crate::sim::trace::{Kind as EventKind, Role};
use crate::time::{Duration, Time};
use crate::value::{Outcome, TaskId};

pub struct Core<'k> {
    pub kernel: &'k Kernel,
    pub host: Host,
    pub promises: Promises,
    pub signals: Signals,
    /// By the slot of the task's record.
    pub tasks: Vec<TaskState>,
    pub loops: Vec<Loop>,
    pub aggregates: SlotMap<AggregateKey, Aggregate>,
    pub groups: SlotMap<GroupKey, Group>,
    pub deadlines: SlotMap<DeadlineKey, Deadline>,
    pub results: SlotMap<ResultsKey, Results>,
    pub pools: Vec<Pool>,
    pub objects: Vec<Object>,
    /// The task that runs, and its loop.
    pub current: Option<TaskId>,
    pub current_loop: usize,
    /// `main` and what it spawned, daemons aside, as far as it has not ended.
    pub outstanding: usize,
    pub daemons: usize,
    /// A rejection nobody handles: the process dies when the queues are empty (J31).
    pub fatal: bool,
    pub over: bool,
    /// Workers made so far, for their numbers.
    pub workers: u32,
}

/// Agenda entries with this bit wake a loop's poll; the others tell that a timer's time has come.
pub const POLL: u32 = 1 << 31;

impl Core<'_> {
    pub fn now(&self) -> Time {
        self.kernel.now()
    }

    pub fn here(&mut self) -> &mut Loop {
        &mut self.loops[self.current_loop]
    }

    pub fn task(&mut self, task: TaskId) -> &mut TaskState {
        &mut self.tasks[task.slot as usize]
    }

    /// The signal in force where the task stands: of its innermost block, or its own.
    pub fn signal(&self, task: TaskId) -> SignalKey {
        let signals = &self.tasks[task.slot as usize].signals;
        signals.last().copied().expect("a task has a signal of its own")
    }

    pub fn aborted(&self, task: TaskId) -> bool {
        self.signals.aborted(self.signal(task))
    }

    /// A promise that is fulfilled or rejected already.
    pub fn settled(&mut self, outcome: Outcome) -> PromiseKey {
        let promise = self.promises.add();
        self.settle(promise, outcome);
        promise
    }

    /// `setTimeout` on the loop that runs now. The agenda is told when the time comes, so that the
    /// trace can say since when its task was ready; the loop looks for itself.
    pub fn set_timeout(&mut self, d: Duration, action: Action) -> TimerKey {
        let (now, host, nesting) = (self.now(), self.host, self.here().nesting);
        let key = self.here().timers.set(now, d, host, nesting + 1, action);
        if let Some(when) = self.here().timers.get(key).map(|timer| timer.due())
            && self.current_loop == 0
        {
            self.kernel.at(when, Class::Timer, due(key));
        }
        key
    }

    /// The same for a promise: settled by anybody else, it clears the timer.
    pub fn set_timeout_for(&mut self, promise: PromiseKey, d: Duration, action: Action) {
        let timer = self.set_timeout(d, action);
        let home = self.current_loop;
        if let Some(promise) = self.promises.get_mut(promise) {
            promise.timers.push((home, timer));
        }
    }

    /// `clearTimeout`, by whoever set it.
    pub fn clear_timeout(&mut self, key: TimerKey) {
        self.here().timers.clear(key);
    }

    /// A worker of the trace, with its number.
    pub fn new_worker(&mut self, name: String, role: Role) -> u32 {
        let worker = self.workers;
        self.workers += 1;
        self.kernel.set_place(None);
        self.kernel.emit(None, Some(worker), EventKind::Worker { name: name.into(), role });
        worker
    }
}
