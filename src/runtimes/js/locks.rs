//! `Lock`, `Semaphore`, `ReadWriteLock` of the library: what is given back is handed to the first
//! who waits (J33, X5).

use crate::runtimes::errors::{error, wrong};
use crate::runtimes::js::awaiting::Js;
use crate::runtimes::js::core::Core;
use crate::runtimes::js::objects::{Lock, Object, RwLock, Semaphore, Waiter};
use crate::runtimes::runtime::Me;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::trace::{CauseKind, Kind as EventKind};
use crate::value::{Mode, ObjectId, Raise, TaskId, Value};

fn not_held(what: &str) -> Raise {
    error(format!("this {what} is released but not held"))
}

impl Core<'_> {
    /// `acquire` without its wait: true if it was free; else whom to name as the holder.
    fn take(&mut self, id: ObjectId, mode: Mode, task: TaskId) -> Result<Result<(), WaitInfo>, Raise> {
        let info = |kind, holder| WaitInfo { kind, object: Some(id), holder };
        let busy = match &mut self.objects[id.0 as usize] {
            Object::Lock(lock) if lock.locked => Some(info(CauseKind::Lock, lock.owner)),
            Object::Lock(lock) => {
                (lock.locked, lock.owner) = (true, Some(task));
                None
            }
            Object::Semaphore(semaphore) if semaphore.free == 0 => {
                let kind = if semaphore.size.is_some() { CauseKind::Resource } else { CauseKind::Semaphore };
                Some(info(kind, semaphore.holders.first().copied()))
            }
            Object::Semaphore(semaphore) => {
                semaphore.free -= 1;
                semaphore.holders.push(task);
                None
            }
            Object::RwLock(lock) => {
                if lock.admits(mode) && lock.waiters.peek(&self.promises).is_none() {
                    lock.enter(mode, task);
                    None
                } else {
                    let holder = lock.writer.or(lock.readers.first().copied());
                    let kind = if mode == Mode::Read { CauseKind::Read } else { CauseKind::Write };
                    Some(info(kind, holder))
                }
            }
            _other => return Err(wrong("be acquired")),
        };
        let Some(info) = busy else {
            self.kernel.emit(Some(task), None, EventKind::Acquire { object: id });
            return Ok(Ok(()));
        };
        Ok(Err(info))
    }

    fn queue_up(&mut self, id: ObjectId, mode: Mode, waiter: Waiter<()>) {
        match &mut self.objects[id.0 as usize] {
            Object::Lock(lock) => lock.waiters.add(waiter),
            Object::Semaphore(semaphore) => semaphore.waiters.add(waiter),
            Object::RwLock(lock) => {
                let Waiter { promise, arm, task, with: () } = waiter;
                lock.waiters.add(Waiter { promise, arm, task, with: mode });
            }
            _other => unreachable!("it was looked at before"),
        }
    }

    pub fn release(&mut self, id: ObjectId, mode: Mode, task: TaskId) -> Result<(), Raise> {
        let next = match &mut self.objects[id.0 as usize] {
            Object::Lock(lock) => {
                if !lock.locked {
                    return Err(not_held("lock"));
                }
                let next = lock.waiters.next(&self.promises);
                (lock.locked, lock.owner) = (next.is_some(), next.as_ref().map(|next| next.task));
                next
            }
            Object::Semaphore(semaphore) => {
                if semaphore.size == Some(semaphore.free) {
                    return Err(not_held("resource"));
                }
                if let Some(at) = semaphore.holders.iter().position(|&holder| holder == task) {
                    semaphore.holders.remove(at);
                }
                let next = semaphore.waiters.next(&self.promises);
                match &next {
                    Some(next) => semaphore.holders.push(next.task),
                    None => semaphore.free += 1,
                }
                next
            }
            Object::RwLock(lock) => {
                leave(lock, mode, task)?;
                self.kernel.emit(Some(task), None, EventKind::Release { object: id });
                self.admit(id);
                return Ok(());
            }
            _other => return Err(wrong("be released")),
        };
        self.kernel.emit(Some(task), None, EventKind::Release { object: id });
        if let Some(next) = next {
            self.kernel.emit(Some(next.task), None, EventKind::Acquire { object: id });
            self.settle(next.promise, Ok(Value::None));
        }
        Ok(())
    }

    /// Lets in from the front of the queue whoever can be let in.
    fn admit(&mut self, id: ObjectId) {
        loop {
            let Object::RwLock(lock) = &mut self.objects[id.0 as usize] else { return };
            let admitted = lock.waiters.peek(&self.promises).map(|first| (first.with, first.task));
            let Some((mode, task)) = admitted else { return };
            if !lock.admits(mode) {
                return;
            }
            lock.enter(mode, task);
            let next = lock.waiters.next(&self.promises);
            self.kernel.emit(Some(task), None, EventKind::Acquire { object: id });
            self.settle(next.expect("it was looked at").promise, Ok(Value::None));
        }
    }

    pub fn locked(&self, id: ObjectId) -> Result<bool, Raise> {
        match &self.objects[id.0 as usize] {
            Object::Lock(Lock { locked, .. }) => Ok(*locked),
            Object::Semaphore(Semaphore { free, .. }) => Ok(*free == 0),
            Object::RwLock(lock) => Ok(lock.writer.is_some() || !lock.readers.is_empty()),
            _other => Err(wrong("be locked")),
        }
    }
}

fn leave(lock: &mut RwLock, mode: Mode, task: TaskId) -> Result<(), Raise> {
    if mode != Mode::Read {
        return lock.writer.take().map(|_| ()).ok_or_else(|| not_held("rwlock"));
    }
    // The library counts its readers; reports know them.
    let own = lock.readers.iter().position(|&reader| reader == task);
    if lock.readers.is_empty() {
        return Err(not_held("rwlock"));
    }
    lock.readers.remove(own.unwrap_or(0));
    Ok(())
}

impl Js<'_> {
    /// `await lock.acquire(signal)`: one tick if it is free (J4), else one after it was handed over.
    pub async fn take_turn(&self, me: Me<'_>, id: ObjectId, mode: Mode) -> Result<(), Raise> {
        if self.core().aborted(me.task) {
            return self.rejected(me, Raise::Cancelled).await;
        }
        let taken = self.core().take(id, mode, me.task)?;
        let Err(info) = taken else {
            self.tick(me).await;
            return Ok(());
        };
        self.wait_for_turn(me, info, None, |core, waiter| core.queue_up(id, mode, waiter)).await.map(|_| ())
    }

    /// The same without a signal: a condition takes its lock back whatever happens (X8).
    pub async fn take_turn_whatever_happens(&self, me: Me<'_>, id: ObjectId) -> Result<(), Raise> {
        let taken = self.core().take(id, Mode::Plain, me.task)?;
        let Err(info) = taken else {
            self.tick(me).await;
            return Ok(());
        };
        let promise = {
            let mut core = self.core();
            let promise = core.promises.add();
            core.queue_up(id, Mode::Plain, Waiter { promise, arm: None, task: me.task, with: () });
            promise
        };
        self.awaited(me, promise, info).await?;
        self.core().promises.remove(promise);
        Ok(())
    }
}
