//! The state of a run: futures, tasks, loops, scopes, objects; and what the four kernel objects do to each other.

use std::collections::VecDeque;

use slotmap::SlotMap;

use crate::runtimes::asyncio::futures::{
    Callback, FutureKey, FutureKind, FutureState, Futures, GatherKey, GroupKey, JobKey, ResultsKey,
    TimeoutKey, TimerKey,
};
use crate::runtimes::asyncio::handles::{EventLoop, Handle, Policy, Timer};
use crate::runtimes::asyncio::objects::{Condition, Lock, Object};
use crate::runtimes::asyncio::records::{Gather, Group, Job, Pool, Results, TaskState, Timeout};
use crate::runtimes::asyncio::settings::Version;
use crate::runtimes::keys::due;
use crate::sim::agenda::Class;
use crate::sim::kernel::Kernel;
use crate::sim::trace::Kind as EventKind;
use crate::time::{Duration, Time};
use crate::value::{Outcome, TaskId};

pub struct Core<'k> {
    pub kernel: &'k Kernel,
    pub version: Version,
    pub policy: Policy,
    /// `asyncio.eager_task_factory` is set on every loop.
    pub eager: bool,
    pub futures: Futures,
    /// By the slot of the task's record.
    pub tasks: Vec<TaskState>,
    pub loops: Vec<EventLoop>,
    pub timers: SlotMap<TimerKey, Timer>,
    pub gathers: SlotMap<GatherKey, Gather>,
    pub groups: SlotMap<GroupKey, Group>,
    pub timeouts: SlotMap<TimeoutKey, Timeout>,
    pub results: SlotMap<ResultsKey, Results>,
    pub jobs: SlotMap<JobKey, Job>,
    pub pools: Vec<Pool>,
    pub objects: Vec<Object>,
    pub locks: Vec<Lock>,
    pub conditions: Vec<Condition>,
    /// The task being stepped and its loop.
    pub current: Option<TaskId>,
    pub current_loop: usize,
    /// Thread jobs to be resumed before anything else.
    pub jobs_ready: VecDeque<TaskId>,
    /// The future of `main`.
    pub main: FutureKey,
    pub end: End,
    /// Numbers the passes of `cancel`, to stop at a cycle of joins.
    pub pass: u32,
    /// Workers made so far, for their numbers.
    pub workers: u32,
}

/// How far the run has come (A8, A30).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    pub phase: Phase,
    /// Tasks the phase waits for: spawned ones that have not been discarded, or those left over.
    pub outstanding: u32,
    /// How many of them are to end before `asyncio.wait` returns.
    pub waits: u32,
    /// `loop.stop()` was called: the loop ends after this iteration.
    pub stopping: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// `main` and the tasks it spawned run.
    Running,
    /// `_cancel_all_tasks`: what is left was cancelled and is waited for.
    Cancelling,
    /// What else is closed, so many steps of it.
    Closing(u32),
    /// The interpreter exits: threads are waited for.
    Threads,
    Over,
}

