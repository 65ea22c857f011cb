//! Runs side by side: their numbers and their timelines.

pub mod comparison;
pub mod statistics;
pub mod follow;
pub mod metrics;
pub mod bounds;
pub mod timeline;
pub mod deadlock;
pub mod fingerprint;
pub mod blame;
pub mod replay;

#[cfg(test)]
mod tests;
