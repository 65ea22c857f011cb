//! Tasks: started, waited for, ended; what the library notes about each.

use crate::runtimes::runtime::{Me, Wait};
use crate::runtimes::textbook::library::{Note, ScopeKey, Textbook};
use crate::runtimes::textbook::object::error;
use crate::runtimes::textbook::scheduler::{Place, Scheduler};
use crate::runtimes::textbook::waiters::{Waiter, lasts};
use crate::sim::kernel::Kernel;
use crate::sim::task::NewTask;
use crate::sim::trace::{Cause, CauseKind, Kind};
use crate::value::{ObjectId, Outcome, Raise, TaskId, Value};

/// What the library notes about a task, beside the kernel's record. Small: a run may have millions.
#[derive(Debug, Default)]
pub struct TaskState {
    /// What it waits for.
    pub wait: Option<(CauseKind, On)>,
    /// Requests to cancel it that it has not seen yet.
    pub pending: u32,
    /// How often requests have reached it.
    pub delivered: u32,
    /// Requests by others than the timeouts and groups it is inside of.
    pub foreign: u32,
    pub foreign_pending: bool,
    /// An interruption is on its way: it was woken by it and has not run yet.
    pub interrupted: bool,
    /// The run lasts until it has ended.
    pub counted: bool,
    /// It was cancelled when the run came to its end, which waits for its clean-up.
    pub closing: bool,
    /// It runs on a pool's thread from start to end.
    pub job: bool,
    extra: Option<Box<Extra>>,
}

/// What only some tasks need.
#[derive(Debug, Default)]
pub struct Extra {
    /// To be told when it ends, in this order.
    pub watchers: Vec<Watcher>,
    /// The timeouts and groups its body is inside of, outermost first.
    pub scopes: Vec<ScopeKey>,
    /// The locks with priority inheritance it holds.
    pub held: Vec<ObjectId>,
    /// How urgent it was before anybody lent it urgency.
    pub own_priority: i32,
}

/// What a wait is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    Time,
    Object(ObjectId),
    Task(TaskId),
    /// The tasks of a group, a gather, …
    Scope(ScopeKey),
    /// Several things at once.
    Arms,
}

#[derive(Debug, Clone, Copy)]
pub enum Watcher {
    Joins(Waiter),
    /// It is a child of this scope, the one with this number.
    Child(ScopeKey, u32),
}

impl TaskState {
    pub fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    /// All requests made so far reach it now.
    pub fn deliver(&mut self) {
        self.pending = 0;
        self.foreign_pending = false;
        self.delivered = self.delivered.wrapping_add(1);
    }

    /// The timeouts and groups it is inside of.
    pub fn scopes(&self) -> &[ScopeKey] {
        self.extra.as_ref().map_or(&[], |extra| &extra.scopes)
    }
}

impl Extra {
    pub fn watch(&mut self, kernel: &Kernel, watcher: Watcher) {
        // A `select` in a loop must not fill the list of a task that goes on for long.
        if self.watchers.len() >= 64 && self.watchers.len().is_power_of_two() {
            self.watchers.retain(|watcher| match watcher {
                Watcher::Joins(waiter) => lasts(kernel, waiter.token),
                Watcher::Child(..) => true,
            });
        }
        self.watchers.push(watcher);
    }
}

impl<S: Scheduler> Textbook<S> {
    /// Where a new task is to run, if there is such a place.
    fn place(&self, new: &NewTask) -> Result<Place, Raise> {
        match new.on {
            None => Ok(Place::Default),
            Some(pool) if self.scheduler().has_pool(pool) => Ok(Place::Pool(pool)),
            Some(_) => Err(error("this object cannot run a task: it is no `workers`")),
        }
    }

    /// Starts a task; whoever starts it goes on.
    pub fn start(&self, parent: TaskId, new: &NewTask, watcher: Option<Watcher>) -> Result<TaskId, Raise> {
        let place = self.place(new)?;
        Ok(self.start_at(parent, new, watcher, place))
    }

    pub fn start_at(&self, parent: TaskId, new: &NewTask, watcher: Option<Watcher>, place: Place) -> TaskId {
        let task = self.kernel().spawn(Some(parent), new);
        self.enrol(task);
        if let Some(watcher) = watcher {
            self.task(task).extra().watchers.push(watcher);
        }
        self.scheduler().admit(task, place);
        task
    }

