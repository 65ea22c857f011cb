//! Keys of a runtime's records, as programs and the agenda carry them: slot and serial number.

use slotmap::{Key, KeyData};

use crate::value::ScopeId;

/// Slot and serial number.
pub fn parts<K: Key>(key: K) -> (u32, u32) {
    let bits = key.data().as_ffi();
    (bits as u32, (bits >> 32) as u32)
}

/// The key that was taken apart.
pub fn whole<K: Key>(slot: u32, serial: u32) -> K {
    KeyData::from_ffi(u64::from(slot) | u64::from(serial) << 32).into()
}

/// A group, a timeout or a list of results, as a program holds it.
pub fn scope<K: Key>(key: K) -> ScopeId {
    let (slot, serial) = parts(key);
    ScopeId { slot, serial }
}

/// What a program holds.
pub fn key<K: Key>(scope: ScopeId) -> K {
    whole(scope.slot, scope.serial)
}
