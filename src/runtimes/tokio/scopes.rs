//! Blocks that can end before their body does: `timeout`, `select!` with a token, groups
//! (`time/timeout.rs`, 1.54.1; T15).
//!
//! A task in such a block is one future inside another. When what the body awaits is pending, the
//! blocks around it are asked, from the inside out, whether they are over; the first that is drops
//! the body there and then, within the same poll.

use std::task::Poll;

use crate::runtimes::runtime::TimeoutEnd;
use crate::runtimes::tokio::core::Core;
use crate::runtimes::tokio::records::{Group, Scope, ScopeKey, ScopeKind, Signal};
use crate::runtimes::tokio::timers::Sleep;
use crate::time::Duration;
use crate::value::{Raise, TaskId};

impl Core<'_> {
    pub fn enter(&mut self, task: TaskId, kind: ScopeKind) -> ScopeKey {
        let had_budget = self.has_budget();
        let key = self.scopes.insert(Scope { task, kind, over: false, had_budget });
        self.task(task).scopes.push(key);
        key
    }

    /// `timeout(d, body)`: the deadline is fixed here, its timer registered at the first wait.
    pub fn timeout_enter(&mut self, task: TaskId, d: Duration) -> ScopeKey {
        let deadline = self.kernel.now() + d;
        self.enter(task, ScopeKind::Timeout(Sleep::until(deadline)))
    }

    pub fn group_enter(&mut self, task: TaskId) -> ScopeKey {
        self.enter(task, ScopeKind::Group(Box::<Group>::default()))
    }

    /// Can this task still await? Not while it is being dropped, or a block around it is.
    pub fn alive(&self, task: TaskId) -> bool {
        let state = &self.tasks[task.slot as usize];
        !state.dropping && !state.scopes.iter().any(|&key| self.scopes[key].over)
    }

    /// Polls what may end the blocks around a pending future early; true if one of them is over.
    pub fn poll_scopes(&mut self, task: TaskId) -> bool {
        for n in (0..self.task(task).scopes.len()).rev() {
            let key = self.task(task).scopes[n];
            if self.poll_scope(key, task) {
                self.scopes[key].over = true;
                return true;
            }
        }
        false
    }

    fn poll_scope(&mut self, key: ScopeKey, task: TaskId) -> bool {
        // The next poll of it begins with a new budget.
        let had_budget = std::mem::replace(&mut self.scopes[key].had_budget, true);
        let sleep = match &mut self.scopes[key].kind {
            ScopeKind::Token(signal) => return signal.poll(task),
            // Its body has ended: what comes is the end of its children.
            ScopeKind::Group(group) if group.closed => return false,
            ScopeKind::Group(group) => return group.signal.poll(task),
            ScopeKind::Timeout(sleep) => std::mem::replace(sleep, Sleep::until(Default::default())),
        };
        let mut sleep = sleep;
        // `poll_delay`: if the body used up the budget, the deadline is looked at without one (T9).
        let used_up = had_budget && !self.has_budget();
        let polled = match used_up {
            true => self.unconstrained(|core| core.poll_sleep(&mut sleep, task)),
            false => self.poll_sleep(&mut sleep, task),
        };
        self.scopes[key].kind = ScopeKind::Timeout(sleep);
        polled == Poll::Ready(())
    }

    /// The innermost block of its task is left.
    pub fn leave(&mut self, key: ScopeKey) -> Option<Scope> {
        let scope = self.scopes.remove(key)?;
        let scopes = &mut self.task(scope.task).scopes;
        debug_assert_eq!(scopes.last(), Some(&key), "blocks are left in the order in which they nest");
        scopes.retain(|&other| other != key);
        if let ScopeKind::Timeout(sleep) = &scope.kind {
            self.drop_sleep(sleep);
        }
        Some(scope)
    }

    /// How a `timeout` or a cancel scope is left. Its body was dropped if it is over, which is then
    /// the end of the matter: the blocks around it go on.
    pub fn timeout_exit(&mut self, key: ScopeKey, body: Result<(), Raise>) -> TimeoutEnd {
        let over = self.leave(key).is_some_and(|scope| scope.over);
        match body {
            _ if over => TimeoutEnd::Expired,
            Ok(()) => TimeoutEnd::Normal,
            Err(raise) => TimeoutEnd::Raise(raise),
        }
    }

    /// `cancel s`: true unless its block has been left.
    pub fn cancel_scope(&mut self, key: ScopeKey) -> bool {
        let Some(scope) = self.scopes.get_mut(key) else { return false };
        let ScopeKind::Token(signal) = &mut scope.kind else { return false };
        if signal.set {
            return false;
        }
        if let Some(task) = signal.set() {
            self.wake(task);
        }
        true
    }
}

impl Signal {
    /// Has it been given? If not, this task is told.
    pub fn poll(&mut self, task: TaskId) -> bool {
        if !self.set {
            self.waiter = Some(task);
        }
        self.set
    }

    /// Gives it; the waiter is to be woken.
    pub fn set(&mut self) -> Option<TaskId> {
        self.set = true;
        self.waiter.take()
    }
}
