//! Programs run: a [`crate::lang::program::Program`] under any runtime, as processes.

pub mod execute;
