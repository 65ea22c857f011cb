//! Event loops: workers that serve a ready queue, first come first served, and are let go of only at `await`.

use std::cell::{RefCell, RefMut};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, VecDeque};

use crate::runtimes::coroutines::settings::Settings;
use crate::runtimes::costs::{Costs, Spot};
use crate::runtimes::runtime::Next;
use crate::runtimes::textbook::library::Textbook;
use crate::runtimes::textbook::scheduler::{Place, Scheduler};
use crate::sim::agenda::{Class, Due};
use crate::sim::kernel::Kernel;
use crate::sim::process::{Effect, Reply};
use crate::sim::trace::{Kind, Role};
use crate::value::{ObjectId, TaskId};

pub type Coroutines<'k> = Textbook<EventLoops<'k>>;

impl<'k> Textbook<EventLoops<'k>> {
    pub fn new(kernel: &'k Kernel, settings: &Settings) -> Textbook<EventLoops<'k>> {
        Textbook::over(EventLoops::new(kernel, settings))
    }
}

pub struct EventLoops<'k> {
    kernel: &'k Kernel,
    costs: Costs,
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The first is the program's, the others are those of named workers, one each.
    loops: Vec<EventLoop>,
    workers: Vec<Worker>,
    pools: Vec<Pool>,
    /// By slot of the task. None are kept while one worker serves one loop: there is but one place.
    seats: Vec<Seat>,
    /// Workers whose task goes on, in the order in which its burst or wait ended.
    going: VecDeque<Going>,
    /// Workers of pools that have become idle or got something to do.
    stirred: VecDeque<u32>,
    /// The loop whose task runs now: tasks it starts stay there.
    current: u32,
}

#[derive(Debug)]
struct Going {
    worker: u32,
    reply: Reply,
    /// It kept the worker while it waited, where others compute.
    waited: bool,
}

#[derive(Debug, Default)]
struct EventLoop {
    ready: Line,
    idle: Idle,
}

/// Tasks that are ready, each with what it will be resumed with. Most often it is but one: the first stands apart.
#[derive(Debug, Default)]
struct Line {
    /// None if there is nobody.
    first: Option<(TaskId, Reply)>,
    others: VecDeque<(TaskId, Reply)>,
}

impl Line {
    #[inline(always)]
    fn push_back(&mut self, task: TaskId, reply: Reply) {
        match self.first {
            None => self.first = Some((task, reply)),
            Some(_) => self.others.push_back((task, reply)),
        }
    }

    #[inline(always)]
    fn pop_front(&mut self) -> Option<(TaskId, Reply)> {
        let first = self.first?;
        self.first = if self.others.is_empty() { None } else { self.others.pop_front() };
        Some(first)
    }
}

/// Workers of a loop that serve nobody. Most loops have but one.
#[derive(Debug, Default)]
struct Idle {
    lowest: Option<u32>,
    others: BinaryHeap<Reverse<u32>>,
}

impl Idle {
    fn push(&mut self, worker: u32) {
        match self.lowest {
            None => self.lowest = Some(worker),
            Some(lowest) => {
                self.lowest = Some(lowest.min(worker));
                self.others.push(Reverse(lowest.max(worker)));
            }
        }
    }

    fn pop(&mut self) -> Option<u32> {
        let lowest = self.lowest?;
        self.lowest = self.others.pop().map(|Reverse(worker)| worker);
        Some(lowest)
    }
}

#[derive(Debug)]
struct Worker {
    serves: u32,
    /// Index of the pool it belongs to.
    pool: Option<usize>,
    /// Who has it: runs on it, computes, or keeps it while waiting.
    task: Option<TaskId>,
    /// Which of its bursts this is.
    epoch: u32,
}

/// Named workers. Each has a loop of its own, and all take jobs from one queue.
#[derive(Debug)]
struct Pool {
    object: ObjectId,
    first: u32,
    size: u32,
    /// Tasks spawned on it so far: they go round.
    spawned: u32,
    jobs: VecDeque<TaskId>,
    idle: BTreeSet<u32>,
}

const NOWHERE: u32 = u32::MAX;
/// Instead of a loop: a job on a thread of a pool.
const JOB: u32 = u32::MAX;

