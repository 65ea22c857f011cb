//! The state of a run, and the waking of tasks: marks in their headers, places in queues
//! (`runtime/task/state.rs`, `runtime/task/harness.rs`, 1.54.1; T1, T6 to T8).

use std::collections::VecDeque;

use slotmap::SlotMap;

use crate::runtimes::costs::Spot;
use crate::runtimes::tokio::notify::{Notify, Ticket, Waker};
use crate::runtimes::tokio::objects::{Channel, Object, Unacknowledged};
use crate::runtimes::tokio::permits::Semaphore;
use crate::runtimes::tokio::records::{
    Home, Job, JobKey, Pool, Results, ResultsKey, Scope, ScopeKey, TaskState, WaitInfo,
};
use crate::runtimes::tokio::timers::Wheel;
use crate::runtimes::tokio::workers::Worker;
use crate::sim::kernel::Kernel;
use crate::sim::task::NewTask;
use crate::sim::trace::{Cause, Kind as EventKind, Role};
use crate::value::{Outcome, Raise, TaskId};

/// In how many lists a runtime of one thread keeps its tasks.
const SHARDS: u32 = 4;

pub struct Core<'k> {
    pub kernel: &'k Kernel,
    /// By the slot of the task's record.
    pub tasks: Vec<TaskState>,
    pub workers: Vec<Worker>,
    /// The worker whose turn it is.
    pub at: usize,
    /// How many workers the multi-threaded scheduler has; they come first.
    pub multi: usize,
    /// The multi-threaded scheduler's inject queue.
    pub inject: VecDeque<TaskId>,
    /// Its parked workers, the last to park last.
    pub sleepers: Vec<usize>,
    pub drivers: Vec<Wheel>,
    pub semaphores: Vec<Semaphore>,
    pub channels: Vec<Channel>,
    pub objects: Vec<Object>,
    pub unacknowledged: Unacknowledged,
    pub scopes: SlotMap<ScopeKey, Scope>,
    pub results: SlotMap<ResultsKey, Results>,
    pub pools: Vec<Pool>,
    pub jobs: SlotMap<JobKey, Job>,
    /// Blocking jobs to be resumed before anything else.
    pub jobs_ready: VecDeque<TaskId>,
    /// The task that runs now.
    pub current: Option<TaskId>,
    pub tickets: Ticket,
    /// Trace numbers of workers given out.
    pub numbers: u32,
    pub end: End,
}

/// How far the run has come.
#[derive(Debug)]
pub struct End {
    pub phase: Phase,
    pub main: TaskId,
    /// Is `main` the future of `block_on`?
    pub block_on: bool,
    /// Its waker was called (T2).
    pub woken: bool,
    /// Tasks the end of `main` waits for, `main` aside.
    pub outstanding: usize,
    /// Tasks to be dropped with the runtime.
    pub leftovers: VecDeque<TaskId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Running,
    /// The runtime is being dropped: what is left of its tasks is dropped, oldest first.
    Dropping,
    /// Blocking threads are waited for.
    Threads,
    Over,
}

