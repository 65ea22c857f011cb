//! Event loops: the ready queue and one iteration of it (`base_events.py`, `_run_once`, 3.12.1; A1 to A8).

use std::hint::black_box;

use crate::runtimes::asyncio::core::{Core, Phase};
use crate::runtimes::asyncio::futures::{Callback, FutureKey, FutureKind};
use crate::runtimes::asyncio::handles::{EventLoop, Handle, Policy, THREAD};
use crate::runtimes::keys::of_timer;
use crate::runtimes::runtime::Next;
use crate::sim::agenda::Due;
use crate::sim::kernel::Came;
use crate::sim::process::Reply;
use crate::sim::trace::Kind as EventKind;
use crate::value::{Raise, TaskId, Value};

/// What an iteration counts among instructions.
const ITERATION: u64 = 8;

impl Core<'_> {
    /// A timer, a thread or a loop's burst is due.
    pub fn due(&mut self, due: Due) {
        match due {
            Due::Wake { .. } => {}
            Due::Timer { slot, serial } => {
                let key = of_timer(slot, serial);
                let Some(timer) = self.timers.remove(key) else { return };
                if self.policy == Policy::Uv {
                    self.timer_expired(key, &timer);
                }
                // A loop of uvloop may sleep on (U4): nobody is ready before it looks.
                if self.policy == Policy::Selector {
                    self.time_over(timer.handle);
                }
                self.loops[timer.home].expired.push_back(timer.handle);
            }
            Due::Worker { worker, epoch } if worker >= THREAD => {
                self.thread_due(TaskId { slot: worker & !THREAD, serial: epoch });
            }
            Due::Worker { worker, epoch } => {
                let this = &mut self.loops[worker as usize];
                if this.epoch != epoch {
                    return;
                }
                let Some(busy) = this.busy.take() else { return };
                this.resume = Some(busy);
                let (task, worker) = (this.resume, this.worker);
                self.kernel.emit(task, Some(worker), EventKind::Resume);
            }
        }
    }

    /// Has what is kept of sleepers fetched that are soon to be woken: the timers of all, then the futures of all, then
    /// the tasks, then the futures that the tasks are, for those that end. Any of them may lie in two lines of the cache.
    pub fn prefetch(&self, soon: &[Due], wakes: &mut Vec<u32>) {
        let mut seen = 0;
        let timers = soon.iter().filter_map(|due| match *due {
            Due::Timer { slot, serial } => self.timers.get(of_timer(slot, serial)),
            Due::Wake { .. } | Due::Worker { .. } => None,
        });
        let ends: Vec<FutureKey> =
            timers.inspect(|timer| seen ^= timer.touch()).filter_map(|timer| timer.handle.ends()).collect();
        let futures = ends.iter().filter_map(|&fut| self.futures.get(fut));
        let sleepers = futures.inspect(|future| seen ^= future.touch()).filter_map(|future| {
            match future.callbacks().next() {
                Some(Callback::Wakeup(task)) => Some(task.slot),
                _other => None,
            }
        });
        wakes.extend(sleepers);
        let tasks = || wakes.iter().filter_map(|&slot| self.tasks.get(slot as usize));
        tasks().for_each(|task| seen ^= task.touch());
        let futures = tasks().filter_map(|task| self.futures.get(task.future));
        futures.for_each(|future| seen ^= future.touch());
        black_box(seen);
    }

    /// A sleeper is ready from now on, though the loop may notice later.
    fn time_over(&mut self, handle: Handle) {
        let sleeper = if let Handle::Call(task) = handle {
            Some(task)
        } else if let Handle::SetResult(fut) = handle
            && let Some(Callback::Wakeup(task)) = self.futures.get(fut).and_then(|f| f.callbacks().next())
        {
            Some(task)
        } else {
            None
        };
        if let Some(task) = sleeper {
            let current = self.current.take();
            self.now_ready(task);
            self.current = current;
        }
    }

    /// Runs handles until a task is to be stepped, or nothing can run.
    pub fn run(&mut self) -> Next {
        loop {
            if let Some(task) = self.jobs_ready.pop_front() {
                self.current = Some(task);
                return Next::Resume(task, Reply::Resumed);
            }
            if self.end.phase == Phase::Threads {
                self.join_threads();
            }
            if self.end.phase == Phase::Over {
                return Next::Over;
            }
            let turn = if self.end.phase == Phase::Threads { Turn::Idle } else { self.turn() };
            match turn {
                Turn::Step(next) => return next,
                // An iteration that resumes nobody makes no event; endless ones are to be stopped all the same.
                Turn::Again if self.kernel.count_steps(ITERATION) => {}
                Turn::Again => return Next::Advance,
                Turn::Idle => return Next::Advance,
            }
        }
    }

    fn turn(&mut self) -> Turn {
        for n in 0..self.loops.len() {
            if self.loops[n].busy.is_some() {
                continue;
            }
            self.current_loop = n;
            if let Some(task) = self.loops[n].resume.take() {
                self.current = Some(task);
                return Turn::Step(Next::Resume(task, Reply::Resumed));
            }
            if let Some(turn) = self.iteration(n) {
                return turn;
            }
        }
        // A loop later in line may have put a handle into the queue of one that was passed already.
        let left = |this: &EventLoop| this.busy.is_none() && !this.ready.is_empty();
        if self.loops.iter().any(left) { Turn::Again } else { Turn::Idle }
    }

    /// Goes on with loop `n`'s iteration, or starts the next one; `None` if it would sleep in `select`.
    fn iteration(&mut self, n: usize) -> Option<Turn> {
        while self.loops[n].todo > 0 {
            self.loops[n].todo -= 1;
            let handle = self.loops[n].ready.pop_front().expect("todo counts handles that are there");
            self.current = None;
            if let Some(next) = self.handle(handle) {
                return Some(Turn::Step(next));
            }
        }
        self.current = None;
        if n == 0 && self.end.stopping {
            if self.policy == Policy::Uv {
                self.see_due();
                if !self.loops[n].expired.is_empty() {
                    // libuv ends its turn with the timers (U5).
                    self.timers_first(n);
                    return Some(Turn::Again);
                }
            }
            self.end.stopping = false;
            self.stopped();
            return Some(Turn::Again);
        }
        if std::mem::take(&mut self.loops[n].timers_first) && !self.loops[n].ready.is_empty() {
            self.loops[n].todo = self.loops[n].ready.len();
            return Some(Turn::Again);
        }
        // The poll: threads' messages and timers that are due by now are seen, in this order (A2).
        let polled = self.see_due();
        if !self.jobs_ready.is_empty() {
            return Some(Turn::Again);
        }
        if self.policy == Policy::Uv {
            if self.sleeps(n) {
                return polled.then_some(Turn::Again);
            }
            if !self.loops[n].expired.is_empty() {
                self.timers_first(n);
                return Some(Turn::Again);
            }
        }
        let this = &mut self.loops[n];
        // One after the other: what has just been written field by field is not to be read in whole lines.
        while let Some(handle) = this.expired.pop_front() {
            this.ready.push_back(handle);
        }
        this.todo = this.ready.len();
        // What was due may be for a loop that has had its turn.
        (polled || this.todo > 0).then_some(Turn::Again)
    }

    /// What is due by now, up to a thread that goes on; true if there was anything.
    fn see_due(&mut self) -> bool {
        let mut any = false;
        while let Some(Came::Due(due)) = self.kernel.due_now() {
            any = true;
            self.due(due);
            if !self.jobs_ready.is_empty() {
                break;
            }
        }
        any
    }

    /// Runs one handle; a step of a task is handed to the driving loop.
    fn handle(&mut self, handle: Handle) -> Option<Next> {
        match handle {
            Handle::Step(task) => return self.step(task),
            Handle::Call(task) => {
                self.time_over(handle);
                return self.step(task);
            }
            Handle::Callback(Callback::Wakeup(task), key) => {
                let next = self.step(task);
                self.callback_ran(key);
                return next;
            }
            Handle::Callback(callback, key) => {
                // Whom it wakes was woken by the task that ended.
                self.current = match self.futures.get(key).map(|f| f.kind) {
                    Some(FutureKind::Task(task)) => Some(task),
                    Some(FutureKind::Plain | FutureKind::Gathering(_)) | None => None,
                };
                self.callback(callback, key);
                self.current = None;
                self.callback_ran(key);
            }
            Handle::SetResult(key) | Handle::Release(key) => self.set_unless_done(key, Ok(Value::None)),
            Handle::NoDelay(key) => {
                let timer = self.timers.remove(key)?;
                return self.handle(timer.handle);
            }
            Handle::Stop => self.end.stopping = true,
            Handle::Everything => self.wait_for_everything(),
            Handle::Closer => self.run_until_complete_over(),
            Handle::Timeout(key) => self.on_timeout(key),
            Handle::ResultsTimeout(key) => self.results_timeout(key),
            Handle::JobDone(key) => self.job_done(key),
            Handle::Arrive(task) if self.eager => return self.step(task),
            Handle::Arrive(task) => self.schedule_step(task),
        }
        None
    }

    fn callback(&mut self, callback: Callback, key: FutureKey) {
        match callback {
            Callback::Wakeup(_) => unreachable!("steps are handed to the driving loop"),
            Callback::Gather(gather) => self.gather_done(gather, key),
            Callback::Release(waiter) => self.set_unless_done(waiter, Ok(Value::None)),
            Callback::Group(group) => self.group_done(group, key),
            Callback::Results(results) => self.results_done(results, key),
            Callback::ShieldInner(outer) => self.shield_inner_done(outer, key),
            Callback::ShieldOuter(inner) => {
                if !self.futures.done(inner) {
                    self.remove_done_callback(inner, Callback::ShieldInner(key));
                }
            }
            Callback::CheckCancel(job) => self.check_cancel(job, key),
            Callback::Root => self.discard_root(),
            Callback::Everything => self.one_of_everything(),
            Callback::LeftOver => self.left_over_done(),
            Callback::Stop => self.stop(),
        }
    }

    /// The reply a task is stepped with; a cancelled task that never ran does not run (A26).
    fn step(&mut self, task: TaskId) -> Option<Next> {
        let state = &mut self.tasks[task.slot as usize];
        state.fut_waiter = None;
        let interrupted = std::mem::take(&mut state.must_cancel);
        if interrupted && self.kernel.tasks().get(task).is_ahead() {
            self.kernel.take_start(task);
            // Whoever waits for it is woken by its end.
            self.current = Some(task);
            self.task_ended(task, Err(Raise::Cancelled));
            self.task_gone(task);
            self.current = None;
            return None;
        }
        self.current = Some(task);
        if self.kernel.tracing() {
            let worker = self.loops[self.current_loop].worker;
            self.kernel.set_place(None);
            self.kernel.emit(Some(task), Some(worker), EventKind::Run);
        }
        let reply = if interrupted { Reply::Interrupted } else { Reply::Resumed };
        Some(Next::Resume(task, reply))
    }
}

enum Turn {
    Step(Next),
    Again,
    Idle,
}
