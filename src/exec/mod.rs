//! Programs run: a [`crate::lang::program::Program`] under any runtime.

mod draw;
mod state;
mod machine;
mod typed;
mod step;
mod combine;
mod words;
mod interpret;
mod body;
pub mod execute;
