//! What can be set on `Tokio(…)`.

use serde::{Deserialize, Serialize};

/// `Tokio(flavor: CurrentThread, main: BlockOn)`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Which scheduler.
    pub flavor: Flavor,
    /// Where `main` runs.
    pub main: Main,
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
