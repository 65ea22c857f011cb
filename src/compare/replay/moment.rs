//! One event of a run, with what its task does from there on.

use std::rc::Rc;

use crate::sim::trace::{Queue, State};
use crate::source::Span;
use crate::time::Time;
use crate::value::ObjectId;

/// What a task is in the middle of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stance {
    /// Before its birth.
    Absent,
    In(State),
    Done,
    Failed,
    Cancelled,
}

/// Where a task stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub stance: Stance,
    /// It waits and keeps its worker.
    pub held: bool,
    pub worker: Option<u32>,
    /// The statement it is at.
    pub span: Option<Span>,
    /// What it computes or waits for, in the words of the program.
    pub label: Option<Rc<str>>,
    /// The object it waits for.
    pub object: Option<ObjectId>,
    /// The queue it stands in, where the runtime has several.
    pub queue: Option<Queue>,
    /// Index of the event since which it does so.
    pub since: usize,
    /// The wait it is in: an index into [`crate::compare::blame::account::Account::waits`]. A wait of no
    /// length has none.
    pub wait: Option<usize>,
}

impl Seen {
    pub const NOTHING: Seen = Seen {
        stance: Stance::Absent,
        held: false,
        worker: None,
        span: None,
        label: None,
        object: None,
        queue: None,
        since: 0,
        wait: None,
    };
}

/// One event: its index is that of the event in the trace.
#[derive(Debug, Clone)]
pub struct Moment {
    pub time: Time,
    /// Where tasks stand from here on: the one it happened to, and one that spawns another.
    pub changes: Vec<Change>,
    /// What happens to an object.
    pub shared: Option<(ObjectId, Share)>,
    /// A worker that was free takes one of those that are ready.
    pub decides: bool,
}

#[derive(Debug, Clone)]
pub struct Change {
    pub task: u32,
    pub seen: Seen,
    /// The event before that changed where the task stands.
    pub earlier: Option<usize>,
}

/// What happens to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// This task has it, once more.
    Taken(u32),
    /// What this task had comes back.
    Returned(u32),
    /// An item goes into it.
    In,
    Out,
}

impl Share {
    /// Whose it is.
    pub fn who(self) -> Option<u32> {
        match self {
            Share::Taken(task) | Share::Returned(task) => Some(task),
            Share::In | Share::Out => None,
        }
    }
}

impl Moment {
    /// The change of a task.
    pub fn of(&self, task: u32) -> Option<&Change> {
        self.changes.iter().find(|change| change.task == task)
    }
}
