//! Settling a promise makes jobs, and a job runs (ECMA-262 27.2; J2, J4, J10, J11).

use crate::runtimes::js::core::Core;
use crate::runtimes::js::keys::PromiseKey;
use crate::runtimes::js::promises::{Job, Reaction, Settled};
use crate::runtimes::js::records::Part;
use crate::sim::trace::{Kind as EventKind, Queue};
use crate::value::{Outcome, Raise, TaskId, Value};

impl Core<'_> {
    /// `resolve(value)`, `reject(error)`: the first call counts. Reactions become jobs, in the order
    /// of their registration (J10); none runs now.
    pub fn settle(&mut self, key: PromiseKey, outcome: Outcome) {
        self.settle_as(key, outcome, None);
    }

    pub fn settle_as(&mut self, key: PromiseKey, outcome: Outcome, arm: Option<u32>) {
        let by = self.current;
        let Some(promise) = self.promises.get_mut(key) else { return };
        if promise.outcome.is_some() {
            return;
        }
        promise.outcome = Some(outcome.clone());
        promise.arm = arm;
        promise.by = by;
        for (home, timer) in std::mem::take(&mut promise.timers) {
            self.loops[home].timers.clear(timer);
        }
        let reactions = self.promises.get_mut(key).map(|promise| std::mem::take(&mut promise.reactions));
        for (reaction, home) in reactions.unwrap_or_default() {
            let settled = Settled { outcome: outcome.clone(), arm };
            self.enqueue(reaction, home, settled, by);
        }
    }

    /// `promise.then(…)`: on a settled promise the job is made at once.
    pub fn then(&mut self, key: PromiseKey, reaction: Reaction) {
        let home = self.current_loop;
        let Some(promise) = self.promises.get_mut(key) else { return };
        match &promise.outcome {
            None => promise.reactions.push((reaction, home)),
            Some(outcome) => {
                let settled = Settled { outcome: outcome.clone(), arm: promise.arm };
                let by = promise.by;
                self.enqueue(reaction, home, settled, by);
            }
        }
    }

    fn enqueue(&mut self, reaction: Reaction, home: usize, settled: Settled, by: Option<TaskId>) {
        if let Reaction::Resume(task) = reaction {
            self.now_ready(task, by);
            let here = home == self.current_loop;
            self.stands(task, if here { Queue::Microtasks } else { Queue::Messages });
        }
        let job = Job::Reaction { reaction, settled, by };
        if home == self.current_loop {
            self.loops[home].jobs.push_back(job);
        } else {
            self.loops[home].inbox.push_back(job);
        }
    }

    /// What a task waited for has happened: its state is ready from here on.
    /// False if it was ready before.
    pub fn now_ready(&mut self, task: TaskId, by: Option<TaskId>) -> bool {
        let woken = std::mem::take(&mut self.tasks[task.slot as usize].waiting);
        if woken && self.kernel.tracing() {
            let by = by.filter(|&by| by != task).map(|by| by.serial);
            self.kernel.emit(Some(task), None, EventKind::Wake { by });
        }
        woken
    }

    /// Where a ready task stands in line.
    pub fn stands(&self, task: TaskId, queue: Queue) {
        self.kernel.emit(Some(task), None, EventKind::Queue { queue });
    }

    /// Runs a job; the task whose code it is, if it is a task's.
    pub fn run_job(&mut self, job: Job) -> Option<TaskId> {
        self.current = None;
        match job {
            Job::Call(task) => Some(task),
            Job::Fulfil(promise) => {
                self.settle(promise, Ok(Value::None));
                None
            }
            Job::Reaction { reaction: Reaction::Resume(task), settled, .. } => {
                self.task(task).reply = Some(settled);
                Some(task)
            }
            Job::Reaction { reaction, settled, by } => {
                self.current = by;
                self.react(reaction, settled.outcome);
                self.current = None;
                None
            }
        }
    }

    fn react(&mut self, reaction: Reaction, outcome: Outcome) {
        match reaction {
            Reaction::Resume(_) => unreachable!("a task's code is run by the driving loop"),
            Reaction::Noticed(task) => self.noticed(task, outcome),
            Reaction::All(aggregate, n) => self.element_settled(aggregate, n, outcome),
            Reaction::Pass(promise) => self.settle(promise, outcome),
            Reaction::Arm(promise, arm) => self.settle_as(promise, outcome, Some(arm)),
            Reaction::Left(group) => self.group_left(group, outcome),
            Reaction::Completed(results) => self.result_came(results, outcome),
        }
    }

    /// What a handle, or the wrapper around `main`, does one tick after the end.
    fn noticed(&mut self, task: TaskId, outcome: Outcome) {
        let part = self.task(task).part;
        match part {
            Part::Main | Part::Spawned => self.outstanding -= 1,
            Part::Daemon => self.daemons -= 1,
            Part::Call | Part::Callback | Part::Job => {}
        }
        self.fatal |= part == Part::Main && matches!(outcome, Err(Raise::Failed(_) | Raise::Cancelled));
        self.kernel.end(task, outcome);
        // `process.exit()`: daemons would keep the loop alive.
        self.over |= self.outstanding == 0 && self.daemons > 0;
        self.forget(task);
    }
}
