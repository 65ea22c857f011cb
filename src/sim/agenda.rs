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
    /// Wake a sleeping task, if it still sleeps: the record in this slot, in this wait of it.
    Wake { slot: u32, epoch: u32 },
    /// A worker's burst, block or slice ends, unless its epoch has moved on.
    Worker { worker: u32, epoch: u32 },
    /// A timer of the runtime's own. Stale keys are the runtime's to notice.
    Timer { slot: u32, serial: u32 },
}

impl Due {
    /// Ends a wait.
    pub fn wake(token: Token) -> Due {
        Due::Wake { slot: token.task.slot, epoch: token.epoch }
    }
}

/// An entry that is not due at once. Which came first shows by which stands first.
#[derive(Debug, Clone, Copy)]
struct Entry {
    time: Time,
    what: Packed,
}

/// What is due, in one word: almost always a task that sleeps, or a timer. Everything else lies aside.
#[derive(Debug, Clone, Copy)]
struct Packed(u64);

/// In the upper half of a word whose lower half says where the rest lies.
const ASIDE: u32 = u32::MAX;
/// In the upper half of a word beside the slot of a timer.
const TIMER: u32 = 1 << 31;

/// What is due and has no room in a word, with its class.
#[derive(Debug, Default)]
struct Aside {
    all: Vec<(Class, Due)>,
    free: Vec<u32>,
}

impl Aside {
    #[inline(always)]
    fn pack(&mut self, class: Class, due: Due) -> Packed {
        match due {
            Due::Wake { slot, epoch } if class == Class::Timer && slot < TIMER => Packed::new(slot, epoch),
            Due::Timer { slot, serial } if class == Class::Timer && slot < ASIDE - TIMER => {
                Packed::new(slot | TIMER, serial)
            }
            Due::Wake { .. } | Due::Timer { .. } | Due::Worker { .. } => self.lay(class, due),
        }
    }

    /// Lays aside what has no room in a word.
    #[inline(never)]
    fn lay(&mut self, class: Class, due: Due) -> Packed {
        let at = match self.free.pop() {
            Some(at) => {
                self.all[at as usize] = (class, due);
                at
            }
            None => {
                self.all.push((class, due));
                (self.all.len() - 1) as u32
            }
        };
        Packed::new(ASIDE, at)
    }

    #[inline]
    fn class(&self, what: Packed) -> Class {
        let (slot, at) = what.halves();
        if slot == ASIDE { self.all[at as usize].0 } else { Class::Timer }
    }

    /// It is taken, and its place is free.
    #[inline]
    fn unpack(&mut self, what: Packed) -> Due {
        if let Some(due) = what.due() {
            return due;
        }
        let (_, at) = what.halves();
        self.free.push(at);
        self.all[at as usize].1
    }
}

impl Packed {
    fn new(high: u32, low: u32) -> Packed {
        Packed(u64::from(high) << 32 | u64::from(low))
    }

    /// What it says by itself.
    #[inline]
    fn due(self) -> Option<Due> {
        match self.halves() {
            (ASIDE, _) => None,
            (slot, epoch) if slot < TIMER => Some(Due::Wake { slot, epoch }),
            (slot, serial) => Some(Due::Timer { slot: slot & !TIMER, serial }),
        }
    }

    fn halves(self) -> (u32, u32) {
        ((self.0 >> 32) as u32, self.0 as u32)
    }
}

/// Bits of a digit: times are looked at as numbers to the base 64.
const DIGIT: u32 = 6;
const DIGITS: usize = 1 << DIGIT;
/// As many as there may be digits; and so many that it can be seen that no digit is beyond.
const LEVELS: usize = (u64::BITS.div_ceil(DIGIT) as usize).next_power_of_two();

/// So many entries of one bucket are worth a look ahead: with fewer it costs more than it saves, and what is looked at
/// of more than so many is not near any longer when it is used.
const CROWD: std::ops::RangeInclusive<usize> = 8..=256;
/// With fewer entries than this in all, what they are about is near anyway.
const FAR: usize = 4096;
/// With no more entries than this, the next one is looked for in its bucket, and the bucket is not dealt out.
const FEW: usize = 7;

