//! A processor (`p`): who runs on it, and who is next (G1).

use std::collections::VecDeque;

use crate::runtimes::go::keys::GKey;
use crate::time::Time;

/// Places in the ring.
pub const RING: usize = 256;

#[derive(Debug)]
pub struct P {
    /// The one slot before the ring.
    pub runnext: Option<GKey>,
    pub ring: VecDeque<GKey>,
    /// Counts dispatches; what comes from `runnext` is none (G5).
    pub schedtick: u32,
    /// When the tick moved last: where the slice begins (G9).
    pub slice_start: Time,
    pub status: Status,
    /// Who runs.
    pub current: Option<GKey>,
    /// Moves on with every burst of work, so that stale entries of the agenda are noticed.
    pub epoch: u32,
    /// When the burst began.
    pub burst_start: Time,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nobody to run; woken when somebody is.
    Idle,
    /// About to look for somebody to run.
    Searching,
    /// Its goroutine is to be resumed.
    Running,
    /// Its goroutine computes.
    Working,
}

impl P {
    /// A processor as a program finds it.
    pub fn at_start() -> P {
        P {
            runnext: None,
            ring: VecDeque::new(),
            // The start of a program takes six dispatches (G6).
            schedtick: 6,
            slice_start: Time::ZERO,
            status: Status::Idle,
            current: None,
            epoch: 0,
            burst_start: Time::ZERO,
        }
    }
}
