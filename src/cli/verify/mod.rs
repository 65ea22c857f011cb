//! `cosim verify`: runs programs by the real thing and holds what it logs against the simulation.

pub mod find;
pub mod folder;
pub mod leftovers;
pub mod child;
pub mod batch;
pub mod shrink;
pub mod outcome;
pub mod show;
pub mod programs;
pub mod random;
pub mod record;
pub mod command;

pub use command::verify;
