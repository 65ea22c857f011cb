//! What can be set on `Processes(…)`.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::runtimes::asyncio::settings::Settings as AsyncioSettings;
use crate::runtimes::plain;
use crate::runtimes::text;
use crate::time::Duration;

/// `Processes(workers: 4, runtime: Asyncio(), start: "30ms", message: "100us")`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How many processes beside that of `main`; default 1. 1 to 1,000.
    #[serde(deserialize_with = "workers")]
    pub workers: u32,
    /// What runs in each of them, and in that of `main`.
    pub runtime: Inner,
    /// Named figures for the costs that are left out; default none, all are 0s.
    #[serde(with = "plain", skip_serializing_if = "Option::is_none")]
    pub costs: Option<Preset>,
    /// How long a process takes to start; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub start: Option<Duration>,
    /// What a process spends on taking the arguments of a task, and again on handing back its
    /// result; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub message: Option<Duration>,
}

/// How processes of CPython are started on Linux; where the figures come from: `docs/costs.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preset {
    Fork,
    Spawn,
}

impl Settings {
    pub fn start(&self) -> Duration {
        self.start.unwrap_or(match self.costs {
            None => Duration::ZERO,
            Some(Preset::Fork) => Duration::from_millis(1),
            Some(Preset::Spawn) => Duration::from_millis(100),
        })
    }

    pub fn message(&self) -> Duration {
        self.message.unwrap_or(match self.costs {
            None => Duration::ZERO,
            Some(Preset::Fork | Preset::Spawn) => Duration(10_000),
        })
    }
}

fn workers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let n = i64::deserialize(deserializer)?;
    match u32::try_from(n) {
        Ok(workers) if (1..=1_000).contains(&workers) => Ok(workers),
        _ => Err(D::Error::custom(format!("{n} is out of range: 1 to 1,000"))),
    }
}

/// The runtimes there can be in a process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Inner {
    Asyncio(AsyncioSettings),
    Uvloop(AsyncioSettings),
}

impl Default for Settings {
    fn default() -> Settings {
        let runtime = Inner::Asyncio(AsyncioSettings::default());
        Settings { workers: 1, runtime, costs: None, start: None, message: None }
    }
}
