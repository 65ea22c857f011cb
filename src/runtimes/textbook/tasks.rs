//! Tasks: started, and waited for.

use crate::runtimes::errors::error;
use crate::runtimes::runtime::Me;
use crate::runtimes::textbook::library::Textbook;
use crate::runtimes::textbook::records::{On, Watcher};
use crate::runtimes::textbook::scheduler::{Place, Scheduler};
use crate::runtimes::textbook::waiters::Waiter;
use crate::sim::task::NewTask;
use crate::sim::trace::CauseKind;
use crate::value::{Outcome, Raise, TaskId, Value};

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

    /// The run lasts until this task has ended.
    pub fn count_in(&self, task: TaskId) {
        self.task(task).counted = true;
        self.lifespan().count_in();
    }

    /// `spawn` outside a group.
    pub fn spawn_alone(&self, parent: TaskId, new: &NewTask) -> Result<TaskId, Raise> {
        let task = self.start(parent, new, None)?;
        if !new.daemon {
            self.count_in(task);
        }
        Ok(task)
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
}
