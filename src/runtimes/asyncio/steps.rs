//! The words that wait for one future, without a coroutine: sleep, queues, locks, `await` of a task or future.

use std::rc::Rc;

use crate::runtimes::asyncio::core::Core;
use crate::runtimes::asyncio::futures::{FutureKey, leave};
use crate::runtimes::asyncio::handles::Handle;
use crate::runtimes::asyncio::objects::Object;
use crate::runtimes::asyncio::records::Awaited;
use crate::runtimes::asyncio::runners::Asyncio;
use crate::runtimes::errors::error;
use crate::runtimes::runtime::{Me, Said, Word};
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::process::Reply;
use crate::sim::trace::{CauseKind, Kind as EventKind};
use crate::time::Duration;
use crate::value::{ObjectId, Outcome, Raise, TaskId, Value};

impl Asyncio<'_> {
    /// Begins a word, or goes on with it.
    #[inline(always)]
    pub fn step_word(&self, me: Me<'_>, word: &Word, reply: Option<Reply>) -> Result<Said, Raise> {
        match word {
            Word::Sleep(d, label) => self.sleep_step(me, *d, (CauseKind::Sleep, label), reply),
            Word::Io(d, label) => self.sleep_step(me, *d, (CauseKind::Io, label), reply),
            Word::Pause => self.sleep_step(me, Duration::ZERO, (CauseKind::Sleep, &None), reply),
            Word::Acquire(object, _) => self.acquire_step(me, *object, reply),
            Word::Release(object, mode) => self.core().release(*object, *mode, me.task).map(Said::from),
            Word::Send(channel, value) => self.put_step(me, *channel, value, reply),
            Word::Receive(channel) => self.get_step(me, *channel, reply),
            Word::Join(task) => self.join_step(me, *task, reply),
            Word::Wait(object) => self.wait_step(me, *object, reply),
            Word::Leave(_) => Ok(Said::Coroutine),
        }
    }

    /// The same for a coroutine that is about something else. [`Said::Coroutine`] comes back as it is.
    pub async fn by_steps(&self, me: Me<'_>, word: Word) -> Result<Said, Raise> {
        let mut reply = None;
        loop {
            match self.step_word(me, &word, reply)? {
                Said::Parked => reply = Some(me.airlock.park().await),
                said => return Ok(said),
            }
        }
    }

    /// The task is about to wait for a future that is not done.
    #[inline(always)]
    fn await_future(
        &self,
        me: Me<'_>,
        awaited: Awaited,
        info: WaitInfo,
        label: Option<Rc<str>>,
    ) -> Result<Said, Raise> {
        self.park(me, awaited.fut, info, label);
        self.core().tasks[me.task.slot as usize].awaited = Some(awaited);
        Ok(Said::Parked)
    }

    /// It has waited, and goes on with what the future came to.
    #[inline(always)]
    fn awaited(&self, me: Me<'_>, reply: Reply) -> (Awaited, Outcome) {
        let mut core = self.core();
        let awaited = core.tasks[me.task.slot as usize].awaited.take().expect("the word has parked");
        let outcome = match reply {
            Reply::Interrupted => Err(Raise::Cancelled),
            Reply::Resumed => core.futures.result(awaited.fut),
        };
        (awaited, outcome)
    }

    /// `asyncio.sleep` (A16); `sleep(0)` is a bare yield, `call_soon(step)` (A13). On a thread it is a coroutine.
    fn sleep_step(
        &self,
        me: Me<'_>,
        d: Duration,
        (kind, label): (CauseKind, &Option<Rc<str>>),
        reply: Option<Reply>,
    ) -> Result<Said, Raise> {
        match reply {
            None if self.core().tasks[me.task.slot as usize].job.is_some() => Ok(Said::Coroutine),
            None if d == Duration::ZERO => {
                self.core().yield_now(me.task);
                Ok(Said::Parked)
            }
            None => {
                let awaited = {
                    let mut core = self.core();
                    let fut = core.create_future();
                    Awaited { fut, timer: Some(core.call_later(d, Handle::SetResult(fut))) }
                };
                self.await_future(me, awaited, WaitInfo::new(kind), label.clone())
            }
            Some(Reply::Interrupted) if d == Duration::ZERO => Err(Raise::Cancelled),
            Some(Reply::Resumed) if d == Duration::ZERO => Ok(Said::from(())),
            Some(reply) => {
                let (Awaited { fut, timer }, outcome) = self.awaited(me, reply);
                let mut core = self.core();
                timer.into_iter().for_each(|timer| core.cancel_timer(timer));
                core.futures.remove(fut);
                outcome.map(|_| Said::from(()))
            }
        }
    }

    /// A lock or a semaphore; an rwlock is a coroutine.
    fn acquire_step(&self, me: Me<'_>, object: ObjectId, reply: Option<Reply>) -> Result<Said, Raise> {
        if reply.is_none() {
            self.on_loop(me, "take a lock")?;
        }
        let lock = match self.core().objects[object.0 as usize] {
            Object::Lock(n) => Some(n),
            Object::Semaphore(_) => None,
            _ => return Ok(Said::Coroutine),
        };
        match lock {
            Some(n) => self.lock_step(me, (object, n), reply),
            None => self.semaphore_step(me, object, reply),
        }
    }

    /// `Lock.acquire`: at once only if it is unlocked and nobody waits (A31).
    fn lock_step(
        &self,
        me: Me<'_>,
        (object, n): (ObjectId, usize),
        reply: Option<Reply>,
    ) -> Result<Said, Raise> {
        if let Some(reply) = reply {
            let (Awaited { fut, .. }, outcome) = self.awaited(me, reply);
            return self.core().lock_awaited(n, fut, me.task, outcome.map(drop)).map(Said::from);
        }
        let mut core = self.core();
        let lock = &core.locks[n];
        if !lock.locked && lock.waiters.iter().all(|&w| core.futures.cancelled(w)) {
            core.lock_taken(n, me.task);
            return Ok(Said::from(()));
        }
        let fut = core.create_future();
        core.locks[n].waiters.push_back(fut);
        let holder = core.locks[n].owner;
        drop(core);
        let info = WaitInfo { kind: CauseKind::Lock, object: Some(object), holder };
        self.await_future(me, Awaited { fut, timer: None }, info, None)
    }

    /// `Semaphore.acquire`: at once only if it is worth something and nobody waits (A33).
    fn semaphore_step(&self, me: Me<'_>, object: ObjectId, reply: Option<Reply>) -> Result<Said, Raise> {
        if let Some(reply) = reply {
            let (Awaited { fut, .. }, outcome) = self.awaited(me, reply);
            self.core().semaphore_awaited(object, fut, me.task, outcome.map(drop))?;
            self.trace(me, EventKind::Acquire { object });
            return Ok(Said::from(()));
        }
        let mut core = self.core();
        if !core.semaphore_locked(object) {
            let semaphore = core.semaphore(object);
            semaphore.value -= 1;
            semaphore.holders.push(me.task);
            drop(core);
            self.trace(me, EventKind::Acquire { object });
            return Ok(Said::from(()));
        }
        let fut = core.create_future();
        let semaphore = core.semaphore(object);
        semaphore.waiters.push_back(fut);
        let kind = if semaphore.owned { CauseKind::Resource } else { CauseKind::Semaphore };
        let info = WaitInfo { kind, object: Some(object), holder: semaphore.holders.first().copied() };
        drop(core);
        self.await_future(me, Awaited { fut, timer: None }, info, None)
    }

    /// `Queue.put`: a woken putter that finds the queue full again goes to the back (A36).
    fn put_step(
        &self,
        me: Me<'_>,
        channel: ObjectId,
        value: &Value,
        reply: Option<Reply>,
    ) -> Result<Said, Raise> {
        if reply.is_none() {
            self.on_loop(me, "send")?;
        }
        let at = self.queue(channel)?;
        if let Some(reply) = reply {
            let (Awaited { fut: putter, .. }, outcome) = self.awaited(me, reply);
            let mut core = self.core();
            let woken = core.futures.done(putter) && !core.futures.cancelled(putter);
            core.futures.remove(putter);
            if let Err(raise) = outcome {
                leave(&mut core.queue_mut(at).putters, putter);
                if woken && !core.queue_full(at) {
                    core.wake_putter(at);
                }
                return Err(raise);
            }
        }
        let mut core = self.core();
        if !core.queue(at).closed && core.queue_full(at) {
            let fut = core.create_future();
            core.queue_mut(at).putters.push_back(fut);
            drop(core);
            let info = WaitInfo::object(CauseKind::Send, channel);
            return self.await_future(me, Awaited { fut, timer: None }, info, None);
        }
        let put = core.put_nowait(at, value.clone())?;
        debug_assert!(put, "there is room");
        drop(core);
        self.trace(me, EventKind::Send { object: channel });
        Ok(Said::from(()))
    }

    /// `Queue.get`; nothing when the queue is closed and drained.
    fn get_step(&self, me: Me<'_>, channel: ObjectId, reply: Option<Reply>) -> Result<Said, Raise> {
        if reply.is_none() {
            self.on_loop(me, "receive")?;
        }
        let at = self.queue(channel)?;
        if let Some(reply) = reply {
            let (Awaited { fut: getter, .. }, outcome) = self.awaited(me, reply);
            let mut core = self.core();
            let woken = core.futures.done(getter) && !core.futures.cancelled(getter);
            core.futures.remove(getter);
            if let Err(raise) = outcome {
                leave(&mut core.queue_mut(at).getters, getter);
                if woken && core.queue(at).size() > 0 {
                    core.wake_getter(at);
                }
                return Err(raise);
            }
        }
        let mut core = self.core();
        if core.queue(at).size() == 0 {
            if core.queue(at).closed {
                return Ok(Said::Closed);
            }
            let fut = core.create_future();
            core.queue_mut(at).getters.push_back(fut);
            if core.queue(at).max == Some(0) {
                core.wake_putter(at);
            }
            drop(core);
            let info = WaitInfo::object(CauseKind::Receive, channel);
            return self.await_future(me, Awaited { fut, timer: None }, info, None);
        }
        let Some(value) = core.get_nowait(at) else { return Ok(Said::Closed) };
        drop(core);
        self.trace(me, EventKind::Receive { object: channel });
        Ok(Said::Over(value))
    }

    /// `await task`
    fn join_step(&self, me: Me<'_>, task: TaskId, reply: Option<Reply>) -> Result<Said, Raise> {
        if let Some(reply) = reply {
            return self.awaited(me, reply).1.map(Said::Over);
        }
        self.on_loop(me, "wait for a task")?;
        if task == me.task {
            return Err(error("a task cannot wait for itself"));
        }
        if !self.kernel.tasks().exists(task) {
            return Ok(Said::from(()));
        }
        let fut = self.core().tasks[task.slot as usize].future;
        self.future_step(me, fut, WaitInfo { kind: CauseKind::Join, object: None, holder: Some(task) })
    }

    /// `await fut`; events, conditions and barriers are coroutines.
    fn wait_step(&self, me: Me<'_>, object: ObjectId, reply: Option<Reply>) -> Result<Said, Raise> {
        let Object::Future(fut) = self.core().objects[object.0 as usize] else { return Ok(Said::Coroutine) };
        if let Some(reply) = reply {
            return self.awaited(me, reply).1.map(Said::Over);
        }
        self.on_loop(me, "wait")?;
        self.future_step(me, fut, WaitInfo { kind: CauseKind::Future, object: Some(object), holder: None })
    }

    /// No suspension if it is done (A10); else the task waits (A13, A14).
    fn future_step(&self, me: Me<'_>, fut: FutureKey, info: WaitInfo) -> Result<Said, Raise> {
        if self.core().futures.done(fut) {
            return self.core().futures.result(fut).map(Said::Over);
        }
        self.await_future(me, Awaited { fut, timer: None }, info, None)
    }
}

impl Core<'_> {
    /// A task lets the others go first, and is about to park.
    pub fn yield_now(&mut self, task: TaskId) {
        let worker = self.loops[self.current_loop].worker;
        self.kernel.emit(Some(task), Some(worker), EventKind::Yield);
        self.schedule_step(task);
    }
}
