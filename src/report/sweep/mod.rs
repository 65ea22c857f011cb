//! Studies as bytes: the report, tables for other tools, data, a chart.

pub mod columns;
pub mod csv;
