//! What commands are told that make many runs.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use crate::cli::args::shared::{ExperimentArguments, InputFormat, LimitArguments, duration};
use crate::study::design::Warmup;
use crate::study::shard::{Share, share};

#[derive(Debug, Args)]
pub struct SweepArguments {
    /// An experiment (.ron) or a program (.cosim); `-` is the standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// A parameter and its values: `pool=5..50`, `pool=5,10,20`, `pause=1ms..10ms:1ms`, `runtime='Asyncio()','Go()'`; may be given several times, and every combination is run
    #[arg(long, value_name = "NAME=VALUES")]
    pub vary: Vec<String>,

    /// A number of a run: `makespan`, `p95(latency)`, in the language of `expect`; may be given several times; default: makespan
    #[arg(long, value_name = "METRIC")]
    pub metric: Vec<String>,

    /// What is to hold at every point: `p95(latency) < 250ms`; may be given several times
    #[arg(long, value_name = "CONDITION")]
    pub assert: Vec<String>,

    /// Runs of each cell, under seed, seed + 1, …; default: what the experiment says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub replications: Option<u32>,

    /// Replicate until half the width of each interval is at most this part of the mean: `2%`
    #[arg(long, value_name = "PART", value_parser = part)]
    pub precision: Option<f64>,

    /// So many replications are enough, however wide the intervals are; default: 1000
    #[arg(long, value_name = "N", requires = "precision", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_replications: Option<u32>,

    /// The level of the intervals: `0.95` or `95%`
    #[arg(long, value_name = "LEVEL", value_parser = part)]
    pub level: Option<f64>,

    /// What is left out at the beginning of a series: `none`, as much as the rule says: `mser5`, or a time: `10s`; default: none
    #[arg(long, value_name = "WHAT", value_parser = warmup)]
    pub warmup: Option<Warmup>,

    #[command(flatten)]
    pub experiment: ExperimentArguments,

    /// What the input is; default: by its ending, or by how it begins
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<InputFormat>,

    /// Threads to run on; default: all cores. The results are the same
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,

    /// Run this share only, `2/8`: the second of eight; `cosim merge` joins them
    #[arg(long, value_name = "I/N", value_parser = share)]
    pub shard: Option<Share>,

    /// Write the results to a file as its ending says: .csv, .runs.csv, .parquet, .runs.parquet, .json, .svg; may be given several times
    #[arg(long, short, value_name = "FILE")]
    pub output: Vec<PathBuf>,

    /// The results as JSON instead of the report
    #[arg(long)]
    pub json: bool,

    /// Runs that a sweep may take; default: 1,000,000
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_runs: Option<u64>,

    #[command(flatten)]
    pub limits: LimitArguments,
}

/// `5%` or `0.05`
fn part(text: &str) -> Result<f64, String> {
    let (number, scale) = match text.trim().strip_suffix('%') {
        Some(number) => (number, 100.0),
        None => (text, 1.0),
    };
    let part = number.trim().parse::<f64>().ok().map(|number| number / scale);
    part.filter(|part| *part > 0.0 && *part < 1.0)
        .ok_or_else(|| "write a part of the whole, as in 5% or 0.05".to_string())
}

fn warmup(text: &str) -> Result<Warmup, String> {
    match text {
        "none" => Ok(Warmup::None),
        "mser5" => Ok(Warmup::Mser5),
        time => match duration(time) {
            Ok(time) => Ok(Warmup::Until(time.0)),
            Err(_) => Err("write `none`, `mser5`, or a time such as 10s".to_string()),
        },
    }
}

#[derive(Debug, Args)]
pub struct MergeArguments {
    /// What `cosim sweep --shard` wrote, in any order
    #[arg(required = true, value_name = "SHARD")]
    pub files: Vec<PathBuf>,

    /// Write the results to a file as its ending says, as for `cosim sweep`; may be given several times
    #[arg(long, short, value_name = "FILE")]
    pub output: Vec<PathBuf>,

    /// The results as JSON instead of the report
    #[arg(long)]
    pub json: bool,
}
