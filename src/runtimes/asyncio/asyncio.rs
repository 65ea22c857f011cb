//! The runtime as the language sees it: each word, and what it is in asyncio.

use std::cell::{RefCell, RefMut};
use std::collections::VecDeque;
use std::rc::Rc;

use slotmap::{Key, KeyData, SlotMap};

use crate::runtimes::asyncio::conditions::{Barrier, Condition};
use crate::runtimes::asyncio::core::{Core, End, Object, Phase, timer};
use crate::runtimes::asyncio::events::{EventLoop, Handle};
use crate::runtimes::asyncio::executor::{Pool, THREAD};
use crate::runtimes::asyncio::futures::{FutureKey, Futures};
use crate::runtimes::asyncio::locks::{Event, Lock, RwLock, Semaphore};
use crate::runtimes::asyncio::queues::{Queue, QueueAt};
use crate::runtimes::asyncio::settings::{Settings, Version};
use crate::runtimes::asyncio::tasks::WaitInfo;
use crate::runtimes::runtime::{
    Arm, CancelTarget, Child, Kind, Me, Mode, Next, ObjectSpec, Runtime, TimeoutEnd, Wait,
};
use crate::sim::agenda::{Class, Due};
use crate::sim::kernel::Kernel;
use crate::sim::process::{Effect, Reply};
use crate::sim::task::{Native, NewTask, Start};
use crate::sim::trace::{Cause, CauseKind, Kind as EventKind, Role};
use crate::source::Span;
use crate::time::Duration;
use crate::value::{ObjectId, Outcome, Raise, ScopeId, TaskId, Value};

/// CPython's asyncio during one run.
pub struct Asyncio<'k> {
    kernel: &'k Kernel,
    version: Version,
    core: RefCell<Core<'k>>,
}

/// Scopes travel through the program as slot and serial number.
fn scope<K: Key>(key: K) -> ScopeId {
    let bits = key.data().as_ffi();
    ScopeId { slot: bits as u32, serial: (bits >> 32) as u32 }
}

fn key<K: Key>(scope: ScopeId) -> K {
    KeyData::from_ffi(u64::from(scope.slot) | u64::from(scope.serial) << 32).into()
}

fn wrong(what: &str) -> Raise {
    Raise::error(format!("this object cannot {what}"), Span::default())
}

