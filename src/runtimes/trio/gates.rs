//! `Event`, `Condition` (`_sync.py`; T18, T19), and what people write over an event: barriers,
//! futures, the ends of tasks, read-write locks.

use crate::runtimes::errors::{error, wrong};
use crate::runtimes::runtime::Me;
use crate::runtimes::trio::core::Core;
use crate::runtimes::trio::objects::{Barrier, Condition, Event, Future, Lot, LotKey, Object, RwLock};
use crate::runtimes::trio::records::Sent;
use crate::runtimes::trio::traps::Trio;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::trace::{CauseKind, Kind as EventKind};
use crate::value::{Mode, ObjectId, Outcome, Raise, TaskId, Value};

fn not_held() -> Raise {
    error("this rwlock is released but not held")
}

impl Core<'_> {
    pub fn event(&mut self, id: ObjectId) -> Result<&mut Event, Raise> {
        match &mut self.objects[id.0 as usize] {
            Object::Event(event) => Ok(event),
            _ => Err(wrong("be set: it is no event")),
        }
    }

    /// `Event.set`: all who wait are rescheduled, in the order in which they came (T18).
    pub fn event_set(&mut self, id: ObjectId) -> Result<(), Raise> {
        let event = self.event(id)?;
        if !std::mem::replace(&mut event.set, true) {
            let lot = event.lot;
            self.unpark_all(lot, &Sent::Nothing);
        }
        Ok(())
    }

    pub fn future(&mut self, id: ObjectId) -> Result<&mut Future, Raise> {
        match &mut self.objects[id.0 as usize] {
            Object::Future(future) => Ok(future),
            _ => Err(wrong("be settled: it is no future")),
        }
    }

    pub fn future_settle(&mut self, id: ObjectId, outcome: Outcome) -> Result<(), Raise> {
        let future = self.future(id)?;
        if future.outcome.is_some() {
            return Err(error("this future is settled already"));
        }
        future.outcome = Some(outcome);
        let lot = future.lot;
        self.unpark_all(lot, &Sent::Nothing);
        Ok(())
    }

    fn barrier(&mut self, id: ObjectId) -> &mut Barrier {
        match &mut self.objects[id.0 as usize] {
            Object::Barrier(barrier) => barrier,
            other => unreachable!("{other:?} was matched as a barrier"),
        }
    }

    fn condition(&self, id: ObjectId) -> &Condition {
        match &self.objects[id.0 as usize] {
            Object::Condition(condition) => condition,
            other => unreachable!("{other:?} was matched as a condition"),
        }
    }

    /// `Condition.notify`: who waits moves to the end of those who wait for the lock, and does not
    /// run in between (T19).
    pub fn condition_notify(&mut self, id: ObjectId, task: TaskId, count: usize) -> Result<(), Raise> {
        let &Condition { lock, lot } = self.condition(id);
        if self.locks[lock].owner != Some(task) {
            return Err(error("must hold the lock to notify"));
        }
        let target = self.locks[lock].lot;
        for _ in 0..count {
            let Some(parked) = self.lots.get_mut(lot).and_then(Lot::pop_first) else { break };
            self.park(parked.task, target, parked.item);
        }
        Ok(())
    }

    // ── read-write locks ──────────────────────────────────────────────────

    fn rwlock(&mut self, id: ObjectId) -> &mut RwLock {
        match &mut self.objects[id.0 as usize] {
            Object::RwLock(rwlock) => rwlock,
            other => unreachable!("{other:?} was matched as an rwlock"),
        }
    }

    fn rwlock_enter(&mut self, id: ObjectId, mode: Mode, task: TaskId) {
        self.rwlock(id).enter(mode, task);
        self.kernel.emit(Some(task), None, EventKind::Acquire { object: id });
    }

    pub fn rwlock_release(&mut self, id: ObjectId, mode: Mode, task: TaskId) -> Result<(), Raise> {
        let rwlock = self.rwlock(id);
        if mode == Mode::Read {
            let at = rwlock.readers.iter().position(|&reader| reader == task);
            rwlock.readers.remove(at.ok_or_else(not_held)?);
        } else if rwlock.writer == Some(task) {
            rwlock.writer = None;
        } else {
            return Err(not_held());
        }
        self.kernel.emit(Some(task), None, EventKind::Release { object: id });
        self.rwlock_admit(id);
        Ok(())
    }

    /// Lets in from the front of the queue whoever can be let in.
    fn rwlock_admit(&mut self, id: ObjectId) {
        let lot = self.rwlock(id).lot;
        while let Some(first) = self.lots.get(lot).and_then(|lot| lot.iter().next()) {
            let mode = if matches!(first.item, Value::Bool(true)) { Mode::Write } else { Mode::Read };
            if !self.rwlock(id).admits(mode) {
                return;
            }
            if let Some(next) = self.unpark(lot, Sent::Nothing) {
                self.rwlock_enter(id, mode, next.task);
            }
        }
    }
}

