//! A comparison as one HTML file that is stepped through: no server, no network, nothing beside it.
//!
//! The file is a skeleton with a table (`html`), rules of style and a script (`assets/`), and the runs as
//! packed data (`data`). What may be computed here is computed here: the script shows it and moves in it.

pub mod data;
pub mod columns;
pub mod html;
