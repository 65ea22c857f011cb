//! What is to be seen at one position: every task, every line of waiting tasks, every object.

use std::collections::BTreeMap;

use crate::compare::blame::account::Account;
use crate::compare::replay::moment::{Seen, Share, Stance};
use crate::compare::replay::tape::Replay;
use crate::sim::trace::{Queue, State};
use crate::time::Time;
use crate::value::ObjectId;

/// A run at one position.
#[derive(Debug)]
pub struct View<'a> {
    account: &'a Account,
    replay: &'a Replay,
    /// So many events have happened.
    at: usize,
    tasks: Vec<Seen>,
    objects: BTreeMap<ObjectId, Item>,
}

/// What is in an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// Who has it, each as often as it has taken it; in the order of their numbers.
    pub holders: Vec<u32>,
    /// Items in a channel.
    pub items: i64,
}

/// Tasks that stand in line for the same thing, the longest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub of: Of,
    pub tasks: Vec<u32>,
}

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// A worker, or its turn; where there are several queues, this one.
    Ready(Option<Queue>),
    /// The clock or a device: the first to be done first.
    Timers,
    Object(ObjectId),
    /// Other tasks.
    Tasks,
}

impl<'a> View<'a> {
    /// Before the first event.
    pub fn new(account: &'a Account, replay: &'a Replay) -> View<'a> {
        let tasks = vec![Seen::NOTHING; replay.tasks];
        View { account, replay, at: 0, tasks, objects: BTreeMap::new() }
    }

    pub fn position(&self) -> usize {
        self.at
    }

    /// Goes to a position, event by event.
    pub fn go(&mut self, to: usize) {
        let to = to.min(self.replay.end());
        while self.at < to {
            self.apply(self.at);
            self.at += 1;
        }
        while self.at > to {
            self.at -= 1;
            self.undo(self.at);
        }
    }

    /// By serial number.
    pub fn tasks(&self) -> &[Seen] {
        &self.tasks
    }

    pub fn object(&self, object: ObjectId) -> Item {
        self.objects.get(&object).cloned().unwrap_or_default()
    }

    /// Every object to which something has happened.
    pub fn objects(&self) -> impl Iterator<Item = (ObjectId, &Item)> {
        self.objects.iter().map(|(object, item)| (*object, item))
    }

    /// Who is on a worker.
    pub fn on(&self, worker: u32) -> Option<u32> {
        self.tasks.iter().position(|seen| seen.worker == Some(worker)).map(|task| task as u32)
    }

    /// All lines somebody stands in.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines: BTreeMap<Of, Vec<u32>> = BTreeMap::new();
        for (seen, task) in self.tasks.iter().zip(0..) {
            if let Some(of) = stands(seen) {
                lines.entry(of).or_default().push(task);
            }
        }
        let lines = lines.into_iter().map(|(of, mut tasks)| {
            match of {
                Of::Timers => tasks.sort_by_key(|&task| (self.until(task), task)),
                Of::Ready(_) | Of::Object(_) | Of::Tasks => {
                    tasks.sort_by_key(|&task| self.tasks[task as usize].since);
                }
            }
            Line { of, tasks }
        });
        lines.collect()
    }

    /// When the wait a task is in will be over.
    pub fn until(&self, task: u32) -> Option<Time> {
        let wait = self.tasks[task as usize].wait?;
        Some(self.account.waits[wait].to)
    }

    fn apply(&mut self, at: usize) {
        let moment = &self.replay.moments[at];
        for change in &moment.changes {
            self.tasks[change.task as usize] = change.seen.clone();
        }
        if let Some((object, share)) = moment.shared {
            self.share(object, share);
        }
    }

    fn undo(&mut self, at: usize) {
        let moment = &self.replay.moments[at];
        for change in &moment.changes {
            self.tasks[change.task as usize] = self.replay.seen(change.task, change.earlier);
        }
        let Some((object, share)) = moment.shared else { return };
        let opposite = match share {
            Share::Taken(task) => Share::Returned(task),
            Share::Returned(task) => Share::Taken(task),
            Share::In => Share::Out,
            Share::Out => Share::In,
        };
        self.share(object, opposite);
    }

    fn share(&mut self, object: ObjectId, share: Share) {
        let item = self.objects.entry(object).or_default();
        let place = |item: &Item, task: u32| item.holders.partition_point(|&holder| holder < task);
        match share {
            Share::Taken(task) => item.holders.insert(place(item, task), task),
            Share::Returned(task) => drop(item.holders.remove(place(item, task))),
            Share::In => item.items += 1,
            Share::Out => item.items -= 1,
        }
    }
}

/// The line a task stands in.
fn stands(seen: &Seen) -> Option<Of> {
    match seen.stance {
        Stance::In(State::Ready) => Some(Of::Ready(seen.queue)),
        Stance::In(State::Io | State::Sleeping) if seen.object.is_none() && !seen.held => Some(Of::Timers),
        Stance::In(State::Blocked | State::Io | State::Sleeping) => match seen.object {
            Some(object) => Some(Of::Object(object)),
            None => (seen.stance == Stance::In(State::Blocked)).then_some(Of::Tasks),
        },
        Stance::Absent
        | Stance::In(State::Running | State::Overhead)
        | Stance::Done
        | Stance::Failed
        | Stance::Cancelled => None,
    }
}
