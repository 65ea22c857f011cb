//! Runs side by side: their numbers and their timelines.

pub mod comparison;
pub mod deadlock;
pub mod fingerprint;
pub mod follow;
pub mod metrics;
pub mod statistics;
pub mod timeline;
