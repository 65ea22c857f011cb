//! `cosim test`: every scenario below a folder checked, run, and held to what is expected and to its snapshot.

pub mod snap;
pub mod outcome;
pub mod scenario;
pub mod formats;
pub mod command;