impl Core<'_> {
    pub fn now(&self) -> Time {
        self.kernel.now()
    }

    // ── the ready queue ───────────────────────────────────────────────────

    /// `call_soon` on the loop that runs now (A1).
    pub fn call_soon(&mut self, handle: Handle) {
        self.loops[self.current_loop].ready.push_back(handle);
    }

    fn home(&self, task: TaskId) -> usize {
        self.tasks[task.slot as usize].home
    }

    /// `call_soon(task.__step)`
    pub fn schedule_step(&mut self, task: TaskId) {
        let home = self.home(task);
        self.loops[home].ready.push_back(Handle::Step(task));
    }

    // ── timers ────────────────────────────────────────────────────────────

    /// `call_at`; equal times fire in the order of these calls (A5).
    #[inline(always)]
    pub fn call_at(&mut self, when: Time, handle: Handle) -> TimerKey {
        // A constant is moved as it is; what has just been written in pieces would be waited for.
        let key = self.timers.insert(Timer::NEW);
        let timer = &mut self.timers[key];
        (timer.home, timer.handle, timer.when) = (self.current_loop, handle, when);
        self.kernel.at(when, Class::Timer, due(key));
        key
    }

    /// `call_later`. uvloop counts whole milliseconds, and what is to be called in none of them it
    /// calls soon (U2).
    #[inline(always)]
    pub fn call_later(&mut self, d: Duration, handle: Handle) -> TimerKey {
        match self.policy {
            Policy::Selector => self.call_at(self.now() + d, handle),
            Policy::Uv => self.call_later_uv(d, handle),
        }
    }

    pub fn cancel_timer(&mut self, key: TimerKey) {
        if let Some(timer) = self.timers.remove(key)
            && self.policy == Policy::Uv
        {
            self.timer_stopped(key, &timer);
        }
    }

    // ── futures ───────────────────────────────────────────────────────────

    pub fn create_future(&mut self) -> FutureKey {
        self.futures.add(FutureKind::Plain)
    }

    /// `add_done_callback`: on a done future it is scheduled at once (A9).
    #[inline]
    pub fn add_done_callback(&mut self, key: FutureKey, callback: Callback) {
        if self.futures.done(key) {
            self.schedule_callback(key, callback);
        } else if let Some(future) = self.futures.get_mut(key) {
            future.add_callback(callback);
        }
    }

    pub fn remove_done_callback(&mut self, key: FutureKey, callback: Callback) {
        if let Some(future) = self.futures.get_mut(key) {
            future.remove_callback(callback);
        }
    }

    /// `set_result`, `set_exception`: the callbacks are scheduled in order, none runs now.
    pub fn set_done(&mut self, key: FutureKey, outcome: Outcome) {
        debug_assert!(!self.futures.done(key), "a future is settled once");
        self.complete(key, FutureState::Done(outcome));
    }

    /// Settles a waiter that may have been cancelled meanwhile.
    pub fn set_unless_done(&mut self, key: FutureKey, outcome: Outcome) {
        if !self.futures.done(key) {
            self.set_done(key, outcome);
        }
    }

    /// Makes a pending future done and schedules its callbacks.
    pub fn complete(&mut self, key: FutureKey, state: FutureState) {
        let Some(future) = self.futures.get_mut(key) else { return };
        future.state = state;
        let (first, rest) = future.take_callbacks();
        for callback in first.into_iter().chain(rest) {
            self.schedule_callback(key, callback);
        }
    }

    fn schedule_callback(&mut self, key: FutureKey, callback: Callback) {
        if let Some(future) = self.futures.get_mut(key) {
            future.scheduled += 1;
        }
        let home = match callback {
            Callback::Wakeup(task) => {
                self.now_ready(task);
                self.home(task)
            }
            Callback::Root | Callback::Everything | Callback::LeftOver | Callback::Stop => 0,
            Callback::Gather(_)
            | Callback::Release(_)
            | Callback::Group(_)
            | Callback::Results(_)
            | Callback::ShieldInner(_)
            | Callback::ShieldOuter(_)
            | Callback::CheckCancel(_) => self.current_loop,
        };
        self.loops[home].ready.push_back(Handle::Callback(callback, key));
    }

    /// What a task waited for has happened: its state is ready from here on.
    pub fn now_ready(&mut self, task: TaskId) {
        let state = &mut self.tasks[task.slot as usize];
        if std::mem::take(&mut state.waiting) && self.kernel.tracing() {
            let by = self.current.filter(|&by| by != task).map(|by| by.serial);
            self.kernel.emit(Some(task), None, EventKind::Wake { by });
        }
    }

    /// A callback of this future has run: an ended task nobody asks about any more is forgotten.
    pub fn callback_ran(&mut self, key: FutureKey) {
        let Some(future) = self.futures.get_mut(key) else { return };
        future.scheduled -= 1;
        if future.scheduled == 0
            && let FutureKind::Task(task) = future.kind
        {
            self.forget(task, key);
        }
    }

    /// Frees the record of an ended, detached task with no callbacks on their way.
    pub fn forget(&mut self, task: TaskId, key: FutureKey) {
        let idle = self.futures.get(key).is_some_and(|f| f.scheduled == 0);
        let detached = {
            let tasks = self.kernel.tasks();
            tasks.exists(task) && tasks.get(task).detached && tasks.get(task).has_ended()
        };
        if idle && detached && self.tasks[task.slot as usize].stopped {
            self.futures.remove(key);
            self.kernel.tasks().free(task);
        }
    }
}
