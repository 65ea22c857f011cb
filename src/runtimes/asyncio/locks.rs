//! `Lock`, `Semaphore`, `Event` (`locks.py`, 3.12.1 and 3.13.0; A31 to A34), and a fair rwlock of the same make.

use crate::runtimes::asyncio::core::Core;
use crate::runtimes::asyncio::futures::{FutureKey, leave};
use crate::runtimes::asyncio::objects::{Object, RwLock, Semaphore};
use crate::runtimes::asyncio::runners::Asyncio;
use crate::runtimes::asyncio::settings::Version;
use crate::runtimes::errors::{error, wrong};
use crate::runtimes::runtime::Me;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::trace::{CauseKind, Kind as EventKind};
use crate::value::{Mode, ObjectId, Raise, TaskId, Value};

fn not_held(what: &str) -> Raise {
    error(format!("this {what} is released but not held"))
}

impl Core<'_> {
    /// `_wake_up_first`
    fn lock_wake_first(&mut self, n: usize) {
        if let Some(&fut) = self.locks[n].waiters.front() {
            self.set_unless_done(fut, Ok(Value::Bool(true)));
        }
    }

    /// Whoever waited for a lock has it, or leaves the queue and lets the next one in.
    pub fn lock_awaited(
        &mut self,
        n: usize,
        fut: FutureKey,
        task: TaskId,
        waited: Result<(), Raise>,
    ) -> Result<(), Raise> {
        leave(&mut self.locks[n].waiters, fut);
        self.futures.remove(fut);
        if let Err(raise) = waited {
            if !self.locks[n].locked {
                self.lock_wake_first(n);
            }
            return Err(raise);
        }
        self.lock_taken(n, task);
        Ok(())
    }

    pub fn release(&mut self, object: ObjectId, mode: Mode, task: TaskId) -> Result<(), Raise> {
        match self.objects[object.0 as usize] {
            Object::Lock(n) => self.lock_release(n, task),
            Object::Semaphore(_) => self.semaphore_release(object, task),
            Object::RwLock(_) => self.rwlock_release(object, mode, task),
            _ => Err(wrong("be released")),
        }
    }

    pub fn lock_taken(&mut self, n: usize, task: TaskId) {
        let lock = &mut self.locks[n];
        lock.locked = true;
        lock.owner = Some(task);
        if let Some(object) = lock.object {
            self.kernel.emit(Some(task), None, EventKind::Acquire { object });
        }
    }

    pub fn lock_release(&mut self, n: usize, task: TaskId) -> Result<(), Raise> {
        if !self.locks[n].locked {
            return Err(not_held("lock"));
        }
        if let Some(object) = self.locks[n].object {
            self.kernel.emit(Some(task), None, EventKind::Release { object });
        }
        self.locks[n].locked = false;
        self.locks[n].owner = None;
        self.lock_wake_first(n);
        Ok(())
    }

    pub fn semaphore(&mut self, id: ObjectId) -> &mut Semaphore {
        match &mut self.objects[id.0 as usize] {
            Object::Semaphore(semaphore) => semaphore,
            other => unreachable!("{other:?} was matched as a semaphore"),
        }
    }

    pub fn semaphore_locked(&self, id: ObjectId) -> bool {
        let Object::Semaphore(semaphore) = &self.objects[id.0 as usize] else { return false };
        semaphore.value == 0 || semaphore.waiters.iter().any(|&w| !self.futures.cancelled(w))
    }

    /// `_wake_up_next`: false if nobody waits.
    fn semaphore_wake_next(&mut self, id: ObjectId) -> bool {
        let Object::Semaphore(semaphore) = &self.objects[id.0 as usize] else { return false };
        let Some(&fut) = semaphore.waiters.iter().find(|&&w| !self.futures.done(w)) else { return false };
        self.semaphore(id).value -= 1;
        self.set_done(fut, Ok(Value::Bool(true)));
        true
    }

    /// Whoever waited for a semaphore has it, or leaves the queue; whoever else can have it is woken.
    pub fn semaphore_awaited(
        &mut self,
        id: ObjectId,
        fut: FutureKey,
        task: TaskId,
        waited: Result<(), Raise>,
    ) -> Result<(), Raise> {
        let given = self.futures.done(fut) && !self.futures.cancelled(fut);
        leave(&mut self.semaphore(id).waiters, fut);
        self.futures.remove(fut);
        let newest = self.version >= Version::V313;
        if waited.is_err() {
            if given {
                self.semaphore(id).value += 1;
                if !newest {
                    self.semaphore_wake_next(id);
                }
            }
        } else {
            self.semaphore(id).holders.push(task);
        }
        if newest {
            while self.semaphore(id).value > 0 && self.semaphore_wake_next(id) {}
        } else if waited.is_ok() && self.semaphore(id).value > 0 {
            self.semaphore_wake_next(id);
        }
        waited
    }

    pub fn semaphore_release(&mut self, id: ObjectId, task: TaskId) -> Result<(), Raise> {
        let semaphore = self.semaphore(id);
        match semaphore.holders.iter().position(|&holder| holder == task) {
            Some(at) => {
                semaphore.holders.remove(at);
            }
            None if semaphore.owned => return Err(not_held("resource")),
            None => {}
        }
        semaphore.value += 1;
        self.kernel.emit(Some(task), None, EventKind::Release { object: id });
        self.semaphore_wake_next(id);
        Ok(())
    }

    pub fn event_set(&mut self, id: ObjectId) {
        let Object::Event(event) = &mut self.objects[id.0 as usize] else { return };
        if event.set {
            return;
        }
        event.set = true;
        for fut in event.waiters.clone() {
            self.set_unless_done(fut, Ok(Value::Bool(true)));
        }
    }

    pub fn rwlock(&mut self, id: ObjectId) -> &mut RwLock {
        match &mut self.objects[id.0 as usize] {
            Object::RwLock(rwlock) => rwlock,
            other => unreachable!("{other:?} was matched as an rwlock"),
        }
    }

    pub fn rwlock_release(&mut self, id: ObjectId, mode: Mode, task: TaskId) -> Result<(), Raise> {
        self.rwlock_leave(id, mode, task)?;
        self.kernel.emit(Some(task), None, EventKind::Release { object: id });
        self.rwlock_admit(id);
        Ok(())
    }

    fn rwlock_leave(&mut self, id: ObjectId, mode: Mode, task: TaskId) -> Result<(), Raise> {
        let rwlock = self.rwlock(id);
        if mode == Mode::Read {
            let at = rwlock.readers.iter().position(|&reader| reader == task);
            rwlock.readers.remove(at.ok_or_else(|| not_held("rwlock"))?);
        } else if rwlock.writer == Some(task) {
            rwlock.writer = None;
        } else {
            return Err(not_held("rwlock"));
        }
        Ok(())
    }

    /// Lets in from the front of the queue whoever can be let in.
    fn rwlock_admit(&mut self, id: ObjectId) {
        while let Some(&(fut, mode, task)) = self.rwlock(id).waiters.front() {
            if !self.futures.done(fut) {
                if !self.rwlock(id).admits(mode) {
                    return;
                }
                self.rwlock(id).enter(mode, task);
                self.set_done(fut, Ok(Value::None));
            }
            self.rwlock(id).waiters.pop_front();
        }
    }
}