/// Where a task belongs, and where it is.
#[derive(Debug, Clone, Copy)]
struct Seat {
    home: u32,
    worker: u32,
}

impl State {
    /// Does one worker serve one loop?
    #[inline]
    fn is_simple(&self) -> bool {
        self.workers.len() == 1
    }

    #[inline]
    fn seat(&self, task: TaskId) -> Seat {
        if self.is_simple() {
            let here = self.workers[0].task == Some(task);
            return Seat { home: 0, worker: if here { 0 } else { NOWHERE } };
        }
        self.seats[task.slot as usize]
    }

    #[inline]
    fn sit(&mut self, task: TaskId, worker: u32) {
        if !self.is_simple() {
            self.seats[task.slot as usize].worker = worker;
        }
    }

    #[inline]
    fn ready(&mut self, home: u32, task: TaskId, reply: Reply) {
        let this = &mut self.loops[home as usize];
        this.ready.push_back(task, reply);
        if home > 0
            && let Some(worker) = this.idle.lowest
        {
            self.stirred.push_back(worker);
        }
    }

    /// The loop on which tasks live that the running one starts.
    fn home_of_children(&self) -> u32 {
        if self.current == JOB { 0 } else { self.current }
    }

    /// A new task's home, where it is ready.
    #[inline(always)]
    fn settle_in(&mut self, task: TaskId, home: u32) {
        if !self.is_simple() {
            self.seats[task.slot as usize] = Seat { home, worker: NOWHERE };
        }
        self.ready(home, task, Reply::Resumed);
    }

    #[inline]
    fn let_go(&mut self, task: TaskId) {
        if self.is_simple() {
            let worker = &mut self.workers[0];
            if worker.task == Some(task) {
                worker.task = None;
            }
            return;
        }
        let worker = self.seat(task).worker;
        if worker == NOWHERE {
            return;
        }
        self.sit(task, NOWHERE);
        let this = &mut self.workers[worker as usize];
        this.task = None;
        self.loops[this.serves as usize].idle.push(worker);
        if let Some(pool) = this.pool {
            self.pools[pool].idle.insert(worker);
            self.stirred.push_back(worker);
        }
    }

    /// The one worker takes its next task.
    #[inline]
    fn serve_alone(&mut self) -> Option<(TaskId, Reply)> {
        let worker = &mut self.workers[0];
        if worker.task.is_some() {
            return None;
        }
        let next = self.loops[0].ready.pop_front()?;
        worker.task = Some(next.0);
        Some(next)
    }

    /// An idle worker of a loop takes its next task.
    fn serve(&mut self, home: u32) -> Option<(TaskId, Reply)> {
        let this = &mut self.loops[home as usize];
        this.idle.lowest?;
        let (task, reply) = this.ready.pop_front()?;
        let worker = this.idle.pop().expect("one is idle");
        self.occupy(worker, task);
        Some((task, reply))
    }

    #[inline]
    fn occupy(&mut self, worker: u32, task: TaskId) {
        self.workers[worker as usize].task = Some(task);
        self.sit(task, worker);
        let Some(pool) = self.workers[worker as usize].pool else { return };
        let pool = &mut self.pools[pool];
        pool.idle.remove(&worker);
        // Another job may wait for any of the others.
        if !pool.jobs.is_empty()
            && let Some(&next) = pool.idle.first()
        {
            self.stirred.push_back(next);
        }
    }

    /// A worker of a pool that may have something to do takes a task of its loop, or a job.
    fn serve_stirred(&mut self) -> Option<(TaskId, Reply)> {
        while let Some(worker) = self.stirred.pop_front() {
            let Worker { serves, pool, task, .. } = self.workers[worker as usize];
            if task.is_some() {
                continue;
            }
            if let Some(next) = self.serve(serves) {
                return Some(next);
            }
            let pool = pool.expect("only workers of pools are stirred");
            if let Some(job) = self.pools[pool].jobs.pop_front() {
                self.loops[serves as usize].idle.pop();
                self.occupy(worker, job);
                return Some((job, Reply::Resumed));
            }
        }
        None
    }
}

