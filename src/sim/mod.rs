//! The kernel: processes, time, the agenda, choices, random draws and the trace. It knows no language.

pub mod process;
pub mod agenda;
pub mod random;
pub mod choice;
pub mod task;
pub mod trace;
pub mod kernel;
