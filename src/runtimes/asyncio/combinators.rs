//! `gather`, `as_completed`, `shield`, `wait`, `wait_for` (`tasks.py`, 3.12.1 and 3.11.7; A17 to A20, A23).

use std::collections::{BTreeMap, BTreeSet};

use crate::runtimes::asyncio::core::Core;
use crate::runtimes::asyncio::futures::{
    Callback, FutureKey, FutureKind, FutureState, GatherKey, ResultsKey,
};
use crate::runtimes::asyncio::handles::Handle;
use crate::runtimes::asyncio::objects::{Queue, QueueAt};
use crate::runtimes::asyncio::records::{Gather, Results};
use crate::runtimes::asyncio::runners::Asyncio;
use crate::runtimes::asyncio::settings::Version;
use crate::runtimes::errors::error;
use crate::runtimes::runtime::{Child, Me};
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::trace::CauseKind;
use crate::source::Span;
use crate::time::Duration;
use crate::value::{Failure, FailureKind, Outcome, Raise, Value};

/// The failure `TimeoutError` becomes.
pub fn timed_out() -> Raise {
    Raise::Failed(Failure::new(FailureKind::Timeout, "timeout", Span::default()))
}

/// The first occurrence of each.
fn unique(keys: &[FutureKey]) -> Vec<FutureKey> {
    let mut seen = BTreeSet::new();
    keys.iter().copied().filter(|&key| seen.insert(key)).collect()
}

impl Core<'_> {
    /// A `gather` whose children are still to come.
    fn new_gather(&mut self, return_exceptions: bool) -> GatherKey {
        let outer = self.create_future();
        let key = self.gathers.insert(Gather {
            children: Vec::new(),
            unique: 0,
            finished: 0,
            return_exceptions,
            cancel_requested: false,
            outer,
        });
        self.futures.get_mut(outer).expect("just made").kind = FutureKind::Gathering(key);
        key
    }

    /// One child more. True if it is done already, which since 3.12 is seen as soon as all
    /// children are there (A17).
    fn gather_add(&mut self, key: GatherKey, child: FutureKey, seen: &mut BTreeSet<FutureKey>) -> bool {
        let fresh = seen.insert(child);
        let gather = &mut self.gathers[key];
        gather.children.push(child);
        gather.unique += usize::from(fresh);
        if fresh && self.version >= Version::V312 && self.futures.done(child) {
            return true;
        }
        if fresh {
            self.add_done_callback(child, Callback::Gather(key));
        }
        false
    }

    /// `_done_callback`
    pub fn gather_done(&mut self, key: GatherKey, child: FutureKey) {
        let Some(gather) = self.gathers.get_mut(key) else { return };
        gather.finished += 1;
        let (outer, all) = (gather.outer, gather.finished == gather.unique);
        if self.futures.done(outer) {
            return;
        }
        if !gather.return_exceptions
            && let Err(raise) = self.futures.result(child)
        {
            return self.set_done(outer, Err(raise));
        }
        if all {
            let gather = &self.gathers[key];
            let outcome = if gather.cancel_requested {
                Err(Raise::Cancelled)
            } else {
                let value = |&child: &FutureKey| match self.futures.result(child) {
                    Ok(value) => value,
                    Err(raise) => raise.into_value(),
                };
                Ok(Value::list(gather.children.iter().map(value).collect()))
            };
            self.set_done(outer, outcome);
        }
    }

    pub fn as_completed(&mut self, children: &[FutureKey], timeout: Option<Duration>) -> ResultsKey {
        let children = unique(children);
        let left = children.len();
        let todo: BTreeMap<FutureKey, usize> = children.iter().copied().zip(0..).collect();
        let done = Queue::new(None);
        let key = self.results.insert(Results { children: children.clone(), todo, done, timer: None, left });
        for child in children {
            self.add_done_callback(child, Callback::Results(key));
        }
        if let Some(d) = timeout
            && left > 0
        {
            self.results[key].timer = Some(self.call_later(d, Handle::ResultsTimeout(key)));
        }
        key
    }

    /// `_on_completion`
    pub fn results_done(&mut self, key: ResultsKey, child: FutureKey) {
        let Some(results) = self.results.get_mut(key) else { return };
        let Some(index) = results.todo.remove(&child) else { return };
        let timer = if results.todo.is_empty() { results.timer.take() } else { None };
        self.put_result(key, Value::Int(index as i64));
        if let Some(timer) = timer {
            self.cancel_timer(timer);
        }
    }

    /// `_on_timeout`: one dummy for each that has not ended.
    pub fn results_timeout(&mut self, key: ResultsKey) {
        let Some(results) = self.results.get_mut(key) else { return };
        for child in std::mem::take(&mut results.todo).into_keys() {
            self.remove_done_callback(child, Callback::Results(key));
            self.put_result(key, Value::None);
        }
    }

    fn put_result(&mut self, key: ResultsKey, value: Value) {
        let put = self.put_nowait(QueueAt::Results(key), value);
        debug_assert!(matches!(put, Ok(true)), "this queue is unbounded and never closed");
    }

    /// `shield`'s `_inner_done_callback`
    pub fn shield_inner_done(&mut self, outer: FutureKey, inner: FutureKey) {
        if self.futures.done(outer) {
            return;
        }
        if self.futures.cancelled(inner) {
            self.complete(outer, FutureState::Cancelled);
        } else {
            let outcome = self.futures.result(inner);
            self.set_done(outer, outcome);
        }
    }
}

