//! Every word of the language, and what it is in tokio.

use std::rc::Rc;

use crate::runtimes::costs::{Costs, Spot};
use crate::runtimes::errors::{error, wrong};
use crate::runtimes::keys::{of_scope, scope};
use crate::runtimes::runtime::{
    Arm, CancelTarget, Child, Me, Next, ObjectSpec, Runtime, TimeoutEnd, Wait, When,
};
use crate::runtimes::tokio::blocking::job_of;
use crate::runtimes::tokio::combinators::{All, First, Settled};
use crate::runtimes::tokio::futures::Fut;
use crate::runtimes::tokio::mpsc::Send;
use crate::runtimes::tokio::objects::Object;
use crate::runtimes::tokio::records::{Awaited, Home, ScopeKind, WaitInfo};
use crate::runtimes::tokio::runtime::Tokio;
use crate::runtimes::tokio::timers::Sleep;
use crate::sim::agenda::Due;
use crate::sim::kernel::Kernel;
use crate::sim::process::Effect;
use crate::sim::task::NewTask;
use crate::sim::trace::{Cause, CauseKind, Kind as EventKind};
use crate::time::Duration;
use crate::value::{Mode, ObjectId, Outcome, Raise, ScopeId, TaskId, Value};

impl Runtime for Tokio<'_> {
    fn kernel(&self) -> &Kernel {
        self.kernel
    }

    fn costs(&self) -> Costs {
        self.settings.costs()
    }

    fn spot(&self, task: TaskId) -> Spot {
        self.core().spot(task)
    }

    fn begin(&self, main: NewTask) {
        self.start(&main);
    }

    fn next(&self) -> Next {
        self.core().run()
    }

    fn yielded(&self, task: TaskId, effect: Effect) {
        let mut core = self.core();
        match (effect, core.task(task).job) {
            (Effect::Await, None) => core.pending(task),
            (Effect::Await, Some(_)) => {}
            (Effect::Work(d) | Effect::Block(d), None) => core.busy(task, d),
            (Effect::Work(d) | Effect::Block(d), Some(_)) => core.job_busy(task, d),
        }
    }

    fn ended(&self, task: TaskId) {
        self.core().poll_ended(task);
    }

    fn due(&self, due: Due) {
        let mut core = self.core();
        match due {
            Due::Wake { .. } => {}
            Due::Timer { slot, serial } => core.worker_due(slot as usize, serial, true),
            Due::Worker { worker, epoch } => match job_of(worker, epoch) {
                Some(task) => core.job_due(task),
                None => core.worker_due(worker as usize, epoch, false),
            },
        }
    }

    fn live(&self, due: Due) -> bool {
        match due {
            Due::Wake { .. } => false,
            Due::Timer { slot, serial } => self.core().workers[slot as usize].epoch == serial,
            Due::Worker { .. } => true,
        }
    }

    fn waits(&self) -> Vec<Wait> {
        let core = self.core();
        let wait = |task: TaskId| {
            let info = core.tasks[task.slot as usize].wait.as_ref();
            let cause = info.map(|info| Cause {
                kind: info.kind,
                object: info.object,
                holder: info.holder.map(|holder| holder.serial),
                label: None,
            });
            let holders = info.map(|info| core.holders(info)).unwrap_or_default();
            Wait { task, cause, holders }
        };
        self.kernel.tasks().unfinished().into_iter().map(wait).collect()
    }

    async fn spawn(&self, me: Me<'_>, new: NewTask, group: Option<ScopeId>) -> Result<TaskId, Raise> {
        self.on_runtime(me, "spawn a task")?;
        let mut core = self.core();
        if let Some(group) = group {
            core.group_takes(of_scope(group))?;
        }
        let home = match new.on {
            Some(pool) => {
                let pool = core.pool(pool)?;
                Home::Worker(core.pool_loop(pool))
            }
            None => core.home_here(),
        };
        let task = core.spawn_task(Some(me.task), &new, home);
        if let Some(group) = group {
            core.join_group(of_scope(group), task);
        }
        if !new.daemon {
            core.count_in(task);
        }
        Ok(task)
    }

    fn finish(&self, me: Me<'_>, outcome: Outcome) {
        let mut core = self.core();
        match core.task(me.task).job {
            Some(job) => core.job_ended(job, me.task, outcome),
            None => core.task_ended(me.task, outcome),
        }
    }

    async fn join(&self, me: Me<'_>, task: TaskId) -> Outcome {
        self.on_runtime(me, "wait for a task")?;
        if task == me.task {
            return Err(error("a task cannot wait for itself"));
        }
        let info = WaitInfo { holder: Some(task), ..WaitInfo::new(CauseKind::Join) };
        self.wait_plain(me, Fut::Join(Awaited::Task(task), None), info).await
    }

    fn cancel(&self, me: Me<'_>, target: CancelTarget) -> bool {
        match target {
            CancelTarget::Task(task) => {
                self.core().trace(me.task, EventKind::CancelRequest { target: task.serial });
                self.core().abort(task)
            }
            CancelTarget::Group(group) => self.core().cancel_group(of_scope(group)),
            CancelTarget::Scope(scope) => self.core().cancel_scope(of_scope(scope)),
        }
    }

    fn call_back(&self, me: Me<'_>, when: When, new: NewTask) -> Result<(), Raise> {
        self.on_runtime(me, "schedule a callback")?;
        let new = NewTask { daemon: true, detached: true, ..new };
        let mut core = self.core();
        let home = core.home_here();
        let task = core.spawn_task(Some(me.task), &new, home);
        if let When::After(d) = when {
            core.task(task).delay = Some(Sleep::until(self.kernel.now() + d));
            core.now_waits(task, &WaitInfo::new(CauseKind::Sleep));
        }
        Ok(())
    }

    async fn sleep(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Result<(), Raise> {
        self.delay(me, d, CauseKind::Sleep, label).await
    }

    async fn io(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Result<(), Raise> {
        self.delay(me, d, CauseKind::Io, label).await
    }

    async fn pause(&self, me: Me<'_>) -> Result<(), Raise> {
        if self.core().task(me.task).job.is_some() {
            return Ok(());
        }
        self.wait_plain(me, Fut::Yield(false), WaitInfo::new(CauseKind::Sleep)).await.map(|_| ())
    }

    fn create(&self, spec: ObjectSpec) -> ObjectId {
        self.core().create(spec)
    }

    async fn acquire(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        self.take(me, object, mode).await
    }

    async fn release(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        self.core().release(object, mode, me.task)
    }

    fn locked(&self, object: ObjectId) -> Result<bool, Raise> {
        let mut core = self.core();
        let sync = core.sync(object)?;
        let (semaphore, all) = (sync.semaphore, sync.permits(Mode::Plain));
        Ok(core.semaphores[semaphore].permits < all)
    }

    async fn send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<(), Raise> {
        self.on_runtime(me, "send")?;
        let n = self.core().channel(channel)?;
        let info = WaitInfo::object(CauseKind::Send, channel);
        self.wait_plain(me, Fut::Send(Send::new(n, value)), info).await?;
        Ok(())
    }

    async fn receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        self.on_runtime(me, "receive")?;
        let receive = {
            let core = self.core();
            core.new_receive(core.channel(channel)?)
        };
        let info = WaitInfo::object(CauseKind::Receive, channel);
        let mut fut = Fut::Receive(receive);
        let value = self.wait_for_future(me, &mut fut, info).await?;
        if let Fut::Receive(receive) = &fut
            && receive.drained
        {
            return Ok(None);
        }
        Ok(Some(value))
    }

    fn try_send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<bool, Raise> {
        let n = self.core().channel(channel)?;
        self.core().try_send(n, value, me.task)
    }

    fn try_receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        let n = self.core().channel(channel)?;
        Ok(self.core().try_receive(n, me.task))
    }

    fn close(&self, _me: Me<'_>, channel: ObjectId) -> Result<(), Raise> {
        let n = self.core().channel(channel)?;
        self.core().close(n);
        Ok(())
    }

    fn len(&self, channel: ObjectId) -> Result<usize, Raise> {
        let n = self.core().channel(channel)?;
        Ok(self.core().channels[n].items.len())
    }

    async fn wait(&self, me: Me<'_>, object: ObjectId) -> Outcome {
        self.wait_at(me, object).await
    }

    fn set(&self, me: Me<'_>, event: ObjectId) -> Result<(), Raise> {
        let mut core = self.core();
        let waiters = match &mut core.objects[event.0 as usize] {
            Object::Event(event) => {
                event.set = true;
                event.waiters.drain()
            }
            Object::Future(_) => {
                drop(core);
                return self.settle(me, event, Ok(Value::None));
            }
            _ => return Err(wrong("be set: it is no event")),
        };
        core.wake_all(waiters);
        Ok(())
    }

    fn clear(&self, _me: Me<'_>, event: ObjectId) -> Result<(), Raise> {
        match &mut self.core().objects[event.0 as usize] {
            Object::Event(event) => {
                event.set = false;
                Ok(())
            }
            _ => Err(wrong("be cleared: it is no event")),
        }
    }

    fn is_set(&self, event: ObjectId) -> Result<bool, Raise> {
        match &self.core().objects[event.0 as usize] {
            Object::Event(event) => Ok(event.set),
            _ => Err(wrong("be set: it is no event")),
        }
    }

    fn settle(&self, _me: Me<'_>, future: ObjectId, outcome: Outcome) -> Result<(), Raise> {
        let mut core = self.core();
        let promise = core.promise(future)?;
        if promise.outcome.is_some() {
            return Err(error("this future is settled already"));
        }
        promise.outcome = Some(outcome);
        let (waiters, results) = (promise.waiters.drain(), std::mem::take(&mut promise.results));
        core.wake_all(waiters);
        for (results, child) in results {
            core.result_ready(results, child);
        }
        Ok(())
    }

    fn settled(&self, future: ObjectId) -> Result<bool, Raise> {
        Ok(self.core().promise(future)?.outcome.is_some())
    }

    fn notify(&self, _me: Me<'_>, condition: ObjectId, n: usize) -> Result<(), Raise> {
        let mut core = self.core();
        for _ in 0..n {
            let Object::Condition(condition) = &mut core.objects[condition.0 as usize] else {
                return Err(wrong("be notified: it is no condition"));
            };
            let Some(waker) = condition.waiters.pop() else { break };
            core.wake(waker.task);
        }
        Ok(())
    }

    async fn gather(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.on_runtime(me, "gather tasks")?;
        let children = self.core().start_children(me.task, &children)?;
        self.wait_plain(me, Fut::All(All::new(children)), WaitInfo::new(CauseKind::Children)).await
    }

    async fn settle_all(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.on_runtime(me, "settle tasks")?;
        let children = self.core().start_children(me.task, &children)?;
        let settled = Fut::Settled(Settled::new(children));
        self.wait_plain(me, settled, WaitInfo::new(CauseKind::Children)).await
    }

    async fn race(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.on_runtime(me, "race tasks")?;
        if children.is_empty() {
            return Err(error("`race` needs at least one task"));
        }
        let children = self.core().start_children(me.task, &children)?;
        let first = Fut::First(First::new(children.clone()));
        let outcome = self.wait_plain(me, first, WaitInfo::new(CauseKind::Children)).await;
        // The others are aborted, also if this task is dropped, and not waited for.
        for child in children {
            if let Awaited::Task(task) = child {
                self.core().abort(task);
            }
        }
        outcome
    }

    async fn as_completed(
        &self,
        me: Me<'_>,
        children: Vec<Child>,
        timeout: Option<Duration>,
    ) -> Result<ScopeId, Raise> {
        self.on_runtime(me, "start tasks")?;
        let mut core = self.core();
        let children = core.start_children(me.task, &children)?;
        Ok(scope(core.as_completed(children, timeout)))
    }

    async fn next_result(&self, me: Me<'_>, results: ScopeId) -> Result<Option<Value>, Raise> {
        let taken = self.core().take_next(of_scope(results));
        match taken {
            None => Ok(None),
            Some(taken) => {
                let info = WaitInfo::new(CauseKind::Children);
                self.wait_plain(me, Fut::Taken(taken), info).await.map(Some)
            }
        }
    }

    async fn shield(&self, me: Me<'_>, child: Child) -> Outcome {
        self.on_runtime(me, "shield a task")?;
        let children = self.core().start_children(me.task, &[child])?;
        let joined = Fut::Join(children[0], None);
        self.wait_plain(me, joined, WaitInfo::new(CauseKind::Join)).await
    }

    async fn offload(&self, me: Me<'_>, pool: ObjectId, new: NewTask) -> Outcome {
        self.run_offloaded(me, pool, new).await
    }

    async fn select(&self, me: Me<'_>, arms: Vec<Arm>) -> Result<(usize, Value), Raise> {
        self.on_runtime(me, "select")?;
        let select = self.core().new_select(me.task, &arms)?;
        let mut fut = Fut::Select(select);
        let value = self.wait_for_future(me, &mut fut, WaitInfo::new(CauseKind::Select)).await?;
        match fut {
            Fut::Select(select) => Ok((select.won.unwrap_or_default(), value)),
            _ => unreachable!("it was made a select above"),
        }
    }

    fn group_enter(&self, me: Me<'_>) -> ScopeId {
        scope(self.core().group_enter(me.task))
    }

    async fn group_exit(&self, me: Me<'_>, group: ScopeId, body: Result<(), Raise>) -> Result<(), Raise> {
        let key = of_scope(group);
        self.core().group_closes(key, body.is_err());
        let info = WaitInfo::new(CauseKind::Children);
        let waited = self.wait_plain(me, Fut::Children(key), info).await;
        let left = self.core().group_exit(key, body);
        waited.and(Ok(()))?;
        left
    }

    fn timeout_enter(&self, me: Me<'_>, d: Option<Duration>) -> ScopeId {
        let mut core = self.core();
        scope(match d {
            Some(d) => core.timeout_enter(me.task, d),
            None => core.enter(me.task, ScopeKind::Token(Default::default())),
        })
    }

    fn timeout_exit(&self, _me: Me<'_>, scope: ScopeId, body: Result<(), Raise>) -> TimeoutEnd {
        self.core().timeout_exit(of_scope(scope), body)
    }

    fn wait_for_inline(&self, _d: Duration) -> bool {
        true
    }

    async fn wait_for(&self, _me: Me<'_>, _child: Child, _d: Duration) -> Outcome {
        unreachable!("`wait_for` is always inline here")
    }
}
