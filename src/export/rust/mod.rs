//! Rust with tokio: a crate of two files, the story and the few helpers it needs.

pub mod pieces;

pub mod words;
pub mod locals;
mod generator;

mod expressions;
mod functions;
mod methods;
mod combinators;

mod statements;
mod blocks;
mod declarations;

mod file;

pub use file::export;
