//! Nurseries (`_core/_run.py`, `Nursery`, `NurseryManager`, `Runner.spawn_impl`; T6, T9, T10).

use std::rc::Rc;

use crate::runtimes::errors::error;
use crate::runtimes::runtime::Me;
use crate::runtimes::trio::core::Core;
use crate::runtimes::trio::records::{Abort, Nursery, NurseryKey, Role, Sent};
use crate::runtimes::trio::traps::Trio;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::task::NewTask;
use crate::sim::trace::CauseKind;
use crate::source::Span;
use crate::value::{Failure, FailureKind, Raise, TaskId};

/// What a nursery raises: always a group, even of one (`strict_exception_groups`). A cancellation
/// among failures is dropped here: whatever scope it belongs to, nobody can tell later. A group of
/// cancellations alone is a cancellation.
fn group(raised: Vec<Raise>) -> Result<(), Raise> {
    if raised.is_empty() {
        return Ok(());
    }
    let mut failures = Vec::new();
    for raise in raised {
        match raise {
            Raise::Cancelled => {}
            Raise::Failed(failure) if failure.kind == FailureKind::Group && !failure.children.is_empty() => {
                failures.extend(failure.children.iter().cloned());
            }
            Raise::Failed(failure) => failures.push(failure),
        }
    }
    if failures.is_empty() {
        return Err(Raise::Cancelled);
    }
    Err(Raise::Failed(Failure::group(failures, Span::default())))
}

impl Core<'_> {
    /// `NurseryManager.__aenter__`: a scope and a nursery in it; nobody else runs meanwhile.
    pub fn open_nursery(&mut self, task: TaskId) -> NurseryKey {
        let scope = self.new_scope(None, false);
        self.enter(task, scope);
        let status = self.state(task).status.expect("it has just entered a scope");
        self.nurseries.insert(Nursery {
            parent: task,
            scope,
            status,
            children: 0,
            pending: Vec::new(),
            body_running: true,
            parent_waiting: false,
            closed: false,
        })
    }

    /// `start_soon`: into the run queue at once, so its first step is in the next batch (T6).
    pub fn start_soon(
        &mut self,
        key: NurseryKey,
        parent: TaskId,
        new: &NewTask,
        role: Role,
    ) -> Result<TaskId, Raise> {
        match self.nurseries.get(key) {
            Some(nursery) if !nursery.closed => {}
            _ => return Err(error("Nursery is closed to new arrivals")),
        }
        let task = self.new_record(Some(parent), new, role, Some(key));
        if matches!(role, Role::Spawned | Role::Linked | Role::Driver(_)) {
            let scope = self.new_scope(None, false);
            self.task(task).scope = Some(scope);
        }
        self.nurseries[key].children += 1;
        let status = self.nurseries[key].status;
        self.activate(task, Some(status));
        self.reschedule(task, Sent::Nothing);
        Ok(task)
    }

    /// `_add_exc`: the first failure cancels everybody in the nursery (T10).
    fn add_raise(&mut self, key: NurseryKey, raise: Raise) {
        self.nurseries[key].pending.push(raise);
        let scope = self.nurseries[key].scope;
        self.cancel_scope(scope);
    }

    /// `_check_nursery_closed`
    fn check_closed(&mut self, key: NurseryKey) {
        let nursery = &mut self.nurseries[key];
        if nursery.body_running || nursery.children > 0 {
            return;
        }
        nursery.closed = true;
        if std::mem::take(&mut nursery.parent_waiting) {
            let parent = nursery.parent;
            self.reschedule(parent, Sent::Nothing);
        }
    }

    /// `_child_finished`
    pub fn child_finished(&mut self, key: NurseryKey, ended: Result<(), Raise>) {
        self.nurseries[key].children -= 1;
        if let Err(raise) = ended {
            self.add_raise(key, raise);
        }
        self.check_closed(key);
    }

    /// `_nested_child_finished` up to its wait: true if the parent has to wait for children; if not,
    /// leaving is a schedule point all the same (T9).
    pub fn body_finished(&mut self, key: NurseryKey, body: Result<(), Raise>) -> bool {
        if let Err(raise) = body {
            self.add_raise(key, raise);
        }
        self.nurseries[key].body_running = false;
        self.check_closed(key);
        let waits = !self.nurseries[key].closed;
        self.nurseries[key].parent_waiting = waits;
        waits
    }

    /// The rest of `__aexit__`: what the nursery raises, through its scope.
    pub fn close_nursery(&mut self, key: NurseryKey) -> Result<(), Raise> {
        let Some(nursery) = self.nurseries.remove(key) else { return Ok(()) };
        self.close_for_good(nursery.parent, nursery.scope, group(nursery.pending)).0
    }

    /// What a nursery of the library's raises if one of its children failed: the first failure as it is.
    pub fn close_and_unwrap(&mut self, key: NurseryKey) -> Result<(), Raise> {
        let first = self.nurseries.get(key).and_then(|nursery| {
            nursery.pending.iter().find_map(|raise| match raise {
                Raise::Failed(failure) => Some(Rc::clone(failure)),
                Raise::Cancelled => None,
            })
        });
        self.close_nursery(key).map_err(|raise| first.map_or(raise, Raise::Failed))
    }
}

impl Trio<'_> {
    /// The wait of `_nested_child_finished`, which no cancellation aborts.
    pub async fn wait_for_children(&self, me: Me<'_>, key: NurseryKey, body: Result<(), Raise>) {
        let waits = self.core().body_finished(key, body);
        if !waits {
            return self.cancel_shielded_checkpoint(me).await;
        }
        let info = WaitInfo::new(CauseKind::Children);
        let woken = self.wait_task_rescheduled(me, Abort::Refuse, info, None).await;
        debug_assert!(woken.is_ok(), "only the last child ends this wait");
    }
}
