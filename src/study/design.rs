//! A study as plain data: everything that decides what comes out of it, so that it can be told anew, hashed and joined.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::sim::kernel::Limits;
use crate::study::analytic::Queue;
use crate::study::grid::{Axis, Setting};
use crate::study::question::{Assertion, Metric};
use crate::time::Time;

/// Every combination of the axes is a *point*; a point under one of the runs is a *cell*; a cell with a seed is a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Study {
    pub title: String,
    /// A hash of the texts it was read from.
    pub scenario: String,
    /// Parameters that are the same in all cells, as they were given.
    pub set: Vec<String>,
    pub axes: Vec<Axis>,
    pub runs: Vec<Under>,
    /// Of the first replication; the others have the numbers after it.
    pub seed: u64,
    pub replications: u32,
    /// More replications until the intervals are as narrow as this.
    pub precision: Option<Target>,
    pub level: f64,
    pub warmup: Warmup,
    pub metrics: Vec<Metric>,
    pub assertions: Vec<Assertion>,
    pub limits: Bounds,
    /// What theory knows of the programs, point by point.
    pub theory: Vec<Known>,
}

/// A queue at a point of which theory knows the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Known {
    pub point: usize,
    pub queue: Queue,
}

/// One of what is compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Under {
    pub name: String,
    pub runtime: String,
    /// Of its own, instead of the study's.
    pub seed: Option<u64>,
}

/// Half the width of an interval, as a part of the mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Target {
    pub relative: f64,
    pub most: u32,
}

/// What is left out at the beginning of every series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Warmup {
    #[default]
    None,
    /// As much as the rule MSER-5 says.
    Mser5,
    /// What was before this time, in nanoseconds.
    Until(u64),
}

/// What stops a run that would not end by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    pub tasks: usize,
    pub events: u64,
    pub steps: u64,
    pub time: u64,
}

impl From<Limits> for Bounds {
    fn from(limits: Limits) -> Bounds {
        let Limits { tasks, events, steps, time } = limits;
        Bounds { tasks, events, steps, time: time.0 }
    }
}

impl From<Bounds> for Limits {
    fn from(bounds: Bounds) -> Limits {
        let Bounds { tasks, events, steps, time } = bounds;
        Limits { tasks, events, steps, time: Time(time) }
    }
}

impl Study {
    pub fn points(&self) -> usize {
        self.axes.iter().map(|axis| axis.values.len()).product()
    }

    pub fn cells(&self) -> usize {
        self.points() * self.runs.len()
    }

    pub fn cell(&self, point: usize, run: usize) -> usize {
        point * self.runs.len() + run
    }

    /// Which value each axis has at a point; the last axis changes fastest.
    pub fn places(&self, point: usize) -> Vec<usize> {
        let mut rest = point;
        let mut places: Vec<usize> = Vec::new();
        for axis in self.axes.iter().rev() {
            places.push(rest % axis.values.len());
            rest /= axis.values.len();
        }
        places.reverse();
        places
    }

    /// The values of a point, in the order of the axes.
    pub fn settings(&self, point: usize) -> impl Iterator<Item = &Setting> {
        self.axes.iter().zip(self.places(point)).map(|(axis, place)| &axis.values[place])
    }

    /// Replication n has the same seed in all cells: they differ by what they are, not by luck.
    pub fn seed(&self, run: usize, replication: u32) -> u64 {
        self.runs[run].seed.unwrap_or(self.seed).wrapping_add(u64::from(replication))
    }

    /// How many answers a run gives: one for each metric, one or two for each assertion.
    pub fn answers(&self) -> usize {
        let each = self.assertions.iter().map(|assertion| if assertion.order.is_some() { 2 } else { 1 });
        self.metrics.len() + each.sum::<usize>()
    }

    /// How many runs it takes, at the most.
    pub fn size(&self) -> u64 {
        let sizes = self.axes.iter().map(|axis| axis.values.len() as u64);
        let cells = sizes.fold(self.runs.len() as u64, u64::saturating_mul);
        let most = self.precision.map_or(0, |target| target.most);
        cells.saturating_mul(u64::from(self.replications.max(most)))
    }

    /// A hash of all that decides what comes out, and of the version of cosim.
    pub fn hash(&self) -> String {
        let text = serde_json::to_string(self).expect("a study is plain data");
        hash([VERSION, text.as_str()])
    }
}

/// Of cosim.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// SHA-256 of texts one after the other, in hexadecimal digits.
pub fn hash<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
