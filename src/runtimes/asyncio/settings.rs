//! What can be set on `Asyncio(…)`.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::runtimes::costs::Costs;
use crate::runtimes::plain;
use crate::runtimes::text;
use crate::time::Duration;

/// `Asyncio(version: "3.12", eager: false, costs: Python)`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, remote = "Self")]
pub struct Settings {
    pub version: Version,
    /// `asyncio.eager_task_factory`: a task runs at once, up to its first suspension.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub eager: bool,
    /// Named figures for the costs that are left out; default none, all are 0s.
    #[serde(with = "plain", skip_serializing_if = "Option::is_none")]
    pub costs: Option<Preset>,
    /// What the loop spends before each step of a task; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub switch: Option<Duration>,
    /// What it spends in addition when it had nothing to do; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub wake: Option<Duration>,
    /// What a thread of named workers spends before its first task; default 0s.
    #[serde(with = "text::option", skip_serializing_if = "Option::is_none")]
    pub start: Option<Duration>,
}

impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Settings::serialize(self, serializer)
    }
}

/// As experiments write them, then checked against each other.
impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Settings, D::Error> {
        let settings = Settings::deserialize(deserializer)?;
        if settings.eager && settings.version < Version::V312 {
            return Err(D::Error::custom(
                "`eager: true` needs version \"3.12\" or later: 3.11 has no eager tasks",
            ));
        }
        Ok(settings)
    }
}

impl Settings {
    pub fn costs(&self) -> Costs {
        Costs::written(self.costs, self.switch, self.wake, self.start)
    }
}

/// Where the figures come from: `docs/costs.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preset {
    /// CPython's selector loop.
    Python,
    /// uvloop on libuv.
    Uvloop,
}

impl From<Preset> for Costs {
    fn from(preset: Preset) -> Costs {
        match preset {
            Preset::Python => Costs::nanos(5_000, 50_000, 50_000),
            Preset::Uvloop => Costs::nanos(3_000, 30_000, 50_000),
        }
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
