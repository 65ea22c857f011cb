//! The textbook event loop: one FIFO ready queue, a switch only at `await`.

pub mod about;
pub mod settings;
pub mod event_loops;

pub use event_loops::Coroutines;
