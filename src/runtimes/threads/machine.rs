//! The state of one run's threads, and a thread's life: admitted, started, woken, ended.

use std::collections::{BTreeMap, VecDeque};

use crate::runtimes::costs::Costs;
use crate::runtimes::textbook::scheduler::Place;
use crate::runtimes::threads::cores::{Cores, Slicing};
use crate::runtimes::threads::lanes::Lanes;
use crate::runtimes::threads::pool::Pool;
use crate::runtimes::threads::settings::{Policy, Settings};
use crate::runtimes::threads::thread::{Aim, Side, Stage, Thread};
use crate::sim::kernel::Kernel;
use crate::sim::process::Reply;
use crate::sim::trace::{Kind, Role};
use crate::time::Duration;
use crate::value::{ObjectId, TaskId};

const QUANTUM: Duration = Duration::from_millis(10);
/// CPython's `sys.getswitchinterval()`.
const INTERVAL: Duration = Duration::from_millis(5);
const MAIN: usize = Side::Main as usize;

pub struct Machine<'k> {
    pub kernel: &'k Kernel,
    pub costs: Costs,
    pub gil: bool,
    /// Does a thread outside the pools have a lane of its own, or are the cores the lanes?
    pub lane_per_thread: bool,
    /// By the slot of their task.
    pub threads: Vec<Thread>,
    /// By [`Side`].
    pub cores: [Cores; 2],
    pub pools: Vec<Pool>,
    pub named: BTreeMap<ObjectId, usize>,
    /// The pool of the tasks that name none, if `workers` is given.
    pub workers: Option<usize>,
    /// Slots, with their epochs, of threads on a core whose program is to go on now.
    pub steps: VecDeque<(u32, u32)>,
    pub main_admitted: bool,
    /// None where `main` shares the lane of the interpreter.
    pub main_lane: Option<u32>,
    /// Threads outside the pools, and threads altogether, made so far.
    pub alone: u32,
    pub numbers: u32,
    pub lanes: Lanes<'k>,
}

