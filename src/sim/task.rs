//! The records of a run's tasks: identity, place in the spawn tree, how they ended.

use std::hint::black_box;
use std::rc::Rc;

use crate::sim::random::{Path, Stream};
use crate::value::{Call, ObjectId, Outcome, TaskId, Value};

/// A task's current wait. Waking with a token of an earlier wait does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    pub task: TaskId,
    pub epoch: u32,
}

/// What a new task does.
#[derive(Debug, Clone)]
pub enum Start {
    /// A task of the program.
    Call(Rc<Call>),
    /// The same, with one argument or none.
    Small(u16, Option<Value>),
    /// One operation of the runtime's own library, as an arm of a `select` is.
    Native(Rc<Native>),
}

/// A library operation that runs as a task.
#[derive(Debug, Clone)]
pub enum Native {
    Receive(ObjectId),
    Send(ObjectId, Value),
    Wait(ObjectId),
    Join(Value),
    /// Nanoseconds.
    Sleep(u64),
}

/// What is said when a task is spawned.
#[derive(Debug, Clone)]
pub struct NewTask {
    pub start: Start,
    /// As timelines show it, `wash(3)`; empty when nobody traces.
    pub name: Rc<str>,
    /// Larger is more urgent.
    pub priority: i32,
    /// Cancelled when everything else has ended.
    pub daemon: bool,
    /// The named workers it is to run on.
    pub on: Option<ObjectId>,
    /// Nobody keeps the handle: the record may go when the task ends.
    pub detached: bool,
}

#[derive(Debug)]
#[repr(align(64))]
pub struct Record {
    pub serial: u32,
    /// Which wait this is; moved on whenever one ends.
    pub epoch: u32,
    pub path: Path,
    /// Children spawned so far.
    pub children: u32,
    /// Random draws made so far.
    pub drawn: u32,
    pub priority: i32,
    pub daemon: bool,
    pub detached: bool,
    /// Between `Await` and the wake-up.
    pub parked: bool,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// Until its body is made.
    Ahead(Start),
    Running,
    Ended(Outcome),
}

impl Stage {
    /// Drops it: nothing is left of this for a task that runs.
    #[inline(always)]
    fn dismiss(self) {
        if let Stage::Running = self {
            std::mem::forget(self);
        }
    }
}

impl Record {
    /// Has it yet to take its first step?
    pub fn is_ahead(&self) -> bool {
        matches!(self.stage, Stage::Ahead(_))
    }

    /// Is it in this wait? Waits of one slot are never numbered alike, whoever waits.
    #[inline]
    pub fn waits(&self, epoch: u32) -> bool {
        self.parked && self.epoch == epoch
    }

    /// Its wait is over.
    #[inline]
    fn goes_on(&mut self) {
        self.parked = false;
        self.epoch = self.epoch.wrapping_add(1);
    }

    pub fn has_ended(&self) -> bool {
        self.outcome().is_some()
    }

    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.stage {
            Stage::Ended(outcome) => Some(outcome),
            Stage::Ahead(_) | Stage::Running => None,
        }
    }

    /// What it does, for whoever makes its body; nothing if that was done before.
    pub fn take_start(&mut self) -> Option<Start> {
        match std::mem::replace(&mut self.stage, Stage::Running) {
            Stage::Ahead(start) => Some(start),
            other => {
                self.stage = other;
                None
            }
        }
    }
}

/// All tasks. Records of ended, detached tasks are reused; serial numbers are not.
#[derive(Debug, Default)]
pub struct Tasks {
    records: Vec<Record>,
    free: Vec<u32>,
    made: u32,
    live: usize,
    peak: usize,
}

