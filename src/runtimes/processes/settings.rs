//! What can be set on `Processes(…)`.

use serde::{Deserialize, Serialize};

use crate::runtimes::asyncio::settings::Settings as AsyncioSettings;
use crate::runtimes::count;
use crate::runtimes::text;
use crate::time::Duration;

/// `Processes(workers: 4, runtime: Asyncio(), start: "30ms", message: "100us")`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How many processes beside that of `main`; default 1. 1 to 100,000.
    #[serde(with = "count")]
    pub workers: Option<u32>,
    /// What runs in each of them, and in that of `main`.
    pub runtime: Inner,
    /// How long a process takes to start; default 0s.
    #[serde(with = "text", skip_serializing_if = "is_zero")]
    pub start: Duration,
    /// What a process spends on taking the arguments of a task, and again on handing back its
    /// result; default 0s.
    #[serde(with = "text", skip_serializing_if = "is_zero")]
    pub message: Duration,
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
        Settings { workers: Some(1), runtime, start: Duration::ZERO, message: Duration::ZERO }
    }
}

fn is_zero(d: &Duration) -> bool {
    *d == Duration::ZERO
}
