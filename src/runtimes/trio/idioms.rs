//! `gather`, `settle`, `race`, `as_completed`, `wait_for` as people write them with nurseries; trio
//! has none of them. `cosim export` writes the same.

use std::collections::VecDeque;

use slotmap::Key;

use crate::runtimes::errors::error;
use crate::runtimes::runtime::{Child, Me};
use crate::runtimes::trio::core::Core;
use crate::runtimes::trio::objects::Channel;
use crate::runtimes::trio::records::{NurseryKey, Race, RaceKey, Results, ResultsKey, Role};
use crate::runtimes::trio::traps::Trio;
use crate::sim::task::NewTask;
use crate::sim::trace::CauseKind;
use crate::source::Span;
use crate::time::Duration;
use crate::value::{Failure, FailureKind, ObjectId, Outcome, Raise, TaskId, Value};

/// The failure `TooSlowError` becomes.
fn timed_out() -> Raise {
    Raise::Failed(Failure::new(FailureKind::Timeout, "timeout", Span::default()))
}

impl Core<'_> {
    pub fn new_channel(&mut self, max: Option<u64>, object: Option<ObjectId>) -> usize {
        let (senders, receivers) = (self.new_lot(), self.new_lot());
        let (data, returned) = (VecDeque::new(), VecDeque::new());
        self.channels.push(Channel { data, returned, max, senders, receivers, closed: false, object });
        self.channels.len() - 1
    }

    /// The first to end is the winner and cancels the others; what a loser received goes back.
    pub fn arm_ended(&mut self, race: RaceKey, index: usize, outcome: Outcome) {
        let Some(this) = self.races.get_mut(race) else { return };
        if this.first.is_none() {
            this.first = Some((index, outcome));
            let scope = self.nurseries[this.nursery].scope;
            self.cancel_scope(scope);
            return;
        }
        let Some(&Some(object)) = this.receives.get(index) else { return };
        let selecting = self.nurseries[this.nursery].parent;
        let Ok(value) = outcome else { return };
        if let (Ok(channel), false) = (self.channel(object), matches!(value, Value::None)) {
            self.put_back(channel, selecting, value);
        }
    }

    /// How a child of an `as_completed` has ended goes into its channel.
    pub fn put_result(&mut self, key: ResultsKey, outcome: Outcome) {
        let Some(results) = self.results.get_mut(key) else { return };
        let index = Value::Int(results.outcomes.len() as i64);
        results.outcomes.push(outcome);
        let channel = results.channel;
        let by = self.turn.current.unwrap_or(TaskId { slot: 0, serial: 0 });
        let sent = self.send_nowait(channel, by, &index);
        debug_assert!(matches!(sent, Ok(true)), "this channel is unbounded and never closed");
    }

    fn watch(&mut self, task: TaskId, key: ResultsKey) {
        let known = self.kernel.tasks().exists(task);
        match if known { self.kernel.outcome(task) } else { Some(Ok(Value::None)) } {
            None => self.task(task).watchers.push(key),
            Some(outcome) => self.put_result(key, outcome),
        }
    }

    pub fn as_completed(
        &mut self,
        me: TaskId,
        children: &[Child],
        timeout: Option<Duration>,
    ) -> Result<ResultsKey, Raise> {
        if children.is_empty() {
            return Ok(ResultsKey::null());
        }
        let channel = self.new_channel(None, None);
        let deadline = timeout.map(|d| self.now() + d);
        let left = children.len();
        let key = self.results.insert(Results { channel, outcomes: Vec::new(), left, deadline });
        for child in children {
            match child {
                Child::Task(task) => self.watch(*task, key),
                Child::New(_) | Child::Future(_) => {
                    self.start_soon(self.root, me, &Core::as_task(child), Role::Result(key))?;
                }
            }
        }
        Ok(key)
    }
}

