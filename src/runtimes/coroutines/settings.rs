//! What can be set on `Coroutines(…)`.

use serde::{Deserialize, Serialize};

use crate::runtimes::count;

/// `Coroutines(workers: 2)`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How many workers serve the one ready queue; default 1. 1 to 100,000.
    #[serde(with = "count")]
    pub workers: Option<u32>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { workers: Some(1) }
    }
}
