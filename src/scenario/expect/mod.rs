//! Expectations: what the author of an experiment says will come out, as an expression over its numbers.

pub mod vocabulary;
pub mod term;
pub mod names;
pub mod check;
pub mod witness;
pub mod evaluate;
