//! Comparisons as bytes: pure functions from [`crate::compare::comparison::Comparison`] to text, JSON and traces.

pub mod cells;
pub mod ending;
pub mod terms;
pub mod json;
pub mod lines;
pub mod style;
pub mod summary;
pub mod table;
pub mod text;
pub mod markdown;
pub mod timeline;
pub mod packed;
mod record;
pub mod trace;
pub mod unit;
pub mod why;
pub mod happening;
pub mod snapshot;
pub mod svg;
pub mod chart;
pub mod tables;
pub mod page;
pub mod viewers;
pub mod outputs;
pub mod sweep;

#[cfg(test)]
mod fixture;
