//! Why a run took as long as it did: what every event had to wait for, and who is to blame for every wait.

pub mod graph;
pub mod path;
