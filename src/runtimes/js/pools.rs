//! Named workers: threads with a loop each, which send messages to each other (`worker_threads`; J35).

use crate::runtimes::costs::Spot;
use crate::runtimes::errors::wrong;
use crate::runtimes::js::awaiting::Js;
use crate::runtimes::js::core::Core;
use crate::runtimes::js::keys::PromiseKey;
use crate::runtimes::js::objects::Object;
use crate::runtimes::js::promises::Job;
use crate::runtimes::js::records::{Loop, Part};
use crate::runtimes::runtime::Me;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::task::NewTask;
use crate::sim::trace::{CauseKind, Role};
use crate::value::{ObjectId, Outcome, Raise, TaskId};

impl Core<'_> {
    fn add_thread(&mut self, pool: usize) -> usize {
        let role = Role::Pool(self.pools[pool].object);
        let name = format!("thread {}", self.pools[pool].threads.len() + 1);
        let worker = self.new_worker(name, role);
        self.loops.push(Loop::new(worker));
        self.loops.len() - 1
    }

    /// The loop on which the next task spawned on these workers lives: in turn.
    pub fn next_thread(&mut self, pool: usize) -> usize {
        while (self.pools[pool].threads.len() as u64) < self.pools[pool].size {
            let n = self.add_thread(pool);
            self.pools[pool].threads.push((n, false));
        }
        let pool = &mut self.pools[pool];
        let (home, _) = pool.threads[pool.spawned % pool.threads.len()];
        pool.spawned += 1;
        home
    }

    /// Where a task takes its steps, for their costs.
    pub fn spot(&self, task: TaskId) -> Spot {
        let home = self.tasks[task.slot as usize].home;
        let pooled = self.pools.iter().any(|pool| pool.threads.iter().any(|&(thread, _)| thread == home));
        Spot { worker: self.loops[home].worker, pooled }
    }

    /// A message with what is to be run goes to another thread.
    pub fn post(&mut self, home: usize, task: TaskId) {
        self.task(task).home = home;
        self.loops[home].inbox.push_back(Job::Call(task));
    }

    /// Jobs go to threads that have none, first come first served.
    fn assign(&mut self, pool: usize) {
        while !self.pools[pool].queue.is_empty() {
            let free = self.pools[pool].threads.iter().position(|&(_, taken)| !taken);
            let n = match free {
                Some(n) => n,
                None if (self.pools[pool].threads.len() as u64) < self.pools[pool].size => {
                    let home = self.add_thread(pool);
                    self.pools[pool].threads.push((home, false));
                    self.pools[pool].threads.len() - 1
                }
                None => return,
            };
            let Some(job) = self.pools[pool].queue.pop_front() else { return };
            self.pools[pool].threads[n].1 = true;
            let home = self.pools[pool].threads[n].0;
            self.post(home, job);
        }
    }

    fn submit(&mut self, me: TaskId, pool: usize, new: &NewTask) -> (TaskId, PromiseKey) {
        let signal = self.signals.add();
        let task = self.new_task(Some(me), new, Part::Job, signal, self.current_loop);
        self.pools[pool].queue.push_back(task);
        self.assign(pool);
        (task, self.task(task).promise)
    }

    /// The thread is free for the next job.
    pub fn job_ended(&mut self, task: TaskId) {
        let home = self.task(task).home;
        for pool in 0..self.pools.len() {
            if let Some(thread) = self.pools[pool].threads.iter_mut().find(|(n, _)| *n == home) {
                thread.1 = false;
                return self.assign(pool);
            }
        }
    }
}

impl Js<'_> {
    pub fn pool(&self, id: ObjectId) -> Result<usize, Raise> {
        match self.core().objects.get(id.0 as usize) {
            Some(Object::Workers(n)) => Ok(*n),
            _other => Err(wrong("run a task: it is no `workers`")),
        }
    }

    /// `await pool.run(…)`; an abort gives up waiting, the job goes on.
    pub async fn run_on(&self, me: Me<'_>, id: ObjectId, new: NewTask) -> Outcome {
        let pool = self.pool(id)?;
        let (task, promise) = self.core().submit(me.task, pool, &new);
        let info = WaitInfo { kind: CauseKind::Offload, object: Some(id), holder: Some(task) };
        self.pass_on(me, promise, info).await
    }
}
