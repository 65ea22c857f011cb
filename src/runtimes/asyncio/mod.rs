//! CPython's event loop, ported object by object; file names are those of `Lib/asyncio`.
//!
//! Four kernel objects carry everything: the ready deque of handles ([`events`]), the timers
//! (the kernel's agenda), the future with its ordered callbacks ([`futures`]) and the task
//! with `fut_waiter`, `must_cancel` and its count of cancel requests ([`tasks`]). The library
//! above them follows CPython 3.12.1 line by line, with 3.11.7 and 3.13.0 where they differ.
//! Rule numbers (A1 to A38) are those of `docs/runtimes/asyncio.md`.
//!
//! The data lies in [`futures`], [`handles`], [`objects`] and [`records`], all of it owned by
//! [`core`]; every other file adds what one part of `Lib/asyncio` does with it.

pub mod about;
pub mod settings;

pub mod futures;
pub mod handles;
pub mod objects;
pub mod records;
pub mod core;

pub mod tasks;
pub mod timeouts;
pub mod libuv;
pub mod callbacks;
pub mod ending;
pub mod events;

pub mod runners;
pub mod locks;
pub mod conditions;
pub mod queues;
pub mod making;
pub mod starting;
pub mod executor;
pub mod taskgroups;
pub mod combinators;
pub mod select;
pub mod steps;
pub mod words;

pub use runners::Asyncio;