    /// `spawn` outside a group.
    pub fn spawn_alone(&self, parent: TaskId, new: &NewTask) -> Result<TaskId, Raise> {
        let task = self.start(parent, new, None)?;
        if !new.daemon {
            self.count_in(task);
        }
        Ok(task)
    }

    /// A task ends: its outcome goes to whoever waits for it.
    pub fn end(&self, task: TaskId, outcome: Outcome) {
        if self.kernel().tracing() {
            let kind = match &outcome {
                Ok(_) => Kind::Done,
                Err(Raise::Failed(failure)) => Kind::Failed { text: failure.text.as_str().into() },
                Err(Raise::Cancelled) => Kind::Cancelled,
            };
            self.kernel().emit(Some(task), self.scheduler().worker(task), kind);
        }
        let state = std::mem::take(&mut *self.task(task));
        self.count_out(task, &state, outcome.is_err());
        let Some(extra) = state.extra else { return self.kernel().end(task, outcome) };
        self.kernel().end(task, outcome.clone());
        for watcher in extra.watchers {
            match watcher {
                Watcher::Joins(waiter) => {
                    if self.wake(waiter.token, Some(task)) {
                        self.post(waiter, Note::Nothing);
                    }
                }
                Watcher::Child(scope, n) => self.child_ended(scope, n as usize, task, &outcome),
            }
        }
    }

    /// The driving loop has let go of the process: the record goes too, if nobody can ask for it.
    pub fn gone(&self, task: TaskId) {
        self.scheduler().ended(task);
        let mut tasks = self.kernel().tasks();
        let record = tasks.get(task);
        if record.detached && record.outcome.is_some() {
            tasks.free(task);
        }
    }

    pub async fn join_task(&self, me: Me<'_>, task: TaskId) -> Outcome {
        self.checkpoint(me.task)?;
        if task == me.task {
            return Err(error("a task cannot wait for itself"));
        }
        if !self.kernel().ended(task) {
            let token = self.suspend(me.task, CauseKind::Join, On::Task(task), None);
            self.watch(task, Watcher::Joins(Waiter::alone(token)));
            let reply = me.airlock.park().await;
            self.resumed(me.task, reply)?;
        }
        self.outcome(task)
    }

    pub fn watch(&self, task: TaskId, watcher: Watcher) {
        self.task(task).extra().watch(self.kernel(), watcher);
    }

    /// How an ended task ended; one whose handle nobody kept has nothing to say.
    pub fn outcome(&self, task: TaskId) -> Outcome {
        if !self.kernel().tasks().exists(task) {
            return Ok(Value::None);
        }
        self.kernel().outcome(task).unwrap_or(Ok(Value::None))
    }

    /// What every unfinished task waits for.
    pub fn all_waits(&self) -> Vec<Wait> {
        let unfinished = self.kernel().tasks().unfinished();
        unfinished.into_iter().map(|task| self.wait_of(task)).collect()
    }

    fn wait_of(&self, task: TaskId) -> Wait {
        let wait = self.task(task).wait;
        let Some((kind, on)) = wait else {
            return Wait { task, cause: None, holders: self.scheduler().blocked_by(task) };
        };
        let mut holders = match on {
            On::Time | On::Arms => Vec::new(),
            On::Object(object) => self.owners(object),
            On::Task(other) => vec![other],
            On::Scope(scope) => self.children_of(scope),
        };
        holders.retain(|&holder| !self.kernel().ended(holder));
        Wait { task, cause: Some(self.cause(kind, on)), holders }
    }

    pub fn cause(&self, kind: CauseKind, on: On) -> Cause {
        match on {
            On::Time | On::Arms => Cause::new(kind),
            On::Scope(scope) => match self.pool_of(scope) {
                Some(pool) => Cause::new(kind).object(pool),
                None => Cause::new(kind),
            },
            On::Object(object) => {
                Cause::new(kind).object(object).holder(self.owners(object).first().copied())
            }
            On::Task(task) => Cause::new(kind).holder(Some(task)),
        }
    }
}
