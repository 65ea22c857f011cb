//! A worker: a thread that polls tasks, with what it owns, and what polling is the same everywhere
//! (`runtime/task/harness.rs`, `runtime/scheduler/defer.rs`, 1.54.1; T3, T5, T8, T9).

use crate::runtimes::runtime::Next;
use crate::runtimes::tokio::core::{Core, Phase};
use crate::runtimes::tokio::records::Home;
use crate::runtimes::tokio::workers::{INITIAL, Turn};
use crate::sim::agenda::{Class, Due};
use crate::sim::process::Reply;
use crate::sim::trace::Kind as EventKind;
use crate::time::Duration;
use crate::value::{Raise, TaskId};

impl Core<'_> {
    /// The wheel in which a sleep that is first polled here is registered.
    pub fn driver_here(&self) -> usize {
        self.workers[self.at].driver
    }

    /// Puts a task into the queue it belongs to.
    pub fn schedule(&mut self, task: TaskId, is_yield: bool) {
        let home = self.task(task).home;
        match home {
            Home::Shared => self.schedule_shared(task, is_yield),
            Home::Worker(home) if home == self.at && self.current.is_none_or(|by| self.is_local(by)) => {
                self.workers[home].queue.push_back(task);
            }
            Home::Worker(home) => {
                self.workers[home].inject.push_back(task);
                self.unpark(home);
            }
        }
    }

    /// Does this task run on a worker, not on a blocking thread?
    fn is_local(&self, task: TaskId) -> bool {
        self.tasks[task.slot as usize].job.is_none()
    }

    /// A worker asleep goes on; its entry in the agenda is stale.
    pub fn unpark(&mut self, worker: usize) {
        let worker = &mut self.workers[worker];
        worker.has_driver = false;
        if std::mem::take(&mut worker.parked) {
            worker.epoch += 1;
        }
    }

    /// Begins a poll on the worker whose turn it is. `fresh`: with a new budget.
    pub fn poll(&mut self, task: TaskId, fresh: bool) -> Turn {
        let at = self.at;
        if fresh {
            self.workers[at].budget = Some(INITIAL);
        }
        if self.kernel.ended(task) {
            return self.poll_ended_main(task);
        }
        let state = self.task(task);
        (state.notified, state.on) = (false, at);
        if state.aborted && self.kernel.tasks().get(task).is_ahead() {
            self.drop_unstarted(task);
            return Turn::Again;
        }
        if !self.poll_delay(task) {
            return Turn::Again;
        }
        let state = self.task(task);
        state.running = true;
        state.waiting = false;
        state.dropping |= state.aborted;
        let reply = if state.dropping { Reply::Interrupted } else { Reply::Resumed };
        self.workers[at].polling = Some(task);
        self.current = Some(task);
        if self.kernel.tracing() {
            self.kernel.set_place(None);
            self.kernel.emit(Some(task), Some(self.workers[at].number), EventKind::Run);
        }
        Turn::Resume(Next::Resume(task, reply))
    }

    /// Is it time for this callback? Every other task has no delay.
    fn poll_delay(&mut self, task: TaskId) -> bool {
        let Some(mut sleep) = self.task(task).delay.take() else { return true };
        let aborted = self.task(task).aborted;
        if aborted || self.poll_sleep(&mut sleep, task).is_ready() {
            if std::mem::take(&mut self.task(task).waiting) {
                self.trace(task, EventKind::Wake { by: None });
            }
            return true;
        }
        self.task(task).delay = Some(sleep);
        false
    }

    /// `main` has returned and waits for the tasks it spawned.
    fn poll_ended_main(&mut self, task: TaskId) -> Turn {
        if task == self.end.main && self.end.outstanding == 0 && self.end.phase == Phase::Running {
            self.drop_runtime();
        }
        Turn::Again
    }

    /// An aborted task that was never polled never runs (T8).
    fn drop_unstarted(&mut self, task: TaskId) {
        self.kernel.take_start(task);
        self.current = Some(task);
        self.task_ended(task, Err(Raise::Cancelled));
        self.task_gone(task);
        self.current = None;
    }

    /// The polled task is pending: an aborted one is dropped at once, one woken meanwhile is
    /// queued again.
    pub fn pending(&mut self, task: TaskId) {
        let at = self.task(task).on;
        let over = self.end.phase == Phase::Dropping;
        let state = self.task(task);
        if (state.aborted && !state.dropping) || over {
            state.dropping = true;
            if std::mem::take(&mut state.waiting) {
                self.trace(task, EventKind::Wake { by: None });
            }
            self.kernel.emit(Some(task), Some(self.workers[at].number), EventKind::Run);
            self.workers[at].resume = Some(Reply::Interrupted);
            return;
        }
        state.running = false;
        let notified = state.notified;
        self.workers[at].polling = None;
        self.current = None;
        self.at = at;
        let root = self.is_root(task);
        if !(notified || root && self.end.woken) {
            return;
        }
        // It was woken while it was polled.
        if std::mem::take(&mut self.task(task).waiting) {
            self.trace(task, EventKind::Wake { by: None });
        }
        if !root {
            self.schedule(task, true);
        }
    }

    /// The polled task has ended.
    pub fn poll_ended(&mut self, task: TaskId) {
        if self.kernel.tasks().exists(task) {
            let on = self.task(task).on;
            self.task(task).running = false;
            if self.workers[on].polling == Some(task) {
                self.workers[on].polling = None;
            }
        }
        self.current = None;
        self.task_gone(task);
    }

    /// The polled task computes or blocks: its worker is taken.
    pub fn busy(&mut self, task: TaskId, d: Duration) {
        let at = self.task(task).on;
        let worker = &mut self.workers[at];
        worker.busy = true;
        worker.epoch += 1;
        let due = Due::Worker { worker: at as u32, epoch: worker.epoch };
        self.kernel.at(self.kernel.now() + d, Class::Worker, due);
    }

    /// A pass of the driver: timers that are due, in order, then the deferred, last first (T3).
    pub fn driver_pass(&mut self) {
        self.current = None;
        let driver = self.driver_here();
        for task in self.drivers[driver].process(self.kernel.now()) {
            self.wake(task);
        }
        self.wake_deferred();
    }

    pub fn wake_deferred(&mut self) {
        while let Some(task) = self.workers[self.at].deferred.pop() {
            self.wake(task);
        }
    }

    /// The worker sleeps until its next timer, or until somebody wakes it.
    pub fn park(&mut self, with_driver: bool) {
        let at = self.at;
        self.workers[at].parked = true;
        self.workers[at].epoch += 1;
        self.workers[at].has_driver = with_driver;
        if !with_driver {
            return;
        }
        let now = self.kernel.now();
        if let Some(d) = self.drivers[self.workers[at].driver].sleeps(now) {
            let due = Due::Timer { slot: at as u32, serial: self.workers[at].epoch };
            self.kernel.at(now + d, Class::Timer, due);
        }
    }
}
