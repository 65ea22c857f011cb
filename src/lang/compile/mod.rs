//! From the tree to instructions: names become registers, blocks get their clean-up.

mod output;
mod scopes;

mod builder;

mod leaving;

mod expressions;

mod calls;

mod statements;

mod blocks;

mod live;

mod file;

mod listing;

pub use file::{compile, params};
