//! Settings that may be left out, written without `Some`: `costs: Linux`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub fn serialize<T: Serialize, S: Serializer>(setting: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    match setting {
        Some(setting) => setting.serialize(serializer),
        None => serializer.serialize_none(),
    }
}

pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(d: D) -> Result<Option<T>, D::Error> {
    T::deserialize(d).map(Some)
}
