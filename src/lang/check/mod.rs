//! Everything that is wrong with a file, in one go: names, `await`, kinds, structure.

mod blocks;
mod calls;
mod checker;
mod expressions;
mod file;
mod functions;
mod methods;
mod names;
mod statements;
mod waiting;

pub use file::check;
