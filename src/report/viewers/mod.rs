//! Comparisons in the formats of other tools: Chrome traces, speedscope, OpenTelemetry, VCD, Mermaid, tables of events.

pub mod lane;
pub mod drawing;
pub mod words;
pub mod level;
pub mod chrome;
pub mod speedscope;
pub mod otlp;
pub mod vcd;
pub mod mermaid;
pub mod gantt;
pub mod sequence;
pub mod events;
