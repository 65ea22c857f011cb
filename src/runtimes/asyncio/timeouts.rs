//! `asyncio.timeout` (`timeouts.py`, class `Timeout`, 3.12.1; A21).

use crate::runtimes::asyncio::core::Core;
use crate::runtimes::asyncio::futures::TimeoutKey;
use crate::runtimes::asyncio::handles::Handle;
use crate::runtimes::asyncio::records::Timeout;
use crate::runtimes::runtime::TimeoutEnd;
use crate::time::Duration;
use crate::value::{Raise, TaskId};

impl Core<'_> {
    /// `__aenter__`: a deadline that has passed already is `call_soon`, not a timer; a `scope` is
    /// `timeout(None)`.
    pub fn timeout_enter(&mut self, task: TaskId, d: Option<Duration>) -> TimeoutKey {
        let cancelling = self.tasks[task.slot as usize].num_cancels;
        if d.is_some() {
            self.update_time();
        }
        let key = self.timeouts.insert(Timeout {
            task,
            expiring: false,
            rescheduled: false,
            timer: None,
            cancelling,
        });
        match d {
            None => {}
            Some(Duration::ZERO) => self.call_soon(Handle::Timeout(key)),
            Some(d) => {
                let timer = self.call_later(d, Handle::Timeout(key));
                self.timeouts[key].timer = Some(timer);
            }
        }
        key
    }

    /// `cancel s`: `reschedule(loop.time())`, which is `call_soon`; the block is cancelled when that
    /// handle runs. False once it was asked for, or the block was left.
    pub fn scope_cancel(&mut self, key: TimeoutKey) -> bool {
        let Some(scope) = self.timeouts.get_mut(key) else { return false };
        if std::mem::replace(&mut scope.rescheduled, true) {
            return false;
        }
        self.update_time();
        self.call_soon(Handle::Timeout(key));
        true
    }

    /// `_on_timeout`; one that was left is gone and its handle cancelled.
    pub fn on_timeout(&mut self, key: TimeoutKey) {
        let Some(timeout) = self.timeouts.get_mut(key) else { return };
        timeout.expiring = true;
        timeout.timer = None;
        let task = timeout.task;
        self.cancel_task(task);
    }

    /// `__aexit__`: a cancellation becomes a timeout only if no other request is on the task.
    pub fn timeout_exit(&mut self, key: TimeoutKey, body: Result<(), Raise>) -> TimeoutEnd {
        let Some(timeout) = self.timeouts.remove(key) else { unreachable!("a block is left once") };
        if let Some(timer) = timeout.timer {
            self.cancel_timer(timer);
        }
        let expired = timeout.expiring && self.uncancel(timeout.task) <= timeout.cancelling;
        match body {
            Err(Raise::Cancelled) if expired => TimeoutEnd::Expired,
            Err(raise) => TimeoutEnd::Raise(raise),
            Ok(()) => TimeoutEnd::Normal,
        }
    }
}
