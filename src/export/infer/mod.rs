//! Which type everything in a program has: unification, with questions that wait for their answers.

pub mod shapes;

pub mod ways;

mod question;

pub mod inference;

mod statements;

mod expressions;

mod questions;

pub use inference::{Conflict, Inferred, infer};
pub use ways::{breaks, ends};
