//! Threads as the textbook library sees them.

use std::cell::RefCell;

use crate::runtimes::runtime::Next;
use crate::runtimes::textbook::Textbook;
use crate::runtimes::textbook::scheduler::{Place, Scheduler};
use crate::runtimes::threads::machine::Machine;
use crate::runtimes::threads::settings::{Policy, Settings};
use crate::sim::agenda::Due;
use crate::sim::kernel::Kernel;
use crate::sim::process::{Effect, Reply};
use crate::value::{ObjectId, TaskId};

/// An operating system that shares out cores to threads.
pub struct OsThreads<'k> {
    kernel: &'k Kernel,
    inherits: bool,
    gil: bool,
    machine: RefCell<Machine<'k>>,
}

impl<'k> OsThreads<'k> {
    pub fn new(kernel: &'k Kernel, settings: &Settings) -> OsThreads<'k> {
        let inherits = match settings.policy {
            Policy::Priority { inheritance } => inheritance,
            Policy::RoundRobin | Policy::Fifo => false,
        };
        OsThreads {
            kernel,
            inherits,
            gil: settings.gil,
            machine: RefCell::new(Machine::new(kernel, settings)),
        }
    }
}

impl Scheduler for OsThreads<'_> {
    fn kernel(&self) -> &Kernel {
        self.kernel
    }

    fn add_pool(&self, pool: ObjectId, size: u32, processes: bool) {
        self.machine.borrow_mut().add_pool(pool, size, processes);
    }

    fn has_pool(&self, pool: ObjectId) -> bool {
        self.machine.borrow().has_pool(pool)
    }

    fn here(&self) -> Place {
        Place::Default
    }

    fn admit(&self, task: TaskId, place: Place) {
        self.machine.borrow_mut().admit(task, place);
    }

    fn wake(&self, task: TaskId, reply: Reply) {
        self.machine.borrow_mut().wake(task, reply);
    }

    fn requeue(&self, task: TaskId) {
        self.machine.borrow_mut().requeue(task);
    }

    /// A thread waits with its stack and all; a core goes to somebody else.
    fn keeps_worker(&self, task: TaskId) -> bool {
        self.machine.borrow().has_own_lane(task)
    }

    fn interrupts(&self) -> bool {
        false
    }

    fn main_ends_all(&self) -> bool {
        false
    }

    fn daemons_clean_up(&self) -> bool {
        false
    }

    /// CPython's locks, semaphores and queues (T14 to T18).
    fn barges(&self) -> bool {
        self.gil
    }

    fn inherits(&self) -> bool {
        self.inherits
    }

    fn set_priority(&self, task: TaskId, priority: i32) {
        self.machine.borrow_mut().set_priority(task, priority);
    }

    fn worker(&self, task: TaskId) -> Option<u32> {
        self.machine.borrow().worker(task)
    }

    fn blocked_by(&self, task: TaskId) -> Vec<TaskId> {
        self.machine.borrow().blocked_by(task)
    }

    fn next(&self) -> Next {
        self.machine.borrow_mut().turn()
    }

    fn yielded(&self, task: TaskId, effect: Effect) {
        self.machine.borrow_mut().yielded(task, effect);
    }

    fn ended(&self, task: TaskId) {
        self.machine.borrow_mut().ended(task);
    }

    fn due(&self, due: Due) {
        self.machine.borrow_mut().due(due);
    }

    fn live(&self, due: Due) -> bool {
        self.machine.borrow().live(due)
    }
}

/// Threads, with the library of the textbook runtimes.
pub type Threads<'k> = Textbook<OsThreads<'k>>;

impl<'k> Textbook<OsThreads<'k>> {
    pub fn new(kernel: &'k Kernel, settings: &Settings) -> Textbook<OsThreads<'k>> {
        Textbook::over(OsThreads::new(kernel, settings))
    }
}
