//! `asyncio.Queue` (`queues.py`, 3.12.1; A36), its `shutdown` (3.13.0), and a rendezvous of the same make.

use std::collections::VecDeque;

use crate::runtimes::asyncio::core::Core;
use crate::runtimes::asyncio::futures::{FutureKey, leave};
use crate::runtimes::asyncio::objects::{Object, Queue, QueueAt};
use crate::runtimes::asyncio::runners::Asyncio;
use crate::runtimes::errors::error;
use crate::runtimes::runtime::Me;
use crate::runtimes::wait_info::WaitInfo;
use crate::value::{Raise, Value};

impl Core<'_> {
    pub fn queue(&self, at: QueueAt) -> &Queue {
        match at {
            QueueAt::Results(key) => &self.results[key].done,
            QueueAt::Object(id) => match &self.objects[id.0 as usize] {
                Object::Queue(queue) => queue,
                other => unreachable!("{other:?} was matched as a queue"),
            },
        }
    }

    pub fn queue_mut(&mut self, at: QueueAt) -> &mut Queue {
        match at {
            QueueAt::Results(key) => &mut self.results[key].done,
            QueueAt::Object(id) => match &mut self.objects[id.0 as usize] {
                Object::Queue(queue) => queue,
                other => unreachable!("{other:?} was matched as a queue"),
            },
        }
    }

    /// `_wakeup_next`: the first waiter that is not done leaves the queue and is woken.
    fn wake_next(&mut self, at: QueueAt, side: fn(&mut Queue) -> &mut VecDeque<FutureKey>) {
        while let Some(waiter) = side(self.queue_mut(at)).pop_front() {
            if !self.futures.done(waiter) {
                return self.set_done(waiter, Ok(Value::None));
            }
        }
    }

    pub fn wake_getter(&mut self, at: QueueAt) {
        self.wake_next(at, |queue| &mut queue.getters);
    }

    pub fn wake_putter(&mut self, at: QueueAt) {
        self.wake_next(at, |queue| &mut queue.putters);
    }

    pub fn queue_full(&self, at: QueueAt) -> bool {
        self.queue(at).full(&self.futures)
    }

    /// `put_nowait`: false if it is full. The item stays in the queue; whoever runs first takes it.
    pub fn put_nowait(&mut self, at: QueueAt, value: Value) -> Result<bool, Raise> {
        if self.queue(at).closed {
            return Err(error("this channel is closed: nothing can be sent"));
        }
        if self.queue_full(at) {
            return Ok(false);
        }
        self.queue_mut(at).items.push_back(value);
        self.wake_getter(at);
        Ok(true)
    }

    /// `get_nowait`: `None` if it is empty.
    pub fn get_nowait(&mut self, at: QueueAt) -> Option<Value> {
        let value = self.queue_mut(at).items.pop_front()?;
        self.wake_putter(at);
        Some(value)
    }

    /// An item that was taken but could not be used goes back to the front.
    pub fn put_back(&mut self, at: QueueAt, value: Value) {
        self.queue_mut(at).items.push_front(value);
        self.wake_getter(at);
    }

    /// `shutdown` (3.13): everybody who waits is woken to see it.
    pub fn queue_close(&mut self, at: QueueAt) {
        self.queue_mut(at).closed = true;
        let mut waiters = std::mem::take(&mut self.queue_mut(at).getters);
        waiters.append(&mut std::mem::take(&mut self.queue_mut(at).putters));
        for waiter in waiters {
            self.set_unless_done(waiter, Ok(Value::None));
        }
    }
}

impl Asyncio<'_> {
    /// `Queue.get`; `None` when the queue is closed and drained.
    pub async fn queue_get(&self, me: Me<'_>, at: QueueAt, info: WaitInfo) -> Result<Option<Value>, Raise> {
        while self.core().queue(at).size() == 0 {
            if self.core().queue(at).closed {
                return Ok(None);
            }
            let getter = {
                let mut core = self.core();
                let getter = core.create_future();
                core.queue_mut(at).getters.push_back(getter);
                if core.queue(at).max == Some(0) {
                    core.wake_putter(at);
                }
                getter
            };
            let waited = self.wait_future(me, getter, info).await;
            let mut core = self.core();
            let woken = core.futures.done(getter) && !core.futures.cancelled(getter);
            core.futures.remove(getter);
            if let Err(raise) = waited {
                leave(&mut core.queue_mut(at).getters, getter);
                if woken && core.queue(at).size() > 0 {
                    core.wake_getter(at);
                }
                return Err(raise);
            }
        }
        Ok(self.core().get_nowait(at))
    }
}
