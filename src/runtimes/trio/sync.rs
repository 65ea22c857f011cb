//! `Lock`, `Semaphore`, `CapacityLimiter` (`_sync.py`; T7, T8, T16, T17).

use crate::runtimes::errors::error;
use crate::runtimes::runtime::Me;
use crate::runtimes::trio::core::Core;
use crate::runtimes::trio::objects::{Lot, Object, Semaphore};
use crate::runtimes::trio::records::Sent;
use crate::runtimes::trio::traps::Trio;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::trace::{CauseKind, Kind as EventKind};
use crate::value::{ObjectId, Raise, TaskId, Value};

impl Core<'_> {
    // ── locks ─────────────────────────────────────────────────────────────

    fn lock_taken(&mut self, n: usize, task: TaskId) {
        self.locks[n].owner = Some(task);
        self.task(task).owns.push(n);
        let object = self.locks[n].object;
        self.kernel.emit(Some(task), None, EventKind::Acquire { object });
    }

    /// `Lock.acquire_nowait`: false if it is held.
    fn lock_acquire_nowait(&mut self, n: usize, task: TaskId) -> Result<bool, Raise> {
        let lock = &self.locks[n];
        if lock.owner == Some(task) {
            return Err(error("attempt to re-acquire an already held Lock"));
        }
        if lock.owner.is_some() || self.parked(lock.lot) > 0 {
            return Ok(false);
        }
        self.lock_taken(n, task);
        Ok(true)
    }

    /// `Lock.release`: the first waiter owns it from here on, though it runs later (T16).
    pub fn lock_release(&mut self, n: usize, task: TaskId) -> Result<(), Raise> {
        if self.locks[n].owner != Some(task) {
            return Err(error("can't release a Lock you don't own"));
        }
        self.locks[n].owner = None;
        self.task(task).owns.retain(|&owned| owned != n);
        let (object, lot) = (self.locks[n].object, self.locks[n].lot);
        self.kernel.emit(Some(task), None, EventKind::Release { object });
        if let Some(next) = self.unpark(lot, Sent::Nothing) {
            self.lock_taken(n, next.task);
        }
        Ok(())
    }

    /// A task ends: who waits for a lock it holds, now or later, fails (`break_lot`; T16).
    pub fn break_locks(&mut self, task: TaskId) {
        for n in std::mem::take(&mut self.task(task).owns) {
            self.locks[n].broken = true;
            let lot = self.locks[n].lot;
            self.unpark_all(lot, &Sent::Broken);
        }
    }

    // ── semaphores ────────────────────────────────────────────────────────

    pub fn semaphore(&mut self, id: ObjectId) -> &mut Semaphore {
        match &mut self.objects[id.0 as usize] {
            Object::Semaphore(semaphore) => semaphore,
            other => unreachable!("{other:?} was matched as a semaphore"),
        }
    }

    fn semaphore_taken(&mut self, id: ObjectId, task: TaskId) {
        self.semaphore(id).holders.push(task);
        self.kernel.emit(Some(task), None, EventKind::Acquire { object: id });
    }

    /// `Semaphore.release`: to the first waiter, or into the value (T17).
    pub fn semaphore_release(&mut self, id: ObjectId, task: TaskId) {
        let semaphore = self.semaphore(id);
        let own = semaphore.holders.iter().position(|&holder| holder == task);
        if let Some(at) = own {
            semaphore.holders.remove(at);
        }
        let lot = semaphore.lot;
        self.kernel.emit(Some(task), None, EventKind::Release { object: id });
        match self.unpark(lot, Sent::Nothing) {
            Some(next) => self.semaphore_taken(id, next.task),
            None => self.semaphore(id).value += 1,
        }
    }

    // ── limiters ──────────────────────────────────────────────────────────

    fn borrowed(&mut self, n: usize, borrower: TaskId) {
        self.limiters[n].borrowers.insert(borrower);
        self.emit_on(borrower, self.limiters[n].counted, |object| EventKind::Acquire { object });
    }

    /// `release_on_behalf_of`, which wakes as many as there are tokens (T17).
    pub fn limiter_release(&mut self, n: usize, borrower: TaskId) -> Result<(), Raise> {
        if !self.limiters[n].borrowers.remove(&borrower) {
            return Err(error("this borrower isn't holding any of this CapacityLimiter's tokens"));
        }
        self.emit_on(borrower, self.limiters[n].counted, |object| EventKind::Release { object });
        let lot = self.limiters[n].lot;
        while (self.limiters[n].borrowers.len() as u64) < self.limiters[n].total {
            let Some(next) = self.unpark(lot, Sent::Nothing) else { break };
            let Value::Task(borrower) = next.item else { unreachable!("who parks here says for whom") };
            self.borrowed(n, borrower);
        }
        Ok(())
    }
}

impl Trio<'_> {
    /// `Lock.acquire`: a free lock is taken first and others run then (T7, T8).
    pub async fn lock_acquire(&self, me: Me<'_>, n: usize) -> Result<(), Raise> {
        self.checkpoint_if_cancelled(me).await?;
        if self.core().lock_acquire_nowait(n, me.task)? {
            self.cancel_shielded_checkpoint(me).await;
            return Ok(());
        }
        let (lot, info) = {
            let core = self.core();
            let lock = &core.locks[n];
            if lock.broken {
                return Err(error("the task that held this lock has ended without releasing it"));
            }
            let info = WaitInfo { kind: CauseKind::Lock, object: Some(lock.object), holder: lock.owner };
            (lock.lot, info)
        };
        self.park(me, lot, Value::None, info).await.map(|_| ())
    }

    /// `Semaphore.acquire`
    pub async fn semaphore_acquire(&self, me: Me<'_>, id: ObjectId) -> Result<(), Raise> {
        self.checkpoint_if_cancelled(me).await?;
        let free = {
            let mut core = self.core();
            let free = core.semaphore(id).value > 0;
            if free {
                core.semaphore(id).value -= 1;
                core.semaphore_taken(id, me.task);
            }
            free
        };
        if free {
            self.cancel_shielded_checkpoint(me).await;
            return Ok(());
        }
        let (lot, info) = {
            let mut core = self.core();
            let semaphore = core.semaphore(id);
            let holder = semaphore.holders.first().copied();
            (semaphore.lot, WaitInfo { kind: CauseKind::Semaphore, object: Some(id), holder })
        };
        self.park(me, lot, Value::None, info).await.map(|_| ())
    }

    /// `CapacityLimiter.acquire_on_behalf_of`
    pub async fn limiter_acquire(
        &self,
        me: Me<'_>,
        n: usize,
        borrower: TaskId,
        kind: CauseKind,
    ) -> Result<(), Raise> {
        self.checkpoint_if_cancelled(me).await?;
        let free = {
            let mut core = self.core();
            let limiter = &core.limiters[n];
            if limiter.borrowers.contains(&borrower) {
                return Err(error("this borrower is already holding one of this CapacityLimiter's tokens"));
            }
            let free = (limiter.borrowers.len() as u64) < limiter.total
                && core.lots.get(limiter.lot).is_none_or(Lot::is_empty);
            if free {
                core.borrowed(n, borrower);
            }
            free
        };
        if free {
            self.cancel_shielded_checkpoint(me).await;
            return Ok(());
        }
        let (lot, info) = {
            let core = self.core();
            let limiter = &core.limiters[n];
            let holder = limiter.borrowers.first().copied();
            (limiter.lot, WaitInfo { kind, object: Some(limiter.object), holder })
        };
        self.park(me, lot, Value::Task(borrower), info).await.map(|_| ())
    }
}
