//! Studies as bytes: the report, tables for other tools, data, a chart.

pub mod point;
pub mod figure;
pub mod asserted;
pub mod ranks;
pub mod checks;
pub mod text;
pub mod columns;
pub mod csv;
pub mod json;
pub mod chart;
