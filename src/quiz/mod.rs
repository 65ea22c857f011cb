//! Quizzes: questions about an experiment with exactly one right answer, which the engine knows because it ran it.

pub mod paper;
pub mod draws;
pub mod rewrite;
pub mod belief;
pub mod lab;
pub mod options;
pub mod next;
pub mod times;
pub mod doing;
pub mod waiting;
pub mod order;
pub mod runs;
pub mod make;
pub mod text;
pub mod markdown;
pub mod json;
pub mod ask;
