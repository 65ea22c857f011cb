//! The same state machines over the best agenda that was found: a packed heap while few wait, else a radix heap.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crate::floor::{Agenda, run_over};
use crate::{Done, Workload};

pub fn run(workload: Workload) -> Option<Done> {
    run_over::<Either>(workload)
}

/// From so many entries on the radix heap is the quicker one.
const MANY: usize = 512;

enum Either {
    Packed(Packed),
    Radix(Radix),
}

impl Default for Either {
    fn default() -> Either {
        Either::Packed(Packed::default())
    }
}

impl Agenda for Either {
    #[inline]
    fn add(&mut self, time: u64, what: u32) {
        match self {
            Either::Packed(packed) if packed.entries.len() < MANY => packed.add(time, what),
            Either::Packed(packed) => {
                let mut radix = Radix::default();
                radix.at = packed.at;
                while let Some((time, what)) = packed.next() {
                    radix.add(time, what);
                }
                radix.add(time, what);
                *self = Either::Radix(radix);
            }
            Either::Radix(radix) => radix.add(time, what),
        }
    }

    #[inline]
    fn next(&mut self) -> Option<(u64, u32)> {
        match self {
            Either::Packed(packed) => packed.next(),
            Either::Radix(radix) => radix.next(),
        }
    }
}

/// A binary heap of one number an entry: time, serial number, what.
#[derive(Default)]
struct Packed {
    entries: BinaryHeap<Reverse<u128>>,
    serial: u32,
    at: u64,
}

impl Packed {
    #[inline]
    fn add(&mut self, time: u64, what: u32) {
        self.serial += 1;
        let key = u128::from(time) << 64 | u128::from(self.serial) << 32 | u128::from(what);
        self.entries.push(Reverse(key));
    }

    #[inline]
    fn next(&mut self) -> Option<(u64, u32)> {
        let Reverse(key) = self.entries.pop()?;
        self.at = (key >> 64) as u64;
        Some((self.at, key as u32))
    }
}

/// Bucket `n` holds entries whose time differs from `at` in bit `n` and none above; `due` those at `at`.
struct Radix {
    at: u64,
    due: VecDeque<u32>,
    buckets: Vec<Vec<(u64, u32)>>,
    filled: u64,
}

impl Default for Radix {
    fn default() -> Radix {
        Radix { at: 0, due: VecDeque::new(), buckets: vec![Vec::new(); 64], filled: 0 }
    }
}

impl Radix {
    #[inline]
    fn add(&mut self, time: u64, what: u32) {
        match (time ^ self.at).checked_ilog2() {
            None => self.due.push_back(what),
            Some(bucket) => {
                self.filled |= 1 << bucket;
                self.buckets[bucket as usize].push((time, what));
            }
        }
    }

    #[inline]
    fn next(&mut self) -> Option<(u64, u32)> {
        if let Some(what) = self.due.pop_front() {
            return Some((self.at, what));
        }
        if self.filled == 0 {
            return None;
        }
        let bucket = self.filled.trailing_zeros() as usize;
        self.filled &= self.filled - 1;
        let mut entries = std::mem::take(&mut self.buckets[bucket]);
        self.at = entries.iter().map(|&(time, _)| time).min()?;
        for &(time, what) in &entries {
            self.add(time, what);
        }
        entries.clear();
        self.buckets[bucket] = entries;
        self.due.pop_front().map(|what| (self.at, what))
    }
}
