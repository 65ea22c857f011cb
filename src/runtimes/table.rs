//! The runtimes there are, with their settings as experiments write them.

use serde::{Deserialize, Serialize};

use crate::runtimes::asyncio::settings::Settings as AsyncioSettings;
use crate::runtimes::coroutines::settings::Settings as CoroutinesSettings;
use crate::runtimes::threads::settings::Settings as ThreadsSettings;

/// A runtime with its settings: `Threads(workers: 10)`, `Coroutines(workers: 1)`, `Asyncio(version: "3.12")`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum RuntimeSpec {
    Threads(ThreadsSettings),
    Coroutines(CoroutinesSettings),
    Asyncio(AsyncioSettings),
}
