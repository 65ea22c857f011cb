//! How a packed trace is coded: what stands in front of it, and the meaning of its bits.
//!
//! A record begins with two bytes. The first holds its code in five bits, and three bits that say what differs from
//! the record before; the second says more of that, and what the kind has of its own. Whole numbers are written in
//! groups of seven bits, the lowest first (LEB128); those that may be negative are folded (zigzag). A text comes last:
//! its length in bytes, and its bytes.

use crate::sim::trace::{CauseKind, Queue};

/// What a file begins with: the schema's version, and the number of this code for it.
pub const MAGIC: &[u8] = b"cosim-trace/1 packed 2\n";
/// What the files of all versions begin with.
pub const FAMILY: &[u8] = b"cosim-trace/";
/// No text of a record is longer.
pub const LONGEST: usize = 1 << 26;

// ── the first byte ────────────────────────────────────────────────────────

pub const CODE: u8 = 0b1_1111;
/// The time differs: nanoseconds since the record before.
pub const LATER: u8 = 1 << 5;
/// The task differs: how far its number is from the last one.
pub const TASK: u8 = 1 << 6;
/// The worker differs: its number.
pub const WORKER: u8 = 1 << 7;

// ── the second byte ───────────────────────────────────────────────────────

/// It happened to no task.
pub const NOBODY: u8 = 1 << 0;
/// The line differs: 0 for none.
pub const LINE: u8 = 1 << 1;
/// What follows of a kind's own, in this order.
pub const FIRST: u8 = 1 << 2;
pub const SECOND: u8 = 1 << 3;
pub const THIRD: u8 = 1 << 4;
/// It holds: nothing follows.
pub const HOLDS: u8 = 1 << 5;
/// It happened on no worker.
pub const NOWHERE: u8 = 1 << 6;

// ── codes of records ──────────────────────────────────────────────────────

pub const NEW_WORKER: u8 = 0;
pub const SPAWN: u8 = 1;
pub const SWITCH: u8 = 2;
pub const RUN: u8 = 3;
pub const WORK: u8 = 4;
pub const BLOCK: u8 = 5;
pub const RESUME: u8 = 6;
pub const PREEMPT: u8 = 7;
pub const YIELD: u8 = 8;
pub const WAIT: u8 = 9;
pub const WAKE: u8 = 10;
pub const DONE: u8 = 11;
pub const FAIL: u8 = 12;
pub const CANCELLED: u8 = 13;
pub const CANCEL: u8 = 14;
pub const ACQUIRE: u8 = 15;
pub const RELEASE: u8 = 16;
pub const SEND: u8 = 17;
pub const RECEIVE: u8 = 18;
pub const LOG: u8 = 19;
pub const OBSERVE: u8 = 20;
pub const DECISION: u8 = 21;
pub const QUEUE: u8 = 22;
/// A run is over: its last record as JSON.
pub const END: u8 = 30;
/// A run begins: its first record as JSON, then the names of objects and metrics.
pub const HEADER: u8 = 31;

/// A cause is coded by its place here, which is where it stands among the causes.
pub const CAUSES: [CauseKind; 17] = [
    CauseKind::Sleep,
    CauseKind::Io,
    CauseKind::Lock,
    CauseKind::Resource,
    CauseKind::Semaphore,
    CauseKind::Read,
    CauseKind::Write,
    CauseKind::Send,
    CauseKind::Receive,
    CauseKind::Event,
    CauseKind::Condition,
    CauseKind::Barrier,
    CauseKind::Future,
    CauseKind::Join,
    CauseKind::Children,
    CauseKind::Select,
    CauseKind::Offload,
];

pub const QUEUES: [Queue; 6] =
    [Queue::CallStack, Queue::Ticks, Queue::Microtasks, Queue::Timers, Queue::Immediates, Queue::Messages];

/// What the next record is compared with.
#[derive(Debug, Default)]
pub struct Before {
    pub time: u64,
    pub task: u32,
    pub worker: u32,
    pub line: u32,
}

/// A number whose sign lies in its lowest bit.
pub fn fold(n: i64) -> u64 {
    (n << 1 ^ n >> 63) as u64
}

pub fn unfold(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_places() {
        assert!(CAUSES.iter().enumerate().all(|(place, &cause)| cause as usize == place));
        assert!(QUEUES.iter().enumerate().all(|(place, &queue)| queue as usize == place));
    }

    #[test]
    fn folding_goes_both_ways() {
        for n in [0, 1, -1, 63, -64, i64::MAX, i64::MIN] {
            assert_eq!(unfold(fold(n)), n);
        }
    }
}
