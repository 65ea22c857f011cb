//! The state of one run's threads, and every move of a thread: ready, on a core, off it again.

use std::collections::{BTreeMap, VecDeque};

use crate::runtimes::costs::Costs;
use crate::runtimes::runtime::Next;
use crate::runtimes::textbook::scheduler::Place;
use crate::runtimes::threads::cores::{Cores, Slicing};
use crate::runtimes::threads::lanes::Lanes;
use crate::runtimes::threads::pool::Pool;
use crate::runtimes::threads::settings::{Policy, Settings};
use crate::runtimes::threads::thread::{Aim, Side, Stage, Thread};
use crate::sim::agenda::{Class, Due};
use crate::sim::kernel::Kernel;
use crate::sim::process::{Effect, Reply};
use crate::sim::trace::{Cause, CauseKind, Kind, Role};
use crate::time::{Duration, Time};
use crate::value::{ObjectId, TaskId};

const QUANTUM: Duration = Duration::from_millis(10);
/// CPython's `sys.getswitchinterval()`.
const INTERVAL: Duration = Duration::from_millis(5);
const MAIN: usize = Side::Main as usize;

pub struct Machine<'k> {
    kernel: &'k Kernel,
    costs: Costs,
    gil: bool,
    /// Does a thread outside the pools have a lane of its own, or are the cores the lanes?
    lane_per_thread: bool,
    /// By the slot of their task.
    threads: Vec<Thread>,
    /// By [`Side`].
    cores: [Cores; 2],
    pools: Vec<Pool>,
    named: BTreeMap<ObjectId, usize>,
    /// The pool of the tasks that name none, if `workers` is given.
    workers: Option<usize>,
    /// Slots, with their epochs, of threads on a core whose program is to go on now.
    steps: VecDeque<(u32, u32)>,
    main_admitted: bool,
    /// None where `main` shares the lane of the interpreter.
    main_lane: Option<u32>,
    /// Threads outside the pools, and threads altogether, made so far.
    alone: u32,
    numbers: u32,
    lanes: Lanes<'k>,
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

    // ── moves ─────────────────────────────────────────────────────────────

    /// What was due of this thread, or about to be stepped, is so no more.
    fn stale(&mut self, slot: usize) {
        let thread = &mut self.threads[slot];
        thread.epoch = thread.epoch.wrapping_add(1);
        thread.due = None;
    }

    fn schedule(&mut self, slot: usize, time: Time, class: Class) {
        self.stale(slot);
        let thread = &mut self.threads[slot];
        thread.due = Some(time);
        self.kernel.at(time, class, Due::Worker { worker: slot as u32, epoch: thread.epoch });
    }

    fn ready(&mut self, slot: usize, aim: Aim, front: bool) {
        self.stale(slot);
        let thread = &mut self.threads[slot];
        let cores = &mut self.cores[thread.side as usize];
        let urgency = cores.urgency(thread.priority);
        let ticket = if front {
            cores.queue.push_front(thread.task, urgency)
        } else {
            cores.queue.push_back(thread.task, urgency)
        };
        thread.stage = Stage::Ready { aim, since: self.kernel.now(), ticket };
    }

    fn leave_core(&mut self, slot: usize) {
        let thread = &self.threads[slot];
        if let Some(core) = thread.core() {
            let cores = &mut self.cores[thread.side as usize];
            cores.release(core, thread.number, thread.priority, self.kernel.now());
        }
    }

    fn give_core(&mut self, task: TaskId) {
        let slot = task.slot as usize;
        let now = self.kernel.now();
        let thread = &mut self.threads[slot];
        let Stage::Ready { aim, .. } = thread.stage else { unreachable!("only ready threads are queued") };
        let cores = &mut self.cores[thread.side as usize];
        let core = cores.take(task, thread.priority);
        let switch = if cores.passes(core, thread.number, now) { self.costs.switch } else { Duration::ZERO };
        let cost = std::mem::take(&mut thread.owed) + switch;
        if cost == Duration::ZERO {
            return self.run(slot, core, aim);
        }
        let until = now + cost;
        thread.stage = Stage::Switching { core, aim, until };
        self.kernel.emit(Some(task), self.worker(task), Kind::Switch { cost });
        self.schedule(slot, until, Class::Worker);
    }

    /// A slice begins.
    fn run(&mut self, slot: usize, core: u32, aim: Aim) {
        let thread = &mut self.threads[slot];
        let task = thread.task;
        self.cores[thread.side as usize].begin_slice(core, self.kernel.now());
        thread.stage = Stage::Stepping { core, reply: Reply::Resumed };
        self.kernel.emit(Some(task), self.worker(task), Kind::Run);
        match aim {
            Aim::Step(reply) => self.step(slot, core, reply),
            Aim::Burst(d) => self.compute(slot, core, d),
        }
    }

    fn step(&mut self, slot: usize, core: u32, reply: Reply) {
        self.stale(slot);
        self.threads[slot].stage = Stage::Stepping { core, reply };
        self.steps.push_back((slot as u32, self.threads[slot].epoch));
    }

    /// Computes, unless its slice is over just now.
    fn compute(&mut self, slot: usize, core: u32, d: Duration) {
        if d == Duration::ZERO {
            return self.burst_over(slot, core);
        }
        let now = self.kernel.now();
        let until = now + d;
        self.threads[slot].stage = Stage::Working { core, until };
        let end = self.slice_end(slot, core);
        if end == Some(now) {
            return self.preempt(slot);
        }
        if end.is_none() {
            // Its slice has no end: should others begin to wait before the cores are dealt out
            // again, it is to be looked at.
            self.cores[self.threads[slot].side as usize].watched = false;
        }
        self.schedule(slot, end.map_or(until, |end| end.min(until)), Class::Worker);
    }

    fn burst_over(&mut self, slot: usize, core: u32) {
        let task = self.threads[slot].task;
        self.kernel.emit(Some(task), self.worker(task), Kind::Resume);
        self.step(slot, core, Reply::Resumed);
    }

    /// When the thread on this core is to make way, if others are ready and no core is free.
    fn slice_end(&self, slot: usize, core: u32) -> Option<Time> {
        let cores = &self.cores[self.threads[slot].side as usize];
        if !cores.contended() {
            return None;
        }
        let head = cores.queue.head()?;
        let Stage::Ready { since, .. } = self.threads[head.slot as usize].stage else { return None };
        cores.boundary(core, since, self.kernel.now())
    }

    /// Takes the core from a thread, which is ready again: behind its equals when its time is
    /// over, before them when somebody more urgent came.
    fn preempt(&mut self, slot: usize) {
        let thread = &self.threads[slot];
        let aim = match thread.stage {
            Stage::Working { until, .. } => Aim::Burst(until.since(self.kernel.now())),
            Stage::Stepping { reply, .. } => Aim::Step(reply),
            Stage::Switching { aim, .. } => aim,
            Stage::Queued | Stage::Ready { .. } | Stage::Blocking | Stage::Waiting => {
                unreachable!("only a thread on a core is preempted")
            }
        };
        let front = self.cores[thread.side as usize].slicing == Slicing::Urgency;
        let task = thread.task;
        self.kernel.emit(Some(task), self.worker(task), Kind::Preempt);
        self.leave_core(slot);
        self.ready(slot, aim, front);
    }

    // ── the driving loop ──────────────────────────────────────────────────

    pub fn yielded(&mut self, task: TaskId, effect: Effect) {
        let slot = task.slot as usize;
        let core = self.threads[slot].core().expect("only a thread on a core takes steps");
        match effect {
            Effect::Work(d) => self.compute(slot, core, d),
            Effect::Block(d) => {
                if !self.has_own_lane(task) {
                    // The lane is the core's, and the core is free meanwhile.
                    let cause = Cause::new(CauseKind::Io);
                    self.kernel.emit(Some(task), self.worker(task), Kind::Wait { cause, held: false });
                }
                self.leave_core(slot);
                self.threads[slot].stage = Stage::Blocking;
                self.schedule(slot, self.kernel.now() + d, Class::Timer);
            }
            Effect::Await => {
                self.leave_core(slot);
                self.stale(slot);
                self.threads[slot].stage = Stage::Waiting;
                if let Some(reply) = self.threads[slot].woken.take() {
                    self.ready(slot, Aim::Step(reply), false);
                }
            }
        }
    }

    pub fn due(&mut self, due: Due) {
        let Due::Worker { worker, .. } = due else { return };
        let slot = worker as usize;
        let now = self.kernel.now();
        let thread = &mut self.threads[slot];
        thread.due = None;
        match thread.stage {
            Stage::Blocking => {
                thread.owed = self.costs.wake;
                self.kernel.emit(Some(thread.task), thread.lane, Kind::Wake { by: None });
                self.ready(slot, Aim::Burst(Duration::ZERO), false);
            }
            Stage::Switching { core, aim, .. } => self.run(slot, core, aim),
            Stage::Working { core, until } if until <= now => self.burst_over(slot, core),
            Stage::Working { core, until } => match self.slice_end(slot, core) {
                Some(end) if end <= now => self.preempt(slot),
                end => self.schedule(slot, end.map_or(until, |end| end.min(until)), Class::Worker),
            },
            Stage::Queued | Stage::Ready { .. } | Stage::Stepping { .. } | Stage::Waiting => {
                debug_assert!(false, "nothing is due of a thread at rest");
            }
        }
    }

    pub fn live(&self, due: Due) -> bool {
        match due {
            Due::Worker { worker, epoch } => {
                self.threads.get(worker as usize).is_some_and(|t| t.epoch == epoch && t.due.is_some())
            }
            Due::Wake(_) | Due::Timer { .. } => false,
        }
    }

    /// Who runs next.
    pub fn turn(&mut self) -> Next {
        self.dispatch(Side::Main);
        self.dispatch(Side::Others);
        while let Some((slot, epoch)) = self.steps.pop_front() {
            let thread = &self.threads[slot as usize];
            if let Stage::Stepping { reply, .. } = thread.stage
                && thread.epoch == epoch
            {
                return Next::Resume(thread.task, reply);
            }
        }
        Next::Advance
    }

    /// Free cores go to the threads at the head of the queue; then those on cores may have to make way.
    fn dispatch(&mut self, side: Side) {
        loop {
            while self.cores[side as usize].any_free()
                && let Some(task) = self.cores[side as usize].queue.pop()
            {
                self.give_core(task);
            }
            let Some(victim) = self.cores[side as usize].lesser() else { break };
            self.preempt(victim.slot as usize);
        }
        self.watch(side);
    }

    /// Once others begin to wait for a core, every slice has an end.
    fn watch(&mut self, side: Side) {
        let cores = &mut self.cores[side as usize];
        let wanted = !cores.queue.is_empty();
        let before = std::mem::replace(&mut cores.watched, wanted);
        if !wanted || before || matches!(cores.slicing, Slicing::None | Slicing::Urgency) {
            return;
        }
        let occupants = cores.occupants();
        self.kernel.count_steps(occupants.len() as u64);
        for task in occupants {
            let slot = task.slot as usize;
            let Stage::Working { core, .. } = self.threads[slot].stage else { continue };
            let Some(end) = self.slice_end(slot, core) else { continue };
            if self.threads[slot].due.is_none_or(|due| end < due) {
                self.schedule(slot, end, Class::Worker);
            }
        }
    }
}
