//! The library the textbook runtimes share, over the few things each decides for itself.

pub mod scheduler;
pub mod waiters;
pub mod object;
mod lock;
mod channel;
mod event;
mod tasks;
mod cancel;
mod children;
mod blocks;
mod select;
pub mod library;
mod words;
#[cfg(test)]
mod tests;

pub use library::Textbook;
