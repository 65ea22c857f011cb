//! Threads beside the loop: `to_thread.run_sync` under the limiter of named workers (`_threads.py`; T23).

use std::rc::Rc;

use crate::runtimes::costs::Spot;
use crate::runtimes::errors::error;
use crate::runtimes::runtime::Me;
use crate::runtimes::trio::core::{Core, LOOP, THREAD};
use crate::runtimes::trio::records::{Abort, Role, Sent, Thread};
use crate::runtimes::trio::traps::Trio;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::agenda::{Class, Due};
use crate::sim::task::NewTask;
use crate::sim::trace::{Cause, CauseKind, Kind as EventKind, Role as WorkerRole};
use crate::time::Duration;
use crate::value::{ObjectId, Outcome, Raise, TaskId, Value};

fn thread_entry(task: TaskId) -> Due {
    Due::Worker { worker: task.slot | THREAD, epoch: task.serial }
}

impl Core<'_> {
    /// A worker of the trace, with its number.
    pub fn new_worker(&mut self, name: String, role: WorkerRole) -> u32 {
        let worker = self.workers;
        self.workers += 1;
        self.kernel.set_place(None);
        self.kernel.emit(None, Some(worker), EventKind::Worker { name: name.into(), role });
        worker
    }

    /// The worker a task runs on.
    pub fn worker_of(&self, task: TaskId) -> u32 {
        self.state(task).thread.and_then(|thread| thread.worker).unwrap_or(LOOP)
    }

    /// The same for its costs.
    pub fn spot(&self, task: TaskId) -> Spot {
        Spot { worker: self.worker_of(task), pooled: self.state(task).thread.is_some() }
    }

    /// `start_thread_soon`: a thread begins as an event from outside.
    fn start_thread(&mut self, job: TaskId) {
        let Some(Thread { pool, .. }) = self.state(job).thread else { return };
        let worker = match self.pools[pool].idle.pop() {
            Some(worker) => worker,
            None => {
                self.pools[pool].started += 1;
                let name = format!("thread {}", self.pools[pool].started);
                let role = WorkerRole::Pool(self.pools[pool].object);
                self.new_worker(name, role)
            }
        };
        if let Some(thread) = &mut self.task(job).thread {
            thread.worker = Some(worker);
        }
        self.kernel.at(self.now(), Class::External, thread_entry(job));
    }

    /// A thread's event is due: its job starts, or goes on after work or a blocking call.
    pub fn thread_due(&mut self, job: TaskId) {
        let worker = self.worker_of(job);
        if std::mem::replace(&mut self.task(job).begun, true) {
            let waited = std::mem::take(&mut self.task(job).waiting);
            if waited {
                self.kernel.emit(Some(job), None, EventKind::Wake { by: None });
            }
            let kind = if waited { EventKind::Run } else { EventKind::Resume };
            self.kernel.emit(Some(job), Some(worker), kind);
        } else {
            self.kernel.set_place(None);
            self.kernel.emit(Some(job), Some(worker), EventKind::Run);
        }
        self.turn.threads_ready.push_back(job);
    }

    /// A thread computes or blocks for a time; either way nothing else runs on it.
    pub fn thread_busy(&mut self, job: TaskId, d: Duration) {
        self.kernel.at(self.now() + d, Class::External, thread_entry(job));
    }

    /// The function has returned: `run_sync_soon`, and the thread is free.
    pub fn thread_ended(&mut self, job: TaskId, outcome: Outcome) {
        self.task_ended(job, outcome);
        self.turn.entries.push_back(job);
        let Some(Thread { pool, worker: Some(worker), .. }) = self.state(job).thread else { return };
        let idle = &mut self.pools[pool].idle;
        idle.push(worker);
        idle.sort_unstable_by(|a, b| b.cmp(a));
    }

    /// `report_back_in_trio_thread_fn`: the token goes back first, then the waiter is told.
    pub fn report_back(&mut self, job: TaskId) {
        let Some(Thread { pool, waiter, .. }) = self.state(job).thread else { return };
        let limiter = self.pools[pool].limiter;
        // The loop has been busy until now, or the thread has ended just now.
        self.turn.current = self.turn.last.or(Some(job));
        let _it_was_borrowed = self.limiter_release(limiter, job);
        self.reschedule(waiter, Sent::Nothing);
        self.turn.current = None;
    }
}

impl Trio<'_> {
    /// `await trio.to_thread.run_sync(function, limiter=pool)`: the wait for a place can be cancelled,
    /// the wait for the thread cannot.
    pub async fn offload_to(&self, me: Me<'_>, pool: ObjectId, new: &NewTask) -> Outcome {
        let job = {
            let n = self.pool(pool)?;
            let mut core = self.core();
            let job = core.new_record(Some(me.task), new, Role::Job, None);
            core.task(job).thread = Some(Thread { pool: n, worker: None, waiter: me.task });
            job
        };
        self.run_on_thread(me, pool, job).await
    }

    pub async fn run_on_thread(&self, me: Me<'_>, pool: ObjectId, job: TaskId) -> Outcome {
        if let Err(raise) = self.borrow_thread(me, pool, job).await {
            let mut core = self.core();
            self.kernel.take_start(job);
            core.task_ended(job, Err(Raise::Cancelled));
            return Err(raise);
        }
        self.core().start_thread(job);
        let info = WaitInfo { kind: CauseKind::Offload, object: Some(pool), holder: Some(job) };
        self.wait_task_rescheduled(me, Abort::Refuse, info, None).await?;
        self.kernel.outcome(job).unwrap_or(Ok(Value::None))
    }

    async fn borrow_thread(&self, me: Me<'_>, pool: ObjectId, job: TaskId) -> Result<(), Raise> {
        self.checkpoint_if_cancelled(me).await?;
        let n = self.pool(pool)?;
        let limiter = self.core().pools[n].limiter;
        self.limiter_acquire(me, limiter, job, CauseKind::Offload).await
    }

    /// Refuses what a thread cannot do: trio's objects belong to its loop.
    pub fn on_loop(&self, me: Me<'_>, what: &str) -> Result<(), Raise> {
        match self.core().state(me.task).role {
            Role::Job => Err(error(format!(
                "an offloaded task runs on a thread: it can work, block, sleep and log, but not {what}, \
                 which belongs to the event loop"
            ))),
            Role::Main
            | Role::Spawned
            | Role::Linked
            | Role::Bare
            | Role::Arm { .. }
            | Role::Result(_)
            | Role::Driver(_) => Ok(()),
        }
    }

    pub fn is_job(&self, task: TaskId) -> bool {
        self.core().state(task).role == Role::Job
    }

    /// `time.sleep` in a thread.
    pub async fn sleep_on_thread(&self, me: Me<'_>, d: Duration, kind: CauseKind, label: Option<Rc<str>>) {
        let worker = self.core().worker_of(me.task);
        self.core().task(me.task).waiting = true;
        let cause = Cause { label, ..Cause::new(kind) };
        self.kernel.emit(Some(me.task), Some(worker), EventKind::Wait { cause, held: true });
        me.airlock.block(d).await;
    }
}
