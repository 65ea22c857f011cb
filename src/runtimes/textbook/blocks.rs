//! `group` and `timeout`: blocks that cancel what is inside of them.

use std::cell::RefMut;

use crate::runtimes::errors::error;
use crate::runtimes::keys;
use crate::runtimes::runtime::{CancelTarget, Me, Said, TimeoutEnd};
use crate::runtimes::textbook::library::Textbook;
use crate::runtimes::textbook::records::{Group, On, Request, Scope, ScopeKey, Timeout};
use crate::runtimes::textbook::scheduler::Scheduler;
use crate::sim::agenda::{Class, Due};
use crate::sim::process::Reply;
use crate::sim::task::NewTask;
use crate::sim::trace::{CauseKind, Kind};
use crate::source::Span;
use crate::time::Duration;
use crate::value::{Failure, Outcome, Raise, ScopeId, TaskId};

impl<S: Scheduler> Textbook<S> {
    fn open_scope(&self, task: TaskId, scope: Scope) -> ScopeKey {
        let key = self.scopes().insert(scope);
        self.task(task).extra().scopes.push(key);
        key
    }

    fn close_scope(&self, task: TaskId, key: ScopeKey) -> Scope {
        self.task(task).extra().scopes.retain(|&open| open != key);
        self.scopes().remove(key).expect("the task has entered it")
    }

    /// Is a cancellation that leaves this block the block's own doing? Not if somebody else has
    /// asked for it too, nor if a block around has: then it travels on to that one.
    fn own_doing(&self, task: TaskId, key: ScopeKey, request: Option<Request>, foreign: u32) -> bool {
        let state = self.task(task);
        let scopes = self.scopes();
        let around = state.scopes().iter().take_while(|&&open| open != key);
        let asked = |key: &ScopeKey| match scopes.get(*key) {
            Some(Scope::Timeout(timeout)) => timeout.request.is_some(),
            Some(Scope::Group(group)) => group.request.is_some(),
            Some(Scope::Several(_) | Scope::Later(..)) | None => false,
        };
        request.is_some() && state.foreign() == foreign && !around.into_iter().any(asked)
    }

    // ── timeout ───────────────────────────────────────────────────────────

    pub fn enter_timeout(&self, me: Me<'_>, d: Option<Duration>) -> ScopeId {
        let foreign = self.task(me.task).foreign();
        let timeout = Timeout { task: me.task, request: None, foreign };
        let scope = keys::scope(self.open_scope(me.task, Scope::Timeout(timeout)));
        if let Some(d) = d {
            self.kernel().after(d, Class::Timer, Due::Timer { slot: scope.slot, serial: scope.serial });
        }
        scope
    }

    /// Does this deadline still matter?
    pub fn is_open(&self, key: ScopeKey) -> bool {
        self.scopes().contains_key(key)
    }

    pub fn deadline(&self, key: ScopeKey) {
        if !self.call_due(key) {
            self.expire(key, None);
        }
    }

    /// Cancels the body of a timeout or scope, once; false if it was left.
    fn expire(&self, key: ScopeKey, by: Option<TaskId>) -> bool {
        let task = match self.scopes().get(key) {
            Some(Scope::Timeout(timeout)) if timeout.request.is_none() => timeout.task,
            Some(Scope::Timeout(_) | Scope::Group(_) | Scope::Several(_) | Scope::Later(..)) | None => {
                return false;
            }
        };
        let request = self.interrupt(task, by);
        if let Some(Scope::Timeout(timeout)) = self.scopes().get_mut(key) {
            timeout.request = Some(request);
        }
        true
    }

    pub fn exit_timeout(&self, me: Me<'_>, scope: ScopeId, body: Result<(), Raise>) -> TimeoutEnd {
        let key = keys::of_scope(scope);
        let (request, foreign) = match self.scopes().get(key) {
            Some(Scope::Timeout(timeout)) => (timeout.request, timeout.foreign),
            other => unreachable!("{other:?} was entered as a timeout"),
        };
        let own = self.own_doing(me.task, key, request, foreign);
        self.withdraw(me.task, request);
        self.close_scope(me.task, key);
        match body {
            Ok(()) => TimeoutEnd::Normal,
            Err(Raise::Cancelled) if own => TimeoutEnd::Expired,
            Err(raise) => TimeoutEnd::Raise(raise),
        }
    }

    // ── group ─────────────────────────────────────────────────────────────

