//! The scheduler with one thread and one queue (`runtime/scheduler/current_thread`, 1.54.1; T1 to T4).

use crate::runtimes::tokio::core::Core;
use crate::runtimes::tokio::workers::{Turn, Worker, WorkerKind};
use crate::sim::trace::Role;
use crate::value::TaskId;

/// Polls between two turns of the driver (`Builder::event_interval`).
pub const EVENT_INTERVAL: u32 = 61;
/// Every so many polls the inject queue comes first (`Builder::global_queue_interval`).
const GLOBAL_QUEUE_INTERVAL: u64 = 31;

impl Core<'_> {
    /// A thread with a scheduler, a queue and a driver of its own.
    pub fn new_current_thread(&mut self, name: String, role: Role) -> usize {
        let number = self.new_number(name, role);
        self.drivers.push(Default::default());
        let driver = self.drivers.len() - 1;
        self.workers.push(Worker::new(WorkerKind::CurrentThread, number, driver));
        self.workers.len() - 1
    }

    /// `CoreGuard::block_on`, up to the next poll: the main future if it was woken, then up to 61
    /// tasks, then the driver (T2).
    pub fn current_thread_turn(&mut self) -> Turn {
        let at = self.at;
        if self.workers[at].parked {
            return Turn::Idle;
        }
        if self.workers[at].polls_left == 0 {
            self.workers[at].polls_left = EVENT_INTERVAL + 1;
            if at == 0 && self.end.block_on && std::mem::take(&mut self.end.woken) {
                return self.poll(self.end.main, true);
            }
        }
        self.workers[at].polls_left -= 1;
        if self.workers[at].polls_left == 0 {
            self.driver_pass();
            return Turn::Again;
        }
        match self.next_task() {
            Some(task) => self.poll(task, true),
            None => {
                self.workers[at].polls_left = 0;
                self.park_current_thread()
            }
        }
    }

    /// `Core::next_task`
    fn next_task(&mut self) -> Option<TaskId> {
        let worker = &mut self.workers[self.at];
        worker.tick += 1;
        if worker.tick.is_multiple_of(GLOBAL_QUEUE_INTERVAL) {
            worker.inject.pop_front().or_else(|| worker.queue.pop_front())
        } else {
            worker.queue.pop_front().or_else(|| worker.inject.pop_front())
        }
    }

    /// `Context::park`, or `park_yield` if there is work: the driver has its turn either way. A
    /// worker that sleeps has it when it wakes up.
    fn park_current_thread(&mut self) -> Turn {
        let at = self.at;
        let worker = &self.workers[at];
        let woken = at == 0 && self.end.block_on && self.end.woken;
        let work = !worker.queue.is_empty() || !worker.deferred.is_empty() || woken;
        if work || self.drivers[worker.driver].is_due(self.kernel.now()) {
            self.driver_pass();
            return Turn::Again;
        }
        self.park(true);
        Turn::Idle
    }
}
