//! Studies: many runs, and what can honestly be said of them.

pub mod statistics;
pub mod analytic;
