//! What theory says of a program before anything runs, to hold the simulation against.

pub mod theory;
pub mod constant;
pub mod recognise;
pub mod line;

pub use line::{Line, line, lines, metric};
pub use recognise::{Queue, queues};
pub use theory::{Service, Steady, erlang_b, erlang_c};
