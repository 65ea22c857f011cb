//! The run loop: batches of tasks, deadlines, the entry queue (`_core/_run.py`, `unrolled_run`,
//! `_core/_entry_queue.py`; T1, T2, T5, T14, T23).

use crate::runtimes::keys::of_timer;
use crate::runtimes::runtime::Next;
use crate::runtimes::trio::core::{Core, LOOP, Phase, Step, THREAD};
use crate::runtimes::trio::records::{Role, Sent};
use crate::runtimes::trio::settings::Order;
use crate::sim::agenda::Due;
use crate::sim::kernel::Came;
use crate::sim::process::Reply;
use crate::sim::trace::Kind as EventKind;
use crate::value::{Raise, TaskId};

impl Core<'_> {
    /// A deadline, a thread, or the loop's burst is due.
    pub fn due(&mut self, due: Due) {
        match due {
            Due::Wake { .. } => {}
            Due::Timer { slot, serial } => {
                let key = of_timer(slot, serial);
                let Some(scope) = self.scopes.get(key) else { return };
                if let Some(task) = scope.sleeper {
                    // It is ready from now on, though the loop may notice later.
                    let current = self.turn.current.take();
                    self.now_ready(task);
                    self.turn.current = current;
                }
                self.turn.expired.push(key);
            }
            Due::Worker { worker, epoch } if worker >= THREAD => {
                self.thread_due(TaskId { slot: worker & !THREAD, serial: epoch });
            }
            Due::Worker { epoch, .. } => {
                if self.turn.epoch != epoch {
                    return;
                }
                self.turn.resume = self.turn.busy.take();
                self.kernel.emit(self.turn.resume, Some(LOOP), EventKind::Resume);
            }
        }
    }

    /// Runs the batch until a task is to be stepped, forms the next, or finds that nothing can run.
    pub fn run(&mut self) -> Next {
        loop {
            if let Some(task) = self.turn.threads_ready.pop_front() {
                self.turn.current = Some(task);
                return Next::Resume(task, Reply::Resumed);
            }
            if self.phase == Phase::Over {
                return Next::Over;
            }
            if self.turn.busy.is_some() {
                return Next::Advance;
            }
            if let Some(task) = self.turn.resume.take() {
                self.turn.current = Some(task);
                return Next::Resume(task, Reply::Resumed);
            }
            if let Some(step) = self.turn.batch.pop_front() {
                if let Some(next) = self.step(step) {
                    return next;
                }
                continue;
            }
            self.turn.current = None;
            self.poll();
            if !self.turn.threads_ready.is_empty() {
                continue;
            }
            self.take_batch();
            if self.turn.batch.is_empty() {
                self.turn.last = None;
                return Next::Advance;
            }
        }
    }

    /// What has come from threads by now; the loop looks at deadlines when they have run.
    fn poll(&mut self) {
        while let Some(Came::Due(due)) = self.kernel.due_now() {
            self.due(due);
            if !self.turn.threads_ready.is_empty() {
                return;
            }
        }
    }

    /// The end of one turn of the loop: threads' messages, then deadlines, then everything that can
    /// run becomes the batch, in order or the other way round (T1, T2).
    fn take_batch(&mut self) {
        if !self.turn.entries.is_empty() && !self.turn.entry_scheduled {
            self.turn.entry_scheduled = true;
            self.turn.runq.push(Step::EntryQueue);
        }
        self.expire();
        let mut batch = std::mem::take(&mut self.turn.runq);
        let tasks = batch.iter().filter(|step| matches!(step, Step::Task(_))).count();
        let reversed = match self.order {
            Order::Fifo => false,
            Order::Lifo => true,
            Order::Seeded => tasks > 1 && self.kernel.pick(None, 2) == 1,
        };
        if reversed {
            batch.reverse();
        }
        self.turn.batch = batch.into();
    }

    fn step(&mut self, step: Step) -> Option<Next> {
        self.turn.current = None;
        let task = match step {
            Step::EntryQueue => {
                self.run_entries();
                return None;
            }
            Step::Task(task) => task,
        };
        if self.phase != Phase::Body && self.state(task).role == Role::Main {
            self.main_leaves(task);
            return None;
        }
        if self.still_delayed(task) {
            return None;
        }
        (self.turn.current, self.turn.last) = (Some(task), Some(task));
        if self.kernel.tracing() {
            self.kernel.set_place(None);
            self.kernel.emit(Some(task), Some(LOOP), EventKind::Run);
        }
        if !self.state(task).begun {
            self.begin_task(task);
        }
        Some(Next::Resume(task, Reply::Resumed))
    }

    /// A callback that is called later sleeps before it begins; cancelled meanwhile it never does.
    fn still_delayed(&mut self, task: TaskId) -> bool {
        if let Some(d) = self.task(task).delay.take() {
            self.begin_task(task);
            self.sleep_unborn(task, d);
            return true;
        }
        let Some(scope) = self.task(task).delay_scope.take() else { return false };
        let slept = match std::mem::replace(&mut self.task(task).sent, Sent::Nothing) {
            Sent::Cancelled => Err(Raise::Cancelled),
            Sent::Nothing | Sent::Value(_) | Sent::EndOfChannel | Sent::Closed | Sent::Broken => Ok(()),
        };
        let Err(raise) = self.close_for_good(task, scope, slept).0 else { return false };
        self.kernel.take_start(task);
        self.task_ended(task, Err(raise));
        self.task_gone(task);
        true
    }

    /// The callbacks of threads that have ended, each of which wakes a task for the next batch (T23).
    fn run_entries(&mut self) {
        self.turn.entry_scheduled = false;
        for job in std::mem::take(&mut self.turn.entries) {
            self.report_back(job);
        }
    }
}
