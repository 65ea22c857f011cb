//! Typed code: what most of a run is spent in. Where it is known of which kind every register is, tasks execute on bare
//! machine words; whatever is met besides is left to the plain instructions (`exec/step.rs`), which are the
//! meaning of the language.

pub mod kind;
pub mod code;
pub mod flow;
pub mod fuse;
pub mod translate;
pub mod lot;
pub mod numbers;
pub mod compute;
pub mod run;
#[cfg(test)]
mod tests;
