//! The scenario language: text to [`ast`] to [`program`].

pub mod ast;
pub mod parse;
pub mod program;
