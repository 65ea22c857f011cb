//! What can be set on `Asyncio(…)`.

use serde::{Deserialize, Serialize};

/// `Asyncio(version: "3.12", eager: false)`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, try_from = "Written")]
pub struct Settings {
    pub version: Version,
    /// `asyncio.eager_task_factory`: a task runs at once, up to its first suspension.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub eager: bool,
}

/// As experiments write them, before they are checked against each other.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    version: Version,
    eager: bool,
}

impl TryFrom<Written> for Settings {
    type Error = &'static str;

    fn try_from(Written { version, eager }: Written) -> Result<Settings, &'static str> {
        if eager && version < Version::V312 {
            return Err("`eager: true` needs version \"3.12\" or later: 3.11 has no eager tasks");
        }
        Ok(Settings { version, eager })
    }
}

/// Which CPython; they differ in `wait_for`, `Condition.wait`, task groups and timeouts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Version {
    V311,
    #[default]
    V312,
    V313,
}

impl TryFrom<String> for Version {
    type Error = String;

    fn try_from(text: String) -> Result<Version, String> {
        match text.as_str() {
            "3.11" => Ok(Version::V311),
            "3.12" => Ok(Version::V312),
            "3.13" => Ok(Version::V313),
            other => {
                Err(format!("there is no version `{other}` here; possible: \"3.11\", \"3.12\", \"3.13\""))
            }
        }
    }
}

impl From<Version> for String {
    fn from(version: Version) -> String {
        let text = match version {
            Version::V311 => "3.11",
            Version::V312 => "3.12",
            Version::V313 => "3.13",
        };
        text.to_string()
    }
}
