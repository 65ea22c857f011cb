//! What commands are told that run experiments and show the runs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::shared::{
    ExperimentArguments, InputArguments, InputFormat, LaneChoice, LimitArguments,
};

#[derive(Debug, Args)]
pub struct RunArguments {
    #[command(flatten)]
    pub input: InputArguments,

    #[command(flatten)]
    pub experiment: ExperimentArguments,

    /// Write the traces of all runs to a file: JSON Lines, RON if it ends in .ron, packed (`cosim trace` reads it) if in .packed
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,

    /// Write the comparison to a file as its ending says: .html, .svg, .png, .trace.json, .md, .csv, .json and more; may be given several times
    #[arg(long, short, value_name = "FILE")]
    pub output: Vec<PathBuf>,

    /// The comparison as JSON instead of the report
    #[arg(long)]
    pub json: bool,

    /// No report; only what is wrong
    #[arg(long, short, conflicts_with = "json")]
    pub quiet: bool,

    /// What gets a lane in the timelines
    #[arg(long, value_enum, default_value_t, value_name = "WHICH")]
    pub lanes: LaneChoice,

    /// Lanes to draw for each run; the others are summed up in a line
    #[arg(long, value_name = "N", default_value_t = 12, conflicts_with = "all_lanes")]
    pub lanes_max: usize,

    /// Draw every lane
    #[arg(long)]
    pub all_lanes: bool,

    /// Show what the tasks logged
    #[arg(long)]
    pub log: bool,

    // What stands behind these would go under their headings.
    #[command(flatten)]
    pub picture: PictureArguments,

    #[command(flatten)]
    pub limits: LimitArguments,
}

/// How pictures look.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pictures")]
pub struct PictureArguments {
    /// Pixels a picture is wide
    #[arg(long, value_name = "PIXELS", default_value_t = 960, value_parser = clap::value_parser!(u32).range(320..=10_000))]
    pub picture_width: u32,

    /// Pixels of a PNG for each pixel of that width
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=8))]
    pub scale: u32,

    /// What it is drawn on; `auto` follows the reader's system
    #[arg(long, value_enum, default_value_t, value_name = "GROUND")]
    pub ground: GroundChoice,

    /// What the ids of its parts begin with, so that several pictures can share a page
    #[arg(long, value_name = "WORD", default_value = "cosim", value_parser = salt)]
    pub salt: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum GroundChoice {
    #[default]
    Light,
    Dark,
    Auto,
}

fn salt(text: &str) -> Result<String, String> {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    if begins && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Ok(text.to_string());
    }
    Err("write a letter, then letters, digits and `-`".to_string())
}

#[derive(Debug, Args)]
pub struct WhyArguments {
    /// An experiment (.ron) or a program (.cosim); `-` is the standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// A task, or all that were started from one declaration: `wash(4)`, `wash`; with a moment: `wash(4)@40min`
    #[arg(value_name = "TASK[@TIME]")]
    pub task: Option<String>,

    /// Only this run of the comparison
    #[arg(long, value_name = "NAME")]
    pub run: Option<String>,

    #[command(flatten)]
    pub experiment: ExperimentArguments,

    /// What the input is; default: by its ending, or by how it begins
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<InputFormat>,

    /// Everything as JSON
    #[arg(long, conflicts_with = "task")]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct StepArguments {
    /// An experiment (.ron) or a program (.cosim); `-` is the standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The run to begin with
    #[arg(long, value_name = "NAME")]
    pub run: Option<String>,

    #[command(flatten)]
    pub experiment: ExperimentArguments,

    /// What the input is; default: by its ending, or by how it begins
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<InputFormat>,
}

#[derive(Debug, Args)]
pub struct TraceArguments {
    /// What `--trace x.packed` has written; `-` is the standard input
    pub file: PathBuf,

    /// Write to a file instead of the standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}
