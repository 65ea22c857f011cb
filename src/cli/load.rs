//! Files to experiments, and what is wrong with them to the standard error.

use std::path::Path;

use crate::cli::args::{InputArguments, InputFormat};
use crate::cli::input::{Input, read, read_file};
use crate::cli::output::Output;
use crate::cli::status::Status;
use crate::diagnostic::{Diagnostic, render};
use crate::lang::parse::ParseLimits;
use crate::scenario::{Loaded, load, load_program};
use crate::source::Sources;

/// What came of one file.
pub struct Attempt {
    pub sources: Sources,
    pub result: Result<Loaded, Vec<Diagnostic>>,
}

/// Reads one file and loads the experiment in it. The error says why it could not even be read.
pub fn attempt(path: &Path, arguments: &InputArguments) -> Result<Attempt, String> {
    let Input { name, text, format } = read(path, arguments.format)?;
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    let defaults = ParseLimits::default();
    let limits = ParseLimits {
        max_nesting: arguments.max_nesting.unwrap_or(defaults.max_nesting),
        max_bytes: arguments.max_bytes.unwrap_or(defaults.max_bytes),
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut neighbour = |name: &str| read_file(&folder.join(name));
    let result = match format {
        InputFormat::Ron => load(&mut sources, id, &limits, &mut neighbour),
        InputFormat::Cosim => load_program(&mut sources, id, &limits),
    };
    Ok(Attempt { sources, result })
}

/// Shows mistakes and warnings.
pub fn complain(diagnostics: &[Diagnostic], sources: &Sources, output: &Output) {
    if !diagnostics.is_empty() {
        output.complain(&render(diagnostics, sources, output.diagnostics()));
    }
}

/// Does something with every file; the worst end counts.
pub fn each(arguments: &InputArguments, output: &Output, mut act: impl FnMut(Attempt) -> Status) -> Status {
    let one = |path: &std::path::PathBuf| match attempt(path, arguments) {
        Ok(attempt) => act(attempt),
        Err(message) => output.failed(&message),
    };
    arguments.files.iter().map(one).max().unwrap_or(Status::Fine)
}
