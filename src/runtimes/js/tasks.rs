//! Async functions as tasks: called, they run at once to their first `await` (J1, J3); ended, they
//! settle their promise (J6).

use crate::runtimes::js::core::Core;
use crate::runtimes::js::keys::SignalKey;
use crate::runtimes::js::promises::{Job, Reaction};
use crate::runtimes::js::records::{Part, TaskState};
use crate::runtimes::js::settings::Host;
use crate::runtimes::js::timers::Action;
use crate::runtimes::runtime::When;
use crate::sim::agenda::{Class, Due};
use crate::sim::process::Effect;
use crate::sim::task::NewTask;
use crate::sim::trace::{Cause, CauseKind, Kind as EventKind, Queue};
use crate::value::{Outcome, Raise, TaskId};

impl Core<'_> {
    /// The record of a task to be, and the promise its call will have returned.
    pub fn new_task(
        &mut self,
        parent: Option<TaskId>,
        new: &NewTask,
        part: Part,
        signal: SignalKey,
        home: usize,
    ) -> TaskId {
        let task = self.kernel.spawn(parent, new.clone());
        let promise = self.promises.add();
        let signals = vec![signal];
        let state = TaskState { part, promise, signals, home, reply: None, waiting: false, wait: None };
        let slot = task.slot as usize;
        if slot == self.tasks.len() {
            self.tasks.push(state);
        } else {
            self.tasks[slot] = state;
        }
        match part {
            Part::Main | Part::Spawned => self.outstanding += 1,
            Part::Daemon => self.daemons += 1,
            Part::Call | Part::Callback | Part::Job => {}
        }
        task
    }

    /// The child takes the thread from its caller, which is about to park, until its first `await` (J3).
    pub fn begin_call(&mut self, caller: TaskId, child: TaskId) {
        let this = self.here();
        this.callers.push(caller);
        this.resume = Some(child);
        let worker = Some(this.worker);
        self.kernel.emit(Some(caller), worker, EventKind::Yield);
        self.stands(caller, Queue::CallStack);
        self.began(child);
    }

    /// A task's code runs from here on.
    pub fn began(&mut self, task: TaskId) {
        if self.kernel.tracing() {
            let worker = self.here().worker;
            self.kernel.set_place(None);
            self.kernel.emit(Some(task), Some(worker), EventKind::Run);
        }
    }

    /// The running task has said something.
    pub fn yielded(&mut self, task: TaskId, effect: Effect) {
        let d = match effect {
            Effect::Await => return self.suspended(),
            Effect::Work(d) | Effect::Block(d) => d,
        };
        let n = self.current_loop;
        let until = self.now() + d;
        let this = self.here();
        this.busy = Some(task);
        this.epoch += 1;
        let due = Due::Worker { worker: n as u32, epoch: this.epoch };
        self.kernel.at(until, Class::Worker, due);
    }

    /// The running task awaits or has ended: whoever called it goes on, before any job (J3).
    pub fn suspended(&mut self) {
        self.current = None;
        let this = self.here();
        if this.resume.is_some() {
            return;
        }
        if let Some(caller) = this.callers.pop() {
            this.resume = Some(caller);
            self.began(caller);
        }
    }

    /// The function returns or throws: its promise is settled in that moment (J6). Who has a handle
    /// sees it one tick later.
    pub fn finish(&mut self, task: TaskId, outcome: Outcome) {
        if self.kernel.tracing() {
            let worker = self.here().worker;
            let kind = match &outcome {
                Ok(_) => EventKind::Done,
                Err(Raise::Cancelled) => EventKind::Cancelled,
                Err(Raise::Failed(failure)) => EventKind::Failed { text: failure.text.as_str().into() },
            };
            self.kernel.emit(Some(task), Some(worker), kind);
        }
        let state = self.task(task);
        let (part, promise) = (state.part, state.promise);
        self.settle(promise, outcome.clone());
        match part {
            Part::Main | Part::Spawned | Part::Daemon => return,
            Part::Callback => self.fatal |= outcome.is_err(),
            Part::Job => self.job_ended(task),
            Part::Call => {}
        }
        self.kernel.end(task, outcome);
    }

    /// `promise.then(…)` of a handle, right after the call has returned.
    pub fn watch(&mut self, task: TaskId) {
        let promise = self.task(task).promise;
        self.then(promise, Reaction::Noticed(task));
    }

    /// The record of an ended task nobody asks about any more.
    pub fn forget(&mut self, task: TaskId) {
        if !self.kernel.tasks().get(task).detached {
            return;
        }
        let state = &self.tasks[task.slot as usize];
        let (promise, signal) = (state.promise, state.signals.first().copied());
        self.promises.remove(promise);
        if let Some(signal) = signal
            && self.signals.all.get(signal).is_some_and(|signal| signal.listeners.is_empty())
        {
            self.signals.remove(signal);
        }
        self.kernel.tasks().free(task);
    }

    /// `queueMicrotask`, `process.nextTick`, `setImmediate`, `setTimeout` (J2, J14, J18, J21). A
    /// callback has a record to run on and to be seen by, but no handle.
    pub fn call_back(&mut self, by: TaskId, when: When, new: NewTask) {
        let new = NewTask { daemon: true, detached: true, ..new };
        let signal = self.signals.add();
        let task = self.new_task(Some(by), &new, Part::Callback, signal, self.current_loop);
        let queue = match when {
            When::NextTick if self.host == Host::Node => Queue::Ticks,
            When::Soon | When::NextTick => Queue::Microtasks,
            When::Immediate => Queue::Immediates,
            When::After(d) => {
                self.task(task).waiting = true;
                let cause = Cause::new(CauseKind::Sleep);
                self.kernel.emit(Some(task), None, EventKind::Wait { cause, held: false });
                self.set_timeout(d, Action::Call(task));
                return;
            }
        };
        self.stands(task, queue);
        let this = self.here();
        let line = match queue {
            Queue::Ticks => &mut this.ticks,
            Queue::Immediates => &mut this.immediates,
            _microtasks => &mut this.jobs,
        };
        line.push_back(Job::Call(task));
    }
}
