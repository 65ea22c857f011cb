//! Why a run took as long as it did: what every event had to wait for, and who is to blame for every wait.

pub mod graph;
pub mod path;
pub mod slack;
pub mod wait;
pub mod total;
pub mod worker;
pub mod bill;
pub mod hold;
pub mod pattern;
pub mod account;
