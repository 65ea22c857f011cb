//! `Event`, `Condition`, `Barrier`, `Future` of the library (X7 to X9).

use crate::runtimes::errors::{error, wrong};
use crate::runtimes::js::awaiting::Js;
use crate::runtimes::js::core::Core;
use crate::runtimes::js::keys::PromiseKey;
use crate::runtimes::js::objects::{Event, Future, Object, Waiter};
use crate::runtimes::js::signals::Listener;
use crate::runtimes::runtime::Me;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::trace::CauseKind;
use crate::value::{Mode, ObjectId, Outcome, Raise, Value};

impl Core<'_> {
    pub fn event(&mut self, id: ObjectId, what: &str) -> Result<&mut Event, Raise> {
        match &mut self.objects[id.0 as usize] {
            Object::Event(event) => Ok(event),
            _other => Err(wrong(&format!("be {what}: it is no event"))),
        }
    }

    pub fn set(&mut self, id: ObjectId) -> Result<(), Raise> {
        let event = self.event(id, "set")?;
        event.set = true;
        for waiter in event.waiters.take() {
            self.settle_as(waiter.promise, Ok(Value::None), waiter.arm);
        }
        Ok(())
    }

    pub fn future(&mut self, id: ObjectId) -> Result<&mut Future, Raise> {
        match &mut self.objects[id.0 as usize] {
            Object::Future(future) => Ok(future),
            _other => Err(wrong("be settled: it is no future")),
        }
    }

    pub fn settle_future(&mut self, id: ObjectId, outcome: Outcome) -> Result<(), Raise> {
        let future = self.future(id)?;
        if future.outcome.is_some() {
            return Err(error("this future is settled already"));
        }
        future.outcome = Some(outcome.clone());
        for waiter in future.waiters.take() {
            self.settle_as(waiter.promise, outcome.clone(), waiter.arm);
        }
        Ok(())
    }

    /// `condition.notify(n)`
    pub fn notify(&mut self, id: ObjectId, n: usize) -> Result<(), Raise> {
        let Object::Condition(condition) = &self.objects[id.0 as usize] else {
            return Err(wrong("be notified: it is no condition"));
        };
        if !self.locked(condition.lock)? {
            return Err(unlocked("notified"));
        }
        for _ in 0..n {
            let Object::Condition(condition) = &mut self.objects[id.0 as usize] else { return Ok(()) };
            let Some(waiter) = condition.waiters.next(&self.promises) else { return Ok(()) };
            self.settle(waiter.promise, Ok(Value::None));
        }
        Ok(())
    }

    fn barrier_opens(&mut self, id: ObjectId) {
        let Object::Barrier(barrier) = &mut self.objects[id.0 as usize] else { return };
        for waiter in barrier.waiters.take() {
            self.settle(waiter.promise, Ok(Value::Int(waiter.with as i64)));
        }
    }

    /// A promise for a future's value, as combinators take it: `future.wait(signal)`.
    pub fn future_promise(&mut self, me: Me<'_>, id: ObjectId) -> Result<PromiseKey, Raise> {
        let outcome = self.future(id)?.outcome.clone();
        if self.aborted(me.task) {
            return Ok(self.settled(Err(Raise::Cancelled)));
        }
        if let Some(outcome) = outcome {
            return Ok(self.settled(outcome));
        }
        let promise = self.promises.add();
        self.future(id)?.waiters.add(Waiter { promise, arm: None, task: me.task, with: () });
        let signal = self.signal(me.task);
        self.signals.listen(signal, Listener::Reject(promise));
        Ok(promise)
    }
}

fn unlocked(what: &str) -> Raise {
    error(format!("this condition is {what} without its lock being held"))
}

