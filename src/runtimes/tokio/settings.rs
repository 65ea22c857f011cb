//! What can be set on `Tokio(…)`.

use serde::{Deserialize, Serialize};

use crate::runtimes::costs::Costs;
use crate::runtimes::plain;
use crate::runtimes::text;
use crate::time::Duration;

/// `Tokio(flavor: CurrentThread, main: BlockOn)`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Which scheduler.
    pub flavor: Flavor,
    /// Where `main` runs.
    pub main: Main,
    /// Named figures for the costs that are left out; default none, all are 0s.
    #[serde(with = "plain", skip_serializing_if = "Option::is_none")]
    pub costs: Option<Preset>,
    /// What a worker spends before each poll of a task; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub switch: Option<Duration>,
    /// What it spends in addition when it had nothing to do; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub wake: Option<Duration>,
    /// What a thread of named workers, a blocking thread too, spends before its first task; default 0s.
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
    /// tokio on Linux.
    Linux,
}

impl From<Preset> for Costs {
    fn from(preset: Preset) -> Costs {
        match preset {
            Preset::Linux => Costs::nanos(200, 20_000, 20_000),
        }
    }
}

/// `#[tokio::main(flavor = …)]`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Flavor {
    /// One thread; one queue, first come, first served.
    #[default]
    CurrentThread,
    /// Worker threads that steal from each other.
    MultiThread {
        /// 1 to 1,000.
        workers: Workers,
    },
}

/// How many worker threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Workers(pub u32);

impl TryFrom<i64> for Workers {
    type Error = String;

    fn try_from(n: i64) -> Result<Workers, String> {
        match u32::try_from(n) {
            Ok(count) if (1..=1_000).contains(&n) => Ok(Workers(count)),
            _ => Err(format!("{n} is out of range: 1 to 1,000")),
        }
    }
}

impl From<Workers> for i64 {
    fn from(workers: Workers) -> i64 {
        i64::from(workers.0)
    }
}

/// Is `main` the future given to `block_on`, or a task it spawned?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Main {
    /// `#[tokio::main] async fn main() { … }`: outside of the queue (T2).
    #[default]
    BlockOn,
    /// `tokio::spawn(async { … }).await` in it: a task like any other.
    Spawned,
}
