//! The state of a run, and what every part of it does to it: scheduling a task, parking and unparking it.

use std::collections::VecDeque;

use slotmap::SlotMap;

use crate::runtimes::trio::objects::{Channel, Limiter, Lock, Lot, LotKey, Object, Parked};
use crate::runtimes::trio::records::{
    CancelScope, CancelStatus, Nursery, NurseryKey, Pool, Race, RaceKey, Results, ResultsKey, ScopeKey, Sent,
    StatusKey, TaskState,
};
use crate::runtimes::trio::settings::Order;
use crate::sim::kernel::Kernel;
use crate::sim::trace::Kind as EventKind;
use crate::time::Time;
use crate::value::{ObjectId, TaskId, Value};

/// The worker of the loop, in the trace.
pub const LOOP: u32 = 0;

/// The agenda entry of a thread; told from the loop's by its range.
pub const THREAD: u32 = 1 << 31;

pub struct Core<'k> {
    pub kernel: &'k Kernel,
    pub order: Order,
    /// By the slot of the task's record.
    pub tasks: Vec<TaskState>,
    pub statuses: SlotMap<StatusKey, CancelStatus>,
    pub scopes: SlotMap<ScopeKey, CancelScope>,
    pub nurseries: SlotMap<NurseryKey, Nursery>,
    pub lots: SlotMap<LotKey, Lot>,
    pub races: SlotMap<RaceKey, Race>,
    pub results: SlotMap<ResultsKey, Results>,
    pub objects: Vec<Object>,
    pub locks: Vec<Lock>,
    pub limiters: Vec<Limiter>,
    pub channels: Vec<Channel>,
    pub pools: Vec<Pool>,
    pub turn: Turn,
    /// The nursery around the body of `main`, and the one around that, for daemons.
    pub root: NurseryKey,
    pub daemons: NurseryKey,
    pub phase: Phase,
    /// Workers made so far, for their numbers; the loop's own is 0.
    pub workers: u32,
}

/// Where the loop stands.
#[derive(Debug, Default)]
pub struct Turn {
    /// Tasks that can run, for the next batch (`runq`).
    pub runq: Vec<Step>,
    /// What is left of the batch that runs.
    pub batch: VecDeque<Step>,
    /// Scopes whose deadline has passed; the loop has not looked yet.
    pub expired: Vec<ScopeKey>,
    /// Threads that have ended and wait for `run_sync_soon` (T23).
    pub entries: VecDeque<TaskId>,
    /// The task of the entry queue is about to run.
    pub entry_scheduled: bool,
    /// Tasks on threads, to be resumed before anything else.
    pub threads_ready: VecDeque<TaskId>,
    /// The task whose work or blocking call occupies the loop.
    pub busy: Option<TaskId>,
    /// That task's work is over; it goes on before anything else.
    pub resume: Option<TaskId>,
    /// Moves on with every burst, so that stale agenda entries are noticed.
    pub epoch: u32,
    pub current: Option<TaskId>,
    /// Who ran last since the loop was idle.
    pub last: Option<TaskId>,
}

/// One element of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Task(TaskId),
    /// The system task that runs what threads have sent (`EntryQueue.task`).
    EntryQueue,
}

/// How far the run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The body of `main`.
    Body,
    /// `main` leaves the nursery of what was spawned, then that of the daemons.
    LeavingRoot,
    LeavingDaemons,
    Over,
}

impl Core<'_> {
    pub fn now(&self) -> Time {
        self.kernel.now()
    }

    pub fn task(&mut self, task: TaskId) -> &mut TaskState {
        &mut self.tasks[task.slot as usize]
    }

    pub fn state(&self, task: TaskId) -> &TaskState {
        &self.tasks[task.slot as usize]
    }

    // ── scheduling ────────────────────────────────────────────────────────

    /// `reschedule`: into the next batch, with what its wait gives (T5).
    pub fn reschedule(&mut self, task: TaskId, sent: Sent) {
        let state = self.task(task);
        state.sent = sent;
        state.abort = None;
        state.place = None;
        self.now_ready(task);
        self.turn.runq.push(Step::Task(task));
    }

    /// What a task waited for has happened: its state is ready from here on.
    pub fn now_ready(&mut self, task: TaskId) {
        if std::mem::take(&mut self.task(task).waiting) && self.kernel.tracing() {
            let by = self.turn.current.filter(|&by| by != task).map(|by| by.serial);
            self.kernel.emit(Some(task), None, EventKind::Wake { by });
        }
    }

    // ── parking lots ──────────────────────────────────────────────────────

    pub fn new_lot(&mut self) -> LotKey {
        self.lots.insert(Lot::default())
    }

    /// Puts a task at the end of a lot.
    pub fn park(&mut self, task: TaskId, lot: LotKey, item: Value) {
        let ticket = self.lots[lot].add(Parked { task, item });
        self.task(task).place = Some((lot, ticket));
    }

    /// Takes a task out of the lot it is parked in.
    pub fn leave_lot(&mut self, task: TaskId) {
        if let Some((lot, ticket)) = self.task(task).place.take()
            && let Some(lot) = self.lots.get_mut(lot)
        {
            lot.remove(ticket);
        }
    }

    /// `unpark`: the first goes on.
    pub fn unpark(&mut self, lot: LotKey, sent: Sent) -> Option<Parked> {
        let parked = self.lots.get_mut(lot)?.pop_first()?;
        self.reschedule(parked.task, sent);
        Some(parked)
    }

    pub fn unpark_all(&mut self, lot: LotKey, sent: &Sent) {
        while self.unpark(lot, sent.clone()).is_some() {}
    }

    pub fn parked(&self, lot: LotKey) -> usize {
        self.lots.get(lot).map_or(0, Lot::len)
    }

    /// Writes down what happens to an object the program knows.
    pub fn emit_on(&self, task: TaskId, object: Option<ObjectId>, kind: impl FnOnce(ObjectId) -> EventKind) {
        if let Some(object) = object {
            self.kernel.emit(Some(task), None, kind(object));
        }
    }
}
