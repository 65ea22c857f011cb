//! What can be set on `Go(…)`.

use serde::{Deserialize, Serialize};

use crate::runtimes::count;
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
}

/// `forcePreemptNS` (proc.go)
const SLICE: Duration = Duration::from_millis(10);

impl Default for Settings {
    fn default() -> Settings {
        Settings { procs: Some(1), slice: SLICE }
    }
}

fn is_default_slice(d: &Duration) -> bool {
    *d == SLICE
}
