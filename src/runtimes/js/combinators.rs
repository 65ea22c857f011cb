//! `Promise.all`, `allSettled`, `race`, and what the library makes of them: `race`, `Completed`, `shield`
//! (ECMA-262 27.2.4; J11, X10).

use std::collections::VecDeque;

use crate::runtimes::errors::error;
use crate::runtimes::js::awaiting::Js;
use crate::runtimes::js::core::Core;
use crate::runtimes::js::keys::{AggregateKey, PromiseKey, ResultsKey, SignalKey};
use crate::runtimes::js::objects::Waiter;
use crate::runtimes::js::promises::Reaction;
use crate::runtimes::js::records::{Aggregate, Part, Results};
use crate::runtimes::js::signals::Listener;
use crate::runtimes::js::timers::Action;
use crate::runtimes::runtime::{Child, Me};
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::trace::CauseKind;
use crate::source::Span;
use crate::time::Duration;
use crate::value::{Failure, FailureKind, Outcome, Raise, TaskId, Value};

/// The failure a `TimeoutError` is.
pub fn timed_out() -> Raise {
    Raise::Failed(Failure::new(FailureKind::Timeout, "timeout", Span::default()))
}

impl Core<'_> {
    /// The reaction of an element: the aggregate is settled inside the job of the one that decides.
    pub fn element_settled(&mut self, key: AggregateKey, n: u32, outcome: Outcome) {
        let Some(aggregate) = self.aggregates.get_mut(key) else { return };
        let promise = aggregate.promise;
        if let Err(raise) = &outcome
            && !aggregate.all_settled
        {
            let raise = raise.clone();
            return self.settle(promise, Err(raise));
        }
        aggregate.values[n as usize] = Some(outcome);
        aggregate.left -= 1;
        if aggregate.left > 0 {
            return;
        }
        let value = |outcome: Option<Outcome>| match outcome {
            Some(Ok(value)) => value,
            Some(Err(raise)) => raise.into_value(),
            None => Value::None,
        };
        let values = std::mem::take(&mut aggregate.values).into_iter().map(value).collect();
        self.settle(promise, Ok(Value::list(values)));
    }

    /// `Promise.all(promises)`
    fn aggregate(&mut self, promises: &[(PromiseKey, u64)], all_settled: bool) -> (AggregateKey, PromiseKey) {
        let promise = self.promises.add();
        let aggregate =
            Aggregate { values: vec![None; promises.len()], left: promises.len(), all_settled, promise };
        let key = self.aggregates.insert(aggregate);
        for (n, &(element, _)) in promises.iter().enumerate() {
            self.then(element, Reaction::All(key, n as u32));
        }
        if promises.is_empty() {
            self.settle(promise, Ok(Value::list(Vec::new())));
        }
        (key, promise)
    }

    /// `task.join(signal)`: the promise of the task itself, so that no tick is added; an abort of
    /// who waits travels to the task (X4).
    pub fn join_promise(
        &mut self,
        me: Me<'_>,
        task: TaskId,
        signal: SignalKey,
    ) -> Result<(PromiseKey, u64), Raise> {
        if task == me.task {
            return Err(error("a task cannot wait for itself"));
        }
        if self.signals.aborted(signal) {
            return Ok((self.settled(Err(Raise::Cancelled)), 0));
        }
        let number = self.signals.listen(signal, Listener::Cancel(task));
        Ok((self.task(task).promise, number))
    }

    /// The listeners of joins that are over.
    fn forget_joins(&mut self, signal: SignalKey, joins: Vec<(PromiseKey, u64)>) {
        for (promise, number) in joins {
            if !self.promises.pending(promise) {
                self.signals.forget(signal, number);
            }
        }
    }

    // ── as_completed ──────────────────────────────────────────────────────

    /// A child has ended: whoever waits is given its outcome.
    pub fn result_came(&mut self, key: ResultsKey, outcome: Outcome) {
        let Some(results) = self.results.get_mut(key) else { return };
        results.running -= 1;
        let timer = if results.running == 0 { results.timer.take() } else { None };
        if !results.expired {
            results.done.push_back(outcome);
            self.serve(key);
        }
        if let Some(timer) = timer {
            self.clear_timeout(timer);
        }
    }

    fn serve(&mut self, key: ResultsKey) {
        loop {
            let Some(results) = self.results.get_mut(key) else { return };
            let Some(&taker) = results.takers.front() else { return };
            if !self.promises.pending(taker) {
                results.takers.pop_front();
                continue;
            }
            let outcome = match results.done.pop_front() {
                Some(outcome) => outcome,
                None if results.expired => Err(timed_out()),
                None => return,
            };
            results.takers.pop_front();
            self.settle(taker, outcome);
        }
    }

    pub fn results_timeout(&mut self, key: ResultsKey) {
        if let Some(results) = self.results.get_mut(key) {
            results.expired = true;
            self.serve(key);
        }
    }
}

