//! The budget: how much a task may get done in one poll (`task/coop`, 1.54.1; T9).

use crate::runtimes::tokio::core::Core;
use crate::value::TaskId;

impl Core<'_> {
    /// `poll_proceed`: may this operation go on? If not, the task is deferred like one that yields.
    pub fn proceed(&mut self, task: TaskId) -> bool {
        if self.has_budget() {
            return true;
        }
        self.defer(task);
        false
    }

    /// `made_progress`: an operation is only counted once it is done.
    pub fn made_progress(&mut self) {
        if let Some(left) = &mut self.workers[self.at].budget {
            *left = left.saturating_sub(1);
        }
    }

    pub fn has_budget(&self) -> bool {
        self.workers[self.at].budget != Some(0)
    }

    /// `with_unconstrained`
    pub fn unconstrained<T>(&mut self, poll: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.workers[self.at].budget.take();
        let result = poll(self);
        self.workers[self.at].budget = before;
        result
    }

    /// `context::defer` (T5). The same task twice in a row is once. A thread in `block_on` beside
    /// the workers has no such list: it is woken at once.
    pub fn defer(&mut self, task: TaskId) {
        let worker = &mut self.workers[self.at];
        if !worker.has_deferred_list() {
            return self.wake(task);
        }
        if worker.deferred.last() != Some(&task) {
            worker.deferred.push(task);
        }
    }
}
