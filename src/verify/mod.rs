//! Verification: the same program simulated and run by the real thing, and the two logs compared, step by step.
//!
//! A program gets [`probe`]s, is simulated ([`seen`]) and exported; a [`plan`] says how the real
//! runtime is found, and how what was exported is built and run there under a virtual clock; [`compare`]
//! finds the first difference. [`random`] makes programs to try. All of it is pure: the command line
//! touches the world.

pub mod random;
pub mod probe;
pub mod seen;
pub mod compare;
pub mod plan;
pub mod asyncio;
pub mod node;
pub mod trio;
pub mod go;
pub mod tokio;
pub mod targets;
pub mod prepare;
pub mod recording;
