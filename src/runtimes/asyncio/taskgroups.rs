//! `asyncio.TaskGroup` (`taskgroups.py`, 3.12.1 and 3.13.0; A22).

use crate::runtimes::asyncio::core::Core;
use crate::runtimes::asyncio::futures::{Callback, FutureKey, GroupKey};
use crate::runtimes::asyncio::records::Group;
use crate::runtimes::asyncio::runners::Asyncio;
use crate::runtimes::asyncio::settings::Version;
use crate::runtimes::errors::error;
use crate::runtimes::runtime::Me;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::task::NewTask;
use crate::sim::trace::CauseKind;
use crate::source::Span;
use crate::value::{Failure, Raise, TaskId, Value};

impl Core<'_> {
    pub fn group_enter(&mut self, parent: TaskId) -> GroupKey {
        self.groups.insert(Group {
            parent,
            tasks: Vec::new(),
            left: 0,
            errors: Vec::new(),
            exiting: false,
            aborting: false,
            parent_cancel_requested: false,
            on_completed: None,
        })
    }

    /// What `create_task` of a group refuses.
    fn group_open(&self, key: GroupKey) -> Result<(), Raise> {
        let refuse = |why: &str| Err(error(format!("the group {why}")));
        match self.groups.get(key) {
            None => refuse("is finished"),
            Some(group) if group.exiting && group.left == 0 => refuse("is finished"),
            Some(group) if group.aborting => refuse("is shutting down"),
            Some(_) => Ok(()),
        }
    }

    /// A child that is done already, having been started eagerly, is counted at once (A24).
    fn group_add(&mut self, key: GroupKey, task: TaskId) {
        let future = self.tasks[task.slot as usize].future;
        let Some(group) = self.groups.get_mut(key) else { return };
        group.left += 1;
        if self.futures.done(future) {
            return self.group_done(key, future);
        }
        // A group that goes on for long must not keep all it ever had.
        if group.tasks.len() >= (2 * group.left).max(64) {
            group.tasks.retain(|&(_, child)| !self.futures.done(child));
        }
        group.tasks.push((task.serial, future));
        self.add_done_callback(future, Callback::Group(key));
    }

    /// `_abort`
    fn group_abort(&mut self, key: GroupKey) {
        let group = &mut self.groups[key];
        group.aborting = true;
        // In order of creation: CPython walks a set, in order of address.
        let mut children = std::mem::take(&mut group.tasks);
        children.sort_unstable_by_key(|&(serial, _)| serial);
        for (_, child) in children {
            self.cancel_future(child);
        }
    }

    /// `_on_task_done`
    pub fn group_done(&mut self, key: GroupKey, child: FutureKey) {
        let Some(group) = self.groups.get_mut(key) else { return };
        group.left -= 1;
        if let Some(waiter) = group.on_completed
            && group.left == 0
        {
            self.set_unless_done(waiter, Ok(Value::Bool(true)));
        }
        if self.futures.cancelled(child) {
            return;
        }
        let Err(Raise::Failed(failure)) = self.futures.result(child) else { return };
        let group = &mut self.groups[key];
        group.errors.push(failure);
        let parent = group.parent;
        if !group.aborting && !group.parent_cancel_requested && !self.kernel.ended(parent) {
            self.group_abort(key);
            self.groups[key].parent_cancel_requested = true;
            self.cancel_task(parent);
        }
    }

    /// `cancel g`. TaskGroup has no such method; the idiom is a child that fails with an error
    /// the block then ignores, so: children and body are cancelled, and nothing is raised.
    pub fn group_cancel(&mut self, key: GroupKey) -> bool {
        let Some(group) = self.groups.get(key) else { return false };
        let (parent, fresh) = (group.parent, !group.aborting && !group.parent_cancel_requested);
        if fresh {
            self.group_abort(key);
            self.groups[key].parent_cancel_requested = true;
            self.cancel_task(parent);
        }
        fresh
    }
}

impl Asyncio<'_> {
    /// `create_task`
    pub async fn group_spawn(&self, me: Me<'_>, key: GroupKey, new: &NewTask) -> Result<TaskId, Raise> {
        self.core().group_open(key)?;
        Ok(self.start_task(me, new, |core, task| core.group_add(key, task)).await)
    }

    /// `__aexit__`
    pub async fn leave_group(&self, me: Me<'_>, key: GroupKey, body: Result<(), Raise>) -> Result<(), Raise> {
        let version = self.version;
        let mut propagate = matches!(body, Err(Raise::Cancelled));
        {
            let mut core = self.core();
            core.groups[key].exiting = true;
            if version < Version::V313
                && core.groups[key].parent_cancel_requested
                && core.uncancel(me.task) == 0
            {
                propagate = false;
            }
            if body.is_err() && !core.groups[key].aborting {
                core.group_abort(key);
            }
        }
        while self.core().groups[key].left > 0 {
            let waiter = self.core().create_future();
            self.core().groups[key].on_completed = Some(waiter);
            let waited = self.wait_future(me, waiter, WaitInfo::new(CauseKind::Children)).await;
            let mut core = self.core();
            if waited.is_err() && !core.groups[key].aborting {
                propagate = true;
                core.group_abort(key);
            }
            core.groups[key].on_completed = None;
            core.futures.remove(waiter);
        }
        let mut core = self.core();
        if version >= Version::V313 && core.groups[key].parent_cancel_requested && core.uncancel(me.task) == 0
        {
            propagate = false;
        }
        let mut errors = std::mem::take(&mut core.groups[key].errors);
        core.groups.remove(key);
        if propagate && errors.is_empty() {
            return Err(Raise::Cancelled);
        }
        if let Err(Raise::Failed(failure)) = body {
            errors.push(failure);
        }
        if errors.is_empty() {
            return Ok(());
        }
        if version >= Version::V313 && core.tasks[me.task.slot as usize].num_cancels > 0 {
            core.uncancel(me.task);
            core.cancel_task(me.task);
        }
        Err(Raise::Failed(Failure::group(errors, Span::default())))
    }
}
