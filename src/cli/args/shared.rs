//! What several commands are told in the same way.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::time::{Duration, parse_nanos};

#[derive(Debug, Args)]
pub struct InputArguments {
    /// Experiments (.ron) or programs (.cosim); `-` is the standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// What the input is; default: by its ending, or by how it begins
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<InputFormat>,

    /// Brackets within brackets that a program may have
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_nesting: Option<usize>,

    /// Bytes that a file may have
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_bytes: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    Ron,
    Cosim,
}

/// What goes before what an experiment says.
#[derive(Debug, Args)]
pub struct ExperimentArguments {
    /// Run under this instead of what the experiment compares; may be given several times
    #[arg(long, value_name = "RUNTIME")]
    pub runtime: Vec<String>,

    #[command(flatten)]
    pub values: ValueArguments,
}

/// What its program is run with.
#[derive(Debug, Args)]
pub struct ValueArguments {
    /// Set a parameter: `--set loads=20`
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,

    /// The seed of all random draws
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LaneChoice {
    #[default]
    Worker,
    Task,
}

/// What stops a run that would not end by itself.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArguments {
    /// Tasks alive at once
    #[arg(long, value_name = "N")]
    pub max_tasks: Option<usize>,

    /// Events of a run
    #[arg(long, value_name = "N")]
    pub max_events: Option<u64>,

    /// Instructions of a run
    #[arg(long, value_name = "N")]
    pub max_steps: Option<u64>,

    /// Simulated time: `10h`
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub max_time: Option<Duration>,
}

pub fn duration(text: &str) -> Result<Duration, String> {
    match parse_nanos(text).map(u64::try_from) {
        Some(Ok(nanos)) => Ok(Duration(nanos)),
        _ => Err("write a duration such as 10h, 90min or 1.5s".to_string()),
    }
}
