//! `group`, `timeout` and `scope`: blocks with a context of their own (errgroup.go, context.go).

use crate::runtimes::errors::error;
use crate::runtimes::go::core::Core;
use crate::runtimes::go::goroutines::counted_down;
use crate::runtimes::go::keys::{DeadlineKey, GroupKey};
use crate::runtimes::go::records::{Deadline, End, Group, WaitGroup};
use crate::runtimes::go::run::Go;
use crate::runtimes::keys::{of_scope, scope};
use crate::runtimes::runtime::{Me, TimeoutEnd};
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::task::NewTask;
use crate::sim::trace::CauseKind;
use crate::time::Duration;
use crate::value::{Outcome, Raise, ScopeId, TaskId};

impl Core<'_> {
    /// `errgroup.WithContext(ctx)`
    pub fn group_enter(&mut self, task: TaskId) -> ScopeId {
        let g = self.me(task);
        let outside = self.gs[g].context;
        let context = self.with_cancel(outside);
        self.gs[g].context = Some(context);
        let group = Group { context, outside, wg: WaitGroup::default(), error: None };
        scope(self.groups.insert(group))
    }

    /// `Group.Go`. A child with a handle has a context of its own, below that of the group.
    pub fn group_spawn(&mut self, parent: TaskId, group: ScopeId, new: &NewTask) -> Result<TaskId, Raise> {
        let group: GroupKey = of_scope(group);
        let Some(this) = self.groups.get_mut(group) else { return Err(error("the group is finished")) };
        this.wg.count += 1;
        let mut context = this.context;
        if !new.detached {
            context = self.own_context(Some(context));
        }
        Ok(self.go(parent, new, Some(context), End::Group(group)))
    }

    /// The first failure cancels the others; a child that was merely cancelled affects nobody.
    pub fn group_child_ended(&mut self, key: GroupKey, outcome: Outcome) {
        if let Err(Raise::Failed(failure)) = outcome {
            self.group_fail(key, Raise::Failed(failure));
        }
        let Some(group) = self.groups.get_mut(key) else { return };
        if let Some(waiter) = counted_down(&mut group.wg) {
            self.ready(waiter);
        }
    }

    /// `errOnce`: the first failure counts.
    pub fn group_fail(&mut self, key: GroupKey, raise: Raise) {
        let Some(group) = self.groups.get_mut(key) else { return };
        if group.error.is_some() {
            return;
        }
        group.error = Some(raise);
        let context = group.context;
        self.cancel_context(context);
    }

    /// Behind `Group.Wait`: how the block ends.
    pub fn group_left(&mut self, task: TaskId, key: GroupKey, body: Result<(), Raise>) -> Result<(), Raise> {
        let Some(group) = self.groups.remove(key) else { unreachable!("a group is left once") };
        let told = self.cancelled(Some(group.context));
        self.drop_context(group.context);
        let g = self.me(task);
        self.gs[g].context = group.outside;
        if let Some(raise) = group.error {
            return Err(raise);
        }
        if self.cancelled(group.outside) {
            return Err(Raise::Cancelled);
        }
        match body {
            // Somebody cancelled the group: that is over now.
            Err(Raise::Cancelled) if told => Ok(()),
            other => other,
        }
    }

    /// `cancel g`: true if it was not cancelled before.
    pub fn cancel_group(&mut self, group: ScopeId) -> bool {
        let Some(group) = self.groups.get(of_scope::<GroupKey>(group)) else { return false };
        let context = group.context;
        let fresh = !self.cancelled(Some(context));
        self.cancel_context(context);
        fresh
    }

    /// `cancel h`: the context the task was started with. True unless it has ended, or was
    /// started with the context of others.
    pub fn cancel_task(&mut self, task: TaskId) -> bool {
        let Some(own) = self.g_of(task).and_then(|g| self.gs[g].own) else { return false };
        self.cancel_context(own);
        true
    }

    /// `cancel s`: true if its block is still open and was not cancelled before.
    pub fn cancel_scope(&mut self, scope: ScopeId) -> bool {
        let Some(deadline) = self.deadlines.get(of_scope::<DeadlineKey>(scope)) else { return false };
        let context = deadline.context;
        let fresh = !self.cancelled(Some(context));
        self.cancel_context(context);
        fresh
    }

    /// `context.WithTimeout(ctx, d)`; without a deadline `context.WithCancel(ctx)`.
    pub fn deadline_enter(&mut self, task: TaskId, d: Option<Duration>) -> ScopeId {
        let g = self.me(task);
        let outside = self.gs[g].context;
        let context = match d {
            Some(d) => self.with_timeout(outside, d),
            None => self.with_cancel(outside),
        };
        self.gs[g].context = Some(context);
        scope(self.deadlines.insert(Deadline { context, outside }))
    }

    /// A cancellation comes from this block if its context was cancelled and the one outside was not.
    pub fn deadline_exit(&mut self, task: TaskId, deadline: ScopeId, body: Result<(), Raise>) -> TimeoutEnd {
        let Some(deadline) = self.deadlines.remove(of_scope::<DeadlineKey>(deadline)) else {
            unreachable!("a block is left once")
        };
        let mine = self.cancelled(Some(deadline.context)) && !self.cancelled(deadline.outside);
        self.drop_context(deadline.context);
        let g = self.me(task);
        self.gs[g].context = deadline.outside;
        match body {
            Err(Raise::Cancelled) if mine => TimeoutEnd::Expired,
            Err(raise) => TimeoutEnd::Raise(raise),
            Ok(()) => TimeoutEnd::Normal,
        }
    }
}

impl Go<'_> {
    /// `Group.Wait`: a failure of the body counts like one of a child; then all are waited for.
    pub async fn leave_group(&self, me: Me<'_>, key: GroupKey, body: Result<(), Raise>) -> Result<(), Raise> {
        let waits = {
            let mut core = self.core();
            if let Err(Raise::Failed(failure)) = &body {
                core.group_fail(key, Raise::Failed(failure.clone()));
            }
            let g = core.me(me.task);
            let waits = core.groups[key].wg.count > 0;
            if waits {
                core.groups[key].wg.waiter = Some(g);
                core.gopark(g, WaitInfo::new(CauseKind::Children), None);
            }
            waits
        };
        if waits {
            me.airlock.park().await;
        }
        self.core().group_left(me.task, key, body)
    }
}
