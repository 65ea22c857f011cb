//! What commands are told that help to write scenarios.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use crate::cli::args::shared::{
    ExperimentArguments, InputArguments, InputFormat, LaneChoice, LimitArguments,
};

#[derive(Debug, Args)]
pub struct CheckArguments {
    #[command(flatten)]
    pub input: InputArguments,

    /// The messages as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct NewArguments {
    /// What it is to be called: NAME.cosim and NAME.ron are written
    #[arg(value_name = "NAME", required_unless_present = "list")]
    pub name: Option<PathBuf>,

    /// A scenario of the gallery to begin with
    #[arg(long, value_name = "SCENARIO")]
    pub from: Option<String>,

    /// Say which scenarios there are
    #[arg(long, conflicts_with_all = ["name", "from"])]
    pub list: bool,
}

#[derive(Debug, Args)]
pub struct WatchArguments {
    /// An experiment (.ron) or a program (.cosim)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    #[command(flatten)]
    pub experiment: ExperimentArguments,

    /// What the input is; default: by its ending, or by how it begins
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<InputFormat>,

    /// What gets a lane in the timelines
    #[arg(long, value_enum, default_value_t, value_name = "WHICH")]
    pub lanes: LaneChoice,

    /// Lanes to draw for each run; the others are summed up in a line
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub lanes_max: usize,

    /// Show what the tasks logged
    #[arg(long)]
    pub log: bool,
}

#[derive(Debug, Args)]
pub struct FmtArguments {
    /// Programs (.cosim), experiments (.ron), and folders of them; `-` is the standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Write nothing; show what would change
    #[arg(long)]
    pub check: bool,

    /// What the input is; default: by its ending, or by how it begins
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<InputFormat>,
}

#[derive(Debug, Args)]
pub struct TestArguments {
    /// Experiments (.ron), and folders of them; default: the current folder
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Only files whose name, folders included, has this in it; may be given several times
    #[arg(long, value_name = "TEXT")]
    pub filter: Vec<String>,

    /// What comes out now is right: write the snapshots
    #[arg(long)]
    pub accept: bool,

    /// Leave snapshots alone: only check, run, and hold to what is expected
    #[arg(long, conflicts_with = "accept")]
    pub no_snapshots: bool,

    /// Write a report in JUnit's XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,

    /// Annotations for GitHub Actions; by itself where GITHUB_ACTIONS is `true`
    #[arg(long, conflicts_with = "json")]
    pub github: bool,

    /// Everything as JSON
    #[arg(long)]
    pub json: bool,

    /// Seconds that a scenario may take; what it has done by then is compared
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
    pub timeout: u32,

    /// Threads to run on; default: all cores. The results are the same
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,

    #[command(flatten)]
    pub limits: LimitArguments,
}

#[derive(Debug, Args)]
pub struct DiffArguments {
    /// A trace, an experiment (.ron) or a program (.cosim); `COMMIT:FILE` is a file of a commit, `-` the standard input
    #[arg(value_name = "A")]
    pub left: String,

    /// What it is compared with
    #[arg(value_name = "B")]
    pub right: String,

    /// Everything as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct LspArguments {
    /// Speak over the standard input and output, as is done anyway: editors say so
    #[arg(long)]
    pub stdio: bool,
}
