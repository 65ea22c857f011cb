//! The event loop of JavaScript: promises and their jobs (ECMA-262), Node's queues, phases and
//! timer lists (20.20.2, libuv 1.46), and a browser's timers (HTML standard).
//!
//! The language has no locks, channels or cancellation. What stands for them here is the library
//! that `cosim export --to js` writes in front of a program, promise by promise; its source is
//! spelled out in `docs/runtimes/js.md`, and what a wait costs here in ticks is what it costs there.
//! Rule numbers (J1 to J43, X1 to X12) are those of that page.
//!
//! The data lies in [`promises`], [`signals`], [`timers`], [`objects`] and [`records`], all of it
//! owned by [`core`]; every other file adds what one part of the library does with it.

pub mod settings;
pub mod about;

pub mod keys;
pub mod promises;
pub mod signals;
pub mod timers;
pub mod objects;
pub mod records;
pub mod core;

pub mod jobs;
pub mod aborting;
pub mod phases;
pub mod tasks;

pub mod awaiting;
pub mod locks;
pub mod channels;
pub mod events;
pub mod combinators;
pub mod blocks;
pub mod select;
pub mod pools;
pub mod making;
pub mod words;

pub use awaiting::Js;
