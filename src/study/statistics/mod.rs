//! What independent replications allow to say, and what they do not (`docs/statistics.md`).

pub mod student;
pub mod interval;
pub mod warmup;
pub mod precision;
pub mod verdict;
pub mod crossover;

pub use crossover::{Crossing, crossings, crossover};
pub use interval::{Interval, interval, paired};
pub use precision::{Need, Precision, enough};
pub use verdict::{Pair, Verdict, verdict};
pub use warmup::{Cut, mser5, settled, warmup};
