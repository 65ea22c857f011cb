//! Tasks: what drives a coroutine (`tasks.py`, class `Task`, 3.12.1; A11 to A16, A25 to A29).

use crate::runtimes::asyncio::core::{Core, Phase};
use crate::runtimes::asyncio::futures::{Callback, FutureKey, FutureKind, FutureState};
use crate::runtimes::asyncio::handles::Handle;
use crate::runtimes::asyncio::records::TaskState;
use crate::runtimes::asyncio::settings::Version;
use crate::sim::task::NewTask;
use crate::sim::trace::Kind as EventKind;
use crate::value::{Outcome, Raise, TaskId};

impl Core<'_> {
    /// `loop.create_task`: the first step is scheduled behind what is ready (A11). `on` is the
    /// loop it is to live on.
    pub fn create_task(&mut self, parent: Option<TaskId>, new: &NewTask, on: usize) -> TaskId {
        let task = self.new_record(parent, new, on);
        if on == self.current_loop {
            self.schedule_step(task);
        } else {
            self.loops[on].ready.push_back(Handle::Arrive(task));
        }
        task
    }

    /// The record and the future of a new task.
    pub fn new_record(&mut self, parent: Option<TaskId>, new: &NewTask, home: usize) -> TaskId {
        let task = self.kernel.spawn(parent, new.clone());
        let future = self.futures.add(FutureKind::Task(task));
        let state = TaskState {
            future,
            fut_waiter: None,
            must_cancel: false,
            num_cancels: 0,
            home,
            job: None,
            callback: false,
            waiting: false,
            stopped: false,
            awaited: None,
            wait: None,
            pass: 0,
        };
        let slot = task.slot as usize;
        if slot == self.tasks.len() {
            self.tasks.push(state);
        } else {
            self.tasks[slot] = state;
        }
        task
    }

    /// The run is to wait for this task.
    pub fn add_root(&mut self, task: TaskId) {
        let key = self.tasks[task.slot as usize].future;
        if self.end.phase == Phase::Running {
            self.end.outstanding += 1;
            self.add_done_callback(key, Callback::Root);
        }
    }

    /// `Task.cancel`: true unless it has ended (A25).
    pub fn cancel_task(&mut self, task: TaskId) -> bool {
        if self.kernel.ended(task) {
            return false;
        }
        self.cancel_future(self.tasks[task.slot as usize].future)
    }

    /// `Future.cancel`, `Task.cancel`, `_GatheringFuture.cancel`: the request travels down to
    /// what each task waits for (A29), first child first. A loop, not a recursion: chains of
    /// joins may be long. A task met twice waits for itself and is marked only.
    pub fn cancel_future(&mut self, key: FutureKey) -> bool {
        if !self.cancellable(key) {
            return false;
        }
        self.pass += 1;
        let mut todo = vec![key];
        while let Some(key) = todo.pop() {
            match self.futures.get(key).map(|f| f.kind) {
                None => {}
                Some(FutureKind::Plain | FutureKind::Task(_)) if self.futures.done(key) => {}
                Some(FutureKind::Plain) => self.complete(key, FutureState::Cancelled),
                Some(FutureKind::Gathering(gather)) => {
                    if let Some(gather) = self.gathers.get_mut(gather) {
                        gather.cancel_requested = true;
                        todo.extend(gather.children.iter().rev());
                    }
                }
                Some(FutureKind::Task(task)) => {
                    let state = &mut self.tasks[task.slot as usize];
                    state.num_cancels += 1;
                    let seen = std::mem::replace(&mut state.pass, self.pass) == self.pass;
                    match self.tasks[task.slot as usize].fut_waiter {
                        Some(waiter) if !seen && self.cancellable(waiter) => todo.push(waiter),
                        _ => self.tasks[task.slot as usize].must_cancel = true,
                    }
                }
            }
        }
        true
    }

    /// Would `cancel()` return True? For a gather: is any child still to be cancelled?
    fn cancellable(&self, key: FutureKey) -> bool {
        if self.futures.done(key) {
            return false;
        }
        match self.futures.get(key).map(|f| f.kind) {
            Some(FutureKind::Gathering(gather)) => self
                .gathers
                .get(gather)
                .is_some_and(|gather| gather.children.iter().any(|&child| !self.futures.done(child))),
            Some(FutureKind::Plain | FutureKind::Task(_)) => true,
            None => false,
        }
    }

    /// `Task.uncancel`: how many requests are left.
    pub fn uncancel(&mut self, task: TaskId) -> u32 {
        let version = self.version;
        let state = &mut self.tasks[task.slot as usize];
        state.num_cancels = state.num_cancels.saturating_sub(1);
        if version >= Version::V313 && state.num_cancels == 0 {
            state.must_cancel = false;
        }
        state.num_cancels
    }

    /// The end of a coroutine: its outcome becomes the task's, callbacks are scheduled (A15).
    pub fn task_ended(&mut self, task: TaskId, outcome: Outcome) {
        let state = &mut self.tasks[task.slot as usize];
        let outcome = match outcome {
            Ok(_) if std::mem::take(&mut state.must_cancel) => Err(Raise::Cancelled),
            other => other,
        };
        let key = state.future;
        if self.kernel.tracing() {
            let worker = self.worker_of(task);
            let kind = match &outcome {
                Ok(_) => EventKind::Done,
                Err(Raise::Cancelled) => EventKind::Cancelled,
                Err(Raise::Failed(failure)) => EventKind::Failed { text: failure.text.as_str().into() },
            };
            self.kernel.emit(Some(task), Some(worker), kind);
        }
        self.kernel.end(task, outcome.clone());
        let state = match outcome {
            Err(Raise::Cancelled) => FutureState::Cancelled,
            other => FutureState::Done(other),
        };
        let raised = !matches!(state, FutureState::Done(Ok(_)));
        self.complete(key, state);
        if key == self.main && self.end.phase == Phase::Running {
            self.main_ended(raised);
        }
    }

    /// The process of an ended task is gone.
    pub fn task_gone(&mut self, task: TaskId) {
        let state = &mut self.tasks[task.slot as usize];
        state.stopped = true;
        let key = state.future;
        self.eager_over(task);
        self.forget(task, key);
    }
}
