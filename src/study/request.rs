//! What somebody wants to know of an experiment: the options of a sweep, unread.

use crate::sim::kernel::Limits;
use crate::study::design::{Target, Warmup};

#[derive(Debug, Clone)]
pub struct Request {
    /// `pool=5..50`, `runtime=Asyncio(),Go()`
    pub vary: Vec<String>,
    /// Instead of what the experiment compares.
    pub runtimes: Vec<String>,
    /// `requests=100`
    pub set: Vec<String>,
    pub metrics: Vec<String>,
    pub assertions: Vec<String>,
    pub seed: Option<u64>,
    /// Otherwise as many as the experiment says.
    pub replications: Option<u32>,
    pub precision: Option<Target>,
    pub level: f64,
    pub warmup: Warmup,
    pub limits: Limits,
    /// More runs than this are refused.
    pub most_runs: u64,
}

pub const LEVEL: f64 = 0.95;
pub const MOST_RUNS: u64 = 1_000_000;
pub const MOST_REPLICATIONS: u32 = 1_000;

impl Default for Request {
    fn default() -> Request {
        Request {
            vary: Vec::new(),
            runtimes: Vec::new(),
            set: Vec::new(),
            metrics: Vec::new(),
            assertions: Vec::new(),
            seed: None,
            replications: None,
            precision: None,
            level: LEVEL,
            warmup: Warmup::None,
            limits: Limits::default(),
            most_runs: MOST_RUNS,
        }
    }
}
