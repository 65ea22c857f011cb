//! Scenarios in books: what `mdbook-cosim` makes of the blocks of a book, as a pure function of what mdBook sends.

pub mod protocol;
pub mod settings;
pub mod fences;
pub mod attributes;
pub mod wish;
pub mod runtimes;
pub mod block;
pub mod show;
pub mod chapter;
pub mod book;
