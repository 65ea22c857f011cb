//! Tasks: started, and waited for.

use crate::runtimes::errors::error;
use crate::runtimes::runtime::Said;
use crate::runtimes::textbook::library::Textbook;
use crate::runtimes::textbook::records::{On, ScopeKey, Watcher};
use crate::runtimes::textbook::scheduler::{Place, Scheduler};
use crate::runtimes::textbook::waiters::Waiter;
use crate::sim::process::Reply;
use crate::sim::task::NewTask;
use crate::sim::trace::CauseKind;
use crate::value::{Outcome, Raise, TaskId, Value};

impl<S: Scheduler> Textbook<S> {
    /// Where a new task is to run, if there is such a place.
    #[inline(always)]
    fn place(&self, new: &NewTask) -> Result<Place, Raise> {
        match new.on {
            None => Ok(Place::Default),
            Some(pool) if self.scheduler().has_pool(pool) => Ok(Place::Pool(pool)),
            Some(_) => Err(error("this object cannot run a task: it is no `workers`")),
        }
    }

    /// Starts a task; whoever starts it goes on.
    #[inline(always)]
    pub fn start(&self, parent: TaskId, new: NewTask, of: Option<(ScopeKey, u32)>) -> Result<TaskId, Raise> {
        let place = self.place(&new)?;
        Ok(self.start_at(parent, new, of, place))
    }

    /// `of`: the scope it belongs to, and which of its children it is.
    #[inline(always)]
    pub fn start_at(
        &self,
        parent: TaskId,
        new: NewTask,
        of: Option<(ScopeKey, u32)>,
        place: Place,
    ) -> TaskId {
        let task = self.kernel().spawn(Some(parent), new);
        self.enrol(task);
        self.task(task).child_of = of;
        self.scheduler().admit(task, place);
        task
    }

    /// The run lasts until this task has ended.
    pub fn count_in(&self, task: TaskId) {
        self.task(task).counted = true;
        self.lifespan().count_in();
    }

    /// `spawn` outside a group.
    pub fn spawn_alone(&self, parent: TaskId, new: NewTask) -> Result<TaskId, Raise> {
        let daemon = new.daemon;
        let task = self.start(parent, new, None)?;
        if !daemon {
            self.count_in(task);
        }
        Ok(task)
    }

    pub fn join_task(&self, me: TaskId, task: TaskId, reply: Option<Reply>) -> Result<Said, Raise> {
        if let Some(reply) = reply {
            self.resumed(me, reply)?;
            return self.outcome(task).map(Said::Over);
        }
        self.checkpoint(me)?;
        if task == me {
            return Err(error("a task cannot wait for itself"));
        }
        if self.kernel().ended(task) {
            return self.outcome(task).map(Said::Over);
        }
        let token = self.suspend(me, CauseKind::Join, On::Task(task), None);
        self.watch(task, Watcher::Joins(Waiter::alone(token)));
        Ok(Said::Parked)
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
