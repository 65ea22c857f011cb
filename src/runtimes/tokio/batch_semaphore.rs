//! The fair semaphore below `Mutex`, `RwLock`, `Semaphore` and bounded channels
//! (`sync/batch_semaphore.rs`, 1.54.1; T9, T17, T18).

use std::task::Poll;

use crate::runtimes::tokio::core::Core;
use crate::runtimes::tokio::permits::{Acquire, Semaphore, SemaphoreAt, State, Waiter};
use crate::value::TaskId;

impl Core<'_> {
    pub fn new_semaphore(&mut self, permits: u64) -> SemaphoreAt {
        self.semaphores.push(Semaphore::new(permits));
        self.semaphores.len() - 1
    }

    /// `Acquire::poll`: the permits first, then the budget, so that a task without budget
    /// waits with the permits in its hands.
    pub fn poll_acquire(&mut self, acquire: &mut Acquire, task: TaskId) -> Poll<()> {
        let ticket = self.ticket();
        let semaphore = &mut self.semaphores[acquire.semaphore];
        match acquire.state {
            State::New if semaphore.permits >= acquire.permits => {
                semaphore.permits -= acquire.permits;
                acquire.state = State::Assigned;
            }
            State::New => {
                // What there is is taken at once: a large request is not starved by small ones (T17).
                let missing = acquire.permits - std::mem::take(&mut semaphore.permits);
                semaphore.waiters.insert(ticket, Waiter { task, missing });
                acquire.state = State::Queued(ticket);
                return Poll::Pending;
            }
            State::Queued(ticket) if semaphore.waiters.contains_key(&ticket) => return Poll::Pending,
            State::Queued(_) => acquire.state = State::Assigned,
            State::Assigned | State::Ready => {}
        }
        if !self.proceed(task) {
            return Poll::Pending;
        }
        self.made_progress();
        acquire.state = State::Ready;
        Poll::Ready(())
    }

    /// Would this future be ready if it were polled?
    pub fn can_acquire(&self, acquire: &Acquire) -> bool {
        let semaphore = &self.semaphores[acquire.semaphore];
        match acquire.state {
            State::New => semaphore.permits >= acquire.permits,
            State::Queued(ticket) => !semaphore.waiters.contains_key(&ticket),
            State::Assigned | State::Ready => true,
        }
    }

    /// `Drop for Acquire`: permits it was assigned go to those behind it.
    pub fn drop_acquire(&mut self, acquire: &Acquire) {
        let held = match acquire.state {
            State::New | State::Ready => 0,
            State::Assigned => acquire.permits,
            State::Queued(ticket) => match self.semaphores[acquire.semaphore].waiters.remove(&ticket) {
                Some(waiter) => acquire.permits - waiter.missing,
                None => acquire.permits,
            },
        };
        self.add_permits(acquire.semaphore, held);
    }

    /// `add_permits_locked`: they go straight to the oldest waiters; nobody overtakes.
    pub fn add_permits(&mut self, at: SemaphoreAt, mut permits: u64) {
        let mut woken = Vec::new();
        let semaphore = &mut self.semaphores[at];
        while permits > 0 {
            let Some(mut first) = semaphore.waiters.first_entry() else {
                semaphore.permits += permits;
                break;
            };
            let assigned = permits.min(first.get().missing);
            permits -= assigned;
            first.get_mut().missing -= assigned;
            if first.get().missing > 0 {
                break;
            }
            woken.push(first.remove().task);
        }
        for task in woken {
            self.wake(task);
        }
    }

    /// `try_acquire`
    pub fn try_acquire(&mut self, at: SemaphoreAt, permits: u64) -> bool {
        let semaphore = &mut self.semaphores[at];
        let enough = semaphore.permits >= permits;
        if enough {
            semaphore.permits -= permits;
        }
        enough
    }
}
