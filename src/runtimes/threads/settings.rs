//! What can be set on `Threads(…)`.

use serde::{Deserialize, Serialize};

use crate::runtimes::count;
use crate::runtimes::text;
use crate::time::Duration;

/// `Threads(workers: 10, cores: 4, quantum: "10ms", switch: "5us", policy: RoundRobin, gil: false)`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// A pool of so many threads that serve tasks to completion; left out: a thread for each task. 1 to 100,000.
    #[serde(with = "count", skip_serializing_if = "Option::is_none")]
    pub workers: Option<u32>,
    /// How many threads compute at once; left out: all of them. 1 to 100,000.
    #[serde(with = "count", skip_serializing_if = "Option::is_none")]
    pub cores: Option<u32>,
    /// The time slice when more threads are ready than there are cores; default 10ms. Under
    /// `gil: true` the switch interval, default 5ms.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub quantum: Option<Duration>,
    /// The cost of a context switch; default 0s.
    #[serde(with = "text", skip_serializing_if = "is_zero")]
    pub switch: Duration,
    #[serde(skip_serializing_if = "is_round_robin")]
    pub policy: Policy,
    /// One thread computes at a time, as under CPython's global interpreter lock.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gil: bool,
}

/// Which ready thread gets a core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Policy {
    /// In turn, `quantum` each.
    #[default]
    RoundRobin,
    /// In order of readiness, each until it waits or ends.
    Fifo,
    /// The most urgent first, preempting those who are less; `inheritance` raises whoever holds a
    /// lock to the priority of the most urgent task that waits for it.
    Priority {
        #[serde(default)]
        inheritance: bool,
    },
}

fn is_zero(d: &Duration) -> bool {
    *d == Duration::ZERO
}

fn is_round_robin(policy: &Policy) -> bool {
    *policy == Policy::RoundRobin
}
