//! Queues of waiting tasks, first come first served. Waits that ended meanwhile stay until somebody skips them.

use std::collections::VecDeque;

use crate::sim::kernel::Kernel;
use crate::sim::task::Token;

/// No arm of a `select`: the task waits for one thing only.
pub const ALONE: u32 = u32::MAX;

/// A wait, and which arm of a `select` it is.
#[derive(Debug, Clone, Copy)]
pub struct Waiter {
    pub token: Token,
    pub arm: u32,
}

impl Waiter {
    pub fn alone(token: Token) -> Waiter {
        Waiter { token, arm: ALONE }
    }
}

/// Does the wait of this token still last?
pub fn lasts(kernel: &Kernel, token: Token) -> bool {
    let tasks = kernel.tasks();
    tasks.exists(token.task) && tasks.get(token.task).waits(token.epoch)
}

/// Waiters, each with what it came for.
#[derive(Debug)]
pub struct Waiters<T> {
    queue: VecDeque<(Waiter, T)>,
    /// At this length the waits that are over are swept out, so that a `select` in a loop cannot
    /// fill the queue of a channel nobody uses.
    sweep_at: usize,
}

impl<T> Default for Waiters<T> {
    fn default() -> Waiters<T> {
        Waiters { queue: VecDeque::new(), sweep_at: 64 }
    }
}

impl<T> Waiters<T> {
    #[inline(always)]
    pub fn push(&mut self, kernel: &Kernel, waiter: Waiter, item: T) {
        if self.queue.len() >= self.sweep_at {
            self.sweep(kernel);
        }
        self.queue.push_back((waiter, item));
    }

    #[cold]
    fn sweep(&mut self, kernel: &Kernel) {
        self.queue.retain(|(waiter, _)| lasts(kernel, waiter.token));
        self.sweep_at = (2 * self.queue.len()).max(64);
    }

    /// The longest waiting, whose wait may be over.
    pub fn pop(&mut self) -> Option<(Waiter, T)> {
        self.queue.pop_front()
    }

    /// What the first whose wait lasts came for.
    pub fn first(&mut self, kernel: &Kernel) -> Option<&T> {
        while !lasts(kernel, self.queue.front()?.0.token) {
            self.queue.pop_front();
        }
        self.queue.front().map(|(_, item)| item)
    }

    /// How many waits last, or more.
    pub fn at_most(&self) -> usize {
        self.queue.len()
    }

    /// The waits that last, longest first.
    pub fn lasting(&self, kernel: &Kernel) -> impl Iterator<Item = Waiter> {
        self.queue.iter().map(|(waiter, _)| *waiter).filter(move |waiter| lasts(kernel, waiter.token))
    }

    /// The most urgent whose wait lasts; among equals the longest waiting.
    pub fn pop_most_urgent(&mut self, kernel: &Kernel) -> Option<(Waiter, T)> {
        self.queue.retain(|(waiter, _)| lasts(kernel, waiter.token));
        let priority = |at: usize| kernel.tasks().get(self.queue[at].0.token.task).priority;
        let best = (0..self.queue.len()).rev().max_by_key(|&at| priority(at))?;
        self.queue.remove(best)
    }
}
