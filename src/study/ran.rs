//! What is kept of a run: how it ended, and what was asked of it.

use serde::{Deserialize, Serialize};

use crate::compare::comparison::RunEnding;
use crate::sim::kernel::Limit;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ran {
    pub cell: usize,
    pub replication: u32,
    #[serde(default, skip_serializing_if = "End::is_completed")]
    pub end: End,
    /// One for each metric, one or two for each assertion; `None` where there is no number.
    pub values: Vec<Option<f64>>,
    /// Why it did not complete, or why the first value that is missing is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The warm-up could not be told from the rest of a series.
    #[serde(default, skip_serializing_if = "is_false")]
    pub restless: bool,
    /// A bit for each value that is a duration, in nanoseconds.
    pub durations: u64,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    #[default]
    Completed,
    Failed,
    Deadlock,
    Limit,
}

impl End {
    /// The word of `outcome`.
    pub fn word(self) -> &'static str {
        match self {
            End::Completed => "completed",
            End::Failed => "failed",
            End::Deadlock => "deadlock",
            End::Limit => "limit",
        }
    }

    fn is_completed(&self) -> bool {
        *self == End::Completed
    }

    /// The word for an ending, and what is to be said of it.
    pub fn of(ending: &RunEnding) -> (End, Option<String>) {
        match ending {
            RunEnding::Completed => (End::Completed, None),
            RunEnding::Failed { text, .. } => (End::Failed, Some(text.clone())),
            RunEnding::Deadlock(_) => (End::Deadlock, None),
            RunEnding::Limit(limit) => (End::Limit, Some(stopped(*limit).to_string())),
        }
    }
}

fn stopped(limit: Limit) -> &'static str {
    match limit {
        Limit::Tasks => "more tasks alive at once than --max-tasks allows",
        Limit::Events => "more events than --max-events allows",
        Limit::Steps => "more instructions than --max-steps allows",
        Limit::Time => "it would have run past --max-time",
        Limit::Stopped => "somebody stopped it",
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}
