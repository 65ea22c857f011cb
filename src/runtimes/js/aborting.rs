//! `AbortController`: who is told, in which order (DOM 3.2; J30, X1 to X4).

use std::collections::btree_map::IntoValues;

use crate::runtimes::js::core::Core;
use crate::runtimes::js::keys::SignalKey;
use crate::runtimes::js::signals::Listener;
use crate::value::{Raise, TaskId};

impl Core<'_> {
    /// `controller.abort()`: listeners are called at once, in the order of registration; what
    /// follows a signal is aborted within that call, with all its listeners. A loop, not a
    /// recursion: signals may follow each other in long chains.
    pub fn abort(&mut self, signal: SignalKey) {
        let mut calling: Vec<IntoValues<u64, Listener>> = Vec::new();
        calling.extend(self.begin_abort(signal));
        while let Some(listeners) = calling.last_mut() {
            let Some(listener) = listeners.next() else {
                calling.pop();
                continue;
            };
            let next = match listener {
                Listener::Reject(promise) => {
                    self.settle(promise, Err(Raise::Cancelled));
                    None
                }
                Listener::Follow(signal) => Some(signal),
                Listener::Cancel(task) => {
                    let alive = !self.kernel.ended(task);
                    alive.then(|| self.task(task).signals.first().copied()).flatten()
                }
            };
            calling.extend(next.and_then(|signal| self.begin_abort(signal)));
        }
    }

    fn begin_abort(&mut self, signal: SignalKey) -> Option<IntoValues<u64, Listener>> {
        let signal = self.signals.all.get_mut(signal)?;
        if std::mem::replace(&mut signal.aborted, true) {
            return None;
        }
        Some(std::mem::take(&mut signal.listeners).into_values())
    }

    /// `task.cancel()`: false once the handle knows that the task has ended.
    pub fn cancel_task(&mut self, task: TaskId) -> bool {
        if self.kernel.ended(task) {
            return false;
        }
        if let Some(&signal) = self.task(task).signals.first() {
            self.abort(signal);
        }
        true
    }
}
