//! Semaphores of the runtime, and the locks that sleep on them (sema.go, internal/sync/mutex.go,
//! rwmutex.go, waitgroup.go; G18, G19). What may sleep lies in `sync`.

use crate::runtimes::go::core::Core;
use crate::runtimes::go::keys::GKey;
use crate::runtimes::go::objects::{Mutex, Object, RwMutex, Sema, not_held};
use crate::sim::trace::Kind as EventKind;
use crate::value::{ObjectId, Raise, TaskId};

impl Core<'_> {
    pub fn new_sema(&mut self) -> usize {
        self.semas.push(Sema::default());
        self.semas.len() - 1
    }

    pub fn new_mutex(&mut self, object: Option<ObjectId>) -> usize {
        let sema = self.new_sema();
        self.mutexes.push(Mutex { sema, object, ..Mutex::default() });
        self.mutexes.len() - 1
    }

    /// `cansemacquire`: a token that lies about is taken by whoever comes (G18).
    pub fn can_acquire(&mut self, sema: usize) -> bool {
        let sema = &mut self.semas[sema];
        let can = sema.value > 0;
        sema.value -= u32::from(can);
        can
    }

    /// `semrelease1`: the first sleeper is made ready, with the token in hand if it is handed
    /// off. True if the caller then lets it run.
    pub fn semrelease(&mut self, sema: usize, handoff: bool) -> bool {
        self.semas[sema].value += 1;
        let Some(sleeper) = self.semas[sema].queue.pop_front() else { return false };
        if handoff {
            self.semas[sema].value -= 1;
            self.gs[sleeper].ticket = true;
        }
        self.ready(sleeper);
        handoff
    }

    /// `goyield`: to the end of the ring.
    pub fn goyield(&mut self, g: GKey) {
        if let Some(task) = self.task_of(g) {
            self.emit(task, EventKind::Yield);
        }
        self.runqput(g);
        self.wakep();
    }

    pub fn locked(&mut self, n: usize, task: TaskId) {
        let mutex = &mut self.mutexes[n];
        mutex.owner = Some(task);
        if let Some(object) = mutex.object {
            self.emit(task, EventKind::Acquire { object });
        }
    }

    /// `Mutex.Unlock`: wakes the first sleeper without giving it the lock, or, if the mutex is
    /// starving, hands it over. True if the caller then lets that one run.
    pub fn unlock(&mut self, n: usize, task: TaskId) -> Result<bool, Raise> {
        let mutex = &mut self.mutexes[n];
        if !mutex.locked {
            return Err(not_held("lock"));
        }
        mutex.locked = false;
        mutex.owner = None;
        let sema = mutex.sema;
        if let Some(object) = mutex.object {
            self.emit(task, EventKind::Release { object });
        }
        let mutex = &mut self.mutexes[n];
        if mutex.starving {
            return Ok(self.semrelease(sema, true));
        }
        if mutex.waiters > 0 && !mutex.woken {
            mutex.waiters -= 1;
            mutex.woken = true;
            self.semrelease(sema, false);
        }
        Ok(false)
    }

    pub fn rwmutex(&mut self, id: ObjectId) -> &mut RwMutex {
        match &mut self.objects[id.0 as usize] {
            Object::RwMutex(rw) => rw,
            other => unreachable!("{other:?} was matched as an rwlock"),
        }
    }

    /// `RWMutex.RUnlock`
    pub fn read_unlock(&mut self, id: ObjectId, task: TaskId) -> Result<(), Raise> {
        let rw = self.rwmutex(id);
        if rw.readers == 0 {
            return Err(not_held("rwlock"));
        }
        rw.readers -= 1;
        if let Some(at) = rw.inside.iter().position(|&inside| inside == task) {
            rw.inside.remove(at);
        }
        if rw.writer {
            rw.leaving -= 1;
            if rw.leaving == 0 {
                let sema = rw.writer_sema;
                self.semrelease(sema, false);
            }
        }
        self.emit(task, EventKind::Release { object: id });
        Ok(())
    }

    /// `RWMutex.Unlock`: all readers that wait are made ready, then the next writer.
    pub fn write_unlock(&mut self, id: ObjectId, task: TaskId) -> Result<bool, Raise> {
        let rw = self.rwmutex(id);
        if rw.owner.is_none() {
            return Err(not_held("rwlock"));
        }
        rw.owner = None;
        rw.writer = false;
        let (readers, sema, w) = (rw.readers, rw.reader_sema, rw.w);
        for _ in 0..readers {
            self.semrelease(sema, false);
        }
        let yields = self.unlock(w, task)?;
        self.emit(task, EventKind::Release { object: id });
        Ok(yields)
    }

    /// `Cond.Signal`, so often: the oldest tickets (G19).
    pub fn signal(&mut self, cond: ObjectId, n: usize) {
        for _ in 0..n {
            let Object::Cond(cond) = &mut self.objects[cond.0 as usize] else { return };
            let Some(g) = cond.tickets.pop_front() else { return };
            // A ticket whose holder is still on its way to sleep.
            if self.gs[g].waiting {
                self.ready(g);
            }
        }
    }
}
