//! The library the textbook runtimes share, over the few things each decides for itself.
//!
//! [`scheduler`] says what those are. The data lies in [`object`], [`records`] and [`lifespan`],
//! all of it owned by [`library`]; every other file adds what one word or kind of object does.

pub mod scheduler;
pub mod waiters;
mod object;
pub mod records;
mod lifespan;
pub mod library;

mod making;
mod cancel;
mod delay;
mod urgency;
mod lock;
mod channel;
mod event;

mod tasks;
mod children;
mod blocks;
mod callbacks;
mod select;
mod run;
mod words;
#[cfg(test)]
mod tests;

pub use library::Textbook;