impl Js<'_> {
    /// `await event.wait(signal)`
    pub async fn event_wait(&self, me: Me<'_>, id: ObjectId) -> Outcome {
        if self.core().aborted(me.task) {
            return self.rejected(me, Raise::Cancelled).await;
        }
        if self.core().event(id, "waited for")?.set {
            self.tick(me).await;
            return Ok(Value::None);
        }
        let info = WaitInfo::object(CauseKind::Event, id);
        let enqueue = |core: &mut Core<'_>, waiter| {
            if let Object::Event(event) = &mut core.objects[id.0 as usize] {
                event.waiters.add(waiter);
            }
        };
        self.wait_for_turn(me, info, None, enqueue).await.map(|_| Value::None)
    }

    /// `await future.wait(signal)`
    pub async fn future_wait(&self, me: Me<'_>, id: ObjectId) -> Outcome {
        if self.core().aborted(me.task) {
            return self.rejected(me, Raise::Cancelled).await;
        }
        let outcome = self.core().future(id)?.outcome.clone();
        if let Some(outcome) = outcome {
            self.tick(me).await;
            return outcome;
        }
        let info = WaitInfo::object(CauseKind::Future, id);
        let enqueue = |core: &mut Core<'_>, waiter| {
            if let Object::Future(future) = &mut core.objects[id.0 as usize] {
                future.waiters.add(waiter);
            }
        };
        self.wait_for_turn(me, info, None, enqueue).await?.outcome
    }

    /// `await condition.wait(signal)`: an async function, so one more tick at its end (X8).
    pub async fn condition_wait(&self, me: Me<'_>, id: ObjectId) -> Outcome {
        let waited = self.condition_wait_inside(me, id).await;
        self.tick(me).await;
        waited
    }

    async fn condition_wait_inside(&self, me: Me<'_>, id: ObjectId) -> Outcome {
        let lock = match &self.core().objects[id.0 as usize] {
            Object::Condition(condition) => condition.lock,
            _other => return Err(wrong("be waited for")),
        };
        if !self.core().locked(lock)? {
            return Err(unlocked("waited for"));
        }
        let info = WaitInfo::object(CauseKind::Condition, id);
        let mut released = Ok(());
        let enqueue = |core: &mut Core<'_>, waiter| {
            if let Object::Condition(condition) = &mut core.objects[id.0 as usize] {
                condition.waiters.add(waiter);
            }
            released = core.release(lock, Mode::Plain, me.task);
        };
        let aborted = self.core().aborted(me.task);
        if aborted {
            // The promise is rejected before anybody waits for it; the lock is given back all the same.
            self.core().release(lock, Mode::Plain, me.task)?;
        }
        let waited = self.wait_for_turn(me, info, None, enqueue).await;
        released?;
        self.take_turn_whatever_happens(me, lock).await?;
        waited.map(|_| Value::None)
    }

    /// `await barrier.wait(signal)`: the last to arrive lets the others through, in their order.
    pub async fn barrier_wait(&self, me: Me<'_>, id: ObjectId) -> Outcome {
        if self.core().aborted(me.task) {
            return self.rejected(me, Raise::Cancelled).await;
        }
        let (index, last) = {
            let mut core = self.core();
            let core = &mut *core;
            let Object::Barrier(barrier) = &core.objects[id.0 as usize] else {
                return Err(wrong("be waited for"));
            };
            let index = barrier.waiters.count(&core.promises) as u64;
            (index, index + 1 >= barrier.parties)
        };
        if last {
            self.core().barrier_opens(id);
            self.tick(me).await;
            return Ok(Value::Int(index as i64));
        }
        let info = WaitInfo::object(CauseKind::Barrier, id);
        let enqueue = |core: &mut Core<'_>, waiter: Waiter<()>| {
            if let Object::Barrier(barrier) = &mut core.objects[id.0 as usize] {
                let Waiter { promise, arm, task, with: () } = waiter;
                barrier.waiters.add(Waiter { promise, arm, task, with: index });
            }
        };
        self.wait_for_turn(me, info, None, enqueue).await?.outcome
    }
}