impl Asyncio<'_> {
    /// `Lock.acquire` (A31), without a coroutine in `steps`.
    pub async fn lock_acquire(&self, me: Me<'_>, n: usize, id: Option<ObjectId>) -> Result<(), Raise> {
        let fut = {
            let mut core = self.core();
            let lock = &core.locks[n];
            if !lock.locked && lock.waiters.iter().all(|&w| core.futures.cancelled(w)) {
                core.lock_taken(n, me.task);
                return Ok(());
            }
            let fut = core.create_future();
            core.locks[n].waiters.push_back(fut);
            fut
        };
        let info = WaitInfo { kind: CauseKind::Lock, object: id, holder: self.core().locks[n].owner };
        let waited = self.wait_future(me, fut, info).await;
        self.core().lock_awaited(n, fut, me.task, waited.map(|_| ()))
    }

    /// `Event.wait` (A34).
    pub async fn event_wait(&self, me: Me<'_>, id: ObjectId) -> Result<(), Raise> {
        let fut = {
            let mut core = self.core();
            let fut = core.create_future();
            let Object::Event(event) = &mut core.objects[id.0 as usize] else { unreachable!() };
            if event.set {
                core.futures.remove(fut);
                return Ok(());
            }
            event.waiters.push_back(fut);
            fut
        };
        let info = WaitInfo::object(CauseKind::Event, id);
        let waited = self.wait_future(me, fut, info).await;
        let mut core = self.core();
        if let Object::Event(event) = &mut core.objects[id.0 as usize] {
            leave(&mut event.waiters, fut);
        }
        core.futures.remove(fut);
        waited.map(|_| ())
    }

    pub async fn rwlock_acquire(&self, me: Me<'_>, id: ObjectId, mode: Mode) -> Result<(), Raise> {
        let (fut, info) = {
            let mut core = self.core();
            let rwlock = core.rwlock(id);
            if rwlock.waiters.is_empty() && rwlock.admits(mode) {
                rwlock.enter(mode, me.task);
                return Ok(());
            }
            let holder = rwlock.writer.or(rwlock.readers.first().copied());
            let kind = if mode == Mode::Read { CauseKind::Read } else { CauseKind::Write };
            let fut = core.create_future();
            core.rwlock(id).waiters.push_back((fut, mode, me.task));
            (fut, WaitInfo { kind, object: Some(id), holder })
        };
        let waited = self.wait_future(me, fut, info).await;
        let mut core = self.core();
        let entered = core.futures.done(fut) && !core.futures.cancelled(fut);
        core.futures.remove(fut);
        if waited.is_err() {
            if entered {
                core.rwlock_leave(id, mode, me.task)?;
            } else {
                core.rwlock(id).waiters.retain(|&(w, _, _)| w != fut);
            }
            core.rwlock_admit(id);
        }
        waited.map(|_| ())
    }
}
