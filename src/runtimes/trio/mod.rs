//! trio, ported object by object; file names are, where they can be, those of `trio/_core` and `trio`.
//!
//! A few objects carry everything: the run queue and its batches ([`run`]), the heap of deadlines (the
//! kernel's agenda), the cancel scope with its status in a tree ([`scopes`]), the nursery ([`nurseries`])
//! and the parking lot ([`records`]). The library above them follows trio 0.35.0 line by line; what trio
//! has no word for is an idiom over that library, the one `cosim export` writes.
//! Rule numbers (T1 to T24) are those of `docs/runtimes/trio.md`.

pub mod about;
pub mod settings;

pub mod ordered;
pub mod objects;
pub mod records;
pub mod core;

pub mod scopes;
pub mod nurseries;
pub mod tasks;
pub mod threads;
pub mod run;

pub mod traps;
pub mod sync;
pub mod gates;
pub mod channel;
pub mod making;
pub mod pools;
pub mod idioms;
pub mod select;
pub mod words;

pub use traps::Trio;
