//! What can be set on `Trio(…)`.

use serde::{Deserialize, Serialize};

use crate::runtimes::costs::Costs;
use crate::runtimes::plain;
use crate::runtimes::text;
use crate::time::Duration;

/// `Trio(order: Fifo, costs: Python)`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub order: Order,
    /// Named figures for the costs that are left out; default none, all are 0s.
    #[serde(with = "plain", skip_serializing_if = "Option::is_none")]
    pub costs: Option<Preset>,
    /// What the loop spends before each step of a task; default 0s.
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
    /// trio on CPython.
    Python,
}

impl From<Preset> for Costs {
    fn from(preset: Preset) -> Costs {
        match preset {
            Preset::Python => Costs::nanos(5_600, 55_000, 50_000),
        }
    }
}

/// In which order a batch of tasks runs (T2): trio flips a coin for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Order {
    /// Heads every time: in the order in which they became ready.
    #[default]
    Fifo,
    /// Tails every time: the other way round.
    Lifo,
    /// A coin for each batch of two tasks or more.
    Seeded,
}
