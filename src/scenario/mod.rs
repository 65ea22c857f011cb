//! Experiments: a RON file to an [`experiment`], which is run and held against what was expected.

pub mod file;
pub mod reader;
