//! cosim runs the story by which coroutines are explained.

pub mod source;
pub mod suggest;
pub mod time;
pub mod value;
pub mod diagnostic;
pub mod lang;
pub mod pages;
