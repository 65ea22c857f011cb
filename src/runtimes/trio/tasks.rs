//! Tasks with their handles: how they begin, how they end, who is told (`_core/_run.py`,
//! `Runner.task_exited`; the handle is an idiom: a scope around the task and an event at its end).

use std::rc::Rc;

use crate::runtimes::runtime::Child;
use crate::runtimes::trio::core::{Core, Phase, Step};
use crate::runtimes::trio::records::{NurseryKey, Role, Sent, TaskState};
use crate::sim::task::{Native, NewTask, Start};
use crate::sim::trace::Kind as EventKind;
use crate::value::{Outcome, Raise, TaskId, Value};

impl Core<'_> {
    pub fn new_record(
        &mut self,
        parent: Option<TaskId>,
        new: &NewTask,
        role: Role,
        nursery: Option<NurseryKey>,
    ) -> TaskId {
        let task = self.kernel.spawn(parent, new.clone());
        let state = TaskState {
            role,
            nursery,
            status: None,
            ticket: None,
            scope: None,
            abort: None,
            sent: Sent::Nothing,
            place: None,
            ended: None,
            watchers: Vec::new(),
            owns: Vec::new(),
            begun: false,
            delay: None,
            delay_scope: None,
            driver: None,
            thread: None,
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

    /// The first thing a task with a handle does: it enters its own scope, cancelled or not (T10).
    pub fn begin_task(&mut self, task: TaskId) {
        self.task(task).begun = true;
        if let Some(scope) = self.state(task).scope {
            self.enter(task, scope);
        }
    }

    /// `cancel h`: its scope is cancelled. False once it has ended, or was cancelled before.
    pub fn cancel_task(&mut self, task: TaskId) -> bool {
        if self.kernel.ended(task) {
            return false;
        }
        let task = self.state(task).driver.unwrap_or(task);
        match self.state(task).scope {
            Some(scope) => self.cancel_scope(scope),
            None => false,
        }
    }

    /// The end of a task's code.
    pub fn task_ended(&mut self, task: TaskId, outcome: Outcome) {
        self.emit_end(task, &outcome);
        self.kernel.end(task, outcome.clone());
        if self.state(task).role == Role::Main {
            self.phase = Phase::LeavingRoot;
            let root = self.root;
            return self.leave(task, root, outcome.map(|_| ()));
        }
        let left = self.leave_wrapper(task, outcome);
        self.break_locks(task);
        self.activate(task, None);
        if let Some(nursery) = self.state(task).nursery {
            self.child_finished(nursery, left);
        }
    }

    fn emit_end(&self, task: TaskId, outcome: &Outcome) {
        if !self.kernel.tracing() {
            return;
        }
        let worker = self.worker_of(task);
        let kind = match outcome {
            Ok(_) => EventKind::Done,
            Err(Raise::Cancelled) => EventKind::Cancelled,
            Err(Raise::Failed(failure)) => EventKind::Failed { text: failure.text.as_str().into() },
        };
        self.kernel.emit(Some(task), Some(worker), kind);
    }

    /// What the function around a task does with how it ended, and what is left for the nursery.
    fn leave_wrapper(&mut self, task: TaskId, outcome: Outcome) -> Result<(), Raise> {
        let mut left = outcome.clone().map(|_| ());
        match self.state(task).role {
            Role::Spawned | Role::Driver(_) => left = Ok(()),
            Role::Arm { race, index } => {
                self.arm_ended(race, index, outcome);
                left = Ok(());
            }
            Role::Result(results) => {
                self.put_result(results, outcome);
                left = Ok(());
            }
            Role::Main | Role::Linked | Role::Bare | Role::Job => {}
        }
        if let Some(scope) = self.task(task).scope.take() {
            left = self.close_for_good(task, scope, left).0;
        }
        self.tell(task);
        if let Role::Driver(driven) = self.state(task).role {
            self.tell(driven);
        }
        left
    }

    /// `ended.set()`: whoever waits for the task goes on.
    fn tell(&mut self, task: TaskId) {
        if let Some(lot) = self.task(task).ended.take() {
            self.unpark_all(lot, &Sent::Nothing);
            self.lots.remove(lot);
        }
        for results in std::mem::take(&mut self.task(task).watchers) {
            let outcome = self.kernel.outcome(task).unwrap_or(Ok(Value::None));
            self.put_result(results, outcome);
        }
    }

    /// The parent leaves a nursery whose body has ended: it waits for the children, or lets the
    /// others run once (T9).
    fn leave(&mut self, parent: TaskId, nursery: NurseryKey, body: Result<(), Raise>) {
        if !self.body_finished(nursery, body) {
            self.turn.runq.push(Step::Task(parent));
        }
    }

    /// `main` goes on behind its own end: out of the nursery of what was spawned, which ends the
    /// daemons, and out of theirs.
    pub fn main_leaves(&mut self, main: TaskId) {
        match self.phase {
            Phase::LeavingRoot => {
                self.phase = Phase::LeavingDaemons;
                let left = self.close_nursery(self.root);
                if left.is_ok() {
                    let scope = self.nurseries[self.daemons].scope;
                    self.cancel_scope(scope);
                }
                let daemons = self.daemons;
                self.leave(main, daemons, left);
            }
            Phase::LeavingDaemons => {
                let _failure_of_main_is_kept = self.close_nursery(self.daemons);
                self.phase = Phase::Over;
            }
            Phase::Body | Phase::Over => {}
        }
    }

    /// The process of an ended task is gone: if nobody has its handle, so is its record.
    pub fn task_gone(&mut self, task: TaskId) {
        let tasks = self.kernel.tasks();
        let detached = tasks.exists(task) && tasks.get(task).detached && tasks.get(task).has_ended();
        drop(tasks);
        if detached && !matches!(self.state(task).role, Role::Main | Role::Job) {
            self.kernel.tasks().free(task);
        }
    }

    /// What a child is as a new task: itself, or one that waits for it.
    pub fn as_task(child: &Child) -> NewTask {
        match child {
            Child::New(new) => new.clone(),
            Child::Task(task) => native("join", Native::Join(Value::Task(*task))),
            Child::Future(future) => native("join", Native::Join(Value::Object(*future))),
        }
    }
}

/// A task that does one thing of the library's.
pub fn native(name: &str, what: Native) -> NewTask {
    NewTask {
        start: Start::Native(Rc::new(what)),
        name: name.into(),
        priority: 0,
        daemon: true,
        on: None,
        detached: false,
    }
}
