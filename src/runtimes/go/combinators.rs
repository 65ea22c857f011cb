//! `gather`, `settle`, `race`, `as_completed`, `select`: goroutines, a `WaitGroup` or a channel of results.

use crate::runtimes::errors::{error, wrong};
use crate::runtimes::go::core::Core;
use crate::runtimes::go::keys::{ContextKey, GatherKey, ResultsKey};
use crate::runtimes::go::objects::{Object, closed};
use crate::runtimes::go::records::{Body, Case, End, G, Gather, Got, Results, Source, WaitGroup};
use crate::runtimes::go::run::Go;
use crate::runtimes::keys::{of_scope, scope};
use crate::runtimes::runtime::{Arm, Child, Me};
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::task::NewTask;
use crate::sim::trace::CauseKind;
use crate::time::Duration;
use crate::value::{Failure, FailureKind, Outcome, Raise, ScopeId, TaskId, Value};

fn child_info() -> WaitInfo {
    WaitInfo::new(CauseKind::Children)
}

impl Core<'_> {
    /// The channel of results of a `race` or an `as_completed`, and a goroutine for each child.
    fn start_results(
        &mut self,
        me: TaskId,
        children: &[Child],
        context: Option<ContextKey>,
    ) -> Result<ResultsKey, Raise> {
        for child in children {
            self.source(child)?;
        }
        let n = children.len();
        let channel = self.make(Some(n as u64));
        let outcomes = vec![None; n];
        let results = Results { channel, outcomes, left: n, running: n, deadline: None, dropped: false };
        let to = self.results.insert(results);
        for (child, what) in children.iter().enumerate() {
            match (what, self.source(what)?) {
                (Child::New(new), _) => {
                    self.go(me, new, context, End::Results(to, child));
                }
                (_, Some(from)) => {
                    self.use_context(context);
                    let body = Body::Forward { from, to, child };
                    let g = self.gs.insert(G::new(body, context, End::Daemon));
                    self.ready(g);
                }
                (Child::Task(_) | Child::Future(_), None) => {}
            }
        }
        Ok(to)
    }

    /// What a child that is there already is waited for by.
    fn source(&self, child: &Child) -> Result<Option<Source>, Raise> {
        match child {
            Child::New(_) => Ok(None),
            Child::Task(task) => Ok(Some(Source::Task(*task))),
            Child::Future(future) => {
                let Object::Future(_) = self.objects[future.0 as usize] else {
                    return Err(wrong("be awaited: it is no future"));
                };
                Ok(Some(Source::Future(*future)))
            }
        }
    }

    /// Nobody asks for these results any more; the goroutines still send theirs.
    fn drop_results(&mut self, key: ResultsKey) {
        let Some(results) = self.results.get_mut(key) else { return };
        results.dropped = true;
        let (channel, deadline, running) = (results.channel, results.deadline.take(), results.running);
        if let Some(deadline) = deadline {
            self.drop_context(deadline);
        }
        if running == 0 {
            self.results.remove(key);
            self.chans.remove(channel);
        }
    }

    fn take_result(&mut self, key: ResultsKey, got: &Got) -> Option<(usize, Outcome)> {
        let Got::Value(Value::Int(child)) = got else { return None };
        let results = self.results.get_mut(key)?;
        results.left -= 1;
        let child = *child as usize;
        results.outcomes[child].take().map(|outcome| (child, outcome))
    }

    pub fn as_completed(
        &mut self,
        me: TaskId,
        children: &[Child],
        timeout: Option<Duration>,
    ) -> Result<ScopeId, Raise> {
        let g = self.me(me);
        let context = self.gs[g].context;
        let deadline = timeout.map(|d| self.with_timeout(context, d));
        let results = self.start_results(me, children, context)?;
        self.results[results].deadline = deadline;
        Ok(scope(results))
    }

    /// A goroutine of its own, which `main` waits for unless it is a daemon.
    pub fn spawn(&mut self, me: TaskId, new: &NewTask, context: Option<ContextKey>) -> TaskId {
        let end = if new.daemon { End::Daemon } else { End::Root };
        self.root.count += usize::from(!new.daemon);
        self.go(me, new, context, end)
    }
}

