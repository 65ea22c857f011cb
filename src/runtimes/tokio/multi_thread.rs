//! The scheduler with several threads: LIFO slots, rings, an inject queue, stealing
//! (`runtime/scheduler/multi_thread/worker.rs`, `queue.rs`, `idle.rs`, 1.54.1; T29 to T34).

use crate::runtimes::tokio::core::Core;
use crate::runtimes::tokio::workers::{Turn, WorkerKind};
use crate::value::TaskId;

/// Every so many turns the driver comes first.
const EVENT_INTERVAL: u64 = 61;
/// Every so many turns the inject queue comes first; the real one tunes itself from here (T32).
const GLOBAL_QUEUE_INTERVAL: u64 = 61;
/// Places in a ring.
const RING: usize = 256;
/// How often in a row the LIFO slot is polled (T31).
const MAX_LIFO_POLLS: u32 = 3;

impl Core<'_> {
    /// `Handle::schedule_task`: from a worker into its LIFO slot, from elsewhere into the inject
    /// queue (T30).
    pub fn schedule_shared(&mut self, task: TaskId, is_yield: bool) {
        let at = self.at;
        let on_blocking_thread = self.current.is_some_and(|by| self.tasks[by.slot as usize].job.is_some());
        if self.workers[at].kind != WorkerKind::MultiThread || on_blocking_thread {
            self.inject.push_back(task);
            return self.notify_parked();
        }
        if is_yield || !self.workers[at].lifo_enabled {
            self.push_overflow(at, task);
            return self.notify_parked();
        }
        if let Some(before) = self.workers[at].lifo.replace(task) {
            self.push_overflow(at, before);
            self.notify_parked();
        }
    }

    /// `push_back_or_overflow`: a full ring gives half of its tasks to the inject queue.
    fn push_overflow(&mut self, at: usize, task: TaskId) {
        if self.workers[at].queue.len() < RING {
            self.workers[at].queue.push_back(task);
            return;
        }
        let half: Vec<TaskId> = self.workers[at].queue.drain(..RING / 2).collect();
        self.inject.extend(half);
        self.inject.push_back(task);
    }

    /// `Idle::worker_to_notify`: somebody asleep is woken to look for work, if nobody does.
    fn notify_parked(&mut self) {
        if self.workers[..self.multi].iter().any(|worker| worker.searching) {
            return;
        }
        if let Some(sleeper) = self.sleepers.pop() {
            self.workers[sleeper].searching = true;
            self.unpark(sleeper);
        }
    }

    /// `Context::run`, up to the next poll.
    pub fn multi_thread_turn(&mut self) -> Turn {
        let at = self.at;
        if self.workers[at].parked {
            return Turn::Idle;
        }
        if self.workers[at].in_poll {
            return self.lifo_turn();
        }
        self.workers[at].tick += 1;
        if self.workers[at].tick.is_multiple_of(EVENT_INTERVAL) && self.driver_is_free() {
            self.driver_pass();
        }
        match self.next_shared().or_else(|| self.steal()) {
            Some(task) => {
                if std::mem::take(&mut self.workers[at].searching) && !self.inject.is_empty() {
                    self.notify_parked();
                }
                self.workers[at].in_poll = true;
                self.workers[at].lifo_polls = 0;
                self.poll(task, true)
            }
            None => self.park_multi_thread(),
        }
    }

    /// `Context::run_task` behind the first poll: the LIFO slot on the same budget, three times in
    /// a row at most; while the third runs the slot is closed (T31).
    fn lifo_turn(&mut self) -> Turn {
        let at = self.at;
        let Some(task) = self.workers[at].lifo.take() else {
            self.workers[at].lifo_enabled = true;
            self.workers[at].in_poll = false;
            return Turn::Again;
        };
        if !self.has_budget() {
            self.push_overflow(at, task);
            self.workers[at].in_poll = false;
            return Turn::Again;
        }
        self.workers[at].lifo_polls += 1;
        if self.workers[at].lifo_polls >= MAX_LIFO_POLLS {
            self.workers[at].lifo_enabled = false;
        }
        self.poll(task, false)
    }

    /// `Core::next_task`
    fn next_shared(&mut self) -> Option<TaskId> {
        let at = self.at;
        let worker = &mut self.workers[at];
        if worker.tick.is_multiple_of(GLOBAL_QUEUE_INTERVAL)
            && let Some(task) = self.inject.pop_front()
        {
            return Some(task);
        }
        if let Some(task) = worker.lifo.take().or_else(|| worker.queue.pop_front()) {
            return Some(task);
        }
        // A batch, so that the others find some too.
        let n = (self.inject.len() / self.multi + 1).min(RING / 2);
        let first = self.inject.pop_front();
        for _ in 1..n {
            self.workers[at].queue.extend(self.inject.pop_front());
        }
        first
    }

    /// `Core::steal_work`: half of the ring of the first worker that has one, from a place drawn by
    /// lot on (T34).
    fn steal(&mut self) -> Option<TaskId> {
        let (at, workers) = (self.at, self.multi);
        let searching = self.workers[..workers].iter().filter(|worker| worker.searching).count();
        if workers < 2 || (!self.workers[at].searching && 2 * searching >= workers) {
            return None;
        }
        self.workers[at].searching = true;
        if (0..workers).all(|other| other == at || self.workers[other].queue.is_empty()) {
            return self.inject.pop_front();
        }
        let start = self.kernel.pick(None, workers as u32) as usize;
        for n in 0..workers {
            let victim = (start + n) % workers;
            let length = self.workers[victim].queue.len();
            if victim == at || length == 0 {
                continue;
            }
            let mut stolen: Vec<TaskId> = self.workers[victim].queue.drain(..length - length / 2).collect();
            let first = stolen.pop();
            self.workers[at].queue.extend(stolen);
            return first;
        }
        self.inject.pop_front()
    }

    fn park_multi_thread(&mut self) -> Turn {
        let at = self.at;
        self.workers[at].searching = false;
        let due = self.drivers[0].is_due(self.kernel.now()) && self.driver_is_free();
        if !self.workers[at].deferred.is_empty() || due {
            if self.driver_is_free() {
                self.driver_pass();
            } else {
                self.wake_deferred();
            }
            return Turn::Again;
        }
        let with_driver = self.driver_is_free();
        self.park(with_driver);
        self.sleepers.push(at);
        Turn::Idle
    }

    /// The driver is with the first worker that parks while nobody has it; others sleep without it.
    fn driver_is_free(&self) -> bool {
        self.workers[..self.multi].iter().all(|worker| !worker.has_driver)
    }

    /// The thread in `block_on` beside the workers (T34).
    pub fn block_on_turn(&mut self) -> Turn {
        if !std::mem::take(&mut self.end.woken) {
            return Turn::Idle;
        }
        self.poll(self.end.main, true)
    }

    pub fn unpark_root(&mut self) {
        if self.workers[0].kind == WorkerKind::CurrentThread {
            self.unpark(0);
        }
    }
}
