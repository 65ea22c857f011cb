//! Studies: a grid of parameters, runtimes and seeds, run by run, and what can honestly be said of it.

pub mod statistics;
pub mod analytic;
pub mod decimal;
pub mod grid;
pub mod question;
pub mod design;
pub mod request;
pub mod ran;
pub mod bench;
pub mod results;
pub mod findings;
pub mod shard;

pub use bench::Bench;
pub use design::Study;
pub use request::Request;
pub use results::Results;
