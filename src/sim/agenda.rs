//! What is due, and when: entries in order of time, then class, then the order in which they were made.

use std::collections::VecDeque;

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

/// An entry that is not due at once. Which came first shows by which stands first.
#[derive(Debug, Clone, Copy)]
struct Entry {
    time: Time,
    class: Class,
    due: Due,
}

/// A radix heap: since time never goes back, an entry need only be as well sorted as it is near.
///
/// Bucket `n` holds the entries whose time differs from `at` in bit `n` and in none above; those due at `at` stand
/// in three lines, a class each. When the lines are empty, the lowest bucket is dealt out to those below it. All
/// entries of one time are always in one bucket, in the order in which they were made: so ties need no number.
#[derive(Debug)]
pub struct Agenda {
    /// The time of the entry that was taken last.
    at: Time,
    due: [VecDeque<Due>; 3],
    buckets: Vec<Bucket>,
    /// Bit `n`: bucket `n` is not empty.
    filled: u64,
    count: usize,
}

#[derive(Debug, Clone)]
struct Bucket {
    entries: Vec<Entry>,
    /// The earliest time in it.
    nearest: Time,
}

impl Default for Agenda {
    fn default() -> Agenda {
        let buckets = vec![Bucket { entries: Vec::new(), nearest: Time(u64::MAX) }; 64];
        Agenda { at: Time::ZERO, due: Default::default(), buckets, filled: 0, count: 0 }
    }
}

impl Agenda {
    pub fn add(&mut self, time: Time, class: Class, due: Due) {
        if time < self.at {
            self.rewind(time);
        }
        self.count += 1;
        self.put(Entry { time, class, due });
    }

    /// The next entry, if it is due by `until`.
    pub fn pop_by(&mut self, until: Time) -> Option<(Time, Due)> {
        if self.next()? > until { None } else { self.pop() }
    }

    pub fn pop(&mut self) -> Option<(Time, Due)> {
        if self.due.iter().all(VecDeque::is_empty) {
            self.deal();
        }
        let due = self.due.iter_mut().find_map(VecDeque::pop_front)?;
        self.count -= 1;
        Some((self.at, due))
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The time of the next entry.
    fn next(&self) -> Option<Time> {
        if self.due.iter().any(|line| !line.is_empty()) {
            return Some(self.at);
        }
        self.lowest().map(|bucket| self.buckets[bucket].nearest)
    }

    /// The bucket with the nearest entries.
    fn lowest(&self) -> Option<usize> {
        (self.filled != 0).then(|| self.filled.trailing_zeros() as usize)
    }

    fn put(&mut self, entry: Entry) {
        let differs = entry.time.0 ^ self.at.0;
        let Some(bucket) = differs.checked_ilog2() else {
            self.due[entry.class as usize].push_back(entry.due);
            return;
        };
        self.filled |= 1 << bucket;
        let bucket = &mut self.buckets[bucket as usize];
        bucket.nearest = bucket.nearest.min(entry.time);
        bucket.entries.push(entry);
    }

    /// Moves on to the time of the next entry.
    fn deal(&mut self) {
        let (Some(bucket), Some(next)) = (self.lowest(), self.next()) else { return };
        self.at = next;
        self.filled &= !(1 << bucket);
        self.buckets[bucket].nearest = Time(u64::MAX);
        let mut entries = std::mem::take(&mut self.buckets[bucket].entries);
        entries.drain(..).for_each(|entry| self.put(entry));
        // It keeps its room: dealing out goes to lower buckets only.
        self.buckets[bucket].entries = entries;
    }

    /// Back to an earlier time: after entries were taken that moved no clock.
    fn rewind(&mut self, time: Time) {
        let mut all = Vec::with_capacity(self.count);
        let classes = [Class::External, Class::Timer, Class::Worker];
        for (line, class) in self.due.iter_mut().zip(classes) {
            all.extend(line.drain(..).map(|due| Entry { time: self.at, class, due }));
        }
        for bucket in &mut self.buckets {
            all.append(&mut bucket.entries);
            bucket.nearest = Time(u64::MAX);
        }
        (self.at, self.filled) = (time, 0);
        all.into_iter().for_each(|entry| self.put(entry));
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

    /// The same as sorting, whatever is added and taken, and when.
    #[test]
    fn is_a_sorted_list() {
        let mut random = 1u64;
        let mut draw = |below: u64| {
            random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (random >> 33) % below
        };
        let mut agenda = Agenda::default();
        let mut list: Vec<(Time, Class, u32)> = Vec::new();
        let mut now = Time(0);
        for number in 0..20_000 {
            if draw(5) < 3 {
                let range = [1, 3, 1_000, 1 << 40][draw(4) as usize];
                let time = Time(now.0 + draw(range));
                let class = [Class::External, Class::Timer, Class::Worker][draw(3) as usize];
                agenda.add(time, class, Due::Timer { slot: number, serial: 0 });
                list.push((time, class, number));
                list.sort();
            } else {
                let until = if draw(2) == 0 { Time(u64::MAX) } else { Time(now.0 + draw(2_000)) };
                let expected = list.first().copied().filter(|(time, ..)| *time <= until);
                let taken = agenda.pop_by(until);
                let slot = expected.map(|(time, _, slot)| (time, Due::Timer { slot, serial: 0 }));
                assert_eq!(taken, slot);
                if let Some((time, ..)) = expected {
                    list.remove(0);
                    // Now and then what was taken is stale, and the clock stands still.
                    now = if draw(10) == 0 { now } else { time };
                }
            }
            assert_eq!((agenda.len(), agenda.is_empty()), (list.len(), list.is_empty()));
        }
    }
}
