//! Every word of the language, and what it is in trio.

use std::rc::Rc;

use crate::runtimes::costs::{Costs, Spot};
use crate::runtimes::errors::wrong;
use crate::runtimes::keys::{of_scope, of_timer, scope};
use crate::runtimes::runtime::{
    Arm, CancelTarget, Child, Me, Next, ObjectSpec, Runtime, TimeoutEnd, Wait, When,
};
use crate::runtimes::trio::core::LOOP;
use crate::runtimes::trio::objects::Object;
use crate::runtimes::trio::records::{NurseryKey, Role, ScopeKey, Sent};
use crate::runtimes::trio::traps::Trio;
use crate::sim::agenda::{Class, Due};
use crate::sim::kernel::Kernel;
use crate::sim::process::Effect;
use crate::sim::task::NewTask;
use crate::sim::trace::{Cause, CauseKind, Kind as EventKind, Role as WorkerRole};
use crate::time::Duration;
use crate::value::{Mode, ObjectId, Outcome, Raise, ScopeId, TaskId, Value};

impl Runtime for Trio<'_> {
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
        core.new_worker("loop".to_string(), WorkerRole::Worker);
        let task = core.new_record(None, &main, Role::Main, None);
        let status = core.new_status(None, None);
        core.activate(task, Some(status));
        core.daemons = core.open_nursery(task);
        core.root = core.open_nursery(task);
        core.reschedule(task, Sent::Nothing);
    }

    fn next(&self) -> Next {
        self.core().run()
    }

    fn yielded(&self, task: TaskId, effect: Effect) {
        let d = match effect {
            Effect::Await => return,
            Effect::Work(d) | Effect::Block(d) => d,
        };
        if self.is_job(task) {
            return self.core().thread_busy(task, d);
        }
        let mut core = self.core();
        core.turn.busy = Some(task);
        core.turn.epoch += 1;
        let due = Due::Worker { worker: LOOP, epoch: core.turn.epoch };
        self.kernel.after(d, Class::Worker, due);
    }

    fn ended(&self, task: TaskId) {
        self.core().task_gone(task);
    }

    fn due(&self, due: Due) {
        self.core().due(due);
    }

    fn live(&self, due: Due) -> bool {
        match due {
            Due::Wake { .. } => false,
            Due::Worker { .. } => true,
            Due::Timer { slot, serial } => {
                let core = self.core();
                core.scopes.get(of_timer(slot, serial)).is_some_and(|scope| scope.registered)
            }
        }
    }

    fn waits(&self) -> Vec<Wait> {
        let core = self.core();
        let unfinished = self.kernel.tasks().unfinished();
        let wait = |task: TaskId| {
            let info = core.state(task).wait;
            let cause = info.map(|info| Cause {
                kind: info.kind,
                object: info.object,
                holder: info.holder.map(|holder| holder.serial),
                label: None,
            });
            let holders = info.map(|info| core.holders(info)).unwrap_or_default();
            Wait { task, cause, holders }
        };
        unfinished.into_iter().map(wait).collect()
    }

    async fn spawn(&self, me: Me<'_>, new: NewTask, group: Option<ScopeId>) -> Result<TaskId, Raise> {
        self.on_loop(me, "spawn a task")?;
        if let Some(pool) = new.on {
            return self.spawn_on(me, pool, &new);
        }
        let mut core = self.core();
        let (nursery, role) = match group {
            Some(group) if new.detached => (of_scope(group), Role::Bare),
            Some(group) => (of_scope(group), Role::Linked),
            None if new.daemon => (core.daemons, Role::Spawned),
            None => (core.root, Role::Spawned),
        };
        core.start_soon(nursery, me.task, &new, role)
    }

    fn finish(&self, me: Me<'_>, outcome: Outcome) {
        if self.is_job(me.task) {
            self.core().thread_ended(me.task, outcome);
        } else {
            self.core().task_ended(me.task, outcome);
        }
    }

    async fn join(&self, me: Me<'_>, task: TaskId) -> Outcome {
        if self.core().state(me.task).role == Role::Driver(task) {
            let pool = self.core().state(task).thread.map(|thread| thread.pool);
            let Some(pool) = pool else { return Ok(Value::None) };
            let object = self.core().pools[pool].object;
            return self.run_on_thread(me, object, task).await;
        }
        self.on_loop(me, "wait for a task")?;
        self.join_task(me, task).await
    }

    fn cancel(&self, me: Me<'_>, target: CancelTarget) -> bool {
        match target {
            CancelTarget::Task(task) => {
                self.trace(me, EventKind::CancelRequest { target: task.serial });
                self.core().cancel_task(task)
            }
            CancelTarget::Group(group) => {
                let mut core = self.core();
                let nursery: NurseryKey = of_scope(group);
                let Some(scope) = core.nurseries.get(nursery).map(|nursery| nursery.scope) else {
                    return false;
                };
                core.cancel_scope(scope)
            }
            CancelTarget::Scope(scope) => self.core().cancel_scope(of_scope::<ScopeKey>(scope)),
        }
    }

    fn call_back(&self, me: Me<'_>, when: When, new: NewTask) -> Result<(), Raise> {
        self.on_loop(me, "call back")?;
        self.core().call_back(me.task, when, new)
    }

    async fn sleep(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Result<(), Raise> {
        if self.is_job(me.task) {
            self.sleep_on_thread(me, d, CauseKind::Sleep, label).await;
            return Ok(());
        }
        self.delay(me, d, CauseKind::Sleep, label).await
    }

    async fn io(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Result<(), Raise> {
        if self.is_job(me.task) {
            self.sleep_on_thread(me, d, CauseKind::Io, label).await;
            return Ok(());
        }
        self.delay(me, d, CauseKind::Io, label).await
    }

    async fn pause(&self, me: Me<'_>) -> Result<(), Raise> {
        if self.is_job(me.task) {
            return Ok(());
        }
        self.checkpoint(me).await
    }

    fn create(&self, spec: ObjectSpec) -> ObjectId {
        self.core().create(spec)
    }

    async fn acquire(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        self.on_loop(me, "take a lock")?;
        enum Which {
            Lock(usize),
            Limiter(usize),
            Semaphore,
            RwLock,
        }
        let which = match self.core().objects[object.0 as usize] {
            Object::Lock(n) => Which::Lock(n),
            Object::Limiter(n) => Which::Limiter(n),
            Object::Semaphore(_) => Which::Semaphore,
            Object::RwLock(_) => Which::RwLock,
            _ => return Err(wrong("be acquired")),
        };
        match which {
            Which::Lock(n) => self.lock_acquire(me, n).await,
            Which::Limiter(n) => self.limiter_acquire(me, n, me.task, CauseKind::Resource).await,
            Which::Semaphore => self.semaphore_acquire(me, object).await,
            Which::RwLock => self.rwlock_acquire(me, object, mode).await,
        }
    }

    async fn release(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        self.on_loop(me, "give back a lock")?;
        let mut core = self.core();
        match core.objects[object.0 as usize] {
            Object::Lock(n) => core.lock_release(n, me.task),
            Object::Limiter(n) => core.limiter_release(n, me.task),
            Object::Semaphore(_) => {
                core.semaphore_release(object, me.task);
                Ok(())
            }
            Object::RwLock(_) => core.rwlock_release(object, mode, me.task),
            _ => Err(wrong("be released")),
        }
    }

    fn locked(&self, object: ObjectId) -> Result<bool, Raise> {
        let core = self.core();
        match &core.objects[object.0 as usize] {
            Object::Lock(n) => Ok(core.locks[*n].owner.is_some()),
            Object::Limiter(n) => Ok(core.limiters[*n].borrowers.len() as u64 >= core.limiters[*n].total),
            Object::Semaphore(semaphore) => Ok(semaphore.value == 0),
            Object::RwLock(rwlock) => Ok(rwlock.writer.is_some() || !rwlock.readers.is_empty()),
            _ => Err(wrong("be locked")),
        }
    }

    async fn send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<(), Raise> {
        self.on_loop(me, "send")?;
        let n = self.channel(channel)?;
        self.channel_send(me, n, value).await
    }

    async fn receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        self.on_loop(me, "receive")?;
        let n = self.channel(channel)?;
        self.channel_receive(me, n, CauseKind::Receive).await
    }

    fn try_send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<bool, Raise> {
        self.on_loop(me, "send")?;
        let n = self.channel(channel)?;
        self.core().send_nowait(n, me.task, &value)
    }

    fn try_receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        self.on_loop(me, "receive")?;
        self.receive_now(me, channel)
    }

    fn close(&self, me: Me<'_>, channel: ObjectId) -> Result<(), Raise> {
        self.on_loop(me, "close a channel")?;
        let n = self.channel(channel)?;
        self.core().close_channel(n);
        Ok(())
    }

    fn len(&self, channel: ObjectId) -> Result<usize, Raise> {
        let n = self.channel(channel)?;
        let core = self.core();
        Ok(core.channels[n].data.len() + core.channels[n].returned.len())
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
            _ => return Err(wrong("be waited for")),
        };
        match which {
            Which::Event => self.event_wait(me, object).await.map(|()| Value::None),
            Which::Condition => self.condition_wait(me, object).await.map(|()| Value::None),
            Which::Barrier => self.barrier_wait(me, object).await.map(|n| Value::Int(n as i64)),
            Which::Future => self.future_wait(me, object).await,
        }
    }

    fn set(&self, me: Me<'_>, event: ObjectId) -> Result<(), Raise> {
        self.on_loop(me, "set an event")?;
        let is_future = matches!(self.core().objects[event.0 as usize], Object::Future(_));
        if is_future {
            return self.core().future_settle(event, Ok(Value::None));
        }
        self.core().event_set(event)
    }

    fn clear(&self, _me: Me<'_>, event: ObjectId) -> Result<(), Raise> {
        self.core().event(event)?.set = false;
        Ok(())
    }

    fn is_set(&self, event: ObjectId) -> Result<bool, Raise> {
        Ok(self.core().event(event)?.set)
    }

    fn settle(&self, me: Me<'_>, future: ObjectId, outcome: Outcome) -> Result<(), Raise> {
        self.on_loop(me, "settle a future")?;
        self.core().future_settle(future, outcome)
    }

    fn settled(&self, future: ObjectId) -> Result<bool, Raise> {
        Ok(self.core().future(future)?.outcome.is_some())
    }

    fn notify(&self, me: Me<'_>, condition: ObjectId, n: usize) -> Result<(), Raise> {
        self.on_loop(me, "notify")?;
        let is_condition = matches!(self.core().objects[condition.0 as usize], Object::Condition(_));
        if !is_condition {
            return Err(wrong("be notified: it is no condition"));
        }
        self.core().condition_notify(condition, me.task, n)
    }

    async fn gather(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.on_loop(me, "gather tasks")?;
        self.await_gather(me, children).await
    }

    async fn settle_all(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.on_loop(me, "settle tasks")?;
        self.await_settle(me, children).await
    }

    async fn race(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.on_loop(me, "race tasks")?;
        self.await_race(me, children).await
    }

    async fn as_completed(
        &self,
        me: Me<'_>,
        children: Vec<Child>,
        timeout: Option<Duration>,
    ) -> Result<ScopeId, Raise> {
        self.on_loop(me, "start tasks")?;
        self.core().as_completed(me.task, &children, timeout).map(scope)
    }

    async fn next_result(&self, me: Me<'_>, results: ScopeId) -> Result<Option<Value>, Raise> {
        self.next_completed(me, of_scope(results)).await
    }

    fn shield_inline(&self, me: Me<'_>) -> Option<ScopeId> {
        if self.is_job(me.task) { None } else { Some(scope(self.core().enter_new(me.task, None, true))) }
    }

    async fn shield(&self, me: Me<'_>, child: Child) -> Outcome {
        self.on_loop(me, "shield a task")?;
        self.shielded(me, &child).await
    }

    async fn offload(&self, me: Me<'_>, pool: ObjectId, new: NewTask) -> Outcome {
        self.on_loop(me, "offload a task")?;
        self.offload_to(me, pool, &new).await
    }

    async fn select(&self, me: Me<'_>, arms: Vec<Arm>) -> Result<(usize, Value), Raise> {
        self.on_loop(me, "select")?;
        self.await_select(me, arms).await
    }

    fn group_enter(&self, me: Me<'_>) -> ScopeId {
        scope(self.core().open_nursery(me.task))
    }

    async fn group_exit(&self, me: Me<'_>, group: ScopeId, body: Result<(), Raise>) -> Result<(), Raise> {
        let nursery: NurseryKey = of_scope(group);
        self.wait_for_children(me, nursery, body).await;
        self.core().close_nursery(nursery)
    }

    fn timeout_enter(&self, me: Me<'_>, d: Option<Duration>) -> ScopeId {
        let deadline = d.map(|d| self.kernel.now() + d);
        scope(self.core().enter_new(me.task, deadline, false))
    }

    fn timeout_exit(&self, me: Me<'_>, timeout: ScopeId, body: Result<(), Raise>) -> TimeoutEnd {
        match self.core().close_for_good(me.task, of_scope(timeout), body) {
            (_, true) => TimeoutEnd::Expired,
            (Ok(()), false) => TimeoutEnd::Normal,
            (Err(raise), false) => TimeoutEnd::Raise(raise),
        }
    }

    /// `fail_after` around a call.
    fn wait_for_inline(&self, _d: Duration) -> bool {
        true
    }

    /// Who waits for a task does not cancel it by being cancelled.
    fn wait_for_handle_inline(&self) -> bool {
        false
    }

    async fn wait_for(&self, me: Me<'_>, child: Child, d: Duration) -> Outcome {
        self.wait_for_child(me, child, d).await
    }
}
