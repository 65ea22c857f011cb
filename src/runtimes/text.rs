//! Durations in settings: written as text (`"10ms"`), kept as nanoseconds.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

use crate::time::{Duration, parse_nanos};

pub fn serialize<S: Serializer>(d: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(d)
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    match parse_nanos(&text) {
        Some(nanos) if nanos >= 0 => Ok(Duration(nanos as u64)),
        Some(_) => Err(D::Error::custom(format!("`{text}` is negative; a duration here is 0s or more"))),
        None => Err(D::Error::custom(format!(
            "`{text}` is not a duration; write \"10ms\", \"1.5s\" or \"1h30min\""
        ))),
    }
}

pub mod option {
    //! The same for settings that may be left out.

    use serde::{Deserializer, Serializer};

    use crate::runtimes::text;
    use crate::time::Duration;

    pub fn serialize<S: Serializer>(d: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
        match d {
            Some(d) => serializer.collect_str(d),
            None => serializer.serialize_none(),
        }
    }

    /// A value that is present is `Some`: experiments write `quantum: "1ms"`, not `quantum: Some("1ms")`.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
        text::deserialize(deserializer).map(Some)
    }
}
