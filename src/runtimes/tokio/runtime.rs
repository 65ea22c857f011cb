//! The runtime of one run: whose turn it is, and the one way tasks wait.

use std::cell::{RefCell, RefMut};
use std::collections::VecDeque;
use std::task::Poll;

use slotmap::SlotMap;

use crate::runtimes::errors::error;
use crate::runtimes::runtime::{Me, Next};
use crate::runtimes::tokio::core::{Core, End, Phase};
use crate::runtimes::tokio::futures::Fut;
use crate::runtimes::tokio::records::{Home, WaitInfo};
use crate::runtimes::tokio::settings::{Flavor, Main, Settings};
use crate::runtimes::tokio::workers::{Turn, Worker, WorkerKind};
use crate::sim::kernel::Kernel;
use crate::sim::process::Reply;
use crate::sim::task::NewTask;
use crate::sim::trace::{Kind as EventKind, Role};
use crate::value::{Outcome, Raise, TaskId};

/// tokio during one run.
pub struct Tokio<'k> {
    pub kernel: &'k Kernel,
    pub settings: Settings,
    core: RefCell<Core<'k>>,
}

impl<'k> Tokio<'k> {
    pub fn new(kernel: &'k Kernel, settings: &Settings) -> Tokio<'k> {
        let core = Core {
            kernel,
            tasks: Vec::new(),
            workers: Vec::new(),
            at: 0,
            multi: 0,
            inject: VecDeque::new(),
            sleepers: Vec::new(),
            drivers: Vec::new(),
            semaphores: Vec::new(),
            channels: Vec::new(),
            objects: Vec::new(),
            unacknowledged: Default::default(),
            scopes: SlotMap::default(),
            results: SlotMap::default(),
            pools: Vec::new(),
            jobs: SlotMap::default(),
            jobs_ready: VecDeque::new(),
            current: None,
            tickets: 0,
            numbers: 0,
            end: End {
                phase: Phase::Running,
                main: TaskId { slot: 0, serial: 0 },
                block_on: settings.main == Main::BlockOn,
                woken: false,
                outstanding: 0,
                leftovers: VecDeque::new(),
            },
        };
        Tokio { kernel, settings: settings.clone(), core: RefCell::new(core) }
    }

    pub fn core(&self) -> RefMut<'_, Core<'k>> {
        self.core.borrow_mut()
    }

    /// The runtime is built, and `block_on` is called.
    pub fn start(&self, main: &NewTask) {
        let mut core = self.core();
        let home = match self.settings.flavor {
            Flavor::CurrentThread => {
                core.new_current_thread("runtime".into(), Role::Worker);
                Home::Worker(0)
            }
            Flavor::MultiThread { workers } => {
                core.new_multi_thread(workers.0 as usize);
                Home::Shared
            }
        };
        let task = core.new_record(None, main, home);
        core.end.main = task;
        if core.end.block_on {
            core.end.woken = true;
            core.task(task).on = core.at;
        } else {
            core.task(task).notified = true;
            core.schedule(task, false);
        }
    }

    /// Waits for a future: polls it, and when it is pending the blocks around it; then again each
    /// time this task is polled. Whoever drops the task, or a block around this wait, drops the future.
    pub async fn wait_for_future(&self, me: Me<'_>, fut: &mut Fut, info: WaitInfo) -> Outcome {
        if !self.core().alive(me.task) {
            return Err(Raise::Cancelled);
        }
        let place = self.kernel.place();
        loop {
            {
                let mut core = self.core();
                if let Poll::Ready(outcome) = core.poll_future(fut, me.task) {
                    return outcome;
                }
                if core.poll_scopes(me.task) {
                    core.drop_future(fut, me.task);
                    return Err(Raise::Cancelled);
                }
                self.kernel.set_place(place);
                match fut {
                    Fut::Yield(_) => self.kernel.emit(Some(me.task), None, EventKind::Yield),
                    _ => core.now_waits(me.task, &info),
                }
                core.task(me.task).wait = Some(info.clone());
            }
            if me.airlock.park().await == Reply::Interrupted {
                self.core().drop_future(fut, me.task);
                return Err(Raise::Cancelled);
            }
        }
    }

    /// Refuses what a blocking thread cannot do: there is nobody there who polls.
    pub fn on_runtime(&self, me: Me<'_>, what: &str) -> Result<(), Raise> {
        match self.core().task(me.task).job {
            None => Ok(()),
            Some(_) => {
                let text = format!(
                    "an offloaded task runs on a blocking thread: it can work, block, sleep and log, but not {what}"
                );
                Err(error(text))
            }
        }
    }
}

impl Core<'_> {
    fn new_multi_thread(&mut self, workers: usize) {
        self.drivers.push(Default::default());
        for n in 1..=workers {
            let number = self.new_number(format!("worker {n}"), Role::Worker);
            let mut worker = Worker::new(WorkerKind::MultiThread, number, 0);
            // They have looked for work once and gone to sleep before the first task comes (T29).
            worker.tick = 1;
            worker.parked = true;
            worker.has_driver = n == 1;
            self.workers.push(worker);
        }
        self.multi = workers;
        self.sleepers = (0..workers).rev().collect();
        let number = self.new_number("main".into(), Role::Main);
        self.workers.push(Worker::new(WorkerKind::BlockOn, number, 0));
        self.at = workers;
    }

