//! A run from its first task to its end: whose turn it is, what falls due, and for whom the run lasts.

use crate::runtimes::keys;
use crate::runtimes::runtime::Next;
use crate::runtimes::textbook::library::{Note, Textbook};
use crate::runtimes::textbook::records::Watcher;
use crate::runtimes::textbook::scheduler::{Place, Scheduler};
use crate::sim::agenda::Due;
use crate::sim::kernel::Came;
use crate::sim::process::Reply;
use crate::sim::task::NewTask;
use crate::sim::trace::Kind;
use crate::value::{Outcome, Raise, TaskId};

impl<S: Scheduler> Textbook<S> {
    /// A task ends: its outcome goes to whoever waits for it.
    pub fn end(&self, task: TaskId, outcome: Outcome) {
        if self.kernel().tracing() {
            let kind = match &outcome {
                Ok(_) => Kind::Done,
                Err(Raise::Failed(failure)) => Kind::Failed { text: failure.text.as_str().into() },
                Err(Raise::Cancelled) => Kind::Cancelled,
            };
            self.kernel().emit(Some(task), self.scheduler().worker(task), kind);
        }
        let state = std::mem::take(&mut *self.task(task));
        self.lifespan().count_out(task, &state, outcome.is_err());
        if state.child_of.is_none() && state.extra.is_none() {
            return self.kernel().end(task, outcome);
        }
        self.kernel().end(task, outcome.clone());
        if let Some((scope, n)) = state.child_of {
            self.child_ended(scope, n as usize, task, &outcome);
        }
        for watcher in state.extra.into_iter().flat_map(|extra| extra.watchers) {
            match watcher {
                Watcher::Joins(waiter) => {
                    if self.wake(waiter.token, Some(task)) {
                        self.post(waiter, Note::Nothing);
                    }
                }
                Watcher::Child(scope, n) => self.child_ended(scope, n as usize, task, &outcome),
            }
        }
    }

    /// The driving loop has let go of the process: the record goes too, if nobody can ask for it.
    pub fn gone(&self, task: TaskId) {
        self.scheduler().ended(task);
        let mut tasks = self.kernel().tasks();
        let record = tasks.get(task);
        if record.detached && record.has_ended() {
            tasks.free(task);
        }
    }

    /// The first task.
    pub fn start_main(&self, new: NewTask) {
        let main = self.kernel().spawn(None, new);
        self.enrol(main);
        self.count_in(main);
        self.lifespan().begin(main);
        self.scheduler().admit(main, Place::Default);
    }

    /// Who runs next.
    #[inline]
    pub fn turn(&self) -> Next {
        if self.lifespan().is_quiet() {
            return self.scheduler().next();
        }
        loop {
            if self.is_over() {
                return Next::Over;
            }
            match self.scheduler().next() {
                Next::Resume(task, _) if self.lifespan().any_doomed() && self.buried(task) => {}
                next => return next,
            }
        }
    }

    /// A task wakes with time. If nobody else does now, and nothing is to be done before, it may run at once.
    #[inline(always)]
    pub fn fall_due_alone(&self, task: TaskId) -> Option<(TaskId, Reply)> {
        if self.lifespan().is_quiet() && !self.kernel().may_be_more_now() {
            self.tell_wake(task, None);
            return self.scheduler().wake_to_run(task);
        }
        self.fall_due(Came::Awake(task));
        None
    }

    /// Something comes with time, and with it all that comes at the same time: whoever is woken by it is ready before
    /// anybody runs.
    pub fn fall_due(&self, came: Came) {
        let mut came = came;
        loop {
            match came {
                Came::Awake(task) => self.woken(task, None),
                Came::Due(due) => self.own_due(due),
            }
            match self.kernel().due_now() {
                Some(next) if self.kernel().count_event() => came = next,
                _ => return,
            }
        }
    }

    #[inline(never)]
    fn own_due(&self, due: Due) {
        match due {
            Due::Timer { slot, serial } => self.deadline(keys::of_timer(slot, serial)),
            Due::Wake { .. } | Due::Worker { .. } if self.scheduler().live(due) => self.scheduler().due(due),
            Due::Wake { .. } | Due::Worker { .. } => {}
        }
    }

    fn is_over(&self) -> bool {
        if self.lifespan().closing().is_none() {
            if !self.lifespan().is_spent(self.scheduler().main_ends_all()) {
                return false;
            }
            self.close_down();
        }
        self.lifespan().closing() == Some(0)
    }

    /// What is left is cancelled and cleans up, or is just gone; jobs on threads run to their end.
    fn close_down(&self) {
        let cleans_up = self.scheduler().daemons_clean_up();
        self.call_all();
        let mut closing = 0;
        let unfinished = self.kernel().tasks().unfinished();
        for &task in &unfinished {
            let mut state = self.task(task);
            if cleans_up || state.job {
                state.extra().closing = true;
                closing += 1;
            }
        }
        self.lifespan().close(closing);
        for task in unfinished {
            if cleans_up && !self.task(task).job {
                self.cancel_task(task, None);
            }
        }
    }

    /// Ends a task that was cancelled before its first step, when its turn has come.
    fn buried(&self, task: TaskId) -> bool {
        let unborn = self.task(task).pending() > 0 && self.kernel().tasks().get(task).is_ahead();
        if unborn {
            self.kernel().take_start(task);
            self.lifespan().bury();
            self.end(task, Err(Raise::Cancelled));
            self.gone(task);
        }
        unborn
    }
}