impl<'k> EventLoops<'k> {
    fn new(kernel: &'k Kernel, settings: &Settings) -> EventLoops<'k> {
        let loops = EventLoops { kernel, costs: settings.costs(), state: RefCell::default() };
        let count = settings.workers.unwrap_or(1).max(1);
        {
            let mut state = loops.state();
            state.loops.push(EventLoop::default());
            for n in 1..=count {
                let name = if count == 1 { "loop".to_string() } else { format!("worker {n}") };
                loops.add_worker(&mut state, 0, None, name, Role::Worker);
            }
        }
        loops
    }

    fn state(&self) -> RefMut<'_, State> {
        self.state.borrow_mut()
    }

    /// It computes, or waits where there are several workers.
    #[inline(never)]
    fn stays_or_goes(&self, mut state: RefMut<'_, State>, task: TaskId, effect: Effect) {
        let Seat { home, worker } = state.seat(task);
        match effect {
            Effect::Work(d) | Effect::Block(d) => {
                let this = &mut state.workers[worker as usize];
                this.epoch = this.epoch.wrapping_add(1);
                let due = Due::Worker { worker, epoch: this.epoch };
                self.kernel.after(d, Class::Worker, due);
            }
            Effect::Await if home == JOB => {}
            Effect::Await => state.let_go(task),
        }
    }

    fn add_worker(&self, state: &mut State, serves: u32, pool: Option<usize>, name: String, role: Role) {
        let worker = state.workers.len() as u32;
        state.workers.push(Worker { serves, pool, task: None, epoch: 0 });
        state.loops[serves as usize].idle.push(worker);
        self.kernel.emit(None, Some(worker), Kind::Worker { name: name.into(), role });
    }
}

