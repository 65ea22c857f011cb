//! Packed traces: what `cosim-trace/1` says, in about a tenth of the bytes (`docs/trace.md`).
//!
//! Events are written as they happen and read back as they come, both in constant memory; what is read back is
//! the same, byte for byte, as what would have been written as JSON Lines.

pub mod code;
pub mod pack;
pub mod unpack;
