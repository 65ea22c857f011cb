//! Where to go from a moment: by events, by those of a lane, by decisions.

use crate::compare::replay::tape::Replay;
use crate::time::Time;

/// What is counted while going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Along {
    Events,
    /// Those of a task.
    Task(u32),
    /// Those of whoever is on a worker.
    Worker(u32),
    /// To the moment before a worker takes one of those that are ready.
    Decisions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Forward,
    Back,
}

impl Replay {
    /// Positions are between events: at `n`, the first `n` events have happened.
    pub fn end(&self) -> usize {
        self.moments.len()
    }

    /// The time at a position: of the event that happened last.
    pub fn time(&self, at: usize) -> Time {
        at.checked_sub(1).and_then(|last| self.moments.get(last)).map_or(Time::ZERO, |moment| moment.time)
    }

    /// The next position of that kind; `None` if there is none that way.
    pub fn go(&self, from: usize, along: Along, way: Way) -> Option<usize> {
        let stops = |at: usize| self.stops(at, along);
        match way {
            Way::Forward => (from + 1..=self.end()).find(|&at| stops(at)),
            Way::Back => (0..from.min(self.end() + 1)).rev().find(|&at| stops(at)),
        }
    }

    /// The first decision at a position or behind it.
    pub fn decision(&self, from: usize) -> Option<usize> {
        (from..self.end()).find(|&at| self.stops(at, Along::Decisions))
    }

    /// The first position at or behind a time, with all its events behind it.
    pub fn at(&self, time: Time) -> usize {
        self.moments.partition_point(|moment| moment.time <= time)
    }

    fn stops(&self, at: usize, along: Along) -> bool {
        match along {
            Along::Events => true,
            Along::Task(task) => at > 0 && self.moments[at - 1].of(task).is_some(),
            Along::Worker(worker) => at > 0 && self.touches(at - 1, worker),
            Along::Decisions => self.moments.get(at).is_some_and(|moment| moment.decides),
        }
    }

    /// Does the event happen on the worker: does its task come to it, leave it, or do something there?
    fn touches(&self, at: usize, worker: u32) -> bool {
        self.moments[at].changes.iter().any(|change| {
            let before = self.seen(change.task, change.earlier);
            change.seen.worker == Some(worker) || before.worker == Some(worker)
        })
    }
}
