//! Experiments: a RON file becomes an experiment, is run and held against what was expected.

pub mod reader;
pub mod format;
pub mod fields;
pub mod params;
pub mod expect;
pub mod lesson;
pub mod file;
pub mod experiment;
pub mod load;
pub mod run;

pub use experiment::{Experiment, Plan};
pub use lesson::{Knob, Lesson, Question};
pub use load::{Loaded, load, load_program};
pub use run::{RunOptions, run};
