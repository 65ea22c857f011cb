//! What several tests need.

pub mod critical_path;
pub mod exported;
pub mod fed;
pub mod ground_truth;
pub mod observer;
pub mod seen;
#[cfg(unix)]
pub mod terminal;
