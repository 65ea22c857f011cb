//! Locks as those who may sleep on them see them (sema.go, internal/sync/mutex.go, rwmutex.go, cond.go; G18, G19).

use crate::runtimes::errors::wrong;
use crate::runtimes::go::keys::GKey;
use crate::runtimes::go::objects::Object;
use crate::runtimes::go::run::Go;
use crate::runtimes::runtime::Me;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::trace::{CauseKind, Kind as EventKind};
use crate::time::Duration;
use crate::value::{Mode, ObjectId, Raise};

/// `starvationThresholdNs`
const STARVATION: Duration = Duration::from_millis(1);

impl Go<'_> {
    /// `semacquire1`: takes a token, or sleeps in line (`lifo`: at its head) until it was handed
    /// one or finds one (G18).
    async fn semacquire(&self, me: Me<'_>, sema: usize, lifo: bool, info: WaitInfo) {
        if self.core().can_acquire(sema) {
            return;
        }
        loop {
            {
                let mut core = self.core();
                let g = core.me(me.task);
                core.gs[g].ticket = false;
                let queue = &mut core.semas[sema].queue;
                if lifo {
                    queue.push_front(g);
                } else {
                    queue.push_back(g);
                }
                core.gopark(g, info, None);
            }
            me.airlock.park().await;
            let mut core = self.core();
            let g = core.me(me.task);
            if core.gs[g].ticket || core.can_acquire(sema) {
                return;
            }
        }
    }

    /// `Mutex.Lock`, `lockSlow`: whoever comes while it is free takes it; a sleeper that was
    /// woken too late sleeps again at the head, and after a millisecond makes the mutex
    /// starving (G18). It cannot be cancelled.
    pub async fn mutex_lock(&self, me: Me<'_>, n: usize, info: WaitInfo) {
        let mut since = None;
        let (mut starving, mut awoke) = (false, false);
        loop {
            let sema = {
                let mut core = self.core();
                let mutex = &mut core.mutexes[n];
                let (held, handed) = (mutex.locked, mutex.starving);
                mutex.locked |= !handed;
                mutex.waiters += u32::from(held || handed);
                mutex.starving |= starving && held;
                mutex.woken &= !awoke;
                if !held && !handed {
                    break;
                }
                mutex.sema
            };
            let again = since.is_some();
            let began = *since.get_or_insert(self.kernel.now());
            let holder = self.core().mutexes[n].owner;
            self.semacquire(me, sema, again, WaitInfo { holder, ..info }).await;
            starving |= self.kernel.now().since(began) > STARVATION;
            let mut core = self.core();
            let mutex = &mut core.mutexes[n];
            if mutex.starving {
                mutex.locked = true;
                mutex.waiters -= 1;
                mutex.starving = starving && mutex.waiters > 0;
                break;
            }
            awoke = true;
        }
        self.core().locked(n, me.task);
    }

    pub async fn mutex_unlock(&self, me: Me<'_>, n: usize) -> Result<(), Raise> {
        let yields = self.core().unlock(n, me.task)?;
        self.yield_if(me, yields).await;
        Ok(())
    }

    /// Who was handed the lock runs first (`goyield`).
    async fn yield_if(&self, me: Me<'_>, yields: bool) {
        if !yields {
            return;
        }
        {
            let mut core = self.core();
            let g = core.me(me.task);
            core.goyield(g);
        }
        me.airlock.park().await;
    }

    /// `RWMutex.RLock`, `RWMutex.Lock`: a writer that waits holds up new readers (G19).
    pub async fn rwmutex_lock(&self, me: Me<'_>, id: ObjectId, mode: Mode) {
        if mode == Mode::Read {
            let (blocked, sema) = {
                let mut core = self.core();
                let rw = core.rwmutex(id);
                rw.readers += 1;
                (rw.writer, rw.reader_sema)
            };
            if blocked {
                self.semacquire(me, sema, false, WaitInfo::object(CauseKind::Read, id)).await;
            }
            self.core().rwmutex(id).inside.push(me.task);
        } else {
            let info = WaitInfo::object(CauseKind::Write, id);
            let w = self.core().rwmutex(id).w;
            self.mutex_lock(me, w, info).await;
            let (blocked, sema) = {
                let mut core = self.core();
                let rw = core.rwmutex(id);
                rw.writer = true;
                rw.leaving += rw.readers;
                (rw.leaving > 0, rw.writer_sema)
            };
            if blocked {
                self.semacquire(me, sema, false, info).await;
            }
            self.core().rwmutex(id).owner = Some(me.task);
        }
        self.core().emit(me.task, EventKind::Acquire { object: id });
    }

    pub async fn rwmutex_unlock(&self, me: Me<'_>, id: ObjectId, mode: Mode) -> Result<(), Raise> {
        if mode == Mode::Read {
            return self.core().read_unlock(id, me.task);
        }
        let yields = self.core().write_unlock(id, me.task)?;
        self.yield_if(me, yields).await;
        Ok(())
    }

    /// `Cond.Wait`: a ticket, the mutex let go of, a sleep unless the ticket was called meanwhile,
    /// the mutex again (G19). It cannot be cancelled.
    pub async fn cond_wait(&self, me: Me<'_>, id: ObjectId) -> Result<(), Raise> {
        let (mutex, g) = {
            let mut core = self.core();
            let g = core.me(me.task);
            let Object::Cond(cond) = &mut core.objects[id.0 as usize] else {
                return Err(wrong("be waited for"));
            };
            cond.tickets.push_back(g);
            (cond.mutex, g)
        };
        if let Err(raise) = self.mutex_unlock(me, mutex).await {
            self.take_ticket_back(id, g);
            return Err(raise);
        }
        let asleep = {
            let mut core = self.core();
            let Object::Cond(cond) = &core.objects[id.0 as usize] else { return Ok(()) };
            let asleep = cond.tickets.iter().rev().any(|&ticket| ticket == g);
            if asleep {
                core.gopark(g, WaitInfo::object(CauseKind::Condition, id), None);
            }
            asleep
        };
        if asleep {
            me.airlock.park().await;
        }
        let object = self.core().mutexes[mutex].object;
        self.mutex_lock(me, mutex, WaitInfo { kind: CauseKind::Lock, object, holder: None }).await;
        Ok(())
    }

    fn take_ticket_back(&self, id: ObjectId, g: GKey) {
        if let Object::Cond(cond) = &mut self.core().objects[id.0 as usize] {
            cond.tickets.retain(|&ticket| ticket != g);
        }
    }
}
