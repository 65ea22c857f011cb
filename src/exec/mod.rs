//! Programs run: a [`crate::lang::program::Program`] under any runtime, as processes.

mod draw;
pub mod execute;
mod interpret;
mod machine;
mod state;
mod step;
mod words;
