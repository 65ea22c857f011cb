//! Several tasks at once: gather, settle, race, as_completed, shield, offload.

use std::cell::RefMut;
use std::rc::Rc;

use crate::runtimes::errors::error;
use crate::runtimes::runtime::{Child, Me};
use crate::runtimes::textbook::library::Textbook;
use crate::runtimes::textbook::records::{On, Rule, Scope, ScopeKey, Several, Watcher};
use crate::runtimes::textbook::scheduler::{Place, Scheduler};
use crate::sim::agenda::{Class, Due};
use crate::sim::task::{Native, NewTask, Start};
use crate::sim::trace::CauseKind;
use crate::source::Span;
use crate::time::Duration;
use crate::value::{Failure, FailureKind, ObjectId, Outcome, Raise, TaskId, Value};

fn value_of(outcome: Outcome) -> Value {
    outcome.unwrap_or_else(Raise::into_value)
}

impl<S: Scheduler> Textbook<S> {
    fn several(&self, key: ScopeKey) -> Option<RefMut<'_, Several>> {
        RefMut::filter_map(self.scopes(), |scopes| match scopes.get_mut(key) {
            Some(Scope::Several(several)) => Some(&mut **several),
            Some(Scope::Group(_) | Scope::Timeout(_) | Scope::Later(..)) | None => None,
        })
        .ok()
    }

    fn open_several(&self, several: Several) -> ScopeKey {
        self.scopes().insert(Scope::Several(Box::new(several)))
    }

    fn close_several(&self, key: ScopeKey) -> Several {
        match self.scopes().remove(key) {
            Some(Scope::Several(several)) => *several,
            other => unreachable!("{other:?} was opened by this task as several children"),
        }
    }

    /// Starts the children in order, or takes the handles as they are.
    fn start_all(&self, me: Me<'_>, children: Vec<Child>, several: Several) -> Result<ScopeKey, Raise> {
        let key = self.open_several(several);
        for (n, child) in children.into_iter().enumerate() {
            let task = match self.start_child(me, child, key, n) {
                Ok(task) => task,
                Err(raise) => {
                    self.cancel_all(&self.close_several(key).children, me.task);
                    return Err(raise);
                }
            };
            let ended = self.kernel().ended(task).then(|| self.outcome(task));
            let mut several = self.several(key).expect("opened above");
            several.children.push(task);
            several.outcomes.push(None);
            several.left += 1;
            if let Some(outcome) = ended {
                several.child_ended(n, &outcome);
            }
        }
        Ok(key)
    }

    fn start_child(&self, me: Me<'_>, child: Child, key: ScopeKey, n: usize) -> Result<TaskId, Raise> {
        match child {
            // Its outcome is kept here, and nobody else has a handle.
            Child::New(new) => self.start(me.task, NewTask { detached: true, ..new }, Some((key, n as u32))),
            Child::Future(future) => {
                let start = Start::Native(Rc::new(Native::Join(Value::Object(future))));
                let new = NewTask {
                    start,
                    name: "future".into(),
                    priority: 0,
                    daemon: true,
                    on: None,
                    detached: true,
                };
                self.start(me.task, new, Some((key, n as u32)))
            }
            Child::Task(task) => {
                if !self.kernel().ended(task) {
                    self.watch(task, Watcher::Child(key, n as u32));
                }
                Ok(task)
            }
        }
    }

    async fn until_enough(&self, me: Me<'_>, key: ScopeKey, kind: CauseKind) -> Result<(), Raise> {
        if self.several(key).is_none_or(|several| several.is_enough()) {
            return Ok(());
        }
        let token = self.suspend(me.task, kind, On::Scope(key), None);
        let deadline = {
            let mut several = self.several(key).expect("it was there a line ago");
            several.waiter = Some(token);
            several.deadline
        };
        if let Some(deadline) = deadline {
            self.kernel().at(deadline, Class::Timer, Due::wake(token));
        }
        let reply = me.airlock.park().await;
        self.resumed(me.task, reply)
    }

    pub fn cancel_all(&self, tasks: &[TaskId], by: TaskId) {
        for &task in tasks {
            if task != by {
                self.cancel_task(task, Some(by));
            }
        }
    }

    /// Starts all and waits until it is enough; whoever is cancelled meanwhile cancels the children.
    async fn run_all(&self, me: Me<'_>, children: Vec<Child>, rule: Rule) -> Result<Several, Raise> {
        self.checkpoint(me.task)?;
        let key = self.start_all(me, children, Several::new(rule))?;
        let waited = self.until_enough(me, key, CauseKind::Children).await;
        let several = self.close_several(key);
        if let Err(raise) = waited {
            self.cancel_all(&several.children, me.task);
            return Err(raise);
        }
        Ok(several)
    }

    pub async fn gather_all(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        let mut several = self.run_all(me, children, Rule::All).await?;
        if let Some(failed) = several.failed {
            return several.outcomes[failed].take().expect("it has failed");
        }
        let values: Result<Vec<Value>, Raise> = several.outcomes.into_iter().flatten().collect();
        values.map(Value::list)
    }

    pub async fn settle_each(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        let several = self.run_all(me, children, Rule::Settled).await?;
        Ok(Value::list(several.outcomes.into_iter().flatten().map(value_of).collect()))
    }

    pub async fn race_all(&self, me: Me<'_>, children: Vec<Child>) -> Outcome {
        if children.is_empty() {
            return Err(error("`race` needs at least one task"));
        }
        let mut several = self.run_all(me, children, Rule::Any).await?;
        let first = several.take_first().expect("one has ended");
        self.cancel_all(&several.children, me.task);
        first
    }

    pub fn start_results(
        &self,
        me: Me<'_>,
        children: Vec<Child>,
        timeout: Option<Duration>,
    ) -> Result<ScopeKey, Raise> {
        let deadline = timeout.map(|d| self.kernel().now() + d);
        self.start_all(me, children, Several { deadline, ..Several::new(Rule::Any) })
    }

    pub async fn next_of(&self, me: Me<'_>, key: ScopeKey) -> Result<Option<Value>, Raise> {
        self.checkpoint(me.task)?;
        loop {
            let (first, left, deadline) = match self.several(key) {
                Some(mut several) => (several.take_first(), several.left, several.deadline),
                None => return Ok(None),
            };
            if let Some(outcome) = first {
                return outcome.map(Some);
            }
            if left == 0 {
                self.scopes().remove(key);
                return Ok(None);
            }
            if deadline.is_some_and(|deadline| deadline <= self.kernel().now()) {
                return Err(Raise::Failed(Failure::new(FailureKind::Timeout, "timeout", Span::default())));
            }
            self.until_enough(me, key, CauseKind::Children).await?;
        }
    }

    /// Whoever waits can be cancelled; the task goes on.
    pub async fn shielded(&self, me: Me<'_>, child: Child) -> Outcome {
        self.checkpoint(me.task)?;
        let key = self.start_all(me, vec![child], Several::new(Rule::Any))?;
        self.only(me, key, CauseKind::Join).await
    }

    pub async fn run_on_thread(&self, me: Me<'_>, pool: ObjectId, new: NewTask) -> Outcome {
        self.checkpoint(me.task)?;
        if !self.scheduler().has_pool(pool) {
            return Err(error("this object cannot run a task: it is no `workers`"));
        }
        let several = Several { pool: Some(pool), ..Several::new(Rule::Any) };
        let key = self.open_several(Several { outcomes: vec![None], left: 1, ..several });
        let new = NewTask { detached: true, ..new };
        let job = self.start_at(me.task, new, Some((key, 0)), Place::Thread(pool));
        self.task(job).job = true;
        self.several(key).expect("opened above").children.push(job);
        self.only(me, key, CauseKind::Offload).await
    }

    async fn only(&self, me: Me<'_>, key: ScopeKey, kind: CauseKind) -> Outcome {
        let waited = self.until_enough(me, key, kind).await;
        let mut several = self.close_several(key);
        waited?;
        several.take_first().expect("it has ended")
    }
}