impl Scheduler for EventLoops<'_> {
    fn kernel(&self) -> &Kernel {
        self.kernel
    }

    fn costs(&self) -> Costs {
        self.costs
    }

    fn spot(&self, task: TaskId) -> Spot {
        let state = self.state();
        let worker = state.seat(task).worker;
        Spot { worker, pooled: state.workers[worker as usize].pool.is_some() }
    }

    fn add_pool(&self, pool: ObjectId, size: u32, _processes: bool) {
        let state = &mut *self.state();
        let (n, first) = (state.pools.len(), state.workers.len() as u32);
        for k in 1..=size {
            let home = state.loops.len() as u32;
            state.loops.push(EventLoop::default());
            self.add_worker(state, home, Some(n), format!("loop {k}"), Role::Pool(pool));
        }
        let idle = (first..first + size).collect();
        state.pools.push(Pool { object: pool, first, size, spawned: 0, jobs: VecDeque::new(), idle });
    }

    fn has_pool(&self, pool: ObjectId) -> bool {
        self.state().pools.iter().any(|p| p.object == pool)
    }

    fn here(&self) -> Place {
        Place::Loop(self.state().home_of_children())
    }

    fn admit(&self, task: TaskId, place: Place) {
        let state = &mut *self.state();
        let slot = task.slot as usize;
        if slot >= state.seats.len() && !state.is_simple() {
            state.seats.resize(slot + 1, Seat { home: 0, worker: NOWHERE });
        }
        let pool = |state: &State, object: ObjectId| {
            state.pools.iter().position(|pool| pool.object == object).expect("the library has asked has_pool")
        };
        match place {
            Place::Default => {
                let home = state.home_of_children();
                state.settle_in(task, home);
            }
            Place::Loop(home) => state.settle_in(task, home),
            Place::Pool(object) => {
                let pool = pool(state, object);
                let pool = &mut state.pools[pool];
                let worker = pool.first + pool.spawned % pool.size;
                pool.spawned = pool.spawned.wrapping_add(1);
                let home = state.workers[worker as usize].serves;
                state.settle_in(task, home);
            }
            Place::Thread(object) => {
                let pool = pool(state, object);
                state.seats[slot] = Seat { home: JOB, worker: NOWHERE };
                state.pools[pool].jobs.push_back(task);
                if let Some(&worker) = state.pools[pool].idle.first() {
                    state.stirred.push_back(worker);
                }
            }
        }
    }

    #[inline(always)]
    fn wake(&self, task: TaskId, reply: Reply) {
        let mut state = self.state();
        let Seat { home, worker } = state.seat(task);
        if home == JOB {
            state.going.push_back(Going { worker, reply, waited: true });
        } else {
            state.ready(home, task, reply);
        }
    }

    #[inline(always)]
    fn wake_to_run(&self, task: TaskId) -> Option<(TaskId, Reply)> {
        let mut state = self.state();
        if !state.is_simple() || !state.going.is_empty() || state.workers[0].task.is_some() {
            drop(state);
            self.wake(task, Reply::Resumed);
            return None;
        }
        debug_assert!(state.loops[0].ready.first.is_none(), "nobody could run");
        state.workers[0].task = Some(task);
        self.kernel.emit(Some(task), Some(0), Kind::Run);
        Some((task, Reply::Resumed))
    }

    fn requeue(&self, task: TaskId) {
        self.kernel.emit(Some(task), self.worker(task), Kind::Yield);
        self.wake(task, Reply::Resumed);
    }

    fn keeps_worker(&self, task: TaskId) -> bool {
        self.state().seat(task).home == JOB
    }

    fn interrupts(&self) -> bool {
        true
    }

    fn main_ends_all(&self) -> bool {
        true
    }

    fn daemons_clean_up(&self) -> bool {
        true
    }

    fn barges(&self) -> bool {
        false
    }

    fn inherits(&self) -> bool {
        false
    }

    fn set_priority(&self, _task: TaskId, _priority: i32) {}

    fn worker(&self, task: TaskId) -> Option<u32> {
        let worker = self.state().seat(task).worker;
        (worker != NOWHERE).then_some(worker)
    }

    fn blocked_by(&self, task: TaskId) -> Vec<TaskId> {
        let state = self.state();
        let home = state.seat(task).home;
        let of_job = state.pools.iter().position(|pool| home == JOB && pool.jobs.contains(&task));
        let serves_it =
            |worker: &&Worker| worker.serves == home || (of_job.is_some() && worker.pool == of_job);
        state.workers.iter().filter(serves_it).filter_map(|worker| worker.task).collect()
    }

    #[inline(always)]
    fn next(&self) -> Next {
        let state = &mut *self.state();
        if state.is_simple() && state.going.is_empty() {
            let Some((task, reply)) = state.serve_alone() else { return Next::Advance };
            self.kernel.emit(Some(task), Some(0), Kind::Run);
            return Next::Resume(task, reply);
        }
        let (task, reply) = match state.going.pop_front() {
            Some(Going { worker, reply, waited }) => {
                let task =
                    state.workers[worker as usize].task.expect("it was occupied by the task that goes on");
                if waited {
                    self.kernel.emit(Some(task), Some(worker), Kind::Run);
                }
                (task, reply)
            }
            None => match state.serve(0).or_else(|| state.serve_stirred()) {
                Some((task, reply)) => {
                    let worker = state.seat(task).worker;
                    self.kernel.emit(Some(task), Some(worker), Kind::Run);
                    (task, reply)
                }
                None => return Next::Advance,
            },
        };
        state.current = state.seat(task).home;
        Next::Resume(task, reply)
    }

    #[inline(always)]
    fn yielded(&self, task: TaskId, effect: Effect) {
        let mut state = self.state();
        if effect == Effect::Await && state.is_simple() {
            state.workers[0].task = None;
            return;
        }
        self.stays_or_goes(state, task, effect);
    }

    fn ended(&self, task: TaskId) {
        self.state().let_go(task);
    }

    fn due(&self, due: Due) {
        let Due::Worker { worker, .. } = due else { return };
        let mut state = self.state();
        let this = &mut state.workers[worker as usize];
        this.epoch = this.epoch.wrapping_add(1);
        let task = this.task;
        state.going.push_back(Going { worker, reply: Reply::Resumed, waited: false });
        self.kernel.emit(task, Some(worker), Kind::Resume);
    }

    fn live(&self, due: Due) -> bool {
        let Due::Worker { worker, epoch } = due else { return false };
        self.state().workers[worker as usize].epoch == epoch
    }
}
