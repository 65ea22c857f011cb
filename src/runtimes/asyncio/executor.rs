//! Threads beside the loops: `run_in_executor` on named workers (`concurrent/futures/thread.py`,
//! `futures.py` `_chain_future`, 3.12.1; A38, P1 to P3).

use crate::runtimes::asyncio::core::Core;
use crate::runtimes::asyncio::futures::{Callback, FutureKey, JobKey};
use crate::runtimes::asyncio::handles::{Handle, job_due};
use crate::runtimes::asyncio::records::{Job, JobState};
use crate::runtimes::asyncio::runners::Asyncio;
use crate::runtimes::costs::Spot;
use crate::runtimes::errors::error;
use crate::runtimes::runtime::Me;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::agenda::Class;
use crate::sim::task::NewTask;
use crate::sim::trace::{CauseKind, Kind as EventKind, Role};
use crate::time::Duration;
use crate::value::{ObjectId, Outcome, Raise, TaskId};

impl Core<'_> {
    /// A worker of the trace, with its number.
    pub fn new_worker(&mut self, name: String, role: Role) -> u32 {
        let worker = self.workers;
        self.workers += 1;
        self.kernel.set_place(None);
        self.kernel.emit(None, Some(worker), EventKind::Worker { name: name.into(), role });
        worker
    }

    /// `executor.submit`, and the future `run_in_executor` returns.
    fn submit(&mut self, parent: TaskId, pool: usize, new: &NewTask) -> JobKey {
        let task = self.new_record(Some(parent), new, self.current_loop);
        let future = self.create_future();
        let home = self.current_loop;
        let job = self.jobs.insert(Job { pool, task, future, home, state: JobState::Queued });
        self.tasks[task.slot as usize].job = Some(job);
        self.pools[pool].queue.push_back(job);
        self.add_done_callback(future, Callback::CheckCancel(job));
        self.start_jobs(pool);
        job
    }

    /// Gives queued jobs to threads that are free; a thread begins as an event from outside.
    fn start_jobs(&mut self, n: usize) {
        while !self.pools[n].queue.is_empty() {
            let Some(worker) = self.free_thread(n) else { return };
            let Some(key) = self.pools[n].queue.pop_front() else { return };
            let job = &mut self.jobs[key];
            job.state = match job.state {
                JobState::Dropped => JobState::Cancelled(worker),
                _ => JobState::Taken(worker),
            };
            let task = job.task;
            self.kernel.at(self.now(), Class::External, job_due(task));
        }
    }

    fn free_thread(&mut self, n: usize) -> Option<u32> {
        if let Some(worker) = self.pools[n].idle.pop() {
            return Some(worker);
        }
        if self.pools[n].started == self.pools[n].size {
            return None;
        }
        self.pools[n].started += 1;
        let name = format!("thread {}", self.pools[n].started);
        let role = Role::Pool(self.pools[n].object);
        Some(self.new_worker(name, role))
    }

    fn thread_free(&mut self, n: usize, worker: u32) {
        self.pools[n].idle.push(worker);
        self.pools[n].idle.sort_unstable_by(|a, b| b.cmp(a));
        self.start_jobs(n);
    }

    /// A thread's event is due: its job starts, or goes on after work or a blocking call.
    pub fn thread_due(&mut self, task: TaskId) {
        let Some(key) = self.tasks[task.slot as usize].job else { return };
        let pool = self.jobs[key].pool;
        match self.jobs[key].state {
            JobState::Cancelled(worker) => {
                // `set_running_or_notify_cancel` is False: the thread drops it.
                self.kernel.take_start(task);
                self.task_ended(task, Err(Raise::Cancelled));
                self.task_gone(task);
                self.jobs.remove(key);
                self.tasks[task.slot as usize].job = None;
                self.thread_free(pool, worker);
            }
            JobState::Taken(worker) => {
                self.jobs[key].state = JobState::Running(worker);
                self.kernel.emit(Some(task), Some(worker), EventKind::Run);
                self.jobs_ready.push_back(task);
            }
            JobState::Running(worker) => {
                let waited = std::mem::take(&mut self.tasks[task.slot as usize].waiting);
                if waited {
                    self.kernel.emit(Some(task), None, EventKind::Wake { by: None });
                }
                let kind = if waited { EventKind::Run } else { EventKind::Resume };
                self.kernel.emit(Some(task), Some(worker), kind);
                self.jobs_ready.push_back(task);
            }
            JobState::Queued | JobState::Dropped | JobState::Done(_) => {}
        }
    }

    /// A thread computes or blocks for a time; either way nothing else runs on it.
    pub fn thread_busy(&mut self, task: TaskId, d: Duration) {
        self.kernel.at(self.now() + d, Class::External, job_due(task));
    }

    /// The function has returned: its callbacks run on the thread, which then takes the next job.
    pub fn thread_ended(&mut self, task: TaskId, outcome: Outcome) {
        let Some(key) = self.tasks[task.slot as usize].job else { return };
        let Job { pool, home, state: JobState::Running(worker), .. } = self.jobs[key] else { return };
        self.task_ended(task, outcome.clone());
        self.jobs[key].state = JobState::Done(outcome);
        self.loops[home].ready.push_back(Handle::JobDone(key));
        self.thread_free(pool, worker);
    }

    /// `_set_state` on the loop.
    pub fn job_done(&mut self, key: JobKey) {
        let Some(job) = self.jobs.remove(key) else { return };
        self.tasks[job.task.slot as usize].job = None;
        let JobState::Done(outcome) = job.state else { return };
        self.current = Some(job.task);
        self.set_unless_done(job.future, outcome);
        self.current = None;
    }

    /// `_call_check_cancel`: a cancelled future cancels its job, if no thread has begun it.
    pub fn check_cancel(&mut self, key: JobKey, future: FutureKey) {
        if !self.futures.cancelled(future) {
            return;
        }
        let Some(job) = self.jobs.get_mut(key) else { return };
        job.state = match job.state {
            JobState::Queued => JobState::Dropped,
            JobState::Taken(worker) => JobState::Cancelled(worker),
            ref other => other.clone(),
        };
    }

    /// The worker a task runs on.
    pub fn worker_of(&self, task: TaskId) -> u32 {
        match self.tasks[task.slot as usize].job.map(|key| &self.jobs[key].state) {
            Some(JobState::Taken(worker) | JobState::Running(worker) | JobState::Cancelled(worker)) => {
                *worker
            }
            Some(JobState::Queued | JobState::Dropped | JobState::Done(_)) | None => {
                self.loops[self.tasks[task.slot as usize].home].worker
            }
        }
    }

    /// The same for its costs. The loops of named workers are threads, too.
    pub fn spot(&self, task: TaskId) -> Spot {
        let (job, home) = (self.tasks[task.slot as usize].job, self.tasks[task.slot as usize].home);
        let pooled = job.is_some() || self.pools.iter().any(|pool| pool.loops.contains(&home));
        Spot { worker: self.worker_of(task), pooled }
    }

    /// Are threads still at work, or about to be?
    pub fn threads_busy(&self) -> bool {
        self.jobs.values().any(|job| !matches!(job.state, JobState::Done(_)))
    }

    /// The loop on which the next task spawned on these workers lives: in turn.
    pub fn pool_loop(&mut self, n: usize) -> usize {
        if self.pools[n].loops.is_empty() {
            for k in 1..=self.pools[n].size {
                let role = Role::Pool(self.pools[n].object);
                let added = self.add_loop(format!("loop {k}"), role);
                self.pools[n].loops.push(added);
            }
        }
        let pool = &mut self.pools[n];
        let home = pool.loops[pool.spawned % pool.loops.len()];
        pool.spawned += 1;
        home
    }
}

impl Asyncio<'_> {
    /// `await loop.run_in_executor(pool, function)`
    pub async fn run_in_executor(&self, me: Me<'_>, pool: ObjectId, new: NewTask) -> Outcome {
        let n = self.pool(pool)?;
        let (future, info) = {
            let mut core = self.core();
            let job = core.submit(me.task, n, &new);
            let holder = Some(core.jobs[job].task);
            (core.jobs[job].future, WaitInfo { kind: CauseKind::Offload, object: Some(pool), holder })
        };
        self.wait_future(me, future, info).await
    }

    /// Refuses what a thread cannot do: asyncio's objects belong to their loop.
    pub fn on_loop(&self, me: Me<'_>, what: &str) -> Result<(), Raise> {
        match self.core().tasks[me.task.slot as usize].job {
            None => Ok(()),
            Some(_) => {
                let text = format!(
                    "an offloaded task runs on a thread: it can work, block, sleep and log, but not {what}, \
                     which belongs to the event loop"
                );
                Err(error(text))
            }
        }
    }
}
