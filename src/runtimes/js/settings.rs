//! What can be set on `Js(…)`.

use serde::{Deserialize, Serialize};

use crate::runtimes::costs::Costs;
use crate::runtimes::plain;
use crate::runtimes::text;
use crate::time::Duration;

/// `Js(host: Node)`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub host: Host,
    #[serde(skip_serializing_if = "Yields::is_default")]
    pub yields: Yields,
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
    /// Promise jobs of V8 on the loop of libuv.
    Node,
}

impl From<Preset> for Costs {
    fn from(preset: Preset) -> Costs {
        match preset {
            Preset::Node => Costs::nanos(150, 5_000, 45_000_000),
        }
    }
}

/// Who runs the jobs and keeps the timers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Host {
    #[default]
    Node,
    Browser,
}

/// What `await yield` is: `await null`, which lets the promise jobs go first, or a turn of the whole
/// loop, which lets timers go first too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Yields {
    #[default]
    Microtask,
    Immediate,
}

impl Yields {
    fn is_default(&self) -> bool {
        *self == Yields::default()
    }
}
