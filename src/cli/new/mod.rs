//! `cosim new`: a scenario to begin with, from a starter or from the gallery.

pub mod gallery;
pub mod template;
pub mod command;
