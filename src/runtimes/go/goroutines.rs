//! Goroutines begin and end: `go f()`, and what the program does behind `f` (G2, G19).

use crate::runtimes::go::core::Core;
use crate::runtimes::go::hchan::ChanKey;
use crate::runtimes::go::keys::{ContextKey, GKey, ResultsKey};
use crate::runtimes::go::objects::Object;
use crate::runtimes::go::records::{Body, Case, End, G, Got, Place, Source, WaitGroup};
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::task::NewTask;
use crate::sim::trace::{CauseKind, Kind as EventKind};
use crate::value::{ObjectId, Outcome, Raise, TaskId, Value};

impl Core<'_> {
    /// `go f(ctx)`: it is next on this processor (G2, G3).
    pub fn go(&mut self, parent: TaskId, new: &NewTask, context: Option<ContextKey>, end: End) -> TaskId {
        let g = self.new_task(Some(parent), new, context, end);
        self.ready(g);
        match self.gs[g].body {
            Body::Task(task) => task,
            Body::Exit | Body::Cancel(_) | Body::Forward { .. } => unreachable!("it was made of a task"),
        }
    }

    /// The goroutine of a task, in no queue yet.
    pub fn new_task(
        &mut self,
        parent: Option<TaskId>,
        new: &NewTask,
        context: Option<ContextKey>,
        end: End,
    ) -> GKey {
        let task = self.kernel.spawn(parent, new.clone());
        let mut g = G::new(Body::Task(task), context, end);
        if let Some(pool) = new.on {
            g.place = Place::Wanted(pool);
        }
        self.use_context(context);
        let g = self.gs.insert(g);
        let slot = task.slot as usize;
        if slot >= self.tasks.len() {
            self.tasks.resize(slot + 1, None);
        }
        self.tasks[slot] = Some(g);
        g
    }

    /// A context for a task somebody may cancel by its handle; only its goroutine uses it.
    pub fn own_context(&mut self, parent: Option<ContextKey>) -> ContextKey {
        let context = self.with_cancel(parent);
        self.contexts[context].dropped = true;
        context
    }

    /// The channel that is closed when this task ends.
    pub fn done_channel(&mut self, g: GKey) -> ChanKey {
        if let Some(done) = self.gs[g].done {
            return done;
        }
        let done = self.make(Some(0));
        self.gs[g].done = Some(done);
        done
    }

    /// The end of a task: who waits for it is made ready, then whoever counts it.
    pub fn task_ended(&mut self, task: TaskId, outcome: Outcome) {
        if self.kernel.tracing() {
            let kind = match &outcome {
                Ok(_) => EventKind::Done,
                Err(Raise::Cancelled) => EventKind::Cancelled,
                Err(Raise::Failed(failure)) => EventKind::Failed { text: failure.text.as_str().into() },
            };
            self.kernel.emit(Some(task), Some(self.this as u32), kind);
        }
        self.kernel.end(task, outcome.clone());
        let g = self.me(task);
        let (end, done) = (self.gs[g].end, self.gs[g].done.take());
        if let Place::Taken(pool) = self.gs[g].place {
            self.give_place_back(pool);
        }
        if let Some(done) = done {
            self.close(done);
            self.chans.remove(done);
        }
        self.leave_context(self.gs[g].own);
        self.ended_as(end, g, outcome);
    }

    /// The process of an ended task is gone: a record nobody asks for is freed.
    pub fn task_gone(&mut self, task: TaskId) {
        let mut tasks = self.kernel.tasks();
        if tasks.get(task).detached {
            tasks.free(task);
        }
    }

    /// What stands behind the call in the goroutine.
    fn ended_as(&mut self, end: End, g: GKey, outcome: Outcome) {
        match end {
            End::Main => match outcome {
                Ok(_) if self.root.count > 0 => {
                    self.gs[g].body = Body::Exit;
                    self.root.waiter = Some(g);
                    return;
                }
                Ok(_) | Err(_) => self.over = true,
            },
            End::Root => {
                if let Some(waiter) = counted_down(&mut self.root) {
                    self.ready(waiter);
                }
            }
            End::Daemon => {}
            End::Group(group) => self.group_child_ended(group, outcome),
            End::Gather(gather, child) => {
                let Some(this) = self.gathers.get_mut(gather) else { return };
                if outcome.is_err() && this.first.is_none() {
                    this.first = Some(child);
                }
                this.outcomes[child] = Some(outcome);
                if let Some(waiter) = counted_down(&mut this.wg) {
                    self.ready(waiter);
                }
            }
            End::Results(results, child) => self.result(results, child, outcome),
        }
        self.gs.remove(g);
    }

    /// `results <- result{value, err}`: there is room for all of them.
    pub fn result(&mut self, results: ResultsKey, child: usize, outcome: Outcome) {
        let Some(this) = self.results.get_mut(results) else { return };
        this.running -= 1;
        if this.dropped {
            if this.running == 0 {
                let channel = this.channel;
                self.results.remove(results);
                self.chans.remove(channel);
            }
            return;
        }
        this.outcomes[child] = Some(outcome);
        let channel = this.channel;
        let sent = self.send_now(channel, Value::Int(child as i64), None);
        debug_assert!(matches!(sent, Ok(true)), "there is room for every result");
    }

    /// A goroutine that waits for a task or a future in a `race` or `as_completed`, and passes
    /// its outcome on.
    pub fn forward(&mut self, g: GKey, from: Source, to: ResultsKey, child: usize) {
        let context = self.gs[g].own;
        let woken = self.take_woken(g);
        let given_up = match woken {
            Some((case, _)) => case > 0,
            None => self.cancelled(context),
        };
        let outcome = if given_up { Some(Err(Raise::Cancelled)) } else { self.outcome_of(from) };
        if let Some(outcome) = outcome {
            self.leave_context(context);
            self.gs.remove(g);
            return self.result(to, child, outcome);
        }
        let done = self.source_channel(from);
        let mut cases = vec![Case::Receive(done)];
        cases.extend(self.done_of(context).map(Case::Receive));
        self.enqueue(g, cases, WaitInfo::new(CauseKind::Join), None);
    }

    /// How a task or future has ended, if it has.
    pub fn outcome_of(&self, from: Source) -> Option<Outcome> {
        match from {
            Source::Task(task) if !self.kernel.tasks().exists(task) => Some(Ok(Value::None)),
            Source::Task(task) => self.kernel.outcome(task),
            Source::Future(future) => match &self.objects[future.0 as usize] {
                Object::Future(future) => future.outcome.clone(),
                other => unreachable!("{other:?} was matched as a future"),
            },
        }
    }

    pub fn source_channel(&mut self, from: Source) -> ChanKey {
        match from {
            Source::Task(task) => self.done_channel(self.me(task)),
            Source::Future(future) => match &self.objects[future.0 as usize] {
                Object::Future(future) => future.done,
                other => unreachable!("{other:?} was matched as a future"),
            },
        }
    }

    // ── pools of workers ──────────────────────────────────────────────────

    fn pool_channel(&self, pool: ObjectId) -> ChanKey {
        match self.objects[pool.0 as usize] {
            Object::Pool(channel) => channel,
            ref other => unreachable!("{other:?} was matched as a pool"),
        }
    }

    /// Before its first statement a goroutine takes a place in its pool. False if it has to wait,
    /// or gave up because it was cancelled.
    pub fn take_place(&mut self, g: GKey, task: TaskId) -> bool {
        let Place::Wanted(pool) = self.gs[g].place else { return true };
        let context = self.gs[g].own;
        let channel = self.pool_channel(pool);
        let got = match self.take_woken(g) {
            Some((case, _)) => Some(case == 0),
            None if self.cancelled(context) => Some(false),
            None => matches!(self.receive_now(channel, None), Some(Got::Value(_))).then_some(true),
        };
        match got {
            Some(true) => self.gs[g].place = Place::Taken(pool),
            Some(false) => {
                self.kernel.take_start(task);
                self.task_ended(task, Err(Raise::Cancelled));
                self.task_gone(task);
                self.leave_processor();
            }
            None => {
                let mut cases = vec![Case::Receive(channel)];
                cases.extend(self.done_of(context).map(Case::Receive));
                self.enqueue(g, cases, WaitInfo::object(CauseKind::Offload, pool), None);
                self.leave_processor();
            }
        }
        got == Some(true)
    }

    fn give_place_back(&mut self, pool: ObjectId) {
        let channel = self.pool_channel(pool);
        let sent = self.send_now(channel, Value::None, None);
        debug_assert!(matches!(sent, Ok(true)), "there is room for every place");
    }
}

/// `wg.Done()`: who is to be woken, if that was the last.
pub fn counted_down(wg: &mut WaitGroup) -> Option<GKey> {
    wg.count -= 1;
    if wg.count > 0 {
        return None;
    }
    wg.waiter.take()
}
