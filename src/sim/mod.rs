//! The kernel: processes, time, the agenda, choices, random draws and the trace. It knows no language.

pub mod agenda;
pub mod choice;
pub mod kernel;
pub mod process;
pub mod random;
pub mod task;
pub mod trace;
