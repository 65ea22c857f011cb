//! From the tree to instructions: names become registers, blocks get their clean-up.

mod blocks;
mod builder;
mod calls;
mod expressions;
mod file;
mod leaving;
mod listing;
mod output;
mod statements;

pub use file::{compile, params};
