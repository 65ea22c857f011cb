//! What can be said on the command line; the only file that knows clap's derives.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::examples::{
    CHECK_EXAMPLES, COMPLETIONS_EXAMPLES, DIFF_EXAMPLES, EXAMPLES, EXPLAIN_EXAMPLES, EXPORT_EXAMPLES,
    FMT_EXAMPLES, LSP_EXAMPLES, MAN_EXAMPLES, MERGE_EXAMPLES, NEW_EXAMPLES, QUIZ_EXAMPLES, RUN_EXAMPLES,
    STEP_EXAMPLES, SWEEP_EXAMPLES, TEST_EXAMPLES, TRACE_EXAMPLES, VERIFY_EXAMPLES, WATCH_EXAMPLES,
    WHY_EXAMPLES,
};
use crate::study::design::Warmup;
use crate::study::shard::{Share, share};
use crate::time::{Duration, parse_nanos};

/// Run one scenario under several concurrency models, and see the difference.
#[derive(Debug, Parser)]
#[command(name = "cosim", version, propagate_version = true, after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,

    /// Colours: on a terminal, always, or never
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: ColorChoice,

    /// ASCII only, also on a terminal
    #[arg(long, global = true, conflicts_with = "unicode")]
    pub ascii: bool,

    /// Bars and marks of Unicode, also into a pipe
    #[arg(long, global = true)]
    pub unicode: bool,

    /// Columns of the output; default: the terminal's, or 100
    #[arg(long, global = true, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(40..=1000))]
    pub width: Option<u16>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run experiments and show the runs side by side
    #[command(after_help = RUN_EXAMPLES)]
    Run(RunArguments),
    /// Say why runs took as long as they did: every wait, who held what, the critical path
    #[command(after_help = WHY_EXAMPLES)]
    Why(WhyArguments),
    /// Step through runs in the terminal, event by event, forward and back
    #[command(after_help = STEP_EXAMPLES)]
    Step(StepArguments),
    /// Run a grid of parameters, runtimes and seeds on all cores, and say what can be told apart
    #[command(after_help = SWEEP_EXAMPLES)]
    Sweep(Box<SweepArguments>),
    /// Join the shards of a sweep
    #[command(after_help = MERGE_EXAMPLES)]
    Merge(MergeArguments),
    /// Show a packed trace as JSON Lines
    #[command(after_help = TRACE_EXAMPLES)]
    Trace(TraceArguments),
    /// Say what is wrong with experiments and programs, without running them
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArguments),
    /// Write a scenario to begin with: a program and an experiment that run at once
    #[command(after_help = NEW_EXAMPLES)]
    New(NewArguments),
    /// Run a scenario again whenever it is saved, and keep the last good picture while it is broken
    #[command(after_help = WATCH_EXAMPLES)]
    Watch(WatchArguments),
    /// Format programs and experiments: indentation, blanks and lines; comments stay
    #[command(after_help = FMT_EXAMPLES)]
    Fmt(FmtArguments),
    /// Check and run every scenario of a folder, and hold it to what it expects and to its snapshot
    #[command(after_help = TEST_EXAMPLES)]
    Test(TestArguments),
    /// Compare two traces, two scenarios or two commits of one: the numbers, and the step at which they part
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(DiffArguments),
    /// Run programs by a real runtime, and hold what it does against the simulation
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(VerifyArguments),
    /// Write a scenario as a program in Python, JavaScript, Go or Rust
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(ExportArguments),
    /// Ask about an experiment: questions with exactly one right answer, on paper or in the terminal
    #[command(after_help = QUIZ_EXAMPLES)]
    Quiz(QuizArguments),
    /// Explain a message, a runtime or a word
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArguments),
    /// List the runtimes and what can be set on them
    Runtimes(RuntimesArguments),
    /// Print a script by which a shell completes commands and options
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArguments),
    /// Write the manual pages
    #[command(after_help = MAN_EXAMPLES)]
    Man(ManArguments),
    /// Serve an editor: mistakes, completion, hover, renaming and more, while a scenario is written
    #[command(after_help = LSP_EXAMPLES)]
    Lsp(LspArguments),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

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

    #[command(flatten)]
    pub picture: PictureArguments,

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

    #[command(flatten)]
    pub limits: LimitArguments,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LaneChoice {
    #[default]
    Worker,
    Task,
}

/// How pictures look.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pictures")]
pub struct PictureArguments {
    /// Pixels a picture is wide
    #[arg(long, value_name = "PIXELS", default_value_t = 960, value_parser = clap::value_parser!(u32).range(320..=10_000))]
    pub picture_width: u32,

    /// Pixels of a PNG for each of these
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

#[derive(Debug, Args)]
pub struct WhyArguments {
    /// An experiment (.ron) or a program (.cosim); `-` is the standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// A task, or all that were started from one declaration: `load(4)`, `load`; with a moment: `load(4)@40min`
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
pub struct CompletionsArguments {
    /// The shell it is for
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct ManArguments {
    /// The folder to write the pages to, one for each command; without it the first goes to the standard output
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
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
pub struct TraceArguments {
    /// What `--trace x.packed` has written; `-` is the standard input
    pub file: PathBuf,

    /// Write to a file instead of the standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct RuntimesArguments {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct LspArguments {
    /// Speak over the standard input and output, as is done anyway: editors say so
    #[arg(long)]
    pub stdio: bool,
}

fn duration(text: &str) -> Result<Duration, String> {
    match parse_nanos(text).map(u64::try_from) {
        Some(Ok(nanos)) => Ok(Duration(nanos)),
        _ => Err("write a duration such as 10h, 90min or 1.5s".to_string()),
    }
}
