//! Threads: each task has one, and the operating system shares out the cores.

pub mod settings;
