//! What a textbook runtime decides for itself: who runs where, and when.
//!
//! Everything else (locks, channels, groups, timeouts) it takes from the library in this folder.
//! The library calls a scheduler from inside the step of a task, the driving loop between steps.

use crate::runtimes::costs::{Costs, Spot};
use crate::runtimes::runtime::Next;
use crate::sim::agenda::Due;
use crate::sim::kernel::Kernel;
use crate::sim::process::{Effect, Reply};
use crate::value::{ObjectId, TaskId};

/// Where a new task is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Where the runtime puts tasks by default. `main` is the first task ever admitted.
    Default,
    /// On this event loop, which was [`Scheduler::here`] before.
    Loop(u32),
    /// `spawn t() on cook`
    Pool(ObjectId),
    /// `offload(cook, t())`: on one of its threads, from start to end.
    Thread(ObjectId),
}

pub trait Scheduler {
    fn kernel(&self) -> &Kernel;

    /// What the driving loop is to charge for steps; nothing, if the scheduler charges by itself.
    fn costs(&self) -> Costs {
        Costs::default()
    }

    /// Where the running task is; asked where steps cost something.
    fn spot(&self, _task: TaskId) -> Spot {
        Spot::default()
    }

    /// `workers cook(2)`, `workers cook(2) processes`.
    fn add_pool(&self, pool: ObjectId, size: u32, processes: bool);

    /// Is there such a pool?
    fn has_pool(&self, pool: ObjectId) -> bool;

    /// Where the running task's children run by default, for one that starts later.
    fn here(&self) -> Place;

    /// A new task is ready for its first step; its record exists, its `Spawn` is in the trace.
    fn admit(&self, task: TaskId, place: Place);

    /// A task that waited is ready; it will be resumed with this reply. Its `Wake` is in the trace.
    fn wake(&self, task: TaskId, reply: Reply);

    /// The same for a task that time has woken alone, while nobody could run. Who runs now, if that is clear: it does,
    /// as if [`Scheduler::next`] had said so.
    fn wake_to_run(&self, task: TaskId) -> Option<(TaskId, Reply)> {
        self.wake(task, Reply::Resumed);
        None
    }

    /// The running task lets the others go first (`await yield`); it is about to park and will be
    /// resumed. Emits `Yield`.
    fn requeue(&self, task: TaskId);

    /// The running task is about to park; its `Wait` is in the trace. Does it keep its worker?
    fn keeps_worker(&self, task: TaskId) -> bool;

    /// Do requests to cancel reach a task while it waits (an event loop), or only at its next
    /// await point (threads)?
    fn interrupts(&self) -> bool;

    /// When `main` has raised: is everything else cancelled (an event loop), or does it go on (threads)?
    fn main_ends_all(&self) -> bool;

    /// At the end, daemons are cancelled and run their clean-up (an event loop), or are just gone (threads)?
    fn daemons_clean_up(&self) -> bool;

    /// Is what is released free for whoever comes by, so that those who were woken for it look again
    /// (threads of CPython), or is it handed to the first in line?
    fn barges(&self) -> bool;

    /// Priority inheritance is asked for by the settings.
    fn inherits(&self) -> bool;

    /// Changes how urgent a task is, from now on.
    fn set_priority(&self, task: TaskId, priority: i32);

    /// The worker a task is on, for the trace.
    fn worker(&self, task: TaskId) -> Option<u32>;

    /// The tasks that keep all workers this task is queued for, if it has never run.
    fn blocked_by(&self, task: TaskId) -> Vec<TaskId>;

    /// Who runs next; [`Next::Over`] is the library's to say.
    fn next(&self) -> Next;

    /// `Work`, `Block` or `Await` of the running task. `Resume` is emitted when a burst ends.
    fn yielded(&self, task: TaskId, effect: Effect);

    /// The running task's process is gone; its worker is free.
    fn ended(&self, task: TaskId);

    /// A [`Due::Worker`] entry is due.
    fn due(&self, due: Due);

    /// Is a [`Due::Worker`] entry still wanted?
    fn live(&self, due: Due) -> bool;
}
