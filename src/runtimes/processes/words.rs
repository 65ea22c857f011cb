//! Every word: what it is in one process, after a look at whose the object is and whom a new task is for.

use std::rc::Rc;

use crate::runtimes::costs::{Costs, Spot};
use crate::runtimes::processes::dealing::{PARENT, Processes};
use crate::runtimes::runtime::{
    Arm, CancelTarget, Child, Me, Next, ObjectSpec, Runtime, TimeoutEnd, Wait, When,
};
use crate::sim::agenda::Due;
use crate::sim::kernel::Kernel;
use crate::sim::process::Effect;
use crate::sim::task::NewTask;
use crate::time::Duration;
use crate::value::{Mode, ObjectId, Outcome, Raise, ScopeId, TaskId, Value};

impl Runtime for Processes<'_> {
    fn kernel(&self) -> &Kernel {
        self.inner.kernel
    }

    fn costs(&self) -> Costs {
        self.inner.costs()
    }

    fn spot(&self, task: TaskId) -> Spot {
        self.inner.spot(task)
    }

    fn begin(&self, main: NewTask) {
        self.begin_all(main);
    }

    fn next(&self) -> Next {
        self.inner.next()
    }

    fn yielded(&self, task: TaskId, effect: Effect) {
        self.inner.yielded(task, effect);
    }

    fn ended(&self, task: TaskId) {
        self.inner.ended(task);
    }

    fn due(&self, due: Due) {
        self.inner.due(due);
    }

    fn live(&self, due: Due) -> bool {
        self.inner.live(due)
    }

    fn waits(&self) -> Vec<Wait> {
        self.inner.waits()
    }

    fn has_doors(&self) -> bool {
        true
    }

    async fn enter(&self, me: Me<'_>) {
        self.take_arguments(me).await;
    }

    async fn leave(&self, me: Me<'_>) {
        self.hand_back(me).await;
    }

    fn touch_shared(&self, task: TaskId, slot: u16, change: bool) -> Result<(), Raise> {
        self.own_shared(task, slot, change)
    }

    async fn spawn(&self, me: Me<'_>, new: NewTask, group: Option<ScopeId>) -> Result<TaskId, Raise> {
        self.inner.on_loop(me, "spawn a task")?;
        if self.process(me.task) != PARENT || new.on.is_some() {
            return self.inner.spawn(me, new, group).await;
        }
        if group.is_some() {
            return self.inner.spawn(me, self.stand_in(me, new), group).await;
        }
        let task = self.deal(me, &new);
        if !new.daemon {
            self.inner.core().add_root(task);
        }
        Ok(task)
    }

    fn finish(&self, me: Me<'_>, outcome: Outcome) {
        self.inner.finish(me, outcome);
    }

    async fn join(&self, me: Me<'_>, task: TaskId) -> Outcome {
        self.inner.join(me, task).await
    }

    fn cancel(&self, me: Me<'_>, target: CancelTarget) -> bool {
        self.inner.cancel(me, target)
    }

    fn call_back(&self, me: Me<'_>, when: When, new: NewTask) -> Result<(), Raise> {
        self.inner.call_back(me, when, new)
    }

    async fn sleep(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Result<(), Raise> {
        self.inner.sleep(me, d, label).await
    }

    async fn io(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Result<(), Raise> {
        self.inner.io(me, d, label).await
    }

    async fn pause(&self, me: Me<'_>) -> Result<(), Raise> {
        self.inner.pause(me).await
    }

    fn create(&self, spec: ObjectSpec) -> ObjectId {
        self.inner.create(spec)
    }

    async fn acquire(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        self.own(me.task, object)?;
        self.inner.acquire(me, object, mode).await
    }

    async fn release(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise> {
        self.own(me.task, object)?;
        self.inner.release(me, object, mode).await
    }

    fn locked(&self, object: ObjectId) -> Result<bool, Raise> {
        self.own_here(object)?;
        self.inner.locked(object)
    }

    // A channel is the one thing that goes from process to process.

    async fn send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<(), Raise> {
        self.inner.send(me, channel, value).await
    }

    async fn receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        self.inner.receive(me, channel).await
    }

    fn try_send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<bool, Raise> {
        self.inner.try_send(me, channel, value)
    }

    fn try_receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        self.inner.try_receive(me, channel)
    }

    fn close(&self, me: Me<'_>, channel: ObjectId) -> Result<(), Raise> {
        self.inner.close(me, channel)
    }

    fn len(&self, channel: ObjectId) -> Result<usize, Raise> {
        self.inner.len(channel)
    }

    async fn wait(&self, me: Me<'_>, object: ObjectId) -> Outcome {
        self.own(me.task, object)?;
        self.inner.wait(me, object).await
    }

    fn set(&self, me: Me<'_>, event: ObjectId) -> Result<(), Raise> {
        self.own(me.task, event)?;
        self.inner.set(me, event)
    }

    fn clear(&self, me: Me<'_>, event: ObjectId) -> Result<(), Raise> {
        self.own(me.task, event)?;
        self.inner.clear(me, event)
    }

    fn is_set(&self, event: ObjectId) -> Result<bool, Raise> {
        self.own_here(event)?;
        self.inner.is_set(event)
    }

    fn settle(&self, me: Me<'_>, future: ObjectId, outcome: Outcome) -> Result<(), Raise> {
        self.own(me.task, future)?;
        self.inner.settle(me, future, outcome)
    }

    fn settled(&self, future: ObjectId) -> Result<bool, Raise> {
        self.own_here(future)?;
        self.inner.settled(future)
    }

    fn notify(&self, me: Me<'_>, condition: ObjectId, n: usize) -> Result<(), Raise> {
        self.own(me.task, condition)?;
        self.inner.notify(me, condition, n)
    }

    async fn gather(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.inner.gather(me, self.dealt(me, children)?).await
    }

    async fn settle_all(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.inner.settle_all(me, self.dealt(me, children)?).await
    }

    async fn race(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        self.inner.race(me, self.dealt(me, children)?).await
    }

    async fn as_completed(
        &self,
        me: Me<'_>,
        children: Vec<Child>,
        timeout: Option<Duration>,
    ) -> Result<ScopeId, Raise> {
        self.inner.as_completed(me, self.dealt(me, children)?, timeout).await
    }

    async fn next_result(&self, me: Me<'_>, results: ScopeId) -> Result<Option<Value>, Raise> {
        self.inner.next_result(me, results).await
    }

    async fn shield(&self, me: Me<'_>, child: Child) -> Outcome {
        let children = self.dealt(me, vec![child])?;
        match children.into_iter().next() {
            Some(child) => self.inner.shield(me, child).await,
            None => Ok(Value::None),
        }
    }

    async fn offload(&self, me: Me<'_>, pool: ObjectId, new: NewTask) -> Outcome {
        self.inner.offload(me, pool, new).await
    }

    async fn select(&self, me: Me<'_>, arms: Vec<Arm>) -> Result<(usize, Value), Raise> {
        for arm in &arms {
            match arm {
                Arm::Wait(object) | Arm::Join(Value::Object(object)) => self.own(me.task, *object)?,
                Arm::Receive(_) | Arm::Send(..) | Arm::Join(_) | Arm::After(_) => {}
            }
        }
        self.inner.select(me, arms).await
    }

    fn group_enter(&self, me: Me<'_>) -> ScopeId {
        self.inner.group_enter(me)
    }

    async fn group_exit(&self, me: Me<'_>, group: ScopeId, body: Result<(), Raise>) -> Result<(), Raise> {
        self.inner.group_exit(me, group, body).await
    }

    fn timeout_enter(&self, me: Me<'_>, d: Option<Duration>) -> ScopeId {
        self.inner.timeout_enter(me, d)
    }

    fn timeout_exit(&self, me: Me<'_>, scope: ScopeId, body: Result<(), Raise>) -> TimeoutEnd {
        self.inner.timeout_exit(me, scope, body)
    }

    fn wait_for_inline(&self, d: Duration) -> bool {
        self.inner.wait_for_inline(d)
    }

    async fn wait_for(&self, me: Me<'_>, child: Child, d: Duration) -> Outcome {
        self.inner.wait_for(me, child, d).await
    }
}
