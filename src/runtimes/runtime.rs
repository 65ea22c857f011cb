//! The seam between program and runtime: every word of the language, and what the driving loop asks.
//!
//! The interpreter calls the words, [`crate::runtimes::drive`] the rest. A word that takes several
//! steps is an `async fn`: a coroutine that lasts as long as the word, suspends by [`Airlock::park`]
//! only, and has arranged before who will wake the task. Words that wait for one thing at a time
//! need none: a runtime may say them by [`Runtime::step`], at a fraction of the cost. Dispatch is
//! static: one runtime, one interpreter.

use std::rc::Rc;

use crate::runtimes::costs::{Costs, Spot};
use crate::sim::agenda::Due;
use crate::sim::kernel::Kernel;
use crate::sim::process::{Airlock, Effect, Reply};
use crate::sim::task::NewTask;
use crate::sim::trace::Cause;
use crate::time::Duration;
use crate::value::{Mode, ObjectId, Outcome, Raise, ScopeId, TaskId, Value};

/// The task that says a word, and the way out of the coroutine that the word is.
#[derive(Clone, Copy)]
pub struct Me<'a> {
    pub task: TaskId,
    pub airlock: &'a Airlock,
}

/// A word that may suspend, with what it is about.
#[derive(Debug, Clone)]
pub enum Word {
    Sleep(Duration, Option<Rc<str>>),
    Io(Duration, Option<Rc<str>>),
    /// `await yield`
    Pause,
    Acquire(ObjectId, Mode),
    Release(ObjectId, Mode),
    Send(ObjectId, Value),
    Receive(ObjectId),
    /// Events, conditions, barriers, futures.
    Wait(ObjectId),
    /// `await h`
    Join(TaskId),
    /// The block of a group has come to its end.
    Leave(ScopeId),
}

/// How far a word has come.
#[derive(Debug)]
pub enum Said {
    /// It is over; its value is none where it has none.
    Over(Value),
    /// It received nothing: the channel is closed and drained.
    Closed,
    /// The task is to park. The word goes on when it is resumed.
    Parked,
    /// Here this word is a coroutine: [`Runtime::sleep`], [`Runtime::acquire`], …
    Coroutine,
}

impl From<()> for Said {
    fn from((): ()) -> Said {
        Said::Over(Value::None)
    }
}

/// What the driving loop is to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Resume(TaskId, Reply),
    /// Nobody can run now: let time pass.
    Advance,
    /// The run has come to its end.
    Over,
}

/// A declared or made object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectSpec {
    pub kind: Kind,
    /// Capacity, permits, parties, threads; `None` = unbounded.
    pub size: Option<u64>,
    /// The lock of a condition.
    pub lock: Option<ObjectId>,
    /// Priority inheritance.
    pub inherit: bool,
    /// Workers that are processes.
    pub processes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Resource,
    Lock,
    Semaphore,
    RwLock,
    Channel,
    Event,
    Condition,
    Barrier,
    Future,
    Workers,
}

/// An argument of `gather`, `race` and their kin.
#[derive(Debug, Clone)]
pub enum Child {
    New(NewTask),
    /// A handle.
    Task(TaskId),
    /// A `future`.
    Future(ObjectId),
}

/// One way a `select` can go on.
#[derive(Debug, Clone)]
pub enum Arm {
    Receive(ObjectId),
    Send(ObjectId, Value),
    /// An event.
    Wait(ObjectId),
    /// A handle or a future.
    Join(Value),
    After(Duration),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelTarget {
    Task(TaskId),
    Group(ScopeId),
    /// A `scope`: its block is cancelled and left by `else`.
    Scope(ScopeId),
}

/// When a callback is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// `call_soon`: behind what is ready.
    Soon,
    /// `next_tick`: before everything else that is ready, where the real thing has such a queue.
    NextTick,
    /// `immediate`: when what is ready now has run, where the real thing has such a phase.
    Immediate,
    /// `call_later`
    After(Duration),
}

/// How a `timeout` block or a `scope` is left.
#[derive(Debug, Clone)]
pub enum TimeoutEnd {
    Normal,
    /// The deadline, or `cancel` of the scope, cancelled it: the `else` branch runs.
    Expired,
    /// What happened inside travels on.
    Raise(Raise),
}

/// One unfinished task of a run that is stuck, and what it waits for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    pub task: TaskId,
    pub cause: Option<Cause>,
    /// Everybody who could end the wait, as far as the runtime knows.
    pub holders: Vec<TaskId>,
}

/// A concurrency model with its state during one run.
#[allow(async_fn_in_trait, reason = "static dispatch only; no Send bounds are wanted")]
pub trait Runtime {
    fn kernel(&self) -> &Kernel;

