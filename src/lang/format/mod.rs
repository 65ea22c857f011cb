//! Programs as they are to look: the tokens stay, the lines between them are made anew.
//!
//! [`format`] reads a program into [`pieces`] (tokens and comments), hangs them into a [`tree`] of blocks and
//! brackets, and [`layout`] writes that out. What an expression means is of no interest here: so nothing that
//! somebody wrote is written differently, be it a number, a pair of parentheses or a comment.

pub mod pieces;
pub mod tree;
pub mod flat;
pub mod columns;
pub mod layout;
mod formatting;

pub use formatting::format;

#[cfg(test)]
mod tests;
