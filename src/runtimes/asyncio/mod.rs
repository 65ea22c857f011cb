//! CPython's event loop, ported object by object; file names are those of `Lib/asyncio`.
//!
//! Four kernel objects carry everything: the ready deque of handles ([`events`]), the timers
//! (the kernel's agenda), the future with its ordered callbacks ([`futures`]) and the task
//! with `fut_waiter`, `must_cancel` and its count of cancel requests ([`tasks`]). The library
//! above them follows CPython 3.12.1 line by line, with 3.11.7 and 3.13.0 where they differ.
//! Rule numbers (A1 to A38) are those of `docs/runtimes/asyncio.md`.

pub mod settings;
pub mod futures;
pub mod core;
pub mod events;
pub mod executor;
pub mod tasks;
pub mod locks;
pub mod conditions;
pub mod queues;
pub mod taskgroups;
pub mod timeouts;
pub mod combinators;
pub mod objects;
pub mod asyncio;
pub mod select;
pub mod words;

pub use asyncio::Asyncio;
