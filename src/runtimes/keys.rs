//! Keys of slot maps as the program and the agenda carry them: as slot and serial number.

use slotmap::{Key, KeyData};

use crate::sim::agenda::Due;
use crate::value::ScopeId;

/// A group, timeout, scope or `as_completed`, for the program.
pub fn scope<K: Key>(key: K) -> ScopeId {
    let bits = key.data().as_ffi();
    ScopeId { slot: bits as u32, serial: (bits >> 32) as u32 }
}

/// What the program hands back.
pub fn of_scope<K: Key>(ScopeId { slot, serial }: ScopeId) -> K {
    KeyData::from_ffi(u64::from(slot) | u64::from(serial) << 32).into()
}

/// An entry of the agenda.
pub fn due<K: Key>(key: K) -> Due {
    let ScopeId { slot, serial } = scope(key);
    Due::Timer { slot, serial }
}

/// What a [`Due::Timer`] is of.
pub fn of_timer<K: Key>(slot: u32, serial: u32) -> K {
    of_scope(ScopeId { slot, serial })
}
