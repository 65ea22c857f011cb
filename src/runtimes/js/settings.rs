//! What can be set on `Js(…)`.

use serde::{Deserialize, Serialize};

/// `Js(host: Node)`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub host: Host,
    #[serde(skip_serializing_if = "Yields::is_default")]
    pub yields: Yields,
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