    fn group(&self, key: ScopeKey) -> Option<RefMut<'_, Group>> {
        RefMut::filter_map(self.scopes(), |scopes| match scopes.get_mut(key) {
            Some(Scope::Group(group)) => Some(&mut **group),
            Some(Scope::Several(_) | Scope::Timeout(_) | Scope::Later(..)) | None => None,
        })
        .ok()
    }

    fn own_group(&self, key: ScopeKey) -> RefMut<'_, Group> {
        self.group(key).expect("the task is inside of it")
    }

    pub fn enter_group(&self, me: Me<'_>) -> ScopeId {
        let foreign = self.task(me.task).foreign();
        let group = Group {
            body: me.task,
            children: Vec::new(),
            left: 0,
            failures: Vec::new(),
            aborting: false,
            exiting: false,
            cancelled: false,
            request: None,
            foreign,
            waiter: None,
        };
        keys::scope(self.open_scope(me.task, Scope::Group(Box::new(group))))
    }

    pub fn spawn_in(&self, parent: TaskId, new: NewTask, scope: ScopeId) -> Result<TaskId, Raise> {
        let key = keys::of_scope(scope);
        match self.group(key) {
            None => return Err(error("this group is finished: nothing can be spawned into it")),
            Some(group) if group.aborting => {
                return Err(error("this group is being cancelled: nothing can be spawned into it"));
            }
            Some(group) if group.exiting && group.left == 0 => {
                return Err(error("this group is finished: nothing can be spawned into it"));
            }
            Some(_) => {}
        }
        let task = self.start(parent, new, Some((key, 0)))?;
        let mut group = self.own_group(key);
        // A group that serves for long forgets the children that have ended.
        if group.children.len() >= 64 && group.children.len() >= 2 * group.left {
            group.children.retain(|&child| !self.kernel().ended(child));
        }
        group.children.push(task);
        group.left += 1;
        Ok(task)
    }

    /// A child of a group, a gather, … has ended.
    pub fn child_ended(&self, key: ScopeKey, n: usize, child: TaskId, outcome: &Outcome) {
        let (token, failed) = match self.scopes().get_mut(key) {
            Some(Scope::Several(several)) => (several.child_ended(n, outcome), false),
            Some(Scope::Group(group)) => {
                group.left -= 1;
                if let Err(Raise::Failed(failure)) = outcome {
                    group.failures.push(failure.clone());
                }
                let token = if group.left == 0 { group.waiter.take() } else { None };
                (token, !group.failures.is_empty())
            }
            Some(Scope::Timeout(_) | Scope::Later(..)) | None => return,
        };
        if let Some(token) = token {
            self.wake(token, Some(child));
        }
        if failed {
            self.abort(key, Some(child));
        }
    }

    /// Cancels everything inside, once: the children, and the body if it is not at the end already.
    fn abort(&self, key: ScopeKey, by: Option<TaskId>) {
        let (children, body, exiting) = {
            let mut group = self.own_group(key);
            if group.aborting {
                return;
            }
            group.aborting = true;
            (group.children.clone(), group.body, group.exiting)
        };
        for child in children {
            self.cancel_task(child, by);
        }
        if !exiting {
            let request = self.interrupt(body, by);
            self.own_group(key).request = Some(request);
        }
    }

    /// `cancel h`, `cancel g`, `cancel s`.
    pub fn request(&self, by: TaskId, target: CancelTarget) -> bool {
        match target {
            CancelTarget::Task(task) => {
                self.trace(by, Kind::CancelRequest { target: task.serial });
                self.cancel_task(task, Some(by))
            }
            CancelTarget::Group(group) => self.cancel_group(by, group),
            CancelTarget::Scope(scope) => self.expire(keys::of_scope(scope), Some(by)),
        }
    }

    fn cancel_group(&self, by: TaskId, scope: ScopeId) -> bool {
        let key = keys::of_scope(scope);
        let open = self.group(key).is_some_and(|group| !group.aborting && (!group.exiting || group.left > 0));
        if open {
            self.abort(key, Some(by));
        }
        open
    }

    /// A block has come to its end, or was left by a raise: what is inside is waited for, and cancelled before if that
    /// was a raise.
    pub fn leave_group(&self, task: TaskId, scope: ScopeId, body: Result<(), Raise>) -> Result<Said, Raise> {
        let key = keys::of_scope(scope);
        let (request, foreign) = {
            let mut group = self.own_group(key);
            group.exiting = true;
            (group.request, group.foreign)
        };
        let own = self.own_doing(task, key, request, foreign);
        self.withdraw(task, request);
        let mut cancelled = matches!(body, Err(Raise::Cancelled)) && !own;
        cancelled |= self.checkpoint(task).is_err();
        if let Err(Raise::Failed(failure)) = &body {
            self.own_group(key).failures.push(failure.clone());
        }
        if cancelled || body.is_err() {
            self.own_group(key).cancelled = cancelled;
            self.abort(key, Some(task));
        }
        self.wait_for_group(task, key)
    }

    /// Whoever waits for a group was woken: it has ended, or this was a cancellation.
    pub fn go_on_leaving(&self, task: TaskId, scope: ScopeId, reply: Reply) -> Result<Said, Raise> {
        let key = keys::of_scope(scope);
        if self.resumed(task, reply).is_err() {
            self.own_group(key).cancelled = true;
            self.abort(key, Some(task));
        }
        self.wait_for_group(task, key)
    }

    fn wait_for_group(&self, task: TaskId, key: ScopeKey) -> Result<Said, Raise> {
        if self.own_group(key).left > 0 {
            let token = self.suspend(task, CauseKind::Children, On::Scope(key), None);
            self.own_group(key).waiter = Some(token);
            return Ok(Said::Parked);
        }
        let Scope::Group(mut group) = self.close_scope(task, key) else {
            unreachable!("a group was entered here");
        };
        match (group.failures.len(), group.cancelled) {
            (0, false) => Ok(Said::from(())),
            (0, true) => Err(Raise::Cancelled),
            (1, _) => Err(Raise::Failed(group.failures.remove(0))),
            (_, _) => Err(Raise::Failed(Failure::group(group.failures, Span::default()))),
        }
    }

    pub async fn exit_group(&self, me: Me<'_>, scope: ScopeId, body: Result<(), Raise>) -> Result<(), Raise> {
        let mut said = self.leave_group(me.task, scope, body)?;
        while let Said::Parked = said {
            let reply = me.airlock.park().await;
            said = self.go_on_leaving(me.task, scope, reply)?;
        }
        Ok(())
    }
}