impl Go<'_> {
    /// New tasks: goroutines and `wg.Wait()`. True if all of the children are new.
    async fn await_all(&self, me: Me<'_>, children: &[Child]) -> Result<Option<GatherKey>, Raise> {
        let mut news = Vec::with_capacity(children.len());
        for child in children {
            let Child::New(new) = child else { return Ok(None) };
            news.push(new);
        }
        let waits = {
            let mut core = self.core();
            let g = core.me(me.task);
            let context = core.gs[g].context;
            let wg = WaitGroup { count: news.len(), waiter: None };
            let gather = Gather { wg, outcomes: vec![None; news.len()], first: None };
            let gather = core.gathers.insert(gather);
            for (n, new) in news.into_iter().enumerate() {
                core.go(me.task, new, context, End::Gather(gather, n));
            }
            let waits = core.gathers[gather].wg.count > 0;
            if waits {
                core.gathers[gather].wg.waiter = Some(g);
                core.gopark(g, child_info(), None);
            }
            (gather, waits)
        };
        if waits.1 {
            me.airlock.park().await;
        }
        Ok(Some(waits.0))
    }

    /// Handles among the children: one is waited for after the other, new ones are started before.
    async fn await_each(&self, me: Me<'_>, children: Vec<Child>, stop: bool) -> Result<Vec<Outcome>, Raise> {
        let sources = {
            let mut core = self.core();
            let g = core.me(me.task);
            let context = core.gs[g].context;
            let mut sources = Vec::with_capacity(children.len());
            for child in &children {
                let source = core.source(child)?;
                sources.push(match (child, source) {
                    (Child::New(new), _) => Source::Task(core.spawn(me.task, new, context)),
                    (_, Some(source)) => source,
                    (Child::Task(task), None) => Source::Task(*task),
                    (Child::Future(future), None) => Source::Future(*future),
                });
            }
            sources
        };
        let mut outcomes = Vec::with_capacity(sources.len());
        for source in sources {
            self.check(me)?;
            let outcome = self.await_outcome(me, source, child_info()).await;
            if stop {
                outcomes.push(Ok(outcome?));
            } else {
                outcomes.push(outcome);
            }
        }
        Ok(outcomes)
    }

    /// `gather`: the values, or the failure that came first.
    pub async fn await_gather(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        let Some(key) = self.await_all(me, &children).await? else {
            let outcomes = self.await_each(me, children, true).await?;
            return Ok(Value::list(outcomes.into_iter().flatten().collect()));
        };
        let Some(mut gather) = self.core().gathers.remove(key) else { return Ok(Value::None) };
        if let Some(outcome) = gather.first.and_then(|first| gather.outcomes[first].take()) {
            return outcome;
        }
        Ok(Value::list(gather.outcomes.into_iter().flatten().flatten().collect()))
    }

    /// `settle`: what became of each.
    pub async fn await_settle(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        let outcomes = match self.await_all(me, &children).await? {
            None => self.await_each(me, children, false).await?,
            Some(key) => {
                let gather = self.core().gathers.remove(key);
                gather.map(|gather| gather.outcomes.into_iter().flatten().collect()).unwrap_or_default()
            }
        };
        let value = |outcome: Outcome| outcome.unwrap_or_else(Raise::into_value);
        Ok(Value::list(outcomes.into_iter().map(value).collect()))
    }

    /// `race`: the first result that comes; then the others are cancelled.
    pub async fn await_race(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        if children.is_empty() {
            return Err(error("`race` needs at least one task"));
        }
        let (context, results, channel) = {
            let mut core = self.core();
            let g = core.me(me.task);
            let outside = core.gs[g].context;
            let context = core.with_cancel(outside);
            match core.start_results(me.task, &children, Some(context)) {
                Ok(results) => (context, results, core.results[results].channel),
                Err(raise) => {
                    core.drop_context(context);
                    return Err(raise);
                }
            }
        };
        let info = child_info();
        let got = self.select_cases(me, vec![Case::Receive(channel)], info, None).await;
        let mut core = self.core();
        let won = got.and_then(|(_, got)| core.take_result(results, &got).ok_or(Raise::Cancelled));
        core.drop_context(context);
        core.drop_results(results);
        let winner = won.as_ref().ok().map(|(child, _)| *child);
        for (n, child) in children.iter().enumerate() {
            if let Child::Task(task) = child
                && Some(n) != winner
            {
                core.cancel_task(*task);
            }
        }
        won?.1
    }

    /// The next result of an `as_completed`.
    pub async fn next_completed(&self, me: Me<'_>, results: ScopeId) -> Result<Option<Value>, Raise> {
        let key: ResultsKey = of_scope(results);
        let cases = {
            let mut core = self.core();
            let Some(results) = core.results.get(key) else { return Ok(None) };
            if results.left == 0 {
                core.drop_results(key);
                return Ok(None);
            }
            let (channel, deadline) = (results.channel, results.deadline);
            let mut cases = vec![Case::Receive(channel)];
            // What has come already counts, though the time may be up.
            if core.chans[channel].filled() == 0 {
                cases.extend(core.done_of(deadline).map(Case::Receive));
            }
            cases
        };
        let (case, got) = self.select_cases(me, cases, child_info(), None).await?;
        if case > 0 {
            return Err(Raise::Failed(Failure::new(FailureKind::Timeout, "timeout", Default::default())));
        }
        match self.core().take_result(key, &got) {
            Some((_, outcome)) => outcome.map(Some),
            None => Ok(None),
        }
    }

    /// `select`: the arms become cases; a handle or a future is received from when it is closed.
    pub async fn await_select(&self, me: Me<'_>, arms: Vec<Arm>) -> Result<(usize, Value), Raise> {
        let mut cases = Vec::with_capacity(arms.len());
        for arm in &arms {
            cases.push(self.case(arm)?);
        }
        let (n, got) = self.select_cases(me, cases, WaitInfo::new(CauseKind::Select), None).await?;
        let value = match (&arms[n], got) {
            (Arm::Receive(_), Got::Value(value)) => value,
            (Arm::Send(..), Got::Sent) => Value::None,
            (Arm::Send(..), _) => return Err(closed()),
            (Arm::Join(value), _) => match self.joined(value)? {
                Some(from) => self.core().outcome_of(from).unwrap_or(Ok(Value::None))?,
                None => Value::None,
            },
            (Arm::Receive(_) | Arm::Wait(_) | Arm::After(_), _) => Value::None,
        };
        Ok((n, value))
    }

    fn case(&self, arm: &Arm) -> Result<Case, Raise> {
        let channel = match arm {
            Arm::Receive(channel) => self.channel(*channel)?,
            Arm::Send(channel, value) => return Ok(Case::Send(self.channel(*channel)?, value.clone())),
            Arm::Wait(event) => {
                let Object::Event(event) = &self.core().objects[event.0 as usize] else {
                    return Err(wrong("be waited for in a `select`: it is no event"));
                };
                event.channel
            }
            Arm::After(d) => return Ok(Case::After(*d)),
            Arm::Join(value) => match self.joined(value)? {
                // It has ended: as good as a closed channel.
                Some(from) if self.core().outcome_of(from).is_some() => {
                    return Ok(Case::After(Duration::ZERO));
                }
                Some(from) => self.core().source_channel(from),
                None => return Ok(Case::After(Duration::ZERO)),
            },
        };
        Ok(Case::Receive(channel))
    }

    fn joined(&self, value: &Value) -> Result<Option<Source>, Raise> {
        match value {
            Value::Task(task) if !self.kernel.tasks().exists(*task) => Ok(None),
            Value::Task(task) => Ok(Some(Source::Task(*task))),
            Value::Object(future) => self.core().source(&Child::Future(*future)),
            other => Err(error(format!("{} cannot be awaited", other.kind()))),
        }
    }
}
