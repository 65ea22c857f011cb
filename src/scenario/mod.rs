//! Experiments: a RON file becomes an experiment, is run and held against what was expected.

pub mod reader;
pub mod file;
pub mod expect;
