//! What commands are told that hold simulations against real runtimes, export them, and teach.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::shared::{InputFormat, ValueArguments};

#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// Experiments (.ron) or programs (.cosim) to verify
    #[arg(value_name = "SCENARIO")]
    pub files: Vec<PathBuf>,

    /// The real runtime: `asyncio`, or with settings `Asyncio(version: "3.11")`; may be given several times
    #[arg(long, value_name = "RUNTIME")]
    pub against: Vec<String>,

    /// Against every runtime there is a target for
    #[arg(long, conflicts_with = "against")]
    pub all: bool,

    /// Make so many random programs, and verify them too
    #[arg(long, value_name = "N")]
    pub random: Option<u32>,

    /// The seed of the random programs
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// The number of the first random program
    #[arg(long, value_name = "N", default_value_t = 0, requires = "random")]
    pub first: u32,

    /// Do not look for a smaller version of a random program that differs
    #[arg(long)]
    pub no_shrink: bool,

    /// Set a parameter of the scenarios: `--set loads=20`
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,

    /// The seed of the draws in the scenarios; default: what each says
    #[arg(long, value_name = "N")]
    pub program_seed: Option<u64>,

    /// Keep what is generated, and the smallest program that differs, in this folder
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,

    /// Write what the real runtimes did into this folder; without programs: record anew what lies there
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,

    /// Hold what was recorded in this folder against the simulation; nothing has to be installed
    #[arg(long, value_name = "DIR", conflicts_with_all = ["record", "files", "random"])]
    pub replay: Option<PathBuf>,

    /// The Python to run asyncio and trio with
    #[arg(long, value_name = "PATH")]
    pub python: Option<PathBuf>,

    /// Seconds after which a real runtime that says nothing is given up
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub patience: u64,

    /// The result as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ExportArguments {
    /// An experiment (.ron) or a program (.cosim); `-` is the standard input
    #[arg(value_name = "SCENARIO")]
    pub file: PathBuf,

    /// What it becomes: asyncio, trio, js, go, tokio, threads
    #[arg(long, value_name = "TARGET")]
    pub to: String,

    /// Where it is written to, a file or a folder; default: the standard output
    #[arg(long, short, value_name = "PATH")]
    pub output: Option<PathBuf>,

    #[command(flatten)]
    pub values: ValueArguments,

    /// What the input is; default: by its ending, or by how it begins
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<InputFormat>,
}

#[derive(Debug, Args)]
pub struct QuizArguments {
    /// An experiment (.ron) or a program (.cosim); `-` is the standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Which paper: the same seed gives the same one on every machine
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// How many questions
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = questions)]
    pub count: usize,

    /// With the answers, and why they are right
    #[arg(long, conflicts_with = "interactive")]
    pub answers: bool,

    /// The paper as Markdown
    #[arg(long, conflicts_with_all = ["json", "interactive"])]
    pub markdown: bool,

    /// The paper as JSON
    #[arg(long, conflicts_with = "interactive")]
    pub json: bool,

    /// Ask one after the other and read the answers, also where there is no terminal
    #[arg(long)]
    pub interactive: bool,

    /// Ask about runs under this instead of what the experiment compares; may be given several times
    #[arg(long, value_name = "RUNTIME")]
    pub runtime: Vec<String>,

    /// Set a parameter: `--set loads=20`
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,

    /// What the input is; default: by its ending, or by how it begins
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<InputFormat>,
}

fn questions(text: &str) -> Result<usize, String> {
    let count = text.parse::<usize>().ok().filter(|count| (1..=100).contains(count));
    count.ok_or_else(|| "write a number from 1 to 100".to_string())
}

#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// A code (E0103), a runtime (asyncio), or a word of the language or of the reports (await, makespan);
    /// without one, all there are
    pub topic: Option<String>,
}

#[derive(Debug, Args)]
pub struct RuntimesArguments {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}
