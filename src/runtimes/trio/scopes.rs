//! Cancel scopes and the tree of their statuses (`_core/_run.py`, `CancelScope`, `CancelStatus`,
//! `Deadlines`; T11 to T15).

use crate::runtimes::keys::due;
use crate::runtimes::trio::core::Core;
use crate::runtimes::trio::ordered::Ordered;
use crate::runtimes::trio::records::{Abort, CancelScope, CancelStatus, ScopeKey, Sent, StatusKey};
use crate::sim::agenda::Class;
use crate::time::Time;
use crate::value::{Raise, TaskId};

impl Core<'_> {
    pub fn new_scope(&mut self, deadline: Option<Time>, shield: bool) -> ScopeKey {
        self.scopes.insert(CancelScope {
            deadline,
            shield,
            cancel_called: false,
            status: None,
            registered: false,
            sleeper: None,
        })
    }

    /// A new scope, entered.
    pub fn enter_new(&mut self, task: TaskId, deadline: Option<Time>, shield: bool) -> ScopeKey {
        let key = self.new_scope(deadline, shield);
        self.enter(task, key);
        key
    }

    /// `CancelStatus.__attrs_post_init__`: a new status is cancelled if its parent is.
    pub fn new_status(&mut self, scope: Option<ScopeKey>, parent: Option<StatusKey>) -> StatusKey {
        let status = self.statuses.insert(CancelStatus {
            scope,
            effectively_cancelled: false,
            parent,
            ticket: None,
            children: Ordered::default(),
            tasks: Ordered::default(),
        });
        if let Some(parent) = parent {
            let ticket = self.statuses[parent].children.add(status);
            self.statuses[status].ticket = Some(ticket);
        }
        status
    }

    /// `CancelScope.__enter__`: one whose deadline has passed is cancelled from the start (T14).
    /// Equal deadlines expire in the order in which they are registered here.
    pub fn enter(&mut self, task: TaskId, key: ScopeKey) {
        let now = self.now();
        if self.scopes[key].deadline.is_some_and(|deadline| now >= deadline) {
            self.cancel_scope(key);
        }
        let parent = self.state(task).status;
        let status = self.new_status(Some(key), parent);
        self.scopes[key].status = Some(status);
        self.recalculate(status);
        self.activate(task, Some(status));
        let scope = &mut self.scopes[key];
        if let (Some(deadline), false) = (scope.deadline, scope.cancel_called) {
            scope.registered = true;
            self.kernel.at(deadline, Class::Timer, due(key));
        }
    }

    /// `CancelScope._close`: what leaves the block, and whether a cancellation ended here. It does if
    /// it is this scope that is cancelled, or one inside, and none outside (T11). Of a failed group
    /// what was cancelled is left out already (see [`crate::runtimes::trio::nurseries`]).
    pub fn close(
        &mut self,
        task: TaskId,
        key: ScopeKey,
        body: Result<(), Raise>,
    ) -> (Result<(), Raise>, bool) {
        let Some(status) = self.scopes.get_mut(key).and_then(|scope| scope.status.take()) else {
            return (body, false);
        };
        self.scopes[key].registered = false;
        let parent = self.statuses[status].parent;
        self.activate(task, parent);
        let catches = self.statuses[status].effectively_cancelled && !self.parent_is_visible(status);
        let ticket = self.statuses[status].ticket;
        if let (Some(parent), Some(ticket)) = (parent, ticket) {
            self.statuses[parent].children.remove(ticket);
        }
        self.statuses.remove(status);
        match body {
            Err(Raise::Cancelled) if catches => (Ok(()), true),
            other => (other, false),
        }
    }

    /// Closes a scope nobody can ask about any more.
    pub fn close_for_good(
        &mut self,
        task: TaskId,
        key: ScopeKey,
        body: Result<(), Raise>,
    ) -> (Result<(), Raise>, bool) {
        let closed = self.close(task, key, body);
        self.scopes.remove(key);
        closed
    }

    /// `CancelScope.cancel`: false if it was cancelled before.
    pub fn cancel_scope(&mut self, key: ScopeKey) -> bool {
        let Some(scope) = self.scopes.get_mut(key) else { return false };
        if std::mem::replace(&mut scope.cancel_called, true) {
            return false;
        }
        scope.registered = false;
        if let Some(status) = scope.status {
            self.recalculate(status);
        }
        true
    }

    /// `parent_cancellation_is_visible_to_us`
    fn parent_is_visible(&self, status: StatusKey) -> bool {
        let CancelStatus { scope, parent, .. } = &self.statuses[status];
        let shield = scope.is_some_and(|scope| self.scopes[scope].shield);
        !shield
            && parent
                .and_then(|parent| self.statuses.get(parent))
                .is_some_and(|parent| parent.effectively_cancelled)
    }

    /// `recalculate`: down the tree with a stack, so that children are visited last first; at each
    /// status its own tasks are woken, in the order in which they came to it (T12).
    fn recalculate(&mut self, status: StatusKey) {
        let mut todo = vec![status];
        while let Some(current) = todo.pop() {
            let called = self.statuses[current].scope.is_some_and(|scope| self.scopes[scope].cancel_called);
            let cancelled = called || self.parent_is_visible(current);
            if cancelled == self.statuses[current].effectively_cancelled {
                continue;
            }
            self.statuses[current].effectively_cancelled = cancelled;
            if cancelled {
                let tasks: Vec<TaskId> = self.statuses[current].tasks.iter().copied().collect();
                for task in tasks {
                    self.deliver(task);
                }
            }
            todo.extend(self.statuses[current].children.iter().copied());
        }
    }

    /// `Task._activate_cancel_status`: the task comes last among those of its new status.
    pub fn activate(&mut self, task: TaskId, status: Option<StatusKey>) {
        let state = self.task(task);
        let (old, ticket) = (state.status.take(), state.ticket.take());
        if let (Some(old), Some(ticket)) = (old, ticket)
            && let Some(old) = self.statuses.get_mut(old)
        {
            old.tasks.remove(ticket);
        }
        let Some(new) = status else { return };
        let ticket = self.statuses[new].tasks.add(task);
        let state = self.task(task);
        state.status = Some(new);
        state.ticket = Some(ticket);
        self.deliver(task);
    }

    pub fn cancelled(&self, task: TaskId) -> bool {
        self.state(task).status.is_some_and(|status| self.statuses[status].effectively_cancelled)
    }

    /// `_attempt_delivery_of_any_pending_cancel`: once for each wait. A task that is on its way
    /// already has no wait to abort (T13).
    pub fn deliver(&mut self, task: TaskId) {
        if self.state(task).abort.is_none() || !self.cancelled(task) {
            return;
        }
        match self.task(task).abort.take() {
            Some(Abort::Leave) => {
                self.leave_lot(task);
                self.reschedule(task, Sent::Cancelled);
            }
            Some(Abort::Nothing) => self.reschedule(task, Sent::Cancelled),
            Some(Abort::Refuse) | None => {}
        }
    }

    /// `Deadlines.expire`, of what has passed until now (T14).
    pub fn expire(&mut self) {
        for key in std::mem::take(&mut self.turn.expired) {
            if self.scopes.get(key).is_some_and(|scope| scope.registered) {
                self.cancel_scope(key);
            }
        }
    }
}