/// A radix heap to the base 64: since time never goes back, an entry need only be as well sorted as it is near.
///
/// An entry whose time differs from `at` first in digit `n` lies on level `n`, in the bucket of that digit of its
/// own; those due at `at` stand in three lines, a class each. When the lines are empty, the next entry is taken from
/// the nearest bucket, where that holds few and nobody is due at the same time; otherwise the bucket is dealt out to
/// the levels below it. All entries of one time are always in one bucket, in the order in which they were made: so
/// ties need no number.
#[derive(Debug)]
pub struct Agenda {
    /// Where times are counted from; nothing is due earlier.
    at: Time,
    /// Nothing is due by this time but what stands in the lines.
    clear: Time,
    due: [VecDeque<Packed>; 3],
    waiting: usize,
    aside: Aside,
    levels: Box<[Level; LEVELS]>,
    /// Bit `n`: level `n` is not empty.
    filled: u64,
    count: usize,
    /// What is soon to be due, where that is much at once.
    to_prefetch: Vec<Due>,
}

#[derive(Debug)]
struct Level {
    buckets: [Vec<Entry>; DIGITS],
    /// Bit `d`: the bucket of digit `d` is not empty.
    filled: u64,
}

impl Default for Agenda {
    fn default() -> Agenda {
        Agenda {
            at: Time::ZERO,
            clear: Time::ZERO,
            due: Default::default(),
            waiting: 0,
            aside: Aside::default(),
            levels: Box::new(
                [const { Level { buckets: [const { Vec::new() }; DIGITS], filled: 0 } }; LEVELS],
            ),
            filled: 0,
            count: 0,
            to_prefetch: Vec::new(),
        }
    }
}

impl Agenda {
    #[inline(always)]
    pub fn add(&mut self, time: Time, class: Class, due: Due) {
        let what = self.aside.pack(class, due);
        self.add_entry(Entry { time, what });
    }

    fn add_entry(&mut self, entry: Entry) {
        if entry.time <= self.clear {
            self.clear = self.at;
            if entry.time < self.at {
                self.rewind(entry.time);
            }
        }
        self.count += 1;
        self.put(entry);
    }

    /// Is certainly nothing due by `until`? Told without looking for what comes next.
    #[inline(always)]
    pub fn waits_until(&self, until: Time) -> bool {
        self.waiting == 0 && until <= self.clear
    }

    /// The next entry, if it is due by `until`.
    pub fn pop_by(&mut self, until: Time) -> Option<(Time, Due)> {
        if self.waiting == 0 && self.next()? > until { None } else { self.pop() }
    }

    #[inline(always)]
    pub fn pop(&mut self) -> Option<(Time, Due)> {
        if self.waiting == 0 {
            if let Some(entry) = self.first_of_few() {
                (self.clear, self.count) = (entry.time, self.count - 1);
                return Some((entry.time, self.aside.unpack(entry.what)));
            }
            self.deal();
        }
        let what = self.due.iter_mut().find_map(VecDeque::pop_front)?;
        self.waiting -= 1;
        self.count -= 1;
        Some((self.at, self.aside.unpack(what)))
    }

    /// Is much soon to be due at once?
    #[inline(always)]
    pub fn has_crowd(&self) -> bool {
        !self.to_prefetch.is_empty()
    }

