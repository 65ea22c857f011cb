//! Comparisons in the formats of other tools: Chrome traces, speedscope, OpenTelemetry, VCD, Mermaid.

pub mod lane;
pub mod drawing;
pub mod words;
pub mod level;
pub mod chrome;
