//! Every word of the language, and what it is in Go.

use std::rc::Rc;

use crate::runtimes::costs::{Costs, Spot};
use crate::runtimes::errors::wrong;
use crate::runtimes::go::hchan::ChanKey;
use crate::runtimes::go::objects::{Object, closed};
use crate::runtimes::go::processor::Status;
use crate::runtimes::go::records::{Case, End, Fire, Got, Source};
use crate::runtimes::go::run::Go;
use crate::runtimes::keys::{of_scope, of_timer};
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

/// What kind of thing is taken, waited for, asked.
enum Which {
    Mutex(usize),
    RwMutex,
    Tokens(ChanKey),
}

impl Go<'_> {
    fn which(&self, object: ObjectId, what: &str) -> Result<Which, Raise> {
        match &self.core().objects[object.0 as usize] {
            Object::Mutex(n) => Ok(Which::Mutex(*n)),
            Object::RwMutex(_) => Ok(Which::RwMutex),
            Object::Semaphore(semaphore) => Ok(Which::Tokens(semaphore.tokens)),
            Object::Channel(_)
            | Object::Event(_)
            | Object::Cond(_)
            | Object::Barrier(_)
            | Object::Future(_)
            | Object::Pool(_) => Err(wrong(what)),
        }
    }

    /// A barrier: the last to come goes through, the others wait for the gate to be closed.
    async fn pass_barrier(&self, me: Me<'_>, barrier: ObjectId) -> Outcome {
        self.check(me)?;
        let (place, gate) = self.core().arrive(barrier);
        if let Some(gate) = gate {
            let info = WaitInfo::object(CauseKind::Barrier, barrier);
            if let Err(raise) = self.receive_one(me, Case::Receive(gate), info).await {
                self.core().turn_back(barrier, gate);
                return Err(raise);
            }
        }
        Ok(Value::Int(place as i64))
    }
}

