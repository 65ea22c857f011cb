//! What is due, and when: entries in order of time, then class, then the order in which they were made.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::sim::task::Token;
use crate::time::Time;

/// Which of several entries due at one instant comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Something outside the loops: a pool thread that ends, a job that starts.
    External,
    /// A timer, a sleep, a device.
    Timer,
    /// A worker whose burst of work ends.
    Worker,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// Wake a sleeping task, if it still sleeps.
    Wake(Token),
    /// A worker's burst, block or slice ends, unless its epoch has moved on.
    Worker { worker: u32, epoch: u32 },
    /// A timer of the runtime's own. Stale keys are the runtime's to notice.
    Timer { slot: u32, serial: u32 },
}

/// Ordered by time, class and serial number: never by hash or address, ties in order of making.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    time: Time,
    class: Class,
    serial: u64,
    due: Due,
}

#[derive(Debug, Default)]
pub struct Agenda {
    heap: BinaryHeap<Reverse<Entry>>,
    made: u64,
}

impl Agenda {
    pub fn add(&mut self, time: Time, class: Class, due: Due) {
        let serial = self.made;
        self.made += 1;
        self.heap.push(Reverse(Entry { time, class, serial, due }));
    }

    /// The next entry, if it is due by `until`.
    pub fn pop_by(&mut self, until: Time) -> Option<(Time, Due)> {
        let Reverse(entry) = self.heap.peek()?;
        if entry.time > until {
            return None;
        }
        self.heap.pop().map(|Reverse(entry)| (entry.time, entry.due))
    }

    pub fn pop(&mut self) -> Option<(Time, Due)> {
        self.heap.pop().map(|Reverse(entry)| (entry.time, entry.due))
    }

    pub fn len(&self) -> usize {
        self.heap.len()
    }

    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_by_class_then_by_order_of_making() {
        let mut agenda = Agenda::default();
        let timer = |slot| Due::Timer { slot, serial: 0 };
        agenda.add(Time(5), Class::Worker, timer(0));
        agenda.add(Time(5), Class::Timer, timer(9));
        agenda.add(Time(5), Class::Timer, timer(1));
        agenda.add(Time(5), Class::External, timer(3));
        agenda.add(Time(4), Class::Worker, timer(4));
        assert_eq!(agenda.pop_by(Time(3)), None);
        let order: Vec<Due> = std::iter::from_fn(|| agenda.pop()).map(|(_, due)| due).collect();
        assert_eq!(order, [timer(4), timer(3), timer(9), timer(1), timer(0)]);
    }
}
