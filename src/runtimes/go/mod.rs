//! Go's scheduler and what stands on it, ported file by file; names are those of `src/runtime` and `src/sync`.
//!
//! Real objects carry everything: goroutines and processors with their run queues ([`proc`]),
//! channels with the queues of those who wait ([`chan`]), semaphores and the locks that sleep on
//! them ([`sema`], [`sync`]), timers ([`timers`]) and contexts ([`context`]). The words of the
//! language are the idioms a Go programmer would write over them, and `cosim export --to go`
//! writes the same ones. Rule numbers (G1 to G21) are those of `docs/runtimes/go.md`.
//!
//! The data lies in [`records`], [`hchan`], [`objects`] and [`processor`], all of it owned by
//! [`core`]; every other file adds what one part of Go does with it.

pub mod about;
pub mod settings;

pub mod keys;
pub mod hchan;
pub mod records;
pub mod objects;
pub mod processor;
pub mod core;

pub mod context;
pub mod chan;
pub mod timers;
pub mod sema;
pub mod goroutines;
pub mod proc;

pub mod run;
pub mod sync;
pub mod making;
pub mod groups;
pub mod combinators;
pub mod words;

pub use run::Go;
