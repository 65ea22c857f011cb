//! cosim runs the story by which coroutines are explained.

pub mod compare;
pub mod diagnostic;
pub mod exec;
pub mod lang;
pub mod runtimes;
pub mod scenario;
pub mod sim;
pub mod source;
pub mod suggest;
pub mod time;
pub mod value;