impl<'k> Machine<'k> {
    pub fn new(kernel: &'k Kernel, settings: &Settings) -> Machine<'k> {
        // A slice of no length would never let anybody run.
        let quantum = |default| settings.quantum.unwrap_or(default).max(Duration(1));
        let slicing = match settings.policy {
            Policy::RoundRobin => Slicing::Quantum(if settings.gil { QUANTUM } else { quantum(QUANTUM) }),
            Policy::Fifo => Slicing::None,
            Policy::Priority { inheritance: _ } => Slicing::Urgency,
        };
        let main = if settings.gil { Slicing::Interval(quantum(INTERVAL)) } else { Slicing::None };
        let mut machine = Machine {
            kernel,
            costs: settings.costs(),
            gil: settings.gil,
            lane_per_thread: settings.cores.is_none() && !settings.gil,
            threads: Vec::new(),
            cores: [Cores::new(Some(1), main, None), Cores::new(settings.cores, slicing, None)],
            pools: Vec::new(),
            named: BTreeMap::new(),
            workers: None,
            steps: VecDeque::new(),
            main_admitted: false,
            main_lane: None,
            alone: 0,
            numbers: 1,
            lanes: Lanes::new(kernel),
        };
        machine.add_lanes(settings);
        machine
    }

    // ── lanes and pools ───────────────────────────────────────────────────

    /// The lanes are the threads of the pool, if there is one, else what threads share: the
    /// interpreter, or the cores; if they share nothing each gets its own when it starts.
    fn add_lanes(&mut self, settings: &Settings) {
        if settings.gil && settings.workers.is_none() {
            self.cores[MAIN].first_lane = Some(self.lanes.add("interpreter", Role::Worker));
            return;
        }
        self.main_lane = Some(self.lanes.add("main", Role::Main));
        if let Some(size) = settings.workers {
            self.workers = Some(self.make_pool(size, "thread", Role::Worker, false));
        } else if let Some(cores) = settings.cores {
            let first = self.lanes.add_several("core", cores, Role::Worker);
            self.cores[Side::Others as usize].first_lane = Some(first);
        }
    }

    fn make_pool(&mut self, size: u32, word: &str, role: Role, processes: bool) -> usize {
        let lane = self.lanes.add_several(word, size, role);
        self.pools.push(Pool::new(size, self.numbers, lane, processes));
        self.numbers += size;
        self.pools.len() - 1
    }

    pub fn add_pool(&mut self, object: ObjectId, size: u32, processes: bool) {
        let word = if processes { "process" } else { "thread" };
        let pool = self.make_pool(size, word, Role::Pool(object), processes);
        self.named.insert(object, pool);
    }

    pub fn has_pool(&self, object: ObjectId) -> bool {
        self.named.contains_key(&object)
    }

    // ── a thread's life ───────────────────────────────────────────────────

    pub fn admit(&mut self, task: TaskId, place: Place) {
        let main = !std::mem::replace(&mut self.main_admitted, true);
        let slot = task.slot as usize;
        let priority = self.kernel.tasks().get(task).priority;
        let len = self.threads.len().max(slot + 1);
        self.threads.resize_with(len, || Thread::new(task, priority, 0));
        let epoch = self.threads[slot].epoch.wrapping_add(1);
        self.threads[slot] = Thread::new(task, priority, epoch);
        if main {
            return self.start(slot, 0, self.main_lane, Side::Main);
        }
        let pool = match place {
            Place::Default | Place::Loop(_) => self.workers,
            Place::Pool(object) | Place::Thread(object) => self.named.get(&object).copied(),
        };
        self.threads[slot].pool = pool;
        match pool {
            Some(pool) => {
                if let Some(thread) = self.pools[pool].submit(task) {
                    self.serve(pool, thread, task);
                }
            }
            None => self.start_alone(slot),
        }
    }

    /// A thread of its own.
    fn start_alone(&mut self, slot: usize) {
        self.alone += 1;
        self.numbers += 1;
        let lane = self.lane_per_thread.then(|| self.lanes.add_numbered("thread", self.alone, Role::Worker));
        self.threads[slot].owed = self.costs.start;
        self.start(slot, self.numbers - 1, lane, self.side(false));
    }

    fn side(&self, process: bool) -> Side {
        if self.gil && !process { Side::Main } else { Side::Others }
    }

    /// A thread of a pool takes a job.
    fn serve(&mut self, pool: usize, thread: u32, job: TaskId) {
        let fresh = self.pools[pool].begins(thread);
        let pool = &self.pools[pool];
        let (lane, side) = (pool.lane(thread), self.side(pool.processes));
        if fresh {
            self.threads[job.slot as usize].owed = self.costs.start;
        }
        self.start(job.slot as usize, thread, Some(lane), side);
    }

    fn start(&mut self, slot: usize, number: u32, lane: Option<u32>, side: Side) {
        let thread = &mut self.threads[slot];
        thread.number = number;
        thread.lane = lane;
        thread.side = side;
        self.ready(slot, Aim::Step(Reply::Resumed), false);
    }

    pub fn ended(&mut self, task: TaskId) {
        let slot = task.slot as usize;
        self.leave_core(slot);
        self.stale(slot);
        self.threads[slot].stage = Stage::Waiting;
        let number = self.threads[slot].number;
        if let Some(pool) = self.threads[slot].pool
            && let Some(job) = self.pools[pool].done(number)
        {
            self.serve(pool, number, job);
        }
    }

    pub fn wake(&mut self, task: TaskId, reply: Reply) {
        let slot = task.slot as usize;
        match self.threads[slot].stage {
            Stage::Waiting => {
                self.threads[slot].owed = self.costs.wake;
                self.ready(slot, Aim::Step(reply), false);
            }
            Stage::Stepping { .. } => self.threads[slot].woken = Some(reply),
            Stage::Queued
            | Stage::Ready { .. }
            | Stage::Switching { .. }
            | Stage::Working { .. }
            | Stage::Blocking => debug_assert!(false, "only a task that waits can be woken"),
        }
    }

    pub fn requeue(&mut self, task: TaskId) {
        self.kernel.emit(Some(task), self.worker(task), Kind::Yield);
        self.threads[task.slot as usize].woken = Some(Reply::Resumed);
    }

    pub fn set_priority(&mut self, task: TaskId, priority: i32) {
        let thread = &mut self.threads[task.slot as usize];
        let before = std::mem::replace(&mut thread.priority, priority);
        let cores = &mut self.cores[thread.side as usize];
        if let Some(core) = thread.core() {
            cores.rerank(core, before, priority);
        } else if let Stage::Ready { ticket, .. } = &mut thread.stage {
            cores.queue.remove(*ticket);
            *ticket = cores.queue.push_back(task, cores.urgency(priority));
        }
    }

    // ── what the trace and the search for deadlocks ask ───────────────────

    pub fn worker(&self, task: TaskId) -> Option<u32> {
        let thread = &self.threads[task.slot as usize];
        thread.lane.or_else(|| Some(self.cores[thread.side as usize].first_lane? + thread.core()?))
    }

    pub fn has_own_lane(&self, task: TaskId) -> bool {
        self.threads[task.slot as usize].lane.is_some()
    }

    pub fn blocked_by(&self, task: TaskId) -> Vec<TaskId> {
        let thread = &self.threads[task.slot as usize];
        match (thread.stage, thread.pool) {
            (Stage::Queued, Some(pool)) => self.pools[pool].served(),
            _ => Vec::new(),
        }
    }
}
