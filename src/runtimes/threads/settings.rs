//! What can be set on `Threads(…)`.

use serde::{Deserialize, Serialize};

use crate::runtimes::costs::Costs;
use crate::runtimes::count;
use crate::runtimes::plain;
use crate::runtimes::text;
use crate::time::Duration;

/// `Threads(workers: 10, cores: 4, quantum: "10ms", costs: Linux, policy: RoundRobin, gil: false)`
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
    /// Named figures for the costs that are left out; default none, all are 0s.
    #[serde(with = "plain", skip_serializing_if = "Option::is_none")]
    pub costs: Option<Preset>,
    /// The cost of a context switch; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub switch: Option<Duration>,
    /// What a thread spends on its core before it goes on after a wait; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub wake: Option<Duration>,
    /// What it spends there before its first step; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub start: Option<Duration>,
    #[serde(skip_serializing_if = "is_round_robin")]
    pub policy: Policy,
    /// One thread computes at a time, as under CPython's global interpreter lock.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gil: bool,
}

/// Where the figures come from: `docs/costs.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preset {
    /// Threads of C programs on Linux.
    Linux,
    /// Threads of CPython on Linux.
    Python,
}

impl From<Preset> for Costs {
    fn from(preset: Preset) -> Costs {
        match preset {
            Preset::Linux => Costs::nanos(1_500, 0, 10_000),
            Preset::Python => Costs::nanos(1_500, 0, 50_000),
        }
    }
}

impl Settings {
    pub fn costs(&self) -> Costs {
        Costs::written(self.costs, self.switch, self.wake, self.start)
    }
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

fn is_round_robin(policy: &Policy) -> bool {
    *policy == Policy::RoundRobin
}
