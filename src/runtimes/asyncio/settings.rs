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
#[serde(into = "String", try_from = "String")]
pub enum Version {
    V311,
    #[default]
    V312,
    V313,
}

const VERSIONS: [(&str, Version); 3] =
    [("3.11", Version::V311), ("3.12", Version::V312), ("3.13", Version::V313)];

impl From<Version> for String {
    fn from(version: Version) -> String {
        let name = VERSIONS.iter().find(|(_, v)| *v == version).map(|(name, _)| *name);
        name.expect("every version has a name").to_string()
    }
}

impl TryFrom<String> for Version {
    type Error = String;

    fn try_from(text: String) -> Result<Version, String> {
        let version = VERSIONS.iter().find(|(name, _)| *name == text).map(|(_, version)| *version);
        version.ok_or_else(|| format!("there is no version `{text}`: \"3.11\", \"3.12\" or \"3.13\""))
    }
}