impl Core<'_> {
    pub fn ticket(&mut self) -> Ticket {
        self.tickets += 1;
        self.tickets
    }

    pub fn task(&mut self, task: TaskId) -> &mut TaskState {
        &mut self.tasks[task.slot as usize]
    }

    pub fn trace(&self, task: TaskId, kind: EventKind) {
        self.kernel.emit(Some(task), None, kind);
    }

    /// A worker of the trace, with its number.
    pub fn new_number(&mut self, name: String, role: Role) -> u32 {
        let number = self.numbers;
        self.numbers += 1;
        self.kernel.set_place(None);
        self.kernel.emit(None, Some(number), EventKind::Worker { name: name.into(), role });
        number
    }

    /// `tokio::spawn`: the task exists and is scheduled; nobody is polled (T6).
    pub fn spawn_task(&mut self, parent: Option<TaskId>, new: &NewTask, home: Home) -> TaskId {
        let task = self.new_record(parent, new, home);
        self.task(task).notified = true;
        self.schedule(task, false);
        task
    }

    pub fn new_record(&mut self, parent: Option<TaskId>, new: &NewTask, home: Home) -> TaskId {
        let task = self.kernel.spawn(parent, new.clone());
        let state = TaskState {
            home,
            notified: false,
            running: false,
            aborted: false,
            dropping: false,
            on: self.at,
            joiners: Notify::default(),
            scopes: Vec::new(),
            group: None,
            results: Vec::new(),
            notes: Vec::new(),
            job: None,
            counted: false,
            delay: None,
            waiting: false,
            wait: None,
        };
        let slot = task.slot as usize;
        if slot == self.tasks.len() {
            self.tasks.push(state);
        } else {
            self.tasks[slot] = state;
        }
        task
    }

    /// The end of `main` is to wait for this task.
    pub fn count_in(&mut self, task: TaskId) {
        self.task(task).counted = true;
        self.end.outstanding += 1;
    }

    /// Where a task spawned by the current one lives: beside it.
    pub fn home_here(&self) -> Home {
        match self.current {
            Some(task) => self.tasks[task.slot as usize].home,
            None => Home::Worker(0),
        }
    }

    // ── waking ────────────────────────────────────────────────────────────

    pub fn wake_all(&mut self, wakers: Vec<Waker>) {
        for waker in wakers {
            if let Some(child) = waker.child
                && !self.kernel.ended(waker.task)
            {
                self.task(waker.task).notes.push(child);
            }
            self.wake(waker.task);
        }
    }

    /// `Waker::wake`: into a queue, unless it is in one already; a task that is being polled
    /// is queued after its poll (T1).
    pub fn wake(&mut self, task: TaskId) {
        if self.end.phase != Phase::Running {
            return;
        }
        if self.is_root(task) {
            self.now_ready(task);
            self.end.woken = true;
            return self.unpark_root();
        }
        if self.kernel.ended(task) {
            return;
        }
        if !std::mem::replace(&mut self.task(task).notified, true) && !self.task(task).running {
            self.now_ready(task);
            self.schedule(task, false);
        }
    }

    /// Is this the future of `block_on`, which is in no queue (T2)?
    pub fn is_root(&self, task: TaskId) -> bool {
        self.end.block_on && task == self.end.main
    }

    fn now_ready(&mut self, task: TaskId) {
        if self.kernel.ended(task) || self.task(task).running {
            return;
        }
        if std::mem::take(&mut self.task(task).waiting) && self.kernel.tracing() {
            let by = self.current.filter(|&by| by != task).map(|by| by.serial);
            self.kernel.emit(Some(task), None, EventKind::Wake { by });
        }
    }

    /// `AbortHandle::abort`: the task is marked and scheduled, and dropped when its turn comes
    /// (T8); true unless it has ended. The future of `block_on` has no handle.
    pub fn abort(&mut self, task: TaskId) -> bool {
        if self.kernel.ended(task) || self.is_root(task) {
            return false;
        }
        if self.task(task).job.is_none() {
            self.task(task).aborted = true;
            self.wake(task);
        }
        true
    }

    // ── the end of a task ─────────────────────────────────────────────────

    /// A task has returned, failed or been dropped: whoever waits for it is woken.
    pub fn task_ended(&mut self, task: TaskId, outcome: Outcome) {
        let outcome = if self.task(task).dropping { Err(Raise::Cancelled) } else { outcome };
        if self.kernel.tracing() {
            let worker = self.number_of(task);
            let kind = match &outcome {
                Ok(_) => EventKind::Done,
                Err(Raise::Cancelled) => EventKind::Cancelled,
                Err(Raise::Failed(failure)) => EventKind::Failed { text: failure.text.as_str().into() },
            };
            self.kernel.emit(Some(task), Some(worker), kind);
        }
        let failure = outcome.as_ref().err().filter(|raise| matches!(raise, Raise::Failed(_))).cloned();
        let raised = outcome.is_err();
        self.kernel.end(task, outcome);

        let joiners = self.task(task).joiners.drain();
        self.wake_all(joiners);
        if let Some(group) = self.task(task).group.take() {
            self.child_ended(group, task, failure);
        }
        for (results, child) in std::mem::take(&mut self.task(task).results) {
            self.result_ready(results, child);
        }
        if self.task(task).counted {
            self.end.outstanding -= 1;
            if self.end.outstanding == 0 && self.kernel.ended(self.end.main) {
                self.wake_end();
            }
        }
        if task == self.end.main && (raised || self.end.outstanding == 0) {
            self.drop_runtime();
        }
    }

    /// All that `main` waited for at its end has ended: it is woken like anybody who waits.
    fn wake_end(&mut self) {
        let main = self.end.main;
        if self.end.block_on {
            self.end.woken = true;
            self.unpark_root();
        } else if self.end.phase == Phase::Running {
            self.schedule(main, false);
        }
    }

    /// The process of an ended task is gone; its record goes if nobody can ask for it.
    pub fn task_gone(&mut self, task: TaskId) {
        let free = {
            let tasks = self.kernel.tasks();
            tasks.exists(task) && tasks.get(task).detached && tasks.get(task).has_ended()
        };
        if free && task != self.end.main {
            self.kernel.tasks().free(task);
        }
    }

    /// The number tokio gives a task: those that are spawned count from 1.
    fn spawned_as(&self, task: TaskId) -> u32 {
        task.serial + u32::from(!self.end.block_on)
    }

    /// `block_on` returns and the runtime is dropped: its tasks are dropped where they stand. They
    /// are kept in four lists, by their numbers; the first list goes first, and in each the oldest
    /// (`runtime/task/list.rs` `close_and_shutdown_all`; T36).
    pub fn drop_runtime(&mut self) {
        self.end.phase = Phase::Dropping;
        let unfinished = self.kernel.tasks().unfinished();
        let mut left: Vec<TaskId> =
            unfinished.into_iter().filter(|task| self.tasks[task.slot as usize].job.is_none()).collect();
        left.sort_by_key(|task| (self.spawned_as(*task) % SHARDS, task.serial));
        self.end.leftovers = left.into();
        for n in 0..self.end.leftovers.len() {
            let task = self.end.leftovers[n];
            if std::mem::take(&mut self.task(task).waiting) && self.kernel.tracing() {
                let by = Some(self.end.main.serial);
                self.kernel.emit(Some(task), None, EventKind::Wake { by });
            }
        }
    }

    // ── what is known of a wait ───────────────────────────────────────────

    /// The task waits from here on.
    pub fn now_waits(&mut self, task: TaskId, info: &WaitInfo) {
        self.task(task).waiting = true;
        if self.kernel.tracing() {
            let worker = self.number_of(task);
            let cause = Cause {
                kind: info.kind,
                object: info.object,
                holder: info.holder.map(|task| task.serial),
                label: info.label.clone(),
            };
            self.kernel.emit(Some(task), Some(worker), EventKind::Wait { cause, held: false });
        }
    }

    /// The number of the worker, or blocking thread, a task is on.
    pub fn number_of(&self, task: TaskId) -> u32 {
        let state = &self.tasks[task.slot as usize];
        match state.job.and_then(|job| self.jobs.get(job)) {
            Some(job) => job.thread,
            None => self.workers[state.on].number,
        }
    }

    /// Where a task takes its steps, for their costs.
    pub fn spot(&self, task: TaskId) -> Spot {
        let state = &self.tasks[task.slot as usize];
        let pooled = state.job.is_some() || self.pools.iter().any(|pool| pool.loops.contains(&state.on));
        Spot { worker: self.number_of(task), pooled }
    }
}