    // ── asked by the driving loop ─────────────────────────────────────────

    /// What the driving loop is to charge for steps.
    fn costs(&self) -> Costs {
        Costs::default()
    }

    /// Where the task that takes a step is; asked where steps cost something.
    fn spot(&self, _task: TaskId) -> Spot {
        Spot::default()
    }

    /// A task that is to be resumed has to pay first: by default as if its step began with work.
    fn charged(&self, task: TaskId, cost: Duration) {
        self.yielded(task, Effect::Work(cost));
    }

    /// Called once, before anything else, with the task `main`.
    fn begin(&self, main: NewTask);

    /// Who runs next. Called after every effect, end and due entry.
    fn next(&self) -> Next;

    /// The resumed process yielded an effect.
    fn yielded(&self, task: TaskId, effect: Effect);

    /// The resumed process has ended, its outcome noted by [`Runtime::finish`].
    fn ended(&self, task: TaskId);

    /// The wait of a task is over that the agenda was to wake ([`Due::Wake`]); the clock stands at its time. Who runs
    /// next, where that is clear already; otherwise [`Runtime::next`] is asked.
    fn awake(&self, _task: TaskId) -> Option<(TaskId, Reply)> {
        unreachable!("only a runtime that puts such entries into the agenda is asked");
    }

    /// Another entry of the agenda is due; the clock stands at its time.
    fn due(&self, due: Due);

    /// Is this entry still wanted? Stale entries do not move the clock.
    fn live(&self, due: Due) -> bool;

    /// This is soon to be due: what the runtime keeps about it had better be near. The slots of the tasks it will wake.
    fn prefetch(&self, _soon: &[Due], _wakes: &mut Vec<u32>) {}

    /// Every unfinished task with what it waits for, in spawn order; asked when the run is stuck.
    fn waits(&self) -> Vec<Wait>;

    // ── words without a coroutine ─────────────────────────────────────────

    /// Begins a word, or goes on with it: `reply` is what the task was resumed with, if the word has
    /// parked it.
    fn step(&self, _me: Me<'_>, _word: &Word, _reply: Option<Reply>) -> Result<Said, Raise> {
        Ok(Said::Coroutine)
    }

    /// Does `spawn` take one step here? Then it is [`Runtime::spawn_at_once`], otherwise a coroutine, [`Runtime::spawn`].
    fn spawns_at_once(&self) -> bool {
        false
    }

    fn spawn_at_once(&self, _me: Me<'_>, _new: NewTask, _group: Option<ScopeId>) -> Result<TaskId, Raise> {
        unreachable!("here it is a coroutine");
    }

    // ── tasks ─────────────────────────────────────────────────────────────

