//! What can be set on `Coroutines(…)`.

use serde::{Deserialize, Serialize};

use crate::runtimes::costs::Costs;
use crate::runtimes::count;
use crate::runtimes::plain;
use crate::runtimes::text;
use crate::time::Duration;

/// `Coroutines(workers: 2, switch: "1us")`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How many workers serve the one ready queue; default 1. 1 to 100,000.
    #[serde(with = "count")]
    pub workers: Option<u32>,
    /// Named figures for the costs that are left out; default none, all are 0s.
    #[serde(with = "plain", skip_serializing_if = "Option::is_none")]
    pub costs: Option<Preset>,
    /// What a worker spends before each step of a task; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub switch: Option<Duration>,
    /// What it spends in addition when it had nothing to do; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub wake: Option<Duration>,
    /// What a thread of named workers spends before its first task; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub start: Option<Duration>,
}

impl Settings {
    pub fn costs(&self) -> Costs {
        Costs::written(self.costs, self.switch, self.wake, self.start)
    }
}

/// Where the figures come from: `docs/costs.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preset {
    /// Coroutines of C++, which the program switches itself.
    Boost,
}

impl From<Preset> for Costs {
    fn from(preset: Preset) -> Costs {
        match preset {
            Preset::Boost => Costs::nanos(12, 0, 10_000),
        }
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { workers: Some(1), costs: None, switch: None, wake: None, start: None }
    }
}