impl<'k> Asyncio<'k> {
    pub fn new(kernel: &'k Kernel, settings: &Settings) -> Asyncio<'k> {
        let core = Core {
            kernel,
            version: settings.version,
            futures: Futures::default(),
            tasks: Vec::new(),
            loops: vec![EventLoop::default()],
            timers: SlotMap::default(),
            gathers: SlotMap::default(),
            groups: SlotMap::default(),
            timeouts: SlotMap::default(),
            results: SlotMap::default(),
            jobs: SlotMap::default(),
            pools: Vec::new(),
            objects: Vec::new(),
            locks: Vec::new(),
            conditions: Vec::new(),
            current: None,
            current_loop: 0,
            jobs_ready: VecDeque::new(),
            main: FutureKey::null(),
            end: End { phase: Phase::Running, outstanding: 0, stopping: false },
            pass: 0,
            workers: 0,
        };
        Asyncio { kernel, version: settings.version, core: RefCell::new(core) }
    }

    pub fn core(&self) -> RefMut<'_, Core<'k>> {
        self.core.borrow_mut()
    }

    pub fn version(&self) -> Version {
        self.version
    }

    pub fn pool(&self, id: ObjectId) -> Result<usize, Raise> {
        match self.core().objects.get(id.0 as usize) {
            Some(Object::Workers(n)) => Ok(*n),
            _ => Err(wrong("run a task: it is no `workers`")),
        }
    }

    /// `await fut`: no suspension if it is done (A10); else the task waits, and is resumed one
    /// iteration after the future was settled (A13, A14).
    pub async fn wait_future(&self, me: Me<'_>, fut: FutureKey, info: WaitInfo) -> Outcome {
        if !self.core().futures.done(fut) {
            self.park(me, fut, info, None);
            if me.airlock.park().await == Reply::Interrupted {
                return Err(Raise::Cancelled);
            }
        }
        self.core().futures.result(fut)
    }

    fn park(&self, me: Me<'_>, fut: FutureKey, info: WaitInfo, label: Option<Rc<str>>) {
        let mut core = self.core();
        let state = &mut core.tasks[me.task.slot as usize];
        state.waiting = true;
        state.wait = Some(info);
        state.fut_waiter = Some(fut);
        let must_cancel = state.must_cancel;
        if self.kernel.tracing() {
            let worker = core.loops[core.current_loop].worker;
            let holder = info.holder.map(|task| task.serial);
            let cause = Cause { kind: info.kind, object: info.object, holder, label };
            self.kernel.emit(Some(me.task), Some(worker), EventKind::Wait { cause, held: false });
        }
        core.add_done_callback(fut, crate::runtimes::asyncio::futures::Callback::Wakeup(me.task));
        if must_cancel && core.cancel_future(fut) {
            core.tasks[me.task.slot as usize].must_cancel = false;
        }
    }

    /// `asyncio.sleep` (A16).
    async fn delay(&self, me: Me<'_>, d: Duration, kind: CauseKind, label: Option<Rc<str>>) -> Result<(), Raise> {
        if let Some((_, worker)) = self.core().tasks[me.task.slot as usize].thread {
            let cause = Cause { label, ..Cause::new(kind) };
            self.kernel.emit(Some(me.task), Some(worker), EventKind::Wait { cause, held: true });
            me.airlock.block(d).await;
            return Ok(());
        }
        if d == Duration::ZERO {
            return self.bare_yield(me).await;
        }
        let (fut, timer) = {
            let mut core = self.core();
            let fut = core.create_future();
            (fut, core.call_later(d, Handle::SetResult(fut)))
        };
        self.park(me, fut, WaitInfo::new(kind), label);
        let reply = me.airlock.park().await;
        let mut core = self.core();
        let outcome = core.futures.result(fut);
        core.cancel_timer(timer);
        core.futures.remove(fut);
        match reply {
            Reply::Interrupted => Err(Raise::Cancelled),
            Reply::Resumed => outcome.map(|_| ()),
        }
    }

    /// `sleep(0)`: a bare yield, `call_soon(step)` (A13, A16).
    async fn bare_yield(&self, me: Me<'_>) -> Result<(), Raise> {
        {
            let mut core = self.core();
            let worker = core.loops[core.current_loop].worker;
            self.kernel.emit(Some(me.task), Some(worker), EventKind::Yield);
            core.schedule_step(me.task);
        }
        match me.airlock.park().await {
            Reply::Resumed => Ok(()),
            Reply::Interrupted => Err(Raise::Cancelled),
        }
    }

    fn queue(&self, id: ObjectId) -> Result<QueueAt, Raise> {
        match self.core().objects[id.0 as usize] {
            Object::Queue(_) => Ok(QueueAt::Object(id)),
            _ => Err(wrong("be sent to or received from: it is no channel")),
        }
    }

    fn future(&self, id: ObjectId) -> Result<FutureKey, Raise> {
        match self.core().objects[id.0 as usize] {
            Object::Future(fut) => Ok(fut),
            _ => Err(wrong("be settled: it is no future")),
        }
    }

    fn trace(&self, me: Me<'_>, kind: EventKind) {
        self.kernel.emit(Some(me.task), None, kind);
    }

    /// The first arm that can go on without waiting.
    fn select_now(&self, me: Me<'_>, arms: &[Arm]) -> Result<Option<(usize, Value)>, Raise> {
        for (n, arm) in arms.iter().enumerate() {
            let value = match arm {
                Arm::Receive(channel) => self.try_receive(me, *channel)?,
                Arm::Send(channel, value) => {
                    self.try_send(me, *channel, value.clone())?.then_some(Value::None)
                }
                Arm::Wait(event) => self.is_set(*event)?.then_some(Value::None),
                Arm::Join(Value::Task(task)) if self.kernel.ended(*task) => {
                    let outcome = self.kernel.outcome(*task);
                    Some(outcome.unwrap_or(Ok(Value::None))?)
                }
                Arm::Join(Value::Object(future)) if self.settled(*future)? => {
                    let fut = self.future(*future)?;
                    Some(self.core().futures.result(fut)?)
                }
                Arm::Join(_) | Arm::After(_) => None,
            };
            if let Some(value) = value {
                return Ok(Some((n, value)));
            }
        }
        Ok(None)
    }
}

/// The task that waits for an arm.
fn arm_task(arm: &Arm) -> NewTask {
    let (native, name) = match arm {
        Arm::Receive(channel) => (Native::Receive(*channel), "recv"),
        Arm::Send(channel, value) => (Native::Send(*channel, value.clone()), "send"),
        Arm::Wait(event) => (Native::Wait(*event), "wait"),
        Arm::Join(value) => (Native::Join(value.clone()), "join"),
        Arm::After(d) => (Native::Sleep(d.0), "after"),
    };
    NewTask {
        start: Start::Native(Rc::new(native)),
        name: format!("select: {name}").into(),
        priority: 0,
        daemon: true,
        on: None,
        detached: false,
    }
}

impl Runtime for Asyncio<'_> {
    fn kernel(&self) -> &Kernel {
        self.kernel
    }

