//! Processes: several event loops that share nothing, each in a process of its own (`docs/runtimes/processes.md`).

pub mod settings;
pub mod about;
pub mod dealing;
pub mod sharing;
pub mod words;

pub use dealing::Processes;
