//! Random programs of the language: what they may do, how they are made, how they are made smaller.

pub mod vocabulary;
pub mod dice;
pub mod tree;
pub mod objects;
pub mod maker;
pub mod steps;
pub mod blocks;
pub mod ornaments;
pub mod shrink;
