//! What several tests need.

#![allow(clippy::disallowed_methods, reason = "tests of the outside work with files, threads and the clock")]

pub mod critical_path;
pub mod exported;
pub mod fed;
pub mod ground_truth;
pub mod observer;
pub mod seen;
#[cfg(unix)]
pub mod terminal;
