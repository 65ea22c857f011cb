//! `cosim step`: a run on the whole screen, event by event, forward and back.
//!
//! State, keys and drawing are pure; `terminal` alone touches the terminal.

pub mod reel;
pub mod window;
pub mod play;
pub mod scene;
pub mod predict;
pub mod stepper;
pub mod keys;
pub mod act;
pub mod draw;
pub mod terminal;
pub mod command;