impl Asyncio<'_> {
    pub async fn await_gather(&self, me: Me<'_>, children: Vec<Child>, return_exceptions: bool) -> Outcome {
        let key = self.core().new_gather(return_exceptions);
        let outer = self.core().gathers[key].outer;
        let (mut done, mut seen) = (Vec::new(), BTreeSet::new());
        for child in &children {
            let child = self.ensure_future(me, child).await;
            let mut core = self.core();
            match child {
                Ok(child) if core.gather_add(key, child, &mut seen) => done.push(child),
                Ok(_) => {}
                Err(raise) => {
                    core.gathers.remove(key);
                    core.futures.remove(outer);
                    return Err(raise);
                }
            }
        }
        for child in done {
            self.core().gather_done(key, child);
        }
        if children.is_empty() {
            self.core().set_done(outer, Ok(Value::list(Vec::new())));
        }
        let outcome = self.wait_future(me, outer, WaitInfo::new(CauseKind::Children)).await;
        let mut core = self.core();
        core.gathers.remove(key);
        core.futures.remove(outer);
        outcome
    }

    /// `_wait_for_one`
    pub async fn next_completed(&self, me: Me<'_>, key: ResultsKey) -> Result<Option<Value>, Raise> {
        match self.core().results.get_mut(key) {
            None => return Ok(None),
            Some(results) if results.left == 0 => return Ok(None),
            Some(results) => results.left -= 1,
        }
        let index = self.queue_get(me, QueueAt::Results(key), WaitInfo::new(CauseKind::Children)).await?;
        let Some(Value::Int(index)) = index else { return Err(timed_out()) };
        let core = self.core();
        let child = core.results[key].children[index as usize];
        core.futures.result(child).map(Some)
    }

    pub async fn await_shield(&self, me: Me<'_>, child: Child) -> Outcome {
        let inner = self.ensure_future(me, &child).await?;
        let outer = {
            let mut core = self.core();
            if core.futures.done(inner) {
                return core.futures.result(inner);
            }
            let outer = core.create_future();
            core.add_done_callback(inner, Callback::ShieldInner(outer));
            core.add_done_callback(outer, Callback::ShieldOuter(inner));
            outer
        };
        self.wait_future(me, outer, WaitInfo::new(CauseKind::Join)).await
    }

    /// `_wait(fs, FIRST_COMPLETED)`: always suspends (A18).
    pub async fn wait_first(&self, me: Me<'_>, fs: &[FutureKey], kind: CauseKind) -> Result<(), Raise> {
        let waiter = {
            let mut core = self.core();
            let waiter = core.create_future();
            for &f in fs {
                core.add_done_callback(f, Callback::Release(waiter));
            }
            waiter
        };
        let waited = self.wait_future(me, waiter, WaitInfo::new(kind)).await;
        let mut core = self.core();
        for &f in fs {
            core.remove_done_callback(f, Callback::Release(waiter));
        }
        core.futures.remove(waiter);
        waited.map(|_| ())
    }

    /// `race`: `wait(FIRST_COMPLETED)`, then the others are cancelled and not waited for.
    pub async fn await_race(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        if children.is_empty() {
            return Err(error("`race` needs at least one task"));
        }
        let fs = self.ensure_futures(me, &children).await?;
        let waited = self.wait_first(me, &fs, CauseKind::Children).await;
        let mut core = self.core();
        let winner = fs.iter().copied().find(|&f| core.futures.done(f));
        for &f in &fs {
            core.cancel_future(f);
        }
        waited?;
        core.futures.result(winner.expect("one has ended"))
    }

    /// `wait_for` where it has a task of its own: 3.11 always, later with no time left (A20).
    pub async fn await_wait_for(&self, me: Me<'_>, child: Child, d: Duration) -> Outcome {
        if d == Duration::ZERO {
            let fut = self.ensure_future(me, &child).await?;
            if self.core().futures.done(fut) {
                return self.core().futures.result(fut);
            }
            return self.cancel_and_result(me, fut).await;
        }
        let waiter = self.core().create_future();
        let timer = self.core().call_later(d, Handle::Release(waiter));
        let fut = self.ensure_future(me, &child).await?;
        self.core().add_done_callback(fut, Callback::Release(waiter));
        let waited = self.wait_future(me, waiter, WaitInfo::new(CauseKind::Join)).await;
        let outcome = if self.core().futures.done(fut) {
            self.core().futures.result(fut)
        } else {
            self.core().remove_done_callback(fut, Callback::Release(waiter));
            match waited {
                Ok(_) => self.cancel_and_result(me, fut).await,
                Err(raise) => self.cancel_and_wait(me, fut).await.and(Err(raise)),
            }
        };
        self.core().cancel_timer(timer);
        outcome
    }

    /// Cancels, waits, and gives the result; a cancellation has become a timeout.
    async fn cancel_and_result(&self, me: Me<'_>, fut: FutureKey) -> Outcome {
        self.cancel_and_wait(me, fut).await?;
        match self.core().futures.result(fut) {
            Err(Raise::Cancelled) => Err(timed_out()),
            other => other,
        }
    }

    /// `_cancel_and_wait`
    async fn cancel_and_wait(&self, me: Me<'_>, fut: FutureKey) -> Result<(), Raise> {
        let waiter = {
            let mut core = self.core();
            let waiter = core.create_future();
            core.add_done_callback(fut, Callback::Release(waiter));
            core.cancel_future(fut);
            waiter
        };
        let waited = self.wait_future(me, waiter, WaitInfo::new(CauseKind::Join)).await;
        let mut core = self.core();
        core.remove_done_callback(fut, Callback::Release(waiter));
        core.futures.remove(waiter);
        waited.map(|_| ())
    }
}
