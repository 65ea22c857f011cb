//! uvloop: asyncio's tasks and library on the event loop of libuv, which looks at its timers first.

pub mod settings;
pub mod about;
pub mod loops;

pub use loops::Uvloop;
