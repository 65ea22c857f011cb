//! The commands, and the thread they run on.

use std::process::ExitCode;
use std::{io, panic, thread};

use clap::Parser;

use crate::cli::args::command::{Arguments, Command};
use crate::cli::lsp::server::lsp;
use crate::cli::new::command::new;
use crate::cli::output::Output;
use crate::cli::quiz::quiz;
use crate::cli::status::Status;
use crate::cli::step::command::step;
use crate::cli::sweep::command::sweep;
use crate::cli::sweep::merge::merge;
use crate::cli::test::command::test;
use crate::cli::verify::verify;
use crate::cli::{check, diff, explain, export, fmt, manuals, run, runtimes, unpack, watch, why};

/// Programs may nest as deep as `--max-nesting` says, and reading them takes stack.
pub const STACK: usize = 64 << 20;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let thread = thread::Builder::new().name("cosim".to_string()).stack_size(STACK).spawn(command);
    match thread.map(thread::JoinHandle::join) {
        Ok(Ok(status)) => status.into(),
        Ok(Err(panic)) => panic::resume_unwind(panic),
        Err(error) => {
            eprintln!("error: no thread to work on: {error}");
            Status::Failed.into()
        }
    }
}

fn command() -> Status {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(usage) => return told(&usage),
    };
    let output = Output::new(&arguments);
    match &arguments.command {
        Command::Run(arguments) => run::run(arguments, &output),
        Command::Why(arguments) => why::why(arguments, &output),
        Command::Step(arguments) => step(arguments, &output),
        Command::Sweep(arguments) => sweep(arguments, &output),
        Command::Merge(arguments) => merge(arguments, &output),
        Command::Trace(arguments) => unpack::trace(arguments, &output),
        Command::Check(arguments) => check::check(arguments, &output),
        Command::New(arguments) => new(arguments, &output),
        Command::Watch(arguments) => watch::watch(arguments, &output),
        Command::Fmt(arguments) => fmt::fmt(arguments, &output),
        Command::Test(arguments) => test(arguments, &output),
        Command::Diff(arguments) => diff::diff(arguments, &output),
        Command::Verify(arguments) => verify(arguments, &output),
        Command::Export(arguments) => export::export(arguments, &output),
        Command::Quiz(arguments) => quiz(arguments, &output),
        Command::Explain(arguments) => explain::explain(arguments, &output),
        Command::Completions(arguments) => manuals::completions(arguments, &output),
        Command::Man(arguments) => manuals::man(arguments, &output),
        Command::Runtimes(arguments) => runtimes::runtimes(arguments, &output),
        Command::Lsp(arguments) => lsp(arguments, &output),
    }
}

/// Prints help, the version, or what is wrong with the command line.
fn told(usage: &clap::Error) -> Status {
    match usage.print() {
        Ok(()) if usage.exit_code() == 0 => Status::Fine,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe && usage.exit_code() == 0 => Status::Fine,
        _ => Status::Failed,
    }
}
