//! JavaScript for Node: async functions, promises, and a small library of promise queues.
//!
//! What each word becomes, and the library, is said in `docs/runtimes/js.md`; `Js` simulates the
//! very promises that are written here.

mod names;

mod prelude;

mod program;

mod numbers;

mod text;

mod arguments;

mod expressions;

mod calls;

mod methods;

mod statements;

mod blocks;

mod file;

pub use file::export;
