//! `cosim sweep` and `cosim merge`: a study on all cores, and what is written of it.

mod texts;
mod workers;
mod parquet;
pub mod files;
mod show;
pub mod command;
pub mod merge;
