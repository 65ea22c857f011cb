//! How long a run lasts: the tasks it still waits for.

use std::cell::Cell;

use crate::runtimes::textbook::records::TaskState;
use crate::value::TaskId;

#[derive(Debug, Default)]
pub struct Lifespan {
    main: Cell<Option<TaskId>>,
    main_raised: Cell<bool>,
    /// Tasks the run lasts for.
    outstanding: Cell<usize>,
    /// How many tasks were cancelled before their first step and have yet to be taken from the scheduler.
    doomed: Cell<usize>,
    /// Has anybody been asked to end at its next await point so far? While nobody has, nobody looks whether it was.
    requested: Cell<bool>,
    /// Set when the run has come to its end: so many tasks still clean up.
    closing: Cell<Option<usize>>,
    /// `main` has raised, the run has come to its end, or somebody is doomed.
    uneasy: Cell<bool>,
}

impl Lifespan {
    pub fn begin(&self, main: TaskId) {
        self.main.set(Some(main));
    }

    /// The run lasts for one more task.
    pub fn count_in(&self) {
        self.outstanding.set(self.outstanding.get() + 1);
    }

    /// A task has ended.
    pub fn count_out(&self, task: TaskId, state: &TaskState, raised: bool) {
        if state.counted {
            self.outstanding.set(self.outstanding.get() - 1);
        }
        if state.extra.as_ref().is_some_and(|extra| extra.closing) {
            self.closing.set(self.closing.get().map(|left| left - 1));
        }
        if raised && self.main.get() == Some(task) {
            self.main_raised.set(true);
            self.uneasy.set(true);
        }
    }

    /// A request to cancel waits for a task's next await point.
    pub fn request(&self) {
        self.requested.set(true);
    }

    #[inline]
    pub fn any_requested(&self) -> bool {
        self.requested.get()
    }

    /// One more task is cancelled before its first step.
    pub fn doom(&self) {
        self.doomed.set(self.doomed.get() + 1);
        self.uneasy.set(true);
    }

    /// One of them has been taken from the scheduler.
    pub fn bury(&self) {
        self.doomed.set(self.doomed.get() - 1);
    }

    /// Does the run just go on, with nobody to bury? Once it does not, it is looked at more closely until it ends.
    #[inline]
    pub fn is_quiet(&self) -> bool {
        self.outstanding.get() > 0 && !self.uneasy.get()
    }

    pub fn any_doomed(&self) -> bool {
        self.doomed.get() > 0
    }

    /// Has everything ended that the run lasts for, or has `main` failed where that ends all?
    pub fn is_spent(&self, main_ends_all: bool) -> bool {
        self.outstanding.get() == 0 || (main_ends_all && self.main_raised.get())
    }

    /// The run has come to its end, but for the clean-up of so many tasks.
    pub fn close(&self, cleaning: usize) {
        self.closing.set(Some(cleaning));
        self.uneasy.set(true);
    }

    /// How many still clean up, once the run has come to its end.
    pub fn closing(&self) -> Option<usize> {
        self.closing.get()
    }
}
