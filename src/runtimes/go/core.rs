//! The state of a run: goroutines, processors, queues, channels, contexts, objects; how one is made ready.

use std::collections::VecDeque;
use std::rc::Rc;

use slotmap::SlotMap;

use crate::runtimes::go::hchan::{ChanKey, Hchan};
use crate::runtimes::go::keys::{ContextKey, DeadlineKey, GKey, GatherKey, GroupKey, ResultsKey, TimerKey};
use crate::runtimes::go::objects::{Mutex, Object, Sema};
use crate::runtimes::go::processor::{P, RING, Status};
use crate::runtimes::go::records::{
    Body, Context, Deadline, Fire, G, Gather, Group, Place, Results, WaitGroup,
};
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::kernel::Kernel;
use crate::sim::trace::{Cause, Kind as EventKind};
use crate::time::{Duration, Time};
use crate::value::{ObjectId, TaskId};

pub struct Core<'k> {
    pub kernel: &'k Kernel,
    /// The time slice; none if nobody is preempted.
    pub slice: Option<Duration>,
    pub gs: SlotMap<GKey, G>,
    /// The goroutine of a task, by the slot of the task's record.
    pub tasks: Vec<Option<GKey>>,
    pub ps: Vec<P>,
    /// The processor that acts now.
    pub this: usize,
    /// The queue all processors share.
    pub global: VecDeque<GKey>,
    pub chans: SlotMap<ChanKey, Hchan>,
    /// Numbers entries of wait queues.
    pub queued: u64,
    pub timers: SlotMap<TimerKey, Fire>,
    /// Timers that are due, and fire when a processor looks for work (G16).
    pub expired: VecDeque<TimerKey>,
    pub contexts: SlotMap<ContextKey, Context>,
    pub groups: SlotMap<GroupKey, Group>,
    pub deadlines: SlotMap<DeadlineKey, Deadline>,
    pub gathers: SlotMap<GatherKey, Gather>,
    pub results: SlotMap<ResultsKey, Results>,
    pub objects: Vec<Object>,
    pub mutexes: Vec<Mutex>,
    pub semas: Vec<Sema>,
    /// What `main` waits for at its end.
    pub root: WaitGroup,
    pub over: bool,
}

impl Core<'_> {
    pub fn now(&self) -> Time {
        self.kernel.now()
    }

    /// The goroutine of a task that has not ended.
    pub fn g_of(&self, task: TaskId) -> Option<GKey> {
        let g = (*self.tasks.get(task.slot as usize)?)?;
        match self.gs.get(g)?.body {
            Body::Task(own) if own == task => Some(g),
            Body::Task(_) | Body::Exit | Body::Cancel(_) | Body::Forward { .. } => None,
        }
    }

    /// The goroutine of a task that is running.
    pub fn me(&self, task: TaskId) -> GKey {
        self.g_of(task).expect("a task that says a word has a goroutine")
    }

    pub fn task_of(&self, g: GKey) -> Option<TaskId> {
        match self.gs.get(g)?.body {
            Body::Task(task) => Some(task),
            Body::Exit | Body::Cancel(_) | Body::Forward { .. } => None,
        }
    }

    // ── the run queues ────────────────────────────────────────────────────

    /// `goready`, `newproc`: next on this processor; who was next goes behind the others (G1, G2).
    pub fn ready(&mut self, g: GKey) {
        self.now_ready(g);
        let kicked = self.ps[self.this].runnext.replace(g);
        if let Some(kicked) = kicked {
            self.runqput(kicked);
        }
        self.wakep();
    }

    /// `runqput` with `next` false: at the end of the ring, or, if that is full, with half of it
    /// to the global queue (G8).
    pub fn runqput(&mut self, g: GKey) {
        let ring = &mut self.ps[self.this].ring;
        if ring.len() < RING {
            ring.push_back(g);
            return;
        }
        self.global.extend(ring.drain(..RING / 2));
        self.global.push_back(g);
    }

    /// An idle processor is told that there is work (G20).
    pub fn wakep(&mut self) {
        if let Some(idle) = self.ps.iter_mut().find(|p| p.status == Status::Idle) {
            idle.status = Status::Searching;
        }
    }

    /// What a goroutine waited for has happened, by the doing of whoever runs here: its state is
    /// ready from here on.
    pub fn now_ready(&mut self, g: GKey) {
        let by = self.ps[self.this].current.and_then(|by| self.task_of(by));
        self.ready_by(g, by);
    }

    /// The same, by the doing of a task or of nobody: a timer.
    pub fn ready_by(&mut self, g: GKey, by: Option<TaskId>) {
        let waited = std::mem::take(&mut self.gs[g].waiting);
        if !waited || !self.kernel.tracing() {
            return;
        }
        if let Some(task) = self.task_of(g) {
            let by = by.filter(|&by| by != task).map(|by| by.serial);
            self.kernel.emit(Some(task), None, EventKind::Wake { by });
        }
    }

    // ── waiting ───────────────────────────────────────────────────────────

    /// `gopark`: notes what a goroutine waits for. Its process then yields the processor.
    pub fn gopark(&mut self, g: GKey, info: WaitInfo, label: Option<Rc<str>>) {
        self.gs[g].wait = Some(info);
        if matches!(self.gs[g].place, Place::Wanted(_)) {
            // It waits for a worker of its pool, as one does who is ready.
            return;
        }
        self.gs[g].waiting = true;
        let Some(task) = self.task_of(g) else { return };
        if self.kernel.tracing() {
            let holder = info.holder.map(|task| task.serial);
            let cause = Cause { kind: info.kind, object: info.object, holder, label };
            self.kernel.emit(Some(task), Some(self.this as u32), EventKind::Wait { cause, held: false });
        }
    }

    pub fn emit(&self, task: TaskId, kind: EventKind) {
        self.kernel.emit(Some(task), None, kind);
    }

    pub fn emit_object(&self, g: GKey, object: ObjectId, kind: impl Fn(ObjectId) -> EventKind) {
        if let Some(task) = self.task_of(g) {
            self.emit(task, kind(object));
        }
    }
}
