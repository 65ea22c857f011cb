//! `Deadline` and `TaskGroup` of the library: blocks with a signal of their own (X11, X12).

use crate::runtimes::errors::error;
use crate::runtimes::js::awaiting::Js;
use crate::runtimes::js::core::Core;
use crate::runtimes::js::keys::{DeadlineKey, GroupKey};
use crate::runtimes::js::promises::Reaction;
use crate::runtimes::js::records::{Deadline, Group, Part};
use crate::runtimes::js::timers::Action;
use crate::runtimes::runtime::{Me, TimeoutEnd};
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::task::NewTask;
use crate::sim::trace::CauseKind;
use crate::source::Span;
use crate::time::Duration;
use crate::value::{Failure, Outcome, Raise, TaskId, Value};

impl Core<'_> {
    // ── deadlines and scopes ──────────────────────────────────────────────

    /// `new Deadline(d, signal)`; without a time it is a scope.
    pub fn deadline_enter(&mut self, task: TaskId, d: Option<Duration>) -> DeadlineKey {
        let outer = self.signal(task);
        let (signal, number) = self.signals.follow(outer);
        let deadline = Deadline { task, signal, outer: (outer, number), timer: None, expired: false };
        let key = self.deadlines.insert(deadline);
        if let Some(d) = d {
            self.deadlines[key].timer = Some(self.set_timeout(d, Action::Deadline(key)));
        }
        self.task(task).signals.push(signal);
        key
    }

    /// Its time has passed, or it was cancelled.
    pub fn deadline_passed(&mut self, key: DeadlineKey) {
        if let Some(deadline) = self.deadlines.get_mut(key) {
            deadline.expired = true;
            let signal = deadline.signal;
            self.abort(signal);
        }
    }

    pub fn scope_cancel(&mut self, key: DeadlineKey) -> bool {
        let fresh = self.deadlines.get(key).is_some_and(|deadline| !deadline.expired);
        self.deadline_passed(key);
        fresh
    }

    /// An abort becomes a timeout unless the signal around the block is aborted too.
    pub fn deadline_exit(&mut self, key: DeadlineKey, body: Result<(), Raise>) -> TimeoutEnd {
        let Some(deadline) = self.deadlines.remove(key) else { unreachable!("a block is left once") };
        let (outer, number) = deadline.outer;
        self.task(deadline.task).signals.pop();
        self.signals.forget(outer, number);
        if let Some(timer) = deadline.timer {
            self.clear_timeout(timer);
        }
        match body {
            Err(Raise::Cancelled) if deadline.expired && !self.signals.aborted(outer) => TimeoutEnd::Expired,
            Err(raise) => TimeoutEnd::Raise(raise),
            Ok(()) => TimeoutEnd::Normal,
        }
    }

    // ── groups ────────────────────────────────────────────────────────────

    /// `new TaskGroup(signal)`
    pub fn group_enter(&mut self, task: TaskId) -> GroupKey {
        let outer = self.signal(task);
        let (signal, number) = self.signals.follow(outer);
        self.task(task).signals.push(signal);
        self.groups.insert(Group {
            task,
            signal,
            outer: (outer, number),
            running: 0,
            errors: Vec::new(),
            cancelled: false,
            idle: None,
        })
    }

    /// A child has ended, one tick ago. A failure aborts the others and the body.
    pub fn group_left(&mut self, key: GroupKey, outcome: Outcome) {
        let Some(group) = self.groups.get_mut(key) else { return };
        group.running -= 1;
        let signal = group.signal;
        if let Err(Raise::Failed(failure)) = outcome {
            group.errors.push(failure);
            self.abort(signal);
        }
        if let Some(group) = self.groups.get_mut(key)
            && group.running == 0
            && let Some(idle) = group.idle.take()
        {
            self.settle(idle, Ok(Value::None));
        }
    }

    /// `group.cancel()`
    pub fn group_cancel(&mut self, key: GroupKey) -> bool {
        let Some(group) = self.groups.get_mut(key) else { return false };
        let signal = group.signal;
        if self.signals.aborted(signal) {
            return false;
        }
        group.cancelled = true;
        self.abort(signal);
        true
    }
}

impl Js<'_> {
    /// `group.spawn((signal) => …)`: a task whose signal follows that of the group.
    pub async fn group_spawn(&self, me: Me<'_>, key: GroupKey, new: &NewTask) -> Result<TaskId, Raise> {
        let signal = {
            let mut core = self.core();
            let Some(group) = core.groups.get_mut(key) else {
                return Err(error("the group is finished"));
            };
            group.running += 1;
            let signal = group.signal;
            core.signals.follow(signal).0
        };
        let task = self.call(me, new, Part::Spawned, signal).await;
        let mut core = self.core();
        core.watch(task);
        let promise = core.task(task).promise;
        core.then(promise, Reaction::Left(key));
        Ok(task)
    }

    /// `await group.close()`, an async function: waits until all children have ended.
    pub async fn group_close(&self, me: Me<'_>, key: GroupKey, body: Result<(), Raise>) -> Result<(), Raise> {
        {
            let mut core = self.core();
            core.task(me.task).signals.pop();
            let signal = core.groups[key].signal;
            if let Err(raise) = &body {
                if let Raise::Failed(failure) = raise {
                    core.groups[key].errors.push(failure.clone());
                }
                core.abort(signal);
            }
        }
        while self.core().groups[key].running > 0 {
            let idle = {
                let mut core = self.core();
                let idle = core.promises.add();
                core.groups[key].idle = Some(idle);
                idle
            };
            self.awaited(me, idle, WaitInfo::new(CauseKind::Children)).await?;
            self.core().promises.remove(idle);
        }
        let ended = self.core().group_ended(key, body);
        self.tick(me).await;
        ended
    }
}

impl Core<'_> {
    fn group_ended(&mut self, key: GroupKey, body: Result<(), Raise>) -> Result<(), Raise> {
        let Some(mut group) = self.groups.remove(key) else { unreachable!("a block is left once") };
        let (outer, number) = group.outer;
        self.signals.forget(outer, number);
        match group.errors.len() {
            0 => {}
            1 => return Err(Raise::Failed(group.errors.remove(0))),
            _several => return Err(Raise::Failed(Failure::group(group.errors, Span::default()))),
        }
        if self.signals.aborted(outer) {
            return Err(Raise::Cancelled);
        }
        match body {
            Err(Raise::Cancelled) if !group.cancelled => Err(Raise::Cancelled),
            _left => Ok(()),
        }
    }
}
