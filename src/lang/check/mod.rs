//! Everything that is wrong with a file, in one go: names, `await`, kinds, structure.

mod checker;
mod names;

mod expressions;
mod functions;

mod calls;
mod methods;
mod waiting;

mod statements;

mod blocks;
mod callbacks;

pub mod file;

pub use file::{check, check_rest};
