//! Counts in settings: whole numbers from 1 to 100,000, written without `Some`.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

pub fn serialize<S: Serializer>(n: &Option<u32>, serializer: S) -> Result<S::Ok, S::Error> {
    match n {
        Some(n) => serializer.serialize_u32(*n),
        None => serializer.serialize_none(),
    }
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let n = i64::deserialize(deserializer)?;
    match u32::try_from(n) {
        Ok(n) if (1..=100_000).contains(&n) => Ok(Some(n)),
        _ => Err(D::Error::custom(format!("{n} is out of range: 1 to 100,000"))),
    }
}
