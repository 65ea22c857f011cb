//! tokio 1.54.1, ported rule by rule; file names are those of its source where there is one.
//!
//! A task is polled: it is resumed, goes on from the future it stopped at, and is pending or done.
//! What a poll touches is as in tokio: marks in the task's header ([`core`]), the run queues
//! ([`current_thread`], [`multi_thread`]), deferred wake-ups and the budget ([`worker`], [`coop`]), the
//! timer wheel ([`wheel`]), semaphores with their waiters ([`batch_semaphore`]) and lists of waiters
//! ([`notify`]); the data of the last three lies in [`workers`], [`timers`] and [`permits`]. On these
//! stands the library, as futures that are polled and dropped ([`futures`]).
//! Rule numbers (T1 to T36) are those of `docs/runtimes/tokio.md`.

pub mod about;
pub mod settings;

pub mod notify;
pub mod timers;
pub mod permits;
pub mod records;
pub mod objects;
pub mod workers;
pub mod core;

pub mod wheel;
pub mod batch_semaphore;
pub mod worker;
pub mod coop;
pub mod current_thread;
pub mod multi_thread;

pub mod mpsc;
pub mod futures;
pub mod combinators;
pub mod select;
pub mod scopes;
pub mod groups;
pub mod blocking;
pub mod making;
pub mod runtime;
pub mod waits;
pub mod words;

pub use runtime::Tokio;
