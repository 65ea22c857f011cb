//! A scenario as the program that somebody at home in a real runtime would write.
//!
//! [`export`] takes a checked [`crate::lang::ast::File`] and gives the text of a program: a prelude
//! (what is imported, and a few helpers, only those that are used) and a body. Under [`Clock::Real`]
//! it runs as it is. Under [`Clock::Virtual`] the same body hangs on the prelude of a harness that
//! owns time, draws and the log, so that what the real runtime does can be held against the simulator.
//!
//! A backend is a folder: a function from [`Scenario`] to files, and a line in `target.rs`.

pub mod target;

pub mod names;
pub mod items;
pub mod story;
pub mod writer;
pub mod signs;

pub mod infer;

pub mod types;

pub mod request;

pub mod js;
pub mod go;
pub mod rust;

pub mod scenario;

pub mod python;

mod exporting;

pub use exporting::{Export, export};
pub use request::Request;
pub use scenario::{Refusals, Scenario};
pub use target::{Clock, TARGETS, Target};
