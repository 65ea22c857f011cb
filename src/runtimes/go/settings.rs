//! What can be set on `Go(…)`.

use serde::{Deserialize, Serialize};

use crate::runtimes::costs::Costs;
use crate::runtimes::count;
use crate::runtimes::plain;
use crate::runtimes::text;
use crate::time::Duration;

/// `Go(procs: 1, slice: "10ms")`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `GOMAXPROCS`: how many goroutines compute at once; default 1. 1 to 100,000.
    #[serde(with = "count")]
    pub procs: Option<u32>,
    /// After how long a goroutine that computes is moved aside; default 10ms, `"0s"` = never.
    #[serde(with = "text", skip_serializing_if = "is_default_slice")]
    pub slice: Duration,
    /// Named figures for the costs that are left out; default none, all are 0s.
    #[serde(with = "plain", skip_serializing_if = "Option::is_none")]
    pub costs: Option<Preset>,
    /// What a processor spends before each step of a goroutine; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub switch: Option<Duration>,
    /// What it spends in addition when it had nothing to do; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub wake: Option<Duration>,
}

impl Settings {
    /// No processor is started while a program runs, so nothing is paid for that.
    pub fn costs(&self) -> Costs {
        Costs::written(self.costs, self.switch, self.wake, None)
    }
}

/// Where the figures come from: `docs/costs.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preset {
    /// Goroutines on threads of Linux.
    Linux,
}

impl From<Preset> for Costs {
    fn from(preset: Preset) -> Costs {
        match preset {
            Preset::Linux => Costs::nanos(140, 1_500, 0),
        }
    }
}

/// `forcePreemptNS` (proc.go)
const SLICE: Duration = Duration::from_millis(10);

impl Default for Settings {
    fn default() -> Settings {
        Settings { procs: Some(1), slice: SLICE, costs: None, switch: None, wake: None }
    }
}

fn is_default_slice(d: &Duration) -> bool {
    *d == SLICE
}
