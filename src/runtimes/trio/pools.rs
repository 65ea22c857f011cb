//! What is started without a call at hand: tasks on named workers, and callbacks.

use crate::runtimes::runtime::{Me, When};
use crate::runtimes::trio::core::Core;
use crate::runtimes::trio::records::{Abort, Role, Thread};
use crate::runtimes::trio::tasks::native;
use crate::runtimes::trio::traps::Trio;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::task::{Native, NewTask};
use crate::sim::trace::{Cause, CauseKind, Kind as EventKind};
use crate::time::Duration;
use crate::value::{ObjectId, Raise, TaskId, Value};

impl Core<'_> {
    /// A callback is a task beside the others that calls a function, now or after a sleep; nobody
    /// waits for it, and it is cancelled with the daemons.
    pub fn call_back(&mut self, by: TaskId, when: When, new: NewTask) -> Result<(), Raise> {
        let new = NewTask { daemon: true, detached: true, ..new };
        let task = self.start_soon(self.daemons, by, &new, Role::Spawned)?;
        match when {
            // There is one queue and nothing that goes before or behind it.
            When::Soon | When::NextTick | When::Immediate => {}
            When::After(d) => {
                let state = self.task(task);
                state.delay = Some(d);
                state.waiting = true;
                let cause = Cause::new(CauseKind::Sleep);
                self.kernel.emit(Some(task), None, EventKind::Wait { cause, held: false });
            }
        }
        Ok(())
    }

    /// `await trio.sleep(d)` of a task whose own code has not begun.
    pub fn sleep_unborn(&mut self, task: TaskId, d: Duration) {
        let scope = self.enter_new(task, Some(self.now() + d), false);
        self.scopes[scope].sleeper = Some(task);
        let state = self.task(task);
        state.delay_scope = Some(scope);
        state.wait = Some(WaitInfo::new(CauseKind::Sleep));
        state.abort = Some(Abort::Nothing);
        self.deliver(task);
    }
}

impl Trio<'_> {
    /// `spawn t() on pool`: a task of the loop that runs the other on a thread, and waits for it.
    pub fn spawn_on(&self, me: Me<'_>, pool: ObjectId, new: &NewTask) -> Result<TaskId, Raise> {
        let n = self.pool(pool)?;
        let mut core = self.core();
        let job = core.new_record(Some(me.task), new, Role::Job, None);
        let nursery = if new.daemon { core.daemons } else { core.root };
        let driver = native("on workers", Native::Join(Value::Task(job)));
        let driver = NewTask { detached: true, ..driver };
        let waiter = core.start_soon(nursery, me.task, &driver, Role::Driver(job))?;
        core.task(job).driver = Some(waiter);
        core.task(job).thread = Some(Thread { pool: n, worker: None, waiter });
        Ok(job)
    }
}
