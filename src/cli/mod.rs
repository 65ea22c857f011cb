//! The command line: the only door to the world. One file a command.

#![allow(
    clippy::disallowed_methods,
    reason = "files, the environment and threads are met here and nowhere else"
)]

pub mod examples;
pub mod args;
pub mod status;
pub mod interrupt;
pub mod whole_file;
pub mod output;
pub mod progress;
pub mod input;
pub mod find;
pub mod difference;
pub mod load;
pub mod trace_file;
pub mod unpack;
pub mod png;
pub mod onlooker;
pub mod run;
pub mod why;
pub mod quiz;
pub mod mdbook;
pub mod step;
pub mod sweep;
pub mod check;
pub mod new;
pub mod watch;
pub mod fmt;
pub mod test;
pub mod diff;
pub mod verify;
pub mod explain;
pub mod manuals;
pub mod export;
pub mod runtimes;
pub mod lsp;
pub mod command;