impl Js<'_> {
    /// The promises of the elements: calls begin here and now, one after the other.
    async fn elements(
        &self,
        me: Me<'_>,
        children: &[Child],
        signal: SignalKey,
    ) -> Result<Vec<(PromiseKey, u64)>, Raise> {
        let mut promises = Vec::with_capacity(children.len());
        for child in children {
            promises.push(match child {
                Child::New(new) => {
                    let task = self.call(me, new, Part::Call, signal).await;
                    (self.core().task(task).promise, 0)
                }
                Child::Task(task) => self.core().join_promise(me, *task, signal)?,
                Child::Future(future) => (self.core().future_promise(me, *future)?, 0),
            });
        }
        Ok(promises)
    }

    /// `await task.join(signal)`: one tick after the task's end.
    pub async fn joined(&self, me: Me<'_>, task: TaskId) -> Outcome {
        let (signal, join) = {
            let mut core = self.core();
            let signal = core.signal(me.task);
            (signal, core.join_promise(me, task, signal)?)
        };
        let info = WaitInfo { kind: CauseKind::Join, object: None, holder: Some(task) };
        let outcome = self.awaited(me, join.0, info).await;
        self.core().forget_joins(signal, vec![join]);
        outcome
    }

    /// `await Promise.all([…])`, `allSettled`
    pub async fn all(&self, me: Me<'_>, children: Vec<Child>, all_settled: bool) -> Outcome {
        let signal = self.core().signal(me.task);
        let promises = self.elements(me, &children, signal).await?;
        let (key, promise) = self.core().aggregate(&promises, all_settled);
        let outcome = self.awaited(me, promise, WaitInfo::new(CauseKind::Children)).await;
        let mut core = self.core();
        core.promises.remove(promise);
        core.forget_joins(signal, promises);
        if core.aggregates[key].left == 0 {
            core.aggregates.remove(key);
        }
        outcome
    }

    /// `await race(signal, …)`: `Promise.race`, then the signal of all is aborted; an async function.
    pub async fn first_of(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        let outcome = self.first_of_inside(me, children).await;
        self.tick(me).await;
        outcome
    }

    async fn first_of_inside(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        if children.is_empty() {
            return Err(error("`race` needs at least one task"));
        }
        let (outer, signal, number) = {
            let mut core = self.core();
            let outer = core.signal(me.task);
            let (signal, number) = core.signals.follow(outer);
            (outer, signal, number)
        };
        self.core().task(me.task).signals.push(signal);
        let promises = self.elements(me, &children, signal).await;
        self.core().task(me.task).signals.pop();
        let promise = match promises {
            Ok(promises) => {
                let mut core = self.core();
                let promise = core.promises.add();
                for (element, _) in promises {
                    core.then(element, Reaction::Pass(promise));
                }
                promise
            }
            Err(raise) => {
                self.core().abort(signal);
                return Err(raise);
            }
        };
        let outcome = self.awaited(me, promise, WaitInfo::new(CauseKind::Children)).await;
        let mut core = self.core();
        core.abort(signal);
        core.signals.forget(outer, number);
        core.promises.remove(promise);
        outcome
    }

    /// `new Completed([…], timeout)`
    pub async fn completed(
        &self,
        me: Me<'_>,
        children: Vec<Child>,
        timeout: Option<Duration>,
    ) -> Result<ResultsKey, Raise> {
        let signal = self.core().signal(me.task);
        let promises = self.elements(me, &children, signal).await?;
        let mut core = self.core();
        let running = promises.len();
        let results = Results {
            done: VecDeque::new(),
            takers: VecDeque::new(),
            left: running,
            running,
            timer: None,
            expired: false,
        };
        let key = core.results.insert(results);
        for (promise, _) in promises {
            core.then(promise, Reaction::Completed(key));
        }
        if let Some(d) = timeout
            && running > 0
        {
            core.results[key].timer = Some(core.set_timeout(d, Action::Results(key)));
        }
        Ok(key)
    }

    /// `await results.next(signal)`
    pub async fn next_completed(&self, me: Me<'_>, key: ResultsKey) -> Result<Option<Value>, Raise> {
        if self.core().aborted(me.task) {
            return self.rejected(me, Raise::Cancelled).await;
        }
        let left = self.core().results.get_mut(key).is_some_and(|results| {
            let left = results.left > 0;
            results.left -= usize::from(left);
            left
        });
        if !left {
            self.tick(me).await;
            return Ok(None);
        }
        let info = WaitInfo::new(CauseKind::Children);
        let settled = self
            .wait_for_turn(me, info, None, |core, waiter| {
                core.results[key].takers.push_back(waiter.promise);
                core.serve(key);
            })
            .await?;
        settled.outcome.map(Some)
    }

    /// `await shield(promise, signal)`: who waits can be aborted, the task goes on. One tick more.
    pub async fn shielded(&self, me: Me<'_>, child: Child) -> Outcome {
        let inner = match child {
            Child::New(new) => {
                let signal = self.core().signals.add();
                let task = self.call(me, &new, Part::Call, signal).await;
                self.core().task(task).promise
            }
            Child::Task(task) if task == me.task => {
                return Err(error("a task cannot wait for itself"));
            }
            Child::Task(task) => self.core().task(task).promise,
            Child::Future(future) => self.core().future_promise(me, future)?,
        };
        self.pass_on(me, inner, WaitInfo::new(CauseKind::Join)).await
    }

    /// Waits for a promise through one of its own, which the signal can reject.
    pub async fn pass_on(&self, me: Me<'_>, inner: PromiseKey, info: WaitInfo) -> Outcome {
        if self.core().aborted(me.task) {
            return self.rejected(me, Raise::Cancelled).await;
        }
        let pass = |core: &mut Core<'_>, waiter: Waiter<()>| {
            core.then(inner, Reaction::Pass(waiter.promise));
        };
        self.wait_for_turn(me, info, None, pass).await?.outcome
    }
}
