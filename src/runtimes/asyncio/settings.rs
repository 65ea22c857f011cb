//! What can be set on `Asyncio(…)`.

use serde::{Deserialize, Serialize};

/// `Asyncio(version: "3.12")`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub version: Version,
}

/// Which CPython; they differ in `wait_for`, `Condition.wait`, task groups and timeouts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Version {
    #[serde(rename = "3.11")]
    V311,
    #[default]
    #[serde(rename = "3.12")]
    V312,
    #[serde(rename = "3.13")]
    V313,
}
