//! Everything that is wrong with a file, in one go.
mod file;
pub use file::check;
