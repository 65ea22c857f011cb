//! Tasks that `main`'s process starts are dealt to the others in turn; arguments and results are messages.

use std::cell::{RefCell, RefMut};
use std::collections::{BTreeMap, BTreeSet};

use crate::runtimes::asyncio::Asyncio;
use crate::runtimes::asyncio::handles::Policy;
use crate::runtimes::processes::settings::{Inner, Settings};
use crate::runtimes::runtime::{Child, Me};
use crate::sim::kernel::Kernel;
use crate::sim::task::{Native, NewTask, Start};
use crate::sim::trace::{Kind as EventKind, Role};
use crate::time::Duration;
use crate::value::{ObjectId, Raise, TaskId, Value};

/// The process of `main`; the others are 1 to n, as their loops are.
pub const PARENT: usize = 0;

pub struct Processes<'k> {
    /// All their event loops, between which nothing happens that this wrapper does not know of.
    pub inner: Asyncio<'k>,
    workers: usize,
    start: Duration,
    message: Duration,
    state: RefCell<State>,
}

/// What is known of the processes.
#[derive(Debug, Default)]
pub struct State {
    /// Tasks dealt so far.
    dealt: usize,
    /// Those that are under way or to come.
    jobs: BTreeSet<TaskId>,
    started: BTreeSet<usize>,
    /// Which process an object is in: the first that used it.
    pub objects: BTreeMap<ObjectId, usize>,
    /// Which process changed a `shared` variable.
    pub shared: BTreeMap<u16, usize>,
}

impl<'k> Processes<'k> {
    pub fn new(kernel: &'k Kernel, settings: &Settings) -> Processes<'k> {
        let inner = match &settings.runtime {
            Inner::Asyncio(settings) => Asyncio::on(Policy::Selector, kernel, settings),
            Inner::Uvloop(settings) => Asyncio::on(Policy::Uv, kernel, settings),
        };
        Processes {
            inner,
            workers: settings.workers.max(1) as usize,
            start: settings.start(),
            message: settings.message(),
            state: RefCell::default(),
        }
    }

    pub fn state(&self) -> RefMut<'_, State> {
        self.state.borrow_mut()
    }

    /// A lane and a loop for each process.
    pub fn begin_all(&self, main: NewTask) {
        let mut core = self.inner.core();
        core.begin("main", &main);
        for n in 1..=self.workers {
            core.add_loop(format!("process {n}"), Role::Worker);
        }
    }

    /// The process a task is in. Loops of named workers are threads of `main`'s.
    pub fn process(&self, task: TaskId) -> usize {
        let home = self.inner.core().tasks[task.slot as usize].home;
        if home <= self.workers { home } else { PARENT }
    }

    /// A task for the next process in turn.
    pub fn deal(&self, me: Me<'_>, new: &NewTask) -> TaskId {
        let mut state = self.state();
        let process = state.dealt % self.workers + 1;
        state.dealt += 1;
        let task = self.inner.core().create_task(Some(me.task), new, process);
        state.jobs.insert(task);
        task
    }

    /// A child of a group waits here for a task that is dealt: what is in a group is in its process.
    pub fn stand_in(&self, me: Me<'_>, new: NewTask) -> NewTask {
        let NewTask { name, priority, .. } = new.clone();
        let task = self.deal(me, &NewTask { detached: false, ..new });
        let start = Start::Native(std::rc::Rc::new(Native::Join(Value::Task(task))));
        let name = format!("result of {name}").into();
        NewTask { start, name, priority, daemon: false, on: None, detached: false }
    }

    /// New children of a task in `main`'s process are dealt.
    pub fn dealt(&self, me: Me<'_>, children: Vec<Child>) -> Result<Vec<Child>, Raise> {
        self.inner.on_loop(me, "start tasks")?;
        for child in &children {
            if let Child::Future(future) = child {
                self.own(me.task, *future)?;
            }
        }
        if self.process(me.task) != PARENT {
            return Ok(children);
        }
        let deal = |child| match child {
            Child::New(new) => Child::Task(self.deal(me, &new)),
            Child::Task(_) | Child::Future(_) => child,
        };
        Ok(children.into_iter().map(deal).collect())
    }

    /// Before a dealt task: its process may have to start, and takes the arguments.
    pub async fn take_arguments(&self, me: Me<'_>) {
        if !self.state().jobs.contains(&me.task) {
            return;
        }
        let process = self.process(me.task);
        if self.state().started.insert(process) {
            self.hold(me, self.start, "start-up").await;
        }
        self.hold(me, self.message, "arguments").await;
    }

    /// After it: the result is handed back.
    pub async fn hand_back(&self, me: Me<'_>) {
        if self.state().jobs.remove(&me.task) {
            self.hold(me, self.message, "result").await;
        }
    }

    async fn hold(&self, me: Me<'_>, duration: Duration, label: &str) {
        if duration == Duration::ZERO {
            return;
        }
        let kernel = self.inner.kernel;
        kernel.set_place(None);
        kernel.emit(Some(me.task), None, EventKind::Hold { duration, label: Some(label.into()) });
        me.airlock.block(duration).await;
    }
}
