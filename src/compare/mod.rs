//! Runs side by side: their numbers and their timelines.

pub mod comparison;
