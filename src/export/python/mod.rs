//! Python: what asyncio, trio and threads share, and a file of words for each.
//!
//! `module.rs` is the writer with its names and helpers; `expressions.rs`, `text.rs`, `calls.rs`, `statements.rs` and
//! `blocks.rs` say the language; `file.rs` puts a module together. What differs from runtime to
//! runtime goes through the trait `Words` there. `prelude/` holds the helpers, as Python.

mod helpers;

mod names;

mod module;

mod words;

mod numbers;

mod text;

mod expressions;

mod calls;

mod statements;

mod blocks;

mod asyncio;

mod trio;

mod threads;

mod plain;

mod top;

mod file;

pub use file::export;
