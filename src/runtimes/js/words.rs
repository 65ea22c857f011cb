//! Every word of the language, and what it is in JavaScript.

use std::rc::Rc;

use crate::runtimes::costs::{Costs, Spot};
use crate::runtimes::errors::wrong;
use crate::runtimes::js::awaiting::Js;
use crate::runtimes::js::core::Core;
use crate::runtimes::js::objects::{Object, Waiter};
use crate::runtimes::js::promises::Job;
use crate::runtimes::js::records::Part;
use crate::runtimes::js::settings::Yields;
use crate::runtimes::js::timers::Action;
use crate::runtimes::keys::{of_scope, scope};
use crate::runtimes::runtime::{
    Arm, CancelTarget, Child, Me, Next, ObjectSpec, Runtime, TimeoutEnd, Wait, When,
};
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::agenda::Due;
use crate::sim::kernel::Kernel;
use crate::sim::process::Effect;
use crate::sim::task::NewTask;
use crate::sim::trace::{Cause, CauseKind, Kind as EventKind, Role};
use crate::time::Duration;
use crate::value::{Mode, ObjectId, Outcome, Raise, ScopeId, TaskId, Value};

impl Runtime for Js<'_> {
    fn kernel(&self) -> &Kernel {
        self.kernel
    }

    fn costs(&self) -> Costs {
        self.costs
    }

    fn spot(&self, task: TaskId) -> Spot {
        self.core().spot(task)
    }

    fn begin(&self, main: NewTask) {
        let mut core = self.core();
        core.loops[0].worker = core.new_worker("loop".to_string(), Role::Worker);
        let signal = core.signals.add();
        let task = core.new_task(None, &main, Part::Main, signal, 0);
        core.watch(task);
        core.began(task);
        core.loops[0].resume = Some(task);
    }

    fn next(&self) -> Next {
        self.core().run()
    }

    fn yielded(&self, task: TaskId, effect: Effect) {
        self.core().yielded(task, effect);
    }

    fn ended(&self, task: TaskId) {
        let mut core = self.core();
        core.suspended();
        match core.task(task).part {
            Part::Main | Part::Spawned | Part::Daemon => {}
            Part::Call | Part::Callback | Part::Job => core.forget(task),
        }
    }

    fn due(&self, due: Due) {
        self.core().due(due);
    }

    fn live(&self, due: Due) -> bool {
        self.core().live(due)
    }

    fn waits(&self) -> Vec<Wait> {
        let core = self.core();
        let wait = |task: TaskId| {
            let info = core.tasks[task.slot as usize].wait;
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
        self.on_loop(me, "spawn a task")?;
        if let Some(group) = group {
            return self.group_spawn(me, of_scope(group), &new).await;
        }
        let part = if new.daemon { Part::Daemon } else { Part::Spawned };
        let signal = self.core().signals.add();
        let task = match new.on {
            None => self.call(me, &new, part, signal).await,
            Some(pool) => {
                let pool = self.pool(pool)?;
                let mut core = self.core();
                let home = core.next_thread(pool);
                let task = core.new_task(Some(me.task), &new, part, signal, home);
                core.post(home, task);
                task
            }
        };
        self.core().watch(task);
        Ok(task)
    }

    fn finish(&self, me: Me<'_>, outcome: Outcome) {
        self.core().finish(me.task, outcome);
    }

    fn calls_take_a_turn(&self) -> bool {
        true
    }

    async fn call_ended(&self, me: Me<'_>) {
        self.tick(me).await;
    }

    async fn join(&self, me: Me<'_>, task: TaskId) -> Outcome {
        self.on_loop(me, "wait for a task")?;
        if !self.kernel.tasks().exists(task) {
            return Ok(Value::None);
        }
        self.joined(me, task).await
    }

    fn cancel(&self, me: Me<'_>, target: CancelTarget) -> bool {
        match target {
            CancelTarget::Task(task) => {
                self.trace(me, EventKind::CancelRequest { target: task.serial });
                self.core().cancel_task(task)
            }
            CancelTarget::Group(id) => self.core().group_cancel(of_scope(id)),
            CancelTarget::Scope(id) => self.core().scope_cancel(of_scope(id)),
        }
    }

    fn call_back(&self, me: Me<'_>, when: When, new: NewTask) -> Result<(), Raise> {
        self.on_loop(me, "set a callback")?;
        self.core().call_back(me.task, when, new);
        Ok(())
    }

    async fn sleep(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Result<(), Raise> {
        self.delay(me, d, CauseKind::Sleep, label).await
    }

    async fn io(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Result<(), Raise> {
        self.delay(me, d, CauseKind::Io, label).await
    }

    async fn pause(&self, me: Me<'_>) -> Result<(), Raise> {
        match self.yields {
            Yields::Microtask => self.tick(me).await,
            Yields::Immediate => {
                let promise = {
                    let mut core = self.core();
                    let promise = core.promises.add();
                    core.here().immediates.push_back(Job::Fulfil(promise));
                    promise
                };
                self.awaited(me, promise, WaitInfo::new(CauseKind::Sleep)).await?;
                self.core().promises.remove(promise);
            }
        }
        Ok(())
    }

    fn create(&self, spec: ObjectSpec) -> ObjectId {
        self.core().create(spec)
    }

    async fn acquire(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        self.on_loop(me, "take a lock")?;
        self.take_turn(me, object, mode).await
    }

    async fn release(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        self.core().release(object, mode, me.task)
    }

    fn locked(&self, object: ObjectId) -> Result<bool, Raise> {
        self.core().locked(object)
    }

    async fn send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<(), Raise> {
        self.on_loop(me, "send")?;
        self.channel_send(me, channel, value).await
    }

    async fn receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        self.on_loop(me, "receive")?;
        self.channel_receive(me, channel).await
    }

    fn try_send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<bool, Raise> {
        self.core().try_send(channel, me.task, &value)
    }

    fn try_receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        self.core().try_receive(channel, me.task)
    }

    fn close(&self, _me: Me<'_>, channel: ObjectId) -> Result<(), Raise> {
        self.core().close(channel)
    }

    fn len(&self, channel: ObjectId) -> Result<usize, Raise> {
        Ok(self.core().channel(channel)?.items.len())
    }

    async fn wait(&self, me: Me<'_>, object: ObjectId) -> Outcome {
        self.on_loop(me, "wait")?;
        enum Which {
            Event,
            Condition,
            Barrier,
            Future,
        }
        let which = match &self.core().objects[object.0 as usize] {
            Object::Event(_) => Which::Event,
            Object::Condition(_) => Which::Condition,
            Object::Barrier(_) => Which::Barrier,
            Object::Future(_) => Which::Future,
            _other => return Err(wrong("be waited for")),
        };
        match which {
            Which::Event => self.event_wait(me, object).await,
            Which::Condition => self.condition_wait(me, object).await,
            Which::Barrier => self.barrier_wait(me, object).await,
            Which::Future => self.future_wait(me, object).await,
        }
    }

    fn set(&self, me: Me<'_>, event: ObjectId) -> Result<(), Raise> {
        if matches!(self.core().objects[event.0 as usize], Object::Future(_)) {
            return self.settle(me, event, Ok(Value::None));
        }
        self.core().set(event)
    }

    fn clear(&self, _me: Me<'_>, event: ObjectId) -> Result<(), Raise> {
        self.core().event(event, "cleared")?.set = false;
        Ok(())
    }

    fn is_set(&self, event: ObjectId) -> Result<bool, Raise> {
        Ok(self.core().event(event, "set")?.set)
    }

    fn settle(&self, _me: Me<'_>, future: ObjectId, outcome: Outcome) -> Result<(), Raise> {
        self.core().settle_future(future, outcome)
    }

    fn settled(&self, future: ObjectId) -> Result<bool, Raise> {
        Ok(self.core().future(future)?.outcome.is_some())
    }

    fn notify(&self, _me: Me<'_>, condition: ObjectId, n: usize) -> Result<(), Raise> {
        self.core().notify(condition, n)
    }

    async fn gather(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.on_loop(me, "gather tasks")?;
        self.all(me, children, false).await
    }

    async fn settle_all(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.on_loop(me, "settle tasks")?;
        self.all(me, children, true).await
    }

    async fn race(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.on_loop(me, "race tasks")?;
        self.first_of(me, children).await
    }

    async fn as_completed(
        &self,
        me: Me<'_>,
        children: Vec<Child>,
        timeout: Option<Duration>,
    ) -> Result<ScopeId, Raise> {
        self.on_loop(me, "start tasks")?;
        self.completed(me, children, timeout).await.map(scope)
    }

    async fn next_result(&self, me: Me<'_>, results: ScopeId) -> Result<Option<Value>, Raise> {
        self.next_completed(me, of_scope(results)).await
    }

    async fn shield(&self, me: Me<'_>, child: Child) -> Outcome {
        self.on_loop(me, "shield a task")?;
        self.shielded(me, child).await
    }

    async fn offload(&self, me: Me<'_>, pool: ObjectId, new: NewTask) -> Outcome {
        self.on_loop(me, "offload a task")?;
        self.run_on(me, pool, new).await
    }

    async fn select(&self, me: Me<'_>, arms: Vec<Arm>) -> Result<(usize, Value), Raise> {
        self.on_loop(me, "select")?;
        self.first_arm(me, arms).await
    }

    fn group_enter(&self, me: Me<'_>) -> ScopeId {
        scope(self.core().group_enter(me.task))
    }

    async fn group_exit(&self, me: Me<'_>, group: ScopeId, body: Result<(), Raise>) -> Result<(), Raise> {
        self.group_close(me, of_scope(group), body).await
    }

    fn timeout_enter(&self, me: Me<'_>, d: Option<Duration>) -> ScopeId {
        scope(self.core().deadline_enter(me.task, d))
    }

    fn timeout_exit(&self, _me: Me<'_>, timeout: ScopeId, body: Result<(), Raise>) -> TimeoutEnd {
        self.core().deadline_exit(of_scope(timeout), body)
    }

    fn wait_for_inline(&self, _d: Duration) -> bool {
        true
    }

    async fn wait_for(&self, _me: Me<'_>, _child: Child, _d: Duration) -> Outcome {
        unreachable!("`wait_for` is inline")
    }
}

impl Js<'_> {
    /// `await sleep(d, signal)`: a timer whose callback fulfils a promise (J32); no time is a timer too.
    async fn delay(
        &self,
        me: Me<'_>,
        d: Duration,
        kind: CauseKind,
        label: Option<Rc<str>>,
    ) -> Result<(), Raise> {
        let set = |core: &mut Core<'_>, waiter: Waiter<()>| {
            core.set_timeout_for(waiter.promise, d, Action::Fulfil(waiter.promise));
        };
        self.wait_for_turn(me, WaitInfo::new(kind), label, set).await.map(|_| ())
    }
}
