//! The runtime as the language sees it: each word, and where in this folder it is done.
//!
//! A word that waits for one thing is said in steps, without a coroutine; the others hand out the future that
//! does the work, so that no task carries two.

use std::future::Future;
use std::rc::Rc;

use crate::runtimes::costs::{Costs, Spot};
use crate::runtimes::keys;
use crate::runtimes::runtime::{
    Arm, CancelTarget, Child, Me, Next, ObjectSpec, Runtime, Said, TimeoutEnd, Wait, When, Word,
};
use crate::runtimes::textbook::channel::Got;
use crate::runtimes::textbook::library::Textbook;
use crate::runtimes::textbook::scheduler::Scheduler;
use crate::sim::agenda::Due;
use crate::sim::kernel::{Came, Kernel};
use crate::sim::process::{Effect, Reply};
use crate::sim::task::NewTask;
use crate::sim::trace::CauseKind;
use crate::time::Duration;
use crate::value::{Mode, ObjectId, Outcome, Raise, ScopeId, TaskId, Value};

type Done = Result<(), Raise>;

/// What a word has come to that receives nothing.
fn value(said: Said) -> Value {
    match said {
        Said::Over(value) => value,
        Said::Closed | Said::Parked | Said::Coroutine => Value::None,
    }
}

impl<S: Scheduler> Textbook<S> {
    /// The words that take one wait, inside a coroutine that is about something else.
    async fn by_steps(&self, me: Me<'_>, word: Word) -> Result<Said, Raise> {
        let mut reply = None;
        loop {
            match self.step(me, &word, reply)? {
                Said::Parked => reply = Some(me.airlock.park().await),
                said => return Ok(said),
            }
        }
    }
}

impl<S: Scheduler> Runtime for Textbook<S> {
    fn kernel(&self) -> &Kernel {
        self.scheduler().kernel()
    }

    // ── asked by the driving loop ─────────────────────────────────────────

    fn costs(&self) -> Costs {
        self.scheduler().costs()
    }

    fn spot(&self, task: TaskId) -> Spot {
        self.scheduler().spot(task)
    }

    fn begin(&self, main: NewTask) {
        self.start_main(main);
    }

    fn next(&self) -> Next {
        self.turn()
    }

    #[inline(always)]
    fn yielded(&self, task: TaskId, effect: Effect) {
        self.scheduler().yielded(task, effect);
    }

    fn ended(&self, task: TaskId) {
        self.gone(task);
    }

    #[inline(always)]
    fn awake(&self, task: TaskId) -> Option<(TaskId, Reply)> {
        self.fall_due_alone(task)
    }

    fn due(&self, due: Due) {
        self.fall_due(Came::Due(due));
    }

    fn live(&self, due: Due) -> bool {
        match due {
            Due::Timer { slot, serial } => self.is_open(keys::of_timer(slot, serial)),
            Due::Wake { .. } | Due::Worker { .. } => self.scheduler().live(due),
        }
    }

    fn prefetch(&self, soon: &[Due], wakes: &mut Vec<u32>) {
        self.prefetch_tasks(soon, wakes);
    }

    fn waits(&self) -> Vec<Wait> {
        self.all_waits()
    }

    // ── words without a coroutine ─────────────────────────────────────────

    #[inline(always)]
    fn step(&self, me: Me<'_>, word: &Word, reply: Option<Reply>) -> Result<Said, Raise> {
        let me = me.task;
        match word {
            Word::Sleep(d, label) => self.delay(me, *d, (CauseKind::Sleep, label.as_ref()), reply),
            Word::Io(d, label) => self.delay(me, *d, (CauseKind::Io, label.as_ref()), reply),
            Word::Pause => self.delay(me, Duration::ZERO, (CauseKind::Sleep, None), reply),
            Word::Acquire(object, mode) => self.take(me, *object, *mode, reply),
            Word::Release(object, mode) => self.give_back(me, *object, *mode).map(Said::from),
            Word::Send(channel, value) => self.send_item(me, *channel, value, reply),
            Word::Receive(channel) => self.receive_item(me, *channel, reply),
            Word::Wait(object) => self.wait_for_object(me, *object, reply),
            Word::Join(task) => self.join_task(me, *task, reply),
            Word::Leave(group) => match reply {
                None => self.leave_group(me, *group, Ok(())),
                Some(reply) => self.go_on_leaving(me, *group, reply),
            },
        }
    }

    fn spawns_at_once(&self) -> bool {
        true
    }

    fn spawn_at_once(&self, me: Me<'_>, new: NewTask, group: Option<ScopeId>) -> Result<TaskId, Raise> {
        match group {
            Some(group) => self.spawn_in(me.task, new, group),
            None => self.spawn_alone(me.task, new),
        }
    }

    // ── tasks ─────────────────────────────────────────────────────────────

    async fn spawn(&self, me: Me<'_>, new: NewTask, group: Option<ScopeId>) -> Result<TaskId, Raise> {
        self.spawn_at_once(me, new, group)
    }

    fn finish(&self, me: Me<'_>, outcome: Outcome) {
        self.end(me.task, outcome);
    }

    async fn join(&self, me: Me<'_>, task: TaskId) -> Outcome {
        self.by_steps(me, Word::Join(task)).await.map(value)
    }

    fn cancel(&self, me: Me<'_>, target: CancelTarget) -> bool {
        self.request(me.task, target)
    }

