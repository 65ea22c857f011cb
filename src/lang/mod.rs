//! The scenario language: text to [`ast`] to [`program`].

pub mod ast;
pub mod check;
pub mod compile;
pub mod constants;
pub mod declarations;
pub mod functions;
pub mod kind;
pub mod operators;
pub mod program;
pub mod vocabulary;