    fn begin(&self, main: NewTask) {
        let mut core = self.core();
        let worker = core.new_worker("loop".to_string(), Role::Worker);
        core.loops[0].worker = worker;
        let task = core.create_task(None, &main, 0);
        core.main = core.tasks[task.slot as usize].future;
        core.add_root(task);
    }

    fn next(&self) -> Next {
        self.core().run()
    }

    fn yielded(&self, task: TaskId, effect: Effect) {
        let mut core = self.core();
        let d = match effect {
            Effect::Await => return,
            Effect::Work(d) | Effect::Block(d) => d,
        };
        if core.tasks[task.slot as usize].thread.is_some() {
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
            Due::Wake(_) => false,
            Due::Worker { .. } => true,
            Due::Timer { slot, serial } => self.core().timers.contains_key(timer(slot, serial)),
        }
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

    async fn spawn(&self, me: Me<'_>, new: NewTask, group: Option<ScopeId>) -> Result<TaskId, Raise> {
        self.on_loop(me, "spawn a task")?;
        if let Some(group) = group {
            return self.core().group_spawn(me.task, key(group), &new);
        }
        let home = match new.on {
            Some(pool) => {
                let n = self.pool(pool)?;
                self.core().pool_loop(n)
            }
            None => self.core().current_loop,
        };
        let mut core = self.core();
        let task = core.create_task(Some(me.task), &new, home);
        if !new.daemon {
            core.add_root(task);
        }
        Ok(task)
    }

    fn finish(&self, me: Me<'_>, outcome: Outcome) {
        let mut core = self.core();
        if core.tasks[me.task.slot as usize].thread.is_some() {
            core.thread_ended(me.task, outcome);
        } else {
            core.task_ended(me.task, outcome);
        }
    }

    async fn join(&self, me: Me<'_>, task: TaskId) -> Outcome {
        self.on_loop(me, "wait for a task")?;
        if task == me.task {
            return Err(Raise::error("a task cannot wait for itself", Span::default()));
        }
        if !self.kernel.tasks().exists(task) {
            return Ok(Value::None);
        }
        let fut = self.core().tasks[task.slot as usize].future;
        let info = WaitInfo { kind: CauseKind::Join, object: None, holder: Some(task) };
        self.wait_future(me, fut, info).await
    }

    fn cancel(&self, me: Me<'_>, target: CancelTarget) -> bool {
        match target {
            CancelTarget::Task(task) => {
                self.trace(me, EventKind::CancelRequest { target: task.serial });
                self.core().cancel_task(task)
            }
            CancelTarget::Group(group) => self.core().group_cancel(key(group)),
        }
    }

    async fn sleep(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Result<(), Raise> {
        self.delay(me, d, CauseKind::Sleep, label).await
    }

    async fn io(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Result<(), Raise> {
        self.delay(me, d, CauseKind::Io, label).await
    }

    async fn pause(&self, me: Me<'_>) -> Result<(), Raise> {
        if self.core().tasks[me.task.slot as usize].thread.is_some() {
            return Ok(());
        }
        self.bare_yield(me).await
    }

    fn create(&self, spec: ObjectSpec) -> ObjectId {
        let mut core = self.core();
        let id = ObjectId(core.objects.len() as u32);
        let size = spec.size.unwrap_or(1);
        let object = match spec.kind {
            Kind::Lock => {
                core.locks.push(Lock::default());
                Object::Lock(core.locks.len() - 1)
            }
            Kind::Resource => Object::Semaphore(Semaphore::new(size, true)),
            Kind::Semaphore => Object::Semaphore(Semaphore::new(size, false)),
            Kind::RwLock => Object::RwLock(RwLock::default()),
            Kind::Channel => Object::Queue(Queue::new(spec.size)),
            Kind::Event => Object::Event(Event::default()),
            Kind::Condition => {
                let lock = spec.lock.map(|lock| &core.objects[lock.0 as usize]);
                let Some(&Object::Lock(lock)) = lock else { unreachable!("a condition names a lock") };
                core.conditions.push(Condition::new(lock));
                Object::Condition(core.conditions.len() - 1)
            }
            Kind::Barrier => {
                core.locks.push(Lock::default());
                let lock = core.locks.len() - 1;
                core.conditions.push(Condition::new(lock));
                Object::Barrier(Barrier::new(core.conditions.len() - 1, size))
            }
            Kind::Future => Object::Future(core.create_future()),
            Kind::Workers => {
                core.pools.push(Pool::new(id, size));
                Object::Workers(core.pools.len() - 1)
            }
        };
        core.objects.push(object);
        id
    }

    async fn acquire(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        self.on_loop(me, "take a lock")?;
        enum Which {
            Lock(usize),
            Semaphore,
            RwLock,
        }
        let which = match self.core().objects[object.0 as usize] {
            Object::Lock(n) => Which::Lock(n),
            Object::Semaphore(_) => Which::Semaphore,
            Object::RwLock(_) => Which::RwLock,
            _ => return Err(wrong("be acquired")),
        };
        match which {
            Which::Lock(n) => self.lock_acquire(me, n, Some(object)).await?,
            Which::Semaphore => self.semaphore_acquire(me, object).await?,
            Which::RwLock => self.rwlock_acquire(me, object, mode).await?,
        }
        self.trace(me, EventKind::Acquire { object });
        Ok(())
    }

    async fn release(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        self.trace(me, EventKind::Release { object });
        let mut core = self.core();
        match core.objects[object.0 as usize] {
            Object::Lock(n) => core.lock_release(n),
            Object::Semaphore(_) => core.semaphore_release(object, me.task),
            Object::RwLock(_) => core.rwlock_release(object, mode, me.task),
            _ => Err(wrong("be released")),
        }
    }

    fn locked(&self, object: ObjectId) -> Result<bool, Raise> {
        let core = self.core();
        match &core.objects[object.0 as usize] {
            Object::Lock(n) => Ok(core.locks[*n].locked),
            Object::Semaphore(semaphore) => Ok(core.semaphore_locked(semaphore)),
            Object::RwLock(rwlock) => Ok(rwlock.writer.is_some() || !rwlock.readers.is_empty()),
            _ => Err(wrong("be locked")),
        }
    }

    async fn send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<(), Raise> {
        self.on_loop(me, "send")?;
        let at = self.queue(channel)?;
        let info = WaitInfo { kind: CauseKind::Send, object: Some(channel), holder: None };
        self.queue_put(me, at, value, info).await?;
        self.trace(me, EventKind::Send { object: channel });
        Ok(())
    }

    async fn receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        self.on_loop(me, "receive")?;
        let at = self.queue(channel)?;
        let info = WaitInfo { kind: CauseKind::Receive, object: Some(channel), holder: None };
        let value = self.queue_get(me, at, info).await?;
        if value.is_some() {
            self.trace(me, EventKind::Receive { object: channel });
        }
        Ok(value)
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
        Ok(self.core().queue(at).len())
    }

    async fn wait(&self, me: Me<'_>, object: ObjectId) -> Outcome {
        self.on_loop(me, "wait")?;
        enum Which {
            Event,
            Condition(usize),
            Barrier,
            Future(FutureKey),
        }
        let which = match &self.core().objects[object.0 as usize] {
            Object::Event(_) => Which::Event,
            Object::Condition(n) => Which::Condition(*n),
            Object::Barrier(_) => Which::Barrier,
            Object::Future(fut) => Which::Future(*fut),
            _ => return Err(wrong("be waited for")),
        };
        let info = |kind| WaitInfo { kind, object: Some(object), holder: None };
        match which {
            Which::Event => self.event_wait(me, object).await.map(|()| Value::None),
            Which::Condition(n) => {
                self.condition_wait(me, n, info(CauseKind::Condition)).await.map(|()| Value::None)
            }
            Which::Barrier => self.barrier_wait(me, object).await.map(|n| Value::Int(n as i64)),
            Which::Future(fut) => self.wait_future(me, fut, info(CauseKind::Future)).await,
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
            return Err(Raise::error("this future is settled already", Span::default()));
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

    fn as_completed(&self, me: Me<'_>, children: Vec<Child>, timeout: Option<Duration>) -> Result<ScopeId, Raise> {
        self.on_loop(me, "start tasks")?;
        Ok(scope(self.core().as_completed(me.task, &children, timeout)))
    }

    async fn next_result(&self, me: Me<'_>, results: ScopeId) -> Result<Option<Value>, Raise> {
        self.next_completed(me, key(results)).await
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
        if let Some(now) = self.select_now(me, &arms)? {
            return Ok(now);
        }
        let fs: Vec<FutureKey> = {
            let mut core = self.core();
            arms.iter().map(|arm| core.ensure_future(me.task, &Child::New(arm_task(arm)))).collect()
        };
        let waited = self.wait_first(me, &fs, CauseKind::Select).await;
        let mut core = self.core();
        let winner = fs.iter().position(|&f| core.futures.done(f));
        for (n, &f) in fs.iter().enumerate() {
            if !core.futures.done(f) {
                core.cancel_future(f);
            } else if Some(n) != winner || waited.is_err() {
                // Done in the extra iteration: what it received goes back where it came from.
                if let (Arm::Receive(channel), Ok(value)) = (&arms[n], core.futures.result(f)) {
                    core.put_back(QueueAt::Object(*channel), value);
                }
            }
        }
        waited?;
        let winner = winner.expect("one has ended");
        core.futures.result(fs[winner]).map(|value| (winner, value))
    }

    fn group_enter(&self, me: Me<'_>) -> ScopeId {
        scope(self.core().group_enter(me.task))
    }

    async fn group_exit(&self, me: Me<'_>, group: ScopeId, body: Result<(), Raise>) -> Result<(), Raise> {
        self.leave_group(me, key(group), body).await
    }

    fn timeout_enter(&self, me: Me<'_>, d: Duration) -> ScopeId {
        scope(self.core().timeout_enter(me.task, d))
    }

    fn timeout_exit(&self, _me: Me<'_>, timeout: ScopeId, body: Result<(), Raise>) -> TimeoutEnd {
        self.core().timeout_exit(key(timeout), body)
    }

    fn wait_for_inline(&self, d: Duration) -> bool {
        self.version >= Version::V312 && d > Duration::ZERO
    }

    async fn wait_for(&self, me: Me<'_>, child: Child, d: Duration) -> Outcome {
        self.on_loop(me, "wait for a task")?;
        self.await_wait_for(me, child, d).await
    }
}

impl Core<'_> {
    /// A timer, a thread or a loop's burst is due.
    pub fn due(&mut self, due: Due) {
        match due {
            Due::Wake(_) => {}
            Due::Timer { slot, serial } => {
                let Some(timer) = self.timers.remove(timer(slot, serial)) else { return };
                if let Handle::SetResult(fut) = timer.handle {
                    self.sleep_over(fut);
                }
                self.loops[timer.home].expired.push_back(timer.handle);
            }
            Due::Worker { worker, epoch } if worker >= THREAD => {
                self.thread_due(TaskId { slot: worker & !THREAD, serial: epoch });
            }
            Due::Worker { worker, epoch } => {
                let this = &mut self.loops[worker as usize];
                if this.epoch != epoch {
                    return;
                }
                this.resume = this.busy.take();
                let (task, worker) = (this.resume, this.worker);
                self.kernel.emit(task, Some(worker), EventKind::Resume);
            }
        }
    }

    /// A sleeper's time is over: it is ready from now on, though the loop may notice later.
    fn sleep_over(&mut self, fut: FutureKey) {
        let waiter = self.futures.get(fut).and_then(|f| f.callbacks().next());
        if let Some(crate::runtimes::asyncio::futures::Callback::Wakeup(task)) = waiter {
            let current = self.current.take();
            self.now_ready(task);
            self.current = current;
        }
    }

    /// Who could end a wait.
    fn holders(&self, info: WaitInfo) -> Vec<TaskId> {
        let Some(id) = info.object else { return info.holder.into_iter().collect() };
        match &self.objects[id.0 as usize] {
            Object::Lock(n) => self.locks[*n].owner.into_iter().collect(),
            Object::Semaphore(semaphore) => semaphore.holders.clone(),
            Object::RwLock(rwlock) => rwlock.writer.into_iter().chain(rwlock.readers.iter().copied()).collect(),
            Object::Workers(_) => info.holder.into_iter().collect(),
            Object::Queue(_) | Object::Event(_) | Object::Condition(_) | Object::Barrier(_) | Object::Future(_) => {
                Vec::new()
            }
        }
    }
}
