//! Why a run took as long as it did, in sentences.

pub mod words;
pub mod wait;
pub mod pattern;
pub mod telling;
pub mod tables;
pub mod text;
pub mod json;
