//! Lines over a parameter, with what is not known about them: one SVG, as the pictures of runs are.

pub mod data;
pub mod axis;
pub mod series;
pub mod label;
pub mod panel;
pub mod draw;

pub use data::{Chart, Look, Mark, Panel, Point, Quantity, Series};
pub use draw::line_chart;

#[cfg(test)]
mod tests;