    /// Lets everybody who can have a turn, until a task is to be resumed.
    pub fn run(&mut self) -> Next {
        loop {
            if let Some(task) = self.jobs_ready.pop_front() {
                self.current = Some(task);
                return Next::Resume(task, Reply::Resumed);
            }
            let turn = match self.end.phase {
                Phase::Running => self.turn(),
                Phase::Dropping => self.dropping_turn(),
                Phase::Threads if self.threads_busy() => Turn::Idle,
                Phase::Threads => {
                    self.end.phase = Phase::Over;
                    Turn::Again
                }
                Phase::Over => return Next::Over,
            };
            match turn {
                Turn::Resume(next) => return next,
                Turn::Again => {}
                Turn::Idle => return Next::Advance,
            }
        }
    }

    /// The workers in turn, each up to its next poll.
    fn turn(&mut self) -> Turn {
        for _ in 0..self.workers.len() {
            let at = self.at;
            let worker = &mut self.workers[at];
            if let (Some(reply), Some(task)) = (worker.resume.take(), worker.polling) {
                self.current = Some(task);
                return Turn::Resume(Next::Resume(task, reply));
            }
            if !worker.busy && worker.polling.is_none() {
                let turn = match worker.kind {
                    WorkerKind::CurrentThread => self.current_thread_turn(),
                    WorkerKind::MultiThread => self.multi_thread_turn(),
                    WorkerKind::BlockOn => self.block_on_turn(),
                };
                if !matches!(turn, Turn::Idle) {
                    return turn;
                }
            }
            self.at = (at + 1) % self.workers.len();
        }
        Turn::Idle
    }

    /// The runtime is dropped: polls that are under way end, then what is left is dropped.
    fn dropping_turn(&mut self) -> Turn {
        for at in 0..self.workers.len() {
            let worker = &mut self.workers[at];
            if let (Some(reply), Some(task)) = (worker.resume.take(), worker.polling) {
                self.current = Some(task);
                return Turn::Resume(Next::Resume(task, reply));
            }
        }
        if self.workers.iter().any(|worker| worker.busy) {
            return Turn::Idle;
        }
        while let Some(task) = self.end.leftovers.pop_front() {
            if !self.kernel.ended(task) {
                self.task(task).aborted = true;
                return self.poll(task, true);
            }
        }
        self.end.phase = Phase::Threads;
        Turn::Again
    }

    /// A worker's work is done, or it wakes up.
    pub fn worker_due(&mut self, at: usize, epoch: u32, timer: bool) {
        if self.workers[at].epoch != epoch {
            return;
        }
        if timer {
            self.at = at;
            self.unpark(at);
            self.sleepers.retain(|&sleeper| sleeper != at);
            return self.driver_pass();
        }
        let worker = &mut self.workers[at];
        worker.busy = false;
        worker.resume = Some(Reply::Resumed);
        let (task, number) = (worker.polling, worker.number);
        self.kernel.emit(task, Some(number), EventKind::Resume);
    }
}