impl Runtime for Go<'_> {
    fn kernel(&self) -> &Kernel {
        self.kernel
    }

    fn costs(&self) -> Costs {
        self.costs
    }

    fn spot(&self, _task: TaskId) -> Spot {
        Spot { worker: self.core().this as u32, pooled: false }
    }

    fn charged(&self, task: TaskId, cost: Duration) {
        let mut core = self.core();
        let g = core.me(task);
        core.gs[g].work_left = cost;
        core.burst(cost);
    }

    fn begin(&self, main: NewTask) {
        let mut core = self.core();
        for n in 0..core.ps.len() {
            let name = format!("P{n}").into();
            self.kernel.emit(None, Some(n as u32), EventKind::Worker { name, role: Role::Worker });
        }
        core.ps[0].status = Status::Searching;
        let main = core.new_task(None, &main, None, End::Main);
        core.ready(main);
    }

    fn next(&self) -> Next {
        self.core().run()
    }

    fn yielded(&self, task: TaskId, effect: Effect) {
        let mut core = self.core();
        let g = core.me(task);
        match effect {
            Effect::Await => core.leave_processor(),
            Effect::Work(d) => {
                core.gs[g].work_left = d;
                core.work();
            }
            Effect::Block(d) => core.enter_syscall(g, d),
        }
    }

    fn ended(&self, task: TaskId) {
        let mut core = self.core();
        core.task_gone(task);
        core.leave_processor();
    }

    fn due(&self, due: Due) {
        self.core().due(due);
    }

    fn live(&self, due: Due) -> bool {
        let core = self.core();
        match due {
            Due::Wake { .. } => false,
            Due::Worker { worker, epoch } => {
                core.ps.get(worker as usize).is_some_and(|p| p.epoch == epoch && p.status == Status::Working)
            }
            Due::Timer { slot, serial } => core.timers.contains_key(of_timer(slot, serial)),
        }
    }

    fn waits(&self) -> Vec<Wait> {
        let core = self.core();
        let unfinished = self.kernel.tasks().unfinished();
        let wait = |task: TaskId| {
            let info = core.g_of(task).and_then(|g| core.gs[g].wait);
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
        let mut core = self.core();
        if let Some(pool) = new.on
            && !matches!(core.objects[pool.0 as usize], Object::Pool(_))
        {
            return Err(wrong("run a task: it is no `workers`"));
        }
        if let Some(group) = group {
            return core.group_spawn(me.task, group, &new);
        }
        let context = core.own_context(None);
        Ok(core.spawn(me.task, &new, Some(context)))
    }

    fn finish(&self, me: Me<'_>, outcome: Outcome) {
        self.core().task_ended(me.task, outcome);
    }

    async fn join(&self, me: Me<'_>, task: TaskId) -> Outcome {
        let info = WaitInfo { kind: CauseKind::Join, object: None, holder: Some(task) };
        self.await_outcome(me, Source::Task(task), info).await
    }

    fn cancel(&self, me: Me<'_>, target: CancelTarget) -> bool {
        let mut core = self.core();
        match target {
            CancelTarget::Task(task) => {
                core.emit(me.task, EventKind::CancelRequest { target: task.serial });
                core.cancel_task(task)
            }
            CancelTarget::Group(group) => core.cancel_group(group),
            CancelTarget::Scope(scope) => core.cancel_scope(scope),
        }
    }

    fn call_back(&self, me: Me<'_>, when: When, new: NewTask) -> Result<(), Raise> {
        let mut core = self.core();
        let g = core.new_task(Some(me.task), &new, None, End::Daemon);
        match when {
            // A callback is a goroutine like any other: nothing comes before the others, or behind.
            When::Soon | When::NextTick | When::Immediate => core.ready(g),
            When::After(d) => {
                core.start_timer(d, Fire::Go(g));
                core.gopark(g, WaitInfo::new(CauseKind::Sleep), None);
            }
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
        self.gosched(me).await;
        self.check(me)
    }

    fn create(&self, spec: ObjectSpec) -> ObjectId {
        self.core().create(spec)
    }

    async fn acquire(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        match self.which(object, "be acquired")? {
            Which::Mutex(n) => self.mutex_lock(me, n, WaitInfo::object(CauseKind::Lock, object)).await,
            Which::RwMutex => self.rwmutex_lock(me, object, mode).await,
            Which::Tokens(tokens) => {
                let owned =
                    matches!(&self.core().objects[object.0 as usize], Object::Semaphore(s) if s.owned);
                let kind = if owned { CauseKind::Resource } else { CauseKind::Semaphore };
                self.receive_one(me, Case::Receive(tokens), WaitInfo::object(kind, object)).await?;
                let mut core = self.core();
                if let Object::Semaphore(semaphore) = &mut core.objects[object.0 as usize] {
                    semaphore.holders.push(me.task);
                }
                core.emit(me.task, EventKind::Acquire { object });
            }
        }
        Ok(())
    }

    async fn release(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        match self.which(object, "be released")? {
            Which::Mutex(n) => self.mutex_unlock(me, n).await,
            Which::RwMutex => self.rwmutex_unlock(me, object, mode).await,
            Which::Tokens(_) => self.core().give_token_back(object, me.task),
        }
    }

    fn locked(&self, object: ObjectId) -> Result<bool, Raise> {
        let which = self.which(object, "be locked")?;
        let core = self.core();
        Ok(match which {
            Which::Mutex(n) => core.mutexes[n].locked,
            Which::Tokens(tokens) => core.chans[tokens].filled() == 0,
            Which::RwMutex => {
                matches!(&core.objects[object.0 as usize], Object::RwMutex(rw) if rw.writer || rw.readers > 0)
            }
        })
    }

    async fn send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<(), Raise> {
        let case = Case::Send(self.channel(channel)?, value);
        let info = WaitInfo::object(CauseKind::Send, channel);
        match self.select_cases(me, vec![case], info, None).await?.1 {
            Got::Closed => Err(closed()),
            Got::Value(_) | Got::Sent | Got::Time => Ok(()),
        }
    }

    async fn receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        let case = Case::Receive(self.channel(channel)?);
        self.receive_one(me, case, WaitInfo::object(CauseKind::Receive, channel)).await
    }

    fn try_send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<bool, Raise> {
        let key = self.channel(channel)?;
        self.core().send_now(key, value, Some(me.task))
    }

    fn try_receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        let key = self.channel(channel)?;
        let got = self.core().receive_now(key, Some(me.task));
        let Some(Got::Value(value)) = got else { return Ok(None) };
        Ok(Some(value))
    }

    fn close(&self, _me: Me<'_>, channel: ObjectId) -> Result<(), Raise> {
        let key = self.channel(channel)?;
        let mut core = self.core();
        if !core.chans[key].closed {
            core.close(key);
        }
        Ok(())
    }

    fn len(&self, channel: ObjectId) -> Result<usize, Raise> {
        let key = self.channel(channel)?;
        Ok(self.core().chans[key].filled() as usize)
    }

    async fn wait(&self, me: Me<'_>, object: ObjectId) -> Outcome {
        let event = match &self.core().objects[object.0 as usize] {
            Object::Event(event) => Some(event.channel),
            Object::Cond(_) | Object::Barrier(_) | Object::Future(_) => None,
            Object::Mutex(_)
            | Object::RwMutex(_)
            | Object::Semaphore(_)
            | Object::Channel(_)
            | Object::Pool(_) => return Err(wrong("be waited for")),
        };
        if let Some(channel) = event {
            let info = WaitInfo::object(CauseKind::Event, object);
            return self.receive_one(me, Case::Receive(channel), info).await.map(|_| Value::None);
        }
        let is_cond = matches!(self.core().objects[object.0 as usize], Object::Cond(_));
        if is_cond {
            return self.cond_wait(me, object).await.map(|()| Value::None);
        }
        let is_barrier = matches!(self.core().objects[object.0 as usize], Object::Barrier(_));
        if is_barrier {
            return self.pass_barrier(me, object).await;
        }
        self.await_outcome(me, Source::Future(object), WaitInfo::object(CauseKind::Future, object)).await
    }

    fn set(&self, _me: Me<'_>, event: ObjectId) -> Result<(), Raise> {
        let mut core = self.core();
        if let Object::Future(_) = core.objects[event.0 as usize] {
            return core.settle_future(event, Ok(Value::None));
        }
        core.set_event(event)
    }

    fn clear(&self, _me: Me<'_>, event: ObjectId) -> Result<(), Raise> {
        self.core().clear_event(event)
    }

    fn is_set(&self, event: ObjectId) -> Result<bool, Raise> {
        let Object::Event(event) = &self.core().objects[event.0 as usize] else {
            return Err(wrong("be set: it is no event"));
        };
        Ok(event.set)
    }

    fn settle(&self, _me: Me<'_>, future: ObjectId, outcome: Outcome) -> Result<(), Raise> {
        self.core().settle_future(future, outcome)
    }

    fn settled(&self, future: ObjectId) -> Result<bool, Raise> {
        let Object::Future(future) = &self.core().objects[future.0 as usize] else {
            return Err(wrong("be settled: it is no future"));
        };
        Ok(future.outcome.is_some())
    }

    fn notify(&self, _me: Me<'_>, condition: ObjectId, n: usize) -> Result<(), Raise> {
        let mut core = self.core();
        let Object::Cond(_) = core.objects[condition.0 as usize] else {
            return Err(wrong("be notified: it is no condition"));
        };
        core.signal(condition, n);
        Ok(())
    }

    async fn gather(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.await_gather(me, children).await
    }

    async fn settle_all(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.await_settle(me, children).await
    }

    async fn race(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.await_race(me, children).await
    }

    async fn as_completed(
        &self,
        me: Me<'_>,
        children: Vec<Child>,
        timeout: Option<Duration>,
    ) -> Result<ScopeId, Raise> {
        self.core().as_completed(me.task, &children, timeout)
    }

    async fn next_result(&self, me: Me<'_>, results: ScopeId) -> Result<Option<Value>, Raise> {
        self.next_completed(me, results).await
    }

    async fn shield(&self, me: Me<'_>, child: Child) -> Outcome {
        let (source, info) = match child {
            Child::New(new) => {
                let task = self.core().spawn(me.task, &new, None);
                (Source::Task(task), WaitInfo { kind: CauseKind::Join, object: None, holder: Some(task) })
            }
            Child::Task(task) => return self.join(me, task).await,
            Child::Future(future) => return self.wait(me, future).await,
        };
        self.await_outcome(me, source, info).await
    }

    async fn offload(&self, me: Me<'_>, pool: ObjectId, new: NewTask) -> Outcome {
        let is_pool = matches!(self.core().objects[pool.0 as usize], Object::Pool(_));
        if !is_pool {
            return Err(wrong("run a task: it is no `workers`"));
        }
        self.check(me)?;
        let task = {
            let mut core = self.core();
            let g = core.me(me.task);
            let context = core.gs[g].context;
            core.spawn(me.task, &NewTask { on: Some(pool), ..new }, context)
        };
        let info = WaitInfo { kind: CauseKind::Offload, object: Some(pool), holder: Some(task) };
        self.await_outcome(me, Source::Task(task), info).await
    }

    async fn select(&self, me: Me<'_>, arms: Vec<Arm>) -> Result<(usize, Value), Raise> {
        self.await_select(me, arms).await
    }

    fn group_enter(&self, me: Me<'_>) -> ScopeId {
        self.core().group_enter(me.task)
    }

    async fn group_exit(&self, me: Me<'_>, group: ScopeId, body: Result<(), Raise>) -> Result<(), Raise> {
        self.leave_group(me, of_scope(group), body).await
    }

    fn timeout_enter(&self, me: Me<'_>, d: Option<Duration>) -> ScopeId {
        self.core().deadline_enter(me.task, d)
    }

    fn timeout_exit(&self, me: Me<'_>, scope: ScopeId, body: Result<(), Raise>) -> TimeoutEnd {
        self.core().deadline_exit(me.task, scope, body)
    }

    fn wait_for_inline(&self, _d: Duration) -> bool {
        true
    }

    async fn wait_for(&self, me: Me<'_>, child: Child, _d: Duration) -> Outcome {
        // Never said: `wait_for` is inline.
        self.await_gather(me, vec![child]).await
    }
}
