//! What can be said on the command line: the commands, and what goes for all of them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::args::learn::{
    ExplainArguments, ExportArguments, QuizArguments, RuntimesArguments, VerifyArguments,
};
use crate::cli::args::run::{RunArguments, StepArguments, TraceArguments, WhyArguments};
use crate::cli::args::sweep::{MergeArguments, SweepArguments};
use crate::cli::args::write::{
    CheckArguments, DiffArguments, FmtArguments, LspArguments, NewArguments, TestArguments, WatchArguments,
};
use crate::cli::examples::{
    CHECK_EXAMPLES, COMPLETIONS_EXAMPLES, DIFF_EXAMPLES, EXAMPLES, EXPLAIN_EXAMPLES, EXPORT_EXAMPLES,
    FMT_EXAMPLES, LSP_EXAMPLES, MAN_EXAMPLES, MERGE_EXAMPLES, NEW_EXAMPLES, QUIZ_EXAMPLES, RUN_EXAMPLES,
    STEP_EXAMPLES, SWEEP_EXAMPLES, TEST_EXAMPLES, TRACE_EXAMPLES, VERIFY_EXAMPLES, WATCH_EXAMPLES,
    WHY_EXAMPLES,
};

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