impl Tasks {
    /// Adds a task; its place in the spawn tree is its parent's next child. What the library starts
    /// for itself is no child: it never draws, and no other runtime starts it.
    #[inline(always)]
    pub fn add(&mut self, parent: Option<TaskId>, new: NewTask) -> TaskId {
        let path = match parent {
            Some(parent) => {
                let record = self.get_mut(parent);
                let ordinal = record.children;
                record.children += u32::from(!matches!(new.start, Start::Native(_)));
                record.path.child(ordinal)
            }
            None => Path::ROOT,
        };
        let serial = self.made;
        self.made += 1;
        self.live += 1;
        self.peak = self.peak.max(self.live);
        let mut record = Record {
            serial,
            epoch: 0,
            path,
            children: 0,
            drawn: 0,
            priority: new.priority,
            daemon: new.daemon,
            detached: new.detached,
            parked: false,
            stage: Stage::Ahead(new.start),
        };
        match self.free.pop() {
            Some(slot) => {
                let place = &mut self.records[slot as usize];
                record.epoch = place.epoch;
                // What was there has ended, and owns nothing.
                std::mem::replace(place, record).stage.dismiss();
                TaskId { slot, serial }
            }
            None => {
                self.records.push(record);
                TaskId { slot: (self.records.len() - 1) as u32, serial }
            }
        }
    }

    #[inline]
    pub fn get(&self, id: TaskId) -> &Record {
        let record = &self.records[id.slot as usize];
        debug_assert_eq!(record.serial, id.serial, "a handle outlived its record");
        record
    }

    #[inline]
    pub fn get_mut(&mut self, id: TaskId) -> &mut Record {
        let record = &mut self.records[id.slot as usize];
        debug_assert_eq!(record.serial, id.serial, "a handle outlived its record");
        record
    }

    /// Has the records in these slots fetched.
    pub fn prefetch(&self, slots: &[u32]) {
        let all = slots.iter().filter_map(|&slot| self.records.get(slot as usize));
        black_box(all.fold(0, |seen, record| seen ^ record.epoch ^ u32::from(record.parked)));
    }

    /// Is this task's record still its own?
    #[inline]
    pub fn exists(&self, id: TaskId) -> bool {
        self.records.get(id.slot as usize).is_some_and(|record| record.serial == id.serial)
    }

    /// Begins a wait and gives the token that ends it.
    #[inline(always)]
    pub fn park(&mut self, id: TaskId) -> Token {
        let record = self.get_mut(id);
        record.parked = true;
        Token { task: id, epoch: record.epoch }
    }

    /// Ends the wait of a token; false if it has ended already.
    #[inline]
    pub fn unpark(&mut self, token: Token) -> bool {
        if !self.exists(token.task) {
            return false;
        }
        self.unpark_due(token.task.slot, token.epoch).is_some()
    }

    /// Ends this wait of the task in this slot, if it lasts; whose it was.
    #[inline]
    pub fn unpark_due(&mut self, slot: u32, epoch: u32) -> Option<TaskId> {
        let record = self.records.get_mut(slot as usize).filter(|record| record.waits(epoch))?;
        record.goes_on();
        Some(TaskId { slot, serial: record.serial })
    }

    /// Notes how a task ended. Its record stays for those who hold the handle, or is freed.
    pub fn end(&mut self, id: TaskId, outcome: Outcome) {
        self.live -= 1;
        let record = self.get_mut(id);
        record.goes_on();
        std::mem::replace(&mut record.stage, Stage::Ended(outcome)).dismiss();
    }

    /// Frees the record of an ended task that nobody can ask about any more.
    pub fn free(&mut self, id: TaskId) {
        let record = self.get_mut(id);
        debug_assert!(record.has_ended(), "only an ended task can be freed");
        record.stage = Stage::Running;
        record.serial = u32::MAX;
        self.free.push(id.slot);
    }

    /// The draws of a task, to be put back with [`Tasks::drawn`].
    pub fn stream(&self, id: TaskId, seed: u64) -> Stream {
        let record = self.get(id);
        Stream { seed, path: record.path, drawn: record.drawn }
    }

    pub fn drawn(&mut self, id: TaskId, stream: Stream) {
        self.get_mut(id).drawn = stream.drawn;
    }

    /// Tasks alive now.
    pub fn live(&self) -> usize {
        self.live
    }

    /// The most tasks ever alive at once.
    pub fn peak(&self) -> usize {
        self.peak
    }

    /// All tasks that have not ended, in spawn order.
    pub fn unfinished(&self) -> Vec<TaskId> {
        let mut ids: Vec<TaskId> = self
            .records
            .iter()
            .enumerate()
            .filter(|(_, record)| !record.has_ended() && record.serial != u32::MAX)
            .map(|(slot, record)| TaskId { slot: slot as u32, serial: record.serial })
            .collect();
        ids.sort_by_key(|id| id.serial);
        ids
    }
}
