//! The scenario language: text to [`ast`] to [`program`].
//!
//! [`parse`] reads, [`check`] says what is wrong, [`compile`] makes what runs.

pub mod ast;
pub mod walk;
pub mod program;

pub mod parse;

pub mod format;

pub mod functions;
pub mod kind;
pub mod operators;
pub mod vocabulary;

pub mod constants;
pub mod declarations;
pub mod sight;
pub mod names;

pub mod check;

pub mod compile;
mod load;

pub use load::{load, load_with};
