//! `spawn_blocking` behind a semaphore (`runtime/blocking/pool.rs`, 1.54.1; T35).
//!
//! A pool of named workers is a `Semaphore` of its size: the task that offloads takes a permit, hands
//! a closure to a blocking thread and holds the permit until it goes on. A closure that has begun is
//! not to be stopped.

use std::task::Poll;

use crate::runtimes::errors::wrong;
use crate::runtimes::tokio::core::Core;
use crate::runtimes::tokio::objects::Object;
use crate::runtimes::tokio::records::{Home, Job, JobKey, Pool};
use crate::sim::agenda::{Class, Due};
use crate::sim::task::NewTask;
use crate::sim::trace::{Kind as EventKind, Role};
use crate::time::Duration;
use crate::value::{ObjectId, Outcome, Raise, TaskId, Value};

/// Marks agenda entries of blocking threads; below it are workers.
const THREAD: u32 = 1 << 31;

/// The agenda entry at which a job starts, or goes on.
fn job_due(task: TaskId) -> Due {
    Due::Worker { worker: task.slot | THREAD, epoch: task.serial }
}

/// The job an agenda entry belongs to.
pub fn job_of(worker: u32, epoch: u32) -> Option<TaskId> {
    (worker & THREAD != 0).then_some(TaskId { slot: worker & !THREAD, serial: epoch })
}

impl Core<'_> {
    pub fn new_pool(&mut self, object: ObjectId, size: u64) -> usize {
        let semaphore = self.new_semaphore(size);
        self.pools.push(Pool {
            object,
            size,
            semaphore,
            idle: Vec::new(),
            started: 0,
            loops: Vec::new(),
            spawned: 0,
        });
        self.pools.len() - 1
    }

    pub fn pool(&self, id: ObjectId) -> Result<usize, Raise> {
        match self.objects.get(id.0 as usize) {
            Some(Object::Workers(n)) => Ok(*n),
            _ => Err(wrong("run a task: it is no `workers`")),
        }
    }

    /// The closure starts on a thread at once, as something from outside.
    pub fn spawn_blocking(&mut self, parent: TaskId, pool: usize, new: &NewTask) -> JobKey {
        let task = self.new_record(Some(parent), new, Home::Worker(0));
        let thread = self.thread(pool);
        let job = Job { task, pool, thread, waiter: None, started: false, outcome: None, detached: false };
        let job = self.jobs.insert(job);
        self.task(task).job = Some(job);
        self.kernel.at(self.kernel.now(), Class::External, job_due(task));
        job
    }

    fn thread(&mut self, n: usize) -> u32 {
        if let Some(thread) = self.pools[n].idle.pop() {
            return thread;
        }
        self.pools[n].started += 1;
        let (name, object) = (format!("thread {}", self.pools[n].started), self.pools[n].object);
        self.new_number(name, Role::Pool(object))
    }

    /// A job starts, or goes on after work or a blocking call.
    pub fn job_due(&mut self, task: TaskId) {
        let Some(key) = self.task(task).job else { return };
        let waited = std::mem::take(&mut self.task(task).waiting);
        let job = &mut self.jobs[key];
        let resumed = std::mem::replace(&mut job.started, true) && !waited;
        let kind = if resumed { EventKind::Resume } else { EventKind::Run };
        let thread = job.thread;
        self.kernel.set_place(None);
        if waited {
            self.kernel.emit(Some(task), None, EventKind::Wake { by: None });
        }
        self.kernel.emit(Some(task), Some(thread), kind);
        self.jobs_ready.push_back(task);
    }

    /// A blocking thread computes or sleeps; either way nothing else runs on it.
    pub fn job_busy(&mut self, task: TaskId, d: Duration) {
        self.kernel.at(self.kernel.now() + d, Class::External, job_due(task));
    }

    /// The closure has returned: its waiter is woken from another thread.
    pub fn job_ended(&mut self, key: JobKey, task: TaskId, outcome: Outcome) {
        self.task_ended(task, outcome.clone());
        let job = &mut self.jobs[key];
        job.outcome = Some(outcome);
        let (pool, thread, waiter) = (job.pool, job.thread, job.waiter.take());
        self.pools[pool].idle.push(thread);
        self.pools[pool].idle.sort_unstable_by(|a, b| b.cmp(a));
        if self.jobs[key].detached {
            self.jobs.remove(key);
        }
        if let Some(waiter) = waiter {
            self.wake(waiter);
        }
    }

    /// `JoinHandle::poll`
    pub fn poll_blocking(&mut self, key: JobKey, task: TaskId) -> Poll<Outcome> {
        if !self.proceed(task) {
            return Poll::Pending;
        }
        let Some(job) = self.jobs.get_mut(key) else { return Poll::Ready(Ok(Value::None)) };
        let Some(outcome) = job.outcome.take() else {
            job.waiter = Some(task);
            return Poll::Pending;
        };
        self.jobs.remove(key);
        self.made_progress();
        Poll::Ready(outcome)
    }

    /// The handle is dropped: the closure goes on.
    pub fn drop_blocking(&mut self, key: JobKey) {
        let Some(job) = self.jobs.get_mut(key) else { return };
        job.waiter = None;
        job.detached = true;
        if job.outcome.is_some() {
            self.jobs.remove(key);
        }
    }

    /// Are closures still running? A runtime that is dropped waits for them.
    pub fn threads_busy(&self) -> bool {
        self.jobs.values().any(|job| job.outcome.is_none())
    }

    /// Where the next task spawned on these workers lives: a loop of its own on each, in turn.
    pub fn pool_loop(&mut self, n: usize) -> usize {
        if self.pools[n].loops.is_empty() {
            for k in 1..=self.pools[n].size {
                let role = Role::Pool(self.pools[n].object);
                let worker = self.new_current_thread(format!("runtime {k}"), role);
                self.pools[n].loops.push(worker);
            }
        }
        let pool = &mut self.pools[n];
        let home = pool.loops[pool.spawned % pool.loops.len()];
        pool.spawned += 1;
        home
    }
}
