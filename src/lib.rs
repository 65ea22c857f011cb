//! cosim runs the story by which coroutines are explained.

pub mod source;
pub mod time;
pub mod value;
pub mod suggest;
pub mod diagnostic;
pub mod pages;
pub mod words;
pub mod lang;
pub mod sim;
pub mod runtimes;
pub mod exec;
pub mod compare;
pub mod scenario;
pub mod study;
pub mod export;
pub mod report;
pub mod quiz;
#[cfg(feature = "cli")]
pub mod mdbook;
pub mod verify;
pub mod editor;
#[cfg(feature = "cli")]
pub mod cli;

pub use report::snapshot::compared::compare;
