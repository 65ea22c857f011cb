//! The library the textbook runtimes share, over the few things each decides for itself.

pub mod scheduler;