impl Trio<'_> {
    /// `Event.wait`: a checkpoint if it is set, a wait if not.
    async fn wait_at(&self, me: Me<'_>, set: bool, lot: LotKey, info: WaitInfo) -> Result<(), Raise> {
        if set {
            return self.checkpoint(me).await;
        }
        self.park(me, lot, Value::None, info).await.map(|_| ())
    }

    pub async fn event_wait(&self, me: Me<'_>, id: ObjectId) -> Result<(), Raise> {
        let (set, lot) = {
            let mut core = self.core();
            let event = core.event(id)?;
            (event.set, event.lot)
        };
        self.wait_at(me, set, lot, WaitInfo::object(CauseKind::Event, id)).await
    }

    /// Waits until a future is settled, however.
    pub async fn future_settled(&self, me: Me<'_>, id: ObjectId) -> Result<(), Raise> {
        let (set, lot) = {
            let mut core = self.core();
            let future = core.future(id)?;
            (future.outcome.is_some(), future.lot)
        };
        self.wait_at(me, set, lot, WaitInfo::object(CauseKind::Future, id)).await
    }

    pub async fn future_wait(&self, me: Me<'_>, id: ObjectId) -> Outcome {
        self.future_settled(me, id).await?;
        self.core().future(id)?.outcome.clone().unwrap_or(Ok(Value::None))
    }

    /// `await ended.wait()` of a task's handle (T21).
    pub async fn task_wait(&self, me: Me<'_>, task: TaskId) -> Result<(), Raise> {
        let info = WaitInfo { kind: CauseKind::Join, object: None, holder: Some(task) };
        if self.kernel.ended(task) {
            return self.checkpoint(me).await;
        }
        let lot = {
            let mut core = self.core();
            match core.state(task).ended {
                Some(lot) => lot,
                None => {
                    let lot = core.new_lot();
                    core.task(task).ended = Some(lot);
                    lot
                }
            }
        };
        self.wait_at(me, false, lot, info).await
    }

    /// Everybody waits for the event of this round; the last to come sets it, and begins the next.
    pub async fn barrier_wait(&self, me: Me<'_>, id: ObjectId) -> Result<u64, Raise> {
        let (arrived, last, gate) = {
            let mut core = self.core();
            let barrier = core.barrier(id);
            let arrived = barrier.waiting;
            barrier.waiting += 1;
            let (gate, last) = (barrier.gate, barrier.waiting == barrier.parties);
            if last {
                let next = core.new_lot();
                let barrier = core.barrier(id);
                barrier.waiting = 0;
                barrier.gate = next;
                core.unpark_all(gate, &Sent::Nothing);
                core.lots.remove(gate);
            }
            (arrived, last, gate)
        };
        let waited = self.wait_at(me, last, gate, WaitInfo::object(CauseKind::Barrier, id)).await;
        let mut core = self.core();
        if waited.is_err() && core.barrier(id).gate == gate {
            core.barrier(id).waiting -= 1;
        }
        waited.map(|()| arrived)
    }

    /// `Condition.wait`: gives the lock back and parks; who notifies has moved the task to the lock's
    /// own queue by the time it goes on. A cancelled one takes the lock again before it raises (T19).
    pub async fn condition_wait(&self, me: Me<'_>, id: ObjectId) -> Result<(), Raise> {
        let (lock, lot) = {
            let mut core = self.core();
            let &Condition { lock, lot } = core.condition(id);
            if core.locks[lock].owner != Some(me.task) {
                return Err(error("must hold the lock to wait"));
            }
            core.lock_release(lock, me.task)?;
            (lock, lot)
        };
        let waited = self.park(me, lot, Value::None, WaitInfo::object(CauseKind::Condition, id)).await;
        let Err(raise) = waited else { return Ok(()) };
        let scope = self.core().enter_new(me.task, None, true);
        let taken = self.lock_acquire(me, lock).await;
        self.core().close_for_good(me.task, scope, taken).0?;
        Err(raise)
    }

    pub async fn rwlock_acquire(&self, me: Me<'_>, id: ObjectId, mode: Mode) -> Result<(), Raise> {
        self.checkpoint_if_cancelled(me).await?;
        let (free, lot, holder) = {
            let mut core = self.core();
            let lot = core.rwlock(id).lot;
            let free = core.parked(lot) == 0 && core.rwlock(id).admits(mode);
            if free {
                core.rwlock_enter(id, mode, me.task);
            }
            let rwlock = core.rwlock(id);
            (free, lot, rwlock.writer.or(rwlock.readers.first().copied()))
        };
        if free {
            self.cancel_shielded_checkpoint(me).await;
            return Ok(());
        }
        let kind = if mode == Mode::Read { CauseKind::Read } else { CauseKind::Write };
        let info = WaitInfo { kind, object: Some(id), holder };
        let waited = self.park(me, lot, Value::Bool(mode != Mode::Read), info).await;
        if waited.is_err() {
            self.core().rwlock_admit(id);
        }
        waited.map(|_| ())
    }

    /// How a task has ended.
    pub fn outcome(&self, task: TaskId) -> Outcome {
        if !self.kernel.tasks().exists(task) {
            return Ok(Value::None);
        }
        self.kernel.outcome(task).unwrap_or(Ok(Value::None))
    }

    /// `await h`: waits for its end, then gives its value or raises what it raised.
    pub async fn join_task(&self, me: Me<'_>, task: TaskId) -> Outcome {
        if task == me.task {
            return Err(error("a task cannot wait for itself"));
        }
        self.task_wait(me, task).await?;
        self.outcome(task)
    }
}