    /// `spawn`, into `group` if given. Fails if the group or the pool takes no more tasks.
    async fn spawn(&self, me: Me<'_>, new: NewTask, group: Option<ScopeId>) -> Result<TaskId, Raise>;

    /// The last thing a process does: its outcome goes to whoever waits for it.
    fn finish(&self, me: Me<'_>, outcome: Outcome);

    /// Does the end of a call (`await t()`, where it runs inline) let others go first? Then
    /// [`Runtime::call_ended`] is said after it, however it ended.
    fn calls_take_a_turn(&self) -> bool {
        false
    }

    /// A call of another task has returned or failed.
    async fn call_ended(&self, _me: Me<'_>) {}

    /// Are [`Runtime::enter`] and [`Runtime::leave`] said?
    fn has_doors(&self) -> bool {
        false
    }

    /// Said by every task before its first instruction.
    async fn enter(&self, _me: Me<'_>) {}

    /// Said by every task after its last, before [`Runtime::finish`].
    async fn leave(&self, _me: Me<'_>) {}

    /// A `shared` variable is looked at or changed; fails where tasks have no memory in common.
    fn touch_shared(&self, _task: TaskId, _slot: u16, _change: bool) -> Result<(), Raise> {
        Ok(())
    }

    /// `await h`: its value, or its failure or cancellation raised here.
    async fn join(&self, me: Me<'_>, task: TaskId) -> Outcome;

    /// `cancel h`, `cancel g`, `cancel s`: true if the request was taken.
    fn cancel(&self, me: Me<'_>, target: CancelTarget) -> bool;

    /// `call_soon(t())` and its kin. `new` is called, not spawned: it never suspends (the checker
    /// sees to that), nobody has its handle, and nobody waits for it.
    fn call_back(&self, me: Me<'_>, when: When, new: NewTask) -> Result<(), Raise>;

    // ── time ──────────────────────────────────────────────────────────────

    async fn sleep(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Result<(), Raise>;
    async fn io(&self, me: Me<'_>, d: Duration, label: Option<Rc<str>>) -> Result<(), Raise>;
    /// `await yield`
    async fn pause(&self, me: Me<'_>) -> Result<(), Raise>;

    // ── shared objects; each fails if the object is not of a fitting kind ─

    fn create(&self, spec: ObjectSpec) -> ObjectId;
    /// Locks, resources, semaphores, rwlocks.
    async fn acquire(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise>;
    async fn release(&self, me: Me<'_>, object: ObjectId, mode: Mode) -> Result<(), Raise>;
    fn locked(&self, object: ObjectId) -> Result<bool, Raise>;
    async fn send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<(), Raise>;
    /// `Ok(None)` when the channel is closed and drained.
    async fn receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise>;
    fn try_send(&self, me: Me<'_>, channel: ObjectId, value: Value) -> Result<bool, Raise>;
    fn try_receive(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise>;
    fn close(&self, me: Me<'_>, channel: ObjectId) -> Result<(), Raise>;
    fn len(&self, channel: ObjectId) -> Result<usize, Raise>;
    /// Events and conditions (none), barriers (order of arrival), futures (their value).
    async fn wait(&self, me: Me<'_>, object: ObjectId) -> Outcome;
    /// Events.
    fn set(&self, me: Me<'_>, event: ObjectId) -> Result<(), Raise>;
    fn clear(&self, me: Me<'_>, event: ObjectId) -> Result<(), Raise>;
    fn is_set(&self, event: ObjectId) -> Result<bool, Raise>;
    /// Futures: their value or failure; fails if settled before.
    fn settle(&self, me: Me<'_>, future: ObjectId, outcome: Outcome) -> Result<(), Raise>;
    /// Futures: settled?
    fn settled(&self, future: ObjectId) -> Result<bool, Raise>;
    /// Conditions: wakes up to `n`.
    fn notify(&self, me: Me<'_>, condition: ObjectId, n: usize) -> Result<(), Raise>;

    // ── several tasks ─────────────────────────────────────────────────────

    /// A list of the values, in the order of the arguments; the first failure is raised.
    async fn gather(&self, me: Me<'_>, children: Vec<Child>) -> Outcome;
    /// A list of values, failures and cancellations as values.
    async fn settle_all(&self, me: Me<'_>, children: Vec<Child>) -> Outcome;
    /// The value of the first to end; the others are cancelled.
    async fn race(&self, me: Me<'_>, children: Vec<Child>) -> Outcome;
    /// Starts all; [`Runtime::next_result`] gives their outcomes in the order in which they end.
    async fn as_completed(
        &self,
        me: Me<'_>,
        children: Vec<Child>,
        timeout: Option<Duration>,
    ) -> Result<ScopeId, Raise>;
    /// `Ok(None)` when all were given; a child's failure is raised here.
    async fn next_result(&self, me: Me<'_>, results: ScopeId) -> Result<Option<Value>, Raise>;
    /// Where a shielded call runs inline: the scope around it, to be left by [`Runtime::timeout_exit`].
    fn shield_inline(&self, _me: Me<'_>) -> Option<ScopeId> {
        None
    }
    async fn shield(&self, me: Me<'_>, child: Child) -> Outcome;
    /// Runs a task on a pool of named workers and waits for it.
    async fn offload(&self, me: Me<'_>, pool: ObjectId, new: NewTask) -> Outcome;
    /// The first of several that can go on: its index, and the value received.
    async fn select(&self, me: Me<'_>, arms: Vec<Arm>) -> Result<(usize, Value), Raise>;

    // ── blocks ────────────────────────────────────────────────────────────

    fn group_enter(&self, me: Me<'_>) -> ScopeId;
    /// Waits until the tasks of the group have ended; `body` is how its block was left.
    async fn group_exit(&self, me: Me<'_>, group: ScopeId, body: Result<(), Raise>) -> Result<(), Raise>;
    /// A `timeout`; without a deadline a `scope`, which only `cancel` ends.
    fn timeout_enter(&self, me: Me<'_>, d: Option<Duration>) -> ScopeId;
    fn timeout_exit(&self, me: Me<'_>, scope: ScopeId, body: Result<(), Raise>) -> TimeoutEnd;
    /// Does `wait_for` with this deadline run its task inline, in a timeout block (true), or as
    /// [`Runtime::wait_for`] says (false)?
    fn wait_for_inline(&self, d: Duration) -> bool;
    /// Is `wait_for` of a handle a join in a timeout block, too? If the join does not hand a
    /// cancellation on to the task, it is not.
    fn wait_for_handle_inline(&self) -> bool {
        true
    }
    /// `wait_for` where it is not inline: fails with `timeout` when the deadline passes.
    async fn wait_for(&self, me: Me<'_>, child: Child, d: Duration) -> Outcome;
}
