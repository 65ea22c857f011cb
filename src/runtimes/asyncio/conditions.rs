//! `Condition` and `Barrier` (`locks.py`, 3.12.1 and 3.13.0; A35, A37).

use crate::runtimes::asyncio::core::Core;
use crate::runtimes::asyncio::futures::{FutureKey, leave};
use crate::runtimes::asyncio::objects::{Barrier, Object};
use crate::runtimes::asyncio::runners::Asyncio;
use crate::runtimes::asyncio::settings::Version;
use crate::runtimes::errors::error;
use crate::runtimes::runtime::Me;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::trace::CauseKind;
use crate::value::{ObjectId, Raise, Value};

impl Core<'_> {
    /// `notify`: the first `n` that are not done; nobody runs until the lock is released.
    pub fn condition_notify(&mut self, n: usize, count: usize) -> Result<(), Raise> {
        if !self.locks[self.conditions[n].lock].locked {
            return Err(error("this condition is notified without its lock being held"));
        }
        self.notify_waiters(n, count);
        Ok(())
    }

    fn notify_waiters(&mut self, n: usize, count: usize) {
        let pending = |&&fut: &&FutureKey| !self.futures.done(fut);
        let chosen: Vec<FutureKey> =
            self.conditions[n].waiters.iter().filter(pending).take(count).copied().collect();
        for fut in chosen {
            self.set_done(fut, Ok(Value::Bool(false)));
        }
    }

    fn barrier(&mut self, id: ObjectId) -> &mut Barrier {
        match &mut self.objects[id.0 as usize] {
            Object::Barrier(barrier) => barrier,
            other => unreachable!("{other:?} was matched as a barrier"),
        }
    }
}

impl Asyncio<'_> {
    /// `Condition.wait`: gives the lock back, waits, takes the lock again whatever happens.
    pub async fn condition_wait(&self, me: Me<'_>, n: usize, info: WaitInfo) -> Result<(), Raise> {
        let lock = self.core().conditions[n].lock;
        if !self.core().locks[lock].locked {
            return Err(error("this condition is waited for without its lock being held"));
        }
        let fut = {
            let mut core = self.core();
            core.lock_release(lock, me.task)?;
            let fut = core.create_future();
            core.conditions[n].waiters.push_back(fut);
            fut
        };
        let mut waited = self.wait_future(me, fut, info).await.map(|_| ());
        leave(&mut self.core().conditions[n].waiters, fut);
        self.core().futures.remove(fut);
        // Cancellations meanwhile are raised only when the lock is held again.
        let object = self.core().locks[lock].object;
        while let Err(raise) = self.lock_acquire(me, lock, object).await {
            waited = Err(raise);
        }
        if waited.is_err() && self.version >= Version::V313 {
            self.core().notify_waiters(n, 1);
        }
        waited
    }

    /// `Barrier.wait`: the last to arrive goes through first; gives the order of arrival.
    pub async fn barrier_wait(&self, me: Me<'_>, id: ObjectId) -> Result<u64, Raise> {
        let condition = self.core().barrier(id).condition;
        let lock = self.core().conditions[condition].lock;
        self.lock_acquire(me, lock, Some(id)).await?;
        let passed = self.barrier_pass(me, id, condition).await;
        self.core().lock_release(lock, me.task)?;
        passed
    }

    async fn barrier_pass(&self, me: Me<'_>, id: ObjectId, condition: usize) -> Result<u64, Raise> {
        let info = WaitInfo::object(CauseKind::Barrier, id);
        while self.core().barrier(id).draining {
            self.condition_wait(me, condition, info).await?;
        }
        let (index, last) = {
            let mut core = self.core();
            let barrier = core.barrier(id);
            barrier.count += 1;
            (barrier.count - 1, barrier.count == barrier.parties)
        };
        let mut waited = Ok(());
        if last {
            self.core().barrier(id).draining = true;
            self.core().notify_waiters(condition, usize::MAX);
        } else {
            while waited.is_ok() && !self.core().barrier(id).draining {
                waited = self.condition_wait(me, condition, info).await;
            }
        }
        let mut core = self.core();
        let barrier = core.barrier(id);
        barrier.count -= 1;
        if barrier.count == 0 {
            barrier.draining = false;
            core.notify_waiters(condition, usize::MAX);
        }
        waited.map(|()| index)
    }
}
