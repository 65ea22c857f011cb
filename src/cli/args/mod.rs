//! What can be said on the command line; the only folder that knows clap's derives.

pub mod shared;
pub mod run;
pub mod sweep;
pub mod write;
pub mod learn;
pub mod command;
