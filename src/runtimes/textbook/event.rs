//! Events, conditions, barriers and futures: waiting for something to happen.

use std::cell::RefMut;

use crate::runtimes::errors::error;
use crate::runtimes::runtime::{Me, Said};
use crate::runtimes::textbook::library::{Note, Textbook};
use crate::runtimes::textbook::object::{Barrier, Condition, Event, Future, Object};
use crate::runtimes::textbook::records::On;
use crate::runtimes::textbook::scheduler::Scheduler;
use crate::runtimes::textbook::waiters::{Waiter, Waiters, lasts};
use crate::sim::process::Reply;
use crate::sim::trace::{CauseKind, Kind};
use crate::value::{ObjectId, Outcome, Raise, TaskId, Value};

/// What can be waited for.
#[derive(Clone, Copy)]
enum Which {
    Event,
    Barrier,
    Future,
}

impl<S: Scheduler> Textbook<S> {
    pub fn event(&self, id: ObjectId) -> Result<RefMut<'_, Event>, Raise> {
        self.object(id, "this object cannot be set, cleared or waited for: it is no event", |object| {
            if let Object::Event(event) = object { Some(event) } else { None }
        })
    }

    fn condition(&self, id: ObjectId) -> Result<RefMut<'_, Condition>, Raise> {
        self.object(id, "this object cannot be notified: it is no condition", |object| {
            if let Object::Condition(condition) = object { Some(condition) } else { None }
        })
    }

    fn barrier(&self, id: ObjectId) -> Result<RefMut<'_, Barrier>, Raise> {
        self.object(id, "this object is no barrier", |object| {
            if let Object::Barrier(barrier) = object { Some(barrier) } else { None }
        })
    }

    pub fn future(&self, id: ObjectId) -> Result<RefMut<'_, Future>, Raise> {
        self.object(id, "this object cannot be settled: it is no future", |object| {
            if let Object::Future(future) = object { Some(future) } else { None }
        })
    }

    /// A condition takes several steps, and is a coroutine.
    pub fn wait_for_object(&self, task: TaskId, id: ObjectId, reply: Option<Reply>) -> Result<Said, Raise> {
        if reply.is_none() {
            self.checkpoint(task)?;
        }
        let which = match &self.objects()[id.0 as usize] {
            Object::Event(_) => Which::Event,
            Object::Condition(_) => return Ok(Said::Coroutine),
            Object::Barrier(_) => Which::Barrier,
            Object::Future(_) => Which::Future,
            Object::Lock(_)
            | Object::Semaphore(_)
            | Object::RwLock(_)
            | Object::Channel(_)
            | Object::Workers => {
                return Err(error("this object cannot be waited for"));
            }
        };
        if let Some(reply) = reply {
            self.resumed(task, reply)?;
        }
        match which {
            Which::Event => self.wait_event(task, id, reply),
            Which::Barrier => self.wait_barrier(task, id, reply),
            Which::Future => self.wait_future(task, id),
        }
    }

    fn wait_event(&self, task: TaskId, id: ObjectId, reply: Option<Reply>) -> Result<Said, Raise> {
        if reply.is_some() || self.event(id)?.set {
            return Ok(Said::from(()));
        }
        let token = self.suspend(task, CauseKind::Event, On::Object(id), None);
        self.event(id)?.waiters.push(self.kernel(), Waiter::alone(token), ());
        Ok(Said::Parked)
    }

    fn wait_future(&self, task: TaskId, id: ObjectId) -> Result<Said, Raise> {
        if let Some(outcome) = self.future(id)?.outcome.clone() {
            return outcome.map(Said::Over);
        }
        let token = self.suspend(task, CauseKind::Future, On::Object(id), None);
        self.future(id)?.waiters.push(self.kernel(), Waiter::alone(token), ());
        Ok(Said::Parked)
    }

    /// The last to arrive does not wait; each gets its place in the order of arrival.
    fn wait_barrier(&self, task: TaskId, id: ObjectId, reply: Option<Reply>) -> Result<Said, Raise> {
        if reply.is_some() {
            return Ok(match self.collect(task).1 {
                Note::Item(place) => Said::Over(place),
                Note::Nothing | Note::Closed => Said::from(()),
            });
        }
        if let Some(arrived) = self.all_but_one(id)? {
            for (place, waiter) in arrived.iter().enumerate() {
                if self.wake(waiter.token, Some(task)) {
                    self.post(*waiter, Note::Item(Value::Int(place as i64)));
                }
            }
            return Ok(Said::Over(Value::Int(arrived.len() as i64)));
        }
        let token = self.suspend(task, CauseKind::Barrier, On::Object(id), None);
        self.barrier(id)?.waiters.push(self.kernel(), Waiter::alone(token), ());
        Ok(Said::Parked)
    }

    /// Those who wait at a barrier, taken out of its queue, if only one more was missing.
    fn all_but_one(&self, id: ObjectId) -> Result<Option<Vec<Waiter>>, Raise> {
        let mut barrier = self.barrier(id)?;
        let missing = barrier.parties.saturating_sub(1);
        if (barrier.waiters.at_most() as u64) < missing {
            return Ok(None);
        }
        let arrived: Vec<Waiter> = barrier.waiters.lasting(self.kernel()).collect();
        if (arrived.len() as u64) < missing {
            return Ok(None);
        }
        barrier.waiters = Waiters::default();
        Ok(Some(arrived))
    }

    /// Lets go of the lock, waits to be notified, and has the lock again, however the wait ended.
    pub async fn wait_condition(&self, me: Me<'_>, id: ObjectId) -> Outcome {
        let lock = self.condition(id)?.lock;
        self.must_hold(me.task, lock, "waited for")?;
        let token = self.suspend(me.task, CauseKind::Condition, On::Object(id), None);
        self.condition(id)?.waiters.push(self.kernel(), Waiter::alone(token), ());
        self.trace(me.task, Kind::Release { object: lock });
        self.pass_lock_on(me.task, lock)?;
        let reply = me.airlock.park().await;
        let waited_for = self.task(me.task).wait().map(|(_, on)| on);
        let notified = waited_for == Some(On::Object(lock));
        let waited = self.resumed(me.task, reply);
        if self.scheduler().barges() {
            self.take_lock(me, lock).await?;
            return waited.map(|()| Value::None);
        }
        let Err(raise) = waited else { return Ok(Value::None) };
        if notified {
            // It was told, and is going instead: another is told in its place.
            self.move_to_lock(me.task, id, lock, 1)?;
        }
        self.take_lock(me, lock).await?;
        Err(raise)
    }

    pub fn notify_waiters(&self, by: TaskId, id: ObjectId, n: usize) -> Result<(), Raise> {
        let lock = self.condition(id)?.lock;
        self.must_hold(by, lock, "notified")?;
        self.move_to_lock(by, id, lock, n)
    }

    /// Those notified wait for the lock from now on, without being woken for it: the lock is handed
    /// to them. Where nothing is handed over they are woken, and take it when they can (T17).
    fn move_to_lock(&self, by: TaskId, id: ObjectId, lock: ObjectId, n: usize) -> Result<(), Raise> {
        let mut moved = 0;
        while moved < n {
            let Some((waiter, ())) = self.condition(id)?.waiters.pop() else { break };
            if !lasts(self.kernel(), waiter.token) {
                continue;
            }
            moved += 1;
            if self.scheduler().barges() {
                self.wake(waiter.token, Some(by));
                continue;
            }
            if self.lock_is_free(lock)? {
                self.hand_lock_to(waiter, lock, by)?;
            } else {
                self.now_waits_on(waiter.token.task, CauseKind::Lock, On::Object(lock));
                self.queue_for_lock(waiter, lock)?;
            }
        }
        Ok(())
    }

    pub fn set_event(&self, by: TaskId, id: ObjectId) -> Result<(), Raise> {
        if matches!(self.objects()[id.0 as usize], Object::Future(_)) {
            return self.settle_future(by, id, Ok(Value::None));
        }
        let mut event = self.event(id)?;
        event.set = true;
        self.wake_all(&mut event.waiters, by);
        Ok(())
    }

    pub fn settle_future(&self, by: TaskId, id: ObjectId, outcome: Outcome) -> Result<(), Raise> {
        let mut future = self.future(id)?;
        if future.outcome.is_some() {
            return Err(error("this future is settled already"));
        }
        future.outcome = Some(outcome);
        self.wake_all(&mut future.waiters, by);
        Ok(())
    }

    fn wake_all(&self, waiters: &mut Waiters<()>, by: TaskId) {
        while let Some((waiter, ())) = waiters.pop() {
            if self.wake(waiter.token, Some(by)) {
                self.post(waiter, Note::Nothing);
            }
        }
    }
}