    fn call_back(&self, me: Me<'_>, when: When, new: NewTask) -> Done {
        self.call(me.task, when, new);
        Ok(())
    }

    // ── time ──────────────────────────────────────────────────────────────

    async fn sleep(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Done {
        self.by_steps(me, Word::Sleep(d, label)).await.map(drop)
    }

    async fn io(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Done {
        self.by_steps(me, Word::Io(d, label)).await.map(drop)
    }

    async fn pause(&self, me: Me<'_>) -> Done {
        self.by_steps(me, Word::Pause).await.map(drop)
    }

    // ── shared objects ────────────────────────────────────────────────────

    fn create(&self, spec: ObjectSpec) -> ObjectId {
        self.create_object(spec)
    }

    async fn acquire(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Done {
        self.by_steps(me, Word::Acquire(object, mode)).await.map(drop)
    }

    async fn release(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Done {
        self.give_back(me.task, object, mode)
    }

    fn locked(&self, object: ObjectId) -> Result<bool, Raise> {
        self.is_taken(object)
    }

    async fn send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Done {
        self.by_steps(me, Word::Send(channel, value)).await.map(drop)
    }

    async fn receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        let said = self.by_steps(me, Word::Receive(channel)).await?;
        Ok(if let Said::Over(value) = said { Some(value) } else { None })
    }

    fn try_send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<bool, Raise> {
        Ok(self.put(me.task, channel, value)?.is_none())
    }

    fn try_receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        match self.take_item(me.task, channel)? {
            Got::Item(value) => Ok(Some(value)),
            Got::Nothing | Got::Closed => Ok(None),
        }
    }

    fn close(&self, me: Me<'_>, channel: ObjectId) -> Done {
        self.close_channel(me.task, channel)
    }

    fn len(&self, channel: ObjectId) -> Result<usize, Raise> {
        self.items(channel)
    }

    async fn wait(&self, me: Me<'_>, object: ObjectId) -> Outcome {
        match self.by_steps(me, Word::Wait(object)).await? {
            Said::Coroutine => Box::pin(self.wait_condition(me, object)).await,
            said => Ok(value(said)),
        }
    }

    fn set(&self, me: Me<'_>, event: ObjectId) -> Done {
        self.set_event(me.task, event)
    }

    fn clear(&self, _me: Me<'_>, event: ObjectId) -> Done {
        self.event(event)?.set = false;
        Ok(())
    }

    fn is_set(&self, event: ObjectId) -> Result<bool, Raise> {
        Ok(self.event(event)?.set)
    }

    fn settle(&self, me: Me<'_>, future: ObjectId, outcome: Outcome) -> Done {
        self.settle_future(me.task, future, outcome)
    }

    fn settled(&self, future: ObjectId) -> Result<bool, Raise> {
        Ok(self.future(future)?.outcome.is_some())
    }

    fn notify(&self, me: Me<'_>, condition: ObjectId, n: usize) -> Done {
        self.notify_waiters(me.task, condition, n)
    }

    // ── several tasks ─────────────────────────────────────────────────────

    fn gather(&self, me: Me<'_>, children: Vec<Child>) -> impl Future<Output = Outcome> {
        self.gather_all(me, children)
    }

    fn settle_all(&self, me: Me<'_>, children: Vec<Child>) -> impl Future<Output = Outcome> {
        self.settle_each(me, children)
    }

    fn race(&self, me: Me<'_>, children: Vec<Child>) -> impl Future<Output = Outcome> {
        self.race_all(me, children)
    }

    async fn as_completed(
        &self,
        me: Me<'_>,
        children: Vec<Child>,
        timeout: Option<Duration>,
    ) -> Result<ScopeId, Raise> {
        Ok(keys::scope(self.start_results(me, children, timeout)?))
    }

    fn next_result(
        &self,
        me: Me<'_>,
        results: ScopeId,
    ) -> impl Future<Output = Result<Option<Value>, Raise>> {
        self.next_of(me, keys::of_scope(results))
    }

    fn shield(&self, me: Me<'_>, child: Child) -> impl Future<Output = Outcome> {
        self.shielded(me, child)
    }

    fn offload(&self, me: Me<'_>, pool: ObjectId, new: NewTask) -> impl Future<Output = Outcome> {
        self.run_on_thread(me, pool, new)
    }

    fn select(&self, me: Me<'_>, arms: Vec<Arm>) -> impl Future<Output = Result<(usize, Value), Raise>> {
        self.select_first(me, arms)
    }

    // ── blocks ────────────────────────────────────────────────────────────

    fn group_enter(&self, me: Me<'_>) -> ScopeId {
        self.enter_group(me)
    }

    fn group_exit(&self, me: Me<'_>, group: ScopeId, body: Done) -> impl Future<Output = Done> {
        self.exit_group(me, group, body)
    }

    fn timeout_enter(&self, me: Me<'_>, d: Option<Duration>) -> ScopeId {
        self.enter_timeout(me, d)
    }

    fn timeout_exit(&self, me: Me<'_>, scope: ScopeId, body: Done) -> TimeoutEnd {
        self.exit_timeout(me, scope, body)
    }

    fn wait_for_inline(&self, _d: Duration) -> bool {
        true
    }

    async fn wait_for(&self, _me: Me<'_>, _child: Child, _d: Duration) -> Outcome {
        unreachable!("`wait_for` runs inline here")
    }
}
