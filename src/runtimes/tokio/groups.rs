//! `group`: its children are tasks, its body is polled beside a signal that one of them has failed.
//!
//! The idiom is `select!` over the body and the failure; then, if anything failed, `abort` for all
//! that are left, and the wait for all of them (as `JoinSet::shutdown` does).

use crate::runtimes::errors::error;
use crate::runtimes::tokio::core::Core;
use crate::runtimes::tokio::records::{Group, ScopeKey, ScopeKind};
use crate::value::{Raise, TaskId};

impl Core<'_> {
    pub fn group(&mut self, key: ScopeKey) -> Option<&mut Group> {
        match &mut self.scopes.get_mut(key)?.kind {
            ScopeKind::Group(group) => Some(group),
            ScopeKind::Timeout(_) | ScopeKind::Token(_) => None,
        }
    }

    /// May a task be spawned into it?
    pub fn group_takes(&mut self, key: ScopeKey) -> Result<(), Raise> {
        match self.group(key) {
            Some(group) if !group.closed && !group.aborted => Ok(()),
            _ => Err(error("this group takes no more tasks")),
        }
    }

    pub fn join_group(&mut self, key: ScopeKey, task: TaskId) {
        self.task(task).group = Some(key);
        if let Some(group) = self.group(key) {
            group.children.insert(task.serial, task);
        }
    }

    /// A child has ended; its failure is the group's.
    pub fn child_ended(&mut self, key: ScopeKey, task: TaskId, failure: Option<Raise>) {
        let Some(group) = self.group(key) else { return };
        group.children.remove(&task.serial);
        let failed = failure.is_some();
        if group.failure.is_none() {
            group.failure = failure;
        }
        let waiter = match (failed, group.closed && group.children.is_empty()) {
            (true, _) => group.signal.set(),
            (false, true) => group.signal.waiter.take(),
            (false, false) => None,
        };
        if let Some(waiter) = waiter {
            self.wake(waiter);
        }
    }

    /// `cancel g`: its body is dropped, its children are aborted. Who is in the block is told first: if
    /// it waits for the children it looks once in vain, and goes on behind all that was scheduled since.
    pub fn cancel_group(&mut self, key: ScopeKey) -> bool {
        let Some(group) = self.group(key) else { return false };
        group.cancelled = true;
        if let Some(waiter) = group.signal.set() {
            self.wake(waiter);
        }
        self.abort_children(key);
        true
    }

    /// In the order of their making.
    fn abort_children(&mut self, key: ScopeKey) {
        let Some(group) = self.group(key) else { return };
        group.aborted = true;
        let children: Vec<TaskId> = group.children.values().copied().collect();
        for child in children {
            self.abort(child);
        }
    }

    /// The body has ended, in this way: nothing is spawned into the group any more, and if
    /// something failed the children are aborted.
    pub fn group_closes(&mut self, key: ScopeKey, body_raised: bool) {
        let over = self.scopes.get_mut(key).is_some_and(|scope| std::mem::take(&mut scope.over));
        let Some(group) = self.group(key) else { return };
        group.closed = true;
        if body_raised || over {
            self.abort_children(key);
        }
    }

    /// Have all children ended? A failure on the way aborts those that are left.
    pub fn poll_children(&mut self, key: ScopeKey, task: TaskId) -> bool {
        let Some(group) = self.group(key) else { return true };
        if group.failure.is_some() && !group.aborted {
            self.abort_children(key);
        }
        let Some(group) = self.group(key) else { return true };
        if !group.children.is_empty() {
            group.signal.waiter = Some(task);
        }
        group.children.is_empty()
    }

    /// The task that waits for its children is dropped, and the group with it: they are aborted.
    pub fn drop_children(&mut self, key: ScopeKey) {
        self.abort_children(key);
    }

    /// How the block is left: the body's failure, else a child's. One that `cancel g` ended is
    /// left like any other.
    pub fn group_exit(&mut self, key: ScopeKey, body: Result<(), Raise>) -> Result<(), Raise> {
        let Some(ScopeKind::Group(group)) = self.leave(key).map(|scope| scope.kind) else { return body };
        match (body, group.failure) {
            (Err(Raise::Failed(failure)), _) => Err(Raise::Failed(failure)),
            (_, Some(failure)) => Err(failure),
            (Err(Raise::Cancelled), None) if group.cancelled => Ok(()),
            (body, None) => body,
        }
    }
}
