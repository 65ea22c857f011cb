//! Words that wait: for time, for locks and objects, for blocking threads.

use std::rc::Rc;

use crate::runtimes::errors::{error, wrong};
use crate::runtimes::runtime::{Me, Runtime};
use crate::runtimes::tokio::futures::{BarrierWait, Fut};
use crate::runtimes::tokio::notify::Waker;
use crate::runtimes::tokio::objects::{Object, SyncKind};
use crate::runtimes::tokio::permits::Acquire;
use crate::runtimes::tokio::records::{Awaited, WaitInfo};
use crate::runtimes::tokio::runtime::Tokio;
use crate::runtimes::tokio::timers::Sleep;
use crate::sim::task::NewTask;
use crate::sim::trace::{Cause, CauseKind, Kind as EventKind};
use crate::time::Duration;
use crate::value::{Mode, ObjectId, Outcome, Raise, Value};

impl Tokio<'_> {
    /// `tokio::time::sleep`; on a blocking thread `std::thread::sleep`.
    pub async fn delay(
        &self,
        me: Me<'_>,
        d: Duration,
        kind: CauseKind,
        label: Option<Rc<str>>,
    ) -> Result<(), Raise> {
        if self.core().task(me.task).job.is_some() {
            let number = self.core().number_of(me.task);
            let cause = Cause { label, ..Cause::new(kind) };
            self.kernel.emit(Some(me.task), Some(number), EventKind::Wait { cause, held: true });
            self.core().task(me.task).waiting = true;
            me.airlock.block(d).await;
            return Ok(());
        }
        let mut sleep = Fut::Sleep(Sleep::until(self.kernel.now() + d));
        self.wait_for_future(me, &mut sleep, WaitInfo { label, ..WaitInfo::new(kind) }).await?;
        Ok(())
    }

    pub async fn wait_plain(&self, me: Me<'_>, mut fut: Fut, info: WaitInfo) -> Outcome {
        self.wait_for_future(me, &mut fut, info).await
    }

    /// Leaves the lock, waits in the list, takes the lock again. Given up on the way, the lock is
    /// not taken again: the guard went into the future that is dropped.
    pub async fn condition_wait(&self, me: Me<'_>, id: ObjectId, lock: ObjectId) -> Outcome {
        let ticket = {
            let mut core = self.core();
            if !core.alive(me.task) {
                return Err(Raise::Cancelled);
            }
            if !core.sync(lock)?.holders.contains(&(me.task, Mode::Plain)) {
                return Err(error("this lock is released but not held"));
            }
            core.release(lock, Mode::Plain, me.task)?;
            let ticket = core.ticket();
            if let Object::Condition(condition) = &mut core.objects[id.0 as usize] {
                condition.waiters.register(ticket, Waker::of(me.task));
            }
            ticket
        };
        let info = WaitInfo::object(CauseKind::Condition, id);
        let waited = match self.wait_plain(me, Fut::Notified(id, ticket), info).await {
            Ok(_) => self.acquire(me, lock, Mode::Plain).await,
            Err(raise) => Err(raise),
        };
        if waited.is_err() {
            self.core().sync(lock)?.lost.push(me.task);
        }
        waited.map(|()| Value::None)
    }

    pub async fn barrier_wait(&self, me: Me<'_>, id: ObjectId) -> Outcome {
        let (arrived, generation) = {
            let mut core = self.core();
            if !core.alive(me.task) {
                return Err(Raise::Cancelled);
            }
            let Object::Barrier(barrier) = &mut core.objects[id.0 as usize] else {
                return Err(wrong("be waited for"));
            };
            barrier.arrived += 1;
            if barrier.arrived == barrier.parties {
                let last = barrier.arrived - 1;
                barrier.arrived = 0;
                barrier.generation += 1;
                let wakers = barrier.drain();
                core.wake_all(wakers);
                return Ok(Value::Int(last as i64));
            }
            (barrier.arrived - 1, barrier.generation)
        };
        let wait = BarrierWait { barrier: id, generation, seen: false, ticket: None };
        self.wait_plain(me, Fut::Barrier(wait), WaitInfo::object(CauseKind::Barrier, id)).await?;
        Ok(Value::Int(arrived as i64))
    }

    pub async fn take(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        self.on_runtime(me, "take a lock")?;
        let (acquire, kind) = {
            let mut core = self.core();
            let sync = core.sync(object)?;
            let kind = match (sync.kind, mode) {
                (SyncKind::RwLock, Mode::Read) => CauseKind::Read,
                (SyncKind::RwLock, Mode::Plain | Mode::Write) => CauseKind::Write,
                (SyncKind::Semaphore, _) => CauseKind::Semaphore,
                (SyncKind::Lock, _) => CauseKind::Lock,
                (SyncKind::Resource, _) => CauseKind::Resource,
            };
            (Acquire::new(sync.semaphore, sync.permits(mode)), kind)
        };
        let holder = self.core().sync(object)?.holders.first().map(|&(task, _)| task);
        let info = WaitInfo { holder, ..WaitInfo::object(kind, object) };
        self.wait_plain(me, Fut::Acquire(acquire), info).await?;
        let mut core = self.core();
        core.sync(object)?.holders.push((me.task, mode));
        core.trace(me.task, EventKind::Acquire { object });
        Ok(())
    }

    pub async fn wait_at(&self, me: Me<'_>, object: ObjectId) -> Outcome {
        self.on_runtime(me, "wait")?;
        enum Which {
            Event,
            Condition(ObjectId),
            Barrier,
            Future,
        }
        let which = match &self.core().objects[object.0 as usize] {
            Object::Event(_) => Which::Event,
            Object::Condition(condition) => Which::Condition(condition.lock),
            Object::Barrier(_) => Which::Barrier,
            Object::Future(_) => Which::Future,
            Object::Sync(_) | Object::Channel(_) | Object::Workers(_) => {
                return Err(wrong("be waited for"));
            }
        };
        match which {
            Which::Event => {
                let info = WaitInfo::object(CauseKind::Event, object);
                self.wait_plain(me, Fut::Event(object, None), info).await
            }
            Which::Condition(lock) => self.condition_wait(me, object, lock).await,
            Which::Barrier => self.barrier_wait(me, object).await,
            Which::Future => {
                let info = WaitInfo::object(CauseKind::Future, object);
                self.wait_plain(me, Fut::Join(Awaited::Future(object), None), info).await
            }
        }
    }

    pub async fn run_offloaded(&self, me: Me<'_>, pool: ObjectId, new: NewTask) -> Outcome {
        self.on_runtime(me, "offload a task")?;
        let (n, semaphore) = {
            let core = self.core();
            let n = core.pool(pool)?;
            (n, core.pools[n].semaphore)
        };
        let info = WaitInfo::object(CauseKind::Offload, pool);
        self.wait_plain(me, Fut::Acquire(Acquire::new(semaphore, 1)), info.clone()).await?;
        let (job, holder) = {
            let mut core = self.core();
            let job = core.spawn_blocking(me.task, n, &new);
            (job, core.jobs[job].task)
        };
        let info = WaitInfo { holder: Some(holder), ..info };
        let outcome = self.wait_plain(me, Fut::Blocking(job), info).await;
        self.core().add_permits(semaphore, 1);
        outcome
    }
}
