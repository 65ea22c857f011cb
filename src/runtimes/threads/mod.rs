//! Threads: each task has one, and the operating system shares out the cores (`docs/runtimes/threads.md`).

pub mod about;
pub mod settings;
pub mod queue;
pub mod cores;
pub mod pool;
pub mod lanes;
pub mod thread;
pub mod machine;
pub mod moves;
pub mod scheduler;
#[cfg(test)]
mod tests;

pub use scheduler::Threads;
pub use settings::{Policy, Settings};