impl Trio<'_> {
    fn open_nursery(&self, me: Me<'_>) -> NurseryKey {
        self.core().open_nursery(me.task)
    }

    fn start(&self, me: Me<'_>, nursery: NurseryKey, new: &NewTask, role: Role) -> TaskId {
        let started = self.core().start_soon(nursery, me.task, new, role);
        started.expect("the nursery was opened just now")
    }

    /// `await h` or `await f`.
    async fn join_child(&self, me: Me<'_>, child: &Child) -> Outcome {
        match child {
            Child::Task(task) => self.join_task(me, *task).await,
            Child::Future(future) => self.future_wait(me, *future).await,
            Child::New(_) => unreachable!("a new task is started, not joined"),
        }
    }

    /// The same, however it ends: only a cancellation of this task itself is raised.
    async fn child_ended(&self, me: Me<'_>, child: &Child) -> Result<(), Raise> {
        match child {
            Child::Task(task) => self.task_wait(me, *task).await,
            Child::Future(future) => self.future_settled(me, *future).await,
            Child::New(_) => Ok(()),
        }
    }

    /// How a child has ended, once it has.
    fn outcome_of(&self, child: &Child, started: Option<TaskId>) -> Outcome {
        let task = match (child, started) {
            (Child::Future(future), _) => {
                return self.core().future(*future)?.outcome.clone().unwrap_or(Ok(Value::None));
            }
            (Child::Task(task), _) => *task,
            (Child::New(_), Some(task)) => task,
            (Child::New(_), None) => return Ok(Value::None),
        };
        self.outcome(task)
    }

    /// Starts what is new among the children, each in its place.
    fn start_children(
        &self,
        me: Me<'_>,
        nursery: NurseryKey,
        children: &[Child],
        role: Role,
    ) -> Vec<Option<TaskId>> {
        let start = |child: &Child| match child {
            Child::New(new) => Some(self.start(me, nursery, new, role)),
            Child::Task(_) | Child::Future(_) => None,
        };
        children.iter().map(start).collect()
    }

    /// New children in a nursery, in whose body the others are awaited in order. A failure cancels the
    /// children, and is raised as it is.
    pub async fn await_gather(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        let nursery = self.open_nursery(me);
        let started = self.start_children(me, nursery, &children, Role::Bare);
        let mut values: Vec<Option<Value>> = vec![None; children.len()];
        let mut body = Ok(());
        for (place, child) in children.iter().enumerate().filter(|&(place, _)| started[place].is_none()) {
            match self.join_child(me, child).await {
                Ok(value) => values[place] = Some(value),
                Err(raise) => {
                    body = Err(raise);
                    break;
                }
            }
        }
        self.wait_for_children(me, nursery, body).await;
        self.core().close_and_unwrap(nursery)?;
        let all = children.iter().zip(started).zip(values);
        let values = all.map(|((child, started), value)| match value {
            Some(value) => Ok(value),
            None => self.outcome_of(child, started),
        });
        Ok(Value::list(values.collect::<Result<_, _>>()?))
    }

    /// The same with handles, whose ends are kept: nothing a child does reaches the nursery.
    pub async fn await_settle(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        let nursery = self.open_nursery(me);
        let started = self.start_children(me, nursery, &children, Role::Spawned);
        let mut body = Ok(());
        for (place, child) in children.iter().enumerate() {
            if started[place].is_none() && body.is_ok() {
                body = self.child_ended(me, child).await;
            }
        }
        self.wait_for_children(me, nursery, body).await;
        self.core().close_nursery(nursery)?;
        self.checkpoint_if_cancelled(me).await?;
        let value = |(child, started): (&Child, Option<TaskId>)| {
            self.outcome_of(child, started).unwrap_or_else(Raise::into_value)
        };
        Ok(Value::list(children.iter().zip(started).map(value).collect()))
    }

    /// A nursery whose children end it: the winner's place and how it ended.
    pub async fn first_of(
        &self,
        me: Me<'_>,
        arms: &[NewTask],
        receives: Vec<Option<ObjectId>>,
    ) -> Result<(usize, Outcome), Raise> {
        let nursery = self.open_nursery(me);
        let race = self.core().races.insert(Race { nursery, first: None, receives });
        for (index, new) in arms.iter().enumerate() {
            self.start(me, nursery, new, Role::Arm { race, index });
        }
        self.wait_for_children(me, nursery, Ok(())).await;
        let mut core = self.core();
        let left = core.close_nursery(nursery);
        let first = core.races.remove(race).and_then(|race| race.first);
        left?;
        first.ok_or_else(|| error("there is nothing to wait for"))
    }

    pub async fn await_race(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        if children.is_empty() {
            return Err(error("`race` needs at least one task"));
        }
        let arms: Vec<NewTask> = children.iter().map(Core::as_task).collect();
        let (winner, outcome) = self.first_of(me, &arms, Vec::new()).await?;
        for (index, child) in children.iter().enumerate() {
            if let (true, Child::Task(task)) = (index != winner, child) {
                self.core().cancel_task(*task);
            }
        }
        outcome
    }

    /// The next of an `as_completed`, under `fail_at`.
    pub async fn next_completed(&self, me: Me<'_>, key: ResultsKey) -> Result<Option<Value>, Raise> {
        let (channel, scope) = {
            let mut core = self.core();
            let Some(results) = core.results.get_mut(key) else { return Ok(None) };
            if results.left == 0 {
                return Ok(None);
            }
            results.left -= 1;
            let (channel, deadline) = (results.channel, results.deadline);
            (channel, core.enter_new(me.task, deadline, false))
        };
        let received = self.channel_receive(me, channel, CauseKind::Children).await;
        let mut index = None;
        let (left, caught) = self.core().close_for_good(me.task, scope, received.map(|value| index = value));
        if caught {
            return Err(timed_out());
        }
        left?;
        let Some(Value::Int(index)) = index else { return Ok(None) };
        let outcome = self.core().results[key].outcomes[index as usize].clone();
        outcome.map(Some)
    }

    /// `wait_for` of a handle: `fail_after` around the wait, and the task is cancelled if it was too slow.
    pub async fn wait_for_child(&self, me: Me<'_>, child: Child, d: Duration) -> Outcome {
        let scope = self.core().enter_new(me.task, Some(self.kernel.now() + d), false);
        let joined = self.join_child(me, &child).await;
        let mut value = Value::None;
        let left = joined.map(|joined| value = joined);
        let mut core = self.core();
        let (left, caught) = core.close_for_good(me.task, scope, left);
        if caught {
            if let Child::Task(task) = child {
                core.cancel_task(task);
            }
            return Err(timed_out());
        }
        left.map(|()| value)
    }

    /// `shield(h)`: a wait that no cancellation from outside reaches.
    pub async fn shielded(&self, me: Me<'_>, child: &Child) -> Outcome {
        let scope = self.core().enter_new(me.task, None, true);
        let joined = self.join_child(me, child).await;
        let mut value = Value::None;
        let left = joined.map(|joined| value = joined);
        self.core().close_for_good(me.task, scope, left).0.map(|()| value)
    }
}