    /// What is soon to be due, where that is much at once; whoever reads the list empties it.
    pub fn to_prefetch(&mut self) -> &mut Vec<Due> {
        &mut self.to_prefetch
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The time of the next entry, where none is due.
    fn next(&self) -> Option<Time> {
        let (level, digit) = self.nearest()?;
        self.levels[level].buckets[digit].iter().map(|entry| entry.time).min()
    }

    /// Where the nearest entries are: a level and a digit.
    fn nearest(&self) -> Option<(usize, usize)> {
        let level = (self.filled != 0).then(|| self.filled.trailing_zeros() as usize)?;
        Some((level, self.levels[level].filled.trailing_zeros() as usize))
    }

    #[inline(always)]
    fn put(&mut self, entry: Entry) {
        let differs = entry.time.0 ^ self.at.0;
        if differs == 0 {
            self.waiting += 1;
            self.due[self.aside.class(entry.what) as usize].push_back(entry.what);
            return;
        }
        let level = differs.ilog2() / DIGIT;
        let digit = (entry.time.0 >> (level * DIGIT)) as usize % DIGITS;
        self.filled |= 1 << level;
        let level = &mut self.levels[level as usize];
        level.filled |= 1 << digit;
        level.buckets[digit].push(entry);
    }

    /// The next entry, if it is one of few in its bucket, and no other is due then.
    #[inline(always)]
    fn first_of_few(&mut self) -> Option<Entry> {
        let (level, digit) = self.nearest()?;
        let this = &mut self.levels[level];
        let bucket = &mut this.buckets[digit];
        let [entry] = bucket[..] else { return least(bucket) };
        bucket.clear();
        this.filled &= !(1 << digit);
        if this.filled == 0 {
            self.filled &= !(1 << level);
        }
        self.at = entry.time;
        Some(entry)
    }

    /// Moves on to the time of the next entry.
    fn deal(&mut self) {
        let (Some((level, digit)), Some(next)) = (self.nearest(), self.next()) else { return };
        (self.at, self.clear) = (next, next);
        let this = &mut self.levels[level];
        this.filled &= !(1 << digit);
        if this.filled == 0 {
            self.filled &= !(1 << level);
        }
        let mut entries = std::mem::take(&mut this.buckets[digit]);
        if self.count >= FAR && CROWD.contains(&entries.len()) {
            self.to_prefetch.extend(entries.iter().filter_map(|entry| entry.what.due()));
        }
        entries.drain(..).for_each(|entry| self.put(entry));
        // It keeps its room: dealing out goes to lower levels only.
        self.levels[level].buckets[digit] = entries;
    }

    /// Back to an earlier time: after entries were taken that moved no clock.
    #[cold]
    #[inline(never)]
    fn rewind(&mut self, time: Time) {
        let mut all = Vec::with_capacity(self.count);
        for line in &mut self.due {
            all.extend(line.drain(..).map(|what| Entry { time: self.at, what }));
        }
        for level in self.levels.iter_mut() {
            level.buckets.iter_mut().for_each(|bucket| all.append(bucket));
            level.filled = 0;
        }
        (self.at, self.clear, self.filled, self.waiting) = (time, time, 0, 0);
        all.into_iter().for_each(|entry| self.put(entry));
    }
}

/// Takes the earliest of a few entries, if there is but one. The others keep their order.
#[inline(never)]
fn least(entries: &mut Vec<Entry>) -> Option<Entry> {
    if entries.len() > FEW {
        return None;
    }
    let (mut place, mut first, mut ties) = (0, *entries.first()?, false);
    for (n, &entry) in entries.iter().enumerate().skip(1) {
        ties = entry.time == first.time || ties && entry.time > first.time;
        if entry.time < first.time {
            (place, first) = (n, entry);
        }
    }
    if ties {
        return None;
    }
    for n in place + 1..entries.len() {
        entries[n - 1] = entries[n];
    }
    entries.pop();
    Some(first)
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

    #[test]
    fn what_is_due_in_a_crowd_is_prefetched_where_much_waits() {
        let far = FAR as u32;
        for (tasks, others, announced) in
            [(7, far, 0), (8, far, 8), (256, far, 256), (257, far, 0), (8, far - 9, 0)]
        {
            let mut agenda = Agenda::default();
            let mut sleeper = |time, slot| agenda.add(time, Class::Timer, Due::Wake { slot, epoch: 1 });
            (0..tasks).for_each(|slot| sleeper(Time(5000), slot));
            (0..others).for_each(|slot| sleeper(Time(1 << 40), tasks + slot));
            assert_eq!(agenda.pop(), Some((Time(5000), Due::Wake { slot: 0, epoch: 1 })));
            assert_eq!(agenda.to_prefetch().len(), announced);
            assert!(agenda.to_prefetch().iter().all(|due| matches!(due, Due::Wake { epoch: 1, .. })));
        }
    }

    /// The same as sorting, whatever is added and taken, and when.
    #[test]
    fn is_a_sorted_list() {
        let mut random = 1u64;
        let mut draw = |below: u64| {
            random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (random >> 33) % below
        };
        // Some fit into a word, others do not.
        let due = |number| match number % 5 {
            0 => Due::Timer { slot: number, serial: 7 },
            1 => Due::Timer { slot: u32::MAX - number, serial: number },
            2 => Due::Wake { slot: number, epoch: u32::MAX },
            3 => Due::Wake { slot: u32::MAX - number, epoch: number },
            _ => Due::Worker { worker: number, epoch: 3 },
        };
        let mut agenda = Agenda::default();
        let mut list: Vec<(Time, Class, u32)> = Vec::new();
        let mut now = Time(0);
        for number in 0..20_000 {
            if draw(5) < 3 {
                let range = [1, 3, 1_000, 1 << 40][draw(4) as usize];
                let time = Time(now.0 + draw(range));
                let class = [Class::External, Class::Timer, Class::Worker][draw(3) as usize];
                agenda.add(time, class, due(number));
                list.push((time, class, number));
                list.sort();
            } else {
                let until = if draw(2) == 0 { Time(u64::MAX) } else { Time(now.0 + draw(2_000)) };
                let expected = list.first().copied().filter(|(time, ..)| *time <= until);
                let taken = agenda.pop_by(until);
                assert_eq!(taken, expected.map(|(time, _, number)| (time, due(number))));
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
