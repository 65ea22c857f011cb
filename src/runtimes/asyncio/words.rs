//! Every word of the language, and what it is in asyncio.

use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::runtimes::asyncio::core::Core;
use crate::runtimes::asyncio::handles::THREAD;
use crate::runtimes::asyncio::objects::Object;
use crate::runtimes::asyncio::runners::Asyncio;
use crate::runtimes::asyncio::settings::Version;
use crate::runtimes::costs::{Costs, Spot};
use crate::runtimes::errors::{error, wrong};
use crate::runtimes::keys::{of_scope, of_timer, scope};
use crate::runtimes::runtime::{
    Arm, CancelTarget, Child, Me, Next, ObjectSpec, Runtime, Said, TimeoutEnd, Wait, When, Word,
};
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::agenda::{Class, Due};
use crate::sim::kernel::Kernel;
use crate::sim::process::{Effect, Reply};
use crate::sim::task::NewTask;
use crate::sim::trace::{Cause, CauseKind, Kind as EventKind};
use crate::time::Duration;
use crate::value::{Mode, ObjectId, Outcome, Raise, ScopeId, TaskId, Value};

impl Runtime for Asyncio<'_> {
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
        self.core().begin("loop", &main);
    }

    fn next(&self) -> Next {
        self.core().run()
    }

    fn yielded(&self, task: TaskId, effect: Effect) {
        let mut core = self.core();
        let d = match effect {
            Effect::Await => return core.eager_over(task),
            Effect::Work(d) | Effect::Block(d) => d,
        };
        if core.tasks[task.slot as usize].job.is_some() {
            return core.thread_busy(task, d);
        }
        let n = core.current_loop;
        let now = core.now();
        let this = &mut core.loops[n];
        this.busy = Some(task);
        this.epoch += 1;
        let due = Due::Worker { worker: n as u32, epoch: this.epoch };
        self.kernel.at(now + d, Class::Worker, due);
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
            Due::Worker { worker, .. } if worker >= THREAD => true,
            Due::Worker { worker, epoch } => self.core().loops[worker as usize].epoch == epoch,
            Due::Timer { slot, serial } => self.core().timers.contains_key(of_timer(slot, serial)),
        }
    }

    fn prefetch(&self, soon: &[Due], wakes: &mut Vec<u32>) {
        self.core().prefetch(soon, wakes);
    }

    fn waits(&self) -> Vec<Wait> {
        let core = self.core();
        let unfinished = self.kernel.tasks().unfinished();
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
        unfinished.into_iter().map(wait).collect()
    }

    #[inline(always)]
    fn step(&self, me: Me<'_>, word: &Word, reply: Option<Reply>) -> Result<Said, Raise> {
        self.step_word(me, word, reply)
    }

    /// Only who starts tasks eagerly is parked meanwhile.
    fn spawns_at_once(&self) -> bool {
        !self.eager
    }

    fn spawn_at_once(&self, me: Me<'_>, new: NewTask, group: Option<ScopeId>) -> Result<TaskId, Raise> {
        let spawn: Pin<&mut _> = pin!(self.spawn(me, new, group));
        match spawn.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(task) => task,
            Poll::Pending => unreachable!("it waits for nothing"),
        }
    }

    async fn spawn(&self, me: Me<'_>, new: NewTask, group: Option<ScopeId>) -> Result<TaskId, Raise> {
        self.on_loop(me, "spawn a task")?;
        if let Some(group) = group {
            return self.group_spawn(me, of_scope(group), &new).await;
        }
        let root = |core: &mut Core<'_>, task| {
            if !new.daemon {
                core.add_root(task);
            }
        };
        let Some(pool) = new.on else { return Ok(self.start_task(me, &new, root).await) };
        let n = self.pool(pool)?;
        let mut core = self.core();
        let home = core.pool_loop(n);
        let task = core.create_task(Some(me.task), &new, home);
        root(&mut core, task);
        Ok(task)
    }

    fn finish(&self, me: Me<'_>, outcome: Outcome) {
        let mut core = self.core();
        if core.tasks[me.task.slot as usize].job.is_some() {
            core.thread_ended(me.task, outcome);
        } else {
            core.task_ended(me.task, outcome);
        }
    }

    async fn join(&self, me: Me<'_>, task: TaskId) -> Outcome {
        let said = self.by_steps(me, Word::Join(task)).await?;
        Ok(if let Said::Over(value) = said { value } else { Value::None })
    }

    fn cancel(&self, me: Me<'_>, target: CancelTarget) -> bool {
        match target {
            CancelTarget::Task(task) => {
                self.trace(me, EventKind::CancelRequest { target: task.serial });
                self.core().cancel_task(task)
            }
            CancelTarget::Group(group) => self.core().group_cancel(of_scope(group)),
            CancelTarget::Scope(scope) => self.core().scope_cancel(of_scope(scope)),
        }
    }

    fn call_back(&self, me: Me<'_>, when: When, new: NewTask) -> Result<(), Raise> {
        self.on_loop(me, "call back")?;
        self.core().call_back(me.task, when, new);
        Ok(())
    }

    async fn sleep(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Result<(), Raise> {
        match self.by_steps(me, Word::Sleep(d, label.clone())).await? {
            Said::Coroutine => self.sleep_on_thread(me, d, CauseKind::Sleep, label).await,
            _ => Ok(()),
        }
    }

    async fn io(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Result<(), Raise> {
        match self.by_steps(me, Word::Io(d, label.clone())).await? {
            Said::Coroutine => self.sleep_on_thread(me, d, CauseKind::Io, label).await,
            _ => Ok(()),
        }
    }

    /// On a thread there is nobody to let go first.
    async fn pause(&self, me: Me<'_>) -> Result<(), Raise> {
        self.by_steps(me, Word::Pause).await.map(drop)
    }

    fn create(&self, spec: ObjectSpec) -> ObjectId {
        self.core().create(spec)
    }

    async fn acquire(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        if !matches!(self.by_steps(me, Word::Acquire(object, mode)).await?, Said::Coroutine) {
            return Ok(());
        }
        if !matches!(self.core().objects[object.0 as usize], Object::RwLock(_)) {
            return Err(wrong("be acquired"));
        }
        self.rwlock_acquire(me, object, mode).await?;
        self.trace(me, EventKind::Acquire { object });
        Ok(())
    }

    async fn release(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        self.core().release(object, mode, me.task)
    }

    fn locked(&self, object: ObjectId) -> Result<bool, Raise> {
        let core = self.core();
        match &core.objects[object.0 as usize] {
            Object::Lock(n) => Ok(core.locks[*n].locked),
            Object::Semaphore(_) => Ok(core.semaphore_locked(object)),
            Object::RwLock(rwlock) => Ok(rwlock.writer.is_some() || !rwlock.readers.is_empty()),
            _ => Err(wrong("be locked")),
        }
    }

    async fn send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<(), Raise> {
        self.by_steps(me, Word::Send(channel, value)).await.map(drop)
    }

    async fn receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        let said = self.by_steps(me, Word::Receive(channel)).await?;
        Ok(if let Said::Over(value) = said { Some(value) } else { None })
    }

    fn try_send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<bool, Raise> {
        let at = self.queue(channel)?;
        let sent = self.core().put_nowait(at, value)?;
        if sent {
            self.trace(me, EventKind::Send { object: channel });
        }
        Ok(sent)
    }

    fn try_receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        let at = self.queue(channel)?;
        let value = self.core().get_nowait(at);
        if value.is_some() {
            self.trace(me, EventKind::Receive { object: channel });
        }
        Ok(value)
    }

    fn close(&self, _me: Me<'_>, channel: ObjectId) -> Result<(), Raise> {
        let at = self.queue(channel)?;
        self.core().queue_close(at);
        Ok(())
    }

    fn len(&self, channel: ObjectId) -> Result<usize, Raise> {
        let at = self.queue(channel)?;
        Ok(self.core().queue(at).size())
    }

    async fn wait(&self, me: Me<'_>, object: ObjectId) -> Outcome {
        if let Said::Over(value) = self.by_steps(me, Word::Wait(object)).await? {
            return Ok(value);
        }
        self.on_loop(me, "wait")?;
        enum Which {
            Event,
            Condition(usize),
            Barrier,
        }
        let which = match &self.core().objects[object.0 as usize] {
            Object::Event(_) => Which::Event,
            Object::Condition(n) => Which::Condition(*n),
            Object::Barrier(_) => Which::Barrier,
            _ => return Err(wrong("be waited for")),
        };
        let info = |kind| WaitInfo { kind, object: Some(object), holder: None };
        match which {
            Which::Event => self.event_wait(me, object).await.map(|()| Value::None),
            Which::Condition(n) => {
                self.condition_wait(me, n, info(CauseKind::Condition)).await.map(|()| Value::None)
            }
            Which::Barrier => self.barrier_wait(me, object).await.map(|n| Value::Int(n as i64)),
        }
    }

    fn set(&self, me: Me<'_>, event: ObjectId) -> Result<(), Raise> {
        let is_future = matches!(self.core().objects[event.0 as usize], Object::Future(_));
        if is_future {
            return self.settle(me, event, Ok(Value::None));
        }
        match self.core().objects[event.0 as usize] {
            Object::Event(_) => {}
            _ => return Err(wrong("be set: it is no event")),
        }
        self.core().event_set(event);
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
        let fut = self.future(future)?;
        if self.core().futures.done(fut) {
            return Err(error("this future is settled already"));
        }
        self.core().set_done(fut, outcome);
        Ok(())
    }

    fn settled(&self, future: ObjectId) -> Result<bool, Raise> {
        let fut = self.future(future)?;
        Ok(self.core().futures.done(fut))
    }

    fn notify(&self, _me: Me<'_>, condition: ObjectId, n: usize) -> Result<(), Raise> {
        let mut core = self.core();
        match core.objects[condition.0 as usize] {
            Object::Condition(which) => core.condition_notify(which, n),
            _ => Err(wrong("be notified: it is no condition")),
        }
    }

    async fn gather(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.on_loop(me, "gather tasks")?;
        self.await_gather(me, children, false).await
    }

    async fn settle_all(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.on_loop(me, "settle tasks")?;
        self.await_gather(me, children, true).await
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
        let children = self.ensure_futures(me, &children).await?;
        Ok(scope(self.core().as_completed(&children, timeout)))
    }

    async fn next_result(&self, me: Me<'_>, results: ScopeId) -> Result<Option<Value>, Raise> {
        self.next_completed(me, of_scope(results)).await
    }

    async fn shield(&self, me: Me<'_>, child: Child) -> Outcome {
        self.on_loop(me, "shield a task")?;
        self.await_shield(me, child).await
    }

    async fn offload(&self, me: Me<'_>, pool: ObjectId, new: NewTask) -> Outcome {
        self.on_loop(me, "offload a task")?;
        self.run_in_executor(me, pool, new).await
    }

    async fn select(&self, me: Me<'_>, arms: Vec<Arm>) -> Result<(usize, Value), Raise> {
        self.on_loop(me, "select")?;
        self.await_select(me, arms).await
    }

    fn group_enter(&self, me: Me<'_>) -> ScopeId {
        scope(self.core().group_enter(me.task))
    }

    async fn group_exit(&self, me: Me<'_>, group: ScopeId, body: Result<(), Raise>) -> Result<(), Raise> {
        self.leave_group(me, of_scope(group), body).await
    }

    fn timeout_enter(&self, me: Me<'_>, d: Option<Duration>) -> ScopeId {
        scope(self.core().timeout_enter(me.task, d))
    }

    fn timeout_exit(&self, _me: Me<'_>, timeout: ScopeId, body: Result<(), Raise>) -> TimeoutEnd {
        self.core().timeout_exit(of_scope(timeout), body)
    }

    fn wait_for_inline(&self, d: Duration) -> bool {
        self.version >= Version::V312 && d > Duration::ZERO
    }

    async fn wait_for(&self, me: Me<'_>, child: Child, d: Duration) -> Outcome {
        self.on_loop(me, "wait for a task")?;
        self.await_wait_for(me, child, d).await
    }
}
